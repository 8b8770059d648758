"""Where returned tokens and penalties may go: by whom, whatever became of the account that the tokens came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import ABANDONED_S, ALICE, APPLE, BOB, BOND, EURO, MALLORY, NVIDIA, TREASURY, purse
from tests.embedded.chain import FOREIGN_PROGRAM, Call, key
from tests.embedded.setups import freeze, told
from tests.embedded.stages import PENALTY, SETTLE_BY, TEN, Stage, accept, at_stage, audit, skip, token_refuses
from tests.embedded.tills import COINS, with_till
from tests.embedded.tokens import CENTRAL_BANK, demand_memo
from tests.embedded.world import ALICE_HAS, DOLLARS, World, fill
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import MEMO, TOKEN
from xstock_client.errors import TransactionFailed
from xstock_client.events import RedemptionDefaulted
from xstock_client.ledger import Account

HOME = APPLE.wallet(ALICE)
"""Alice's associated account."""
SOURCE = key("alice's trading account")
"""Where the tokens of these requests came from."""
OTHER = key("alice's other account")
AMOUNT, OWNER, DELEGATE, CLOSER = 64, 32, 72, 129
SOME_MALLORY = b"\1\0\0\0" + bytes(MALLORY)

WAYS: dict[str, Callable[[Pubkey], Call]] = {
    "cancel": lambda to: calls.cancel_redemption(APPLE, id=0, source=SOURCE, to=to),
    "default by holder": lambda to: calls.default_redemption(APPLE, id=0, caller=ALICE, source=SOURCE, to=to),
    "default by stranger": lambda to: calls.default_redemption(APPLE, id=0, source=SOURCE, to=to),
}


def like(world: World, address: Pubkey, account: Pubkey, *changes: tuple[int, bytes]) -> Pubkey:
    """An empty account at ``address`` like ``account``, but for ``changes``."""
    world.chain.set_account(address, world.get(account))
    for offset, data in ((AMOUNT, bytes(8)), *changes):
        world.patch(address, offset, data)
    return address


def _make(world: World) -> None:
    like(world, SOURCE, HOME)
    world.do(tokens.transfer_to(APPLE, ALICE, SOURCE, TEN))
    world.do(calls.request_redemption(APPLE, TEN, id=0, source=SOURCE), calls.accept_redemption(APPLE, id=0))
    skip(world, SETTLE_BY + 1)


def overdue() -> World:
    """Ten tokens from an account that is not the associated one, accepted and late."""
    return fill(World(), _make)


# What became of the account that the tokens came from, once they had left it


def untouched(world: World) -> None:
    assert world.token(SOURCE).owner == ALICE


def lent(world: World) -> None:
    world.patch(SOURCE, DELEGATE, SOME_MALLORY)
    world.patch(SOURCE, CLOSER, SOME_MALLORY)


def frozen(world: World) -> None:
    freeze(world, SOURCE)


def closed(world: World) -> None:
    world.chain.set_account(SOURCE, None)


def handed_over(world: World) -> None:
    world.patch(SOURCE, OWNER, bytes(BOB))


def frozen_with_its_new_owner(world: World) -> None:
    handed_over(world)
    frozen(world)


def of_another_program(world: World) -> None:
    frozen(world)
    world.chain.set_account(SOURCE, replace(world.get(SOURCE), owner=FOREIGN_PROGRAM))


KEPT, GONE = [untouched, lent], [closed, handed_over, frozen_with_its_new_owner, of_another_program]


# Where the tokens are sent


def the_source(world: World) -> Pubkey:
    return SOURCE


def home(world: World) -> Pubkey:
    return HOME


def home_with_delegate(world: World) -> Pubkey:
    world.patch(HOME, DELEGATE, SOME_MALLORY)
    return HOME


def plain(world: World) -> Pubkey:
    return like(world, OTHER, HOME)


def with_delegate(world: World) -> Pubkey:
    return like(world, OTHER, HOME, (DELEGATE, SOME_MALLORY))


def frozen_one(world: World) -> Pubkey:
    account = plain(world)
    freeze(world, account)
    return account


def somebody_elses(world: World) -> Pubkey:
    return APPLE.wallet(BOB)


def of_another_stock(world: World) -> Pubkey:
    return NVIDIA.wallet(ALICE)


def a_look_alike(world: World) -> Pubkey:
    account = plain(world)
    world.chain.set_account(account, replace(world.get(account), owner=FOREIGN_PROGRAM))
    return account


def nothing(world: World) -> Pubkey:
    return key("no account")


ASSOCIATED, OWN = [home, home_with_delegate], [plain, with_delegate, frozen_one]
WRONG = [somebody_elses, of_another_stock, a_look_alike, nothing]


