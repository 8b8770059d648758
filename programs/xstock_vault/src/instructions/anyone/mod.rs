pub mod check_solvency;

pub use check_solvency::*;
