"""Refusals around snapshots and the roots that attestors agree on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    CHANGE_DELAY_S,
    MALLORY,
    NVIDIA,
    attestor,
)
from tests.embedded.cases import SUPPLY, Attempt, case, raise_supply, row
from tests.embedded.cases_corporate import EX, at
from tests.embedded.cases_ready import doing, waiting
from tests.embedded.chain import Call, key
from tests.embedded.dividends import CHALLENGE_S, NOTICE_S, Dividend, Step, at_step, carry
from tests.embedded.setups import pay_off_chain
from tests.embedded.trees import Entry, Tree
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, World
from xstock_client.accounts import Asset, Distribution, Snapshot
from xstock_client.constants import DAY_S, HOUR_S

MINE = Dividend()
BALANCES, ENTITLED = MINE.balances, MINE.entitlements
RECORD_AT = NOW + CHANGE_DELAY_S + NOTICE_S
"""When the snapshot is taken, and a second before roots are agreed on."""
AGREED_AT = RECORD_AT + 1
FINAL_AT = AGREED_AT + CHALLENGE_S + 1
"""When the distribution is declared, and its root agreed on."""
RECORD = calls.record_snapshot(APPLE)
VOTE = calls.vote_root(APPLE, BALANCES)
VOTE_PAID = calls.vote_root(APPLE, ENTITLED, distribution=0)
REJECT = calls.reject_root(APPLE)
REJECT_PAID = calls.reject_root(APPLE, distribution=0)
ALL = 2**64 - 1


# Recording


def _early(world: World) -> None:
    """A second before the record time."""
    carry(world, Step.ATTESTORS)
    at_ = world.now + NOTICE_S
    world.do(calls.announce_dividend(APPLE, at_))
    world.advance(NOTICE_S - 1)


_window = {"record_at": RECORD_AT, "latest": RECORD_AT + HOUR_S}
row(RECORD, "NotRecordTime", "a second early", _early, **_window, now=RECORD_AT - 1)
row(RECORD, "NotRecordTime", "a second late", at(Step.ANNOUNCED), waiting(HOUR_S + 1), **_window, now=RECORD_AT + 3601)
row(
    calls.record_snapshot(APPLE, 1, action=0),
    "SnapshotTaken",
    "a second one",
    at(Step.RECORDED),
    snapshot=0,
)
_SPLIT = calls.announce_split(APPLE, EX + 5 * DAY_S)
row(RECORD, "WrongActionKind", "of a split", at(Step.ATTESTORS), doing(_SPLIT), kind=3, needed=1)
row(RECORD, "WrongActionState", "of a cancelled one", at(Step.ANNOUNCED), doing(calls.cancel_action(APPLE)), state=2)
for _number in (1, 2**32 - 1):
    row(
        calls.record_snapshot(APPLE, _number, action=0),
        "WrongActionNumber",
        f"number {_number}",
        at(Step.ANNOUNCED),
        given=_number,
        next=0,
    )
row(
    calls.record_snapshot(APPLE, 2**32 - 1, action=0),
    "Overflow",
    "the last number",
    at(Step.ANNOUNCED),
    lambda world: world.patch_field(Asset, APPLE.asset, "snapshots", 2**32 - 1),
)
row(
    RECORD,
    "NoAttestors",
    "nobody could agree",
    at(Step.ANNOUNCED),
    lambda world: world.patch(APPLE.asset, Asset.OFFSETS["attestors"], bytes(336)),
)
row(RECORD.swap(mint=NVIDIA.mint), "WrongMint", "another stock's mint", at(Step.ANNOUNCED))
row(
    RECORD.swap(action=NVIDIA.action()),
    "WrongAsset",
    "another stock's action",
    at(Step.ANNOUNCED),
    doing(calls.announce_delisting(NVIDIA, EX + 30 * DAY_S)),
)


@case("record_snapshot", "SupplyAboveBooks")
def a_second_door(world: World) -> Attempt:
    at_step(Step.ANNOUNCED, world)
    return RECORD, raise_supply(world)


@case("record_snapshot", "ZeroAmount")
def nothing_is_held(world: World) -> Attempt:
    world.do(calls.set_attestors(NVIDIA), calls.announce_dividend(NVIDIA, NOW + NOTICE_S))
    world.advance(NOTICE_S)
    return calls.record_snapshot(NVIDIA), {}


# The slot of the snapshot


def _slot(good: Call, *before: Callable[[World], object]) -> None:
    """In the slot, and the transaction, in which it is taken; a slot later it goes through (tested elsewhere)."""

    def attempt(world: World) -> Attempt:
        at_step(Step.ANNOUNCED, world)
        world.do(world.attest(APPLE, 0, 1_000 * calls.ONE), world.attest(APPLE, 1, 1_000 * calls.ONE))
        for step in before:
            step(world)
        return (*RECORD.instructions, *good.instructions), {"slot": world.chain.height()}

    attempt.__name__ = "in_the_slot_of_a_snapshot"
    case(good.name, "SnapshotSlot")(attempt)


_slot(calls.mint_shares(APPLE, 10, ticket=5))
_slot(
    calls.settle_redemption(APPLE, 10, id=0),
    doing(calls.request_redemption(APPLE, 10, id=0), calls.accept_redemption(APPLE, id=0)),
)
_slot(calls.conclude_redemption(APPLE, id=0), lambda world: pay_off_chain(world, 10))


# Votes


def vote(code: str, about: str, figures: dict[str, int], *before: Callable[[World], object], **root: Any) -> None:
    """The snapshot's root, bent."""
    row(calls.vote_root(APPLE, BALANCES, **root), code, about, at(Step.RECORDED), *before, **figures)


