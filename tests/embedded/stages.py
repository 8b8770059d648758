"""A redemption request in each of its stages, and the books that must balance whatever happens to requests.

Every world here holds one request of ten tokens by Alice (id 0) on Apple, made at ``NOW``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from itertools import product
from types import MappingProxyType

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    ALICE,
    APPLE,
    DISPUTE_WINDOW_S,
    LIMIT,
    QUOTE,
    REDEMPTION_WINDOW_S,
    Stock,
)
from tests.embedded.chain import Call
from tests.embedded.world import NOW, ONE, World, fill
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import ARBITRATION_S, PROGRAM_ID, Payout, RequestState
from xstock_client.errors import TransactionFailed

__all__ = [
    "ACCEPT_BY",
    "ARBITER_UNTIL",
    "DISPUTE_UNTIL",
    "PENALTY",
    "SETTLE_BY",
    "TEN",
    "Kind",
    "Stage",
    "accept",
    "ask",
    "at_stage",
    "audit",
    "is_armed",
    "open_requests",
    "penalty",
    "skip",
    "token_refuses",
]

TEN = 10 * ONE
PENALTY = 20 * calls.DOLLAR_UNIT
"""What ten tokens reserve of the bond, base units of dollars."""
ACCEPT_BY = NOW + ACCEPT_WINDOW_S
SETTLE_BY = NOW + REDEMPTION_WINDOW_S
DISPUTE_UNTIL = NOW + DISPUTE_WINDOW_S
"""Of a payment that was claimed when the request was made."""
ARBITER_UNTIL = NOW + ARBITRATION_S
MODULUS = 2**64


class Kind(Enum):
    """What a holder can ask for."""

    MARKET = "market"
    """Paid on chain at a price that the desk names."""
    LIMIT = "limit"
    """Paid on chain at a price that the holder names."""
    OFF_CHAIN = "off chain"

    @property
    def payout(self) -> Payout:
        return Payout.OFF_CHAIN if self is Kind.OFF_CHAIN else Payout.ON_CHAIN

    @property
    def min_price(self) -> int:
        return LIMIT if self is Kind.LIMIT else 0

    @property
    def quote(self) -> int:
        """What the desk names when it accepts."""
        return QUOTE if self is Kind.MARKET else 0


class Stage(Enum):
    """A state, and whether the deadline that counts in it has passed (by one second)."""

    NONE = "none"
    CLOSED = "closed"
    """Ended: cancelled here; nothing is left that could tell how."""
    REQUESTED = "asked"
    IGNORED = "ignored"
    """Requested, and the time to accept is over."""
    QUOTED = "quoted"
    """Accepted by the desk: at market, its price waits for the holder."""
    LAPSED = "lapsed"
    """So, and the time to settle is over."""
    ACCEPTED = "accepted"
    """Accepted, and at market agreed to by the holder."""
    OVERDUE = "overdue"
    """Accepted, and the time to settle is over."""
    PAID = "paid"
    UNDISPUTED = "silent"
    """Paid, and the time in which the holder alone concludes is over."""
    DISPUTED = "disputed"
    UNRULED = "unruled"
    """Disputed, and the time to rule is over."""
    UPHELD = "upheld"
    REFUTED = "refuted"
    """Accepted again: the arbiter did not believe the desk."""


_PATH = (Stage.REQUESTED, Stage.QUOTED, Stage.ACCEPTED, Stage.PAID, Stage.DISPUTED, Stage.UPHELD)
_LATER: Mapping[Stage, tuple[Stage, int]] = {
    Stage.IGNORED: (Stage.REQUESTED, ACCEPT_BY + 1),
    Stage.LAPSED: (Stage.QUOTED, SETTLE_BY + 1),
    Stage.OVERDUE: (Stage.ACCEPTED, SETTLE_BY + 1),
    Stage.UNDISPUTED: (Stage.PAID, DISPUTE_UNTIL + 1),
    Stage.UNRULED: (Stage.DISPUTED, ARBITER_UNTIL + 1),
    Stage.REFUTED: (Stage.DISPUTED, NOW),
}


def skip(world: World, until: int) -> None:
    """Let the clock run up to ``until``, unix seconds."""
    world.advance(until - world.now)


def ask(
    world: World, amount: int, kind: Kind = Kind.LIMIT, *, holder: Pubkey = ALICE, stock: Stock = APPLE, **more: int
) -> int:
    """A request with the holder's next id, which is returned, in the stock's coin; ``min_price`` may be another."""
    id = world.book(stock, holder).next_id
    sent = calls.request_redemption(
        stock,
        amount,
        id=id,
        holder=holder,
        payout=kind.payout,
        min_price=more.pop("min_price", kind.min_price),
        mint=world.asset(stock).payment_mint,
    )
    assert not more
    world.do(sent)
    return id


def accept(
    world: World,
    *amounts: int,
    kind: Kind = Kind.LIMIT,
    holder: Pubkey = ALICE,
    stock: Stock = APPLE,
    min_price: int | None = None,
) -> None:
    """Requests of these raw units, accepted; ids count on from the holder's next."""
    for amount in amounts:
        more = {} if min_price is None else {"min_price": min_price}
        id = ask(world, amount, kind, holder=holder, stock=stock, **more)
        world.do(calls.accept_redemption(stock, id=id, holder=holder, price=kind.quote))
        if kind is Kind.MARKET:
            world.do(calls.agree_quote(stock, id=id, holder=holder))


