"""``xstock snapshot list`` and ``status``."""

from __future__ import annotations

import asyncio
from typing import Any

import typer

from xstock_client import pda
from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields, table
from xstock_client.cli.snapshot._common import OneSnapshot, ballot_fields, ballot_json
from xstock_client.clients import read_snapshot, snapshots_of
from xstock_client.distribution import SnapshotStatus
from xstock_client.errors import AccountMissing
from xstock_client.rendering import raw_json
from xstock_client.times import instant

__all__ = ["list_snapshots", "status"]


def list_snapshots(ctx: typer.Context, asset: Asset) -> None:
    """List the asset's snapshots."""
    asyncio.run(_list(session_of(ctx), asset))


async def _list(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await snapshots_of(ledger, asset)
    rows = [
        (
            str(one.number),
            str(one.action),
            f"{one.slot:,}",
            instant(one.recorded_at),
            str(one.supply.to_ui()),
            str(one.ballot.phase),
        )
        for one in found
    ]
    columns = ("", "action", "slot", "recorded", "tokens", "balances")
    shown = table(columns, rows, title=f"snapshots of {name}") if rows else f"{name} has no snapshots"
    session.show([_json(one) for one in found], shown)


def status(ctx: typer.Context, asset: Asset, number: OneSnapshot) -> None:
    """Show one snapshot: slot, supply, votes, what was agreed on, and when that is final."""
    asyncio.run(_status(session_of(ctx), asset, number))


async def _status(session: Session, name: str, number: int) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        try:
            one = await read_snapshot(ledger, pda.snapshot(asset, number))
        except AccountMissing:
            raise AccountMissing(f"{name} has no snapshot {number}; `xstock snapshot list {name}` shows them") from None
    told: dict[str, object] = {
        "snapshot": f"{one.number} of {name} ({one.address})",
        "action": one.action,
        "slot": f"{one.slot:,}, recorded {instant(one.recorded_at)}",
        "supply": f"{one.supply.to_ui()} tokens; shares per token: {one.multiplier}",
        **ballot_fields(one.ballot),
        "distributions": one.distributions,
    }
    session.show(_json(one), fields(told))


def _json(one: SnapshotStatus) -> dict[str, Any]:
    return {
        "asset": str(one.asset),
        "number": one.number,
        "snapshot": str(one.address),
        "action": one.action,
        "slot": one.slot,
        "recorded_at": one.recorded_at,
        "supply": raw_json(one.supply, one.multiplier),
        "multiplier": str(one.multiplier),
        "basis": one.basis,
        "distributions": one.distributions,
        "ballot": ballot_json(one.ballot),
    }
