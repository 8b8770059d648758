"""More than one share for one: what the reserve must reach for a mint or a loosening, and what sets the latch."""

from __future__ import annotations

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, NVIDIA, staff
from tests.embedded.setups import add_chain, redeem, report_all, short, told
from tests.embedded.world import ALICE_HAS, BOB_HAS, ONE, World
from xstock_client.constants import Role
from xstock_client.events import SharesMinted, SolvencyChecked

SUPPLY = ALICE_HAS + BOB_HAS


@pytest.mark.parametrize(
    ("ratio", "reserve", "most"),
    [
        (10_000, 1_000, 1_000),
        (10_001, 1_000, 999),
        (10_001, 10_001, 10_000),
        (10_001, 10_002, 10_000),
        (12_500, 1_000, 800),
        (12_500, 1_001, 800),
        (12_500, 1_002, 801),
        (15_000, 1, 0),
        (15_000, 2, 1),
        (20_000, 1_001, 500),
    ],
)
def test_the_most_that_a_reserve_carries(world: World, ratio: int, reserve: int, most: int) -> None:
    """The largest x with ``ceil(x * ratio) <= reserve``, to the unit."""
    assert -(-most * ratio // 10_000) <= reserve < -(-(most + 1) * ratio // 10_000)
    report_all(world, NVIDIA, {0: reserve, 1: 0})
    world.do(calls.set_policy(NVIDIA, collateral_bps=ratio))
    needed = -(-(most + 1) * ratio // 10_000)
    world.refuse(calls.mint_shares(NVIDIA, most + 1, ticket=0), "ReserveShort", **short(reserve, needed))
    if most:
        (event,) = world.run(calls.mint_shares(NVIDIA, most, ticket=0)).events
        assert isinstance(event, SharesMinted)
        assert (event.obligation, event.reserve) == (most, reserve), "the event tells what is owed, without the ratio"


def test_the_ratio_is_asked_of_released_and_foreign_shares_too(world: World) -> None:
    add_chain(world, 0, cap=50, supply=50)
    redeem(world, 30)
    world.do(calls.set_policy(APPLE, collateral_bps=15_000))
    report_all(world, APPLE, {0: 2 * SUPPLY})
    owed, have = SUPPLY + 50, 1_000 * ONE + 2 * SUPPLY
    room = have * 2 // 3 - owed
    over = calls.mint_shares(APPLE, room + 1, ticket=5)
    needed = -(-(owed + room + 1) * 3 // 2)
    world.refuse(over, "ReserveShort", **short(have, needed, released=30, foreign=50))
    world.do(calls.mint_shares(APPLE, room, ticket=5))


def test_the_latch_asks_for_one_to_one_only(world: World) -> None:
    world.do(calls.set_policy(APPLE, collateral_bps=20_000))
    report_all(world, APPLE, {0: SUPPLY - 1, 1: 1})
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    assert (event.obligation, event.last_reserve, event.latched) == (SUPPLY, SUPPLY, 0)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "ReserveShort", **short(SUPPLY, 2 * SUPPLY + 2))
    report_all(world, APPLE, {0: SUPPLY - 2})
    assert world.asset(APPLE).latched == 1


def test_opening_and_raising_ask_for_the_ratio(world: World) -> None:
    world.do(calls.set_policy(APPLE, collateral_bps=12_000), calls.register_chain(APPLE, 0))
    report_all(world, APPLE, {0: 1, 1: 2})
    needed = SUPPLY * 12 // 10
    report_all(world, APPLE, {0: needed - 2, 1: 1})
    figures = short(needed - 1, needed)
    world.do(calls.halt(APPLE, 1))
    for call in (
        calls.reopen(APPLE),
        calls.resume(APPLE, 1),
        calls.set_allowance(APPLE, staff(Role.MINTER), calls.WINDOW_LIMIT + 1),
    ):
        world.refuse(call, "ReserveShort", **figures)
    world.refuse(calls.set_chain_cap(APPLE, 0, 10), "ReserveShort", **short(needed - 1, needed + 12, foreign=10))
    report_all(world, APPLE, {0: needed - 1})
    world.do(calls.reopen(APPLE), calls.resume(APPLE, 1))