def _make(world: World, *, stage: Stage, kind: Kind) -> None:
    if stage is Stage.NONE:
        return
    base, until = _LATER.get(stage, (stage, NOW))
    if base is Stage.CLOSED:
        ask(world, TEN, kind)
        world.do(calls.cancel_redemption(APPLE, id=0))
        return
    reached = _PATH[: _PATH.index(base) + 1]
    by_hand = kind is not Kind.OFF_CHAIN and Stage.PAID in reached
    ask(world, TEN, Kind.OFF_CHAIN if by_hand else kind)
    steps = {
        Stage.QUOTED: calls.accept_redemption(APPLE, id=0, price=0 if by_hand else kind.quote),
        Stage.PAID: calls.mark_paid(APPLE, id=0),
        Stage.DISPUTED: calls.dispute_payment(APPLE, id=0),
        Stage.UPHELD: calls.rule_dispute(APPLE, True, id=0),
    }
    if kind is Kind.MARKET and not by_hand:
        steps[Stage.ACCEPTED] = calls.agree_quote(APPLE, id=0)
    world.do(*(steps[one] for one in reached[1:] if one in steps))
    if stage is Stage.REFUTED:
        world.do(calls.rule_dispute(APPLE, False, id=0))
    if by_hand:  # no instruction takes such a request there: it must lead nowhere from there either
        request = APPLE.request(ALICE, 0)
        world.patch_field(RedemptionRequest, request, "payout", Payout.ON_CHAIN)
        world.patch_field(RedemptionRequest, request, "min_price", kind.min_price or kind.quote)
        world.patch(request, RedemptionRequest.OFFSETS["arbiter"], bytes(32))
    skip(world, until)


_MAKERS: Mapping[tuple[Stage, Kind], Callable[[World], None]] = MappingProxyType(
    {(stage, kind): partial(_make, stage=stage, kind=kind) for stage, kind in product(Stage, Kind)}
)


def at_stage(stage: Stage, kind: Kind = Kind.LIMIT) -> World:
    """A world of its own whose request is there."""
    return fill(World(), _MAKERS[stage, kind])


def token_refuses(world: World, sent: Call | Instruction, code: int) -> None:
    """A token program refuses, with this error of its own: 1 too few tokens, 3 another mint, 4 not the owner,
    17 frozen, 36 no memo, 42 guarded."""
    error = world.fail(sent)
    assert isinstance(error, TransactionFailed), repr(error)
    assert re.search(rf"\berror {code}\b", str(error)), error


def penalty(raw: int, rate: int) -> int:
    """``ceil(raw * rate / 10^8)``, without the program's own way."""
    return -(-raw * rate // ONE)


def is_armed(request: RedemptionRequest) -> bool:
    """Whether a missed deadline costs the penalty, and the bond has reserved it."""
    at_market = request.payout == Payout.ON_CHAIN and request.min_price == 0
    return request.state != RequestState.REQUESTED or at_market


def open_requests(world: World, stock: Stock = APPLE) -> list[RedemptionRequest]:
    """Every open request of ``stock``."""
    found = [
        RedemptionRequest.decode(account.data)
        for account in world.chain.state().values()
        if account.owner == PROGRAM_ID and account.data[:8] == RedemptionRequest.DISCRIMINATOR
    ]
    return [one for one in found if one.asset == stock.asset]


def audit(world: World, stock: Stock = APPLE, *, donated: int = 0, vault_donated: int = 0) -> None:
    """Every token asked for is burned, returned or pending, and every dollar of the bond is where the books say, to
    the unit. ``donated`` raw units and ``vault_donated`` base units were sent to escrow and vault past the program."""
    asset, waiting = world.asset(stock), open_requests(world, stock)
    assert asset.pending == sum(one.amount for one in waiting)
    assert asset.open_requests == len(waiting)
    assert asset.requested == (asset.settled + asset.returned + asset.pending) % MODULUS
    assert asset.bond_reserved == sum(penalty(one.amount, one.penalty_rate) for one in waiting if is_armed(one))
    assert asset.bond_reserved <= asset.bond
    assert world.amount(stock.escrow) == asset.pending + donated
    assert world.money(asset.bond_vault) == asset.bond + vault_donated
    assert asset.minted == asset.known_supply + asset.settled + asset.burned_outside
    assert world.supply(stock) <= asset.known_supply
    marked = [sum(one.marked_shares for one in waiting if one.to_chain == slot) for slot in range(8)]
    assert [slot.marked for slot in world.reserve(stock).chains] == marked
