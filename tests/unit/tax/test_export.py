"""`xstock tax export`: what it writes, and what it refuses."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from solders.signature import Signature

from tests.unit.cli.desk import Desk
from tests.unit.tax.example import BOUGHT_1
from xstock_client.amounts import Ui
from xstock_client.errors import BadInput
from xstock_client.tax import read_costs
from xstock_client.tax.export import COLUMNS


@pytest.fixture
def owner(backed: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A holder with 1,000 minted tokens."""
    backed.fund("holder")
    mint = ("mint", "AAPLx", "1000", "--to", backed.address("holder"), "--ticket", "1")
    backed.ok(*mint, "--open-page", "--open-account", key="member")
    monkeypatch.chdir(backed.folder)
    return backed


def year(desk: Desk) -> str:
    """Of the cluster's clock."""
    return str(datetime.fromtimestamp(asyncio.run(desk.ledger.now()), UTC).year)


def words(desk: Desk, *more: str) -> tuple[str, ...]:
    given = ("--year", year(desk), "--holder", desk.address("holder"), "--asset", "AAPLx")
    return ("tax", "export", *given, *more)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def costs(desk: Desk, *lines: str, header: str = "signature,cost") -> Path:
    path = desk.folder / "costs.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_the_tables_are_written_with_what_the_chain_knows(owner: Desk) -> None:
    made = owner.ok(*words(owner))
    folder = Path(f"tax-{year(owner)}")
    assert made["files"] == [str(folder / f"{name}.csv") for name in COLUMNS]
    (lot,) = rows(folder / "lots.csv")
    assert (lot["symbol"], lot["how"], lot["tokens"], lot["shares"], lot["cost"]) == (
        "AAPLx",
        "mint",
        "1000",
        "1000",
        "",
    )
    assert [path.name for path in sorted(folder.iterdir())] == sorted(f"{name}.csv" for name in COLUMNS)
    # the same cells in the JSON, null for empty
    assert [{key: value or "" for key, value in row.items()} for row in made["lots"]] == [lot]


def test_costs_make_gains(owner: Desk) -> None:
    which = f"{owner.address('holder')}/0"
    owner.ok("redeem", "request", "AAPLx", "200", "--min-price", "150", key="holder")
    owner.ok("redeem", "accept", "AAPLx", which, key="member")
    owner.ok("redeem", "settle", "AAPLx", which, "--price", "160", key="member")
    (lot,) = owner.ok(*words(owner))["lots"]
    made = owner.ok(*words(owner, "--costs", str(costs(owner, f"{lot['signature']},155000.50")), "-o", "out"))
    (sold,) = made["disposals"]
    assert (sold["cost"], sold["proceeds"], sold["gain"]) == ("31000.1", "32000", "999.9")
    (lot,) = rows(Path("out") / "lots.csv")
    assert (lot["carried_tokens"], lot["carried_cost"], lot["carried_cost_per_share"]) == (
        "800",
        "124000.4",
        "155.0005",
    )


def test_the_document(owner: Desk) -> None:
    told = owner.run(*words(owner, "--format", "json", "--output", "deep/er"))
    assert told.exit_code == 0, told.output
    path = Path("deep/er") / f"tax-{year(owner)}.json"
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == "xstock-tax-1"
    assert str(path) in told.stdout and "1 lot has no cost" in told.stderr
    assert "up to" in told.stdout  # the year is not over, by the cluster's clock


def test_what_is_written_twice_is_the_same(owner: Desk) -> None:
    owner.ok(*words(owner, "-o", "a"))
    owner.ok(*words(owner, "-o", "b"))
    texts: list[dict[str, bytes]] = [
        {one.name: one.read_bytes() for one in Path(name).iterdir()} for name in ("a", "b")
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("code", "more", "said"),
    [
        (2, ("--year", "2999"), "has not begun"),
        (2, ("--asset", "@0"), "are the same asset: name it once"),
        (2, ("--asset", "NONEx"), "unknown symbol NONEx"),
        (3, ("--costs", "none.csv"), "cannot read the costs in none.csv"),
        (3, ("--output", "costs.csv"), "name another folder with --output"),
    ],
)
def test_what_makes_no_sense(owner: Desk, code: int, more: tuple[str, ...], said: str) -> None:
    costs(owner)
    assert said in owner.refused(code, *words(owner, *more))


def test_a_cost_that_belongs_to_nothing_is_refused(owner: Desk) -> None:
    """A typing error would show as a lot without a cost."""
    said = owner.refused(3, *words(owner, "--costs", str(costs(owner, f"{BOUGHT_1},5"))))
    assert f"names transaction {BOUGHT_1}, which brought the holder no tokens of AAPLx" in said


def test_a_cost_finer_than_the_coin_is_refused(owner: Desk) -> None:
    (lot,) = owner.ok(*words(owner))["lots"]
    given = costs(owner, f"{lot['signature']},0.1234567")
    assert "0.1234567 has more than 6 decimals" in owner.refused(3, *words(owner, "--costs", str(given)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: the columns are none, and must be signature,cost"),
        ("tx,cost\n", ":1: the columns are tx,cost"),
        (f"signature,cost\n{BOUGHT_1}\n", ":2: 1 values, two are needed"),
        (f"signature,cost\n{BOUGHT_1},18,000.00\n", ":2: 3 values, two are needed"),
        ("signature,cost\nabc,5\n", ":2: 'abc' is not a transaction's signature"),
        (f"signature,cost\n{BOUGHT_1},-5\n", ":2: '-5' is not a sum"),
        (f"signature,cost\n{BOUGHT_1},\n", ":2: '' is not a sum"),
        (f"signature,cost\n{BOUGHT_1},5\n\n{BOUGHT_1},6\n", ":4: transaction"),
    ],
)
def test_a_cost_file_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_costs(path)
    assert f"{path}{said}" in str(refused.value)


def test_a_spreadsheets_cost_file_is_read(tmp_path: Path) -> None:
    """With a byte order mark, and lines that end as in Windows."""
    path = tmp_path / "costs.csv"
    path.write_bytes(f"\ufeffsignature,cost\r\n{BOUGHT_1},18000.00\r\n".encode())
    found: dict[Signature, Any] = read_costs(path)
    assert found == {BOUGHT_1: Ui.parse("18000")}


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_bytes(b"signature,cost\n\xff\xfe\n")
    with pytest.raises(BadInput, match="cannot read the costs"):
        read_costs(path)
