"""What Token-2022 keeps behind a mint's or a token account's fixed bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.errors import DecodeError

__all__ = ["EXTENSIONS_AT", "Extension", "address_in", "extension_name", "read_extensions", "read_metadata"]

EXTENSIONS_AT: Final = 166
"""A mint's 82 bytes are padded to a token account's 165, then comes the account type, then the extensions."""
_HEADER: Final = 4


class Extension(IntEnum):
    """Kinds of extensions, numbered as in spl-token-2022-interface 4.0 (extension/mod.rs)."""

    TRANSFER_FEE_CONFIG = 1
    TRANSFER_FEE_AMOUNT = 2
    MINT_CLOSE_AUTHORITY = 3
    CONFIDENTIAL_TRANSFER_MINT = 4
    CONFIDENTIAL_TRANSFER_ACCOUNT = 5
    DEFAULT_ACCOUNT_STATE = 6
    IMMUTABLE_OWNER = 7
    MEMO_TRANSFER = 8
    NON_TRANSFERABLE = 9
    INTEREST_BEARING_CONFIG = 10
    CPI_GUARD = 11
    PERMANENT_DELEGATE = 12
    NON_TRANSFERABLE_ACCOUNT = 13
    TRANSFER_HOOK = 14
    TRANSFER_HOOK_ACCOUNT = 15
    CONFIDENTIAL_TRANSFER_FEE_CONFIG = 16
    CONFIDENTIAL_TRANSFER_FEE_AMOUNT = 17
    METADATA_POINTER = 18
    TOKEN_METADATA = 19
    GROUP_POINTER = 20
    TOKEN_GROUP = 21
    GROUP_MEMBER_POINTER = 22
    TOKEN_GROUP_MEMBER = 23
    CONFIDENTIAL_MINT_BURN = 24
    SCALED_UI_AMOUNT = 25
    PAUSABLE = 26
    PAUSABLE_ACCOUNT = 27
    PERMISSIONED_BURN = 28


def extension_name(kind: int) -> str:
    """In words: ``transfer fee config``."""
    try:
        return Extension(kind).name.lower().replace("_", " ")
    except ValueError:
        return "unknown"


def read_extensions(data: bytes) -> dict[int, bytes]:
    """The values of an account's extensions by their kinds, in the account's order. Raises DecodeError."""
    return dict(_walk(data))


def _walk(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = EXTENSIONS_AT
    while at + _HEADER <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == 0:
            return
        at += _HEADER
        if at + length > len(data):
            raise DecodeError(
                f"the account's {len(data)} bytes end in the middle of its extension {kind} ({extension_name(kind)})"
            )
        yield kind, data[at : at + length]
        at += length


def address_in(value: bytes, at: int = 0) -> Pubkey | None:
    """The address at ``at`` of an extension's value; None for the zeros that mean nobody, and where none is."""
    found = value[at : at + 32]
    return Pubkey(found) if len(found) == 32 and any(found) else None


def read_metadata(value: bytes | None) -> tuple[str, str, str, dict[str, str]]:
    """Name, symbol, URI and additional fields of a TokenMetadata extension (Borsh). Raises DecodeError."""
    if value is None:
        return "", "", "", {}
    at = 64  # update authority, mint

    def number() -> int:
        nonlocal at
        (found,) = struct.unpack_from("<I", value, at)
        at += 4
        return int(found)

    def text() -> str:
        nonlocal at
        length = number()
        found = value[at : at + length]
        if len(found) != length:
            raise DecodeError("the mint's metadata ends in the middle of a text")
        at += length
        return found.decode()

    try:
        name, symbol, uri = text(), text(), text()
        return name, symbol, uri, {text(): text() for _ in range(number())}
    except (struct.error, UnicodeDecodeError):
        raise DecodeError("the mint's metadata is not what Token-2022 writes") from None
