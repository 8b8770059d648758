"""What a holder has asked for, what it is worth, and what the bond owes for a missed deadline.

Prices are base units of the payment mint per whole share, penalty rates per whole token; either has 10^8 raw units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Final

from tests.properties.parts import DAY, NO_CHAIN, ONE, U64, Window

__all__ = [
    "ABANDONED",
    "ACCEPTED",
    "ARBITRATION",
    "COINS",
    "DISPUTED",
    "LIMIT",
    "OFF_CHAIN",
    "ON_CHAIN",
    "PAID",
    "PRICE",
    "PROGRAMS",
    "REQUESTED",
    "UPHELD",
    "WIRE",
    "Bargain",
    "Book",
    "Exit",
    "Request",
    "best_rate",
    "worth",
]

REQUESTED, ACCEPTED, PAID, DISPUTED, UPHELD = range(1, 6)
ON_CHAIN, OFF_CHAIN = 1, 2
ARBITRATION: Final = 14 * DAY
ABANDONED: Final = 30 * DAY
"""So late that a request may end without its penalty."""
WHOLE: Final = 10**8
COINS: Final = {"usd": 6, "eur": 6, "chf": 9}
"""Payment mints that are fit, and their decimals."""
PROGRAMS: Final = {"usd": "Token"} | dict.fromkeys(("eur", "chf", "fee", "interest", "cents"), "Token-2022")


def worth(units: int, rate: int) -> int:
    """In base units, for the holder: rounded up, and never more than an amount can be."""
    return min(ceil(Fraction(units * rate, WHOLE)), U64)


def best_rate(amount: int, wanted: int, there: int) -> int:
    """The highest rate up to the wanted one whose penalty for all of it is there; none for nothing."""
    if not amount:
        return 0
    rate = min(floor(Fraction(there * WHOLE, amount)), wanted)
    assert worth(amount, rate) <= there
    assert rate == wanted or worth(amount, rate + 1) > there
    return rate


@dataclass(frozen=True, slots=True)
class Bargain:
    """How a holder wants to be paid: on chain, at what price at least; or else, and who shall judge it."""

    payout: int = ON_CHAIN
    min_price: int = 0
    arbiter: str = ""


PRICE: Final = 123_456_789
"""Base units per whole share: about one and a quarter to a raw unit, with something to round."""
LIMIT: Final = Bargain(ON_CHAIN, 1)
"""At any price that is one: accepted without a quote, and so settled at once."""
WIRE: Final = Bargain(OFF_CHAIN, 0, "arbiter")


@dataclass(slots=True)
class Request:
    """Tokens in escrow. Deadlines, fee and dispute window never change once it is made."""

    amount: int
    source: str
    payout: int
    min_price: int
    arbiter: str
    terms: int
    fee_bps: int
    made: int
    accept_by: int
    settle_by: int
    dispute_window: int
    first: int
    """What it was made for."""
    rate: int = 0
    """Of the penalty, per whole token. The bond reserves it once it is armed."""
    state: int = REQUESTED
    accepted: int = 0
    paid: int = 0
    until: int = 0
    """Quoted: the holder may agree until then. Paid: only the holder may conclude. Disputed: the arbiter may rule."""
    to_chain: int = NO_CHAIN
    marked: int = 0
    """Shares that are said to be on another chain."""
    multiplier: int = ONE
    """That the price, or what is marked, is for."""

    def marked_at(self, multiplier: int) -> int:
        """What is said to be there, at today's multiplier."""
        if not self.marked or multiplier == self.multiplier:
            return self.marked
        return min(ceil(Fraction(self.amount * multiplier, ONE)), U64)

    def restate(self, multiplier: int) -> None:
        """The price per share of today that brings the same money in all, rounded up."""
        self.min_price = min(ceil(Fraction(self.min_price * self.multiplier, multiplier)), U64)
        self.multiplier = multiplier

    @property
    def at_market(self) -> bool:
        """Paid on chain, at a price that the desk has to name."""
        return self.payout == ON_CHAIN and self.min_price == 0

    @property
    def armed(self) -> bool:
        """Whether the desk owes the penalty for a missed deadline: only where it needs nobody's agreement to be in
        time, or has given its own.
        """
        return self.state != REQUESTED or self.at_market

    @property
    def penalty(self) -> int:
        """What the bond has reserved for what is left."""
        return worth(self.amount, self.rate) if self.armed else 0

    @property
    def quoted(self) -> bool:
        """Whether the desk's price waits for the holder."""
        return self.state == ACCEPTED and self.until != 0

    @property
    def due(self) -> int:
        """What a missed deadline costs; nothing for a quote that the holder did not agree to."""
        return 0 if self.quoted else self.penalty

    @property
    def deadline(self) -> int:
        """The one of its state; zero where there is none."""
        deadlines = {REQUESTED: self.accept_by, ACCEPTED: self.settle_by, DISPUTED: self.until}
        return deadlines.get(self.state, 0)


@dataclass(slots=True)
class Book:
    """A holder's requests so far, and the penalties that they could have cost lately."""

    next_id: int = 0
    requested: int = 0
    penalties: Window = field(default_factory=Window)

    def lately(self, cap: int, now: int) -> Window:
        """What of the capacity is used; never more than there is of it now."""
        window = self.penalties.later(cap, now)
        return window.plus(min(cap - window.used, 0))


@dataclass(frozen=True, slots=True)
class Exit:
    """A withdrawal of the bond that waits; ``to`` is an account of the payment mint."""

    amount: int = 0
    ready: int = 0
    until: int = 0
    to: str = "nobody"
