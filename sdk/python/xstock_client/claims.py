"""The proof that an owner stands in a tree: of a snapshot's balances, or of a distribution's entitlements. Pure.

As a file it is JSON: ``{"format": "xstock-proof", "version": 1, "account": ..., "root": ..., "leaf_count": ...,
"index": ..., "owner": ..., "amount": ..., "withheld": ..., "nodes": [...]}``. Amounts are base units, written as
strings, because many JSON readers lose large numbers; the root and the nodes are the hexadecimal of their 40 bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from solders.pubkey import Pubkey

from xstock_client.amounts import U64_MAX
from xstock_client.errors import BadProof
from xstock_client.merkle import (
    NODE_BYTES,
    PAGE_DEPTH,
    PAGE_LEAVES,
    Entry,
    Leaf,
    MerkleTree,
    decode_nodes,
    tree_depth,
    verify_page,
    verify_range,
)

__all__ = ["LeafProof", "read_proof", "write_proof"]

_FORMAT: Final = "xstock-proof"
_VERSION: Final = 1
_FIELDS: Final = frozenset(
    {"format", "version", "account", "root", "leaf_count", "index", "owner", "amount", "withheld", "nodes"}
)


@dataclass(frozen=True, slots=True)
class LeafProof:
    """One leaf, and the nodes that lead from it to the root. Made by :meth:`of` or :meth:`parse`, which check it."""

    account: Pubkey
    """The snapshot or the distribution whose tree it is."""
    root: Entry
    leaf_count: int
    index: int
    owner: Pubkey
    amount: int
    """Raw units held, or gross in base units of the payout mint."""
    withheld: int
    """Tax in base units of the payout mint; 0 in a snapshot."""
    nodes: tuple[Entry, ...]
    """Its siblings, lowest first: 12 inside its page, then those above."""

    @classmethod
    def of(cls, tree: MerkleTree, owner: Pubkey) -> LeafProof:
        """The proof of ``owner``'s leaf. Raises BadProof for who has none."""
        index = tree.index_of(owner)
        if index is None:
            raise BadProof(
                f"{owner} is not among the {tree.leaf_count:,} owners of this tree: check the address; who held too"
                " little for one base unit, or is excluded by rule, has no leaf"
            )
        return cls.at(tree, index)

    @classmethod
    def at(cls, tree: MerkleTree, index: int) -> LeafProof:
        """The proof of the leaf ``index``. Raises BadProof where there is none."""
        leaf = tree.leaf(index)
        account, owner = Pubkey(tree.account), Pubkey(leaf.owner)
        nodes = tree.full_proof(index)
        return cls(account, tree.root, tree.leaf_count, index, owner, leaf.amount, leaf.withheld, nodes)

    @property
    def page(self) -> int:
        """The page that the leaf lies in."""
        return self.index // PAGE_LEAVES

    @property
    def claim_nodes(self) -> tuple[Entry, ...]:
        """What a claim carries once the page is open."""
        return self.nodes[:PAGE_DEPTH]

    @property
    def page_nodes(self) -> tuple[Entry, ...]:
        """What opens the page."""
        return self.nodes[PAGE_DEPTH:]

    @property
    def page_entry(self) -> Entry:
        """The entry of its page, as the proof has it."""
        leaf = Leaf(bytes(self.owner), self.amount, self.withheld)
        return verify_range(self.account, self.index, [leaf], PAGE_DEPTH, self.claim_nodes)

    def verify(self, root: Entry | None = None, leaf_count: int | None = None) -> None:
        """Check that it leads to ``root`` of a tree of ``leaf_count`` leaves, by default its own.

        Raises BadProof. Only a root that was read from the chain proves anything.
        """
        count = self.leaf_count if leaf_count is None else leaf_count
        if not 0 <= self.index < count:
            raise BadProof(f"a tree of {count:,} leaves has no leaf {self.index:,}: take the proof again")
        if self.withheld > self.amount:
            raise BadProof(f"leaf {self.index:,} withholds {self.withheld:,} of {self.amount:,}: take the proof again")
        wanted = self.root if root is None else root
        found = verify_page(self.page, self.page_entry, count, self.page_nodes)
        if found != wanted:
            raise BadProof(
                f"the proof of leaf {self.index:,} leads to another root: {found.hash.hex()} of {found.sum:,}, not"
                f" {wanted.hash.hex()} of {wanted.sum:,}; it is of another tree, or was changed: take it again"
            )

    def to_json(self) -> str:
        """As a file holds it."""
        value = {
            "format": _FORMAT,
            "version": _VERSION,
            "account": str(self.account),
            "root": bytes(self.root).hex(),
            "leaf_count": self.leaf_count,
            "index": self.index,
            "owner": str(self.owner),
            "amount": str(self.amount),
            "withheld": str(self.withheld),
            "nodes": [bytes(node).hex() for node in self.nodes],
        }
        return json.dumps(value, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str) -> LeafProof:
        """From a file's text, checked against its own root. Raises BadProof."""
        try:
            proof = _read(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise BadProof(f"this is no proof file: {error}; take it again from whoever made it") from None
        proof.verify()
        return proof


def read_proof(path: Path | str) -> LeafProof:
    """Read a proof file. Raises BadProof."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadProof(f"{path} cannot be read: {error}") from None
    try:
        return LeafProof.parse(text)
    except BadProof as error:
        raise BadProof(f"{path}: {error}") from None


def write_proof(proof: LeafProof, path: Path | str) -> None:
    """Write a proof file; the same proof gives the same bytes. Raises OSError."""
    Path(path).write_text(proof.to_json(), encoding="utf-8", newline="\n")


def _read(value: Any) -> LeafProof:
    if not isinstance(value, dict) or (value.get("format"), value.get("version")) != (_FORMAT, _VERSION):
        raise ValueError(f'it must have "format": "{_FORMAT}" and "version": {_VERSION}')
    if value.keys() != _FIELDS:
        raise ValueError(f"its fields must be {', '.join(sorted(_FIELDS))}, not {', '.join(sorted(value))}")
    leaf_count, index = _whole(value["leaf_count"]), _whole(value["index"])
    nodes = value["nodes"]
    if not isinstance(nodes, list) or len(nodes) != tree_depth(leaf_count):
        raise ValueError(f"a tree of {leaf_count:,} leaves takes a list of {tree_depth(leaf_count)} nodes")
    return LeafProof(
        account=_address(value["account"]),
        root=_entry(value["root"]),
        leaf_count=leaf_count,
        index=index,
        owner=_address(value["owner"]),
        amount=_units(value["amount"]),
        withheld=_units(value["withheld"]),
        nodes=tuple(_entry(node) for node in nodes),
    )


def _entry(value: Any) -> Entry:
    data = bytes.fromhex(value) if isinstance(value, str) else b""
    if len(data) != NODE_BYTES:
        raise ValueError(f"a node is {NODE_BYTES} bytes in hexadecimal, not {value!r}")
    return decode_nodes(data)[0]


def _address(value: Any) -> Pubkey:
    try:
        return Pubkey.from_string(value)
    except (TypeError, ValueError):
        raise ValueError(f"not an address: {value!r}") from None


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= U64_MAX:
        raise ValueError(f"not a whole number: {value!r}")
    return value


def _units(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or len(value) > 20:
        raise ValueError(f"an amount is a string of digits, in base units, not {value!r}")
    return _whole(int(value))
