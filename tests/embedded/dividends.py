"""A dividend from the naming of attestors to open claims: the life cycle that many tests start from.

``carry(world, Step.FUNDED, Dividend(APPLE))`` brings a fresh world there; ``since=`` goes on from where an earlier call
stopped. Several dividends of different stocks are carried side by side. Figures are worked out without the SDK's way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, MULTIPLIER, RATE, TREASURY, Desk, Stock, attestor
from tests.embedded.stages import open_requests
from tests.embedded.trees import Leaf, Tree
from tests.embedded.world import ALICE_HAS, BOB_HAS, DOLLARS, World, fill
from xstock_client.accounts import Asset, ClaimPage, CorporateAction, Distribution, Snapshot
from xstock_client.clients.token import TokenAccount
from xstock_client.constants import BPS, DAY_S, TOKEN_2022

__all__ = [
    "CHALLENGE_S",
    "CLAIM_S",
    "NOTICE_S",
    "Crowd",
    "Dividend",
    "Step",
    "action_of",
    "asset_of",
    "at_step",
    "balances",
    "carry",
    "distribution_of",
    "open_tax_account",
    "page_of",
    "snapshot_of",
]

NOTICE_S = DAY_S + 3_600
"""From an announcement to the ex time here."""
CHALLENGE_S = DAY_S
CLAIM_S = 200 * DAY_S
"""How long claims stay open here."""
TAX = {ALICE: 3_000, BOB: 1_500}
"""Basis points of tax by owner; nobody else pays any."""
HELD = {ALICE: ALICE_HAS, BOB: BOB_HAS}


class Step(IntEnum):
    """Where a dividend stands. Each step includes the wait that ends it."""

    ATTESTORS = 1
    """Named, and in force."""
    ANNOUNCED = 2
    """The record time has come."""
    RECORDED = 3
    """The snapshot is taken; the slot is over."""
    AGREED = 4
    """Two attestors named the same root of balances; it can be challenged."""
    FINAL = 5
    DECLARED = 6
    """The distribution is declared, with its vault."""
    ENTITLED = 7
    """Two attestors named the same root of entitlements; it can be challenged."""
    READY = 8
    """It is final; nothing is funded."""
    FUNDED = 9
    """All of it; claims are not open."""
    OPEN = 10
    """The pay time has come."""
    PAGED = 11
    """The first page of claims is open."""


@dataclass(frozen=True)
class Dividend:
    """A cash dividend in dollars: who holds what at the record time, and the tax of each."""

    stock: Stock = APPLE
    holds: Mapping[Pubkey, int] = field(default_factory=lambda: HELD)
    """Raw units by owner."""
    tax: Mapping[Pubkey, int] = field(default_factory=lambda: TAX)
    """Basis points by owner."""
    rate: int = RATE
    multiplier: int = MULTIPLIER
    rules: int = 0
    action: int = 0
    snapshot: int = 0
    number: int = 0
    """Of the distribution on its snapshot."""

    @property
    def snapshot_address(self) -> Pubkey:
        return self.stock.snapshot(self.snapshot)

    @property
    def address(self) -> Pubkey:
        """The distribution's."""
        return self.stock.distribution(self.number, snapshot=self.snapshot)

    @property
    def vault(self) -> Pubkey:
        return self.stock.payout_vault(self.number, snapshot=self.snapshot)

    @cached_property
    def balances(self) -> Tree:
        """The tree of the snapshot."""
        return Tree.of(self.snapshot_address, self.holds)

    @cached_property
    def entitlements(self) -> Tree:
        """The tree of the distribution."""
        return Tree.of(self.address, {owner: (self.gross(owner), self.withheld(owner)) for owner in self.holds})

    def gross(self, owner: Pubkey) -> int:
        """Base units before tax."""
        return self.holds[owner] * self.multiplier // 10**12 * self.rate // 10**14

    def withheld(self, owner: Pubkey) -> int:
        return self.gross(owner) * self.tax.get(owner, 0) // BPS

    def net(self, owner: Pubkey) -> int:
        return self.gross(owner) - self.withheld(owner)

    @property
    def of(self) -> dict[str, Any]:
        """Its numbers, as calls take them."""
        return {"number": self.number, "snapshot": self.snapshot}


@dataclass(frozen=True)
class Crowd(Dividend):
    """Nearly all of its ``size`` owners are made up; those that hold are neighbours from leaf ``first`` on."""

    size: int = 1_000_000
    first: int = 0

    @cached_property
    def balances(self) -> Tree:
        """Nobody looks into it here: one leaf has what the made-up ones leave."""
        rest = ALICE_HAS + BOB_HAS - self.size + 1
        return Tree(self.snapshot_address, {0: Leaf(ALICE, rest)}, self.size)

    @cached_property
    def entitlements(self) -> Tree:
        leaves = (Leaf(owner, self.gross(owner), self.withheld(owner)) for owner in sorted(self.holds, key=bytes))
        return Tree(self.address, dict(enumerate(leaves, self.first)), self.size)


def carry(world: World, to: Step, *dividends: Dividend, since: Step | None = None) -> None:
    """Bring the dividends there side by side, from a fresh world or from the step ``since``."""
    for step in Step:
        if (since or 0) < step <= to:
            _STEPS[step](world, dividends or (Dividend(),))


