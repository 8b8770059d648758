"""A clock that runs back between slots: what waits waits on, nothing counts twice, and bad news is still taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, OURS, TIMELOCK_S, WINDOW_LIMIT, deputy, staff
from tests.embedded.chain import key
from tests.embedded.setups import add_chain, days, redeem, redeem_off_chain, report_all, short, told
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, RESERVE, ROLE_UNTIL, World
from xstock_client.amounts import Shares
from xstock_client.constants import DAY_S, Role
from xstock_client.events import ReserveAttested, SolvencyChecked

SUPPLY = ALICE_HAS + BOB_HAS
BACK = 5


def check(world: World) -> SolvencyChecked:
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    return event


@pytest.fixture
def ahead(world: World) -> World:
    """All reports speak of a time five seconds ahead of the clock: chain and custodians."""
    add_chain(world, 0, cap=50)
    world.advance(100)
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE}, {0: 10})
    world.chain.turn_back(BACK)
    return world


def test_reports_of_the_future_count_for_no_mint(ahead: World) -> None:
    world = ahead
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "QuorumNotMet", fresh=0, needed=2)
    world.refuse(calls.set_chain_cap(APPLE, 0, 51), "ReserveShort", **short(0, SUPPLY + 51, foreign=51))
    world.advance(BACK)
    world.do(calls.mint_shares(APPLE, 1, ticket=5))


def test_a_chain_whose_report_is_ahead_counts_at_its_cap(world: World) -> None:
    add_chain(world, 0, cap=50)
    world.advance(100)
    world.do(world.attest_chain(APPLE, 0, 10))
    world.chain.turn_back(BACK)
    over = calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY - 49, ticket=5)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=50))


def test_the_clock_alone_never_latches(ahead: World) -> None:
    event = check(ahead)
    assert (event.last_reserve, event.reserve, event.obligation, event.latched) == (2 * RESERVE, 0, SUPPLY + 10, 0)


def test_bad_news_is_taken_though_its_time_is_before_the_last_ones(ahead: World) -> None:
    world = ahead
    now = world.now
    # of a time ahead of the clock still nothing is taken, and of one behind it and the last report neither
    world.refuse(world.attest(APPLE, 0, 1, as_of=now + 1), "FutureReport", as_of=now + 1, now=now)
    world.refuse(world.attest(APPLE, 0, 1, as_of=now - 1), "OlderReport", as_of=now - 1, earliest=now)
    (event,) = world.run(world.attest(APPLE, 0, 1, as_of=now)).events
    assert isinstance(event, ReserveAttested)
    assert (event.old_as_of, event.as_of) == (now + BACK, now)
    world.do(world.attest(APPLE, 1, 2))
    assert world.asset(APPLE).latched == 1
    world.refuse(world.attest_chain(APPLE, 0, 99, as_of=now - 1), "OlderReport", as_of=now - 1, earliest=now)
    world.do(world.attest_chain(APPLE, 0, 99, as_of=now))
    assert world.foreign(APPLE, 0).supply == 99


def test_good_news_waits_until_the_clock_has_caught_up(ahead: World) -> None:
    """Or shares that were burned in the seconds that come twice would count again."""
    world = ahead
    now, last = world.now, world.slot(APPLE, 0).as_of
    refused = {"as_of": now, "earliest": last}
    transit: dict[str, Any] = {"in_transit": Shares(1), "in_transit_by": last}
    world.refuse(world.attest(APPLE, 0, RESERVE + 1), "OlderReport", **refused)
    world.refuse(world.attest(APPLE, 0, RESERVE - 1, **transit), "OlderReport", **refused)
    world.refuse(world.attest_chain(APPLE, 0, 9), "OlderReport", **refused)
    # the same figures are no better ones; the time of the last report stays
    world.do(world.attest(APPLE, 0, RESERVE), world.attest_chain(APPLE, 0, 10))
    assert (world.slot(APPLE, 0).as_of, world.foreign(APPLE, 0).as_of) == (last, last)
    world.advance(BACK)
    world.do(world.attest(APPLE, 0, RESERVE + 1), world.attest_chain(APPLE, 0, 9))


def test_a_burn_in_the_seconds_that_come_twice_is_not_forgotten(world: World) -> None:
    """All report past a burn, the clock goes back behind it, and reports of before it come in."""
    world.advance(100)
    redeem(world, 50)
    world.advance(1)
    report_all(world, APPLE, {0: RESERVE - 50, 1: RESERVE})
    assert check(world).obligation == SUPPLY - 50
    world.chain.turn_back(BACK)
    now = world.now
    for slot, settled in ((0, RESERVE), (1, RESERVE + 1)):
        older = world.attest(APPLE, slot, settled)
        world.refuse(older, "OlderReport", as_of=now, earliest=now + BACK)
    world.advance(BACK)
    assert check(world).reserve == 2 * RESERVE - 50


def test_a_report_is_not_sent_again(ahead: World) -> None:
    """The sequence rises whatever the clock does."""
    last = ahead.slot(APPLE, 0).signers.sequence
    again = ahead.attest(APPLE, 0, RESERVE, sequence=last)
    ahead.refuse(again, "BadSequence", given=last, last=last)


def test_what_matured_is_not_undone(world: World) -> None:
    """Once somebody wrote it down, a raise, a role, keys and a policy stay in force."""
    minter = staff(Role.MINTER)
    world.do(calls.set_allowance(APPLE, minter, 2 * WINDOW_LIMIT), calls.set_policy(APPLE, haircut_bps=500))
    world.do(calls.register_custodian(APPLE, 0, keys=(key("new"),)))
    world.advance(CHANGE_DELAY_S)
    world.do(calls.apply_policy(APPLE), world.attest(APPLE, 0, RESERVE, signer=key("new")))
    world.do(calls.set_allowance(APPLE, minter, 2 * WINDOW_LIMIT))
    world.chain.turn_back(BACK)
    assert world.asset(APPLE).policy.haircut_bps == 500
    assert world.allowance(APPLE, minter).limits.window_limit == 2 * WINDOW_LIMIT
    world.do(world.attest(APPLE, 0, RESERVE, signer=key("new")))


def test_what_waits_waits_until_its_time_comes_again(world: World) -> None:
    world.do(calls.set_policy(APPLE, haircut_bps=500), calls.propose_authority(OURS, key("heir")))
    world.do(calls.grant_role(OURS, Role.MINTER, key("late"), ROLE_UNTIL))
    world.advance(CHANGE_DELAY_S)
    world.chain.turn_back(1)
    ready = NOW + CHANGE_DELAY_S
    world.refuse(calls.apply_policy(APPLE), "ChangeNotReady", ready_at=ready, now=ready - 1)
    world.advance(1)
    world.do(calls.apply_policy(APPLE))
    world.advance(TIMELOCK_S - CHANGE_DELAY_S)
    world.chain.turn_back(1)
    ready = NOW + TIMELOCK_S
    world.refuse(calls.accept_authority(OURS, key("heir")), "ChangeNotReady", ready_at=ready, now=ready - 1)
    late = calls.mint_shares(APPLE, 1, ticket=5, minter=key("late")).swap(
        allowance=APPLE.allowance(deputy(Role.MINTER))
    )
    world.refuse(late, "RoleNotYetValid", valid_from=ready, now=ready - 1)


def test_an_expired_role_is_one_again_for_the_seconds_that_come_twice(world: World) -> None:
    """Time decides, and nothing else: the grant was not touched."""
    world.do(calls.grant_role(OURS, Role.REDEEMER, staff(Role.REDEEMER), NOW + 60))
    world.do(calls.request_redemption(APPLE, 5, id=0))
    world.advance(60)
    accept = calls.accept_redemption(APPLE, id=0)
    world.refuse(accept, "RoleExpired", expired_at=NOW + 60, now=NOW + 60)
    world.chain.turn_back(1)
    world.do(accept)


def test_burned_shares_are_not_forgotten(world: World) -> None:
    world.advance(100)
    redeem(world, 10)
    world.chain.turn_back(BACK)
    redeem(world, 20, id=1)
    day = world.asset(APPLE).released[NOW // DAY_S % 8]
    assert (day.last_at, day.shares) == (NOW + 100, 30), "the later time of both, so the stricter reading"
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    assert check(world).released == 30


def test_shares_on_their_way_are_not_forgotten(world: World) -> None:
    add_chain(world, 0, cap=500, supply=0)
    world.advance(100)
    redeem_off_chain(world, 10, to_chain=0)
    sent = world.now
    world.chain.turn_back(BACK)
    redeem_off_chain(world, 20, id=1, to_chain=0)
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, 0))
    chain = world.foreign(APPLE, 0)
    assert (chain.outbound, chain.outbound_days[sent // DAY_S % 8].last_at) == (30, sent)


def test_a_burn_after_the_clock_went_back_is_dated_behind_the_reports(ahead: World) -> None:
    """The reports that are here cannot know of it, though its own time is before theirs."""
    world = ahead
    last = world.slot(APPLE, 0).as_of
    redeem(world, 10)
    redeem_off_chain(world, 20, id=1, to_chain=0)
    assert world.now < last
    asset, chain = world.asset(APPLE), world.foreign(APPLE, 0)
    assert (asset.newest_as_of, asset.released) == (last, days((last, 10)))
    assert (chain.outbound, chain.outbound_days) == (20, days((last, 20)))
    world.advance(BACK)
    # the latch, which must not count twice, takes the claim for one that the chain's report may contain
    assert (check(world).released, check(world).obligation) == (10, SUPPLY - 20 + 10)
    # reports of a later time let it go, as ever
    world.advance(1)
    report_all(world, APPLE, {0: RESERVE - 10, 1: RESERVE}, {0: 30})
    view = check(world)
    assert (view.released, view.foreign, view.obligation) == (0, 30, SUPPLY)


def test_the_newest_report_of_all_dates_a_burn(world: World) -> None:
    """One that comes later and speaks of an older time does not take its place."""
    world.advance(100)
    newest = world.now
    world.do(world.attest(APPLE, 0, RESERVE), world.attest(APPLE, 1, RESERVE, as_of=newest - 50))
    assert world.asset(APPLE).newest_as_of == newest
    world.chain.turn_back(BACK)
    redeem(world, 10)
    assert world.asset(APPLE).released == days((newest, 10))


def test_shares_in_transit_follow_the_clock(world: World) -> None:
    world.do(world.attest(APPLE, 0, RESERVE, in_transit=Shares(1_000), in_transit_by=NOW + 60))
    world.advance(61)
    assert check(world).reserve == 2 * RESERVE
    world.chain.turn_back(1)
    assert check(world).reserve == 2 * RESERVE + 900


def test_a_usage_from_before_is_kept(world: World) -> None:
    limit = SUPPLY + 5
    world.do(calls.set_policy(APPLE, mint_window_limit=limit))
    world.advance(100)
    freed = limit * 100 // DAY_S
    world.do(calls.mint_shares(APPLE, freed + 5, ticket=5))
    world.chain.turn_back(50)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=6), "AssetWindowExceeded", amount=1, left=0, limit=limit)
    world.advance(50)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=6), "AssetWindowExceeded", amount=1, left=0, limit=limit)
