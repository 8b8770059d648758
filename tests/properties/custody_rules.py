"""A random asset, and the rules of its custodians: keys, reports, and every wrong report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.properties.acts import Acts
from tests.properties.desk import HOLDERS, START
from tests.properties.parts import (
    CUSTODIANS,
    DAY,
    MANAGER,
    MINTER,
    OK,
    ROLES,
    TOP_FIGURE,
    TOP_STEP,
    U64,
    Policy,
    Report,
)
from tests.properties.reports import FLAWS

__all__ = ["MINTERS", "PERSONS", "CustodyRules", "how", "number", "rarely"]

MINTERS: Final = ("minter0", "minter1", "whale")
KEYS: Final = tuple(f"key{n}" for n in range(12))
PERSONS: Final = (*MINTERS, "manager", "redeemer", "pauser", "unpauser")

WRONG_REPORTS: Final = (
    *("signer", "old signer", "new signer", "epoch", "basis", "sequence", "step"),
    *("future", "old", "never", "figure", "in transit", "slot", "no slot"),
)

number = st.integers(0, 2**16)
"""Resolved against what there is, modulo its count."""
how = st.sampled_from(["own"] * 12 + ["rival", "other role", "stolen", "missing"])
"""Whose grant is shown."""
rarely = st.sampled_from([False] * 9 + [True])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """What a listing fixes."""
    return Policy(
        max_age=draw(st.sampled_from([3600, 5 * DAY, 7 * DAY])),
        delay=draw(st.sampled_from([DAY, 3 * DAY])),
        window=draw(st.sampled_from([3600, 2 * DAY])),
        quorum=draw(st.sampled_from([1, 2, 2, 3])),
        only_we_burn=draw(rarely),
    )


class CustodyRules(RuleBasedStateMachine):
    """One asset's life; see desk.py for what is checked after every operation."""

    desk: Acts

    @initialize(policy=policies(), start=st.integers(0, DAY), minted=st.sampled_from([0, 3, 3, 3]))
    def begin(self, policy: Policy, start: int, minted: int) -> None:
        desk = self.desk = Acts(policy, START + start)
        self.sent: list[Report] = []
        for role, member in zip((MINTER,) * 3 + ROLES[1:], PERSONS, strict=True):
            desk.grant_role("auth0", role, member, self.now + (20 if member == "minter1" else 200) * DAY)
        desk.set_allowance("auth0", "minter0", 1000, 5000)
        desk.set_allowance("auth0", "minter1", 100, 300)
        desk.set_allowance("auth0", "whale", U64, U64)
        desk.open_page(0)
        desk.open_book("holder0")
        desk.open_book("holder1")
        for slot in range(3):
            desk.register("manager", slot, f"lei{slot}", f"account{slot}", KEYS[slot])
            self._report(self._statement(slot, 1000, self.now - 600))
        for ticket in range(minted):
            desk.mint("minter0", ticket, 100, HOLDERS[ticket])
        desk.counting = True

    def teardown(self) -> None:
        if hasattr(self, "desk") and self.desk.sound:
            self.desk.replay_from_the_start()

    # What there is

    @property
    def now(self) -> int:
        return self.desk.m.now

    @staticmethod
    def _pick(ones: Any, n: int) -> Any:
        ones = list(ones)
        return ones[n % len(ones)] if ones else None

    def _as(self, role: int, member: str, how: str) -> tuple[str, tuple[int, str]]:
        """Who signs, and whose grant is shown."""
        other = next(r for r in ROLES if r != role)
        return {
            "own": (member, (role, member)),
            "rival": ("rival", (role, "rival")),
            "other role": ("rival", (other, "rival")),
            "stolen": ("stranger", (role, member)),
            "missing": ("stranger", (role, "stranger")),
        }[how]

    # Custodians

    def _statement(self, slot: int, settled: int, as_of: int) -> Report:
        """A report as the slot expects it."""
        one = self.desk.m.custodians.get(slot)
        signer, epoch, last = "key0", 0, 0
        if one and one.next_key and (self.now >= one.next_from or one.key is None):
            signer, epoch = one.next_key, one.next_epoch
        elif one and one.key:
            signer, epoch, last = one.key, one.epoch, one.sequence
        return Report(signer, slot, epoch, last + 1, as_of, settled)

    def _report(self, *reports: Report, flaw: str = "", twice: bool = False) -> None:
        if self.desk.attest(*reports, flaw=flaw, twice=twice) == OK:
            self.sent += reports

    def _figure(self, slot: int, which: str, n: int) -> int:
        m = self.desk.m
        mine = m.custodians[slot].settled if slot in m.custodians else 0
        shares = m.counted(fresh=False)[0]
        owed = m.owed() - (shares - mine)
        figures = {"same": mine, "more": mine + n % 500, "less": mine - n % 500, "zero": 0}
        figures |= {"exact": owed, "short": owed - 1, "lots": 2000, "top": TOP_FIGURE}
        return min(max(0, figures[which]), TOP_FIGURE)

    def _moment(self, slot: int, which: str, n: int) -> int:
        m = self.desk.m
        burn = m.burned[-1][0] if m.burned else self.now
        age = m.policy.max_age
        moments = {"now": self.now, "hours": self.now - n, "midnight": self.now // DAY * DAY, "burn": burn}
        moments |= {"after burn": burn + 1, "oldest": self.now - age, "stale": self.now - age - 1}
        last = m.custodians[slot].as_of if slot in m.custodians else 0
        return min(max(moments[which], last), self.now)

    figures = st.sampled_from(["same", "more", "more", "less", "zero", "exact", "short", "lots", "lots", "top"])
    moments = st.sampled_from(["now", "now", "now", "hours", "midnight", "burn", "after burn", "oldest", "stale"])

    @rule(slot=st.integers(0, 3), figure=figures, moment=moments, n=number, twice=rarely)
    def report(self, slot: int, figure: str, moment: str, n: int, twice: bool) -> None:
        self._report(self._statement(slot, self._figure(slot, figure, n), self._moment(slot, moment, n)), twice=twice)

    @rule(figure=st.sampled_from(["same", "less", "exact", "lots"]), moment=moments, n=number, again=rarely)
    def report_together(self, figure: str, moment: str, n: int, again: bool) -> None:
        """Every custodian in one instruction; ``again``: the first one twice, as somebody might resend it."""
        self.tell_all(figure, moment, n, again)

    def tell_all(self, figure: str, moment: str, n: int, again: bool = False) -> None:
        slots = sorted(self.desk.m.custodians)
        all_of_them = [self._statement(at, self._figure(at, figure, n), self._moment(at, moment, n)) for at in slots]
        if all_of_them:
            self._report(*all_of_them, *all_of_them[: int(again)])

    @staticmethod
    def _several(ones: Iterable[str], n: int) -> list[str]:
        """Some of many wrongs: what is refused changes nothing, so one after the other can be tried."""
        ones = [*ones]
        return [ones[(n + step) % len(ones)] for step in range(6)]

    @rule(slot=st.integers(0, 3), n=number)
    def report_wrongly(self, slot: int, n: int) -> None:
        for wrong in self._several(WRONG_REPORTS, n):
            self._report_wrongly(slot, wrong, n)

    def _report_wrongly(self, slot: int, wrong: str, n: int) -> None:
        one = self.desk.m.custodians.get(slot)
        wrongs: dict[str, dict[str, Any]] = {
            "signer": {"signer": self._pick(KEYS, n)},
            "old signer": {"signer": one.key or "key0", "epoch": one.epoch, "sequence": one.sequence + 1}
            if one
            else {},
            "new signer": {"signer": one.next_key or "key0", "epoch": one.next_epoch, "sequence": 1} if one else {},
            "epoch": {"epoch": n % 5},
            "basis": {"basis": 1},
            "sequence": {"sequence": one.sequence if one else 0},
            "step": {"sequence": (one.sequence if one else 0) + TOP_STEP + n % 2},
            "future": {"as_of": self.now + 1 + n},
            "old": {"as_of": one.as_of - 1 - n % 3 if one else 0},
            "never": {"as_of": 0},
            "figure": {"settled": TOP_FIGURE + 1},
            "in transit": {"in_transit": TOP_FIGURE + n % 2},
            "slot": {"slot": self._pick(range(CUSTODIANS), n)},
            "no slot": {"slot": CUSTODIANS + n % 2},
        }
        as_of = wrongs[wrong].pop("as_of", self._moment(slot, "now", n))
        settled = wrongs[wrong].pop("settled", 1000)
        self._report(replace(self._statement(slot, settled, max(as_of, 0)), **wrongs[wrong]))

    @rule(slot=st.integers(0, 2), n=number)
    def wrap_wrongly(self, slot: int, n: int) -> None:
        for flaw in self._several(FLAWS, n):
            self._report(self._statement(slot, 5000, self.now), flaw=flaw)

    @rule(n=number)
    def replay_report(self, n: int) -> None:
        if self.sent:
            self.desk.attest(self._pick(self.sent, n))

    @rule(slot=st.integers(0, 3), n=number, how=how)
    def replace_key(self, slot: int, n: int, how: str) -> None:
        """Or a first key, where the slot is empty."""
        by, shown = self._as(MANAGER, "manager", how)
        own = self.desk.m.custodians.get(slot)
        lei, account = (own.lei, own.account) if own else (f"lei{slot % 3}", f"account{slot}")
        self.desk.register(by, slot, lei, account, self._pick(KEYS, n), shown=shown)

    def _spare(self, n: int) -> str:
        used = {name for one in self.desk.m.custodians.values() for name in (one.key, one.next_key)}
        found: str = self._pick([name for name in KEYS if name not in used], n) or KEYS[0]
        return found

    @rule(slot=st.integers(0, 2), n=number, used=st.booleans())
    def replace_twice(self, slot: int, n: int, used: bool) -> None:
        """The first key is dead when the second one's time has come, whatever becomes of the second."""
        m = self.desk.m
        if slot not in m.custodians:
            return
        first = self._statement(slot, 1500, self.now)
        self.replace_key(slot, KEYS.index(self._spare(n)), "own")
        self.desk.set_now(max(self.now, m.custodians[slot].next_from))
        self._report(first)
        if used:
            self._report(self._statement(slot, 1500, self.now))
        self.replace_key(slot, KEYS.index(self._spare(n)), "own")
        self._report(first)
        self._report(replace(first, sequence=first.sequence + 1, as_of=self.now))

    @rule(n=number, early=st.integers(-2, 1))
    def newcomer(self, n: int, early: int) -> None:
        """A new slot's first report must not bring back a time before burns that are settled for good."""
        self.tell_all("same", "now", n)
        slot = next((at for at in range(3, CUSTODIANS) if at not in self.desk.m.custodians), 3)
        self.desk.register("manager", slot, f"lei{slot}", f"account{slot + 10}", self._spare(n))
        if slot in self.desk.m.custodians:
            self.desk.set_now(max(self.now, self.desk.m.custodians[slot].next_from))
            self._report(self._statement(slot, 10, max(0, self.desk.m.cleared + early)))
            if n % 2:
                self.desk.retire("manager", slot)

    @rule(
        slot=st.integers(0, CUSTODIANS),
        lei=st.sampled_from(["lei0", "lei1", "lei2", ""]),
        account=st.sampled_from(["account0", "account1", "account4", "account5", ""]),
        key=st.sampled_from([*KEYS, "nobody"]),
        other=rarely,
    )
    def register(self, slot: int, lei: str, account: str, key: str, other: bool) -> None:
        self.desk.register("manager", slot, lei, account, key, other=other)

    @rule(n=number)
    def register_wrongly(self, n: int) -> None:
        """What would share a key or an account, take a slot over, or leave something out."""
        taken = self.desk.m.custodians
        free = next((at for at in range(CUSTODIANS) if at not in taken), 0)
        own, spare = f"account{free + 10}", self._spare(n)
        attempts = [(free, "", own, spare), (free, "lei0", "", spare), (free, "lei0", own, "nobody")]
        attempts.append((CUSTODIANS + n % 2, "lei0", own, spare))
        for at, one in sorted(taken.items())[:2]:
            attempts += [(free, "lei0", own, one.key or str(one.next_key)), (free, "lei0", one.account, spare)]
            attempts += [(at, one.lei, own, spare), (at, "lei9", one.account, spare)]
        for slot, lei, account, key in attempts:
            self.desk.register("manager", slot, lei, account, key)

    @rule(slot=st.integers(0, CUSTODIANS), how=how)
    def retire(self, slot: int, how: str) -> None:
        by, shown = self._as(MANAGER, "manager", how)
        self.desk.retire(by, slot, shown=shown)

    def restaff(self, n: int) -> None:
        """Three custodians whose keys may sign, as far as ids and accounts are free."""
        m = self.desk.m
        for slot in range(3):
            if slot not in m.custodians:
                self.desk.register("manager", slot, f"lei{slot}", f"account{slot}", self._spare(n))
        waits = [one.next_from for one in m.custodians.values() if one.next_key and one.key is None]
        self.desk.set_now(max([self.now, *waits]))
