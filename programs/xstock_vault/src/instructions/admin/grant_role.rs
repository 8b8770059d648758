// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, RoleGranted},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    seeds,
    state::{space_of, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer gives a key a role until a date, or renews it.
///
/// Specification:
/// - The issuer's authority signs; the payer may be another key.
/// - The role is one of this version, the expiry lies ahead, at most 366 days.
/// - An existing grant gets the new expiry, earlier or later; its rent stays its payer's.
#[derive(Accounts)]
#[instruction(role: u8)]
pub struct GrantRole {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub authority: Signer,
    pub issuer: Account<Issuer>,
    /// CHECK: any key or multisig address
    pub member: UncheckedAccount,
    #[account(
        init_if_needed, payer = payer, space = space_of::<RoleGrant>(),
        seeds = [seeds::ROLE, issuer.address().as_ref(), &[role], member.address().as_ref()], bump
    )]
    pub grant: Account<RoleGrant>,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl GrantRole {
    fn validate(&self, role: u8, expires_at: i64, now: i64) -> Result<()> {
        require!(address_eq(self.authority.address(), &self.issuer.authority), VaultError::NotAuthority);
        RoleGrant::check_terms(role, expires_at, now)
    }

    pub fn handler(ctx: &mut Context<Self>, role: u8, expires_at: i64) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(role, expires_at, at)?;
        let (issuer, member) = (*ctx.accounts.issuer.address(), *ctx.accounts.member.address());
        let payer = *ctx.accounts.payer.address();
        let grant = &mut ctx.accounts.grant;
        let old_expires_at = grant.expires_at;
        if grant.version == 0 {
            grant.rent_payer = payer;
        }
        grant.version = ACCOUNT_VERSION;
        grant.bump = ctx.bumps.grant;
        (grant.role, grant.issuer, grant.member) = (role, issuer, member);
        (grant.expires_at, grant.granted_at) = (expires_at, at);
        let event = RoleGranted {
            issuer,
            member,
            rent_payer: grant.rent_payer,
            role: role.into(),
            old_expires_at,
            expires_at,
            granted_at: at,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
