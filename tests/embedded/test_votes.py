"""How attestors agree on a tree: k of n who say the same, a day to throw it out, and then for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, MALLORY, attestor
from tests.embedded.chain import Call
from tests.embedded.dividends import CHALLENGE_S, Dividend, Step, carry, open_tax_account
from tests.embedded.setups import told
from tests.embedded.splitting import go
from tests.embedded.trees import Tree
from tests.embedded.world import ALICE_HAS, BOB_HAS, DOLLARS, World, fill
from xstock_client.accounts import Ballot, Distribution, Entry, Root, Snapshot
from xstock_client.constants import DAY_S, Role
from xstock_client.events import RootRejected, RootVoted

SUPPLY = ALICE_HAS + BOB_HAS
MINE = Dividend()
NOBODY = calls.corporate.NOTHING
NO_ROOT = Root(Entry(bytes(32), 0), 0, 0)


def root(tree: Tree, **bent: Any) -> Root:
    said = {"hash": tree.root.hash, "sum": tree.sum, "leaf_count": tree.size, "withheld": tree.withheld, **bent}
    return Root(Entry(said["hash"], said["sum"]), said["leaf_count"], said["withheld"])


def other(tree: Tree, which: int = 1) -> Tree:
    """Another division of the same total."""
    first, second = (tree.leaves[at] for at in range(2))
    moved = replace(first, amount=first.amount - which), replace(second, amount=second.amount + which)
    return Tree.in_order(tree.account, *moved)


def _recorded(world: World, count: int = 3, threshold: int = 2) -> None:
    keys = [attestor(place) for place in range(count)]
    world.do(calls.set_attestors(APPLE, *keys, threshold=threshold))
    go(world, world.asset(APPLE).attestors.pending_from)
    carry(world, Step.RECORDED, since=Step.ATTESTORS)


def _declared(world: World) -> None:
    carry(world, Step.DECLARED)


class Subject:
    """What is voted on: the balances of a snapshot, or the entitlements of a distribution."""

    def __init__(self, distribution: bool) -> None:
        self.world = fill(World(), _declared if distribution else _recorded)
        self.distribution = 0 if distribution else None
        self.address = MINE.address if distribution else APPLE.snapshot()
        self.tree = MINE.entitlements if distribution else MINE.balances
        self.other = other(self.tree)
        assert self.other.sum == self.tree.sum and self.other.root != self.tree.root

    @property
    def ballot(self) -> Ballot:
        kind: Any = Snapshot if self.distribution is None else Distribution
        found: Ballot = self.world.read(kind, self.address).ballot
        return found

    def vote(self, tree: Tree | None = None, place: int = 0, **said: Any) -> Call:
        by = said.pop("by", attestor(place))
        return calls.vote_root(APPLE, tree or self.tree, by=by, distribution=self.distribution, **said)

    def voted(self, tree: Tree | None = None, place: int = 0, **said: Any) -> RootVoted:
        event = told(self.world.run(self.vote(tree, place, **said)).events)
        assert isinstance(event, RootVoted)
        return event

    def reject(self, place: int = 2, **said: Any) -> Call:
        return calls.reject_root(APPLE, by=said.get("by", attestor(place)), distribution=self.distribution)

    def agree(self) -> int:
        """Two name the tree; returns when."""
        for place in (0, 1):
            self.world.do(self.vote(place=place))
        assert self.ballot.agreed_at == self.world.now
        return self.world.now


@pytest.fixture(params=[False, True], ids=["balances", "entitlements"])
def subject(request: pytest.FixtureRequest) -> Subject:
    return Subject(request.param)


def test_two_agree(subject: Subject) -> None:
    """The event of each vote tells the count, and the second one's that it is agreed on."""
    world = subject.world
    for place, agree in ((1, 1), (0, 2)):
        assert subject.voted(place=place) == RootVoted(
            asset=APPLE.asset,
            ballot=subject.address,
            attestor=attestor(place),
            root=root(subject.tree),
            round=0,
            agree=agree,
            needed=2,
            agreed=agree - 1,
            at=world.now,
        )
    ballot = subject.ballot
    assert (ballot.root, ballot.agreed_at, ballot.round) == (root(subject.tree), world.now, 0)
    late = subject.vote(place=2)
    world.refuse(late, "RootAgreed", agreed_at=world.now)
    world.refuse(subject.vote(place=0), "RootAgreed", agreed_at=world.now)


