"""What no halt, no latch and no stolen pauser can stop: every way of an open request, to payment or back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, MALLORY, OURS, deputy, staff
from tests.embedded.chain import Call
from tests.embedded.setups import freeze, pause
from tests.embedded.stages import PENALTY, TEN, Kind, Stage, accept, ask, at_stage, audit, skip
from tests.embedded.world import ALICE_HAS, BOB_HAS, ROLE_UNTIL
from xstock_client.constants import ARBITRATION_S, DAY_S, Role

SUPPLY = ALICE_HAS + BOB_HAS
WALLET = APPLE.wallet(ALICE)
MINT, REQUESTS, CHANGES = 1, 2, 4

WAYS: dict[str, tuple[Stage, Kind, Callable[[], Call]]] = {
    "cancel": (Stage.REQUESTED, Kind.LIMIT, lambda: calls.cancel_redemption(APPLE, id=0)),
    "cancel late": (Stage.OVERDUE, Kind.MARKET, lambda: calls.cancel_redemption(APPLE, id=0)),
    "accept": (Stage.REQUESTED, Kind.LIMIT, lambda: calls.accept_redemption(APPLE, id=0)),
    "accept off chain": (Stage.REQUESTED, Kind.OFF_CHAIN, lambda: calls.accept_redemption(APPLE, id=0)),
    "quote": (Stage.REQUESTED, Kind.MARKET, lambda: calls.accept_redemption(APPLE, id=0, price=calls.QUOTE)),
    "agree": (Stage.QUOTED, Kind.MARKET, lambda: calls.agree_quote(APPLE, id=0)),
    "settle": (Stage.ACCEPTED, Kind.MARKET, lambda: calls.settle_redemption(APPLE, TEN, id=0)),
    "mark paid": (Stage.ACCEPTED, Kind.OFF_CHAIN, lambda: calls.mark_paid(APPLE, id=0)),
    "confirm": (Stage.PAID, Kind.OFF_CHAIN, lambda: calls.conclude_redemption(APPLE, id=0)),
    "conclude": (Stage.UNDISPUTED, Kind.OFF_CHAIN, lambda: calls.conclude_redemption(APPLE, id=0, caller=MALLORY)),
    "dispute": (Stage.PAID, Kind.OFF_CHAIN, lambda: calls.dispute_payment(APPLE, id=0)),
    "rule": (Stage.DISPUTED, Kind.OFF_CHAIN, lambda: calls.rule_dispute(APPLE, True, id=0)),
    "reject": (Stage.ACCEPTED, Kind.LIMIT, lambda: calls.reject_redemption(APPLE, id=0)),
    "default": (Stage.OVERDUE, Kind.LIMIT, lambda: calls.default_redemption(APPLE, id=0)),
    "default ignored": (Stage.IGNORED, Kind.MARKET, lambda: calls.default_redemption(APPLE, id=0)),
}


@pytest.mark.parametrize("latched", [False, True])
@pytest.mark.parametrize("halts", [MINT, REQUESTS, CHANGES, MINT | REQUESTS | CHANGES])
@pytest.mark.parametrize("way", WAYS)
def test_no_halt_and_no_latch(way: str, halts: int, latched: bool) -> None:
    """Each of them alone and all together, on a paused token; only new requests are stopped, by their own halt."""
    stage, kind, sent = WAYS[way]
    world = at_stage(stage, kind)
    world.do(calls.halt(APPLE, halts))
    if latched:
        world.do(world.attest(APPLE, 0, 0), world.attest(APPLE, 1, 0))
        pause(world)
    if way == "reject":
        freeze(world, WALLET)
    world.do(sent())
    asset = world.asset(APPLE)
    assert (asset.halts, asset.latched, world.mint(APPLE).paused) == (halts, latched, latched)
    audit(world)
    if way != "reject" and not latched:  # a frozen account and a paused token ask for nothing
        asked = calls.request_redemption(APPLE, 1, id=1)
        if halts & REQUESTS:
            world.refuse(asked, "RequestsHalted")
        else:
            world.do(asked)


def test_a_stolen_pauser_pushes_no_honest_desk_into_default() -> None:
    """It cancels every renewal of the redeemers until none is left: the authority accepts and settles itself."""
    world = at_stage(Stage.NONE)
    skip(world, ROLE_UNTIL - 5 * DAY_S)
    accept(world, TEN, kind=Kind.MARKET)
    for member in (staff(Role.REDEEMER), deputy(Role.REDEEMER)):
        world.do(calls.grant_role(OURS, Role.REDEEMER, member, ROLE_UNTIL + 100 * DAY_S))
        world.do(calls.cancel_role_change(OURS, Role.REDEEMER, member))
    newcomer = calls.ALICE
    world.do(calls.grant_role(OURS, Role.REDEEMER, newcomer, ROLE_UNTIL + 100 * DAY_S))
    world.do(calls.cancel_role_change(OURS, Role.REDEEMER, newcomer))
    world.do(calls.halt(APPLE, MINT | CHANGES))
    skip(world, ROLE_UNTIL - 1)
    ask(world, TEN)
    skip(world, ROLE_UNTIL)
    for sent in (calls.settle_redemption(APPLE, TEN, id=0), calls.accept_redemption(APPLE, id=1)):
        world.refuse(sent, "RoleExpired", expired_at=ROLE_UNTIL, now=ROLE_UNTIL)
    world.do(
        calls.settle_redemption(APPLE, TEN, id=0, by_authority=True),
        calls.accept_redemption(APPLE, id=1, by_authority=True),
        calls.settle_redemption(APPLE, TEN, id=1, by_authority=True),
    )
    assert world.supply(APPLE) == SUPPLY - 2 * TEN
    assert world.asset(APPLE).bond == calls.BOND
    audit(world)


def test_nor_one_that_has_accepted_a_payment_outside_the_chain() -> None:
    """The arbiter's term was looked at when the desk accepted: what becomes of the grant later stops no claim."""
    world = at_stage(Stage.NONE)
    last = ROLE_UNTIL - calls.REDEMPTION_WINDOW_S - calls.DISPUTE_WINDOW_S - ARBITRATION_S - 1
    skip(world, last)
    accept(world, TEN, TEN, kind=Kind.OFF_CHAIN)
    world.do(calls.grant_role(OURS, Role.ARBITER, staff(Role.ARBITER), ROLE_UNTIL + 50 * DAY_S))
    world.do(calls.cancel_role_change(OURS, Role.ARBITER, staff(Role.ARBITER)))
    # and a stolen admin that dismisses it at once
    world.do(calls.revoke_role(OURS, Role.ARBITER, staff(Role.ARBITER), by=staff(Role.ADMIN)))
    skip(world, world.request(APPLE).settle_by)
    world.do(calls.mark_paid(APPLE, id=0), calls.mark_paid(APPLE, id=1))
    world.do(calls.dispute_payment(APPLE, id=1), calls.rule_dispute(APPLE, True, id=1))
    skip(world, world.request(APPLE).until + 1)
    world.do(*(calls.conclude_redemption(APPLE, id=id, caller=MALLORY) for id in range(2)))
    assert world.asset(APPLE).bond == calls.BOND
    audit(world)


def test_a_pauser_takes_nothing_and_keeps_nothing() -> None:
    """With every halt set and a withdrawal cancelled, a late desk pays as ever."""
    world = at_stage(Stage.ACCEPTED, Kind.MARKET)
    world.do(calls.queue_bond_withdrawal(APPLE, calls.BOND), calls.halt(APPLE, 7), calls.cancel_bond_withdrawal(APPLE))
    skip(world, world.request(APPLE).settle_by + 1)
    world.do(calls.default_redemption(APPLE, id=0))
    assert (world.amount(WALLET), world.dollars(ALICE)) == (ALICE_HAS, PENALTY)
    audit(world)
