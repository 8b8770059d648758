"""The watermark never falls, and closes pages for good: no ticket below it ever mints again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, MAX_FIRST_TICKET, MAX_TICKET_STEP, NVIDIA, OURS, TREASURY, staff
from tests.embedded.setups import told
from tests.embedded.test_exactly_once import gift
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, World
from xstock_client.accounts import TicketPage
from xstock_client.constants import TICKETS_PER_PAGE, Role
from xstock_client.events import TicketPageClosed, TicketPageOpened, WatermarkRaised

SUPPLY = ALICE_HAS + BOB_HAS
LAST = TICKETS_PER_PAGE - 1


@pytest.mark.parametrize("by", [None, staff(Role.ADMIN)], ids=["authority", "admin"])
def test_raise_the_watermark(world: World, by: Pubkey | None) -> None:
    world.do(calls.mint_shares(APPLE, 1, ticket=100))
    before = world.asset(APPLE)
    assert (before.ticket_watermark, before.highest_ticket) == (0, 100)
    done = world.run(calls.raise_watermark(APPLE, 50, by=by))
    assert world.asset(APPLE) == replace(before, ticket_watermark=50)
    who = by or OURS.authority
    assert told(done.events) == WatermarkRaised(APPLE.asset, who, 0, 50, 100, NOW)
    assert done.changed == {APPLE.asset}
    # below it nothing mints, used or not, and at it everything as before
    for ticket in (0, 5, 49):
        world.refuse(calls.mint_shares(APPLE, 1, ticket=ticket), "TicketTooLow", ticket=ticket, watermark=50)
    world.do(calls.mint_shares(APPLE, 1, ticket=50))
    world.refuse(calls.mint_shares(APPLE, 1, ticket=100), "TicketUsed", ticket=100)


def test_it_rises_to_behind_the_highest_used_ticket_and_never_falls(world: World) -> None:
    world.do(calls.mint_shares(APPLE, 1, ticket=100), calls.mint_shares(APPLE, 1, ticket=7))
    figures = {"watermark": 0, "limit": 101}
    world.refuse(calls.raise_watermark(APPLE, 102), "WatermarkOutOfRange", given=102, **figures)
    world.do(calls.raise_watermark(APPLE, 101))
    for given in (0, 100, 101, 102):
        world.refuse(calls.raise_watermark(APPLE, given), "WatermarkOutOfRange", given=given, watermark=101, limit=101)
    world.do(calls.mint_shares(APPLE, 1, ticket=101), calls.raise_watermark(APPLE, 102))


def passed(world: World) -> None:
    """Every ticket of Apple's first page lies below the watermark."""
    world.do(calls.mint_shares(APPLE, 1, ticket=LAST), calls.raise_watermark(APPLE, TICKETS_PER_PAGE))


def test_close_a_page(world: World) -> None:
    passed(world)
    close = calls.close_ticket_page(APPLE, 0)
    assert [meta for meta in close.instruction.accounts if meta.is_signer] == [], "anyone may"
    done = world.run(close)
    assert world.chain.get(APPLE.page(0)) is None
    assert told(done.events) == TicketPageClosed(APPLE.asset, TREASURY, 0, 3, NOW)
    assert done.changed == {TREASURY, APPLE.page(0)}
    assert done.lamports(TREASURY) == world.chain.rent_of(TicketPage.SIZE)


def test_the_rent_goes_back_to_whoever_opened_it(world: World) -> None:
    world.do(calls.open_ticket_page(APPLE, 2).swap(payer=ALICE), calls.mint_shares(APPLE, 1, ticket=3 * 4096 - 1))
    world.do(calls.raise_watermark(APPLE, 3 * TICKETS_PER_PAGE))
    world.refuse(calls.close_ticket_page(APPLE, 2), "WrongRentReceiver")
    done = world.run(calls.close_ticket_page(APPLE, 2).swap(rent_receiver=ALICE))
    assert done.lamports(ALICE) == world.chain.rent_of(TicketPage.SIZE)
    # pages that were never used close too
    (event,) = world.run(calls.close_ticket_page(APPLE, 1)).events
    assert event == TicketPageClosed(APPLE.asset, TREASURY, 1, 0, NOW)


