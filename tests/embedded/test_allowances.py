"""A minter's allowance: set, used, freed again as time passes, lowered at once, raised with a delay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, LIFETIME_CAP, NVIDIA, TREASURY, WINDOW_LIMIT, Stock, staff
from tests.embedded.chain import key
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.accounts import MinterAllowance
from xstock_client.constants import DAY_S, PROGRAM_ID, Role
from xstock_client.events import AllowanceSet

MINTER = staff(Role.MINTER)
USED = ALICE_HAS + BOB_HAS
"""What the minter has minted of Apple."""


def allowance(world: World, stock: Stock = APPLE) -> MinterAllowance:
    return world.read(MinterAllowance, stock.allowance(MINTER))


def told(**changes: object) -> AllowanceSet:
    """The event of a change to the limits of Apple's minter, in the world's first second."""
    values: dict[str, object] = {
        "asset": APPLE.asset,
        "minter": MINTER,
        "old_window_limit": WINDOW_LIMIT,
        "old_lifetime_cap": LIFETIME_CAP,
        "window_limit": WINDOW_LIMIT,
        "lifetime_cap": LIFETIME_CAP,
        "pending_window_limit": 0,
        "pending_lifetime_cap": 0,
        "pending_from": 0,
        "window_used": USED,
        "lifetime_used": USED,
        "at": NOW,
        **changes,
    }
    return AllowanceSet(**values)  # type: ignore[arg-type]


def test_a_first_allowance_acts_at_once_before_the_first_mint(world: World) -> None:
    minter = key("another minter")
    address = NVIDIA.allowance(minter)
    done = world.run(calls.set_allowance(NVIDIA, minter, 7, 9))
    seeds = [b"minter", bytes(NVIDIA.asset), bytes(minter)]
    assert world.read(MinterAllowance, address) == MinterAllowance(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        asset=NVIDIA.asset,
        minter=minter,
        window_limit=7,
        lifetime_cap=9,
        window_used=0,
        lifetime_used=0,
        window_at=NOW,
        pending_window_limit=0,
        pending_lifetime_cap=0,
        pending_from=0,
        approver_threshold=0,
    )
    assert done.events == (AllowanceSet(NVIDIA.asset, minter, 0, 0, 7, 9, 0, 0, 0, 0, 0, NOW),)
    assert done.changed == {TREASURY, address}
    assert done.lamports(address) == world.chain.rent_of(MinterAllowance.SIZE)
    # and a raise too
    world.do(calls.set_allowance(NVIDIA, minter, 8, 10))
    raised = world.read(MinterAllowance, address)
    assert (raised.window_limit, raised.lifetime_cap, raised.pending_from) == (8, 10, 0)


def test_a_first_allowance_after_the_first_mint_waits(world: World) -> None:
    minter, start = key("another minter"), NOW + CHANGE_DELAY_S
    done = world.run(calls.set_allowance(APPLE, minter, 7, 9))
    made = world.read(MinterAllowance, APPLE.allowance(minter))
    assert (made.window_limit, made.lifetime_cap) == (0, 0)
    assert (made.pending_window_limit, made.pending_lifetime_cap, made.pending_from) == (7, 9, start)
    assert done.events == (AllowanceSet(APPLE.asset, minter, 0, 0, 0, 0, 7, 9, start, 0, 0, NOW),)


def test_a_raise_after_the_first_mint_waits_its_delay(world: World) -> None:
    before, start = allowance(world), NOW + CHANGE_DELAY_S
    window, cap = 2 * WINDOW_LIMIT, 2 * LIFETIME_CAP
    done = world.run(calls.set_allowance(APPLE, MINTER, window, cap))
    waiting = replace(before, pending_window_limit=window, pending_lifetime_cap=cap, pending_from=start)
    assert allowance(world) == waiting
    assert done.events == (told(pending_window_limit=window, pending_lifetime_cap=cap, pending_from=start),)
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
        window_limit=window,
        lifetime_cap=cap,
        window_used=WINDOW_LIMIT + 1,
        lifetime_used=USED + WINDOW_LIMIT + 1,
        window_at=start,
    )


@pytest.mark.parametrize(("window", "cap"), [(1, 0), (0, 1), (1, -1), (-1, 1)])
def test_what_loosens_one_limit_waits_while_the_other_tightens(world: World, window: int, cap: int) -> None:
    before, start = allowance(world), NOW + CHANGE_DELAY_S
    asked = (WINDOW_LIMIT + window, LIFETIME_CAP + cap)
    world.do(calls.set_allowance(APPLE, MINTER, *asked))
    assert allowance(world) == replace(
        before,
        window_limit=min(asked[0], WINDOW_LIMIT),
        lifetime_cap=min(asked[1], LIFETIME_CAP),
        pending_window_limit=asked[0],
        pending_lifetime_cap=asked[1],
        pending_from=start,
    )


@pytest.mark.parametrize(("window", "cap"), [(0, 0), (WINDOW_LIMIT - 1, LIFETIME_CAP), (WINDOW_LIMIT, LIFETIME_CAP)])
def test_a_lower_limit_acts_at_once_and_voids_a_waiting_raise(world: World, window: int, cap: int) -> None:
    before = allowance(world)
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, 2 * LIFETIME_CAP))
    done = world.run(calls.set_allowance(APPLE, MINTER, window, cap))
    assert allowance(world) == replace(before, window_limit=window, lifetime_cap=cap)
    assert done.events == (told(window_limit=window, lifetime_cap=cap),)
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, RESERVE))
    over = calls.mint_shares(APPLE, window + 1, ticket=5)
    world.refuse(over, "WindowExceeded", amount=window + 1, left=window, limit=window)


def test_a_raise_asked_for_again_waits_again(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    world.advance(CHANGE_DELAY_S - 1)
    world.do(calls.set_allowance(APPLE, MINTER, 3 * WINDOW_LIMIT, LIFETIME_CAP))
    waiting = allowance(world)
    assert (waiting.window_limit, waiting.pending_window_limit) == (WINDOW_LIMIT, 3 * WINDOW_LIMIT)
    assert waiting.pending_from == NOW + 2 * CHANGE_DELAY_S - 1


def test_a_matured_raise_is_in_force_before_the_next_change(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    world.advance(CHANGE_DELAY_S)
    done = world.run(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    # the event tells the raise that had matured as the old limit, so nobody reads a raise without a delay
    event = told(old_window_limit=2 * WINDOW_LIMIT, window_limit=2 * WINDOW_LIMIT, window_used=0, at=world.now)
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
    assert (lowered.window_limit, lowered.pending_from) == (2 * WINDOW_LIMIT, 0)


def test_usage_frees_linearly_over_a_day(world: World) -> None:
    world.do(calls.set_allowance(APPLE, MINTER, USED, LIFETIME_CAP))
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "WindowExceeded", amount=1, left=0, limit=USED)
    # a seventh of a day frees a seventh of the limit, rounded down
    world.advance(DAY_S // 7)
    freed = USED * (DAY_S // 7) // DAY_S
    over = calls.mint_shares(APPLE, freed + 1, ticket=5)
    world.refuse(over, "WindowExceeded", amount=freed + 1, left=freed, limit=USED)
    world.do(calls.mint_shares(APPLE, freed, ticket=5))
    state = allowance(world)
    assert (state.window_used, state.window_at, state.lifetime_used) == (USED, world.now, USED + freed)
    # one second frees that second's share alone, though nothing was freed in between
    world.advance(1)
    second = USED // DAY_S
    world.refuse(
        calls.mint_shares(APPLE, second + 1, ticket=6), "WindowExceeded", amount=second + 1, left=second, limit=USED
    )
    # a whole day frees everything
    world.advance(DAY_S)
    world.do(world.attest(APPLE, 0, RESERVE), world.attest(APPLE, 1, RESERVE))
    world.do(calls.mint_shares(APPLE, USED, ticket=6))
    assert allowance(world).window_used == USED


def test_a_lower_limit_frees_at_the_old_speed_what_passed_before(world: World) -> None:
    world.advance(3600)
    freed = WINDOW_LIMIT * 3600 // DAY_S
    assert freed > USED
    done = world.run(calls.set_allowance(APPLE, MINTER, 10, LIFETIME_CAP))
    assert done.events == (told(window_limit=10, window_used=0, at=NOW + 3600),)


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
    deputy = calls.deputy(Role.MINTER)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "WindowExceeded", amount=1, left=0, limit=0)
    world.do(calls.mint_shares(APPLE, 1, ticket=5, minter=deputy))
    used = world.read(MinterAllowance, APPLE.allowance(deputy))
    assert (used.window_used, used.lifetime_used) == (1, 1)
