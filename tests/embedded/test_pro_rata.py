"""An asset listed pro rata: when it has been latched for its delay and is short, holders share what is held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CHANGE_DELAY_S,
    MAX_AGE_S,
    PRICE,
    REDEMPTION_FEE_BPS,
    TESLA,
    Stock,
    staff,
)
from tests.embedded.setups import days, pay_off_chain, report_all, told
from tests.embedded.world import NOW, ONE, World, bond
from xstock_client.amounts import MULTIPLIER_SCALE, Shares
from xstock_client.constants import BPS, DAY_S, Feature, Role
from xstock_client.events import RedemptionSettled

ISSUED = 1_000
"""Raw units of Alice; Bob has half as many."""
SUPPLY = ISSUED * 3 // 2


def issue(world: World, stock: Stock, **terms: Any) -> None:
    """List ``stock``, open its bond, and mint to Alice and Bob against twice as many shares."""
    world.do(calls.list_asset(stock, **terms))
    bond(world, stock)
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


def shortened(world: World, figures: dict[int, int], chains: dict[int, int] | None = None) -> None:
    """Latched by reports of nothing; then ``figures``, and as much time as payouts need to follow them."""
    report_all(world, TESLA, {0: 0, 1: 0})
    assert world.asset(TESLA).latched == 1
    report_all(world, TESLA, figures, chains)
    world.advance(CHANGE_DELAY_S)


def settle(world: World, raw: int, *, id: int = 0, holder: Pubkey = ALICE, stock: Stock = TESLA) -> RedemptionSettled:
    """Ask, accept, settle; the event, whose payment is that of the shares paid out."""
    world.do(calls.request_redemption(stock, raw, id=id, holder=holder, min_price=1))
    world.do(calls.accept_redemption(stock, id=id, holder=holder))
    before = world.dollars(holder)
    event = told(world.run(calls.settle_redemption(stock, raw, id=id, holder=holder)).events)
    assert isinstance(event, RedemptionSettled)
    gross = -(-event.payout_shares * PRICE // ONE)
    fee = gross * REDEMPTION_FEE_BPS // BPS
    assert (event.gross, event.fee, event.payment) == (gross, fee, gross - fee)
    assert world.dollars(holder) == before + event.payment
    return event


def test_it_is_fixed_at_listing(tesla: World) -> None:
    assert tesla.asset(TESLA).features == Feature.PERMISSIONED_BURN | Feature.PRO_RATA
    assert tesla.asset(APPLE).features == Feature.PERMISSIONED_BURN


def test_while_it_is_not_latched_the_payout_is_full_and_asks_nothing(tesla: World) -> None:
    event = settle(tesla, 100)
    assert (event.shares, event.payout_shares, event.obligation, event.reserve) == (100, 100, 0, 0)


def test_while_it_is_covered_the_payout_is_full(tesla: World) -> None:
    """Latched once, and long covered again, though nobody has reopened it. Exactly covered is covered."""
    shortened(tesla, {0: SUPPLY - 100, 1: 100})
    event = settle(tesla, 100)
    assert (event.shares, event.payout_shares) == (100, 100)
    assert (event.obligation, event.reserve) == (SUPPLY, SUPPLY)


def test_nobody_cuts_payouts_from_one_second_to_the_next(tesla: World) -> None:
    """A thief with an attester's or manager's keys latches at once; payouts follow when the change delay is over."""
    report_all(tesla, TESLA, {0: SUPPLY // 2, 1: 0})
    assert tesla.asset(TESLA).latched_at == NOW + 60
    event = settle(tesla, 100)
    assert (event.payout_shares, event.obligation) == (100, 0)
    tesla.advance(CHANGE_DELAY_S - 1)
    event = settle(tesla, 100, id=1)
    assert (event.payout_shares, event.obligation) == (100, 0)
    tesla.advance(1)
    event = settle(tesla, 100, id=2)
    assert (event.payout_shares, event.obligation, event.reserve) == (50, SUPPLY, SUPPLY // 2)


def test_a_longer_delay_puts_the_cut_off(tesla: World) -> None:
    report_all(tesla, TESLA, {0: SUPPLY // 2, 1: 0})
    tesla.do(calls.set_policy(TESLA, change_delay_s=2 * CHANGE_DELAY_S))
    tesla.advance(2 * CHANGE_DELAY_S - 1)
    assert settle(tesla, 100).payout_shares == 100
    tesla.advance(1)
    assert settle(tesla, 100, id=1).payout_shares == 50


def test_reopened_it_pays_in_full_at_once(tesla: World) -> None:
    shortened(tesla, {0: SUPPLY // 2, 1: 0})
    assert settle(tesla, 100).payout_shares == 50
    tesla.advance(1)
    report_all(tesla, TESLA, {0: SUPPLY, 1: SUPPLY})
    tesla.do(calls.reopen(TESLA))
    event = settle(tesla, 100, id=1)
    assert (event.payout_shares, event.obligation, event.reserve) == (100, 0, 0)
    # and the next latch begins its own delay
    report_all(tesla, TESLA, {0: 1, 1: 1})
    assert settle(tesla, 100, id=2).payout_shares == 100


@pytest.mark.parametrize(
    ("held", "raw", "payout"),
    [
        (SUPPLY, 100, 100),
        (SUPPLY - 1, 100, 99),
        (SUPPLY - 1, 1_000, 999),
        (750, 100, 50),
        (500, 7, 2),
    ],
)
def test_while_it_is_short_holders_share_what_is_held(tesla: World, held: int, raw: int, payout: int) -> None:
    shortened(tesla, {0: held, 1: 0})
    before = tesla.asset(TESLA)
    event = settle(tesla, raw)
    assert (event.shares, event.payout_shares) == (raw, payout)
    assert (event.obligation, event.reserve) == (SUPPLY, held)
    # the tokens burn whole, and what they owed is released whole
    after = tesla.asset(TESLA)
    assert after == replace(
        before,
        known_supply=SUPPLY - raw,
        requested=raw,
        settled=raw,
        released=days((tesla.now, raw)),
        pending=0,
        open_requests=0,
    )


@pytest.mark.parametrize(("held", "raw", "payout"), [(2, 750, 1), (1, 1_000, 0)])
def test_even_the_smallest_minimum_is_one_of_every_share_redeemed(
    tesla: World, held: int, raw: int, payout: int
) -> None:
    """A payout that rounds to next to nothing settles nothing, unless the desk pays what was asked for."""
    shortened(tesla, {0: held, 1: 0})
    limit = ONE // 100  # a hundredth of a base unit per raw unit
    tesla.do(calls.request_redemption(TESLA, raw, id=0, min_price=limit), calls.accept_redemption(TESLA, id=0))
    needed = -(-raw // 100)
    low = calls.settle_redemption(TESLA, raw, id=0, price=ONE)
    tesla.refuse(low, "PriceTooLow", payment=payout, needed=needed, min_price=limit)
    if payout:
        tesla.do(calls.settle_redemption(TESLA, raw, id=0, price=needed * ONE))


def test_without_any_figure_there_is_nothing_to_share_and_no_cut(tesla: World) -> None:
    shortened(tesla, {0: 0, 1: 0})
    event = settle(tesla, 1_000)
    assert (event.shares, event.payout_shares, event.obligation, event.reserve) == (1_000, 1_000, 0, 0)


def test_who_comes_second_gets_the_same_share(tesla: World) -> None:
    """Shares that left are released until reports speak of a later time, so the ratio stays."""
    shortened(tesla, {0: 500, 1: 250})
    assert settle(tesla, 100).payout_shares == 50
    assert settle(tesla, 300, id=1).payout_shares == 150
    assert settle(tesla, 200, holder=BOB).payout_shares == 100
    tesla.advance(1)
    # three hundred shares left the custodians for six hundred that were owed
    report_all(tesla, TESLA, {0: 200, 1: 250})
    event = settle(tesla, 100, id=1, holder=BOB)
    assert (event.payout_shares, event.obligation, event.reserve) == (50, SUPPLY - 600, 450)


def test_all_of_a_batch_get_the_same_share(tesla: World) -> None:
    """The share is that before the batch, for the first as for the last, and for a part of one."""
    world = tesla
    shortened(world, {0: 500, 1: 250})
    for id, (holder, raw) in enumerate(((ALICE, 100), (ALICE, 301), (BOB, 200))):
        ask = calls.request_redemption(TESLA, raw, id=id if holder == ALICE else 0, holder=holder, min_price=1)
        world.do(ask)
        world.do(calls.accept_redemption(TESLA, id=id if holder == ALICE else 0, holder=holder))
    dues = (calls.Due(100, 0), calls.Due(301, 1), calls.Due(200, 0, BOB))
    events = world.run(calls.settle_redemptions(TESLA, *dues, rest=150)).events
    assert [(event.payout_shares, event.obligation, event.reserve) for event in events] == [  # type: ignore[union-attr]
        (50, SUPPLY, 750),
        (150, SUPPLY, 750),
        (25, SUPPLY, 750),
    ]


def test_reports_that_are_stale_still_tell_what_is_held(tesla: World) -> None:
    """Or waiting for silence would make the second settlement whole."""
    shortened(tesla, {0: 500, 1: 250})
    tesla.advance(MAX_AGE_S + DAY_S)
    for id, raw in enumerate((100, 300)):
        event = settle(tesla, raw, id=id)
        assert (event.payout_shares, event.obligation, event.reserve) == (raw // 2, SUPPLY, 750)


def test_no_policy_lowers_the_payout(tesla: World) -> None:
    """Caps, haircut, share and quorum decide what may be minted, not what is there."""
    world = tesla
    report_all(world, TESLA, {0: 0, 1: 0})
    world.do(world.attest(TESLA, 0, 500, in_transit=Shares(100), in_transit_by=world.now + CHANGE_DELAY_S))
    world.do(world.attest(TESLA, 1, 150))
    world.do(calls.set_policy(TESLA, custodian_cap=1, haircut_bps=10_000, min_custodians=8))
    world.advance(CHANGE_DELAY_S)
    event = settle(world, 100)
    assert (event.payout_shares, event.reserve) == (50, 750)


def test_foreign_supply_shares_in_what_is_held_up_to_its_cap(tesla: World) -> None:
    world = tesla
    world.do(calls.register_chain(TESLA, 0))
    world.advance(CHANGE_DELAY_S)
    report_all(world, TESLA, {0: SUPPLY, 1: SUPPLY})
    world.do(calls.set_chain_cap(TESLA, 0, 500), world.attest_chain(TESLA, 0, 300))
    shortened(world, {0: 900, 1: 0}, {0: 300})
    event = settle(world, 100)
    assert (event.obligation, event.payout_shares) == (SUPPLY + 300, 50)
    # one chain's keys alone cannot take everything from the holders here
    world.do(world.attest_chain(TESLA, 0, 10**15))
    event = settle(world, 100, id=1)
    assert (event.obligation, event.payout_shares) == (SUPPLY + 500, 45)


def test_shares_that_leave_for_a_chain_are_not_cut(tesla: World) -> None:
    """They stay what they are, over there; nothing was paid out for them."""
    world = tesla
    world.do(calls.register_chain(TESLA, 0))
    world.advance(CHANGE_DELAY_S)
    report_all(world, TESLA, {0: SUPPLY, 1: SUPPLY})
    world.do(calls.set_chain_cap(TESLA, 0, 500))
    shortened(world, {0: 500, 1: 250}, {0: 0})
    pay_off_chain(world, 100, stock=TESLA, to_chain=0)
    event = told(world.run(calls.conclude_redemption(TESLA, id=0)).events)
    assert isinstance(event, RedemptionSettled)
    assert (event.shares, event.payout_shares, event.obligation, event.reserve) == (100, 100, 0, 0)


def test_a_payment_outside_the_chain_is_told_the_same_share(tesla: World) -> None:
    shortened(tesla, {0: 500, 1: 250})
    pay_off_chain(tesla, 100, stock=TESLA)
    event = told(tesla.run(calls.conclude_redemption(TESLA, id=0)).events)
    assert isinstance(event, RedemptionSettled)
    assert (event.shares, event.payout_shares, event.obligation, event.reserve) == (100, 50, SUPPLY, 750)
    assert (event.price, event.gross, event.fee, event.payment) == (0, 0, 0, 0)


def test_the_payout_is_rounded_down_twice(tesla: World) -> None:
    """At a multiplier that no instruction sets yet: 0.7 shares per raw unit, of which two thirds are held."""
    world = tesla
    world.patch_multiplier(TESLA, MULTIPLIER_SCALE * 7 // 10)
    shortened(world, {0: 400, 1: 300})
    event = settle(world, 99)
    # 99 * 0.7 = 69.3; 69 * 700 / 1050 = 46
    assert (event.shares, event.payout_shares) == (69, 46)
    assert (event.obligation, event.reserve) == (1_050, 700)


def test_a_deficit_does_not_lower_the_minimum(tesla: World) -> None:
    """Half is held; a holder who wants two base units for each share gets them for all, or the tokens back."""
    shortened(tesla, {0: 500, 1: 250})
    tesla.do(calls.request_redemption(TESLA, 100, id=0, min_price=PRICE), calls.accept_redemption(TESLA, id=0))
    usual = calls.settle_redemption(TESLA, 100, id=0)
    tesla.refuse(usual, "PriceTooLow", payment=100, needed=200, min_price=PRICE)
    event = told(tesla.run(calls.settle_redemption(TESLA, 100, id=0, price=2 * PRICE)).events)
    assert isinstance(event, RedemptionSettled)
    assert (event.payout_shares, event.payment) == (50, 200)


def test_any_other_asset_pays_in_full_and_asks_nothing(world: World) -> None:
    report_all(world, APPLE, {0: 1, 1: 1})
    assert world.asset(APPLE).latched == 1
    world.advance(CHANGE_DELAY_S)
    event = settle(world, 100, stock=APPLE)
    assert (event.shares, event.payout_shares, event.obligation, event.reserve) == (100, 100, 0, 0)
