"""Refusals of what attestor managers ask for: custodians, chains, their keys, caps; and of what guardians ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    CHAIN_MAX_AGE_S,
    CHANGE_DELAY_S,
    MALLORY,
    NVIDIA,
    OURS,
    RIVAL_APPLE,
    Stock,
    chain_id,
    lei,
    safe,
    token_hash,
)
from tests.embedded.cases import SUPPLY, Attempt, case, raise_supply, row
from tests.embedded.chain import Call, key
from tests.embedded.setups import add_chain, redeem_off_chain, report_all, short
from tests.embedded.world import NOW, RESERVE, World
from xstock_client.accounts import Reserve
from xstock_client.constants import MAX_REPORTED_SHARES, Role

NOBODY = Pubkey.default()
A, B, C = key("first of a set"), key("second of a set"), key("third of a set")


# Keys: the same rules for custodians and chains


def _register(kind: str, stock: Stock, slot: int, **values: object) -> Call:
    build: Callable[..., Call] = calls.register_custodian if kind == "custodian" else calls.register_chain
    return build(stock, slot, **values)


def chained(world: World) -> None:
    """A chain in slot 0, which has reported."""
    add_chain(world, 0, cap=50, supply=10)


KeyLists: TypeAlias = tuple[tuple[Pubkey, ...], ...]
WITH_GAPS: KeyLists = ((), (NOBODY, A), (A, NOBODY, B), (NOBODY, NOBODY, A))

for _kind in ("custodian", "chain"):
    for _keys in WITH_GAPS:
        _names = "-".join("x" if one == NOBODY else "k" for one in _keys)
        row(_register(_kind, APPLE, 2, keys=_keys), "EmptyCustodianField", f"keys {_names or 'none'}")
    for _keys, _place in (((A, A), 1), ((A, B, A), 2), ((A, B, B), 2), ((A, A, A), 1)):
        _names = "".join("ABC"[(A, B, C).index(one)] for one in _keys)
        row(_register(_kind, APPLE, 2, keys=_keys), "RepeatedKey", _names, place=_place)
    for _keys, _threshold in (((A,), 0), ((A,), 2), ((A, B), 3), ((A, B, C), 0), ((A, B, C), 4), ((A, B, C), 255)):
        row(
            _register(_kind, APPLE, 2, keys=_keys, threshold=_threshold),
            "ThresholdOutOfRange",
            f"{_threshold} of {len(_keys)}",
            threshold=_threshold,
            keys=len(_keys),
        )
    for _slot in (8, 255):
        row(_register(_kind, APPLE, _slot, keys=(A,)), "SlotOutOfRange", f"slot {_slot}", slot=_slot)
    row(
        _register(_kind, APPLE, 2, keys=(A, APPLE.custodian(1))),
        "KeyInUse",
        "a custodian's key",
        slot=1,
    )
    row(
        _register(_kind, APPLE, 2, keys=(A, B)),
        "KeyInUse",
        "a key that waits for a custodian's slot",
        lambda world: world.do(calls.register_custodian(APPLE, 1, keys=(C, B))),
        slot=1,
    )
    row(_register(_kind, APPLE, 2, keys=(APPLE.watcher(0),)), "KeyInUse", "a chain's key", chained, slot=0)
    row(
        _register(_kind, APPLE, 2, keys=(A,)),
        "KeyInUse",
        "a key that waits for a chain's slot",
        lambda world: world.do(calls.register_chain(APPLE, 1, keys=(C, B, A), threshold=3)),
        slot=1,
    )
    row(
        _register(_kind, APPLE, 2),
        "ChangesHalted",
        "halted",
        lambda world: world.do(calls.halt(APPLE, 4)),
    )
    row(
        _register(_kind, APPLE, 2),
        "Overflow",
        "after the last epoch",
        lambda world: world.patch_field(Reserve, APPLE.reserve, "last_epoch", 2**32 - 1),
    )
    row(_register(_kind, APPLE, 2).swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve")
# a slot of the same number, but of the other kind, is another slot
row(
    calls.register_chain(APPLE, 1, keys=(APPLE.custodian(1),)),
    "KeyInUse",
    "the custodian's of the same number",
    slot=1,
)
row(
    calls.register_custodian(APPLE, 0, keys=(APPLE.custodian(0), APPLE.watcher(0))),
    "KeyInUse",
    "the chain's of the same number",
    chained,
    slot=0,
)


# Custodians

_NOTHING: tuple[dict[str, Any], ...] = ({"id": bytes(20)}, {"account": bytes(32)})
for _field in _NOTHING:
    row(calls.register_custodian(APPLE, 2, **_field), "EmptyCustodianField", str(next(iter(_field))))
row(calls.register_custodian(APPLE, 1, id=lei(2)), "SlotTaken", "another LEI", slot=1)
row(calls.register_custodian(APPLE, 1, account=safe(2)), "SlotTaken", "another account", slot=1)
row(calls.register_custodian(APPLE, 2, account=safe(0)), "AccountInUse", "slot 0's", slot=0)
for _slot in (8, 255):
    row(calls.retire_custodian(APPLE, _slot), "SlotOutOfRange", f"slot {_slot}", slot=_slot)
row(calls.retire_custodian(APPLE, 2), "SlotEmpty", "slot 2", slot=2)
row(calls.retire_custodian(APPLE, 0).swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve")
row(calls.retire_custodian(APPLE, 0).swap(mint=NVIDIA.mint), "WrongMint", "another asset's mint")


@case("retire_custodian", "SupplyAboveBooks")
def retire_with_a_second_door(world: World) -> Attempt:
    return calls.retire_custodian(APPLE, 0), raise_supply(world)


# Chains

_NOWHERE: dict[str, dict[str, Any]] = {
    "no chain": {"chain": bytes(48)},
    "a chain that begins with zero": {"chain": bytes(47) + b"x"},
    "no token": {"token": bytes(32)},
}
for _about, _field in _NOWHERE.items():
    row(calls.register_chain(APPLE, 2, **_field), "EmptyCustodianField", _about)
row(calls.register_chain(APPLE, 0, chain=chain_id(1)), "ChainTaken", "another chain", chained, slot=0)
row(calls.register_chain(APPLE, 0, token=token_hash(1)), "ChainTaken", "another token", chained, slot=0)
row(calls.register_chain(APPLE, 1, token=token_hash(0)), "TokenInUse", "slot 0's", chained, slot=0)

CAP = calls.set_chain_cap(APPLE, 0, 5)
row(CAP, "SlotEmpty", "no chain", slot=0)
for _slot in (8, 255):
    row(calls.set_chain_cap(APPLE, _slot, 5), "SlotOutOfRange", f"slot {_slot}", slot=_slot)
    row(calls.retire_chain(APPLE, _slot), "SlotOutOfRange", f"slot {_slot}", slot=_slot)
for _cap in (MAX_REPORTED_SHARES + 1, 2**64 - 1):
    row(
        calls.set_chain_cap(APPLE, 0, _cap),
        "FigureTooLarge",
        f"{_cap}",
        chained,
        given=_cap,
        limit=MAX_REPORTED_SHARES,
    )
for _cap in (0, 49, 50, 51):
    row(
        calls.set_chain_cap(APPLE, 0, _cap),
        "ChangesHalted",
        f"{_cap} after 50",
        chained,
        lambda world: world.do(calls.halt(APPLE, 4)),
    )
row(CAP.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", chained)
row(
    calls.set_chain_cap(RIVAL_APPLE, 0, 5).swap(issuer=OURS.address, authority=OURS.authority),
    "WrongIssuer",
    "an asset of another issuer",
)
ROOM = 2 * RESERVE - SUPPLY
row(
    calls.set_chain_cap(APPLE, 0, ROOM + 1),
    "ReserveShort",
    "a share more than the reserve covers",
    chained,
    **short(2 * RESERVE, 2 * RESERVE + 1, foreign=ROOM + 1),
)


@case("set_chain_cap", "ReserveShort")
def a_higher_cap_without_fresh_reports(world: World) -> Attempt:
    chained(world)
    world.advance(calls.MAX_AGE_S + 1)
    return calls.set_chain_cap(APPLE, 0, 51), short(0, SUPPLY + 51, foreign=51)


RETIRE = calls.retire_chain(APPLE, 0)
row(RETIRE, "SlotEmpty", "no chain", slot=0)
row(RETIRE.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", chained)
row(
    RETIRE,
    "ChangesHalted",
    "halted",
    lambda world: world.do(calls.register_chain(APPLE, 0), calls.halt(APPLE, 4)),
)


@case("retire_chain", "ChainInUse")
def shares_on_the_chain(world: World) -> Attempt:
    add_chain(world, 0, cap=0, supply=10)
    return RETIRE, {"cap": 0, "owed": 10, "as_of": world.now, "now": world.now}


@case("retire_chain", "ChainInUse")
def a_cap_above_zero(world: World) -> Attempt:
    add_chain(world, 0, cap=50, supply=0)
    return RETIRE, {"cap": 50, "owed": 0, "as_of": world.now, "now": world.now}


@case("retire_chain", "ChainInUse")
def a_cap_above_zero_of_a_chain_that_never_reported(world: World) -> Attempt:
    add_chain(world, 0, cap=50)
    return RETIRE, {"cap": 50, "owed": 0, "as_of": 0, "now": world.now}


@case("retire_chain", "ChainInUse")
def a_lower_cap_that_no_report_has_confirmed(world: World) -> Attempt:
    add_chain(world, 0, cap=50, supply=0)
    world.do(calls.set_chain_cap(APPLE, 0, 0))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest_chain(APPLE, 0, 0, as_of=world.now - 1))
    return RETIRE, {"cap": 50, "owed": 0, "as_of": world.now - 1, "now": world.now}


@case("retire_chain", "ChainInUse")
def a_stale_report_of_zero(world: World) -> Attempt:
    add_chain(world, 0, cap=0, supply=0)
    told = world.now
    world.advance(CHAIN_MAX_AGE_S + 1)
    return RETIRE, {"cap": 0, "owed": 0, "as_of": told, "now": world.now}


@case("retire_chain", "ChainInUse")
def shares_on_their_way(world: World) -> Attempt:
    add_chain(world, 0, cap=50, supply=0)
    redeem_off_chain(world, 7, to_chain=0)
    return RETIRE, {"cap": 50, "owed": 7, "as_of": world.now, "now": world.now}


def _retiring(about: str, waited: int, ready_at: int, **report: int) -> None:
    def attempt(world: World) -> Attempt:
        add_chain(world, 0, cap=0, supply=0)
        asked = world.now
        world.do(RETIRE)
        world.advance(waited)
        if report:
            world.do(world.attest_chain(APPLE, 0, 0, as_of=asked + report["as_of"]))
        seen = asked + report.get("as_of", waited)
        return RETIRE, {"ready_at": asked + ready_at, "now": seen}

    attempt.__name__ = about.replace(" ", "_")
    case("retire_chain", "ChangeNotReady")(attempt)


_retiring("at once", 0, CHANGE_DELAY_S)
_retiring("a second early", CHANGE_DELAY_S - 1, CHANGE_DELAY_S)
_retiring("in time without a later report", CHANGE_DELAY_S + 5, CHANGE_DELAY_S, as_of=CHANGE_DELAY_S - 1)


# Cancelling what waits in a slot

for _change in (0, 5, 255):
    row(calls.cancel_slot_change(APPLE, _change, 0), "UnknownChange", f"kind {_change}", kind=_change)
for _change in (1, 2, 3, 4):
    for _slot in (8, 255):
        row(
            calls.cancel_slot_change(APPLE, _change, _slot),
            "SlotOutOfRange",
            f"kind {_change}, slot {_slot}",
            slot=_slot,
        )
    for _slot in (0, 2):
        row(
            calls.cancel_slot_change(APPLE, _change, _slot),
            "NothingQueued",
            f"kind {_change}, slot {_slot}",
            waits_until=0,
            now=NOW,
        )
row(calls.cancel_slot_change(APPLE, 1, 0).swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve")
row(
    calls.cancel_slot_change(RIVAL_APPLE, 1, 2).swap(issuer=OURS.address, grant=OURS.grant(Role.PAUSER)),
    "WrongIssuer",
    "a change of another issuer",
    lambda world: world.do(calls.register_custodian(RIVAL_APPLE, 2)),
)


def _too_late(change: int, ask: Callable[[World], None]) -> None:
    def matured(world: World) -> Attempt:
        ask(world)
        world.advance(CHANGE_DELAY_S)
        figures = {"waits_until": world.now, "now": world.now}
        return calls.cancel_slot_change(APPLE, change, 0), figures

    matured.__name__ = f"kind_{change}_in_the_second_in_which_it_acts"
    case("cancel_slot_change", "NothingQueued")(matured)


_too_late(1, lambda world: world.do(calls.register_custodian(APPLE, 0, keys=(A,))))
_too_late(2, lambda world: world.do(calls.register_chain(APPLE, 0)))


@case("cancel_slot_change", "NothingQueued")
def a_lower_cap_that_a_report_has_put_in_force(world: World) -> Attempt:
    chained(world)
    world.do(calls.set_chain_cap(APPLE, 0, 0))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest_chain(APPLE, 0, 0))
    return calls.cancel_slot_change(APPLE, 3, 0), {"waits_until": 0, "now": world.now}


@case("cancel_slot_change", "NothingQueued")
def a_retirement_that_a_report_above_zero_has_stopped(world: World) -> Attempt:
    add_chain(world, 0, cap=0, supply=0)
    world.do(RETIRE)
    world.do(world.attest_chain(APPLE, 0, 1))
    return calls.cancel_slot_change(APPLE, 4, 0), {"waits_until": 0, "now": world.now}


# Halts, the latch and solvency

for _number in (0, 8, 12, 128, 255):
    row(calls.halt(APPLE, _number), "UnknownHalt", f"{_number}", functions=_number)
    row(calls.resume(APPLE, _number), "UnknownHalt", f"{_number}", functions=_number)
row(calls.reopen(APPLE), "NotLatched", "a sound asset")


def low(world: World) -> None:
    report_all(world, APPLE, {0: 1, 1: 2})


for _functions in (1, 5, 7):
    row(
        calls.resume(APPLE, _functions),
        "ReserveShort",
        f"halt {_functions} while short",
        low,
        lambda world: world.do(calls.halt(APPLE, 7)),
        **short(3, SUPPLY),
    )
row(calls.reopen(APPLE), "ReserveShort", "while short", low, **short(3, SUPPLY))
row(
    calls.reopen(APPLE),
    "QuorumNotMet",
    "one custodian",
    lambda world: world.do(world.attest(APPLE, 0, 0), world.attest(APPLE, 1, RESERVE)),
    fresh=1,
    needed=2,
)
for _good in (calls.reopen(APPLE), calls.check_solvency(APPLE), calls.resume(APPLE, 2)):
    row(_good.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve")
    if _good.name != "resume":
        row(_good.swap(mint=NVIDIA.mint), "WrongMint", "another asset's mint")
row(
    calls.set_allowance(APPLE, MALLORY).swap(reserve=NVIDIA.reserve),
    "WrongAsset",
    "another asset's reserve",
)
row(
    calls.cancel_raise(APPLE, MALLORY).swap(allowance=NVIDIA.allowance(MALLORY)),
    "WrongAsset",
    "the allowance for another asset",
    lambda world: world.do(calls.set_allowance(NVIDIA, MALLORY)),
)


@case("check_solvency", "SupplyAboveBooks")
def check_with_a_second_door(world: World) -> Attempt:
    return calls.check_solvency(APPLE), raise_supply(world)


@case("reopen", "SupplyAboveBooks")
def reopen_with_a_second_door(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 0))
    return calls.reopen(APPLE), raise_supply(world)
