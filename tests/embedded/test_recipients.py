"""Where a dividend goes: an owner's own accounts, its registered recipient, and nowhere that nobody empties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, BOB, CASHIER, EURO, MALLORY, NVIDIA, TREASURY, purse
from tests.embedded.chain import Call, key
from tests.embedded.dividends import Dividend, Step, carry
from tests.embedded.paydays import books, crowd, open_purse
from tests.embedded.setups import freeze, told
from tests.embedded.stages import token_refuses
from tests.embedded.world import ALICE_HAS, BOB_HAS, DOLLARS, SOL, World, fill
from xstock_client import pda
from xstock_client.accounts import Recipient
from xstock_client.constants import PROGRAM_ID, TOKEN
from xstock_client.events import DividendPaid, RecipientRegistered

MINE = Dividend()
TREE = MINE.entitlements
A, B = TREE.index_of(ALICE), TREE.index_of(BOB)
KEEPER, OTHER = key("keeper"), key("alice's other purse")
POOL = pda.escrow(NVIDIA.asset)
"""An address of a program: nobody signs for it here."""
assert not POOL.is_on_curve()
WITH_POOL = Dividend(APPLE, {ALICE: ALICE_HAS, POOL: BOB_HAS})
POOLED = WITH_POOL.entitlements
P = POOLED.index_of(POOL)


def _paged(world: World) -> None:
    carry(world, Step.PAGED)
    open_purse(world, KEEPER)
    for owner in (ALICE, KEEPER):
        other(world, owner)


def _pooled(world: World) -> None:
    carry(world, Step.PAGED, WITH_POOL)
    open_purse(world, KEEPER, POOL)


@pytest.fixture
def paged() -> World:
    return fill(World(), _paged)


@pytest.fixture
def pooled() -> World:
    return fill(World(), _pooled)


def other(world: World, owner: Pubkey) -> Pubkey:
    """A second account of dollars."""
    like, address = world.get(purse(TREASURY)), key(f"other purse of {owner}")
    world.chain.set_account(address, replace(like, data=like.data[:32] + bytes(owner) + bytes(8) + like.data[72:]))
    return address


def claim(at: int, /, **more: Any) -> Call:
    return calls.claim_dividends(APPLE, TREE, at, **more)


def register(owner: Pubkey = ALICE, recipient: Pubkey = KEEPER) -> Call:
    return calls.register_recipient(APPLE, recipient, owner=owner)


def enrol(world: World, owner: Pubkey, recipient: Pubkey) -> None:
    """What a program's address would sign for through its program: its record, written by hand."""
    world.do(register(ALICE, recipient))
    account = world.get(APPLE.recipient(ALICE))
    at = Recipient.OFFSETS["owner"]
    data = account.data[:at] + bytes(owner) + account.data[at + 32 :]
    world.chain.set_account(APPLE.recipient(owner), replace(account, data=data))


# Registering


def test_registered(world: World) -> None:
    """By the owner; named again at any time; its own address takes it back."""
    steps = [(Pubkey.default(), KEEPER), (KEEPER, BOB), (BOB, ALICE), (ALICE, KEEPER)]
    for old, new in steps:
        done = world.run(register(recipient=new))
        assert told(done.events) == RecipientRegistered(APPLE.asset, ALICE, old, new, world.now)
        record = world.read(Recipient, APPLE.recipient(ALICE))
        assert (record.asset, record.owner, record.recipient, record.registered_at) == (
            APPLE.asset,
            ALICE,
            new,
            world.now,
        )
        world.advance(5)


def test_who_does_not_register(world: World) -> None:
    """Nobody for another, and nobody nothing."""
    world.refuse(register(recipient=Pubkey.default()), "EmptyCustodianField")
    sent = register()
    world.fail(sent.unsigned("owner"))
    forged = register().swap(owner=MALLORY)
    world.fail(forged)  # the record is not that owner's
    assert world.chain.get(APPLE.recipient(ALICE)) is None


def test_of_one_stock(world: World) -> None:
    world.do(register())
    assert world.chain.get(NVIDIA.recipient(ALICE)) is None


# Paying a recipient


@pytest.mark.parametrize("by", [MALLORY, KEEPER, ALICE])
def test_the_recipient_is_paid(paged: World, by: Pubkey) -> None:
    """Pushed by anyone to its associated account."""
    world = paged
    world.do(register())
    event = told(world.run(claim(A, by=by, recipients=[KEEPER])).events)
    assert isinstance(event, DividendPaid)
    assert (event.owner, event.destination, event.gross) == (ALICE, purse(KEEPER), MINE.gross(ALICE))
    assert world.dollars(KEEPER) == MINE.net(ALICE)
    world.refuse(claim(A), "LeafClaimed", index=A)
    world.refuse(claim(A, by=ALICE), "LeafClaimed", index=A)
    books(world, MINE)


