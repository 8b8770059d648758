"""The rules of custodians and chains: keys, reports, caps, and every wrong report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.parts import DAY, MANAGER, PAUSER, SLOTS, TOP_FIGURE, TOP_STEP, TRANSIT
from tests.properties.reports import FLAWS
from tests.properties.rules_base import Rules, guard, how, number, officer, rarely
from tests.properties.scene import KEYS

__all__ = ["CustodyRules"]

WRONG_REPORTS: Final = (
    *("signer", "old signer", "new signer", "epoch", "basis", "sequence", "step", "future", "old", "never", "figure"),
    *("in transit", "slot", "no slot", "too few", "repeated", "one of theirs", "everybody", "four times"),
)
slots = st.integers(0, 3)
abroad = st.sampled_from([False, False, True])


class CustodyRules(Rules):
    """``abroad``: of a chain, not of a custodian."""

    figures = st.sampled_from(["same", "more", "more", "less", "zero", "exact", "short", "lots", "lots", "top"])
    moments = st.sampled_from(["now", "now", "now", "hours", "midnight", "burn", "after burn", "oldest", "stale"])

    def _bought(self, as_of: int, n: int) -> dict[str, Any]:
        """Shares in transit, with good and bad dates."""
        dates = (
            self.now + DAY,
            self.now,
            as_of,
            as_of + TRANSIT,
            as_of + TRANSIT + 1,
            as_of - 1,
            self.now + n % DAY,
            -1,
        )
        return {"in_transit": n % 700, "by": dates[n % len(dates)]}

    @rule(slot=slots, abroad=abroad, figure=figures, moment=moments, n=number, bought=rarely, twice=rarely)
    def one_reports(self, slot: int, abroad: bool, figure: str, moment: str, n: int, bought: bool, twice: bool) -> None:
        as_of = self.moment(slot, moment, n, abroad)
        rest = self._bought(as_of, n) if bought and not abroad else {}
        told = self.s.statement(slot, self.figure(slot, figure, n, abroad), as_of, abroad=abroad, **rest)
        self.report(told, twice=twice)

    @rule(slot=slots, n=number, wait=st.booleans())
    def in_transit(self, slot: int, n: int, wait: bool) -> None:
        """Bought shares count until their date, and for the latch after it."""
        s = self.s
        told = s.statement(slot, self.figure(slot, "less", n, False), self.now, **self._bought(self.now, n))
        self.report(told)
        s.mint("whale", s.fresh_ticket(n), max(1, s.m.room()), "holder0")
        if wait:
            s.set_now(max(self.now, min(told.by, self.now + 20 * DAY)) + n % 2)
            s.mint("whale", s.fresh_ticket(n), max(1, s.m.room()), "holder0")
            s.check()

    @rule(figure=st.sampled_from(["same", "less", "exact", "lots"]), moment=moments, n=number, again=rarely)
    def report_together(self, figure: str, moment: str, n: int, again: bool) -> None:
        """Every custodian and chain in one instruction; ``again``: the first one twice, as somebody might resend."""
        told = [
            self.s.statement(slot, self.figure(slot, figure, n, far), self.moment(slot, moment, n, far), abroad=far)
            for far in (False, True)
            for slot in sorted(self.s.slots(far))
        ]
        if told:
            self.report(*told[:8], *told[: int(again)])

    @rule(slot=slots, abroad=abroad, n=number)
    def report_wrongly(self, slot: int, abroad: bool, n: int) -> None:
        for wrong in self.several(WRONG_REPORTS, n):
            self._report_wrongly(slot, wrong, n, abroad)

    def _report_wrongly(self, slot: int, wrong: str, n: int, abroad: bool) -> None:
        one = self.s.slots(abroad).get(slot)
        ring, as_of = (one.ring, one.as_of) if one else (None, 0)
        keys, fresh, last = (ring.keys, ring.fresh, ring.sequence) if ring else (None, None, 0)
        old = {"signers": keys.names, "epoch": keys.epoch, "sequence": last + 1} if keys else {}
        new = {"signers": fresh.names, "epoch": fresh.epoch, "sequence": 1} if fresh else {}
        good = self.s.statement(slot, 1000, self.moment(slot, "now", n, abroad), abroad=abroad)
        other = self.s.pick(KEYS, n)
        wrongs: dict[str, dict[str, Any]] = {
            "signer": {"signers": (other,)},
            "old signer": old,
            "new signer": new,
            "epoch": {"epoch": n % 5},
            "basis": {"basis": 1},
            "sequence": {"sequence": last},
            "step": {"sequence": good.sequence + TOP_STEP - n % 2},
            "future": {"as_of": self.now + 1 + n},
            "old": {"as_of": max(as_of - 1 - n % 3, 0)},
            "never": {"as_of": 0},
            "figure": {"settled": TOP_FIGURE + 1},
            "in transit": {} if abroad else {"in_transit": TOP_FIGURE + n % 2},
            "slot": {"slot": self.s.pick(range(SLOTS), n)},
            "no slot": {"slot": SLOTS + n % 2},
            "too few": {"signers": good.signers[:-1] or (other,)},
            "repeated": {"signers": (good.signers[0],) * 2},
            "one of theirs": {"signers": (*good.signers, other)},
            "everybody": {"signers": ((fresh if self.now >= ring.since else keys) or keys or fresh).names}  # type: ignore[union-attr]
            if ring and (keys or fresh)
            else {},
            "four times": {"signers": (*good.signers, *good.signers, *good.signers, *good.signers)[:4]},
        }
        self.report(replace(good, **wrongs[wrong]))

    @rule(slot=slots, n=number)
    def wrap_wrongly(self, slot: int, n: int) -> None:
        for flaw in self.several(FLAWS, n):
            self.report(self.s.statement(slot, 5000, self.now), flaw=flaw)

    @rule(n=number)
    def replay_report(self, n: int) -> None:
        if sent := getattr(self, "sent", []):
            self.s.attest(self.s.pick(sent, n))

    # Keys

    def _keys(self, slot: int, abroad: bool, kind: str, n: int) -> tuple[tuple[str, ...], int]:
        """Keys for a slot, and how many must sign."""
        one = self.s.slots(abroad).get(slot)
        now = one.ring.current(self.now) if one else None
        old = now.names if now else ()
        spare = self.s.spare(1 + n % 3, n)
        taken = [name for at in (False, True) for other in self.s.slots(at).values() for name in other.ring.all_names()]
        kinds = {
            "new": (spare, 1 + n % len(spare)),
            "keep": ((*old[:1], *spare)[:3], 1 + n % 2),
            "fewer": (old[: max(1, len(old) - 1)] or spare, 1 + n % 2),
            "stricter": (old or spare, len(old) or 1),
            "theirs": ((self.s.pick(sorted(taken), n) or spare[0],), 1),
            "repeated": ((spare[0], spare[0]), 1),
            "gap": ((spare[0], "nobody", self.s.pick(KEYS, n)), 1),
            "none": (("nobody",), 1),
            "zero": (spare, 0),
            "too many": (spare, len(spare) + 1),
        }
        return kinds[kind]

    kinds = st.sampled_from(
        ["new"] * 4 + ["keep"] * 3 + ["fewer", "stricter", "theirs", "repeated", "gap", "none", "zero", "too many"]
    )

    def _register(self, slot: int, abroad: bool, keys: tuple[tuple[str, ...], int], **rest: Any) -> str:
        one, by = self.s.slots(abroad).get(slot), rest.pop("by", "manager")
        if abroad:
            chain, token = (one.chain, one.token) if one else (f"eip155:{slot + 1}", f"token{slot}")
            return self.s.register_chain(by, slot, chain, token, *keys, **rest)
        lei, account = (one.lei, one.account) if one else (f"lei{slot % 3}", f"account{slot}")
        return self.s.register(by, slot, lei, account, *keys, **rest)

    @rule(slot=slots, abroad=abroad, kind=kinds, n=number, how=how, swap=rarely)
    def replace_keys(self, slot: int, abroad: bool, kind: str, n: int, how: str, swap: bool) -> None:
        """Or first keys, where the slot is empty."""
        by, shown = self.as_role(MANAGER, "manager", how)
        keys = self._keys(slot, abroad, kind, n)
        self._register(slot, abroad, keys, by=by, shown=shown, swap="reserve" if swap else "")

    @rule(slot=st.integers(0, 2), abroad=abroad, n=number, used=st.booleans(), kind=st.sampled_from(["new", "keep"]))
    def replace_twice(self, slot: int, abroad: bool, n: int, used: bool, kind: str) -> None:
        """The first keys are dead when the second ones' time has come, whatever becomes of the second."""
        s = self.s
        if slot not in s.slots(abroad):
            return
        first = s.statement(slot, 1500, self.now, abroad=abroad)
        self._register(slot, abroad, self._keys(slot, abroad, kind, n))
        if n % 4 == 0:
            s.cancel_slot_change("pauser", 1 + abroad, slot, shown=(PAUSER, "pauser"))
        s.set_now(max(self.now, s.slots(abroad)[slot].ring.since))
        self.report(first)
        told = s.statement(slot, 1500, self.now, abroad=abroad)
        if len(told.signers) > 1:
            self.report(replace(told, signers=told.signers[1:]))
        if used:
            self.report(told)
        self._register(slot, abroad, self._keys(slot, abroad, kind, n + 1))
        self.report(first)
        self.report(replace(first, sequence=first.sequence + 1, as_of=self.now))

    @rule(n=number, early=st.integers(-2, 1))
    def newcomer(self, n: int, early: int) -> None:
        """A new slot's first report must not bring back a time before burns that are settled for good."""
        s = self.s
        slot = next((at for at in range(3, SLOTS) if at not in s.m.custodians), 3)
        s.register("manager", slot, f"lei{slot}", f"account{slot + 10}", s.spare(1, n))
        if slot in s.m.custodians:
            s.set_now(max(self.now, s.m.custodians[slot].ring.since))
            self.report(s.statement(slot, 10, max(0, s.m.cleared + early)))
            if n % 2:
                s.retire("manager", slot)

    @rule(
        slot=st.integers(0, SLOTS),
        lei=st.sampled_from(["lei0", "lei1", "lei2", "lei9", ""]),
        account=st.sampled_from(["account0", "account1", "account4", "account5", ""]),
        n=number,
    )
    def register(self, slot: int, lei: str, account: str, n: int) -> None:
        self.s.register("manager", slot, lei, account, self.s.spare(1 + n % 2, n))

    @rule(slot=st.integers(0, SLOTS), chain=st.sampled_from(["eip155:1", "eip155:7", ""]), token=st.integers(0, 4))
    def register_chain(self, slot: int, chain: str, token: int) -> None:
        name = "" if token == 4 else f"token{token}"
        self.s.register_chain("manager", slot, chain, name, self.s.spare(2, slot), 1 + token % 2)

    @rule(slot=st.integers(0, SLOTS), how=how, swap=st.sampled_from([""] * 8 + ["reserve", "mint"]))
    def retire(self, slot: int, how: str, swap: str) -> None:
        by, shown = self.as_role(MANAGER, "manager", how)
        self.s.retire(by, slot, shown=shown, swap=swap)

    @rule(who=guard, kind=st.integers(0, 5), slot=st.integers(0, SLOTS), other=rarely)
    def cancel_slot_change(self, who: str, kind: int, slot: int, other: bool) -> None:
        by, shown = self.as_officer(who)
        self.s.cancel_slot_change(by, kind, slot, shown=shown, swap="reserve" if other else "")

    # Chains

    caps = st.sampled_from(["room", "room+1", "more", "zero", "zero", "same", "few", "top+1"])

    @rule(who=officer, slot=st.sampled_from([0, 0, 1, 1, 2, SLOTS]), cap=caps, other=rarely)
    def set_cap(self, who: str, slot: int, cap: str, other: bool) -> None:
        m, (by, shown) = self.s.m, self.as_officer(who)
        one = m.chains.get(slot)
        now, there = (one.cap, one.supply) if one else (0, 0)
        counted = (there if m.is_fresh(one) else max(there, now)) if one else 0
        most = counted + m.room()
        caps = {"room": most, "room+1": most + 1, "more": now + 50, "zero": 0, "same": now, "few": 10}
        figure = min(max(caps.get(cap, TOP_FIGURE + 1), 0), TOP_FIGURE + 1)
        self.s.set_cap(by, slot, figure, shown=shown, swap="reserve" if other else "")

    @rule(slot=st.sampled_from([0, 0, 1, 1, 2, SLOTS]), how=how, other=rarely)
    def retire_chain(self, slot: int, how: str, other: bool) -> None:
        by, shown = self.as_role(MANAGER, "manager", how)
        self.s.retire_chain(by, slot, shown=shown, swap="reserve" if other else "")

    @rule(slot=st.integers(0, 1), n=number)
    def wind_a_chain_down(self, slot: int, n: int) -> None:
        """Its cap falls, it reports zero, it is asked to go, and it goes; or something comes in between."""
        s = self.s
        if slot not in s.m.chains:
            return
        s.set_cap(s.m.authority, slot, 0)
        for step in range(2):
            one = s.m.chains.get(slot)
            if one is None:
                return
            waits = (one.lower[1] if one.lower else 0, one.ring.since, one.retire_from)
            s.set_now(max(self.now, *waits) + (n + step) % 2)
            if (n + step) % 3:  # of a time before the wait was over
                self.report(s.statement(slot, 0, min(max(max(waits) - 1, one.as_of), self.now), abroad=True))
                s.retire_chain("manager", slot)
            self.report(s.statement(slot, int((n + step) % 5 == 0), self.now, abroad=True))
            s.retire_chain("manager", slot)
            if (n + step) % 7 == 0:
                s.cancel_slot_change("pauser", 3 + n % 2, slot, shown=(PAUSER, "pauser"))
        s.retire_chain("manager", slot)
