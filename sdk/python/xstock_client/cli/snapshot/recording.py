"""``xstock snapshot record``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import report
from xstock_client.cli.redeem._common import keeper
from xstock_client.clients import Integrator
from xstock_client.rendering import raw_json

__all__ = ["record"]


def record(
    ctx: typer.Context,
    asset: Asset,
    action: Annotated[int, typer.Argument(min=0, max=2**32 - 1, metavar="ACTION", help="The cash dividend's number.")],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the record time.")] = False,
) -> None:
    """Take the snapshot of a cash dividend, as anybody, in the hour from its record time on.

    Balances are those at the end of the slot in which this runs. It is taken once.
    """
    asyncio.run(_record(session_of(ctx), asset, action, wait))


async def _record(session: Session, name: str, action: int, wait: bool) -> None:
    async with keeper(session) as client:
        asset = await session.asset(client.ledger, name)
        made = await client.record_snapshot(asset, action, wait=wait)
        multiplier = await Integrator(client.ledger).multiplier(asset)
        done = (
            f"snapshot {made.number} of {name}: {made.supply.to_ui()} tokens at the end of slot {made.slot:,}; now"
            f" `xstock snapshot build {name} {made.number} -o balances.csv`"
        )
        facts = {"number": made.number, "snapshot": str(made.address), "slot": made.slot, "action": action}
        report(session, made.receipt, done, asset=str(asset), **facts, supply=raw_json(made.supply, multiplier))
