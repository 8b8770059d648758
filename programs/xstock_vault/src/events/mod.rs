//! What the program tells about every change, in folders that mirror `instructions/`.
//!
//! An event is a call of this program to itself: it survives log truncation, and only the
//! program's event authority can sign it (`docs/decisions/events.md`). Bodies are plain `repr(C)`
//! bytes: integers little-endian, no padding that is not named, `at` in unix seconds, amounts in
//! raw units or shares as the names say.

mod admin;
mod anyone;
mod arbiter;
mod attestor;
mod corporate;
mod emit;
mod guardian;
mod holder;
mod minter;
mod redeemer;

pub use {
    admin::*, anyone::*, arbiter::*, attestor::*, corporate::*, emit::*, guardian::*, holder::*, minter::*, redeemer::*,
};
