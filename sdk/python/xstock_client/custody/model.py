"""What a custody statement says, typed. Quantities are :class:`Shares`, times are unix seconds UTC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..amounts import Shares

__all__ = ["CustodyStatement", "Deduction", "Figure", "IgnoredLine", "Position", "Selection", "SourceKind"]


class SourceKind(StrEnum):
    """The formats that are read."""

    SEMT_002_001_11 = "semt.002.001.11"
    SEMT_002_001_12 = "semt.002.001.12"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Deduction:
    """A part of the aggregate that backs nothing: pledged, lent, blocked, sold or not understood."""

    code: str
    """ISO sub-balance code, ``Prtry:<Id>`` for a proprietary one, ``unavailable`` in the CSV."""
    quantity: Shares
    line: int


@dataclass(frozen=True, slots=True)
class Position:
    """One security of the account, with the arithmetic behind its figure.

    ``settled + sum(deductions) == aggregate`` always.
    """

    isin: str
    settled: Shares
    in_transit: Shares
    in_transit_by: int
    """Latest settlement date of the shares in transit; 0 when there are none or the statement names no date."""
    line: int
    aggregate: Shares
    deductions: tuple[Deduction, ...]

    def __post_init__(self) -> None:
        if self.settled.value + sum(int(part.quantity) for part in self.deductions) != self.aggregate.value:
            raise ValueError(f"{self.isin}: settled plus deductions must equal the aggregate")


@dataclass(frozen=True, slots=True)
class IgnoredLine:
    """A line of the statement that is attested by nobody, because its ISIN is not ours."""

    isin: str
    line: int


@dataclass(frozen=True, slots=True)
class CustodyStatement:
    """One complete settled-basis statement of one safekeeping account."""

    path: Path
    kind: SourceKind
    account_id: str
    statement_id: str
    """The custodian's own reference; empty when the statement carries none."""
    as_of: int
    positions: tuple[Position, ...]
    ignored: tuple[IgnoredLine, ...]
    report_hash: bytes
    """sha256 of the file's bytes (32 bytes)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is attested for one ISIN."""

    isin: str
    settled: Shares
    in_transit: Shares
    in_transit_by: int
    position: Position | None
    """The line it comes from; None for a missing line that was attested as zero on request."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The figures of our ISINs, in ISIN order, and the lines that were left out."""

    figures: tuple[Figure, ...]
    ignored: tuple[IgnoredLine, ...]

    def of(self, isin: str) -> Figure:
        """The figure of one ISIN. Raises KeyError."""
        for figure in self.figures:
            if figure.isin == isin:
                return figure
        raise KeyError(isin)
