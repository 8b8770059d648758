"""A stablecoin like USDC for rehearsals: an SPL Token mint made by real instructions, on any ledger.

No real stablecoin lives on a localnet or on the embedded ledger, and none of a public test cluster gives its mint
authority away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from xstock_client import pda
from xstock_client._wire import u8, u64
from xstock_client.amounts import Cash
from xstock_client.clients.token import TokenAccount, create_token_account
from xstock_client.constants import TOKEN
from xstock_client.ledger import KeypairSigner, Ledger, Receipt, Signer

__all__ = ["DECIMALS", "MINT_SIZE", "Stablecoin", "issue_instructions", "mint_instructions"]

DECIMALS: Final = 6
"""As USDC, USDT and PYUSD have."""
MINT_SIZE: Final = 82
"""Bytes of an SPL Token mint, for its rent."""
_MINT_TO_CHECKED: Final = b"\x0e"
_INITIALIZE_MINT: Final = b"\x14"


def mint_instructions(
    *, payer: Pubkey, mint: Pubkey, authority: Pubkey, rent: int, decimals: int = DECIMALS
) -> list[Instruction]:
    """Make the mint, with ``authority`` to create more and to freeze; ``payer`` and ``mint`` sign.

    ``rent`` is what :data:`MINT_SIZE` bytes cost, in lamports.
    """
    space = CreateAccountParams(from_pubkey=payer, to_pubkey=mint, lamports=rent, space=MINT_SIZE, owner=TOKEN)
    data = _INITIALIZE_MINT + u8("decimals", decimals) + bytes(authority) + b"\x01" + bytes(authority)
    return [create_account(space), Instruction(TOKEN, data, [AccountMeta(mint, is_signer=False, is_writable=True)])]


def issue_instructions(
    *, payer: Pubkey, mint: Pubkey, authority: Pubkey, owner: Pubkey, amount: Cash, decimals: int = DECIMALS
) -> list[Instruction]:
    """Create ``amount`` base units in the owner's associated account, opened if need be; payer and authority sign."""
    to = pda.token_account(owner, mint, TOKEN)
    metas = [
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(to, is_signer=False, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
    ]
    data = _MINT_TO_CHECKED + u64("amount", amount.value) + u8("decimals", decimals)
    return [create_token_account(payer, owner, mint, TOKEN), Instruction(TOKEN, data, metas)]


@dataclass(frozen=True, slots=True)
class Stablecoin:
    """A stablecoin and its issuer, who also pays for everything."""

    ledger: Ledger
    issuer: Signer
    mint: Pubkey
    decimals: int = DECIMALS

    @classmethod
    async def create(cls, ledger: Ledger, issuer: Signer, *, decimals: int = DECIMALS) -> Stablecoin:
        """Make a mint at a new address; ``issuer`` pays, creates and freezes. Raises LedgerError."""
        key = KeypairSigner(Keypair())
        to_send = mint_instructions(
            payer=issuer.pubkey,
            mint=key.pubkey,
            authority=issuer.pubkey,
            rent=await ledger.rent(MINT_SIZE),
            decimals=decimals,
        )
        await ledger.send(to_send, issuer, [key])
        return cls(ledger, issuer, key.pubkey, decimals)

    def account(self, owner: Pubkey) -> Pubkey:
        """The owner's associated token account."""
        return pda.token_account(owner, self.mint, TOKEN)

    async def give(self, owner: Pubkey, amount: Cash) -> Receipt:
        """Create ``amount`` base units in the owner's associated account, opened if need be. Raises LedgerError."""
        to_send = issue_instructions(
            payer=self.issuer.pubkey,
            mint=self.mint,
            authority=self.issuer.pubkey,
            owner=owner,
            amount=amount,
            decimals=self.decimals,
        )
        return await self.ledger.send(to_send, self.issuer)

    async def balance(self, owner: Pubkey) -> Cash:
        """Base units in the owner's associated account; zero when there is none. Raises LedgerError."""
        account = await self.ledger.account(self.account(owner))
        return Cash(0 if account is None else TokenAccount.decode(account).amount.value)
