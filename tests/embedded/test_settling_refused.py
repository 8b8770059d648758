"""Settlements that must not happen: malformed batches, wrong recipients, money that does not arrive whole.

Whatever is refused leaves every account as it was: nothing is half paid, half burned or half closed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CASHIER,
    DOLLAR,
    EURO,
    MALLORY,
    NVIDIA,
    PRICE,
    RIVAL_APPLE,
    TREASURY,
    Due,
    purse,
)
from tests.embedded.chain import FOREIGN_PROGRAM, key
from tests.embedded.setups import freeze
from tests.embedded.stages import TEN, accept, audit, token_refuses
from tests.embedded.tills import COINS, Till, with_till
from tests.embedded.tokens import demand_memo, fund
from tests.embedded.world import DOLLARS, ONE, World
from xstock_client.accounts import RedemptionRequest
from xstock_client.clients.token import Extension
from xstock_client.constants import MEMO, SYSTEM, TOKEN, TOKEN_2022, Role
from xstock_client.errors import ProgramRefused, TransactionFailed

AMOUNT = 64
"""Where a token account of either program has its balance."""
MANY = 2**64 - 1
PAYMENT = 1_995_000_000
DEPLETED = 1


# Batches that are none


def test_a_batch_names_three_accounts_for_each_amount(world: World) -> None:
    accept(world, TEN, TEN)
    empty = calls.settle_redemptions(APPLE)
    world.refuse(empty, "BadBatch", amounts=0, accounts=0)
    two = calls.settle_redemptions(APPLE, Due(TEN), Due(TEN, 1))
    for count in (0, 1, 2, 3, 4, 5):
        world.refuse(two.with_rest(*two.rest[:count]), "BadBatch", amounts=2, accounts=count)
    more = (*two.rest, AccountMeta(MALLORY, is_signer=False, is_writable=False))
    world.refuse(two.with_rest(*more), "BadBatch", amounts=2, accounts=7)
    one = calls.settle_redemption(APPLE, TEN, id=0)
    world.refuse(one.with_rest(*two.rest), "BadBatch", amounts=1, accounts=6)
    world.refuse(empty.with_rest(*one.rest), "BadBatch", amounts=0, accounts=3)
    world.do(two)
    audit(world)


def test_the_same_request_twice_in_a_batch(world: World) -> None:
    """The first has taken all that it holds, whatever the second one says."""
    accept(world, TEN, TEN)
    spent = {"amount": 0, "given": TEN}
    world.refuse(calls.settle_redemptions(APPLE, Due(TEN), Due(TEN)), "SettlementMismatch", **spent)
    world.refuse(calls.settle_redemptions(APPLE, Due(TEN), Due(TEN, 1), Due(TEN)), "SettlementMismatch", **spent)
    world.refuse(calls.settle_redemptions(APPLE, Due(TEN), Due(TEN), rest=1), "SettlementMismatch", **spent)
    for rest in (0, 1):
        nothing = calls.settle_redemptions(APPLE, Due(TEN), Due(0), rest=rest)
        world.refuse(nothing, "SettlementMismatch", amount=0, given=rest)
    half = calls.settle_redemptions(APPLE, Due(TEN // 2), Due(TEN // 2))
    world.refuse(half, "SettlementMismatch", amount=TEN, given=TEN // 2)


def test_requests_of_other_stocks_and_states_spoil_the_batch(world: World) -> None:
    accept(world, TEN, 5)
    accept(world, TEN, stock=RIVAL_APPLE)
    world.do(calls.request_redemption(APPLE, 3, id=2), calls.request_redemption(APPLE, 3, id=3, payout=2))
    world.do(calls.accept_redemption(APPLE, id=3))
    good = calls.settle_redemptions(APPLE, Due(TEN), Due(5, 1))
    for place in (0, 3):
        world.refuse(good.swap_rest(place, RIVAL_APPLE.request(ALICE, 0)), "WrongAsset")
        for id, name, figures in (
            (2, "WrongRequestState", {"state": 1, "needed": 2}),
            (3, "WrongPayout", {"payout": 2, "needed": 1}),
        ):
            world.refuse(good.swap_rest(place, APPLE.request(ALICE, id)), name, **figures)
        world.refuse(good.swap_rest(place, APPLE.request(ALICE, 9)), "AccountDataTooSmall")
    # a rival's desk on our request, and ours on a rival's
    world.refuse(calls.settle_redemption(RIVAL_APPLE, TEN, id=0).swap_rest(0, APPLE.request(ALICE, 0)), "WrongAsset")
    world.do(good)
    audit(world)


def test_accounts_that_are_no_requests(world: World) -> None:
    accept(world, TEN)
    good = calls.settle_redemption(APPLE, TEN, id=0)
    stolen = key("somebody else's request")
    world.chain.set_account(stolen, replace(world.get(APPLE.request(ALICE, 0)), owner=FOREIGN_PROGRAM))
    world.refuse(good.swap_rest(0, stolen), "IllegalOwner")
    for small in (APPLE.book(ALICE), APPLE.desk.grant(Role.REDEEMER), purse(ALICE), MALLORY):
        world.refuse(good.swap_rest(0, small), "AccountDataTooSmall")
    for other in (NVIDIA.asset, APPLE.page(), APPLE.desk.address, NVIDIA.reserve):
        world.refuse(good.swap_rest(0, other), "InvalidAccountData")
    for named in (APPLE.asset, APPLE.reserve, APPLE.escrow, APPLE.mint, purse(CASHIER)):
        for place in range(3):
            world.refuse(good.swap_rest(place, named), "ConstraintDuplicateMutableAccount")
    world.refuse(good.swap_rest(0, APPLE.request(ALICE, 0), writable=False), "ConstraintMut")
    for place, words in ((1, "PrivilegeEscalation"), (2, "ReadonlyLamportChange")):
        readonly = good.swap_rest(place, good.rest[place].pubkey, writable=False)
        assert words in str(world.fail(readonly))
    world.do(good)
    audit(world)


# Recipients


def test_the_payee_is_an_account_of_the_holder_in_the_payment_mint(world: World) -> None:
    accept(world, TEN)
    good = calls.settle_redemption(APPLE, TEN, id=0)
    like = world.get(purse(ALICE))
    fake, token_2022 = key("looks like alice's purse"), key("of the other token program")
    world.chain.set_account(fake, replace(like, owner=FOREIGN_PROGRAM))
    world.chain.set_account(token_2022, replace(like, owner=TOKEN_2022))
    wrong = [
        *(purse(owner) for owner in (BOB, MALLORY, TREASURY)),
        *(purse(owner, EURO) for owner in (ALICE, CASHIER)),
        *(APPLE.wallet(owner) for owner in (ALICE, BOB)),
        APPLE.bond_vault,
        fake,
        token_2022,
    ]
    for payee in wrong:
        world.refuse(calls.settle_redemption(APPLE, TEN, id=0, payee=payee), "WrongTokenAccount")
    for empty in (ALICE, key("nobody"), DOLLAR):
        world.refuse(good.swap_rest(1, empty), "WrongTokenAccount")
    # any other account of hers will do, whoever chose it
    other = key("alice's other purse")
    world.chain.set_account(other, like)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, payee=other))
    assert (world.money(other), world.dollars(ALICE)) == (PAYMENT, 0)
    audit(world)


def test_a_holder_who_pays_itself_is_not_paid(world: World) -> None:
    """The desk's own key is a holder: the source of the payment cannot be its destination."""
    accept(world, TEN)
    fund(world.chain, DOLLARS, ALICE, 10**12)
    sent = calls.settle_redemptions(APPLE, Due(TEN), agent=ALICE)
    world.refuse(sent, "ConstraintDuplicateMutableAccount")
    # from one of its accounts to another one it is a payment like any other
    other = key("alice's other purse")
    world.chain.set_account(other, world.get(purse(ALICE)))
    world.patch(other, AMOUNT, bytes(8))
    world.do(calls.settle_redemptions(APPLE, Due(TEN, payee=other), agent=ALICE))
    audit(world)


