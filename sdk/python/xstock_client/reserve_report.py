"""The reserve of an asset, explained: what each custodian and chain counts for, why not more, and what follows. Pure.

Every figure is the program's own at the same second (:mod:`xstock_client.counting`, :mod:`xstock_client.views`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from solders.pubkey import Pubkey

from xstock_client import counting, views
from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, KeySet, Policy, Reserve
from xstock_client.amounts import Multiplier, Raw, Shares
from xstock_client.bond import BondReport, bond_report
from xstock_client.constants import MAX_TRANSIT_S, Feature, Halt
from xstock_client.headroom import Headroom, Limit
from xstock_client.policy import FieldChange, QueueState, queue_state, queued_changes
from xstock_client.rebase import ScheduledMultiplier, bring_up_to_date
from xstock_client.views import AssetView, text

__all__ = [
    "ChainReport",
    "CustodianReport",
    "KeyReport",
    "Reason",
    "ReserveReport",
    "reserve_report",
]


class Reason(StrEnum):
    """Why a custodian's figure, or a part of it, does not count."""

    NEVER_REPORTED = "never reported"
    STALE = "too old"
    FUTURE = "of the future"
    NOTHING = "reports nothing"
    TRANSIT_UNDATED = "in transit without a date"
    TRANSIT_LATE = "in-transit date passed"
    TRANSIT_DATE = "in-transit date out of range"
    """Before the report's own time, or more than ten days behind it."""
    HAIRCUT = "haircut on shares in transit"
    CUSTODIAN_CAP = "above the cap of one custodian"
    CUSTODIAN_SHARE = "above one custodian's share of the total"
    NO_QUORUM = "too few custodians"
    SAME_CUSTODIAN = "counts together with another slot of its custodian"
    KEYS_WAITING = "its keys may not sign yet"
    KEYS_REPLACED = "its new keys have not reported"


@dataclass(frozen=True, slots=True)
class KeyReport:
    """Who signs for a slot. Times are unix seconds."""

    keys: tuple[Pubkey, ...]
    """In force; empty before the first keys' first report."""
    threshold: int
    epoch: int
    sequence: int
    next_keys: tuple[Pubkey, ...]
    """Empty when none wait."""
    next_threshold: int
    next_epoch: int
    next_from: int

    @classmethod
    def of(cls, signers: KeySet) -> KeyReport:
        """The readable side of a key set."""
        return cls(
            keys=signers.keys[: signers.count],
            threshold=signers.threshold,
            epoch=signers.epoch,
            sequence=signers.sequence,
            next_keys=signers.pending_keys[: signers.pending_count],
            next_threshold=signers.pending_threshold,
            next_epoch=signers.pending_epoch,
            next_from=signers.pending_from,
        )


@dataclass(frozen=True, slots=True)
class CustodianReport:
    """One custodian slot and its last report. Times are unix seconds, zero where there is none."""

    slot: int
    lei: str
    group: int
    """Slots of one group are one custodian, and count as one in a quorum and under the caps."""
    signers: KeyReport
    as_of: int
    age: int | None
    """Seconds since ``as_of``, negative for a report of the future; None before the first report."""
    received_at: int
    settled: Shares
    in_transit: Shares
    in_transit_by: int
    report_hash: bytes
    figure: Shares
    """Settled, and in transit after the haircut, while the report is fresh: before caps and quorum."""
    counted: Shares
    """What it adds to the reserve, rounded down. Slots of one custodian fill its caps in their order."""
    reasons: tuple[Reason, ...]
    """Why it is not all that was reported; empty when all of it counts."""

    @property
    def fresh(self) -> bool:
        """Whether the report counts for something, caps and quorum aside."""
        return bool(self.figure)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The asset's supply on another chain. Times are unix seconds, zero where there is none."""

    slot: int
    chain: str
    """CAIP-2 id."""
    token_hash: bytes
    signers: KeyReport
    as_of: int
    age: int | None
    received_at: int
    supply: Shares
    """As last reported: circulating there, and on its way there when the report was made."""
    outbound: Shares
    """Burned here to be issued there, and in no report of that chain yet."""
    marked: Shares
    """Said to be issued there for tokens that still wait here, which count as well until they burn."""
    cap: Shares
    """In force."""
    next_cap: Shares | None
    """A lower cap that waits; None when none does."""
    next_cap_from: int
    """It acts when a report speaks of this time or later."""
    room: Shares
    """What redemptions may still be settled as issuance there."""
    retire_from: int
    """When the slot may be retired, as was asked for."""
    fresh: bool
    """Whether the report counts; otherwise the larger of it and the cap does."""
    counted: Shares
    """What it adds to the obligation, ``outbound`` included."""
    report_hash: bytes

    @property
    def above_cap(self) -> bool:
        """Whether more was reported there than may exist."""
        return self.supply > self.cap


