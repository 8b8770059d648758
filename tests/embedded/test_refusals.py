"""Every check of the program trips, with its exact error and figures, and the table of them is complete."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from tests.embedded.cases import CASES, Case
from tests.embedded.chain import INSTRUCTIONS
from tests.embedded.world import World
from xstock_client import idl

for module in (
    "action_ends",
    "actions",
    "admin",
    "attest",
    "attest_keys",
    "attestors",
    "bond",
    "claims",
    "distributions",
    "invariants",
    "mint",
    "officers",
    "paying",
    "policy",
    "redemption",
    "returning",
    "rules",
    "settling",
    "slots",
    "snapshots",
):
    importlib.import_module(f"tests.embedded.cases_{module}")

SOURCES = Path(__file__).parents[2] / "programs/xstock_vault/src"

# What a handler asks of shared code, and which errors that code knows. Where a call is in a handler's source, each of
# these must be tripped through that very handler.
SHARED = {
    "check_officer(": "NotAuthority WrongRoleGrant RoleExpired RoleNotYetValid",
    "issuer.check_authority(": "NotAuthority",
    "grant.check(": "WrongRoleGrant RoleExpired RoleNotYetValid",
    "issuer.check_acceptance(": "NotPendingAuthority ChangeNotReady ChangeExpired",
    "Issuer::check_timelock(": "TimelockOutOfRange",
    "issuer.has_renounced(": "RoleRenounced",
    "issuer.renounce(": "CannotRenounce RoleRenounced RoleStillHeld ChangeNotReady",
    "issuer.cancel_renunciation(": "NothingQueued",
    "issuer.count_grant(": "UnknownRole Overflow",
    "issuer.uncount_grant(": "UnknownRole Overflow",
    "RoleGrant::check_terms(": "UnknownRole RoleExpiryOutOfRange",
    "role.cancel(": "NothingQueued",
    "Policy::from(args.policy).check(": "PolicyOutOfRange ShareBelowQuorum",
    "asset.set_policy(": "PolicyOutOfRange ShareBelowQuorum",
    "asset.apply_policy(": "NothingQueued ChangeNotReady ChangeExpired PolicyOutOfRange ShareBelowQuorum",
    "asset.check_changes(": "ChangesHalted",
    "asset.raise_watermark(": "WatermarkOutOfRange Overflow",
    "asset.spend(": "AssetWindowExceeded TicketTooFar",
    "reserve.check(": "WrongAsset",
    "reserve.check_registration(": "EmptyCustodianField SlotOutOfRange SlotTaken AccountInUse",
    "reserve.check_keys(": "KeyInUse",
    "KeySet::check_proposal(": "EmptyCustodianField RepeatedKey ThresholdOutOfRange",
    "reserve.next_epoch(": "Overflow",
    "reserve.retire(": "SlotOutOfRange SlotEmpty",
    "reserve.slot(": "SlotOutOfRange",
    "reserve.slot_mut(": "SlotOutOfRange",
    "reserve.chain(": "SlotOutOfRange",
    "reserve.chain_mut(": "SlotOutOfRange",
    ".check_unused(": "SlotEmpty ChainInUse",
    ".may_retire(": "ChangeNotReady",
    ".cancel_retirement(": "NothingQueued",
    "chain.check_room(": "SlotEmpty AboveChainCap",
    ".cancel_cap(": "NothingQueued",
    "signers.cancel(": "NothingQueued",
    "slot.check(": "SlotEmpty AttesterNotYetValid WrongAttester TooFewSigners ReplacedAttester WrongEpoch WrongBasis"
    " BadSequence FutureReport OlderReport FigureTooLarge",
    "read_signed(": "NotEd25519 MalformedEd25519 ForeignInstructionIndex MalformedMessage",
    "allowance.check(": "WrongAsset WrongMinter",
    "allowance.cancel(": "NothingQueued",
    "allowance.spend(": "WindowExceeded LifetimeCapExceeded ApproverNeeded Overflow",
    "tickets.check(": "WrongAsset WrongTicketPage TicketUsed",
    "tickets.check_closing(": "PageInUse",
    "observe_supply(": "SupplyAboveBooks",
    "record_mint(": "Overflow",
    "check_backed(": "QuorumNotMet ReserveShort",
    "check_covered(": "ReserveShort",
    "check_bonded(": "UnderBonded",
    "check_penalty_free(": "UnderBonded",
    "check_token_account(": "WrongTokenAccount",
    "check_account(": "WrongTokenAccount",
    "check_account_of_mint(": "WrongTokenAccount",
    "way_back.check_accounts(": "WrongTokenProgram WrongAsset WrongMint WrongEscrow WrongRentReceiver WrongMemoProgram",
    "way_back.check(self.is_holder": "SourceFrozen WrongSource WrongTokenAccount NotAssociated",
    "way_back.check(true": "SourceFrozen WrongSource WrongTokenAccount",
    "way_back.source_is_frozen(": "WrongSource",
    "way_back().transfer(": "UnexpectedBalance",
    "request.check_cancel(": "AcceptedUntilDeadline WrongRequestState",
    "request.check_default(": "DeadlineNotPassed WrongRequestState",
    "request.check_accept(": "WrongRequestState DeadlinePassed WrongPayout QuoteNeeded PriceTooLow",
    "request.check_agree(": "NothingQuoted OtherQuote DeadlinePassed",
    "request.check_settle(": "WrongPayout WrongRequestState QuoteOpen SettlementMismatch",
    "request.check_mark_paid(": "WrongPayout WrongRequestState AlreadyClaimed DeadlinePassed",
    "request.check_reject(": "WrongRequestState DeadlinePassed",
    "request.check_dispute(": "WrongRequestState DeadlinePassed",
    "request.check_rule(": "WrongRequestState DeadlinePassed",
    "request.check_conclude(": "WrongPayout WrongRequestState StillDisputable",
    "check_unmark(": "WrongAsset ReserveMissing",
    "asset.record_request(": "Overflow",
    "book.record_request(": "Overflow",
    "asset.record_return(": "Overflow",
    "asset.record_settlement(": "Overflow",
    "asset.record_burn(": "Overflow",
    "asset.free_penalty(": "Overflow",
    "plus(": "Overflow",
    "minus(": "Overflow",
    "check_bond_open(": "NoBond",
    "check_bond_opens(": "BondInUse",
    "vet(": "WrongPaymentMint UnfitPaymentMint WrongTokenAccount WrongBondVault PaymentDecimals",
    "queue_exit(": "BondClaimed",
    "take_exit(": "NothingQueued ChangeNotReady ChangeExpired BondClaimed Overflow",
    "pay(": "UnexpectedBalance",
    "pay_out(": "UnexpectedBalance",
    "expect(": "UnexpectedBalance",
    "attestors.check_exists(": "NoAttestors",
    "AttestorSet::check_proposal(": "TooFewAttestors RepeatedKey ThresholdOutOfRange",
    "attestors.cancel(": "NothingQueued",
    "args.check(now": "BadAction BadNotice ActionTooLong",
    "args.multiplier(": "MultiplierMoved MultiplierOutOfRange",
    "asset.schedule(": "MultiplierScheduled",
    "next_action_number(": "WrongActionNumber Overflow",
    "asset.enter(": "DateTaken CalendarFull",
    "action.check(": "WrongAsset",
    ".check_kind(": "WrongActionKind",
    ".check_announced(": "WrongActionState",
    "action.check_cancel(": "WrongActionState SnapshotTaken AlreadyEffective",
    "action.check_record(": "WrongActionKind WrongActionState SnapshotTaken NotRecordTime",
    "check_ballot(": "WrongAsset WrongSnapshot",
    "snapshot.check(": "WrongAsset",
    "snapshot.check_root(": "WrongTotal BadRoot Overflow",
    "distribution.check_root(": "WrongTotal BadRoot",
    ".check_final(": "NotFinal",
    "ballot.vote(": "NotAttestor RootAgreed BadRoot",
    "ballot.reject(": "NotAttestor NothingAgreed RootFinal AlreadyRejected",
    "ballot.check_challengeable(": "NothingAgreed RootFinal",
    "climb(": "BadProof",
    ".check_windows(": "BadClaimWindow",
    "distribution.check_accounts(": "WrongPaymentMint WrongBondVault",
    ".check_fund(": "ZeroAmount NotFinal TooLateToFund NothingMissing",
    ".check_claim(": "NotFinal ClaimsNotOpen ClaimsClosed UnderFunded",
    ".check_expired(": "ClaimsOpen",
    "claims.check(": "WrongDistribution",
    "claims.check_leaves(": "WrongClaimPage BadProof WrongRoot BadBatch",
    "claims.claim(": "LeafClaimed Overflow",
    "record_claim(": "Overflow",
    "distribution.remaining(": "Overflow",
    "record.check(": "WrongAsset",
    "check_tradeable(": "SplitPending Delisted",
    "check_slot(": "SnapshotSlot",
    ".conversion(": "WrongBasis",
}
UNREACHABLE = {
    ("fund_distribution", "Overflow"): "no more is taken than what is missing to a sum that fits",
    ("cancel_raise", "WrongMinter"): "the allowance is compared with its own minter: any minter's raise is cancelled",
}
"""Errors that the list asks for and no caller can meet, with the reason."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused(world: World, case: Case) -> None:
    sent, figures = case.attempt(world)
    world.refuse(sent, case.code, **figures)


