"""Every deadline to the second, at the ends of what a clock can say, and with a clock that goes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOND, MALLORY, QUOTE
from tests.embedded.chain import Call
from tests.embedded.setups import freeze
from tests.embedded.stages import (
    ACCEPT_BY,
    ARBITER_UNTIL,
    DISPUTE_UNTIL,
    SETTLE_BY,
    TEN,
    Kind,
    Stage,
    accept,
    ask,
    at_stage,
    audit,
    skip,
)
from tests.embedded.world import ALICE_HAS, NOW, World
from xstock_client.constants import DAY_S

FIRST, LAST = -(2**63), 2**63 - 1
WALLET = APPLE.wallet(ALICE)

ACCEPT = ("accept", lambda kind: calls.accept_redemption(APPLE, id=0, price=kind.quote))
AGREE = ("agree", lambda kind: calls.agree_quote(APPLE, id=0))
CLAIM = ("mark paid", lambda kind: calls.mark_paid(APPLE, id=0))
REJECT = ("reject", lambda kind: calls.reject_redemption(APPLE, id=0))
DISPUTE = ("dispute", lambda kind: calls.dispute_payment(APPLE, id=0))
RULE = ("rule", lambda kind: calls.rule_dispute(APPLE, True, id=0))
CANCEL = ("cancel", lambda kind: calls.cancel_redemption(APPLE, id=0))
DEFAULT = ("default", lambda kind: calls.default_redemption(APPLE, id=0))
CONCLUDE = ("conclude", lambda kind: calls.conclude_redemption(APPLE, id=0, caller=MALLORY))
Way = tuple[str, Callable[[Kind], Call]]

UNTIL: list[tuple[Stage, Kind, int, Way]] = [
    *((Stage.REQUESTED, kind, ACCEPT_BY, ACCEPT) for kind in Kind),
    *((Stage.REQUESTED, kind, ACCEPT_BY, REJECT) for kind in Kind),
    *((Stage.ACCEPTED, kind, SETTLE_BY, REJECT) for kind in Kind),
    (Stage.QUOTED, Kind.MARKET, SETTLE_BY, AGREE),
    (Stage.ACCEPTED, Kind.OFF_CHAIN, SETTLE_BY, CLAIM),
    (Stage.PAID, Kind.OFF_CHAIN, DISPUTE_UNTIL, DISPUTE),
    (Stage.DISPUTED, Kind.OFF_CHAIN, ARBITER_UNTIL, RULE),
]
"""What can be done up to a second, that one included."""
FROM: list[tuple[Stage, Kind, int, Way, str]] = [
    *((Stage.REQUESTED, kind, ACCEPT_BY, DEFAULT, "DeadlineNotPassed") for kind in Kind),
    *((Stage.ACCEPTED, kind, SETTLE_BY, DEFAULT, "DeadlineNotPassed") for kind in Kind),
    *((Stage.ACCEPTED, kind, SETTLE_BY, CANCEL, "AcceptedUntilDeadline") for kind in Kind),
    (Stage.QUOTED, Kind.MARKET, SETTLE_BY, DEFAULT, "DeadlineNotPassed"),
    (Stage.DISPUTED, Kind.OFF_CHAIN, ARBITER_UNTIL, DEFAULT, "DeadlineNotPassed"),
    (Stage.DISPUTED, Kind.OFF_CHAIN, ARBITER_UNTIL, CANCEL, "AcceptedUntilDeadline"),
]
"""What can be done after a second, and not in it."""


def named(one: object) -> str | None:
    if isinstance(one, (Stage, Kind)):
        return str(one.value)
    return str(one[0]) if isinstance(one, tuple) else None


@pytest.mark.parametrize(("stage", "kind", "deadline", "way"), UNTIL, ids=named)
def test_up_to_its_last_second(stage: Stage, kind: Kind, deadline: int, way: Way) -> None:
    for at in (deadline + 1, deadline):
        world = at_stage(stage, kind)
        if way is REJECT:
            freeze(world, WALLET)
        skip(world, at)
        if at > deadline:
            world.refuse(way[1](kind), "DeadlinePassed", now=at, deadline=deadline)
        else:
            world.do(way[1](kind))
        audit(world)


@pytest.mark.parametrize(("stage", "kind", "deadline", "way", "name"), FROM, ids=named)
def test_from_the_second_after(stage: Stage, kind: Kind, deadline: int, way: Way, name: str) -> None:
    for at in (deadline, deadline + 1):
        world = at_stage(stage, kind)
        skip(world, at)
        if at == deadline:
            world.refuse(way[1](kind), name, now=at, deadline=deadline)
        else:
            world.do(way[1](kind))
        audit(world)


def test_others_conclude_from_the_second_after() -> None:
    world = at_stage(Stage.PAID, Kind.OFF_CHAIN)
    skip(world, DISPUTE_UNTIL)
    world.refuse(CONCLUDE[1](Kind.OFF_CHAIN), "StillDisputable", now=DISPUTE_UNTIL, until=DISPUTE_UNTIL)
    world.advance(1)
    world.do(CONCLUDE[1](Kind.OFF_CHAIN))


def test_no_two_of_accept_and_default_fit_one_second() -> None:
    """In each second around a deadline either the desk acts or anybody does, never both."""
    for at in range(ACCEPT_BY - 1, ACCEPT_BY + 3):
        allowed = []
        for way in (ACCEPT, DEFAULT):
            world = at_stage(Stage.REQUESTED)
            skip(world, at)
            executed = world.chain.execute(way[1](Kind.LIMIT).instructions, calls.FEES)
            allowed.append(executed.error is None)
        assert sum(allowed) == 1 and allowed[0] == (at <= ACCEPT_BY)


# The ends of i64


def clock(world: World, at: int) -> None:
    """Any second at all; the slots go on by one."""
    world.chain.turn_back(world.now - at)
    assert world.now == at


@pytest.mark.parametrize("before", [0, 1, DAY_S, calls.ACCEPT_WINDOW_S, calls.REDEMPTION_WINDOW_S])
def test_deadlines_behind_the_last_second_never_pass(world: World, before: int) -> None:
    """Nothing wraps around: who could act in time still can, and nobody is late."""
    now = LAST - before
    clock(world, now)
    ask(world, TEN, Kind.MARKET)
    ask(world, TEN)
    request = world.request(APPLE)
    assert request.accept_by == min(now + calls.ACCEPT_WINDOW_S, LAST)
    assert request.settle_by == min(now + calls.REDEMPTION_WINDOW_S, LAST)
    world.do(calls.accept_redemption(APPLE, id=0, price=QUOTE, by_authority=True), calls.agree_quote(APPLE, id=0))
    clock(world, LAST)
    late = request.settle_by < LAST
    if not late:
        bound = calls.cancel_redemption(APPLE, id=0)
        world.refuse(bound, "AcceptedUntilDeadline", now=LAST, deadline=LAST)
        world.refuse(calls.default_redemption(APPLE, id=0), "DeadlineNotPassed", now=LAST, deadline=LAST)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, by_authority=True), calls.cancel_redemption(APPLE, id=1))
    audit(world)


def test_a_claim_at_the_last_second(world: World) -> None:
    """The window of a dispute ends with time itself, and so does the arbiter's."""
    accept(world, TEN, TEN, kind=Kind.OFF_CHAIN)
    request = APPLE.request(ALICE, 0)
    layout = type(world.request(APPLE)).OFFSETS
    for id in range(2):
        request = APPLE.request(ALICE, id)
        for name in ("accept_by", "settle_by"):
            world.patch(request, layout[name], LAST.to_bytes(8, "little", signed=True))
    clock(world, LAST)
    world.do(*(calls.mark_paid(APPLE, id=id, by_authority=True) for id in range(2)))
    assert world.request(APPLE).until == LAST
    stranger = calls.conclude_redemption(APPLE, id=0, caller=MALLORY)
    world.refuse(stranger, "StillDisputable", now=LAST, until=LAST)
    world.do(calls.conclude_redemption(APPLE, id=0), calls.dispute_payment(APPLE, id=1))
    assert world.request(APPLE, 1).until == LAST
    world.do(calls.rule_dispute(APPLE, False, id=1), calls.conclude_redemption(APPLE, id=1))
    audit(world)


