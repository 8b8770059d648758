"""Calls of corporate actions that would succeed, when they happen, and rows that several tables have."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    CHANGE_DELAY_S,
    RIVAL,
    TESLA,
    staff,
)
from tests.embedded.cases import row
from tests.embedded.chain import Call
from tests.embedded.dividends import Step, at_step
from tests.embedded.world import NOW, World
from xstock_client.constants import DAY_S, HOUR_S, Role

__all__ = [
    "ANNOUNCED_AT",
    "APPLY",
    "CANCEL",
    "DELISTING",
    "EX",
    "NAMES",
    "NONE",
    "NOON",
    "SPLIT",
    "STOCK",
    "YEAR_S",
    "at",
    "foreign",
]


EX = NOW + 3 * DAY_S
"""When actions here begin."""
NOON = NOW // DAY_S * DAY_S + 12 * HOUR_S
ANNOUNCED_AT = NOW + CHANGE_DELAY_S
"""When dividends are announced: once the attestors are in force."""
YEAR_S = 366 * DAY_S
NONE = Pubkey.default()

SPLIT = calls.announce_split(APPLE, EX + DAY_S)
STOCK = calls.announce_stock_dividend(APPLE, EX + DAY_S)
DELISTING = calls.announce_delisting(APPLE, EX)
NAMES = calls.announce_identifiers(APPLE, EX, TESLA.isin, TESLA.symbol)
APPLY = calls.apply_identifiers(APPLE, TESLA.isin, TESLA.symbol)
CANCEL = calls.cancel_action(APPLE)


def at(step: Step) -> Callable[[World], None]:
    """A step of a row: a dividend of Apple's stands there."""

    def stand(world: World) -> None:
        at_step(step, world)

    return stand


def foreign(good: Call, signer: str, role: Role, *before: Callable[[World], object]) -> None:
    """Another issuer, with its officer or by its authority."""
    theirs = {"issuer": RIVAL.address, "grant": RIVAL.grant(role), signer: staff(role)}
    row(good.swap(**theirs), "WrongIssuer", f"another issuer's {role.label}", *before)
    theirs |= {"grant": good.address("program"), signer: RIVAL.authority}
    row(good.swap(**theirs), "WrongIssuer", f"another issuer's authority, not {role.label}", *before)
