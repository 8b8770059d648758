"""Signed reports as a transaction carries them: in its instruction for the runtime's ed25519 program."""

from __future__ import annotations

from struct import Struct
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.errors import DecodeError
from xstock_client.message import SignedAttestation

__all__ = ["read_signatures"]

_HEADER: Final = 2
_OFFSETS: Final = Struct("<7H")
"""Of signature, key and message, each with the instruction that it lies in; the message with its size."""
_THIS_INSTRUCTION: Final = 0xFFFF


def read_signatures(data: bytes) -> tuple[SignedAttestation, ...]:
    """The signatures of an ed25519 instruction, in their order; nothing is verified here.

    Raises DecodeError where one does not lie in the instruction itself: the program takes no other.
    """
    if len(data) < _HEADER:
        raise DecodeError(f"an ed25519 instruction has at least {_HEADER} bytes, not {len(data)}")
    return tuple(_one(data, number) for number in range(data[0]))


def _one(data: bytes, number: int) -> SignedAttestation:
    at = _HEADER + number * _OFFSETS.size
    if len(data) < at + _OFFSETS.size:
        raise DecodeError(f"the ed25519 instruction ends before signature {number}")
    signature, first, key, second, message, size, third = _OFFSETS.unpack_from(data, at)
    if {first, second, third} != {_THIS_INSTRUCTION}:
        raise DecodeError(f"signature {number} is taken from another instruction than its own")
    return SignedAttestation(
        _part(data, message, size),
        Pubkey(_part(data, key, 32)),
        Signature(_part(data, signature, 64)),
    )


def _part(data: bytes, start: int, size: int) -> bytes:
    part = data[start : start + size]
    if len(part) != size:
        raise DecodeError(f"the ed25519 instruction ends at {len(data)}, and names bytes {start} to {start + size}")
    return part
