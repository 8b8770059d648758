use super::rule;
use crate::{constants::MAX_ROLE_S, errors::VaultError, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// The roles; numbers are for ever.
pub mod roles {
    /// Acts for the issuer's authority, except in handoffs and in choosing admins.
    pub const ADMIN: u8 = 1;
    pub const MINTER: u8 = 2;
    /// Signs beside a minter above the minter's threshold.
    pub const APPROVER: u8 = 3;
    pub const ATTESTOR_MANAGER: u8 = 4;
    pub const REDEEMER: u8 = 5;
    /// Announces corporate actions.
    pub const CORPORATE: u8 = 6;
    /// Approves and freezes holders.
    pub const COMPLIANCE: u8 = 7;
    pub const PAUSER: u8 = 8;
    pub const UNPAUSER: u8 = 9;
    /// Withdraws from bonds, funds distributions and takes back what nobody claimed.
    pub const TREASURER: u8 = 10;
    /// Rules on disputed payments of requests that named it.
    pub const ARBITER: u8 = 11;
    pub const LAST: u8 = ARBITER;
    /// Without pausers nobody could stop a thief, without unpausers a halt would never end, without
    /// redeemers no request would settle, without attestor managers no stolen key could be retired.
    pub const RENOUNCEABLE: [u8; 6] = [ADMIN, MINTER, APPROVER, CORPORATE, COMPLIANCE, TREASURER];
}

/// Seeds: `role`, issuer, role, member. It is a grant while it has not expired.
#[account]
pub struct RoleGrant {
    pub version: u8,
    pub bump: u8,
    pub role: u8,
    pub _pad: [u8; 5],
    pub issuer: Address,
    pub member: Address,
    /// Unix seconds; the grant is void from this second on. Zero before a new grant's first day.
    pub expires_at: i64,
    /// From `next_from` on the expiry is `next_expires_at`; both zero when no change waits.
    pub next_expires_at: i64,
    pub next_from: i64,
    pub granted_at: i64,
    /// Gets the rent back when the grant is closed.
    pub rent_payer: Address,
    /// Since when it is held without a break, unix seconds; zero when it was granted before the
    /// issuer went live.
    pub held_since: i64,
    pub reserved: [u8; 24],
}

impl RoleGrant {
    /// The expiry at `now`, a matured change included.
    pub fn expiry(&self, now: i64) -> i64 {
        if self.next_from != 0 && now >= self.next_from {
            self.next_expires_at
        } else {
            self.expires_at
        }
    }

    /// Refuses unless this is `member`'s unexpired grant of `role` by `issuer`.
    pub fn check(&self, issuer: &Address, role: u8, member: &Address, now: i64) -> Result<()> {
        require!(
            self.role == role && address_eq(&self.issuer, issuer) && address_eq(&self.member, member),
            VaultError::WrongRoleGrant
        );
        let expires_at = self.expiry(now);
        if now < expires_at {
            return Ok(());
        }
        let begins = self.next_from > now && self.next_expires_at > self.next_from;
        require_figures!(!begins, VaultError::RoleNotYetValid, self.next_from, now);
        Err(crate::errors::refuse(VaultError::RoleExpired, [expires_at as u64, now as u64, 0, 0]))
    }

    /// Refuses an unknown role and an expiry that is past or too far away.
    pub fn check_terms(role: u8, expires_at: i64, now: i64) -> Result<()> {
        require_figures!((roles::ADMIN..=roles::LAST).contains(&role), VaultError::UnknownRole, role);
        require_figures!(
            expires_at > now && expires_at <= now.saturating_add(MAX_ROLE_S),
            VaultError::RoleExpiryOutOfRange,
            expires_at,
            now
        );
        Ok(())
    }

    /// Sets the expiry. What takes power away acts at once and voids a waiting change; what gives
    /// power waits until `loosen_at`. With pausers, approvers and arbiters, who restrain others, it is
    /// the other way around: losing one waits (and so does gaining an approver or arbiter), unless it
    /// is so new that a thief may have made it.
    pub fn set(&mut self, expires_at: i64, now: i64, loosen_at: i64) {
        self.settle(now);
        let (longer, shorter) = (expires_at > self.expires_at, expires_at < self.expires_at);
        let restrains = shorter && self.is_entrenched(now, loosen_at);
        let looser = match self.role {
            roles::PAUSER => restrains,
            roles::APPROVER | roles::ARBITER => longer || restrains,
            _ => longer,
        };
        if now >= self.expires_at {
            let since = if looser { loosen_at } else { now };
            self.held_since = if loosen_at <= now { 0 } else { since };
        }
        (self.next_expires_at, self.next_from) = if looser { (expires_at, loosen_at) } else { (0, 0) };
        if !looser {
            self.expires_at = expires_at;
        }
        self.settle(now);
    }

    /// Ends the grant at `ends_at`, whatever else was waiting.
    pub fn set_end(&mut self, ends_at: i64, now: i64) {
        self.settle(now);
        (self.next_expires_at, self.next_from) = (ends_at, ends_at);
    }

    /// Drops a change that waits, or refuses when none does. Returns the expiry it asked for.
    pub fn cancel(&mut self, now: i64) -> Result<i64> {
        require_figures!(self.next_from > now, VaultError::NothingQueued, self.next_from, now);
        let dropped = self.next_expires_at;
        (self.next_expires_at, self.next_from) = (0, 0);
        Ok(dropped)
    }

    fn settle(&mut self, now: i64) {
        if self.next_from != 0 && now >= self.next_from {
            self.expires_at = self.next_expires_at;
            (self.next_expires_at, self.next_from) = (0, 0);
        }
    }

    /// Whether taking the role back must wait: it restrains others, and is entrenched.
    pub fn revocation_waits(&self, now: i64, loosen_at: i64) -> bool {
        matches!(self.role, roles::PAUSER | roles::APPROVER | roles::ARBITER)
            && loosen_at > now
            && self.is_entrenched(now, loosen_at)
    }

    /// Whether it has been held for as long as a change waits. A thief's own pausers are not: they
    /// can be taken back at once, before they protect each other.
    fn is_entrenched(&self, now: i64, loosen_at: i64) -> bool {
        now < self.expiry(now) && now.saturating_sub(self.held_since) >= loosen_at.saturating_sub(now)
    }

    /// Must be called at the end of every instruction that wrote the grant.
    pub fn invariant(&self) -> Result<()> {
        rule(80, (self.next_from == 0) == (self.next_expires_at == 0))?;
        rule(81, self.role >= roles::ADMIN && self.role <= roles::LAST)
    }
}
