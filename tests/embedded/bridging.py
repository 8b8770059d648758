"""A chain that shares leave for, and requests whose shares go there."""

from __future__ import annotations

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S
from tests.embedded.chain import Call
from tests.embedded.setups import add_chain, told
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, World
from xstock_client.constants import Payout
from xstock_client.events import SolvencyChecked

__all__ = ["CAP", "START", "SUPPLY", "TEN", "accepted", "bridge", "check", "issued"]

SUPPLY = ALICE_HAS + BOB_HAS
START = NOW + CHANGE_DELAY_S
TEN = 10 * ONE
CAP = 50 * ONE


def bridge(world: World) -> World:
    """A chain with forty shares and a cap of fifty."""
    add_chain(world, 0, cap=CAP, supply=40 * ONE)
    return world


def check(world: World) -> SolvencyChecked:
    """What a check of the solvency tells."""
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    return event


def accepted(world: World, amount: int, *, id: int = 0) -> None:
    """A request of Alice for a payment outside the chain, which the desk has accepted."""
    world.do(calls.request_redemption(APPLE, amount, id=id, payout=Payout.OFF_CHAIN))
    world.do(calls.accept_redemption(APPLE, id=id))


def issued(*, id: int = 0) -> Call:
    """The desk says that it has issued the request's shares on the chain."""
    return calls.mark_paid(APPLE, id=id, to_chain=0)
