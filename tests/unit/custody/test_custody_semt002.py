"""semt.002: what is read, and every refusal with its line."""

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
from xstock_client.custody.semt002 import HARMLESS_REMARKS, NOT_DEDUCTED
from xstock_client.errors import StatementRefused

Write = Callable[..., Path]
LineOf = Callable[[str, str], int]

NOW = int(datetime(2026, 4, 1, 12, tzinfo=UTC).timestamp())
AS_OF = int(datetime(2026, 3, 31, 18, tzinfo=UTC).timestamp())
ONE = 10**8
APPLE, NVIDIA = "US0378331005", "US67066G1040"

SUB_BALANCE_CODES = [
    *("BLOK", "AWAS", "BLCA", "BLOT", "BLOV", "BORR", "BODE", "BORE", "COLI", "COLO", "LOAN", "LODE", "LORE"),
    *("MARG", "PECA", "PEDA", "PEND", "PENR", "PLED", "REGO", "RSTR", "OTHR", "TRAN", "DRAW", "WDOC", "BTRA"),
]
"""SecuritiesBalanceType12Code, whole."""
REMARK_CODES = ["COLA", "OTHR", "CLEN", "DIRT", "NOMI", "SPOS", "UNRG", "ISSU", "QUAS"]
"""SecuritiesBalanceType7Code, whole."""


def shares(whole: str | int) -> Shares:
    return Shares(int(float(whole) * ONE))


def sub_balance(code: str, units: str, *, more: str = "", element: str = "BalBrkdwn") -> str:
    kind = f"<Cd>{code}</Cd>" if len(code) == 4 else f"<Prtry><Id>{code[6:]}</Id><Issr>X</Issr></Prtry>"
    quantity = f"<Qty><Qty><Qty><Unit>{units}</Unit></Qty></Qty></Qty>"
    return f"<{element}><SubBalTp>{kind}</SubBalTp>{quantity}{more}</{element}>"


def place(aggregate: int, *parts: str) -> str:
    balance = f"<ShrtLngInd>LONG</ShrtLngInd><Qty><Qty><Qty><Unit>{aggregate}</Unit></Qty></Qty></Qty>"
    return f"<BalAtSfkpgPlc><SfkpgPlc/><AggtBal>{balance}</AggtBal>{''.join(parts)}</BalAtSfkpgPlc>"


def with_nvidia(report: str, *parts: str) -> str:
    """Add elements to the NVIDIA line, each on a line of its own after the aggregate."""
    head, mark, tail = report.partition("<Unit>4000</Unit></Qty></Qty></Qty></AggtBal>\n")
    assert mark
    return head + mark + "".join(part + "\n" for part in parts) + tail


def nvidia_of(write: Write, profile: CustodianProfile, text: str) -> CustodyStatement:
    return read_statement(write(text), profile, now=NOW)


def refused(path: Path, profile: CustodianProfile, now: int = NOW) -> StatementRefused:
    with pytest.raises(StatementRefused) as caught:
        read_statement(path, profile, now=now)
    error = caught.value
    assert error.path == path
    assert str(error).startswith(f"{path}:{error.line}: ")
    return error


# --- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["11", "12"])
@pytest.mark.parametrize("envelope", [False, True])
def test_reads_both_versions_bare_and_enveloped(
    write: Write, profile: CustodianProfile, report: str, version: str, envelope: bool
) -> None:
    text = report.replace("semt.002.001.11", f"semt.002.001.{version}")
    if envelope:
        header = '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><BizMsgIdr>1</BizMsgIdr></AppHdr>'
        text = text.replace("<Document", f'<BizMsg xmlns="urn:any">{header}<Document') + "</BizMsg>"
    path = write(text)
    statement = read_statement(path, profile, now=NOW)
    assert statement.kind == SourceKind(f"semt.002.001.{version}")
    assert (statement.account_id, statement.statement_id, statement.as_of) == ("SAFE-1", "ST-1", AS_OF)
    assert statement.path == path
    assert statement.report_hash == sha256(text.encode()).digest()
    assert statement.ignored == ()
    apple, nvidia = statement.positions
    assert (apple.isin, apple.aggregate, apple.settled) == (APPLE, shares(6500), shares(6000))
    assert [(part.code, part.quantity, part.line) for part in apple.deductions] == [("PLED", shares(500), 30)]
    assert (apple.in_transit, apple.in_transit_by, apple.line) == (shares(250), 0, 20)
    assert (nvidia.isin, nvidia.aggregate, nvidia.settled) == (NVIDIA, shares(4000), shares(4000))
    assert (nvidia.deductions, nvidia.in_transit, nvidia.line) == ((), shares(0), 37)


