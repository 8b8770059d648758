"""What every writing command does before and after."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import typer
from rich.table import Table
from rich.text import Text

from xstock_client.cli._session import Session
from xstock_client.clients import IssuerDesk
from xstock_client.errors import UsageError
from xstock_client.events import Event, parse_events
from xstock_client.ledger import Receipt
from xstock_client.rendering import describe, receipt_json
from xstock_client.reserve_report import ReserveReport

__all__ = ["desk", "latches", "report", "require_one_transaction", "summary", "told_of", "warn", "warn_of_latch"]

EventT = TypeVar("EventT", bound=Event)


@asynccontextmanager
async def desk(session: Session) -> AsyncIterator[IssuerDesk]:
    """The issuer's desk with the session's keys, announced. Where nothing is sent, the cluster is not checked."""
    issuer, signer, payer = session.issuer, session.signer(), session.payer()
    async with session.ledger() as ledger:
        client = IssuerDesk(ledger, issuer=issuer, signer=signer, payer=payer, by=session.acting_as)
        if not session.sign_only:
            await client.require_cluster(issuer)
        await session.announce(ledger, signer, payer)
        yield client


def require_one_transaction(count: int, what: str) -> None:
    """For a command that may send several, before the first: signatures are for one. Raises UsageError."""
    if count > 1:
        raise UsageError(
            f"{what} take {count} transactions, and --sign-only, --blockhash and --nonce are for one;"
            " name fewer at once"
        )


def report(session: Session, receipt: Receipt, done: str | Text, /, **facts: Any) -> None:
    """Tell that a transaction took effect, and what the program told about it."""
    data = {**facts, "transaction": receipt_json(receipt)}
    session.show(data, Text.assemble(("✓ ", "green"), done), summary(session, receipt))


def summary(session: Session, receipt: Receipt) -> Table:
    """Signature, compute units and events of a transaction."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim")
    made.add_column(overflow="fold")
    made.add_row("transaction", str(receipt.signature))
    made.add_row("compute units", f"{receipt.units:,}" if receipt.transaction else "the RPC keeps no record")
    if receipt.transaction is not None:
        for event in parse_events(receipt.transaction):
            made.add_row(type(event).__name__, Text(describe(event, cash_decimals=session.decimals)))
    return made


def told_of(receipt: Receipt, kind: type[EventT]) -> EventT | None:
    """The transaction's first event of a kind; None also when the RPC keeps no record of it."""
    events = () if receipt.transaction is None else parse_events(receipt.transaction)
    return next((one for one in events if isinstance(one, kind)), None)


def warn(text: str) -> None:
    """A warning on standard error."""
    typer.secho("warning: ", fg="yellow", bold=True, err=True, nl=False)
    typer.echo(text, err=True)


def latches(before: ReserveReport, after: ReserveReport) -> bool:
    """Whether a change from one reserve to the other sets the solvency latch."""
    return not before.latched and not after.solvent


def warn_of_latch(before: ReserveReport, after: ReserveReport, cause: str) -> None:
    """Tell before it happens that a change leaves the asset short; ``cause`` is under what: "without slot 1"."""
    if latches(before, after):
        warn(
            f"{after.symbol}: {cause} the last reports count for {after.last_reserve.to_ui()} shares, and"
            f" {after.last_obligation.to_ui()} are owed: this sets the solvency latch, and minting is off"
        )