@pytest.mark.parametrize(
    ("by", "whose", "fits"),
    [
        (KEEPER, KEEPER, True),
        (ALICE, KEEPER, True),
        (MALLORY, KEEPER, False),
        (BOB, KEEPER, False),
    ],
)
def test_another_account_of_the_recipient(paged: World, by: Pubkey, whose: Pubkey, fits: bool) -> None:
    """Only who signs as recipient or owner chooses it."""
    world = paged
    world.do(register())
    to = other(world, whose)
    sent = claim(A, by=by, recipients=[KEEPER], to=[to])
    if fits:
        world.do(sent)
        assert world.money(to) == MINE.net(ALICE)
    else:
        world.refuse(sent, "NotAssociated")


@pytest.mark.parametrize(("by", "fits"), [(ALICE, True), (MALLORY, False), (BOB, False), (KEEPER, False)])
def test_another_account_of_the_owner(paged: World, by: Pubkey, fits: bool) -> None:
    """Only the owner chooses it; a stranger pays to the associated one alone."""
    to = other(paged, ALICE)
    sent = claim(A, by=by, to=[to])
    if fits:
        paged.do(sent)
        assert paged.money(to) == MINE.net(ALICE)
    else:
        paged.refuse(sent, "NotAssociated")


def test_an_owner_with_a_key_may_be_paid_directly_too(paged: World) -> None:
    """A recipient is where dividends may go, and not a bar."""
    before = paged.dollars(ALICE)
    paged.do(register(), claim(A))
    assert paged.dollars(ALICE) - before == MINE.net(ALICE)


def test_a_recipient_of_yesterday(paged: World) -> None:
    """The record counts as it is now."""
    world = paged
    world.do(register(), register(recipient=BOB))
    world.refuse(claim(A, recipients=[KEEPER]), "WrongTokenAccount")
    world.refuse(claim(A, recipients=[KEEPER], by=KEEPER), "WrongTokenAccount")
    before = world.dollars(BOB)
    world.do(claim(A, recipients=[BOB]))
    assert world.dollars(BOB) - before == MINE.net(ALICE)


def test_records_that_are_none(paged: World) -> None:
    """Another owner's, another stock's, another kind of account, and nobody's."""
    world = paged
    world.do(register(), register(BOB, MALLORY), calls.register_recipient(NVIDIA, MALLORY))
    mine = claim(A, recipients=[KEEPER])
    stolen = claim(A, recipients=[MALLORY])
    place = len(mine.rest) - 1
    # of Bob: then the leaf would be Bob's
    assert getattr(world.fail(stolen.swap_rest(place, APPLE.recipient(BOB), writable=False)), "name", "") == "WrongRoot"
    world.refuse(stolen.swap_rest(place, NVIDIA.recipient(ALICE), writable=False), "WrongAsset")
    for address in (APPLE.asset, APPLE.claims(), purse(MALLORY), MALLORY):
        world.fail(stolen.swap_rest(place, address, writable=False))
    world.do(mine)
    assert world.dollars(KEEPER) == MINE.net(ALICE)


# Owners without a key


@pytest.mark.parametrize("by", [MALLORY, ALICE, KEEPER])
def test_no_stranger_pays_into_a_pool(pooled: World, by: Pubkey) -> None:
    """Its account is there, and what comes in would belong to nobody: without a recipient its share waits."""
    sent = calls.claim_dividends(APPLE, POOLED, P, by=by)
    pooled.refuse(sent, "OwnerIsProgram", index=P)
    assert pooled.dollars(POOL) == 0
    books(pooled, WITH_POOL)


def test_a_pool_stops_the_whole_batch(pooled: World) -> None:
    sent = calls.claim_dividends(APPLE, POOLED, 0, 2)
    pooled.refuse(sent, "OwnerIsProgram", index=P)
    pooled.do(calls.claim_dividends(APPLE, POOLED, 1 - P))


@pytest.mark.parametrize("by", [MALLORY, KEEPER])
def test_a_pool_by_its_recipient(pooled: World, by: Pubkey) -> None:
    enrol(pooled, POOL, KEEPER)
    pooled.do(calls.claim_dividends(APPLE, POOLED, P, by=by, recipients=[KEEPER]))
    assert pooled.dollars(KEEPER) == WITH_POOL.net(POOL) > 0
    books(pooled, WITH_POOL)


