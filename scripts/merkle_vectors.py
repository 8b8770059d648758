"""Vectors of Merkle-sum trees, made by scripts/merkle_reference.py; LAYOUT says how they are written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from scripts.merkle_reference import (
    EMPTY,
    PAGE,
    PAGE_LEVELS,
    U64_MAX,
    Entry,
    Row,
    above,
    formula,
    leaf,
    levels_above,
    node,
    proof,
    raw,
    tree,
)

__all__ = ["merkle"]

LAYOUT = [
    "Hashes, accounts and owners: hex of 32 bytes. Index, amount, withheld of a leaf: decimal text of a u64.",
    "All else: numbers.",
    "Entry: hex of 40 bytes: hash, sum LE. Nodes of a proof: 40 bytes each, one after another as hex, by level",
    "from below, left before right.",
    "leaves: the entry of single leaves. nodes: the entry above left and right; null where the sum exceeds 64 bits.",
    "trees: leaves as [owner, amount, withheld]; null for the tree 'formula', whose leaf i of leaf_count has the owner",
    "u64 big-endian of 3 * i + 1 followed by 24 bytes 0x5a, amount = 1 + i * i mod 1000003,",
    "withheld = floor(3 * amount / 20).",
    "page_proofs: from the entry of a page, levels = depth - 12, to the root.",
    "range_proofs: from count leaves from index first, up as many levels, to result: the page's entry or the root.",
    "refused_ranges, refused_pages: must fail, or lead to another entry than expected. Leaves as trees have them.",
    "In refused_ranges account and first are what the verifier is told; levels is what the tree demands.",
    "challenges: a node (its level above the leaves, its index there) whose sum is not that of left and right",
    "though its hash is theirs; path: its siblings up to the root, lowest first.",
    "refused_challenges: these show nothing of the kind.",
]


class _Sample:
    """One tree of the file."""

    def __init__(self, name: str, account: bytes, rows: list[Row]) -> None:
        self.name, self.account, self.rows = name, account, rows
        self.levels = tree(account, rows)
        self.depth = len(self.levels) - 1
        self.root = self.levels[-1][0]

    def shown(self) -> dict[str, Any]:
        pages = self.levels[PAGE_LEVELS][: max(1, -(-len(self.rows) // PAGE))]
        return {
            "name": self.name,
            "account": self.account.hex(),
            "leaf_count": len(self.rows),
            "depth": self.depth,
            "root": raw(self.root).hex(),
            "pages": [raw(page).hex() for page in pages],
            "leaves": None if self.name == "formula" else show_rows(self.rows),
        }

    def range_proof(self, first: int, count: int, levels: int) -> dict[str, Any]:
        return {
            "tree": self.name,
            "first": first,
            "count": count,
            "levels": levels,
            "nodes": show(proof(self.levels, first, count, levels)),
            "result": raw(self.levels[levels][first >> levels]).hex(),
        }

    def page_proof(self, page: int) -> dict[str, Any]:
        levels = self.depth - PAGE_LEVELS
        return {
            "tree": self.name,
            "page": page,
            "entry": raw(self.levels[PAGE_LEVELS][page]).hex(),
            "levels": levels,
            "nodes": show(proof(self.levels, page, 1, levels, PAGE_LEVELS)),
        }


def show(nodes: Sequence[Entry]) -> str:
    return b"".join(map(raw, nodes)).hex()


def show_rows(rows: Sequence[Row]) -> list[list[str]]:
    return [[owner.hex(), str(amount), str(withheld)] for owner, amount, withheld in rows]


def merkle(rng: random.Random) -> dict[str, Any]:
    """All vectors of trees; LAYOUT says how they are written."""
    samples = {count: _Sample(f"of {count}", rng.randbytes(32), _rows(rng, count)) for count in (1, 2, 3, 5)}
    large = _Sample("formula", rng.randbytes(32), formula(3 * PAGE - 100))
    five = samples[5]
    every = [*samples.values(), large]
    ranges = [
        sample.range_proof(first, count, levels)
        for sample in samples.values()
        for levels in (PAGE_LEVELS,)
        for first in range(len(sample.rows))
        for count in range(1, len(sample.rows) - first + 1)
    ]
    last = len(large.rows) - 1
    for first, count in ((0, 1), (0, 6), (7, 1), (7, 8), (4095, 1), (4096, 1), (5000, 13), (last - 2, 3), (last, 1)):
        ranges += [large.range_proof(first, count, levels) for levels in (PAGE_LEVELS, large.depth)]
    # two neighbours of different pages, whose order the program judges
    ranges += [large.range_proof(4095, 2, large.depth), large.range_proof(8190, 3, large.depth)]
    return {
        "layout": LAYOUT,
        "leaves": _leaves(rng),
        "nodes": _nodes(rng),
        "trees": [sample.shown() for sample in every],
        "page_proofs": [sample.page_proof(0) for sample in samples.values()] + [large.page_proof(p) for p in range(3)],
        "range_proofs": ranges,
        "refused_ranges": _refused_ranges(rng, five, large),
        "refused_pages": _refused_pages(large),
        **_challenges(rng),
    }


def _rows(rng: random.Random, count: int) -> list[Row]:
    rows = []
    for owner in sorted(rng.randbytes(32) for _ in range(count)):
        amount = rng.getrandbits(rng.randint(1, 60)) + 1
        rows.append((owner, amount, rng.choice((0, amount // 3, amount))))
    return rows


def _leaves(rng: random.Random) -> list[dict[str, Any]]:
    found = []
    amounts = [(0, 1, 0), (1, U64_MAX, U64_MAX), (4096, 10**8, 15 * 10**6), (2**32, 2**53 + 1, 0), (U64_MAX, 1, 1)]
    for index, amount, withheld in amounts:
        account, owner = rng.randbytes(32), rng.randbytes(32)
        found.append(
            {
                "account": account.hex(),
                "index": str(index),
                "owner": owner.hex(),
                "amount": str(amount),
                "withheld": str(withheld),
                "entry": raw(leaf(account, index, owner, amount, withheld)).hex(),
            }
        )
    return found


def _nodes(rng: random.Random) -> list[dict[str, Any]]:
    one, two = ((rng.randbytes(32), rng.getrandbits(60)) for _ in range(2))
    high, other = (one[0], U64_MAX), two[0]
    pairs: dict[str, tuple[Entry, Entry]] = {
        "two": (one, two),
        "the same two, swapped": (two, one),
        "none on the right": (one, EMPTY),
        "none on the left": (EMPTY, one),
        "twice the same": (one, one),
        "none": (EMPTY, EMPTY),
        # no empty entries: hash and sum must be zero
        "a sum without a hash": (EMPTY, (bytes(32), 1)),
        "a hash without a sum": ((other, 0), EMPTY),
        "64 bits": (high, (other, 0)),
        "a sum over 64 bits": (high, (other, 1)),
        "a sum over 64 bits on the right": ((bytes(32), 1), (other, U64_MAX)),
        "twice 2^63": ((one[0], 2**63), (other, 2**63)),
    }
    found = []
    for why, (left, right) in pairs.items():
        entry = node(left, right)
        shown = None if entry is None else raw(entry).hex()
        found.append({"why": why, "left": raw(left).hex(), "right": raw(right).hex(), "entry": shown})
    return found


def _refused_ranges(rng: random.Random, five: _Sample, large: _Sample) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def case(why: str, sample: _Sample, first: int, rows: list[Row], nodes: list[Entry], **other: Any) -> None:
        levels = other.get("levels", PAGE_LEVELS)
        place = min(first >> levels, len(sample.levels[levels]) - 1)
        expected = sample.levels[levels][other.get("at", place)]
        account: bytes = other.get("account", sample.account)
        found.append(
            {
                "why": why,
                "account": account.hex(),
                "first": first,
                "leaves": show_rows(rows),
                "levels": levels,
                "nodes": show(nodes),
                "expected": raw(expected).hex(),
            }
        )

    for sample, first, count, levels in ((five, 1, 1, 12), (five, 1, 3, 12), (large, 4097, 4, large.depth)):
        rows, nodes = sample.rows[first : first + count], proof(sample.levels, first, count, levels)
        owner, amount, withheld = rows[0]

        def with_node(at: int, entry: Entry, nodes: list[Entry] = nodes) -> list[Entry]:
            return [entry if n == at else other for n, other in enumerate(nodes)]

        more = {"levels": levels}
        case("another account", sample, first, rows, nodes, account=rng.randbytes(32), **more)
        case("next index", sample, first + 1, rows, nodes, at=first >> levels, **more)
        case("index with the same path", sample, first + (1 << levels), rows, nodes, at=first >> levels, **more)
        case("more for the owner", sample, first, [(owner, amount + 1, withheld), *rows[1:]], nodes, **more)
        case("more withheld", sample, first, [(owner, amount, withheld + 1), *rows[1:]], nodes, **more)
        case("nothing withheld", sample, first, [(owner, amount, 0), *rows[1:]], nodes, **more)
        case("another owner", sample, first, [(rng.randbytes(32), amount, withheld), *rows[1:]], nodes, **more)
        case("no node", sample, first, rows, [], **more)
        case("the last node missing", sample, first, rows, nodes[:-1], **more)
        case("the first node missing", sample, first, rows, nodes[1:], **more)
        case("an empty node too many", sample, first, rows, [*nodes, EMPTY], **more)
        case("the last node twice", sample, first, rows, [*nodes, nodes[-1]], **more)
        case("nodes backwards", sample, first, rows, nodes[::-1], **more)
        case("two nodes swapped", sample, first, rows, [nodes[1], nodes[0], *nodes[2:]], **more)
        hash_, total = nodes[0]
        case("a node with a larger sum", sample, first, rows, with_node(0, (hash_, total + 1)), **more)
        case("a node with a smaller sum", sample, first, rows, with_node(0, (hash_, total - 1)), **more)
        case("a sum over 64 bits", sample, first, rows, with_node(0, (hash_, U64_MAX)), **more)
        if count > 1:
            case("no leaf", sample, first, [], nodes, **more)
            case("leaves swapped", sample, first, [rows[1], rows[0], *rows[2:]], nodes, **more)
            case("a leaf short", sample, first, rows[:-1], nodes, **more)
    # a node offered as a leaf: its hash for the owner, its sum for the amount, and one level fewer to climb
    inner = (*five.levels[1][0], 0)
    case("a node for a leaf", five, 0, [inner], proof(five.levels, 0, 1, 11, 1))
    case("a node for a leaf, and a node more", five, 0, [inner], [EMPTY, *proof(five.levels, 0, 1, 11, 1)])
    case("a page for a leaf", large, 0, [(*large.levels[12][0], 0)], [], at=0)
    case("leaves of two pages", large, 4095, large.rows[4095:4097], proof(large.levels, 4095, 2, 12), at=0)
    beyond = proof(five.levels, 5, 1, 12)
    case("an empty place as a leaf with nothing", five, 5, [(bytes(32), 0, 0)], beyond)
    return found


def _refused_pages(large: _Sample) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    pages, levels = large.levels[PAGE_LEVELS], large.depth - PAGE_LEVELS

    def case(why: str, page: int, entry: Entry, nodes: list[Entry]) -> None:
        found.append(
            {
                "why": why,
                "leaf_count": len(large.rows),
                "page": page,
                "entry": raw(entry).hex(),
                "levels": levels,
                "nodes": show(nodes),
                "expected": raw(large.root).hex(),
            }
        )

    good = proof(large.levels, 1, 1, levels, PAGE_LEVELS)
    hash_, total = pages[1]
    case("another page's number", 0, pages[1], good)
    case("a number with the same path", 1 + (1 << levels), pages[1], good)
    case("a page behind the last", 3, EMPTY, proof(large.levels, 3, 1, levels, PAGE_LEVELS))
    case("another page's entry", 1, pages[0], good)
    case("a larger sum", 1, (hash_, total + 1), good)
    case("sums swapped between page and node", 1, (hash_, good[0][1]), [(good[0][0], total), *good[1:]])
    case("a missing node", 1, pages[1], good[:-1])
    case("a superfluous node", 1, pages[1], [*good, EMPTY])
    case("nodes backwards", 1, pages[1], good[::-1])
    case("a node above for the page", 0, large.levels[PAGE_LEVELS + 1][0], good[1:])
    case("a node below for the page", 0, large.levels[PAGE_LEVELS - 1][0], [large.levels[PAGE_LEVELS - 1][1], *good])
    case("the root for the page", 0, large.root, [])
    case("a sum over 64 bits", 1, (hash_, U64_MAX), good)
    return found


def _challenges(rng: random.Random) -> dict[str, Any]:
    """Trees of one page in which one node claims another sum than its children have, and what shows it."""
    account, rows = rng.randbytes(32), [(owner, 1000 + amount % 1000, 0) for owner, amount, _ in _rows(rng, 6)]
    found, refused = [], []

    def shown(why: str, levels: list[list[Entry]], level: int, index: int, /, **other: Any) -> dict[str, Any]:
        siblings = [levels[at][(index >> (at - level)) ^ 1] for at in range(level, len(levels) - 1)]
        return {
            "why": why,
            "leaf_count": len(rows),
            "root": raw(levels[-1][0]).hex(),
            "level": level,
            "index": index,
            "entry": raw(levels[level][index]).hex(),
            "left": raw(levels[level - 1][2 * index]).hex(),
            "right": raw(levels[level - 1][2 * index + 1]).hex(),
            "path": show(siblings),
        } | other

    def forged(level: int, index: int, more: int) -> list[list[Entry]]:
        """The tree with ``more`` added to the sum of one node, and honest sums above it."""
        levels = tree(account, rows)
        hash_, total = levels[level][index]
        levels[level][index] = hash_, total + more
        return [*levels[:level], *levels_above(levels[level])]

    for level, index, more in ((1, 0, 1), (1, 2, -1), (2, 1, 5), (2, 0, -7), (12, 0, 100)):
        found.append(shown(f"{more:+} at level {level}", forged(level, index, more), level, index))
    # nothing below it, and yet not the zeros of an empty node
    levels = tree(account, rows)
    levels[3][1] = above(EMPTY, EMPTY), 9
    found.append(shown("+9 over nothing", [*levels[:3], *levels_above(levels[3])], 3, 1))
    over = [[EMPTY] * PAGE]
    over[0][:2] = leaf(account, 0, rows[0][0], U64_MAX, 0), leaf(account, 1, rows[1][0], 8, 0)
    # 64 bits that wrapped around
    over += levels_above([(above(*over[0][:2]), 7), *[EMPTY] * (PAGE // 2 - 1)])
    found.append(shown("a sum that wrapped around", over, 1, 0))

    honest, bad = tree(account, rows), forged(2, 1, 5)
    good = found[2]
    refused.append(shown("an honest node", honest, 2, 1))
    refused.append(shown("an honest node of the false tree", bad, 2, 0))
    refused.append(shown("an honest node above the false one", bad, 3, 0))
    refused.append(shown("a false node of another tree", bad, 2, 1, root=raw(honest[-1][0]).hex()))
    refused.append(shown("children of another node", bad, 2, 1, left=raw(bad[1][0]).hex(), right=raw(bad[1][1]).hex()))
    refused.append(shown("children swapped", bad, 2, 1, left=good["right"], right=good["left"]))
    forged_entry = (bad[2][1][0], bad[2][1][1] + 1)
    refused.append(shown("an entry that the tree does not have", bad, 2, 1, entry=raw(forged_entry).hex()))
    refused.append(shown("a node missing in the path", bad, 2, 1, path=good["path"][:-80]))
    refused.append(shown("a node too many in the path", bad, 2, 1, path=good["path"] + raw(EMPTY).hex()))
    refused.append(shown("another index", bad, 2, 1, index=0))
    refused.append(shown("an index with the same path", bad, 2, 1, index=1 + 2**10))
    refused.append(shown("a leaf as a node", bad, 2, 1, level=0))
    refused.append(shown("a level above the root", bad, 12, 0, level=13))
    return {"challenges": found, "refused_challenges": refused}
