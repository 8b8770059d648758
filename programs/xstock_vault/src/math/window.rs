//! A limit per window whose usage decays linearly: no moment frees a whole limit at once, and no
//! 24 hours let twice the limit pass.
//!
//! Exact: what a division leaves over is carried to the next one, so that the usage depends on
//! what was minted when, and never on how often somebody looked.

use crate::constants::MINT_WINDOW_S;

/// What was used of a window's limit, and up to when it is known.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable, anchor_lang::prelude::IdlType)]
pub struct WindowUsage {
    /// Raw units.
    pub used: u64,
    /// Freed parts of a raw unit, in 1/86,400.
    pub carry: u64,
    /// When both were last brought up to date, unix seconds.
    pub at: i64,
}

impl WindowUsage {
    /// Lets usage decay at `limit` per window up to `now`. Before a limit changes, call it with the
    /// old one: a higher limit must not free what it did not allow. A clock that stands or goes
    /// backwards frees nothing.
    pub fn bring_up_to_date(&mut self, limit: u64, now: i64) {
        let elapsed = now.saturating_sub(self.at);
        if elapsed <= 0 {
            return;
        }
        self.at = now;
        if self.used == 0 {
            return;
        }
        let (freed, carry) = freed(limit, elapsed.unsigned_abs(), self.carry);
        self.used = self.used.saturating_sub(freed);
        self.carry = if self.used == 0 { 0 } else { carry }; // nothing is saved up for later
    }

    /// What is left of `limit`, once up to date.
    pub fn left(&self, limit: u64) -> u64 {
        limit.saturating_sub(self.used)
    }
}

/// Whole raw units freed after `elapsed` seconds, and what is left over.
fn freed(limit: u64, elapsed: u64, carry: u64) -> (u64, u64) {
    const WINDOW: u64 = MINT_WINDOW_S.unsigned_abs();
    // the usual case without a 128-bit division
    if let Some(sum) = limit.checked_mul(elapsed).and_then(|product| product.checked_add(carry)) {
        return (sum / WINDOW, sum % WINDOW);
    }
    let sum = u128::from(limit).saturating_mul(u128::from(elapsed)).saturating_add(u128::from(carry));
    let whole = sum.checked_div(u128::from(WINDOW)).unwrap_or(0);
    let rest = sum.saturating_sub(whole.saturating_mul(u128::from(WINDOW)));
    (u64::try_from(whole).unwrap_or(u64::MAX), rest as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn after(used: u64, limit: u64, pauses: &[i64]) -> WindowUsage {
        let mut usage = WindowUsage { used, carry: 0, at: 1_000 };
        let mut now = 1_000;
        for pause in pauses {
            now += pause;
            usage.bring_up_to_date(limit, now);
        }
        usage
    }

    proptest! {
        #[test]
        fn matches_exact_division(used: u64, limit: u64, elapsed in -10i64..200_000) {
            let freed = u128::from(limit) * elapsed.max(0) as u128 / 86_400;
            let want = u128::from(used).saturating_sub(freed) as u64; // all of a full window after a day
            prop_assert_eq!(after(used, limit, &[elapsed]).used, want);
        }

        /// However often it is looked at on the way, the usage is the same in the end.
        #[test]
        fn many_steps_free_exactly_as_much_as_one(
            used: u64,
            limit in prop_oneof![0u64..1_000_000, any::<u64>()],
            pauses in proptest::collection::vec(0i64..20_000, 1..40),
        ) {
            let whole: i64 = pauses.iter().sum();
            prop_assert_eq!(after(used, limit, &pauses).used, after(used, limit, &[whole]).used);
        }

        #[test]
        fn a_clock_that_goes_back_frees_nothing(used: u64, limit: u64, back in 0i64..100_000) {
            prop_assert_eq!(after(used, limit, &[-back]), WindowUsage { used, carry: 0, at: 1_000 });
        }
    }
}
