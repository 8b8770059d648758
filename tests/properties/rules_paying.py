"""Dividends, from the announcement to the last unclaimed cent."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.embedded.trees import Tree
from tests.properties.acts_redeem import AUTHORITY
from tests.properties.chain import owner_address
from tests.properties.corporate import ANNOUNCED, CASH, HOUR, Action
from tests.properties.desk import HOLDERS
from tests.properties.parts import DAY, OK, TREASURER
from tests.properties.paying import Distribution, Payee
from tests.properties.rules_base import number
from tests.properties.rules_corporate import SplitRules
from tests.properties.scene import VOTERS
from tests.properties.trees import balances_of, entitlements_of
from tests.properties.voting import Place, Root, Snapshot

__all__ = ["DividendRules"]

WORD = st.sampled_from(["right", "right", "right", "order", "lie", "less", "more", "other"])


class DividendRules(SplitRules):
    """``n`` is any number."""

    # Where it stands

    def dividend(self) -> Action | None:
        """The last cash dividend that can still be had."""
        ones = [one for one in self.s.m.actions if one.kind == CASH and one.state == ANNOUNCED]
        last = ones[-1] if ones else None
        missed = last and last.snapshot is None and self.now > last.record + HOUR
        return None if missed else last

    def trees(self, taken: Snapshot, dist: Distribution | None) -> Tree | None:
        """The right tree of a place, once the record slot is over."""
        if taken.truth is None:
            return None
        return balances_of(self.s.here.asset, taken) if dist is None else entitlements_of(taken, dist)

    def bent(self, tree: Tree, word: str, n: int) -> Tree:
        """A tree that is wrong in one way."""
        leaves = [tree.leaves[index] for index in range(tree.size)]
        if not leaves or word == "right":
            return tree
        if word == "order":
            return Tree.in_order(tree.account, *leaves[1:], leaves[0]) if len(leaves) > 1 else tree
        if word == "lie":
            lied = Tree(tree.account, dict(tree.leaves), tree.size, {(1 + n % 12, 0): 1})
            return lied if n % 2 else Tree(tree.account, dict(tree.leaves), tree.size, {(2, 0): 1, (3, 0): -1})
        first = leaves[0]
        if word == "less":
            leaves[0] = replace(first, amount=first.amount - 1) if first.amount > first.withheld + 1 else first
        elif word == "more":
            leaves[0] = replace(first, amount=first.amount + 1)
        else:
            leaves[n % len(leaves)] = replace(leaves[n % len(leaves)], owner=owner_address("thief"))
            leaves.sort(key=lambda leaf: bytes(leaf.owner))
        return Tree.in_order(tree.account, *leaves)

    voted: dict[bytes, Tree]
    """Trees by their roots' hashes: what was agreed on may be any of them."""

    def tree_of(self, at: Place) -> Tree | None:
        """What was agreed on."""
        ballot = self.s.m.ballot(at)
        return getattr(self, "voted", {}).get(ballot.root.hash) if ballot else None

    def vote(self, at: Place, tree: Tree, n: int) -> None:
        self.voted = {**getattr(self, "voted", {}), tree.root.hash: tree}
        for voter in self.s.m.in_force().names[: 2 + n % 2]:
            self.s.vote(voter, at, Root.of(tree))

    # One step after the other

    @rule(n=number, word=WORD)
    def carry_on(self, n: int, word: str) -> None:
        """What comes next in the life of the last dividend."""
        s, one = self.s, self.dividend()
        if one is None:
            s.announce(new=self.announcement(CASH, n), **self.officer_of(n))
            return
        if one.snapshot is None:
            s.set_now(max(self.now, one.record + n % 2 * (n % HOUR)))
            s.record(one.number, len(s.m.snapshots))
            return
        taken = s.m.snapshots[one.snapshot]
        if not taken.ballot.final(self.now):
            self._agree(Place(taken.number), taken, None, n, word)
            return
        if not taken.distributions:
            self._declare(taken, n)
            return
        at = (taken.number, taken.distributions - 1)
        dist = s.m.dividends[at]
        if not dist.ballot.final(self.now):
            self._agree(Place(*at), taken, dist, n, word)
        elif dist.funded < dist.ballot.root.sum and self.now <= dist.until - 91 * DAY:
            s.fund("paymaster", at, (dist.ballot.root.sum, 1 + n % 200, dist.ballot.root.sum // 2)[n % 3])
        elif self.now < dist.opens:
            s.set_now(dist.opens - n % 2)
        elif self.now <= dist.until and 0 not in dist.pages and (tree := self.tree_of(Place(*at))):
            s.open_claims(at, tree)
        elif self.now <= dist.until and len(dist.claimed) < dist.ballot.root.leaves and n % 7:
            self.claims(n)
        else:
            self._end(at, dist, n)

    def _agree(self, at: Place, taken: Snapshot, dist: Distribution | None, n: int, word: str) -> None:
        s = self.s
        ballot = taken.ballot if dist is None else dist.ballot
        if ballot.agreed:
            if n % 6 == 0:
                s.reject_root(VOTERS[n % 4], at)
            elif n % 6 == 1:
                self.challenge(n)
            else:
                s.set_now(ballot.agreed + DAY + n % 3)
            return
        if taken.truth is None:
            s.set_now(self.now + 1)
        if (tree := self.trees(taken, dist)) is None:
            return
        if not tree.size:
            s.vote(VOTERS[0], at, Root.of(tree))
            s.set_now(self.now + DAY)
            return
        self.vote(at, self.bent(tree, word, n), n)
        agreed = s.m.ballot(at)
        if agreed and not agreed.agreed and n % 2:
            s.check()
            self.vote(at, tree, n)

    def _declare(self, taken: Snapshot, n: int) -> None:
        s = self.s
        said = s.m.actions[taken.action]
        until = max(self.now, said.pay) + 182 * DAY + n % DAY
        at = (taken.number, taken.distributions)
        s.declare(coin=said.coin, until=until, at=at, action=said.number, **self.officer_of(n))

    def _end(self, at: tuple[int, int], dist: Distribution, n: int) -> None:
        s = self.s
        s.remit(at)
        if n % 3 == 0:
            s.reclaim("treasurer", at)
            s.close_claims(at)
            s.set_now(max(self.now, dist.until + n % 2))
        if self.now > dist.until:
            s.reclaim(s.m.authority, at, shown=AUTHORITY)
            s.close_claims(at)
            s.set_now(max(self.now, dist.until + DAY + n % 2))
            s.close_claims(at)
        elif n % 5 == 0:  # another one on the same snapshot
            self._declare(s.m.snapshots[at[0]], n)

    @rule(n=number)
    def carry_on_for_long(self, n: int) -> None:
        """Several steps, mostly as they should be."""
        for step in range(3 + n % 6):
            self.carry_on(n + step, "right")

    # Claims

    def place(self, n: int) -> tuple[int, int] | None:
        """Of some distribution."""
        found: tuple[int, int] | None = self.s.pick(sorted(self.s.m.dividends), n)
        return found

    def payee(self, tree: Tree, index: int, coin: str, n: int) -> Payee:
        """Where this leaf goes, mostly."""
        m = self.s.m
        names = {owner_address(name): name for name in (*HOLDERS, "asset", *m.owners.values())}
        owner = names.get(tree.leaves[index].owner, "thief") if index in tree.leaves else "thief"
        if owner in m.recipients and n % 3:
            return Payee(f"{coin}/{m.recipients[owner]}", owner)
        return Payee(f"{coin}/{owner}" if f"{coin}/{owner}" in m.cash else f"{coin}/thief")

    @rule(n=number)
    def claims(self, n: int) -> None:
        """One leaf, or several neighbours; by anyone, its owner, or a recipient; and again."""
        s = self.s
        if (at := self.place(n)) is None or (tree := self.tree_of(Place(*at))) is None:
            return
        dist = s.m.dividends[at]
        left = [index for index in range(tree.size) if index not in dist.claimed] or [0]
        first = s.pick(left, n) if n % 4 else n % (tree.size + 1)
        count = 1 if n % 3 else min(1 + n % 3, max(tree.size - first, 1))
        payees = [self.payee(tree, first + step, dist.coin, n) for step in range(count)]
        by = ("stranger", *HOLDERS, "thief")[n % 5]
        code = s.claim(by, at, tree, first, payees, twice=n % 11 == 0)
        if code == OK or n % 2:
            s.claim("stranger", at, tree, first, payees)

    @rule(n=number)
    def claim_wrongly(self, n: int) -> None:
        s = self.s
        if (at := self.place(n)) is None or (tree := self.tree_of(Place(*at))) is None or not tree.size:
            return
        dist = s.m.dividends[at]
        first = n % tree.size
        payee = self.payee(tree, first, dist.coin, 0)
        s.claim("stranger", at, tree, first, [payee], flaw=("tax", "amount", "nodes", "batch")[n % 4])
        s.claim("stranger", at, tree, first, [payee], swap=("payout_mint", "vault")[n % 2])
        other = (f"{dist.coin}/agent", f"{dist.coin}/aside", "usd/holder0", "chf/holder1")[n % 4]
        s.claim(("stranger", *HOLDERS)[n % 4], at, tree, first, [Payee(other)])
        s.claim("stranger", at, tree, first, [Payee(payee.account, HOLDERS[n % 3])])
        bent = self.bent(tree, "more", n)
        s.claim("stranger", at, bent, first, [payee])
        s.open_claims(at, bent, n % 2)
        s.claim("stranger", at, tree, first + 4096, [payee])
        of_snapshot = self.tree_of(Place(at[0]))
        if of_snapshot and first < of_snapshot.size:  # proofs of another account
            s.claim("stranger", at, of_snapshot, first, [self.payee(of_snapshot, first, dist.coin, 0)])

    @rule(n=number)
    def money_wrongly(self, n: int) -> None:
        """Out of the wrong hands, to the wrong places, too early."""
        s = self.s
        at = self.place(n) or (0, 0)
        dist = s.m.dividends.get(at)
        coin = dist.coin if dist else "usd"
        s.fund(("thief", "stranger", "agent")[n % 3], at, n % 600, f"{coin}/{('thief', 'agent')[n % 2]}")
        s.fund("agent", at, 1, swap=("payout_mint", "vault")[n % 2])
        s.remit(at, f"{coin}/{('thief', 'treasury')[n % 2]}")
        s.reclaim("treasurer", at, f"{coin}/{('treasury', 'thief', 'auth0')[n % 3]}")
        s.reclaim(*(("stranger", at), ("rival", at))[n % 2], shown=((TREASURER, "treasurer"), None)[n % 2])
        s.close_claims(at, n % 2, ("relayer", "thief")[n % 2])
        if dist and s.m.cash[f"{coin}/agent"]:
            s.send_cash(f"{coin}/agent", dist.vault, 1 + n % 3)  # a donation is nobody's

    @rule(n=number)
    def register_recipient(self, n: int) -> None:
        owner, to = self.s.pick(HOLDERS, n), (*HOLDERS, "thief", "nobody")[n // 3 % 5]
        self.s.register_recipient(owner, to)

    # What is wrong

    @rule(n=number, word=WORD)
    def vote_wrongly(self, n: int, word: str) -> None:
        s = self.s
        snapshots = s.m.snapshots
        if not snapshots:
            s.vote(VOTERS[0], Place(0), Root(bytes(32), 1, 1, 0))
            return
        taken = s.pick(snapshots, n)
        dist = s.m.dividends.get((taken.number, n % 2)) if n % 3 == 0 else None
        at = Place(taken.number, dist.number if dist else None)
        if (tree := self.trees(taken, dist)) is None or not tree.size:
            return
        bent = self.bent(tree, word, n)
        self.voted = {**getattr(self, "voted", {}), bent.root.hash: bent}
        root = Root.of(bent)
        wrong = (root._replace(leaves=0), root._replace(leaves=root.sum + 1), root._replace(withheld=root.sum + 1))
        s.vote(VOTERS[n % 4], at, s.pick((root, root, root, *wrong, root._replace(sum=0)), n))
        s.vote(("stranger", "thief", VOTERS[3])[n % 3], at, root)
        s.vote(VOTERS[n % 3], at, root, swap="asset" if dist is None or n % 2 else "")
        s.reject_root(("stranger", *VOTERS)[n % 5], at)

    @rule(n=number)
    def challenge(self, n: int) -> None:
        """With everything that there is to show."""
        s = self.s
        places = [Place(one.number) for one in s.m.snapshots] + [Place(*at) for at in sorted(s.m.dividends)]
        if not places:
            return
        at = s.pick(places, n)
        if (tree := self.tree_of(at)) is None or not tree.size:
            trees = [*getattr(self, "voted", {}).values()]
            if (tree := s.pick(trees, n)) is None or not tree.size:
                return
        who = ("stranger", "thief", "agent", *HOLDERS)[n % 6]
        for index in (tree.size - 1, 0, n % tree.size):
            s.show(who, at, tree, index)
        for level, position in sorted(tree.lies) or [(1 + n % 12, 0), (13, 0), (0, 0)]:
            s.challenge_sum(who, at, tree, level, position)

    # The record slot

    @rule(n=number)
    def record_slot(self, n: int) -> None:
        """Mints, burns and settlements before the recording, and tries of them after it."""
        s = self.s
        one = self.dividend()
        if one is None or one.snapshot is not None or one.record < self.now:
            s.record(n % (len(s.m.actions) + 1), len(s.m.snapshots) + (n % 5 == 0), swap="" if n % 3 else "mint")
            if one is None or one.snapshot is not None:
                return
        if n % 4 == 0:
            s.set_now(max(self.now, one.record - 1))
            s.record(one.number, len(s.m.snapshots))
        s.set_now(max(self.now, one.record + (0, 1, HOUR, HOUR + 1)[n % 4]))
        who = s.pick(HOLDERS, n)
        s.burn(who, n % 4)
        s.record(one.number, len(s.m.snapshots))
        s.record(one.number, len(s.m.snapshots))
        s.mint("whale", s.fresh_ticket(n), 1 + n % 9, who)
        s.redeem(who, 1 + n % 5)
        s.burn(s.pick(HOLDERS, n + 1), n % 3)
        s.transfer(who, s.pick(HOLDERS, n + 2), 1)
        s.transfer(who, "escrow", n % 2)
        s.ask(who, 1 + n % 4)
        if n % 3:
            s.set_now(self.now + 1)
            s.check()
