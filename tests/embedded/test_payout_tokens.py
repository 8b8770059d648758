"""Dividends in coins of Token-2022: what is vetted, and what the coin's issuer can change later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, CASHIER, MALLORY, OURS, attestor
from tests.embedded.chain import Call
from tests.embedded.dividends import CHALLENGE_S, CLAIM_S, Dividend, Step, carry, distribution_of
from tests.embedded.setups import told
from tests.embedded.splitting import go
from tests.embedded.stages import token_refuses
from tests.embedded.tokens import PYUSD, Coin
from tests.embedded.world import World
from xstock_client.clients.token import Extension
from xstock_client.constants import DAY_S, TOKEN, TOKEN_2022
from xstock_client.events import DividendPaid

MINE = Dividend()
TREE = MINE.entitlements
A, B = TREE.index_of(ALICE), TREE.index_of(BOB)
CASH = 10**10
TAX_OWNER = OURS.authority


class Payday:
    """A dividend of Apple in any coin, up to a final snapshot or to open claims."""

    def __init__(self, world: World, coin: Coin) -> None:
        self.world, self.coin = world, coin
        self.vault, self.tax = coin.wallet(MINE.address), coin.wallet(TAX_OWNER)
        carry(world, Step.ATTESTORS)
        at = world.now + 2 * DAY_S
        world.do(calls.announce_dividend(APPLE, at, payout_mint=coin.mint))
        go(world, at)
        carry(world, Step.FINAL, MINE, since=Step.ANNOUNCED)
        world.do(*(coin.open(owner) for owner in (ALICE, BOB, CASHIER, TAX_OWNER, MINE.address)))
        world.do(coin.issue(coin.wallet(CASHIER), CASH))

    @property
    def declaration(self) -> Call:
        until = self.world.now + 30 * DAY_S + CLAIM_S
        return calls.declare_distribution(APPLE, until, mint=self.coin.mint, vault=self.vault, withholding=self.tax)

    def open(self) -> Payday:
        self.world.do(self.declaration)
        for place in (0, 1):
            self.world.do(calls.vote_root(APPLE, TREE, by=attestor(place), distribution=0))
        self.world.advance(CHALLENGE_S + 1)
        self.world.do(self.funding(TREE.sum))
        go(self.world, max(self.world.now, distribution_of(self.world, MINE).claim_from))
        self.world.do(calls.open_claim_page(APPLE, TREE))
        return self

    def funding(self, amount: int) -> Call:
        sent = calls.fund_distribution(APPLE, amount, source=self.coin.wallet(CASHIER), **self._in)
        return sent.swap(vault=self.vault)

    @property
    def _in(self) -> dict[str, Any]:
        return {"mint": self.coin.mint, "program": self.coin.program}

    def claim(self, first: int, count: int = 1, *, by: Pubkey = MALLORY) -> Call:
        to = [self.coin.wallet(TREE.leaves[at].owner) for at in range(first, first + count)]
        return calls.claim_dividends(APPLE, TREE, first, count, by=by, to=to, **self._in).swap(vault=self.vault)

    def money(self, owner: Pubkey) -> int:
        return self.world.money(self.coin.wallet(owner))


def coin_of(world: World, extensions: Sequence[Extension] = (), **more: Any) -> Coin:
    return tokens.make_coin(world.chain, "payout", extensions, **more)


PLAIN = [
    pytest.param((), TOKEN, 6, id="SPL Token"),
    pytest.param((), TOKEN_2022, 6, id="bare Token-2022"),
    pytest.param(PYUSD, TOKEN_2022, 6, id="PayPal USD"),
    pytest.param((Extension.METADATA_POINTER, Extension.TOKEN_METADATA), TOKEN_2022, 9, id="nine decimals"),
    pytest.param((Extension.DEFAULT_ACCOUNT_STATE,), TOKEN_2022, 8, id="eight decimals"),
]


@pytest.mark.parametrize(("extensions", "program", "decimals"), PLAIN)
def test_paid_in_full(world: World, extensions: tuple[Extension, ...], program: Pubkey, decimals: int) -> None:
    """From the declaration to the tax, to the unit."""
    day = Payday(world, coin_of(world, extensions, program=program, decimals=decimals)).open()
    assert distribution_of(world, MINE).decimals == decimals
    done = world.run(day.claim(0, 2))
    assert [event.payout_mint for event in done.events if isinstance(event, DividendPaid)] == [day.coin.mint] * 2
    assert (day.money(ALICE), day.money(BOB)) == (MINE.net(ALICE), MINE.net(BOB))
    remit = calls.remit_withheld(APPLE, mint=day.coin.mint, program=day.coin.program, withholding=day.tax)
    world.do(remit.swap(vault=day.vault))
    assert world.money(day.tax) == MINE.withheld(ALICE) + MINE.withheld(BOB)
    assert world.money(day.vault) == 0


UNFIT = [
    pytest.param((Extension.NON_TRANSFERABLE,), {}, id="cannot move"),
    pytest.param((Extension.INTEREST_BEARING_CONFIG,), {}, id="shows interest"),
    pytest.param((Extension.PAUSABLE,), {}, id="can be paused"),
    pytest.param((Extension.TRANSFER_FEE_CONFIG,), {"fee_bps": 1}, id="takes a fee"),
    pytest.param((Extension.TRANSFER_HOOK,), {"hook": MALLORY}, id="runs code"),
    pytest.param((Extension.SCALED_UI_AMOUNT,), {}, id="scaled"),
]


@pytest.mark.parametrize(("extensions", "more"), UNFIT)
def test_coins_that_are_not_vetted(world: World, extensions: tuple[Extension, ...], more: dict[str, Any]) -> None:
    """As for redemptions: what could take a part of it, or stop it."""
    day = Payday(world, coin_of(world, extensions, **more))
    assert getattr(world.fail(day.declaration), "name", "") == "UnfitPaymentMint"


@pytest.mark.parametrize("decimals", [0, 5, 10])
def test_decimals_that_do_not_fit(world: World, decimals: int) -> None:
    day = Payday(world, coin_of(world, decimals=decimals))
    world.refuse(day.declaration, "PaymentDecimals", decimals=decimals, minimum=6, maximum=9)


def test_an_account_that_demands_a_memo(world: World) -> None:
    """Its owner takes the demand off, or names another account; others are paid without it."""
    day = Payday(world, coin_of(world, (Extension.METADATA_POINTER,))).open()
    for sent in tokens.demand_memo(day.coin.wallet(ALICE), ALICE):
        world.do(sent)
    token_refuses(world, day.claim(A), 36)
    token_refuses(world, day.claim(0, 2), 36)
    world.do(day.claim(B))
    off = tokens.token(b"\x1e\x01", (day.coin.wallet(ALICE), "w"), (ALICE, "s"))
    world.do(off, day.claim(A, by=ALICE))
    assert (day.money(ALICE), day.money(BOB)) == (MINE.net(ALICE), MINE.net(BOB))


def test_a_fee_that_is_switched_on_later(world: World) -> None:
    """What does not arrive whole is not paid: the share waits until the coin is whole again."""
    day = Payday(world, coin_of(world, (Extension.TRANSFER_FEE_CONFIG,))).open()
    at = day.coin.mint
    # both fees are set by hand: the coin's own change waits for two epochs
    offset = 166 + 4 + 72
    for one in (0, 18):
        world.patch(at, offset + one + 16, (100).to_bytes(2, "little"))
        world.patch(at, offset + one + 8, (10**9).to_bytes(8, "little"))
    assert getattr(world.fail(day.claim(A)), "name", "") == "UnexpectedBalance"
    assert distribution_of(world, MINE).paid == 0
    for one in (0, 18):
        world.patch(at, offset + one + 16, bytes(2))
    event = told(world.run(day.claim(A)).events)
    assert isinstance(event, DividendPaid)
    assert day.money(ALICE) == event.gross - event.withheld


def test_a_frozen_owner_of_a_coin_that_freezes(world: World) -> None:
    day = Payday(world, coin_of(world, PYUSD)).open()
    world.do(day.coin.freeze(day.coin.wallet(ALICE)))
    token_refuses(world, day.claim(A), 17)
    world.do(day.coin.thaw(day.coin.wallet(ALICE)), day.claim(A))
    assert day.money(ALICE) == MINE.net(ALICE)


def test_the_permanent_delegate_takes_from_the_vault(world: World) -> None:
    """The coin's issuer can: counters stay as they were, and who comes last waits for money."""
    day = Payday(world, coin_of(world, PYUSD)).open()
    world.do(day.coin.pay(day.vault, day.coin.wallet(CASHIER), MINE.gross(BOB), tokens.CENTRAL_BANK))
    world.do(day.claim(A))
    token_refuses(world, day.claim(B), 1)
    found = distribution_of(world, MINE)
    assert (found.funded, found.paid) == (TREE.sum, MINE.net(ALICE))
    world.do(day.coin.pay(day.coin.wallet(CASHIER), day.vault, MINE.gross(BOB), CASHIER), day.claim(B))
    assert day.money(BOB) == MINE.net(BOB)
