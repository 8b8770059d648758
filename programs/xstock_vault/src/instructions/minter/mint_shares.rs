use crate::{
    errors::VaultError,
    events::{emit, SharesMinted},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{halts, roles, Asset, MinterAllowance, Reserve, RoleGrant, TicketPage},
    token2022::{belongs_to, expect, mint_to, supply, AssetSeeds, TOKEN_2022},
};
use anchor_lang::{address_eq, prelude::*};

/// The one door: mints against attested reserve.
///
/// Specification:
/// - The signer holds the minter role of the asset's issuer and an allowance for this asset.
/// - The ticket belongs to the asset, not to the key: a used one never mints again, whoever
///   signs and whatever is resent.
/// - Enough custodians have fresh positive reports, and after the mint
///   `ceil(supply * multiplier) + released <= effective reserve`. Missing, stale or
///   future-dated reports count zero.
/// - A halted or latched asset mints nothing.
#[derive(Accounts)]
pub struct MintShares {
    pub minter: Signer,
    pub grant: Account<RoleGrant>,
    #[account(mut)]
    pub asset: Account<Asset>,
    pub reserve: Account<Reserve>,
    #[account(mut)]
    pub allowance: Account<MinterAllowance>,
    #[account(mut)]
    pub tickets: Account<TicketPage>,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: the token program demands an account of this mint
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl MintShares {
    fn validate(&self, ticket: u64, amount: u64, now: i64) -> Result<()> {
        let (asset, minter) = (&self.asset, self.minter.address());
        require!(amount != 0, VaultError::ZeroAmount);
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        // nothing but requests leads out of accounts that the asset owns: tokens minted there are lost
        require!(!belongs_to(&self.destination, asset.address()), VaultError::WrongTokenAccount);
        self.grant.check(&asset.issuer, roles::MINTER, minter, now)?;
        self.allowance.check(asset.address(), minter)?;
        self.reserve.check(asset.address())?;
        require!(asset.halts & halts::MINT == 0, VaultError::MintHalted);
        require!(asset.latched == 0, VaultError::Latched);
        require_figures!(ticket >= asset.ticket_watermark, VaultError::TicketTooLow, ticket, asset.ticket_watermark);
        self.tickets.check(asset.address(), ticket)
    }

    pub fn handler(ctx: &mut Context<Self>, ticket: u64, amount: u64) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(ticket, amount, at)?;
        let a = &mut ctx.accounts;
        let supply_before = supply(&a.mint)?;
        let burned_outside = a.asset.observe_supply(supply_before, at)?;
        a.allowance.spend(amount, at)?;
        a.tickets.mark(ticket)?;
        a.asset.record_mint(amount, at)?;
        let view = a.reserve.effective(&a.asset, at);
        let obligation = a.asset.check_backed(&view, at)?;

        let seeds = AssetSeeds::of(&a.asset);
        mint_to(a.mint.account(), a.destination.account(), a.asset.account(), amount, &seeds);
        expect(a.asset.known_supply, supply(&a.mint)?)?;
        a.asset.invariant()?;
        a.allowance.invariant()?;
        a.tickets.invariant()?;

        let event = SharesMinted {
            asset: *a.asset.address(),
            minter: *a.minter.address(),
            destination: *a.destination.address(),
            ticket,
            amount,
            supply_before,
            supply: a.asset.known_supply,
            burned_outside,
            multiplier: a.asset.multiplier_at(at),
            obligation,
            released: a.asset.released_since(view.oldest_as_of),
            reserve: view.shares,
            custodians: view.custodians.into(),
            window_limit: a.allowance.window_limit,
            window_used: a.allowance.window_used,
            lifetime_cap: a.allowance.lifetime_cap,
            lifetime_used: a.allowance.lifetime_used,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
