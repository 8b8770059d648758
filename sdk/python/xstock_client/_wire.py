"""Borsh writers for instruction arguments, and the errors of bytes that do not decode."""

from __future__ import annotations

from collections.abc import Sequence

from solders.pubkey import Pubkey

from xstock_client.errors import DecodeError

__all__ = [
    "boolean",
    "fixed",
    "i64",
    "not_account",
    "not_event",
    "pubkey",
    "pubkeys",
    "sized",
    "text",
    "u8",
    "u16",
    "u32",
    "u64",
    "u64s",
]


def u8(name: str, value: int) -> bytes:
    """One byte. Like all writers here, raises TypeError or ValueError naming the argument."""
    return _integer(name, value, 1, 0, 2**8 - 1)


def u16(name: str, value: int) -> bytes:
    """Two bytes, little-endian."""
    return _integer(name, value, 2, 0, 2**16 - 1)


def u32(name: str, value: int) -> bytes:
    """Four bytes, little-endian."""
    return _integer(name, value, 4, 0, 2**32 - 1)


def u64(name: str, value: int) -> bytes:
    """Eight bytes, little-endian."""
    return _integer(name, value, 8, 0, 2**64 - 1)


def u64s(name: str, values: Sequence[int]) -> bytes:
    """Numbers of eight bytes after their count in four."""
    return len(values).to_bytes(4, "little") + b"".join(u64(name, value) for value in values)


def i64(name: str, value: int) -> bytes:
    """Eight bytes, little-endian, two's complement."""
    return _integer(name, value, 8, -(2**63), 2**63 - 1)


def boolean(name: str, value: bool) -> bytes:
    """One byte, 0 or 1."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} takes True or False, not {value!r}")
    return b"\x01" if value else b"\x00"


def fixed(name: str, value: bytes, length: int) -> bytes:
    """Exactly ``length`` bytes."""
    if not isinstance(value, bytes):
        raise TypeError(f"{name} takes {length} bytes, not {type(value).__name__}")
    if len(value) != length:
        raise ValueError(f"{name} takes exactly {length} bytes, not {len(value)}")
    return value


def sized(name: str, value: bytes) -> bytes:
    """Bytes after their length in four."""
    if not isinstance(value, bytes):
        raise TypeError(f"{name} takes bytes, not {type(value).__name__}")
    return len(value).to_bytes(4, "little") + value


def text(name: str, value: str) -> bytes:
    """UTF-8 after its length in four bytes."""
    if not isinstance(value, str):
        raise TypeError(f"{name} takes text, not {value!r}")
    encoded = value.encode()
    return len(encoded).to_bytes(4, "little") + encoded


def pubkey(name: str, value: Pubkey) -> bytes:
    """The 32 bytes of an address."""
    if not isinstance(value, Pubkey):
        raise TypeError(f"{name} takes a Pubkey, not {value!r}")
    return bytes(value)


def pubkeys(name: str, value: Sequence[Pubkey], count: int) -> bytes:
    """``count`` addresses; a shorter list is padded with zeros."""
    if len(value) > count:
        raise ValueError(f"{name} takes at most {count} addresses, not {len(value)}")
    return b"".join(pubkey(name, one) for one in value).ljust(32 * count, b"\0")


def _integer(name: str, value: int, size: int, low: int, high: int) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} takes a whole number, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low} and {high}, not {value}")
    return value.to_bytes(size, "little", signed=low < 0)


def not_account(name: str, discriminator: bytes, size: int, data: bytes) -> DecodeError:
    """Why ``data`` is not the account ``name``."""
    if data[:8] != discriminator:
        return DecodeError(f"not an account {name}: it begins with {_seen(data)}, not {discriminator.hex()}")
    if len(data) != size:
        return DecodeError(f"not an account {name} of this version: {len(data)} bytes, not {size}; update the SDK")
    return DecodeError(f"account {name} has layout version {data[8]}, which this SDK does not know; update the SDK")


def not_event(name: str, discriminator: bytes, size: int, data: bytes) -> DecodeError:
    """Why ``data`` is not the event ``name``."""
    if data[:8] != discriminator:
        return DecodeError(f"not an event {name}: it begins with {_seen(data)}, not {discriminator.hex()}")
    return DecodeError(f"not an event {name} of this version: {len(data)} bytes, not {size}; update the SDK")


def _seen(data: bytes) -> str:
    return data[:8].hex() or "nothing (no data)"
