"""An asset's policy: its fields, their bounds and directions, and what a change would do. Pure.

What makes an asset stricter acts at once; what makes it looser waits in public (state/policy.rs, Asset::set_policy).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from xstock_client.accounts import Asset, Policy, QueuedPolicy
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.constants import (
    BPS,
    CHANGE_LIFE_S,
    CUSTODIAN_SLOTS,
    DAY_S,
    HOUR_S,
    MAX_CHANGE_DELAY_S,
    MAX_REPORT_AGE_S,
    MAX_REPORTED_SHARES,
    MIN_BOND_COVERAGE_BPS,
    MIN_CHANGE_DELAY_S,
    Halt,
    PolicyField,
)
from xstock_client.errors import UsageError
from xstock_client.rebase import asset_at
from xstock_client.times import span

__all__ = [
    "RULES",
    "Direction",
    "FieldChange",
    "FieldRule",
    "PolicyDiff",
    "PolicyUpdate",
    "QueueState",
    "Unit",
    "check_field",
    "check_policy",
    "compare",
    "loosen_at",
    "policy_diff",
    "queue_state",
    "queued_changes",
    "take",
    "value_of",
    "value_text",
]

Unit: TypeAlias = Literal["seconds", "shares", "raw", "basis points", "custodians", "cash per token", "cash"]


class Direction(StrEnum):
    """What a new value does to a field."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    SAME = "same"


class QueueState(StrEnum):
    """Where a queued change stands."""

    NONE = "none"
    WAITING = "waiting"
    READY = "ready"
    """Anyone may apply it."""
    EXPIRED = "expired"
    """Nobody applied it in time; it is void."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of the policy. ``name`` is its attribute in :class:`xstock_client.accounts.Policy`."""

    field: PolicyField
    name: str
    unit: Unit
    larger_is_looser: bool
    minimum: int
    """Compiled in, as ``maximum`` is."""
    maximum: int


