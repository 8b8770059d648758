"""Who may do what to a redemption request: each transition by everybody who may not, whatever grant is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, CASHIER, MALLORY, OURS, RIVAL, TREASURY, deputy, staff
from tests.embedded.chain import Call, key
from tests.embedded.setups import freeze
from tests.embedded.stages import Kind, Stage, at_stage, audit, skip
from tests.embedded.world import ALICE_HAS, NOW, ROLE_UNTIL, World, fill
from xstock_client.constants import DAY_S, PROGRAM_ID, Role
from xstock_client.errors import TransactionFailed

TEN = ALICE_HAS // 10
LATER = NOW + 4 * DAY_S
"""When all of this happens: every deadline is still ahead."""
SHORT = {role: key(f"short-lived {role.name}") for role in (Role.REDEEMER, Role.ARBITER)}
"""Their grants ended this very second."""
FRESH = {role: key(f"fresh {role.name}") for role in (Role.REDEEMER, Role.ARBITER)}
"""Their grants still wait."""
JUNIOR = key("arbiter since yesterday")
FORMER = deputy(Role.REDEEMER)
"""Revoked."""
OTHER_STAFF = [staff(role) for role in Role if role not in (Role.REDEEMER, Role.ARBITER)]
STRANGERS = [ALICE, BOB, MALLORY, CASHIER, TREASURY, RIVAL.authority, *OTHER_STAFF]

STAGES = {
    "accept": (Stage.REQUESTED, Kind.LIMIT),
    "accept off chain": (Stage.REQUESTED, Kind.OFF_CHAIN),
    "settle": (Stage.ACCEPTED, Kind.MARKET),
    "mark_paid": (Stage.ACCEPTED, Kind.OFF_CHAIN),
    "reject": (Stage.REQUESTED, Kind.MARKET),
    "reject accepted": (Stage.ACCEPTED, Kind.OFF_CHAIN),
    "rule": (Stage.DISPUTED, Kind.OFF_CHAIN),
    "cancel": (Stage.REQUESTED, Kind.LIMIT),
    "cancel quoted": (Stage.QUOTED, Kind.MARKET),
    "agree": (Stage.QUOTED, Kind.MARKET),
    "dispute": (Stage.PAID, Kind.OFF_CHAIN),
    "confirm": (Stage.ACCEPTED, Kind.OFF_CHAIN),
    "conclude": (Stage.PAID, Kind.OFF_CHAIN),
    "conclude upheld": (Stage.UPHELD, Kind.OFF_CHAIN),
}
DESK: dict[str, Callable[[], Call]] = {
    "accept": lambda: calls.accept_redemption(APPLE, id=0),
    "accept off chain": lambda: calls.accept_redemption(APPLE, id=0),
    "settle": lambda: calls.settle_redemption(APPLE, TEN, id=0),
    "mark_paid": lambda: calls.mark_paid(APPLE, id=0),
    "reject": lambda: calls.reject_redemption(APPLE, id=0),
    "reject accepted": lambda: calls.reject_redemption(APPLE, id=0),
}


@cache
def _staffed(stage: Stage, kind: Kind) -> Callable[[World], None]:
    def prepare(world: World) -> None:
        # a request of the same second as the grants, so that the junior arbiter came later
        for address, account in at_stage(stage, kind).chain.state().items():
            world.chain.set_account(address, account)
        for role in SHORT:
            world.do(calls.grant_role(OURS, role, SHORT[role], LATER))
        world.do(calls.grant_role(OURS, Role.ARBITER, JUNIOR, ROLE_UNTIL))
        skip(world, LATER)
        for role in FRESH:
            world.do(calls.grant_role(OURS, role, FRESH[role], ROLE_UNTIL))
        world.do(calls.revoke_role(OURS, Role.REDEEMER, FORMER))

    return prepare


def scene(name: str) -> World:
    world = fill(World(), _staffed(*STAGES[name]))
    assert world.now == LATER
    if name.startswith("reject"):
        freeze(world, APPLE.wallet(ALICE))
    return world


def shown(member: Pubkey) -> Iterator[Pubkey]:
    """Grants that somebody without the role could show: everybody's of the right role, and all of their own."""
    yield OURS.grant(Role.REDEEMER)
    yield RIVAL.grant(Role.REDEEMER)
    yield OURS.grant(Role.ATTESTOR_MANAGER)
    for role in Role:
        if member in (staff(role), deputy(role)):
            yield OURS.grant(role, member)
            yield RIVAL.grant(role, member)


@pytest.mark.parametrize("name", list(DESK))
def test_the_desk_alone(name: str) -> None:
    world, sent = scene(name), DESK[name]()
    for member in [*STRANGERS, staff(Role.ARBITER), JUNIOR]:
        theirs = sent.swap(redeemer=member)
        world.refuse(theirs.swap(grant=PROGRAM_ID), "NotAuthority")
        for grant in shown(member):
            world.refuse(theirs.swap(grant=grant), "WrongRoleGrant")
    # the redeemer without its grant, with one of another role, or with that of another issuer
    world.refuse(sent.swap(grant=PROGRAM_ID), "NotAuthority")
    for grant in (OURS.grant(Role.CORPORATE, staff(Role.REDEEMER)), RIVAL.grant(Role.REDEEMER)):
        world.refuse(sent.swap(grant=grant), "WrongRoleGrant")
    world.refuse(sent.swap(issuer=RIVAL.address, grant=RIVAL.grant(Role.REDEEMER)), "WrongIssuer")
    rival = sent.swap(issuer=RIVAL.address, redeemer=RIVAL.authority, grant=PROGRAM_ID)
    world.refuse(rival, "WrongIssuer")
    # the authority needs no grant, and must not show somebody else's
    world.refuse(sent.swap(redeemer=OURS.authority), "WrongRoleGrant")
    world.do(sent.swap(redeemer=OURS.authority, grant=PROGRAM_ID))
    audit(world)


