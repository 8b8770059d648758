"""Settlement on chain: who gets what, in batches and parts, to the base unit, in either token program."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CASHIER,
    DOLLAR,
    MALLORY,
    NVIDIA,
    PRICE,
    REDEMPTION_FEE_BPS,
    TREASURY,
    Due,
    Stock,
    staff,
)
from tests.embedded.setups import days, freeze, pause, told
from tests.embedded.stages import PENALTY, SETTLE_BY, TEN, accept, audit, skip
from tests.embedded.tills import COINS, with_till
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, World
from xstock_client.accounts import Asset, RedemptionRequest
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import BPS, NO_CHAIN, Role
from xstock_client.events import RedemptionSettled

SUPPLY = ALICE_HAS + BOB_HAS
GROSS, FEE, PAYMENT = 2_000_000_000, 5_000_000, 1_995_000_000
"""Of ten shares at 200 dollars, less a quarter per cent."""
RENT = 3_118_080
REDEEMER = staff(Role.REDEEMER)
MANY = 2**64 - 1


@pytest.mark.parametrize("by_authority", [False, True])
@pytest.mark.parametrize("name", COINS)
def test_payment_and_burn_are_one(name: str, by_authority: bool) -> None:
    world, till = with_till(name)
    accept(world, TEN)
    accept(world, 7, holder=BOB)
    world.advance(60)
    asset, cash = world.asset(APPLE), world.money(till.purse(CASHIER))
    done = world.run(till.settle(Due(TEN), by_authority=by_authority))
    assert world.chain.get(APPLE.request(ALICE, 0)) is None
    assert (world.supply(APPLE), world.amount(APPLE.escrow)) == (SUPPLY - TEN, 7)
    assert (world.money(till.purse(ALICE)), world.money(till.purse(CASHIER))) == (PAYMENT, cash - PAYMENT)
    assert done.lamports(TREASURY) == RENT == world.chain.rent_of(RedemptionRequest.SIZE)
    assert world.asset(APPLE) == replace(
        asset,
        known_supply=SUPPLY - TEN,
        settled=TEN,
        pending=7,
        open_requests=1,
        bond_reserved=1,
        released=days((NOW + 60, TEN)),
    )
    event = RedemptionSettled(
        asset=APPLE.asset,
        holder=ALICE,
        redeemer=APPLE.desk.authority if by_authority else REDEEMER,
        payment_mint=till.coin.mint,
        payee=till.purse(ALICE),
        id=0,
        amount=TEN,
        rest=0,
        settle_by=SETTLE_BY,
        supply_before=SUPPLY,
        supply=SUPPLY - TEN,
        burned_outside=0,
        multiplier_at_request=MULTIPLIER_SCALE,
        multiplier=MULTIPLIER_SCALE,
        shares=TEN,
        payout_shares=TEN,
        obligation=0,
        reserve=0,
        price=PRICE,
        gross=GROSS,
        fee=FEE,
        payment=PAYMENT,
        to_chain=NO_CHAIN,
        payout_terms_hash=calls.PAYOUT_HASH,
        bond_reserved=1,
        pending=7,
        at=NOW + 60,
    )
    assert done.events == (event,)
    closed = APPLE.request(ALICE, 0)
    moved = {till.purse(ALICE), till.purse(CASHIER)}
    assert done.changed == {TREASURY, closed, APPLE.asset, APPLE.mint, APPLE.escrow, *moved}
    audit(world)


# Batches


@pytest.mark.parametrize("name", COINS)
def test_a_batch_of_several_holders(name: str) -> None:
    """Two of Alice's to one purse, one of Bob's: three events in order, one burn."""
    world, till = with_till(name)
    accept(world, TEN, 3)
    accept(world, 5 * ONE, holder=BOB)
    assert world.asset(APPLE).bond_reserved == PENALTY + 1 + PENALTY // 2
    done = world.run(till.settle(Due(TEN), Due(5 * ONE, holder=BOB), Due(3, id=1)))
    events = [event for event in done.events if isinstance(event, RedemptionSettled)]
    assert len(events) == len(done.events) == 3
    seen = [(one.holder, one.id, one.amount, one.payment, one.pending, one.bond_reserved) for one in events]
    assert seen == [
        (ALICE, 0, TEN, PAYMENT, 5 * ONE + 3, PENALTY // 2 + 1),
        (BOB, 0, 5 * ONE, PAYMENT // 2, 3, 1),
        (ALICE, 1, 3, 6, 0, 0),
    ]
    supplies = [(one.supply_before, one.supply) for one in events]
    after = SUPPLY - TEN - 5 * ONE
    assert supplies == [(SUPPLY, SUPPLY - TEN), (SUPPLY - TEN, after), (after, after - 3)]
    assert (world.money(till.purse(ALICE)), world.money(till.purse(BOB))) == (PAYMENT + 6, PAYMENT // 2)
    assert world.supply(APPLE) == after - 3
    assert done.lamports(TREASURY) == 3 * RENT
    audit(world)


def test_a_burn_from_outside_is_told_once_in_a_batch(world: World) -> None:
    world.do(calls.mint_shares(NVIDIA, ALICE_HAS, ticket=0), calls.mint_shares(NVIDIA, BOB_HAS, ticket=1, to=BOB))
    accept(world, TEN, 3, stock=NVIDIA)
    world.do(tokens.burn(NVIDIA, BOB, 9))
    done = world.run(calls.settle_redemptions(NVIDIA, Due(TEN), Due(3, id=1)))
    assert [getattr(one, "burned_outside", None) for one in done.events] == [9, 0]
    assert [getattr(one, "supply_before", None) for one in done.events] == [SUPPLY - 9, SUPPLY - 9 - TEN]
    audit(world, NVIDIA)


@pytest.mark.parametrize("payers", [(MALLORY, ALICE), (REDEEMER, CASHIER), (ALICE, ALICE)])
def test_each_rent_goes_back_to_its_own_payer(world: World, payers: tuple[Pubkey, Pubkey]) -> None:
    world.give(REDEEMER, 10**9)
    dues = [Due(ONE, id, rent_receiver=payer) for id, payer in enumerate(payers)]
    for due in dues:
        world.do(calls.request_redemption(APPLE, ONE, id=due.id).swap(payer=due.rent_receiver))
        world.do(calls.accept_redemption(APPLE, id=due.id))
    for place in range(2):
        wrong = [replace(due, rent_receiver=TREASURY) if at == place else due for at, due in enumerate(dues)]
        world.refuse(calls.settle_redemptions(APPLE, *wrong), "WrongRentReceiver")
    done = world.run(calls.settle_redemptions(APPLE, *dues))
    assert {one: done.lamports(one) for one in payers} == {one: RENT * payers.count(one) for one in payers}
    audit(world)


def test_the_paying_agent_may_have_paid_the_rent(world: World) -> None:
    """Of any request of the batch: rent that came back to it does not stand in the way of the next payment."""
    for id in range(2):
        world.do(calls.request_redemption(APPLE, ONE, id=id).swap(payer=CASHIER), calls.accept_redemption(APPLE, id=id))
    done = world.run(calls.settle_redemptions(APPLE, *(Due(ONE, id, rent_receiver=CASHIER) for id in range(2))))
    assert done.lamports(CASHIER) == 2 * RENT
    audit(world)


# In parts


@pytest.mark.parametrize("name", COINS)
def test_a_part_and_then_the_rest(name: str) -> None:
    world, till = with_till(name)
    accept(world, TEN)
    before = world.request(APPLE)
    done = world.run(till.settle(Due(TEN), rest=4 * ONE))
    event = told(done.events)
    assert isinstance(event, RedemptionSettled)
    assert (event.amount, event.rest, event.shares, event.payment) == (6 * ONE, 4 * ONE, 6 * ONE, PAYMENT * 6 // 10)
    assert (event.bond_reserved, event.pending) == (PENALTY * 4 // 10, 4 * ONE)
    assert world.request(APPLE) == replace(before, amount=4 * ONE)
    assert done.lamports(TREASURY) == 0
    assert world.supply(APPLE) == SUPPLY - 6 * ONE
    audit(world)
    # sent again, it finds another amount
    again = till.settle(Due(TEN), rest=4 * ONE)
    world.refuse(again, "SettlementMismatch", amount=4 * ONE, given=TEN)
    world.do(till.settle(Due(4 * ONE), rest=1))
    assert world.request(APPLE) == replace(before, amount=1)
    assert world.asset(APPLE).bond_reserved == 1  # rounded up for the holder, like every penalty
    audit(world)
    done = world.run(till.settle(Due(1)))
    assert done.lamports(TREASURY) == RENT
    assert world.supply(APPLE) == SUPPLY - TEN
    parts = sum(paid(raw) for raw in (6 * ONE, 4 * ONE - 1, 1))
    assert world.money(till.purse(ALICE)) == parts == PAYMENT + 1  # rounded in her favour twice
    world.refuse(till.settle(Due(1)), "AccountDataTooSmall")
    audit(world)


def paid(raw: int, price: int = PRICE, bps: int = REDEMPTION_FEE_BPS) -> int:
    """By fractions: the gross rounded up, the fee down."""
    gross = ceil(Fraction(raw * price, ONE))
    return gross - floor(Fraction(gross * bps, BPS))


def test_only_the_last_of_a_batch_keeps_a_rest(world: World) -> None:
    accept(world, TEN, TEN)
    done = world.run(calls.settle_redemptions(APPLE, Due(TEN, 1), Due(TEN, 0), rest=3))
    assert [(getattr(one, "id", 0), getattr(one, "rest", 0)) for one in done.events] == [(1, 0), (0, 3)]
    assert world.chain.get(APPLE.request(ALICE, 1)) is None
    assert world.request(APPLE).amount == 3
    audit(world)


@pytest.mark.parametrize("rest", [TEN, TEN + 1, MANY])
def test_the_rest_is_below_the_amount(world: World, rest: int) -> None:
    accept(world, TEN)
    world.refuse(calls.settle_redemption(APPLE, TEN, id=0, rest=rest), "SettlementMismatch", amount=TEN, given=rest)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, rest=TEN - 1))
    assert world.request(APPLE).amount == TEN - 1


@pytest.mark.parametrize("amount", [0, 1, TEN - 1, TEN + 1, MANY])
def test_the_amount_is_what_the_request_holds(world: World, amount: int) -> None:
    accept(world, TEN)
    sent = calls.settle_redemption(APPLE, amount, id=0)
    world.refuse(sent, "SettlementMismatch", amount=TEN, given=amount)


def test_a_transaction_that_is_sent_again_pays_nobody_twice(world: World) -> None:
    """All of a batch, or a part of it that was settled otherwise meanwhile."""
    accept(world, TEN, 5)
    accept(world, 7, holder=BOB)
    batch = calls.settle_redemptions(APPLE, Due(TEN), Due(7, holder=BOB), Due(5, 1), rest=2)
    world.do(calls.settle_redemption(APPLE, 7, id=0, holder=BOB))
    world.refuse(batch, "AccountDataTooSmall")
    world.do(calls.settle_redemptions(APPLE, Due(TEN), Due(5, 1), rest=2))
    world.refuse(calls.settle_redemptions(APPLE, Due(5, 1), rest=2), "SettlementMismatch", amount=2, given=5)
    assert world.dollars(ALICE) == PAYMENT + paid(3)
    audit(world)


# Price, minimum, fee and rounding


def test_the_minimum_price_to_the_base_unit(world: World) -> None:
    """A minimum of 199.5 dollars net is met by 200 dollars less a quarter per cent, and by nothing below."""
    accept(world, TEN, min_price=199_500_000)
    for price, payment in ((199_999_999, PAYMENT - 9), (1, 10), (199_500_000, 1_990_012_500)):
        low = calls.settle_redemption(APPLE, TEN, id=0, price=price)
        world.refuse(low, "PriceTooLow", payment=payment, needed=PAYMENT, min_price=199_500_000)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, price=PRICE))
    assert world.dollars(ALICE) == PAYMENT
    # a holder who wants one base unit more per share does not get it for this price
    accept(world, ONE, min_price=199_500_001)
    figures = {"payment": 199_500_000, "needed": 199_500_001, "min_price": 199_500_001}
    world.refuse(calls.settle_redemption(APPLE, ONE, id=1, price=PRICE), "PriceTooLow", **figures)
    world.do(calls.settle_redemption(APPLE, ONE, id=1, price=PRICE + 1))
    assert world.dollars(ALICE) == PAYMENT + 199_500_001
    audit(world)


def test_the_minimum_holds_for_each_part_and_each_of_a_batch(world: World) -> None:
    accept(world, TEN)
    accept(world, 3, min_price=PRICE)
    assert paid(3) == 6, "of which the fee is nothing"
    accept(world, 300, min_price=PRICE)
    low = calls.settle_redemptions(APPLE, Due(TEN), Due(3, 1), Due(300, 2))
    world.refuse(low, "PriceTooLow", payment=599, needed=600, min_price=PRICE)
    part = calls.settle_redemption(APPLE, 300, id=2, rest=100)
    world.refuse(part, "PriceTooLow", payment=399, needed=400, min_price=PRICE)
    # parts so small that the fee of each is nothing meet it
    world.do(calls.settle_redemptions(APPLE, Due(TEN), Due(3, 1), Due(300, 2), rest=101))
    audit(world)


@pytest.mark.parametrize("bps", [0, 1, 25, 333, 500])
@pytest.mark.parametrize("raw", [1, 3, 199, 200, 201, ONE - 1, ONE, ONE + 1, 7 * ONE + 12_345_679])
@pytest.mark.parametrize("price", [1, 99_999_999, 10**8, 100_000_001, 10**11 + 7])
def test_what_is_paid_rounds_for_the_holder(price: int, raw: int, bps: int) -> None:
    world, _ = with_till("dollar")
    accept(world, raw, min_price=1)
    world.patch_field(RedemptionRequest, APPLE.request(ALICE, 0), "fee_bps", bps)
    event = told(world.run(calls.settle_redemption(APPLE, raw, id=0, price=price)).events)
    assert isinstance(event, RedemptionSettled)
    gross = ceil(Fraction(raw * price, ONE))
    fee = floor(Fraction(gross * bps, BPS))
    assert (event.gross, event.fee, event.payment) == (gross, fee, gross - fee)
    assert world.dollars(ALICE) == gross - fee > 0
    assert Fraction(event.payment) >= Fraction(raw * price, ONE) * (1 - Fraction(bps, BPS))


def test_a_price_of_zero_is_none(world: World) -> None:
    accept(world, TEN)
    world.refuse(calls.settle_redemption(APPLE, TEN, id=0, price=0), "ZeroAmount")


def test_no_halt_pause_or_freeze_of_the_token_stands_in_the_way(world: World) -> None:
    accept(world, TEN)
    world.do(calls.halt(APPLE, 7))
    freeze(world, APPLE.wallet(ALICE))
    pause(world)
    world.do(calls.settle_redemption(APPLE, TEN, id=0))
    assert world.mint(APPLE).paused and world.token(APPLE.wallet(ALICE)).frozen
    audit(world)


def test_the_fee_is_that_of_the_day_of_the_request(world: World) -> None:
    """A policy that is changed later changes nothing in what was asked for before."""
    accept(world, TEN)
    before = world.request(APPLE)
    world.do(
        calls.set_policy(
            APPLE,
            redemption_fee_bps=0,
            settle_window_s=86_400,
            accept_window_s=86_400,
            penalty_rate=PRICE,
            holder_penalty_cap=10**12,
            dispute_window_s=20 * 86_400,
        )
    )
    assert world.request(APPLE) == before
    event = told(world.run(calls.settle_redemption(APPLE, TEN, id=0, rest=ONE)).events)
    assert isinstance(event, RedemptionSettled) and event.fee == FEE * 9 // 10
    assert world.request(APPLE) == replace(before, amount=ONE)
    skip(world, SETTLE_BY)
    world.refuse(calls.cancel_redemption(APPLE, id=0), "AcceptedUntilDeadline", now=SETTLE_BY, deadline=SETTLE_BY)
    audit(world)


@pytest.mark.parametrize("stock", [APPLE, NVIDIA], ids=["permissioned burn", "open burn"])
@pytest.mark.parametrize(
    "multiplier", [MULTIPLIER_SCALE * 2, MULTIPLIER_SCALE // 3, MULTIPLIER_SCALE // 10, 10 * MULTIPLIER_SCALE + 7]
)
def test_another_multiplier(world: World, stock: Stock, multiplier: int) -> None:
    """Shares are the floor of raw times the multiplier of today; the event has that of the request as well."""
    if stock is NVIDIA:
        world.do(calls.mint_shares(stock, ALICE_HAS, ticket=0))
    accept(world, TEN + 1, stock=stock, min_price=10 * calls.DOLLAR_UNIT)
    at_effect = world.now + 100
    world.patch_field(Asset, stock.asset, "next_multiplier", multiplier)
    world.patch_field(Asset, stock.asset, "next_effective_at", at_effect)
    skip(world, at_effect - 1)
    assert settled(world, stock, TEN + 1, rest=TEN).multiplier == MULTIPLIER_SCALE
    skip(world, at_effect)
    event = settled(world, stock, TEN)
    shares = floor(Fraction(TEN * multiplier, MULTIPLIER_SCALE))
    assert (event.multiplier_at_request, event.multiplier) == (MULTIPLIER_SCALE, multiplier)
    assert (event.amount, event.shares, event.payout_shares) == (TEN, shares, shares)
    assert (event.gross, event.payment) == (ceil(Fraction(shares * PRICE, ONE)), paid(shares))
    assert world.asset(stock).settled == TEN + 1
    audit(world, stock)


@pytest.mark.parametrize("price", [PRICE, 99_999_999, 10**12 + 1])
def test_parts_are_worth_no_less_than_the_whole(price: int) -> None:
    """Shares round down once, however often the desk settles: here a raw unit alone is none."""
    world, _ = with_till("dollar")
    world.patch_multiplier(APPLE, MULTIPLIER_SCALE // 3)
    accept(world, 10, 10, min_price=1)
    whole = told(world.run(calls.settle_redemption(APPLE, 10, id=1, price=price)).events)
    assert isinstance(whole, RedemptionSettled) and whole.shares == 3
    events = []
    for left in range(10, 0, -1):
        sent = calls.settle_redemption(APPLE, left, id=0, price=price, rest=left - 1)
        events += [one for one in world.run(sent).events if isinstance(one, RedemptionSettled)]
    assert [one.shares for one in events] == [1, 0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert sum(one.payment for one in events) >= whole.payment
    audit(world)


def settled(world: World, stock: Stock, amount: int, rest: int = 0) -> RedemptionSettled:
    event = told(world.run(calls.settle_redemption(stock, amount, id=0, rest=rest)).events)
    assert isinstance(event, RedemptionSettled)
    assert event.payment_mint == DOLLAR
    return event
