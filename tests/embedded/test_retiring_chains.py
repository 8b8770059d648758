"""A chain on which nothing can be owed is forgotten: by two calls, a report between them, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    CHANGE_DELAY_S,
    NVIDIA,
    OURS,
    chain_id,
    staff,
    token_hash,
)
from tests.embedded.setups import add_chain, retire_chain, told
from tests.embedded.test_listing import NO_CHAIN
from tests.embedded.world import NOW, World
from xstock_client.constants import CHANGE_LIFE_S, Payout, Role, SlotChange
from xstock_client.events import (
    ChainRetired,
    SlotChangeCancelled,
)

MANAGER = staff(Role.ATTESTOR_MANAGER)
START = NOW + CHANGE_DELAY_S
"""When a chain that was registered in the first second may report."""


def retired(**changes: object) -> ChainRetired:
    values: dict[str, object] = {
        "asset": APPLE.asset,
        "manager": MANAGER,
        "slot": 0,
        "retired": 0,
        "retire_from": START + CHANGE_DELAY_S,
        "chain": chain_id(0),
        "token_hash": token_hash(0),
        "at": START,
        **changes,
    }
    return ChainRetired(**values)  # type: ignore[arg-type]


def test_a_chain_is_retired_by_two_calls_and_a_report_between(world: World) -> None:
    add_chain(world, 0, cap=0, supply=0)
    before, last_epoch = world.foreign(APPLE, 0), world.reserve(APPLE).last_epoch
    done = world.run(calls.retire_chain(APPLE, 0))
    start = START + CHANGE_DELAY_S
    assert world.foreign(APPLE, 0) == replace(before, retire_from=start)
    assert told(done.events) == retired()
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest_chain(APPLE, 0, 0))
    done = world.run(calls.retire_chain(APPLE, 0))
    assert told(done.events) == retired(retired=1, at=start)
    assert world.foreign(APPLE, 0) == NO_CHAIN
    assert done.changed == {APPLE.reserve}
    # a new registration gets a new epoch
    world.do(calls.register_chain(APPLE, 0))
    assert world.foreign(APPLE, 0).signers.pending_epoch == last_epoch + 1


def test_a_chain_that_never_reported_needs_no_report(world: World) -> None:
    world.do(calls.register_chain(APPLE, 0), calls.retire_chain(APPLE, 0))
    world.advance(CHANGE_DELAY_S)
    world.do(calls.retire_chain(APPLE, 0))
    assert world.foreign(APPLE, 0) == NO_CHAIN


def test_before_the_first_mint_a_chain_is_retired_at_once(world: World) -> None:
    world.do(calls.register_chain(NVIDIA, 0))
    world.do(world.attest_chain(NVIDIA, 0, 0), calls.retire_chain(NVIDIA, 0))
    assert world.foreign(NVIDIA, 0) == NO_CHAIN


@pytest.mark.parametrize("how", ["a report above zero", "a cap"])
def test_what_may_be_owed_stops_a_retirement(world: World, how: str) -> None:
    add_chain(world, 0, cap=0, supply=0)
    world.do(calls.retire_chain(APPLE, 0))
    world.do(world.attest_chain(APPLE, 0, 1) if how == "a report above zero" else calls.set_chain_cap(APPLE, 0, 1))
    assert world.foreign(APPLE, 0).retire_from == 0


def test_a_retirement_is_void_after_fourteen_days(world: World) -> None:
    add_chain(world, 0, cap=0, supply=0)
    world.do(calls.retire_chain(APPLE, 0))
    world.advance(CHANGE_DELAY_S + CHANGE_LIFE_S + 1)
    world.do(world.attest_chain(APPLE, 0, 0))
    (event,) = world.run(calls.retire_chain(APPLE, 0)).events
    assert event == retired(retire_from=world.now + CHANGE_DELAY_S, at=world.now), "it begins anew"


@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
def test_a_retirement_is_cancelled(world: World, by: Role | None) -> None:
    add_chain(world, 0, cap=0, supply=0)
    before = world.foreign(APPLE, 0)
    world.do(calls.retire_chain(APPLE, 0))
    done = world.run(calls.cancel_slot_change(APPLE, SlotChange.CHAIN_RETIREMENT, 0, by=by))
    who = OURS.authority if by is None else staff(by)
    assert told(done.events) == SlotChangeCancelled(APPLE.asset, who, SlotChange.CHAIN_RETIREMENT, 0, 0, START)
    assert world.foreign(APPLE, 0) == before


def test_a_retired_chains_token_and_keys_are_free(world: World) -> None:
    add_chain(world, 0, cap=0, supply=0)
    retire_chain(world, 0)
    world.do(calls.register_chain(APPLE, 1, token=token_hash(0), keys=(APPLE.watcher(0),)))


def test_nothing_is_sent_to_a_retired_chain(world: World) -> None:
    add_chain(world, 0, cap=0, supply=0)
    retire_chain(world, 0)
    world.do(calls.request_redemption(APPLE, 5, id=0, payout=Payout.OFF_CHAIN), calls.accept_redemption(APPLE, id=0))
    world.refuse(calls.mark_paid(APPLE, id=0, to_chain=0), "SlotEmpty", slot=0)
