use super::{plus, rule};
use crate::{
    constants::{ABANDONED_S, ARBITRATION_S, NO_CHAIN},
    errors::{refuse, VaultError},
    math::{
        multiplier::{scale_ceil, shares_ceil_saturating},
        payment::penalty,
        window::WindowUsage,
    },
    require_figures,
};
use anchor_lang::prelude::*;

/// States of a request. One that has ended is closed; its last event tells how.
pub mod states {
    pub const REQUESTED: u8 = 1;
    /// The desk has bound itself to settle it.
    pub const ACCEPTED: u8 = 2;
    /// The desk says that it has paid outside the chain.
    pub const PAID: u8 = 3;
    /// The holder says that it has not.
    pub const DISPUTED: u8 = 4;
    /// An arbiter says that it has.
    pub const UPHELD: u8 = 5;
}

/// How a holder wants to be paid.
pub mod payouts {
    /// In the payment mint, by the instruction that burns.
    pub const ON_CHAIN: u8 = 1;
    /// By wire, by delivery of the shares, on another chain: as the terms say.
    pub const OFF_CHAIN: u8 = 2;
}

/// Seeds: `book`, asset, holder. Outlives the requests, so that an id is never given twice and
/// a wallet finds its requests without scanning.
#[account]
pub struct HolderBook {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    pub holder: Address,
    pub asset: Address,
    pub next_id: u64,
    /// Raw units, ever, modulo 2^64.
    pub requested: u64,
    /// Penalties that this holder's requests reserved lately, in base units of the payment mint.
    pub penalty_window: WindowUsage,
    pub rent_payer: Address,
    pub reserved: [u8; 64],
}

/// Seeds: `redeem`, asset, holder, id. Closed when it ends; its rent goes back to its payer.
/// Wallets filter on `holder` at offset 16, desks on `asset` at 48 and `state` at 10.
#[account]
pub struct RedemptionRequest {
    pub version: u8,
    pub bump: u8,
    /// One of [`states`].
    pub state: u8,
    /// One of [`payouts`].
    pub payout: u8,
    /// Slot of the chain where the shares are issued instead; 255 for none. Known once paid.
    pub to_chain: u8,
    pub _pad: [u8; 1],
    /// Basis points of the payment that the issuer keeps.
    pub fee_bps: u16,
    pub holder: Address,
    pub asset: Address,
    pub id: u64,
    /// Raw units that wait in the escrow for this request.
    pub amount: u64,
    /// Raw units that it was made for.
    pub requested: u64,
    /// The multiplier when it was made, or when its price was named: [`RedemptionRequest::min_price`] is per
    /// share of then. Shares on another chain are those of the claim.
    pub multiplier: u64,
    pub requested_at: i64,
    /// Fixed when it is made, like all that follows from the policy.
    pub accept_by: i64,
    pub settle_by: i64,
    /// Zero until it is accepted.
    pub accepted_at: i64,
    /// Base units of the payment mint per whole share that the holder gets at least: what the holder
    /// asked for, or the desk's quote. Zero at market until there is one.
    pub min_price: u64,
    /// Base units per whole token that a missed deadline costs. Reserved in the bond while the request
    /// [`RedemptionRequest::is_armed`]; before that the most that may be.
    pub penalty_rate: u64,
    /// When the desk said that it paid, which it can once; zero until then.
    pub paid_at: i64,
    /// Accepted at market: until when the holder may agree to the quote. Paid: until when the holder
    /// alone may conclude. Disputed: until when the arbiter may rule. Else zero.
    pub until: i64,
    /// Seconds that a payment outside the chain can be disputed.
    pub dispute_window_s: i64,
    /// Hash of the agreed payout terms; nothing personal on chain.
    pub payout_terms_hash: [u8; 32],
    /// Who rules on a disputed payment outside the chain; zero when paid on chain.
    pub arbiter: Address,
    /// Where the tokens came from.
    pub source: Address,
    pub rent_payer: Address,
    /// What is said to be issued on another chain, and counts in that chain's `marked`.
    pub marked_shares: u64,
}

impl HolderBook {
    /// Gives the next id away.
    pub fn record_request(&mut self, amount: u64) -> Result<()> {
        self.next_id = plus(self.next_id, 1)?;
        self.requested = self.requested.wrapping_add(amount);
        Ok(())
    }

    /// What this holder's requests may still reserve, in base units.
    pub fn allowed(&mut self, cap: u64, now: i64) -> u64 {
        self.penalty_window.bring_up_to_date(cap, now);
        self.penalty_window.used = self.penalty_window.used.min(cap); // a lower cap decays no slower
        self.penalty_window.left(cap)
    }

