//! # xstock_vault
//!
//! Tokenized stocks whose chain enforces the promise of one real share behind every token: it
//! mints only against attested reserve and burns on redemption.
//!
//! Where to look: `instructions/<who may call>/` one file each; `state/` the accounts and their
//! rules; `math/` pure arithmetic; `events/` what is told; `attestation.rs` the signed reports;
//! `token2022/`, `payment/` and `invoke.rs` the calls that move money.

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
mod payment;
pub mod seeds;
pub mod state;
mod token2022;

use anchor_lang::prelude::*;
pub use instructions::*;
use math::merkle::Entry;
use state::{ActionArgs, Limits, PolicyArgs};

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
        timelock_s: i64,
    ) -> Result<()> {
        CreateIssuer::handler(ctx, id, name, genesis_hash, timelock_s)
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

    /// The issuer takes a role back.
    pub fn revoke_role(ctx: &mut Context<RevokeRole>) -> Result<()> {
        RevokeRole::handler(ctx)
    }

    /// The issuer gives up a role for good.
    pub fn renounce_role(ctx: &mut Context<RenounceRole>, role: u8) -> Result<()> {
        RenounceRole::handler(ctx, role)
    }

    /// The issuer lists a stock; the program creates its mint.
    pub fn list_asset(ctx: &mut Context<ListAsset>, args: ListAssetArgs) -> Result<()> {
        ListAsset::handler(ctx, args)
    }

    /// The issuer changes an asset's policy: tighter fields at once, looser ones are queued.
    pub fn set_policy(ctx: &mut Context<SetPolicy>, named: u32, values: PolicyArgs) -> Result<()> {
        SetPolicy::handler(ctx, named, values)
    }

    /// The issuer limits what one minter may mint of one asset.
    pub fn set_allowance(ctx: &mut Context<SetAllowance>, limits: Limits) -> Result<()> {
        SetAllowance::handler(ctx, limits)
    }

    /// The issuer gives up all tickets below a number.
    pub fn raise_watermark(ctx: &mut Context<RaiseWatermark>, watermark: u64) -> Result<()> {
        RaiseWatermark::handler(ctx, watermark)
    }

    /// An attestor manager binds a custodian's keys and safekeeping account to a slot.
    pub fn register_custodian(ctx: &mut Context<RegisterCustodian>, args: RegisterCustodianArgs) -> Result<()> {
        RegisterCustodian::handler(ctx, args)
    }

    /// An attestor manager retires a slot at once.
    pub fn retire_custodian(ctx: &mut Context<RetireCustodian>, slot: u8) -> Result<()> {
        RetireCustodian::handler(ctx, slot)
    }

    /// An attestor manager registers another chain's token, with the keys that attest its supply.
    pub fn register_chain(ctx: &mut Context<RegisterChain>, args: RegisterChainArgs) -> Result<()> {
        RegisterChain::handler(ctx, args)
    }

    /// The issuer says how many shares may exist on another chain at most.
    pub fn set_chain_cap(ctx: &mut Context<SetChainCap>, slot: u8, cap: u64) -> Result<()> {
        SetChainCap::handler(ctx, slot, cap)
    }

    /// An attestor manager forgets a chain on which nothing can be owed.
    pub fn retire_chain(ctx: &mut Context<RetireChain>, slot: u8) -> Result<()> {
        RetireChain::handler(ctx, slot)
    }

    /// Anybody relays signed reports, proven by `count` signatures of the ed25519 instruction at
    /// `precompile`, from its signature number `signature` on.
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

    /// A holder, or its delegate, asks for redemption.
    pub fn request_redemption(ctx: &mut Context<RequestRedemption>, args: RequestArgs) -> Result<()> {
        RequestRedemption::handler(ctx, args)
    }

    /// A holder takes a request back.
    pub fn cancel_redemption(ctx: &mut Context<CancelRedemption>) -> Result<()> {
        CancelRedemption::handler(ctx)
    }

    /// A holder agrees to the desk's quote, whose price it names.
    pub fn agree_quote(ctx: &mut Context<AgreeQuote>, min_price: u64) -> Result<()> {
        AgreeQuote::handler(ctx, min_price)
    }

    /// A holder says that a payment outside the chain did not arrive.
    pub fn dispute_payment(ctx: &mut Context<DisputePayment>) -> Result<()> {
        DisputePayment::handler(ctx)
    }

    /// The issuer's desk accepts a request. `price` is its quote per whole share at market, a better one
    /// than the minimum, or zero.
    pub fn accept_redemption(ctx: &mut Context<AcceptRedemption>, price: u64) -> Result<()> {
        AcceptRedemption::handler(ctx, price)
    }

    /// The issuer's desk settles accepted requests: holders are paid `price` base units of the payment
    /// mint per whole share, and the tokens burn. `amounts` names what each request holds, of which the
    /// last keeps `rest`; behind the named accounts follow request, payee and rent receiver of each.
    pub fn settle_redemptions(
        ctx: &mut Context<SettleRedemptions>,
        price: u64,
        rest: u64,
        amounts: Vec<u64>,
    ) -> Result<()> {
        SettleRedemptions::handler(ctx, price, rest, &amounts)
    }

    /// The issuer's desk says that it paid a request outside the chain, with the hash of the evidence.
    /// `to_chain` is the slot of the chain where the shares are issued instead, 255 for none.
    pub fn mark_paid(ctx: &mut Context<MarkPaid>, evidence_hash: [u8; 32], to_chain: u8) -> Result<()> {
        MarkPaid::handler(ctx, evidence_hash, to_chain)
    }

    /// The issuer's desk sends a request back whose holder was frozen since.
    pub fn reject_redemption(ctx: &mut Context<RejectRedemption>) -> Result<()> {
        RejectRedemption::handler(ctx)
    }

    /// An arbiter rules whether a disputed payment was made.
    pub fn rule_dispute(ctx: &mut Context<RuleDispute>, paid: bool) -> Result<()> {
        RuleDispute::handler(ctx, paid)
    }

    /// The tokens of a request that was paid outside the chain burn: the holder confirms, or nobody
    /// disputed it in time, or an arbiter has ruled.
    pub fn conclude_redemption(ctx: &mut Context<ConcludeRedemption>) -> Result<()> {
        ConcludeRedemption::handler(ctx)
    }

    /// Anyone returns the tokens of a request whose deadline was missed; the bond pays the penalty.
    pub fn default_redemption(ctx: &mut Context<DefaultRedemption>) -> Result<()> {
        DefaultRedemption::handler(ctx)
    }

    /// The issuer chooses what redemptions are paid in and the bond consists of.
    pub fn open_bond(ctx: &mut Context<OpenBond>) -> Result<()> {
        OpenBond::handler(ctx)
    }

    /// Anyone adds to an asset's bond.
    pub fn deposit_bond(ctx: &mut Context<DepositBond>, amount: u64) -> Result<()> {
        DepositBond::handler(ctx, amount)
    }

    /// The issuer announces that it takes a part of the bond back.
    pub fn queue_bond_withdrawal(ctx: &mut Context<QueueBondWithdrawal>, amount: u64) -> Result<()> {
        QueueBondWithdrawal::handler(ctx, amount)
    }

    /// The issuer takes what it announced, of the bond that no open request could claim.
    pub fn withdraw_bond(ctx: &mut Context<WithdrawBond>) -> Result<()> {
        WithdrawBond::handler(ctx)
    }

    /// A pauser stops a withdrawal of the bond before it is made.
    pub fn cancel_bond_withdrawal(ctx: &mut Context<CancelBondWithdrawal>) -> Result<()> {
        CancelBondWithdrawal::handler(ctx)
    }

    /// A pauser stops minting (1), new redemption requests (2), looser changes (4), or several.
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

    /// A pauser stops a handoff before it is accepted.
    pub fn cancel_handoff(ctx: &mut Context<CancelHandoff>) -> Result<()> {
        CancelHandoff::handler(ctx)
    }

    /// A pauser stops the issuer from giving up a role for good.
    pub fn cancel_renunciation(ctx: &mut Context<CancelRenunciation>) -> Result<()> {
        CancelRenunciation::handler(ctx)
    }

    /// A pauser stops a change of a role before it acts.
    pub fn cancel_role_change(ctx: &mut Context<CancelRoleChange>) -> Result<()> {
        CancelRoleChange::handler(ctx)
    }

    /// A pauser stops new keys of a custodian (1) or chain (2), or a chain's lower cap (3) or its
    /// retirement (4) before it acts.
    pub fn cancel_slot_change(ctx: &mut Context<CancelSlotChange>, kind: u8, slot: u8) -> Result<()> {
        CancelSlotChange::handler(ctx, kind, slot)
    }

    /// A pauser stops a raise of a minter's allowance before it acts.
    pub fn cancel_raise(ctx: &mut Context<CancelRaise>) -> Result<()> {
        CancelRaise::handler(ctx)
    }

    /// A pauser stops a queued policy before it is applied.
    pub fn cancel_policy(ctx: &mut Context<CancelPolicy>) -> Result<()> {
        CancelPolicy::handler(ctx)
    }

    /// Anyone compares the obligation with the last reported figures, and latches if it is larger.
    pub fn check_solvency(ctx: &mut Context<CheckSolvency>) -> Result<()> {
        CheckSolvency::handler(ctx)
    }

    /// Anyone puts a queued policy in force once it has waited.
    pub fn apply_policy(ctx: &mut Context<ApplyPolicy>) -> Result<()> {
        ApplyPolicy::handler(ctx)
    }

    /// Anyone closes a page of tickets that can never mint again.
    pub fn close_ticket_page(ctx: &mut Context<CloseTicketPage>) -> Result<()> {
        CloseTicketPage::handler(ctx)
    }

    /// An attestor manager names who agrees on record-date balances.
    pub fn set_attestors(ctx: &mut Context<SetAttestors>, keys: [Address; 5], threshold: u8) -> Result<()> {
        SetAttestors::handler(ctx, keys, threshold)
    }

    /// A pauser or the issuer stops new snapshot attestors.
    pub fn cancel_attestors(ctx: &mut Context<CancelAttestors>) -> Result<()> {
        CancelAttestors::handler(ctx)
    }

    /// The issuer announces a corporate action.
    pub fn announce_action(ctx: &mut Context<AnnounceAction>, args: ActionArgs) -> Result<()> {
        AnnounceAction::handler(ctx, args)
    }

    /// The issuer or a pauser cancels an action that has not happened.
    pub fn cancel_action(ctx: &mut Context<CancelAction>, reason_hash: [u8; 32]) -> Result<()> {
        CancelAction::handler(ctx, reason_hash)
    }

    /// Anyone puts announced identifiers in force.
    pub fn apply_identifiers(ctx: &mut Context<ApplyIdentifiers>, isin: [u8; 12], symbol: [u8; 12]) -> Result<()> {
        ApplyIdentifiers::handler(ctx, isin, symbol)
    }

    /// Anyone takes the snapshot of a cash dividend at its record time.
    pub fn record_snapshot(ctx: &mut Context<RecordSnapshot>, number: u32) -> Result<()> {
        RecordSnapshot::handler(ctx, number)
    }

    /// A snapshot attestor votes for the root of a snapshot, or of a distribution's entitlements.
    pub fn vote_root(
        ctx: &mut Context<VoteRoot>,
        hash: [u8; 32],
        sum: u64,
        leaf_count: u64,
        withheld: u64,
    ) -> Result<()> {
        VoteRoot::handler(ctx, hash, sum, leaf_count, withheld)
    }

    /// A snapshot attestor throws an agreed root out.
    pub fn reject_root(ctx: &mut Context<RejectRoot>) -> Result<()> {
        RejectRoot::handler(ctx)
    }

    /// Anyone proves a leaf of an agreed tree, and with a neighbour's that owners are out of order.
    pub fn challenge_order(
        ctx: &mut Context<ChallengeOrder>,
        index: u64,
        owner: Address,
        amount: u64,
        withheld: u64,
        nodes: &[u8],
    ) -> Result<()> {
        ChallengeOrder::handler(ctx, index, owner, amount, withheld, nodes)
    }

    /// Anyone proves that the sums of an agreed tree do not add up.
    pub fn challenge_sum(
        ctx: &mut Context<ChallengeSum>,
        level: u8,
        position: u64,
        sum: u64,
        left: [u8; 40],
        right: [u8; 40],
        nodes: &[u8],
    ) -> Result<()> {
        ChallengeSum::handler(ctx, (level, position), sum, [left, right].map(Entry::of), nodes)
    }

    /// The issuer declares what the holders of a final snapshot are paid.
    pub fn declare_distribution(ctx: &mut Context<DeclareDistribution>, args: DistributionArgs) -> Result<()> {
        DeclareDistribution::handler(ctx, args)
    }

    /// Anyone funds a distribution.
    pub fn fund_distribution(ctx: &mut Context<FundDistribution>, amount: u64) -> Result<()> {
        FundDistribution::handler(ctx, amount)
    }

    /// Anyone opens a page of 4,096 entitlements.
    pub fn open_claim_page(ctx: &mut Context<OpenClaimPage>, page: u32, entry: [u8; 40], nodes: &[u8]) -> Result<()> {
        OpenClaimPage::handler(ctx, page, Entry::of(entry), nodes)
    }

    /// Anyone pays neighbouring entitlements of a page: `amounts` are gross and withheld of each.
    pub fn claim_dividends(
        ctx: &mut Context<ClaimDividends>,
        first: u64,
        amounts: Vec<u64>,
        bumps: &[u8],
        nodes: &[u8],
    ) -> Result<()> {
        ClaimDividends::handler(ctx, first, &amounts, bumps, nodes)
    }

    /// Anyone closes a page of claims that are over.
    pub fn close_claim_page(ctx: &mut Context<CloseClaimPage>) -> Result<()> {
        CloseClaimPage::handler(ctx)
    }

    /// Anyone moves withheld tax to the withholding account.
    pub fn remit_withheld(ctx: &mut Context<RemitWithheld>) -> Result<()> {
        RemitWithheld::handler(ctx)
    }

    /// The treasurer takes back what nobody claimed in time.
    pub fn reclaim_distribution(ctx: &mut Context<ReclaimDistribution>) -> Result<()> {
        ReclaimDistribution::handler(ctx)
    }

    /// An owner names the wallet that its dividends go to.
    pub fn register_recipient(ctx: &mut Context<RegisterRecipient>, recipient: Address) -> Result<()> {
        RegisterRecipient::handler(ctx, recipient)
    }
}
