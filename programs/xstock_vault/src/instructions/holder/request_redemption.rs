// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::{ACCOUNT_VERSION, NO_CHAIN},
    errors::VaultError,
    events::{emit, RedemptionRequested},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    math::payment::penalty,
    require_figures, seeds,
    state::{halts, payouts, plus, space_of, states, Asset, HolderBook, RedemptionRequest},
    token2022::{balance, check_token_account, expect, transfer, TOKEN_2022},
};
use anchor_lang::{address_eq, prelude::*};

/// What a holder asks for.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct RequestArgs {
    /// The next id of the holder's book.
    pub id: u64,
    /// Raw units.
    pub amount: u64,
    /// On chain (1) or off chain (2).
    pub payout: u8,
    /// Base units of the payment mint per whole share, at least; zero at market.
    pub min_price: u64,
    pub payout_terms_hash: [u8; 32],
    /// The asset's, so that nobody asks for one coin and is paid in another.
    pub payment_mint: Address,
    /// Who shall rule on a disputed payment outside the chain; zero for one on chain.
    pub arbiter: Address,
}

/// A holder asks for redemption: the tokens wait in the asset's escrow, still counted as supply.
///
/// Specification:
/// - The holder owns the source account: payments and returned tokens go to the holder alone. The
///   owner signs, or a delegate that the owner approved: the token program checks that.
/// - The id is the next of the holder's book: a resent request fails instead of asking twice.
/// - Deadlines, fee and dispute window are fixed now; a later policy changes nothing here.
/// - The penalty of a missed deadline is limited by the policy, the bond and the holder's capacity. At
///   market the bond reserves now what of it is free, else at acceptance. An empty bond stops minting
///   and never a request.
/// - At market means to ask for a quote: the desk names a price at acceptance, and nothing settles before
///   the holder agrees. A payout outside the chain has terms and an arbiter, and no minimum price. Both
///   are asked for by the holder itself: a delegate sets a minimum price.
/// - A halt of requests stops new ones and nothing else. The escrow gained exactly the amount.
#[derive(Accounts)]
#[instruction(args: RequestArgs)]
pub struct RequestRedemption {
    #[account(unsafe(dup))]
    pub payer: Signer,
    /// The holder, or its delegate of the source account.
    pub authority: Signer,
    /// CHECK: owner of the source account
    pub holder: UncheckedAccount,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub book: Account<HolderBook>,
    #[account(
        init, payer = payer, space = space_of::<RedemptionRequest>(),
        seeds = [seeds::REDEEM, asset.address().as_ref(), holder.address().as_ref(), &args.id.to_le_bytes()], bump
    )]
    pub request: Account<RedemptionRequest>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    /// CHECK: owner and mint are compared
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: compared with the asset's escrow
    #[account(mut)]
    pub escrow: UncheckedAccount,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RequestRedemption {
    fn validate(&self, args: &RequestArgs) -> Result<()> {
        let asset = &self.asset;
        require!(args.amount != 0, VaultError::ZeroAmount);
        require!(asset.halts & halts::REQUESTS == 0, VaultError::RequestsHalted);
        let on_chain = args.payout == payouts::ON_CHAIN;
        require_figures!(on_chain || args.payout == payouts::OFF_CHAIN, VaultError::WrongPayout, args.payout);
        require!(address_eq(&args.payment_mint, &asset.payment_mint), VaultError::WrongPaymentMint);
        require!((args.arbiter == Address::default()) == on_chain, VaultError::WrongArbiter);
        // who cannot sign could neither agree to a quote nor dispute a payment
        let by_holder = address_eq(self.authority.address(), self.holder.address());
        require!(by_holder || (on_chain && args.min_price != 0), VaultError::NotHolder);
        if on_chain {
            asset.check_bond_open()?; // without a payment mint it could never settle
        } else {
            require_figures!(args.min_price == 0, VaultError::WrongPayout, args.payout, payouts::ON_CHAIN);
            require!(args.payout_terms_hash != [0; 32], VaultError::EmptyCustodianField);
        }
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.escrow.address(), &asset.escrow), VaultError::WrongEscrow);
        require!(address_eq(&self.book.asset, asset.address()), VaultError::WrongAsset);
        require!(address_eq(&self.book.holder, self.holder.address()), VaultError::NotHolder);
        require_figures!(args.id == self.book.next_id, VaultError::WrongRequestId, args.id, self.book.next_id);
        check_token_account(&self.source, &asset.mint, self.holder.address())
    }

    pub fn handler(ctx: &mut Context<Self>, args: RequestArgs) -> Result<()> {
        ctx.accounts.validate(&args)?;
        let at = now()?;
        let a = &mut ctx.accounts;
        let before = balance(&a.escrow)?;
        transfer(a.source.account(), a.mint.account(), a.escrow.account(), a.authority.account(), args.amount, []);
        expect(plus(before, args.amount)?, balance(&a.escrow)?)?;

        a.asset.record_request(args.amount)?;
        a.book.record_request(args.amount)?;
        write_request(a, &args, ctx.bumps.request, at);
        let allowed = a.book.allowed(a.asset.policy.holder_penalty_cap, at);
        let rate = a.asset.penalty_rate_for(args.amount, allowed);
        let armed = a.request.is_armed();
        a.request.penalty_rate = if armed { a.asset.free_rate_for(args.amount, rate) } else { rate };
        a.book.reserve_penalty(penalty(args.amount, a.request.penalty_rate))?;
        let penalty = a.request.penalty();
        a.asset.reserve_penalty(penalty)?;
        a.request.invariant()?;
        a.asset.invariant()?;
        a.book.invariant()?;
        let event = requested(a, penalty, at);
        emit(&a.event_authority, event);
        Ok(())
    }
}

