"""Stopping what waits, before it acts: by a pauser, an admin or the issuer's authority."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.clients._base import Member
from xstock_client.constants import Role, SlotChange
from xstock_client.ledger import Receipt

__all__ = ["Cancelling"]


class Cancelling(Member):
    """Signed by a pauser, an admin or the issuer's authority."""

    async def _canceller(self) -> Role | None:
        return await self._standing(Role.PAUSER, Role.ADMIN)

    def cancel_policy_instructions(self, asset: Pubkey, *, by: Role | None = None) -> list[Instruction]:
        """Drop the whole queued policy."""
        return [
            instructions.cancel_policy(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                program_id=self._program_id,
            )
        ]

    async def cancel_policy(self, asset: Pubkey) -> Receipt:
        """Drop the whole queued policy; the one in force stays."""
        to_send = self.cancel_policy_instructions(asset, by=await self._canceller())
        return await self._send(to_send, issuer=self.issuer)

    def cancel_handoff_instructions(self, *, by: Role | None = None) -> list[Instruction]:
        """Withdraw the proposal of a new authority."""
        return [
            instructions.cancel_handoff(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                program_id=self._program_id,
            )
        ]

    async def cancel_handoff(self) -> Receipt:
        """Withdraw the proposal of a new authority; the present one stays in office."""
        return await self._send(self.cancel_handoff_instructions(by=await self._canceller()), issuer=self.issuer)

    def cancel_renunciation_instructions(self, *, by: Role | None = None) -> list[Instruction]:
        """Keep a role that is about to be given up for good."""
        return [
            instructions.cancel_renunciation(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                program_id=self._program_id,
            )
        ]

    async def cancel_renunciation(self) -> Receipt:
        """Keep a role that is about to be given up for good."""
        return await self._send(self.cancel_renunciation_instructions(by=await self._canceller()), issuer=self.issuer)

    def cancel_role_change_instructions(
        self, role: Role, member: Pubkey, *, by: Role | None = None
    ) -> list[Instruction]:
        """Drop a change of ``member``'s grant that still waits."""
        target, grant = self.grant_address(role, member), self._officer_grant(by)
        return [
            instructions.cancel_role_change(
                canceller=self.authority,
                grant=None if grant == target else grant,  # a pauser's own grant stands for itself
                issuer=self.issuer,
                role=target,
                program_id=self._program_id,
            )
        ]

    async def cancel_role_change(self, role: Role, member: Pubkey) -> Receipt:
        """Drop a change of ``member``'s grant that still waits: new or longer, or the end of a pauser or approver."""
        to_send = self.cancel_role_change_instructions(role, member, by=await self._canceller())
        missing = f"{member} has no grant of the role {role.label}; `xstock role list` shows all of them."
        return await self._send(to_send, issuer=self.issuer, needs={self.grant_address(role, member): missing})

    def cancel_slot_change_instructions(
        self, asset: Pubkey, change: SlotChange, slot: int, *, by: Role | None = None
    ) -> list[Instruction]:
        """Drop keys, a lower cap or a retirement that waits in a slot."""
        return [
            instructions.cancel_slot_change(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                kind=int(change),
                slot=slot,
                program_id=self._program_id,
            )
        ]

    async def cancel_slot_change(self, asset: Pubkey, change: SlotChange, slot: int) -> Receipt:
        """Drop new keys of a custodian or chain, a chain's lower cap, or its retirement, before it acts."""
        to_send = self.cancel_slot_change_instructions(asset, change, slot, by=await self._canceller())
        return await self._send(to_send, issuer=self.issuer)

    def cancel_raise_instructions(self, asset: Pubkey, minter: Pubkey, *, by: Role | None = None) -> list[Instruction]:
        """Drop a raise of ``minter``'s allowance that still waits."""
        return [
            instructions.cancel_raise(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                allowance=pda.allowance(asset, minter, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    def cancel_bond_withdrawal_instructions(self, asset: Pubkey, *, by: Role | None = None) -> list[Instruction]:
        """Drop a withdrawal of the bond that waits."""
        return [
            instructions.cancel_bond_withdrawal(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                program_id=self._program_id,
            )
        ]

    async def cancel_bond_withdrawal(self, asset: Pubkey) -> Receipt:
        """Drop a withdrawal of the bond before it is made; the bond stays. A treasurer may, too."""
        by = await self._standing(Role.PAUSER, Role.ADMIN, Role.TREASURER)
        return await self._send(self.cancel_bond_withdrawal_instructions(asset, by=by), issuer=self.issuer)

    async def cancel_raise(self, asset: Pubkey, minter: Pubkey) -> Receipt:
        """Drop a raise of ``minter``'s allowance that still waits; the limits in force stay."""
        to_send = self.cancel_raise_instructions(asset, minter, by=await self._canceller())
        missing = f"{minter} has no allowance for asset {asset}."
        needs = {pda.allowance(asset, minter, program_id=self._program_id): missing}
        return await self._send(to_send, issuer=self.issuer, needs=needs)
