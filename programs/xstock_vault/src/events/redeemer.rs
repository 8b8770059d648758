use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct RedemptionAccepted {
    pub asset: Address,
    pub holder: Address,
    pub redeemer: Address,
    pub id: u64,
    pub amount: u64,
    /// What the holder gets at least per whole share, and until when a quote waits to be agreed to (zero
    /// when there was a minimum price).
    pub min_price: u64,
    /// The multiplier that the price is for.
    pub multiplier: u64,
    pub until: i64,
    /// Base units that the bond has reserved for a missed deadline.
    pub penalty: u64,
    pub bond_reserved: u64,
    pub settle_by: i64,
    pub at: i64,
}

/// The tokens of a request burned, all or a part of them. A payment outside the chain leaves all
/// fields of a payment zero.
#[event(bytemuck)]
pub struct RedemptionSettled {
    pub asset: Address,
    pub holder: Address,
    /// Who settled, or concluded.
    pub redeemer: Address,
    pub payment_mint: Address,
    /// The token account that was paid.
    pub payee: Address,
    pub id: u64,
    /// Raw units that burned, and that stay accepted.
    pub amount: u64,
    pub rest: u64,
    pub settle_by: i64,
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
    /// Base units of the payment mint per whole share.
    pub price: u64,
    /// `ceil(payout_shares * price / 10^8)`, what the issuer kept of it, and what the holder got.
    pub gross: u64,
    pub fee: u64,
    pub payment: u64,
    /// The slot of the chain where they are issued instead; 255 for none.
    pub to_chain: u64,
    pub payout_terms_hash: [u8; 32],
    pub bond_reserved: u64,
    pub pending: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct PaymentMarked {
    pub asset: Address,
    pub holder: Address,
    pub redeemer: Address,
    /// Who rules on a dispute.
    pub arbiter: Address,
    pub id: u64,
    pub amount: u64,
    /// The slot of the chain where the shares are issued instead, 255 for none, and how many.
    pub to_chain: u64,
    pub marked_shares: u64,
    pub multiplier: u64,
    /// Hash of what proves the payment.
    pub evidence_hash: [u8; 32],
    /// The holder alone may conclude until then, anyone afterwards.
    pub until: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RedemptionRejected {
    pub asset: Address,
    pub holder: Address,
    pub redeemer: Address,
    /// The frozen account that the tokens came from and went back to.
    pub destination: Address,
    pub id: u64,
    pub amount: u64,
    /// The state before: 1 requested, 2 accepted.
    pub state: u64,
    pub bond_reserved: u64,
    pub pending: u64,
    pub at: i64,
}
