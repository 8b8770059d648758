"""ISO 20022 semt.002.001.11 and .12: SecuritiesBalanceCustodyReport, bare or in an envelope.

The two versions differ only in prices, markets, places and exposure codes, none of which is read here. What is
refused and why: docs/guides/custody-statements.md.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from ..amounts import Shares
from . import _xml as xml
from ._values import Context, Report, as_quantity, as_shares, subtract, total
from .model import Deduction, IgnoredLine, Position, SourceKind

__all__ = ["HARMLESS_REMARKS", "NOT_DEDUCTED", "document_of", "parse"]

NOT_DEDUCTED: Final = {
    "AWAS": "available with no additional status: part of the aggregate, and free of any claim",
    "PENR": "pending receipt: bought and not delivered, so no part of a settled aggregate; the in-transit figure",
}
"""The allow-list: the sub-balances that are not taken off the aggregate. Every other code, known or not, is."""

HARMLESS_REMARKS: Final = {
    "CLEN": "tax exempt: about tax, not about who may dispose of the shares",
    "DIRT": "not tax exempt: likewise",
    "NOMI": "registered in the name of the nominee or of the owner: the normal state of a holding",
    "COLA": "eligible as collateral: could be pledged, and is not",
}
"""Additional breakdowns that take nothing away. They cut across BalBrkdwn, so others cannot be deducted exactly."""

_NAMESPACES: Final = {
    f"urn:iso:std:iso:20022:tech:xsd:{kind}": kind for kind in (SourceKind.SEMT_002_001_11, SourceKind.SEMT_002_001_12)
}
_REPORT_PARTS: Final = frozenset(
    {"Pgntn", "StmtGnlDtls", "AcctOwnr", "AcctSvcr", "SfkpgAcct", "IntrmyInf", "BalForAcct", "AcctBaseCcyTtlAmts"}
)
_BALANCE_PARTS: Final = frozenset(
    {
        "FinInstrmId",
        "FinInstrmAttrbts",
        "InvstmtFndsFinInstrmAttrbts",
        "ValtnHrcutDtls",
        "AggtBal",
        "AvlblBal",
        "NotAvlblBal",
        "SfkpgPlc",
        "CorpActnOptnTp",
        "PricDtls",
        "FXDtls",
        "DaysAcrd",
        "AcctBaseCcyAmts",
        "InstrmCcyAmts",
        "QtyBrkdwn",
        "BalBrkdwn",
        "AddtlBalBrkdwn",
        "BalAtSfkpgPlc",
        "HldgAddtlDtls",
        "SplmtryData",
    }
)
_PLACE_PARTS: Final = _BALANCE_PARTS - {
    "FinInstrmId",
    "FinInstrmAttrbts",
    "InvstmtFndsFinInstrmAttrbts",
    "BalAtSfkpgPlc",
    "SplmtryData",
} | {"PlcOfListg", "Pldgee", "XpsrTp"}
_NOT_UNITS: Final = {
    "FaceAmt": "a face amount",
    "AmtsdVal": "an amortised value",
    "OrgnlAndCurFace": "an original and current face amount",
    "DgtlTknUnit": "a number of digital tokens",
    "Prtry": "a proprietary quantity",
}
_QUANTITIES: Final = ("Unit", "Qty", "QtyAndAvlbty", *_NOT_UNITS)
_ADDS_UP: Final = "Ask the custodian for a breakdown that adds up"


def parse(data: bytes, context: Context) -> tuple[SourceKind, Report]:
    """Read a report from UTF-8 bytes. Raises StatementRefused with the line."""
    document = document_of(xml.parse_xml(data))
    report = xml.only(document, "SctiesBalCtdyRpt")
    _check_report(report, context)
    details = xml.only(report, "StmtGnlDtls")
    _check_details(details)
    account = xml.only(xml.only(report, "SfkpgAcct"), "Id")
    account_id = context.account(xml.text(account), xml.line(account))
    when = xml.sole(xml.only(details, "StmtDtTm"), {"Dt", "DtTm"})
    as_of = _as_of(when, context)
    balances = xml.all_of(report, "BalForAcct")
    active = xml.only(details, "ActvtyInd")
    if xml.flag(active) != bool(balances):
        xml.refuse(active, f"ActvtyInd is {xml.text(active)}, but {len(balances)} positions follow: contradictory")
    positions: list[Position] = []
    ignored: list[IgnoredLine] = []
    for balance in balances:
        name = xml.only(xml.only(balance, "FinInstrmId"), "ISIN")
        isin = context.isin(xml.text(name), xml.line(name))
        if context.judges(isin):
            positions.append(_position(balance, isin))
        else:
            ignored.append(IgnoredLine(isin, xml.line(balance)))
    statement_id = xml.optional(details, "StmtId")
    own_id = "" if statement_id is None else xml.text(statement_id)
    kind = _NAMESPACES[xml.namespace(document)]
    return kind, Report(account_id, own_id, as_of, tuple(positions), tuple(ignored))


def document_of(root: etree._Element) -> etree._Element:
    """The one Document, which is the root or inside an envelope (application header, message wrapper)."""
    documents = list(root.iter("{*}Document"))
    if len(documents) != 1:
        xml.refuse(root, f"{len(documents)} Document elements; a statement file holds exactly one")
    if xml.namespace(documents[0]) not in _NAMESPACES:
        xml.refuse(
            documents[0],
            f"unknown namespace {xml.namespace(documents[0])!r}; {' and '.join(_NAMESPACES.values())} are read. "
            "Ask the custodian for one of these",
        )
    return documents[0]


def _check_report(report: etree._Element, context: Context) -> None:
    for part in report:
        if xml.local_name(part) == "SubAcctDtls":
            xml.refuse(part, "SubAcctDtls: a statement with sub-accounts is not of one safekeeping account alone")
        _check_part(part, report, _REPORT_PARTS)
    pages = xml.only(report, "Pgntn")
    number, last = xml.only(pages, "PgNb"), xml.only(pages, "LastPgInd")
    if xml.text(number).lstrip("0") != "1" or not xml.flag(last):
        xml.refuse(
            number,
            f"page {xml.text(number)!r} with LastPgInd {xml.text(last)}: pages are missing. What is signed names one "
            "file by its hash, so ask the custodian for the whole statement on one page (page 1, LastPgInd true)",
        )
    servicer = xml.optional(report, "AcctSvcr")
    lei = None if servicer is None else xml.optional(servicer, "LEI")
    if lei is not None and xml.text(lei) != context.lei:
        xml.refuse(lei, f"the account servicer is {xml.text(lei)}, the profile is of {context.lei}")


def _check_details(details: etree._Element) -> None:
    _check_code(xml.only(details, "UpdTp"), "COMP", "only a complete statement shows what is not held any more")
    _check_code(
        xml.only(details, "StmtBsis"), "SETT", "a traded or contractual basis counts shares that are not delivered"
    )
    for name, reason in (
        ("SubAcctInd", "it has sub-accounts; a statement of the one safekeeping account is needed"),
        ("SctyIntrstOrSetOff", "the holdings are subject to a security interest or set-off, nobody says which"),
    ):
        element = xml.optional(details, name)
        if element is None and name == "SubAcctInd":
            xml.refuse(details, "StmtGnlDtls has no SubAcctInd")
        if element is not None and xml.flag(element):
            xml.refuse(element, f"{name} is true: {reason}")


def _check_code(choice: etree._Element, wanted: str, why: str) -> None:
    chosen = xml.sole(choice, {"Cd", "Prtry"})
    seen = xml.text(chosen) if xml.local_name(chosen) == "Cd" else "proprietary"
    if seen != wanted:
        xml.refuse(chosen, f"{xml.local_name(choice)} is {seen}, {wanted} is needed: {why}")


def _check_part(part: etree._Element, parent: etree._Element, known: frozenset[str]) -> None:
    if xml.local_name(part) not in known or xml.namespace(part) != xml.namespace(parent):
        xml.refuse(
            part, f"{xml.local_name(parent)} holds {xml.local_name(part)}, whose meaning for a holding is unclear"
        )


def _as_of(when: etree._Element, context: Context) -> int:
    value = xml.text(when)
    if (xml.local_name(when) == "Dt") == ("T" in value):
        xml.refuse(when, f"{xml.local_name(when)} holds {value!r}")
    return context.as_of(value, xml.line(when))


def _position(holder: etree._Element, isin: str, parts: frozenset[str] = _BALANCE_PARTS) -> Position:
    for part in holder:
        _check_part(part, holder, parts)
    whole = xml.only(holder, "AggtBal")
    if xml.optional(whole, "ShrtLngInd") is None:
        xml.refuse(whole, f"the aggregate of {isin} has no ShrtLngInd; a long position must say so")
    aggregate = _units(whole)
    deductions, free, pending = _breakdown(holder, isin)
    settled = subtract(aggregate, total([part.quantity for part in deductions]), isin, xml.line(holder))
    position = Position(
        isin=isin,
        settled=settled,
        in_transit=pending,
        # semt.002 has no field for the settlement date of a pending receipt.
        in_transit_by=0,
        line=xml.line(holder),
        aggregate=aggregate,
        deductions=deductions,
    )
    _check_remarks(holder, "AddtlBalBrkdwn", isin)
    _check_availability(holder, position, free)
    _check_places(xml.all_of(holder, "BalAtSfkpgPlc"), position)
    return position


def _breakdown(holder: etree._Element, isin: str) -> tuple[tuple[Deduction, ...], Shares | None, Shares]:
    """The deductions in file order, the free balance (AWAS) if stated, and the pending receipt (PENR)."""
    deductions: list[Deduction] = []
    kept: dict[str, Shares] = {}
    for part in xml.all_of(holder, "BalBrkdwn"):
        code, quantity = _code(part), _units(part)
        if code not in NOT_DEDUCTED:
            deductions.append(Deduction(code, quantity, xml.line(part)))
            continue
        if code in kept:
            xml.refuse(part, f"a second {code} sub-balance of {isin}: which of the two counts is unclear")
        _check_remarks(part, "AddtlBalBrkdwnDtls", isin)
        for mark in part.iter(f"{{{xml.namespace(part)}}}AvlbtyInd"):
            if code == "AWAS" and not xml.flag(mark):
                xml.refuse(mark, f"{isin}: AWAS shares (available) are marked as not available")
        kept[code] = quantity
    return tuple(deductions), kept.get("AWAS"), kept.get("PENR", Shares(0))


def _code(part: etree._Element) -> str:
    chosen = xml.sole(xml.only(part, "SubBalTp"), {"Cd", "Prtry"})
    if xml.local_name(chosen) == "Prtry":
        return f"Prtry:{xml.text(xml.only(chosen, 'Id'))}"
    return xml.text(chosen)


def _units(balance: etree._Element) -> Shares:
    """The units of AggtBal, AvlblBal, NotAvlblBal or a sub-balance, which must be long.

    The schema wraps them in one to three ``Qty``, each a choice.
    """
    node = balance
    while True:
        sign = xml.optional(node, "ShrtLngInd")
        if sign is not None and xml.text(sign) != "LONG":
            xml.refuse(sign, f"a short position ({xml.text(sign)}): only shares that are held back tokens")
        found = [child for name in _QUANTITIES for child in xml.all_of(node, name)]
        if len(found) != 1:
            xml.refuse(node, f"{xml.local_name(node)} must hold one quantity; it holds {len(found)}")
        node = found[0]
        name = xml.local_name(node)
        if name in _NOT_UNITS:
            xml.refuse(node, f"{_NOT_UNITS[name]} ({name}); shares are counted in units (Unit)")
        if name == "Unit":
            return as_quantity(xml.text(node), xml.line(node))


def _check_remarks(holder: etree._Element, name: str, isin: str) -> None:
    for remark in xml.all_of(holder, name):
        code, quantity = _code(remark), _units(remark)
        if code not in HARMLESS_REMARKS and quantity:
            xml.refuse(
                remark,
                f"{quantity.to_ui()} of {isin} are marked {code} in an additional breakdown, which may overlap the "
                "first one: what is free is unclear. Ask the custodian to report them in BalBrkdwn",
            )


def _check_availability(holder: etree._Element, position: Position, free: Shares | None) -> None:
    """The statement's own figures of what is free must not lie below ours."""
    available = xml.optional(holder, "AvlblBal")
    for name, limit in (("AWAS", free), ("AvlblBal", None if available is None else _units(available))):
        if limit is not None and limit < position.settled:
            xml.refuse(
                holder,
                f"{position.isin}: the aggregate less deductions is {position.settled.to_ui()}, but the statement says "
                f"that only {limit.to_ui()} are available ({name}). {_ADDS_UP}",
            )
    blocked = xml.optional(holder, "NotAvlblBal")
    deducted = position.aggregate - position.settled
    if blocked is not None and (quantity := _units(blocked)) > deducted:
        xml.refuse(
            blocked,
            f"{quantity.to_ui()} of {position.isin} are not available, the breakdown explains only "
            f"{deducted.to_ui()}. {_ADDS_UP}",
        )


