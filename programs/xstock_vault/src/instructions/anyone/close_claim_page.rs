use crate::{
    constants::DAY_S,
    errors::VaultError,
    events::{emit, ClaimPageClosed},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{close, ClaimPage, Distribution},
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone closes a page of claims that are over; its rent goes back to its payer.
///
/// Specification:
/// - Claims are closed for ever, and for a day already, so that no clock that goes back opens them: closing
///   frees no leaf.
#[derive(Accounts)]
pub struct CloseClaimPage {
    pub distribution: Account<Distribution>,
    #[account(mut)]
    pub claims: Account<ClaimPage>,
    /// CHECK: compared with the page's payer
    #[account(mut)]
    pub rent_receiver: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CloseClaimPage {
    fn validate(&self, now: i64) -> Result<()> {
        self.claims.check(self.distribution.address())?;
        require!(address_eq(self.rent_receiver.address(), &self.claims.rent_payer), VaultError::WrongRentReceiver);
        let until = self.distribution.claim_until.saturating_add(DAY_S);
        require_figures!(now > until, VaultError::ClaimsOpen, until, now);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let event = ClaimPageClosed {
            asset: a.distribution.asset,
            distribution: *a.distribution.address(),
            rent_payer: a.claims.rent_payer,
            page: a.claims.page.into(),
            claimed: a.claims.claimed,
            at,
        };
        close(&mut a.claims, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
