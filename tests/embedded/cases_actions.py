"""Refusals of announcements of corporate actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    DOLLAR,
    MULTIPLIER,
    NVIDIA,
    TESLA,
)
from tests.embedded.cases import Attempt, case, raise_supply, row
from tests.embedded.cases_corporate import (
    ANNOUNCED_AT,
    DELISTING,
    EX,
    NONE,
    NOON,
    SPLIT,
    STOCK,
    YEAR_S,
    at,
    foreign,
)
from tests.embedded.cases_ready import doing
from tests.embedded.chain import Call
from tests.embedded.dividends import Step, at_step
from tests.embedded.world import NOW, World
from xstock_client.accounts import Asset
from xstock_client.constants import DAY_S, HOUR_S, Role

# Announcements: what does not go with the kind


def dividend(ex_at: int = EX, number: int = 0, **terms: Any) -> Call:
    return calls.announce_dividend(APPLE, ex_at, number, **terms)


def bad(part: int, kind: int, about: str, good: Call, *before: Callable[[World], object]) -> None:
    row(good, "BadAction", f"part {part}: {about}", *before, kind=kind, part=part)


for _kind in (0, 7, 255):
    bad(1, _kind, f"kind {_kind}", calls.announce_action(APPLE, _kind, ex_at=EX))
bad(2, 1, "no rate", dividend(rate=0))
bad(2, 1, "no payout mint", dividend(payout_mint=NONE))
bad(2, 3, "a split with a rate", calls.announce_split(APPLE, EX, rate=1))
bad(2, 6, "a delisting with a mint", calls.announce_delisting(APPLE, EX, payout_mint=DOLLAR))
bad(3, 1, "a dividend with an ISIN", dividend(isin=b"US88160R1014"))
bad(3, 4, "a reverse split with a symbol", calls.announce_reverse_split(APPLE, EX, symbol=b"TSLAx".ljust(12, b"\0")))
bad(3, 5, "no ISIN", calls.announce_identifiers(APPLE, EX, TESLA.isin, TESLA.symbol, isin=bytes(12)))
bad(3, 5, "no symbol", calls.announce_identifiers(APPLE, EX, TESLA.isin, TESLA.symbol, symbol=bytes(12)))
for _new, _old in ((0, 1), (1, 0), (10_001, 1), (1, 1), (1, 10), (0, 0)):
    bad(4, 3, f"a split {_new} to {_old}", calls.announce_split(APPLE, EX + DAY_S, _new, _old))
for _new, _old in ((0, 10), (1, 0), (1, 10_001), (1, 1), (10, 1)):
    bad(4, 4, f"a reverse split {_new} to {_old}", calls.announce_reverse_split(APPLE, EX + DAY_S, _new, _old))
for _new, _old in ((0, 10), (1, 0), (1, 10_001), (2, 1), (2**32 - 1, 2**32 - 1)):
    bad(4, 2, f"{_new} for {_old}", calls.announce_stock_dividend(APPLE, EX + DAY_S, _new, _old))
bad(4, 1, "a dividend with a ratio", dividend(ratio_new=1, ratio_old=1))
bad(4, 1, "a dividend with a multiplier", dividend(old_multiplier=MULTIPLIER))
bad(4, 6, "a delisting with a ratio", calls.announce_delisting(APPLE, EX, ratio_old=1))
bad(5, 1, "no document", dividend(document_hash=bytes(32)))
bad(6, 1, "recorded before it is ex", dividend(record_at=EX - 1))
bad(6, 3, "a split with a record time", calls.announce_split(APPLE, EX + DAY_S, record_at=EX))
bad(7, 1, "paid before it is recorded", dividend(record_at=EX + 9, pay_at=EX + 8))
bad(7, 1, "paid after a year", dividend(pay_at=EX + YEAR_S + 1))
bad(7, 2, "a stock dividend with a pay time", calls.announce_stock_dividend(APPLE, EX, pay_at=EX))
bad(8, 1, "a dividend with an effective time", dividend(effective_at=EX))
bad(8, 3, "effective before it is ex", calls.announce_split(APPLE, EX, ex_at=EX + 1))
bad(8, 6, "a delisting without a time", calls.announce_delisting(APPLE, EX, effective_at=0))


# Times

for _ex, _about in ((NOW + DAY_S - 1, "a second short of a day"), (NOW, "now"), (0, "never"), (-1, "before 1970")):
    row(
        calls.announce_delisting(APPLE, _ex, effective_at=EX),
        "BadNotice",
        _about,
        begins_at=_ex,
        earliest=NOW + DAY_S,
        latest=NOW + YEAR_S,
    )
row(
    calls.announce_delisting(APPLE, NOW + YEAR_S + 1),
    "BadNotice",
    "more than a year ahead",
    begins_at=NOW + YEAR_S + 1,
    earliest=NOW + DAY_S,
    latest=NOW + YEAR_S,
)
for _kind, _soon in {
    2: calls.announce_stock_dividend(APPLE, EX, ex_at=ANNOUNCED_AT - 1),
    3: calls.announce_split(APPLE, EX, ex_at=ANNOUNCED_AT - 1),
    4: calls.announce_reverse_split(APPLE, EX, ex_at=ANNOUNCED_AT - 1),
}.items():
    row(
        _soon,
        "BadNotice",
        f"kind {_kind} before a loosening could act",
        begins_at=ANNOUNCED_AT - 1,
        earliest=ANNOUNCED_AT,
        latest=NOW + YEAR_S,
    )
row(
    calls.announce_split(APPLE, EX + 10 * DAY_S + 1, ex_at=EX),
    "ActionTooLong",
    "a halt of more than ten days",
    seconds=10 * DAY_S + 1,
    limit=10 * DAY_S,
)
row(
    dividend(record_at=EX + 10 * DAY_S - HOUR_S + 1),
    "ActionTooLong",
    "recorded after more than ten days",
    seconds=10 * DAY_S + 1,
    limit=10 * DAY_S,
)


def shared(about: str, first: Call, begins_at: int, ends_at: int, second: Call) -> None:
    """Both fall on one day (UTC)."""
    row(
        second,
        "DateTaken",
        about,
        at(Step.ATTESTORS),
        doing(first),
        action=0,
        begins_at=begins_at,
        ends_at=ends_at,
    )


_SPLIT_AT = NOON + 10 * DAY_S
_LAST_SECOND = NOON + 12 * HOUR_S - 1
shared(
    "in one second",
    calls.announce_delisting(APPLE, _SPLIT_AT),
    _SPLIT_AT,
    _SPLIT_AT,
    calls.announce_split(APPLE, _SPLIT_AT, ex_at=_SPLIT_AT, number=1),
)
shared(
    "the first ends on the day on which the second begins",
    calls.announce_split(APPLE, _SPLIT_AT),
    _SPLIT_AT - DAY_S,
    _SPLIT_AT,
    dividend(_LAST_SECOND + 10 * DAY_S, 1),
)
shared(
    "the second ends on the day on which the first begins",
    calls.announce_split(APPLE, _SPLIT_AT),
    _SPLIT_AT - DAY_S,
    _SPLIT_AT,
    dividend(_SPLIT_AT - 3 * DAY_S, 1, record_at=_SPLIT_AT - DAY_S),
)
shared(
    "one within the other",
    dividend(_SPLIT_AT - 3 * DAY_S, record_at=_SPLIT_AT + 3 * DAY_S),
    _SPLIT_AT - 3 * DAY_S,
    _SPLIT_AT + 3 * DAY_S + HOUR_S,
    calls.announce_delisting(APPLE, _SPLIT_AT, number=1),
)
shared(
    "the hour in which a snapshot can be taken reaches the next day",
    dividend(_LAST_SECOND + 10 * DAY_S),
    _LAST_SECOND + 10 * DAY_S,
    _LAST_SECOND + 10 * DAY_S + HOUR_S,
    calls.announce_delisting(APPLE, _LAST_SECOND + 11 * DAY_S, number=1),
)


@case("announce_action", "CalendarFull")
def a_seventh(world: World) -> Attempt:
    at_step(Step.ATTESTORS, world)
    for number in range(6):
        world.do(dividend(EX + 2 * number * DAY_S, number))
    return dividend(EX + 12 * DAY_S, 6), {"limit": 6}


for _number in (1, 2**32 - 1):
    row(
        calls.announce_delisting(APPLE, EX, _number),
        "WrongActionNumber",
        f"number {_number}",
        given=_number,
        next=0,
    )
row(
    calls.announce_delisting(APPLE, EX, 2**32 - 1),
    "Overflow",
    "the last number",
    lambda world: world.patch_field(Asset, APPLE.asset, "actions", 2**32 - 1),
)


# Multipliers

for _other in (MULTIPLIER + 1, 10 * MULTIPLIER, 1):
    row(
        calls.announce_split(APPLE, EX, old_multiplier=_other),
        "MultiplierMoved",
        f"from {_other}",
        given=_other,
        current=MULTIPLIER,
    )
for _multiplier, _new, _old in ((10**18, 2, 1), (10**14 + 1, 10_000, 1)):
    row(
        calls.announce_split(APPLE, EX, _new, _old, old_multiplier=_multiplier),
        "MultiplierOutOfRange",
        f"{_multiplier} times {_new}",
        lambda world, multiplier=_multiplier: world.patch_multiplier(APPLE, multiplier),  # type: ignore[misc]
        current=_multiplier,
        ratio_new=_new,
        ratio_old=_old,
    )
row(
    calls.announce_reverse_split(APPLE, EX, 1, 10, old_multiplier=9 * 10**6),
    "MultiplierOutOfRange",
    "a millionth and less",
    lambda world: world.patch_multiplier(APPLE, 9 * 10**6),
    current=9 * 10**6,
    ratio_new=1,
    ratio_old=10,
)
for _name, _second in {
    "a split": calls.announce_split(APPLE, EX + 9 * DAY_S, number=1),
    "a stock dividend": calls.announce_stock_dividend(APPLE, EX + 9 * DAY_S, number=1),
}.items():
    row(_second, "MultiplierScheduled", f"{_name} behind a split", doing(SPLIT), action=0)
    row(_second, "MultiplierScheduled", f"{_name} behind a stock dividend", doing(STOCK), action=0)


@case("announce_action", "ReserveShort")
def shares_that_nobody_holds(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 75 * calls.ONE), world.attest(APPLE, 1, 76 * calls.ONE))
    figures = {"reserve": 151 * calls.ONE, "needed": 151 * calls.ONE + 50 * calls.ONE // 100, "released": 0}
    return STOCK, {**figures, "foreign": 0}


# Its other checks

foreign(SPLIT, "officer", Role.CORPORATE)
row(SPLIT, "ChangesHalted", "halted", doing(calls.halt(APPLE, 4)))
row(SPLIT.swap(reserve=NVIDIA.reserve), "WrongAsset", "another stock's reserve")
row(SPLIT.swap(mint=NVIDIA.mint), "WrongMint", "another stock's mint")
row(dividend(), "NoAttestors", "nobody could agree")
row(dividend(), "NoAttestors", "those that are named wait", doing(calls.set_attestors(APPLE)))
row(dividend(payout_mint=APPLE.mint), "WrongPaymentMint", "in the stock itself", at(Step.ATTESTORS))
row(
    calls.announce_delisting(APPLE, EX + 20 * DAY_S, 1),
    "Delisted",
    "a second delisting",
    doing(DELISTING),
    delisted_at=EX,
    now=NOW,
)
for _isin in (b"US88160R1015", b"us88160r1014", b"US88160R101\0"):
    row(
        calls.announce_identifiers(APPLE, EX, TESLA.isin, TESLA.symbol, isin=_isin),
        "BadIsin",
        f"{_isin!r}",
    )
for _symbol in (b"\0TSLAx".ljust(12, b"\0"), b"TS\0LAx".ljust(12, b"\0"), b"\xff\xfe".ljust(12, b"\0")):
    row(
        calls.announce_identifiers(APPLE, EX, TESLA.isin, TESLA.symbol, symbol=_symbol),
        "BadSymbol",
        f"{_symbol!r}",
    )


@case("announce_action", "SupplyAboveBooks")
def a_second_door(world: World) -> Attempt:
    return SPLIT, raise_supply(world)
