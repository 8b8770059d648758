"""Address lookup tables: what one holds, and the instructions that make, grow and remove one. Pure, no network.

A transaction of version 0 names an account that stands in a table by one byte instead of 32. The layouts are those of
the crate ``solana-address-lookup-table-interface`` 3.0.0 (``state.rs``, ``instruction.rs``; bincode, little-endian).
The account is decoded by solders; it has no builders for the instructions. :mod:`tables` sends them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from solders.address_lookup_table_account import (
    ID,
    AddressLookupTable,
    AddressLookupTableAccount,
    derive_lookup_table_address,
)
from solders.instruction import AccountMeta, Instruction
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey

from xstock_client.constants import SYSTEM
from xstock_client.errors import AccountMissing, DecodeError, UsageError
from xstock_client.ledger.base import Account

__all__ = [
    "LOOKUP_TABLE_PROGRAM",
    "MAX_TABLE_ADDRESSES",
    "TABLE_HEADER_BYTES",
    "LookupTable",
    "close_lookup_table",
    "create_lookup_table",
    "deactivate_lookup_table",
    "extend_lookup_table",
    "resolve",
]

LOOKUP_TABLE_PROGRAM: Final = ID
"""The Address Lookup Table program."""

MAX_TABLE_ADDRESSES: Final = 256
"""Addresses that one table holds, at most: an index is one byte."""

TABLE_HEADER_BYTES: Final = 56
"""Bytes before the first address: kind u32, deactivation slot u64 (all ones: none), slot of the last extension u64,
number of addresses before it u8, authority (one byte that tells whether there is one, then 32), padding u16."""

_NEVER = 2**64 - 1
_CREATE, _EXTEND, _DEACTIVATE, _CLOSE = 0, 2, 3, 4


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A table as it was read. Addresses are only ever added, so what an index means never changes."""

    address: Pubkey
    addresses: tuple[Pubkey, ...]
    authority: Pubkey | None = None
    """Who may extend and remove it; None when it is frozen for good."""
    last_extended_slot: int = 0
    """It can be used in later slots than this one."""
    deactivation_slot: int | None = None
    """When its removal began; None while that has not."""

    @classmethod
    def decode(cls, address: Pubkey, account: Account | None) -> LookupTable:
        """Read what the cluster holds at ``address``. Raises AccountMissing, DecodeError."""
        if account is None:
            raise AccountMissing(
                f"there is no lookup table {address} on this cluster; open one, or send without it (fewer at once)"
            )
        if account.owner != LOOKUP_TABLE_PROGRAM:
            raise DecodeError(
                f"{address} is no lookup table: it belongs to program {account.owner}, not to {LOOKUP_TABLE_PROGRAM}"
            )
        count = (len(account.data) - TABLE_HEADER_BYTES) // 32
        try:
            table = AddressLookupTable.deserialize(account.data)
        except ValueError as error:
            raise DecodeError(
                f"{address} is no lookup table that can be read ({error}): its {len(account.data):,} bytes are not"
                f" {TABLE_HEADER_BYTES} of a header and 32 for each address"
            ) from None
        if count > MAX_TABLE_ADDRESSES:
            raise DecodeError(f"the lookup table {address} holds {count:,} addresses, over {MAX_TABLE_ADDRESSES}")
        meta = table.meta
        return cls(
            address,
            tuple(table.addresses),
            meta.authority,
            meta.last_extended_slot,
            None if meta.deactivation_slot == _NEVER else meta.deactivation_slot,
        )

    def usable_in(self, slot: int) -> bool:
        """Whether a transaction that runs in ``slot`` finds every address."""
        return slot > self.last_extended_slot

    def for_compiling(self) -> AddressLookupTableAccount:
        """The same for solders' compiler of messages."""
        return AddressLookupTableAccount(self.address, list(self.addresses))


