"""Lookup tables on the embedded cluster: opened, extended, used, and their rent taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from xstock_client.errors import AccountMissing, DecodeError, LedgerError, TransactionFailed, UsageError
from xstock_client.ledger import (
    Account,
    EmbeddedLedger,
    ExecutedTransaction,
    KeypairSigner,
    LookupTable,
    OutcomeCheck,
    Receipt,
    Signer,
    close_table,
    deactivate_table,
    extend_table,
    from_wallet,
    how_many_fit,
    open_table,
    prepare,
    read_table,
    tables,
    tables_of,
)
from xstock_client.ledger.lookup import LOOKUP_TABLE_PROGRAM, close_lookup_table, create_lookup_table
from xstock_client.ledger.tables import SLOT_HASHES

SOL = 10**9
KEYS = [Pubkey(bytes([1, number % 256, number // 256]) + bytes(29)) for number in range(300)]
COOLDOWN_S = 206


@pytest.fixture
async def ledger() -> EmbeddedLedger:
    return EmbeddedLedger(program=None, explain=lambda _: None)


async def funded(ledger: EmbeddedLedger) -> KeypairSigner:
    signer = KeypairSigner(Keypair())
    await ledger.airdrop(signer.pubkey, 100 * SOL)
    return signer


@pytest.fixture
async def payer(ledger: EmbeddedLedger) -> KeypairSigner:
    return await funded(ledger)


def pay(payer: Signer, count: int, lamports: int = SOL // 10) -> list[Instruction]:
    return [
        transfer(TransferParams(from_pubkey=payer.pubkey, to_pubkey=key, lamports=lamports)) for key in KEYS[:count]
    ]


async def history(ledger: EmbeddedLedger, address: Pubkey) -> list[ExecutedTransaction]:
    """The transactions that name ``address``, oldest first."""
    found = [await ledger.transaction(one.signature) for one in await ledger.signatures_for(address)]
    return [one for one in reversed(found) if one is not None]


async def test_a_table_is_opened_in_as_many_transactions_as_it_takes(
    ledger: EmbeddedLedger, payer: KeypairSigner
) -> None:
    before = await ledger.balance(payer.pubkey)
    table = await open_table(ledger, payer, [*KEYS[:70], *KEYS[:5]])
    assert table.addresses == tuple(KEYS[:70]) and table.authority == payer.pubkey and table.deactivation_slot is None
    assert await read_table(ledger, table.address) == table
    assert table.usable_in(await ledger.slot())
    made = await history(ledger, table.address)
    # 28 beside the table's creation, 29 in the next, the rest.
    calls = [[one.data for one in each.instructions if one.program_id == LOOKUP_TABLE_PROGRAM] for each in made]
    assert [len(data[-1]) for data in calls] == [12 + count * 32 for count in (28, 29, 13)]
    rent = await ledger.rent(56 + 70 * 32)
    assert before - await ledger.balance(payer.pubkey) == rent + 3 * 5_000
    assert await tables_of(ledger, payer.pubkey) == [table]
    assert await tables_of(ledger, KEYS[0]) == []


async def test_a_transaction_runs_over_a_table_and_names_what_it_stands_for(
    ledger: EmbeddedLedger, payer: KeypairSigner
) -> None:
    table = await open_table(ledger, payer, KEYS[:64])
    assert how_many_fit(pay(payer, 64), list, payer.pubkey) == 20
    count = how_many_fit(pay(payer, 64), list, payer.pubkey, tables=[table])
    assert count == 54
    with pytest.raises(UsageError, match="at most 1,232 fit"):
        await ledger.send(pay(payer, count), payer)
    simulation = await ledger.simulate(pay(payer, count), payer.pubkey, accounts=[KEYS[7]], tables=[table])
    assert simulation.error is None and simulation.accounts[0] is not None
    assert simulation.accounts[0].lamports == SOL // 10 and await ledger.balance(KEYS[7]) == 0
    receipt = await ledger.send(pay(payer, count), payer, tables=[table])
    executed = receipt.executed
    assert [one.accounts for one in executed.instructions[:count]] == [(payer.pubkey, key) for key in KEYS[:count]]
    assert set(executed.account_keys) >= set(KEYS[:count]) and len(executed.account_keys) == count + 3
    assert [await ledger.balance(key) for key in KEYS[: count + 1]] == [SOL // 10] * count + [0]
    assert (await ledger.signatures_for(KEYS[5]))[0].signature == receipt.signature


async def test_a_refusal_is_told_as_for_a_legacy_transaction(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    table = await open_table(ledger, payer, KEYS[:30])
    wrong = [*pay(payer, 29), *pay(payer, 1, 1_000 * SOL)]
    failure = (await ledger.simulate(wrong, payer.pubkey, tables=[table])).error
    assert failure is not None
    assert (failure.instruction_index, failure.program_id, failure.custom_code) == (29, Pubkey.default(), 1)
    with pytest.raises(TransactionFailed, match=r"(?s)instruction 29 by program 1{32}: error 1 .*insufficient"):
        await ledger.send(wrong, payer, tables=[table])
    assert await ledger.balance(KEYS[0]) == 0


async def test_a_signed_transaction_of_version_0_is_submitted(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    table = await open_table(ledger, payer, KEYS[:30])
    made = prepare(pay(payer, 30), payer.pubkey, blockhash=await ledger.latest_blockhash(), tables=[table])
    receipt = await ledger.submit((await made.sign_with(payer)).transaction())
    assert receipt.executed.instructions[29].accounts == (payer.pubkey, KEYS[29])
    assert await ledger.balance(KEYS[29]) == SOL // 10


async def test_a_transaction_over_a_table_that_is_not_there_never_runs(
    ledger: EmbeddedLedger, payer: KeypairSigner
) -> None:
    table = LookupTable(KEYS[-1], tuple(KEYS[:30]))
    with pytest.raises(TransactionFailed, match="AddressLookupTableNotFound; one of its lookup tables does not exist"):
        await ledger.send(pay(payer, 30), payer, tables=[table])
    made = prepare(pay(payer, 30), payer.pubkey, blockhash=await ledger.latest_blockhash(), tables=[table])
    signed = await made.sign_with(payer)
    with pytest.raises(TransactionFailed, match="AddressLookupTableNotFound"):
        await ledger.submit(signed.transaction())
    # Not even in the record of one that is run without a look at it first.
    executed = ledger._execute(signed.transaction(), signed.message)
    assert executed.error is not None and executed.instructions == ()
    assert executed.account_keys == tuple(signed.message.account_keys)
    # One of another program's accounts is none either, and one that is too short has no such place.
    short = await open_table(ledger, payer, KEYS[:3])
    with pytest.raises(TransactionFailed, match="InvalidAddressLookupTableIndex"):
        await ledger.send(pay(payer, 30), payer, tables=[replace(table, address=short.address)])
    with pytest.raises(TransactionFailed, match="InvalidAddressLookupTableOwner"):
        await ledger.send(pay(payer, 30), payer, tables=[replace(table, address=SLOT_HASHES)])


async def test_other_versions_are_not_taken(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    class Other:
        message = object()

    other: Any = Other()
    with pytest.raises(UsageError, match="legacy transactions and those of version 0"):
        await ledger.submit(other)


async def test_a_table_grows(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    table = await open_table(ledger, payer, KEYS[:3])
    grown = await extend_table(ledger, payer, table, [KEYS[2], KEYS[4], KEYS[3], KEYS[4]])
    assert grown.addresses == (*KEYS[:3], KEYS[4], KEYS[3])
    assert grown.last_extended_slot > table.last_extended_slot
    # Nothing to do, nothing sent.
    slot = await ledger.slot()
    assert await extend_table(ledger, payer, grown, KEYS[:5]) == grown
    assert await ledger.slot() == slot
    full = await extend_table(ledger, payer, grown, KEYS[:256])
    assert len(full.addresses) == 256 and set(full.addresses) == set(KEYS[:256])
    with pytest.raises(UsageError, match="holds 256 addresses, and 44 more would be over 256; open another"):
        await extend_table(ledger, payer, full, KEYS)


async def test_tables_that_are_opened_at_once_have_addresses_of_their_own(
    ledger: EmbeddedLedger, payer: KeypairSigner
) -> None:
    made = [await open_table(ledger, payer, KEYS[:1]) for _ in range(3)]
    assert len({one.address for one in made}) == 3
    assert sorted(map(bytes, (one.address for one in await tables_of(ledger, payer.pubkey)))) == sorted(
        bytes(one.address) for one in made
    )


async def test_what_cannot_be_opened_costs_nothing(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    before = await ledger.balance(payer.pubkey)
    for addresses in ([], KEYS[:257]):
        with pytest.raises(UsageError, match=f"1 to 256 addresses, not {len(addresses)}"):
            await open_table(ledger, payer, addresses)
    assert await ledger.balance(payer.pubkey) == before


@pytest.mark.parametrize("data", [None, b"", b"\1\0\0\0\0\0\0\0", bytes(8)])
async def test_a_cluster_without_recent_slots_cannot_open_one(data: bytes | None) -> None:
    class Without(EmbeddedLedger):
        async def account(self, address: Pubkey) -> Account | None:
            if address == SLOT_HASHES:
                return None if data is None else Account(1, Pubkey.default(), data)
            return await super().account(address)

    with pytest.raises(DecodeError, match="account of recent slots, SysvarS1otHashes1+, is missing or cannot be"):
        await open_table(Without(program=None), KeypairSigner(Keypair()), KEYS[:1])


async def test_another_authority_controls_it_and_another_key_pays(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    keeper, receiver = KeypairSigner(Keypair()), Keypair().pubkey()
    table = await open_table(ledger, payer, KEYS[:40], authority=keeper)
    assert table.authority == keeper.pubkey and len(table.addresses) == 40
    message = f"is controlled by {keeper.pubkey}, not by {payer.pubkey}"
    with pytest.raises(UsageError, match=message):
        await extend_table(ledger, payer, table, KEYS[:50])
    with pytest.raises(UsageError, match=message):
        await deactivate_table(ledger, payer, table.address)
    await deactivate_table(ledger, payer, table.address, authority=keeper)
    ledger.advance(COOLDOWN_S)
    with pytest.raises(UsageError, match=message):
        await close_table(ledger, payer, table.address)
    await close_table(ledger, payer, table.address, authority=keeper, recipient=receiver)
    assert await ledger.balance(receiver) == await ledger.rent(56 + 40 * 32)
    with pytest.raises(UsageError, match="frozen for good"):
        await extend_table(ledger, payer, replace(table, authority=None), KEYS[:50])


async def test_the_rent_comes_back_when_the_table_is_gone(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    table = await open_table(ledger, payer, KEYS[:30])
    address = table.address
    with pytest.raises(UsageError, match=f"{address} is in use: deactivate it first, and close it about 205 s later"):
        await close_table(ledger, payer, address)
    leaving_in = await ledger.slot()
    await deactivate_table(ledger, payer, address)
    leaving = await read_table(ledger, address)
    assert leaving.deactivation_slot == leaving_in
    with pytest.raises(UsageError, match=f"removal of lookup table {address} began in slot {leaving_in:,}; close it"):
        await deactivate_table(ledger, payer, address)
    with pytest.raises(UsageError, match="is being removed and takes no addresses"):
        await extend_table(ledger, payer, leaving, KEYS)
    with pytest.raises(UsageError, match=rf"deactivated in slot {leaving_in:,}, .* in about 205 s \(512 more slots\)"):
        await close_table(ledger, payer, address)

    # It serves on, and the program counts as we do: one block before the end it refuses, and then it does not.
    await ledger.send(pay(payer, 30), payer, tables=[leaving])
    ledger._set_clock(leaving_in + 512, await ledger.now())
    with pytest.raises(UsageError, match=r"in about 1 s \(1 more slots\)"):
        await close_table(ledger, payer, address)
    close = close_lookup_table(address, payer.pubkey, payer.pubkey)
    with pytest.raises(TransactionFailed, match="cannot be closed until it's fully deactivated in 1 blocks"):
        await ledger.send([close], payer)
    assert (await ledger.send(pay(payer, 30), payer, tables=[leaving])).units
    with pytest.raises(TransactionFailed, match="AddressLookupTableNotFound"):
        await ledger.send(pay(payer, 30), payer, tables=[leaving])

    before = await ledger.balance(payer.pubkey)
    await close_table(ledger, payer, address)
    assert await ledger.balance(payer.pubkey) == before + await ledger.rent(56 + 30 * 32) - 5_000
    with pytest.raises(AccountMissing, match=f"no lookup table {address}"):
        await close_table(ledger, payer, address)


class Counting(EmbeddedLedger):
    """Fails at the second transaction after ``armed`` is set, and keeps the checks that it was given."""

    armed = False
    checks: list[OutcomeCheck | None]

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        if verify is not None:
            self.checks.append(verify)
            assert await verify() == "not done"
        if self.armed and len(self.checks) == 2:
            raise LedgerError("the RPC went away")
        receipt = await super().send(instructions, payer, signers, verify=verify, tables=tables)
        assert verify is None or await verify() == "done"
        return receipt


async def test_each_step_can_be_checked_on_chain_and_a_broken_off_one_names_the_table() -> None:
    ledger = Counting(program=None)
    payer = await funded(ledger)
    ledger.checks = []
    await open_table(ledger, payer, KEYS[:70])
    assert len(ledger.checks) == 3
    ledger.checks, ledger.armed = [], True
    with pytest.raises(LedgerError, match="went away") as caught:
        await open_table(ledger, payer, KEYS[:70])
    (left,) = [one for one in await tables_of(ledger, payer.pubkey) if len(one.addresses) == 28]
    assert f"lookup table {left.address} may have been opened" in caught.value.__notes__[0]
    ledger.armed = False
    assert (await extend_table(ledger, payer, left, KEYS[:70])).addresses == tuple(KEYS[:70])


class Stuck(EmbeddedLedger):
    """Makes no slot for ``waits`` questions, then goes on; forever with None."""

    waits: int | None = 3

    async def slot(self) -> int:
        if self.waits is None or self.waits:
            self.waits = self.waits and self.waits - 1
            return await super().slot() - 1
        return await super().slot()


async def test_a_table_is_waited_for_until_the_next_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_POLL", 0.001)
    monkeypatch.setattr(tables, "_PATIENCE", 0.05)
    ledger = Stuck(program=None)
    payer = await funded(ledger)
    table = await open_table(ledger, payer, KEYS[:1])
    assert ledger.waits == 0
    ledger.waits = None
    with pytest.raises(LedgerError, match="can be used after slot [0-9,]+, and the cluster has been at [0-9,]+ for 0"):
        await extend_table(ledger, payer, table, KEYS[:2])


async def test_the_embedded_cluster_knows_its_last_512_slots(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    slot = await ledger.slot()
    assert await tables._recent_slots(ledger) == list(range(slot - 1, slot - 513, -1))
    ledger.advance(1_000)
    slot = await ledger.slot()
    assert (await tables._recent_slots(ledger))[0] == slot - 1
    # The program takes any of these, and no other.
    for recent, good in ((slot - 512, True), (slot - 513, False), (slot, False)):
        create, _ = create_lookup_table(payer.pubkey, payer.pubkey, recent)
        error = (await ledger.simulate([create], payer.pubkey)).error
        assert (error is None) is good, recent


async def test_a_wallet_signs_version_0_as_well(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    pair = Keypair()
    await ledger.airdrop(pair.pubkey(), SOL)
    table = await open_table(ledger, payer, KEYS[:30])

    class Wallet:
        public_key = pair.pubkey()

        async def sign_transaction(self, transaction: VersionedTransaction) -> VersionedTransaction:
            assert isinstance(transaction.message, MessageV0) and transaction.message.recent_blockhash != Hash.default()
            return VersionedTransaction(transaction.message, [pair])

    wallet = from_wallet(Wallet())
    await ledger.send(pay(wallet, 5), wallet, tables=[table])
    assert await ledger.balance(KEYS[4]) == SOL // 10
