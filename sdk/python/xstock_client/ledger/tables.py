"""Lookup tables on a cluster: open one, let it grow, find it again, and get its rent back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import Final

from solders.address_lookup_table_account import SlotHashes
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client.errors import DecodeError, LedgerError, UsageError, XstockError
from xstock_client.ledger.base import Ledger, Memcmp, Outcome, Receipt
from xstock_client.ledger.building import how_many_fit
from xstock_client.ledger.lookup import (
    LOOKUP_TABLE_PROGRAM,
    MAX_TABLE_ADDRESSES,
    LookupTable,
    close_lookup_table,
    create_lookup_table,
    deactivate_lookup_table,
    extend_lookup_table,
)
from xstock_client.ledger.signer import Signer

__all__ = [
    "SLOT_HASHES",
    "close_table",
    "deactivate_table",
    "extend_table",
    "open_table",
    "read_table",
    "tables_of",
]

SLOT_HASHES: Final = Pubkey.from_string("SysvarS1otHashes111111111111111111111111111")
"""The sysvar of the last 512 slots that had a block: what a table's address and its removal are judged by."""

_BLOCKS = 512
_SECONDS_PER_SLOT = 0.4
_PATIENCE = 60.0  # seconds
_POLL = 0.2
_AUTHORITY_AT = 21  # in a table's header; see lookup.TABLE_HEADER_BYTES
# A node that lags a little behind the one that was asked must know the slot too.
_OLD_ENOUGH = slice(8, 40)


async def open_table(
    ledger: Ledger, payer: Signer, addresses: Sequence[Pubkey], *, authority: Signer | None = None
) -> LookupTable:
    """Make a table of ``addresses`` (each once, in their order) and wait until it can be used.

    ``payer`` pays the rent of 56 bytes and 32 for each address, which :func:`close_table` gives back. ``authority``
    (the payer by default) may extend and close it. Up to 28 addresses go in with the first transaction and 29 with
    each further one. Raises UsageError for no address and for over 256. When a later transaction fails, the error's
    note names the table; :func:`tables_of` finds it as well.
    """
    owner = authority or payer
    wanted = list(dict.fromkeys(addresses))
    if not 1 <= len(wanted) <= MAX_TABLE_ADDRESSES:
        raise UsageError(f"a lookup table holds 1 to {MAX_TABLE_ADDRESSES} addresses, not {len(wanted)}")
    create, address = await _fresh(ledger, owner.pubkey, payer.pubkey)

    def begin(some: Sequence[Pubkey]) -> list[Instruction]:
        return [create, extend_lookup_table(address, owner.pubkey, payer.pubkey, some)]

    count = how_many_fit(wanted, begin, payer.pubkey)
    try:
        await _send(ledger, begin(wanted[:count]), payer, owner, address, count)
        table = LookupTable(address, tuple(wanted[:count]), owner.pubkey)
        return await extend_table(ledger, payer, table, wanted, authority=authority)
    except XstockError as error:
        error.add_note(f"lookup table {address} may have been opened before: extend it, or deactivate and close it")
        raise


async def extend_table(
    ledger: Ledger,
    payer: Signer,
    table: LookupTable,
    addresses: Sequence[Pubkey],
    *,
    authority: Signer | None = None,
) -> LookupTable:
    """Put those of ``addresses`` behind the table's own that it lacks, and wait until all can be used.

    Raises UsageError when it would hold over 256, is being removed, or ``authority`` (the payer by default) is not its
    own; LedgerError when the cluster makes no new slot for a minute.
    """
    owner = authority or payer
    _require_authority(table, owner)
    if table.deactivation_slot is not None:
        raise UsageError(f"the lookup table {table.address} is being removed and takes no addresses; open a new one")
    lacking = list(dict.fromkeys(one for one in addresses if one not in table.addresses))
    held = len(table.addresses)
    if held + len(lacking) > MAX_TABLE_ADDRESSES:
        raise UsageError(
            f"the lookup table {table.address} holds {held} addresses, and {len(lacking)} more would be over"
            f" {MAX_TABLE_ADDRESSES}; open another one for them"
        )
    build = partial(_extension, table.address, owner.pubkey, payer.pubkey)
    while lacking:
        count = how_many_fit(lacking, build, payer.pubkey)
        held += count
        await _send(ledger, build(lacking[:count]), payer, owner, table.address, held)
        lacking = lacking[count:]
    return await _usable(ledger, table.address)


async def read_table(ledger: Ledger, address: Pubkey) -> LookupTable:
    """The table at ``address``. Raises AccountMissing, DecodeError."""
    return LookupTable.decode(address, await ledger.account(address))


async def tables_of(ledger: Ledger, authority: Pubkey) -> list[LookupTable]:
    """Every table that ``authority`` controls, to use it again or to get its rent back; public RPCs may refuse that."""
    found = await ledger.program_accounts(
        LOOKUP_TABLE_PROGRAM, matching=[Memcmp(_AUTHORITY_AT, b"\1" + bytes(authority))]
    )
    return [LookupTable.decode(address, account) for address, account in found]


