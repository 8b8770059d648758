"""What is proven about one slot's last report, what is only attested, and what does not hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.accounts import ChainSlot, CustodianSlot
from xstock_client.amounts import Shares
from xstock_client.audit.history import Evidence, Registration
from xstock_client.clients.keysets import KeySetView, SlotView
from xstock_client.constants import MAX_REPORTED_SHARES
from xstock_client.custody import CustodianProfile, DocumentStatus, FigureDifference, check_document
from xstock_client.errors import DecodeError
from xstock_client.message import Attestation, Kind, Message
from xstock_client.rebase import Split, converted
from xstock_client.times import instant

__all__ = ["Check", "SlotAudit", "Standing", "audit_slot"]

_HASH: Final = 16
"""Hexadecimal digits of a hash that a person is shown."""
_LIKE: Final = {"settled": "figure"}


class Standing(StrEnum):
    """What a check came to."""

    PROVEN = "proven"
    """Recomputed here; nobody had to be believed."""
    ATTESTED = "attested"
    """Signed, and not recomputed: the signers are believed."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of an audit."""

    subject: str
    """``custodian 0``, ``chain 3`` or ``asset``."""
    what: str
    standing: Standing
    detail: str


@dataclass(frozen=True, slots=True)
class SlotAudit:
    """What is known of a slot's last report."""

    kind: Kind
    slot: int
    name: str
    """The custodian's LEI, or the chain's CAIP-2 id."""
    message: Message | None
    """As signed, once its signatures, keys and domain are proven; None when they are not, or nothing was reported."""
    counted: Message | None
    """The same with its figures in the reserve's basis: splits since are in them."""
    transaction: Signature | None
    document: Path | None
    recomputed: bool
    """Whether its figure was made anew from its document."""
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Converter:
    """Brings signed figures into the basis of the reserve as it was read."""

    splits: Sequence[Split]
    """The asset's, the oldest first."""
    basis: int

    def __call__(self, message: Message, stored_at: int) -> Message | None:
        """The message as the reserve holds it; None when it names a split that is not known."""

        def scaled(figure: Shares, *, up: bool) -> Shares | None:
            found = converted(
                figure.value, self.splits, signed=message.basis, stored_at=stored_at, basis=self.basis, up=up
            )
            return None if found is None else Shares(found)

        if isinstance(message, Attestation):
            settled, in_transit = scaled(message.settled, up=False), scaled(message.in_transit, up=False)
            if settled is None or in_transit is None:
                return None
            return replace(message, settled=settled, in_transit=in_transit)
        supply = scaled(message.supply, up=True)
        return None if supply is None else replace(message, supply=supply)


@dataclass(slots=True)
class _Book:
    """The checks of one slot, as they are made."""

    subject: str
    lines: list[Check]

    def note(self, what: str, good: bool, right: str, wrong: str, *, weak: bool = False) -> bool:
        standing = (Standing.ATTESTED if weak else Standing.PROVEN) if good else Standing.FAILED
        self.lines.append(Check(self.subject, what, standing, right if good else wrong))
        return good


def audit_slot(
    view: SlotView,
    slot: CustodianSlot | ChainSlot,
    *,
    domains: Sequence[bytes],
    isins: Sequence[str],
    converted: Converter,
    evidence: Evidence | None,
    registration: Registration | None,
    documents: Mapping[bytes, Path],
    profiles: Sequence[CustodianProfile],
) -> SlotAudit:
    """Check one slot. ``domains`` and ``isins`` are the asset's now and before, the present ones first.

    Raises BadInput for a document that cannot be read.
    """
    book = _Book(f"{'custodian' if view.kind is Kind.RESERVE else 'chain'} {view.number}", [])
    name = view.name.rstrip(b"\0").decode("ascii", "replace")
    message: Message | None = None
    counted: Message | None = None
    path: Path | None = None
    recomputed = False
    if view.current is None or not view.received_at:
        counts = "counts zero" if view.kind is Kind.RESERVE else "counts at its cap"
        book.note("report", True, f"none yet: {counts}", "")
    else:
        missing = "its transaction is not in the history that this RPC keeps: ask another"
        if book.note("report", evidence is not None, f"as of {instant(view.as_of)}", missing) and evidence is not None:
            message, counted = _signed(book, view, view.current, evidence, registration, domains, converted)
        isin = isins[0] if message is None else isins[list(domains).index(message.domain)]
        path, recomputed = _documented(book, _as_signed(slot, message), isin, documents, profiles)
    return SlotAudit(
        kind=view.kind,
        slot=view.number,
        name=name,
        message=message,
        counted=counted,
        transaction=None if evidence is None else evidence.transaction,
        document=path,
        recomputed=recomputed,
        checks=tuple(book.lines),
    )


def _signed(
    book: _Book,
    view: SlotView,
    keys: KeySetView,
    evidence: Evidence,
    registration: Registration | None,
    domains: Sequence[bytes],
    converted: Converter,
) -> tuple[Message | None, Message | None]:
    """The message that the slot's keys signed, and the same in the reserve's basis, when all of that holds."""
    registered = _registered(book, keys, registration)
    message, signers = _verified(view, keys, evidence)
    told = f"{signers} of {keys.threshold} needed signatures hold"
    signed = book.note(
        "signatures",
        message is not None and signers >= keys.threshold,
        f"{told}; transaction {evidence.transaction}",
        f"{told} over the 128 bytes in transaction {evidence.transaction}",
    )
    if message is None:
        return None, None
    former = "" if message.domain == domains[0] else ", which it had before"
    bound = book.note(
        "domain",
        message.domain in domains,
        f"signed for this program, cluster, asset and ISIN{former}",
        f"signed for another program, cluster, asset or ISIN: {message.domain.hex()[:_HASH]}…, not"
        f" {domains[0].hex()[:_HASH]}…",
    )
    counted = converted(message, view.received_at)
    if counted is None:
        unknown = f"it names basis {message.basis}, and no such split is known: it was cancelled, or ask another RPC"
        book.note("figures", False, "", unknown)
        return None, None
    differs = "; ".join(_differences(counted, view))
    split = "" if counted == message else f", and converted by splits to {_figure(counted)}"
    same = book.note(
        "figures",
        not differs,
        f"stored as signed: {_figure(message)}{split}",
        f"stored otherwise than signed: {differs}",
    )
    return (message, counted) if registered and signed and bound and same else (None, None)


