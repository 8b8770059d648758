"""The bad input that issue 4 names, one test each: refused with a figure, and nothing changed.

``World.refuse`` holds every account against its bytes before; the single checks are in the table of refusals, and their
other sides in the tests by topic.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    CHAIN_MAX_AGE_S,
    CHANGE_DELAY_S,
    LEIS,
    LIFETIME_CAP,
    MALLORY,
    NVIDIA,
    OURS,
    POLICY,
    TESLA,
    TIMELOCK_S,
    WINDOW_LIMIT,
    staff,
)
from tests.embedded.cases_policy import BOUNDS, outside
from tests.embedded.chain import Call, key
from tests.embedded.setups import (
    add_chain,
    add_custodians,
    queue_and_apply,
    redeem_off_chain,
    report_all,
    retire_chain,
    short,
    told,
)
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, ROLE_UNTIL, World
from xstock_client.accounts import RoleGrant
from xstock_client.amounts import Shares
from xstock_client.constants import DAY_S, HOUR_S, MAX_REPORTED_SHARES, PROGRAM_ID, Role
from xstock_client.events import PolicySet, SolvencyChecked

SUPPLY = ALICE_HAS + BOB_HAS
A, B, C = key("first key"), key("second key"), key("third key")
ADMIN, MINTER = staff(Role.ADMIN), staff(Role.MINTER)


def test_duplicate_custodian_keys(world: World) -> None:
    for keys, place in (((A, A), 1), ((A, B, A), 2), ((A, B, B), 2)):
        for threshold in (1, 2):
            world.refuse(calls.register_custodian(APPLE, 2, keys=keys, threshold=threshold), "RepeatedKey", place=place)
            world.refuse(calls.register_chain(APPLE, 2, keys=keys, threshold=threshold), "RepeatedKey", place=place)


def test_k_above_n(world: World) -> None:
    for keys in ((A,), (A, B), (A, B, C)):
        for threshold in (0, len(keys) + 1, 255):
            figures = {"threshold": threshold, "keys": len(keys)}
            world.refuse(
                calls.register_custodian(APPLE, 2, keys=keys, threshold=threshold), "ThresholdOutOfRange", **figures
            )
            world.refuse(
                calls.register_chain(APPLE, 2, keys=keys, threshold=threshold), "ThresholdOutOfRange", **figures
            )


def test_keys_reused_across_slots(world: World) -> None:
    add_chain(world, 5, cap=0)
    world.do(calls.register_custodian(APPLE, 1, keys=(B, C), threshold=2))
    taken = {APPLE.custodian(0): 0, APPLE.custodian(1): 1, B: 1, C: 1, APPLE.watcher(5): 5}
    for used, slot in taken.items():
        for keys in ((used,), (A, used), (A, key("unused"), used)):
            world.refuse(calls.register_custodian(APPLE, 2, keys=keys), "KeyInUse", slot=slot)
            world.refuse(calls.register_chain(APPLE, 2, keys=keys), "KeyInUse", slot=slot)
    # another asset has its own slots: the same custodian may sign for all of them
    world.do(calls.register_custodian(NVIDIA, 2, keys=(B,)))


def test_one_key_inflating_its_own_cap(world: World) -> None:
    """By a larger figure, by shares in transit, by a second slot of the same custodian: 1.5 times the other's."""
    world.do(calls.set_policy(APPLE, custodian_share_bps=6_000))
    world.do(calls.register_custodian(APPLE, 2, id=LEIS[0]))
    world.advance(CHANGE_DELAY_S)
    report_all(world, APPLE, {0: RESERVE, 1: ONE})
    assert world.asset(APPLE).latched == 1
    refused = short(3 * ONE // 2 + ONE, SUPPLY)
    large: dict[str, Any] = {"in_transit": Shares(MAX_REPORTED_SHARES), "in_transit_by": world.now + DAY_S}
    for slot, settled, more in (
        (0, RESERVE, {}),
        (0, MAX_REPORTED_SHARES, {}),
        (0, MAX_REPORTED_SHARES, large),
        (2, MAX_REPORTED_SHARES, large),
    ):
        world.do(world.attest(APPLE, slot, settled, **more))
        world.refuse(calls.reopen(APPLE), "ReserveShort", **refused)
    # the other custodian's figure is what lifts it
    world.do(world.attest(APPLE, 1, 2 * SUPPLY // 5), calls.reopen(APPLE))


def test_a_zero_report_offered_for_quorum(world: World) -> None:
    world.do(calls.list_asset(TESLA))
    for slot in (0, 1):
        world.do(calls.register_custodian(TESLA, slot))
    report_all(world, TESLA, {0: RESERVE, 1: 0})
    world.do(calls.set_allowance(TESLA, MINTER, 0, 0), calls.open_ticket_page(TESLA, 0))
    event = told(world.run(calls.check_solvency(TESLA)).events)
    assert isinstance(event, SolvencyChecked)
    assert (event.custodians, event.reserve, event.last_reserve) == (1, 0, 0)
    # the same on an asset that mints: what waits for two custodians waits for two that hold something
    world.do(world.attest(APPLE, 1, 0))
    world.refuse(calls.reopen(APPLE), "QuorumNotMet", fresh=1, needed=2)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "Latched")


# A stolen admin key


def _later(policy: Call, world: World) -> None:
    (event,) = world.run(policy).events
    assert isinstance(event, PolicySet)
    assert event.policy == event.old_policy, "nothing looser acts"
    assert event.queued.ready_at == NOW + CHANGE_DELAY_S


def test_a_stolen_admin_key_trying_each_way_around_the_timelock(world: World) -> None:
    ready = NOW + CHANGE_DELAY_S
    thief = key("the thief's own key")
    policy = world.asset(APPLE).policy

    # loosen the policy: the delay, everything else, and both at once; then apply it
    for fields in (
        {"change_delay_s": DAY_S},
        {"min_custodians": 1, "max_age_s": 7 * DAY_S, "haircut_bps": 500},
        {"change_delay_s": DAY_S, "min_custodians": 1},
    ):
        _later(calls.set_policy(APPLE, by=ADMIN, **fields), world)
        world.refuse(calls.apply_policy(APPLE), "ChangeNotReady", ready_at=ready, now=NOW)
    assert world.asset(APPLE).policy == policy

    # become a minter, or make one, or raise what one may mint
    for role in (Role.MINTER, Role.ATTESTOR_MANAGER, Role.REDEEMER, Role.UNPAUSER, Role.APPROVER):
        world.do(calls.grant_role(OURS, role, thief, ROLE_UNTIL, by=ADMIN))
        assert world.read(RoleGrant, OURS.grant(role, thief)).next_from == NOW + TIMELOCK_S
    world.do(calls.set_allowance(APPLE, thief, by=ADMIN), calls.set_allowance(APPLE, MINTER, 2**63, 2**63, by=ADMIN))
    mint = calls.mint_shares(APPLE, 1, ticket=5, minter=thief)
    world.refuse(mint, "RoleNotYetValid", valid_from=NOW + TIMELOCK_S, now=NOW)
    over = calls.mint_shares(APPLE, WINDOW_LIMIT + 1, ticket=5)
    world.refuse(over, "WindowExceeded", amount=WINDOW_LIMIT + 1, left=WINDOW_LIMIT - SUPPLY, limit=WINDOW_LIMIT)
    keys = calls.register_custodian(APPLE, 2, keys=(thief,))
    keys = keys.swap(manager=thief, grant=OURS.grant(Role.ATTESTOR_MANAGER, thief))
    world.refuse(keys, "RoleNotYetValid", valid_from=NOW + TIMELOCK_S, now=NOW)
    world.refuse(keys.swap(manager=ADMIN, grant=OURS.grant(Role.ADMIN)), "WrongRoleGrant")

    # stay, or multiply, or take the issuer over
    world.refuse(calls.grant_role(OURS, Role.ADMIN, thief, ROLE_UNTIL, by=ADMIN), "WrongRoleGrant")
    own = calls.grant_role(OURS, Role.ADMIN, ADMIN, ROLE_UNTIL + DAY_S, by=ADMIN)
    world.refuse(own.swap(admin_grant=PROGRAM_ID), "NotAuthority")
    world.refuse(calls.propose_authority(OURS, thief).swap(authority=ADMIN), "NotAuthority")
    world.refuse(calls.accept_authority(OURS, ADMIN), "NotPendingAuthority")
    world.refuse(calls.renounce_role(OURS, Role.MINTER).swap(authority=ADMIN), "NotAuthority")

    # get rid of who could stop it: that waits, and whoever it is about stops it
    pauser = staff(Role.PAUSER)
    world.do(calls.revoke_role(OURS, Role.PAUSER, pauser, by=ADMIN))
    world.do(calls.grant_role(OURS, Role.PAUSER, pauser, NOW + 1, by=ADMIN))
    grant = world.read(RoleGrant, OURS.grant(Role.PAUSER))
    assert (grant.expires_at, grant.next_from) == (ROLE_UNTIL, NOW + TIMELOCK_S)
    world.do(calls.cancel_role_change(OURS, Role.PAUSER, pauser, by=None).swap(canceller=pauser))
    world.do(calls.halt(APPLE, 7), calls.cancel_policy(APPLE), calls.cancel_raise(APPLE, MINTER))
    for role in (Role.MINTER, Role.ATTESTOR_MANAGER):
        world.do(calls.cancel_role_change(OURS, role, thief))

    # end the halt, or go on despite it
    resume = calls.resume(APPLE, 7).swap(unpauser=ADMIN, grant=OURS.grant(Role.ADMIN))
    world.refuse(resume, "WrongRoleGrant")
    world.refuse(calls.set_policy(APPLE, min_custodians=1, by=ADMIN), "ChangesHalted")
    world.refuse(calls.set_allowance(APPLE, MINTER, 2**63, by=ADMIN), "ChangesHalted")
    world.refuse(calls.raise_watermark(APPLE, 2, by=ADMIN), "ChangesHalted")
    assert world.asset(APPLE).policy == policy
    limits = world.allowance(APPLE, MINTER).limits
    assert (limits.window_limit, limits.lifetime_cap) == (WINDOW_LIMIT, LIFETIME_CAP)
    assert (world.supply(APPLE), world.issuer(OURS).authority) == (SUPPLY, OURS.authority)


def test_a_stolen_admin_key_cannot_use_up_what_others_need(world: World) -> None:
    add_chain(world, 0, cap=0)
    room = 2 * RESERVE - SUPPLY
    over = calls.set_chain_cap(APPLE, 0, room + 1, by=ADMIN)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=room + 1))
    over = calls.raise_watermark(APPLE, 3, by=ADMIN)
    world.refuse(over, "WatermarkOutOfRange", given=3, watermark=0, limit=2)


