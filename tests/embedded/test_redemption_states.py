"""Each transition of a redemption request from each state, for both ways of paying: what happens, or which refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, MALLORY
from tests.embedded.chain import Call
from tests.embedded.setups import freeze
from tests.embedded.stages import PENALTY, TEN, Kind, Stage, at_stage, audit, is_armed
from tests.embedded.world import ALICE_HAS, NOW, World
from xstock_client.accounts import RedemptionRequest
from xstock_client.errors import TransactionFailed

WALLET = APPLE.wallet(ALICE)
PAYMENT = TEN * 2 * 9_975 // 10_000
"""Two dollars' base units per raw unit, less a quarter per cent."""

TRANSITIONS: Mapping[str, Callable[[Kind], Call]] = {
    "request": lambda kind: calls.request_redemption(APPLE, TEN, id=0, payout=kind.payout, min_price=kind.min_price),
    "cancel": lambda kind: calls.cancel_redemption(APPLE, id=0),
    "accept": lambda kind: calls.accept_redemption(APPLE, id=0, price=kind.quote),
    "agree": lambda kind: calls.agree_quote(APPLE, id=0),
    "settle": lambda kind: calls.settle_redemption(APPLE, TEN, id=0),
    "mark_paid": lambda kind: calls.mark_paid(APPLE, id=0),
    "confirm": lambda kind: calls.conclude_redemption(APPLE, id=0),
    "conclude": lambda kind: calls.conclude_redemption(APPLE, id=0, caller=MALLORY),
    "dispute": lambda kind: calls.dispute_payment(APPLE, id=0),
    "rule_paid": lambda kind: calls.rule_dispute(APPLE, True, id=0),
    "rule_unpaid": lambda kind: calls.rule_dispute(APPLE, False, id=0),
    "reject": lambda kind: calls.reject_redemption(APPLE, id=0),
    "reject_frozen": lambda kind: calls.reject_redemption(APPLE, id=0),
    "default": lambda kind: calls.default_redemption(APPLE, id=0),
}

