"""A claim that shares were issued on another chain, while their tokens still wait here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.embedded import calls
from tests.embedded.bridging import CAP, START, SUPPLY, TEN, accepted, bridge, check, issued
from tests.embedded.calls import (
    ALICE,
    APPLE,
    CHANGE_DELAY_S,
    MALLORY,
)
from tests.embedded.chain import Call
from tests.embedded.setups import (
    add_chain,
    days,
    pay_off_chain,
    report_all,
    retire_chain,
    short,
    told,
)
from tests.embedded.world import ALICE_HAS, ONE, RESERVE, World
from xstock_client.constants import ARBITRATION_S, NO_CHAIN
from xstock_client.events import RedemptionSettled

bridged = pytest.fixture(bridge)


def test_a_report_from_between_claim_and_conclusion_counts_them_already(bridged: World) -> None:
    """They are in the figure and, for a mint, on their way too, until the chain reports once more."""
    world = bridged
    pay_off_chain(world, TEN, to_chain=0)
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, CAP))
    chain = world.foreign(APPLE, 0)
    assert (chain.marked, chain.reported, chain.outbound, chain.concluded) == (TEN, TEN, 0, 0)
    world.do(calls.conclude_redemption(APPLE, id=0))
    chain = world.foreign(APPLE, 0)
    assert (chain.marked, chain.reported, chain.outbound, chain.concluded) == (0, 0, TEN, TEN)
    assert (check(world).foreign, check(world).obligation) == (CAP, SUPPLY + 40 * ONE)
    over = calls.mint_shares(APPLE, 2 * RESERVE, ticket=5)
    needed = 3 * RESERVE + SUPPLY - RESERVE + CAP
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, needed, foreign=CAP + TEN))


def test_a_report_of_the_second_of_a_claim_says_nothing_of_it(bridged: World) -> None:
    """So the latch counts whatever that report says, and the tokens here."""
    world = bridged
    pay_off_chain(world, TEN, to_chain=0)
    world.do(world.attest_chain(APPLE, 0, CAP, as_of=START))
    assert world.foreign(APPLE, 0).reported == 0
    assert check(world).obligation == SUPPLY + CAP
    world.do(calls.conclude_redemption(APPLE, id=0))
    chain = world.foreign(APPLE, 0)
    assert (chain.outbound, chain.concluded) == (TEN, 0)
    assert check(world).obligation == SUPPLY - TEN + CAP + TEN


def test_a_claim_that_no_report_speaks_of_hides_nothing(bridged: World) -> None:
    """Whoever claims without issuing lowers no figure: the tokens here count, and the chain as it reported."""
    world = bridged
    before = check(world).obligation
    pay_off_chain(world, TEN, to_chain=0)
    assert check(world).obligation == before


def test_a_claim_takes_room_at_once(bridged: World) -> None:
    """Or any number of claims at a time would find the same room."""
    world = bridged
    pay_off_chain(world, TEN, to_chain=0)
    accepted(world, 1, id=1)
    world.refuse(issued(id=1), "AboveChainCap", amount=1, there=CAP, cap=CAP)


def test_a_claim_that_the_chain_reports_counts_twice_for_a_mint_and_once_for_the_latch(bridged: World) -> None:
    """The tokens wait here, and the shares may be there: minting assumes both."""
    world = bridged
    owed = SUPPLY + 40 * ONE
    pay_off_chain(world, TEN, to_chain=0)
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, CAP))
    chain = world.foreign(APPLE, 0)
    assert (chain.outbound, chain.marked) == (0, TEN)
    assert check(world).obligation == owed
    over = calls.mint_shares(APPLE, 2 * RESERVE - owed - TEN + 1, ticket=5)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=CAP))


def test_an_honest_claim_never_latches(bridged: World) -> None:
    """Custody covers everything to the share; the chain reports what was issued before the tokens burned."""
    world = bridged
    report_all(world, APPLE, {0: SUPPLY, 1: 40 * ONE})
    pay_off_chain(world, TEN, to_chain=0)
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, CAP))
    assert (check(world).obligation, world.asset(APPLE).latched) == (SUPPLY + 40 * ONE, 0)
    # a share more would be one that nobody holds
    world.do(world.attest_chain(APPLE, 0, CAP + 1))
    assert world.asset(APPLE).latched == 1


def test_a_later_cap_does_not_undo_a_claim(bridged: World) -> None:
    """Room is asked for when the desk says that it issued; what exists by then counts whatever the cap is."""
    world = bridged
    pay_off_chain(world, TEN, to_chain=0)
    world.do(calls.set_chain_cap(APPLE, 0, 0))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest_chain(APPLE, 0, CAP))
    assert world.foreign(APPLE, 0).cap == 0
    world.do(calls.conclude_redemption(APPLE, id=0))
    assert (check(world).foreign, world.foreign(APPLE, 0).outbound) == (CAP, TEN)


def test_what_splits_leave_of_rounding_does_not_keep_a_chain(world: World) -> None:
    """Odd ratios round each claim apart and their sum once: some units of ``marked`` may stay without any request."""
    add_chain(world, 0, cap=0, supply=0)
    world.patch_chain(APPLE, 0, "marked", 7)
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    retire = calls.retire_chain(APPLE, 0)
    world.refuse(retire, "ChainInUse", cap=0, owed=7, as_of=world.now, now=world.now)
    world.do(calls.cancel_redemption(APPLE, id=0))
    assert world.asset(APPLE).open_requests == 0
    world.do(retire)
    assert world.foreign(APPLE, 0).retire_from == world.now + CHANGE_DELAY_S


def test_a_chain_is_not_retired_while_a_claim_is_open(world: World) -> None:
    """The claim names a slot, which must be that chain's until the tokens have burned or gone back."""
    add_chain(world, 0, cap=CAP, supply=0)
    pay_off_chain(world, TEN, to_chain=0)
    world.do(calls.set_chain_cap(APPLE, 0, 0))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest_chain(APPLE, 0, 0))
    retire = calls.retire_chain(APPLE, 0)
    in_use = {"cap": 0, "owed": TEN, "as_of": world.now, "now": world.now}
    world.refuse(retire, "ChainInUse", **in_use)
    world.do(calls.conclude_redemption(APPLE, id=0))
    world.refuse(retire, "ChainInUse", **in_use)  # on their way by now
    world.advance(1)
    world.do(world.attest_chain(APPLE, 0, 0))
    retire_chain(world, 0)
    assert not world.foreign(APPLE, 0).active


