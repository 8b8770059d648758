use super::{minus, plus, rule, Asset, RedemptionRequest};
use crate::{
    constants::{BPS, CHANGE_LIFE_S, MIN_BOND_COVERAGE_BPS},
    errors::VaultError,
    math::payment::{affordable_rate, penalty, required_bond},
    require_figures,
};
use anchor_lang::prelude::*;

/// A withdrawal of the bond that waits in public.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct BondExit {
    /// Base units of the payment mint; zero when nothing waits.
    pub amount: u64,
    /// It may be made from here, unix seconds, ...
    pub ready_at: i64,
    /// ... to here; after that it is void.
    pub expires_at: i64,
    /// The token account that gets it.
    pub destination: Address,
}

impl Asset {
    /// Refuses while the asset has no payment mint.
    pub fn check_bond_open(&self) -> Result<()> {
        require!(self.payment_mint != Address::default(), VaultError::NoBond);
        Ok(())
    }

    /// Refuses to change the payment mint while anybody may be owed in the old one, and to one of
    /// other decimals: rates and caps of the policy are in base units.
    pub fn check_bond_opens(&self, decimals: u8, now: i64) -> Result<()> {
        if self.payment_mint == Address::default() {
            return Ok(());
        }
        // a coin that does not move any more is given up like a withdrawal of everything
        let exit = &self.bond_exit;
        let given_up = exit.amount == u64::MAX && now >= exit.ready_at && now <= exit.expires_at;
        require_figures!(
            (self.bond == 0 || given_up) && self.open_requests == 0 && self.payment_decimals == decimals,
            VaultError::BondInUse,
            self.bond,
            self.open_requests,
            self.payment_decimals,
            decimals
        );
        Ok(())
    }

    /// Refuses to mint while the bond could not pay the penalty of the policy's part of the supply.
    /// What waits to leave is gone already. Returns what there is and what is needed.
    pub fn check_bonded(&self, now: i64) -> Result<(u64, u64)> {
        let leaving = if now <= self.bond_exit.expires_at { self.bond_exit.amount } else { 0 };
        let stays = self.bond.saturating_sub(leaving);
        let needed = required_bond(self.known_supply, self.policy.bond_coverage_bps, self.policy.penalty_rate);
        require_figures!(stays >= needed, VaultError::UnderBonded, stays, needed);
        Ok((stays, needed))
    }

    /// The most that a request of `raw` units may get per whole token, when its holder may reserve
    /// `allowed` base units. Never more than the bond could pay for each token of the smallest part of
    /// the supply that it must cover: or a thief that raises the policy's rate takes it all with dust.
    pub fn penalty_rate_for(&self, raw: u64, allowed: u64) -> u64 {
        const PARTS: u64 = BPS / MIN_BOND_COVERAGE_BPS as u64;
        let part = self.known_supply.div_ceil(PARTS);
        let limit = affordable_rate(part, self.policy.penalty_rate, self.bond);
        affordable_rate(raw, limit, allowed)
    }

    /// What of that the bond can still reserve.
    pub fn free_rate_for(&self, raw: u64, rate: u64) -> u64 {
        affordable_rate(raw, rate, self.bond.saturating_sub(self.bond_reserved))
    }

    /// Refuses when the bond has not got it free: what a request has shown is what it gets.
    pub fn check_penalty_free(&self, amount: u64) -> Result<()> {
        let free = self.bond.saturating_sub(self.bond_reserved);
        require_figures!(amount <= free, VaultError::UnderBonded, free, amount);
        Ok(())
    }

    pub fn reserve_penalty(&mut self, amount: u64) -> Result<()> {
        self.bond_reserved = plus(self.bond_reserved, amount)?;
        Ok(())
    }

    /// Frees what a request reserved, down to what its `rest` needs.
    pub fn free_penalty(&mut self, request: &RedemptionRequest, rest: u64) -> Result<()> {
        let freed = request.penalty();
        let kept = if freed == 0 { 0 } else { penalty(rest, request.penalty_rate) };
        self.bond_reserved = plus(minus(self.bond_reserved, freed)?, kept)?;
        Ok(())
    }

    /// Queues a withdrawal; it replaces one that waits. The largest number means all that is there then.
    pub fn queue_exit(&mut self, amount: u64, destination: Address, now: i64) -> Result<()> {
        let sensible = amount == u64::MAX || (amount != 0 && amount <= self.bond);
        require_figures!(sensible, VaultError::BondClaimed, self.bond, amount);
        let ready_at = self.loosen_at(now);
        self.bond_exit = BondExit { amount, ready_at, expires_at: ready_at.saturating_add(CHANGE_LIFE_S), destination };
        Ok(())
    }

    /// Takes a withdrawal that has waited out of the bond, or of it what no open request can claim.
    /// Returns how much.
    pub fn take_exit(&mut self, now: i64) -> Result<u64> {
        let exit = self.bond_exit;
        require_figures!(exit.amount != 0, VaultError::NothingQueued, 0, now);
        require_figures!(now >= exit.ready_at, VaultError::ChangeNotReady, exit.ready_at, now);
        require_figures!(now <= exit.expires_at, VaultError::ChangeExpired, exit.expires_at, now);
        let free = minus(self.bond, self.bond_reserved)?;
        let amount = exit.amount.min(free);
        require_figures!(amount != 0, VaultError::BondClaimed, free, exit.amount);
        self.bond = minus(self.bond, amount)?;
        let all = exit.amount == u64::MAX;
        self.bond_exit.amount = if all { exit.amount } else { minus(exit.amount, amount)? };
        if self.bond_exit.amount == 0 || (all && self.bond == 0) {
            self.bond_exit = bytemuck::Zeroable::zeroed();
        }
        Ok(amount)
    }

    pub(super) fn bond_invariant(&self) -> Result<()> {
        rule(27, self.bond_reserved <= self.bond)?;
        rule(28, self.bond == 0 || self.payment_mint != Address::default())?;
        rule(29, (self.bond_exit.amount == 0) == (self.bond_exit.expires_at == 0))
    }
}
