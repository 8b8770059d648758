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
    /// What the burned tokens were worth.
    pub shares: u64,
    /// What is paid out for them: less only while a pro-rata asset is short.
    pub payout_shares: u64,
    /// What was owed, and all that custodians last reported, before the burn. Zero unless the
    /// payout depends on them.
    pub obligation: u64,
    pub reserve: u64,
    /// The slot of the chain where they are issued instead; 255 for none.
    pub to_chain: u64,
    pub payout_terms_hash: [u8; 32],
    pub pending: u64,
    pub at: i64,
}
