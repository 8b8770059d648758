"""Arguments that several clients check before they send."""

from __future__ import annotations

from collections.abc import Sequence

from solders.pubkey import Pubkey

from xstock_client.constants import MAX_KEYS
from xstock_client.errors import UsageError

__all__ = ["key_set", "padded"]


def padded(text: str, size: int, what: str) -> bytes:
    """UTF-8, zero padded to ``size`` bytes. Raises UsageError naming ``what``."""
    data = text.encode()
    if not 0 < len(data) <= size:
        raise UsageError(f"{what} has 1 to {size} bytes; {text!r} has {len(data)}")
    return data.ljust(size, b"\0")


def key_set(keys: Sequence[Pubkey], threshold: int | None) -> tuple[tuple[Pubkey, ...], int]:
    """A slot's keys and how many of them must sign: all of them by default. Raises UsageError."""
    if not 1 <= len(keys) <= MAX_KEYS:
        raise UsageError(f"a slot has 1 to {MAX_KEYS} keys, not {len(keys)}")
    twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
    if twice is not None:
        raise UsageError(f"the key {twice} stands twice in the list: k of n counts different keys")
    if Pubkey.default() in keys:
        raise UsageError("the zero address is no key of a slot")
    needed = len(keys) if threshold is None else threshold
    if not 1 <= needed <= len(keys):
        raise UsageError(f"the threshold lies between 1 and the number of keys, {len(keys)}; not {needed}")
    return tuple(keys), needed