def test_a_withdrawal_at_the_last_second(world: World) -> None:
    clock(world, LAST)
    world.do(calls.queue_bond_withdrawal(APPLE, BOND, by=None))
    waits = world.asset(APPLE).bond_exit
    assert (waits.ready_at, waits.expires_at) == (LAST, LAST)
    world.do(calls.withdraw_bond(APPLE, by=None))  # the last second is the one that it waits for
    assert world.asset(APPLE).bond == 0
    audit(world)


@pytest.mark.parametrize("now", [FIRST, FIRST + 1, -DAY_S, -1, 1])
def test_before_1970(world: World, now: int) -> None:
    """A clock that is off by ages holds nobody's tokens."""
    clock(world, now)
    ask(world, TEN)
    ask(world, TEN, Kind.MARKET)
    request = world.request(APPLE)
    assert (request.accept_by, request.settle_by) == (now + calls.ACCEPT_WINDOW_S, now + calls.REDEMPTION_WINDOW_S)
    world.do(calls.accept_redemption(APPLE, id=0), calls.cancel_redemption(APPLE, id=1))
    world.refuse(calls.cancel_redemption(APPLE, id=0), "AcceptedUntilDeadline", now=now, deadline=request.settle_by)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, rest=TEN // 2))
    clock(world, NOW)
    world.do(calls.default_redemption(APPLE, id=0))
    assert world.amount(WALLET) == ALICE_HAS - TEN // 2
    audit(world)


