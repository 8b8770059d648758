"""An asset listed pro rata: while it is short, a settlement tells a payout in proportion to what is held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, MAX_AGE_S, TESLA, Stock, staff
from tests.embedded.setups import days, report_all, told
from tests.embedded.world import NOW, World
from xstock_client.accounts import Asset
from xstock_client.amounts import MULTIPLIER_SCALE, Shares
from xstock_client.constants import DAY_S, Feature, Role
from xstock_client.events import RedemptionSettled

ISSUED = 1_000
"""Raw units of Alice; Bob has half as many."""
SUPPLY = ISSUED * 3 // 2


def issue(world: World, stock: Stock, **terms: Any) -> None:
    """List ``stock``, and mint to Alice and Bob against twice as many shares."""
    world.do(calls.list_asset(stock, **terms))
    for slot in (0, 1):
        world.do(calls.register_custodian(stock, slot))
    report_all(world, stock, {0: SUPPLY, 1: SUPPLY})
    world.do(calls.set_allowance(stock, staff(Role.MINTER)), calls.open_ticket_page(stock, 0))
    for holder in (ALICE, BOB):
        world.do(tokens.open_token_account(stock, holder), calls.open_holder_book(stock, holder))
    world.do(calls.mint_shares(stock, ISSUED, ticket=0), calls.mint_shares(stock, ISSUED // 2, ticket=1, to=BOB))


@pytest.fixture
def tesla(world: World) -> World:
    issue(world, TESLA, pro_rata=True)
    world.advance(60)
    return world


def settle(world: World, raw: int, *, id: int = 0, holder: Pubkey = ALICE, stock: Stock = TESLA) -> RedemptionSettled:
    """Ask, accept, settle; the event."""
    now = world.now
    world.do(calls.request_redemption(stock, raw, id=id, holder=holder))
    world.do(calls.accept_redemption(stock, id=id, holder=holder))
    event = told(world.run(calls.settle_redemption(stock, raw, accepted_at=now, id=id, holder=holder)).events)
    assert isinstance(event, RedemptionSettled)
    return event


def test_it_is_fixed_at_listing(tesla: World) -> None:
    assert tesla.asset(TESLA).features == Feature.PERMISSIONED_BURN | Feature.PRO_RATA
    assert tesla.asset(APPLE).features == Feature.PERMISSIONED_BURN


def test_while_it_is_covered_the_payout_is_full(tesla: World) -> None:
    event = settle(tesla, 100)
    assert (event.shares, event.payout_shares) == (100, 100)
    assert (event.obligation, event.reserve) == (SUPPLY, 2 * SUPPLY)
    # exactly covered is covered; the hundred burned ones may still be in the reports of this second
    report_all(tesla, TESLA, {0: SUPPLY - 100, 1: 100})
    event = settle(tesla, 100, id=1)
    assert (event.payout_shares, event.obligation, event.reserve) == (100, SUPPLY, SUPPLY)


@pytest.mark.parametrize(
    ("held", "raw", "payout"),
    [
        (SUPPLY, 100, 100),
        (SUPPLY - 1, 100, 99),
        (SUPPLY - 1, 1_000, 999),
        (750, 100, 50),
        (1, 1_000, 0),
        (2, 750, 1),
        (0, 1_000, 0),
        (500, 7, 2),
    ],
)
def test_while_it_is_short_holders_share_what_is_held(tesla: World, held: int, raw: int, payout: int) -> None:
    report_all(tesla, TESLA, {0: held, 1: 0})
    before = tesla.asset(TESLA)
    event = settle(tesla, raw)
    assert (event.shares, event.payout_shares) == (raw, payout)
    assert (event.obligation, event.reserve) == (SUPPLY, held)
    # the tokens burn whole, and what they owed is released whole
    after = tesla.asset(TESLA)
    assert after == replace(
        before, known_supply=SUPPLY - raw, settled=raw, released=days((NOW + 60, raw)), pending=0, open_requests=0
    )


def test_who_comes_second_gets_the_same_share(tesla: World) -> None:
    """Shares that left are released until reports speak of a later time, so the ratio stays."""
    report_all(tesla, TESLA, {0: 500, 1: 250})
    assert settle(tesla, 100).payout_shares == 50
    assert settle(tesla, 300, id=1).payout_shares == 150
    assert settle(tesla, 200, holder=BOB).payout_shares == 100
    tesla.advance(1)
    # three hundred shares left the custodians for six hundred that were owed
    report_all(tesla, TESLA, {0: 200, 1: 250})
    event = settle(tesla, 100, id=1, holder=BOB)
    assert (event.payout_shares, event.obligation, event.reserve) == (50, SUPPLY - 600, 450)


def test_reports_that_are_stale_still_tell_what_is_held(tesla: World) -> None:
    """Or waiting for silence would make the second settlement whole."""
    report_all(tesla, TESLA, {0: 500, 1: 250})
    tesla.advance(MAX_AGE_S + DAY_S)
    for id, raw in enumerate((100, 300)):
        event = settle(tesla, raw, id=id)
        assert (event.payout_shares, event.obligation, event.reserve) == (raw // 2, SUPPLY, 750)


def test_no_policy_lowers_the_payout(tesla: World) -> None:
    """Caps, haircut, share and quorum decide what may be minted, not what is there."""
    world = tesla
    world.do(world.attest(TESLA, 0, 500, in_transit=Shares(100), in_transit_by=world.now))
    world.do(world.attest(TESLA, 1, 150))
    world.do(calls.set_policy(TESLA, custodian_cap=1, haircut_bps=10_000, min_custodians=8))
    world.advance(10)
    event = settle(world, 100)
    assert (event.payout_shares, event.reserve) == (50, 750)


def test_foreign_supply_shares_in_what_is_held_up_to_its_cap(tesla: World) -> None:
    world = tesla
    world.do(calls.register_chain(TESLA, 0))
    world.advance(calls.CHANGE_DELAY_S)
    report_all(world, TESLA, {0: SUPPLY, 1: SUPPLY})
    world.do(calls.set_chain_cap(TESLA, 0, 500), world.attest_chain(TESLA, 0, 300))
    report_all(world, TESLA, {0: 900, 1: 0})
    event = settle(world, 100)
    assert (event.obligation, event.payout_shares) == (SUPPLY + 300, 50)
    # one chain's keys alone cannot take everything from the holders here
    world.do(world.attest_chain(TESLA, 0, 10**15))
    event = settle(world, 100, id=1)
    assert (event.obligation, event.payout_shares) == (SUPPLY + 500, 45)


def test_shares_that_leave_for_a_chain_are_not_paid_out(tesla: World) -> None:
    world = tesla
    world.do(calls.register_chain(TESLA, 0))
    world.advance(calls.CHANGE_DELAY_S)
    report_all(world, TESLA, {0: SUPPLY, 1: SUPPLY})
    world.do(calls.set_chain_cap(TESLA, 0, 500))
    report_all(world, TESLA, {0: 500, 1: 250})
    now = world.now
    world.do(calls.request_redemption(TESLA, 100, id=0), calls.accept_redemption(TESLA, id=0))
    event = told(world.run(calls.settle_redemption(TESLA, 100, accepted_at=now, id=0, to_chain=0)).events)
    assert isinstance(event, RedemptionSettled)
    assert (event.shares, event.payout_shares, event.obligation, event.reserve) == (100, 100, 0, 0)


def test_the_payout_is_rounded_down_twice(tesla: World) -> None:
    """At a multiplier that no instruction sets yet: 0.7 shares per raw unit, of which two thirds are held."""
    world = tesla
    world.patch_field(Asset, TESLA.asset, "multiplier", MULTIPLIER_SCALE * 7 // 10)
    report_all(world, TESLA, {0: 400, 1: 300})
    event = settle(world, 99)
    # 99 * 0.7 = 69.3; 69 * 700 / 1050 = 46
    assert (event.shares, event.payout_shares) == (69, 46)
    assert (event.obligation, event.reserve) == (1_050, 700)


def test_any_other_asset_pays_in_full_and_asks_nothing(world: World) -> None:
    report_all(world, APPLE, {0: 1, 1: 1})
    assert world.asset(APPLE).latched == 1
    event = settle(world, 100, stock=APPLE)
    assert (event.shares, event.payout_shares, event.obligation, event.reserve) == (100, 100, 0, 0)
