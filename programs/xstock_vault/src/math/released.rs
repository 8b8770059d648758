//! Burned shares that an older custody report may still count.
//!
//! A report names the time it speaks of; shares burned at or after that time may still be in its
//! figure. Burns are kept by calendar day (UTC), because statements speak of midnights, each day
//! with the time of its last burn. Eight days suffice: an older report counts for nothing.

use crate::constants::{DAY_S, RELEASED_DAYS};

/// The burns of one day: `last_at` in unix seconds, `shares` in base units.
pub type Day = (i64, u64);

/// Where a burn of `now` is kept.
pub fn bucket(now: i64) -> usize {
    // days are positive on any cluster; rem_euclid keeps a negative clock in range
    usize::try_from(day(now).rem_euclid(RELEASED_DAYS as i64)).unwrap_or(0)
}

/// The content of the bucket after burning `shares` at `now`.
pub fn add(kept: Day, shares: u64, now: i64) -> Day {
    let (last_at, sum) = kept;
    if sum != 0 && day(last_at) == day(now) {
        (last_at.max(now), sum.saturating_add(shares))
    } else {
        (now, shares)
    }
}

/// The part of a day that still weighs against reports as old as `oldest_as_of`.
pub fn weight(kept: Day, oldest_as_of: i64) -> u64 {
    let (last_at, sum) = kept;
    if last_at >= oldest_as_of {
        sum
    } else {
        0
    }
}

fn day(at: i64) -> i64 {
    at.div_euclid(DAY_S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constants::MAX_REPORT_AGE_S;
    use proptest::prelude::*;

    proptest! {
        /// Against a plain list of burns: never less than the exact sum for any report that can
        /// still count, and exact for reports as of a midnight.
        #[test]
        fn covers_every_burn_that_a_countable_report_may_include(
            steps in proptest::collection::vec((0i64..2 * DAY_S, 1u64..1000), 1..60),
            age in 0..=MAX_REPORT_AGE_S,
        ) {
            let mut now = 1_700_000_000;
            let mut kept = [(0i64, 0u64); RELEASED_DAYS];
            let mut burns = Vec::new();
            for (pause, shares) in steps {
                now += pause;
                burns.push((now, shares));
                let b = bucket(now);
                kept[b] = add(kept[b], shares, now);
            }
            let sum = |as_of: i64| kept.iter().map(|d| weight(*d, as_of)).sum::<u64>();
            let exact = |as_of: i64| burns.iter().filter(|(at, _)| *at >= as_of).map(|(_, s)| s).sum::<u64>();
            let as_of = now - age;
            prop_assert!(sum(as_of) >= exact(as_of));
            let midnight = as_of.div_euclid(DAY_S) * DAY_S + DAY_S;
            prop_assert_eq!(sum(midnight), exact(midnight));
        }
    }
}
