"""Refusals of whoever signs without the right: roles, admins, authorities, by every way in which a grant is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from solders.pubkey import Pubkey

from tests.embedded import calls, cases_ready
from tests.embedded.calls import APPLE, MALLORY, OURS, RIVAL, TESLA, TIMELOCK_S, deputy, spare_role, staff
from tests.embedded.cases import CASES, Attempt, Case
from tests.embedded.cases_corporate import EX, SPLIT, YEAR_S, at
from tests.embedded.chain import Call, key
from tests.embedded.dividends import Step
from tests.embedded.world import NOW, RESERVE, ROLE_UNTIL, World
from xstock_client.accounts import RoleGrant
from xstock_client.constants import DAY_S, Role

MINTER, ADMIN, PAUSER = Role.MINTER, Role.ADMIN, Role.PAUSER
LATE = key("late officer")
"""A key whose grants are young."""


@dataclass(frozen=True)
class Office:
    """A call whose ``signer`` shows that it holds ``role`` by ``grant``."""

    call: Call
    role: Role
    signer: str
    grant: str = "grant"
    prepare: Callable[[World], None] | None = None
    """Makes it succeed; what the rows of money do for the call's name unless named."""

    def by(self, member: Pubkey, grant: Pubkey) -> Call:
        return self.call.swap(**{self.signer: member, self.grant: grant})


def latched(world: World) -> None:
    for settled in (0, RESERVE):
        world.do(world.attest(APPLE, 0, settled))


def with_chain(world: World) -> None:
    world.do(calls.register_chain(APPLE, 0))


def proposed(world: World) -> None:
    world.do(calls.propose_authority(OURS, key("heir")))


def renouncing(world: World) -> None:
    for member in (staff(Role.COMPLIANCE), deputy(Role.COMPLIANCE)):
        world.do(calls.revoke_role(OURS, Role.COMPLIANCE, member))
    world.do(calls.renounce_role(OURS, Role.COMPLIANCE))


def role_waits(world: World) -> None:
    world.do(calls.grant_role(OURS, MINTER, key("new minter"), NOW + 30 * DAY_S))


def keys_wait(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 2))


def raise_waits(world: World) -> None:
    world.do(calls.set_allowance(APPLE, staff(MINTER), 2 * calls.WINDOW_LIMIT))


def policy_waits(world: World) -> None:
    world.do(calls.set_policy(APPLE, min_custodians=1))


def attestors_wait(world: World) -> None:
    world.do(calls.set_attestors(APPLE))


def split_ahead(world: World) -> None:
    world.do(SPLIT)


