"""Selecting figures, the shipped examples, redating, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from xstock_client.amounts import Shares
from xstock_client.custody import (
    CustodianProfile,
    Deduction,
    IgnoredLine,
    Position,
    SourceKind,
    load_profile,
    read_statement,
    select,
)
from xstock_client.custody.redate import redate
from xstock_client.errors import BadInput, StatementRefused, UsageError

Write = Callable[..., Path]

NOW = int(datetime(2026, 4, 1, 12, tzinfo=UTC).timestamp())
ONE = 10**8
APPLE, NVIDIA, MICROSOFT = "US0378331005", "US67066G1040", "US5949181045"
EXAMPLE_FILES = [
    ("alpine-rock", "alpine-rock.semt.002.001.11.xml"),
    ("harbor-point", "harbor-point.statement.csv"),
]


# --- select ---------------------------------------------------------------------------------------------------------


def test_select_takes_ours_and_lists_the_rest(write: Write, profile: CustodianProfile, table: str) -> None:
    statement = read_statement(write(table, "s.csv"), profile, now=NOW)
    selection = select(statement, {APPLE})
    assert [figure.isin for figure in selection.figures] == [APPLE]
    assert selection.ignored == (IgnoredLine(NVIDIA, 9),)
    figure = selection.of(APPLE)
    assert (figure.settled, figure.in_transit) == (Shares(6000 * ONE), Shares(250 * ONE))
    assert figure.in_transit_by == int(datetime(2026, 4, 2, tzinfo=UTC).timestamp())
    assert figure.position == statement.positions[0]
    with pytest.raises(KeyError):
        selection.of(NVIDIA)


def test_select_merges_lines_ignored_at_reading(write: Write, profile: CustodianProfile, table: str) -> None:
    statement = read_statement(write(table, "s.csv"), profile, now=NOW, ours={NVIDIA})
    assert select(statement, {NVIDIA}).ignored == (IgnoredLine(APPLE, 8),)
    assert select(statement, set()).ignored == (IgnoredLine(APPLE, 8), IgnoredLine(NVIDIA, 9))


def test_a_missing_isin_needs_zero(write: Write, profile: CustodianProfile, table: str) -> None:
    path = write(table, "s.csv")
    statement = read_statement(path, profile, now=NOW)
    with pytest.raises(StatementRefused, match=f"{MICROSOFT} has an active slot but no line") as caught:
        select(statement, {APPLE, MICROSOFT})
    assert (caught.value.path, caught.value.line) == (path, None)
    figure = select(statement, {APPLE, MICROSOFT}, {MICROSOFT}).of(MICROSOFT)
    assert (figure.settled, figure.in_transit, figure.in_transit_by, figure.position) == (Shares(0), Shares(0), 0, None)


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ("US67066G1040,4000,0,4000,0,", "4,000 held, 0 pending"),
        ("US67066G1040,4000,4000,0,0,", "4,000 held, 0 pending"),
        ("US67066G1040,0,0,0,7,2026-04-02", "0 held, 7 pending"),
    ],
)
def test_zero_of_a_held_isin_is_refused(
    write: Write, profile: CustodianProfile, table: str, row: str, seen: str
) -> None:
    path = write(table.replace("US67066G1040,4000,0,4000,0,", row), "s.csv")
    with pytest.raises(StatementRefused, match=f"--zero {NVIDIA} contradicts this line: {seen}") as caught:
        select(read_statement(path, profile, now=NOW), {NVIDIA}, {NVIDIA})
    assert (caught.value.path, caught.value.line) == (path, 9)


def test_zero_of_a_line_of_zero_changes_nothing(write: Write, profile: CustodianProfile, table: str) -> None:
    path = write(table.replace("US67066G1040,4000,0,4000,0,", "US67066G1040,0,0,0,0,"), "s.csv")
    statement = read_statement(path, profile, now=NOW)
    assert select(statement, {NVIDIA}, {NVIDIA}) == select(statement, {NVIDIA})
    assert select(statement, {NVIDIA}).of(NVIDIA).settled == Shares(0)


def test_zero_of_a_stranger_is_a_usage_error(write: Write, profile: CustodianProfile, table: str) -> None:
    statement = read_statement(write(table, "s.csv"), profile, now=NOW)
    with pytest.raises(UsageError, match=f"--zero {MICROSOFT}: no active slot has this ISIN; ours are {APPLE}"):
        select(statement, {APPLE}, {MICROSOFT})


def test_a_line_that_was_not_judged_cannot_be_selected(write: Write, profile: CustodianProfile, table: str) -> None:
    statement = read_statement(write(table, "s.csv"), profile, now=NOW, ours={APPLE})
    for zero in (set[str](), {NVIDIA}):
        with pytest.raises(UsageError, match=f"read without judging {NVIDIA}"):
            select(statement, {APPLE, NVIDIA}, zero)


def test_a_position_must_add_up() -> None:
    with pytest.raises(ValueError, match="must equal the aggregate"):
        Position(APPLE, Shares(2), Shares(0), 0, 1, Shares(3), (Deduction("PLED", Shares(2), 1),))


# --- files ----------------------------------------------------------------------------------------------------------


def test_unreadable_files(tmp_path: Path, profile: CustodianProfile) -> None:
    for path in (tmp_path / "missing.xml", tmp_path):
        with pytest.raises(BadInput, match="cannot be read") as caught:
            read_statement(path, profile, now=NOW)
        assert str(path) in str(caught.value)


def test_a_file_too_large(tmp_path: Path, profile: CustodianProfile) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(32 * 1024 * 1024 + 1)
    with pytest.raises(StatementRefused, match="33,554,433 bytes are too many"):
        read_statement(path, profile, now=NOW)


# --- the shipped examples -------------------------------------------------------------------------------------------


def test_example_alpine_rock(examples: Path) -> None:
    profile = load_profile(examples / "alpine-rock.profile.yaml")
    statement = read_statement(examples / "alpine-rock.semt.002.001.11.xml", profile, now=NOW)
    assert statement.kind is SourceKind.SEMT_002_001_11
    selection = select(statement, {APPLE, NVIDIA})
    apple, nvidia = selection.of(APPLE), selection.of(NVIDIA)
    assert (apple.settled, apple.in_transit) == (Shares(6000 * ONE), Shares(250 * ONE))
    assert apple.position is not None
    assert [(part.code, part.quantity) for part in apple.position.deductions] == [("PLED", Shares(500 * ONE))]
    assert (nvidia.settled, nvidia.in_transit) == (Shares(4000 * ONE), Shares(0))
    assert [entry.isin for entry in selection.ignored] == [MICROSOFT]
    assert profile.custodian_id == b"529900ALPINE00000043"


def test_example_harbor_point(examples: Path) -> None:
    profile = load_profile(examples / "harbor-point.profile.yaml")
    statement = read_statement(examples / "harbor-point.statement.csv", profile, now=NOW)
    assert statement.as_of == int(datetime(2026, 3, 31, 20, 30, tzinfo=UTC).timestamp())
    selection = select(statement, {APPLE, NVIDIA})
    assert (selection.of(APPLE).settled, selection.of(APPLE).in_transit) == (Shares(5000 * ONE), Shares(0))
    nvidia = selection.of(NVIDIA)
    assert (nvidia.settled, nvidia.in_transit) == (Shares(3000 * ONE), Shares(75 * ONE))
    assert nvidia.in_transit_by == int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
    assert [entry.isin for entry in selection.ignored] == [MICROSOFT]


def test_an_example_is_refused_with_the_other_profile(examples: Path) -> None:
    for (name, _), (_, file) in zip(EXAMPLE_FILES, reversed(EXAMPLE_FILES), strict=True):
        with pytest.raises(StatementRefused, match=r"account servicer|is of account"):
            read_statement(examples / file, load_profile(examples / f"{name}.profile.yaml"), now=NOW)


# --- redate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "file"), EXAMPLE_FILES)
def test_redate_changes_the_time_and_nothing_else(examples: Path, tmp_path: Path, name: str, file: str) -> None:
    profile = load_profile(examples / f"{name}.profile.yaml")
    as_of = NOW + 12_345
    source, out = examples / file, tmp_path / file
    redate(source, as_of, out)
    before, after = (read_statement(path, profile, now=as_of) for path in (source, out))
    assert after.as_of == as_of != before.as_of
    assert (after.account_id, after.statement_id) == (before.account_id, before.statement_id)
    assert after.positions == before.positions
    assert after.report_hash != before.report_hash
    old, new = source.read_text().splitlines(), out.read_text().splitlines()
    assert len(old) == len(new)
    changed = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1] and "<?xml" not in pair[0]]
    assert len(changed) == 1
    assert "2026-03-31T" in changed[0][0]
    assert datetime.fromtimestamp(as_of, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") in changed[0][1]


def test_redate_turns_a_date_into_a_time(write: Write, tmp_path: Path, profile: CustodianProfile, report: str) -> None:
    path = write(report.replace("<DtTm>2026-03-31T18:00:00Z</DtTm>", "<Dt>2026-03-31</Dt>"))
    redate(path, NOW, tmp_path / "out.xml")
    assert read_statement(tmp_path / "out.xml", profile, now=NOW).as_of == NOW
    when = etree.parse(tmp_path / "out.xml").find(".//{*}StmtDtTm")
    assert when is not None
    assert [etree.QName(child).localname for child in when] == ["DtTm"]


def test_redate_keeps_carriage_returns(write: Write, tmp_path: Path, table: str) -> None:
    redate(write(table.replace("\n", "\r\n"), "s.csv"), NOW, tmp_path / "out.csv")
    expected = table.replace("2026-03-31T18:00:00Z", "2026-04-01T12:00:00Z").replace("\n", "\r\n")
    assert (tmp_path / "out.csv").read_bytes() == expected.encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("format,xstock-custody-statement-1\n", "no as_of row here"),
        ("a,b\n" * 4, "no as_of row here"),
        (b"\xff\xfe", "not UTF-8"),
        ("<!DOCTYPE a><a/>", "DTD"),
        ("<a/>", "0 Document elements"),
        ("<a", "not well-formed XML"),
    ],
)
def test_redate_refuses_what_is_no_statement(write: Write, tmp_path: Path, content: str | bytes, reason: str) -> None:
    path, out = write(content), tmp_path / "out"
    with pytest.raises(StatementRefused, match=reason) as caught:
        redate(path, NOW, out)
    assert caught.value.path == path
    assert not out.exists()


def test_redate_names_the_file_it_cannot_open(write: Write, tmp_path: Path, table: str) -> None:
    with pytest.raises(BadInput, match=r"missing\.csv: No such file"):
        redate(tmp_path / "missing.csv", NOW, tmp_path / "out")
    with pytest.raises(BadInput, match="nowhere/out: No such file"):
        redate(write(table, "s.csv"), NOW, tmp_path / "nowhere/out")
