"""What lies ahead of an asset, and what its multiplier was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from solders.pubkey import Pubkey

from tests.unit.core.test_views import NOW, ONE, an_asset, blank
from xstock_client.accounts import CalendarEntry, CorporateAction, Ratio
from xstock_client.amounts import Multiplier, MultiplierSchedule, Raw
from xstock_client.calendar import calendar_of, mint_stops, multiplier_schedule, multiplier_steps, splits_of
from xstock_client.constants import DAY_S, ActionKind, ActionState
from xstock_client.headroom import Limit
from xstock_client.rebase import Split

FREE = CalendarEntry(0, 0, 0, 0)


def an_action(number: int, kind: ActionKind, **changes: Any) -> CorporateAction:
    action: CorporateAction = blank(CorporateAction)
    return replace(action, number=number, kind=int(kind), **({"state": int(ActionState.ANNOUNCED)} | changes))


def a_change(number: int, kind: ActionKind, at: int, old: int, new: int, ratio: Ratio, **more: Any) -> CorporateAction:
    return an_action(number, kind, effective_at=at, old_multiplier=old, new_multiplier=new, ratio=ratio, **more)


DIVIDEND = a_change(1, ActionKind.STOCK_DIVIDEND, NOW - 9 * DAY_S, ONE, 11 * ONE // 10, Ratio(11, 10))
CASH = an_action(2, ActionKind.CASH_DIVIDEND, ex_at=NOW + 5, record_at=NOW + 9)
DROPPED = a_change(3, ActionKind.SPLIT, NOW - 5, ONE, 3 * ONE, Ratio(3, 1), state=int(ActionState.CANCELLED))
SPLIT = a_change(4, ActionKind.SPLIT, NOW - 2, 11 * ONE // 10, 11 * ONE, Ratio(10, 1))
AHEAD = a_change(5, ActionKind.REVERSE_SPLIT, NOW + 7, 11 * ONE, 11 * ONE // 2, Ratio(1, 2))
ALL = [CASH, AHEAD, SPLIT, DROPPED, DIVIDEND]


def test_every_multiplier_since_the_listing() -> None:
    asset = an_asset(listed_at=NOW - 99 * DAY_S)
    steps = multiplier_steps(ALL, NOW, listed_at=asset.listed_at)
    assert [(s.since, s.multiplier.value, s.basis, s.action, s.in_force) for s in steps] == [
        (NOW - 99 * DAY_S, ONE, 0, None, False),
        (NOW - 9 * DAY_S, 11 * ONE // 10, 0, 1, False),
        (NOW - 2, 11 * ONE, 1, 4, True),
        (NOW + 7, 11 * ONE // 2, 2, 5, False),
    ]
    assert [s.kind for s in steps] == [None, ActionKind.STOCK_DIVIDEND, ActionKind.SPLIT, ActionKind.REVERSE_SPLIT]
    assert multiplier_steps(ALL, NOW + 7, listed_at=1)[3].in_force, "from the effective second on"
    (only,) = multiplier_steps([CASH], NOW, listed_at=1)
    assert (only.multiplier, only.in_force, only.ratio) == (Multiplier(ONE), True, None)
    assert splits_of(ALL) == (Split(1, Ratio(10, 1), NOW - 2), Split(2, Ratio(1, 2), NOW + 7))


def test_the_calendar_holds_what_is_ahead_or_under_way() -> None:
    key = Pubkey(bytes([1] * 32))
    entries = (
        CalendarEntry(NOW + 5, NOW + 9, 2, ActionKind.CASH_DIVIDEND),
        CalendarEntry(NOW - 1, NOW + 7, 5, ActionKind.REVERSE_SPLIT),
        CalendarEntry(NOW - 9, NOW - 1, 4, ActionKind.SPLIT),
        CalendarEntry(NOW + 5, NOW + 9, 77, ActionKind.SPLIT),
        FREE,
        FREE,
    )
    asset = an_asset(calendar=entries)
    items = calendar_of(asset, [(key, one) for one in ALL], NOW)
    assert [(item.action, item.begins_at, item.ends_at, item.kind) for item in items] == [
        (AHEAD, NOW - 1, NOW + 7, ActionKind.REVERSE_SPLIT),
        (CASH, NOW + 5, NOW + 9, ActionKind.CASH_DIVIDEND),
    ], "the newest one's account may not be on this node yet"
    assert [item.action.number for item in calendar_of(asset, [(key, SPLIT)], NOW - 1)] == [4]
    assert calendar_of(asset, [(key, SPLIT)], NOW) == ()


def test_why_nothing_mints() -> None:
    told = {"next_is_split": 1, "next_split": Ratio(2, 1), "next_multiplier": 2 * ONE, "halt_from": NOW}
    asset = an_asset(next_effective_at=NOW + 5, snapshot_slot=9, **told)
    assert [(stop.limit, stop.until) for stop in mint_stops(asset, NOW, 9)] == [
        (Limit.SPLIT, NOW + 5),
        (Limit.SNAPSHOT, NOW),
    ]
    assert mint_stops(asset, NOW - 1) == mint_stops(asset, NOW + 5, 10) == ()
    gone = an_asset(delisted_at=NOW, halts=7, latched=1, latched_at=NOW - 1)
    assert [stop.limit for stop in mint_stops(gone, NOW)] == [Limit.HALT, Limit.LATCH, Limit.DELISTED]
    assert mint_stops(an_asset(delisted_at=NOW), NOW - 1) == ()


def test_wallets_get_both_multipliers() -> None:
    asset = an_asset(next_multiplier=2 * ONE, next_effective_at=NOW)
    before = multiplier_schedule(asset, NOW - 1)
    assert before == MultiplierSchedule(Multiplier(ONE), Multiplier(2 * ONE), NOW)
    assert multiplier_schedule(asset, NOW) == MultiplierSchedule(Multiplier(2 * ONE))
    assert str(before.to_ui(Raw(10**8), NOW)) == str(multiplier_schedule(asset, NOW).to_ui(Raw(10**8), NOW)) == "2"
