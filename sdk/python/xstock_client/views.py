"""Typed, readable views over the raw accounts, and exact mirrors of the program's arithmetic.

Each function names the Rust it mirrors; saturation and rounding are the same, so what it says now is what the
program will say at the same second. ``now`` is the cluster's clock in unix seconds; what takes it brings a split into
the figures whose time has come (:mod:`xstock_client.rebase`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from xstock_client.accounts import (
    Asset,
    HolderBook,
    Limits,
    MinterAllowance,
    Policy,
    QueuedPolicy,
    ReleasedDay,
    Reserve,
    RoleGrant,
    TicketPage,
    WindowUsage,
)
from xstock_client.amounts import MULTIPLIER_SCALE, U64_MAX, Cash, Multiplier, Raw, Shares
from xstock_client.constants import (
    ALLOWANCE_WINDOW_S,
    BPS,
    DAY_S,
    MIN_BOND_COVERAGE_BPS,
    RELEASED_DAYS,
    TICKETS_PER_PAGE,
    Feature,
    Halt,
)
from xstock_client.counting import (
    ReserveView,
    affordable_rate,
    bonded_supply,
    holdings,
    last_figures,
    pro_rata,
    reserve_view,
)
from xstock_client.rebase import (
    ScheduledMultiplier,
    asset_at,
    bring_up_to_date,
    foreign_ahead,
    multiplier_ahead,
    reserve_of,
    scheduled_multiplier,
)

__all__ = [
    "AllowanceView",
    "AssetView",
    "allowance_left",
    "allowance_view",
    "bond_headroom",
    "bond_staying",
    "cut_from",
    "decayed",
    "free_rate_for",
    "grant_expiry",
    "headroom",
    "latch_obligation",
    "limits_at",
    "mint_window_left",
    "multiplier_at",
    "obligation",
    "obligation_ahead",
    "payout",
    "penalty_capacity",
    "penalty_rate_for",
    "released",
    "released_now",
    "supply_shares",
    "text",
    "ticket_used",
    "worth",
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
    basis: int
    """Splits that are in all figures of shares."""
    scheduled: ScheduledMultiplier | None
    """A multiplier that is announced and not in force yet."""
    delisted_at: int | None
    """From when nothing mints any more, announced or passed."""
    supply: Raw
    """As the program last saw it; tokens in escrow included."""
    minted: Raw
    requested: Raw
    """For redemption, ever: ``settled + returned + pending``."""
    settled: Raw
    returned: Raw
    pending: Raw
    """In open redemption requests."""
    burned_outside: Raw
    open_requests: int
    tickets_used: int
    halts: Halt
    latched: bool
    latched_at: int | None
    features: Feature
    min_custodians: int
    max_age_s: int
    change_delay_s: int
    accept_window_s: int
    settle_window_s: int
    listed_at: int
    first_mint_at: int | None
    policy: Policy
    """All rules in force."""
    queued_policy: QueuedPolicy | None
    """Looser rules that wait; None when none do."""
    ticket_watermark: int
    """Tickets below it can never mint."""
    highest_ticket: int

    @classmethod
    def of(cls, asset: Asset, now: int) -> AssetView:
        """The view at ``now``, which chooses the multiplier."""
        asset = asset_at(asset, now)
        policy = asset.policy
        return cls(
            number=asset.number,
            symbol=text(asset.symbol),
            isin=text(asset.isin),
            terms_uri=text(asset.terms_uri),
            multiplier=Multiplier(asset.multiplier),
            basis=asset.basis,
            scheduled=scheduled_multiplier(asset, now),
            delisted_at=asset.delisted_at or None,
            supply=Raw(asset.known_supply),
            minted=Raw(asset.minted),
            requested=Raw(asset.requested),
            settled=Raw(asset.settled),
            returned=Raw(asset.returned),
            pending=Raw(asset.pending),
            burned_outside=Raw(asset.burned_outside),
            open_requests=asset.open_requests,
            tickets_used=asset.tickets_used,
            halts=Halt(asset.halts),
            latched=asset.latched != 0,
            latched_at=asset.latched_at or None,
            features=Feature(asset.features),
            min_custodians=policy.min_custodians,
            max_age_s=policy.max_age_s,
            change_delay_s=policy.change_delay_s,
            accept_window_s=policy.accept_window_s,
            settle_window_s=policy.settle_window_s,
            listed_at=asset.listed_at,
            first_mint_at=asset.first_mint_at or None,
            policy=policy,
            queued_policy=asset.queued_policy if asset.queued_policy.fields else None,
            ticket_watermark=asset.ticket_watermark,
            highest_ticket=asset.highest_ticket,
        )


@dataclass(frozen=True, slots=True)
class AllowanceView:
    """What a minter may mint at one time. A limit of 2**64 - 1 limits nothing."""

    limits: Limits
    """In force."""
    used: Raw
    """Of the daily window, after what has decayed."""
    window_left: Raw
    lifetime_left: Raw
    without_approver: Raw
    """What is left before an approver must sign too."""
    waiting: Limits | None
    """Limits that act from ``waiting_from`` on; None when none wait."""
    waiting_from: int


def text(padded: bytes) -> str:
    """Text of a zero-padded field; bytes that are not UTF-8 show as U+FFFD."""
    return padded.rstrip(b"\0").decode("utf-8", "replace")


def multiplier_at(asset: Asset, now: int) -> Multiplier:
    """Shares per raw unit in force at ``now``: math/multiplier.rs, in_force."""
    due = asset.next_effective_at != 0 and now >= asset.next_effective_at
    return Multiplier(asset.next_multiplier if due else asset.multiplier)


def supply_shares(asset: Asset, supply: Raw, now: int) -> Shares:
    """``ceil(supply * multiplier)``, or the largest u64 (math/multiplier.rs, shares_ceil_saturating)."""
    return Shares(_shares_ceil(supply.value, multiplier_at(asset, now).value))


def released(asset: Asset, oldest_as_of: int | None) -> Shares:
    """Burned shares that a report as of ``oldest_as_of`` may still count (Asset::released_since).

    Of an asset that is up to date: :func:`released_now` takes one as it was read.
    """
    return _released(asset.released, oldest_as_of)


def released_now(asset: Asset, oldest_as_of: int | None, supply: Raw, now: int) -> Shares:
    """The same once the program has noticed the mint's ``supply``: what was burned outside is released too."""
    return _released(_observe(asset, supply, now), oldest_as_of)


