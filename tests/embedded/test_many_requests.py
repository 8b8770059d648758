"""Ten thousand open requests on one asset: none of them makes another dearer, or stands in its way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, FEES, MALLORY
from tests.embedded.chain import Call
from tests.embedded.stages import audit, open_requests, skip
from tests.embedded.world import ALICE_HAS, World, fill
from xstock_client.accounts import Asset, HolderBook, RedemptionRequest
from xstock_client.constants import PROGRAM_ID

MANY = 10_000
ASKED = 500
"""Of these, by real requests; the others are copied, which takes a second instead of fifteen."""
FEW = 4
"""Of these each way of ending is measured; the world with few has no others."""
PER_TRANSACTION = 10


def ask(world: World, count: int) -> None:
    for first in range(0, count, PER_TRANSACTION):
        ids = range(first, min(first + PER_TRANSACTION, count))
        sent = [calls.request_redemption(APPLE, 1, id=id).instruction for id in ids]
        executed = world.chain.execute(sent, FEES, any_size=True)
        assert executed.error is None, world.chain.error(executed)


def copy(world: World, first: int, last: int) -> None:
    """Requests of these ids as they would be, and the books that they would be in."""
    like = world.get(APPLE.request(ALICE, 0))
    layout, count = RedemptionRequest.OFFSETS, last - first
    for id in range(first, last):
        seeds = [b"redeem", bytes(APPLE.asset), bytes(ALICE), id.to_bytes(8, "little")]
        address, bump = Pubkey.find_program_address(seeds, PROGRAM_ID)
        data = bytearray(like.data)
        data[layout["bump"]], data[layout["id"] : layout["id"] + 8] = bump, id.to_bytes(8, "little")
        world.chain.set_account(address, replace(like, data=bytes(data)))
    for kind, account, names in (
        (Asset, APPLE.asset, ("requested", "pending", "open_requests")),
        (HolderBook, APPLE.book(ALICE), ("requested", "next_id")),
    ):
        for name in names:
            value = getattr(world.read(kind, account), name)
            world.patch_field(kind, account, name, value + count)
    world.do(tokens.transfer_to(APPLE, ALICE, APPLE.escrow, count))


def ways() -> Iterator[tuple[str, Call]]:
    """In this order; the clock is moved before the last."""
    for id in range(FEW - 1):
        yield f"accept {id}", calls.accept_redemption(APPLE, id=id)
    yield "settle", calls.settle_redemption(APPLE, 1, id=0)
    yield "cancel", calls.cancel_redemption(APPLE, id=FEW - 1)
    yield "reject refused", calls.reject_redemption(APPLE, id=1)
    yield "settle in part", calls.settle_redemptions(APPLE, calls.Due(1, 1))
    yield "default", calls.default_redemption(APPLE, id=2, caller=MALLORY)


def costs(world: World) -> dict[str, int]:
    found = {}
    for name, sent in ways():
        if name == "default":
            skip(world, world.request(APPLE, 2).settle_by + 1)
        executed = world.chain.execute(sent.instructions, FEES)
        assert (executed.error is None) == ("refused" not in name), world.chain.error(executed)
        found[name] = executed.units
    return found


def test_ten_thousand_open_requests(world: World) -> None:
    few = fill(World())
    ask(few, FEW)
    ask(world, ASKED)
    copy(world, ASKED, MANY)
    asset = world.asset(APPLE)
    assert (asset.open_requests, asset.pending, world.amount(APPLE.escrow)) == (MANY, MANY, MANY)
    assert world.book(APPLE).next_id == MANY
    audit(world)
    assert costs(world) == costs(few)
    ids = {one.id for one in open_requests(world)}
    assert ids == set(range(MANY)) - {0, 1, 2, FEW - 1}
    audit(world)
    # the very last one is as good as the first
    world.do(calls.cancel_redemption(APPLE, id=MANY - 1))
    asset = world.asset(APPLE)
    assert (asset.open_requests, asset.pending, asset.settled, asset.returned) == (MANY - 5, MANY - 5, 2, 3)
    assert world.amount(APPLE.wallet(ALICE)) == ALICE_HAS - MANY + 3
