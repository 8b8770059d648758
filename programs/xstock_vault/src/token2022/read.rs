//! Fields of mints and token accounts at their fixed places (spl-token-2022-interface 4.0, state.rs).

use crate::errors::{refuse, VaultError};
use anchor_lang::{address_eq, prelude::*};

const MINT_SUPPLY: usize = 36;
/// The pausable extension is the first of our mints (see `create_mint`): 166 is where
/// extensions begin, 4 bytes of header and 32 of authority follow.
const MINT_PAUSED: usize = 166 + 4 + 32;
const ACCOUNT_OWNER: usize = 32;
const ACCOUNT_AMOUNT: usize = 64;
const ACCOUNT_DELEGATE: usize = 72;
const ACCOUNT_STATE: usize = 108;
const ACCOUNT_CLOSE_AUTHORITY: usize = 129;
const FROZEN: u8 = 2;

/// `N` bytes of an account, by copy: no reference outlives the next call.
pub fn read<const N: usize>(account: &UncheckedAccount, offset: usize) -> Result<[u8; N]> {
    // SAFETY: the copy ends before anything can write the account
    let data = unsafe { account.account().borrow_unchecked() };
    data.get(offset..offset.saturating_add(N))
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(ProgramError::AccountDataTooSmall)
}

/// Raw units in existence, of a mint whose address was checked.
pub fn supply(mint: &UncheckedAccount) -> Result<u64> {
    read(mint, MINT_SUPPLY).map(u64::from_le_bytes)
}

/// Whether the token is paused, of a mint whose address was checked.
pub fn is_paused(mint: &UncheckedAccount) -> Result<bool> {
    read::<1>(mint, MINT_PAUSED).map(|byte| byte != [0])
}

/// Raw units in a token account.
pub fn balance(account: &UncheckedAccount) -> Result<u64> {
    read(account, ACCOUNT_AMOUNT).map(u64::from_le_bytes)
}

pub fn is_frozen(account: &UncheckedAccount) -> Result<bool> {
    read::<1>(account, ACCOUNT_STATE).map(|byte| byte == [FROZEN])
}

/// Whether nobody but its owner can move tokens out of an account of either token program, or close it.
pub fn is_plain(account: &UncheckedAccount) -> Result<bool> {
    Ok(read(account, ACCOUNT_DELEGATE)? == [0u8; 4] && read(account, ACCOUNT_CLOSE_AUTHORITY)? == [0u8; 4])
}

/// Whether a token account belongs to `owner`; nothing else does.
pub fn belongs_to(account: &UncheckedAccount, owner: &Address) -> bool {
    read(account, ACCOUNT_OWNER).is_ok_and(|found| address_eq(&Address::new_from_array(found), owner))
}

/// Refuses unless this is a Token-2022 account of `mint` that `owner` owns.
pub fn check_token_account(account: &UncheckedAccount, mint: &Address, owner: &Address) -> Result<()> {
    require!(
        account.account().owned_by(&super::TOKEN_2022)
            && address_eq(&Address::new_from_array(read(account, 0)?), mint)
            && address_eq(&Address::new_from_array(read(account, ACCOUNT_OWNER)?), owner),
        VaultError::WrongTokenAccount
    );
    Ok(())
}

/// Whether this is still a Token-2022 account of `mint` that `owner` owns, and frozen.
pub fn is_frozen_account_of(account: &UncheckedAccount, mint: &Address, owner: &Address) -> Result<bool> {
    Ok(check_token_account(account, mint, owner).is_ok() && is_frozen(account)?)
}

/// Refuses when the token program did not do exactly what was asked.
pub fn expect(expected: u64, seen: u64) -> Result<()> {
    if expected == seen {
        Ok(())
    } else {
        Err(refuse(VaultError::UnexpectedBalance, [expected, seen, 0, 0]))
    }
}
