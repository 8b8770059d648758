"""Redemption requests, typed, for holders and for the desk's queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import HolderBook, RedemptionRequest
from xstock_client.amounts import Multiplier, Raw, Shares
from xstock_client.clients._base import load
from xstock_client.constants import RequestState
from xstock_client.ledger import Ledger, Outcome, OutcomeCheck

__all__ = ["OpenRequest", "closing_check", "open_request"]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A redemption request that is neither settled nor cancelled. Times are unix seconds."""

    address: Pubkey
    asset: Pubkey
    holder: Pubkey
    id: int
    amount: Raw
    multiplier: Multiplier
    """Shares per raw unit when it was made."""
    state: RequestState
    requested_at: int
    deadline: int
    """After it the holder may cancel even an accepted request."""
    accepted_at: int
    """Zero until it is accepted."""
    payout_terms_hash: bytes
    rent_payer: Pubkey

    @property
    def shares(self) -> Shares:
        """Shares that the request is worth, rounded down."""
        return self.multiplier.shares_floor(self.amount)

    def cancellable(self, now: int) -> bool:
        """Whether its holder may take it back at ``now``."""
        return self.state is RequestState.REQUESTED or now > self.deadline

    @classmethod
    def of(cls, address: Pubkey, request: RedemptionRequest) -> OpenRequest:
        """The typed view of the account at ``address``."""
        return cls(
            address=address,
            asset=request.asset,
            holder=request.holder,
            id=request.id,
            amount=Raw(request.amount),
            multiplier=Multiplier(request.multiplier),
            state=RequestState(request.state),
            requested_at=request.requested_at,
            deadline=request.deadline,
            accepted_at=request.accepted_at,
            payout_terms_hash=request.payout_terms_hash,
            rent_payer=request.rent_payer,
        )


async def open_request(
    ledger: Ledger, asset: Pubkey, holder: Pubkey, request_id: int, *, program_id: Pubkey
) -> OpenRequest:
    """One open request. Raises AccountMissing when it is settled, cancelled or was never made."""
    address = pda.redemption_request(asset, holder, request_id, program_id=program_id)
    missing = f"request {request_id} of {holder} is not open: settled, cancelled, or never made"
    request = await load(ledger, address, RedemptionRequest, missing, program_id=program_id)
    return OpenRequest.of(address, request)


async def closing_check(
    ledger: Ledger,
    asset: Pubkey,
    holder: Pubkey,
    request_id: int,
    way: Literal["settled", "cancelled"],
    *,
    program_id: Pubkey,
) -> OutcomeCheck:
    """A check that tells later whether a request was closed this way.

    A closed request is gone, and both ways close it; the holder's book keeps a total of each. When the other
    total has not moved since now, this way it was.
    """
    request = pda.redemption_request(asset, holder, request_id, program_id=program_id)
    book = pda.holder_book(asset, holder, program_id=program_id)

    async def other_total() -> int:
        found = await load(ledger, book, HolderBook, f"{holder} has no book of requests", program_id=program_id)
        return found.cancelled if way == "settled" else found.settled

    before = await other_total()

    async def check() -> Outcome:
        if await ledger.account(request) is not None:
            return "not done"
        return "done" if await other_total() == before else "unknown"

    return check