def vote_paid(code: str, about: str, figures: dict[str, int], *before: Callable[[World], object], **root: Any) -> None:
    """The entitlements' root, bent."""
    row(
        calls.vote_root(APPLE, ENTITLED, distribution=0, **root),
        code,
        f"entitlements, {about}",
        at(Step.DECLARED),
        *before,
        **figures,
    )


def total(given: int, limit: int = SUPPLY, burned: int = 0) -> dict[str, int]:
    return {"given": given, "limit": limit, "burned_outside": burned}


for _by in (MALLORY, attestor(3), attestor(4)):
    vote("NotAttestor", f"{_by} is none", {}, by=_by)
    vote_paid("NotAttestor", f"{_by} is none", {}, by=_by)
vote(
    "NotAttestor",
    "one that went",
    {},
    doing(calls.set_attestors(APPLE, attestor(1), attestor(2))),
    waiting(CHANGE_DELAY_S),
)
for _sum in (SUPPLY - 1, SUPPLY + 1, 0, ALL):
    vote("WrongTotal", f"a sum of {_sum}", total(_sum), sum=_sum)


@case("vote_root", "WrongTotal")
def less_than_was_burned_since(world: World) -> Attempt:
    at_step(Step.RECORDED, world)
    world.patch_field(Asset, APPLE.asset, "burned_outside", 7)
    return calls.vote_root(APPLE, BALANCES, sum=SUPPLY - 8), total(SUPPLY - 8, SUPPLY, 7)


vote("BadRoot", "no leaves", {"leaf_count": 0, "figure": SUPPLY}, leaf_count=0)
vote("BadRoot", "more leaves than raw units", {"leaf_count": SUPPLY + 1, "figure": SUPPLY}, leaf_count=SUPPLY + 1)
vote("BadRoot", "tax on balances", {"leaf_count": 2, "figure": 1}, withheld=1)
vote(
    "Overflow",
    "less burned than before it",
    {},
    lambda world: world.patch_field(Snapshot, APPLE.snapshot(), "burned_outside", 1),
)
_MOST = SUPPLY // 4 // 100
"""Base units: a quarter of a dollar per share."""
for _sum in (_MOST + 1, 0, ALL):
    vote_paid("WrongTotal", f"{_sum} base units", total(_sum, _MOST), sum=_sum)
