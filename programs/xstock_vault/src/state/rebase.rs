//! Multipliers and splits: how a scheduled one comes into force, and what a split does to figures.

use super::{rule, Asset, ChainSlot, CustodianSlot, Reserve};
use crate::{
    attestation::{kinds, Message},
    constants::MAX_REPORTED_SHARES,
    errors::{refuse, VaultError},
    math::ratio::Ratio,
    require_figures,
};
use anchor_lang::prelude::*;

/// Which multiplier shall be in force, and from when.
#[derive(Clone, Copy)]
pub struct Schedule {
    pub multiplier: u64,
    pub effective_at: i64,
    /// [`Ratio::NONE`] unless it is a split.
    pub split: Ratio,
    pub ex_at: i64,
    pub action: u32,
}

impl Asset {
    /// Puts a scheduled multiplier in force whose time has come. A split then is in every figure of this
    /// account that counts shares, rounded against the issuer. Raw units do not change.
    pub fn bring_up_to_date(&mut self, now: i64) {
        if self.next_effective_at == 0 || now < self.next_effective_at {
            return;
        }
        self.multiplier = self.next_multiplier;
        if self.next_is_split == 1 {
            self.basis = self.basis.wrapping_add(1);
            (self.split, self.split_at, self.split_ex_at) = (self.next_split, self.next_effective_at, self.halt_from);
            let split = self.split;
            for day in &mut self.released {
                day.shares = split.ceil(day.shares);
            }
            for policy in [&mut self.policy, &mut self.queued_policy.values] {
                policy.custodian_cap = split.floor(policy.custodian_cap).clamp(1, MAX_REPORTED_SHARES);
            }
            if self.queued_policy.fields == 0 {
                self.queued_policy.void(0);
            }
        }
        self.unschedule();
    }

    /// Schedules a multiplier. The asset is up to date, and nothing else is scheduled.
    pub fn schedule(&mut self, next: &Schedule) -> Result<()> {
        require_figures!(self.next_effective_at == 0, VaultError::MultiplierScheduled, self.next_action);
        (self.next_multiplier, self.next_effective_at) = (next.multiplier, next.effective_at);
        self.next_action = next.action;
        if next.split != Ratio::NONE {
            (self.next_is_split, self.next_split, self.halt_from) = (1, next.split, next.ex_at);
        }
        Ok(())
    }

    /// Forgets what was scheduled.
    pub fn unschedule(&mut self) {
        (self.next_multiplier, self.next_effective_at, self.next_action) = (self.multiplier, 0, 0);
        (self.next_is_split, self.next_split, self.halt_from) = (0, Ratio::NONE, 0);
    }

    /// The highest multiplier that supply of today must be covered at: what an announced increase will
    /// owe is kept free. A split brings its own shares.
    pub(super) fn multiplier_ahead(&self, now: i64) -> u64 {
        let multiplier = self.multiplier_at(now);
        if self.next_is_split == 1 {
            multiplier
        } else {
            multiplier.max(self.next_multiplier)
        }
    }

    /// Refuses to mint from a split's ex time to its effective time, and once delisted.
    pub fn check_tradeable(&self, now: i64) -> Result<()> {
        let split = self.next_is_split == 1 && now >= self.halt_from;
        require_figures!(!split, VaultError::SplitPending, self.halt_from, self.next_effective_at, now);
        let delisted = self.delisted_at != 0 && now >= self.delisted_at;
        require_figures!(!delisted, VaultError::Delisted, self.delisted_at, now);
        Ok(())
    }

    /// Refuses to mint or burn in the slot of a snapshot, once that is taken.
    pub fn check_slot(&self, slot: u64) -> Result<()> {
        require_figures!(slot != self.snapshot_slot, VaultError::SnapshotSlot, slot);
        Ok(())
    }

    /// How a report's figures become those of the asset's basis. Figures that include a split speak of a
    /// time from its ex time on: what was signed for one that was cancelled does not count in the next. Those
    /// of the basis before speak of a time before it took effect: who signs old ones by habit is not believed.
    pub fn conversion(&self, message: &Message) -> Result<Option<Ratio>> {
        if message.basis == self.basis && message.as_of >= self.split_ex_at {
            return Ok(None);
        }
        let before = message.basis.wrapping_add(1) == self.basis && message.as_of < self.split_at;
        let ahead =
            self.next_is_split == 1 && message.basis == self.basis.wrapping_add(1) && message.as_of >= self.halt_from;
        match (before, ahead) {
            (true, _) => Ok(Some(self.split)),
            (_, true) => Ok(Some(self.next_split.inverse())),
            _ => {
                Err(refuse(VaultError::WrongBasis, [message.basis.into(), self.basis.into(), message.as_of as u64, 0]))
            }
        }
    }

    pub(super) fn actions_invariant(&self) -> Result<()> {
        rule(100, self.next_effective_at != 0 || self.next_multiplier == self.multiplier)?;
        rule(101, self.next_is_split == u8::from(self.next_split != Ratio::NONE))?;
        rule(102, self.next_is_split == 0 || (self.halt_from != 0 && self.halt_from <= self.next_effective_at))
    }
}

impl Message {
    /// Its figures in the asset's basis: holdings rounded down, another chain's supply up.
    pub fn rebased(&self, ratio: Option<Ratio>) -> Self {
        let Some(ratio) = ratio else { return *self };
        let settled = if self.kind == kinds::CHAIN { ratio.ceil(self.settled) } else { ratio.floor(self.settled) };
        Self { settled, in_transit: ratio.floor(self.in_transit), ..*self }
    }
}

impl Reserve {
    /// Brings a split that took effect into every figure. The asset is up to date; since another split
    /// is only scheduled after this, no more than one is ever missing.
    pub fn bring_up_to_date(&mut self, asset: &Asset) {
        if self.basis == asset.basis {
            return;
        }
        self.basis = asset.basis;
        for slot in &mut self.custodians {
            slot.rebase(asset.split);
        }
        for slot in &mut self.chains {
            slot.rebase(asset.split);
        }
    }
}

impl CustodianSlot {
    fn rebase(&mut self, split: Ratio) {
        self.settled = split.floor(self.settled).min(MAX_REPORTED_SHARES);
        self.in_transit = split.floor(self.in_transit).min(MAX_REPORTED_SHARES);
    }
}

impl ChainSlot {
    fn rebase(&mut self, split: Ratio) {
        for figure in [&mut self.supply, &mut self.cap, &mut self.next_cap] {
            *figure = split.ceil(*figure).min(MAX_REPORTED_SHARES);
        }
        for day in &mut self.outbound_days {
            day.shares = split.ceil(day.shares);
        }
        self.sum_outbound();
        self.marked = split.ceil(self.marked);
        // what is taken off what is owed there is rounded down
        self.reported = split.floor(self.reported).min(self.marked);
        self.concluded = split.floor(self.concluded).min(self.outbound);
    }
}
