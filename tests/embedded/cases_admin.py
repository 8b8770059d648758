"""Refusals of what issuers ask for: their own terms, roles, handoffs and listings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    MALLORY,
    OURS,
    RIVAL,
    RIVAL_APPLE,
    TESLA,
    TIMELOCK_S,
    Desk,
    deputy,
    staff,
)
from tests.embedded.cases import OLD_TOKEN, SUPPLY, Attempt, case, row
from tests.embedded.chain import key
from tests.embedded.setups import short
from tests.embedded.world import NOW, ROLE_UNTIL, World
from xstock_client.accounts import Issuer, RoleGrant
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, MAX_ROLE_S, Role

MINTER = Role.MINTER
HEIR = key("heir")


# The issuer


for _text, _length in ((b"", 0), (b"\0x", 2), (b"a\0b", 3), (b"\0" * 31 + b"x", 32)):
    row(calls.create_issuer(Desk(99), name=_text), "BadText", f"name {_text!r}", length=_length, limit=32)
for _seconds in (DAY_S - 1, 30 * DAY_S + 1, 0, -1, 2**63 - 1, -(2**63)):
    row(
        calls.create_issuer(Desk(99), timelock_s=_seconds),
        "TimelockOutOfRange",
        f"{_seconds}",
        seconds=_seconds,
        minimum=DAY_S,
        maximum=30 * DAY_S,
    )


# The handoff


@case("accept_authority", "NotPendingAuthority")
def nobody_was_proposed(world: World) -> Attempt:
    return calls.accept_authority(OURS, MALLORY), {}


@case("accept_authority", "NotPendingAuthority")
def another_was_proposed(world: World) -> Attempt:
    world.do(calls.propose_authority(OURS, HEIR))
    world.advance(TIMELOCK_S)
    return calls.accept_authority(OURS, OURS.authority), {}


@case("accept_authority", "ChangeNotReady")
def a_second_early(world: World) -> Attempt:
    world.do(calls.propose_authority(OURS, HEIR))
    world.advance(TIMELOCK_S - 1)
    return calls.accept_authority(OURS, HEIR), {"ready_at": NOW + TIMELOCK_S, "now": NOW + TIMELOCK_S - 1}


@case("accept_authority", "ChangeExpired")
def a_second_late(world: World) -> Attempt:
    world.do(calls.propose_authority(OURS, HEIR))
    until = NOW + TIMELOCK_S + CHANGE_LIFE_S
    world.advance(until + 1 - NOW)
    return calls.accept_authority(OURS, HEIR), {"expired_at": until, "now": until + 1}


row(calls.cancel_handoff(OURS), "NothingQueued", "nobody was proposed", waits_until=0, now=NOW)


# Roles

for _role in (0, 12, 16, 32, 255):
    row(calls.grant_role(OURS, _role, MALLORY, NOW + DAY_S), "UnknownRole", f"role {_role}", role=_role)
for _until in (NOW, NOW - 1, 0, -(2**63), NOW + MAX_ROLE_S + 1, 2**63 - 1):
    row(
        calls.grant_role(OURS, MINTER, MALLORY, _until),
        "RoleExpiryOutOfRange",
        f"until {_until}",
        expires_at=_until,
        now=NOW,
    )


@case("grant_role", "Overflow")
def more_grants_than_can_be_counted(world: World) -> Attempt:
    world.patch(OURS.address, Issuer.OFFSETS["grants"] + 2 * MINTER, b"\xff\xff")
    return calls.grant_role(OURS, MINTER, MALLORY, NOW + DAY_S), {}


@case("grant_role", "RoleRenounced")
def a_renounced_role(world: World) -> Attempt:
    desk = Desk(99)
    world.do(calls.create_issuer(desk), calls.renounce_role(desk, Role.TREASURER))
    return calls.grant_role(desk, Role.TREASURER, MALLORY, NOW + DAY_S), {"role": 10}


@case("revoke_role", "WrongIssuer")
def a_grant_of_another_issuer(world: World) -> Attempt:
    return calls.revoke_role(OURS, MINTER, staff(MINTER)).swap(grant=RIVAL.grant(MINTER)), {}


@case("revoke_role", "WrongRentReceiver")
def the_rent_to_a_stranger(world: World) -> Attempt:
    return calls.revoke_role(OURS, MINTER, staff(MINTER)).swap(rent_receiver=MALLORY), {}


@case("revoke_role", "UnknownRole")
def a_grant_of_no_role(world: World) -> Attempt:
    # no instruction makes one
    world.patch_field(RoleGrant, OURS.grant(MINTER), "role", 16)
    return calls.revoke_role(OURS, MINTER, staff(MINTER)), {}


@case("revoke_role", "Overflow")
def more_revoked_than_granted(world: World) -> Attempt:
    world.patch(OURS.address, Issuer.OFFSETS["grants"] + 2 * MINTER, b"\0\0")
    return calls.revoke_role(OURS, MINTER, staff(MINTER)), {}


for _role in (Role.PAUSER, Role.UNPAUSER, Role.REDEEMER, Role.ATTESTOR_MANAGER, Role.ARBITER):
    row(calls.renounce_role(OURS, _role), "CannotRenounce", _role.label, role=_role)
for _number in (0, 12, 16, 33, 255):
    row(calls.renounce_role(OURS, _number), "CannotRenounce", f"role {_number}", role=_number)
# staff, deputy, and for two of them the staff of other roles
for _role, _held in ((MINTER, 2), (Role.CORPORATE, 12), (Role.TREASURER, 3)):
    row(calls.renounce_role(OURS, _role), "RoleStillHeld", _role.label, role=_role, grants=_held)


@case("renounce_role", "RoleStillHeld")
def by_an_expired_grant(world: World) -> Attempt:
    desk = Desk(99)
    world.do(calls.create_issuer(desk), calls.grant_role(desk, Role.ADMIN, MALLORY, NOW + 60))
    world.advance(61)
    return calls.renounce_role(desk, Role.ADMIN), {"role": 1, "grants": 1}


@case("renounce_role", "RoleRenounced")
def a_second_time(world: World) -> Attempt:
    desk = Desk(99)
    world.do(calls.create_issuer(desk), calls.renounce_role(desk, Role.ADMIN))
    return calls.renounce_role(desk, Role.ADMIN), {"role": 1}


@case("renounce_role", "ChangeNotReady")
def a_second_before_its_time(world: World) -> Attempt:
    unheld(world, Role.COMPLIANCE)
    world.do(calls.renounce_role(OURS, Role.COMPLIANCE))
    world.advance(TIMELOCK_S - 1)
    ready_at = NOW + TIMELOCK_S
    return calls.renounce_role(OURS, Role.COMPLIANCE), {"ready_at": ready_at, "now": ready_at - 1}


def unheld(world: World, role: Role) -> None:
    """Nobody holds ``role`` of our issuer any more."""
    for member in (staff(role), deputy(role)):
        world.do(calls.revoke_role(OURS, role, member))


row(calls.cancel_renunciation(OURS), "NothingQueued", "nothing is renounced", waits_until=0, now=NOW)


@case("cancel_role_change", "WrongIssuer")
def a_waiting_role_of_another_issuer(world: World) -> Attempt:
    world.do(calls.grant_role(RIVAL, MINTER, MALLORY, ROLE_UNTIL))
    return calls.cancel_role_change(OURS, MINTER, MALLORY).swap(role=RIVAL.grant(MINTER, MALLORY)), {}


row(
    calls.cancel_role_change(OURS, MINTER, staff(MINTER)),
    "NothingQueued",
    "a role that holds",
    waits_until=0,
    now=NOW,
)


@case("cancel_role_change", "NothingQueued")
def in_the_second_in_which_it_begins(world: World) -> Attempt:
    world.do(calls.grant_role(OURS, MINTER, MALLORY, ROLE_UNTIL))
    world.advance(TIMELOCK_S)
    return calls.cancel_role_change(OURS, MINTER, MALLORY), {"waits_until": world.now, "now": world.now}


# Allowances


@case("set_allowance", "WrongIssuer")
def an_asset_of_another_issuer(world: World) -> Attempt:
    ours = calls.set_allowance(RIVAL_APPLE, staff(MINTER))
    return ours.swap(issuer=OURS.address, authority=OURS.authority), {}


@case("cancel_raise", "WrongIssuer")
def a_raise_of_another_issuer(world: World) -> Attempt:
    world.do(calls.set_allowance(RIVAL_APPLE, staff(MINTER), 2 * calls.WINDOW_LIMIT))
    theirs = calls.cancel_raise(RIVAL_APPLE, staff(MINTER))
    return theirs.swap(issuer=OURS.address, grant=OURS.grant(Role.PAUSER)), {}


@case("set_allowance", "ReserveShort")
def raise_while_short(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 1), world.attest(APPLE, 1, 2))
    return calls.set_allowance(APPLE, staff(MINTER), 2 * calls.WINDOW_LIMIT, 0), short(3, SUPPLY)


@case("set_allowance", "ReserveShort")
def a_higher_threshold_while_short(world: World) -> Attempt:
    world.do(calls.set_allowance(APPLE, staff(MINTER), threshold=5))
    world.do(world.attest(APPLE, 0, 1), world.attest(APPLE, 1, 2))
    return calls.set_allowance(APPLE, staff(MINTER), threshold=6), short(3, SUPPLY)


@case("set_allowance", "ReserveShort")
def a_first_allowance_without_fresh_reports(world: World) -> Attempt:
    world.advance(calls.MAX_AGE_S)
    return calls.set_allowance(APPLE, MALLORY, 0, 1), short(0, SUPPLY)


row(
    calls.set_allowance(APPLE, deputy(MINTER), calls.WINDOW_LIMIT + 1),
    "ChangesHalted",
    "a raise",
    lambda world: world.do(calls.halt(APPLE, 4)),
)
row(calls.cancel_raise(APPLE, staff(MINTER)), "NothingQueued", "no raise", waits_until=0, now=NOW)


# Listings

for _argument, _limit in (("name", 32), ("uri", 160), ("terms_uri", 128)):
    for _value in ("", "x" * (_limit + 1), "x\0"):
        _text_of: dict[str, Any] = {_argument: _value}
        row(
            calls.list_asset(TESLA, **_text_of),
            "BadText",
            f"{_argument} of {len(_value)} bytes",
            length=len(_value),
            limit=_limit,
        )
for _isin in ("US88160R1015", "us88160R1014", "U188160R1014", "US88160R101X", "US88160R-014", "\0" * 12):
    row(calls.list_asset(TESLA, isin=_isin.encode()), "BadIsin", repr(_isin))
for _symbol in (b"", b"TSLA x", b"TSL\0x", b"\0TSLA", b"TSLA_", b"TSL\xc3\xa4"):
    row(calls.list_asset(TESLA, symbol=_symbol.ljust(12, b"\0")), "BadSymbol", repr(_symbol))
for _number in (3, 2**32 - 1):
    # a number that is in use fails at the asset's address already, so only an unused address shows the check
    row(calls.list_asset(replace(TESLA, number=_number)), "WrongAssetNumber", f"{_number}", given=_number, next=2)
row(calls.list_asset(TESLA).swap(token_program=OLD_TOKEN), "WrongTokenProgram", "Token")


@case("list_asset", "Overflow")
def after_the_last_number(world: World) -> Attempt:
    last = 2**32 - 1
    world.patch_field(Issuer, OURS.address, "asset_count", last)
    return calls.list_asset(replace(TESLA, number=last)), {}
