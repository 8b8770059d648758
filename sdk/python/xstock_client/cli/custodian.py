"""``xstock custodian``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client.cli._args import Asset, Slot, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import custodian_json, table
from xstock_client.cli._writing import desk, report
from xstock_client.clients import Integrator
from xstock_client.custody import load_profile
from xstock_client.errors import UsageError
from xstock_client.rendering import instant

app = typer.Typer(no_args_is_help=True, help="Custodian slots: register, retire, list.")


@app.command("register")
def register(
    ctx: typer.Context,
    asset: Asset,
    slot: Slot,
    attester: Annotated[
        Pubkey, typer.Argument(parser=parse_address, metavar="ATTESTER", help="The address of the custodian's key.")
    ],
    profile: Annotated[Path, typer.Option(metavar="FILE", help="The custodian's profile: LEI and account ids.")],
    account: Annotated[
        str | None, typer.Option(help="Safekeeping account of the profile. Default: its only one.")
    ] = None,
) -> None:
    """Bind a custodian's key and safekeeping account to a slot, or give its slot a new key."""
    asyncio.run(_register(session_of(ctx), asset, slot, attester, profile, account))


async def _register(
    session: Session, name: str, slot: int, attester: Pubkey, profile_path: Path, account: str | None
) -> None:
    profile = load_profile(profile_path)
    if account is None:
        if len(profile.accounts) != 1:
            raise UsageError(f"{profile_path} lists {len(profile.accounts)} accounts; name one with --account")
        account = profile.accounts[0]
    account_hash = profile.account_hash(account)
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.register_custodian(
            asset, slot, lei=profile.lei, account_hash=account_hash, attester=attester
        )
        done = f"{profile.name} attests for {name} in slot {slot} with key {attester}"
        report(session, receipt, done, asset=str(asset), slot=slot, lei=profile.lei, attester=str(attester))


@app.command("retire")
def retire(ctx: typer.Context, asset: Asset, slot: Slot) -> None:
    """Empty a slot at once; minting is latched off if what remains is short."""
    asyncio.run(_retire(session_of(ctx), asset, slot))


async def _retire(session: Session, name: str, slot: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.retire_custodian(asset, slot)
        report(session, receipt, f"slot {slot} of {name} is empty", asset=str(asset), slot=slot)


@app.command("list")
def list_custodians(ctx: typer.Context, asset: Asset) -> None:
    """List the custodians of an asset and their keys."""
    asyncio.run(_list(session_of(ctx), asset))


async def _list(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await Integrator(ledger).reserve(asset)
    rows = [
        (
            str(row.slot),
            row.lei,
            "none" if row.attester is None else str(row.attester),
            str(row.epoch),
            "" if row.next_attester is None else str(row.next_attester),
            _from(row.next_from, found.now) if row.next_attester else "",
        )
        for row in found.rows
    ]
    columns = ("slot", "custodian", "attester", "epoch", "next attester", "may sign")
    session.show([custodian_json(row) for row in found.rows], table(columns, rows))


def _from(moment: int, now: int) -> str:
    return "now; in force with its first report" if now >= moment else f"from {instant(moment)}"
