"""Limits that a mint must keep: the asset's own window beside the minter's, and the threshold of a second key."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, LIFETIME_CAP, WINDOW_LIMIT, deputy, staff
from tests.embedded.chain import key
from tests.embedded.setups import redeem, report_all, told
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, RESERVE, ROLE_UNTIL, World
from xstock_client.accounts import Limits, WindowUsage
from xstock_client.constants import DAY_S, NO_APPROVER, Role
from xstock_client.events import SharesMinted

SUPPLY = ALICE_HAS + BOB_HAS
"""What the minter has minted of Apple in the world's first second."""
MINTER, DEPUTY, APPROVER = staff(Role.MINTER), deputy(Role.MINTER), staff(Role.APPROVER)


def minted(world: World, raw: int, ticket: int, **values: object) -> SharesMinted:
    event = told(world.run(calls.mint_shares(APPLE, raw, ticket=ticket, **values)).events)  # type: ignore[arg-type]
    assert isinstance(event, SharesMinted)
    return event


# The asset's window


def test_all_minters_share_the_assets_window(world: World) -> None:
    limit = SUPPLY + 10
    world.do(calls.set_policy(APPLE, mint_window_limit=limit))
    event = minted(world, 4, 5)
    assert (event.asset_window_limit, event.asset_window) == (limit, WindowUsage(SUPPLY + 4, 0, NOW))
    event = minted(world, 5, 6, minter=DEPUTY)
    assert (event.asset_window, event.window) == (WindowUsage(SUPPLY + 9, 0, NOW), WindowUsage(5, 0, NOW))
    for minter in (MINTER, DEPUTY):
        over = calls.mint_shares(APPLE, 2, ticket=7, minter=minter)
        world.refuse(over, "AssetWindowExceeded", amount=2, left=1, limit=limit)
    minted(world, 1, 7)


def test_the_assets_window_frees_exactly(world: World) -> None:
    limit = SUPPLY
    world.do(calls.set_policy(APPLE, mint_window_limit=limit))
    used, carry = SUPPLY, 0
    # mints of one unit at odd times: what a division leaves over is carried from one to the next
    for ticket, pause in enumerate((1, 7, 13, 59, 3_600), 5):
        world.advance(pause)
        freed, carry = divmod(limit * pause + carry, DAY_S)
        used += 1 - freed
        assert minted(world, 1, ticket).asset_window == WindowUsage(used, carry, world.now)
    left = limit - used
    over = calls.mint_shares(APPLE, left + 1, ticket=10)
    world.refuse(over, "AssetWindowExceeded", amount=left + 1, left=left, limit=limit)
    whole = limit * (world.now - NOW) // DAY_S
    assert used == SUPPLY + 5 - whole, "as if all had been freed in one step"
    minted(world, left, 10)


def test_usage_above_a_lowered_limit_leaves_nothing(world: World) -> None:
    world.do(calls.set_policy(APPLE, mint_window_limit=10))
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "AssetWindowExceeded", amount=1, left=0, limit=10)
    world.advance(DAY_S)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "AssetWindowExceeded", amount=1, left=0, limit=10)


def test_a_refused_mint_uses_no_window(world: World) -> None:
    before = world.asset(APPLE).mint_window
    over = calls.mint_shares(APPLE, 2 * RESERVE, ticket=5)
    assert "ReserveShort" in repr(world.fail(over))
    assert world.asset(APPLE).mint_window == before


def test_redemptions_free_no_window(world: World) -> None:
    """Or a circle of mints and redemptions would have no limit."""
    world.do(calls.set_policy(APPLE, mint_window_limit=SUPPLY))
    redeem(world, 10)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "AssetWindowExceeded", amount=1, left=0, limit=SUPPLY)


# The second key


@pytest.fixture
def bound(world: World) -> World:
    """The deputy's mints need an approver as soon as its usage of a day passes a hundred."""
    world.do(calls.set_allowance(APPLE, DEPUTY, threshold=100))
    return world


def test_a_mint_up_to_the_threshold_needs_nobody(bound: World) -> None:
    event = minted(bound, 100, 5, minter=DEPUTY)
    assert event.approver == Pubkey.default()
    assert event.limits == Limits(WINDOW_LIMIT, LIFETIME_CAP, 100)
    over = calls.mint_shares(APPLE, 1, ticket=6, minter=DEPUTY)
    bound.refuse(over, "ApproverNeeded", amount=1, used=101, threshold=100)


def test_a_mint_above_it_needs_an_approver(bound: World) -> None:
    mint = calls.mint_shares(APPLE, 101, ticket=5, minter=DEPUTY)
    bound.refuse(mint, "ApproverNeeded", amount=101, used=101, threshold=100)
    event = minted(bound, 101, 5, minter=DEPUTY, approver=APPROVER)
    assert (event.approver, event.amount, event.window) == (APPROVER, 101, WindowUsage(101, 0, NOW))
    assert bound.supply(APPLE) == SUPPLY + 101


