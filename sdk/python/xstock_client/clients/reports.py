"""Signed reports and their files, which travel from an offline machine to a relayer.

A file holds signatures, one an entry. Signatures over the same bytes are one report with several signers, whichever
files they come from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.clients._files import document, read_text, reason, together, write_text
from xstock_client.clients.plans import is_plan
from xstock_client.errors import BadInput, DecodeError
from xstock_client.message import Kind, Message, SignedAttestation

__all__ = [
    "MergedReport",
    "SignedReport",
    "merge_reports",
    "read_report_files",
    "read_reports",
    "report_files",
    "write_reports",
]

_FORMAT: Final = "xstock-signed-reports-1"
_ADVICE: Final = "write one with `xstock attest sign`"


@dataclass(frozen=True, slots=True)
class SignedReport:
    """One signature over a report, and the asset that it was signed for."""

    asset: Pubkey
    symbol: str
    isin: str
    attestation: SignedAttestation


@dataclass(frozen=True, slots=True)
class MergedReport:
    """A report with all its signatures, one for each key, in the order in which they were found."""

    asset: Pubkey
    symbol: str
    isin: str
    said: Message
    signatures: tuple[SignedAttestation, ...]

    @property
    def number(self) -> tuple[Pubkey, Kind, int, int, int]:
        """Asset, kind, slot, epoch and sequence: the chain takes one report with these."""
        return self.asset, self.said.KIND, self.said.slot, self.said.epoch, self.said.sequence

    @property
    def message(self) -> bytes:
        """The signed bytes."""
        return self.signatures[0].message

    @property
    def signers(self) -> tuple[Pubkey, ...]:
        """The keys that signed."""
        return tuple(one.signer for one in self.signatures)

    def signed(self) -> list[SignedReport]:
        """The signatures one by one, as a file holds them."""
        return [SignedReport(self.asset, self.symbol, self.isin, one) for one in self.signatures]


def merge_reports(reports: Iterable[SignedReport]) -> list[MergedReport]:
    """Signatures over the same bytes for the same asset, put together; each key counts once.

    Raises DecodeError for a signature that is not its key's.
    """
    found: dict[tuple[Pubkey, bytes], dict[Pubkey, SignedReport]] = {}
    for one in reports:
        found.setdefault((one.asset, one.attestation.message), {}).setdefault(one.attestation.signer, one)
    merged = []
    for by_key in found.values():
        first, *_ = by_key.values()
        said, *_ = [one.attestation.verify() for one in by_key.values()]
        signatures = tuple(one.attestation for one in by_key.values())
        merged.append(MergedReport(first.asset, first.symbol, first.isin, said, signatures))
    return merged


def write_reports(reports: Sequence[SignedReport], path: Path) -> None:
    """Write signed reports for a relayer, whole or not at all. Raises BadInput when the file cannot be written."""
    entries = [
        {
            "asset": str(one.asset),
            "symbol": one.symbol,
            "isin": one.isin,
            "attestation": json.loads(one.attestation.to_json()),
        }
        for one in reports
    ]
    write_text(path, json.dumps({"format": _FORMAT, "reports": entries}, indent=2) + "\n")


def read_reports(path: Path) -> list[SignedReport]:
    """Read a file of signed reports; each signature is verified. Raises BadInput."""
    return _parse(read_text(path), path)


def report_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are meant by files and folders: a folder's ``*.json`` but for plans. Raises BadInput."""
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = [one for one in sorted(path.iterdir()) if _could_hold_reports(one)]
        if not inside:
            raise BadInput(f"{path}: the folder holds no *.json file of signed reports; {_ADVICE}")
        files.extend(inside)
    return list(dict.fromkeys(files))


def read_report_files(paths: Iterable[Path]) -> list[SignedReport]:
    """Read files and folders of signed reports. Raises BadInput naming every file that cannot be used."""
    reports: list[SignedReport] = []
    problems: list[BadInput] = []
    files = report_files(paths)
    for path in files:
        try:
            reports.extend(read_reports(path))
        except BadInput as error:
            problems.append(error)
    if problems:
        raise together(problems, len(files))
    return reports


def _could_hold_reports(path: Path) -> bool:
    if path.suffix.lower() != ".json" or path.name.startswith(".") or path.is_dir():
        return False
    try:
        return not is_plan(read_text(path))
    except BadInput:
        return True  # reading it will say what is wrong


def _parse(text: str, path: Path) -> list[SignedReport]:
    content = document(text, _FORMAT, str(path), _ADVICE)
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
        raise DecodeError(f"{path} is damaged ({reason(error)}); have it signed again") from None
    except DecodeError as error:
        raise DecodeError(f"{path}: {error}") from None
    if not reports:
        raise DecodeError(f"{path} holds no signed report")
    return reports
