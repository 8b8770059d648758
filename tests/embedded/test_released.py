"""Burned shares stay owed until every counted custodian has reported a later time than the burn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, CHANGE_DELAY_S, HOUR_S, MAX_AGE_S, NVIDIA, Stock, staff
from tests.embedded.chain import Call
from tests.embedded.setups import days, short
from tests.embedded.setups import redeem as settle
from tests.embedded.world import ALICE_HAS, BOB_HAS, MIDNIGHT, NOW, ONE, REPORTED_AT, RESERVE, World
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import DAY_S, Payout, Role
from xstock_client.events import AssetReopened, RedemptionSettled, ReserveAttested, SharesMinted, SolvencyChecked
from xstock_client.message import ed25519_instruction

TEN = 10 * ONE
SUPPLY = ALICE_HAS + BOB_HAS


def check(world: World, stock: Stock = APPLE) -> SolvencyChecked:
    (event,) = world.run(calls.check_solvency(stock)).events
    assert isinstance(event, SolvencyChecked)
    return event


def report(world: World, stock: Stock = APPLE, **slots: int) -> None:
    """Reports as of now, together: ``s0`` and ``s1`` in shares."""
    reports = [world.report(stock, int(slot[1:]), settled) for slot, settled in slots.items()]
    world.do(calls.attest(stock, ed25519_instruction(reports), count=len(reports)))


def test_a_burn_frees_nothing_until_both_have_reported_past_it(world: World) -> None:
    settle(world, TEN)
    assert world.asset(APPLE).released == days((NOW, TEN))
    assert check(world).obligation == SUPPLY
    # the supply fell, the obligation did not: the reports may still count the burned shares
    over = calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY + 1, ticket=5)
    figures = short(2 * RESERVE, 2 * RESERVE + 1, released=TEN)
    world.refuse(over, "ReserveShort", **figures)

    world.advance(1)
    report(world, s0=RESERVE)
    assert (check(world).obligation, world.asset(APPLE).released) == (SUPPLY, days((NOW, TEN)))
    world.refuse(over, "ReserveShort", **figures)

    report(world, s1=RESERVE)
    asset = world.asset(APPLE)
    assert (check(world).obligation, asset.released, asset.cleared_at) == (SUPPLY - TEN, days(), NOW)
    (event,) = world.run(calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY + TEN, ticket=5)).events
    assert isinstance(event, SharesMinted)
    assert (event.obligation, event.released, event.supply) == (2 * RESERVE, 0, 2 * RESERVE)


@pytest.mark.parametrize(("as_of", "obligation"), [(NOW - 1, SUPPLY), (NOW, SUPPLY), (NOW + 1, SUPPLY - TEN)])
def test_a_report_must_speak_of_a_later_second(world: World, as_of: int, obligation: int) -> None:
    settle(world, TEN)
    world.advance(10)
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, RESERVE, as_of=as_of))
    assert check(world).obligation == obligation
    assert world.asset(APPLE).cleared_at == (NOW if obligation != SUPPLY else 0)


def test_what_counts_is_the_time_of_the_report_not_of_its_arrival(world: World) -> None:
    settle(world, TEN)
    world.advance(DAY_S)
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, RESERVE, as_of=REPORTED_AT + 1))
    assert check(world).obligation == SUPPLY


def test_burns_of_a_day_share_its_last_second(world: World) -> None:
    settle(world, 3)
    world.advance(HOUR_S)
    settle(world, 4, id=1)
    second = NOW + HOUR_S
    assert world.asset(APPLE).released == days((second, 7))
    world.advance(1)
    # reports between the two burns let neither go: the stricter reading
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, RESERVE, as_of=NOW + 1))
    assert check(world).obligation == SUPPLY
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, RESERVE, as_of=second + 1))
    assert check(world).obligation == SUPPLY - 7


def test_a_later_burn_of_the_day_does_not_bring_back_what_was_let_go(world: World) -> None:
    settle(world, 3)
    world.advance(1)
    report(world, s0=RESERVE, s1=RESERVE)
    world.advance(HOUR_S)
    settle(world, 4, id=1)
    asset = world.asset(APPLE)
    assert (asset.released, asset.cleared_at) == (days((world.now, 4)), NOW)
    assert check(world).obligation == SUPPLY - 3


def test_each_day_is_let_go_by_itself(world: World) -> None:
    burns = []
    for day in range(3):
        settle(world, day + 1, id=day)
        burns.append((world.now, day + 1))
        world.advance(DAY_S)
    assert world.asset(APPLE).released == days(*burns)
    for past, kept in ((1, burns[1:]), (2, burns[2:])):
        as_of = MIDNIGHT + past * DAY_S
        for slot in (0, 1):
            world.do(world.attest(APPLE, slot, RESERVE, as_of=as_of))
        assert world.asset(APPLE).released == days(*kept)
        assert check(world).obligation == SUPPLY - 6 + sum(shares for _, shares in kept)
    assert world.asset(APPLE).cleared_at == burns[1][0]


def test_midnight_parts_the_days(world: World) -> None:
    midnight = MIDNIGHT + DAY_S
    world.advance(midnight - 1 - NOW)
    settle(world, 3)
    world.advance(1)
    settle(world, 4, id=1)
    assert world.asset(APPLE).released == days((midnight - 1, 3), (midnight, 4))
    world.advance(1)
    # a statement of that midnight may count what was burned in its very second, and not what was burned before
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, RESERVE, as_of=midnight))
    assert check(world).obligation == SUPPLY - 7 + 4


def test_a_bucket_is_used_again_after_eight_days(world: World) -> None:
    settle(world, 3)
    world.advance(8 * DAY_S)
    settle(world, 4, id=1)
    # by then no report that is older than the first burn can count
    assert 8 * DAY_S > 7 * DAY_S >= MAX_AGE_S
    assert world.asset(APPLE).released == days((NOW + 8 * DAY_S, 4))


def test_one_custodian_delivers_first(world: World) -> None:
    """A report alone that is lower by a redemption looks short, because the other's may still count the shares."""
    report(world, s0=ALICE_HAS, s1=BOB_HAS)
    settle(world, TEN)
    world.advance(60)
    (event,) = world.run(world.attest(APPLE, 0, ALICE_HAS - TEN)).events
    assert isinstance(event, ReserveAttested)
    assert (event.reserve, event.obligation, event.latched) == (SUPPLY - TEN, SUPPLY, 1)
    world.refuse(
        calls.reopen(APPLE),
        "ReserveShort",
        **short(SUPPLY - TEN, SUPPLY, released=TEN),
    )
    world.do(world.attest(APPLE, 1, BOB_HAS))
    (event,) = world.run(calls.reopen(APPLE)).events
    assert isinstance(event, AssetReopened)
    assert (event.reserve, event.obligation, event.supply) == (SUPPLY - TEN,) * 3


