"""What reports count for, and what payments come to: exact mirrors of the program's arithmetic.

Each function names the Rust it mirrors; saturation and rounding are the same. Reports are in base units of shares,
payments in those of the payment mint; times are unix seconds, ``now`` is the cluster's clock. What takes ``now`` brings
a split into the figures whose time has come; the others take accounts that
:func:`~xstock_client.rebase.bring_up_to_date` made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, Policy, Reserve
from xstock_client.amounts import U64_MAX, Shares
from xstock_client.constants import BPS, CUSTODIAN_SLOTS, MAX_TRANSIT_S, WHOLE
from xstock_client.rebase import bring_up_to_date, reserve_of

__all__ = [
    "ReserveView",
    "affordable_rate",
    "bonded_supply",
    "chain_counted",
    "chain_fresh",
    "chain_room",
    "custodian_counted",
    "fee",
    "foreign_at_cap",
    "group_figures",
    "holdings",
    "last_figures",
    "of_bps",
    "oldest_report",
    "owed_there",
    "penalty",
    "price_for",
    "pro_rata",
    "relative_cap",
    "required",
    "required_bond",
    "reserve_view",
    "settlement",
    "transit_counted",
    "worth_ceil",
]

_I64_MIN = -(2**63)
_I64_MAX = 2**63 - 1
_NOTHING = Shares(0)


@dataclass(frozen=True, slots=True)
class ReserveView:
    """What the reports add up to (state/reserve.rs)."""

    shares: Shares
    """Counted shares; zero without quorum."""
    oldest_as_of: int | None
    """The oldest counted report, unix seconds; None when none counts."""
    custodians: int
    """Distinct custodians with a counted positive figure."""
    foreign: Shares = _NOTHING
    """Shares owed on other chains, and on their way there."""


def reserve_view(asset: Asset, reserve: Reserve, now: int) -> ReserveView:
    """What a mint is judged by: fresh reports only, stale chains at their caps (Reserve::effective)."""
    asset, reserve = bring_up_to_date(asset, reserve, now)
    not_before = max(now - asset.policy.max_age_s, _I64_MIN)
    chains_not_before = max(now - asset.policy.chain_max_age_s, _I64_MIN)
    foreign = sum(chain_counted(chain, chains_not_before, now) for chain in reserve.chains if chain.active == 1)
    return _count(asset.policy, reserve, not_before, now, now, foreign)


def last_figures(asset: Asset, reserve: Reserve) -> ReserveView:
    """What the solvency latch judges by: the last figures without age (Reserve::last_figures).

    Time changes nothing in them: shares in transit keep counting, and no chain counts at its cap. What is owed is
    compared with these, but burned shares count against the fresh reports of :func:`reserve_view`.
    """
    reserve = reserve_of(reserve, asset)
    return _count(asset.policy, reserve, _I64_MIN, _I64_MIN, _I64_MAX, _last_foreign(reserve))


def holdings(reserve: Reserve) -> ReserveView:
    """Everything that was last reported, whatever the policy counts of it (Reserve::holdings).

    What there is to share out when it does not suffice; ``custodians`` is zero, because nobody asks. A chain counts
    at most at its cap: its keys shall not lower what holders here are paid.
    """
    active = [chain for chain in reserve.chains if chain.active == 1]
    foreign = sum(owed_there(chain, min(chain.supply, chain.cap)) for chain in active)
    reported = [slot for slot in reserve.custodians if slot.active == 1 and slot.received_at != 0]
    return ReserveView(
        shares=Shares(min(sum(slot.settled + slot.in_transit for slot in reported), U64_MAX)),
        oldest_as_of=min((slot.as_of for slot in reported), default=None),
        custodians=0,
        foreign=Shares(min(foreign, U64_MAX)),
    )


def custodian_counted(slot: CustodianSlot, policy: Policy, not_before: int, transit_until: int, now: int) -> int:
    """What a slot's report counts for before any cap (CustodianSlot::counted)."""
    if slot.active == 0 or slot.as_of < not_before or slot.as_of > now:
        return 0
    if slot.in_transit == 0 or slot.in_transit_by < transit_until:
        return slot.settled
    transit = transit_counted(slot.in_transit, policy.haircut_bps, slot.as_of, slot.in_transit_by)
    return min(slot.settled + transit, U64_MAX)


def transit_counted(shares: int, haircut_bps: int, as_of: int, by: int) -> int:
    """Shares in transit that the haircut leaves, rounded down (math/quorum.rs, in_transit)."""
    if shares == 0 or by < as_of or by > min(as_of + MAX_TRANSIT_S, _I64_MAX):
        return 0
    return of_bps(shares, max(BPS - haircut_bps, 0))


def group_figures(reserve: Reserve, policy: Policy, not_before: int, transit_until: int, now: int) -> tuple[int, ...]:
    """Counted figures of the eight groups, one a custodian, each at most the absolute cap."""
    figures = [0] * CUSTODIAN_SLOTS
    for slot in reserve.custodians:
        counted = custodian_counted(slot, policy, not_before, transit_until, now)
        if counted != 0 and slot.group < CUSTODIAN_SLOTS:
            figures[slot.group] = min(figures[slot.group] + counted, policy.custodian_cap)
    return tuple(figures)


