"""Pure steps from instructions to signed bytes, shared by the ledgers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias, TypeVar, overload

from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message, MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.errors import KeypairError, UsageError
from xstock_client.ledger.lookup import LookupTable
from xstock_client.ledger.signer import Signer

__all__ = [
    "MAX_BYTES",
    "MAX_LOCKS",
    "MAX_UNITS",
    "Compiled",
    "Size",
    "compile_message",
    "how_many_fit",
    "measure",
    "sign",
    "unsigned",
    "writable_accounts",
]

MAX_UNITS = 1_400_000
"""Compute units that one transaction may ask for, at most."""

MAX_BYTES = 1232
"""Bytes of a signed transaction, at most (one IPv6 packet)."""

MAX_LOCKS = 64
"""Accounts that one transaction names, at most, those out of lookup tables included."""

Compiled: TypeAlias = Message | MessageV0
"""A legacy message, or one of version 0, which may name accounts out of lookup tables."""

Item = TypeVar("Item")

_INDICES = 256  # accounts that the indices of a message can tell apart


@dataclass(frozen=True, slots=True)
class Size:
    """What a transaction takes of what limits it."""

    bytes: int
    """Of the signed transaction; at most :data:`MAX_BYTES`."""
    locks: int
    """Different accounts that it names; at most :data:`MAX_LOCKS`."""

    @property
    def fits(self) -> bool:
        """Whether it can be sent, as far as its size goes."""
        return self.bytes <= MAX_BYTES and self.locks <= MAX_LOCKS


@overload
def compile_message(
    instructions: Sequence[Instruction], payer: Pubkey, *, blockhash: Hash, units: int = ..., price: int = ...
) -> Message: ...


@overload
def compile_message(
    instructions: Sequence[Instruction],
    payer: Pubkey,
    *,
    blockhash: Hash,
    units: int = ...,
    price: int = ...,
    tables: Sequence[LookupTable],
) -> Compiled: ...


def compile_message(
    instructions: Sequence[Instruction],
    payer: Pubkey,
    *,
    blockhash: Hash,
    units: int = MAX_UNITS,
    price: int = 0,
    tables: Sequence[LookupTable] = (),
) -> Compiled:
    """One message with a limit of ``units`` and a price in micro-lamports per unit (0: none of it is set).

    It is a legacy message without ``tables``, and one of version 0 with them. The budget goes behind the caller's
    instructions, so that the indices which the runtime reports, and which programs read, are the caller's own. Raises
    UsageError when the transaction would be larger than :data:`MAX_BYTES`, or name more accounts than
    :data:`MAX_LOCKS`.
    """
    message, size = _compile(instructions, payer, blockhash, units, price, tables)
    if size.bytes > MAX_BYTES:
        raise UsageError(
            f"the transaction would be {size.bytes:,} bytes, and at most {MAX_BYTES:,} fit;"
            " send fewer instructions at once"
        )
    if not size.fits:
        raise _too_many(size.locks)
    return message


def measure(
    instructions: Sequence[Instruction],
    payer: Pubkey,
    *,
    units: int = MAX_UNITS,
    price: int = 1,
    tables: Sequence[LookupTable] = (),
) -> Size:
    """What a transaction would take; with a price by default, so that a priority fee never makes it too long.

    Raises UsageError for no instruction at all.
    """
    return _compile(instructions, payer, Hash.default(), units, price, tables)[1]


def how_many_fit(
    items: Sequence[Item],
    build: Callable[[Sequence[Item]], Sequence[Instruction]],
    payer: Pubkey,
    *,
    units: int = MAX_UNITS,
    price: int = 1,
    tables: Sequence[LookupTable] = (),
) -> int:
    """How many of the first ``items`` fit into one transaction of the instructions that ``build`` makes of them."""
    for count in range(1, len(items) + 1):
        if not measure(build(items[:count]), payer, units=units, price=price, tables=tables).fits:
            return count - 1
    return len(items)


def _compile(
    instructions: Sequence[Instruction],
    payer: Pubkey,
    blockhash: Hash,
    units: int,
    price: int,
    tables: Sequence[LookupTable],
) -> tuple[Compiled, Size]:
    if not instructions:
        raise UsageError("a transaction needs at least one instruction")
    budget = [set_compute_unit_limit(units)] if units else []
    if price:
        budget.append(set_compute_unit_price(price))
    every = [*instructions, *budget]
    metas = chain.from_iterable(one.accounts for one in every)
    locks = len({payer, *(one.program_id for one in every), *(meta.pubkey for meta in metas)})
    # Without tables the bytes are those of a legacy message, for signers and machines that know no other.
    message: Compiled
    if not tables:
        message = Message.new_with_blockhash(every, payer, blockhash)
    elif locks > _INDICES:
        raise _too_many(locks)  # the compiler would stop at it
    else:
        message = MessageV0.try_compile(payer, every, [table.for_compiling() for table in tables], blockhash)
    size = 1 + 64 * message.header.num_required_signatures + len(to_bytes_versioned(message))
    return message, Size(size, locks)


def unsigned(message: Compiled) -> VersionedTransaction:
    """``message`` with blank signatures, for simulation."""
    return VersionedTransaction.populate(message, [Signature.default()] * message.header.num_required_signatures)


async def sign(message: Compiled, payer: Signer, signers: Sequence[Signer]) -> VersionedTransaction:
    """Collect and check every signature that ``message`` requires.

    Raises UsageError naming the addresses nobody signs for, and KeypairError
    when a signer returns a signature that is not its own (a locked or wrong device).
    """
    by_key = {signer.pubkey: signer for signer in (*signers, payer)}
    required = message.account_keys[: message.header.num_required_signatures]
    missing = [str(key) for key in required if key not in by_key]
    if missing:
        raise UsageError(f"the transaction must also be signed by {', '.join(missing)}; pass their signers")
    data = to_bytes_versioned(message)
    signatures = []
    for key in required:
        signature = await by_key[key].sign(data)
        if not signature.verify(key, data):
            raise KeypairError(f"the signer of {key} returned a signature that does not verify; nothing was sent")
        signatures.append(signature)
    return VersionedTransaction.populate(message, signatures)


def writable_accounts(instructions: Sequence[Instruction], payer: Pubkey) -> tuple[Pubkey, ...]:
    """Accounts that the transaction locks for writing: the ones whose market sets its fee."""
    metas = chain.from_iterable(instruction.accounts for instruction in instructions)
    return tuple(dict.fromkeys([payer, *(meta.pubkey for meta in metas if meta.is_writable)]))


def _too_many(locks: int) -> UsageError:
    return UsageError(
        f"the transaction would name {locks:,} accounts, and at most {MAX_LOCKS} can be locked at once;"
        " send fewer instructions at once"
    )
