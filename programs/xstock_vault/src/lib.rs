//! # xstock_vault
//!
//! Tokenized stocks whose chain enforces the promise of one real share behind every token: it
//! mints only against attested reserve and burns on redemption.
//!
//! Where to look: `instructions/<who may call>/` one file each; `state/` the accounts and their
//! rules; `math/` pure arithmetic; `events/` what is told; `attestation.rs` the signed reports;
//! `token2022/` and `invoke.rs` the calls that move money.

#![deny(unsafe_op_in_unsafe_fn)]
#![deny(clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))] // tests compute what is expected

pub mod attestation;
pub mod constants;
pub mod errors;
pub mod events;
mod fixed;
pub mod instructions;
mod invoke;
pub mod math;
pub mod seeds;
pub mod state;
mod token2022;

use anchor_lang::prelude::*;
pub use instructions::*;

declare_id!("6bUsceXq2RkUdUFcvPPLk7YWkAarToLNGjQuuhSm8YnY");

#[program]
pub mod xstock_vault {
    use super::*;

    /// Anyone becomes an issuer, for themselves.
    pub fn create_issuer(
        ctx: &mut Context<CreateIssuer>,
        id: u64,
        name: [u8; 32],
        genesis_hash: [u8; 32],
    ) -> Result<()> {
        CreateIssuer::handler(ctx, id, name, genesis_hash)
    }

    /// First half of a handoff: names the key that may take over.
    pub fn propose_authority(ctx: &mut Context<ProposeAuthority>, new_authority: Address) -> Result<()> {
        ProposeAuthority::handler(ctx, new_authority)
    }

    /// Second half of a handoff: the proposed key takes over.
    pub fn accept_authority(ctx: &mut Context<AcceptAuthority>) -> Result<()> {
        AcceptAuthority::handler(ctx)
    }

    /// The issuer gives a key a role until a date, or renews it.
    pub fn grant_role(ctx: &mut Context<GrantRole>, role: u8, expires_at: i64) -> Result<()> {
        GrantRole::handler(ctx, role, expires_at)
    }

    /// The issuer takes a role back at once.
    pub fn revoke_role(ctx: &mut Context<RevokeRole>) -> Result<()> {
        RevokeRole::handler(ctx)
    }

    /// The issuer lists a stock; the program creates its mint.
    pub fn list_asset(ctx: &mut Context<ListAsset>, args: ListAssetArgs) -> Result<()> {
        ListAsset::handler(ctx, args)
    }

    /// The issuer limits what one minter may mint of one asset: raw units per day, and ever.
    pub fn set_allowance(ctx: &mut Context<SetAllowance>, window_limit: u64, lifetime_cap: u64) -> Result<()> {
        SetAllowance::handler(ctx, window_limit, lifetime_cap)
    }

    /// An attestor manager binds a custodian's key and safekeeping account to a slot.
    pub fn register_custodian(
        ctx: &mut Context<RegisterCustodian>,
        slot: u8,
        custodian_id: [u8; 20],
        account_hash: [u8; 32],
        attester: Address,
    ) -> Result<()> {
        RegisterCustodian::handler(ctx, slot, custodian_id, account_hash, attester)
    }

    /// An attestor manager retires a slot at once.
    pub fn retire_custodian(ctx: &mut Context<RetireCustodian>, slot: u8) -> Result<()> {
        RetireCustodian::handler(ctx, slot)
    }

    /// Anybody relays `count` signed reports, proven by the ed25519 instruction at `precompile` from
    /// its signature number `signature` on.
    pub fn attest(ctx: &mut Context<Attest>, precompile: u8, signature: u8, count: u8) -> Result<()> {
        Attest::handler(ctx, precompile, signature, count)
    }

    /// Anyone opens a page of 4,096 mint tickets.
    pub fn open_ticket_page(ctx: &mut Context<OpenTicketPage>, page: u32) -> Result<()> {
        OpenTicketPage::handler(ctx, page)
    }

    /// The one door: mints `amount` raw units against attested reserve, once per ticket.
    pub fn mint_shares(ctx: &mut Context<MintShares>, ticket: u64, amount: u64) -> Result<()> {
        MintShares::handler(ctx, ticket, amount)
    }

    /// Anyone opens the book that counts a holder's requests of one asset.
    pub fn open_holder_book(ctx: &mut Context<OpenHolderBook>) -> Result<()> {
        OpenHolderBook::handler(ctx)
    }

    /// A holder asks for redemption of `amount` raw units.
    pub fn request_redemption(
        ctx: &mut Context<RequestRedemption>,
        id: u64,
        amount: u64,
        payout_terms_hash: [u8; 32],
    ) -> Result<()> {
        RequestRedemption::handler(ctx, id, amount, payout_terms_hash)
    }

    /// A holder takes a request back.
    pub fn cancel_redemption(ctx: &mut Context<CancelRedemption>) -> Result<()> {
        CancelRedemption::handler(ctx)
    }

    /// The issuer's desk accepts a request.
    pub fn accept_redemption(ctx: &mut Context<AcceptRedemption>) -> Result<()> {
        AcceptRedemption::handler(ctx)
    }

    /// The issuer's desk settles an accepted request: the escrowed tokens are burned.
    pub fn settle_redemption(ctx: &mut Context<SettleRedemption>, amount: u64, accepted_at: i64) -> Result<()> {
        SettleRedemption::handler(ctx, amount, accepted_at)
    }

    /// A pauser stops minting (1), new redemption requests (2), or both (3).
    pub fn halt(ctx: &mut Context<Halt>, functions: u8) -> Result<()> {
        Halt::handler(ctx, functions)
    }

    /// An unpauser lifts halts.
    pub fn resume(ctx: &mut Context<Resume>, functions: u8) -> Result<()> {
        Resume::handler(ctx, functions)
    }

    /// An unpauser opens the solvency latch once the reserve covers the obligation again.
    pub fn reopen(ctx: &mut Context<Reopen>) -> Result<()> {
        Reopen::handler(ctx)
    }

    /// Anyone compares the obligation with the last reported figures, and latches if it is larger.
    pub fn check_solvency(ctx: &mut Context<CheckSolvency>) -> Result<()> {
        CheckSolvency::handler(ctx)
    }
}
