"""Promise 4: who counts, for how much, and for how long. Shares in transit, both caps, dust, eight custodians."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, HAIRCUT_BPS, LEIS, MAX_AGE_S, NVIDIA, TESLA, Stock
from tests.embedded.setups import add_custodians, counted_total, queue_and_apply, report_all, short, told
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.amounts import Shares
from xstock_client.constants import BPS, DAY_S, MAX_REPORTED_SHARES, MAX_TRANSIT_S
from xstock_client.events import SolvencyChecked

SUPPLY = ALICE_HAS + BOB_HAS


def check(world: World, stock: Stock = APPLE) -> SolvencyChecked:
    event = told(world.run(calls.check_solvency(stock)).events)
    assert isinstance(event, SolvencyChecked)
    return event


def transit(world: World, shares: int, by: int, *, settled: int = RESERVE, **values: Any) -> None:
    """A report of Apple's first custodian with shares in transit."""
    world.do(world.attest(APPLE, 0, settled, in_transit=Shares(shares), in_transit_by=by, **values))


# In transit


@pytest.mark.parametrize(
    ("haircut", "shares", "counted"),
    [(1_000, 1_000, 900), (1_000, 999, 899), (500, 1, 0), (500, 20, 19), (9_999, 9_999, 0), (9_999, 10_000, 1)],
)
def test_the_haircut_rounds_down(world: World, haircut: int, shares: int, counted: int) -> None:
    world.do(calls.list_asset(TESLA, haircut_bps=haircut))
    for slot in (0, 1):
        world.do(calls.register_custodian(TESLA, slot))
    world.do(world.attest(TESLA, 0, 0, in_transit=Shares(shares), in_transit_by=NOW), world.attest(TESLA, 1, 7))
    view = check(world, TESLA)
    assert (view.custodians, view.reserve) == ((2, 7 + counted) if counted else (1, 0))


def test_shares_in_transit_count_up_to_their_date(world: World) -> None:
    transit(world, 1_000, NOW + 60)
    reserve = 2 * RESERVE + 900
    assert check(world).reserve == reserve
    world.advance(60)
    assert check(world).reserve == reserve
    world.advance(1)
    after = check(world)
    # a mint counts them for nothing from here on; the latch, which no silence sets, still does
    assert (after.reserve, after.last_reserve, after.latched) == (2 * RESERVE, reserve, 0)
    over = calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY + 1, ticket=5)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1))


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        (NOW - 1, False),
        (NOW, True),
        (NOW + MAX_TRANSIT_S, True),
        (NOW + MAX_TRANSIT_S + 1, False),
        (0, False),
        (-1, False),
        (2**63 - 1, False),
        (-(2**63), False),
    ],
    ids=["before the report", "at the report", "ten days", "too far", "none", "negative", "the end", "the beginning"],
)
def test_dates_that_no_purchase_has_count_for_nothing(world: World, by: int, counts: bool) -> None:
    transit(world, 1_000, by)
    view = check(world)
    assert view.reserve == 2 * RESERVE + (900 if counts else 0)
    assert view.last_reserve == view.reserve


def test_the_date_is_judged_by_the_reports_own_time(world: World) -> None:
    """Ten days behind the time that it speaks of, not behind its arrival."""
    as_of = world.slot(APPLE, 0).as_of
    transit(world, 1_000, as_of + MAX_TRANSIT_S + 1, as_of=as_of)
    assert check(world).reserve == 2 * RESERVE
    transit(world, 1_000, as_of + MAX_TRANSIT_S, as_of=as_of)
    assert check(world).reserve == 2 * RESERVE + 900


def test_shares_in_transit_alone_make_a_positive_figure(world: World) -> None:
    transit(world, 2, NOW + 60, settled=0)
    assert (check(world).custodians, check(world).reserve) == (2, RESERVE + 1)
    world.advance(61)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "QuorumNotMet", fresh=1, needed=2)


def test_the_first_report_that_names_them_replaces_the_ones_before(world: World) -> None:
    transit(world, 1_000, NOW + 60)
    world.do(world.attest(APPLE, 0, RESERVE + 1_000))
    assert (world.slot(APPLE, 0).in_transit, check(world).reserve) == (0, 2 * RESERVE + 1_000)


# The absolute cap


