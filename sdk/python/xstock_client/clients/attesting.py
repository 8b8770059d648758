"""The signing side, with no network: from statements and a plan to signed reports.

The plan says what the chain expects next: slot, epoch, sequence. It is not trusted with what a signature is worth: the
cluster's genesis hash and the issuer's address come from the signer's own configuration, the asset's address is
derived from them, and the figures come from the document alone. A forged plan can so only produce reports that the
program refuses, but for one thing: how many splits a statement's figures include. That is what the last report said
until there is a split; then whoever read the statement must say so once (``bases``), and never does so by habit.

All keys of a slot sign the same bytes. Whoever reads the same statement with the same plan makes the same bytes;
:func:`cosign_reports` compares them with a first signer's before it signs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from solders.pubkey import Pubkey

from xstock_client.clients._differing import differences
from xstock_client.clients._files import together
from xstock_client.clients._signing import ADVICE, SigningDesk, in_turn, signed_by
from xstock_client.clients.plans import AttestationPlan, PlannedReport
from xstock_client.clients.reports import MergedReport, SignedReport, merge_reports
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import BadInput, UsageError
from xstock_client.ledger import Signer
from xstock_client.message import Attestation, Kind

if TYPE_CHECKING:
    from xstock_client.custody import CustodianProfile, CustodyStatement, Selection

__all__ = [
    "Cosigned",
    "SignedBatch",
    "SignedStatement",
    "cosign_reports",
    "sign_statement",
    "sign_statements",
]

NO_BASES: Final[Mapping[str, int]] = MappingProxyType({})

OnSigned = Callable[[int, int], None]
"""Told after each signature: how many are made, and of how many."""


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """What was signed of a statement, and where it comes from. ``planned`` and ``reports`` go together."""

    statement: CustodyStatement
    selection: Selection
    reports: tuple[SignedReport, ...]
    planned: tuple[PlannedReport, ...]

    def stale(self, now: int) -> tuple[PlannedReport, ...]:
        """Those whose report would count for nothing if it arrived now (unix seconds)."""
        return tuple(entry for entry in self.planned if entry.is_stale(self.statement.as_of, now))


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """What was signed of several statements."""

    statements: tuple[SignedStatement, ...]
    absent: tuple[PlannedReport, ...]
    """Reports that the chain expects of this key, and for whose account there was no statement."""

    @property
    def reports(self) -> tuple[SignedReport, ...]:
        """All signatures."""
        return tuple(report for one in self.statements for report in one.reports)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A first signer's reports with another key's signatures added."""

    batch: SignedBatch
    """What was added, and the statements that it rests on."""
    reports: tuple[SignedReport, ...]
    """All signatures, old and new."""
    others: tuple[MergedReport, ...]
    """Reports of the file that this key does not sign: another slot's, or signed by it before."""


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a key's statements come to, before anything is signed."""

    statement: CustodyStatement
    selection: Selection
    planned: tuple[PlannedReport, ...]
    said: tuple[Attestation, ...]


async def sign_statement(
    path: Path,
    profile: CustodianProfile,
    plan: AttestationPlan,
    signer: Signer,
    *,
    issuer: Pubkey,
    genesis_hash: bytes,
    now: int,
    zero: Collection[str] = (),
    bases: Mapping[str, int] = NO_BASES,
    program_id: Pubkey = PROGRAM_ID,
) -> SignedStatement:
    """:func:`sign_statements` for one statement."""
    batch = await sign_statements(
        [path],
        profile,
        plan,
        signer,
        issuer=issuer,
        genesis_hash=genesis_hash,
        now=now,
        zero=zero,
        bases=bases,
        program_id=program_id,
    )
    (signed,) = batch.statements
    return signed


