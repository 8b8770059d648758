"""Requests in a CSV file: as the desk's list writes them, and as `accept` and `settle` read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import U64_MAX, Raw, Ui
from xstock_client.cli.redeem._common import Target, parse_number
from xstock_client.clients._files import read_text, write_text
from xstock_client.errors import BadInput, UsageError
from xstock_client.redemption import RequestStatus

__all__ = ["COLUMNS", "Row", "chosen_rows", "read_rows", "write_rows"]

COLUMNS: Final = (
    *("asset", "holder", "id", "state", "next", "deadline", "late", "payout", "shares", "raw", "min_price", "price"),
    *("payee", "fee_bps", "penalty", "quote_until", "accept_by", "settle_by", "arbiter", "terms_sha256", "source"),
    "rent_payer",
)
"""What a list has. ``price`` and ``payee`` are empty, for the desk to fill in; times are UTC, ISO 8601."""
_TOLD: Final = 10
"""Problems of a file that are told at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A request that is to be accepted or settled."""

    target: Target
    raw: Raw | None = None
    """What it holds: it is left alone when it holds something else."""
    price: Ui | None = None
    """Per whole share, in units of the coin."""
    payee: Pubkey | None = None
    where: str = ""
    """``file:line``, for messages."""


# Out


def write_rows(path: Path, found: Sequence[RequestStatus], decimals: int) -> None:
    """Write a list, whole or not at all. Raises BadInput."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_cells(one, decimals) for one in found)
    write_text(path, text.getvalue())


def _cells(one: RequestStatus, decimals: int) -> dict[str, object]:
    request = one.request
    return {
        "asset": request.asset,
        "holder": request.holder,
        "id": request.id,
        "state": one.name,
        "next": one.next,
        "deadline": _time(one.deadline),
        "late": "yes" if one.late else "no",
        "payout": request.payout.name.lower(),
        "shares": _plain(request.shares.to_ui()),
        "raw": int(request.amount),
        "min_price": _plain(request.min_price.to_ui(decimals)) if request.min_price else "",
        "price": "",
        "payee": "",
        "fee_bps": request.fee_bps,
        "penalty": _plain(one.penalty.to_ui(decimals)),
        "quote_until": _time(one.quote_until),
        "accept_by": _time(request.accept_by),
        "settle_by": _time(request.settle_by),
        "arbiter": request.arbiter or "",
        "terms_sha256": request.payout_terms_hash.hex() if any(request.payout_terms_hash) else "",
        "source": request.source,
        "rent_payer": request.rent_payer,
    }


def _plain(amount: Ui) -> str:
    return str(amount).replace(",", "")


def _time(unix: int | None) -> str:
    if unix is None:
        return ""
    try:
        return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return str(unix)


# In


def chosen_rows(targets: Sequence[Target] | None, path: Path | None, asset: Pubkey, *, with_raw: bool) -> list[Row]:
    """The requests of the command line or of a file. Raises UsageError for neither or both, BadInput."""
    if bool(targets) == (path is not None):
        raise UsageError("name requests, each as HOLDER/ID, or a list of them with --csv FILE; not both")
    if path is not None:
        return read_rows(path, asset, with_raw=with_raw)
    named = list(targets or ())
    twice = next((one for place, one in enumerate(named) if one in named[:place]), None)
    if twice is not None:
        raise UsageError(f"the request {twice} is named twice")
    return [Row(one) for one in named]


