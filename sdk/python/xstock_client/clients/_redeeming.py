"""The desk's redeemer: its queue, accepting, rejecting, and payments outside the chain."""

from __future__ import annotations

from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.amounts import Cash
from xstock_client.clients._base import Member
from xstock_client.clients.requests import closing_check, open_request, redemption_queue
from xstock_client.clients.token import TokenAccount
from xstock_client.constants import MEMO, NO_CHAIN, RequestState, Role
from xstock_client.errors import UsageError
from xstock_client.ledger import Outcome, Receipt
from xstock_client.redemption import OpenRequest, RequestStatus, request_status
from xstock_client.told import End

__all__ = ["Redeeming", "by_deadline"]

_NEVER: Final = 2**63
_AS_ASKED: Final = Cash(0)


class Redeeming(Member):
    """Signed by a key with the redeemer role, or by the issuer's authority.

    Twins take the former unless ``by`` is None; on a ledger that only signs so do the methods.
    """

    async def queue(self, asset: Pubkey, state: RequestState | None = None) -> list[OpenRequest]:
        """Open requests of an asset, oldest first; ``state`` narrows it to those in one state."""
        return await redemption_queue(self._ledger, asset, state, program_id=self._program_id)

    async def open_requests(self, asset: Pubkey) -> list[RequestStatus]:
        """Where each open request of an asset stands, the one whose deadline comes first in front.

        Those that wait for no deadline come last.
        """
        now = await self._ledger.now()
        found = [request_status(one, now) for one in await self.queue(asset)]
        return sorted(found, key=by_deadline)

    async def request_of(self, asset: Pubkey, holder: Pubkey, request_id: int) -> OpenRequest:
        """One open request. Raises AccountMissing when it has ended or was never made."""
        return await open_request(self._ledger, asset, holder, request_id, program_id=self._program_id)

    def accept_instructions(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        price: Cash = _AS_ASKED,
        arbiter: Pubkey | None = None,
        by: Role | None = Role.REDEEMER,
    ) -> list[Instruction]:
        """Bind the issuer to settle a request before its deadline; ``arbiter`` is that of one outside the chain."""
        return [
            instructions.accept_redemption(
                redeemer=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                arbiter_grant=None if arbiter is None else self.grant_address(Role.ARBITER, arbiter),
                price=int(price),
                program_id=self._program_id,
            )
        ]

    async def accept(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        price: Cash = _AS_ASKED,
        arbiter: Pubkey | None = None,
    ) -> Receipt:
        """Accept a request in time: its terms and minimum price will be met before its deadline.

        At market the desk quotes its ``price``: what the holder gets per whole share, after the fee. The holder has to
        agree to it before anything settles; without that it lapses, and costs neither side anything. To a holder's own
        minimum a better price may be named. From then on a missed deadline costs the penalty, which the bond must have
        free. A payment outside the chain needs the request's ``arbiter`` in office until a dispute could be ruled on;
        who that is is read, unless told.
        """
        if arbiter is None and not self._only_signs:
            request = await self.request_of(asset, holder, request_id)
            arbiter = request.arbiter
            if request.at_market and not price:
                raise UsageError(
                    "this request is at market: name the price per whole share, after the fee, that you will pay"
                )

        async def verify() -> Outcome:
            request = await self.request_of(asset, holder, request_id)
            return "done" if request.state is RequestState.ACCEPTED else "not done"

        by = await self._redeemer()
        to_send = self.accept_instructions(asset, holder, request_id, price=price, arbiter=arbiter, by=by)
        needs = self._redeemer_needs(by)
        if arbiter is not None:
            needs[self.grant_address(Role.ARBITER, arbiter)] = self._lacks_role(Role.ARBITER, arbiter)
        return await self._send(to_send, issuer=self.issuer, verify=verify, needs=needs)

    def mark_paid_instructions(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        evidence_hash: bytes,
        to_chain: int | None = None,
        by: Role | None = Role.REDEEMER,
    ) -> list[Instruction]:
        """Say that a request was paid outside the chain."""
        return [
            instructions.mark_paid(
                redeemer=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                evidence_hash=evidence_hash,
                to_chain=NO_CHAIN if to_chain is None else to_chain,
                program_id=self._program_id,
            )
        ]

    async def mark_paid(
        self, asset: Pubkey, holder: Pubkey, request_id: int, *, evidence_hash: bytes, to_chain: int | None = None
    ) -> Receipt:
        """Say that an accepted request was paid outside the chain, before its deadline. It can be said only once.

        ``evidence_hash`` is sha256 (32 bytes) of what proves it; ``to_chain`` the slot of the chain where the shares
        are issued instead, whose cap must have room: from now on they are owed there. Nothing burns yet: the holder
        confirms or disputes, and once the dispute window is over anyone concludes.
        """

        async def verify() -> Outcome:
            request = await self.request_of(asset, holder, request_id)
            return "done" if request.paid_at else "not done"

        by = await self._redeemer()
        to_send = self.mark_paid_instructions(
            asset, holder, request_id, evidence_hash=evidence_hash, to_chain=to_chain, by=by
        )
        return await self._send(to_send, issuer=self.issuer, verify=verify, needs=self._redeemer_needs(by))

    async def reject_instructions(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        source: Pubkey | None = None,
        rent_receiver: Pubkey | None = None,
        memo: bool | None = None,
        by: Role | None = Role.REDEEMER,
    ) -> list[Instruction]:
        """Send a frozen holder's tokens back to where they came from.

        That account, who paid the request's rent, and whether the account demands a memo are read, unless told.
        """
        if source is None or rent_receiver is None:
            request = await self.request_of(asset, holder, request_id)
            source, rent_receiver = source or request.source, rent_receiver or request.rent_payer
        if memo is None:
            account = await self._ledger.account(source)
            memo = account is not None and TokenAccount.decode(account).memo_required
        return [
            instructions.reject_redemption(
                redeemer=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                rent_receiver=rent_receiver,
                mint=pda.mint(asset, program_id=self._program_id),
                escrow=pda.escrow(asset, program_id=self._program_id),
                source=source,
                memo_program=MEMO if memo else None,
                program_id=self._program_id,
            )
        ]

    async def reject(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        source: Pubkey | None = None,
        rent_receiver: Pubkey | None = None,
        memo: bool | None = None,
    ) -> Receipt:
        """Send back a request whose holder was frozen since it was made, before its deadline.

        The only reason to reject: the account that the tokens came from is frozen now. It gets them, and stays frozen.
        """
        by = await self._redeemer()
        to_send = await self.reject_instructions(
            asset, holder, request_id, source=source, rent_receiver=rent_receiver, memo=memo, by=by
        )
        check = closing_check(self._ledger, asset, holder, request_id, [End.REJECTED], program_id=self._program_id)
        return await self._send(to_send, issuer=self.issuer, verify=check, needs=self._redeemer_needs(by))

    async def _redeemer(self) -> Role | None:
        """By which right the signer redeems: the role, but for the issuer's authority."""
        if self._by is not None or self._only_signs:
            return self._by or Role.REDEEMER
        issuer = await self.issuer_account(self.issuer)
        return None if issuer.authority == self.authority else Role.REDEEMER

    def _redeemer_needs(self, by: Role | None) -> dict[Pubkey, str]:
        return {} if by is None else self._needs_role(by)


def by_deadline(one: RequestStatus) -> tuple[int, int, str, int]:
    """Sorts the deadline that comes first in front and those without one last, in the same order every time."""
    request = one.request
    return _NEVER if one.deadline is None else one.deadline, request.requested_at, str(request.holder), request.id
