"""``xstock redeem table``: the lookup table that lets about twice as many settlements fit a transaction."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import Address, Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, report
from xstock_client.errors import UsageError
from xstock_client.ledger import close_table, deactivate_table, read_table

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="The lookup table of settlements: open, close.")

_TOGETHER = (
    "a lookup table is made from a recent slot by several steps, so it cannot be signed apart; it touches nothing"
    " of the issuer's, and only its fee payer signs"
)


@app.command("open")
def open_table(
    ctx: typer.Context,
    asset: Asset,
    source: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address,
            metavar="ADDRESS",
            help="The account that the money comes from. Default: the signer's own of the coin.",
        ),
    ] = None,
) -> None:
    """Make a lookup table of the accounts that all settlements of an asset name, as the redeemer that settles.

    The fee payer pays and owns it.

    Then say `--table ADDRESS` with `redeem settle`. It serves as long as redeemer and source stay.
    """
    asyncio.run(_open(session_of(ctx), asset, source))


async def _open(session: Session, name: str, source: Pubkey | None) -> None:
    if session.signing is not None:
        raise UsageError(_TOGETHER)
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        made = await client.open_settlement_table(asset, source=source)
    told = f"lookup table {made.address}: use it with `xstock redeem settle {name} ... --table {made.address}`"
    data = {
        "asset": str(asset),
        "table": str(made.address),
        "addresses": [str(one) for one in made.addresses],
        "owner": None if made.authority is None else str(made.authority),
    }
    session.show(data, Text.assemble(("✓ ", "green"), told))


@app.command("close")
def close(ctx: typer.Context, address: Address) -> None:
    """Remove a lookup table, as the fee payer that opened it; its rent comes back.

    Takes two calls, about four minutes apart: the first one takes it out of use, the second one closes it.
    """
    asyncio.run(_close(session_of(ctx), address))


async def _close(session: Session, address: Pubkey) -> None:
    if session.signing is not None:
        raise UsageError(_TOGETHER)
    payer = session.payer()
    async with session.ledger() as ledger:
        await session.announce(ledger, payer)
        found = await read_table(ledger, address)
        if found.deactivation_slot is None:
            receipt = await deactivate_table(ledger, payer, address)
            done = f"lookup table {address} is out of use; run this again in about four minutes for its rent"
        else:
            receipt = await close_table(ledger, payer, address)
            done = f"lookup table {address} is closed, and its rent is back"
        report(session, receipt, done, table=str(address), closed=found.deactivation_slot is not None)