def test_a_stranger_concludes_what_nobody_disputed(bridged: World) -> None:
    world = bridged
    pay_off_chain(world, TEN, to_chain=0)
    conclude = calls.conclude_redemption(APPLE, id=0, caller=MALLORY)
    until = START + calls.DISPUTE_WINDOW_S
    world.advance(calls.DISPUTE_WINDOW_S)
    world.refuse(conclude, "StillDisputable", now=until, until=until)
    world.advance(1)
    event = told(world.run(conclude).events)
    assert isinstance(event, RedemptionSettled)
    assert (event.redeemer, event.at) == (MALLORY, until + 1)
    chain = world.foreign(APPLE, 0)
    assert (chain.outbound_days, chain.marked) == (days((until + 1, TEN)), 0)


def disputed(world: World) -> None:
    """The holder says that nothing was issued."""
    pay_off_chain(world, TEN, to_chain=0)
    world.do(calls.dispute_payment(APPLE, id=0))
    assert world.foreign(APPLE, 0).marked == TEN


def test_a_claim_that_the_arbiter_does_not_believe(bridged: World) -> None:
    """It is no claim any more, and the only one."""
    world = bridged
    disputed(world)
    done = world.run(calls.rule_dispute(APPLE, False, id=0))
    assert done.changed == {APPLE.request(ALICE, 0), APPLE.reserve}
    request, chain = world.request(APPLE), world.foreign(APPLE, 0)
    assert (request.to_chain, request.marked_shares, chain.marked, chain.outbound) == (NO_CHAIN, 0, 0, 0)
    assert check(world).obligation == SUPPLY + 40 * ONE
    world.refuse(issued(), "AlreadyClaimed", paid_at=START)
    # the holder may still confirm another payment, which is none of that chain's
    world.do(calls.conclude_redemption(APPLE, id=0))
    assert world.asset(APPLE).released == days((world.now, TEN))


def test_a_claim_that_the_arbiter_believes(bridged: World) -> None:
    world = bridged
    disputed(world)
    done = world.run(calls.rule_dispute(APPLE, True, id=0))
    assert done.changed == {APPLE.request(ALICE, 0)}
    assert (world.request(APPLE).marked_shares, world.foreign(APPLE, 0).marked) == (TEN, TEN)
    world.do(calls.conclude_redemption(APPLE, id=0, caller=MALLORY))
    assert world.foreign(APPLE, 0).marked == 0
    assert world.asset(APPLE).released == days()


@pytest.mark.parametrize("way", [calls.cancel_redemption, calls.default_redemption], ids=["cancel", "default"])
def test_a_claim_that_nobody_ruled_on(bridged: World, way: Callable[..., Call]) -> None:
    """The way back ends the claim too, and needs the reserve for it."""
    world = bridged
    disputed(world)
    world.advance(ARBITRATION_S + 1)
    world.refuse(way(APPLE, id=0), "ReserveMissing")
    done = world.run(way(APPLE, id=0, marked=True))
    assert APPLE.reserve in done.changed
    chain = world.foreign(APPLE, 0)
    assert (chain.marked, chain.outbound) == (0, 0)
    assert world.amount(APPLE.wallet(ALICE)) == ALICE_HAS