async def sign_statements(
    paths: Iterable[Path],
    profile: CustodianProfile,
    plan: AttestationPlan,
    signer: Signer,
    *,
    issuer: Pubkey,
    genesis_hash: bytes,
    now: int,
    zero: Collection[str] = (),
    bases: Mapping[str, int] = NO_BASES,
    program_id: Pubkey = PROGRAM_ID,
    on_signed: OnSigned | None = None,
) -> SignedBatch:
    """Read statements and sign one report for each of the plan's slots that this key attests.

    ``paths`` are files and folders of one custodian's statements, of one or several accounts; an account's ISINs may
    stand in one statement or be spread over several. All are read and judged before anything is signed.
    ``issuer`` and ``genesis_hash`` are the signer's own; ``zero`` names ISINs that the statement omits and that are
    attested as zero; ``bases`` tells by ISIN how many splits the figures include, for the first report after a split
    and for those between its ex and effective time. Raises UsageError when the plan holds nothing for this key,
    custodian and account, and StatementRefused (see :func:`xstock_client.custody.read_statement`), for a wrong basis or
    a missing one too.
    """
    desk = SigningDesk(issuer, genesis_hash, now, program_id)
    desk.check_plan(plan)
    entries = _entries_of(plan.entries, signer.pubkey, profile, now)
    expected, absent = _expect(paths, profile, entries, signer.pubkey, desk, zero, bases)
    return SignedBatch(await _sign(expected, signer, on_signed), absent)


async def cosign_reports(
    reports: Sequence[SignedReport],
    paths: Iterable[Path],
    profile: CustodianProfile,
    plan: AttestationPlan,
    signer: Signer,
    *,
    issuer: Pubkey,
    genesis_hash: bytes,
    now: int,
    zero: Collection[str] = (),
    bases: Mapping[str, int] = NO_BASES,
    program_id: Pubkey = PROGRAM_ID,
    on_signed: OnSigned | None = None,
) -> Cosigned:
    """Add this key's signatures to a first signer's reports, after judging the statements itself.

    Every message is made anew from the statements, the plan and the co-signer's own configuration, and must be the
    first signer's to the byte. Raises BadInput naming each field that differs, and as :func:`sign_statements` does.
    """
    desk = SigningDesk(issuer, genesis_hash, now, program_id)
    desk.check_plan(plan)
    merged = merge_reports(reports)
    first: dict[tuple[Pubkey, int], list[MergedReport]] = {}
    for one in merged:
        if one.said.KIND is Kind.RESERVE:
            first.setdefault((one.asset, one.said.slot), []).append(one)
    entries = [
        entry for entry in _entries_of(plan.entries, signer.pubkey, profile, now) if (entry.asset, entry.slot) in first
    ]
    if not entries:
        raise UsageError(f"no report in the file is of a slot that {signer.pubkey} attests; {ADVICE}")
    expected, absent = _expect(paths, profile, entries, signer.pubkey, desk, zero, bases)
    agreed = _agreed(first, expected)
    batch = SignedBatch(await _sign(expected, signer, on_signed), absent)
    others = tuple(one for one in merged if one.message not in agreed or signer.pubkey in one.signers)
    everything = merge_reports([*(one for report in merged for one in report.signed()), *batch.reports])
    return Cosigned(batch, tuple(one for report in everything for one in report.signed()), others)


def _entries_of(
    planned: Iterable[PlannedReport], key: Pubkey, profile: CustodianProfile, now: int
) -> list[PlannedReport]:
    entries = [entry for entry in planned if key in entry.attesters and entry.lei == profile.lei]
    if not entries:
        raise UsageError(f"the plan has no slot that {key} attests for {profile.name}; {ADVICE}")
    return in_turn(entries, now)