# Policies


@pytest.mark.parametrize("name", POLICY)
def test_a_policy_outside_its_bounds(world: World, name: str) -> None:
    low, high = BOUNDS[name]
    for value in outside(name):
        figures = {"field": list(POLICY).index(name), "given": value % 2**64, "minimum": low, "maximum": high}
        change: dict[str, Any] = {name: value}
        world.refuse(calls.set_policy(APPLE, **change), "PolicyOutOfRange", **figures)


def test_a_queued_change_applied_early_or_twice(world: World) -> None:
    apply, ready = calls.apply_policy(APPLE), NOW + CHANGE_DELAY_S
    world.do(calls.set_policy(APPLE, haircut_bps=500))
    for now in (NOW, NOW + HOUR_S, ready - 1):
        world.advance(now - world.now)
        world.refuse(apply, "ChangeNotReady", ready_at=ready, now=now)
    world.advance(1)
    world.do(apply)
    world.refuse(apply, "NothingQueued", waits_until=0, now=ready)


def test_a_queued_change_applied_after_its_asset_was_relisted(world: World) -> None:
    """An asset's address, number, ISIN and symbol are taken for ever; the next listing has a queue of its own."""
    world.do(calls.set_policy(APPLE, haircut_bps=500))
    world.advance(CHANGE_DELAY_S)
    for again in (
        APPLE,
        replace(APPLE, number=2),
        replace(TESLA, isin=APPLE.isin),
        replace(TESLA, symbol=APPLE.symbol),
    ):
        assert "an account that must be new exists already" in str(world.fail(calls.list_asset(again)))
    world.do(calls.list_asset(TESLA))
    world.refuse(calls.apply_policy(TESLA), "NothingQueued", waits_until=0, now=world.now)
    world.refuse(calls.apply_policy(APPLE).swap(asset=TESLA.asset), "WrongAsset")
    assert world.asset(TESLA).policy.haircut_bps == POLICY["haircut_bps"]


