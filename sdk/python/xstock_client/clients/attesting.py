"""A custodian's side, with no network: from a statement and a plan to signed reports in a file.

The plan comes from the issuer's desk and says what the chain expects next: slot, epoch, sequence. It is not
trusted with what a signature is worth: the cluster's genesis hash and the issuer's address come from the signer's
own configuration, the asset's address is derived from them, and the figures come from the statement alone. A
forged plan can so only produce reports that the program refuses.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import BadInput, DecodeError, StatementRefused, UsageError
from xstock_client.ledger import Signer
from xstock_client.message import Attestation, SignedAttestation, domain

if TYPE_CHECKING:
    from xstock_client.custody import CustodianProfile, CustodyStatement, Selection

__all__ = [
    "AttestationPlan",
    "PlannedReport",
    "SignedReport",
    "SignedStatement",
    "read_reports",
    "sign_statement",
    "write_reports",
]

_PLAN_FORMAT: Final = "xstock-attestation-plan-1"
_REPORTS_FORMAT: Final = "xstock-signed-reports-1"
_MAX_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """What the chain expects of one key of one slot. Times are unix seconds."""

    symbol: str
    isin: str
    number: int
    """The asset's number at its issuer."""
    asset: Pubkey
    slot: int
    lei: str
    account_hash: bytes
    attester: Pubkey
    epoch: int
    sequence: int
    """The next sequence number."""
    basis: int
    last_as_of: int
    """As-of time of the slot's last report, zero before the first."""
    valid_from: int
    """When the key may sign, zero when it may now."""


