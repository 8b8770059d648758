use crate::{math::window::WindowUsage, state::Limits};
use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct TicketPageOpened {
    pub asset: Address,
    pub rent_payer: Address,
    pub page: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct SharesMinted {
    pub asset: Address,
    pub minter: Address,
    /// Zero when none was needed.
    pub approver: Address,
    pub destination: Address,
    pub ticket: u64,
    pub amount: u64,
    pub supply_before: u64,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    /// After the mint, in shares; released and foreign shares included.
    pub obligation: u64,
    pub released: u64,
    pub foreign: u64,
    pub reserve: u64,
    pub custodians: u64,
    pub limits: Limits,
    pub window: WindowUsage,
    pub lifetime_used: u64,
    pub asset_window_limit: u64,
    pub asset_window: WindowUsage,
    /// The bond without what waits to leave it, and what minting needs of it.
    pub bond: u64,
    pub bond_needed: u64,
    pub at: i64,
}
