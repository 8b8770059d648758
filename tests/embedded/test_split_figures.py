"""What a split does to every figure that counts shares, whichever instruction is the first to touch the asset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, CASHIER, TREASURY, attestor, deputy
from tests.embedded.chain import Call
from tests.embedded.setups import freeze, told
from tests.embedded.splitting import RATIOS, announce, each_ratio, in_force, split_asset, split_reserve, up
from tests.embedded.splitting_world import AT, crowded_world
from tests.embedded.world import ONE, World
from xstock_client.accounts import Asset, Policy, Snapshot
from xstock_client.constants import ARBITRATION_S, DAY_S, SYSTEM, Halt, Role, SlotChange
from xstock_client.events import SolvencyChecked

MONTHS = 100 * DAY_S
MULTIPLIER = 10**12
SOON_AT = AT + 10
"""When the queued policy may be applied."""
LATE = AT + ARBITRATION_S + DAY_S
"""After every deadline of a request, its arbiter's too."""


def check(world: World) -> SolvencyChecked:
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert isinstance(event, SolvencyChecked)
    return event


@each_ratio
@pytest.mark.parametrize("after", [0, 1, MONTHS], ids=["at once", "a second later", "months later"])
def test_every_figure(ratio: tuple[int, int], after: int) -> None:
    """Compared whole: what covers is rounded down, what is owed up, and raw units stay."""
    world = crowded_world(ratio, AT + after)
    asset, reserve = world.asset(APPLE), world.reserve(APPLE)
    event = check(world)
    expected = split_asset(asset, ratio, at=AT)
    if event.latched:
        expected = replace(expected, latched=1, latched_at=AT + after)
    assert world.asset(APPLE) == expected
    assert world.reserve(APPLE) == split_reserve(reserve, ratio)
    assert event.multiplier == up(MULTIPLIER, ratio)
    days = [day for day in world.asset(APPLE).released if day.last_at >= AT - 10 * DAY_S]
    assert sum(day.shares for day in days) == up(2 * ONE + 1, ratio)
    check(world)
    assert world.asset(APPLE) == expected  # once
    assert world.reserve(APPLE) == split_reserve(reserve, ratio)


def officer_action(number: int, at: int) -> Call:
    return calls.announce_delisting(APPLE, at, number)


def late_split(world: World) -> Call:
    return announce((2, 1), 2, at=world.now + 3 * DAY_S, old_multiplier=in_force(world))


def frozen_out(world: World) -> Call:
    """The desk sends a request of a frozen account back."""
    freeze(world, APPLE.wallet(ALICE))
    return calls.reject_redemption(APPLE, id=6)


