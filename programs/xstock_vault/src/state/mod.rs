//! The accounts: fixed, zero-copy layouts of `version`, `bump`, then fields, then reserved bytes.
//!
//! Integers are little-endian and naturally aligned, so no field has padding before it that is
//! not named. Reserved bytes are zero. `invariant()` of an account is called at the end of every
//! instruction that wrote it.

mod action;
mod allowance;
mod asset;
mod attestors;
mod ballot;
mod bond;
mod calendar;
mod chain;
mod claims;
mod distribution;
mod issuer;
mod keys;
mod markers;
mod payout;
mod policy;
mod rebase;
mod redemption;
mod reserve;
mod role;
mod snapshot;
mod tickets;

pub use {
    action::*, allowance::*, asset::*, attestors::*, ballot::*, bond::*, calendar::*, chain::*, claims::*,
    distribution::*, issuer::*, keys::*, markers::*, payout::*, policy::*, rebase::*, redemption::*, reserve::*,
    role::*, snapshot::*, tickets::*,
};

use crate::errors::{refuse, VaultError};
use anchor_lang::prelude::*;

/// Bytes of an account: discriminator and body.
pub(crate) const fn space_of<T>() -> usize {
    8usize.saturating_add(core::mem::size_of::<T>())
}

/// Closes an account; its rent goes to `receiver`. One copy for all that close the same kind.
#[inline(never)]
pub(crate) fn close<T>(account: &mut T, receiver: &UncheckedAccount) -> Result<()>
where
    T: AccountClose,
{
    account.close(*receiver.account())
}

/// `BrokenInvariant` with the number of the rule, unless it holds.
pub(crate) fn rule(number: u64, holds: bool) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(refuse(VaultError::BrokenInvariant, [number, 0, 0, 0]))
    }
}

/// Checked addition that refuses instead of wrapping.
pub(crate) fn plus(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).ok_or(VaultError::Overflow.into())
}

/// Checked subtraction that refuses instead of wrapping.
pub(crate) fn minus(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b).ok_or(VaultError::Overflow.into())
}
