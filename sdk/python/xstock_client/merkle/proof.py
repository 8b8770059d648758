"""Check proofs as the program does (mirrors its math), and find what a false tree cannot hide.

A proof that leads to another entry than the one on chain proves nothing: these functions return where it leads, and
the caller compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import SupportsBytes

from xstock_client.errors import BadProof

from .entry import EMPTY, PAGE_DEPTH, Entry, Leaf, leaf_entry, node_hash, page_count, parent, tree_depth

__all__ = ["BadNode", "find_bad_node", "verify_bad_node", "verify_page", "verify_range"]


@dataclass(frozen=True, slots=True)
class BadNode:
    """A node whose sum is not that of its two children, though its hash is theirs; and its way to the root."""

    level: int
    """Levels above the leaves: at least 1."""
    index: int
    """Its number in its level, from 0."""
    entry: Entry
    """As the tree has it."""
    left: Entry
    right: Entry
    path: tuple[Entry, ...]
    """Its siblings up to the root, lowest first."""


def verify_range(
    account: SupportsBytes, first: int, leaves: Sequence[Leaf], levels: int, nodes: Sequence[Entry]
) -> Entry:
    """Where leaves from index ``first`` lead, ``levels`` above: 12 to their page's entry, the tree's depth to its root.

    Raises BadProof for no leaves, leaves that lie in several subtrees of this height, and a missing or superfluous
    node. Whether there are leaves with these indexes at all (leaf count) is the caller's to check.
    """
    if not leaves:
        raise BadProof("a proof of no leaves shows nothing: give at least one")
    if first >> levels != (first + len(leaves) - 1) >> levels:
        raise BadProof(
            f"leaves {first:,} to {first + len(leaves) - 1:,} have no common entry {levels} levels above: "
            f"one there covers {1 << levels:,} leaves, so prove them apart"
        )
    entries = [
        leaf_entry(account, first + at, leaf.owner, leaf.amount, leaf.withheld) for at, leaf in enumerate(leaves)
    ]
    return _climb(first, entries, levels, nodes)


def verify_page(page: int, entry: Entry, leaf_count: int, nodes: Sequence[Entry]) -> Entry:
    """The root that a page's entry leads to in a tree of ``leaf_count`` leaves.

    Raises BadProof for a page that such a tree has not, and a missing or superfluous node.
    """
    pages = page_count(leaf_count)
    # bits above the depth would be ignored on the way up, and one page would have several numbers
    if not 0 <= page < pages:
        raise BadProof(f"a tree of {leaf_count:,} leaves has pages 0 to {pages - 1:,}, and no page {page:,}")
    return _climb(page, [entry], tree_depth(leaf_count) - PAGE_DEPTH, nodes)


def find_bad_node(levels: Sequence[Sequence[Entry]]) -> BadNode | None:
    """The highest node whose sum is not its children's, or None.

    ``levels`` is the whole published tree, leaves first and the root last; entries that a level lacks at its end are
    empty. All above the highest add up, so its path leads to the root. Raises BadProof where a hash is not that of
    the children: what was published is then no tree, and nothing about the root follows from it.
    """
    for level in range(len(levels) - 1, 0, -1):
        for index, entry in enumerate(levels[level]):
            left, right = (_get(levels[level - 1], 2 * index + side) for side in (0, 1))
            adds_up = entry.sum == left.sum + right.sum
            if (parent(left, right).hash if adds_up else node_hash(left, right)) != entry.hash:
                raise BadProof(
                    f"node {index:,} of level {level} has another hash than its children make: this is not the tree "
                    "of its root; ask for the right one"
                )
            if not adds_up:
                path = tuple(_get(levels[at], (index >> (at - level)) ^ 1) for at in range(level, len(levels) - 1))
                return BadNode(level, index, entry, left, right, path)
    return None


def verify_bad_node(root: Entry, leaf_count: int, bad: BadNode) -> None:
    """Check that ``bad`` shows the tree of ``root`` false. Raises BadProof, telling why it does not."""
    depth = tree_depth(leaf_count)
    if not 1 <= bad.level <= depth or not 0 <= bad.index < 1 << (depth - bad.level):
        raise BadProof(f"a tree of {leaf_count:,} leaves has no node {bad.index:,} {bad.level} levels above its leaves")
    if node_hash(bad.left, bad.right) != bad.entry.hash:
        raise BadProof("the node's hash is not that of these two children: give the children that it has in the tree")
    if bad.left.sum + bad.right.sum == bad.entry.sum:
        raise BadProof(
            f"the node adds up: its children have {bad.left.sum:,} and {bad.right.sum:,}, and it has {bad.entry.sum:,}"
        )
    if _climb(bad.index, [bad.entry], depth - bad.level, bad.path) != root:
        raise BadProof("the node's path does not lead to this root: give its siblings in this tree, lowest first")


def _climb(low: int, entries: Sequence[Entry], levels: int, nodes: Sequence[Entry]) -> Entry:
    """The entry ``levels`` above the known ``entries`` from number ``low``; every node must be needed."""
    known, high, used = list(entries), low + len(entries), 0
    for _ in range(levels):
        left, right = low % 2, high % 2
        if used + left + right > len(nodes):
            raise BadProof(f"the proof has {len(nodes)} nodes and needs more: take it again, whole")
        if left:
            known.insert(0, nodes[used])
        if right:
            known.append(nodes[used + left])
        used += left + right
        known = [parent(*pair) for pair in zip(known[::2], known[1::2], strict=True)]
        low, high = low // 2, (high + 1) // 2
    if used != len(nodes):
        raise BadProof(f"the proof has {len(nodes)} nodes and needs {used}: leave out what does not belong to it")
    return known[0]


def _get(level: Sequence[Entry], index: int) -> Entry:
    return level[index] if index < len(level) else EMPTY
