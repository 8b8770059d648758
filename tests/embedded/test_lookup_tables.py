"""The program in transactions of version 0: the same effect, events and refusals as in legacy ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.transaction import VersionedTransaction

from tests.embedded.chain import PROGRAM, key, keypair
from xstock_client import instructions, pda
from xstock_client.constants import DAY_S, EVENT_AUTHORITY, PROGRAM_ID, SYSTEM, Role
from xstock_client.errors import ProgramRefused, UsageError
from xstock_client.events import IssuerCreated, RoleGranted, parse_events
from xstock_client.ledger import (
    EmbeddedLedger,
    KeypairSigner,
    LookupTable,
    close_table,
    deactivate_table,
    measure,
    open_table,
    prepare,
)

NOW = 1_790_000_000
UNTIL = NOW + 30 * DAY_S
BOSS = KeypairSigner(keypair(key("boss")))
ISSUER = pda.issuer(7)
ROLES: list[Role] = [one for one in Role if one is not Role.ADMIN]
MEMBERS = [key(f"member {one}") for one in ROLES]
GRANTS = [pda.role(ISSUER, one, member) for one, member in zip(ROLES, MEMBERS, strict=True)]


def create() -> Instruction:
    return instructions.create_issuer(
        payer=BOSS.pubkey,
        authority=BOSS.pubkey,
        issuer=ISSUER,
        id=7,
        name=b"Issuer".ljust(32, b"\0"),
        genesis_hash=bytes(32),
        timelock_s=2 * DAY_S,
    )


def grants(roles: Sequence[Role], *, until: int = UNTIL) -> list[Instruction]:
    return [
        instructions.grant_role(
            payer=BOSS.pubkey,
            authority=BOSS.pubkey,
            issuer=ISSUER,
            member=MEMBERS[ROLES.index(role)],
            grant=GRANTS[ROLES.index(role)],
            role=role,
            expires_at=until,
        )
        for role in roles
    ]


async def cluster() -> EmbeddedLedger:
    ledger = EmbeddedLedger(program=PROGRAM, now=NOW)
    await ledger.airdrop(BOSS.pubkey, 100 * 10**9)
    return ledger


@pytest.fixture
async def ledger() -> EmbeddedLedger:
    return await cluster()


async def opened(ledger: EmbeddedLedger) -> LookupTable:
    return await open_table(ledger, BOSS, [ISSUER, EVENT_AUTHORITY, SYSTEM, PROGRAM_ID, *MEMBERS, *GRANTS])


async def test_ten_grants_at_once_and_the_events_of_a_legacy_transaction(ledger: EmbeddedLedger) -> None:
    table = await opened(ledger)
    every = [create(), *grants(ROLES)]
    assert len(ROLES) == 10 and not measure(every, BOSS.pubkey).fits
    with pytest.raises(UsageError, match="and at most 1,232 fit"):
        await ledger.send(every, BOSS)
    receipt = await ledger.send(every, BOSS, tables=[table])
    events = parse_events(receipt.executed)
    assert isinstance(events[0], IssuerCreated) and len(events) == 11
    assert [(one.role, one.member) for one in events[1:] if isinstance(one, RoleGranted)] == list(
        zip(ROLES, MEMBERS, strict=True)
    )

    # The same in legacy transactions on a cluster of its own: the same events, the same accounts.
    legacy = await cluster()
    sent = [await legacy.send(part, BOSS) for part in (every[:4], every[4:8], every[8:])]
    told = [event for one in sent for event in parse_events(one.executed)]
    assert tuple(told) == events
    ours = await ledger.accounts([ISSUER, *GRANTS])
    assert None not in ours and ours == await legacy.accounts([ISSUER, *GRANTS])

    # Accounts of each instruction are those that it was built with, and its history finds it.
    ran = [one for one in receipt.executed.instructions if one.stack_height == 1 and one.program_id == PROGRAM_ID]
    assert [one.accounts for one in ran] == [tuple(meta.pubkey for meta in one.accounts) for one in every]
    assert [one.signature for one in await ledger.signatures_for(GRANTS[3])] == [receipt.signature]


async def test_a_refusal_by_the_program_is_explained(ledger: EmbeddedLedger) -> None:
    table = await opened(ledger)
    await ledger.send([create()], BOSS, tables=[table])
    batch = [*grants(ROLES[:5]), *grants(ROLES[5:6], until=NOW - 1)]
    with pytest.raises(ProgramRefused) as caught:
        await ledger.send(batch, BOSS, tables=[table])
    assert caught.value.name == "RoleExpiryOutOfRange"
    failure = (await ledger.simulate(batch, BOSS.pubkey, tables=[table])).error
    assert failure is not None and (failure.instruction_index, failure.program_id) == (5, PROGRAM_ID)
    assert await ledger.accounts(GRANTS) == [None] * 10

    # One that runs and fails, as a cluster may still see it after a good simulation: no events.
    made = prepare(batch, BOSS.pubkey, blockhash=await ledger.latest_blockhash(), units=1_400_000, tables=[table])
    assert isinstance(made.message, MessageV0)
    executed = ledger._execute(VersionedTransaction(made.message, [keypair(BOSS.pubkey)]), made.message)
    assert executed.error is not None and executed.error.custom_code == caught.value.code
    assert parse_events(executed) == () and [one.accounts[5] for one in executed.instructions[:1]] == GRANTS[:1]


async def test_the_table_serves_until_it_is_gone(ledger: EmbeddedLedger) -> None:
    table = await opened(ledger)
    await ledger.send([create()], BOSS, tables=[table])
    await deactivate_table(ledger, BOSS, table.address)
    await ledger.send(grants(ROLES[:5]), BOSS, tables=[table])
    with pytest.raises(UsageError, match="too early to close"):
        await close_table(ledger, BOSS, table.address)
    ledger.advance(206)
    before = await ledger.balance(BOSS.pubkey)
    await close_table(ledger, BOSS, table.address)
    size = 56 + 32 * len(table.addresses)
    assert await ledger.balance(BOSS.pubkey) == before + await ledger.rent(size) - 5_000
    assert await ledger.account(table.address) is None
