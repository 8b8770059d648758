"""Tax records as CSV tables and as one JSON document. Pure but for the writing; the same records give the same bytes.

Amounts are plain decimal numbers, exact; times are ISO 8601 in UTC. An empty cell (null in JSON) means unknown.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal
from io import StringIO
from pathlib import Path
from typing import Any, Final, TypeAlias

from solders.pubkey import Pubkey

from xstock_client.amounts import Cash, Raw, Shares, Ui
from xstock_client.errors import BadInput
from xstock_client.tax.model import METHOD, Holding, TaxRecords

__all__ = ["COLUMNS", "SCHEMA", "document", "tables", "write_csv", "write_json"]

SCHEMA: Final = "xstock-tax-1"
"""Version of the JSON document, and of the tables' columns."""

Row: TypeAlias = dict[str, str | None]

_ASSET: Final = ("symbol", "isin")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "lots": (
        *(*_ASSET, "lot", "how", "acquired_at", "tokens", "shares", "cost", "within_lot"),
        *("brought_tokens", "brought_shares", "brought_cost"),
        *("carried_tokens", "carried_shares", "carried_cost", "carried_cost_per_share", "signature"),
    ),
    "disposals": (
        *(*_ASSET, "disposed_at", "how", "lot", "acquired_at", "tokens", "shares"),
        *("cost", "proceeds", "fee", "gain", "coin", "signature"),
    ),
    "dividends": (
        *(*_ASSET, "paid_at", "gross", "withheld", "net", "payout_mint"),
        *("distribution", "destination", "signature"),
    ),
    "corporate_actions": (
        *(*_ASSET, "effective_at", "kind", "number", "ratio", "multiplier_before", "multiplier_after"),
        *("tokens", "shares_before", "shares_after", "signature"),
    ),
    "penalties": (*_ASSET, "paid_at", "request", "amount", "coin", "signature"),
}
"""The columns of each table, in order."""

_EXACT: Final = Context(prec=60)
_PER_SHARE: Final = Decimal("0.000001")


def tables(records: Sequence[TaxRecords]) -> dict[str, list[Row]]:
    """The rows of every table, asset by asset in the order given."""
    makers = {
        "lots": _lots,
        "disposals": _disposals,
        "dividends": _dividends,
        "corporate_actions": _corporate_actions,
        "penalties": _penalties,
    }
    return {name: [row for one in records for row in make(one)] for name, make in makers.items()}


def document(records: Sequence[TaxRecords]) -> dict[str, Any]:
    """All of it as one JSON value; ``records`` are of one holder and one year, and not empty."""
    first = records[0]
    return {
        "schema": SCHEMA,
        "holder": str(first.holder),
        "year": first.year,
        "until": iso(first.until),
        "method": METHOD,
        "assets": [
            {
                "asset": str(one.asset),
                "symbol": one.symbol,
                "isin": one.isin,
                "coin": _address(one.coin),
                "coin_decimals": one.decimals,
                "until": iso(one.until),
            }
            for one in records
        ],
        **tables(records),
    }


