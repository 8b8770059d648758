"""The reference model's corporate actions: the calendar, multipliers, snapshot attestors, identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from typing import Final

from tests.properties.office import GUARDS, SWAPS, isin_checks
from tests.properties.parts import (
    ADMIN,
    ALREADY,
    CORPORATE,
    DAY,
    LIFE,
    MANAGER,
    MISSING,
    OK,
    PAUSER,
    TWICE,
    Coming,
    Shown,
    Split,
)
from tests.properties.redeeming import Redeeming

__all__ = [
    "ANNOUNCED",
    "APPLIED",
    "ATTESTORS",
    "CANCELLED",
    "CASH",
    "DELISTING",
    "HOUR",
    "IDENTIFIERS",
    "REVERSE",
    "SPLIT",
    "STOCK",
    "Action",
    "Attestors",
    "Corporate",
]

CASH, STOCK, SPLIT, REVERSE, IDENTIFIERS, DELISTING = range(1, 7)
ANNOUNCED, CANCELLED, APPLIED = range(1, 4)
HOUR: Final = 3600
YEAR: Final = 366 * DAY
ATTESTORS: Final = 5
PLACES: Final = 6
"""In the calendar."""


@dataclass(slots=True)
class Action:
    """What was announced; what does not go with the kind is zero. ``rate`` is in millionths of a base unit."""

    number: int
    kind: int
    new: int = 0
    old: int = 0
    old_multiplier: int = 0
    rate: int = 0
    coin: str = ""
    ex: int = 0
    record: int = 0
    pay: int = 0
    effective: int = 0
    document: int = 1
    isin: str = ""
    symbol: str = ""
    state: int = ANNOUNCED
    new_multiplier: int = 0
    snapshot: int | None = None
    basis: int = 0
    announced: int = 0
    reason: int = 0

    @property
    def ratio(self) -> Split:
        """Shares afterwards for those before."""
        return Split(self.new + self.old, self.old) if self.kind == STOCK else Split(self.new, self.old)

    @property
    def span(self) -> tuple[int, int]:
        """What it takes of the calendar."""
        return self.ex, max(self.record + HOUR if self.record else 0, self.effective)

    def fault(self, now: int, loosen_at: int) -> str:
        """What is wrong with an announcement, if anything; a new multiplier waits as long as what is looser."""
        cash, names = self.kind == CASH, self.kind == IDENTIFIERS
        sane = 1 <= self.new <= 10_000 and 1 <= self.old <= 10_000
        ratios = {
            STOCK: sane and self.new <= self.old,
            SPLIT: sane and self.new > self.old,
            REVERSE: sane and self.new < self.old,
        }
        nothing = (self.new, self.old, self.old_multiplier) == (0, 0, 0)
        fits = (
            CASH <= self.kind <= DELISTING
            and bool(self.rate) == bool(self.coin) == cash
            and bool(self.isin) == bool(self.symbol) == names
            and ratios.get(self.kind, nothing)
            and self.document != 0
            and (self.record >= self.ex if cash else self.record == 0)
            and (self.record <= self.pay <= self.record + YEAR if cash else self.pay == 0)
            and (self.effective == 0 if cash else self.effective >= self.ex)
        )
        if not fits:
            return "BadAction"
        begins, ends = self.span
        earliest = max(now + DAY, loosen_at if self.kind in ratios else 0)
        if not earliest <= begins <= now + YEAR:
            return "BadNotice"
        return OK if ends - begins <= 10 * DAY else "ActionTooLong"


@dataclass(frozen=True, slots=True)
class Attestors:
    """Who agrees on record-date balances."""

    names: tuple[str, ...] = ()
    threshold: int = 0


@dataclass(slots=True)
class Corporate(Redeeming):
    """What a company does to its shares."""

    actions: list[Action] = field(default_factory=list)
    calendar: list[tuple[int, int, int, int]] = field(default_factory=lambda: [(0, 0, 0, 0)] * PLACES)
    attestors: Attestors = Attestors()
    fresh_attestors: tuple[Attestors, int] | None = None
    """Those that wait, and from when they are in force."""
    identified: int = 0

    # Announcing

    def announce(self, by: str, new: Action, *, shown: Shown = None, swap: str = "") -> str:
        """A day ahead at least, on days of its own; one multiplier at a time."""
        if shown and shown not in self.grants:
            return MISSING
        if new.number < len(self.actions):
            return ALREADY
        if (code := self.of_asset(by, shown, (CORPORATE,), swap)) != OK:
            return code
        if self.halts & 4:
            return "ChangesHalted"
        if (code := new.fault(self.now, self.change_at())) != OK or (code := self._kind_fault(new)) != OK:
            return code
        self.told = {}
        self.observe()
        if new.number != len(self.actions):
            return "WrongActionNumber"
        new = replace(new, announced=self.now, basis=self.basis)
        if (code := self._enter(new)) != OK:
            return code
        self.told |= {"obligation": 0, "reserve": 0, "new_multiplier": 0, "basis": self.basis}
        if new.kind in (STOCK, SPLIT, REVERSE) and (code := self._schedule(new)) != OK:
            return code
        if new.kind == DELISTING:
            self.delisted = new.effective
        self.told |= {"action": new.number, "kind": new.kind, "old_multiplier": new.old_multiplier, "rate": new.rate}
        self.actions.append(new)
        return OK

    def _kind_fault(self, new: Action) -> str:
        if new.kind == CASH:
            if new.coin == "share":
                return "WrongPaymentMint"
            return OK if self.in_force().names else "NoAttestors"
        if new.kind == IDENTIFIERS:
            if not isin_checks(new.isin):
                return "BadIsin"
            clean = all(one.isascii() and (one.isalnum() or one in ".-") for one in new.symbol)
            return OK if clean else "BadSymbol"
        return "Delisted" if new.kind == DELISTING and self.delisted else OK

    def _enter(self, new: Action) -> str:
        begins, ends = new.span
        ahead = [entry for entry in self.calendar if entry[1] >= self.now]
        if any(entry[0] // DAY <= ends // DAY and begins // DAY <= entry[1] // DAY for entry in ahead):
            return "DateTaken"
        free = next((place for place, entry in enumerate(self.calendar) if entry[1] < self.now), None)
        if free is None:
            return "CalendarFull"
        self.calendar[free] = (begins, ends, new.number, new.kind)
        return OK

    def _schedule(self, new: Action) -> str:
        if new.old_multiplier != self.multiplier:
            return "MultiplierMoved"
        ratio = new.ratio
        multiplier = ceil(Fraction(self.multiplier * ratio.new, ratio.old))
        if not 10**6 <= multiplier <= 10**18:
            return "MultiplierOutOfRange"
        if self.coming:
            return "MultiplierScheduled"
        split = None if new.kind == STOCK else ratio
        self.coming = Coming(multiplier, new.effective, new.number, new.ex, split)
        new.new_multiplier = self.told["new_multiplier"] = multiplier
        if new.kind == STOCK:
            if (code := self.covered()) != OK:
                return code
            self.told |= self.cover(asked=True)
        return OK

    def cancel_action(self, by: str, number: int, reason: int, *, shown: Shown = None, swap: str = "") -> str:
        """Until it has happened, and for a reason."""
        if (shown and shown not in self.grants) or number >= len(self.actions):
            return MISSING
        if (code := self.of_asset(by, shown, (CORPORATE, ADMIN, PAUSER), swap)) != OK:
            return code
        one = self.actions[number]
        if not reason:
            return "EmptyCustodianField"
        if one.state != ANNOUNCED:
            return "WrongActionState"
        if one.snapshot is not None:
            return "SnapshotTaken"
        if one.effective and one.kind != IDENTIFIERS and self.now >= one.effective:
            return "AlreadyEffective"
        self._strike(number)
        if one.new_multiplier:
            if self.coming is None or self.coming.action != number:
                return "AlreadyEffective"
            self.coming = None
        if one.kind == DELISTING:
            self.delisted = 0
        one.state, one.reason = CANCELLED, reason
        self.told = {"action": number, "kind": one.kind, "multiplier": self.multiplier}
        return OK

    def _strike(self, number: int) -> None:
        mine = [place for place, entry in enumerate(self.calendar) if entry[1] and entry[2] == number]
        for place in mine:
            self.calendar[place] = (0, 0, 0, 0)

    # Identifiers

    def apply_identifiers(
        self, number: int, isin: str, symbol: str, *, given_up: tuple[bool, bool] | None = None, swap: str = ""
    ) -> str:
        """``given_up``: whether the old markers of ISIN and symbol are passed; of those that change, by default."""
        if number >= len(self.actions):
            return MISSING
        one, (old_isin, old_symbol) = self.actions[number], self.listed[0]
        if given_up and ((given_up[0] and isin == old_isin) or (given_up[1] and symbol == old_symbol)):
            return TWICE
        if swap:
            return {"rent_receiver": "WrongRentReceiver", **SWAPS}[swap]
        if one.kind != IDENTIFIERS:
            return "WrongActionKind"
        if one.state != ANNOUNCED:
            return "WrongActionState"
        if self.now < one.effective:
            return "NotYetEffective"
        if self.now > one.effective + LIFE or one.effective <= self.identified:
            return "ChangeExpired"
        if (isin, symbol) != (one.isin, one.symbol):
            return "WrongAction"
        if any(isin == theirs[0] or symbol == theirs[1] for theirs in self.listed[1:]):
            return "IdentifierTaken"
        change = (isin != old_isin, symbol != old_symbol)
        if given_up not in (None, change):
            return "WrongMarker"
        self.listed[0], self.identified, one.state = (isin, symbol), one.effective, APPLIED
        self._strike(number)
        self.told = {"action": number, "isin": isin.encode()}
        return OK

    # Snapshot attestors

    def in_force(self) -> Attestors:
        """Who attests now."""
        if self.fresh_attestors and self.now >= self.fresh_attestors[1]:
            return self.fresh_attestors[0]
        return self.attestors

    def set_attestors(self, by: str, shown: tuple[int, str], names: Sequence[str], threshold: int) -> str:
        """``names`` as the instruction takes them; ``"nobody"`` leaves a place empty."""
        if (code := self.holds(MANAGER, by, shown)) != OK:
            return code
        named = tuple(name for name in names if name != "nobody")
        if len(named) < 2 or "nobody" in names[: len(named)]:
            return "TooFewAttestors"
        if len(set(named)) < len(named):
            return "RepeatedKey"
        if not 2 <= threshold <= len(named) < 2 * threshold:
            return "ThresholdOutOfRange"
        now, new = self.in_force(), Attestors(named, threshold)
        gone = len(now.names) - len(named)
        tighter = set(named) <= set(now.names) and threshold >= now.threshold
        tighter = tighter and (gone == 0 or (gone == 1 and len(named) > threshold))
        if not tighter and self.halts & 4:
            return "ChangesHalted"
        self.attestors = now
        since = self.now if tighter else self.change_at()
        if since > self.now:
            self.fresh_attestors = (new, since)
        else:
            self.attestors, self.fresh_attestors = new, None
        self.told = {"in_force_at": since, "threshold": threshold}
        return OK

    def cancel_attestors(self, by: str, *, shown: Shown = None) -> str:
        if (code := self.of_asset(by, shown, GUARDS)) != OK:
            return code
        if not self.fresh_attestors or self.fresh_attestors[1] <= self.now:
            return "NothingQueued"
        self.fresh_attestors, self.told = None, {}
        return OK
