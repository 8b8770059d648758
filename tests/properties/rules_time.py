"""The rules that take all of it together."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.desk import HOLDERS
from tests.properties.parts import DAY, NO_CHAIN
from tests.properties.rules_base import Rules, minter, number, volume
from tests.properties.scene import STAFF

__all__ = ["TimeRules"]


class TimeRules(Rules):
    """Time, and what a desk does all day."""

    @rule(step=st.sampled_from(["second", "minutes", "hours", "day", "days", "edge", "edge", "edge", "back"]), n=number)
    def time_passes(self, step: str, n: int) -> None:
        edges = self.s.m.edges()[:16]
        steps = {"second": 1, "minutes": n % 3600, "hours": n, "day": DAY, "days": DAY * (1 + n % 9), "back": -(n % 30)}
        steps["edge"] = self.s.pick(edges, n) - self.now if edges else 1
        self.s.set_now(self.now + steps[step])
        self.s.compare()

    @rule(n=number, figure=st.sampled_from(["same", "less", "more", "exact"]), first=st.booleans())
    def clock_goes_back(self, n: int, figure: str, first: bool) -> None:
        """Burns and reports on both sides of a time that is taken back; nothing is minted against them."""
        s, back = self.s, 1 + n % 60
        self.tell("exact", n)
        if first:
            s.redeem(s.pick(HOLDERS, n), 1 + n % 9, to_chain=n % 2 if n % 3 == 0 else NO_CHAIN)
            s.set_now(self.now + 1)
            self.tell("same", n)
        s.set_now(self.now - back)
        s.redeem(s.pick(HOLDERS, n + 1), 1 + n % 7, to_chain=n % 2 if n % 4 == 0 else NO_CHAIN)
        self.tell(figure, n)
        s.burn(s.pick(HOLDERS, n), n % 3)
        s.set_now(self.now + back + n % 2)
        s.mint("whale", s.fresh_ticket(n), max(1, s.m.room()), s.pick(HOLDERS, n))

    @rule(n=number)
    def silence(self, n: int) -> None:
        """Everything is in order but that the custodians fall silent: nothing is minted, and nothing latches."""
        self.put_in_order("lots", n)
        self.s.set_now(self.now + self.s.m.policy.max_age_s + n % 2)
        self.s.mint("whale", self.s.fresh_ticket(n), 1 + n % 9, self.s.pick(HOLDERS, n))
        self.s.check()

    @rule(figure=st.sampled_from(["exact", "same", "lots", "lots"]), n=number)
    def put_in_order(self, figure: str, n: int) -> None:
        """After trouble: roles, custodians, fresh reports, and everything open again."""
        s, m = self.s, self.s.m
        lost = [one for one in STAFF if one not in m.grants or m.grants[one].today(self.now).expires <= self.now]
        for role, member in lost:
            s.grant_role(m.authority, role, member, self.now + (20 if member == "minter1" else 200) * DAY)
        s.resume("unpauser", 7)
        for slot in range(3):
            if slot not in s.m.custodians:
                s.register("manager", slot, f"lei{slot}", f"account{slot}", s.spare(1, n))
        waits = [one.ring.since for one in s.m.every_slot()]
        waits += [one.waiting[1] for one in s.m.grants.values() if one.waiting]
        if lost or any(one.ring.keys is None for one in s.m.custodians.values()):
            s.set_now(max([self.now, *waits]))
        self.tell(figure, n)
        s.pause(False)
        for account in sorted(s.m.frozen):
            s.freeze(account, False)
        s.tax(False)
        if not s.m.coin or s.m.bond_for(s.m.supply)[0] < s.m.bond_for(s.m.supply)[1]:
            s.open_bond(s.m.authority, "eur" if n % 3 == 0 else "usd")
            s.cancel_exit(s.m.authority)
            s.deposit_bond("agent", s.m.bond_for(s.m.supply + 500)[1])
        s.resume("unpauser", 7)
        s.reopen("unpauser")
        s.mint("whale", s.fresh_ticket(n), 1 + n % 40, s.pick(HOLDERS, n))

    @rule(n=number, minter=minter, volume=volume)
    def ordinary_day(self, n: int, minter: str, volume: str) -> None:
        """Fresh reports with room, a mint, and what comes after it."""
        s = self.s
        self.tell("lots" if n % 3 else "exact", n)
        s.mint(minter, s.fresh_ticket(n), self.volume_of(minter, volume, n), s.pick(HOLDERS, n), **self.approved(n))
        if n % 2:
            s.redeem(s.pick(HOLDERS, n), 1 + n % 5, to_chain=NO_CHAIN if n % 3 else n % 2)
        s.set_now(self.now + n % DAY)
        s.check()
