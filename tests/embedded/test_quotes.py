"""Prices: what a holder asks for, what the desk names when it accepts, and what nobody agreed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOND, LIMIT, NVIDIA, PRICE, QUOTE, staff
from tests.embedded.setups import pause
from tests.embedded.stages import (
    ACCEPT_BY,
    PENALTY,
    SETTLE_BY,
    TEN,
    Kind,
    Stage,
    accept,
    ask,
    at_stage,
    audit,
    skip,
)
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, RESERVE, World
from xstock_client.accounts import Asset
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import Feature, RequestState, Role
from xstock_client.events import QuoteAgreed, RedemptionAccepted, RedemptionSettled

REDEEMER = staff(Role.REDEEMER)
SUPPLY = ALICE_HAS + BOB_HAS
LARGEST = 2**64 - 1
WALLET = APPLE.wallet(ALICE)


def accepted(kind: Kind, *, min_price: int, until: int = 0, at: int = NOW) -> RedemptionAccepted:
    return RedemptionAccepted(
        asset=APPLE.asset,
        holder=ALICE,
        redeemer=REDEEMER,
        id=0,
        amount=TEN,
        min_price=min_price,
        until=until,
        penalty=PENALTY,
        bond_reserved=PENALTY,
        settle_by=SETTLE_BY,
        multiplier=MULTIPLIER_SCALE,
        at=at,
    )


# Acceptance


@pytest.mark.parametrize(
    ("kind", "price", "min_price", "until"),
    [
        (Kind.MARKET, QUOTE, QUOTE, SETTLE_BY),
        (Kind.MARKET, 1, 1, SETTLE_BY),
        (Kind.LIMIT, 0, LIMIT, 0),
        (Kind.LIMIT, LIMIT, LIMIT, 0),
        (Kind.LIMIT, LIMIT + 1, LIMIT + 1, 0),
        (Kind.OFF_CHAIN, 0, 0, 0),
    ],
)
def test_accept(kind: Kind, price: int, min_price: int, until: int) -> None:
    """At market a quote, which waits for the holder; else the holder's own price or a better one."""
    world = at_stage(Stage.REQUESTED, kind)
    before, asset = world.request(APPLE), world.asset(APPLE)
    assert asset.bond_reserved == (PENALTY if kind is Kind.MARKET else 0)
    skip(world, ACCEPT_BY)
    done = world.run(calls.accept_redemption(APPLE, id=0, price=price))
    assert world.request(APPLE) == replace(
        before, state=RequestState.ACCEPTED, accepted_at=ACCEPT_BY, min_price=min_price, until=until
    )
    assert done.events == (accepted(kind, min_price=min_price, until=until, at=ACCEPT_BY),)
    assert world.asset(APPLE) == replace(asset, bond_reserved=PENALTY)
    changed = {APPLE.request(ALICE, 0)} | ({APPLE.asset} if kind is not Kind.MARKET else set())
    assert done.changed == changed
    audit(world)


def test_prices_that_do_not_go_with_a_request() -> None:
    sent = calls.accept_redemption
    world = at_stage(Stage.REQUESTED, Kind.MARKET)
    world.refuse(sent(APPLE, id=0), "QuoteNeeded")
    world = at_stage(Stage.REQUESTED, Kind.LIMIT)
    for price in (1, LIMIT - 1):
        low = sent(APPLE, id=0, price=price)
        world.refuse(low, "PriceTooLow", payment=price, needed=LIMIT, min_price=0)
    world = at_stage(Stage.REQUESTED, Kind.OFF_CHAIN)
    world.refuse(sent(APPLE, id=0, price=1), "WrongPayout", payout=2, needed=1)
    world.do(sent(APPLE, id=0))


# At market


def test_the_holder_agrees() -> None:
    world = at_stage(Stage.QUOTED, Kind.MARKET)
    before = world.request(APPLE)
    skip(world, SETTLE_BY)
    done = world.run(calls.agree_quote(APPLE, id=0))
    assert world.request(APPLE) == replace(before, until=0)
    assert done.events == (QuoteAgreed(APPLE.asset, ALICE, 0, TEN, QUOTE, PENALTY, SETTLE_BY, SETTLE_BY),)
    assert done.changed == {APPLE.request(ALICE, 0)}
    # bound from here on, both of them
    bound = calls.cancel_redemption(APPLE, id=0)
    world.refuse(bound, "AcceptedUntilDeadline", now=SETTLE_BY, deadline=SETTLE_BY)
    world.refuse(calls.agree_quote(APPLE, id=0), "NothingQuoted", state=2)
    audit(world)


def test_all_of_it_within_a_second(world: World) -> None:
    """Asked, quoted, agreed and paid."""
    accept(world, TEN, kind=Kind.MARKET)
    world.do(calls.settle_redemption(APPLE, TEN, id=0))
    assert world.dollars(ALICE) == 1_995_000_000
    audit(world)


