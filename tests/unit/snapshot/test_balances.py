"""Attribution, captures, and balances as files."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from tests.unit.snapshot.model import ASSET, ESCROW, MINT, key
from xstock_client.amounts import Raw
from xstock_client.errors import BadSnapshot, UsageError
from xstock_client.merkle import MerkleTree
from xstock_client.snapshot import (
    AccountBalance,
    Capture,
    RecordDateBalances,
    WaitingTokens,
    attribute,
    read_balances,
    read_capture,
    snapshot_tree,
    write_balances,
    write_capture,
)

ALICE, BOB, CAROL = (key("owner", name) for name in "abc")


def account(number: int, owner: Pubkey, amount: int) -> AccountBalance:
    return AccountBalance(key("account", number), owner, Raw(amount))


CAPTURE = Capture(
    asset=ASSET,
    mint=MINT,
    escrow=ESCROW,
    slot=312,
    supply=Raw(2**63 + 1_000),
    accounts=(
        account(1, ALICE, 2**63),
        account(2, ALICE, 400),
        account(3, BOB, 500),
        account(4, CAROL, 0),
        AccountBalance(ESCROW, ASSET, Raw(100)),
    ),
    requests=(WaitingTokens(BOB, 0, Raw(60)), WaitingTokens(BOB, 3, Raw(10)), WaitingTokens(CAROL, 0, Raw(5))),
)
CAPTURE_AS_READ = replace(
    CAPTURE,
    accounts=tuple(sorted(CAPTURE.accounts, key=lambda one: bytes(one.address))),
    requests=tuple(sorted(CAPTURE.requests, key=lambda one: (bytes(one.holder), one.id))),
)
EXPECTED = {ALICE: 2**63 + 400, BOB: 570, CAROL: 5, ASSET: 25}


def balances() -> RecordDateBalances:
    return CAPTURE.balances(slot=312, supply=CAPTURE.supply)


def summed(accounts: list[AccountBalance], waiting: list[WaitingTokens], supply: int) -> RecordDateBalances:
    return attribute(accounts, waiting, asset=ASSET, mint=MINT, escrow=ESCROW, slot=312, supply=Raw(supply))


def test_every_account_of_an_owner_counts_and_the_escrow_is_given_back() -> None:
    made = balances()
    assert {owner: amount.value for owner, amount in made} == EXPECTED
    assert [bytes(owner) for owner, _ in made] == sorted(bytes(owner) for owner in EXPECTED)
    assert made.of(ALICE) == Raw(2**63 + 400) and made.of(key("nobody")) == Raw(0) and len(made) == 4
    assert [made.index_of(made.owner(index)) for index in range(4)] == [0, 1, 2, 3]


def test_what_does_not_add_up_is_refused() -> None:
    escrow = AccountBalance(ESCROW, ASSET, Raw(10))
    with pytest.raises(BadSnapshot, match="make up 5 raw, but the supply was 6: 1 missing; the RPC or the capture"):
        summed([account(1, ALICE, 5)], [], 6)
    with pytest.raises(BadSnapshot, match="the supply was 4: 1 too much"):
        summed([account(1, ALICE, 5)], [], 4)
    with pytest.raises(BadSnapshot, match="no mint has so much"):
        summed([account(number, ALICE, 2**63) for number in range(2)], [], 4)
    with pytest.raises(BadSnapshot, match=r"token account .* is there twice"):
        summed([account(1, ALICE, 5), account(1, ALICE, 5)], [], 10)
    with pytest.raises(BadSnapshot, match=r"request 7 of .* is there twice"):
        summed([escrow], [WaitingTokens(BOB, 7, Raw(1)), WaitingTokens(BOB, 7, Raw(1))], 10)
    with pytest.raises(BadSnapshot, match=r"11 raw wait for 2 open requests at the end of slot 312, but .* held 10;"):
        summed([escrow], [WaitingTokens(BOB, 0, Raw(1)), WaitingTokens(ALICE, 0, Raw(10))], 10)
    with pytest.raises(BadSnapshot, match="but the escrow .* held 0"):
        summed([], [WaitingTokens(BOB, 0, Raw(1))], 1)


def test_columns_must_be_sorted_positive_and_whole() -> None:
    one, two = sorted((bytes(ALICE), bytes(BOB)))

    def made(owners: bytes, amounts: list[int], kind: str = "Q", total: int = 3) -> RecordDateBalances:
        return RecordDateBalances(ASSET, MINT, 1, Raw(total), owners, array(kind, amounts))

    assert len(made(one + two, [1, 2])) == 2
    for owners in (two + one, one + one):
        with pytest.raises(BadSnapshot, match="out of order or there twice"):
            made(owners, [1, 2])
    with pytest.raises(BadSnapshot, match="has nothing; leave it out"):
        made(one + two, [3, 0])
    with pytest.raises(BadSnapshot, match="make up 3 raw, but the supply was 4: 1 missing"):
        made(one + two, [1, 2], total=4)
    for owners, kind in ((one, "Q"), (one + two, "L" if array("L").itemsize == 4 else "q")):
        with pytest.raises(BadSnapshot, match="do not go together"):
            made(owners, [1, 2], kind)


def test_the_tree_is_that_of_the_leaves() -> None:
    snapshot = key("snapshot")
    tree = snapshot_tree(balances(), snapshot)
    by_hand = MerkleTree.from_leaves(snapshot, [(owner, amount, 0) for owner, amount in EXPECTED.items()])
    assert tree.root == by_hand.root and tree.root.sum == CAPTURE.supply.value
    assert tree.index_of(BOB) == balances().index_of(BOB)


def test_a_capture_is_of_one_slot() -> None:
    with pytest.raises(BadSnapshot, match="is of the end of slot 312, but the record slot is 311; use that slot's"):
        CAPTURE.balances(slot=311, supply=CAPTURE.supply)
    with pytest.raises(BadSnapshot, match=": 1 missing"):
        CAPTURE.balances(slot=312, supply=Raw(CAPTURE.supply.value + 1))


def test_a_capture_file(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    write_capture(CAPTURE, first)
    read = read_capture(first)
    assert read.balances(slot=312, supply=CAPTURE.supply) == balances()
    write_capture(read, second)
    assert first.read_bytes() == second.read_bytes()
    head, *rest = first.read_text().splitlines()
    assert json.loads(head) == {
        "format": "xstock-capture",
        "version": 1,
        "asset": str(ASSET),
        "mint": str(MINT),
        "escrow": str(ESCROW),
        "slot": 312,
        "supply": "9223372036854776808",
        "accounts": 5,
        "requests": 3,
    }
    # lines may come in any order, and read the same
    second.write_text("\n".join([head, *reversed(rest)]) + "\n")
    assert read_capture(second) == read


def edited(change: Callable[[list[Any]], None], path: Path) -> Path:
    write_capture(CAPTURE, path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines.clear(), "is empty"),
        (lambda lines: lines.pop(), "5 accounts and 2 requests, but its first line announces 5 and 3; it was cut"),
        (lambda lines: lines.pop(1), "holds 4 accounts and 3 requests"),
        (lambda lines: lines[0].update(version=2), ":1: is no capture of version 1"),
        (lambda lines: lines[0].update(extra=2), ":1: has the fields .*; they must be"),
        (lambda lines: lines[0].update(slot=-1), ":1: not a whole number: -1"),
        (lambda lines: lines[0].update(slot=True), ":1: not a whole number: True"),
        (lambda lines: lines[0].update(supply=7), ":1: an amount is a string of digits, in base units, not 7"),
        (lambda lines: lines[1].update(amount="+7"), r":2: an amount is a string of digits, in base units, not '\+7'"),
        (lambda lines: lines[1].update(amount="07"), ":2: an amount is a string of digits"),
        (lambda lines: lines[1].update(amount=str(2**64)), ":2: Raw must lie between"),
        (lambda lines: lines[2].update(owner="Alice"), ":3: not an address: 'Alice'"),
        (lambda lines: lines[2].update(account=7), ":3: not an address: 7"),
        (lambda lines: lines[2].pop("owner"), ":3: has the fields account, amount; they must be account, owner, amo"),
        (lambda lines: lines[6].pop("holder"), ":7: has the fields request, amount; they must be holder, request"),
        (lambda lines: lines.insert(2, "[1]"), ":3: not a JSON object"),
        (lambda lines: lines.insert(2, '{"account"'), ":3: "),
        (lambda lines: lines.insert(2, "[" * 200_000), ":3: maximum recursion depth"),
        (lambda lines: lines.insert(2, '{"account":"1","account":"1"}'), ":3: a field is written twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_capture_that_is_none(change: Callable[[list[Any]], None], message: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.jsonl"
    assert read_capture(edited(lambda lines: None, path)) == CAPTURE_AS_READ
    with pytest.raises(BadSnapshot, match=message) as caught:
        read_capture(edited(change, path))
    assert str(caught.value).startswith(str(path))


def test_files_that_are_not_there_or_not_text(tmp_path: Path) -> None:
    for read in (read_capture, read_balances):
        with pytest.raises(BadSnapshot, match="cannot be read: No such file"):
            read(tmp_path / "none.csv")
        (tmp_path / "binary").write_bytes(b"\xff\xfe")
        with pytest.raises(BadSnapshot, match="byte 0"):
            read(tmp_path / "binary")
    with pytest.raises(BadSnapshot, match="cannot be read"):
        read_balances(tmp_path / "none.parquet")


@st.composite
def some_balances(draw: st.DrawFn) -> RecordDateBalances:
    found = draw(st.dictionaries(st.binary(min_size=32, max_size=32), st.integers(1, 2**58), max_size=30))
    owners = sorted(found)
    amounts = array("Q", (found[owner] for owner in owners))
    return RecordDateBalances(ASSET, MINT, draw(st.integers(0, 2**63)), Raw(sum(amounts)), b"".join(owners), amounts)


@given(made=some_balances())
@pytest.mark.parametrize("name", ["balances.csv", "balances.parquet"])
def test_files_give_back_what_was_written(name: str, made: RecordDateBalances, tmp_path_factory: Any) -> None:
    folder: Path = tmp_path_factory.mktemp("balances")
    write_balances(made, folder / name)
    read = read_balances(folder / name)
    assert read == made
    write_balances(read, folder / f"again-{name}")
    assert (folder / name).read_bytes() == (folder / f"again-{name}").read_bytes()


def test_the_csv_is_this(tmp_path: Path) -> None:
    made = balances()
    path = tmp_path / "balances.csv"
    write_balances(made, path)
    rows = [f"{owner},{amount.value}" for owner, amount in made]
    head = [f"#asset,{ASSET}", f"#mint,{MINT}", "#slot,312", "#total,9223372036854776808", "#owners,4"]
    text = "\n".join(["#format,xstock-balances", "#version,1", *head, "owner,raw", *rows]) + "\n"
    assert path.read_bytes() == text.encode()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#format,xstock-balances", "#format,other", "is no file of xstock-balances version 1"),
        ("#version,1", "#version,2", "is no file of xstock-balances version 1"),
        ("#asset,", "#Asset,", ":3: must begin with #asset,"),
        ("#slot,312", "#slot,x", "invalid literal"),
        ("#owners,4", "#owners,5", "holds 4 owners, but announces 5; it was cut"),
        ("#total,9223372036854776808", "#total,9223372036854776809", ": 1 missing"),
        ("owner,raw", "owner;raw", ":8: must be 'owner,raw', not 'owner;raw'"),
        (",570", ",571", ": 1 too much"),
        (",570", ",0570", "must be an owner and its raw balance"),
        (",570", ",5 70", "must be an owner and its raw balance"),
        (",570", ",570,", "must be an owner and its raw balance"),
        (",570", ",99999999999999999999", "balances.csv: "),
        ("\n", "\r\n", "balances.csv"),
        (",5\n", ",5\n\n", "must be an owner and its raw balance"),
    ],
)
def test_a_csv_that_was_changed(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "balances.csv"
    write_balances(balances(), path)
    text = path.read_text()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())
    with pytest.raises(BadSnapshot, match=message):
        read_balances(path)


def test_swapped_lines_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "balances.csv"
    write_balances(balances(), path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:8], lines[9], lines[8], *lines[10:]]) + "\n")
    with pytest.raises(BadSnapshot, match="out of order or there twice"):
        read_balances(path)


def test_parquet_that_is_none(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "balances.parquet"
    path.write_bytes(b"PAR1 and so on")
    with pytest.raises(BadSnapshot, match="is not a readable Parquet file"):
        read_balances(path)
    parquet.write_table(arrow.table({"owner": ["x"], "raw": [1.5]}), path)
    with pytest.raises(BadSnapshot, match=r"must have the columns owner \(string\) and raw \(uint64\)"):
        read_balances(path)
    parquet.write_table(arrow.table({"owner": ["x"], "raw": arrow.array([1], arrow.uint64())}), path)
    with pytest.raises(BadSnapshot, match="is no file of xstock-balances"):
        read_balances(path)


def test_parquet_with_a_gap(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "balances.parquet"
    write_balances(balances(), path)
    table = parquet.ParquetFile(path).read()
    gap = arrow.array([None, *table["raw"].to_pylist()[1:]], arrow.uint64())
    made = arrow.table({"owner": table["owner"], "raw": gap}).replace_schema_metadata(table.schema.metadata)
    parquet.write_table(made, path)
    with pytest.raises(BadSnapshot, match="without gaps"):
        read_balances(path)


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"install xstock-client\[parquet\], or name the file .csv instead"):
        write_balances(balances(), tmp_path / "balances.parquet")