@pytest.mark.parametrize(("count", "threshold"), [(2, 2), (3, 2), (3, 3), (4, 3), (5, 3), (5, 4), (5, 5)])
def test_k_of_n(world: World, count: int, threshold: int) -> None:
    _recorded(world, count, threshold)
    tree = MINE.balances
    for place in range(threshold):
        event = told(world.run(calls.vote_root(APPLE, tree, by=attestor(place))).events)
        assert isinstance(event, RootVoted)
        assert (event.agree, event.needed) == (place + 1, threshold)
        agreed = world.read(Snapshot, APPLE.snapshot()).ballot.agreed_at
        assert (event.agreed == 1) == (agreed == world.now) == (place + 1 == threshold)


def test_five_who_do_not_agree(world: World) -> None:
    """Nothing comes of five opinions, until enough change theirs."""
    _recorded(world, 5, 3)
    tree = MINE.balances
    for place in range(5):
        event = told(world.run(calls.vote_root(APPLE, other(tree, place + 1), by=attestor(place))).events)
        assert getattr(event, "agree", 0) == 1
    for place, agree in ((4, 2), (2, 3)):
        event = told(world.run(calls.vote_root(APPLE, other(tree, 1), by=attestor(place))).events)
        assert getattr(event, "agree", 0) == agree
    assert world.read(Snapshot, APPLE.snapshot()).ballot.root == root(other(tree, 1))


@pytest.mark.parametrize("bent", ["hash", "leaf_count", "withheld", "sum"])
def test_the_same_to_the_last_figure(subject: Subject, bent: str) -> None:
    """Hash, sum, number of leaves and tax: one that differs is another root."""
    plain = root(subject.tree)
    values: dict[str, Any] = {
        "hash": bytes([plain.entry.hash[0] ^ 1]) + plain.entry.hash[1:],
        "leaf_count": plain.leaf_count - 1,
        "withheld": plain.withheld + 1,
        "sum": plain.entry.sum - 1,
    }
    if subject.distribution is None and bent in ("withheld", "sum"):
        return  # no such root of balances is taken at all: see below
    subject.voted(place=0)
    assert subject.voted(place=1, **{bent: values[bent]}).agree == 1
    assert subject.ballot.agreed_at == 0
    assert subject.voted(place=2).agree == 2


def test_a_vote_is_replaced(subject: Subject) -> None:
    """Who votes twice counts once, for the last."""
    for _ in range(3):
        assert subject.voted().agree == 1
    assert subject.voted(subject.other).agree == 1
    assert subject.voted(place=1).agree == 1
    assert subject.ballot.agreed_at == 0
    assert subject.voted(subject.other, place=1).agree == 2
    assert subject.ballot.root == root(subject.other)
    assert [vote.attestor for vote in subject.ballot.votes] == [attestor(0), attestor(1), *[NOBODY] * 3]


@pytest.mark.parametrize("who", [MALLORY, attestor(3), calls.staff(Role.ATTESTOR_MANAGER)])
def test_who_does_not_vote(subject: Subject, who: Pubkey) -> None:
    subject.world.refuse(subject.vote(by=who), "NotAttestor")
    subject.agree()
    subject.world.refuse(subject.reject(by=who), "NotAttestor")


# What a root can be


@pytest.mark.parametrize(
    ("bent", "name", "figures"),
    [
        ({"sum": SUPPLY - 1}, "WrongTotal", {"given": SUPPLY - 1, "limit": SUPPLY, "burned_outside": 0}),
        ({"sum": SUPPLY + 1}, "WrongTotal", {"given": SUPPLY + 1, "limit": SUPPLY, "burned_outside": 0}),
        ({"sum": 0}, "WrongTotal", {"given": 0, "limit": SUPPLY, "burned_outside": 0}),
        ({"sum": 2**64 - 1}, "WrongTotal", {"given": 2**64 - 1, "limit": SUPPLY, "burned_outside": 0}),
        ({"leaf_count": 0}, "BadRoot", {"leaf_count": 0, "figure": SUPPLY}),
        ({"leaf_count": SUPPLY + 1}, "BadRoot", {"leaf_count": SUPPLY + 1, "figure": SUPPLY}),
        ({"withheld": 1}, "BadRoot", {"leaf_count": 2, "figure": 1}),
    ],
)
def test_balances_that_cannot_be(bent: dict[str, Any], name: str, figures: dict[str, int]) -> None:
    subject = Subject(distribution=False)
    subject.world.refuse(subject.vote(**bent), name, **figures)


GROSS, TAX = MINE.entitlements.sum, MINE.entitlements.withheld


