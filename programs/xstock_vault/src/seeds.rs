//! Every seed of a program-derived address, in one place.
//!
//! The SDK's `pda.py` is held equal to this file by the golden vectors in `tests/vectors/pda.json`.

/// `issuer`, id (u64)
pub const ISSUER: &[u8] = b"issuer";
/// `role`, issuer, role (u8), member
pub const ROLE: &[u8] = b"role";
/// `asset`, issuer, number (u32)
pub const ASSET: &[u8] = b"asset";
/// `mint`, asset: the Token-2022 mint
pub const MINT: &[u8] = b"mint";
/// `escrow`, asset: the token account of all pending redemptions
pub const ESCROW: &[u8] = b"escrow";
/// `reserve`, asset
pub const RESERVE: &[u8] = b"reserve";
/// `isin`, issuer, ISIN (12 bytes)
pub const ISIN: &[u8] = b"isin";
/// `symbol`, issuer, symbol (12 bytes, zero padded)
pub const SYMBOL: &[u8] = b"symbol";
/// `minter`, asset, minter
pub const MINTER: &[u8] = b"minter";
/// `tickets`, asset, page (u32)
pub const TICKETS: &[u8] = b"tickets";
/// `book`, asset, holder
pub const BOOK: &[u8] = b"book";
/// `redeem`, asset, holder, id (u64)
pub const REDEEM: &[u8] = b"redeem";
/// `action`, asset, number (u32)
pub const ACTION: &[u8] = b"action";
/// `snapshot`, asset, number (u32)
pub const SNAPSHOT: &[u8] = b"snapshot";
/// `dist`, snapshot, number (u32)
pub const DISTRIBUTION: &[u8] = b"dist";
/// `claims`, distribution, page (u32)
pub const CLAIMS: &[u8] = b"claims";
/// `recipient`, asset, owner
pub const RECIPIENT: &[u8] = b"recipient";
/// Anchor's own seed of the address that signs event calls
pub const EVENT_AUTHORITY: &[u8] = b"__event_authority";
