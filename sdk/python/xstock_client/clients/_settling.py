"""The desk's redeemer pays on chain: one request, a part of one, or as many at once as a transaction holds."""

from __future__ import annotations

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.amounts import Cash, Raw
from xstock_client.clients._redeeming import Redeeming
from xstock_client.clients.batches import Part
from xstock_client.clients.payments import PaymentToken, payment_token
from xstock_client.clients.requests import ended_request
from xstock_client.constants import Role
from xstock_client.errors import UsageError
from xstock_client.ledger import Outcome, Receipt, Signer, from_wallet
from xstock_client.told import End, EndedRequest

__all__ = ["Settling"]

_NOTHING = Raw(0)


class Settling(Redeeming):
    """Signed by a redeemer, and by whoever may spend the payment source: the same key by default."""

    def settle_parts_instructions(
        self,
        asset: Pubkey,
        parts: Sequence[Part],
        *,
        price: Cash,
        payment: PaymentToken,
        source: Pubkey,
        rest: Raw = _NOTHING,
        agent: Pubkey | None = None,
        by: Role | None = Role.REDEEMER,
    ) -> list[Instruction]:
        """Pay each part ``price`` per whole share out of ``source``, and burn; the last one keeps ``rest``.

        ``agent`` signs for ``source``: its owner or delegate, this desk's signer by default. Payees that are missing
        are opened first.
        """
        opened = dict.fromkeys(part.holder for part in parts if part.open_payee)  # one may have several requests
        return [
            *(payment.open_account(self.payer, holder) for holder in opened),
            instructions.settle_redemptions(
                redeemer=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                escrow=pda.escrow(asset, program_id=self._program_id),
                paying_agent=agent or self.authority,
                payment_mint=payment.mint,
                payment_source=source,
                payment_program=payment.program,
                price=int(price),
                rest=int(rest),
                amounts=[int(part.amount) for part in parts],
                requests=[
                    (self._request_address(asset, part.holder, part.id), part.payee, part.rent_receiver)
                    for part in parts
                ],
                program_id=self._program_id,
            ),
        ]

    async def settle_instructions(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        amount: Raw,
        price: Cash,
        rest: Raw = _NOTHING,
        source: Pubkey | None = None,
        payee: Pubkey | None = None,
        open_payee: bool | None = None,
        rent_receiver: Pubkey | None = None,
        payment: PaymentToken | None = None,
        agent: Pubkey | None = None,
        by: Role | None = Role.REDEEMER,
    ) -> list[Instruction]:
        """Pay one request and burn its tokens; what is not told is read.

        Who paid its rent, what the asset is paid in, and whether the holder's associated account must be opened.
        """
        if rent_receiver is None:
            rent_receiver = (await self.request_of(asset, holder, request_id)).rent_payer
        paid_in = payment or await payment_token(self._ledger, asset, await self.asset_account(asset))
        to = payee or paid_in.account(holder)
        if open_payee is None:
            open_payee = payee is None and await self._ledger.account(to) is None
        part = Part(holder, request_id, amount, to, rent_receiver, open_payee)
        return self.settle_parts_instructions(
            asset,
            [part],
            price=price,
            payment=paid_in,
            source=source or paid_in.account(agent or self.authority),
            rest=rest,
            agent=agent,
            by=by,
        )

    async def settle(
        self,
        asset: Pubkey,
        holder: Pubkey,
        request_id: int,
        *,
        amount: Raw,
        price: Cash,
        rest: Raw = _NOTHING,
        source: Pubkey | None = None,
        payee: Pubkey | None = None,
        open_payee: bool | None = None,
        rent_receiver: Pubkey | None = None,
        payment: PaymentToken | None = None,
        agent: Signer | None = None,
    ) -> Receipt:
        """Pay an accepted request in the payment mint and burn its tokens, or neither.

        ``price`` is per whole share, before the request's fee. ``amount`` is all that the request holds; the program
        refuses any other, so that nothing is settled twice. Of it ``rest`` stays accepted and waits. The money comes
        out of ``source``, for which ``agent`` signs: the signer's own associated account by default. It goes to the
        holder's associated account, opened if missing, or to ``payee``, which the holder must own. The
        RedemptionSettled event tells the sums. Late is better than never: it works until the tokens are returned.
        """
        if not rest < amount:
            raise UsageError(f"the rest stays below what the request holds, {amount.to_ui()}; not {rest.to_ui()}")
        by = await self._redeemer()
        signer = None if agent is None else from_wallet(agent)
        to_send = await self.settle_instructions(
            asset,
            holder,
            request_id,
            amount=amount,
            price=price,
            rest=rest,
            source=source,
            payee=payee,
            open_payee=open_payee,
            rent_receiver=rent_receiver,
            payment=payment,
            agent=None if signer is None else signer.pubkey,
            by=by,
        )

        async def verify() -> Outcome:
            return await self._was_settled(asset, holder, request_id, amount, rest)

        also = [] if signer is None else [signer]
        return await self._send(to_send, issuer=self.issuer, verify=verify, needs=self._redeemer_needs(by), also=also)

    async def _was_settled(self, asset: Pubkey, holder: Pubkey, request_id: int, amount: Raw, rest: Raw) -> Outcome:
        """Whether a request that held ``amount`` was settled down to ``rest``."""
        account = await self._ledger.account(self._request_address(asset, holder, request_id))
        if account is not None:
            held = (await self.request_of(asset, holder, request_id)).amount
            return "not done" if held == amount else "done" if held == rest else "unknown"
        told = await self.ended(asset, holder, request_id)
        if told is None or told.end is not End.SETTLED:
            return "unknown"
        return "done" if not rest else "unknown"

    async def ended(self, asset: Pubkey, holder: Pubkey, request_id: int) -> EndedRequest | None:
        """How a request has ended; None while it is open, and where this RPC does not hold what was told about it."""
        return await ended_request(self._ledger, asset, holder, request_id, program_id=self._program_id)

    def _request_address(self, asset: Pubkey, holder: Pubkey, request_id: int) -> Pubkey:
        return pda.redemption_request(asset, holder, request_id, program_id=self._program_id)
