//! Calls of Token-2022 and Memo, and transfers of either token program. Numbers are those of spl-token-2022-interface 4.0, instruction.rs.

use super::{is_frozen, is_paused, AssetSeeds, MEMO, TOKEN_2022};
use crate::{
    constants::DECIMALS,
    invoke::invoke_signed,
    math::scaled_ui::f64_bits,
    state::{features, Asset},
};
use anchor_lang::{
    pinocchio::{account::AccountView, instruction::InstructionAccount},
    prelude::*,
};

const MINT_TO: u8 = 7;
const BURN: u8 = 8;
const FREEZE_ACCOUNT: u8 = 10;
const THAW_ACCOUNT: u8 = 11;
const TRANSFER_CHECKED: u8 = 12;
const PAUSABLE: u8 = 44;
const PAUSE: u8 = 1;
const RESUME: u8 = 2;
const SCALED_UI_AMOUNT: u8 = 43;
const UPDATE_MULTIPLIER: u8 = 1;
const PERMISSIONED_BURN: u8 = 46;
const PERMISSIONED_BURN_BURN: u8 = 1;

const MEMO_TEXT: &[u8] = b"xstock_vault redemption returned";

fn writable(view: &AccountView) -> InstructionAccount<'_> {
    InstructionAccount::writable(view.address())
}

fn readonly(view: &AccountView) -> InstructionAccount<'_> {
    InstructionAccount::readonly(view.address())
}

fn signer(view: &AccountView) -> InstructionAccount<'_> {
    InstructionAccount::readonly_signer(view.address())
}

/// Instruction number (one or two bytes) and an amount.
fn with_amount<const N: usize>(head: &[u8], amount: u64) -> [u8; N] {
    let mut data = [0u8; N];
    for (to, from) in data.iter_mut().zip(head.iter().chain(amount.to_le_bytes().iter())) {
        *to = *from;
    }
    data
}

pub fn mint_to(mint: &AccountView, to: &AccountView, asset: &AccountView, amount: u64, seeds: &AssetSeeds) {
    let data: [u8; 9] = with_amount(&[MINT_TO], amount);
    invoke_signed(&TOKEN_2022, &data, [writable(mint), writable(to), signer(asset)], [mint, to, asset], seeds.parts());
}

/// Burns from the escrow, with the program's permission where the mint demands one.
pub fn burn(
    escrow: &AccountView,
    mint: &AccountView,
    asset: &AccountView,
    state: &Asset,
    amount: u64,
    seeds: &AssetSeeds,
) {
    if state.features & features::PERMISSIONED_BURN != 0 {
        let data: [u8; 10] = with_amount(&[PERMISSIONED_BURN, PERMISSIONED_BURN_BURN], amount);
        invoke_signed(
            &TOKEN_2022,
            &data,
            [writable(escrow), writable(mint), signer(asset), signer(asset)],
            [escrow, mint, asset, asset],
            seeds.parts(),
        );
    } else {
        let data: [u8; 9] = with_amount(&[BURN], amount);
        invoke_signed(
            &TOKEN_2022,
            &data,
            [writable(escrow), writable(mint), signer(asset)],
            [escrow, mint, asset],
            seeds.parts(),
        );
    }
}

/// Moves tokens of the asset; `authority` has signed the transaction, or signs by `seeds`.
pub fn transfer<const S: usize>(
    from: &AccountView,
    mint: &AccountView,
    to: &AccountView,
    authority: &AccountView,
    amount: u64,
    seeds: [&[u8]; S],
) {
    transfer_checked(&TOKEN_2022, [from, mint, to, authority], (amount, DECIMALS), seeds);
}

/// The same instruction of either token program: from, mint, to, authority; amount and decimals.
pub fn transfer_checked<const S: usize>(
    program: &Address,
    accounts: [&AccountView; 4],
    (amount, decimals): (u64, u8),
    seeds: [&[u8]; S],
) {
    let mut data: [u8; 10] = with_amount(&[TRANSFER_CHECKED], amount);
    data[9] = decimals;
    let [from, mint, to, authority] = accounts;
    invoke_signed(program, &data, [writable(from), readonly(mint), writable(to), signer(authority)], accounts, seeds);
}

/// Lifts a pause of the token for the length of `work`: what leaves the escrow for its holder
/// or for the fire must never wait for a pause to end. Nothing else runs in between.
pub fn despite_pause<R>(
    mint: &UncheckedAccount,
    asset: &AccountView,
    seeds: &AssetSeeds,
    work: impl FnOnce() -> Result<R>,
) -> Result<R> {
    let paused = is_paused(mint)?;
    if paused {
        switch_pause(RESUME, mint.account(), asset, seeds);
    }
    let result = work()?;
    if paused {
        switch_pause(PAUSE, mint.account(), asset, seeds);
    }
    Ok(result)
}

/// Lifts a freeze of `account` for the length of `work`: returned tokens reach a frozen
/// account, and stay frozen there.
pub fn despite_freeze<R>(
    account: &UncheckedAccount,
    mint: &AccountView,
    asset: &AccountView,
    seeds: &AssetSeeds,
    work: impl FnOnce() -> Result<R>,
) -> Result<R> {
    let frozen = is_frozen(account)?;
    if frozen {
        switch_freeze(THAW_ACCOUNT, account.account(), mint, asset, seeds);
    }
    let result = work()?;
    if frozen {
        switch_freeze(FREEZE_ACCOUNT, account.account(), mint, asset, seeds);
    }
    Ok(result)
}

#[inline(never)]
fn switch_pause(which: u8, mint: &AccountView, asset: &AccountView, seeds: &AssetSeeds) {
    invoke_signed(&TOKEN_2022, &[PAUSABLE, which], [writable(mint), signer(asset)], [mint, asset], seeds.parts());
}

#[inline(never)]
fn switch_freeze(which: u8, account: &AccountView, mint: &AccountView, asset: &AccountView, seeds: &AssetSeeds) {
    let metas = [writable(account), readonly(mint), signer(asset)];
    invoke_signed(&TOKEN_2022, &[which], metas, [account, mint, asset], seeds.parts());
}

/// Shows wallets a multiplier from a time on, unix seconds.
pub fn scale(mint: &UncheckedAccount, asset: &AccountView, multiplier: u64, from: i64, seeds: &AssetSeeds) {
    let mut data = [0u8; 18];
    let parts = [&[SCALED_UI_AMOUNT, UPDATE_MULTIPLIER][..], &f64_bits(multiplier), &from.to_le_bytes()];
    for (to, part) in data.iter_mut().zip(parts.into_iter().flatten()) {
        *to = *part;
    }
    let mint = mint.account();
    invoke_signed(&TOKEN_2022, &data, [writable(mint), signer(asset)], [mint, asset], seeds.parts());
}

/// A memo right before a transfer, for accounts that demand one.
pub fn memo() {
    invoke_signed(&MEMO, MEMO_TEXT, [], [], []);
}
