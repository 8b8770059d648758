"""Dividends with many owners, and the books of a distribution, which must balance at every step (promise 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from solders.pubkey import Pubkey

from tests.embedded.calls import APPLE, TREASURY, purse
from tests.embedded.chain import key
from tests.embedded.dividends import Dividend, Step, carry, distribution_of
from tests.embedded.trees import PAGE, Leaf, Tree
from tests.embedded.world import ALICE_HAS, BOB_HAS, World
from xstock_client.accounts import Ballot, Distribution, Snapshot
from xstock_client.constants import BPS

__all__ = ["SUPPLY", "Large", "books", "crowd", "enlarge", "open_purse", "owners"]

SUPPLY = ALICE_HAS + BOB_HAS


def owners(count: int) -> list[Pubkey]:
    """So many holders in the order of their leaves."""
    return sorted((key(f"holder {number}") for number in range(count)), key=bytes)


def crowd(count: int) -> Dividend:
    """So many owners with different balances and rates of tax; the last one holds the rest of the supply."""
    who = owners(count)
    holds = {owner: 10**6 * (at + 4) + at for at, owner in enumerate(who[:-1])}
    holds[who[-1]] = SUPPLY - sum(holds.values())
    return Dividend(APPLE, holds, {owner: at * 371 % (BPS + 1) for at, owner in enumerate(who)})


def open_purse(world: World, *people: Pubkey) -> None:
    """Their associated accounts of dollars, without the fees of opening them one by one."""
    like = world.get(purse(TREASURY))
    for owner in people:
        data = like.data[:32] + bytes(owner) + bytes(8) + like.data[72:]
        world.chain.set_account(purse(owner), replace(like, data=data))


@dataclass(frozen=True)
class Large(Dividend):
    """Entitlements of several pages. Only the leaves at ``places`` are known; the others have one unit each."""

    places: Mapping[int, Pubkey] = field(default_factory=dict)
    size: int = PAGE

    @cached_property
    def entitlements(self) -> Tree:
        leaves = {at: Leaf(owner, 1_000 + at, at % 500) for at, owner in self.places.items()}
        return Tree(self.address, leaves, self.size)


def enlarge(world: World, dividend: Large, to: Step) -> None:
    """Carry it there: the snapshot is told to have as many owners by hand."""
    carry(world, Step.DECLARED, dividend)
    at = Snapshot.OFFSETS["ballot"] + Ballot.OFFSETS["root"] + 40
    world.patch(dividend.snapshot_address, at, dividend.size.to_bytes(8, "little"))
    carry(world, to, dividend, since=Step.DECLARED)


def books(world: World, dividend: Dividend, *, donated: int = 0) -> Distribution:
    """Promise 7: counters and vault. Returns the distribution."""
    found = distribution_of(world, dividend)
    remaining = found.funded - found.paid - found.withheld - found.reclaimed
    assert 0 <= remaining <= found.funded <= found.ballot.root.entry.sum
    assert found.remitted <= found.withheld and found.claims <= found.ballot.root.leaf_count
    held = found.funded - found.paid - found.remitted - found.reclaimed
    assert world.money(dividend.vault) == held + donated
    return found
