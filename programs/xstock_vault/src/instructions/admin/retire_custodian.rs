use crate::{
    errors::VaultError,
    events::{emit, CustodianRetired},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{roles, Asset, Reserve, RoleGrant},
    token2022::supply,
};
use anchor_lang::{address_eq, prelude::*};

/// An attestor manager retires a slot at once: its keys and its figure count for nothing.
///
/// Specification:
/// - The signer holds the attestor manager role of the asset's issuer.
/// - Bad news is never refused: if what remains does not cover the obligation, the solvency
///   latch is set.
/// - The slot's epochs are gone for ever; a new registration gets a new one.
#[derive(Accounts)]
pub struct RetireCustodian {
    pub manager: Signer,
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

impl RetireCustodian {
    fn validate(&self, now: i64) -> Result<()> {
        self.grant.check(&self.asset.issuer, roles::ATTESTOR_MANAGER, self.manager.address(), now)?;
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, slot: u8) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let supply = supply(&ctx.accounts.mint)?;
        let (asset, reserve) = (&mut ctx.accounts.asset, &mut ctx.accounts.reserve);
        let burned_outside = asset.observe_supply(supply, at)?;
        reserve.bring_up_to_date(asset);
        let reserve_before = reserve.last_figures(asset).shares;
        let old = reserve.retire(slot)?;
        let view = reserve.last_figures(asset);
        let fresh = reserve.effective(asset, at);
        let obligation = asset.latch_if_short(&view, &fresh, at);
        asset.invariant()?;
        reserve.invariant(slot)?;
        let event = CustodianRetired {
            asset: *asset.address(),
            manager: *ctx.accounts.manager.address(),
            slot,
            latched: asset.latched,
            _pad: [0; 2],
            epoch: old.signers.epoch,
            custodian_id: old.custodian_id,
            _pad1: [0; 4],
            settled: old.settled,
            in_transit: old.in_transit,
            supply,
            burned_outside,
            multiplier: asset.multiplier_at(at),
            obligation,
            reserve_before,
            reserve: view.shares,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
