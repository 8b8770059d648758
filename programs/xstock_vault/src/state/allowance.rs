use super::{plus, rule};
use crate::{constants::ALLOWANCE_WINDOW_S, errors::VaultError, math::window::decayed, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// How much one minter may mint of one asset. Seeds: `minter`, asset, minter. Never closes,
/// so that its usage cannot be forgotten.
#[account]
pub struct MinterAllowance {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    pub asset: Address,
    pub minter: Address,
    /// Raw units per 24 hours; usage decays linearly.
    pub window_limit: u64,
    /// Raw units over the allowance's whole life.
    pub lifetime_cap: u64,
    pub window_used: u64,
    pub lifetime_used: u64,
    /// When `window_used` was last brought up to date, unix seconds.
    pub window_at: i64,
    /// Raised limits that act from `pending_from` on; zero when nothing waits.
    pub pending_window_limit: u64,
    pub pending_lifetime_cap: u64,
    pub pending_from: i64,
    /// Reserved: above it a second key must sign.
    pub approver_threshold: u64,
    pub reserved: [u8; 64],
}

impl MinterAllowance {
    pub fn check(&self, asset: &Address, minter: &Address) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        require!(address_eq(&self.minter, minter), VaultError::WrongMinter);
        Ok(())
    }

    /// Whether either limit would rise above the one in force at `now`, a matured raise included.
    pub fn is_raised_by(&self, window_limit: u64, lifetime_cap: u64, now: i64) -> bool {
        let matured = self.pending_from != 0 && now >= self.pending_from;
        let (window_in_force, cap_in_force) = if matured {
            (self.pending_window_limit, self.pending_lifetime_cap)
        } else {
            (self.window_limit, self.lifetime_cap)
        };
        window_limit > window_in_force || lifetime_cap > cap_in_force
    }

    /// Sets new limits. What tightens acts at once and voids a waiting change; what loosens
    /// either limit waits until `loosen_at` (which is `now` before the asset's first mint).
    /// Returns the limits that were in force before.
    pub fn set(&mut self, window_limit: u64, lifetime_cap: u64, now: i64, loosen_at: i64) -> (u64, u64) {
        self.bring_up_to_date(now);
        let before = (self.window_limit, self.lifetime_cap);
        let raised = self.is_raised_by(window_limit, lifetime_cap, now);
        self.window_limit = self.window_limit.min(window_limit);
        self.lifetime_cap = self.lifetime_cap.min(lifetime_cap);
        (self.pending_window_limit, self.pending_lifetime_cap, self.pending_from) =
            if raised { (window_limit, lifetime_cap, loosen_at) } else { (0, 0, 0) };
        self.apply_matured(now);
        before
    }

    /// Uses `amount` raw units up, or refuses.
    pub fn spend(&mut self, amount: u64, now: i64) -> Result<()> {
        self.bring_up_to_date(now);
        let left = self.window_limit.saturating_sub(self.window_used);
        require_figures!(amount <= left, VaultError::WindowExceeded, amount, left, self.window_limit);
        let left = self.lifetime_cap.saturating_sub(self.lifetime_used);
        require_figures!(amount <= left, VaultError::LifetimeCapExceeded, amount, left, self.lifetime_cap);
        self.window_used = plus(self.window_used, amount)?;
        self.lifetime_used = plus(self.lifetime_used, amount)?;
        Ok(())
    }

    fn bring_up_to_date(&mut self, now: i64) {
        // decay at the old limit first: a higher limit must not free what it did not allow
        let elapsed = now.saturating_sub(self.window_at);
        self.window_used = decayed(self.window_used, self.window_limit, elapsed, ALLOWANCE_WINDOW_S);
        self.window_at = self.window_at.max(now);
        self.apply_matured(now);
    }

    fn apply_matured(&mut self, now: i64) {
        if self.pending_from != 0 && now >= self.pending_from {
            self.window_limit = self.pending_window_limit;
            self.lifetime_cap = self.pending_lifetime_cap;
            (self.pending_window_limit, self.pending_lifetime_cap, self.pending_from) = (0, 0, 0);
        }
    }

    /// Must be called at the end of every instruction that wrote the allowance.
    pub fn invariant(&self) -> Result<()> {
        rule(40, (self.pending_from == 0) == (self.pending_window_limit == 0 && self.pending_lifetime_cap == 0))
    }
}
