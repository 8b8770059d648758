use crate::{
    attestation::Signers,
    constants::{KEYS, MAX_SEQUENCE_STEP},
    errors::VaultError,
    require_figures,
};
use anchor_lang::{address_eq, prelude::*};

/// The keys that attest for one slot, and those that will. `threshold` of them must sign a report.
///
/// A new set always waits, one with fewer keys or a higher threshold too: it makes bad news harder to
/// tell. In an emergency the whole slot is retired, at once.
///
/// Every registration gets an epoch that was never used before. A report names its epoch, and so
/// the set that signed it: a key may stay in the next set, its old signatures may not.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct KeySet {
    /// Zero padded.
    pub keys: [Address; KEYS],
    pub pending_keys: [Address; KEYS],
    /// When the pending keys come into force, unix seconds; zero when none wait.
    pub pending_from: i64,
    /// Sequence of the last report of `epoch`.
    pub sequence: u64,
    /// Registration epoch of `keys`; zero before their first report.
    pub epoch: u32,
    pub pending_epoch: u32,
    pub count: u8,
    pub threshold: u8,
    pub pending_count: u8,
    pub pending_threshold: u8,
    pub _pad: [u8; 4],
}

impl KeySet {
    /// The length of a zero-padded list of different keys. Refuses an empty one, a repeated key,
    /// a key behind a gap, and a threshold that is zero or larger than the list.
    pub fn check_proposal(keys: &[Address; KEYS], threshold: u8) -> Result<u8> {
        let count = keys.iter().take_while(|key| **key != Address::default()).count();
        require!(
            count != 0 && keys.iter().skip(count).all(|key| *key == Address::default()),
            VaultError::EmptyCustodianField
        );
        for (index, key) in keys.iter().take(count).enumerate() {
            require_figures!(!keys.iter().take(index).any(|k| address_eq(k, key)), VaultError::RepeatedKey, index);
        }
        require_figures!(
            threshold >= 1 && usize::from(threshold) <= count,
            VaultError::ThresholdOutOfRange,
            threshold,
            count
        );
        Ok(count as u8)
    }

    /// Whether `key` attests here, now or soon.
    pub fn holds(&self, key: &Address) -> bool {
        self.keys.iter().chain(self.pending_keys.iter()).any(|k| address_eq(k, key))
    }

    /// Takes checked keys, which come into force at `valid_from`. The old ones stay until then.
    pub fn propose(&mut self, keys: [Address; KEYS], count: u8, threshold: u8, epoch: u32, valid_from: i64, now: i64) {
        if self.pending_from != 0 && now >= self.pending_from {
            self.promote(); // or the keys that these replaced would come back to life
        }
        (self.pending_keys, self.pending_count, self.pending_threshold) = (keys, count, threshold);
        (self.pending_epoch, self.pending_from) = (epoch, valid_from);
    }

    /// Drops keys that wait, or refuses when none do.
    pub fn cancel(&mut self, now: i64) -> Result<u32> {
        require_figures!(self.pending_from > now, VaultError::NothingQueued, self.pending_from, now);
        let epoch = self.pending_epoch;
        self.drop_pending();
        Ok(epoch)
    }

    /// Puts the pending keys in force: their epoch begins, at sequence zero.
    pub fn promote(&mut self) {
        (self.keys, self.count, self.threshold) = (self.pending_keys, self.pending_count, self.pending_threshold);
        (self.epoch, self.sequence) = (self.pending_epoch, 0);
        self.drop_pending();
    }

    fn drop_pending(&mut self) {
        self.pending_keys = [Address::default(); KEYS];
        (self.pending_count, self.pending_threshold) = (0, 0);
        (self.pending_epoch, self.pending_from) = (0, 0);
    }

    /// Refuses a report of `epoch` and `sequence` that these signers must not make now. Returns
    /// whether it comes from the pending keys.
    pub fn check(&self, slot: u8, epoch: u32, sequence: u64, signers: &Signers, now: i64) -> Result<bool> {
        let by_new_keys = self.pending_from != 0 && epoch == self.pending_epoch;
        let (keys, count, threshold, last) = if by_new_keys {
            require_figures!(now >= self.pending_from, VaultError::AttesterNotYetValid, self.pending_from, now);
            (&self.pending_keys, self.pending_count, self.pending_threshold, 0)
        } else {
            require_figures!(epoch == self.epoch && epoch != 0, VaultError::WrongEpoch, epoch, self.epoch);
            require_figures!(
                self.pending_from == 0 || now < self.pending_from,
                VaultError::ReplacedAttester,
                slot,
                self.pending_epoch
            );
            (&self.keys, self.count, self.threshold, self.sequence)
        };
        let mut signed = 0u8;
        for signer in signers.all() {
            let place = keys.iter().take(usize::from(count)).position(|key| address_eq(key, signer));
            let Some(place) = place else {
                return Err(crate::errors::refuse(VaultError::WrongAttester, [u64::from(slot), 0, 0, 0]));
            };
            signed |= 1u8.wrapping_shl(place as u32);
        }
        let distinct = signed.count_ones();
        require_figures!(distinct >= u32::from(threshold), VaultError::TooFewSigners, distinct, threshold, slot);
        require_figures!(
            sequence > last && sequence.saturating_sub(last) <= MAX_SEQUENCE_STEP,
            VaultError::BadSequence,
            sequence,
            last
        );
        Ok(by_new_keys)
    }

    /// Takes note of a checked report.
    pub fn record(&mut self, by_new_keys: bool, sequence: u64) {
        if by_new_keys {
            self.promote();
        }
        self.sequence = sequence;
    }

    pub fn holds_together(&self, last_epoch: u32) -> bool {
        self.epoch <= last_epoch
            && self.pending_epoch <= last_epoch
            && (self.pending_from == 0) == (self.pending_epoch == 0)
            && self.threshold <= self.count
            && self.pending_threshold <= self.pending_count
    }
}
