"""``xstock redeem settle``: pay on chain and burn, one request, several, or a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Cash, Ui
from xstock_client.cli._args import Asset, RentReceiver, parse_address, parse_amount
from xstock_client.cli._coin import Price, cash_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk
from xstock_client.cli.redeem._common import Target, Targets
from xstock_client.cli.redeem._outcomes import finish, show_done
from xstock_client.cli.redeem._paying import COLUMNS, Paying, Single, Terms
from xstock_client.cli.redeem._rows import Row, chosen_rows
from xstock_client.clients import PaymentToken
from xstock_client.errors import UsageError
from xstock_client.rendering import cash_json

__all__ = ["settle"]


def settle(
    ctx: typer.Context,
    asset: Asset,
    targets: Targets = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            help="Those of a list of `redeem list --csv`: columns holder, id and raw; price and payee as far as filled"
            " in.",
        ),
    ] = None,
    price: Price = None,
    rest: Annotated[
        Ui | None,
        typer.Option(parser=parse_amount, metavar="AMOUNT", help="Of one request: shares that stay accepted and wait."),
    ] = None,
    source: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address,
            metavar="ADDRESS",
            help="The token account that pays. Default: the agent's own of the coin, or the signer's.",
        ),
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option(
            metavar="KEYPAIR|PUBKEY",
            help="The key that may spend from it: its owner or delegate. Default: the signer.",
        ),
    ] = None,
    table: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address,
            metavar="ADDRESS",
            help="The lookup table of `redeem table open`, so that about twice as many fit a transaction.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what each would be paid, and send nothing.")] = False,
    amount: Annotated[
        Ui | None,
        typer.Option(parser=parse_amount, metavar="AMOUNT", help="Of one request: all the shares that it holds."),
    ] = None,
    payee: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address, metavar="ADDRESS", help="Of one request: another account of its holder's of the coin."
        ),
    ] = None,
    open_account: Annotated[
        bool | None,
        typer.Option(
            "--open-account/--no-open-account",
            help="Of one request: open its holder's account of the coin first. Default: if it is missing.",
        ),
    ] = None,
    rent_receiver: RentReceiver = None,
) -> None:
    """Pay accepted requests in the coin and burn their tokens, or neither, as a redeemer.

    The price is per whole share, before the request's fee; what the holder gets must reach the minimum or the quote.
    As many requests as fit go into one transaction. A request is paid once, whatever is sent again: run the same after
    an interruption. With --amount, or the file's column raw, one that holds anything else is left alone.
    """
    session = session_of(ctx)
    key = None if agent is None else session.key(agent)
    terms = Terms(price, source, key, table)
    single = Single(amount, rest, payee, open_account, rent_receiver)
    asyncio.run(_settle(session, asset, targets, csv, terms, single, dry_run))


async def _settle(
    session: Session,
    name: str,
    targets: Sequence[Target] | None,
    csv: Path | None,
    terms: Terms,
    single: Single,
    dry_run: bool,
) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        rows = chosen_rows(targets, csv, asset, with_raw=True)
        if single.named and len(rows) > 1:
            raise UsageError(
                "--amount, --rest, --payee, --open-account and --rent-receiver are of one request; in a file say raw"
                " and payee"
            )
        coin = await session.coin(client.ledger, asset)
        prices = _prices(rows, terms.price, coin)
        paying = Paying(session, client, asset, coin, terms)
        if session.signing is not None and not dry_run:
            done = await paying.apart(rows, prices, single)
        elif single.by_itself and not dry_run:
            done = [await paying.one(rows[0], prices[0], single)]
        else:
            done = await paying.all(rows, prices, single, dry_run=dry_run)
    total = Cash(sum(one.facts["payment"]["base"] for one in done if one.good))
    words = f"{total.to_ui(coin.decimals)} {'would be ' if dry_run else ''}paid"
    facts = {"asset": str(asset), "paid": cash_json(total, coin.decimals), "dry_run": dry_run}
    show_done(session, done, COLUMNS, words, **facts)
    finish(done)


def _prices(rows: Sequence[Row], price: Ui | None, coin: PaymentToken) -> list[Cash]:
    """What each is settled at, before the fee. Raises UsageError where nothing says so."""
    found = []
    for row in rows:
        chosen = price if row.price is None else row.price
        if chosen is None:
            place = row.where or str(row.target)
            raise UsageError(f"{place}: say the price per whole share, with --price or in the file's column price")
        where = "--price" if row.price is None else f"{row.where}: price"
        found.append(cash_of(chosen, coin.decimals, where))
        if not found[-1]:
            raise UsageError(f"{where}: 0 pays nothing; name what a share is paid")
    return found
