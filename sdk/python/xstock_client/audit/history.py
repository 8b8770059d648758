"""Where a reserve's reports and keys come from: the transactions that brought them, found in the ledger's history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.audit.signatures import read_signatures
from xstock_client.clients.keysets import SlotView
from xstock_client.constants import ED25519
from xstock_client.errors import DecodeError
from xstock_client.events import ChainAttested, ChainRegistered, CustodianRegistered, ReserveAttested, parse_events
from xstock_client.instructions import INSTRUCTIONS
from xstock_client.ledger import ExecutedTransaction, Ledger
from xstock_client.message import Kind, SignedAttestation

__all__ = ["Evidence", "Found", "Place", "Registration", "search"]

Place: TypeAlias = tuple[Kind, int]
"""A slot: its kind and number."""

_AT_ONCE: Final = 1000
_ATTEST: Final = INSTRUCTIONS["attest"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The transaction that brought a report."""

    transaction: Signature
    event: ReserveAttested | ChainAttested
    signatures: tuple[SignedAttestation, ...]
    """All that this transaction's attest instructions took from its ed25519 instructions; not verified yet."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The transaction that proposed a key set."""

    transaction: Signature
    keys: tuple[Pubkey, ...]
    threshold: int
    valid_from: int
    """Unix seconds."""


@dataclass(slots=True)
class Found:
    """What a search came to."""

    evidence: dict[Place, Evidence] = field(default_factory=dict)
    registrations: dict[Place, Registration] = field(default_factory=dict)
    transactions: int = 0
    """How many were looked at."""


async def search(
    ledger: Ledger,
    asset: Pubkey,
    reserve: Pubkey,
    slots: Sequence[SlotView],
    *,
    program_id: Pubkey,
    limit: int,
    on_transaction: Callable[[int], None] = lambda count: None,
) -> Found:
    """Look for the last report of each slot and for the registration of its keys, newest transactions first.

    Ends when all are found, at the end of the history that the ledger keeps, or after ``limit`` transactions.
    """
    wanted = {(one.kind, one.number): one for one in slots if one.current is not None and one.received_at}
    found = Found()
    before: Signature | None = None
    while not _complete(found, wanted) and found.transactions < limit:
        page = await ledger.signatures_for(reserve, limit=min(_AT_ONCE, limit - found.transactions), before=before)
        if not page:
            break
        before = page[-1].signature
        for line in page:
            found.transactions += 1
            on_transaction(found.transactions)
            executed = None if line.failed else await ledger.transaction(line.signature)
            if executed is not None:
                _take(found, executed, asset, wanted, program_id)
            if _complete(found, wanted):
                break
    return found


def _complete(found: Found, wanted: Mapping[Place, SlotView]) -> bool:
    return len(found.evidence) == len(found.registrations) == len(wanted)


def _take(
    found: Found,
    executed: ExecutedTransaction,
    asset: Pubkey,
    wanted: Mapping[Place, SlotView],
    program_id: Pubkey,
) -> None:
    for event in parse_events(executed, program_id=program_id):
        match event:
            case ReserveAttested() | ChainAttested():
                place = (Kind.RESERVE if isinstance(event, ReserveAttested) else Kind.CHAIN, event.slot)
                keys = wanted[place].current if place in wanted else None
                if keys and (event.asset, event.epoch, event.sequence) == (asset, keys.epoch, keys.sequence):
                    signatures = tuple(_relayed(executed, program_id))
                    found.evidence.setdefault(place, Evidence(executed.signature, event, signatures))
            case CustodianRegistered() | ChainRegistered():
                place = (Kind.RESERVE if isinstance(event, CustodianRegistered) else Kind.CHAIN, event.slot)
                keys = wanted[place].current if place in wanted else None
                if keys and (event.asset, event.epoch) == (asset, keys.epoch):
                    own = tuple(key for key in event.keys if key != Pubkey.default())
                    made = Registration(executed.signature, own, event.threshold, event.valid_from)
                    found.registrations.setdefault(place, made)
            case _:
                pass


def _relayed(executed: ExecutedTransaction, program_id: Pubkey) -> Iterator[SignedAttestation]:
    """The signatures that attest instructions of a transaction name, in whatever program called them."""
    outermost = [one for one in executed.instructions if one.stack_height == 1]
    for one in executed.instructions:
        if one.program_id != program_id or one.data[: len(_ATTEST)] != _ATTEST:
            continue
        try:
            place, first, count = one.data[len(_ATTEST) : len(_ATTEST) + 3]
            check = outermost[place]
            if check.program_id == ED25519:
                yield from read_signatures(check.data)[first : first + count]
        except (DecodeError, IndexError, ValueError):
            continue  # no signature of it is evidence of anything
