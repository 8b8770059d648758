"""The desk's redeemer: its queue, accepting, and settling with a burn."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Raw
from xstock_client.clients._base import Member
from xstock_client.clients.requests import OpenRequest, closing_check, open_request
from xstock_client.constants import NO_CHAIN, RequestState, Role
from xstock_client.ledger import Ledger, Memcmp, Outcome, Receipt

__all__ = ["Redeeming", "redemption_queue"]


async def redemption_queue(
    ledger: Ledger, asset: Pubkey, state: RequestState | None = None, *, program_id: Pubkey
) -> list[OpenRequest]:
    """Open requests of an asset, oldest first, by filters on fixed offsets."""
    matching = [
        Memcmp(0, RedemptionRequest.DISCRIMINATOR),
        Memcmp(RedemptionRequest.OFFSETS["asset"], bytes(asset)),
    ]
    if state is not None:
        matching.append(Memcmp(RedemptionRequest.OFFSETS["state"], bytes([state])))
    found = await ledger.program_accounts(program_id, matching=matching)
    requests = [OpenRequest.of(address, RedemptionRequest.decode(account.data)) for address, account in found]
    return sorted(requests, key=lambda one: (one.requested_at, str(one.holder), one.id))


class Redeeming(Member):
    """Signed by a key with the redeemer role."""

    async def queue(self, asset: Pubkey, state: RequestState | None = None) -> list[OpenRequest]:
        """Open requests of an asset, oldest first; ``state`` narrows it to requested or accepted ones."""
        return await redemption_queue(self._ledger, asset, state, program_id=self._program_id)

    async def request_of(self, asset: Pubkey, holder: Pubkey, request_id: int) -> OpenRequest:
        """One open request. Raises AccountMissing when it is settled, cancelled or was never made."""
        return await open_request(self._ledger, asset, holder, request_id, program_id=self._program_id)

    def accept_instructions(self, asset: Pubkey, holder: Pubkey, request_id: int) -> list[Instruction]:
        """Bind the issuer to settle a request before its deadline."""
        return [
            instructions.accept_redemption(
                redeemer=self.authority,
                grant=self._own_grant(Role.REDEEMER),
                asset=asset,
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    async def accept(self, asset: Pubkey, holder: Pubkey, request_id: int) -> Receipt:
        """Accept a request: its holder cannot cancel it any more before its deadline."""

        async def verify() -> Outcome:
            request = await self.request_of(asset, holder, request_id)
            return "done" if request.state is RequestState.ACCEPTED else "not done"

        to_send = self.accept_instructions(asset, holder, request_id)
        needs = self._needs_role(Role.REDEEMER)
        return await self._send(to_send, issuer=self.issuer, verify=verify, needs=needs)

    async def settle_instructions(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        amount: Raw,
        accepted_at: int,
        rent_receiver: Pubkey | None = None,
        to_chain: int | None = None,
    ) -> list[Instruction]:
        """Burn an accepted request's tokens; reads who gets the request's rent, unless told: whoever paid it."""
        if rent_receiver is None:
            rent_receiver = (await self.request_of(asset, holder, request_id)).rent_payer
        return [
            instructions.settle_redemption(
                redeemer=self.authority,
                grant=self._own_grant(Role.REDEEMER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                book=pda.holder_book(asset, holder, program_id=self._program_id),
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                rent_receiver=rent_receiver,
                mint=pda.mint(asset, program_id=self._program_id),
                escrow=pda.escrow(asset, program_id=self._program_id),
                amount=int(amount),
                accepted_at=accepted_at,
                to_chain=NO_CHAIN if to_chain is None else to_chain,
                program_id=self._program_id,
            )
        ]

    async def settle(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        amount: Raw,
        accepted_at: int,
        rent_receiver: Pubkey | None = None,
        to_chain: int | None = None,
    ) -> Receipt:
        """Settle an accepted request once its payout is made: the escrowed tokens are burned.

        ``amount`` and ``accepted_at`` (unix seconds) are those of the request that was paid; the program refuses
        any other, so that a request which changed meanwhile is not settled by mistake. ``to_chain`` is the slot of
        the chain where the shares are issued instead of being paid out; its cap must have room. While a pro-rata
        asset is short, the RedemptionSettled event tells the smaller payout.
        """
        to_send = await self.settle_instructions(
            asset,
            holder,
            request_id,
            amount=amount,
            accepted_at=accepted_at,
            rent_receiver=rent_receiver,
            to_chain=to_chain,
        )
        check = None
        if not self._only_signs:
            check = await closing_check(self._ledger, asset, holder, request_id, "settled", program_id=self._program_id)
        needs = self._needs_role(Role.REDEEMER)
        return await self._send(to_send, issuer=self.issuer, verify=check, needs=needs)
