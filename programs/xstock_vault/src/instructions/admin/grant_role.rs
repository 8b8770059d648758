// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, RoleGranted},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    require_figures, seeds,
    state::{check_officer, roles, space_of, Issuer, RoleGrant},
};
use anchor_lang::prelude::*;

/// The issuer gives a key a role until a date, or renews it.
///
/// Specification:
/// - The issuer's authority signs, or an admin, who cannot make admins; the payer may be another key.
/// - The role exists and was not renounced; the expiry lies ahead, at most 366 days.
/// - Once the issuer is live, more power waits out its timelock: a new or longer grant, of any role
///   but pauser. Less power acts at once and voids what waits, except that taking a pauser or an
///   approver away waits too, once they have held the role for as long as the timelock.
/// - The rent of an existing grant stays its payer's.
#[derive(Accounts)]
#[instruction(role: u8)]
pub struct GrantRole {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    #[account(mut)]
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
        let by: &[u8] = if role == roles::ADMIN { &[] } else { &[roles::ADMIN] };
        check_officer(&self.issuer, &self.authority, &self.admin_grant, by, now)?;
        require_figures!(!self.issuer.has_renounced(role), VaultError::RoleRenounced, role);
        RoleGrant::check_terms(role, expires_at, now)
    }

    pub fn handler(ctx: &mut Context<Self>, role: u8, expires_at: i64) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(role, expires_at, at)?;
        let a = &mut ctx.accounts;
        let (issuer, member) = (*a.issuer.address(), *a.member.address());
        let opened = a.grant.version == 0;
        let grant = &mut a.grant;
        if opened {
            grant.rent_payer = *a.payer.address();
            a.issuer.count_grant(role)?;
        }
        (grant.version, grant.bump) = (ACCOUNT_VERSION, ctx.bumps.grant);
        (grant.role, grant.issuer, grant.member, grant.granted_at) = (role, issuer, member, at);
        let old_expires_at = grant.expiry(at);
        grant.set(expires_at, at, a.issuer.loosen_at(at));
        grant.invariant()?;
        a.issuer.invariant()?;
        let event = RoleGranted {
            issuer,
            member,
            by: *a.authority.address(),
            rent_payer: grant.rent_payer,
            role: role.into(),
            opened: opened.into(),
            old_expires_at,
            expires_at: grant.expires_at,
            next_expires_at: grant.next_expires_at,
            next_from: grant.next_from,
            held_since: grant.held_since,
            granted_at: at,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