    /// Takes note of a penalty that a request may cost.
    pub fn reserve_penalty(&mut self, amount: u64) -> Result<()> {
        self.penalty_window.used = plus(self.penalty_window.used, amount)?;
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the book.
    pub fn invariant(&self) -> Result<()> {
        rule(50, self.next_id != 0 || self.requested == 0)
    }
}

impl RedemptionRequest {
    /// Base units that the bond has reserved for what is left of it.
    pub fn penalty(&self) -> u64 {
        if self.is_armed() {
            penalty(self.amount, self.penalty_rate)
        } else {
            0
        }
    }

    /// The deadline that counts in its state, or none.
    pub fn deadline(&self) -> Option<i64> {
        match self.state {
            states::REQUESTED => Some(self.accept_by),
            states::ACCEPTED => Some(self.settle_by),
            states::DISPUTED => Some(self.until),
            _ => None,
        }
    }

    /// Whether a missed deadline costs the penalty. It does once the desk has accepted; before that
    /// only where the desk needs nobody's agreement: payment on chain, at market. Or a holder could
    /// ask for a price or a delivery that cannot be, and farm the bond.
    pub fn is_armed(&self) -> bool {
        self.state >= states::ACCEPTED || self.is_at_market()
    }

    /// What a missed deadline costs now. A quote that the holder did not agree to costs nothing.
    pub fn owed(&self) -> u64 {
        if self.is_quoted() {
            0
        } else {
            self.penalty()
        }
    }

    /// Whether the desk's price waits for the holder.
    pub fn is_quoted(&self) -> bool {
        self.state == states::ACCEPTED && self.until != 0
    }

    /// Paid on chain, at a price that the desk has yet to name.
    pub fn is_at_market(&self) -> bool {
        self.payout == payouts::ON_CHAIN && self.min_price == 0
    }

    /// Refuses unless the holder may take the tokens back now.
    pub fn check_cancel(&self, now: i64) -> Result<()> {
        if self.state == states::REQUESTED || self.is_quoted() {
            return Ok(());
        }
        self.check_late(now, VaultError::AcceptedUntilDeadline)
    }

    /// Refuses unless a deadline was missed: the desk's, or its arbiter's.
    pub fn check_default(&self, now: i64) -> Result<()> {
        self.check_late(now, VaultError::DeadlineNotPassed)
    }

    fn check_late(&self, now: i64, error: VaultError) -> Result<()> {
        let Some(deadline) = self.deadline() else {
            return Err(refuse(VaultError::WrongRequestState, [self.state.into(), states::ACCEPTED.into(), 0, 0]));
        };
        require_figures!(now > deadline, error, now, deadline);
        Ok(())
    }

    /// Whether it is late for so long that it may end without its penalty.
    pub fn is_abandoned(&self, now: i64) -> bool {
        self.deadline().is_some_and(|deadline| now > deadline.saturating_add(ABANDONED_S))
    }

    /// Refuses an acceptance that is late, and a price that does not go with the request: at market
    /// the desk names one, with a minimum it may name a better one.
    pub fn check_accept(&self, price: u64, now: i64) -> Result<()> {
        self.check_state(states::REQUESTED)?;
        self.check_in_time(now)?;
        if self.payout == payouts::OFF_CHAIN {
            require_figures!(price == 0, VaultError::WrongPayout, self.payout, payouts::ON_CHAIN);
            return Ok(());
        }
        require!(price != 0 || self.min_price != 0, VaultError::QuoteNeeded);
        require_figures!(price == 0 || price >= self.min_price, VaultError::PriceTooLow, price, self.min_price);
        Ok(())
    }

    /// Refuses unless the desk may settle it on chain. A late settlement is allowed while nobody has
    /// returned the tokens: it is what the holder waits for.
    pub fn check_settle(&self, amount: u64) -> Result<()> {
        self.check_payout(payouts::ON_CHAIN)?;
        self.check_state(states::ACCEPTED)?;
        require!(!self.is_quoted(), VaultError::QuoteOpen);
        require_figures!(amount == self.amount, VaultError::SettlementMismatch, self.amount, amount);
        Ok(())
    }

    pub fn check_mark_paid(&self, now: i64) -> Result<()> {
        self.check_payout(payouts::OFF_CHAIN)?;
        self.check_state(states::ACCEPTED)?;
        require_figures!(self.paid_at == 0, VaultError::AlreadyClaimed, self.paid_at);
        self.check_in_time(now) // or a false claim would stop the penalty
    }

    pub fn check_reject(&self, now: i64) -> Result<()> {
        let open = self.state == states::REQUESTED || self.state == states::ACCEPTED;
        require_figures!(open, VaultError::WrongRequestState, self.state, states::ACCEPTED);
        self.check_in_time(now)
    }

