"""Proofs that an agreed tree is wrong: owners out of order, and sums that do not add up. Anyone has a day for them."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, FEES, MALLORY, attestor
from tests.embedded.chain import Call, call, key
from tests.embedded.dividends import CHALLENGE_S, Dividend, Step, carry
from tests.embedded.setups import told
from tests.embedded.trees import Entry, Leaf, Tree
from tests.embedded.world import ALICE_HAS, BOB_HAS, World, fill
from xstock_client.accounts import Ballot, Distribution, ShownLeaf, Snapshot
from xstock_client.events import LeafShown, RootRejected

SUPPLY = ALICE_HAS + BOB_HAS
MINE = Dividend()
NOTHING_SHOWN = (ShownLeaf(calls.corporate.NOTHING, calls.corporate.NOTHING, 0),) * 4
CHALLENGERS = [key(f"challenger {place}") for place in range(5)]
LOW, MIDDLE, HIGH = sorted((key("carol"), key("dora"), key("erin")), key=bytes)
MILLION = 1 << 20


def _declared(world: World) -> None:
    carry(world, Step.DECLARED)


def _recorded(world: World) -> None:
    carry(world, Step.RECORDED)


class Subject:
    """Balances or entitlements, on whose tree attestors agree whatever it is."""

    def __init__(self, distribution: bool) -> None:
        self.world = fill(World(), _declared if distribution else _recorded)
        self.distribution = 0 if distribution else None
        self.address = MINE.address if distribution else APPLE.snapshot()
        self.total = MINE.entitlements.sum if distribution else SUPPLY

    def tree(self, *owners: Pubkey, **more: Any) -> Tree:
        """These owners in this order; the last has all but a unit for each of the others."""
        rest = self.total - (len(owners) - 1)
        leaves = [Leaf(owner, rest if at == len(owners) - 1 else 1) for at, owner in enumerate(owners)]
        return replace(Tree.in_order(self.address, *leaves), **more)

    def large(self, known: dict[int, Pubkey], size: int = MILLION, **more: Any) -> Tree:
        """A tree of so many leaves; those of ``known`` have these owners, and the first of them what is left."""
        rest = self.total - (size - 1)
        first = min(known)
        leaves = {at: Leaf(owner, rest if at == first else 1) for at, owner in known.items()}
        return Tree(self.address, leaves, size, **more)

    def agree(self, tree: Tree) -> None:
        """Two name it. Of entitlements there are no more leaves than the snapshot has, but for tests of large trees."""
        if self.distribution is not None and tree.size > 2:
            at = Snapshot.OFFSETS["ballot"] + Ballot.OFFSETS["root"] + 40
            self.world.patch(APPLE.snapshot(), at, tree.size.to_bytes(8, "little"))
        for place in (0, 1):
            self.world.do(calls.vote_root(APPLE, tree, by=attestor(place), distribution=self.distribution))
        assert self.ballot.root.entry.hash == tree.root.hash

    @property
    def ballot(self) -> Ballot:
        kind: Any = Snapshot if self.distribution is None else Distribution
        found: Ballot = self.world.read(kind, self.address).ballot
        return found

    def order(self, tree: Tree, index: int, by: Pubkey = MALLORY, **leaf: Any) -> Call:
        return calls.challenge_order(APPLE, tree, index, by=by, distribution=self.distribution, **leaf)

    def sum(self, tree: Tree, level: int, position: int = 0, /, by: Pubkey = MALLORY, **said: Any) -> Call:
        return calls.challenge_sum(APPLE, tree, level, position, by=by, distribution=self.distribution, **said)

    def shown(self, tree: Tree, index: int, by: Pubkey = MALLORY) -> None:
        """The leaf is proven and nothing comes of it yet."""
        event = told(self.world.run(self.order(tree, index, by)).events)
        owner = tree.leaves[index].owner
        assert event == LeafShown(APPLE.asset, self.address, by, owner, index, self.world.now)
        assert self.ballot.shown[0] == ShownLeaf(by, owner, index) or by in CHALLENGERS
        assert self.ballot.agreed_at != 0

    def thrown_out(self, tree: Tree, sent: Call, reason: int, by: Pubkey = MALLORY) -> None:
        root, at = self.ballot.root, self.ballot.agreed_at
        assert root.entry.hash == tree.root.hash and at
        event = told(self.world.run(sent).events)
        assert event == RootRejected(APPLE.asset, self.address, by, root, 0, reason, self.world.now)
        ballot = self.ballot
        assert (ballot.agreed_at, ballot.root.leaf_count, ballot.round, ballot.shown) == (0, 0, 1, NOTHING_SHOWN)
        assert all(vote.attestor == calls.corporate.NOTHING for vote in ballot.votes)
        assert all(who == calls.corporate.NOTHING for who in ballot.rejecters)  # nobody's one rejection is used up


@pytest.fixture(params=[False, True], ids=["balances", "entitlements"])
def subject(request: pytest.FixtureRequest) -> Subject:
    return Subject(request.param)


# Owners out of order

WRONG_ORDERS = [
    pytest.param((LOW, LOW), (0, 1), id="twice"),
    pytest.param((MIDDLE, LOW), (0, 1), id="falling"),
    pytest.param((LOW, HIGH, MIDDLE), (1, 2), id="falling behind"),
    pytest.param((MIDDLE, HIGH, LOW), (0, 2), id="apart"),
    pytest.param((MIDDLE, HIGH, MIDDLE), (0, 2), id="twice and apart"),
]


@pytest.mark.parametrize(("owners", "pair"), WRONG_ORDERS)
@pytest.mark.parametrize("backwards", [False, True], ids=["forth", "back"])
def test_out_of_order(subject: Subject, owners: tuple[Pubkey, ...], pair: tuple[int, int], backwards: bool) -> None:
    """Two leaves, in two transactions, in either order."""
    tree = subject.tree(*owners)
    subject.agree(tree)
    first, second = reversed(pair) if backwards else pair
    subject.shown(tree, first)
    subject.world.advance(CHALLENGE_S)
    subject.thrown_out(tree, subject.order(tree, second), 2)
    honest = subject.tree(LOW, HIGH)
    subject.agree(honest)


@pytest.mark.parametrize("size", [MILLION, 4_097, 4_096])
@pytest.mark.parametrize("place", [0, 4_095, 1_000])
def test_out_of_order_in_a_large_tree(subject: Subject, size: int, place: int) -> None:
    """Each proof fits a transaction that its challenger pays; neighbours may lie in two pages."""
    place = min(place, size - 2)
    tree = subject.large({place: HIGH, place + 1: LOW}, size)
    subject.agree(tree)
    subject.shown(tree, place, FEES)
    subject.thrown_out(tree, subject.order(tree, place + 1, FEES), 2, FEES)


def test_honest_owners_are_left_alone(subject: Subject) -> None:
    """Every leaf of an honest tree, in any order, shows nothing."""
    tree = subject.tree(LOW, MIDDLE, HIGH)
    subject.agree(tree)
    for index in (0, 1, 2, 0, 2, 1, 0, 0, 1, 1):
        subject.shown(tree, index)
    assert subject.ballot.root.entry.hash == tree.root.hash


def test_one_leaf_shown_twice_is_no_two(subject: Subject) -> None:
    tree = subject.tree(LOW, LOW)
    subject.agree(tree)
    for _ in range(3):
        subject.shown(tree, 0)


def test_challengers_work_together(subject: Subject) -> None:
    """A proven leaf is a fact, whoever showed it."""
    tree = subject.tree(HIGH, LOW)
    subject.agree(tree)
    subject.shown(tree, 0, CHALLENGERS[0])
    subject.thrown_out(tree, subject.order(tree, 1, CHALLENGERS[1]), 2, CHALLENGERS[1])


@pytest.mark.parametrize("others", [0, 1, 2, 3, 4])
def test_four_leaves_are_remembered(subject: Subject, others: int) -> None:
    """The fifth challenger takes the place of the first, whose leaf is shown again."""
    tree = subject.tree(HIGH, LOW)
    subject.agree(tree)
    subject.shown(tree, 0, CHALLENGERS[0])
    for by in CHALLENGERS[1 : others + 1]:
        subject.shown(tree, 0, by)
    expected = [ShownLeaf(by, HIGH, 0) for by in reversed(CHALLENGERS[: others + 1])][:4]
    assert list(subject.ballot.shown)[: len(expected)] == expected
    subject.thrown_out(tree, subject.order(tree, 1), 2)


@pytest.mark.parametrize("index", [2, 3, 4_095])
def test_more_leaves_than_the_root_says(subject: Subject, index: int) -> None:
    """A leaf behind the agreed count could never be paid: it is proof enough by itself."""
    leaves = {0: Leaf(LOW, 1), 1: Leaf(MIDDLE, 1), index: Leaf(HIGH, subject.total - index)}
    tree = Tree(subject.address, leaves, index + 1)
    assert tree.sum == subject.total
    for place in (0, 1):
        said: dict[str, Any] = {"distribution": subject.distribution, "leaf_count": 2, "by": attestor(place)}
        subject.world.do(calls.vote_root(APPLE, tree, **said))
    subject.shown(tree, 0)
    subject.shown(tree, 1)
    subject.thrown_out(tree, subject.order(tree, index), 2)


def test_what_was_shown_is_forgotten_with_its_root(subject: Subject) -> None:
    """A leaf of a root that was thrown out proves nothing against the next one."""
    bad = subject.tree(HIGH, LOW)
    subject.agree(bad)
    subject.shown(bad, 0)
    subject.world.do(calls.reject_root(APPLE, by=attestor(2), distribution=subject.distribution))
    good = subject.tree(LOW, HIGH)
    subject.agree(good)
    subject.shown(good, 0)
    assert subject.ballot.round == 1


@pytest.mark.parametrize("bent", ["owner", "amount", "withheld"])
def test_a_leaf_that_is_not_there(subject: Subject, bent: str) -> None:
    """What is said of it must lead to the agreed root."""
    tree = subject.tree(LOW, HIGH)
    subject.agree(tree)
    said: dict[str, Any] = {"owner": MIDDLE, "amount": 2, "withheld": 1}
    total = subject.total + (bent == "amount")
    sent = subject.order(tree, 0, **{bent: said[bent]})
    subject.world.refuse(sent, "WrongRoot", index=0, sum=total, expected=subject.total)


@pytest.mark.parametrize("index", [2, 4_095, 4_096, 2**32, 2**64 - 1])
def test_an_index_that_is_not_there(subject: Subject, index: int) -> None:
    """Neither padding nor bits above the tree's depth make a leaf of another number."""
    tree = subject.tree(LOW, HIGH)
    subject.agree(tree)
    sent = call(
        "challenge_order",
        challenger=MALLORY,
        asset=APPLE.asset,
        snapshot=APPLE.snapshot(),
        distribution=None if subject.distribution is None else subject.address,
        index=index,
        owner=LOW,
        amount=1,
        withheld=0,
        nodes=tree.proof(0),
    )
    assert getattr(subject.world.fail(sent), "name", "") in ("WrongRoot", "BadProof")


