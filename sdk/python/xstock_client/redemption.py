"""Redemption requests: what each says, where it stands, who acts next, and by when. Pure.

A request is read from its account (:meth:`OpenRequest.of`) or told from events alone (:mod:`xstock_client.told`); both
give the same. Rules are those of state/redemption.rs; times are unix seconds, ``now`` is the cluster's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import MULTIPLIER_SCALE, U64_MAX, Cash, Multiplier, Raw, Shares
from xstock_client.constants import ABANDONED_S, NO_CHAIN, Payout, RequestState
from xstock_client.counting import penalty, worth_ceil

__all__ = ["Actor", "Move", "OpenRequest", "RequestStatus", "deadline_of", "moves", "request_status"]


class Actor(StrEnum):
    """Who can move a request on."""

    DESK = "desk"
    HOLDER = "holder"
    ARBITER = "arbiter"
    ANYONE = "anyone"


class Move(StrEnum):
    """What can be done with a request."""

    ACCEPT = "accept"
    """At market it quotes a price, which the holder has to agree to."""
    AGREE = "agree"
    """To the desk's quote."""
    SETTLE = "settle"
    MARK_PAID = "mark paid"
    REJECT = "reject"
    """Only while the account that the tokens came from is frozen."""
    CANCEL = "cancel"
    """Take the tokens back, without a penalty; declines a quote."""
    DEFAULT = "default"
    """Send the tokens back because a deadline was missed; the bond pays the penalty."""
    CONFIRM = "confirm"
    """The payment arrived: the tokens burn."""
    DISPUTE = "dispute"
    CONCLUDE = "conclude"
    """Undisputed, or upheld by an arbiter: the tokens burn."""
    RULE = "rule"


