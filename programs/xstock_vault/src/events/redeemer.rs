use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct RedemptionAccepted {
    pub asset: Address,
    pub holder: Address,
    pub redeemer: Address,
    pub id: u64,
    pub amount: u64,
    pub deadline: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RedemptionSettled {
    pub asset: Address,
    pub holder: Address,
    pub redeemer: Address,
    pub id: u64,
    pub amount: u64,
    pub accepted_at: i64,
    pub deadline: i64,
    pub supply_before: u64,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier_at_request: u64,
    pub multiplier: u64,
    pub payout_terms_hash: [u8; 32],
    pub pending: u64,
    pub at: i64,
}