vote_paid("BadRoot", "more tax than payment", {"leaf_count": 2, "figure": _MOST + 1}, withheld=_MOST + 1)
vote_paid("BadRoot", "more owners than the snapshot", {"leaf_count": 3, "figure": 2}, leaf_count=3)
vote_paid("BadRoot", "no leaves", {"leaf_count": 0, "figure": _MOST}, leaf_count=0)
row(VOTE, "RootAgreed", "agreed", at(Step.AGREED), agreed_at=AGREED_AT)
row(calls.vote_root(APPLE, BALANCES, by=attestor(2)), "RootAgreed", "final", at(Step.FINAL), agreed_at=AGREED_AT)
row(VOTE_PAID, "RootAgreed", "entitlements agreed", at(Step.ENTITLED), agreed_at=FINAL_AT)


@case("vote_root", "NotFinal")
def entitlements_while_the_snapshot_is_not_final(world: World) -> Attempt:
    """Which no instruction makes: a declaration needs a final one."""
    at_step(Step.DECLARED, world)
    at_ = Snapshot.OFFSETS["ballot"]
    world.patch(APPLE.snapshot(), at_, bytes(len(world.get(APPLE.snapshot()).data) - at_ - 64))
    return VOTE_PAID, {"agreed_at": 0, "window": CHALLENGE_S, "now": FINAL_AT}


def belongs(good: Call, good_paid: Call) -> None:
    """Accounts of another stock, and a distribution on another snapshot."""
    row(good.swap(asset=NVIDIA.asset), "WrongAsset", "another stock", at(Step.AGREED))
    row(
        good_paid,
        "WrongSnapshot",
        "of another snapshot",
        at(Step.ENTITLED),
        lambda world: world.patch(APPLE.distribution(), Distribution.OFFSETS["snapshot"], bytes(MALLORY)),
    )


belongs(VOTE, VOTE_PAID)
belongs(REJECT, REJECT_PAID)


# Rejecting

row(REJECT, "NothingAgreed", "nothing is", at(Step.RECORDED))
row(REJECT, "NothingAgreed", "one vote is none", at(Step.RECORDED), doing(VOTE))
row(REJECT_PAID, "NothingAgreed", "no entitlements are", at(Step.DECLARED))
row(
    calls.reject_root(APPLE, by=MALLORY),
    "NotAttestor",
    "a stranger",
    at(Step.AGREED),
)
final = {"agreed_at": AGREED_AT, "window": CHALLENGE_S, "now": FINAL_AT}
paid_final = {"agreed_at": FINAL_AT, "window": CHALLENGE_S, "now": FINAL_AT + CHALLENGE_S + 1}
row(REJECT, "RootFinal", "a second after its day", at(Step.FINAL), **final)
row(REJECT_PAID, "RootFinal", "entitlements after their day", at(Step.READY), **paid_final)


@case("reject_root", "AlreadyRejected")
def the_same_attestor_again(world: World) -> Attempt:
    at_step(Step.AGREED, world)
    world.do(REJECT)
    carry(world, Step.AGREED, MINE, since=Step.RECORDED)
    return REJECT, {"round": 1}


# Challenges

ORDER = calls.challenge_order(APPLE, BALANCES, 0, by=MALLORY)
ORDER_PAID = calls.challenge_order(APPLE, ENTITLED, 0, by=MALLORY, distribution=0)
LYING = Tree(BALANCES.account, BALANCES.leaves, BALANCES.size, lies={(3, 0): 1, (4, 0): -1})
"""The sums of two nodes are wrong, that of the root is right."""
SUM = calls.challenge_sum(APPLE, LYING, 4, 0, by=MALLORY)


def lied(world: World) -> None:
    at_step(Step.RECORDED, world)
    world.do(*(calls.vote_root(APPLE, LYING, by=attestor(place)) for place in (0, 1)))


def order(code: str, about: str, figures: dict[str, int], **leaf: Any) -> None:
    good = calls.challenge_order(APPLE, BALANCES, 0, by=MALLORY, **leaf)
    row(good, code, about, at(Step.AGREED), **figures)