async def deactivate_table(
    ledger: Ledger, payer: Signer, address: Pubkey, *, authority: Signer | None = None
) -> Receipt:
    """Begin a table's removal; :func:`close_table` ends it about three and a half minutes later.

    Until then transactions with it still work. Raises UsageError when that has begun before, and for another
    ``authority`` (the payer by default) than the table's.
    """
    owner = authority or payer
    table = await read_table(ledger, address)
    _require_authority(table, owner)
    if table.deactivation_slot is not None:
        raise UsageError(f"the removal of lookup table {address} began in slot {table.deactivation_slot:,}; close it")
    signers = [] if owner is payer else [owner]
    return await ledger.send([deactivate_lookup_table(address, owner.pubkey)], payer, signers)


async def close_table(
    ledger: Ledger,
    payer: Signer,
    address: Pubkey,
    *,
    authority: Signer | None = None,
    recipient: Pubkey | None = None,
) -> Receipt:
    """Remove a table that was deactivated, and give all its lamports to ``recipient`` (the payer by default).

    Raises UsageError when it was not deactivated, or too short a time ago: the message tells how long it takes yet;
    and for another ``authority`` (the payer by default) than the table's.
    """
    owner = authority or payer
    table = await read_table(ledger, address)
    _require_authority(table, owner)
    if table.deactivation_slot is None:
        raise UsageError(
            f"the lookup table {address} is in use: deactivate it first, and close it {_time(_BLOCKS)} later"
        )
    left = _blocks_left(table.deactivation_slot, await _recent_slots(ledger))
    if left:
        raise UsageError(
            f"it is too early to close lookup table {address}: it was deactivated in slot {table.deactivation_slot:,},"
            f" and can be closed in {_time(left)} ({left} more slots)"
        )
    close = close_lookup_table(address, owner.pubkey, recipient or payer.pubkey)
    return await ledger.send([close], payer, [] if owner is payer else [owner])


def _require_authority(table: LookupTable, owner: Signer) -> None:
    if table.authority is None:
        raise UsageError(f"the lookup table {table.address} is frozen for good: nobody can extend or close it")
    if table.authority != owner.pubkey:
        raise UsageError(
            f"the lookup table {table.address} is controlled by {table.authority}, not by {owner.pubkey};"
            " sign with that key"
        )


async def _send(
    ledger: Ledger, instructions: Sequence[Instruction], payer: Signer, owner: Signer, address: Pubkey, count: int
) -> None:
    """Send what makes the table hold ``count`` addresses."""

    async def holds() -> Outcome:
        account = await ledger.account(address)
        if account is None:
            return "not done"
        return "done" if len(LookupTable.decode(address, account).addresses) >= count else "not done"

    await ledger.send(instructions, payer, [] if owner is payer else [owner], verify=holds)


async def _fresh(ledger: Ledger, authority: Pubkey, payer: Pubkey) -> tuple[Instruction, Pubkey]:
    """What makes a table at an address where none is; tables that one authority opens in one slot would meet there."""
    slots = await _recent_slots(ledger)
    makes = [create_lookup_table(authority, payer, slot) for slot in slots[_OLD_ENOUGH] or slots]
    there = await ledger.accounts([address for _, address in makes])
    for make, account in zip(makes, there, strict=True):
        if account is None:
            return make
    raise UsageError(f"{authority} has opened {len(makes)} lookup tables within seconds; wait a little, or use those")


async def _usable(ledger: Ledger, address: Pubkey) -> LookupTable:
    table = await read_table(ledger, address)
    until = time.monotonic() + _PATIENCE
    while not table.usable_in(slot := await ledger.slot()):
        if time.monotonic() >= until:
            raise LedgerError(
                f"the lookup table {address} can be used after slot {table.last_extended_slot:,}, and the cluster"
                f" has been at {slot:,} for {_PATIENCE:g} s; look whether it makes blocks, and try again"
            )
        await asyncio.sleep(_POLL)
    return table


async def _recent_slots(ledger: Ledger) -> list[int]:
    """Slots that had a block, newest first."""
    account = await ledger.account(SLOT_HASHES)
    try:
        slots = [slot for slot, _ in SlotHashes.from_bytes(account.data).slot_hashes] if account else []
    except ValueError:
        slots = []
    if not slots:
        raise DecodeError(f"the cluster's account of recent slots, {SLOT_HASHES}, is missing or cannot be read")
    return slots


def _blocks_left(deactivation_slot: int, slots: Sequence[int]) -> int:
    """As the runtime counts: a table is gone once its deactivation slot has left the recent ones."""
    if deactivation_slot > slots[0]:
        return _BLOCKS + 1
    return _BLOCKS - slots.index(deactivation_slot) if deactivation_slot in slots else 0


def _extension(table: Pubkey, authority: Pubkey, payer: Pubkey, addresses: Sequence[Pubkey]) -> list[Instruction]:
    return [extend_lookup_table(table, authority, payer, addresses)]


def _time(slots: int) -> str:
    return f"about {max(round(slots * _SECONDS_PER_SLOT), 1)} s"
