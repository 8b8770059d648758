"""How much of the bond a request reserves for a missed deadline, and what frees it again."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    BOND,
    DOLLAR_UNIT,
    HOLDER_PENALTY_CAP,
    PENALTY_RATE,
    Due,
)
from tests.embedded.reserving import LARGEST, asked, set_bond, set_policy, taken
from tests.embedded.stages import (
    ACCEPT_BY,
    PENALTY,
    SETTLE_BY,
    TEN,
    Kind,
    accept,
    audit,
    skip,
)
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, World
from xstock_client.accounts import WindowUsage
from xstock_client.constants import DAY_S

SUPPLY = ALICE_HAS + BOB_HAS


def test_each_request_shows_what_it_reserved(world: World) -> None:
    """What the bond has free: first all, then what is left, then nothing; and no request is refused."""
    set_bond(world, 25 * DOLLAR_UNIT)
    assert [asked(world, TEN).penalty_rate for _ in range(3)] == [PENALTY_RATE, PENALTY_RATE // 4, 0]
    over = calls.mint_shares(APPLE, ONE, ticket=5)
    world.refuse(over, "UnderBonded", free=25 * DOLLAR_UNIT, needed=30_200_000)
    skip(world, ACCEPT_BY + 1)
    world.do(calls.default_redemption(APPLE, id=0), calls.default_redemption(APPLE, id=1))
    world.do(calls.default_redemption(APPLE, id=2, pays=False))
    assert (world.dollars(ALICE), world.money(APPLE.bond_vault)) == (25 * DOLLAR_UNIT, 0)
    asset = world.asset(APPLE)
    assert (asset.bond, asset.bond_reserved, asset.returned) == (0, 0, 3 * TEN)
    # nothing is left for the next one, and it is a request all the same
    assert asked(world, TEN).penalty_rate == 0


@pytest.mark.parametrize("kind", [Kind.LIMIT, Kind.OFF_CHAIN])
def test_what_a_request_showed_is_what_it_gets(world: World, kind: Kind) -> None:
    """The desk cannot bind itself for less: it fills the bond first, or leaves the request alone."""
    set_bond(world, 25 * DOLLAR_UNIT)
    assert [asked(world, TEN, kind).penalty_rate for _ in range(2)] == [PENALTY_RATE] * 2
    assert taken(world, 0, kind).penalty == PENALTY
    second = calls.accept_redemption(APPLE, id=1)
    world.refuse(second, "UnderBonded", free=5 * DOLLAR_UNIT, needed=PENALTY)
    world.do(calls.deposit_bond(APPLE, 15 * DOLLAR_UNIT - 1))
    world.refuse(second, "UnderBonded", free=PENALTY - 1, needed=PENALTY)
    world.do(calls.deposit_bond(APPLE, 1))
    assert taken(world, 1, kind).bond_reserved == 2 * PENALTY
    # one that showed nothing is accepted with nothing
    set_policy(world, holder_penalty_cap=1)
    assert asked(world, TEN, kind).penalty_rate == 0
    assert taken(world, 2, kind).penalty == 0


def test_orders_that_cannot_be_claimed_hold_none_of_the_bond(world: World) -> None:
    set_bond(world, PENALTY)
    for kind, price in ((Kind.LIMIT, 2**64 - 1), (Kind.OFF_CHAIN, 0)):
        assert asked(world, TEN, kind, min_price=price, holder=BOB).bond_reserved == 0
    assert asked(world, TEN).penalty == PENALTY


@pytest.mark.parametrize(
    ("amount", "rate", "bond", "cap"),
    [
        (1, 1, 1, 1),
        (1, LARGEST, 1, LARGEST),
        (1, LARGEST, LARGEST, LARGEST),
        (3, PENALTY_RATE, 0, LARGEST),
        (ALICE_HAS, LARGEST, LARGEST, LARGEST),
        (ALICE_HAS, PENALTY_RATE, 199_999_999, LARGEST),
        (ALICE_HAS, PENALTY_RATE, 200_000_000, LARGEST),
        (ALICE_HAS, PENALTY_RATE, LARGEST, 199_999_999),
        (TEN + 1, PENALTY_RATE, LARGEST, PENALTY),
        (7 * ONE + 3, 3, 20, 21),
        (7 * ONE + 3, 3, LARGEST, 22),
        (ONE, PENALTY_RATE, 2_999_999, LARGEST),
        (ONE, PENALTY_RATE, 3_000_000, LARGEST),
        (10_000, LARGEST, BOND, LARGEST),
    ],
)
@pytest.mark.parametrize("kind", [Kind.MARKET, Kind.LIMIT])
def test_the_rate_is_the_highest_that_can_be_paid(
    world: World, kind: Kind, amount: int, rate: int, bond: int, cap: int
) -> None:
    """By the policy, by the holder's capacity, by what the bond has for each token of a hundredth of the supply, and
    at market by what it has free."""
    set_bond(world, bond)
    set_policy(world, penalty_rate=rate, holder_penalty_cap=cap)
    shown = asked(world, amount, kind).penalty_rate
    have = [(bond, SUPPLY // 100), (cap, amount), *([(bond, amount)] if kind is Kind.MARKET else [])]
    best = min(rate, *(floor(Fraction(much * ONE, of)) for much, of in have))
    owed = ceil(Fraction(amount * best, ONE))
    assert shown == best and owed <= cap
    if owed > bond:
        assert kind is Kind.LIMIT
        world.refuse(calls.accept_redemption(APPLE, id=0), "UnderBonded", free=bond, needed=owed)
        return
    assert taken(world, 0, kind).penalty == owed
    if kind is Kind.MARKET:
        world.do(calls.agree_quote(APPLE, id=0))
    skip(world, SETTLE_BY + 1)
    world.do(calls.default_redemption(APPLE, id=0, pays=owed != 0))
    assert (world.dollars(ALICE), world.asset(APPLE).bond) == (owed, bond - owed)
    audit(world)


def test_dust_takes_no_more_than_its_part_of_the_bond(world: World) -> None:
    """A stolen admin key tightens at once: the penalty of a ten-thousandth of a token stays what it can be at most."""
    world.do(calls.set_policy(APPLE, penalty_rate=LARGEST, holder_penalty_cap=LARGEST))
    event = asked(world, 10_000)
    # of 150 tokens, one and a half are the smallest part that a bond must cover
    assert event.penalty == ceil(Fraction(BOND * 10_000, 3 * ONE // 2)) == 6_666_667
    assert BOND - world.asset(APPLE).bond_reserved > BOND * 9_999 // 10_000


def test_a_holders_capacity_comes_back_over_a_day(world: World) -> None:
    """A window that decays like a minter's, by the second and with nothing lost to rounding."""
    cap = 30 * DOLLAR_UNIT
    set_policy(world, holder_penalty_cap=cap)
    assert asked(world, TEN).penalty_window == WindowUsage(PENALTY, 0, NOW)
    assert (asked(world, TEN).penalty_rate, asked(world, TEN, Kind.LIMIT).penalty_rate) == (PENALTY_RATE // 2, 0)
    # cancelling gives the bond its share back and the holder no capacity
    for id in range(3):
        world.do(calls.cancel_redemption(APPLE, id=id))
    assert asked(world, TEN).penalty_rate == 0
    assert asked(world, TEN, holder=BOB).penalty_rate == PENALTY_RATE  # everybody has their own
    world.advance(1)
    freed = cap // DAY_S
    event = asked(world, TEN)
    assert (event.penalty_rate, event.penalty) == (freed // 10, freed // 10 * 10)
    assert event.penalty_window == WindowUsage(cap - freed + freed // 10 * 10, cap % DAY_S, NOW + 1)
    world.advance(DAY_S // 2 - 1)
    left = cap // 2 - freed // 10 * 10
    assert asked(world, TEN, Kind.LIMIT).penalty_rate == left // 10  # charged before it is accepted
    world.advance(DAY_S)
    assert asked(world, TEN).penalty_rate == PENALTY_RATE
    assert world.asset(APPLE).policy.holder_penalty_cap == cap < HOLDER_PENALTY_CAP


def test_a_lower_cap_than_what_was_used_leaves_nothing_and_decays_no_slower(world: World) -> None:
    asked(world, TEN)
    low = PENALTY // 10
    set_policy(world, holder_penalty_cap=low)
    event = asked(world, TEN)
    assert (event.penalty_rate, event.penalty_window) == (0, WindowUsage(low, 0, NOW))
    world.advance(DAY_S)
    assert asked(world, TEN).penalty == low
    set_policy(world, holder_penalty_cap=low + 5)
    event = asked(world, ONE)
    assert (event.penalty_rate, event.penalty, event.penalty_window.used) == (5, 5, low + 5)


def test_a_clock_that_goes_back_gives_no_capacity(world: World) -> None:
    set_policy(world, holder_penalty_cap=PENALTY)
    asked(world, TEN)
    world.chain.turn_back(DAY_S)
    assert asked(world, TEN).penalty_window == WindowUsage(PENALTY, 0, NOW)
    world.advance(DAY_S)
    assert asked(world, TEN).penalty_rate == 0
    world.advance(DAY_S)
    assert asked(world, TEN).penalty_rate == PENALTY_RATE


def test_nothing_is_reserved_when_all_has_ended(world: World) -> None:
    """One request for each way of ending, of odd amounts."""
    accept(world, 7 * ONE + 1, 11)
    accept(world, 13 * ONE + 3, 17, kind=Kind.OFF_CHAIN)
    assert asked(world, 19).bond_reserved == 14 * DOLLAR_UNIT + 1 + 1 + 26 * DOLLAR_UNIT + 1 + 1 + 1
    asked(world, 23, holder=BOB)
    world.do(calls.settle_redemptions(APPLE, Due(7 * ONE + 1), rest=5), calls.settle_redemptions(APPLE, Due(5)))
    world.do(calls.mark_paid(APPLE, id=2), calls.mark_paid(APPLE, id=3))
    world.do(calls.conclude_redemption(APPLE, id=2), calls.dispute_payment(APPLE, id=3))
    world.do(calls.cancel_redemption(APPLE, id=0, holder=BOB))
    skip(world, SETTLE_BY + 1)
    world.do(calls.rule_dispute(APPLE, False, id=3))
    for id in (1, 3, 4):
        world.do(calls.default_redemption(APPLE, id=id))
    asset = world.asset(APPLE)
    assert (asset.bond_reserved, asset.open_requests, asset.pending) == (0, 0, 0)
    settled = (1_399_999_992 - 3_499_999) + 10
    assert (asset.bond, world.dollars(ALICE)) == (BOND - 3, settled + 3)
    audit(world)
