"""Payments outside the chain: claim, confirmation, dispute and ruling, with every figure of every event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    DISPUTE_WINDOW_S,
    EVIDENCE_HASH,
    MALLORY,
    NVIDIA,
    OURS,
    PAYOUT_HASH,
    RIVAL,
    TREASURY,
    deputy,
    spare_role,
    staff,
)
from tests.embedded.setups import days, freeze, pause, told
from tests.embedded.stages import (
    ARBITER_UNTIL,
    DISPUTE_UNTIL,
    PENALTY,
    SETTLE_BY,
    TEN,
    Kind,
    Stage,
    accept,
    at_stage,
    audit,
    skip,
)
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ROLE_UNTIL
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import ARBITRATION_S, DAY_S, NO_CHAIN, RequestState, Role
from xstock_client.events import DisputeRuled, PaymentDisputed, PaymentMarked, RedemptionDefaulted, RedemptionSettled

SUPPLY = ALICE_HAS + BOB_HAS
REDEEMER, ARBITER = staff(Role.REDEEMER), staff(Role.ARBITER)
OFF = Kind.OFF_CHAIN


# The way without a dispute


def test_a_claim_burns_nothing_yet() -> None:
    world = at_stage(Stage.QUOTED, OFF)
    before, asset = world.request(APPLE), world.asset(APPLE)
    world.advance(60)
    until = NOW + 60 + DISPUTE_WINDOW_S
    done = world.run(calls.mark_paid(APPLE, id=0))
    assert world.request(APPLE) == replace(before, state=RequestState.PAID, paid_at=NOW + 60, until=until)
    event = PaymentMarked(
        asset=APPLE.asset,
        holder=ALICE,
        redeemer=REDEEMER,
        arbiter=ARBITER,
        id=0,
        amount=TEN,
        to_chain=NO_CHAIN,
        marked_shares=0,
        evidence_hash=EVIDENCE_HASH,
        until=until,
        multiplier=MULTIPLIER_SCALE,
        at=NOW + 60,
    )
    assert done.events == (event,)
    assert done.changed == {APPLE.request(ALICE, 0)}
    assert (world.asset(APPLE), world.supply(APPLE), world.amount(APPLE.escrow)) == (asset, SUPPLY, TEN)
    audit(world)


@pytest.mark.parametrize(
    ("stage", "caller"),
    [
        (Stage.ACCEPTED, ALICE),
        (Stage.OVERDUE, ALICE),
        (Stage.PAID, ALICE),
        (Stage.DISPUTED, ALICE),
        (Stage.UNRULED, ALICE),
        (Stage.UNDISPUTED, ALICE),
        (Stage.UNDISPUTED, MALLORY),
        (Stage.UPHELD, ALICE),
        (Stage.UPHELD, MALLORY),
        (Stage.REFUTED, ALICE),
    ],
    ids=lambda one: one.value if isinstance(one, Stage) else "holder" if one == ALICE else "stranger",
)
def test_concluded_the_tokens_burn_and_no_money_moves(stage: Stage, caller: Pubkey) -> None:
    """The holder's word is enough, with the desk's claim or without."""
    world = at_stage(stage, OFF)
    asset, now = world.asset(APPLE), world.now
    done = world.run(calls.conclude_redemption(APPLE, id=0, caller=caller))
    event = RedemptionSettled(
        asset=APPLE.asset,
        holder=ALICE,
        redeemer=caller,
        payment_mint=Pubkey.default(),
        payee=Pubkey.default(),
        id=0,
        amount=TEN,
        rest=0,
        settle_by=SETTLE_BY,
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
        to_chain=NO_CHAIN,
        payout_terms_hash=PAYOUT_HASH,
        bond_reserved=0,
        pending=0,
        at=now,
    )
    assert done.events == (event,)
    assert world.asset(APPLE) == replace(
        asset,
        known_supply=SUPPLY - TEN,
        settled=TEN,
        pending=0,
        open_requests=0,
        bond_reserved=0,
        released=days((now, TEN)),
    )
    assert (world.supply(APPLE), world.amount(APPLE.escrow), world.dollars(ALICE)) == (SUPPLY - TEN, 0, 0)
    assert done.lamports(TREASURY) == world.chain.rent_of(RedemptionRequest.SIZE)
    assert done.changed == {TREASURY, APPLE.request(ALICE, 0), APPLE.asset, APPLE.mint, APPLE.escrow}
    audit(world)


def test_others_conclude_after_the_window() -> None:
    world = at_stage(Stage.PAID, OFF)
    stranger = calls.conclude_redemption(APPLE, id=0, caller=MALLORY)
    world.refuse(stranger, "StillDisputable", now=NOW, until=DISPUTE_UNTIL)
    skip(world, DISPUTE_UNTIL)
    world.refuse(stranger, "StillDisputable", now=DISPUTE_UNTIL, until=DISPUTE_UNTIL)
    world.advance(1)
    world.do(stranger)
    audit(world)


def test_no_halt_latch_pause_or_freeze_stops_the_burn() -> None:
    world = at_stage(Stage.PAID, OFF)
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0), world.attest(APPLE, 1, 0))
    assert world.asset(APPLE).latched == 1
    pause(world)
    freeze(world, APPLE.wallet(ALICE))
    world.do(calls.conclude_redemption(APPLE, id=0))
    assert world.mint(APPLE).paused and world.supply(APPLE) == SUPPLY - TEN
    audit(world)


@pytest.mark.parametrize("multiplier", [MULTIPLIER_SCALE * 3 // 2, MULTIPLIER_SCALE // 7])
def test_shares_are_those_of_the_day_of_the_burn(multiplier: int) -> None:
    world = at_stage(Stage.PAID, OFF)
    world.patch_multiplier(APPLE, multiplier)
    event = told(world.run(calls.conclude_redemption(APPLE, id=0)).events)
    assert isinstance(event, RedemptionSettled)
    shares = TEN * multiplier // MULTIPLIER_SCALE
    assert (event.multiplier_at_request, event.multiplier, event.shares) == (MULTIPLIER_SCALE, multiplier, shares)
    released = -(-TEN * multiplier // MULTIPLIER_SCALE)  # what is owed rounds up
    assert world.asset(APPLE).released == days((NOW, released))
    audit(world)


# Disputes


def test_a_dispute_keeps_the_tokens_in_escrow() -> None:
    """Up to the last second of its window; the holder may still think better of it."""
    world = at_stage(Stage.PAID, OFF)
    skip(world, DISPUTE_UNTIL)
    before = world.request(APPLE)
    done = world.run(calls.dispute_payment(APPLE, id=0))
    until = DISPUTE_UNTIL + ARBITRATION_S
    assert world.request(APPLE) == replace(before, state=RequestState.DISPUTED, until=until)
    assert done.events == (PaymentDisputed(APPLE.asset, ALICE, 0, TEN, until, DISPUTE_UNTIL),)
    assert done.changed == {APPLE.request(ALICE, 0)}
    sent = calls.conclude_redemption(APPLE, id=0, caller=MALLORY)
    world.refuse(sent, "WrongRequestState", state=4, needed=3)
    audit(world)


def test_a_dispute_comes_in_its_window() -> None:
    world = at_stage(Stage.UNDISPUTED, OFF)
    late = calls.dispute_payment(APPLE, id=0)
    world.refuse(late, "DeadlinePassed", now=DISPUTE_UNTIL + 1, deadline=DISPUTE_UNTIL)
    world.refuse(late.swap(asset=NVIDIA.asset), "WrongAsset")


def test_upheld_anyone_concludes_and_nobody_cancels() -> None:
    world = at_stage(Stage.DISPUTED, OFF)
    before = world.request(APPLE)
    skip(world, ARBITER_UNTIL)
    done = world.run(calls.rule_dispute(APPLE, True, id=0))
    assert world.request(APPLE) == replace(before, state=RequestState.UPHELD, until=0)
    assert done.events == (DisputeRuled(APPLE.asset, ALICE, ARBITER, 0, TEN, 1, SETTLE_BY, ARBITER_UNTIL),)
    assert done.changed == {APPLE.request(ALICE, 0)}
    world.advance(365 * DAY_S)
    world.refuse(calls.cancel_redemption(APPLE, id=0), "WrongRequestState", state=5, needed=2)
    world.refuse(calls.default_redemption(APPLE, id=0), "WrongRequestState", state=5, needed=2)
    world.do(calls.conclude_redemption(APPLE, id=0, caller=MALLORY))
    audit(world)


def test_the_desk_claims_once() -> None:
    """Refuted in time, it has no second claim: the holder's word, or the penalty."""
    world = at_stage(Stage.DISPUTED, OFF)
    before = world.request(APPLE)
    done = world.run(calls.rule_dispute(APPLE, False, id=0))
    assert world.request(APPLE) == replace(before, state=RequestState.ACCEPTED, until=0)
    assert done.events == (DisputeRuled(APPLE.asset, ALICE, ARBITER, 0, TEN, 0, SETTLE_BY, NOW),)
    assert done.changed == {APPLE.request(ALICE, 0)}
    again = calls.mark_paid(APPLE, id=0, evidence_hash=bytes([7]) * 32)
    world.refuse(again, "AlreadyClaimed", paid_at=NOW)
    skip(world, SETTLE_BY)
    world.refuse(again, "AlreadyClaimed", paid_at=NOW)
    cancel = calls.cancel_redemption(APPLE, id=0)
    world.refuse(cancel, "AcceptedUntilDeadline", now=SETTLE_BY, deadline=SETTLE_BY)
    world.advance(1)
    world.do(calls.default_redemption(APPLE, id=0))
    assert world.dollars(ALICE) == PENALTY
    audit(world)


