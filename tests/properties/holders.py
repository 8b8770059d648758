"""The rest of the reference model: redemptions, guards, what holders do past the program, and time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from tests.properties.minting import Minting
from tests.properties.office import SWAPS
from tests.properties.parts import (
    ALREADY,
    DAY,
    FROZEN,
    MISSING,
    NO_CHAIN,
    OK,
    PAUSED,
    PAUSER,
    POOR,
    REDEEMER,
    SLOTS,
    UNPAUSER,
    Book,
    Request,
)

__all__ = ["Model"]


@dataclass(slots=True)
class Model(Minting):
    """The whole vault."""

    # Redemption

    def open_book(self, holder: str) -> str:
        if holder in self.books:
            return ALREADY
        self.books[holder] = Book()
        self.told = {}
        return OK

    def request(self, holder: str, id: int, amount: int, *, source: str, book: str, swap: str = "") -> str:
        if book not in self.books:
            return MISSING
        if (holder, id) in self.requests:
            return ALREADY
        if amount == 0:
            return "ZeroAmount"
        if self.halts & 2:
            return "RequestsHalted"
        if swap:
            return SWAPS[swap]
        if book != holder:
            return "NotHolder"
        own = self.books[holder]
        if id != own.next_id:
            return "WrongRequestId"
        if source != holder:
            return "WrongTokenAccount"
        if (code := self._move(holder, "escrow", amount)) != OK:
            return code
        own.next_id, own.requested = own.next_id + 1, own.requested + amount
        deadline = self.now + self.policy.redemption_window_s
        self.requests[holder, id] = Request(amount, deadline)
        self.told = {"deadline": deadline, "pending": self.pending}
        return OK

    def cancel(self, by: str, holder: str, id: int, *, to: str, rent_to: str = "relayer", swap: str = "") -> str:
        """Takes the very tokens back; no halt, latch, pause or freeze stops it."""
        mine = self.requests.get((holder, id))
        if mine is None:
            return MISSING
        if swap == "token_program":
            return SWAPS[swap]
        if by != holder:
            return "NotHolder"
        if swap in SWAPS:
            return SWAPS[swap]
        if rent_to != "relayer":
            return "WrongRentReceiver"
        if swap == "memo_program":
            return "WrongMemoProgram"
        if mine.accepted is not None and self.now <= mine.deadline:
            return "AcceptedUntilDeadline"
        if to != holder:
            return "WrongTokenAccount"
        del self.requests[holder, id]
        self.books[holder].returned += mine.amount
        self.balances["escrow"] -= mine.amount
        self.balances[holder] += mine.amount
        self.told = {"amount": mine.amount, "pending": self.pending, "state": 1 if mine.accepted is None else 2}
        return OK

    def accept(self, by: str, shown: tuple[int, str], holder: str, id: int) -> str:
        mine = self.requests.get((holder, id))
        if mine is None or shown not in self.grants:
            return MISSING
        if (code := self.holds(REDEEMER, by, shown)) != OK:
            return code
        if mine.accepted is not None:
            return "WrongRequestState"
        if self.now > mine.deadline:
            return "DeadlinePassed"
        mine.accepted = self.now
        self.told = {"amount": mine.amount, "deadline": mine.deadline}
        return OK

    def settle(
        self,
        by: str,
        shown: tuple[int, str],
        holder: str,
        id: int,
        amount: int,
        accepted: int,
        *,
        to_chain: int = NO_CHAIN,
        book: str,
        rent_to: str = "relayer",
        swap: str = "",
    ) -> str:
        """Burns what was accepted, however late, or sends it to another chain; no halt, latch or pause stops it."""
        mine = self.requests.get((holder, id))
        if mine is None or shown not in self.grants or book not in self.books:
            return MISSING
        if (code := self.holds(REDEEMER, by, shown)) != OK:
            return code
        if swap:
            return SWAPS[swap]
        if rent_to != "relayer":
            return "WrongRentReceiver"
        if book != holder:
            return "NotHolder"
        if mine.accepted is None:
            return "WrongRequestState"
        if (amount, accepted) != (mine.amount, mine.accepted):
            return "SettlementMismatch"
        if (code := self._has_room(to_chain, amount)) != OK:
            return code
        self.told = {"supply_before": self.supply, "amount": amount, "shares": amount, "to_chain": to_chain}
        self.observe()
        in_part = self.terms.pro_rata and to_chain == NO_CHAIN
        held, owed = self.holdings() if in_part else (0, 0)
        payout = floor(amount * Fraction(held, owed)) if owed > held else amount
        del self.requests[holder, id]
        self.books[holder].settled += amount
        self.balances["escrow"] -= amount
        self.supply, self.known, self.settled = self.supply - amount, self.known - amount, self.settled + amount
        if to_chain == NO_CHAIN:
            self.burned.append((self.burn_time(), amount))
            self.keep(amount)
        else:
            at = max(self.now, self.chains[to_chain].as_of)
            self.bridged.append((to_chain, at, amount))
            self.sent_away += amount
            self.chains[to_chain].sent.append((at, amount))
        self.told |= {"supply": self.supply, "pending": self.pending}
        self.told |= {"obligation": owed, "reserve": held, "payout_shares": payout}
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
        return OK if one.owed() + shares <= cap else "AboveChainCap"

    @property
    def pending(self) -> int:
        """Raw units in open requests."""
        return sum(one.amount for one in self.requests.values())

    # Guards

    def halt(self, by: str, shown: tuple[int, str], functions: int, *, lift: bool, swap: str = "") -> str:
        if (code := self.holds(UNPAUSER if lift else PAUSER, by, shown)) != OK:
            return code
        if not 1 <= functions <= 7:
            return "UnknownHalt"
        if swap:
            return "WrongAsset"
        asked = lift and self.halts & functions & 1
        if asked and (code := self.covered()) != OK:
            return code
        self.told = {"old_halts": self.halts} | self.cover(asked=bool(asked))
        self.halts = self.halts & ~functions if lift else self.halts | functions
        self.told["halts"] = self.halts
        return OK

    def reopen(self, by: str, shown: tuple[int, str], *, swap: str = "") -> str:
        if (code := self.holds(UNPAUSER, by, shown)) != OK:
            return code
        if swap:
            return SWAPS[swap]
        if not self.latched:
            return "NotLatched"
        if (code := self.judge(0)) != OK:
            return code
        del self.told["released"], self.told["foreign"]  # not in this event
        self.observe()
        self.latched = False
        return OK

    def check(self, *, swap: str = "") -> str:
        """Promise 11: anyone, always."""
        if swap:
            return SWAPS[swap]
        before = int(self.latched)
        self.told = {}
        self.observe()
        shares, oldest, distinct = self.counted(fresh=True)
        self.latch()
        self.told |= {"last_reserve": self.told["reserve"], "reserve": shares, "custodians": distinct}
        self.told |= {"released": self.released_by_day(oldest), "foreign": self.foreign(fresh=False)}
        self.told["latched_before"] = before
        return OK

    # Past the program

    def _move(self, source: str, to: str, amount: int) -> str:
        if source in self.frozen:
            return FROZEN
        if amount > self.balances[source]:
            return POOR
        if self.paused:
            return PAUSED
        if to in self.frozen:
            return FROZEN
        self.balances[source] -= amount
        self.balances[to] += amount
        return OK

    def transfer(self, source: str, to: str, amount: int) -> str:
        """Holders among themselves, or a donation to the escrow."""
        if (code := self._move(source, to, amount)) != OK:
            return code
        self.donated += amount if to == "escrow" else 0
        return OK

    def burn(self, owner: str, amount: int) -> str:
        """Anyone may burn their own, unless the mint was listed with PermissionedBurn."""
        if self.terms.only_we_burn:
            return "token:12"
        if owner in self.frozen:
            return FROZEN
        if amount > self.balances[owner]:
            return POOR
        if self.paused:
            return PAUSED
        self.balances[owner] -= amount
        self.supply -= amount
        if amount:
            self.burned.append((self.burn_time(), amount))
        return OK

    # Time

    def set_now(self, now: int) -> None:
        """Forward by any time, back by a little. A time that was taken back never was: its burns happen now."""
        self.now = now
        self.burned = [(min(at, self.burn_time()), shares) for at, shares in self.burned]
        heard = {slot: max(now, one.as_of) for slot, one in self.chains.items()}
        self.bridged = [(to, min(at, heard.get(to, at)), shares) for to, at, shares in self.bridged]

    def edges(self) -> list[int]:
        """Moments ahead at which a rule flips: expiries, deadlines, delays, ages, dates, burns leaving their week."""
        moments = {self.heir_from, self.heir_until, self.queue.ready_at, self.queue.expires_at}
        for grant in self.grants.values():
            moments |= {grant.expires, *(grant.waiting or ())}
        moments |= {one.deadline for one in self.requests.values()}
        moments |= {one.waiting[1] for one in self.allowances.values() if one.waiting}
        moments |= {one.ring.since for one in self.every_slot()}
        moments |= {one.as_of + self.policy.max_age_s for one in self.custodians.values() if one.settled}
        moments |= {one.by for one in self.custodians.values() if one.in_transit and one.by < self.now + 30 * DAY}
        moments |= {one.as_of + self.policy.chain_max_age_s for one in self.chains.values() if one.reported}
        moments |= {one.lower[1] for one in self.chains.values() if one.lower}
        moments |= {one.retire_from for one in self.chains.values()} | {(self.renouncing or (0, 0))[1]}
        return sorted({at + off for at in moments for off in (-1, 0, 1) if at + off > self.now})
