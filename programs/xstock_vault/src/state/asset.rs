use super::{minus, plus, rule, ReserveView};
use crate::{
    constants::*,
    errors::VaultError,
    math::{
        multiplier::{in_force, shares_ceil_saturating},
        released,
    },
    require_figures,
};
use anchor_lang::prelude::*;

/// What can be halted, as bits of [`Asset::halts`].
pub mod halts {
    pub const MINT: u8 = 1;
    pub const REQUESTS: u8 = 2;
    pub const ALL: u8 = MINT | REQUESTS;
}

/// Bits of [`Asset::features`].
pub mod features {
    /// The mint has Token-2022's PermissionedBurn: only this program can burn.
    pub const PERMISSIONED_BURN: u8 = 1;
}

/// Rules of an asset, fixed at listing in this version.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct Policy {
    /// A report counts while `now - as_of` is at most this many seconds.
    pub max_age_s: i64,
    /// A new custodian key or a raised allowance waits this many seconds after the first mint.
    pub change_delay_s: i64,
    /// A request's deadline is this many seconds after it was made.
    pub redemption_window_s: i64,
    /// Distinct custodians that must have a fresh positive figure.
    pub min_custodians: u8,
    pub _pad: [u8; 7],
    pub reserved: [u8; 96],
}

impl Policy {
    /// Refuses a policy outside the compiled-in bounds.
    pub fn check(&self) -> Result<()> {
        let within = |value: i64, low: i64, high: i64| value >= low && value <= high;
        require_figures!(
            within(self.max_age_s, MIN_REPORT_AGE_S, MAX_REPORT_AGE_S),
            VaultError::MaxAgeOutOfRange,
            self.max_age_s,
            MIN_REPORT_AGE_S,
            MAX_REPORT_AGE_S
        );
        require_figures!(
            within(self.change_delay_s, MIN_CHANGE_DELAY_S, MAX_CHANGE_DELAY_S),
            VaultError::ChangeDelayOutOfRange,
            self.change_delay_s,
            MIN_CHANGE_DELAY_S,
            MAX_CHANGE_DELAY_S
        );
        require_figures!(
            within(self.redemption_window_s, MIN_REDEMPTION_WINDOW_S, MAX_REDEMPTION_WINDOW_S),
            VaultError::RedemptionWindowOutOfRange,
            self.redemption_window_s,
            MIN_REDEMPTION_WINDOW_S,
            MAX_REDEMPTION_WINDOW_S
        );
        require_figures!(
            self.min_custodians >= 1 && usize::from(self.min_custodians) <= CUSTODIANS,
            VaultError::MinCustodiansOutOfRange,
            self.min_custodians
        );
        Ok(())
    }
}

/// The burns of one UTC day that reports may still count.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct ReleasedDay {
    /// Time of the day's last burn, unix seconds.
    pub last_at: i64,
    pub shares: u64,
}

/// One tokenized stock. Seeds: `asset`, issuer, number. Never closes.
#[account]
pub struct Asset {
    pub version: u8,
    pub bump: u8,
    /// Bits of [`halts`].
    pub halts: u8,
    /// 1 while the solvency latch is set.
    pub latched: u8,
    pub decimals: u8,
    pub mint_bump: u8,
    pub escrow_bump: u8,
    /// Bits of [`features`].
    pub features: u8,
    pub issuer: Address,
    pub mint: Address,
    pub escrow: Address,
    pub reserve: Address,
    pub number: u32,
    /// The last split that attested figures include; zero until there are splits.
    pub basis: u32,
    pub multiplier: u64,
    pub next_multiplier: u64,
    /// Zero while nothing is scheduled.
    pub next_effective_at: i64,
    pub isin: [u8; 12],
    /// Zero padded.
    pub symbol: [u8; 12],
    /// sha256(program, genesis hash, asset, ISIN): what every attestation must name.
    pub domain: [u8; 32],
    pub terms_hash: [u8; 32],
    /// UTF-8, zero padded.
    pub terms_uri: [u8; 128],
    pub policy: Policy,
    /// The mint's supply as this program last saw it; a lower one is a burn from outside.
    pub known_supply: u64,
    /// Raw units, ever: minted = known_supply + settled + burned_outside.
    pub minted: u64,
    pub settled: u64,
    pub burned_outside: u64,
    /// Raw units of all open requests, which the escrow holds at least.
    pub pending: u64,
    pub open_requests: u64,
    pub tickets_used: u64,
    /// Tickets below it can never mint.
    pub ticket_watermark: u64,
    pub listed_at: i64,
    /// Zero before the first mint.
    pub first_mint_at: i64,
    pub latched_at: i64,
    pub released: [ReleasedDay; RELEASED_DAYS],
    /// The latest burn that every custodian had reported past, and that was cleared.
    pub cleared_at: i64,
    pub reserved: [u8; 248],
}

impl Asset {
    /// The one place that reads the multiplier, by Token-2022's own rule.
    pub fn multiplier_at(&self, now: i64) -> u64 {
        in_force(self.multiplier, self.next_multiplier, self.next_effective_at, now)
    }

    /// When a loosening asked for now may act.
    pub fn loosen_at(&self, now: i64) -> i64 {
        if self.first_mint_at == 0 {
            now
        } else {
            now.saturating_add(self.policy.change_delay_s)
        }
    }