# Reports


def test_an_attestation_for_a_retired_slot(world: World) -> None:
    add_chain(world, 0, cap=0, supply=0)
    custodian, chain = world.attest(APPLE, 0, RESERVE), world.attest_chain(APPLE, 0, 10)
    world.do(calls.retire_custodian(APPLE, 0))
    retire_chain(world, 0)
    for call in (custodian, chain):
        world.refuse(call, "SlotEmpty", slot=0)
    # nor does it fit whoever comes next
    world.do(calls.register_custodian(APPLE, 0), calls.register_chain(APPLE, 0))
    world.advance(CHANGE_DELAY_S)
    world.refuse(custodian, "WrongEpoch", given=1, expected=0)
    world.refuse(chain, "WrongEpoch", given=3, expected=0)


def test_sum_overflow(world: World) -> None:
    """Chains at the largest figure and shares on their way: what is owed saturates, and is never less than it is."""
    queue_and_apply(world, NVIDIA, custodian_cap=MAX_REPORTED_SHARES)
    add_custodians(world, NVIDIA, dict.fromkeys(range(2, 8), MAX_REPORTED_SHARES))
    report_all(world, NVIDIA, dict.fromkeys(range(2), MAX_REPORTED_SHARES))
    for slot in range(8):
        world.do(calls.register_chain(NVIDIA, slot))
        world.do(world.attest_chain(NVIDIA, slot, 2**64 - 1))
    owed = 8 * MAX_REPORTED_SHARES
    over = calls.mint_shares(NVIDIA, 1, ticket=0)
    assert world.asset(NVIDIA).latched == 0, "eight times 2^60 is owed, and as much is there"
    world.refuse(over, "ReserveShort", **short(owed, owed + 1, foreign=owed))
    world.do(calls.set_policy(NVIDIA, collateral_bps=20_000))
    world.refuse(over, "ReserveShort", **short(owed, 2**64 - 1, foreign=owed))
    for slot in range(8):
        cap = calls.set_chain_cap(NVIDIA, slot, MAX_REPORTED_SHARES + 1)
        world.refuse(cap, "FigureTooLarge", given=MAX_REPORTED_SHARES + 1, limit=MAX_REPORTED_SHARES)


