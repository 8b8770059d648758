"""Wallets and exchanges that ask for a holder: what a delegate of the source account can do, and what it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, LIMIT, MALLORY, PAYOUT_HASH, TREASURY, purse, staff
from tests.embedded.chain import Call, key
from tests.embedded.setups import freeze, told
from tests.embedded.stages import (
    ACCEPT_BY,
    PENALTY,
    SETTLE_BY,
    TEN,
    Kind,
    Stage,
    at_stage,
    audit,
    skip,
    token_refuses,
)
from tests.embedded.tokens import Coin
from tests.embedded.world import ALICE_HAS, NOW, World
from xstock_client.accounts import WindowUsage
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import TOKEN_2022, Payout, Role
from xstock_client.events import RedemptionRequested

EXCHANGE = key("an exchange")
WALLET = APPLE.wallet(ALICE)
SHARES = Coin(APPLE.mint, TOKEN_2022, 8)
OWNER, AMOUNT = 32, 64


@pytest.fixture
def lent(world: World) -> World:
    """Alice has approved the exchange for ten tokens."""
    world.do(SHARES.lend(WALLET, ALICE, EXCHANGE, TEN))
    return world


def by_exchange(amount: int, *, id: int = 0, **more: int) -> Call:
    return calls.request_redemption(APPLE, amount, id=id, delegate=EXCHANGE, **more)  # type: ignore[arg-type]


def test_a_delegate_asks_for_the_holder(lent: World) -> None:
    """The request is the holder's: its book, its id, its tokens; the event tells who signed."""
    done = lent.run(by_exchange(TEN))
    request = lent.request(APPLE)
    assert (request.holder, request.source, request.amount) == (ALICE, WALLET, TEN)
    event = RedemptionRequested(
        asset=APPLE.asset,
        holder=ALICE,
        authority=EXCHANGE,
        source=WALLET,
        rent_payer=TREASURY,
        id=0,
        amount=TEN,
        multiplier=MULTIPLIER_SCALE,
        payout=Payout.ON_CHAIN,
        min_price=LIMIT,
        fee_bps=calls.REDEMPTION_FEE_BPS,
        payout_terms_hash=PAYOUT_HASH,
        accept_by=ACCEPT_BY,
        settle_by=SETTLE_BY,
        dispute_window_s=calls.DISPUTE_WINDOW_S,
        arbiter=Pubkey.default(),
        penalty_rate=calls.PENALTY_RATE,
        penalty=0,
        penalty_window=WindowUsage(PENALTY, 0, NOW),
        bond=calls.BOND,
        bond_reserved=0,
        pending=TEN,
        at=NOW,
    )
    assert done.events == (event,)
    assert lent.book(APPLE).next_id == 1
    assert (lent.token(WALLET).delegate, lent.token(WALLET).delegated_amount.value) == (None, 0)
    assert (lent.amount(WALLET), lent.amount(APPLE.escrow)) == (ALICE_HAS - TEN, TEN)
    audit(lent)


def test_no_more_than_it_was_lent(lent: World) -> None:
    lent.do(by_exchange(TEN - 1))
    token_refuses(lent, by_exchange(2, id=1), 1)
    lent.do(by_exchange(1, id=1))
    token_refuses(lent, by_exchange(1, id=2), 4)
    lent.do(SHARES.lend(WALLET, ALICE, EXCHANGE, 5), SHARES.take_back(WALLET, ALICE))
    token_refuses(lent, by_exchange(1, id=2), 4)
    audit(lent)


def test_others_are_no_delegates(lent: World) -> None:
    for other in (BOB, MALLORY, TREASURY, APPLE.desk.authority, staff(Role.REDEEMER)):
        token_refuses(lent, by_exchange(1).swap(authority=other), 4)
    assert "must sign" in str(lent.fail(by_exchange(1).unsigned("authority")))
    # of another holder's account it is none either, whoever it says that the holder is
    theirs = calls.request_redemption(APPLE, 1, id=0, holder=BOB, delegate=EXCHANGE)
    token_refuses(lent, theirs, 4)
    lent.refuse(theirs.swap(source=WALLET), "WrongTokenAccount")
    lent.refuse(by_exchange(1).swap(book=APPLE.book(BOB)), "NotHolder")
    lent.refuse(by_exchange(1).swap(holder=EXCHANGE, request=APPLE.request(EXCHANGE, 0)), "NotHolder")