def test_the_money_is_the_agents_to_give(world: World) -> None:
    accept(world, TEN)
    good = calls.settle_redemption(APPLE, TEN, id=0)
    fund(world.chain, DOLLARS, MALLORY, PAYMENT)
    fund(world.chain, DOLLARS, TREASURY, PAYMENT)
    for source in (purse(MALLORY), purse(TREASURY)):
        token_refuses(world, good.swap(payment_source=source), 4)
    # not the bond's own vault either, nor one of another coin
    token_refuses(world, good.swap(payment_source=APPLE.bond_vault), 4)
    token_refuses(world, good.swap(payment_source=purse(CASHIER, EURO)), 3)
    world.refuse(good.swap(payment_mint=EURO, payment_source=purse(CASHIER, EURO)), "WrongPaymentMint")
    world.refuse(good.swap(payment_mint=NVIDIA.mint), "WrongPaymentMint")
    assert "must sign" in str(world.fail(good.unsigned("paying_agent")))
    assert "must sign" in str(world.fail(good.unsigned("redeemer")))
    # a delegate may pay what it was lent
    world.do(DOLLARS.lend(purse(CASHIER), CASHIER, MALLORY, PAYMENT - 1))
    by_mallory = calls.settle_redemptions(APPLE, Due(TEN), agent=MALLORY, source=purse(CASHIER))
    token_refuses(world, by_mallory, DEPLETED)
    world.do(DOLLARS.lend(purse(CASHIER), CASHIER, MALLORY, PAYMENT))
    world.do(by_mallory)
    audit(world)


