"""RPC answers and sysvar bytes."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.hash import Hash
from solders.instruction import CompiledInstruction
from solders.keypair import Keypair
from solders.message import MessageAddressTableLookup, MessageHeader, MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from xstock_client.errors import DecodeError
from xstock_client.ledger import Account, ExecutedInstruction
from xstock_client.ledger.decoding import base58_decode, clock_unix_timestamp, parse_transaction


@given(st.binary(min_size=32, max_size=32))
def test_base58_agrees_with_solders(data: bytes) -> None:
    assert base58_decode(str(Pubkey(data))) == data


def test_base58_of_other_lengths() -> None:
    assert [base58_decode(text) for text in ("", "1", "11", "2g", "a3gV")] == [b"", b"\0", b"\0\0", b"a", b"bbb"]
    for bad in ("0", "I", "a b"):
        with pytest.raises(DecodeError, match="not base58"):
            base58_decode(bad)


def test_the_clock() -> None:
    data = struct.pack("<QqQQq", 1, 2, 3, 4, -5)
    assert clock_unix_timestamp(Account(1, Pubkey.default(), data)) == -5
    for bad in (None, Account(1, Pubkey.default(), data[:39])):
        with pytest.raises(DecodeError, match="clock account"):
            clock_unix_timestamp(bad)


def answer(**changes: Any) -> tuple[dict[str, Any], list[Pubkey]]:
    """Two top-level instructions over a lookup table, the first with nested calls."""
    payer = Keypair()
    keys = [payer.pubkey(), *(Pubkey(bytes([fill] * 32)) for fill in range(1, 6))]
    message = MessageV0(
        MessageHeader(1, 0, 2),
        keys[:3],
        Hash.default(),
        [CompiledInstruction(1, b"top", bytes([0, 3, 5])), CompiledInstruction(2, b"next", b"")],
        [MessageAddressTableLookup(Pubkey(bytes([99] * 32)), bytes([0, 1]), bytes([2]))],
    )
    transaction = VersionedTransaction(message, [payer])
    meta: dict[str, Any] = {
        "err": None,
        "computeUnitsConsumed": 777,
        "logMessages": ["one", "two"],
        "loadedAddresses": {"writable": [str(keys[3]), str(keys[4])], "readonly": [str(keys[5])]},
        "innerInstructions": [
            {
                "index": 0,
                "instructions": [
                    {"programIdIndex": 2, "accounts": [4], "data": "a3gV", "stackHeight": 2},
                    {"programIdIndex": 1, "accounts": [], "data": "2g", "stackHeight": 3},
                    {"programIdIndex": 2, "accounts": [], "data": "", "stackHeight": None},
                ],
            }
        ],
        **changes,
    }
    encoded = base64.b64encode(bytes(transaction)).decode()
    return {"slot": 9, "blockTime": 1_700_000_000, "transaction": [encoded, "base64"], "meta": meta}, keys


def test_instructions_in_order_of_execution_over_a_lookup_table() -> None:
    value, keys = answer()
    parsed = parse_transaction(value)
    assert (parsed.slot, parsed.block_time, parsed.error, parsed.units) == (9, 1_700_000_000, None, 777)
    assert parsed.account_keys == tuple(keys) and parsed.logs == ("one", "two")
    assert parsed.instructions == (
        ExecutedInstruction(keys[1], (keys[0], keys[3], keys[5]), b"top", 1),
        ExecutedInstruction(keys[2], (keys[4],), b"bbb", 2),
        ExecutedInstruction(keys[1], (), b"a", 3),
        ExecutedInstruction(keys[2], (), b"", 2),
        ExecutedInstruction(keys[2], (), b"next", 1),
    )


def test_a_failed_one_says_so_and_an_incomplete_record_is_refused() -> None:
    value, keys = answer(err={"InstructionError": [1, {"Custom": 3}]})
    error = parse_transaction(value).error
    assert error is not None and (error.program_id, error.custom_code) == (keys[2], 3)
    for missing in ("innerInstructions", "logMessages"):
        with pytest.raises(DecodeError, match="keeps no inner instructions"):
            parse_transaction(answer(**{missing: None})[0])
