pub mod accept_redemption;
pub mod settle_redemption;

pub use accept_redemption::*;
pub use settle_redemption::*;
