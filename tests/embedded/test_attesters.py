"""k of n keys sign a report: which signatures count, keys that change, and a change that is stopped."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, OURS, TESLA, padded, staff
from tests.embedded.chain import Call, key
from tests.embedded.setups import add_chain, report_all, told
from tests.embedded.test_custodians import in_force, waiting
from tests.embedded.world import NOW, RESERVE, World, cosigned, relay
from xstock_client.accounts import KeySet
from xstock_client.constants import Role, SlotChange
from xstock_client.events import ChainAttested, CustodianRegistered, ReserveAttested, SlotChangeCancelled
from xstock_client.message import ed25519_instruction

A, B, C, D = (key(f"attester {name}") for name in "ABCD")
KINDS = pytest.mark.parametrize("kind", ["custodian", "chain"])


class Slot:
    """Slot 0 of Apple's custodians, or of its chains, with the same calls for both."""

    def __init__(self, world: World, kind: str) -> None:
        self.world, self.custodian = world, kind == "custodian"
        if not self.custodian:
            add_chain(world, 0, cap=50, supply=10)

    @property
    def keys(self) -> KeySet:
        where = self.world.slot if self.custodian else self.world.foreign
        return where(APPLE, 0).signers

    def register(self, *keys: Pubkey, threshold: int = 1) -> Call:
        build = calls.register_custodian if self.custodian else calls.register_chain
        return build(APPLE, 0, keys=keys, threshold=threshold)

    def report(self, *signers: Pubkey, **values: int) -> Call:
        if self.custodian:
            return self.world.attest(APPLE, 0, RESERVE, signers=signers, **values)
        return self.world.attest_chain(APPLE, 0, 10, signers=signers, **values)

    def rule(self, *keys: Pubkey, threshold: int) -> None:
        """Put keys in force, and let them report once."""
        self.world.do(self.register(*keys, threshold=threshold))
        self.world.advance(CHANGE_DELAY_S)
        self.world.do(self.report(*keys[:threshold]))

    def cancel(self, by: Role | None = Role.PAUSER) -> Call:
        kind = SlotChange.CUSTODIAN_KEYS if self.custodian else SlotChange.CHAIN_KEYS
        return calls.cancel_slot_change(APPLE, kind, 0, by=by)


@KINDS
def test_two_of_three_in_any_order(world: World, kind: str) -> None:
    slot = Slot(world, kind)
    slot.rule(A, B, C, threshold=2)
    assert slot.keys == in_force(slot.keys.epoch, 1, A, B, C, threshold=2)
    for signers in [*permutations((A, B, C), 2), *permutations((A, B, C))]:
        sequence = slot.keys.sequence
        (event,) = world.run(slot.report(*signers)).events
        assert isinstance(event, ReserveAttested | ChainAttested)
        assert (event.attesters, event.sequence) == (padded(*signers), sequence + 1)
        assert slot.keys.sequence == sequence + 1
    for one in (A, B, C):
        world.refuse(slot.report(one), "TooFewSigners", signed=1, needed=2, slot=0)


@KINDS
@pytest.mark.parametrize(("threshold", "keys"), [(1, 1), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3)])
def test_every_threshold_of_every_number_of_keys(world: World, kind: str, threshold: int, keys: int) -> None:
    slot, every = Slot(world, kind), (A, B, C)[:keys]
    slot.rule(*every, threshold=threshold)
    for count in range(1, keys + 1):
        for signers in combinations(every, count):
            report = slot.report(*signers)
            if count < threshold:
                world.refuse(report, "TooFewSigners", signed=count, needed=threshold, slot=0)
            else:
                world.do(report)


def test_the_same_key_twice_counts_once(world: World) -> None:
    """Two signatures of one key are one report by one key; enough where one is asked for."""
    (event,) = world.run(world.attest(APPLE, 0, RESERVE, signers=(APPLE.custodian(0),) * 2)).events
    assert isinstance(event, ReserveAttested)
    assert (event.sequence, event.attesters) == (2, padded(APPLE.custodian(0), APPLE.custodian(0)))
    assert world.slot(APPLE, 0).signers.sequence == 2


