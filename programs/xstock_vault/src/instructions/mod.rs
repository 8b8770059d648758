//! One instruction per file, in folders by who may call.

pub mod admin;
pub mod anyone;
pub mod arbiter;
pub mod attestor;
pub mod guardian;
pub mod holder;
pub mod minter;
pub mod redeemer;

pub use {admin::*, anyone::*, arbiter::*, attestor::*, guardian::*, holder::*, minter::*, redeemer::*};

use anchor_lang::prelude::*;

/// The cluster's clock, unix seconds.
pub(crate) fn now() -> Result<i64> {
    Ok(Clock::get()?.unix_timestamp)
}
