"""Requests from events alone. That they agree with the accounts is shown in tests/unit/clients/test_redeeming.py."""

from __future__ import annotations

from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.core.test_rendering import blank
from xstock_client import pda
from xstock_client.accounts import Ratio
from xstock_client.amounts import Cash, Multiplier, Raw, Shares
from xstock_client.constants import NO_CHAIN, Payout, RequestState
from xstock_client.errors import UsageError
from xstock_client.events import Event
from xstock_client.redemption import RequestStatus
from xstock_client.told import End, EndedRequest, replay_requests, status_from_events
from xstock_client.told_totals import replay_totals

NOW = 1_772_323_200
APPLE, ALICE, BOB = (Pubkey(bytes([number]) * 32) for number in (8, 7, 9))


def event(kind: str, **fields: Any) -> Event:
    return blank(kind, **{"holder": ALICE, "at": NOW, **fields})


ASKED = event(
    "RedemptionRequested",
    amount=500,
    multiplier=10**12,
    payout=int(Payout.ON_CHAIN),
    accept_by=NOW + 10,
    settle_by=NOW + 20,
    penalty_rate=10**8,
)


def test_the_one_request_is_told() -> None:
    status = status_from_events([ASKED], NOW + 11)
    assert isinstance(status, RequestStatus) and (status.name, status.late, status.penalty) == (
        "requested",
        True,
        Cash(500),
    )
    assert status.request.address == pda.redemption_request(APPLE, ALICE, 0)
    assert (status.request.arbiter, status.request.to_chain, status.request.until) == (None, None, 0)


def test_none_or_several_are_no_answer() -> None:
    other = event("RedemptionRequested", holder=BOB, payout=1, multiplier=1)
    for events in ([], [ASKED, other]):
        with pytest.raises(UsageError, match="and one is expected"):
            status_from_events(events, NOW)


def test_what_began_before_the_events_do_is_left_out() -> None:
    assert replay_requests([event("RedemptionAccepted"), event("RedemptionSettled", id=3), blank("SharesMinted")]) == {}


def test_a_request_that_ended_says_how() -> None:
    quoted = event("RedemptionAccepted", min_price=3, multiplier=2 * 10**12, until=NOW + 20)
    status = status_from_events([ASKED, quoted], NOW)
    assert isinstance(status, RequestStatus) and (status.name, status.quote_until) == ("quoted", NOW + 20)
    agreed = event("QuoteAgreed", min_price=3)
    part = event("RedemptionSettled", amount=200, rest=300, payment=11, price=5, payee=BOB, payout_shares=200)
    last = event("RedemptionSettled", amount=300, payment=22, payee=BOB, at=NOW + 9, shares=300, fee=1)
    (waiting,) = replay_requests([ASKED, quoted, agreed, part]).values()
    assert not isinstance(waiting, EndedRequest) and (waiting.amount, waiting.requested) == (Raw(300), Raw(500))
    assert (waiting.min_price, waiting.until, waiting.penalty_rate) == (Cash(3), 0, Cash(10**8))
    assert waiting.multiplier == Multiplier(2 * 10**12), "of the price that was named"
    told = status_from_events([ASKED, quoted, agreed, part, last], NOW)
    assert isinstance(told, EndedRequest)
    assert (told.end, told.name, told.at, told.paid, told.destination) == (
        End.SETTLED,
        "settled",
        NOW + 9,
        Cash(33),
        None,
    )
    assert [(one.payee, one.shares, one.fee) for one in told.settlements] == [
        (BOB, Shares(0), Cash(0)),
        (BOB, Shares(300), Cash(1)),
    ]
    for kind, end in (("Cancelled", End.CANCELLED), ("Rejected", End.REJECTED), ("Defaulted", End.DEFAULTED)):
        told = status_from_events([ASKED, event(f"Redemption{kind}", destination=BOB)], NOW)
        assert isinstance(told, EndedRequest) and (told.end, told.destination, told.penalty) == (end, BOB, Cash(0))
    late = status_from_events([ASKED, event("RedemptionDefaulted", penalty=5, destination=BOB)], NOW)
    assert isinstance(late, EndedRequest) and late.penalty == Cash(5)


def test_a_claim_outside_the_chain_is_followed() -> None:
    asked = event("RedemptionRequested", amount=5, multiplier=10**12, payout=int(Payout.OFF_CHAIN), arbiter=BOB)
    accepted = event("RedemptionAccepted", multiplier=10**12)
    marked = event("PaymentMarked", to_chain=2, marked_shares=5, multiplier=7, until=NOW + 9, at=NOW + 1)
    disputed = event("PaymentDisputed", until=NOW + 99)

    def after(*events: Event) -> Any:
        (found,) = replay_requests([asked, accepted, *events]).values()
        return found

    paid = after(marked)
    assert (paid.state, paid.arbiter, paid.to_chain, paid.marked_shares) == (RequestState.PAID, BOB, 2, Shares(5))
    assert (after().multiplier, paid.multiplier) == (Multiplier(10**12), Multiplier(7)), "of the price, of the claim"
    assert after(event("PaymentMarked", to_chain=NO_CHAIN, multiplier=1)).to_chain is None
    assert (after(marked, disputed).state, after(marked, disputed).until) == (RequestState.DISPUTED, NOW + 99)
    denied = after(marked, disputed, event("DisputeRuled", paid=0))
    assert (denied.state, denied.until, denied.paid_at, denied.to_chain, denied.marked_shares) == (
        *(RequestState.ACCEPTED, 0, NOW + 1, None),
        Shares(0),
    )
    upheld = after(marked, disputed, event("DisputeRuled", paid=1))
    assert (upheld.state, upheld.until, upheld.marked_shares) == (RequestState.UPHELD, 0, Shares(5))


def test_the_books_of_an_asset_are_told() -> None:
    listed = blank("AssetListed", multiplier=10**12, at=NOW - 9)
    settled = event("RedemptionSettled", amount=200, rest=300, burned_outside=3)
    events = [
        *(blank("SharesMinted", amount=1_000), listed, blank("SharesMinted", amount=1_000), ASKED, settled),
        blank("SolvencyChecked", burned_outside=5),
        blank("SnapshotRecorded", burned_outside=12),  # of all time, so another 4
        blank("ActionAnnounced", kind=3, ratio=Ratio(10, 1), new_multiplier=10**13, effective_at=NOW),
    ]
    (books,) = replay_totals(events, NOW).values()
    assert (books.supply, books.minted, books.settled, books.burned_outside) == (
        Raw(788),
        Raw(1_000),
        Raw(200),
        Raw(12),
    )
    assert (books.requested, books.pending, books.returned, books.open_requests) == (Raw(500), Raw(300), Raw(0), 1)
    assert (books.multiplier, books.basis, books.shares, books.tickets_used) == (
        Multiplier(10**13),
        1,
        Shares(7_880),
        1,
    )
    (before,) = replay_totals(events, NOW - 1).values()
    assert (before.multiplier, before.basis) == (Multiplier(10**12), 0), (
        "a split acts at its time, and no event says so"
    )
    for kind in ("RedemptionCancelled", "RedemptionDefaulted", "RedemptionRejected"):
        (after,) = replay_totals([*events, event(kind, amount=300)], NOW).values()
        assert (after.returned, after.pending, after.open_requests) == (Raw(300), Raw(0), 0)
    (over,) = replay_totals([*events, event("RedemptionSettled", amount=300)], NOW).values()
    assert (over.settled, over.pending, over.open_requests, over.supply) == (Raw(500), Raw(0), 0, Raw(488))
