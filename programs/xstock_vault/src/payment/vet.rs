//! Which mints may be a payment mint, and what the vault of a bond or distribution must look like.
//!
//! Numbers of extensions are those of spl-token-2022-interface 4.0, extension/mod.rs. What is allowed
//! here can still be turned against holders by the stablecoin's own issuer (a freeze, a seizure, a fee
//! switched on later); `docs/trust.md` says so, and payments that do not arrive whole are refused.

use super::{check_account, program_of, TOKEN};
use crate::{
    constants::{MAX_PAYMENT_DECIMALS, MIN_PAYMENT_DECIMALS},
    errors::VaultError,
    require_figures,
    token2022::{is_frozen, is_plain, read, TOKEN_2022},
};
use anchor_lang::{address_eq, prelude::*};

const MINT_DECIMALS: usize = 44;
const MINT_INITIALIZED: usize = 45;
const MINT_LEN: usize = 82;
const ACCOUNT_LEN: usize = 165;
/// Behind the account type: type (u16), length (u16), value, and so on.
const EXTENSIONS: usize = 166;
const ACCOUNT_TYPE_MINT: u8 = 1;

const TRANSFER_FEE_CONFIG: u16 = 1;
const MINT_CLOSE_AUTHORITY: u16 = 3;
const CONFIDENTIAL_TRANSFER_MINT: u16 = 4;
const DEFAULT_ACCOUNT_STATE: u16 = 6;
const IMMUTABLE_OWNER: u16 = 7;
const PERMANENT_DELEGATE: u16 = 12;
const TRANSFER_HOOK: u16 = 14;
const CONFIDENTIAL_TRANSFER_FEE_CONFIG: u16 = 16;
const METADATA_POINTER: u16 = 18;
const TOKEN_METADATA: u16 = 19;
const GROUP_POINTER: u16 = 20;
const TOKEN_GROUP_MEMBER: u16 = 23;

/// Both fees of TransferFeeConfig: two authorities and the withheld amount come first, then twice
/// epoch, maximum and basis points.
const FEES: [usize; 2] = [32 + 32 + 8 + 16, 32 + 32 + 8 + 18 + 16];
/// The program of TransferHook follows its authority.
const HOOK_PROGRAM: usize = 32;
const STATE_INITIALIZED: u8 = 1;

/// Refuses a mint that could take a part of a payment, run code in it, or start accounts frozen; and
/// a vault that anybody but its `owner` could touch. Returns the mint's decimals.
pub fn vet(
    mint: &UncheckedAccount,
    vault: &UncheckedAccount,
    owner: &Address,
    asset: &crate::state::Asset,
) -> Result<u8> {
    require!(!address_eq(mint.address(), &asset.mint), VaultError::WrongPaymentMint);
    let program = program_of(mint)?;
    require!(read(mint, MINT_INITIALIZED)? == [1u8], VaultError::WrongPaymentMint);
    let is_token = address_eq(program, &TOKEN);
    let length = mint.account().data_len();
    if is_token || length == MINT_LEN {
        require!(length == MINT_LEN, VaultError::WrongPaymentMint);
    } else {
        require!(read(mint, ACCOUNT_LEN)? == [ACCOUNT_TYPE_MINT], VaultError::WrongPaymentMint);
        vet_extensions(mint)?;
    }
    check_account(vault, mint, owner)?;
    // an owner before this one could have set what blocks its transfers: only an immutable one has not
    let untouched = if is_token { vault.account().data_len() == ACCOUNT_LEN } else { has_immutable_owner(vault)? };
    let clean = untouched && is_plain(vault)? && !is_frozen(vault)?;
    require!(clean && !address_eq(vault.address(), &asset.escrow), VaultError::WrongBondVault);
    let [decimals] = read(mint, MINT_DECIMALS)?;
    require_figures!(
        (MIN_PAYMENT_DECIMALS..=MAX_PAYMENT_DECIMALS).contains(&decimals),
        VaultError::PaymentDecimals,
        decimals,
        MIN_PAYMENT_DECIMALS,
        MAX_PAYMENT_DECIMALS
    );
    Ok(decimals)
}

fn vet_extensions(mint: &UncheckedAccount) -> Result<()> {
    let mut at = EXTENSIONS;
    while let Some((kind, value)) = extension(mint, at)? {
        let harmless = match kind {
            MINT_CLOSE_AUTHORITY
            | CONFIDENTIAL_TRANSFER_MINT
            | PERMANENT_DELEGATE
            | CONFIDENTIAL_TRANSFER_FEE_CONFIG
            | METADATA_POINTER
            | TOKEN_METADATA
            | GROUP_POINTER..=TOKEN_GROUP_MEMBER => true,
            DEFAULT_ACCOUNT_STATE => read(mint, value)? == [STATE_INITIALIZED],
            TRANSFER_HOOK => read(mint, value.saturating_add(HOOK_PROGRAM))? == [0u8; 32],
            TRANSFER_FEE_CONFIG => {
                let mut fees = FEES.iter().map(|offset| read(mint, value.saturating_add(*offset)));
                fees.all(|fee| fee == Ok([0u8; 2]))
            }
            _ => false,
        };
        require_figures!(harmless, VaultError::UnfitPaymentMint, kind);
        at = value.saturating_add(length_at(mint, at)?);
    }
    Ok(())
}

/// Kind and place of the value of the extension at `at`; none at the end.
fn extension(account: &UncheckedAccount, at: usize) -> Result<Option<(u16, usize)>> {
    if at.saturating_add(4) > account.account().data_len() {
        return Ok(None);
    }
    match u16::from_le_bytes(read(account, at)?) {
        0 => Ok(None),
        kind => Ok(Some((kind, at.saturating_add(4)))),
    }
}

fn length_at(account: &UncheckedAccount, at: usize) -> Result<usize> {
    read(account, at.saturating_add(2)).map(u16::from_le_bytes).map(usize::from)
}

fn has_immutable_owner(vault: &UncheckedAccount) -> Result<bool> {
    let mut at = EXTENSIONS;
    while let Some((kind, value)) = extension(vault, at)? {
        if kind == IMMUTABLE_OWNER {
            return Ok(vault.account().owned_by(&TOKEN_2022));
        }
        at = value.saturating_add(length_at(vault, at)?);
    }
    Ok(false)
}
