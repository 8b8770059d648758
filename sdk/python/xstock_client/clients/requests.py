"""Redemption requests, typed, for holders and for the desk's queue."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Multiplier, Raw, Shares
from xstock_client.constants import RequestState

__all__ = ["OpenRequest"]


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
