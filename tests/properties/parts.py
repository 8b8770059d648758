"""The words of the reference model: outcomes, limits, and the small records that it keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

__all__ = [
    "ALREADY",
    "CUSTODIANS",
    "DAY",
    "FROZEN",
    "MANAGER",
    "MINTER",
    "MISSING",
    "NEVER",
    "OK",
    "OUTSIDERS",
    "PAGE",
    "PAUSED",
    "PAUSER",
    "POOR",
    "REDEEMER",
    "ROLES",
    "TOP_FIGURE",
    "TOP_STEP",
    "U64",
    "UNPAUSER",
    "Allowance",
    "Book",
    "Custodian",
    "Policy",
    "Report",
    "Request",
]

OK: Final = "ok"
MISSING: Final = "missing"
"""An account that the instruction needs does not exist; the framework refuses before any rule is looked at."""
ALREADY: Final = "exists"
"""An account that the instruction creates exists."""
POOR: Final = "token:1"
FROZEN: Final = "token:17"
PAUSED: Final = "token:67"

DAY: Final = 86_400
U64: Final = 2**64 - 1
CUSTODIANS: Final = 8
PAGE: Final = 4096
TOP_FIGURE: Final = 2**60
TOP_STEP: Final = 2**32
ROLES: Final = (2, 4, 5, 8, 9)
MINTER, MANAGER, REDEEMER, PAUSER, UNPAUSER = ROLES
OUTSIDERS: Final = ("rival",)
"""Members whose grants another issuer gave."""
NEVER: Final = 2**63
"""Later than any burn: what no report says, no report can say too much."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Fixed at listing; seconds."""

    max_age: int
    delay: int
    window: int
    quorum: int
    only_we_burn: bool


@dataclass(slots=True)
class Custodian:
    """A registered slot. ``key`` is None before its first report, ``next_key`` when none waits."""

    lei: str
    account: str
    key: str | None = None
    epoch: int = 0
    next_key: str | None = None
    next_epoch: int = 0
    next_from: int = 0
    sequence: int = 0
    as_of: int = 0
    settled: int = 0
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A signed statement."""

    signer: str
    slot: int
    epoch: int
    sequence: int
    as_of: int
    settled: int
    in_transit: int = 0
    basis: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """Raw units a day, and ever; ``waiting`` is (limit, cap, from when)."""

    limit: int = 0
    cap: int = 0
    used: int = 0
    ever: int = 0
    at: int = 0
    waiting: tuple[int, int, int] | None = None

    def today(self, now: int) -> Allowance:
        """As it stands now: usage decays by the limit a day, and a raise whose time has come acts."""
        used, passed = self.used, now - self.at
        if passed >= DAY:
            used = 0
        elif passed > 0:
            used = max(0, used - self.limit * passed // DAY)
        new = replace(self, used=used, at=max(self.at, now))
        if self.waiting and now >= self.waiting[2]:
            return replace(new, limit=self.waiting[0], cap=self.waiting[1], waiting=None)
        return new


@dataclass(slots=True)
class Request:
    """Tokens in escrow; ``accepted`` is when, or None."""

    amount: int
    deadline: int
    accepted: int | None = None


@dataclass(slots=True)
class Book:
    """A holder's requests so far."""

    next_id: int = 0
    requested: int = 0
    settled: int = 0
    returned: int = 0
