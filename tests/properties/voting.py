"""The reference model's record dates: snapshots, and how attestors come to agree on a tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import Final, NamedTuple

from tests.embedded.trees import Tree
from tests.properties.claims import WHOLE
from tests.properties.corporate import ANNOUNCED, CASH, HOUR, Corporate
from tests.properties.office import SWAPS
from tests.properties.parts import ALREADY, DAY, MISSING, OK, ONE, U64

__all__ = ["MILLION", "NO_ROOT", "Ballot", "Place", "Root", "Snapshot", "Voting", "provable"]

MILLION: Final = 10**6
PLACES: Final = 5
SHOWN: Final = 4


def provable(tree: Tree, position: int, level: int = 0) -> bool:
    """Whether a node's sum and those of its siblings add up, all the way to the root."""
    return not any(above > level and at == position >> (above - level) for above, at in tree.lies)


class Root(NamedTuple):
    """What attestors vote for."""

    hash: bytes
    sum: int
    leaves: int
    withheld: int

    @classmethod
    def of(cls, tree: Tree) -> Root:
        """The root of a tree."""
        return cls(tree.root.hash, tree.sum, tree.size, tree.withheld)


NO_ROOT: Final = Root(bytes(32), 0, 0, 0)


class Place(NamedTuple):
    """Which ballot: a snapshot's, or that of one of its distributions."""

    snapshot: int
    distribution: int | None = None


@dataclass(slots=True)
class Ballot:
    """How attestors come to agree."""

    root: Root = NO_ROOT
    agreed: int = 0
    round: int = 0
    sealed: bool = False
    votes: list[tuple[str, Root]] = field(default_factory=lambda: [("nobody", NO_ROOT)] * PLACES)
    rejecters: list[str] = field(default_factory=lambda: ["nobody"] * PLACES)
    shown: list[tuple[str, bytes, int]] = field(default_factory=lambda: [("nobody", bytes(32), 0)] * SHOWN)

    def fork(self) -> Ballot:
        """A copy to try things on."""
        return replace(self, votes=[*self.votes], rejecters=[*self.rejecters], shown=[*self.shown])

    def final(self, now: int) -> bool:
        """For ever, once something was built on it."""
        return self.sealed or (self.agreed != 0 and now > self.agreed + DAY)

    def open_to_challenge(self, now: int) -> str:
        """Agreed, and not final."""
        if not self.agreed:
            return "NothingAgreed"
        return "RootFinal" if self.final(now) else OK

    def throw_out(self) -> None:
        """All over again."""
        rejecters, sealed = self.rejecters, self.sealed
        blank = Ballot(round=self.round + 1, rejecters=rejecters, sealed=sealed)
        self.root, self.agreed, self.round = blank.root, blank.agreed, blank.round
        self.votes, self.shown = blank.votes, blank.shown


@dataclass(slots=True)
class Snapshot:
    """A record date; ``truth`` is who held what at the end of its slot, known once that is over."""

    number: int
    action: int
    slot: int
    supply: int
    multiplier: int
    at: int
    outside: int
    basis: int
    distributions: int = 0
    ballot: Ballot = field(default_factory=Ballot)
    truth: Mapping[str, int] | None = None


