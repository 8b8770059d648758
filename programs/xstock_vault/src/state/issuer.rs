use anchor_lang::prelude::*;

/// Who issues the assets. Seeds: `issuer`, id. Never closes.
#[account]
pub struct Issuer {
    pub version: u8,
    pub bump: u8,
    /// Reserved for halts over all assets of the issuer.
    pub halts: u8,
    pub _pad: [u8; 5],
    pub id: u64,
    pub authority: Address,
    /// The key that may take over, or zero.
    pub pending_authority: Address,
    /// UTF-8, zero padded.
    pub name: [u8; 32],
    /// Genesis hash of the cluster: a program cannot see which cluster it runs on, so the
    /// issuer declares it, signers take theirs from their own configuration, and a message
    /// signed for one cluster means nothing on another.
    pub genesis_hash: [u8; 32],
    /// Reserved for the issuer's timelock, seconds.
    pub timelock_s: i64,
    pub created_at: i64,
    /// How many assets were listed; the next asset's number.
    pub asset_count: u32,
    pub _pad1: [u8; 4],
    pub reserved: [u8; 128],
}
