"""Supply on other chains: registering, reports, caps raised and lowered, silence, and retiring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    CHAIN_MAX_AGE_S,
    CHANGE_DELAY_S,
    NVIDIA,
    OURS,
    chain_id,
    padded,
    staff,
    token_hash,
)
from tests.embedded.setups import add_chain, report_all, short, told
from tests.embedded.test_custodians import in_force, waiting
from tests.embedded.test_listing import NO_CHAIN, NO_KEYS
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, STATEMENT_HASH, World
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import MAX_REPORTED_SHARES, Role, SlotChange
from xstock_client.events import (
    ChainAttested,
    ChainCapSet,
    ChainRegistered,
    SharesMinted,
    SlotChangeCancelled,
    SolvencyChecked,
)

SUPPLY = ALICE_HAS + BOB_HAS
MANAGER = staff(Role.ATTESTOR_MANAGER)
START = NOW + CHANGE_DELAY_S
"""When a chain that was registered in the first second may report."""
ROOM = 2 * RESERVE - SUPPLY


def check(world: World) -> SolvencyChecked:
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    return event


# Registering


def test_register_a_chain(world: World) -> None:
    before = world.reserve(APPLE)
    done = world.run(calls.register_chain(APPLE, 3, keys=(calls.MALLORY, calls.BOB), threshold=2))
    keys = waiting(NO_KEYS, START, 3, calls.MALLORY, calls.BOB, threshold=2)
    slot = replace(NO_CHAIN, active=1, chain=chain_id(3), token_hash=token_hash(3), signers=keys)
    chains = (*before.chains[:3], slot, *before.chains[4:])
    assert world.reserve(APPLE) == replace(before, last_epoch=3, chains=chains)
    event = ChainRegistered(
        asset=APPLE.asset,
        manager=MANAGER,
        slot=3,
        replaces=0,
        threshold=2,
        epoch=3,
        chain=chain_id(3),
        token_hash=token_hash(3),
        keys=padded(calls.MALLORY, calls.BOB),
        valid_from=START,
        at=NOW,
    )
    assert told(done.events) == event
    assert done.changed == {APPLE.reserve}
    assert check(world).foreign == 0, "a chain without a cap that never reported owes nothing"


def test_before_the_first_mint_a_chain_reports_at_once(world: World) -> None:
    world.do(calls.register_chain(NVIDIA, 0))
    world.do(world.attest_chain(NVIDIA, 0, 5))
    assert world.foreign(NVIDIA, 0).signers == in_force(3, 1, NVIDIA.watcher(0))


def test_new_keys_of_a_chain(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    before = world.foreign(APPLE, 0)
    (event,) = world.run(calls.register_chain(APPLE, 0, keys=(calls.BOB,))).events
    assert isinstance(event, ChainRegistered)
    assert (event.replaces, event.epoch, event.valid_from) == (1, 4, START + CHANGE_DELAY_S)
    keys = waiting(before.signers, START + CHANGE_DELAY_S, 4, calls.BOB)
    assert world.foreign(APPLE, 0) == replace(before, signers=keys)


def test_two_tokens_of_one_chain_have_two_slots(world: World) -> None:
    world.do(calls.register_chain(APPLE, 0), calls.register_chain(APPLE, 1, chain=chain_id(0)))
    assert world.foreign(APPLE, 0).chain == world.foreign(APPLE, 1).chain


# Reports


def attested(**changes: object) -> ChainAttested:
    """The event of Apple's first chain's first report."""
    values: dict[str, object] = {
        "asset": APPLE.asset,
        "attesters": padded(APPLE.watcher(0)),
        "slot": 0,
        "new_keys": 1,
        "latched_before": 0,
        "latched": 0,
        "epoch": 3,
        "basis": 0,
        "sequence": 1,
        "old_as_of": 0,
        "as_of": START,
        "old_supply": 0,
        "chain_supply": 10,
        "cap": 50,
        "outbound": 0,
        "report_hash": STATEMENT_HASH,
        "supply": SUPPLY,
        "burned_outside": 0,
        "multiplier": MULTIPLIER_SCALE,
        "obligation": SUPPLY + 10,
        "reserve": 2 * RESERVE,
        "at": START,
        **changes,
    }
    return ChainAttested(**values)  # type: ignore[arg-type]


def test_a_chain_reports(world: World) -> None:
    add_chain(world, 0, cap=50)
    asset, reserve = world.asset(APPLE), world.reserve(APPLE)
    done = world.run(world.attest_chain(APPLE, 0, 10))
    slot = replace(
        reserve.chains[0],
        signers=in_force(3, 1, APPLE.watcher(0)),
        as_of=START,
        supply=10,
        received_at=START,
        report_hash=STATEMENT_HASH,
    )
    assert world.reserve(APPLE) == replace(reserve, chains=(slot, *reserve.chains[1:]))
    assert world.asset(APPLE) == asset
    assert told(done.events) == attested()
    assert done.changed == {APPLE.reserve}
    world.advance(5)
    (event,) = world.run(world.attest_chain(APPLE, 0, 7, as_of=START + 3)).events
    assert event == attested(
        new_keys=0,
        sequence=2,
        old_as_of=START,
        as_of=START + 3,
        old_supply=10,
        chain_supply=7,
        obligation=SUPPLY + 7,
        at=START + 5,
    )


def test_a_foreign_supply_counts_in_every_mint(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    over = calls.mint_shares(APPLE, ROOM - 10 + 1, ticket=5)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=10))
    (event,) = world.run(calls.mint_shares(APPLE, ROOM - 10, ticket=5)).events
    assert isinstance(event, SharesMinted)
    assert (event.obligation, event.foreign, event.reserve) == (2 * RESERVE, 10, 2 * RESERVE)


@pytest.mark.parametrize("supply", [51, ROOM, ROOM + 1, MAX_REPORTED_SHARES])
def test_a_report_above_the_cap_is_taken_and_latches_when_it_must(world: World, supply: int) -> None:
    add_chain(world, 0, cap=50, supply=10)
    latched = int(supply > ROOM)
    (event,) = world.run(world.attest_chain(APPLE, 0, supply)).events
    assert isinstance(event, ChainAttested)
    assert (event.chain_supply, event.cap, event.obligation) == (supply, 50, SUPPLY + supply)
    assert (event.latched, world.asset(APPLE).latched) == (latched, latched)


@pytest.mark.parametrize("supply", [MAX_REPORTED_SHARES + 1, 2**64 - 1])
def test_a_supply_beyond_the_largest_figure_is_bad_news_too(world: World, supply: int) -> None:
    """Nothing is ever covered at the largest figure, so it is kept as that."""
    add_chain(world, 0, cap=50, supply=10)
    (event,) = world.run(world.attest_chain(APPLE, 0, supply)).events
    assert isinstance(event, ChainAttested)
    assert (event.chain_supply, event.latched) == (supply, 1)
    assert world.foreign(APPLE, 0).supply == MAX_REPORTED_SHARES


def test_bad_news_is_taken_in_every_state(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0))
    world.advance(30 * calls.MAX_AGE_S)
    world.do(world.attest_chain(APPLE, 0, ROOM))
    assert world.foreign(APPLE, 0).supply == ROOM


# Silence


def test_a_silent_chain_counts_at_the_larger_of_cap_and_report(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    add_chain(world, 1, cap=50, supply=70)
    told_at = {slot: world.foreign(APPLE, slot).as_of for slot in (0, 1)}
    mint = calls.mint_shares(APPLE, ROOM - 119, ticket=5)
    # slot 0 was told two days before slot 1, which is the chains' age limit: its last second is this one
    assert told_at[0] + CHAIN_MAX_AGE_S == told_at[1] == world.now
    assert check(world).foreign == 80
    world.advance(1)
    world.refuse(mint, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=120))
    world.do(calls.mint_shares(APPLE, ROOM - 120, ticket=5))
    # the latch judges by what was reported: silence does not set it
    assert (check(world).foreign, check(world).latched) == (80, 0)
    # a report of the same figure makes room again
    world.do(world.attest_chain(APPLE, 0, 10))
    world.do(calls.mint_shares(APPLE, 40, ticket=6))


def test_a_chain_that_never_reported_counts_at_its_cap(world: World) -> None:
    add_chain(world, 0, cap=50)
    over = calls.mint_shares(APPLE, ROOM - 49, ticket=5)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=50))
    assert (check(world).foreign, check(world).latched) == (0, 0)


def test_eight_silent_chains_count_at_their_caps(world: World) -> None:
    caps = {slot: (slot + 1) * 10 * ONE for slot in range(8)}
    for slot in range(8):
        world.do(calls.register_chain(APPLE, slot))
    world.advance(CHANGE_DELAY_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    for slot, cap in caps.items():
        world.do(calls.set_chain_cap(APPLE, slot, cap))
    report_all(world, APPLE, {}, dict.fromkeys(range(8), ONE))
    assert check(world).foreign == 8 * ONE
    world.advance(CHAIN_MAX_AGE_S + 1)
    room = 2 * RESERVE - SUPPLY - 360 * ONE
    over = calls.mint_shares(APPLE, room + 1, ticket=5)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=360 * ONE))
    world.do(calls.mint_shares(APPLE, room, ticket=5))
    assert (check(world).foreign, check(world).latched) == (8 * ONE, 0)


# Caps


def cap_set(**changes: object) -> ChainCapSet:
    values: dict[str, object] = {
        "asset": APPLE.asset,
        "by": OURS.authority,
        "slot": 0,
        "old_cap": 50,
        "cap": 50,
        "next_cap": 0,
        "next_cap_from": 0,
        "obligation": 0,
        "reserve": 0,
        "at": START,
        **changes,
    }
    return ChainCapSet(**values)  # type: ignore[arg-type]


def test_a_higher_cap_acts_at_once_when_all_of_it_is_covered(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    before = world.foreign(APPLE, 0)
    over = calls.set_chain_cap(APPLE, 0, ROOM + 1)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=ROOM + 1))
    done = world.run(calls.set_chain_cap(APPLE, 0, ROOM, by=staff(Role.ADMIN)))
    assert world.foreign(APPLE, 0) == replace(before, cap=ROOM)
    event = cap_set(by=staff(Role.ADMIN), cap=ROOM, obligation=2 * RESERVE, reserve=2 * RESERVE)
    assert told(done.events) == event
    assert done.changed == {APPLE.reserve}


def test_two_caps_do_not_share_one_room(world: World) -> None:
    add_chain(world, 0, cap=ROOM - 9)
    world.do(calls.register_chain(APPLE, 1), world.attest_chain(APPLE, 0, 0))
    # the first chain is fresh and has issued nothing, but could at any moment
    over = calls.set_chain_cap(APPLE, 1, 10)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=ROOM + 1))
    world.do(calls.set_chain_cap(APPLE, 1, 9))


def test_a_cap_below_the_report_asks_for_the_report(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    world.do(world.attest_chain(APPLE, 0, ROOM + 1))
    assert world.asset(APPLE).latched == 1
    world.refuse(
        calls.set_chain_cap(APPLE, 0, 51), "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=ROOM + 1)
    )


def test_a_lower_cap_waits_for_its_time_and_for_a_report_of_it(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    before, start = world.foreign(APPLE, 0), START + CHANGE_DELAY_S
    done = world.run(calls.set_chain_cap(APPLE, 0, 20))
    assert world.foreign(APPLE, 0) == replace(before, next_cap=20, next_cap_from=start)
    assert told(done.events) == cap_set(next_cap=20, next_cap_from=start)
    world.advance(CHANGE_DELAY_S + 100)
    # silent, it may have issued up to the old cap: the time alone lowers nothing
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    world.advance(CHAIN_MAX_AGE_S)
    world.refuse(
        calls.mint_shares(APPLE, ROOM - 49, ticket=5),
        "ReserveShort",
        **short(2 * RESERVE, 2 * RESERVE + 1, foreign=50),
    )
    world.do(world.attest_chain(APPLE, 0, 10, as_of=start - 1))
    assert world.foreign(APPLE, 0).cap == 50
    (event,) = world.run(world.attest_chain(APPLE, 0, 10, as_of=start)).events
    assert isinstance(event, ChainAttested)
    assert event.cap == 20
    after = world.foreign(APPLE, 0)
    assert (after.cap, after.next_cap, after.next_cap_from) == (20, 0, 0)


def test_before_the_first_mint_a_lower_cap_acts_at_once(world: World) -> None:
    world.do(calls.register_chain(NVIDIA, 0), calls.set_chain_cap(NVIDIA, 0, 50))
    (event,) = world.run(calls.set_chain_cap(NVIDIA, 0, 20)).events
    assert isinstance(event, ChainCapSet)
    assert (event.old_cap, event.cap, event.next_cap_from) == (50, 20, 0)


@pytest.mark.parametrize("cap", [50, 51, 30])
def test_another_cap_voids_the_one_that_waits(world: World, cap: int) -> None:
    add_chain(world, 0, cap=50, supply=10)
    world.do(calls.set_chain_cap(APPLE, 0, 20))
    world.advance(5)
    world.do(calls.set_chain_cap(APPLE, 0, cap))
    after = world.foreign(APPLE, 0)
    if cap < 50:
        assert (after.cap, after.next_cap, after.next_cap_from) == (50, 30, START + 5 + CHANGE_DELAY_S)
    else:
        assert (after.cap, after.next_cap, after.next_cap_from) == (cap, 0, 0)


@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
@pytest.mark.parametrize("waited", [0, CHANGE_DELAY_S, 10 * CHANGE_DELAY_S])
def test_a_lower_cap_is_cancelled_until_a_report_puts_it_in_force(world: World, by: Role | None, waited: int) -> None:
    add_chain(world, 0, cap=50, supply=10)
    before = world.foreign(APPLE, 0)
    world.do(calls.set_chain_cap(APPLE, 0, 20))
    world.advance(waited)
    done = world.run(calls.cancel_slot_change(APPLE, SlotChange.CHAIN_CAP, 0, by=by))
    who = OURS.authority if by is None else staff(by)
    event = SlotChangeCancelled(APPLE.asset, who, SlotChange.CHAIN_CAP, 0, 0, world.now)
    assert told(done.events) == event
    assert world.foreign(APPLE, 0) == before


def test_halted_changes_stop_caps_both_ways(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    world.do(calls.halt(APPLE, 4))
    for cap in (20, 50, 60):
        world.refuse(calls.set_chain_cap(APPLE, 0, cap), "ChangesHalted")
