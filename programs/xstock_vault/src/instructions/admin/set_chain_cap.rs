use crate::{
    constants::MAX_REPORTED_SHARES,
    errors::VaultError,
    events::{emit, ChainCapSet},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{check_officer, roles, Asset, Issuer, Reserve, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer says how many shares may exist on another chain at most.
///
/// Specification:
/// - The issuer's authority signs, or an admin; the slot holds a chain.
/// - A higher cap acts at once, but only if the reserve covers what is owed with every chain at the
///   larger of its cap and its last report (promise 1): the room is there before it is used.
/// - A lower cap makes a silent chain weigh less, and such a chain may have issued up to the old one:
///   after the first mint the lower cap waits out the change delay, and then for a report of that
///   time or later. Either voids a waiting one.
/// - Refused while a pauser has halted changes.
#[derive(Accounts)]
pub struct SetChainCap {
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl SetChainCap {
    fn validate(&self, slot: u8, cap: u64, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.authority, &self.admin_grant, &[roles::ADMIN], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.asset.check_changes()?;
        self.reserve.check(self.asset.address())?;
        require_figures!(self.reserve.chain(slot)?.active == 1, VaultError::SlotEmpty, slot);
        require_figures!(cap <= MAX_REPORTED_SHARES, VaultError::FigureTooLarge, cap, MAX_REPORTED_SHARES);
        Ok(())
    }

    /// What is owed if this chain used its whole new cap, and the reserve against it.
    fn check_room(&self, slot: u8, cap: u64, now: i64) -> Result<(u64, u64)> {
        let mut view = self.reserve.effective(&self.asset, now);
        view.foreign = self.reserve.foreign_at_cap(slot, cap);
        Ok((self.asset.check_covered(&view, now)?, view.shares))
    }

    pub fn handler(ctx: &mut Context<Self>, slot: u8, cap: u64) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(slot, cap, at)?;
        a.asset.bring_up_to_date(at);
        a.reserve.bring_up_to_date(&a.asset);
        let raised = cap > a.reserve.chain(slot)?.cap;
        let (obligation, reserve) = if raised { a.check_room(slot, cap, at)? } else { (0, 0) };
        let loosen_at = a.asset.loosen_at(at);
        let chain = a.reserve.chain_mut(slot)?;
        let old_cap = chain.set_cap(cap, at, loosen_at);
        let event = ChainCapSet {
            asset: *a.asset.address(),
            by: *a.authority.address(),
            slot: slot.into(),
            old_cap,
            cap: chain.cap,
            next_cap: chain.next_cap,
            next_cap_from: chain.next_cap_from,
            obligation,
            reserve,
            at,
        };
        a.reserve.chain_invariant(slot)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
