use crate::{
    errors::VaultError,
    events::{emit, BondWithdrawalQueued},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    payment::check_account_of_mint,
    state::{check_officer, roles, Asset, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer announces that it takes a part of the bond back.
///
/// Specification:
/// - The issuer's authority signs, an admin or a treasurer; a halt of changes refuses it.
/// - It waits out the change delay in public, with its destination, and is void 14 days later. A new
///   one replaces it.
/// - Minting judges the bond as if it had left already; requests can still reserve it until it has.
#[derive(Accounts)]
pub struct QueueBondWithdrawal {
    pub authority: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    /// CHECK: compared with the asset's payment mint
    pub payment_mint: UncheckedAccount,
    /// CHECK: an account of the payment mint, not the vault
    pub destination: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl QueueBondWithdrawal {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.authority, &self.grant, &[roles::ADMIN, roles::TREASURER], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.asset.check_changes()?;
        self.asset.check_bond_open()?;
        require!(address_eq(self.payment_mint.address(), &self.asset.payment_mint), VaultError::WrongPaymentMint);
        require!(!address_eq(self.destination.address(), &self.asset.bond_vault), VaultError::WrongBondVault);
        check_account_of_mint(&self.destination, &self.payment_mint)
    }

    pub fn handler(ctx: &mut Context<Self>, amount: u64) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        a.asset.queue_exit(amount, *a.destination.address(), at)?;
        a.asset.invariant()?;
        let event = BondWithdrawalQueued {
            asset: *a.asset.address(),
            by: *a.authority.address(),
            exit: a.asset.bond_exit,
            bond: a.asset.bond,
            bond_reserved: a.asset.bond_reserved,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
