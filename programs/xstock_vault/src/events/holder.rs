use crate::math::window::WindowUsage;
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
    /// The holder, or its delegate, who signed.
    pub authority: Address,
    pub source: Address,
    pub rent_payer: Address,
    pub id: u64,
    pub amount: u64,
    pub multiplier: u64,
    /// On chain (1) or off chain (2).
    pub payout: u64,
    /// Base units of the payment mint per whole share, at least; zero at market.
    pub min_price: u64,
    pub fee_bps: u64,
    pub payout_terms_hash: [u8; 32],
    pub accept_by: i64,
    pub settle_by: i64,
    pub dispute_window_s: i64,
    pub arbiter: Address,
    /// Base units per whole token that a missed deadline costs, or may cost once it is accepted.
    pub penalty_rate: u64,
    /// What the bond has reserved of it for all of the request.
    pub penalty: u64,
    /// Of the holder, after this one.
    pub penalty_window: WindowUsage,
    pub bond: u64,
    pub bond_reserved: u64,
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
    /// The state before: 1 requested, 2 accepted and late or quoted, 4 disputed and not ruled on in time.
    pub state: u64,
    pub deadline: i64,
    pub bond_reserved: u64,
    pub pending: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct PaymentDisputed {
    pub asset: Address,
    pub holder: Address,
    pub id: u64,
    pub amount: u64,
    /// The arbiter rules until then, or the holder takes the tokens back.
    pub until: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct QuoteAgreed {
    pub asset: Address,
    pub holder: Address,
    pub id: u64,
    pub amount: u64,
    pub min_price: u64,
    pub penalty: u64,
    pub settle_by: i64,
    pub at: i64,
}
