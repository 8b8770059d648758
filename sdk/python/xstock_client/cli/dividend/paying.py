"""``xstock dividend push``: pays everybody, and tells who could not be paid and why."""

from __future__ import annotations

import asyncio
import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import counted, fields, table
from xstock_client.cli.attest._common import progress
from xstock_client.cli.dividend._common import (
    Excluded,
    OneDistribution,
    RatesOption,
    Target,
    entitled,
    sum_json,
    sum_text,
)
from xstock_client.cli.snapshot._common import BalancesFile, CaptureFile, Source
from xstock_client.clients import DividendRun, PushPlan, PushReport, Unpaid
from xstock_client.clients._files import write_text
from xstock_client.distribution import DistributionStatus
from xstock_client.errors import BadInput, UsageError
from xstock_client.ledger import Ledger, LookupTable, read_table

__all__ = ["push"]

_SHOWN = 50
"""Owners of a table; the CSV has all."""
_LAMPORTS = 10**9
_INTERRUPTED = 130
_COLUMNS = ("index", "owner", "gross", "withheld", "net", "reason")


def push(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    rates: RatesOption,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
    excluded: Excluded = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what it would take and who cannot be paid; send nothing.")
    ] = False,
    open_accounts: Annotated[
        bool,
        typer.Option(
            "--open-accounts/--no-open-accounts",
            help="Open owners' missing token accounts, at the signer's cost. They stay the owners'.",
        ),
    ] = True,
    unpaid: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A CSV of everybody who was not paid, and why.")
    ] = None,
    lookup_table: Annotated[
        bool,
        typer.Option(
            "--lookup-table",
            help="Open a lookup table first: more owners in a transaction. Pays from some hundreds on.",
        ),
    ] = False,
    table_address: Annotated[
        Pubkey | None,
        typer.Option(
            "--table",
            parser=parse_address,
            metavar="ADDRESS",
            help="Use the lookup table that an earlier run opened, instead of opening another one.",
        ),
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Transactions under way at a time.")] = 8,
) -> None:
    """Pay everybody who was not paid, each exactly once, as anybody; the signer pays fees and rent.

    After an interruption run the same: what was paid is a bit on chain for each owner, and nobody is paid twice or
    passed over. Use the lookup table that was opened again: --table ADDRESS. Who cannot be paid (frozen account, a pool
    without a recipient) is told with the reason, and stops nobody else. Exit code 1 when anybody is left.
    """
    session = session_of(ctx)
    if session.signing is not None and not dry_run:
        raise UsageError(
            "a push takes many transactions, and --sign-only, --blockhash and --nonce are for one: run it with a key"
            " that only pays fees; it needs no role. `xstock dividend claim` is one transaction"
        )
    if lookup_table and table_address is not None:
        raise UsageError("--lookup-table opens a table and --table uses one that is open: give one of them")
    _require_place(unpaid)
    options = _Options(open_accounts, unpaid, lookup_table, table_address, at_once)
    source = Source(balances, capture, excluded=excluded)
    try:
        code = asyncio.run(_push(session, asset, target, rates, source, dry_run, options))
    except KeyboardInterrupt:
        again = "the same" if options.table is None else f"it with --table {options.table}"
        typer.echo(f"interrupted; run {again} again, and it goes on from what is on chain", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    if code:
        raise typer.Exit(code)


@dataclass(slots=True)
class _Options:
    """How it is paid."""

    open_accounts: bool
    unpaid: Path | None
    open_table: bool
    table: Pubkey | None
    """The lookup table: the one that was named, or the one that was opened, as soon as it is."""
    at_once: int


async def _push(
    session: Session, name: str, target: Target, rates: Path, source: Source, dry_run: bool, options: _Options
) -> int:
    payer = session.signer()
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        if not dry_run:
            await session.announce(ledger, payer)
        found = await entitled(session, ledger, asset, name, target, source, rates)
        lookup = None if options.table is None else await _table(ledger, options.table, found.status.address)
        run = DividendRun(ledger, payer=payer, tree=found.tree, table=lookup, at_once=options.at_once)
        if dry_run:
            plan = await run.plan(open_accounts=options.open_accounts)
            session.show(_plan_json(plan, found.status), *_plan_tables(plan, found.status, name, target))
            _save(options.unpaid, plan.unpayable)
            return 1 if plan.unpayable else 0
        if options.open_table:
            options.table = (await run.open_table()).address
            typer.echo(f"opened the lookup table {options.table}; another run uses it with --table", err=True)
        with progress(session, "owners") as moved:
            made = await run.push(open_accounts=options.open_accounts, on_progress=moved)
    session.show(
        _report_json(made, found.status, options.table),
        *_report_tables(made, found.status, name, target, options.table),
    )
    _save(options.unpaid, made.unpaid)
    if made.stopped is not None:
        typer.secho("error: ", fg="red", bold=True, err=True, nl=False)
        typer.echo(f"stopped early: {made.stopped}. Run the same again: it goes on where it was", err=True)
        return made.stopped.exit_code
    return 1 if made.unpaid else 0


async def _table(ledger: Ledger, address: Pubkey, distribution: Pubkey) -> LookupTable:
    """A table that an earlier run opened. Raises AccountMissing, DecodeError, UsageError."""
    found = await read_table(ledger, address)
    if found.deactivation_slot is not None or distribution not in found.addresses:
        what = "is being closed" if found.deactivation_slot is not None else "was opened for something else"
        raise UsageError(f"the lookup table {address} {what}: leave --table out, or open one with --lookup-table")
    return found


def _require_place(path: Path | None) -> None:
    """Refuse a file that could not be written, before anything is sent. Raises BadInput."""
    if path is not None and (path.is_dir() or not os.access(path.resolve().parent, os.W_OK)):
        raise BadInput(f"{path}: cannot be written: name a file in a folder that exists and is yours")


def _save(path: Path | None, unpaid: Sequence[Unpaid]) -> None:
    """Everybody who was not paid, whole or not at all. Raises BadInput."""
    if path is None:
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in unpaid:
        writer.writerow((one.index, one.owner, int(one.gross), int(one.withheld), int(one.net), one.reason))
    write_text(path, text.getvalue())


def _plan_json(plan: PushPlan, status: DistributionStatus) -> dict[str, Any]:
    return {
        "distribution": str(status.address),
        "dry_run": True,
        "paid_before": plan.before,
        "payable": plan.payable,
        "net": sum_json(plan.net, status),
        "withheld": sum_json(plan.withheld, status),
        "transactions": plan.transactions,
        "fees_lamports": plan.fees,
        "pages": plan.pages,
        "accounts": plan.accounts,
        "rent_lamports": plan.rent,
        "unpaid": [_unpaid_json(one, status) for one in plan.unpayable],
    }


def _plan_tables(plan: PushPlan, status: DistributionStatus, name: str, target: Target) -> list[Table | str]:
    told = {
        "paid before": counted(plan.before, "owner"),
        "to be paid": f"{counted(plan.payable, 'owner')}, {sum_text(plan.net, status)}",
        "tax": sum_text(plan.withheld, status),
        "transactions": f"{plan.transactions:,}, {_sol(plan.fees)} of base fees",
        "accounts to open": f"{plan.accounts:,} of owners (theirs for good), {_sol(plan.accounts * plan.account_rent)}",
        "pages to open": f"{plan.pages:,}, {_sol(plan.pages * plan.page_rent)}, back when they are closed",
    }
    return [fields(told), *_unpaid_table(plan.unpayable, status, f"cannot be paid, distribution {target} of {name}")]


def _report_json(made: PushReport, status: DistributionStatus, table_address: Pubkey | None) -> dict[str, Any]:
    return {
        "distribution": str(status.address),
        "dry_run": False,
        "paid_before": made.before,
        "paid": made.paid,
        "net": sum_json(made.net, status),
        "withheld": sum_json(made.withheld, status),
        "transactions": made.transactions,
        "pages": made.pages,
        "accounts": made.accounts,
        "lookup_table": None if table_address is None else str(table_address),
        "stopped": None if made.stopped is None else str(made.stopped),
        "unpaid": [_unpaid_json(one, status) for one in made.unpaid],
    }


def _report_tables(
    made: PushReport, status: DistributionStatus, name: str, target: Target, table_address: Pubkey | None
) -> list[Table | str | Text]:
    done = (
        f"{counted(made.paid, 'owner')} of {name} paid {sum_text(made.net, status)} in"
        f" {counted(made.transactions, 'transaction')};"
        f" {sum_text(made.withheld, status)} of tax withheld; paid before: {made.before:,}"
    )
    human: list[Table | str | Text] = [done if made.unpaid else Text.assemble(("✓ ", "green"), done)]
    if made.accounts or made.pages:
        human.append(
            f"opened {counted(made.accounts, 'account')} of owners and {counted(made.pages, 'page')} of claims"
        )
    if table_address is not None:
        human.append(f"lookup table {table_address}: close it for its rent, `xstock redeem table close`")
    return [*human, *_unpaid_table(made.unpaid, status, f"not paid, distribution {target} of {name}")]


def _unpaid_table(unpaid: Sequence[Unpaid], status: DistributionStatus, title: str) -> list[Table | str]:
    if not unpaid:
        return []
    rows = [(f"{one.index:,}", str(one.owner), sum_text(one.net, status), one.reason) for one in unpaid[:_SHOWN]]
    made: list[Table | str] = [table(("leaf", "owner", "net", "why"), rows, title=title)]
    if len(unpaid) > _SHOWN:
        made.append(f"and {len(unpaid) - _SHOWN:,} more: --unpaid FILE has all of them")
    return made


def _unpaid_json(one: Unpaid, status: DistributionStatus) -> dict[str, Any]:
    return {
        "index": one.index,
        "owner": str(one.owner),
        "gross": sum_json(one.gross, status),
        "withheld": sum_json(one.withheld, status),
        "net": sum_json(one.net, status),
        "reason": one.reason,
    }


def _sol(lamports: int) -> str:
    return f"{lamports / _LAMPORTS:.6f} SOL"