@pytest.mark.parametrize("nodes", [b"", bytes(39), bytes(41), "short", "long", "other"])
def test_proofs_that_are_none(subject: Subject, nodes: bytes | str) -> None:
    tree = subject.tree(LOW, HIGH)
    subject.agree(tree)
    right = tree.proof(0)
    bent = {"short": right[:-40], "long": right + bytes(40), "other": right[:-40] + bytes([1]) * 40}
    sent = subject.order(tree, 0, nodes=bent[nodes] if isinstance(nodes, str) else nodes)
    assert getattr(subject.world.fail(sent), "name", "") in ("WrongRoot", "BadProof")
    assert subject.ballot.shown == NOTHING_SHOWN


def test_the_proof_of_another_tree(subject: Subject) -> None:
    """The same leaves under another account are other leaves."""
    tree = subject.tree(HIGH, LOW)
    subject.agree(tree)
    elsewhere = replace(tree, account=APPLE.snapshot(7), _made={})
    assert getattr(subject.world.fail(subject.order(elsewhere, 0)), "name", "") == "WrongRoot"


# Sums that do not add up


@pytest.mark.parametrize("size", [2, 4_097, MILLION])
@pytest.mark.parametrize("level", [1, 2, 11, 12, 13, 19, 20])
@pytest.mark.parametrize("lie", [1, -1])
def test_a_false_sum(subject: Subject, size: int, level: int, lie: int) -> None:
    """At any level, the root's included: the node is shown with its children."""
    owners = {0: LOW, 1: HIGH}
    honest = subject.large(owners, size)
    if level > honest.levels:
        return
    leaves = {**honest.leaves, 0: replace(honest.leaves[0], amount=honest.leaves[0].amount - lie)}
    tree = Tree(subject.address, leaves, size, {(level, 0): lie})
    assert tree.sum == subject.total
    subject.agree(tree)
    for other in {5, 12, 13, tree.levels} - {level}:
        if level < other <= tree.levels:
            node, left, right = tree.entry(other, 0), tree.entry(other - 1, 0), tree.entry(other - 1, 1)
            sound = {"sum": node.sum, "left": left.sum, "right": right.sum}
            subject.world.refuse(subject.sum(tree, other, by=FEES), "NothingWrong", **sound)
        elif other < level:  # what lies below a lie leads to no root
            away = {"index": 0, "sum": subject.total - lie, "expected": subject.total}
            subject.world.refuse(subject.sum(tree, other, by=FEES), "WrongRoot", **away)
    subject.thrown_out(tree, subject.sum(tree, level, by=FEES), 3, FEES)


