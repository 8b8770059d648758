use crate::{
    errors::VaultError,
    events::{emit, AuthorityAccepted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::Issuer,
};
use anchor_lang::{address_eq, prelude::*};

/// Second half of a handoff: the proposed key takes over.
///
/// Specification:
/// - Only the proposed key can sign; without a proposal the pending key is the zero address,
///   which nobody can sign for.
#[derive(Accounts)]
pub struct AcceptAuthority {
    pub new_authority: Signer,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl AcceptAuthority {
    fn validate(&self) -> Result<()> {
        require!(
            address_eq(self.new_authority.address(), &self.issuer.pending_authority),
            VaultError::NotPendingAuthority
        );
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        ctx.accounts.validate()?;
        let issuer = &mut ctx.accounts.issuer;
        let old_authority = issuer.authority;
        issuer.authority = issuer.pending_authority;
        issuer.pending_authority = Address::default();
        let event =
            AuthorityAccepted { issuer: *issuer.address(), old_authority, authority: issuer.authority, at: now()? };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
