"""Redemption: book, request, cancel, accept, settle; balances, books, rent and events, and every wrong state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    MALLORY,
    NVIDIA,
    PAYOUT_HASH,
    REDEMPTION_WINDOW_S,
    TREASURY,
    Stock,
    staff,
)
from tests.embedded.chain import key
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, World
from xstock_client.accounts import HolderBook, RedemptionRequest, ReleasedDay
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import DAY_S, MEMO, NO_CHAIN, PROGRAM_ID, RequestState, Role
from xstock_client.events import (
    HolderBookOpened,
    RedemptionAccepted,
    RedemptionCancelled,
    RedemptionRequested,
    RedemptionSettled,
)

REDEEMER = staff(Role.REDEEMER)
SUPPLY = ALICE_HAS + BOB_HAS
DEADLINE = NOW + REDEMPTION_WINDOW_S
TEN = 10 * ONE
STOCKS = pytest.mark.parametrize("stock", [APPLE, NVIDIA], ids=["permissioned burn", "open burn"])


def held(world: World, stock: Stock) -> None:
    """Alice and Bob hold as much of NVIDIA as they do of Apple."""
    if stock is NVIDIA:
        world.do(calls.mint_shares(NVIDIA, ALICE_HAS, ticket=0), calls.mint_shares(NVIDIA, BOB_HAS, ticket=1, to=BOB))


def book(world: World, stock: Stock = APPLE, holder: Pubkey = ALICE) -> HolderBook:
    return world.read(HolderBook, stock.book(holder))


def request(world: World, id: int = 0, stock: Stock = APPLE, holder: Pubkey = ALICE) -> RedemptionRequest:
    return world.read(RedemptionRequest, stock.request(holder, id))


def test_open_holder_book(world: World) -> None:
    holder = key("carol")
    done = world.run(calls.open_holder_book(APPLE, holder))
    seeds = [b"book", bytes(APPLE.asset), bytes(holder)]
    assert book(world, holder=holder) == HolderBook(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        holder=holder,
        asset=APPLE.asset,
        next_id=0,
        open_requests=0,
        requested=0,
        settled=0,
        cancelled=0,
        rent_payer=TREASURY,
    )
    assert done.events == (HolderBookOpened(APPLE.asset, holder, TREASURY, NOW),)
    assert done.changed == {TREASURY, APPLE.book(holder)}
    assert "an account that must be new exists already" in str(world.fail(calls.open_holder_book(APPLE, holder)))


@STOCKS
def test_request(world: World, stock: Stock) -> None:
    held(world, stock)
    asset, before = world.asset(stock), book(world, stock)
    done = world.run(calls.request_redemption(stock, TEN, id=0))
    address = stock.request(ALICE, 0)
    seeds = [b"redeem", bytes(stock.asset), bytes(ALICE), bytes(8)]
    assert request(world, stock=stock) == RedemptionRequest(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        state=RequestState.REQUESTED,
        holder=ALICE,
        asset=stock.asset,
        id=0,
        amount=TEN,
        multiplier=MULTIPLIER_SCALE,
        requested_at=NOW,
        deadline=DEADLINE,
        accepted_at=0,
        payout_terms_hash=PAYOUT_HASH,
        rent_payer=TREASURY,
    )
    assert world.asset(stock) == replace(asset, pending=TEN, open_requests=1)
    assert book(world, stock) == replace(before, next_id=1, open_requests=1, requested=TEN)
    assert (world.amount(stock.wallet(ALICE)), world.amount(stock.escrow)) == (ALICE_HAS - TEN, TEN)
    assert world.supply(stock) == SUPPLY, "redeemed tokens count until they are burned"
    event = RedemptionRequested(
        asset=stock.asset,
        holder=ALICE,
        source=stock.wallet(ALICE),
        id=0,
        amount=TEN,
        multiplier=MULTIPLIER_SCALE,
        deadline=DEADLINE,
        payout_terms_hash=PAYOUT_HASH,
        rent_payer=TREASURY,
        pending=TEN,
        at=NOW,
    )
    assert done.events == (event,)
    assert done.changed == {TREASURY, address, stock.asset, stock.book(ALICE), stock.wallet(ALICE), stock.escrow}
    assert done.lamports(address) == -done.lamports(TREASURY) == world.chain.rent_of(RedemptionRequest.SIZE)


@STOCKS
def test_cancel_gives_the_very_tokens_and_the_rent_back(world: World, stock: Stock) -> None:
    held(world, stock)
    world.do(calls.request_redemption(stock, TEN, id=0))
    world.do(calls.request_redemption(stock, 5, id=1), calls.request_redemption(stock, 7, id=0, holder=BOB))
    asset, before = world.asset(stock), book(world, stock)
    world.advance(9)
    done = world.run(calls.cancel_redemption(stock, id=0))
    assert world.chain.get(stock.request(ALICE, 0)) is None
    assert world.asset(stock) == replace(asset, pending=12, open_requests=2)
    assert book(world, stock) == replace(before, open_requests=1, cancelled=TEN)
    assert (world.amount(stock.wallet(ALICE)), world.amount(stock.escrow)) == (ALICE_HAS - 5, 12)
    event = RedemptionCancelled(stock.asset, ALICE, stock.wallet(ALICE), 0, TEN, 1, DEADLINE, 12, NOW + 9)
    assert done.events == (event,)
    rent = world.chain.rent_of(RedemptionRequest.SIZE)
    assert done.lamports(TREASURY) == rent == -done.lamports(stock.request(ALICE, 0))
    wallet, closed = stock.wallet(ALICE), stock.request(ALICE, 0)
    assert done.changed == {TREASURY, closed, stock.asset, stock.book(ALICE), wallet, stock.escrow}


@STOCKS
def test_accept_and_settle(world: World, stock: Stock) -> None:
    held(world, stock)
    world.do(calls.request_redemption(stock, TEN, id=0), calls.request_redemption(stock, 5, id=1))
    before = request(world, stock=stock)
    world.advance(60)
    accepted_at = NOW + 60
    done = world.run(calls.accept_redemption(stock, id=0))
    assert request(world, stock=stock) == replace(before, state=RequestState.ACCEPTED, accepted_at=accepted_at)
    assert done.events == (RedemptionAccepted(stock.asset, ALICE, REDEEMER, 0, TEN, DEADLINE, accepted_at),)
    assert done.changed == {stock.request(ALICE, 0)}

    world.advance(60)
    asset, account = world.asset(stock), book(world, stock)
    done = world.run(calls.settle_redemption(stock, TEN, accepted_at=accepted_at, id=0))
    assert world.chain.get(stock.request(ALICE, 0)) is None
    assert (world.supply(stock), world.amount(stock.escrow)) == (SUPPLY - TEN, 5)
    assert world.amount(stock.wallet(ALICE)) == ALICE_HAS - TEN - 5
    days = list(asset.released)
    days[NOW // DAY_S % 8] = ReleasedDay(NOW + 120, TEN)
    assert world.asset(stock) == replace(
        asset, known_supply=SUPPLY - TEN, settled=TEN, pending=5, open_requests=1, released=tuple(days)
    )
    assert book(world, stock) == replace(account, open_requests=1, settled=TEN)
    event = RedemptionSettled(
        asset=stock.asset,
        holder=ALICE,
        redeemer=REDEEMER,
        id=0,
        amount=TEN,
        accepted_at=accepted_at,
        deadline=DEADLINE,
        supply_before=SUPPLY,
        supply=SUPPLY - TEN,
        burned_outside=0,
        multiplier_at_request=MULTIPLIER_SCALE,
        multiplier=MULTIPLIER_SCALE,
        shares=TEN,
        payout_shares=TEN,
        obligation=0,
        reserve=0,
        to_chain=NO_CHAIN,
        payout_terms_hash=PAYOUT_HASH,
        pending=5,
        at=NOW + 120,
    )
    assert done.events == (event,)
    closed = stock.request(ALICE, 0)
    assert done.changed == {TREASURY, closed, stock.asset, stock.book(ALICE), stock.mint, stock.escrow}
    assert done.lamports(TREASURY) == world.chain.rent_of(RedemptionRequest.SIZE)


def test_the_rent_goes_back_to_whoever_paid_it(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0).swap(payer=MALLORY))
    assert request(world).rent_payer == MALLORY
    world.refuse(calls.cancel_redemption(APPLE, id=0), "WrongRentReceiver")
    done = world.run(calls.cancel_redemption(APPLE, id=0).swap(rent_receiver=MALLORY))
    assert done.lamports(MALLORY) == world.chain.rent_of(RedemptionRequest.SIZE)


def test_the_holder_may_pay_and_get_the_rent_back(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0).swap(payer=ALICE))
    done = world.run(calls.cancel_redemption(APPLE, id=0).swap(rent_receiver=ALICE))
    assert done.lamports(ALICE) == world.chain.rent_of(RedemptionRequest.SIZE)


def test_an_id_is_used_once(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.cancel_redemption(APPLE, id=0))
    world.refuse(calls.request_redemption(APPLE, TEN, id=0), "WrongRequestId", given=0, next=1)
    world.refuse(calls.request_redemption(APPLE, TEN, id=2), "WrongRequestId", given=2, next=1)
    world.do(calls.request_redemption(APPLE, TEN, id=1))
    # a resent request asks for nothing twice; its account still exists, so it fails even earlier
    assert "exists already" in str(world.fail(calls.request_redemption(APPLE, TEN, id=1)))


def test_a_request_takes_no_more_than_the_holder_has(world: World) -> None:
    over = calls.request_redemption(APPLE, ALICE_HAS + 1, id=0)
    assert "holds fewer tokens" in str(world.fail(over))
    world.do(calls.request_redemption(APPLE, ALICE_HAS, id=0))
    assert world.amount(APPLE.wallet(ALICE)) == 0
    world.refuse(calls.request_redemption(APPLE, 0, id=1), "ZeroAmount")


@pytest.mark.parametrize("lamports", [1, 10_000_000_000])
def test_lamports_sent_to_a_request_beforehand_change_nothing(world: World, lamports: int) -> None:
    rent, address = world.chain.rent_of(RedemptionRequest.SIZE), APPLE.request(ALICE, 0)
    world.give(address, lamports)
    done = world.run(calls.request_redemption(APPLE, TEN, id=0))
    assert done.lamports(TREASURY) == -max(0, rent - lamports)
    assert request(world).amount == TEN
    done = world.run(calls.cancel_redemption(APPLE, id=0))
    assert done.lamports(TREASURY) == max(rent, lamports)
    assert world.chain.get(address) is None


def test_nobody_else_cancels(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    for other in (BOB, MALLORY, REDEEMER, APPLE.desk.authority):
        world.refuse(calls.cancel_redemption(APPLE, id=0).swap(holder=other), "NotHolder")
    theirs = calls.cancel_redemption(APPLE, id=0).swap(holder=BOB, destination=APPLE.wallet(BOB), book=APPLE.book(BOB))
    world.refuse(theirs, "NotHolder")


def test_an_accepted_request_waits_for_its_deadline(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.accept_redemption(APPLE, id=0))
    cancel = calls.cancel_redemption(APPLE, id=0)
    world.refuse(cancel, "AcceptedUntilDeadline", now=NOW, deadline=DEADLINE)
    world.advance(REDEMPTION_WINDOW_S)
    world.refuse(cancel, "AcceptedUntilDeadline", now=DEADLINE, deadline=DEADLINE)
    world.advance(1)
    done = world.run(cancel)
    event = RedemptionCancelled(APPLE.asset, ALICE, APPLE.wallet(ALICE), 0, TEN, 2, DEADLINE, 0, DEADLINE + 1)
    assert done.events == (event,)
    assert world.amount(APPLE.wallet(ALICE)) == ALICE_HAS


def test_an_unaccepted_request_can_be_cancelled_at_any_time(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    world.advance(REDEMPTION_WINDOW_S)
    world.do(calls.cancel_redemption(APPLE, id=0), calls.request_redemption(APPLE, TEN, id=1))
    world.advance(100 * DAY_S)
    world.do(calls.cancel_redemption(APPLE, id=1))


def test_acceptance_ends_with_the_deadline(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.request_redemption(APPLE, TEN, id=1))
    world.advance(REDEMPTION_WINDOW_S)
    world.do(calls.accept_redemption(APPLE, id=0))
    world.advance(1)
    late = calls.accept_redemption(APPLE, id=1)
    world.refuse(late, "DeadlinePassed", now=DEADLINE + 1, deadline=DEADLINE)


def test_a_late_settlement_is_still_one(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.accept_redemption(APPLE, id=0))
    world.advance(REDEMPTION_WINDOW_S + 30 * DAY_S)
    done = world.run(calls.settle_redemption(APPLE, TEN, accepted_at=NOW, id=0))
    (event,) = done.events
    assert isinstance(event, RedemptionSettled)
    assert (event.at, event.deadline, event.supply) == (DEADLINE + 30 * DAY_S, DEADLINE, SUPPLY - TEN)


def test_every_wrong_state(world: World) -> None:
    settle = calls.settle_redemption(APPLE, TEN, accepted_at=0, id=0)
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    world.refuse(settle, "WrongRequestState", state=1, needed=2)
    world.do(calls.accept_redemption(APPLE, id=0))
    world.refuse(calls.accept_redemption(APPLE, id=0), "WrongRequestState", state=2, needed=1)
    for amount, accepted_at in ((TEN, NOW - 1), (TEN, NOW + 1), (TEN - 1, NOW), (TEN + 1, NOW), (0, NOW)):
        other = calls.settle_redemption(APPLE, amount, accepted_at=accepted_at, id=0)
        world.refuse(other, "SettlementMismatch", amount=TEN, accepted_at=NOW)
    settle = calls.settle_redemption(APPLE, TEN, accepted_at=NOW, id=0)
    world.do(settle)
    # settled, and so closed: nothing of it is left to act on
    for late in (settle, calls.accept_redemption(APPLE, id=0), calls.cancel_redemption(APPLE, id=0, memo=MEMO)):
        world.refuse(late, "AccountDataTooSmall")
