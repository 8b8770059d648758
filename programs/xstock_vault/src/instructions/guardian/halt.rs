use crate::{
    errors::VaultError,
    events::{emit, HaltsChanged},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{halts, roles, Asset, RoleGrant},
};
use anchor_lang::prelude::*;

/// A pauser stops minting, new redemption requests, looser changes, or all of these, at once.
///
/// Specification:
/// - The signer holds the pauser role of the asset's issuer.
/// - Only adds halts. Nothing halts cancelling, settling, attesting or checking.
#[derive(Accounts)]
pub struct Halt {
    pub pauser: Signer,
    pub grant: Account<RoleGrant>,
    #[account(mut)]
    pub asset: Account<Asset>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl Halt {
    fn validate(&self, functions: u8, now: i64) -> Result<()> {
        self.grant.check(&self.asset.issuer, roles::PAUSER, self.pauser.address(), now)?;
        require_figures!(functions != 0 && functions & !halts::ALL == 0, VaultError::UnknownHalt, functions);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, functions: u8) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(functions, at)?;
        let guardian = *ctx.accounts.pauser.address();
        let asset = &mut ctx.accounts.asset;
        let old_halts = asset.halts;
        asset.halts |= functions;
        asset.invariant()?;
        let event = HaltsChanged {
            asset: *asset.address(),
            guardian,
            old_halts: old_halts.into(),
            halts: asset.halts.into(),
            obligation: 0,
            reserve: 0,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
