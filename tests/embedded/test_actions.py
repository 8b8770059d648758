"""Corporate actions: what each kind must and must not say, their notice, their days, and who takes them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, DOLLAR, MULTIPLIER, NVIDIA, OURS, RATE, REASON_HASH, RIVAL, deputy, staff
from tests.embedded.chain import Call
from tests.embedded.setups import told
from tests.embedded.splitting import go
from tests.embedded.world import MALLORY, MIDNIGHT, NOW, ONE, World
from xstock_client.accounts import Asset, CalendarEntry, CorporateAction
from xstock_client.constants import DAY_S, HOUR_S, Halt, Role
from xstock_client.events import ActionAnnounced, ActionCancelled

EX = NOW + 3 * DAY_S
FREE = CalendarEntry(0, 0, 0, 0)
YEAR_S = 366 * DAY_S
NAMES = {"isin": b"US5949181045", "symbol": b"MSFTx".ljust(12, b"\0")}
SPLIT = {"ratio_new": 3, "ratio_old": 2, "old_multiplier": MULTIPLIER, "effective_at": EX}
CASH = {"rate": RATE, "payout_mint": DOLLAR, "record_at": EX, "pay_at": EX}
TERMS: dict[int, dict[str, Any]] = {
    1: CASH,
    2: {**SPLIT, "ratio_new": 1, "ratio_old": 20},
    3: SPLIT,
    4: {**SPLIT, "ratio_new": 1, "ratio_old": 3},
    5: {**NAMES, "effective_at": EX},
    6: {"effective_at": EX},
}
"""The least that each kind says: 1 cash dividend, 2 stock dividend, 3 split, 4 reverse split, 5 names, 6 delisting."""
each_kind = pytest.mark.parametrize("kind", TERMS)


def moved(kind: int, by: int) -> dict[str, Any]:
    """The same terms, ``by`` seconds later."""
    times = ("ex_at", "record_at", "pay_at", "effective_at")
    return {name: what + by if name in times else what for name, what in {"ex_at": EX, **TERMS[kind]}.items()}


def announce(kind: int, number: int = 0, *, by: int = 0, **terms: Any) -> Call:
    return calls.announce_action(APPLE, kind, number, **{**moved(kind, by), **terms})


@pytest.fixture
def named(world: World) -> World:
    """With attestors that were named before the first mint, so that nothing had to wait."""
    minted = world.asset(APPLE).first_mint_at
    for first_mint_at, tickets in ((0, 0), (minted, 2)):
        world.patch_field(Asset, APPLE.asset, "first_mint_at", first_mint_at)
        world.patch_field(Asset, APPLE.asset, "tickets_used", tickets)
        if not tickets:
            world.do(calls.set_attestors(APPLE))
    assert world.asset(APPLE).attestors.count == 3
    return world


@each_kind
def test_announced(named: World, kind: int) -> None:
    """What it says stands in the event, in the action and in the calendar."""
    done = named.run(announce(kind))
    terms = {
        "rate": 0,
        "payout_mint": calls.corporate.NOTHING,
        "isin": bytes(12),
        "symbol": bytes(12),
        **moved(kind, 0),
    }
    action = named.read(CorporateAction, APPLE.action())
    event = told(done.events)
    assert isinstance(event, ActionAnnounced)
    for name in ("rate", "payout_mint", "ex_at", "isin", "symbol"):
        assert getattr(action, name) == getattr(event, name) == terms[name], name
    for name in ("record_at", "pay_at", "effective_at", "old_multiplier"):
        assert getattr(action, name) == getattr(event, name) == terms.get(name, 0), name
    assert (action.kind, action.state, action.number, action.announced_at) == (kind, 1, 0, NOW)
    assert (event.kind, event.action, event.by, event.asset) == (kind, 0, staff(Role.CORPORATE), APPLE.asset)
    assert (action.reason_hash, action.snapshot) == (bytes(32), 2**32 - 1)
    ends = EX + HOUR_S if kind == 1 else EX
    asset = named.asset(APPLE)
    assert asset.calendar == (CalendarEntry(EX, ends, 0, kind), *[FREE] * 5)
    assert (asset.actions, asset.delisted_at) == (1, EX if kind == 6 else 0)


WRONG: list[tuple[int, dict[str, Any], int]] = [
    *((kind, {"document_hash": bytes(32)}, 5) for kind in TERMS),
    *((kind, {"rate": 1}, 2) for kind in range(2, 7)),
    *((kind, {"payout_mint": DOLLAR}, 2) for kind in range(2, 7)),
    *((kind, {name: value}, 3) for kind in (1, 2, 3, 4, 6) for name, value in NAMES.items()),
    *((kind, {"record_at": EX}, 6) for kind in range(2, 7)),
    *((kind, {"pay_at": EX}, 7) for kind in range(2, 7)),
    *((kind, {name: 1}, 4) for kind in (1, 5, 6) for name in ("ratio_new", "ratio_old", "old_multiplier")),
    *((kind, {"effective_at": EX - 1}, 8) for kind in range(2, 7)),
    *((kind, {"effective_at": 0}, 8) for kind in range(2, 7)),
    (1, {"effective_at": EX}, 8),
    (1, {"rate": 0}, 2),
    (1, {"payout_mint": calls.corporate.NOTHING}, 2),
    (1, {"record_at": EX - 1}, 6),
    (1, {"record_at": 0}, 6),
    (1, {"pay_at": EX - 1}, 7),
    (1, {"pay_at": 0}, 7),
    (1, {"pay_at": EX + YEAR_S + 1}, 7),
    (5, {"isin": bytes(12)}, 3),
    (5, {"symbol": bytes(12)}, 3),
    *((kind, {"ratio_new": 0}, 4) for kind in (2, 3, 4)),
    *((kind, {"ratio_old": 0}, 4) for kind in (2, 3, 4)),
    (2, {"ratio_new": 21}, 4),
    (2, {"ratio_new": 1, "ratio_old": 10_001}, 4),
    (3, {"ratio_new": 2}, 4),
    (3, {"ratio_new": 1}, 4),
    (3, {"ratio_new": 10_001, "ratio_old": 1}, 4),
    (4, {"ratio_new": 3}, 4),
    (4, {"ratio_new": 4}, 4),
    (4, {"ratio_old": 10_001}, 4),
    *((kind, {}, 1) for kind in (0, 7, 255)),
]


@pytest.mark.parametrize(
    ("kind", "bent", "part"), WRONG, ids=[f"{kind}-{'-'.join(bent)}-{at}" for at, (kind, bent, _) in enumerate(WRONG)]
)
def test_what_does_not_go_with_a_kind(named: World, kind: int, bent: dict[str, Any], part: int) -> None:
    """Each kind says all of its own and nothing of another's; the refusal names the kind and the part."""
    terms = {"ex_at": EX, **TERMS.get(kind, {}), **bent}
    named.refuse(calls.announce_action(APPLE, kind, **terms), "BadAction", kind=kind, part=part)


