"""Refusals of custodians' reports: forged, sent elsewhere, replayed, too late, too early."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from solders.instruction import Instruction

from tests.embedded import calls, tokens
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, MALLORY, NVIDIA, RIVAL_APPLE, TREASURY
from tests.embedded.cases import CASES, Attempt, Case, case, raise_supply
from tests.embedded.chain import key
from tests.embedded.world import NOW, REPORTED_AT, RESERVE, Signed, World, sign
from xstock_client.amounts import Shares
from xstock_client.constants import ED25519, MAX_REPORTED_SHARES, MAX_SEQUENCE_STEP, PROGRAM_ID
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.message import domain, ed25519_instruction

HERE = 0xFFFF
FIELDS = struct.Struct("<7H")
KEY_AT, SIGNATURE_AT, MESSAGE_AT = 16, 48, 112
"""Where the parts of a single signature lie."""


def ed25519(fields: Sequence[tuple[int, ...]], body: bytes, *, count: int | None = None) -> Instruction:
    """An ed25519 instruction as an attacker writes it. Fields of a signature: signature offset, its instruction, key
    offset, its instruction, message offset, message size, its instruction."""
    head = bytes([len(fields) if count is None else count, 0])
    return Instruction(ED25519, head + b"".join(FIELDS.pack(*one) for one in fields) + body, [])


def parts(signed: Signed) -> bytes:
    return bytes(signed.signer) + bytes(signed.signature) + signed.message


def lie(field: int, index: int) -> tuple[int, ...]:
    """The fields of a single signature whose field ``field`` (1, 3 or 6) names instruction ``index``."""
    fields = [SIGNATURE_AT, HERE, KEY_AT, HERE, MESSAGE_AT, 128, HERE]
    fields[field] = index
    return tuple(fields)


# The proof


@case("attest", "NotEd25519")
def no_instruction_at_the_index(world: World) -> Attempt:
    # behind the report's own instruction comes the ledger's compute budget
    return calls.attest(APPLE, precompile=2), {"index": 2}


@case("attest", "NotEd25519")
def the_compute_budget(world: World) -> Attempt:
    return calls.attest(APPLE, precompile=1), {"index": 1}


@case("attest", "NotEd25519")
def the_call_itself(world: World) -> Attempt:
    return calls.attest(APPLE), {"index": 0}


@case("attest", "NotEd25519")
def another_program_with_the_right_bytes(world: World) -> Attempt:
    data = bytes(ed25519_instruction([world.report(APPLE, 0, RESERVE)]).data)
    # the call itself takes any bytes behind its arguments, so it can carry a proof that nobody checked
    good = calls.attest(APPLE)
    carrier = Instruction(PROGRAM_ID, good.instruction.data + data, good.instruction.accounts)
    return replace(good, instruction=carrier), {"index": 0}


@case("attest", "NotEd25519")
def the_wrong_one_of_two_instructions(world: World) -> Attempt:
    good = world.attest(APPLE, 0, RESERVE)
    gift = tokens.open_token_account(APPLE, MALLORY)
    return calls.attest(APPLE, gift, *good.before), {"index": 0}


@case("attest", "MalformedEd25519")
def no_signature_at_all(world: World) -> Attempt:
    return calls.attest(APPLE, Instruction(ED25519, bytes(2), [])), {"signature": 0, "count": 0}


@case("attest", "MalformedEd25519")
def a_signature_behind_the_last(world: World) -> Attempt:
    good = ed25519_instruction([world.report(APPLE, 0, RESERVE)])
    return calls.attest(APPLE, good, signature=1), {"signature": 1, "count": 1}


@case("attest", "MalformedEd25519")
def a_forgery_behind_the_verified_signatures(world: World) -> Attempt:
    # two tables, both well formed, but the runtime is told to verify the first alone
    good, forged = world.report(APPLE, 0, RESERVE), world.report(APPLE, 1, 10**6 * RESERVE)
    first, second = 2 + 28, 2 + 28 + 224
    fields = [(at + 32, HERE, at, HERE, at + 96, 128, HERE) for at in (first, second)]
    forged = replace(forged, signature=good.signature)
    attack = ed25519(fields, parts(good) + parts(forged), count=1)
    return calls.attest(APPLE, attack, signature=1), {"signature": 1, "count": 1}


def _foreign(about: str, field: int, index: int) -> None:
    def attempt(world: World) -> Attempt:
        report = world.report(APPLE, 0, RESERVE)
        honest = ed25519([lie(1, HERE)], parts(report))
        more = world.report(APPLE, 0, 10**6 * RESERVE)
        if field == 6:  # the custodian's signature is over the other instruction's message, ours says more
            attack = parts(replace(report, message=more.message))
        elif field == 3:  # the attacker's key in the other instruction signed what bears the custodian's key here
            honest = ed25519([lie(1, HERE)], parts(sign(more.message, MALLORY)))
            attack = parts(replace(sign(more.message, MALLORY), signer=report.signer))
        else:  # the signature is fetched from elsewhere
            attack = parts(replace(report, signature=type(report.signature).default()))
        if index == 0:
            attack = parts(report)  # its own number instead of "here": nothing forged, and yet not canonical
        return (
            calls.attest(APPLE, ed25519([lie(field, index)], attack), honest),
            {"field": field, "index": index},
        )

    CASES.append(Case("attest", "ForeignInstructionIndex", about, attempt))


for _field, _what in ((1, "signature"), (3, "key"), (6, "message")):
    _foreign(f"the {_what} of another instruction", _field, 1)
    _foreign(f"its own {_what} by number", _field, 0)


def _length(size: int) -> None:
    def attempt(world: World) -> Attempt:
        message = (world.report(APPLE, 0, RESERVE).message + b"\0")[:size]
        return calls.attest(APPLE, ed25519_instruction([sign(message, APPLE.custodian(0))])), {"length": size}

    CASES.append(Case("attest", "MalformedMessage", f"{size} bytes", attempt))


for _size in (0, 127, 129):
    _length(_size)


def _flipped(position: int) -> None:
    def attempt(world: World) -> Attempt:
        message = bytearray(world.report(APPLE, 0, RESERVE).message)
        message[position] ^= 1
        return calls.attest(APPLE, ed25519_instruction([sign(bytes(message), APPLE.custodian(0))])), {"length": 128}

    CASES.append(Case("attest", "MalformedMessage", f"byte {position}", attempt))


for _position in (*range(10), 11, 52, 53, 54, 55):
    _flipped(_position)


def _kind(kind: int, **values: Any) -> None:
    def attempt(world: World) -> Attempt:
        message = bytearray(world.report(APPLE, 0, RESERVE, **values).message)
        message[9] = kind
        return calls.attest(APPLE, ed25519_instruction([sign(bytes(message), APPLE.custodian(0))])), {"length": 128}

    CASES.append(Case("attest", "MalformedMessage", f"kind {kind} with {', '.join(values) or 'nothing'}", attempt))


for _other in (0, 3, 255):
    _kind(_other)
# nothing is in transit on a chain
_kind(2, in_transit=Shares(1))
_kind(2, in_transit_by=1)


# What the message says


def _report(
    code: str, about: str, figures: dict[str, int], slot: int = 0, settled: int = RESERVE, **values: Any
) -> None:
    def attempt(world: World) -> Attempt:
        return world.attest(APPLE, slot, settled, **values), figures

    CASES.append(Case("attest", code, about, attempt))


for _domain, _about in {
    domain(PROGRAM_ID, GENESIS_HASH, NVIDIA.asset, NVIDIA.isin): "another asset of the issuer",
    domain(PROGRAM_ID, GENESIS_HASH, RIVAL_APPLE.asset, APPLE.isin): "the same stock of another issuer",
    domain(PROGRAM_ID, GENESIS_HASH, APPLE.asset, NVIDIA.isin): "another ISIN",
    domain(PROGRAM_ID, sha256(b"mainnet").digest(), APPLE.asset, APPLE.isin): "another cluster",
    domain(TREASURY, GENESIS_HASH, APPLE.asset, APPLE.isin): "another program",
    bytes(32): "nothing",
}.items():
    _report("WrongDomain", _about, {}, domain=_domain)

_report("WrongAttester", "a stranger", {"slot": 0}, signer=MALLORY)
_report("WrongAttester", "another slot's custodian", {"slot": 0}, signer=APPLE.custodian(1))
_report("WrongAttester", "the custodian of another asset", {"slot": 0}, signer=NVIDIA.custodian(0))
_report("WrongEpoch", "an older epoch", {"given": 0, "expected": 1}, epoch=0)
_report("WrongEpoch", "the other slot's epoch", {"given": 2, "expected": 1}, epoch=2)
_report("WrongEpoch", "an epoch of the future", {"given": 2**32 - 1, "expected": 1}, epoch=2**32 - 1)
_report("WrongBasis", "a split that never was", {"given": 1, "expected": 0, "as_of": NOW}, basis=1)
_report("WrongBasis", "all splits but one", {"given": 2**32 - 1, "expected": 0, "as_of": NOW}, basis=2**32 - 1)
_report("BadSequence", "zero", {"given": 0, "last": 1}, sequence=0)
_report("BadSequence", "the last one", {"given": 1, "last": 1}, sequence=1)
_report("BadSequence", "a jump too far", {"given": 2 + MAX_SEQUENCE_STEP, "last": 1}, sequence=2 + MAX_SEQUENCE_STEP)
_report("BadSequence", "the largest number", {"given": 2**64 - 1, "last": 1}, sequence=2**64 - 1)
_report("FutureReport", "a second ahead", {"as_of": NOW + 1, "now": NOW}, as_of=NOW + 1)
_report("FutureReport", "the end of time", {"as_of": 2**63 - 1, "now": NOW}, as_of=2**63 - 1)
for _as_of in (-1, -(2**63)):
    _report("WrongBasis", f"as of {_as_of}", {"given": 0, "expected": 0, "as_of": _as_of}, as_of=_as_of)
for _as_of in (REPORTED_AT - 1, 0):
    _report("OlderReport", f"as of {_as_of}", {"as_of": _as_of, "earliest": REPORTED_AT}, as_of=_as_of)
_too_large = {"given": MAX_REPORTED_SHARES + 1, "limit": MAX_REPORTED_SHARES}
_report("FigureTooLarge", "settled", _too_large, settled=MAX_REPORTED_SHARES + 1)
_report("FigureTooLarge", "in transit", _too_large, in_transit=Shares(MAX_REPORTED_SHARES + 1))


def _slot(code: str, slot: int, kind: int, **figures: int) -> None:
    def attempt(world: World) -> Attempt:
        message = bytearray(world.report(APPLE, 0, RESERVE).message)
        message[9:11] = kind, slot
        report = sign(bytes(message), APPLE.custodian(0))
        return calls.attest(APPLE, ed25519_instruction([report])), figures or {"slot": slot}

    CASES.append(Case("attest", code, f"slot {slot} of kind {kind}", attempt))


# moved to the next slot, whose keys have another epoch; there is no chain yet
_slot("WrongEpoch", 1, 1, given=1, expected=2)
for _number in (2, 7):
    _slot("SlotEmpty", _number, 1)
for _number in (0, 7):
    _slot("SlotEmpty", _number, 2)
for _number in (8, 255):
    _slot("SlotOutOfRange", _number, 1)
    _slot("SlotOutOfRange", _number, 2)


@case("attest", "BadSequence")
def replayed(world: World) -> Attempt:
    good = world.attest(APPLE, 0, RESERVE)
    world.do(good)
    return good, {"given": 2, "last": 2}


@case("attest", "BadSequence")
def overtaken(world: World) -> Attempt:
    first = world.attest(APPLE, 0, RESERVE)
    world.do(world.attest(APPLE, 0, RESERVE, sequence=3))
    return first, {"given": 2, "last": 3}


@case("attest", "BadSequence")
def zero_in_a_new_epoch(world: World) -> Attempt:
    world.do(calls.register_custodian(APPLE, 2))
    world.advance(CHANGE_DELAY_S)
    return world.attest(APPLE, 2, RESERVE, sequence=0), {"given": 0, "last": 0}


@case("attest", "OlderReport")
def a_new_key_before_the_old_ones_report(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, RESERVE), calls.register_custodian(APPLE, 0, keys=(key("new"),)))
    world.advance(CHANGE_DELAY_S)
    return world.attest(APPLE, 0, RESERVE, signer=key("new"), as_of=NOW - 1), {"as_of": NOW - 1, "earliest": NOW}


@case("attest", "SlotEmpty")
def a_retired_slot(world: World) -> Attempt:
    report = world.attest(APPLE, 0, RESERVE)
    world.do(calls.retire_custodian(APPLE, 0))
    return report, {"slot": 0}


def _count(count: int) -> None:
    def attempt(world: World) -> Attempt:
        return calls.attest(APPLE, count=count), {"count": count}

    CASES.append(Case("attest", "BadReportCount", f"{count}", attempt))


for _number in (0, 25, 255):
    _count(_number)


@case("attest", "MalformedEd25519")
def more_reports_than_signatures(world: World) -> Attempt:
    reports = [world.report(APPLE, slot, RESERVE) for slot in (0, 1)]
    return calls.attest(APPLE, ed25519_instruction(reports), count=3), {"signature": 2, "count": 2}


@case("attest", "WrongDomain")
def a_second_report_of_another_asset(world: World) -> Attempt:
    reports = [world.report(APPLE, 0, RESERVE), world.report(NVIDIA, 1, RESERVE)]
    return calls.attest(APPLE, ed25519_instruction(reports), count=2), {}


@case("attest", "BadSequence")
def two_reports_of_the_same_sequence(world: World) -> Attempt:
    reports = [world.report(APPLE, 0, settled) for settled in (RESERVE, RESERVE + 1)]
    return calls.attest(APPLE, ed25519_instruction(reports), count=2), {"given": 2, "last": 2}


@case("attest", "OlderReport")
def a_first_report_of_a_time_before_burns_that_all_others_have_left_behind(world: World) -> Attempt:
    world.do(calls.register_custodian(APPLE, 2), calls.request_redemption(APPLE, 10, id=0))
    world.do(calls.accept_redemption(APPLE, id=0), calls.settle_redemption(APPLE, 10, id=0))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, RESERVE), world.attest(APPLE, 1, RESERVE))
    return world.attest(APPLE, 2, RESERVE, as_of=NOW), {"as_of": NOW, "earliest": NOW + 1}


# The accounts


@case("attest", "WrongAsset")
def another_assets_reserve(world: World) -> Attempt:
    return world.attest(APPLE, 0, RESERVE).swap(reserve=NVIDIA.reserve), {}


@case("attest", "WrongMint")
def another_assets_mint(world: World) -> Attempt:
    return world.attest(APPLE, 0, RESERVE).swap(mint=NVIDIA.mint), {}


@case("attest", "SupplyAboveBooks")
def attest_with_a_second_door(world: World) -> Attempt:
    return world.attest(APPLE, 0, RESERVE), raise_supply(world)
