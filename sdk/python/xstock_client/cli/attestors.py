"""``xstock attestors``: who agrees on an asset's record-date balances."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from solders.pubkey import Pubkey

from xstock_client.accounts import AttestorSet
from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import table
from xstock_client.cli._writing import desk, report
from xstock_client.clients import Integrator
from xstock_client.distribution import attestors_at
from xstock_client.times import instant

app = typer.Typer(
    no_args_is_help=True, help="Snapshot attestors, who agree on record-date balances: set, show, cancel."
)


@app.command("set")
def set_attestors(
    ctx: typer.Context,
    asset: Asset,
    keys: Annotated[
        list[Pubkey],
        typer.Argument(parser=parse_address, metavar="ADDRESS...", help="Two to five keys, each of somebody else."),
    ],
    threshold: Annotated[
        int | None,
        typer.Option(min=2, max=5, help="How many must agree: Default: the smallest number that is more than half."),
    ] = None,
) -> None:
    """Name who agrees on snapshots and entitlements, as an attestor manager.

    After the first mint new keys and a lower threshold wait out the change delay, in public; a pauser can stop them.
    At once goes one key, while more stay than must agree, and comes a higher threshold of the same keys.
    """
    asyncio.run(_set(session_of(ctx), asset, keys, len(keys) // 2 + 1 if threshold is None else threshold))


async def _set(session: Session, name: str, keys: list[Pubkey], threshold: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        made = await client.set_attestors(asset, keys, threshold)
        waits = made.in_force_at > await client.ledger.now()
        when = f"from {instant(made.in_force_at)} on" if waits else "from now on"
        done = f"{threshold} of {len(keys)} keys agree on the record-date balances of {name}, {when}"
        facts = {"keys": [str(key) for key in keys], "threshold": threshold, "in_force_at": made.in_force_at}
        report(session, made.receipt, done, asset=str(asset), **facts)


@app.command("show")
def show(ctx: typer.Context, asset: Asset) -> None:
    """Show the keys in force, how many of them must agree, and what waits."""
    asyncio.run(_show(session_of(ctx), asset))


async def _show(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        attestors = (await Integrator(ledger).asset_account(asset)).attestors
        now = await ledger.now()
    data = {"asset": str(asset), **_json(attestors, now)}
    rows = [(key, "in force") for key in data["keys"]]
    rows += [(key, f"from {instant(data['next_from'])} on") for key in data["next_keys"]]
    lines = [
        f"{data['threshold']} of them must agree"
        if data["keys"]
        else f"{name} has no snapshot attestors: nobody can agree on a snapshot"
    ]
    if data["next_from"]:
        lines.append(f"from {instant(data['next_from'])} on {data['next_threshold']} of the new ones")
    shown = [table(("key", "state"), rows, title=f"snapshot attestors of {name}")] if rows else []
    session.show(data, *shown, *lines)


def _json(attestors: AttestorSet, now: int) -> dict[str, Any]:
    keys, threshold = attestors_at(attestors, now)
    waits = attestors.pending_from > now
    return {
        "keys": [str(key) for key in keys],
        "threshold": threshold,
        "next_keys": [str(key) for key in attestors.pending_keys[: attestors.pending_count]] if waits else [],
        "next_threshold": attestors.pending_threshold if waits else None,
        "next_from": attestors.pending_from if waits else None,
    }


@app.command("cancel")
def cancel(ctx: typer.Context, asset: Asset) -> None:
    """Drop attestors that wait, as the authority, an admin or a pauser; those in force stay."""
    asyncio.run(_cancel(session_of(ctx), asset))


async def _cancel(session: Session, name: str) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.cancel_attestors(asset)
        report(session, receipt, f"no snapshot attestors of {name} wait any more", asset=str(asset))
