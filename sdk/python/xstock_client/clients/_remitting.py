"""Withheld tax leaves a distribution's vault for the one account that the declaration named."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions
from xstock_client.clients._base import Sender
from xstock_client.clients.distributions import distribution_account, payout_token, read_distribution
from xstock_client.errors import UsageError
from xstock_client.ledger import Outcome, Receipt

__all__ = ["Remitting"]


class Remitting(Sender):
    """Signed by anybody at all."""

    async def remit_withheld_instructions(self, distribution: Pubkey) -> list[Instruction]:
        """Move withheld tax to the account that the declaration named."""
        state = await distribution_account(self._ledger, distribution, program_id=self._program_id)
        token = await payout_token(self._ledger, state)
        return [
            instructions.remit_withheld(
                distribution=distribution,
                payout_mint=token.mint,
                vault=token.vault,
                withholding_account=state.withholding_account,
                payment_program=token.program,
                program_id=self._program_id,
            )
        ]

    async def remit_withheld(self, distribution: Pubkey) -> Receipt:
        """Move all tax that was withheld so far to the withholding account. Raises UsageError when there is none."""
        before = await read_distribution(self._ledger, distribution, program_id=self._program_id)
        if not before.unremitted:
            done = before.remitted.to_ui(before.decimals)
            raise UsageError(f"no withheld tax lies in the vault: {done} went to the withholding account before")

        async def verify() -> Outcome:
            after = await read_distribution(self._ledger, distribution, program_id=self._program_id)
            return "done" if after.remitted > before.remitted else "not done"

        to_send = await self.remit_withheld_instructions(distribution)
        return await self._send(to_send, asset=before.asset, verify=verify)