def relative_cap(figures: Sequence[int], share_bps: int) -> int:
    """The largest T with ``T = sum(min(x, share * T))``, rounded down (math/quorum.rs, relative_cap)."""
    total = min(sum(figures), U64_MAX)
    if share_bps >= BPS:
        return total
    for _ in range(len(figures) + 1):
        cap = of_bps(total, share_bps)
        capped = sum(x > cap for x in figures)
        rest = min(sum(x for x in figures if x <= cap), U64_MAX)
        if capped == 0:
            return total
        left = max(BPS - capped * share_bps, 0)
        if left == 0:
            return 0
        following = min(rest * BPS // left, U64_MAX)
        if following >= total:
            return total
        total = following
    return 0


def required(obligation: Shares, collateral_bps: int) -> Shares:
    """What the reserve must reach for a mint or a loosening, rounded up (math/quorum.rs, required)."""
    return Shares(min(-(-obligation.value * collateral_bps // BPS), U64_MAX))


def chain_fresh(chain: ChainSlot, not_before: int, now: int) -> bool:
    """Whether a chain's report counts, instead of its cap."""
    return chain.received_at != 0 and not_before <= chain.as_of <= now


def chain_counted(chain: ChainSlot, not_before: int, now: int) -> int:
    """What a chain weighs in the obligation (ChainSlot::counted)."""
    supply = chain.supply if chain_fresh(chain, not_before, now) else max(chain.supply, chain.cap)
    return min(supply + chain.outbound, U64_MAX)


def owed_there(chain: ChainSlot, supply: int) -> int:
    """What a chain weighs beside the tokens here (ChainSlot::owed_there).

    What its last report may contain and counts here as well, in the escrow or on the way, is taken off once.
    """
    return max(min(supply + chain.outbound, U64_MAX) - min(chain.reported + chain.concluded, U64_MAX), 0)


def chain_room(chain: ChainSlot) -> int:
    """What may still be sent to a chain: under the lower of its cap and one that waits (ChainSlot::check_room)."""
    cap = chain.cap if chain.next_cap_from == 0 else chain.next_cap
    return max(cap - min(chain.supply + chain.outbound + chain.marked, U64_MAX), 0)


def foreign_at_cap(reserve: Reserve, slot: int, cap: int) -> Shares:
    """What would be owed abroad if chain ``slot`` had this cap and every chain used all of its own.

    What a raised cap is judged by (Reserve::foreign_at_cap).
    """
    total = 0
    for number, chain in enumerate(reserve.chains):
        if chain.active == 1:
            total += max(chain.supply, cap if number == slot else chain.cap) + chain.outbound
    return Shares(min(total, U64_MAX))


def oldest_report(reserve: Reserve) -> int | None:
    """The oldest time that any custodian's last report speaks of, counted or not (Reserve::oldest_report)."""
    times = [slot.as_of for slot in reserve.custodians if slot.active == 1 and slot.received_at != 0]
    return min(times, default=None)


def of_bps(value: int, bps: int) -> int:
    """``floor(value * bps / 10,000)``, or the largest u64 (math/quorum.rs, of_bps)."""
    return min(value * bps // BPS, U64_MAX)


def worth_ceil(units: int, rate: int) -> int:
    """What ``units`` base units are worth at ``rate`` per whole share or token, rounded up (math/payment.rs)."""
    return min(-(-units * rate // WHOLE), U64_MAX)


def penalty(raw: int, rate: int) -> int:
    """The penalty of ``raw`` units at ``rate`` per whole token (math/payment.rs, penalty)."""
    return worth_ceil(raw, rate)


def affordable_rate(raw: int, limit: int, available: int) -> int:
    """The highest rate, at most ``limit``, whose penalty does not exceed ``available`` (math/payment.rs)."""
    return min(available * WHOLE // raw, limit) if raw else 0


def fee(gross: int, bps: int) -> int:
    """What of ``gross`` the issuer keeps, rounded down (math/payment.rs, fee)."""
    return of_bps(gross, bps)


def settlement(shares: int, price: int, fee_bps: int) -> tuple[int, int, int]:
    """What paying out ``shares`` comes to: gross, fee, and what the holder gets (SettleRedemptions, Price::of)."""
    gross = worth_ceil(shares, price)
    kept = fee(gross, fee_bps)
    return gross, kept, gross - kept


def price_for(net: int, fee_bps: int) -> int:
    """The lowest price per whole share that pays ``net`` for each after the fee, however many are paid at once."""
    return -(-net * BPS // (BPS - fee_bps))


def required_bond(supply: int, coverage_bps: int, rate: int) -> int:
    """The bond that ``supply`` raw units need for a mint (math/payment.rs, required_bond)."""
    return penalty(min(-(-supply * coverage_bps // BPS), U64_MAX), rate)


def bonded_supply(bond: int, coverage_bps: int, rate: int) -> int:
    """The largest supply whose required bond does not exceed ``bond``."""
    part = bond * WHOLE // max(rate, 1)
    return min(part * BPS // max(coverage_bps, 1), U64_MAX)


def pro_rata(shares: int, reserve: int, obligation: int) -> int:
    """``floor(shares * reserve / obligation)`` (math/multiplier.rs, pro_rata)."""
    return shares * reserve // obligation


def _last_foreign(reserve: Reserve) -> int:
    return sum(owed_there(chain, chain.supply) for chain in reserve.chains if chain.active == 1)


def _count(
    policy: Policy, reserve: Reserve, not_before: int, transit_until: int, now: int, foreign: int
) -> ReserveView:
    counted = [
        slot.as_of
        for slot in reserve.custodians
        if custodian_counted(slot, policy, not_before, transit_until, now) != 0
    ]
    figures = group_figures(reserve, policy, not_before, transit_until, now)
    custodians = sum(figure != 0 for figure in figures)
    enough = custodians >= policy.min_custodians
    return ReserveView(
        shares=Shares(relative_cap(figures, policy.custodian_share_bps) if enough else 0),
        oldest_as_of=min(counted, default=None),
        custodians=custodians,
        foreign=Shares(min(foreign, U64_MAX)),
    )