def test_both_report_together(world: World) -> None:
    report(world, s0=ALICE_HAS, s1=BOB_HAS)
    settle(world, TEN)
    world.advance(60)
    report(world, s0=ALICE_HAS - TEN, s1=BOB_HAS)
    event = check(world)
    assert (event.latched, event.obligation, event.reserve) == (0, SUPPLY - TEN, SUPPLY - TEN)


def test_a_silent_custodian_never_latches(world: World) -> None:
    """Once its report is stale, it holds no burned shares against the others."""
    report(world, s0=ALICE_HAS, s1=BOB_HAS)
    settle(world, TEN)
    world.advance(MAX_AGE_S + 1)
    (event,) = world.run(world.attest(APPLE, 0, ALICE_HAS - TEN)).events
    assert isinstance(event, ReserveAttested)
    assert (event.reserve, event.obligation, event.latched) == (SUPPLY - TEN, SUPPLY - TEN, 0)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "QuorumNotMet", fresh=1, needed=2)
    # and when it speaks again of a time before the burn, the shares count again
    world.do(world.attest(APPLE, 1, BOB_HAS, as_of=NOW + 1))
    assert check(world).obligation == SUPPLY - TEN
    assert world.asset(APPLE).released == days()


def test_no_shares_count_when_nobody_is_fresh(world: World) -> None:
    settle(world, TEN)
    world.advance(MAX_AGE_S)
    event = check(world)
    assert (event.obligation, event.last_reserve, event.reserve, event.latched) == (SUPPLY - TEN, 2 * RESERVE, 0, 0)


def test_a_slot_that_never_reported_holds_nothing_back(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 2))
    settle(world, TEN)
    world.advance(1)
    report(world, s0=RESERVE, s1=RESERVE)
    assert world.asset(APPLE).released == days()
    # but then it must not come with a statement from before
    world.advance(CHANGE_DELAY_S)
    world.refuse(world.attest(APPLE, 2, RESERVE, as_of=NOW), "OlderReport", as_of=NOW, earliest=NOW + 1)
    world.do(world.attest(APPLE, 2, RESERVE, as_of=NOW + 1))


def test_a_zero_report_holds_back_like_any_other(world: World) -> None:
    """A custodian that holds nothing could hold again, as of an older time than the burn."""
    world.do(world.attest(NVIDIA, 0, 0), calls.mint_shares(NVIDIA, 100, ticket=0))
    settle(world, 10, stock=NVIDIA)
    world.advance(1)
    world.do(world.attest(NVIDIA, 1, RESERVE))
    assert check(world, NVIDIA).obligation == 90
    assert world.asset(NVIDIA).released == days((NOW, 10))


