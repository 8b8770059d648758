"""Tokens are never stuck: at the end of a life, everybody who has asked for something leaves."""

from __future__ import annotations

from tests.properties.claims import ACCEPTED, DISPUTED, PAID, UPHELD, Request
from tests.properties.parts import OK, PAUSER
from tests.properties.scene import Scene

__all__ = ["everybody_leaves"]


def everybody_leaves(s: Scene) -> None:
    """Everything is halted and paused, every other account is frozen, and nobody of the issuer's ever acts again."""
    s.set_now(s.now)  # the slot of a snapshot passes
    m = s.m
    s.counting = False
    if pauser := s.valid(PAUSER):
        assert s.halt(pauser, 7) == OK
    s.pause(True)
    for number, account in enumerate(sorted(name for name in m.balances if name != "escrow")):
        if (number + m.now) % 2:
            s.freeze(account, True)
    for number, (holder, id) in enumerate(sorted(m.requests)):
        _leave(s, holder, id, number)
    assert (s.m.pending, s.m.reserved) == (0, 0)
    assert s.m.balances["escrow"] == s.m.donated


def _leave(s: Scene, holder: str, id: int, n: int) -> None:
    """One way or another, as ``n`` says."""
    one = s.m.requests[holder, id]
    if one.state == PAID:
        if n % 3 == 0 or s.now > one.until:
            s.set_now(max(s.now, one.until + 1))
            assert s.conclude("stranger", holder, id) == OK
            return
        assert s.dispute(holder, id) == OK
        one = s.m.requests[holder, id]
    if one.state == UPHELD:
        assert s.conclude("stranger", holder, id) == OK
        return
    to = _home(s, holder, one)
    if one.state in (ACCEPTED, DISPUTED) or n % 2:
        s.set_now(max(s.now, one.deadline + 1))
    # the penalty may be out of reach, when its stablecoin has turned; the tokens are not
    if one.state != DISPUTED and n % 2 and s.default(holder, holder, id, to=to) == OK:
        return
    assert s.cancel(holder, id, to=to) == OK


def _home(s: Scene, holder: str, one: Request) -> str:
    """Back where they came from, or what else the holder has."""
    if s.m.owners.get(one.source) == holder:
        return one.source
    if holder not in s.m.balances:
        s.reopen_account(holder, holder)
    return holder