@pytest.mark.parametrize(
    ("bent", "name", "figures"),
    [
        ({"sum": GROSS + 1}, "WrongTotal", {"given": GROSS + 1, "limit": GROSS, "burned_outside": 0}),
        ({"sum": 0, "withheld": 0}, "WrongTotal", {"given": 0, "limit": GROSS, "burned_outside": 0}),
        ({"withheld": GROSS + 1}, "BadRoot", {"leaf_count": 2, "figure": GROSS + 1}),
        ({"leaf_count": 3}, "BadRoot", {"leaf_count": 3, "figure": 2}),
        ({"leaf_count": 0}, "BadRoot", {"leaf_count": 0, "figure": GROSS}),
    ],
)
def test_entitlements_that_cannot_be(bent: dict[str, Any], name: str, figures: dict[str, int]) -> None:
    """No more than the rate makes of the snapshot, for no more owners, with no more tax than that."""
    subject = Subject(distribution=True)
    subject.world.refuse(subject.vote(**bent), name, **figures)


@pytest.mark.parametrize("bent", [{"withheld": GROSS}, {"withheld": 0}, {"sum": 1, "withheld": 1}, {"leaf_count": 1}])
def test_entitlements_that_can_be(bent: dict[str, Any]) -> None:
    assert Subject(distribution=True).voted(**bent).agree == 1


# A day to throw it out


@pytest.mark.parametrize("after", [0, 1, CHALLENGE_S])
def test_thrown_out(subject: Subject, after: int) -> None:
    """All votes are forgotten, and they begin again."""
    world, agreed_at = subject.world, subject.agree()
    world.advance(after)
    assert told(world.run(subject.reject()).events) == RootRejected(
        asset=APPLE.asset,
        ballot=subject.address,
        by=attestor(2),
        root=root(subject.tree),
        round=0,
        reason=1,
        at=agreed_at + after,
    )
    ballot = subject.ballot
    assert (ballot.root, ballot.agreed_at, ballot.round) == (NO_ROOT, 0, 1)
    assert {vote.attestor for vote in ballot.votes} == {NOBODY}
    assert ballot.rejecters == (attestor(2), *[NOBODY] * 4)
    world.refuse(subject.reject(place=1), "NothingAgreed")
    assert subject.voted(subject.other).round == 1
    assert subject.voted(subject.other, place=1).agreed == 1


@pytest.mark.parametrize("after", [CHALLENGE_S + 1, 400 * DAY_S])
def test_final_for_ever(subject: Subject, after: int) -> None:
    """Neither attestors nor anybody with a proof changes it, and nobody votes any more."""
    world, agreed_at = subject.world, subject.agree()
    world.advance(after)
    before = subject.ballot
    figures = {"agreed_at": agreed_at, "window": CHALLENGE_S, "now": agreed_at + after}
    for place in range(3):
        world.refuse(subject.reject(place), "RootFinal", **figures)
        world.refuse(subject.vote(place=place), "RootAgreed", agreed_at=agreed_at)
    shown = calls.challenge_order(APPLE, subject.tree, 0, by=MALLORY, distribution=subject.distribution)
    world.refuse(shown, "RootFinal", **figures)
    summed = calls.challenge_sum(APPLE, subject.tree, 1, 0, by=MALLORY, distribution=subject.distribution)
    world.refuse(summed, "RootFinal", **figures)
    assert subject.ballot == before


def test_each_rejects_once(subject: Subject) -> None:
    """Three attestors delay it by three days, and no longer."""
    world = subject.world
    for number in range(3):
        subject.agree()
        world.do(subject.reject(number))
    assert subject.ballot.rejecters == (attestor(0), attestor(1), attestor(2), NOBODY, NOBODY)
    agreed_at = subject.agree()
    for place in range(3):
        world.refuse(subject.reject(place), "AlreadyRejected", round=3)
    world.advance(CHALLENGE_S + 1)
    assert (subject.ballot.agreed_at, subject.ballot.root) == (agreed_at, root(subject.tree))
    world.refuse(subject.vote(place=2), "RootAgreed", agreed_at=agreed_at)


def test_a_rejection_of_one_tree_is_none_of_another() -> None:
    """Of the balances and of the entitlements, each once."""
    subject = Subject(distribution=False)
    world = subject.world
    subject.agree()
    world.do(subject.reject(2))
    carry(world, Step.ENTITLED, since=Step.RECORDED)
    world.do(calls.reject_root(APPLE, by=attestor(2), distribution=0))
    assert world.read(Distribution, MINE.address).ballot.round == 1
    assert world.read(Snapshot, APPLE.snapshot()).ballot.root == root(MINE.balances)


# Attestors that change


