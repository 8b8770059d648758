"""Redemption paid on chain: each step with its balances, books, rent and event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    ALICE,
    APPLE,
    BOB,
    BOND,
    CASHIER,
    DISPUTE_WINDOW_S,
    DOLLAR,
    LIMIT,
    MALLORY,
    NVIDIA,
    PAYOUT_HASH,
    PENALTY_RATE,
    PRICE,
    QUOTE,
    REDEMPTION_FEE_BPS,
    SETTLE_WINDOW_S,
    TREASURY,
    Stock,
    purse,
    staff,
)
from tests.embedded.chain import key
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, World
from xstock_client.accounts import HolderBook, RedemptionRequest, ReleasedDay, WindowUsage
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import BPS, DAY_S, NO_CHAIN, PROGRAM_ID, Payout, RequestState, Role
from xstock_client.events import (
    HolderBookOpened,
    QuoteAgreed,
    RedemptionAccepted,
    RedemptionCancelled,
    RedemptionDefaulted,
    RedemptionRequested,
    RedemptionSettled,
)

REDEEMER = staff(Role.REDEEMER)
SUPPLY = ALICE_HAS + BOB_HAS
ACCEPT_BY = NOW + ACCEPT_WINDOW_S
SETTLE_BY = ACCEPT_BY + SETTLE_WINDOW_S
TEN = 10 * ONE
PENALTY = 10 * PENALTY_RATE
"""Of ten tokens."""
NONE = Pubkey.default()
STOCKS = pytest.mark.parametrize("stock", [APPLE, NVIDIA], ids=["permissioned burn", "open burn"])


def held(world: World, stock: Stock) -> None:
    """Alice and Bob hold as much of NVIDIA as they do of Apple."""
    if stock is NVIDIA:
        world.do(calls.mint_shares(NVIDIA, ALICE_HAS, ticket=0), calls.mint_shares(NVIDIA, BOB_HAS, ticket=1, to=BOB))


def test_open_holder_book(world: World) -> None:
    holder = key("carol")
    done = world.run(calls.open_holder_book(APPLE, holder))
    seeds = [b"book", bytes(APPLE.asset), bytes(holder)]
    assert world.book(APPLE, holder) == HolderBook(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        holder=holder,
        asset=APPLE.asset,
        next_id=0,
        requested=0,
        penalty_window=WindowUsage(0, 0, 0),
        rent_payer=TREASURY,
    )
    assert done.events == (HolderBookOpened(APPLE.asset, holder, TREASURY, NOW),)
    assert done.changed == {TREASURY, APPLE.book(holder)}
    assert "an account that must be new exists already" in str(world.fail(calls.open_holder_book(APPLE, holder)))


@STOCKS
@pytest.mark.parametrize("min_price", [0, LIMIT], ids=["at market", "with a minimum"])
def test_request(world: World, stock: Stock, min_price: int) -> None:
    """At market the bond reserves the penalty at once, else when the desk accepts."""
    held(world, stock)
    asset, before = world.asset(stock), world.book(stock)
    done = world.run(calls.request_redemption(stock, TEN, id=0, min_price=min_price))
    address = stock.request(ALICE, 0)
    seeds = [b"redeem", bytes(stock.asset), bytes(ALICE), bytes(8)]
    assert world.request(stock) == RedemptionRequest(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        state=RequestState.REQUESTED,
        payout=Payout.ON_CHAIN,
        to_chain=NO_CHAIN,
        fee_bps=REDEMPTION_FEE_BPS,
        holder=ALICE,
        asset=stock.asset,
        id=0,
        amount=TEN,
        requested=TEN,
        multiplier=MULTIPLIER_SCALE,
        requested_at=NOW,
        accept_by=ACCEPT_BY,
        settle_by=SETTLE_BY,
        accepted_at=0,
        min_price=min_price,
        penalty_rate=PENALTY_RATE,
        paid_at=0,
        until=0,
        dispute_window_s=DISPUTE_WINDOW_S,
        payout_terms_hash=PAYOUT_HASH,
        arbiter=NONE,
        source=stock.wallet(ALICE),
        rent_payer=TREASURY,
        marked_shares=0,
    )
    reserved = 0 if min_price else PENALTY
    assert world.asset(stock) == replace(asset, requested=TEN, pending=TEN, open_requests=1, bond_reserved=reserved)
    window = WindowUsage(PENALTY, 0, NOW)
    assert world.book(stock) == replace(before, next_id=1, requested=TEN, penalty_window=window)
    assert (world.amount(stock.wallet(ALICE)), world.amount(stock.escrow)) == (ALICE_HAS - TEN, TEN)
    assert world.supply(stock) == SUPPLY, "redeemed tokens count until they are burned"
    event = RedemptionRequested(
        asset=stock.asset,
        holder=ALICE,
        authority=ALICE,
        source=stock.wallet(ALICE),
        rent_payer=TREASURY,
        id=0,
        amount=TEN,
        multiplier=MULTIPLIER_SCALE,
        payout=Payout.ON_CHAIN,
        min_price=min_price,
        fee_bps=REDEMPTION_FEE_BPS,
        payout_terms_hash=PAYOUT_HASH,
        accept_by=ACCEPT_BY,
        settle_by=SETTLE_BY,
        dispute_window_s=DISPUTE_WINDOW_S,
        arbiter=NONE,
        penalty_rate=PENALTY_RATE,
        penalty=reserved,
        penalty_window=window,
        bond=BOND,
        bond_reserved=reserved,
        pending=TEN,
        at=NOW,
    )
    assert done.events == (event,)
    assert done.changed == {TREASURY, address, stock.asset, stock.book(ALICE), stock.wallet(ALICE), stock.escrow}
    assert done.lamports(address) == -done.lamports(TREASURY) == world.chain.rent_of(RedemptionRequest.SIZE)


def asked(world: World, stock: Stock) -> None:
    """Alice for ten tokens at market, and for five raw units, as Bob for seven, which reserve a base unit each."""
    world.do(calls.request_redemption(stock, TEN, id=0, min_price=0))
    world.do(calls.request_redemption(stock, 5, id=1, min_price=0))
    world.do(calls.request_redemption(stock, 7, id=0, holder=BOB, min_price=0))
    assert world.asset(stock).bond_reserved == PENALTY + 2


@STOCKS
def test_cancel_gives_the_very_tokens_and_the_rent_back(world: World, stock: Stock) -> None:
    held(world, stock)
    asked(world, stock)
    asset = world.asset(stock)
    world.advance(9)
    done = world.run(calls.cancel_redemption(stock, id=0))
    assert world.chain.get(stock.request(ALICE, 0)) is None
    assert world.asset(stock) == replace(asset, returned=TEN, pending=12, open_requests=2, bond_reserved=2)
    assert (world.amount(stock.wallet(ALICE)), world.amount(stock.escrow)) == (ALICE_HAS - 5, 12)
    event = RedemptionCancelled(
        asset=stock.asset,
        holder=ALICE,
        destination=stock.wallet(ALICE),
        id=0,
        amount=TEN,
        state=RequestState.REQUESTED,
        deadline=ACCEPT_BY,
        bond_reserved=2,
        pending=12,
        at=NOW + 9,
    )
    assert done.events == (event,)
    rent = world.chain.rent_of(RedemptionRequest.SIZE)
    assert done.lamports(TREASURY) == rent == -done.lamports(stock.request(ALICE, 0))
    # the book is left alone: what it counted is over and stays counted
    assert done.changed == {TREASURY, stock.request(ALICE, 0), stock.asset, stock.wallet(ALICE), stock.escrow}


@STOCKS
@pytest.mark.parametrize("by_authority", [False, True], ids=["redeemer", "authority"])
def test_accept_and_settle_at_market(world: World, stock: Stock, by_authority: bool) -> None:
    """The desk quotes, the holder agrees, and the payment reaches the quote."""
    held(world, stock)
    asked(world, stock)
    before, asset = world.request(stock), world.asset(stock)
    desk = stock.desk.authority if by_authority else REDEEMER
    world.advance(60)
    at = NOW + 60
    done = world.run(calls.accept_redemption(stock, id=0, price=QUOTE, by_authority=by_authority))
    assert world.request(stock) == replace(
        before, state=RequestState.ACCEPTED, accepted_at=at, min_price=QUOTE, until=SETTLE_BY
    )
    assert world.asset(stock) == asset, "reserved already"
    event = RedemptionAccepted(
        asset=stock.asset,
        holder=ALICE,
        redeemer=desk,
        id=0,
        amount=TEN,
        min_price=QUOTE,
        until=SETTLE_BY,
        penalty=PENALTY,
        bond_reserved=PENALTY + 2,
        settle_by=SETTLE_BY,
        multiplier=MULTIPLIER_SCALE,
        at=at,
    )
    assert done.events == (event,)
    assert done.changed == {stock.request(ALICE, 0)}

    settle = calls.settle_redemption(stock, TEN, id=0, by_authority=by_authority)
    world.refuse(settle, "QuoteOpen")
    quote = world.request(stock)
    done = world.run(calls.agree_quote(stock, id=0))
    assert world.request(stock) == replace(quote, until=0)
    agreed = QuoteAgreed(
        asset=stock.asset,
        holder=ALICE,
        id=0,
        amount=TEN,
        min_price=QUOTE,
        penalty=PENALTY,
        settle_by=SETTLE_BY,
        at=at,
    )
    assert done.events == (agreed,)
    assert done.changed == {stock.request(ALICE, 0)}

    world.advance(60)
    cash, vault = world.dollars(CASHIER), world.money(stock.bond_vault)
    done = world.run(settle)
    assert world.chain.get(stock.request(ALICE, 0)) is None
    assert (world.supply(stock), world.amount(stock.escrow)) == (SUPPLY - TEN, 12)
    assert world.amount(stock.wallet(ALICE)) == ALICE_HAS - TEN - 5
    gross = 10 * PRICE
    payment = gross - gross * REDEMPTION_FEE_BPS // BPS
    assert (world.dollars(ALICE), world.dollars(CASHIER)) == (payment, cash - payment)
    assert world.money(stock.bond_vault) == vault, "payments are none of the bond's"
    days = list(asset.released)
    days[NOW // DAY_S % 8] = ReleasedDay(at + 60, TEN)
    assert world.asset(stock) == replace(
        asset,
        known_supply=SUPPLY - TEN,
        settled=TEN,
        pending=12,
        open_requests=2,
        bond_reserved=2,
        released=tuple(days),
    )
    settled = RedemptionSettled(
        asset=stock.asset,
        holder=ALICE,
        redeemer=desk,
        payment_mint=DOLLAR,
        payee=purse(ALICE),
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
        gross=gross,
        fee=gross - payment,
        payment=payment,
        to_chain=NO_CHAIN,
        payout_terms_hash=PAYOUT_HASH,
        bond_reserved=2,
        pending=12,
        at=at + 60,
    )
    assert done.events == (settled,)
    closed = stock.request(ALICE, 0)
    paid = {purse(ALICE), purse(CASHIER)}
    assert done.changed == {TREASURY, closed, stock.asset, stock.mint, stock.escrow, *paid}
    assert done.lamports(TREASURY) == world.chain.rent_of(RedemptionRequest.SIZE)


@pytest.mark.parametrize("price", [0, LIMIT, LIMIT + 1])
def test_accept_with_a_minimum(world: World, price: int) -> None:
    """Nobody has to wait: the desk may better the minimum, and reserves the penalty."""
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    before, asset = world.request(APPLE), world.asset(APPLE)
    done = world.run(calls.accept_redemption(APPLE, id=0, price=price, arbiter=None))
    better = max(price, LIMIT)
    assert world.request(APPLE) == replace(before, state=RequestState.ACCEPTED, accepted_at=NOW, min_price=better)
    assert world.asset(APPLE) == replace(asset, bond_reserved=PENALTY)
    (event,) = done.events
    assert isinstance(event, RedemptionAccepted)
    assert (event.min_price, event.until, event.penalty, event.bond_reserved) == (better, 0, PENALTY, PENALTY)
    assert done.changed == {APPLE.request(ALICE, 0), APPLE.asset}
    world.do(calls.settle_redemption(APPLE, TEN, id=0))


@STOCKS
@pytest.mark.parametrize("accepted", [False, True], ids=["not accepted", "not settled"])
def test_a_missed_deadline_costs_the_penalty(world: World, stock: Stock, accepted: bool) -> None:
    held(world, stock)
    asked(world, stock)
    deadline = SETTLE_BY if accepted else ACCEPT_BY
    if accepted:
        world.do(calls.accept_redemption(stock, id=0, price=QUOTE), calls.agree_quote(stock, id=0))
    asset, vault = world.asset(stock), world.money(stock.bond_vault)
    default = calls.default_redemption(stock, id=0)
    world.advance(deadline - NOW)
    world.refuse(default, "DeadlineNotPassed", now=deadline, deadline=deadline)
    world.advance(1)
    done = world.run(default)
    assert (world.dollars(ALICE), world.money(stock.bond_vault)) == (PENALTY, vault - PENALTY)
    assert (world.amount(stock.wallet(ALICE)), world.amount(stock.escrow)) == (ALICE_HAS - 5, 12)
    assert world.asset(stock) == replace(
        asset, returned=TEN, pending=12, open_requests=2, bond=BOND - PENALTY, bond_reserved=2
    )
    event = RedemptionDefaulted(
        asset=stock.asset,
        holder=ALICE,
        caller=MALLORY,
        destination=stock.wallet(ALICE),
        payee=purse(ALICE),
        id=0,
        amount=TEN,
        state=RequestState.ACCEPTED if accepted else RequestState.REQUESTED,
        deadline=deadline,
        penalty=PENALTY,
        bond=BOND - PENALTY,
        bond_reserved=2,
        pending=12,
        at=deadline + 1,
    )
    assert done.events == (event,)
    paid = {purse(ALICE), stock.bond_vault}
    assert done.changed == {
        TREASURY,
        stock.request(ALICE, 0),
        stock.asset,
        stock.wallet(ALICE),
        stock.escrow,
        *paid,
    }
    assert done.lamports(TREASURY) == world.chain.rent_of(RedemptionRequest.SIZE)
