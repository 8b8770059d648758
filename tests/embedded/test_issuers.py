"""Issuers, the handoff of their authority, and roles: what each instruction changes, and what it tells."""

from __future__ import annotations

from dataclasses import replace

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, OURS, TREASURY, Desk, deputy
from tests.embedded.chain import key
from tests.embedded.world import NOW, ROLE_UNTIL, World
from xstock_client.accounts import Issuer, RoleGrant
from xstock_client.constants import DAY_S, MAX_ROLE_S, Role
from xstock_client.events import AuthorityAccepted, AuthorityProposed, IssuerCreated, RoleGranted, RoleRevoked

NOBODY = Pubkey.default()


def test_create_issuer(world: World) -> None:
    desk, name, genesis = Desk(2**64 - 1), b"An issuer of thirty-two bytes ok", bytes(range(32))
    assert len(name) == 32
    done = world.run(calls.create_issuer(desk, name=name, genesis_hash=genesis))
    issuer = world.read(Issuer, desk.address)
    bump = Pubkey.find_program_address([b"issuer", b"\xff" * 8], world.get(desk.address).owner)[1]
    assert issuer == Issuer(
        version=1,
        bump=bump,
        halts=0,
        id=2**64 - 1,
        authority=desk.authority,
        pending_authority=NOBODY,
        name=name,
        genesis_hash=genesis,
        pending_authority_from=0,
        pending_authority_until=0,
        timelock_s=TIMELOCK_S,
        created_at=NOW,
        live_at=0,
        asset_count=0,
        renounced=0,
        grants=bytes(32),
    )
    event = IssuerCreated(desk.address, 2**64 - 1, desk.authority, name, genesis, TIMELOCK_S, NOW)
    assert done.events == (event,)
    assert done.changed == {TREASURY, desk.address}
    rent = world.chain.rent_of(Issuer.SIZE)
    assert (done.lamports(TREASURY), done.lamports(desk.address)) == (-rent, rent)


def test_the_payer_may_be_the_authority(world: World) -> None:
    desk = Desk(99)
    world.give(desk.authority, 10**9)
    world.run(calls.create_issuer(desk).swap(payer=desk.authority))
    assert world.read(Issuer, desk.address).authority == desk.authority


def test_handoff_takes_two_steps(world: World) -> None:
    heir, before = key("heir"), world.read(Issuer, OURS.address)

    done = world.run(calls.propose_authority(OURS, heir))
    proposed = world.read(Issuer, OURS.address)
    assert proposed == replace(before, pending_authority=heir)
    assert done.events == (AuthorityProposed(OURS.address, OURS.authority, heir, NOW),)
    assert done.changed == {OURS.address}

    done = world.run(calls.accept_authority(OURS, heir))
    accepted = world.read(Issuer, OURS.address)
    assert accepted == replace(before, authority=heir, pending_authority=NOBODY)
    assert done.events == (AuthorityAccepted(OURS.address, OURS.authority, heir, NOW),)
    assert done.changed == {OURS.address}

    world.refuse(calls.propose_authority(OURS, OURS.authority), "NotAuthority")
    world.refuse(calls.accept_authority(OURS, heir), "NotPendingAuthority")
    world.run(calls.propose_authority(OURS, OURS.authority).swap(authority=heir))


def test_a_later_proposal_replaces_an_earlier_one_and_none_withdraws_it(world: World) -> None:
    first, second = key("first heir"), key("second heir")
    world.do(calls.propose_authority(OURS, first), calls.propose_authority(OURS, second))
    world.refuse(calls.accept_authority(OURS, first), "NotPendingAuthority")
    done = world.run(calls.propose_authority(OURS, NOBODY))
    assert done.events == (AuthorityProposed(OURS.address, OURS.authority, NOBODY, NOW),)
    world.refuse(calls.accept_authority(OURS, second), "NotPendingAuthority")
    assert world.read(Issuer, OURS.address).authority == OURS.authority


def test_grant_role(world: World) -> None:
    member, until = key("new minter"), NOW + MAX_ROLE_S
    address = OURS.grant(Role.MINTER, member)
    done = world.run(calls.grant_role(OURS, Role.MINTER, member, until))
    seeds = [b"role", bytes(OURS.address), bytes([2]), bytes(member)]
    assert world.read(RoleGrant, address) == RoleGrant(
        version=1,
        bump=Pubkey.find_program_address(seeds, world.get(address).owner)[1],
        role=Role.MINTER,
        issuer=OURS.address,
        member=member,
        expires_at=until,
        granted_at=NOW,
        rent_payer=TREASURY,
    )
    assert done.events == (RoleGranted(OURS.address, member, TREASURY, Role.MINTER, 0, until, NOW, NOW),)
    assert done.changed == {TREASURY, address}
    assert done.lamports(address) == -done.lamports(TREASURY) == world.chain.rent_of(RoleGrant.SIZE)


def test_a_renewed_role_keeps_its_rent_payer(world: World) -> None:
    member, address = deputy(Role.PAUSER), OURS.grant(Role.PAUSER, deputy(Role.PAUSER))
    before = world.read(RoleGrant, address)
    world.advance(100)
    for until in (NOW + 101, NOW + 100 + MAX_ROLE_S):  # earlier and later than before
        renewal = calls.grant_role(OURS, Role.PAUSER, member, until).swap(payer=ALICE)
        old = world.read(RoleGrant, address).expires_at
        done = world.run(renewal)
        assert world.read(RoleGrant, address) == replace(before, expires_at=until, granted_at=NOW + 100)
        event = RoleGranted(OURS.address, member, TREASURY, Role.PAUSER, old, until, NOW + 100, NOW + 100)
        assert done.events == (event,)
        assert done.changed == {address}


def test_revoke_role_gives_the_rent_back(world: World) -> None:
    member, address = deputy(Role.REDEEMER), OURS.grant(Role.REDEEMER, deputy(Role.REDEEMER))
    rent = world.get(address).lamports
    done = world.run(calls.revoke_role(OURS, Role.REDEEMER, member))
    assert world.chain.get(address) is None
    assert done.events == (RoleRevoked(OURS.address, member, Role.REDEEMER, ROLE_UNTIL, NOW),)
    assert done.changed == {TREASURY, address}
    assert done.lamports(TREASURY) == rent == world.chain.rent_of(RoleGrant.SIZE)


def test_a_revoked_role_can_be_granted_anew_by_another_payer(world: World) -> None:
    member, address = deputy(Role.MINTER), OURS.grant(Role.MINTER, deputy(Role.MINTER))
    world.do(calls.revoke_role(OURS, Role.MINTER, member))
    done = world.run(calls.grant_role(OURS, Role.MINTER, member, NOW + DAY_S).swap(payer=ALICE))
    assert world.read(RoleGrant, address).rent_payer == ALICE
    assert done.events == (RoleGranted(OURS.address, member, ALICE, Role.MINTER, 0, NOW + DAY_S, NOW, NOW),)
    assert done.lamports(ALICE) == -world.chain.rent_of(RoleGrant.SIZE)
