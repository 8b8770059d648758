"""Custodian slots: registering, replacing a key with its delay, retiring, and who counts as one custodian."""

from __future__ import annotations

from dataclasses import replace

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, LEIS, MAX_AGE_S, TESLA, padded, safe, staff
from tests.embedded.chain import key
from tests.embedded.test_listing import EMPTY_SLOT, NO_KEYS
from tests.embedded.world import ALICE_HAS, BOB_HAS, MIDNIGHT, NOW, ONE, RESERVE, STATEMENT_HASH, World
from xstock_client.accounts import KeySet
from xstock_client.amounts import MULTIPLIER_SCALE, Shares
from xstock_client.constants import Role
from xstock_client.events import CustodianRegistered, CustodianRetired, ReserveAttested

MANAGER = staff(Role.ATTESTOR_MANAGER)
SUPPLY = ALICE_HAS + BOB_HAS


def in_force(epoch: int, sequence: int, *keys: Pubkey, threshold: int = 1) -> KeySet:
    """Keys that may sign, and none that wait."""
    return replace(NO_KEYS, keys=padded(*keys), epoch=epoch, sequence=sequence, count=len(keys), threshold=threshold)


def waiting(now: KeySet, start: int, epoch: int, *keys: Pubkey, threshold: int = 1) -> KeySet:
    """The keys of ``now``, and others that wait until ``start``."""
    return replace(
        now,
        pending_keys=padded(*keys),
        pending_from=start,
        pending_epoch=epoch,
        pending_count=len(keys),
        pending_threshold=threshold,
    )


def test_register_a_custodian_before_the_first_mint(world: World) -> None:
    world.do(calls.list_asset(TESLA))
    before = world.reserve(TESLA)
    done = world.run(calls.register_custodian(TESLA, 1))
    attester = TESLA.custodian(1)
    slot = replace(
        EMPTY_SLOT,
        custodian_id=LEIS[1],
        active=1,
        group=1,
        account_hash=safe(1),
        signers=waiting(NO_KEYS, NOW, 1, attester),
    )
    # an empty slot is its own group
    groups = [replace(EMPTY_SLOT, group=other) for other in range(8)]
    groups[1] = slot
    assert world.reserve(TESLA) == replace(before, last_epoch=1, custodians=tuple(groups))
    event = CustodianRegistered(
        asset=TESLA.asset,
        manager=MANAGER,
        slot=1,
        replaces=0,
        group=1,
        threshold=1,
        epoch=1,
        custodian_id=LEIS[1],
        account_hash=safe(1),
        keys=padded(attester),
        valid_from=NOW,
        at=NOW,
    )
    assert done.events == (event,)
    assert done.changed == {TESLA.reserve}


def test_two_slots_of_one_custodian_are_one_group(world: World) -> None:
    done = world.run(calls.register_custodian(APPLE, 2, id=LEIS[0]))
    (event,) = done.events
    assert isinstance(event, CustodianRegistered)
    assert (event.group, event.epoch, event.replaces) == (0, 3, 0)
    assert [slot.group for slot in world.reserve(APPLE).custodians] == [0, 1, 0, 3, 4, 5, 6, 7]
    # when the first goes, the other is the group's first
    world.do(calls.retire_custodian(APPLE, 0))
    assert [slot.group for slot in world.reserve(APPLE).custodians] == [0, 1, 2, 3, 4, 5, 6, 7]


