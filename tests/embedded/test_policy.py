"""A policy's changes: tighter ones at once, looser ones queued, applied by anyone, void, replaced or cancelled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, CHANGE_DELAY_S, FEES, MAX_AGE_S, NVIDIA, OURS, Stock, staff
from tests.embedded.setups import (
    NOTHING_QUEUED,
    add_custodians,
    bits,
    policy_of,
    report_all,
    short,
    told,
)
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.accounts import Policy, QueuedPolicy, WindowUsage
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, HOUR_S, PolicyField, Role
from xstock_client.events import PolicyApplied, PolicyCancelled, PolicySet

SUPPLY = ALICE_HAS + BOB_HAS
READY = NOW + CHANGE_DELAY_S
WINDOW = WindowUsage(SUPPLY, 0, NOW)
POLICY = policy_of(APPLE)


def values(**fields: int) -> Policy:
    """The policy in force when a change was asked for, with the values that it named."""
    return replace(POLICY, **fields)


def policy_set(**changes: object) -> PolicySet:
    """The event of a change of Apple's policy in the world's first second."""
    event: dict[str, object] = {
        "asset": APPLE.asset,
        "by": OURS.authority,
        "tighter": 0,
        "looser": 0,
        "latched": 0,
        "old_policy": POLICY,
        "policy": POLICY,
        "queued": NOTHING_QUEUED,
        "mint_window": WINDOW,
        "supply": SUPPLY,
        "burned_outside": 0,
        "multiplier": MULTIPLIER_SCALE,
        "obligation": SUPPLY,
        "reserve": 2 * RESERVE,
        "at": NOW,
        **changes,
    }
    return PolicySet(**event)  # type: ignore[arg-type]


def policy_applied(**changes: object) -> PolicyApplied:
    """The event of a change of Apple's policy that is applied in its first second."""
    event: dict[str, object] = {
        "asset": APPLE.asset,
        "old_policy": POLICY,
        "mint_window": replace(WINDOW, used=0, at=READY),
        "supply": SUPPLY,
        "burned_outside": 0,
        "multiplier": MULTIPLIER_SCALE,
        "obligation": SUPPLY,
        "reserve": 2 * RESERVE,
        "at": READY,
        **changes,
    }
    return PolicyApplied(**event)  # type: ignore[arg-type]


def queue(world: World, stock: Stock = APPLE) -> QueuedPolicy:
    return world.asset(stock).queued_policy


# Tightening


def test_what_is_tighter_acts_at_once(world: World) -> None:
    before = world.asset(APPLE)
    done = world.run(calls.set_policy(APPLE, max_age_s=HOUR_S, haircut_bps=2_000))
    policy = replace(POLICY, max_age_s=HOUR_S, haircut_bps=2_000)
    assert world.asset(APPLE) == replace(before, policy=policy)
    named = bits("max_age_s", "haircut_bps")
    assert told(done.events) == policy_set(named=named, tighter=named, policy=policy)
    assert done.changed == {APPLE.asset}


def test_an_admin_changes_policies(world: World) -> None:
    admin = staff(Role.ADMIN)
    done = world.run(calls.set_policy(APPLE, min_custodians=3, by=admin))
    (event,) = done.events
    assert isinstance(event, PolicySet)
    assert (event.by, event.tighter) == (admin, PolicyField.MIN_CUSTODIANS)


def test_a_larger_quorum_may_set_the_latch(world: World) -> None:
    before = world.asset(APPLE)
    world.advance(7)
    done = world.run(calls.set_policy(APPLE, min_custodians=3))
    policy = replace(POLICY, min_custodians=3)
    window = WindowUsage(SUPPLY - calls.ASSET_WINDOW_LIMIT * 7 // DAY_S, calls.ASSET_WINDOW_LIMIT * 7 % DAY_S, NOW + 7)
    assert world.asset(APPLE) == replace(before, policy=policy, latched=1, latched_at=NOW + 7, mint_window=window)
    bit = bits("min_custodians")
    assert told(done.events) == policy_set(
        named=bit, tighter=bit, policy=policy, latched=1, reserve=0, mint_window=window, at=NOW + 7
    )
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "Latched")
    # loosened again, the latch stays until it is opened
    world.do(calls.set_policy(APPLE, min_custodians=2))
    world.advance(CHANGE_DELAY_S)
    world.do(calls.apply_policy(APPLE))
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "Latched")
    world.do(calls.reopen(APPLE), calls.mint_shares(APPLE, 1, ticket=5))


