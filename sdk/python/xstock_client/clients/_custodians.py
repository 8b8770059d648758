"""The desk's attestor managers: which keys speak for which custodian."""

from __future__ import annotations

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.clients._arguments import key_set
from xstock_client.clients._base import Member
from xstock_client.constants import Role
from xstock_client.errors import UsageError
from xstock_client.ledger import Receipt

__all__ = ["Custodians"]


class Custodians(Member):
    """Signed by a key with the attestor manager role."""

    def register_custodian_instructions(
        self,
        asset: Pubkey,
        slot: int,
        *,
        lei: str,
        account_hash: bytes,
        attester: Pubkey | None = None,
        keys: Sequence[Pubkey] = (),
        threshold: int | None = None,
    ) -> list[Instruction]:
        """Bind a custodian's keys and safekeeping account to a slot (0 to 7), as an attestor manager.

        ``attester`` is the only key, or ``keys`` are up to three (the custodian's and its auditor's, say), of which
        ``threshold`` must sign every report: all of them by default. Raises UsageError.
        """
        if (attester is None) == (not keys):
            raise UsageError("name either the attester, or the keys of which some must sign")
        signing, needed = key_set(keys if attester is None else [attester], threshold)
        return [
            instructions.register_custodian(
                manager=self.authority,
                grant=self._own_grant(Role.ATTESTOR_MANAGER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                slot=slot,
                custodian_id=lei.encode("ascii"),
                account_hash=account_hash,
                keys=signing,
                threshold=needed,
                program_id=self._program_id,
            )
        ]

    async def register_custodian(
        self,
        asset: Pubkey,
        slot: int,
        *,
        lei: str,
        account_hash: bytes,
        attester: Pubkey | None = None,
        keys: Sequence[Pubkey] = (),
        threshold: int | None = None,
    ) -> Receipt:
        """Bind a custodian's keys to a slot; after the first mint they may sign when the change delay has passed."""
        to_send = self.register_custodian_instructions(
            asset, slot, lei=lei, account_hash=account_hash, attester=attester, keys=keys, threshold=threshold
        )
        return await self._send(to_send, asset=asset, needs=self._needs_role(Role.ATTESTOR_MANAGER))

    def retire_custodian_instructions(self, asset: Pubkey, slot: int) -> list[Instruction]:
        """Empty a slot, as an attestor manager."""
        return [
            instructions.retire_custodian(
                manager=self.authority,
                grant=self._own_grant(Role.ATTESTOR_MANAGER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                slot=slot,
                program_id=self._program_id,
            )
        ]

    async def retire_custodian(self, asset: Pubkey, slot: int) -> Receipt:
        """Empty a slot at once; minting is latched off if what remains is short."""
        to_send = self.retire_custodian_instructions(asset, slot)
        return await self._send(to_send, asset=asset, needs=self._needs_role(Role.ATTESTOR_MANAGER))
