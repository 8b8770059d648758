use crate::{
    events::{emit, RoleRenounced},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::Issuer,
};
use anchor_lang::prelude::*;

/// The issuer gives up a role for good.
///
/// Specification:
/// - The issuer's authority signs.
/// - No grant of the role exists, not even an expired one: what is renounced is held by nobody.
/// - Pauser, unpauser, redeemer and attestor manager cannot be renounced: holders would be worse off.
/// - Once the issuer is live it takes two calls, a timelock apart and at most 14 days after it; a
///   pauser can cancel in between. There is no way back.
#[derive(Accounts)]
pub struct RenounceRole {
    pub authority: Signer,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RenounceRole {
    fn validate(&self) -> Result<()> {
        self.issuer.check_authority(&self.authority)
    }

    pub fn handler(ctx: &mut Context<Self>, role: u8) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate()?;
        let issuer = &mut ctx.accounts.issuer;
        let done = issuer.renounce(role, at)?;
        issuer.invariant()?;
        let event = RoleRenounced {
            issuer: *issuer.address(),
            role: role.into(),
            done: done.into(),
            renounce_from: issuer.renounce_from,
            renounced: issuer.renounced.into(),
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
