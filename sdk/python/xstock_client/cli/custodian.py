"""``xstock custodian``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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
    also: Annotated[
        list[Pubkey] | None,
        typer.Option(
            "--key", parser=parse_address, metavar="ADDRESS", help="Another key of the slot: its auditor's, say."
        ),
    ] = None,
    threshold: Annotated[
        int | None, typer.Option(min=1, max=3, help="How many of the keys must sign every report. Default: all.")
    ] = None,
) -> None:
    """Bind a custodian's keys and safekeeping account to a slot, or give its slot new keys."""
    asyncio.run(_register(session_of(ctx), asset, slot, [attester, *(also or [])], threshold, profile, account))


async def _register(
    session: Session,
    name: str,
    slot: int,
    keys: Sequence[Pubkey],
    threshold: int | None,
    profile_path: Path,
    account: str | None,
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
            asset, slot, lei=profile.lei, account_hash=account_hash, keys=keys, threshold=threshold
        )
        told = _keys(keys, threshold or len(keys))
        done = f"{profile.name} attests for {name} in slot {slot} with {'key' if len(keys) == 1 else 'keys'} {told}"
        facts = {"lei": profile.lei, "keys": [str(key) for key in keys], "threshold": threshold or len(keys)}
        report(session, receipt, done, asset=str(asset), slot=slot, **facts)


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
        found = await Integrator(ledger).reserve_report(asset)
    rows = [
        (
            str(row.slot),
            row.lei,
            _keys(row.signers.keys, row.signers.threshold) or "none",
            str(row.signers.epoch),
            _keys(row.signers.next_keys, row.signers.next_threshold),
            _from(row.signers.next_from, found.now) if row.signers.next_keys else "",
        )
        for row in found.rows
    ]
    columns = ("slot", "custodian", "keys", "epoch", "next keys", "may sign")
    session.show([custodian_json(row) for row in found.rows], table(columns, rows))


def _keys(keys: Sequence[Pubkey], threshold: int) -> str:
    if len(keys) < 2:
        return "".join(map(str, keys))
    return f"{threshold} of {', '.join(map(str, keys))}"


def _from(moment: int, now: int) -> str:
    return "now; in force with its first report" if now >= moment else f"from {instant(moment)}"
