"""A holder's client: ask for redemption, take a request back, see what one has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import HolderBook, RedemptionRequest
from xstock_client.amounts import Multiplier, Raw, Ui
from xstock_client.clients._base import Sender, load
from xstock_client.clients.requests import OpenRequest, closing_check, open_request
from xstock_client.clients.token import TokenAccount, create_token_account
from xstock_client.constants import MEMO
from xstock_client.errors import AccountMissing
from xstock_client.ledger import Ledger, Outcome, Receipt
from xstock_client.views import multiplier_at

__all__ = ["Balance", "Holder", "Requested", "holder_requests"]

_IDS_PER_CALL: Final = 100


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
class Requested:
    """A request that was made."""

    id: int
    address: Pubkey
    receipt: Receipt


async def holder_requests(ledger: Ledger, asset: Pubkey, holder: Pubkey, *, program_id: Pubkey) -> list[OpenRequest]:
    """A holder's open requests of an asset, newest first, found by the ids that the book gave out."""
    account = await ledger.account(pda.holder_book(asset, holder, program_id=program_id))
    if account is None or account.owner != program_id:
        return []
    book = HolderBook.decode(account.data)
    requests: list[OpenRequest] = []
    end = book.next_id
    while end > 0 and len(requests) < book.open_requests:
        ids = range(end - 1, max(end - 1 - _IDS_PER_CALL, -1), -1)
        addresses = [pda.redemption_request(asset, holder, one, program_id=program_id) for one in ids]
        for address, found in zip(addresses, await ledger.accounts(addresses), strict=True):
            if found is not None and found.owner == program_id:
                requests.append(OpenRequest.of(address, RedemptionRequest.decode(found.data)))
        end = ids[-1]
    return requests


class Holder(Sender):
    """Signed by whoever holds the tokens; another key may pay.

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

    async def request_instructions(
        self,
        asset: Pubkey,
        amount: Raw,
        *,
        payout_terms_hash: bytes = bytes(32),
        source: Pubkey | None = None,
        request_id: int | None = None,
        open_book: bool | None = None,
    ) -> list[Instruction]:
        """Ask for redemption; opens the holder's book if it is missing, and reads the next id when none is given.

        Whether the book is missing is read from the chain, unless ``open_book`` says so.
        """
        book = pda.holder_book(asset, self.authority, program_id=self._program_id)
        if request_id is None or open_book is None:
            exists, next_id = await self._book(asset)
            request_id = next_id if request_id is None else request_id
            open_book = not exists if open_book is None else open_book
        number = request_id
        to_send = []
        if open_book:
            to_send.append(
                instructions.open_holder_book(
                    payer=self.payer, holder=self.authority, asset=asset, book=book, program_id=self._program_id
                )
            )
        to_send.append(
            instructions.request_redemption(
                payer=self.payer,
                holder=self.authority,
                asset=asset,
                book=book,
                request=pda.redemption_request(asset, self.authority, number, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                source=source or self._token_account(asset),
                escrow=pda.escrow(asset, program_id=self._program_id),
                id=number,
                amount=int(amount),
                payout_terms_hash=payout_terms_hash,
                program_id=self._program_id,
            )
        )
        return to_send

    async def request(
        self,
        asset: Pubkey,
        amount: Raw,
        *,
        payout_terms_hash: bytes = bytes(32),
        source: Pubkey | None = None,
        request_id: int | None = None,
        open_book: bool | None = None,
    ) -> Requested:
        """Ask for redemption of ``amount``: the tokens wait in escrow until the issuer settles or this is cancelled.

        ``payout_terms_hash`` is sha256 of what was agreed about the payout, ``source`` a token account of the
        holder's (the associated one by default). Asked once, whatever is resent: the id is the book's next.
        """
        number = (await self._book(asset))[1] if request_id is None else request_id

        async def verify() -> Outcome:
            if (await self._book(asset))[1] == number:
                return "not done"
            made = {one.id: one for one in await self.requests(asset)}.get(number)
            # Another device of the holder's may have taken the id meanwhile.
            ours = made is not None and (made.amount, made.payout_terms_hash) == (amount, payout_terms_hash)
            return "done" if ours else "unknown"

        to_send = await self.request_instructions(
            asset,
            amount,
            payout_terms_hash=payout_terms_hash,
            source=source,
            request_id=number,
            open_book=open_book,
        )
        receipt = await self._send(to_send, asset=asset, verify=verify)
        address = pda.redemption_request(asset, self.authority, number, program_id=self._program_id)
        return Requested(number, address, receipt)

    async def cancel_instructions(
        self,
        asset: Pubkey,
        request_id: int,
        *,
        destination: Pubkey | None = None,
        rent_receiver: Pubkey | None = None,
        open_account: bool | None = None,
        memo: bool | None = None,
    ) -> list[Instruction]:
        """Take a request back; opens a closed account again, and brings a memo where the account demands one.

        Whether it does, whether the account is closed, and who paid the request's rent are read from the chain,
        unless ``memo``, ``open_account`` and ``rent_receiver`` say so.
        """
        address = pda.redemption_request(asset, self.authority, request_id, program_id=self._program_id)
        if rent_receiver is None:
            request = await open_request(self._ledger, asset, self.authority, request_id, program_id=self._program_id)
            rent_receiver = request.rent_payer
        to = destination or self._token_account(asset)
        if open_account is None or memo is None:
            account = await self._ledger.account(to)
            if account is None and destination is not None:
                raise AccountMissing(f"there is no token account {destination}; leave it out to use the associated one")
            open_account = account is None if open_account is None else open_account
            memo = (account is not None and TokenAccount.decode(account).memo_required) if memo is None else memo
        mint = pda.mint(asset, program_id=self._program_id)
        to_send = [create_token_account(self.payer, self.authority, mint)] if open_account else []
        to_send.append(
            instructions.cancel_redemption(
                holder=self.authority,
                asset=asset,
                book=pda.holder_book(asset, self.authority, program_id=self._program_id),
                request=address,
                rent_receiver=rent_receiver,
                mint=mint,
                escrow=pda.escrow(asset, program_id=self._program_id),
                destination=to,
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
        destination: Pubkey | None = None,
        rent_receiver: Pubkey | None = None,
        open_account: bool | None = None,
        memo: bool | None = None,
    ) -> Receipt:
        """Take a request back before it is accepted, or after its deadline.

        Works while the token is paused, for a frozen account (which stays frozen), for a closed one (it is opened
        again) and for one that demands a memo.
        """
        to_send = await self.cancel_instructions(
            asset,
            request_id,
            destination=destination,
            rent_receiver=rent_receiver,
            open_account=open_account,
            memo=memo,
        )
        check = None
        if not self._only_signs:
            check = await closing_check(
                self._ledger, asset, self.authority, request_id, "cancelled", program_id=self._program_id
            )
        return await self._send(to_send, asset=asset, verify=check)

    async def _book(self, asset: Pubkey) -> tuple[bool, int]:
        """Whether the holder's book is open, and its next id."""
        address = pda.holder_book(asset, self.authority, program_id=self._program_id)
        try:
            book = await load(self._ledger, address, HolderBook, "no book yet", program_id=self._program_id)
        except AccountMissing:
            return False, 0
        return True, book.next_id

    def _token_account(self, asset: Pubkey) -> Pubkey:
        return pda.token_account(self.authority, pda.mint(asset, program_id=self._program_id))
