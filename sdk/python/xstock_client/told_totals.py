"""An asset's books from events alone: what exists, what was ever minted, redeemed and burned, and for how many shares.

Pass all events of an asset since its listing, oldest first; those of several assets are kept apart. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from solders.pubkey import Pubkey

from xstock_client.accounts import Asset
from xstock_client.amounts import Multiplier, Raw, Shares
from xstock_client.constants import PROGRAM_ID
from xstock_client.events import (
    AssetListed,
    Event,
    RedemptionCancelled,
    RedemptionDefaulted,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionSettled,
    SharesMinted,
    SnapshotRecorded,
)
from xstock_client.told_corporate import replay_corporate

__all__ = ["ToldTotals", "replay_totals"]


@dataclass(frozen=True, slots=True)
class ToldTotals:
    """The books of an asset, in raw units: ``minted = supply + settled + burned_outside``."""

    supply: Raw
    """As the program last saw it."""
    minted: Raw
    settled: Raw
    burned_outside: Raw
    requested: Raw
    """For redemption, ever: ``settled + returned + pending``."""
    returned: Raw
    pending: Raw
    open_requests: int
    tickets_used: int
    multiplier: Multiplier
    """In force at the time that was asked about, whether or not anybody has touched the asset since."""
    basis: int
    """Splits that are in it."""

    @property
    def shares(self) -> Shares:
        """What the supply owes, rounded up."""
        return self.multiplier.shares_ceil(self.supply)

    def agrees_with(self, asset: Asset) -> bool:
        """Whether an asset's account, brought up to the same time, says the same."""
        return self == ToldTotals(
            supply=Raw(asset.known_supply),
            minted=Raw(asset.minted),
            settled=Raw(asset.settled),
            burned_outside=Raw(asset.burned_outside),
            requested=Raw(asset.requested),
            returned=Raw(asset.returned),
            pending=Raw(asset.pending),
            open_requests=asset.open_requests,
            tickets_used=asset.tickets_used,
            multiplier=Multiplier(asset.multiplier),
            basis=asset.basis,
        )


_NOTHING = ToldTotals(
    supply=Raw(0),
    minted=Raw(0),
    settled=Raw(0),
    burned_outside=Raw(0),
    requested=Raw(0),
    returned=Raw(0),
    pending=Raw(0),
    open_requests=0,
    tickets_used=0,
    multiplier=Multiplier(1),
    basis=0,
)


def replay_totals(events: Iterable[Event], now: int, *, program_id: Pubkey = PROGRAM_ID) -> dict[Pubkey, ToldTotals]:
    """The books of every asset whose listing is among ``events``, at ``now`` (the cluster's unix seconds)."""
    heard = list(events)
    corporate = replay_corporate(heard, program_id=program_id)
    found: dict[Pubkey, ToldTotals] = {}
    for event in heard:
        if isinstance(event, AssetListed):
            found[event.asset] = _NOTHING
        asset = getattr(event, "asset", None)
        if asset in found:
            found[asset] = _after(_noticed(found[asset], event), event)
    for asset, totals in found.items():
        (step,) = [one for one in corporate.steps(asset, now) if one.in_force]
        found[asset] = replace(totals, multiplier=step.multiplier, basis=step.basis)
    return found


def _noticed(was: ToldTotals, event: Event) -> ToldTotals:
    """After a burn outside the program that an event tells of: since the last one, or of a snapshot all of them."""
    outside = Raw(getattr(event, "burned_outside", 0))
    if isinstance(event, SnapshotRecorded):
        outside -= was.burned_outside
    return replace(was, supply=was.supply - outside, burned_outside=was.burned_outside + outside)


def _after(was: ToldTotals, event: Event) -> ToldTotals:
    match event:
        case SharesMinted():
            amount = Raw(event.amount)
            minted = replace(was, supply=was.supply + amount, minted=was.minted + amount)
            return replace(minted, tickets_used=was.tickets_used + 1)
        case RedemptionRequested():
            amount = Raw(event.amount)
            asked = replace(was, requested=was.requested + amount, pending=was.pending + amount)
            return replace(asked, open_requests=was.open_requests + 1)
        case RedemptionSettled():
            amount = Raw(event.amount)
            burned = replace(was, supply=was.supply - amount, settled=was.settled + amount)
            ended = was.open_requests - (event.rest == 0)
            return replace(burned, pending=was.pending - amount, open_requests=ended)
        case RedemptionCancelled() | RedemptionDefaulted() | RedemptionRejected():
            amount = Raw(event.amount)
            back = replace(was, returned=was.returned + amount, pending=was.pending - amount)
            return replace(back, open_requests=was.open_requests - 1)
    return was
