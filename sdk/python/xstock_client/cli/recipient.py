"""``xstock recipient``: the wallet that a pool's dividends go to."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Recipient
from xstock_client.cli._args import Address, Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import report
from xstock_client.cli.redeem._common import holder
from xstock_client.constants import PROGRAM_ID

app = typer.Typer(no_args_is_help=True, help="Who gets a pool's or a vault's dividends: register, show.")


@app.command("register")
def register(
    ctx: typer.Context,
    asset: Asset,
    recipient: Annotated[
        Pubkey,
        typer.Argument(parser=parse_address, metavar="WALLET", help="A wallet, not a token account; your own: none."),
    ],
) -> None:
    """Name the wallet that your dividends of an asset go to from now on: for the owner of a pool or a vault.

    Signed by the owner of the tokens: a program does it by a call of its own, a multisig by
    --dump-transaction-message. Without a recipient the share of a program's address waits.
    """
    asyncio.run(_register(session_of(ctx), asset, recipient))


async def _register(session: Session, name: str, recipient: Pubkey) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.register_recipient(asset, recipient)
        owner = client.authority
        done = f"dividends of {name} for {owner} go to {recipient}"
        if recipient == owner:
            done = f"dividends of {name} for {owner} go to itself"
        report(session, receipt, done, asset=str(asset), owner=str(owner), recipient=str(recipient))


@app.command("show")
def show(ctx: typer.Context, asset: Asset, owner: Address) -> None:
    """Show who gets an owner's dividends."""
    asyncio.run(_show(session_of(ctx), asset, owner))


async def _show(session: Session, name: str, owner: Pubkey) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await ledger.account(pda.recipient(asset, owner))
    record = None if found is None or found.owner != PROGRAM_ID else Recipient.decode(found.data)
    data = {
        "asset": str(asset),
        "owner": str(owner),
        "recipient": None if record is None else str(record.recipient),
    }
    told = f"{owner} has registered nobody for its dividends of {name}"
    if record is not None:
        told = f"dividends of {name} for {owner} go to {record.recipient}"
    elif not owner.is_on_curve():
        told += ": it is a program's address, so that its share waits"
    session.show(data, told)
