use crate::{
    errors::VaultError,
    events::{emit, PaymentDisputed},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{Asset, RedemptionRequest},
};
use anchor_lang::{address_eq, prelude::*};

/// A holder says that a payment outside the chain did not arrive: an arbiter must rule.
///
/// Specification:
/// - The request's holder signs, within the dispute window.
/// - The tokens stay in escrow. When the arbiter does not rule in time, they go back and the penalty is
///   due. The holder may still confirm.
#[derive(Accounts)]
pub struct DisputePayment {
    pub holder: Signer,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl DisputePayment {
    fn validate(&self, now: i64) -> Result<()> {
        require!(address_eq(self.holder.address(), &self.request.holder), VaultError::NotHolder);
        require!(address_eq(self.asset.address(), &self.request.asset), VaultError::WrongAsset);
        self.request.check_dispute(now)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let request = &mut ctx.accounts.request;
        request.dispute(at);
        request.invariant()?;
        let event = PaymentDisputed {
            asset: request.asset,
            holder: request.holder,
            id: request.id,
            amount: request.amount,
            until: request.until,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
