use crate::{
    errors::VaultError,
    events::{emit, DistributionReclaimed},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::{check_account, pay_out},
    state::{check_officer, plus, roles, Distribution, DistributionSeeds, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The treasurer takes back what nobody has claimed, once claims are closed.
///
/// Specification:
/// - The signer holds the treasurer role of the issuer, or is its authority.
/// - The fixed end of the claims has passed. What is left of the funds moves, to an account that the
///   issuer's authority owns; the tax that was withheld does not.
/// - What others sent to the vault beside the funding stays there.
#[derive(Accounts)]
pub struct ReclaimDistribution {
    pub treasurer: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    /// CHECK: the distribution's asset, whose issuer is compared
    pub asset: Account<crate::state::Asset>,
    #[account(mut)]
    pub distribution: Account<Distribution>,
    /// CHECK: compared with the distribution's payout mint
    pub payout_mint: UncheckedAccount,
    /// CHECK: compared with the distribution's vault
    #[account(mut)]
    pub vault: UncheckedAccount,
    /// CHECK: owner and mint are compared
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: payments call the owner of the payout mint, whatever stands here
    pub payment_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl ReclaimDistribution {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.treasurer, &self.grant, &[roles::TREASURER], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        require!(address_eq(self.asset.address(), &self.distribution.asset), VaultError::WrongAsset);
        self.distribution.check_accounts(&self.payout_mint, &self.vault)?;
        check_account(&self.destination, &self.payout_mint, &self.issuer.authority)?;
        self.distribution.check_expired(now)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let amount = a.distribution.remaining()?;
        require!(amount != 0, VaultError::NothingLeft);
        let seeds = DistributionSeeds::of(&a.distribution);
        let what = (amount, a.distribution.decimals);
        pay_out(&a.vault, &a.payout_mint, &a.destination, a.distribution.account(), what, seeds.parts())?;
        a.distribution.reclaimed = plus(a.distribution.reclaimed, amount)?;
        a.distribution.invariant()?;
        let event = DistributionReclaimed {
            asset: a.distribution.asset,
            distribution: *a.distribution.address(),
            by: *a.treasurer.address(),
            destination: *a.destination.address(),
            amount,
            funded: a.distribution.funded,
            paid: a.distribution.paid,
            withheld: a.distribution.withheld,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
