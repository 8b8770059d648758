use crate::{constants::*, errors::VaultError, require_figures};
use anchor_lang::prelude::*;

/// Bits that name the fields of a [`Policy`]; a queued change names its fields with them.
pub mod fields {
    pub const MAX_AGE: u32 = 1;
    pub const CHAIN_MAX_AGE: u32 = 2;
    pub const CHANGE_DELAY: u32 = 4;
    pub const ACCEPT_WINDOW: u32 = 8;
    pub const CUSTODIAN_CAP: u32 = 16;
    pub const MINT_WINDOW_LIMIT: u32 = 32;
    pub const HAIRCUT: u32 = 64;
    pub const CUSTODIAN_SHARE: u32 = 128;
    pub const COLLATERAL: u32 = 256;
    pub const MIN_CUSTODIANS: u32 = 512;
    pub const SETTLE_WINDOW: u32 = 1024;
    pub const DISPUTE_WINDOW: u32 = 2048;
    pub const PENALTY_RATE: u32 = 4096;
    pub const HOLDER_PENALTY_CAP: u32 = 8192;
    pub const REDEMPTION_FEE: u32 = 16_384;
    pub const BOND_COVERAGE: u32 = 32_768;
    pub const ALL: u32 = 65_535;
}

/// Rules of an asset. What makes them stricter acts at once, what makes them looser is queued.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct Policy {
    /// A custodian's report counts while `now - as_of` is at most this many seconds.
    pub max_age_s: i64,
    /// So does a chain's; an older one counts at its cap.
    pub chain_max_age_s: i64,
    /// A loosening waits this many seconds after the first mint.
    pub change_delay_s: i64,
    /// A request must be accepted within this many seconds, ...
    pub accept_window_s: i64,
    /// One custodian counts for at most this many shares.
    pub custodian_cap: u64,
    /// Raw units that all minters together mint in 24 hours; usage decays linearly.
    pub mint_window_limit: u64,
    /// Basis points that shares in transit lose.
    pub haircut_bps: u16,
    /// One custodian counts for at most this many basis points of the counted total.
    pub custodian_share_bps: u16,
    /// Basis points of the obligation that the reserve must reach for a mint or a loosening.
    pub collateral_bps: u16,
    /// Distinct custodians that must have a fresh positive figure.
    pub min_custodians: u8,
    pub _pad: [u8; 1],
    /// ... and settled within this many more.
    pub settle_window_s: i64,
    /// A payment outside the chain can be disputed for this many seconds.
    pub dispute_window_s: i64,
    /// Base units of the payment mint that a missed deadline costs per whole token.
    pub penalty_rate: u64,
    /// Base units of penalty that the requests of one holder reserve in 24 hours; usage decays linearly.
    pub holder_penalty_cap: u64,
    /// Basis points of a payment that the issuer keeps.
    pub redemption_fee_bps: u16,
    /// Basis points of the supply whose penalty the bond must be able to pay for a mint.
    pub bond_coverage_bps: u16,
    pub _pad1: [u8; 4],
    pub reserved: [u8; 32],
}

/// A policy as an argument.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct PolicyArgs {
    pub max_age_s: i64,
    pub chain_max_age_s: i64,
    pub change_delay_s: i64,
    pub accept_window_s: i64,
    pub custodian_cap: u64,
    pub mint_window_limit: u64,
    pub haircut_bps: u16,
    pub custodian_share_bps: u16,
    pub collateral_bps: u16,
    pub min_custodians: u8,
    pub settle_window_s: i64,
    pub dispute_window_s: i64,
    pub penalty_rate: u64,
    pub holder_penalty_cap: u64,
    pub redemption_fee_bps: u16,
    pub bond_coverage_bps: u16,
}

/// A looser policy that waits in public.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct QueuedPolicy {
    /// Which fields of `values` wait, as bits of [`fields`]; zero when nothing does.
    pub fields: u32,
    pub _pad: [u8; 4],
    /// Anyone may apply it from here, unix seconds, ...
    pub ready_at: i64,
    /// ... to here; after that it is void.
    pub expires_at: i64,
    /// Only the named fields mean anything; the others are those of the policy then in force.
    pub values: Policy,
}

impl From<PolicyArgs> for Policy {
    fn from(args: PolicyArgs) -> Self {
        Self {
            max_age_s: args.max_age_s,
            chain_max_age_s: args.chain_max_age_s,
            change_delay_s: args.change_delay_s,
            accept_window_s: args.accept_window_s,
            custodian_cap: args.custodian_cap,
            mint_window_limit: args.mint_window_limit,
            haircut_bps: args.haircut_bps,
            custodian_share_bps: args.custodian_share_bps,
            collateral_bps: args.collateral_bps,
            min_custodians: args.min_custodians,
            settle_window_s: args.settle_window_s,
            dispute_window_s: args.dispute_window_s,
            penalty_rate: args.penalty_rate,
            holder_penalty_cap: args.holder_penalty_cap,
            redemption_fee_bps: args.redemption_fee_bps,
            bond_coverage_bps: args.bond_coverage_bps,
            ..bytemuck::Zeroable::zeroed()
        }
    }
}

