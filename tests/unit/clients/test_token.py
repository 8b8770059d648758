"""Accounts and instructions of both token programs: against solana-py's builders, and against bytes made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from spl.token import instructions as spl
from spl.token import models

from xstock_client import pda
from xstock_client.amounts import U64_MAX, Raw
from xstock_client.clients.token import (
    Extension,
    TokenAccount,
    TokenMint,
    approve,
    create_token_account,
    revoke,
    transfer_checked,
)
from xstock_client.constants import SYSTEM, TOKEN, TOKEN_2022, TOKEN_PROGRAMS
from xstock_client.errors import DecodeError, UsageError
from xstock_client.ledger import Account

MINT, OWNER, OTHER, PAYER = (Pubkey(bytes([byte]) * 32) for byte in (1, 2, 3, 4))
BOTH = pytest.mark.parametrize("program", [TOKEN, TOKEN_2022], ids=["spl-token", "token-2022"])
NOBODY = bytes(36)


def some(address: Pubkey) -> bytes:
    return b"\x01\0\0\0" + bytes(address)


def behind(base: bytes, kind: int, extensions: Mapping[int, bytes]) -> bytes:
    tlv = b"".join(
        number.to_bytes(2, "little") + len(value).to_bytes(2, "little") + value for number, value in extensions.items()
    )
    return base.ljust(165, b"\0") + bytes([kind]) + tlv


def account_bytes(
    *, delegate: bytes = NOBODY, state: int = 1, delegated: int = 0, closer: bytes = NOBODY, amount: int = 7
) -> bytes:
    data = bytes(MINT) + bytes(OWNER) + amount.to_bytes(8, "little") + delegate + bytes([state]) + bytes(12)
    data += delegated.to_bytes(8, "little") + closer
    assert len(data) == 165
    return data


def mint_bytes(
    *, issuer: bytes = NOBODY, freezer: bytes = NOBODY, decimals: int = 6, initialized: int = 1, supply: int = 11
) -> bytes:
    data = issuer + supply.to_bytes(8, "little") + bytes([decimals, initialized]) + freezer
    assert len(data) == 82
    return data


def account(data: bytes, program: Pubkey = TOKEN_2022) -> Account:
    return Account(1, program, data)


# Instructions


@BOTH
def test_addresses_are_those_of_solana_py(program: Pubkey) -> None:
    assert pda.token_account(OWNER, MINT, program) == spl.get_associated_token_address(OWNER, MINT, program)


def test_a_stocks_account_is_the_default() -> None:
    assert pda.token_account(OWNER, MINT) == pda.token_account(OWNER, MINT, TOKEN_2022)
    assert create_token_account(PAYER, OWNER, MINT) == create_token_account(PAYER, OWNER, MINT, TOKEN_2022)


@BOTH
def test_instructions_are_those_of_solana_py(program: Pubkey) -> None:
    assert create_token_account(PAYER, OWNER, MINT, program) == spl.create_idempotent_associated_token_account(
        PAYER, OWNER, MINT, program
    )
    source, amount = pda.token_account(OWNER, MINT, program), 2**53 + 1
    assert approve(
        account=source, mint=MINT, delegate=OTHER, owner=OWNER, amount=Raw(amount), decimals=6, program=program
    ) == spl.approve_checked(
        models.ApproveCheckedParams(
            program_id=program, source=source, mint=MINT, delegate=OTHER, owner=OWNER, amount=amount, decimals=6
        )
    )
    assert revoke(account=source, owner=OWNER, program=program) == spl.revoke(
        models.RevokeParams(program_id=program, account=source, owner=OWNER)
    )
    assert transfer_checked(
        source=source, mint=MINT, destination=OTHER, authority=OWNER, amount=Raw(amount), decimals=6, program=program
    ) == spl.transfer_checked(
        models.TransferCheckedParams(
            program_id=program, source=source, mint=MINT, dest=OTHER, owner=OWNER, amount=amount, decimals=6
        )
    )


def test_no_other_program_is_taken_for_a_token_program() -> None:
    common: dict[str, Any] = {"program": SYSTEM, "amount": Raw(1), "decimals": 6, "mint": MINT}
    attempts: list[Callable[[], Instruction]] = [
        lambda: create_token_account(PAYER, OWNER, MINT, SYSTEM),
        lambda: approve(account=OTHER, delegate=OTHER, owner=OWNER, **common),
        lambda: revoke(account=OTHER, owner=OWNER, program=SYSTEM),
        lambda: transfer_checked(source=OTHER, destination=OTHER, authority=OWNER, **common),
    ]
    for build in attempts:
        with pytest.raises(UsageError, match=f"{SYSTEM} is no token program: SPL Token is {TOKEN}, Token-2022 is"):
            build()
    assert TOKEN_PROGRAMS == {TOKEN: "SPL Token", TOKEN_2022: "Token-2022"}


@pytest.mark.parametrize("decimals", [-1, 256])
def test_decimals_are_one_byte(decimals: int) -> None:
    with pytest.raises(ValueError, match="decimals"):
        approve(account=OTHER, mint=MINT, delegate=OTHER, owner=OWNER, amount=Raw(1), decimals=decimals)


# Accounts


@BOTH
def test_a_bare_account(program: Pubkey) -> None:
    assert TokenAccount.decode(account(account_bytes(), program)) == TokenAccount(
        program=program,
        mint=MINT,
        owner=OWNER,
        amount=Raw(7),
        delegate=None,
        delegated_amount=Raw(0),
        close_authority=None,
        frozen=False,
        memo_required=False,
        cpi_guard=False,
        immutable_owner=False,
        confidential_only=False,
    )


@BOTH
def test_everything_an_account_can_say(program: Pubkey) -> None:
    data = account_bytes(delegate=some(OTHER), state=2, delegated=5, closer=some(PAYER), amount=U64_MAX)
    found = TokenAccount.decode(account(data, program))
    assert (found.delegate, found.delegated_amount, found.close_authority) == (OTHER, Raw(5), PAYER)
    assert (found.frozen, found.amount, found.plain) == (True, Raw(U64_MAX), False)
    assert not replace(found, delegate=None).plain and not replace(found, close_authority=None).plain
    assert replace(found, delegate=None, close_authority=None).plain


def test_an_amount_without_a_delegate_is_nobodys() -> None:
    assert TokenAccount.decode(account(account_bytes(delegated=5))).delegated_amount == Raw(0)


@pytest.mark.parametrize(
    ("extension", "value", "name", "expected"),
    [
        (Extension.MEMO_TRANSFER, b"\x01", "memo_required", True),
        (Extension.MEMO_TRANSFER, b"\0", "memo_required", False),
        (Extension.CPI_GUARD, b"\x01", "cpi_guard", True),
        (Extension.CPI_GUARD, b"\0", "cpi_guard", False),
        (Extension.IMMUTABLE_OWNER, b"", "immutable_owner", True),
        (Extension.CONFIDENTIAL_TRANSFER_ACCOUNT, b"\x01" * 262 + b"\0" + bytes(32), "confidential_only", True),
        (Extension.CONFIDENTIAL_TRANSFER_ACCOUNT, b"\0" * 262 + b"\x01" + bytes(32), "confidential_only", False),
    ],
)
def test_an_accounts_extensions(extension: Extension, value: bytes, name: str, expected: bool) -> None:
    plain = TokenAccount.decode(account(account_bytes()))
    data = behind(account_bytes(), 2, {Extension.TRANSFER_FEE_AMOUNT: bytes(8), extension: value})
    said: dict[str, Any] = {name: expected}
    assert TokenAccount.decode(account(data)) == replace(plain, **said)


@BOTH
def test_a_bare_mint(program: Pubkey) -> None:
    data = mint_bytes(issuer=some(OWNER), freezer=some(OTHER))
    assert TokenMint.decode(account(data, program)) == TokenMint(
        program=program,
        supply=Raw(11),
        decimals=6,
        paused=False,
        mint_authority=OWNER,
        freeze_authority=OTHER,
        extensions={},
    )


def test_a_mints_extensions_keep_their_order_and_end_at_a_zero() -> None:
    wanted = {26: bytes(32) + b"\x01", 3: bytes(OTHER), 40_000: b"?"}
    found = TokenMint.decode(account(behind(mint_bytes(), 1, wanted | {0: b""}) + b"\x0c\0\0\0"))
    assert list(found.extensions.items()) == list(wanted.items())
    assert found.paused and found.mint_authority is None
    assert TokenMint.decode(account(behind(mint_bytes(), 1, {}) + b"\x0c\0\0")).extensions == {}


ACCOUNT, EXTENDED = account_bytes(), behind(account_bytes(), 2, {Extension.IMMUTABLE_OWNER: b""})
MINTED, EXTENDED_MINT = mint_bytes(), behind(mint_bytes(), 1, {Extension.PERMANENT_DELEGATE: bytes(32)})
MULTISIG = 355


@pytest.mark.parametrize(
    "wrong",
    [
        account(ACCOUNT, SYSTEM),
        account(b""),
        account(ACCOUNT[:-1]),
        account(EXTENDED, TOKEN),
        account(ACCOUNT + b"\x01"),
        account(ACCOUNT + b"\0"),
        account(MINTED),
        account(MINTED, TOKEN),
        account(EXTENDED_MINT),
        account(EXTENDED.ljust(MULTISIG, b"\0")),
        account(account_bytes(state=0)),
        account(account_bytes(state=3)),
        account(account_bytes(delegate=b"\x02" + bytes(35))),
    ],
)
def test_what_is_no_token_account(wrong: Account) -> None:
    with pytest.raises(DecodeError, match=rf"not a Token-2022 account, nor one of SPL Token: {len(wrong.data)} bytes"):
        TokenAccount.decode(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        account(MINTED, SYSTEM),
        account(b""),
        account(MINTED[:-1]),
        account(MINTED.ljust(165, b"\0")),
        account(EXTENDED_MINT, TOKEN),
        account(ACCOUNT),
        account(ACCOUNT, TOKEN),
        account(EXTENDED),
        account(behind(MINTED + b"\x01", 1, {})),
        account(EXTENDED_MINT.ljust(MULTISIG, b"\0")),
        account(mint_bytes(initialized=0)),
        account(mint_bytes(issuer=b"\x02" + bytes(35))),
    ],
)
def test_what_is_no_mint(wrong: Account) -> None:
    with pytest.raises(DecodeError, match=rf"not a Token-2022 mint, nor one of SPL Token: {len(wrong.data)} bytes"):
        TokenMint.decode(wrong)


def test_an_extension_that_is_cut_off() -> None:
    with pytest.raises(DecodeError, match=r"201 bytes end in the middle of its extension 12 \(permanent delegate\)"):
        TokenMint.decode(account(EXTENDED_MINT[:-1]))


@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=60).map(lambda tail: behind(MINTED, 1, {}) + tail),
        st.binary(max_size=60).map(lambda tail: behind(ACCOUNT, 2, {}) + tail),
        st.binary(max_size=60).map(lambda value: behind(MINTED, 1, {Extension.TOKEN_METADATA: bytes(64) + value})),
    ),
    program=st.sampled_from([TOKEN, TOKEN_2022]),
)
def test_any_bytes_are_read_or_refused(data: bytes, program: Pubkey) -> None:
    for kind in (TokenAccount, TokenMint):
        try:
            kind.decode(account(data, program))
        except DecodeError:
            continue
