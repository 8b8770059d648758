"""The rules of payments outside the chain, of the bond, and of stablecoins that turn against their holders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.claims import ACCEPTED, DISPUTED, LIMIT, OFF_CHAIN, PAID, PRICE, UPHELD, WIRE, Bargain
from tests.properties.desk import HOLDERS
from tests.properties.parts import ARBITER, DAY, FIELDS, NO_CHAIN, OK, REDEEMER, SLOTS, TREASURER, U64, Shown
from tests.properties.rules_base import VALUES, holder, how, number, officer, rarely
from tests.properties.rules_redeem import RedeemRules, with_requests

__all__ = ["BondRules"]

WRONG_CLAIMS: Final = ("arbiter", "evidence", "no slot", "empty slot", "reserve", "closed")
to_chains = st.sampled_from([NO_CHAIN] * 4 + [0, 1, 2])
banker = st.sampled_from(["treasurer"] * 4 + ["authority", "admin", "stranger", "rival", "pauser"])


class BondRules(RedeemRules):
    """What is owed in money."""

    # Outside the chain

    @with_requests
    @rule(n=number, how=how, to_chain=to_chains)
    def mark_paid(self, n: int, how: str, to_chain: int) -> None:
        by, shown = self.as_desk(how, n)
        self.s.mark_paid(by, *self.some(n, ACCEPTED, payout=OFF_CHAIN), shown=shown, to_chain=to_chain)

    @with_requests
    @rule(n=number)
    def mark_paid_wrongly(self, n: int) -> None:
        for wrong in self.several(WRONG_CLAIMS, n):
            holder, id = self.some(n, ACCEPTED, payout=OFF_CHAIN)
            rest: dict[str, Any] = {}
            if wrong == "arbiter":
                rest = {"by": "arbiter", "shown": (REDEEMER, "redeemer")}
            elif wrong == "evidence":
                rest = {"evidence": 0}
            elif wrong in ("no slot", "empty slot"):
                rest = {"to_chain": SLOTS + n % 9 if wrong == "no slot" else 7}
            elif wrong == "closed":
                id = self.s.pick(range(self.s.next_id(holder) + 1), n)
            else:
                rest = {"swap": wrong}
            self.s.mark_paid(rest.pop("by", "redeemer"), holder, id, **rest)

    @with_requests
    @rule(n=number, by=st.sampled_from(["holder"] * 4 + ["stranger"]))
    def dispute(self, n: int, by: str) -> None:
        holder, id = self.some(n, PAID)
        self.s.dispute(holder, id, by=by if by == "stranger" else holder, swap="asset" if n % 17 == 0 else "")

    @with_requests
    @rule(n=number, who=st.sampled_from(["named"] * 4 + ["arbiter", "judge", "stranger", "rival"]), paid=st.booleans())
    def rule_on(self, n: int, who: str, paid: bool) -> None:
        at = self.some(n, DISPUTED)
        by = (self.s.m.requests[at].arbiter or "arbiter") if who == "named" else who
        self.s.rule(by, *at, paid, swap="reserve" if n % 13 == 0 else "")

    @with_requests
    @rule(n=number, by=st.sampled_from(["holder", "holder", "stranger"]), wrong=st.integers(0, 20))
    def conclude(self, n: int, by: str, wrong: int) -> None:
        holder, id = self.some(n, PAID, UPHELD) if n % 3 else self.some(n, ACCEPTED, DISPUTED, payout=OFF_CHAIN)
        swaps = ("mint", "escrow", "token_program", "reserve")
        rest = {"swap": swaps[wrong]} if wrong < 4 else {"rent_to": "holder1"} if wrong == 4 else {}
        self.s.conclude(holder if by == "holder" else "stranger", holder, id, **rest)

    @rule(
        holder=holder,
        n=number,
        to_chain=to_chains,
        word=st.sampled_from(["confirmed", "silent", "upheld", "denied", "denied", "undecided", "undecided"]),
        off=st.integers(-1, 1),
    )
    def wire(self, holder: str, n: int, to_chain: int, word: str, off: int) -> None:
        """A payment outside the chain, believed or not; ``off``: how late somebody is."""
        s = self.s
        id = s.ask(holder, max(s.m.balances[holder] // (1 + n % 3), 1), WIRE)
        s.accept("redeemer", holder, id)
        if s.mark_paid("redeemer", holder, id, to_chain=to_chain) != OK:
            return
        if n % 5 == 0 and to_chain in s.m.chains:  # where they are said to be, they are reported
            figure = s.m.chains[to_chain].supply + n % 2 * s.m.requests[holder, id].marked
            s.set_now(self.now + 1)
            s.tell_all({to_chain: figure}, self.now, abroad=True)
            s.check()
            s.retire_chain("manager", to_chain)
        one = s.m.requests[holder, id]
        if word in ("confirmed", "silent"):
            s.set_now(one.until + off)
            s.conclude(holder if word == "confirmed" else "stranger", holder, id)
            return
        s.set_now(max(self.now, one.until + off) if n % 2 else self.now)
        s.dispute(holder, id)
        s.conclude("stranger", holder, id)
        if word != "undecided" and (holder, id) in s.m.requests:
            s.set_now(max(self.now, s.m.requests[holder, id].until + off) if n % 3 == 0 else self.now + n)
            s.rule("arbiter", holder, id, word == "upheld")
        for turn in range(2):
            if (one := s.m.requests.get((holder, id))) is None:  # type: ignore[assignment]
                return
            s.conclude(holder if n % 11 == 0 else "stranger", holder, id)
            s.mark_paid("redeemer", holder, id)
            s.default("stranger", holder, id)
            s.cancel(holder, id)
            s.set_now(max(self.now, one.deadline + 1 - turn))

    @rule(n=number, before=st.booleans(), holder=holder, lasts=st.sampled_from([10, 20, 200]))
    def another_judge(self, n: int, before: bool, holder: str, lasts: int) -> None:
        """Who took office after the request cannot judge it; who leaves too soon cannot either."""
        s = self.s
        if before:
            s.grant_role(s.m.authority, ARBITER, "judge", self.now + lasts * DAY)
        id = s.ask(holder, 1 + n % 9, Bargain(OFF_CHAIN, 0, "judge"))
        if not before:
            s.grant_role(s.m.authority, ARBITER, "judge", self.now + lasts * DAY)
        waits = s.m.grants.get((ARBITER, "judge"))
        if n % 3 and waits and waits.waiting:
            s.set_now(max(self.now, waits.waiting[1]))
        s.accept("redeemer", holder, id)
        s.accept("redeemer", holder, id, judge=(ARBITER, "arbiter"))
        if n % 2 and s.mark_paid("redeemer", holder, id) == OK:
            s.dispute(holder, id)
            s.rule("arbiter", holder, id, True)
            s.rule("judge", holder, id, True)

    # The bond

    def as_banker(self, who: str) -> tuple[str, Shown]:
        """Who may move the bond, or may not."""
        return ("treasurer", (TREASURER, "treasurer")) if who == "treasurer" else self.as_officer(who)

    @rule(amount=st.sampled_from([1, 50, 500, 5_000, 0]), by=st.sampled_from(["agent", "agent", "thief"]), n=number)
    def deposit(self, amount: int, by: str, n: int) -> None:
        swaps = {0: "payment_mint", 1: "bond_vault"}
        source = "chf/agent" if n % 7 == 0 and self.s.m.coin == "eur" else ""
        self.s.deposit_bond(by, amount, source=source, swap=swaps.get(n % 23, ""))

    def _leave(self, which: str, n: int) -> int:
        m = self.s.m
        bond = {"all": m.bond, "all+1": m.bond + 1, "free": m.bond - m.reserved, "few": 1 + n % 90}
        bond |= {"none": 0, "whatever": U64}
        return bond[which]

    amounts = st.sampled_from(["all", "whatever", "free", "few", "few", "all+1", "none"])

    @rule(who=banker, which=amounts, n=number)
    def queue_exit(self, who: str, which: str, n: int) -> None:
        by, shown = self.as_banker(who)
        coin = self.s.m.coin or "usd"
        tos = {0: f"{coin}/vault", 1: "chf/treasury", 2: "holder0", 3: f"{coin}/thief"}
        swap = "payment_mint" if n % 19 == 0 else ""
        self.s.queue_exit(by, self._leave(which, n), tos.get(n % 17, ""), shown=shown, swap=swap)

    @rule(who=banker, n=number, wait=st.sampled_from(["no", "ready", "ready", "ready", "early", "late"]), twice=rarely)
    def withdraw(self, who: str, n: int, wait: str, twice: bool) -> None:
        s, (by, shown) = self.s, self.as_banker(who)
        if not s.m.exit.amount and n % 4:
            s.queue_exit(s.m.authority, self._leave("whatever" if n % 2 else "few", n))
        exit = s.m.exit
        if exit.amount:
            times = {"no": self.now, "ready": exit.ready + n % 3, "early": exit.ready - 1, "late": exit.until + n % 2}
            s.set_now(max(self.now, times[wait]))
        swaps = {0: "payment_mint", 1: "bond_vault"}
        to = {0: "usd/thief", 1: s.m.vault or "usd/vault"}.get(n % 13, exit.to if exit.amount else "")
        s.withdraw_bond(by, to, shown=shown, swap=swaps.get(n % 17, ""), twice=twice)

    @rule(who=banker)
    def cancel_exit(self, who: str) -> None:
        by, shown = self.as_banker(who)
        self.s.cancel_exit(by, shown=shown)

    @rule(who=officer, coin=st.sampled_from(["usd", "eur", "eur", "chf", "fee", "cents", "share"]), n=number)
    def open_bond(self, who: str, coin: str, n: int) -> None:
        """Again, mostly in vain; now and then all of the bond is given up before."""
        by, shown = self.as_officer(who)
        if n % 4 == 0:
            self.s.queue_exit(self.s.m.authority, U64)
            self.s.set_now(max(self.now, self.s.m.exit.ready))
            if n % 8 == 0:
                self.s.withdraw_bond(self.s.m.authority)
        vaults = {0: "eur/used vault", 1: f"{coin}/treasury", 2: "usd/vault"}
        self.s.open_bond(by, coin, vaults.get(n % 11, ""), shown=shown)

    @rule(n=number, bit=st.sampled_from([3, 10, 11, 12, 13, 14, 15]), wait=st.booleans())
    def change_terms(self, n: int, bit: int, wait: bool) -> None:
        """What is asked for later has other deadlines, fees and penalties; what is open has not."""
        s, field = self.s, FIELDS[bit]
        values = replace(s.m.policy, **{field.name: s.pick(VALUES[field.name], n)})
        s.set_policy(s.m.authority, 1 << bit, values)
        if wait and s.m.queue.fields:
            s.set_now(max(self.now, s.m.queue.ready_at))
            self.tell("lots", n)
            s.apply_policy()
        s.ask(HOLDERS[n % 3], 1 + n % 20, LIMIT if n % 2 else WIRE)

    @rule(n=number, late=st.booleans())
    def starve(self, n: int, late: bool) -> None:
        """The bond is taken back: nothing mints from the first word on, and requests go on with less and less."""
        s = self.s
        s.queue_exit(s.m.authority, s.m.bond)
        s.mint("whale", s.fresh_ticket(n), 1 + n % 5, "holder0")
        id = s.ask("holder0", max(s.m.balances["holder0"] // 2, 1))
        if late and s.m.exit.amount:
            s.set_now(max(self.now, s.m.exit.ready))
            s.withdraw_bond(s.m.authority)
            s.mint("whale", s.fresh_ticket(n), 1, "holder0")
            s.ask("holder1", max(s.m.balances["holder1"] // 3, 1))
            if n % 2 and ("holder0", id) in s.m.requests:
                s.set_now(max(self.now, s.m.requests["holder0", id].deadline + 1))
                s.default("stranger", "holder0", id)
        else:
            s.cancel_exit(s.m.authority)
        if n % 3:
            s.deposit_bond("agent", 200 + n % 4000)

    @rule(n=number, kind=st.sampled_from(["vault", "payee", "purse", "fee", "lent", "calm", "calm"]))
    def stablecoin_turns(self, n: int, kind: str) -> None:
        """Its issuer freezes accounts or takes a fee. Then nothing is paid, and holders can still cancel."""
        s, coin = self.s, self.s.m.coin or "usd"
        whose = {"vault": "vault", "purse": "agent"}.get(kind, HOLDERS[n % 3])
        name = f"{coin}/{whose}"
        if kind == "calm":
            for account in sorted(s.m.frozen):
                if "/" in account:
                    s.freeze(account, False)
            s.tax(False)
        elif kind == "fee":
            s.tax(True)
        elif kind == "lent":
            s.approve(name, "thief", 5)
        else:
            s.freeze(name, True)

    @rule(n=number, source=st.sampled_from(["agent", "thief", "holder0"]), to=st.sampled_from(["vault", "thief"]))
    def send_cash(self, n: int, source: str, to: str) -> None:
        """Money among anybody, and donations to the vault."""
        coin = "eur" if self.s.m.coin == "eur" and not self.s.m.taxed else "usd"
        self.s.send_cash(f"{coin}/{source}", f"{coin}/{to}", n % 60)

    @rule(n=number, wait=st.integers(-1, 1), count=st.integers(1, 3))
    def in_part(self, n: int, wait: int, count: int) -> None:
        """An asset that is short pays in proportion, where it was listed so; but not from one day to the next."""
        s = self.s
        ids = [(name, s.ask(name, max(s.m.balances[name] // 2, 1), LIMIT)) for name in HOLDERS[:count]]
        for at in ids:
            s.accept("redeemer", *at)
        s.tell_all(dict.fromkeys(s.m.custodians, n % 200), self.now)
        if n % 4 and s.m.latched_at:
            s.set_now(max(self.now, s.m.latched_at + s.m.policy.change_delay_s + wait))
        batch = [s.part(*at) for at in ids if at in s.m.requests]
        s.settle("redeemer", batch, PRICE, n % batch[-1].amount if batch else 0)
