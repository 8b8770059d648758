use crate::{
    errors::VaultError,
    events::{emit, LeafShown, RootRejected},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    math::merkle::{climb, Leaf},
    require_figures,
    state::{ballot_of, check_ballot, Asset, Distribution, Snapshot},
};
use anchor_lang::prelude::*;

/// Anyone proves that an agreed tree names an owner twice, or not in order.
///
/// Specification:
/// - The root is agreed on and not final.
/// - Each call proves one leaf, all the way to the root: two proofs of a large tree do not fit one
///   transaction. When this one and one that was shown before are out of order, neighbours or not, or when it
///   lies beyond the number of leaves that was agreed on, the root is thrown out.
#[derive(Accounts)]
pub struct ChallengeOrder {
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

impl ChallengeOrder {
    pub fn handler(
        ctx: &mut Context<Self>,
        index: u64,
        owner: Address,
        amount: u64,
        withheld: u64,
        nodes: &[u8],
    ) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        check_ballot(&a.asset, &a.snapshot, &a.distribution)?;
        let (asset, by) = (*a.asset.address(), *a.challenger.address());
        let (address, ballot) = ballot_of(&mut a.snapshot, &mut a.distribution);
        ballot.check_challengeable(at)?;
        let leaf = Leaf { index, owner, amount, withheld };
        let proven = climb(index, &mut [leaf.entry(&address)], ballot.levels(), nodes)?;
        require_figures!(proven == ballot.root.entry, VaultError::WrongRoot, index, proven.sum, ballot.root.entry.sum);
        let (root, round) = (ballot.root, ballot.round.into());
        if ballot.show(&by, &leaf) {
            ballot.throw_out();
            emit(&a.event_authority, RootRejected { asset, ballot: address, by, root, round, reason: 2, at });
        } else {
            emit(&a.event_authority, LeafShown { asset, ballot: address, challenger: by, owner, index, at });
        }
        Ok(())
    }
}