@pytest.mark.parametrize("name", list(DESK))
def test_a_redeemer_in_office_alone(name: str) -> None:
    world, sent = scene(name), DESK[name]()
    former = sent.swap(redeemer=FORMER, grant=OURS.grant(Role.REDEEMER, FORMER))
    world.refuse(former, "UninitializedAccount")
    short = sent.swap(redeemer=SHORT[Role.REDEEMER], grant=OURS.grant(Role.REDEEMER, SHORT[Role.REDEEMER]))
    world.refuse(short, "RoleExpired", expired_at=LATER, now=LATER)
    fresh = sent.swap(redeemer=FRESH[Role.REDEEMER], grant=OURS.grant(Role.REDEEMER, FRESH[Role.REDEEMER]))
    world.refuse(fresh, "RoleNotYetValid", valid_from=LATER + calls.TIMELOCK_S, now=LATER)
    for member in (FORMER, *SHORT.values(), *FRESH.values()):
        world.refuse(sent.swap(redeemer=member), "WrongRoleGrant")
        world.refuse(sent.swap(redeemer=member, grant=PROGRAM_ID), "NotAuthority")
    world.do(sent)
    audit(world)


def test_a_short_grant_works_up_to_its_last_second() -> None:
    member = SHORT[Role.REDEEMER]
    sent = DESK["accept"]().swap(redeemer=member, grant=OURS.grant(Role.REDEEMER, member))
    world = at_stage(Stage.REQUESTED)
    world.do(calls.grant_role(OURS, Role.REDEEMER, member, LATER))
    skip(world, LATER - 1)
    world.do(sent)


@pytest.mark.parametrize("paid", [True, False])
def test_the_arbiter_that_the_holder_named_alone(paid: bool) -> None:
    """Its key, whatever became of its grant."""
    world, sent = scene("rule"), calls.rule_dispute(APPLE, paid, id=0)
    officers = [OURS.authority, staff(Role.REDEEMER), FORMER, deputy(Role.ARBITER), JUNIOR]
    for member in [*STRANGERS, *officers, *SHORT.values(), *FRESH.values()]:
        world.refuse(sent.swap(arbiter=member), "WrongArbiter")
    assert "must sign" in str(world.fail(sent.unsigned("arbiter")))
    world.do(calls.revoke_role(OURS, Role.ARBITER, staff(Role.ARBITER)))
    world.advance(calls.TIMELOCK_S)
    world.do(sent)
    audit(world)


HOLDERS: dict[str, Callable[[], Call]] = {
    "cancel": lambda: calls.cancel_redemption(APPLE, id=0),
    "cancel quoted": lambda: calls.cancel_redemption(APPLE, id=0),
    "agree": lambda: calls.agree_quote(APPLE, id=0),
    "dispute": lambda: calls.dispute_payment(APPLE, id=0),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_the_holder_alone(name: str) -> None:
    world, sent = scene(name), HOLDERS[name]()
    staffed = [staff(role) for role in Role]
    for member in [BOB, MALLORY, CASHIER, TREASURY, OURS.authority, RIVAL.authority, FORMER, JUNIOR, *staffed]:
        world.refuse(sent.swap(holder=member), "NotHolder")
    assert "must sign" in str(world.fail(sent.unsigned("holder")))
    world.do(sent)
    audit(world)


def test_nobody_else_asks_for_a_holder() -> None:
    world = scene("cancel")
    mine = calls.request_redemption(APPLE, TEN, id=1)
    for member in [BOB, MALLORY, TREASURY, OURS.authority, *(staff(role) for role in Role)]:
        refused = world.fail(mine.swap(authority=member))
        assert isinstance(refused, TransactionFailed) and "neither owns the token account nor" in str(refused)
    for holder in (BOB, MALLORY):
        world.refuse(mine.swap(holder=holder, request=APPLE.request(holder, 1)), "NotHolder")
    theirs = calls.request_redemption(APPLE, TEN, id=0, holder=BOB, source=APPLE.wallet(ALICE))
    world.refuse(theirs, "WrongTokenAccount")
    world.refuse(theirs.swap(authority=ALICE), "WrongTokenAccount")
    world.do(mine)
    audit(world)


@pytest.mark.parametrize("name", ["confirm", "conclude"])
def test_a_payment_that_can_be_disputed_is_the_holders_to_conclude(name: str) -> None:
    world = scene(name)
    for member in [*STRANGERS[1:], OURS.authority, staff(Role.REDEEMER), staff(Role.ARBITER)]:
        sent = calls.conclude_redemption(APPLE, id=0, caller=member)
        if name == "confirm":  # the desk has not claimed anything yet
            world.refuse(sent, "WrongRequestState", state=2, needed=3)
        else:
            world.refuse(sent, "StillDisputable", now=LATER, until=NOW + calls.DISPUTE_WINDOW_S)
    world.do(calls.conclude_redemption(APPLE, id=0))
    audit(world)


@pytest.mark.parametrize("caller", [ALICE, BOB, MALLORY, OURS.authority, RIVAL.authority, staff(Role.PAUSER)])
def test_anybody_concludes_what_was_upheld_and_defaults_what_is_overdue(caller: Pubkey) -> None:
    world = scene("conclude upheld")
    world.do(calls.conclude_redemption(APPLE, id=0, caller=caller))
    audit(world)
    world = at_stage(Stage.OVERDUE)
    world.do(calls.default_redemption(APPLE, id=0, caller=caller))
    assert world.dollars(ALICE) == 20 * calls.DOLLAR_UNIT
    audit(world)
