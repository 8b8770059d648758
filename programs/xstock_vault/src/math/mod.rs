//! Pure arithmetic, no accounts: each file is proven against u128 or Python vectors by proptest.

pub mod isin;
pub mod merkle;
pub mod multiplier;
pub mod payment;
pub mod quorum;
pub mod ratio;
pub mod released;
pub mod scaled_ui;
pub mod window;
