"""Lookup tables, and our program in transactions of version 0, on a real validator."""

from __future__ import annotations

import re

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from xstock_client import instructions, pda
from xstock_client.constants import DAY_S, EVENT_AUTHORITY, PROGRAM_ID, SYSTEM, Role
from xstock_client.errors import LedgerError, ProgramRefused, TransactionFailed, UsageError
from xstock_client.events import IssuerCreated, RoleGranted, parse_events
from xstock_client.ledger import (
    KeypairSigner,
    LookupTable,
    RpcLedger,
    close_table,
    deactivate_table,
    extend_table,
    measure,
    open_table,
    read_table,
    tables_of,
)
from xstock_client.ledger.lookup import close_lookup_table, extend_lookup_table

ROLES: list[Role] = [one for one in Role if one is not Role.ADMIN]


def grants(payer: KeypairSigner, issuer: Pubkey, members: list[Pubkey], until: int) -> list[Instruction]:
    return [
        instructions.grant_role(
            payer=payer.pubkey,
            authority=payer.pubkey,
            issuer=issuer,
            member=member,
            grant=pda.role(issuer, role, member),
            role=role,
            expires_at=until,
        )
        for role, member in zip(ROLES, members, strict=True)
    ]


async def test_the_program_over_a_table_of_many_transactions(localnet: str, payer: KeypairSigner) -> None:
    issuer_id = int.from_bytes(bytes(payer.pubkey)[:8], "little")
    issuer, members = pda.issuer(issuer_id), [Keypair().pubkey() for _ in ROLES]
    async with RpcLedger(localnet) as ledger:
        until = await ledger.now() + 30 * DAY_S
        create = instructions.create_issuer(
            payer=payer.pubkey,
            authority=payer.pubkey,
            issuer=issuer,
            id=issuer_id,
            name=b"Issuer".ljust(32, b"\0"),
            genesis_hash=await ledger.genesis_hash(),
            timelock_s=2 * DAY_S,
        )
        every = [create, *grants(payer, issuer, members, until)]
        addresses = [*dict.fromkeys(meta.pubkey for one in every for meta in one.accounts)]
        spare = [Keypair().pubkey() for _ in range(30)]
        table = await open_table(ledger, payer, [*addresses, *spare])
        assert set(table.addresses) == {*addresses, *spare} > {issuer, EVENT_AUTHORITY, SYSTEM, PROGRAM_ID}
        assert not measure(every, payer.pubkey).fits

        receipt = await ledger.send(every, payer, tables=[table])
        executed = receipt.executed
        events = parse_events(executed)
        assert isinstance(events[0], IssuerCreated) and events[0].issuer == issuer
        assert [(one.role, one.member) for one in events[1:] if isinstance(one, RoleGranted)] == list(
            zip(ROLES, members, strict=True)
        )
        ran = [one for one in executed.instructions if one.stack_height == 1 and one.program_id == PROGRAM_ID]
        assert [one.accounts for one in ran] == [tuple(meta.pubkey for meta in one.accounts) for one in every]

        # Refused by the program, in the simulation, in its own words.
        others = [Keypair().pubkey() for _ in ROLES]
        late = [*grants(payer, issuer, others, until)[:3], grants(payer, issuer, others, until - 31 * DAY_S)[3]]
        with pytest.raises(ProgramRefused) as caught:
            await ledger.send(late, payer, tables=[table])
        assert caught.value.name == "RoleExpiryOutOfRange"
        failure = (await ledger.simulate(late, payer.pubkey, tables=[table])).error
        assert failure is not None and (failure.instruction_index, failure.program_id) == (3, PROGRAM_ID)
        assert await tables_of(ledger, payer.pubkey) == [table]


async def test_the_next_slot_is_waited_for_and_a_table_that_is_gone_is_told(
    ledger: RpcLedger, payer: KeypairSigner
) -> None:
    table = await open_table(ledger, payer, [Keypair().pubkey() for _ in range(3)])
    # Extended, and used at once with what was read, without a pause of our own: the ledger asks no earlier slot.
    fresh = [Keypair().pubkey() for _ in range(25)]
    await ledger.send([extend_lookup_table(table.address, payer.pubkey, payer.pubkey, fresh)], payer)
    grown = await read_table(ledger, table.address)
    assert grown.addresses[3:] == tuple(fresh) and grown.last_extended_slot > table.last_extended_slot
    pay = [transfer(TransferParams(from_pubkey=payer.pubkey, to_pubkey=key, lamports=10**6)) for key in fresh]
    receipt = await ledger.send(pay, payer, tables=[grown])
    assert receipt.slot > grown.last_extended_slot
    assert [await ledger.balance(key) for key in fresh] == [10**6] * 25
    assert [one.accounts[1] for one in receipt.executed.instructions[:25]] == fresh
    assert await extend_table(ledger, payer, grown, fresh) == grown

    nowhere = LookupTable(Keypair().pubkey(), grown.addresses)
    with pytest.raises(LedgerError, match="address table account that doesn't exist"):
        await ledger.send(pay, payer, tables=[nowhere])


async def test_the_removal_is_counted_as_the_program_counts_it(ledger: RpcLedger, payer: KeypairSigner) -> None:
    table = await open_table(ledger, payer, [Keypair().pubkey()])
    with pytest.raises(UsageError, match="is in use: deactivate it first"):
        await close_table(ledger, payer, table.address)
    receipt = await deactivate_table(ledger, payer, table.address)
    assert (await read_table(ledger, table.address)).deactivation_slot == receipt.slot
    with pytest.raises(UsageError, match=r"too early to close .*\((\d+) more slots\)") as ours:
        await close_table(ledger, payer, table.address)
    close = close_lookup_table(table.address, payer.pubkey, payer.pubkey)
    with pytest.raises(TransactionFailed, match="cannot be closed until it's fully deactivated in") as theirs:
        await ledger.send([close], payer)
    counts = [
        int(found.group(1))
        for found in (
            re.search(r"\((\d+) more slots\)", str(ours.value)),
            re.search(r"in (\d+) blocks", str(theirs.value)),
        )
        if found
    ]
    assert len(counts) == 2 and 0 <= counts[0] - counts[1] <= 40 and counts[0] > 400