def test_ruled_against_after_the_time_to_settle_the_desk_owes_the_penalty_at_once() -> None:
    world = at_stage(Stage.DISPUTED, OFF)
    skip(world, ARBITER_UNTIL)
    assert ARBITER_UNTIL > SETTLE_BY
    world.do(calls.rule_dispute(APPLE, False, id=0), calls.default_redemption(APPLE, id=0))
    assert (world.amount(APPLE.wallet(ALICE)), world.dollars(ALICE)) == (ALICE_HAS, PENALTY)
    audit(world)


@pytest.mark.parametrize("caller", [ALICE, MALLORY])
def test_a_silent_arbiter_costs_the_penalty(caller: Pubkey) -> None:
    """The issuer vouched for it: a claim in the last second, a dispute and no ruling is no way around the penalty."""
    world = at_stage(Stage.ACCEPTED, OFF)
    skip(world, SETTLE_BY)
    world.do(calls.mark_paid(APPLE, id=0), calls.dispute_payment(APPLE, id=0))
    until = SETTLE_BY + ARBITRATION_S
    skip(world, until)
    default = calls.default_redemption(APPLE, id=0, caller=caller)
    world.refuse(default, "DeadlineNotPassed", now=until, deadline=until)
    world.refuse(calls.cancel_redemption(APPLE, id=0), "AcceptedUntilDeadline", now=until, deadline=until)
    world.advance(1)
    world.refuse(calls.rule_dispute(APPLE, True, id=0), "DeadlinePassed", now=until + 1, deadline=until)
    event = told(world.run(default).events)
    assert isinstance(event, RedemptionDefaulted)
    assert (event.state, event.deadline, event.penalty) == (RequestState.DISPUTED, until, PENALTY)
    assert (world.amount(APPLE.wallet(ALICE)), world.dollars(ALICE)) == (ALICE_HAS, PENALTY)
    audit(world)


