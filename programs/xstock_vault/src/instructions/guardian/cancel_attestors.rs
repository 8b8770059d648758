use crate::{
    errors::VaultError,
    events::{emit, AttestorsCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, roles, Asset, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// A pauser, or the issuer itself, stops new snapshot attestors before they are in force.
///
/// Specification:
/// - The signer is the issuer's authority, an admin or a pauser of the issuer.
/// - Those in force stay.
#[derive(Accounts)]
pub struct CancelAttestors {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelAttestors {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.canceller, &self.grant, &[roles::ADMIN, roles::PAUSER], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        a.asset.attestors.cancel(at)?;
        a.asset.invariant()?;
        let event = AttestorsCancelled { asset: *a.asset.address(), by: *a.canceller.address(), at };
        emit(&a.event_authority, event);
        Ok(())
    }
}