def write_csv(records: Sequence[TaxRecords], folder: Path) -> list[Path]:
    """One file for each table into ``folder``, which is made if missing; what is there is replaced. Raises BadInput."""
    written: dict[Path, str] = {}
    for name, rows in tables(records).items():
        text = StringIO()
        writer = csv.DictWriter(text, COLUMNS[name], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        written[folder / f"{name}.csv"] = text.getvalue()
    return _write(written)


def write_json(records: Sequence[TaxRecords], folder: Path) -> list[Path]:
    """The document into ``folder`` as ``tax-YEAR.json``; as :func:`write_csv` otherwise."""
    text = json.dumps(document(records), indent=2) + "\n"
    return _write({folder / f"tax-{records[0].year}.json": text})


def iso(unix: int) -> str:
    """Unix seconds as ``2026-03-31T16:00:00Z``."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _lots(one: TaxRecords) -> Iterator[Row]:
    for lot in one.lots:
        yield {
            **_asset(one),
            "lot": str(lot.number),
            "how": lot.how.value,
            "acquired_at": iso(lot.acquired_at),
            "tokens": _stock(lot.raw),
            "shares": _stock(lot.shares),
            "cost": _money(lot.cost, one.decimals),
            "within_lot": None if lot.within is None else str(lot.within),
            **_holding("brought", lot.brought, one.decimals),
            **_holding("carried", lot.carried, one.decimals),
            "carried_cost_per_share": _per_share(lot.carried, one.decimals),
            "signature": str(lot.signature),
        }


def _disposals(one: TaxRecords) -> Iterator[Row]:
    for disposal in one.disposals:
        for part in disposal.matches:
            yield {
                **_asset(one),
                "disposed_at": iso(disposal.at),
                "how": disposal.how.value,
                "lot": str(part.lot),
                "acquired_at": iso(part.acquired_at),
                "tokens": _stock(part.raw),
                "shares": _stock(part.shares),
                "cost": _money(part.cost, one.decimals),
                "proceeds": _money(part.proceeds, one.decimals),
                "fee": _money(part.fee, one.decimals),
                "gain": _signed(part.gain, one.decimals),
                "coin": _address(disposal.coin),
                "signature": str(disposal.signature),
            }


def _dividends(one: TaxRecords) -> Iterator[Row]:
    for dividend in one.dividends:
        yield {
            **_asset(one),
            "paid_at": iso(dividend.paid_at),
            "gross": _money(dividend.gross, dividend.decimals),
            "withheld": _money(dividend.withheld, dividend.decimals),
            "net": _money(dividend.net, dividend.decimals),
            "payout_mint": str(dividend.payout_mint),
            "distribution": str(dividend.distribution),
            "destination": str(dividend.destination),
            "signature": str(dividend.signature),
        }


def _corporate_actions(one: TaxRecords) -> Iterator[Row]:
    for event in one.corporate_actions:
        action = event.action
        yield {
            **_asset(one),
            "effective_at": iso(action.effective_at),
            "kind": action.kind.value,
            "number": str(action.number),
            "ratio": f"{action.new}:{action.old}",
            "multiplier_before": _plain(action.before.to_decimal()),
            "multiplier_after": _plain(action.after.to_decimal()),
            "tokens": _stock(event.raw),
            "shares_before": _stock(event.shares_before),
            "shares_after": _stock(event.shares_after),
            "signature": str(action.signature),
        }


def _penalties(one: TaxRecords) -> Iterator[Row]:
    for penalty in one.penalties:
        yield {
            **_asset(one),
            "paid_at": iso(penalty.paid_at),
            "request": str(penalty.request),
            "amount": _money(penalty.amount, one.decimals),
            "coin": str(penalty.coin),
            "signature": str(penalty.signature),
        }


def _asset(one: TaxRecords) -> Row:
    return {"symbol": one.symbol, "isin": one.isin}


def _address(address: Pubkey | None) -> str | None:
    return None if address is None else str(address)


def _holding(name: str, held: Holding | None, decimals: int) -> Row:
    if held is None:
        return {f"{name}_{column}": None for column in ("tokens", "shares", "cost")}
    return {
        f"{name}_tokens": _stock(held.raw),
        f"{name}_shares": _stock(held.shares),
        f"{name}_cost": _money(held.cost, decimals),
    }


def _per_share(held: Holding | None, decimals: int) -> str | None:
    """For display: rounded to six decimals, half to even."""
    if held is None or held.cost is None or not held.shares:
        return None
    exact = _EXACT.divide(held.cost.to_ui(decimals).value, held.shares.to_ui().value)
    return _plain(exact.quantize(_PER_SHARE, context=_EXACT))


def _stock(amount: Raw | Shares) -> str:
    return _plain(amount.to_ui().value)


def _money(amount: Cash | None, decimals: int) -> str | None:
    return None if amount is None else _plain(amount.to_ui(decimals).value)


def _signed(base: int | None, decimals: int) -> str | None:
    if base is None:
        return None
    return ("-" if base < 0 else "") + str(_money(Cash(abs(base)), decimals))


def _plain(value: Decimal) -> str:
    """Without separators, an exponent or zeros at the end."""
    return str(Ui(value)).replace(",", "")


def _write(files: Mapping[Path, str]) -> list[Path]:
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise BadInput(f"cannot write {path}: {error.strerror}; name another folder with --output") from None
    return list(files)
