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
/// - Pauser and redeemer cannot be renounced: holders would be worse off without them.
/// - There is no way back.
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
        ctx.accounts.validate()?;
        let issuer = &mut ctx.accounts.issuer;
        issuer.renounce(role)?;
        issuer.invariant()?;
        let event = RoleRenounced {
            issuer: *issuer.address(),
            role: role.into(),
            renounced: issuer.renounced.into(),
            at: now()?,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
