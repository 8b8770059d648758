"""``xstock halt``, ``resume`` and ``reopen``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from xstock_client.cli._args import Asset, halts_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, report
from xstock_client.constants import Halt
from xstock_client.rendering import halts_text

__all__ = ["add_to"]

Mint = Annotated[bool, typer.Option("--mint", help="Minting.")]
Requests = Annotated[bool, typer.Option("--requests", help="New redemption requests.")]
Changes = Annotated[
    bool, typer.Option("--changes", help="What makes the asset's rules looser, and the ticket watermark.")
]


def halt(
    ctx: typer.Context, asset: Asset, mint: Mint = False, requests: Requests = False, changes: Changes = False
) -> None:
    """Stop minting, new redemption requests or looser changes, as a pauser. Cancelling and settling never stop."""
    asyncio.run(_change(session_of(ctx), asset, halts_of(mint, requests, changes), stop=True))


def resume(
    ctx: typer.Context, asset: Asset, mint: Mint = False, requests: Requests = False, changes: Changes = False
) -> None:
    """Lift halts, as an unpauser. Lifting that of minting asks that the reserve covers what is owed."""
    asyncio.run(_change(session_of(ctx), asset, halts_of(mint, requests, changes), stop=False))


async def _change(session: Session, name: str, functions: Halt, *, stop: bool) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await (client.halt if stop else client.resume)(asset, functions)
        done = f"{name}: {halts_text(functions)} {'halted' if stop else 'resumed'}"
        report(session, receipt, done, asset=str(asset), functions=halts_text(functions))


def reopen(ctx: typer.Context, asset: Asset) -> None:
    """Open the solvency latch, as an unpauser, once fresh reports cover the obligation again."""
    asyncio.run(_reopen(session_of(ctx), asset))


async def _reopen(session: Session, name: str) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.reopen(asset)
        report(session, receipt, f"{name} is open again", asset=str(asset))


def add_to(app: typer.Typer) -> None:
    """Add the guardians' commands to the root command."""
    for function in (halt, resume, reopen):
        app.command(function.__name__)(function)
