use crate::{
    errors::VaultError,
    events::{emit, RedemptionSettled},
    fixed::{EventAuthority, ThisProgram},
    instructions::clock,
    math::{
        multiplier::shares_floor,
        payment::{fee, worth_ceil},
    },
    payment::{check_account, pay},
    require_figures,
    state::{check_officer, close, minus, plus, roles, Asset, Issuer, Payout, RedemptionRequest, Reserve, RoleGrant},
    token2022::{burn, despite_pause, expect, supply, AssetSeeds, TOKEN_2022},
};
use anchor_lang::{address_eq, pinocchio::account::AccountView, prelude::*};

/// Accounts of one request, behind the named ones: request, payee, rent receiver.
const PER_REQUEST: usize = 3;

/// The issuer's desk settles accepted requests, delivery versus payment: each holder is paid in the
/// payment mint, and the tokens burn, or nothing of it happens.
///
/// Specification:
/// - The signer holds the redeemer role of the asset's issuer, or is its authority. The paying agent
///   signs for the payment source; it may be the same key.
/// - At market the holder has agreed to the desk's quote.
/// - `amounts` names what each request still holds, so that nothing is settled twice when a
///   transaction is sent again. Of the last one `rest` raw units stay accepted.
/// - Each holder is paid to a token account that the holder owns; exactly the amount must arrive.
///   `payment = gross - fee`, `gross = ceil(payout shares * price / 10^8)`; the fee is the one of the
///   day of the request, and the payment reaches the holder's minimum per share redeemed.
/// - Only here, and for payments outside the chain, do redeemed tokens leave the supply. Their shares
///   stay in the obligation as released until every counted custodian has reported a later time.
/// - No halt, latch or pause of the token stops it, but for the rest of a slot in which a snapshot was
///   taken; a late settlement is still one, while nobody
///   has claimed the penalty.
/// - A request without a rest closes; its rent goes back to whoever paid it.
#[derive(Accounts)]
pub struct SettleRedemptions {
    pub redeemer: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: compared with the asset's escrow
    #[account(mut)]
    pub escrow: UncheckedAccount,
    pub paying_agent: Signer,
    /// CHECK: compared with the asset's payment mint
    pub payment_mint: UncheckedAccount,
    /// CHECK: the token program demands an account of the payment mint that the agent may spend
    #[account(mut)]
    pub payment_source: UncheckedAccount,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    /// CHECK: payments call the owner of the payment mint, whatever stands here
    pub payment_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

/// What settles of one request.
struct Part {
    price: u64,
    amount: u64,
    rest: u64,
    at: i64,
    burned_outside: u64,
}

/// Its price, in base units of the payment mint.
struct Price {
    shares: u64,
    payout_shares: u64,
    gross: u64,
    fee: u64,
    payment: u64,
}

impl SettleRedemptions {
    fn validate(&self, amounts: usize, accounts: usize, now: i64) -> Result<()> {
        let asset = &self.asset;
        check_officer(&self.issuer, &self.redeemer, &self.grant, &[roles::REDEEMER], now)?;
        require!(address_eq(self.issuer.address(), &asset.issuer), VaultError::WrongIssuer);
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        self.reserve.check(asset.address())?;
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.escrow.address(), &asset.escrow), VaultError::WrongEscrow);
        require!(address_eq(self.payment_mint.address(), &asset.payment_mint), VaultError::WrongPaymentMint);
        let fits = amounts != 0 && amounts.checked_mul(PER_REQUEST) == Some(accounts);
        require_figures!(fits, VaultError::BadBatch, amounts, accounts);
        Ok(())
    }

    fn validate_part(
        &self,
        request: &RedemptionRequest,
        payee: &UncheckedAccount,
        rent_receiver: &Address,
        part: &Part,
    ) -> Result<()> {
        require!(address_eq(self.asset.address(), &request.asset), VaultError::WrongAsset);
        require!(address_eq(rent_receiver, &request.rent_payer), VaultError::WrongRentReceiver);
        check_account(payee, &self.payment_mint, &request.holder)?;
        request.check_settle(part.amount)?;
        require_figures!(part.rest < part.amount, VaultError::SettlementMismatch, part.amount, part.rest);
        Ok(())
    }

    /// Pays one request and takes it off the books; its tokens burn with those of the whole batch.
    #[inline(never)]
    fn settle(&mut self, accounts: &[AccountView], part: &Part, payout: &Payout) -> Result<u64> {
        let [request, payee, rent_receiver] = accounts else {
            return Err(VaultError::BadBatch.into());
        };
        // SAFETY: the only reference to this account; a second one of the batch begins after its end,
        // and the framework refuses an account that is also a writable one with a name
        let mut request = unsafe { Account::<RedemptionRequest>::load_mut(*request)? };
        let payee = UncheckedAccount::load(*payee)?;
        self.validate_part(&request, &payee, rent_receiver.address(), part)?;
        let price = Price::of(&request, part, payout)?;
        let decimals = self.asset.payment_decimals;
        let agent = self.paying_agent.account();
        pay(&self.payment_source, &self.payment_mint, &payee, agent, (price.payment, decimals), [])?;

        let burned = minus(part.amount, part.rest)?;
        self.asset.record_settlement(burned, part.rest == 0, part.at)?;
        self.asset.free_penalty(&request, part.rest)?;
        let event = self.settled(&request, &payee, part, &price, payout);
        request.amount = part.rest;
        emit(&self.event_authority, event);
        Ok(burned)
    }

    #[inline(never)]
    fn settled(
        &self,
        request: &RedemptionRequest,
        payee: &UncheckedAccount,
        part: &Part,
        price: &Price,
        payout: &Payout,
    ) -> RedemptionSettled {
        let asset = &self.asset;
        let burned = part.amount.saturating_sub(part.rest);
        RedemptionSettled {
            asset: request.asset,
            holder: request.holder,
            redeemer: *self.redeemer.address(),
            payment_mint: asset.payment_mint,
            payee: *payee.address(),
            id: request.id,
            amount: burned,
            rest: part.rest,
            settle_by: request.settle_by,
            supply_before: asset.known_supply.saturating_add(burned),
            supply: asset.known_supply,
            burned_outside: part.burned_outside,
            multiplier_at_request: request.multiplier,
            multiplier: asset.multiplier_at(part.at),
            shares: price.shares,
            payout_shares: price.payout_shares,
            obligation: payout.obligation,
            reserve: payout.reserve,
            price: part.price,
            gross: price.gross,
            fee: price.fee,
            payment: price.payment,
            to_chain: request.to_chain.into(),
            payout_terms_hash: request.payout_terms_hash,
            bond_reserved: asset.bond_reserved,
            pending: asset.pending,
            at: part.at,
        }
    }

    pub fn handler(ctx: &mut Context<Self>, price: u64, rest: u64, amounts: &[u64]) -> Result<()> {
        let (slot, at) = clock()?;
        require!(price != 0, VaultError::ZeroAmount);
        let accounts = ctx.remaining_accounts()?;
        let a = &mut ctx.accounts;
        a.validate(amounts.len(), accounts.len(), at)?;
        a.asset.check_slot(slot)?;
        let supply_before = supply(&a.mint)?;
        let burned_outside = a.asset.observe_supply(supply_before, at)?;
        a.reserve.bring_up_to_date(&a.asset);
        let payout = Payout::of(&a.asset, &a.reserve, at);
        let mut part = Part { price, amount: 0, rest: 0, at, burned_outside };
        let (mut burned, mut left) = (0, amounts.len());
        for (accounts, amount) in accounts.chunks_exact(PER_REQUEST).zip(amounts) {
            left = left.saturating_sub(1);
            (part.amount, part.rest) = (*amount, if left == 0 { rest } else { 0 });
            burned = plus(burned, a.settle(accounts, &part, &payout)?)?;
            part.burned_outside = 0; // told once
        }
        let seeds = AssetSeeds::of(&a.asset);
        despite_pause(&a.mint, a.asset.account(), &seeds, || {
            burn(a.escrow.account(), a.mint.account(), a.asset.account(), &a.asset, burned, &seeds);
            Ok(())
        })?;
        expect(minus(supply_before, burned)?, supply(&a.mint)?)?;
        finish(&accounts)?;
        a.asset.invariant()
    }
}

