"""``xstock custodian``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import Asset, Slot
from xstock_client.cli._keys import Attesters, Threshold, keys_facts, signing_text, valid_text
from xstock_client.cli._reserve_tables import custodian_json, keys_text, next_keys_text
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import table
from xstock_client.cli._writing import desk, report, told_of, warn_of_latch
from xstock_client.clients import Integrator
from xstock_client.constants import SlotChange
from xstock_client.custody import load_profile
from xstock_client.errors import UsageError
from xstock_client.events import CustodianRegistered, CustodianRetired

app = typer.Typer(no_args_is_help=True, help="Custodian slots: register, cancel-keys, retire, list.")


@app.command("register")
def register(
    ctx: typer.Context,
    asset: Asset,
    slot: Slot,
    attester: Attesters,
    profile: Annotated[Path, typer.Option(metavar="FILE", help="The custodian's profile: LEI and account ids.")],
    account: Annotated[
        str | None, typer.Option(help="Safekeeping account of the profile. Default: its only one.")
    ] = None,
    threshold: Threshold = None,
) -> None:
    """Bind a custodian's keys and safekeeping account to a slot, or give its slot new keys, as an attestor manager.

    After the first mint new keys may sign when the change delay has passed; until then the old ones do, and then no
    longer.
    """
    asyncio.run(_register(session_of(ctx), asset, slot, attester, threshold, profile, account))


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
        waits = valid_text(told_of(receipt, CustodianRegistered))
        done = f"{profile.name} attests for {name} in slot {slot} with {signing_text(keys, threshold)}{waits}"
        report(session, receipt, done, asset=str(asset), slot=slot, lei=profile.lei, **keys_facts(keys, threshold))


@app.command("cancel-keys")
def cancel_keys(ctx: typer.Context, asset: Asset, slot: Slot) -> None:
    """Drop new keys of a slot that may not sign yet, as the authority, an admin or a pauser."""
    asyncio.run(_cancel_keys(session_of(ctx), asset, slot))


async def _cancel_keys(session: Session, name: str, slot: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.cancel_slot_change(asset, SlotChange.CUSTODIAN_KEYS, slot)
        done = f"slot {slot} of {name}: the keys that waited are dropped"
        report(session, receipt, done, asset=str(asset), slot=slot)


@app.command("retire")
def retire(ctx: typer.Context, asset: Asset, slot: Slot) -> None:
    """Empty a slot at once, as an attestor manager; minting is latched off if what remains is short."""
    asyncio.run(_retire(session_of(ctx), asset, slot))


async def _retire(session: Session, name: str, slot: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        if not session.sign_only:
            before, after = await Integrator(client.ledger).reserve_if(asset, retired=slot)
            warn_of_latch(before, after, f"without slot {slot}")
        receipt = await client.retire_custodian(asset, slot)
        event = told_of(receipt, CustodianRetired)
        done = Text(f"slot {slot} of {name} is empty")
        if event is not None and event.latched:
            done.append("; minting is latched off", "yellow")
        latched = None if event is None else bool(event.latched)
        report(session, receipt, done, asset=str(asset), slot=slot, latched=latched)


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
            keys_text(row.signers),
            str(row.signers.epoch),
            next_keys_text(row.signers, found.now),
        )
        for row in found.rows
    ]
    columns = ("slot", "custodian", "keys", "epoch", "next keys")
    session.show([custodian_json(row) for row in found.rows], table(columns, rows))
