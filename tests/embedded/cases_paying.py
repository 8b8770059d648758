"""Refusals around payments outside the chain."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    ALICE,
    APPLE,
    BOB,
    DISPUTE_WINDOW_S,
    MALLORY,
    NVIDIA,
    OURS,
    REDEMPTION_WINDOW_S,
    RIVAL,
    TIMELOCK_S,
    deputy,
    staff,
)
from tests.embedded.cases import SUPPLY, raise_supply, row
from tests.embedded.cases_ready import (
    ACCEPT,
    CONCLUDE,
    DISPUTE,
    MARK,
    OFF_REQUEST,
    RULE,
    TEN,
    doing,
    in_state,
    money,
    waiting,
)
from tests.embedded.chain import key
from tests.embedded.setups import add_chain
from tests.embedded.world import NOW, ROLE_UNTIL, World
from xstock_client.accounts import RedemptionRequest, RoleGrant
from xstock_client.constants import ARBITRATION_S, NO_CHAIN, Payout, Role

ACCEPT_BY, SETTLE_BY = NOW + ACCEPT_WINDOW_S, NOW + REDEMPTION_WINDOW_S
UNTIL = NOW + DISPUTE_WINDOW_S
WALLET, OTHER = APPLE.wallet(ALICE), APPLE.wallet(BOB)
LATE = key("late arbiter")
ARBITER = Role.ARBITER


in_state(MARK, 2, 0, 1, 3, 4, 5, 6)
in_state(DISPUTE, 3, 0, 1, 2, 4, 5, 6)
in_state(RULE, 4, 0, 1, 2, 3, 5, 6)
in_state(CONCLUDE, 3, 0, 1, 6)
in_state(CONCLUDE.swap(caller=MALLORY), 3, 2, 4)


# The desk says that it paid

money(calls.mark_paid(APPLE, id=0, evidence_hash=bytes(32)), "EmptyCustodianField", "no evidence", {})
money(MARK.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", {})
money(MARK.swap(asset=NVIDIA.asset), "WrongAsset", "another asset", {})
money(MARK.swap(issuer=RIVAL.address, grant=RIVAL.grant(Role.REDEEMER)), "WrongIssuer", "another issuer's desk", {})
money(
    MARK,
    "WrongPayout",
    "one to be paid on chain",
    {"payout": Payout.ON_CHAIN, "needed": Payout.OFF_CHAIN},
    lambda world: world.patch_field(RedemptionRequest, APPLE.request(ALICE, 0), "payout", Payout.ON_CHAIN),
)
money(
    MARK,
    "DeadlinePassed",
    "a second late",
    {"now": SETTLE_BY + 1, "deadline": SETTLE_BY},
    waiting(REDEMPTION_WINDOW_S + 1),
)


def _to_chain(to: int, about: str, code: str, **figures: int) -> None:
    row(
        calls.mark_paid(APPLE, id=0, to_chain=to),
        code,
        about,
        lambda world: add_chain(world, 0, cap=50, supply=41),
        doing(OFF_REQUEST, ACCEPT),
        **figures,
    )


_to_chain(0, "a raw unit above the cap", "AboveChainCap", amount=TEN, there=41, cap=50)
_to_chain(1, "no chain there", "SlotEmpty", slot=1)
for _slot in (8, NO_CHAIN - 1):
    _to_chain(_slot, f"slot {_slot}", "SlotOutOfRange", slot=_slot)


money(
    MARK,
    "AlreadyClaimed",
    "a second claim",
    {"paid_at": NOW},
    doing(MARK, DISPUTE, calls.rule_dispute(APPLE, False, id=0)),
)


# Its arbiter, whom the desk shows when it accepts

ASKED = doing(OFF_REQUEST)
row(calls.accept_redemption(APPLE, id=0, arbiter=None), "WrongArbiter", "nobody", ASKED)
for _about, _grant in {
    "another arbiter": OURS.grant(ARBITER, deputy(ARBITER)),
    "another issuer's": RIVAL.grant(ARBITER, deputy(ARBITER)),
    "the desk": OURS.grant(Role.REDEEMER),
}.items():
    row(ACCEPT.swap(arbiter_grant=_grant), "WrongArbiter", _about, ASKED)
for _about, _grant in {
    "the arbiter's of another issuer": RIVAL.grant(ARBITER),
    "the arbiter's other role": OURS.grant(Role.CORPORATE, staff(ARBITER)),
}.items():
    row(ACCEPT.swap(arbiter_grant=_grant), "WrongRoleGrant", _about, ASKED)

BY_LATE = calls.accept_redemption(APPLE, id=0, arbiter=LATE)
"""The desk shows an arbiter who was granted at ``NOW`` and holds office a timelock later."""


def _late(about: str, code: str, asked: int, waited: int, *, until: int = ROLE_UNTIL, **figures: int) -> None:
    """Asked after ``asked`` seconds, shown after ``waited`` more."""
    row(
        BY_LATE,
        code,
        about,
        doing(calls.grant_role(OURS, ARBITER, LATE, until)),
        waiting(asked),
        doing(calls.request_redemption(APPLE, TEN, id=0, payout=Payout.OFF_CHAIN, arbiter=LATE)),
        waiting(waited),
        **figures,
    )


BEGINS = NOW + TIMELOCK_S
_late("a second before its time", "RoleNotYetValid", 0, TIMELOCK_S - 1, valid_from=BEGINS, now=BEGINS - 1)
_late(
    "in the second in which it ends",
    "RoleExpired",
    0,
    TIMELOCK_S + 60,
    until=BEGINS + 60,
    expired_at=BEGINS + 60,
    now=BEGINS + 60,
)
_late(
    "in office a second after the request",
    "ArbiterTooNew",
    TIMELOCK_S - 1,
    1,
    held_since=BEGINS,
    requested_at=BEGINS - 1,
)
NEEDED = SETTLE_BY + DISPUTE_WINDOW_S + ARBITRATION_S
row(
    ACCEPT,
    "ArbiterLeaves",
    "in the last second in which it could rule",
    ASKED,
    lambda world: world.patch_field(RoleGrant, OURS.grant(ARBITER), "expires_at", NEEDED),
    expires_at=NEEDED,
    needed=NEEDED,
)
row(
    ACCEPT,
    "ArbiterLeaves",
    "its revocation waits",
    ASKED,
    doing(calls.revoke_role(OURS, ARBITER, staff(ARBITER))),
    expires_at=BEGINS,
    needed=NEEDED,
)


def _its_own(arbiter: Pubkey) -> Callable[[World], None]:
    """``arbiter`` holds the role, and a request names it."""

    def step(world: World) -> None:
        world.do(calls.grant_role(OURS, ARBITER, arbiter, ROLE_UNTIL))
        world.advance(TIMELOCK_S)
        world.do(calls.request_redemption(APPLE, TEN, id=0, payout=Payout.OFF_CHAIN, arbiter=arbiter))

    return step


for _by_authority in (False, True):
    row(
        calls.accept_redemption(APPLE, id=0, arbiter=OURS.authority, by_authority=_by_authority),
        "SelfArbitration",
        f"the authority is the arbiter: {_by_authority}",
        _its_own(OURS.authority),
    )
DESK = staff(Role.REDEEMER)
row(
    MARK,
    "SelfArbitration",
    "the desk is its own arbiter",
    _its_own(DESK),
    doing(calls.accept_redemption(APPLE, id=0, arbiter=DESK)),
)


# The holder disputes, an arbiter rules

for _who in (BOB, MALLORY, staff(Role.REDEEMER)):
    money(DISPUTE.swap(holder=_who), "NotHolder", f"{_who}", {})
for _good in (DISPUTE, RULE):
    money(_good.swap(asset=NVIDIA.asset), "WrongAsset", "another asset of the issuer", {})
money(
    DISPUTE,
    "DeadlinePassed",
    "a second late",
    {"now": UNTIL + 1, "deadline": UNTIL},
    waiting(DISPUTE_WINDOW_S + 1),
)
for _paid in (False, True):
    money(
        calls.rule_dispute(APPLE, _paid, id=0),
        "DeadlinePassed",
        f"a second late: {_paid}",
        {"now": NOW + ARBITRATION_S + 1, "deadline": NOW + ARBITRATION_S},
        waiting(ARBITRATION_S + 1),
    )


for _who in (deputy(ARBITER), DESK, ALICE, OURS.authority):
    money(calls.rule_dispute(APPLE, True, id=0, arbiter=_who), "WrongArbiter", f"{_who}", {})
money(RULE.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", {})


# Concluding

for _seconds in (0, DISPUTE_WINDOW_S):
    money(
        calls.conclude_redemption(APPLE, id=0, caller=MALLORY),
        "StillDisputable",
        f"a stranger after {_seconds} s",
        {"now": NOW + _seconds, "until": UNTIL},
        waiting(_seconds),
    )
money(
    CONCLUDE,
    "WrongPayout",
    "one to be paid on chain",
    {"payout": Payout.ON_CHAIN, "needed": Payout.OFF_CHAIN},
    lambda world: world.patch_field(RedemptionRequest, APPLE.request(ALICE, 0), "payout", Payout.ON_CHAIN),
)
money(
    CONCLUDE,
    "SlotOutOfRange",
    "issued on a chain that cannot be",
    {"slot": 8},
    lambda world: world.patch_field(RedemptionRequest, APPLE.request(ALICE, 0), "to_chain", 8),
)
money(CONCLUDE, "SupplyAboveBooks", "a second door", {"supply": SUPPLY + 1, "known": SUPPLY}, raise_supply)
