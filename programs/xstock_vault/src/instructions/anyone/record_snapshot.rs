// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, SnapshotRecorded},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::clock,
    require_figures, seeds,
    state::{space_of, Asset, CorporateAction, Snapshot},
    token2022::supply,
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone takes the snapshot of a cash dividend: the balances at the end of this very slot count.
///
/// Specification:
/// - The record time of the action has come, an hour ago at most. It has no snapshot yet.
/// - For the rest of the slot the program mints and burns nothing, so that the supply stays what is
///   recorded here, but for what owners burn by themselves.
/// - The asset has snapshot attestors.
#[derive(Accounts)]
#[instruction(number: u32)]
pub struct RecordSnapshot {
    #[account(unsafe(dup))]
    pub payer: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub action: Account<CorporateAction>,
    #[account(
        init, payer = payer, space = space_of::<Snapshot>(),
        seeds = [seeds::SNAPSHOT, asset.address().as_ref(), &number.to_le_bytes()], bump
    )]
    pub snapshot: Account<Snapshot>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RecordSnapshot {
    fn validate(&self, number: u32, now: i64) -> Result<()> {
        let asset = &self.asset;
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        self.action.check(asset.address())?;
        require_figures!(number == asset.snapshots, VaultError::WrongActionNumber, number, asset.snapshots);
        asset.attestors.check_exists(now)?;
        self.action.check_record(now)
    }

    pub fn handler(ctx: &mut Context<Self>, number: u32) -> Result<()> {
        let (slot, at) = clock()?;
        let a = &mut ctx.accounts;
        a.validate(number, at)?;
        let supply = supply(&a.mint)?;
        a.asset.observe_supply(supply, at)?;
        require!(supply != 0, VaultError::ZeroAmount);
        (a.asset.snapshot_slot, a.asset.snapshots) = (slot, number.checked_add(1).ok_or(VaultError::Overflow)?);
        a.action.snapshot = number;
        let asset = *a.asset.address();
        let snapshot = &mut a.snapshot;
        (snapshot.version, snapshot.bump, snapshot.number) = (ACCOUNT_VERSION, ctx.bumps.snapshot, number);
        (snapshot.asset, snapshot.action, snapshot.slot) = (asset, a.action.number, slot);
        (snapshot.supply, snapshot.burned_outside) = (supply, a.asset.burned_outside);
        (snapshot.multiplier, snapshot.basis) = (a.asset.multiplier_at(at), a.asset.basis);
        snapshot.recorded_at = at;
        snapshot.invariant()?;
        a.action.invariant()?;
        a.asset.invariant()?;
        let event = SnapshotRecorded {
            asset,
            snapshot: *a.snapshot.address(),
            number: number.into(),
            action: a.action.number.into(),
            slot,
            supply,
            burned_outside: a.asset.burned_outside,
            multiplier: a.snapshot.multiplier,
            basis: a.snapshot.basis.into(),
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
