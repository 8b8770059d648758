"""Merkle-sum trees written down once more, without the SDK's own way: whole ones, bent ones, and ones so large that
all but a few leaves are made up."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from solders.pubkey import Pubkey

__all__ = ["EMPTY", "PAGE", "PAGE_LEVELS", "Entry", "Leaf", "Tree", "encoded"]

PAGE_LEVELS = 12
PAGE = 1 << PAGE_LEVELS


@dataclass(frozen=True)
class Entry:
    """A leaf or a node: hash, and the sum of the leaves under it."""

    hash: bytes
    sum: int

    def __bytes__(self) -> bytes:
        return self.hash + struct.pack("<Q", self.sum)


EMPTY = Entry(bytes(32), 0)


@dataclass(frozen=True)
class Leaf:
    """An owner's raw units, or base units before tax and the tax of them."""

    owner: Pubkey
    amount: int
    withheld: int = 0

    def entry(self, account: Pubkey, index: int) -> Entry:
        row = struct.pack("<Q32sQQ", index, bytes(self.owner), self.amount, self.withheld)
        return Entry(sha256(b"xstkleaf" + bytes(account) + row).digest(), self.amount)


def _above(left: Entry, right: Entry) -> Entry:
    if left == right == EMPTY:
        return EMPTY
    return Entry(sha256(b"xstknode" + bytes(left) + bytes(right)).digest(), left.sum + right.sum)


def encoded(nodes: Iterable[Entry]) -> bytes:
    """A proof as an instruction carries it."""
    return b"".join(map(bytes, nodes))


@dataclass
class Tree:
    """The tree of ``account``, a snapshot or a distribution.

    Of ``size`` leaves those in ``leaves`` are known by their index; the others are made up, each with an amount of one.
    ``lies`` are added to the sums of single nodes, by level from the leaves and position.
    """

    account: Pubkey
    leaves: Mapping[int, Leaf]
    size: int
    lies: Mapping[tuple[int, int], int] = field(default_factory=dict)
    _made: dict[tuple[int, int], Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, account: Pubkey, owners: Mapping[Pubkey, tuple[int, int] | int]) -> Tree:
        """The honest tree of what owners have: an amount, or an amount and its tax. Who has nothing has no leaf."""
        rows = {owner: (what, 0) if isinstance(what, int) else what for owner, what in owners.items()}
        return cls.in_order(
            account, *(Leaf(owner, *rows[owner]) for owner in sorted(rows, key=bytes) if rows[owner][0])
        )

    @classmethod
    def in_order(cls, account: Pubkey, *leaves: Leaf) -> Tree:
        """The tree of these leaves in this order, whatever it is."""
        return cls(account, dict(enumerate(leaves)), len(leaves))

    @cached_property
    def levels(self) -> int:
        pages = max(1, -(-self.size // PAGE))
        return PAGE_LEVELS + (pages - 1).bit_length()

    @property
    def root(self) -> Entry:
        return self.entry(self.levels, 0)

    @property
    def sum(self) -> int:
        return self.root.sum

    @property
    def withheld(self) -> int:
        """The tax of all known leaves."""
        return sum(leaf.withheld for leaf in self.leaves.values())

    @cached_property
    def _known(self) -> list[int]:
        return sorted(self.leaves)

    def index_of(self, owner: Pubkey) -> int:
        """The index of the owner's only leaf."""
        (index,) = (index for index, leaf in self.leaves.items() if leaf.owner == owner)
        return index

    def entry(self, level: int, position: int) -> Entry:
        """The node ``level`` above the leaves, as number ``position`` there."""
        found = self._made.get((level, position))
        if found is None:
            made = self._make(level, position)
            found = Entry(made.hash, made.sum + self.lies.get((level, position), 0))
            self._made[level, position] = found
        return found

    def _make(self, level: int, position: int) -> Entry:
        first, end = position << level, (position + 1) << level
        if first >= self.size:
            return EMPTY
        at = bisect_left(self._known, first)
        if at == len(self._known) or self._known[at] >= end:
            return Entry(sha256(struct.pack("<QQ", level, position)).digest(), min(end, self.size) - first)
        if level == 0:
            return self.leaves[position].entry(self.account, position)
        return _above(self.entry(level - 1, 2 * position), self.entry(level - 1, 2 * position + 1))

    def page(self, number: int = 0) -> Entry:
        return self.entry(PAGE_LEVELS, number)

    def proof(self, first: int, count: int = 1, *, start: int = 0, stop: int | None = None) -> bytes:
        """The siblings that ``count`` neighbours from ``first`` on need, between two levels; to the root by default."""
        nodes, low, high = [], first, first + count
        for level in range(start, self.levels if stop is None else stop):
            if low % 2:
                nodes.append(self.entry(level, low - 1))
            if high % 2:
                nodes.append(self.entry(level, high))
            low, high = low // 2, (high + 1) // 2
        return encoded(nodes)

    def in_page(self, first: int, count: int = 1) -> bytes:
        """The proof of leaves under their page."""
        return self.proof(first, count, stop=PAGE_LEVELS)

    def of_page(self, number: int = 0) -> bytes:
        """The proof of a page under the root."""
        return self.proof(number, start=PAGE_LEVELS)