def test_a_smaller_cap_may_set_the_latch(world: World) -> None:
    done = world.run(calls.set_policy(APPLE, custodian_cap=SUPPLY // 2))
    (event,) = done.events
    assert isinstance(event, PolicySet)
    assert (event.reserve, event.obligation, event.latched) == (SUPPLY, SUPPLY, 0), "exactly covered is covered"
    (event,) = world.run(calls.set_policy(APPLE, custodian_cap=SUPPLY // 2 - 1)).events
    assert isinstance(event, PolicySet)
    assert (event.reserve, event.obligation, event.latched) == (SUPPLY - 2, SUPPLY, 1)


def test_tightening_is_never_refused(world: World) -> None:
    """Not by a halt, not by the latch, not by missing reports."""
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0))
    world.advance(30 * DAY_S)
    assert world.asset(APPLE).latched == 1
    fields: dict[str, Any] = {
        "max_age_s": HOUR_S,
        "min_custodians": 8,
        "collateral_bps": 20_000,
        "custodian_share_bps": 1_250,
    }
    world.do(calls.set_policy(APPLE, **fields))
    assert world.asset(APPLE).policy == replace(POLICY, **fields)


def test_a_burn_from_outside_is_noticed(world: World) -> None:
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0), tokens.burn(NVIDIA, ALICE, 40))
    (event,) = world.run(calls.set_policy(NVIDIA, max_age_s=HOUR_S)).events
    assert isinstance(event, PolicySet)
    assert (event.burned_outside, event.supply) == (40, 60)
    assert world.asset(NVIDIA).burned_outside == 40


def test_the_same_values_again_change_nothing(world: World) -> None:
    done = world.run(calls.set_policy(APPLE, max_age_s=MAX_AGE_S, min_custodians=2))
    assert told(done.events) == policy_set(named=bits("max_age_s", "min_custodians"))
    assert done.changed == set()


# Loosening


def test_what_is_looser_is_queued_and_then_applied_by_anyone(world: World) -> None:
    before = world.asset(APPLE)
    done = world.run(calls.set_policy(APPLE, min_custodians=1, max_age_s=7 * DAY_S))
    named = bits("min_custodians", "max_age_s")
    waiting = QueuedPolicy(named, READY, READY + CHANGE_LIFE_S, values(min_custodians=1, max_age_s=7 * DAY_S))
    assert world.asset(APPLE) == replace(before, queued_policy=waiting)
    assert told(done.events) == policy_set(named=named, looser=named, queued=waiting)

    apply = calls.apply_policy(APPLE)
    assert [meta for meta in apply.instruction.accounts if meta.is_signer] == [], "anyone may"
    world.refuse(apply, "ChangeNotReady", ready_at=READY, now=NOW)
    world.advance(CHANGE_DELAY_S - 1)
    world.refuse(apply, "ChangeNotReady", ready_at=READY, now=READY - 1)
    assert world.asset(APPLE).policy == POLICY
    world.advance(1)
    done = world.run(apply)
    policy = replace(POLICY, min_custodians=1, max_age_s=7 * DAY_S)
    window = WindowUsage(0, 0, READY)
    assert world.asset(APPLE) == replace(before, policy=policy, mint_window=window)
    assert told(done.events) == policy_applied(fields=named, policy=policy)
    assert done.changed == {APPLE.asset}
    world.refuse(apply, "NothingQueued", waits_until=0, now=READY)


