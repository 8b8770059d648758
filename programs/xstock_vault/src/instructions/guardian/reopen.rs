use crate::{
    errors::VaultError,
    events::{emit, AssetReopened},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{roles, Asset, Reserve, RoleGrant},
    token2022::supply,
};
use anchor_lang::{address_eq, prelude::*};

/// An unpauser opens the solvency latch once the reserve covers the obligation again.
///
/// Specification:
/// - The signer holds the unpauser role of the asset's issuer.
/// - Judged by fresh reports with quorum, like a mint: opening is a loosening (promise 1).
#[derive(Accounts)]
pub struct Reopen {
    pub unpauser: Signer,
    pub grant: Account<RoleGrant>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl Reopen {
    fn validate(&self, now: i64) -> Result<()> {
        self.grant.check(&self.asset.issuer, roles::UNPAUSER, self.unpauser.address(), now)?;
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        require!(self.asset.latched != 0, VaultError::NotLatched);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let supply = supply(&ctx.accounts.mint)?;
        let (asset, reserve) = (&mut ctx.accounts.asset, &mut ctx.accounts.reserve);
        let burned_outside = asset.observe_supply(supply, at)?;
        reserve.bring_up_to_date(asset);
        let view = reserve.effective(asset, at);
        let obligation = asset.check_backed(&view, at)?;
        let latched_at = asset.latched_at;
        (asset.latched, asset.latched_at) = (0, 0);
        asset.invariant()?;
        let event = AssetReopened {
            asset: *asset.address(),
            guardian: *ctx.accounts.unpauser.address(),
            latched_at,
            supply,
            burned_outside,
            multiplier: asset.multiplier_at(at),
            obligation,
            reserve: view.shares,
            custodians: view.custodians.into(),
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
