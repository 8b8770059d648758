"""The desk's minter: the one door, with an answer to what became of a mint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import TicketPage
from xstock_client.amounts import Raw
from xstock_client.clients._base import Member
from xstock_client.clients.token import create_token_account
from xstock_client.constants import TICKETS_PER_PAGE, Role
from xstock_client.errors import TransactionFailed, Unconfirmed, UsageError, XstockError
from xstock_client.ledger import Outcome, Receipt, Signer, from_wallet
from xstock_client.views import ticket_used

__all__ = ["MintOutcome", "Minting"]


@dataclass(frozen=True, slots=True)
class MintOutcome:
    """What became of a mint that the program did not refuse.

    ``minted``: the ticket is used. ``not minted``: the transaction can never land any more, and the ticket is
    free; send again. ``unknown``: neither could be told; ask again with the same ticket, which mints at most once.
    ``receipt`` is None unless minted, ``error`` None when minted.
    """

    status: Literal["minted", "not minted", "unknown"]
    ticket: int
    destination: Pubkey
    receipt: Receipt | None = None
    error: XstockError | None = None


class Minting(Member):
    """Signed by a minter: a key with the role and an allowance."""

    async def ticket_used(self, asset: Pubkey, ticket: int) -> bool:
        """Whether the shares of this ticket are minted."""
        account = await self._ledger.account(self._page(asset, ticket))
        if account is None or account.owner != self._program_id:
            return False
        return ticket_used(TicketPage.decode(account.data), ticket)

    async def mint_instructions(
        self,
        asset: Pubkey,
        ticket: int,
        amount: Raw,
        owner: Pubkey,
        *,
        open_page: bool | None = None,
        open_account: bool | None = None,
        approver: Pubkey | None = None,
    ) -> list[Instruction]:
        """Mint ``amount`` to ``owner``'s associated token account, opening it and the ticket page if missing.

        Whether they are missing is read from the chain, unless ``open_page`` and ``open_account`` say so.
        ``approver`` must sign too: another key, with the approver role.
        """
        if not 0 <= ticket < TICKETS_PER_PAGE * 2**32:
            raise UsageError(f"a ticket lies between 0 and {TICKETS_PER_PAGE * 2**32 - 1:,}, not {ticket:,}")
        mint, page = pda.mint(asset, program_id=self._program_id), self._page(asset, ticket)
        destination = pda.token_account(owner, mint)
        if open_page is None or open_account is None:
            no_page, no_account = (one is None for one in await self._ledger.accounts([page, destination]))
            open_page = no_page if open_page is None else open_page
            open_account = no_account if open_account is None else open_account
        to_send = []
        if open_page:
            number = ticket // TICKETS_PER_PAGE
            to_send.append(
                instructions.open_ticket_page(
                    payer=self.payer, asset=asset, tickets=page, page=number, program_id=self._program_id
                )
            )
        if open_account:
            to_send.append(create_token_account(self.payer, owner, mint))
        to_send.append(
            instructions.mint_shares(
                minter=self.authority,
                grant=self._own_grant(Role.MINTER),
                approver=approver,
                approver_grant=None if approver is None else self.grant_address(Role.APPROVER, approver),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                allowance=self._own_allowance(asset),
                tickets=page,
                mint=mint,
                destination=destination,
                ticket=ticket,
                amount=int(amount),
                program_id=self._program_id,
            )
        )
        return to_send

    async def mint(
        self,
        asset: Pubkey,
        ticket: int,
        amount: Raw,
        owner: Pubkey,
        *,
        open_page: bool | None = None,
        open_account: bool | None = None,
        approver: Signer | None = None,
    ) -> MintOutcome:
        """Mint against attested reserve, at most once per ticket.

        A ticket is the asset's: use the number of the order that it fills, and whatever is resent, by whomever,
        mints once. A mint that takes the minter's usage above its threshold needs an ``approver`` that signs too: here,
        or elsewhere (a :class:`~xstock_client.ledger.NullSigner`, where signatures are brought together). Raises
        ProgramRefused or TransactionFailed when refused; where the cluster gives no answer the ticket's bit on chain
        decides, and the outcome says so.
        """
        destination = pda.token_account(owner, pda.mint(asset, program_id=self._program_id))
        answers: list[Outcome] = []

        async def verify() -> Outcome:
            answers.append("done" if await self.ticket_used(asset, ticket) else "not done")
            return answers[-1]

        needs = self._needs_role(Role.MINTER)
        needs[self._own_allowance(asset)] = (
            f"{self.authority} has no allowance for asset {asset}: have the issuer set one (`xstock allowance set`)."
        )
        also = [] if approver is None else [from_wallet(approver)]
        for one in also:
            needs[self.grant_address(Role.APPROVER, one.pubkey)] = self._lacks_role(Role.APPROVER, one.pubkey)
        to_send = await self.mint_instructions(
            asset,
            ticket,
            amount,
            owner,
            open_page=open_page,
            open_account=open_account,
            approver=also[0].pubkey if also else None,
        )
        try:
            receipt = await self._send(to_send, issuer=self.issuer, verify=verify, needs=needs, also=also)
        except Unconfirmed as error:
            return MintOutcome("unknown", ticket, destination, error=error)
        except TransactionFailed as error:
            if answers != ["not done"]:
                raise
            return MintOutcome("not minted", ticket, destination, error=error)
        return MintOutcome("minted", ticket, destination, receipt)

    def _own_allowance(self, asset: Pubkey) -> Pubkey:
        return pda.allowance(asset, self.authority, program_id=self._program_id)

    def _page(self, asset: Pubkey, ticket: int) -> Pubkey:
        return pda.ticket_page(asset, ticket // TICKETS_PER_PAGE, program_id=self._program_id)
