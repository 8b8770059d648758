use super::{rule, Asset, AttestorSet, Distribution, Snapshot};
use crate::{
    constants::{ATTESTORS, CHALLENGE_WINDOW_S, SHOWN},
    errors::VaultError,
    math::merkle::{levels, Entry, Leaf},
    require_figures,
};
use anchor_lang::{address_eq, prelude::*};

/// The root of a tree and how many leaves it has: what attestors vote for.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct Root {
    pub entry: Entry,
    pub leaf_count: u64,
    /// The sum of all leaves' tax, as the attestors found it; zero in a snapshot. No claim depends on it.
    pub withheld: u64,
}

/// What one attestor says.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct Vote {
    /// Zero in a free entry.
    pub attestor: Address,
    pub root: Root,
}

/// A leaf of the agreed root that a challenger has proven.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct ShownLeaf {
    pub challenger: Address,
    pub owner: Address,
    pub index: u64,
}

/// How k of n attestors agree on a root. Agreed, it can be challenged for a day; then it is final.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct Ballot {
    /// What k attestors agreed on; zero before.
    pub root: Root,
    /// Unix seconds; zero before.
    pub agreed_at: i64,
    /// How many roots were thrown out.
    pub round: u32,
    /// 1 once something was built on the final root: no clock that goes back opens it again.
    pub sealed: u32,
    pub votes: [Vote; ATTESTORS],
    /// Who has rejected a root: each attestor may once, so that none stops a dividend alone.
    pub rejecters: [Address; ATTESTORS],
    pub shown: [ShownLeaf; SHOWN],
}

impl Ballot {
    pub fn is_final(&self, now: i64) -> bool {
        self.sealed == 1 || (self.agreed_at != 0 && now > self.agreed_at.saturating_add(CHALLENGE_WINDOW_S))
    }

    /// Something is built on the final root.
    pub fn seal(&mut self) {
        self.sealed = 1;
    }

    pub fn check_final(&self, now: i64) -> Result<()> {
        require_figures!(self.is_final(now), VaultError::NotFinal, self.agreed_at, CHALLENGE_WINDOW_S, now);
        Ok(())
    }

    /// Refuses unless there is an agreed root that is not final.
    pub fn check_challengeable(&self, now: i64) -> Result<()> {
        require!(self.agreed_at != 0, VaultError::NothingAgreed);
        require_figures!(!self.is_final(now), VaultError::RootFinal, self.agreed_at, CHALLENGE_WINDOW_S, now);
        Ok(())
    }

    /// Takes an attestor's vote in place of an earlier one. Returns how many in force agree with it.
    pub fn vote(&mut self, attestor: &Address, root: Root, set: &AttestorSet, now: i64) -> Result<u8> {
        set.check(attestor, now)?;
        require_figures!(self.agreed_at == 0, VaultError::RootAgreed, self.agreed_at);
        require_figures!(root.leaf_count != 0, VaultError::BadRoot, root.leaf_count, root.entry.sum);
        let own = self.votes.iter().position(|vote| address_eq(&vote.attestor, attestor));
        let free = self.votes.iter().position(|vote| !set.holds(&vote.attestor, now));
        let place = own.or(free).and_then(|index| self.votes.get_mut(index)).ok_or(VaultError::NotAttestor)?;
        *place = Vote { attestor: *attestor, root };
        let agree = self.votes.iter().filter(|vote| vote.root == root && set.holds(&vote.attestor, now)).count() as u8;
        if agree >= set.in_force(now).1 {
            (self.root, self.agreed_at) = (root, now);
        }
        Ok(agree)
    }

    /// An attestor throws the agreed root out; each may once.
    pub fn reject(&mut self, attestor: &Address, set: &AttestorSet, now: i64) -> Result<()> {
        set.check(attestor, now)?;
        self.check_challengeable(now)?;
        let done = self.rejecters.iter().any(|other| address_eq(other, attestor));
        require_figures!(!done, VaultError::AlreadyRejected, self.round);
        let free = self.rejecters.iter_mut().find(|other| !set.holds(other, now));
        *free.ok_or(VaultError::AlreadyRejected)? = *attestor;
        self.throw_out();
        Ok(())
    }

    /// Forgets the root and every vote; the attestors may begin again.
    pub fn throw_out(&mut self) {
        self.round = self.round.wrapping_add(1);
        (self.root, self.agreed_at) = (bytemuck::Zeroable::zeroed(), 0);
        self.votes = bytemuck::Zeroable::zeroed();
        self.shown = bytemuck::Zeroable::zeroed();
    }

    /// Levels of the agreed tree.
    pub fn levels(&self) -> u32 {
        levels(self.root.leaf_count)
    }

    /// Takes note of a proven leaf. Returns whether it proves the root wrong: it lies beyond the tree's leaves, or it
    /// and one that was shown before are out of order. Owners must rise with the index, whoever shows them.
    pub fn show(&mut self, challenger: &Address, leaf: &Leaf) -> bool {
        let proven = leaf.owner.as_ref();
        let mut shown = self.shown.iter().filter(|shown| shown.challenger != Address::default());
        let wrong = shown.any(|shown| {
            let owner = shown.owner.as_ref();
            (shown.index < leaf.index && proven <= owner) || (leaf.index < shown.index && owner <= proven)
        });
        let own = self.shown.iter().position(|shown| address_eq(&shown.challenger, challenger));
        self.shown.rotate_right(usize::from(own.is_none()));
        if let Some(place) = self.shown.get_mut(own.unwrap_or(0)) {
            *place = ShownLeaf { challenger: *challenger, owner: leaf.owner, index: leaf.index };
        }
        wrong || leaf.index >= self.root.leaf_count
    }

    pub fn invariant(&self) -> Result<()> {
        rule(120, (self.agreed_at == 0) == (self.root.leaf_count == 0))?;
        rule(122, self.sealed == 0 || self.agreed_at != 0)
    }
}

/// Refuses a snapshot of another asset, and a distribution of another snapshot.
pub fn check_ballot(
    asset: &Account<Asset>,
    snapshot: &Account<Snapshot>,
    distribution: &Option<Account<Distribution>>,
) -> Result<()> {
    snapshot.check(asset.address())?;
    distribution.as_ref().map_or(Ok(()), |distribution| distribution.check(snapshot.address()))
}

/// The account whose tree is meant, and its ballot: the distribution's where one is given.
pub fn ballot_of<'a>(
    snapshot: &'a mut Account<Snapshot>,
    distribution: &'a mut Option<Account<Distribution>>,
) -> (Address, &'a mut Ballot) {
    match distribution {
        Some(distribution) => (*distribution.address(), &mut distribution.ballot),
        None => (*snapshot.address(), &mut snapshot.ballot),
    }
}
