"""The rules of requests: made, taken back, accepted, settled, defaulted; and of the accounts that they come from."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.acts_redeem import AUTHORITY
from tests.properties.claims import (
    ABANDONED,
    ACCEPTED,
    DISPUTED,
    LIMIT,
    OFF_CHAIN,
    ON_CHAIN,
    PAID,
    PRICE,
    REQUESTED,
    WIRE,
    Bargain,
)
from tests.properties.desk import HOLDERS
from tests.properties.parts import DAY, NO_CHAIN, OK, REDEEMER, U64, Shown
from tests.properties.redeeming import Part
from tests.properties.rules_base import Rules, holder, how, number, parts, rarely

__all__ = ["RedeemRules", "bargains", "with_requests"]

WRONG_REQUESTS: Final = (
    *("id", "used id", "source", "book", "by", "payout", "arbiter", "price", "terms", "payment_mint"),
    *("mint", "escrow", "token_program"),
)
WRONG_RETURNS: Final = (
    *("to", "rent_to", "source", "mint", "escrow", "token_program", "memo_program", "reserve", "no reserve", "closed"),
)
WRONG_SETTLEMENTS: Final = (
    *("more", "less", "rest", "price", "payee", "rent_to", "twice", "none", "uneven", "agent", "poor", "closed"),
    *("mint", "escrow", "token_program", "reserve", "payment_mint"),
)
PRICES: Final = (PRICE, 10**8, 1, 333_333_333, 5 * 10**10, U64)
bargains = st.sampled_from(
    [Bargain()] * 5
    + [Bargain(ON_CHAIN, PRICE), Bargain(ON_CHAIN, PRICE * 9 // 10), LIMIT, LIMIT, Bargain(ON_CHAIN, U64)]
    + [WIRE] * 4
    + [Bargain(OFF_CHAIN, 0, "auth0")]
)
with_requests = precondition(lambda self: bool(self.s.m.requests))


class RedeemRules(Rules):
    """What happens to requests."""

    def as_desk(self, how: str, n: int) -> tuple[str, Shown]:
        """The redeemer by its grant, now and then the issuer's authority without one, or somebody wrong."""
        return (
            (self.s.m.authority, AUTHORITY) if how == "own" and n % 5 == 0 else self.as_role(REDEEMER, "redeemer", how)
        )

    def some(self, n: int, *states: int, payout: int = 0, late: bool | None = None) -> tuple[str, int]:
        """An open request, such a one if there is any; an unused id if there is none."""
        ones = sorted(self.s.m.requests.items())
        fit = [
            at
            for at, one in ones
            if (not states or one.state in states)
            and (not payout or one.payout == payout)
            and (late is None or (self.now > one.deadline) == late)
        ]
        found: tuple[str, int] = self.s.pick(fit or [at for at, _ in ones], n) or ("holder0", n)
        return found

    # Made

    @rule(holder=holder)
    def open_book(self, holder: str) -> None:
        self.s.open_book(holder)

    @rule(holder=holder, part=parts, n=number, bargain=bargains, twice=rarely)
    def request(self, holder: str, part: str, n: int, bargain: Bargain, twice: bool) -> None:
        s = self.s
        source = self.account(n, holder)
        if s.m.balances[source] == 0:
            source = max((name for name in s.m.balances if name != "escrow"), key=s.m.balances.__getitem__)
            holder = s.m.owners[source]
        amount = self.share(part, s.m.balances[source], n)
        s.request(holder, s.next_id(holder), amount, bargain, source=source, twice=twice)

    @rule(holder=holder, n=number, bargain=bargains)
    def request_wrongly(self, holder: str, n: int, bargain: Bargain) -> None:
        for wrong in self.several(WRONG_REQUESTS, n):
            id, other, rest, deal = self.s.next_id(holder), self.s.pick(HOLDERS, n), dict[str, Any](), bargain
            if wrong == "id":
                id += 1 + n % 3
            elif wrong == "used id":
                id = self.s.pick(range(id), n) or 0
            elif wrong in ("source", "book"):
                rest = {wrong: other}
            elif wrong == "by":
                rest = {wrong: self.s.pick(("stranger", "exchange", other), n)}
                deal = LIMIT if n % 2 else bargain
            elif wrong == "payout":
                deal = Bargain(self.s.pick((0, 3, 255), n))
            elif wrong == "arbiter":
                deal = self.s.pick((Bargain(OFF_CHAIN), Bargain(ON_CHAIN, 0, "arbiter")), n)
            elif wrong == "price":
                deal = Bargain(OFF_CHAIN, PRICE, "arbiter")
            else:
                rest = {"swap": wrong}
            self.s.request(holder, id, 1 + n % 9, deal, **rest)

    @rule(n=number, amount=st.integers(0, 60), twice=st.booleans(), bargain=bargains)
    def by_a_delegate(self, n: int, amount: int, twice: bool, bargain: Bargain) -> None:
        """An exchange asks for a holder, up to what it was allowed; tokens and money are the holder's."""
        s = self.s
        source = self.account(n)
        owner = s.m.owners[source]
        s.approve(source, "exchange", amount)
        for part in (amount // 2 + n % 2, amount) if twice else (amount,):
            s.ask(owner, part, bargain, by="exchange", source=source)

    @rule(holder=holder, n=number, count=st.integers(2, 4))
    def farm(self, holder: str, n: int, count: int) -> None:
        """Ask and take back: each reserves of the holder's capacity, and only time gives it back."""
        s = self.s
        for step in range(count):
            amount = max(s.m.balances[holder] // (1 + n % 3), 1)
            id = s.ask(holder, amount)
            if (n + step) % 3:
                s.cancel(holder, id)
            s.set_now(self.now + n % 5000)

    # Taken back

    @with_requests
    @rule(n=number, state=st.integers(0, 5), memo=rarely, other=st.booleans(), twice=rarely)
    def cancel(self, n: int, state: int, memo: bool, other: bool, twice: bool) -> None:
        holder, id = self.some(n, state, late=True) if state else self.some(n)
        to = self.account(n, holder) if other else ""
        self.s.cancel(holder, id, to=to, memo=memo, twice=twice)

    @with_requests
    @rule(n=number, default=st.booleans())
    def return_wrongly(self, n: int, default: bool) -> None:
        """By cancellation, or by default."""
        wrongs = (
            (*WRONG_RETURNS, "payment_mint", "bond_vault", "payee", "no payee") if default else (*WRONG_RETURNS, "by")
        )
        for wrong in self.several(wrongs, n):
            holder, id = self.some(n, ACCEPTED, late=True) if default else self.some(n, REQUESTED)
            rest: dict[str, Any] = {}
            if wrong == "closed":
                id = self.s.pick(range(self.s.next_id(holder) + 1), n)
            elif wrong == "source":
                rest = {"source": self.account(n), "to": self.account(n // 7, holder)}
            elif wrong == "to":
                rest = {"to": self.account(n) if n % 7 else "escrow"}
            elif wrong in ("by", "rent_to"):
                rest = {wrong: self.s.pick(HOLDERS, n)}
            elif wrong in ("payee", "no payee"):
                payees = (f"usd/{name}" for name in (*HOLDERS, "aside", "thief"))
                rest = {"payee": self.s.pick(payees, n) if wrong == "payee" else ""}
            elif wrong == "no reserve":
                rest = {"reserve": False}
            else:
                rest = {"swap": wrong}
            if default:
                self.s.default(self.s.pick(("stranger", holder), n), holder, id, **rest)
            else:
                self.s.cancel(holder, id, **rest)

    @with_requests
    @rule(
        n=number,
        by=st.sampled_from(["stranger", "stranger", "holder", "relayer"]),
        other=st.booleans(),
        wait=st.sampled_from([0, 0, 0, 1, ABANDONED]),
    )
    def default(self, n: int, by: str, other: bool, wait: int) -> None:
        """Somebody noticed a missed deadline, or nobody for a month."""
        s = self.s
        holder, id = self.some(n, REQUESTED, ACCEPTED, DISPUTED, late=None if wait else True)
        if wait and (one := s.m.requests[holder, id]).deadline:
            s.set_now(max(self.now, one.deadline + wait + n % 2))
        to = self.account(n, holder) if other else ""
        payee = f"{s.m.coin or 'usd'}/aside" if n % 5 == 0 else "" if wait == ABANDONED else None
        s.default(holder if by == "holder" else by, holder, id, to=to, payee=payee)

    @with_requests
    @rule(n=number, how=how, thaw=st.booleans())
    def reject(self, n: int, how: str, thaw: bool) -> None:
        """A holder is frozen after the request; the desk sends it back, or it was not so."""
        s, (by, shown) = self.s, self.as_desk(how, n)
        holder, id = self.some(n, REQUESTED, ACCEPTED, late=False)
        request = s.m.requests[holder, id]
        if n % 4 and request.source in s.m.balances:
            s.freeze(request.source, True)
        if n % 7 == 0:
            s.set_now(max(self.now, request.deadline + n % 2))
        if n % 3 == 0:  # around the freeze
            s.cancel(holder, id, to=self.account(n, holder))
            s.default("stranger", holder, id, to=self.account(n, holder))
        s.reject(by, holder, id, shown=shown, source=self.account(n) if n % 9 == 0 else "")
        if thaw and request.source in s.m.frozen:
            s.freeze(request.source, False)

    # The desk

    @with_requests
    @rule(
        n=number,
        how=how,
        state=st.sampled_from([REQUESTED] * 4 + [ACCEPTED]),
        price=st.sampled_from([None] * 8 + [0, 1, PRICE, U64]),
        twice=rarely,
    )
    def accept(self, n: int, how: str, state: int, price: int | None, twice: bool) -> None:
        """With the price that is needed, or another; now and then with another arbiter, or none."""
        by, shown = self.as_desk(how, n)
        judge = {0: AUTHORITY, 1: self.s.pick(sorted(self.s.m.grants), n)}.get(n % 13)
        self.s.accept(by, *self.some(n, state), price, judge=judge, shown=shown, twice=twice)

    @with_requests
    @rule(n=number, price=st.sampled_from(PRICES), off=st.integers(-1, 1), word=st.integers(0, 5))
    def quote(self, n: int, price: int, off: int, word: int) -> None:
        """At market: nothing is paid before the holder agrees to the price that was named, and silence is a no."""
        s = self.s
        at = self.some(n, REQUESTED, payout=ON_CHAIN)
        if not s.m.requests[at].at_market:
            at = (at[0], s.ask(at[0], 1 + n % 9))
        if s.accept("redeemer", *at, price) != OK:
            return
        s.settle("redeemer", [s.part(*at)], price)
        if word == 0:
            s.cancel(*at)
            return
        if n % 3 == 0:
            s.set_now(s.m.requests[at].settle_by + off)
        if word > 1:
            s.agree(*at, price - 1 if word == 2 else None, by="stranger" if n % 13 == 0 else "")
        s.cancel(*at) if n % 4 == 0 else s.default("stranger", *at)
        s.settle("redeemer", [s.part(*at)], self.s.pick((price, *PRICES), n))

    @with_requests
    @rule(n=number, by=st.sampled_from([""] * 5 + ["stranger"]), other=rarely)
    def agree(self, n: int, by: str, other: bool) -> None:
        """To whatever was quoted."""
        ones = [at for at, one in sorted(self.s.m.requests.items()) if one.quoted]
        at: tuple[str, int] = self.s.pick(ones, n) or self.some(n)
        self.s.agree(*at, 1 + n if n % 9 == 0 else None, by=by, swap="asset" if other else "")

    def _batch(self, n: int, count: int) -> list[Part]:
        """Accepted requests that are to be paid on chain, as many as there are."""
        ones = [at for at, one in sorted(self.s.m.requests.items()) if (one.state, one.payout) == (ACCEPTED, ON_CHAIN)]
        ones = ones or sorted(self.s.m.requests)
        start = n % max(len(ones), 1)
        return [self.s.part(*at) for at in (ones[start:] + ones[:start])[:count]]

    @with_requests
    @rule(
        n=number, how=how, count=st.integers(1, 5), price=st.sampled_from([*PRICES, PRICE, PRICE]), rest=st.booleans()
    )
    def settle(self, n: int, how: str, count: int, price: int, rest: bool) -> None:
        """A batch, of which the last may keep a rest."""
        (by, shown), batch = self.as_desk(how, n), self._batch(n, count)
        self.s.settle(by, batch, price, n % batch[-1].amount if rest else 0, shown=shown)

    @with_requests
    @rule(n=number)
    def settle_wrongly(self, n: int) -> None:
        for wrong in self.several(WRONG_SETTLEMENTS, n):
            if not (batch := self._batch(n, 2)):  # what was meant to be wrong settled the last one
                return
            last, other, rest = batch[-1], self.s.pick(HOLDERS, n), dict[str, Any]()
            if wrong in ("more", "less"):
                batch[-1] = last._replace(amount=last.amount + (1 if wrong == "more" else -1))
            elif wrong == "rest":
                rest = {"rest": last.amount + n % 2}
            elif wrong == "payee":
                batch[0] = batch[0]._replace(payee=self.s.pick((f"usd/{other}", f"eur/{other}", "usd/thief"), n))
            elif wrong == "rent_to":
                batch[0] = batch[0]._replace(rent_to=other)
            elif wrong == "twice":
                batch.append(last)
            elif wrong == "none":
                batch = []
            elif wrong in ("agent", "poor"):
                coin = self.s.m.coin or "usd"
                rest = {"agent": "thief", "purse": f"{coin}/{'agent' if wrong == 'agent' else 'thief'}"}
            elif wrong == "closed":
                batch[-1] = last._replace(id=self.s.pick(range(self.s.next_id(last.holder) + 1), n))
            elif wrong != "price":
                rest = {"swap": wrong}
            price = 0 if wrong == "price" else 10**12 if wrong == "poor" else PRICE
            self.s.settle("redeemer", batch, price, **rest)

    # Over time

    @rule(holder=holder, n=number, bargain=bargains, wait=st.sampled_from([0, 0, 60, DAY]), end=st.integers(0, 5))
    def redemption(self, holder: str, n: int, bargain: Bargain, wait: int, end: int) -> None:
        """What most requests come to."""
        s = self.s
        id = s.ask(holder, max(1, s.m.balances[holder] // (1 + n % 4)), bargain)
        s.set_now(self.now + wait)
        s.accept("redeemer", holder, id)
        if n % 5 == 0:
            s.accept("redeemer", holder, id)
            s.cancel(holder, id)
            s.default("stranger", holder, id)
        if end == 0 or (holder, id) not in s.m.requests:
            return
        if end == 1:
            s.set_now(max(self.now, s.m.requests[holder, id].deadline + 1))
            s.default("stranger", holder, id)
        elif bargain.payout == OFF_CHAIN:
            if n % 7:
                s.mark_paid("redeemer", holder, id, to_chain=NO_CHAIN if n % 2 else n % 3)
            s.conclude(holder, holder, id)
        else:
            if n % 7 and s.m.requests[holder, id].quoted:
                s.agree(holder, id)
            rest = s.m.requests[holder, id].amount // 3 if end == 2 else 0
            price = min(max(PRICE, s.m.requests[holder, id].min_price * 21 // 20), U64)
            s.settle("redeemer", [s.part(holder, id)], price, rest)
            if rest:
                s.settle("redeemer", [s.part(holder, id)], price)

    @with_requests
    @rule(n=number, off=st.integers(-1, 1), first=st.integers(0, 7))
    def around_a_deadline(self, n: int, off: int, first: int) -> None:
        """Everything that a deadline lets through or stops, in the second before it, at it, and after it."""
        s = self.s
        timed = [at for at, one in sorted(s.m.requests.items()) if one.until or one.deadline]
        if (at := s.pick(timed, n)) is None:
            return
        holder, id = at
        one = s.m.requests[at]
        s.set_now(max(self.now, (one.until if one.state == PAID else one.deadline) + off))
        tries = [
            lambda: s.default("stranger", holder, id),
            lambda: s.accept("redeemer", holder, id),
            lambda: s.mark_paid("redeemer", holder, id),
            lambda: s.conclude("stranger", holder, id),
            lambda: s.rule("arbiter", holder, id, n % 2 == 0),
            lambda: s.agree(holder, id),
            lambda: s.settle("redeemer", [s.part(holder, id)], max(PRICE, one.min_price), min(n % 7, one.amount - 1)),
            lambda: s.cancel(holder, id),
        ]
        for step in range(len(tries)):
            if tries[(first + step) % len(tries)]() == OK:
                return

    # Where the tokens came from

    @rule(holder=holder, n=number, end=st.integers(0, 4))
    def empty_account(self, holder: str, n: int, end: int) -> None:
        """All of an account waits in the escrow; meanwhile it is closed, is another's, or is there again."""
        s = self.s
        source = self.account(n, holder)
        owner, heir = s.m.owners[source], HOLDERS[n % 3]
        id = s.ask(owner, s.m.balances[source], source=source)
        if n % 4 == 0:
            s.freeze(source, True)
        if end < 3:
            if s.close(source) != OK:
                return
            if end:
                s.reopen_account(source, (heir if source.startswith("side") else owner) if end == 1 else owner)
        elif source.startswith("side"):
            s.hand_over(source, heir)
        if (owner, id) in s.m.requests:
            to = self.account(n, owner)
            s.cancel(owner, id, to=source)
            s.cancel(owner, id, to=to)
        if source not in s.m.balances and not source.startswith("side"):
            s.reopen_account(source, owner)

    @rule(n=number, heir=holder)
    def hand_over(self, n: int, heir: str) -> None:
        sides = [name for name in sorted(self.s.m.balances) if name.startswith("side")]
        if side := self.s.pick(sides, n):
            self.s.hand_over(side, heir)
        else:
            self.s.reopen_account(f"side{n % 2}", heir)
