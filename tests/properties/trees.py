"""The right trees of a record date: balances, and what they are entitled to."""

from __future__ import annotations

from typing import Final

from solders.pubkey import Pubkey

from tests.embedded.trees import Tree
from tests.properties.chain import owner_address
from tests.properties.paying import Distribution, gross_of
from tests.properties.voting import Snapshot
from xstock_client import pda

__all__ = ["TAX", "balances_of", "entitlements_of"]

TAX: Final = {"holder0": 3_000, "holder1": 1_500, "asset": 10_000}
"""Basis points; who is not named bears none."""


def balances_of(asset: Pubkey, taken: Snapshot) -> Tree:
    """Of a snapshot whose slot is over."""
    assert taken.truth is not None
    owners = {owner_address(owner): amount for owner, amount in taken.truth.items()}
    return Tree.of(pda.snapshot(asset, taken.number), owners)


def entitlements_of(taken: Snapshot, dist: Distribution) -> Tree:
    """Of a distribution: gross and tax, each rounded down."""
    assert taken.truth is not None
    rows: dict[Pubkey, tuple[int, int] | int] = {}
    for owner, raw in taken.truth.items():
        gross = gross_of(raw, taken.multiplier, dist.rate)
        rows[owner_address(owner)] = (gross, gross * TAX.get(owner, 0) // 10_000)
    return Tree.of(owner_address(f"dist{dist.snapshot}-{dist.number}"), rows)