@pytest.mark.parametrize("paid", [True, False])
def test_an_arbiter_that_was_dismissed_still_rules(paid: bool) -> None:
    """The issuer cannot take the judge away, nor a thief with its admin key."""
    world = at_stage(Stage.DISPUTED, OFF)
    world.do(calls.revoke_role(OURS, Role.ARBITER, ARBITER))
    skip(world, NOW + calls.TIMELOCK_S)
    world.do(calls.revoke_role(OURS, Role.ARBITER, ARBITER))
    assert world.chain.get(OURS.grant(Role.ARBITER)) is None
    skip(world, ARBITER_UNTIL)
    world.do(calls.rule_dispute(APPLE, paid, id=0))
    assert world.request(APPLE).state == (RequestState.UPHELD if paid else RequestState.ACCEPTED)
    audit(world)


# The claim


def test_a_claim_comes_before_the_time_to_settle_is_over() -> None:
    claim = calls.mark_paid(APPLE, id=0)
    world = at_stage(Stage.OVERDUE, OFF)
    world.refuse(claim, "DeadlinePassed", now=SETTLE_BY + 1, deadline=SETTLE_BY)
    world = at_stage(Stage.ACCEPTED, OFF)
    skip(world, SETTLE_BY)
    world.do(claim)
    assert world.request(APPLE).until == SETTLE_BY + DISPUTE_WINDOW_S


