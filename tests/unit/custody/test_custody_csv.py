"""The CSV statement: what is read, and every refusal with its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xstock_client.amounts import Shares
from xstock_client.custody import CustodianProfile, CustodyStatement, IgnoredLine, SourceKind, read_statement
from xstock_client.errors import StatementRefused

Write = Callable[..., Path]

NOW = int(datetime(2026, 4, 1, 12, tzinfo=UTC).timestamp())
ONE = 10**8
APPLE, NVIDIA = "US0378331005", "US67066G1040"
APPLE_ROW = "US0378331005,6500,500,6000,250,2026-04-02"
NVIDIA_ROW = "US67066G1040,4000,0,4000,0,"


def refused(path: Path, profile: CustodianProfile) -> StatementRefused:
    with pytest.raises(StatementRefused) as caught:
        read_statement(path, profile, now=NOW)
    assert caught.value.path == path
    return caught.value


@pytest.mark.parametrize("name", ["statement.csv", "STATEMENT.CSV", "statement.txt"])
@pytest.mark.parametrize("excel", [False, True])
def test_reads(write: Write, profile: CustodianProfile, table: str, name: str, excel: bool) -> None:
    content = ("\ufeff" + table.replace("\n", "\r\n") if excel else table).encode()
    statement = read_statement(write(content, name), profile, now=NOW)
    assert statement.kind is SourceKind.CSV
    assert (statement.account_id, statement.statement_id) == ("SAFE-1", "ST-2")
    assert statement.as_of == int(datetime(2026, 3, 31, 18, tzinfo=UTC).timestamp())
    assert statement.report_hash == sha256(content).digest()
    apple, nvidia = statement.positions
    assert (apple.isin, apple.aggregate, apple.settled) == (APPLE, Shares(6500 * ONE), Shares(6000 * ONE))
    assert [(part.code, part.quantity, part.line) for part in apple.deductions] == [
        ("unavailable", Shares(500 * ONE), 8)
    ]
    assert (apple.in_transit, apple.line) == (Shares(250 * ONE), 8)
    assert apple.in_transit_by == int(datetime(2026, 4, 2, tzinfo=UTC).timestamp())
    assert (nvidia.isin, nvidia.settled, nvidia.deductions) == (NVIDIA, Shares(4000 * ONE), ())
    assert (nvidia.in_transit, nvidia.in_transit_by, nvidia.line) == (Shares(0), 0, 9)


def test_a_quoted_value_is_the_same_value(write: Write, profile: CustodianProfile, table: str) -> None:
    path = write(table.replace("SAFE-1", '"SAFE-1"'), "s.csv")
    assert read_statement(path, profile, now=NOW).account_id == "SAFE-1"


def test_a_failed_settlement_keeps_its_past_date(write: Write, profile: CustodianProfile, table: str) -> None:
    statement = read_statement(write(table.replace("2026-04-02", "2026-03-15"), "s.csv"), profile, now=NOW)
    assert statement.positions[0].in_transit_by == int(datetime(2026, 3, 15, tzinfo=UTC).timestamp())


def test_xml_in_a_file_called_csv_is_xml(write: Write, profile: CustodianProfile, report: str) -> None:
    assert read_statement(write(report, "s.csv"), profile, now=NOW).kind is SourceKind.SEMT_002_001_11


def test_only_our_lines_are_judged(write: Write, profile: CustodianProfile, table: str) -> None:
    path = write(table.replace(NVIDIA_ROW, "US67066G1040,-1,0,x,0,"), "s.csv")
    statement = read_statement(path, profile, now=NOW, ours=[APPLE])
    assert [position.isin for position in statement.positions] == [APPLE]
    assert statement.ignored == (IgnoredLine(NVIDIA, 9),)
    assert refused(path, profile).line == 9


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            "statement-1",
            "statement-2",
            1,
            "format is 'xstock-custody-statement-2', 'xstock-custody-statement-1' is needed",
        ),
        ("statement_id,ST-2", "statement_id,", 2, "statement_id must have 1 to 35 characters"),
        ("statement_id,ST-2", "statement_id," + "x" * 36, 2, "statement_id must have 1 to 35 characters"),
        ("statement_id,ST-2\n", "", 2, "expected statement_id,VALUE here, found 'account,SAFE-1'"),
        ("statement_id,ST-2", "statement_id,ST-2,x", 2, "expected statement_id,VALUE here"),
        ("account,SAFE-1", "account,SAFE-9", 3, "the statement is of account 'SAFE-9'"),
        ("account,SAFE-1", "account, SAFE-1", 3, "' SAFE-1' has blanks around it"),
        ("account,SAFE-1", "account,SAFE\x00-1", 3, "unprintable"),
        ("2026-03-31T18:00:00Z", "2026-04-01T18:00:00Z", 4, "not in the future"),
        ("2026-03-31T18:00:00Z", "31.03.2026", 4, "'31.03.2026' is no date"),
        ("basis,settled", "basis,traded", 5, "basis is 'traded', 'settled' is needed"),
        ("lines,2", "lines,3", 6, "lines says '3', 2 follow"),
        ("lines,2", "lines,02", 6, "lines says '02', 2 follow"),
        (NVIDIA_ROW + "\n", "", 6, "lines says '2', 1 follow"),
        ("pending_by\n", "pending_by,note\n", 7, "the columns must be isin,aggregate,unavailable"),
        ("isin,aggregate,", "aggregate,isin,", 7, "the columns must be isin,aggregate,unavailable"),
        (",", ";", 1, "expected format,VALUE here"),
        (NVIDIA_ROW, APPLE_ROW, 9, "a second line for US0378331005: 6,000 here, 6,000 on line 8"),
        (NVIDIA_ROW, "", 9, "a blank line"),
        (NVIDIA_ROW, ",,,,,", 9, "a blank line"),
        (NVIDIA_ROW, "US67066G1041,4000,0,4000,0,", 9, "ISIN US67066G1041 has a wrong check digit"),
        (NVIDIA_ROW, "US67066G1040,4,000,0,4,000,0,", 9, "8 values, 6 are needed"),
        (NVIDIA_ROW, 'US67066G1040,"4,000",0,4000,0,', 9, "quantity '4,000' must be digits"),
        (NVIDIA_ROW, "US67066G1040,4'000,0,4000,0,", 9, 'quantity "4\'000" must be digits'),
        (NVIDIA_ROW, "US67066G1040,-4000,0,-4000,0,", 9, "negative quantity -4000"),
        (NVIDIA_ROW, "US67066G1040,4000,-1,4001,0,", 9, "negative quantity -1"),
        (NVIDIA_ROW, "US67066G1040,4000,0,,0,", 9, "quantity '' must be digits"),
        (NVIDIA_ROW, "US67066G1040,4000,0,4000,,", 9, "quantity '' must be digits"),
        (NVIDIA_ROW, "US67066G1040,4000.000000001,0,4000,0,", 9, "has more than 8 decimals"),
        (NVIDIA_ROW, "US67066G1040,4000,1,4000,0,", 9, "aggregate 4,000 less unavailable 1 is 3,999"),
        (NVIDIA_ROW, "US67066G1040,4000,4001,0,0,", 9, "deducted are 4,001, more than the aggregate 4,000"),
        (NVIDIA_ROW, "US67066G1040,4000,0,4000,5,", 9, "pending_by is '' for a pending_receipt of 5"),
        (
            NVIDIA_ROW,
            "US67066G1040,4000,0,4000,0,2026-04-02",
            9,
            "pending_by is '2026-04-02' for a pending_receipt of 0",
        ),
        (NVIDIA_ROW, "US67066G1040,4000,0,4000,5,soon", 9, "'soon' is no date"),
        (NVIDIA_ROW, 'US67066G1040,4000,0,4000,0,"', 9, "not readable as CSV"),
        ("account,SAFE-1", 'account,"SAFE-1\n"', 3, "runs over the end of its line"),
    ],
)
def test_refused_with_line_and_reason(
    write: Write, profile: CustodianProfile, table: str, old: str, new: str, line: int, reason: str
) -> None:
    assert old in table
    error = refused(write(table.replace(old, new), "s.csv"), profile)
    assert reason in error.reason
    assert error.line == line


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "s.xml"), (b"hello", "s.pdf"), (b"%PDF-1.7", "s.xml"), (b"{}", "s.json")]
)
def test_neither_format(write: Write, profile: CustodianProfile, content: bytes, name: str) -> None:
    error = refused(write(content, name), profile)
    assert (error.line, "neither a semt.002 XML statement nor" in error.reason) == (1, True)


def test_an_empty_csv(write: Write, profile: CustodianProfile) -> None:
    error = refused(write(b"", "s.csv"), profile)
    assert (error.line, "expected format,VALUE here, found 'the end of the file'" in error.reason) == (1, True)


def test_the_header_alone(write: Write, profile: CustodianProfile, table: str) -> None:
    error = refused(write(table.split("isin,")[0], "s.csv"), profile)
    assert (error.line, "the columns must be" in error.reason) == (7, True)


def test_truncated_anywhere(write: Write, profile: CustodianProfile, table: str) -> None:
    whole = table.rstrip("\n")
    for end in range(len(whole)):
        refused(write(whole[:end], "s.csv"), profile)
    assert len(read_statement(write(whole, "s.csv"), profile, now=NOW).positions) == 2


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(aggregate=st.integers(0, 10**12), unavailable=st.integers(0, 10**12), stated=st.integers(0, 10**12) | st.none())
def test_settled_never_exceeds_the_aggregate(
    write: Write, profile: CustodianProfile, table: str, aggregate: int, unavailable: int, stated: int | None
) -> None:
    def decimal(units: int) -> str:
        return f"{units // ONE}.{units % ONE:08d}"

    settled = max(aggregate - unavailable, 0) if stated is None else stated
    row = f"US67066G1040,{decimal(aggregate)},{decimal(unavailable)},{decimal(settled)},0,"
    path = write(table.replace(NVIDIA_ROW, row), "s.csv")
    if unavailable > aggregate or settled != aggregate - unavailable:
        refused(path, profile)
    else:
        assert read_statement(path, profile, now=NOW).positions[1].settled == Shares(settled)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_bytes_raise_nothing_else(
    write: Write, profile: CustodianProfile, table: str, data: st.DataObject
) -> None:
    content = bytearray(table.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 12)))
        content[start:end] = data.draw(st.binary(max_size=12) | st.sampled_from([b",", b'"', b"\r", b"\n", b"0", b"-"]))
    outcome: CustodyStatement | StatementRefused
    try:
        outcome = read_statement(write(bytes(content), "s.csv"), profile, now=NOW)
    except StatementRefused as error:
        outcome = error
    if isinstance(outcome, StatementRefused):
        assert outcome.line is not None
        return
    for position in outcome.positions:
        assert position.settled.value <= position.aggregate.value
