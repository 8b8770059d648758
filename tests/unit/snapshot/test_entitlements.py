"""Rates files, withholding tables, and what each owner gets."""

from __future__ import annotations

from array import array
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from tests.unit.snapshot.model import ASSET, MINT, key
from xstock_client.amounts import Multiplier, Raw
from xstock_client.errors import BadInput, BadSnapshot
from xstock_client.merkle import MerkleTree
from xstock_client.snapshot import (
    Entitlement,
    RatesFile,
    RecordDateBalances,
    entitlement_tree,
    entitlements,
    read_rates,
    write_rates,
)
from xstock_client.withholding import load_table, shipped_tables

ONE = Multiplier(10**12)
SHARE = 10**8
ALICE, BOB, CAROL = sorted((key("owner", name) for name in "abc"), key=bytes)
RATES = RatesFile(3000, {"CH": 1500, "US": 0}, {BOB: "CH", ALICE: 1000})
TEXT = f"xstock-rates,1\ndefault,3000\nclass,CH,1500\nclass,US,0\nowner,{ALICE},1000\nowner,{BOB},CH\n"


def balances(amounts: dict[Pubkey, int]) -> RecordDateBalances:
    owners = sorted(amounts, key=bytes)
    column = array("Q", (amounts[owner] for owner in owners))
    return RecordDateBalances(ASSET, MINT, 5, Raw(sum(column)), b"".join(map(bytes, owners)), column)


# Rates files


def test_the_file_is_this_and_hashes_as_any_tool_would(tmp_path: Path) -> None:
    assert RATES.to_bytes() == TEXT.encode() and RatesFile.parse(TEXT.encode()) == RATES
    path = tmp_path / "rates.csv"
    write_rates(RATES, path)
    assert read_rates(path) == RATES and RATES.hash == sha256(path.read_bytes()).digest()
    assert [RATES.rate(owner) for owner in (ALICE, BOB, CAROL)] == [1000, 1500, 3000]