@pytest.mark.parametrize(
    ("kind", "bent"),
    [
        (2, {"ratio_new": 20}),
        (2, {"ratio_new": 1, "ratio_old": 10_000}),
        (3, {"ratio_new": 10_000, "ratio_old": 1}),
        (3, {"ratio_new": 10_000, "ratio_old": 9_999}),
        (4, {"ratio_old": 10_000}),
        (4, {"ratio_new": 9_999, "ratio_old": 10_000}),
        (1, {"pay_at": EX + YEAR_S}),
        (1, {"rate": 1}),
        (5, {"isin": b"US0378331005"}),
        (5, {"symbol": b"AAPLx".ljust(12, b"\0")}),
    ],
)
def test_what_just_goes(named: World, kind: int, bent: dict[str, Any]) -> None:
    named.do(announce(kind, **bent))


@pytest.mark.parametrize(
    ("terms", "name"),
    [
        ({"isin": b"US5949181046"}, "BadIsin"),
        ({"isin": b"us5949181045"}, "BadIsin"),
        ({"isin": b"US594918104\0"}, "BadIsin"),
        ({"symbol": b"MS FT".ljust(12, b"\0")}, "BadSymbol"),
        ({"symbol": b"\0MSFT".ljust(12, b"\0")}, "BadSymbol"),
        ({"symbol": b"MS\0FT".ljust(12, b"\0")}, "BadSymbol"),
    ],
)
def test_names_that_are_none(world: World, terms: dict[str, Any], name: str) -> None:
    world.refuse(announce(5, **terms), name)