RULES: Final = (
    FieldRule(PolicyField.MAX_AGE, "max_age_s", "seconds", True, HOUR_S, MAX_REPORT_AGE_S),
    FieldRule(PolicyField.CHAIN_MAX_AGE, "chain_max_age_s", "seconds", True, HOUR_S, MAX_REPORT_AGE_S),
    FieldRule(PolicyField.CHANGE_DELAY, "change_delay_s", "seconds", False, MIN_CHANGE_DELAY_S, MAX_CHANGE_DELAY_S),
    FieldRule(PolicyField.ACCEPT_WINDOW, "accept_window_s", "seconds", True, DAY_S, 30 * DAY_S),
    FieldRule(PolicyField.CUSTODIAN_CAP, "custodian_cap", "shares", True, 1, MAX_REPORTED_SHARES),
    FieldRule(PolicyField.MINT_WINDOW_LIMIT, "mint_window_limit", "raw", True, 1, MAX_REPORTED_SHARES),
    FieldRule(PolicyField.HAIRCUT, "haircut_bps", "basis points", False, 500, BPS),
    FieldRule(PolicyField.CUSTODIAN_SHARE, "custodian_share_bps", "basis points", True, 1_000, BPS),
    FieldRule(PolicyField.COLLATERAL, "collateral_bps", "basis points", False, BPS, 2 * BPS),
    FieldRule(PolicyField.MIN_CUSTODIANS, "min_custodians", "custodians", False, 1, CUSTODIAN_SLOTS),
    FieldRule(PolicyField.SETTLE_WINDOW, "settle_window_s", "seconds", True, DAY_S, 30 * DAY_S),
    FieldRule(PolicyField.DISPUTE_WINDOW, "dispute_window_s", "seconds", False, DAY_S, 30 * DAY_S),
    FieldRule(PolicyField.PENALTY_RATE, "penalty_rate", "cash per token", False, 1, MAX_REPORTED_SHARES),
    FieldRule(PolicyField.HOLDER_PENALTY_CAP, "holder_penalty_cap", "cash", False, 1, MAX_REPORTED_SHARES),
    FieldRule(PolicyField.REDEMPTION_FEE, "redemption_fee_bps", "basis points", True, 0, 500),
    FieldRule(PolicyField.BOND_COVERAGE, "bond_coverage_bps", "basis points", False, MIN_BOND_COVERAGE_BPS, BPS),
)
"""All fields, in the order of their bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUpdate:
    """Fields to change; None leaves a field alone. Times in seconds.

    A field that is named with its present value changes nothing, and voids a waiting change of it.
    """

    max_age_s: int | None = None
    """How old a custodian's report may be and still count."""
    chain_max_age_s: int | None = None
    """How old another chain's report may be before its cap counts instead."""
    change_delay_s: int | None = None
    accept_window_s: int | None = None
    """How long the desk may take to accept a redemption request."""
    custodian_cap: Shares | None = None
    """What one custodian counts for at most."""
    mint_window_limit: Raw | None = None
    """What all minters together may mint in 24 hours."""
    haircut_bps: int | None = None
    """What shares in transit lose; 10,000 counts none of them."""
    custodian_share_bps: int | None = None
    """What one custodian counts for at most, of the counted total; 10,000 for no such cap."""
    collateral_bps: int | None = None
    """Of the obligation, what the reserve must reach for a mint or a loosening."""
    min_custodians: int | None = None
    settle_window_s: int | None = None
    """How long it may then take to settle it."""
    dispute_window_s: int | None = None
    """How long a holder may dispute a payment outside the chain."""
    penalty_rate: Cash | None = None
    """What a missed deadline costs per whole token, in base units of the payment mint."""
    holder_penalty_cap: Cash | None = None
    """What all requests of one holder reserve of the bond in 24 hours."""
    redemption_fee_bps: int | None = None
    """What the issuer keeps of a payment."""
    bond_coverage_bps: int | None = None
    """Of the supply: the part whose penalty the bond must be able to pay for a mint."""

    @property
    def named(self) -> PolicyField:
        """The fields that are not None."""
        fields = PolicyField(0)
        for rule in RULES:
            if getattr(self, rule.name) is not None:
                fields |= rule.field
        return fields

    def on(self, policy: Policy) -> Policy:
        """``policy`` with these fields. Raises UsageError when none is named."""
        if not self.named:
            raise UsageError("name at least one field of the policy to change")
        given = {rule.name: getattr(self, rule.name) for rule in RULES}
        return replace(policy, **{name: int(value) for name, value in given.items() if value is not None})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What becomes of one field."""

    rule: FieldRule
    current: int
    wanted: int
    direction: Direction
    acts_at: int
    """Unix seconds: now, or when anyone may apply it."""

    @property
    def name(self) -> str:
        """For people: ``max age``."""
        return self.rule.name.removesuffix("_s").removesuffix("_bps").replace("_", " ")


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What :meth:`IssuerDesk.set_policy` would do. Times are unix seconds, zero where nothing is queued."""

    now: int
    changes: tuple[FieldChange, ...]
    """The named fields, in the order of their bits."""
    after: Policy
    """In force right after: the tighter fields only."""
    ready_at: int
    expires_at: int
    dropped: PolicyField
    """Fields of an earlier queue that leave it."""
    halted: bool
    """A pauser has halted changes: nothing looser is taken."""

    def fields(self, direction: Direction) -> PolicyField:
        """The fields that move this way."""
        found = PolicyField(0)
        for change in self.changes:
            if change.direction is direction:
                found |= change.rule.field
        return found

    @property
    def tighter(self) -> PolicyField:
        """What acts at once."""
        return self.fields(Direction.TIGHTER)

    @property
    def looser(self) -> PolicyField:
        """What waits."""
        return self.fields(Direction.LOOSER)


def policy_diff(asset: Asset, update: PolicyUpdate, now: int) -> PolicyDiff:
    """What an update would do to ``asset`` at ``now``, field by field.

    Raises UsageError for what the program would refuse: no field, a value out of its compiled bounds, a quorum that
    could never count.
    """
    asset = asset_at(asset, now)
    current, wanted = asset.policy, update.on(asset.policy)
    check_policy(wanted)
    tighter, looser = compare(current, wanted)
    after = take(current, tighter, wanted)  # never out of bounds when both policies are within them
    ready_at = loosen_at(asset, now) if looser else 0
    queue = PolicyField(asset.queued_policy.fields)
    changes = []
    for rule in RULES:
        if rule.field & update.named:
            direction = Direction.TIGHTER if rule.field & tighter else Direction.SAME
            direction = Direction.LOOSER if rule.field & looser else direction
            acts_at = ready_at if direction is Direction.LOOSER else now
            changes.append(
                FieldChange(rule, value_of(current, rule), value_of(wanted, rule), direction, acts_at),
            )
    return PolicyDiff(
        now=now,
        changes=tuple(changes),
        after=after,
        ready_at=ready_at,
        expires_at=ready_at + CHANGE_LIFE_S if looser else 0,
        dropped=queue & ~looser if looser else queue & update.named,
        halted=bool(asset.halts & Halt.CHANGES),
    )