# A clock that goes back


@pytest.mark.parametrize("back", [1, 60, DAY_S, 100 * DAY_S])
def test_a_clock_that_goes_back_moves_no_deadline(back: int) -> None:
    """Requests keep their seconds; what was not late is not late."""
    world = at_stage(Stage.REQUESTED)
    before = world.request(APPLE)
    world.chain.turn_back(back)
    early = calls.default_redemption(APPLE, id=0)
    world.refuse(early, "DeadlineNotPassed", now=NOW - back, deadline=ACCEPT_BY)
    world.do(calls.accept_redemption(APPLE, id=0))
    request = world.request(APPLE)
    assert (request.accepted_at, request.accept_by, request.settle_by) == (NOW - back, ACCEPT_BY, SETTLE_BY)
    assert request.requested_at == before.requested_at
    world.refuse(calls.cancel_redemption(APPLE, id=0), "AcceptedUntilDeadline", now=NOW - back, deadline=SETTLE_BY)
    skip(world, SETTLE_BY + 1)
    world.do(calls.default_redemption(APPLE, id=0))
    audit(world)


def test_late_once_and_in_time_again() -> None:
    """A second over, the desk is late; when the clock goes back by one it is not, until somebody has acted."""
    world = at_stage(Stage.OVERDUE)
    cancel = calls.cancel_redemption(APPLE, id=0)
    world.chain.turn_back(1)
    world.refuse(cancel, "AcceptedUntilDeadline", now=SETTLE_BY, deadline=SETTLE_BY)
    world.advance(1)
    world.do(cancel)
    world.chain.turn_back(DAY_S)
    world.refuse(calls.settle_redemption(APPLE, TEN, id=0), "AccountDataTooSmall")
    audit(world)


def test_a_burn_with_a_clock_that_went_back_stays_released(world: World) -> None:
    """Reports of later than the clock says cannot have known of it."""
    accept(world, TEN)
    newest = world.asset(APPLE).newest_as_of
    world.chain.turn_back(world.now - newest + DAY_S)
    world.do(calls.settle_redemption(APPLE, TEN, id=0))
    (day,) = [one for one in world.asset(APPLE).released if one.shares]
    assert (day.shares, day.last_at) == (TEN, newest)
    audit(world)
