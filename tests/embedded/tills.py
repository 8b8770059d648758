"""Stocks that are paid and bonded in another stablecoin than the world's dollars, of either token program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    BOND,
    CASHIER,
    DOLLAR_UNIT,
    MALLORY,
    TREASURY,
    Due,
    Stock,
)
from tests.embedded.chain import Call, key
from tests.embedded.stages import skip
from tests.embedded.tokens import PYUSD, Coin, fund, make_coin
from tests.embedded.world import DOLLARS, World, fill
from xstock_client.clients.token import Extension
from xstock_client.constants import TOKEN, TOKEN_2022

__all__ = ["COINS", "FLOAT", "IN_DOLLARS", "PLAIN", "Till", "with_till"]

FLOAT = 10**6 * DOLLAR_UNIT
"""What the cashier has of each of these coins once the bond is paid, base units."""


@dataclass(frozen=True)
class Till:
    """Calls that pay in ``coin``."""

    coin: Coin
    stock: Stock = APPLE

    def purse(self, owner: Pubkey) -> Pubkey:
        """The owner's associated account of the coin."""
        return self.coin.wallet(owner)

    @property
    def vault(self) -> Pubkey:
        return self.purse(self.stock.asset)

    def settle(self, *dues: Due, **more: Any) -> Call:
        """Each holder's associated account is paid unless the due names another."""
        paid = [replace(due, payee=due.payee or self.purse(due.holder)) for due in dues]
        more.setdefault("source", self.purse(more.get("agent", CASHIER)))
        return calls.settle_redemptions(self.stock, *paid, mint=self.coin.mint, program=self.coin.program, **more)

    def default(self, *, id: int = 0, holder: Pubkey = ALICE, payee: Pubkey | None = None, **more: Any) -> Call:
        call = calls.default_redemption(
            self.stock,
            id=id,
            holder=holder,
            payee=payee or self.purse(holder),
            mint=self.coin.mint,
            program=self.coin.program,
            **more,
        )
        return call.swap(bond_vault=self.vault)

    def open(self, **more: Any) -> Call:
        more.setdefault("vault", self.vault)
        return calls.open_bond(self.stock, mint=self.coin.mint, **more)

    def deposit(self, amount: int, *, depositor: Pubkey = CASHIER, **more: Any) -> Call:
        return calls.deposit_bond(
            self.stock,
            amount,
            depositor=depositor,
            source=more.pop("source", self.purse(depositor)),
            mint=self.coin.mint,
            vault=more.pop("vault", self.vault),
            program=self.coin.program,
        )

    def queue(self, amount: int, *, to: Pubkey | None = None, **more: Any) -> Call:
        to = to or self.purse(TREASURY)
        return calls.queue_bond_withdrawal(self.stock, amount, to=to, mint=self.coin.mint, **more)

    def withdraw(self, *, to: Pubkey | None = None, **more: Any) -> Call:
        to = to or self.purse(TREASURY)
        vault = more.pop("vault", self.vault)
        return calls.withdraw_bond(
            self.stock, to=to, mint=self.coin.mint, vault=vault, program=self.coin.program, **more
        )


IN_DOLLARS = Till(DOLLARS)
"""The world's own."""
PLAIN: Mapping[str, tuple[Pubkey, tuple[Extension, ...]]] = {
    "plain": (TOKEN_2022, ()),
    "pyusd": (TOKEN_2022, PYUSD),
    "usdc": (TOKEN, ()),
}
COINS = ("dollar", *PLAIN)
"""Coins that bonds are tested in: the world's dollar, and ones made here."""


def _change_coin(world: World, *, name: str) -> None:
    program, extensions = PLAIN[name]
    coin = make_coin(world.chain, name, extensions, program=program)
    for owner in (ALICE, BOB, MALLORY, TREASURY, APPLE.asset):
        fund(world.chain, coin, owner, 0)
    fund(world.chain, coin, CASHIER, FLOAT + BOND)
    till = Till(coin)
    started = world.now
    world.do(IN_DOLLARS.queue(BOND))
    skip(world, world.asset(APPLE).bond_exit.ready_at)
    world.do(IN_DOLLARS.withdraw(), till.open(), till.deposit(BOND))
    world.chain.turn_back(world.now - started)  # so that all worlds begin in the same second


_MAKERS: Mapping[str, Callable[[World], None]] = {name: partial(_change_coin, name=name) for name in PLAIN}


def with_till(name: str) -> tuple[World, Till]:
    """A world of its own in which Apple is paid in the named one of :data:`COINS`."""
    if name == "dollar":
        return fill(World()), IN_DOLLARS
    program, _ = PLAIN[name]
    return fill(World(), _MAKERS[name]), Till(Coin(key(f"coin {name}"), program))
