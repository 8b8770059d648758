"""Does a document say what was attested? Every report names its document by hash; this opens it and looks.

Pure but for reading the file. Anybody who holds the document can check: no key, no network and no trust is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import Final, Protocol, SupportsInt

from ..errors import BadInput, StatementRefused, UsageError
from .model import CustodyStatement
from .profile import CustodianProfile
from .statement import read_statement, select

__all__ = ["DocumentCheck", "DocumentStatus", "FigureDifference", "Reported", "check_document", "find_documents"]

_END_OF_TIME: Final = 253_402_300_799
"""The last second of the year 9999: whether a statement was ahead of its time is not asked here."""


class Reported(Protocol):
    """What was attested: a :class:`~xstock_client.message.Attestation` or ``ChainSupply``, or a slot as stored."""

    @property
    def as_of(self) -> int: ...

    @property
    def report_hash(self) -> bytes: ...


class DocumentStatus(StrEnum):
    """What a check came to, from good to bad."""

    MATCHES = "matches"
    MISSING = "document missing"
    HASH_DIFFERS = "hash differs"
    FIGURE_DIFFERS = "figure differs"


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A figure that was attested otherwise than the document states. Base units of shares, or unix seconds."""

    field: str
    """``settled``, ``in_transit``, ``in_transit_by``, ``as_of``, or ``account`` with the two accounts' hashes."""
    seen: int | str
    """As attested."""
    expected: int | str
    """As the document states."""

    def __str__(self) -> str:
        seen, expected = (f"{one:,}" if isinstance(one, int) else one for one in (self.seen, self.expected))
        return f"{self.field.replace('_', ' ')}: {seen} attested, {expected} by the document"


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """What a document says about a report."""

    status: DocumentStatus
    path: Path | None
    expected_hash: bytes
    """sha256 that was attested."""
    seen_hash: bytes | None
    """sha256 of the file; None when there is none."""
    differences: tuple[FigureDifference, ...] = ()
    statement: CustodyStatement | None = None
    """The document, when it was read as a custody statement and its figures were compared."""
    not_compared: str = ""
    """Why no figure was compared; empty when they were."""

    @property
    def matches(self) -> bool:
        """Whether it is the attested document, and no figure that could be compared differs."""
        return self.status is DocumentStatus.MATCHES

    @property
    def recomputed(self) -> bool:
        """Whether the attested figures were made anew from the attested document, and are the same."""
        return self.matches and self.statement is not None

    def __str__(self) -> str:
        if self.differences:
            return "; ".join(map(str, self.differences))
        if self.status is DocumentStatus.HASH_DIFFERS and self.seen_hash is not None:
            return f"another file: sha256 {self.seen_hash.hex()}, attested is {self.expected_hash.hex()}"
        return f"{self.status}{f' ({self.not_compared})' if self.not_compared else ''}"


def check_document(
    report: Reported, path: Path | None, *, profile: CustodianProfile | None = None, isin: str | None = None
) -> DocumentCheck:
    """Compare a document with a report, or with a slot's last report as the chain stores it.

    The file's sha256 must be the attested one. With the custodian's ``profile`` and the asset's ``isin`` the document
    is also read as a custody statement, by the same rules as for signing, and what it comes to for the ISIN (settled,
    in transit and by when, as-of time; for a slot also the safekeeping account) is compared with what was attested.
    A document of the right hash that is no such statement matches, and ``not_compared`` says why its figures were not
    looked at. ``path`` None, or of no file, is a missing document.

    Raises BadInput when the file is there and cannot be read, UsageError for a profile without an ISIN or of another
    custodian than the slot's.
    """
    if profile is not None:
        _check_profile(report, profile, isin)
    expected = report.report_hash
    if path is None or not path.exists():
        return DocumentCheck(DocumentStatus.MISSING, path, expected, None)
    seen = _sha256(path)
    if seen != expected:
        return DocumentCheck(DocumentStatus.HASH_DIFFERS, path, expected, seen)
    if not hasattr(report, "settled"):
        told = "a report on another chain's supply: its document has no form that is read"
        return DocumentCheck(DocumentStatus.MATCHES, path, expected, seen, not_compared=told)
    if profile is None or isin is None:
        return DocumentCheck(DocumentStatus.MATCHES, path, expected, seen, not_compared="no custodian profile")
    try:
        statement = read_statement(path, profile, now=_END_OF_TIME, ours={isin})
    except StatementRefused as error:
        told = f"not a statement that would be signed: {error.reason}"
        return DocumentCheck(DocumentStatus.MATCHES, path, expected, seen, not_compared=told)
    differences = _differences(report, statement, profile, isin)
    status = DocumentStatus.FIGURE_DIFFERS if differences else DocumentStatus.MATCHES
    return DocumentCheck(status, path, expected, seen, differences, statement)


def find_documents(folder: Path) -> dict[bytes, Path]:
    """The files below a folder by their sha256, to find a report's document by. Raises BadInput."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder of documents")
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return {_sha256(one): one for one in reversed(files)}


def _check_profile(report: Reported, profile: CustodianProfile, isin: str | None) -> None:
    if isin is None:
        raise UsageError("a custodian profile was given to read the document with, and no ISIN to look for in it")
    custodian = getattr(report, "custodian_id", None)
    if custodian is not None and custodian != profile.custodian_id:
        raise UsageError(
            f"the profile is of {profile.name} (LEI {profile.lei}), and the slot of LEI"
            f" {custodian.decode('ascii', 'replace')}; take that custodian's profile"
        )


def _sha256(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").digest()
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None


def _differences(
    report: Reported, statement: CustodyStatement, profile: CustodianProfile, isin: str
) -> tuple[FigureDifference, ...]:
    # a missing line can only have been attested as zero
    zero = () if any(one.isin == isin for one in statement.positions) else (isin,)
    figure = select(statement, {isin}, zero).of(isin)
    stated = {
        "settled": figure.settled.value,
        "in_transit": figure.in_transit.value,
        "in_transit_by": figure.in_transit_by,
        "as_of": statement.as_of,
    }
    found = [
        FigureDifference(name, seen, expected)
        for name, expected in stated.items()
        if (seen := _number(getattr(report, name))) != expected
    ]
    account = getattr(report, "account_hash", None)
    if account is not None and account != profile.account_hash(statement.account_id):
        found.append(FigureDifference("account", account.hex(), profile.account_hash(statement.account_id).hex()))
    return tuple(found)


def _number(value: SupportsInt) -> int:
    return int(value)
