"""The reference model's door: allowances, windows, tickets and their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import gt

from tests.properties.custody import Custody
from tests.properties.office import GUARDS, SWAPS
from tests.properties.parts import (
    ALREADY,
    APPROVER,
    FIRST_TICKET,
    FROZEN,
    MINTER,
    MISSING,
    NO_LIMITS,
    OK,
    PAGE,
    PAUSED,
    TICKET_STEP,
    Allowance,
    Shown,
    nothing_queued,
)
from xstock_client.accounts import Limits

__all__ = ["Minting"]

_LIMITS = tuple(Limits.OFFSETS)


def _each(one: Limits, other: Limits, pick: Callable[[int, int], int]) -> list[int]:
    return [pick(getattr(one, name), getattr(other, name)) for name in _LIMITS]


@dataclass(slots=True)
class Minting(Custody):
    """What may be minted, and once."""

    def set_allowance(self, by: str, minter: str, limits: Limits, *, shown: Shown = None, swap: str = "") -> str:
        if (code := self.of_asset(by, shown, swap=swap)) != OK:
            return code
        new = old = self.allowances.get(minter, Allowance()).today(self.now)
        raised = any(_each(limits, old.limits, gt))
        if raised:
            if self.halts & 4:
                return "ChangesHalted"
            if (code := self.covered()) != OK:
                return code
        waiting = (limits, self.change_at()) if raised else None
        new = replace(new, limits=Limits(*_each(limits, old.limits, min)), waiting=waiting).today(self.now)
        self.allowances[minter] = new
        self.go_live()
        later, since = new.waiting or (NO_LIMITS, 0)
        self.told = {"old_limits": old.limits, "limits": new.limits, "pending": later, "pending_from": since}
        self.told |= {"window": new.window.told(), "lifetime_used": new.ever, "live_at": self.live}
        self.told |= self.cover(asked=raised)
        return OK

    def cancel_raise(self, by: str, minter: str, *, shown: Shown = None, swap: str = "") -> str:
        if minter not in self.allowances:
            return MISSING
        if (code := self.of_asset(by, shown, GUARDS)) != OK:
            return code
        if swap:
            return "WrongAsset"
        one = self.allowances[minter]
        if not one.waiting or one.waiting[1] <= self.now:
            return "NothingQueued"
        self.told = {"dropped": one.waiting[0]}
        self.allowances[minter] = replace(one, waiting=None)
        return OK

    # Tickets

    def open_page(self, page: int) -> str:
        if page in self.pages:
            return ALREADY
        if (page + 1) * PAGE <= self.watermark:
            return "TicketTooLow"
        self.pages.add(page)
        self.told = {"page": page}
        return OK

    def close_page(self, page: int, rent_to: str = "relayer", *, swap: str = "") -> str:
        """Only when no ticket of it can mint any more; nobody needs to sign."""
        if page not in self.pages and not swap:
            return MISSING
        if swap:
            return "WrongAsset"
        if rent_to != "relayer":
            return "WrongRentReceiver"
        if self.watermark < (page + 1) * PAGE:
            return "PageInUse"
        self.pages.discard(page)
        self.told = {"page": page, "used": sum(one // PAGE == page for one in self.tickets)}
        return OK

    def raise_watermark(self, by: str, watermark: int, *, shown: Shown = None) -> str:
        if (code := self.of_asset(by, shown)) != OK:
            return code
        if self.halts & 4:
            return "ChangesHalted"
        highest = max(self.tickets, default=-1)
        if not self.watermark < watermark <= highest + 1:
            return "WatermarkOutOfRange"
        self.told = {"old_watermark": self.watermark, "watermark": watermark, "highest_ticket": highest}
        self.watermark = watermark
        return OK

    # The one door

    def mint(
        self,
        by: str,
        ticket: int,
        amount: int,
        to: str,
        *,
        shown: tuple[int, str],
        allowance: str,
        page: int,
        approver: str = "",
        approval: Shown = None,
        swap: str = "",
    ) -> str:
        """``approver`` signs beside the minter and shows ``approval``."""
        if shown not in self.grants or (approval and approval not in self.grants):
            return MISSING
        if allowance not in self.allowances or (page not in self.pages and swap != "tickets"):
            return MISSING
        if amount == 0:
            return "ZeroAmount"
        if swap in ("token_program", "mint"):
            return SWAPS[swap]
        if to == "escrow":
            return "WrongTokenAccount"
        if (code := self.holds(MINTER, by, shown)) != OK:
            return code
        if swap == "allowance":
            return "WrongAsset"
        if allowance != by:
            return "WrongMinter"
        if swap == "reserve":
            return "WrongAsset"
        if self.halts & 1:
            return "MintHalted"
        if self.latched:
            return "Latched"
        if self.coming and self.coming.split and self.now >= self.coming.ex:
            return "SplitPending"
        if self.delisted and self.now >= self.delisted:
            return "Delisted"
        if self.slot == self.snapshot_slot:
            return "SnapshotSlot"
        if ticket < self.watermark:
            return "TicketTooLow"
        if swap == "tickets":
            return "WrongAsset"
        if page != ticket // PAGE:
            return "WrongTicketPage"
        if ticket in self.tickets:
            return "TicketUsed"
        return self._mint(by, ticket, amount, to, approver, approval)

    def _mint(self, by: str, ticket: int, amount: int, to: str, approver: str, approval: Shown) -> str:
        approved = bool(approver and approval)
        if approval and approver:
            if approver == by:
                return "SelfApproval"
            if (code := self.holds(APPROVER, approver, approval)) != OK:
                return code
        mine = self.allowances[by].today(self.now)
        limits, used = mine.limits, mine.window.used + amount
        if used > limits.window_limit:
            return "WindowExceeded"
        if mine.ever + amount > limits.lifetime_cap:
            return "LifetimeCapExceeded"
        if not approved and used > limits.approver_threshold:
            return "ApproverNeeded"
        everyone = self.window.later(self.policy.mint_window_limit, self.now)
        if everyone.used + amount > self.policy.mint_window_limit:
            return "AssetWindowExceeded"
        if ticket > (max(self.tickets) + TICKET_STEP if self.tickets else FIRST_TICKET):
            return "TicketTooFar"
        bond, needed = self.bond_for(self.supply + amount)
        if bond < needed:
            return "UnderBonded"
        if (code := self.judge(amount)) != OK:
            return code
        self.told |= {"bond": bond, "bond_needed": needed}
        if to in self.frozen or self.paused:
            return FROZEN if to in self.frozen else PAUSED
        mine = replace(mine, window=mine.window.plus(amount), ever=mine.ever + amount)
        everyone = everyone.plus(amount)
        self.told |= {"window": mine.window.told(), "lifetime_used": mine.ever, "limits": limits}
        self.told |= {"asset_window": everyone.told(), "supply_before": self.supply}
        self.observe()
        self.allowances[by], self.window = mine, everyone
        self.tickets.add(ticket)
        self.supply, self.known, self.minted = self.supply + amount, self.known + amount, self.minted + amount
        self.told["supply"] = self.supply
        self.balances[to] += amount
        if not self.first_mint:  # a policy that was queued when nothing had to wait is void
            self.first_mint, self.queue = self.now, nothing_queued()
        return OK
