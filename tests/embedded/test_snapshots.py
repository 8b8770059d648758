"""Snapshots: taken once, in their hour, by anyone; and what happens to the supply in the rest of that slot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from solders.instruction import Instruction

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, MALLORY, MULTIPLIER, NVIDIA, Stock
from tests.embedded.chain import Call
from tests.embedded.dividends import Dividend, Step, carry
from tests.embedded.setups import NO_DAYS, freeze, report_all, told
from tests.embedded.splitting import go
from tests.embedded.stages import accept, ask
from tests.embedded.trees import Tree
from tests.embedded.world import ALICE_HAS, BOB_HAS, ONE, RESERVE, SOL, World
from xstock_client.accounts import CorporateAction, Snapshot
from xstock_client.constants import ARBITRATION_S, DAY_S, HOUR_S, Payout
from xstock_client.events import RootVoted, SnapshotRecorded

SUPPLY = ALICE_HAS + BOB_HAS
RECORD = calls.record_snapshot(APPLE)


def due(world: World, *stocks: Stock) -> int:
    """Bring a dividend of each stock to its record time, which is returned; the attestors are in force."""
    carry(world, Step.ANNOUNCED, *(Dividend(stock) for stock in stocks or (APPLE,)))
    return world.now


def snapshot(world: World, stock: Stock = APPLE, number: int = 0) -> Snapshot:
    return world.read(Snapshot, stock.snapshot(number))


def slot(world: World) -> int:
    return asyncio.run(world.chain.slot())


def behind(first: Call, second: Call | Instruction) -> Call:
    """Both in one transaction, and so in one slot."""
    return replace(first, instruction=_last(second), before=(*first.instructions, *_before(second)))


def _last(sent: Call | Instruction) -> Instruction:
    return sent.instruction if isinstance(sent, Call) else sent


def _before(sent: Call | Instruction) -> tuple[Instruction, ...]:
    return sent.before if isinstance(sent, Call) else ()


@pytest.mark.parametrize("late", [0, 1, HOUR_S])
def test_taken(world: World, late: int) -> None:
    """At the record time or within the hour, by a stranger."""
    record_at = due(world)
    world.advance(late)
    world.give(MALLORY, SOL)
    before, at, now = world.asset(APPLE), slot(world), record_at + late
    done = world.run(calls.record_snapshot(APPLE, payer=MALLORY))
    assert told(done.events) == SnapshotRecorded(
        asset=APPLE.asset,
        snapshot=APPLE.snapshot(),
        number=0,
        action=0,
        slot=at,
        supply=SUPPLY,
        burned_outside=0,
        multiplier=MULTIPLIER,
        basis=0,
        at=now,
    )
    taken = snapshot(world)
    assert (taken.asset, taken.number, taken.action, taken.slot, taken.recorded_at) == (APPLE.asset, 0, 0, at, now)
    assert (taken.supply, taken.multiplier, taken.basis, taken.burned_outside) == (SUPPLY, MULTIPLIER, 0, 0)
    assert (taken.distributions, taken.ballot.agreed_at, taken.ballot.root.leaf_count) == (0, 0, 0)
    assert world.read(CorporateAction, APPLE.action()).snapshot == 0
    assert world.asset(APPLE) == replace(before, snapshot_slot=at, snapshots=1)
    assert done.changed == {APPLE.asset, APPLE.action(), APPLE.snapshot(), MALLORY}


@pytest.mark.parametrize("late", [-1, HOUR_S + 1, 30 * DAY_S])
def test_too_early_or_too_late(world: World, late: int) -> None:
    record_at = due(world)
    world.chain.turn_back(1)
    world.advance(1 + late)
    figures = {"record_at": record_at, "latest": record_at + HOUR_S, "now": record_at + late}
    world.refuse(RECORD, "NotRecordTime", **figures)


def test_taken_once(world: World) -> None:
    """Not twice in its hour, by no number."""
    due(world)
    world.do(RECORD)
    world.refuse(calls.record_snapshot(APPLE, 1, action=0), "SnapshotTaken", snapshot=0)
    world.fail(RECORD)  # the account is there
    for given in (2, 2**32 - 1):
        wrong = calls.record_snapshot(APPLE, given, action=0)
        world.refuse(wrong, "WrongActionNumber", given=given, next=1)
    assert world.asset(APPLE).snapshots == 1


def test_the_first_has_number_zero(world: World) -> None:
    due(world)
    world.refuse(calls.record_snapshot(APPLE, 1, action=0), "WrongActionNumber", given=1, next=0)


@pytest.mark.parametrize("kind", [3, 5, 6])
def test_only_of_dividends(world: World, kind: int) -> None:
    carry(world, Step.ATTESTORS)
    at = world.now + 3 * DAY_S
    sent = {
        3: calls.announce_split(APPLE, at),
        5: calls.announce_identifiers(APPLE, at, APPLE.isin, "AAPL2"),
        6: calls.announce_delisting(APPLE, at),
    }
    world.do(sent[kind])
    go(world, at)
    world.refuse(RECORD, "WrongActionKind", kind=kind, needed=1)


def test_nobody_holds_any(world: World) -> None:
    due(world, NVIDIA)
    world.refuse(calls.record_snapshot(NVIDIA), "ZeroAmount")


def test_two_in_a_row(world: World) -> None:
    """Each of its own action; the supply is that of its own slot."""
    carry(world, Step.RECORDED)
    world.do(calls.announce_dividend(APPLE, world.now + 2 * DAY_S, 1))
    world.advance(2 * DAY_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.do(calls.mint_shares(APPLE, 7, ticket=5), calls.record_snapshot(APPLE, 1))
    assert (snapshot(world).supply, snapshot(world, number=1).supply) == (SUPPLY, SUPPLY + 7)
    assert (world.asset(APPLE).snapshots, snapshot(world, number=1).action) == (2, 1)


# The rest of the slot


def prepared(world: World) -> None:
    """Requests that can end in every way at the record time of a dividend, which has come."""
    carry(world, Step.ATTESTORS)
    accept(world, ONE)
    ask(world, 2 * ONE)
    for id, amount in ((2, 3 * ONE), (3, 4 * ONE)):
        world.do(calls.request_redemption(APPLE, amount, id=id, payout=Payout.OFF_CHAIN))
        world.do(calls.accept_redemption(APPLE, id=id), calls.mark_paid(APPLE, id=id))
    world.do(calls.dispute_payment(APPLE, id=3))
    at = world.now + ARBITRATION_S + 1
    world.do(calls.announce_dividend(APPLE, at))
    go(world, at)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    report_all(world, NVIDIA, {0: RESERVE})


MINTS_AND_BURNS: dict[str, Call] = {
    "mint": calls.mint_shares(APPLE, ONE, ticket=5),
    "settle": calls.settle_redemption(APPLE, ONE, id=0),
    "settle a part": calls.settle_redemption(APPLE, ONE, id=0, rest=1),
    "conclude": calls.conclude_redemption(APPLE, id=2),
    "conclude for another": calls.conclude_redemption(APPLE, id=2, caller=MALLORY),
}
THE_REST: dict[str, Call | Instruction] = {
    "request": calls.request_redemption(APPLE, ONE, id=4),
    "cancel": calls.cancel_redemption(APPLE, id=1),
    "default": calls.default_redemption(APPLE, id=3),
    "default on chain": calls.default_redemption(APPLE, id=0),
    "transfer": tokens.transfer(APPLE, ALICE, BOB, ONE),
    "check": calls.check_solvency(APPLE),
    "another stock": calls.mint_shares(NVIDIA, ONE, ticket=5),
}


@pytest.mark.parametrize("name", MINTS_AND_BURNS)
def test_nothing_mints_or_burns_in_that_slot(world: World, name: str) -> None:
    """Refused behind the recording; before it, and from the next slot on, it goes."""
    prepared(world)
    sent, at = MINTS_AND_BURNS[name], slot(world)
    world.refuse(behind(RECORD, sent), "SnapshotSlot", slot=at)
    world.run(behind(sent, RECORD))
    assert snapshot(world).supply == world.supply(APPLE) != SUPPLY
    world.do(calls.mint_shares(APPLE, 1, ticket=9))


@pytest.mark.parametrize("name", MINTS_AND_BURNS)
def test_it_waits_for_one_slot(world: World, name: str) -> None:
    prepared(world)
    world.do(RECORD)
    world.do(MINTS_AND_BURNS[name])
    assert snapshot(world).supply == SUPPLY != world.supply(APPLE)


@pytest.mark.parametrize("name", THE_REST)
def test_everything_else_goes_on_in_that_slot(world: World, name: str) -> None:
    """No way back waits, and balances at the end of the slot are what counts."""
    prepared(world)
    world.run(behind(RECORD, THE_REST[name]))
    assert snapshot(world).supply == world.supply(APPLE) == SUPPLY


def test_a_rejection_goes_on_too(world: World) -> None:
    prepared(world)
    id = ask(world, ONE)
    freeze(world, APPLE.wallet(ALICE))
    world.run(behind(RECORD, calls.reject_redemption(APPLE, id=id)))
    assert world.supply(APPLE) == SUPPLY


# Burns from outside: owners of NVIDIA can

HELD = 100 * ONE
BURNED = 7


def votes(world: World, total: int, *, fits: bool, seen: int = 0) -> None:
    """An attestor's vote for a root of that sum."""
    tree = Tree.of(NVIDIA.snapshot(), {ALICE: total})
    vote = calls.vote_root(NVIDIA, tree)
    if fits:
        event = told(world.run(vote).events)
        assert isinstance(event, RootVoted)
        assert event.root.entry.sum == total
    else:
        world.refuse(vote, "WrongTotal", given=total, limit=HELD, burned_outside=seen)


