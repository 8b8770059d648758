"""What became of several requests: one line each, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import typer
from rich.console import RenderableType
from rich.text import Text

from xstock_client.cli._session import Session
from xstock_client.cli._tables import table
from xstock_client.cli._writing import summary
from xstock_client.cli.redeem._common import Target
from xstock_client.ledger import Receipt
from xstock_client.rendering import receipt_json

__all__ = ["Done", "finish", "show_done"]

_FEW: Final = 2
"""Transactions of which every event is shown."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one request."""

    target: Target
    outcome: str
    good: bool
    """It is as it was to be, now or since before."""
    why: str = ""
    unknown: bool = False
    """The cluster gave no answer."""
    receipt: Receipt | None = None
    cells: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def show_done(session: Session, rows: Sequence[Done], columns: Sequence[str], total: str, /, **facts: Any) -> None:
    """Tell what became of each; ``columns`` are those of their cells, ``total`` is told below."""
    receipts = list({one.receipt.signature: one.receipt for one in rows if one.receipt is not None}.values())
    counts = Counter(one.outcome for one in rows)
    data = {
        **facts,
        "requests": [
            {
                "holder": str(one.target.holder),
                "id": one.target.id,
                "outcome": one.outcome,
                "done": one.good,
                "why": one.why or None,
                **one.facts,
                "transaction": None if one.receipt is None else str(one.receipt.signature),
            }
            for one in rows
        ],
        "counts": dict(counts),
        "transactions": [receipt_json(one) for one in receipts],
    }
    shown: list[RenderableType] = []
    if rows:
        nothing = ("",) * len(columns)
        lines: list[tuple[str | Text, ...]] = [
            (str(one.target), Text(one.outcome, "" if one.good else "red"), *(one.cells or nothing), one.why)
            for one in rows
        ]
        shown.append(table(("holder/id", "outcome", *columns, "why"), lines))
    if len(receipts) <= _FEW:
        shown.extend(summary(session, one) for one in receipts)
    good = all(one.good for one in rows)
    words = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    told = f"{words}{'; ' if words and total else ''}{total}"
    shown.append(Text.assemble(("✓ ", "green") if good else ("✗ ", "red"), told))
    session.show(data, *shown)


def finish(rows: Sequence[Done]) -> None:
    """The exit code: 4 when the cluster gave no answer, 1 when something is not as it was to be."""
    if any(one.unknown for one in rows):
        raise typer.Exit(4)
    if not all(one.good for one in rows):
        raise typer.Exit(1)
