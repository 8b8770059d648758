use super::{rule, Asset};
use crate::{
    attestation::Message,
    constants::{CUSTODIANS, MAX_REPORTED_SHARES, MAX_SEQUENCE_STEP},
    errors::VaultError,
    require_figures,
};
use anchor_lang::{address_eq, prelude::*};

/// One custodian's registration and its last report.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct CustodianSlot {
    /// The custodian's LEI, 20 ASCII bytes. Two slots of one custodian count as one in a quorum.
    pub custodian_id: [u8; 20],
    /// 1 while a custodian is registered.
    pub active: u8,
    /// Keys in `attesters`, and how many of them must sign. One of one in this version.
    pub keys: u8,
    pub threshold: u8,
    /// The first slot with the same custodian id: what a quorum counts.
    pub group: u8,
    /// Hash of the safekeeping account's id.
    pub account_hash: [u8; 32],
    pub attesters: [Address; 3],
    pub pending_attesters: [Address; 3],
    /// When the pending keys may sign, unix seconds; zero when none wait.
    pub pending_from: i64,
    /// Registration epoch of `attesters`; zero before their first report.
    pub epoch: u32,
    pub pending_epoch: u32,
    pub pending_keys: u8,
    pub pending_threshold: u8,
    pub _pad: [u8; 2],
    /// The last split that the figures include.
    pub basis: u32,
    pub sequence: u64,
    /// The time that the report speaks of, unix seconds.
    pub as_of: i64,
    pub settled: u64,
    /// Bought and not yet delivered; counts zero in this version.
    pub in_transit: u64,
    /// Latest settlement date of `in_transit`.
    pub in_transit_by: i64,
    pub received_at: i64,
    pub report_hash: [u8; 32],
    pub reserved: [u8; 32],
}

/// All custodians of an asset, and room for its supply on other chains, in one account so that
/// a mint reads one account. Seeds: `reserve`, asset. Never closes.
#[account]
pub struct Reserve {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 2],
    /// The last registration epoch given out; rises with every registration, never reused.
    pub last_epoch: u32,
    pub asset: Address,
    pub custodians: [CustodianSlot; CUSTODIANS],
    /// Room for eight foreign-chain slots.
    pub chains: [u8; 2560],
    pub reserved: [u8; 128],
}

/// What the custodians' reports add up to.
#[derive(Clone, Copy)]
pub struct ReserveView {
    /// Counted shares; zero without quorum.
    pub shares: u64,
    /// The oldest counted report; the far future when none counts, for then no burn can be in one.
    pub oldest_as_of: i64,
    /// Distinct custodians with a counted positive figure.
    pub custodians: u8,
}

impl CustodianSlot {
    fn holds_key(&self, key: &Address) -> bool {
        self.active == 1 && self.attesters.iter().chain(self.pending_attesters.iter()).any(|k| address_eq(k, key))
    }

    /// A zero figure counts for nothing, and a future one (the clock went back) neither.
    fn counts(&self, not_before: i64, now: i64) -> bool {
        self.active == 1 && self.settled != 0 && self.as_of >= not_before && self.as_of <= now
    }

    /// Puts the pending key in force: its epoch begins, at sequence zero. The figure stays.
    fn promote(&mut self) {
        self.attesters = self.pending_attesters;
        (self.keys, self.threshold) = (self.pending_keys, self.pending_threshold);
        self.epoch = self.pending_epoch;
        self.sequence = 0;
        self.pending_attesters = [Address::default(); 3];
        (self.pending_keys, self.pending_threshold) = (0, 0);
        (self.pending_epoch, self.pending_from) = (0, 0);
    }

    /// Takes a new key, which may sign from `valid_from` on. The old key stays until then.
    fn propose(&mut self, attester: Address, epoch: u32, valid_from: i64) {
        self.pending_attesters = [attester, Address::default(), Address::default()];
        (self.pending_keys, self.pending_threshold) = (1, 1);
        self.pending_epoch = epoch;
        self.pending_from = valid_from;
    }

