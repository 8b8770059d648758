use crate::{
    events::{emit, RenunciationCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, roles, Issuer, RoleGrant},
};
use anchor_lang::prelude::*;

/// A pauser stops the issuer from giving up a role for good.
///
/// Specification:
/// - The signer is the issuer's authority, an admin or a pauser of the issuer.
/// - Only a renunciation that waits can be cancelled.
#[derive(Accounts)]
pub struct CancelRenunciation {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelRenunciation {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.canceller, &self.grant, &[roles::ADMIN, roles::PAUSER], now)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let role = a.issuer.cancel_renunciation(at)?;
        a.issuer.invariant()?;
        let event =
            RenunciationCancelled { issuer: *a.issuer.address(), by: *a.canceller.address(), role: role.into(), at };
        emit(&a.event_authority, event);
        Ok(())
    }
}
