//! What this program asks of Token-2022, by direct calls, and what it reads from its accounts.

mod calls;
mod create;
mod give_back;
mod read;

pub use {calls::*, create::*, give_back::*, read::*};

use crate::{seeds, state::Asset};
use anchor_lang::prelude::*;

pub const TOKEN_2022: Address = anchor_lang::address!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
pub const MEMO: Address = anchor_lang::address!("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

pub const ASSOCIATED_TOKEN: Address = anchor_lang::address!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

/// Where wallets look for `owner`'s tokens of `mint`. Searches for a bump: 1,500 CU a try.
#[inline(never)]
pub fn associated_address(owner: &Address, program: &Address, mint: &Address) -> Address {
    Address::find_program_address(&[owner.as_ref(), program.as_ref(), mint.as_ref()], &ASSOCIATED_TOKEN).0
}

/// A symbol without its padding, or nothing when it is malformed.
pub fn symbol_text(symbol: &[u8; 12]) -> &[u8] {
    let length = symbol.iter().position(|byte| *byte == 0).unwrap_or(symbol.len());
    let (text, padding) = symbol.split_at(length);
    let clean =
        text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'.' || *b == b'-') && padding.iter().all(|b| *b == 0);
    if clean {
        text
    } else {
        &[]
    }
}

/// The seeds with which an asset signs for its mint and its escrow.
pub struct AssetSeeds {
    issuer: Address,
    number: [u8; 4],
    bump: [u8; 1],
}

impl AssetSeeds {
    pub fn new(issuer: &Address, number: u32, bump: u8) -> Self {
        Self { issuer: *issuer, number: number.to_le_bytes(), bump: [bump] }
    }

    pub fn of(asset: &Asset) -> Self {
        Self::new(&asset.issuer, asset.number, asset.bump)
    }

    pub fn parts(&self) -> [&[u8]; 4] {
        [seeds::ASSET, self.issuer.as_ref(), &self.number, &self.bump]
    }
}
