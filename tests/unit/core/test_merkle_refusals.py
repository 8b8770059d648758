"""What makes no Merkle-sum tree and no proof of one, and what the refusal tells."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any

import pytest
from solders.pubkey import Pubkey

from scripts import merkle_reference as exact
from xstock_client import merkle
from xstock_client.errors import BadProof, BadSnapshot, UsageError
from xstock_client.merkle import EMPTY, Entry, MerkleTree

ACCOUNT = bytes(range(32))
U64_MAX = 2**64 - 1
PAGE = merkle.PAGE_LEAVES
MANY_TREE = MerkleTree.from_leaves(ACCOUNT, exact.formula(2 * PAGE + 77))


def build_with(rows: list[tuple[bytes, int, int]], **changed: Any) -> MerkleTree:
    columns: dict[str, Any] = {
        "account": ACCOUNT,
        "owners": b"".join(owner for owner, _, _ in rows),
        "amounts": array("Q", [amount for _, amount, _ in rows]),
        "withheld": array("Q", [withheld for _, _, withheld in rows]),
    }
    return MerkleTree.build(**columns | changed)


GOOD = exact.formula(PAGE + 3)
LAST = b"\xff" * 32


def named(index: int) -> str:
    return str(Pubkey(GOOD[index][0]))


def replaced(at: int, *row: Any) -> list[exact.Row]:
    return [*GOOD[:at], (row[0], row[1], row[2]), *GOOD[at + 1 :]]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (replaced(7, *GOOD[6]), f"owner {named(6)} has leaf 6 and leaf 7"),
        (replaced(1, *GOOD[0]), f"owner {named(0)} has leaf 0 and leaf 1"),
        # across the border of two pages
        (replaced(PAGE, *GOOD[PAGE - 1]), f"owner {named(PAGE - 1)} has leaf 4,095 and leaf 4,096"),
        (replaced(PAGE, *GOOD[5]), f"leaf 4,096 of {named(5)} comes after {named(PAGE - 1)}: sort leaves"),
        (replaced(PAGE - 1, LAST, 1, 0), f"leaf 4,096 of {named(PAGE)} comes after {Pubkey(LAST)}"),
        (GOOD[::-1], f"leaf 1 of {named(PAGE + 1)} comes after {named(PAGE + 2)}"),
        (replaced(PAGE + 1, GOOD[PAGE + 1][0], 0, 0), f"leaf 4,097 of {named(PAGE + 1)} has nothing"),
        (replaced(9, GOOD[9][0], 5, 6), f"leaf 9 of {named(9)}: 6 withheld of a gross of 5"),
        ([(ACCOUNT, U64_MAX, 0), (LAST, 1, 0)], "add up to 18,446,744,073,709,551,616, more than 64 bits hold"),
        (
            replaced(0, GOOD[0][0], U64_MAX, 0),
            rf"add up to {U64_MAX + sum(amount for _, amount, _ in GOOD[1:]):,}, more than 64 bits hold",
        ),
    ],
)
def test_leaves_that_make_no_tree(rows: list[exact.Row], told: str) -> None:
    with pytest.raises(BadSnapshot, match=told):
        build_with(rows)


def test_64_bits_are_enough_when_they_are() -> None:
    tree = build_with([(bytes(31) + b"\x01", U64_MAX - 1, 0), (bytes(31) + b"\x02", 1, 1)])
    assert tree.root.sum == U64_MAX
    assert build_with([(ACCOUNT, U64_MAX, U64_MAX)]).leaf(0).withheld == U64_MAX


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"account": bytes(31)}, "the tree's account must be an address of 32 bytes, not 31 bytes"),
        ({"account": 32}, "the tree's account must be an address of 32 bytes, not 0 bytes: 32"),
        ({"owners": bytes(33)}, "33 bytes of owners .32 each., and 4,099 and 4,099 amounts"),
        ({"amounts": array("Q", [1])}, "131,168 bytes of owners .32 each., and 1 and 4,099 amounts"),
        ({"withheld": array("Q", [1])}, "and 4,099 and 1 amounts"),
        ({"amounts": array("I", [1] * 4099)}, 'type "Q" .u64., not "I"'),
        ({"withheld": array("d", [1.0] * 4099)}, 'not "d"'),
    ],
)
def test_columns_that_do_not_fit(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(BadSnapshot, match=told):
        build_with(GOOD, **changed)


def test_workers_are_at_least_one() -> None:
    with pytest.raises(UsageError, match="at least one process, not 0"):
        build_with(GOOD, workers=0)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(ACCOUNT, 1, 0), (ACCOUNT, 2, 0)], f"owner {Pubkey(ACCOUNT)} has leaf 0 and leaf 1"),
        ([(bytes(3), 1, 0)], "an owner must be an address of 32 bytes, not 3 bytes"),
        ([(ACCOUNT, 2**64, 0)], "between 0 and 18,446,744,073,709,551,615 base units, not 18,446,744,073,709,551,616"),
        ([(ACCOUNT, 1, -1)], f"{Pubkey(ACCOUNT)}: an amount must lie between 0 .* not -1"),
        ([(ACCOUNT, 0, 0)], "has nothing"),
    ],
)
def test_leaves_one_by_one_that_make_no_tree(rows: list[tuple[bytes, int, int]], told: str) -> None:
    with pytest.raises(BadSnapshot, match=told):
        MerkleTree.from_leaves(ACCOUNT, rows)


def test_no_leaf_makes_an_empty_page() -> None:
    tree = MerkleTree.from_leaves(ACCOUNT, [])
    assert (tree.root, tree.leaf_count, tree.pages, tree.depth, tree.page_proof(0)) == (EMPTY, 0, 1, 12, ())
    assert tree.index_of(ACCOUNT) is None
    assert bytes(tree.root) == exact.raw(exact.tree(ACCOUNT, [])[-1][0])


@pytest.mark.parametrize(
    ("leaf_count", "pages", "depth"),
    [(0, 1, 12), (1, 1, 12), (4096, 1, 12), (4097, 2, 13), (8193, 3, 14), (16385, 5, 15), (1_000_000, 245, 20)],
)
def test_pages_and_depth(leaf_count: int, pages: int, depth: int) -> None:
    assert (merkle.page_count(leaf_count), merkle.tree_depth(leaf_count)) == (pages, depth)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: MANY_TREE.leaf(8269), "has 8,269 leaves, and not 1 from leaf 8,269 on"),
        (lambda: MANY_TREE.leaves(-1, 2), "not 2 from leaf -1 on"),
        (lambda: MANY_TREE.leaves(8268, 2), "not 2 from leaf 8,268 on"),
        (lambda: MANY_TREE.range_proof(5, 0), "not 0 from leaf 5 on"),
        (lambda: MANY_TREE.full_proof(8269), "not 1 from leaf 8,269 on"),
        (lambda: MANY_TREE.page_entry(3), "has pages 0 to 2, and no page 3"),
        (lambda: MANY_TREE.page_proof(-1), "has pages 0 to 2, and no page -1"),
        (lambda: merkle.decode_nodes(bytes(48)), "40 bytes each, and 48 bytes are no whole number"),
        (lambda: merkle.verify_range(ACCOUNT, 0, [], 12, []), "a proof of no leaves"),
        (
            lambda: merkle.verify_range(ACCOUNT, 0, MANY_TREE.leaves(0, 1), 12, MANY_TREE.range_proof(0, 1)[:-1]),
            "has 11 nodes and needs more",
        ),
        (
            lambda: merkle.verify_range(ACCOUNT, 0, MANY_TREE.leaves(0, 1), 12, MANY_TREE.full_proof(0)),
            "has 14 nodes and needs 12",
        ),
        (lambda: merkle.verify_page(3, EMPTY, 8269, []), "a tree of 8,269 leaves has pages 0 to 2, and no page 3"),
        (lambda: merkle.verify_page(-1, EMPTY, 8269, []), "no page -1"),
    ],
)
def test_refusals_tell_their_figures(call: Callable[[], object], told: str) -> None:
    with pytest.raises(BadProof, match=told):
        call()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: Entry(bytes(31), 1), "32 bytes, not 31"),
        (lambda: Entry(bytes(32), -1), "the sum of an entry .* not -1"),
        (lambda: Entry(bytes(32), 2**64), "the sum of an entry .* not 18,446,744,073,709,551,616"),
        (lambda: merkle.leaf_entry(ACCOUNT, -1, ACCOUNT, 1), "index of a leaf .* not -1"),
        (lambda: merkle.leaf_entry(ACCOUNT, 0, ACCOUNT, 2**64), "amount of a leaf .* not 18,446,744,073,709,551,616"),
        (lambda: merkle.leaf_entry(ACCOUNT, 0, ACCOUNT, 1, -2), "withheld of a leaf .* not -2"),
    ],
)
def test_values_that_are_no_entry(call: Callable[[], object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        call()


def test_a_leaf_has_an_address() -> None:
    with pytest.raises(BadSnapshot, match="the owner must be an address of 32 bytes, not 4 bytes"):
        merkle.leaf_entry(ACCOUNT, 0, bytes(4), 1)


def test_leaves_are_hashed_as_they_come_where_their_order_is_not_asked_for() -> None:
    """The wrong trees that challenges are for: an owner twice, out of order, with nothing, with more tax than gross."""
    rows = [*replaced(7, *GOOD[6])[:40], (GOOD[3][0], 0, 0), (GOOD[90][0], 5, 6)]
    tree = build_with(rows, ordered=False)
    assert tree.root == Entry(*exact.tree(ACCOUNT, rows)[-1][0])
    for index in (6, 7, 40, 41):
        nodes = tree.full_proof(index)
        assert merkle.verify_range(ACCOUNT, index, tree.leaves(index, 1), merkle.PAGE_DEPTH, nodes) == tree.root
    with pytest.raises(BadSnapshot, match="has leaf 6 and leaf 7"):
        build_with(rows)
    with pytest.raises(BadSnapshot, match="more than 64 bits hold"):
        build_with([(LAST, U64_MAX, 0), (LAST, 1, 0)], ordered=False)