def replaced(world: World, *places: int, threshold: int = 2) -> Callable[[], None]:
    """Name another set; the result waits until it is in force."""
    world.do(calls.set_attestors(APPLE, *(attestor(place) for place in places), threshold=threshold))
    at = world.asset(APPLE).attestors.pending_from
    return lambda: go(world, at) if at else None


def test_votes_of_those_who_left_do_not_count(subject: Subject) -> None:
    world = subject.world
    subject.voted(place=0)
    wait = replaced(world, 3, 4, 1)
    assert subject.voted(place=0).agree == 1
    world.refuse(subject.vote(place=3), "NotAttestor")
    wait()
    world.refuse(subject.vote(place=0), "NotAttestor")
    assert subject.voted(place=3).agree == 1
    assert subject.voted(place=1).agree == 2
    assert subject.ballot.root == root(subject.tree)


def test_a_whole_new_set_finds_room(subject: Subject) -> None:
    """Five voted before; the entries of those who left are taken."""
    world = subject.world
    replaced(world, 0, 1, 2, 3, 4, threshold=5)()
    for place in range(4):
        assert subject.voted(place=place).agree == place + 1
    subject.voted(subject.other, place=4)
    replaced(world, 5, 6, 7, 8, 9, threshold=5)()
    for place in range(5, 10):
        assert subject.voted(place=place).agree == place - 4
    assert {vote.attestor for vote in subject.ballot.votes} == {attestor(place) for place in range(5, 10)}


def test_a_stolen_key_goes_at_once(subject: Subject) -> None:
    """Its vote with it."""
    world = subject.world
    replaced(world, 0, 1, 2, 3, 4, threshold=3)()
    subject.voted(subject.other, place=4)
    before = world.now
    replaced(world, 0, 1, 2, 3, threshold=3)()
    assert (world.asset(APPLE).attestors.pending_from, world.now) == (0, before)
    world.refuse(subject.vote(subject.other, place=4), "NotAttestor")
    assert [subject.voted(subject.other, place=place).agree for place in range(3)] == [1, 2, 3]


def test_a_lower_threshold_counts_with_the_next_vote(world: World) -> None:
    """Two had voted when three were needed."""
    _recorded(world, 3, 3)
    tree = MINE.balances
    for place in (0, 1):
        world.do(calls.vote_root(APPLE, tree, by=attestor(place)))
    replaced(world, 0, 1, 2, threshold=2)()
    assert world.read(Snapshot, APPLE.snapshot()).ballot.agreed_at == 0
    event = told(world.run(calls.vote_root(APPLE, tree, by=attestor(0))).events)
    assert (getattr(event, "agree", 0), getattr(event, "needed", 0), getattr(event, "agreed", 0)) == (2, 2, 1)


# What needs a final root


@pytest.mark.parametrize("after", [0, CHALLENGE_S])
def test_nothing_is_declared_on_a_root_that_is_not_final(world: World, after: int) -> None:
    carry(world, Step.AGREED)
    agreed_at = world.now
    world.advance(after)
    open_tax_account(world, APPLE.desk)
    world.do(DOLLARS.open(MINE.address))
    declare = calls.declare_distribution(APPLE, world.now + 400 * DAY_S)
    world.refuse(declare, "NotFinal", agreed_at=agreed_at, window=CHALLENGE_S, now=agreed_at + after)
    world.advance(CHALLENGE_S + 1 - after)
    world.do(declare)


@pytest.mark.parametrize("back", [1, 10, 3_600])
def test_a_clock_that_goes_back_reopens_nothing_that_was_built_on(world: World, back: int) -> None:
    """A declaration seals the balances, and money the entitlements."""
    carry(world, Step.DECLARED)
    agreed_at = world.read(Snapshot, APPLE.snapshot()).ballot.agreed_at
    world.chain.turn_back(world.now - agreed_at - CHALLENGE_S + back)
    assert getattr(world.fail(calls.reject_root(APPLE, by=attestor(2))), "name", "") == "RootFinal"
    assert getattr(world.fail(calls.challenge_order(APPLE, MINE.balances, 0, by=MALLORY)), "name", "") == "RootFinal"
    go(world, agreed_at + CHALLENGE_S + 1)
    carry(world, Step.FUNDED, since=Step.DECLARED)
    agreed_at = world.read(Distribution, MINE.address).ballot.agreed_at
    world.chain.turn_back(world.now - agreed_at - CHALLENGE_S + back)
    assert getattr(world.fail(calls.reject_root(APPLE, by=attestor(2), distribution=0)), "name", "") == "RootFinal"
