"""What acquisitions cost, as the holder knows it: a CSV file of two columns.

UTF-8 with a first row of column names::

    signature,cost
    4vJ9JU1b…,18000.00

``signature`` is the transaction that brought the tokens (or that announced a stock dividend), ``cost`` all that was
paid for them, fees included, in the coin that the asset pays redemptions in.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from solders.signature import Signature

from xstock_client.amounts import Ui
from xstock_client.errors import BadInput

if TYPE_CHECKING:
    from _csv import Reader

__all__ = ["COLUMNS", "read_costs"]

COLUMNS: Final = ("signature", "cost")


def read_costs(path: Path) -> dict[Signature, Ui]:
    """The file's costs. Raises BadInput, with the line, for anything else than the two columns."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read the costs in {path}: {error}") from None
    rows = csv.reader(StringIO(text))
    try:
        return _read(path, rows)
    except csv.Error as error:
        raise BadInput(f"{path}:{rows.line_num}: {error}") from None


def _read(path: Path, rows: Reader) -> dict[Signature, Ui]:
    found: dict[Signature, Ui] = {}
    header = next(rows, [])
    if tuple(header) != COLUMNS:
        raise BadInput(f"{path}:1: the columns are {','.join(header) or 'none'}, and must be {','.join(COLUMNS)}")
    for cells in rows:
        where = f"{path}:{rows.line_num}"
        if not cells:
            continue
        if len(cells) != len(COLUMNS):
            raise BadInput(f"{where}: {len(cells)} values, two are needed; write sums without separators of thousands")
        try:
            signature = Signature.from_string(cells[0].strip())
        except ValueError:
            raise BadInput(f"{where}: {cells[0]!r} is not a transaction's signature") from None
        if signature in found:
            raise BadInput(f"{where}: transaction {signature} has a cost already; add the two up in one line")
        try:
            found[signature] = Ui.parse(cells[1].strip())
        except ValueError:
            raise BadInput(f"{where}: {cells[1]!r} is not a sum such as 18000.00, without sign or separators") from None
    return found
