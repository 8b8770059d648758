use crate::{
    errors::VaultError,
    events::{emit, BondWithdrawalCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{check_officer, roles, Asset, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// A pauser, or the issuer itself, stops a withdrawal of the bond before it is made.
///
/// Specification:
/// - The signer is the issuer's authority, an admin, a treasurer or a pauser of the issuer.
/// - The whole withdrawal goes; the bond stays.
#[derive(Accounts)]
pub struct CancelBondWithdrawal {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelBondWithdrawal {
    fn validate(&self, now: i64) -> Result<()> {
        let roles = [roles::ADMIN, roles::TREASURER, roles::PAUSER];
        check_officer(&self.issuer, &self.canceller, &self.grant, &roles, now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        require_figures!(self.asset.bond_exit.amount != 0, VaultError::NothingQueued, 0, now);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let dropped = a.asset.bond_exit;
        a.asset.bond_exit = bytemuck::Zeroable::zeroed();
        a.asset.invariant()?;
        let event = BondWithdrawalCancelled { asset: *a.asset.address(), by: *a.canceller.address(), dropped, at };
        emit(&a.event_authority, event);
        Ok(())
    }
}
