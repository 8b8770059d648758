"""``xstock reserve``: what is there, what is owed, and what may be minted; shown, watched, and proven."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Group
from rich.text import Text

from xstock_client.cli._args import Asset
from xstock_client.cli._live import Interval, Picture, until_interrupted, watch
from xstock_client.cli._reserve_tables import reserve_json, reserve_tables
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._verifying import verify_reserve
from xstock_client.clients import Integrator
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


@app.command("watch")
def watch_reserve(ctx: typer.Context, asset: Asset, interval: Interval = 5) -> None:
    """Show the reserve again and again, until Ctrl-C. With --json one line whenever something changed.

    While the cluster does not answer, that is told on standard error, and asked again.
    """
    session = session_of(ctx)
    until_interrupted(session, partial(_watch, session, asset, interval))


async def _watch(session: Session, name: str, interval: int) -> None:
    picture = Picture(reserve_json, _view, _lasting)
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        await watch(session, partial(Integrator(ledger).reserve_report, asset), picture, interval)


def _lasting(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in _EVERY_MOMENT}


def _view(one: ReserveReport) -> Group:
    return Group(*reserve_tables(one), Text(f"{instant(one.now)}; Ctrl-C ends", style="dim"))


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