# One row per transition, one column per stage, in the order of Stage.
#   =2        the request is in state 2 afterwards
#   burned    ended: the tokens burned; paid: in the same instruction
#   back      ended: the tokens went back; fined: and the bond paid the penalty
#   1/2       WrongRequestState: it is in state 1, and 2 is needed
#   gone      there is no such account
#   early, late, bound, open: DeadlineNotPassed, DeadlinePassed, AcceptedUntilDeadline, StillDisputable
#   kind, judge, quote, none, once, well: WrongPayout, WrongArbiter, QuoteOpen, NothingQuoted, AlreadyClaimed,
#             HolderNotFrozen
MARKET = """
              none closed asked  ignored quoted lapsed accepted overdue paid   silent disputed unruled upheld refuted
request       =1   id     exists exists  exists exists exists   exists  exists exists exists   exists  exists exists
cancel        gone gone   back   back    back   back   bound    back    3/2    3/2    bound    back    5/2    bound
accept        gone gone   =2     late    2/1    2/1    2/1      2/1     3/1    3/1    4/1      4/1     5/1    2/1
agree         gone gone   none   none    =2     late   none     none    none   none   none     none    none   none
settle        gone gone   1/2    1/2     quote  quote  paid     paid    3/2    3/2    4/2      4/2     5/2    paid
mark_paid     gone gone   kind   kind    kind   kind   kind     kind    kind   kind   kind     kind    kind   kind
confirm       gone gone   kind   kind    kind   kind   kind     kind    kind   kind   kind     kind    kind   kind
conclude      gone gone   kind   kind    kind   kind   kind     kind    kind   kind   kind     kind    kind   kind
dispute       gone gone   1/3    1/3     2/3    2/3    2/3      2/3     =4     late   4/3      4/3     5/3    2/3
rule_paid     gone gone   judge  judge   judge  judge  judge    judge   judge  judge  judge    judge   judge  judge
rule_unpaid   gone gone   judge  judge   judge  judge  judge    judge   judge  judge  judge    judge   judge  judge
reject        gone gone   well   late    well   late   well     late    3/2    3/2    4/2      4/2     5/2    well
reject_frozen gone gone   back   late    back   late   back     late    3/2    3/2    4/2      4/2     5/2    back
default       gone gone   early  fined   early  back   early    fined   3/2    3/2    early    fined   5/2    early
"""
# Only the rows that differ.
LIMIT = """
              none closed asked  ignored quoted lapsed accepted overdue paid   silent disputed unruled upheld refuted
cancel        gone gone   back   back    bound  back   bound    back    3/2    3/2    bound    back    5/2    bound
agree         gone gone   none   none    none   none   none     none    none   none   none     none    none   none
settle        gone gone   1/2    1/2     paid   paid   paid     paid    3/2    3/2    4/2      4/2     5/2    paid
default       gone gone   early  back    early  fined  early    fined   3/2    3/2    early    fined   5/2    early
"""
OFF_CHAIN = """
              none closed asked  ignored quoted lapsed accepted overdue paid   silent disputed unruled upheld refuted
cancel        gone gone   back   back    bound  back   bound    back    3/2    3/2    bound    back    5/2    bound
agree         gone gone   none   none    none   none   none     none    none   none   none     none    none   none
settle        gone gone   kind   kind    kind   kind   kind     kind    kind   kind   kind     kind    kind   kind
mark_paid     gone gone   1/2    1/2     =3     late   =3       late    3/2    3/2    4/2      4/2     5/2    once
confirm       gone gone   1/3    1/3     burned burned burned   burned  burned burned burned   burned  burned burned
conclude      gone gone   1/3    1/3     2/3    2/3    2/3      2/3     open   burned 4/3      4/3     burned 2/3
rule_paid     gone gone   1/4    1/4     2/4    2/4    2/4      2/4     3/4    3/4    =5       late    5/4    2/4
rule_unpaid   gone gone   1/4    1/4     2/4    2/4    2/4      2/4     3/4    3/4    =2       late    5/4    2/4
default       gone gone   early  back    early  fined  early    fined   3/2    3/2    early    fined   5/2    early
"""
TABLES = {Kind.MARKET: MARKET, Kind.LIMIT: LIMIT, Kind.OFF_CHAIN: OFF_CHAIN}


def rows(table: str) -> dict[str, list[str]]:
    head, *lines = [line.split() for line in table.strip().splitlines()]
    assert head == [stage.value for stage in Stage]
    return {name: expected for name, *expected in lines}


def cells() -> list[tuple[Kind, str, Stage, str]]:
    """Every kind, transition and stage with what is expected of them."""
    found = []
    for kind, table in TABLES.items():
        every = rows(MARKET) | rows(table)
        assert list(every) == list(TRANSITIONS)
        for name, expected in every.items():
            found += [(kind, name, stage, one) for stage, one in zip(Stage, expected, strict=True)]
    return found


def test_the_tables_are_full() -> None:
    assert len(set(cells())) == 3 * 14 * 14


@pytest.mark.parametrize(
    ("kind", "name", "stage", "expected"), cells(), ids=lambda one: one if isinstance(one, str) else one.name
)
def test_each_transition_from_each_state(kind: Kind, name: str, stage: Stage, expected: str) -> None:
    world = at_stage(stage, kind)
    if name == "reject_frozen":
        freeze(world, WALLET)
    sent = TRANSITIONS[name](kind)
    if expected in ENDS:
        ends(world, sent, expected)
    elif expected.startswith("="):
        moves(world, sent, int(expected[1:]))
    else:
        refused(world, sent, expected)
    audit(world)


ENDS = {
    "paid": (True, PAYMENT),
    "burned": (True, 0),
    "back": (False, 0),
    "fined": (False, PENALTY),
}
"""Whether the tokens burn, and what the holder gets in dollars' base units."""