def _check_places(places: list[etree._Element], position: Position) -> None:
    """Places of safekeeping repeat the whole by place; they may add nothing to it and hide nothing."""
    if not places:
        return
    line, isin = xml.line(places[0]), position.isin
    for place in places:
        for name in ("Pldgee", "XpsrTp"):
            if (claim := xml.optional(place, name)) is not None:
                xml.refuse(claim, f"{isin}: a place of safekeeping has {name}; what it encumbers is unclear")
    at_places = [_position(place, isin, _PLACE_PARTS) for place in places]
    held = as_shares(total([each.aggregate for each in at_places]), line)
    if held != position.aggregate:
        xml.refuse(
            places[0],
            f"{isin}: the places of safekeeping add up to {held.to_ui()}, the aggregate is "
            f"{position.aggregate.to_ui()}. {_ADDS_UP}",
        )
    known = _by_code(position.deductions)
    for code, quantity in _by_code(tuple(part for each in at_places for part in each.deductions)).items():
        if quantity > known.get(code, 0):
            xml.refuse(
                places[0],
                f"{isin}: the places of safekeeping show {as_shares(quantity, line).to_ui()} {code}, the account's own "
                f"breakdown {Shares(known.get(code, 0)).to_ui()}. {_ADDS_UP}",
            )


def _by_code(deductions: tuple[Deduction, ...]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for part in deductions:
        sums[part.code] = sums.get(part.code, 0) + part.quantity.value
    return sums
