use crate::{
    errors::VaultError,
    events::{emit, RootRejected},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    math::merkle::{climb, Entry},
    require_figures,
    state::{ballot_of, check_ballot, Asset, Distribution, Snapshot},
};
use anchor_lang::prelude::*;

/// Anyone proves that the sums of an agreed tree do not add up.
///
/// Specification:
/// - The root is agreed on and not final.
/// - A node lies under the root, `level` levels above the leaves, as number `position` there; it is the hash
///   of its children, and its `sum` is not theirs. No leaf below it could ever be proven: the root is thrown out.
#[derive(Accounts)]
pub struct ChallengeSum {
    pub challenger: Signer,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub snapshot: Account<Snapshot>,
    /// For its entitlements.
    #[account(mut)]
    pub distribution: Option<Account<Distribution>>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl ChallengeSum {
    pub fn handler(
        ctx: &mut Context<Self>,
        (level, position): (u8, u64),
        sum: u64,
        [left, right]: [Entry; 2],
        nodes: &[u8],
    ) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        check_ballot(&a.asset, &a.snapshot, &a.distribution)?;
        let by = *a.challenger.address();
        let (address, ballot) = ballot_of(&mut a.snapshot, &mut a.distribution);
        ballot.check_challengeable(at)?;
        let (level, levels) = (u32::from(level), ballot.levels());
        require_figures!((1..=levels).contains(&level), VaultError::BadProof, level, levels);
        let node = Entry { hash: Entry::hash_of(&left, &right), sum };
        let proven = climb(position, &mut [node], levels.saturating_sub(level), nodes)?;
        let (root, round) = (ballot.root, ballot.round.into());
        require_figures!(proven == root.entry, VaultError::WrongRoot, position, proven.sum, root.entry.sum);
        let adds_up = left.sum.checked_add(right.sum) == Some(sum);
        require_figures!(!adds_up, VaultError::NothingWrong, sum, left.sum, right.sum);
        ballot.throw_out();
        let event = RootRejected { asset: *a.asset.address(), ballot: address, by, root, round, reason: 3, at };
        emit(&a.event_authority, event);
        Ok(())
    }
}
