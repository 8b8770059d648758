"""The reference model's offices: authority, roles, handoff, and the policy with its queue.

Each operation answers with its outcome (``"ok"``, or the name of the first refusal in the documented order), on a copy
that is thrown away unless it is ``"ok"``; ``told`` then holds what the event must say. ``swap`` names an account that
is another asset's, or not what it should be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from tests.properties.figures import Vault
from tests.properties.parts import (
    ADMIN,
    ALREADY,
    ARBITER,
    DAY,
    FIELDS,
    GUARDIANS,
    LIFE,
    MANAGER,
    MISSING,
    OK,
    OUTSIDERS,
    PAUSER,
    REDEEMER,
    ROLES,
    TWICE,
    UNPAUSER,
    Grant,
    Listing,
    Shown,
    nothing_queued,
)
from xstock_client.accounts import Policy, QueuedPolicy

__all__ = ["GUARDS", "SWAPS", "Office", "policy_fault"]

GUARDS = (ADMIN, PAUSER)
"""Who may stop what waits, besides the authority."""
SWAPS = {
    "token_program": "WrongTokenProgram",
    "mint": "WrongMint",
    "escrow": "WrongEscrow",
    "reserve": "WrongAsset",
    "payment_mint": "WrongPaymentMint",
    "bond_vault": "WrongBondVault",
}


def policy_fault(policy: Policy) -> str:
    """What is wrong with a policy, if anything."""
    if not all(one.low <= getattr(policy, one.name) <= one.high for one in FIELDS):
        return "PolicyOutOfRange"
    return OK if policy.custodian_share_bps * policy.min_custodians >= 10_000 else "ShareBelowQuorum"


def isin_checks(isin: str) -> bool:
    """Two letters, nine letters or digits, and ISO 6166's check digit."""
    if not (isin[:2].isalpha() and isin.isalnum() and isin.isupper() and isin[-1].isdigit()):
        return False
    digits = [int(one) for one in "".join(str(int(letter, 36)) for letter in isin)]
    doubled = [sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


@dataclass(slots=True)
class Office(Vault):
    """Who may do what, and by which rules."""

    # Who signs

    def holds(self, role: int, member: str, shown: tuple[int, str]) -> str:
        """Whether the shown grant is that member's of that role."""
        if shown not in self.grants:
            return MISSING
        if shown != (role, member) or member in OUTSIDERS:
            return "WrongRoleGrant"
        return self._valid(self.grants[shown])

    def _valid(self, grant: Grant) -> str:
        now = grant.today(self.now)
        if self.now < now.expires:
            return OK
        begins = now.waiting is not None and now.waiting[0] > now.waiting[1]
        return "RoleNotYetValid" if begins else "RoleExpired"

    def officer(self, by: str, shown: Shown, roles: Collection[int], *, ours: bool = True) -> str:
        """The authority, or one of ``roles`` by the shown grant; not ``ours``: of the rival's issuer."""
        if shown is None:
            return OK if by == (self.authority if ours else "rival") else "NotAuthority"
        if shown not in self.grants:
            return MISSING
        role, member = shown
        if role not in roles or member != by or (member in OUTSIDERS) == ours:
            return "WrongRoleGrant"
        return self._valid(self.grants[shown])

    def of_asset(self, by: str, shown: Shown, roles: Collection[int] = (ADMIN,), swap: str = "") -> str:
        """An officer of the asset's issuer. The rival comes with its own issuer."""
        ours = by not in OUTSIDERS
        if (code := self.officer(by, shown, roles, ours=ours)) != OK:
            return code
        if not ours:
            return "WrongIssuer"
        return SWAPS[swap] if swap else OK

    # Issuers and listings

    def create_issuer(self, number: int, name: str, timelock: int) -> str:
        if number in self.issuers:
            return ALREADY
        text = name.rstrip("\0")
        if not text or "\0" in text:
            return "BadText"
        if not DAY <= timelock <= 30 * DAY:
            return "TimelockOutOfRange"
        self.issuers.add(number)
        self.told = {"id": number, "timelock_s": timelock}
        return OK

    def list_asset(self, by: str, new: Listing, *, shown: Shown = None, swap: str = "") -> str:
        """ISINs and symbols are free under this issuer, and everything is well formed."""
        if shown and shown not in self.grants:
            return MISSING
        if any(new.isin == isin or new.symbol == symbol for isin, symbol in self.listed):
            return ALREADY
        if (code := self.officer(by, shown, (ADMIN,))) != OK:
            return code
        if swap:
            return SWAPS[swap]
        if new.number != len(self.listed):
            return "WrongAssetNumber"
        if not isin_checks(new.isin):
            return "BadIsin"
        if not all(one.isascii() and (one.isalnum() or one in ".-") for one in new.symbol):
            return "BadSymbol"
        for text, limit in ((new.name, 32), (new.uri, 160), (new.terms_uri, 128)):
            if not 0 < len(text.encode()) <= limit or "\0" in text:
                return "BadText"
        if (code := policy_fault(new.terms.policy)) != OK:
            return code
        self.listed.append((new.isin, new.symbol))
        self.told = {"policy": new.terms.policy, "number": new.number}
        return OK

    # Roles

    def grant_role(self, by: str, role: int, member: str, expires: int, *, shown: Shown = None) -> str:
        if shown == (role, member):
            return TWICE
        if (code := self.officer(by, shown, () if role == ADMIN else (ADMIN,))) != OK:
            return code
        if role in self.renounced:
            return "RoleRenounced"
        if role not in ROLES:
            return "UnknownRole"
        if not self.now < expires <= self.now + 366 * DAY:
            return "RoleExpiryOutOfRange"
        old = self.grants.get((role, member), Grant(0)).today(self.now)
        at = self.office_at()
        if role == PAUSER or (role in GUARDIANS and expires < old.expires):  # restrains others: less of it is looser
            looser = expires < old.expires and old.entrenched(self.now, at - self.now)
        else:
            looser = expires > old.expires
        since = old.since
        if self.now >= old.expires:  # who was there before the issuer went live was always there
            since = 0 if not self.live else at if looser else self.now
        new = Grant(old.expires, since, (expires, at)) if looser else Grant(expires, since)
        new = new.today(self.now)
        opened = (role, member) not in self.grants
        self.grants[role, member] = new
        ends, begins = new.waiting or (0, 0)
        self.told = {"old_expires_at": old.expires, "expires_at": new.expires, "opened": int(opened)}
        self.told |= {"next_expires_at": ends, "next_from": begins, "held_since": new.since}
        return OK

    def revoke_role(self, by: str, role: int, member: str, rent_to: str = "relayer", *, shown: Shown = None) -> str:
        if shown == (role, member):
            return TWICE
        if (role, member) not in self.grants:
            return MISSING
        if (code := self.officer(by, shown, () if role == ADMIN else (ADMIN,))) != OK:
            return code
        if member in OUTSIDERS:
            return "WrongIssuer"
        if rent_to != "relayer":
            return "WrongRentReceiver"
        now, ends = self.grants[role, member].today(self.now), self.office_at()
        waits = role in GUARDIANS and ends > self.now and now.entrenched(self.now, ends - self.now)
        self.told = {"expires_at": now.expires, "closed": int(not waits), "ends_at": ends if waits else self.now}
        if waits:
            self.grants[role, member] = replace(now, waiting=(ends, ends))
        else:
            del self.grants[role, member]
        return OK

    def cancel_role_change(self, by: str, role: int, member: str, *, shown: Shown = None) -> str:
        if shown == (role, member):
            return TWICE
        if (role, member) not in self.grants:
            return MISSING
        ours = by not in OUTSIDERS
        if (member in OUTSIDERS) == ours:
            return "WrongIssuer"
        if shown is None and by == member and role == PAUSER and ours and by != self.authority:  # its own grant
            code = self._valid(self.grants[role, member])
        else:
            code = self.officer(by, shown, GUARDS, ours=ours)
        if code != OK:
            return code
        one = self.grants[role, member]
        if not one.waiting or one.waiting[1] <= self.now:
            return "NothingQueued"
        self.told = {"expires_at": one.expires, "next_expires_at": one.waiting[0]}
        self.grants[role, member] = replace(one, waiting=None)
        return OK

    def renounce(self, by: str, role: int) -> str:
        if by != self.authority:
            return "NotAuthority"
        if role not in ROLES or role in (PAUSER, UNPAUSER, REDEEMER, MANAGER, ARBITER):
            return "CannotRenounce"
        if role in self.renounced:
            return "RoleRenounced"
        if self.grant_count(role):
            return "RoleStillHeld"
        at = self.office_at()
        asked = self.renouncing if self.renouncing and self.renouncing[0] == role else None
        if at > self.now and (not asked or self.now > asked[1] + LIFE):
            self.renouncing = (role, at)
        elif asked and self.now < asked[1]:
            return "ChangeNotReady"
        else:
            self.renounced.add(role)
            self.renouncing = None
        _, since = self.renouncing or (0, 0)
        self.told = {"role": role, "done": int(role in self.renounced), "renounce_from": since}
        self.told["renounced"] = sum(1 << one for one in self.renounced)
        return OK

    def cancel_renunciation(self, by: str, *, shown: Shown = None) -> str:
        if (code := self.officer(by, shown, GUARDS)) != OK:
            return code
        if not self.renouncing:
            return "NothingQueued"
        self.told = {"role": self.renouncing[0]}
        self.renouncing = None
        return OK

    def grant_count(self, role: int) -> int:
        """Grants that exist, expired ones too."""
        return sum(one == role and member not in OUTSIDERS for one, member in self.grants)

    def go_live(self) -> None:
        """The first allowance: from now on changes wait, and a handoff that had not to is void."""
        if not self.live:
            self.live = self.now
            self.heir, self.heir_from, self.heir_until = "nobody", 0, 0

    # Handoff

    def propose(self, by: str, heir: str) -> str:
        if by != self.authority:
            return "NotAuthority"
        at = self.office_at()
        self.heir, self.heir_from, self.heir_until = (heir, at, at + LIFE) if heir != "nobody" else (heir, 0, 0)
        self.told = {"pending_from": self.heir_from, "pending_until": self.heir_until}
        return OK

    def inherit(self, by: str) -> str:
        if by != self.heir:
            return "NotPendingAuthority"
        if self.now < self.heir_from:
            return "ChangeNotReady"
        if self.now > self.heir_until:
            return "ChangeExpired"
        self.authority = by
        self.heir, self.heir_from, self.heir_until, self.told = "nobody", 0, 0, {}
        return OK

    def cancel_handoff(self, by: str, *, shown: Shown = None) -> str:
        if (code := self.officer(by, shown, GUARDS)) != OK:
            return code
        if self.heir == "nobody":
            return "NothingQueued"
        self.heir, self.heir_from, self.heir_until, self.told = "nobody", 0, 0, {}
        return OK

    # Policy

    def _in_force(self, policy: Policy) -> None:
        """Usage empties at the old limit up to the change."""
        self.window = self.window.later(self.policy.mint_window_limit, self.now)
        self.policy = policy

    def _drop(self, named: int) -> None:
        left = self.queue.fields & ~named
        self.queue = replace(self.queue, fields=left) if left else nothing_queued()

    def set_policy(self, by: str, named: int, values: Policy, *, shown: Shown = None, swap: str = "") -> str:
        if (code := self.of_asset(by, shown, swap=swap)) != OK:
            return code
        if not 0 < named < 1 << len(FIELDS):
            return "UnknownPolicyField"
        chosen = {one.name: getattr(values, one.name) for bit, one in enumerate(FIELDS) if named >> bit & 1}
        wanted = replace(self.policy, **chosen)
        if (code := policy_fault(wanted)) != OK:
            return code
        looser = sum(1 << bit for bit, one in enumerate(FIELDS) if one.looser(self.policy, wanted))
        tighter = sum(1 << bit for bit, one in enumerate(FIELDS) if one.looser(wanted, self.policy))
        kept = {one.name: getattr(self.policy, one.name) for bit, one in enumerate(FIELDS) if looser >> bit & 1}
        strict = replace(wanted, **kept)
        if (code := policy_fault(strict)) != OK:
            return code
        if looser and self.halts & 4:
            return "ChangesHalted"
        self.told = {"tighter": tighter, "looser": looser}
        self.observe()
        self._drop(named)
        if looser:
            self.queue = QueuedPolicy(looser, self.change_at(), self.change_at() + LIFE, wanted)
        self._in_force(strict)
        self.latch()
        return OK

    def apply_policy(self, *, swap: str = "") -> str:
        if swap:
            return SWAPS[swap]
        if self.halts & 4:
            return "ChangesHalted"
        if not self.queue.fields:
            return "NothingQueued"
        if self.now < self.queue.ready_at:
            return "ChangeNotReady"
        if self.now > self.queue.expires_at:
            return "ChangeExpired"
        waited = {one.name for bit, one in enumerate(FIELDS) if self.queue.fields >> bit & 1}
        policy = replace(self.policy, **{name: getattr(self.queue.values, name) for name in waited})
        if (code := policy_fault(policy)) != OK:
            return code
        trial = replace(self.seen(), policy=policy)
        if (code := trial.covered()) != OK:
            return code
        self.told = {"fields": self.queue.fields, "obligation": trial.owed(), "reserve": trial.counted(fresh=True)[0]}
        self.observe()
        self.queue = nothing_queued()
        self._in_force(policy)
        return OK

    def cancel_policy(self, by: str, *, shown: Shown = None) -> str:
        if (code := self.of_asset(by, shown, GUARDS)) != OK:
            return code
        if not self.queue.fields:
            return "NothingQueued"
        self.told = {"queued": self.queue}
        self.queue = nothing_queued()
        return OK
