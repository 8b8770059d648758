// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, DistributionDeclared},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    payment::{check_account, vet},
    require_figures, seeds,
    state::{
        action_kinds, check_officer, roles, rules, space_of, Asset, CorporateAction, Distribution, Issuer, RoleGrant,
        Snapshot,
    },
};
use anchor_lang::{address_eq, prelude::*};

/// What an officer declares. Times in unix seconds.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct DistributionArgs {
    /// The snapshot's next distribution.
    pub number: u32,
    /// Bits of [`rules`].
    pub rules: u8,
    /// Hash of the published file of tax rates.
    pub rates_hash: [u8; 32],
    /// Claims are paid until then.
    pub claim_until: i64,
}

/// The issuer declares what the holders of a final snapshot are paid, out of which vault.
///
/// Specification:
/// - The signer holds the corporate role of the asset's issuer, or is its authority.
/// - The snapshot is final, and of the action's cash dividend. Rate and payout mint are those announced.
/// - The mint is vetted like the asset's payment mint; the vault is a token account of it that the
///   distribution has owned from the beginning. Tax goes to the withholding account and nowhere else, which
///   the issuer's authority owns: no officer sends it to an account of its own.
/// - Claims open at the announced pay time, or now if that has passed, and stay open for half a year at
///   least. Both times are fixed here for ever.
#[derive(Accounts)]
#[instruction(args: DistributionArgs)]
pub struct DeclareDistribution {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub officer: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    pub asset: Account<Asset>,
    pub action: Account<CorporateAction>,
    #[account(mut)]
    pub snapshot: Account<Snapshot>,
    #[account(
        init, payer = payer, space = space_of::<Distribution>(),
        seeds = [seeds::DISTRIBUTION, snapshot.address().as_ref(), &args.number.to_le_bytes()], bump
    )]
    pub distribution: Account<Distribution>,
    /// CHECK: vetted
    pub payout_mint: UncheckedAccount,
    /// CHECK: vetted
    pub vault: UncheckedAccount,
    /// CHECK: owner and mint are compared
    pub withholding_account: UncheckedAccount,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl DeclareDistribution {
    /// Returns the decimals of the payout mint.
    fn validate(&self, args: &DistributionArgs, now: i64) -> Result<u8> {
        check_officer(&self.issuer, &self.officer, &self.grant, &[roles::CORPORATE], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.asset.check_changes()?;
        self.action.check(self.asset.address())?;
        self.action.check_kind(action_kinds::CASH_DIVIDEND)?;
        self.snapshot.check(self.asset.address())?;
        let (of, action) = (self.snapshot.action, self.action.number);
        require_figures!(of == action, VaultError::WrongAction, action, of);
        self.snapshot.ballot.check_final(now)?;
        let next = self.snapshot.distributions;
        require_figures!(args.number == next, VaultError::WrongDistributionNumber, args.number, next);
        let known = args.rules & !rules::ALL == 0 && args.rates_hash != [0; 32];
        require_figures!(known, VaultError::BadRules, args.rules);
        require!(address_eq(self.payout_mint.address(), &self.action.payout_mint), VaultError::WrongPaymentMint);
        let decimals = vet(&self.payout_mint, &self.vault, self.distribution.address(), &self.asset)?;
        let own = address_eq(self.withholding_account.address(), self.vault.address());
        let fits = check_account(&self.withholding_account, &self.payout_mint, &self.issuer.authority).is_ok();
        require!(fits && !own, VaultError::WrongWithholdingAccount);
        Ok(decimals)
    }

    pub fn handler(ctx: &mut Context<Self>, args: DistributionArgs) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        let decimals = a.validate(&args, at)?;
        write_distribution(a, &args, decimals, ctx.bumps.distribution, at);
        a.distribution.check_windows()?;
        a.distribution.invariant()?;
        a.snapshot.ballot.seal();
        a.snapshot.distributions = args.number.checked_add(1).ok_or(VaultError::Overflow)?;
        a.snapshot.invariant()?;
        let event = declared(a, at);
        emit(&a.event_authority, event);
        Ok(())
    }
}

#[inline(never)]
fn write_distribution(a: &mut DeclareDistribution, args: &DistributionArgs, decimals: u8, bump: u8, at: i64) {
    let (asset, snapshot) = (*a.asset.address(), *a.snapshot.address());
    let (vault, withholding) = (*a.vault.address(), *a.withholding_account.address());
    let dist = &mut a.distribution;
    (dist.version, dist.bump, dist.decimals, dist.rules) = (ACCOUNT_VERSION, bump, decimals, args.rules);
    (dist.number, dist.asset, dist.snapshot) = (args.number, asset, snapshot);
    (dist.payout_mint, dist.vault, dist.withholding_account) = (a.action.payout_mint, vault, withholding);
    (dist.rates_hash, dist.rate, dist.declared_at) = (args.rates_hash, a.action.rate, at);
    (dist.claim_from, dist.claim_until) = (a.action.pay_at.max(at), args.claim_until);
}

#[inline(never)]
fn declared(a: &DeclareDistribution, at: i64) -> DistributionDeclared {
    let dist = &a.distribution;
    DistributionDeclared {
        asset: dist.asset,
        snapshot: dist.snapshot,
        distribution: *dist.address(),
        by: *a.officer.address(),
        payout_mint: dist.payout_mint,
        vault: dist.vault,
        withholding_account: dist.withholding_account,
        rates_hash: dist.rates_hash,
        number: dist.number.into(),
        action: a.action.number.into(),
        rules: dist.rules.into(),
        decimals: dist.decimals.into(),
        rate: dist.rate,
        claim_from: dist.claim_from,
        claim_until: dist.claim_until,
        at,
    }
}