def test_eight_stale_chains(world: World) -> None:
    cap = 200 * ONE
    for slot in range(8):
        world.do(calls.register_chain(APPLE, slot))
    world.advance(CHANGE_DELAY_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    for slot in range(8):
        world.do(calls.set_chain_cap(APPLE, slot, cap))
    report_all(world, APPLE, {}, dict.fromkeys(range(8), 0))
    world.do(calls.mint_shares(APPLE, 100 * ONE, ticket=5))
    redeem_off_chain(world, 5, to_chain=3)
    world.advance(CHAIN_MAX_AGE_S + 1)
    foreign = 8 * cap + 5
    needed = SUPPLY + 100 * ONE - 5 + 1 + foreign
    room = 2 * RESERVE - needed + 1
    over = calls.mint_shares(APPLE, room + 1, ticket=6)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=foreign))
    for slot in range(8):
        raised = calls.set_chain_cap(APPLE, slot, cap + room + 1)
        world.refuse(raised, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=foreign + room + 1))
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    assert (event.foreign, event.latched) == (5, 0), "silence latches nothing"


def test_the_clock_going_backwards_between_slots(world: World) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500), calls.grant_role(OURS, Role.MINTER, MALLORY, ROLE_UNTIL))
    world.advance(100)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.chain.turn_back(10)
    now = NOW + 90
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "QuorumNotMet", fresh=0, needed=2)
    world.refuse(calls.set_allowance(APPLE, MALLORY, 1), "ReserveShort", **short(0, SUPPLY))
    world.refuse(calls.apply_policy(APPLE), "ChangeNotReady", ready_at=NOW + CHANGE_DELAY_S, now=now)
    world.refuse(world.attest(APPLE, 0, RESERVE, as_of=now + 1), "FutureReport", as_of=now + 1, now=now)
    last = world.slot(APPLE, 0).signers.sequence
    world.refuse(world.attest(APPLE, 0, RESERVE, sequence=last), "BadSequence", given=last, last=last)
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    assert (event.latched, event.last_reserve) == (0, 2 * RESERVE)
