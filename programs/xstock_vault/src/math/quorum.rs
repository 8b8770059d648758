//! What custodians' figures add up to (promise 4): haircut, absolute cap, relative cap.

use crate::constants::{BPS, MAX_TRANSIT_S};

/// Shares in transit that count: those left by the haircut, rounded down. `by` is their latest
/// settlement date; one before the report's own time or too far behind it counts for nothing.
pub fn in_transit(shares: u64, haircut_bps: u16, as_of: i64, by: i64) -> u64 {
    if shares == 0 || by < as_of || by > as_of.saturating_add(MAX_TRANSIT_S) {
        return 0;
    }
    of_bps(shares, BPS.saturating_sub(u64::from(haircut_bps)))
}

/// `floor(value * bps / 10,000)`, exact without 128 bits; the largest u64 when it exceeds one.
fn of_bps(value: u64, bps: u64) -> u64 {
    let rest = (value % BPS).saturating_mul(bps) / BPS;
    (value / BPS).saturating_mul(bps).saturating_add(rest)
}

/// `ceil(obligation * collateral / 10,000)`, or the largest u64: what the reserve must reach.
pub fn required(obligation: u64, collateral_bps: u16) -> u64 {
    let bps = u64::from(collateral_bps);
    if bps == BPS {
        return obligation;
    }
    let rest = (obligation % BPS).saturating_mul(bps).div_ceil(BPS);
    (obligation / BPS).saturating_mul(bps).saturating_add(rest)
}

/// The most that `figures` can count for when none may be more than `share_bps` of the counted
/// total: the largest T with `T = sum(min(x, share * T))`, rounded down.
///
/// None counts more than `share / (1 - share)` times what the others count for, so no figure can
/// raise its own cap, however large it is.
pub fn relative_cap(figures: &[u64; 8], share_bps: u16) -> u64 {
    let sum = figures.iter().fold(0u64, |sum, x| sum.saturating_add(*x));
    let share = u64::from(share_bps);
    if share >= BPS {
        return sum;
    }
    let mut total = sum;
    // every round caps at least one more of at most eight figures, or ends
    for _ in 0..=figures.len() {
        let cap = of_bps(total, share);
        let (mut rest, mut capped) = (0u64, 0u64);
        for x in figures {
            if *x > cap {
                capped = capped.saturating_add(1);
            } else {
                rest = rest.saturating_add(*x);
            }
        }
        // T = capped * share * T + rest
        if capped == 0 {
            return total;
        }
        let left = BPS.saturating_sub(capped.saturating_mul(share));
        let (Some(whole), Some(part)) = (rest.checked_div(left), rest.checked_rem(left)) else { return 0 };
        let part = part.saturating_mul(BPS).checked_div(left).unwrap_or(0);
        let next = whole.saturating_mul(BPS).saturating_add(part);
        if next >= total {
            return total;
        }
        total = next;
    }
    0 // never reached; zero is the safe answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `10,000 * sum(min(x, share * T))`, exact.
    fn counted(figures: &[u64; 8], share_bps: u16, total: u128) -> u128 {
        figures.iter().map(|x| (u128::from(*x) * 10_000).min(total * u128::from(share_bps))).sum()
    }

    fn figures() -> impl Strategy<Value = [u64; 8]> {
        let figure = prop_oneof![Just(0u64), 0u64..50, 0u64..1_000_000, 0..=(1u64 << 60)];
        proptest::array::uniform8(figure)
    }

    proptest! {
        #[test]
        fn the_relative_cap_is_the_largest_fixed_point(figures in figures(), share in 1_000u16..=10_000) {
            let total = u128::from(relative_cap(&figures, share));
            prop_assert!(counted(&figures, share, total) >= total * 10_000, "more than what counts");
            if share < 10_000 {
                prop_assert!(counted(&figures, share, total + 1) < (total + 1) * 10_000, "less than what counts");
            }
        }

        #[test]
        fn no_figure_raises_its_own_cap(figures in figures(), share in 1_000u16..10_000, which in 0usize..8) {
            let mut huge = figures;
            huge[which] = 1 << 60;
            let mut without = figures;
            without[which] = 0;
            let total = u128::from(relative_cap(&huge, share));
            let others: u128 = without.iter().map(|x| u128::from(*x)).sum();
            // c/(1-c) times the others together, and the others themselves
            prop_assert!(total * u128::from(10_000 - share) <= others * 10_000);
        }

        #[test]
        fn bps_match_128_bits(value: u64, bps in 0u64..=10_000, collateral in 10_000u16..=20_000, obligation: u64) {
            prop_assert_eq!(u128::from(of_bps(value, bps)), u128::from(value) * u128::from(bps) / 10_000);
            let want = (u128::from(obligation) * u128::from(collateral)).div_ceil(10_000);
            prop_assert_eq!(u128::from(required(obligation, collateral)), want.min(u128::from(u64::MAX)));
        }
    }

    #[test]
    fn shares_in_transit_count_from_their_report_to_their_date() {
        let day = 86_400;
        assert_eq!(in_transit(1_000, 500, 0, 0), 950);
        assert_eq!(in_transit(1_000, 500, 1, 0), 0, "delivered before the report speaks");
        assert_eq!(in_transit(1_000, 500, 0, 10 * day), 950);
        assert_eq!(in_transit(1_000, 500, 0, 10 * day + 1), 0, "no purchase takes so long");
        assert_eq!(in_transit(1_000, 10_000, 0, day), 0);
    }
}
