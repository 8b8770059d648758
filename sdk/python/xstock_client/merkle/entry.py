"""Entries of a Merkle-sum tree: a hash and a sum that every level adds up. Mirrors the program's math.

A leaf binds its account (the snapshot or the distribution), its index, its owner, its amount and what is withheld of it
(raw balance and nothing; or gross and tax, in base units of the payout mint); only amounts are added up. Leaves and
nodes are hashed under different tags and lengths, so that neither can be taken for the other. Golden vectors are in
tests/vectors/merkle.json.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import SupportsBytes

from xstock_client.amounts import U64_MAX
from xstock_client.errors import BadProof, BadSnapshot

from . import _pages

__all__ = [
    "EMPTY",
    "NODE_BYTES",
    "PAGE_DEPTH",
    "PAGE_LEAVES",
    "Entry",
    "Leaf",
    "address_bytes",
    "decode_nodes",
    "encode_nodes",
    "leaf_entry",
    "leaf_prefix",
    "node_hash",
    "page_count",
    "parent",
    "tree_depth",
]

PAGE_LEAVES = _pages.PAGE_LEAVES
"""Leaves of one page: what one claim page on chain holds the entry of."""
PAGE_DEPTH = _pages.PAGE_DEPTH
"""Levels inside a page."""
NODE_BYTES = _pages.ENTRY.size
"""Bytes of an entry in an instruction: hash, then the sum as little-endian u64."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One node of a tree with the sum of all leaves below it. Raises ValueError."""

    hash: bytes
    """32 bytes."""
    sum: int
    """Raw units, or gross in base units of the payout mint."""

    def __post_init__(self) -> None:
        if len(self.hash) != 32:
            raise ValueError(f"the hash of an entry has 32 bytes, not {len(self.hash)}")
        if not 0 <= self.sum <= U64_MAX:
            raise ValueError(f"the sum of an entry must lie between 0 and {U64_MAX:,}, not {self.sum:,}")

    def __bytes__(self) -> bytes:
        return _pages.ENTRY.pack(self.hash, self.sum)


EMPTY = Entry(bytes(32), 0)
"""What stands where no leaf is."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What an owner has."""

    owner: bytes
    """32 bytes of address."""
    amount: int
    """Raw units held, or gross in base units of the payout mint."""
    withheld: int = 0
    """Tax in base units of the payout mint; 0 in a snapshot."""


def leaf_entry(account: SupportsBytes, index: int, owner: SupportsBytes, amount: int, withheld: int = 0) -> Entry:
    """The entry of the leaf ``index`` (from 0) of ``account``. Raises ValueError, and BadSnapshot for an address."""
    for name, value in (("index", index), ("amount", amount), ("withheld", withheld)):
        if not 0 <= value <= U64_MAX:
            raise ValueError(f"{name} of a leaf must lie between 0 and {U64_MAX:,}, not {value:,}")
    packed = _pages.LEAF.pack(leaf_prefix(account), index, address_bytes("the owner", owner), amount, withheld)
    return Entry(sha256(packed).digest(), amount)


def parent(left: Entry, right: Entry) -> Entry:
    """The entry above two. Raises BadProof where their sum exceeds 64 bits."""
    if left == right == EMPTY:
        return EMPTY
    total = left.sum + right.sum
    if total > U64_MAX:
        raise BadProof(
            f"the sum of two entries is {total:,}, more than 64 bits hold ({U64_MAX:,}): "
            "no tree of real amounts has these two side by side"
        )
    return Entry(node_hash(left, right), total)


def node_hash(left: Entry, right: Entry) -> bytes:
    """The hash of a node above two entries that are not both empty, whatever sum it claims."""
    return sha256(_pages.NODE_TAG + bytes(left) + bytes(right)).digest()


def encode_nodes(nodes: Iterable[Entry]) -> bytes:
    """Proof nodes as an instruction carries them."""
    return b"".join(map(bytes, nodes))


def decode_nodes(data: bytes) -> tuple[Entry, ...]:
    """Proof nodes from their bytes. Raises BadProof."""
    if len(data) % NODE_BYTES:
        raise BadProof(
            f"proof nodes have {NODE_BYTES} bytes each, and {len(data)} bytes are no whole number of them: "
            "take the proof again from whoever made it"
        )
    return tuple(Entry(*row) for row in _pages.ENTRY.iter_unpack(data))


def page_count(leaf_count: int) -> int:
    """Pages of a tree with ``leaf_count`` leaves: at least one."""
    return max(1, -(-leaf_count // PAGE_LEAVES))


def tree_depth(leaf_count: int) -> int:
    """Levels between the leaves and the root: 12 inside a page, and what it takes to join the pages."""
    return PAGE_DEPTH + (page_count(leaf_count) - 1).bit_length()


def leaf_prefix(account: SupportsBytes) -> bytes:
    """What the hashes of all leaves of ``account`` begin with. Raises BadSnapshot."""
    return _pages.LEAF_TAG + address_bytes("the tree's account", account)


def address_bytes(what: str, address: SupportsBytes) -> bytes:
    """The 32 bytes of an address. Raises BadSnapshot, naming ``what``, for any other length."""
    # bytes(32) would be an address of zeros
    data = b"" if isinstance(address, int) else bytes(address)
    if len(data) != 32:
        raise BadSnapshot(f"{what} must be an address of 32 bytes, not {len(data)} bytes: {address!r}")
    return data
