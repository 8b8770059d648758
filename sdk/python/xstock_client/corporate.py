"""Corporate actions as people read them, and what the program would refuse of an announcement. Pure.

Times are unix seconds; :func:`check_notice` mirrors state/action.rs and state/calendar.rs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Context, Decimal
from enum import StrEnum
from itertools import pairwise

from solders.pubkey import Pubkey

from xstock_client.accounts import Asset, CorporateAction
from xstock_client.amounts import U64_MAX, Cash, Multiplier, Ui
from xstock_client.constants import (
    CALENDAR,
    CHANGE_LIFE_S,
    DAY_S,
    MAX_ACTION_SPAN_S,
    MAX_MULTIPLIER,
    MAX_NOTICE_S,
    MAX_RATIO,
    MIN_MULTIPLIER,
    MIN_NOTICE_S,
    NO_SNAPSHOT,
    RATE_SCALE,
    RECORD_WINDOW_S,
    ActionKind,
    ActionState,
    Halt,
)
from xstock_client.errors import UsageError
from xstock_client.times import instant, span
from xstock_client.views import multiplier_at, text

__all__ = ["ActionPhase", "ActionView", "CashRate", "Notice", "check_notice", "share_ratio"]

_EXACT = Context(prec=60)
_RATE_DECIMALS = 6
_SPLITS = (ActionKind.SPLIT, ActionKind.REVERSE_SPLIT)
_SCHEDULED = (ActionKind.STOCK_DIVIDEND, *_SPLITS)


@dataclass(frozen=True, slots=True, order=True)
class CashRate:
    """What a cash dividend pays for a whole share, before tax: millionths of a base unit of its payout mint.

    So a dividend of 0.2537125 fits a stablecoin of six decimals. Raises ValueError.
    """

    value: int

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"a rate is a whole number of millionths of a base unit, not {self.value!r}; see parse")
        if not 0 < self.value <= U64_MAX:
            raise ValueError(f"a rate lies between 1 and {U64_MAX:,} millionths of a base unit, not {self.value:,}")

    @classmethod
    def of(cls, per_share: Cash) -> CashRate:
        """From whole base units for each share. Raises ValueError for nothing."""
        return cls(per_share.value * RATE_SCALE)

    @classmethod
    def parse(cls, text: str, decimals: int) -> CashRate:
        """From a plain decimal number like ``0.26``, in a payout mint of so many decimals. Raises ValueError."""
        return cls(Ui.parse(text).to_cash(decimals + _RATE_DECIMALS).value)

    def to_ui(self, decimals: int) -> Ui:
        """The same as a decimal number, exactly; ``decimals`` are the payout mint's."""
        return Ui(_EXACT.scaleb(Decimal(self.value), -decimals - _RATE_DECIMALS))


class ActionPhase(StrEnum):
    """Where an action stands."""

    ANNOUNCED = "announced"
    EX = "ex"
    """Its ex time has passed, its record or effective time has not. A split halts minting now."""
    DUE = "due"
    """Anybody may do what comes next: take the snapshot, or put the identifiers in force."""
    RECORDED = "recorded"
    EFFECTIVE = "effective"
    MISSED = "missed"
    """Nobody took its snapshot, or put its identifiers in force, in time: announce it again."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ActionView:
    """One corporate action. Times in unix seconds; None what does not go with its kind."""

    asset: Pubkey
    number: int
    kind: ActionKind
    phase: ActionPhase
    ratio: tuple[int, int] | None
    """New shares for old ones; a stock dividend's new include the old."""
    old_multiplier: Multiplier | None
    new_multiplier: Multiplier | None
    rate: CashRate | None
    payout_mint: Pubkey | None
    announced_at: int
    ex_at: int
    record_at: int | None
    pay_at: int | None
    effective_at: int | None
    isin: str | None
    symbol: str | None
    snapshot: int | None
    """Number of its snapshot, once that is taken."""
    document_hash: bytes
    reason_hash: bytes | None
    """Hash of why it was cancelled."""
    announced_by: Pubkey

    @classmethod
    def of(cls, action: CorporateAction, now: int) -> ActionView:
        """As it stands at ``now``."""
        kind = ActionKind(action.kind)
        scheduled, cash, names = kind in _SCHEDULED, kind is ActionKind.CASH_DIVIDEND, _names(kind)
        return cls(
            asset=action.asset,
            number=action.number,
            kind=kind,
            phase=_phase(action, kind, now),
            ratio=(action.ratio.new, action.ratio.old) if scheduled else None,
            old_multiplier=Multiplier(action.old_multiplier) if scheduled else None,
            new_multiplier=Multiplier(action.new_multiplier) if scheduled else None,
            rate=CashRate(action.rate) if cash else None,
            payout_mint=action.payout_mint if cash else None,
            announced_at=action.announced_at,
            ex_at=action.ex_at,
            record_at=action.record_at if cash else None,
            pay_at=action.pay_at if cash else None,
            effective_at=None if cash else action.effective_at,
            isin=text(action.isin) if names else None,
            symbol=text(action.symbol) if names else None,
            snapshot=None if action.snapshot == NO_SNAPSHOT else action.snapshot,
            document_hash=action.document_hash,
            reason_hash=action.reason_hash if any(action.reason_hash) else None,
            announced_by=action.announced_by,
        )

    @property
    def record_until(self) -> int | None:
        """The last second in which its snapshot can be taken."""
        return None if self.record_at is None else self.record_at + RECORD_WINDOW_S


