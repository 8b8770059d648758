"""A redemption whose shares leave for another chain: they weigh as on their way until that chain's report is later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.bridging import CAP, START, SUPPLY, TEN, accepted, bridge, check, issued
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CHAIN_MAX_AGE_S,
    EVIDENCE_HASH,
    PAYOUT_HASH,
    REDEMPTION_WINDOW_S,
    TREASURY,
    staff,
)
from tests.embedded.setups import (
    days,
    redeem,
    redeem_off_chain,
    report_all,
    short,
    told,
)
from tests.embedded.world import ONE, RESERVE, World
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import DAY_S, RequestState, Role
from xstock_client.errors import ProgramRefused
from xstock_client.events import ChainAttested, PaymentMarked, RedemptionSettled

NONE = Pubkey.default()

bridged = pytest.fixture(bridge)


def test_shares_leave_for_a_chain(bridged: World) -> None:
    world = bridged
    accepted(world, TEN)
    asset, chain, request = world.asset(APPLE), world.foreign(APPLE, 0), world.request(APPLE)
    done = world.run(issued())
    assert world.request(APPLE) == replace(
        request,
        state=RequestState.PAID,
        paid_at=START,
        until=START + calls.DISPUTE_WINDOW_S,
        to_chain=0,
        marked_shares=TEN,
    )
    claimed = replace(chain, marked=TEN, marked_at=START)
    assert world.foreign(APPLE, 0) == claimed, "nothing leaves before the tokens burn"
    assert told(done.events) == PaymentMarked(
        asset=APPLE.asset,
        holder=ALICE,
        redeemer=staff(Role.REDEEMER),
        arbiter=staff(Role.ARBITER),
        id=0,
        amount=TEN,
        to_chain=0,
        marked_shares=TEN,
        evidence_hash=EVIDENCE_HASH,
        until=START + calls.DISPUTE_WINDOW_S,
        multiplier=MULTIPLIER_SCALE,
        at=START,
    )
    assert done.changed == {APPLE.request(ALICE, 0), APPLE.reserve}

    done = world.run(calls.conclude_redemption(APPLE, id=0))
    assert (world.supply(APPLE), world.amount(APPLE.escrow)) == (SUPPLY - TEN, 0)
    assert world.asset(APPLE) == replace(
        asset, known_supply=SUPPLY - TEN, settled=TEN, pending=0, open_requests=0, bond_reserved=0
    ), "nothing is released here"
    assert world.foreign(APPLE, 0) == replace(chain, outbound=TEN, outbound_days=days((START, TEN)), marked_at=START)
    event = RedemptionSettled(
        asset=APPLE.asset,
        holder=ALICE,
        redeemer=ALICE,
        payment_mint=NONE,
        payee=NONE,
        id=0,
        amount=TEN,
        rest=0,
        settle_by=START + REDEMPTION_WINDOW_S,
        supply_before=SUPPLY,
        supply=SUPPLY - TEN,
        burned_outside=0,
        multiplier_at_request=MULTIPLIER_SCALE,
        multiplier=MULTIPLIER_SCALE,
        shares=TEN,
        payout_shares=TEN,
        obligation=0,
        reserve=0,
        price=0,
        gross=0,
        fee=0,
        payment=0,
        to_chain=0,
        payout_terms_hash=PAYOUT_HASH,
        bond_reserved=0,
        pending=0,
        at=START,
    )
    assert told(done.events) == event
    closed = APPLE.request(ALICE, 0)
    assert done.changed == {TREASURY, closed, APPLE.asset, APPLE.reserve, APPLE.mint, APPLE.escrow}


def test_they_are_owed_until_a_later_report_of_that_chain(bridged: World) -> None:
    world = bridged
    owed = SUPPLY + 40 * ONE
    redeem_off_chain(world, TEN, to_chain=0)

    def view() -> tuple[int, int]:
        """What a mint of one raw unit and the latch see of that chain."""
        full = calls.mint_shares(APPLE, 2 * RESERVE, ticket=5)
        error = world.fail(full)
        assert isinstance(error, ProgramRefused)
        assert error.name == "ReserveShort"
        return error.figures["foreign"], check(world).foreign

    assert (view(), check(world).released) == ((CAP, CAP), 0)
    world.advance(60)
    # the custodians' reports do not let them go: they leave no custodian
    report_all(world, APPLE, {0: RESERVE, 1: RESERVE})
    assert view() == (CAP, CAP)
    # nor a report as of the very second, which may not speak of them
    world.do(world.attest_chain(APPLE, 0, 40 * ONE, as_of=START))
    assert (view(), world.foreign(APPLE, 0).outbound) == ((CAP, CAP), TEN)
    # the next one counts them in its own figure, issued there or on their way
    (event,) = world.run(world.attest_chain(APPLE, 0, CAP, as_of=START + 1)).events
    assert isinstance(event, ChainAttested)
    assert (event.outbound, event.obligation) == (0, owed)
    assert view() == (CAP, CAP)
    assert world.foreign(APPLE, 0).outbound_days == days()


def test_a_busy_chain_is_not_forgotten_by_the_latch(bridged: World) -> None:
    """Every day one conclusion in the very minute before the report arrives, of which it cannot speak."""
    world = bridged
    issued = 40 * ONE
    for id in range(5):
        redeem_off_chain(world, ONE, id=id, to_chain=0)
        issued += ONE
        world.advance(60)
        seen, told_of = world.now, issued
        redeem_off_chain(world, 1, id=id, holder=BOB, to_chain=0)
        issued += 1
        world.advance(60)
        world.do(world.attest_chain(APPLE, 0, told_of, as_of=seen))
        world.advance(DAY_S)
    # all but what the last report may not know of
    assert check(world).foreign >= issued - 1


def test_they_are_owed_beside_a_silent_chains_cap(bridged: World) -> None:
    world = bridged
    redeem_off_chain(world, TEN, to_chain=0)
    world.advance(CHAIN_MAX_AGE_S + 1)
    # it may have issued all of its cap, and these too
    over = calls.mint_shares(APPLE, 2 * RESERVE - (SUPPLY - TEN) - CAP - TEN + 1, ticket=5)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1, foreign=CAP + TEN))


def test_the_cap_has_room_for_what_is_there_and_on_its_way(bridged: World) -> None:
    world = bridged
    redeem_off_chain(world, TEN - 1, to_chain=0)
    accepted(world, 2, id=1)
    world.refuse(issued(id=1), "AboveChainCap", amount=2, there=CAP - 1, cap=CAP)
    # in another way it can be paid all the same
    world.do(calls.mark_paid(APPLE, id=1), calls.conclude_redemption(APPLE, id=1))
    redeem_off_chain(world, 1, id=2, to_chain=0)
    assert world.foreign(APPLE, 0).outbound == TEN


def test_a_lower_cap_that_waits_binds_at_once(bridged: World) -> None:
    """Nothing more is sent than what the chain may keep."""
    world = bridged
    world.do(calls.set_chain_cap(APPLE, 0, 45 * ONE))
    accepted(world, TEN)
    world.refuse(issued(), "AboveChainCap", amount=TEN, there=40 * ONE, cap=45 * ONE)
    world.do(calls.cancel_slot_change(APPLE, 3, 0), issued())


def test_a_chain_above_its_cap_takes_nothing(bridged: World) -> None:
    world = bridged
    world.do(world.attest_chain(APPLE, 0, CAP + 1))
    accepted(world, 1)
    world.refuse(issued(), "AboveChainCap", amount=1, there=CAP + 1, cap=CAP)


def test_a_report_lets_go_day_by_day(bridged: World) -> None:
    world = bridged
    redeem_off_chain(world, 3, to_chain=0)
    world.advance(DAY_S)
    redeem_off_chain(world, 4, id=1, to_chain=0)
    assert world.foreign(APPLE, 0).outbound_days == days((START, 3), (START + DAY_S, 4))
    world.do(world.attest_chain(APPLE, 0, 40 * ONE, as_of=START + DAY_S))
    after = world.foreign(APPLE, 0)
    assert (after.outbound, after.outbound_days) == (4, days((START + DAY_S, 4)))


def test_what_a_silent_chain_was_sent_eight_days_ago_is_still_owed(bridged: World) -> None:
    """Released shares may be forgotten by then, for no older report counts; these may have been issued."""
    world = bridged
    redeem_off_chain(world, 3, to_chain=0)
    world.advance(8 * DAY_S)
    redeem_off_chain(world, 4, id=1, to_chain=0)
    after = world.foreign(APPLE, 0)
    assert (after.outbound, after.outbound_days) == (7, days((START + 8 * DAY_S, 7)))


def test_both_ways_out_in_one_day(bridged: World) -> None:
    world = bridged
    redeem_off_chain(world, 3, to_chain=0)
    redeem(world, 4, holder=BOB)
    asset = world.asset(APPLE)
    assert (asset.released, asset.settled) == (days((START, 4)), 7)
    assert world.foreign(APPLE, 0).outbound_days == days((START, 3))
    assert check(world).obligation == SUPPLY + 40 * ONE


def test_shares_on_their_way_are_rounded_up(bridged: World) -> None:
    """At a multiplier that no instruction sets yet: a third of a share per raw unit."""
    world = bridged
    world.patch_multiplier(APPLE, MULTIPLIER_SCALE // 3)
    redeem_off_chain(world, 10, to_chain=0)
    assert world.foreign(APPLE, 0).outbound == 4
    assert check(world).foreign == 40 * ONE + 4


def test_despite_halts_latch_and_silence(bridged: World) -> None:
    world = bridged
    accepted(world, TEN)
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0), issued())
    world.advance(30 * DAY_S)
    world.do(calls.conclude_redemption(APPLE, id=0))
    assert world.foreign(APPLE, 0).outbound == TEN