@dataclass(frozen=True, slots=True)
class ReserveReport:
    """All that decides about the next mint of an asset, at one time."""

    asset: Pubkey
    symbol: str
    isin: str
    now: int
    multiplier: Multiplier
    scheduled: ScheduledMultiplier | None
    """What will be in force; an increase that is no split is in ``required`` and the headroom already."""
    basis: int
    """Splits that are in all figures here."""
    supply: Raw
    """The mint's supply, which includes tokens that wait for redemption."""
    supply_shares: Shares
    """The same in shares, rounded up."""
    released: Shares
    """Burned shares that a counted report may still include."""
    foreign: Shares
    """Owed on other chains and on the way there; stale chains at their caps."""
    obligation: Shares
    """The sum of the three: what is owed, against fresh reports."""
    required: Shares
    """The obligation with its collateral, at a higher multiplier that is scheduled: what the reserve must reach for a
    mint or a loosening."""
    reserve: Shares
    """Effective: fresh reports only; zero without quorum."""
    last_reserve: Shares
    """The last figures without age, by which the solvency latch judges."""
    last_obligation: Shares
    """What the latch compares with them: other chains by their last reports."""
    headroom: Headroom
    custodians: int
    """Distinct custodians with a counted figure."""
    policy: Policy
    latched: bool
    latched_at: int | None
    halts: Halt
    features: Feature
    pending: Raw
    open_requests: int
    rows: tuple[CustodianReport, ...]
    chains: tuple[ChainReport, ...]
    queue: QueueState
    """Where the queued policy stands."""
    queued: tuple[FieldChange, ...]
    """Looser fields that wait."""
    queue_ready_at: int
    queue_expires_at: int
    bond: BondReport
    """What stands behind redemptions."""

    @property
    def ratio(self) -> Decimal | None:
        """Effective reserve over obligation; None while nothing is owed."""
        return Decimal(int(self.reserve)) / Decimal(int(self.obligation)) if self.obligation else None

    @property
    def quorum(self) -> bool:
        """Whether enough custodians have a fresh positive figure."""
        return self.custodians >= self.policy.min_custodians

    @property
    def covered(self) -> bool:
        """Whether fresh reports cover what is required: what a loosening asks for."""
        return self.required <= self.reserve

    @property
    def solvent(self) -> bool:
        """Whether the last figures cover the obligation: what ``check_solvency`` decides on chain."""
        return self.last_obligation <= self.last_reserve


def reserve_report(asset: Pubkey, state: Asset, reserve: Reserve, supply: Raw, now: int) -> ReserveReport:
    """The report of an asset from its accounts and its mint's ``supply``, at ``now`` (the cluster's unix seconds)."""
    state, reserve = bring_up_to_date(state, reserve, now)
    view = AssetView.of(state, now)
    fresh = counting.reserve_view(state, reserve, now)
    last = counting.last_figures(state, reserve)
    owed = views.obligation(state, fresh, supply, now)
    return ReserveReport(
        asset=asset,
        symbol=view.symbol,
        isin=view.isin,
        now=now,
        multiplier=view.multiplier,
        scheduled=view.scheduled,
        basis=view.basis,
        supply=supply,
        supply_shares=views.supply_shares(state, supply, now),
        released=views.released_now(state, fresh.oldest_as_of, supply, now),
        foreign=fresh.foreign,
        obligation=owed,
        required=counting.required(views.obligation_ahead(state, fresh, supply, now), state.policy.collateral_bps),
        reserve=fresh.shares,
        last_reserve=last.shares,
        last_obligation=views.latch_obligation(state, reserve, supply, now),
        headroom=_headroom(view, state, reserve, supply, now, quorum=fresh.custodians >= view.min_custodians),
        custodians=fresh.custodians,
        policy=state.policy,
        latched=view.latched,
        latched_at=view.latched_at,
        halts=view.halts,
        features=view.features,
        pending=view.pending,
        open_requests=view.open_requests,
        rows=_custodians(state, reserve, now),
        chains=tuple(_chain(state, number, slot, now) for number, slot in enumerate(reserve.chains) if slot.active),
        queue=queue_state(state.queued_policy, now),
        queued=queued_changes(state),
        queue_ready_at=state.queued_policy.ready_at,
        queue_expires_at=state.queued_policy.expires_at,
        bond=bond_report(state, supply, now),
    )