belongs(ORDER, ORDER_PAID)
belongs(SUM, calls.challenge_sum(APPLE, ENTITLED, 1, 0, by=MALLORY, distribution=0))
for _good in (ORDER, SUM):
    row(_good, "NothingAgreed", "nothing is", at(Step.RECORDED))
    row(_good, "RootFinal", "after its day", at(Step.FINAL), **final)
row(ORDER_PAID, "RootFinal", "entitlements after their day", at(Step.READY), **paid_final)
_other = {"index": 0, "sum": SUPPLY, "expected": SUPPLY}
order("WrongRoot", "another owner", _other, owner=key("nobody"))
order("WrongRoot", "with tax", _other, withheld=1)
order("WrongRoot", "another amount", {**_other, "sum": SUPPLY + 1}, amount=BOB_HAS + 1)
order("WrongRoot", "the leaf of the other", _other, owner=ALICE, amount=ALICE_HAS, nodes=BALANCES.proof(1))
order(
    "WrongRoot",
    "a leaf of the entitlements",
    {**_other, "sum": ENTITLED.sum},
    owner=ENTITLED.leaves[0].owner,
    amount=ENTITLED.leaves[0].amount,
    withheld=ENTITLED.leaves[0].withheld,
    nodes=ENTITLED.proof(0),
)
order("BadProof", "a node too many", {"left_over": 40, "entries": 1}, nodes=BALANCES.proof(0) + bytes(40))
order("BadProof", "half a node too many", {"left_over": 20, "entries": 1}, nodes=BALANCES.proof(0) + bytes(20))
order("BadProof", "a node too few", {}, nodes=BALANCES.proof(0)[:-40])
order("BadProof", "a sum that overflows", {}, amount=ALL)
order("BadProof", "none", {}, nodes=b"")


@case("challenge_order", "BadProof")
def beyond_the_tree(world: World) -> Attempt:
    """Whose path is that of the first leaf, if the bits above the tree were not looked at."""
    at_step(Step.AGREED, world)
    beyond = Tree(BALANCES.account, {4096: BALANCES.leaves[0]}, 4097)
    good = calls.challenge_order(APPLE, beyond, 4096, by=MALLORY, nodes=BALANCES.proof(0))
    return good, {"left_over": 0, "entries": 1}


def check_sum(code: str, about: str, figures: dict[str, int], height: int = 4, /, **said: Any) -> None:
    """Of the tree with the wrong sums."""
    good = calls.challenge_sum(APPLE, LYING, height, 0, by=MALLORY, **said)
    row(good, code, about, lied, **figures)


for _level in (5, 11, 12):
    check_sum("NothingWrong", f"on level {_level}", {"sum": SUPPLY, "left": SUPPLY, "right": 0}, _level)
for _level in (0, 13, 255):
    _said: dict[str, Any] = {"level": _level, "nodes": b"", "sum": 1, "left": bytes(40), "right": bytes(40)}
    check_sum("BadProof", f"level {_level}", {"left_over": _level, "entries": 12}, **_said)
_path = LYING.proof(0, start=4)
check_sum("BadProof", "a node too few", {}, nodes=_path[:-40])
check_sum("BadProof", "a node too many", {"left_over": 40, "entries": 1}, nodes=_path + bytes(40))
_said = {"nodes": _path, "left": bytes(LYING.entry(3, 0)), "right": bytes(LYING.entry(3, 1))}
check_sum("BadProof", "beyond the tree", {"left_over": 0, "entries": 1}, position=2**8, **_said)
_other = {"index": 0, "sum": SUPPLY, "expected": SUPPLY}
check_sum("WrongRoot", "other children", _other, left=bytes(Entry(bytes(32), 1)))
check_sum("WrongRoot", "the children of a node below", _other, left=bytes(LYING.entry(2, 0)))
check_sum("WrongRoot", "the sum that would add up", {**_other, "sum": SUPPLY + 1}, sum=SUPPLY + 1)
