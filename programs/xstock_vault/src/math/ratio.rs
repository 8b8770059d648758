//! New shares per old one: what a split does to every figure that counts shares.

use super::multiplier::ONE;
use crate::constants::{MAX_MULTIPLIER, MIN_MULTIPLIER};
use anchor_lang::prelude::*;

/// A ratio; both zero where there is none.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct Ratio {
    pub new: u32,
    pub old: u32,
}

impl Ratio {
    pub const NONE: Ratio = Ratio { new: 0, old: 0 };

    /// `value * new / old`, rounded down: what counts for the issuer. Saturating.
    pub fn floor(self, value: u64) -> u64 {
        let product = u128::from(value).saturating_mul(u128::from(self.new));
        product.checked_div(u128::from(self.old)).map_or(0, saturate)
    }

    /// `value * new / old`, rounded up: what counts against the issuer. Saturating.
    pub fn ceil(self, value: u64) -> u64 {
        if self.old == 0 {
            return if value == 0 { 0 } else { u64::MAX };
        }
        saturate(u128::from(value).saturating_mul(u128::from(self.new)).div_ceil(u128::from(self.old)))
    }

    /// From new shares back to old ones.
    pub fn inverse(self) -> Self {
        Self { new: self.old, old: self.new }
    }

    /// A multiplier times this ratio, rounded up, for the holders. `None` outside the compiled-in bounds.
    pub fn multiplier(self, before: u64) -> Option<u64> {
        let after = self.ceil(before);
        (self.old != 0 && (MIN_MULTIPLIER..=MAX_MULTIPLIER).contains(&after)).then_some(after)
    }
}

fn saturate(value: u128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

const _: () = assert!(MIN_MULTIPLIER < ONE && ONE < MAX_MULTIPLIER);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rounds_to_the_right_side(value: u64, new in 1u32.., old in 1u32..) {
            let ratio = Ratio { new, old };
            let exact = u128::from(value) * u128::from(new);
            let (floor, ceil) = (u128::from(ratio.floor(value)), u128::from(ratio.ceil(value)));
            let top = u128::from(u64::MAX);
            prop_assert_eq!(floor, (exact / u128::from(old)).min(top));
            prop_assert_eq!(ceil, exact.div_ceil(u128::from(old)).min(top));
        }

        /// There and back never gains a share for the issuer, nor loses one for a holder.
        #[test]
        fn there_and_back_gains_nothing(value in 0..1u64 << 50, new in 1u32..10_000, old in 1u32..10_000) {
            let ratio = Ratio { new, old };
            prop_assert!(ratio.inverse().floor(ratio.floor(value)) <= value);
            prop_assert!(ratio.inverse().ceil(ratio.ceil(value)) >= value);
        }
    }

    #[test]
    fn none_counts_against_the_issuer() {
        assert_eq!((Ratio::NONE.floor(7), Ratio::NONE.ceil(7), Ratio::NONE.ceil(0)), (0, u64::MAX, 0));
        assert_eq!(Ratio { new: 1, old: 0 }.multiplier(ONE), None);
        assert_eq!(Ratio { new: 10, old: 1 }.multiplier(ONE), Some(10 * ONE));
        assert_eq!(Ratio { new: 1, old: 3 }.multiplier(ONE), Some(333_333_333_334));
        assert_eq!(Ratio { new: 10_000, old: 1 }.multiplier(MAX_MULTIPLIER), None);
    }
}
