"""A holder's client: ask for redemption, follow it, take it back, see what one has."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.amounts import Cash, Multiplier, Raw, Ui
from xstock_client.clients._claiming import Claimed, Claiming
from xstock_client.clients._requesting import Requested, Requesting
from xstock_client.clients._returning import Defaulted
from xstock_client.clients.requests import closing_check, ended_request, holder_requests
from xstock_client.clients.token import TokenAccount, create_token_account
from xstock_client.clients.wayback import marked_reserve, way_back
from xstock_client.constants import MEMO, RequestState
from xstock_client.errors import AccountMissing, ProgramRefused, TransactionFailed, UsageError
from xstock_client.ledger import Outcome, Receipt
from xstock_client.redemption import OpenRequest, RequestStatus, request_status
from xstock_client.told import End, EndedRequest
from xstock_client.views import multiplier_at

__all__ = ["Balance", "Claimed", "Holder", "Requested", "TakenBack"]


@dataclass(frozen=True, slots=True)
class Balance:
    """What an address holds of an asset in its associated token account."""

    raw: Raw
    multiplier: Multiplier
    frozen: bool

    @property
    def ui(self) -> Ui:
        """Shares, as a person reads them."""
        return self.multiplier.shares_floor(self.raw).to_ui()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A request whose tokens are back."""

    penalty: Cash
    """What the bond paid for a missed deadline; zero for a plain cancellation."""
    defaulted: Defaulted | None
    """None when it was cancelled."""
    why_no_penalty: str | None
    """Why it was cancelled although a penalty was due; None otherwise."""
    receipt: Receipt


