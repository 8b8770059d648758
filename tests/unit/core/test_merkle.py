"""Merkle-sum trees against golden vectors and against the definition written out in full."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from scripts import merkle_reference as exact
from xstock_client import merkle
from xstock_client.errors import BadProof, XstockError
from xstock_client.merkle import EMPTY, BadNode, Entry, Leaf, MerkleTree, _pages

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/merkle.json").read_text())
ACCOUNT = bytes(range(32))
U64_MAX = 2**64 - 1
PAGE = merkle.PAGE_LEAVES


def entry(text: str) -> Entry:
    return merkle.decode_nodes(bytes.fromhex(text))[0]


def nodes(text: str) -> tuple[Entry, ...]:
    return merkle.decode_nodes(bytes.fromhex(text))


def leaves_of(rows: Iterable[tuple[str, str, str]]) -> list[Leaf]:
    return [Leaf(bytes.fromhex(owner), int(amount), int(withheld)) for owner, amount, withheld in rows]


def built(account: bytes, rows: list[exact.Row], workers: int | None = None) -> MerkleTree:
    """The tree of rows that are sorted."""
    owners = b"".join(owner for owner, _, _ in rows)
    amounts, withheld = array("Q", [amount for _, amount, _ in rows]), array("Q", [tax for _, _, tax in rows])
    return MerkleTree.build(account, owners, amounts, withheld, workers)


def vector_rows(case: dict[str, Any]) -> list[exact.Row]:
    if case["leaves"] is None:
        return exact.formula(case["leaf_count"])
    return [(leaf.owner, leaf.amount, leaf.withheld) for leaf in leaves_of(case["leaves"])]


TREES = {case["name"]: built(bytes.fromhex(case["account"]), vector_rows(case)) for case in VECTORS["trees"]}


# golden vectors


@pytest.mark.parametrize("case", VECTORS["leaves"], ids=lambda case: case["index"])
def test_leaves_agree_with_the_vectors(case: dict[str, Any]) -> None:
    account, owner = bytes.fromhex(case["account"]), bytes.fromhex(case["owner"])
    index, amount, withheld = (int(case[name]) for name in ("index", "amount", "withheld"))
    found = merkle.leaf_entry(account, index, owner, amount, withheld)
    assert found == entry(case["entry"]) and found.sum == amount
    assert merkle.leaf_entry(Pubkey(account), index, Pubkey(owner), amount, withheld) == found


@pytest.mark.parametrize("case", VECTORS["nodes"], ids=lambda case: case["why"])
def test_nodes_agree_with_the_vectors(case: dict[str, Any]) -> None:
    left, right = entry(case["left"]), entry(case["right"])
    if case["entry"] is None:
        with pytest.raises(BadProof, match="more than 64 bits hold"):
            merkle.parent(left, right)
    else:
        assert merkle.parent(left, right) == entry(case["entry"])


@pytest.mark.parametrize("case", VECTORS["trees"], ids=lambda case: case["name"])
def test_trees_agree_with_the_vectors(case: dict[str, Any]) -> None:
    tree = TREES[case["name"]]
    assert tree.account == bytes.fromhex(case["account"])
    assert (tree.leaf_count, tree.depth, tree.root) == (case["leaf_count"], case["depth"], entry(case["root"]))
    assert tree.pages == len(case["pages"])
    assert [tree.page_entry(page) for page in range(tree.pages)] == [entry(text) for text in case["pages"]]


@pytest.mark.parametrize("case", VECTORS["page_proofs"], ids=lambda case: f"{case['tree']}-{case['page']}")
def test_page_proofs_agree_with_the_vectors(case: dict[str, Any]) -> None:
    tree, page = TREES[case["tree"]], case["page"]
    proof = tree.page_proof(page)
    assert merkle.encode_nodes(proof).hex() == case["nodes"]
    assert tree.depth - merkle.PAGE_DEPTH == case["levels"]
    assert merkle.verify_page(page, entry(case["entry"]), tree.leaf_count, proof) == tree.root


@pytest.mark.parametrize(
    "case", VECTORS["range_proofs"], ids=lambda case: "{tree}-{first}-{count}-{levels}".format(**case)
)
def test_range_proofs_agree_with_the_vectors(case: dict[str, Any]) -> None:
    tree, first, count, levels = TREES[case["tree"]], case["first"], case["count"], case["levels"]
    found = merkle.verify_range(tree.account, first, tree.leaves(first, count), levels, nodes(case["nodes"]))
    assert found == entry(case["result"]) == (tree.root if levels == tree.depth else tree.page_entry(first // PAGE))
    if levels == merkle.PAGE_DEPTH:
        assert merkle.encode_nodes(tree.range_proof(first, count)).hex() == case["nodes"]
    if levels == tree.depth and count == 1:
        assert merkle.encode_nodes(tree.full_proof(first)).hex() == case["nodes"]


SHORT, LONG, OVER = "needs more", "leave out what does not belong", "more than 64 bits hold"
TOLD = {
    "no node": SHORT,
    "the last node missing": SHORT,
    "the first node missing": SHORT,
    "a missing node": SHORT,
    "a page for a leaf": SHORT,
    "a node for a leaf": SHORT,
    "the root for the page": SHORT,
    "a node above for the page": SHORT,
    "an empty node too many": LONG,
    "the last node twice": LONG,
    "a superfluous node": LONG,
    "a node below for the page": LONG,
    "a sum over 64 bits": OVER,
    "no leaf": "no leaves",
    "leaves of two pages": "no common entry 12 levels above",
    "a number with the same path": "no page 5",
    "a page behind the last": "no page 3",
    # more leaves, or fewer, need other nodes
    "next index-2-3": SHORT,
    "next index-4098-4": LONG,
    "a leaf short-1-2": SHORT,
    "a leaf short-4097-3": LONG,
}
"""Why the others are refused: they lead to another entry."""


def range_name(case: dict[str, Any]) -> str:
    return f"{case['why']}-{case['first']}-{len(case['leaves'])}"


def refused(case: dict[str, Any], verify: Callable[[], Entry]) -> None:
    """It raises what it should, or where it has nothing to raise, leads to another entry than the one on chain."""
    told = TOLD.get(case["why"]) or TOLD.get(range_name(case) if "leaves" in case else "")
    if told:
        with pytest.raises(BadProof, match=told):
            verify()
    else:
        assert verify() != entry(case["expected"])


@pytest.mark.parametrize(
    "case", VECTORS["refused_ranges"], ids=lambda case: f"{case['why']}-{case['first']}-{len(case['leaves'])}"
)
def test_false_range_proofs_lead_nowhere(case: dict[str, Any]) -> None:
    account, leaves = bytes.fromhex(case["account"]), leaves_of(case["leaves"])
    refused(case, lambda: merkle.verify_range(account, case["first"], leaves, case["levels"], nodes(case["nodes"])))


@pytest.mark.parametrize("case", VECTORS["refused_pages"], ids=lambda case: case["why"])
def test_false_page_proofs_lead_nowhere(case: dict[str, Any]) -> None:
    page, count = case["page"], case["leaf_count"]
    refused(case, lambda: merkle.verify_page(page, entry(case["entry"]), count, nodes(case["nodes"])))


def challenge(case: dict[str, Any]) -> BadNode:
    return BadNode(
        case["level"],
        case["index"],
        entry(case["entry"]),
        entry(case["left"]),
        entry(case["right"]),
        nodes(case["path"]),
    )


@pytest.mark.parametrize("case", VECTORS["challenges"], ids=lambda case: case["why"])
def test_challenges_show_false_sums(case: dict[str, Any]) -> None:
    merkle.verify_bad_node(entry(case["root"]), case["leaf_count"], challenge(case))


REASONS = {
    "an honest node": r"adds up: its children have [\d,]+ and 0, and it has [\d,]+",
    "an honest node of the false tree": "adds up",
    "an honest node above the false one": "adds up",
    "a false node of another tree": "does not lead to this root",
    "children of another node": "hash is not that of these two children",
    "children swapped": "hash is not that of these two children",
    "an entry that the tree does not have": "does not lead to this root",
    "a node missing in the path": "needs more",
    "a node too many in the path": "leave out",
    "another index": "does not lead to this root",
    "an index with the same path": r"no node 1,025 2 levels above",
    "a leaf as a node": "no node 1 0 levels above",
    "a level above the root": "no node 0 13 levels above",
}


@pytest.mark.parametrize("case", VECTORS["refused_challenges"], ids=lambda case: case["why"])
def test_challenges_that_show_nothing_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadProof, match=REASONS[case["why"]]):
        merkle.verify_bad_node(entry(case["root"]), case["leaf_count"], challenge(case))


def test_every_refused_challenge_has_its_reason() -> None:
    assert {case["why"] for case in VECTORS["refused_challenges"]} == set(REASONS)


# properties, against the reference

owners = st.binary(min_size=32, max_size=32)
sums = st.integers(1, 2**50)


@st.composite
def holders(draw: st.DrawFn, most: int = 40) -> list[exact.Row]:
    """Sorted rows with amounts that fit."""
    names = sorted(draw(st.sets(owners, min_size=1, max_size=most)))
    amounts = [draw(sums) for _ in names]
    return [(name, amount, draw(st.integers(0, amount))) for name, amount in zip(names, amounts, strict=True)]


@given(account=owners, rows=holders(), data=st.data())
@settings(max_examples=60)
def test_any_tree_and_range_are_those_of_the_definition(
    account: bytes, rows: list[exact.Row], data: st.DataObject
) -> None:
    levels, tree = exact.tree(account, rows), built(account, rows)
    assert bytes(tree.root) == exact.raw(levels[-1][0])
    assert tree.root.sum == sum(amount for _, amount, _ in rows)
    first = data.draw(st.integers(0, len(rows) - 1))
    count = data.draw(st.integers(1, len(rows) - first))
    proof = tree.range_proof(first, count)
    assert merkle.encode_nodes(proof) == b"".join(map(exact.raw, exact.proof(levels, first, count, 12)))
    assert merkle.verify_range(account, first, tree.leaves(first, count), 12, proof) == tree.root
    shuffled = data.draw(st.permutations(rows))
    assert (
        MerkleTree.from_leaves(account, [(Pubkey(owner), amount, tax) for owner, amount, tax in shuffled]).root
        == tree.root
    )


MANY = exact.formula(2 * PAGE + 77)
MANY_LEVELS = exact.tree(ACCOUNT, MANY)
MANY_TREE = built(ACCOUNT, MANY)


def full_range(first: int, count: int) -> tuple[Entry, ...]:
    """What leads from leaves of MANY to its root, by the definition."""
    return tuple(Entry(*node) for node in exact.proof(MANY_LEVELS, first, count, MANY_TREE.depth))


@given(first=st.integers(0, len(MANY) - 1), data=st.data())
@example(first=0, data=None)
@example(first=PAGE - 1, data=None)
def test_any_range_of_several_pages_is_that_of_the_definition(first: int, data: st.DataObject | None) -> None:
    count = data.draw(st.integers(1, min(len(MANY) - first, 40))) if data else len(MANY) - first
    depth, proof, leaves = MANY_TREE.depth, full_range(first, count), MANY_TREE.leaves(first, count)
    assert merkle.verify_range(ACCOUNT, first, leaves, depth, proof) == MANY_TREE.root
    page, last = first // PAGE, (first + count - 1) // PAGE
    if page == last:
        inside = MANY_TREE.range_proof(first, count)
        assert merkle.verify_range(ACCOUNT, first, leaves, 12, inside) == MANY_TREE.page_entry(page)
        assert proof == inside + MANY_TREE.page_proof(page)
    else:
        with pytest.raises(BadProof, match=rf"prove those from {(page + 1) * PAGE:,} by themselves"):
            MANY_TREE.range_proof(first, count)
        with pytest.raises(BadProof, match="no common entry 12 levels above: one there covers 4,096 leaves"):
            merkle.verify_range(ACCOUNT, first, leaves, 12, proof)


@given(index=st.integers(0, len(MANY) - 1))
@example(index=len(MANY) - 1)
def test_any_leaf_is_proven_to_the_root(index: int) -> None:
    proof = MANY_TREE.full_proof(index)
    assert proof == full_range(index, 1)
    assert merkle.verify_range(ACCOUNT, index, [MANY_TREE.leaf(index)], MANY_TREE.depth, proof) == MANY_TREE.root


@given(
    first=st.integers(0, len(MANY) - 9),
    count=st.integers(1, 8),
    part=st.sampled_from(["node", "owner", "amount", "withheld", "first"]),
    data=st.data(),
)
def test_nothing_in_a_proof_can_change(first: int, count: int, part: str, data: st.DataObject) -> None:
    proof, leaves = list(full_range(first, count)), list(MANY_TREE.leaves(first, count))
    at = data.draw(st.integers(0, count - 1))
    leaf = leaves[at]
    start = first
    if part == "node":
        at = data.draw(st.integers(0, len(proof) - 1))
        bit = 1 << data.draw(st.integers(0, 40 * 8 - 1))
        changed = int.from_bytes(bytes(proof[at])) ^ bit
        proof[at] = merkle.decode_nodes(changed.to_bytes(40))[0]
    elif part == "owner":
        bit = 1 << data.draw(st.integers(0, 255))
        leaves[at] = replace(leaf, owner=(int.from_bytes(leaf.owner) ^ bit).to_bytes(32))
    elif part == "first":
        start = data.draw(st.integers(0, len(MANY)).filter(lambda n: n != first))
    else:
        figure = data.draw(st.integers(0, U64_MAX).filter(lambda n: n != getattr(leaf, part)))
        leaves[at] = replace(leaf, amount=figure) if part == "amount" else replace(leaf, withheld=figure)
    depth = MANY_TREE.depth
    # other nodes may be needed from another index, and sums may not fit: then it is refused
    with suppress(BadProof):
        assert merkle.verify_range(ACCOUNT, start, leaves, depth, proof) != MANY_TREE.root


@given(owner=owners)
def test_owners_are_found(owner: bytes) -> None:
    known = {name: index for index, (name, _, _) in enumerate(MANY)}
    assert MANY_TREE.index_of(Pubkey(owner)) == known.get(owner)


def test_every_owner_is_found_where_its_leaf_is() -> None:
    for index in (0, 1, PAGE - 1, PAGE, len(MANY) - 1):
        assert MANY_TREE.index_of(MANY[index][0]) == index
        assert MANY_TREE.leaf(index) == Leaf(*MANY[index])
    assert MANY_TREE.index_of(bytes(32)) is None
    assert MANY_TREE.index_of(b"\xff" * 32) is None


@given(rows=holders(most=12), level=st.integers(1, 12), change=st.integers(-1, 3).filter(bool), data=st.data())
@settings(max_examples=30)
def test_a_false_sum_is_found_and_shown(rows: list[exact.Row], level: int, change: int, data: st.DataObject) -> None:
    levels = exact.tree(ACCOUNT, rows)
    assert merkle.find_bad_node(entries(levels)) is None
    index = data.draw(st.integers(0, (len(rows) - 1) >> level))
    hash_, total = levels[level][index]
    levels[level][index] = hash_, total + change
    levels = [*levels[:level], *exact.levels_above(levels[level])]
    bad = merkle.find_bad_node(entries(levels))
    assert bad is not None and (bad.level, bad.index) == (level, index)
    merkle.verify_bad_node(entries(levels)[-1][0], len(rows), bad)
    # a published tree may leave out the empty entries at the end of a level
    short = [line[: 1 + max((at for at, e in enumerate(line) if e != EMPTY), default=0)] for line in entries(levels)]
    assert merkle.find_bad_node(short) == bad


def entries(levels: list[list[exact.Entry]]) -> list[list[Entry]]:
    return [[Entry(*one) for one in level] for level in levels]


def test_the_highest_of_two_false_nodes_is_shown() -> None:
    levels = exact.tree(ACCOUNT, MANY[:8])
    for level, index in ((1, 0), (3, 0)):
        hash_, total = levels[level][index]
        levels[level][index] = hash_, total + 1
        levels = [*levels[:level], *exact.levels_above(levels[level])]
    bad = merkle.find_bad_node(entries(levels))
    assert bad is not None and bad.level == 3
    merkle.verify_bad_node(entries(levels)[-1][0], 8, bad)


@pytest.mark.parametrize(
    ("level", "index", "false", "told"),
    [
        (0, 3, Entry(bytes(32), 7), "node 1 of level 1"),
        # over nothing there is an empty node: no other sum, and no other hash
        (1, 5, Entry(bytes(32), 7), "node 5 of level 1"),
        (1, 5, Entry(merkle.entry.node_hash(EMPTY, EMPTY), 0), "node 5 of level 1"),
    ],
)
def test_what_is_no_tree_shows_nothing(level: int, index: int, false: Entry, told: str) -> None:
    levels = exact.tree(ACCOUNT, MANY[:8])
    if level:
        levels[level][index] = false.hash, false.sum
        levels = [*levels[: level + 1], *exact.levels_above(levels[level])[1:]]
    else:
        levels[level][index] = false.hash, false.sum
    with pytest.raises(BadProof, match=f"{told} has another hash than its children make"):
        merkle.find_bad_node(entries(levels))


def test_a_sum_over_nothing_is_shown() -> None:
    levels = exact.tree(ACCOUNT, MANY[:8])
    levels[1][5] = exact.above(exact.EMPTY, exact.EMPTY), 7
    levels = [*levels[:1], *exact.levels_above(levels[1])]
    bad = merkle.find_bad_node(entries(levels))
    assert bad is not None and (bad.level, bad.index) == (1, 5)
    merkle.verify_bad_node(entries(levels)[-1][0], 8, bad)


# worker processes


@pytest.mark.parametrize("count", [PAGE, PAGE + 1, 5 * PAGE - 3])
@pytest.mark.parametrize("workers", [None, 1, 2, 3, 8])
@pytest.mark.parametrize("taxed", [True, False], ids=["with tax", "without tax"])
def test_the_root_does_not_depend_on_workers(count: int, workers: int | None, taxed: bool) -> None:
    rows = [(owner, amount, tax if taxed else 0) for owner, amount, tax in exact.formula(count)]
    owners, amounts = b"".join(owner for owner, _, _ in rows), array("Q", [amount for _, amount, _ in rows])
    withheld = array("Q", [tax for _, _, tax in rows]) if taxed else None
    tree = MerkleTree.build(ACCOUNT, owners, amounts, withheld, workers)
    levels = exact.tree(ACCOUNT, rows)
    assert bytes(tree.root) == exact.raw(levels[-1][0])
    assert [bytes(tree.page_entry(page)) for page in range(tree.pages)] == [
        exact.raw(one) for one in levels[12][: tree.pages]
    ]


def test_workers_do_the_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("hashed in this process")

    monkeypatch.setattr(_pages, "page_entry", never)
    assert built(ACCOUNT, MANY, workers=2).root == MANY_TREE.root
    with pytest.raises(AssertionError, match="in this process"):
        built(ACCOUNT, MANY, workers=1)


@pytest.mark.parametrize("missing", [{"executable": ""}, {"frozen": True}])
def test_without_an_interpreter_to_start_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch, missing: dict[str, Any]
) -> None:
    for name, value in missing.items():
        monkeypatch.setattr(f"sys.{name}", value, raising=False)
    monkeypatch.setattr("subprocess.Popen.__init__", None)
    assert built(ACCOUNT, MANY, workers=2).root == MANY_TREE.root


@pytest.mark.parametrize(
    ("script", "told"),
    [
        # whether it ends before or after it was written to is chance
        ("raise SystemExit(3)", "(status 3 and 0 bytes|.*Broken pipe)"),
        ("import sys; sys.stdin.buffer.read(); raise SystemExit(3)", "status 3 and 0 bytes"),
        ("import sys; sys.stdin.buffer.read(); print('no')", "status 0 and 3 bytes"),
    ],
)
def test_a_worker_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, told: str) -> None:
    path = tmp_path / "worker.py"
    path.write_text(script)
    monkeypatch.setattr(_pages, "__file__", str(path))
    with pytest.raises(
        XstockError, match=rf"leaves 0 to 4,095 failed \({told}\): free memory, or build with workers=1"
    ):
        built(ACCOUNT, MANY, workers=3)


def test_a_worker_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(XstockError, match=r"leaves 0 to 4,095 failed \(.*No such file.*\): .* workers=1"):
        built(ACCOUNT, MANY, workers=3)


@given(st.lists(st.builds(Entry, owners, st.integers(0, U64_MAX))))
def test_nodes_come_back_from_their_bytes(some: list[Entry]) -> None:
    assert merkle.decode_nodes(merkle.encode_nodes(some)) == tuple(some)
