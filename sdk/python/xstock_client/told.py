"""Redemption requests from events alone: a wallet that follows the program's events needs no account. Pure.

What is told of an open request is what its account holds, field by field; of one that has ended, how it did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Cash, Multiplier, Raw, Shares
from xstock_client.constants import NO_CHAIN, PROGRAM_ID, Payout, RequestState
from xstock_client.errors import UsageError
from xstock_client.events import (
    DisputeRuled,
    Event,
    PaymentDisputed,
    PaymentMarked,
    QuoteAgreed,
    RedemptionAccepted,
    RedemptionCancelled,
    RedemptionDefaulted,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionSettled,
)
from xstock_client.redemption import OpenRequest, RequestStatus, request_status

__all__ = ["End", "EndedRequest", "RequestKey", "Settlement", "replay_requests", "status_from_events"]

RequestKey: TypeAlias = tuple[Pubkey, Pubkey, int]
"""Asset, holder, id."""


class End(StrEnum):
    """How a request ended."""

    SETTLED = "settled"
    """Paid, on chain or outside it; the tokens burned."""
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    DEFAULTED = "defaulted"
    """The issuer missed a deadline: the tokens went back, with the penalty that was due."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """Tokens of a request that burned, all of them or a part."""

    at: int
    amount: Raw
    shares: Shares
    """What the tokens were worth."""
    payout_shares: Shares
    """What was paid out for them; less only while a pro-rata asset is short."""
    price: Cash
    """Per whole share; zero, like the other sums, for a payment outside the chain."""
    fee: Cash
    payment: Cash
    """What the holder got."""
    payee: Pubkey | None
    """The token account that was paid; None for a payment outside the chain."""


@dataclass(frozen=True, slots=True)
class EndedRequest:
    """A request that is over; ``request`` is what it was right before."""

    request: OpenRequest
    end: End
    at: int
    settlements: tuple[Settlement, ...]
    """Earlier parts too."""
    penalty: Cash
    """What the bond paid for a missed deadline."""
    destination: Pubkey | None
    """Where returned tokens went; None when it was settled."""

    @property
    def name(self) -> str:
        """In a word."""
        return self.end.value

    @property
    def paid(self) -> Cash:
        """All that the holder was paid on chain, without the penalty."""
        return Cash(sum(one.payment.value for one in self.settlements))


class _Told:
    def __init__(self, request: OpenRequest) -> None:
        self.request = request
        self.settlements: list[Settlement] = []
        self.ended: EndedRequest | None = None

    def end(self, end: End, at: int, penalty: int = 0, destination: Pubkey | None = None) -> None:
        self.ended = EndedRequest(self.request, end, at, tuple(self.settlements), Cash(penalty), destination)

    def take(self, event: Event) -> None:
        was = self.request
        match event:
            case RedemptionAccepted():
                self.request = replace(
                    was,
                    state=RequestState.ACCEPTED,
                    accepted_at=event.at,
                    min_price=Cash(event.min_price),
                    multiplier=Multiplier(event.multiplier),
                    until=event.until,
                )
            case QuoteAgreed():
                self.request = replace(was, until=0)
            case PaymentMarked():
                self.request = replace(
                    was,
                    state=RequestState.PAID,
                    paid_at=event.at,
                    until=event.until,
                    marked_shares=Shares(event.marked_shares),
                    multiplier=Multiplier(event.multiplier),
                    to_chain=None if event.to_chain == NO_CHAIN else event.to_chain,
                )
            case PaymentDisputed():
                self.request = replace(was, state=RequestState.DISPUTED, until=event.until)
            case DisputeRuled(paid=0):
                accepted = replace(was, state=RequestState.ACCEPTED, until=0)
                self.request = replace(accepted, to_chain=None, marked_shares=Shares(0))
            case DisputeRuled():
                self.request = replace(was, state=RequestState.UPHELD, until=0)
            case RedemptionSettled():
                self.settlements.append(_settlement(event))
                if event.rest:
                    self.request = replace(was, amount=Raw(event.rest))
                else:
                    self.end(End.SETTLED, event.at)
            case RedemptionCancelled():
                self.end(End.CANCELLED, event.at, destination=event.destination)
            case RedemptionRejected():
                self.end(End.REJECTED, event.at, destination=event.destination)
            case RedemptionDefaulted():
                self.end(End.DEFAULTED, event.at, event.penalty, event.destination)


_STEPS = (
    RedemptionAccepted,
    QuoteAgreed,
    PaymentMarked,
    PaymentDisputed,
    DisputeRuled,
    RedemptionSettled,
    RedemptionCancelled,
    RedemptionRejected,
    RedemptionDefaulted,
)


def replay_requests(
    events: Iterable[Event], *, program_id: Pubkey = PROGRAM_ID
) -> dict[RequestKey, OpenRequest | EndedRequest]:
    """Every request that ``events`` (oldest first) tell of: as its account is, or how it ended.

    A request whose making is not among them is left out. Other events are passed over.
    """
    told: dict[RequestKey, _Told] = {}
    for event in events:
        if isinstance(event, RedemptionRequested):
            made = _made(event, program_id)
            told[made.asset, made.holder, made.id] = _Told(made)
        elif isinstance(event, _STEPS) and (known := told.get((event.asset, event.holder, event.id))):
            known.take(event)
    return {key: one.ended or one.request for key, one in told.items()}


def status_from_events(
    events: Iterable[Event], now: int, *, program_id: Pubkey = PROGRAM_ID
) -> RequestStatus | EndedRequest:
    """Where the one request that ``events`` (oldest first) tell of stands at ``now``, or how it ended.

    Raises UsageError when they tell of none or of several: :func:`replay_requests` takes those apart.
    """
    told = replay_requests(events, program_id=program_id)
    if len(told) != 1:
        raise UsageError(
            f"these events tell how {len(told)} requests were made, and one is expected: pass those of one"
        )
    (found,) = told.values()
    return found if isinstance(found, EndedRequest) else request_status(found, now)


def _made(event: RedemptionRequested, program_id: Pubkey) -> OpenRequest:
    return OpenRequest(
        address=pda.redemption_request(event.asset, event.holder, event.id, program_id=program_id),
        asset=event.asset,
        holder=event.holder,
        id=event.id,
        state=RequestState.REQUESTED,
        payout=Payout(event.payout),
        amount=Raw(event.amount),
        requested=Raw(event.amount),
        multiplier=Multiplier(event.multiplier),
        min_price=Cash(event.min_price),
        fee_bps=event.fee_bps,
        requested_at=event.at,
        accept_by=event.accept_by,
        settle_by=event.settle_by,
        accepted_at=0,
        paid_at=0,
        until=0,
        dispute_window_s=event.dispute_window_s,
        penalty_rate=Cash(event.penalty_rate),
        to_chain=None,
        marked_shares=Shares(0),
        payout_terms_hash=event.payout_terms_hash,
        arbiter=None if event.arbiter == Pubkey.default() else event.arbiter,
        source=event.source,
        rent_payer=event.rent_payer,
    )


def _settlement(event: RedemptionSettled) -> Settlement:
    return Settlement(
        at=event.at,
        amount=Raw(event.amount),
        shares=Shares(event.shares),
        payout_shares=Shares(event.payout_shares),
        price=Cash(event.price),
        fee=Cash(event.fee),
        payment=Cash(event.payment),
        payee=None if event.payee == Pubkey.default() else event.payee,
    )
