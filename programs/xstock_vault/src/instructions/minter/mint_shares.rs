use crate::{
    errors::VaultError,
    events::{emit, SharesMinted},
    fixed::{EventAuthority, ThisProgram},
    instructions::clock,
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
/// - What the minter, and all minters together, minted lately leaves room for the amount. When the
///   minter's usage would pass its threshold, another key signs too and holds the approver role.
/// - Enough custodians have fresh positive reports, and after the mint
///   `(ceil(supply * multiplier) + released + foreign) * collateral <= effective reserve`. Missing,
///   stale or future-dated reports of custodians count zero, those of chains at their caps.
/// - The bond can pay the penalty of the policy's part of the supply, without what waits to leave it.
/// - A halted, latched or delisted asset mints nothing, nor one between the ex and the effective time
///   of a split, nor in the slot of a snapshot once that is taken.
#[derive(Accounts)]
pub struct MintShares {
    pub minter: Signer,
    pub grant: Account<RoleGrant>,
    /// Signs too when the minter's usage passes its threshold.
    pub approver: Option<Signer>,
    pub approver_grant: Option<Account<RoleGrant>>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
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
    fn validate(&self, ticket: u64, amount: u64, slot: u64, now: i64) -> Result<()> {
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
        asset.check_tradeable(now)?;
        asset.check_slot(slot)?;
        require_figures!(ticket >= asset.ticket_watermark, VaultError::TicketTooLow, ticket, asset.ticket_watermark);
        self.tickets.check(asset.address(), ticket)
    }

    /// The approver's address, or zero when none signed. Who signs must hold the role.
    fn approver(&self, now: i64) -> Result<Address> {
        let (Some(approver), Some(grant)) = (&self.approver, &self.approver_grant) else {
            return Ok(Address::default());
        };
        require!(!address_eq(approver.address(), self.minter.address()), VaultError::SelfApproval);
        grant.check(&self.asset.issuer, roles::APPROVER, approver.address(), now)?;
        Ok(*approver.address())
    }

    pub fn handler(ctx: &mut Context<Self>, ticket: u64, amount: u64) -> Result<()> {
        let (slot, at) = clock()?;
        let a = &mut ctx.accounts;
        a.asset.bring_up_to_date(at);
        a.validate(ticket, amount, slot, at)?;
        let supply_before = supply(&a.mint)?;
        let burned_outside = a.asset.observe_supply(supply_before, at)?;
        a.reserve.bring_up_to_date(&a.asset);
        let approver = a.approver(at)?;
        a.allowance.spend(amount, approver != Address::default(), at)?;
        a.asset.spend(ticket, amount, at)?;
        a.tickets.mark(ticket)?;
        a.asset.record_mint(amount, at)?;
        let (bond, bond_needed) = a.asset.check_bonded(at)?;
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
            approver,
            destination: *a.destination.address(),
            ticket,
            amount,
            supply_before,
            supply: a.asset.known_supply,
            burned_outside,
            multiplier: a.asset.multiplier_at(at),
            obligation,
            released: a.asset.released_since(view.oldest_as_of),
            foreign: view.foreign,
            reserve: view.shares,
            custodians: view.custodians.into(),
            limits: a.allowance.limits,
            window: a.allowance.window,
            lifetime_used: a.allowance.lifetime_used,
            asset_window_limit: a.asset.policy.mint_window_limit,
            asset_window: a.asset.mint_window,
            bond,
            bond_needed,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