def test_prefixed_namespace_and_byte_order_mark(write: Write, profile: CustodianProfile, report: str) -> None:
    prefixed = report.replace("xmlns=", "xmlns:s=").replace("</", "</s:")
    for name in {piece.split(">")[0].split(" ")[0] for piece in report.split("<")[2:] if piece[0].isalpha()}:
        prefixed = prefixed.replace(f"<{name}>", f"<s:{name}>").replace(f"<{name} ", f"<s:{name} ")
    for content in (prefixed.encode(), b"\xef\xbb\xbf" + report.encode()):
        assert read_statement(write(content), profile, now=NOW).positions[0].settled == shares(6000)


def test_an_empty_statement_says_so(write: Write, profile: CustodianProfile, report: str) -> None:
    head, tail = report.split("  <BalForAcct>\n   <FinInstrmId>\n", 1)[0], " </SctiesBalCtdyRpt>\n</Document>\n"
    text = (head + tail).replace("<ActvtyInd>true", "<ActvtyInd>false")
    statement = read_statement(write(text), profile, now=NOW)
    assert statement.positions == ()


def test_a_missing_statement_id_is_empty(write: Write, profile: CustodianProfile, report: str) -> None:
    assert read_statement(write(report.replace("<StmtId>ST-1</StmtId>", "")), profile, now=NOW).statement_id == ""


def test_a_comment_does_not_cut_a_number(write: Write, profile: CustodianProfile, report: str) -> None:
    text = report.replace("<Unit>4000<", "<Unit>4<!-- x -->0<?p x?>&#48;<![CDATA[0.5]]><")
    assert read_statement(write(text), profile, now=NOW).positions[1].settled == shares("4000.5")


