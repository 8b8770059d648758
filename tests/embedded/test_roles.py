"""Roles: given, renewed and taken back, at once or after the timelock, by the authority or an admin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, OURS, TIMELOCK_S, TREASURY, Desk, deputy, staff
from tests.embedded.chain import key
from tests.embedded.setups import told
from tests.embedded.world import NOW, ROLE_UNTIL, World
from xstock_client.accounts import RoleGrant
from xstock_client.constants import DAY_S, MAX_ROLE_S, PROGRAM_ID, Role
from xstock_client.events import RoleGranted, RoleRevoked

NEW = Desk(99)
"""An issuer that is not live yet."""
MEMBER = key("a new member")
START = NOW + TIMELOCK_S
AUTHORITY, ADMIN = OURS.authority, staff(Role.ADMIN)
WAITING = [role for role in Role if role is not Role.PAUSER]
"""New grants of these wait out the timelock."""
RESTRAINING = [Role.PAUSER, Role.APPROVER, Role.ARBITER]
"""Taking these away waits too."""
PLAIN = [role for role in Role if role not in RESTRAINING]
"""Taking these away acts at once."""


def grant(world: World, role: Role, member: Pubkey = MEMBER, desk: Desk = OURS) -> RoleGrant:
    return world.read(RoleGrant, desk.grant(role, member))


def granted(role: Role, **changes: object) -> RoleGranted:
    """The event of a new grant that acts at once."""
    values: dict[str, object] = {
        "issuer": OURS.address,
        "member": MEMBER,
        "by": AUTHORITY,
        "rent_payer": TREASURY,
        "role": role,
        "opened": 1,
        "old_expires_at": 0,
        "expires_at": ROLE_UNTIL,
        "next_expires_at": 0,
        "next_from": 0,
        "held_since": NOW,
        "granted_at": NOW,
        "at": NOW,
        **changes,
    }
    return RoleGranted(**values)  # type: ignore[arg-type]


def revoked(role: Role, member: Pubkey, **changes: object) -> RoleRevoked:
    """The event of a revocation that acts at once."""
    values: dict[str, object] = {
        "issuer": OURS.address,
        "member": member,
        "by": AUTHORITY,
        "role": role,
        "closed": 1,
        "expires_at": ROLE_UNTIL,
        "ends_at": NOW,
        "at": NOW,
        **changes,
    }
    return RoleRevoked(**values)  # type: ignore[arg-type]


# Granting


@pytest.mark.parametrize("role", Role, ids=lambda role: role.label)
def test_a_grant_before_the_first_allowance_acts_at_once(world: World, role: Role) -> None:
    world.do(calls.create_issuer(NEW))
    until, address = NOW + MAX_ROLE_S, NEW.grant(role, MEMBER)
    done = world.run(calls.grant_role(NEW, role, MEMBER, until))
    seeds = [b"role", bytes(NEW.address), bytes([role]), bytes(MEMBER)]
    assert grant(world, role, desk=NEW) == RoleGrant(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        role=role,
        issuer=NEW.address,
        member=MEMBER,
        expires_at=until,
        next_expires_at=0,
        next_from=0,
        granted_at=NOW,
        rent_payer=TREASURY,
        held_since=0,
    )
    event = granted(role, issuer=NEW.address, by=NEW.authority, expires_at=until, held_since=0)
    assert told(done.events) == event
    assert done.changed == {TREASURY, NEW.address, address}
    assert done.lamports(address) == -done.lamports(TREASURY) == world.chain.rent_of(RoleGrant.SIZE)
    counts = world.issuer(NEW).grants
    assert counts == tuple(int(number == role) for number in range(16))


@pytest.mark.parametrize("role", WAITING, ids=lambda role: role.label)
def test_a_grant_of_a_live_issuer_waits(world: World, role: Role) -> None:
    done = world.run(calls.grant_role(OURS, role, MEMBER, ROLE_UNTIL))
    waiting = grant(world, role)
    assert (waiting.expires_at, waiting.next_expires_at, waiting.next_from) == (0, ROLE_UNTIL, START)
    assert waiting.held_since == START
    assert told(done.events) == granted(
        role, expires_at=0, next_expires_at=ROLE_UNTIL, next_from=START, held_since=START
    )


def test_a_new_pauser_acts_at_once(world: World) -> None:
    done = world.run(calls.grant_role(OURS, Role.PAUSER, MEMBER, ROLE_UNTIL))
    assert told(done.events) == granted(Role.PAUSER)
    halt = calls.halt(APPLE, 1).swap(pauser=MEMBER, grant=OURS.grant(Role.PAUSER, MEMBER))
    world.do(halt)
    assert world.asset(APPLE).halts == 1


def test_a_waiting_grant_is_refused_and_then_valid(world: World) -> None:
    world.do(calls.grant_role(OURS, Role.MINTER, MEMBER, ROLE_UNTIL), calls.set_allowance(APPLE, MEMBER))
    mint = calls.mint_shares(APPLE, 1, ticket=5, minter=MEMBER)
    world.refuse(mint, "RoleNotYetValid", valid_from=START, now=NOW)
    world.advance(TIMELOCK_S - 1)
    world.refuse(mint, "RoleNotYetValid", valid_from=START, now=START - 1)
    world.advance(1)
    world.do(mint)
    # nobody wrote the grant: the time does it
    assert grant(world, Role.MINTER).next_from == START
    # and asking for the same date again writes it down
    world.do(calls.grant_role(OURS, Role.MINTER, MEMBER, ROLE_UNTIL))
    settled = grant(world, Role.MINTER)
    assert (settled.expires_at, settled.next_expires_at, settled.next_from) == (ROLE_UNTIL, 0, 0)


@pytest.mark.parametrize("role", Role, ids=lambda role: role.label)
def test_a_later_date_waits_but_a_pausers(world: World, role: Role) -> None:
    member, later = deputy(role), ROLE_UNTIL + DAY_S
    before = grant(world, role, member)
    world.advance(100)
    done = world.run(calls.grant_role(OURS, role, member, later).swap(payer=ALICE))
    at = NOW + 100
    after = grant(world, role, member)
    if role is Role.PAUSER:
        assert after == replace(before, expires_at=later, granted_at=at)
    else:
        assert after == replace(before, granted_at=at, next_expires_at=later, next_from=at + TIMELOCK_S)
    assert told(done.events) == granted(
        role,
        member=member,
        opened=0,
        old_expires_at=ROLE_UNTIL,
        expires_at=after.expires_at,
        next_expires_at=after.next_expires_at,
        next_from=after.next_from,
        held_since=0,
        granted_at=at,
        at=at,
    )
    # the rent stays its payer's, and nothing is counted twice
    assert done.changed == {OURS.grant(role, member)}


@pytest.mark.parametrize("role", PLAIN, ids=lambda role: role.label)
def test_an_earlier_date_acts_at_once_and_voids_a_later_one(world: World, role: Role) -> None:
    world.advance(TIMELOCK_S)
    member, soon = deputy(role), world.now + 60
    before = grant(world, role, member)
    world.do(calls.grant_role(OURS, role, member, ROLE_UNTIL + DAY_S))
    world.do(calls.grant_role(OURS, role, member, soon))
    assert grant(world, role, member) == replace(before, expires_at=soon, granted_at=world.now)


@pytest.mark.parametrize("role", RESTRAINING, ids=lambda role: role.label)
def test_an_earlier_date_of_who_restrains_others_waits(world: World, role: Role) -> None:
    world.advance(TIMELOCK_S)
    member, now = deputy(role), world.now
    before = grant(world, role, member)
    soon = now + TIMELOCK_S + 60
    world.do(calls.grant_role(OURS, role, member, soon))
    waiting = replace(before, granted_at=now, next_expires_at=soon, next_from=now + TIMELOCK_S)
    assert grant(world, role, member) == waiting
    # a date that will have passed by then ends it in that second
    world.do(calls.grant_role(OURS, role, member, now + 60))
    assert grant(world, role, member) == replace(waiting, next_expires_at=now + 60)
    world.advance(TIMELOCK_S - 1)
    halt = calls.halt(APPLE, 1).swap(pauser=member, grant=OURS.grant(Role.PAUSER, member))
    if role is Role.PAUSER:
        world.do(halt)
    world.advance(1)
    if role is Role.PAUSER:
        world.refuse(halt, "RoleExpired", expired_at=now + 60, now=world.now)


# Revoking


@pytest.mark.parametrize("role", PLAIN, ids=lambda role: role.label)
def test_most_roles_are_taken_back_at_once(world: World, role: Role) -> None:
    world.advance(TIMELOCK_S)
    member, address = deputy(role), OURS.grant(role, deputy(role))
    counts, rent = world.issuer(OURS).grants, world.get(address).lamports
    done = world.run(calls.revoke_role(OURS, role, member))
    assert world.chain.get(address) is None
    assert told(done.events) == revoked(role, member, ends_at=START, at=START)
    assert done.changed == {TREASURY, OURS.address, address}
    assert done.lamports(TREASURY) == rent == world.chain.rent_of(RoleGrant.SIZE)
    assert world.issuer(OURS).grants == (*counts[:role], counts[role] - 1, *counts[role + 1 :])


@pytest.mark.parametrize("role", RESTRAINING, ids=lambda role: role.label)
def test_who_restrains_others_is_taken_back_after_the_timelock(world: World, role: Role) -> None:
    world.advance(TIMELOCK_S)
    member, revoke = deputy(role), calls.revoke_role(OURS, role, deputy(role))
    before, counts = grant(world, role, member), world.issuer(OURS).grants
    ends_at = START + TIMELOCK_S
    done = world.run(revoke)
    assert grant(world, role, member) == replace(before, next_expires_at=ends_at, next_from=ends_at)
    assert told(done.events) == revoked(role, member, closed=0, ends_at=ends_at, at=START)
    assert done.changed == {OURS.grant(role, member)}
    assert world.issuer(OURS).grants == counts
    # a second call before the time begins the wait anew, and one after it closes the account
    world.advance(TIMELOCK_S - 1)
    if role is Role.PAUSER:
        world.do(calls.halt(APPLE, 1).swap(pauser=member, grant=OURS.grant(role, member)))
    world.advance(1)
    done = world.run(revoke)
    assert told(done.events) == revoked(role, member, expires_at=ends_at, ends_at=ends_at, at=ends_at)
    assert world.chain.get(OURS.grant(role, member)) is None
    assert done.lamports(TREASURY) == world.chain.rent_of(RoleGrant.SIZE)


@pytest.mark.parametrize("role", RESTRAINING, ids=lambda role: role.label)
def test_a_young_one_is_taken_back_at_once(world: World, role: Role) -> None:
    """A thief's own pausers must not protect each other; held for the timelock without a break, they are no thief's."""
    world.advance(TIMELOCK_S)
    wait = 0 if role is Role.PAUSER else TIMELOCK_S
    world.do(calls.grant_role(OURS, role, MEMBER, ROLE_UNTIL))
    world.advance(wait + TIMELOCK_S - 1)
    # a renewal is no break, and makes nobody older
    world.do(calls.grant_role(OURS, role, MEMBER, ROLE_UNTIL + DAY_S))
    assert grant(world, role).held_since == START + wait
    done = world.run(calls.revoke_role(OURS, role, MEMBER))
    assert told(done.events) == revoked(
        role,
        MEMBER,
        expires_at=ROLE_UNTIL + (DAY_S if role is Role.PAUSER else 0),
        ends_at=world.now,
        at=world.now,
    )
    assert world.chain.get(OURS.grant(role, MEMBER)) is None
    # a second more, and it waits
    world.do(calls.grant_role(OURS, role, MEMBER, ROLE_UNTIL))
    world.advance(wait + TIMELOCK_S)
    (event,) = world.run(calls.revoke_role(OURS, role, MEMBER)).events
    assert isinstance(event, RoleRevoked)
    assert (event.closed, event.ends_at) == (0, world.now + TIMELOCK_S)


def test_one_from_before_going_live_is_not_young(world: World) -> None:
    """The issuer set it up itself, when nothing had to wait."""
    for role in RESTRAINING:
        (event,) = world.run(calls.revoke_role(OURS, role, deputy(role))).events
        assert isinstance(event, RoleRevoked)
        assert (event.closed, event.ends_at) == (0, START)


def test_an_expired_pauser_is_taken_back_at_once(world: World) -> None:
    world.advance(ROLE_UNTIL - NOW - 1)
    (event,) = world.run(calls.revoke_role(OURS, Role.PAUSER, deputy(Role.PAUSER))).events
    assert isinstance(event, RoleRevoked) and not event.closed
    world.advance(1)
    (event,) = world.run(calls.revoke_role(OURS, Role.PAUSER, staff(Role.PAUSER))).events
    assert isinstance(event, RoleRevoked) and event.closed


def test_an_end_that_waits_is_no_beginning(world: World) -> None:
    """A pauser whose revocation waits, and whose own date comes first."""
    world.advance(ROLE_UNTIL - NOW - 10)
    world.do(calls.revoke_role(OURS, Role.PAUSER, staff(Role.PAUSER)))
    world.advance(10)
    world.refuse(calls.halt(APPLE, 1), "RoleExpired", expired_at=ROLE_UNTIL, now=ROLE_UNTIL)


def test_a_break_makes_a_pauser_young_again(world: World) -> None:
    member = deputy(Role.PAUSER)
    world.advance(ROLE_UNTIL - NOW)
    world.do(calls.grant_role(OURS, Role.PAUSER, member, ROLE_UNTIL + DAY_S))
    assert grant(world, Role.PAUSER, member).held_since == ROLE_UNTIL
    (event,) = world.run(calls.revoke_role(OURS, Role.PAUSER, member)).events
    assert isinstance(event, RoleRevoked) and event.closed


@pytest.mark.parametrize("role", Role, ids=lambda role: role.label)
def test_before_going_live_everything_is_taken_back_at_once(world: World, role: Role) -> None:
    world.do(calls.create_issuer(NEW), calls.grant_role(NEW, role, MEMBER, ROLE_UNTIL))
    world.advance(TIMELOCK_S)
    world.do(calls.grant_role(NEW, role, MEMBER, world.now + 60))
    assert grant(world, role, desk=NEW).expires_at == world.now + 60
    world.do(calls.revoke_role(NEW, role, MEMBER))
    assert world.chain.get(NEW.grant(role, MEMBER)) is None
    assert world.issuer(NEW).grants == (0,) * 16


def test_a_revoked_role_can_be_granted_anew_by_another_payer(world: World) -> None:
    member, address = deputy(Role.MINTER), OURS.grant(Role.MINTER, deputy(Role.MINTER))
    world.do(calls.revoke_role(OURS, Role.MINTER, member))
    done = world.run(calls.grant_role(OURS, Role.MINTER, member, ROLE_UNTIL).swap(payer=ALICE))
    again = grant(world, Role.MINTER, member)
    assert (again.rent_payer, again.expires_at, again.next_from) == (ALICE, 0, START)
    assert done.lamports(ALICE) == -world.chain.rent_of(RoleGrant.SIZE) == -world.get(address).lamports
