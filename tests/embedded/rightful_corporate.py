"""The rightful calls of corporate actions, snapshots and distributions, and the worlds in which they succeed.

Dividends of two stocks of ours and of the rival's stand side by side, with a second snapshot of Apple's and a second
distribution on its first, so that each account has a twin that belongs to something else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, MALLORY, NVIDIA, OURS, RIVAL, RIVAL_APPLE, TESLA, Stock
from tests.embedded.chain import Call, key
from tests.embedded.dividends import NOTICE_S, Dividend, Step, carry, distribution_of, open_tax_account
from tests.embedded.trees import Tree
from tests.embedded.world import ALICE_HAS, DOLLARS, EUROS, World
from xstock_client.constants import DAY_S

__all__ = ["BEFORE", "CALLS", "CAROL", "MINE", "PREPARED", "SECOND"]

CAROL = key("carol")
MINE = Dividend(APPLE)
TWINS = (MINE, Dividend(NVIDIA, {ALICE: ALICE_HAS}), Dividend(RIVAL_APPLE))
LATER = Dividend(APPLE, action=1, snapshot=1)
"""On another snapshot."""
SECOND = Dividend(APPLE, number=1)
"""Another distribution on the same snapshot."""
STOCKS = tuple(one.stock for one in TWINS)
MICROSOFT = ("US5949181045", "MSFTx")


@dataclass(frozen=True)
class Lying(Dividend):
    """Entitlements of which one sum is too small."""

    @cached_property
    def entitlements(self) -> Tree:
        honest = super().entitlements
        return Tree(honest.account, honest.leaves, honest.size, lies={(1, 0): -1})


LYING = Lying(APPLE)


def _base(world: World) -> None:
    world.do(calls.mint_shares(NVIDIA, ALICE_HAS, ticket=0))


def _announced(world: World) -> None:
    _base(world)
    carry(world, Step.ANNOUNCED, *TWINS)


def _recorded(world: World) -> None:
    _announced(world)
    carry(world, Step.RECORDED, *TWINS, since=Step.ANNOUNCED)
    carry(world, Step.RECORDED, LATER, since=Step.ATTESTORS)


def _final(world: World) -> None:
    _recorded(world)
    carry(world, Step.FINAL, *TWINS, LATER, since=Step.RECORDED)


def _carried(to: Step, mine: Dividend = MINE) -> Callable[[World], None]:
    def prepare(world: World) -> None:
        _final(world)
        carry(world, to, mine, *TWINS[1:], LATER, SECOND, since=Step.FINAL)

    return prepare


_DECLARED, _ENTITLED, _READY = _carried(Step.DECLARED), _carried(Step.ENTITLED), _carried(Step.READY)
_FUNDED, _PAGED, _BENT = _carried(Step.FUNDED), _carried(Step.PAGED), _carried(Step.ENTITLED, LYING)

PREPARED: dict[str, Callable[[World], None]] = {
    "set_attestors": _base,
    "cancel_attestors": _base,
    "announce_action": _base,
    "cancel_action": _base,
    "apply_identifiers": _base,
    "register_recipient": _base,
    "record_snapshot": _announced,
    "vote_root": _DECLARED,
    "reject_root": _ENTITLED,
    "challenge_order": _ENTITLED,
    "challenge_sum": _BENT,
    "declare_distribution": _final,
    "fund_distribution": _READY,
    "open_claim_page": _FUNDED,
    "claim_dividends": _PAGED,
    "close_claim_page": _PAGED,
    "remit_withheld": _PAGED,
    "reclaim_distribution": _PAGED,
}
"""What :func:`~tests.embedded.rightful.prepared` makes for each instruction."""


def _each(call: Callable[[Stock], Call]) -> Callable[[World], None]:
    return lambda world: world.do(*(call(stock) for stock in STOCKS))


def _another(world: World) -> None:
    """Apple has a second action, of another kind."""
    world.do(calls.announce_delisting(APPLE, world.now + 20 * DAY_S, number=1))


def _announcements(world: World) -> None:
    world.do(*(calls.announce_stock_dividend(stock, world.now + 4 * DAY_S) for stock in STOCKS))
    _another(world)


def _new_names(world: World) -> None:
    at = world.now + NOTICE_S
    names = ((TESLA.isin, TESLA.symbol), MICROSOFT, (TESLA.isin, TESLA.symbol))
    world.do(*(calls.announce_identifiers(stock, at, *new) for stock, new in zip(STOCKS, names, strict=True)))
    _another(world)
    world.advance(NOTICE_S)


def _vault(world: World) -> None:
    """Vaults of distributions to come, and of what they are not."""
    world.do(*(DOLLARS.open(one.address) for one in (*TWINS, LATER, SECOND)))
    _euros(world)


def _euros(world: World) -> None:
    world.do(EUROS.open(MINE.address))
    for desk in (OURS, RIVAL):
        for coin in (DOLLARS, EUROS):
            open_tax_account(world, desk, coin)


def _recipients(world: World) -> None:
    _euros(world)
    world.do(*(calls.register_recipient(stock, CAROL, owner=ALICE) for stock in STOCKS))
    world.do(calls.register_recipient(APPLE, CAROL, owner=BOB), DOLLARS.open(CAROL), EUROS.open(CAROL))


def _over(world: World) -> None:
    _euros(world)
    for desk in (OURS, RIVAL):
        world.do(DOLLARS.open(desk.authority), EUROS.open(desk.authority))
    world.advance(distribution_of(world, MINE).claim_until - world.now + 1)


def _long_over(world: World) -> None:
    _over(world)
    world.advance(DAY_S)


def _taxed(world: World) -> None:
    _euros(world)
    for one in (*TWINS, LATER, SECOND):
        tree = one.entitlements
        world.do(calls.claim_dividends(one.stock, tree, tree.index_of(ALICE), **one.of))


BEFORE: dict[str, Callable[[World], None]] = {
    "cancel_attestors": _each(calls.set_attestors),
    "cancel_action": _announcements,
    "apply_identifiers": _new_names,
    "record_snapshot": _another,
    "declare_distribution": _vault,
    "fund_distribution": _euros,
    "claim_dividends": _recipients,
    "close_claim_page": _long_over,
    "remit_withheld": _taxed,
    "reclaim_distribution": _over,
}


def _announce(world: World) -> Call:
    return calls.announce_stock_dividend(APPLE, world.now + 4 * DAY_S)


def _declare(world: World) -> Call:
    return calls.declare_distribution(APPLE, world.now + 200 * DAY_S)


def _claim(world: World) -> Call:
    """Bob's goes to his purse, and Alice's to her recipient's."""
    return calls.claim_dividends(APPLE, MINE.entitlements, 0, 2, recipients=(None, CAROL))


