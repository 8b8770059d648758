"""A signed report: its 128 canonical bytes, the signed file, and the instruction that proves it.

Offsets (little-endian): tag 0, version 8, kind 9, slot 10, zero 11, epoch 12, domain 16, basis 48, zero 52,
sequence 56, as-of 64, settled 72, in-transit 80, in-transit-by 88, report hash 96. A report on another chain's supply
has its figure in the place of the settled shares, and zeros where those in transit are. The same bytes are read by
programs/xstock_vault/src/attestation.rs; golden vectors are in tests/vectors/message.json.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from struct import Struct
from typing import Any, ClassVar, Final, Self, TypeAlias

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client._wire import fixed, i64, u8, u32, u64
from xstock_client.amounts import Shares
from xstock_client.constants import ED25519
from xstock_client.errors import DecodeError
from xstock_client.pda import isin_bytes

__all__ = [
    "FILE_FORMAT",
    "FILE_VERSION",
    "MESSAGE_LENGTH",
    "Attestation",
    "ChainSupply",
    "Kind",
    "Message",
    "SignedAttestation",
    "account_hash",
    "decode_message",
    "domain",
    "ed25519_instruction",
]

MESSAGE_LENGTH: Final = 128
FILE_FORMAT: Final = "xstock-attestation"
FILE_VERSION: Final = 1

_TAG = b"xstockv1"
_VERSION = 1
_LAYOUT = Struct("<8s4BI32sI4sQqQQq32s")
_THIS_INSTRUCTION = 0xFFFF
_MAX_SIGNATURES = 255


class Kind(IntEnum):
    """What a message reports: its kind byte."""

    RESERVE = 1
    """A custodian's holdings."""
    CHAIN = 2
    """The supply of another chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """What both kinds say."""

    KIND: ClassVar[Kind]
    WHAT: ClassVar[str]

    slot: int
    """The asset's custodian slot, or its chain slot; each has 0 to 7."""
    epoch: int
    """Registration epoch of the signing keys."""
    domain: bytes
    """What it is bound to, 32 bytes: see :func:`domain`."""
    basis: int = 0
    """The last split that the figures include; zero until there are splits."""
    sequence: int
    """Rises by 1 to 2**32 from report to report; starts above zero in each epoch."""
    as_of: int
    """The time that the figures speak of, unix seconds."""
    report_hash: bytes
    """sha256 of the bytes of the document that it rests on."""

    def _check(self, **figures: object) -> None:
        for name, value in figures.items():
            if not isinstance(value, Shares):
                raise TypeError(f"{name} takes Shares, not {value!r}")
        u8("slot", self.slot)
        u32("epoch", self.epoch)
        u32("basis", self.basis)
        u64("sequence", self.sequence)
        i64("as_of", self.as_of)
        fixed("domain", self.domain, 32)
        fixed("report_hash", self.report_hash, 32)

    def _pack(self, figure: Shares, in_transit: int, in_transit_by: int) -> bytes:
        return _LAYOUT.pack(
            _TAG,
            _VERSION,
            self.KIND,
            self.slot,
            0,
            self.epoch,
            self.domain,
            self.basis,
            b"",
            self.sequence,
            self.as_of,
            figure.value,
            in_transit,
            in_transit_by,
            self.report_hash,
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """From canonical bytes. Raises DecodeError for any others, and for another kind of report."""
        message = decode_message(data)
        if not isinstance(message, cls):
            raise DecodeError(f"not an attestation of {cls.WHAT}, but of {message.WHAT}")
        return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation(_Report):
    """What a custodian states about one asset. Raises TypeError or ValueError for values that do not fit."""

    KIND = Kind.RESERVE
    WHAT = "a custodian's holdings"

    settled: Shares
    """Shares held and settled."""
    in_transit: Shares = Shares(0)  # noqa: RUF009 - frozen
    """Shares bought and not yet delivered."""
    in_transit_by: int = 0
    """Latest settlement date of ``in_transit``, unix seconds; 0 if none."""

    def __post_init__(self) -> None:
        self._check(settled=self.settled, in_transit=self.in_transit)
        i64("in_transit_by", self.in_transit_by)

    @property
    def figure(self) -> Shares:
        """The settled shares."""
        return self.settled

    def to_bytes(self) -> bytes:
        """The 128 canonical bytes, which the custodian signs."""
        return self._pack(self.settled, self.in_transit.value, self.in_transit_by)

    def summary(self) -> dict[str, Any]:
        """The same for people: times in UTC, shares as decimal numbers, hashes in hexadecimal."""
        return {
            "slot": self.slot,
            "epoch": self.epoch,
            "basis": self.basis,
            "sequence": self.sequence,
            "as_of": _time(self.as_of),
            "settled_shares": str(self.settled.to_ui()),
            "in_transit_shares": str(self.in_transit.to_ui()),
            "in_transit_by": _time(self.in_transit_by) if self.in_transit_by else None,
            "report_sha256": self.report_hash.hex(),
            "domain": self.domain.hex(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSupply(_Report):
    """What circulates of one asset on another chain. Raises TypeError or ValueError for values that do not fit."""

    KIND = Kind.CHAIN
    WHAT = "another chain's supply"

    supply: Shares
    """Shares that circulate there, net of what bridges hold."""

    def __post_init__(self) -> None:
        self._check(supply=self.supply)

    @property
    def figure(self) -> Shares:
        """The circulating supply."""
        return self.supply

    def to_bytes(self) -> bytes:
        """The 128 canonical bytes, which the chain's attesters sign."""
        return self._pack(self.supply, 0, 0)

    def summary(self) -> dict[str, Any]:
        """The same for people, as in :meth:`Attestation.summary`."""
        return {
            "chain_slot": self.slot,
            "epoch": self.epoch,
            "basis": self.basis,
            "sequence": self.sequence,
            "as_of": _time(self.as_of),
            "supply_shares": str(self.supply.to_ui()),
            "report_sha256": self.report_hash.hex(),
            "domain": self.domain.hex(),
        }


Message: TypeAlias = Attestation | ChainSupply


def decode_message(data: bytes) -> Message:
    """A report of either kind from its canonical bytes. Raises DecodeError for any others."""
    if len(data) != MESSAGE_LENGTH:
        raise DecodeError(f"an attestation has {MESSAGE_LENGTH} bytes, not {len(data)}")
    tag, version, kind, slot, zero, epoch, domain, basis, zeros, sequence, as_of, *rest = _LAYOUT.unpack(data)
    figure, in_transit, in_transit_by, report_hash = rest
    if tag != _TAG:
        raise DecodeError(f"not an attestation: it begins with {tag!r}, not {_TAG!r}")
    if version != _VERSION or kind not in list(Kind):
        raise DecodeError(f"an attestation of version {version} and kind {kind}, not {_VERSION} and 1 or 2; update")
    if zero or any(zeros):
        raise DecodeError("not a canonical attestation: bytes 11 and 52 to 55 must be zero")
    common: dict[str, Any] = {
        "slot": slot,
        "epoch": epoch,
        "domain": domain,
        "basis": basis,
        "sequence": sequence,
        "as_of": as_of,
        "report_hash": report_hash,
    }
    if kind == Kind.RESERVE:
        return Attestation(**common, settled=Shares(figure), in_transit=Shares(in_transit), in_transit_by=in_transit_by)
    if in_transit or in_transit_by:
        raise DecodeError(
            f"not a canonical attestation of {ChainSupply.WHAT}: nothing is in transit there, but bytes 80 to 95 say"
            f" {in_transit} by {in_transit_by}"
        )
    return ChainSupply(**common, supply=Shares(figure))


@dataclass(frozen=True, slots=True)
class SignedAttestation:
    """A report's bytes with one signature over them. Nothing is checked until :meth:`verify`."""

    message: bytes
    signer: Pubkey
    signature: Signature

    def verify(self) -> Message:
        """The report, once its bytes are canonical and the signature is right. Raises DecodeError."""
        message = decode_message(self.message)
        if not self.signature.verify(self.signer, self.message):
            raise DecodeError(f"the signature is not {self.signer}'s over this message; sign it again")
        return message

    def to_json(self) -> str:
        """The file that a custodian hands to a relayer. Raises DecodeError for what does not verify."""
        content = {
            "format": FILE_FORMAT,
            "version": FILE_VERSION,
            "summary": self.verify().summary(),
            "signer": str(self.signer),
            "signature": str(self.signature),
            "message": base64.b64encode(self.message).decode(),
        }
        return json.dumps(content, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> SignedAttestation:
        """Read and verify a file made by :meth:`to_json`.

        Raises DecodeError, also when the summary for people differs from the signed bytes.
        """
        try:
            content = json.loads(text)
        except ValueError as error:
            raise DecodeError(f"not a signed attestation: it is not JSON ({error})") from None
        if not isinstance(content, dict) or content.get("format") != FILE_FORMAT:
            raise DecodeError(f'not a signed attestation: "format" is not "{FILE_FORMAT}"')
        if content.get("version") != FILE_VERSION:
            raise DecodeError(f"a signed attestation of file version {content.get('version')!r}; update this SDK")
        signed = cls(_message(content), _signer(content), _signature(content))
        summary = signed.verify().summary()
        shown = content.get("summary")
        if shown != summary:
            theirs = shown if isinstance(shown, dict) else {}
            wrong = [name for name in {**summary, **theirs} if theirs.get(name, ...) != summary.get(name, ...)]
            raise DecodeError(
                f"the summary differs from the signed bytes in: {', '.join(wrong)}; do not submit this file"
                f" (signed: {', '.join(f'{name} {summary.get(name)}' for name in wrong)})"
            )
        return signed


def domain(program_id: Pubkey, genesis_hash: bytes, asset: Pubkey, isin: str) -> bytes:
    """What an attestation is bound to: sha256 of program, cluster, asset and ISIN. 32 bytes.

    Take ``genesis_hash`` (32 bytes) from your own configuration, never from the chain that you are asked to sign for.
    """
    return sha256(
        bytes(program_id) + fixed("genesis_hash", genesis_hash, 32) + bytes(asset) + isin_bytes(isin)
    ).digest()


def account_hash(account_id: str) -> bytes:
    """How a safekeeping account is named on chain: 32 bytes, from the id as the custodian's statements write it."""
    if not account_id:
        raise ValueError("the safekeeping account's id is empty")
    return sha256(b"xstock:safekeeping:" + account_id.encode()).digest()


def ed25519_instruction(signed: Sequence[SignedAttestation]) -> Instruction:
    """The runtime's signature check that ``attest`` reads the messages out of.

    Signature number n of the instruction is ``signed[n]``. Signers of the same message share one copy of it.
    Raises ValueError for none or too many; nothing is verified here.
    """
    if not 1 <= len(signed) <= _MAX_SIGNATURES:
        raise ValueError(f"an ed25519 instruction holds 1 to {_MAX_SIGNATURES} signatures, not {len(signed)}")
    keys_at = 2 + 14 * len(signed)
    messages_at = keys_at + 96 * len(signed)
    places: dict[bytes, int] = {}
    for item in signed:
        places.setdefault(item.message, messages_at + sum(map(len, places)))
    if messages_at + sum(map(len, places)) > _THIS_INSTRUCTION:
        raise ValueError("the messages do not fit into one ed25519 instruction")
    here = _THIS_INSTRUCTION
    offsets = b"".join(
        b"".join(
            value.to_bytes(2, "little")
            for value in (at + 32, here, at, here, places[item.message], len(item.message), here)
        )
        for at, item in zip(range(keys_at, messages_at, 96), signed, strict=True)
    )
    keys = b"".join(bytes(item.signer) + bytes(item.signature) for item in signed)
    return Instruction(ED25519, bytes([len(signed), 0]) + offsets + keys + b"".join(places), [])


def _time(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s after 1970"  # outside the calendar


def _message(content: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(content["message"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise DecodeError('not a signed attestation: "message" is not base64') from None


def _signer(content: Mapping[str, Any]) -> Pubkey:
    try:
        return Pubkey.from_string(content["signer"])
    except (KeyError, TypeError, ValueError):
        raise DecodeError('not a signed attestation: "signer" is not a base58 address') from None


def _signature(content: Mapping[str, Any]) -> Signature:
    try:
        return Signature.from_string(content["signature"])
    except (KeyError, TypeError, ValueError):
        raise DecodeError('not a signed attestation: "signature" is not a base58 signature') from None
