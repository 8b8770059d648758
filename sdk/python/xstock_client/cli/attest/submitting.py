"""``xstock attest submit``: a folder of signed reports, each on chain exactly once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import typer
from rich.console import RenderableType
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._config import OwnConfig
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import table
from xstock_client.cli._writing import require_one_transaction, summary
from xstock_client.cli.attest._common import progress, report_json, slot_name, warn
from xstock_client.cli.attest.showing import Files
from xstock_client.clients import Attestor, Relay, RelayedReport, RelayState, SignedReport, read_report_files
from xstock_client.events import ChainAttested, ReserveAttested, parse_events
from xstock_client.ledger import Receipt
from xstock_client.message import Kind
from xstock_client.rendering import instant, receipt_json, span

__all__ = ["submit"]

_INTERRUPTED: Final = 130
_FEW: Final = 2
"""Transactions of which every event is shown."""
_STYLES: Final = {RelayState.REFUSED: "red", RelayState.SENDING: "red", RelayState.WAITING: "yellow"}


@dataclass(slots=True)
class _Run:
    """The relay, once there is one: it tells where every report stands also when it was interrupted."""

    relay: Relay | None = None


def submit(ctx: typer.Context, files: Files) -> None:
    """Bring signed reports to the chain, as any fee payer.

    Name all custodians' files or folders at once: reports of an asset that come together are judged together. What is
    on chain already is left alone, so run the same again after an interruption. Exit code 1 when a report was refused,
    or waits for a signature.
    """
    session = session_of(ctx)
    run = _Run()
    try:
        asyncio.run(_submit(session, read_report_files(files), run))
    except KeyboardInterrupt:
        _tell(session, run.relay)
        typer.echo("interrupted; run the same again, and it goes on from what is on chain", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    except Exception:
        if run.relay is not None and run.relay.receipts:
            _tell(session, run.relay)
        raise
    _tell(session, run.relay)
    assert run.relay is not None
    states = {row.state for row in run.relay.rows}
    if RelayState.SENDING in states:
        raise typer.Exit(4)
    if not all(state.settled for state in states):
        raise typer.Exit(1)


async def _submit(session: Session, reports: Sequence[SignedReport], run: _Run) -> None:
    payer = session.payer()
    async with session.ledger() as ledger:
        await session.announce(ledger, payer)
        with progress(session, "submitting") as moved:

            def count(_: RelayedReport) -> None:
                rows = run.relay.rows if run.relay is not None else []
                moved(sum(row.state not in (RelayState.READY, RelayState.SENDING) for row in rows), len(rows))

            client = Attestor(ledger, payer=payer)
            if session.signing is not None:
                require_one_transaction(len(await client.submit_instructions(reports)), f"{len(reports)} signatures")
            run.relay = client.relay(reports, issuer=_own_issuer(session), on_change=count)
            await run.relay.run()


def _own_issuer(session: Session) -> Pubkey | None:
    """The issuer that this relayer works for, if the settings name one."""
    named = session.issuer_text is not None or OwnConfig.read().issuer is not None
    return session.issuer if named else None


def _tell(session: Session, relay: Relay | None) -> None:
    if relay is None:
        return
    rows, receipts = sorted(relay.rows, key=_place), relay.receipts
    counts = Counter(row.state for row in rows)
    data = {
        "reports": [_row_json(row) for row in rows],
        "transactions": [receipt_json(one) for one in receipts],
        "counts": {state.name.lower(): counts[state] for state in RelayState if counts[state]},
    }
    columns = ("stock", "slot", "as of", "figure", "signatures", "outcome", "why")
    told: list[RenderableType] = [table(columns, [_row(row) for row in rows])]
    if len(receipts) <= _FEW:
        told.extend(summary(session, one) for one in receipts)
    settled = all(row.state.settled for row in rows)
    mark = ("✓ ", "green") if settled else ("✗ ", "red")
    total = ", ".join(f"{counts[state]} {state}" for state in RelayState if counts[state])
    told.append(Text.assemble(mark, f"{len(rows)} reports in {len(receipts)} transactions: {total}"))
    session.show(data, *told)
    names = {row.report.asset: row.report.symbol for row in rows}
    for row in rows:
        if row.stale_after_s is not None and row.state is RelayState.SUBMITTED:
            warn(
                f"{row.report.symbol}: the report as of {instant(row.report.said.as_of)} is older than"
                f" {span(row.stale_after_s)}: it will count 0"
            )
    for asset in dict.fromkeys(asset for one in receipts for asset in _newly_latched(one)):
        warn(f"{names[asset]} is short of what is owed: its solvency latch is set, and minting is off")


def _place(row: RelayedReport) -> tuple[str, Kind, int, int, int]:
    said = row.report.said
    return row.report.symbol, said.KIND, said.slot, said.epoch, said.sequence


def _row(row: RelayedReport) -> tuple[str | Text, ...]:
    one = row.report
    return (
        one.symbol,
        slot_name(one),
        instant(one.said.as_of),
        str(one.said.figure.to_ui()),
        str(len(one.signatures)),
        Text(row.state, style=_STYLES.get(row.state, "")),
        row.reason,
    )


def _row_json(row: RelayedReport) -> dict[str, Any]:
    return {
        **report_json(row.report),
        "outcome": row.state.name.lower(),
        "reason": row.reason or None,
        "transaction": None if row.signature is None else str(row.signature),
    }


def _newly_latched(receipt: Receipt) -> list[Pubkey]:
    events = () if receipt.transaction is None else parse_events(receipt.transaction)
    reports = [one for one in events if isinstance(one, ReserveAttested | ChainAttested)]
    return [one.asset for one in reports if one.latched and not one.latched_before]