@dataclass(frozen=True, slots=True)
class Notice:
    """What is announced; what does not go with the kind is left out. Times in unix seconds."""

    kind: ActionKind
    ex_at: int
    document_hash: bytes
    """sha256 of the company's announcement."""
    ratio: tuple[int, int] = (0, 0)
    """A split makes ``new`` shares of ``old``; a stock dividend adds ``new`` to each ``old``."""
    rate: int = 0
    payout_mint: Pubkey = field(default_factory=Pubkey.default)
    record_at: int = 0
    pay_at: int = 0
    effective_at: int = 0
    isin: bytes = bytes(12)
    symbol: bytes = bytes(12)

    @property
    def ends_at(self) -> int:
        """Its effective time, or when its snapshot can be taken at last."""
        return max(self.record_at + RECORD_WINDOW_S if self.record_at else 0, self.effective_at)


def share_ratio(notice: Notice) -> tuple[int, int]:
    """New shares for old ones: a stock dividend's new include the old (ActionArgs::ratio)."""
    new, old = notice.ratio
    return (new + old, old) if notice.kind is ActionKind.STOCK_DIVIDEND else (new, old)


def check_notice(notice: Notice, asset: Asset, now: int) -> Multiplier | None:
    """What the program would refuse of an announcement at ``now``, but for what needs the reserve.

    Returns the multiplier afterwards, None where it stays. Raises UsageError with the figures.
    """
    if asset.halts & Halt.CHANGES:
        raise UsageError(
            "changes are halted, so that nothing can be announced: have an unpauser resume them (`xstock resume"
            " --changes`)"
        )
    if not any(notice.document_hash):
        raise UsageError("name the company's announcement by its sha256: a hash of zeros names nothing")
    _check_ratio(notice)
    _check_times(notice, asset, now)
    _check_calendar(notice, asset, now)
    if notice.kind is ActionKind.CASH_DIVIDEND:
        _check_attestors(asset, now)
        if notice.payout_mint == asset.mint:
            raise UsageError("a dividend in the stock itself is a stock dividend; a cash dividend names a stablecoin")
    if notice.kind is ActionKind.DELISTING and asset.delisted_at:
        raise UsageError(
            f"the stock is to be delisted at {instant(asset.delisted_at)} already: cancel that action before you"
            " announce another time"
        )
    return _scheduled(notice, asset, now) if notice.kind in _SCHEDULED else None


def _names(kind: ActionKind) -> bool:
    return kind is ActionKind.IDENTIFIER_CHANGE


def _phase(action: CorporateAction, kind: ActionKind, now: int) -> ActionPhase:
    if action.state == ActionState.CANCELLED:
        return ActionPhase.CANCELLED
    if action.state == ActionState.APPLIED:
        return ActionPhase.EFFECTIVE
    if action.snapshot != NO_SNAPSHOT:
        return ActionPhase.RECORDED
    if now < action.ex_at:
        return ActionPhase.ANNOUNCED
    if kind is ActionKind.CASH_DIVIDEND:
        if now < action.record_at:
            return ActionPhase.EX
        return ActionPhase.DUE if now <= action.record_at + RECORD_WINDOW_S else ActionPhase.MISSED
    if now < action.effective_at:
        return ActionPhase.EX
    if not _names(kind):
        return ActionPhase.EFFECTIVE
    return ActionPhase.DUE if now <= action.effective_at + CHANGE_LIFE_S else ActionPhase.MISSED


