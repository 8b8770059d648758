use super::{plus, rule};
use crate::{
    constants::MAX_CLAIM_LEAVES,
    errors::{refuse, VaultError},
    math::merkle::{climb, Entry, Leaf, PAGE_LEAVES, PAGE_LEVELS},
    require_figures,
};
use anchor_lang::{address_eq, prelude::*};

/// A page of 4,096 entitlements whose subtree was proven, and which of them were claimed: a claim costs
/// one bit of rent. Seeds: `claims`, distribution, page. Closes once nothing can be claimed any more.
#[account]
pub struct ClaimPage {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 2],
    /// Holds the leaves `page * 4096` to `page * 4096 + 4095`.
    pub page: u32,
    pub distribution: Address,
    pub rent_payer: Address,
    /// The proven subtree, and its sum.
    pub entry: Entry,
    /// Base units of it that were claimed.
    pub claimed: u64,
    pub bitmap: [u8; 512],
}

impl ClaimPage {
    pub fn check(&self, distribution: &Address) -> Result<()> {
        require!(address_eq(&self.distribution, distribution), VaultError::WrongDistribution);
        Ok(())
    }

    /// Where a leaf lies in the page.
    pub fn place_of(&self, index: u64) -> Result<u64> {
        require_figures!(index / PAGE_LEAVES == u64::from(self.page), VaultError::WrongClaimPage, self.page, index);
        Ok(index % PAGE_LEAVES)
    }

    /// Refuses leaves from `first` on that are not under this page.
    pub fn check_leaves(&self, first: u64, leaves: &mut [Entry], nodes: &[u8]) -> Result<()> {
        let place = self.place_of(first)?;
        require_figures!(leaves.len() <= MAX_CLAIM_LEAVES, VaultError::BadBatch, leaves.len(), MAX_CLAIM_LEAVES);
        let entry = climb(place, leaves, PAGE_LEVELS, nodes)?;
        require_figures!(entry == self.entry, VaultError::WrongRoot, first, entry.sum, self.entry.sum);
        Ok(())
    }

    /// Takes note of a proven leaf; refuses a second claim.
    pub fn claim(&mut self, leaf: &Leaf) -> Result<()> {
        let place = self.place_of(leaf.index)?;
        let (byte, mask) = ((place / 8) as usize, 1u8.wrapping_shl((place % 8) as u32));
        let bits = self.bitmap.get_mut(byte).ok_or_else(|| refuse(VaultError::LeafClaimed, [leaf.index, 0, 0, 0]))?;
        require_figures!(*bits & mask == 0, VaultError::LeafClaimed, leaf.index);
        *bits |= mask;
        self.claimed = plus(self.claimed, leaf.amount)?;
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the page.
    pub fn invariant(&self) -> Result<()> {
        rule(140, self.claimed <= self.entry.sum)
    }
}

/// Who gets the dividends of an owner that cannot collect them: a pool, a vault. Who holds a key may be paid
/// directly all the same.
/// Seeds: `recipient`, asset, owner.
#[account]
pub struct Recipient {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    pub asset: Address,
    pub owner: Address,
    /// A wallet, not a token account.
    pub recipient: Address,
    pub registered_at: i64,
    pub reserved: [u8; 32],
}

impl Recipient {
    pub fn check(&self, asset: &Address) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        Ok(())
    }
}
