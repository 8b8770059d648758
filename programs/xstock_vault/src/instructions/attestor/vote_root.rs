use crate::{
    events::{emit, RootVoted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    math::merkle::Entry,
    state::{ballot_of, check_ballot, Asset, Distribution, Root, Snapshot},
};
use anchor_lang::prelude::*;

/// A snapshot attestor says which tree is right: of a snapshot's balances, or of a distribution's
/// entitlements.
///
/// Specification:
/// - The signer is one of the asset's snapshot attestors today. A later vote replaces an earlier one.
/// - A snapshot's leaves add up to its supply; entitlements to no more than the rate makes of it, for no
///   more owners than the snapshot has, and the snapshot is final.
/// - When enough attestors name the same root it is agreed on. A day later it is final, unless an attestor
///   or a proof throws it out.
#[derive(Accounts)]
pub struct VoteRoot {
    pub attestor: Signer,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub snapshot: Account<Snapshot>,
    /// For a vote on its entitlements.
    #[account(mut)]
    pub distribution: Option<Account<Distribution>>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl VoteRoot {
    fn validate(&self, root: &Root, now: i64) -> Result<()> {
        check_ballot(&self.asset, &self.snapshot, &self.distribution)?;
        let Some(distribution) = &self.distribution else {
            return self.snapshot.check_root(root, &self.asset);
        };
        self.snapshot.ballot.check_final(now)?;
        distribution.check_root(root, &self.snapshot)
    }

    pub fn handler(ctx: &mut Context<Self>, hash: [u8; 32], sum: u64, leaf_count: u64, withheld: u64) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        let root = Root { entry: Entry { hash, sum }, leaf_count, withheld };
        a.validate(&root, at)?;
        let (attestor, set) = (*a.attestor.address(), &a.asset.attestors);
        let (address, ballot) = ballot_of(&mut a.snapshot, &mut a.distribution);
        let agree = ballot.vote(&attestor, root, set, at)?;
        let event = RootVoted {
            asset: *a.asset.address(),
            ballot: address,
            attestor,
            root,
            round: ballot.round.into(),
            agree: agree.into(),
            needed: set.in_force(at).1.into(),
            agreed: (ballot.agreed_at != 0).into(),
            at,
        };
        ballot.invariant()?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