impl Policy {
    /// Each field in the order of its bit: its value, whether a larger one is looser, its bounds.
    fn table(&self) -> [(u64, bool, u64, u64); 16] {
        let age = (MIN_REPORT_AGE_S as u64, MAX_REPORT_AGE_S as u64);
        let delay = (MIN_CHANGE_DELAY_S as u64, MAX_CHANGE_DELAY_S as u64);
        let window = (MIN_REDEMPTION_WINDOW_S as u64, MAX_REDEMPTION_WINDOW_S as u64);
        let dispute = (MIN_DISPUTE_WINDOW_S as u64, MAX_DISPUTE_WINDOW_S as u64);
        let share = (u64::from(MIN_CUSTODIAN_SHARE_BPS), BPS);
        let coverage = (u64::from(MIN_BOND_COVERAGE_BPS), BPS);
        [
            // a negative time is a huge u64, and so out of bounds
            (self.max_age_s as u64, true, age.0, age.1),
            (self.chain_max_age_s as u64, true, age.0, age.1),
            (self.change_delay_s as u64, false, delay.0, delay.1),
            (self.accept_window_s as u64, true, window.0, window.1),
            (self.custodian_cap, true, 1, MAX_REPORTED_SHARES),
            (self.mint_window_limit, true, 1, MAX_REPORTED_SHARES),
            (u64::from(self.haircut_bps), false, u64::from(MIN_HAIRCUT_BPS), BPS),
            (u64::from(self.custodian_share_bps), true, share.0, share.1),
            (u64::from(self.collateral_bps), false, BPS, u64::from(MAX_COLLATERAL_BPS)),
            (u64::from(self.min_custodians), false, 1, CUSTODIANS as u64),
            (self.settle_window_s as u64, true, window.0, window.1),
            (self.dispute_window_s as u64, false, dispute.0, dispute.1),
            (self.penalty_rate, false, 1, MAX_REPORTED_SHARES),
            (self.holder_penalty_cap, false, 1, MAX_REPORTED_SHARES),
            (u64::from(self.redemption_fee_bps), true, 0, u64::from(MAX_REDEMPTION_FEE_BPS)),
            (u64::from(self.bond_coverage_bps), false, coverage.0, coverage.1),
        ]
    }

    /// Refuses a policy outside the compiled-in bounds, and one under which a bare quorum could
    /// never count for anything.
    pub fn check(&self) -> Result<()> {
        for (number, (value, _, low, high)) in self.table().into_iter().enumerate() {
            require_figures!((low..=high).contains(&value), VaultError::PolicyOutOfRange, number, value, low, high);
        }
        let share = u64::from(self.custodian_share_bps).saturating_mul(u64::from(self.min_custodians));
        require_figures!(share >= BPS, VaultError::ShareBelowQuorum, self.custodian_share_bps, self.min_custodians);
        Ok(())
    }

    /// Which fields of `other` are tighter than these, and which are looser.
    pub fn compare(&self, other: &Policy) -> (u32, u32) {
        let (mut tighter, mut looser, mut bit) = (0u32, 0u32, 1u32);
        for ((old, larger_is_looser, ..), (new, ..)) in self.table().into_iter().zip(other.table()) {
            if new != old {
                let is_looser = (new > old) == larger_is_looser;
                *(if is_looser { &mut looser } else { &mut tighter }) |= bit;
            }
            bit = bit.wrapping_shl(1);
        }
        (tighter, looser)
    }

    /// Takes the named fields of `other`.
    pub fn take(&mut self, named: u32, other: &Policy) {
        let has = |field: u32| named & field != 0;
        if has(fields::MAX_AGE) {
            self.max_age_s = other.max_age_s;
        }
        if has(fields::CHAIN_MAX_AGE) {
            self.chain_max_age_s = other.chain_max_age_s;
        }
        if has(fields::CHANGE_DELAY) {
            self.change_delay_s = other.change_delay_s;
        }
        if has(fields::ACCEPT_WINDOW) {
            self.accept_window_s = other.accept_window_s;
        }
        if has(fields::CUSTODIAN_CAP) {
            self.custodian_cap = other.custodian_cap;
        }
        if has(fields::MINT_WINDOW_LIMIT) {
            self.mint_window_limit = other.mint_window_limit;
        }
        if has(fields::HAIRCUT) {
            self.haircut_bps = other.haircut_bps;
        }
        if has(fields::CUSTODIAN_SHARE) {
            self.custodian_share_bps = other.custodian_share_bps;
        }
        if has(fields::COLLATERAL) {
            self.collateral_bps = other.collateral_bps;
        }
        if has(fields::MIN_CUSTODIANS) {
            self.min_custodians = other.min_custodians;
        }
        if has(fields::SETTLE_WINDOW) {
            self.settle_window_s = other.settle_window_s;
        }
        if has(fields::DISPUTE_WINDOW) {
            self.dispute_window_s = other.dispute_window_s;
        }
        if has(fields::PENALTY_RATE) {
            self.penalty_rate = other.penalty_rate;
        }
        if has(fields::HOLDER_PENALTY_CAP) {
            self.holder_penalty_cap = other.holder_penalty_cap;
        }
        if has(fields::REDEMPTION_FEE) {
            self.redemption_fee_bps = other.redemption_fee_bps;
        }
        if has(fields::BOND_COVERAGE) {
            self.bond_coverage_bps = other.bond_coverage_bps;
        }
    }
}

