// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, RedemptionRequested},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    require_figures, seeds,
    state::{halts, plus, space_of, states, Asset, HolderBook, RedemptionRequest},
    token2022::{balance, check_token_account, expect, transfer, TOKEN_2022},
};
use anchor_lang::{address_eq, prelude::*};

/// A holder asks for redemption: the tokens wait in the asset's escrow, still counted as supply.
///
/// Specification:
/// - The holder signs and owns the source account, so that a cancelled request goes back to the
///   same owner. The payer may be another key, and gets the rent back.
/// - The id is the next of the holder's book: a resent request fails instead of asking twice.
/// - The deadline is fixed now. A halt of requests stops new ones and nothing else.
/// - The escrow gained exactly the amount.
#[derive(Accounts)]
#[instruction(id: u64)]
pub struct RequestRedemption {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub holder: Signer,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub book: Account<HolderBook>,
    #[account(
        init, payer = payer, space = space_of::<RedemptionRequest>(),
        seeds = [seeds::REDEEM, asset.address().as_ref(), holder.address().as_ref(), &id.to_le_bytes()], bump
    )]
    pub request: Account<RedemptionRequest>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    /// CHECK: owner and mint are compared
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: compared with the asset's escrow
    #[account(mut)]
    pub escrow: UncheckedAccount,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RequestRedemption {
    fn validate(&self, id: u64, amount: u64) -> Result<()> {
        let asset = &self.asset;
        require!(amount != 0, VaultError::ZeroAmount);
        require!(asset.halts & halts::REQUESTS == 0, VaultError::RequestsHalted);
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.escrow.address(), &asset.escrow), VaultError::WrongEscrow);
        require!(address_eq(&self.book.asset, asset.address()), VaultError::WrongAsset);
        require!(address_eq(&self.book.holder, self.holder.address()), VaultError::NotHolder);
        require_figures!(id == self.book.next_id, VaultError::WrongRequestId, id, self.book.next_id);
        check_token_account(&self.source, &asset.mint, self.holder.address())
    }

    pub fn handler(ctx: &mut Context<Self>, id: u64, amount: u64, payout_terms_hash: [u8; 32]) -> Result<()> {
        ctx.accounts.validate(id, amount)?;
        let at = now()?;
        let a = &mut ctx.accounts;
        let before = balance(&a.escrow)?;
        transfer(a.source.account(), a.mint.account(), a.escrow.account(), a.holder.account(), amount, []);
        expect(plus(before, amount)?, balance(&a.escrow)?)?;

        a.asset.record_request(amount)?;
        a.book.record_request(amount)?;
        let request = &mut a.request;
        (request.version, request.bump, request.state) = (ACCOUNT_VERSION, ctx.bumps.request, states::REQUESTED);
        (request.holder, request.asset) = (*a.holder.address(), *a.asset.address());
        (request.id, request.amount, request.payout_terms_hash) = (id, amount, payout_terms_hash);
        request.multiplier = a.asset.multiplier_at(at);
        request.requested_at = at;
        request.deadline = at.saturating_add(a.asset.policy.redemption_window_s);
        request.rent_payer = *a.payer.address();
        request.invariant()?;
        a.asset.invariant()?;
        a.book.invariant()?;

        let event = RedemptionRequested {
            asset: request.asset,
            holder: request.holder,
            source: *a.source.address(),
            id,
            amount,
            multiplier: request.multiplier,
            deadline: request.deadline,
            payout_terms_hash,
            rent_payer: request.rent_payer,
            pending: a.asset.pending,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
