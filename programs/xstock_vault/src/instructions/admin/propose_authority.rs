use crate::{
    events::{emit, AuthorityProposed},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::Issuer,
};
use anchor_lang::prelude::*;

/// First half of a handoff: names the key that may take over.
///
/// Specification:
/// - The current authority signs and stays in office until the new key accepts, so a mistyped
///   key locks nobody out.
/// - Once the issuer is live, the handoff waits out its timelock, and a pauser can cancel it. It is
///   void 14 days after it could have been accepted.
/// - A later proposal replaces an earlier one; the zero address withdraws it.
#[derive(Accounts)]
pub struct ProposeAuthority {
    pub authority: Signer,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl ProposeAuthority {
    fn validate(&self) -> Result<()> {
        self.issuer.check_authority(&self.authority)
    }

    pub fn handler(ctx: &mut Context<Self>, new_authority: Address) -> Result<()> {
        ctx.accounts.validate()?;
        let at = now()?;
        let issuer = &mut ctx.accounts.issuer;
        issuer.propose(new_authority, at);
        issuer.invariant()?;
        let event = AuthorityProposed {
            issuer: *issuer.address(),
            authority: issuer.authority,
            pending_authority: new_authority,
            pending_from: issuer.pending_authority_from,
            pending_until: issuer.pending_authority_until,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
