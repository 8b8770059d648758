use crate::{
    constants::NO_CHAIN,
    errors::VaultError,
    events::{emit, RedemptionSettled},
    fixed::{EventAuthority, ThisProgram},
    instructions::clock,
    state::{close, minus, Asset, Payout, RedemptionRequest, Reserve},
    token2022::{burn, despite_pause, expect, supply, AssetSeeds, TOKEN_2022},
};
use anchor_lang::{address_eq, prelude::*};

/// The tokens of a request that was paid outside the chain burn.
///
/// Specification:
/// - The holder signs, who confirms the payment, claimed or not; or anyone, once the time to dispute it has passed or
///   an arbiter has ruled that it was made.
/// - Shares that were issued on another chain leave no custodian: they weigh there until that chain's
///   report is later, above its cap too.
/// - No halt, latch or pause of the token stops it, but for the rest of a slot in which a snapshot was
///   taken. The request closes; its rent goes to its payer.
#[derive(Accounts)]
pub struct ConcludeRedemption {
    pub caller: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
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

impl ConcludeRedemption {
    fn validate(&self, now: i64) -> Result<()> {
        let (asset, request) = (&self.asset, &self.request);
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require!(address_eq(asset.address(), &request.asset), VaultError::WrongAsset);
        self.reserve.check(asset.address())?;
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.escrow.address(), &asset.escrow), VaultError::WrongEscrow);
        require!(address_eq(self.rent_receiver.address(), &request.rent_payer), VaultError::WrongRentReceiver);
        request.check_conclude(address_eq(self.caller.address(), &request.holder), now)
    }

    /// Takes the burned tokens off the books: to another chain, or out of the custodians'.
    fn record(&mut self, at: i64) -> Result<()> {
        let amount = self.request.amount;
        self.asset.free_penalty(&self.request, 0)?;
        let shares = self.request.marked_at(self.asset.multiplier_at(at));
        self.reserve.unmark(&self.request, shares)?;
        if self.request.to_chain == NO_CHAIN {
            self.asset.record_settlement(amount, true, at)
        } else {
            let (to_chain, paid_at) = (self.request.to_chain, self.request.paid_at);
            self.asset.record_burn(amount, true)?;
            self.reserve.chain_mut(to_chain)?.send(shares, paid_at, at);
            self.reserve.chain_invariant(to_chain)
        }
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let (slot, at) = clock()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        a.asset.check_slot(slot)?;
        let supply_before = supply(&a.mint)?;
        let burned_outside = a.asset.observe_supply(supply_before, at)?;
        a.reserve.bring_up_to_date(&a.asset);
        let to_chain = a.request.to_chain;
        let payout =
            if to_chain == NO_CHAIN { Payout::of(&a.asset, &a.reserve, at) } else { Payout::whole(&a.asset, at) };
        let amount = a.request.amount;
        let seeds = AssetSeeds::of(&a.asset);
        despite_pause(&a.mint, a.asset.account(), &seeds, || {
            burn(a.escrow.account(), a.mint.account(), a.asset.account(), &a.asset, amount, &seeds);
            Ok(())
        })?;
        expect(minus(supply_before, amount)?, supply(&a.mint)?)?;
        a.record(at)?;
        a.asset.invariant()?;
        let event = concluded(a, supply_before, burned_outside, &payout, at);
        close(&mut a.request, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}

#[inline(never)]
fn concluded(
    a: &ConcludeRedemption,
    supply_before: u64,
    burned_outside: u64,
    payout: &Payout,
    at: i64,
) -> RedemptionSettled {
    let (asset, request) = (&a.asset, &a.request);
    let (shares, payout_shares) = payout.shares(request.amount);
    RedemptionSettled {
        asset: request.asset,
        holder: request.holder,
        redeemer: *a.caller.address(),
        id: request.id,
        amount: request.amount,
        settle_by: request.settle_by,
        supply_before,
        supply: asset.known_supply,
        burned_outside,
        multiplier_at_request: request.multiplier,
        multiplier: asset.multiplier_at(at),
        shares,
        payout_shares,
        obligation: payout.obligation,
        reserve: payout.reserve,
        to_chain: request.to_chain.into(),
        payout_terms_hash: request.payout_terms_hash,
        bond_reserved: asset.bond_reserved,
        pending: asset.pending,
        at,
        ..bytemuck::Zeroable::zeroed()
    }
}
