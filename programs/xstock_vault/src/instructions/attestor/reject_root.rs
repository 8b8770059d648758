use crate::{
    events::{emit, RootRejected},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{ballot_of, check_ballot, Asset, Distribution, Snapshot},
};
use anchor_lang::prelude::*;

/// A snapshot attestor throws an agreed root out: it computed another one.
///
/// Specification:
/// - The signer is one of the asset's snapshot attestors today.
/// - The root is agreed on and not final. All votes are forgotten, and attestors may vote again.
/// - Each attestor may do it once a tree: a hostile one delays a dividend, and does not stop it.
#[derive(Accounts)]
pub struct RejectRoot {
    pub attestor: Signer,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub snapshot: Account<Snapshot>,
    /// For its entitlements.
    #[account(mut)]
    pub distribution: Option<Account<Distribution>>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RejectRoot {
    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        check_ballot(&a.asset, &a.snapshot, &a.distribution)?;
        let (address, ballot) = ballot_of(&mut a.snapshot, &mut a.distribution);
        let (by, root, round) = (*a.attestor.address(), ballot.root, ballot.round.into());
        ballot.reject(&by, &a.asset.attestors, at)?;
        ballot.invariant()?;
        let event = RootRejected { asset: *a.asset.address(), ballot: address, by, root, round, reason: 1, at };
        emit(&a.event_authority, event);
        Ok(())
    }
}
