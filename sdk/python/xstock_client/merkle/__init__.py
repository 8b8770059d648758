"""Merkle-sum trees of snapshots and distributions: roots, proofs, and checks as the program makes them. Pure."""

from __future__ import annotations

from .entry import (
    EMPTY,
    NODE_BYTES,
    PAGE_DEPTH,
    PAGE_LEAVES,
    Entry,
    Leaf,
    decode_nodes,
    encode_nodes,
    leaf_entry,
    page_count,
    parent,
    tree_depth,
)
from .proof import BadNode, find_bad_node, verify_bad_node, verify_page, verify_range
from .tree import MerkleTree

__all__ = [
    "EMPTY",
    "NODE_BYTES",
    "PAGE_DEPTH",
    "PAGE_LEAVES",
    "BadNode",
    "Entry",
    "Leaf",
    "MerkleTree",
    "decode_nodes",
    "encode_nodes",
    "find_bad_node",
    "leaf_entry",
    "page_count",
    "parent",
    "tree_depth",
    "verify_bad_node",
    "verify_page",
    "verify_range",
]
