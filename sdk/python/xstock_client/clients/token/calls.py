"""Instructions of both token programs. Numbers are those of spl-token-2022-interface 4.0, instruction.rs.

Each is for the top level of a transaction, where an account with a CPI guard lets its owner do anything: a program
can move tokens out of such an account only for a delegate that was approved before.
"""

from __future__ import annotations

from typing import Final

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client._wire import u8, u64
from xstock_client.amounts import Cash, Raw
from xstock_client.constants import ASSOCIATED_TOKEN, SYSTEM, TOKEN_2022, TOKEN_PROGRAMS
from xstock_client.errors import UsageError

__all__ = ["approve", "create_token_account", "revoke", "transfer_checked"]

_CREATE_IDEMPOTENT: Final = b"\x01"
_REVOKE: Final = b"\x05"
_TRANSFER_CHECKED: Final = b"\x0c"
_APPROVE_CHECKED: Final = b"\x0d"


def create_token_account(payer: Pubkey, owner: Pubkey, mint: Pubkey, program: Pubkey = TOKEN_2022) -> Instruction:
    """Open the owner's associated token account if it does not exist; ``payer`` pays its rent.

    ``program`` is the one that owns the mint. Raises UsageError when it is no token program.
    """
    return Instruction(
        ASSOCIATED_TOKEN,
        _CREATE_IDEMPOTENT,  # somebody may open it in between
        [
            AccountMeta(payer, is_signer=True, is_writable=True),
            _writable(pda.token_account(owner, mint, _known(program))),
            _readonly(owner),
            _readonly(mint),
            _readonly(SYSTEM),
            _readonly(program),
        ],
    )


def approve(
    *,
    account: Pubkey,
    mint: Pubkey,
    delegate: Pubkey,
    owner: Pubkey,
    amount: Raw | Cash,
    decimals: int,
    program: Pubkey = TOKEN_2022,
) -> Instruction:
    """Let ``delegate`` move up to ``amount`` base units out of ``account``, in place of what was approved before.

    ``owner`` signs. Raises UsageError when ``program`` is no token program.
    """
    return Instruction(
        _known(program),
        _APPROVE_CHECKED + u64("amount", amount.value) + u8("decimals", decimals),
        [_writable(account), _readonly(mint), _readonly(delegate), _signer(owner)],
    )


def revoke(*, account: Pubkey, owner: Pubkey, program: Pubkey = TOKEN_2022) -> Instruction:
    """Take back what was approved; ``owner`` signs. Raises UsageError when ``program`` is no token program."""
    return Instruction(_known(program), _REVOKE, [_writable(account), _signer(owner)])


def transfer_checked(
    *,
    source: Pubkey,
    mint: Pubkey,
    destination: Pubkey,
    authority: Pubkey,
    amount: Raw | Cash,
    decimals: int,
    program: Pubkey = TOKEN_2022,
) -> Instruction:
    """Move ``amount`` base units; ``authority``, the source's owner or delegate, signs.

    For mints without a transfer hook, which would need more accounts. Raises UsageError when ``program`` is no token
    program.
    """
    return Instruction(
        _known(program),
        _TRANSFER_CHECKED + u64("amount", amount.value) + u8("decimals", decimals),
        [_writable(source), _readonly(mint), _writable(destination), _signer(authority)],
    )


def _known(program: Pubkey) -> Pubkey:
    if program not in TOKEN_PROGRAMS:
        known = ", ".join(f"{name} is {address}" for address, name in TOKEN_PROGRAMS.items())
        raise UsageError(f"{program} is no token program: {known}; give the one that owns the mint")
    return program


def _writable(address: Pubkey) -> AccountMeta:
    return AccountMeta(address, is_signer=False, is_writable=True)


def _readonly(address: Pubkey) -> AccountMeta:
    return AccountMeta(address, is_signer=False, is_writable=False)


def _signer(address: Pubkey) -> AccountMeta:
    return AccountMeta(address, is_signer=True, is_writable=False)
