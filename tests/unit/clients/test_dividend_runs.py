"""Paying everybody of a distribution: packed, resumed exactly, and never stopped by one who cannot be paid."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.unit.clients.payday import Payday, strangers
from tests.unit.clients.world import NOW, PROGRAM, SOL, World, key
from xstock_client import pda
from xstock_client.amounts import Cash
from xstock_client.claims import LeafProof
from xstock_client.clients import DividendRun, unpaid_owners
from xstock_client.clients.distributions import claim_pages, is_claimed
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.payouts import Packer, Payable, push_figures, shared_accounts, siblings
from xstock_client.constants import LEAVES_PER_PAGE, TOKEN
from xstock_client.errors import BadSnapshot, LedgerError, TransactionFailed, UsageError
from xstock_client.events import DividendPaid, parse_events
from xstock_client.ledger import Account, EmbeddedLedger, LookupTable, Receipt, measure
from xstock_client.merkle import EMPTY, MerkleTree

OWED = (1_000, 150)
NET = OWED[0] - OWED[1]


@pytest.fixture
async def payday(world: World) -> Payday:
    return Payday(world)


async def opened(payday: Payday, count: int) -> list[Pubkey]:
    """So many owners with accounts of the payout mint, in the tree's order; claims are open."""
    owners = sorted(strangers(count), key=bytes)
    await payday.open(dict.fromkeys(owners, OWED))
    for owner in owners:
        await payday.give_account(owner)
    return owners


async def test_everybody_is_paid_in_few_transactions_and_nobody_twice(payday: Payday) -> None:
    owners = await opened(payday, 100)
    run, told = payday.run, list[tuple[int, int]]()
    table = await run.open_table()
    assert len(table.addresses) == 7
    plan = await run.plan()
    assert (plan.payable, plan.before, plan.pages, plan.accounts, plan.unpayable) == (100, 0, 1, 0, ())
    assert (plan.net, plan.withheld) == (Cash(100 * NET), Cash(100 * OWED[1]))
    assert (plan.claims, plan.transactions, plan.fees, plan.rent) == (11, 12, 60_000, plan.page_rent)
    report = await run.push(on_progress=lambda done, total: told.append((done, total)))
    assert (report.paid, report.transactions, report.pages, report.accounts) == (100, 12, 1, 0)
    assert (report.net, report.withheld, report.unpaid, report.stopped) == (plan.net, plan.withheld, (), None)
    assert told[-1] == (100, 100) and [done for done, _ in told] == sorted(done for done, _ in told)
    assert {await payday.paid(owner) for owner in owners} == {NET}
    again = await run.push()
    assert (again.before, again.paid, again.transactions, again.net) == (100, 0, 0, Cash(0))
    assert {await payday.paid(owner) for owner in owners} == {NET}
    status = await payday.status()
    assert (status.claims, status.paid, status.withheld, status.remaining) == (
        100,
        plan.net,
        plan.withheld,
        Cash(0),
    )


async def test_a_second_page_begins_a_new_transaction(payday: Payday) -> None:
    count = LEAVES_PER_PAGE + 3
    wallets = [_wallet(number) for number in range(count)]
    await payday.open(dict.fromkeys(wallets, (1, 0)))
    last = [Pubkey(leaf.owner) for leaf in payday.tree.leaves(count - 20, 20)]
    for owner in last:
        await payday.give_account(owner)
    run = payday.run
    plan = await run.plan(open_accounts=False)
    assert (plan.payable, plan.pages) == (20, 2) and len(plan.unpayable) == count - 20
    assert all("has no account of the payout mint, and none was to be opened" in one.reason for one in plan.unpayable)
    report = await run.push(open_accounts=False)
    assert (report.paid, report.pages, len(report.unpaid)) == (20, 2, count - 20)
    pages = await claim_pages(payday.world.ledger, payday.distribution, [0, 1])
    assert [sum(bits.bit_count() for bits in page.bitmap) for page in pages if page] == [17, 3]
    assert len(await unpaid_owners(payday.world.ledger, payday.tree)) == count - 20


def _wallet(number: int) -> Pubkey:
    """An address on the curve, cheaper than a key."""
    while True:
        found = Pubkey(number.to_bytes(8, "big") * 4)
        if found.is_on_curve():
            return found
        number += 1 << 20


