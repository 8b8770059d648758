use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct ReserveAttested {
    pub asset: Address,
    /// Who signed, zero padded.
    pub attesters: [Address; 3],
    pub slot: u8,
    /// 1 when this report puts new keys in force.
    pub new_keys: u8,
    pub latched_before: u8,
    pub latched: u8,
    pub epoch: u32,
    pub basis: u32,
    pub _pad: [u8; 4],
    pub sequence: u64,
    pub old_as_of: i64,
    pub as_of: i64,
    pub old_settled: u64,
    pub settled: u64,
    pub in_transit: u64,
    pub in_transit_by: i64,
    pub report_hash: [u8; 32],
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    pub obligation: u64,
    /// Counted without age, after all reports of the instruction; so are `obligation` and `latched`.
    pub reserve: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct ChainAttested {
    pub asset: Address,
    /// Who signed, zero padded.
    pub attesters: [Address; 3],
    pub slot: u8,
    /// 1 when this report puts new keys in force.
    pub new_keys: u8,
    pub latched_before: u8,
    pub latched: u8,
    pub epoch: u32,
    pub basis: u32,
    pub _pad: [u8; 4],
    pub sequence: u64,
    pub old_as_of: i64,
    pub as_of: i64,
    pub old_supply: u64,
    /// Circulating on the chain, net of what bridges hold.
    pub chain_supply: u64,
    pub cap: u64,
    /// On its way there, after this report.
    pub outbound: u64,
    pub report_hash: [u8; 32],
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    pub obligation: u64,
    /// Counted without age, after all reports of the instruction; so are `obligation` and `latched`.
    pub reserve: u64,
    pub at: i64,
}
