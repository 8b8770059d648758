"""Every address that the program derives. Seeds are those of programs/xstock_vault/src/seeds.rs."""

from __future__ import annotations

from functools import lru_cache

from solders.pubkey import Pubkey

from xstock_client._wire import u8, u32, u64
from xstock_client.constants import ASSOCIATED_TOKEN, EVENT_AUTHORITY, PROGRAM_ID, TOKEN_2022

__all__ = [
    "allowance",
    "asset",
    "claim_page",
    "corporate_action",
    "distribution",
    "escrow",
    "event_authority",
    "holder_book",
    "isin_bytes",
    "isin_marker",
    "issuer",
    "mint",
    "recipient",
    "redemption_request",
    "reserve",
    "role",
    "snapshot",
    "symbol_bytes",
    "symbol_marker",
    "ticket_page",
    "token_account",
]

_TEXT_LENGTH = 12
"""Bytes of an ISIN and of a symbol."""


def issuer(id: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The issuer that was created with ``id`` (u64)."""
    return _find(program_id, b"issuer", u64("id", id))


def role(issuer: Pubkey, role: int, member: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The grant of ``role`` (see constants.Role) to ``member`` by ``issuer``."""
    return _find(program_id, b"role", bytes(issuer), u8("role", role), bytes(member))


def asset(issuer: Pubkey, number: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The issuer's asset ``number`` (u32, counting from zero)."""
    return _find(program_id, b"asset", bytes(issuer), u32("number", number))


def mint(asset: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The Token-2022 mint of ``asset``."""
    return _find(program_id, b"mint", bytes(asset))


def escrow(asset: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The token account that holds all pending redemptions of ``asset``."""
    return _find(program_id, b"escrow", bytes(asset))


def reserve(asset: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The account of all custodians of ``asset``."""
    return _find(program_id, b"reserve", bytes(asset))


def isin_marker(issuer: Pubkey, isin: str, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Exists when ``issuer`` has an asset of this ISIN."""
    return _find(program_id, b"isin", bytes(issuer), isin_bytes(isin))


def symbol_marker(issuer: Pubkey, symbol: str, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Exists when ``issuer`` has an asset of this symbol."""
    return _find(program_id, b"symbol", bytes(issuer), symbol_bytes(symbol))


def allowance(asset: Pubkey, minter: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """How much ``minter`` may mint of ``asset``."""
    return _find(program_id, b"minter", bytes(asset), bytes(minter))


def ticket_page(asset: Pubkey, page: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The bitmap of tickets ``page * 4096`` to ``page * 4096 + 4095`` of ``asset``."""
    return _find(program_id, b"tickets", bytes(asset), u32("page", page))


def holder_book(asset: Pubkey, holder: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Where ``holder``'s redemption requests of ``asset`` are counted."""
    return _find(program_id, b"book", bytes(asset), bytes(holder))


def redemption_request(asset: Pubkey, holder: Pubkey, id: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The holder's request ``id`` (u64, counting from zero per asset and holder)."""
    return _find(program_id, b"redeem", bytes(asset), bytes(holder), u64("id", id))


def corporate_action(asset: Pubkey, number: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The asset's corporate action ``number`` (u32, counting from zero)."""
    return _find(program_id, b"action", bytes(asset), u32("number", number))


def snapshot(asset: Pubkey, number: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The asset's record-date snapshot ``number`` (u32, counting from zero)."""
    return _find(program_id, b"snapshot", bytes(asset), u32("number", number))


def distribution(snapshot: Pubkey, number: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Distribution ``number`` (u32, counting from zero) to the holders of a snapshot."""
    return _find(program_id, b"dist", bytes(snapshot), u32("number", number))


def claim_page(distribution: Pubkey, page: int, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The bitmap of the distribution's leaves ``page * 4096`` to ``page * 4096 + 4095``."""
    return _find(program_id, b"claims", bytes(distribution), u32("page", page))


def recipient(asset: Pubkey, owner: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Where it stands who gets the dividends of ``owner``."""
    return _find(program_id, b"recipient", bytes(asset), bytes(owner))


def event_authority(program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """The only address that signs the program's events."""
    return EVENT_AUTHORITY if program_id == PROGRAM_ID else _event_authority(program_id)


def token_account(owner: Pubkey, mint: Pubkey, program: Pubkey = TOKEN_2022) -> Pubkey:
    """The owner's associated token account of a mint of ``program``: Token-2022, as the stocks are, or SPL Token."""
    return _find(ASSOCIATED_TOKEN, bytes(owner), bytes(program), bytes(mint))


def isin_bytes(isin: str) -> bytes:
    """The twelve ASCII bytes of an ISIN. Raises ValueError; the check digit is the program's to judge."""
    encoded = _ascii("an ISIN", isin)
    if len(encoded) != _TEXT_LENGTH:
        raise ValueError(f"an ISIN has {_TEXT_LENGTH} characters, not {len(encoded)}: {isin!r}")
    return encoded


def symbol_bytes(symbol: str) -> bytes:
    """A symbol of 1 to 12 ASCII characters, zero padded. Raises ValueError."""
    encoded = _ascii("a symbol", symbol)
    if not 1 <= len(encoded) <= _TEXT_LENGTH:
        raise ValueError(f"a symbol has 1 to {_TEXT_LENGTH} characters, not {len(encoded)}: {symbol!r}")
    return encoded.ljust(_TEXT_LENGTH, b"\0")


def _ascii(what: str, value: str) -> bytes:
    if not value.isascii() or "\0" in value:
        raise ValueError(f"{what} is plain ASCII, not {value!r}")
    return value.encode("ascii")


def _find(program_id: Pubkey, *seeds: bytes) -> Pubkey:
    return Pubkey.find_program_address(seeds, program_id)[0]


@lru_cache(maxsize=8)
def _event_authority(program_id: Pubkey) -> Pubkey:
    return _find(program_id, b"__event_authority")