def test_a_key_that_never_signed_puts_the_whole_set_in_force(world: World) -> None:
    world.do(calls.list_asset(TESLA))
    (event,) = world.run(calls.register_custodian(TESLA, 0, keys=(A, B, C), threshold=2)).events
    assert isinstance(event, CustodianRegistered)
    assert (event.keys, event.threshold, event.valid_from) == ((A, B, C), 2, NOW)
    (event,) = world.run(world.attest(TESLA, 0, RESERVE, signers=(B, C))).events
    assert isinstance(event, ReserveAttested)
    assert (event.new_keys, event.epoch, event.attesters) == (1, 1, padded(B, C))
    assert world.slot(TESLA, 0).signers == in_force(1, 1, A, B, C, threshold=2)


# Two slots' reports in one transaction


def test_two_custodians_with_two_signatures_each(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 0, keys=(A, B), threshold=2))
    world.do(calls.register_custodian(APPLE, 1, keys=(C, D), threshold=2))
    world.advance(CHANGE_DELAY_S)
    first, second = world.report(APPLE, 0, RESERVE + 1, signer=A), world.report(APPLE, 1, RESERVE + 2, signer=C)
    done = world.run(relay(APPLE, *cosigned(first, A, B), *cosigned(second, D, C)))
    seen = [(e.slot, e.settled, e.attesters) for e in done.events if isinstance(e, ReserveAttested)]
    assert seen == [(0, RESERVE + 1, padded(A, B)), (1, RESERVE + 2, padded(D, C))]
    assert world.slot(APPLE, 0).signers == in_force(3, 1, A, B, threshold=2)
    assert world.slot(APPLE, 1).signers == in_force(4, 1, C, D, threshold=2)


def test_custodians_and_chains_report_together(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)
    reports = [world.report(APPLE, 0, RESERVE), world.supply_report(APPLE, 0, 20), world.report(APPLE, 1, RESERVE)]
    done = world.run(relay(APPLE, *reports))
    assert [type(event) for event in done.events] == [ReserveAttested, ChainAttested, ReserveAttested]
    # judged together: each tells the obligation after all three
    assert {getattr(event, "obligation", None) for event in done.events} == {150 * calls.ONE + 20}


# Keys change


@KINDS
def test_a_key_may_stay_in_the_next_set(world: World, kind: str) -> None:
    slot = Slot(world, kind)
    slot.rule(A, B, threshold=2)
    before = slot.keys
    start, epoch = world.now + CHANGE_DELAY_S, before.epoch + 1
    world.do(slot.register(B, C, threshold=2))
    assert slot.keys == waiting(before, start, epoch, B, C, threshold=2)
    # the message's epoch says which set signs: the old one until its last second
    world.refuse(slot.report(B, C, epoch=epoch, sequence=1), "AttesterNotYetValid", valid_from=start, now=world.now)
    world.refuse(slot.report(B, C, epoch=before.epoch, sequence=2), "WrongAttester", slot=0)
    world.advance(CHANGE_DELAY_S - 1)
    world.do(slot.report(A, B, epoch=before.epoch))
    world.advance(1)
    world.refuse(slot.report(A, B, epoch=before.epoch), "ReplacedAttester", slot=0, new_epoch=epoch)
    world.refuse(slot.report(A, B, epoch=epoch, sequence=1), "WrongAttester", slot=0)
    world.do(slot.report(B, C, epoch=epoch, sequence=1))
    assert slot.keys == in_force(epoch, 1, B, C, threshold=2)
    # the key that stayed cannot bring an old report back
    world.refuse(slot.report(A, B, epoch=before.epoch, sequence=3), "WrongEpoch", given=before.epoch, expected=epoch)


