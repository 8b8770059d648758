//! Escrowed tokens on their way back to their holder.

use super::{
    associated_address, balance, check_token_account, despite_freeze, despite_pause, expect, is_frozen_account_of,
    memo, transfer, AssetSeeds, MEMO, TOKEN_2022,
};
use crate::{
    errors::VaultError,
    state::{Asset, RedemptionRequest},
};
use anchor_lang::{address_eq, prelude::*};

/// Accounts of a return.
pub struct GiveBack<'a> {
    pub asset: &'a Account<Asset>,
    pub request: &'a RedemptionRequest,
    pub mint: &'a UncheckedAccount,
    pub escrow: &'a UncheckedAccount,
    pub source: &'a UncheckedAccount,
    pub destination: &'a UncheckedAccount,
    pub rent_receiver: &'a UncheckedAccount,
    pub token_program: &'a UncheckedAccount,
    pub memo_program: &'a Option<UncheckedAccount>,
}

impl GiveBack<'_> {
    /// Refuses accounts that do not belong together.
    pub fn check_accounts(&self) -> Result<()> {
        let (asset, request) = (self.asset, self.request);
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require!(address_eq(asset.address(), &request.asset), VaultError::WrongAsset);
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.escrow.address(), &asset.escrow), VaultError::WrongEscrow);
        require!(address_eq(self.rent_receiver.address(), &request.rent_payer), VaultError::WrongRentReceiver);
        let memo_is_memo = self.memo_program.as_ref().is_none_or(|memo| address_eq(memo.address(), &MEMO));
        require!(memo_is_memo, VaultError::WrongMemoProgram);
        Ok(())
    }

    /// Whether the account that the tokens came from is still the holder's, and frozen.
    pub fn source_is_frozen(&self) -> Result<bool> {
        require!(address_eq(self.source.address(), &self.request.source), VaultError::WrongSource);
        is_frozen_account_of(self.source, &self.asset.mint, &self.request.holder)
    }

    /// Refuses a destination that is not the holder's, or that gets around a freeze: a frozen source is
    /// the only way back. A stranger names the source while it is the holder's, else the associated
    /// account.
    pub fn check(&self, by_holder: bool) -> Result<()> {
        let (mint, holder) = (&self.asset.mint, &self.request.holder);
        let to_source = address_eq(self.destination.address(), &self.request.source);
        require!(to_source || !self.source_is_frozen()?, VaultError::SourceFrozen);
        check_token_account(self.destination, mint, holder)?;
        if by_holder || to_source {
            return Ok(());
        }
        let gone = check_token_account(self.source, mint, holder).is_err();
        let home = gone && *self.destination.address() == associated_address(holder, &TOKEN_2022, mint);
        require!(home, VaultError::NotAssociated);
        Ok(())
    }

    /// Returns what the request holds. A paused token and a frozen account are lifted for this transfer
    /// alone and put back; an account that demands a memo gets one.
    pub fn transfer(&self) -> Result<()> {
        let (mint, asset, to) = (self.mint.account(), self.asset.account(), self.destination.account());
        let (seeds, amount) = (AssetSeeds::of(self.asset), self.request.amount);
        let before = balance(self.escrow)?;
        despite_pause(self.mint, asset, &seeds, || {
            despite_freeze(self.destination, mint, asset, &seeds, || {
                if self.memo_program.is_some() {
                    memo();
                }
                transfer(self.escrow.account(), mint, to, asset, amount, seeds.parts());
                Ok(())
            })
        })?;
        expect(before.saturating_sub(amount), balance(self.escrow)?)
    }
}