def test_a_dividend_needs_attestors_and_money(world: World, named: World) -> None:
    own = announce(1, payout_mint=APPLE.mint)
    named.refuse(own, "WrongPaymentMint")
    world.refuse(calls.announce_action(NVIDIA, 1, **moved(1, 0)), "NoAttestors")


@each_kind
def test_notice(named: World, kind: int) -> None:
    """A day at least and a year at most, by the second, from now to the ex time; multipliers wait as loosenings do."""
    earliest, latest = NOW + (calls.CHANGE_DELAY_S if kind in (2, 3, 4) else DAY_S), NOW + YEAR_S
    assert calls.CHANGE_DELAY_S == 2 * DAY_S
    for ex_at in (earliest - 1, latest + 1, NOW, 2**62):
        late = announce(kind, by=ex_at - EX)
        named.refuse(late, "BadNotice", begins_at=ex_at, earliest=earliest, latest=latest)
    named.do(announce(kind, by=earliest - EX), calls.cancel_action(APPLE), announce(kind, 1, by=latest - EX))


@each_kind
def test_span(named: World, kind: int) -> None:
    """Ten days from the ex time to the effective time, or to the end of the hour in which a snapshot can be taken."""
    name, most = ("record_at", 10 * DAY_S - HOUR_S) if kind == 1 else ("effective_at", 10 * DAY_S)
    pay = {"pay_at": EX + 11 * DAY_S} if kind == 1 else {}
    too_long = announce(kind, **{name: EX + most + 1}, **pay)
    named.refuse(too_long, "ActionTooLong", seconds=10 * DAY_S + 1, limit=10 * DAY_S)
    named.do(announce(kind, **{name: EX + most}, **pay))


# The calendar

DAY5 = MIDNIGHT + 5 * DAY_S
"""A midnight, UTC."""


def during(number: int, ex_at: int, effective_at: int) -> Call:
    """An identifier change: of which any number may lie ahead."""
    return announce(5, number, ex_at=ex_at, effective_at=effective_at)


