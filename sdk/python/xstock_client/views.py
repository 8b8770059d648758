"""Typed, readable views over the raw accounts, and exact mirrors of the program's arithmetic.

Each function names the Rust it mirrors; saturation and rounding are the same, so what it says now is what the
program will say at the same second. ``now`` is the cluster's clock in unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from xstock_client.accounts import Asset, MinterAllowance, ReleasedDay, Reserve, TicketPage
from xstock_client.amounts import MULTIPLIER_SCALE, U64_MAX, Multiplier, Raw, Shares
from xstock_client.constants import (
    ALLOWANCE_WINDOW_S,
    CUSTODIAN_SLOTS,
    DAY_S,
    RELEASED_DAYS,
    TICKETS_PER_PAGE,
    Feature,
    Halt,
)

__all__ = [
    "AssetView",
    "ReserveView",
    "allowance_left",
    "headroom",
    "last_figures",
    "multiplier_at",
    "obligation",
    "released",
    "reserve_view",
    "text",
    "ticket_used",
]


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset as a person reads it. Times in unix seconds, None where it has not happened."""

    number: int
    symbol: str
    isin: str
    terms_uri: str
    multiplier: Multiplier
    """In force now."""
    supply: Raw
    """As the program last saw it; tokens in escrow included."""
    minted: Raw
    settled: Raw
    burned_outside: Raw
    pending: Raw
    """In open redemption requests."""
    open_requests: int
    tickets_used: int
    halts: Halt
    latched: bool
    latched_at: int | None
    features: Feature
    min_custodians: int
    max_age_s: int
    change_delay_s: int
    redemption_window_s: int
    listed_at: int
    first_mint_at: int | None

    @classmethod
    def of(cls, asset: Asset, now: int) -> AssetView:
        """The view at ``now``, which chooses the multiplier."""
        policy = asset.policy
        return cls(
            number=asset.number,
            symbol=text(asset.symbol),
            isin=text(asset.isin),
            terms_uri=text(asset.terms_uri),
            multiplier=multiplier_at(asset, now),
            supply=Raw(asset.known_supply),
            minted=Raw(asset.minted),
            settled=Raw(asset.settled),
            burned_outside=Raw(asset.burned_outside),
            pending=Raw(asset.pending),
            open_requests=asset.open_requests,
            tickets_used=asset.tickets_used,
            halts=Halt(asset.halts),
            latched=asset.latched != 0,
            latched_at=asset.latched_at or None,
            features=Feature(asset.features),
            min_custodians=policy.min_custodians,
            max_age_s=policy.max_age_s,
            change_delay_s=policy.change_delay_s,
            redemption_window_s=policy.redemption_window_s,
            listed_at=asset.listed_at,
            first_mint_at=asset.first_mint_at or None,
        )


@dataclass(frozen=True, slots=True)
class ReserveView:
    """What the custodians' reports add up to (state/reserve.rs)."""

    shares: Shares
    """Counted shares; zero without quorum."""
    oldest_as_of: int | None
    """The oldest counted report, unix seconds; None when none counts."""
    custodians: int
    """Distinct custodians with a counted positive figure."""


def text(padded: bytes) -> str:
    """Text of a zero-padded field; bytes that are not UTF-8 show as U+FFFD."""
    return padded.rstrip(b"\0").decode("utf-8", "replace")


def multiplier_at(asset: Asset, now: int) -> Multiplier:
    """Shares per raw unit in force at ``now``: math/multiplier.rs, in_force."""
    due = asset.next_effective_at != 0 and now >= asset.next_effective_at
    return Multiplier(asset.next_multiplier if due else asset.multiplier)


def reserve_view(asset: Asset, reserve: Reserve, now: int) -> ReserveView:
    """What a mint is judged by: fresh reports only (Reserve::effective)."""
    return _count(asset, reserve, now - asset.policy.max_age_s, now)


def last_figures(asset: Asset, reserve: Reserve, now: int) -> ReserveView:
    """What the solvency latch judges by: the last figures without age (Reserve::last_figures).

    What is owed is compared with these, but counted against the fresh reports of :func:`reserve_view`.
    """
    return _count(asset, reserve, _I64_MIN, now)


def released(asset: Asset, oldest_as_of: int | None) -> Shares:
    """Burned shares that a report as of ``oldest_as_of`` may still count (Asset::released_since)."""
    return _released(asset.released, oldest_as_of)


