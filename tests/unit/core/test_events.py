"""Which instructions of a transaction are events, and which only look like it."""

from __future__ import annotations

import base64
import random
from dataclasses import replace

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import events
from xstock_client.constants import EVENT_AUTHORITY, PROGRAM_ID, TOKEN_2022
from xstock_client.errors import DecodeError
from xstock_client.events import EVENT_TAG, EVENTS, Event, SharesMinted, SolvencyChecked, decode_event, parse_events
from xstock_client.ledger.base import ExecutedInstruction, ExecutedTransaction, Failure
from xstock_client.pda import event_authority

OTHER = Pubkey(bytes(range(32)))
TYPES = sorted(EVENTS.values(), key=lambda cls: cls.__name__)


def bytes_of(cls: type[Event], seed: int = 1) -> bytes:
    return cls.DISCRIMINATOR + random.Random(seed).randbytes(cls.SIZE - 8)


MINTED = bytes_of(SharesMinted)
CHECKED = bytes_of(SolvencyChecked)
CALL = ExecutedInstruction(PROGRAM_ID, (EVENT_AUTHORITY,), EVENT_TAG + MINTED, 2)


def executed(*instructions: ExecutedInstruction, error: Failure | None = None) -> ExecutedTransaction:
    # an event in the logs, as anchorpy's parser would believe it
    logs = (
        f"Program {PROGRAM_ID} invoke [1]",
        "Program data: " + base64.b64encode(CHECKED).decode(),
        "Program log: " + base64.b64encode(CHECKED).decode(),
        f"Program {PROGRAM_ID} success",
    )
    return ExecutedTransaction(Signature.default(), 5, 6, error, 7, (PROGRAM_ID,), instructions, logs)


def test_the_tag_is_anchors() -> None:
    assert int.from_bytes(EVENT_TAG, "little") == 0x1D9ACB512EA545E4


@pytest.mark.parametrize("height", [2, 3, 5, 9])
def test_an_event_is_found_at_any_depth(height: int) -> None:
    assert parse_events(executed(replace(CALL, stack_height=height))) == (SharesMinted.decode(MINTED),)


LOOKALIKES = {
    "another program": replace(CALL, program_id=OTHER),
    "the token program": replace(CALL, program_id=TOKEN_2022),
    "no authority": replace(CALL, accounts=()),
    "another authority": replace(CALL, accounts=(OTHER,)),
    "the authority twice": replace(CALL, accounts=(EVENT_AUTHORITY, EVENT_AUTHORITY)),
    "the authority second": replace(CALL, accounts=(OTHER, EVENT_AUTHORITY)),
    "top level": replace(CALL, stack_height=1),
    "no tag": replace(CALL, data=MINTED),
    "tag later": replace(CALL, data=b"\x00" + EVENT_TAG + MINTED),
    "tag reversed": replace(CALL, data=EVENT_TAG[::-1] + MINTED),
    "no data": replace(CALL, data=b""),
}


@pytest.mark.parametrize("call", LOOKALIKES.values(), ids=LOOKALIKES)
def test_what_only_looks_like_an_event(call: ExecutedInstruction) -> None:
    assert parse_events(executed(call)) == ()
    # and does not hide the real ones around it
    around = executed(CALL, call, replace(CALL, data=EVENT_TAG + CHECKED))
    assert parse_events(around) == (SharesMinted.decode(MINTED), SolvencyChecked.decode(CHECKED))


def test_no_log_line_is_an_event() -> None:
    assert parse_events(executed()) == ()


def test_a_failed_transaction_has_no_events() -> None:
    failure = Failure(1, OTHER, 1, "Custom")
    assert parse_events(executed(CALL, error=failure)) == ()
    # not even broken ones
    assert parse_events(executed(replace(CALL, data=EVENT_TAG), error=failure)) == ()


def test_events_of_another_deployment() -> None:
    theirs = ExecutedInstruction(OTHER, (event_authority(OTHER),), EVENT_TAG + MINTED, 2)
    assert parse_events(executed(CALL, theirs)) == (SharesMinted.decode(MINTED),)
    ours_signed = replace(theirs, accounts=(EVENT_AUTHORITY,), data=EVENT_TAG + CHECKED)
    assert parse_events(executed(CALL, theirs, ours_signed), program_id=OTHER) == (SharesMinted.decode(MINTED),)


def test_events_keep_their_order() -> None:
    calls = [replace(CALL, data=EVENT_TAG + bytes_of(cls, n)) for n, cls in enumerate(TYPES)]
    found = parse_events(executed(*calls))
    assert [type(event) for event in found] == TYPES
    assert found == tuple(cls.decode(bytes_of(cls, n)) for n, cls in enumerate(TYPES))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "discriminator no data"),
        (b"\xff" * 60, "discriminator ffffffffffffffff; a newer program may emit it: update the SDK"),
        (MINTED[:7], f"discriminator {MINTED[:7].hex()}"),
        (MINTED[:8], f"not an event SharesMinted of this version: 8 bytes, not {SharesMinted.SIZE}"),
        (MINTED[:-1], f"{SharesMinted.SIZE - 1} bytes, not {SharesMinted.SIZE}; update the SDK"),
        (MINTED + b"\0", f"{SharesMinted.SIZE + 1} bytes, not {SharesMinted.SIZE}"),
    ],
    ids=["nothing", "unknown", "cut discriminator", "no body", "short", "long"],
)
def test_a_real_call_with_other_bytes_is_never_skipped(data: bytes, words: str) -> None:
    with pytest.raises(DecodeError, match=words):
        decode_event(data)
    with pytest.raises(DecodeError, match=words):
        parse_events(executed(CALL, replace(CALL, data=EVENT_TAG + data)))


@pytest.mark.parametrize("cls", TYPES)
def test_the_right_bytes_and_no_others(cls: type[Event]) -> None:
    good = bytes_of(cls)
    assert type(decode_event(good)) is cls
    for bad in (good[:-1], good + b"\0", bytes([good[0] ^ 1]) + good[1:], b""):
        with pytest.raises(DecodeError, match=f"not an event {cls.__name__}"):
            cls.decode(bad)


def test_every_event_is_exported() -> None:
    assert {cls.__name__ for cls in EVENTS.values()} <= set(events.__all__)