def _registered(book: _Book, keys: KeySetView, registration: Registration | None) -> bool:
    if registration is None:
        wrong = f"the registration of epoch {keys.epoch} is not in the history that this RPC keeps: ask another"
        return book.note("keys", False, "", wrong)
    stored = f"{keys.threshold} of {', '.join(map(str, keys.keys))}"
    made = f"{registration.threshold} of {', '.join(map(str, registration.keys))}"
    return book.note(
        "keys",
        (keys.keys, keys.threshold) == (registration.keys, registration.threshold),
        f"{keys.threshold} of {len(keys.keys)}, as registered in epoch {keys.epoch}",
        f"stored {stored}, registered {made} (transaction {registration.transaction})",
    )


def _verified(view: SlotView, keys: KeySetView, evidence: Evidence) -> tuple[Message | None, int]:
    """The report of this slot, epoch and sequence, and how many different keys of the set signed its very bytes."""
    number = (view.kind, view.number, keys.epoch, keys.sequence)
    signers: dict[Message, set[Pubkey]] = {}
    for one in evidence.signatures:
        try:
            message = one.verify()
        except DecodeError:
            continue
        if (message.KIND, message.slot, message.epoch, message.sequence) == number:
            signers.setdefault(message, set()).update({one.signer} & set(keys.keys))
    if not signers:
        return None, 0
    best = max(signers, key=lambda message: len(signers[message]))
    return best, len(signers[best])


def _differences(message: Message, view: SlotView) -> list[str]:
    """What the account says otherwise than the signed bytes. A chain's supply is cut at the largest that counts."""
    transit = (int(message.in_transit), message.in_transit_by) if isinstance(message, Attestation) else (0, 0)
    figure = int(message.figure)
    signed: dict[str, int | bytes] = {
        "figure": figure if view.kind is Kind.RESERVE else min(figure, MAX_REPORTED_SHARES),
        "in transit": transit[0],
        "in transit by": transit[1],
        "as of": message.as_of,
        "basis": message.basis,
        "document": message.report_hash,
    }
    stored: dict[str, int | bytes] = {
        "figure": view.figure,
        "in transit": view.in_transit,
        "in transit by": view.in_transit_by,
        "as of": view.as_of,
        "basis": view.basis,
        "document": view.report_hash,
    }
    return [
        f"{name} {_told(name, stored[name])}, signed {_told(name, value)}"
        for name, value in signed.items()
        if stored[name] != value
    ]


def _told(name: str, value: int | bytes) -> str:
    if isinstance(value, bytes):
        return f"{value.hex()[:_HASH]}…"
    if name in ("as of", "in transit by"):
        return instant(value)
    return str(Shares(value).to_ui()) if name in ("figure", "in transit") else f"{value:,}"


def _figure(message: Message) -> str:
    told = str(message.figure.to_ui())
    if isinstance(message, Attestation) and message.in_transit:
        told += f", in transit {message.in_transit.to_ui()} by {instant(message.in_transit_by)}"
    return told


def _as_signed(slot: CustodianSlot | ChainSlot, message: Message | None) -> CustodianSlot | ChainSlot:
    """The slot with the figures that its document states, before any split converted them."""
    if isinstance(slot, CustodianSlot) and isinstance(message, Attestation):
        return replace(slot, settled=int(message.settled), in_transit=int(message.in_transit))
    return slot


def _documented(
    book: _Book,
    slot: CustodianSlot | ChainSlot,
    isin: str,
    documents: Mapping[bytes, Path],
    profiles: Sequence[CustodianProfile],
) -> tuple[Path | None, bool]:
    """The report's document, and whether its figure was made anew from it."""
    custodian = slot.custodian_id if isinstance(slot, CustodianSlot) else None
    profile = next((one for one in profiles if one.custodian_id == custodian), None)
    path = documents.get(slot.report_hash)
    check = check_document(slot, path, profile=profile, isin=None if profile is None else isin)
    there = book.note(
        "document",
        path is not None and check.status is not DocumentStatus.HASH_DIFFERS,
        f"{path} has the attested sha256",
        f"no file of the folder has the attested sha256 {slot.report_hash.hex()}",
    )
    if there:
        wrong = f"the document says otherwise: {'; '.join(map(_stated, check.differences))}"
        right = "recomputed from the document" if check.recomputed else f"by its hash only: {check.not_compared}"
        book.note("recomputed", check.matches, right, wrong, weak=not check.recomputed)
    return path, check.recomputed


def _stated(one: FigureDifference) -> str:
    name = one.field.replace("_", " ")
    seen, expected = (
        value[:_HASH] + "…" if isinstance(value, str) else _told(_LIKE.get(name, name), value)
        for value in (one.seen, one.expected)
    )
    return f"{name} {seen} attested, {expected} by the document"