@given(
    st.integers(0, 10_000),
    st.dictionaries(st.from_regex("[A-Z][A-Z0-9_-]{0,5}", fullmatch=True), st.integers(0, 10_000), max_size=5),
    st.data(),
)
def test_the_same_rates_are_always_the_same_bytes(default: int, classes: dict[str, int], data: st.DataObject) -> None:
    rate: st.SearchStrategy[str | int] = st.integers(0, 10_000)
    rate = rate | st.sampled_from(sorted(classes)) if classes else rate
    owners = data.draw(st.dictionaries(st.binary(min_size=32, max_size=32).map(Pubkey), rate, max_size=8))
    made = RatesFile(default, classes, owners)
    other = RatesFile(default, dict(reversed(classes.items())), dict(reversed(owners.items())))
    assert made.to_bytes() == other.to_bytes() and RatesFile.parse(made.to_bytes()) == made


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("default,3000", "default,10001", "the default rate is 10,001 basis points; it lies between 0 and 10,000"),
        ("CH,1500", "CH,10001", "the rate of class CH is 10,001 basis points"),
        (f"{ALICE},1000", f"{ALICE},10001", f"the rate of owner {ALICE} is 10,001 basis points"),
        (f"{BOB},CH", f"{BOB},DE", "is of class 'DE', which the file does not have"),
        (f"owner,{BOB},CH\n", f"owner,{BOB},CH\n" * 2, f"7: {BOB} is there twice"),
        ("class,US,0\n", "class,US,0\nclass,US,1\n", "5: US is there twice"),
        ("default,3000\n", "default,3000\ndefault,3000\n", "3: expected class,NAME,BPS or owner"),
        ("default,3000\n", "", "2: the default rate is missing"),
        ("xstock-rates,1", "xstock-rates,2", "1: a rates file begins with the line xstock-rates,1"),
        (f"{BOB},CH\n", f"{BOB},CH", "1: a rates file begins with .* and ends with a line feed"),
        ("class,CH,1500\nclass,US,0\n", "class,US,0\nclass,CH,1500\n", "3: is not where it belongs: first the default"),
        ("default,3000", "default,03000", "2: not a number of basis points: '03000'"),
        ("default,3000", "default,-1", "2: not a number of basis points: '-1'"),
        ("class,US", "class,us", "'us' is no class name"),
        (str(BOB), "Bob", "6: not an address: 'Bob'"),
        ("\n", "\r\n", "begins with the line"),
        ("class,US", "class,\u00dcS", "is ASCII; byte 48 is not"),
    ],
)
def test_a_rates_file_that_is_none(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in TEXT
    path = tmp_path / "rates.csv"
    path.write_bytes(TEXT.replace(old, new).encode())
    with pytest.raises(BadSnapshot, match=message) as caught:
        read_rates(path)
    assert str(caught.value).startswith(f"{path}:")


def test_rates_that_are_no_numbers() -> None:
    with pytest.raises(TypeError, match="whole number of basis points"):
        RatesFile(15.0, {}, {})  # type: ignore[arg-type]
    with pytest.raises(BadSnapshot, match="cannot be read"):
        read_rates("/nowhere/rates.csv")


# Entitlements


def test_gross_and_withheld_are_the_contracts_to_the_last_unit() -> None:
    # 0.24 of a coin of six decimals per share: 240,000 base units, times 10^6
    rate = 240_000 * 10**6
    held = balances({ALICE: 10 * SHARE, BOB: 3 * SHARE + 33_333_333, CAROL: 417})
    rows = entitlements(held, ONE, rate, RATES)
    # Bob: 333,333,333 * 0.0024 = 799,999.9992; 15 % of 799,999 = 119,999.85; Carol: 1.0008, 30 % of 1 = 0.3
    assert list(rows) == [
        Entitlement(0, ALICE, 2_400_000, 240_000),
        Entitlement(1, BOB, 799_999, 119_999),
        Entitlement(2, CAROL, 1, 0),
    ]
    assert (rows.total_gross, rows.total_withheld, rows[1].net, len(rows)) == (3_200_000, 359_999, 680_000, 3)


def test_shares_are_rounded_down_before_the_rate() -> None:
    # 3 raw at 1.5 are 4.5 base units of shares: 4; at 2 payout units for each that is 8, not 9
    held = balances({ALICE: 3})
    (row,) = entitlements(held, Multiplier(15 * 10**11), 2 * 10**8 * 10**6, RatesFile(0, {}, {}))
    assert row.gross == 8


def test_indices_leave_out_who_gets_nothing() -> None:
    held = balances({ALICE: SHARE, BOB: 1, CAROL: SHARE})
    rows = entitlements(held, ONE, 10**6, RatesFile(10_000, {}, {}))
    assert [(row.index, row.owner, row.gross, row.withheld) for row in rows] == [(0, ALICE, 1, 1), (1, CAROL, 1, 1)]
    rows = entitlements(held, ONE, 10**6, RATES, excluded={ALICE, key("stranger")})
    assert [(row.index, row.owner) for row in rows] == [(0, CAROL)]


@given(
    st.dictionaries(st.binary(min_size=32, max_size=32), st.integers(1, 2**55), min_size=1, max_size=20),
    st.integers(1, 10**14),
    st.integers(1, 10**13),
    st.lists(st.integers(0, 10_000), min_size=20, max_size=20),
)
def test_the_sum_of_what_is_paid_never_exceeds_the_rate_on_the_total(
    amounts: dict[bytes, int], multiplier: int, rate: int, bps: list[int]
) -> None:
    held = balances({Pubkey(owner): amount for owner, amount in amounts.items()})
    rates = RatesFile(0, {}, {owner: bps[index] for index, (owner, _) in enumerate(held)})
    whole = held.total.value * multiplier * rate // (10**12 * 10**14)
    if whole >= 2**63:
        return
    try:
        rows = entitlements(held, Multiplier(multiplier), rate, rates)
    except BadSnapshot:
        assert all(amount.value * multiplier // 10**12 * rate < 10**14 for _, amount in held)
        return
    assert rows.total_gross <= whole
    for row in rows:
        raw = held.of(row.owner).value
        assert row.gross == (raw * multiplier // 10**12) * rate // 10**14 > 0
        assert row.withheld == row.gross * rates.rate(row.owner) // 10_000 <= row.gross


def test_the_tree_is_that_of_the_rows() -> None:
    rows = entitlements(balances({ALICE: SHARE, BOB: 7 * SHARE}), ONE, 10**9, RATES)
    distribution = key("distribution")
    tree = entitlement_tree(rows, distribution)
    by_hand = MerkleTree.from_leaves(distribution, [(BOB, 7_000, 1_050), (ALICE, 1_000, 100)])
    assert tree.root == by_hand.root and (tree.root.sum, rows.total_withheld) == (8_000, 1_150)


def test_what_cannot_be_paid_is_refused() -> None:
    held = balances({ALICE: 2**60, BOB: 2**60})
    for rate in (0, -1, 2**64):
        with pytest.raises(BadSnapshot, match="the rate is .*; it lies between 1 and"):
            entitlements(held, ONE, rate, RATES)
    with pytest.raises(BadSnapshot, match=f"the rates file names {BOB}, who has no balance in the snapshot"):
        entitlements(balances({ALICE: 5}), ONE, 10**6, RATES)
    with pytest.raises(BadSnapshot, match="nobody gets a whole base unit, or all are excluded"):
        entitlements(held, ONE, 10**6, RATES, excluded=[ALICE, BOB])
    with pytest.raises(BadSnapshot, match="more than 18,446,744,073,709,551,615 base units together"):
        entitlements(held, ONE, 10**15, RATES)


# Withholding tables


def test_the_tables_that_ship_are_examples_with_sources_and_a_date() -> None:
    assert shipped_tables() == ("ch", "us")
    for name in shipped_tables():
        table = load_table(name)
        assert table.example and table.source == name.upper() and table.sources and table.as_of >= date(2024, 1, 1)
        assert all(rate <= table.statutory for rate in table.rates.values())
    us = load_table("us")
    assert [us.rate(country) for country in ("CH", "DE", "GB", "JP", "NO", "US", "SG")] == [
        1500,
        1500,
        1500,
        1000,
        1500,
        0,
        3000,
    ]


def test_a_rates_file_from_a_table_names_countries_only_if_asked() -> None:
    us = load_table("us")
    homes = {ALICE: "CH", BOB: "SG", CAROL: "US"}
    private, public = us.rates_file(homes), us.rates_file(homes, publish_residences=True)
    assert b"CH" not in private.to_bytes().replace(str(ALICE).encode(), b"") and private.classes == {}
    assert public.classes == {"CH": 1500, "US": 0} and public.owners == {ALICE: "CH", BOB: 3000, CAROL: "US"}
    for owner in (*homes, key("somebody else")):
        assert private.rate(owner) == public.rate(owner) == us.rate(homes.get(owner, "SG"))
    with pytest.raises(BadInput, match="'Switzerland' is no country code"):
        us.rates_file({ALICE: "Switzerland"})


TABLE = """\
example: false
source: XX
income: dividends
as_of: 2024-01-01
statutory: 3000
sources: ["a law"]
rates: {CH: 1500, "NO": 1000}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"NO"', "NO", "False is no country code; quote the one of Norway"),
        ("CH: 1500", "CH: 10001", "CH must have basis points from 0 to 10,000, not 10001"),
        ("CH: 1500", "CH: 15.5", "CH must have basis points"),
        ("CH: 1500", "CH: 1500, CH: 1000", "CH is there twice"),
        ("CH: 1500", "ch: 1500", "'ch' is no country code"),
        ("statutory: 3000", "statutory: 30%", "statutory must be basis points from 0 to 10,000, not '30%'"),
        ("statutory: 3000", "statutory: yes", "statutory must be basis points"),
        ("as_of: 2024-01-01", "as_of: soon", "as_of must be a date"),
        ("as_of: 2024-01-01", "as_of: 2024-01-01 10:00:00", "as_of must be a date"),
        ('["a law"]', "[]", "sources must be a list of texts"),
        ("source: XX", "source: Switzerland", "source must be a country code"),
        ("example: false", "example: 1", "example must be true or false"),
        ("example: false\n", "", "must have the fields example, source"),
        ("income: dividends", "income: [", "is not a readable YAML file"),
    ],
)
def test_a_table_that_is_none(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(TABLE)
    table = load_table(path)
    assert not table.example and dict(table.rates) == {"CH": 1500, "NO": 1000}
    assert old in TABLE
    path.write_text(TABLE.replace(old, new))
    with pytest.raises(BadInput, match=message) as caught:
        load_table(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_table_that_is_not_there_or_too_long(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read: No such file.*; tables that ship: ch, us"):
        load_table("fr")
    path = tmp_path / "long.yaml"
    path.write_text(TABLE + "#" * 300_000)
    with pytest.raises(BadInput, match="bytes are too many for a withholding table"):
        load_table(path)
