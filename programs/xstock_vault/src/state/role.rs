use crate::{constants::MAX_ROLE_S, errors::VaultError, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// The roles of this version. Numbers are for ever; the missing ones belong to later roles.
pub mod roles {
    pub const MINTER: u8 = 2;
    pub const ATTESTOR_MANAGER: u8 = 4;
    pub const REDEEMER: u8 = 5;
    pub const PAUSER: u8 = 8;
    pub const UNPAUSER: u8 = 9;
    pub const ALL: [u8; 5] = [MINTER, ATTESTOR_MANAGER, REDEEMER, PAUSER, UNPAUSER];
}

/// Seeds: `role`, issuer, role, member. Its existence is the grant; revoking closes it.
#[account]
pub struct RoleGrant {
    pub version: u8,
    pub bump: u8,
    pub role: u8,
    pub _pad: [u8; 5],
    pub issuer: Address,
    pub member: Address,
    /// Unix seconds; the grant is void from this second on.
    pub expires_at: i64,
    pub granted_at: i64,
    /// Gets the rent back when the grant is revoked.
    pub rent_payer: Address,
    pub reserved: [u8; 32],
}

impl RoleGrant {
    /// Refuses unless this is `member`'s unexpired grant of `role` by `issuer`.
    pub fn check(&self, issuer: &Address, role: u8, member: &Address, now: i64) -> Result<()> {
        require!(
            self.role == role && address_eq(&self.issuer, issuer) && address_eq(&self.member, member),
            VaultError::WrongRoleGrant
        );
        require_figures!(now < self.expires_at, VaultError::RoleExpired, self.expires_at, now);
        Ok(())
    }

    /// Refuses an unknown role and an expiry that is past or too far away.
    pub fn check_terms(role: u8, expires_at: i64, now: i64) -> Result<()> {
        require_figures!(roles::ALL.contains(&role), VaultError::UnknownRole, role);
        require_figures!(
            expires_at > now && expires_at <= now.saturating_add(MAX_ROLE_S),
            VaultError::RoleExpiryOutOfRange,
            expires_at,
            now
        );
        Ok(())
    }
}
