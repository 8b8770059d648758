//! The multiplier as wallets see it: the bits of the f64 in the mint's ScaledUiAmount, built from
//! integers and correct to the last bit. The program has no floating point.

use super::multiplier::ONE;

const MANTISSA_BITS: u32 = 52;
const BIAS: u32 = 1_023;

/// The f64 nearest to `multiplier / ONE`, ties to even, as IEEE 754 bits (little-endian).
///
/// `ONE < 2^40` and the multiplier is no zero, so the value lies between 2^-40 and 2^25: it is always
/// a normal number.
pub fn f64_bits(multiplier: u64) -> [u8; 8] {
    if multiplier == 0 {
        return [0; 8];
    }
    // value = significand * 2^-shift with 55 to 56 bits in the significand: two or more to round by
    let length = 64u32.saturating_sub(multiplier.leading_zeros());
    let shift = (40 + MANTISSA_BITS + 4).saturating_sub(length);
    let scaled = u128::from(multiplier).wrapping_shl(shift);
    let one = u128::from(ONE);
    let quotient = scaled.checked_div(one).unwrap_or(0);
    let rest = scaled.wrapping_sub(quotient.wrapping_mul(one));
    let quotient = quotient as u64; // at most 2^57
    let width = 64u32.saturating_sub(quotient.leading_zeros());
    let drop = width.saturating_sub(MANTISSA_BITS.saturating_add(1));
    let kept = quotient.wrapping_shr(drop);
    let dropped = quotient & 1u64.wrapping_shl(drop).wrapping_sub(1);
    let half = 1u64.wrapping_shl(drop.wrapping_sub(1));
    let above = dropped > half || (dropped == half && rest != 0);
    let tie = dropped == half && rest == 0;
    let up = above || (tie && kept & 1 == 1);
    let exponent = BIAS.wrapping_add(drop).wrapping_add(MANTISSA_BITS).wrapping_sub(shift);
    // a carry out of the mantissa raises the exponent, as it must
    let bits = u64::from(exponent)
        .wrapping_shl(MANTISSA_BITS)
        .wrapping_add(kept & 1u64.wrapping_shl(MANTISSA_BITS).wrapping_sub(1))
        .wrapping_add(up.into());
    bits.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rust parses decimals to the nearest f64, ties to even.
    fn nearest(multiplier: u64) -> f64 {
        format!("{multiplier}e-12").parse().unwrap_or(f64::NAN)
    }

    proptest! {
        #[test]
        fn is_the_nearest_f64(multiplier in 1u64..) {
            prop_assert_eq!(f64::from_le_bytes(f64_bits(multiplier)), nearest(multiplier));
        }

        #[test]
        fn is_the_nearest_f64_near_powers(bit in 0u32..64, off in -3i64..3) {
            let multiplier = (1u64 << bit).wrapping_add_signed(off).max(1);
            prop_assert_eq!(f64::from_le_bytes(f64_bits(multiplier)), nearest(multiplier));
            let round = ONE.saturating_mul(1 << (bit % 24)).wrapping_add_signed(off);
            prop_assert_eq!(f64::from_le_bytes(f64_bits(round)), nearest(round));
        }
    }

    #[test]
    fn agrees_with_the_vectors() {
        let text = include_str!("../../../../tests/vectors/scaled_ui.json");
        let cases: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        assert!(cases.len() >= 300, "vectors missing");
        for case in cases {
            let bits = u64::from_str_radix(case["f64"].as_str().unwrap_or(""), 16).unwrap_or(0);
            assert_eq!(f64_bits(case["multiplier"].as_u64().unwrap_or(0)), bits.to_le_bytes(), "{case}");
        }
    }

    #[test]
    fn whole_numbers_are_exact() {
        assert_eq!(f64_bits(ONE), 1f64.to_le_bytes());
        assert_eq!(f64_bits(10 * ONE), 10f64.to_le_bytes());
        assert_eq!(f64_bits(ONE / 4), 0.25f64.to_le_bytes());
    }
}
