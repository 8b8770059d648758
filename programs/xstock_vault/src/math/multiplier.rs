//! Shares per raw unit: an unsigned fixed point with one scale and one rule of rounding.
//!
//! What the issuer owes is rounded up, what covers it is rounded down. The f64 in the mint's
//! ScaledUiAmount is only a display copy.

/// One share per raw unit.
pub const ONE: u64 = 1_000_000_000_000;

/// Shares owed for `raw` tokens, rounded up. `None` when they exceed a u64.
pub fn shares_ceil(raw: u64, multiplier: u64) -> Option<u64> {
    if multiplier == ONE {
        return Some(raw); // the usual case, without a 128-bit division
    }
    let product = u128::from(raw).checked_mul(u128::from(multiplier))?;
    u64::try_from(product.div_ceil(u128::from(ONE))).ok()
}

/// What `raw` tokens are worth, rounded down: what is paid out for them.
pub fn shares_floor(raw: u64, multiplier: u64) -> u64 {
    if multiplier == ONE {
        return raw;
    }
    let product = u128::from(raw).saturating_mul(u128::from(multiplier));
    product.checked_div(u128::from(ONE)).and_then(|shares| u64::try_from(shares).ok()).unwrap_or(u64::MAX)
}

/// `floor(value * part / whole)`: a share of what is there when it does not suffice for all.
pub fn pro_rata(value: u64, part: u64, whole: u64) -> u64 {
    let product = u128::from(value).saturating_mul(u128::from(part));
    product.checked_div(u128::from(whole)).and_then(|share| u64::try_from(share).ok()).unwrap_or(0)
}

/// `ceil(value * part / whole)`, or the largest u64.
pub fn scale_ceil(value: u64, part: u64, whole: u64) -> u64 {
    let product = u128::from(value).saturating_mul(u128::from(part));
    if whole == 0 {
        return u64::MAX;
    }
    u64::try_from(product.div_ceil(u128::from(whole))).unwrap_or(u64::MAX)
}

/// Shares owed, or the largest u64: for checks that must not fail on bad news.
pub fn shares_ceil_saturating(raw: u64, multiplier: u64) -> u64 {
    shares_ceil(raw, multiplier).unwrap_or(u64::MAX)
}

/// The multiplier in force: Token-2022's own rule is `clock >= effective`.
/// An effective time of zero means that no next multiplier is scheduled.
pub fn in_force(current: u64, next: u64, effective_at: i64, now: i64) -> u64 {
    if effective_at != 0 && now >= effective_at {
        next
    } else {
        current
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ceil_is_the_least_cover(raw: u64, multiplier in 1u64..) {
            let exact = u128::from(raw) * u128::from(multiplier);
            match shares_ceil(raw, multiplier) {
                Some(shares) => {
                    let covered = u128::from(shares) * u128::from(ONE);
                    prop_assert!(covered >= exact);
                    prop_assert!(covered - exact < u128::from(ONE));
                }
                None => prop_assert!(exact > u128::from(u64::MAX) * u128::from(ONE)),
            }
        }

        #[test]
        fn floor_is_the_most_that_is_covered(raw: u64, multiplier in 1u64..ONE * 4, part: u64, more: u64) {
            let exact = u128::from(raw) * u128::from(multiplier);
            let floor = u128::from(shares_floor(raw, multiplier));
            prop_assert_eq!(floor, (exact / u128::from(ONE)).min(u128::from(u64::MAX)));
            let whole = part.saturating_add(more).max(1);
            let share = u128::from(pro_rata(raw, part, whole));
            prop_assert_eq!(share, u128::from(raw) * u128::from(part) / u128::from(whole));
            prop_assert!(share <= u128::from(raw));
        }

        #[test]
        fn splitting_an_amount_never_lowers_what_is_owed(a in 0..u64::MAX / 2, b in 0..u64::MAX / 2, m in 1..ONE * 4) {
            let whole = shares_ceil_saturating(a + b, m);
            let parts = shares_ceil_saturating(a, m).saturating_add(shares_ceil_saturating(b, m));
            prop_assert!(parts >= whole);
        }
    }

    #[test]
    fn the_next_multiplier_acts_at_its_second() {
        assert_eq!(in_force(1, 2, 0, i64::MAX), 1);
        assert_eq!(in_force(1, 2, 100, 99), 1);
        assert_eq!(in_force(1, 2, 100, 100), 2);
    }
}
