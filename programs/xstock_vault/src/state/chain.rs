use super::{check_time, rule, KeySet, ReleasedDay};
use crate::{
    attestation::{Message, Signers},
    constants::{CHANGE_LIFE_S, MAX_REPORTED_SHARES, RELEASED_DAYS},
    errors::VaultError,
    math::released,
    require_figures,
};
use anchor_lang::prelude::*;

/// The asset's supply on one other chain: registration, cap and last report, in shares.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct ChainSlot {
    /// 1 while a chain is registered.
    pub active: u8,
    pub _pad: [u8; 3],
    /// The last split that the signed report included; the figures here are in the reserve's basis.
    pub basis: u32,
    /// CAIP-2 id of the chain (`eip155:1`), ASCII, zero padded.
    pub chain: [u8; 48],
    /// Hash of the token's CAIP-19 id on that chain.
    pub token_hash: [u8; 32],
    pub signers: KeySet,
    /// What may exist there at most; a stale chain counts at least at it.
    pub cap: u64,
    /// A lower cap, in force when a report speaks of `next_cap_from` or later: a silent chain may
    /// have issued up to the old one. Both zero when none waits.
    pub next_cap: u64,
    pub next_cap_from: i64,
    /// From when the slot may be retired; zero when nobody asked.
    pub retire_from: i64,
    /// The time that the report speaks of, unix seconds.
    pub as_of: i64,
    /// Circulating there, net of what bridges hold, and what was burned here before `as_of` to be
    /// issued there. May exceed the cap: bad news is taken.
    pub supply: u64,
    pub received_at: i64,
    pub report_hash: [u8; 32],
    /// The sum of `outbound_days`.
    pub outbound: u64,
    /// Shares burned here to be issued there, which no report of that chain speaks of yet.
    pub outbound_days: [ReleasedDay; RELEASED_DAYS],
    /// Shares said to be issued there for tokens that still wait in the escrow here, and when the latest
    /// of them was.
    pub marked: u64,
    pub marked_at: i64,
    /// What of `marked`, and of `outbound`, the last report may contain already.
    pub reported: u64,
    pub concluded: u64,
}

impl ChainSlot {
    /// What the chain weighs in the obligation: its report while that is fresh, else the larger
    /// of report and cap; and what is on its way.
    pub fn counted(&self, not_before: i64, now: i64) -> u64 {
        let fresh = self.received_at != 0 && self.as_of >= not_before && self.as_of <= now;
        let supply = if fresh { self.supply } else { self.supply.max(self.cap) };
        supply.saturating_add(self.outbound)
    }

    /// What the chain weighs beside the tokens here, at a supply of `supply`: what may be in it and
    /// count here as well is taken off. For the latch and pro-rata payouts; a mint is judged without.
    pub fn owed_there(&self, supply: u64) -> u64 {
        let twice = self.reported.saturating_add(self.concluded);
        supply.saturating_add(self.outbound).saturating_sub(twice)
    }

    /// What the chain would weigh if it fell silent under another cap.
    pub fn counted_at_cap(&self, cap: u64) -> u64 {
        self.supply.max(cap).saturating_add(self.outbound)
    }

    /// Sets the cap: a higher one at once, a lower one when a report speaks of `loosen_at` or later
    /// (before the asset's first mint, at once). Either voids a waiting one. Returns the cap that was
    /// in force.
    pub fn set_cap(&mut self, cap: u64, now: i64, loosen_at: i64) -> u64 {
        let before = self.cap;
        if cap != 0 {
            self.retire_from = 0;
        }
        if cap < before && loosen_at > now {
            (self.next_cap, self.next_cap_from) = (cap, loosen_at);
        } else {
            (self.cap, self.next_cap, self.next_cap_from) = (cap, 0, 0);
        }
        before
    }

    /// Drops a lower cap that waits, or refuses when none does.
    pub fn cancel_cap(&mut self, now: i64) -> Result<()> {
        require_figures!(self.next_cap_from != 0, VaultError::NothingQueued, 0, now);
        (self.next_cap, self.next_cap_from) = (0, 0);
        Ok(())
    }

    /// Drops a retirement that waits, or refuses when none does.
    pub fn cancel_retirement(&mut self, now: i64) -> Result<()> {
        require_figures!(self.retire_from != 0, VaultError::NothingQueued, 0, now);
        self.retire_from = 0;
        Ok(())
    }

    /// Refuses a message that this slot must not take from these signers now. Returns whether it
    /// comes from the pending keys. A supply above the cap is taken.
    pub fn check(&self, message: &Message, signers: &Signers, now: i64) -> Result<bool> {
        require_figures!(self.active == 1, VaultError::SlotEmpty, message.slot);
        let by_new_keys = self.signers.check(message.slot, message.epoch, message.sequence, signers, now)?;
        // bad news is taken though the clock went back behind the last report
        let earliest = if message.settled >= self.supply { self.as_of.min(now) } else { self.as_of };
        check_time(message, earliest, now)?;
        Ok(by_new_keys)
    }