def test_two_slots_of_one_custodian_share_one_cap(world: World) -> None:
    cap = RESERVE + 5
    world.do(calls.set_policy(NVIDIA, custodian_cap=cap))
    world.do(calls.register_custodian(NVIDIA, 2, id=LEIS[0]))
    report_all(world, NVIDIA, {0: RESERVE, 1: 3, 2: 4})
    view = check(world, NVIDIA)
    assert (view.reserve, view.custodians) == (RESERVE + 4 + 3, 2)
    report_all(world, NVIDIA, {2: 6})
    assert check(world, NVIDIA).reserve == cap + 3
    report_all(world, NVIDIA, {2: RESERVE, 1: cap + 1})
    view = check(world, NVIDIA)
    assert (view.reserve, view.custodians) == (2 * cap, 2)


def test_shares_in_transit_stand_under_the_cap_too(world: World) -> None:
    world.do(calls.set_policy(APPLE, custodian_cap=RESERVE + 100))
    transit(world, 1_000, NOW + 60)
    assert check(world).reserve == 2 * RESERVE + 100


# The relative cap


@pytest.mark.parametrize(
    ("share", "figures", "total"),
    [
        # one of two at most half: each counts what the other does
        (5_000, [1_000, 10], 20),
        (5_000, [1_000, 1_000], 2_000),
        # at most 60 %, so one and a half times the other
        (6_000, [1_000, 10], 25),
        (6_000, [15, 10], 25),
        (6_000, [16, 10], 25),
        # at most 40 % of three: two are capped together, at twice the third each
        (4_000, [1_000, 900, 10], 50),
        (4_000, [1_000, 15, 10], 41),
        (3_334, [100, 100, 100], 300),
        (3_334, [10**9, 10**9, 1], 3),
        (2_500, [5, 6, 7, 8], 20),
        (10_000, [1_000, 10], 1_010),
        (9_999, [10**6, 1], 10_000),
    ],
)
def test_no_custodian_counts_above_its_share(world: World, share: int, figures: list[int], total: int) -> None:
    assert counted_total(figures, share) == total, "worked out once more"
    world.do(calls.list_asset(TESLA, custodian_share_bps=share, min_custodians=-(-BPS // share)))
    for slot in range(len(figures)):
        world.do(calls.register_custodian(TESLA, slot))
    report_all(world, TESLA, dict(enumerate(figures)))
    assert check(world, TESLA).reserve == total


def test_one_figure_cannot_raise_its_own_cap(world: World) -> None:
    """However large the first custodian's figure, it counts 1.5 times what the other does."""
    world.do(calls.set_policy(APPLE, custodian_share_bps=6_000))
    for first in (RESERVE, 3 * RESERVE // 2, 2 * RESERVE, 10 * RESERVE, MAX_REPORTED_SHARES):
        report_all(world, APPLE, {0: first})
        assert check(world).reserve == min(first, 3 * RESERVE // 2) + RESERVE
    over = 5 * RESERVE // 2 - SUPPLY + 1
    world.refuse(
        calls.mint_shares(APPLE, over, ticket=5), "ReserveShort", **short(5 * RESERVE // 2, 5 * RESERVE // 2 + 1)
    )


def test_both_caps_and_the_haircut_together(world: World) -> None:
    """Custodians 0 and 2 are one group. Slot 0: 800 + floor(333 * 0.9) = 1,099; with slot 2's 50 it would be 1,149,
    of which the cap leaves 1,000; at most 60 % of the total, which is 1.5 times the other's 500."""
    world.do(calls.register_custodian(NVIDIA, 2, id=LEIS[0]))
    tight: dict[str, Any] = {"custodian_cap": 1_000, "min_custodians": 2, "custodian_share_bps": 6_000}
    world.do(calls.set_policy(NVIDIA, **tight))
    world.do(world.attest(NVIDIA, 0, 800, in_transit=Shares(333), in_transit_by=NOW + DAY_S))
    report_all(world, NVIDIA, {2: 50, 1: 500})
    assert HAIRCUT_BPS == 1_000
    assert check(world, NVIDIA).reserve == 750 + 500
    report_all(world, NVIDIA, {1: 900})
    assert check(world, NVIDIA).reserve == 1_000 + 900
    world.advance(DAY_S + 1)
    # without the shares in transit 850 are left, and 1.5 times as many would be allowed
    assert check(world, NVIDIA).reserve == 850 + 900


# The quorum


@pytest.mark.parametrize("dust", [0, 1])
def test_a_zero_report_makes_no_quorum_and_dust_no_reserve(world: World, dust: int) -> None:
    """A zero report counts for nobody. A share of dust makes a custodian, and the relative cap keeps it from making
    another's figure count."""
    world.do(calls.set_policy(APPLE, custodian_share_bps=5_000))
    world.do(world.attest(APPLE, 1, dust))
    mint = calls.mint_shares(APPLE, 1, ticket=5)
    assert world.asset(APPLE).latched == 1
    world.refuse(mint, "Latched")
    if dust:
        world.refuse(calls.reopen(APPLE), "ReserveShort", **short(2, SUPPLY))
    else:
        world.refuse(calls.reopen(APPLE), "QuorumNotMet", fresh=1, needed=2)
    assert check(world).last_reserve == 2 * dust


def test_two_slots_of_one_custodian_are_no_quorum(world: World) -> None:
    world.do(calls.retire_custodian(APPLE, 1), calls.register_custodian(APPLE, 1, id=LEIS[0]))
    world.advance(CHANGE_DELAY_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.refuse(calls.reopen(APPLE), "QuorumNotMet", fresh=1, needed=2)
    assert check(world).reserve == 0


def test_a_stale_custodian_is_missing_from_the_quorum_and_from_the_sum(world: World) -> None:
    add_custodians(world, APPLE, {2: RESERVE})
    assert (check(world).custodians, check(world).reserve) == (3, 3 * RESERVE)
    world.advance(world.slot(APPLE, 0).as_of + MAX_AGE_S + 1 - world.now)
    view = check(world)
    assert (view.custodians, view.reserve, view.last_reserve) == (1, 0, 3 * RESERVE)
    report_all(world, APPLE, {0: RESERVE})
    assert (check(world).custodians, check(world).reserve) == (2, 2 * RESERVE)


def test_eight_custodians(world: World) -> None:
    figures = {slot: (slot + 1) * 100 * ONE for slot in range(8)}
    add_custodians(world, APPLE, figures)
    assert (check(world).custodians, check(world).reserve) == (8, 3_600 * ONE)
    world.do(calls.set_policy(APPLE, min_custodians=8))
    over = calls.mint_shares(APPLE, 3_600 * ONE - SUPPLY + 1, ticket=5)
    world.refuse(over, "ReserveShort", **short(3_600 * ONE, 3_600 * ONE + 1))
    # one of eight at most an eighth: all count what the smallest does
    world.do(calls.set_policy(APPLE, custodian_share_bps=1_250))
    assert check(world).reserve == 800 * ONE
    world.do(calls.mint_shares(APPLE, 800 * ONE - SUPPLY, ticket=5))
    # one silent, and none is enough
    report_all(world, APPLE, {7: 0})
    assert (check(world).custodians, check(world).last_reserve, check(world).latched) == (7, 0, 1)


def test_no_sum_of_figures_overflows(world: World) -> None:
    """Eight custodians at the largest figure, settled and in transit, under the largest cap."""
    queue_and_apply(world, NVIDIA, custodian_cap=MAX_REPORTED_SHARES, haircut_bps=500)
    add_custodians(world, NVIDIA, dict.fromkeys(range(2, 8), 1))
    most: dict[str, Any] = {"in_transit": Shares(MAX_REPORTED_SHARES), "in_transit_by": NOW + DAY_S}
    for slot in range(8):
        world.do(world.attest(NVIDIA, slot, MAX_REPORTED_SHARES, **most))
    assert check(world, NVIDIA).reserve == 8 * MAX_REPORTED_SHARES
    # all of them slots of one custodian: nineteen times the cap, and yet the cap
    for slot in range(1, 8):
        world.do(calls.retire_custodian(NVIDIA, slot), calls.register_custodian(NVIDIA, slot, id=LEIS[0]))
        world.do(world.attest(NVIDIA, slot, MAX_REPORTED_SHARES, **most))
    view = check(world, NVIDIA)
    assert (view.custodians, view.reserve) == (1, MAX_REPORTED_SHARES)
    assert {slot.group for slot in world.reserve(NVIDIA).custodians} == {0}
