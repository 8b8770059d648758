"""The desk's guardians: pausers stop things, unpausers start them again."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.clients._base import Member
from xstock_client.constants import Halt, Role
from xstock_client.ledger import Receipt

__all__ = ["Guarding"]


class Guarding(Member):
    """Signed by a key with the pauser or the unpauser role."""

    def halt_instructions(self, asset: Pubkey, functions: Halt) -> list[Instruction]:
        """Stop minting, new redemption requests, or both, as a pauser."""
        return [
            instructions.halt(
                pauser=self.authority,
                grant=self._own_grant(Role.PAUSER),
                asset=asset,
                functions=int(functions),
                program_id=self._program_id,
            )
        ]

    async def halt(self, asset: Pubkey, functions: Halt) -> Receipt:
        """Stop functions at once. Cancelling, settling, attesting and checking never stop."""
        to_send = self.halt_instructions(asset, functions)
        return await self._send(to_send, issuer=self.issuer, needs=self._needs_role(Role.PAUSER))

    def resume_instructions(self, asset: Pubkey, functions: Halt) -> list[Instruction]:
        """Lift halts, as an unpauser."""
        return [
            instructions.resume(
                unpauser=self.authority,
                grant=self._own_grant(Role.UNPAUSER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                functions=int(functions),
                program_id=self._program_id,
            )
        ]

    async def resume(self, asset: Pubkey, functions: Halt) -> Receipt:
        """Lift halts; the solvency latch is another thing, see :meth:`reopen`."""
        to_send = self.resume_instructions(asset, functions)
        return await self._send(to_send, issuer=self.issuer, needs=self._needs_role(Role.UNPAUSER))

    def reopen_instructions(self, asset: Pubkey) -> list[Instruction]:
        """Open the solvency latch, as an unpauser."""
        return [
            instructions.reopen(
                unpauser=self.authority,
                grant=self._own_grant(Role.UNPAUSER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    async def reopen(self, asset: Pubkey) -> Receipt:
        """Open the solvency latch; refused until fresh reports cover the obligation again."""
        to_send = self.reopen_instructions(asset)
        return await self._send(to_send, issuer=self.issuer, needs=self._needs_role(Role.UNPAUSER))
