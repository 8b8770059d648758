"""The arbiter: rules on payments outside the chain that a holder disputes."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.clients._base import Member
from xstock_client.clients.requests import open_request
from xstock_client.constants import RequestState
from xstock_client.ledger import Outcome, Receipt

__all__ = ["Arbitrating"]


class Arbitrating(Member):
    """Signed by the arbiter that the request names: nobody can take the case away from it."""

    def rule_instructions(self, asset: Pubkey, holder: Pubkey, request_id: int, *, paid: bool) -> list[Instruction]:
        """Rule that the payment was made, or that it was not."""
        return [
            instructions.rule_dispute(
                arbiter=self.authority,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                paid=paid,
                program_id=self._program_id,
            )
        ]

    async def rule(self, asset: Pubkey, holder: Pubkey, request_id: int, *, paid: bool) -> Receipt:
        """Rule on a disputed payment, within 14 days of the dispute.

        ``paid``: anyone may conclude now. Otherwise the request is accepted as before, the desk cannot claim again, and
        once its time to settle has passed, anyone may call in the penalty for its holder.
        """
        wanted = RequestState.UPHELD if paid else RequestState.ACCEPTED

        async def verify() -> Outcome:
            found = await open_request(self._ledger, asset, holder, request_id, program_id=self._program_id)
            if found.state is RequestState.DISPUTED:
                return "not done"
            return "done" if found.state is wanted else "unknown"

        to_send = self.rule_instructions(asset, holder, request_id, paid=paid)
        return await self._send(to_send, asset=asset, verify=verify)