    /// Takes note of the mint's supply: a drop is a burn from outside, released like any burn.
    /// Returns the raw units burned outside. A supply above the books would mean a second door.
    pub fn observe_supply(&mut self, supply: u64, now: i64) -> Result<u64> {
        require_figures!(supply <= self.known_supply, VaultError::SupplyAboveBooks, supply, self.known_supply);
        let outside = minus(self.known_supply, supply)?;
        if outside != 0 {
            self.burned_outside = plus(self.burned_outside, outside)?;
            self.known_supply = supply;
            self.release(outside, now);
        }
        Ok(outside)
    }

    pub fn record_mint(&mut self, amount: u64, now: i64) -> Result<()> {
        self.known_supply = plus(self.known_supply, amount)?;
        self.minted = plus(self.minted, amount)?;
        self.tickets_used = plus(self.tickets_used, 1)?;
        if self.first_mint_at == 0 {
            self.first_mint_at = now;
        }
        Ok(())
    }

    pub fn record_request(&mut self, amount: u64) -> Result<()> {
        self.pending = plus(self.pending, amount)?;
        self.open_requests = plus(self.open_requests, 1)?;
        Ok(())
    }

    pub fn record_cancel(&mut self, amount: u64) -> Result<()> {
        self.pending = minus(self.pending, amount)?;
        self.open_requests = minus(self.open_requests, 1)?;
        Ok(())
    }

    pub fn record_settlement(&mut self, amount: u64, now: i64) -> Result<()> {
        self.record_cancel(amount)?;
        self.known_supply = minus(self.known_supply, amount)?;
        self.settled = plus(self.settled, amount)?;
        self.release(amount, now);
        Ok(())
    }

    /// Keeps burned tokens in the obligation until reports speak of a later time.
    /// Saturating: what is owed may only be overstated.
    fn release(&mut self, raw: u64, now: i64) {
        let shares = shares_ceil_saturating(raw, self.multiplier_at(now));
        if let Some(day) = self.released.get_mut(released::bucket(now)) {
            (day.last_at, day.shares) = released::add((day.last_at, day.shares), shares, now);
        }
    }

    /// Burned shares that a report as of `oldest_as_of` may still count.
    pub fn released_since(&self, oldest_as_of: i64) -> u64 {
        self.released
            .iter()
            .fold(0u64, |sum, day| sum.saturating_add(released::weight((day.last_at, day.shares), oldest_as_of)))
    }

    /// Forgets burns that every slot has reported past, so that a later burn of the same day does
    /// not bring them back.
    pub fn clear_released(&mut self, oldest_report: i64) {
        for day in self.released.iter_mut().filter(|day| day.shares != 0 && day.last_at < oldest_report) {
            self.cleared_at = self.cleared_at.max(day.last_at);
            (day.last_at, day.shares) = (0, 0);
        }
    }

    /// What is owed, in shares: `ceil(supply * multiplier) + released + foreign`, against
    /// reports as old as `view` counts. Saturating: it may only be overstated.
    pub fn obligation(&self, supply: u64, view: &ReserveView, now: i64) -> u64 {
        shares_ceil_saturating(supply, self.multiplier_at(now)).saturating_add(self.released_since(view.oldest_as_of))
    }

    /// Promise 1 for the supply that the books show: refuses without quorum or when the
    /// obligation exceeds the reserve. Returns the obligation, in shares.
    pub fn check_backed(&self, view: &ReserveView, now: i64) -> Result<u64> {
        require_figures!(
            view.custodians >= self.policy.min_custodians,
            VaultError::QuorumNotMet,
            view.custodians,
            self.policy.min_custodians
        );
        self.check_covered(view, now)
    }

    /// Promise 1 for a loosening that mints nothing by itself: no quorum is asked for, so that an
    /// asset can be set up before its first report.
    pub fn check_covered(&self, view: &ReserveView, now: i64) -> Result<u64> {
        let obligation = self.obligation(self.known_supply, view, now);
        require_figures!(
            obligation <= view.shares,
            VaultError::ReserveShort,
            view.shares,
            obligation,
            obligation.saturating_sub(view.shares),
            self.released_since(view.oldest_as_of)
        );
        Ok(obligation)
    }

    /// Sets the solvency latch when what is owed exceeds the last figures counted without age.
    /// Burned shares weigh by the fresh reports alone, so that a silent custodian never latches.
    /// Never opens it. Returns the obligation.
    pub fn latch_if_short(&mut self, last: &ReserveView, fresh: &ReserveView, now: i64) -> u64 {
        let obligation = self.obligation(self.known_supply, fresh, now);
        if obligation > last.shares && self.latched == 0 {
            self.latched = 1;
            self.latched_at = now;
        }
        obligation
    }

    /// Must be called at the end of every instruction that wrote the asset.
    pub fn invariant(&self) -> Result<()> {
        let accounted = plus(plus(self.known_supply, self.settled)?, self.burned_outside)?;
        rule(20, self.minted == accounted)?;
        rule(21, self.pending <= self.known_supply)?;
        rule(22, (self.open_requests == 0) == (self.pending == 0))?;
        rule(23, (self.first_mint_at == 0) == (self.tickets_used == 0))?;
        rule(24, self.multiplier != 0 && self.latched <= 1)
    }
}