    /// Stores a checked message. Shares on their way that it speaks of are no longer counted apart.
    pub fn store(&mut self, message: &Message, by_new_keys: bool, now: i64) {
        self.signers.record(by_new_keys, message.sequence);
        self.basis = message.basis;
        self.as_of = self.as_of.max(message.as_of);
        // a larger figure is bad news and not refused; nothing is ever covered at this one
        self.supply = message.settled.min(MAX_REPORTED_SHARES);
        self.received_at = now;
        if self.next_cap_from != 0 && message.as_of >= self.next_cap_from {
            (self.cap, self.next_cap, self.next_cap_from) = (self.next_cap, 0, 0);
        }
        if self.supply != 0 {
            self.retire_from = 0;
        }
        self.report_hash = message.report_hash;
        for day in self.outbound_days.iter_mut().filter(|day| day.last_at < message.as_of) {
            (day.last_at, day.shares) = (0, 0);
        }
        self.sum_outbound();
        self.concluded = self.concluded.min(self.outbound);
        if message.as_of > self.marked_at {
            self.reported = self.marked;
        }
    }

    /// Refuses unless `shares` more have room under the cap, and under a lower one that waits.
    pub fn check_room(&self, slot: u8, shares: u64) -> Result<()> {
        require_figures!(self.active == 1, VaultError::SlotEmpty, slot);
        let there = self.supply.saturating_add(self.outbound).saturating_add(self.marked);
        let cap = if self.next_cap_from == 0 { self.cap } else { self.next_cap };
        require_figures!(there.saturating_add(shares) <= cap, VaultError::AboveChainCap, shares, there, cap);
        Ok(())
    }

    /// Takes note of a claim that shares were issued there.
    pub fn mark(&mut self, shares: u64, now: i64) {
        self.marked = self.marked.saturating_add(shares);
        self.marked_at = self.marked_at.max(now);
    }

    /// A claim of `marked_at` has ended: its tokens burn, or go back.
    pub fn unmark(&mut self, shares: u64, marked_at: i64) {
        self.marked = self.marked.saturating_sub(shares);
        if marked_at < self.as_of {
            self.reported = self.reported.saturating_sub(shares);
        }
        // a split rounds each claim apart, and the sum once
        self.reported = self.reported.min(self.marked);
    }

    /// Takes note of shares burned here for a claim of `marked_at`, above the cap too: they are owed
    /// there until a later report. What waits from an earlier day of the same bucket is kept: a silent
    /// chain may have issued it.
    pub fn send(&mut self, shares: u64, marked_at: i64, now: i64) {
        let now = now.max(self.as_of); // its report cannot know of the burn, whatever the clock says
        if let Some(day) = self.outbound_days.get_mut(released::bucket(now)) {
            (day.last_at, day.shares) = (day.last_at.max(now), day.shares.saturating_add(shares));
        }
        if marked_at < self.as_of {
            self.concluded = self.concluded.saturating_add(shares);
        }
        self.sum_outbound();
    }

    pub(super) fn sum_outbound(&mut self) {
        self.outbound = self.outbound_days.iter().fold(0, |sum, day| day.shares.saturating_add(sum));
    }

    /// Refuses unless nothing can be owed there: no cap, nothing on its way, and no report, or a
    /// fresh one of zero. Without open requests what is marked is what splits left of rounding.
    pub fn check_unused(&self, slot: u8, open_requests: u64, not_before: i64, now: i64) -> Result<()> {
        require_figures!(self.active == 1, VaultError::SlotEmpty, slot);
        let silent = self.received_at != 0 && (self.as_of < not_before || self.as_of > now);
        let marked = if open_requests == 0 { 0 } else { self.marked };
        let owed = self.supply.saturating_add(self.outbound).saturating_add(marked);
        require_figures!(
            self.cap == 0 && owed == 0 && !silent,
            VaultError::ChainInUse,
            self.cap,
            owed,
            self.as_of,
            now
        );
        Ok(())
    }

    /// Whether an unused slot can be emptied now. Before the asset's first mint it can; afterwards
    /// the first call names the time from which a second one may, once a report speaks of that time.
    pub fn may_retire(&mut self, now: i64, loosen_at: i64) -> Result<bool> {
        if loosen_at <= now {
            return Ok(true);
        }
        let from = self.retire_from;
        if from == 0 || now > from.saturating_add(CHANGE_LIFE_S) {
            self.retire_from = loosen_at;
            return Ok(false);
        }
        require_figures!(now >= from, VaultError::ChangeNotReady, from, now);
        require_figures!(self.received_at == 0 || self.as_of >= from, VaultError::ChangeNotReady, from, self.as_of);
        Ok(true)
    }

    pub fn invariant(&self) -> Result<()> {
        rule(15, self.supply <= MAX_REPORTED_SHARES && self.cap <= MAX_REPORTED_SHARES)?;
        rule(16, self.next_cap <= self.cap && (self.next_cap_from != 0 || self.next_cap == 0))?;
        rule(17, self.active == 1 || (self.supply == 0 && self.cap == 0 && self.signers.epoch == 0))?;
        rule(19, self.active == 1 || self.marked == 0)?;
        rule(38, self.reported <= self.marked && self.concluded <= self.outbound)?;
        rule(18, self.retire_from == 0 || self.supply == 0)
    }
}
