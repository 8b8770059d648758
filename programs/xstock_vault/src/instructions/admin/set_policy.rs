use crate::{
    errors::VaultError,
    events::{emit, PolicySet},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{check_officer, fields, roles, Asset, Issuer, Policy, PolicyArgs, Reserve, RoleGrant},
    token2022::supply,
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer changes an asset's policy: what is tighter acts at once, what is looser is queued.
///
/// Specification:
/// - The issuer's authority signs, or an admin; at least one field is named, and only named ones
///   change. All values lie within the compiled-in bounds.
/// - Tighter fields act now. That is never refused: if promise 1 is then false, the solvency latch
///   is set.
/// - Looser fields wait in public, in the asset itself: for the change delay in force now, after the
///   first mint. Anyone may apply them then (`apply_policy`), for 14 days.
/// - A new queue replaces an old one. A field that is named again without being looser leaves the
///   queue, so that a tightening voids what waits.
/// - Queueing is refused while a pauser has halted changes; tightening never is.
#[derive(Accounts)]
pub struct SetPolicy {
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl SetPolicy {
    fn validate(&self, named: u32, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.authority, &self.admin_grant, &[roles::ADMIN], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        require_figures!(named != 0 && named & !fields::ALL == 0, VaultError::UnknownPolicyField, named);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, named: u32, values: PolicyArgs) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(named, at)?;
        let mut event = PolicySet { supply: supply(&a.mint)?, named, at, ..bytemuck::Zeroable::zeroed() };
        event.burned_outside = a.asset.observe_supply(event.supply, at)?;
        a.reserve.bring_up_to_date(&a.asset);
        event.old_policy = a.asset.policy;
        (event.tighter, event.looser) = a.asset.set_policy(named, &Policy::from(values), at)?;
        if event.looser != 0 {
            a.asset.check_changes()?;
        }
        let last = a.reserve.last_figures(&a.asset);
        let fresh = a.reserve.effective(&a.asset, at);
        event.obligation = a.asset.latch_if_short(&last, &fresh, at);
        a.asset.invariant()?;
        (event.asset, event.by) = (*a.asset.address(), *a.authority.address());
        (event.policy, event.queued) = (a.asset.policy, a.asset.queued_policy);
        (event.latched, event.mint_window) = (a.asset.latched.into(), a.asset.mint_window);
        (event.multiplier, event.reserve) = (a.asset.multiplier_at(at), last.shares);
        emit(&a.event_authority, event);
        Ok(())
    }
}
