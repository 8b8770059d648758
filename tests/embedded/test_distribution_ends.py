"""The end of a distribution: its tax, what nobody claimed, donations, and its pages; every step balances."""

from __future__ import annotations

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, CASHIER, EURO, MALLORY, OURS, RIVAL, TREASURY, purse, staff
from tests.embedded.chain import Call
from tests.embedded.dividends import Dividend, Step, carry, distribution_of, page_of
from tests.embedded.paydays import books
from tests.embedded.setups import freeze, told
from tests.embedded.stages import token_refuses
from tests.embedded.world import DOLLARS, World, fill
from xstock_client.constants import DAY_S, Role
from xstock_client.events import ClaimPageClosed, DistributionReclaimed, WithheldRemitted

MINE = Dividend()
TREE = MINE.entitlements
A, B = TREE.index_of(ALICE), TREE.index_of(BOB)
TAX = OURS.tax_account()


def _ready(world: World) -> None:
    carry(world, Step.READY)


def _paged(world: World) -> None:
    carry(world, Step.PAGED)
    world.do(DOLLARS.open(OURS.authority))


@pytest.fixture
def ready() -> World:
    return fill(World(), _ready)


@pytest.fixture
def paged() -> World:
    return fill(World(), _paged)


def claim(at: int) -> Call:
    return calls.claim_dividends(APPLE, TREE, at)


def test_the_tax_goes_to_its_account(paged: World) -> None:
    """By anyone, as far as it was withheld, once."""
    world = paged
    world.refuse(calls.remit_withheld(APPLE), "NothingLeft")
    gone = 0
    for at, owner in ((A, ALICE), (B, BOB)):
        world.do(claim(at))
        amount = MINE.withheld(owner)
        gone += amount
        event = told(world.run(calls.remit_withheld(APPLE)).events)
        assert event == WithheldRemitted(APPLE.asset, MINE.address, TAX, amount, gone, world.now)
        assert (world.money(TAX), books(world, MINE).remitted) == (gone, gone)
        world.refuse(calls.remit_withheld(APPLE), "NothingLeft")
    assert (world.money(MINE.vault), gone) == (0, MINE.withheld(ALICE) + MINE.withheld(BOB))


def test_the_tax_goes_nowhere_else(paged: World) -> None:
    paged.do(claim(A))
    for to in (purse(MALLORY), purse(TREASURY), purse(OURS.authority)):
        paged.refuse(calls.remit_withheld(APPLE).swap(withholding_account=to), "WrongWithholdingAccount")


RECLAIM = calls.reclaim_distribution(APPLE)
"""By the treasurer, to the authority."""


def expire(world: World, late: int = 1) -> int:
    until = distribution_of(world, MINE).claim_until
    world.advance(until + late - world.now)
    return until


@pytest.mark.parametrize("claimed", [(), (A,), (A, B)])
@pytest.mark.parametrize("remitted", [False, True])
def test_what_nobody_claimed(paged: World, claimed: tuple[int, ...], remitted: bool) -> None:
    """After the end and not a second before; the tax stays for its account."""
    world = paged
    world.do(*(claim(at) for at in claimed))
    if remitted and claimed:
        world.do(calls.remit_withheld(APPLE))
    left = TREE.sum - sum(TREE.leaves[at].amount for at in claimed)
    until = expire(world, 0)
    world.refuse(RECLAIM, "ClaimsOpen", claim_until=until, now=until)
    world.advance(1)
    if not left:
        world.refuse(RECLAIM, "NothingLeft")
        return
    before = books(world, MINE)
    done = world.run(RECLAIM)
    event = told(done.events)
    assert isinstance(event, DistributionReclaimed)
    assert (event.by, event.amount, event.funded) == (staff(Role.TREASURER), left, TREE.sum)
    assert (event.paid, event.withheld, event.at) == (before.paid, before.withheld, until + 1)
    assert world.money(event.destination) == left
    found = books(world, MINE)
    assert (found.reclaimed, found.paid, found.withheld) == (left, before.paid, before.withheld)
    world.refuse(RECLAIM, "NothingLeft")
    if claimed and not remitted:
        world.do(calls.remit_withheld(APPLE))
    assert books(world, MINE).remitted == sum(TREE.leaves[at].withheld for at in claimed)
    assert world.money(MINE.vault) == 0


def test_what_was_paid_in_when_it_was_never_full(ready: World) -> None:
    """Nobody could claim: all of it goes back, and no more than was funded."""
    world = ready
    world.do(calls.fund_distribution(APPLE, 777), DOLLARS.open(OURS.authority))
    world.do(DOLLARS.pay(purse(CASHIER), MINE.vault, 5, CASHIER))
    expire(world)
    world.do(RECLAIM)
    assert books(world, MINE, donated=5).reclaimed == 777
    assert world.money(MINE.vault) == 5


