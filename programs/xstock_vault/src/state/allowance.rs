use super::{plus, rule};
use crate::{errors::VaultError, math::window::WindowUsage, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// What limits one minter of one asset. Raw units.
#[repr(C)]
#[derive(
    Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable, AnchorSerialize, AnchorDeserialize, IdlType,
)]
pub struct Limits {
    /// In 24 hours; usage decays linearly.
    pub window_limit: u64,
    /// Over the allowance's whole life.
    pub lifetime_cap: u64,
    /// A mint that takes the window's usage above it needs an approver too: zero for every mint.
    pub approver_threshold: u64,
}

/// How much one minter may mint of one asset. Seeds: `minter`, asset, minter. Never closes,
/// so that its usage cannot be forgotten.
#[account]
pub struct MinterAllowance {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    pub asset: Address,
    pub minter: Address,
    pub limits: Limits,
    /// Raised limits that act from `pending_from` on; zero when nothing waits.
    pub pending: Limits,
    pub pending_from: i64,
    pub window: WindowUsage,
    pub lifetime_used: u64,
    pub reserved: [u8; 64],
}

impl Limits {
    fn looser_than(&self, other: &Limits) -> bool {
        self.window_limit > other.window_limit
            || self.lifetime_cap > other.lifetime_cap
            || self.approver_threshold > other.approver_threshold
    }

    fn tightest(&self, other: &Limits) -> Limits {
        Limits {
            window_limit: self.window_limit.min(other.window_limit),
            lifetime_cap: self.lifetime_cap.min(other.lifetime_cap),
            approver_threshold: self.approver_threshold.min(other.approver_threshold),
        }
    }

    const NONE: Limits = Limits { window_limit: 0, lifetime_cap: 0, approver_threshold: 0 };
}

impl MinterAllowance {
    pub fn check(&self, asset: &Address, minter: &Address) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        require!(address_eq(&self.minter, minter), VaultError::WrongMinter);
        Ok(())
    }

    /// The limits at `now`, a matured raise included.
    fn in_force(&self, now: i64) -> &Limits {
        if self.pending_from != 0 && now >= self.pending_from {
            &self.pending
        } else {
            &self.limits
        }
    }

    /// Whether any limit would become looser than the one in force at `now`.
    pub fn is_raised_by(&self, limits: &Limits, now: i64) -> bool {
        limits.looser_than(self.in_force(now))
    }

    /// Sets new limits. What tightens acts at once and voids a waiting change; what loosens
    /// any limit waits until `loosen_at` (which is `now` before the asset's first mint).
    /// Returns the limits that were in force before.
    pub fn set(&mut self, limits: Limits, now: i64, loosen_at: i64) -> Limits {
        self.bring_up_to_date(now);
        let before = self.limits;
        let raised = limits.looser_than(&before);
        self.limits = before.tightest(&limits);
        (self.pending, self.pending_from) = if raised { (limits, loosen_at) } else { (Limits::NONE, 0) };
        self.apply_matured(now);
        before
    }

    /// Drops a raise that waits, or refuses when none does.
    pub fn cancel(&mut self, now: i64) -> Result<Limits> {
        require_figures!(self.pending_from > now, VaultError::NothingQueued, self.pending_from, now);
        let dropped = self.pending;
        (self.pending, self.pending_from) = (Limits::NONE, 0);
        Ok(dropped)
    }

    /// Uses `amount` raw units up, or refuses.
    pub fn spend(&mut self, amount: u64, approved: bool, now: i64) -> Result<()> {
        self.bring_up_to_date(now);
        let limits = &self.limits;
        let left = self.window.left(limits.window_limit);
        require_figures!(amount <= left, VaultError::WindowExceeded, amount, left, limits.window_limit);
        let left = limits.lifetime_cap.saturating_sub(self.lifetime_used);
        require_figures!(amount <= left, VaultError::LifetimeCapExceeded, amount, left, limits.lifetime_cap);
        let used = plus(self.window.used, amount)?;
        require_figures!(
            approved || used <= limits.approver_threshold,
            VaultError::ApproverNeeded,
            amount,
            used,
            limits.approver_threshold
        );
        self.window.used = used;
        self.lifetime_used = plus(self.lifetime_used, amount)?;
        Ok(())
    }

    fn bring_up_to_date(&mut self, now: i64) {
        // the waiting limits begin at their time, whenever somebody looks
        if self.pending_from != 0 && now >= self.pending_from {
            self.window.bring_up_to_date(self.limits.window_limit, self.pending_from);
        }
        self.apply_matured(now);
        self.window.bring_up_to_date(self.limits.window_limit, now);
    }

    fn apply_matured(&mut self, now: i64) {
        if self.pending_from != 0 && now >= self.pending_from {
            self.limits = self.pending;
            (self.pending, self.pending_from) = (Limits::NONE, 0);
        }
    }

    /// Must be called at the end of every instruction that wrote the allowance.
    pub fn invariant(&self) -> Result<()> {
        rule(40, (self.pending_from == 0) == (self.pending == Limits::NONE))
    }
}