Sender = Callable[[World], Call]
SOON: Mapping[str, Sender] = {
    "mint": lambda _: calls.mint_shares(APPLE, 7, ticket=5),
    "custodian's report": lambda w: w.attest(APPLE, 0, 900 * ONE, basis=1),
    "custodian's old report": lambda w: w.attest(APPLE, 0, 900 * ONE + 1, basis=0, as_of=AT - 1),
    "chain's report": lambda w: w.attest_chain(APPLE, 0, 20 * ONE, basis=1),
    "chain's old report": lambda w: w.attest_chain(APPLE, 0, 20 * ONE + 1, basis=0, as_of=AT - 1),
    "tighter policy": lambda _: calls.set_policy(APPLE, min_custodians=2, max_age_s=100 * 3_600),
    "another cap of custodians": lambda _: calls.set_policy(APPLE, custodian_cap=ONE),
    "queued policy": lambda _: calls.apply_policy(APPLE),
    "queue cancelled": lambda _: calls.cancel_policy(APPLE),
    "allowance": lambda _: calls.set_allowance(APPLE, deputy(Role.MINTER), 1, 1),
    "higher cap": lambda w: calls.set_chain_cap(APPLE, 0, 51 * ONE * in_force(w) // MULTIPLIER),
    "lower cap": lambda _: calls.set_chain_cap(APPLE, 0, 3),
    "waiting cap cancelled": lambda _: calls.cancel_slot_change(APPLE, SlotChange.CHAIN_CAP, 0),
    "custodian retired": lambda _: calls.retire_custodian(APPLE, 1),
    "custodian registered": lambda _: calls.register_custodian(APPLE, 2),
    "chain registered": lambda _: calls.register_chain(APPLE, 2),
    "halt": lambda _: calls.halt(APPLE, Halt.MINT),
    "resumed": lambda _: calls.resume(APPLE, Halt.REQUESTS),
    "acceptance": lambda _: calls.accept_redemption(APPLE, id=6),
    "quote": lambda _: calls.accept_redemption(APPLE, id=7, price=calls.QUOTE),
    "settlement": lambda _: calls.settle_redemption(APPLE, ONE + 3, id=5),
    "partial settlement": lambda _: calls.settle_redemption(APPLE, ONE + 3, id=5, rest=3),
    "rejection": frozen_out,
    "cancelled request": lambda _: calls.cancel_redemption(APPLE, id=6),
    "confirmed": lambda _: calls.conclude_redemption(APPLE, id=3),
    "confirmed on the chain": lambda _: calls.conclude_redemption(APPLE, id=2),
    "disputed and confirmed": lambda _: calls.conclude_redemption(APPLE, id=1),
    "issued on the chain": lambda _: calls.mark_paid(APPLE, id=8, to_chain=0),
    "claimed": lambda _: calls.mark_paid(APPLE, id=8),
    "believed": lambda _: calls.rule_dispute(APPLE, True, id=1),
    "not believed": lambda _: calls.rule_dispute(APPLE, False, id=1),
    "another action": lambda w: officer_action(2, w.now + 5 * DAY_S),
    "the next split": late_split,
    "another action cancelled": lambda _: calls.cancel_action(APPLE, 0),
    "attestors": lambda _: calls.set_attestors(APPLE, attestor(0), attestor(1)),
    "deposit": lambda _: calls.deposit_bond(APPLE, 5),
    "withdrawal queued": lambda _: calls.queue_bond_withdrawal(APPLE, 5),
    "watermark": lambda _: calls.raise_watermark(APPLE, 1),
}
LATER: Mapping[str, Sender] = {
    "way back": lambda _: calls.cancel_redemption(APPLE, id=1, marked=True),
    "penalty": lambda _: calls.default_redemption(APPLE, id=1, marked=True),
    "another's way back": lambda _: calls.cancel_redemption(APPLE, id=0, holder=BOB),
    "undisputed": lambda _: calls.conclude_redemption(APPLE, id=2, caller=CASHIER),
    "undisputed wire": lambda _: calls.conclude_redemption(APPLE, id=3, caller=TREASURY),
}


@pytest.mark.parametrize("ratio", RATIOS, ids=lambda ratio: f"{ratio[0]}:{ratio[1]}")
@pytest.mark.parametrize(
    ("send", "at"),
    [
        *(pytest.param(send, SOON_AT, id=name) for name, send in SOON.items()),
        *(pytest.param(send, LATE, id=name) for name, send in LATER.items()),
    ],
)
def test_whoever_comes_first_finds_the_same(ratio: tuple[int, int], send: Sender, at: int) -> None:
    """An instruction that is the first after the split leaves the very accounts that it leaves as the second."""
    ends = []
    for first in (False, True):
        world = crowded_world(ratio, at)
        if not first:
            check(world)
        world.do(send(world))
        check(world)
        assert world.asset(APPLE).basis == world.reserve(APPLE).basis == 1
        ends.append({address: one for address, one in world.chain.state().items() if one.owner != SYSTEM})
    assert ends[0].keys() == ends[1].keys()
    assert [address for address in ends[0] if ends[0][address] != ends[1][address]] == []


def test_a_snapshot_first(world: World) -> None:
    """Its multiplier and basis are those of the second it is taken in, though nothing has touched the asset."""
    world.do(calls.set_attestors(APPLE))
    world.advance(2 * DAY_S)
    at = world.now + 3 * DAY_S
    world.do(announce((3, 2), at=at), calls.announce_dividend(APPLE, at + 3 * DAY_S, 1))
    world.advance(6 * DAY_S)
    asset = world.asset(APPLE)
    assert asset.basis == 0
    world.do(calls.record_snapshot(APPLE, 0, action=1))
    snapshot = world.read(Snapshot, APPLE.snapshot())
    assert (snapshot.multiplier, snapshot.basis, snapshot.supply) == (MULTIPLIER * 3 // 2, 1, asset.known_supply)
    assert world.asset(APPLE).basis == 1


def test_a_cap_of_custodians_never_becomes_zero(world: World) -> None:
    """Zero would mean that no custodian counts; and the largest stays one that a policy can have."""
    for cap, ratio, after in ((5, (1, 8), 1), (2**60, (10, 1), 2**60), (2**60 - 1, (3, 2), 2**60)):
        world = crowded_world(ratio, AT - 1)
        world.patch_field(Asset, APPLE.asset, "policy.custodian_cap", cap, within=Policy)
        world.advance(1)
        check(world)
        assert world.asset(APPLE).policy.custodian_cap == after


def test_figures_that_grow_past_the_largest_stop_there(world: World) -> None:
    """Nothing overflows: holdings and supplies are kept at the largest that can be reported."""
    world = crowded_world((10, 1), AT - 1)
    for name in ("settled", "in_transit"):
        world.patch_slot(APPLE, 0, name, 2**60)
    for name in ("supply", "cap", "next_cap"):
        world.patch_chain(APPLE, 0, name, 2**60)
    world.advance(1)
    check(world)
    slot, chain = world.slot(APPLE, 0), world.foreign(APPLE, 0)
    assert (slot.settled, slot.in_transit, chain.supply, chain.cap, chain.next_cap) == (2**60,) * 5
