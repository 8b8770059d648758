"""Splits and other new multipliers, identifiers and the calendar: announced, cancelled, and lived through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.acts_redeem import AUTHORITY
from tests.properties.claims import WIRE
from tests.properties.corporate import CASH, DELISTING, IDENTIFIERS, REVERSE, SPLIT, STOCK, Action
from tests.properties.desk import HOLDERS
from tests.properties.parts import CORPORATE, DAY, MANAGER, OK
from tests.properties.rules_base import number, rarely
from tests.properties.rules_time import TimeRules
from tests.properties.scene import VOTERS

__all__ = ["RATES", "SplitRules"]

RATIOS: Final = {
    SPLIT: ((10, 1), (3, 2), (7, 3), (2, 1), (10_000, 1), (10_000, 9_999)),
    REVERSE: ((1, 10), (1, 3), (3, 7), (2, 3), (1, 2), (1, 10_000)),
    STOCK: ((1, 20), (1, 3), (1, 1), (1, 10_000)),
}
RATES: Final = (150_000_001_000_003, 99_999_999_999_999, 7 * 10**13, 10**15)
"""Millionths of a base unit per whole share: about one base unit to a raw one."""
NAMES: Final = (
    ("US0378331005", "AAPLx"),
    ("US5949181045", "MSFTx"),
    ("US0378331005", "AAPLy"),
    ("US67066G1040", "NVDAx"),
)
_FLAWS: Final = ("number", "kind", "rate", "names", "ratio", "document", "soon", "late", "long", "multiplier", "times")


class SplitRules(TimeRules):
    """``n`` is any number."""

    # Announcing

    def announcement(self, kind: int, n: int, ahead: int = 0) -> Action:
        """A right one, on the first days that are free: from its ex time ``n`` seconds into the day."""
        m = self.s.m
        day, length = max(self.now + DAY, m.change_at()) // DAY + 1 + ahead, n % 3
        taken = [entry for entry in m.calendar if entry[1] >= self.now]
        while any(entry[0] // DAY <= day + length + 1 and day <= entry[1] // DAY for entry in taken):
            day += 1
        ex = day * DAY + n % (DAY - 1)
        later = ex + length * (DAY // 2)
        new = Action(len(m.actions), kind, ex=ex)
        if kind == CASH:
            coin = m.coin or "usd"
            return replace(new, rate=RATES[n % len(RATES)], coin=coin, record=later, pay=later + n % (3 * DAY))
        new = replace(new, effective=later)
        if kind == IDENTIFIERS:
            isin, symbol = NAMES[n % len(NAMES)]
            return replace(new, isin=isin, symbol=symbol)
        if kind == DELISTING:
            return new
        up, down = RATIOS[kind][n % len(RATIOS[kind])]
        return replace(new, new=up, old=down, old_multiplier=m.multiplier)

    def officer_of(self, n: int) -> dict[str, Any]:
        """Mostly who may."""
        s = self.s
        if n % 3 == 0 or not s.valid(CORPORATE):
            return {"by": s.m.authority, "shown": AUTHORITY}
        return {"by": "officer"}

    @rule(kind=st.sampled_from([CASH, STOCK, STOCK, SPLIT, SPLIT, REVERSE, REVERSE, IDENTIFIERS, DELISTING]), n=number)
    def announce(self, kind: int, n: int) -> None:
        self.s.announce(new=self.announcement(kind, n, n % 5), **self.officer_of(n))

    @rule(kind=st.sampled_from([CASH, STOCK, SPLIT, REVERSE, IDENTIFIERS, DELISTING]), n=number)
    def announce_wrongly(self, kind: int, n: int) -> None:
        new = self.announcement(kind, n)
        flaws = {
            "number": replace(new, number=new.number + 1 if n % 2 else max(new.number - 1, 0)),
            "kind": replace(new, kind=(0, 7, kind % 6 + 1)[n % 3]),
            "rate": replace(new, rate=0 if new.rate else 1),
            "names": replace(new, isin="US5949181044" if new.isin else "US5949181045"),
            "ratio": replace(new, new=new.old or 1, old=new.new or 1),
            "document": replace(new, document=0),
            "soon": replace(new, ex=self.now + DAY - 1),
            "late": replace(new, ex=self.now + 367 * DAY, effective=new.effective and self.now + 367 * DAY),
            "long": replace(
                new, effective=new.effective and new.ex + 10 * DAY + 1, pay=new.pay and new.pay + 400 * DAY
            ),
            "multiplier": replace(new, old_multiplier=new.old_multiplier + 1),
            "times": replace(new, record=new.record - DAY if new.record else 1),
        }
        for flaw in self.several(_FLAWS, n):
            self.s.announce("officer", flaws[flaw])
        self.s.announce("officer", new, swap=("reserve", "mint")[n % 2])
        self.s.announce(*(("rival", new), ("stranger", new), ("pauser", new))[n % 3])
        taken = [entry for entry in self.s.m.calendar if entry[1] >= self.now + DAY]
        if taken:  # a day that another action has
            at = max(self.s.pick(taken, n)[n % 2], self.now + DAY)
            self.s.announce("officer", replace(self.announcement(DELISTING, n), ex=at, effective=at))

    @rule(n=number)
    def cancel_action(self, n: int) -> None:
        s = self.s
        ahead = [one.number for one in s.m.actions if one.state == 1]
        which = s.pick(ahead, n) if ahead and n % 4 else n % (len(s.m.actions) + 1)
        who, shown = (
            ("officer", None),
            ("pauser", (8, "pauser")),
            ("admin", (1, "admin")),
            (s.m.authority, AUTHORITY),
        )[n % 4]
        s.cancel_action(who, which, shown=shown)

    @rule(n=number)
    def cancel_wrongly(self, n: int) -> None:
        s = self.s
        which = s.pick(range(len(s.m.actions) + 1), n)
        s.cancel_action("officer", which, 0)
        s.cancel_action("officer", which, swap="mint")
        s.cancel_action(("rival", "stranger", "minter0")[n % 3], which, shown=(None, None, (2, "minter0"))[n % 3])

    @rule(n=number)
    def apply_identifiers(self, n: int) -> None:
        s = self.s
        changes = [one for one in s.m.actions if one.kind == IDENTIFIERS] or s.m.actions
        if not changes:
            return
        one = s.pick(changes, n)
        names = (one.isin, one.symbol) if one.isin and n % 4 else s.pick(NAMES, n)
        s.apply_identifiers(one.number, *names, swap="" if n % 5 else ("mint", "rent_receiver")[n % 2])
        if one.effective > self.now and n % 3:
            s.set_now(one.effective + n % 2)
        if n % 7 == 0:
            s.apply_identifiers(one.number, *names, given_up=(n % 2 == 0, n % 3 == 0))
        s.apply_identifiers(one.number, *names)

    # Through it

    @rule(kind=st.sampled_from([STOCK, SPLIT, REVERSE, REVERSE]), n=number, order=rarely)
    def live_through(self, kind: int, n: int, order: bool) -> None:
        """Requests and claims from before, reports in either basis on both sides, and everybody gets out."""
        s = self.s
        if order:
            self.put_in_order("lots", n)
        if s.m.coming is None:
            self.announce(kind, n)
        if (coming := s.m.coming) is None:
            return
        who = s.pick(HOLDERS, n)
        marks = [self._mark(holder, 1 + n % 7 + place, n) for place, holder in enumerate(HOLDERS[: 1 + n % 3])]
        s.set_now(max(self.now + n % 2, coming.ex - n % 2))
        self._reports(n)
        s.mint("whale", s.fresh_ticket(n), 1 + n % 9, who)
        marks += [self._mark(who, 1 + n % 5, n + 1)]
        if n % 5 == 0:
            self.cancel_action(n)
        s.set_now(max(self.now, coming.at - n % 3))
        self._reports(n + 1)
        s.set_now(max(self.now, coming.at + n % 2))
        if n % 2:
            self._reports(n + 2)
        s.check()
        for holder, id in marks[n % 2 :]:
            s.conclude(holder, holder, id)
        s.mint("whale", s.fresh_ticket(n), 1 + n % 9, who)
        s.redeem(who, 1 + n % 9)

    def _mark(self, holder: str, amount: int, n: int) -> tuple[str, int]:
        """A claim that it is on another chain, which may tell of it or not."""
        s = self.s
        id = s.ask(holder, amount, WIRE)
        if s.accept("redeemer", holder, id) == OK:
            s.mark_paid("redeemer", holder, id, to_chain=n % 2)
        if n % 3 == 0:
            s.set_now(self.now + 1)
            self.tell("same", n)
        return holder, id

    def _reports(self, n: int) -> None:
        """One custodian and one chain, in every basis there may be, of a time before, within or after."""
        s, m = self.s, self.s.m
        times = [m.split_ex, m.split_at] + ([m.coming.ex, m.coming.at] if m.coming else [])
        for far in (False, True):
            slot = s.pick(sorted(s.slots(far)), n)
            if slot is None:
                continue
            one = s.slots(far)[slot]
            for step in range(3):
                basis = m.basis + (n + step) % 3 - 1
                as_of = min(max(s.pick(times, n + step) - n % 2, one.as_of), self.now) if (n + step) % 2 else self.now
                ratio = m.split if basis < m.basis else m.coming.split if m.coming and basis > m.basis else None
                figure = one.supply if far else one.settled
                if ratio:
                    figure = ratio.back().up(figure) if basis < m.basis else ratio.up(figure)
                if basis >= 0:
                    self.report(s.statement(slot, min(figure, 2**60), as_of, abroad=far, basis=basis))

    @rule(n=number)
    def reports_of_any_basis(self, n: int) -> None:
        self._reports(n)

    # Attestors

    @rule(n=number)
    def attestors_change(self, n: int) -> None:
        s = self.s
        now = s.m.in_force()
        sets: tuple[tuple[tuple[str, ...], int], ...] = (
            (VOTERS[:3], 2),
            (VOTERS[1:], 2),
            (VOTERS, 3),
            (now.names[:-1], now.threshold),
            (now.names, now.threshold + 1),
            (("voter0", "voter0"), 2),
            (("voter0", "nobody", "voter1"), 2),
            (VOTERS[:2], 1),
        )
        names, threshold = s.pick(sets, n)
        s.set_attestors("manager", names, threshold)
        if n % 4 == 0:
            s.cancel_attestors(*(("pauser",), ("stranger",))[n // 4 % 2])
        if n % 5 == 0 and s.m.fresh_attestors:
            s.set_now(max(self.now, s.m.fresh_attestors[1] - n // 5 % 2))
        if n % 6 == 0:
            s.set_attestors(*self.as_role(MANAGER, "manager", "rival")[:1], VOTERS[:2], shown=(MANAGER, "rival"))