fn write_request(a: &mut RequestRedemption, args: &RequestArgs, bump: u8, at: i64) {
    let (request, policy) = (&mut a.request, &a.asset.policy);
    (request.version, request.bump, request.state) = (ACCOUNT_VERSION, bump, states::REQUESTED);
    (request.payout, request.to_chain, request.fee_bps) = (args.payout, NO_CHAIN, policy.redemption_fee_bps);
    (request.holder, request.asset) = (*a.holder.address(), *a.asset.address());
    (request.id, request.amount, request.requested) = (args.id, args.amount, args.amount);
    (request.payout_terms_hash, request.min_price) = (args.payout_terms_hash, args.min_price);
    request.multiplier = a.asset.multiplier_at(at);
    request.requested_at = at;
    request.accept_by = at.saturating_add(policy.accept_window_s);
    request.settle_by = request.accept_by.saturating_add(policy.settle_window_s);
    (request.dispute_window_s, request.arbiter) = (policy.dispute_window_s, args.arbiter);
    (request.source, request.rent_payer) = (*a.source.address(), *a.payer.address());
}

#[inline(never)]
fn requested(a: &RequestRedemption, penalty: u64, at: i64) -> RedemptionRequested {
    let request = &a.request;
    RedemptionRequested {
        asset: request.asset,
        holder: request.holder,
        authority: *a.authority.address(),
        source: request.source,
        rent_payer: request.rent_payer,
        id: request.id,
        amount: request.amount,
        multiplier: request.multiplier,
        payout: request.payout.into(),
        min_price: request.min_price,
        fee_bps: request.fee_bps.into(),
        payout_terms_hash: request.payout_terms_hash,
        accept_by: request.accept_by,
        settle_by: request.settle_by,
        dispute_window_s: request.dispute_window_s,
        arbiter: request.arbiter,
        penalty_rate: request.penalty_rate,
        penalty,
        penalty_window: a.book.penalty_window,
        bond: a.asset.bond,
        bond_reserved: a.asset.bond_reserved,
        pending: a.asset.pending,
        at,
    }
}
