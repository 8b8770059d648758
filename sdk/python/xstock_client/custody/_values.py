"""Values that both formats share: ISIN, quantity, times; and the checks that need the profile.

Errors raised here carry a line and no path: ``read_statement`` adds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from stdnum import isin as stdnum_isin

from ..amounts import DECIMALS, U64_MAX, Shares, Ui
from ..errors import StatementRefused
from .model import IgnoredLine, Position

__all__ = ["Context", "Report", "as_quantity", "as_shares", "as_time", "subtract", "total"]

_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_QUANTITY_CHARACTERS: Final = 40
"""More than any quantity has, and few enough that decimal arithmetic stays exact."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a format's reader returns; ``read_statement`` adds path and hash."""

    account_id: str
    statement_id: str
    as_of: int
    positions: tuple[Position, ...]
    ignored: tuple[IgnoredLine, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What a statement is checked against."""

    lei: str
    accounts: tuple[str, ...]
    time_zone: ZoneInfo
    now: int
    ours: frozenset[str] | None
    """ISINs whose lines are judged; None judges every line."""

    def account(self, text: str, line: int) -> str:
        """A safekeeping account id that the profile lists."""
        if text not in self.accounts:
            raise StatementRefused(
                f"the statement is of account {text!r}, the profile lists {', '.join(self.accounts)}; "
                "read it with the profile of its own custodian",
                line=line,
            )
        return text

    def as_of(self, text: str, line: int) -> int:
        """The statement's time, which must not lie in the future (unix seconds)."""
        seconds = as_time(text, line, self.time_zone)
        if not 0 < seconds <= self.now:
            limit = datetime.fromtimestamp(self.now, UTC).isoformat()
            raise StatementRefused(
                f"the as-of time {text} ({seconds} s) must lie after 1970 and not in the future; now is {limit} "
                f"({self.now} s). Check the statement's date, this machine's clock and the profile's time zone",
                line=line,
            )
        return seconds

    def isin(self, text: str, line: int) -> str:
        """An ISIN with a right check digit."""
        if not _ISIN.fullmatch(text):
            raise StatementRefused(f"{text!r} is no ISIN (2 letters, 9 letters or digits, 1 check digit)", line=line)
        if not stdnum_isin.is_valid(text):
            raise StatementRefused(f"ISIN {text} has a wrong check digit or country; ask the custodian", line=line)
        return text

    def judges(self, isin: str) -> bool:
        """Whether the figures of this ISIN are wanted."""
        return self.ours is None or isin in self.ours


def as_quantity(text: str, line: int) -> Shares:
    """A plain decimal number of units, at most 8 decimals, as base units of shares."""
    if text.startswith("-"):
        raise StatementRefused(f"negative quantity {text}: a custody position cannot be negative", line=line)
    if len(text) > _QUANTITY_CHARACTERS:
        raise StatementRefused(f"a quantity of {len(text)} characters; the limit is {_QUANTITY_CHARACTERS}", line=line)
    try:
        return Ui.parse(text).to_shares()
    except ValueError as error:
        raise StatementRefused(
            f"quantity {text!r} must be digits with at most one decimal point, at most {DECIMALS} decimals and "
            f"no separators ({error})",
            line=line,
        ) from None


def as_shares(value: int, line: int) -> Shares:
    """A sum of quantities that still fits an amount."""
    if value > U64_MAX:
        raise StatementRefused(f"the quantities add up to {value:,} base units; the limit is {U64_MAX:,}", line=line)
    return Shares(value)


def total(quantities: Collection[Shares]) -> int:
    """Their sum in base units."""
    return sum(int(quantity) for quantity in quantities)


def subtract(aggregate: Shares, deducted: int, isin: str, line: int) -> Shares:
    """Aggregate less deductions; a breakdown larger than the whole is refused."""
    if deducted > aggregate.value:
        raise StatementRefused(
            f"the sub-balances of {isin} that must be deducted are {_ui(deducted)}, more than the aggregate "
            f"{aggregate.to_ui()}; they overlap or are not part of it. Ask the custodian for a breakdown that adds up",
            line=line,
        )
    return Shares(aggregate.value - deducted)


def as_time(text: str, line: int, zone: ZoneInfo) -> int:
    """Unix seconds of a date or date-time.

    A bare date means 00:00 UTC of that day, the stricter (older) reading. A time without an offset is in the
    custodian's own zone: taken as UTC it would read hours too late for a custodian east of Greenwich, and an
    as-of that is too late makes an old report look fresh. Fractions of a second are dropped.
    """
    try:
        if _DATE.fullmatch(text):
            return int(datetime.combine(date.fromisoformat(text), time(), UTC).timestamp())
        if match := _DATE_TIME.fullmatch(text):
            moment = datetime.fromisoformat(text).replace(microsecond=0)
            if match["offset"] is None:
                moment = _in_zone(moment, zone, line)
            return int(moment.timestamp())
    except (ValueError, OverflowError):
        pass
    raise StatementRefused(f"{text!r} is no date YYYY-MM-DD and no date-time YYYY-MM-DDThh:mm:ss[offset]", line=line)


def _in_zone(moment: datetime, zone: ZoneInfo, line: int) -> datetime:
    # fold=0: of an hour that happens twice in autumn, the first.
    local = moment.replace(tzinfo=zone, fold=0)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise StatementRefused(f"{moment.isoformat()} does not exist in {zone.key} (clocks went forward)", line=line)
    return local


def _ui(base_units: int) -> str:
    return str(Shares(base_units).to_ui()) if base_units <= U64_MAX else f"{base_units:,} base units"