_BY = staff(ADMIN)
OFFICES = (
    Office(calls.mint_shares(APPLE, 1, ticket=5), MINTER, "minter"),
    Office(
        calls.mint_shares(APPLE, 1, ticket=5, approver=staff(Role.APPROVER)),
        Role.APPROVER,
        "approver",
        "approver_grant",
    ),
    Office(calls.register_custodian(APPLE, 2), Role.ATTESTOR_MANAGER, "manager"),
    Office(calls.retire_custodian(APPLE, 0), Role.ATTESTOR_MANAGER, "manager"),
    Office(calls.register_chain(APPLE, 0), Role.ATTESTOR_MANAGER, "manager"),
    Office(calls.retire_chain(APPLE, 0), Role.ATTESTOR_MANAGER, "manager", prepare=with_chain),
    Office(calls.accept_redemption(APPLE, id=0), Role.REDEEMER, "redeemer"),
    Office(calls.settle_redemption(APPLE, 10, id=0), Role.REDEEMER, "redeemer"),
    Office(calls.mark_paid(APPLE, id=0), Role.REDEEMER, "redeemer"),
    Office(calls.reject_redemption(APPLE, id=0), Role.REDEEMER, "redeemer"),
    Office(calls.halt(APPLE, 1), PAUSER, "pauser"),
    Office(calls.resume(APPLE, 1), Role.UNPAUSER, "unpauser"),
    Office(calls.reopen(APPLE), Role.UNPAUSER, "unpauser", prepare=latched),
    # an admin in the place of the authority
    Office(calls.grant_role(OURS, MINTER, MALLORY, NOW + 30 * DAY_S, by=_BY), ADMIN, "authority", "admin_grant"),
    Office(calls.revoke_role(OURS, MINTER, staff(MINTER), by=_BY), ADMIN, "authority", "admin_grant"),
    Office(calls.list_asset(TESLA, by=_BY), ADMIN, "authority", "admin_grant"),
    Office(calls.set_policy(APPLE, min_custodians=3, by=_BY), ADMIN, "authority", "admin_grant"),
    Office(calls.set_allowance(APPLE, staff(MINTER), 0, by=_BY), ADMIN, "authority", "admin_grant"),
    Office(calls.raise_watermark(APPLE, 1, by=_BY), ADMIN, "authority", "admin_grant"),
    Office(calls.set_chain_cap(APPLE, 0, 5, by=_BY), ADMIN, "authority", "admin_grant", with_chain),
    Office(calls.open_bond(APPLE, by=_BY), ADMIN, "authority", "admin_grant"),
    # an admin or a treasurer
    *(
        Office(call, role, "authority")
        for role in (ADMIN, Role.TREASURER)
        for call in (calls.queue_bond_withdrawal(APPLE, 10, by=role), calls.withdraw_bond(APPLE, by=role))
    ),
    # a pauser in the place of the authority
    Office(calls.cancel_handoff(OURS), PAUSER, "canceller", prepare=proposed),
    Office(calls.cancel_renunciation(OURS), PAUSER, "canceller", prepare=renouncing),
    Office(calls.cancel_role_change(OURS, MINTER, key("new minter")), PAUSER, "canceller", prepare=role_waits),
    Office(calls.cancel_slot_change(APPLE, 1, 2), PAUSER, "canceller", prepare=keys_wait),
    Office(calls.cancel_raise(APPLE, staff(MINTER)), PAUSER, "canceller", prepare=raise_waits),
    Office(calls.cancel_policy(APPLE), PAUSER, "canceller", prepare=policy_waits),
    Office(calls.cancel_bond_withdrawal(APPLE), PAUSER, "canceller"),
    # corporate actions and dividends
    Office(calls.set_attestors(APPLE), Role.ATTESTOR_MANAGER, "manager"),
    *(
        Office(calls.cancel_attestors(APPLE, by=staff(role), role=role), role, "canceller", prepare=attestors_wait)
        for role in (ADMIN, PAUSER)
    ),
    Office(SPLIT, Role.CORPORATE, "officer"),
    *(
        Office(calls.cancel_action(APPLE, role=role), role, "canceller", prepare=split_ahead)
        for role in (Role.CORPORATE, ADMIN, PAUSER)
    ),
    Office(calls.declare_distribution(APPLE, NOW + YEAR_S), Role.CORPORATE, "officer", prepare=at(Step.FINAL)),
    Office(calls.reclaim_distribution(APPLE), Role.TREASURER, "treasurer", prepare=at(Step.OPEN)),
)


POWERFUL = {("the member's grant of another role", "cancel_action", role) for role in (ADMIN, PAUSER)}
"""Rows that would not be refused: the spare role of these is the corporate one, which cancels actions too."""


def _expired(world: World, office: Office) -> Attempt:
    """The grant of a young key, in the second in which it expires."""
    waits = office.role is not PAUSER
    until = world.now + 60 + (TIMELOCK_S if waits else 0)
    world.do(calls.grant_role(OURS, office.role, LATE, until))
    world.advance(until - world.now)
    return office.by(LATE, OURS.grant(office.role, LATE)), {"expired_at": until, "now": until}


def _waiting(world: World, office: Office) -> Attempt:
    """A second before a young key's grant begins. Pausers' begin at once, so theirs is bent by hand."""
    grant, start = OURS.grant(office.role, LATE), world.now + TIMELOCK_S
    world.do(calls.grant_role(OURS, office.role, LATE, ROLE_UNTIL))
    if office.role is PAUSER:
        for name, value in (("expires_at", 0), ("next_expires_at", ROLE_UNTIL), ("next_from", start)):
            world.patch_field(RoleGrant, grant, name, value)
    assert world.read(RoleGrant, grant).next_from == start
    world.advance(TIMELOCK_S - 1)
    return office.by(LATE, grant), {"valid_from": start, "now": start - 1}


def _wrong(member: Pubkey, grant: Pubkey) -> Callable[[World, Office], Attempt]:
    return lambda world, office: (office.by(member, grant), {})


def _bring(world: World, good: Call, prepare: Callable[[World], None] | None) -> None:
    """To where ``good`` would succeed."""
    if prepare is None:
        cases_ready.prepare(world, good.name)
    else:
        prepare(world)


def _add(office: Office, code: str, about: str, attempt: Callable[[World, Office], Attempt]) -> None:
    def prepared(world: World) -> Attempt:
        _bring(world, office.call, office.prepare)
        return attempt(world, office)

    CASES.append(Case(office.call.name, code, f"{office.role.label}: {about}", prepared))


