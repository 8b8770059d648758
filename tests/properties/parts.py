"""The words of the reference model: outcomes, limits, and the small records that it keeps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import Final, NamedTuple

from xstock_client.accounts import Limits, Policy, QueuedPolicy, WindowUsage

__all__ = [
    "ADMIN",
    "ALREADY",
    "APPROVER",
    "ARBITER",
    "CORPORATE",
    "DAY",
    "FIELDS",
    "FIRST_TICKET",
    "FROZEN",
    "GUARDIANS",
    "LIFE",
    "MANAGER",
    "MINTER",
    "MISSING",
    "NEVER",
    "NO_CHAIN",
    "NO_LIMITS",
    "OK",
    "ONE",
    "OUTSIDERS",
    "PAGE",
    "PAUSED",
    "PAUSER",
    "POOR",
    "REDEEMER",
    "ROLES",
    "SLOTS",
    "STRANGER",
    "TICKET_STEP",
    "TOP_FIGURE",
    "TOP_STEP",
    "TRANSIT",
    "TREASURER",
    "TWICE",
    "U64",
    "UNPAUSER",
    "Abroad",
    "Allowance",
    "Coming",
    "Custodian",
    "Field",
    "Grant",
    "KeyRing",
    "Keys",
    "Listing",
    "Report",
    "Sent",
    "Shown",
    "Split",
    "Terms",
    "Window",
    "nothing_queued",
]

OK: Final = "ok"
MISSING: Final = "missing"
"""An account that the instruction needs does not exist; the framework refuses before any rule is looked at."""
ALREADY: Final = "exists"
"""An account that the instruction creates exists."""
TWICE: Final = "same account twice"
"""One account was passed for two things of which one is written; the framework refuses."""
POOR: Final = "token:1"
STRANGER: Final = "token:4"
"""Neither the owner of a token account nor its delegate."""
FROZEN: Final = "token:17"
PAUSED: Final = "token:67"

DAY: Final = 86_400
ONE: Final = 10**12
"""The multiplier of one share per raw unit."""
LIFE: Final = 14 * DAY
"""How long a change that somebody must put in force can be."""
TRANSIT: Final = 10 * DAY
U64: Final = 2**64 - 1
SLOTS: Final = 8
NO_CHAIN: Final = 255
PAGE: Final = 4096
TOP_FIGURE: Final = 2**60
TOP_STEP: Final = 2**32
"""How far a sequence rises at once."""
FIRST_TICKET: Final = 2**42
TICKET_STEP: Final = 2**28
"""How high the first ticket lies at most, and how far ahead of the highest a later one."""
ROLES: Final = tuple(range(1, 12))
ADMIN, MINTER, APPROVER, MANAGER, REDEEMER, CORPORATE, _, PAUSER, UNPAUSER, TREASURER, ARBITER = ROLES
GUARDIANS: Final = (PAUSER, APPROVER, ARBITER)
"""Roles that restrain others: losing one waits."""
OUTSIDERS: Final = ("rival",)
"""Members whose grants another issuer gave, and who are that issuer's authority."""
NEVER: Final = 2**63
"""Later than any burn: what no report says, no report can say too much."""
NO_LIMITS: Final = Limits(0, 0, 0)

Shown = tuple[int, str] | None
"""The grant that a signer shows: role and member; None for the issuer's authority."""


class Field(NamedTuple):
    """One field of a policy: is a larger value looser, and what are its compiled-in bounds."""

    name: str
    larger_is_looser: bool
    low: int
    high: int

    def looser(self, old: Policy, new: Policy) -> bool:
        """Whether ``new`` is looser in this field."""
        before, after = getattr(old, self.name), getattr(new, self.name)
        return bool(after > before if self.larger_is_looser else after < before)


FIELDS: Final = (
    Field("max_age_s", True, 3600, 7 * DAY),
    Field("chain_max_age_s", True, 3600, 7 * DAY),
    Field("change_delay_s", False, DAY, 30 * DAY),
    Field("accept_window_s", True, DAY, 30 * DAY),
    Field("custodian_cap", True, 1, TOP_FIGURE),
    Field("mint_window_limit", True, 1, TOP_FIGURE),
    Field("haircut_bps", False, 500, 10_000),
    Field("custodian_share_bps", True, 1_000, 10_000),
    Field("collateral_bps", False, 10_000, 20_000),
    Field("min_custodians", False, 1, 8),
    Field("settle_window_s", True, DAY, 30 * DAY),
    Field("dispute_window_s", False, DAY, 30 * DAY),
    Field("penalty_rate", False, 1, TOP_FIGURE),
    Field("holder_penalty_cap", False, 1, TOP_FIGURE),
    Field("redemption_fee_bps", True, 0, 500),
    Field("bond_coverage_bps", False, 100, 10_000),
)
"""In the order of their bits."""


