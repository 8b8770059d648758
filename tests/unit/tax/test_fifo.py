"""First in, first out: nothing is lost, nothing is counted twice, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.signature import Signature

from tests.unit.tax.example import BOUGHT_1, BOUGHT_2, COSTS, HISTORY, ONE, SPLIT, at, shares, tokens, usd
from xstock_client.amounts import Cash, Multiplier, Raw
from xstock_client.errors import IncompleteHistory, UsageError
from xstock_client.tax import (
    Acquired,
    Action,
    EventKind,
    HolderHistory,
    Holding,
    How,
    Manner,
    Removed,
    tax_year,
)

YEAR = at("2026-01-01 00:00")
OTHER = Signature.from_bytes(bytes([99]) * 64)


def history(*moves: Acquired | Removed, actions: Iterable[Action] = (), now: int = HISTORY.now) -> HolderHistory:
    return replace(HISTORY, moves=moves, actions=tuple(actions), dividends=(), now=now)


def bought(when: str, whole: int, signature: Signature = BOUGHT_1) -> Acquired:
    return Acquired(at(when), tokens(whole), How.MINT, signature)


def sent(when: str, whole: int) -> Removed:
    return Removed(at(when), tokens(whole), Manner.TRANSFER_OUT, OTHER)


def test_a_transfer_out_has_no_proceeds_and_its_lots_cost_what_they_did() -> None:
    told = history(
        bought("2026-01-02 00:00", 10), bought("2026-01-03 00:00", 10, BOUGHT_2), sent("2026-02-01 00:00", 15)
    )
    (gone,) = tax_year(told, 2026, {BOUGHT_1: usd("100"), BOUGHT_2: usd("300")}).disposals
    assert (gone.how, gone.proceeds, gone.fee, gone.coin) == (Manner.TRANSFER_OUT, None, None, None)
    assert [(one.raw, one.cost, one.gain) for one in gone.matches] == [
        (tokens(10), usd("100"), None),
        (tokens(5), usd("150"), None),
    ]


def test_a_stock_dividend_makes_lots_that_go_with_their_tokens() -> None:
    """5 % on 100 tokens of two lots: 3 and 2 new shares; a third of lot 1 leaves with a third of its new shares."""
    action = Action(1, EventKind.STOCK_DIVIDEND, 5, 100, at("2026-03-01 00:00"), ONE, Multiplier(105 * 10**10), SPLIT)
    told = history(
        bought("2026-01-02 00:00", 60),
        bought("2026-01-03 00:00", 40, BOUGHT_2),
        sent("2026-04-01 00:00", 20),
        actions=[action],
    )
    found = tax_year(told, 2026, {BOUGHT_1: usd("600"), SPLIT: usd("50")})
    assert [(one.number, one.how, one.within, one.raw, one.shares, one.cost) for one in found.lots] == [
        (1, How.MINT, None, tokens(60), shares(60), usd("600")),
        (2, How.MINT, None, tokens(40), shares(40), None),
        (3, How.STOCK_DIVIDEND, 1, tokens(0), shares(3), usd("30")),
        (4, How.STOCK_DIVIDEND, 2, tokens(0), shares(2), usd("20")),
    ]
    (gone,) = found.disposals
    assert (gone.raw, gone.shares) == (tokens(20), shares(21))
    assert [(one.lot, one.raw, one.shares, one.cost) for one in gone.matches] == [
        (1, tokens(20), shares(20), usd("200")),
        (3, tokens(0), shares(1), usd("10")),
    ]
    assert found.lots[0].carried == Holding(tokens(40), shares(40), usd("400"))
    assert found.lots[2].carried == Holding(tokens(0), shares(2), usd("20"))
    assert found.lots[3].signature == SPLIT
    (event,) = found.corporate_actions
    assert (event.shares_before, event.shares_after) == (shares(100), shares(105))


def test_a_split_multiplies_new_shares_of_an_earlier_dividend_too() -> None:
    dividend = Action(1, EventKind.STOCK_DIVIDEND, 1, 2, at("2026-02-01 00:00"), ONE, Multiplier(15 * 10**11), SPLIT)
    split = Action(
        2, EventKind.SPLIT, 4, 1, at("2026-03-01 00:00"), Multiplier(15 * 10**11), Multiplier(6 * 10**12), OTHER
    )
    found = tax_year(history(bought("2026-01-02 00:00", 10), actions=[dividend, split]), 2026)
    assert [one.carried and one.carried.shares for one in found.lots] == [shares(40), shares(20)]
    assert [one.shares for one in found.lots] == [shares(10), shares(5)]


def test_a_reverse_split_shrinks_shares_and_keeps_tokens_and_cost() -> None:
    action = Action(1, EventKind.REVERSE_SPLIT, 1, 10, at("2026-03-01 00:00"), ONE, Multiplier(10**11), SPLIT)
    found = tax_year(history(bought("2026-01-02 00:00", 100), actions=[action]), 2026, {BOUGHT_1: usd("500")})
    assert found.lots[0].carried == Holding(tokens(100), shares(10), usd("500"))


def test_an_action_is_in_force_at_its_very_second() -> None:
    action = Action(1, EventKind.SPLIT, 10, 1, at("2026-03-01 00:00"), ONE, Multiplier(10**13), SPLIT)
    found = tax_year(history(bought("2026-03-01 00:00", 1), actions=[action]), 2026)
    assert found.lots[0].shares == shares(10)
    assert found.corporate_actions == ()  # it met no tokens of the holder


def test_an_action_ahead_changes_nothing_yet() -> None:
    action = Action(1, EventKind.SPLIT, 10, 1, at("2026-03-01 00:00"), ONE, Multiplier(10**13), SPLIT)
    told = history(bought("2026-01-02 00:00", 1), actions=[action], now=at("2026-02-28 23:59"))
    assert tax_year(told, 2026).lots[0].carried == Holding(tokens(1), shares(1), None)
    told = replace(told, now=at("2026-03-01 00:00"))
    assert tax_year(told, 2026).lots[0].carried == Holding(tokens(1), shares(10), None)


def test_what_one_transaction_brought_in_two_ways_shares_its_cost_by_tokens() -> None:
    one = bought("2026-01-02 00:00", 3)
    two = replace(one, raw=tokens(1), how=How.TRANSFER_IN)
    found = tax_year(history(one, two), 2026, {BOUGHT_1: Cash(5)})
    assert [lot.cost for lot in found.lots] == [Cash(3), Cash(2)]


def test_what_does_not_divide_is_left_to_the_last_part() -> None:
    """100 base units of cost and 10 of proceeds over three equal parts."""
    gone = (sent("2026-02-01 00:00", 1), sent("2026-02-02 00:00", 1), sent("2026-02-03 00:00", 1))
    found = tax_year(history(bought("2026-01-02 00:00", 3), *gone), 2026, {BOUGHT_1: Cash(100)})
    assert [one.matches[0].cost for one in found.disposals] == [Cash(33), Cash(33), Cash(34)]
    lots = [bought(f"2026-01-0{day} 00:00", 1, Signature.from_bytes(bytes([day]) * 64)) for day in (1, 2, 3)]
    sold = Removed(at("2026-02-01 00:00"), tokens(3), Manner.REDEMPTION, OTHER, proceeds=Cash(10), fee=Cash(1))
    (one,) = tax_year(history(*lots, sold), 2026).disposals
    assert [part.proceeds for part in one.matches] == [Cash(3), Cash(3), Cash(4)]
    assert [part.fee for part in one.matches] == [Cash(0), Cash(0), Cash(1)]


def test_the_year_ends_at_midnight_utc() -> None:
    moves = (bought("2026-12-31 23:59", 1), bought("2027-01-01 00:00", 1, BOUGHT_2))
    assert [one.number for one in tax_year(history(*moves), 2026).lots] == [1]
    assert [one.number for one in tax_year(history(*moves), 2027).lots] == [1, 2]


def test_more_gone_than_came_is_refused() -> None:
    with pytest.raises(IncompleteHistory, match="1 more than were found"):
        tax_year(history(bought("2026-01-02 00:00", 2), sent("2026-01-03 00:00", 3)), 2026)


def test_a_missing_action_is_refused() -> None:
    action = Action(
        2, EventKind.SPLIT, 10, 1, at("2026-03-01 00:00"), Multiplier(2 * 10**12), Multiplier(2 * 10**13), SPLIT
    )
    with pytest.raises(IncompleteHistory, match="found a multiplier of 2, and 1 is what those before lead to"):
        tax_year(history(actions=[action]), 2026)


@pytest.mark.parametrize(("year", "said"), [(2030, "has not begun"), (0, "no year"), (9999, "no year")])
def test_a_year_that_is_none(year: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        tax_year(HISTORY, year)


RATIOS = st.tuples(st.integers(1, 20), st.integers(1, 20))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("in"), st.integers(1, 10**12), st.one_of(st.none(), st.integers(0, 10**12))),
        st.tuples(st.just("out"), st.integers(1, 10**12), st.one_of(st.none(), st.integers(0, 10**12))),
        st.tuples(st.just("split"), RATIOS, st.none()),
        st.tuples(st.just("dividend"), RATIOS, st.none()),
    ),
    max_size=14,
)


def story(steps: list[tuple[str, object, int | None]]) -> tuple[HolderHistory, dict[Signature, Cash]]:
    """A history of one step a month from 2025 on; never more goes than is there."""
    moves: list[Acquired | Removed] = []
    actions: list[Action] = []
    costs: dict[Signature, Cash] = {}
    held, multiplier = 0, ONE
    for place, (what, size, money) in enumerate(steps):
        when, signature = (
            at(f"{2025 + place // 7}-{1 + place % 7:02}-10 12:00"),
            Signature.from_bytes(bytes([place]) * 64),
        )
        if isinstance(size, tuple):
            new, old = size
            grown = new + old if what == "dividend" else new
            after = Multiplier(-(-multiplier.value * grown // old))
            if not 10**6 <= after.value <= 10**16:
                continue
            kind = EventKind.STOCK_DIVIDEND if what == "dividend" else EventKind.SPLIT
            actions.append(Action(place, kind, new, old, when, multiplier, after, signature))
            multiplier = after
        elif isinstance(size, int) and what == "in":
            moves.append(Acquired(when, Raw(size), How.MINT, signature))
            held += size
            if money is not None:
                costs[signature] = Cash(money)
        elif isinstance(size, int) and held:
            gone = min(size, held)
            proceeds = None if money is None else Cash(money)
            moves.append(Removed(when, Raw(gone), Manner.REDEMPTION, signature, proceeds=proceeds, fee=proceeds))
            held -= gone
    return history(*moves, actions=actions), costs


@given(STEPS)
def test_nothing_is_lost_and_nothing_counted_twice(steps: list[tuple[str, object, int | None]]) -> None:
    told, costs = story(steps)
    years = [tax_year(told, year, costs) for year in (2025, 2026)]
    held = Raw(0)
    spent: dict[int, int] = {}
    for records in years:
        for one in records.disposals:
            assert sum(part.raw.value for part in one.matches) == one.raw.value
            assert sum(part.shares.value for part in one.matches) == one.shares.value
            if one.proceeds is not None:
                assert sum(part.proceeds.value for part in one.matches if part.proceeds) == one.proceeds.value
            for part in one.matches:
                if part.cost is not None:
                    spent[part.lot] = spent.get(part.lot, 0) + part.cost.value
        held = Raw(sum(lot.carried.raw.value for lot in records.lots if lot.carried))
    came = sum(one.raw.value for one in told.moves if isinstance(one, Acquired))
    went = sum(one.raw.value for one in told.moves if isinstance(one, Removed))
    assert held == Raw(came - went)

    first, second = years
    assert {lot.number: lot.carried for lot in first.lots if lot.carried} == {
        lot.number: lot.brought for lot in second.lots if lot.brought
    }
    # the shares of all lots are those of the tokens, but for what each lot rounds down
    multiplier = max(told.actions, key=lambda one: one.effective_at).after if told.actions else ONE
    whole = Fraction(held.value * multiplier.value, 10**12)
    lots = [lot.carried for lot in second.lots if lot.carried]
    assert 0 <= whole - sum(one.shares.value for one in lots) < max(len(lots), 1)
    # a lot's cost is what its disposals cost and what is left of it
    for lot in {lot.number: lot for records in years for lot in records.lots}.values():
        if lot.cost is not None:
            left = lot.carried.cost.value if lot.carried and lot.carried.cost else 0
            assert spent.get(lot.number, 0) + left == lot.cost.value


@given(STEPS)
def test_the_first_tokens_go_first(steps: list[tuple[str, object, int | None]]) -> None:
    """Against the plainest way to do it: a queue of single units, in a story of small numbers."""
    small = [(what, size % 9 + 1 if isinstance(size, int) else size, money) for what, size, money in steps]
    told, _ = story(small)
    queue: list[int] = []
    expected: list[list[int]] = []
    lot = 0
    for one in [
        *sorted((*told.moves, *told.actions), key=lambda it: getattr(it, "at", getattr(it, "effective_at", 0)))
    ]:
        if isinstance(one, Acquired):
            lot += 1
            queue += [lot] * one.raw.value
        elif isinstance(one, Removed):
            taken, queue = queue[: one.raw.value], queue[one.raw.value :]
            expected.append(sorted(set(taken)))
        elif one.kind is EventKind.STOCK_DIVIDEND:
            lot += len(set(queue))
    found = [one for year in (2025, 2026) for one in tax_year(told, year).disposals]
    assert [[part.lot for part in one.matches if part.raw] for one in found] == expected


def test_the_examples_costs_are_used() -> None:
    assert [lot.cost for lot in tax_year(HISTORY, 2026, COSTS).lots] == [usd("18000"), usd("9500")]
