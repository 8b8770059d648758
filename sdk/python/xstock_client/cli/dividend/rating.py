"""``xstock dividend rates``: the rates file, from a withholding table and who lives where."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import counted, table
from xstock_client.cli._writing import warn
from xstock_client.cli.snapshot._common import write_whole
from xstock_client.errors import BadInput, UsageError
from xstock_client.snapshot import RecordDateBalances, read_balances, write_rates
from xstock_client.withholding import WithholdingTable, load_table, shipped_tables

__all__ = ["rates"]

_COLUMNS = ["owner", "residence"]


def rates(
    ctx: typer.Context,
    withholding: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="A table that ships, or your own. Without one: list those that ship."),
    ] = None,
    residences: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV of the columns owner,residence (ISO 3166): who lives where."),
    ] = None,
    balances: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Of `snapshot build`: owners who are not among them are left out."),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write.")] = None,
    publish_residences: Annotated[
        bool, typer.Option("--publish-residences", help="Name the countries in the file, which is public.")
    ] = False,
) -> None:
    """Write the rates file of a distribution: what is withheld from whom. Its sha256 goes on chain; publish it.

    Whoever is not named has the table's statutory rate. Needs no network.
    """
    session = session_of(ctx)
    if withholding is None:
        if output is not None or residences is not None:
            raise UsageError("say which table the rates are of: --withholding NAME or FILE")
        _list(session)
        return
    if output is None:
        raise UsageError("say where the rates file goes: --output FILE")
    _write(session, load_table(withholding), residences, balances, output, publish_residences)


def _list(session: Session) -> None:
    found = [(name, load_table(name)) for name in shipped_tables()]
    data = [
        {
            "name": name,
            "source": one.source,
            "income": one.income,
            "as_of": one.as_of.isoformat(),
            "statutory_bps": one.statutory,
            "example": one.example,
            "sources": list(one.sources),
            "rates_bps": dict(one.rates),
        }
        for name, one in found
    ]
    rows = [
        (name, one.income, one.as_of.isoformat(), _percent(one.statutory), str(len(one.rates))) for name, one in found
    ]
    columns = ("name", "of", "as of", "statutory", "treaties")
    session.show(data, table(columns, rows, title="tables that ship: examples, to be checked by whoever pays"))


def _write(
    session: Session,
    chosen: WithholdingTable,
    residences: Path | None,
    balances: Path | None,
    output: Path,
    publish: bool,
) -> None:
    people = {} if residences is None else _residences(residences)
    held: RecordDateBalances | None = None if balances is None else read_balances(balances)
    known = {one: land for one, land in people.items() if held is None or held.index_of(one) is not None}
    made = chosen.rates_file(known, publish_residences=publish)
    write_whole(output, lambda path: write_rates(made, path))
    left_out = len(people) - len(known)
    facts = {
        "file": str(output),
        "sha256": made.hash.hex(),
        "default_bps": made.default,
        "owners": len(made.owners),
        "left_out": left_out,
        "as_of": chosen.as_of.isoformat(),
        "example": chosen.example,
    }
    done = f"{counted(len(made.owners), 'owner')} named, {_percent(made.default)} from everybody else: {output}"
    also = f"; {left_out:,} without a balance left out" if left_out else ""
    session.show(facts, Text.assemble(("✓ ", "green"), done + also), f"sha256 {made.hash.hex()}")
    if chosen.example:
        warn(
            f"this table is an example as of {chosen.as_of.isoformat()}: have whoever answers for the tax check it"
            " before you declare anything with it"
        )


def _residences(path: Path) -> dict[Pubkey, str]:
    """Owners' residences. Raises BadInput with the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = _owners(file, path)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: is not UTF-8 text (byte {error.start})") from None
    if not found:
        raise BadInput(f"{path}: names nobody")
    return found


def _owners(file: TextIO, path: Path) -> dict[Pubkey, str]:
    reader = csv.reader(file, strict=True)
    found: dict[Pubkey, str] = {}
    try:
        for cells in reader:
            where = f"{path}:{reader.line_num}"
            given = [cell.strip() for cell in cells]
            if reader.line_num == 1:
                if given != _COLUMNS:
                    raise BadInput(f"{where}: the first line must be {','.join(_COLUMNS)}, not {','.join(given)[:80]}")
                continue
            if not any(given):
                continue
            if len(given) != len(_COLUMNS):
                raise BadInput(f"{where}: must be an owner and a country, not {','.join(given)[:80]!r}")
            try:
                owner = Pubkey.from_string(given[0])
            except ValueError:
                raise BadInput(f"{where}: {given[0]!r} is not an address (32 bytes in base58)") from None
            if owner in found:
                raise BadInput(f"{where}: {owner} is there twice")
            found[owner] = given[1]
    except csv.Error as error:
        raise BadInput(f"{path}:{reader.line_num}: not a CSV file: {error}") from None
    return found


def _percent(bps: int) -> str:
    return f"{bps / 100:g} %"