def ends(world: World, sent: Call, how: str) -> None:
    burns, dollars = ENDS[how]
    supply, had, asset = world.supply(APPLE), world.dollars(ALICE), world.asset(APPLE)
    done = world.run(sent)
    assert world.chain.get(APPLE.request(ALICE, 0)) is None
    assert done.lamports(calls.TREASURY) == world.chain.rent_of(RedemptionRequest.SIZE)
    assert world.supply(APPLE) == supply - (TEN if burns else 0)
    assert world.amount(WALLET) == ALICE_HAS - (TEN if burns else 0)
    assert world.dollars(ALICE) == had + dollars
    after = world.asset(APPLE)
    assert (after.settled, after.returned) == (asset.settled + TEN * burns, asset.returned + TEN * (not burns))
    assert (after.pending, after.open_requests, after.bond_reserved) == (0, 0, 0)
    assert after.bond == asset.bond - (dollars if how == "fined" else 0)


def moves(world: World, sent: Call, state: int) -> None:
    supply, mine = world.supply(APPLE), world.dollars(ALICE)
    world.do(sent)
    request = world.request(APPLE)
    assert (request.state, request.amount, request.requested) == (state, TEN, TEN)
    assert world.asset(APPLE).bond_reserved == (PENALTY if is_armed(request) else 0)
    assert (world.supply(APPLE), world.amount(WALLET), world.dollars(ALICE)) == (supply, ALICE_HAS - TEN, mine)


PLAIN = {"gone": "AccountDataTooSmall", "well": "HolderNotFrozen", "judge": "WrongArbiter"}
"""Refusals without figures."""


def refused(world: World, sent: Call, expected: str) -> None:
    if expected == "exists":
        error = world.fail(sent)
        assert isinstance(error, TransactionFailed) and "an account that must be new exists already" in str(error)
    elif expected == "id":
        world.refuse(sent, "WrongRequestId", given=0, next=1)
    elif "/" in expected:
        state, needed = map(int, expected.split("/"))
        assert state == world.request(APPLE).state
        world.refuse(sent, "WrongRequestState", state=state, needed=needed)
    elif expected == "kind":
        payout = world.request(APPLE).payout
        world.refuse(sent, "WrongPayout", payout=payout, needed=3 - payout)
    elif expected in PLAIN:
        world.refuse(sent, PLAIN[expected])
    elif expected == "quote":
        world.refuse(sent, "QuoteOpen")
    elif expected == "none":
        world.refuse(sent, "NothingQuoted", state=world.request(APPLE).state)
    elif expected == "once":
        world.refuse(sent, "AlreadyClaimed", paid_at=NOW)
    elif expected == "open":
        world.refuse(sent, "StillDisputable", now=world.now, until=world.request(APPLE).until)
    else:
        name = {"early": "DeadlineNotPassed", "late": "DeadlinePassed", "bound": "AcceptedUntilDeadline"}[expected]
        request = world.request(APPLE)
        deadline = {1: request.accept_by, 2: request.settle_by}.get(request.state, request.until)
        world.refuse(sent, name, now=world.now, deadline=deadline)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_ended_request_stays_ended(kind: Kind) -> None:
    """However it ended: none of the transitions finds anything, and its id is spent."""
    off_chain = kind is Kind.OFF_CHAIN
    ways = [
        (Stage.REQUESTED, "cancel"),
        (Stage.REQUESTED, "reject_frozen"),
        (Stage.ACCEPTED, "confirm" if off_chain else "settle"),
        (Stage.OVERDUE, "default"),
        *([(Stage.UPHELD, "conclude")] if off_chain else []),
    ]
    for stage, end in ways:
        world = at_stage(stage, kind)
        if end == "reject_frozen":
            freeze(world, WALLET)
        world.do(TRANSITIONS[end](kind))
        for name, make in TRANSITIONS.items():
            refused(world, make(kind), "id" if name == "request" else "gone")


def test_a_request_with_lamports_at_its_place_is_none_yet() -> None:
    """Somebody sends lamports to where a request would be: nothing takes the place for one."""
    world = at_stage(Stage.NONE)
    world.give(APPLE.request(ALICE, 0), 10**9)
    for name, make in TRANSITIONS.items():
        if name != "request":
            refused(world, make(Kind.LIMIT), "gone")
    moves(world, TRANSITIONS["request"](Kind.LIMIT), 1)
