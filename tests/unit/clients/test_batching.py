"""Settling many requests at once: what fits, what stands in the way, and what became of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.unit.clients.test_redeeming import LIMIT, PRICE, freeze
from tests.unit.clients.world import NOW, ONE, PROGRAM, World, dollars, key
from xstock_client.amounts import Cash, Raw
from xstock_client.clients import BatchOutcome, Holder
from xstock_client.constants import DAY_S, Payout
from xstock_client.errors import TransactionFailed, Unconfirmed, UsageError
from xstock_client.ledger import EmbeddedLedger, LookupTable, OutcomeCheck, Receipt, Signer, close_table, measure
from xstock_client.redemption import OpenRequest


class Crowd:
    """A world with many holders who each asked for one token."""

    def __init__(self, world: World, count: int) -> None:
        self.world = world
        self.holders = [Holder(world.ledger, signer=key(), payer=world.treasury) for _ in range(count)]

    async def ask(self, *, payees: bool = True, accept: bool = True) -> list[OpenRequest]:
        world = self.world
        await world.attest(60, 50)
        for ticket, holder in enumerate(self.holders):
            await world.desk.mint(world.asset, ticket, Raw(2 * ONE), holder.authority)
            await holder.request(world.asset, Raw(ONE), min_price=LIMIT)
            if payees:
                await world.coin.give(holder.authority, Cash(1))
            if accept:
                await world.desk.accept(world.asset, holder.authority, 0)
        return await world.desk.queue(world.asset)

    @property
    def money(self) -> Pubkey:
        return self.world.coin.account(self.world.treasury.pubkey)


async def test_a_batch_pays_everybody_in_as_few_transactions_as_hold_them(world: World) -> None:
    crowd = Crowd(world, 10)
    requests = await crowd.ask()
    plan = await world.desk.plan_batch(world.asset, requests, PRICE, agent=world.treasury.pubkey)
    assert [len(one) for one in plan.transactions] == [6, 4] and plan.total == dollars("1874.2")
    lines = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert [one.outcome for one in lines] == [BatchOutcome.SETTLED] * 10
    assert [one.request.holder for one in lines] == [one.holder for one in requests]
    assert len({one.receipt.signature for one in lines if one.receipt}) == 2
    for holder in crowd.holders:
        assert await world.coin.balance(holder.authority) == PRICE + Cash(1)
    # again: nothing is paid twice
    again = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert {one.outcome for one in again} == {BatchOutcome.GONE} and {one.payment for one in again} == {Cash(0)}


async def test_a_table_of_what_all_share_lets_more_of_them_through(world: World) -> None:
    crowd = Crowd(world, 14)
    requests = await crowd.ask()
    table = await world.desk.open_settlement_table(world.asset, source=crowd.money)
    terms = {"agent": world.treasury.pubkey, "table": table}
    plan = await world.desk.plan_batch(world.asset, requests, PRICE, **terms)  # type: ignore[arg-type]
    counts = [len(one) for one in plan.transactions]
    assert counts == [11, 3]
    built = await world.desk.settle_batch_instructions(world.asset, requests, PRICE, **terms)  # type: ignore[arg-type]
    sizes = [measure(one, world.treasury.pubkey, tables=[table]) for one in built]
    assert [len(one) for one in built] == [1] * len(counts) and all(one.fits for one in sizes)
    lines = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury, table=table)
    assert {one.outcome for one in lines} == {BatchOutcome.SETTLED}
    with pytest.raises(UsageError, match="deactivate it first"):
        await close_table(world.ledger, world.treasury, table.address)


async def test_missing_accounts_are_opened_on_the_way(world: World) -> None:
    crowd = Crowd(world, 3)
    requests = await crowd.ask(payees=False)
    lines = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert [one.outcome for one in lines] == [BatchOutcome.SETTLED] * 3
    for holder in crowd.holders:
        assert await world.coin.balance(holder.authority) == PRICE


async def test_each_that_cannot_be_paid_says_why_and_holds_up_nobody(world: World) -> None:
    crowd = Crowd(world, 7)
    await crowd.ask(accept=False)
    desk, asset = world.desk, world.asset
    waits, off, dear, frozen, gone, market, good = crowd.holders
    await off.cancel(asset, 0)
    await off.request(asset, Raw(ONE), payout=Payout.OFF_CHAIN, payout_terms_hash=bytes([1] * 32))
    await dear.cancel(asset, 0)
    await dear.request(asset, Raw(ONE), min_price=dollars("200"))
    await market.cancel(asset, 0)
    await market.request(asset, Raw(ONE))
    requests = await desk.queue(asset)
    for one in requests:
        if one.holder != waits.authority:
            await desk.accept(asset, one.holder, one.id, price=PRICE if one.at_market else Cash(0))
    requests = await desk.queue(asset)
    await freeze(world, world.coin.account(frozen.authority))
    listed = {one.holder: one for one in requests}
    listed[gone.authority] = replace(listed[gone.authority], amount=Raw(2 * ONE))
    asked = list(listed.values())
    lines = {one.request.holder: one for one in await desk.settle_batch(asset, asked, PRICE, agent=world.treasury)}
    found = {holder: (line.outcome, line.why) for holder, line in lines.items()}
    assert found[waits.authority] == (BatchOutcome.NOT_ACCEPTED, "it is requested: accept it first")
    assert found[off.authority][0] is BatchOutcome.OFF_CHAIN
    assert found[dear.authority] == (
        BatchOutcome.TOO_CHEAP,
        "this price pays 187.42, and its holder wants 200 at least",
    )
    assert found[frozen.authority][0] is BatchOutcome.UNPAYABLE
    assert "frozen by the stablecoin's issuer: ask its holder for another account" in found[frozen.authority][1]
    assert found[gone.authority] == (
        BatchOutcome.CHANGED,
        "it held 2 when it was listed, and holds 1 now: list it again",
    )
    assert found[market.authority][0] is BatchOutcome.QUOTED
    assert found[good.authority] == (BatchOutcome.SETTLED, "")


async def test_another_account_of_a_frozen_holder_can_be_named(world: World) -> None:
    crowd = Crowd(world, 1)
    requests = await crowd.ask()
    own = world.coin.account(crowd.holders[0].authority)
    await freeze(world, own)
    # any account of the holder's will do: here one at an address of its own
    account, other = await world.ledger.account(own), Pubkey.new_unique()
    assert account is not None
    data = bytearray(account.data)
    data[108] = 1
    world.ledger.set_account(other, replace(account, data=bytes(data)))
    payees = {crowd.holders[0].authority: other}
    (line,) = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury, payees=payees)
    assert line.outcome is BatchOutcome.SETTLED
    nowhere = {crowd.holders[0].authority: Pubkey.new_unique()}
    (line,) = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury, payees=nowhere)
    assert line.outcome is BatchOutcome.GONE


async def test_late_ones_are_shown_as_such_and_paid(world: World) -> None:
    crowd = Crowd(world, 1)
    requests = await crowd.ask()
    world.ledger.advance(5 * DAY_S + 1)
    (line,) = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert (line.late, line.outcome) == (True, BatchOutcome.SETTLED)


async def test_a_source_without_the_money_is_told_before_anything_is_sent(world: World) -> None:
    crowd = Crowd(world, 2)
    requests = await crowd.ask()
    poor = key()
    await world.coin.give(poor.pubkey, dollars("200"))
    with pytest.raises(UsageError, match=r"holds 200, and this batch pays 374\.84: fund it, or settle fewer"):
        await world.desk.settle_batch(world.asset, requests, PRICE, agent=poor)
    with pytest.raises(UsageError, match="holds 0, and this batch pays"):
        await world.desk.settle_batch(world.asset, requests, PRICE)


async def test_a_list_that_makes_no_sense_is_refused(world: World) -> None:
    crowd = Crowd(world, 1)
    (request,) = await crowd.ask()
    with pytest.raises(UsageError, match="stands twice in the batch"):
        await world.desk.settle_batch(world.asset, [request, request], PRICE, agent=world.treasury)
    with pytest.raises(UsageError, match="is of asset .*, and the batch of"):
        await world.desk.settle_batch(
            world.asset, [replace(request, asset=Pubkey.new_unique())], PRICE, agent=world.treasury
        )


class Unsteady(EmbeddedLedger):
    """A cluster on which things happen between reading and sending, or that stops to answer."""

    refuses: Pubkey | None = None
    mute_after = 10**9
    first: Callable[[], Awaitable[None]] | None = None
    """Comes before the next transaction."""

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        if self.first is not None:
            first, self.first = self.first, None
            await first()
        if any(self.refuses == meta.pubkey for one in instructions for meta in one.accounts):
            raise TransactionFailed("the token account is frozen")
        self.mute_after -= 1
        if self.mute_after < 0:
            assert verify is not None and await verify() == "not done"
            raise Unconfirmed("no answer", "1111")
        receipt = await super().send(instructions, payer, signers, verify=verify, tables=tables)
        if verify is not None:
            assert await verify() == "done"
        return receipt


async def unsteady(count: int) -> tuple[Crowd, list[OpenRequest], Unsteady]:
    ledger = Unsteady(program=PROGRAM, now=NOW)
    world = World(ledger)
    await world.build()
    crowd = Crowd(world, count)
    return crowd, await crowd.ask(), ledger


async def test_one_that_fails_on_the_way_is_left_out_of_its_transaction() -> None:
    crowd, requests, ledger = await unsteady(6)
    world = crowd.world
    unlucky = requests[2]
    ledger.refuses = unlucky.address
    lines = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    outcomes = [one.outcome for one in lines]
    assert outcomes == [BatchOutcome.SETTLED] * 2 + [BatchOutcome.REFUSED] + [BatchOutcome.SETTLED] * 3
    assert (lines[2].why, lines[2].payment) == ("the token account is frozen", Cash(0))
    ledger.refuses = None
    again = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert [one.outcome for one in again if one.request.address == unlucky.address] == [BatchOutcome.SETTLED]


async def test_a_batch_that_gets_no_answer_is_run_again() -> None:
    crowd, requests, ledger = await unsteady(8)
    world = crowd.world
    ledger.mute_after = 1
    lines = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert [one.outcome for one in lines] == [BatchOutcome.SETTLED] * 6 + [BatchOutcome.UNKNOWN] * 2
    ledger.mute_after = 10**9
    again = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert [one.outcome for one in again] == [BatchOutcome.GONE] * 6 + [BatchOutcome.SETTLED] * 2


async def test_what_would_meet_every_transaction_stops_the_batch(world: World) -> None:
    crowd = Crowd(world, 8)
    requests = await crowd.ask()
    stranger = world.admin.acting_as(key())
    lines = await stranger.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert [one.outcome for one in lines] == [BatchOutcome.REFUSED] * 6 + [BatchOutcome.NOT_SENT] * 2
    assert all("does not hold the role redeemer" in one.why for one in lines)


async def test_one_holder_with_several_requests_is_paid_in_one_go(world: World) -> None:
    await world.attest(60, 50)
    await world.give(100)
    for number in range(3):
        await world.holder.request(world.asset, Raw(ONE), min_price=LIMIT)
        await world.desk.accept(world.asset, world.holder_key.pubkey, number)
    requests = await world.desk.queue(world.asset)
    lines = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    assert {one.outcome for one in lines} == {BatchOutcome.SETTLED}
    assert await world.coin.balance(world.holder_key.pubkey) == dollars("562.26")


async def test_one_that_ended_on_the_way_does_not_stop_the_others() -> None:
    crowd, requests, ledger = await unsteady(4)
    world, gone = crowd.world, requests[1]
    (holder,) = [one for one in crowd.holders if one.authority == gone.holder]
    ledger.advance(5 * DAY_S + 1)
    plan = await world.desk.plan_batch(world.asset, requests, PRICE, agent=world.treasury.pubkey)
    assert [len(one) for one in plan.transactions] == [4]

    async def meanwhile() -> None:
        await holder.take_back(world.asset, 0)

    ledger.first = meanwhile
    lines = await world.desk.settle_batch(world.asset, requests, PRICE, agent=world.treasury)
    found = {one.request.address: one.outcome for one in lines}
    assert found.pop(gone.address) is BatchOutcome.REFUSED
    assert set(found.values()) == {BatchOutcome.SETTLED}
