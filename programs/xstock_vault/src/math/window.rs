//! A limit per window whose usage decays linearly, so that no boundary lets twice the limit pass.

/// What is left of `used` after `elapsed` of `window` seconds at `limit` per window.
/// The decay is rounded down: never in the minter's favour.
pub fn decayed(used: u64, limit: u64, elapsed: i64, window: i64) -> u64 {
    if used == 0 || elapsed <= 0 {
        return used; // a clock that stands or goes backwards frees nothing
    }
    if elapsed >= window {
        return 0;
    }
    let (elapsed, window) = (elapsed.unsigned_abs(), window.unsigned_abs());
    let freed = u128::from(limit).saturating_mul(u128::from(elapsed)).checked_div(u128::from(window)).unwrap_or(0);
    used.saturating_sub(u64::try_from(freed).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn matches_exact_division(used: u64, limit: u64, elapsed in -10i64..200_000) {
            let freed = if elapsed >= 86_400 { u128::from(u64::MAX) } else { u128::from(limit) * elapsed.max(0) as u128 / 86_400 };
            let want = u128::from(used).saturating_sub(freed) as u64;
            prop_assert_eq!(decayed(used, limit, elapsed, 86_400), want);
        }

        #[test]
        fn two_steps_never_free_more_than_one(used: u64, limit: u64, a in 0i64..40_000, b in 0i64..40_000) {
            let twice = decayed(decayed(used, limit, a, 86_400), limit, b, 86_400);
            prop_assert!(twice >= decayed(used, limit, a + b, 86_400));
        }
    }
}
