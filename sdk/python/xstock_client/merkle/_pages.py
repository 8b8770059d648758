"""Hash pages of leaves: the only slow part of a tree, and the script that its worker processes run.

Needs nothing but the standard library, so a worker starts in milliseconds and imports no package: a build neither
forks a process that may have threads nor runs its caller's main module again, as multiprocessing would.
"""

from __future__ import annotations

import signal
import struct
import sys
from array import array
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from operator import add
from typing import BinaryIO, TypeAlias

PAGE_DEPTH = 12
PAGE_LEAVES = 1 << PAGE_DEPTH
LEAF_TAG = b"xstkleaf"
NODE_TAG = b"xstknode"
EMPTY_HASH = bytes(32)

LEAF = struct.Struct("<40sQ32sQQ")
"""Tag and account, index, owner, amount, withheld: what the hash of a leaf is taken of."""
NODE = struct.Struct("<8s32sQ32sQ")
"""Tag, the left entry, the right entry."""
ENTRY = struct.Struct("<32sQ")
SHARE = struct.Struct("<40sQQ?")
"""What a worker is told first: tag and account, index of its first leaf, its leaves, whether anything is withheld."""

Level: TypeAlias = tuple[list[bytes], list[int]]
"""One level of a subtree without the empty entries at its end: hashes, sums."""


def split(owners: bytes | memoryview) -> list[bytes]:
    """The single owners of their concatenation."""
    data = bytes(owners)
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def leaf_level(prefix: bytes, index: int, owners: list[bytes], amounts: list[int], withheld: list[int]) -> Level:
    """The lowest level: ``prefix`` is the tag and the account, ``index`` that of the first leaf."""
    pack = LEAF.pack
    rows = zip(count(index), owners, amounts, withheld)
    hashes = [sha256(pack(prefix, at, owner, amount, tax)).digest() for at, owner, amount, tax in rows]
    return hashes, amounts


def above(level: Level) -> Level:
    """The level above a level of at least one entry."""
    if len(level[0]) % 2:
        level = ([*level[0], EMPTY_HASH], [*level[1], 0])
    hashes, sums = level
    rows = zip(hashes[::2], sums[::2], hashes[1::2], sums[1::2], strict=True)
    digests = [sha256(NODE.pack(NODE_TAG, *row)).digest() for row in rows]
    return digests, list(map(add, sums[::2], sums[1::2]))


def page_entry(prefix: bytes, index: int, owners: bytes, amounts: array[int], withheld: array[int] | None) -> bytes:
    """The 40 bytes of a page's top entry; the page has at least one leaf."""
    taxes = withheld.tolist() if withheld else [0] * len(amounts)
    level = leaf_level(prefix, index, split(owners), amounts.tolist(), taxes)
    for _ in range(PAGE_DEPTH):
        level = above(level)
    (digest,), (total,) = level
    return ENTRY.pack(digest, total)


def entries_of_share(source: BinaryIO) -> Iterator[bytes]:
    """Page entries of the leaves in ``source``: SHARE, then page by page owners, amounts and what is withheld."""
    prefix, index, leaves, has_withheld = SHARE.unpack(source.read(SHARE.size))
    for at in range(0, leaves, PAGE_LEAVES):
        size = min(PAGE_LEAVES, leaves - at)
        owners = source.read(32 * size)
        amounts = array("Q", source.read(8 * size))
        withheld = array("Q", source.read(8 * size)) if has_withheld else None
        yield page_entry(prefix, index + at, owners, amounts, withheld)


if __name__ == "__main__":
    # an interrupt ends a worker without a word: the process that started it has its own to say
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # all at the end: who writes to this process reads nothing before that
    sys.stdout.buffer.write(b"".join(entries_of_share(sys.stdin.buffer)))