def recorded_with_a_burn(world: World, after: Callable[[World], None] | None = None) -> None:
    world.do(calls.mint_shares(NVIDIA, HELD, ticket=0))
    due(world, NVIDIA)
    world.run(behind(calls.record_snapshot(NVIDIA), tokens.burn(NVIDIA, ALICE, BURNED)))
    assert (snapshot(world, NVIDIA).supply, world.supply(NVIDIA)) == (HELD, HELD - BURNED)
    if after:
        after(world)


def test_a_burn_in_that_slot_that_nobody_has_seen(world: World) -> None:
    """The program knows of it once anything has touched the asset; until then only the whole supply fits."""
    recorded_with_a_burn(world)
    for total, fits in ((HELD, True), (HELD - 1, False), (HELD - BURNED, False), (HELD + 1, False)):
        votes(world, total, fits=fits)
    world.do(calls.check_solvency(NVIDIA))
    votes(world, HELD - BURNED, fits=True)


def test_the_window_of_sums(world: World) -> None:
    """From the recorded supply down to that less all that was ever seen burned outside since."""
    recorded_with_a_burn(world)
    world.do(calls.check_solvency(NVIDIA))
    for total, fits in ((HELD + 1, False), (HELD, True), (HELD - 1, True), (HELD - BURNED, True)):
        votes(world, total, fits=fits, seen=BURNED)
    votes(world, HELD - BURNED - 1, fits=False, seen=BURNED)
    world.do(tokens.burn(NVIDIA, ALICE, 5), calls.check_solvency(NVIDIA))
    votes(world, HELD - BURNED - 5, fits=True)
    votes(world, HELD - BURNED - 6, fits=False, seen=BURNED + 5)


