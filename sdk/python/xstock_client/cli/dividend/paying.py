"""``xstock dividend push``: pays everybody, and tells who could not be paid and why."""

from __future__ import annotations

import asyncio
import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields, table
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

__all__ = ["push"]

_SHOWN = 50
"""Owners of a table; the CSV has all."""
_LAMPORTS = 10**9
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
    at_once: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Transactions under way at a time.")] = 8,
) -> None:
    """Pay everybody who was not paid, each exactly once, as anybody; the signer pays fees and rent.

    After an interruption run the same: what was paid is a bit on chain for each owner, and nobody is paid twice or
    passed over. Who cannot be paid (frozen account, a pool without a recipient) is told with the reason, and stops
    nobody else. Exit code 1 when anybody is left.
    """
    session = session_of(ctx)
    if session.signing is not None and not dry_run:
        raise UsageError(
            "a push takes many transactions, and --sign-only, --blockhash and --nonce are for one: run it with a key"
            " that only pays fees; it needs no role. `xstock dividend claim` is one transaction"
        )
    _require_place(unpaid)
    options = _Options(open_accounts, unpaid, lookup_table, at_once)
    code = asyncio.run(
        _push(session, asset, target, rates, Source(balances, capture, excluded=excluded), dry_run, options)
    )
    if code:
        raise typer.Exit(code)


class _Options:
    """How it is paid."""

    def __init__(self, open_accounts: bool, unpaid: Path | None, lookup_table: bool, at_once: int) -> None:
        self.open_accounts, self.unpaid, self.lookup_table, self.at_once = open_accounts, unpaid, lookup_table, at_once


async def _push(
    session: Session, name: str, target: Target, rates: Path, source: Source, dry_run: bool, options: _Options
) -> int:
    payer = session.signer()
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        if not dry_run:
            await session.announce(ledger, payer)
        found = await entitled(session, ledger, asset, name, target, source, rates)
        run = DividendRun(ledger, payer=payer, tree=found.tree, at_once=options.at_once)
        if dry_run:
            plan = await run.plan(open_accounts=options.open_accounts)
            session.show(_plan_json(plan, found.status), *_plan_tables(plan, found.status, name, target))
            _save(options.unpaid, plan.unpayable)
            return 1 if plan.unpayable else 0
        table_address = (await run.open_table()).address if options.lookup_table else None
        with progress(session, "owners") as moved:
            made = await run.push(open_accounts=options.open_accounts, on_progress=moved)
    session.show(
        _report_json(made, found.status, table_address),
        *_report_tables(made, found.status, name, target, table_address),
    )
    _save(options.unpaid, made.unpaid)
    if made.stopped is not None:
        typer.secho("error: ", fg="red", bold=True, err=True, nl=False)
        typer.echo(f"stopped early: {made.stopped}. Run the same again: it goes on where it was", err=True)
        return made.stopped.exit_code
    return 1 if made.unpaid else 0


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
        "paid before": f"{plan.before:,} owners",
        "to be paid": f"{plan.payable:,} owners, {sum_text(plan.net, status)}",
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
        f"{made.paid:,} owners of {name} paid {sum_text(made.net, status)} in {made.transactions:,} transactions;"
        f" {sum_text(made.withheld, status)} of tax withheld; {made.before:,} were paid before"
    )
    human: list[Table | str | Text] = [done if made.unpaid else Text.assemble(("✓ ", "green"), done)]
    if made.accounts or made.pages:
        human.append(f"opened {made.accounts:,} accounts of owners and {made.pages:,} pages of claims")
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
