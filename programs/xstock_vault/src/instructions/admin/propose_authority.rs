use crate::{
    errors::VaultError,
    events::{emit, AuthorityProposed},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::Issuer,
};
use anchor_lang::{address_eq, prelude::*};

/// First half of a handoff: names the key that may take over.
///
/// Specification:
/// - The current authority signs and stays in office until the new key accepts, so a mistyped
///   key locks nobody out.
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
        require!(address_eq(self.authority.address(), &self.issuer.authority), VaultError::NotAuthority);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, new_authority: Address) -> Result<()> {
        ctx.accounts.validate()?;
        let issuer = &mut ctx.accounts.issuer;
        issuer.pending_authority = new_authority;
        let event = AuthorityProposed {
            issuer: *issuer.address(),
            authority: issuer.authority,
            pending_authority: new_authority,
            at: now()?,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
