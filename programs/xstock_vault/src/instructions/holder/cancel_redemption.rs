use crate::{
    errors::VaultError,
    events::{emit, RedemptionCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{close, Asset, HolderBook, RedemptionRequest},
    token2022::{
        balance, check_token_account, despite_freeze, despite_pause, expect, memo, transfer, AssetSeeds, MEMO,
        TOKEN_2022,
    },
};
use anchor_lang::{address_eq, prelude::*};

/// A holder takes a request back: the very tokens return, nothing is minted.
///
/// Specification:
/// - The request's holder signs, before acceptance or after the deadline.
/// - Any token account of the mint that the holder owns will do, so a closed account is replaced
///   by a new one. A paused token and a frozen account are lifted for this transfer alone and
///   put back; an account that demands a memo gets one when the memo program is passed.
/// - No halt and no latch stops it.
/// - The request closes; its rent goes back to whoever paid it; its id is never used again.
#[derive(Accounts)]
pub struct CancelRedemption {
    pub holder: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub book: Account<HolderBook>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    /// CHECK: compared with the request's payer
    #[account(unsafe(dup))]
    pub rent_receiver: UncheckedAccount,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: compared with the asset's escrow
    #[account(mut)]
    pub escrow: UncheckedAccount,
    /// CHECK: owner and mint are compared
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    /// CHECK: compared with the memo program's address
    pub memo_program: Option<UncheckedAccount>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelRedemption {
    fn validate(&self, now: i64) -> Result<()> {
        let (asset, request) = (&self.asset, &self.request);
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require!(address_eq(self.holder.address(), &request.holder), VaultError::NotHolder);
        require!(address_eq(asset.address(), &request.asset), VaultError::WrongAsset);
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.escrow.address(), &asset.escrow), VaultError::WrongEscrow);
        require!(address_eq(self.rent_receiver.address(), &request.rent_payer), VaultError::WrongRentReceiver);
        let memo_is_memo = self.memo_program.as_ref().is_none_or(|memo| address_eq(memo.address(), &MEMO));
        require!(memo_is_memo, VaultError::WrongMemoProgram);
        self.book.check(request)?;
        request.check_cancel(now)?;
        check_token_account(&self.destination, &asset.mint, self.holder.address())
    }

    fn give_back(&self, amount: u64) -> Result<()> {
        let (mint, asset, to) = (self.mint.account(), self.asset.account(), self.destination.account());
        let seeds = AssetSeeds::of(&self.asset);
        let before = balance(&self.escrow)?;
        despite_pause(&self.mint, asset, &seeds, || {
            despite_freeze(&self.destination, mint, asset, &seeds, || {
                if self.memo_program.is_some() {
                    memo();
                }
                transfer(self.escrow.account(), mint, to, asset, amount, seeds.parts());
                Ok(())
            })
        })?;
        expect(before.saturating_sub(amount), balance(&self.escrow)?)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let a = &mut ctx.accounts;
        let (id, amount) = (a.request.id, a.request.amount);
        a.give_back(amount)?;
        a.asset.record_cancel(amount)?;
        a.book.record_cancel(amount)?;
        a.asset.invariant()?;
        a.book.invariant()?;
        let event = RedemptionCancelled {
            asset: *a.asset.address(),
            holder: *a.holder.address(),
            destination: *a.destination.address(),
            id,
            amount,
            state: a.request.state.into(),
            deadline: a.request.deadline,
            pending: a.asset.pending,
            at,
        };
        close(&mut a.request, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