def test_a_pool_that_names_itself_has_none(pooled: World) -> None:
    """As if it had taken its recipient back; another program's address is its own choice."""
    enrol(pooled, POOL, POOL)
    pooled.refuse(calls.claim_dividends(APPLE, POOLED, P, recipients=[POOL]), "OwnerIsProgram", index=P)
    vault = pda.escrow(APPLE.asset)
    open_purse(pooled, vault)
    enrol(pooled, POOL, vault)
    pooled.do(calls.claim_dividends(APPLE, POOLED, P, recipients=[vault]))
    assert pooled.dollars(vault) == WITH_POOL.net(POOL)


def test_batches_of_owners_and_recipients(world: World) -> None:
    """Side by side, each with its own record or none."""
    some = crowd(9)
    carry(world, Step.PAGED, some)
    people = list(some.holds)
    open_purse(world, *people, KEEPER)
    world.give(TREASURY, SOL)
    for owner in people[1::3]:
        world.do(register(owner))
    recipients = [KEEPER if at % 3 == 1 else None for at in range(9)]
    done = world.run(calls.claim_dividends(APPLE, some.entitlements, 0, 9, recipients=recipients), any_size=True)
    assert [event.owner for event in done.events if isinstance(event, DividendPaid)] == people
    assert world.dollars(KEEPER) == sum(some.net(owner) for owner in people[1::3])
    for at, owner in enumerate(people):
        assert world.dollars(owner) == (0 if at % 3 == 1 else some.net(owner))
    books(world, some)


# Accounts that do not take it


def test_a_frozen_account(paged: World) -> None:
    """The coin's issuer has frozen it: nothing moves, and the share waits."""
    world = paged
    freeze(world, purse(ALICE))
    token_refuses(world, claim(A), 17)
    token_refuses(world, claim(0, count=2), 17)
    world.do(claim(B))
    before = world.money(other(world, ALICE))
    assert before == 0
    to = other(world, ALICE)
    world.do(claim(A, by=ALICE, to=[to]))
    assert world.money(to) == MINE.net(ALICE)


def test_a_closed_account(paged: World) -> None:
    """A stranger opens it again, for the owner."""
    world = paged
    have = world.dollars(ALICE)
    world.do(DOLLARS.pay(purse(ALICE), purse(BOB), have, ALICE), DOLLARS.close(purse(ALICE), ALICE))
    world.refuse(claim(A), "WrongTokenAccount")
    world.do(DOLLARS.open(ALICE), claim(A))
    assert world.dollars(ALICE) == MINE.net(ALICE)


def test_an_associated_account_that_was_given_away(paged: World) -> None:
    """SPL Token lets it change hands: its new owner is neither the leaf's nor at home there."""
    world = paged
    world.do(DOLLARS.hand_over(purse(ALICE), ALICE, MALLORY))
    world.refuse(claim(A, by=BOB), "NotAssociated")
    assert getattr(world.fail(claim(A, by=MALLORY)), "name", "") == "WrongRoot"
    world.refuse(claim(A, by=ALICE), "NotAssociated")
    to = other(world, ALICE)
    world.do(claim(A, by=ALICE, to=[to]))
    assert world.money(to) == MINE.net(ALICE)


@pytest.mark.parametrize("bump", [0, 254, 255])
def test_another_bump(paged: World, bump: int) -> None:
    """What the program derives with it is another address."""
    right = calls.dividend._bump(ALICE, calls.DOLLAR, TOKEN)
    sent = claim(A, bumps=bytes([bump]))
    if bump == right:
        paged.do(sent)
    else:
        paged.refuse(sent, "NotAssociated")
    assert 0 < right <= 255


def test_accounts_of_something_else(paged: World) -> None:
    """Another coin's, a wallet, the vault itself, the mint, an account of the program."""
    for to in (purse(ALICE, EURO), APPLE.wallet(ALICE), ALICE, calls.DOLLAR, APPLE.asset, PROGRAM_ID):
        for by in (MALLORY, ALICE):
            error = paged.fail(claim(A, by=by, to=[to]))
            assert getattr(error, "name", "WrongTokenAccount") == "WrongTokenAccount", error
    paged.fail(claim(A, to=[MINE.vault]))
    paged.fail(claim(A, to=[MINE.vault], by=CASHIER))
    assert tokens.balance(paged.chain, MINE.vault) == TREE.sum