def test_a_new_key_after_the_first_mint_waits_and_then_replaces(world: World) -> None:
    old_key, new_key = APPLE.custodian(0), key("new key of slot 0")
    before = world.slot(APPLE, 0)
    start = NOW + CHANGE_DELAY_S
    done = world.run(calls.register_custodian(APPLE, 0, keys=(new_key,)))
    assert world.slot(APPLE, 0) == replace(before, signers=waiting(before.signers, start, 3, new_key))
    assert world.reserve(APPLE).last_epoch == 3
    registered = CustodianRegistered(APPLE.asset, MANAGER, 0, 1, 0, 1, 3, LEIS[0], safe(0), padded(new_key), start, NOW)
    assert done.events == (registered,)

    # until then the old key reports, and the new one does not
    world.refuse(world.attest(APPLE, 0, RESERVE, signer=new_key), "AttesterNotYetValid", valid_from=start, now=NOW)
    world.do(world.attest(APPLE, 0, RESERVE + 1))
    world.advance(CHANGE_DELAY_S - 1)
    world.refuse(
        world.attest(APPLE, 0, RESERVE, signer=new_key), "AttesterNotYetValid", valid_from=start, now=start - 1
    )
    world.do(world.attest(APPLE, 0, RESERVE + 2))

    # from then on it is the other way round, though the new key has not reported yet
    world.advance(1)
    replaced = world.report(APPLE, 0, RESERVE)
    assert replaced.signer == old_key
    world.refuse(world.attest(APPLE, 0, RESERVE), "ReplacedAttester", slot=0, new_epoch=3)
    last = world.slot(APPLE, 0)
    done = world.run(world.attest(APPLE, 0, RESERVE + 3, signer=new_key))
    (event,) = done.events
    assert isinstance(event, ReserveAttested)
    assert (event.attesters, event.new_keys, event.epoch, event.sequence) == (padded(new_key), 1, 3, 1)
    assert (event.old_settled, event.settled, event.old_as_of, event.as_of) == (
        RESERVE + 2,
        RESERVE + 3,
        start - 1,
        start,
    )
    assert world.slot(APPLE, 0) == replace(
        last,
        signers=in_force(3, 1, new_key),
        as_of=start,
        settled=RESERVE + 3,
        received_at=start,
    )
    world.refuse(world.attest(APPLE, 0, RESERVE, epoch=1), "WrongEpoch", given=1, expected=3)
    world.refuse(world.attest(APPLE, 0, RESERVE), "WrongAttester", slot=0)


def test_a_waiting_key_can_be_replaced_before_it_acts(world: World) -> None:
    first, second = key("first successor"), key("second successor")
    world.do(calls.register_custodian(APPLE, 0, keys=(first,)))
    world.do(calls.register_custodian(APPLE, 0, keys=(second,)))
    world.advance(CHANGE_DELAY_S)
    # the epoch of the first registration is used up; its key is nobody
    world.refuse(world.attest(APPLE, 0, RESERVE, signer=first, epoch=3), "WrongEpoch", given=3, expected=1)
    world.refuse(world.attest(APPLE, 0, RESERVE, signer=first, epoch=4), "WrongAttester", slot=0)
    world.do(world.attest(APPLE, 0, RESERVE, signer=second))
    assert world.slot(APPLE, 0).signers == in_force(4, 1, second)


def test_a_key_in_waiting_that_may_sign_is_in_force_for_the_next_registration(world: World) -> None:
    """Or a further registration would bring the key back to life that it replaced."""
    second, third = key("second key"), key("third key")
    old = world.attest(APPLE, 0, RESERVE)
    world.do(calls.register_custodian(APPLE, 0, keys=(second,)))
    world.advance(CHANGE_DELAY_S)
    before = world.slot(APPLE, 0)
    world.do(calls.register_custodian(APPLE, 0, keys=(third,)))
    assert world.slot(APPLE, 0) == replace(
        before, signers=waiting(in_force(3, 0, second), NOW + 2 * CHANGE_DELAY_S, 4, third)
    )
    world.refuse(old, "WrongEpoch", given=1, expected=3)
    world.do(world.attest(APPLE, 0, RESERVE, signer=second))
    world.advance(CHANGE_DELAY_S)
    world.refuse(world.attest(APPLE, 0, RESERVE, signer=second), "ReplacedAttester", slot=0, new_epoch=4)
    world.do(world.attest(APPLE, 0, RESERVE, signer=third))


def test_the_figure_of_a_replaced_key_lives_as_long_as_it_is_fresh(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 0, keys=(key("second key"),)))
    world.advance(CHANGE_DELAY_S)
    world.do(calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY, ticket=5))
    world.advance(MIDNIGHT + MAX_AGE_S + 1 - world.now)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=6), "QuorumNotMet", fresh=0, needed=2)


def test_a_new_key_cannot_reach_behind_the_last_report(world: World) -> None:
    new_key = key("new key of slot 0")
    world.do(world.attest(APPLE, 0, RESERVE, as_of=NOW))
    world.do(calls.register_custodian(APPLE, 0, keys=(new_key,)))
    world.advance(CHANGE_DELAY_S)
    older = world.attest(APPLE, 0, RESERVE, signer=new_key, as_of=NOW - 1)
    world.refuse(older, "OlderReport", as_of=NOW - 1, earliest=NOW)


def retired(world: World, slot: int, **changes: int) -> CustodianRetired:
    values = {
        "latched": 0,
        "supply": SUPPLY,
        "burned_outside": 0,
        "multiplier": MULTIPLIER_SCALE,
        "obligation": SUPPLY,
        "reserve_before": 3 * RESERVE,
        "reserve": 2 * RESERVE,
        "at": world.now,
        **changes,
    }
    return CustodianRetired(
        asset=APPLE.asset,
        manager=MANAGER,
        slot=slot,
        epoch=slot + 1,
        custodian_id=LEIS[slot],
        settled=RESERVE,
        in_transit=0,
        **values,
    )


