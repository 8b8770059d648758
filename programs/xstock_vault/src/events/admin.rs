use crate::{
    math::window::WindowUsage,
    state::{BondExit, Limits, Policy, QueuedPolicy},
};
use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct IssuerCreated {
    pub issuer: Address,
    pub id: u64,
    pub authority: Address,
    pub name: [u8; 32],
    pub genesis_hash: [u8; 32],
    /// How long new roles and a handoff wait once the issuer is live, seconds.
    pub timelock_s: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AuthorityProposed {
    pub issuer: Address,
    pub authority: Address,
    /// Zero when a proposal is withdrawn.
    pub pending_authority: Address,
    /// From when to when it may accept.
    pub pending_from: i64,
    pub pending_until: i64,
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
    /// The authority, or an admin.
    pub by: Address,
    pub rent_payer: Address,
    pub role: u64,
    /// 1 when the grant's account was opened.
    pub opened: u64,
    /// Zero when the grant is new.
    pub old_expires_at: i64,
    /// In force now; zero when the whole grant waits.
    pub expires_at: i64,
    /// The expiry from `next_from` on; both zero when nothing waits.
    pub next_expires_at: i64,
    pub next_from: i64,
    pub held_since: i64,
    pub granted_at: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RoleRevoked {
    pub issuer: Address,
    pub member: Address,
    /// The authority, or an admin.
    pub by: Address,
    pub role: u64,
    /// 1 when the grant's account was closed; a pauser or approver first waits until `ends_at`.
    pub closed: u64,
    pub expires_at: i64,
    pub ends_at: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RoleRenounced {
    pub issuer: Address,
    pub role: u64,
    /// 1 when the role is gone for good, 0 when that waits until `renounce_from`.
    pub done: u64,
    pub renounce_from: i64,
    /// All renounced roles, a bit by number.
    pub renounced: u64,
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
    /// How many of the keys must sign.
    pub threshold: u8,
    pub epoch: u32,
    pub custodian_id: [u8; 20],
    pub _pad1: [u8; 4],
    pub account_hash: [u8; 32],
    /// Zero padded.
    pub keys: [Address; 3],
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
    /// The figures that no longer count.
    pub settled: u64,
    pub in_transit: u64,
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
    /// The authority, or an admin.
    pub by: Address,
    pub old_limits: Limits,
    /// In force now.
    pub limits: Limits,
    /// In force from `pending_from` on; zero when nothing waits.
    pub pending: Limits,
    pub pending_from: i64,
    pub window: WindowUsage,
    pub lifetime_used: u64,
    /// What was covered by what; zero when nothing was raised.
    pub obligation: u64,
    pub reserve: u64,
    /// When the issuer went live: with its first allowance.
    pub live_at: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct PolicySet {
    pub asset: Address,
    /// The authority, or an admin.
    pub by: Address,
    /// Bits of the fields that were named, that became tighter at once, and that wait.
    pub named: u32,
    pub tighter: u32,
    pub looser: u32,
    pub latched: u32,
    pub old_policy: Policy,
    /// In force now.
    pub policy: Policy,
    /// What waits now, fields of an earlier change included.
    pub queued: QueuedPolicy,
    pub mint_window: WindowUsage,
    pub supply: u64,
    pub burned_outside: u64,
    pub multiplier: u64,
    /// As the latch judges: last figures without age.
    pub obligation: u64,
    pub reserve: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct ChainRegistered {
    pub asset: Address,
    pub manager: Address,
    pub slot: u8,
    /// 1 when the slot's chain gets new keys, 0 when the slot was empty.
    pub replaces: u8,
    pub threshold: u8,
    pub _pad: [u8; 1],
    pub epoch: u32,
    pub chain: [u8; 48],
    pub token_hash: [u8; 32],
    /// Zero padded.
    pub keys: [Address; 3],
    pub valid_from: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct ChainCapSet {
    pub asset: Address,
    /// The authority, or an admin.
    pub by: Address,
    pub slot: u64,
    pub old_cap: u64,
    /// In force now.
    pub cap: u64,
    /// In force when a report speaks of `next_cap_from` or later; both zero when nothing waits.
    pub next_cap: u64,
    pub next_cap_from: i64,
    /// With every chain at the larger of its cap and its report; zero when the cap was not raised.
    pub obligation: u64,
    pub reserve: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct ChainRetired {
    pub asset: Address,
    pub manager: Address,
    pub slot: u64,
    /// 1 when the slot is empty now, 0 when it waits until `retire_from`.
    pub retired: u64,
    pub retire_from: i64,
    pub chain: [u8; 48],
    pub token_hash: [u8; 32],
    pub at: i64,
}

#[event(bytemuck)]
pub struct WatermarkRaised {
    pub asset: Address,
    /// The authority, or an admin.
    pub by: Address,
    pub old_watermark: u64,
    pub watermark: u64,
    pub highest_ticket: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct BondOpened {
    pub asset: Address,
    /// The authority, or an admin.
    pub by: Address,
    /// Zero when it is the first.
    pub old_payment_mint: Address,
    pub payment_mint: Address,
    pub bond_vault: Address,
    pub decimals: u64,
    /// What was left of the bond in the old one. A withdrawal that waited is gone too.
    pub written_off: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct BondWithdrawalQueued {
    pub asset: Address,
    pub by: Address,
    pub exit: BondExit,
    pub bond: u64,
    pub bond_reserved: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct BondWithdrawn {
    pub asset: Address,
    pub by: Address,
    pub destination: Address,
    pub amount: u64,
    /// What is still queued.
    pub left: u64,
    pub bond: u64,
    pub bond_reserved: u64,
    pub at: i64,
}
