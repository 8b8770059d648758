"""The one door: a mint's balances, books and event; its ticket; and whoever's report counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    ASSET_WINDOW_LIMIT,
    BOB,
    BOND,
    LIFETIME_CAP,
    MAX_AGE_S,
    NVIDIA,
    PENALTY_RATE,
    TREASURY,
    WINDOW_LIMIT,
    staff,
)
from tests.embedded.setups import short
from tests.embedded.world import ALICE_HAS, BOB_HAS, MIDNIGHT, NOW, ONE, RESERVE, World
from xstock_client.accounts import Limits, MinterAllowance, TicketPage, WindowUsage
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import NO_APPROVER, PROGRAM_ID, TICKETS_PER_PAGE, Role
from xstock_client.events import SharesMinted, TicketPageOpened
from xstock_client.views import ticket_used

MINTER = staff(Role.MINTER)
SUPPLY = ALICE_HAS + BOB_HAS


def test_open_ticket_page(world: World) -> None:
    page = 2**32 - 1
    done = world.run(calls.open_ticket_page(APPLE, page))
    seeds = [b"tickets", bytes(APPLE.asset), b"\xff" * 4]
    assert world.read(TicketPage, APPLE.page(page)) == TicketPage(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        page=page,
        asset=APPLE.asset,
        rent_payer=TREASURY,
        used=0,
        bitmap=bytes(512),
    )
    assert done.events == (TicketPageOpened(APPLE.asset, TREASURY, page, NOW),)
    assert done.changed == {TREASURY, APPLE.page(page)}


def test_a_page_opens_once(world: World) -> None:
    page = world.get(APPLE.page(0))
    error = world.fail(calls.open_ticket_page(APPLE, 0))
    assert "an account that must be new exists already" in str(error)
    assert world.get(APPLE.page(0)) == page


def bond_needed(supply: int) -> int:
    """Two dollars for each whole token of a tenth of the supply."""
    tenth = (supply + 9) // 10
    return -(-tenth * PENALTY_RATE // ONE)


def minted(world: World, amount: int, ticket: int, **changes: object) -> SharesMinted:
    """The event of a mint of Apple by the world's minter to Alice, in the world's first second."""
    values: dict[str, object] = {
        "asset": APPLE.asset,
        "minter": MINTER,
        "approver": Pubkey.default(),
        "destination": APPLE.wallet(ALICE),
        "ticket": ticket,
        "amount": amount,
        "supply_before": SUPPLY,
        "supply": SUPPLY + amount,
        "burned_outside": 0,
        "multiplier": MULTIPLIER_SCALE,
        "obligation": SUPPLY + amount,
        "released": 0,
        "foreign": 0,
        "reserve": 2 * RESERVE,
        "custodians": 2,
        "limits": Limits(WINDOW_LIMIT, LIFETIME_CAP, NO_APPROVER),
        "window": WindowUsage(SUPPLY + amount, 0, NOW),
        "lifetime_used": SUPPLY + amount,
        "asset_window_limit": ASSET_WINDOW_LIMIT,
        "asset_window": WindowUsage(SUPPLY + amount, 0, NOW),
        "bond": BOND,
        "bond_needed": bond_needed(SUPPLY + amount),
        "at": NOW,
        **changes,
    }
    return SharesMinted(**values)  # type: ignore[arg-type]


def test_mint_shares(world: World) -> None:
    asset, page = world.asset(APPLE), world.read(TicketPage, APPLE.page())
    allowance = world.read(MinterAllowance, APPLE.allowance(MINTER))
    assert (asset.known_supply, page.used, page.bitmap[0]) == (SUPPLY, 2, 0b11)
    amount, ticket = 7 * ONE + 1, 11
    done = world.run(calls.mint_shares(APPLE, amount, ticket=ticket))

    assert (world.supply(APPLE), world.amount(APPLE.wallet(ALICE))) == (SUPPLY + amount, ALICE_HAS + amount)
    window = WindowUsage(SUPPLY + amount, 0, NOW)
    assert world.asset(APPLE) == replace(
        asset,
        known_supply=SUPPLY + amount,
        minted=SUPPLY + amount,
        tickets_used=3,
        highest_ticket=ticket,
        mint_window=window,
    )
    assert world.read(TicketPage, APPLE.page()) == replace(page, used=3, bitmap=bytes([0b11, 0b1000]) + bytes(510))
    assert world.read(MinterAllowance, APPLE.allowance(MINTER)) == replace(
        allowance, window=window, lifetime_used=SUPPLY + amount
    )
    assert done.events == (minted(world, amount, ticket),)
    wallet = APPLE.wallet(ALICE)
    assert done.changed == {APPLE.asset, APPLE.page(), APPLE.allowance(MINTER), APPLE.mint, wallet}


def test_the_first_mint_starts_the_delays(world: World) -> None:
    asset = world.asset(NVIDIA)
    assert (asset.first_mint_at, asset.tickets_used) == (0, 0)
    world.advance(5)
    world.do(calls.mint_shares(NVIDIA, 1, ticket=0))
    first = world.asset(NVIDIA)
    window = WindowUsage(1, 0, NOW + 5)
    assert first == replace(asset, known_supply=1, minted=1, tickets_used=1, first_mint_at=NOW + 5, mint_window=window)
    world.advance(5)
    world.do(calls.mint_shares(NVIDIA, 1, ticket=1))
    # the limit frees more than a unit in five seconds
    window = WindowUsage(1, 0, NOW + 10)
    assert world.asset(NVIDIA) == replace(
        first, known_supply=2, minted=2, tickets_used=2, highest_ticket=1, mint_window=window
    )


@pytest.mark.parametrize("ticket", [2, 7, 8, TICKETS_PER_PAGE - 1, TICKETS_PER_PAGE, 2 * TICKETS_PER_PAGE - 1])
def test_a_ticket_mints_once_whoever_signs(world: World, ticket: int) -> None:
    world.do(calls.mint_shares(APPLE, ONE, ticket=ticket))
    page = world.read(TicketPage, APPLE.page(ticket // TICKETS_PER_PAGE))
    assert ticket_used(page, ticket)
    bit = ticket % TICKETS_PER_PAGE
    used = {0, 1, bit} if ticket < TICKETS_PER_PAGE else {bit}
    assert {at for at in range(TICKETS_PER_PAGE) if page.bitmap[at // 8] >> at % 8 & 1} == used
    deputy = calls.deputy(Role.MINTER)
    for minter, amount, to in ((MINTER, ONE, ALICE), (MINTER, 2, BOB), (deputy, ONE, ALICE)):
        again = calls.mint_shares(APPLE, amount, ticket=ticket, to=to, minter=minter)
        world.refuse(again, "TicketUsed", ticket=ticket)
    assert world.supply(APPLE) == SUPPLY + ONE


def test_a_ticket_of_one_asset_leaves_the_others(world: World) -> None:
    world.do(calls.mint_shares(APPLE, 1, ticket=5), calls.mint_shares(calls.RIVAL_APPLE, 1, ticket=5))
    world.do(calls.mint_shares(NVIDIA, 1, ticket=5))


def test_two_tickets_in_one_transaction(world: World) -> None:
    first, second = (calls.mint_shares(APPLE, ONE, ticket=ticket).instruction for ticket in (5, 6))
    done = world.chain.execute((first, second), calls.FEES)
    assert done.error is None
    assert world.supply(APPLE) == SUPPLY + 2 * ONE
    world.refuse((calls.mint_shares(APPLE, ONE, ticket=7).instruction,) * 2, "TicketUsed", ticket=7)


def test_a_refused_ticket_is_not_used(world: World) -> None:
    over = calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY + 1, ticket=9)
    world.refuse(over, "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1))
    done = world.run(calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY, ticket=9))
    assert done.events == (minted(world, 2 * RESERVE - SUPPLY, 9),)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=10), "ReserveShort", **short(2 * RESERVE, 2 * RESERVE + 1))


def test_reports_count_up_to_their_last_second(world: World) -> None:
    world.do(world.attest(APPLE, 0, RESERVE))
    world.advance(MIDNIGHT + MAX_AGE_S - NOW)
    world.do(calls.mint_shares(APPLE, 1, ticket=5))
    world.advance(1)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=6), "QuorumNotMet", fresh=1, needed=2)
    world.do(world.attest(APPLE, 1, RESERVE))
    world.do(calls.mint_shares(APPLE, 1, ticket=6))


def test_a_report_ahead_of_the_clock_counts_for_nothing(world: World) -> None:
    # only a clock that ran back can make one: the program takes no report of the future
    world.do(world.attest(APPLE, 0, RESERVE))
    world.advance(10)
    world.do(world.attest(APPLE, 1, RESERVE))
    slots = (world.slot(APPLE, 0).as_of, world.slot(APPLE, 1).as_of)
    assert slots == (NOW, NOW + 10)
    world.chain.turn_back(10)
    world.refuse(calls.mint_shares(APPLE, 1, ticket=5), "QuorumNotMet", fresh=1, needed=2)
    world.advance(10)
    world.do(calls.mint_shares(APPLE, 1, ticket=5))


def test_the_minter_chooses_any_account_of_the_mint_but_the_escrow(world: World) -> None:
    world.do(calls.mint_shares(APPLE, 3, ticket=5, to=BOB))
    assert world.amount(APPLE.wallet(BOB)) == BOB_HAS + 3
    world.refuse(calls.mint_shares(APPLE, 3, ticket=6).swap(destination=APPLE.escrow), "WrongTokenAccount")
