"""What the commands of ``xstock attest`` share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from xstock_client.cli._session import Session
from xstock_client.cli._writing import warn
from xstock_client.clients import MergedReport
from xstock_client.message import Attestation
from xstock_client.rendering import shares_json

__all__ = ["can_draw", "progress", "report_json", "slot_name", "warn"]


def can_draw() -> bool:
    """Whether standard error is a terminal, where a bar can move."""
    return sys.stderr.isatty()


@contextmanager
def progress(session: Session, title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told of how many are done, of how many. Nothing with --json, or without a terminal."""
    if session.json or not can_draw():
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def slot_name(one: MergedReport) -> str:
    """A report's slot as a person reads it: a number, with ``chain`` for another chain's."""
    return str(one.said.slot) if isinstance(one.said, Attestation) else f"chain {one.said.slot}"


def report_json(one: MergedReport) -> dict[str, Any]:
    """A report with its signers. ``settled`` and what is in transit, or ``supply``."""
    said = one.said
    if isinstance(said, Attestation):
        figures: dict[str, Any] = {
            "settled": shares_json(said.settled),
            "in_transit": shares_json(said.in_transit),
            "in_transit_by": said.in_transit_by or None,
        }
    else:
        figures = {"supply": shares_json(said.supply)}
    return {
        "symbol": one.symbol,
        "isin": one.isin,
        "asset": str(one.asset),
        "kind": said.KIND.name.lower(),
        "signers": [str(key) for key in one.signers],
        "slot": said.slot,
        "epoch": said.epoch,
        "sequence": said.sequence,
        "basis": said.basis,
        "as_of": said.as_of,
        **figures,
        "report_sha256": said.report_hash.hex(),
        "domain": said.domain.hex(),
    }
