"""``xstock allowance``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Raw, Ui
from xstock_client.cli._args import Address, Asset, parse_amount, raw_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import allowance_json, fields
from xstock_client.cli._writing import desk, report
from xstock_client.clients import Integrator
from xstock_client.events import AllowanceSet, parse_events
from xstock_client.ledger import Receipt
from xstock_client.rendering import instant, raw_json
from xstock_client.views import allowance_left

app = typer.Typer(no_args_is_help=True, help="How much a minter may mint: set, show.")


@app.command("set")
def set_allowance(
    ctx: typer.Context,
    asset: Asset,
    minter: Address,
    per_day: Annotated[Ui, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Shares in any 24 hours.")],
    lifetime: Annotated[Ui, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Shares, ever.")],
) -> None:
    """Limit a minter. Lower limits act at once; after the first mint a raise waits out the change delay.

    A raise is refused while the reserve does not cover what is owed.
    """
    asyncio.run(_set(session_of(ctx), asset, minter, per_day, lifetime))


async def _set(session: Session, name: str, minter: Pubkey, per_day: Ui, lifetime: Ui) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        multiplier = await Integrator(client.ledger).multiplier(asset)
        day, ever = raw_of(per_day, multiplier), raw_of(lifetime, multiplier)
        receipt = await client.set_allowance(asset, minter, per_day=day, lifetime=ever)
        done = f"{minter} may mint {per_day} {name} a day and {lifetime} ever{_when(receipt)}"
        facts = {"per_day": raw_json(day, multiplier), "lifetime": raw_json(ever, multiplier)}
        report(session, receipt, done, asset=str(asset), minter=str(minter), **facts)


def _when(receipt: Receipt) -> str:
    if receipt.transaction is None:
        return " (a raise may have to wait)"
    told = [event for event in parse_events(receipt.transaction) if isinstance(event, AllowanceSet)]
    waits = next((event.pending_from for event in told if event.pending_from > event.at), 0)
    return f", from {instant(waits)} on; lower limits act now" if waits else ""


@app.command("show")
def show(ctx: typer.Context, asset: Asset, minter: Address) -> None:
    """Show a minter's limits, and what is left of them."""
    asyncio.run(_show(session_of(ctx), asset, minter))


async def _show(session: Session, name: str, minter: Pubkey) -> None:
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        asset = await session.asset(ledger, name)
        found, multiplier, now = (
            await client.allowance(asset, minter),
            await client.multiplier(asset),
            await ledger.now(),
        )

    def shares(raw: Raw) -> str:
        return str(multiplier.shares_floor(raw).to_ui())

    day, ever = allowance_left(found, now)
    human: dict[str, object] = {
        "minter": minter,
        "per day": f"{shares(Raw(found.window_limit))}, {shares(day)} left now",
        "ever": f"{shares(Raw(found.lifetime_cap))}, {shares(ever)} left",
    }
    if found.pending_from > now:
        raised = f"{shares(Raw(found.pending_window_limit))} per day, {shares(Raw(found.pending_lifetime_cap))} ever"
        human[f"from {instant(found.pending_from)}"] = raised
    session.show(allowance_json(asset, found, multiplier, now), fields(human))
