"""Refusals of what sends tokens back without the holder: rejections and defaults."""

from __future__ import annotations

from tests.embedded import calls, tokens
from tests.embedded.calls import (
    ACCEPT_WINDOW_S,
    ALICE,
    APPLE,
    BOB,
    EURO,
    NVIDIA,
    REDEMPTION_WINDOW_S,
    RIVAL_APPLE,
    purse,
)
from tests.embedded.cases import row
from tests.embedded.cases_ready import (
    ACCEPT,
    DEFAULT,
    DISPUTE,
    OFF_REQUEST,
    REJECT,
    REQUEST,
    TEN,
    doing,
    in_state,
    money,
    waiting,
)
from tests.embedded.setups import add_chain, freeze, pay_off_chain, thaw
from tests.embedded.world import DOLLARS, NOW, World
from xstock_client.constants import ARBITRATION_S

ACCEPT_BY, SETTLE_BY = NOW + ACCEPT_WINDOW_S, NOW + REDEMPTION_WINDOW_S
WALLET, OTHER = APPLE.wallet(ALICE), APPLE.wallet(BOB)

in_state(REJECT, 2, 0, 3, 4, 5, 6)
in_state(DEFAULT, 2, 0, 3, 5, 6)


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