/// Closes what is settled whole. After the last call: rent that moves to the paying agent in between
/// would not balance for the runtime.
fn finish(accounts: &[AccountView]) -> Result<()> {
    for accounts in accounts.chunks_exact(PER_REQUEST) {
        let [request, _, rent_receiver] = accounts else {
            return Err(VaultError::BadBatch.into());
        };
        // SAFETY: the references of `settle` have ended
        let mut request = unsafe { Account::<RedemptionRequest>::load_mut(*request)? };
        if request.amount == 0 {
            close(&mut request, &UncheckedAccount::load(*rent_receiver)?)?;
        } else {
            request.invariant()?;
        }
    }
    Ok(())
}

impl Price {
    /// Refuses a payment below the holder's minimum.
    fn of(request: &RedemptionRequest, part: &Part, payout: &Payout) -> Result<Self> {
        // what is paid in parts is worth no less than the whole
        let (whole, rest) = (payout.shares(part.amount), payout.shares(part.rest));
        let (shares, payout_shares) = (minus(whole.0, rest.0)?, minus(whole.1, rest.1)?);
        let gross = worth_ceil(payout_shares, part.price);
        let fee = fee(gross, request.fee_bps);
        let payment = minus(gross, fee)?;
        // neither a deficit nor a split changes what was asked for
        let asked = |raw| shares_floor(raw, request.multiplier);
        let needed = worth_ceil(minus(asked(part.amount), asked(part.rest))?, request.min_price);
        require_figures!(payment >= needed, VaultError::PriceTooLow, payment, needed, request.min_price);
        Ok(Self { shares, payout_shares, gross, fee, payment })
    }
}
