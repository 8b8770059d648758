//! Payments and penalties, in base units of the payment mint.
//!
//! Prices are per whole share and penalties per whole token; either has 10^8 base units. What a
//! holder gets is rounded up, what the issuer keeps is rounded down.

use crate::constants::{BPS, DECIMALS};

/// Base units of one whole share or token.
pub const WHOLE: u64 = 10u64.pow(DECIMALS as u32);

/// `ceil(units * rate / 10^8)`, or the largest u64: a price that nobody can pay is refused later.
pub fn worth_ceil(units: u64, rate: u64) -> u64 {
    ceil(units, rate, WHOLE)
}

/// The penalty of `raw` units at `rate` per whole token.
pub fn penalty(raw: u64, rate: u64) -> u64 {
    worth_ceil(raw, rate)
}

/// The highest rate, at most `limit`, whose penalty for `raw` units does not exceed `available`.
pub fn affordable_rate(raw: u64, limit: u64, available: u64) -> u64 {
    let most = u128::from(available).saturating_mul(u128::from(WHOLE)).checked_div(u128::from(raw)).unwrap_or(0);
    u64::try_from(most).unwrap_or(u64::MAX).min(limit)
}

/// What of `gross` the issuer keeps.
pub fn fee(gross: u64, bps: u16) -> u64 {
    let product = u128::from(gross).saturating_mul(u128::from(bps));
    product.checked_div(u128::from(BPS)).and_then(|fee| u64::try_from(fee).ok()).unwrap_or(0)
}

/// The bond that an asset with `supply` raw units must have to mint: the penalty of `coverage_bps` of it.
pub fn required_bond(supply: u64, coverage_bps: u16, rate: u64) -> u64 {
    penalty(ceil(supply, coverage_bps.into(), BPS), rate)
}

fn ceil(a: u64, b: u64, unit: u64) -> u64 {
    // the usual case without a 128-bit division
    if let Some(product) = a.checked_mul(b) {
        return product.div_ceil(unit);
    }
    let product = u128::from(a).saturating_mul(u128::from(b));
    u64::try_from(product.div_ceil(u128::from(unit))).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact_ceil(a: u64, b: u64, unit: u64) -> u64 {
        let exact = (u128::from(a) * u128::from(b)).div_ceil(u128::from(unit));
        u64::try_from(exact).unwrap_or(u64::MAX)
    }

    proptest! {
        #[test]
        fn worth_is_the_least_cover(units: u64, rate: u64) {
            prop_assert_eq!(worth_ceil(units, rate), exact_ceil(units, rate, WHOLE));
        }

        #[test]
        fn a_fee_never_exceeds_its_part(gross: u64, bps in 0u16..=10_000) {
            prop_assert_eq!(u128::from(fee(gross, bps)), u128::from(gross) * u128::from(bps) / 10_000);
        }

        /// The rate is affordable, and the next higher one is not (or is above the limit).
        #[test]
        fn the_affordable_rate_is_the_highest(raw in 1u64.., limit: u64, available in 0..u64::MAX - 1) {
            let rate = affordable_rate(raw, limit, available);
            prop_assert!(rate <= limit);
            prop_assert!(penalty(raw, rate) <= available);
            if rate < limit {
                prop_assert!(exact_ceil(raw, rate + 1, WHOLE) > available);
            }
        }

        /// What stays reserved for the rest never exceeds what was reserved for the whole.
        #[test]
        fn a_part_never_claims_more(raw in 1u64.., part: u64, rate: u64) {
            prop_assert!(penalty(part % raw, rate) <= penalty(raw, rate));
        }

        #[test]
        fn the_bond_covers_its_part_of_the_supply(supply: u64, bps in 100u16..=10_000, rate: u64) {
            let part = exact_ceil(supply, bps.into(), 10_000);
            prop_assert_eq!(required_bond(supply, bps, rate), exact_ceil(part, rate, WHOLE));
        }
    }

    #[test]
    fn nothing_to_redeem_has_no_rate() {
        assert_eq!(affordable_rate(0, 5, 5), 0);
    }

    #[test]
    fn agrees_with_the_vectors() {
        let text = include_str!("../../../../tests/vectors/payment.json");
        let all: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let cases = |kind: &str| all[kind].as_array().cloned().unwrap_or_default();
        let number = |case: &serde_json::Value, name: &str| case[name].as_u64().unwrap_or(1);
        for kind in ["worth", "affordable", "settled", "required"] {
            assert!(cases(kind).len() >= 100, "vectors missing: {kind}");
        }
        for c in cases("worth") {
            assert_eq!(worth_ceil(number(&c, "units"), number(&c, "rate")), number(&c, "worth"), "{c}");
        }
        for c in cases("affordable") {
            let rate = affordable_rate(number(&c, "raw"), number(&c, "limit"), number(&c, "available"));
            assert_eq!(rate, number(&c, "rate"), "{c}");
        }
        for c in cases("settled") {
            let gross = worth_ceil(number(&c, "shares"), number(&c, "price"));
            assert_eq!(gross, number(&c, "gross"), "{c}");
            assert_eq!(fee(gross, number(&c, "fee_bps") as u16), number(&c, "fee"), "{c}");
        }
        for c in cases("required") {
            let bond = required_bond(number(&c, "supply"), number(&c, "coverage_bps") as u16, number(&c, "rate"));
            assert_eq!(bond, number(&c, "bond"), "{c}");
        }
    }
}
