use crate::{
    errors::VaultError,
    events::{emit, RoleChangeCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, roles, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// A pauser stops a change of a role before it acts: a new or longer grant, or the end of a pauser's
/// or approver's.
///
/// Specification:
/// - The signer is the issuer's authority, an admin or a pauser of the issuer; a pauser whose own
///   grant is the target passes no other.
/// - Only a change that still waits can be cancelled; the grant stays as it is in force. One that
///   never came into force is void, and `revoke_role` closes it.
#[derive(Accounts)]
pub struct CancelRoleChange {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub role: Account<RoleGrant>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelRoleChange {
    fn validate(&self, now: i64) -> Result<()> {
        require!(address_eq(self.issuer.address(), &self.role.issuer), VaultError::WrongIssuer);
        let signer = self.canceller.address();
        let own = address_eq(signer, &self.role.member) && self.role.role == roles::PAUSER;
        if own && self.grant.is_none() && !address_eq(signer, &self.issuer.authority) {
            // the last pauser defends its own grant, which cannot be passed twice
            return self.role.check(self.issuer.address(), roles::PAUSER, signer, now);
        }
        check_officer(&self.issuer, &self.canceller, &self.grant, &[roles::ADMIN, roles::PAUSER], now)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let next_expires_at = a.role.cancel(at)?;
        a.role.invariant()?;
        let event = RoleChangeCancelled {
            issuer: a.role.issuer,
            member: a.role.member,
            by: *a.canceller.address(),
            role: a.role.role.into(),
            expires_at: a.role.expires_at,
            next_expires_at,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
