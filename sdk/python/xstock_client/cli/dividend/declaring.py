"""``xstock dividend declare`` and ``fund``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import CorporateAction
from xstock_client.amounts import Ui
from xstock_client.cli._args import Asset, parse_address, parse_time
from xstock_client.cli._coin import cash_of, parse_sum
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import counted
from xstock_client.cli._writing import desk, report, warn
from xstock_client.cli.dividend._common import OneDistribution, RatesOption, Target, find, sum_json, sum_text
from xstock_client.cli.snapshot._common import OneSnapshot, Source, Taken, balances_of, read_taken
from xstock_client.clients import IssuerDesk, distributions_of
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.snapshot import RatesFile, read_rates
from xstock_client.times import instant

__all__ = ["declare", "fund"]


def declare(
    ctx: typer.Context,
    asset: Asset,
    number: OneSnapshot,
    rates: RatesOption,
    until: Annotated[
        int,
        typer.Option(
            parser=parse_time,
            metavar="TIME",
            help="When claims close, half a year after they open at least: 2026-12-31T00:00:00Z.",
        ),
    ],
    withholding_account: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address,
            metavar="ADDRESS",
            help="Where tax goes: a token account of the payout mint that the issuer's authority owns. Default: its"
            " associated one.",
        ),
    ] = None,
    with_issuer: Annotated[
        bool, typer.Option("--with-issuer", help="Pay the issuer's authority and its treasurers too.")
    ] = False,
    balances: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Of `snapshot build`: check first that the rates file names nobody without a balance."
        ),
    ] = None,
) -> None:
    """Declare what the holders of a final snapshot are paid, as the corporate desk or the authority.

    At the announced rate, in the announced mint, from the announced pay time on. All of it is fixed for ever; publish
    the rates file.
    """
    published = read_rates(rates)
    asyncio.run(
        _declare(session_of(ctx), asset, number, (rates, published), until, withholding_account, with_issuer, balances)
    )


async def _declare(
    session: Session,
    name: str,
    number: int,
    file: tuple[Path, RatesFile],
    until: int,
    withholding: Pubkey | None,
    with_issuer: bool,
    balances: Path | None,
) -> None:
    rates, published = file
    hashed = published.hash
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        taken = await read_taken(client.ledger, asset, name, number)
        await _check_rates(session, taken, published, balances)
        for one in await distributions_of(client.ledger, taken.address):
            warn(
                f"distribution {number}/{one.number} of the same snapshot is declared"
                f"{f', and funded with {sum_text(one.funded, one)}' if one.funded else ''}: another one pays the same"
                " owners again"
            )
        account = withholding or await _authoritys(client, taken)
        made = await client.declare_distribution(
            taken.address,
            rates_hash=hashed,
            withholding_account=account,
            claim_until=until,
            without_issuer=not with_issuer,
        )
        done = (
            f"distribution {number}/{made.number} of {name}: claims from {instant(made.claim_from)} to"
            f" {instant(until)}; publish {rates}, and have the attestors vote: `xstock dividend vote {name}"
            f" {number}/{made.number} --rates {rates}`"
        )
        facts = {
            "snapshot": number,
            "number": made.number,
            "distribution": str(made.address),
            "vault": str(made.vault),
            "withholding_account": str(account),
            "rates_sha256": hashed.hex(),
            "claim_from": made.claim_from,
            "claim_until": until,
        }
        report(session, made.receipt, done, asset=str(asset), **facts)


async def _check_rates(session: Session, taken: Taken, rates: RatesFile, balances: Path | None) -> None:
    """Refuse a file of which no entitlements could be computed: its hash is fixed for ever. Raises BadSnapshot."""
    if balances is not None:
        held = await balances_of(session, taken, Source(balances))
        rates.require_known(lambda owner: held.index_of(owner) is not None)
    elif rates.owners:
        warn(
            f"the rates file names {counted(len(rates.owners), 'owner')}, who were not looked up: one without a"
            " balance makes the distribution useless; `--balances FILE` checks them before"
        )


async def _authoritys(client: IssuerDesk, taken: Taken) -> Pubkey:
    """The authority's associated account of the payout mint. Raises AccountMissing."""
    address = pda.corporate_action(taken.account.asset, taken.account.action)
    found = await client.ledger.account(address)
    if found is None:
        raise AccountMissing(f"action {taken.account.action}, which the snapshot is of, does not exist on this cluster")
    mint = CorporateAction.decode(found.data).payout_mint
    account = await client.ledger.account(mint)
    if account is None:
        raise AccountMissing(f"the payout mint {mint} does not exist on this cluster")
    return pda.token_account((await client.issuer_account(client.issuer)).authority, mint, account.owner)


def fund(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    amount: Annotated[
        Ui | None, typer.Argument(parser=parse_sum, metavar="[COINS]", help="Default: all that is missing.")
    ] = None,
    source: Annotated[
        Pubkey | None,
        typer.Option(parser=parse_address, metavar="ADDRESS", help="A token account. Default: the signer's own."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Although another distribution of the same snapshot has money.")
    ] = False,
) -> None:
    """Put money into the distribution's vault, as anybody; nobody is paid before all of it is there.

    Of more than is missing only that is taken. At least three months must be left for claims.
    """
    asyncio.run(_fund(session_of(ctx), asset, target, amount, source, again))


async def _fund(
    session: Session, name: str, target: Target, amount: Ui | None, source: Pubkey | None, again: bool
) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        status = await find(client.ledger, asset, name, target)
        session.decimals = status.decimals
        for one in await distributions_of(client.ledger, status.snapshot):
            if one.address != status.address and one.funded and not again:
                raise UsageError(
                    f"distribution {target.snapshot}/{one.number} of this dividend is funded with"
                    f" {sum_text(one.funded, one)}, and this one pays the same owners again: if that is meant, say"
                    " --again"
                )
        cash = None if amount is None else cash_of(amount, status.decimals, "COINS")
        receipt = await client.fund_distribution(status.address, cash, source=source)
        after = await find(client.ledger, asset, name, target)
        rest = f"{sum_text(after.missing, after)} are missing" if after.missing else "all that is owed is there"
        put = after.funded - status.funded
        done = f"{sum_text(put, after)} funded; {rest}"
        facts = {"amount": sum_json(put, after), "funded": sum_json(after.funded, after)}
        facts["missing"] = sum_json(after.missing, after)
        report(session, receipt, done, asset=str(asset), distribution=str(status.address), **facts)
