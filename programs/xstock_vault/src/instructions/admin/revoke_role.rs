use crate::{
    errors::VaultError,
    events::{emit, RoleRevoked},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{close, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer takes a role back at once.
///
/// Specification:
/// - The issuer's authority signs; the grant is of this issuer.
/// - The grant is closed, and its rent goes back to whoever paid it.
#[derive(Accounts)]
pub struct RevokeRole {
    pub authority: Signer,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub grant: Account<RoleGrant>,
    /// CHECK: compared with the grant's payer
    #[account(unsafe(dup))]
    pub rent_receiver: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RevokeRole {
    fn validate(&self) -> Result<()> {
        require!(address_eq(self.authority.address(), &self.issuer.authority), VaultError::NotAuthority);
        require!(address_eq(self.issuer.address(), &self.grant.issuer), VaultError::WrongIssuer);
        require!(address_eq(self.rent_receiver.address(), &self.grant.rent_payer), VaultError::WrongRentReceiver);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        ctx.accounts.validate()?;
        let grant = &ctx.accounts.grant;
        let event = RoleRevoked {
            issuer: grant.issuer,
            member: grant.member,
            role: grant.role.into(),
            expires_at: grant.expires_at,
            at: now()?,
        };
        let a = &mut ctx.accounts;
        close(&mut a.grant, &a.rent_receiver)?;
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
