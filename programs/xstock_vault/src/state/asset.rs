use super::{fields, minus, plus, rule, AttestorSet, BondExit, CalendarEntry, Policy, QueuedPolicy, ReserveView};
use crate::{
    constants::*,
    errors::VaultError,
    math::{
        multiplier::{in_force, scale_ceil, shares_ceil_saturating},
        quorum::required,
        ratio::Ratio,
        released,
        window::WindowUsage,
    },
    require_figures,
};
use anchor_lang::prelude::*;

/// What can be halted, as bits of [`Asset::halts`].
pub mod halts {
    pub const MINT: u8 = 1;
    pub const REQUESTS: u8 = 2;
    /// Asking for anything looser, and applying a policy. What already waits to act by itself is
    /// not halted but cancelled.
    pub const CHANGES: u8 = 4;
    pub const ALL: u8 = MINT | REQUESTS | CHANGES;
}

/// Bits of [`Asset::features`].
pub mod features {
    /// The mint has Token-2022's PermissionedBurn: only this program can burn.
    pub const PERMISSIONED_BURN: u8 = 1;
    /// While the asset is short and has been latched for a while, redemptions pay in proportion to the reserve.
    pub const PRO_RATA: u8 = 2;
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
    /// Splits that are in all figures of this account that count shares.
    pub basis: u32,
    pub multiplier: u64,
    /// In force from `next_effective_at` on, like Token-2022's: read it by [`Asset::multiplier_at`].
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
    /// The latest time that any custodian's report ever spoke of.
    pub newest_as_of: i64,
    /// The highest ticket ever used; the watermark rises at most to the one behind it.
    pub highest_ticket: u64,
    /// Usage of the policy's mint window limit, by all minters together.
    pub mint_window: WindowUsage,
    /// A looser policy that waits in public.
    pub queued_policy: QueuedPolicy,
    /// Raw units, ever, modulo 2^64: requested = settled + returned + pending.
    pub requested: u64,
    pub returned: u64,
    /// What redemptions are paid in and the bond consists of; zero before `open_bond`.
    pub payment_mint: Address,
    /// The token account of it that this asset owns.
    pub bond_vault: Address,
    /// Base units deposited and not yet withdrawn or paid; donations to the vault do not count.
    pub bond: u64,
    /// Base units of it that open requests could claim.
    pub bond_reserved: u64,
    pub bond_exit: BondExit,
    pub payment_decimals: u8,
    /// 1 when the scheduled multiplier is a split's.
    pub next_is_split: u8,
    pub _pad1: [u8; 2],
    /// The action that scheduled it.
    pub next_action: u32,
    /// The split that is in force since `split_at`, with its ex time `split_ex_at`, and the scheduled one.
    pub split: Ratio,
    pub next_split: Ratio,
    pub split_at: i64,
    pub split_ex_at: i64,
    /// The scheduled split's ex time: nothing mints from then to its effective time.
    pub halt_from: i64,
    /// Nothing mints from then on; zero while no delisting is announced.
    pub delisted_at: i64,
    /// The slot of the last snapshot, in which nothing mints or burns any more.
    pub snapshot_slot: u64,
    /// How many actions were announced and snapshots taken; the next ones' numbers.
    pub actions: u32,
    pub snapshots: u32,
    /// What lies ahead; lenders read it.
    pub calendar: [CalendarEntry; CALENDAR],
    /// Who agrees on the balances of a record date.
    pub attestors: AttestorSet,
    /// The effective time of the identifiers in force; zero for those of the listing.
    pub identified_at: i64,
    pub reserved: [u8; 64],
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
        self.bring_up_to_date(now);
        let outside = minus(self.known_supply, supply)?;
        if outside != 0 {
            self.burned_outside = plus(self.burned_outside, outside)?;
            self.known_supply = supply;
            self.release(outside, now);
        }
        Ok(outside)
    }

    /// Uses `amount` raw units of the asset's window up, or refuses; takes note of the ticket.
    pub fn spend(&mut self, ticket: u64, amount: u64, now: i64) -> Result<()> {
        let limit = self.policy.mint_window_limit;
        self.mint_window.bring_up_to_date(limit, now);
        let left = self.mint_window.left(limit);
        require_figures!(amount <= left, VaultError::AssetWindowExceeded, amount, left, limit);
        self.mint_window.used = plus(self.mint_window.used, amount)?;
        let furthest = match self.tickets_used {
            0 => MAX_FIRST_TICKET,
            _ => self.highest_ticket.saturating_add(MAX_TICKET_STEP),
        };
        require_figures!(ticket <= furthest, VaultError::TicketTooFar, ticket, furthest);
        self.highest_ticket = self.highest_ticket.max(ticket);
        Ok(())
    }

    pub fn record_mint(&mut self, amount: u64, now: i64) -> Result<()> {
        self.known_supply = plus(self.known_supply, amount)?;
        self.minted = plus(self.minted, amount)?;
        self.tickets_used = plus(self.tickets_used, 1)?;
        if self.first_mint_at == 0 {
            self.first_mint_at = now;
            self.queued_policy.void(fields::ALL); // it was queued when nothing had to wait
        }
        Ok(())
    }

    pub fn record_request(&mut self, amount: u64) -> Result<()> {
        self.requested = self.requested.wrapping_add(amount); // whoever asks and cancels all day fills it
        self.pending = plus(self.pending, amount)?;
        self.open_requests = plus(self.open_requests, 1)?;
        Ok(())
    }

    /// Tokens of a request that go back to their holder; the request ends.
    pub fn record_return(&mut self, amount: u64) -> Result<()> {
        self.returned = self.returned.wrapping_add(amount);
        self.pending = minus(self.pending, amount)?;
        self.open_requests = minus(self.open_requests, 1)?;
        Ok(())
    }

    /// Burned tokens whose shares leave a custodian. `ends`: nothing of the request is left.
    pub fn record_settlement(&mut self, amount: u64, ends: bool, now: i64) -> Result<()> {
        self.record_burn(amount, ends)?;
        self.release(amount, now);
        Ok(())
    }

    /// Burned tokens whose shares stay: those leave for another chain, which keeps them itself.
    pub fn record_burn(&mut self, amount: u64, ends: bool) -> Result<()> {
        self.pending = minus(self.pending, amount)?;
        self.open_requests = minus(self.open_requests, ends.into())?;
        self.known_supply = minus(self.known_supply, amount)?;
        self.settled = plus(self.settled, amount)?;
        Ok(())
    }

    /// Keeps burned tokens in the obligation until reports speak of a later time.
    /// Saturating: what is owed may only be overstated.
    fn release(&mut self, raw: u64, now: i64) {
        let shares = shares_ceil_saturating(raw, self.multiplier_at(now));
        let now = now.max(self.newest_as_of); // no report that is here can know of it, whatever the clock says
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
    /// reports as old as `oldest_as_of`. Saturating: it may only be overstated.
    pub fn obligation(&self, oldest_as_of: i64, foreign: u64, now: i64) -> u64 {
        self.obligation_at(self.multiplier_at(now), oldest_as_of, foreign)
    }

    /// The same at another multiplier.
    fn obligation_at(&self, multiplier: u64, oldest_as_of: i64, foreign: u64) -> u64 {
        shares_ceil_saturating(self.known_supply, multiplier)
            .saturating_add(self.released_since(oldest_as_of))
            .saturating_add(foreign)
    }

    /// Promise 1 for the supply that the books show, at a higher multiplier that is scheduled: refuses without quorum or when the
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
        let (current, ahead) = (self.multiplier_at(now), self.multiplier_ahead(now));
        // an announced increase owes more on other chains too
        let foreign = if ahead == current { view.foreign } else { scale_ceil(view.foreign, ahead, current) };
        let obligation = self.obligation_at(ahead, view.oldest_as_of, foreign);
        let required = required(obligation, self.policy.collateral_bps);
        require_figures!(
            required <= view.shares,
            VaultError::ReserveShort,
            view.shares,
            required,
            self.released_since(view.oldest_as_of),
            foreign
        );
        Ok(obligation)
    }

    /// Refuses to loosen anything while a pauser has halted changes.
    pub fn check_changes(&self) -> Result<()> {
        require!(self.halts & halts::CHANGES == 0, VaultError::ChangesHalted);
        Ok(())
    }

    /// Puts the tighter fields of `values` among the named ones in force, queues the looser ones
    /// and drops named fields from an earlier queue. Returns which were tighter and which looser.
    pub fn set_policy(&mut self, named: u32, values: &Policy, now: i64) -> Result<(u32, u32)> {
        let mut wanted = self.policy;
        wanted.take(named, values);
        wanted.check()?;
        let (tighter, looser) = self.policy.compare(&wanted);
        let mut policy = self.policy;
        policy.take(tighter, &wanted);
        policy.check()?; // the tighter half must hold on its own until the rest is applied
        self.queued_policy.void(named);
        if looser != 0 {
            let ready_at = self.loosen_at(now); // by the old delay, whatever becomes of it
            let expires_at = ready_at.saturating_add(CHANGE_LIFE_S);
            self.queued_policy = QueuedPolicy { fields: looser, _pad: [0; 4], ready_at, expires_at, values: wanted };
        }
        self.change_policy(policy, now);
        Ok((tighter, looser))
    }

    /// Puts a queued policy in force whose time has come. Returns its fields.
    pub fn apply_policy(&mut self, now: i64) -> Result<u32> {
        self.queued_policy.check_ready(now)?;
        let queued = self.queued_policy;
        let mut policy = self.policy;
        policy.take(queued.fields, &queued.values);
        policy.check()?;
        self.queued_policy.void(queued.fields);
        self.change_policy(policy, now);
        Ok(queued.fields)
    }

    /// Usage decays at the old limit up to the change.
    fn change_policy(&mut self, policy: Policy, now: i64) {
        self.mint_window.bring_up_to_date(self.policy.mint_window_limit, now);
        self.policy = policy;
    }

    /// Raises the watermark: tickets below it can never mint.
    pub fn raise_watermark(&mut self, watermark: u64) -> Result<()> {
        let next = if self.tickets_used == 0 { 0 } else { plus(self.highest_ticket, 1)? };
        require_figures!(
            watermark > self.ticket_watermark && watermark <= next,
            VaultError::WatermarkOutOfRange,
            watermark,
            self.ticket_watermark,
            next
        );
        self.ticket_watermark = watermark;
        Ok(())
    }

    /// Sets the solvency latch when what is owed exceeds the last figures counted without age.
    /// Burned shares weigh by the fresh reports alone, so that a silent custodian never latches.
    /// Never opens it. Returns the obligation.
    pub fn latch_if_short(&mut self, last: &ReserveView, fresh: &ReserveView, now: i64) -> u64 {
        let obligation = self.obligation(fresh.oldest_as_of, last.foreign, now);
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
        rule(24, self.multiplier != 0 && self.latched <= 1)?;
        rule(25, (self.queued_policy.fields == 0) == (self.queued_policy.ready_at == 0))?;
        rule(26, self.ticket_watermark <= self.highest_ticket.saturating_add(1))?;
        rule(39, self.requested == self.settled.wrapping_add(self.returned).wrapping_add(self.pending))?;
        self.bond_invariant()?;
        self.actions_invariant()
    }
}