    /// Refuses a message that this slot must not take from `signer` now. Returns whether it
    /// comes from the pending key.
    pub fn check(&self, message: &Message, signer: &Address, asset: &Asset, now: i64) -> Result<bool> {
        let slot = message.slot;
        require_figures!(self.active == 1, VaultError::SlotEmpty, slot);
        let by_new_key = self.pending_from != 0 && address_eq(&self.pending_attesters[0], signer);
        if by_new_key {
            require_figures!(now >= self.pending_from, VaultError::AttesterNotYetValid, self.pending_from, now);
        } else {
            require_figures!(
                self.epoch != 0 && address_eq(&self.attesters[0], signer),
                VaultError::WrongAttester,
                slot
            );
            require_figures!(
                self.pending_from == 0 || now < self.pending_from,
                VaultError::ReplacedAttester,
                slot,
                self.pending_epoch
            );
        }
        let (epoch, last) = if by_new_key { (self.pending_epoch, 0) } else { (self.epoch, self.sequence) };
        require_figures!(message.epoch == epoch, VaultError::WrongEpoch, message.epoch, epoch);
        require_figures!(message.basis == asset.basis, VaultError::WrongBasis, message.basis, asset.basis);
        require_figures!(
            message.sequence > last && message.sequence.saturating_sub(last) <= MAX_SEQUENCE_STEP,
            VaultError::BadSequence,
            message.sequence,
            last
        );
        require_figures!(message.as_of <= now, VaultError::FutureReport, message.as_of, now);
        // a slot's first report must not speak of a time before burns that all others have reported
        // past; it replaces no figure, so no bad news is lost
        let last = if self.received_at == 0 { asset.cleared_at } else { self.as_of };
        require_figures!(
            message.as_of > last || (message.as_of == last && self.received_at != 0),
            VaultError::OlderReport,
            message.as_of,
            last
        );
        let largest = message.settled.max(message.in_transit);
        require_figures!(largest <= MAX_REPORTED_SHARES, VaultError::FigureTooLarge, largest, MAX_REPORTED_SHARES);
        Ok(by_new_key)
    }

    /// Stores a checked message; a new key's first report puts it in force.
    pub fn store(&mut self, message: &Message, by_new_key: bool, now: i64) {
        if by_new_key {
            self.promote();
        }
        self.basis = message.basis;
        self.sequence = message.sequence;
        self.as_of = message.as_of;
        self.settled = message.settled;
        self.in_transit = message.in_transit;
        self.in_transit_by = message.in_transit_by;
        self.received_at = now;
        self.report_hash = message.report_hash;
    }
}

