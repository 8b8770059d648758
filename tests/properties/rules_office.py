"""The rules of the issuer: roles, handoffs, policies, allowances, tickets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.parts import (
    DAY,
    FIELDS,
    PAGE,
    PAUSER,
    ROLES,
    U64,
    Listing,
)
from tests.properties.rules_base import VALUES, Rules, guard, minter, number, officer, rarely
from tests.properties.scene import STAFF, terms
from xstock_client.accounts import Limits, Policy

__all__ = ["OfficeRules"]

with_queue = precondition(lambda self: self.s.m.queue.fields != 0 or self.s.m.now % 8 == 0)


class OfficeRules(Rules):
    """Who may do what, and by which rules."""

    # Roles

    @rule(
        who=officer,
        role=st.sampled_from([*ROLES, 8, 3, 0, 12]),
        person=st.sampled_from([*(name for _, name in STAFF), "auth1"]),
        lasts=st.sampled_from([0, 1, 60, 3600, 10 * DAY, 366 * DAY, 366 * DAY + 1]),
    )
    def grant_role(self, who: str, role: int, person: str, lasts: int) -> None:
        by, shown = self.as_officer(who)
        self.s.grant_role(by, role, person, self.now + lasts, shown=shown)

    def _some_grant(self, n: int, mine: bool = True) -> tuple[int, str]:
        found: tuple[int, str] = self.s.pick(
            [one for one in sorted(self.s.m.grants) if not mine or one[1] != "rival"] or sorted(self.s.m.grants), n
        )
        return found

    @rule(who=officer, n=number, rent_to=st.sampled_from(["relayer"] * 5 + ["auth0"]))
    def revoke_role(self, who: str, n: int, rent_to: str) -> None:
        by, shown = self.as_officer(who)
        self.s.revoke_role(by, *self._some_grant(n, mine=n % 8 > 0), rent_to, shown=shown)

    @rule(who=guard, n=number, waiting=st.booleans())
    def cancel_role_change(self, who: str, n: int, waiting: bool) -> None:
        by, shown = self.as_officer(who)
        ones = [one for one, grant in sorted(self.s.m.grants.items()) if grant.waiting]
        self.s.cancel_role_change(by, *(self.s.pick(ones, n) if ones and waiting else self._some_grant(n)), shown=shown)

    @rule(who=officer, n=number)
    def trim_a_guardian(self, who: str, n: int) -> None:
        """A pauser's or approver's end is asked for, and stopped by the pauser itself, or comes true."""
        s, (by, shown) = self.s, self.as_officer(who)
        role, name = [(8, "pauser"), (3, "approver"), (11, "arbiter")][n % 3]
        if n % 3:
            s.revoke_role(by, role, name, shown=shown)
        else:
            s.grant_role(by, role, name, self.now + 3600, shown=shown)
        if n % 5 == 0:
            s.cancel_role_change("pauser", role, name, shown=None if role == 8 else (8, "pauser"))
        elif n % 5 == 1:
            s.set_now(self.now + s.m.terms.timelock)
            s.revoke_role(by, role, name, shown=shown)

    @rule(by=st.sampled_from(["authority"] * 6 + ["admin"]), role=st.sampled_from([1, 2, 6, 7, 10, 8, 0]), wait=number)
    def renounce(self, by: str, role: int, wait: int) -> None:
        name, _ = self.as_officer(by)
        self.s.renounce(name, role)
        if wait % 3 == 0:
            self.s.set_now(self.now + self.s.m.terms.timelock)
            self.s.renounce(name, role)

    @rule(who=guard)
    def cancel_renunciation(self, who: str) -> None:
        by, shown = self.as_officer(who)
        self.s.cancel_renunciation(by, shown=shown)

    # Handoff

    @rule(
        by=st.sampled_from(["authority"] * 4 + ["auth1", "rival"]), heir=st.sampled_from(["auth0", "auth1", "nobody"])
    )
    def propose(self, by: str, heir: str) -> None:
        self.s.propose(self.as_officer(by)[0], heir)

    @rule(by=st.sampled_from(["heir", "heir", "heir", "auth0", "auth1"]), wait=st.sampled_from([0, 1, 1, 20]))
    def inherit(self, by: str, wait: int) -> None:
        m = self.s.m
        if wait and m.heir != "nobody":
            self.s.set_now(max(self.now, m.heir_from if wait == 1 else m.heir_until + 1))
        self.s.inherit("stranger" if m.heir == "nobody" else m.heir if by == "heir" else by)

    @rule(who=guard)
    def cancel_handoff(self, who: str) -> None:
        by, shown = self.as_officer(who)
        self.s.cancel_handoff(by, shown=shown)

    # Policy

    def _values(self, named: int, n: int) -> Policy:
        chosen = {one.name: self.s.pick(VALUES[one.name], n * 7919 >> bit) for bit, one in enumerate(FIELDS)}
        only = {name: value for bit, (name, value) in enumerate(chosen.items()) if named >> bit & 1}
        return replace(self.s.m.policy, **only)

    swaps = st.sampled_from([""] * 12 + ["reserve", "mint"])

    @rule(who=officer, bits=st.lists(st.integers(0, len(FIELDS) - 1), min_size=1, max_size=3), n=number, swap=swaps)
    def set_policy(self, who: str, bits: list[int], n: int, swap: str) -> None:
        by, shown = self.as_officer(who)
        named = sum({1 << bit for bit in bits})
        self.s.set_policy(by, named, self._values(named, n), shown=shown, swap=swap)

    def _loosen(self, n: int, count: int = 1) -> None:
        """Ask for one or two fields to become looser, as far as any can."""
        m = self.s.m
        choices = [
            (bit, value)
            for bit, one in enumerate(FIELDS)
            for value in VALUES[one.name]
            if one.low <= value <= one.high and one.looser(m.policy, replace(m.policy, **{one.name: value}))
        ]
        if choices:
            picked = dict(self.s.pick(choices, n + 7 * step) for step in range(count))
            values = replace(m.policy, **{FIELDS[bit].name: value for bit, value in picked.items()})
            self.s.set_policy(m.authority, sum(1 << bit for bit in picked), values)

    @rule(n=number, count=st.integers(1, 3))
    def queue_looser(self, n: int, count: int) -> None:
        self._loosen(n, count)

    @with_queue
    @rule(n=number, tighter=st.booleans())
    def name_again(self, n: int, tighter: bool) -> None:
        """A field that waits is named again: tighter or as it is, it leaves the queue; the others stay."""
        s = self.s
        waiting = [bit for bit in range(len(FIELDS)) if s.m.queue.fields >> bit & 1]
        bit = s.pick(waiting or range(len(FIELDS)), n)
        one = FIELDS[bit]
        step = (-1 if one.larger_is_looser else 1) if tighter else 0
        values = replace(s.m.policy, **{one.name: max(getattr(s.m.policy, one.name) + step, 0)})
        s.set_policy(s.m.authority, 1 << bit, values)

    @rule(
        n=number, wait=st.sampled_from(["early", "due", "due", "due", "late", "now"]), tell=st.booleans(), twice=rarely
    )
    def loosen_and_apply(self, n: int, wait: str, tell: bool, twice: bool) -> None:
        """One field looser, and what becomes of it."""
        s = self.s
        if not s.m.queue.fields or n % 2:
            self._loosen(n)
        if s.m.queue.fields:
            times = {"early": s.m.queue.ready_at - 1, "due": s.m.queue.ready_at + n % DAY}
            times |= {"late": s.m.queue.expires_at + 1, "now": self.now}
            s.set_now(max(self.now, times[wait]))
            if tell:
                s.tell_all(dict.fromkeys(s.m.custodians, 2000), self.now)
                s.tell_all(dict.fromkeys(s.m.chains, 20), self.now, abroad=True)
        if s.m.queue.fields or n % 4 == 1:
            s.apply_policy(twice=twice)

    @with_queue
    @rule(swap=swaps)
    def apply_policy(self, swap: str) -> None:
        self.s.apply_policy(swap=swap)

    @with_queue
    @rule(who=guard)
    def cancel_policy(self, who: str) -> None:
        by, shown = self.as_officer(who)
        self.s.cancel_policy(by, shown=shown)

    # Allowances

    limits = st.sampled_from([0, 1, 50, 500, 1000, 2000, 20_000, U64])

    @rule(who=officer, minter=minter, limit=limits, cap=limits, threshold=limits, swap=rarely)
    def set_allowance(self, who: str, minter: str, limit: int, cap: int, threshold: int, swap: bool) -> None:
        by, shown = self.as_officer(who)
        limits = Limits(limit, cap, threshold)
        self.s.set_allowance(by, minter, limits, shown=shown, swap="reserve" if swap else "")

    @rule(who=guard, minter=minter)
    def cancel_raise(self, who: str, minter: str) -> None:
        by, shown = self.as_officer(who)
        self.s.cancel_raise(by, minter, shown=shown)

    @rule(minter=minter, n=number, short=st.booleans())
    def raise_then_tighten(self, minter: str, n: int, short: bool) -> None:
        """A raise comes into force unused; then less than it is still a tightening, which no shortfall stops."""
        s = self.s
        now = s.m.allowances[minter].today(self.now).limits
        more = Limits(*(min(getattr(now, name) + 100, U64) for name in Limits.OFFSETS))
        s.set_allowance(s.m.authority, minter, more)
        waiting = s.m.allowances[minter].waiting
        if n % 5 == 0:
            s.cancel_raise("pauser", minter, shown=(PAUSER, "pauser"))
        s.set_now(max(self.now, waiting[1] if waiting else 0))
        if short:
            s.tell_all(dict.fromkeys(s.m.custodians, 0), self.now)
        less = Limits(min(now.window_limit + n % 100, U64), min(now.lifetime_cap + 50, U64), now.approver_threshold)
        s.set_allowance(s.m.authority, minter, less)

    # Tickets

    @rule(page=st.integers(0, 2))
    def open_page(self, page: int) -> None:
        self.s.open_page(page)

    @rule(who=officer, to=st.sampled_from(["next", "next", "behind", "far", "same", "page"]), n=number)
    def raise_watermark(self, who: str, to: str, n: int) -> None:
        m, (by, shown) = self.s.m, self.as_officer(who)
        highest = max(m.tickets, default=0)
        marks = {"next": highest + 1, "behind": highest - n % 5, "far": highest + 2, "same": m.watermark, "page": PAGE}
        self.s.raise_watermark(by, max(marks[to], 0), shown=shown)

    @rule(n=number)
    def turn_the_page(self, n: int) -> None:
        """A page's last ticket mints, everything up to it is given up, the page closes; and none of it comes back."""
        s = self.s
        page = s.fresh_ticket(n) // PAGE
        last = page * PAGE + PAGE - 1
        s.mint("whale", last, 1 + n % 5, "holder1")
        s.raise_watermark(s.m.authority, last + 1 - (n % 5 == 1))
        s.close_page(page)
        s.open_page(page)
        used = [ticket for ticket in sorted(s.m.tickets) if ticket // PAGE == page]
        s.mint("whale", s.pick(used, n) or last, 1, "holder1")

    @rule(n=number, rent_to=st.sampled_from(["relayer"] * 5 + ["auth0"]), swap=rarely)
    def close_page(self, n: int, rent_to: str, swap: bool) -> None:
        page = 0 if swap else self.s.pick(sorted(self.s.m.pages) or [0], n)
        self.s.close_page(page, rent_to, swap="tickets" if swap else "")
        if n % 4 == 0:
            self.s.open_page(page)

    # Listings

    @rule(who=officer, n=number)
    def list_wrongly(self, who: str, n: int) -> None:
        by, shown = self.as_officer(who)
        new = Listing(len(self.s.m.listed), "US5949181045", "MSFTx", self.s.m.terms)
        wrongs: list[dict[str, Any]] = [{"number": new.number + 1}, {"isin": "US5949181046"}, {"symbol": "MS FT"}]
        wrongs += [{"name": ""}, {"isin": "US0378331005"}, {"symbol": "AAPLx"}, {"uri": "x" * 161}]
        wrongs += [{"terms": terms(haircut_bps=1)}, {"terms": terms(custodian_share_bps=4000)}]
        self.s.list_asset(by, replace(new, **self.s.pick(wrongs, n)), shown=shown)
