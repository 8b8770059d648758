"""From JSON-RPC answers and sysvar bytes to the values of :mod:`base`. Pure."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from solders.instruction import CompiledInstruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.errors import DecodeError
from xstock_client.ledger.base import Account, ExecutedInstruction, ExecutedTransaction, SignatureInfo
from xstock_client.ledger.failures import read_failure

__all__ = [
    "CLOCK_SYSVAR",
    "base58_decode",
    "clock_unix_timestamp",
    "flatten",
    "parse_account",
    "parse_signature_info",
    "parse_transaction",
    "top_level_programs",
]

CLOCK_SYSVAR = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {character: digit for digit, character in enumerate(_ALPHABET)}
# slot u64, epoch_start_timestamp i64, epoch u64, leader_schedule_epoch u64, unix_timestamp i64
_CLOCK = struct.Struct("<QqQQq")
# RPC nodes before 1.15 recorded no heights; one level of CPI is what they can be taken for.
_UNKNOWN_HEIGHT = 2


class AnyMessage(Protocol):
    """What every version of a compiled message has (solders' releases know different versions)."""

    @property
    def account_keys(self) -> list[Pubkey]: ...

    @property
    def instructions(self) -> list[CompiledInstruction]: ...


def base58_decode(text: str) -> bytes:
    """Bytes of base58 ``text`` (the RPC writes inner instructions in no other way). Raises DecodeError."""
    number = 0
    try:
        for character in text:
            number = number * 58 + _DIGITS[character]
    except KeyError:
        raise DecodeError(f"not base58: {text[:20]!r}") from None
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def clock_unix_timestamp(account: Account | None) -> int:
    """Unix seconds in the Clock sysvar's account. Raises DecodeError."""
    if account is None or len(account.data) < _CLOCK.size:
        raise DecodeError(f"the cluster's clock account is missing or shorter than {_CLOCK.size} bytes")
    return int(_CLOCK.unpack_from(account.data)[4])


def parse_account(value: Mapping[str, Any] | None) -> Account | None:
    """An account in the RPC's base64 form; None stays None, as does one without lamports (closed)."""
    if value is None or not value["lamports"]:
        return None
    return Account(
        lamports=int(value["lamports"]),
        owner=Pubkey.from_string(value["owner"]),
        data=base64.b64decode(value["data"][0]),
        executable=bool(value["executable"]),
    )


def parse_signature_info(value: Mapping[str, Any]) -> SignatureInfo:
    """One entry of getSignaturesForAddress."""
    return SignatureInfo(
        signature=Signature.from_string(value["signature"]),
        slot=int(value["slot"]),
        block_time=value.get("blockTime"),
        failed=value.get("err") is not None,
    )


def top_level_programs(message: AnyMessage) -> tuple[Pubkey, ...]:
    """Program ids of the top-level instructions (never in a lookup table, by the runtime's rule)."""
    return tuple(message.account_keys[instruction.program_id_index] for instruction in message.instructions)


def flatten(
    message: AnyMessage,
    keys: Sequence[Pubkey],
    inner: Mapping[int, Iterable[tuple[int, bytes, bytes, int | None]]],
) -> tuple[ExecutedInstruction, ...]:
    """All instructions in order of execution.

    ``inner`` maps a top-level index to what it invoked: program index, account
    indices, data, stack height, in order.
    """
    flat: list[ExecutedInstruction] = []

    def add(program: int, accounts: bytes, data: bytes, height: int | None) -> None:
        flat.append(
            ExecutedInstruction(
                keys[program], tuple(keys[index] for index in accounts), data, height or _UNKNOWN_HEIGHT
            )
        )

    for index, top in enumerate(message.instructions):
        add(top.program_id_index, top.accounts, top.data, 1)
        for program, accounts, data, height in inner.get(index, ()):
            add(program, accounts, data, height)
    return tuple(flat)


def parse_transaction(value: Mapping[str, Any]) -> ExecutedTransaction:
    """An answer of getTransaction in base64 encoding. Raises DecodeError when its record is incomplete."""
    transaction = VersionedTransaction.from_bytes(base64.b64decode(value["transaction"][0]))
    meta = value.get("meta")
    signature = transaction.signatures[0]
    if meta is None or meta.get("innerInstructions") is None or meta.get("logMessages") is None:
        raise DecodeError(f"the RPC keeps no inner instructions of transaction {signature}; ask another RPC")
    message = transaction.message
    loaded = meta.get("loadedAddresses") or {}
    keys = [
        *message.account_keys,
        *(Pubkey.from_string(key) for part in ("writable", "readonly") for key in loaded.get(part, ())),
    ]
    inner = {
        int(group["index"]): [
            (one["programIdIndex"], bytes(one["accounts"]), base58_decode(one["data"]), one.get("stackHeight"))
            for one in group["instructions"]
        ]
        for group in meta["innerInstructions"]
    }
    logs = tuple(meta["logMessages"])
    error = meta.get("err")
    return ExecutedTransaction(
        signature=signature,
        slot=int(value["slot"]),
        block_time=value.get("blockTime"),
        error=None if error is None else read_failure(error, logs, top_level_programs(message)),
        units=int(meta.get("computeUnitsConsumed") or 0),
        account_keys=tuple(keys),
        instructions=flatten(message, keys, inner),
        logs=logs,
    )