@KINDS
@pytest.mark.parametrize(
    ("keys", "threshold"),
    [
        ((A, B, C), 1),
        ((A, B), 1),
        ((A, B, D), 2),
        ((D,), 1),
        ((A, B, C), 2),
        ((B, C, A), 2),
        ((A, B), 2),
        ((A, B, C), 3),
    ],
    ids=["fewer to sign", "one of two", "a new key", "a stranger", "the same", "in another order", "a key less", "all"],
)
def test_every_other_set_waits(world: World, kind: str, keys: tuple[Pubkey, ...], threshold: int) -> None:
    """One with fewer keys or a higher threshold too: it makes bad news harder to tell."""
    slot = Slot(world, kind)
    slot.rule(A, B, C, threshold=2)
    before, change = slot.keys, slot.register(*keys, threshold=threshold)
    world.do(calls.halt(APPLE, 4))
    world.refuse(change, "ChangesHalted")
    world.do(calls.resume(APPLE, 4), change)
    start, epoch = world.now + CHANGE_DELAY_S, before.epoch + 1
    assert slot.keys == waiting(before, start, epoch, *keys, threshold=threshold)
    world.do(slot.report(A, C, epoch=before.epoch))
    world.advance(CHANGE_DELAY_S)
    world.refuse(slot.report(A, C, epoch=before.epoch), "ReplacedAttester", slot=0, new_epoch=epoch)
    world.do(slot.report(*keys[:threshold], epoch=epoch, sequence=1))
    assert slot.keys == in_force(epoch, 1, *keys, threshold=threshold)


# A change of keys is stopped


@KINDS
@pytest.mark.parametrize("by", [Role.PAUSER, Role.ADMIN, None], ids=["pauser", "admin", "authority"])
def test_new_keys_are_cancelled_before_they_act(world: World, kind: str, by: Role | None) -> None:
    slot = Slot(world, kind)
    before, start = slot.keys, world.now + CHANGE_DELAY_S
    world.do(slot.register(A, B, threshold=2))
    epoch = slot.keys.pending_epoch
    world.advance(CHANGE_DELAY_S - 1)
    report_all(world, APPLE, {1: RESERVE})
    done = world.run(slot.cancel(by))
    what = SlotChange.CUSTODIAN_KEYS if slot.custodian else SlotChange.CHAIN_KEYS
    who = OURS.authority if by is None else staff(by)
    assert told(done.events) == SlotChangeCancelled(APPLE.asset, who, what, 0, epoch, start - 1)
    assert done.changed == {APPLE.reserve}
    assert slot.keys == before
    world.advance(1)
    world.refuse(slot.report(A, B, epoch=epoch, sequence=1), "WrongEpoch", given=epoch, expected=before.epoch)
    world.do(slot.report())
    # the epoch is gone for ever
    world.do(slot.register(A, B, threshold=2))
    assert slot.keys.pending_epoch == epoch + 1


def test_a_new_custodian_whose_keys_were_cancelled_has_none(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 2, keys=(A,)), calls.cancel_slot_change(APPLE, 1, 2))
    assert world.slot(APPLE, 2).signers == in_force(0, 0, threshold=0)
    world.advance(CHANGE_DELAY_S)
    for epoch in (0, 3):
        report = world.attest(APPLE, 2, RESERVE, signers=(A,), epoch=epoch, sequence=1)
        world.refuse(report, "WrongEpoch", given=epoch, expected=0)
    world.do(calls.retire_custodian(APPLE, 2))


def test_a_change_that_is_replaced_gives_its_keys_free(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 0, keys=(A, B)))
    world.refuse(calls.register_custodian(APPLE, 1, keys=(A,)), "KeyInUse", slot=0)
    world.do(calls.register_custodian(APPLE, 0, keys=(B, C)))
    world.do(calls.register_custodian(APPLE, 1, keys=(A,)))
    # replaced keys are free once the new ones have reported
    world.advance(CHANGE_DELAY_S)
    world.refuse(calls.register_chain(APPLE, 0, keys=(APPLE.custodian(0),)), "KeyInUse", slot=0)
    world.do(world.attest(APPLE, 0, RESERVE, signers=(B,), epoch=4, sequence=1))
    world.do(calls.register_chain(APPLE, 0, keys=(APPLE.custodian(0),)))


def test_a_proof_may_hold_more_signatures_than_are_taken(world: World) -> None:
    world.do(calls.register_custodian(APPLE, 0, keys=(A, B, C), threshold=2))
    world.advance(CHANGE_DELAY_S)
    report = world.report(APPLE, 0, RESERVE, signer=A)
    proof = ed25519_instruction(cosigned(report, A, B, C))
    (event,) = world.run(calls.attest(APPLE, proof, signature=1, count=2)).events
    assert isinstance(event, ReserveAttested)
    assert event.attesters == padded(B, C)
    assert world.slot(APPLE, 0).signers == in_force(3, 1, A, B, C, threshold=2)