def test_retire_a_custodian(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 2))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 2, RESERVE))
    asset, reserve = world.asset(APPLE), world.reserve(APPLE)
    done = world.run(calls.retire_custodian(APPLE, 0))
    assert done.events == (retired(world, 0),)
    assert done.changed == {APPLE.reserve}, "covered still, so the asset stays as it is"
    assert world.asset(APPLE) == asset
    assert world.reserve(APPLE) == replace(reserve, custodians=(EMPTY_SLOT, *reserve.custodians[1:]))

    # without a quorum nothing counts: bad news is taken, and latches
    done = world.run(calls.retire_custodian(APPLE, 1))
    event = retired(world, 1, latched=1, reserve_before=2 * RESERVE, reserve=0)
    assert done.events == (event,)
    assert done.changed == {APPLE.asset, APPLE.reserve}
    assert world.asset(APPLE) == replace(asset, latched=1, latched_at=world.now)
    assert world.reserve(APPLE).last_epoch == 3


def test_a_retired_slot_takes_another_custodian_with_a_new_epoch(world: World) -> None:
    replayed = world.attest(APPLE, 0, RESERVE)
    world.do(calls.retire_custodian(APPLE, 0))
    world.refuse(replayed, "SlotEmpty", slot=0)
    world.do(calls.register_custodian(APPLE, 0, id=LEIS[2], account=safe(2)))
    world.advance(CHANGE_DELAY_S)
    # the same key, but its old report names the old epoch
    world.refuse(replayed, "WrongEpoch", given=1, expected=0)
    assert world.slot(APPLE, 0).settled == 0
    world.do(world.attest(APPLE, 0, 7 * ONE))
    slot = world.slot(APPLE, 0)
    assert (slot.custodian_id, slot.settled, slot.signers.epoch, slot.signers.sequence) == (LEIS[2], 7 * ONE, 3, 1)


def test_attest(world: World) -> None:
    asset, reserve = world.asset(APPLE), world.reserve(APPLE)
    world.advance(60)
    done = world.run(world.attest(APPLE, 1, 900 * ONE, as_of=NOW, in_transit=Shares(5 * ONE), in_transit_by=NOW + 9))
    slot = replace(
        reserve.custodians[1],
        signers=replace(reserve.custodians[1].signers, sequence=2),
        as_of=NOW,
        settled=900 * ONE,
        in_transit=5 * ONE,
        in_transit_by=NOW + 9,
        received_at=NOW + 60,
        report_hash=STATEMENT_HASH,
    )
    assert world.reserve(APPLE) == replace(reserve, custodians=(reserve.custodians[0], slot, *reserve.custodians[2:]))
    assert world.asset(APPLE) == replace(asset, newest_as_of=NOW)
    transit = 5 * ONE * 9 // 10  # the haircut takes a tenth
    event = ReserveAttested(
        asset=APPLE.asset,
        attesters=padded(APPLE.custodian(1)),
        slot=1,
        new_keys=0,
        latched_before=0,
        latched=0,
        epoch=2,
        basis=0,
        sequence=2,
        old_as_of=MIDNIGHT,
        as_of=NOW,
        old_settled=RESERVE,
        settled=900 * ONE,
        in_transit=5 * ONE,
        in_transit_by=NOW + 9,
        report_hash=STATEMENT_HASH,
        supply=SUPPLY,
        burned_outside=0,
        multiplier=MULTIPLIER_SCALE,
        obligation=SUPPLY,
        reserve=RESERVE + 900 * ONE + transit,
        at=NOW + 60,
    )
    assert done.events == (event,)
    assert done.changed == {APPLE.asset, APPLE.reserve}


def test_the_first_report_puts_the_key_in_force(world: World) -> None:
    world.do(calls.list_asset(TESLA), calls.register_custodian(TESLA, 0))
    done = world.run(world.attest(TESLA, 0, RESERVE))
    (event,) = done.events
    assert isinstance(event, ReserveAttested)
    assert (event.new_keys, event.epoch, event.old_settled, event.old_as_of, event.reserve) == (1, 1, 0, 0, 0)
    assert world.slot(TESLA, 0) == replace(
        EMPTY_SLOT,
        custodian_id=LEIS[0],
        active=1,
        account_hash=safe(0),
        signers=in_force(1, 1, TESLA.custodian(0)),
        as_of=NOW,
        settled=RESERVE,
        received_at=NOW,
        report_hash=STATEMENT_HASH,
    )