def read_rows(path: Path, asset: Pubkey, *, with_raw: bool) -> list[Row]:
    """Read a list whole, before anything is done with it. Raises BadInput, with all lines that cannot be used.

    Columns ``holder`` and ``id`` are needed, and ``raw`` with ``with_raw``; of the others ``asset``, ``price`` and
    ``payee`` are read, and the rest of :data:`COLUMNS` is for people.
    """
    reader = csv.DictReader(io.StringIO(read_text(path).removeprefix("\ufeff")), strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        _check_header(path, header, ("holder", "id", "raw") if with_raw else ("holder", "id"))
        reader.fieldnames = header
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise BadInput(f"{path}:{reader.line_num}: not a CSV file: {error}") from None
    rows: list[Row] = []
    problems: list[str] = []
    seen: dict[Target, int] = {}
    for line, cells in lines:
        where = f"{path}:{line}"
        try:
            row = _row(cells, asset, where, with_raw=with_raw)
        except (typer.BadParameter, ValueError) as error:
            problems.append(f"{where}: {getattr(error, 'message', error)}")
            continue
        if row.target in seen:
            problems.append(f"{where}: the request {row.target} stands in line {seen[row.target]} already")
        seen.setdefault(row.target, line)
        rows.append(row)
    if problems:
        more = f"\n  and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
        told = "".join(f"\n  {one}" for one in problems[:_TOLD])
        raise BadInput(f"{len(problems)} of {len(lines)} lines cannot be used, so nothing was sent:{told}{more}")
    if not rows:
        raise BadInput(f"{path} lists no request")
    _check_payees(rows)
    return rows


def _check_header(path: Path, header: Sequence[str], needs: Sequence[str]) -> None:
    lacking = [name for name in needs if name not in header]
    if lacking:
        hint = "; separate columns by commas" if len(header) == 1 else ""
        raise BadInput(f"{path}:1: the columns {', '.join(lacking)} are missing (it has {', '.join(header)}){hint}")
    strange = [name for name in header if name not in COLUMNS]
    if strange:
        raise BadInput(f"{path}:1: unknown column {strange[0]!r}; the columns are {', '.join(COLUMNS)}")
    twice = next((name for place, name in enumerate(header) if name in header[:place]), None)
    if twice is not None:
        raise BadInput(f"{path}:1: the column {twice} stands twice")


def _row(cells: dict[str | None, str | list[str] | None], asset: Pubkey, where: str, *, with_raw: bool) -> Row:
    """Raises typer.BadParameter and ValueError for what cannot be read."""
    if None in cells or None in cells.values():
        raise ValueError("it has not as many columns as the first line")
    given = {str(name): str(value).strip() for name, value in cells.items()}
    named = given.get("asset", "")
    if named and named != str(asset):
        raise ValueError(f"it is a request of asset {named}, not of {asset}")
    target = Target(_address("holder", given["holder"]), parse_number(given["id"]))
    raw = given.get("raw", "")
    if not raw and with_raw:
        raise ValueError("raw is empty: it says what the request holds, so that nothing is paid twice")
    payee = given.get("payee", "")
    return Row(
        target,
        _raw(raw) if raw else None,
        _price(given.get("price", "")),
        _address("payee", payee) if payee else None,
        where,
    )


def _address(column: str, text: str) -> Pubkey:
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise ValueError(f"{column}: {text!r} is not an address (32 bytes in base58)") from None


def _raw(text: str) -> Raw:
    if not (text.isascii() and text.isdecimal()) or int(text) > U64_MAX:
        raise ValueError(f"raw: {text!r} is no whole number of token units; a spreadsheet may have rounded it")
    return Raw(int(text))


def _price(text: str) -> Ui | None:
    """No separators at all: 190,25 may mean 190.25 or 19,025."""
    if not text:
        return None
    try:
        price = Ui.parse(text)
    except ValueError:
        raise ValueError(f"price: {text!r} is not a plain decimal number, such as 190.25") from None
    if not price.value:
        raise ValueError("price: 0 pays nothing; leave it empty to take that of --price")
    return price


def _check_payees(rows: Sequence[Row]) -> None:
    """A holder is paid in one place. Raises BadInput."""
    chosen: dict[Pubkey, Row] = {}
    for row in rows:
        first = chosen.setdefault(row.target.holder, row)
        if first.payee != row.payee:
            raise BadInput(
                f"{row.where}: {row.target.holder} is paid to another account than in {first.where}; a holder has one"
            )