def obligation(asset: Asset, view: ReserveView, supply: Raw, now: int) -> Shares:
    """Shares owed against ``view`` (Asset::obligation), once the program has noticed the mint's ``supply``.

    A supply below the asset's own figure is a burn from outside; it counts as released from ``now`` on.
    """
    days = _observe(asset, supply, now)
    owed = _shares_ceil(supply.value, multiplier_at(asset, now).value)
    return Shares(min(owed + _released(days, view.oldest_as_of).value, U64_MAX))


def headroom(asset: Asset, reserve: Reserve, supply: Raw, now: int) -> Raw:
    """The most that can be minted now as far as the reserve goes (Asset::check_backed).

    Allowance, role, halts and the latch are not asked. Zero without quorum, and when ``supply`` is above the
    asset's own figure, which the program refuses.
    """
    view = reserve_view(asset, reserve, now)
    if view.custodians < asset.policy.min_custodians or supply.value > asset.known_supply:
        return Raw(0)
    free = view.shares.value - _released(_observe(asset, supply, now), view.oldest_as_of).value
    if free < 0:
        return Raw(0)
    most = free * MULTIPLIER_SCALE // multiplier_at(asset, now).value
    # the books count in 64 bits, and what was ever minted is the larger count
    most = min(most, U64_MAX - (asset.minted - supply.value))
    return Raw(max(most - supply.value, 0))


def allowance_left(allowance: MinterAllowance, now: int) -> tuple[Raw, Raw]:
    """What is left of the minter's daily window and of the lifetime cap (MinterAllowance::spend)."""
    used = _decayed(allowance.window_used, allowance.window_limit, now - allowance.window_at)
    limit, cap = allowance.window_limit, allowance.lifetime_cap
    if allowance.pending_from != 0 and now >= allowance.pending_from:
        limit, cap = allowance.pending_window_limit, allowance.pending_lifetime_cap
    return Raw(max(limit - used, 0)), Raw(max(cap - allowance.lifetime_used, 0))


def ticket_used(page: TicketPage, ticket: int) -> bool:
    """Whether ``ticket`` has minted (TicketPage::check). Raises ValueError for a ticket of another page."""
    number, bit = divmod(ticket, TICKETS_PER_PAGE)
    if number != page.page:
        raise ValueError(f"ticket {ticket} is on page {number}, not on page {page.page}")
    return bool(page.bitmap[bit // 8] >> (bit % 8) & 1)


_I64_MIN = -(2**63)
_I64_MAX = 2**63 - 1


def _count(asset: Asset, reserve: Reserve, not_before: int, now: int) -> ReserveView:
    counted = [
        slot
        for slot in reserve.custodians
        if slot.active == 1 and slot.settled != 0 and not_before <= slot.as_of <= now
    ]
    custodians = len({slot.group % CUSTODIAN_SLOTS for slot in counted})
    shares = min(sum(slot.settled for slot in counted), U64_MAX)
    return ReserveView(
        shares=Shares(shares if custodians >= asset.policy.min_custodians else 0),
        oldest_as_of=min((slot.as_of for slot in counted), default=None),
        custodians=custodians,
    )


def _observe(asset: Asset, supply: Raw, now: int) -> tuple[ReleasedDay, ...]:
    """The released days once the program has seen ``supply`` (Asset::observe_supply, math/released.rs)."""
    outside = asset.known_supply - supply.value
    if outside <= 0:
        return asset.released
    shares = _shares_ceil(outside, multiplier_at(asset, now).value)
    bucket = now // DAY_S % RELEASED_DAYS
    kept = asset.released[bucket]
    if kept.shares != 0 and kept.last_at // DAY_S == now // DAY_S:
        day = ReleasedDay(max(kept.last_at, now), min(kept.shares + shares, U64_MAX))
    else:
        day = ReleasedDay(now, shares)
    return (*asset.released[:bucket], day, *asset.released[bucket + 1 :])


def _released(days: tuple[ReleasedDay, ...], oldest_as_of: int | None) -> Shares:
    # no report counts, so none can still count a burned share
    since = _I64_MAX if oldest_as_of is None else oldest_as_of
    return Shares(min(sum(day.shares for day in days if day.last_at >= since), U64_MAX))


def _shares_ceil(raw: int, multiplier: int) -> int:
    return min(-(-raw * multiplier // MULTIPLIER_SCALE), U64_MAX)


def _decayed(used: int, limit: int, elapsed: int) -> int:
    if used == 0 or elapsed <= 0:
        return used
    if elapsed >= ALLOWANCE_WINDOW_S:
        return 0
    return max(used - limit * elapsed // ALLOWANCE_WINDOW_S, 0)
