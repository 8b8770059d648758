use crate::{
    errors::VaultError,
    events::{emit, PolicyCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{check_officer, roles, Asset, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// A pauser, or the issuer itself, stops a queued policy before it is applied.
///
/// Specification:
/// - The signer is the issuer's authority, an admin or a pauser of the issuer.
/// - The whole queue goes; the policy in force stays.
#[derive(Accounts)]
pub struct CancelPolicy {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelPolicy {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.canceller, &self.grant, &[roles::ADMIN, roles::PAUSER], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        require_figures!(self.asset.queued_policy.fields != 0, VaultError::NothingQueued, 0, now);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let queued = a.asset.queued_policy;
        a.asset.queued_policy.void(queued.fields);
        a.asset.invariant()?;
        let event = PolicyCancelled { asset: *a.asset.address(), by: *a.canceller.address(), queued, at };
        emit(&a.event_authority, event);
        Ok(())
    }
}