async def test_who_has_no_account_gets_one_at_the_payers_cost(payday: Payday) -> None:
    owners = strangers(9)
    await payday.open(dict.fromkeys(owners, OWED))
    ledger, payer = payday.world.ledger, key()
    plan = await payday.run.plan()
    assert (plan.accounts, plan.claims) == (9, 5)  # two at a time without a table
    await ledger.airdrop(payer.pubkey, plan.rent + plan.fees + await ledger.rent(0))
    report = await DividendRun(ledger, payer=payer, tree=payday.tree, at_once=1).push()
    assert (report.paid, report.accounts, report.stopped) == (9, 9, None)
    assert await ledger.balance(payer.pubkey) == await ledger.rent(0)  # the plan was right to the lamport
    assert {await payday.paid(owner) for owner in owners} == {NET}


async def test_a_payer_that_runs_dry_is_told_and_the_next_run_goes_on(payday: Payday) -> None:
    owners = strangers(6)
    await payday.open(dict.fromkeys(owners, OWED))
    ledger, payer = payday.world.ledger, key()
    plan = await payday.run.plan()
    short = plan.page_rent + 3 * plan.account_rent
    await ledger.airdrop(payer.pubkey, short + 15_000 + await ledger.rent(0))
    run = DividendRun(ledger, payer=payer, tree=payday.tree, at_once=1)
    report = await run.push()
    assert isinstance(report.stopped, UsageError) and "lamports, and the next transaction takes" in str(report.stopped)
    assert 0 < report.paid < 6 and len(report.unpaid) == 6 - report.paid
    assert all(one.reason.startswith("not sent: the payer") for one in report.unpaid)
    await ledger.airdrop(payer.pubkey, SOL)
    rest = await run.push()
    assert (rest.before, rest.paid, rest.unpaid) == (report.paid, 6 - report.paid, ())


async def test_one_who_cannot_be_paid_stops_nobody(payday: Payday) -> None:
    pool, friend = pda.asset(key().pubkey, 0), key().pubkey
    people = strangers(20)
    holder = payday.world.holder_key.pubkey
    await payday.open(dict.fromkeys([*people, pool, holder], OWED))
    for person in people:
        await payday.give_account(person, frozen=person == people[7])
    await payday.world.holder.register_recipient(payday.world.asset, friend)
    plan = await payday.run.plan()
    assert {one.owner for one in plan.unpayable} == {pool, people[7]}
    report = await payday.run.push()
    assert (report.paid, report.accounts, report.stopped) == (20, 1, None)
    reasons = {one.owner: one for one in report.unpaid}
    assert reasons.keys() == {pool, people[7]}
    assert "registered no recipient" in reasons[pool].reason and reasons[pool].net == Cash(NET)
    assert "is frozen by the stablecoin's issuer" in reasons[people[7]].reason
    assert await payday.paid(friend) == NET and await payday.paid(holder) == 0
    await payday.give_account(people[7])  # thawed
    report = await payday.run.push()
    assert (report.before, report.paid, [one.owner for one in report.unpaid]) == (20, 1, [pool])


class Unruly(EmbeddedLedger):
    """A cluster that changes between a look and a transaction, or does not answer."""

    before_send: Any = None
    failures = 0
    error: LedgerError = LedgerError("no answer")
    lists = True
    reads = True

    async def program_accounts(self, *args: Any, **named: Any) -> list[tuple[Pubkey, Account]]:
        if not self.lists:
            raise LedgerError("method not available")
        return await super().program_accounts(*args, **named)

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        if not self.reads:
            raise LedgerError("no answer to reads")
        return await super().accounts(addresses)

    async def send(self, instructions: Sequence[Instruction], *args: Any, **named: Any) -> Receipt:
        if self.failures:
            self.failures -= 1
            raise self.error
        if self.before_send is not None:
            await self.before_send(instructions)
        return await super().send(instructions, *args, **named)


async def unruly() -> tuple[Payday, Unruly, list[Pubkey]]:
    ledger = Unruly(program=PROGRAM, now=NOW)
    world = World(ledger)
    await world.build()
    payday = Payday(world)
    return payday, ledger, await opened(payday, 24)


async def test_an_account_frozen_or_closed_in_the_meantime_is_found_out() -> None:
    payday, ledger, owners = await unruly()
    done = False

    async def change(instructions: Sequence[Instruction]) -> None:
        nonlocal done
        if not done and len(instructions[-1].accounts) > 10:  # the first claim, not the opening of the page
            done = True
            await payday.give_account(owners[3], frozen=True)
            ledger.set_account(payday.world.coin.account(owners[5]), None)

    ledger.before_send = change
    report = await payday.run.push()
    assert (report.paid, report.accounts, report.stopped) == (23, 1, None)
    (unpaid,) = report.unpaid
    assert unpaid.owner == owners[3] and "frozen" in unpaid.reason
    assert await payday.paid(owners[5]) == NET


