use crate::{
    errors::VaultError,
    events::{emit, WithheldRemitted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::pay_out,
    state::{minus, Distribution, DistributionSeeds},
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone moves the tax that was withheld so far to the withholding account.
///
/// Specification:
/// - It goes to the account that the declaration named, and nowhere else; what was moved before stays
///   moved.
#[derive(Accounts)]
pub struct RemitWithheld {
    #[account(mut)]
    pub distribution: Account<Distribution>,
    /// CHECK: compared with the distribution's payout mint
    pub payout_mint: UncheckedAccount,
    /// CHECK: compared with the distribution's vault
    #[account(mut)]
    pub vault: UncheckedAccount,
    /// CHECK: compared with the distribution's withholding account
    #[account(mut)]
    pub withholding_account: UncheckedAccount,
    /// CHECK: payments call the owner of the payout mint, whatever stands here
    pub payment_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RemitWithheld {
    fn validate(&self) -> Result<()> {
        self.distribution.check_accounts(&self.payout_mint, &self.vault)?;
        let named = &self.distribution.withholding_account;
        require!(address_eq(self.withholding_account.address(), named), VaultError::WrongWithholdingAccount);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate()?;
        let amount = minus(a.distribution.withheld, a.distribution.remitted)?;
        require!(amount != 0, VaultError::NothingLeft);
        let seeds = DistributionSeeds::of(&a.distribution);
        let what = (amount, a.distribution.decimals);
        pay_out(&a.vault, &a.payout_mint, &a.withholding_account, a.distribution.account(), what, seeds.parts())?;
        a.distribution.remitted = a.distribution.withheld;
        a.distribution.invariant()?;
        let event = WithheldRemitted {
            asset: a.distribution.asset,
            distribution: *a.distribution.address(),
            withholding_account: a.distribution.withholding_account,
            amount,
            remitted: a.distribution.remitted,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
