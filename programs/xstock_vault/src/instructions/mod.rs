//! One instruction per file, in folders by who may call.

pub mod admin;
pub mod anyone;
pub mod arbiter;
pub mod attestor;
pub mod corporate;
pub mod guardian;
pub mod holder;
pub mod minter;
pub mod redeemer;

pub use {admin::*, anyone::*, arbiter::*, attestor::*, corporate::*, guardian::*, holder::*, minter::*, redeemer::*};

use anchor_lang::prelude::*;

/// The cluster's clock, unix seconds.
pub(crate) fn now() -> Result<i64> {
    Ok(Clock::get()?.unix_timestamp)
}

/// The cluster's slot, and its clock in unix seconds.
pub(crate) fn clock() -> Result<(u64, i64)> {
    let clock = Clock::get()?;
    Ok((clock.slot, clock.unix_timestamp))
}
