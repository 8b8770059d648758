use crate::{
    errors::VaultError,
    events::{emit, HaltsChanged},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{halts, roles, Asset, Reserve, RoleGrant},
};
use anchor_lang::prelude::*;

/// An unpauser lifts halts.
///
/// Specification:
/// - The signer holds the unpauser role of the asset's issuer; the pauser role is not enough, so
///   a stolen pauser key can stop things and never start them.
/// - Lifting a halt of minting asks that the reserve covers what is owed (promise 1). Lifting one of
///   looser changes asks nothing: each of them asks by itself, and new custodians may be just what is
///   missing.
/// - The solvency latch is another thing: see `reopen`.
#[derive(Accounts)]
pub struct Resume {
    pub unpauser: Signer,
    pub grant: Account<RoleGrant>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl Resume {
    /// Returns what was covered by what, where that was asked.
    fn validate(&self, functions: u8, now: i64) -> Result<(u64, u64)> {
        self.grant.check(&self.asset.issuer, roles::UNPAUSER, self.unpauser.address(), now)?;
        require_figures!(functions != 0 && functions & !halts::ALL == 0, VaultError::UnknownHalt, functions);
        self.reserve.check(self.asset.address())?;
        if self.asset.halts & functions & halts::MINT != 0 {
            let view = self.reserve.effective(&self.asset, now);
            return Ok((self.asset.check_covered(&view, now)?, view.shares));
        }
        Ok((0, 0))
    }

    pub fn handler(ctx: &mut Context<Self>, functions: u8) -> Result<()> {
        let at = now()?;
        ctx.accounts.asset.bring_up_to_date(at);
        ctx.accounts.reserve.bring_up_to_date(&ctx.accounts.asset);
        let (obligation, reserve) = ctx.accounts.validate(functions, at)?;
        let guardian = *ctx.accounts.unpauser.address();
        let asset = &mut ctx.accounts.asset;
        let old_halts = asset.halts;
        asset.halts &= !functions;
        asset.invariant()?;
        let event = HaltsChanged {
            asset: *asset.address(),
            guardian,
            old_halts: old_halts.into(),
            halts: asset.halts.into(),
            obligation,
            reserve,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