def test_a_claim_names_its_evidence_and_is_not_the_arbiters() -> None:
    world = at_stage(Stage.ACCEPTED, OFF)
    world.refuse(calls.mark_paid(APPLE, id=0, evidence_hash=bytes(32)), "EmptyCustodianField")
    # a redeemer that is an arbiter too
    world = at_stage(Stage.NONE)
    world.do(calls.grant_role(OURS, Role.ARBITER, REDEEMER, ROLE_UNTIL))
    world.advance(calls.TIMELOCK_S)
    asked = calls.request_redemption(APPLE, TEN, id=0, payout=2, arbiter=REDEEMER)
    world.do(asked, calls.accept_redemption(APPLE, id=0, arbiter=REDEEMER))
    world.refuse(calls.mark_paid(APPLE, id=0), "SelfArbitration")
    world.do(calls.mark_paid(APPLE, id=0, by_authority=True))


# The arbiter, which the desk shows when it accepts


def test_the_arbiter_is_the_one_that_the_holder_named() -> None:
    world = at_stage(Stage.REQUESTED, OFF)
    good = calls.accept_redemption(APPLE, id=0)
    world.refuse(calls.accept_redemption(APPLE, id=0, arbiter=None), "WrongArbiter")
    world.refuse(calls.accept_redemption(APPLE, id=0, arbiter=deputy(Role.ARBITER)), "WrongArbiter")
    for grant in (OURS.grant(Role.PAUSER), OURS.grant(Role.REDEEMER, deputy(Role.REDEEMER))):
        world.refuse(good.swap(arbiter_grant=grant), "WrongArbiter")
    # the same key's grants of another issuer and of another role
    for grant in (RIVAL.grant(Role.ARBITER), OURS.grant(spare_role(Role.ARBITER), ARBITER)):
        world.refuse(good.swap(arbiter_grant=grant), "WrongRoleGrant")
    world.do(good)
    # whoever the holder names must be one
    world = at_stage(Stage.NONE)
    for id, nobody in enumerate((ALICE, MALLORY)):
        world.do(calls.request_redemption(APPLE, TEN, id=id, payout=2, arbiter=nobody))
        world.refuse(calls.accept_redemption(APPLE, id=id, arbiter=nobody), "UninitializedAccount")
        world.refuse(calls.accept_redemption(APPLE, id=id), "WrongArbiter")
    audit(world)


