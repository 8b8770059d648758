use super::{check_figures, rule, Asset, KeySet, ReleasedDay};
use crate::{
    attestation::{Message, Signers},
    constants::{MAX_REPORTED_SHARES, RELEASED_DAYS},
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
    /// The last split that the figures include.
    pub basis: u32,
    /// CAIP-2 id of the chain (`eip155:1`), ASCII, zero padded.
    pub chain: [u8; 48],
    /// Hash of the token's CAIP-19 id on that chain.
    pub token_hash: [u8; 32],
    pub signers: KeySet,
    /// What may exist there at most; a stale chain counts at least at it.
    pub cap: u64,
    /// A lower cap that acts from `next_cap_from` on; both zero when none waits.
    pub next_cap: u64,
    pub next_cap_from: i64,
    /// The time that the report speaks of, unix seconds.
    pub as_of: i64,
    /// Circulating there, net of what bridges hold. May exceed the cap: bad news is taken.
    pub supply: u64,
    pub received_at: i64,
    pub report_hash: [u8; 32],
    /// The sum of `outbound_days`.
    pub outbound: u64,
    /// Shares burned here to be issued there, which no report of that chain speaks of yet.
    pub outbound_days: [ReleasedDay; RELEASED_DAYS],
    pub reserved: [u8; 32],
}

impl ChainSlot {
    /// The cap in force: a lowered one acts by itself when it has waited.
    pub fn cap_at(&self, now: i64) -> u64 {
        if self.next_cap_from != 0 && now >= self.next_cap_from {
            self.next_cap
        } else {
            self.cap
        }
    }

    /// What the chain weighs in the obligation: its report while that is fresh, else the larger
    /// of report and cap; and what is on its way.
    pub fn counted(&self, not_before: i64, now: i64) -> u64 {
        let fresh = self.received_at != 0 && self.as_of >= not_before && self.as_of <= now;
        let supply = if fresh { self.supply } else { self.supply.max(self.cap_at(now)) };
        supply.saturating_add(self.outbound)
    }

    /// What the chain would weigh if it fell silent under another cap.
    pub fn counted_at_cap(&self, cap: u64) -> u64 {
        self.supply.max(cap).saturating_add(self.outbound)
    }

    /// Sets the cap: a higher one at once, a lower one from `loosen_at` on. Either voids a waiting
    /// one. Returns the cap that was in force.
    pub fn set_cap(&mut self, cap: u64, now: i64, loosen_at: i64) -> u64 {
        let before = self.cap_at(now);
        self.cap = before.max(cap);
        (self.next_cap, self.next_cap_from) = if cap < before { (cap, loosen_at) } else { (0, 0) };
        if self.next_cap_from != 0 && now >= self.next_cap_from {
            (self.cap, self.next_cap, self.next_cap_from) = (cap, 0, 0);
        }
        before
    }

    /// Drops a lower cap that waits, or refuses when none does.
    pub fn cancel_cap(&mut self, now: i64) -> Result<()> {
        require_figures!(self.next_cap_from > now, VaultError::NothingQueued, self.next_cap_from, now);
        (self.next_cap, self.next_cap_from) = (0, 0);
        Ok(())
    }

    /// Refuses a message that this slot must not take from these signers now. Returns whether it
    /// comes from the pending keys. A supply above the cap is taken.
    pub fn check(&self, message: &Message, signers: &Signers, asset: &Asset, now: i64) -> Result<bool> {
        require_figures!(self.active == 1, VaultError::SlotEmpty, message.slot);
        let by_new_keys = self.signers.check(message.slot, message.epoch, message.sequence, signers, now)?;
        check_figures(message, asset, self.as_of, now)?;
        Ok(by_new_keys)
    }

    /// Stores a checked message. Shares on their way that it speaks of are no longer counted apart.
    pub fn store(&mut self, message: &Message, by_new_keys: bool, now: i64) {
        self.signers.record(by_new_keys, message.sequence);
        self.basis = message.basis;
        self.as_of = message.as_of;
        self.supply = message.settled;
        self.received_at = now;
        self.report_hash = message.report_hash;
        for day in self.outbound_days.iter_mut().filter(|day| day.last_at < message.as_of) {
            (day.last_at, day.shares) = (0, 0);
        }
        self.sum_outbound();
    }

    /// Takes note of shares burned here to be issued there, or refuses when the cap has no room.
    /// What waits from an earlier day of the same bucket is kept: a silent chain may have issued it.
    pub fn send_checked(&mut self, slot: u8, shares: u64, now: i64) -> Result<()> {
        require_figures!(self.active == 1, VaultError::SlotEmpty, slot);
        let (there, cap) = (self.supply.saturating_add(self.outbound), self.cap_at(now));
        require_figures!(there.saturating_add(shares) <= cap, VaultError::AboveChainCap, shares, there, cap);
        if let Some(day) = self.outbound_days.get_mut(released::bucket(now)) {
            (day.last_at, day.shares) = (day.last_at.max(now), day.shares.saturating_add(shares));
        }
        self.sum_outbound();
        Ok(())
    }

    fn sum_outbound(&mut self) {
        self.outbound = self.outbound_days.iter().fold(0, |sum, day| day.shares.saturating_add(sum));
    }

    /// Refuses unless nothing can be owed there: no cap, and no report, or a fresh one of zero.
    pub fn check_retire(&self, slot: u8, not_before: i64, now: i64) -> Result<()> {
        require_figures!(self.active == 1, VaultError::SlotEmpty, slot);
        let cap = self.cap_at(now);
        let silent = self.received_at != 0 && (self.as_of < not_before || self.as_of > now);
        let owed = self.supply.saturating_add(self.outbound);
        require_figures!(cap == 0 && owed == 0 && !silent, VaultError::ChainInUse, cap, owed, self.as_of, now);
        Ok(())
    }

    pub fn invariant(&self) -> Result<()> {
        rule(15, self.supply <= MAX_REPORTED_SHARES && self.cap <= MAX_REPORTED_SHARES)?;
        rule(16, self.next_cap <= self.cap && (self.next_cap_from != 0 || self.next_cap == 0))?;
        rule(17, self.active == 1 || (self.supply == 0 && self.cap == 0 && self.signers.epoch == 0))
    }
}