CALLS: dict[str, Callable[[World], Call]] = {
    "set_attestors": lambda world: calls.set_attestors(APPLE),
    "cancel_attestors": lambda world: calls.cancel_attestors(APPLE),
    "announce_action": _announce,
    "cancel_action": lambda world: calls.cancel_action(APPLE),
    "apply_identifiers": lambda world: calls.apply_identifiers(APPLE, TESLA.isin, TESLA.symbol),
    "register_recipient": lambda world: calls.register_recipient(APPLE, CAROL),
    "record_snapshot": lambda world: calls.record_snapshot(APPLE),
    "vote_root": lambda world: calls.vote_root(APPLE, MINE.entitlements, distribution=0),
    "reject_root": lambda world: calls.reject_root(APPLE, distribution=0),
    "challenge_order": lambda world: calls.challenge_order(APPLE, MINE.entitlements, 1, by=MALLORY, distribution=0),
    "challenge_sum": lambda world: calls.challenge_sum(APPLE, LYING.entitlements, 1, 0, by=MALLORY, distribution=0),
    "declare_distribution": _declare,
    "fund_distribution": lambda world: calls.fund_distribution(APPLE, 10),
    "open_claim_page": lambda world: calls.open_claim_page(APPLE, MINE.entitlements),
    "claim_dividends": _claim,
    "close_claim_page": lambda world: calls.close_claim_page(APPLE),
    "remit_withheld": lambda world: calls.remit_withheld(APPLE),
    "reclaim_distribution": lambda world: calls.reclaim_distribution(APPLE),
}
"""The instruction as its rightful caller sends it."""
