use crate::{
    errors::VaultError,
    events::{emit, AllowanceRaiseCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, roles, Asset, Issuer, MinterAllowance, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// A pauser stops a raise of a minter's allowance before it acts.
///
/// Specification:
/// - The signer is the issuer's authority, an admin or a pauser of the issuer.
/// - Only a raise that still waits can be cancelled; the limits in force stay.
#[derive(Accounts)]
pub struct CancelRaise {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub allowance: Account<MinterAllowance>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelRaise {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.canceller, &self.grant, &[roles::ADMIN, roles::PAUSER], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.allowance.check(self.asset.address(), &self.allowance.minter)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let dropped = a.allowance.cancel(at)?;
        a.allowance.invariant()?;
        let event = AllowanceRaiseCancelled {
            asset: *a.asset.address(),
            minter: a.allowance.minter,
            by: *a.canceller.address(),
            dropped,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
