use crate::{
    events::{emit, DistributionFunded},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::pay,
    state::{plus, Distribution},
};
use anchor_lang::prelude::*;

/// Anyone, the paying agent as a rule, puts into the vault what the owners are entitled to.
///
/// Specification:
/// - The entitlements are final, so what is owed is known. No more than that is taken, and nothing in the
///   last quarter of a year before claims close.
/// - Exactly the amount must arrive. Only what comes this way counts as funds.
#[derive(Accounts)]
pub struct FundDistribution {
    pub funder: Signer,
    #[account(mut)]
    pub distribution: Account<Distribution>,
    /// CHECK: compared with the distribution's payout mint
    pub payout_mint: UncheckedAccount,
    /// CHECK: the token program demands an account of the payout mint that the funder may spend
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: compared with the distribution's vault
    #[account(mut)]
    pub vault: UncheckedAccount,
    /// CHECK: payments call the owner of the payout mint, whatever stands here
    pub payment_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl FundDistribution {
    /// Returns what of `amount` is taken.
    fn validate(&self, amount: u64, now: i64) -> Result<u64> {
        self.distribution.check_accounts(&self.payout_mint, &self.vault)?;
        self.distribution.check_fund(amount, now)
    }

    pub fn handler(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        let amount = a.validate(amount, at)?;
        let what = (amount, a.distribution.decimals);
        pay(&a.source, &a.payout_mint, &a.vault, a.funder.account(), what, [])?;
        a.distribution.ballot.seal();
        a.distribution.funded = plus(a.distribution.funded, amount)?;
        a.distribution.invariant()?;
        let event = DistributionFunded {
            asset: a.distribution.asset,
            distribution: *a.distribution.address(),
            funder: *a.funder.address(),
            amount,
            funded: a.distribution.funded,
            gross: a.distribution.ballot.root.entry.sum,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
