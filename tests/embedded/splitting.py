"""Splits that are announced, and what they make of figures, worked out without the program's own way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, Stock
from tests.embedded.chain import Call
from tests.embedded.world import NOW, World
from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, Ratio, ReleasedDay, Reserve
from xstock_client.constants import DAY_S

__all__ = [
    "EFFECTIVE",
    "EX",
    "NO_RATIO",
    "RATIOS",
    "announce",
    "down",
    "each_ratio",
    "go",
    "in_force",
    "split",
    "split_asset",
    "split_reserve",
    "up",
]

EX = NOW + 3 * DAY_S
EFFECTIVE = EX + DAY_S
NO_RATIO = Ratio(0, 0)
RATIOS = ((10, 1), (3, 2), (1, 8), (1, 3))
"""New shares, and of how many old ones: two exact, one exact and smaller, one that no multiplier is exact for."""
each_ratio = pytest.mark.parametrize("ratio", RATIOS, ids=lambda ratio: f"{ratio[0]}:{ratio[1]}")


def up(value: int, ratio: tuple[int, int]) -> int:
    """After the split, rounded up."""
    return -(-value * ratio[0] // ratio[1])


def down(value: int, ratio: tuple[int, int]) -> int:
    """After the split, rounded down."""
    return value * ratio[0] // ratio[1]


def go(world: World, to: int) -> None:
    """Let the clock run up to ``to``, unix seconds."""
    assert to >= world.now
    world.advance(to - world.now)


def announce(
    ratio: tuple[int, int] = (10, 1), number: int = 0, *, stock: Stock = APPLE, at: int = EFFECTIVE, **terms: Any
) -> Call:
    """A split or reverse split of the asset whose multiplier is one unless ``old_multiplier`` says otherwise."""
    sent = calls.announce_split if ratio[0] > ratio[1] else calls.announce_reverse_split
    return sent(stock, at, *ratio, number, **terms)


def split(world: World, ratio: tuple[int, int] = (10, 1), *, stock: Stock = APPLE, **terms: Any) -> None:
    """Announce, and wait until it is in force; nothing has touched the asset since."""
    at = terms.pop("at", EFFECTIVE)
    asset = world.asset(stock)
    world.do(announce(ratio, asset.actions, stock=stock, at=at, old_multiplier=in_force(world, stock), **terms))
    go(world, at)


def in_force(world: World, stock: Stock = APPLE) -> int:
    """The multiplier at this second."""
    asset = world.asset(stock)
    due = asset.next_effective_at and world.now >= asset.next_effective_at
    return asset.next_multiplier if due else asset.multiplier


def split_asset(asset: Asset, ratio: tuple[int, int], *, at: int = EFFECTIVE) -> Asset:
    """What the split makes of an asset that it was scheduled in: every figure that counts shares."""
    multiplier = up(asset.multiplier, ratio)
    queued = asset.queued_policy
    if queued.fields:
        values = replace(queued.values, custodian_cap=down(queued.values.custodian_cap, ratio))
        queued = replace(queued, values=values)
    return replace(
        asset,
        basis=asset.basis + 1,
        multiplier=multiplier,
        next_multiplier=multiplier,
        next_effective_at=0,
        next_action=0,
        next_is_split=0,
        next_split=NO_RATIO,
        halt_from=0,
        split=Ratio(*ratio),
        split_at=at,
        split_ex_at=asset.halt_from,
        released=tuple(ReleasedDay(day.last_at, up(day.shares, ratio)) for day in asset.released),
        policy=replace(asset.policy, custodian_cap=down(asset.policy.custodian_cap, ratio)),
        queued_policy=queued,
    )


def split_reserve(reserve: Reserve, ratio: tuple[int, int]) -> Reserve:
    """What it makes of the reserve: less of what covers, more of what is owed."""
    return replace(
        reserve,
        basis=reserve.basis + 1,
        custodians=tuple(_split_custodian(slot, ratio) for slot in reserve.custodians),
        chains=tuple(_split_chain(slot, ratio) for slot in reserve.chains),
    )


def _split_custodian(slot: CustodianSlot, ratio: tuple[int, int]) -> CustodianSlot:
    return replace(slot, settled=down(slot.settled, ratio), in_transit=down(slot.in_transit, ratio))


def _split_chain(slot: ChainSlot, ratio: tuple[int, int]) -> ChainSlot:
    on_their_way = tuple(ReleasedDay(day.last_at, up(day.shares, ratio)) for day in slot.outbound_days)
    return replace(
        slot,
        supply=up(slot.supply, ratio),
        cap=up(slot.cap, ratio),
        next_cap=up(slot.next_cap, ratio),
        outbound=sum(day.shares for day in on_their_way),
        outbound_days=on_their_way,
        marked=up(slot.marked, ratio),
        reported=down(slot.reported, ratio),
        concluded=down(slot.concluded, ratio),
    )
