"""A whole Merkle-sum tree: its root from sorted owners and amounts, and the proofs of any part of it.

A million leaves take 40 MB (48 with what is withheld) and under three seconds of one core. Only the entries of pages
are kept, and all levels of the page that a proof was last asked of: ask for proofs page by page.
"""

from __future__ import annotations

import os
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, starmap
from operator import le, lt
from subprocess import PIPE, Popen
from typing import Self, SupportsBytes

from solders.pubkey import Pubkey

from xstock_client.amounts import U64_MAX
from xstock_client.errors import BadProof, BadSnapshot, UsageError, XstockError

from . import _pages
from .entry import (
    EMPTY,
    NODE_BYTES,
    PAGE_DEPTH,
    PAGE_LEAVES,
    Entry,
    Leaf,
    address_bytes,
    decode_nodes,
    leaf_prefix,
    page_count,
    tree_depth,
)

__all__ = ["MerkleTree"]

_PAGES_A_WORKER = 16
"""Fewer are hashed sooner here than a further process starts."""


class MerkleTree:
    """The tree of one snapshot (raw balances) or of one distribution (gross and withheld)."""

    __slots__ = ("_amounts", "_owners", "_pages", "_prefix", "_recent", "_upper", "_withheld", "account")

    def __init__(
        self, account: bytes, owners: bytes, amounts: array[int], withheld: array[int] | None, pages: list[Entry]
    ) -> None:
        """Use :meth:`build` or :meth:`from_leaves`; ``pages`` are the entries of all pages."""
        self.account = account
        self._prefix = leaf_prefix(account)
        self._owners, self._amounts, self._withheld = owners, amounts, withheld
        self._pages = pages
        self._upper = _levels(([page.hash for page in pages], [page.sum for page in pages]))
        self._recent: tuple[int, list[_pages.Level]] | None = None

    @classmethod
    def build(
        cls,
        account: SupportsBytes,
        owners: bytes,
        amounts: array[int],
        withheld: array[int] | None = None,
        workers: int | None = None,
        *,
        ordered: bool = True,
    ) -> Self:
        """The tree of leaves that are sorted by owner.

        ``owners`` are 32 bytes for each leaf, ``amounts`` and ``withheld`` (left out where it is nothing) arrays of
        type "Q"; all are kept, not copied. ``workers`` processes hash the pages, by default one for each core if there
        is enough to do; the root does not depend on it. No leaves make one empty page. With ``ordered`` off leaves are
        hashed as they come, which makes the trees that challenges are for; :meth:`index_of` then finds nobody for sure.
        Raises BadSnapshot.
        """
        address = address_bytes("the tree's account", account)
        _check_shape(owners, amounts, withheld)
        if ordered:
            _check_leaves(owners, amounts, withheld)
        _check_total(amounts)
        if not amounts:
            return cls(address, owners, amounts, withheld, [EMPTY])
        pages = page_count(len(amounts))
        if workers is None:
            workers = min(os.cpu_count() or 1, max(1, pages // _PAGES_A_WORKER))
        elif workers < 1:
            raise UsageError(f"a tree is built by at least one process, not {workers}")
        entries = _page_entries(leaf_prefix(address), owners, amounts, withheld, min(workers, pages))
        return cls(address, owners, amounts, withheld, entries)

    @classmethod
    def from_leaves(
        cls, account: SupportsBytes, leaves: Iterable[tuple[SupportsBytes, int, int]], workers: int | None = None
    ) -> Self:
        """The tree of (owner, amount, withheld) in any order. Raises BadSnapshot."""
        rows = sorted((address_bytes("an owner", owner), amount, tax) for owner, amount, tax in leaves)
        for owner, *values in rows:
            for value in values:
                if not 0 <= value <= U64_MAX:
                    raise BadSnapshot(
                        f"{_name(owner)}: an amount must lie between 0 and {U64_MAX:,} base units, not {value:,}"
                    )
        owners = b"".join(owner for owner, _, _ in rows)
        amounts = array("Q", (amount for _, amount, _ in rows))
        withheld = array("Q", (tax for _, _, tax in rows))
        return cls.build(account, owners, amounts, withheld if any(withheld) else None, workers)

    @property
    def root(self) -> Entry:
        """The top entry; its sum is that of all leaves."""
        return _at(self._upper[-1], 0)

    @property
    def leaf_count(self) -> int:
        return len(self._amounts)

    @property
    def pages(self) -> int:
        return len(self._pages)

    @property
    def depth(self) -> int:
        """Levels from the leaves to the root."""
        return tree_depth(self.leaf_count)

    def leaf(self, index: int) -> Leaf:
        """One leaf. Raises BadProof where there is none."""
        return self.leaves(index, 1)[0]

    def leaves(self, first: int, count: int) -> tuple[Leaf, ...]:
        """``count`` leaves from ``first``. Raises BadProof where there are fewer."""
        self._check_range(first, count)
        return tuple(
            Leaf(self._owners[32 * at : 32 * at + 32], self._amounts[at], self._withheld[at] if self._withheld else 0)
            for at in range(first, first + count)
        )

    def index_of(self, owner: SupportsBytes) -> int | None:
        """The index of an owner's leaf; None for who has none."""
        wanted = address_bytes("the owner", owner)
        at = bisect_left(range(self.leaf_count), wanted, key=lambda i: self._owners[32 * i : 32 * i + 32])
        return at if self._owners[32 * at : 32 * at + 32] == wanted else None

    def page_entry(self, page: int) -> Entry:
        """The top entry of one page. Raises BadProof where there is none."""
        self._check_page(page)
        return self._pages[page]

    def page_proof(self, page: int) -> tuple[Entry, ...]:
        """The nodes that lead from a page's entry to the root, lowest first. Raises BadProof."""
        self._check_page(page)
        return _climb(self._upper, page, page + 1)

    def range_proof(self, first: int, count: int) -> tuple[Entry, ...]:
        """The nodes that lead from leaves of one page to the page's entry. Raises BadProof."""
        self._check_range(first, count)
        page, start = divmod(first, PAGE_LEAVES)
        if start + count > PAGE_LEAVES:
            raise BadProof(
                f"leaves {first:,} to {first + count - 1:,} lie in more than one page of {PAGE_LEAVES:,}: "
                f"prove those from {(page + 1) * PAGE_LEAVES:,} by themselves"
            )
        return _climb(self._levels_of(page), start, start + count)

    def full_proof(self, index: int) -> tuple[Entry, ...]:
        """The nodes that lead from one leaf to the root, lowest first. Raises BadProof."""
        return (*self.range_proof(index, 1), *self.page_proof(index // PAGE_LEAVES))

    def _levels_of(self, page: int) -> list[_pages.Level]:
        """All levels of a page, its leaves first."""
        if self._recent is None or self._recent[0] != page:
            start, end = page * PAGE_LEAVES, min((page + 1) * PAGE_LEAVES, self.leaf_count)
            amounts = self._amounts[start:end].tolist()
            withheld = self._withheld[start:end].tolist() if self._withheld else [0] * len(amounts)
            owners = _pages.split(self._owners[32 * start : 32 * end])
            lowest = _pages.leaf_level(self._prefix, start, owners, amounts, withheld)
            self._recent = (page, _levels(lowest, PAGE_DEPTH))
        return self._recent[1]

    def _check_page(self, page: int) -> None:
        if not 0 <= page < self.pages:
            raise BadProof(f"the tree has pages 0 to {self.pages - 1:,}, and no page {page:,}")

    def _check_range(self, first: int, count: int) -> None:
        if count < 1 or first < 0 or first + count > self.leaf_count:
            raise BadProof(f"the tree has {self.leaf_count:,} leaves, and not {count:,} from leaf {first:,} on")


def _levels(lowest: _pages.Level, height: int | None = None) -> list[_pages.Level]:
    """``lowest`` and ``height`` levels above it; without a height, up to the one with a single entry."""
    levels = [lowest]
    while len(levels) <= height if height is not None else len(levels[-1][0]) > 1:
        levels.append(_pages.above(levels[-1]))
    return levels


def _climb(levels: list[_pages.Level], low: int, high: int) -> tuple[Entry, ...]:
    """The nodes that lead from the entries [low, high) of the lowest level to the single one of the highest."""
    nodes: list[Entry] = []
    for level in levels[:-1]:
        if low % 2:
            nodes.append(_at(level, low - 1))
        if high % 2:
            nodes.append(_at(level, high))
        low, high = low // 2, (high + 1) // 2
    return tuple(nodes)


def _at(level: _pages.Level, index: int) -> Entry:
    hashes, sums = level
    return Entry(hashes[index], sums[index]) if index < len(hashes) else EMPTY


def _page_entries(
    prefix: bytes, owners: bytes, amounts: array[int], withheld: array[int] | None, processes: int
) -> list[Entry]:
    """The entries of all pages, computed here or by several processes at once."""
    pages = page_count(len(amounts))
    # a frozen application has no interpreter to start
    if processes == 1 or not sys.executable or getattr(sys, "frozen", False):
        data = b"".join(
            _pages.page_entry(
                prefix,
                at,
                owners[32 * at : 32 * (at + PAGE_LEAVES)],
                amounts[at : at + PAGE_LEAVES],
                withheld[at : at + PAGE_LEAVES] if withheld else None,
            )
            for at in range(0, len(amounts), PAGE_LEAVES)
        )
        return list(decode_nodes(data))
    cuts = [pages * number // processes * PAGE_LEAVES for number in range(processes)] + [len(amounts)]
    # the threads only feed the processes and wait for them
    with ThreadPoolExecutor(processes) as pool:
        shares = pool.map(lambda span: _share(prefix, owners, amounts, withheld, *span), pairwise(cuts))
        return list(decode_nodes(b"".join(shares)))


def _share(
    prefix: bytes, owners: bytes, amounts: array[int], withheld: array[int] | None, start: int, end: int
) -> bytes:
    """The entries of the pages of leaves [start, end), from a process of their own. Raises XstockError."""
    views = [(memoryview(owners), 32), *((memoryview(each).cast("B"), 8) for each in (amounts, withheld) if each)]
    told, how = b"", ""
    try:
        with Popen([sys.executable, "-I", "-S", str(_pages.__file__)], stdin=PIPE, stdout=PIPE) as worker:
            assert worker.stdin and worker.stdout
            with worker.stdin as pipe:
                pipe.write(_pages.SHARE.pack(prefix, start, end - start, withheld is not None))
                for at in range(start, end, PAGE_LEAVES):
                    for view, width in views:
                        pipe.write(view[width * at : width * min(at + PAGE_LEAVES, end)])
            told = worker.stdout.read()
        how = f"status {worker.returncode} and {len(told):,} bytes"
    except OSError as error:
        how = str(error)
    if len(told) != NODE_BYTES * page_count(end - start):
        raise XstockError(
            f"a process that hashes leaves {start:,} to {end - 1:,} failed ({how}): "
            "free memory, or build with workers=1"
        )
    return told


def _check_shape(owners: bytes, amounts: array[int], withheld: array[int] | None) -> None:
    """Refuse columns of different lengths or of another type."""
    for each in (amounts, withheld):
        if each is not None and each.typecode != "Q":
            raise BadSnapshot(f'amounts come as an array of type "Q" (u64), not "{each.typecode}"')
    lengths = [len(amounts)] if withheld is None else [len(amounts), len(withheld)]
    if any(32 * length != len(owners) for length in lengths):
        raise BadSnapshot(
            f"{len(owners):,} bytes of owners (32 each), and {' and '.join(f'{n:,}' for n in lengths)} amounts: "
            "every leaf needs one of each"
        )


def _check_leaves(owners: bytes, amounts: array[int], withheld: array[int] | None) -> None:
    """Refuse leaves that are not sorted, that have nothing, or of which more is withheld than there is."""
    before = b""
    for start in range(0, len(amounts), PAGE_LEAVES):
        names = _pages.split(owners[32 * start : 32 * (start + PAGE_LEAVES)])
        pairs = list(pairwise([before, *names]))
        if not all(starmap(lt, pairs)):
            at, (last, name) = next((at, pair) for at, pair in enumerate(pairs, start) if pair[0] >= pair[1])
            if last == name:
                raise BadSnapshot(
                    f"owner {_name(name)} has leaf {at - 1:,} and leaf {at:,}: add up what an owner "
                    "has, in all accounts, to one leaf"
                )
            raise BadSnapshot(
                f"leaf {at:,} of {_name(name)} comes after {_name(last)}: sort leaves by the owner's bytes"
            )
        before = names[-1]
    if 0 in amounts:
        at = amounts.index(0)
        raise BadSnapshot(f"leaf {at:,} of {_owner(owners, at)} has nothing (0): leave such owners out")
    if withheld and not all(map(le, withheld, amounts)):
        over = next(at for at, (amount, tax) in enumerate(zip(amounts, withheld, strict=True)) if tax > amount)
        raise BadSnapshot(
            f"leaf {over:,} of {_owner(owners, over)}: {withheld[over]:,} withheld of a gross of {amounts[over]:,}: "
            "no more can be withheld than there is"
        )


def _check_total(amounts: array[int]) -> None:
    """Refuse leaves that make more than 64 bits hold."""
    if (total := sum(amounts)) > U64_MAX:
        raise BadSnapshot(
            f"the leaves add up to {total:,}, more than 64 bits hold ({U64_MAX:,}): no supply of one mint is as large"
        )


def _owner(owners: bytes, index: int) -> str:
    return _name(owners[32 * index : 32 * index + 32])


def _name(owner: bytes) -> str:
    return str(Pubkey(owner))
