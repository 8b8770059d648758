"""Splits: announced, halting mints from the ex to the effective time, never refused, and one after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, DOCUMENT_HASH, MULTIPLIER, NVIDIA, REASON_HASH, staff
from tests.embedded.setups import report_all, short, told
from tests.embedded.splitting import (
    EFFECTIVE,
    EX,
    announce,
    down,
    each_ratio,
    go,
    in_force,
    split,
    split_asset,
    up,
)
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.accounts import Asset, CalendarEntry, CorporateAction, Ratio
from xstock_client.constants import DAY_S, Halt, Role
from xstock_client.events import ActionAnnounced, ActionCancelled, SharesMinted, SolvencyChecked

SUPPLY = ALICE_HAS + BOB_HAS
NO_ENTRY = CalendarEntry(0, 0, 0, 0)
OFFICER = staff(Role.CORPORATE)


def check(world: World) -> SolvencyChecked:
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    return event


@each_ratio
def test_announced(world: World, ratio: tuple[int, int]) -> None:
    """All of it is in the event, in the action, and in the asset; nothing that counts changes yet."""
    before, reserve = world.asset(APPLE), world.get(APPLE.reserve)
    done = world.run(announce(ratio))
    kind, after = 3 if ratio[0] > ratio[1] else 4, up(MULTIPLIER, ratio)
    assert told(done.events) == ActionAnnounced(
        asset=APPLE.asset,
        by=OFFICER,
        action=0,
        kind=kind,
        ratio=Ratio(*ratio),
        old_multiplier=MULTIPLIER,
        new_multiplier=after,
        basis=0,
        rate=0,
        payout_mint=calls.corporate.NOTHING,
        ex_at=EX,
        record_at=0,
        pay_at=0,
        effective_at=EFFECTIVE,
        document_hash=DOCUMENT_HASH,
        isin=bytes(12),
        symbol=bytes(12),
        supply=SUPPLY,
        burned_outside=0,
        obligation=0,
        reserve=0,
        at=NOW,
    )
    action = world.read(CorporateAction, APPLE.action())
    assert (action.kind, action.state, action.number, action.asset, action.announced_by) == (
        kind,
        1,
        0,
        APPLE.asset,
        OFFICER,
    )
    assert (action.ratio, action.old_multiplier, action.new_multiplier) == (Ratio(*ratio), MULTIPLIER, after)
    assert (action.announced_at, action.ex_at, action.effective_at) == (NOW, EX, EFFECTIVE)
    assert (action.basis, action.snapshot, action.document_hash) == (0, 2**32 - 1, DOCUMENT_HASH)
    assert world.asset(APPLE) == replace(
        before,
        next_multiplier=after,
        next_effective_at=EFFECTIVE,
        next_action=0,
        next_is_split=1,
        next_split=Ratio(*ratio),
        halt_from=EX,
        actions=1,
        calendar=(CalendarEntry(EX, EFFECTIVE, 0, kind), *[NO_ENTRY] * 5),
    )
    assert world.get(APPLE.reserve) == reserve
    assert done.changed == {APPLE.asset, APPLE.action(), APPLE.mint, calls.TREASURY}


@pytest.mark.parametrize(
    ("at", "halted"),
    [
        (EX - 1, False),
        (EX, True),
        (EX + 1, True),
        (EFFECTIVE - 1, True),
        (EFFECTIVE, False),
        (EFFECTIVE + 1, False),
    ],
)
@pytest.mark.parametrize("ratio", [(10, 1), (1, 3)])
def test_mints_wait_from_ex_to_effective(world: World, ratio: tuple[int, int], at: int, halted: bool) -> None:
    """By the second, and only mints: everything else goes on."""
    world.do(announce(ratio))
    go(world, at)
    mint = calls.mint_shares(APPLE, ONE, ticket=5)
    if halted:
        world.refuse(mint, "SplitPending", ex_at=EX, effective_at=EFFECTIVE, now=at)
    else:
        event = told(world.run(mint).events)
        assert isinstance(event, SharesMinted)
        assert event.multiplier == (up(MULTIPLIER, ratio) if at >= EFFECTIVE else MULTIPLIER)
    world.do(calls.request_redemption(APPLE, ONE, id=0, min_price=1))
    world.do(calls.accept_redemption(APPLE, id=0), calls.settle_redemption(APPLE, ONE, id=0))
    world.do(world.attest(APPLE, 0, 2 * RESERVE, basis=world.asset(APPLE).basis))
    assert world.asset(APPLE).basis == (1 if at >= EFFECTIVE else 0)


def test_nothing_waits_when_ex_and_effective_are_one_second(world: World) -> None:
    world.do(announce(ex_at=EFFECTIVE))
    go(world, EFFECTIVE - 1)
    world.do(calls.mint_shares(APPLE, ONE, ticket=5))
    world.advance(1)
    event = told(world.run(calls.mint_shares(APPLE, ONE, ticket=6)).events)
    assert isinstance(event, SharesMinted)
    assert (event.multiplier, event.obligation) == (10 * MULTIPLIER, 10 * (SUPPLY + 2 * ONE))


@each_ratio
def test_what_can_be_minted_afterwards(world: World, ratio: tuple[int, int]) -> None:
    """To the base unit: the reserve was rounded down for each custodian, the supply is owed rounded up."""
    report_all(world, APPLE, {0: RESERVE + 7, 1: RESERVE + 5})
    split(world, ratio)
    multiplier, held = up(MULTIPLIER, ratio), down(RESERVE + 7, ratio) + down(RESERVE + 5, ratio)
    most = held * MULTIPLIER // multiplier - SUPPLY
    owed = [-(-(SUPPLY + most + more) * multiplier // MULTIPLIER) for more in (0, 1)]
    if owed[1] <= held:  # one raw unit can be less than a share's base unit
        most, owed = next(
            (most + more, [-(-(SUPPLY + most + more + plus) * multiplier // MULTIPLIER) for plus in (0, 1)])
            for more in range(1, 20)
            if -(-(SUPPLY + most + more + 1) * multiplier // MULTIPLIER) > held
        )
    assert owed[0] <= held < owed[1]
    world.refuse(calls.mint_shares(APPLE, most + 1, ticket=5), "ReserveShort", **short(held, owed[1]))
    event = told(world.run(calls.mint_shares(APPLE, most, ticket=5)).events)
    assert isinstance(event, SharesMinted)
    assert (event.obligation, event.reserve, event.multiplier) == (owed[0], held, multiplier)


def test_a_split_is_never_refused_for_the_reserve(world: World) -> None:
    """Stale, short and latched: it changes both sides."""
    world.do(world.attest(APPLE, 0, 1))
    world.do(world.attest(APPLE, 1, 1))
    assert world.asset(APPLE).latched == 1
    world.advance(30 * DAY_S)
    at = world.now + 3 * DAY_S
    world.do(announce((1, 3), at=at))
    go(world, at)
    event = check(world)
    assert (event.reserve, event.obligation) == (0, 50 * ONE + 1)
    assert (world.asset(APPLE).basis, world.asset(APPLE).multiplier) == (1, up(MULTIPLIER, (1, 3)))


@pytest.mark.parametrize(("extra", "latched"), [(0, 1), (4, 1), (5, 0), (6, 0)])
def test_a_split_that_leaves_it_short_latches(world: World, extra: int, latched: int) -> None:
    """Covered to the unit before; a third of it is rounded down for each custodian, and up for the holders."""
    report_all(world, APPLE, {0: ALICE_HAS + extra, 1: BOB_HAS})
    split(world, (1, 3))
    held = (ALICE_HAS + extra) // 3 + BOB_HAS // 3
    owed = -(-SUPPLY * 333_333_333_334 // MULTIPLIER)
    event = check(world)
    assert (event.reserve, event.obligation, event.latched) == (held, owed, latched)
    assert (world.asset(APPLE).latched, world.asset(APPLE).latched_at) == (latched, latched * EFFECTIVE)
    mint = calls.mint_shares(APPLE, 1, ticket=5)
    if latched:
        world.refuse(mint, "Latched")


def test_a_halt_of_changes_stops_the_announcement_alone(world: World) -> None:
    world.do(announce(), calls.halt(APPLE, Halt.CHANGES))
    later = announce((3, 2), 1, at=EFFECTIVE + 5 * DAY_S)
    world.refuse(later, "ChangesHalted")
    go(world, EFFECTIVE)
    assert check(world).obligation == 10 * SUPPLY


@pytest.mark.parametrize(("first", "second"), [((10, 1), (3, 2)), ((1, 3), (1, 8)), ((3, 2), (1, 3)), ((1, 3), (3, 1))])
def test_one_after_the_other(world: World, first: tuple[int, int], second: tuple[int, int]) -> None:
    """The second is announced once the first is in all figures, to the new multiplier alone."""
    world.do(announce(first))
    middle = up(MULTIPLIER, first)
    at = EFFECTIVE + 3 * DAY_S
    too_soon = announce(second, 1, at=at)
    world.refuse(too_soon, "MultiplierScheduled", action=0)
    go(world, EFFECTIVE - 1)
    world.refuse(too_soon, "MultiplierScheduled", action=0)
    world.advance(1)
    world.refuse(too_soon, "MultiplierMoved", given=MULTIPLIER, current=middle)
    right = announce(second, 1, at=at, old_multiplier=middle)
    event = told(world.run(right).events)
    assert isinstance(event, ActionAnnounced)
    last = up(middle, second)
    assert (event.basis, event.old_multiplier, event.new_multiplier) == (1, middle, last)
    assert (world.asset(APPLE).basis, world.reserve(APPLE).basis) == (1, 1)
    go(world, at)
    assert check(world).multiplier == last
    asset, reserve = world.asset(APPLE), world.reserve(APPLE)
    assert (asset.basis, asset.split, asset.split_at, reserve.basis) == (2, Ratio(*second), at, 2)
    assert [slot.settled for slot in reserve.custodians[:2]] == [down(down(RESERVE, first), second)] * 2


@pytest.mark.parametrize("touched", [False, True], ids=["untouched", "touched"])
def test_the_old_value_is_compared(world: World, touched: bool) -> None:
    """Two officers never apply one split twice, not even before anything has touched the asset."""
    split(world)
    if touched:
        check(world)
    again = announce(number=1, at=EFFECTIVE + 3 * DAY_S)
    world.refuse(again, "MultiplierMoved", given=MULTIPLIER, current=10 * MULTIPLIER)
    for wrong in (0, 1, 10 * MULTIPLIER - 1, 10 * MULTIPLIER + 1):
        again = announce(number=1, at=EFFECTIVE + 3 * DAY_S, old_multiplier=wrong)
        world.refuse(again, "MultiplierMoved", given=wrong, current=10 * MULTIPLIER)


@pytest.mark.parametrize(
    ("multiplier", "ratio", "fits"),
    [
        (10**14, (10_000, 1), True),
        (10**14 + 1, (10_000, 1), False),
        (10**10, (1, 10_000), True),
        (10**10 - 10**4, (1, 10_000), False),
        (10**10 - 10**4 + 1, (1, 10_000), True),  # rounded up
    ],
)
def test_the_range_of_multipliers(world: World, multiplier: int, ratio: tuple[int, int], fits: bool) -> None:
    for name in ("multiplier", "next_multiplier"):
        world.patch_field(Asset, APPLE.asset, name, multiplier)
    sent = announce(ratio, old_multiplier=multiplier)
    if fits:
        world.do(sent)
        assert world.asset(APPLE).next_multiplier == up(multiplier, ratio)
    else:
        world.refuse(sent, "MultiplierOutOfRange", current=multiplier, ratio_new=ratio[0], ratio_old=ratio[1])


@each_ratio
@pytest.mark.parametrize("at", [NOW, EX - 1, EX, EFFECTIVE - 1])
def test_cancelled(world: World, ratio: tuple[int, int], at: int) -> None:
    """It was never there: minting goes on, and the time passes without it."""
    before = world.asset(APPLE)
    world.do(announce(ratio))
    go(world, at)
    done = world.run(calls.cancel_action(APPLE))
    event = ActionCancelled(APPLE.asset, OFFICER, 0, 3 if ratio[0] > ratio[1] else 4, REASON_HASH, MULTIPLIER, at)
    assert done.events == (event,)
    assert world.asset(APPLE) == replace(before, actions=1)
    action = world.read(CorporateAction, APPLE.action())
    assert (action.state, action.reason_hash) == (2, REASON_HASH)
    world.do(calls.mint_shares(APPLE, ONE, ticket=5))
    go(world, EFFECTIVE)
    assert (check(world).multiplier, world.asset(APPLE).basis) == (MULTIPLIER, 0)
    world.do(calls.mint_shares(APPLE, ONE, ticket=6))


def test_too_late_to_cancel(world: World) -> None:
    world.do(announce())
    go(world, EFFECTIVE)
    cancel = calls.cancel_action(APPLE)
    world.refuse(cancel, "AlreadyEffective", effective_at=EFFECTIVE, now=EFFECTIVE)
    assert check(world).multiplier == 10 * MULTIPLIER


def test_a_clock_that_goes_back_does_not_undo_a_split_that_was_applied(world: World) -> None:
    split(world)
    check(world)
    world.chain.turn_back(10)
    world.refuse(calls.cancel_action(APPLE), "AlreadyEffective", effective_at=EFFECTIVE, now=EFFECTIVE - 10)
    assert check(world).multiplier == 10 * MULTIPLIER
    assert (world.asset(APPLE).basis, world.reserve(APPLE).basis) == (1, 1)


def test_a_clock_that_goes_back_before_anything_was_touched(world: World) -> None:
    """As Token-2022 reads it: not yet, and then once."""
    split(world)
    world.chain.turn_back(10)
    assert check(world).multiplier == MULTIPLIER
    assert world.asset(APPLE).basis == 0
    world.refuse(
        calls.mint_shares(APPLE, 1, ticket=5), "SplitPending", ex_at=EX, effective_at=EFFECTIVE, now=EFFECTIVE - 10
    )
    world.advance(10)
    assert check(world).multiplier == 10 * MULTIPLIER
    assert world.asset(APPLE).basis == 1


def test_of_one_stock_alone(world: World) -> None:
    others = {stock: world.get(stock.asset) for stock in (NVIDIA, calls.RIVAL_APPLE, calls.RIVAL_NVIDIA)}
    split(world)
    check(world)
    assert {stock: world.get(stock.asset) for stock in others} == others
    world.do(calls.mint_shares(NVIDIA, ONE, ticket=0))


def test_what_a_split_makes_of_an_asset_that_nothing_touches_for_months(world: World) -> None:
    """Nothing happens by itself, and the first look finds it done at its time."""
    world.do(announce((3, 2)))
    before = world.asset(APPLE)
    world.advance(200 * DAY_S)
    assert world.asset(APPLE) == before
    assert in_force(world) == MULTIPLIER * 3 // 2
    event = check(world)
    assert (event.multiplier, event.obligation, event.last_reserve) == (
        MULTIPLIER * 3 // 2,
        SUPPLY * 3 // 2,
        3 * RESERVE,
    )
    assert world.asset(APPLE) == split_asset(before, (3, 2))
