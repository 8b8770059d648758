"""Multipliers and splits, brought into force as the program does: by whoever touches the accounts next. Pure.

An account as it is read may be one split behind, for nobody has to touch it at the effective time. What the program
does first of all with it, :func:`bring_up_to_date` does here: an exact mirror of state/rebase.rs, with the same
rounding against the issuer. Everything in :mod:`xstock_client.views` that takes ``now`` does so by itself.

Times are unix seconds, ``now`` is the cluster's clock; figures are base units of shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, Policy, Ratio, ReleasedDay, Reserve
from xstock_client.amounts import U64_MAX, Multiplier, Shares
from xstock_client.constants import MAX_REPORTED_SHARES
from xstock_client.errors import StatementRefused
from xstock_client.times import instant

__all__ = [
    "NO_RATIO",
    "BasisRule",
    "ScheduledMultiplier",
    "Split",
    "asset_at",
    "bring_up_to_date",
    "converted",
    "foreign_ahead",
    "inverse",
    "multiplier_ahead",
    "ratio_ceil",
    "ratio_floor",
    "ratio_text",
    "reserve_of",
    "scheduled_multiplier",
]

NO_RATIO = Ratio(0, 0)
"""What stands where there is no split."""


def ratio_floor(ratio: Ratio, value: int) -> int:
    """``value * new / old``, rounded down: what counts for the issuer (Ratio::floor)."""
    return min(value * ratio.new // ratio.old, U64_MAX) if ratio.old else 0


def ratio_ceil(ratio: Ratio, value: int) -> int:
    """``value * new / old``, rounded up: what counts against the issuer (Ratio::ceil)."""
    if not ratio.old:
        return U64_MAX if value else 0
    return min(-(-value * ratio.new // ratio.old), U64_MAX)


def inverse(ratio: Ratio) -> Ratio:
    """From new shares back to old ones (Ratio::inverse)."""
    return Ratio(ratio.old, ratio.new)


def ratio_text(ratio: Ratio) -> str:
    """As people write it: ``10:1``, new shares for old ones."""
    return f"{ratio.new:,}:{ratio.old:,}"


def bring_up_to_date(asset: Asset, reserve: Reserve, now: int) -> tuple[Asset, Reserve]:
    """Both accounts as the program has them at ``now``, once it touches them.

    The very same objects when nothing has taken effect since they were written.
    """
    asset = asset_at(asset, now)
    return asset, reserve_of(reserve, asset)


def asset_at(asset: Asset, now: int) -> Asset:
    """The asset with a scheduled multiplier in force whose time has come (Asset::bring_up_to_date)."""
    if asset.next_effective_at == 0 or now < asset.next_effective_at:
        return asset
    if asset.next_is_split:
        split = asset.next_split
        queue = asset.queued_policy
        if queue.fields:
            queue = replace(queue, values=_rebased_policy(queue.values, split))
        asset = replace(
            asset,
            basis=(asset.basis + 1) % 2**32,
            split=split,
            split_ex_at=asset.halt_from,
            split_at=asset.next_effective_at,
            released=tuple(ReleasedDay(day.last_at, ratio_ceil(split, day.shares)) for day in asset.released),
            policy=_rebased_policy(asset.policy, split),
            queued_policy=queue,
        )
    return replace(
        asset,
        multiplier=asset.next_multiplier,
        next_effective_at=0,
        next_action=0,
        next_is_split=0,
        next_split=NO_RATIO,
        halt_from=0,
    )


def reserve_of(reserve: Reserve, asset: Asset) -> Reserve:
    """The reserve with the last split of an asset that is up to date in its figures (Reserve::bring_up_to_date)."""
    if reserve.basis == asset.basis:
        return reserve
    return replace(
        reserve,
        basis=asset.basis,
        custodians=tuple(_rebased_custodian(slot, asset.split) for slot in reserve.custodians),
        chains=tuple(_rebased_chain(slot, asset.split) for slot in reserve.chains),
    )


def multiplier_ahead(asset: Asset, now: int) -> Multiplier:
    """The highest multiplier at which today's supply must be covered (Asset::multiplier_ahead).

    What an announced increase will owe is kept free. A split brings its own shares.
    """
    asset = asset_at(asset, now)
    return Multiplier(asset.multiplier if asset.next_is_split else max(asset.multiplier, asset.next_multiplier))


def foreign_ahead(asset: Asset, foreign: Shares, now: int) -> Shares:
    """What other chains are owed, once an announced increase is in force: it owes more there too (check_covered)."""
    asset = asset_at(asset, now)
    ahead = multiplier_ahead(asset, now).value
    if ahead == asset.multiplier:
        return foreign
    return Shares(min(-(-foreign.value * ahead // asset.multiplier), U64_MAX))


@dataclass(frozen=True, slots=True)
class ScheduledMultiplier:
    """A multiplier that will be in force."""

    multiplier: Multiplier
    effective_at: int
    action: int
    """Number of the corporate action that scheduled it."""
    split: Ratio | None
    """New shares per old one; None for an increase that is no split."""
    halt_from: int | None
    """A split's ex time: nothing mints from then to ``effective_at``."""

    def halts(self, now: int) -> bool:
        """Whether nothing mints at ``now`` because of it (Asset::check_tradeable)."""
        return self.halt_from is not None and self.halt_from <= now < self.effective_at


