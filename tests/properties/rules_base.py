"""A random asset, and what all rules need: who signs, how much, and what is told."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from tests.properties.chain import OK
from tests.properties.desk import HOLDERS, START
from tests.properties.parts import (
    ADMIN,
    APPROVER,
    DAY,
    PAUSER,
    ROLES,
    TOP_FIGURE,
    U64,
    Allowance,
    Report,
    Shown,
    Terms,
)
from tests.properties.scene import MINTERS, RATE, Scene, terms
from tests.properties.ways_out import everybody_leaves

__all__ = [
    "VALUES",
    "Rules",
    "guard",
    "holder",
    "how",
    "minter",
    "number",
    "officer",
    "parts",
    "rarely",
    "volume",
]

number = st.integers(0, 2**16)
"""Resolved against what there is, modulo its count."""
how = st.sampled_from(["own"] * 12 + ["rival", "other role", "stolen", "missing"])
"""Whose grant is shown."""
rarely = st.sampled_from([False] * 9 + [True])
minter = st.sampled_from(["minter0", *MINTERS])
officer = st.sampled_from(
    ["authority"] * 5 + ["admin"] * 3 + ["auth0", "auth1", "stranger", "rival", "stolen", "pauser"]
)
guard = st.sampled_from(["pauser"] * 4 + ["authority", "admin", "stranger", "rival", "stolen", "minter"])

holder = st.sampled_from(HOLDERS)
parts = st.sampled_from(["few", "few", "few", "half", "all", "all+1", "none"])
volume = st.sampled_from(
    ["few"] * 6
    + ["room", "room", "room+1", "left", "left+1", "cap", "cap+1", "zero", "top"]
    + ["alone", "alone+1", "alone+1", "asset", "asset+1"]
)
VALUES: Final[dict[str, tuple[int, ...]]] = {
    "max_age_s": (3600, 3600 * 5, DAY, 5 * DAY, 7 * DAY, 7 * DAY + 1),
    "chain_max_age_s": (3599, 3600, DAY, 5 * DAY, 7 * DAY),
    "change_delay_s": (DAY, 2 * DAY, 3 * DAY, 31 * DAY),
    "accept_window_s": (0, DAY - 1, DAY, 2 * DAY, 30 * DAY),
    "custodian_cap": (0, 1, 900, 1500, TOP_FIGURE),
    "mint_window_limit": (0, 50, 1000, 20_000, TOP_FIGURE),
    "haircut_bps": (499, 500, 1000, 5000, 10_000),
    "custodian_share_bps": (999, 3400, 5000, 6000, 10_000),
    "collateral_bps": (9_999, 10_000, 10_500, 12_345, 20_000),
    "min_custodians": (0, 1, 2, 3),
    "settle_window_s": (DAY - 1, DAY, 2 * DAY, 30 * DAY, 30 * DAY + 1),
    "dispute_window_s": (DAY - 1, DAY, 2 * DAY, 30 * DAY, 31 * DAY),
    "penalty_rate": (0, 1, RATE // 3, RATE, 3 * RATE, TOP_FIGURE, TOP_FIGURE + 1),
    "holder_penalty_cap": (0, 1, 40, 300, TOP_FIGURE),
    "redemption_fee_bps": (0, 25, 333, 500, 501),
    "bond_coverage_bps": (99, 100, 1_000, 3_333, 10_000),
}


@st.composite
def listings(draw: st.DrawFn) -> Terms:
    """What a listing fixes."""
    return terms(
        only_we_burn=draw(rarely),
        pro_rata=draw(st.sampled_from([True, False])),
        timelock=draw(st.sampled_from([DAY, 2 * DAY])),
        max_age_s=draw(st.sampled_from([5 * DAY, 7 * DAY, 3600])),
        chain_max_age_s=draw(st.sampled_from([5 * DAY, 3600])),
        change_delay_s=draw(st.sampled_from([DAY, 3 * DAY])),
        accept_window_s=draw(st.sampled_from([DAY, 2 * DAY])),
        settle_window_s=draw(st.sampled_from([DAY, 3 * DAY])),
        dispute_window_s=draw(st.sampled_from([DAY, 3 * DAY])),
        penalty_rate=draw(st.sampled_from([RATE, RATE, RATE // 7, 1])),
        holder_penalty_cap=draw(st.sampled_from([TOP_FIGURE, 90])),
        redemption_fee_bps=draw(st.sampled_from([25, 0, 500])),
        bond_coverage_bps=draw(st.sampled_from([100, 1_000])),
        custodian_cap=draw(st.sampled_from([TOP_FIGURE, TOP_FIGURE, 1200])),
        mint_window_limit=draw(st.sampled_from([TOP_FIGURE, TOP_FIGURE, 700])),
        haircut_bps=draw(st.sampled_from([500, 3333])),
        custodian_share_bps=draw(st.sampled_from([10_000, 10_000, 5000])),
        collateral_bps=draw(st.sampled_from([10_000, 10_000, 10_333])),
        min_custodians=draw(st.sampled_from([2, 2, 2, 3])),
    )


class Rules(RuleBasedStateMachine):
    """One asset's life; desk.py tells what is checked after every operation."""

    s: Scene

    @initialize(
        listing=listings(),
        start=st.integers(0, DAY),
        chains=st.sampled_from([2, 2, 1, 0]),
        minted=st.sampled_from([3, 3, 3, 0]),
        coin=st.sampled_from(["usd", "usd", "eur", "chf"]),
        bond=st.sampled_from([400, 5_000, 60]),
    )
    def begin(self, listing: Terms, start: int, chains: int, minted: int, coin: str, bond: int) -> None:
        self.s = Scene(listing, START + start)
        self.s.ready(chains=chains, minted=minted, coin=coin, bond=bond)
        self.s.in_business()

    @invariant()
    def bad_news_is_taken(self) -> None:
        if hasattr(self, "s"):
            self.s.probe_new_kind()

    def teardown(self) -> None:
        """Whatever this life has come to: everybody who has asked for something can leave."""
        if hasattr(self, "s") and self.s.sound:
            self.s.wallets_know()
            everybody_leaves(self.s)
            self.s.replay_from_the_start()

    # Who signs

    @property
    def now(self) -> int:
        return self.s.now

    def as_role(self, role: int, member: str, how: str) -> tuple[str, tuple[int, str]]:
        """Who signs, and whose grant is shown."""
        other = next(one for one in ROLES if one != role)
        return {
            "own": (member, (role, member)),
            "rival": ("rival", (role, "rival")),
            "other role": ("rival", (other, "rival")),
            "stolen": ("stranger", (role, member)),
            "missing": ("stranger", (role, "stranger")),
        }[how]

    def as_officer(self, who: str) -> tuple[str, Shown]:
        """Who signs, and the grant that is shown instead of the authority's own signature."""
        known: dict[str, tuple[str, Shown]] = {
            "authority": (self.s.m.authority, None),
            "admin": ("admin", (ADMIN, "admin")),
            "pauser": ("pauser", (PAUSER, "pauser")),
            "minter": ("minter0", (2, "minter0")),
            "stolen": ("stranger", (ADMIN, "admin")),
        }
        return known.get(who, (who, None))

    @staticmethod
    def several(ones: Iterable[str], n: int) -> list[str]:
        """Some of many wrongs: what is refused changes nothing, so one after the other can be tried."""
        ones = [*ones]
        return [ones[(n + step) % len(ones)] for step in range(4)]

    # What is told

    sent: list[Report]

    def report(self, *reports: Report, flaw: str = "", twice: bool = False) -> str:
        """Remembers what was taken, for whoever sends it again."""
        if (outcome := self.s.attest(*reports, flaw=flaw, twice=twice)) == OK:
            self.sent = [*getattr(self, "sent", []), *reports]
        return outcome

    def figure(self, slot: int, which: str, n: int, abroad: bool) -> int:
        m = self.s.m
        one = self.s.slots(abroad).get(slot)
        mine = 0 if one is None else one.supply if abroad else one.settled
        room = m.counted(fresh=False)[0] - m.owed_at_last()
        exact = mine + room if abroad else mine - room
        bad = 1 if abroad else -1
        figures = {"same": mine, "more": mine + n % 500, "less": mine - n % 500, "zero": 0, "exact": exact}
        figures |= {
            "short": exact + bad,
            "lots": m.shares(20 if abroad else 2000),
            "top": TOP_FIGURE + (n % 2 if abroad else 0),
        }
        return min(max(0, figures[which]), TOP_FIGURE + abroad)

    def moment(self, slot: int, which: str, n: int, abroad: bool) -> int:
        m = self.s.m
        last_burn = (
            (m.bridged[-1].claimed if m.bridged else self.now)
            if abroad
            else (m.burned or [(self.now, Fraction(0))])[-1][0]
        )
        age = m.policy.chain_max_age_s if abroad else m.policy.max_age_s
        moments = {"now": self.now, "hours": self.now - n, "midnight": self.now // DAY * DAY, "burn": last_burn}
        moments |= {"after burn": last_burn + 1, "oldest": self.now - age, "stale": self.now - age - 1}
        one = self.s.slots(abroad).get(slot)
        return min(max(moments[which], one.as_of if one else 0), self.now)

    def tell(self, figure: str, n: int) -> None:
        """Everybody reports what is true now."""
        s = self.s
        told = [
            s.statement(slot, self.figure(slot, figure, n, far), self.moment(slot, "now", n, far), abroad=far)
            for far in (True, False)
            for slot in sorted(s.slots(far))
        ]
        if told:
            self.report(*told[:8])

    # How much

    def volume_of(self, minter: str, which: str, n: int) -> int:
        m = self.s.m
        one = m.allowances.get(minter, Allowance()).today(self.now)
        everyone = m.window.later(m.policy.mint_window_limit, self.now)
        volumes = {"few": 1 + n % 20, "room": max(m.room(), 0), "left": one.limits.window_limit - one.window.used}
        volumes |= {"cap": one.limits.lifetime_cap - one.ever, "zero": 0, "top": U64}
        volumes |= {"alone": one.limits.approver_threshold - one.window.used}
        volumes |= {"asset": m.policy.mint_window_limit - everyone.used}
        return min(max(volumes[which.removesuffix("+1")] + which.endswith("+1"), 0), U64)

    def approved(self, n: int) -> dict[str, Any]:
        """Mostly nobody else signs."""
        return {"approver": "approver", "approval": (APPROVER, "approver")} if n % 3 == 0 else {}

    @staticmethod
    def share(which: str, have: int, n: int) -> int:
        """How much of what is there."""
        return {"few": 1 + n % 20, "half": have // 2, "all": have, "all+1": have + 1, "none": 0}[which]

    def account(self, n: int, owner: str = "") -> str:
        """Some token account that exists, of that owner if it has any."""
        accounts = [name for name in sorted(self.s.m.balances) if name != "escrow"]
        own = [name for name in accounts if self.s.m.owners[name] == owner]
        found: str = self.s.pick(own or accounts, n)
        return found
