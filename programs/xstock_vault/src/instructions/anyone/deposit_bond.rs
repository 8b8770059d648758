use crate::{
    errors::VaultError,
    events::{emit, BondDeposited},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::pay,
    state::{plus, Asset},
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone adds to an asset's bond.
///
/// Specification:
/// - The depositor signs for the source; exactly the amount must arrive in the vault.
/// - What is sent to the vault past this instruction is a donation and does not count.
#[derive(Accounts)]
pub struct DepositBond {
    pub depositor: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    /// CHECK: compared with the asset's payment mint
    pub payment_mint: UncheckedAccount,
    /// CHECK: the token program demands an account of the payment mint that the depositor may spend
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: compared with the asset's bond vault
    #[account(mut)]
    pub bond_vault: UncheckedAccount,
    /// CHECK: payments call the owner of the payment mint, whatever stands here
    pub payment_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl DepositBond {
    fn validate(&self, amount: u64) -> Result<()> {
        require!(amount != 0, VaultError::ZeroAmount);
        self.asset.check_bond_open()?;
        require!(address_eq(self.payment_mint.address(), &self.asset.payment_mint), VaultError::WrongPaymentMint);
        require!(address_eq(self.bond_vault.address(), &self.asset.bond_vault), VaultError::WrongBondVault);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let a = &mut ctx.accounts;
        a.validate(amount)?;
        let decimals = a.asset.payment_decimals;
        pay(&a.source, &a.payment_mint, &a.bond_vault, a.depositor.account(), (amount, decimals), [])?;
        a.asset.bond = plus(a.asset.bond, amount)?;
        a.asset.invariant()?;
        let event = BondDeposited {
            asset: *a.asset.address(),
            depositor: *a.depositor.address(),
            source: *a.source.address(),
            amount,
            bond: a.asset.bond,
            at: now()?,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
