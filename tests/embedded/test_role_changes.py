"""Changes of roles that are stopped before they act; and what an admin may do in the authority's place."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, OURS, TIMELOCK_S, deputy, staff
from tests.embedded.chain import key
from tests.embedded.setups import told
from tests.embedded.world import NOW, ROLE_UNTIL, World
from xstock_client.accounts import RoleGrant
from xstock_client.constants import DAY_S, PROGRAM_ID, Role
from xstock_client.events import RoleChangeCancelled, RoleGranted, RoleRevoked

MEMBER = key("a new member")
START = NOW + TIMELOCK_S
AUTHORITY, ADMIN = OURS.authority, staff(Role.ADMIN)


def grant(world: World, role: Role, member: Pubkey = MEMBER) -> RoleGrant:
    return world.read(RoleGrant, OURS.grant(role, member))


# Cancelling a change


@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
def test_a_waiting_grant_is_cancelled(world: World, by: Role | None) -> None:
    world.do(calls.grant_role(OURS, Role.MINTER, MEMBER, ROLE_UNTIL))
    world.advance(TIMELOCK_S - 1)
    done = world.run(calls.cancel_role_change(OURS, Role.MINTER, MEMBER, by=by))
    who = AUTHORITY if by is None else staff(by)
    event = RoleChangeCancelled(OURS.address, MEMBER, who, Role.MINTER, 0, ROLE_UNTIL, START - 1)
    assert told(done.events) == event
    assert done.changed == {OURS.grant(Role.MINTER, MEMBER)}
    world.advance(TIMELOCK_S)
    void = calls.mint_shares(APPLE, 1, ticket=5, minter=MEMBER).swap(allowance=APPLE.allowance(staff(Role.MINTER)))
    world.refuse(void, "RoleExpired", expired_at=0, now=world.now)
    # what is left of it is closed like any other
    world.do(calls.revoke_role(OURS, Role.MINTER, MEMBER))


def test_a_later_date_is_cancelled_and_the_grant_stays(world: World) -> None:
    member = deputy(Role.MINTER)
    before = grant(world, Role.MINTER, member)
    world.do(calls.grant_role(OURS, Role.MINTER, member, ROLE_UNTIL + DAY_S))
    world.do(calls.cancel_role_change(OURS, Role.MINTER, member))
    assert grant(world, Role.MINTER, member) == before


def test_a_revocation_of_a_pauser_is_cancelled_by_another(world: World) -> None:
    world.advance(TIMELOCK_S)
    member = deputy(Role.PAUSER)
    before = grant(world, Role.PAUSER, member)
    world.do(calls.revoke_role(OURS, Role.PAUSER, member))
    done = world.run(calls.cancel_role_change(OURS, Role.PAUSER, member))
    ends_at = START + TIMELOCK_S
    event = RoleChangeCancelled(OURS.address, member, staff(Role.PAUSER), Role.PAUSER, ROLE_UNTIL, ends_at, START)
    assert told(done.events) == event
    assert grant(world, Role.PAUSER, member) == before
    world.advance(TIMELOCK_S + 1)
    world.do(calls.halt(APPLE, 1).swap(pauser=member, grant=OURS.grant(Role.PAUSER, member)))


def test_the_last_pauser_defends_its_own_grant(world: World) -> None:
    world.advance(TIMELOCK_S)
    last, other = staff(Role.PAUSER), deputy(Role.PAUSER)
    for member in (last, other):
        world.do(calls.revoke_role(OURS, Role.PAUSER, member))
    own = calls.cancel_role_change(OURS, Role.PAUSER, last, by=None).swap(canceller=last)
    done = world.run(own)
    assert told(done.events) == RoleChangeCancelled(
        OURS.address, last, last, Role.PAUSER, ROLE_UNTIL, START + TIMELOCK_S, START
    )
    # the same account cannot stand for its own proof
    world.refuse(calls.cancel_role_change(OURS, Role.PAUSER, last), "ConstraintDuplicateMutableAccount")
    # nor does the rule serve for another's grant or another role
    world.refuse(own.swap(role=OURS.grant(Role.PAUSER, other)), "NotAuthority")
    world.do(calls.grant_role(OURS, Role.MINTER, last, ROLE_UNTIL))
    world.refuse(own.swap(role=OURS.grant(Role.MINTER, last)), "NotAuthority")


def test_a_pauser_whose_time_is_over_cannot_defend_itself(world: World) -> None:
    world.advance(TIMELOCK_S)
    last = staff(Role.PAUSER)
    world.do(calls.revoke_role(OURS, Role.PAUSER, last))
    world.advance(TIMELOCK_S)
    own = calls.cancel_role_change(OURS, Role.PAUSER, last, by=None).swap(canceller=last)
    world.refuse(own, "RoleExpired", expired_at=world.now, now=world.now)


# Admins


def test_an_admin_grants_and_revokes_all_but_admins(world: World) -> None:
    world.advance(TIMELOCK_S)
    for role in Role:
        give = calls.grant_role(OURS, role, MEMBER, ROLE_UNTIL, by=ADMIN)
        take = calls.revoke_role(OURS, role, deputy(role), by=ADMIN)
        if role is Role.ADMIN:
            world.refuse(give, "WrongRoleGrant")
            world.refuse(take, "WrongRoleGrant")
            continue
        for call in (give, take):
            (event,) = world.run(call).events
            assert isinstance(event, RoleGranted | RoleRevoked)
            assert (event.by, event.role) == (ADMIN, role)


def test_an_admin_cannot_touch_its_own_grant(world: World) -> None:
    """Its own grant would have to stand in two places of the call, or it would have to be the authority."""
    renew = calls.grant_role(OURS, Role.ADMIN, ADMIN, ROLE_UNTIL + DAY_S, by=ADMIN)
    leave = calls.revoke_role(OURS, Role.ADMIN, ADMIN, by=ADMIN)
    for call in (renew, leave):
        world.refuse(call, "ConstraintDuplicateMutableAccount")
        world.refuse(call.swap(admin_grant=PROGRAM_ID), "NotAuthority")


def test_an_admin_neither_hands_off_nor_renounces(world: World) -> None:
    world.refuse(calls.propose_authority(OURS, MEMBER).swap(authority=ADMIN), "NotAuthority")
    world.refuse(calls.renounce_role(OURS, Role.MINTER).swap(authority=ADMIN), "NotAuthority")