def obligation(asset: Asset, view: ReserveView, supply: Raw, now: int) -> Shares:
    """Shares owed against ``view`` (Asset::obligation), once the program has noticed the mint's ``supply``.

    ``ceil(supply * multiplier) + released + foreign``. A supply below the asset's own figure is a burn from outside;
    it counts as released from ``now`` on.
    """
    return _owed(asset, multiplier_at(asset, now), view, supply, now)


def obligation_ahead(asset: Asset, view: ReserveView, supply: Raw, now: int) -> Shares:
    """What a mint or a loosening is judged by (Asset::check_covered): owed at a higher multiplier that is scheduled.

    The same as :func:`obligation` while no increase is scheduled, or a split, which brings its own shares.
    """
    view = replace(view, foreign=foreign_ahead(asset, view.foreign, now))
    return _owed(asset, multiplier_ahead(asset, now), view, supply, now)


def latch_obligation(asset: Asset, reserve: Reserve, supply: Raw, now: int) -> Shares:
    """Shares owed as the solvency latch compares them with the last figures (Asset::latch_if_short).

    Burned shares weigh by the fresh reports alone, other chains by their last reports without their caps.
    """
    asset, reserve = bring_up_to_date(asset, reserve, now)
    fresh, last = reserve_view(asset, reserve, now), last_figures(asset, reserve)
    return obligation(asset, ReserveView(last.shares, fresh.oldest_as_of, last.custodians, last.foreign), supply, now)


def cut_from(asset: Asset) -> int | None:
    """When redemptions of a pro-rata asset that is latched begin to pay in proportion, unix seconds; None: never.

    Then they do for as long as it is latched and short.
    """
    if not asset.features & Feature.PRO_RATA or not asset.latched:
        return None
    return min(asset.latched_at + asset.policy.change_delay_s, _I64_MAX)


