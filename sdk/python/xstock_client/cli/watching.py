"""``xstock solvency``, ``events`` and ``blockhash``: what anybody can look at."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.accounts import Asset as AssetAccount
from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._reserve_tables import reserve_json
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields
from xstock_client.cli._writing import report
from xstock_client.clients import Attestor, Integrator
from xstock_client.errors import UsageError
from xstock_client.events import Event
from xstock_client.ledger import Ledger, NonceAccount, Submitter
from xstock_client.rendering import describe, instant, transaction_json
from xstock_client.reserve_report import ReserveReport
from xstock_client.times import span

__all__ = ["add_to", "solvency_app"]

solvency_app = typer.Typer(no_args_is_help=True, help="Is every token backed?")


# A group of one command would swallow its name.
@solvency_app.callback()
def _group() -> None:
    pass


@solvency_app.command("check")
def check(
    ctx: typer.Context,
    asset: Asset,
    submit: Annotated[
        bool, typer.Option("--submit", help="Have the program check, and latch minting off when it is short.")
    ] = False,
) -> None:
    """Compare what is owed with the last reports, however old: exit code 0 when not short, 1 when short.

    Tells besides whether fresh reports cover it. Needs no role.
    """
    asyncio.run(_check(session_of(ctx), asset, submit))


async def _check(session: Session, name: str, submit: bool) -> None:
    payer = session.payer() if submit else None
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        client = Integrator(ledger)
        receipt = None
        if payer is not None:
            await session.announce(ledger, payer)
            receipt = await Attestor(ledger, payer=payer).check_solvency(asset)
        found = await client.reserve_report(asset)
    words = "not short by the last reports" if found.solvent else "SHORT by the last reports"
    style = "bold red" if not found.solvent else "green" if found.covered else "yellow"
    verdict = (
        f"{found.symbol}: {found.last_obligation.to_ui()} shares owed, {found.last_reserve.to_ui()} last reported:"
        f" {words}; fresh reports: {_fresh(found)}; latch {'set' if found.latched else 'open'}"
    )
    if receipt is None:
        session.show(reserve_json(found), Text(verdict, style=style))
    else:
        report(session, receipt, verdict, **reserve_json(found))
    if not found.solvent:
        raise typer.Exit(1)


def _fresh(found: ReserveReport) -> str:
    """What a mint would see, and how old the oldest report is."""
    ages = [row.age for row in found.rows if row.age is not None]
    oldest = f"oldest {span(max(*ages, 0))}" if ages else "none was ever made"
    return f"{'covered' if found.covered else 'NOT covered'}, {oldest}"


def events(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="TX|ADDRESS|SYMBOL", help="A transaction, or whose history.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Transactions of a history, newest first.")] = 20,
) -> None:
    """Show what the program told in a transaction, or in the last ones of an address."""
    asyncio.run(_events(session_of(ctx), subject, limit))


async def _events(session: Session, subject: str, limit: int) -> None:
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        signature = _signature(subject)
        if signature is not None:
            found = [await client.events(signature)]
        else:
            found = await client.history(await session.asset(ledger, subject), limit=limit)
        decimals = await _decimals(ledger, [one for _, told in found for one in told])
    lines = [] if found else [Text(f"no transactions of {subject} at this RPC; it may not keep old ones", style="dim")]
    for executed, told in found:
        failed = ", failed" if executed.error is not None else ""
        lines.append(Text(f"{executed.signature}  {instant(executed.block_time or 0)}{failed}", style="dim"))
        lines.extend(Text.assemble((f"  {type(one).__name__:20} ", "cyan"), _described(one, decimals)) for one in told)
    session.show([transaction_json(executed, told) for executed, told in found], *lines)


def _described(event: Event, decimals: Mapping[Pubkey, int]) -> str:
    asset = getattr(event, "asset", None)
    return describe(event, cash_decimals=None if asset is None else decimals.get(asset))


async def _decimals(ledger: Ledger, events: Sequence[Event]) -> dict[Pubkey, int]:
    """Those of the coins that the events' assets pay in, where they have chosen one."""
    named = list(dict.fromkeys(asset for one in events if (asset := getattr(one, "asset", None)) is not None))
    found: dict[Pubkey, int] = {}
    for address, account in zip(named, await ledger.accounts(named) if named else [], strict=True):
        state = None if account is None else AssetAccount.decode(account.data)
        if state is not None and state.payment_mint != Pubkey.default():
            found[address] = state.payment_decimals
    return found


def blockhash(
    ctx: typer.Context,
    nonce_account: Annotated[
        Pubkey | None, typer.Argument(parser=parse_address, metavar="[NONCE_ACCOUNT]", help="Show its value instead.")
    ] = None,
) -> None:
    """Show what --blockhash takes: a recent blockhash, good for about a minute, or what a nonce account stores."""
    asyncio.run(_blockhash(session_of(ctx), nonce_account))


async def _blockhash(session: Session, address: Pubkey | None) -> None:
    async with session.ledger() as ledger:
        if address is None:
            if not isinstance(ledger, Submitter):
                raise UsageError(f"{type(ledger).__name__} does not tell blockhashes")
            found = str(await ledger.latest_blockhash())
            session.show({"blockhash": found}, found)
            return
        nonce = NonceAccount.decode(address, await ledger.account(address))
    data = {"blockhash": str(nonce.value), "nonce": str(address), "authority": str(nonce.authority)}
    session.show(data, fields({"blockhash": nonce.value, "nonce authority": nonce.authority}))


def _signature(text: str) -> Signature | None:
    if len(text) <= 44:
        return None
    try:
        return Signature.from_string(text)
    except ValueError:
        raise UsageError(f"{text!r} is neither a transaction's signature nor an address") from None


def add_to(app: typer.Typer) -> None:
    """Add ``events`` and ``blockhash`` to the root command."""
    app.command("events")(events)
    app.command("blockhash")(blockhash)