def queued_changes(asset: Asset) -> tuple[FieldChange, ...]:
    """What waits in the queue of an asset that is up to date (:func:`~xstock_client.rebase.asset_at`), by field."""
    queue = asset.queued_policy
    return tuple(
        FieldChange(
            rule,
            value_of(asset.policy, rule),
            value_of(queue.values, rule),
            _direction(rule, value_of(asset.policy, rule), value_of(queue.values, rule)),
            queue.ready_at,
        )
        for rule in RULES
        if rule.field & queue.fields
    )


def queue_state(queue: QueuedPolicy, now: int) -> QueueState:
    """Where a queued change stands (QueuedPolicy::check_ready)."""
    if not queue.fields:
        return QueueState.NONE
    if now < queue.ready_at:
        return QueueState.WAITING
    return QueueState.READY if now <= queue.expires_at else QueueState.EXPIRED


def loosen_at(asset: Asset, now: int) -> int:
    """When a loosening asked for now may act (Asset::loosen_at)."""
    return now if asset.first_mint_at == 0 else now + asset.policy.change_delay_s


def check_policy(policy: Policy) -> None:
    """Refuse what the program refuses (Policy::check). Raises UsageError."""
    for rule in RULES:
        check_field(rule, value_of(policy, rule))
    share = policy.custodian_share_bps * policy.min_custodians
    if share < BPS:
        raise UsageError(
            f"{policy.min_custodians} custodians of at most {policy.custodian_share_bps:,} basis points each could"
            f" never count: custodian_share_bps times min_custodians must reach {BPS:,}, and is {share:,}"
        )


def check_field(rule: FieldRule, value: int) -> None:
    """Refuse a value out of its compiled bounds. Raises UsageError."""
    if not rule.minimum <= value <= rule.maximum:
        low, high = value_text(rule, rule.minimum), value_text(rule, rule.maximum)
        raise UsageError(
            f"{rule.name} lies between {low} and {high}, compiled into the program; not {value_text(rule, value)}"
        )


def compare(old: Policy, new: Policy) -> tuple[PolicyField, PolicyField]:
    """Which fields of ``new`` are tighter than those of ``old``, and which looser (Policy::compare)."""
    found = {direction: PolicyField(0) for direction in Direction}
    for rule in RULES:
        found[_direction(rule, value_of(old, rule), value_of(new, rule))] |= rule.field
    return found[Direction.TIGHTER], found[Direction.LOOSER]


def take(policy: Policy, named: int, other: Policy) -> Policy:
    """``policy`` with the named fields of ``other`` (Policy::take)."""
    return replace(policy, **{rule.name: value_of(other, rule) for rule in RULES if rule.field & named})


def value_of(policy: Policy, rule: FieldRule) -> int:
    """The field's value in its unit."""
    return int(getattr(policy, rule.name))


def value_text(rule: FieldRule, value: int, decimals: int | None = None) -> str:
    """A field's value as a person reads it: ``5 d``, ``1,000 shares``, ``5 %``.

    ``decimals`` are the payment mint's; without them money is told in its base units.
    """
    match rule.unit:
        case "seconds":
            return span(value)
        case "shares" | "raw":
            return f"{Shares(value).to_ui()} {'shares' if rule.unit == 'shares' else 'tokens'}"
        case "cash" | "cash per token":
            amount = f"{value:,} base units" if decimals is None else str(Cash(value).to_ui(decimals))
            return amount if rule.unit == "cash" else f"{amount} a token"
        case "basis points":
            return f"{value / 100:g} %"
        case _:
            return f"{value:,}"


def _direction(rule: FieldRule, old: int, new: int) -> Direction:
    if new == old:
        return Direction.SAME
    return Direction.LOOSER if (new > old) == rule.larger_is_looser else Direction.TIGHTER
