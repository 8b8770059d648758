"""What holders do with their tokens past the program, and what is read of it."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from tests.unit.cli.desk import ISSUER_ID, MINT, Desk
from xstock_client import pda
from xstock_client.amounts import Raw
from xstock_client.clients.token import create_token_account, transfer_checked
from xstock_client.constants import TOKEN_2022
from xstock_client.ledger import ExecutedTransaction, KeypairSigner
from xstock_client.tax import HolderHistory, read_history

ASSET = pda.asset(pda.issuer(int(ISSUER_ID)), 0)
ONE = 10**8
DAY = 86_400
ACCOUNT_BYTES = 165 + 1 + 4 + 4  # with the extension of a pausable mint


def key(desk: Desk, name: str) -> Pubkey:
    return Pubkey.from_string(desk.address(name))


def history(desk: Desk, name: str = "holder", ledger: Any = None) -> HolderHistory:
    return asyncio.run(read_history(ledger or desk.ledger, ASSET, key(desk, name)))


def send(desk: Desk, name: str, *instructions: Instruction, also: tuple[Keypair, ...] = ()) -> ExecutedTransaction:
    signers = [KeypairSigner(one) for one in also]
    receipt = asyncio.run(desk.ledger.send(list(instructions), KeypairSigner(desk.keys[name]), signers))
    return receipt.executed


def move(desk: Desk, source: Pubkey, destination: Pubkey, authority: str, whole: int) -> Instruction:
    return transfer_checked(
        source=source,
        mint=MINT,
        destination=destination,
        authority=key(desk, authority),
        amount=Raw(whole * ONE),
        decimals=8,
    )


def own(desk: Desk, name: str) -> Pubkey:
    return Pubkey.from_string(desk.account(name))


def give(desk: Desk, giver: str, taker: str, whole: int) -> ExecutedTransaction:
    payer, owner = key(desk, giver), key(desk, taker)
    opened = create_token_account(payer, owner, MINT)
    return send(desk, giver, opened, move(desk, own(desk, giver), own(desk, taker), giver, whole))


def burn(desk: Desk, name: str, whole: int) -> Instruction:
    """Past the program: anybody may burn their own."""
    metas = [
        AccountMeta(own(desk, name), is_signer=False, is_writable=True),
        AccountMeta(MINT, is_signer=False, is_writable=True),
        AccountMeta(key(desk, name), is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_2022, b"\x08" + struct.pack("<Q", whole * ONE), metas)


def second_account(desk: Desk, payer: str, owner: str) -> tuple[Keypair, list[Instruction]]:
    """A token account that is nobody's associated one."""
    made = Keypair()
    rent = asyncio.run(desk.ledger.rent(ACCOUNT_BYTES))
    params = CreateAccountParams(
        from_pubkey=key(desk, payer), to_pubkey=made.pubkey(), lamports=rent, space=ACCOUNT_BYTES, owner=TOKEN_2022
    )
    metas = [
        AccountMeta(made.pubkey(), is_signer=False, is_writable=True),
        AccountMeta(MINT, is_signer=False, is_writable=False),
    ]
    return made, [create_account(params), Instruction(TOKEN_2022, b"\x12" + bytes(key(desk, owner)), metas)]


def close(desk: Desk, account: Pubkey, owner: str) -> Instruction:
    metas = [
        AccountMeta(account, is_signer=False, is_writable=True),
        AccountMeta(key(desk, owner), is_signer=False, is_writable=True),
        AccountMeta(key(desk, owner), is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_2022, b"\x09", metas)


def hand_over(desk: Desk, account: Pubkey, owner: str, heir: str) -> Instruction:
    metas = [
        AccountMeta(account, is_signer=False, is_writable=True),
        AccountMeta(key(desk, owner), is_signer=True, is_writable=False),
    ]
    return Instruction(TOKEN_2022, b"\x06\x02\x01" + bytes(key(desk, heir)), metas)


def minted(desk: Desk) -> Desk:
    """A holder gets 1,000 tokens."""
    for name in ("friend", "holder"):
        desk.fund(name)
    mint = ("mint", "AAPLx", "1000", "--to", desk.address("holder"), "--ticket", "1")
    desk.ok(*mint, "--open-page", "--open-account", key="member")
    return desk


def facts(told: HolderHistory) -> list[tuple[str, int]]:
    """How and how many whole tokens, in order."""
    return [(one.how.value, one.raw.value // ONE) for one in told.moves]


def request(desk: Desk, whole: int) -> None:
    desk.ok("redeem", "request", "AAPLx", str(whole), "--min-price", "150", key="holder")
