"""What counts and what is owed, in plain Python: lists, dicts, fractions, and integers of any size.

Written from the promises and the documented rules, not from the program's code. Splits act here at their very second;
the program brings itself up to date when it is touched.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any, Self

from tests.properties.claims import Book, Exit, Request, worth
from tests.properties.parts import (
    DAY,
    NEVER,
    OK,
    ONE,
    TOP_FIGURE,
    TRANSIT,
    U64,
    Abroad,
    Allowance,
    Coming,
    Custodian,
    Grant,
    Sent,
    Split,
    Terms,
    Window,
    nothing_queued,
)
from xstock_client.accounts import Policy, QueuedPolicy

__all__ = ["Vault", "largest_total"]


@lru_cache(maxsize=4096)
def largest_total(figures: tuple[int, ...], share_bps: int) -> int:
    """The largest T with ``T = sum(min(x, share * T))``: none counts more than its share of what counts.

    The smaller of x and share * T for each x: so T is at most ``k * share * T`` plus the others, for whichever k.
    """
    ones, share = sorted(figures), Fraction(share_bps, 10_000)
    limits = [sum(ones[: len(ones) - k]) / (1 - k * share) for k in range(len(ones) + 1) if k * share < 1]
    return floor(min(limits))


def _split_cap(policy: Policy, split: Split) -> Policy:
    """A cap in shares, rounded down, within its bounds."""
    return replace(policy, custodian_cap=min(max(split.down(policy.custodian_cap), 1), TOP_FIGURE))


@dataclass(slots=True)
class Vault:
    """One asset of one issuer, and everything around it."""

    now: int
    terms: Terms
    policy: Policy
    queue: QueuedPolicy = field(default_factory=nothing_queued)
    authority: str = "auth0"
    heir: str = "nobody"
    heir_from: int = 0
    heir_until: int = 0
    live: int = 0
    renounced: set[int] = field(default_factory=set)
    renouncing: tuple[int, int] | None = None
    """The role that is about to be renounced, and from when."""
    issuers: set[int] = field(default_factory=set)
    listed: list[tuple[str, str]] = field(default_factory=list)
    """ISIN and symbol of each asset, by its number."""
    grants: dict[tuple[int, str], Grant] = field(default_factory=dict)
    allowances: dict[str, Allowance] = field(default_factory=dict)
    window: Window = field(default_factory=Window)
    """What all minters together minted lately."""
    custodians: dict[int, Custodian] = field(default_factory=dict)
    chains: dict[int, Abroad] = field(default_factory=dict)
    epochs: int = 0
    pages: set[int] = field(default_factory=set)
    tickets: set[int] = field(default_factory=set)
    watermark: int = 0
    supply: int = 0
    known: int = 0
    """Supply as the program last saw it."""
    minted: int = 0
    burned: list[tuple[int, Fraction]] = field(default_factory=list)
    """Every burn whose shares leave a custodian, (when, shares, exactly): at its time, or that of a report which was
    there before it when the clock went back."""
    bridged: list[Sent] = field(default_factory=list)
    """All shares that went to another chain, since the desk said so."""
    gone: int = 0
    """Raw units ever burned, in any way."""
    multiplier: int = ONE
    coming: Coming | None = None
    basis: int = 0
    split: Split | None = None
    """The last one that took effect, ..."""
    split_at: int = 0
    split_ex: int = 0
    """... when, and from when reports could include it."""
    effective: int = 0
    """When a multiplier last took effect; before that the clock does not go back."""
    delisted: int = 0
    slot: int = 0
    snapshot_slot: int = 0
    kept: list[tuple[int, int]] = field(default_factory=list)
    """Burns that the program still keeps, at the time when it noticed them."""
    newest: int = 0
    """The latest time that any custodian's report ever spoke of."""
    cleared: int = 0
    """The latest burn that every custodian had reported past."""
    settled: int = 0
    returned: int = 0
    outside: int = 0
    balances: dict[str, int] = field(default_factory=lambda: {"escrow": 0})
    """Raw units in each token account. A holder's usual account has the holder's name."""
    owners: dict[str, str] = field(default_factory=lambda: {"escrow": "asset"})
    """Of token accounts, and of those of payment mints."""
    delegates: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Who else may take how much out of an account, of either kind."""
    donated: int = 0
    frozen: set[str] = field(default_factory=set)
    """Accounts of either kind."""
    paused: bool = False
    coin: str = ""
    """What redemptions are paid in; nothing before the bond is opened."""
    cash: dict[str, int] = field(default_factory=dict)
    """Base units in each account of a payment mint, by its name: the coin, a slash, and whose it is."""
    taxed: bool = False
    """Whether the euro has come to cost a fee."""
    bond: int = 0
    exit: Exit = field(default_factory=Exit)
    books: dict[str, Book] = field(default_factory=dict)
    requests: dict[tuple[str, int], Request] = field(default_factory=dict)
    halts: int = 0
    latched_at: int = 0
    """Zero while minting is not latched off."""
    first_mint: int = 0
    told: dict[str, Any] = field(default_factory=dict)
    """What the last event must say, ..."""
    before: list[dict[str, Any]] = field(default_factory=list)
    """... and those of the same instruction before it."""

    @property
    def latched(self) -> bool:
        """Whether nothing can be minted."""
        return self.latched_at != 0

    def fork(self) -> Self:
        """A copy to try things on; records that never change are shared."""
        slots = {at: replace(one, ring=replace(one.ring)) for at, one in self.custodians.items()}
        chains = {at: replace(one, ring=replace(one.ring), sent=[*one.sent]) for at, one in self.chains.items()}
        return replace(
            self,
            renounced={*self.renounced},
            issuers={*self.issuers},
            listed=[*self.listed],
            grants={**self.grants},
            allowances={**self.allowances},
            custodians=slots,
            chains=chains,
            pages={*self.pages},
            tickets={*self.tickets},
            burned=[*self.burned],
            bridged=[*self.bridged],
            kept=[*self.kept],
            balances={**self.balances},
            owners={**self.owners},
            delegates={**self.delegates},
            frozen={*self.frozen},
            cash={**self.cash},
            books={name: replace(one) for name, one in self.books.items()},
            requests={at: replace(one) for at, one in self.requests.items()},
            told={},
            before=[],
            **self._fork(),
        )

    def _fork(self) -> dict[str, Any]:
        """What else must be copied."""
        return {}

    # Shares

    def shares(self, raw: int) -> int:
        """What tokens count, rounded up."""
        return min(ceil(Fraction(raw * self.multiplier, ONE)), U64)

    @property
    def ahead(self) -> int:
        """The multiplier that today's supply must be covered at: an announced increase that is no split counts."""
        return (
            max(self.multiplier, self.coming.multiplier) if self.coming and not self.coming.split else self.multiplier
        )

    def owed_for(self, raw: int) -> int:
        """The same at that one."""
        return min(ceil(Fraction(raw * self.ahead, ONE)), U64)

    def take_effect(self) -> None:
        """What is scheduled is in force, and a split is in every figure."""
        coming = self.coming
        if coming is None or self.now < coming.at:
            return
        self.coming, self.multiplier, self.effective = None, coming.multiplier, coming.at
        if (split := coming.split) is None:
            return
        self.basis, self.split, self.split_at, self.split_ex = self.basis + 1, split, coming.at, coming.ex
        ratio = Fraction(split.new, split.old)
        self.kept = [(days[-1][0], split.up(sum(shares for _, shares in days))) for days in self._days()]
        self.burned = [(at, shares * ratio) for at, shares in self.burned]
        self.bridged = [sent._replace(shares=sent.shares * ratio) for sent in self.bridged]
        for one in self.every_slot():
            one.rebase(split)
        self.policy = _split_cap(self.policy, split)
        if self.queue.fields:
            self.queue = replace(self.queue, values=_split_cap(self.queue.values, split))

    def every_slot(self) -> list[Custodian | Abroad]:
        """Custodians and chains."""
        return [*self.custodians.values(), *self.chains.values()]

    # What counts (promise 4)

    def figure(self, one: Custodian, *, fresh: bool) -> int:
        """Shares of one slot; ``fresh``: by its age and its purchases' dates, else by its last report alone."""
        if fresh and not 0 <= self.now - one.as_of <= self.policy.max_age_s:
            return 0
        on_time = one.as_of <= one.by <= one.as_of + TRANSIT and (not fresh or self.now <= one.by)
        left = Fraction(10_000 - self.policy.haircut_bps, 10_000)
        return one.settled + (floor(one.in_transit * left) if on_time else 0)

    def counted(self, *, fresh: bool) -> tuple[int, int, int]:
        """Shares (zero without quorum), oldest counted as-of, distinct custodians."""
        ones = [(one, self.figure(one, fresh=fresh)) for one in self.custodians.values()]
        ones = [(one, figure) for one, figure in ones if figure]
        sums: dict[str, int] = {}
        for one, figure in ones:
            sums[one.lei] = min(sums.get(one.lei, 0) + figure, self.policy.custodian_cap)
        enough = len(sums) >= self.policy.min_custodians
        shares = largest_total(tuple(sorted(sums.values())), self.policy.custodian_share_bps) if enough else 0
        return shares, min((one.as_of for one, _ in ones), default=NEVER), len(sums)

    # What is owed elsewhere

    def is_fresh(self, one: Abroad) -> bool:
        """Whether a chain counts at its report."""
        return one.reported and 0 <= self.now - one.as_of <= self.policy.chain_max_age_s

    def foreign(self, *, fresh: bool, caps: dict[int, int] | None = None) -> int:
        """All chains: a stale one at the larger of report and cap; ``caps`` are those that count as if in use."""
        total = 0
        for slot, one in self.chains.items():
            cap = (caps or {}).get(slot)
            if cap is None and fresh and not self.is_fresh(one):
                cap = one.cap
            total += max(one.owed(), (cap or 0) + one.outbound) if fresh else one.beside(one.supply)
        return min(total, U64)

    def outbound_exactly(self, slot: int) -> Fraction:
        """Shares whose tokens burned here at or after the time that a chain's last report speaks of."""
        one = self.chains[slot]
        burned = [(sent.burned, sent.shares) for sent in self.bridged if sent.slot == slot and sent.burned is not None]
        return sum((shares for at, shares in burned if not one.reported or at >= one.as_of), Fraction(0))

    def twice(self, slot: int) -> Fraction:
        """Shares that a chain's last report may speak of, and that count once more: here, or on their way."""
        one = self.chains[slot]
        told = [sent for sent in self.bridged if sent.slot == slot and one.reported and sent.claimed < one.as_of]
        return sum((sent.shares for sent in told if sent.burned is None or sent.burned >= one.as_of), Fraction(0))

    # Burned shares (promise 6)

    def released(self, oldest: int) -> Fraction:
        """Exactly: burned shares that a report as of ``oldest`` may still count."""
        return sum((shares for at, shares in self.burned if at >= oldest), Fraction(0))

    def released_by_day(self, oldest: int) -> int:
        """The same as the program keeps it: a day's burns weigh together, by the day's last one."""
        return sum(shares for day in self._days() for _, shares in day if day[-1][0] >= oldest)

    def _days(self) -> Collection[list[tuple[int, int]]]:
        """Kept burns by calendar day, each day's in order of time."""
        days: dict[int, list[tuple[int, int]]] = {}
        for at, shares in sorted(self.kept):
            days.setdefault(at // DAY, []).append((at, shares))
        return days.values()

    def burn_time(self) -> int:
        """No report that is here can know of a burn, whatever the clock says."""
        return max(self.now, self.newest)

    def keep(self, shares: int) -> None:
        """A burn is noticed. There is room for eight days; a report that old counts for nothing."""
        today = self.burn_time() // DAY
        self.kept = [(at, n) for at, n in self.kept if at // DAY == today or (at // DAY - today) % 8]
        self.kept.append((self.burn_time(), shares))

    def clear(self) -> None:
        """Days of burns that everyone who ever reported has reported past are forgotten for good."""
        past = min((one.as_of for one in self.custodians.values() if one.reported), default=0)
        for day in list(self._days()):
            if day[-1][0] < past:
                self.cleared = max(self.cleared, day[-1][0])
                self.kept = [burn for burn in self.kept if burn not in day]

    def observe(self) -> None:
        """The program looks at the supply: what is gone was burned from outside."""
        gone = self.known - self.supply
        self.told |= {"supply": self.supply, "burned_outside": gone}
        if gone:
            self.keep(self.shares(gone))
            self.known, self.outside = self.supply, self.outside + gone

    # Promise 1

    def owed(self, more: int = 0, caps: dict[int, int] | None = None) -> int:
        """The obligation in shares by fresh reports, with ``more`` raw units, as the program last saw the supply."""
        released = self.released_by_day(self.counted(fresh=True)[1])
        abroad = min(ceil(Fraction(self.foreign(fresh=True, caps=caps) * self.ahead, self.multiplier)), U64)
        return min(self.owed_for(self.known + more) + released + abroad, U64)

    def holdings(self) -> tuple[int, int]:
        """What custodians last reported, whatever the policy counts of it, and what is owed as far as they know."""
        ones = [one for one in self.custodians.values() if one.reported]
        oldest = min((one.as_of for one in ones), default=NEVER)
        abroad = sum(one.beside(min(one.supply, one.cap)) for one in self.chains.values())
        owed = self.shares(self.known) + self.released_by_day(oldest) + abroad
        return sum(one.settled + one.in_transit for one in ones), owed

    def owed_at_last(self) -> int:
        """The obligation that the latch judges: no chain at its cap."""
        released = self.released_by_day(self.counted(fresh=True)[1])
        return min(self.shares(self.known) + released + self.foreign(fresh=False), U64)

    def needed(self, owed: int) -> int:
        """What the reserve must reach for a mint or a loosening."""
        return min(ceil(Fraction(owed * self.policy.collateral_bps, 10_000)), U64)

    def seen(self) -> Self:
        """The same vault after the program has looked at the supply."""
        trial = replace(self, kept=[*self.kept], told={})
        trial.observe()
        return trial

    def room(self) -> int:
        """What can be minted as far as the reserve goes; negative when it is short."""
        most = floor(Fraction(self.counted(fresh=True)[0] * 10_000, self.policy.collateral_bps))
        seen = self.seen()
        free = most - (seen.owed() - seen.owed_for(seen.known))
        return floor(Fraction(free * ONE, self.ahead)) - seen.known

    def covered(self, caps: dict[int, int] | None = None) -> str:
        """For what loosens and mints nothing: no quorum is asked for, so that an asset can be set up."""
        return OK if self.needed(self.owed(caps=caps)) <= self.counted(fresh=True)[0] else "ReserveShort"

    def cover(self, *, asked: bool) -> dict[str, int]:
        """What an event tells of promise 1, where it was asked for."""
        return {"obligation": self.owed() * asked, "reserve": self.counted(fresh=True)[0] * asked}

    def judge(self, more: int) -> str:
        """With ``more`` raw units in existence, by fresh figures; ``told`` says what was seen."""
        seen = self.seen()
        shares, oldest, distinct = seen.counted(fresh=True)
        self.told = {"reserve": shares, "custodians": distinct, "obligation": seen.owed(more)}
        self.told |= {"released": seen.released_by_day(oldest), "foreign": seen.foreign(fresh=True)}
        if distinct < self.policy.min_custodians:
            return "QuorumNotMet"
        return OK if self.needed(self.told["obligation"]) <= shares else "ReserveShort"

    def latch(self) -> None:
        """Bad news was taken: latch when the last figures, whatever their age, do not cover it."""
        shares, owed = self.counted(fresh=False)[0], self.owed_at_last()
        if owed > shares:
            self.latched_at = self.latched_at or self.now
        self.told |= {"obligation": owed, "reserve": shares, "latched": int(self.latched)}

    # What holders have asked for, and what the bond must be able to pay

    @property
    def pending(self) -> int:
        """Raw units in open requests."""
        return sum(one.amount for one in self.requests.values())

    @property
    def reserved(self) -> int:
        """Base units that open requests could claim of the bond."""
        return sum(one.penalty for one in self.requests.values())

    def bond_for(self, supply: int) -> tuple[int, int]:
        """For a mint: what stays of the bond, and what pays the penalty of the policy's part of the supply."""
        leaves = self.exit.amount if self.now <= self.exit.until else 0
        part = ceil(Fraction(supply * self.policy.bond_coverage_bps, 10_000))
        return max(self.bond - leaves, 0), worth(part, self.policy.penalty_rate)

    def short(self) -> bool:
        """Promise 1 to the unit, by the full lists of burns: whether more is owed than is held."""
        shares, oldest, _ = self.counted(fresh=True)
        abroad = Fraction(0)
        for slot, one in self.chains.items():
            supply = one.supply if self.is_fresh(one) else max(one.supply, one.cap)
            abroad += max(supply + self.outbound_exactly(slot) - self.twice(slot), Fraction(0))
        return self.worth_of(self.supply) + self.released(oldest) + abroad > shares

    def worth_of(self, raw: int) -> Fraction:
        """Shares, exactly."""
        return Fraction(raw * self.multiplier, ONE)

    # When what loosens may act

    def change_at(self) -> int:
        """Of the asset: at once before the first mint."""
        return self.now + self.policy.change_delay_s if self.first_mint else self.now

    def office_at(self) -> int:
        """Of the issuer: at once before the first allowance."""
        return self.now + self.terms.timelock if self.live else self.now
