use crate::{math::window::WindowUsage, state::Policy};
use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct SolvencyChecked {
    pub asset: Address,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    pub obligation: u64,
    /// Parts of the obligation.
    pub released: u64,
    pub foreign: u64,
    /// The last figures without age, by which the latch judges.
    pub last_reserve: u64,
    /// Fresh figures, by which a mint is judged.
    pub reserve: u64,
    pub custodians: u64,
    pub latched_before: u64,
    pub latched: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct PolicyApplied {
    pub asset: Address,
    /// Bits of the fields that changed.
    pub fields: u64,
    pub old_policy: Policy,
    pub policy: Policy,
    pub mint_window: WindowUsage,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    /// Under the new policy, by fresh reports.
    pub obligation: u64,
    pub reserve: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct TicketPageClosed {
    pub asset: Address,
    pub rent_payer: Address,
    pub page: u64,
    /// How many of its tickets were used.
    pub used: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RedemptionDefaulted {
    pub asset: Address,
    pub holder: Address,
    pub caller: Address,
    pub destination: Address,
    /// The token account that got the penalty; zero when none was paid.
    pub payee: Address,
    pub id: u64,
    pub amount: u64,
    /// The state before: 1 requested, 2 accepted, 4 disputed and not ruled on in time.
    pub state: u64,
    pub deadline: i64,
    pub penalty: u64,
    pub bond: u64,
    pub bond_reserved: u64,
    pub pending: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct BondDeposited {
    pub asset: Address,
    pub depositor: Address,
    pub source: Address,
    pub amount: u64,
    pub bond: u64,
    pub at: i64,
}
