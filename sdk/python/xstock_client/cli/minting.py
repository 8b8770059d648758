"""``xstock mint``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.amounts import Ui
from xstock_client.cli._args import Amount, Asset, parse_address, raw_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, summary
from xstock_client.clients import Integrator
from xstock_client.errors import LedgerError
from xstock_client.rendering import raw_json, receipt_json

__all__ = ["add_to"]


def mint(
    ctx: typer.Context,
    asset: Asset,
    amount: Amount,
    owner: Annotated[Pubkey, typer.Option("--to", parser=parse_address, metavar="ADDRESS", help="Who gets them.")],
    ticket: Annotated[int, typer.Option(min=0, help="The order's number: mints once, whatever is resent.")],
) -> None:
    """Mint shares against attested reserve, at most once per ticket."""
    asyncio.run(_mint(session_of(ctx), asset, amount, owner, ticket))


async def _mint(session: Session, name: str, amount: Ui, owner: Pubkey, ticket: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        multiplier = await Integrator(client.ledger).multiplier(asset)
        raw = raw_of(amount, multiplier)
        outcome = await client.mint(asset, ticket, raw, owner)
    data = {
        "status": outcome.status,
        "asset": str(asset),
        "ticket": ticket,
        "amount": raw_json(raw, multiplier),
        "owner": str(owner),
        "destination": str(outcome.destination),
        "error": None if outcome.error is None else str(outcome.error),
        "transaction": None if outcome.receipt is None else receipt_json(outcome.receipt),
    }
    if outcome.receipt is None:
        if session.json:
            session.show(data)
        safe = (
            "the ticket is free: send again" if outcome.status == "not minted" else "the same ticket mints at most once"
        )
        raise LedgerError(f"{outcome.status}: {outcome.error}. Ticket {ticket}: {safe}")
    done = Text.assemble(("✓ ", "green"), f"{amount} {name} minted to {owner} with ticket {ticket}")
    session.show(data, done, summary(session, outcome.receipt))


def add_to(app: typer.Typer) -> None:
    """Add ``mint`` to the root command."""
    app.command("mint")(mint)
