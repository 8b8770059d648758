"""Chains and tokens by their CAIP names, as chain slots hold them. Pure.

A chain is a CAIP-2 id (``eip155:1``), a token on it a CAIP-19 id (``eip155:1/erc20:0x…``), of which the slot keeps a
hash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from xstock_client.errors import UsageError

__all__ = ["CHAIN_BYTES", "ChainToken"]

CHAIN_BYTES: Final = 48
"""Bytes of a chain's id in its slot, zero padded."""

_TAG: Final = b"xstock:token:"
_FORM: Final = re.compile(
    r"(?P<chain>[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32})/(?P<namespace>[-a-z0-9]{3,8}):(?P<reference>[-.%a-zA-Z0-9]{1,128})"
)


@dataclass(frozen=True, slots=True)
class ChainToken:
    """A stock's token on another chain."""

    chain: str
    """CAIP-2 id."""
    token: str
    """CAIP-19 id; an EVM address in it is written in lower case."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From a CAIP-19 id such as ``eip155:1/erc20:0x…``. Raises UsageError."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise UsageError(
                f"{text!r} is not a token's CAIP-19 id, such as eip155:1/erc20:0x6b17…; name chain and token"
            )
        chain, namespace, reference = match["chain"], match["namespace"], match["reference"]
        # capitals of an EVM address are a checksum: with them the same token would have many hashes
        if chain.startswith("eip155:"):
            reference = reference.lower()
        return cls(chain, f"{chain}/{namespace}:{reference}")

    @property
    def chain_bytes(self) -> bytes:
        """As the slot holds the chain."""
        return self.chain.encode("ascii").ljust(CHAIN_BYTES, b"\0")

    @property
    def token_hash(self) -> bytes:
        """As the slot holds the token: sha256 of ``xstock:token:`` and its id."""
        return sha256(_TAG + self.token.encode("ascii")).digest()