@pytest.mark.parametrize("program", [SYSTEM, MEMO, TOKEN_2022])
def test_the_payment_goes_through_the_mints_own_program(world: World, program: Pubkey) -> None:
    """Whatever else is passed in its place: without the right program among the accounts nothing can be paid."""
    accept(world, TEN)
    error = world.fail(calls.settle_redemption(APPLE, TEN, id=0).swap(payment_program=program))
    assert isinstance(error, TransactionFailed) and f"Unknown program {TOKEN}" in str(error)
    audit(world)


# Money that does not arrive


@pytest.mark.parametrize("name", COINS)
def test_a_source_that_is_short_settles_none_of_the_batch(name: str) -> None:
    world, till = with_till(name)
    accept(world, TEN, TEN)
    batch = till.settle(Due(TEN), Due(TEN, 1))
    world.patch(till.purse(CASHIER), AMOUNT, (2 * PAYMENT - 1).to_bytes(8, "little"))
    token_refuses(world, batch, DEPLETED)
    world.patch(till.purse(CASHIER), AMOUNT, (2 * PAYMENT).to_bytes(8, "little"))
    world.do(batch)
    assert (world.money(till.purse(CASHIER)), world.money(till.purse(ALICE))) == (0, 2 * PAYMENT)
    audit(world)


@pytest.mark.parametrize("name", COINS)
@pytest.mark.parametrize("whose", ["payee", "source"])
def test_a_frozen_purse_settles_none_of_the_batch(name: str, whose: str) -> None:
    world, till = with_till(name)
    accept(world, TEN)
    accept(world, TEN, holder=BOB)
    frozen = till.purse(BOB if whose == "payee" else CASHIER)
    freeze(world, frozen)
    batch = till.settle(Due(TEN), Due(TEN, holder=BOB))
    token_refuses(world, batch, 17)
    if whose == "payee":  # the others are settled without it, and Bob on another account of his
        world.do(till.settle(Due(TEN)))
        other = key("bob's other purse")
        world.chain.set_account(other, world.get(till.purse(MALLORY)))
        world.patch(other, 32, bytes(BOB))
        world.do(till.settle(Due(TEN, holder=BOB, payee=other)))
        assert world.money(other) == PAYMENT
    audit(world)


def test_a_closed_purse_settles_none_of_the_batch(world: World) -> None:
    accept(world, TEN)
    accept(world, TEN, holder=BOB)
    world.do(DOLLARS.close(purse(BOB), BOB))
    world.refuse(calls.settle_redemptions(APPLE, Due(TEN), Due(TEN, holder=BOB)), "WrongTokenAccount")
    world.do(DOLLARS.open(BOB), calls.settle_redemptions(APPLE, Due(TEN), Due(TEN, holder=BOB)))
    audit(world)


def test_a_payee_that_demands_a_memo_is_none_and_another_account_is() -> None:
    world, till = with_till("plain")
    accept(world, TEN)
    for step in demand_memo(till.purse(ALICE), ALICE):
        world.do(step)
    token_refuses(world, till.settle(Due(TEN)), 36)
    other = key("alice's other purse")
    world.chain.set_account(other, replace(world.get(till.purse(MALLORY))))
    world.patch(other, 32, bytes(ALICE))
    world.do(till.settle(Due(TEN, payee=other)))
    assert world.money(other) == PAYMENT
    audit(world)


