use crate::{
    errors::VaultError,
    events::{emit, RedemptionCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_unmark, close, unmark_optional, Asset, RedemptionRequest, Reserve},
    token2022::GiveBack,
};
use anchor_lang::{address_eq, prelude::*};

/// A holder takes a request back: the very tokens return, nothing is minted.
///
/// Specification:
/// - The request's holder signs: before acceptance, while a quote waits, after the time to
///   settle, or when the arbiter did not rule in time. No penalty is paid:
///   `default_redemption` does that.
/// - Any token account of the mint that the holder owns will do, so a closed account is replaced
///   by a new one; but tokens of a frozen source go back to it. A paused token and a frozen account
///   are lifted for this transfer alone; an account that demands a memo gets one when the memo
///   program is passed.
/// - No halt and no latch stops it.
/// - The request closes; its rent goes back to whoever paid it; its id is never used again.
#[derive(Accounts)]
pub struct CancelRedemption {
    pub holder: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    /// Needed when shares were said to be issued on another chain.
    #[account(mut)]
    pub reserve: Option<Account<Reserve>>,
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
    /// CHECK: compared with the request's source
    pub source: UncheckedAccount,
    /// CHECK: owner and mint are compared
    #[account(unsafe(dup))]
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
        let request = &self.request;
        let way_back = self.way_back();
        way_back.check_accounts()?;
        require!(address_eq(self.holder.address(), &request.holder), VaultError::NotHolder);
        request.check_cancel(now)?;
        check_unmark(&self.reserve, request)?;
        way_back.check(true)
    }

    fn way_back(&self) -> GiveBack<'_> {
        GiveBack {
            asset: &self.asset,
            request: &self.request,
            mint: &self.mint,
            escrow: &self.escrow,
            source: &self.source,
            destination: &self.destination,
            rent_receiver: &self.rent_receiver,
            token_program: &self.token_program,
            memo_program: &self.memo_program,
        }
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        a.way_back().transfer()?;
        let amount = a.request.amount;
        a.asset.record_return(amount)?;
        a.asset.free_penalty(&a.request, 0)?;
        unmark_optional(&mut a.asset, &mut a.reserve, &a.request, at)?;
        a.asset.invariant()?;
        let event = RedemptionCancelled {
            asset: *a.asset.address(),
            holder: *a.holder.address(),
            destination: *a.destination.address(),
            id: a.request.id,
            amount,
            state: a.request.state.into(),
            deadline: a.request.deadline().unwrap_or(0),
            bond_reserved: a.asset.bond_reserved,
            pending: a.asset.pending,
            at,
        };
        close(&mut a.request, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