def _check_ratio(notice: Notice) -> None:
    if notice.kind not in _SCHEDULED:
        return
    new, old = notice.ratio
    if not (1 <= new <= MAX_RATIO and 1 <= old <= MAX_RATIO):
        raise UsageError(f"both sides of a ratio lie between 1 and {MAX_RATIO:,}, not {new:,} for {old:,}")
    if notice.kind is ActionKind.STOCK_DIVIDEND and new > old:
        raise UsageError(
            f"{new:,} new shares on each {old:,} more than doubles them: announce that as a split, which the"
            " custodians report too"
        )
    if new == old and notice.kind in _SPLITS:
        raise UsageError(f"{new:,} shares for {old:,} change nothing")


def _check_times(notice: Notice, asset: Asset, now: int) -> None:
    wait = MIN_NOTICE_S
    if notice.kind in _SCHEDULED and asset.first_mint_at:
        wait = max(wait, asset.policy.change_delay_s)  # what changes the multiplier waits as what is looser does
    earliest, latest = now + wait, now + MAX_NOTICE_S
    if not earliest <= notice.ex_at <= latest:
        raise UsageError(
            f"the ex time is {instant(notice.ex_at)}; it lies at least {span(wait)} and at most"
            f" {span(MAX_NOTICE_S)} ahead, between {instant(earliest)} and {instant(latest)}"
        )
    order: tuple[tuple[str, int], ...]
    if notice.kind is ActionKind.CASH_DIVIDEND:
        order = (("ex", notice.ex_at), ("record", notice.record_at), ("pay", notice.pay_at))
    else:
        order = (("ex", notice.ex_at), ("effective", notice.effective_at))
    for (name, at), (later, then) in pairwise(order):
        if then < at:
            raise UsageError(f"the {later} time {instant(then)} lies before the {name} time {instant(at)}")
    length = notice.ends_at - notice.ex_at
    if length > MAX_ACTION_SPAN_S:
        until = "hour of the snapshot" if notice.record_at else "effective time"
        raise UsageError(
            f"from the ex time to the {until} are {span(length)}, and at most {span(MAX_ACTION_SPAN_S)} are allowed;"
            " name a later ex time"
        )
    if notice.pay_at - notice.record_at > MAX_NOTICE_S:
        raise UsageError(
            f"the pay time {instant(notice.pay_at)} lies more than {span(MAX_NOTICE_S)} behind the record time"
            f" {instant(notice.record_at)}"
        )


def _check_calendar(notice: Notice, asset: Asset, now: int) -> None:
    ahead = [entry for entry in asset.calendar if entry.ends_at >= now and entry.ends_at]
    for entry in ahead:
        if entry.begins_at // DAY_S <= notice.ends_at // DAY_S and notice.ex_at // DAY_S <= entry.ends_at // DAY_S:
            raise UsageError(
                f"action {entry.action} ({ActionKind(entry.kind).label}) lies between {instant(entry.begins_at)} and"
                f" {instant(entry.ends_at)}, and no two actions share a day (UTC): choose other days, or cancel it"
            )
    if len(ahead) >= CALENDAR:
        first = min(entry.ends_at for entry in ahead)
        raise UsageError(
            f"{len(ahead)} actions lie ahead, and the calendar holds no more; one of them is over at {instant(first)}"
        )


def _check_attestors(asset: Asset, now: int) -> None:
    attestors = asset.attestors
    if not attestors.count and not (attestors.pending_from and now >= attestors.pending_from):
        raise UsageError(
            "the asset has no snapshot attestors, and nobody could agree on its record-date balances: have an"
            " attestor manager set them first"
        )


def _scheduled(notice: Notice, asset: Asset, now: int) -> Multiplier:
    if asset.next_effective_at > now:
        raise UsageError(
            f"action {asset.next_action} changes the multiplier at {instant(asset.next_effective_at)}, and only one is"
            " scheduled at a time: announce this one after it, or cancel it"
        )
    current = multiplier_at(asset, now)
    new, old = share_ratio(notice)
    after = -(-current.value * new // old)
    if not MIN_MULTIPLIER <= after <= MAX_MULTIPLIER:
        raise UsageError(
            f"{new:,} shares for {old:,} would take the multiplier from {current} out of its bounds,"
            f" {Multiplier(MIN_MULTIPLIER)} to {Multiplier(MAX_MULTIPLIER)}"
        )
    return Multiplier(after)
