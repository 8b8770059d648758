"""Random legal and illegal operations in random order, on program and model at once."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.custody_rules import MINTERS, PERSONS, CustodyRules, how, number, rarely
from tests.properties.desk import HOLDERS
from tests.properties.parts import DAY, MINTER, PAGE, PAUSER, REDEEMER, ROLES, U64, UNPAUSER, Allowance

__all__ = ["PromiseMachine"]

AUTHORITIES: Final = ("auth0", "auth1")

WRONG_MINTS: Final = (
    *("used ticket", "another page", "no such page", "allowance", "no allowance", "to escrow"),
    *("mint", "reserve", "tickets", "token_program", "their allowance"),
)

holder = st.sampled_from(HOLDERS)
part = st.sampled_from(["few", "few", "few", "half", "all", "all+1", "none"])
minter = st.sampled_from(["minter0", *MINTERS])
with_requests = precondition(lambda self: bool(self.desk.m.requests))
with_accepted = precondition(lambda self: any(one.accepted is not None for one in self.desk.m.requests.values()))
by_whom = st.sampled_from(["right"] * 9 + ["auth0", "auth1", "stranger"])


class PromiseMachine(CustodyRules):
    """One asset's life; desk.py tells what is checked after every operation."""

    # Minting

    def _fresh(self, n: int) -> int:
        """A ticket that was never used, of an open page."""
        used = self.desk.m.tickets
        return next(ticket for ticket in range(n % 50, PAGE) if ticket not in used)

    def _volume(self, minter: str, which: str, n: int) -> int:
        m = self.desk.m
        one = m.allowances.get(minter, Allowance()).today(self.now)
        left, cap, room = one.limit - one.used, one.cap - one.ever, max(m.room(), 0)
        volumes = {"few": 1 + n % 20, "room": room, "room+1": room + 1, "left": left, "left+1": left + 1}
        volumes |= {"cap": cap, "cap+1": cap + 1, "zero": 0, "top": U64}
        return min(max(volumes[which], 0), U64)

    volume = st.sampled_from(["few"] * 6 + ["room", "room", "room+1", "left", "left+1", "cap", "cap+1", "zero", "top"])

    @rule(minter=minter, volume=volume, to=holder, n=number, twice=rarely)
    def mint(self, minter: str, volume: str, to: str, n: int, twice: bool) -> None:
        self.desk.mint(minter, self._fresh(n), self._volume(minter, volume, n), to, twice=twice)

    @rule(how=how, n=number)
    def mint_wrongly(self, how: str, n: int) -> None:
        for wrong in self._several(WRONG_MINTS, n):
            self._mint_wrongly(wrong, how, n)

    def _mint_wrongly(self, wrong: str, how: str, n: int) -> None:
        m = self.desk.m
        by, shown = self._as(MINTER, "minter0", how)
        ticket, to = self._fresh(n), "holder0"
        choice: dict[str, Any] = {"allowance": "minter0", "page": None, "swap": ""}
        if wrong == "used ticket":
            ticket = self._pick(sorted(m.tickets), n) or 0
        elif wrong == "another page":
            choice["page"] = self._pick(sorted(m.pages), n)
            ticket = self._pick((PAGE - 1, PAGE, 2 * PAGE, U64), n)
        elif wrong == "no such page":
            choice["page"] = 1 + n % 3
        elif wrong == "to escrow":
            to = "escrow"
        elif wrong in ("allowance", "no allowance"):
            choice["allowance"] = "minter1" if wrong == "allowance" else "stranger"
        else:
            choice["swap"] = "allowance" if wrong == "their allowance" else wrong
        self.desk.mint(by, ticket, 1 + n % 9, to, shown=shown, **choice)

    @rule(page=st.integers(0, 2))
    def open_page(self, page: int) -> None:
        self.desk.open_page(page)

    limits = st.sampled_from([0, 1, 50, 500, 1000, 2000, 20_000, U64])

    @rule(minter=minter, limit=limits, cap=limits, by=by_whom | st.just("rival"), other=rarely)
    def set_allowance(self, minter: str, limit: int, cap: int, by: str, other: bool) -> None:
        self.desk.set_allowance(self._authority(by), minter, limit, cap, swap="reserve" if other else "")

    @rule(minter=minter, n=number, short=st.booleans())
    def raise_then_tighten(self, minter: str, n: int, short: bool) -> None:
        """A raise comes into force unused; then less than it is still a tightening, which no shortfall stops."""
        desk = self.desk
        now = desk.m.allowances[minter].today(self.now)
        desk.set_allowance(desk.m.authority, minter, min(now.limit + 100, U64), min(now.cap + 100, U64))
        waiting = desk.m.allowances[minter].waiting
        desk.set_now(max(self.now, waiting[2] if waiting else 0))
        if short:
            self.tell_all("zero", "now", n)
        desk.set_allowance(desk.m.authority, minter, min(now.limit + n % 100, U64), min(now.cap + 50, U64))

    @rule(minter=minter, n=number)
    def exhaust(self, minter: str, n: int) -> None:
        """A lowered cap acts at once, and no day's limit helps past it."""
        one = self.desk.m.allowances[minter].today(self.now)
        self.desk.set_allowance(self.desk.m.authority, minter, one.limit, min(one.cap, one.ever + n % 5))
        for volume in ("cap+1", "cap"):
            self.desk.mint(minter, self._fresh(n), self._volume(minter, volume, n), "holder1")

    # Redemption

    def _part(self, which: str, have: int, n: int) -> int:
        return {"few": 1 + n % 20, "half": have // 2, "all": have, "all+1": have + 1, "none": 0}[which]

    def _next_id(self, holder: str) -> int:
        book = self.desk.m.books.get(holder)
        return book.next_id if book else 0

    @rule(holder=holder)
    def open_book(self, holder: str) -> None:
        self.desk.open_book(holder)

    @rule(holder=holder, part=part, n=number, twice=rarely)
    def request(self, holder: str, part: str, n: int, twice: bool) -> None:
        if self.desk.m.balances[holder] == 0:
            holder = max(HOLDERS, key=self.desk.m.balances.__getitem__)
        amount = self._part(part, self.desk.m.balances[holder], n)
        self.desk.request(holder, self._next_id(holder), amount, twice=twice)

    @rule(holder=holder, n=number)
    def request_wrongly(self, holder: str, n: int) -> None:
        for wrong in self._several(("id", "used id", "source", "book", "mint", "escrow", "token_program"), n):
            self._request_wrongly(holder, wrong, n)

    def _request_wrongly(self, holder: str, wrong: str, n: int) -> None:
        id, other, rest = self._next_id(holder), self._pick(HOLDERS, n), {}
        if wrong == "id":
            id += 1 + n % 3
        elif wrong == "used id":
            id = self._pick(range(id), n) or 0
        elif wrong in ("source", "book"):
            rest = {wrong: other}
        else:
            rest = {"swap": wrong}
        self.desk.request(holder, id, 1 + n % 9, **rest)

    def _open(self, n: int, state: str = "") -> tuple[str, int]:
        """An open request, of that state if there is one; an unused id if there is none."""
        ones = sorted(self.desk.m.requests.items())
        fit = [at for at, one in ones if not state or (one.accepted is not None) == (state == "accepted")]
        found: tuple[str, int] = self._pick(fit or [at for at, _ in ones], n) or ("holder0", n)
        return found

    @with_requests
    @rule(n=number, state=st.sampled_from(["", "requested", "accepted"]), memo=rarely, twice=rarely)
    def cancel(self, n: int, state: str, memo: bool, twice: bool) -> None:
        self.desk.cancel(*self._open(n, state), memo=memo, twice=twice)

    @with_requests
    @rule(n=number)
    def cancel_wrongly(self, n: int) -> None:
        for wrong in self._several(
            ("by", "to", "rent_to", "mint", "escrow", "token_program", "memo_program", "closed"), n
        ):
            self._cancel_wrongly(n, wrong)

    def _cancel_wrongly(self, n: int, wrong: str) -> None:
        holder, id = self._open(n, "requested")
        if wrong == "closed":
            self.desk.cancel(holder, self._pick(range(self._next_id(holder) + 1), n))
        elif wrong in ("by", "to", "rent_to"):
            self.desk.cancel(holder, id, **{wrong: self._pick(HOLDERS, n)})
        else:
            self.desk.cancel(holder, id, swap=wrong)

    @with_requests
    @rule(n=number, how=how, state=st.sampled_from(["requested", "requested", "accepted"]), twice=rarely)
    def accept(self, n: int, how: str, state: str, twice: bool) -> None:
        by, shown = self._as(REDEEMER, "redeemer", how)
        self.desk.accept(by, *self._open(n, state), shown=shown, twice=twice)

    @rule(holder=holder, n=number, wait=st.sampled_from([0, 0, 60, DAY]))
    def redemption(self, holder: str, n: int, wait: int) -> None:
        """What most requests come to."""
        if holder not in self.desk.m.books:
            self.desk.open_book(holder)
        id, amount = self._next_id(holder), max(1, self.desk.m.balances[holder] // (1 + n % 4))
        self.desk.request(holder, id, amount)
        self.desk.set_now(self.now + wait)
        for _ in range(2):
            self.desk.accept("redeemer", holder, id)
        self.desk.cancel(holder, id)
        self.desk.settle("redeemer", holder, id, amount, self.now + 1)
        if n % 3:
            self.desk.settle("redeemer", holder, id, amount, self.now)

    def _settle(self, n: int, state: str, more: int = 0, later: int = 0, **rest: Any) -> None:
        holder, id = self._open(n, state)
        one = self.desk.m.requests.get((holder, id))
        amount, accepted = (one.amount, one.accepted or 0) if one else (1, 0)
        by = rest.pop("by", "redeemer")
        self.desk.settle(by, holder, id, amount + more, accepted + later, **rest)

    @with_accepted
    @rule(n=number, how=how, state=st.sampled_from(["accepted"] * 5 + ["requested"]), twice=rarely)
    def settle(self, n: int, how: str, state: str, twice: bool) -> None:
        by, shown = self._as(REDEEMER, "redeemer", how)
        self._settle(n, state, by=by, shown=shown, twice=twice)

    @with_accepted
    @rule(n=number, by=st.sampled_from([1, -1]))
    def settle_wrongly(self, n: int, by: int) -> None:
        for wrong in self._several(("more", "later", "book", "rent_to", "mint", "escrow", "token_program"), n):
            self._settle_wrongly(n, wrong, by)

    def _settle_wrongly(self, n: int, wrong: str, by: int) -> None:
        if wrong in ("more", "later"):
            self._settle(n, "accepted", **{wrong: by})
        elif wrong in ("book", "rent_to"):
            self._settle(n, "accepted", **{wrong: self._pick(HOLDERS, n)})
        else:
            self._settle(n, "accepted", swap=wrong)

    # Past the program

    @rule(source=holder, to=holder | st.just("escrow"), part=part, n=number)
    def transfer(self, source: str, to: str, part: str, n: int) -> None:
        self.desk.transfer(source, to, self._part(part, self.desk.m.balances[source], n))

    @rule(owner=holder, part=part, n=number)
    def burn(self, owner: str, part: str, n: int) -> None:
        self.desk.burn(owner, self._part(part, self.desk.m.balances[owner], n))

    @rule(on=st.booleans())
    def pause(self, on: bool) -> None:
        self.desk.pause(on)

    @rule(owner=holder, on=st.booleans())
    def freeze(self, owner: str, on: bool) -> None:
        self.desk.freeze(owner, on)

    # Guards

    @rule(functions=st.sampled_from([1, 2, 3, 0, 4]), how=how)
    def halt(self, functions: int, how: str) -> None:
        by, shown = self._as(PAUSER, "pauser", how)
        self.desk.halt(by, functions, shown=shown)
        self.desk.mint("minter0", self._fresh(functions), 1, "holder0")
        self.desk.request("holder0", self._next_id("holder0"), 1)

    @rule(functions=st.sampled_from([3, 3, 1, 2, 0, 7]), how=how, other=rarely)
    def resume(self, functions: int, how: str, other: bool) -> None:
        by, shown = self._as(UNPAUSER, "unpauser", how)
        self.desk.resume(by, functions, shown=shown, swap="reserve" if other else "")

    @rule(how=how, swap=st.sampled_from(["", "", "", "reserve", "mint"]))
    def reopen(self, how: str, swap: str) -> None:
        by, shown = self._as(UNPAUSER, "unpauser", how)
        self.desk.reopen(by, shown=shown, swap=swap)

    @rule(swap=st.sampled_from(["", "", "", "reserve", "mint"]))
    def check_solvency(self, swap: str) -> None:
        self.desk.check(swap=swap)

    # Issuer

    def _authority(self, by: str) -> str:
        return self.desk.m.authority if by == "right" else by

    @rule(
        by=by_whom,
        role=st.sampled_from([*ROLES, 3]),
        person=st.sampled_from(PERSONS),
        lasts=st.sampled_from([0, 1, 60, 3600, 10 * DAY, 366 * DAY, 366 * DAY + 1]),
    )
    def grant_role(self, by: str, role: int, person: str, lasts: int) -> None:
        self.desk.grant_role(self._authority(by), role, person, self.now + lasts)

    @rule(by=by_whom, n=number, rent_to=st.sampled_from(["relayer"] * 4 + ["auth0"]))
    def revoke_role(self, by: str, n: int, rent_to: str) -> None:
        role, member = self._pick(sorted(self.desk.m.grants), n)
        self.desk.revoke_role(self._authority(by), role, member, rent_to)

    @rule(by=by_whom, heir=st.sampled_from([*AUTHORITIES, "nobody"]))
    def propose(self, by: str, heir: str) -> None:
        self.desk.propose(self._authority(by), heir)

    @rule(by=st.sampled_from(["heir", "heir", *AUTHORITIES]))
    def inherit(self, by: str) -> None:
        heir = self.desk.m.heir
        self.desk.inherit("stranger" if heir == "nobody" else heir if by == "heir" else by)

    # Time

    @rule(step=st.sampled_from(["second", "minutes", "hours", "day", "days", "edge", "edge", "back"]), n=number)
    def time_passes(self, step: str, n: int) -> None:
        edges = self.desk.m.edges()[:12]
        steps = {"second": 1, "minutes": n % 3600, "hours": n, "day": DAY, "days": DAY * (1 + n % 9), "back": -(n % 30)}
        steps["edge"] = self._pick(edges, n) - self.now if edges else 1
        self.desk.set_now(self.now + steps[step])
        self.desk.compare()

    @rule(n=number)
    def silence(self, n: int) -> None:
        """Everything is in order but that the custodians fall silent: nothing is minted, and nothing latches."""
        self.put_in_order("lots", n)
        self.desk.set_now(self.now + self.desk.m.policy.max_age + n % 2)
        self.desk.mint("whale", self._fresh(n), 1 + n % 9, self._pick(HOLDERS, n))
        self.desk.check()

    @rule(figure=st.sampled_from(["exact", "same", "lots", "lots"]), n=number)
    def put_in_order(self, figure: str, n: int) -> None:
        """What a desk does after trouble: roles, custodians, fresh reports, and everything open again."""
        desk, authority = self.desk, self.desk.m.authority
        for role, member in zip((MINTER,) * 3 + ROLES[1:], PERSONS, strict=True):
            if desk.m.grants.get((role, member), 0) <= self.now:
                desk.grant_role(authority, role, member, self.now + (20 if member == "minter1" else 200) * DAY)
        self.restaff(n)
        self.tell_all(figure, "now", n)
        desk.pause(False)
        for owner in HOLDERS:
            desk.freeze(owner, False)
        desk.resume("unpauser", 3)
        desk.reopen("unpauser")
        desk.mint("whale", self._fresh(n), 1 + n % 40, self._pick(HOLDERS, n))

    @rule(n=number, minter=minter, volume=volume)
    def ordinary_day(self, n: int, minter: str, volume: str) -> None:
        """Fresh reports with room, a mint, and what comes after it."""
        self.tell_all("lots" if n % 3 else "exact", "now", n)
        self.desk.mint(minter, self._fresh(n), self._volume(minter, volume, n), self._pick(HOLDERS, n))
        self.desk.set_now(self.now + n % DAY)
        self.desk.check()
