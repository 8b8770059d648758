use crate::{
    errors::VaultError,
    events::{emit, BondWithdrawn},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::pay_out,
    state::{check_officer, roles, Asset, Issuer, RoleGrant},
    token2022::AssetSeeds,
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer takes back what it announced, of the bond that no open request could claim.
///
/// Specification:
/// - The issuer's authority signs, an admin or a treasurer; a halt of changes refuses it.
/// - The withdrawal has waited, is not void, and goes to the announced destination.
/// - What open requests have reserved stays; the rest of the withdrawal can be taken when they end.
#[derive(Accounts)]
pub struct WithdrawBond {
    pub authority: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    /// CHECK: compared with the asset's payment mint
    pub payment_mint: UncheckedAccount,
    /// CHECK: compared with the asset's bond vault
    #[account(mut)]
    pub bond_vault: UncheckedAccount,
    /// CHECK: compared with the announced destination
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: payments call the owner of the payment mint, whatever stands here
    pub payment_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl WithdrawBond {
    fn validate(&self, now: i64) -> Result<()> {
        let asset = &self.asset;
        check_officer(&self.issuer, &self.authority, &self.grant, &[roles::ADMIN, roles::TREASURER], now)?;
        require!(address_eq(self.issuer.address(), &asset.issuer), VaultError::WrongIssuer);
        asset.check_changes()?;
        require!(address_eq(self.payment_mint.address(), &asset.payment_mint), VaultError::WrongPaymentMint);
        require!(address_eq(self.bond_vault.address(), &asset.bond_vault), VaultError::WrongBondVault);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let exit = a.asset.bond_exit;
        let amount = a.asset.take_exit(at)?;
        require!(address_eq(a.destination.address(), &exit.destination), VaultError::WrongDestination);
        let (seeds, decimals) = (AssetSeeds::of(&a.asset), a.asset.payment_decimals);
        let asset = a.asset.account();
        pay_out(&a.bond_vault, &a.payment_mint, &a.destination, asset, (amount, decimals), seeds.parts())?;
        a.asset.invariant()?;
        let event = BondWithdrawn {
            asset: *a.asset.address(),
            by: *a.authority.address(),
            destination: exit.destination,
            amount,
            left: a.asset.bond_exit.amount,
            bond: a.asset.bond,
            bond_reserved: a.asset.bond_reserved,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