async def test_another_run_at_the_same_time_pays_nobody_twice() -> None:
    payday, ledger, owners = await unruly()
    done = False

    async def pay_some(instructions: Sequence[Instruction]) -> None:
        nonlocal done
        if not done and len(instructions[-1].accounts) > 10:
            done = True
            for owner in (owners[1], owners[4]):
                await payday.world.keeper.claim(LeafProof.of(payday.tree, owner))

    ledger.before_send = pay_some
    report = await payday.run.push()
    assert (report.paid, report.unpaid, report.stopped) == (24, (), None)
    assert {await payday.paid(owner) for owner in owners} == {NET}
    # two runs side by side
    assert (await payday.status()).claims == 24


async def test_a_cluster_that_does_not_answer_is_asked_again() -> None:
    payday, ledger, owners = await unruly()
    ledger.failures = 3
    run = DividendRun(ledger, payer=payday.world.treasury, tree=payday.tree, at_once=1, pause=0)
    report = await run.push()
    assert (report.paid, report.stopped) == (24, None)
    payday, ledger, owners = await unruly()
    ledger.failures = 100
    run = DividendRun(ledger, payer=payday.world.treasury, tree=payday.tree, tries=2, pause=0)
    report = await run.push()
    assert report.paid == 0 and isinstance(report.stopped, LedgerError) and len(report.unpaid) == 24
    assert all(one.reason == "not sent: no answer" for one in report.unpaid)
    ledger.failures = 0
    assert (await run.push()).paid == 24 and {await payday.paid(owner) for owner in owners} == {NET}


async def test_transactions_that_do_not_land_are_sent_again_whole() -> None:
    payday, ledger, owners = await unruly()
    ledger.error, ledger.failures = TransactionFailed("it did not land and never will"), 4
    run = DividendRun(ledger, payer=payday.world.treasury, tree=payday.tree, at_once=1, pause=0)
    plan = await run.plan()
    report = await run.push()
    assert (report.paid, report.transactions, report.stopped) == (24, plan.transactions, None)
    assert {await payday.paid(owner) for owner in owners} == {NET}
    payday, ledger, _ = await unruly()
    ledger.error, ledger.failures = TransactionFailed("it did not land and never will"), 10**6
    report = await DividendRun(ledger, payer=payday.world.treasury, tree=payday.tree, pause=0).push()
    assert report.paid == 0 and str(report.stopped) == "it did not land and never will"


async def test_recipients_are_found_where_the_cluster_lists_no_accounts() -> None:
    payday, ledger, owners = await unruly()
    friend, holder = key().pubkey, payday.world.holder_key.pubkey
    assert holder not in owners
    await payday.world.holder.register_recipient(payday.world.asset, friend)
    ledger.lists = False
    assert (await payday.run.push()).paid == 24
    ledger = Unruly(program=PROGRAM, now=NOW)
    world = World(ledger)
    await world.build()
    payday = Payday(world)
    await payday.open({world.holder_key.pubkey: OWED, strangers(1)[0]: OWED})
    await world.holder.register_recipient(world.asset, friend)
    ledger.lists = False
    assert (await payday.run.push()).paid == 2
    assert await payday.paid(friend) == NET and await payday.paid(world.holder_key.pubkey) == 0


async def test_a_cluster_that_falls_silent_ends_the_run_with_a_report() -> None:
    payday, ledger, owners = await unruly()

    async def silence(instructions: Sequence[Instruction]) -> None:
        if len(instructions[-1].accounts) > 10:
            ledger.reads = False

    ledger.before_send = silence
    run = DividendRun(ledger, payer=payday.world.treasury, tree=payday.tree, tries=2, pause=0)
    report = await run.push()
    assert str(report.stopped) == "no answer to reads" and report.paid == 0  # nobody can tell
    ledger.reads, ledger.before_send = True, None
    assert (await run.push()).unpaid == () and {await payday.paid(owner) for owner in owners} == {NET}


async def test_claims_that_close_while_it_runs_end_it() -> None:
    payday, ledger, _ = await unruly()

    async def close(instructions: Sequence[Instruction]) -> None:
        if len(instructions[-1].accounts) > 10:
            ledger.before_send = None
            ledger.advance((await payday.status()).claim_until - await ledger.now() + 1)

    ledger.before_send = close
    report = await payday.run.push()
    assert report.paid == 0 and "ClaimsClosed" in str(report.stopped)


async def test_two_runs_side_by_side_pay_each_owner_once(payday: Payday) -> None:
    owners = await opened(payday, 40)
    reports = await asyncio.gather(payday.run.push(), payday.run.push())
    assert all(one.stopped is None and not one.unpaid for one in reports)
    assert {await payday.paid(owner) for owner in owners} == {NET}
    assert (await payday.status()).claims == 40