def nothing_queued() -> QueuedPolicy:
    """As an account shows that no change waits."""
    return QueuedPolicy.read(bytes(QueuedPolicy.SIZE))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a listing, and the issuer's creation, say."""

    policy: Policy
    only_we_burn: bool = False
    pro_rata: bool = False
    timelock: int = DAY


@dataclass(frozen=True, slots=True)
class Listing:
    """A stock to be listed."""

    number: int
    isin: str
    symbol: str
    terms: Terms
    name: str = "A stock"
    uri: str = "https://issuer.example/token.json"
    terms_uri: str = "https://issuer.example/terms"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role until ``expires``, held without a break ``since``; ``waiting`` is (another expiry, from when)."""

    expires: int
    since: int = 0
    waiting: tuple[int, int] | None = None

    def today(self, now: int) -> Grant:
        """As it stands now: a change whose time has come acts by itself."""
        return Grant(self.waiting[0], self.since) if self.waiting and now >= self.waiting[1] else self

    def entrenched(self, now: int, wait: int) -> bool:
        """Whether it was held for as long as a change waits: nobody can have made it to hinder others just now."""
        return now < self.today(now).expires and now - self.since >= wait


@dataclass(frozen=True, slots=True)
class Keys:
    """Who may attest: ``threshold`` of ``names`` must sign, and name ``epoch``."""

    names: tuple[str, ...]
    threshold: int
    epoch: int


@dataclass(slots=True)
class KeyRing:
    """Keys of one slot; ``fresh`` ones come into force at ``since`` or with their first report after it."""

    keys: Keys | None = None
    fresh: Keys | None = None
    since: int = 0
    sequence: int = 0

    def all_names(self) -> set[str]:
        """Who attests here, now or soon."""
        return {name for one in (self.keys, self.fresh) if one for name in one.names}

    def current(self, now: int) -> Keys | None:
        """The only keys that can sign now."""
        return self.fresh if self.fresh and now >= self.since else self.keys


class Split(NamedTuple):
    """New shares for old ones."""

    new: int
    old: int

    def down(self, figure: int) -> int:
        """What counts for the issuer."""
        return min(floor(Fraction(figure * self.new, self.old)), U64)

    def up(self, figure: int) -> int:
        """What counts against it."""
        return min(ceil(Fraction(figure * self.new, self.old)), U64)

    def back(self) -> Split:
        """From new shares to old ones."""
        return Split(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Coming:
    """A multiplier that is scheduled by an action; ``split`` unless it is a stock dividend."""

    multiplier: int
    at: int
    action: int
    ex: int
    split: Split | None


@dataclass(slots=True)
class Exact:
    """What a figure would be if splits divided evenly, and by how much it may differ by now."""

    figure: Fraction = Fraction(0)
    slack: Fraction = Fraction(0)

    def split(self, split: Split) -> Exact:
        """One unit more, at most, with every split; what was off before is split as well."""
        ratio = Fraction(split.new, split.old)
        return Exact(self.figure * ratio, self.slack * ratio + 1)


@dataclass(slots=True)
class Custodian:
    """A registered slot and its last report."""

    lei: str
    account: str
    ring: KeyRing = field(default_factory=KeyRing)
    as_of: int = 0
    settled: int = 0
    in_transit: int = 0
    by: int = 0
    reported: bool = False
    signed: int = 0
    """The last split that the report was signed with."""
    exact: Exact = field(default_factory=Exact)

    def rebase(self, split: Split) -> None:
        """After a split, rounded down."""
        self.settled = min(split.down(self.settled), TOP_FIGURE)
        self.in_transit = min(split.down(self.in_transit), TOP_FIGURE)
        self.exact = self.exact.split(split)


@dataclass(slots=True)
class Abroad:
    """Another chain's token; ``sent`` is (when, shares) that it may not know of.

    ``lower`` is (cap, from when): it acts with a report of that time or later, for a silent chain may have used all
    of the old cap. ``retire_from`` is when it may be retired, zero if nobody asked.
    """

    chain: str
    token: str
    ring: KeyRing = field(default_factory=KeyRing)
    cap: int = 0
    lower: tuple[int, int] | None = None
    retire_from: int = 0
    as_of: int = 0
    supply: int = 0
    reported: bool = False
    sent: list[tuple[int, int]] = field(default_factory=list)
    marked: int = 0
    """Shares that are said to be there for tokens that still wait in the escrow here."""
    marked_at: int = 0
    """When the last of these claims was made."""
    heard: int = 0
    concluded: int = 0
    """What of ``marked``, and of what is on its way, the last report may speak of already, as the program keeps it."""
    signed: int = 0
    """The last split that the report was signed with."""
    exact: Exact = field(default_factory=Exact)
    loose: Fraction = Fraction(0)
    """What rounding can have taken off twice by now: a unit for each claim, and for each split since."""

    def rebase(self, split: Split) -> None:
        """After a split: what is owed is rounded up, what is taken off it down."""
        self.supply, self.cap = min(split.up(self.supply), TOP_FIGURE), min(split.up(self.cap), TOP_FIGURE)
        if self.lower:
            self.lower = (min(split.up(self.lower[0]), TOP_FIGURE), self.lower[1])
        self.sent = [(at, split.up(shares)) for at, shares in self.by_day()]
        self.marked = split.up(self.marked)
        self.heard = min(split.down(self.heard), self.marked)
        self.concluded = min(split.down(self.concluded), self.outbound)
        self.exact = self.exact.split(split)
        self.loose = self.loose * Fraction(split.new, split.old) + 2

    def by_day(self) -> list[tuple[int, int]]:
        """What is on its way as the program keeps it: one figure to each of eight days, with its last time."""
        days: dict[int, tuple[int, int]] = {}
        for at, shares in self.sent:
            last, before = days.get(at // DAY % 8, (0, 0))
            days[at // DAY % 8] = (max(last, at), before + shares)
        return [*days.values()]

    @property
    def outbound(self) -> int:
        """Shares on their way there, as the program keeps them."""
        return sum(shares for _, shares in self.sent)

    def owed(self) -> int:
        """The last report, whatever its age, and what it cannot know of."""
        return self.supply + self.outbound

    def beside(self, supply: int) -> int:
        """What is owed there beside the tokens here: what may be in both counts once."""
        return max(supply + self.outbound - self.heard - self.concluded, 0)

    def end_claim(self, shares: int, claimed: int, burned: int | None = None) -> None:
        """Its tokens go back, or burn and are on their way there until a later report."""
        told = claimed < self.as_of
        self.marked = max(self.marked - shares, 0)
        self.heard = min(max(self.heard - shares * told, 0), self.marked)
        if burned is not None:
            self.sent.append((burned, shares))
            self.concluded += shares * told

    def forget(self, as_of: int) -> None:
        """A report as of then covers what was sent before, a day at a time; days eight apart share a place."""
        places: dict[int, list[tuple[int, int]]] = {}
        for at, shares in self.sent:
            places.setdefault(at // DAY % 8, []).append((at, shares))
        self.sent = [one for ones in places.values() if max(ones)[0] >= as_of for one in ones]
        self.concluded = min(self.concluded, self.outbound)
        if as_of > self.marked_at:
            self.heard = self.marked


class Sent(NamedTuple):
    """Shares that the desk says, since ``claimed``, are on another chain; the tokens here burned at ``burned``."""

    slot: int
    claimed: int
    shares: Fraction
    request: tuple[str, int]
    burned: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A signed statement of a custodian, or (``abroad``) of another chain's supply; ``settled`` is the figure."""

    signers: tuple[str, ...]
    slot: int
    epoch: int
    sequence: int
    as_of: int
    settled: int
    in_transit: int = 0
    by: int = 0
    basis: int = 0
    abroad: bool = False

    def unsigned(self) -> Report:
        """What is signed."""
        return replace(self, signers=())


