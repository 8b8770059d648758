//! What redemptions are paid in: a stablecoin of SPL Token or Token-2022.

mod vet;

pub use vet::vet;

use crate::{
    errors::VaultError,
    math::merkle::sha256,
    token2022::{associated_address, balance, expect, read, transfer_checked, ASSOCIATED_TOKEN, TOKEN_2022},
};
use anchor_lang::{address_eq, pinocchio::account::AccountView, prelude::*};

pub const TOKEN: Address = anchor_lang::address!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

/// The token program that owns the payment mint.
pub fn program_of(mint: &UncheckedAccount) -> Result<&'static Address> {
    if mint.account().owned_by(&TOKEN) {
        Ok(&TOKEN)
    } else {
        require!(mint.account().owned_by(&TOKEN_2022), VaultError::WrongPaymentMint);
        Ok(&TOKEN_2022)
    }
}

/// Refuses unless this is a token account of `mint` that `owner` owns.
pub fn check_account(account: &UncheckedAccount, mint: &UncheckedAccount, owner: &Address) -> Result<()> {
    check_account_of_mint(account, mint)?;
    require!(address_eq(&owner_of(account)?, owner), VaultError::WrongTokenAccount);
    Ok(())
}

/// Who owns a token account.
pub fn owner_of(account: &UncheckedAccount) -> Result<Address> {
    read(account, 32).map(Address::new_from_array)
}

/// Refuses unless this is a token account of `mint`, whoever owns it.
pub fn check_account_of_mint(account: &UncheckedAccount, mint: &UncheckedAccount) -> Result<()> {
    require!(
        account.account().owned_by(program_of(mint)?)
            && address_eq(&Address::new_from_array(read(account, 0)?), mint.address()),
        VaultError::WrongTokenAccount
    );
    Ok(())
}

/// The associated token account of `owner`, which a stranger may name.
pub fn associated(owner: &Address, mint: &UncheckedAccount) -> Result<Address> {
    Ok(associated_address(owner, program_of(mint)?, mint.address()))
}

/// The associated token account of `owner` at a known bump: no search. What lies there as a token account
/// can only have been made by the associated-token program, at the right bump.
pub fn associated_at(owner: &Address, mint: &UncheckedAccount, bump: u8) -> Result<Address> {
    let parts = [owner.as_ref(), program_of(mint)?.as_ref(), mint.address().as_ref(), &[bump]];
    let [owner, program, mint, bump] = parts;
    let hash = sha256(&[owner, program, mint, bump, ASSOCIATED_TOKEN.as_ref(), b"ProgramDerivedAddress"]);
    Ok(Address::new_from_array(hash))
}

/// Moves payment tokens out of the bond; exactly the amount must leave it. If the coin has begun to take
/// a fee, the receiver bears it: the bond must not be locked for ever.
pub fn pay_out<const S: usize>(
    vault: &UncheckedAccount,
    mint: &UncheckedAccount,
    to: &UncheckedAccount,
    asset: &AccountView,
    (amount, decimals): (u64, u8),
    seeds: [&[u8]; S],
) -> Result<()> {
    let before = balance(vault)?;
    let accounts = [vault.account(), mint.account(), to.account(), asset];
    transfer_checked(program_of(mint)?, accounts, (amount, decimals), seeds);
    expect(before.saturating_sub(amount), balance(vault)?)
}

/// Moves payment tokens; what arrives must be the exact amount, whatever the mint has become.
/// `authority` has signed the transaction, or signs by `seeds`.
pub fn pay<const S: usize>(
    from: &UncheckedAccount,
    mint: &UncheckedAccount,
    to: &UncheckedAccount,
    authority: &AccountView,
    (amount, decimals): (u64, u8),
    seeds: [&[u8]; S],
) -> Result<()> {
    let before = balance(to)?;
    let accounts = [from.account(), mint.account(), to.account(), authority];
    transfer_checked(program_of(mint)?, accounts, (amount, decimals), seeds);
    expect(before.saturating_add(amount), balance(to)?)
}
