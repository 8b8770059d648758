use super::{roles, rule, RoleGrant};
use crate::{constants::*, errors::VaultError, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// Who issues the assets. Seeds: `issuer`, id. Never closes.
#[account]
pub struct Issuer {
    pub version: u8,
    pub bump: u8,
    /// Reserved for halts over all assets of the issuer.
    pub halts: u8,
    pub _pad: [u8; 5],
    pub id: u64,
    pub authority: Address,
    /// The key that may take over, or zero.
    pub pending_authority: Address,
    /// From when to when it may, unix seconds.
    pub pending_authority_from: i64,
    pub pending_authority_until: i64,
    /// UTF-8, zero padded.
    pub name: [u8; 32],
    /// Genesis hash of the cluster: a program cannot see which cluster it runs on, so the
    /// issuer declares it, signers take theirs from their own configuration, and a message
    /// signed for one cluster means nothing on another.
    pub genesis_hash: [u8; 32],
    /// How long new roles and a handoff wait once the issuer is live, seconds. Never changes.
    pub timelock_s: i64,
    pub created_at: i64,
    /// When the first minter got an allowance, so before any mint; zero until then.
    pub live_at: i64,
    /// How many assets were listed; the next asset's number.
    pub asset_count: u32,
    /// Roles that nobody can be granted ever again, a bit by role number.
    pub renounced: u32,
    /// Grant accounts that exist, by role number; expired ones count until they are closed.
    pub grants: [u16; 16],
    /// From when `renouncing` may be renounced, unix seconds; both zero when nothing waits.
    pub renounce_from: i64,
    /// The role that is about to be renounced.
    pub renouncing: u8,
    pub _pad1: [u8; 7],
    pub reserved: [u8; 112],
}

impl Issuer {
    /// Refuses unless the signer is the issuer's authority.
    pub fn check_authority(&self, signer: &Signer) -> Result<()> {
        require!(address_eq(signer.address(), &self.authority), VaultError::NotAuthority);
        Ok(())
    }

    /// When a change of roles or of the authority asked for now may act.
    pub fn loosen_at(&self, now: i64) -> i64 {
        if self.live_at == 0 {
            now
        } else {
            now.saturating_add(self.timelock_s)
        }
    }

    /// From now on changes wait; a handoff that was proposed when nothing had to is void.
    pub fn go_live(&mut self, now: i64) {
        if self.live_at == 0 {
            self.live_at = now;
            self.propose(Address::default(), now);
        }
    }

    /// Refuses a timelock outside the compiled-in bounds.
    pub fn check_timelock(timelock_s: i64) -> Result<()> {
        require_figures!(
            (MIN_CHANGE_DELAY_S..=MAX_CHANGE_DELAY_S).contains(&timelock_s),
            VaultError::TimelockOutOfRange,
            timelock_s,
            MIN_CHANGE_DELAY_S,
            MAX_CHANGE_DELAY_S
        );
        Ok(())
    }

    /// Names the key that may take over, when the change has waited; the zero address withdraws.
    pub fn propose(&mut self, authority: Address, now: i64) {
        self.pending_authority = authority;
        (self.pending_authority_from, self.pending_authority_until) = if authority == Address::default() {
            (0, 0)
        } else {
            let from = self.loosen_at(now);
            (from, from.saturating_add(CHANGE_LIFE_S))
        };
    }

    /// Refuses unless the signer was proposed, the change has waited and is not void.
    pub fn check_acceptance(&self, signer: &Signer, now: i64) -> Result<()> {
        require!(address_eq(signer.address(), &self.pending_authority), VaultError::NotPendingAuthority);
        let (from, until) = (self.pending_authority_from, self.pending_authority_until);
        require_figures!(now >= from, VaultError::ChangeNotReady, from, now);
        require_figures!(now <= until, VaultError::ChangeExpired, until, now);
        Ok(())
    }

    /// Whether `role` was renounced for ever.
    pub fn has_renounced(&self, role: u8) -> bool {
        self.renounced & 1u32.wrapping_shl(role.into()) != 0
    }

    /// Counts a grant account that was opened.
    pub fn count_grant(&mut self, role: u8) -> Result<()> {
        let count = self.grants.get_mut(usize::from(role)).ok_or(VaultError::UnknownRole)?;
        *count = count.checked_add(1).ok_or(VaultError::Overflow)?;
        Ok(())
    }

    /// Counts a grant account that was closed.
    pub fn uncount_grant(&mut self, role: u8) -> Result<()> {
        let count = self.grants.get_mut(usize::from(role)).ok_or(VaultError::UnknownRole)?;
        *count = count.checked_sub(1).ok_or(VaultError::Overflow)?;
        Ok(())
    }

    /// Gives up a role for good: nobody holds it, and nobody ever will. Once the issuer is live, the
    /// first call names the time and the second does it. Returns whether it is done.
    pub fn renounce(&mut self, role: u8, now: i64) -> Result<bool> {
        require_figures!(roles::RENOUNCEABLE.contains(&role), VaultError::CannotRenounce, role);
        require_figures!(!self.has_renounced(role), VaultError::RoleRenounced, role);
        let held = self.grants.get(usize::from(role)).copied().unwrap_or(u16::MAX);
        require_figures!(held == 0, VaultError::RoleStillHeld, role, held);
        let (asked, from) = (self.renouncing == role, self.renounce_from);
        let loosen_at = self.loosen_at(now);
        if loosen_at > now && (!asked || now > from.saturating_add(CHANGE_LIFE_S)) {
            (self.renouncing, self.renounce_from) = (role, loosen_at);
            return Ok(false);
        }
        require_figures!(!asked || now >= from, VaultError::ChangeNotReady, from, now);
        self.renounced |= 1u32.wrapping_shl(role.into());
        (self.renouncing, self.renounce_from) = (0, 0);
        Ok(true)
    }

    /// Drops a renunciation that waits, or refuses when none does. Returns the role.
    pub fn cancel_renunciation(&mut self, now: i64) -> Result<u8> {
        require_figures!(self.renounce_from != 0, VaultError::NothingQueued, 0, now);
        let role = self.renouncing;
        (self.renouncing, self.renounce_from) = (0, 0);
        Ok(role)
    }

    /// Must be called at the end of every instruction that wrote the issuer.
    pub fn invariant(&self) -> Result<()> {
        let proposed = self.pending_authority != Address::default();
        rule(70, proposed == (self.pending_authority_from != 0 && self.pending_authority_until != 0))?;
        rule(72, (self.renounce_from == 0) == (self.renouncing == 0))?;
        rule(71, self.authority != Address::default())
    }
}

/// Refuses unless the signer is the authority of `issuer`, or holds one of `roles` by `grant`.
pub fn check_officer(
    issuer: &Account<Issuer>,
    signer: &Signer,
    grant: &Option<Account<RoleGrant>>,
    roles: &[u8],
    now: i64,
) -> Result<()> {
    match grant {
        None => issuer.check_authority(signer),
        Some(grant) => {
            require!(roles.contains(&grant.role), VaultError::WrongRoleGrant);
            grant.check(issuer.address(), grant.role, signer.address(), now)
        }
    }
}