def test_a_delegate_names_a_price_and_is_paid_on_chain(lent: World) -> None:
    """Who cannot agree to a quote or dispute a wire asks for neither."""
    lent.refuse(by_exchange(TEN, min_price=0), "NotHolder")
    lent.refuse(by_exchange(TEN, payout=Payout.OFF_CHAIN), "NotHolder")
    lent.do(by_exchange(TEN, min_price=1))
    # the holder itself may ask for both, from the account that it lent
    lent.do(calls.request_redemption(APPLE, 1, id=1, min_price=0))
    lent.do(calls.request_redemption(APPLE, 1, id=2, payout=Payout.OFF_CHAIN))
    audit(lent)


def test_all_that_follows_is_the_holders(lent: World) -> None:
    """Money, tokens, penalty and the right to cancel: the delegate has none of it."""
    lent.do(by_exchange(TEN))
    lent.refuse(calls.cancel_redemption(APPLE, id=0).swap(holder=EXCHANGE), "NotHolder")
    lent.do(calls.accept_redemption(APPLE, id=0))
    wrong = calls.settle_redemption(APPLE, TEN, id=0, payee=purse(MALLORY))
    lent.refuse(wrong, "WrongTokenAccount")
    lent.do(calls.settle_redemption(APPLE, TEN, id=0, rest=TEN // 2))
    assert lent.dollars(ALICE) == 997_500_000
    skip(lent, SETTLE_BY + 1)
    lent.do(calls.default_redemption(APPLE, id=0, caller=EXCHANGE))
    assert (lent.amount(WALLET), lent.dollars(ALICE)) == (ALICE_HAS - TEN // 2, 997_500_000 + PENALTY // 2)
    audit(lent)


def test_the_loan_may_end_while_the_request_is_open(lent: World) -> None:
    """Taken back, or given to somebody else: the tokens are in the escrow, and return to the account all the same."""
    lent.do(by_exchange(TEN // 2), SHARES.take_back(WALLET, ALICE), SHARES.lend(WALLET, ALICE, MALLORY, 1))
    skip(lent, ACCEPT_BY + 1)
    lent.do(calls.default_redemption(APPLE, id=0, pays=False))
    assert lent.amount(WALLET) == ALICE_HAS
    assert lent.token(WALLET).delegate == MALLORY
    audit(lent)


def test_a_guarded_account_is_asked_for_by_its_delegate(world: World) -> None:
    """With Token-2022's CPI guard no program moves tokens on the owner's signature: a loan is the way."""
    for step in tokens.guard(WALLET, ALICE):
        world.do(step)
    token_refuses(world, calls.request_redemption(APPLE, TEN, id=0), 42)
    world.do(SHARES.lend(WALLET, ALICE, EXCHANGE, TEN), by_exchange(TEN))
    world.do(calls.accept_redemption(APPLE, id=0), calls.settle_redemption(APPLE, TEN, id=0))
    audit(world)
    # and what returns comes in through the guard
    world.do(SHARES.lend(WALLET, ALICE, EXCHANGE, TEN), by_exchange(TEN, id=1))
    world.do(calls.cancel_redemption(APPLE, id=1))
    assert world.amount(WALLET) == ALICE_HAS - TEN


def test_a_holder_that_cannot_sign(world: World) -> None:
    """A program's or a multisig's account: its delegate asks, the desk settles, or anybody sends the tokens back."""
    vault = Pubkey.find_program_address([b"vault"], TOKEN_2022)[0]
    account = APPLE.wallet(vault)
    world.do(tokens.open_token_account(APPLE, vault), calls.open_holder_book(APPLE, vault))
    world.do(tokens.transfer(APPLE, ALICE, vault, 3 * TEN))
    world.patch(account, 72, b"\1\0\0\0" + bytes(EXCHANGE))
    world.patch(account, 121, (3 * TEN).to_bytes(8, "little"))
    for id in range(3):
        world.do(calls.request_redemption(APPLE, TEN, id=id, holder=vault, delegate=EXCHANGE))
    world.do(*(calls.accept_redemption(APPLE, id=id, holder=vault) for id in range(2)))
    purse_of_vault = key("the vault's purse")
    world.chain.set_account(purse_of_vault, world.get(purse(MALLORY)))
    world.patch(purse_of_vault, OWNER, bytes(vault))
    world.do(calls.settle_redemption(APPLE, TEN, id=0, holder=vault, payee=purse_of_vault))
    skip(world, ACCEPT_BY + 1)
    world.do(calls.default_redemption(APPLE, id=2, holder=vault, pays=False))
    skip(world, SETTLE_BY + 1)
    late = calls.default_redemption(APPLE, id=1, holder=vault, payee=purse_of_vault)
    world.refuse(late, "NotAssociated")
    skip(world, SETTLE_BY + calls.ABANDONED_S + 1)
    world.do(calls.default_redemption(APPLE, id=1, holder=vault, pays=False))
    assert (world.amount(account), world.money(purse_of_vault)) == (2 * TEN, 1_995_000_000)
    audit(world)


def test_a_frozen_account_asks_for_nothing(lent: World) -> None:
    freeze(lent, WALLET)
    for sent in (by_exchange(TEN), calls.request_redemption(APPLE, TEN, id=0)):
        token_refuses(lent, sent, 17)


# What anybody may ask for


def test_each_kind_of_request_has_its_terms(world: World) -> None:
    arbiter, nobody = staff(Role.ARBITER), Pubkey.default()
    asked = calls.request_redemption
    for payout in (0, 3, 255):
        world.refuse(asked(APPLE, TEN, id=0, payout=payout), "WrongPayout", payout=payout, needed=0)
    world.refuse(asked(APPLE, TEN, id=0, payout=2, min_price=1), "WrongPayout", payout=2, needed=1)
    world.refuse(asked(APPLE, TEN, id=0, payout=2, terms=bytes(32)), "EmptyCustodianField")
    world.refuse(asked(APPLE, TEN, id=0, payout=2, arbiter=nobody), "WrongArbiter")
    for price in (0, LIMIT):
        world.refuse(asked(APPLE, TEN, id=0, min_price=price, arbiter=arbiter), "WrongArbiter")
    for payout in (1, 2):
        for mint in (calls.EURO, nobody, APPLE.mint):
            world.refuse(asked(APPLE, TEN, id=0, payout=payout, mint=mint), "WrongPaymentMint")
    # terms of a payment on chain may be empty
    world.do(asked(APPLE, TEN, id=0, terms=bytes(32)), asked(APPLE, TEN, id=1, payout=2))
    audit(world)


def test_counters_wrap_and_stop_nobody() -> None:
    """What was asked for and returned, ever, is an identity modulo 2^64 and no limit: asking and cancelling is free."""
    world = at_stage(Stage.REQUESTED, Kind.MARKET)
    before, most = world.asset(APPLE), 2**64
    for name, value in (("requested", most - 1), ("returned", most - 1 - TEN)):
        world.patch(APPLE.asset, type(before).OFFSETS[name], value.to_bytes(8, "little"))
    world.patch(APPLE.book(ALICE), type(world.book(APPLE)).OFFSETS["requested"], (most - 1).to_bytes(8, "little"))
    world.do(calls.request_redemption(APPLE, TEN, id=1), calls.cancel_redemption(APPLE, id=0))
    asset = world.asset(APPLE)
    assert (asset.requested, asset.returned, asset.pending) == (TEN - 1, most - 1, TEN)
    assert world.book(APPLE).requested == TEN - 1
    world.do(calls.cancel_redemption(APPLE, id=1))
    assert world.asset(APPLE) == replace(asset, returned=TEN - 1, pending=0, open_requests=0)
    assert told(world.run(calls.request_redemption(APPLE, 1, id=2)).events) is not None
    audit(world)
