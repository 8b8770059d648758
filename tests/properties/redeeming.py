"""The reference model's redemptions: what the desk, an arbiter and strangers can do with a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import NamedTuple

from tests.properties.claims import (
    ACCEPTED,
    ARBITRATION,
    DISPUTED,
    OFF_CHAIN,
    ON_CHAIN,
    PAID,
    REQUESTED,
    UPHELD,
    Request,
    worth,
)
from tests.properties.office import SWAPS
from tests.properties.parts import ARBITER, MISSING, NO_CHAIN, OK, ONE, SLOTS, TWICE, Sent, Shown
from tests.properties.returning import DESK, Returning

__all__ = ["Part", "Redeeming"]


class Part(NamedTuple):
    """What settles of one request: ``amount`` is what the desk believes that it holds."""

    holder: str
    id: int
    amount: int
    payee: str
    rent_to: str = "relayer"


@dataclass(slots=True)
class Redeeming(Returning):
    """Requests, from acceptance to the end."""

    def accept(self, by: str, shown: Shown, holder: str, id: int, price: int, *, judge: Shown) -> str:
        """The desk is bound: to the holder's price or a better one; or it names one, and the holder may agree."""
        mine = self.requests.get((holder, id))
        if mine is None or (judge and judge not in self.grants):
            return MISSING
        if (code := self.of_asset(by, shown, DESK)) != OK:
            return code
        if mine.state != REQUESTED:
            return "WrongRequestState"
        if self.now > mine.accept_by:
            return "DeadlinePassed"
        mine.restate(self.multiplier)
        code = self._price_fault(mine, price) if mine.payout == ON_CHAIN else self._judge_fault(mine, price, judge)
        if code != OK:
            return code
        if mine.at_market:
            mine.until = mine.settle_by
        elif worth(mine.amount, mine.rate) > self.bond - self.reserved:
            return "UnderBonded"
        mine.state, mine.accepted, mine.min_price = ACCEPTED, self.now, max(mine.min_price, price)
        self.told["multiplier"] = mine.multiplier
        self.told |= {"amount": mine.amount, "settle_by": mine.settle_by, "penalty": mine.penalty}
        self.told |= {"min_price": mine.min_price, "until": mine.until, "bond_reserved": self.reserved}
        return OK

    def agree(self, by: str, holder: str, id: int, price: int, *, swap: str = "") -> str:
        """The holder takes the desk's price, and is bound as well."""
        mine = self.requests.get((holder, id))
        if mine is None:
            return MISSING
        if by != holder:
            return "NotHolder"
        if swap:
            return "WrongAsset"
        if not mine.quoted:
            return "NothingQuoted"
        if price != mine.min_price:
            return "OtherQuote"
        if self.now > mine.settle_by:
            return "DeadlinePassed"
        mine.until = 0
        self.told = {"amount": mine.amount, "min_price": price, "penalty": mine.penalty, "settle_by": mine.settle_by}
        return OK

    @staticmethod
    def _price_fault(mine: Request, price: int) -> str:
        if price == 0:
            return "QuoteNeeded" if mine.at_market else OK
        return OK if price >= mine.min_price else "PriceTooLow"

    def _judge_fault(self, mine: Request, price: int, judge: Shown) -> str:
        """Whom the holder named was in office before, is not the issuer, and stays for as long as it may take."""
        if price:
            return "WrongPayout"
        if judge is None or judge[1] != mine.arbiter:
            return "WrongArbiter"
        if (code := self.holds(ARBITER, judge[1], judge)) != OK:
            return code
        if mine.arbiter == self.authority:
            return "SelfArbitration"
        if self.grants[judge].since > mine.made:
            return "ArbiterTooNew"
        needed = mine.settle_by + mine.dispute_window + ARBITRATION
        lasts = min(self.grants[judge].today(at).expires for at in (self.now, needed))
        return OK if lasts > needed else "ArbiterLeaves"

    def settle(
        self,
        by: str,
        shown: Shown,
        parts: Sequence[Part],
        price: int,
        rest: int,
        *,
        agent: str,
        purse: str,
        swap: str = "",
    ) -> str:
        """Each holder is paid and the tokens burn, or nothing of it; however late, and whatever is halted or paused.
        Of the last one ``rest`` stays accepted.
        """
        if shown and shown not in self.grants:
            return MISSING
        if any(part.payee == purse for part in parts):
            return TWICE
        if price == 0:
            return "ZeroAmount"
        if (code := self.of_asset(by, shown, DESK)) != OK:
            return code
        if swap in SWAPS:
            return SWAPS[swap]
        if swap == "uneven" or not parts:
            return "BadBatch"
        self.told = {"supply_before": self.supply}
        self.observe()
        if self.slot == self.snapshot_slot:
            return "SnapshotSlot"
        held, owed = self.cut()
        for number, part in enumerate(parts, 1):
            left = rest if number == len(parts) else 0
            if (code := self._settle(part, price, left, agent, purse, held, owed)) != OK:
                return code
            if number < len(parts):
                self.before.append(self.told)
                self.told = {"supply_before": self.supply, "burned_outside": 0}
        self.requests = {at: one for at, one in self.requests.items() if one.amount}
        return OK

    def _settle(self, part: Part, price: int, rest: int, agent: str, purse: str, held: int, owed: int) -> str:
        mine = self.requests.get((part.holder, part.id))
        if mine is None:
            return MISSING
        if part.rent_to != "relayer":
            return "WrongRentReceiver"
        if not self.is_cash(part.payee) or self.owners[part.payee] != part.holder:
            return "WrongTokenAccount"
        if mine.payout != ON_CHAIN:
            return "WrongPayout"
        if mine.state != ACCEPTED:
            return "WrongRequestState"
        if mine.quoted:
            return "QuoteOpen"
        if part.amount != mine.amount or rest >= mine.amount:
            return "SettlementMismatch"
        burned = mine.amount - rest
        payout = self.cut_worth(mine.amount, held, owed) - self.cut_worth(rest, held, owed)
        gross = worth(payout, price)
        fee = floor(Fraction(gross * mine.fee_bps, 10_000))
        asked = self.in_shares(mine.amount, mine.multiplier) - self.in_shares(rest, mine.multiplier)
        if gross - fee < worth(asked, mine.min_price):  # neither a deficit nor a split lowers what was asked for
            return "PriceTooLow"
        if (code := self.pay(purse, part.payee, gross - fee, agent)) != OK:
            return code
        shares = self.in_shares(mine.amount, self.multiplier) - self.in_shares(rest, self.multiplier)
        mine.amount = rest
        self._burn(burned)
        self._tell_burn(burned, shares, payout, held, owed)
        self.told |= {"price": price, "gross": gross, "fee": fee, "payment": gross - fee, "rest": rest}
        return OK

    def cut(self) -> tuple[int, int]:
        """What is held and owed, where payouts depend on it: listed so, latched for a while, and something is held."""
        if not self.terms.pro_rata or not self.latched_at:
            return 0, 0
        held, owed = self.holdings() if self.now >= self.latched_at + self.policy.change_delay_s else (0, 0)
        return (held, owed) if held else (0, 0)

    @staticmethod
    def in_shares(raw: int, multiplier: int) -> int:
        """What tokens are worth, rounded down."""
        return floor(Fraction(raw * multiplier, ONE))

    def cut_worth(self, amount: int, held: int, owed: int) -> int:
        shares = self.in_shares(amount, self.multiplier)
        return floor(shares * Fraction(held, owed)) if owed > held else shares

    def _burn(self, amount: int, sent: Sent | None = None, claimed: int = 0, shares: int = 0) -> None:
        """Out of the escrow and out of the world; the shares leave a custodian, or are on another chain instead."""
        self.balances["escrow"] -= amount
        self.supply, self.known, self.settled = self.supply - amount, self.known - amount, self.settled + amount
        self.gone += amount
        if sent is None:
            self.burned.append((self.burn_time(), self.worth_of(amount)))
            self.keep(self.shares(amount))
            return
        chain = self.chains[sent.slot]
        at = max(self.now, chain.as_of)
        chain.loose += bool(self.effective)
        chain.end_claim(shares, claimed, at)
        left = sent._replace(burned=at, shares=self.worth_of(amount))
        self.bridged = [one if one is not sent else left for one in self.bridged]

    def _tell_burn(self, amount: int, shares: int, payout: int, held: int, owed: int) -> None:
        self.told |= {"amount": amount, "shares": shares, "payout_shares": payout, "supply": self.supply}
        self.told["multiplier"] = self.multiplier
        self.told |= {"obligation": owed, "reserve": held}
        self.tell_sums()

    # Payments outside the chain

    def mark_paid(
        self,
        by: str,
        shown: Shown,
        holder: str,
        id: int,
        *,
        evidence: int,
        to_chain: int = NO_CHAIN,
        swap: str = "",
    ) -> str:
        """The desk says so, in time and once, and is not the judge."""
        mine = self.requests.get((holder, id))
        if mine is None:
            return MISSING
        if (code := self.of_asset(by, shown, DESK, swap)) != OK:
            return code
        if not evidence:
            return "EmptyCustodianField"
        if mine.payout != OFF_CHAIN:
            return "WrongPayout"
        if mine.state != ACCEPTED:
            return "WrongRequestState"
        if mine.paid:
            return "AlreadyClaimed"
        if self.now > mine.settle_by:
            return "DeadlinePassed"
        if mine.arbiter == by:
            return "SelfArbitration"
        shares = self.shares(mine.amount)
        if (code := self._has_room(to_chain, shares)) != OK:
            return code
        mine.state, mine.paid, mine.to_chain = PAID, self.now, to_chain
        mine.until = self.now + mine.dispute_window
        if to_chain != NO_CHAIN:
            mine.marked, mine.multiplier, chain = shares, self.multiplier, self.chains[to_chain]
            chain.marked, chain.marked_at = chain.marked + mine.marked, max(chain.marked_at, self.now)
            chain.loose = chain.loose + (shares > self.worth_of(mine.amount)) if chain.marked > shares else Fraction(1)
            self.bridged.append(Sent(to_chain, self.now, Fraction(shares), (holder, id)))
        self.told = {"amount": mine.amount, "until": mine.until, "to_chain": to_chain, "marked_shares": mine.marked}
        self.told["multiplier"] = mine.multiplier
        return OK

    def _has_room(self, to_chain: int, shares: int) -> str:
        if to_chain == NO_CHAIN:
            return OK
        if to_chain >= SLOTS:
            return "SlotOutOfRange"
        if to_chain not in self.chains:
            return "SlotEmpty"
        one = self.chains[to_chain]
        cap = one.lower[0] if one.lower else one.cap
        return OK if one.owed() + one.marked + shares <= cap else "AboveChainCap"

    def dispute(self, by: str, holder: str, id: int, *, swap: str = "") -> str:
        """In time."""
        mine = self.requests.get((holder, id))
        if mine is None:
            return MISSING
        if by != holder:
            return "NotHolder"
        if swap:
            return "WrongAsset"
        if mine.state != PAID:
            return "WrongRequestState"
        if self.now > mine.until:
            return "DeadlinePassed"
        mine.state, mine.until = DISPUTED, self.now + ARBITRATION
        self.told = {"amount": mine.amount, "until": mine.until}
        return OK

    def rule(self, by: str, holder: str, id: int, *, paid: bool, swap: str = "") -> str:
        """Who was named in the request, and in time. Not paid: it is as before the claim, which was the only one."""
        mine = self.requests.get((holder, id))
        if mine is None:
            return MISSING
        if mine.arbiter != by:
            return "WrongArbiter"
        if swap:
            return SWAPS[swap]
        if mine.state != DISPUTED:
            return "WrongRequestState"
        if self.now > mine.until:
            return "DeadlinePassed"
        mine.state, mine.until = UPHELD if paid else ACCEPTED, 0
        if not paid:
            self.unclaim(mine, (holder, id))
            mine.to_chain, mine.marked = NO_CHAIN, 0
        self.told = {"amount": mine.amount, "paid": int(paid)}
        return OK

    def conclude(self, by: str, holder: str, id: int, *, rent_to: str = "relayer", swap: str = "") -> str:
        """The holder confirms, claimed, disputed or not; or anyone, undisputed for long enough or after the ruling."""
        mine = self.requests.get((holder, id))
        if mine is None:
            return MISSING
        if (code := self.ends(rent_to, swap)) != OK:
            return code
        if mine.payout != OFF_CHAIN:
            return "WrongPayout"
        if mine.state not in (PAID, UPHELD) and (by != holder or mine.state == REQUESTED):
            return "WrongRequestState"
        if mine.state == PAID and by != holder and self.now <= mine.until:
            return "StillDisputable"
        self.told = {"supply_before": self.supply, "to_chain": mine.to_chain, "payment": 0, "rest": 0}
        self.observe()
        if self.slot == self.snapshot_slot:
            return "SnapshotSlot"
        held, owed = self.cut() if mine.to_chain == NO_CHAIN else (0, 0)
        payout, shares = self.cut_worth(mine.amount, held, owed), self.in_shares(mine.amount, self.multiplier)
        del self.requests[holder, id]
        sent = next((sent for sent in self.bridged if sent.request == (holder, id)), None)
        self._burn(mine.amount, sent, mine.paid, mine.marked_at(self.multiplier))
        self._tell_burn(mine.amount, shares, payout, held, owed)
        return OK
