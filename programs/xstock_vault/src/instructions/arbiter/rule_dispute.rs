use crate::{
    errors::VaultError,
    events::{emit, DisputeRuled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{unmark, Asset, RedemptionRequest, Reserve},
};
use anchor_lang::{address_eq, prelude::*};

/// An arbiter rules on a disputed payment.
///
/// Specification:
/// - The signer is the arbiter that the request named and whose grant the desk showed at acceptance:
///   nobody can take the case away from it. It rules in time, or the tokens go back and the penalty is
///   due.
/// - Paid: anyone may conclude now. Not paid: the request is accepted as before, without another claim;
///   when its time to settle has passed, anyone may claim the penalty for its holder.
#[derive(Accounts)]
pub struct RuleDispute {
    pub arbiter: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RuleDispute {
    fn validate(&self, now: i64) -> Result<()> {
        require!(address_eq(self.asset.address(), &self.request.asset), VaultError::WrongAsset);
        require!(address_eq(self.arbiter.address(), &self.request.arbiter), VaultError::WrongArbiter);
        self.reserve.check(self.asset.address())?;
        self.request.check_rule(now)
    }

    pub fn handler(ctx: &mut Context<Self>, paid: bool) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let a = &mut ctx.accounts;
        if !paid {
            unmark(&mut a.asset, &mut a.reserve, &a.request, at)?;
        }
        let arbiter = *a.arbiter.address();
        let request = &mut a.request;
        request.rule(paid);
        request.invariant()?;
        let event = DisputeRuled {
            asset: request.asset,
            holder: request.holder,
            arbiter,
            id: request.id,
            amount: request.amount,
            paid: paid.into(),
            settle_by: request.settle_by,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