class Holder(Requesting, Claiming):
    """Signed by whoever holds the tokens, or by a delegate that the holder approved; another key may pay.

    Every method that writes has a twin ``<method>_instructions`` that only builds, for wallets.
    """

    async def balance(self, asset: Pubkey) -> Balance:
        """What the holder's associated token account holds; zero when there is none."""
        multiplier = multiplier_at(await self.asset_account(asset), await self._ledger.now())
        account = await self._ledger.account(self._token_account(asset))
        if account is None:
            return Balance(Raw(0), multiplier, frozen=False)
        token = TokenAccount.decode(account)
        return Balance(token.amount, multiplier, token.frozen)

    async def requests(self, asset: Pubkey) -> list[OpenRequest]:
        """The holder's open requests, newest first, without scanning the program's accounts."""
        return await holder_requests(self._ledger, asset, self.authority, program_id=self._program_id)

    async def status(self, asset: Pubkey, request_id: int) -> RequestStatus | EndedRequest:
        """Where a request stands, or how it ended.

        Raises AccountMissing when it is not open and this RPC does not hold what was told about it.
        """
        try:
            request = await self._request(asset, self.authority, request_id)
        except AccountMissing:
            told = await ended_request(self._ledger, asset, self.authority, request_id, program_id=self._program_id)
            if told is None:
                raise
            return told
        return request_status(request, await self._ledger.now())

    async def cancel_instructions(
        self,
        asset: Pubkey,
        request_id: int,
        *,
        source: Pubkey | None = None,
        destination: Pubkey | None = None,
        rent_receiver: Pubkey | None = None,
        open_account: bool | None = None,
        memo: bool | None = None,
        reserve: Pubkey | None = None,
    ) -> list[Instruction]:
        """Take a request back; opens a closed account again, and brings a memo where the account demands one.

        The tokens go back to where they came from, or to the associated account when that is not the holder's any
        more. All of that and who paid the request's rent are read from the chain, unless ``source``,
        ``rent_receiver``, ``open_account`` and ``memo`` say so; then ``destination`` is the source by default, and
        ``reserve`` is needed when the desk said that shares were issued on another chain.
        """
        mint = pda.mint(asset, program_id=self._program_id)
        if source is None or rent_receiver is None or open_account is None or memo is None:
            request = await self._request(asset, self.authority, request_id)
            back = await way_back(self._ledger, request, mint, by_holder=True, destination=destination)
            source, rent_receiver = source or request.source, rent_receiver or request.rent_payer
            destination = back.destination
            open_account = back.open_account if open_account is None else open_account
            memo = back.memo if memo is None else memo
            reserve = reserve or marked_reserve(request, program_id=self._program_id)
        to_send = [create_token_account(self.payer, self.authority, mint)] if open_account else []
        to_send.append(
            instructions.cancel_redemption(
                holder=self.authority,
                asset=asset,
                reserve=reserve,
                request=pda.redemption_request(asset, self.authority, request_id, program_id=self._program_id),
                rent_receiver=rent_receiver,
                mint=mint,
                escrow=pda.escrow(asset, program_id=self._program_id),
                source=source,
                destination=destination or source,
                memo_program=MEMO if memo else None,
                program_id=self._program_id,
            )
        )
        return to_send

    async def cancel(
        self,
        asset: Pubkey,
        request_id: int,
        *,
        source: Pubkey | None = None,
        destination: Pubkey | None = None,
        rent_receiver: Pubkey | None = None,
        open_account: bool | None = None,
        memo: bool | None = None,
        reserve: Pubkey | None = None,
    ) -> Receipt:
        """Take a request back before it is accepted, instead of agreeing to a quote, or after a missed deadline.

        Works while the token is paused, for a frozen account (which stays frozen), for a closed one (it is opened
        again) and for one that demands a memo. No penalty is paid: :meth:`take_back` sees to that.
        """
        to_send = await self.cancel_instructions(
            asset,
            request_id,
            source=source,
            destination=destination,
            rent_receiver=rent_receiver,
            open_account=open_account,
            memo=memo,
            reserve=reserve,
        )
        check = closing_check(
            self._ledger, asset, self.authority, request_id, [End.CANCELLED], program_id=self._program_id
        )
        return await self._send(to_send, asset=asset, verify=check)

    async def take_back_instructions(
        self, asset: Pubkey, request_id: int, *, destination: Pubkey | None = None, payee: Pubkey | None = None
    ) -> list[Instruction]:
        """Take a request back with the penalty, if one is due; otherwise without."""
        request = await self._request(asset, self.authority, request_id)
        if request.late(await self._ledger.now()):
            return await self.default_instructions(
                asset, self.authority, request_id, destination=destination, payee=payee
            )
        return await self.cancel_instructions(asset, request_id, destination=destination)

    async def take_back(
        self,
        asset: Pubkey,
        request_id: int,
        *,
        destination: Pubkey | None = None,
        payee: Pubkey | None = None,
        without_penalty: bool = False,
    ) -> TakenBack:
        """Take a request back, with the penalty when the issuer has missed a deadline.

        A penalty that is due and cannot be paid now (the stablecoin's issuer has frozen an account, the payer has no
        lamports for a new one) is an error, and nothing is done: what is given up never comes back. With
        ``without_penalty`` the tokens then come alone, and the answer says why.
        """
        request = await self._request(asset, self.authority, request_id)
        why = None
        if request.late(await self._ledger.now()):
            try:
                called = await self.default(asset, self.authority, request_id, destination=destination, payee=payee)
            except (ProgramRefused, TransactionFailed, UsageError) as error:
                if not (request.owed and without_penalty):
                    raise
                why = str(error)
            else:
                return TakenBack(called.penalty, called, None, called.receipt)
        receipt = await self.cancel(asset, request_id, destination=destination)
        return TakenBack(Cash(0), None, why, receipt)

    def agree_instructions(self, asset: Pubkey, request_id: int, price: Cash) -> list[Instruction]:
        """Agree to the desk's quote of ``price`` per whole share, after the fee."""
        return [
            instructions.agree_quote(
                holder=self.authority,
                asset=asset,
                request=pda.redemption_request(asset, self.authority, request_id, program_id=self._program_id),
                min_price=int(price),
                program_id=self._program_id,
            )
        ]

    async def agree(self, asset: Pubkey, request_id: int, price: Cash) -> Receipt:
        """Agree to the desk's quote for a request at market, before its time to settle is over.

        ``price`` is the quote, per whole share and after the fee; the program refuses any other. From then on the desk
        must settle at it or better, and a missed deadline costs the penalty. Silence is a no, and costs nothing.
        """

        async def verify() -> Outcome:
            return "not done" if (await self._request(asset, self.authority, request_id)).quoted else "done"

        return await self._send(self.agree_instructions(asset, request_id, price), asset=asset, verify=verify)

    async def confirm_instructions(
        self, asset: Pubkey, request_id: int, *, rent_receiver: Pubkey | None = None
    ) -> list[Instruction]:
        """Confirm a payment outside the chain: the tokens burn."""
        return await self.conclude_instructions(asset, self.authority, request_id, rent_receiver=rent_receiver)

    async def confirm(self, asset: Pubkey, request_id: int, *, rent_receiver: Pubkey | None = None) -> Receipt:
        """Confirm that a payment outside the chain has arrived, claimed by the desk or not: the tokens burn at once."""
        return await self.conclude(asset, self.authority, request_id, rent_receiver=rent_receiver)

    def dispute_instructions(self, asset: Pubkey, request_id: int) -> list[Instruction]:
        """Say that a payment outside the chain has not arrived."""
        return [
            instructions.dispute_payment(
                holder=self.authority,
                asset=asset,
                request=pda.redemption_request(asset, self.authority, request_id, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    async def dispute(self, asset: Pubkey, request_id: int) -> Receipt:
        """Say that a payment outside the chain has not arrived: the request's arbiter must rule within 14 days.

        Only within the dispute window. Until the ruling the tokens stay in escrow; when there is none in time,
        :meth:`take_back` brings them back with the penalty. A payment that arrives after all can still be confirmed.
        """

        async def verify() -> Outcome:
            found = await self._request(asset, self.authority, request_id)
            return "not done" if found.state is RequestState.PAID else "done"

        return await self._send(self.dispute_instructions(asset, request_id), asset=asset, verify=verify)
