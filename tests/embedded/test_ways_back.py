"""Promise 6: a paused token, a frozen or closed account, a required memo, halts and the latch: tokens come back."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, NVIDIA, REDEMPTION_WINDOW_S, TREASURY, Stock
from tests.embedded.chain import key
from tests.embedded.setups import freeze, pause, pay_off_chain, thaw
from tests.embedded.tokens import token
from tests.embedded.world import ALICE_HAS, BOB_HAS, ONE, World
from xstock_client.constants import MEMO, SYSTEM
from xstock_client.errors import TransactionFailed
from xstock_client.events import RedemptionCancelled, RedemptionDefaulted, RedemptionSettled

TEN = 10 * ONE
SUPPLY = ALICE_HAS + BOB_HAS
WALLET = APPLE.wallet(ALICE)


def demand_memo(world: World, stock: Stock = APPLE) -> None:
    """The holder lets no transfer in without a memo, as exchanges do."""
    wallet = stock.wallet(ALICE)
    kind = (8).to_bytes(2, "little")
    grow = token(b"\x1d" + kind, (wallet, "w"), (TREASURY, "ws"), (SYSTEM, ""), (ALICE, "s"))
    world.do(grow, token(b"\x1e\0", (wallet, "w"), (ALICE, "s")))
    assert world.token(wallet).memo_required


def restored(world: World, stock: Stock, paused: bool, frozen: bool, memo: bool) -> None:
    """What stood in the way stands there again."""
    wallet = world.token(stock.wallet(ALICE))
    assert (world.mint(stock).paused, wallet.frozen, wallet.memo_required) == (paused, frozen, memo)


def test_what_is_set_by_hand_is_what_the_token_program_means(world: World) -> None:
    move = tokens.transfer(APPLE, BOB, ALICE, 1)
    freeze(world, WALLET)
    assert world.token(WALLET).frozen
    assert "the token account is frozen" in str(world.fail(move))
    thaw(world, WALLET)
    world.do(move)
    pause(world)
    assert "the token is paused" in str(world.fail(move))


@pytest.mark.parametrize("stock", [APPLE, NVIDIA], ids=["permissioned burn", "open burn"])
@pytest.mark.parametrize(("paused", "frozen", "memo"), list(product((False, True), repeat=3)))
def test_cancel_despite(world: World, stock: Stock, paused: bool, frozen: bool, memo: bool) -> None:
    if stock is NVIDIA:
        world.do(calls.mint_shares(NVIDIA, ALICE_HAS, ticket=0), calls.mint_shares(NVIDIA, ONE, ticket=1, to=BOB))
    world.do(calls.request_redemption(stock, TEN, id=0))
    if memo:
        demand_memo(world, stock)
    if frozen:
        freeze(world, stock.wallet(ALICE))
    if paused:
        pause(world, stock)
    done = world.run(calls.cancel_redemption(stock, id=0, memo=MEMO if memo else None))
    (event,) = done.events
    assert isinstance(event, RedemptionCancelled)
    assert (event.amount, event.destination, event.pending) == (TEN, stock.wallet(ALICE), 0)
    assert (world.amount(stock.wallet(ALICE)), world.amount(stock.escrow)) == (ALICE_HAS, 0)
    assert world.asset(stock).pending == 0
    restored(world, stock, paused, frozen, memo)
    # pause and freeze are put back byte by byte
    assert stock.mint not in done.changed


@pytest.mark.parametrize(("paused", "frozen", "memo"), list(product((False, True), repeat=3)))
def test_default_despite(world: World, paused: bool, frozen: bool, memo: bool) -> None:
    """By a stranger, with halts and the latch set: the tokens to where they came from, and the penalty."""
    world.do(calls.request_redemption(APPLE, TEN, id=0, min_price=0))
    if memo:
        demand_memo(world)
    if frozen:
        freeze(world, WALLET)
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0))
    if paused:
        pause(world)
    world.advance(calls.ACCEPT_WINDOW_S + 1)
    done = world.run(calls.default_redemption(APPLE, id=0, memo=MEMO if memo else None))
    (event,) = done.events
    assert isinstance(event, RedemptionDefaulted)
    assert (event.amount, event.destination, event.penalty) == (TEN, WALLET, 10 * calls.PENALTY_RATE)
    assert (world.amount(WALLET), world.amount(APPLE.escrow)) == (ALICE_HAS, 0)
    assert world.dollars(ALICE) == 10 * calls.PENALTY_RATE
    restored(world, APPLE, paused, frozen, memo)
    assert APPLE.mint not in done.changed


@pytest.mark.parametrize(("paused", "memo"), list(product((False, True), repeat=2)))
def test_reject_despite(world: World, paused: bool, memo: bool) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    if memo:
        demand_memo(world)
    freeze(world, WALLET)
    world.do(calls.halt(APPLE, 7), world.attest(APPLE, 0, 0))
    if paused:
        pause(world)
    done = world.run(calls.reject_redemption(APPLE, id=0, memo=MEMO if memo else None))
    assert (world.amount(WALLET), world.amount(APPLE.escrow)) == (ALICE_HAS, 0)
    restored(world, APPLE, paused, frozen=True, memo=memo)
    assert APPLE.mint not in done.changed


@pytest.mark.parametrize("stock", [APPLE, NVIDIA], ids=["permissioned burn", "open burn"])
def test_conclude_despite_halts_the_latch_and_a_pause(world: World, stock: Stock) -> None:
    if stock is NVIDIA:
        world.do(calls.mint_shares(NVIDIA, ALICE_HAS, ticket=0), calls.mint_shares(NVIDIA, BOB_HAS, ticket=1, to=BOB))
    pay_off_chain(world, TEN, stock=stock)
    world.do(calls.halt(stock, 7), world.attest(stock, 0, 0), world.attest(stock, 1, 0))
    freeze(world, stock.wallet(ALICE))
    pause(world, stock)
    world.do(calls.conclude_redemption(stock, id=0))
    assert (world.supply(stock), world.amount(stock.escrow)) == (SUPPLY - TEN, 0)
    restored(world, stock, paused=True, frozen=True, memo=False)


def test_a_memo_that_is_not_asked_for_does_no_harm(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    done = world.run(calls.cancel_redemption(APPLE, id=0, memo=MEMO))
    assert [one.data for one in done.executed.instructions if one.program_id == MEMO] == [
        b"xstock_vault redemption returned"
    ]
    assert world.amount(WALLET) == ALICE_HAS


def test_a_missing_memo_is_the_token_programs_refusal(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    demand_memo(world)
    error = world.fail(calls.cancel_redemption(APPLE, id=0))
    assert isinstance(error, TransactionFailed)
    assert "demands a memo right before the transfer" in str(error)
    world.do(calls.cancel_redemption(APPLE, id=0, memo=MEMO))


@pytest.mark.parametrize("paused", [False, True])
def test_a_closed_account_is_replaced_by_a_new_one(world: World, paused: bool) -> None:
    world.do(calls.request_redemption(APPLE, ALICE_HAS, id=0))
    close = token(b"\x09", (WALLET, "w"), (ALICE, "w"), (ALICE, "s"))
    world.do(close)
    assert world.chain.get(WALLET) is None
    world.refuse(calls.cancel_redemption(APPLE, id=0), "WrongTokenAccount")
    world.do(tokens.open_token_account(APPLE, ALICE))
    if paused:
        pause(world)
    world.do(calls.cancel_redemption(APPLE, id=0))
    assert world.amount(WALLET) == ALICE_HAS


def test_any_account_that_the_holder_owns_will_do(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    other = key("alice's other account")
    like = world.get(WALLET)
    world.chain.set_account(other, replace(like, data=like.data[:64] + bytes(8) + like.data[72:]))
    done = world.run(calls.cancel_redemption(APPLE, id=0, to=other))
    (event,) = done.events
    assert isinstance(event, RedemptionCancelled)
    assert event.destination == other
    assert (world.amount(other), world.amount(WALLET)) == (TEN, ALICE_HAS - TEN)


@pytest.mark.parametrize("stock", [APPLE, NVIDIA], ids=["permissioned burn", "open burn"])
def test_settle_despite_halts_the_latch_and_a_pause(world: World, stock: Stock) -> None:
    if stock is NVIDIA:
        world.do(calls.mint_shares(NVIDIA, ALICE_HAS, ticket=0), calls.mint_shares(NVIDIA, BOB_HAS, ticket=1, to=BOB))
    world.do(calls.request_redemption(stock, TEN, id=0), calls.accept_redemption(stock, id=0))
    world.do(calls.halt(stock, 3), world.attest(stock, 0, 0), world.attest(stock, 1, 0))
    freeze(world, stock.wallet(ALICE))  # the holder's account is not part of it
    pause(world, stock)
    assert (world.asset(stock).halts, world.asset(stock).latched) == (3, 1)
    done = world.run(calls.settle_redemption(stock, TEN, id=0))
    (event,) = done.events
    assert isinstance(event, RedemptionSettled)
    assert (event.supply_before, event.supply) == (SUPPLY, SUPPLY - TEN)
    assert (world.supply(stock), world.amount(stock.escrow)) == (SUPPLY - TEN, 0)
    assert (world.asset(stock).halts, world.asset(stock).latched) == (3, 1)
    restored(world, stock, paused=True, frozen=True, memo=False)


def test_cancel_despite_halts_and_the_latch(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.request_redemption(APPLE, 5, id=1))
    world.do(calls.accept_redemption(APPLE, id=1))
    world.do(calls.halt(APPLE, 3), world.attest(APPLE, 0, 0), world.attest(APPLE, 1, 0))
    freeze(world, WALLET)
    pause(world)
    world.do(calls.cancel_redemption(APPLE, id=0))
    # and an accepted one after its deadline
    world.advance(REDEMPTION_WINDOW_S + 1)
    world.do(calls.cancel_redemption(APPLE, id=1))
    assert (world.amount(WALLET), world.supply(APPLE)) == (ALICE_HAS, SUPPLY)
    assert (world.asset(APPLE).halts, world.asset(APPLE).latched) == (3, 1)
    restored(world, APPLE, paused=True, frozen=True, memo=False)


def test_accept_despite_halts_and_the_latch(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0))
    world.do(calls.halt(APPLE, 3), world.attest(APPLE, 0, 0))
    pause(world)
    world.do(calls.accept_redemption(APPLE, id=0))


def test_cancel_and_settle_need_no_reserve(world: World) -> None:
    """A custodian's silence, or the loss of all of them, keeps nobody's tokens."""
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.request_redemption(APPLE, 5, id=1))
    world.do(calls.accept_redemption(APPLE, id=1))
    world.do(calls.retire_custodian(APPLE, 0), calls.retire_custodian(APPLE, 1))
    world.advance(8 * 86_400)
    world.do(calls.cancel_redemption(APPLE, id=0), calls.settle_redemption(APPLE, 5, id=1))
    assert (world.amount(WALLET), world.supply(APPLE)) == (ALICE_HAS - 5, SUPPLY - 5)


def test_a_paused_token_is_neither_minted_nor_requested(world: World) -> None:
    pause(world)
    for sent in (calls.mint_shares(APPLE, ONE, ticket=5), calls.request_redemption(APPLE, ONE, id=0)):
        error = world.fail(sent)
        assert isinstance(error, TransactionFailed)
        assert "the token is paused" in str(error)


def test_a_donation_to_the_escrow_stays_there(world: World) -> None:
    world.do(tokens.transfer_to(APPLE, BOB, APPLE.escrow, 7))
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.request_redemption(APPLE, 5, id=1))
    world.do(calls.cancel_redemption(APPLE, id=0), calls.accept_redemption(APPLE, id=1))
    world.do(calls.settle_redemption(APPLE, 5, id=1))
    asset = world.asset(APPLE)
    assert (world.amount(APPLE.escrow), asset.pending, asset.open_requests) == (7, 0, 0)
    assert (world.amount(WALLET), world.supply(APPLE)) == (ALICE_HAS - 5, SUPPLY - 5)