impl Reserve {
    pub fn check(&self, asset: &Address) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        Ok(())
    }

    /// Promise 4 at the asset's rules: fresh reports only.
    pub fn effective(&self, asset: &Asset, now: i64) -> ReserveView {
        let not_before = now.saturating_sub(asset.policy.max_age_s);
        self.count(not_before, now, asset.policy.min_custodians)
    }

    /// The last figures without age: what the solvency latch judges by.
    pub fn last_figures(&self, asset: &Asset, now: i64) -> ReserveView {
        self.count(i64::MIN, now, asset.policy.min_custodians)
    }

    fn count(&self, not_before: i64, now: i64, min_custodians: u8) -> ReserveView {
        let (mut shares, mut oldest_as_of, mut groups) = (0u64, i64::MAX, 0u8);
        for slot in self.custodians.iter().filter(|slot| slot.counts(not_before, now)) {
            shares = shares.saturating_add(slot.settled); // at most 8 * 2^60
            oldest_as_of = oldest_as_of.min(slot.as_of);
            groups |= 1u8.wrapping_shl(u32::from(slot.group));
        }
        let custodians = groups.count_ones() as u8;
        if custodians < min_custodians {
            shares = 0;
        }
        ReserveView { shares, oldest_as_of, custodians }
    }

    /// The oldest time that any slot which ever reported speaks of: no later report of theirs can
    /// speak of an older one.
    pub fn oldest_report(&self) -> i64 {
        let reported = self.custodians.iter().filter(|slot| slot.active == 1 && slot.received_at != 0);
        reported.map(|slot| slot.as_of).min().unwrap_or(i64::MIN)
    }

    pub fn slot(&self, slot: u8) -> Result<&CustodianSlot> {
        self.custodians
            .get(usize::from(slot))
            .ok_or_else(|| crate::errors::refuse(VaultError::SlotOutOfRange, [u64::from(slot), 0, 0, 0]))
    }

    pub fn slot_mut(&mut self, slot: u8) -> Result<&mut CustodianSlot> {
        self.custodians
            .get_mut(usize::from(slot))
            .ok_or_else(|| crate::errors::refuse(VaultError::SlotOutOfRange, [u64::from(slot), 0, 0, 0]))
    }

    /// Refuses a registration that would share a key or an account with another slot, or take
    /// over a slot that holds another custodian or account.
    pub fn check_registration(
        &self,
        slot: u8,
        custodian_id: &[u8; 20],
        account_hash: &[u8; 32],
        attester: &Address,
    ) -> Result<()> {
        require!(
            *custodian_id != [0; 20] && *account_hash != [0; 32] && *attester != Address::default(),
            VaultError::EmptyCustodianField
        );
        let own = self.slot(slot)?;
        require_figures!(
            own.active == 0 || (own.custodian_id == *custodian_id && own.account_hash == *account_hash),
            VaultError::SlotTaken,
            slot
        );
        for (index, other) in self.custodians.iter().enumerate() {
            require_figures!(!other.holds_key(attester), VaultError::KeyInUse, index);
            require_figures!(
                index == usize::from(slot) || other.active == 0 || other.account_hash != *account_hash,
                VaultError::AccountInUse,
                index
            );
        }
        Ok(())
    }

    /// Registers a checked custodian and returns its epoch.
    pub fn register(
        &mut self,
        slot: u8,
        custodian_id: [u8; 20],
        account_hash: [u8; 32],
        attester: Address,
        valid_from: i64,
        now: i64,
    ) -> Result<u32> {
        let epoch = self.last_epoch.checked_add(1).ok_or(VaultError::Overflow)?;
        self.last_epoch = epoch;
        let target = self.slot_mut(slot)?;
        target.active = 1;
        target.custodian_id = custodian_id;
        target.account_hash = account_hash;
        if target.pending_from != 0 && now >= target.pending_from {
            target.promote(); // or the key that it replaced would come back to life
        }
        target.propose(attester, epoch, valid_from);
        self.regroup();
        Ok(epoch)
    }

    /// Empties a slot: its figure and keys count for nothing from now on.
    pub fn retire(&mut self, slot: u8) -> Result<CustodianSlot> {
        let target = self.slot_mut(slot)?;
        require_figures!(target.active == 1, VaultError::SlotEmpty, slot);
        let old = core::mem::replace(target, bytemuck::Zeroable::zeroed());
        self.regroup();
        Ok(old)
    }

    /// A slot's group is the first active slot with its custodian id.
    fn regroup(&mut self) {
        for index in 0..CUSTODIANS {
            let Some(id) = self.custodians.get(index).map(|s| s.custodian_id) else { continue };
            let first = self.custodians.iter().position(|s| s.active == 1 && s.custodian_id == id);
            if let Some(slot) = self.custodians.get_mut(index) {
                slot.group = first.unwrap_or(index) as u8;
            }
        }
    }

    /// Must be called at the end of every instruction that wrote the reserve.
    pub fn invariant(&self, slot: u8) -> Result<()> {
        let slot = self.slot(slot)?;
        rule(10, slot.epoch <= self.last_epoch && slot.pending_epoch <= self.last_epoch)?;
        rule(11, slot.settled <= MAX_REPORTED_SHARES)?;
        rule(12, slot.active == 1 || (slot.settled == 0 && slot.epoch == 0))?;
        rule(13, usize::from(slot.group) < CUSTODIANS)
    }
}
