"""An issuer gives up a role for good: at once before it is live, by two calls a timelock apart afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, OURS, TIMELOCK_S, Desk, deputy, staff
from tests.embedded.chain import key
from tests.embedded.rightful import renounceable
from tests.embedded.setups import told
from tests.embedded.world import NOW, ROLE_UNTIL, World
from xstock_client.constants import CHANGE_LIFE_S, Role
from xstock_client.events import RenunciationCancelled, RoleRenounced

NEW = Desk(99)
COMPLIANCE = Role.COMPLIANCE
RENOUNCE = calls.renounce_role(OURS, COMPLIANCE)
START = NOW + TIMELOCK_S
KEPT = {Role.ATTESTOR_MANAGER, Role.REDEEMER, Role.PAUSER, Role.UNPAUSER, Role.ARBITER}
"""Without these holders would be worse off."""


@pytest.mark.parametrize("role", [role for role in Role if role not in KEPT], ids=lambda role: role.label)
def test_before_going_live_a_role_is_gone_at_once(world: World, role: Role) -> None:
    world.do(calls.create_issuer(NEW))
    before = world.issuer(NEW)
    done = world.run(calls.renounce_role(NEW, role))
    assert world.issuer(NEW) == replace(before, renounced=1 << role)
    assert told(done.events) == RoleRenounced(NEW.address, role, 1, 0, 1 << role, NOW)
    assert done.changed == {NEW.address}
    world.refuse(calls.grant_role(NEW, role, key("member"), ROLE_UNTIL), "RoleRenounced", role=role)
    world.refuse(calls.renounce_role(NEW, role), "RoleRenounced", role=role)


def test_all_that_can_be_renounced_and_all_that_cannot(world: World) -> None:
    world.do(calls.create_issuer(NEW))
    for role in Role:
        renounce = calls.renounce_role(NEW, role)
        if role in KEPT:
            world.refuse(renounce, "CannotRenounce", role=role)
        else:
            world.do(renounce)
    assert world.issuer(NEW).renounced == sum(1 << role for role in Role if role not in KEPT)
    for role in KEPT:
        world.do(calls.grant_role(NEW, role, key("member"), ROLE_UNTIL))


def test_a_live_issuer_renounces_by_two_calls(world: World) -> None:
    renounceable(world)
    before = world.issuer(OURS)
    done = world.run(RENOUNCE)
    assert world.issuer(OURS) == replace(before, renouncing=COMPLIANCE, renounce_from=START)
    assert told(done.events) == RoleRenounced(OURS.address, COMPLIANCE, 0, START, 0, NOW)
    assert done.changed == {OURS.address}
    # until then it is a role like any other
    world.refuse(RENOUNCE, "ChangeNotReady", ready_at=START, now=NOW)
    world.advance(TIMELOCK_S)
    done = world.run(RENOUNCE)
    bit = 1 << COMPLIANCE
    assert world.issuer(OURS) == replace(before, renounced=bit)
    assert told(done.events) == RoleRenounced(OURS.address, COMPLIANCE, 1, 0, bit, START)
    world.refuse(calls.grant_role(OURS, COMPLIANCE, key("member"), ROLE_UNTIL), "RoleRenounced", role=COMPLIANCE)


def test_a_grant_in_between_stops_it(world: World) -> None:
    renounceable(world)
    world.do(RENOUNCE, calls.grant_role(OURS, COMPLIANCE, key("member"), ROLE_UNTIL))
    world.advance(TIMELOCK_S)
    world.refuse(RENOUNCE, "RoleStillHeld", role=COMPLIANCE, grants=1)


def test_it_is_void_after_fourteen_days(world: World) -> None:
    renounceable(world)
    world.do(RENOUNCE)
    world.advance(TIMELOCK_S + CHANGE_LIFE_S + 1)
    # the call begins a new wait instead of ending the old one
    (event,) = world.run(RENOUNCE).events
    assert event == RoleRenounced(OURS.address, COMPLIANCE, 0, world.now + TIMELOCK_S, 0, world.now)
    world.advance(TIMELOCK_S + CHANGE_LIFE_S)
    (event,) = world.run(RENOUNCE).events
    assert isinstance(event, RoleRenounced) and event.done


def test_a_second_role_takes_the_place_of_the_first(world: World) -> None:
    renounceable(world)
    for member in (staff(Role.APPROVER), deputy(Role.APPROVER)):
        world.do(calls.revoke_role(OURS, Role.APPROVER, member))
    world.advance(TIMELOCK_S)
    for member in (staff(Role.APPROVER), deputy(Role.APPROVER)):
        world.do(calls.revoke_role(OURS, Role.APPROVER, member))
    world.do(RENOUNCE, calls.renounce_role(OURS, Role.APPROVER))
    world.advance(TIMELOCK_S)
    # the first waits anew, and replaces the second in turn
    world.do(RENOUNCE)
    issuer = world.issuer(OURS)
    assert (issuer.renouncing, issuer.renounce_from, issuer.renounced) == (COMPLIANCE, world.now + TIMELOCK_S, 0)


@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
def test_it_is_cancelled(world: World, by: Role | None) -> None:
    renounceable(world)
    before = world.issuer(OURS)
    world.do(RENOUNCE)
    world.advance(TIMELOCK_S)
    done = world.run(calls.cancel_renunciation(OURS, by=by))
    who = OURS.authority if by is None else staff(by)
    assert told(done.events) == RenunciationCancelled(OURS.address, who, COMPLIANCE, START)
    assert done.changed == {OURS.address}
    assert world.issuer(OURS) == before
    world.refuse(calls.cancel_renunciation(OURS, by=by), "NothingQueued", waits_until=0, now=START)
    # asked for again, it waits again
    world.do(RENOUNCE)
    world.refuse(RENOUNCE, "ChangeNotReady", ready_at=START + TIMELOCK_S, now=START)


def test_without_minters_nobody_mints(world: World) -> None:
    """What renouncing is for: the supply can only fall from then on."""
    for member in (staff(Role.MINTER), deputy(Role.MINTER)):
        world.do(calls.revoke_role(OURS, Role.MINTER, member))
    world.do(calls.renounce_role(OURS, Role.MINTER))
    world.advance(TIMELOCK_S)
    world.do(calls.renounce_role(OURS, Role.MINTER))
    grant = calls.grant_role(OURS, Role.MINTER, staff(Role.MINTER), ROLE_UNTIL)
    world.refuse(grant, "RoleRenounced", role=Role.MINTER)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "UninitializedAccount")
