"""Refusals of reports for who signed them: too early, replaced, too few, strangers; and of chains' reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, MALLORY, NVIDIA
from tests.embedded.cases import CASES, Attempt, Case, case
from tests.embedded.chain import key
from tests.embedded.setups import add_chain, retire_chain
from tests.embedded.world import NOW, RESERVE, World, cosigned, relay
from xstock_client.constants import MAX_SEQUENCE_STEP, PROGRAM_ID
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.message import domain, ed25519_instruction

# Keys in waiting, and replaced ones


@case("attest", "AttesterNotYetValid")
def a_new_key_a_second_early(world: World) -> Attempt:
    world.do(calls.register_custodian(APPLE, 0, keys=(key("new"),)))
    world.advance(CHANGE_DELAY_S - 1)
    valid_from = NOW + CHANGE_DELAY_S
    return world.attest(APPLE, 0, RESERVE, signer=key("new")), {"valid_from": valid_from, "now": valid_from - 1}


@case("attest", "AttesterNotYetValid")
def a_new_custodian_a_second_early(world: World) -> Attempt:
    world.do(calls.register_custodian(APPLE, 2))
    world.advance(CHANGE_DELAY_S - 1)
    valid_from = NOW + CHANGE_DELAY_S
    return world.attest(APPLE, 2, RESERVE), {"valid_from": valid_from, "now": valid_from - 1}


@case("attest", "ReplacedAttester")
def a_replaced_key(world: World) -> Attempt:
    world.do(calls.register_custodian(APPLE, 0, keys=(key("new"),)))
    world.advance(CHANGE_DELAY_S)
    return world.attest(APPLE, 0, RESERVE), {"slot": 0, "new_epoch": 3}


@case("attest", "ReplacedAttester")
def an_old_report_of_a_replaced_key(world: World) -> Attempt:
    old = world.attest(APPLE, 0, RESERVE)
    world.do(calls.register_custodian(APPLE, 0, keys=(key("new"),)))
    world.advance(CHANGE_DELAY_S)
    return old, {"slot": 0, "new_epoch": 3}


@case("attest", "WrongEpoch")
def a_replaced_key_once_the_new_one_has_reported(world: World) -> Attempt:
    old = world.attest(APPLE, 0, RESERVE)
    world.do(calls.register_custodian(APPLE, 0, keys=(key("new"),)))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, RESERVE, signer=key("new")))
    return old, {"given": 1, "expected": 3}


@case("attest", "WrongAttester")
def nobody_for_a_slot_whose_key_has_not_reported(world: World) -> Attempt:
    world.do(calls.register_custodian(APPLE, 2))
    world.advance(CHANGE_DELAY_S)
    return world.attest(APPLE, 2, RESERVE, signer=MALLORY), {"slot": 2}


# k of n

BANK, AUDITOR, SPARE = key("the bank"), key("its auditor"), key("a spare key")


def two_of_three(world: World) -> None:
    """Apple's first slot asks for two of three keys, which have reported once, in epoch 3."""
    world.do(calls.register_custodian(APPLE, 0, keys=(BANK, AUDITOR, SPARE), threshold=2))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, RESERVE, signers=(BANK, AUDITOR)))


def watched(world: World) -> None:
    """The same of a chain, in epoch 3."""
    add_chain(world, 0, cap=50)
    world.do(calls.register_chain(APPLE, 0, keys=(BANK, AUDITOR, SPARE), threshold=2))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest_chain(APPLE, 0, 10, signers=(BANK, AUDITOR)))


def _signed(code: str, about: str, signers: Sequence[Pubkey], **figures: int) -> None:
    def custodian(world: World) -> Attempt:
        two_of_three(world)
        return world.attest(APPLE, 0, RESERVE, signers=signers), figures

    def chain(world: World) -> Attempt:
        watched(world)
        return world.attest_chain(APPLE, 0, 10, signers=signers), figures

    CASES.append(Case("attest", code, f"a custodian: {about}", custodian))
    CASES.append(Case("attest", code, f"a chain: {about}", chain))


for _place, _who in enumerate((BANK, AUDITOR, SPARE)):
    for _times in (1, 2, 3):
        _signed("TooFewSigners", f"key {_place}, {_times} times", (_who,) * _times, signed=1, needed=2, slot=0)
