"""First in, first out: from what happened to a holder's tokens to the records of one year. Pure, exact.

A lot's tokens stay what they are at a split; its factor, shares per token, moves. New shares of a stock dividend are a
portion of their own in the tokens of each lot that was held, with a lot number of their own, and go with those tokens.
All factors together are the asset's multiplier at every moment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import accumulate, groupby, pairwise
from math import floor

from solders.signature import Signature

from xstock_client.amounts import MULTIPLIER_SCALE, Cash, Multiplier, Raw, Shares
from xstock_client.errors import IncompleteHistory, UsageError
from xstock_client.tax.model import (
    Acquired,
    Action,
    CorporateEvent,
    Disposal,
    EventKind,
    HolderHistory,
    Holding,
    How,
    Lot,
    Match,
    Removed,
    TaxRecords,
)

__all__ = ["acquisitions", "tax_year", "year_bounds"]


def tax_year(history: HolderHistory, year: int, costs: Mapping[Signature, Cash] | None = None) -> TaxRecords:
    """The records of ``year`` (UTC); an unfinished year is told up to ``history.now``.

    ``costs`` are what acquisitions cost in all, in base units of the asset's coin, by the transaction that brought
    them. Raises UsageError for a year that has not begun, IncompleteHistory when the facts do not fit together.
    """
    start, end = year_bounds(year)
    if start > history.now:
        raise UsageError(f"{year} has not begun: the cluster's clock shows {_date(history.now)} (UTC)")
    until = min(end, history.now + 1)
    book = _Book(history, dict(costs or {}))
    book.run(start)
    book.bring()
    first_lot, first_disposal, first_event = len(book.lots), len(book.disposals), len(book.events)
    book.run(until)
    left = book.holdings()
    lots = (
        replace(lot, brought=book.brought.get(lot.number), carried=left.get(lot.number))
        for place, lot in enumerate(book.lots)
        if place >= first_lot or lot.number in book.brought
    )
    return TaxRecords(
        asset=history.asset,
        holder=history.holder,
        symbol=history.symbol,
        isin=history.isin,
        coin=history.coin,
        decimals=history.decimals,
        year=year,
        until=until,
        lots=tuple(lots),
        disposals=tuple(book.disposals[first_disposal:]),
        dividends=tuple(one for one in history.dividends if start <= one.paid_at < until),
        corporate_actions=tuple(one for one in book.events[first_event:] if one.raw),
        penalties=tuple(one for one in history.penalties if start <= one.paid_at < until),
    )


def acquisitions(history: HolderHistory) -> frozenset[Signature]:
    """The transactions that a cost can be given for: what brought tokens, and what announced a stock dividend."""
    dividends = (one.signature for one in history.actions if one.kind is EventKind.STOCK_DIVIDEND)
    return frozenset([*(one.signature for one in history.moves if isinstance(one, Acquired)), *dividends])


def year_bounds(year: int) -> tuple[int, int]:
    """Unix seconds of the year's first moment and of the next year's, UTC. Raises UsageError."""
    try:
        first, after = (int(datetime(one, 1, 1, tzinfo=UTC).timestamp()) for one in (year, year + 1))
    except ValueError:
        raise UsageError(f"{year} is no year between 1 and 9998") from None
    return first, after


@dataclass(slots=True)
class _Portion:
    """Shares of one lot in a position's tokens."""

    lot: int
    acquired_at: int
    factor: Fraction
    """Shares per token."""
    cost: int | None
    raw: int
    """The position's tokens when it began; what ``cost`` is for."""

    def cost_of(self, left: int) -> int | None:
        """What ``left`` of its tokens cost; the parts of it that went never add up to more than all."""
        return None if self.cost is None else self.cost - self.cost * (self.raw - left) // self.raw


@dataclass(slots=True)
class _Position:
    """Tokens that came at once, as far as they are still there."""

    raw: int
    portions: list[_Portion]

    def shares(self) -> list[int]:
        """Of each portion."""
        return _floors([self.raw * one.factor for one in self.portions])


