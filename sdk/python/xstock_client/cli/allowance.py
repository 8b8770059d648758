"""``xstock allowance``."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.accounts import Limits
from xstock_client.amounts import Raw, Ui
from xstock_client.cli._args import Address, Asset, parse_amount, raw_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import allowance_json, fields
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.clients import Integrator
from xstock_client.constants import NO_APPROVER
from xstock_client.errors import UsageError
from xstock_client.events import AllowanceSet
from xstock_client.ledger import Receipt
from xstock_client.rendering import raw_json
from xstock_client.times import instant
from xstock_client.views import allowance_view

app = typer.Typer(no_args_is_help=True, help="How much a minter may mint: set, show, cancel.")


@app.command("set")
def set_allowance(
    ctx: typer.Context,
    asset: Asset,
    minter: Address,
    per_day: Annotated[Ui, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Shares in any 24 hours.")],
    lifetime: Annotated[Ui, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Shares, ever.")],
    approver_threshold: Annotated[
        Ui | None,
        typer.Option(
            "--approver-threshold",
            "--approver-above",
            parser=parse_amount,
            metavar="AMOUNT",
            help="A mint that takes the day's usage above it needs an approver too. Default: as it is, none at first.",
        ),
    ] = None,
    no_approver: Annotated[bool, typer.Option("--no-approver", help="No mint needs an approver.")] = False,
) -> None:
    """Limit a minter. Lower limits act at once; after the first mint a raise waits out the change delay.

    A raise is refused while the reserve does not cover what is owed.
    """
    if approver_threshold is not None and no_approver:
        raise UsageError("say --approver-threshold or --no-approver, not both")
    asyncio.run(_set(session_of(ctx), asset, minter, per_day, lifetime, approver_threshold, no_approver))


async def _set(
    session: Session,
    name: str,
    minter: Pubkey,
    per_day: Ui,
    lifetime: Ui,
    approver_threshold: Ui | None,
    no_approver: bool,
) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        multiplier = await session.multiplier(client.ledger, asset)
        day, ever = raw_of(per_day, multiplier), raw_of(lifetime, multiplier)
        threshold = Raw(NO_APPROVER) if no_approver else None
        if approver_threshold is not None:
            threshold = raw_of(approver_threshold, multiplier)
        with session.instead("say --approver-threshold or --no-approver"):
            receipt = await client.set_allowance(
                asset, minter, per_day=day, lifetime=ever, approver_threshold=threshold
            )
        done = f"{minter} may mint {per_day} {name} a day and {lifetime} ever{_when(receipt)}"
        facts = {"per_day": raw_json(day, multiplier), "lifetime": raw_json(ever, multiplier)}
        report(session, receipt, done, asset=str(asset), minter=str(minter), **facts)


def _when(receipt: Receipt) -> str:
    event = told_of(receipt, AllowanceSet)
    if event is None:
        return " (a raise may have to wait)"
    return f", from {instant(event.pending_from)} on; lower limits act now" if event.pending_from > event.at else ""


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

    def shares(raw: int | Raw) -> str:
        return str(multiplier.shares_floor(Raw(int(raw))).to_ui())

    def approver(limits: Limits) -> str:
        if limits.approver_threshold == NO_APPROVER:
            return "never needed"
        return f"signs too above {shares(limits.approver_threshold)} a day"

    view = allowance_view(found, now)
    human: dict[str, object] = {
        "minter": minter,
        "per day": f"{shares(view.limits.window_limit)}: {shares(view.used)} used, {shares(view.window_left)} left now",
        "ever": f"{shares(view.limits.lifetime_cap)}: {shares(found.lifetime_used)} used,"
        f" {shares(view.lifetime_left)} left",
        "approver": approver(view.limits),
        "waiting": "nothing",
    }
    if view.limits.approver_threshold != NO_APPROVER:
        human["approver"] = f"{approver(view.limits)}: {shares(view.without_approver)} left before that"
    if view.waiting is not None:
        raised = f"{shares(view.waiting.window_limit)} per day, {shares(view.waiting.lifetime_cap)} ever"
        human["waiting"] = Text(
            f"from {instant(view.waiting_from)}: {raised}; approver {approver(view.waiting)}", "yellow"
        )
    session.show(allowance_json(asset, found, multiplier, now), fields(human))


@app.command("cancel")
def cancel(ctx: typer.Context, asset: Asset, minter: Address) -> None:
    """Drop a raise that waits, as the authority, an admin or a pauser; the limits in force stay."""
    asyncio.run(_cancel(session_of(ctx), asset, minter))


async def _cancel(session: Session, name: str, minter: Pubkey) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.cancel_raise(asset, minter)
        done = f"the raise of {minter} for {name} is dropped; the limits in force stay"
        report(session, receipt, done, asset=str(asset), minter=str(minter))
