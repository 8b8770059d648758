"""From what a token account is now back to what it was, through the changes in between. Pure.

Every transaction's record tells an account's state before and after it. A history is whole only if these states
form an unbroken chain up to the present one; whatever is left out breaks it. Within one slot the chain is found
without knowing the order of the transactions: states are places, changes are steps between them, and a walk that
takes every step once and ends at a known place can begin at one place only. So no block has to be asked for its
order, and it does not matter in which order the RPC lists a slot.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from solders.pubkey import Pubkey

from xstock_client.errors import IncompleteHistory

__all__ = ["Change", "State", "rewind"]

State: TypeAlias = tuple[Pubkey, int] | None
"""Owner and base units; None while there is no such token account of the mint."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction did to one token account; both states are the same where it only read it."""

    slot: int
    before: State
    after: State


def rewind(account: Pubkey, now: State, changes: Iterable[Change]) -> State:
    """What ``account`` was before all of ``changes``, which may come in any order.

    Raises IncompleteHistory for a gap. Two cannot be seen here, but in the other lists that name the transaction: the
    oldest change, and one whose loss is made up by changes there and back within one slot.
    """
    slots: defaultdict[int, list[Change]] = defaultdict(list)
    for change in changes:
        slots[change.slot].append(change)
    for slot in sorted(slots, reverse=True):
        steps = slots[slot]
        # each step leaves a place and reaches one; the walk ends at `now`, so one place is left once more than reached
        left = Counter(step.before for step in steps)
        left[now] += 1
        reached = Counter(step.after for step in steps)
        start = left - reached
        if reached - left or not _hang_together(now, steps):
            raise IncompleteHistory(
                f"the history of token account {account} has a gap at slot {slot:,} or after it: its {len(steps):,}"
                f" transactions of that slot do not lead to {_told(now)}; the RPC gave a part of the data only: try"
                " again, or another RPC"
            )
        (now,) = start
    return now


def _hang_together(end: State, steps: Iterable[Change]) -> bool:
    """Whether every step can be part of one walk: all places are connected with its end."""
    near: defaultdict[State, list[State]] = defaultdict(list)
    for step in steps:
        near[step.before].append(step.after)
        near[step.after].append(step.before)
    found, todo = {end}, [end]
    while todo:
        for place in near.get(todo.pop(), ()):
            if place not in found:
                found.add(place)
                todo.append(place)
    return found.issuperset(near)


def _told(state: State) -> str:
    return "no such account" if state is None else f"{state[1]:,} raw of {state[0]}"