@pytest.mark.parametrize("position", [1, 5, 200])
def test_a_false_sum_elsewhere(subject: Subject, position: int) -> None:
    """Not only at the left border."""
    size, level = 1 << 14, 4
    rest = subject.total - (size - 1) - 5
    leaves = {position << level: Leaf(LOW, rest)}
    tree = Tree(subject.address, leaves, size, {(level, position): 5})
    assert tree.sum == subject.total
    subject.agree(tree)
    subject.thrown_out(tree, subject.sum(tree, level, position), 3)


def test_nothing_is_wrong(subject: Subject) -> None:
    """Honest nodes with their own children."""
    tree = subject.tree(LOW, MIDDLE, HIGH)
    subject.agree(tree)
    for level, position in ((1, 0), (1, 1), (2, 0), (12, 0)):
        node, left, right = (
            tree.entry(level, position),
            tree.entry(level - 1, 2 * position),
            tree.entry(level - 1, 2 * position + 1),
        )
        figures = {"sum": node.sum, "left": left.sum, "right": right.sum}
        subject.world.refuse(subject.sum(tree, level, position), "NothingWrong", **figures)


def test_another_family(subject: Subject) -> None:
    """Other sums, other children, or children that changed places are not the tree's."""
    tree = subject.tree(LOW, MIDDLE, HIGH)
    subject.agree(tree)
    node, left, right = tree.entry(1, 0), tree.entry(0, 0), tree.entry(0, 1)
    for bent in (
        {"sum": node.sum + 1},
        {"sum": 0},
        {"left": bytes(right), "right": bytes(left)},
        {"left": bytes(replace(left, sum=left.sum + 1))},
        {"right": bytes(replace(right, sum=right.sum + 1))},
        {"right": bytes(left)},
        {"left": bytes(40), "right": bytes(40)},
    ):
        error = subject.world.fail(subject.sum(tree, 1, **bent))
        assert getattr(error, "name", "") == "WrongRoot", (bent, error)


