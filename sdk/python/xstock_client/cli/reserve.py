"""``xstock reserve``: what is there, what is owed, and what may be minted; shown, watched, and proven."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import Asset, parse_duration
from xstock_client.cli._reserve_tables import reserve_json, reserve_tables
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._verifying import verify_reserve
from xstock_client.clients import Integrator
from xstock_client.errors import AccountMissing, LedgerError
from xstock_client.reserve_report import ReserveReport
from xstock_client.times import instant

app = typer.Typer(no_args_is_help=True, help="Reserve, obligation and what may be minted: show, watch, verify.")

_EVERY_MOMENT: Final = frozenset({"now", "headroom", "headroom_by"})
"""What changes with time alone: the daily limit frees up from second to second."""


@app.command("show")
def show_reserve(ctx: typer.Context, asset: Asset) -> None:
    """Show the reserve, custodian by custodian and chain by chain, and what follows from it."""
    asyncio.run(_show(session_of(ctx), asset))


async def _show(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await Integrator(ledger).reserve_report(asset)
    session.show(reserve_json(found), *reserve_tables(found))


def parse_interval(text: str | int) -> int:
    """Seconds of at least one: `5`, `5s` or `1m`."""
    seconds = int(text) if isinstance(text, int) or (text.isascii() and text.isdecimal()) else parse_duration(text)
    if not 1 <= seconds <= 86_400:
        raise typer.BadParameter(f"an interval lies between 1 s and 1 d, not {seconds:,} s")
    return seconds


@app.command("watch")
def watch(
    ctx: typer.Context,
    asset: Asset,
    interval: Annotated[
        int,
        typer.Option(
            parser=parse_interval, metavar="SPAN", show_default="5s", help="How often the cluster is asked: 10s."
        ),
    ] = 5,
) -> None:
    """Show the reserve again and again, until Ctrl-C. With --json one line whenever something changed.

    While the cluster does not answer, that is told on standard error, and asked again.
    """
    session = session_of(ctx)
    session.require_signed()
    try:
        asyncio.run(_watch(session, asset, interval))
    except KeyboardInterrupt:
        typer.echo("", err=True)


async def _watch(session: Session, name: str, interval: int) -> None:
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        asset = await session.asset(ledger, name)
        found: ReserveReport | None = await client.reserve_report(asset)  # what is wrong at the start ends it
        with _screen(session) as show_one:
            while True:
                if found is not None:
                    show_one(found)
                await _pause(interval)
                found = await _again(client, asset)


@contextmanager
def _screen(session: Session) -> Iterator[Callable[[ReserveReport], None]]:
    """A picture that moves on a terminal; elsewhere, and with --json, what has changed."""
    if _can_draw() and not session.json:
        with Live(console=session.out, auto_refresh=False) as live:
            yield lambda one: live.update(_view(one), refresh=True)
        return
    last: dict[str, Any] = {}

    def print_changed(one: ReserveReport) -> None:
        nonlocal last
        data = reserve_json(one)
        state = {name: value for name, value in data.items() if name not in _EVERY_MOMENT}
        if state == last:
            return
        last = state
        if session.json:
            typer.echo(json.dumps(data))
        else:
            session.out.print(_view(one))

    yield print_changed


async def _again(client: Integrator, asset: Pubkey) -> ReserveReport | None:
    """The report, or None while the cluster does not answer."""
    try:
        return await client.reserve_report(asset)
    except AccountMissing:
        raise
    except LedgerError as error:
        typer.echo(f"{error}; asking again", err=True)
        return None


def _view(one: ReserveReport) -> Group:
    return Group(*reserve_tables(one), Text(f"{instant(one.now)}; Ctrl-C ends", style="dim"))


def _can_draw() -> bool:
    return sys.stdout.isatty()


async def _pause(seconds: int) -> None:
    await asyncio.sleep(seconds)


@app.command("verify")
def verify(
    ctx: typer.Context,
    asset: Asset,
    documents: Annotated[
        list[Path],
        typer.Option(
            metavar="FOLDER",
            help="The reports' documents: statements, audits; found by their sha256. Searched with its subfolders;"
            " may be repeated.",
        ),
    ],
    profile: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A custodian's profile, to read its statements anew; may be repeated."),
    ] = None,
    history: Annotated[
        int, typer.Option(min=1, metavar="N", help="Transactions of the asset's history to look at, at most.")
    ] = 10_000,
) -> None:
    """Recompute the reserve from the signed reports on chain and their documents, without trust in the issuer.

    Finds the transaction of each slot's last report, checks its signatures, keys, domain and figures, compares them
    with the documents, and counts again. Exit code 1 when anything does not hold. What is believed: the RPC, the
    program's code, and whoever signed a figure that no profile recomputes.
    """
    session = session_of(ctx)
    if not asyncio.run(verify_reserve(session, asset, documents, profile or [], history)):
        raise typer.Exit(1)
