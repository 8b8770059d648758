"""The rules of minters, holders, redeemers and guardians."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.desk import HOLDERS
from tests.properties.parts import (
    APPROVER,
    DAY,
    FIRST_TICKET,
    MINTER,
    NO_CHAIN,
    OK,
    PAGE,
    PAUSER,
    REDEEMER,
    SLOTS,
    TICKET_STEP,
    U64,
    UNPAUSER,
    Allowance,
)
from tests.properties.rules_custody import CustodyRules
from tests.properties.rules_office import how, minter, number, rarely
from xstock_client.accounts import Limits

__all__ = ["MarketRules"]

WRONG_MINTS: Final = (
    *("used ticket", "another page", "no such page", "allowance", "no allowance", "to escrow", "given up", "too far"),
    *("mint", "reserve", "tickets", "token_program", "their allowance", "self approval", "wrong approver"),
)
WRONG_SETTLEMENTS: Final = (
    *("more", "later", "book", "rent_to", "mint", "escrow", "token_program", "reserve", "no slot", "empty slot"),
)

holder = st.sampled_from(HOLDERS)
part = st.sampled_from(["few", "few", "few", "half", "all", "all+1", "none"])
to_chains = st.sampled_from([NO_CHAIN] * 4 + [0, 1])
with_requests = precondition(lambda self: bool(self.s.m.requests))
with_accepted = precondition(lambda self: any(one.accepted is not None for one in self.s.m.requests.values()))


class MarketRules(CustodyRules):
    """What happens to tokens."""

    # Minting

    def _volume(self, minter: str, which: str, n: int) -> int:
        m = self.s.m
        one = m.allowances.get(minter, Allowance()).today(self.now)
        everyone = m.window.later(m.policy.mint_window_limit, self.now)
        volumes = {"few": 1 + n % 20, "room": max(m.room(), 0), "left": one.limits.window_limit - one.window.used}
        volumes |= {"cap": one.limits.lifetime_cap - one.ever, "zero": 0, "top": U64}
        volumes |= {"alone": one.limits.approver_threshold - one.window.used}
        volumes |= {"asset": m.policy.mint_window_limit - everyone.used}
        return min(max(volumes[which.removesuffix("+1")] + which.endswith("+1"), 0), U64)

    volume = st.sampled_from(
        ["few"] * 6
        + ["room", "room", "room+1", "left", "left+1", "cap", "cap+1", "zero", "top"]
        + ["alone", "alone+1", "alone+1", "asset", "asset+1"]
    )

    def _approved(self, n: int) -> dict[str, Any]:
        """Mostly nobody else signs."""
        return {"approver": "approver", "approval": (APPROVER, "approver")} if n % 3 == 0 else {}

    @rule(minter=minter, volume=volume, to=holder, n=number, twice=rarely)
    def mint(self, minter: str, volume: str, to: str, n: int, twice: bool) -> None:
        ticket, amount = self.s.fresh_ticket(n), self._volume(minter, volume, n)
        self.s.mint(minter, ticket, amount, to, twice=twice, **self._approved(n))

    @rule(how=how, n=number)
    def mint_wrongly(self, how: str, n: int) -> None:
        for wrong in self.several(WRONG_MINTS, n):
            self._mint_wrongly(wrong, how, n)

    def _mint_wrongly(self, wrong: str, how: str, n: int) -> None:
        m = self.s.m
        by, shown = self.as_role(MINTER, "minter0", how)
        ticket, to = self.s.fresh_ticket(n), "holder0"
        choice: dict[str, Any] = {"allowance": "minter0", "page": None, "swap": ""}
        if wrong == "used ticket":
            ticket = self.s.pick(sorted(m.tickets), n) or 0
        elif wrong == "given up":
            ticket = max(m.watermark - 1 - n % 3, 0)
        elif wrong == "too far":
            ticket = max(m.tickets) + TICKET_STEP + n % 2 if m.tickets else FIRST_TICKET + n % 2
            self.s.open_page(ticket // PAGE)
        elif wrong == "another page":
            choice["page"] = self.s.pick(sorted(m.pages), n)
            ticket = self.s.pick((PAGE - 1, PAGE, 2 * PAGE, U64), n)
        elif wrong == "no such page":
            choice["page"] = 5 + n % 3
        elif wrong == "to escrow":
            to = "escrow"
        elif wrong in ("allowance", "no allowance"):
            choice["allowance"] = "minter1" if wrong == "allowance" else "stranger"
        elif wrong == "self approval":
            choice |= {"approver": by, "approval": (APPROVER, "approver")}
        elif wrong == "wrong approver":
            choice |= {"approver": "whale", "approval": self.s.pick(sorted(m.grants), n)}
        else:
            choice["page"] = 0 if wrong == "tickets" else None  # the only one that the other asset has
            choice["swap"] = "allowance" if wrong == "their allowance" else wrong
        self.s.mint(by, ticket, 1 + n % 9, to, shown=shown, **choice)

    @rule(minter=minter, n=number)
    def exhaust(self, minter: str, n: int) -> None:
        """A lowered cap acts at once, and no day's limit helps past it."""
        s, one = self.s, self.s.m.allowances[minter].today(self.now)
        cap = min(one.limits.lifetime_cap, one.ever + n % 5)
        s.set_allowance(s.m.authority, minter, Limits(one.limits.window_limit, cap, one.limits.approver_threshold))
        for volume in ("cap+1", "cap"):
            s.mint(minter, s.fresh_ticket(n), self._volume(minter, volume, n), "holder1", **self._approved(0))

    @rule(n=number, steps=st.lists(st.integers(1, 30), min_size=2, max_size=4))
    def above_the_threshold(self, n: int, steps: list[int]) -> None:
        """However small its mints are, a minter's usage needs a second key above its threshold."""
        s, one = self.s, self.s.m.allowances["minter0"].today(self.now)
        limits = replace(one.limits, approver_threshold=min(one.limits.approver_threshold, one.window.used + 20))
        s.set_allowance(s.m.authority, "minter0", limits)
        for amount in steps:
            ticket = s.fresh_ticket(n)
            if s.mint("minter0", ticket, amount, "holder2") != OK:
                s.mint("minter0", ticket, amount, "holder2", **self._approved(0))
            s.set_now(self.now + n % 3000)

    @rule(n=number, volume=st.sampled_from(["left", "asset", "few"]))
    def window_over_time(self, n: int, volume: str) -> None:
        """Usage empties evenly, whoever looks."""
        s = self.s
        for step in (n % DAY, n % 60 + 1, 7):
            amount = max(self._volume("minter0", volume, n), 1)
            s.mint("minter0", s.fresh_ticket(n), amount, "holder0", **self._approved(0))
            s.set_now(self.now + step)

    # Redemption

    def _part(self, which: str, have: int, n: int) -> int:
        return {"few": 1 + n % 20, "half": have // 2, "all": have, "all+1": have + 1, "none": 0}[which]

    @rule(holder=holder)
    def open_book(self, holder: str) -> None:
        self.s.open_book(holder)

    @rule(holder=holder, part=part, n=number, twice=rarely)
    def request(self, holder: str, part: str, n: int, twice: bool) -> None:
        balances = self.s.m.balances
        if balances[holder] == 0:
            holder = max(HOLDERS, key=balances.__getitem__)
        self.s.request(holder, self.s.next_id(holder), self._part(part, balances[holder], n), twice=twice)

    @rule(holder=holder, n=number)
    def request_wrongly(self, holder: str, n: int) -> None:
        for wrong in self.several(("id", "used id", "source", "book", "mint", "escrow", "token_program"), n):
            id, other, rest = self.s.next_id(holder), self.s.pick(HOLDERS, n), {}
            if wrong == "id":
                id += 1 + n % 3
            elif wrong == "used id":
                id = self.s.pick(range(id), n) or 0
            elif wrong in ("source", "book"):
                rest = {wrong: other}
            else:
                rest = {"swap": wrong}
            self.s.request(holder, id, 1 + n % 9, **rest)

    def _open(self, n: int, state: str = "") -> tuple[str, int]:
        """An open request, of that state if there is one; an unused id if there is none."""
        ones = sorted(self.s.m.requests.items())
        fit = [at for at, one in ones if not state or (one.accepted is not None) == (state == "accepted")]
        found: tuple[str, int] = self.s.pick(fit or [at for at, _ in ones], n) or ("holder0", n)
        return found

    @with_requests
    @rule(n=number, state=st.sampled_from(["", "requested", "accepted"]), memo=rarely, twice=rarely)
    def cancel(self, n: int, state: str, memo: bool, twice: bool) -> None:
        self.s.cancel(*self._open(n, state), memo=memo, twice=twice)

    @with_requests
    @rule(n=number)
    def cancel_wrongly(self, n: int) -> None:
        wrongs = ("by", "to", "rent_to", "mint", "escrow", "token_program", "memo_program", "closed")
        for wrong in self.several(wrongs, n):
            holder, id = self._open(n, "requested")
            if wrong == "closed":
                self.s.cancel(holder, self.s.pick(range(self.s.next_id(holder) + 1), n))
            elif wrong in ("by", "to", "rent_to"):
                self.s.cancel(holder, id, **{wrong: self.s.pick(HOLDERS, n)})
            else:
                self.s.cancel(holder, id, swap=wrong)

    @with_requests
    @rule(n=number, how=how, state=st.sampled_from(["requested", "requested", "accepted"]), twice=rarely)
    def accept(self, n: int, how: str, state: str, twice: bool) -> None:
        by, shown = self.as_role(REDEEMER, "redeemer", how)
        self.s.accept(by, *self._open(n, state), shown=shown, twice=twice)

    @rule(
        holder=holder,
        n=number,
        wait=st.sampled_from([0, 0, 60, DAY]),
        to_chain=st.sampled_from([NO_CHAIN, NO_CHAIN, 0, 1, 2]),
    )
    def redemption(self, holder: str, n: int, wait: int, to_chain: int) -> None:
        """What most requests come to."""
        s = self.s
        if holder not in s.m.books:
            s.open_book(holder)
        id, amount = s.next_id(holder), max(1, s.m.balances[holder] // (1 + n % 4))
        s.request(holder, id, amount)
        s.set_now(self.now + wait)
        s.accept("redeemer", holder, id)
        if n % 5 == 0:
            s.accept("redeemer", holder, id)
            s.cancel(holder, id)
            s.settle("redeemer", holder, id, amount, self.now + 1)
        if n % 3:
            s.settle("redeemer", holder, id, amount, self.now, to_chain=to_chain)

    def _settle(self, n: int, state: str, more: int = 0, later: int = 0, **rest: Any) -> None:
        holder, id = self._open(n, state)
        one = self.s.m.requests.get((holder, id))
        amount, accepted = (one.amount, one.accepted or 0) if one else (1, 0)
        self.s.settle(rest.pop("by", "redeemer"), holder, id, amount + more, accepted + later, **rest)

    @with_accepted
    @rule(n=number, how=how, state=st.sampled_from(["accepted"] * 5 + ["requested"]), to=to_chains, twice=rarely)
    def settle(self, n: int, how: str, state: str, to: int, twice: bool) -> None:
        by, shown = self.as_role(REDEEMER, "redeemer", how)
        self._settle(n, state, by=by, shown=shown, to_chain=to, twice=twice)

    @with_accepted
    @rule(n=number, by=st.sampled_from([1, -1]))
    def settle_wrongly(self, n: int, by: int) -> None:
        for wrong in self.several(WRONG_SETTLEMENTS, n):
            if wrong in ("more", "later"):
                self._settle(n, "accepted", **{wrong: by})
            elif wrong in ("book", "rent_to"):
                self._settle(n, "accepted", **{wrong: self.s.pick(HOLDERS, n)})
            elif wrong in ("no slot", "empty slot"):
                self._settle(n, "accepted", to_chain=SLOTS + n % 9 if wrong == "no slot" else 7)
            else:
                self._settle(n, "accepted", swap=wrong)

    # Past the program

    @rule(source=holder, to=holder | st.just("escrow"), part=part, n=number)
    def transfer(self, source: str, to: str, part: str, n: int) -> None:
        self.s.transfer(source, to, self._part(part, self.s.m.balances[source], n))

    @rule(owner=holder, part=part, n=number)
    def burn(self, owner: str, part: str, n: int) -> None:
        self.s.burn(owner, self._part(part, self.s.m.balances[owner], n))

    @rule(on=st.booleans())
    def pause(self, on: bool) -> None:
        self.s.pause(on)

    @rule(owner=holder, on=st.booleans())
    def freeze(self, owner: str, on: bool) -> None:
        self.s.freeze(owner, on)

    # Guards

    @rule(functions=st.sampled_from([1, 2, 4, 3, 7, 0, 8]), how=how)
    def halt(self, functions: int, how: str) -> None:
        by, shown = self.as_role(PAUSER, "pauser", how)
        self.s.halt(by, functions, shown=shown)
        self.s.mint("minter0", self.s.fresh_ticket(functions), 1, "holder0")
        self.s.request("holder0", self.s.next_id("holder0"), 1)

    @rule(functions=st.sampled_from([7, 7, 3, 1, 2, 4, 0, 8]), how=how, other=rarely)
    def resume(self, functions: int, how: str, other: bool) -> None:
        by, shown = self.as_role(UNPAUSER, "unpauser", how)
        self.s.resume(by, functions, shown=shown, swap="reserve" if other else "")

    @rule(how=how, swap=st.sampled_from(["", "", "", "reserve", "mint"]))
    def reopen(self, how: str, swap: str) -> None:
        by, shown = self.as_role(UNPAUSER, "unpauser", how)
        self.s.reopen(by, shown=shown, swap=swap)

    @rule(swap=st.sampled_from(["", "", "", "reserve", "mint"]))
    def check_solvency(self, swap: str) -> None:
        self.s.check(swap=swap)