def expected(way: str, source: Callable[[World], None], to: Callable[[World], Pubkey]) -> str | None:
    """The name of the refusal, if any."""
    if to is the_source:
        return "WrongTokenAccount" if source in GONE else None
    if source is frozen:
        return "SourceFrozen"
    if to in WRONG:
        return "WrongTokenAccount"
    chosen = way != "default by stranger" or (source in GONE and to in ASSOCIATED)
    return None if chosen else "NotAssociated"


@pytest.mark.parametrize("to", [the_source, *ASSOCIATED, *OWN, *WRONG], ids=lambda one: one.__name__)
@pytest.mark.parametrize("source", [*KEPT, frozen, *GONE], ids=lambda one: one.__name__)
@pytest.mark.parametrize("way", list(WAYS))
def test_where_tokens_go(way: str, source: Callable[[World], None], to: Callable[[World], Pubkey]) -> None:
    """A stranger chooses nothing: back where they came from, or to the associated account when that is gone."""
    world = overdue()
    source(world)
    address = to(world)
    refused = expected(way, source, to)
    if refused:
        world.refuse(WAYS[way](address), refused)
        address = HOME if source in GONE else SOURCE  # there is always a way
    before, was_frozen = world.amount(address), world.token(address).frozen
    world.do(WAYS[way](address))
    assert world.amount(address) == before + TEN
    assert world.token(address).frozen == was_frozen
    assert world.dollars(ALICE) == (0 if way == "cancel" else PENALTY)
    audit(world)


@pytest.mark.parametrize("way", list(WAYS))
def test_the_source_cannot_be_passed_off_as_another(way: str) -> None:
    """A frozen source is looked at where the request says that it is."""
    world = overdue()
    frozen(world)
    for wrong in (HOME, APPLE.wallet(BOB), key("no account")):
        world.refuse(WAYS[way](plain(world)).swap(source=wrong), "WrongSource")
    # to the source itself it does not matter what stands there
    world.do(WAYS[way](SOURCE).swap(source=MALLORY))
    assert world.token(SOURCE).frozen and world.amount(SOURCE) == TEN
    audit(world)


@pytest.mark.parametrize("way", list(WAYS))
def test_a_new_account_that_demands_a_memo(way: str) -> None:
    world = overdue()
    closed(world)
    for step in demand_memo(HOME, ALICE):
        world.do(step)
    token_refuses(world, WAYS[way](HOME), 36)
    world.refuse(WAYS[way](HOME).swap(memo_program=TOKEN), "WrongMemoProgram")
    world.do(WAYS[way](HOME).swap(memo_program=MEMO))
    assert world.amount(HOME) == ALICE_HAS
    audit(world)


def test_all_of_it_with_the_associated_account_alone() -> None:
    """Closed and opened again by a stranger, as wallets have it: the source is there again."""
    world = at_stage(Stage.OVERDUE)
    rest = ALICE_HAS - TEN
    world.do(tokens.transfer(APPLE, ALICE, BOB, rest), tokens.close(HOME, ALICE))
    default = calls.default_redemption(APPLE, id=0)
    world.refuse(default, "WrongTokenAccount")
    world.do(tokens.open_token_account(APPLE, ALICE), default)
    assert (world.amount(HOME), world.dollars(ALICE)) == (TEN, PENALTY)
    audit(world)


@pytest.mark.parametrize("way", list(WAYS))
def test_a_payer_that_became_something_else_still_gets_its_rent(way: str) -> None:
    """A stranger who pays a request's rent must not be able to keep its tokens in the escrow."""
    world = overdue()
    world.chain.set_account(TREASURY, Account(10**9, FOREIGN_PROGRAM, bytes(36)))
    world.do(WAYS[way](SOURCE))
    assert world.get(TREASURY).lamports == 10**9 + world.chain.rent_of(RedemptionRequest.SIZE)
    audit(world)


# The penalty's payee


@pytest.mark.parametrize("name", COINS)
def test_who_chooses_the_payee(name: str) -> None:
    """The holder any account of its own; a stranger none but the associated one."""
    for change in ((AMOUNT, bytes(8)), (DELEGATE, SOME_MALLORY), (CLOSER, SOME_MALLORY)):
        world, till = with_till(name)
        accept(world, TEN, TEN)
        skip(world, SETTLE_BY + 1)
        other = like(world, OTHER, till.purse(MALLORY), (OWNER, bytes(ALICE)), change)
        world.refuse(till.default(payee=other), "NotAssociated")
        world.do(till.default(caller=ALICE, payee=other), till.default(id=1))
        assert (world.money(other), world.money(till.purse(ALICE))) == (PENALTY, PENALTY)
        audit(world)