def test_silence_is_a_no() -> None:
    world = at_stage(Stage.LAPSED, Kind.MARKET)
    late = calls.agree_quote(APPLE, id=0)
    world.refuse(late, "DeadlinePassed", now=SETTLE_BY + 1, deadline=SETTLE_BY)
    world.refuse(calls.settle_redemption(APPLE, TEN, id=0), "QuoteOpen")
    world.do(calls.cancel_redemption(APPLE, id=0))
    assert (world.amount(WALLET), world.dollars(ALICE), world.asset(APPLE).bond) == (ALICE_HAS, 0, BOND)
    audit(world)


@pytest.mark.parametrize("at", [NOW, NOW + 1, SETTLE_BY])
def test_a_quote_can_be_declined_at_any_time(at: int) -> None:
    world = at_stage(Stage.QUOTED, Kind.MARKET)
    skip(world, at)
    world.do(calls.cancel_redemption(APPLE, id=0))
    assert world.amount(WALLET) == ALICE_HAS
    audit(world)


@pytest.mark.parametrize("price", [QUOTE - 1, QUOTE + 1, 0, LARGEST])
def test_the_holder_agrees_to_what_it_has_read(price: int) -> None:
    world = at_stage(Stage.QUOTED, Kind.MARKET)
    world.refuse(calls.agree_quote(APPLE, id=0, price=price), "OtherQuote", given=price, quoted=QUOTE)
    world.refuse(calls.agree_quote(APPLE, id=0).swap(asset=NVIDIA.asset), "WrongAsset")


def test_nothing_settles_before_it_and_nothing_below_it() -> None:
    """The quote is what arrives: the desk's price must bear the fee."""
    world = at_stage(Stage.QUOTED, Kind.MARKET)
    settle = calls.settle_redemption(APPLE, TEN, id=0)
    world.refuse(settle, "QuoteOpen")
    world.do(calls.agree_quote(APPLE, id=0))
    needed = 10 * QUOTE
    low = calls.settle_redemption(APPLE, TEN, id=0, price=QUOTE)
    gross = 10 * QUOTE
    world.refuse(low, "PriceTooLow", payment=gross - gross * 25 // 10_000, needed=needed, min_price=QUOTE)
    # the least price that leaves the quote after the fee
    least = -(-QUOTE * 10_000 // 9_975)
    short = calls.settle_redemption(APPLE, TEN, id=0, price=least - 1)
    gross = 10 * (least - 1)
    world.refuse(short, "PriceTooLow", payment=gross - gross * 25 // 10_000, needed=needed, min_price=QUOTE)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, price=least))
    assert world.dollars(ALICE) >= needed
    audit(world)


def test_no_halt_latch_or_pause_stops_an_agreement() -> None:
    world = at_stage(Stage.QUOTED, Kind.MARKET)
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0), world.attest(APPLE, 1, 0))
    pause(world)
    world.do(calls.agree_quote(APPLE, id=0), calls.settle_redemption(APPLE, TEN, id=0))
    audit(world)


# In a deficit


def test_a_minimum_is_per_share_redeemed_whatever_is_paid_out(world: World) -> None:
    """While a pro-rata asset is short, a desk that owes less pays a higher price, or leaves the order alone."""
    world.patch_field(Asset, APPLE.asset, "features", Feature.PERMISSIONED_BURN | Feature.PRO_RATA)
    accept(world, TEN, min_price=QUOTE)
    accept(world, TEN, min_price=1)
    world.do(world.attest(APPLE, 0, SUPPLY // 3), world.attest(APPLE, 1, SUPPLY // 3))
    world.advance(calls.CHANGE_DELAY_S)
    half = calls.settle_redemption(APPLE, TEN, id=0)
    reserve, obligation = SUPPLY // 3 * 2, SUPPLY
    paid_out = TEN * reserve // obligation
    gross = -(-paid_out * PRICE // ONE)
    payment = gross - gross * 25 // 10_000
    world.refuse(half, "PriceTooLow", payment=payment, needed=10 * QUOTE, min_price=QUOTE)
    (event,) = world.run(calls.settle_redemption(APPLE, TEN, id=1)).events
    assert isinstance(event, RedemptionSettled)
    assert (event.shares, event.payout_shares, event.payment) == (TEN, paid_out, payment)
    assert (event.obligation, event.reserve) == (obligation, reserve)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, price=PRICE * 3 // 2))
    assert world.dollars(ALICE) >= 10 * QUOTE + payment
    audit(world)


def test_without_any_figure_nothing_is_cut(world: World) -> None:
    """A thief who retires every custodian leaves no proportion to pay in."""
    world.patch_field(Asset, APPLE.asset, "features", Feature.PERMISSIONED_BURN | Feature.PRO_RATA)
    ask(world, TEN)
    world.do(calls.accept_redemption(APPLE, id=0))
    world.do(calls.retire_custodian(APPLE, 0), calls.retire_custodian(APPLE, 1))
    assert world.asset(APPLE).latched == 1
    world.advance(calls.CHANGE_DELAY_S)
    (event,) = world.run(calls.settle_redemption(APPLE, TEN, id=0)).events
    assert isinstance(event, RedemptionSettled)
    assert (event.shares, event.payout_shares, event.payment) == (TEN, TEN, 1_995_000_000)
    assert RESERVE > SUPPLY
    audit(world)
