"""``xstock tickets``: numbers that shall never mint, and the rent of their pages."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.accounts import TicketPage
from xstock_client.cli._args import Asset, RentReceiver
from xstock_client.cli._session import Session, can_ask, session_of
from xstock_client.cli._tables import table
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.clients import Integrator, IssuerDesk
from xstock_client.constants import PROGRAM_ID, TICKETS_PER_PAGE
from xstock_client.errors import LedgerError, UsageError
from xstock_client.events import TicketPageClosed, WatermarkRaised
from xstock_client.ledger import Ledger, Memcmp
from xstock_client.views import AssetView, ticket_used

app = typer.Typer(no_args_is_help=True, help="Tickets that are done with: list, watermark, close.")


@app.command("list")
def list_pages(ctx: typer.Context, asset: Asset) -> None:
    """List the open pages of tickets, and which of them can be closed for their rent."""
    asyncio.run(_list(session_of(ctx), asset))


async def _list(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        asset = await session.asset(ledger, name)
        state = await client.asset_account(asset)
        await client.require_cluster(state.issuer)
        view = AssetView.of(state, await ledger.now())
        pages = await _pages(ledger, asset)
    data = {
        "asset": str(asset),
        "watermark": view.ticket_watermark,
        "highest_ticket": view.highest_ticket,
        "tickets_used": view.tickets_used,
        "pages": [
            {
                "page": page.page,
                "first": page.page * TICKETS_PER_PAGE,
                "last": _last(page),
                "used": page.used,
                "rent": lamports,
                "rent_payer": str(page.rent_payer),
                "closable": _last(page) < view.ticket_watermark,
            }
            for page, lamports in pages
        ],
    }
    rows = [
        (
            str(page.page),
            f"{page.page * TICKETS_PER_PAGE:,} to {_last(page):,}",
            f"{page.used:,}",
            f"{Decimal(lamports).scaleb(-9)} SOL",
            str(page.rent_payer),
            Text("can be closed", "green") if _last(page) < view.ticket_watermark else Text("in use"),
        )
        for page, lamports in pages
    ]
    told = f"tickets below {view.ticket_watermark:,} can never mint; the highest used one is {view.highest_ticket:,}"
    session.show(data, table(("page", "tickets", "used", "rent", "whose", ""), rows), told)


async def _pages(ledger: Ledger, asset: Pubkey) -> list[tuple[TicketPage, int]]:
    """Open pages by number, with their lamports."""
    matching = [Memcmp(0, TicketPage.DISCRIMINATOR), Memcmp(TicketPage.OFFSETS["asset"], bytes(asset))]
    found = await ledger.program_accounts(PROGRAM_ID, matching=matching)
    pages = [(TicketPage.decode(account.data), account.lamports) for _, account in found]
    return sorted(pages, key=lambda pair: pair[0].page)


def _last(page: TicketPage) -> int:
    return (page.page + 1) * TICKETS_PER_PAGE - 1


@app.command("watermark")
def watermark(
    ctx: typer.Context,
    asset: Asset,
    ticket: Annotated[int, typer.Argument(min=0, max=2**64 - 1, metavar="TICKET", help="The first one that stays.")],
) -> None:
    """Give up all tickets below one, used or not, for ever, as the authority or an admin.

    It never falls, and rises at most to the ticket behind the highest used one. Asks first, unless --yes.
    """
    session = session_of(ctx)
    if not (session.yes or session.sign_only or can_ask()):
        raise UsageError("this gives up tickets for good: say --yes, because nobody can be asked here")
    asyncio.run(_watermark(session, asset, ticket))


async def _watermark(session: Session, name: str, ticket: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        if not (session.yes or session.sign_only):
            await _confirm(client.ledger, asset, ticket)
        receipt = await client.raise_watermark(asset, ticket)
        event = told_of(receipt, WatermarkRaised)
        facts = {"watermark": ticket, "old_watermark": None if event is None else event.old_watermark}
        report(session, receipt, f"{name}: tickets below {ticket:,} can never mint", asset=str(asset), **facts)


async def _confirm(ledger: Ledger, asset: Pubkey, ticket: int) -> None:
    """Raises UsageError unless a person agrees to give up the tickets."""
    low = AssetView.of(await Integrator(ledger).asset_account(asset), await ledger.now()).ticket_watermark
    try:
        fall = f", {sum(_unused(page, low, ticket) for page, _ in await _pages(ledger, asset)):,} unused of open pages"
    except LedgerError:  # an RPC need not search accounts
        fall = ""
    if not typer.confirm(f"Tickets below {ticket:,} can never mint then{fall}; it cannot be undone. Go on?", err=True):
        raise UsageError("not confirmed; nothing was sent")


def _unused(page: TicketPage, low: int, high: int) -> int:
    """How many tickets of a page from ``low`` on and below ``high`` have not minted."""
    first = page.page * TICKETS_PER_PAGE
    wanted = range(max(low, first), min(high, first + TICKETS_PER_PAGE))
    return sum(not ticket_used(page, ticket) for ticket in wanted)


@app.command("close")
def close(
    ctx: typer.Context,
    asset: Asset,
    page: Annotated[int, typer.Argument(min=0, max=2**32 - 1, metavar="PAGE", help="As `xstock tickets list` has it.")],
    rent_receiver: RentReceiver = None,
) -> None:
    """Close a page whose tickets all lie below the watermark: its rent goes back to its payer. Needs no role."""
    asyncio.run(_close(session_of(ctx), asset, page, rent_receiver))


async def _close(session: Session, name: str, page: int, rent_receiver: Pubkey | None) -> None:
    issuer, payer = session.issuer, session.payer()
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        await session.announce(ledger, payer)
        with session.instead("name who paid the page's rent with --rent-receiver"):
            client = IssuerDesk(ledger, issuer=issuer, signer=payer)
            receipt = await client.close_ticket_page(asset, page, rent_receiver=rent_receiver)
        event = told_of(receipt, TicketPageClosed)
        whom = "" if event is None else f"; its rent went to {event.rent_payer}"
        report(session, receipt, f"page {page} of {name} is closed{whom}", asset=str(asset), page=page)
