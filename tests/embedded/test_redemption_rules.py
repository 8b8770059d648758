"""What a redemption keeps to: rent, ids, deadlines, quotes, the holder's capacity, and an end that is one."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    ALICE,
    APPLE,
    BOB,
    BOND,
    HOLDER_PENALTY_CAP,
    MALLORY,
    PENALTY_RATE,
    QUOTE,
    REDEMPTION_FEE_BPS,
    SETTLE_WINDOW_S,
    TREASURY,
    staff,
)
from tests.embedded.setups import quoted
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, World
from xstock_client.accounts import Asset, HolderBook, RedemptionRequest, WindowUsage
from xstock_client.constants import BPS, DAY_S, MEMO, RequestState, Role
from xstock_client.events import (
    RedemptionCancelled,
    RedemptionDefaulted,
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


def test_the_rent_goes_back_to_whoever_paid_it(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0).swap(payer=MALLORY))
    assert world.request(APPLE).rent_payer == MALLORY
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
    assert world.request(APPLE).amount == TEN
    done = world.run(calls.cancel_redemption(APPLE, id=0))
    assert done.lamports(TREASURY) == max(rent, lamports)
    assert world.chain.get(address) is None


def test_nobody_else_cancels(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    for other in (BOB, MALLORY, REDEEMER, APPLE.desk.authority):
        world.refuse(calls.cancel_redemption(APPLE, id=0).swap(holder=other), "NotHolder")
    theirs = calls.cancel_redemption(APPLE, id=0).swap(holder=BOB, destination=APPLE.wallet(BOB))
    world.refuse(theirs, "NotHolder")


def test_an_accepted_request_waits_for_its_deadline(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.accept_redemption(APPLE, id=0))
    cancel = calls.cancel_redemption(APPLE, id=0)
    world.refuse(cancel, "AcceptedUntilDeadline", now=NOW, deadline=SETTLE_BY)
    world.advance(SETTLE_BY - NOW)
    world.refuse(cancel, "AcceptedUntilDeadline", now=SETTLE_BY, deadline=SETTLE_BY)
    world.advance(1)
    (event,) = world.run(cancel).events
    assert isinstance(event, RedemptionCancelled)
    assert (event.state, event.deadline, event.bond_reserved) == (RequestState.ACCEPTED, SETTLE_BY, 0)
    assert (world.amount(APPLE.wallet(ALICE)), world.dollars(ALICE)) == (ALICE_HAS, 0)


def test_silence_is_a_no(world: World) -> None:
    """A quote that nobody agreed to can be declined at any time, lapses with the time to settle, and costs nothing."""
    quoted(world, TEN, agree=False)
    (event,) = world.run(calls.cancel_redemption(APPLE, id=0)).events
    assert isinstance(event, RedemptionCancelled)
    assert (event.state, event.bond_reserved) == (RequestState.ACCEPTED, 0)
    quoted(world, TEN, id=1, agree=False)
    assert world.asset(APPLE).bond_reserved == PENALTY, "it could still be agreed to"
    world.advance(SETTLE_BY - NOW)
    default = calls.default_redemption(APPLE, id=1, pays=False)
    world.refuse(default, "DeadlineNotPassed", now=SETTLE_BY, deadline=SETTLE_BY)
    world.advance(1)
    world.refuse(calls.agree_quote(APPLE, id=1), "DeadlinePassed", now=SETTLE_BY + 1, deadline=SETTLE_BY)
    world.refuse(calls.settle_redemption(APPLE, TEN, id=1), "QuoteOpen")
    (event,) = world.run(default).events
    assert isinstance(event, RedemptionDefaulted)
    assert (event.penalty, event.bond, event.bond_reserved) == (0, BOND, 0)
    assert world.amount(APPLE.wallet(ALICE)) == ALICE_HAS


def test_an_agreed_quote_binds_both(world: World) -> None:
    quoted(world, TEN)
    world.refuse(calls.cancel_redemption(APPLE, id=0), "AcceptedUntilDeadline", now=NOW, deadline=SETTLE_BY)
    cheap = calls.settle_redemption(APPLE, TEN, id=0, price=QUOTE)
    net = 10 * QUOTE - 10 * QUOTE * REDEMPTION_FEE_BPS // BPS
    world.refuse(cheap, "PriceTooLow", payment=net, needed=10 * QUOTE, min_price=QUOTE)
    world.do(calls.settle_redemption(APPLE, TEN, id=0))


def test_an_unaccepted_request_can_be_cancelled_at_any_time(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    world.advance(ACCEPT_WINDOW_S)
    world.do(calls.cancel_redemption(APPLE, id=0), calls.request_redemption(APPLE, TEN, id=1))
    world.advance(100 * DAY_S)
    world.do(calls.cancel_redemption(APPLE, id=1))


def test_acceptance_ends_with_its_deadline(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.request_redemption(APPLE, TEN, id=1))
    world.advance(ACCEPT_WINDOW_S)
    world.do(calls.accept_redemption(APPLE, id=0))
    world.advance(1)
    late = calls.accept_redemption(APPLE, id=1)
    world.refuse(late, "DeadlinePassed", now=ACCEPT_BY + 1, deadline=ACCEPT_BY)


def test_a_late_settlement_is_still_one(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.accept_redemption(APPLE, id=0))
    world.advance(SETTLE_BY - NOW + 30 * DAY_S)
    done = world.run(calls.settle_redemption(APPLE, TEN, id=0))
    (event,) = done.events
    assert isinstance(event, RedemptionSettled)
    assert (event.at, event.settle_by, event.supply) == (SETTLE_BY + 30 * DAY_S, SETTLE_BY, SUPPLY - TEN)


def test_the_capacity_of_a_holder_is_shared_by_its_requests_and_comes_back_in_a_day(world: World) -> None:
    """Whoever asks and cancels all day reserves nothing more of the bond than once."""
    world.do(calls.set_policy(APPLE, penalty_rate=HOLDER_PENALTY_CAP // 10))
    world.do(calls.request_redemption(APPLE, TEN, id=0, min_price=0), calls.cancel_redemption(APPLE, id=0))
    world.do(
        calls.request_redemption(APPLE, TEN, id=1, min_price=0),
        calls.request_redemption(APPLE, TEN, id=0, holder=BOB, min_price=0),
    )
    assert world.request(APPLE, 1).penalty_rate == 0
    assert world.request(APPLE, 0, BOB).penalty_rate == HOLDER_PENALTY_CAP // 10
    world.advance(DAY_S // 2)
    world.do(calls.request_redemption(APPLE, TEN, id=2, min_price=0))
    assert world.request(APPLE, 2).penalty_rate == HOLDER_PENALTY_CAP // 20
    assert world.book(APPLE).penalty_window == WindowUsage(HOLDER_PENALTY_CAP, 0, NOW + DAY_S // 2)


def test_settled_requests_are_closed(world: World) -> None:
    """Nothing of one that has ended is left to act on; what it named must be what it holds."""
    settle = calls.settle_redemption(APPLE, TEN, id=0)
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    world.refuse(settle, "WrongRequestState", state=1, needed=2)
    world.do(calls.accept_redemption(APPLE, id=0))
    world.refuse(calls.accept_redemption(APPLE, id=0), "WrongRequestState", state=2, needed=1)
    for amount in (TEN - 1, TEN + 1, 0):
        other = calls.settle_redemption(APPLE, amount, id=0)
        world.refuse(other, "SettlementMismatch", amount=TEN, given=amount)
    world.do(settle)
    for late in (
        settle,
        calls.accept_redemption(APPLE, id=0),
        calls.cancel_redemption(APPLE, id=0, memo=MEMO),
        calls.default_redemption(APPLE, id=0),
        calls.mark_paid(APPLE, id=0),
        calls.agree_quote(APPLE, id=0),
        calls.dispute_payment(APPLE, id=0),
        calls.rule_dispute(APPLE, True, id=0),
        calls.conclude_redemption(APPLE, id=0),
        calls.reject_redemption(APPLE, id=0),
    ):
        world.refuse(late, "AccountDataTooSmall")


def test_counters_of_what_was_asked_for_begin_anew(world: World) -> None:
    """Whoever asks and cancels all day fills 64 bits one day; that must stop nobody."""
    last = 2**64 - 1
    for name in ("requested", "returned"):
        world.patch_field(Asset, APPLE.asset, name, last)
    world.patch_field(HolderBook, APPLE.book(ALICE), "requested", last)
    world.do(calls.request_redemption(APPLE, 5, id=0))
    asset = world.asset(APPLE)
    assert (asset.requested, asset.returned, asset.pending, world.book(APPLE).requested) == (4, last, 5, 4)
    world.do(calls.cancel_redemption(APPLE, id=0))
    asset = world.asset(APPLE)
    assert (asset.requested, asset.returned, asset.pending) == (4, 4, 0)