def test_it_may_be_applied_for_fourteen_days(world: World) -> None:
    world.do(calls.set_policy(APPLE, min_custodians=1))
    world.advance(CHANGE_DELAY_S + CHANGE_LIFE_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.advance(1)
    end = READY + CHANGE_LIFE_S
    world.refuse(calls.apply_policy(APPLE), "ChangeExpired", expired_at=end, now=end + 1)
    # queued anew, it waits anew
    world.do(calls.set_policy(APPLE, min_custodians=1))
    world.advance(CHANGE_DELAY_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.advance(CHANGE_LIFE_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.do(calls.apply_policy(APPLE))


def test_both_halves_of_a_mixed_change(world: World) -> None:
    done = world.run(calls.set_policy(APPLE, min_custodians=3, max_age_s=7 * DAY_S, haircut_bps=500))
    tighter, looser = bits("min_custodians"), bits("max_age_s", "haircut_bps")
    (event,) = done.events
    assert isinstance(event, PolicySet)
    assert (event.tighter, event.looser, event.named) == (tighter, looser, tighter | looser)
    assert world.asset(APPLE).policy == replace(POLICY, min_custodians=3)
    assert queue(world).fields == looser


def test_before_the_first_mint_nothing_waits(world: World) -> None:
    world.do(calls.set_policy(NVIDIA, max_age_s=7 * DAY_S))
    assert (queue(world, NVIDIA).ready_at, queue(world, NVIDIA).expires_at) == (NOW, NOW + CHANGE_LIFE_S)
    world.do(calls.apply_policy(NVIDIA))
    assert world.asset(NVIDIA).policy == policy_of(NVIDIA, max_age_s=7 * DAY_S)


def test_what_was_queued_before_the_first_mint_is_void_with_it(world: World) -> None:
    """Or it would act after the first mint without having waited."""
    world.do(calls.set_policy(NVIDIA, max_age_s=7 * DAY_S), calls.mint_shares(NVIDIA, 1, ticket=0))
    assert queue(world, NVIDIA) == NOTHING_QUEUED
    world.refuse(calls.apply_policy(NVIDIA), "NothingQueued", waits_until=0, now=NOW)
    world.do(calls.set_policy(NVIDIA, max_age_s=7 * DAY_S))
    assert queue(world, NVIDIA).ready_at == READY


# What waits is voided or replaced


@pytest.mark.parametrize("value", [1_000, 1_001, 10_000], ids=["restated", "tighter", "tightest"])
def test_a_field_that_is_named_again_leaves_the_queue(world: World, value: int) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500, max_age_s=7 * DAY_S))
    world.do(calls.set_policy(APPLE, haircut_bps=value))
    left = QueuedPolicy(bits("max_age_s"), READY, READY + CHANGE_LIFE_S, values(haircut_bps=500, max_age_s=7 * DAY_S))
    assert queue(world) == left
    world.advance(CHANGE_DELAY_S)
    world.do(calls.apply_policy(APPLE))
    assert world.asset(APPLE).policy == replace(POLICY, haircut_bps=value, max_age_s=7 * DAY_S)


def test_the_last_field_takes_the_queue_with_it(world: World) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500), calls.set_policy(APPLE, haircut_bps=1_001))
    assert queue(world) == NOTHING_QUEUED
    world.advance(CHANGE_DELAY_S)
    world.refuse(calls.apply_policy(APPLE), "NothingQueued", waits_until=0, now=READY)


def test_a_later_queue_replaces_an_earlier_one(world: World) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500))
    world.advance(CHANGE_DELAY_S - 1)
    world.do(calls.set_policy(APPLE, max_age_s=7 * DAY_S))
    start = READY - 1 + CHANGE_DELAY_S
    assert queue(world) == QueuedPolicy(bits("max_age_s"), start, start + CHANGE_LIFE_S, values(max_age_s=7 * DAY_S))
    world.advance(1)
    world.refuse(calls.apply_policy(APPLE), "ChangeNotReady", ready_at=start, now=READY)


def test_only_the_fields_that_wait_are_applied(world: World) -> None:
    """What was tightened in the meantime stays, though the queue remembers the policy of its time."""
    world.do(calls.set_policy(APPLE, haircut_bps=500), calls.set_policy(APPLE, max_age_s=MAX_AGE_S - 1))
    world.advance(CHANGE_DELAY_S)
    world.do(calls.apply_policy(APPLE))
    assert world.asset(APPLE).policy == replace(POLICY, haircut_bps=500, max_age_s=MAX_AGE_S - 1)


def test_a_longer_delay_does_not_lengthen_what_waits(world: World) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500), calls.set_policy(APPLE, change_delay_s=30 * DAY_S))
    world.advance(CHANGE_DELAY_S)
    world.do(calls.apply_policy(APPLE))
    # and what makes the delay shorter waits the longer one
    world.do(calls.set_policy(APPLE, change_delay_s=DAY_S, max_age_s=7 * DAY_S))
    assert queue(world).ready_at == READY + 30 * DAY_S