class _Book:
    """The holder's positions as time goes on."""

    def __init__(self, history: HolderHistory, costs: Mapping[Signature, Cash]) -> None:
        self._history = history
        self._costs = costs
        self._shared = _spread_costs(history, costs)
        self._multiplier = history.listed
        self._open: deque[_Position] = deque()
        self._waiting = deque(_in_order(history))
        self.lots: list[Lot] = []
        self.disposals: list[Disposal] = []
        self.events: list[CorporateEvent] = []
        self.brought: dict[int, Holding] = {}

    def run(self, until: int) -> None:
        """Take everything that happened before ``until``."""
        while self._waiting and self._waiting[0][0] < until:
            _, place, fact = self._waiting.popleft()
            match fact:
                case Acquired():
                    self._acquire(fact, self._shared[place])
                case Removed():
                    self._remove(fact)
                case Action():
                    self._apply(fact)

    def bring(self) -> None:
        """Note what is there as brought into the year."""
        self.brought = self.holdings()

    def holdings(self) -> dict[int, Holding]:
        """What is left of each lot."""
        found: dict[int, Holding] = {}
        for position in self._open:
            for place, (one, part) in enumerate(zip(position.portions, position.shares(), strict=True)):
                cost = one.cost_of(position.raw)
                raw = 0 if place else position.raw
                found[one.lot] = Holding(Raw(raw), Shares(part), None if cost is None else Cash(cost))
        return found

    def _acquire(self, fact: Acquired, cost: int | None) -> None:
        shares = self._multiplier.shares_floor(fact.raw)
        lot = self._lot(fact.how, fact.at, fact.raw, shares, cost, None, fact.signature)
        portion = _Portion(lot, fact.at, _factor(self._multiplier), cost, fact.raw.value)
        self._open.append(_Position(fact.raw.value, [portion]))

    def _apply(self, action: Action) -> None:
        if action.before != self._multiplier:
            raise IncompleteHistory(
                f"action {action.number} of {self._history.symbol} found a multiplier of {action.before}, and"
                f" {self._multiplier} is what those before lead to: one is missing; ask another RPC"
            )
        self._multiplier = action.after
        held = sum(position.raw for position in self._open)
        self.events.append(CorporateEvent(action, Raw(held)))
        if action.kind is not EventKind.STOCK_DIVIDEND:
            ratio = Fraction(action.after.value, action.before.value)
            for position in self._open:
                for one in position.portions:
                    one.factor *= ratio
            return
        gained = _factor(action.after) - _factor(action.before)
        given = self._costs.get(action.signature)
        costs = _split_cost(given, [position.raw for position in self._open])
        for position, cost in zip(self._open, costs, strict=True):
            number, at = len(self.lots) + 1, action.effective_at
            position.portions.append(_Portion(number, at, gained, cost, position.raw))
            shares = Shares(position.shares()[-1])
            within = position.portions[0].lot
            self._lot(How.STOCK_DIVIDEND, at, Raw(0), shares, cost, within, action.signature)

    def _remove(self, fact: Removed) -> None:
        parts: list[tuple[_Portion, Raw, int | None, Fraction]] = []
        wanted = fact.raw.value
        while wanted:
            if not self._open:
                raise IncompleteHistory(
                    f"transaction {fact.signature} took {fact.raw.to_ui()} tokens from {self._history.holder}, and"
                    f" {Raw(wanted).to_ui()} more than were found to have come before; ask another RPC"
                )
            position = self._open[0]
            taken = min(wanted, position.raw)
            left = position.raw - taken
            for place, one in enumerate(position.portions):
                before, after = one.cost_of(position.raw), one.cost_of(left)
                cost = None if before is None or after is None else before - after
                parts.append((one, Raw(0 if place else taken), cost, taken * one.factor))
            position.raw = left
            wanted -= taken
            if not left:
                self._open.popleft()
        self.disposals.append(self._disposal(fact, parts))

    def _disposal(self, fact: Removed, parts: Sequence[tuple[_Portion, Raw, int | None, Fraction]]) -> Disposal:
        total = self._multiplier.shares_floor(fact.raw) if fact.shares is None else fact.shares
        weights = [weight for *_, weight in parts]
        shares = _spread(total.value, weights)
        proceeds = _split_cost(fact.proceeds, weights)
        fees = _split_cost(fact.fee, weights)
        matches = tuple(
            Match(one.lot, one.acquired_at, raw, Shares(part), _cash(cost), _cash(net), _cash(fee))
            for (one, raw, cost, _), part, net, fee in zip(parts, shares, proceeds, fees, strict=True)
        )
        paid = (fact.proceeds, fact.fee, fact.coin)
        return Disposal(fact.at, fact.how, fact.raw, total, *paid, fact.signature, matches)

    def _lot(
        self,
        how: How,
        at: int,
        raw: Raw,
        shares: Shares,
        cost: int | None,
        within: int | None,
        signature: Signature,
    ) -> int:
        number = len(self.lots) + 1
        self.lots.append(Lot(number, how, at, raw, shares, _cash(cost), within, signature, None, None))
        return number


def _in_order(history: HolderHistory) -> Iterator[tuple[int, int, Acquired | Removed | Action]]:
    """What happened, by time; a corporate action is in force from its effective time on, before what moves then."""
    actions = [(one.effective_at, -1, one) for one in history.actions]
    moves = [(one.at, place, one) for place, one in enumerate(history.moves)]
    yield from sorted([*actions, *moves], key=lambda entry: entry[:2])


def _spread_costs(history: HolderHistory, costs: Mapping[Signature, Cash]) -> dict[int, int | None]:
    """The cost of each acquisition by its place; what one transaction brought shares its cost by tokens."""
    found: dict[int, int | None] = {}
    came = [(place, one) for place, one in enumerate(history.moves) if isinstance(one, Acquired)]
    for signature, group in groupby(came, key=lambda pair: pair[1].signature):
        lots = list(group)
        parts = _split_cost(costs.get(signature), [one.raw.value for _, one in lots])
        found |= {place: part for (place, _), part in zip(lots, parts, strict=True)}
    return found


def _split_cost(total: Cash | None, weights: Sequence[Fraction | int]) -> list[int] | list[None]:
    return [None] * len(weights) if total is None else _spread(total.value, weights)


def _spread(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """``total`` in whole parts by ``weights``; the parts add up to it."""
    whole = sum(weights)
    return _floors([Fraction(total) * weight / whole for weight in weights]) if whole else [0] * len(weights)


def _floors(parts: Sequence[Fraction]) -> list[int]:
    """Whole parts whose running sums are the rounded-down running sums."""
    sums = [0, *(floor(one) for one in accumulate(parts))]
    return [after - before for before, after in pairwise(sums)]


def _factor(multiplier: Multiplier) -> Fraction:
    return Fraction(multiplier.value, MULTIPLIER_SCALE)


def _cash(value: int | None) -> Cash | None:
    return None if value is None else Cash(value)


def _date(unix: int) -> str:
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d")
