"""An asset in business, what its people usually do next, and what must always be possible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tests.properties.acts import Acts
from tests.properties.chain import OK
from tests.properties.claims import LIMIT, PRICE, WIRE, Bargain
from tests.properties.desk import HOLDERS
from tests.properties.office import policy_fault
from tests.properties.parts import (
    ADMIN,
    APPROVER,
    ARBITER,
    CORPORATE,
    DAY,
    FIELDS,
    GUARDIANS,
    MANAGER,
    MINTER,
    NO_CHAIN,
    PAGE,
    PAUSER,
    REDEEMER,
    TOP_FIGURE,
    TREASURER,
    U64,
    UNPAUSER,
    Abroad,
    Custodian,
    Keys,
    Report,
    Terms,
)
from tests.properties.redeeming import Part
from xstock_client.accounts import Limits, Policy

__all__ = ["KEYS", "MINTERS", "RATE", "STAFF", "VOTERS", "Scene", "terms"]

MINTERS: Final = ("minter0", "minter1", "whale")
STAFF: Final = (
    *((MINTER, name) for name in MINTERS),
    (MANAGER, "manager"),
    (REDEEMER, "redeemer"),
    (PAUSER, "pauser"),
    (UNPAUSER, "unpauser"),
    (APPROVER, "approver"),
    (ADMIN, "admin"),
    (TREASURER, "treasurer"),
    (ARBITER, "arbiter"),
    (CORPORATE, "officer"),
)
VOTERS: Final = ("voter0", "voter1", "voter2", "voter3")
KEYS: Final = tuple(f"key{n}" for n in range(16))
_RINGS: Final = ((("key0",), 1), (("key1", "key2"), 2), (("key3", "key4", "key5"), 2))
_CHAINS: Final = ((("key6",), 1), (("key7", "key8", "key9"), 2))

RATE: Final = 150_000_001
"""Base units per whole token: about one and a half to a raw unit, with something to round."""


def terms(only_we_burn: bool = False, pro_rata: bool = False, timelock: int = DAY, **policy: int) -> Terms:
    """A listing whose policy is wide open but for what is named."""
    usual = {
        "max_age_s": 5 * DAY,
        "chain_max_age_s": 5 * DAY,
        "change_delay_s": DAY,
        "accept_window_s": 2 * DAY,
        "custodian_cap": TOP_FIGURE,
        "mint_window_limit": TOP_FIGURE,
        "haircut_bps": 1_000,
        "custodian_share_bps": 10_000,
        "collateral_bps": 10_000,
        "min_custodians": 2,
        "settle_window_s": DAY,
        "dispute_window_s": DAY,
        "penalty_rate": RATE,
        "holder_penalty_cap": TOP_FIGURE,
        "redemption_fee_bps": 25,
        "bond_coverage_bps": 1_000,
    }
    return Terms(Policy(**(usual | policy)), only_we_burn, pro_rata, timelock)


class Scene(Acts):
    """``n`` is any number: it picks one of several, modulo their count."""

    probed: int = 0
    kinds: frozenset[tuple[object, ...]] = frozenset()

    # In business

    def staff(self) -> None:
        """Everybody's role, for as long as usual."""
        for role, member in STAFF:
            self.grant_role(self.m.authority, role, member, self.now + (20 if member == "minter1" else 200) * DAY)

    def ready(
        self, *, chains: int = 2, minted: int = 3, live: bool = True, coin: str = "usd", bond: int = 10_000
    ) -> None:
        """Roles, allowances, a bond, three custodians with reports, chains with caps, and some mints."""
        self.staff()
        if not live:
            return
        if coin:
            self.open_bond("auth0", coin)
            self.deposit_bond("agent", bond)
        self.rival_allowance("minter0", Limits(10**9, 10**9, 10**9))
        self.set_allowance("auth0", "minter0", Limits(1000, 5000, U64))
        self.set_allowance("auth0", "minter1", Limits(100, 300, 40))
        self.set_allowance("auth0", "whale", Limits(U64, U64, U64))
        self.set_attestors("manager", VOTERS[:3])
        self.open_page(0)
        for holder in HOLDERS[:2]:
            self.open_book(holder)
        for slot, (keys, threshold) in enumerate(_RINGS):
            self.register("manager", slot, f"lei{slot}", f"account{slot}", keys, threshold)
        self.attest(*(self.statement(slot, 1000, self.now - 600) for slot in range(3)))
        for slot, (keys, threshold) in enumerate(_CHAINS[:chains]):
            self.register_chain("manager", slot, f"eip155:{slot + 1}", f"token{slot}", keys, threshold)
            self.set_cap("auth0", slot, 300)
            self.attest(self.statement(slot, 50, self.now - 600, abroad=True))
        for ticket in range(minted):
            self.mint("minter0", ticket, 100, HOLDERS[ticket % 3])

    # What there is

    @property
    def now(self) -> int:
        return self.m.now

    @staticmethod
    def pick(ones: Any, n: int) -> Any:
        """One of several, or None."""
        ones = list(ones)
        return ones[n % len(ones)] if ones else None

    def spare(self, count: int = 1, n: int = 0) -> tuple[str, ...]:
        """Keys that attest for no slot, as far as there are any."""
        rings = [one.ring for one in self.m.every_slot()]
        used = {name for ring in rings for name in ring.all_names()}
        free = [name for name in KEYS if name not in used] or [KEYS[0]]
        return tuple(free[(n + step) % len(free)] for step in range(min(count, len(free))))

    def slots(self, abroad: bool) -> dict[int, Any]:
        """Custodians, or chains."""
        return dict(self.m.chains if abroad else self.m.custodians)

    def statement(self, slot: int, settled: int, as_of: int, *, abroad: bool = False, **rest: Any) -> Report:
        """A report as the slot expects it, by as many keys as must sign."""
        one: Custodian | Abroad | None = self.slots(abroad).get(slot)
        keys = one.ring.current(self.now) if one else None
        if keys is None and one and one.ring.fresh:
            keys = one.ring.fresh
        if one is None or keys is None:
            keys = Keys(("key0",), 1, 0)
        last = one.ring.sequence if one and keys is one.ring.keys else 0
        signers = keys.names[-keys.threshold :]
        old = self.m.split is not None and as_of < self.m.split_ex
        told = {"basis": self.m.basis - old, **rest}
        return Report(signers, slot, keys.epoch, last + 1, as_of, settled, abroad=abroad, **told)

    def fresh_ticket(self, n: int) -> int:
        """A ticket that was never used, of an open page and not given up; if there is none, a page opens."""
        if not any((page + 1) * PAGE > self.m.watermark for page in self.m.pages):
            self.open_page(self.m.watermark // PAGE)
        m = self.m
        page = min(page for page in m.pages if (page + 1) * PAGE > m.watermark)
        first = max(page * PAGE, m.watermark)
        return next((one for one in range(first + n % 50, (page + 1) * PAGE) if one not in m.tickets), first)

    def next_id(self, holder: str) -> int:
        """Of the holder's book."""
        book = self.m.books.get(holder)
        return book.next_id if book else 0

    def tell_all(self, figures: dict[int, int], as_of: int, abroad: bool = False) -> str:
        """Everybody in one instruction, none before its own last time."""
        ones = self.slots(abroad)
        told = [
            self.statement(slot, figures[slot], min(max(as_of, ones[slot].as_of), self.now), abroad=abroad)
            for slot in sorted(figures)
        ]
        return self.attest(*told) if told else OK

    def valid(self, role: int) -> str:
        """Somebody who holds the role now, or nobody's name."""
        now = [(one, grant.today(self.now)) for one, grant in sorted(self.m.grants.items()) if one[1] != "rival"]
        return next((member for (one, member), grant in now if one == role and self.now < grant.expires), "")

    def change_policy(self, **values: int) -> str:
        """By the authority, of the named fields."""
        names = [one.name for one in FIELDS]
        named = sum(1 << names.index(name) for name in values)
        return self.set_policy(self.m.authority, named, replace(self.m.policy, **values))

    def ask(self, holder: str, amount: int, bargain: Bargain | None = None, **rest: Any) -> int:
        """A request with the next id, which is returned; whatever comes of it."""
        if holder not in self.m.books:
            self.open_book(holder)
        id = self.next_id(holder)
        self.request(holder, id, amount, bargain, **rest)
        return id

    def part(self, holder: str, id: int, more: int = 0, **rest: Any) -> Part:
        """All of a request, paid to its holder; ``more`` than it holds is a mistake."""
        found = self.m.requests.get((holder, id))
        return Part(holder, id, (found.amount if found else 1) + more, f"{self.m.coin or 'usd'}/{holder}")._replace(
            **rest
        )

    def redeem(self, holder: str, amount: int, *, to_chain: int = NO_CHAIN) -> str:
        """All the way: asked, accepted, and paid at once, or issued on another chain."""
        abroad = to_chain != NO_CHAIN
        id = self.ask(holder, amount, WIRE if abroad else LIMIT)
        self.accept("redeemer", holder, id)
        if not abroad:
            return self.settle("redeemer", [self.part(holder, id)], PRICE)
        code = self.mark_paid("redeemer", holder, id, to_chain=to_chain)
        return self.conclude(holder, holder, id) if code == OK else code

    # What must be possible in every state, and what must not

    def probe_new_kind(self) -> None:
        """The first time that this life comes into a state of this kind."""
        m = self.m
        behind = any(one.as_of > m.now for one in m.every_slot())
        kind = (m.latched, m.halts, self.short, m.queue.fields != 0, m.counted(fresh=True)[2] == 0, behind, m.paused)
        if kind not in self.kinds:
            self.kinds |= {kind}
            self.probe()

    def probe(self) -> None:
        """Bad news is taken; while more is owed than is held, nothing is minted and nothing loosened."""
        self.probed += 1
        with self.trial():
            self._bad_news()
            if self.m.short():
                self._nothing_goes()

    def _bad_news(self) -> None:
        m, n = self.m, self.probed
        for abroad in (False, True):
            slots = [at for at, one in self.slots(abroad).items() if one.ring.current(m.now)]
            if (slot := self.pick(slots, n)) is not None:
                one = self.slots(abroad)[slot]
                figure = min(one.supply + 1, TOP_FIGURE) if abroad else 0
                as_of = min(max(one.as_of, m.now - n % 2), m.now) if one.reported else m.now
                if as_of > m.cleared or abroad or one.reported:
                    assert self.attest(self.statement(slot, figure, as_of, abroad=abroad)) == OK
        if (tighter := self.tightening(n)) is not None:
            assert self.set_policy(m.authority, *tighter) == OK
        if (manager := self.valid(MANAGER)) and m.custodians:
            assert self.retire(manager, self.pick(sorted(m.custodians), n)) == OK
        if pauser := self.valid(PAUSER):
            assert self.halt(pauser, 1 + n % 7) == OK
        ordinary = [one for one in sorted(m.grants) if one[0] not in GUARDIANS and one[1] != "rival"]
        if ordinary:
            assert self.revoke_role(m.authority, *self.pick(ordinary, n)) == OK
        assert self.check() == OK

    def tightening(self, n: int) -> tuple[int, Policy] | None:
        """One field a little tighter, if any can be."""
        for step in range(len(FIELDS)):
            bit = (n + step) % len(FIELDS)
            one = FIELDS[bit]
            value = getattr(self.m.policy, one.name) + (-1 if one.larger_is_looser else 1)
            values = replace(self.m.policy, **{one.name: value})
            if policy_fault(values) == OK:
                return 1 << bit, values
        return None

    def _nothing_goes(self) -> None:
        m = self.m
        minter = self.valid(MINTER)
        if minter in m.allowances and any((page + 1) * PAGE > m.watermark for page in m.pages):
            helper = self.valid(APPROVER)
            approval: Any = {"approver": helper, "approval": (APPROVER, helper)} if helper else {}
            assert self.mint(minter, self.fresh_ticket(0), 1, "holder0", **approval) != OK
        for name, one in m.allowances.items():
            limits = one.today(m.now).limits
            if limits.lifetime_cap < U64:
                more = replace(limits, lifetime_cap=limits.lifetime_cap + 1)
                assert self.set_allowance(m.authority, name, more) != OK
        for slot, chain in m.chains.items():
            if chain.cap < TOP_FIGURE:
                assert self.set_cap(m.authority, slot, chain.cap + 1) != OK
        self.apply_policy()  # goes through only where it covers what was short, as the model says
        if unpauser := self.valid(UNPAUSER):
            assert self.reopen(unpauser) != OK
            if m.halts & 1:
                assert self.resume(unpauser, 1) != OK