@dataclass(frozen=True, slots=True)
class Window:
    """What was minted lately: exact, so that it never matters how often somebody looked."""

    level: Fraction = Fraction(0)
    at: int = 0

    def later(self, limit: int, now: int) -> Window:
        """It empties evenly, ``limit`` a day; a clock that goes back frees nothing."""
        passed = max(now - self.at, 0)
        return Window(max(self.level - Fraction(limit * passed, DAY), Fraction(0)), self.at + passed)

    def plus(self, amount: int) -> Window:
        """After a mint."""
        return replace(self, level=self.level + amount)

    @property
    def used(self) -> int:
        """In whole raw units, against the minter."""
        return ceil(self.level)

    def told(self) -> WindowUsage:
        """As an account shows it."""
        return WindowUsage(self.used, floor((self.used - self.level) * DAY), self.at)


@dataclass(frozen=True, slots=True)
class Allowance:
    """Raw units; ``waiting`` is (limits, from when)."""

    limits: Limits = NO_LIMITS
    window: Window = Window()
    ever: int = 0
    waiting: tuple[Limits, int] | None = None

    def today(self, now: int) -> Allowance:
        """As it stands now: usage empties, and a raise acts from its very time on."""
        if self.waiting and now >= self.waiting[1]:
            limits, since = self.waiting
            old = self.window.later(self.limits.window_limit, since)
            return replace(self, limits=limits, waiting=None, window=old).today(now)
        return replace(self, window=self.window.later(self.limits.window_limit, now))