# Burns from outside the program, where the mint lets holders burn


@pytest.fixture
def burned(world: World) -> World:
    """NVIDIA of which Alice has burned 40 of 100 by herself."""
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0), calls.request_redemption(NVIDIA, 10, id=0))
    world.do(calls.accept_redemption(NVIDIA, id=0))
    world.do(tokens.burn(NVIDIA, ALICE, 40))
    assert (world.supply(NVIDIA), world.asset(NVIDIA).known_supply) == (60, 100)
    return world


def test_permissioned_burn_stops_holders(world: World) -> None:
    assert "Token-2022 refused" in str(world.fail(tokens.burn(APPLE, ALICE, 1)))
    assert world.supply(APPLE) == SUPPLY


def conclude(world: World) -> Call:
    """The request as if it had asked for a payment outside the chain, which was made."""
    at = NVIDIA.request(ALICE, 0)
    world.patch_field(RedemptionRequest, at, "payout", Payout.OFF_CHAIN)
    world.patch(at, RedemptionRequest.OFFSETS["arbiter"], bytes(staff(Role.ARBITER)))
    world.do(calls.mark_paid(NVIDIA, id=0))
    return calls.conclude_redemption(NVIDIA, id=0)


NOTICING: dict[str, Callable[[World], Call]] = {
    "check": lambda world: calls.check_solvency(NVIDIA),
    "attest": lambda world: world.attest(NVIDIA, 0, RESERVE, as_of=REPORTED_AT),
    "retire": lambda world: calls.retire_custodian(NVIDIA, 1),
    "settle": lambda world: calls.settle_redemption(NVIDIA, 10, id=0),
    "conclude": conclude,
    "mint": lambda world: calls.mint_shares(NVIDIA, 7, ticket=1),
    "tighten": lambda world: calls.set_policy(NVIDIA, min_custodians=2),
}


@pytest.mark.parametrize("name", NOTICING)
def test_whoever_reads_the_supply_notices(burned: World, name: str) -> None:
    before = burned.asset(NVIDIA)
    done = burned.run(NOTICING[name](burned))
    (event,) = done.events
    assert getattr(event, "burned_outside", None) == 40
    settled, minted = (10 if name in ("settle", "conclude") else 0), (7 if name == "mint" else 0)
    supply = 60 - settled + minted
    asset = burned.asset(NVIDIA)
    assert asset == replace(
        before,
        policy=burned.asset(NVIDIA).policy,
        known_supply=supply,
        burned_outside=40,
        settled=settled,
        minted=100 + minted,
        tickets_used=2 if minted else 1,
        highest_ticket=1 if minted else 0,
        mint_window=replace(before.mint_window, used=100 + minted),
        pending=10 - settled,
        open_requests=0 if settled else 1,
        bond_reserved=0 if settled else 1,
        released=days((NOW, 40 + settled)),
    )
    assert burned.supply(NVIDIA) == supply
    if not isinstance(event, RedemptionSettled):
        assert getattr(event, "obligation", None) == 100 + minted
    # it is noticed once
    assert check(burned, NVIDIA).burned_outside == 0


def test_reopen_notices_too(burned: World) -> None:
    burned.do(burned.attest(NVIDIA, 0, 0), burned.attest(NVIDIA, 1, 0))
    assert burned.asset(NVIDIA).burned_outside == 40
    burned.do(burned.attest(NVIDIA, 0, RESERVE), tokens.burn(NVIDIA, ALICE, 5))
    (event,) = burned.run(calls.reopen(NVIDIA)).events
    assert isinstance(event, AssetReopened)
    assert (event.burned_outside, event.supply, event.obligation) == (5, 55, 100)


def test_a_burn_from_outside_frees_when_reports_are_later(burned: World) -> None:
    burned.do(calls.check_solvency(NVIDIA))
    report(burned, NVIDIA, s0=99)  # as of the very second
    burned.do(burned.attest(NVIDIA, 1, 0))
    assert burned.asset(NVIDIA).latched == 1
    burned.advance(1)
    report(burned, NVIDIA, s0=60, s1=0)
    (event,) = burned.run(calls.reopen(NVIDIA)).events
    assert isinstance(event, AssetReopened)
    assert (event.obligation, event.reserve) == (60, 60)


def test_burning_all_frees_the_way(world: World) -> None:
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0), tokens.burn(NVIDIA, ALICE, 100))
    assert (check(world, NVIDIA).supply, world.asset(NVIDIA).known_supply) == (0, 0)
    world.do(calls.mint_shares(NVIDIA, 100, ticket=1, to=BOB))
    assert world.asset(NVIDIA).minted == 200
