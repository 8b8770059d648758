pub mod apply_policy;
pub mod check_solvency;
pub mod close_ticket_page;
pub mod conclude_redemption;
pub mod default_redemption;
pub mod deposit_bond;

pub use apply_policy::*;
pub use check_solvency::*;
pub use close_ticket_page::*;
pub use conclude_redemption::*;
pub use default_redemption::*;
pub use deposit_bond::*;