@pytest.mark.parametrize("caller", [ALICE, MALLORY])
def test_the_payee_is_the_holders(caller: Pubkey) -> None:
    world = overdue()
    fake = like(world, key("fake"), purse(ALICE))
    world.chain.set_account(fake, replace(world.get(fake), owner=FOREIGN_PROGRAM))
    good = calls.default_redemption(APPLE, id=0, caller=caller, source=SOURCE)
    others = [purse(BOB), purse(MALLORY), purse(TREASURY), purse(ALICE, EURO), NVIDIA.wallet(ALICE)]
    for payee in (*others, fake, HOME, key("nothing"), BOB):
        world.refuse(good.swap(payee=payee), "WrongTokenAccount")
    for named in (APPLE.bond_vault, APPLE.escrow):
        world.refuse(good.swap(payee=named), "ConstraintDuplicateMutableAccount")
    world.do(DOLLARS.close(purse(ALICE), ALICE))
    world.refuse(good, "WrongTokenAccount")
    world.do(DOLLARS.open(ALICE), good)
    assert world.dollars(ALICE) == PENALTY


@pytest.mark.parametrize("name", COINS)
def test_a_payee_that_takes_nothing_leaves_the_holder_another(name: str) -> None:
    """Frozen, or (Token-2022) demanding a memo: nothing happens, and another account of the holder is paid."""
    world, till = with_till(name)
    accept(world, TEN, TEN)
    skip(world, SETTLE_BY + 1)
    freeze(world, till.purse(ALICE))
    token_refuses(world, till.default(), 17)
    other = like(world, OTHER, till.purse(MALLORY), (OWNER, bytes(ALICE)))
    world.do(till.default(caller=ALICE, payee=other))
    assert world.money(other) == PENALTY
    if name == "plain":
        for step in demand_memo(other, ALICE):
            world.do(step)
        token_refuses(world, till.default(id=1, caller=ALICE, payee=other, memo=MEMO), 36)
    world.do(calls.cancel_redemption(APPLE, id=1))
    assert world.amount(HOME) == ALICE_HAS
    audit(world)


# A bond that cannot pay


@pytest.mark.parametrize("how", ["frozen", "seized", "seized in part", "hooked"])
def test_a_bond_that_cannot_pay_fails_as_a_whole_and_keeps_no_tokens(how: str) -> None:
    """What the stablecoin's issuer can do to the vault: the holder cancels, and one that cannot is freed later."""
    world, till = with_till("pyusd")
    accept(world, TEN, TEN)
    skip(world, SETTLE_BY + 1)
    taken = {"seized": BOND, "seized in part": BOND - PENALTY + 1}.get(how, 0)
    if how == "frozen":
        world.do(till.coin.freeze(till.vault))
    elif how == "hooked":
        world.do(till.coin.set_hook(MEMO))
    else:
        world.do(till.coin.pay(till.vault, till.purse(TREASURY), taken, CENTRAL_BANK))
    for caller in (ALICE, MALLORY):
        sent = till.default(caller=caller)
        if how == "hooked":
            error = world.fail(sent)
            assert isinstance(error, TransactionFailed) and f"Unknown program {MEMO}" in str(error)
        else:
            token_refuses(world, sent, 17 if how == "frozen" else 1)
    world.do(calls.cancel_redemption(APPLE, id=0))
    skip(world, SETTLE_BY + ABANDONED_S + 1)
    world.do(calls.default_redemption(APPLE, id=1, pays=False))
    assert (world.amount(HOME), world.money(till.purse(ALICE))) == (ALICE_HAS, 0)
    assert (world.asset(APPLE).bond, world.asset(APPLE).bond_reserved) == (BOND, 0)
    audit(world, vault_donated=-taken)


def test_a_fee_that_the_coin_takes_by_then_is_the_receivers() -> None:
    """Exactly the penalty leaves the bond, which is not locked for ever."""
    world, till = with_till("pyusd")
    accept(world, TEN)
    skip(world, SETTLE_BY + 1)
    world.do(till.coin.set_fee(25))
    at = world.get(till.coin.mint).data.index((1).to_bytes(2, "little") + (108).to_bytes(2, "little")) + 4
    world.patch(till.coin.mint, at + 88, (25).to_bytes(2, "little"))  # as it is two epochs later
    event = told(world.run(till.default()).events)
    assert isinstance(event, RedemptionDefaulted)
    assert (event.penalty, event.bond) == (PENALTY, BOND - PENALTY)
    assert world.money(till.purse(ALICE)) == PENALTY - PENALTY * 25 // 10_000
    audit(world)
