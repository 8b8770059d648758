"""What anybody may do for holders: burn what is paid and undisputed, and return what the issuer was late for."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.amounts import Cash
from xstock_client.clients._base import Sender
from xstock_client.clients.payments import PaymentToken, payment_token
from xstock_client.clients.requests import closing_check, open_request, redemption_queue
from xstock_client.clients.token import create_token_account
from xstock_client.clients.wayback import Payee, marked_reserve, payee_of, way_back
from xstock_client.constants import MEMO, TOKEN_2022
from xstock_client.errors import UsageError, XstockError
from xstock_client.events import RedemptionDefaulted, parse_events
from xstock_client.ledger import Receipt
from xstock_client.redemption import OpenRequest
from xstock_client.told import End

__all__ = ["Defaulted", "LateReturn", "Returning"]


@dataclass(frozen=True, slots=True)
class Defaulted:
    """A missed deadline that was called in."""

    penalty: Cash
    """What the bond paid to the holder; zero where none was armed."""
    payee: Pubkey | None
    """The token account that got it."""
    destination: Pubkey
    """The token account that got the tokens back."""
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class LateReturn:
    """What became of one late request."""

    request: OpenRequest
    defaulted: Defaulted | None
    error: XstockError | None
    """Why it could not be; its holder can still cancel it."""


class Returning(Sender):
    """Signed by anybody at all; the payer pays for accounts that are missing."""

    async def conclude_instructions(
        self, asset: Pubkey, holder: Pubkey, request_id: int, *, rent_receiver: Pubkey | None = None
    ) -> list[Instruction]:
        """Burn the tokens of a payment outside the chain; reads who gets the request's rent, unless told."""
        if rent_receiver is None:
            rent_receiver = (await self._request(asset, holder, request_id)).rent_payer
        return [
            instructions.conclude_redemption(
                caller=self.authority,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                rent_receiver=rent_receiver,
                mint=pda.mint(asset, program_id=self._program_id),
                escrow=pda.escrow(asset, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    async def conclude(
        self, asset: Pubkey, holder: Pubkey, request_id: int, *, rent_receiver: Pubkey | None = None
    ) -> Receipt:
        """Burn the tokens of a request that was paid outside the chain.

        At once when its holder signs, who so confirms the payment, whether the desk has claimed it or not; for others
        once nobody has disputed it in time, or the arbiter has upheld it.
        """
        to_send = await self.conclude_instructions(asset, holder, request_id, rent_receiver=rent_receiver)
        check = closing_check(self._ledger, asset, holder, request_id, [End.SETTLED], program_id=self._program_id)
        return await self._send(to_send, asset=asset, verify=check)

    async def default_instructions(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        destination: Pubkey | None = None,
        payee: Pubkey | None = None,
    ) -> list[Instruction]:
        """Return the tokens of a late request, and pay its penalty; opens accounts of the holder that are missing.

        Both go to accounts of the holder: the tokens where they came from, the penalty to the associated account; the
        holder may name others. Raises UsageError when the program would not pay there. Where the penalty cannot be paid
        30 days after the deadline, the tokens go back without it.
        """
        request = await self._request(asset, holder, request_id)
        return await self._default(request, await self._paid_in(request), destination=destination, payee=payee)

    async def default(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        destination: Pubkey | None = None,
        payee: Pubkey | None = None,
    ) -> Defaulted:
        """Call in a missed deadline, the desk's or its arbiter's: the tokens go back, and the bond pays the penalty."""
        to_send = await self.default_instructions(asset, holder, request_id, destination=destination, payee=payee)
        return await self._call_in(to_send, asset, holder, request_id)

    async def default_late_instructions(self, asset: Pubkey) -> list[list[Instruction]]:
        """Call in every missed deadline of an asset: one list for each transaction.

        Raises UsageError for a request that cannot be, see :meth:`default_instructions`.
        """
        return [await self._default(one, await self._paid_in(one)) for one in await self.late_requests(asset)]

    async def default_late(self, asset: Pubkey) -> list[LateReturn]:
        """Call in every missed deadline of an asset, each in a transaction of its own, longest overdue first.

        One that cannot be is told and does not stop the others.
        """
        done = []
        for one in await self.late_requests(asset):
            try:
                to_send = await self._default(one, await self._paid_in(one))
                done.append(LateReturn(one, await self._call_in(to_send, asset, one.holder, one.id), None))
            except XstockError as error:
                done.append(LateReturn(one, None, error))
        return done

    async def late_requests(self, asset: Pubkey) -> list[OpenRequest]:
        """Requests of an asset with a missed deadline or a lapsed quote, longest overdue first."""
        now = await self._ledger.now()
        queue = await redemption_queue(self._ledger, asset, program_id=self._program_id)
        late = [one for one in queue if one.late(now)]
        return sorted(late, key=lambda one: (one.deadline, one.requested_at, str(one.holder), one.id))

    async def _request(self, asset: Pubkey, holder: Pubkey, request_id: int) -> OpenRequest:
        return await open_request(self._ledger, asset, holder, request_id, program_id=self._program_id)

    async def _paid_in(self, request: OpenRequest) -> PaymentToken | None:
        """What its penalty is paid in; None when none is due."""
        if not request.owed:
            return None
        return await payment_token(self._ledger, request.asset, await self.asset_account(request.asset))

    async def _default(
        self,
        request: OpenRequest,
        payment: PaymentToken | None,
        *,
        destination: Pubkey | None = None,
        payee: Pubkey | None = None,
    ) -> list[Instruction]:
        mint = pda.mint(request.asset, program_id=self._program_id)
        by_holder = self.authority == request.holder
        back = await way_back(self._ledger, request, mint, by_holder=by_holder, destination=destination)
        to_send = []
        if back.open_account:
            to_send.append(create_token_account(self.payer, request.holder, mint, TOKEN_2022))
        paid: Payee | None = None
        if payment is not None:
            address = payee or payment.account(request.holder)
            account = await self._ledger.account(address)
            paid = payee_of(payment, request.holder, address, account, by_holder=by_holder)
            if paid.obstacle and payee is None and request.abandoned(await self._ledger.now()):
                payment = paid = None
            elif paid.obstacle:
                raise UsageError(
                    f"the penalty cannot be paid: {paid.obstacle}; the holder can name another account of its own,"
                    " or take the tokens back without the penalty"
                )
            elif paid.open_account:
                to_send.append(payment.open_account(self.payer, request.holder))
        to_send.append(
            instructions.default_redemption(
                caller=self.authority,
                asset=request.asset,
                request=request.address,
                rent_receiver=request.rent_payer,
                mint=mint,
                escrow=pda.escrow(request.asset, program_id=self._program_id),
                source=request.source,
                destination=back.destination,
                reserve=marked_reserve(request, program_id=self._program_id),
                payment_mint=payment.mint if payment else None,
                bond_vault=payment.vault if payment else None,
                payee=paid.address if paid else None,
                payment_program=payment.program if payment else None,
                memo_program=MEMO if back.memo else None,
                program_id=self._program_id,
            )
        )
        return to_send

    async def _call_in(self, to_send: list[Instruction], asset: Pubkey, holder: Pubkey, request_id: int) -> Defaulted:
        check = closing_check(self._ledger, asset, holder, request_id, [End.DEFAULTED], program_id=self._program_id)
        receipt = await self._send(to_send, asset=asset, verify=check)
        events = parse_events(receipt.executed, program_id=self._program_id)
        (event,) = [one for one in events if isinstance(one, RedemptionDefaulted)]
        payee = event.payee if event.penalty else None
        return Defaulted(Cash(event.penalty), payee, event.destination, receipt)
