"""What lies ahead of an asset, and what its multiplier was: for lenders, exchanges and wallets. Pure.

Times are unix seconds, ``now`` is the cluster's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from solders.pubkey import Pubkey

from xstock_client.accounts import Asset, CorporateAction, Ratio
from xstock_client.amounts import MULTIPLIER_SCALE, Multiplier, MultiplierSchedule
from xstock_client.constants import ActionKind, ActionState, Halt
from xstock_client.headroom import Limit
from xstock_client.rebase import Split, asset_at, scheduled_multiplier
from xstock_client.times import instant

__all__ = [
    "CalendarItem",
    "MintStop",
    "MultiplierStep",
    "calendar_of",
    "mint_stops",
    "multiplier_schedule",
    "multiplier_steps",
    "splits_of",
]

_SPLITS = frozenset({ActionKind.SPLIT, ActionKind.REVERSE_SPLIT})


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """A corporate action that lies ahead or is under way."""

    address: Pubkey
    kind: ActionKind
    begins_at: int
    """Its ex time."""
    ends_at: int
    """Its effective time, or the hour after its record time, in which its snapshot can be taken."""
    action: CorporateAction


@dataclass(frozen=True, slots=True)
class MultiplierStep:
    """A multiplier, from one time on."""

    since: int
    multiplier: Multiplier
    basis: int
    """Splits that are in it."""
    action: int | None
    """Number of the corporate action that brought it; None for the one of the listing."""
    kind: ActionKind | None
    ratio: Ratio | None
    """New shares per old one; those of a stock dividend include the old."""
    in_force: bool
    """Whether it is at the time that was asked about; False for what was and for what is scheduled."""


@dataclass(frozen=True, slots=True)
class MintStop:
    """Why nothing can be minted, whatever the reserve."""

    limit: Limit
    text: str
    until: int | None
    """When it ends by itself; None when somebody must act, or never."""


def calendar_of(asset: Asset, actions: Iterable[tuple[Pubkey, CorporateAction]], now: int) -> tuple[CalendarItem, ...]:
    """The entries of an asset's calendar whose end has not passed, by their beginning; ``actions`` are the asset's."""
    known = {action.number: (address, action) for address, action in actions}
    ahead = [one for one in asset.calendar if one.ends_at >= now and one.ends_at != 0 and one.action in known]
    items = [
        CalendarItem(known[one.action][0], ActionKind(one.kind), one.begins_at, one.ends_at, known[one.action][1])
        for one in ahead
    ]
    return tuple(sorted(items, key=lambda item: (item.begins_at, item.action.number)))


def multiplier_steps(
    actions: Iterable[CorporateAction], now: int, *, listed_at: int, listed_with: int = MULTIPLIER_SCALE
) -> tuple[MultiplierStep, ...]:
    """Every multiplier that an asset had, has and will have as announced, the oldest first.

    ``actions`` are its own; it was listed at ``listed_at`` with a multiplier of ``listed_with``.
    """
    changes = _effective(actions)
    steps = [MultiplierStep(listed_at, Multiplier(listed_with), 0, None, None, None, in_force=False)]
    for one in changes:
        kind = ActionKind(one.kind)
        basis = steps[-1].basis + (kind in _SPLITS)
        multiplier = Multiplier(one.new_multiplier)
        steps.append(MultiplierStep(one.effective_at, multiplier, basis, one.number, kind, one.ratio, in_force=False))
    began = [number for number, step in enumerate(steps) if step.since <= now]
    present = began[-1] if began else 0
    steps[present] = replace(steps[present], in_force=True)
    return tuple(steps)


def splits_of(actions: Iterable[CorporateAction]) -> tuple[Split, ...]:
    """Every split that took effect or is scheduled, the oldest first: for figures of another basis."""
    found = [one for one in _effective(actions) if one.kind in _SPLITS]
    return tuple(Split(number, one.ratio, one.effective_at) for number, one in enumerate(found, 1))


def multiplier_schedule(asset: Asset, now: int) -> MultiplierSchedule:
    """The multiplier in force at ``now`` and the one that will follow."""
    ahead = scheduled_multiplier(asset, now)
    current = Multiplier(asset_at(asset, now).multiplier)
    if ahead is None:
        return MultiplierSchedule(current)
    return MultiplierSchedule(current, ahead.multiplier, ahead.effective_at)


def mint_stops(asset: Asset, now: int, slot: int | None = None) -> tuple[MintStop, ...]:
    """Why nothing can be minted at ``now``; ``slot`` is the cluster's (None: not asked). Empty when nothing stops it.

    What the reserve, the bond and limits allow is :class:`~xstock_client.headroom.Headroom`'s to say.
    """
    stops = []
    if asset.halts & Halt.MINT:
        stops.append(MintStop(Limit.HALT, "a pauser has halted minting; an unpauser ends it", None))
    if asset.latched:
        told = f"short of reserve since {instant(asset.latched_at)}; an unpauser reopens it once it is covered"
        stops.append(MintStop(Limit.LATCH, told, None))
    ahead = scheduled_multiplier(asset, now)
    if ahead is not None and ahead.halts(now):
        told = f"a split is ex since {instant(ahead.halt_from or 0)} and takes effect on {instant(ahead.effective_at)}"
        stops.append(MintStop(Limit.SPLIT, told, ahead.effective_at))
    if asset.delisted_at and now >= asset.delisted_at:
        stops.append(MintStop(Limit.DELISTED, f"delisted since {instant(asset.delisted_at)}", None))
    if slot is not None and slot == asset.snapshot_slot:
        told = f"a snapshot was taken in slot {slot:,}, in which nothing mints or burns any more"
        stops.append(MintStop(Limit.SNAPSHOT, told, now))
    return tuple(stops)


def _effective(actions: Iterable[CorporateAction]) -> Sequence[CorporateAction]:
    changes = [one for one in actions if one.new_multiplier and one.state != ActionState.CANCELLED]
    return sorted(changes, key=lambda one: (one.effective_at, one.number))