def test_a_closed_page_never_opens_again(world: World) -> None:
    passed(world)
    world.do(calls.close_ticket_page(APPLE, 0))
    figures = {"ticket": TICKETS_PER_PAGE, "watermark": TICKETS_PER_PAGE}
    world.refuse(calls.open_ticket_page(APPLE, 0), "TicketTooLow", **figures)
    for ticket in (0, 5, LAST):
        world.refuse(calls.mint_shares(APPLE, 1, ticket=ticket), "AccountDataTooSmall")
        on_the_next = calls.mint_shares(APPLE, 1, ticket=ticket, page=1)
        world.refuse(on_the_next, "TicketTooLow", ticket=ticket, watermark=TICKETS_PER_PAGE)
    assert world.supply(APPLE) == SUPPLY + 1


def test_a_page_that_was_never_opened_stays_closed_below_the_watermark(world: World) -> None:
    far = 5 * TICKETS_PER_PAGE
    world.do(calls.open_ticket_page(APPLE, 5), calls.mint_shares(APPLE, 1, ticket=far))
    world.do(calls.raise_watermark(APPLE, far + 1))
    for page in (2, 3, 4):
        end = (page + 1) * TICKETS_PER_PAGE
        world.refuse(calls.open_ticket_page(APPLE, page), "TicketTooLow", ticket=end, watermark=far + 1)
    # the page of the watermark is in use, and so are those behind it
    world.refuse(calls.close_ticket_page(APPLE, 5), "PageInUse", page=5, watermark=far + 1)
    (event,) = world.run(calls.open_ticket_page(APPLE, 6)).events
    assert isinstance(event, TicketPageOpened)


@pytest.mark.parametrize("watermark", [0, 1, LAST, TICKETS_PER_PAGE - 2])
def test_a_page_with_a_ticket_that_may_mint_stays_open(world: World, watermark: int) -> None:
    world.do(calls.mint_shares(APPLE, 1, ticket=LAST))
    if watermark:
        world.do(calls.raise_watermark(APPLE, watermark))
    world.refuse(calls.close_ticket_page(APPLE, 0), "PageInUse", page=0, watermark=watermark)


def test_a_page_cannot_be_closed_and_used_in_one_transaction(world: World) -> None:
    passed(world)
    close = calls.close_ticket_page(APPLE, 0).instruction
    world.refuse((close, close), "AccountDataTooSmall")
    world.refuse((close, gift(APPLE.page(0)), close), "AccountDataTooSmall")
    opened = calls.open_ticket_page(APPLE, 0).instruction
    figures = {"ticket": TICKETS_PER_PAGE, "watermark": TICKETS_PER_PAGE}
    world.refuse((close, opened), "TicketTooLow", **figures)


# How far ahead a ticket may lie


def test_a_ticket_may_lie_this_far_above_the_highest(world: World) -> None:
    far = 1 + MAX_TICKET_STEP
    world.do(calls.open_ticket_page(APPLE, far // TICKETS_PER_PAGE), calls.mint_shares(APPLE, 1, ticket=far))
    assert world.asset(APPLE).highest_ticket == far
    # an older ticket is as good as before
    world.do(calls.mint_shares(APPLE, 1, ticket=5))
    assert world.asset(APPLE).highest_ticket == far


def test_the_first_ticket_may_lie_higher(world: World) -> None:
    first = MAX_FIRST_TICKET
    world.do(calls.open_ticket_page(NVIDIA, first // TICKETS_PER_PAGE), calls.mint_shares(NVIDIA, 1, ticket=first))
    over = first + MAX_TICKET_STEP + 1
    world.do(calls.open_ticket_page(NVIDIA, over // TICKETS_PER_PAGE))
    world.refuse(calls.mint_shares(NVIDIA, 1, ticket=over), "TicketTooFar", ticket=over, limit=over - 1)
