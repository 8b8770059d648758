use crate::{
    errors::VaultError,
    events::{emit, QuoteAgreed},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{Asset, RedemptionRequest},
};
use anchor_lang::{address_eq, prelude::*};

/// A holder agrees to the price that the desk quoted for a request at market.
///
/// Specification:
/// - The request's holder signs, within the time to settle. Silence is a no: a quote that nobody agrees
///   to lapses, and costs neither side anything.
/// - From here on the desk must settle at the quote or better, and the holder cannot cancel in time.
#[derive(Accounts)]
pub struct AgreeQuote {
    pub holder: Signer,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl AgreeQuote {
    fn validate(&self, min_price: u64, now: i64) -> Result<()> {
        require!(address_eq(self.holder.address(), &self.request.holder), VaultError::NotHolder);
        require!(address_eq(self.asset.address(), &self.request.asset), VaultError::WrongAsset);
        self.request.check_agree(min_price, now)
    }

    pub fn handler(ctx: &mut Context<Self>, min_price: u64) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(min_price, at)?;
        let request = &mut ctx.accounts.request;
        request.until = 0;
        request.invariant()?;
        let event = QuoteAgreed {
            asset: request.asset,
            holder: request.holder,
            id: request.id,
            amount: request.amount,
            min_price: request.min_price,
            penalty: request.penalty(),
            settle_by: request.settle_by,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
