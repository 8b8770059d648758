"""Mints and accounts of both token programs, byte by byte: what stablecoins and wallets would have made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from tests.properties.claims import COINS, PROGRAMS
from xstock_client.constants import TOKEN_2022

__all__ = [
    "COIN_PROGRAMS",
    "FEE_AT",
    "FREEZABLE_AT",
    "TOKEN",
    "Wallet",
    "approve",
    "close",
    "coin_account",
    "coin_mint",
    "read_wallet",
    "set_owner",
    "side_account",
    "transfer",
]

TOKEN: Final = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
COIN_PROGRAMS: Final = {coin: TOKEN if name == "Token" else TOKEN_2022 for coin, name in PROGRAMS.items()}
FREEZABLE_AT: Final = 108
"""Where an account says whether it is frozen."""
_MINT, _ACCOUNT = 82, 165
FEE_AT: Final = (166 + 4 + 72 + 16, 166 + 4 + 72 + 18 + 16)
"""Where a mint whose first extension is a transfer fee says how many basis points it is, before and after an epoch."""
_FEE_CONFIG, _FEE_AMOUNT, _IMMUTABLE_OWNER, _INTEREST, _PAUSABLE_ACCOUNT = 1, 2, 7, 10, 27


def _with(base: bytes, kind: int, extensions: dict[int, bytes]) -> bytes:
    """A mint (1) or an account (2), and its extensions."""
    if not extensions:
        return base
    parts = [
        number.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data for number, data in extensions.items()
    ]
    return base.ljust(_ACCOUNT, b"\0") + bytes([kind]) + b"".join(parts)


def coin_mint(coin: str, issuer: Pubkey, supply: int) -> bytes:
    """A payment mint that its issuer can freeze; some are not fit."""
    head = b"\1\0\0\0" + bytes(issuer)
    base = head + supply.to_bytes(8, "little") + bytes([{**COINS, "cents": 2}.get(coin, 6), 1]) + head
    fee = (100).to_bytes(2, "little") if coin == "fee" else bytes(2)
    rate = bytes(8) + fee
    extensions = {
        "eur": {_FEE_CONFIG: bytes(issuer) * 2 + bytes(8) + (bytes(8) + (10**9).to_bytes(8, "little") + bytes(2)) * 2},
        "fee": {_FEE_CONFIG: bytes(64 + 8) + (bytes(8) + rate) * 2},
        "interest": {_INTEREST: bytes(52)},
    }
    return _with(base, 1, extensions.get(coin, {}))


def coin_account(coin: str, mint: Pubkey, owner: Pubkey, amount: int, *, fixed: bool) -> bytes:
    """An account of it; ``fixed``: always that owner's, as far as the token program knows such a thing."""
    extensions = {_IMMUTABLE_OWNER: b""} if fixed and COIN_PROGRAMS[coin] == TOKEN_2022 else {}
    if coin == "eur":
        extensions[_FEE_AMOUNT] = bytes(8)
    return _with(_account(mint, owner, amount), 2, extensions)


def side_account(mint: Pubkey, owner: Pubkey) -> bytes:
    """An empty account of the asset's token that is nobody's associated one."""
    return _with(_account(mint, owner, 0), 2, {_PAUSABLE_ACCOUNT: b""})


def _account(mint: Pubkey, owner: Pubkey, amount: int) -> bytes:
    base = bytes(mint) + bytes(owner) + amount.to_bytes(8, "little") + bytes(36) + b"\1"
    return base.ljust(_ACCOUNT, b"\0")


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a token account says."""

    owner: Pubkey
    amount: int
    frozen: bool
    delegate: tuple[Pubkey, int] | None


def read_wallet(data: bytes) -> Wallet:
    """From an account of either program."""
    lent = (Pubkey.from_bytes(data[76:108]), int.from_bytes(data[121:129], "little")) if data[72] else None
    amount = int.from_bytes(data[64:72], "little")
    return Wallet(Pubkey.from_bytes(data[32:64]), amount, data[FREEZABLE_AT] == 2, lent)


# What owners do with them


def _token(program: Pubkey, data: bytes, owner: Pubkey, *accounts: tuple[Pubkey, bool]) -> Instruction:
    metas = [AccountMeta(where, is_signer=False, is_writable=writable) for where, writable in accounts]
    return Instruction(program, data, [*metas, AccountMeta(owner, is_signer=True, is_writable=False)])


def transfer(
    program: Pubkey, source: Pubkey, mint: Pubkey, to: Pubkey, owner: Pubkey, amount: int, decimals: int
) -> Instruction:
    """TransferChecked."""
    data = b"\x0c" + amount.to_bytes(8, "little") + bytes([decimals])
    return _token(program, data, owner, (source, True), (mint, False), (to, True))


def approve(program: Pubkey, account: Pubkey, who: Pubkey, owner: Pubkey, amount: int) -> Instruction:
    """Approve."""
    return _token(program, b"\x04" + amount.to_bytes(8, "little"), owner, (account, True), (who, False))


def set_owner(program: Pubkey, account: Pubkey, to: Pubkey, owner: Pubkey) -> Instruction:
    """SetAuthority of the account's owner."""
    return _token(program, b"\x06\x02\x01" + bytes(to), owner, (account, True))


def close(program: Pubkey, account: Pubkey, rent_to: Pubkey, owner: Pubkey) -> Instruction:
    """CloseAccount."""
    return _token(program, b"\x09", owner, (account, True), (rent_to, True))
