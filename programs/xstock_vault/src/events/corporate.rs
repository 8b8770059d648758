use crate::{
    math::{merkle::Entry, ratio::Ratio},
    state::Root,
};
use anchor_lang::prelude::*;

#[event(bytemuck)]
pub struct ActionAnnounced {
    pub asset: Address,
    pub by: Address,
    pub action: u64,
    /// One of `action_kinds`.
    pub kind: u64,
    /// New shares per old one; zero when the multiplier stays.
    pub ratio: Ratio,
    pub old_multiplier: u64,
    pub new_multiplier: u64,
    /// Splits in force now; a split of this action makes it one more.
    pub basis: u64,
    /// Millionths of a base unit of the payout mint per whole share.
    pub rate: u64,
    pub payout_mint: Address,
    pub ex_at: i64,
    pub record_at: i64,
    pub pay_at: i64,
    pub effective_at: i64,
    pub document_hash: [u8; 32],
    pub isin: [u8; 12],
    pub symbol: [u8; 12],
    pub supply: u64,
    pub burned_outside: u64,
    /// What is owed at the new multiplier, and the reserve against it. Zero where none of it was asked.
    pub obligation: u64,
    pub reserve: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct ActionCancelled {
    pub asset: Address,
    pub by: Address,
    pub action: u64,
    pub kind: u64,
    pub reason_hash: [u8; 32],
    /// The multiplier that stays.
    pub multiplier: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct IdentifiersChanged {
    pub asset: Address,
    pub action: u64,
    pub old_isin: [u8; 12],
    pub old_symbol: [u8; 12],
    pub isin: [u8; 12],
    pub symbol: [u8; 12],
    /// What attestations must name from now on.
    pub domain: [u8; 32],
    pub at: i64,
}

#[event(bytemuck)]
pub struct SnapshotRecorded {
    pub asset: Address,
    pub snapshot: Address,
    pub number: u64,
    pub action: u64,
    pub slot: u64,
    pub supply: u64,
    /// All that was ever burned outside, not only what this instruction noticed.
    pub burned_outside: u64,
    pub multiplier: u64,
    pub basis: u64,
    pub at: i64,
}

/// `ballot` is the snapshot, or the distribution whose entitlements are voted on.
#[event(bytemuck)]
pub struct RootVoted {
    pub asset: Address,
    pub ballot: Address,
    pub attestor: Address,
    pub root: Root,
    pub round: u64,
    /// Attestors who say the same, and how many must.
    pub agree: u64,
    pub needed: u64,
    /// 1 when this vote agreed the root; it is final a day later.
    pub agreed: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RootRejected {
    pub asset: Address,
    pub ballot: Address,
    /// The attestor, or whoever proved that the root is wrong.
    pub by: Address,
    pub root: Root,
    /// The round that ended.
    pub round: u64,
    /// 1 an attestor says so, 2 owners out of order, 3 sums that do not add up.
    pub reason: u64,
    pub at: i64,
}

/// A challenger has proven one leaf of the agreed root.
#[event(bytemuck)]
pub struct LeafShown {
    pub asset: Address,
    pub ballot: Address,
    pub challenger: Address,
    pub owner: Address,
    pub index: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct DistributionDeclared {
    pub asset: Address,
    pub snapshot: Address,
    pub distribution: Address,
    pub by: Address,
    pub payout_mint: Address,
    pub vault: Address,
    pub withholding_account: Address,
    pub rates_hash: [u8; 32],
    pub number: u64,
    pub action: u64,
    pub rules: u64,
    pub decimals: u64,
    pub rate: u64,
    pub claim_from: i64,
    pub claim_until: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct DistributionFunded {
    pub asset: Address,
    pub distribution: Address,
    pub funder: Address,
    pub amount: u64,
    pub funded: u64,
    pub gross: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct WithheldRemitted {
    pub asset: Address,
    pub distribution: Address,
    pub withholding_account: Address,
    pub amount: u64,
    pub remitted: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct DistributionReclaimed {
    pub asset: Address,
    pub distribution: Address,
    pub by: Address,
    pub destination: Address,
    pub amount: u64,
    pub funded: u64,
    pub paid: u64,
    pub withheld: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct ClaimPageOpened {
    pub asset: Address,
    pub distribution: Address,
    pub rent_payer: Address,
    pub page: u64,
    /// The page's subtree: its hash, and its leaves' base units before tax.
    pub entry: Entry,
    pub at: i64,
}

#[event(bytemuck)]
pub struct ClaimPageClosed {
    pub asset: Address,
    pub distribution: Address,
    pub rent_payer: Address,
    pub page: u64,
    pub claimed: u64,
    pub at: i64,
}

/// One owner was paid.
#[event(bytemuck)]
pub struct DividendPaid {
    pub asset: Address,
    pub distribution: Address,
    pub owner: Address,
    /// The token account.
    pub destination: Address,
    pub payout_mint: Address,
    pub index: u64,
    /// Base units of the payout mint; the owner got the difference.
    pub gross: u64,
    pub withheld: u64,
    /// Of the distribution, afterwards.
    pub paid_total: u64,
    pub withheld_total: u64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct RecipientRegistered {
    pub asset: Address,
    pub owner: Address,
    pub old_recipient: Address,
    pub recipient: Address,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AttestorsSet {
    pub asset: Address,
    pub by: Address,
    pub keys: [Address; 5],
    pub threshold: u64,
    /// In force from here on.
    pub in_force_at: i64,
    pub at: i64,
}

#[event(bytemuck)]
pub struct AttestorsCancelled {
    pub asset: Address,
    pub by: Address,
    pub at: i64,
}