@pytest.mark.parametrize(
    ("ex_at", "effective_at", "taken"),
    [
        (DAY5 - 1, DAY5 - 1, False),
        (DAY5 - 1, DAY5, True),
        (DAY5, DAY5, True),
        (DAY5 + 2 * DAY_S, DAY5 + 2 * DAY_S, False),
        (DAY5 + 2 * DAY_S - 1, DAY5 + 2 * DAY_S, True),
        (DAY5 + DAY_S // 2, DAY5 + DAY_S, True),
        (DAY5 - DAY_S, DAY5 + 5 * DAY_S, True),
    ],
)
def test_no_two_on_a_day(world: World, ex_at: int, effective_at: int, taken: bool) -> None:
    """The first lies between noons of two days, and takes both whole (UTC)."""
    noon, next_noon = DAY5 + DAY_S // 2, DAY5 + DAY_S + DAY_S // 2
    world.do(during(0, noon, next_noon))
    second = during(1, ex_at, effective_at)
    if taken:
        world.refuse(second, "DateTaken", action=0, begins_at=noon, ends_at=next_noon)
        world.do(calls.cancel_action(APPLE), during(1, ex_at, effective_at))
    else:
        world.do(second)


@pytest.mark.parametrize(("record_at", "taken"), [(DAY5 - HOUR_S - 1, False), (DAY5 - HOUR_S, True), (DAY5 - 1, True)])
def test_the_hour_of_a_snapshot_counts(named: World, record_at: int, taken: bool) -> None:
    """A snapshot that is taken late must not find another day's split in force."""
    ex_at = DAY5 - DAY_S
    named.do(announce(1, ex_at=ex_at, record_at=record_at, pay_at=record_at))
    split = announce(3, 1, ex_at=DAY5, effective_at=DAY5)
    if taken:
        named.refuse(split, "DateTaken", action=0, begins_at=ex_at, ends_at=record_at + HOUR_S)
    else:
        named.do(split)


def test_a_full_calendar(world: World) -> None:
    """Six lie ahead at most; one is free again when it is cancelled, or the second after its end."""
    ends = [DAY5 + 2 * number * DAY_S for number in range(6)]
    world.do(*(during(number, end, end) for number, end in enumerate(ends)))
    entries = tuple(CalendarEntry(end, end, number, 5) for number, end in enumerate(ends))
    assert world.asset(APPLE).calendar == entries
    far = DAY5 + 40 * DAY_S
    world.refuse(during(6, far, far), "CalendarFull", limit=6)
    world.do(calls.cancel_action(APPLE, 3))
    assert world.asset(APPLE).calendar == (*entries[:3], FREE, *entries[4:])
    world.do(during(6, far, far))
    assert world.asset(APPLE).calendar[3] == CalendarEntry(far, far, 6, 5)
    far += 2 * DAY_S
    go(world, ends[0])
    world.refuse(during(7, far, far), "CalendarFull", limit=6)
    world.advance(1)
    world.do(during(7, far, far))
    assert world.asset(APPLE).calendar[0] == CalendarEntry(far, far, 7, 5)
    assert world.asset(APPLE).calendar[1:3] == entries[1:3]


def test_numbers_count_up(world: World) -> None:
    """From zero, for each asset, and are never given twice."""
    for given in (1, 2**32 - 1):
        world.refuse(during(given, DAY5, DAY5), "WrongActionNumber", given=given, next=0)
    world.do(during(0, DAY5, DAY5), calls.cancel_action(APPLE))
    skipped = during(2, DAY5, DAY5)
    world.refuse(skipped, "WrongActionNumber", given=2, next=1)
    world.fail(during(0, DAY5, DAY5))  # its account is there for ever
    world.do(during(1, DAY5, DAY5), calls.announce_delisting(NVIDIA, DAY5))
    assert (world.asset(APPLE).actions, world.asset(NVIDIA).actions) == (2, 1)


# Who


@pytest.mark.parametrize("role", Role)
def test_who_announces_and_who_cancels(world: World, role: Role) -> None:
    """Corporate officers announce; they, admins and pausers cancel. The authority does both."""
    sent = announce(6)
    named_by = sent.swap(officer=staff(role), grant=OURS.grant(role))
    cancel = calls.cancel_action(APPLE, role=role)
    if role is Role.CORPORATE:
        world.do(named_by)
    else:
        world.refuse(named_by, "WrongRoleGrant")
        world.do(calls.announce_action(APPLE, 6, by=OURS.authority, **moved(6, 0)))
    if role in (Role.CORPORATE, Role.ADMIN, Role.PAUSER):
        event = told(world.run(cancel).events)
        assert event == ActionCancelled(APPLE.asset, staff(role), 0, 6, REASON_HASH, MULTIPLIER, NOW)
    else:
        world.refuse(cancel, "WrongRoleGrant")
        world.do(calls.cancel_action(APPLE, by=OURS.authority))
    assert world.asset(APPLE).delisted_at == 0


@pytest.mark.parametrize("send", [announce, lambda _: calls.cancel_action(APPLE)], ids=["announce", "cancel"])
def test_who_does_not(world: World, send: Callable[[int], Call]) -> None:
    """Strangers, another issuer's officer and authority, a grant of somebody else, and one that has run out."""
    world.do(announce(6))
    sent = calls.announce_action(APPLE, 5, 1, **moved(5, DAY_S)) if send is announce else send(0)
    who = "officer" if send is announce else "canceller"
    world.refuse(sent.swap(**{who: MALLORY}), "WrongRoleGrant")
    world.refuse(sent.swap(**{who: deputy(Role.CORPORATE)}), "WrongRoleGrant")
    world.refuse(sent.swap(grant=RIVAL.grant(Role.CORPORATE)), "WrongRoleGrant")
    program = sent.address("program")
    world.refuse(sent.swap(**{who: RIVAL.authority, "grant": program}), "NotAuthority")
    world.do(sent.swap(**{who: deputy(Role.CORPORATE), "grant": OURS.grant(Role.CORPORATE, deputy(Role.CORPORATE))}))


def test_a_halt_of_changes(world: World) -> None:
    """Nothing is announced; what was, is still cancelled."""
    world.do(announce(6), calls.halt(APPLE, Halt.CHANGES))
    world.refuse(announce(5, 1, by=DAY_S), "ChangesHalted")
    world.do(calls.cancel_action(APPLE))
    assert replace(world.asset(APPLE), halts=0).calendar == (FREE,) * 6
    world.do(calls.resume(APPLE, Halt.CHANGES), announce(5, 1), calls.mint_shares(APPLE, ONE, ticket=5))
