"""Signers without a key on this machine, as the Solana CLI has them. Pure, no network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.errors import KeypairError, UsageError

__all__ = ["NullSigner", "PresignedSigner", "parse_presigned", "presigned"]


class NullSigner:
    """An address whose key is elsewhere: it takes a signer's place, and never signs."""

    __slots__ = ("_pubkey",)

    def __init__(self, pubkey: Pubkey) -> None:
        self._pubkey = pubkey

    @property
    def pubkey(self) -> Pubkey:
        """The address."""
        return self._pubkey

    async def sign(self, message: bytes) -> NoReturn:
        """Raises KeypairError."""
        raise KeypairError(
            f"{self._pubkey} is named by its address, and its key is not on this machine; sign there with --sign-only,"
            " and bring its signature here with --signer PUBKEY=SIGNATURE"
        )

    def __repr__(self) -> str:
        return f"NullSigner({self._pubkey})"


class PresignedSigner:
    """A signature that was made elsewhere, for one message."""

    __slots__ = ("_pubkey", "signature")

    def __init__(self, pubkey: Pubkey, signature: Signature) -> None:
        self._pubkey = pubkey
        self.signature = signature

    @property
    def pubkey(self) -> Pubkey:
        """The address that signed."""
        return self._pubkey

    async def sign(self, message: bytes) -> Signature:
        """The signature, if it is over exactly ``message``. Raises KeypairError otherwise."""
        if not self.signature.verify(self._pubkey, message):
            raise KeypairError(f"the signature of {self._pubkey} is not over this message")
        return self.signature

    def __repr__(self) -> str:
        return f"PresignedSigner({self._pubkey})"


def parse_presigned(text: str) -> tuple[Pubkey, Signature]:
    """Read ``PUBKEY=SIGNATURE``, both in base58. Raises UsageError."""
    key, equals, signature = text.partition("=")
    if not equals:
        raise UsageError(f"{_short(text)} is not a signature of the form PUBKEY=SIGNATURE")
    try:
        pubkey = Pubkey.from_string(key)
    except ValueError:
        raise UsageError(f"{_short(key)} before the = is not an address (32 bytes in base58)") from None
    try:
        made = Signature.from_string(signature)
    except ValueError:
        raise UsageError(
            f"what stands behind {pubkey}= is not a signature (64 bytes in base58): {_short(signature)}"
        ) from None
    if made == Signature.default():
        raise UsageError(f"the signature of {pubkey} is blank: that is a place for one, not a signature")
    return pubkey, made


def presigned(texts: Iterable[str]) -> dict[Pubkey, Signature]:
    """Read many of ``PUBKEY=SIGNATURE``. Raises UsageError, also when a key comes twice."""
    found: dict[Pubkey, Signature] = {}
    for text in texts:
        pubkey, signature = parse_presigned(text)
        if pubkey in found:
            raise UsageError(f"{pubkey} is given two signatures; a key signs a message once: leave one out")
        found[pubkey] = signature
    return found


def _short(text: str) -> str:
    return repr(text if len(text) <= 100 else f"{text[:97]}...")
