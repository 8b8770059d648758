use crate::{
    errors::VaultError,
    events::{emit, BondOpened},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::vet,
    state::{check_officer, roles, Asset, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer chooses the stablecoin that redemptions are paid in and that the bond consists of.
///
/// Specification:
/// - The issuer's authority signs, or an admin; the asset is the issuer's.
/// - The mint is one of SPL Token or Token-2022 whose extensions take no part of a payment, run no
///   code in it and do not start accounts frozen.
/// - The vault is a token account of it that the asset has owned from the beginning (its associated
///   one, say), with no delegate and no close authority.
/// - Later it can be chosen again, with the same decimals, while the bond is empty and no request is
///   open: nothing mints then, and nobody is owed anything in the old one. A bond that does not move
///   any more is given up instead, once a withdrawal of all of it has waited.
#[derive(Accounts)]
pub struct OpenBond {
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    /// CHECK: vetted
    pub payment_mint: UncheckedAccount,
    /// CHECK: vetted
    pub bond_vault: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl OpenBond {
    fn validate(&self, now: i64) -> Result<u8> {
        check_officer(&self.issuer, &self.authority, &self.admin_grant, &[roles::ADMIN], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        let decimals = vet(&self.payment_mint, &self.bond_vault, self.asset.address(), &self.asset)?;
        self.asset.check_bond_opens(decimals, now)?;
        Ok(decimals)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        let decimals = a.validate(at)?;
        let old_payment_mint = a.asset.payment_mint;
        (a.asset.payment_mint, a.asset.payment_decimals) = (*a.payment_mint.address(), decimals);
        let written_off = core::mem::take(&mut a.asset.bond);
        (a.asset.bond_vault, a.asset.bond_exit) = (*a.bond_vault.address(), bytemuck::Zeroable::zeroed());
        a.asset.invariant()?;
        let event = BondOpened {
            asset: *a.asset.address(),
            by: *a.authority.address(),
            old_payment_mint,
            payment_mint: a.asset.payment_mint,
            bond_vault: a.asset.bond_vault,
            decimals: decimals.into(),
            written_off,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
