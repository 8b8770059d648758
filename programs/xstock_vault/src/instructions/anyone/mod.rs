pub mod apply_policy;
pub mod check_solvency;
pub mod close_ticket_page;

pub use apply_policy::*;
pub use check_solvency::*;
pub use close_ticket_page::*;