def _expect(
    paths: Iterable[Path],
    profile: CustodianProfile,
    entries: Sequence[PlannedReport],
    key: Pubkey,
    desk: SigningDesk,
    zero: Collection[str],
    bases: Mapping[str, int],
) -> tuple[list[_Expected], tuple[PlannedReport, ...]]:
    """What the statements come to for these entries, and the entries whose account has no statement."""
    from xstock_client.custody import select_together  # needs the extra [custody]

    if unknown := sorted(bases.keys() - {entry.isin for entry in entries}):
        raise UsageError(
            f"a basis is named for {', '.join(unknown)}, of which the plan has no slot of this key; {ADVICE}"
        )
    accounts: dict[bytes, list[CustodyStatement]] = {}
    for statement in _read_all(paths, profile, desk.now, {entry.isin for entry in entries}):
        accounts.setdefault(profile.account_hash(statement.account_id), []).append(statement)
    expected = []
    for account_hash, statements in accounts.items():
        by_isin = {entry.isin: entry for entry in entries if entry.account_hash == account_hash}
        if not by_isin:
            raise UsageError(
                f"the plan has no slot that {key} attests for account {statements[0].account_id}; {ADVICE}"
            )
        selections = select_together(statements, by_isin.keys(), zero)
        for statement, selection in zip(statements, selections, strict=True):
            expected.append(_expected(statement, selection, by_isin, desk, bases))
    return expected, tuple(entry for entry in entries if entry.account_hash not in accounts)


def _read_all(
    paths: Iterable[Path], profile: CustodianProfile, now: int, ours: Collection[str]
) -> list[CustodyStatement]:
    """Every statement once; a copy of one under another name is the same statement."""
    from xstock_client.custody import read_statement, statement_files  # needs the extra [custody]

    found: dict[bytes, CustodyStatement] = {}
    problems: list[BadInput] = []
    files = statement_files(paths)
    for path in files:
        try:
            statement = read_statement(path, profile, now=now, ours=ours)
        except BadInput as error:
            problems.append(error)
        else:
            found.setdefault(statement.report_hash, statement)
    if problems:
        raise together(problems, len(files))
    return list(found.values())


def _expected(
    statement: CustodyStatement,
    selection: Selection,
    by_isin: Mapping[str, PlannedReport],
    desk: SigningDesk,
    bases: Mapping[str, int],
) -> _Expected:
    planned, said = [], []
    for figure in selection.figures:
        entry = by_isin[figure.isin]
        desk.check_entry(entry, statement.as_of, statement.path)
        planned.append(entry)
        said.append(
            Attestation(
                slot=entry.slot,
                epoch=entry.epoch,
                domain=desk.domain(entry),
                basis=desk.basis(entry, statement.as_of, statement.path, bases.get(entry.isin)),
                sequence=entry.sequence,
                as_of=statement.as_of,
                settled=figure.settled,
                in_transit=figure.in_transit,
                in_transit_by=figure.in_transit_by,
                report_hash=statement.report_hash,
            )
        )
    return _Expected(statement, selection, tuple(planned), tuple(said))


async def _sign(
    expected: Sequence[_Expected], signer: Signer, on_signed: OnSigned | None
) -> tuple[SignedStatement, ...]:
    total = sum(len(one.said) for one in expected)
    done = 0
    signed = []
    for one in expected:
        reports = []
        for entry, said in zip(one.planned, one.said, strict=True):
            reports.append(await signed_by(entry, said.to_bytes(), signer))
            done += 1
            if on_signed is not None:
                on_signed(done, total)
        signed.append(SignedStatement(one.statement, one.selection, tuple(reports), one.planned))
    return tuple(signed)


def _agreed(first: Mapping[tuple[Pubkey, int], Sequence[MergedReport]], expected: Sequence[_Expected]) -> set[bytes]:
    """The messages that both sides came to. Raises BadInput naming every field of every other one."""
    agreed: set[bytes] = set()
    wrong: list[str] = []
    for one in expected:
        for entry, own in zip(one.planned, one.said, strict=True):
            theirs = first[entry.asset, entry.slot]
            message = own.to_bytes()
            if any(report.message == message for report in theirs):
                agreed.add(message)
                continue
            seen = max(theirs, key=lambda report: report.said.sequence).said
            told = ", ".join(str(part) for part in differences(seen, own))
            wrong.append(f"{entry.symbol} (slot {entry.slot}): {told}")
    if wrong:
        lines = "".join(f"\n  {line}" for line in wrong)
        raise BadInput(
            f"{len(wrong)} reports are not what your statement, plan and configuration come to; nothing was"
            f" signed:{lines}"
        )
    return agreed