def _headroom(view: AssetView, state: Asset, reserve: Reserve, supply: Raw, now: int, *, quorum: bool) -> Headroom:
    blocked = None
    if view.latched:
        blocked = Limit.LATCH
    elif view.halts & Halt.MINT:
        blocked = Limit.HALT
    elif view.scheduled is not None and view.scheduled.halts(now):
        blocked = Limit.SPLIT
    elif view.delisted_at is not None and now >= view.delisted_at:
        blocked = Limit.DELISTED
    elif not quorum:
        blocked = Limit.QUORUM
    left, bonded = views.mint_window_left(state, now), views.bond_headroom(state, supply, now)
    return Headroom(views.headroom(state, reserve, supply, now), left, bonded, blocked)


def _custodians(state: Asset, reserve: Reserve, now: int) -> tuple[CustodianReport, ...]:
    policy = state.policy
    not_before = now - policy.max_age_s
    total = counting.reserve_view(state, reserve, now)
    groups = counting.group_figures(reserve, policy, not_before, now, now)
    quorum = total.custodians >= policy.min_custodians
    # what is left of each custodian's caps; slots of one custodian fill them in their order
    share_cap = counting.of_bps(total.shares.value, policy.custodian_share_bps)
    left = [min(group, share_cap) if quorum else 0 for group in groups]
    uncapped = [policy.custodian_cap] * len(groups)
    rows = []
    for number, slot in enumerate(reserve.custodians):
        if not slot.active:
            continue
        figure = counting.custodian_counted(slot, policy, not_before, now, now)
        below_cap = min(figure, uncapped[slot.group])
        counted = min(below_cap, left[slot.group])
        uncapped[slot.group] -= below_cap
        left[slot.group] -= counted
        reasons = _reasons(slot, policy, figure, now)
        if figure and not quorum:
            reasons.append(Reason.NO_QUORUM)
        if below_cap < figure:
            reasons.append(Reason.CUSTODIAN_CAP)
        if quorum and counted < below_cap:
            reasons.append(Reason.CUSTODIAN_SHARE)
        if slot.group != number:
            reasons.append(Reason.SAME_CUSTODIAN)
        rows.append(
            CustodianReport(
                slot=number,
                lei=slot.custodian_id.decode("ascii", "replace"),
                group=slot.group,
                signers=KeyReport.of(slot.signers),
                as_of=slot.as_of,
                age=now - slot.as_of if slot.received_at else None,
                received_at=slot.received_at,
                settled=Shares(slot.settled),
                in_transit=Shares(slot.in_transit),
                in_transit_by=slot.in_transit_by,
                report_hash=slot.report_hash,
                figure=Shares(figure),
                counted=Shares(counted),
                reasons=tuple(reasons),
            )
        )
    return tuple(rows)


def _reasons(slot: CustodianSlot, policy: Policy, figure: int, now: int) -> list[Reason]:
    """Why a report counts for less than it says, before caps and quorum."""
    reasons = []
    waits = slot.signers.pending_from
    if not slot.received_at:
        reasons.append(Reason.NEVER_REPORTED)
    elif slot.as_of > now:
        reasons.append(Reason.FUTURE)
    elif now - slot.as_of > policy.max_age_s:
        reasons.append(Reason.STALE)
    elif not slot.settled and not slot.in_transit:
        reasons.append(Reason.NOTHING)
    elif slot.in_transit and not slot.in_transit_by:
        reasons.append(Reason.TRANSIT_UNDATED)
    elif slot.in_transit and slot.in_transit_by < now:
        reasons.append(Reason.TRANSIT_LATE)
    elif slot.in_transit and not slot.as_of <= slot.in_transit_by <= slot.as_of + MAX_TRANSIT_S:
        reasons.append(Reason.TRANSIT_DATE)
    elif slot.settled + slot.in_transit > figure:
        reasons.append(Reason.HAIRCUT)
    if not figure and waits:
        reasons.append(Reason.KEYS_WAITING if now < waits else Reason.KEYS_REPLACED)
    return reasons


def _chain(state: Asset, number: int, slot: ChainSlot, now: int) -> ChainReport:
    not_before = now - state.policy.chain_max_age_s
    waits = slot.next_cap_from != 0
    return ChainReport(
        slot=number,
        chain=text(slot.chain),
        token_hash=slot.token_hash,
        signers=KeyReport.of(slot.signers),
        as_of=slot.as_of,
        age=now - slot.as_of if slot.received_at else None,
        received_at=slot.received_at,
        supply=Shares(slot.supply),
        outbound=Shares(slot.outbound),
        marked=Shares(slot.marked),
        cap=Shares(slot.cap),
        next_cap=Shares(slot.next_cap) if waits else None,
        next_cap_from=slot.next_cap_from,
        room=Shares(counting.chain_room(slot)),
        retire_from=slot.retire_from,
        fresh=counting.chain_fresh(slot, not_before, now),
        counted=Shares(counting.chain_counted(slot, not_before, now)),
        report_hash=slot.report_hash,
    )
