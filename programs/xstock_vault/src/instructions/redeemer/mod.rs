pub mod accept_redemption;
pub mod mark_paid;
pub mod reject_redemption;
pub mod settle_redemptions;

pub use accept_redemption::*;
pub use mark_paid::*;
pub use reject_redemption::*;
pub use settle_redemptions::*;
