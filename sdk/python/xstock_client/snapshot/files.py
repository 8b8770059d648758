"""Balances as files: CSV for people and any tool, Parquet for large ones. Reading refuses what was changed or cut.

A CSV starts with lines that say what it is (``#asset,…``), then a heading and one line for each owner, sorted by the
owner's bytes (not by its base58 text); lines end with a line feed. The same balances give the same bytes on any
machine. A Parquet file has the same columns, and the first lines as its metadata; its bytes depend on the version of
pyarrow, what it holds does not.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final

from solders.pubkey import Pubkey

from xstock_client.amounts import Raw
from xstock_client.errors import BadSnapshot, UsageError
from xstock_client.snapshot.balances import RecordDateBalances

__all__ = ["read_balances", "write_balances"]

_NAME: Final = "xstock-balances"
_VERSION: Final = "1"
_FIELDS: Final = ("format", "version", "asset", "mint", "slot", "total", "owners")
_HEADING: Final = "owner,raw"
_PARQUET: Final = ".parquet"


def write_balances(balances: RecordDateBalances, path: Path | str) -> None:
    """Write a CSV, or for a name that ends in .parquet a Parquet file (needs the extra ``parquet``).

    Raises UsageError without pyarrow, OSError.
    """
    path = Path(path)
    head = dict(
        zip(
            _FIELDS,
            (
                _NAME,
                _VERSION,
                str(balances.asset),
                str(balances.mint),
                str(balances.slot),
                str(balances.total.value),
                str(len(balances)),
            ),
            strict=True,
        )
    )
    owners = (str(balances.owner(index)) for index in range(len(balances)))
    if path.suffix == _PARQUET:
        _write_parquet(head, list(owners), balances.amounts, path)
        return
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(f"#{name},{value}\n" for name, value in head.items())
        file.write(f"{_HEADING}\n")
        file.writelines(f"{owner},{amount}\n" for owner, amount in zip(owners, balances.amounts, strict=True))


def read_balances(path: Path | str) -> RecordDateBalances:
    """Read what :func:`write_balances` wrote. Raises BadSnapshot with the place and the reason, UsageError."""
    path = Path(path)
    try:
        if path.suffix == _PARQUET:
            head, rows = _read_parquet(path)
            return _balances(head, rows, path)
        with path.open(encoding="ascii", newline="") as file:
            lines = (line.removesuffix("\n") for line in file)
            head = _csv_head(lines, path)
            return _balances(head, _csv_rows(lines, path), path)
    except OSError as error:
        raise BadSnapshot(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise BadSnapshot(f"{path}: is not the CSV that this SDK writes (byte {error.start} is not ASCII)") from None


def _csv_head(lines: Iterator[str], path: Path) -> dict[str, str]:
    head: dict[str, str] = {}
    for number, (name, line) in enumerate(zip(_FIELDS, islice(lines, len(_FIELDS)), strict=False), start=1):
        if not line.startswith(f"#{name},"):
            raise BadSnapshot(f"{path}:{number}: must begin with #{name}, as this SDK writes it, not {line[:40]!r}")
        head[name] = line[len(name) + 2 :]
    if (heading := next(lines, "")) != _HEADING:
        raise BadSnapshot(f"{path}:{len(_FIELDS) + 1}: must be {_HEADING!r}, not {heading[:40]!r}")
    return head


def _csv_rows(lines: Iterable[str], path: Path) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(lines, start=len(_FIELDS) + 2):
        owner, comma, amount = line.partition(",")
        if not comma or not re.fullmatch("[1-9][0-9]{0,19}", amount):
            raise BadSnapshot(f"{path}:{number}: must be an owner and its raw balance, not {line[:80]!r}")
        yield owner, int(amount)


def _balances(head: Mapping[str, str], rows: Iterable[tuple[str, int]], path: Path) -> RecordDateBalances:
    owners, amounts = bytearray(), array("Q")
    try:
        if (head.get("format"), head.get("version")) != (_NAME, _VERSION):
            raise ValueError(f"is no file of {_NAME} version {_VERSION}")
        for owner, amount in rows:
            owners += bytes(Pubkey.from_string(owner))
            amounts.append(amount)
        if int(head["owners"]) != len(amounts):
            raise ValueError(f"holds {len(amounts):,} owners, but announces {head['owners']}; it was cut: get it again")
        return RecordDateBalances(
            asset=Pubkey.from_string(head["asset"]),
            mint=Pubkey.from_string(head["mint"]),
            slot=int(head["slot"]),
            total=Raw(int(head["total"])),
            owners=bytes(owners),
            amounts=amounts,
        )
    except (BadSnapshot, KeyError, OverflowError, ValueError) as error:
        if isinstance(error, BadSnapshot) and str(error).startswith(f"{path}:"):
            raise
        raise BadSnapshot(f"{path}: {error}") from None


def _write_parquet(head: Mapping[str, str], owners: list[str], amounts: array[int], path: Path) -> None:
    arrow, parquet = _pyarrow()
    fields = [arrow.field("owner", arrow.string(), nullable=False), arrow.field("raw", arrow.uint64(), nullable=False)]
    schema = arrow.schema(fields, metadata={f"xstock.{name}": value for name, value in head.items()})
    columns = [arrow.array(owners, arrow.string()), arrow.array(amounts, arrow.uint64())]
    table = arrow.Table.from_arrays(columns, schema=schema)
    parquet.write_table(table, path, compression="zstd", version="2.6", use_dictionary=False)


def _read_parquet(path: Path) -> tuple[dict[str, str], Iterable[tuple[str, int]]]:
    arrow, parquet = _pyarrow()
    try:
        # as one file, never as a folder of them whose names would become columns
        table = parquet.ParquetFile(path).read()
    except arrow.ArrowException as error:
        raise BadSnapshot(f"{path}: is not a readable Parquet file: {error}") from None
    metadata: Mapping[bytes, bytes] = table.schema.metadata or {}
    head = {name: metadata.get(f"xstock.{name}".encode(), b"").decode() for name in _FIELDS}
    kinds = {one.name: str(one.type) for one in table.schema}
    if kinds != {"owner": "string", "raw": "uint64"} or any(column.null_count for column in table.columns):
        raise BadSnapshot(f"{path}: must have the columns owner (string) and raw (uint64), without gaps, not {kinds}")
    return head, zip(table["owner"].to_pylist(), table["raw"].to_pylist(), strict=True)


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow: install xstock-client[parquet], or name the file .csv instead"
        ) from None
