use crate::{
    constants::NO_CHAIN,
    errors::VaultError,
    events::{emit, PaymentMarked},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    math::multiplier::shares_ceil_saturating,
    state::{check_officer, roles, Asset, Issuer, RedemptionRequest, Reserve, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The desk says that it has paid a request outside the chain: by wire, by delivery of the shares, or
/// by issuing them on another chain.
///
/// Specification:
/// - The signer holds the redeemer role, or is the issuer's authority, and is not the request's
///   arbiter. The request asked for such a payout, is accepted, and its time to settle has not
///   passed: a late claim stops no penalty. A request has one claim: when the arbiter does not
///   believe it, only the holder can confirm a payment.
/// - Nothing burns yet. The holder confirms or disputes; undisputed, anyone concludes afterwards.
/// - `to_chain` names the slot of the chain where the shares are issued; its cap must have room. Its
///   reports may count them beside the tokens that still wait here: for minting both count, and only
///   the latch and pro-rata payouts know that they are the same.
#[derive(Accounts)]
pub struct MarkPaid {
    pub redeemer: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl MarkPaid {
    fn validate(&self, evidence_hash: &[u8; 32], now: i64) -> Result<()> {
        let (asset, request) = (&self.asset, &self.request);
        check_officer(&self.issuer, &self.redeemer, &self.grant, &[roles::REDEEMER], now)?;
        require!(address_eq(self.issuer.address(), &asset.issuer), VaultError::WrongIssuer);
        require!(address_eq(asset.address(), &request.asset), VaultError::WrongAsset);
        self.reserve.check(asset.address())?;
        require!(*evidence_hash != [0; 32], VaultError::EmptyCustodianField);
        request.check_mark_paid(now)?;
        require!(!address_eq(&request.arbiter, self.redeemer.address()), VaultError::SelfArbitration);
        Ok(())
    }

    /// Issues the shares on another chain, as far as this one knows. Returns how many.
    fn mark_chain(&mut self, to_chain: u8, now: i64) -> Result<u64> {
        if to_chain == NO_CHAIN {
            return Ok(0);
        }
        self.asset.bring_up_to_date(now);
        self.reserve.bring_up_to_date(&self.asset);
        self.request.multiplier = self.asset.multiplier_at(now);
        let shares = shares_ceil_saturating(self.request.amount, self.request.multiplier);
        let chain = self.reserve.chain_mut(to_chain)?;
        chain.check_room(to_chain, shares)?;
        chain.mark(shares, now);
        self.reserve.chain_invariant(to_chain)?;
        Ok(shares)
    }

    pub fn handler(ctx: &mut Context<Self>, evidence_hash: [u8; 32], to_chain: u8) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(&evidence_hash, at)?;
        let marked_shares = a.mark_chain(to_chain, at)?;
        a.request.mark_paid(to_chain, marked_shares, at);
        a.request.invariant()?;
        let event = PaymentMarked {
            asset: a.request.asset,
            holder: a.request.holder,
            redeemer: *a.redeemer.address(),
            arbiter: a.request.arbiter,
            id: a.request.id,
            amount: a.request.amount,
            to_chain: to_chain.into(),
            marked_shares,
            multiplier: a.request.multiplier,
            evidence_hash,
            until: a.request.until,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
