"""Refusals around payments outside the chain, of rejections and of defaults."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    ALICE,
    APPLE,
    BOB,
    DISPUTE_WINDOW_S,
    EURO,
    MALLORY,
    NVIDIA,
    OURS,
    REDEMPTION_WINDOW_S,
    RIVAL,
    RIVAL_APPLE,
    TIMELOCK_S,
    deputy,
    purse,
    staff,
)
from tests.embedded.cases import SUPPLY, raise_supply, row
from tests.embedded.cases_ready import (
    ACCEPT,
    CONCLUDE,
    DEFAULT,
    DISPUTE,
    MARK,
    OFF_REQUEST,
    REJECT,
    REQUEST,
    RULE,
    TEN,
    doing,
    money,
    waiting,
)
from tests.embedded.chain import Call, key
from tests.embedded.setups import add_chain, freeze, pay_off_chain, thaw
from tests.embedded.world import DOLLARS, NOW, ROLE_UNTIL, World
from xstock_client.accounts import RedemptionRequest, RoleGrant
from xstock_client.constants import ARBITRATION_S, NO_CHAIN, Payout, Role

ACCEPT_BY, SETTLE_BY = NOW + ACCEPT_WINDOW_S, NOW + REDEMPTION_WINDOW_S
UNTIL = NOW + DISPUTE_WINDOW_S
WALLET, OTHER = APPLE.wallet(ALICE), APPLE.wallet(BOB)
LATE = key("late arbiter")
ARBITER = Role.ARBITER


def _in_state(good: Call, needed: int, *states: int) -> None:
    """A request in each of ``states``, where ``good`` needs another."""
    for state in states:
        money(
            good,
            "WrongRequestState",
            f"in state {state}",
            {"state": state, "needed": needed},
            lambda world, state=state: world.patch_field(  # type: ignore[misc]
                RedemptionRequest, APPLE.request(ALICE, 0), "state", state
            ),
        )


_in_state(MARK, 2, 0, 1, 3, 4, 5, 6)
_in_state(DISPUTE, 3, 0, 1, 2, 4, 5, 6)
_in_state(RULE, 4, 0, 1, 2, 3, 5, 6)
_in_state(CONCLUDE, 3, 0, 1, 6)
_in_state(CONCLUDE.swap(caller=MALLORY), 3, 2, 4)
_in_state(REJECT, 2, 0, 3, 4, 5, 6)
_in_state(DEFAULT, 2, 0, 3, 5, 6)


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


# Rejecting


def _thawed(world: World) -> None:
    thaw(world, WALLET)


def _of_bob(world: World) -> None:
    """The frozen account is somebody else's by now."""
    world.patch(WALLET, 32, bytes(BOB))


def _closed(world: World) -> None:
    thaw(world, WALLET)
    world.do(tokens.transfer(APPLE, ALICE, BOB, world.amount(WALLET)), tokens.close(WALLET, ALICE))


for _about, _step in {"not frozen": _thawed, "no longer the holder's": _of_bob, "closed": _closed}.items():
    money(REJECT, "HolderNotFrozen", _about, {}, _step)
money(
    REJECT.swap(source=OTHER),
    "WrongSource",
    "another frozen account of the holder",
    {},
    lambda world: world.patch(OTHER, 32, bytes(ALICE)),
    lambda world: freeze(world, OTHER),
)
money(
    REJECT,
    "DeadlinePassed",
    "a second after the time to accept",
    {"now": ACCEPT_BY + 1, "deadline": ACCEPT_BY},
    waiting(ACCEPT_WINDOW_S + 1),
)
money(
    REJECT,
    "DeadlinePassed",
    "a second after the time to settle",
    {"now": SETTLE_BY + 1, "deadline": SETTLE_BY},
    doing(ACCEPT),
    waiting(REDEMPTION_WINDOW_S + 1),
)


# Defaults

for _good, _about in ((REQUEST, "on chain"), (OFF_REQUEST, "off chain")):
    for _steps, _passed, _deadline in (
        ((_good,), 0, ACCEPT_BY),
        ((_good,), ACCEPT_WINDOW_S, ACCEPT_BY),
        ((_good, ACCEPT), ACCEPT_WINDOW_S + 1, SETTLE_BY),
        ((_good, ACCEPT), REDEMPTION_WINDOW_S, SETTLE_BY),
    ):
        row(
            DEFAULT,
            "DeadlineNotPassed",
            f"{_about}, {len(_steps)} steps, after {_passed} s",
            doing(*_steps),
            waiting(_passed),
            now=NOW + _passed,
            deadline=_deadline,
        )
for _account in ("payment_mint", "bond_vault", "payee"):
    money(
        DEFAULT.swap(**{_account: DEFAULT.address("program")}),
        "PenaltyAccountsMissing",
        f"without {_account}",
        {},
    )
money(calls.default_redemption(APPLE, id=0, pays=False), "PenaltyAccountsMissing", "without all of them", {})
money(DEFAULT.swap(payment_mint=EURO), "WrongPaymentMint", "another coin", {})
for _about, _vault in {
    "another asset's": NVIDIA.bond_vault,
    "another issuer's": RIVAL_APPLE.bond_vault,
    "the asset's of another coin": purse(APPLE.asset, EURO),
}.items():
    money(DEFAULT.swap(bond_vault=_vault), "WrongBondVault", _about, {})
for _about, _payee in {
    "another holder": purse(BOB),
    "another coin": purse(ALICE, EURO),
    "the holder's stocks of another asset": NVIDIA.wallet(ALICE),
}.items():
    money(DEFAULT.swap(payee=_payee), "WrongTokenAccount", f"the penalty to {_about}", {})


def _alices_too(world: World) -> None:
    """Bob's account is a second one of Alice."""
    world.patch(OTHER, 32, bytes(ALICE))


def _moved_on(world: World) -> None:
    """What the tokens came from is somebody else's now."""
    world.patch(WALLET, 32, bytes(BOB))


for _about, _moves in {
    "another one while the source is the holder's": (_alices_too,),
    "one that is not the associated one": (_alices_too, _moved_on),
}.items():
    money(DEFAULT.swap(destination=OTHER), "NotAssociated", f"a stranger sends the tokens to {_about}", {}, *_moves)
money(
    DEFAULT.swap(payee=purse(BOB)),
    "NotAssociated",
    "a stranger has another account of the holder paid",
    {},
    doing(DOLLARS.hand_over(purse(BOB), BOB, ALICE)),
)


# Shares that were said to be issued on another chain


def _unruled(world: World) -> None:
    """Claimed to be issued there, disputed, and nobody ruled in time."""
    add_chain(world, 0, cap=50, supply=0)
    pay_off_chain(world, TEN, to_chain=0)
    world.do(DISPUTE)
    world.advance(ARBITRATION_S + 1)


for _back in (calls.cancel_redemption, calls.default_redemption):
    row(_back(APPLE, id=0), "ReserveMissing", "without the reserve", _unruled)
    _wrong = _back(APPLE, id=0, marked=True).swap(reserve=NVIDIA.reserve)
    row(_wrong, "WrongAsset", "another asset's reserve", _unruled)
