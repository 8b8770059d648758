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
from xstock_client.errors import LedgerError, ProgramRefused
from xstock_client.ledger import Signer
from xstock_client.rendering import raw_json, receipt_json

__all__ = ["add_to"]


def mint(
    ctx: typer.Context,
    asset: Asset,
    amount: Amount,
    owner: Annotated[Pubkey, typer.Option("--to", parser=parse_address, metavar="ADDRESS", help="Who gets them.")],
    ticket: Annotated[int, typer.Option(min=0, help="The order's number: mints once, whatever is resent.")],
    open_page: Annotated[
        bool | None,
        typer.Option("--open-page/--no-open-page", help="Open the ticket's page first. Default: if it is missing."),
    ] = None,
    open_account: Annotated[
        bool | None,
        typer.Option(
            "--open-account/--no-open-account", help="Open the owner's token account first. Default: if it is missing."
        ),
    ] = None,
    approver: Annotated[
        str | None,
        typer.Option(
            metavar="KEYPAIR|PUBKEY",
            help="Who signs besides, above the minter's threshold; by address where it signs on another machine.",
        ),
    ] = None,
) -> None:
    """Mint shares against attested reserve, at most once per ticket, as a minter."""
    session = session_of(ctx)
    also = None if approver is None else session.key(approver)
    asyncio.run(_mint(session, asset, amount, owner, ticket, open_page, open_account, also))


async def _mint(
    session: Session,
    name: str,
    amount: Ui,
    owner: Pubkey,
    ticket: int,
    open_page: bool | None,
    open_account: bool | None,
    approver: Signer | None,
) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        multiplier = await session.multiplier(client.ledger, asset)
        raw = raw_of(amount, multiplier)
        with session.instead("say --open-page or --no-open-page, and --open-account or --no-open-account"):
            try:
                outcome = await client.mint(
                    asset, ticket, raw, owner, open_page=open_page, open_account=open_account, approver=approver
                )
            except ProgramRefused as refusal:
                if refusal.name == "UnderBonded":
                    await session.coin_decimals(client.ledger, asset)  # so that it is told in units of the coin
                raise
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
