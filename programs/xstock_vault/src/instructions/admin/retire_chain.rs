use crate::{
    events::{emit, ChainRetired},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{roles, Asset, Reserve, RoleGrant},
};
use anchor_lang::prelude::*;

/// An attestor manager forgets a chain on which nothing can be owed.
///
/// Specification:
/// - The signer holds the attestor manager role of the asset's issuer.
/// - The chain's cap is zero, nothing is on its way there, and its last report is fresh and says
///   zero, or it never reported. So the obligation stays what it is.
/// - After the asset's first mint it takes two calls: the first names the time, a change delay away,
///   and the second, within 14 days of it, retires the slot if a report of that time or later still
///   says zero. A pauser can cancel in between, and a report above zero does.
/// - Refused while a pauser has halted changes.
#[derive(Accounts)]
pub struct RetireChain {
    pub manager: Signer,
    pub grant: Account<RoleGrant>,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RetireChain {
    fn validate(&self, slot: u8, now: i64) -> Result<()> {
        self.grant.check(&self.asset.issuer, roles::ATTESTOR_MANAGER, self.manager.address(), now)?;
        self.asset.check_changes()?;
        self.reserve.check(self.asset.address())?;
        let not_before = now.saturating_sub(self.asset.policy.chain_max_age_s);
        self.reserve.chain(slot)?.check_unused(slot, self.asset.open_requests, not_before, now)
    }

    pub fn handler(ctx: &mut Context<Self>, slot: u8) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(slot, at)?;
        let loosen_at = ctx.accounts.asset.loosen_at(at);
        let reserve = &mut ctx.accounts.reserve;
        let chain = reserve.chain_mut(slot)?;
        let retired = chain.may_retire(at, loosen_at)?;
        let old = *chain;
        if retired {
            *chain = bytemuck::Zeroable::zeroed();
        }
        reserve.chain_invariant(slot)?;
        let event = ChainRetired {
            asset: reserve.asset,
            manager: *ctx.accounts.manager.address(),
            slot: slot.into(),
            retired: retired.into(),
            retire_from: old.retire_from,
            chain: old.chain,
            token_hash: old.token_hash,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
