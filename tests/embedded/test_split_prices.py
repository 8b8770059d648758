"""What a holder asked for is worth the same after a split: limits, quotes, and parts of either."""

from __future__ import annotations

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, DOLLAR_UNIT, LIMIT, QUOTE, REDEMPTION_FEE_BPS
from tests.embedded.setups import told
from tests.embedded.splitting import announce, each_ratio, go, up
from tests.embedded.stages import TEN, Kind, accept, ask, audit
from tests.embedded.world import NOW, ONE, World
from xstock_client.constants import BPS, DAY_S
from xstock_client.events import RedemptionAccepted, RedemptionSettled

SCALE = 10**12
AT = NOW + 3 * DAY_S


def paid(shares: int, price: int) -> int:
    """Base units that the holder gets."""
    gross = -(-shares * price // ONE)
    return gross - gross * REDEMPTION_FEE_BPS // BPS


def worth(shares: int, price: int) -> int:
    return -(-shares * price // ONE)


def least_price(shares: int, needed: int) -> int:
    """The lowest price whose payment reaches ``needed``."""
    price = needed * ONE * BPS // (shares * (BPS - REDEMPTION_FEE_BPS))
    price = max(1, price - 5 - price // 10**6)
    step = 1 << max(0, price.bit_length() - 12)
    while step:
        while paid(shares, price) < needed:
            price += step
        if step > 1:
            price -= step
        step //= 2
    while price > 1 and paid(shares, price - 1) >= needed:
        price -= 1
    return price


def settle(world: World, price: int, amount: int = TEN, rest: int = 0) -> RedemptionSettled:
    before = world.dollars(ALICE)
    event = told(world.run(calls.settle_redemption(APPLE, amount, id=0, price=price, rest=rest)).events)
    assert isinstance(event, RedemptionSettled)
    assert world.dollars(ALICE) - before == event.payment
    return event


@each_ratio
@pytest.mark.parametrize("kind", [Kind.LIMIT, Kind.MARKET])
def test_a_price_that_was_agreed_on_before(world: World, ratio: tuple[int, int], kind: Kind) -> None:
    """The whole payment is compared: the desk names a price per new share, the holder's money is the same."""
    accept(world, TEN, kind=kind)
    asked = LIMIT if kind is Kind.LIMIT else QUOTE
    world.do(announce(ratio, at=AT))
    go(world, AT)
    multiplier = up(SCALE, ratio)
    shares, needed = TEN * multiplier // SCALE, worth(TEN, asked)
    least = least_price(shares, needed)
    low = calls.settle_redemption(APPLE, TEN, id=0, price=least - 1)
    world.refuse(low, "PriceTooLow", payment=paid(shares, least - 1), needed=needed, min_price=asked)
    event = settle(world, least)
    assert (event.shares, event.payment, event.price) == (shares, paid(shares, least), least)
    assert (event.multiplier_at_request, event.multiplier) == (SCALE, multiplier)
    assert needed <= event.payment <= needed + (shares // ONE + 1)
    audit(world)


@each_ratio
def test_a_limit_is_restated_when_the_desk_accepts_after_the_split(world: World, ratio: tuple[int, int]) -> None:
    """Per new share, rounded up for the holder."""
    limit = LIMIT + 1
    ask(world, TEN, min_price=limit)
    world.do(announce(ratio, at=AT))
    go(world, AT)
    multiplier = up(SCALE, ratio)
    restated = -(-limit * SCALE // multiplier)
    low = calls.accept_redemption(APPLE, id=0, price=restated - 1)
    world.refuse(low, "PriceTooLow", payment=restated - 1, needed=restated, min_price=0)
    event = told(world.run(calls.accept_redemption(APPLE, id=0, price=restated)).events)
    assert isinstance(event, RedemptionAccepted)
    assert (event.min_price, event.multiplier) == (restated, multiplier)
    request = world.request(APPLE)
    assert (request.min_price, request.multiplier) == (restated, multiplier)
    shares = TEN * multiplier // SCALE
    needed = worth(shares, restated)
    least = least_price(shares, needed)
    low = calls.settle_redemption(APPLE, TEN, id=0, price=least - 1)
    world.refuse(low, "PriceTooLow", payment=paid(shares, least - 1), needed=needed, min_price=restated)
    assert settle(world, least).payment >= needed
    # what it brings in all is what was asked for, but for what the smaller share is rounded down by
    assert needed + shares // ONE + 2 * restated // ONE + 1 >= worth(TEN, limit) - restated // ONE - 1


@each_ratio
def test_a_better_price_at_acceptance_is_per_share_of_then(world: World, ratio: tuple[int, int]) -> None:
    ask(world, TEN, min_price=7)
    world.do(announce(ratio, at=AT))
    go(world, AT)
    better = 30 * DOLLAR_UNIT
    world.do(calls.accept_redemption(APPLE, id=0, price=better))
    shares = TEN * up(SCALE, ratio) // SCALE
    assert world.request(APPLE).min_price == better
    low = calls.settle_redemption(APPLE, TEN, id=0, price=better)
    needed = worth(shares, better)
    world.refuse(low, "PriceTooLow", payment=paid(shares, better), needed=needed, min_price=better)
    assert settle(world, least_price(shares, needed)).payment >= needed


@each_ratio
@pytest.mark.parametrize("agreed_after", [False, True], ids=["agreed before", "agreed after"])
def test_a_quote_stays_one_of_the_day_it_was_made(world: World, ratio: tuple[int, int], agreed_after: bool) -> None:
    """The holder agrees to a price per old share, whenever it signs."""
    ask(world, TEN, Kind.MARKET)
    world.do(calls.accept_redemption(APPLE, id=0, price=QUOTE), announce(ratio, at=AT))
    if not agreed_after:
        world.do(calls.agree_quote(APPLE, id=0))
    go(world, AT)
    if agreed_after:
        tenth = -(-QUOTE * SCALE // up(SCALE, ratio))
        world.refuse(calls.agree_quote(APPLE, id=0, price=tenth), "OtherQuote", given=tenth, quoted=QUOTE)
        world.do(calls.agree_quote(APPLE, id=0))
    shares, needed = TEN * up(SCALE, ratio) // SCALE, worth(TEN, QUOTE)
    least = least_price(shares, needed)
    low = calls.settle_redemption(APPLE, TEN, id=0, price=least - 1)
    world.refuse(low, "PriceTooLow", payment=paid(shares, least - 1), needed=needed, min_price=QUOTE)
    settle(world, least)


@each_ratio
def test_a_quote_after_the_split_is_per_new_share(world: World, ratio: tuple[int, int]) -> None:
    """At market nothing was named before; the request counts in shares of the quote."""
    ask(world, TEN, Kind.MARKET)
    world.do(announce(ratio, at=AT))
    go(world, AT)
    world.do(calls.accept_redemption(APPLE, id=0, price=QUOTE), calls.agree_quote(APPLE, id=0))
    request, multiplier = world.request(APPLE), up(SCALE, ratio)
    assert (request.min_price, request.multiplier) == (QUOTE, multiplier)
    shares = TEN * multiplier // SCALE
    needed = worth(shares, QUOTE)
    least = least_price(shares, needed)
    low = calls.settle_redemption(APPLE, TEN, id=0, price=least - 1)
    world.refuse(low, "PriceTooLow", payment=paid(shares, least - 1), needed=needed, min_price=QUOTE)
    assert settle(world, least).payment == paid(shares, least)


@each_ratio
@pytest.mark.parametrize("rest", [1, 3 * ONE + 1, TEN - 1])
def test_in_parts_around_the_split(world: World, ratio: tuple[int, int], rest: int) -> None:
    """One part before and one after: each reaches its own part of the minimum."""
    accept(world, TEN)
    first = settle(world, calls.PRICE, rest=rest)
    assert first.payment == paid(TEN - rest, calls.PRICE)
    world.do(announce(ratio, at=AT))
    go(world, AT)
    shares, needed = rest * up(SCALE, ratio) // SCALE, worth(rest, LIMIT)
    if shares == 0:  # less than a base unit of a share is left: no price pays for it
        stuck = calls.settle_redemption(APPLE, rest, id=0, price=2**60)
        world.refuse(stuck, "PriceTooLow", payment=0, needed=needed, min_price=LIMIT)
        return
    least = least_price(shares, needed)
    if least > 1:
        low = calls.settle_redemption(APPLE, rest, id=0, price=least - 1)
        world.refuse(low, "PriceTooLow", payment=paid(shares, least - 1), needed=needed, min_price=LIMIT)
    last = settle(world, least, rest)
    assert (last.amount, last.rest, last.shares) == (rest, 0, shares)
    audit(world)


@each_ratio
def test_in_parts_after_the_split(world: World, ratio: tuple[int, int]) -> None:
    """What is paid in parts is worth no less than the whole."""
    accept(world, TEN)
    world.do(announce(ratio, at=AT))
    go(world, AT)
    multiplier, shares = up(SCALE, ratio), 0
    price = 3 * calls.PRICE * ratio[1] // ratio[0]
    amount = TEN
    for rest in (7 * ONE + 1, 3 * ONE + 5, 0):
        event = settle(world, price, amount, rest)
        assert event.shares == amount * multiplier // SCALE - rest * multiplier // SCALE
        shares, amount = shares + event.shares, rest
    assert shares == TEN * multiplier // SCALE
    audit(world)


def test_the_penalty_is_one_of_tokens(world: World) -> None:
    """It is named per token, which a split does not touch."""
    accept(world, TEN)
    reserved = world.asset(APPLE).bond_reserved
    world.do(announce(at=AT))
    go(world, AT)
    world.do(calls.check_solvency(APPLE))
    assert world.asset(APPLE).bond_reserved == reserved
    go(world, NOW + calls.REDEMPTION_WINDOW_S + 1)
    before = world.dollars(ALICE)
    world.do(calls.default_redemption(APPLE, id=0))
    assert world.dollars(ALICE) - before == reserved == 20 * DOLLAR_UNIT
