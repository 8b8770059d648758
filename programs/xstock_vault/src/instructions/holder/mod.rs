pub mod agree_quote;
pub mod cancel_redemption;
pub mod dispute_payment;
pub mod open_holder_book;
pub mod request_redemption;

pub use agree_quote::*;
pub use cancel_redemption::*;
pub use dispute_payment::*;
pub use open_holder_book::*;
pub use request_redemption::*;