@dataclass(frozen=True, slots=True)
class AttestationPlan:
    """A snapshot of what an issuer's slots expect next; see :meth:`Attestor.plan`."""

    issuer: Pubkey
    made_at: int
    entries: tuple[PlannedReport, ...]

    def to_json(self) -> str:
        """The file's text."""
        entries = [{key: _plain(value) for key, value in asdict(entry).items()} for entry in self.entries]
        content = {"format": _PLAN_FORMAT, "issuer": str(self.issuer), "made_at": self.made_at, "entries": entries}
        return json.dumps(content, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, *, source: str = "the plan") -> AttestationPlan:
        """Read a plan's text. Raises DecodeError."""
        content = _document(text, _PLAN_FORMAT, source, "write one with `xstock attest plan`")
        try:
            return cls(
                issuer=Pubkey.from_string(content["issuer"]),
                made_at=_whole(content["made_at"]),
                entries=tuple(_planned(entry) for entry in content["entries"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DecodeError(
                f"{source} is damaged ({_reason(error)}); write it again with `xstock attest plan`"
            ) from None

    @classmethod
    def read(cls, path: Path) -> AttestationPlan:
        """Read a plan file. Raises BadInput."""
        return cls.from_json(_text(path), source=str(path))


@dataclass(frozen=True, slots=True)
class SignedReport:
    """One signed attestation, and the asset that it was signed for."""

    asset: Pubkey
    symbol: str
    isin: str
    attestation: SignedAttestation


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """What was signed of a statement, and where it comes from."""

    statement: CustodyStatement
    selection: Selection
    reports: tuple[SignedReport, ...]


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
    program_id: Pubkey = PROGRAM_ID,
) -> SignedStatement:
    """Read a statement and sign one report for each of the plan's slots that this key attests.

    ``issuer`` and ``genesis_hash`` are the signer's own; ``zero`` names ISINs that the statement omits and that are
    attested as zero. Raises UsageError when the plan holds nothing for this key, custodian and account, and
    StatementRefused (see :func:`xstock_client.custody.read_statement`).
    """
    from xstock_client.custody import read_statement, select  # needs the extra [custody]

    if plan.issuer != issuer:
        raise UsageError(
            f"the plan is of issuer {plan.issuer}, and your configuration names {issuer}; nothing was signed"
        )
    for_key = [entry for entry in plan.entries if entry.attester == signer.pubkey and entry.lei == profile.lei]
    advice = "ask the issuer's desk which key is registered, and for a new plan"
    if not for_key:
        raise UsageError(f"the plan has no slot that {signer.pubkey} attests for {profile.name}; {advice}")
    statement = read_statement(path, profile, now=now, ours={entry.isin for entry in for_key})
    account_hash = profile.account_hash(statement.account_id)
    entries = {entry.isin: entry for entry in for_key if entry.account_hash == account_hash}
    if not entries:
        raise UsageError(
            f"the plan has no slot that {signer.pubkey} attests for account {statement.account_id}; {advice}"
        )
    selection = select(statement, entries.keys(), zero)
    reports = []
    for figure in selection.figures:
        entry = entries[figure.isin]
        _check(entry, statement.as_of, issuer, program_id, path)
        report = Attestation(
            slot=entry.slot,
            epoch=entry.epoch,
            domain=domain(program_id, genesis_hash, entry.asset, entry.isin),
            basis=entry.basis,
            sequence=entry.sequence,
            as_of=statement.as_of,
            settled=figure.settled,
            in_transit=figure.in_transit,
            in_transit_by=figure.in_transit_by,
            report_hash=statement.report_hash,
        )
        message = report.to_bytes()
        signed = SignedAttestation(message, signer.pubkey, await signer.sign(message))
        reports.append(SignedReport(entry.asset, entry.symbol, entry.isin, signed))
    return SignedStatement(statement, selection, tuple(reports))


def write_reports(reports: Sequence[SignedReport], path: Path) -> None:
    """Write signed reports for a relayer. Raises BadInput when the file cannot be written."""
    entries = [
        {
            "asset": str(one.asset),
            "symbol": one.symbol,
            "isin": one.isin,
            "attestation": json.loads(one.attestation.to_json()),
        }
        for one in reports
    ]
    try:
        path.write_text(json.dumps({"format": _REPORTS_FORMAT, "reports": entries}, indent=2) + "\n")
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None


def read_reports(path: Path) -> list[SignedReport]:
    """Read a file of signed reports; each signature is verified. Raises BadInput."""
    content = _document(_text(path), _REPORTS_FORMAT, str(path), "write one with `xstock attest sign`")
    try:
        reports = [
            SignedReport(
                asset=Pubkey.from_string(entry["asset"]),
                symbol=str(entry["symbol"]),
                isin=str(entry["isin"]),
                attestation=SignedAttestation.from_json(json.dumps(entry["attestation"])),
            )
            for entry in content["reports"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise DecodeError(f"{path} is damaged ({_reason(error)}); have it signed again") from None
    except DecodeError as error:
        raise DecodeError(f"{path}: {error}") from None
    if not reports:
        raise DecodeError(f"{path} holds no signed report")
    return reports


def _check(entry: PlannedReport, as_of: int, issuer: Pubkey, program_id: Pubkey, path: Path) -> None:
    if pda.asset(issuer, entry.number, program_id=program_id) != entry.asset:
        raise UsageError(
            f"the plan's asset {entry.asset} is not number {entry.number} of your issuer; nothing was signed"
        )
    if as_of < entry.last_as_of:
        raise StatementRefused(
            f"speaks of an earlier time than the last report of {entry.symbol} ({as_of:,} < {entry.last_as_of:,},"
            " unix seconds); the program would refuse it. Use the latest statement",
            path=path,
        )


def _planned(entry: Mapping[str, Any]) -> PlannedReport:
    return PlannedReport(
        asset=Pubkey.from_string(entry["asset"]),
        attester=Pubkey.from_string(entry["attester"]),
        account_hash=bytes.fromhex(entry["account_hash"]),
        symbol=str(entry["symbol"]),
        isin=str(entry["isin"]),
        lei=str(entry["lei"]),
        number=_whole(entry["number"]),
        slot=_whole(entry["slot"]),
        epoch=_whole(entry["epoch"]),
        sequence=_whole(entry["sequence"]),
        basis=_whole(entry["basis"]),
        last_as_of=_whole(entry["last_as_of"]),
        valid_from=_whole(entry["valid_from"]),
    )


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Pubkey) else value


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadInput(f"{path} is larger than {_MAX_BYTES:,} bytes; that is no file of ours")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DecodeError(f"{path} is not UTF-8 text") from None


def _document(text: str, expected: str, source: str, advice: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise DecodeError(f"{source} is not JSON; {advice}") from None
    found = content.get("format") if isinstance(content, dict) else None
    if found != expected:
        raise DecodeError(f"{source} is not a file of format {expected} (it says {found!r}); {advice}")
    assert isinstance(content, dict)
    return content


def _reason(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
