"""How actions end: cancelled in time or too late, a delisting, and a clock that goes back over either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, MULTIPLIER, REASON_HASH, staff
from tests.embedded.chain import Call
from tests.embedded.dividends import Step, carry
from tests.embedded.setups import redeem, told
from tests.embedded.splitting import go
from tests.embedded.world import NOW, ONE, World
from xstock_client.accounts import CalendarEntry, CorporateAction
from xstock_client.constants import DAY_S, HOUR_S, Role
from xstock_client.events import ActionCancelled

EX = NOW + 2 * DAY_S
END = EX + DAY_S
FREE = CalendarEntry(0, 0, 0, 0)
CANCEL = calls.cancel_action(APPLE)
ANNOUNCED: dict[int, Call] = {
    2: calls.announce_stock_dividend(APPLE, END),
    3: calls.announce_split(APPLE, END),
    4: calls.announce_reverse_split(APPLE, END),
    5: calls.announce_identifiers(APPLE, END, "US5949181045", "MSFTx", ex_at=EX),
    6: calls.announce_delisting(APPLE, END, ex_at=EX),
}


def action(world: World, number: int = 0) -> CorporateAction:
    return world.read(CorporateAction, APPLE.action(number))


@pytest.mark.parametrize("kind", ANNOUNCED)
@pytest.mark.parametrize("at", [NOW, EX, END - 1])
def test_cancelled_in_time(world: World, kind: int, at: int) -> None:
    """As if it had never been, but for its number and its account."""
    before = world.asset(APPLE)
    world.do(ANNOUNCED[kind])
    announced = action(world)
    go(world, at)
    event = told(world.run(CANCEL).events)
    assert event == ActionCancelled(APPLE.asset, staff(Role.CORPORATE), 0, kind, REASON_HASH, MULTIPLIER, at)
    assert action(world) == replace(announced, state=2, reason_hash=REASON_HASH)
    assert world.asset(APPLE) == replace(before, actions=1)
    world.refuse(CANCEL, "WrongActionState", state=2)
    go(world, END)
    world.do(calls.mint_shares(APPLE, ONE, ticket=5))
    world.refuse(CANCEL, "WrongActionState", state=2)


@pytest.mark.parametrize("kind", ANNOUNCED)
@pytest.mark.parametrize("late", [0, 1, 300 * DAY_S])
def test_too_late(world: World, kind: int, late: int) -> None:
    """What has taken effect stays. New names take effect when somebody applies them, and can be stopped until then."""
    world.do(ANNOUNCED[kind])
    go(world, END + late)
    cancel = calls.cancel_action(APPLE, by=APPLE.desk.authority)
    if kind == 5:
        world.do(cancel)
        names = calls.apply_identifiers(APPLE, "US5949181045", "MSFTx")
        world.refuse(names, "WrongActionState", state=2)
    else:
        world.refuse(cancel, "AlreadyEffective", effective_at=END, now=END + late)


def test_a_reason_is_needed(world: World) -> None:
    world.do(ANNOUNCED[6])
    world.refuse(calls.cancel_action(APPLE, reason=bytes(32)), "EmptyCustodianField")


@pytest.mark.parametrize("late", [-1, 0, HOUR_S, HOUR_S + 1, 30 * DAY_S])
def test_a_dividend_is_cancelled_until_its_snapshot_is_taken(world: World, late: int) -> None:
    """One whose hour nobody used can only be cancelled."""
    carry(world, Step.ANNOUNCED)
    record_at = action(world).record_at
    world.chain.turn_back(1)
    world.advance(1 + late)
    world.do(CANCEL)
    assert (action(world).state, world.asset(APPLE).calendar) == (2, (FREE,) * 6)
    record = calls.record_snapshot(APPLE)
    world.refuse(record, "WrongActionState", state=2)
    assert world.now == record_at + late


def test_a_dividend_with_a_snapshot_stays(world: World) -> None:
    carry(world, Step.RECORDED)
    for _ in range(2):
        world.refuse(CANCEL, "SnapshotTaken", snapshot=0)
        world.advance(100 * DAY_S)


# Delisting


@pytest.mark.parametrize(("at", "mints"), [(END - 1, True), (END, False), (END + 1, False), (END + 200 * DAY_S, False)])
def test_nothing_mints_after_a_delisting(world: World, at: int, mints: bool) -> None:
    """From its effective time on; redemptions go on, and custodians report."""
    world.do(ANNOUNCED[6])
    assert world.asset(APPLE).delisted_at == END
    go(world, at)
    mint = calls.mint_shares(APPLE, ONE, ticket=5)
    if mints:
        world.do(mint)
    elif at < NOW + 100 * DAY_S:
        world.refuse(mint, "Delisted", delisted_at=END, now=at)
    else:
        assert getattr(world.fail(mint), "name", "") == "Delisted"
    world.do(world.attest(APPLE, 0, 10**6 * ONE))
    redeem(world, ONE)


def test_one_delisting(world: World) -> None:
    """A second would leave open which one a cancellation takes back."""
    world.do(ANNOUNCED[6])
    again = calls.announce_delisting(APPLE, END + 3 * DAY_S, 1)
    world.refuse(again, "Delisted", delisted_at=END, now=NOW)
    world.do(CANCEL, again)
    assert world.asset(APPLE).delisted_at == END + 3 * DAY_S
    go(world, END)
    world.do(calls.mint_shares(APPLE, ONE, ticket=5))
    go(world, END + 3 * DAY_S)
    world.refuse(calls.mint_shares(APPLE, ONE, ticket=6), "Delisted", delisted_at=world.now, now=world.now)
    later = calls.announce_delisting(APPLE, END + 6 * DAY_S, 2)
    world.refuse(later, "Delisted", delisted_at=END + 3 * DAY_S, now=world.now)


def test_a_split_after_a_delisting(world: World) -> None:
    """Other actions still happen to it; nothing mints."""
    world.do(ANNOUNCED[6])
    go(world, END)
    at = END + 3 * DAY_S
    world.do(calls.announce_split(APPLE, at, number=1))
    go(world, at)
    world.refuse(calls.mint_shares(APPLE, ONE, ticket=5), "Delisted", delisted_at=END, now=at)
    world.do(calls.check_solvency(APPLE))
    assert world.asset(APPLE).multiplier == 10 * MULTIPLIER


# A clock that goes back


@pytest.mark.parametrize("kind", ANNOUNCED)
def test_a_clock_that_goes_back_before_the_effective_time(world: World, kind: int) -> None:
    """What nothing has touched has not happened, and is cancelled like before."""
    before = world.asset(APPLE)
    world.do(ANNOUNCED[kind])
    go(world, END)
    world.chain.turn_back(5)
    world.do(CANCEL)
    assert world.asset(APPLE) == replace(before, actions=1)
    world.do(calls.mint_shares(APPLE, ONE, ticket=5))


@pytest.mark.parametrize("kind", [2, 3, 4])
@pytest.mark.parametrize(
    "touch",
    [calls.check_solvency, lambda stock: calls.set_chain_cap(stock, 0, 0)],
    ids=["check", "cap"],
)
def test_what_was_touched_has_happened(world: World, kind: int, touch: Callable[[calls.Stock], Call]) -> None:
    """A cancellation would otherwise take the multiplier of a split back that is in every figure."""
    world.do(calls.register_chain(APPLE, 0), ANNOUNCED[kind])
    go(world, END)
    world.do(touch(APPLE))
    world.chain.turn_back(5)
    world.refuse(CANCEL, "AlreadyEffective", effective_at=END, now=END - 5)
    world.advance(5)
    world.refuse(CANCEL, "AlreadyEffective", effective_at=END, now=END)
    assert world.asset(APPLE).basis == (0 if kind == 2 else 1)


def test_a_calendar_entry_is_free_by_the_clock_of_now(world: World) -> None:
    """A clock that goes back over its end brings it back into the way of others."""
    world.do(ANNOUNCED[6])
    go(world, END + 1)
    world.chain.turn_back(1)
    same_day = calls.announce_identifiers(APPLE, END + DAY_S, APPLE.isin, "AAPL2", 1)
    assert world.asset(APPLE).calendar[0].ends_at == END
    world.do(same_day)
    assert [entry.action for entry in world.asset(APPLE).calendar[:2]] == [0, 1]
