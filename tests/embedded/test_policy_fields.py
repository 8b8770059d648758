"""Every field of a policy in both directions, and what it does once it is in force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    APPLE,
    BOND,
    CHANGE_DELAY_S,
    DISPUTE_WINDOW_S,
    HOLDER_PENALTY_CAP,
    PENALTY_RATE,
    POLICY,
    REDEMPTION_FEE_BPS,
    SETTLE_WINDOW_S,
)
from tests.embedded.cases_policy import BOUNDS
from tests.embedded.setups import (
    NOTHING_QUEUED,
    add_chain,
    bits,
    policy_of,
    redeem,
    report_all,
    short,
)
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.amounts import Shares
from xstock_client.constants import DAY_S, HOUR_S

SUPPLY = ALICE_HAS + BOB_HAS
LARGER_IS_LOOSER = {
    "max_age_s": True,
    "chain_max_age_s": True,
    "change_delay_s": False,
    "accept_window_s": True,
    "custodian_cap": True,
    "mint_window_limit": True,
    "haircut_bps": False,
    "custodian_share_bps": True,
    "collateral_bps": False,
    "min_custodians": False,
    "settle_window_s": True,
    "dispute_window_s": False,
    "penalty_rate": False,
    "holder_penalty_cap": False,
    "redemption_fee_bps": True,
    "bond_coverage_bps": False,
}
START = {**POLICY, "custodian_share_bps": 6_000, "collateral_bps": 10_500}
"""Between its bounds in every field, so that each has a step to both sides."""


@pytest.fixture
def tight(world: World) -> World:
    world.do(calls.set_policy(APPLE, custodian_share_bps=6_000, collateral_bps=10_500))
    assert world.asset(APPLE).policy == policy_of(APPLE, custodian_share_bps=6_000, collateral_bps=10_500)
    return world


@pytest.mark.parametrize("name", POLICY)
@pytest.mark.parametrize("how", ["a step", "the bound"])
def test_the_tighter_direction(tight: World, name: str, how: str) -> None:
    before = tight.asset(APPLE)
    low, high = BOUNDS[name]
    step, bound = (-1, low) if LARGER_IS_LOOSER[name] else (1, high)
    value = START[name] + step if how == "a step" else bound
    if name == "custodian_share_bps" and how == "the bound":
        value = 5_000  # what two custodians can fill
    change: dict[str, Any] = {name: value}
    tight.do(calls.set_policy(APPLE, **change))
    after = tight.asset(APPLE)
    assert after.policy == replace(before.policy, **{name: value})
    assert after.queued_policy == NOTHING_QUEUED


@pytest.mark.parametrize("name", POLICY)
@pytest.mark.parametrize("how", ["a step", "the bound"])
def test_the_looser_direction(tight: World, name: str, how: str) -> None:
    before = tight.asset(APPLE)
    low, high = BOUNDS[name]
    step, bound = (1, high) if LARGER_IS_LOOSER[name] else (-1, low)
    value = START[name] + step if how == "a step" else bound
    together: dict[str, Any] = {"custodian_share_bps": 10_000} if name == "min_custodians" else {}
    tight.do(calls.set_policy(APPLE, **{**together, name: value}))
    waiting = tight.asset(APPLE)
    assert waiting.policy == before.policy
    assert waiting.queued_policy.fields == bits(name, *together)
    assert (waiting.queued_policy.ready_at, getattr(waiting.queued_policy.values, name)) == (
        NOW + CHANGE_DELAY_S,
        value,
    )
    tight.advance(CHANGE_DELAY_S)
    tight.do(calls.apply_policy(APPLE))
    after = tight.asset(APPLE)
    assert after.policy == replace(before.policy, **{**together, name: value})
    assert after.queued_policy == NOTHING_QUEUED


# What each does. Every effect is seen right before and right after the change.


def _mint(world: World, code: str | None, raw: int = 1, /, **figures: int) -> None:
    """A mint by another ticket each time, which succeeds or is refused."""
    ticket = world.asset(APPLE).highest_ticket + 1
    mint = calls.mint_shares(APPLE, raw, ticket=ticket)
    world.do(mint) if code is None else world.refuse(mint, code, **figures)


def test_max_age_decides_which_reports_count(world: World) -> None:
    age = NOW - world.slot(APPLE, 0).as_of
    world.do(calls.set_policy(APPLE, max_age_s=age))
    _mint(world, None)
    world.do(calls.set_policy(APPLE, max_age_s=age - 1))
    _mint(world, "QuorumNotMet", fresh=0, needed=2)


def test_chain_max_age_decides_when_a_chain_counts_at_its_cap(world: World) -> None:
    add_chain(world, 0, cap=500, supply=10)
    world.advance(HOUR_S)
    room = 2 * RESERVE - SUPPLY - 10
    over = short(2 * RESERVE, 2 * RESERVE + 1, foreign=10)
    world.do(calls.set_policy(APPLE, chain_max_age_s=HOUR_S))
    _mint(world, "ReserveShort", room + 1, **over)
    _mint(world, None)
    world.advance(1)
    _mint(world, "ReserveShort", room - 490, **short(2 * RESERVE, 2 * RESERVE + 1, foreign=500))
    _mint(world, None, room - 491)


def test_change_delay_decides_how_long_a_loosening_waits(world: World) -> None:
    world.do(calls.set_policy(APPLE, change_delay_s=30 * DAY_S))
    world.do(calls.set_allowance(APPLE, calls.MALLORY, 1), calls.register_custodian(APPLE, 2))
    assert world.allowance(APPLE, calls.MALLORY).pending_from == NOW + 30 * DAY_S
    assert world.slot(APPLE, 2).signers.pending_from == NOW + 30 * DAY_S


def test_what_a_request_is_made_with_is_its_own(world: World) -> None:
    """Windows, fee and penalty are those of the day of the request, whatever becomes of the policy."""
    world.do(calls.request_redemption(APPLE, ONE, id=0, min_price=0))
    first = world.request(APPLE)
    assert (first.accept_by, first.settle_by) == (NOW + ACCEPT_WINDOW_S, NOW + ACCEPT_WINDOW_S + SETTLE_WINDOW_S)
    assert (first.dispute_window_s, first.fee_bps, first.penalty_rate) == (
        DISPUTE_WINDOW_S,
        REDEMPTION_FEE_BPS,
        PENALTY_RATE,
    )
    world.do(calls.set_policy(APPLE, accept_window_s=2 * DAY_S, settle_window_s=DAY_S))
    world.do(calls.set_policy(APPLE, dispute_window_s=30 * DAY_S, redemption_fee_bps=0, penalty_rate=2 * PENALTY_RATE))
    world.do(calls.request_redemption(APPLE, ONE, id=1, min_price=0))
    assert world.request(APPLE) == first
    second = world.request(APPLE, 1)
    assert (second.accept_by, second.settle_by) == (NOW + 2 * DAY_S, NOW + 3 * DAY_S)
    assert (second.dispute_window_s, second.fee_bps, second.penalty_rate) == (30 * DAY_S, 0, 2 * PENALTY_RATE)
    assert world.asset(APPLE).bond_reserved == 3 * PENALTY_RATE


def test_the_holder_penalty_cap_limits_what_requests_reserve(world: World) -> None:
    world.do(calls.request_redemption(APPLE, 100 * ONE, id=0))
    assert world.request(APPLE).penalty_rate == PENALTY_RATE
    world.do(calls.cancel_redemption(APPLE, id=0), calls.set_policy(APPLE, holder_penalty_cap=2 * HOLDER_PENALTY_CAP))
    # 200 of a thousand dollars are used; what is left is enough four times, and then for nothing
    for id in range(1, 6):
        world.do(calls.request_redemption(APPLE, 100 * ONE, id=id))
        assert world.request(APPLE, id).penalty_rate == (PENALTY_RATE if id < 5 else 0)
        world.do(calls.cancel_redemption(APPLE, id=id))


def test_the_bond_coverage_decides_what_minting_needs(world: World) -> None:
    """Six base units for each raw unit of the part of the supply."""
    world.do(calls.set_policy(APPLE, penalty_rate=6 * ONE, bond_coverage_bps=5_000))
    enough = BOND // 6
    _mint(world, None, enough + 1 - SUPPLY)
    world.do(calls.set_policy(APPLE, bond_coverage_bps=10_000))
    _mint(world, "UnderBonded", free=BOND, needed=6 * (enough + 2))
    # requests are none of its business, and neither is a burn
    redeem(world, 2)
    _mint(world, None)
    _mint(world, "UnderBonded", free=BOND, needed=6 * (enough + 1))


def test_the_custodian_cap_decides_what_one_counts_for(world: World) -> None:
    world.do(calls.set_policy(APPLE, custodian_cap=RESERVE - 1))
    _mint(world, "ReserveShort", 2 * RESERVE - 1 - SUPPLY, **short(2 * RESERVE - 2, 2 * RESERVE - 1))
    _mint(world, None, 2 * RESERVE - 2 - SUPPLY)


def test_the_mint_window_limit_binds_all_minters_together(world: World) -> None:
    world.do(calls.set_policy(APPLE, mint_window_limit=SUPPLY + 5))
    _mint(world, "AssetWindowExceeded", 6, amount=6, left=5, limit=SUPPLY + 5)
    _mint(world, None, 5)


def test_the_haircut_decides_what_is_in_transit(world: World) -> None:
    transit: dict[str, Any] = {"in_transit": Shares(1_000), "in_transit_by": NOW + DAY_S}
    world.do(world.attest(APPLE, 0, RESERVE, **transit))
    reserve = 2 * RESERVE + 900
    _mint(world, "ReserveShort", reserve - SUPPLY + 1, **short(reserve, reserve + 1))
    world.do(calls.set_policy(APPLE, haircut_bps=1_001))
    _mint(world, "ReserveShort", reserve - SUPPLY, **short(reserve - 1, reserve))
    world.do(calls.set_policy(APPLE, haircut_bps=10_000))
    _mint(world, "ReserveShort", 2 * RESERVE - SUPPLY + 1, **short(2 * RESERVE, 2 * RESERVE + 1))


def test_the_custodian_share_decides_how_much_one_may_weigh(world: World) -> None:
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE // 4})
    world.do(calls.set_policy(APPLE, custodian_share_bps=7_500))
    # three times the other at most
    _mint(world, "ReserveShort", RESERVE - SUPPLY + 1, **short(RESERVE, RESERVE + 1))
    world.do(calls.set_policy(APPLE, custodian_share_bps=5_000))
    _mint(world, "ReserveShort", RESERVE // 2 - SUPPLY + 1, **short(RESERVE // 2, RESERVE // 2 + 1))
    _mint(world, None, RESERVE // 2 - SUPPLY)


def test_the_collateral_ratio_decides_how_much_must_be_there(world: World) -> None:
    world.do(calls.set_policy(APPLE, collateral_bps=20_000))
    _mint(world, "ReserveShort", RESERVE - SUPPLY + 1, **short(2 * RESERVE, 2 * RESERVE + 2))
    _mint(world, None, RESERVE - SUPPLY)


def test_min_custodians_decides_the_quorum(world: World) -> None:
    world.do(world.attest(APPLE, 0, SUPPLY), world.attest(APPLE, 1, 1))
    _mint(world, None)
    world.do(world.attest(APPLE, 1, 0))
    assert world.asset(APPLE).latched == 1, "one of two reports nothing, so nothing counts"
    world.do(calls.set_policy(APPLE, min_custodians=1))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, SUPPLY + 2))
    world.do(calls.apply_policy(APPLE), calls.reopen(APPLE))
    _mint(world, None)
    _mint(world, "ReserveShort", **short(SUPPLY + 2, SUPPLY + 3))