def test_burns_before_the_recording_do_not_widen_it(world: World) -> None:
    """Seen or not: they are in the recorded supply already."""
    world.do(calls.mint_shares(NVIDIA, HELD + 20, ticket=0), tokens.burn(NVIDIA, ALICE, 5))
    world.do(calls.check_solvency(NVIDIA))
    due(world, NVIDIA)
    world.do(tokens.burn(NVIDIA, ALICE, 15), calls.record_snapshot(NVIDIA))
    taken = snapshot(world, NVIDIA)
    assert (taken.supply, taken.burned_outside) == (HELD, 20)
    assert world.asset(NVIDIA).released != NO_DAYS
    for total, fits in ((HELD, True), (HELD - 1, False), (HELD + 15, False)):
        votes(world, total, fits=fits)


def test_burns_of_redemptions_do_not_widen_it(world: World) -> None:
    world.do(calls.mint_shares(NVIDIA, HELD, ticket=0))
    due(world, NVIDIA)
    world.do(calls.record_snapshot(NVIDIA))
    accept(world, ONE, stock=NVIDIA)
    world.do(calls.settle_redemption(NVIDIA, ONE, id=0))
    votes(world, HELD - ONE, fits=False)
    votes(world, HELD, fits=True)


def test_all_of_it_burned(world: World) -> None:
    """A tree of nothing is none."""
    world.do(calls.mint_shares(NVIDIA, HELD, ticket=0))
    due(world, NVIDIA)
    world.run(behind(calls.record_snapshot(NVIDIA), tokens.burn(NVIDIA, ALICE, HELD)))
    world.do(calls.check_solvency(NVIDIA))
    vote = calls.vote_root(NVIDIA, Tree.of(NVIDIA.snapshot(), {}), leaf_count=1)
    world.refuse(vote, "WrongTotal", given=0, limit=HELD, burned_outside=HELD)
    votes(world, 1, fits=True)
