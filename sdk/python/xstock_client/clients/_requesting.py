"""The holder's part that asks: a quote, and a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import HolderBook
from xstock_client.amounts import DECIMALS, Cash, Raw
from xstock_client.clients._base import load
from xstock_client.clients._returning import Returning
from xstock_client.clients.arbiters import arbiter_for
from xstock_client.clients.quoting import read_quote
from xstock_client.clients.requests import holder_requests
from xstock_client.clients.token import TokenAccount, approve
from xstock_client.constants import Payout
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.ledger import KeypairSigner, Outcome, Receipt, Signer
from xstock_client.quote import RedemptionQuote

__all__ = ["Requested", "Requesting"]

_AT_MARKET: Final = Cash(0)
_NO_TERMS: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Requested:
    """A request that was made."""

    id: int
    address: Pubkey
    receipt: Receipt


class Requesting(Returning):
    """Signed by whoever holds the tokens, or by a delegate that the holder approved; another key may pay."""

    async def quote(
        self,
        asset: Pubkey,
        amount: Raw,
        *,
        source: Pubkey | None = None,
        payout: Payout = Payout.ON_CHAIN,
        price: Cash | None = None,
        min_price: Cash | None = None,
        slippage_bps: int | None = None,
    ) -> RedemptionQuote:
        """What asking for ``amount`` now would come to: payment, penalty, deadlines, and what to know.

        ``price`` per whole share is asked about, not set. The minimum price is ``min_price``, or ``slippage_bps`` below
        what ``price`` would pay; without either it is at market.
        """
        return await read_quote(
            self,
            asset,
            self.authority,
            amount,
            source=source,
            payout=payout,
            price=price,
            min_price=min_price,
            slippage_bps=slippage_bps,
        )

    async def request_instructions(
        self,
        asset: Pubkey,
        amount: Raw,
        *,
        payout: Payout = Payout.ON_CHAIN,
        min_price: Cash = _AT_MARKET,
        payout_terms_hash: bytes = _NO_TERMS,
        arbiter: Pubkey | None = None,
        payment_mint: Pubkey | None = None,
        owner: Pubkey | None = None,
        source: Pubkey | None = None,
        request_id: int | None = None,
        open_book: bool | None = None,
        delegate: Pubkey | None = None,
    ) -> list[Instruction]:
        """Ask for redemption; opens the holder's book if it is missing, and reads the next id when none is given.

        Whether the book is missing, what the asset is paid in, and who could rule on a payment outside the chain is
        read from the chain, unless ``open_book``, ``payment_mint`` and ``arbiter`` say so. ``delegate`` is for an
        account with a CPI guard, out of which programs move no tokens on the owner's word: another key that the owner
        approves here for this very amount, and that signs in its place. Raises UsageError for terms that the program
        would refuse.
        """
        holder = owner or self.authority
        for_itself = (delegate or self.authority) == holder
        if payout is Payout.OFF_CHAIN:
            _check_off_chain(min_price, payout_terms_hash, for_itself=for_itself)
        elif not min_price and not for_itself:
            raise UsageError(
                "a delegate names a minimum price, for it cannot agree to a quote; so must you out of an account with a"
                " CPI guard, for which a delegate asks"
            )
        if payment_mint is None or (payout is Payout.OFF_CHAIN and arbiter is None):
            state = await self.asset_account(asset)
            payment_mint = state.payment_mint if payment_mint is None else payment_mint
            if payout is Payout.OFF_CHAIN and arbiter is None:
                now = await self._ledger.now()
                arbiter = await arbiter_for(self._ledger, state, now, program_id=self._program_id)
        book = pda.holder_book(asset, holder, program_id=self._program_id)
        if request_id is None or open_book is None:
            exists, next_id = await self._book(asset, holder)
            request_id = next_id if request_id is None else request_id
            open_book = not exists if open_book is None else open_book
        mint = pda.mint(asset, program_id=self._program_id)
        source = source or pda.token_account(holder, mint)
        to_send = []
        if open_book:
            to_send.append(
                instructions.open_holder_book(
                    payer=self.payer, holder=holder, asset=asset, book=book, program_id=self._program_id
                )
            )
        if delegate is not None:
            to_send.append(
                approve(account=source, mint=mint, delegate=delegate, owner=holder, amount=amount, decimals=DECIMALS)
            )
        to_send.append(
            instructions.request_redemption(
                payer=self.payer,
                authority=delegate or self.authority,
                holder=holder,
                asset=asset,
                book=book,
                request=pda.redemption_request(asset, holder, request_id, program_id=self._program_id),
                mint=mint,
                source=source,
                escrow=pda.escrow(asset, program_id=self._program_id),
                id=request_id,
                amount=int(amount),
                payout=int(payout),
                min_price=int(min_price),
                payout_terms_hash=payout_terms_hash,
                payment_mint=payment_mint,
                arbiter=arbiter or Pubkey.default(),
                program_id=self._program_id,
            )
        )
        return to_send

    async def request(
        self,
        asset: Pubkey,
        amount: Raw,
        *,
        payout: Payout = Payout.ON_CHAIN,
        min_price: Cash = _AT_MARKET,
        payout_terms_hash: bytes = _NO_TERMS,
        arbiter: Pubkey | None = None,
        payment_mint: Pubkey | None = None,
        owner: Pubkey | None = None,
        source: Pubkey | None = None,
        request_id: int | None = None,
        open_book: bool | None = None,
        guarded: bool | None = None,
    ) -> Requested:
        """Ask for redemption of ``amount``: the tokens wait in escrow until the issuer settles or they come back.

        ``min_price`` is per whole share after the fee. Zero is at market: the desk quotes a price, nothing is settled
        until the holder agrees to it (:meth:`agree`), and the bond's penalty stands from the first second. Outside the
        chain ``payout_terms_hash`` is sha256 of what was agreed, and ``arbiter`` rules on a disputed payment: the
        one who stays longest by default. The tokens come out of ``source``, the associated account by default; with
        ``owner`` out of that holder's, whose delegate this client's signer is: everything goes back to the owner.
        Asked once, whatever is resent: the id is the next of the book. An account with a CPI guard (read, unless
        ``guarded`` says so) is asked for by a delegate: the payer, or a key made for this one transaction.
        """
        holder = owner or self.authority
        delegate = await self._delegate(asset, holder, source, guarded=guarded)
        number = (await self._book(asset, holder))[1] if request_id is None else request_id

        async def verify() -> Outcome:
            if (await self._book(asset, holder))[1] == number:
                return "not done"
            found = await holder_requests(self._ledger, asset, holder, program_id=self._program_id)
            made = {one.id: one for one in found}.get(number)
            # Another device of the holder's may have taken the id meanwhile.
            wanted = (amount, payout, payout_terms_hash)
            same = made is not None and (made.requested, made.payout, made.payout_terms_hash) == wanted
            # the desk may have accepted it since, at a better price
            return "done" if same and made is not None and made.min_price >= min_price else "unknown"

        to_send = await self.request_instructions(
            asset,
            amount,
            payout=payout,
            min_price=min_price,
            payout_terms_hash=payout_terms_hash,
            arbiter=arbiter,
            payment_mint=payment_mint,
            owner=owner,
            source=source,
            request_id=number,
            open_book=open_book,
            delegate=None if delegate is None else delegate.pubkey,
        )
        also = [] if delegate is None else [delegate]
        receipt = await self._send(to_send, asset=asset, verify=verify, also=also)
        address = pda.redemption_request(asset, holder, number, program_id=self._program_id)
        return Requested(number, address, receipt)

    async def _delegate(
        self, asset: Pubkey, holder: Pubkey, source: Pubkey | None, *, guarded: bool | None
    ) -> Signer | None:
        """Who asks in the holder's place because its account has a CPI guard; None when it has none."""
        if holder != self.authority:
            return None
        if guarded is None:
            account = await self._ledger.account(source or self._token_account(asset))
            guarded = account is not None and TokenAccount.decode(account).cpi_guard
        if not guarded:
            return None
        # not the holder itself: the guard stops tokens that are delegated to their owner, too
        return self._payer if self.payer != holder else KeypairSigner(Keypair())

    async def _book(self, asset: Pubkey, holder: Pubkey) -> tuple[bool, int]:
        """Whether the holder's book is open, and its next id."""
        address = pda.holder_book(asset, holder, program_id=self._program_id)
        try:
            book = await load(self._ledger, address, HolderBook, "no book yet", program_id=self._program_id)
        except AccountMissing:
            return False, 0
        return True, book.next_id

    def _token_account(self, asset: Pubkey) -> Pubkey:
        return pda.token_account(self.authority, pda.mint(asset, program_id=self._program_id))


def _check_off_chain(min_price: Cash, terms: bytes, *, for_itself: bool) -> None:
    """Refuse what the program refuses of a payment outside the chain. Raises UsageError."""
    if min_price:
        raise UsageError("a payment outside the chain has no minimum price: agree on it in the terms")
    if terms == _NO_TERMS:
        raise UsageError("a payment outside the chain needs the hash of its terms: what is owed, and how it is paid")
    if not for_itself:
        raise UsageError(
            "a payment outside the chain is asked for by the holder, who alone can dispute it: not by a delegate, nor"
            " out of an account with a CPI guard (switch it off, or take another account)"
        )
