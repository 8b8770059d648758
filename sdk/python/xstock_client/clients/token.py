"""Token-2022 accounts as the clients need them: balances, flags, metadata, and the instruction that opens one."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Raw
from xstock_client.constants import ASSOCIATED_TOKEN, SYSTEM, TOKEN_2022
from xstock_client.errors import DecodeError
from xstock_client.ledger import Account

__all__ = ["TokenAccount", "TokenMint", "create_token_account"]

# Fixed places of spl-token-2022-interface 4.0: a mint's 82 bytes are padded to a token account's 165, then comes the
# account type (1 mint, 2 token account), then the extensions: type u16, length u16, value.
_BASE: Final = 165
_MINT_TYPE: Final = 1
_ACCOUNT_TYPE: Final = 2
_FROZEN: Final = 2
_MEMO_TRANSFER: Final = 8
_TOKEN_METADATA: Final = 19
_PAUSABLE: Final = 26


@dataclass(frozen=True, slots=True)
class TokenAccount:
    """A Token-2022 account: who owns how many raw units, and what stands in the way of a transfer."""

    mint: Pubkey
    owner: Pubkey
    amount: Raw
    frozen: bool
    memo_required: bool
    """Incoming transfers need a memo right before them."""

    @classmethod
    def decode(cls, account: Account) -> TokenAccount:
        """Read an account of Token-2022. Raises DecodeError for anything else."""
        data = account.data
        if account.owner != TOKEN_2022 or len(data) < _BASE or (len(data) > _BASE and data[_BASE] != _ACCOUNT_TYPE):
            raise DecodeError(f"not a Token-2022 account: {len(data)} bytes, owned by {account.owner}")
        memo = dict(_extensions(data)).get(_MEMO_TRANSFER, b"\0")
        return cls(
            mint=Pubkey(data[:32]),
            owner=Pubkey(data[32:64]),
            amount=Raw(int.from_bytes(data[64:72], "little")),
            frozen=data[108] == _FROZEN,
            memo_required=any(memo),
        )


@dataclass(frozen=True, slots=True)
class TokenMint:
    """A Token-2022 mint: its supply, whether transfers are paused, and what wallets show."""

    supply: Raw
    decimals: int
    paused: bool
    name: str = ""
    symbol: str = ""
    uri: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    @classmethod
    def decode(cls, account: Account) -> TokenMint:
        """Read a mint of Token-2022 with or without metadata. Raises DecodeError for anything else."""
        data = account.data
        if account.owner != TOKEN_2022 or len(data) <= _BASE or data[_BASE] != _MINT_TYPE:
            raise DecodeError(f"not a Token-2022 mint: {len(data)} bytes, owned by {account.owner}")
        extensions = dict(_extensions(data))
        name, symbol, uri, fields = _metadata(extensions.get(_TOKEN_METADATA))
        return cls(
            supply=Raw(int.from_bytes(data[36:44], "little")),
            decimals=data[44],
            paused=extensions.get(_PAUSABLE, bytes(33))[32] != 0,
            name=name,
            symbol=symbol,
            uri=uri,
            fields=fields,
        )


def create_token_account(payer: Pubkey, owner: Pubkey, mint: Pubkey) -> Instruction:
    """Open the owner's associated token account if it does not exist; ``payer`` pays its rent."""
    return Instruction(
        ASSOCIATED_TOKEN,
        b"\x01",  # create idempotent: somebody may open it in between
        [
            AccountMeta(payer, is_signer=True, is_writable=True),
            AccountMeta(pda.token_account(owner, mint), is_signer=False, is_writable=True),
            AccountMeta(owner, is_signer=False, is_writable=False),
            AccountMeta(mint, is_signer=False, is_writable=False),
            AccountMeta(SYSTEM, is_signer=False, is_writable=False),
            AccountMeta(TOKEN_2022, is_signer=False, is_writable=False),
        ],
    )


def _extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = _BASE + 1
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == 0:
            return
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def _metadata(value: bytes | None) -> tuple[str, str, str, dict[str, str]]:
    """Name, symbol, URI and additional fields of a TokenMetadata extension (Borsh)."""
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
