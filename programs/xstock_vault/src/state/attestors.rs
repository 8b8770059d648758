use crate::{constants::ATTESTORS, errors::VaultError, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// Who agrees on the balances of a record date: `threshold` of `count` keys, and the ones that will
/// replace them at `pending_from`. The keys sign transactions.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct AttestorSet {
    /// Zero padded.
    pub keys: [Address; ATTESTORS],
    pub pending_keys: [Address; ATTESTORS],
    /// Unix seconds; zero while nothing waits.
    pub pending_from: i64,
    pub count: u8,
    pub threshold: u8,
    pub pending_count: u8,
    pub pending_threshold: u8,
    pub _pad: [u8; 4],
}

impl AttestorSet {
    /// The keys at `now`, and how many must agree.
    pub fn in_force(&self, now: i64) -> (&[Address], u8) {
        let (keys, count, threshold) = if self.pending_from != 0 && now >= self.pending_from {
            (&self.pending_keys, self.pending_count, self.pending_threshold)
        } else {
            (&self.keys, self.count, self.threshold)
        };
        (keys.get(..usize::from(count)).unwrap_or_default(), threshold)
    }

    /// Refuses unless `key` is in the set now.
    pub fn check(&self, key: &Address, now: i64) -> Result<()> {
        require!(self.holds(key, now), VaultError::NotAttestor);
        Ok(())
    }

    pub fn holds(&self, key: &Address, now: i64) -> bool {
        self.in_force(now).0.iter().any(|other| address_eq(other, key))
    }

    /// Refuses an asset without attestors: nobody could agree on a snapshot.
    pub fn check_exists(&self, now: i64) -> Result<()> {
        require!(!self.in_force(now).0.is_empty(), VaultError::NoAttestors);
        Ok(())
    }

    /// The length of a zero-padded list of different keys, of which `threshold` can agree. A single key
    /// never decides.
    pub fn check_proposal(keys: &[Address; ATTESTORS], threshold: u8) -> Result<u8> {
        let count = keys.iter().take_while(|key| **key != Address::default()).count();
        let clean = keys.iter().skip(count).all(|key| *key == Address::default());
        require_figures!(clean && count >= 2, VaultError::TooFewAttestors, count);
        for (index, key) in keys.iter().take(count).enumerate() {
            require_figures!(!keys.iter().take(index).any(|k| address_eq(k, key)), VaultError::RepeatedKey, index);
        }
        // more than half: two camps never agree on different roots
        let most = usize::from(threshold).saturating_mul(2) > count;
        require_figures!(
            most && threshold >= 2 && usize::from(threshold) <= count,
            VaultError::ThresholdOutOfRange,
            threshold,
            count
        );
        Ok(count as u8)
    }

    /// Takes checked keys, in force at once when they are tighter, else from `loosen_at` on. Returns from
    /// when.
    pub fn set(&mut self, keys: [Address; ATTESTORS], count: u8, threshold: u8, now: i64, loosen_at: i64) -> i64 {
        let from = if self.is_tightened_by(&keys, count, threshold, now) { now } else { loosen_at };
        self.settle(now);
        (self.pending_keys, self.pending_count, self.pending_threshold) = (keys, count, threshold);
        self.pending_from = from;
        self.settle(now);
        from
    }

    /// A higher threshold is tighter; so is one key that goes, as a stolen one must, while more stay than
    /// must agree: whoever could throw a wrong root out is not sent away all at once.
    pub fn is_tightened_by(&self, keys: &[Address; ATTESTORS], count: u8, threshold: u8, now: i64) -> bool {
        let (in_force, needed) = self.in_force(now);
        let known = keys.iter().take(usize::from(count)).all(|key| self.holds(key, now));
        let (before, after) = (in_force.len(), usize::from(count));
        let one_goes = after.saturating_add(1) == before && count > threshold;
        known && threshold >= needed && (after == before || one_goes)
    }

    /// Drops keys that wait, or refuses when none do.
    pub fn cancel(&mut self, now: i64) -> Result<()> {
        require_figures!(self.pending_from > now, VaultError::NothingQueued, self.pending_from, now);
        self.drop_pending();
        Ok(())
    }

    fn settle(&mut self, now: i64) {
        if self.pending_from != 0 && now >= self.pending_from {
            (self.keys, self.count, self.threshold) = (self.pending_keys, self.pending_count, self.pending_threshold);
            self.drop_pending();
        }
    }

    fn drop_pending(&mut self) {
        self.pending_keys = [Address::default(); ATTESTORS];
        (self.pending_count, self.pending_threshold, self.pending_from) = (0, 0, 0);
    }
}
