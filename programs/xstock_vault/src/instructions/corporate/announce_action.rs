// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, ActionAnnounced},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    math::{isin, ratio::Ratio},
    require_figures, seeds,
    state::{
        action_kinds, action_states, check_officer, roles, space_of, ActionArgs, Asset, CalendarEntry, CorporateAction,
        Issuer, Reserve, RoleGrant, Schedule, NO_SNAPSHOT,
    },
    token2022::{scale, supply, symbol_text, AssetSeeds},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer announces a corporate action: its kind, its times and its figures.
///
/// Specification:
/// - The signer holds the corporate role of the asset's issuer, or is its authority; changes are not
///   halted.
/// - It lies a day ahead at least, one that changes the multiplier as long as a loosening waits, and shares no day with another action that lies ahead: which of two
///   comes first must never be a question.
/// - A split, reverse split or stock dividend names the multiplier that it applies to (compare and set),
///   and is the only one scheduled. The mint shows wallets the new one from the same second on.
/// - A stock dividend owes more shares: the reserve must cover them now (promise 1), and mints keep them
///   free until it takes effect. A split is never refused for a short reserve: it changes both sides.
/// - A cash dividend needs snapshot attestors: its record-date balances must be agreed on.
#[derive(Accounts)]
#[instruction(args: ActionArgs)]
pub struct AnnounceAction {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub officer: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    #[account(
        init, payer = payer, space = space_of::<CorporateAction>(),
        seeds = [seeds::ACTION, asset.address().as_ref(), &args.number.to_le_bytes()], bump
    )]
    pub action: Account<CorporateAction>,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: calls name Token-2022 by its address, whatever stands here
    pub token_program: UncheckedAccount,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl AnnounceAction {
    fn validate(&self, args: &ActionArgs, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.officer, &self.grant, &[roles::CORPORATE], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        self.asset.check_changes()?;
        args.check(now, self.asset.loosen_at(now))?;
        match args.kind {
            action_kinds::CASH_DIVIDEND => {
                let other = !address_eq(&args.payout_mint, &self.asset.mint);
                require!(other, VaultError::WrongPaymentMint);
                self.asset.attestors.check_exists(now)?;
            }
            action_kinds::IDENTIFIER_CHANGE => {
                require!(isin::is_valid(&args.isin), VaultError::BadIsin);
                require!(!symbol_text(&args.symbol).is_empty(), VaultError::BadSymbol);
            }
            action_kinds::DELISTING => {
                let at = self.asset.delisted_at;
                require_figures!(at == 0, VaultError::Delisted, at, now);
            }
            _ => {}
        }
        Ok(())
    }

    /// Schedules a new multiplier. Returns it, and what an increase that is no split is covered by.
    fn schedule(&mut self, args: &ActionArgs, now: i64) -> Result<(u64, u64, u64)> {
        let asset = &mut self.asset;
        let current = asset.multiplier_at(now);
        let multiplier = args.multiplier(current)?;
        let split = if args.is_split() { args.ratio() } else { Ratio::NONE };
        let (effective_at, ex_at, action) = (args.effective_at, args.ex_at, args.number);
        asset.schedule(&Schedule { multiplier, effective_at, split, ex_at, action })?;
        let (mut obligation, mut reserve) = (0, 0);
        if !args.is_split() {
            let view = self.reserve.effective(asset, now);
            (obligation, reserve) = (asset.check_covered(&view, now)?, view.shares);
        }
        let seeds = AssetSeeds::of(asset);
        scale(&self.mint, asset.account(), current, now, &seeds); // what was scheduled last is in force
        scale(&self.mint, asset.account(), multiplier, effective_at, &seeds);
        Ok((multiplier, obligation, reserve))
    }

    pub fn handler(ctx: &mut Context<Self>, args: ActionArgs) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(&args, at)?;
        let supply = supply(&a.mint)?;
        let burned_outside = a.asset.observe_supply(supply, at)?;
        a.reserve.bring_up_to_date(&a.asset);
        a.asset.next_action_number(args.number)?;
        let (begins_at, ends_at) = args.span();
        let entry = CalendarEntry { begins_at, ends_at, action: args.number, kind: args.kind, _pad: [0; 3] };
        a.asset.enter(entry, at)?;
        let mut event = ActionAnnounced { supply, burned_outside, at, ..bytemuck::Zeroable::zeroed() };
        if args.changes_multiplier() {
            (event.new_multiplier, event.obligation, event.reserve) = a.schedule(&args, at)?;
        }
        if args.kind == action_kinds::DELISTING {
            a.asset.delisted_at = args.effective_at;
        }
        a.asset.invariant()?;
        write_action(a, &args, event.new_multiplier, ctx.bumps.action, at);
        a.action.invariant()?;
        fill(&mut event, a);
        emit(&a.event_authority, event);
        Ok(())
    }
}

#[inline(never)]
fn write_action(a: &mut AnnounceAction, args: &ActionArgs, new_multiplier: u64, bump: u8, at: i64) {
    let (asset, by, basis) = (*a.asset.address(), *a.officer.address(), a.asset.basis);
    let action = &mut a.action;
    (action.version, action.bump, action.kind) = (ACCOUNT_VERSION, bump, args.kind);
    (action.state, action.number, action.asset) = (action_states::ANNOUNCED, args.number, asset);
    (action.old_multiplier, action.new_multiplier) = (args.old_multiplier, new_multiplier);
    action.ratio = if new_multiplier == 0 { Ratio::NONE } else { args.ratio() };
    (action.rate, action.payout_mint) = (args.rate, args.payout_mint);
    (action.announced_at, action.ex_at, action.record_at) = (at, args.ex_at, args.record_at);
    (action.pay_at, action.effective_at, action.document_hash) = (args.pay_at, args.effective_at, args.document_hash);
    (action.isin, action.symbol) = (args.isin, args.symbol);
    (action.snapshot, action.basis, action.announced_by) = (NO_SNAPSHOT, basis, by);
}

#[inline(never)]
fn fill(event: &mut ActionAnnounced, a: &AnnounceAction) {
    let action = &a.action;
    (event.asset, event.by, event.action) = (action.asset, action.announced_by, action.number.into());
    (event.kind, event.ratio, event.old_multiplier) = (action.kind.into(), action.ratio, action.old_multiplier);
    (event.basis, event.rate, event.payout_mint) = (action.basis.into(), action.rate, action.payout_mint);
    (event.ex_at, event.record_at, event.pay_at) = (action.ex_at, action.record_at, action.pay_at);
    (event.effective_at, event.document_hash) = (action.effective_at, action.document_hash);
    (event.isin, event.symbol) = (action.isin, action.symbol);
}