_NEXT: Final = {
    RequestState.REQUESTED: (Actor.DESK, Actor.HOLDER),
    RequestState.ACCEPTED: (Actor.DESK, Actor.HOLDER),
    RequestState.PAID: (Actor.HOLDER, Actor.ANYONE),
    RequestState.DISPUTED: (Actor.ARBITER, Actor.HOLDER),
    RequestState.UPHELD: (Actor.ANYONE, Actor.ANYONE),
}
"""Who acts next, before and after the deadline."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A redemption request that has not ended."""

    address: Pubkey
    asset: Pubkey
    holder: Pubkey
    id: int
    state: RequestState
    payout: Payout
    amount: Raw
    """What waits in escrow for it."""
    requested: Raw
    """What it was made for; more than ``amount`` once a part is settled."""
    multiplier: Multiplier
    """Shares per raw unit when it was made, accepted, or said to be paid on another chain: that of ``min_price``."""
    min_price: Cash
    """What the holder gets per whole share of ``multiplier``, after the fee, at least: the holder's limit, or the
    desk's quote. Zero at market until there is one. After a split, :meth:`price_at` tells it per share of now."""
    fee_bps: int
    """What the issuer keeps of the payment."""
    requested_at: int
    accept_by: int
    settle_by: int
    accepted_at: int
    """Zero until it is accepted."""
    paid_at: int
    """When the desk said that it paid outside the chain, which it can only once; zero until then."""
    until: int
    """Quoted at market: until when the holder may agree. Paid: until when the holder may dispute, and only the holder
    conclude. Disputed: until when the arbiter may rule. Otherwise zero."""
    dispute_window_s: int
    penalty_rate: Cash
    """What a missed deadline costs per whole token; before it is armed, the most that it may."""
    to_chain: int | None
    """Slot of the chain where the shares are issued instead, once the desk has said so."""
    marked_shares: Shares
    """What is said to be issued there."""
    payout_terms_hash: bytes
    arbiter: Pubkey | None
    """Who rules on a disputed payment outside the chain; None for one on chain."""
    source: Pubkey
    """The token account that the tokens came from."""
    rent_payer: Pubkey

    @property
    def shares(self) -> Shares:
        """Shares that it was worth at its ``multiplier``, rounded down."""
        return self.multiplier.shares_floor(self.amount)

    def price_at(self, multiplier: Multiplier) -> Cash:
        """The minimum per whole share at another multiplier, rounded up (RedemptionRequest::restate).

        What the tokens bring in all stays the same: a 10:1 split makes it a tenth.
        """
        if multiplier == self.multiplier:
            return self.min_price
        return Cash(min(-(-self.min_price.value * self.multiplier.value // multiplier.value), U64_MAX))

    def least_payment(self, rest: Raw | None = None) -> Cash:
        """The least that settling all but ``rest`` must pay its holder (Price::of): no split changes it."""
        asked = self.multiplier.shares_floor(self.amount) - self.multiplier.shares_floor(rest or Raw(0))
        return Cash(worth_ceil(asked.value, self.min_price.value))

    def marked_at(self, multiplier: Multiplier) -> Shares:
        """What is said to be issued on another chain, in shares at ``multiplier`` (RedemptionRequest::marked_at)."""
        if not self.marked_shares or multiplier == self.multiplier:
            return self.marked_shares
        return Shares(min(-(-self.amount.value * multiplier.value // MULTIPLIER_SCALE), U64_MAX))

    @property
    def at_market(self) -> bool:
        """Whether it is paid on chain at a price that the desk has yet to name (RedemptionRequest::is_at_market)."""
        return self.payout is Payout.ON_CHAIN and not self.min_price

    @property
    def armed(self) -> bool:
        """Whether a missed deadline costs the penalty (RedemptionRequest::is_armed).

        Once it is accepted; before that only at market, which the desk can do without anybody's agreement.
        """
        return self.state is not RequestState.REQUESTED or self.at_market

    @property
    def penalty(self) -> Cash:
        """What the bond has reserved for what is left of it; zero until it is armed."""
        return self.possible_penalty if self.armed else Cash(0)

    @property
    def possible_penalty(self) -> Cash:
        """The same; before it is armed, the most that the bond may reserve once it is accepted."""
        return Cash(penalty(self.amount.value, self.penalty_rate.value))

    @property
    def quoted(self) -> bool:
        """Whether the desk's price waits for the holder (RedemptionRequest::is_quoted)."""
        return self.state is RequestState.ACCEPTED and self.until != 0

    @property
    def owed(self) -> Cash:
        """What the bond pays when the deadline of its state is missed (RedemptionRequest::owed).

        A quote that the holder did not agree to costs nothing, and nobody misses a deadline of a payment outside the
        chain that waits for its holder.
        """
        waits = self.state in (RequestState.PAID, RequestState.UPHELD)
        return Cash(0) if self.quoted or waits else self.penalty

    @property
    def deadline(self) -> int | None:
        """The deadline that counts in its state; None when none does."""
        return deadline_of(self)

    def late(self, now: int) -> bool:
        """Whether the issuer or the arbiter has missed a deadline, or a quote lapsed: anybody may return the tokens."""
        return Move.DEFAULT in moves(self, now)[Actor.ANYONE]

    def abandoned(self, now: int) -> bool:
        """Whether it is late for so long that anybody may send the tokens back without its penalty."""
        return self.late(now) and self.deadline is not None and now > self.deadline + ABANDONED_S

    def cancellable(self, now: int) -> bool:
        """Whether its holder may take it back at ``now`` (RedemptionRequest::check_cancel)."""
        return Move.CANCEL in moves(self, now)[Actor.HOLDER]

    @classmethod
    def of(cls, address: Pubkey, request: RedemptionRequest) -> OpenRequest:
        """The typed view of the account at ``address``."""
        return cls(
            address=address,
            asset=request.asset,
            holder=request.holder,
            id=request.id,
            state=RequestState(request.state),
            payout=Payout(request.payout),
            amount=Raw(request.amount),
            requested=Raw(request.requested),
            multiplier=Multiplier(request.multiplier),
            min_price=Cash(request.min_price),
            fee_bps=request.fee_bps,
            requested_at=request.requested_at,
            accept_by=request.accept_by,
            settle_by=request.settle_by,
            accepted_at=request.accepted_at,
            paid_at=request.paid_at,
            until=request.until,
            dispute_window_s=request.dispute_window_s,
            penalty_rate=Cash(request.penalty_rate),
            to_chain=None if request.to_chain == NO_CHAIN else request.to_chain,
            marked_shares=Shares(request.marked_shares),
            payout_terms_hash=request.payout_terms_hash,
            arbiter=None if request.arbiter == Pubkey.default() else request.arbiter,
            source=request.source,
            rent_payer=request.rent_payer,
        )


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """Where an open request stands at one time."""

    request: OpenRequest
    now: int
    next: Actor
    """Who acts next."""
    deadline: int | None
    """The one that counts now; None once an arbiter has upheld the payment."""
    late: bool
    """The issuer, or the arbiter, has missed it, or a quote has lapsed: anybody may send the tokens back."""
    penalty: Cash
    """What the bond pays if the deadline is missed, or now that it is; zero where none is armed."""
    quote_until: int | None
    """Until when the holder may agree to the desk's quote; None when none waits."""
    moves: Mapping[Actor, tuple[Move, ...]]
    """What each may do now; whatever anyone may do stands under ANYONE alone."""

    @property
    def name(self) -> str:
        """In a word: ``requested``, ``quoted``, ``accepted``, ``paid``, ``disputed``, ``upheld``."""
        return "quoted" if self.request.quoted else self.request.state.name.lower()

    @property
    def seconds_left(self) -> int | None:
        """Until the deadline; negative once it has passed, None without one."""
        return None if self.deadline is None else self.deadline - self.now

    def may(self, actor: Actor) -> tuple[Move, ...]:
        """What ``actor`` may do now, with what anyone may."""
        own = self.moves[actor]
        return own if actor is Actor.ANYONE else (*own, *self.moves[Actor.ANYONE])


def deadline_of(request: OpenRequest) -> int | None:
    """The deadline that counts in the request's state; None for an upheld payment."""
    match request.state:
        case RequestState.REQUESTED:
            return request.accept_by
        case RequestState.ACCEPTED:
            return request.settle_by
        case RequestState.PAID | RequestState.DISPUTED:
            return request.until
    return None


def moves(request: OpenRequest, now: int) -> dict[Actor, tuple[Move, ...]]:
    """What each actor may do with the request at ``now``."""
    over = (deadline := deadline_of(request)) is not None and now > deadline
    made: dict[Actor, list[Move]] = {actor: [] for actor in Actor}
    desk, holder = made[Actor.DESK], made[Actor.HOLDER]
    match request.state:
        case RequestState.REQUESTED:
            desk += [] if over else [Move.ACCEPT, Move.REJECT]
            holder.append(Move.CANCEL)
        case RequestState.ACCEPTED:
            desk += _settling(request, over=over)
            desk += [] if over else [Move.REJECT]
            holder += [Move.AGREE] if request.quoted and not over else []
            holder += [Move.CANCEL] if over or request.quoted else []
            holder += [Move.CONFIRM] if request.payout is Payout.OFF_CHAIN else []
        case RequestState.PAID:
            holder += [Move.CONFIRM] if over else [Move.CONFIRM, Move.DISPUTE]
            made[Actor.ANYONE] += [Move.CONCLUDE] if over else []
        case RequestState.DISPUTED:
            made[Actor.ARBITER] += [] if over else [Move.RULE]
            holder += [Move.CONFIRM, Move.CANCEL] if over else [Move.CONFIRM]
        case RequestState.UPHELD:
            made[Actor.ANYONE].append(Move.CONCLUDE)
    if over and request.state is not RequestState.PAID:
        made[Actor.ANYONE].append(Move.DEFAULT)
    return {actor: tuple(found) for actor, found in made.items()}


def _settling(request: OpenRequest, *, over: bool) -> list[Move]:
    """How the desk may pay: on chain late, too; outside it can claim so once, in time."""
    if request.payout is Payout.ON_CHAIN:
        return [] if request.quoted else [Move.SETTLE]
    return [] if over or request.paid_at else [Move.MARK_PAID]


def request_status(request: OpenRequest, now: int) -> RequestStatus:
    """Where ``request`` stands at ``now``."""
    over = (deadline := request.deadline) is not None and now > deadline
    in_time, afterwards = (Actor.HOLDER, Actor.HOLDER) if request.quoted else _NEXT[request.state]
    return RequestStatus(
        request=request,
        now=now,
        next=afterwards if over else in_time,
        deadline=deadline,
        late=request.late(now),
        penalty=request.owed,
        quote_until=request.until if request.quoted else None,
        moves=moves(request, now),
    )
