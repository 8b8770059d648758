"""The desk's tickets: giving up numbers for good, and the rent of pages that can never mint again."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import TicketPage
from xstock_client.clients._base import Member, load
from xstock_client.constants import Role
from xstock_client.ledger import Receipt

__all__ = ["Tickets"]


class Tickets(Member):
    """The watermark is the authority's or an admin's; closing a page is anybody's."""

    def raise_watermark_instructions(
        self, asset: Pubkey, watermark: int, *, by: Role | None = None
    ) -> list[Instruction]:
        """Give up all tickets below ``watermark``."""
        return [
            instructions.raise_watermark(
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                watermark=watermark,
                program_id=self._program_id,
            )
        ]

    async def raise_watermark(self, asset: Pubkey, watermark: int) -> Receipt:
        """Give up all tickets below ``watermark``, used or not, for ever.

        It never falls, and rises at most to the ticket behind the highest used one.
        """
        to_send = self.raise_watermark_instructions(asset, watermark, by=await self._standing(Role.ADMIN))
        return await self._send(to_send, issuer=self.issuer)

    async def close_ticket_page_instructions(
        self, asset: Pubkey, page: int, *, rent_receiver: Pubkey | None = None
    ) -> list[Instruction]:
        """Close page ``page`` of tickets; reads who gets its rent, unless told: whoever paid it, and nobody else.

        Raises AccountMissing when there is no such page.
        """
        address = pda.ticket_page(asset, page, program_id=self._program_id)
        if rent_receiver is None:
            missing = f"ticket page {page} of asset {asset} is not open: closed, or never used"
            found = await load(self._ledger, address, TicketPage, missing, program_id=self._program_id)
            rent_receiver = found.rent_payer
        return [
            instructions.close_ticket_page(
                asset=asset, tickets=address, rent_receiver=rent_receiver, program_id=self._program_id
            )
        ]

    async def close_ticket_page(self, asset: Pubkey, page: int, *, rent_receiver: Pubkey | None = None) -> Receipt:
        """Close a page whose tickets all lie below the watermark; its rent goes back to its payer. Needs no role."""
        to_send = await self.close_ticket_page_instructions(asset, page, rent_receiver=rent_receiver)
        return await self._send(to_send, asset=asset)