def scheduled_multiplier(asset: Asset, now: int) -> ScheduledMultiplier | None:
    """What is scheduled and not yet in force at ``now``; None when nothing is."""
    asset = asset_at(asset, now)
    if asset.next_effective_at == 0:
        return None
    is_split = asset.next_is_split != 0
    return ScheduledMultiplier(
        multiplier=Multiplier(asset.next_multiplier),
        effective_at=asset.next_effective_at,
        action=asset.next_action,
        split=asset.next_split if is_split else None,
        halt_from=asset.halt_from if is_split else None,
    )


@dataclass(frozen=True, slots=True)
class BasisRule:
    """Which basis a report must name: the number of splits that its figures include (Asset::conversion)."""

    basis: int
    """Splits in force when this was read."""
    split: Ratio = NO_RATIO
    """The last of them."""
    split_from: int = 0
    """Its ex time, from which on a statement may show it; zero while there was none."""
    split_at: int = 0
    """When it took effect."""
    next_split: Ratio = NO_RATIO
    """A scheduled one."""
    next_from: int = 0
    """Its ex time; zero while none is scheduled."""
    next_at: int = 0
    """Its effective time."""

    @classmethod
    def of(cls, asset: Asset, now: int) -> BasisRule:
        """The rule of an asset at ``now``."""
        asset = asset_at(asset, now)
        ahead = asset.next_is_split != 0
        return cls(
            basis=asset.basis,
            split=asset.split,
            split_from=asset.split_ex_at,
            split_at=asset.split_at,
            next_split=asset.next_split,
            next_from=asset.halt_from,
            next_at=asset.next_effective_at if ahead else 0,
        )

    def at(self, now: int) -> BasisRule:
        """The rule at a later time: a split that was scheduled has taken effect."""
        if not self.next_at or now < self.next_at:
            return self
        return BasisRule(self.basis + 1, self.next_split, self.next_from, self.next_at)

    def taken(self, as_of: int) -> tuple[int, ...]:
        """The bases that the program takes of a report as of then, the lowest first."""
        found = [self.basis - 1] if self.basis and as_of < self.split_at else []
        if as_of >= self.split_from:
            found.append(self.basis)
        if self.next_from and as_of >= self.next_from:
            found.append(self.basis + 1)
        return tuple(found)

    def choose(self, as_of: int, symbol: str, last: int) -> int:
        """The basis of a statement as of then, where its time alone decides. The rule is one of now.

        ``last`` is the basis that the slot's last report named, zero before the first. Raises StatementRefused where
        only the statement's reader can tell: between a split's ex and effective time it may show old shares or new
        ones, and the first report after a split must say so, lest a split that no company made is signed by habit.
        """
        taken = self.taken(as_of)
        if taken == (last,):
            return last
        if len(taken) == 1:
            raise StatementRefused(
                f"{symbol}: the last report of this slot had {last} splits in its figures, and the chain wants"
                f" {taken[0]} in this one (as of {instant(as_of)}). Look whether the statement shows new shares, and"
                f" whether the company has announced a split: if both are so, name basis {taken[0]}; else ask the"
                " issuer, and sign nothing"
            )
        if self.next_from and as_of >= self.next_from:
            raise self._unclear(symbol, as_of, self.next_split, self.basis, self.next_at)
        raise self._unclear(symbol, as_of, self.split, self.basis - 1, self.split_at)

    def converted(self, figure: int, basis: int, *, up: bool) -> int:
        """A report's figure in the asset's own basis, as the program stores it (Message::rebased)."""
        scale = ratio_ceil if up else ratio_floor
        if basis == self.basis - 1:
            return scale(self.split, figure)
        return scale(inverse(self.next_split), figure) if basis == self.basis + 1 else figure

    def check(self, basis: int, as_of: int, symbol: str) -> None:
        """Refuse a basis that the program refuses. Raises StatementRefused, telling which one is right and why."""
        told = self.problem(basis, as_of)
        if told is not None:
            raise StatementRefused(f"{symbol}: {told}")

    def problem(self, basis: int, as_of: int) -> str | None:
        """Why the program refuses this basis of a report as of then, and which one is right; None when it takes it."""
        if basis in self.taken(as_of):
            return None
        given = f"the report names basis {basis} (splits in its figures) as of {instant(as_of)}"
        if basis == self.basis - 1:
            why = (
                f"the {ratio_text(self.split)} split took effect on {instant(self.split_at)}, and a report as of then"
                " or later speaks of new shares"
            )
        elif basis == self.basis:
            why = (
                f"the {ratio_text(self.split)} split was ex on {instant(self.split_from)}, and a report as of before"
                " then speaks of old shares"
            )
        elif self.next_from and basis == self.basis + 1:
            why = (
                f"the {ratio_text(self.next_split)} split is ex on {instant(self.next_from)}, and a report as of before"
                " then speaks of old shares"
            )
        elif basis > self.basis:
            why = "no such split is scheduled"
        else:
            why = f"the asset has had {self.basis} splits, and only the last one is converted"
        right = " or ".join(map(str, self.taken(as_of)))
        return f"{given}, and {right} is right: {why}. Have it signed again with a new plan"

    @staticmethod
    def _unclear(symbol: str, as_of: int, split: Ratio, old: int, effective_at: int) -> StatementRefused:
        return StatementRefused(
            f"{symbol}: the statement is as of {instant(as_of)}, around its {ratio_text(split)} split (in effect from"
            f" {instant(effective_at)}), and may show old shares or new ones: look, and name basis {old} if it shows"
            f" old shares, or {old + 1} if the split is in its figures"
        )


