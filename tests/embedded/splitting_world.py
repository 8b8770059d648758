"""A stock of which every figure that counts shares is there and odd, and a split that is about to take effect."""

from __future__ import annotations

from tests.embedded import calls
from tests.embedded.calls import APPLE, BOB, CHANGE_DELAY_S
from tests.embedded.setups import pay_off_chain, redeem
from tests.embedded.splitting import announce, go
from tests.embedded.stages import Kind, ask
from tests.embedded.world import NOW, ONE, World, fill, relay
from xstock_client.amounts import Shares
from xstock_client.constants import DAY_S, HOUR_S, Halt

__all__ = ["AT", "CAP", "START", "crowded", "crowded_world"]

START = NOW + CHANGE_DELAY_S
"""When the slots of the crowded world are set up."""
AT = START + 3 * DAY_S
"""When its split takes effect."""
CAP = 50 * ONE + 1


def crowded(world: World, ratio: tuple[int, int]) -> None:
    """Everything that counts shares, up to the second before ``AT``."""
    world.do(
        calls.set_policy(APPLE, custodian_cap=5_001 * ONE + 1), calls.set_policy(APPLE, penalty_rate=2 * 10**6 + 1)
    )
    for slot in (0, 1):
        world.do(calls.register_chain(APPLE, slot))
    world.do(calls.set_attestors(APPLE))
    world.advance(CHANGE_DELAY_S)
    reports = [
        world.report(
            APPLE, slot, settled, in_transit=Shares(5 * ONE + slot + 1), in_transit_by=START + 9 * DAY_S, as_of=START
        )
        for slot, settled in ((0, 1_001 * ONE + 1), (1, 2_002 * ONE + 5))
    ]
    world.do(relay(APPLE, *reports), calls.set_chain_cap(APPLE, 0, CAP), calls.set_chain_cap(APPLE, 1, 7))
    world.do(world.attest_chain(APPLE, 0, 11 * ONE + 3))
    # to the chain: one that has concluded and one that waits, both reported, one that waits and is not
    for id, amount in enumerate((3 * ONE + 1, 2 * ONE + 2, ONE + 5)):
        if id == 2:
            world.advance(1)
            world.do(world.attest_chain(APPLE, 0, 16 * ONE + 7), calls.conclude_redemption(APPLE, id=0))
            world.advance(1)
        pay_off_chain(world, amount, id=id, to_chain=0)
    world.do(calls.dispute_payment(APPLE, id=1), calls.set_chain_cap(APPLE, 0, 40 * ONE + 1))
    pay_off_chain(world, ONE + 7, id=3)
    # on chain: burned today, accepted, asked for at a price and at market
    redeem(world, 2 * ONE + 1, id=4)
    ask(world, ONE + 3, min_price=3)
    world.do(calls.accept_redemption(APPLE, id=5))
    ask(world, ONE + 9, min_price=3)
    ask(world, ONE + 1, Kind.MARKET)
    ask(world, ONE + 11, Kind.OFF_CHAIN)
    world.do(calls.accept_redemption(APPLE, id=8))
    ask(world, 5, holder=BOB, min_price=3)
    world.do(calls.set_policy(APPLE, custodian_cap=7_003 * ONE + 1))
    world.do(calls.halt(APPLE, Halt.REQUESTS), calls.announce_dividend(APPLE, START + 30 * DAY_S, 0))
    world.do(announce(ratio, 1, at=AT, ex_at=AT - HOUR_S))
    go(world, AT - 1)
    chain, asset = world.foreign(APPLE, 0), world.asset(APPLE)
    odd = [chain.supply, chain.cap, chain.next_cap, chain.outbound, chain.marked, chain.reported, chain.concluded]
    odd += [sum(day.shares for day in asset.released), asset.policy.custodian_cap]
    odd += [
        asset.queued_policy.values.custodian_cap,
        *(slot.in_transit for slot in world.reserve(APPLE).custodians[:2]),
    ]
    assert all(odd)


def _crowded_10(world: World) -> None:
    crowded(world, (10, 1))


def _crowded_3(world: World) -> None:
    crowded(world, (3, 2))


def _crowded_8(world: World) -> None:
    crowded(world, (1, 8))


def _crowded_1(world: World) -> None:
    crowded(world, (1, 3))


_MAKERS = {(10, 1): _crowded_10, (3, 2): _crowded_3, (1, 8): _crowded_8, (1, 3): _crowded_1}


def crowded_world(ratio: tuple[int, int], at: int = AT) -> World:
    """A world of its own, at a time of its own; nothing has touched the asset since the second before ``AT``."""
    world = fill(World(), _MAKERS[ratio])
    go(world, at)
    return world
