use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct SolvencyChecked {
    pub asset: Address,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    pub obligation: u64,
    /// The last figures without age, by which the latch judges.
    pub last_reserve: u64,
    /// Fresh figures, by which a mint is judged.
    pub reserve: u64,
    pub custodians: u64,
    pub latched_before: u64,
    pub latched: u64,
    pub at: i64,
}