    pub fn check_agree(&self, min_price: u64, now: i64) -> Result<()> {
        require_figures!(self.is_quoted(), VaultError::NothingQuoted, self.state);
        require_figures!(min_price == self.min_price, VaultError::OtherQuote, min_price, self.min_price);
        self.check_in_time(now)
    }

    /// Refuses a dispute after its window: what was undisputed may be concluded, and the arbiter's
    /// term was checked for disputes in time.
    pub fn check_dispute(&self, now: i64) -> Result<()> {
        self.check_state(states::PAID)?;
        require_figures!(now <= self.until, VaultError::DeadlinePassed, now, self.until);
        Ok(())
    }

    pub fn check_rule(&self, now: i64) -> Result<()> {
        self.check_state(states::DISPUTED)?;
        self.check_in_time(now)
    }

    /// Refuses unless the tokens may burn for a payment outside the chain. The holder may confirm one
    /// that the desk did not claim, that is disputed, or that an arbiter did not believe.
    pub fn check_conclude(&self, by_holder: bool, now: i64) -> Result<()> {
        self.check_payout(payouts::OFF_CHAIN)?;
        let open = self.state == states::ACCEPTED || self.state == states::DISPUTED;
        if self.state == states::UPHELD || (by_holder && open) {
            return Ok(());
        }
        self.check_state(states::PAID)?;
        require_figures!(by_holder || now > self.until, VaultError::StillDisputable, now, self.until);
        Ok(())
    }

    fn check_in_time(&self, now: i64) -> Result<()> {
        let deadline = self.deadline().unwrap_or(i64::MAX);
        require_figures!(now <= deadline, VaultError::DeadlinePassed, now, deadline);
        Ok(())
    }

    fn check_payout(&self, needed: u8) -> Result<()> {
        require_figures!(self.payout == needed, VaultError::WrongPayout, self.payout, needed);
        Ok(())
    }

    fn check_state(&self, needed: u8) -> Result<()> {
        require_figures!(self.state == needed, VaultError::WrongRequestState, self.state, needed);
        Ok(())
    }

    /// What is said to be issued on another chain, in shares at today's multiplier.
    pub fn marked_at(&self, multiplier: u64) -> u64 {
        if self.marked_shares == 0 || multiplier == self.multiplier {
            return self.marked_shares;
        }
        shares_ceil_saturating(self.amount, multiplier)
    }

    /// Restates the minimum price per share of today: what the tokens bring in all stays the same.
    pub fn restate(&mut self, multiplier: u64) {
        if multiplier != self.multiplier {
            self.min_price = scale_ceil(self.min_price, self.multiplier, multiplier);
            self.multiplier = multiplier;
        }
    }

    /// The desk binds itself: to the holder's minimum, or to its own price.
    pub fn accept(&mut self, price: u64, now: i64) {
        if self.is_at_market() {
            self.until = self.settle_by;
        }
        (self.state, self.accepted_at) = (states::ACCEPTED, now);
        self.min_price = self.min_price.max(price);
    }

    /// The desk says that it paid, by `marked_shares` issued on another chain if there is one.
    pub fn mark_paid(&mut self, to_chain: u8, marked_shares: u64, now: i64) {
        (self.state, self.paid_at) = (states::PAID, now);
        self.until = now.saturating_add(self.dispute_window_s);
        (self.to_chain, self.marked_shares) = (to_chain, marked_shares);
    }

    /// The holder says that it did not.
    pub fn dispute(&mut self, now: i64) {
        (self.state, self.until) = (states::DISPUTED, now.saturating_add(ARBITRATION_S));
    }

    /// The arbiter decides: the tokens may burn, or the desk's claim was none, and its only one.
    pub fn rule(&mut self, paid: bool) {
        self.until = 0;
        if paid {
            self.state = states::UPHELD;
        } else {
            self.state = states::ACCEPTED;
            (self.to_chain, self.marked_shares) = (NO_CHAIN, 0);
        }
    }

    /// Must be called at the end of every instruction that wrote the request.
    pub fn invariant(&self) -> Result<()> {
        rule(60, self.amount != 0 && self.amount <= self.requested)?;
        rule(61, (self.state >= states::ACCEPTED) == (self.accepted_at != 0))?;
        rule(62, self.state < states::PAID || self.paid_at != 0)?;
        rule(63, self.until != 0 || (self.state != states::PAID && self.state != states::DISPUTED))?;
        rule(64, self.requested_at <= self.accept_by && self.accept_by <= self.settle_by)?;
        rule(65, (self.arbiter == Address::default()) == (self.payout == payouts::ON_CHAIN))?;
        rule(66, self.marked_shares == 0 || self.to_chain != NO_CHAIN)
    }
}