@pytest.mark.parametrize("role", Role)
def test_who_takes_it_back(paged: World, role: Role) -> None:
    expire(paged)
    sent = RECLAIM.swap(treasurer=staff(role), grant=OURS.grant(role))
    if role is Role.TREASURER:
        paged.do(sent)
    else:
        paged.refuse(sent, "WrongRoleGrant")
        paged.refuse(sent.swap(treasurer=MALLORY, grant=sent.address("program")), "NotAuthority")
        paged.do(sent.swap(treasurer=OURS.authority, grant=sent.address("program")))
    assert books(paged, MINE).reclaimed == TREE.sum


def test_where_it_goes(paged: World) -> None:
    """To an account of the issuer's authority alone."""
    expire(paged)
    for to in (purse(TREASURY), purse(MALLORY), purse(RIVAL.authority), MINE.vault, purse(OURS.authority, EURO)):
        paged.fail(RECLAIM.swap(destination=to))
    assert books(paged, MINE).reclaimed == 0


@pytest.mark.parametrize("donated", [1, 10**9])
def test_donations_are_nobodys(paged: World, donated: int) -> None:
    """They pay no claim, are not taken back, and stand in nobody's way."""
    world = paged
    world.do(DOLLARS.pay(purse(CASHIER), MINE.vault, donated, CASHIER), claim(A), calls.remit_withheld(APPLE))
    expire(world)
    world.do(RECLAIM)
    found = books(world, MINE, donated=donated)
    assert (found.paid + found.withheld + found.reclaimed, found.funded) == (TREE.sum, TREE.sum)
    assert world.money(MINE.vault) == donated


def test_a_page_closes_a_day_after_the_end(paged: World) -> None:
    """Its rent goes back to who paid it; it never opens again, wherever the clock goes."""
    world = paged
    world.do(claim(A))
    until, rent = expire(world, DAY_S), world.get(APPLE.claims()).lamports
    close = calls.close_claim_page(APPLE)
    assert getattr(world.fail(close), "name", "") == "ClaimsOpen"
    world.advance(1)
    world.refuse(calls.close_claim_page(APPLE, rent_receiver=MALLORY), "WrongRentReceiver")
    assert page_of(world, MINE).claimed == MINE.gross(ALICE)
    done = world.run(close)
    event = ClaimPageClosed(APPLE.asset, MINE.address, TREASURY, 0, MINE.gross(ALICE), until + DAY_S + 1)
    assert (told(done.events), done.lamports(TREASURY)) == (event, rent)
    world.refuse(calls.open_claim_page(APPLE, TREE), "ClaimsClosed", claim_until=until, now=world.now)
    world.chain.turn_back(DAY_S)
    world.refuse(calls.open_claim_page(APPLE, TREE), "ClaimsClosed", claim_until=until, now=until + 1)
    world.do(RECLAIM)
    assert books(world, MINE).reclaimed == MINE.gross(BOB)


def test_every_step_balances(world: World) -> None:
    """From the declaration to the end, with donations in between."""
    carry(world, Step.DECLARED)
    world.do(DOLLARS.open(OURS.authority))
    donated = 0
    books(world, MINE)
    carry(world, Step.READY, since=Step.DECLARED)
    steps: list[Call | str] = [
        calls.fund_distribution(APPLE, 1_000),
        "gift",
        calls.fund_distribution(APPLE, 2**63),
        "open",
        claim(B),
        calls.remit_withheld(APPLE),
        "gift",
        claim(A),
        calls.remit_withheld(APPLE),
        "gift",
    ]
    for step in steps:
        if step == "gift":
            world.do(DOLLARS.pay(purse(CASHIER), MINE.vault, 13, CASHIER))
            donated += 13
        elif step == "open":
            carry(world, Step.PAGED, since=Step.FUNDED)
        else:
            assert isinstance(step, Call)
            world.do(step)
        books(world, MINE, donated=donated)
    expire(world)
    world.refuse(RECLAIM, "NothingLeft")
    assert world.money(MINE.vault) == donated


def test_a_frozen_vault_takes_nothing_off_the_books(paged: World) -> None:
    """The coin's issuer can stop everything; the counters then say what is still owed."""
    freeze(paged, MINE.vault)
    token_refuses(paged, claim(A), 17)
    found = books(paged, MINE)
    assert (found.paid, found.claims) == (0, 0)
    assert paged.money(MINE.vault) == TREE.sum