_MAKERS: Mapping[Step, Callable[[World], None]] = MappingProxyType({step: partial(carry, to=step) for step in Step})


def at_step(step: Step, world: World | None = None) -> World:
    """A world, or ``world`` itself, in which the dividend that ``Dividend()`` describes stands there; built once a
    process."""
    return fill(world or World(), _MAKERS[step])


def _attestors(world: World, dividends: tuple[Dividend, ...]) -> None:
    for one in dividends:
        world.do(calls.set_attestors(one.stock))
    world.advance(max(0, *(asset_of(world, one.stock).attestors.pending_from - world.now for one in dividends), 1))


def _announced(world: World, dividends: tuple[Dividend, ...]) -> None:
    at = world.now + NOTICE_S
    for one in dividends:
        world.do(calls.announce_dividend(one.stock, at, one.action, rate=one.rate))
    world.advance(at - world.now)


def _recorded(world: World, dividends: tuple[Dividend, ...]) -> None:
    for one in dividends:
        world.do(calls.record_snapshot(one.stock, one.snapshot, action=one.action))
    world.advance(1)


def _agreed(world: World, dividends: tuple[Dividend, ...]) -> None:
    for one in dividends:
        for place in (0, 1):
            world.do(calls.vote_root(one.stock, one.balances, by=attestor(place), snapshot=one.snapshot))


def _final(world: World, dividends: tuple[Dividend, ...]) -> None:
    world.advance(CHALLENGE_S + 1)


def _declared(world: World, dividends: tuple[Dividend, ...]) -> None:
    for one in dividends:
        open_tax_account(world, one.stock.desk)
        pay_at = max(action_of(world, one).pay_at, world.now)
        world.do(DOLLARS.open(one.address))
        world.do(calls.declare_distribution(one.stock, pay_at + CLAIM_S, action=one.action, rules=one.rules, **one.of))


def open_tax_account(world: World, desk: Desk, coin: tokens.Coin = DOLLARS) -> None:
    """Where the tax goes, an empty account of the issuer's authority, unless it is there."""
    if world.chain.get(desk.tax_account(coin.mint)) is None:
        like = world.get(coin.wallet(TREASURY))
        data = like.data[:32] + bytes(desk.authority) + bytes(8) + like.data[72:]
        world.chain.set_account(desk.tax_account(coin.mint), replace(like, data=data))


def _entitled(world: World, dividends: tuple[Dividend, ...]) -> None:
    for one in dividends:
        for place in (0, 1):
            vote = calls.vote_root(
                one.stock, one.entitlements, by=attestor(place), snapshot=one.snapshot, distribution=one.number
            )
            world.do(vote)


def _funded(world: World, dividends: tuple[Dividend, ...]) -> None:
    for one in dividends:
        world.do(calls.fund_distribution(one.stock, one.entitlements.sum, **one.of))


def _open(world: World, dividends: tuple[Dividend, ...]) -> None:
    world.advance(max(0, *(distribution_of(world, one).claim_from - world.now for one in dividends), 0))


def _paged(world: World, dividends: tuple[Dividend, ...]) -> None:
    for one in dividends:
        world.do(calls.open_claim_page(one.stock, one.entitlements, **one.of))


_STEPS = {
    Step.ATTESTORS: _attestors,
    Step.ANNOUNCED: _announced,
    Step.RECORDED: _recorded,
    Step.AGREED: _agreed,
    Step.FINAL: _final,
    Step.DECLARED: _declared,
    Step.ENTITLED: _entitled,
    Step.READY: _final,
    Step.FUNDED: _funded,
    Step.OPEN: _open,
    Step.PAGED: _paged,
}


# Looking


def asset_of(world: World, stock: Stock = APPLE) -> Asset:
    return world.asset(stock)


def action_of(world: World, dividend: Dividend) -> CorporateAction:
    return world.read(CorporateAction, dividend.stock.action(dividend.action))


def snapshot_of(world: World, dividend: Dividend) -> Snapshot:
    return world.read(Snapshot, dividend.snapshot_address)


def distribution_of(world: World, dividend: Dividend) -> Distribution:
    return world.read(Distribution, dividend.address)


def page_of(world: World, dividend: Dividend, page: int = 0) -> ClaimPage:
    address = dividend.stock.claims(page, number=dividend.number, snapshot=dividend.snapshot)
    return world.read(ClaimPage, address)


def balances(world: World, stock: Stock = APPLE) -> dict[Pubkey, int]:
    """What each owner holds now, raw units: all its accounts, and its open requests instead of the escrow."""
    held: dict[Pubkey, int] = {}
    for address, account in world.chain.state().items():
        if account.owner == TOKEN_2022 and address != stock.mint and account.data[:32] == bytes(stock.mint):
            token = TokenAccount.decode(account)
            held[token.owner] = held.get(token.owner, 0) + token.amount.value
    for request in open_requests(world, stock):
        held[stock.asset] -= request.amount
        held[request.holder] = held.get(request.holder, 0) + request.amount
    return {owner: amount for owner, amount in held.items() if amount}
