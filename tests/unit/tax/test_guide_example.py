"""The example that docs/guides/tax-records.md works out by hand is what the code says, to the last cell."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest

from tests.unit.tax.example import BOUGHT_1, BOUGHT_2, COSTS, HISTORY, PAID, REDEEMED, SPLIT, at, shares, tokens, usd
from xstock_client.tax import Holding, acquisitions, document, read_costs, tax_year, write_csv, write_json
from xstock_client.tax.export import COLUMNS

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "tax-records.md"


def shown() -> dict[str, list[dict[str, str]]]:
    """The tables of the guide by the names of their files."""
    text = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"`(\w+)\.csv`:\n\n```csv\n(.*?)```", text, re.DOTALL)
    return {name: list(csv.DictReader(StringIO(block))) for name, block in blocks}


def test_the_guide_shows_what_is_written(tmp_path: Path) -> None:
    paths = write_csv([tax_year(HISTORY, 2026, COSTS)], tmp_path / "made")
    assert [path.name for path in paths] == [f"{name}.csv" for name in COLUMNS]
    written = {path.stem: list(csv.DictReader(StringIO(path.read_text(encoding="utf-8")))) for path in paths}
    tables = shown()
    assert set(tables) == set(COLUMNS) - {"penalties"}
    assert written["penalties"] == []
    for name, rows in tables.items():
        columns = list(rows[0])
        assert columns == [one for one in COLUMNS[name] if one in columns], "in the file's order"
        left_out = set(COLUMNS[name]) - set(columns)
        assert left_out <= {"signature", "coin", "payout_mint", "distribution", "destination"}
        assert [{one: row[one] for one in columns} for row in written[name]] == rows
    # what the guide leaves out
    assert [row["signature"] for row in written["lots"]] == [str(BOUGHT_1), str(BOUGHT_2)]
    assert {row["signature"] for row in written["disposals"]} == {str(REDEEMED)}
    assert [row["signature"] for row in written["dividends"]] == [str(PAID)]
    assert [row["signature"] for row in written["corporate_actions"]] == [str(SPLIT)]


def test_the_figures_worked_out_in_the_guides_text() -> None:
    """The same example in numbers of this file, so that guide and code cannot be wrong together."""
    found = tax_year(HISTORY, 2026, COSTS)
    (split,) = found.corporate_actions
    assert (split.shares_before, split.shares_after, split.raw) == (shares(150), shares(1500), tokens(150))
    (dividend,) = found.dividends
    assert (dividend.gross, dividend.withheld, dividend.net) == (usd("36.00"), usd("5.40"), usd("30.60"))
    (redeemed,) = found.disposals
    assert (redeemed.raw, redeemed.shares, redeemed.proceeds) == (tokens(120), shares(1200), usd("23976.00"))
    one, two = redeemed.matches
    assert (one.lot, one.raw, one.shares) == (1, tokens(100), shares(1000))
    assert (one.proceeds, one.fee, one.cost, one.gain) == (usd("19980"), usd("20"), usd("18000"), 1_980_000_000)
    assert (two.lot, two.raw, two.shares) == (2, tokens(20), shares(200))
    assert (two.proceeds, two.fee, two.cost, two.gain) == (usd("3996"), usd("4"), usd("3800"), 196_000_000)
    first, second = found.lots
    assert first.brought == Holding(tokens(100), shares(100), usd("18000"))
    assert (first.carried, second.brought) == (None, None)
    assert second.carried == Holding(tokens(30), shares(300), usd("5700"))


def test_the_next_year_begins_where_this_one_ended() -> None:
    found = tax_year(HISTORY, 2027, COSTS)
    (lot,) = found.lots
    assert (lot.number, lot.brought) == (2, Holding(tokens(30), shares(300), usd("5700")))
    assert lot.carried == lot.brought
    assert (found.disposals, found.dividends, found.corporate_actions) == ((), (), ())
    assert found.until == HISTORY.now + 1


def test_the_year_before_knows_no_split() -> None:
    found = tax_year(HISTORY, 2025, COSTS)
    (lot,) = found.lots
    assert (lot.brought, lot.carried) == (None, Holding(tokens(100), shares(100), usd("18000")))
    assert (found.corporate_actions, found.until) == ((), at("2026-01-01 00:00"))


def test_without_costs_the_cells_are_empty_and_never_zero() -> None:
    found = tax_year(HISTORY, 2026)
    made = document([found])
    assert {row["cost"] for row in made["lots"]} == {None}
    assert {row["gain"] for row in made["disposals"]} == {None}
    assert [row["proceeds"] for row in made["disposals"]] == ["19980", "3996"]


def test_the_guides_cost_file_is_read(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    (block,) = re.findall(r"```\n(signature,cost\n.*?)```", text, re.DOTALL)
    path = tmp_path / "costs.csv"
    path.write_text(block, encoding="utf-8")
    costs = {signature: cost.to_cash(6) for signature, cost in read_costs(path).items()}
    assert costs == COSTS
    assert set(costs) == acquisitions(HISTORY)


@pytest.mark.parametrize("write", [write_csv, write_json])
def test_the_same_records_give_the_same_bytes(tmp_path: Path, write: type) -> None:
    records = [tax_year(HISTORY, 2026, COSTS)]
    made = [[path.read_bytes() for path in write(records, tmp_path / name)] for name in ("a", "b")]
    assert made[0] == made[1]
    assert all(b"\r" not in one for one in made[0])


def test_the_document(tmp_path: Path) -> None:
    records = [tax_year(HISTORY, 2026, COSTS)]
    (path,) = write_json(records, tmp_path)
    made = json.loads(path.read_text(encoding="utf-8"))
    assert path.name == "tax-2026.json"
    assert (made["schema"], made["method"], made["year"]) == ("xstock-tax-1", "FIFO", 2026)
    assert (made["holder"], made["until"]) == (str(HISTORY.holder), "2027-01-01T00:00:00Z")
    assert made["assets"][0]["symbol"] == "AAPLx"
    for name, columns in COLUMNS.items():
        assert all(tuple(row) == columns for row in made[name])
