"""What holders do with their tokens past the program: bare instructions of Token-2022."""

from __future__ import annotations

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from tests.embedded.calls import TREASURY, Stock
from xstock_client.clients.token import create_token_account
from xstock_client.constants import TOKEN_2022


def open_token_account(stock: Stock, owner: Pubkey) -> Instruction:
    """Opens the owner's associated token account, as wallets do."""
    return create_token_account(TREASURY, owner, stock.mint)


def token(data: bytes, *accounts: tuple[Pubkey, str]) -> Instruction:
    """A bare instruction of Token-2022; flags: ``w`` writable, ``s`` signer."""
    metas = [AccountMeta(address, is_signer="s" in flags, is_writable="w" in flags) for address, flags in accounts]
    return Instruction(TOKEN_2022, data, metas)


def burn(stock: Stock, holder: Pubkey, amount: int) -> Instruction:
    """A holder burns their own tokens, past the program."""
    data = b"\x08" + amount.to_bytes(8, "little")
    return token(data, (stock.wallet(holder), "w"), (stock.mint, "w"), (holder, "s"))


def transfer(stock: Stock, sender: Pubkey, receiver: Pubkey, amount: int) -> Instruction:
    """A holder's transfer to another holder, past the program."""
    return transfer_to(stock, sender, stock.wallet(receiver), amount)


def transfer_to(stock: Stock, sender: Pubkey, account: Pubkey, amount: int) -> Instruction:
    """A holder's transfer to any token account."""
    data = b"\x0c" + amount.to_bytes(8, "little") + b"\x08"
    return token(data, (stock.wallet(sender), "w"), (stock.mint, ""), (account, "w"), (sender, "s"))