@dataclass(frozen=True, slots=True)
class Split:
    """A split that took effect or is scheduled."""

    basis: int
    """Splits that are in figures from then on, this one included."""
    ratio: Ratio
    effective_at: int


def converted(figure: int, splits: Sequence[Split], *, signed: int, stored_at: int, basis: int, up: bool) -> int | None:
    """What a report's figure has become in a reserve of ``basis``: converted when it came, then split by split.

    ``signed`` is the basis that the report names, ``stored_at`` when it came; another chain's supply is rounded ``up``,
    a custodian's figure down. ``splits`` are the asset's, the oldest first. None when a split that it took is unknown.
    """
    scale = ratio_ceil if up else ratio_floor
    then = sum(one.effective_at <= stored_at for one in splits)
    if max(signed, basis) > len(splits):
        return None
    for one in reversed(splits[then:signed]):  # it was ahead of the asset
        figure = scale(inverse(one.ratio), figure)
    for one in splits[signed:then]:
        figure = scale(one.ratio, figure)
    figure = min(figure, MAX_REPORTED_SHARES)
    for one in splits[then:basis]:
        figure = min(scale(one.ratio, figure), MAX_REPORTED_SHARES)
    return figure


def _rebased_policy(policy: Policy, split: Ratio) -> Policy:
    cap = ratio_floor(split, policy.custodian_cap)
    return replace(policy, custodian_cap=min(max(cap, 1), MAX_REPORTED_SHARES))


def _rebased_custodian(slot: CustodianSlot, split: Ratio) -> CustodianSlot:
    return replace(
        slot,
        settled=min(ratio_floor(split, slot.settled), MAX_REPORTED_SHARES),
        in_transit=min(ratio_floor(split, slot.in_transit), MAX_REPORTED_SHARES),
    )


def _rebased_chain(slot: ChainSlot, split: Ratio) -> ChainSlot:
    days = tuple(ReleasedDay(day.last_at, ratio_ceil(split, day.shares)) for day in slot.outbound_days)
    outbound = min(sum(day.shares for day in days), U64_MAX)
    marked = ratio_ceil(split, slot.marked)
    return replace(
        slot,
        supply=min(ratio_ceil(split, slot.supply), MAX_REPORTED_SHARES),
        cap=min(ratio_ceil(split, slot.cap), MAX_REPORTED_SHARES),
        next_cap=min(ratio_ceil(split, slot.next_cap), MAX_REPORTED_SHARES),
        outbound_days=days,
        outbound=outbound,
        marked=marked,
        # what is taken off what is owed there is rounded down
        reported=min(ratio_floor(split, slot.reported), marked),
        concluded=min(ratio_floor(split, slot.concluded), outbound),
    )
