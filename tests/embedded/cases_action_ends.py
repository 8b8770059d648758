"""Refusals of what follows an announcement: cancelling it, new identifiers, and what an action stops."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    MALLORY,
    NVIDIA,
    OURS,
    RIVAL_APPLE,
    TESLA,
)
from tests.embedded.cases import Attempt, case, row
from tests.embedded.cases_corporate import (
    APPLY,
    CANCEL,
    DELISTING,
    EX,
    NAMES,
    SPLIT,
    STOCK,
    at,
    foreign,
)
from tests.embedded.cases_ready import doing, waiting
from tests.embedded.dividends import Step
from tests.embedded.world import NOW, World
from xstock_client import pda
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, Role

# Cancelling

foreign(CANCEL, "canceller", Role.PAUSER, doing(SPLIT))
row(calls.cancel_action(APPLE, reason=bytes(32)), "EmptyCustodianField", "no reason", doing(SPLIT))
row(CANCEL, "WrongActionState", "twice", doing(SPLIT, CANCEL), state=2)
row(CANCEL.swap(mint=NVIDIA.mint), "WrongMint", "another stock's mint", doing(SPLIT))
row(
    CANCEL.swap(action=NVIDIA.action()),
    "WrongAsset",
    "another stock's action",
    doing(SPLIT, calls.announce_split(NVIDIA, EX + DAY_S)),
)
row(CANCEL, "SnapshotTaken", "its snapshot is taken", at(Step.RECORDED), snapshot=0)
for _name, _good in {"a split": SPLIT, "a stock dividend": STOCK}.items():
    row(
        CANCEL,
        "AlreadyEffective",
        f"{_name} in the second in which it is in force",
        doing(_good),
        waiting(EX + DAY_S - NOW),
        effective_at=EX + DAY_S,
        now=EX + DAY_S,
    )
row(
    CANCEL,
    "AlreadyEffective",
    "a delisting that is in force",
    doing(DELISTING),
    waiting(EX - NOW),
    effective_at=EX,
    now=EX,
)


# New identifiers


def _due(world: World) -> None:
    world.do(NAMES)
    world.advance(EX - world.now)


row(
    APPLY,
    "NotYetEffective",
    "a second early",
    doing(NAMES),
    waiting(EX - NOW - 1),
    effective_at=EX,
    now=EX - 1,
)
row(
    APPLY,
    "ChangeExpired",
    "two weeks late",
    doing(NAMES),
    waiting(EX - NOW + CHANGE_LIFE_S + 1),
    expired_at=EX + CHANGE_LIFE_S,
    now=EX + CHANGE_LIFE_S + 1,
)
row(
    APPLY.swap(old_symbol_marker=pda.symbol_marker(OURS.address, "NEWx")),
    "ChangeExpired",
    "a later change is in force",
    doing(NAMES, calls.announce_identifiers(APPLE, EX + DAY_S, APPLE.isin, "NEWx", 1)),
    waiting(EX + DAY_S - NOW),
    doing(calls.apply_identifiers(APPLE, APPLE.isin, "NEWx", 1)),
    expired_at=EX + DAY_S,
    now=EX + DAY_S,
)
row(APPLY, "WrongActionKind", "a split", doing(SPLIT), kind=3, needed=5)
row(APPLY, "WrongActionState", "a cancelled one", doing(NAMES, CANCEL), waiting(EX - NOW), state=2)
row(APPLY.swap(mint=NVIDIA.mint), "WrongMint", "another stock's mint", _due)
row(APPLY.swap(rent_receiver=MALLORY), "WrongRentReceiver", "a stranger", _due)
for _isin_, _symbol_, _about in (
    (TESLA.isin, "OTHERx", "another symbol than announced"),
    ("US5949181045", TESLA.symbol, "another ISIN than announced"),
):
    row(calls.apply_identifiers(APPLE, _isin_, _symbol_), "WrongAction", _about, _due)
row(
    APPLY.swap(asset=RIVAL_APPLE.asset, mint=RIVAL_APPLE.mint),
    "WrongIssuer",
    "another issuer's stock",
    _due,
)
row(
    APPLY.swap(asset=NVIDIA.asset, mint=NVIDIA.mint),
    "WrongAsset",
    "another stock",
    _due,
)


@case("apply_identifiers", "IdentifierTaken")
def the_symbol_of_another_stock(world: World) -> Attempt:
    world.do(calls.announce_identifiers(APPLE, EX, TESLA.isin, NVIDIA.symbol))
    world.advance(EX - NOW)
    return calls.apply_identifiers(APPLE, TESLA.isin, NVIDIA.symbol), {}


@case("apply_identifiers", "IdentifierTaken")
def the_ISIN_of_another_stock(world: World) -> Attempt:  # noqa: N802
    world.do(calls.announce_identifiers(APPLE, EX, NVIDIA.isin, TESLA.symbol))
    world.advance(EX - NOW)
    return calls.apply_identifiers(APPLE, NVIDIA.isin, TESLA.symbol), {}


_MARKS = {
    "old_isin_marker": pda.isin_marker(OURS.address, NVIDIA.isin),
    "old_symbol_marker": pda.symbol_marker(OURS.address, NVIDIA.symbol),
}
for _name, _other_marker in _MARKS.items():
    row(APPLY.swap(**{_name: _other_marker}), "WrongMarker", f"{_name} of another stock", _due)
    _left_out: dict[str, Any] = {_name: None}
    row(
        calls.apply_identifiers(APPLE, TESLA.isin, TESLA.symbol, **_left_out),
        "WrongMarker",
        f"{_name} left out",
        _due,
    )


def _one(isin: str, symbol: str, marker: str, address: Pubkey) -> None:
    """Only one identifier changes, and the other one's marker is passed as given up."""

    passed: dict[str, Any] = {marker: address}

    def attempt(world: World) -> Attempt:
        world.do(calls.announce_identifiers(APPLE, EX, isin, symbol))
        world.advance(EX - NOW)
        return calls.apply_identifiers(APPLE, isin, symbol, **passed), {}

    attempt.__name__ = f"{marker}_of_one_that_stays"
    case("apply_identifiers", "WrongMarker")(attempt)


_one(TESLA.isin, APPLE.symbol, "old_symbol_marker", _MARKS["old_symbol_marker"])
_one(APPLE.isin, TESLA.symbol, "old_isin_marker", _MARKS["old_isin_marker"])


# What an action stops

MINT = calls.mint_shares(APPLE, 10, ticket=5)


def _pending(now: int) -> None:
    row(
        MINT,
        "SplitPending",
        f"{now - EX} seconds after it is ex",
        doing(SPLIT),
        waiting(now - NOW),
        ex_at=EX,
        effective_at=EX + DAY_S,
        now=now,
    )


_pending(EX)
_pending(EX + DAY_S - 1)
for _later in (0, 100 * DAY_S):
    row(
        MINT,
        "Delisted",
        f"{_later} seconds after the end",
        doing(DELISTING),
        waiting(EX + _later - NOW),
        delisted_at=EX,
        now=EX + _later,
    )
