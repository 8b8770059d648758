//! The one place where the program calls other programs without the framework's borrow marks.
//!
//! A handler keeps its accounts as typed references, which mark them as borrowed; pinocchio's
//! checked call refuses such accounts, and Anchor's generic one costs about 2,000 CU more on a
//! mint (`docs/decisions/direct-calls.md`).

use anchor_lang::pinocchio::{
    account::AccountView,
    cpi::{invoke_signed_unchecked, CpiAccount, Seed, Signer},
    instruction::{InstructionAccount, InstructionView},
};
use anchor_lang::prelude::*;

/// Calls `program`, signed by the address of `seeds` (none when empty). A failing callee ends
/// the whole transaction, so there is no result to check.
///
/// Sound because of how the program is written, not because of this signature: no handler holds
/// a reference into an account's bytes over a call that may write them. The accounts that
/// callees write are token accounts, mints and payers, which handlers hold as `UncheckedAccount`
/// and `Signer` and read by copy; the program's own accounts are passed read-only, as signers.
#[inline(never)] // one copy a shape, not one a call: 21 instructions emit events
pub fn invoke_signed<const N: usize, const S: usize>(
    program: &Address,
    data: &[u8],
    metas: [InstructionAccount; N],
    accounts: [&AccountView; N],
    seeds: [&[u8]; S],
) {
    let instruction = InstructionView { program_id: program, data, accounts: &metas };
    let accounts: [CpiAccount; N] = accounts.map(CpiAccount::from);
    let seeds: [Seed; S] = seeds.map(Seed::from);
    let signer = [Signer::from(&seeds[..])];
    let signers = if S == 0 { &signer[..0] } else { &signer[..] };
    // SAFETY: see above; the arrays outlive the call
    unsafe { invoke_signed_unchecked(&instruction, &accounts, signers) };
}
