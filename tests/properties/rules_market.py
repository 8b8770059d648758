"""The rules of minters and guardians, and of what holders do past the program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.parts import (
    APPROVER,
    DAY,
    FIRST_TICKET,
    MINTER,
    OK,
    PAGE,
    PAUSER,
    TICKET_STEP,
    U64,
    UNPAUSER,
)
from tests.properties.rules_base import Rules, holder, how, minter, number, parts, rarely, volume
from xstock_client.accounts import Limits

__all__ = ["MintRules", "StreetRules"]

WRONG_MINTS: Final = (
    *("used ticket", "another page", "no such page", "allowance", "no allowance", "to escrow", "given up", "too far"),
    *("mint", "reserve", "tickets", "token_program", "their allowance", "self approval", "wrong approver"),
)


class MintRules(Rules):
    """The one door."""

    @rule(minter=minter, volume=volume, to=holder, n=number, twice=rarely)
    def mint(self, minter: str, volume: str, to: str, n: int, twice: bool) -> None:
        ticket, amount = self.s.fresh_ticket(n), self.volume_of(minter, volume, n)
        self.s.mint(minter, ticket, amount, to, twice=twice, **self.approved(n))

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
        for which in ("cap+1", "cap"):
            s.mint(minter, s.fresh_ticket(n), self.volume_of(minter, which, n), "holder1", **self.approved(0))

    @rule(n=number, steps=st.lists(st.integers(1, 30), min_size=2, max_size=4))
    def above_the_threshold(self, n: int, steps: list[int]) -> None:
        """However small its mints are, a minter's usage needs a second key above its threshold."""
        s, one = self.s, self.s.m.allowances["minter0"].today(self.now)
        limits = replace(one.limits, approver_threshold=min(one.limits.approver_threshold, one.window.used + 20))
        s.set_allowance(s.m.authority, "minter0", limits)
        for amount in steps:
            ticket = s.fresh_ticket(n)
            if s.mint("minter0", ticket, amount, "holder2") != OK:
                s.mint("minter0", ticket, amount, "holder2", **self.approved(0))
            s.set_now(self.now + n % 3000)

    @rule(n=number, volume=st.sampled_from(["left", "asset", "few"]))
    def window_over_time(self, n: int, volume: str) -> None:
        """Usage empties evenly, whoever looks."""
        s = self.s
        for step in (n % DAY, n % 60 + 1, 7):
            amount = max(self.volume_of("minter0", volume, n), 1)
            s.mint("minter0", s.fresh_ticket(n), amount, "holder0", **self.approved(0))
            s.set_now(self.now + step)


class StreetRules(Rules):
    """What happens to tokens past the program, and what guardians do."""

    @rule(n=number, to=st.integers(0, 6), part=parts)
    def transfer(self, n: int, to: int, part: str) -> None:
        source = self.account(n)
        self.s.transfer(
            source, self.account(to) if to < 6 else "escrow", self.share(part, self.s.m.balances[source], n)
        )

    @rule(n=number, part=parts)
    def burn(self, n: int, part: str) -> None:
        account = self.account(n)
        self.s.burn(account, self.share(part, self.s.m.balances[account], n))

    @rule(on=st.booleans())
    def pause(self, on: bool) -> None:
        self.s.pause(on)

    @rule(n=number, on=st.booleans())
    def freeze(self, n: int, on: bool) -> None:
        self.s.freeze(self.account(n), on)

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
