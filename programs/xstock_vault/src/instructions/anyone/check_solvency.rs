use crate::{
    errors::VaultError,
    events::{emit, SolvencyChecked},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{Asset, Reserve},
    token2022::supply,
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone compares the obligation with the last reported figures, and latches minting off when
/// it is larger.
///
/// Specification:
/// - No signer, no role, no halt: it can always be called.
/// - Figures count without age, so that silence alone never latches; staleness already blocks
///   every mint.
/// - It also takes note of burns from outside the program, and puts a split whose time has come into
///   the figures.
#[derive(Accounts)]
pub struct CheckSolvency {
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CheckSolvency {
    fn validate(&self) -> Result<()> {
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        ctx.accounts.validate()?;
        let at = now()?;
        let supply = supply(&ctx.accounts.mint)?;
        let (asset, reserve) = (&mut ctx.accounts.asset, &mut ctx.accounts.reserve);
        let burned_outside = asset.observe_supply(supply, at)?;
        reserve.bring_up_to_date(asset);
        let latched_before = asset.latched;
        let last = reserve.last_figures(asset);
        let fresh = reserve.effective(asset, at);
        let obligation = asset.latch_if_short(&last, &fresh, at);
        asset.invariant()?;
        let event = SolvencyChecked {
            asset: *asset.address(),
            supply,
            burned_outside,
            multiplier: asset.multiplier_at(at),
            obligation,
            released: asset.released_since(fresh.oldest_as_of),
            foreign: last.foreign,
            last_reserve: last.shares,
            reserve: fresh.shares,
            custodians: fresh.custodians.into(),
            latched_before: latched_before.into(),
            latched: asset.latched.into(),
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