_signed("WrongAttester", "a stranger beside one", (BANK, MALLORY), slot=0)
_signed("WrongAttester", "a stranger beside enough", (BANK, AUDITOR, MALLORY), slot=0)
_signed("WrongAttester", "a stranger before enough", (MALLORY, BANK, AUDITOR), slot=0)
_signed("WrongAttester", "a replaced key beside one", (BANK, APPLE.custodian(0)), slot=0)
_signed("WrongAttester", "another slot's key", (BANK, APPLE.custodian(1)), slot=0)
_signed("WrongAttester", "the empty key's neighbour", (BANK, AUDITOR, NVIDIA.custodian(0)), slot=0)


@case("attest", "BadSequence")
def a_fourth_signature_of_the_same_bytes_is_a_report_of_its_own(world: World) -> Attempt:
    two_of_three(world)
    report = world.report(APPLE, 0, RESERVE, signer=BANK)
    return relay(APPLE, *cosigned(report, BANK, AUDITOR, SPARE, BANK, AUDITOR)), {"given": 2, "last": 2}


@case("attest", "TooFewSigners")
def signatures_of_the_same_bytes_that_are_no_neighbours(world: World) -> Attempt:
    two_of_three(world)
    report, other = world.report(APPLE, 0, RESERVE, signer=BANK), world.report(APPLE, 1, RESERVE)
    first, second = cosigned(report, BANK, AUDITOR)
    return relay(APPLE, first, other, second), {"signed": 1, "needed": 2, "slot": 0}


@case("attest", "TooFewSigners")
def signatures_of_reports_that_differ_in_a_share(world: World) -> Attempt:
    two_of_three(world)
    first = world.report(APPLE, 0, RESERVE, signer=BANK)
    second = world.report(APPLE, 0, RESERVE + 1, signer=AUDITOR)
    return relay(APPLE, first, second), {"signed": 1, "needed": 2, "slot": 0}


@case("attest", "TooFewSigners")
def fewer_signatures_taken_than_there_are(world: World) -> Attempt:
    two_of_three(world)
    report = world.report(APPLE, 0, RESERVE, signer=BANK)
    proof = ed25519_instruction(cosigned(report, BANK, AUDITOR))
    return calls.attest(APPLE, proof, signature=1), {"signed": 1, "needed": 2, "slot": 0}


# Chains


def _chain(code: str, about: str, figures: dict[str, int], supply: int = 10, **values: Any) -> None:
    def attempt(world: World) -> Attempt:
        add_chain(world, 0, cap=50, supply=10)
        return world.attest_chain(APPLE, 0, supply, **values), figures

    CASES.append(Case("attest", code, f"a chain: {about}", attempt))


START = NOW + CHANGE_DELAY_S
"""When the chain reported first."""
_chain("WrongAttester", "a custodian", {"slot": 0}, signer=APPLE.custodian(0), epoch=3, sequence=2)
_chain("WrongEpoch", "the custodian's epoch of the same slot", {"given": 1, "expected": 3}, epoch=1)
_chain("WrongBasis", "a split that never was", {"given": 1, "expected": 0, "as_of": START}, basis=1)
_chain("BadSequence", "the last one", {"given": 1, "last": 1}, sequence=1)
_far = 2 + MAX_SEQUENCE_STEP
_chain("BadSequence", "a jump too far", {"given": _far, "last": 1}, sequence=_far)
_chain("FutureReport", "a second ahead", {"as_of": START + 1, "now": START}, as_of=START + 1)
_chain("OlderReport", "a second back", {"as_of": START - 1, "earliest": START}, as_of=START - 1)
_nvidia = domain(PROGRAM_ID, GENESIS_HASH, NVIDIA.asset, NVIDIA.isin)
_chain("WrongDomain", "another asset", {}, domain=_nvidia)


@case("attest", "AttesterNotYetValid")
def a_chains_keys_a_second_early(world: World) -> Attempt:
    world.do(calls.register_chain(APPLE, 0))
    world.advance(CHANGE_DELAY_S - 1)
    valid_from = NOW + CHANGE_DELAY_S
    return world.attest_chain(APPLE, 0, 10), {"valid_from": valid_from, "now": valid_from - 1}


@case("attest", "ReplacedAttester")
def a_chains_replaced_key(world: World) -> Attempt:
    add_chain(world, 0, cap=50, supply=10)
    world.do(calls.register_chain(APPLE, 0, keys=(key("new"),)))
    world.advance(CHANGE_DELAY_S)
    return world.attest_chain(APPLE, 0, 10), {"slot": 0, "new_epoch": 4}


@case("attest", "SlotEmpty")
def a_retired_chain(world: World) -> Attempt:
    add_chain(world, 0, cap=0, supply=0)
    report = world.attest_chain(APPLE, 0, 10)
    retire_chain(world, 0)
    return report, {"slot": 0}