def test_the_empty_part_is_not_wrong(subject: Subject) -> None:
    """Two empty entries make one: no node has a hash of them."""
    tree = subject.tree(LOW, HIGH)
    subject.agree(tree)
    assert getattr(subject.world.fail(subject.sum(tree, 1, 1)), "name", "") in ("WrongRoot", "NothingWrong")


@pytest.mark.parametrize("level", [0, 13, 14, 255])
def test_a_level_that_is_not_there(subject: Subject, level: int) -> None:
    tree = subject.tree(LOW, HIGH)
    subject.agree(tree)
    sent = subject.sum(tree, 12, level=level, nodes=b"")
    subject.world.refuse(sent, "BadProof", left_over=level, entries=12)


def test_a_position_that_is_not_there(subject: Subject) -> None:
    tree = Tree(subject.address, {0: Leaf(LOW, subject.total - 1)}, 1, {(12, 0): 1})
    subject.agree(tree)
    for position in (1, 2**32, 2**64 - 1):
        error = subject.world.fail(subject.sum(tree, 12, position=position))
        assert getattr(error, "name", "") in ("WrongRoot", "BadProof")
    subject.thrown_out(tree, subject.sum(tree, 12), 3)


def test_sums_of_children_past_the_largest(subject: Subject) -> None:
    """They add up to nothing that a node could have."""
    left, right = Entry(b"\1" * 32, 2**64 - 1), Entry(b"\2" * 32, subject.total + 1)
    made = {(1, 0): Entry(_hash(left, right), subject.total)}
    for level in range(2, 13):
        made[level, 0] = Entry(_hash(made[level - 1, 0], Entry(bytes(32), 0)), subject.total)
    tree = Tree(subject.address, {0: Leaf(LOW, subject.total)}, 1, _made=made)
    subject.agree(tree)
    sent = subject.sum(tree, 1, left=bytes(left), right=bytes(right))
    subject.thrown_out(tree, sent, 3)


def _hash(left: Entry, right: Entry) -> bytes:
    return sha256(b"xstknode" + bytes(left) + bytes(right)).digest()


def test_before_anything_is_agreed(subject: Subject) -> None:
    tree = subject.tree(HIGH, LOW)
    subject.world.refuse(subject.order(tree, 0), "NothingAgreed")
    subject.world.refuse(subject.sum(tree, 1), "NothingAgreed")


@pytest.mark.parametrize("late", [0, 1])
def test_the_last_second(subject: Subject, late: int) -> None:
    """A proof that comes a second later changes nothing any more."""
    leaves = {0: Leaf(LOW, subject.total - 1)}
    tree = Tree(subject.address, leaves, 1, {(3, 0): 1})
    subject.agree(tree)
    agreed_at = subject.world.now
    subject.world.advance(CHALLENGE_S + late)
    sent = subject.sum(tree, 3)
    if late:
        figures = {"agreed_at": agreed_at, "window": CHALLENGE_S, "now": agreed_at + CHALLENGE_S + 1}
        subject.world.refuse(sent, "RootFinal", **figures)
    else:
        subject.thrown_out(tree, sent, 3)
