"""A stablecoin of Token-2022 on a real cluster, with two of the extensions that the large ones have."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from xstock_client import pda
from xstock_client.amounts import Cash
from xstock_client.clients.token import create_token_account
from xstock_client.constants import TOKEN_2022
from xstock_client.ledger import KeypairSigner, RpcLedger

__all__ = ["NewDollar"]

_SIZE = 166 + (4 + 108) + (4 + 32)
_DECIMALS = 6


@dataclass(frozen=True)
class NewDollar:
    """Its issuer could take a fee of transfers, and takes none; and it is the permanent delegate of every account."""

    ledger: RpcLedger
    issuer: KeypairSigner
    mint: Pubkey

    @classmethod
    async def create(cls, ledger: RpcLedger, issuer: KeypairSigner) -> NewDollar:
        key, bank = KeypairSigner(Keypair()), bytes(issuer.pubkey)
        rent = await ledger.rent(_SIZE)
        space = CreateAccountParams(
            from_pubkey=issuer.pubkey, to_pubkey=key.pubkey, lamports=rent, space=_SIZE, owner=TOKEN_2022
        )
        no_fee = (0).to_bytes(2, "little") + (10**12).to_bytes(8, "little")
        inits = [
            b"\x1a\0" + (b"\x01" + bank) * 2 + no_fee,
            b"\x23" + bank,
            b"\x14" + bytes([_DECIMALS]) + bank + b"\x01" + bank,
        ]
        mint = AccountMeta(key.pubkey, is_signer=False, is_writable=True)
        calls = [Instruction(TOKEN_2022, data, [mint]) for data in inits]
        await ledger.send([create_account(space), *calls], issuer, [key])
        return cls(ledger, issuer, key.pubkey)

    def account(self, owner: Pubkey) -> Pubkey:
        return pda.token_account(owner, self.mint, TOKEN_2022)

    async def give(self, owner: Pubkey, amount: Cash) -> None:
        metas = [
            AccountMeta(self.mint, is_signer=False, is_writable=True),
            AccountMeta(self.account(owner), is_signer=False, is_writable=True),
            AccountMeta(self.issuer.pubkey, is_signer=True, is_writable=False),
        ]
        data = b"\x0e" + amount.value.to_bytes(8, "little") + bytes([_DECIMALS])
        opened = create_token_account(self.issuer.pubkey, owner, self.mint, TOKEN_2022)
        await self.ledger.send([opened, Instruction(TOKEN_2022, data, metas)], self.issuer)
