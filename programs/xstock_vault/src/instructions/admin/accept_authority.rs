use crate::{
    events::{emit, AuthorityAccepted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::Issuer,
};
use anchor_lang::prelude::*;

/// Second half of a handoff: the proposed key takes over.
///
/// Specification:
/// - Only the proposed key can sign; without a proposal the pending key is the zero address,
///   which nobody can sign for.
/// - Not before the proposal has waited, and not after it is void.
#[derive(Accounts)]
pub struct AcceptAuthority {
    pub new_authority: Signer,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl AcceptAuthority {
    fn validate(&self, now: i64) -> Result<()> {
        self.issuer.check_acceptance(&self.new_authority, now)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let issuer = &mut ctx.accounts.issuer;
        let old_authority = issuer.authority;
        issuer.authority = issuer.pending_authority;
        issuer.propose(Address::default(), at);
        issuer.invariant()?;
        let event = AuthorityAccepted { issuer: *issuer.address(), old_authority, authority: issuer.authority, at };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