@pytest.mark.parametrize(
    ("text", "units"), [("0.00000001", 1), ("4000.5", 4000 * ONE + ONE // 2), ("12.100000000000", 1210000000), ("0", 0)]
)
def test_exact_decimals(write: Write, profile: CustodianProfile, report: str, text: str, units: int) -> None:
    statement = read_statement(write(report.replace(">4000<", f">{text}<")), profile, now=NOW)
    assert statement.positions[1].settled == Shares(units)


def test_lines_beyond_65535(write: Write, profile: CustodianProfile, report: str) -> None:
    text = report.replace(" <SctiesBalCtdyRpt>", "\n" * 70_000 + " <SctiesBalCtdyRpt>").replace(">4000<", ">-1<")
    assert refused(write(text), profile).line == 70_039


def test_only_our_lines_are_judged(write: Write, profile: CustodianProfile, report: str) -> None:
    bond = report.replace("<Unit>4000</Unit>", "<FaceAmt>4000</FaceAmt>")
    statement = read_statement(write(bond), profile, now=NOW, ours={APPLE})
    assert [position.isin for position in statement.positions] == [APPLE]
    assert statement.ignored == (IgnoredLine(NVIDIA, 37),)
    with pytest.raises(StatementRefused, match="face amount"):
        read_statement(write(bond), profile, now=NOW, ours={APPLE, NVIDIA})


# --- the allow-list -------------------------------------------------------------------------------------------------


def test_the_allow_list_is_exactly_this() -> None:
    assert set(NOT_DEDUCTED) == {"AWAS", "PENR"}
    assert set(HARMLESS_REMARKS) == {"CLEN", "DIRT", "NOMI", "COLA"}


@pytest.mark.parametrize("code", [*SUB_BALANCE_CODES, "ZZZZ", "Prtry:PLED", "Prtry:AWAS"])
def test_every_other_sub_balance_is_deducted(write: Write, profile: CustodianProfile, report: str, code: str) -> None:
    quantity = "4000" if code == "AWAS" else "150"
    position = nvidia_of(write, profile, with_nvidia(report, sub_balance(code, quantity))).positions[1]
    if code in ("AWAS", "PENR"):
        assert (position.settled, position.deductions) == (shares(4000), ())
    else:
        assert position.settled == shares(3850)
        assert [(part.code, part.quantity) for part in position.deductions] == [(code, shares(150))]
    assert position.in_transit == shares(150 if code == "PENR" else 0)


def test_repeated_deductions_add_up(write: Write, profile: CustodianProfile, report: str) -> None:
    text = with_nvidia(report, sub_balance("PLED", "100"), sub_balance("PLED", "50"), sub_balance("LOAN", "1.5"))
    assert nvidia_of(write, profile, text).positions[1].settled == shares("3848.5")


def test_quantity_with_availability(write: Write, profile: CustodianProfile, report: str) -> None:
    part = sub_balance("BLOK", "150").replace("<Qty><Qty><Qty>", "<Qty><Qty><QtyAndAvlbty><Qty>")
    part = part.replace("</Qty></Qty></Qty>", "</Qty><AvlbtyInd>false</AvlbtyInd></QtyAndAvlbty></Qty></Qty>")
    assert nvidia_of(write, profile, with_nvidia(report, part)).positions[1].settled == shares(3850)
    awas = part.replace("BLOK", "AWAS").replace(">150<", ">4000<")
    error = refused(write(with_nvidia(report, awas)), profile)
    assert (error.line, "marked as not available" in error.reason) == (40, True)


@pytest.mark.parametrize("code", REMARK_CODES)
@pytest.mark.parametrize("nested", [False, True])
def test_additional_breakdowns(write: Write, profile: CustodianProfile, report: str, code: str, nested: bool) -> None:
    if nested:
        remark = sub_balance(code, "10", element="AddtlBalBrkdwnDtls")
        text = with_nvidia(report, sub_balance("AWAS", "4000", more=remark))
    else:
        text = with_nvidia(report, sub_balance(code, "10", element="AddtlBalBrkdwn"))
    if code in HARMLESS_REMARKS:
        assert nvidia_of(write, profile, text).positions[1].settled == shares(4000)
    else:
        error = refused(write(text), profile)
        assert error.line == 40
        assert f"10 of {NVIDIA} are marked {code}" in error.reason


def test_remarks_on_what_is_deducted_anyway_do_not_matter(write: Write, profile: CustodianProfile, report: str) -> None:
    remark = sub_balance("UNRG", "10", element="AddtlBalBrkdwnDtls")
    text = with_nvidia(report, sub_balance("PLED", "40", more=remark))
    assert nvidia_of(write, profile, text).positions[1].settled == shares(3960)


def test_consistent_availability_and_places_are_accepted(write: Write, profile: CustodianProfile, report: str) -> None:
    text = with_nvidia(
        report,
        "<AvlblBal><Qty><Qty><Unit>3900</Unit></Qty></Qty></AvlblBal>",
        "<NotAvlblBal><Qty><Unit>100</Unit></Qty></NotAvlblBal>",
        sub_balance("AWAS", "3900"),
        sub_balance("PLED", "100"),
        place(1500, sub_balance("PLED", "60")),
        place(2500, sub_balance("PLED", "40")),
    )
    assert nvidia_of(write, profile, text).positions[1].settled == shares(3900)


AVAILABLE = "<AvlblBal><Qty><Qty><Unit>3999</Unit></Qty></Qty></AvlblBal>"
NOT_AVAILABLE = "<NotAvlblBal><Qty><Unit>101</Unit></Qty></NotAvlblBal>"


@pytest.mark.parametrize(
    ("parts", "line", "reason"),
    [
        (
            [sub_balance("PLED", "4000.00000001")],
            37,
            "must be deducted are 4,000.00000001, more than the aggregate 4,000",
        ),
        ([sub_balance("AWAS", "3999")], 37, "only 3,999 are available (AWAS)"),
        ([AVAILABLE], 37, "only 3,999 are available (AvlblBal)"),
        (
            [sub_balance("PLED", "100"), NOT_AVAILABLE],
            41,
            "101 of US67066G1040 are not available, the breakdown explains only 100",
        ),
        ([sub_balance("PENR", "1"), sub_balance("PENR", "2")], 41, "a second PENR sub-balance"),
        ([sub_balance("AWAS", "4000"), sub_balance("AWAS", "4000")], 41, "a second AWAS sub-balance"),
        ([place(1500), place(2501)], 40, "add up to 4,001, the aggregate is 4,000"),
        ([place(1500), place(2500, sub_balance("LOAN", "7"))], 40, "show 7 LOAN, the account's own breakdown 0"),
        ([place(4000, "<Pldgee/>")], 40, "a place of safekeeping has Pldgee"),
        ([place(4000, "<XpsrTp/>")], 40, "a place of safekeeping has XpsrTp"),
        ([place(4000, place(4000))], 40, "BalAtSfkpgPlc holds BalAtSfkpgPlc"),
        (
            [place(4000, "<NotAvlblBal><Qty><Unit>5</Unit></Qty></NotAvlblBal>")],
            40,
            "5 of US67066G1040 are not available",
        ),
        (["<Encumbrance/>"], 40, "BalForAcct holds Encumbrance"),
        (['<x:BalBrkdwn xmlns:x="urn:x"/>'], 40, "BalForAcct holds BalBrkdwn"),
        (["<AggtBal/>"], 40, "BalForAcct has 2 AggtBal elements"),
        (["<BalBrkdwn/>"], 40, "BalBrkdwn has no SubBalTp"),
        (["<BalBrkdwn><SubBalTp/></BalBrkdwn>"], 40, "SubBalTp must hold exactly one of Cd, Prtry; it holds nothing"),
        ([sub_balance("PLED", "1").replace("<Cd>", "<Cd>X</Cd><Cd>")], 40, "it holds Cd, Cd"),
        ([sub_balance("PLED", "1").replace("<Cd>PLED</Cd>", "<Name>PLED</Name>")], 40, "it holds Name"),
        ([sub_balance("PLED", "1").replace("<Cd>", '<Cd xmlns="urn:x">')], 40, "SubBalTp must hold exactly one of"),
        ([sub_balance("PLED", "-1")], 40, "negative quantity -1"),
        ([sub_balance("PLED", "1").replace("<Qty>", "<Qty><ShrtLngInd>SHOR</ShrtLngInd>", 1)], 40, "a short position"),
        ([sub_balance("PLED", "1").replace("Unit>", "FaceAmt>")], 40, "a face amount"),
        ([sub_balance("PLED", "1").replace("Unit>", "Prtry>")], 40, "a proprietary quantity"),
    ],
)
def test_an_unclear_breakdown_is_refused(
    write: Write, profile: CustodianProfile, report: str, parts: list[str], line: int, reason: str
) -> None:
    error = refused(write(with_nvidia(report, *parts)), profile)
    assert reason in error.reason
    assert error.line == line


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    aggregate=st.integers(0, 10**12),
    parts=st.lists(
        st.tuples(st.sampled_from([*SUB_BALANCE_CODES, "ZZZZ", "Prtry:ABCD"]), st.integers(0, 3 * 10**11)), max_size=5
    ),
)
def test_settled_never_exceeds_the_aggregate(
    write: Write, profile: CustodianProfile, report: str, aggregate: int, parts: list[tuple[str, int]]
) -> None:
    def decimal(units: int) -> str:
        return f"{units // ONE}.{units % ONE:08d}"

    text = with_nvidia(report, *(sub_balance(code, decimal(units)) for code, units in parts))
    path = write(text.replace("<Unit>4000<", f"<Unit>{decimal(aggregate)}<"))
    expected = aggregate - sum(units for code, units in parts if code not in ("AWAS", "PENR"))
    free = [units for code, units in parts if code == "AWAS"]
    pending = [units for code, units in parts if code == "PENR"]
    if expected < 0 or len(free) > 1 or len(pending) > 1 or (free and free[0] < expected):
        refused(path, profile)
        return
    position = read_statement(path, profile, now=NOW).positions[1]
    assert 0 <= position.settled.value <= position.aggregate.value == aggregate
    assert position.settled == Shares(expected)
    assert position.in_transit == Shares(sum(pending))


# --- every refusal, once --------------------------------------------------------------------------------------------

LONG_ID = "<Id>SAFE-1</Id>"


@pytest.mark.parametrize(
    ("old", "new", "mark", "reason"),
    [
        (
            "semt.002.001.11",
            "semt.002.001.10",
            "<Document",
            "unknown namespace 'urn:iso:std:iso:20022:tech:xsd:semt.002.001.10'",
        ),
        (
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:semt.002.001.11">',
            "<Document>",
            "<Document>",
            "unknown namespace ''",
        ),
        ("SctiesBalCtdyRpt>", "SctiesBalAcctgRpt>", "<Document", "Document has no SctiesBalCtdyRpt"),
        ("Document", "Report", "<Report", "0 Document elements"),
        (" <SctiesBalCtdyRpt>", "<Document/><SctiesBalCtdyRpt>", "<Document xmlns", "2 Document elements"),
        ("<PgNb>1<", "<PgNb>2<", "<PgNb>", "page '2' with LastPgInd true: pages are missing"),
        ("<LastPgInd>true<", "<LastPgInd>false<", "<PgNb>", "page '1' with LastPgInd false: pages are missing"),
        ("<LastPgInd>true<", "<LastPgInd>yes<", "<LastPgInd>", "LastPgInd must be true or false, not 'yes'"),
        ("   <PgNb>1</PgNb>\n", "", "<Pgntn>", "Pgntn has no PgNb"),
        ("<Cd>COMP</Cd>", "<Cd>DELT</Cd>", "<Cd>DELT", "UpdTp is DELT, COMP is needed"),
        ("<Cd>COMP</Cd>", "<Prtry><Id>COMP</Id></Prtry>", "COMP", "UpdTp is proprietary, COMP is needed"),
        ("<Cd>SETT</Cd>", "<Cd>TRAD</Cd>", "<Cd>TRAD", "StmtBsis is TRAD, SETT is needed"),
        ("<Cd>SETT</Cd>", "<Cd>CONT</Cd>", "<Cd>CONT", "StmtBsis is CONT, SETT is needed"),
        ("<ActvtyInd>true", "<ActvtyInd>false", "<ActvtyInd>", "ActvtyInd is false, but 2 positions follow"),
        ("<SubAcctInd>false", "<SubAcctInd>true", "<SubAcctInd>", "SubAcctInd is true: it has sub-accounts"),
        ("   <SubAcctInd>false</SubAcctInd>\n", "", "<StmtGnlDtls>", "StmtGnlDtls has no SubAcctInd"),
        (
            "</SubAcctInd>\n",
            "</SubAcctInd>\n<SctyIntrstOrSetOff>true</SctyIntrstOrSetOff>",
            "<SctyIntrstOrSetOff>",
            "SctyIntrstOrSetOff is true: the holdings are subject to a security interest",
        ),
        (
            " </SctiesBalCtdyRpt>",
            "<SubAcctDtls/></SctiesBalCtdyRpt>",
            "<SubAcctDtls/>",
            "SubAcctDtls: a statement with sub-accounts",
        ),
        (
            LONG_ID,
            "<Id>SAFE-3</Id>",
            "SAFE-3",
            "the statement is of account 'SAFE-3', the profile lists SAFE-1, SAFE-2",
        ),
        ("SfkpgAcct>", "BlckChainAdrOrWllt>", "<BlckChainAdrOrWllt>", "SctiesBalCtdyRpt holds BlckChainAdrOrWllt"),
        (LONG_ID, LONG_ID * 2, LONG_ID, "SfkpgAcct has 2 Id elements"),
        (LONG_ID, "<Id>SAFE-1<b/></Id>", "SAFE-1", "Id must hold text only"),
        (
            "  <SfkpgAcct>",
            "<AcctSvcr><LEI>529900HARBOR00000020</LEI></AcctSvcr><SfkpgAcct>",
            "<AcctSvcr>",
            "the account servicer is 529900HARBOR00000020, the profile is of 529900ALPINE00000043",
        ),
        ("US67066G1040", "US67066G1041", "<ISIN>US67", "ISIN US67066G1041 has a wrong check digit"),
        ("US67066G1040", "us67066g1040", "<ISIN>us67", "'us67066g1040' is no ISIN"),
        ("<ISIN>US67066G1040</ISIN>", "<OthrId><Id>X</Id></OthrId>", "<OthrId>", "FinInstrmId has no ISIN"),
        ("US67066G1040", APPLE, "<!-- nvidia -->", "a second line for US0378331005: 4,000 here, 6,000 on line 20"),
        ("    <ShrtLngInd>LONG<", "    <ShrtLngInd>SHOR<", "SHOR", "a short position (SHOR)"),
        ("    <ShrtLngInd>LONG</ShrtLngInd>\n", "", "<!-- apple -->", "has no ShrtLngInd"),
        ("<Unit>4000<", "<Unit>-4000<", "-4000", "negative quantity -4000"),
        ("<Unit>4000<", "<Unit>4,000<", "4,000", "quantity '4,000' must be digits"),
        ("<Unit>4000<", "<Unit>4e3<", "4e3", "quantity '4e3' must be digits"),
        ("<Unit>4000<", "<Unit>4.0.0<", "4.0.0", "quantity '4.0.0' must be digits"),
        ("<Unit>4000<", "<Unit><", "<Unit></Unit>", "quantity '' must be digits"),
        ("<Unit>4000<", "<Unit>4000.000000001<", "4000.0", "has more than 8 decimals"),
        ("<Unit>4000<", f"<Unit>4000.{'0' * 60}1<", "4000.0", "a quantity of 66 characters; the limit is 40"),
        ("<Unit>4000<", "<Unit>184467440737.09551616<", "184467440737", "must lie between 0 and 18446744073709551615"),
        ("<Unit>4000</Unit>", "<FaceAmt>4000</FaceAmt>", "<FaceAmt>", "a face amount (FaceAmt)"),
        ("<Unit>4000</Unit>", "<AmtsdVal>4000</AmtsdVal>", "<AmtsdVal>", "an amortised value"),
        ("<Unit>4000</Unit>", "<DgtlTknUnit>4000</DgtlTknUnit>", "<DgtlTknUnit>", "a number of digital tokens"),
        (
            "<Qty><Unit>4000</Unit></Qty>",
            "<OrgnlAndCurFace/>",
            "<OrgnlAndCurFace/>",
            "an original and current face amount",
        ),
        ("<Unit>4000</Unit>", "<Unit>1</Unit><Unit>4000</Unit>", ">4000<", "Qty must hold one quantity; it holds 2"),
        ("<Unit>4000</Unit>", "<Units>4000</Units>", ">4000<", "Qty must hold one quantity; it holds 0"),
        ("<DtTm>2026-03-31T18:00:00Z</DtTm>", "<Dt>2026-04-02</Dt>", "<Dt>", "the as-of time 2026-04-02"),
        ("<DtTm>2026-03-31T18:00:00Z</DtTm>", "<Dt>1969-12-31</Dt>", "<Dt>", "after 1970"),
        (
            "2026-03-31T18:00:00Z",
            "2026-04-01T12:00:01Z",
            "<DtTm>",
            "not in the future; now is 2026-04-01T12:00:00+00:00",
        ),
        ("2026-03-31T18:00:00Z", "2026-02-30T18:00:00Z", "<DtTm>", "'2026-02-30T18:00:00Z' is no date"),
        ("2026-03-31T18:00:00Z", "2026-03-31T18:00Z", "<DtTm>", "'2026-03-31T18:00Z' is no date"),
        ("2026-03-31T18:00:00Z", "2026-03-31", "<DtTm>", "DtTm holds '2026-03-31'"),
        ("<DtTm>2026-03-31T18:00:00Z</DtTm>", "<Dt>2026-03-31T18:00:00Z</Dt>", "<Dt>", "Dt holds '2026-03-31T18"),
        ("<DtTm>2026-03-31T18:00:00Z</DtTm>", "<Dt>2026-03-31+02:00</Dt>", "<Dt>", "'2026-03-31+02:00' is no date"),
        ("2026-03-31T18:00:00Z", "2026-03-29T02:30:00", "<DtTm>", "does not exist in Europe/Zurich"),
        ("2026-03-31T18:00:00Z", "0001-01-01T00:00:00", "<DtTm>", "is no date"),
        ("<DtTm>2026-03-31T18:00:00Z</DtTm>", "", "<StmtDtTm>", "StmtDtTm must hold exactly one of Dt, DtTm"),
    ],
)
def test_refused_with_line_and_reason(
    write: Write, profile: CustodianProfile, report: str, line_of: LineOf, old: str, new: str, mark: str, reason: str
) -> None:
    assert old in report
    text = report.replace(old, new)
    error = refused(write(text), profile)
    assert reason in error.reason
    assert error.line == line_of(text, mark)


def test_no_positions_although_activity_is_reported(write: Write, profile: CustodianProfile, report: str) -> None:
    text = report.split("  <BalForAcct>\n   <FinInstrmId>\n", 1)[0] + " </SctiesBalCtdyRpt>\n</Document>\n"
    error = refused(write(text), profile)
    assert (error.line, "but 0 positions follow" in error.reason) == (14, True)


def test_places_that_overflow_an_amount(write: Write, profile: CustodianProfile, report: str) -> None:
    text = with_nvidia(report, place(184467440737), place(184467440737))
    error = refused(write(text), profile)
    assert (error.line, "the limit is 18,446,744,073,709,551,615" in error.reason) == (40, True)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("<Dt>2026-03-31</Dt>", (2026, 3, 31)),
        ("<DtTm>2026-03-31T23:30:00+05:30</DtTm>", (2026, 3, 31, 18)),
        ("<DtTm>2026-03-31T18:00:00.999-04:00</DtTm>", (2026, 3, 31, 22)),
        ("<DtTm>2026-03-31T18:00:00</DtTm>", (2026, 3, 31, 16)),  # the profile's zone, summer time
        ("<DtTm>2026-01-31T18:00:00</DtTm>", (2026, 1, 31, 17)),
        ("<DtTm>2025-10-26T02:30:00</DtTm>", (2025, 10, 26, 0, 30)),  # happens twice: the first
    ],
)
def test_as_of(write: Write, profile: CustodianProfile, report: str, text: str, utc: tuple[int, ...]) -> None:
    path = write(report.replace("<DtTm>2026-03-31T18:00:00Z</DtTm>", text))
    assert read_statement(path, profile, now=NOW).as_of == int(datetime(*utc, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def test_the_present_second_is_not_the_future(write: Write, profile: CustodianProfile, report: str) -> None:
    assert read_statement(write(report), profile, now=AS_OF).as_of == AS_OF
    assert "not in the future" in refused(write(report), profile, now=AS_OF - 1).reason


# --- hostile XML ----------------------------------------------------------------------------------------------------

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE Document [\n<!ENTITY a "ha">\n'
        + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">\n' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>\n",
        '<!DOCTYPE Document [<!ENTITY i SYSTEM "file:///etc/hostname">]>\n',
        '<!DOCTYPE Document [<!ENTITY % i SYSTEM "http://127.0.0.1:9/x.dtd"> %i;]>\n',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">\n',
        "<!DOCTYPE Document>\n",
    ],
)
def test_a_dtd_is_refused_before_parsing(write: Write, profile: CustodianProfile, report: str, doctype: str) -> None:
    text = report.replace(DECLARATION, DECLARATION + "\n" + doctype).replace("<Id>SAFE-1<", "<Id>&i;<")
    error = refused(write(text), profile)
    assert error.line == 3
    assert "has a DTD (DOCTYPE)" in error.reason


def test_no_encoding_hides_a_dtd(write: Write, profile: CustodianProfile, report: str) -> None:
    hidden = report.replace(DECLARATION, "").replace("<Id>SAFE-1<", "<Id>&i;<")
    doctype = '<!DOCTYPE Document [<!ENTITY i "SAFE-1">]>'
    utf7 = '<?xml version="1.0" encoding="UTF-7"?>' + doctype.replace("<", "+ADw-") + hidden
    utf16 = ('<?xml version="1.0" encoding="UTF-16"?>' + doctype + hidden).encode("utf-16")
    ebcdic = ('<?xml version="1.0" encoding="cp037"?>' + doctype + hidden).encode("cp037")
    assert "not well-formed XML" in refused(write(utf7), profile).reason
    assert "not UTF-8 text (byte 0)" in refused(write(utf16), profile).reason
    assert refused(write(ebcdic), profile).line == 1


def test_undeclared_entity(write: Write, profile: CustodianProfile, report: str) -> None:
    error = refused(write(report.replace("SAFE-1", "&i;")), profile)
    assert (error.line, "Entity 'i' not defined" in error.reason) == (18, True)


def test_not_utf8_names_the_line(write: Write, profile: CustodianProfile, report: str) -> None:
    error = refused(write(report.replace("ST-1", "Zürich").encode("latin-1")), profile)
    assert (error.line, "not UTF-8 text" in error.reason) == (9, True)


def test_truncated_anywhere(write: Write, profile: CustodianProfile, report: str) -> None:
    whole = report.rstrip("\n")
    for end in range(len(whole)):
        error = refused(write(whole[:end]), profile)
        if "<Document" in whole[:end]:
            assert "not well-formed XML, perhaps truncated" in error.reason
    assert refused(write(whole[:-5]), profile).line == whole.count("\n") + 1


def test_nested_too_deeply(write: Write, profile: CustodianProfile, report: str) -> None:
    error = refused(write(report.replace("ST-1", "<a>" * 5000 + "</a>" * 5000)), profile)
    assert (error.line, "not well-formed XML" in error.reason) == (9, True)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_bytes_raise_nothing_else(
    write: Write, profile: CustodianProfile, report: str, data: st.DataObject
) -> None:
    content = bytearray(report.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 12)))
        content[start:end] = data.draw(st.binary(max_size=12) | st.sampled_from([b"<", b"</Qty>", b"&a;", b"0", b"-"]))
    outcome: CustodyStatement | StatementRefused
    try:
        outcome = read_statement(write(bytes(content)), profile, now=NOW)
    except StatementRefused as error:
        outcome = error
    if isinstance(outcome, StatementRefused):
        assert outcome.line is not None
        return
    for position in outcome.positions:
        assert position.settled.value <= position.aggregate.value
