use crate::{
    errors::VaultError,
    events::{emit, RedemptionDefaulted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::{associated, check_account, pay_out},
    state::{check_unmark, close, minus, unmark_optional, Asset, RedemptionRequest, Reserve},
    token2022::{AssetSeeds, GiveBack},
};
use anchor_lang::{address_eq, prelude::*};

/// A deadline was missed: anyone sends the tokens back to the holder, and the bond pays the penalty.
///
/// Specification:
/// - The time to accept has passed, or that to settle of an accepted request, or the arbiter's to rule
///   on a disputed one.
/// - The penalty is the one that the request reserved, for what is left of it: once the desk has
///   accepted, and before that when it was to be paid on chain at market; not while a quote waits for
///   the holder. It leaves the bond's
///   vault whole, or nothing happens here: the holder can always cancel. With no penalty due the
///   accounts of the payment are not needed, nor 30 days later: no coin that does not move keeps the
///   tokens of a holder that cannot sign.
/// - Tokens go back as in `cancel_redemption`. Unless the holder calls, they go to the account they
///   came from while it is the holder's, else to the associated one, and the penalty to that of the
///   payment mint: no stranger chooses where.
/// - No halt and no latch stops it. The request closes; its rent goes back to whoever paid it.
#[derive(Accounts)]
pub struct DefaultRedemption {
    pub caller: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    /// Needed when shares were said to be issued on another chain.
    #[account(mut)]
    pub reserve: Option<Account<Reserve>>,
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
    /// CHECK: compared with the request's source
    pub source: UncheckedAccount,
    /// CHECK: owner and mint are compared
    #[account(unsafe(dup))]
    pub destination: UncheckedAccount,
    /// CHECK: compared with the asset's payment mint
    pub payment_mint: Option<UncheckedAccount>,
    /// CHECK: compared with the asset's bond vault
    #[account(mut)]
    pub bond_vault: Option<UncheckedAccount>,
    /// CHECK: owner and mint are compared
    #[account(mut)]
    pub payee: Option<UncheckedAccount>,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    /// CHECK: payments call the owner of the payment mint, whatever stands here
    pub payment_program: Option<UncheckedAccount>,
    /// CHECK: compared with the memo program's address
    pub memo_program: Option<UncheckedAccount>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl DefaultRedemption {
    fn validate(&self, now: i64) -> Result<()> {
        let request = &self.request;
        let way_back = self.way_back();
        way_back.check_accounts()?;
        request.check_default(now)?;
        check_unmark(&self.reserve, request)?;
        way_back.check(self.is_holder())
    }

    fn is_holder(&self) -> bool {
        address_eq(self.caller.address(), &self.request.holder)
    }

    fn way_back(&self) -> GiveBack<'_> {
        GiveBack {
            asset: &self.asset,
            request: &self.request,
            mint: &self.mint,
            escrow: &self.escrow,
            source: &self.source,
            destination: &self.destination,
            rent_receiver: &self.rent_receiver,
            token_program: &self.token_program,
            memo_program: &self.memo_program,
        }
    }

    /// Pays the penalty; returns it and the account that got it.
    fn pay_penalty(&self, now: i64) -> Result<(u64, Address)> {
        let (amount, holder) = (self.request.owed(), &self.request.holder);
        let (Some(mint), Some(vault), Some(payee)) = (&self.payment_mint, &self.bond_vault, &self.payee) else {
            let free = amount == 0 || self.request.is_abandoned(now);
            return if free { Ok((0, Address::default())) } else { Err(VaultError::PenaltyAccountsMissing.into()) };
        };
        if amount == 0 {
            return Ok((0, Address::default()));
        }
        let asset = &self.asset;
        require!(address_eq(mint.address(), &asset.payment_mint), VaultError::WrongPaymentMint);
        require!(address_eq(vault.address(), &asset.bond_vault), VaultError::WrongBondVault);
        check_account(payee, mint, holder)?;
        let mine = self.is_holder() || address_eq(payee.address(), &associated(holder, mint)?);
        require!(mine, VaultError::NotAssociated);
        let seeds = AssetSeeds::of(asset);
        pay_out(vault, mint, payee, asset.account(), (amount, asset.payment_decimals), seeds.parts())?;
        Ok((amount, *payee.address()))
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let (penalty, payee) = a.pay_penalty(at)?;
        a.way_back().transfer()?;
        let amount = a.request.amount;
        a.asset.record_return(amount)?;
        a.asset.free_penalty(&a.request, 0)?;
        unmark_optional(&mut a.asset, &mut a.reserve, &a.request, at)?;
        a.asset.bond = minus(a.asset.bond, penalty)?;
        a.asset.invariant()?;
        let event = RedemptionDefaulted {
            asset: *a.asset.address(),
            holder: a.request.holder,
            caller: *a.caller.address(),
            destination: *a.destination.address(),
            payee,
            id: a.request.id,
            amount,
            state: a.request.state.into(),
            deadline: a.request.deadline().unwrap_or(0),
            penalty,
            bond: a.asset.bond,
            bond_reserved: a.asset.bond_reserved,
            pending: a.asset.pending,
            at,
        };
        close(&mut a.request, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
