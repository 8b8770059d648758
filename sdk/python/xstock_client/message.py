"""A custodian's attestation: its 128 canonical bytes, the signed file, and the instruction that proves it.

Offsets (little-endian): tag 0, version 8, kind 9, slot 10, zero 11, epoch 12, domain 16, basis 48, zero 52,
sequence 56, as-of 64, settled 72, in-transit 80, in-transit-by 88, report hash 96. The same bytes are read by
programs/xstock_vault/src/attestation.rs; golden vectors are in tests/vectors/message.json.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct
from typing import Any, Final

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
    "SignedAttestation",
    "account_hash",
    "domain",
    "ed25519_instruction",
]

MESSAGE_LENGTH: Final = 128
FILE_FORMAT: Final = "xstock-attestation"
FILE_VERSION: Final = 1

_TAG = b"xstockv1"
_VERSION = 1
_KIND_RESERVE = 1
_LAYOUT = Struct("<8s4BI32sI4sQqQQq32s")
_THIS_INSTRUCTION = 0xFFFF
_MAX_SIGNATURES = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What a custodian states about one asset. Raises TypeError or ValueError for values that do not fit."""

    slot: int
    """The custodian's slot of the asset, 0 to 7."""
    epoch: int
    """Registration epoch of the signing key."""
    domain: bytes
    """What it is bound to, 32 bytes: see :func:`domain`."""
    basis: int = 0
    """The last split that the figures include; zero until there are splits."""
    sequence: int
    """Rises by 1 to 2**32 from report to report; starts above zero in each epoch."""
    as_of: int
    """The time that the figures speak of, unix seconds."""
    settled: Shares
    """Shares held and settled."""
    in_transit: Shares = Shares(0)  # noqa: RUF009 - frozen
    """Shares bought and not yet delivered."""
    in_transit_by: int = 0
    """Latest settlement date of ``in_transit``, unix seconds; 0 if none."""
    report_hash: bytes
    """sha256 of the statement file's bytes."""

    def __post_init__(self) -> None:
        for name in ("settled", "in_transit"):
            if not isinstance(getattr(self, name), Shares):
                raise TypeError(f"{name} takes Shares, not {getattr(self, name)!r}")
        u8("slot", self.slot)
        u32("epoch", self.epoch)
        u32("basis", self.basis)
        u64("sequence", self.sequence)
        i64("as_of", self.as_of)
        i64("in_transit_by", self.in_transit_by)
        fixed("domain", self.domain, 32)
        fixed("report_hash", self.report_hash, 32)

    def to_bytes(self) -> bytes:
        """The 128 canonical bytes, which the custodian signs."""
        return _LAYOUT.pack(
            _TAG,
            _VERSION,
            _KIND_RESERVE,
            self.slot,
            0,
            self.epoch,
            self.domain,
            self.basis,
            b"",
            self.sequence,
            self.as_of,
            self.settled.value,
            self.in_transit.value,
            self.in_transit_by,
            self.report_hash,
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Attestation:
        """From canonical bytes. Raises DecodeError for any others."""
        if len(data) != MESSAGE_LENGTH:
            raise DecodeError(f"an attestation has {MESSAGE_LENGTH} bytes, not {len(data)}")
        tag, version, kind, slot, zero, epoch, domain, basis, zeros, sequence, as_of, *rest = _LAYOUT.unpack(data)
        settled, in_transit, in_transit_by, report_hash = rest
        if tag != _TAG:
            raise DecodeError(f"not an attestation: it begins with {tag!r}, not {_TAG!r}")
        if (version, kind) != (_VERSION, _KIND_RESERVE):
            raise DecodeError(f"an attestation of version {version} and kind {kind}, not {_VERSION} and 1; update")
        if zero or any(zeros):
            raise DecodeError("not a canonical attestation: bytes 11 and 52 to 55 must be zero")
        return cls(
            slot=slot,
            epoch=epoch,
            domain=domain,
            basis=basis,
            sequence=sequence,
            as_of=as_of,
            settled=Shares(settled),
            in_transit=Shares(in_transit),
            in_transit_by=in_transit_by,
            report_hash=report_hash,
        )

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


@dataclass(frozen=True, slots=True)
class SignedAttestation:
    """An attestation's bytes with one signature over them. Nothing is checked until :meth:`verify`."""

    message: bytes
    signer: Pubkey
    signature: Signature

    def verify(self) -> Attestation:
        """The attestation, once its bytes are canonical and the signature is right. Raises DecodeError."""
        attestation = Attestation.from_bytes(self.message)
        if not self.signature.verify(self.signer, self.message):
            raise DecodeError(f"the signature is not {self.signer}'s over this message; sign it again")
        return attestation

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
