"""The rest of the reference model: guards, what holders do past the program, and time."""

from __future__ import annotations

from dataclasses import dataclass

from tests.properties.corporate import HOUR
from tests.properties.office import SWAPS
from tests.properties.parts import DAY, FROZEN, OK, PAUSED, PAUSER, POOR, UNPAUSER, Sent
from tests.properties.paying import Paying

__all__ = ["Model"]


@dataclass(slots=True)
class Model(Paying):
    """The whole vault."""

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
        self.latched_at = 0
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

    def transfer(self, source: str, to: str, amount: int) -> str:
        """Holders among themselves, or a donation to the escrow."""
        if (code := self.move(source, to, amount)) != OK:
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
            self.burned.append((self.burn_time(), self.worth_of(amount)))
            self.gone += amount
        return OK

    def approve(self, account: str, who: str, amount: int) -> str:
        """The owner of an account, of either kind, lets somebody take so much out of it. There is one at a time."""
        if account in self.frozen:
            return FROZEN
        self.delegates[account] = (who, amount)
        return OK

    def close(self, account: str) -> str:
        """A token account, frozen or not, once it is empty."""
        if self.balances[account]:
            return "token:11"
        self.forget(account)
        return OK

    def forget(self, account: str) -> None:
        """It is gone, and with it all that was special about it."""
        del self.balances[account], self.owners[account]
        self.delegates.pop(account, None)
        self.frozen.discard(account)

    def open_account(self, account: str, owner: str) -> None:
        """A new one, or one again in the old place."""
        self.balances[account], self.owners[account] = 0, owner

    def hand_over(self, account: str, to: str) -> str:
        """An account gets another owner, with all that is in it."""
        if account in self.frozen:
            return FROZEN
        self.owners[account] = to
        self.delegates.pop(account, None)
        return OK

    # Time

    def set_now(self, now: int) -> None:
        """Forward by any time, back by a little. A time that was taken back never was: its burns happen now."""
        self.now = now
        self.take_effect()
        self.burned = [(min(at, self.burn_time()), shares) for at, shares in self.burned]
        self.bridged = [self._not_later(sent) for sent in self.bridged]

    def _not_later(self, sent: Sent) -> Sent:
        """No later than now, or than what its chain has told of."""
        if sent.slot not in self.chains:
            return sent
        last = max(self.now, self.chains[sent.slot].as_of)
        burned = None if sent.burned is None else min(sent.burned, last)
        return sent._replace(claimed=min(sent.claimed, last), burned=burned)

    def edges(self) -> list[int]:
        """Moments ahead at which a rule flips: expiries, deadlines, delays, ages, dates, burns leaving their week."""
        moments = {self.heir_from, self.heir_until, self.queue.ready_at, self.queue.expires_at}
        for grant in self.grants.values():
            moments |= {grant.expires, *(grant.waiting or ())}
        for one in self.requests.values():
            moments |= {one.accept_by, one.settle_by, one.until}
        moments |= {self.exit.ready, self.exit.until}
        moments |= {self.latched_at + self.policy.change_delay_s} if self.latched_at else set()
        moments |= {one.waiting[1] for one in self.allowances.values() if one.waiting}
        moments |= {one.ring.since for one in self.every_slot()}
        moments |= {one.as_of + self.policy.max_age_s for one in self.custodians.values() if one.settled}
        moments |= {one.by for one in self.custodians.values() if one.in_transit and one.by < self.now + 30 * DAY}
        moments |= {one.as_of + self.policy.chain_max_age_s for one in self.chains.values() if one.reported}
        moments |= {one.lower[1] for one in self.chains.values() if one.lower}
        for action in self.actions[-3:]:
            moments |= {action.ex, action.record, action.record + HOUR if action.record else 0, action.effective}
        ballots = [one.ballot for one in self.snapshots[-2:]] + [one.ballot for one in self.dividends.values()]
        for ballot in ballots:
            moments |= {ballot.agreed + DAY} if ballot.agreed else set()
        for dividend in self.dividends.values():
            moments |= {dividend.opens, dividend.until - 91 * DAY, dividend.until, dividend.until + DAY}
        moments |= {self.fresh_attestors[1]} if self.fresh_attestors else set()
        moments |= {one.retire_from for one in self.chains.values()} | {(self.renouncing or (0, 0))[1]}
        return sorted({at + off for at in moments for off in (-1, 0, 1) if at + off > self.now})
