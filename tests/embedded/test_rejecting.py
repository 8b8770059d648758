"""Rejection: only of a holder who was frozen since, only in time, and the tokens go back to where they came from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, BOND, MALLORY, NVIDIA, TREASURY, staff
from tests.embedded.chain import FOREIGN_PROGRAM, key
from tests.embedded.setups import freeze, pause, thaw
from tests.embedded.stages import ACCEPT_BY, SETTLE_BY, TEN, Kind, Stage, at_stage, audit, skip
from tests.embedded.world import ALICE_HAS, NOW, World
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import MEMO, TOKEN, RequestState, Role
from xstock_client.events import RedemptionRejected

WALLET = APPLE.wallet(ALICE)
REJECT = calls.reject_redemption(APPLE, id=0)
REDEEMER = staff(Role.REDEEMER)
OWNER, AMOUNT = 32, 64


@pytest.mark.parametrize("by_authority", [False, True])
@pytest.mark.parametrize("stage", [Stage.REQUESTED, Stage.QUOTED, Stage.ACCEPTED, Stage.REFUTED])
@pytest.mark.parametrize("kind", list(Kind))
def test_the_tokens_go_back_and_stay_frozen(kind: Kind, stage: Stage, by_authority: bool) -> None:
    """No penalty, and none is reserved any more."""
    world = at_stage(stage, kind)
    freeze(world, WALLET)
    asset = world.asset(APPLE)
    done = world.run(calls.reject_redemption(APPLE, id=0, by_authority=by_authority))
    event = RedemptionRejected(
        asset=APPLE.asset,
        holder=ALICE,
        redeemer=APPLE.desk.authority if by_authority else REDEEMER,
        destination=WALLET,
        id=0,
        amount=TEN,
        state=RequestState.REQUESTED if stage is Stage.REQUESTED else RequestState.ACCEPTED,
        bond_reserved=0,
        pending=0,
        at=NOW,
    )
    assert done.events == (event,)
    assert world.asset(APPLE) == replace(asset, returned=TEN, pending=0, open_requests=0, bond_reserved=0)
    assert (world.amount(WALLET), world.amount(APPLE.escrow), world.dollars(ALICE)) == (ALICE_HAS, 0, 0)
    assert world.token(WALLET).frozen
    assert world.money(APPLE.bond_vault) == BOND
    closed = APPLE.request(ALICE, 0)
    assert done.lamports(TREASURY) == -done.lamports(closed) == world.chain.rent_of(RedemptionRequest.SIZE)
    assert done.changed == {TREASURY, closed, APPLE.asset, WALLET, APPLE.escrow}
    audit(world)


@pytest.mark.parametrize(("stage", "deadline"), [(Stage.REQUESTED, ACCEPT_BY), (Stage.ACCEPTED, SETTLE_BY)])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_freeze_that_comes_too_late_saves_no_penalty(kind: Kind, stage: Stage, deadline: int) -> None:
    for at in (deadline, deadline + 1):
        world = at_stage(stage, kind)
        freeze(world, WALLET)
        skip(world, at)
        if at == deadline:
            world.do(REJECT)
        else:
            world.refuse(REJECT, "DeadlinePassed", now=at, deadline=deadline)
            world.do(calls.default_redemption(APPLE, id=0))  # to the frozen account, and the penalty if one is due
            assert world.amount(WALLET) == ALICE_HAS and world.token(WALLET).frozen
        audit(world)


def test_a_holder_who_is_well_is_not_rejected() -> None:
    for stage in (Stage.REQUESTED, Stage.ACCEPTED):
        world = at_stage(stage)
        world.refuse(REJECT, "HolderNotFrozen")
        freeze(world, WALLET)
        thaw(world, WALLET)
        world.refuse(REJECT, "HolderNotFrozen")


def test_an_account_that_is_gone_or_anothers_is_no_reason() -> None:
    """Frozen it may be: it is not the holder's. The tokens wait for the holder."""
    world = at_stage(Stage.REQUESTED)
    freeze(world, WALLET)
    before = world.get(WALLET)
    for owner in (BOB, MALLORY):
        world.patch(WALLET, OWNER, bytes(owner))
        world.refuse(REJECT, "HolderNotFrozen")
    world.chain.set_account(WALLET, replace(before, owner=FOREIGN_PROGRAM))
    world.refuse(REJECT, "HolderNotFrozen")
    world.chain.set_account(WALLET, None)
    world.refuse(REJECT, "HolderNotFrozen")
    world.chain.set_account(WALLET, before)
    world.do(REJECT)


def test_the_reason_is_the_account_that_the_tokens_came_from() -> None:
    """Another one of the holder's that is frozen is none, nor somebody else's."""
    world = at_stage(Stage.REQUESTED)
    other = key("alice's other account")
    world.chain.set_account(other, world.get(WALLET))
    for account in (other, APPLE.wallet(BOB), NVIDIA.wallet(ALICE)):
        freeze(world, account)
        world.refuse(calls.reject_redemption(APPLE, id=0, source=account), "WrongSource")
    world.refuse(REJECT, "HolderNotFrozen")


def test_accounts_of_a_rejection() -> None:
    world = at_stage(Stage.REQUESTED)
    freeze(world, WALLET)
    world.refuse(REJECT.swap(rent_receiver=MALLORY), "WrongRentReceiver")
    world.refuse(REJECT.swap(mint=NVIDIA.mint), "WrongMint")
    world.refuse(REJECT.swap(escrow=NVIDIA.escrow), "WrongEscrow")
    world.refuse(REJECT.swap(asset=NVIDIA.asset), "WrongAsset")
    world.refuse(REJECT.swap(token_program=TOKEN), "WrongTokenProgram")
    world.refuse(REJECT.swap(memo_program=TOKEN), "WrongMemoProgram")
    world.do(REJECT.swap(memo_program=MEMO))
    audit(world)


def test_no_halt_latch_or_pause_stops_it() -> None:
    world = at_stage(Stage.ACCEPTED, Kind.OFF_CHAIN)
    freeze(world, WALLET)
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0), world.attest(APPLE, 1, 0))
    pause(world)
    for step in tokens.demand_memo(WALLET, ALICE):
        thaw(world, WALLET)
        world.do(step)
    freeze(world, WALLET)
    world.do(calls.reject_redemption(APPLE, id=0, memo=MEMO))
    assert world.mint(APPLE).paused and world.token(WALLET).frozen and world.amount(WALLET) == ALICE_HAS
    audit(world)


def test_after_a_part_the_rest_goes_back() -> None:
    world = at_stage(Stage.ACCEPTED)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, rest=3))
    freeze(world, WALLET)
    world.do(REJECT)
    asset = world.asset(APPLE)
    assert (asset.settled, asset.returned, world.amount(WALLET)) == (TEN - 3, 3, ALICE_HAS - TEN + 3)
    audit(world)


def test_the_frozen_holder_may_cancel_itself_but_nowhere_else(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    freeze(world, WALLET)
    other = key("alice's other account")
    world.chain.set_account(other, world.get(APPLE.wallet(BOB)))
    world.patch(other, OWNER, bytes(ALICE))
    world.refuse(calls.cancel_redemption(APPLE, id=0, source=WALLET, to=other), "SourceFrozen")
    world.do(calls.cancel_redemption(APPLE, id=0))
    assert world.token(WALLET).frozen and world.amount(WALLET) == ALICE_HAS
    audit(world)