def test_a_delay_raised_in_the_same_call_counts_from_the_next_one(world: World) -> None:
    world.do(calls.set_policy(APPLE, change_delay_s=3 * DAY_S, haircut_bps=500))
    assert (world.asset(APPLE).policy.change_delay_s, queue(world).ready_at) == (3 * DAY_S, READY)


# Cancelled


@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
@pytest.mark.parametrize("waited", [0, CHANGE_DELAY_S, 30 * DAY_S])
def test_a_queue_is_cancelled(world: World, by: Role | None, waited: int) -> None:
    before = world.asset(APPLE)
    world.do(calls.set_policy(APPLE, haircut_bps=500, max_age_s=7 * DAY_S))
    waiting = queue(world)
    world.advance(waited)
    done = world.run(calls.cancel_policy(APPLE, by=by))
    who = OURS.authority if by is None else staff(by)
    assert told(done.events) == PolicyCancelled(APPLE.asset, who, waiting, NOW + waited)
    assert done.changed == {APPLE.asset}
    assert world.asset(APPLE) == before
    world.refuse(calls.cancel_policy(APPLE, by=by), "NothingQueued", waits_until=0, now=NOW + waited)
    world.refuse(calls.apply_policy(APPLE), "NothingQueued", waits_until=0, now=NOW + waited)


# Halted, and not covered


def test_halted_changes_stop_queueing_and_applying(world: World) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500), calls.halt(APPLE, 4))
    world.refuse(calls.set_policy(APPLE, max_age_s=7 * DAY_S), "ChangesHalted")
    world.advance(CHANGE_DELAY_S)
    world.refuse(calls.apply_policy(APPLE), "ChangesHalted")
    world.do(calls.set_policy(APPLE, min_custodians=3), calls.cancel_policy(APPLE))
    assert queue(world) == NOTHING_QUEUED


def test_applying_asks_for_cover_under_the_new_policy(world: World) -> None:
    """A looser policy may be just what makes the reserve count."""
    add_custodians(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.do(calls.set_policy(APPLE, min_custodians=3))
    asset = world.asset(APPLE)
    assert asset.latched == 1
    world.do(calls.set_policy(APPLE, min_custodians=2))
    world.advance(CHANGE_DELAY_S)
    world.do(calls.apply_policy(APPLE))
    assert world.asset(APPLE).policy == POLICY
    # what the new policy does not cover stays as it is, and waits on
    world.do(calls.set_policy(APPLE, haircut_bps=500))
    waiting = queue(world)
    world.advance(CHANGE_DELAY_S)
    report_all(world, APPLE, {0: 1, 1: SUPPLY - 2})
    world.refuse(calls.apply_policy(APPLE), "ReserveShort", **short(SUPPLY - 1, SUPPLY))
    assert queue(world) == waiting
    report_all(world, APPLE, {0: ONE, 1: SUPPLY})
    world.do(calls.apply_policy(APPLE))


def test_a_queue_of_one_asset_serves_no_other(world: World) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500))
    world.advance(CHANGE_DELAY_S)
    world.refuse(calls.apply_policy(NVIDIA), "NothingQueued", waits_until=0, now=READY)
    mixed = calls.apply_policy(APPLE).swap(asset=NVIDIA.asset)
    world.refuse(mixed, "WrongAsset")
    executed = world.chain.execute(calls.apply_policy(APPLE).instructions, FEES)
    assert executed.error is None
    assert world.asset(NVIDIA).policy == policy_of(NVIDIA)


def test_usage_decays_at_the_old_limit_up_to_the_change(world: World) -> None:
    limit = 4 * SUPPLY
    world.do(calls.set_policy(APPLE, mint_window_limit=limit))
    world.advance(HOUR_S)
    freed, carry = divmod(limit * HOUR_S, DAY_S)
    (event,) = world.run(calls.set_policy(APPLE, mint_window_limit=SUPPLY)).events
    assert isinstance(event, PolicySet)
    assert event.mint_window == world.asset(APPLE).mint_window == WindowUsage(SUPPLY - freed, carry, NOW + HOUR_S)