for _office in OFFICES:
    _role, _member = _office.role, staff(_office.role)
    for _about, _attempt in {
        "the grant of another issuer": _wrong(_member, RIVAL.grant(_role)),
        "the grant of another member": _wrong(_member, OURS.grant(_role, deputy(_role))),
        "a stranger with the member's grant": _wrong(MALLORY, OURS.grant(_role)),
        "the member's grant of another role": _wrong(_member, OURS.grant(spare_role(_role), _member)),
    }.items():
        if (_about, _office.call.name, _role) not in POWERFUL:
            _add(_office, "WrongRoleGrant", _about, _attempt)
    _add(_office, "RoleExpired", "in the second in which it expires", _expired)
    _add(_office, "RoleNotYetValid", "a second before it begins", _waiting)


# The issuer's authority


def _authority(good: Call, signer: str, prepare: Callable[[World], None] | None = None, what: str = "") -> None:
    for about, member in {
        "a stranger": MALLORY,
        "another issuer's authority": RIVAL.authority,
        "an admin without its grant": staff(ADMIN),
        "a pauser without its grant": staff(PAUSER),
    }.items():

        def attempt(world: World, member: Pubkey = member) -> Attempt:
            _bring(world, good, prepare)
            return good.swap(**{signer: member}), {}

        CASES.append(Case(good.name, "NotAuthority", f"{about} {what}".strip(), attempt))


for _good in (
    calls.propose_authority(OURS, key("heir")),
    calls.grant_role(OURS, MINTER, MALLORY, NOW + DAY_S),
    calls.revoke_role(OURS, MINTER, staff(MINTER)),
    calls.renounce_role(OURS, MINTER),
    calls.list_asset(TESLA),
    calls.set_policy(APPLE, min_custodians=3),
    calls.set_allowance(APPLE, staff(MINTER), 0),
    calls.raise_watermark(APPLE, 1),
):
    _authority(_good, "authority")
_authority(calls.grant_role(OURS, ADMIN, MALLORY, NOW + DAY_S), "authority", what="makes an admin")
_authority(calls.revoke_role(OURS, ADMIN, deputy(ADMIN)), "authority", what="revokes an admin")
_authority(calls.set_chain_cap(APPLE, 0, 5), "authority", with_chain)
_authority(calls.cancel_handoff(OURS, by=None), "canceller", proposed)
_authority(calls.cancel_renunciation(OURS, by=None), "canceller", renouncing)
_authority(calls.cancel_role_change(OURS, MINTER, key("new minter"), by=None), "canceller", role_waits)
_authority(calls.cancel_slot_change(APPLE, 1, 2, by=None), "canceller", keys_wait)
_authority(calls.cancel_raise(APPLE, staff(MINTER), by=None), "canceller", raise_waits)
_authority(calls.cancel_policy(APPLE, by=None), "canceller", policy_waits)
_authority(calls.open_bond(APPLE), "authority")
for _good, _signer in (
    (calls.accept_redemption(APPLE, id=0, by_authority=True), "redeemer"),
    (calls.settle_redemption(APPLE, 10, id=0, by_authority=True), "redeemer"),
    (calls.mark_paid(APPLE, id=0, by_authority=True), "redeemer"),
    (calls.reject_redemption(APPLE, id=0, by_authority=True), "redeemer"),
    (calls.queue_bond_withdrawal(APPLE, 10, by=None), "authority"),
    (calls.withdraw_bond(APPLE, by=None), "authority"),
    (calls.cancel_bond_withdrawal(APPLE, by=None), "canceller"),
):
    _authority(_good, _signer)
for _good, _signer, _prepare in (
    (calls.cancel_attestors(APPLE, by=OURS.authority), "canceller", attestors_wait),
    (calls.announce_split(APPLE, EX + DAY_S, by=OURS.authority), "officer", None),
    (calls.cancel_action(APPLE, by=OURS.authority), "canceller", split_ahead),
    (calls.declare_distribution(APPLE, NOW + YEAR_S, by=OURS.authority), "officer", at(Step.FINAL)),
    (calls.reclaim_distribution(APPLE, by=OURS.authority), "treasurer", at(Step.OPEN)),
):
    _authority(_good, _signer, _prepare)


# What an admin cannot do in the authority's place


def _admin(good: Call, about: str) -> None:
    CASES.append(Case(good.name, "WrongRoleGrant", about, lambda world: (good, {})))


_admin(calls.grant_role(OURS, ADMIN, MALLORY, NOW + 30 * DAY_S, by=_BY), "an admin makes an admin")
_admin(calls.grant_role(OURS, ADMIN, deputy(ADMIN), ROLE_UNTIL + DAY_S, by=_BY), "an admin renews another")
_admin(calls.revoke_role(OURS, ADMIN, deputy(ADMIN), by=_BY), "an admin revokes another")
