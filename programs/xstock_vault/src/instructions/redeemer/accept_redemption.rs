use crate::{
    errors::VaultError,
    events::{emit, RedemptionAccepted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{roles, states, Asset, RedemptionRequest, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer's desk accepts a request, and binds itself to settle it before its deadline.
///
/// Specification:
/// - The signer holds the redeemer role of the asset's issuer.
/// - From here on the holder cannot cancel before the deadline, and can after it.
/// - A request whose deadline has passed cannot be accepted any more.
#[derive(Accounts)]
pub struct AcceptRedemption {
    pub redeemer: Signer,
    pub grant: Account<RoleGrant>,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl AcceptRedemption {
    fn validate(&self, now: i64) -> Result<()> {
        self.grant.check(&self.asset.issuer, roles::REDEEMER, self.redeemer.address(), now)?;
        require!(address_eq(self.asset.address(), &self.request.asset), VaultError::WrongAsset);
        self.request.check_accept(now)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let redeemer = *ctx.accounts.redeemer.address();
        let request = &mut ctx.accounts.request;
        (request.state, request.accepted_at) = (states::ACCEPTED, at);
        request.invariant()?;
        let event = RedemptionAccepted {
            asset: request.asset,
            holder: request.holder,
            redeemer,
            id: request.id,
            amount: request.amount,
            deadline: request.deadline,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
