use crate::state::Policy;
use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct IssuerCreated {
    pub issuer: Address,
    pub id: u64,
    pub authority: Address,
    pub name: [u8; 32],
    pub genesis_hash: [u8; 32],
    pub at: i64,
}

#[event(bytemuck)]
pub struct AuthorityProposed {
    pub issuer: Address,
    pub authority: Address,
    /// Zero when a proposal is withdrawn.
    pub pending_authority: Address,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AuthorityAccepted {
    pub issuer: Address,
    pub old_authority: Address,
    pub authority: Address,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RoleGranted {
    pub issuer: Address,
    pub member: Address,
    pub rent_payer: Address,
    pub role: u64,
    /// Zero when the grant is new.
    pub old_expires_at: i64,
    pub expires_at: i64,
    pub granted_at: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RoleRevoked {
    pub issuer: Address,
    pub member: Address,
    pub role: u64,
    pub expires_at: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AssetListed {
    pub asset: Address,
    pub issuer: Address,
    pub mint: Address,
    pub escrow: Address,
    pub reserve: Address,
    pub number: u32,
    pub decimals: u8,
    pub features: u8,
    pub _pad: [u8; 2],
    pub multiplier: u64,
    pub isin: [u8; 12],
    pub symbol: [u8; 12],
    pub domain: [u8; 32],
    pub terms_hash: [u8; 32],
    pub terms_uri: [u8; 128],
    pub policy: Policy,
    pub at: i64,
}

#[event(bytemuck)]
pub struct CustodianRegistered {
    pub asset: Address,
    pub manager: Address,
    pub slot: u8,
    /// 1 when the slot's custodian gets a new key, 0 when the slot was empty.
    pub replaces: u8,
    pub group: u8,
    pub _pad: [u8; 1],
    pub epoch: u32,
    pub custodian_id: [u8; 20],
    pub _pad1: [u8; 4],
    pub account_hash: [u8; 32],
    pub attester: Address,
    pub valid_from: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct CustodianRetired {
    pub asset: Address,
    pub manager: Address,
    pub slot: u8,
    pub latched: u8,
    pub _pad: [u8; 2],
    pub epoch: u32,
    pub custodian_id: [u8; 20],
    pub _pad1: [u8; 4],
    /// The figure that no longer counts.
    pub settled: u64,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    pub obligation: u64,
    /// Counted without age, before and after.
    pub reserve_before: u64,
    pub reserve: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AllowanceSet {
    pub asset: Address,
    pub minter: Address,
    pub old_window_limit: u64,
    pub old_lifetime_cap: u64,
    /// In force now.
    pub window_limit: u64,
    pub lifetime_cap: u64,
    /// In force from `pending_from` on; zero when nothing waits.
    pub pending_window_limit: u64,
    pub pending_lifetime_cap: u64,
    pub pending_from: i64,
    pub window_used: u64,
    pub lifetime_used: u64,
    pub at: i64,
}
