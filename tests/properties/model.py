"""What the promises say, in plain Python: lists, dicts and integers of any size.

Written from the promises and the documented rules, not from the program's code. Each operation answers with its
outcome (``"ok"``, or the name of the first refusal in the documented order) and changes the model only when it is
``"ok"``; ``told`` then holds what the event must say. Multiplier one throughout: there are no splits yet, so a raw
unit is a share's base unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Self

from tests.properties.parts import (
    ALREADY,
    CUSTODIANS,
    DAY,
    FROZEN,
    MANAGER,
    MINTER,
    MISSING,
    NEVER,
    OK,
    OUTSIDERS,
    PAGE,
    PAUSED,
    ROLES,
    TOP_FIGURE,
    TOP_STEP,
    U64,
    Allowance,
    Book,
    Custodian,
    Policy,
    Report,
    Request,
)

__all__ = ["Vault"]


@dataclass(slots=True)
class Vault:
    """One asset of one issuer, and everything around it."""

    now: int
    policy: Policy
    authority: str = "auth0"
    heir: str = "nobody"
    grants: dict[tuple[int, str], int] = field(default_factory=dict)
    allowances: dict[str, Allowance] = field(default_factory=dict)
    custodians: dict[int, Custodian] = field(default_factory=dict)
    epochs: int = 0
    pages: set[int] = field(default_factory=set)
    tickets: set[int] = field(default_factory=set)
    supply: int = 0
    known: int = 0
    """Supply as the program last saw it."""
    minted: int = 0
    burned: list[tuple[int, int]] = field(default_factory=list)
    """Every burn, (when, shares), the moment it happened."""
    kept: list[tuple[int, int]] = field(default_factory=list)
    """Burns that the program still keeps, at the time when it noticed them."""
    cleared: int = 0
    """The latest burn that every custodian had reported past."""
    settled: int = 0
    outside: int = 0
    balances: dict[str, int] = field(default_factory=lambda: {"escrow": 0})
    donated: int = 0
    frozen: set[str] = field(default_factory=set)
    paused: bool = False
    books: dict[str, Book] = field(default_factory=dict)
    requests: dict[tuple[str, int], Request] = field(default_factory=dict)
    halts: int = 0
    latched: bool = False
    first_mint: int | None = None
    told: dict[str, Any] = field(default_factory=dict)

    # What counts

    def counted(self, *, fresh: bool) -> tuple[int, int, int]:
        """Promise 4: shares (zero without quorum), oldest counted as-of, distinct custodians."""
        ones = [c for c in self.custodians.values() if c.settled > 0 and c.as_of <= self.now]
        if fresh:
            ones = [c for c in ones if self.now - c.as_of <= self.policy.max_age]
        distinct = len({c.lei for c in ones})
        shares = sum(c.settled for c in ones) if distinct >= self.policy.quorum else 0
        return shares, min((c.as_of for c in ones), default=NEVER), distinct

    def released(self, oldest: int) -> int:
        """Promise 6 to the unit: burned shares that a report as of ``oldest`` may still count."""
        return sum(shares for at, shares in self.burned if at >= oldest)

    def released_by_day(self, oldest: int) -> int:
        """The same as the program keeps it: a day's burns weigh together, by the day's last one."""
        return sum(shares for day in self._days() for _, shares in day if day[-1][0] >= oldest)

    def _days(self) -> list[list[tuple[int, int]]]:
        """Kept burns by calendar day, each day's in order of time."""
        days: dict[int, list[tuple[int, int]]] = {}
        for at, shares in sorted(self.kept):
            days.setdefault(at // DAY, []).append((at, shares))
        return list(days.values())

    def keep(self, shares: int) -> None:
        """A burn is noticed. There is room for eight days; a report that old counts for nothing."""
        today = self.now // DAY
        self.kept = [(at, n) for at, n in self.kept if at // DAY == today or (at // DAY - today) % 8]
        self.kept.append((self.now, shares))

    def _clear(self) -> None:
        """Days of burns that everyone who ever reported has reported past are forgotten for good."""
        times = [one.as_of for one in self.custodians.values() if one.reported]
        for day in self._days():
            if times and day[-1][0] < min(times):
                self.cleared = max(self.cleared, day[-1][0])
                self.kept = [burn for burn in self.kept if burn not in day]

    def observe(self) -> None:
        """The program looks at the supply: what is gone was burned from outside."""
        gone = self.known - self.supply
        self.told |= {"supply": self.supply, "burned_outside": gone}
        if gone:
            self.keep(gone)
            self.known, self.outside = self.supply, self.outside + gone

    def owed(self, more: int = 0) -> int:
        """Promise 1: the obligation in shares, with ``more`` raw units in existence, as the program last saw it."""
        return self.known + more + self.released_by_day(self.counted(fresh=True)[1])

    def seen(self) -> Self:
        """The same vault after the program has looked at the supply."""
        trial = replace(self, kept=[*self.kept], told={})
        trial.observe()
        return trial

    def room(self) -> int:
        """What can be minted as far as the reserve goes; negative when it is short."""
        return self.counted(fresh=True)[0] - self.seen().owed()

    def _covered(self) -> str:
        """Promise 1 for what loosens and mints nothing: no quorum asked, so that an asset can be set up."""
        return OK if self.owed() <= self.counted(fresh=True)[0] else "ReserveShort"

    def _judge(self, more: int) -> str:
        """Promise 1 with ``more`` raw units in existence, by fresh figures."""
        shares, _, distinct = self.counted(fresh=True)
        self.told = {"reserve": shares, "custodians": distinct, "obligation": self.seen().owed(more)}
        if distinct < self.policy.quorum:
            return "QuorumNotMet"
        return OK if self.told["obligation"] <= shares else "ReserveShort"

    def _latch(self) -> None:
        """Bad news was taken: latch when the last figures, whatever their age, do not cover it."""
        shares = self.counted(fresh=False)[0]
        self.latched = self.latched or self.owed() > shares
        self.told |= {"obligation": self.owed(), "reserve": shares, "latched": int(self.latched)}

    def _grant(self, role: int, member: str, shown: tuple[int, str]) -> str:
        if shown != (role, member) or member in OUTSIDERS:
            return "WrongRoleGrant"
        return OK if self.now < self.grants[shown] else "RoleExpired"

    # Issuer

    def grant_role(self, by: str, role: int, member: str, expires: int) -> str:
        if by != self.authority:
            return "NotAuthority"
        if role not in ROLES:
            return "UnknownRole"
        if not self.now < expires <= self.now + 366 * DAY:
            return "RoleExpiryOutOfRange"
        self.told = {"old_expires_at": self.grants.get((role, member), 0), "expires_at": expires}
        self.grants[role, member] = expires
        return OK

    def revoke_role(self, by: str, role: int, member: str, rent_to: str = "relayer") -> str:
        if (role, member) not in self.grants:
            return MISSING
        if by != self.authority:
            return "NotAuthority"
        if member in OUTSIDERS:
            return "WrongIssuer"
        if rent_to != "relayer":
            return "WrongRentReceiver"
        self.told = {"expires_at": self.grants.pop((role, member))}
        return OK

    def propose(self, by: str, heir: str) -> str:
        if by != self.authority:
            return "NotAuthority"
        self.heir, self.told = heir, {}
        return OK

    def inherit(self, by: str) -> str:
        if by != self.heir:
            return "NotPendingAuthority"
        self.authority, self.heir, self.told = by, "nobody", {}
        return OK

    def set_allowance(self, by: str, minter: str, limit: int, cap: int, *, rival: bool = False, swap: str = "") -> str:
        if not rival and by != self.authority:
            return "NotAuthority"
        if rival:
            return "WrongIssuer"
        if swap:
            return "WrongAsset"
        old = self.allowances.get(minter, Allowance())
        new = in_force = old.today(self.now)
        raised = limit > new.limit or cap > new.cap
        if raised and (code := self._covered()) != OK:
            return code
        at = self.now if self.first_mint is None else self.now + self.policy.delay
        new = replace(new, limit=min(limit, new.limit), cap=min(cap, new.cap))
        new = replace(new, waiting=(limit, cap, at) if raised else None).today(self.now)
        self.allowances[minter] = new
        self.told = {"old_window_limit": in_force.limit, "window_limit": new.limit, "lifetime_cap": new.cap}
        return OK

    # Custodians

    def register(
        self, by: str, shown: tuple[int, str], slot: int, lei: str, account: str, key: str, other: bool = False
    ) -> str:
        if shown not in self.grants:
            return MISSING
        if (code := self._grant(MANAGER, by, shown)) != OK:
            return code
        if other:
            return "WrongAsset"
        if not lei or not account or key == "nobody":
            return "EmptyCustodianField"
        if not 0 <= slot < CUSTODIANS:
            return "SlotOutOfRange"
        own = self.custodians.get(slot)
        if own and (own.lei, own.account) != (lei, account):
            return "SlotTaken"
        for number, one in sorted(self.custodians.items()):
            if key in (one.key, one.next_key):
                return "KeyInUse"
            if number != slot and one.account == account:
                return "AccountInUse"
        self.epochs += 1
        self.told = {"epoch": self.epochs, "replaces": int(own is not None)}
        own = self.custodians.setdefault(slot, Custodian(lei, account))
        if own.next_key and self.now >= own.next_from:  # its time had come: the key before it stays dead
            own.key, own.epoch, own.sequence = own.next_key, own.next_epoch, 0
        own.next_key, own.next_epoch = key, self.epochs
        own.next_from = self.now if self.first_mint is None else self.now + self.policy.delay
        return OK

    def retire(self, by: str, shown: tuple[int, str], slot: int) -> str:
        if shown not in self.grants:
            return MISSING
        if (code := self._grant(MANAGER, by, shown)) != OK:
            return code
        if not 0 <= slot < CUSTODIANS:
            return "SlotOutOfRange"
        if slot not in self.custodians:
            return "SlotEmpty"
        self.told = {}
        self.observe()
        self.told |= {"reserve_before": self.counted(fresh=False)[0], "settled": self.custodians.pop(slot).settled}
        self._latch()
        return OK

    def attest(self, reports: Sequence[Report]) -> str:
        """Promise 3: what is not exactly right counts for nothing; what is right and bad is never refused.

        Reports that come together are judged together, and one that is wrong takes all with it.
        """
        trial = deepcopy(self.custodians)
        for report in reports:
            if (code := self._take(trial, report)) != OK:
                return code
        self.told = {}
        self.observe()
        self.custodians = trial
        self._clear()
        self._latch()
        if len(reports) > 1:
            del self.told["burned_outside"]  # told by the first event
        return OK

    def _take(self, custodians: dict[int, Custodian], report: Report) -> str:
        if not 0 <= report.slot < CUSTODIANS:
            return "SlotOutOfRange"
        slot = custodians.get(report.slot)
        if slot is None:
            return "SlotEmpty"
        new = slot.next_key == report.signer
        if new and self.now < slot.next_from:
            return "AttesterNotYetValid"
        if not new and slot.key != report.signer:
            return "WrongAttester"
        if not new and slot.next_key and self.now >= slot.next_from:
            return "ReplacedAttester"
        epoch, last = (slot.next_epoch, 0) if new else (slot.epoch, slot.sequence)
        if report.epoch != epoch:
            return "WrongEpoch"
        if report.basis != 0:
            return "WrongBasis"
        if not last < report.sequence <= last + TOP_STEP:
            return "BadSequence"
        if report.as_of > self.now:
            return "FutureReport"
        if report.as_of <= 0 or report.as_of < slot.as_of or (not slot.reported and report.as_of <= self.cleared):
            return "OlderReport"
        if max(report.settled, report.in_transit) > TOP_FIGURE:
            return "FigureTooLarge"
        if new:
            slot.key, slot.epoch, slot.next_key, slot.next_epoch, slot.next_from = report.signer, epoch, None, 0, 0
        slot.sequence, slot.as_of, slot.settled, slot.reported = report.sequence, report.as_of, report.settled, True
        return OK

    # Minting

    def open_page(self, page: int) -> str:
        if page in self.pages:
            return ALREADY
        self.pages.add(page)
        self.told = {"page": page}
        return OK

    def mint(
        self,
        by: str,
        ticket: int,
        amount: int,
        to: str,
        *,
        shown: tuple[int, str],
        allowance: str,
        page: int,
        swap: str = "",
    ) -> str:
        """The one door. ``swap`` names an account that is another asset's, or not what it should be."""
        mine = self.allowances.get(allowance)
        if shown not in self.grants or mine is None or (page not in self.pages and swap != "tickets"):
            return MISSING
        if amount == 0:
            return "ZeroAmount"
        if swap in ("token_program", "mint"):
            return {"token_program": "WrongTokenProgram", "mint": "WrongMint"}[swap]
        if to == "escrow":
            return "WrongTokenAccount"
        if (code := self._grant(MINTER, by, shown)) != OK:
            return code
        if swap == "allowance":
            return "WrongAsset"
        if allowance != by:
            return "WrongMinter"
        if swap == "reserve":
            return "WrongAsset"
        if self.halts & 1:
            return "MintHalted"
        if self.latched:
            return "Latched"
        if swap == "tickets":
            return "WrongAsset"
        if page != ticket // PAGE:
            return "WrongTicketPage"
        if ticket in self.tickets:
            return "TicketUsed"
        mine = mine.today(self.now)
        if amount > mine.limit - mine.used:
            return "WindowExceeded"
        if amount > mine.cap - mine.ever:
            return "LifetimeCapExceeded"
        if self.minted + amount > U64:
            return "Overflow"
        if (code := self._judge(amount)) != OK:
            return code
        if to in self.frozen or self.paused:
            return FROZEN if to in self.frozen else PAUSED
        mine = replace(mine, used=mine.used + amount, ever=mine.ever + amount)
        self.told |= {"window_used": mine.used, "lifetime_used": mine.ever, "supply_before": self.supply}
        self.observe()
        self.allowances[by] = mine
        self.tickets.add(ticket)
        self.supply, self.known, self.minted = self.supply + amount, self.known + amount, self.minted + amount
        self.told["supply"] = self.supply
        self.balances[to] += amount
        self.first_mint = self.now if self.first_mint is None else self.first_mint
        return OK
