"""Halts, the solvency latch, and its reopening."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, MAX_AGE_S, staff
from tests.embedded.setups import short
from tests.embedded.world import ALICE_HAS, BOB_HAS, MIDNIGHT, NOW, ONE, RESERVE, World
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import Halt, Role
from xstock_client.events import AssetReopened, HaltsChanged, ReserveAttested, SolvencyChecked

SUPPLY = ALICE_HAS + BOB_HAS
PAUSER, UNPAUSER = staff(Role.PAUSER), staff(Role.UNPAUSER)


@pytest.mark.parametrize("before", [0, 1, 2, 3, 4, 7])
@pytest.mark.parametrize("functions", range(1, 8))
def test_halt_and_resume(world: World, before: int, functions: int) -> None:
    if before:
        world.do(calls.halt(APPLE, before))
    asset = world.asset(APPLE)
    halted, resumed = before | functions, before & ~functions
    done = world.run(calls.halt(APPLE, functions))
    assert done.events == (HaltsChanged(APPLE.asset, PAUSER, before, halted, 0, 0, NOW),)
    assert world.asset(APPLE) == replace(asset, halts=halted)
    assert done.changed == ({APPLE.asset} if halted != before else set())

    world.do(calls.resume(APPLE, 7), *([calls.halt(APPLE, before)] if before else []))
    done = world.run(calls.resume(APPLE, functions))
    # only a halt of minting that was there asks for cover, and tells it
    covered = (SUPPLY, 2 * RESERVE) if before & functions & 1 else (0, 0)
    assert done.events == (HaltsChanged(APPLE.asset, UNPAUSER, before, resumed, *covered, NOW),)
    assert world.asset(APPLE) == replace(asset, halts=resumed)


def test_a_halt_stops_what_it_names_and_no_more(world: World) -> None:
    world.do(calls.halt(APPLE, Halt.MINT))
    world.refuse(calls.mint_shares(APPLE, ONE, ticket=5), "MintHalted")
    world.do(calls.request_redemption(APPLE, ONE, id=0))
    world.do(calls.resume(APPLE, Halt.MINT), calls.halt(APPLE, Halt.REQUESTS))
    world.refuse(calls.request_redemption(APPLE, ONE, id=1), "RequestsHalted")
    world.do(calls.mint_shares(APPLE, ONE, ticket=5))
    world.do(calls.halt(APPLE, Halt.MINT), world.attest(APPLE, 0, RESERVE), calls.check_solvency(APPLE))
    world.do(calls.resume(APPLE, 3))
    world.do(calls.request_redemption(APPLE, ONE, id=1), calls.mint_shares(APPLE, ONE, ticket=6))


def checked(**changes: int) -> SolvencyChecked:
    values = {
        "supply": SUPPLY,
        "burned_outside": 0,
        "multiplier": MULTIPLIER_SCALE,
        "obligation": SUPPLY,
        "released": 0,
        "foreign": 0,
        "last_reserve": 2 * RESERVE,
        "reserve": 2 * RESERVE,
        "custodians": 2,
        "latched_before": 0,
        "latched": 0,
        "at": NOW,
        **changes,
    }
    return SolvencyChecked(asset=APPLE.asset, **values)


def test_check_solvency_of_a_sound_asset_changes_nothing(world: World) -> None:
    done = world.run(calls.check_solvency(APPLE))
    assert done.events == (checked(),)
    assert done.changed == set()


def test_silence_never_latches(world: World) -> None:
    world.advance(MIDNIGHT + MAX_AGE_S + 1 - NOW)
    done = world.run(calls.check_solvency(APPLE))
    assert done.events == (checked(reserve=0, custodians=0, at=world.now),)
    assert done.changed == set()


def test_a_lower_report_is_taken_and_latches(world: World) -> None:
    asset = world.asset(APPLE)
    world.advance(7)
    first = ALICE_HAS
    world.do(world.attest(APPLE, 0, first))
    # exactly covered is covered
    done = world.run(world.attest(APPLE, 1, SUPPLY - first))
    (event,) = done.events
    assert isinstance(event, ReserveAttested)
    assert (event.reserve, event.obligation, event.latched_before, event.latched) == (SUPPLY, SUPPLY, 0, 0)
    assert done.changed == {APPLE.reserve}

    done = world.run(world.attest(APPLE, 1, SUPPLY - first - 1))
    (event,) = done.events
    assert isinstance(event, ReserveAttested)
    assert (event.reserve, event.obligation, event.latched_before, event.latched) == (SUPPLY - 1, SUPPLY, 0, 1)
    assert world.asset(APPLE) == replace(asset, latched=1, latched_at=NOW + 7, newest_as_of=NOW + 7)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "Latched")

    # a better report does not open it, and a check neither; the time of the latch stays
    world.advance(1)
    world.do(world.attest(APPLE, 1, RESERVE))
    done = world.run(calls.check_solvency(APPLE))
    reserve = RESERVE + first
    event = checked(last_reserve=reserve, reserve=reserve, latched_before=1, latched=1, at=NOW + 8)
    assert done.events == (event,)
    assert world.asset(APPLE) == replace(asset, latched=1, latched_at=NOW + 7, newest_as_of=NOW + 8)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "Latched")


def test_check_solvency_latches(world: World) -> None:
    # no instruction leaves a short asset unlatched, so the reserve is bent by hand
    world.do(world.attest(APPLE, 0, 1))
    world.patch_slot(APPLE, 1, "settled", SUPPLY - 2)
    assert world.slot(APPLE, 1).settled == SUPPLY - 2
    asset = world.asset(APPLE)
    done = world.run(calls.check_solvency(APPLE))
    assert done.events == (checked(last_reserve=SUPPLY - 1, reserve=SUPPLY - 1, latched=1),)
    assert world.asset(APPLE) == replace(asset, latched=1, latched_at=NOW)
    assert done.changed == {APPLE.asset}


def test_reopen_wants_fresh_reports_that_cover_everything(world: World) -> None:
    world.advance(1)
    world.do(world.attest(APPLE, 0, 1), world.attest(APPLE, 1, SUPPLY - 2))
    asset = world.asset(APPLE)
    assert (asset.latched, asset.latched_at) == (1, NOW + 1)
    world.refuse(calls.reopen(APPLE), "ReserveShort", **short(SUPPLY - 1, SUPPLY))
    # enough, but one report is stale by then
    world.do(world.attest(APPLE, 1, SUPPLY - 1))
    world.advance(MAX_AGE_S)
    world.do(world.attest(APPLE, 0, SUPPLY))
    world.advance(1)
    world.refuse(calls.reopen(APPLE), "QuorumNotMet", fresh=1, needed=2)
    world.do(world.attest(APPLE, 1, 1))
    at = world.now
    done = world.run(calls.reopen(APPLE))
    event = AssetReopened(
        asset=APPLE.asset,
        guardian=UNPAUSER,
        latched_at=NOW + 1,
        supply=SUPPLY,
        burned_outside=0,
        multiplier=MULTIPLIER_SCALE,
        obligation=SUPPLY,
        reserve=SUPPLY + 1,
        custodians=2,
        at=at,
    )
    assert done.events == (event,)
    assert world.asset(APPLE) == replace(asset, latched=0, latched_at=0, newest_as_of=at)
    assert done.changed == {APPLE.asset}
    world.refuse(calls.reopen(APPLE), "NotLatched")
    world.do(calls.mint_shares(APPLE, 1, ticket=5))
    world.refuse(calls.mint_shares(APPLE, 1, ticket=6), "ReserveShort", **short(SUPPLY + 1, SUPPLY + 2))


def test_a_halt_outlives_a_reopening(world: World) -> None:
    world.do(calls.halt(APPLE, 3), world.attest(APPLE, 0, 0))
    assert world.asset(APPLE).latched == 1
    world.do(world.attest(APPLE, 0, RESERVE), calls.reopen(APPLE))
    assert (world.asset(APPLE).latched, world.asset(APPLE).halts) == (0, 3)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "MintHalted")
