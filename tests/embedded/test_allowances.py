"""A minter's allowance: set, used, freed again as time passes, lowered at once, raised with a delay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    CHANGE_DELAY_S,
    LIFETIME_CAP,
    NVIDIA,
    OURS,
    TREASURY,
    WINDOW_LIMIT,
    Desk,
    Stock,
    deputy,
    staff,
)
from tests.embedded.chain import key
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.accounts import Limits, MinterAllowance, WindowUsage
from xstock_client.constants import DAY_S, NO_APPROVER, PROGRAM_ID, Role
from xstock_client.events import AllowanceRaiseCancelled, AllowanceSet

MINTER, ADMIN = staff(Role.MINTER), staff(Role.ADMIN)
USED = ALICE_HAS + BOB_HAS
"""What the minter has minted of Apple."""
LIMITS = Limits(WINDOW_LIMIT, LIFETIME_CAP, NO_APPROVER)
NONE = Limits(0, 0, 0)
TWICE = Limits(2 * WINDOW_LIMIT, 2 * LIFETIME_CAP, NO_APPROVER)


def allowance(world: World, stock: Stock = APPLE) -> MinterAllowance:
    return world.allowance(stock, MINTER)


def told(**changes: object) -> AllowanceSet:
    """The event of a change to the limits of Apple's minter, in the world's first second."""
    values: dict[str, object] = {
        "asset": APPLE.asset,
        "minter": MINTER,
        "by": OURS.authority,
        "old_limits": LIMITS,
        "limits": LIMITS,
        "pending": NONE,
        "pending_from": 0,
        "window": WindowUsage(USED, 0, NOW),
        "lifetime_used": USED,
        "live_at": NOW,
        "obligation": 0,
        "reserve": 0,
        "at": NOW,
        **changes,
    }
    return AllowanceSet(**values)  # type: ignore[arg-type]


def test_a_first_allowance_acts_at_once_before_the_first_mint(world: World) -> None:
    minter = key("another minter")
    address = NVIDIA.allowance(minter)
    done = world.run(calls.set_allowance(NVIDIA, minter, 7, 9, 5))
    seeds = [b"minter", bytes(NVIDIA.asset), bytes(minter)]
    assert world.allowance(NVIDIA, minter) == MinterAllowance(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        asset=NVIDIA.asset,
        minter=minter,
        limits=Limits(7, 9, 5),
        pending=NONE,
        pending_from=0,
        window=WindowUsage(0, 0, NOW),
        lifetime_used=0,
    )
    # a raise tells what was covered by what
    event = told(
        asset=NVIDIA.asset,
        minter=minter,
        old_limits=NONE,
        limits=Limits(7, 9, 5),
        window=WindowUsage(0, 0, NOW),
        lifetime_used=0,
        obligation=0,
        reserve=2 * RESERVE,
    )
    assert done.events == (event,)
    assert done.changed == {TREASURY, address}
    assert done.lamports(address) == world.chain.rent_of(MinterAllowance.SIZE)
    # and a raise too
    world.do(calls.set_allowance(NVIDIA, minter, 8, 10, 6))
    raised = world.allowance(NVIDIA, minter)
    assert (raised.limits, raised.pending, raised.pending_from) == (Limits(8, 10, 6), NONE, 0)


def test_a_first_allowance_after_the_first_mint_waits(world: World) -> None:
    minter, start = key("another minter"), NOW + CHANGE_DELAY_S
    done = world.run(calls.set_allowance(APPLE, minter, 7, 9, 5))
    made = world.allowance(APPLE, minter)
    assert (made.limits, made.pending, made.pending_from) == (NONE, Limits(7, 9, 5), start)
    window = WindowUsage(0, 0, NOW)
    event = told(
        minter=minter,
        old_limits=NONE,
        limits=NONE,
        pending=Limits(7, 9, 5),
        pending_from=start,
        window=window,
        lifetime_used=0,
        obligation=USED,
        reserve=2 * RESERVE,
    )
    assert done.events == (event,)


def test_the_first_allowance_of_all_makes_the_issuer_live(world: World) -> None:
    desk = Desk(99)
    stock = Stock(desk, 0, APPLE.isin, APPLE.symbol)
    world.do(calls.create_issuer(desk), calls.list_asset(stock))
    assert world.issuer(desk).live_at == 0
    world.advance(5)
    done = world.run(calls.set_allowance(stock, MINTER, 0, 0, 0))
    before = world.issuer(desk)
    assert before.live_at == NOW + 5
    (event,) = done.events
    assert isinstance(event, AllowanceSet)
    assert (event.live_at, event.limits) == (NOW + 5, NONE)
    assert done.changed == {TREASURY, desk.address, stock.allowance(MINTER)}
    # once and for all
    world.advance(5)
    world.do(calls.set_allowance(stock, MINTER))
    assert world.issuer(desk) == before


def test_an_admin_sets_allowances(world: World) -> None:
    done = world.run(calls.set_allowance(APPLE, MINTER, 7, by=ADMIN))
    limits = replace(LIMITS, window_limit=7)
    assert done.events == (told(by=ADMIN, limits=limits),)
    assert done.changed == {APPLE.allowance(MINTER)}


def test_a_raise_after_the_first_mint_waits_its_delay(world: World) -> None:
    before, start = allowance(world), NOW + CHANGE_DELAY_S
    done = world.run(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, 2 * LIFETIME_CAP))
    assert allowance(world) == replace(before, pending=TWICE, pending_from=start)
    covered = {"obligation": USED, "reserve": 2 * RESERVE}
    assert done.events == (told(pending=TWICE, pending_from=start, **covered),)
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, 10**6 * ONE))
    # the old limit rules until the last second of the delay; by then the usage has decayed
    world.advance(CHANGE_DELAY_S - 1)
    over = calls.mint_shares(APPLE, WINDOW_LIMIT + 1, ticket=5)
    world.refuse(over, "WindowExceeded", amount=WINDOW_LIMIT + 1, left=WINDOW_LIMIT, limit=WINDOW_LIMIT)
    world.advance(1)
    world.do(over)
    assert allowance(world) == replace(
        before,
        limits=TWICE,
        window=WindowUsage(WINDOW_LIMIT + 1, 0, start),
        lifetime_used=USED + WINDOW_LIMIT + 1,
    )


@pytest.mark.parametrize("asked", [(1, 0, 0), (0, 1, 0), (1, -1, 0), (-1, 1, 0), (0, 0, 1), (-1, 0, 1), (1, 1, -1)])
def test_what_loosens_one_limit_waits_while_the_others_tighten(world: World, asked: tuple[int, int, int]) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, threshold=100))
    before, start = allowance(world), NOW + CHANGE_DELAY_S
    old = (WINDOW_LIMIT, LIFETIME_CAP, 100)
    new = tuple(limit + change for limit, change in zip(old, asked, strict=True))
    world.do(calls.set_allowance(APPLE, MINTER, *new))
    tightest = Limits(*map(min, new, old))
    assert allowance(world) == replace(before, limits=tightest, pending=Limits(*new), pending_from=start)


@pytest.mark.parametrize(("window", "cap"), [(0, 0), (WINDOW_LIMIT - 1, LIFETIME_CAP), (WINDOW_LIMIT, LIFETIME_CAP)])
def test_a_lower_limit_acts_at_once_and_voids_a_waiting_raise(world: World, window: int, cap: int) -> None:
    before = allowance(world)
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, 2 * LIFETIME_CAP))
    done = world.run(calls.set_allowance(APPLE, MINTER, window, cap))
    limits = Limits(window, cap, NO_APPROVER)
    assert allowance(world) == replace(before, limits=limits)
    assert done.events == (told(limits=limits),)
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, RESERVE))
    over = calls.mint_shares(APPLE, window + 1, ticket=5)
    world.refuse(over, "WindowExceeded", amount=window + 1, left=window, limit=window)


def test_a_raise_asked_for_again_waits_again(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    world.advance(CHANGE_DELAY_S - 1)
    world.do(calls.set_allowance(APPLE, MINTER, 3 * WINDOW_LIMIT, LIFETIME_CAP))
    waiting = allowance(world)
    assert (waiting.limits, waiting.pending) == (LIMITS, replace(LIMITS, window_limit=3 * WINDOW_LIMIT))
    assert waiting.pending_from == NOW + 2 * CHANGE_DELAY_S - 1


def test_a_matured_raise_is_in_force_before_the_next_change(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    world.advance(CHANGE_DELAY_S)
    done = world.run(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    # the event tells the raise that had matured as the old limit, so nobody reads a raise without a delay
    limits = replace(LIMITS, window_limit=2 * WINDOW_LIMIT)
    event = told(old_limits=limits, limits=limits, window=WindowUsage(0, 0, world.now), at=world.now)
    assert done.events == (event,)
    assert allowance(world).pending_from == 0


def test_a_matured_raise_can_be_lowered_while_the_asset_is_short(world: World) -> None:
    # three times the limit is in force once its delay has passed, though nothing has written it down yet
    world.do(calls.set_allowance(APPLE, MINTER, 3 * WINDOW_LIMIT, LIFETIME_CAP))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, 0))
    assert world.asset(APPLE).latched == 1
    # twice is lower than three times: a tightening, which bad news must not stop
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    lowered = allowance(world)
    assert (lowered.limits.window_limit, lowered.pending_from) == (2 * WINDOW_LIMIT, 0)


def test_usage_frees_linearly_and_keeps_what_a_division_leaves_over(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, USED))
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "WindowExceeded", amount=1, left=0, limit=USED)
    # a seventh of a day frees a seventh of the limit, rounded down
    passed = DAY_S // 7
    world.advance(passed)
    freed, carry = divmod(USED * passed, DAY_S)
    assert carry
    over = calls.mint_shares(APPLE, freed + 1, ticket=5)
    world.refuse(over, "WindowExceeded", amount=freed + 1, left=freed, limit=USED)
    world.do(calls.mint_shares(APPLE, freed, ticket=5))
    state = allowance(world)
    assert (state.window, state.lifetime_used) == (WindowUsage(USED, carry, world.now), USED + freed)
    # another second frees its share and what was carried, so that both together free as one step would
    world.advance(1)
    second = USED * (passed + 1) // DAY_S - freed
    over = calls.mint_shares(APPLE, second + 1, ticket=6)
    world.refuse(over, "WindowExceeded", amount=second + 1, left=second, limit=USED)
    world.do(calls.mint_shares(APPLE, second, ticket=6))
    assert allowance(world).window == WindowUsage(USED, USED * (passed + 1) % DAY_S, world.now)
    # a whole day frees everything, the carried part too
    world.advance(DAY_S)
    world.do(world.attest(APPLE, 0, RESERVE), world.attest(APPLE, 1, RESERVE))
    world.do(calls.mint_shares(APPLE, USED, ticket=7))
    assert allowance(world).window == WindowUsage(USED, 0, world.now)


def test_usage_is_the_same_however_often_somebody_looks(world: World) -> None:
    """Seven mints of one unit at odd seconds free exactly what the whole time frees."""
    limit = 1_000_003
    world.do(calls.set_allowance(APPLE, MINTER, limit), calls.set_allowance(APPLE, deputy(Role.MINTER), limit))
    start = WindowUsage(USED, 0, NOW)
    assert allowance(world).window == start
    for _ in range(7):
        world.advance(13)
        # a lower limit is set again: it looks at the window without using it
        world.do(calls.set_allowance(APPLE, MINTER, limit))
    freed, carry = divmod(limit * 7 * 13, DAY_S)
    assert allowance(world).window == WindowUsage(USED - freed, carry, NOW + 7 * 13)


def test_a_clock_that_goes_backwards_frees_nothing_twice(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, USED))
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, RESERVE, as_of=NOW - 3600))
    world.advance(3600)
    freed, carry = divmod(USED * 3600, DAY_S)
    world.do(calls.mint_shares(APPLE, freed, ticket=5))
    used = WindowUsage(USED, carry, NOW + 3600)
    world.chain.turn_back(600)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=6), "WindowExceeded", amount=1, left=0, limit=USED)
    world.do(calls.set_allowance(APPLE, MINTER, USED))
    assert allowance(world).window == used
    # the ten minutes that pass again were freed before
    world.advance(600)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=6), "WindowExceeded", amount=1, left=0, limit=USED)
    world.advance(1)
    second = USED * 3601 // DAY_S - freed
    world.do(calls.mint_shares(APPLE, second, ticket=6))


def test_a_raise_frees_by_the_higher_limit_from_its_first_second_on(world: World) -> None:
    other = deputy(Role.MINTER)
    world.do(calls.set_allowance(APPLE, other, 2 * DAY_S))  # two units a second
    world.do(calls.set_allowance(APPLE, other, 3 * DAY_S))
    world.advance(CHANGE_DELAY_S - 10)
    world.do(world.attest(APPLE, 0, RESERVE), world.attest(APPLE, 1, RESERVE))
    world.do(calls.mint_shares(APPLE, 1_000, ticket=5, minter=other))
    world.advance(15)
    # ten seconds at two units, five at three
    world.do(calls.mint_shares(APPLE, 1, ticket=6, minter=other))
    assert world.allowance(APPLE, other).window == WindowUsage(1_000 - 20 - 15 + 1, 0, world.now)


def test_usage_above_a_lowered_limit_frees_at_its_speed_alone(world: World) -> None:
    """Whoever looks on the way: there is no day after which everything is forgotten."""
    limit = USED // 4
    world.do(calls.set_allowance(APPLE, MINTER, limit))
    for _ in range(3):
        world.advance(DAY_S)
        world.do(calls.set_allowance(APPLE, MINTER, limit))
    assert allowance(world).window == WindowUsage(USED - 3 * limit, 0, NOW + 3 * DAY_S)
    world.do(world.attest(APPLE, 0, RESERVE), world.attest(APPLE, 1, RESERVE))
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "WindowExceeded", amount=1, left=0, limit=limit)
    world.advance(DAY_S)
    assert limit * 4 == USED
    world.do(calls.mint_shares(APPLE, limit, ticket=5))
    assert allowance(world).window == WindowUsage(limit, 0, NOW + 4 * DAY_S)


def test_a_lower_limit_frees_at_the_old_speed_what_passed_before(world: World) -> None:
    world.advance(3600)
    freed = WINDOW_LIMIT * 3600 // DAY_S
    assert freed > USED
    done = world.run(calls.set_allowance(APPLE, MINTER, 10, LIFETIME_CAP))
    assert done.events == (
        told(limits=replace(LIMITS, window_limit=10), window=WindowUsage(0, 0, NOW + 3600), at=NOW + 3600),
    )


def test_the_lifetime_cap_never_frees(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, WINDOW_LIMIT, USED + 5))
    world.do(calls.mint_shares(APPLE, 5, ticket=5))
    world.advance(30 * DAY_S)
    for slot in (0, 1):
        world.do(world.attest(APPLE, slot, RESERVE))
    over = calls.mint_shares(APPLE, 1, ticket=6)
    world.refuse(over, "LifetimeCapExceeded", amount=1, left=0, cap=USED + 5)
    # below what is used up already, nothing is left, and nothing wraps
    world.do(calls.set_allowance(APPLE, MINTER, WINDOW_LIMIT, 1))
    world.refuse(over, "LifetimeCapExceeded", amount=1, left=0, cap=1)


def test_one_allowance_leaves_the_other_minters(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, 0, 0))
    other = deputy(Role.MINTER)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "WindowExceeded", amount=1, left=0, limit=0)
    world.do(calls.mint_shares(APPLE, 1, ticket=5, minter=other))
    used = world.allowance(APPLE, other)
    assert (used.window.used, used.lifetime_used) == (1, 1)


# A raise can be stopped before it acts


@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
def test_a_waiting_raise_is_cancelled(world: World, by: Role | None) -> None:
    before = allowance(world)
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, 2 * LIFETIME_CAP))
    world.advance(CHANGE_DELAY_S - 1)
    done = world.run(calls.cancel_raise(APPLE, MINTER, by=by))
    who = OURS.authority if by is None else staff(by)
    assert done.events == (AllowanceRaiseCancelled(APPLE.asset, MINTER, who, TWICE, world.now),)
    assert done.changed == {APPLE.allowance(MINTER)}
    assert allowance(world) == before
    world.refuse(calls.cancel_raise(APPLE, MINTER, by=by), "NothingQueued", waits_until=0, now=world.now)
    world.advance(1)
    over = calls.mint_shares(APPLE, WINDOW_LIMIT + 1, ticket=5)
    world.refuse(over, "WindowExceeded", amount=WINDOW_LIMIT + 1, left=WINDOW_LIMIT, limit=WINDOW_LIMIT)


def test_a_raise_that_acts_cannot_be_cancelled(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT))
    world.advance(CHANGE_DELAY_S)
    world.refuse(calls.cancel_raise(APPLE, MINTER), "NothingQueued", waits_until=world.now, now=world.now)


def test_halted_changes_stop_raises_and_no_tightening(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT), calls.halt(APPLE, 4))
    for limits in ((WINDOW_LIMIT + 1,), (WINDOW_LIMIT, LIFETIME_CAP + 1), (0, LIFETIME_CAP + 1)):
        world.refuse(calls.set_allowance(APPLE, MINTER, *limits), "ChangesHalted")
    world.refuse(calls.set_allowance(APPLE, key("another minter"), 1), "ChangesHalted")
    world.do(calls.set_allowance(APPLE, MINTER, WINDOW_LIMIT - 1))
    lowered = allowance(world)
    assert (lowered.limits, lowered.pending_from) == (replace(LIMITS, window_limit=WINDOW_LIMIT - 1), 0)
