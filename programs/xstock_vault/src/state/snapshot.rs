use super::{minus, rule, Asset, Ballot, Root};
use crate::{errors::VaultError, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// The balances of a record date. Seeds: `snapshot`, asset, number. Never closes.
#[account]
pub struct Snapshot {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 2],
    pub number: u32,
    pub asset: Address,
    /// The slot whose end counts.
    pub slot: u64,
    /// Raw units in existence when it was recorded.
    pub supply: u64,
    pub multiplier: u64,
    pub recorded_at: i64,
    /// The asset's burns from outside until then.
    pub burned_outside: u64,
    pub action: u32,
    pub basis: u32,
    /// How many were declared on it; the next one's number.
    pub distributions: u32,
    pub _pad1: [u8; 4],
    pub ballot: Ballot,
    pub reserved: [u8; 64],
}

impl Snapshot {
    pub fn check(&self, asset: &Address) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        Ok(())
    }

    /// Refuses a root whose leaves do not add up to the supply at the end of the slot: what was recorded,
    /// less what its owners burned outside this program in the rest of that slot. Of that the program
    /// only knows an upper bound: all that it saw burned outside since. The attestors know it.
    pub fn check_root(&self, root: &Root, asset: &Asset) -> Result<()> {
        let seen = minus(asset.burned_outside, self.burned_outside)?;
        let least = self.supply.saturating_sub(seen);
        require_figures!(
            (least..=self.supply).contains(&root.entry.sum) && root.entry.sum != 0,
            VaultError::WrongTotal,
            root.entry.sum,
            self.supply,
            seen
        );
        require_figures!(root.leaf_count <= root.entry.sum, VaultError::BadRoot, root.leaf_count, root.entry.sum);
        require_figures!(root.withheld == 0, VaultError::BadRoot, root.leaf_count, root.withheld);
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the snapshot.
    pub fn invariant(&self) -> Result<()> {
        self.ballot.invariant()?;
        rule(121, self.slot != 0 && self.multiplier != 0)
    }
}
