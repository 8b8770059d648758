"""The CSV statement, for custodians that do not send semt.002.

UTF-8, commas, six rows that describe the statement, one row of column names, one row for each ISIN::

    format,xstock-custody-statement-1
    statement_id,HPT-2026-0331
    account,HPT-00912-A
    as_of,2026-03-31T16:30:00-04:00
    basis,settled
    lines,1
    isin,aggregate,unavailable,settled,pending_receipt,pending_by
    US0378331005,5200,200,5000,100,2026-04-01

Every row and column is required and in this order. ``lines`` shows that no row was lost on the way.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from ..amounts import Shares
from ..errors import StatementRefused
from ._values import Context, Report, as_quantity, as_time, subtract
from .model import Deduction, IgnoredLine, Position

__all__ = ["COLUMNS", "FIRST_KEY", "FORMAT", "HEADER_KEYS", "parse", "rows_of"]

FORMAT: Final = "xstock-custody-statement-1"
FIRST_KEY: Final = "format"
HEADER_KEYS: Final = (FIRST_KEY, "statement_id", "account", "as_of", "basis", "lines")
COLUMNS: Final = ("isin", "aggregate", "unavailable", "settled", "pending_receipt", "pending_by")
_STATEMENT_ID_CHARACTERS: Final = 35


def parse(text: str, context: Context) -> Report:
    """Read a CSV statement. Raises StatementRefused with the line."""
    rows = rows_of(text)
    header = _header(rows[: len(HEADER_KEYS)])
    _expect(header, "format", FORMAT, "another format or version")
    _expect(header, "basis", "settled", "only settled holdings back tokens")
    statement_id, line = header["statement_id"]
    if not statement_id or len(statement_id) > _STATEMENT_ID_CHARACTERS:
        raise StatementRefused(f"statement_id must have 1 to {_STATEMENT_ID_CHARACTERS} characters", line=line)
    account_id = context.account(*header["account"])
    as_of = context.as_of(*header["as_of"])
    body = rows[len(HEADER_KEYS) :]
    _check_columns(body[0] if body else None, rows)
    _check_count(header, body[1:])
    positions: list[Position] = []
    ignored: list[IgnoredLine] = []
    for line, cells in body[1:]:
        if len(cells) != len(COLUMNS):
            raise StatementRefused(
                f"{len(cells)} values, {len(COLUMNS)} are needed: {', '.join(COLUMNS)}. A comma inside a number "
                "(thousands separator) splits it in two; write numbers without",
                line=line,
            )
        isin = context.isin(cells[0], line)
        if context.judges(isin):
            positions.append(_position(dict(zip(COLUMNS, cells, strict=True)), line, context))
        else:
            ignored.append(IgnoredLine(isin, line))
    return Report(account_id, statement_id, as_of, tuple(positions), tuple(ignored))


def rows_of(text: str) -> list[tuple[int, list[str]]]:
    """The rows with their line numbers. Refuses blank lines, blanks around a value and values over two lines."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            line = len(rows) + 1
            if reader.line_num != line:
                raise StatementRefused("a value runs over the end of its line; a quote may be missing", line=line)
            if not any(cells):
                raise StatementRefused("a blank line; the file was edited or cut", line=line)
            for cell in cells:
                if cell != cell.strip() or not cell.isprintable():
                    raise StatementRefused(f"{cell!r} has blanks around it or unprintable characters", line=line)
            rows.append((line, cells))
    except csv.Error as error:
        raise StatementRefused(f"not readable as CSV: {error}", line=len(rows) + 1) from None
    return rows


def _header(rows: list[tuple[int, list[str]]]) -> dict[str, tuple[str, int]]:
    header: dict[str, tuple[str, int]] = {}
    for number, key in enumerate(HEADER_KEYS):
        cells = rows[number][1] if number < len(rows) else ["the end of the file"]
        if len(cells) != 2 or cells[0] != key:
            raise StatementRefused(f"expected {key},VALUE here, found {','.join(cells)[:60]!r}", line=number + 1)
        header[key] = (cells[1], number + 1)
    return header


def _expect(header: dict[str, tuple[str, int]], key: str, wanted: str, why: str) -> None:
    seen, line = header[key]
    if seen != wanted:
        raise StatementRefused(f"{key} is {seen!r}, {wanted!r} is needed: {why}", line=line)


def _check_columns(row: tuple[int, list[str]] | None, rows: list[tuple[int, list[str]]]) -> None:
    line, seen = row if row is not None else (len(rows) + 1, [])
    if tuple(seen) != COLUMNS:
        raise StatementRefused(f"the columns must be {','.join(COLUMNS)}, found {','.join(seen)[:120]!r}", line=line)


def _check_count(header: dict[str, tuple[str, int]], body: list[tuple[int, list[str]]]) -> None:
    text, line = header["lines"]
    if text != str(len(body)):
        raise StatementRefused(
            f"lines says {text!r}, {len(body)} follow: the file is cut or was edited. Fetch it again", line=line
        )


def _position(cells: dict[str, str], line: int, context: Context) -> Position:
    isin = cells["isin"]
    aggregate, unavailable, stated, pending = (as_quantity(cells[name], line) for name in COLUMNS[1:5])
    settled = subtract(aggregate, unavailable.value, isin, line)
    if settled != stated:
        raise StatementRefused(
            f"{isin}: settled is {stated.to_ui()}, but aggregate {aggregate.to_ui()} less unavailable "
            f"{unavailable.to_ui()} is {settled.to_ui()}. Ask the custodian which is right",
            line=line,
        )
    return Position(
        isin=isin,
        settled=settled,
        in_transit=pending,
        in_transit_by=_pending_by(cells["pending_by"], pending, line, context),
        line=line,
        aggregate=aggregate,
        deductions=(Deduction("unavailable", unavailable, line),) if unavailable else (),
    )


def _pending_by(text: str, pending: Shares, line: int, context: Context) -> int:
    # A date before the as-of is a failed settlement: true, and it counts zero on chain.
    if bool(text) != bool(pending):
        raise StatementRefused(
            f"pending_by is {text!r} for a pending_receipt of {pending.to_ui()}: name the latest settlement date of "
            "shares in transit, and leave it empty when there are none",
            line=line,
        )
    return as_time(text, line, context.time_zone) if text else 0