def test_a_mint_in_many_small_ones_needs_an_approver_all_the_same(bound: World) -> None:
    """What counts is the usage after the mint, not the mint."""
    for ticket in range(5, 15):
        minted(bound, 10, ticket, minter=DEPUTY)
    over = calls.mint_shares(APPLE, 1, ticket=15, minter=DEPUTY)
    bound.refuse(over, "ApproverNeeded", amount=1, used=101, threshold=100)
    # the usage decays, and makes room for as much as it freed
    bound.do(calls.set_allowance(APPLE, DEPUTY, window=DAY_S, threshold=100))  # one unit a second
    bound.advance(7)
    world, over = bound, calls.mint_shares(APPLE, 8, ticket=15, minter=DEPUTY)
    world.refuse(over, "ApproverNeeded", amount=8, used=101, threshold=100)
    assert minted(world, 7, 15, minter=DEPUTY).window == WindowUsage(100, 0, NOW + 7)


def test_an_approved_mint_uses_the_window_like_any_other(bound: World) -> None:
    minted(bound, 5_000, 5, minter=DEPUTY, approver=APPROVER)
    bound.refuse(
        calls.mint_shares(APPLE, 1, ticket=6, minter=DEPUTY), "ApproverNeeded", amount=1, used=5_001, threshold=100
    )
    over = calls.mint_shares(APPLE, WINDOW_LIMIT - 4_999, ticket=6, minter=DEPUTY, approver=APPROVER)
    bound.refuse(over, "WindowExceeded", amount=WINDOW_LIMIT - 4_999, left=WINDOW_LIMIT - 5_000, limit=WINDOW_LIMIT)


@pytest.mark.parametrize(("threshold", "needed"), [(0, True), (NO_APPROVER, False)])
def test_zero_asks_for_every_mint_and_the_largest_for_none(world: World, threshold: int, needed: bool) -> None:
    world.do(calls.set_allowance(APPLE, DEPUTY, threshold=threshold))
    mint = calls.mint_shares(APPLE, 1, ticket=5, minter=DEPUTY)
    if needed:
        world.refuse(mint, "ApproverNeeded", amount=1, used=1, threshold=0)
    else:
        world.do(mint)


def test_an_approver_who_is_not_needed_must_be_one_all_the_same(world: World) -> None:
    event = minted(world, 5, 5, approver=APPROVER)
    assert event.approver == APPROVER
    stranger = calls.mint_shares(APPLE, 5, ticket=6, approver=calls.MALLORY)
    world.refuse(stranger.swap(approver_grant=APPLE.desk.grant(Role.APPROVER)), "WrongRoleGrant")


def test_a_minter_with_both_roles_cannot_approve_itself(bound: World) -> None:
    world = bound
    world.do(calls.grant_role(calls.OURS, Role.APPROVER, DEPUTY, ROLE_UNTIL))
    world.advance(calls.TIMELOCK_S)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    own = calls.mint_shares(APPLE, 101, ticket=5, minter=DEPUTY, approver=DEPUTY)
    world.refuse(own, "SelfApproval")
    # but for another minter it can
    world.do(calls.set_allowance(APPLE, MINTER, threshold=0))
    assert minted(world, 1, 5, approver=DEPUTY).approver == DEPUTY


def test_a_new_approver_waits(bound: World) -> None:
    world, late = bound, key("a new approver")
    world.do(calls.grant_role(calls.OURS, Role.APPROVER, late, ROLE_UNTIL))
    mint = calls.mint_shares(APPLE, 101, ticket=5, minter=DEPUTY, approver=late)
    world.refuse(mint, "RoleNotYetValid", valid_from=NOW + calls.TIMELOCK_S, now=NOW)


def test_a_higher_threshold_waits_and_a_lower_one_acts(bound: World) -> None:
    world = bound
    world.do(calls.set_allowance(APPLE, DEPUTY, threshold=200))
    world.advance(CHANGE_DELAY_S - 1)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    mint = calls.mint_shares(APPLE, 101, ticket=5, minter=DEPUTY)
    world.refuse(mint, "ApproverNeeded", amount=101, used=101, threshold=100)
    world.advance(1)
    world.do(mint)
    assert world.allowance(APPLE, DEPUTY).limits == Limits(WINDOW_LIMIT, LIFETIME_CAP, 200)
    world.do(calls.set_allowance(APPLE, DEPUTY, threshold=50))
    world.refuse(
        calls.mint_shares(APPLE, 1, ticket=6, minter=DEPUTY), "ApproverNeeded", amount=1, used=102, threshold=50
    )
    assert world.allowance(APPLE, DEPUTY).limits == Limits(WINDOW_LIMIT, LIFETIME_CAP, 50)
