"""``xstock dividend reclaim``, ``remit`` and ``close``: what is left when everybody had time."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import counted
from xstock_client.cli._writing import desk, report, require_one_transaction
from xstock_client.cli.attest._common import progress
from xstock_client.cli.dividend._common import OneDistribution, Target, find, sum_json, sum_text
from xstock_client.cli.redeem._common import keeper
from xstock_client.clients.distributions import claim_pages
from xstock_client.errors import UsageError
from xstock_client.ledger import Ledger
from xstock_client.merkle import page_count
from xstock_client.rendering import receipt_json

__all__ = ["close", "reclaim", "remit"]

_AT_ONCE = 100


def reclaim(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    destination: Annotated[
        Pubkey | None,
        typer.Option(
            "--to",
            parser=parse_address,
            metavar="ADDRESS",
            help="A token account that the issuer's authority owns. Default: its associated one.",
        ),
    ] = None,
) -> None:
    """Take back what nobody claimed, once claims are closed, as the authority or a treasurer. Tax stays for `remit`."""
    asyncio.run(_reclaim(session_of(ctx), asset, target, destination))


async def _reclaim(session: Session, name: str, target: Target, destination: Pubkey | None) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        before = await find(client.ledger, asset, name, target)
        session.decimals = before.decimals
        receipt = await client.reclaim_distribution(before.address, destination=destination)
        taken = (await find(client.ledger, asset, name, target)).reclaimed - before.reclaimed
        done = f"{sum_text(taken, before)} taken back of {name}, which {counted(before.unpaid, 'owner')} did not claim"
        report(session, receipt, done, asset=str(asset), reclaimed=sum_json(taken, before))


def remit(ctx: typer.Context, asset: Asset, target: OneDistribution) -> None:
    """Move withheld tax to the account that the declaration named, as anybody."""
    asyncio.run(_remit(session_of(ctx), asset, target))


async def _remit(session: Session, name: str, target: Target) -> None:
    async with keeper(session) as client:
        asset = await session.asset(client.ledger, name)
        before = await find(client.ledger, asset, name, target)
        session.decimals = before.decimals
        receipt = await client.remit_withheld(before.address)
        moved = (await find(client.ledger, asset, name, target)).remitted - before.remitted
        done = f"{sum_text(moved, before)} of tax moved to {before.withholding_account}"
        facts = {"remitted": sum_json(moved, before), "withholding_account": str(before.withholding_account)}
        report(session, receipt, done, asset=str(asset), **facts)


def close(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    pages: Annotated[
        list[int] | None, typer.Argument(min=0, metavar="[PAGE...]", help="Default: all that are open.")
    ] = None,
) -> None:
    """Close pages of claims a day after claims were closed, as anybody: their rent goes back to who opened them."""
    asyncio.run(_close(session_of(ctx), asset, target, pages))


async def _close(session: Session, name: str, target: Target, pages: list[int] | None) -> None:
    async with keeper(session) as client:
        asset = await session.asset(client.ledger, name)
        status = await find(client.ledger, asset, name, target)
        numbers = pages or await _open_pages(client.ledger, status.address, status.leaf_count)
        if not numbers:
            raise UsageError(f"no page of distribution {target} of {name} is open")
        if session.signing is not None:
            require_one_transaction(len(numbers), "several pages")
        receipts = []
        with progress(session, "pages") as moved:
            for number in dict.fromkeys(numbers):
                receipts.append(await client.close_claim_page(status.address, number))
                moved(len(receipts), len(numbers))
    done = Text.assemble(("✓ ", "green"), f"{counted(len(receipts), 'page')} closed; the rent is with who opened them")
    data = {
        "distribution": str(status.address),
        "pages": list(dict.fromkeys(numbers)),
        "transactions": [receipt_json(one) for one in receipts],
    }
    session.show(data, done)


async def _open_pages(ledger: Ledger, distribution: Pubkey, leaf_count: int) -> list[int]:
    found: list[int] = []
    for start in range(0, page_count(leaf_count), _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, page_count(leaf_count)))
        accounts = await claim_pages(ledger, distribution, numbers)
        found += [number for number, account in zip(numbers, accounts, strict=True) if account is not None]
    return found
