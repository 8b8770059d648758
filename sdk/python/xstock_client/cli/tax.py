"""``xstock tax``: a holder's records of a year."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.amounts import Cash, Ui
from xstock_client.cli._args import parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import counted, table
from xstock_client.cli._writing import warn
from xstock_client.cli.attest._common import progress
from xstock_client.errors import BadInput, UsageError
from xstock_client.ledger import Ledger
from xstock_client.tax import (
    METHOD,
    HolderHistory,
    TaxRecords,
    acquisitions,
    document,
    read_costs,
    read_history,
    tables,
    tax_year,
    write_csv,
    write_json,
)
from xstock_client.tax.fifo import year_bounds
from xstock_client.times import instant

app = typer.Typer(no_args_is_help=True, help="Tax records: lots, disposals, dividends and splits of a year.")


class Format(StrEnum):
    """What the records are written as."""

    CSV = "csv"
    JSON = "json"


# A group of one command would swallow its name.
@app.callback()
def _group() -> None:
    pass


@app.command("export")
def export(
    ctx: typer.Context,
    year: Annotated[int, typer.Option(min=1, max=9998, metavar="YEAR", help="The calendar year, in UTC.")],
    holder: Annotated[Pubkey, typer.Option(parser=parse_address, metavar="ADDRESS", help="Whose records.")],
    assets: Annotated[
        list[str], typer.Option("--asset", metavar="SYMBOL", help="Symbol, address or @NUMBER; may be repeated.")
    ],
    costs: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV of the columns signature,cost: what acquisitions cost, with fees."),
    ] = None,
    as_format: Annotated[Format, typer.Option("--format", help="A file for each table, or one document.")] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", show_default="tax-YEAR", help="Where to write.")
    ] = None,
) -> None:
    """Write a holder's lots, disposals, dividends and splits of a year, first in first out, with signatures.

    Reads all transactions of the holder, which takes a while, and stops with exit code 4 when the RPC does not hold
    them all. Files of an earlier export into the same folder are replaced. Signs nothing.
    """
    session = session_of(ctx)
    records = asyncio.run(_records(session, year, holder, assets, {} if costs is None else read_costs(costs)))
    folder = Path(f"tax-{year}") if output is None else output
    files = (write_csv if as_format is Format.CSV else write_json)(records, folder)
    _show(session, records, files)


async def _records(
    session: Session, year: int, holder: Pubkey, names: Sequence[str], costs: Mapping[Signature, Ui]
) -> list[TaxRecords]:
    async with session.ledger() as ledger:
        addresses = [await session.asset(ledger, name) for name in names]
        twice = [name for name, address in zip(names, addresses, strict=True) if addresses.count(address) > 1]
        if twice:
            raise UsageError(f"{' and '.join(twice)} are the same asset: name it once")
        histories = [await _history(session, ledger, address, holder) for address in addresses]
    _check_costs(costs, histories)
    return [tax_year(one, year, _costs_of(one, costs)) for one in histories]


async def _history(session: Session, ledger: Ledger, asset: Pubkey, holder: Pubkey) -> HolderHistory:
    with progress(session, "reading transactions") as moved:
        return await read_history(ledger, asset, holder, on_transaction=lambda count: moved(count, count))


def _check_costs(costs: Mapping[Signature, Ui], histories: Sequence[HolderHistory]) -> None:
    """Each cost belongs to exactly one asset. Raises BadInput."""
    brought = Counter(signature for one in histories for signature in acquisitions(one))
    for signature in costs:
        if not brought[signature]:
            raise BadInput(
                f"--costs names transaction {signature}, which brought the holder no tokens of"
                f" {', '.join(one.symbol for one in histories)}: correct it, or leave the line out"
            )
        if brought[signature] > 1:
            raise BadInput(
                f"--costs names transaction {signature}, which brought tokens of {brought[signature]} of these assets:"
                " export them one at a time, with a file for each"
            )


def _costs_of(one: HolderHistory, costs: Mapping[Signature, Ui]) -> dict[Signature, Cash]:
    """Those of this asset, in its coin's base units. Raises BadInput."""
    found: dict[Signature, Cash] = {}
    for signature in acquisitions(one) & costs.keys():
        try:
            found[signature] = costs[signature].to_cash(one.decimals)
        except ValueError as error:
            raise BadInput(f"--costs, transaction {signature}: {error}; sums of {one.symbol} have no more") from None
    return found


def _show(session: Session, records: Sequence[TaxRecords], files: Sequence[Path]) -> None:
    data = {"files": [str(path) for path in files], **document(records)}
    columns = ("", "lots", "disposals", "dividends", "corporate actions", "penalties")
    rows = [(one.symbol, *(str(len(made)) for made in tables([one]).values())) for one in records]
    year, until = records[0].year, records[0].until
    unfinished = f", up to {instant(until)}" if until < year_bounds(year)[1] else ""
    session.show(
        data,
        table(columns, rows, title=f"{year} ({METHOD}), rows written{unfinished}"),
        Text.assemble(("✓ ", "green"), ", ".join(str(path) for path in files)),
    )
    unknown = sum(lot.cost is None for one in records for lot in one.lots)
    if unknown:
        have = "has" if unknown == 1 else "have"
        lots = f"{counted(unknown, 'lot')} {have}"
        warn(f"{lots} no cost, which the chain does not know: gains stay empty; give it with --costs FILE")
