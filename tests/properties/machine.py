"""Random legal and illegal operations in random order, on program and model at once."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis.stateful import rule

from tests.properties.claims import ON_CHAIN, WIRE, Bargain
from tests.properties.desk import HOLDERS
from tests.properties.parts import NO_CHAIN
from tests.properties.rules_bond import BondRules
from tests.properties.rules_custody import CustodyRules
from tests.properties.rules_market import MintRules, StreetRules
from tests.properties.rules_office import OfficeRules
from tests.properties.rules_paying import DividendRules
from tests.properties.rules_time import TimeRules

__all__ = ["CompanyMachine", "PromiseMachine", "RedemptionMachine"]


class RedemptionMachine(StreetRules, BondRules, TimeRules):
    """What becomes of requests, money and tokens; the rest stays as it was set up, or is put in order."""

    salt = 0
    """Of the batch."""
    days = 0

    @rule()
    def as_usual(self) -> None:
        """A little of everything, something else every day: Hypothesis takes the first rule more often than any, and
        begins with a life of nothing else.
        """
        self.days += 1
        n = (self.salt + self.days) * 7919 % 2**16
        who, word = HOLDERS[n % 3], ("denied", "undecided", "confirmed", "upheld", "silent")[n // 3 % 5]
        bargain = (Bargain(), Bargain(ON_CHAIN, 1 + n * 10**4), WIRE)[n // 5 % 3]
        usual: list[Callable[[], None]] = [
            lambda: self.put_in_order("lots", n),
            lambda: self.redemption(who, n, bargain, n % 61, n % 6),
            lambda: self.wire(who, n, NO_CHAIN if n % 2 else n % 3, word, n % 3 - 1),
            lambda: self.redemption(who, n, bargain, 0, n % 6),
            lambda: self.around_a_deadline(n, n % 3 - 1, n % 7),
            lambda: self.ordinary_day(n, "whale", "few"),
        ]
        usual[self.days % len(usual)]()


class PromiseMachine(RedemptionMachine, OfficeRules, CustodyRules, MintRules, DividendRules):
    """All rules."""


class CompanyMachine(StreetRules, DividendRules):
    """What companies do to their shares, while holders and their desk go on."""

    salt = 0
    days = 0

    @rule()
    def as_usual(self) -> None:
        """A little of everything, something else every day."""
        self.days += 1
        n = (self.salt + self.days) * 7919 % 2**16
        usual: list[Callable[[], None]] = [
            lambda: self.carry_on_for_long(n),
            lambda: self.carry_on(n, "right"),
            lambda: self.live_through((2, 3, 4)[n % 3], n, n % 2 == 0),
            lambda: self.carry_on(n, ("right", "order", "lie")[n % 3]),
            lambda: self.record_slot(n),
            lambda: self.carry_on_for_long(n),
            lambda: self.claims(n),
        ]
        usual[self.days % len(usual)]()
