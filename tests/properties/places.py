"""Addresses by their seeds, and accounts as they are created."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from solders.pubkey import Pubkey

from xstock_client import accounts as state
from xstock_client.constants import PROGRAM_ID

__all__ = ["blank", "find", "u32", "u64"]

_Kind = TypeVar("_Kind", bound=state.AnyAccount)


@lru_cache(maxsize=4096)
def find(*seeds: bytes) -> tuple[Pubkey, int]:
    """An address of the program and its bump."""
    return Pubkey.find_program_address(seeds, PROGRAM_ID)


@lru_cache(maxsize=16)
def blank(kind: type[_Kind]) -> _Kind:
    """An account as it is created: all zero but its version."""
    found = kind.decode(kind.DISCRIMINATOR + b"\1" + bytes(kind.SIZE - 9))
    assert isinstance(found, kind)
    return found


def u32(value: int) -> bytes:
    """As seeds are written."""
    return value.to_bytes(4, "little")


def u64(value: int) -> bytes:
    """As seeds are written."""
    return value.to_bytes(8, "little")
