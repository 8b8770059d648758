use crate::{
    constants::ARBITRATION_S,
    errors::VaultError,
    events::{emit, RedemptionAccepted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{check_officer, payouts, roles, Asset, Issuer, RedemptionRequest, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer's desk accepts a request, and binds itself to settle it in time.
///
/// Specification:
/// - The signer holds the redeemer role of the asset's issuer, or is the issuer's authority: no
///   pauser that cancels renewals can leave the desk without hands.
/// - At market the desk names its price: a quote, which binds both once the holder agrees, and lapses
///   else. With a minimum it may name a better one.
/// - Of a payout outside the chain the desk shows the grant of the request's arbiter: in office since
///   before the request, not the issuer's own authority, and lasting until a dispute could be ruled on.
/// - From here on, or from the holder's agreement to a quote, a missed deadline costs the penalty, and the holder cannot cancel before it. The bond
///   must have free, and reserves, the penalty that the request has shown.
/// - A request whose time to accept has passed cannot be accepted any more.
#[derive(Accounts)]
pub struct AcceptRedemption {
    pub redeemer: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    /// Of a payout outside the chain.
    pub arbiter_grant: Option<Account<RoleGrant>>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl AcceptRedemption {
    fn validate(&self, price: u64, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.redeemer, &self.grant, &[roles::REDEEMER], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        require!(address_eq(self.asset.address(), &self.request.asset), VaultError::WrongAsset);
        self.request.check_accept(price, now)?;
        if self.request.payout == payouts::OFF_CHAIN {
            self.check_arbiter(now)?;
        }
        Ok(())
    }

    fn check_arbiter(&self, now: i64) -> Result<()> {
        let request = &self.request;
        let Some(grant) = &self.arbiter_grant else {
            return Err(VaultError::WrongArbiter.into());
        };
        require!(address_eq(&grant.member, &request.arbiter), VaultError::WrongArbiter);
        grant.check(self.issuer.address(), roles::ARBITER, &request.arbiter, now)?;
        require!(!address_eq(&request.arbiter, &self.issuer.authority), VaultError::SelfArbitration);
        require_figures!(
            grant.held_since <= request.requested_at,
            VaultError::ArbiterTooNew,
            grant.held_since,
            request.requested_at
        );
        let needed = request.settle_by.saturating_add(request.dispute_window_s).saturating_add(ARBITRATION_S);
        let lasts = grant.expiry(now).min(grant.expiry(needed));
        require_figures!(lasts > needed, VaultError::ArbiterLeaves, lasts, needed);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, price: u64) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.request.restate(a.asset.multiplier_at(at));
        a.validate(price, at)?;
        let was_armed = a.request.is_armed();
        a.request.accept(price, at);
        if !was_armed {
            a.asset.check_penalty_free(a.request.penalty())?;
            a.asset.reserve_penalty(a.request.penalty())?;
        }
        a.request.invariant()?;
        a.asset.invariant()?;
        let event = RedemptionAccepted {
            asset: a.request.asset,
            holder: a.request.holder,
            redeemer: *a.redeemer.address(),
            id: a.request.id,
            amount: a.request.amount,
            min_price: a.request.min_price,
            multiplier: a.request.multiplier,
            until: a.request.until,
            penalty: a.request.penalty(),
            bond_reserved: a.asset.bond_reserved,
            settle_by: a.request.settle_by,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
