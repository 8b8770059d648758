use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct HaltsChanged {
    pub asset: Address,
    pub guardian: Address,
    pub old_halts: u64,
    pub halts: u64,
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
