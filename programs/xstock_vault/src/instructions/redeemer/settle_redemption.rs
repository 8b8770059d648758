use crate::{
    constants::NO_CHAIN,
    errors::VaultError,
    events::{emit, RedemptionSettled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    math::multiplier::{pro_rata, shares_ceil_saturating, shares_floor},
    state::{close, features, minus, roles, Asset, HolderBook, RedemptionRequest, Reserve, RoleGrant},
    token2022::{burn, despite_pause, expect, supply, AssetSeeds, TOKEN_2022},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer's desk settles an accepted request: the escrowed tokens are burned.
///
/// Specification:
/// - The signer holds the redeemer role of the asset's issuer, and names the amount and the
///   acceptance time it means, so that a request that changed under its hands is not settled.
/// - Only here do redeemed tokens leave the supply. Their shares stay in the obligation as
///   released until every counted custodian has reported a later time.
/// - `to_chain` names the slot of another chain where the shares are issued instead: they leave no
///   custodian, and weigh there until that chain's report is later. Its cap must have room.
/// - While an asset that was listed pro rata is short, the event tells a payout in proportion to what
///   custodians last reported, whatever the policy counts of it: no caps, haircut or quorum, or a
///   thief could tighten the policy and lower what holders get. The tokens burn whole.
/// - No halt, latch or pause of the token stops it; a late settlement is still one.
/// - The request closes; its rent goes back to whoever paid it.
#[derive(Accounts)]
pub struct SettleRedemption {
    pub redeemer: Signer,
    pub grant: Account<RoleGrant>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    #[account(mut)]
    pub book: Account<HolderBook>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    /// CHECK: compared with the request's payer
    #[account(unsafe(dup))]
    pub rent_receiver: UncheckedAccount,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: compared with the asset's escrow
    #[account(mut)]
    pub escrow: UncheckedAccount,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

/// In shares.
struct Worth {
    shares: u64,
    payout: u64,
    obligation: u64,
    reserve: u64,
}

impl SettleRedemption {
    fn validate(&self, amount: u64, accepted_at: i64, now: i64) -> Result<()> {
        let (asset, request) = (&self.asset, &self.request);
        self.grant.check(&asset.issuer, roles::REDEEMER, self.redeemer.address(), now)?;
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require!(address_eq(asset.address(), &request.asset), VaultError::WrongAsset);
        self.reserve.check(asset.address())?;
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.escrow.address(), &asset.escrow), VaultError::WrongEscrow);
        require!(address_eq(self.rent_receiver.address(), &request.rent_payer), VaultError::WrongRentReceiver);
        self.book.check(request)?;
        request.check_settle(amount, accepted_at)
    }

    /// What the tokens are worth before they burn. Only a pro-rata asset looks at the reserve.
    fn worth(&self, amount: u64, to_chain: u8, now: i64) -> Worth {
        let asset = &self.asset;
        let shares = shares_floor(amount, asset.multiplier_at(now));
        if asset.features & features::PRO_RATA == 0 || to_chain != NO_CHAIN {
            return Worth { shares, payout: shares, obligation: 0, reserve: 0 };
        }
        let holdings = self.reserve.holdings();
        let obligation = asset.obligation(holdings.oldest_as_of, holdings.foreign, now);
        let short = obligation > holdings.shares;
        let payout = if short { pro_rata(shares, holdings.shares, obligation) } else { shares };
        Worth { shares, payout, obligation, reserve: holdings.shares }
    }

    pub fn handler(ctx: &mut Context<Self>, amount: u64, accepted_at: i64, to_chain: u8) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(amount, accepted_at, at)?;
        let a = &mut ctx.accounts;
        let supply_before = supply(&a.mint)?;
        let burned_outside = a.asset.observe_supply(supply_before, at)?;
        let worth = a.worth(amount, to_chain, at);
        let seeds = AssetSeeds::of(&a.asset);
        let (escrow, mint, asset) = (a.escrow.account(), a.mint.account(), a.asset.account());
        despite_pause(&a.mint, asset, &seeds, || {
            burn(escrow, mint, asset, &a.asset, amount, &seeds);
            Ok(())
        })?;
        expect(minus(supply_before, amount)?, supply(&a.mint)?)?;
        if to_chain == NO_CHAIN {
            a.asset.record_settlement(amount, at)?;
        } else {
            a.asset.record_burn(amount)?;
            let shares = shares_ceil_saturating(amount, a.asset.multiplier_at(at));
            a.reserve.chain_mut(to_chain)?.send_checked(to_chain, shares, at)?;
            a.reserve.chain_invariant(to_chain)?;
        }
        a.book.record_settlement(amount)?;
        a.asset.invariant()?;
        a.book.invariant()?;
        let event = RedemptionSettled {
            asset: *a.asset.address(),
            holder: a.request.holder,
            redeemer: *a.redeemer.address(),
            id: a.request.id,
            amount,
            accepted_at,
            deadline: a.request.deadline,
            supply_before,
            supply: a.asset.known_supply,
            burned_outside,
            multiplier_at_request: a.request.multiplier,
            multiplier: a.asset.multiplier_at(at),
            shares: worth.shares,
            payout_shares: worth.payout,
            obligation: worth.obligation,
            reserve: worth.reserve,
            to_chain: to_chain.into(),
            payout_terms_hash: a.request.payout_terms_hash,
            pending: a.asset.pending,
            at,
        };
        close(&mut a.request, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
