"""What the scenario works with: an anchorpy Provider, its program, and a record of what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

import xstock_client.anchorpy
from tests.anchorpy.reading import plain
from xstock_client import events, pda
from xstock_client.accounts import decode_account
from xstock_client.anchorpy import AnchorpyLedger, accounts
from xstock_client.constants import ASSOCIATED_TOKEN, SYSTEM, TOKEN_2022


@dataclass
class Desk:
    """A Provider with a funded wallet, the program, and what has happened so far."""

    provider: Any
    program: Any
    ledger: AnchorpyLedger
    sent: set[str] = field(default_factory=set)
    seen: list[events.Event] = field(default_factory=list)
    fetched: set[str] = field(default_factory=set)

    @property
    def me(self) -> Pubkey:
        key: Pubkey = self.provider.wallet.public_key
        return key

    def builder(self, name: str, *arguments: Any, **given: Any) -> Any:
        return self.program.methods[name].args(list(arguments)).accounts(accounts(name, **given))

    async def run(self, builder: Any, name: str, *kinds: type) -> Any:
        """Send one instruction by anchorpy; its events must be of ``kinds``. Returns the last."""
        signature = await builder.rpc()
        found = await xstock_client.anchorpy.events(self.provider, signature)
        assert tuple(type(one) for one in found) == kinds
        self.sent.add(name)
        self.seen.extend(found)
        return found[-1]

    async def call(self, name: str, kind: type, *arguments: Any, **given: Any) -> Any:
        return await self.run(self.builder(name, *arguments, **given), name, kind)

    async def fetch(self, kind: str, address: Pubkey) -> Any:
        """The account by anchorpy, which must agree with the SDK's own reading of the same bytes."""
        found = await self.program.account[kind].fetch(address)
        state = await self.ledger.account(address)
        assert state is not None and plain(found) == plain(decode_account(state.data))
        self.fetched.add(kind)
        return found


class RemoteWallet:
    """A wallet of anchorpy's shape that keeps its key to itself, as a hardware wallet does."""

    def __init__(self, keypair: Keypair) -> None:
        self._keypair = keypair
        self.public_key = keypair.pubkey()

    async def sign_transaction(self, transaction: VersionedTransaction) -> VersionedTransaction:
        return VersionedTransaction(transaction.message, [self._keypair])


def open_token_account(payer: Pubkey, owner: Pubkey, mint: Pubkey) -> Instruction:
    metas = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(pda.token_account(owner, mint), is_signer=False, is_writable=True),
        *(AccountMeta(key, is_signer=False, is_writable=False) for key in (owner, mint, SYSTEM, TOKEN_2022)),
    ]
    return Instruction(ASSOCIATED_TOKEN, b"\x01", metas)
