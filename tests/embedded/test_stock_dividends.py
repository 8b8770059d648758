"""Stock dividends owe more shares: covered when they are announced, and kept free until they are in force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, MULTIPLIER, NVIDIA, deputy, staff
from tests.embedded.chain import Call
from tests.embedded.setups import add_chain, redeem, report_all, short, told
from tests.embedded.splitting import EFFECTIVE, EX, NO_RATIO, go
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.accounts import CalendarEntry, Ratio
from xstock_client.constants import BPS, DAY_S, Role
from xstock_client.events import ActionAnnounced, SharesMinted, SolvencyChecked

SUPPLY = ALICE_HAS + BOB_HAS
NO_ENTRY = CalendarEntry(0, 0, 0, 0)
RATIOS = [(1, 100), (1, 1), (1, 3), (7, 9), (1, 10_000)]
each_ratio = pytest.mark.parametrize("ratio", RATIOS, ids=lambda ratio: f"{ratio[0]} for {ratio[1]}")


def after(ratio: tuple[int, int], multiplier: int = MULTIPLIER) -> int:
    """With the new shares, rounded up."""
    return -(-multiplier * (ratio[0] + ratio[1]) // ratio[1])


def owed(raw: int, multiplier: int) -> int:
    return -(-raw * multiplier // 10**12)


def announce(ratio: tuple[int, int], number: int = 0, **terms: int) -> Call:
    return calls.announce_stock_dividend(APPLE, EFFECTIVE, *ratio, number, **{"ex_at": EX, **terms})


def check(world: World) -> SolvencyChecked:
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    return event


def cover(world: World, shares: int) -> None:
    """Both custodians together hold exactly so much."""
    report_all(world, APPLE, {0: shares - 1, 1: 1})


@each_ratio
def test_announced(world: World, ratio: tuple[int, int]) -> None:
    """The event tells what is owed at the new multiplier, and the reserve that covers it."""
    before, reserve = world.asset(APPLE), world.get(APPLE.reserve)
    event = told(world.run(announce(ratio)).events)
    assert isinstance(event, ActionAnnounced)
    whole = Ratio(ratio[0] + ratio[1], ratio[1])
    new = after(ratio)
    assert (event.kind, event.ratio, event.old_multiplier, event.new_multiplier) == (2, whole, MULTIPLIER, new)
    assert (event.obligation, event.reserve, event.basis) == (owed(SUPPLY, new), 2 * RESERVE, 0)
    assert world.asset(APPLE) == replace(
        before,
        next_multiplier=new,
        next_effective_at=EFFECTIVE,
        actions=1,
        calendar=(CalendarEntry(EX, EFFECTIVE, 0, 2), *[NO_ENTRY] * 5),
    )
    assert (before.next_is_split, before.next_split, before.halt_from) == (0, NO_RATIO, 0)
    assert world.get(APPLE.reserve) == reserve


@each_ratio
def test_it_must_be_covered_when_it_is_announced(world: World, ratio: tuple[int, int]) -> None:
    needed = owed(SUPPLY, after(ratio))
    cover(world, needed - 1)
    world.refuse(announce(ratio), "ReserveShort", **short(needed - 1, needed))
    cover(world, needed)
    world.do(announce(ratio))


def test_promise_one_in_full(world: World) -> None:
    """At the asset's collateral, with what was burned, what is abroad, and by fresh reports alone."""
    add_chain(world, 0, cap=20 * ONE, supply=15 * ONE)
    redeem(world, 10 * ONE)
    cover(world, 170 * ONE)
    world.do(calls.set_policy(APPLE, collateral_bps=10_500))
    at = world.now + 3 * DAY_S
    sent = calls.announce_stock_dividend(APPLE, at, 1, 10)
    foreign = owed(15 * ONE, after((1, 10)))
    obligation = owed(SUPPLY - 10 * ONE, after((1, 10))) + 10 * ONE + foreign
    needed = -(-obligation * 10_500 // BPS)
    figures = short(170 * ONE, needed, released=10 * ONE, foreign=foreign)
    world.refuse(sent, "ReserveShort", **figures)
    cover(world, needed)
    world.advance(calls.MAX_AGE_S + 1)
    late = calls.announce_stock_dividend(APPLE, at + 10 * DAY_S, 1, 10)
    foreign = owed(20 * ONE, after((1, 10)))
    silent = {"reserve": 0, "released": 0, "foreign": foreign}
    needed_later = -(-(owed(SUPPLY - 10 * ONE, after((1, 10))) + foreign) * 10_500 // BPS)
    world.refuse(late, "ReserveShort", needed=needed_later, **silent)
    report_all(world, APPLE, {0: needed_later - 1, 1: 1})
    world.do(late)


@each_ratio
@pytest.mark.parametrize("at", [NOW, EX, EFFECTIVE - 1, EFFECTIVE])
def test_mints_keep_its_shares_free(world: World, ratio: tuple[int, int], at: int) -> None:
    """From the announcement on, to the base unit; nothing is halted, and at its time nothing changes for a mint."""
    new = after(ratio)
    world.do(announce(ratio))
    go(world, at)
    most = 2 * RESERVE * 10**12 // new - SUPPLY
    over = owed(SUPPLY + most + 1, new)
    assert owed(SUPPLY + most, new) <= 2 * RESERVE < over
    mint = calls.mint_shares(APPLE, most + 1, ticket=5)
    world.refuse(mint, "ReserveShort", **short(2 * RESERVE, over))
    event = told(world.run(calls.mint_shares(APPLE, most, ticket=5)).events)
    assert isinstance(event, SharesMinted)
    assert (event.obligation, event.multiplier) == (owed(SUPPLY + most, new), new if at == EFFECTIVE else MULTIPLIER)
    go(world, EFFECTIVE)
    last = check(world)
    assert (last.obligation, last.latched, last.multiplier) == (event.obligation, 0, new)


def test_every_loosening_keeps_them_free_too(world: World) -> None:
    add_chain(world, 0, cap=0)
    at = world.now + 3 * DAY_S
    cover(world, 2 * SUPPLY + 10)
    world.do(calls.announce_stock_dividend(APPLE, at, 1, 1))
    raised = calls.set_chain_cap(APPLE, 0, 6)  # twice as many by then, there as well
    world.refuse(raised, "ReserveShort", **short(2 * SUPPLY + 10, 2 * SUPPLY + 12, foreign=12))
    world.do(calls.set_chain_cap(APPLE, 0, 5))
    world.do(world.attest(APPLE, 0, 1), world.attest(APPLE, 1, 1))  # short of the supply itself: latched
    assert world.asset(APPLE).latched == 1
    report_all(world, APPLE, {0: 2 * SUPPLY - 1, 1: 1})
    needed = {"reserve": 2 * SUPPLY, "needed": 2 * SUPPLY + 10, "released": 0, "foreign": 10}
    world.refuse(calls.reopen(APPLE), "ReserveShort", **needed)
    minter = deputy(Role.MINTER)
    world.do(calls.set_allowance(APPLE, minter, 1, 1))
    wider = calls.set_allowance(APPLE, minter, 2, 1)
    world.refuse(wider, "ReserveShort", **needed)
    report_all(world, APPLE, {0: 2 * SUPPLY + 9, 1: 1})
    world.do(calls.reopen(APPLE), wider)


@pytest.mark.parametrize("missing", [0, 1])
def test_a_reserve_that_falls_before_it_is_in_force(world: World, missing: int) -> None:
    """It takes effect at its time all the same, and latches if it is short by then."""
    new = after((1, 1))
    cover(world, 2 * SUPPLY)
    world.do(announce((1, 1)))
    cover(world, 2 * SUPPLY - missing)
    assert (check(world).latched, check(world).obligation) == (0, SUPPLY)
    go(world, EFFECTIVE - 1)
    assert check(world).latched == 0
    world.advance(1)
    event = check(world)
    assert (event.obligation, event.last_reserve, event.multiplier) == (2 * SUPPLY, 2 * SUPPLY - missing, new)
    assert event.latched == missing


def test_no_figure_of_a_report_changes(world: World) -> None:
    """Real shares come in: custodians report them when they are there. There is no new basis."""
    add_chain(world, 0, cap=20 * ONE + 1, supply=15 * ONE + 1)
    redeem(world, ONE + 1)
    at = world.now + 3 * DAY_S
    world.do(calls.announce_stock_dividend(APPLE, at, 1, 3))
    asset, reserve = world.asset(APPLE), world.get(APPLE.reserve)
    go(world, at)
    check(world)
    assert world.get(APPLE.reserve) == reserve
    new = after((1, 3))
    assert world.asset(APPLE) == replace(asset, multiplier=new, next_multiplier=new, next_effective_at=0, next_action=0)
    for basis in (1, 2**32 - 1):
        sent = world.attest(APPLE, 0, RESERVE, basis=basis)
        world.refuse(sent, "WrongBasis", given=basis, expected=0, as_of=at)
    world.do(world.attest(APPLE, 0, RESERVE))


@pytest.mark.parametrize("at", [NOW, EX, EFFECTIVE - 1])
def test_cancelled_it_needs_nothing(world: World, at: int) -> None:
    cover(world, 2 * SUPPLY)
    world.do(announce((1, 1)))
    go(world, at)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "ReserveShort", **short(2 * SUPPLY, 2 * SUPPLY + 2))
    world.do(calls.cancel_action(APPLE), calls.mint_shares(APPLE, SUPPLY, ticket=5))
    go(world, EFFECTIVE)
    assert (check(world).multiplier, check(world).obligation) == (MULTIPLIER, 2 * SUPPLY)


def test_one_multiplier_at_a_time(world: World) -> None:
    world.do(announce((1, 100)))
    others = (
        calls.announce_split(APPLE, EFFECTIVE + 5 * DAY_S, number=1),
        calls.announce_stock_dividend(APPLE, EFFECTIVE + 5 * DAY_S, number=1),
    )
    for other in others:
        world.refuse(other, "MultiplierScheduled", action=0)
    go(world, EFFECTIVE)
    for other in others:
        world.refuse(other, "MultiplierMoved", given=MULTIPLIER, current=after((1, 100)))
    again = calls.announce_stock_dividend(APPLE, EFFECTIVE + 5 * DAY_S, number=1, old_multiplier=after((1, 100)))
    world.do(again)
    go(world, EFFECTIVE + 5 * DAY_S)
    assert check(world).multiplier == after((1, 100), after((1, 100))) == 1_020_100_000_000


def test_without_supply_there_is_nothing_to_cover(world: World) -> None:
    """An asset that has minted nothing and has no report."""
    world.do(calls.retire_custodian(NVIDIA, 0), calls.retire_custodian(NVIDIA, 1))
    at = NOW + 3 * DAY_S
    event = told(world.run(calls.announce_stock_dividend(NVIDIA, at, 1, 1)).events)
    assert isinstance(event, ActionAnnounced)
    assert (event.obligation, event.reserve, event.by) == (0, 0, staff(Role.CORPORATE))
