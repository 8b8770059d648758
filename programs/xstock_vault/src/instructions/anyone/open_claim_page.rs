// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, ClaimPageOpened},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    math::merkle::{climb, Entry, PAGE_LEVELS},
    require_figures, seeds,
    state::{space_of, ClaimPage, Distribution},
};
use anchor_lang::prelude::*;

/// Anyone opens a page of 4,096 entitlements: its subtree is proven once, for all claims in it.
///
/// Specification:
/// - The entitlements are final, and claims are not closed. The page lies under their root.
/// - A page opens once, with no bit set; an open page is an error. Whoever pays its rent is remembered.
#[derive(Accounts)]
#[instruction(page: u32)]
pub struct OpenClaimPage {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub distribution: Account<Distribution>,
    #[account(
        init, payer = payer, space = space_of::<ClaimPage>(),
        seeds = [seeds::CLAIMS, distribution.address().as_ref(), &page.to_le_bytes()], bump
    )]
    pub claims: Account<ClaimPage>,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl OpenClaimPage {
    fn validate(&self, page: u32, entry: Entry, nodes: &[u8], now: i64) -> Result<()> {
        let (ballot, until) = (&self.distribution.ballot, self.distribution.claim_until);
        ballot.check_final(now)?;
        require_figures!(now <= until, VaultError::ClaimsClosed, until, now);
        let above = ballot.levels().saturating_sub(PAGE_LEVELS);
        let root = climb(page.into(), &mut [entry], above, nodes)?;
        let expected = &ballot.root.entry;
        require_figures!(entry != Entry::EMPTY, VaultError::WrongRoot, page, 0, expected.sum);
        require_figures!(root == *expected, VaultError::WrongRoot, page, root.sum, expected.sum);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, page: u32, entry: Entry, nodes: &[u8]) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(page, entry, nodes, at)?;
        let (distribution, payer) = (*ctx.accounts.distribution.address(), *ctx.accounts.payer.address());
        let claims = &mut ctx.accounts.claims;
        (claims.version, claims.bump, claims.page) = (ACCOUNT_VERSION, ctx.bumps.claims, page);
        (claims.distribution, claims.rent_payer, claims.entry) = (distribution, payer, entry);
        claims.invariant()?;
        let event = ClaimPageOpened {
            asset: ctx.accounts.distribution.asset,
            distribution,
            rent_payer: payer,
            page: page.into(),
            entry,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
