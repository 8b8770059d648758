// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, IssuerCreated},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    require_figures, seeds,
    state::{space_of, Issuer},
};
use anchor_lang::prelude::*;

/// Anyone becomes an issuer, for themselves.
///
/// Specification:
/// - The authority signs, so nobody can be made an issuer by somebody else.
/// - The id is the caller's choice; a taken one fails, so squatting costs a retry and no more.
/// - The genesis hash is kept as given: a program cannot see its cluster. The SDK refuses an
///   issuer whose hash differs from the RPC's, and signers never take it from here.
/// - The timelock lies between one and thirty days and never changes: a stolen key cannot first
///   shorten it. It counts from the issuer's first allowance on, so that setting up waits for nothing.
#[derive(Accounts)]
#[instruction(id: u64)]
pub struct CreateIssuer {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub authority: Signer,
    #[account(
        init, payer = payer, space = space_of::<Issuer>(),
        seeds = [seeds::ISSUER, &id.to_le_bytes()], bump
    )]
    pub issuer: Account<Issuer>,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CreateIssuer {
    fn validate(&self, name: &[u8; 32], timelock_s: i64) -> Result<()> {
        let length = name.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
        let clean = name.iter().take(length).all(|byte| *byte != 0);
        require_figures!(length != 0 && clean, VaultError::BadText, length, 32);
        Issuer::check_timelock(timelock_s)
    }

    pub fn handler(
        ctx: &mut Context<Self>,
        id: u64,
        name: [u8; 32],
        genesis_hash: [u8; 32],
        timelock_s: i64,
    ) -> Result<()> {
        ctx.accounts.validate(&name, timelock_s)?;
        let at = now()?;
        let authority = *ctx.accounts.authority.address();
        let issuer = &mut ctx.accounts.issuer;
        issuer.version = ACCOUNT_VERSION;
        issuer.bump = ctx.bumps.issuer;
        issuer.id = id;
        issuer.authority = authority;
        issuer.name = name;
        issuer.genesis_hash = genesis_hash;
        (issuer.timelock_s, issuer.created_at) = (timelock_s, at);
        issuer.invariant()?;
        let event = IssuerCreated { issuer: *issuer.address(), id, authority, name, genesis_hash, timelock_s, at };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
