pub mod agree_quote;
pub mod cancel_redemption;
pub mod dispute_payment;
pub mod open_holder_book;
pub mod register_recipient;
pub mod request_redemption;

pub use {
    agree_quote::*, cancel_redemption::*, dispute_payment::*, open_holder_book::*, register_recipient::*,
    request_redemption::*,
};