def create_lookup_table(authority: Pubkey, payer: Pubkey, recent_slot: int) -> tuple[Instruction, Pubkey]:
    """The instruction that makes an empty table, and the table's address.

    ``recent_slot`` must be in the SlotHashes sysvar when it runs; the address is derived from it and ``authority``
    (who does not sign), and ``payer`` (who does) pays the rent. Data: u32 0, u64 slot, u8 bump.
    Accounts: table (written), authority, payer (signs, written), system program.
    """
    address, bump = derive_lookup_table_address(authority, recent_slot)
    metas = [
        AccountMeta(address, is_signer=False, is_writable=True),
        AccountMeta(authority, is_signer=False, is_writable=False),
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(SYSTEM, is_signer=False, is_writable=False),
    ]
    return Instruction(LOOKUP_TABLE_PROGRAM, struct.pack("<IQB", _CREATE, recent_slot, bump), metas), address


def extend_lookup_table(table: Pubkey, authority: Pubkey, payer: Pubkey, addresses: Sequence[Pubkey]) -> Instruction:
    """Put ``addresses`` behind those of the table; ``authority`` and ``payer`` (of the rent) sign.

    Data: u32 2, u64 count, 32 bytes each. Accounts: table (written), authority (signs), payer (signs, written), system
    program. Raises UsageError for no address and for more than a table holds.
    """
    if not 1 <= len(addresses) <= MAX_TABLE_ADDRESSES:
        raise UsageError(f"a lookup table is extended by 1 to {MAX_TABLE_ADDRESSES} addresses, not {len(addresses)}")
    data = struct.pack("<IQ", _EXTEND, len(addresses)) + b"".join(map(bytes, addresses))
    metas = [
        *_controlled(table, authority),
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(SYSTEM, is_signer=False, is_writable=False),
    ]
    return Instruction(LOOKUP_TABLE_PROGRAM, data, metas)


def deactivate_lookup_table(table: Pubkey, authority: Pubkey) -> Instruction:
    """Begin the table's removal; ``authority`` signs. It works on until the slot leaves the SlotHashes sysvar.

    Data: u32 3. Accounts: table (written), authority (signs).
    """
    return Instruction(LOOKUP_TABLE_PROGRAM, struct.pack("<I", _DEACTIVATE), _controlled(table, authority))


def close_lookup_table(table: Pubkey, authority: Pubkey, recipient: Pubkey) -> Instruction:
    """Remove a table that was deactivated about 512 slots ago; its rent goes to ``recipient``, ``authority`` signs.

    Data: u32 4. Accounts: table (written), authority (signs), recipient (written).
    """
    metas = [*_controlled(table, authority), AccountMeta(recipient, is_signer=False, is_writable=True)]
    return Instruction(LOOKUP_TABLE_PROGRAM, struct.pack("<I", _CLOSE), metas)


def resolve(message: Message | MessageV0, tables: Iterable[LookupTable]) -> list[Pubkey]:
    """All accounts of ``message`` in the order that its indices count them: its own, then the written and then the
    read ones out of its tables. Raises UsageError for a table that is not among ``tables``, or is too short.
    """
    keys = message.account_keys
    if isinstance(message, Message):
        return keys
    known = {table.address: table.addresses for table in tables}
    written: list[Pubkey] = []
    read: list[Pubkey] = []
    for one in message.address_table_lookups:
        addresses = known.get(one.account_key)
        if addresses is None:
            raise UsageError(f"the transaction names accounts out of lookup table {one.account_key}; pass it too")
        try:
            written += (addresses[index] for index in one.writable_indexes)
            read += (addresses[index] for index in one.readonly_indexes)
        except IndexError:
            highest = max([*one.writable_indexes, *one.readonly_indexes])
            raise UsageError(
                f"the transaction names account {highest} of lookup table {one.account_key}, which holds"
                f" {len(addresses)}; read it again"
            ) from None
    return [*keys, *written, *read]


def _controlled(table: Pubkey, authority: Pubkey) -> list[AccountMeta]:
    return [
        AccountMeta(table, is_signer=False, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
    ]
