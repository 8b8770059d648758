"""Lookup tables as bytes: the account, the instructions, and what a message names through them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.hash import Hash
from solders.instruction import AccountMeta, CompiledInstruction, Instruction
from solders.message import Message, MessageAddressTableLookup, MessageHeader, MessageV0
from solders.pubkey import Pubkey

from xstock_client.constants import SYSTEM
from xstock_client.errors import AccountMissing, DecodeError, UsageError
from xstock_client.ledger import Account, LookupTable
from xstock_client.ledger.lookup import (
    LOOKUP_TABLE_PROGRAM,
    MAX_TABLE_ADDRESSES,
    TABLE_HEADER_BYTES,
    close_lookup_table,
    create_lookup_table,
    deactivate_lookup_table,
    extend_lookup_table,
    resolve,
)

TABLE, AUTHORITY, PAYER = (Pubkey(bytes([fill]) * 32) for fill in (1, 2, 3))
FIRST, SECOND, THIRD = (Pubkey(bytes([fill]) * 32) for fill in (11, 12, 13))
ALT = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")

# kind 1, deactivation slot none, last extended in slot 0x0102, one address before that, an authority, padding
ACTIVE = "01000000 ffffffffffffffff 0201000000000000 01 01" + "02" * 32 + "0000"
LEAVING = "01000000 0700000000000000 0201000000000000 01 01" + "02" * 32 + "0000"
FROZEN = "01000000 ffffffffffffffff 0201000000000000 01 00" + "00" * 32 + "0000"


def account(header: str, *addresses: Pubkey) -> Account:
    return Account(1, ALT, bytes.fromhex(header) + b"".join(map(bytes, addresses)))


def writable(address: Pubkey) -> AccountMeta:
    return AccountMeta(address, is_signer=False, is_writable=True)


def readable(address: Pubkey) -> AccountMeta:
    return AccountMeta(address, is_signer=False, is_writable=False)


def signing(address: Pubkey, *, written: bool) -> AccountMeta:
    return AccountMeta(address, is_signer=True, is_writable=written)


def test_a_table_is_read_from_its_account() -> None:
    assert len(account(ACTIVE).data) == TABLE_HEADER_BYTES and LOOKUP_TABLE_PROGRAM == ALT
    table = LookupTable.decode(TABLE, account(ACTIVE, FIRST, SECOND))
    assert table == LookupTable(TABLE, (FIRST, SECOND), AUTHORITY, 258, None)
    assert LookupTable.decode(TABLE, account(ACTIVE)).addresses == ()
    assert LookupTable.decode(TABLE, account(LEAVING, FIRST)).deactivation_slot == 7
    assert LookupTable.decode(TABLE, account(FROZEN, FIRST)).authority is None
    assert [table.usable_in(slot) for slot in (257, 258, 259)] == [False, False, True]
    full = [FIRST] * MAX_TABLE_ADDRESSES
    assert len(LookupTable.decode(TABLE, account(ACTIVE, *full)).addresses) == 256


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (replace(account(ACTIVE, FIRST), owner=SYSTEM), "is no lookup table: it belongs to program 1{32}, not to Addr"),
        (replace(account(ACTIVE, FIRST), data=account(ACTIVE, FIRST).data[:-1]), "its 87 bytes are not 56 of a header"),
        (replace(account(ACTIVE), data=account(ACTIVE).data[:55]), "its 55 bytes are not 56"),
        (replace(account(ACTIVE), data=b""), "its 0 bytes are not 56"),
        (account("00" + ACTIVE[2:], FIRST), r"UninitializedAccount\): its 88 bytes"),
        (account("02" + ACTIVE[2:], FIRST), "InvalidAccountData"),
        (account(ACTIVE.replace("01 01", "01 02"), FIRST), "InvalidAccountData"),
        (account(ACTIVE, *[FIRST] * 257), "holds 257 addresses, over 256"),
    ],
)
def test_other_accounts_are_not_taken_for_one(found: Account, message: str) -> None:
    with pytest.raises(DecodeError, match=f"{TABLE} .*{message}|{TABLE}.* {message}"):
        LookupTable.decode(TABLE, found)


def test_an_account_that_does_not_exist_is_missing() -> None:
    with pytest.raises(AccountMissing, match=f"no lookup table {TABLE} on this cluster"):
        LookupTable.decode(TABLE, None)


def test_the_instructions_are_those_of_the_program() -> None:
    create, address = create_lookup_table(AUTHORITY, PAYER, 258)
    expected, bump = Pubkey.find_program_address([bytes(AUTHORITY), (258).to_bytes(8, "little")], ALT)
    assert address == expected
    data = bytes.fromhex("00000000 0201000000000000") + bytes([bump])
    metas = [writable(address), readable(AUTHORITY), signing(PAYER, written=True), readable(SYSTEM)]
    assert create == Instruction(ALT, data, metas)

    controlled = [writable(TABLE), signing(AUTHORITY, written=False)]
    data = bytes.fromhex("02000000 0200000000000000") + bytes(FIRST) + bytes(SECOND)
    assert extend_lookup_table(TABLE, AUTHORITY, PAYER, [FIRST, SECOND]) == Instruction(
        ALT, data, [*controlled, signing(PAYER, written=True), readable(SYSTEM)]
    )
    assert deactivate_lookup_table(TABLE, AUTHORITY) == Instruction(ALT, b"\3\0\0\0", controlled)
    assert close_lookup_table(TABLE, AUTHORITY, PAYER) == Instruction(ALT, b"\4\0\0\0", [*controlled, writable(PAYER)])


def test_a_table_is_not_extended_by_nothing_or_by_too_much() -> None:
    for addresses in ([], [FIRST] * 257):
        with pytest.raises(UsageError, match=f"by 1 to 256 addresses, not {len(addresses)}"):
            extend_lookup_table(TABLE, AUTHORITY, PAYER, addresses)


def naming(*lookups: MessageAddressTableLookup) -> MessageV0:
    header = MessageHeader(1, 0, 1)
    return MessageV0(header, [PAYER, SYSTEM], Hash.default(), [CompiledInstruction(1, b"", b"")], list(lookups))


def test_written_accounts_of_all_tables_come_before_read_ones() -> None:
    other = LookupTable(AUTHORITY, (THIRD, PAYER))
    tables = [LookupTable(TABLE, (FIRST, SECOND)), other]
    message = naming(MessageAddressTableLookup(TABLE, b"\1", b"\0"), MessageAddressTableLookup(AUTHORITY, b"\0", b"\1"))
    assert resolve(message, tables) == [PAYER, SYSTEM, SECOND, THIRD, FIRST, PAYER]
    assert resolve(naming(), []) == [PAYER, SYSTEM]
    legacy = Message.new_with_blockhash([Instruction(SYSTEM, b"", [writable(FIRST)])], PAYER, Hash.default())
    assert resolve(legacy, []) == [PAYER, FIRST, SYSTEM]


def test_a_table_that_is_not_there_or_too_short_is_named() -> None:
    message = naming(MessageAddressTableLookup(TABLE, b"", b"\2"))
    with pytest.raises(UsageError, match=f"out of lookup table {TABLE}; pass it too"):
        resolve(message, [LookupTable(AUTHORITY, (FIRST,))])
    with pytest.raises(UsageError, match=f"account 2 of lookup table {TABLE}, which holds 2; read it again"):
        resolve(message, [LookupTable(TABLE, (FIRST, SECOND))])