def test_a_fee_that_is_switched_on_later_settles_nothing() -> None:
    """The exact amount must arrive: the stablecoin's issuer cannot take a part of a payment."""
    world, till = with_till("pyusd")
    accept(world, TEN)
    accept(world, ONE)
    world.do(till.coin.set_fee(25))
    # announced for the epoch after next, it takes nothing yet
    world.do(till.settle(Due(ONE, 1)))
    fee_at = fee_place(world, till)
    world.patch(till.coin.mint, fee_at, (25).to_bytes(2, "little"))  # as it is then
    error = world.fail(till.settle(Due(TEN)))
    assert isinstance(error, ProgramRefused) and error.name == "UnexpectedBalance"
    short = PAYMENT * 25 // 10_000
    had = world.money(till.purse(ALICE))
    assert error.figures == {"expected": had + PAYMENT, "seen": had + PAYMENT - short}
    world.patch(till.coin.mint, fee_at, bytes(2))
    world.do(till.settle(Due(TEN)))
    audit(world)


def fee_place(world: World, till: Till) -> int:
    """Where the mint has the basis points of the fee in force."""
    data, at = world.get(till.coin.mint).data, 166
    while data[at : at + 2] != Extension.TRANSFER_FEE_CONFIG.to_bytes(2, "little"):
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    return at + 4 + 32 + 32 + 8 + 16


def test_a_hook_that_is_set_later_settles_nothing() -> None:
    world, till = with_till("pyusd")
    accept(world, TEN)
    world.do(till.coin.set_hook(MEMO))
    error = world.fail(till.settle(Due(TEN)))  # the hook is not among the accounts of a payment, and never will be
    assert isinstance(error, TransactionFailed) and f"Unknown program {MEMO}" in str(error)
    world.do(till.coin.set_hook(Pubkey.default()), till.settle(Due(TEN)))
    audit(world)


# Figures at the end of u64


def test_a_price_that_nobody_can_pay(world: World) -> None:
    accept(world, TEN)
    for price in (MANY, MANY - 1, 2**63, MANY // 10):
        token_refuses(world, calls.settle_redemption(APPLE, TEN, id=0, price=price), DEPLETED)
    audit(world)


def test_the_largest_payment_there_can_be(world: World) -> None:
    """One share at the largest price, from a purse that has it all; the fee is its exact part."""
    accept(world, ONE)
    world.patch(purse(CASHIER), AMOUNT, MANY.to_bytes(8, "little"))
    world.do(calls.settle_redemption(APPLE, ONE, id=0, price=MANY))
    assert world.dollars(ALICE) == MANY - MANY * 25 // 10_000
    audit(world)


def test_a_minimum_that_no_payment_reaches(world: World) -> None:
    accept(world, TEN, min_price=MANY)
    world.patch(purse(CASHIER), AMOUNT, MANY.to_bytes(8, "little"))
    figures = {"needed": MANY, "min_price": MANY}
    for price, gross in ((PRICE, 2_000_000_000), (MANY, MANY)):
        payment = gross - gross * 25 // 10_000
        world.refuse(calls.settle_redemption(APPLE, TEN, id=0, price=price), "PriceTooLow", payment=payment, **figures)
    audit(world)


def test_a_payee_that_would_overflow(world: World) -> None:
    accept(world, TEN)
    world.patch(purse(ALICE), AMOUNT, (MANY - PAYMENT + 1).to_bytes(8, "little"))
    # SPL Token itself wraps, as if money were never more than its supply
    world.refuse(calls.settle_redemption(APPLE, TEN, id=0), "UnexpectedBalance", expected=MANY, seen=0)
    world.patch(purse(ALICE), AMOUNT, (MANY - PAYMENT).to_bytes(8, "little"))
    world.do(calls.settle_redemption(APPLE, TEN, id=0))
    assert world.dollars(ALICE) == MANY
    audit(world)


def test_a_request_of_more_than_the_books_know(world: World) -> None:
    """No instruction makes one; if the books were broken, nothing would be paid for tokens that are not there."""
    accept(world, TEN)
    for name in ("requested", "amount"):
        world.patch_field(RedemptionRequest, APPLE.request(ALICE, 0), name, TEN + 1)
    world.refuse(calls.settle_redemption(APPLE, TEN + 1, id=0), "Overflow")
