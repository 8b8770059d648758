"""Claims to another chain that were marked before a split or a stock dividend, and end after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.embedded import calls
from tests.embedded.bridging import CAP, bridge
from tests.embedded.calls import ALICE, APPLE, MALLORY
from tests.embedded.setups import pay_off_chain, report_all, told
from tests.embedded.splitting import announce, each_ratio, go, in_force, up
from tests.embedded.world import ALICE_HAS, BOB_HAS, ONE, RESERVE, World
from xstock_client.constants import ARBITRATION_S, DAY_S, Payout
from xstock_client.events import PaymentMarked, RedemptionSettled

SUPPLY = ALICE_HAS + BOB_HAS
bridged = pytest.fixture(bridge)


def stock_dividend(world: World, at: int) -> None:
    """Five shares for a hundred."""
    world.do(calls.announce_stock_dividend(APPLE, at, 5, 100))


def change(world: World, ratio: tuple[int, int] | None) -> None:
    """A split, or the stock dividend, three days from now and in force."""
    at = world.now + 3 * DAY_S
    if ratio is None:
        stock_dividend(world, at)
    else:
        world.do(announce(ratio, at=at))
    go(world, at)


def disputed(world: World) -> None:
    world.do(calls.dispute_payment(APPLE, id=1))
    world.advance(ARBITRATION_S + 1)


def confirm(world: World) -> None:
    world.do(calls.conclude_redemption(APPLE, id=1))


def conclude(world: World) -> None:
    world.advance(calls.DISPUTE_WINDOW_S + 1)
    world.do(calls.conclude_redemption(APPLE, id=1, caller=MALLORY))


def cancel(world: World) -> None:
    disputed(world)
    world.do(calls.cancel_redemption(APPLE, id=1, marked=True))


def default(world: World) -> None:
    disputed(world)
    world.do(calls.default_redemption(APPLE, id=1, marked=True))


def not_believed(world: World) -> None:
    world.do(calls.dispute_payment(APPLE, id=1), calls.rule_dispute(APPLE, False, id=1))


def believed(world: World) -> None:
    world.do(calls.dispute_payment(APPLE, id=1), calls.rule_dispute(APPLE, True, id=1))
    world.do(calls.conclude_redemption(APPLE, id=1, caller=MALLORY))


ENDS = [confirm, conclude, cancel, default, not_believed, believed]


@pytest.mark.parametrize(
    "ratio", [(10, 1), (3, 2), (1, 8), (1, 3), None], ids=["10:1", "3:2", "1:8", "1:3", "stock dividend"]
)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("amounts", [(3 * ONE, 3 * ONE), (5 * ONE, ONE), (3 * ONE + 1, 2 * ONE + 1), (7, 1)])
def test_a_claim_that_no_report_knows_beside_one_that_it_does(
    bridged: World, ratio: tuple[int, int] | None, end: Callable[[World], None], amounts: tuple[int, int]
) -> None:
    """Roundings never block a way out: what is left of the first claim is at most what it is now."""
    world = bridged
    pay_off_chain(world, amounts[0], to_chain=0)
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, 43 * ONE))
    world.advance(1)
    pay_off_chain(world, amounts[1], id=1, to_chain=0)
    chain = world.foreign(APPLE, 0)
    assert (chain.marked, chain.reported) == (sum(amounts), amounts[0])
    change(world, ratio)
    end(world)
    chain, multiplier = world.foreign(APPLE, 0), in_force(world)
    assert chain.reported <= chain.marked <= -(-amounts[0] * multiplier // 10**12) + 1
    burned = end in (confirm, conclude, believed)
    assert chain.outbound == (-(-amounts[1] * multiplier // 10**12) if burned else 0)
    # and the first one ends as well
    world.do(calls.conclude_redemption(APPLE, id=0))
    assert (world.foreign(APPLE, 0).marked, world.foreign(APPLE, 0).reported) == (0, 0)
    assert world.asset(APPLE).basis == world.reserve(APPLE).basis


@each_ratio
@pytest.mark.parametrize("end", ENDS)
def test_a_claim_by_itself_leaves_nothing_behind(
    bridged: World, ratio: tuple[int, int], end: Callable[[World], None]
) -> None:
    """What it marked before the split is what it takes away after it."""
    world = bridged
    amount = 3 * ONE + 1
    world.do(calls.request_redemption(APPLE, ONE, id=0))
    pay_off_chain(world, amount, id=1, to_chain=0)
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, 43 * ONE + 1))
    change(world, ratio)
    end(world)
    chain = world.foreign(APPLE, 0)
    assert (chain.marked, chain.reported) == (0, 0)
    burned = end in (confirm, conclude, believed)
    shares = -(-amount * in_force(world) // 10**12)
    assert (chain.outbound, chain.concluded) == ((shares, shares) if burned else (0, 0))
    assert world.supply(APPLE) == SUPPLY - (amount if burned else 0)
    back = end in (cancel, default)
    pending = 0 if burned or back else amount
    assert world.asset(APPLE).pending == pending + ONE
    assert world.amount(APPLE.wallet(ALICE)) == ALICE_HAS - ONE - (0 if back else amount)


@each_ratio
def test_a_conclusion_tells_shares_of_today(bridged: World, ratio: tuple[int, int]) -> None:
    world = bridged
    amount = 3 * ONE + 1
    pay_off_chain(world, amount, to_chain=0)
    change(world, ratio)
    event = told(world.run(calls.conclude_redemption(APPLE, id=0)).events)
    assert isinstance(event, RedemptionSettled)
    multiplier = up(10**12, ratio)
    assert (event.multiplier_at_request, event.multiplier) == (10**12, multiplier)
    assert event.shares == event.payout_shares == amount * multiplier // 10**12


@each_ratio
def test_a_claim_after_the_split_is_in_shares_of_then(bridged: World, ratio: tuple[int, int]) -> None:
    """The request was made before: it waits in raw units, and the room is asked for in today's shares."""
    world = bridged
    amount = 3 * ONE + 1
    world.do(calls.request_redemption(APPLE, amount, id=0, payout=Payout.OFF_CHAIN))
    world.do(calls.accept_redemption(APPLE, id=0))
    change(world, ratio)
    event = told(world.run(calls.mark_paid(APPLE, id=0, to_chain=0)).events)
    assert isinstance(event, PaymentMarked)
    multiplier = up(10**12, ratio)
    shares = -(-amount * multiplier // 10**12)
    assert (event.marked_shares, event.multiplier) == (shares, multiplier)
    request, chain = world.request(APPLE), world.foreign(APPLE, 0)
    assert (request.marked_shares, request.multiplier, chain.marked) == (shares, multiplier, shares)
    world.do(calls.conclude_redemption(APPLE, id=0))
    assert (world.foreign(APPLE, 0).marked, world.foreign(APPLE, 0).outbound) == (0, shares)


@pytest.mark.parametrize(("ratio", "fits"), [((10, 1), ONE), ((1, 8), ONE), ((3, 2), ONE)])
def test_the_room_under_a_cap_is_as_before(bridged: World, ratio: tuple[int, int], fits: int) -> None:
    """A split changes cap, supply and what comes alike."""
    world = bridged
    room = CAP - 40 * ONE
    for id, amount in enumerate((room - fits, fits + 1, fits)):
        world.do(calls.request_redemption(APPLE, amount, id=id, payout=Payout.OFF_CHAIN))
        world.do(calls.accept_redemption(APPLE, id=id))
    world.do(calls.mark_paid(APPLE, id=0, to_chain=0))
    change(world, ratio)
    there, cap, more = (up(figure, ratio) for figure in (CAP - fits, CAP, fits + 1))
    world.refuse(calls.mark_paid(APPLE, id=1, to_chain=0), "AboveChainCap", amount=more, there=there, cap=cap)
    world.do(calls.mark_paid(APPLE, id=2, to_chain=0))
    assert world.foreign(APPLE, 0).marked == up(room, ratio)


@pytest.mark.parametrize("ratio", [(10, 1), (1, 2)])
def test_an_honest_claim_never_latches_across_a_split(bridged: World, ratio: tuple[int, int]) -> None:
    """Custody covers everything to the share, before and after."""
    world = bridged
    report_all(world, APPLE, {0: SUPPLY, 1: 40 * ONE})
    pay_off_chain(world, 10 * ONE, to_chain=0)
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, CAP))
    change(world, ratio)
    world.do(calls.check_solvency(APPLE))
    assert world.asset(APPLE).latched == 0
    world.do(calls.conclude_redemption(APPLE, id=0), calls.check_solvency(APPLE))
    assert world.asset(APPLE).latched == 0
    assert RESERVE > SUPPLY
