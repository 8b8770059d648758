use crate::{
    errors::VaultError,
    events::{emit, RoleRevoked},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, close, roles, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer takes a role back.
///
/// Specification:
/// - The issuer's authority signs, or an admin, who cannot revoke admins; the grant is of this issuer.
/// - The grant is closed at once, and its rent goes back to whoever paid it.
/// - Pausers and approvers restrain the others, so that a thief would revoke them first: once the
///   issuer is live and they have held the role for as long as its timelock, their grant ends when the
///   timelock has passed again, and a second call then closes it.
#[derive(Accounts)]
pub struct RevokeRole {
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    #[account(mut)]
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
    fn validate(&self, now: i64) -> Result<()> {
        let by: &[u8] = if self.grant.role == roles::ADMIN { &[] } else { &[roles::ADMIN] };
        check_officer(&self.issuer, &self.authority, &self.admin_grant, by, now)?;
        require!(address_eq(self.issuer.address(), &self.grant.issuer), VaultError::WrongIssuer);
        require!(address_eq(self.rent_receiver.address(), &self.grant.rent_payer), VaultError::WrongRentReceiver);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let a = &mut ctx.accounts;
        let ends_at = a.issuer.loosen_at(at);
        let waits = a.grant.revocation_waits(at, ends_at);
        let event = RoleRevoked {
            issuer: a.grant.issuer,
            member: a.grant.member,
            by: *a.authority.address(),
            role: a.grant.role.into(),
            closed: (!waits).into(),
            expires_at: a.grant.expiry(at),
            ends_at: if waits { ends_at } else { at },
            at,
        };
        if waits {
            a.grant.set_end(ends_at, at);
            a.grant.invariant()?;
        } else {
            a.issuer.uncount_grant(a.grant.role)?;
            close(&mut a.grant, &a.rent_receiver)?;
        }
        a.issuer.invariant()?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
