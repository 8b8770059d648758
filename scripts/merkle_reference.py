"""Merkle-sum trees by the definition, with the standard library alone: every level is written out in full.

An entry is (hash, sum). All levels of a tree are kept, padded with empty entries; what a proof needs is found by
looking which siblings of the known entries are not known, level by level.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

__all__ = [
    "EMPTY",
    "PAGE",
    "PAGE_LEVELS",
    "U64_MAX",
    "Entry",
    "Row",
    "above",
    "formula",
    "leaf",
    "levels_above",
    "node",
    "proof",
    "raw",
    "tree",
    "u64",
]

Entry: TypeAlias = tuple[bytes, int]
Row: TypeAlias = tuple[bytes, int, int]
"""Owner, amount, withheld."""

EMPTY: Entry = (bytes(32), 0)
PAGE = 4096
PAGE_LEVELS = 12
U64_MAX = 2**64 - 1


def u64(value: int) -> bytes:
    return value.to_bytes(8, "little")


def raw(entry: Entry) -> bytes:
    """The 40 bytes of an entry."""
    return entry[0] + u64(entry[1])


def leaf(account: bytes, index: int, owner: bytes, amount: int, withheld: int) -> Entry:
    data = b"xstkleaf" + account + u64(index) + owner + u64(amount) + u64(withheld)
    return hashlib.sha256(data).digest(), amount


def above(left: Entry, right: Entry) -> bytes:
    """The hash of a node whose children are not both empty, whatever its sum is."""
    return hashlib.sha256(b"xstknode" + raw(left) + raw(right)).digest()


def node(left: Entry, right: Entry) -> Entry | None:
    """The entry above two, or None if 64 bits do not hold their sum."""
    if left == EMPTY and right == EMPTY:
        return EMPTY
    total = left[1] + right[1]
    return (above(left, right), total) if total <= U64_MAX else None


def tree(account: bytes, rows: Sequence[Row]) -> list[list[Entry]]:
    """All levels of the tree of ``rows``, each in full, leaves first."""
    pages = 1
    while pages * PAGE < len(rows):
        pages *= 2
    entries = [leaf(account, index, *row) for index, row in enumerate(rows)]
    return levels_above(entries + [EMPTY] * (pages * PAGE - len(rows)))


def levels_above(entries: list[Entry]) -> list[list[Entry]]:
    levels = [entries]
    while len(levels[-1]) > 1:
        last, up = levels[-1], []
        for at in range(0, len(last), 2):
            entry = node(last[at], last[at + 1])
            assert entry is not None
            up.append(entry)
        levels.append(up)
    return levels


def proof(levels: list[list[Entry]], first: int, count: int, height: int, bottom: int = 0) -> list[Entry]:
    """What leads from ``count`` entries of level ``bottom`` up ``height`` levels."""
    known, nodes = set(range(first, first + count)), []
    for level in levels[bottom : bottom + height]:
        missing = {index ^ 1 for index in known} - known
        nodes += [level[index] for index in sorted(missing)]
        known = {index // 2 for index in known}
    return nodes


def formula(leaf_count: int) -> list[Row]:
    """The leaves of the tree that the file does not write out."""
    rows = []
    for i in range(leaf_count):
        amount = 1 + i * i % 1_000_003
        rows.append(((3 * i + 1).to_bytes(8, "big") + b"\x5a" * 24, amount, 3 * amount // 20))
    return rows