def test_the_arbiter_is_not_the_authority() -> None:
    world = at_stage(Stage.NONE)
    world.do(calls.grant_role(OURS, Role.ARBITER, OURS.authority, ROLE_UNTIL))
    world.advance(calls.TIMELOCK_S)
    world.do(calls.request_redemption(APPLE, TEN, id=0, payout=2, arbiter=OURS.authority))
    for by_authority in (False, True):
        sent = calls.accept_redemption(APPLE, id=0, arbiter=OURS.authority, by_authority=by_authority)
        world.refuse(sent, "SelfArbitration")


def test_the_arbiter_was_in_office_before_the_request() -> None:
    world = at_stage(Stage.NONE)
    world.do(calls.grant_role(OURS, Role.ARBITER, BOB, ROLE_UNTIL))
    in_office = NOW + calls.TIMELOCK_S
    for id, asked_at in enumerate((in_office - 1, in_office)):
        skip(world, asked_at)
        world.do(calls.request_redemption(APPLE, TEN, id=id, payout=2, arbiter=BOB))
        sent = calls.accept_redemption(APPLE, id=id, arbiter=BOB)
        if asked_at < in_office:
            world.refuse(sent, "RoleNotYetValid", valid_from=in_office, now=asked_at)
            continue
        world.refuse(
            calls.accept_redemption(APPLE, id=0, arbiter=BOB),
            "ArbiterTooNew",
            held_since=in_office,
            requested_at=in_office - 1,
        )
        world.do(sent)


def test_the_arbiter_stays_until_a_dispute_could_be_ruled_on() -> None:
    """The last claim, disputed in the last second of its window, ruled on in the last second."""
    world = at_stage(Stage.NONE)
    last = ROLE_UNTIL - calls.REDEMPTION_WINDOW_S - DISPUTE_WINDOW_S - ARBITRATION_S
    skip(world, last - 1)
    accept(world, TEN, kind=OFF)
    world.advance(1)
    world.do(calls.request_redemption(APPLE, TEN, id=1, payout=2))
    late = calls.accept_redemption(APPLE, id=1)
    world.refuse(late, "ArbiterLeaves", expires_at=ROLE_UNTIL, needed=ROLE_UNTIL)
    settle_by = world.request(APPLE).settle_by
    skip(world, settle_by)
    world.do(calls.mark_paid(APPLE, id=0))
    skip(world, settle_by + DISPUTE_WINDOW_S)
    world.do(calls.dispute_payment(APPLE, id=0))
    skip(world, ROLE_UNTIL - 1)
    world.do(calls.rule_dispute(APPLE, True, id=0))


def test_an_arbiter_whose_end_or_renewal_waits() -> None:
    """One that is to go counts as going; one that is to stay longer does not yet count as staying."""
    world = at_stage(Stage.REQUESTED, OFF)
    world.do(calls.revoke_role(OURS, Role.ARBITER, ARBITER))
    sent, needed = calls.accept_redemption(APPLE, id=0), SETTLE_BY + DISPUTE_WINDOW_S + ARBITRATION_S
    world.refuse(sent, "ArbiterLeaves", expires_at=NOW + calls.TIMELOCK_S, needed=needed)
    world.do(calls.cancel_role_change(OURS, Role.ARBITER, ARBITER), sent)

    world = at_stage(Stage.NONE)
    started = ROLE_UNTIL - 15 * DAY_S
    skip(world, started)
    world.do(calls.request_redemption(APPLE, TEN, id=0, payout=2))
    world.do(calls.grant_role(OURS, Role.ARBITER, ARBITER, ROLE_UNTIL + 50 * DAY_S))
    needed += started - NOW
    world.refuse(sent, "ArbiterLeaves", expires_at=ROLE_UNTIL, needed=needed)
    skip(world, started + calls.TIMELOCK_S)
    world.do(sent)  # the same arbiter, in office without a break since before the request
