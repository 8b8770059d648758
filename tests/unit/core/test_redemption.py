"""Where a request stands: against the program's own checks, written out as state/redemption.rs has them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from tests.unit.core.test_counting import blank
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.constants import ABANDONED_S, NO_CHAIN, Payout, RequestState
from xstock_client.counting import penalty
from xstock_client.redemption import Actor, Move, OpenRequest, moves, request_status

NOW, DAY = 1_772_323_200, 86_400
ADDRESS, ARBITER = Pubkey(bytes([1]) * 32), Pubkey(bytes([2]) * 32)
ON, OFF = int(Payout.ON_CHAIN), int(Payout.OFF_CHAIN)
REQUESTED, ACCEPTED, PAID, DISPUTED, UPHELD = (int(one) for one in RequestState)


def an_account(**changes: object) -> RedemptionRequest:
    account: RedemptionRequest = blank(RedemptionRequest)
    usual = {
        "state": REQUESTED,
        "payout": ON,
        "amount": 3 * 10**8,
        "requested": 5 * 10**8,
        "multiplier": 10**12,
        "requested_at": NOW,
        "accept_by": NOW + 2 * DAY,
        "settle_by": NOW + 5 * DAY,
        "penalty_rate": 1_000_001,
        "to_chain": NO_CHAIN,
    }
    return replace(account, **{**usual, **changes})  # type: ignore[arg-type]


def a_request(**changes: object) -> OpenRequest:
    return OpenRequest.of(ADDRESS, an_account(**changes))


# the program's rules, check by check


def rust_deadline(one: RedemptionRequest) -> int | None:
    return {REQUESTED: one.accept_by, ACCEPTED: one.settle_by, DISPUTED: one.until}.get(one.state)


def rust_late(one: RedemptionRequest, now: int) -> bool:
    deadline = rust_deadline(one)
    return deadline is not None and now > deadline


def rust_in_time(one: RedemptionRequest, now: int) -> bool:
    deadline = rust_deadline(one)
    return deadline is None or now <= deadline


def rust_moves(one: RedemptionRequest, now: int) -> set[tuple[Actor, Move]]:
    found = set()

    def add(actor: Actor, move: Move, allowed: bool) -> None:
        if allowed:
            found.add((actor, move))

    quoted = one.state == ACCEPTED and one.until != 0
    add(Actor.HOLDER, Move.CANCEL, one.state == REQUESTED or quoted or rust_late(one, now))
    add(Actor.ANYONE, Move.DEFAULT, rust_late(one, now))
    add(Actor.DESK, Move.ACCEPT, one.state == REQUESTED and rust_in_time(one, now))
    add(Actor.DESK, Move.SETTLE, one.payout == ON and one.state == ACCEPTED and not quoted)
    mark = one.payout == OFF and one.state == ACCEPTED and one.paid_at == 0 and rust_in_time(one, now)
    add(Actor.DESK, Move.MARK_PAID, mark)
    add(Actor.DESK, Move.REJECT, one.state in (REQUESTED, ACCEPTED) and rust_in_time(one, now))
    add(Actor.HOLDER, Move.AGREE, quoted and rust_in_time(one, now))
    add(Actor.HOLDER, Move.DISPUTE, one.state == PAID and now <= one.until)
    add(Actor.ARBITER, Move.RULE, one.state == DISPUTED and rust_in_time(one, now))
    add(Actor.HOLDER, Move.CONFIRM, one.payout == OFF and one.state in (ACCEPTED, PAID, DISPUTED))
    concluded = one.payout == OFF and (one.state == UPHELD or (one.state == PAID and now > one.until))
    add(Actor.ANYONE, Move.CONCLUDE, concluded)
    return found


CASES = [
    (REQUESTED, ON, {}),
    (REQUESTED, ON, {"min_price": 5}),
    (REQUESTED, OFF, {"arbiter": ARBITER}),
    (ACCEPTED, ON, {"min_price": 5, "accepted_at": NOW}),
    (ACCEPTED, ON, {"min_price": 5, "accepted_at": NOW, "until": NOW + 5 * DAY}),
    (ACCEPTED, OFF, {"arbiter": ARBITER, "accepted_at": NOW}),
    (ACCEPTED, OFF, {"arbiter": ARBITER, "accepted_at": NOW, "paid_at": NOW}),
    (PAID, OFF, {"arbiter": ARBITER, "accepted_at": NOW, "paid_at": NOW, "until": NOW + 3 * DAY}),
    (DISPUTED, OFF, {"arbiter": ARBITER, "accepted_at": NOW, "paid_at": NOW, "until": NOW + 14 * DAY}),
    (UPHELD, OFF, {"arbiter": ARBITER, "accepted_at": NOW, "paid_at": NOW}),
]
TIMES = [NOW + edge + beside for edge, beside in product((0, 2 * DAY, 3 * DAY, 5 * DAY, 14 * DAY), (-1, 0, 1))]


@pytest.mark.parametrize(("state", "payout", "more"), CASES)
def test_each_may_do_what_the_program_lets_them(state: int, payout: int, more: dict[str, object]) -> None:
    account = an_account(state=state, payout=payout, **more)
    request = OpenRequest.of(ADDRESS, account)
    for now in TIMES:
        found = {(actor, move) for actor, allowed in moves(request, now).items() for move in allowed}
        assert found == rust_moves(account, now), now - NOW
        status = request_status(request, now)
        assert status.late == rust_late(account, now) and request.cancellable(now) == (
            (Actor.HOLDER, Move.CANCEL) in found
        )
        # whoever is next can do something, or decides by waiting
        assert status.may(status.next), (state, now - NOW)


@pytest.mark.parametrize(("state", "payout", "more"), CASES)
def test_the_deadline_that_counts_is_the_programs(state: int, payout: int, more: dict[str, object]) -> None:
    account = an_account(state=state, payout=payout, **more)
    status = request_status(OpenRequest.of(ADDRESS, account), NOW)
    # the holder's time to dispute is no deadline of the issuer's, but it is what counts then
    assert status.deadline == (account.until if state == PAID else rust_deadline(account))
    assert status.seconds_left == (None if status.deadline is None else status.deadline - NOW)
    quoted = state == ACCEPTED and account.until != 0
    assert status.name == ("quoted" if quoted else RequestState(state).name.lower())


def test_the_penalty_is_armed_as_in_the_program() -> None:
    rate = Cash(penalty(3 * 10**8, 1_000_001))
    market, limit, off = a_request(), a_request(min_price=5), a_request(payout=OFF)
    assert (market.penalty, limit.penalty, off.penalty) == (rate, Cash(0), Cash(0))
    assert {one.possible_penalty for one in (market, limit, off)} == {rate}
    assert (market.at_market, limit.at_market, off.at_market) == (True, False, False)
    accepted = a_request(state=ACCEPTED, payout=OFF, accepted_at=NOW)
    assert accepted.penalty == request_status(accepted, NOW).penalty == rate
    # nobody can miss a deadline of these
    for state in (PAID, UPHELD):
        assert request_status(a_request(state=state, payout=OFF, until=NOW + 5), NOW).penalty == Cash(0)
    assert request_status(a_request(state=DISPUTED, payout=OFF, until=NOW + 5), NOW).penalty == rate


def test_a_quote_waits_for_the_holder_and_costs_nothing() -> None:
    request = a_request(state=ACCEPTED, min_price=5, accepted_at=NOW, until=NOW + 5 * DAY)
    status = request_status(request, NOW)
    assert (status.name, status.next, status.quote_until) == ("quoted", Actor.HOLDER, NOW + 5 * DAY)
    assert status.may(Actor.HOLDER) == (Move.AGREE, Move.CANCEL) and status.may(Actor.DESK) == (Move.REJECT,)
    assert (request.penalty, status.penalty) == (request.possible_penalty, Cash(0)), "reserved, and not owed"
    lapsed = request_status(request, NOW + 5 * DAY + 1)
    assert (lapsed.late, lapsed.penalty) == (True, Cash(0)) and lapsed.may(Actor.ANYONE) == (Move.DEFAULT,)
    assert request_status(a_request(), NOW).quote_until is None


def test_a_request_is_abandoned_thirty_days_after_its_deadline() -> None:
    request = a_request()
    assert not request.abandoned(request.accept_by + ABANDONED_S)
    assert request.abandoned(request.accept_by + ABANDONED_S + 1)
    paid = a_request(state=PAID, payout=OFF, until=NOW)
    assert not paid.abandoned(NOW + 10 * ABANDONED_S)


def test_an_account_becomes_a_typed_request() -> None:
    account = an_account(
        payout=OFF, arbiter=ARBITER, to_chain=3, marked_shares=7, fee_bps=25, id=9, rent_payer=ADDRESS, source=ARBITER
    )
    request = OpenRequest.of(ADDRESS, account)
    assert (request.id, request.amount, request.requested, request.fee_bps) == (9, Raw(3 * 10**8), Raw(5 * 10**8), 25)
    assert (request.arbiter, request.to_chain, request.marked_shares) == (ARBITER, 3, Shares(7))
    assert (request.rent_payer, request.source, request.shares) == (ADDRESS, ARBITER, Shares(3 * 10**8))
    assert (a_request().arbiter, a_request().to_chain) == (None, None)


@given(st.sampled_from(list(RequestState)), st.sampled_from(list(Payout)), st.integers(-(2**63), 2**63 - 1))
def test_any_time_has_an_answer(state: RequestState, payout: Payout, now: int) -> None:
    status = request_status(a_request(state=int(state), payout=int(payout), until=2**62), now)
    assert set(status.moves) == set(Actor) and status.next in Actor
