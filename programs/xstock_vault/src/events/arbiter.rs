use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct DisputeRuled {
    pub asset: Address,
    pub holder: Address,
    pub arbiter: Address,
    pub id: u64,
    pub amount: u64,
    /// 1 when the payment was made: anyone may conclude. 0: the request is accepted as before.
    pub paid: u64,
    pub settle_by: i64,
    pub at: i64,
}