@dataclass(slots=True)
class Voting(Corporate):
    """Who held what, as those agree who are asked."""

    snapshots: list[Snapshot] = field(default_factory=list)

    def ballot_of_dividend(self, at: tuple[int, int]) -> Ballot | None:
        """That of a distribution, if it was declared."""
        raise NotImplementedError

    # Snapshots

    def holdings_now(self) -> dict[str, int]:
        """Raw units by owner: what waits in the escrow belongs to who asked, the rest of it to the asset."""
        found: dict[str, int] = {}
        for account, amount in self.balances.items():
            if account != "escrow":
                found[self.owners[account]] = found.get(self.owners[account], 0) + amount
        for (holder, _), one in self.requests.items():
            found[holder] = found.get(holder, 0) + one.amount
        found["asset"] = found.get("asset", 0) + self.balances["escrow"] - self.pending
        return {owner: amount for owner, amount in sorted(found.items()) if amount}

    def end_slot(self) -> None:
        """What counts of a slot is how it ends."""
        for one in self.snapshots:
            if one.slot == self.slot and one.truth is None:
                one.truth = self.holdings_now()

    def record(self, action: int, number: int, *, swap: str = "") -> str:
        """Anyone, within an hour, once."""
        if action >= len(self.actions):
            return MISSING
        if number < len(self.snapshots):
            return ALREADY
        one = self.actions[action]
        if swap:
            return SWAPS[swap]
        if number != len(self.snapshots):
            return "WrongActionNumber"
        if not self.in_force().names:
            return "NoAttestors"
        if one.kind != CASH:
            return "WrongActionKind"
        if one.state != ANNOUNCED:
            return "WrongActionState"
        if one.snapshot is not None:
            return "SnapshotTaken"
        if not one.record <= self.now <= one.record + HOUR:
            return "NotRecordTime"
        self.told = {}
        self.observe()
        if not self.supply:
            return "ZeroAmount"
        del self.told["burned_outside"]  # the event tells the sum
        one.snapshot, self.snapshot_slot = number, self.slot
        taken = Snapshot(number, action, self.slot, self.supply, self.multiplier, self.now, self.outside, self.basis)
        self.snapshots.append(taken)
        self.told |= {"number": number, "slot": self.slot, "multiplier": self.multiplier, "basis": self.basis}
        self.told["burned_outside"] = self.outside
        return OK

    # Votes

    def ballot(self, at: Place) -> Ballot | None:
        """If there is one."""
        if at.snapshot >= len(self.snapshots):
            return None
        if at.distribution is None:
            return self.snapshots[at.snapshot].ballot
        return self.ballot_of_dividend((at.snapshot, at.distribution))

    def most(self, at: Place) -> int:
        """Gross that the whole snapshot could get."""
        one = self.snapshots[at.snapshot]
        shares = ceil(Fraction(one.ballot.root.sum * one.multiplier, ONE))
        rate = self.actions[one.action].rate
        return min(floor(Fraction(shares * rate, WHOLE * MILLION)), U64)

    def _root_fault(self, at: Place, root: Root) -> str:
        taken = self.snapshots[at.snapshot]
        if at.distribution is None:
            least = max(taken.supply - (self.outside - taken.outside), 0)
            if not max(least, 1) <= root.sum <= taken.supply:
                return "WrongTotal"
            return OK if root.leaves <= root.sum and not root.withheld else "BadRoot"
        if not taken.ballot.final(self.now):
            return "NotFinal"
        if not 0 < root.sum <= self.most(at):
            return "WrongTotal"
        return OK if root.withheld <= root.sum and root.leaves <= taken.ballot.root.leaves else "BadRoot"

    def vote(self, by: str, at: Place, root: Root, *, swap: str = "") -> str:
        """A later vote replaces an earlier one, until enough agree."""
        ballot = self.ballot(at)
        if ballot is None:
            return MISSING
        if swap:
            return {"asset": "WrongAsset", "snapshot": "WrongSnapshot"}[swap]
        if (code := self._root_fault(at, root)) != OK:
            return code
        now = self.in_force()
        if by not in now.names:
            return "NotAttestor"
        if ballot.agreed:
            return "RootAgreed"
        if not root.leaves:
            return "BadRoot"
        own = [place for place, (name, _) in enumerate(ballot.votes) if name == by]
        free = [place for place, (name, _) in enumerate(ballot.votes) if name not in now.names]
        ballot.votes[(own + free)[0]] = (by, root)
        agree = sum(name in now.names and said == root for name, said in ballot.votes)
        if agree >= now.threshold:
            ballot.root, ballot.agreed = root, self.now
        self.told = {"agree": agree, "needed": now.threshold, "agreed": int(ballot.agreed != 0)}
        self.told["round"] = ballot.round
        return OK

    def reject_root(self, by: str, at: Place, *, swap: str = "") -> str:
        """One attestor, once."""
        ballot = self.ballot(at)
        if ballot is None:
            return MISSING
        if swap:
            return {"asset": "WrongAsset", "snapshot": "WrongSnapshot"}[swap]
        now = self.in_force()
        if by not in now.names:
            return "NotAttestor"
        if (code := ballot.open_to_challenge(self.now)) != OK:
            return code
        free = [place for place, name in enumerate(ballot.rejecters) if name not in now.names]
        if by in ballot.rejecters or not free:
            return "AlreadyRejected"
        ballot.rejecters[free[0]] = by
        self.told = {"round": ballot.round, "reason": 1}
        ballot.throw_out()
        return OK

    def show(self, by: str, at: Place, tree: Tree, index: int, *, swap: str = "") -> str:
        """One leaf after the other: two that are out of order throw the root out."""
        ballot = self.ballot(at)
        if ballot is None:
            return MISSING
        if swap:
            return {"asset": "WrongAsset", "snapshot": "WrongSnapshot"}[swap]
        if (code := ballot.open_to_challenge(self.now)) != OK:
            return code
        if (tree.root.hash, tree.sum) != ballot.root[:2] or not provable(tree, index):
            return "WrongRoot"
        owner = bytes(tree.leaves[index].owner)
        mine = [place for place, one in enumerate(ballot.shown) if one[0] == by]
        before = [one[1:] for one in ballot.shown if one[0] != "nobody"]
        if mine:
            ballot.shown[mine[0]] = (by, owner, index)
        else:
            ballot.shown = [(by, owner, index), *ballot.shown[:-1]]
        disordered = any((other < owner) != (at < index) or other == owner for other, at in before if at != index)
        if disordered or index >= ballot.root.leaves:
            self.told = {"round": ballot.round, "reason": 2}
            ballot.throw_out()
            return OK
        self.told = {"index": index}
        return OK

    def challenge_sum(self, by: str, at: Place, tree: Tree, level: int, position: int, *, swap: str = "") -> str:
        """A node whose sum is not that of its children."""
        ballot = self.ballot(at)
        if ballot is None:
            return MISSING
        if swap:
            return {"asset": "WrongAsset", "snapshot": "WrongSnapshot"}[swap]
        if (code := ballot.open_to_challenge(self.now)) != OK:
            return code
        if not 1 <= level <= 12:
            return "BadProof"
        if (tree.root.hash, tree.sum) != ballot.root[:2] or not provable(tree, position, level):
            return "WrongRoot"
        if not tree.lies.get((level, position)):
            return "NothingWrong"
        self.told = {"round": ballot.round, "reason": 3}
        ballot.throw_out()
        return OK
