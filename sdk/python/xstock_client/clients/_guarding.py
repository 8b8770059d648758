"""The desk's guardians: pausers stop things, unpausers start them again."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.clients._base import Sender
from xstock_client.constants import Halt, Role
from xstock_client.ledger import Receipt

__all__ = ["Guarding"]


class Guarding(Sender):
    """Signed by a key with the pauser or the unpauser role."""

    issuer: Pubkey

    def halt_instructions(self, asset: Pubkey, functions: Halt) -> list[Instruction]:
        """Stop minting, new redemption requests, or both, as a pauser."""
        return [
            instructions.halt(
                pauser=self.authority,
                grant=self._guardian_grant(Role.PAUSER),
                asset=asset,
                functions=int(functions),
                program_id=self._program_id,
            )
        ]

    async def halt(self, asset: Pubkey, functions: Halt) -> Receipt:
        """Stop functions at once. Cancelling, settling, attesting and checking never stop."""
        return await self._send(self.halt_instructions(asset, functions), issuer=self.issuer)

    def resume_instructions(self, asset: Pubkey, functions: Halt) -> list[Instruction]:
        """Lift halts, as an unpauser."""
        return [
            instructions.resume(
                unpauser=self.authority,
                grant=self._guardian_grant(Role.UNPAUSER),
                asset=asset,
                functions=int(functions),
                program_id=self._program_id,
            )
        ]

    async def resume(self, asset: Pubkey, functions: Halt) -> Receipt:
        """Lift halts; the solvency latch is another thing, see :meth:`reopen`."""
        return await self._send(self.resume_instructions(asset, functions), issuer=self.issuer)

    def reopen_instructions(self, asset: Pubkey) -> list[Instruction]:
        """Open the solvency latch, as an unpauser."""
        return [
            instructions.reopen(
                unpauser=self.authority,
                grant=self._guardian_grant(Role.UNPAUSER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    async def reopen(self, asset: Pubkey) -> Receipt:
        """Open the solvency latch; refused until fresh reports cover the obligation again."""
        return await self._send(self.reopen_instructions(asset), issuer=self.issuer)

    def _guardian_grant(self, role: Role) -> Pubkey:
        return pda.role(self.issuer, int(role), self.authority, program_id=self._program_id)