async def test_a_run_needs_the_agreed_tree_and_open_claims(payday: Payday) -> None:
    await payday.ready({payday.world.holder_key.pubkey: OWED})
    with pytest.raises(UsageError, match="claims open at"):
        await payday.run.push()
    status = await payday.status()
    payday.world.ledger.advance(status.claim_from - await payday.world.ledger.now())
    with pytest.raises(UsageError, match="the vault is funded with 0 of 0.001"):
        await payday.run.plan()
    await payday.world.coin.give(payday.world.treasury.pubkey, Cash(10_000))
    await payday.world.admin.acting_as(payday.world.treasury).fund_distribution(payday.distribution)
    other = MerkleTree.from_leaves(payday.distribution, [(payday.world.holder_key.pubkey, 2_000, 0)])
    with pytest.raises(BadSnapshot, match="compute it again"):
        await DividendRun(payday.world.ledger, payer=payday.world.treasury, tree=other).push()
    with pytest.raises(UsageError, match="one transaction at a time at least"):
        DividendRun(payday.world.ledger, payer=payday.world.treasury, tree=other, at_once=0)


async def test_events_tell_what_each_owner_got(payday: Payday) -> None:
    owners = await opened(payday, 12)
    await payday.run.push()
    ledger = payday.world.ledger
    told = []
    for info in await ledger.signatures_for(payday.distribution):
        executed = await ledger.transaction(info.signature)
        assert executed is not None
        told += [one for one in parse_events(executed) if isinstance(one, DividendPaid)]
    assert {one.owner for one in told} == set(owners) and len(told) == 12
    assert all((one.gross, one.withheld) == OWED for one in told)
    assert sum(one.gross - one.withheld for one in told) == (await payday.status()).paid.value
    (page,) = await claim_pages(ledger, payday.distribution, [0])
    assert [is_claimed(page, index) for index in range(13)] == [True] * 12 + [False]


def packers(table: bool) -> tuple[Packer, LookupTable | None]:
    payer, distribution, mint, vault = (Pubkey(bytes([one]) * 32) for one in range(1, 5))
    token = PaymentToken(mint, TOKEN, vault, 6)
    lookup = LookupTable(Pubkey(bytes([9]) * 32), tuple(shared_accounts(distribution, token, 2))) if table else None
    return Packer(payer, distribution, token, 1, lookup), lookup


@pytest.mark.parametrize("table", [False, True])
def test_bytes_are_counted_as_the_transaction_has_them(table: bool) -> None:
    packer, lookup = packers(table)
    some = [
        Payable(
            4096 + at,
            Pubkey(bytes([100 + at]) * 32),
            1,
            0,
            Pubkey(bytes([100 + at]) * 32),
            Pubkey(bytes([150 + at]) * 32),
            255,
            Pubkey(bytes([200 + at]) * 32) if at % 3 == 1 else None,
            at % 3 == 2,
        )
        for at in range(12)
    ]
    home = {one.payee: pda.token_account(one.payee, Pubkey(bytes([3]) * 32), TOKEN) for one in some}
    some = [replace(one, destination=home[one.payee]) if one.open_account else one for one in some]
    for low in range(5):
        for high in range(low + 1, 13):
            part = some[low:high]
            built = packer.instructions(part, [EMPTY] * siblings(low, high))
            size = measure(built, Pubkey(bytes([1]) * 32), tables=() if lookup is None else (lookup,))
            assert size.bytes == packer.bytes_of(part)
    for group in packer.pack(some):
        assert packer.bytes_of(group) <= 1_232


def test_leaves_of_a_transaction_are_neighbours() -> None:
    packer, _ = packers(True)
    some = [
        Payable(index, Pubkey(bytes([9]) * 32), 1, 0, Pubkey.default(), Pubkey(index.to_bytes(32, "big")), 1)
        for index in (4096, 4097, 4099, 4100, 4101)
    ]
    assert [[one.index for one in group] for group in packer.pack(some)] == [[4096, 4097], [4099, 4100, 4101]]


def test_what_a_million_owners_take() -> None:
    figures = push_figures(1_000_000)
    assert (figures.claims, figures.opens, figures.most, figures.largest) == (109_375, 245, 10, 1_210)
    assert round(figures.per_transaction, 2) == 9.14 and figures.transactions == 109_620
    assert push_figures(1_000_000, table=False).per_transaction == 8
    assert push_figures(1_000_000, opened=False).per_transaction == 4
    # pages that the table has no room for
    assert push_figures(2_000_000).per_transaction < figures.per_transaction
    assert push_figures(5).claims == 1
