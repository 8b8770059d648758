"""``xstock action cancel`` and ``apply``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.cli.redeem._common import keeper
from xstock_client.events import IdentifiersChanged
from xstock_client.views import text

__all__ = ["Number", "apply", "cancel"]

Number = Annotated[int, typer.Argument(min=0, max=2**32 - 1, metavar="NUMBER", help="The action's number.")]


def cancel(
    ctx: typer.Context,
    asset: Asset,
    number: Number,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; its sha256 goes on chain: publish the text.")],
) -> None:
    """Take back an action of which nothing has happened, as the corporate desk, the authority, an admin or a pauser."""
    asyncio.run(_cancel(session_of(ctx), asset, number, reason))


async def _cancel(session: Session, name: str, number: int, reason: str) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.cancel_action(asset, number, reason)
        done = f"action {number} of {name} is cancelled: {reason}"
        report(session, receipt, done, asset=str(asset), number=number, reason=reason)


def apply(ctx: typer.Context, asset: Asset, number: Number) -> None:
    """Put announced identifiers in force once their time has come, as anybody; splits need nobody."""
    asyncio.run(_apply(session_of(ctx), asset, number))


async def _apply(session: Session, name: str, number: int) -> None:
    async with keeper(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.apply_identifiers(asset, number)
        event = told_of(receipt, IdentifiersChanged)
        facts = {} if event is None else {"isin": text(event.isin), "symbol": text(event.symbol)}
        told = "" if event is None else f": ISIN {facts['isin']}, symbol {facts['symbol']}"
        done = f"the identifiers of action {number} are in force{told}"
        report(session, receipt, done, asset=str(asset), number=number, **facts)
