use crate::state::{BondExit, Limits, QueuedPolicy};
use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct HaltsChanged {
    pub asset: Address,
    pub guardian: Address,
    pub old_halts: u64,
    pub halts: u64,
    /// What was covered by what; zero unless lifting the halt asked for it.
    pub obligation: u64,
    pub reserve: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct HandoffCancelled {
    pub issuer: Address,
    pub by: Address,
    pub pending_authority: Address,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RenunciationCancelled {
    pub issuer: Address,
    pub by: Address,
    pub role: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RoleChangeCancelled {
    pub issuer: Address,
    pub member: Address,
    pub by: Address,
    pub role: u64,
    /// In force, and what it would have become.
    pub expires_at: i64,
    pub next_expires_at: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct SlotChangeCancelled {
    pub asset: Address,
    pub by: Address,
    /// 1 custodian keys, 2 chain keys, 3 a chain's cap, 4 its retirement.
    pub kind: u64,
    pub slot: u64,
    /// Of the keys that will never sign; zero for what is not keys.
    pub epoch: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AllowanceRaiseCancelled {
    pub asset: Address,
    pub minter: Address,
    pub by: Address,
    pub dropped: Limits,
    pub at: i64,
}

#[event(bytemuck)]
pub struct PolicyCancelled {
    pub asset: Address,
    pub by: Address,
    pub queued: QueuedPolicy,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AssetReopened {
    pub asset: Address,
    pub guardian: Address,
    pub latched_at: i64,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    pub obligation: u64,
    /// Fresh reports only.
    pub reserve: u64,
    pub custodians: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct BondWithdrawalCancelled {
    pub asset: Address,
    pub by: Address,
    pub dropped: BondExit,
    pub at: i64,
}
