"""A cluster that gives no answers."""

from __future__ import annotations

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.unit.clients.world import NOW, PROGRAM, World
from xstock_client.errors import TransactionFailed, Unconfirmed
from xstock_client.ledger import Account, EmbeddedLedger, LookupTable, OutcomeCheck, Receipt, Signer

__all__ = ["Silent", "silent_world"]


class Silent(EmbeddedLedger):
    """A cluster that takes a transaction and never tells what became of it; the caller's check decides."""

    lands = True
    silent = False
    blind = False

    async def account(self, address: Pubkey) -> Account | None:
        if self.blind:
            raise Unconfirmed("no answer", "1111")
        return await super().account(address)

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        if not self.silent:
            return await super().send(instructions, payer, signers, verify=verify, tables=tables)
        receipt = await super().send(instructions, payer, signers, tables=tables) if self.lands else None
        assert verify is not None
        if self.blind:
            raise Unconfirmed("the outcome is unknown", "1111")
        if await verify() == "done":
            assert receipt is not None
            return receipt
        raise TransactionFailed("it did not land and never will")


async def silent_world() -> World:
    """A world on such a cluster, which answers until it is told not to."""
    made = World(Silent(program=PROGRAM, now=NOW))
    await made.build()
    await made.attest(60, 50)
    return made
