"""The desk's part for other chains: which tokens exist there, who attests their supply, how much may exist."""

from __future__ import annotations

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.amounts import Shares
from xstock_client.caip import ChainToken
from xstock_client.clients._arguments import key_set
from xstock_client.clients._base import Member
from xstock_client.constants import Role
from xstock_client.ledger import Receipt

__all__ = ["Chains"]


class Chains(Member):
    """Signed by an attestor manager; the caps by the issuer's authority or an admin."""

    def register_chain_instructions(
        self, asset: Pubkey, slot: int, *, token: str, keys: Sequence[Pubkey], threshold: int | None = None
    ) -> list[Instruction]:
        """Register the stock's ``token`` on another chain (a CAIP-19 id), and up to three keys that attest its supply.

        ``threshold`` of them must sign every report: all of them by default. Raises UsageError.
        """
        named = ChainToken.parse(token)
        signing, needed = key_set(keys, threshold)
        return [
            instructions.register_chain(
                manager=self.authority,
                grant=self._own_grant(Role.ATTESTOR_MANAGER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                slot=slot,
                chain=named.chain_bytes,
                token_hash=named.token_hash,
                keys=signing,
                threshold=needed,
                program_id=self._program_id,
            )
        ]

    async def register_chain(
        self, asset: Pubkey, slot: int, *, token: str, keys: Sequence[Pubkey], threshold: int | None = None
    ) -> Receipt:
        """Register another chain's token in slot 0 to 7, or give its slot new keys.

        A new slot's cap is zero. After the first mint the keys may sign when the change delay has passed.
        """
        to_send = self.register_chain_instructions(asset, slot, token=token, keys=keys, threshold=threshold)
        return await self._send(to_send, asset=asset, needs=self._needs_role(Role.ATTESTOR_MANAGER))

    def set_chain_cap_instructions(
        self, asset: Pubkey, slot: int, cap: Shares, *, by: Role | None = None
    ) -> list[Instruction]:
        """Say how many shares may exist on a chain at most."""
        return [
            instructions.set_chain_cap(
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                slot=slot,
                cap=int(cap),
                program_id=self._program_id,
            )
        ]

    async def set_chain_cap(self, asset: Pubkey, slot: int, cap: Shares) -> Receipt:
        """Say how many shares may exist on a chain at most, as the authority or an admin.

        A higher cap acts at once, if the reserve covers what is owed with all caps used. After the first mint a lower
        one waits out the change delay, and then for a report that speaks of that time or later.
        """
        to_send = self.set_chain_cap_instructions(asset, slot, cap, by=await self._standing(Role.ADMIN))
        return await self._send(to_send, issuer=self.issuer)

    def retire_chain_instructions(self, asset: Pubkey, slot: int) -> list[Instruction]:
        """Forget a chain, as an attestor manager."""
        return [
            instructions.retire_chain(
                manager=self.authority,
                grant=self._own_grant(Role.ATTESTOR_MANAGER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                slot=slot,
                program_id=self._program_id,
            )
        ]

    async def retire_chain(self, asset: Pubkey, slot: int) -> Receipt:
        """Forget a chain on which nothing can be owed: its cap is zero, and its fresh report says zero.

        After the first mint it takes two calls a change delay apart, and a report in between; the ChainRetired event
        tells which it was.
        """
        to_send = self.retire_chain_instructions(asset, slot)
        return await self._send(to_send, asset=asset, needs=self._needs_role(Role.ATTESTOR_MANAGER))
