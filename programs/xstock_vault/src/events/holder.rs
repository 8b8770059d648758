use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct HolderBookOpened {
    pub asset: Address,
    pub holder: Address,
    pub rent_payer: Address,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RedemptionRequested {
    pub asset: Address,
    pub holder: Address,
    pub source: Address,
    pub id: u64,
    pub amount: u64,
    pub multiplier: u64,
    pub deadline: i64,
    pub payout_terms_hash: [u8; 32],
    pub rent_payer: Address,
    /// Raw units in open requests of the asset, after this one.
    pub pending: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RedemptionCancelled {
    pub asset: Address,
    pub holder: Address,
    pub destination: Address,
    pub id: u64,
    pub amount: u64,
    /// The state before: 1 requested, 2 accepted and past its deadline.
    pub state: u64,
    pub deadline: i64,
    pub pending: u64,
    pub at: i64,
}
