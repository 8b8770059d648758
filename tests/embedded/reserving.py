"""Requests and acceptances with what they reserved, and bonds and policies of any size, for tests of penalties."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
)
from tests.embedded.setups import told
from tests.embedded.stages import (
    Kind,
    audit,
    is_armed,
    penalty,
)
from tests.embedded.world import World
from xstock_client.accounts import Asset, Policy
from xstock_client.events import RedemptionAccepted, RedemptionRequested

__all__ = ["LARGEST", "asked", "set_bond", "set_policy", "taken"]

LARGEST = 2**60
"""Of figures in a policy."""


def set_policy(world: World, **fields: int) -> None:
    """Rules that would have to wait."""
    for name, value in fields.items():
        world.patch_field(Asset, APPLE.asset, f"policy.{name}", value, within=Policy)


def set_bond(world: World, amount: int) -> None:
    """A bond of this size, in the books and in the vault."""
    world.patch_field(Asset, APPLE.asset, "bond", amount)
    world.patch(APPLE.bond_vault, 64, amount.to_bytes(8, "little"))


def asked(
    world: World, amount: int, kind: Kind = Kind.MARKET, *, holder: Pubkey = ALICE, min_price: int | None = None
) -> RedemptionRequested:
    """A request; at market, so that it reserves at once, unless said otherwise."""
    id = world.book(APPLE, holder).next_id
    price = kind.min_price if min_price is None else min_price
    sent = calls.request_redemption(APPLE, amount, id=id, holder=holder, payout=kind.payout, min_price=price)
    event = told(world.run(sent).events)
    assert isinstance(event, RedemptionRequested)
    request = world.request(APPLE, id, holder)
    reserved = penalty(amount, request.penalty_rate) if is_armed(request) else 0
    assert (event.penalty_rate, event.penalty) == (request.penalty_rate, reserved)
    assert event.bond_reserved == world.asset(APPLE).bond_reserved
    assert event.penalty_window == world.book(APPLE, holder).penalty_window
    audit(world)
    return event


def taken(world: World, id: int, kind: Kind = Kind.MARKET) -> RedemptionAccepted:
    """The desk accepts."""
    event = told(world.run(calls.accept_redemption(APPLE, id=id, price=kind.quote)).events)
    assert isinstance(event, RedemptionAccepted)
    request = world.request(APPLE, id)
    assert event.penalty == penalty(request.amount, request.penalty_rate)
    assert event.bond_reserved == world.asset(APPLE).bond_reserved
    audit(world)
    return event
