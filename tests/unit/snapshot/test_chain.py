"""Walking a token account's states back, without the order of a slot's transactions."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.snapshot.model import key
from xstock_client.errors import IncompleteHistory
from xstock_client.snapshot.chain import Change, State, rewind

ACCOUNT = key("account")
ALICE, BOB = key("alice"), key("bob")
STATES: list[State] = [None, (ALICE, 0), (ALICE, 5), (ALICE, 7), (BOB, 5), (BOB, 7)]


@st.composite
def walks(draw: st.DrawFn, steps: tuple[int, ...] = (0, 0, 1, 5)) -> tuple[list[State], list[Change]]:
    """States one after the other, and the changes between them over a few slots."""
    states = draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=14))
    slot, changes = 9, []
    for before, after in pairwise(states):
        slot += draw(st.sampled_from(steps))
        changes.append(Change(slot, before, after))
    return states, changes


@given(walks(), st.randoms(use_true_random=False))
def test_the_beginning_is_found_whatever_the_order(
    walk: tuple[list[State], list[Change]], order: random.Random
) -> None:
    states, changes = walk
    order.shuffle(changes)
    assert rewind(ACCOUNT, states[-1], changes) == states[0]


@given(walks(steps=(1, 5)), st.data())
def test_a_change_that_is_left_out_is_noticed_but_for_the_oldest(
    walk: tuple[list[State], list[Change]], data: st.DataObject
) -> None:
    states, changes = walk
    moving = [place for place, one in enumerate(changes) if one.before != one.after]
    # nothing of the account itself can show that its oldest is missing; other accounts of that transaction can
    candidates = [place for place in moving if place > 0]
    if candidates:
        del changes[data.draw(st.sampled_from(candidates))]
        with pytest.raises(IncompleteHistory, match=f"the history of token account {ACCOUNT} has a gap at slot"):
            rewind(ACCOUNT, states[-1], changes)


def test_steps_that_cannot_be_of_one_walk_are_refused() -> None:
    there_and_back = [Change(3, (ALICE, 5), (ALICE, 7)), Change(3, (ALICE, 7), (ALICE, 5))]
    assert rewind(ACCOUNT, (ALICE, 5), there_and_back) == (ALICE, 5)
    assert rewind(ACCOUNT, (ALICE, 7), there_and_back) == (ALICE, 7)
    with pytest.raises(IncompleteHistory, match=r"its 2 transactions of that slot do not lead to 5 raw of"):
        rewind(ACCOUNT, (BOB, 5), there_and_back)
    with pytest.raises(IncompleteHistory, match="do not lead to no such account"):
        rewind(ACCOUNT, None, [Change(3, (ALICE, 5), (ALICE, 5))])
    with pytest.raises(IncompleteHistory, match="gap"):
        rewind(ACCOUNT, (ALICE, 7), [Change(3, (ALICE, 5), (ALICE, 7)), Change(3, (BOB, 5), (ALICE, 7))])
