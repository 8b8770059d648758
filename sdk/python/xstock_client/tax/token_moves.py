"""What a transaction did to token accounts of one mint, read from the Token-2022 instructions that ran in it.

Every change of a balance is such an instruction, whichever program called it, so this works with every ledger; whether
none was missed shows when the balances that follow are compared with the chain's. Numbers are those of
spl-token-2022-interface 4.0 (instruction.rs). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, TypeAlias

from solders.pubkey import Pubkey

from xstock_client.constants import TOKEN_2022, TOKEN_PROGRAMS
from xstock_client.errors import DecodeError
from xstock_client.ledger import ExecutedInstruction, ExecutedTransaction

__all__ = ["Burned", "Closed", "Given", "Minted", "Moved", "Opened", "Step", "paid_into", "signed_for", "steps"]


@dataclass(frozen=True, slots=True)
class Opened:
    """An account began, empty."""

    account: Pubkey
    mint: Pubkey
    owner: Pubkey


@dataclass(frozen=True, slots=True)
class Closed:
    """An account ended, empty."""

    account: Pubkey


@dataclass(frozen=True, slots=True)
class Given:
    """An account, with all that is in it, got another owner."""

    account: Pubkey
    owner: Pubkey


@dataclass(frozen=True, slots=True)
class Moved:
    """Raw units went from one account to another."""

    source: Pubkey
    destination: Pubkey
    amount: int


@dataclass(frozen=True, slots=True)
class Minted:
    """Raw units began in an account."""

    account: Pubkey
    amount: int


@dataclass(frozen=True, slots=True)
class Burned:
    """Raw units of an account ended."""

    account: Pubkey
    amount: int


Step: TypeAlias = Opened | Closed | Given | Moved | Minted | Burned


class _Kind(IntEnum):
    """The first byte of an instruction."""

    INITIALIZE_ACCOUNT = 1
    TRANSFER = 3
    APPROVE = 4
    SET_AUTHORITY = 6
    MINT_TO = 7
    BURN = 8
    CLOSE_ACCOUNT = 9
    TRANSFER_CHECKED = 12
    APPROVE_CHECKED = 13
    MINT_TO_CHECKED = 14
    BURN_CHECKED = 15
    INITIALIZE_ACCOUNT_2 = 16
    INITIALIZE_ACCOUNT_3 = 18
    TRANSFER_FEE_EXTENSION = 26
    PERMISSIONED_BURN_EXTENSION = 46
    BATCH = 255


_TRANSFER_WITH_FEE: Final = 1
_PERMISSIONED_BURNS: Final = (1, 2)
_ACCOUNT_OWNER, _CLOSE_AUTHORITY = 2, 3
# Where the authority over the first account stands; an approval opens the way to moves that somebody else signs.
_AUTHORITY_AT: Final[Mapping[int, int]] = {
    _Kind.TRANSFER: 2,
    _Kind.APPROVE: 2,
    _Kind.SET_AUTHORITY: 1,
    _Kind.BURN: 2,
    _Kind.CLOSE_ACCOUNT: 2,
    _Kind.TRANSFER_CHECKED: 3,
    _Kind.APPROVE_CHECKED: 3,
    _Kind.BURN_CHECKED: 2,
    _Kind.TRANSFER_FEE_EXTENSION: 3,
    _Kind.PERMISSIONED_BURN_EXTENSION: 3,
}


def steps(executed: ExecutedTransaction) -> Iterator[Step]:
    """What Token-2022 did to accounts of any mint, in order; nothing in a failed transaction. Raises DecodeError."""
    for one in _token_instructions(executed):
        data, keys = one.data, one.accounts
        try:
            match data[0]:
                case _Kind.INITIALIZE_ACCOUNT:
                    yield Opened(keys[0], keys[1], keys[2])
                case _Kind.INITIALIZE_ACCOUNT_2 | _Kind.INITIALIZE_ACCOUNT_3:
                    yield Opened(keys[0], keys[1], Pubkey(data[1:33]))
                case _Kind.TRANSFER:
                    yield Moved(keys[0], keys[1], _u64(data, 1))
                case _Kind.TRANSFER_CHECKED:
                    yield Moved(keys[0], keys[2], _u64(data, 1))
                case _Kind.TRANSFER_FEE_EXTENSION if data[1] == _TRANSFER_WITH_FEE:
                    yield Moved(keys[0], keys[2], _u64(data, 2))
                case _Kind.MINT_TO | _Kind.MINT_TO_CHECKED:
                    yield Minted(keys[1], _u64(data, 1))
                case _Kind.BURN | _Kind.BURN_CHECKED:
                    yield Burned(keys[0], _u64(data, 1))
                case _Kind.PERMISSIONED_BURN_EXTENSION if data[1] in _PERMISSIONED_BURNS:
                    yield Burned(keys[0], _u64(data, 2))
                case _Kind.CLOSE_ACCOUNT:
                    yield Closed(keys[0])
                case _Kind.SET_AUTHORITY if data[1] == _ACCOUNT_OWNER and data[2]:
                    yield Given(keys[0], Pubkey(data[3:35]))
                case _:
                    pass
        except (IndexError, ValueError):
            raise DecodeError(
                f"transaction {executed.signature} holds an instruction {data[0]} of Token-2022 that this SDK cannot"
                " read; update the SDK"
            ) from None


def signed_for(executed: ExecutedTransaction, authority: Pubkey) -> Iterator[Pubkey]:
    """Token accounts out of which ``authority`` moved something, or let somebody else, or which it closed."""
    for one in _token_instructions(executed):
        place = _AUTHORITY_AT.get(one.data[0])
        if place is None or one.accounts[place : place + 1] != (authority,):
            continue
        if one.data[0] != _Kind.SET_AUTHORITY or one.data[1] in (_ACCOUNT_OWNER, _CLOSE_AUTHORITY):
            yield one.accounts[0]


def paid_into(executed: ExecutedTransaction, account: Pubkey) -> tuple[Pubkey, int] | None:
    """The mint, of either token program, that this transaction moved into ``account``, and its decimals; None for none.

    Decimals stand in the transfer itself, which the token program has compared with the mint's.
    """
    for one in executed.instructions:
        checked = one.program_id in TOKEN_PROGRAMS and one.data[:1] == bytes([_Kind.TRANSFER_CHECKED])
        if checked and len(one.data) >= 10 and one.accounts[2:3] == (account,):
            return one.accounts[1], one.data[9]
    return None


def _token_instructions(executed: ExecutedTransaction) -> Iterator[ExecutedInstruction]:
    """Those of Token-2022, with batches taken apart."""
    if executed.error is not None:
        return
    for one in executed.instructions:
        if one.program_id == TOKEN_2022 and one.data:
            if one.data[0] == _Kind.BATCH:
                yield from _unpacked(one)
            else:
                yield one


def _unpacked(batch: ExecutedInstruction) -> Iterator[ExecutedInstruction]:
    """Instructions of a batch: number of accounts, length of the data, the data; the accounts in the same order."""
    at, account = 1, 0
    while at + 2 < len(batch.data):
        count, length = batch.data[at], batch.data[at + 1]
        at += 2
        inner = batch.data[at : at + length]
        if inner:
            yield replace(batch, data=inner, accounts=batch.accounts[account : account + count])
        at, account = at + length, account + count


def _u64(data: bytes, at: int) -> int:
    value = data[at : at + 8]
    if len(value) != 8:
        raise IndexError
    return int.from_bytes(value, "little")
