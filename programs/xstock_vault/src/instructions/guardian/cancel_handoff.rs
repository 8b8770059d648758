use crate::{
    errors::VaultError,
    events::{emit, HandoffCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{check_officer, roles, Issuer, RoleGrant},
};
use anchor_lang::prelude::*;

/// A pauser stops a handoff of the issuer's authority before it is accepted.
///
/// Specification:
/// - The signer is the issuer's authority, an admin or a pauser of the issuer.
/// - Only a proposal that waits can be cancelled; the authority stays in office.
#[derive(Accounts)]
pub struct CancelHandoff {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelHandoff {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.canceller, &self.grant, &[roles::ADMIN, roles::PAUSER], now)?;
        let proposed = self.issuer.pending_authority != Address::default();
        require_figures!(proposed, VaultError::NothingQueued, 0, now);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let pending_authority = a.issuer.pending_authority;
        a.issuer.propose(Address::default(), at);
        a.issuer.invariant()?;
        let event = HandoffCancelled { issuer: *a.issuer.address(), by: *a.canceller.address(), pending_authority, at };
        emit(&a.event_authority, event);
        Ok(())
    }
}
