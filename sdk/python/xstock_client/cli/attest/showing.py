"""``xstock attest show``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xstock_client.cli._session import session_of
from xstock_client.cli._tables import fields
from xstock_client.cli.attest._common import report_json, slot_name
from xstock_client.clients import MergedReport, merge_reports, read_report_files
from xstock_client.message import Attestation
from xstock_client.rendering import instant

__all__ = ["Files", "show"]

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Files of `xstock attest sign`, or folders of them.")
]


def show(ctx: typer.Context, files: Files) -> None:
    """Show what files of signed reports say, after checking their signatures. Needs no network."""
    session = session_of(ctx)
    reports = merge_reports(read_report_files(files))
    session.show([report_json(one) for one in reports], *(fields(_human(one)) for one in reports))


def _human(one: MergedReport) -> dict[str, object]:
    said = one.said
    if isinstance(said, Attestation):
        transit = str(said.in_transit.to_ui()) + (f" by {instant(said.in_transit_by)}" if said.in_transit_by else "")
        figures = {"settled": str(said.settled.to_ui()), "in transit": transit}
    else:
        figures = {"supply there": str(said.supply.to_ui())}
    return {
        "stock": f"{one.symbol} ({one.isin})",
        "asset": str(one.asset),
        "signed by": ", ".join(str(key) for key in one.signers),
        "slot, epoch, sequence": f"{slot_name(one)}, {said.epoch}, {said.sequence}",
        "as of": instant(said.as_of),
        **figures,
        "document sha256": said.report_hash.hex(),
        "": "",
    }
