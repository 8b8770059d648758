"""Issuers, and the handoff of their authority: what each instruction changes, and what it tells."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import OURS, TIMELOCK_S, TREASURY, Desk, Stock, staff
from tests.embedded.chain import key
from tests.embedded.setups import told
from tests.embedded.world import NOW, World
from xstock_client.accounts import Issuer
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, MAX_CHANGE_DELAY_S, MIN_CHANGE_DELAY_S, Role
from xstock_client.events import AuthorityAccepted, AuthorityProposed, HandoffCancelled, IssuerCreated

NOBODY = Pubkey.default()
HEIR = key("heir")
NEW = Desk(99)
"""An issuer that is not live yet."""
START, END = NOW + TIMELOCK_S, NOW + TIMELOCK_S + CHANGE_LIFE_S


@pytest.mark.parametrize("timelock_s", [MIN_CHANGE_DELAY_S, TIMELOCK_S, MAX_CHANGE_DELAY_S])
def test_create_issuer(world: World, timelock_s: int) -> None:
    desk, name, genesis = Desk(2**64 - 1), b"An issuer of thirty-two bytes ok", bytes(range(32))
    assert len(name) == 32
    done = world.run(calls.create_issuer(desk, name=name, genesis_hash=genesis, timelock_s=timelock_s))
    bump = Pubkey.find_program_address([b"issuer", b"\xff" * 8], world.get(desk.address).owner)[1]
    assert world.issuer(desk) == Issuer(
        version=1,
        bump=bump,
        halts=0,
        id=2**64 - 1,
        authority=desk.authority,
        pending_authority=NOBODY,
        pending_authority_from=0,
        pending_authority_until=0,
        name=name,
        genesis_hash=genesis,
        timelock_s=timelock_s,
        created_at=NOW,
        live_at=0,
        asset_count=0,
        renounced=0,
        grants=(0,) * 16,
        renounce_from=0,
        renouncing=0,
    )
    event = IssuerCreated(desk.address, 2**64 - 1, desk.authority, name, genesis, timelock_s, NOW)
    assert done.events == (event,)
    assert done.changed == {TREASURY, desk.address}
    rent = world.chain.rent_of(Issuer.SIZE)
    assert (done.lamports(TREASURY), done.lamports(desk.address)) == (-rent, rent)


def test_the_payer_may_be_the_authority(world: World) -> None:
    world.give(NEW.authority, 10**9)
    world.run(calls.create_issuer(NEW).swap(payer=NEW.authority))
    assert world.issuer(NEW).authority == NEW.authority


# The handoff


def handed_over(world: World, desk: Desk, start: int, end: int) -> None:
    """Propose, wait, and accept in the last second in which that goes."""
    before = world.issuer(desk)
    done = world.run(calls.propose_authority(desk, HEIR))
    proposed = replace(before, pending_authority=HEIR, pending_authority_from=start, pending_authority_until=end)
    assert world.issuer(desk) == proposed
    assert done.events == (AuthorityProposed(desk.address, desk.authority, HEIR, start, end, NOW),)
    assert done.changed == {desk.address}

    world.advance(end - NOW)
    done = world.run(calls.accept_authority(desk, HEIR))
    assert world.issuer(desk) == replace(before, authority=HEIR)
    assert done.events == (AuthorityAccepted(desk.address, desk.authority, HEIR, end),)
    assert done.changed == {desk.address}

    world.refuse(calls.propose_authority(desk, desk.authority), "NotAuthority")
    world.refuse(calls.accept_authority(desk, HEIR), "NotPendingAuthority")
    world.do(calls.propose_authority(desk, desk.authority).swap(authority=HEIR))


def test_handoff_of_a_live_issuer_waits_out_its_timelock(world: World) -> None:
    handed_over(world, OURS, START, END)


def test_handoff_before_the_first_allowance_waits_for_nothing(world: World) -> None:
    world.do(calls.create_issuer(NEW))
    handed_over(world, NEW, NOW, NOW + CHANGE_LIFE_S)


def test_a_handoff_has_a_first_and_a_last_second(world: World) -> None:
    accept = calls.accept_authority(OURS, HEIR)
    world.do(calls.propose_authority(OURS, HEIR))
    world.refuse(accept, "ChangeNotReady", ready_at=START, now=NOW)
    world.advance(TIMELOCK_S - 1)
    world.refuse(accept, "ChangeNotReady", ready_at=START, now=START - 1)
    world.advance(CHANGE_LIFE_S + 2)
    world.refuse(accept, "ChangeExpired", expired_at=END, now=END + 1)
    # asked for again, it waits again
    world.do(calls.propose_authority(OURS, HEIR))
    world.refuse(accept, "ChangeNotReady", ready_at=world.now + TIMELOCK_S, now=world.now)
    world.advance(TIMELOCK_S)
    world.do(accept)


def test_a_handoff_proposed_before_going_live_is_void_then(world: World) -> None:
    stock = Stock(NEW, 0, "US0378331005", "AAPLx")
    world.do(calls.create_issuer(NEW), calls.list_asset(stock), calls.propose_authority(NEW, HEIR))
    world.do(calls.set_allowance(stock, staff(Role.MINTER)))
    gone = world.issuer(NEW)
    assert (gone.pending_authority, gone.pending_authority_from, gone.pending_authority_until) == (NOBODY, 0, 0)
    world.refuse(calls.accept_authority(NEW, HEIR), "NotPendingAuthority")


def test_a_later_proposal_replaces_an_earlier_one_and_none_withdraws_it(world: World) -> None:
    first, second = key("first heir"), key("second heir")
    world.do(calls.propose_authority(OURS, first))
    world.advance(TIMELOCK_S - 1)
    world.do(calls.propose_authority(OURS, second))
    # the second waits from its own time on
    world.advance(1)
    world.refuse(calls.accept_authority(OURS, first), "NotPendingAuthority")
    ready_at = START - 1 + TIMELOCK_S
    world.refuse(calls.accept_authority(OURS, second), "ChangeNotReady", ready_at=ready_at, now=START)
    done = world.run(calls.propose_authority(OURS, NOBODY))
    assert done.events == (AuthorityProposed(OURS.address, OURS.authority, NOBODY, 0, 0, START),)
    world.advance(TIMELOCK_S)
    world.refuse(calls.accept_authority(OURS, second), "NotPendingAuthority")
    assert world.issuer(OURS).authority == OURS.authority


@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
def test_a_handoff_is_cancelled(world: World, by: Role | None) -> None:
    before = world.issuer(OURS)
    world.do(calls.propose_authority(OURS, HEIR))
    world.advance(TIMELOCK_S)
    # until it is accepted, also once it could be
    done = world.run(calls.cancel_handoff(OURS, by=by))
    who = OURS.authority if by is None else staff(by)
    assert told(done.events) == HandoffCancelled(OURS.address, who, HEIR, START)
    assert done.changed == {OURS.address}
    assert world.issuer(OURS) == before
    world.refuse(calls.accept_authority(OURS, HEIR), "NotPendingAuthority")
    world.refuse(calls.cancel_handoff(OURS, by=by), "NothingQueued", waits_until=0, now=START)


def test_a_void_handoff_can_still_be_cleared_away(world: World) -> None:
    world.do(calls.propose_authority(OURS, HEIR))
    world.advance(30 * DAY_S)
    world.do(calls.cancel_handoff(OURS))
    assert world.issuer(OURS).pending_authority == NOBODY
