pub mod cancel_redemption;
pub mod open_holder_book;
pub mod request_redemption;

pub use cancel_redemption::*;
pub use open_holder_book::*;
pub use request_redemption::*;