def test_the_table_knows_every_error() -> None:
    assert {case.code for case in CASES} == {error["name"] for error in idl.load()["errors"]}


def sources() -> dict[str, str]:
    """The handlers' sources by the instruction's name."""
    return {file.stem: file.read_text() for file in SOURCES.glob("instructions/*/*.rs") if file.stem != "mod"}


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_the_table_trips_every_check_of(name: str) -> None:
    source = sources()[name]
    expected = set(re.findall(r"VaultError::(\w+)", source))
    for asked, errors in SHARED.items():
        if asked in source:
            expected |= set(errors.split())
    expected -= {error for instruction, error in UNREACHABLE if instruction == name}
    assert expected <= {case.code for case in CASES if case.instruction == name}


def test_the_unreachable_ones_are_never_tripped() -> None:
    assert not UNREACHABLE.keys() & {(case.instruction, case.code) for case in CASES}
    assert all(UNREACHABLE.values())


def test_the_list_of_shared_checks_is_complete() -> None:
    """Every error that shared code knows is in the list, and every entry of the list is used."""
    shared = [file for file in SOURCES.rglob("*.rs") if file.parent.parent.name != "instructions"]
    known = {
        name
        for file in shared
        if file.name != "errors.rs"
        for name in re.findall(r"VaultError::(\w+)", file.read_text())
    }
    listed = {error for errors in SHARED.values() for error in errors.split()}
    assert known - listed == {"BrokenInvariant"}, "tripped in the table by rule"
    handlers = "".join(sources().values())
    assert [asked for asked in SHARED if asked not in handlers] == []