def worth(asset: Asset, amount: Raw, now: int) -> Shares:
    """Shares that ``amount`` is worth, rounded down, or the largest u64 (math/multiplier.rs, shares_floor)."""
    return Shares(min(amount.value * multiplier_at(asset, now).value // MULTIPLIER_SCALE, U64_MAX))


def payout(asset: Asset, reserve: Reserve, supply: Raw, amount: Raw, now: int) -> Shares:
    """What settling ``amount`` pays out (Payout::of), rounded down.

    Its worth; of a pro-rata asset that holds less than it owes and has been latched for its change delay, in
    proportion to all that was last reported.
    """
    whole, since = worth(asset, amount, now), cut_from(asset)
    if since is None or now < since:
        return whole
    there = holdings(reserve_of(reserve, asset_at(asset, now)))
    owed = obligation(asset, there, supply, now)
    if not there.shares or owed <= there.shares:
        return whole  # without any figure there is nothing to share out
    return Shares(pro_rata(whole.value, there.shares.value, owed.value))


def bond_headroom(asset: Asset, supply: Raw, now: int) -> Raw:
    """The most that can be minted now as far as the bond goes, without what waits to leave it (Asset::check_bonded)."""
    policy = asset.policy
    most = bonded_supply(bond_staying(asset, now).value, policy.bond_coverage_bps, policy.penalty_rate)
    return Raw(max(most - supply.value, 0))


def bond_staying(asset: Asset, now: int) -> Cash:
    """The bond without a withdrawal that waits and is not void: what mints are judged by (Asset::check_bonded)."""
    leaving = asset.bond_exit.amount if now <= asset.bond_exit.expires_at else 0
    return Cash(max(asset.bond - leaving, 0))


def penalty_rate_for(asset: Asset, book: HolderBook | None, amount: Raw, now: int) -> Cash:
    """The most that a missed deadline of a request of ``amount`` made now may cost, per whole token.

    As much as the policy's rate, as far as the bond could pay it for each token of a hundredth of the supply, and as
    far as the holder's capacity of the day goes (Asset::penalty_rate_for). ``book`` is the holder's; None when there is
    none yet.
    """
    part = -(-asset.known_supply // (BPS // MIN_BOND_COVERAGE_BPS))
    limit = affordable_rate(part, asset.policy.penalty_rate, asset.bond)
    return Cash(affordable_rate(amount.value, limit, penalty_capacity(asset, book, now).value))


def free_rate_for(asset: Asset, amount: Raw, rate: Cash) -> Cash:
    """What of ``rate`` the bond can still reserve for ``amount`` (Asset::free_rate_for)."""
    return Cash(affordable_rate(amount.value, rate.value, max(asset.bond - asset.bond_reserved, 0)))


def penalty_capacity(asset: Asset, book: HolderBook | None, now: int) -> Cash:
    """What requests of one holder may still reserve of the bond now (HolderBook::allowed)."""
    cap = asset.policy.holder_penalty_cap
    used = min(decayed(book.penalty_window, cap, now).used, cap) if book is not None else 0
    return Cash(cap - used)


def headroom(asset: Asset, reserve: Reserve, supply: Raw, now: int) -> Raw:
    """The most that can be minted now as far as the reserve goes (Asset::check_backed), collateral included.

    The bond (:func:`bond_headroom`), limits of minters and of the asset (:func:`mint_window_left`), roles, halts and
    the latch are not asked. Zero
    without quorum, and when ``supply`` is above the asset's own figure, which the program refuses.
    """
    view, policy = reserve_view(asset, reserve, now), asset.policy
    if view.custodians < policy.min_custodians or supply.value > asset.known_supply:
        return Raw(0)
    covered = view.shares.value * BPS // max(policy.collateral_bps, 1)
    free = covered - _released(_observe(asset, supply, now), view.oldest_as_of).value
    free -= foreign_ahead(asset, view.foreign, now).value
    if free < 0:
        return Raw(0)
    most = free * MULTIPLIER_SCALE // multiplier_ahead(asset, now).value
    # the books count in 64 bits, and what was ever minted is the larger count
    most = min(most, U64_MAX - (asset.minted - supply.value))
    return Raw(max(most - supply.value, 0))


def mint_window_left(asset: Asset, now: int) -> Raw:
    """What all minters together may still mint of the asset's daily limit (Asset::spend)."""
    limit = asset.policy.mint_window_limit
    return Raw(max(limit - decayed(asset.mint_window, limit, now).used, 0))


def limits_at(allowance: MinterAllowance, now: int) -> Limits:
    """The limits in force, a matured raise included (MinterAllowance::in_force)."""
    return allowance.pending if allowance.pending_from != 0 and now >= allowance.pending_from else allowance.limits


def allowance_view(allowance: MinterAllowance, now: int) -> AllowanceView:
    """What a minter may mint at ``now`` (MinterAllowance::spend)."""
    limits, window = limits_at(allowance, now), allowance.window
    if 0 != allowance.pending_from <= now:
        # a matured raise began at its time: until then usage decayed at the old limit
        window = decayed(window, allowance.limits.window_limit, allowance.pending_from)
    used = decayed(window, limits.window_limit, now).used
    waits = allowance.pending_from > now
    return AllowanceView(
        limits=limits,
        used=Raw(used),
        window_left=Raw(max(limits.window_limit - used, 0)),
        lifetime_left=Raw(max(limits.lifetime_cap - allowance.lifetime_used, 0)),
        without_approver=Raw(max(limits.approver_threshold - used, 0)),
        waiting=allowance.pending if waits else None,
        waiting_from=allowance.pending_from if waits else 0,
    )


def allowance_left(allowance: MinterAllowance, now: int) -> tuple[Raw, Raw]:
    """What is left of the minter's daily window and of the lifetime cap (MinterAllowance::spend)."""
    view = allowance_view(allowance, now)
    return view.window_left, view.lifetime_left


def decayed(usage: WindowUsage, limit: int, now: int) -> WindowUsage:
    """Usage after linear decay at ``limit`` a day (WindowUsage::bring_up_to_date)."""
    elapsed = now - usage.at
    if elapsed <= 0:
        return usage
    if usage.used == 0:
        return WindowUsage(0, usage.carry, now)
    freed, carry = divmod(limit * elapsed + usage.carry, ALLOWANCE_WINDOW_S)
    used = max(usage.used - freed, 0)
    return WindowUsage(used, carry if used else 0, now)


def grant_expiry(grant: RoleGrant, now: int) -> int:
    """The second from which the role is void, as of ``now`` (RoleGrant::expiry); zero while a new grant waits."""
    return grant.next_expires_at if grant.next_from != 0 and now >= grant.next_from else grant.expires_at


def ticket_used(page: TicketPage, ticket: int) -> bool:
    """Whether ``ticket`` has minted (TicketPage::check). Raises ValueError for a ticket of another page."""
    number, bit = divmod(ticket, TICKETS_PER_PAGE)
    if number != page.page:
        raise ValueError(f"ticket {ticket} is on page {number}, not on page {page.page}")
    return bool(page.bitmap[bit // 8] >> (bit % 8) & 1)


_I64_MAX = 2**63 - 1


def _owed(asset: Asset, multiplier: Multiplier, view: ReserveView, supply: Raw, now: int) -> Shares:
    released = _released(_observe(asset, supply, now), view.oldest_as_of)
    return Shares(min(_shares_ceil(supply.value, multiplier.value) + released.value + view.foreign.value, U64_MAX))


def _observe(asset: Asset, supply: Raw, now: int) -> tuple[ReleasedDay, ...]:
    """The released days once the program has seen ``supply`` (Asset::observe_supply, math/released.rs)."""
    asset = asset_at(asset, now)
    outside = asset.known_supply - supply.value
    if outside <= 0:
        return asset.released
    shares = _shares_ceil(outside, multiplier_at(asset, now).value)
    at = max(now, asset.newest_as_of)  # no report that is there can know of it, whatever the clock says
    bucket = at // DAY_S % RELEASED_DAYS
    kept = asset.released[bucket]
    if kept.shares != 0 and kept.last_at // DAY_S == at // DAY_S:
        day = ReleasedDay(max(kept.last_at, at), min(kept.shares + shares, U64_MAX))
    else:
        day = ReleasedDay(at, shares)
    return (*asset.released[:bucket], day, *asset.released[bucket + 1 :])


def _released(days: tuple[ReleasedDay, ...], oldest_as_of: int | None) -> Shares:
    # no report counts, so none can still count a burned share
    since = _I64_MAX if oldest_as_of is None else oldest_as_of
    return Shares(min(sum(day.shares for day in days if day.last_at >= since), U64_MAX))


def _shares_ceil(raw: int, multiplier: int) -> int:
    return min(-(-raw * multiplier // MULTIPLIER_SCALE), U64_MAX)
