pub mod announce_action;
pub mod cancel_action;
pub mod declare_distribution;
pub mod reclaim_distribution;

pub use {announce_action::*, cancel_action::*, declare_distribution::*, reclaim_distribution::*};
