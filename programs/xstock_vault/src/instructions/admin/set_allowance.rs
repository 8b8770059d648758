use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, AllowanceSet},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    seeds,
    state::{space_of, Asset, Issuer, MinterAllowance, Reserve},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer limits what one minter may mint of one asset: per day, and ever.
///
/// Specification:
/// - The issuer's authority signs; the asset is the issuer's.
/// - A lower limit acts at once and voids a waiting raise. After the asset's first mint, a raise
///   of either limit waits out the asset's change delay; what was used stays used.
/// - A raise asks that the reserve covers what is owed (promise 1).
/// - Limits alone mint nothing: the minter also needs an unexpired role.
#[derive(Accounts)]
pub struct SetAllowance {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub authority: Signer,
    pub issuer: Account<Issuer>,
    pub asset: Account<Asset>,
    pub reserve: Account<Reserve>,
    /// CHECK: any key or multisig address
    pub minter: UncheckedAccount,
    #[account(
        init_if_needed, payer = payer, space = space_of::<MinterAllowance>(),
        seeds = [seeds::MINTER, asset.address().as_ref(), minter.address().as_ref()], bump
    )]
    pub allowance: Account<MinterAllowance>,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl SetAllowance {
    fn validate(&self, window_limit: u64, lifetime_cap: u64, now: i64) -> Result<()> {
        require!(address_eq(self.authority.address(), &self.issuer.authority), VaultError::NotAuthority);
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.reserve.check(self.asset.address())?;
        if self.allowance.is_raised_by(window_limit, lifetime_cap, now) {
            self.asset.check_covered(&self.reserve.effective(&self.asset, now), now)?;
        }
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, window_limit: u64, lifetime_cap: u64) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(window_limit, lifetime_cap, at)?;
        let (asset, minter) = (*ctx.accounts.asset.address(), *ctx.accounts.minter.address());
        let loosen_at = ctx.accounts.asset.loosen_at(at);
        let allowance = &mut ctx.accounts.allowance;
        (allowance.version, allowance.bump) = (ACCOUNT_VERSION, ctx.bumps.allowance);
        (allowance.asset, allowance.minter) = (asset, minter);
        let (old_window_limit, old_lifetime_cap) = allowance.set(window_limit, lifetime_cap, at, loosen_at);
        allowance.invariant()?;
        let event = AllowanceSet {
            asset,
            minter,
            old_window_limit,
            old_lifetime_cap,
            window_limit: allowance.window_limit,
            lifetime_cap: allowance.lifetime_cap,
            pending_window_limit: allowance.pending_window_limit,
            pending_lifetime_cap: allowance.pending_lifetime_cap,
            pending_from: allowance.pending_from,
            window_used: allowance.window_used,
            lifetime_used: allowance.lifetime_used,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
