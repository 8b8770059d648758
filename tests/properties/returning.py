"""The reference model's requests: how they are made, and every way back to their holders."""

from __future__ import annotations

from dataclasses import dataclass

from tests.properties.bonding import Bonding
from tests.properties.claims import (
    ABANDONED,
    ACCEPTED,
    OFF_CHAIN,
    ON_CHAIN,
    REQUESTED,
    Bargain,
    Book,
    Request,
    best_rate,
    worth,
)
from tests.properties.office import SWAPS
from tests.properties.parts import ALREADY, MISSING, OK, REDEEMER, TWICE, Shown

__all__ = ["DESK", "Returning"]

DESK = (REDEEMER,)


@dataclass(slots=True)
class Returning(Bonding):
    """Tokens into the escrow and out of it again."""

    def open_book(self, holder: str) -> str:
        if holder in self.books:
            return ALREADY
        self.books[holder] = Book()
        self.told = {}
        return OK

    def request(
        self,
        by: str,
        holder: str,
        id: int,
        amount: int,
        bargain: Bargain,
        terms: int,
        *,
        source: str,
        book: str,
        swap: str = "",
    ) -> str:
        """Tokens into the escrow."""
        if book not in self.books:
            return MISSING
        if (holder, id) in self.requests:
            return ALREADY
        if amount == 0:
            return "ZeroAmount"
        if self.halts & 2:
            return "RequestsHalted"
        if (code := self._bargain_fault(by, holder, bargain, terms, swap)) != OK:
            return code
        if swap:
            return SWAPS[swap]
        if book != holder:
            return "NotHolder"
        own = self.books[holder]
        if id != own.next_id:
            return "WrongRequestId"
        if self.owners.get(source) != holder or source not in self.balances:
            return "WrongTokenAccount"
        if (code := self.move(source, "escrow", amount, by)) != OK:
            return code
        accept_by = self.now + self.policy.accept_window_s
        made = Request(
            amount=amount,
            source=source,
            payout=bargain.payout,
            min_price=bargain.min_price,
            arbiter=bargain.arbiter,
            terms=terms,
            fee_bps=self.policy.redemption_fee_bps,
            made=self.now,
            accept_by=accept_by,
            settle_by=accept_by + self.policy.settle_window_s,
            dispute_window=self.policy.dispute_window_s,
            first=amount,
            multiplier=self.multiplier,
        )
        self._promise(own, made)
        self.requests[holder, id] = made
        own.next_id, own.requested = id + 1, own.requested + amount
        self.told = {"accept_by": made.accept_by, "settle_by": made.settle_by, "fee_bps": made.fee_bps}
        self.told |= {"penalty_rate": made.rate, "penalty": made.penalty, "bond": self.bond}
        self.told |= {"penalty_window": own.penalties.told(), "dispute_window_s": made.dispute_window}
        self.tell_sums()
        return OK

    def _bargain_fault(self, by: str, holder: str, bargain: Bargain, terms: int, swap: str) -> str:
        """Only the holder asks for what it must agree to or dispute: a quote, or a payment outside the chain, which has
        a judge and terms, and no price.
        """
        if bargain.payout not in (ON_CHAIN, OFF_CHAIN):
            return "WrongPayout"
        if swap == "payment_mint":
            return SWAPS[swap]
        if (bargain.arbiter == "") != (bargain.payout == ON_CHAIN):
            return "WrongArbiter"
        if by != holder and (bargain.payout == OFF_CHAIN or not bargain.min_price):
            return "NotHolder"
        if bargain.payout == ON_CHAIN:
            return OK if self.coin else "NoBond"
        if bargain.min_price:
            return "WrongPayout"
        return OK if terms else "EmptyCustodianField"

    def _promise(self, own: Book, made: Request) -> None:
        """The penalty by the policy, as far as the holder's capacity goes, and by the token no more than the bond could
        pay for a hundredth of the supply. At market it is reserved now, as far as the bond is free.
        """
        cap = self.policy.holder_penalty_cap
        lately = own.lately(cap, self.now)
        rate = best_rate(-(-self.known // 100), self.policy.penalty_rate, self.bond)
        rate = best_rate(made.amount, rate, cap - lately.used)
        made.rate = best_rate(made.amount, rate, self.bond - self.reserved) if made.armed else rate
        own.penalties = lately.plus(worth(made.amount, made.rate))

    def tell_sums(self) -> None:
        """What every event of a request's life tells."""
        self.told |= {"pending": self.pending, "bond_reserved": self.reserved}

    # Tokens on their way back

    def _way_back(self, holder: str, mine: Request, source: str, to: str, *, alone: bool) -> str:
        """``alone``: the holder signs. A frozen source is the only way; a stranger chooses nothing."""
        there = mine.source in self.balances and self.owners[mine.source] == holder
        if to != mine.source:
            if source != mine.source:
                return "WrongSource"
            if there and mine.source in self.frozen:
                return "SourceFrozen"
        if to not in self.balances or self.owners[to] != holder:
            return "WrongTokenAccount"
        usual = to == mine.source or (to == holder and not there)
        return OK if alone or usual else "NotAssociated"

    def unclaim(self, mine: Request, at: tuple[str, int]) -> None:
        """Its shares are not on another chain after all."""
        if mine.marked:
            chain, shares = self.chains[mine.to_chain], mine.marked_at(self.multiplier)
            chain.loose += mine.multiplier != self.multiplier
            chain.end_claim(shares, mine.paid)
            self.bridged = [sent for sent in self.bridged if sent.request != at]

    def _give_back(self, holder: str, id: int, to: str) -> None:
        """No freeze and no pause stops it."""
        mine = self.requests.pop((holder, id))
        self.unclaim(mine, (holder, id))
        self.balances["escrow"] -= mine.amount
        self.balances[to] += mine.amount
        self.returned += mine.amount
        self.told = {"amount": mine.amount, "state": mine.state}
        self.tell_sums()

    def cancel(
        self,
        by: str,
        holder: str,
        id: int,
        *,
        source: str,
        to: str,
        reserve: bool,
        rent_to: str = "relayer",
        swap: str = "",
    ) -> str:
        """The very tokens come back, without a penalty; no halt, latch, pause or freeze stops it."""
        mine = self.requests.get((holder, id))
        if to == "escrow":
            return TWICE
        if mine is None:
            return MISSING
        if swap == "token_program":
            return SWAPS[swap]
        if by != holder:
            return "NotHolder"
        other = swap == "reserve"
        if (code := self.ends(rent_to, "" if other else swap)) != OK:
            return code
        if mine.state != REQUESTED and not mine.quoted:
            if mine.deadline == 0:
                return "WrongRequestState"
            if self.now <= mine.deadline:
                return "AcceptedUntilDeadline"
        if (code := self._reserve_fault(mine, reserve, other)) != OK:
            return code
        if (code := self._way_back(holder, mine, source, to, alone=True)) != OK:
            return code
        deadline = mine.deadline
        self._give_back(holder, id, to)
        self.told["deadline"] = deadline
        return OK

    @staticmethod
    def _reserve_fault(mine: Request, passed: bool, other: bool) -> str:
        """The account that knows of other chains, where it matters."""
        if passed:
            return SWAPS["reserve"] if other else OK
        return "ReserveMissing" if mine.marked else OK

    @staticmethod
    def ends(rent_to: str, swap: str) -> str:
        """What every instruction checks that ends a request."""
        if swap in SWAPS:
            return SWAPS[swap]
        if rent_to != "relayer":
            return "WrongRentReceiver"
        return "WrongMemoProgram" if swap == "memo_program" else OK

    def default(
        self,
        by: str,
        holder: str,
        id: int,
        *,
        source: str,
        to: str,
        payee: str,
        reserve: bool,
        rent_to: str = "relayer",
        swap: str = "",
    ) -> str:
        """Anyone, after a missed deadline: tokens and penalty go to the holder, or nothing does."""
        mine = self.requests.get((holder, id))
        if to == "escrow":
            return TWICE
        if mine is None:
            return MISSING
        later = swap if swap in ("payment_mint", "bond_vault", "reserve") else ""
        if (code := self.ends(rent_to, "" if later else swap)) != OK:
            return code
        if mine.deadline == 0:
            return "WrongRequestState"
        if self.now <= mine.deadline:
            return "DeadlineNotPassed"
        if (code := self._reserve_fault(mine, reserve, later == "reserve")) != OK:
            return code
        if (code := self._way_back(holder, mine, source, to, alone=by == holder)) != OK:
            return code
        if not payee and mine.due and self.now <= mine.deadline + ABANDONED:
            return "PenaltyAccountsMissing"
        penalty = mine.due if payee else 0
        if penalty:
            if later in ("payment_mint", "bond_vault"):
                return SWAPS[later]
            if not self.is_cash(payee) or self.owners[payee] != holder:
                return "WrongTokenAccount"
            if by != holder and payee != f"{self.coin}/{holder}":
                return "NotAssociated"
            if (code := self.pay(self.vault, payee, penalty, whole=False)) != OK:
                return code
            self.bond -= penalty
        deadline = mine.deadline
        self._give_back(holder, id, to)
        self.told |= {"penalty": penalty, "bond": self.bond, "deadline": deadline}
        return OK

    def reject(
        self, by: str, shown: Shown, holder: str, id: int, *, source: str, rent_to: str = "relayer", swap: str = ""
    ) -> str:
        """Only of a holder frozen since, in time, and into the frozen account."""
        mine = self.requests.get((holder, id))
        if mine is None:
            return MISSING
        if (code := self.of_asset(by, shown, DESK)) != OK or (code := self.ends(rent_to, swap)) != OK:
            return code
        if mine.state > ACCEPTED:
            return "WrongRequestState"
        if self.now > mine.deadline:
            return "DeadlinePassed"
        if source != mine.source:
            return "WrongSource"
        if source not in self.balances or self.owners[source] != holder or source not in self.frozen:
            return "HolderNotFrozen"
        self._give_back(holder, id, mine.source)
        return OK