impl QueuedPolicy {
    /// Drops the named fields; without any left, nothing waits.
    pub fn void(&mut self, named: u32) {
        self.fields &= !named;
        if self.fields == 0 {
            *self = bytemuck::Zeroable::zeroed();
        }
    }

    /// Refuses unless something waits whose time has come and has not gone.
    pub fn check_ready(&self, now: i64) -> Result<()> {
        require_figures!(self.fields != 0, VaultError::NothingQueued, 0, now);
        require_figures!(now >= self.ready_at, VaultError::ChangeNotReady, self.ready_at, now);
        require_figures!(now <= self.expires_at, VaultError::ChangeExpired, self.expires_at, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        PolicyArgs {
            max_age_s: 2 * DAY_S,
            chain_max_age_s: 2 * DAY_S,
            change_delay_s: 2 * DAY_S,
            accept_window_s: 2 * DAY_S,
            custodian_cap: 1_000,
            mint_window_limit: 1_000,
            haircut_bps: 1_000,
            custodian_share_bps: 6_000,
            collateral_bps: 10_500,
            min_custodians: 2,
            settle_window_s: 2 * DAY_S,
            dispute_window_s: 2 * DAY_S,
            penalty_rate: 1_000,
            holder_penalty_cap: 1_000,
            redemption_fee_bps: 100,
            bond_coverage_bps: 1_000,
        }
        .into()
    }

    /// The table, the bits and `take` speak of the same fields, and directions are those of the docs.
    #[test]
    fn each_field_has_its_bit_and_direction() {
        let looser = PolicyArgs {
            max_age_s: 3 * DAY_S,
            chain_max_age_s: 3 * DAY_S,
            change_delay_s: DAY_S,
            accept_window_s: 3 * DAY_S,
            custodian_cap: 1_001,
            mint_window_limit: 1_001,
            haircut_bps: 999,
            custodian_share_bps: 6_001,
            collateral_bps: 10_499,
            min_custodians: 1,
            settle_window_s: 3 * DAY_S,
            dispute_window_s: DAY_S,
            penalty_rate: 999,
            holder_penalty_cap: 999,
            redemption_fee_bps: 101,
            bond_coverage_bps: 999,
        };
        assert_eq!(policy().compare(&looser.into()), (0, fields::ALL));
        assert_eq!(Policy::from(looser).compare(&policy()), (fields::ALL, 0));
        for bit in 0..16 {
            let mut one = policy();
            one.take(1 << bit, &looser.into());
            assert_eq!(policy().compare(&one), (0, 1 << bit));
        }
    }

    #[test]
    fn bounds_hold_for_each_field() {
        assert!(policy().check().is_ok());
        for (bit, (_, _, low, high)) in policy().table().into_iter().enumerate() {
            for (bad, good) in [(low.wrapping_sub(1), low), (high + 1, high)] {
                let with = |value: u64| {
                    let mut other = policy();
                    (other.custodian_share_bps, other.min_custodians) = (10_000, 8);
                    let mut all = other;
                    all.max_age_s = value as i64;
                    all.chain_max_age_s = value as i64;
                    all.change_delay_s = value as i64;
                    all.accept_window_s = value as i64;
                    all.settle_window_s = value as i64;
                    all.dispute_window_s = value as i64;
                    (all.penalty_rate, all.holder_penalty_cap) = (value, value);
                    all.redemption_fee_bps = value as u16;
                    all.bond_coverage_bps = value as u16;
                    (all.custodian_cap, all.mint_window_limit) = (value, value);
                    all.haircut_bps = value as u16;
                    all.custodian_share_bps = value as u16;
                    all.collateral_bps = value as u16;
                    all.min_custodians = value as u8;
                    other.take(1 << bit, &all);
                    other
                };
                assert!(with(bad).check().is_err(), "field {bit}: {bad}");
                assert_eq!(with(good).table()[bit].0, good);
            }
        }
        let mut lonely = policy();
        (lonely.custodian_share_bps, lonely.min_custodians) = (4_999, 2);
        assert!(lonely.check().is_err(), "two custodians at less than half each never add up");
    }
}
