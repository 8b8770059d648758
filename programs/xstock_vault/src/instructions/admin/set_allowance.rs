use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, AllowanceSet},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    seeds,
    state::{check_officer, roles, space_of, Asset, Issuer, Limits, MinterAllowance, Reserve, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer limits what one minter may mint of one asset: per day, ever, and without an approver.
///
/// Specification:
/// - The issuer's authority signs, or an admin; the asset is the issuer's.
/// - A lower limit acts at once and voids a waiting raise. After the asset's first mint, a raise
///   of any limit waits out the asset's change delay; what was used stays used.
/// - A raise asks that the reserve covers what is owed (promise 1), and is refused while a pauser
///   has halted changes.
/// - Limits alone mint nothing: the minter also needs an unexpired role.
/// - The issuer's first allowance makes it live: from then on new roles wait out its timelock, and a
///   handoff that was proposed before is void.
#[derive(Accounts)]
pub struct SetAllowance {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
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
    /// Returns what was covered by what, when a limit is raised.
    fn validate(&self, limits: &Limits, now: i64) -> Result<(u64, u64)> {
        check_officer(&self.issuer, &self.authority, &self.admin_grant, &[roles::ADMIN], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.reserve.check(self.asset.address())?;
        if self.allowance.is_raised_by(limits, now) {
            self.asset.check_changes()?;
            let view = self.reserve.effective(&self.asset, now);
            return Ok((self.asset.check_covered(&view, now)?, view.shares));
        }
        Ok((0, 0))
    }

    pub fn handler(ctx: &mut Context<Self>, limits: Limits) -> Result<()> {
        let at = now()?;
        ctx.accounts.asset.bring_up_to_date(at);
        ctx.accounts.reserve.bring_up_to_date(&ctx.accounts.asset);
        let (obligation, reserve) = ctx.accounts.validate(&limits, at)?;
        let (asset, minter) = (*ctx.accounts.asset.address(), *ctx.accounts.minter.address());
        let loosen_at = ctx.accounts.asset.loosen_at(at);
        let issuer = &mut ctx.accounts.issuer;
        issuer.go_live(at);
        issuer.invariant()?;
        let live_at = issuer.live_at;
        let allowance = &mut ctx.accounts.allowance;
        (allowance.version, allowance.bump) = (ACCOUNT_VERSION, ctx.bumps.allowance);
        (allowance.asset, allowance.minter) = (asset, minter);
        let old_limits = allowance.set(limits, at, loosen_at);
        allowance.invariant()?;
        let event = AllowanceSet {
            asset,
            minter,
            by: *ctx.accounts.authority.address(),
            old_limits,
            limits: allowance.limits,
            pending: allowance.pending,
            pending_from: allowance.pending_from,
            window: allowance.window,
            lifetime_used: allowance.lifetime_used,
            obligation,
            reserve,
            live_at,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
