"""What the SDK tells of an asset and its requests, beside what the model knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.properties.chain import Chain, address
from tests.properties.claims import ON_CHAIN, PRICE, UPHELD, best_rate
from tests.properties.holders import Model
from tests.properties.parts import ARBITER, NEVER, Grant
from tests.properties.redeeming import Part
from xstock_client import accounts as state
from xstock_client import counting, pda, rebase, told, views
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.events import Event
from xstock_client.redemption import Actor, Move, OpenRequest, moves

__all__ = ["requests_agree", "views_agree"]

Decoded = Mapping[Pubkey, state.AnyAccount]
_NOT_NOW: Final = {
    *("WrongRequestState", "WrongPayout", "AcceptedUntilDeadline", "DeadlineNotPassed", "DeadlinePassed"),
    *("QuoteOpen", "NothingQuoted", "StillDisputable", "AlreadyClaimed"),
}
"""Outcomes that speak of a request's state and of the time, and not of who asks with which accounts."""


def views_agree(chain: Chain, found: Decoded, m: Model) -> None:
    """The SDK's figures are the model's."""
    asset, reserve = found[chain.here.asset], found[chain.here.reserve]
    assert isinstance(asset, state.Asset) and isinstance(reserve, state.Reserve)
    seen, supply = m.seen(), Raw(m.supply)
    late, (asset, reserve) = (asset, reserve), rebase.bring_up_to_date(asset, reserve, m.now)
    for view, fresh in (
        (counting.reserve_view(asset, reserve, m.now), True),
        (counting.last_figures(asset, reserve), False),
    ):
        shares, oldest, distinct = m.counted(fresh=fresh)
        assert (view.shares, view.custodians) == (Shares(shares), distinct)
        assert view.oldest_as_of == (None if oldest == NEVER else oldest)
        assert view.foreign == Shares(m.foreign(fresh=fresh))
    view = counting.reserve_view(*late, m.now)
    assert views.obligation_ahead(late[0], view, supply, m.now) == Shares(seen.owed())
    assert views.latch_obligation(*late, supply, m.now) == Shares(seen.owed_at_last())
    room = max(m.room(), 0) if m.counted(fresh=True)[2] >= m.policy.min_custodians else 0
    assert views.headroom(*late, supply, m.now) == Raw(room)
    held, owed = seen.cut()
    amount = m.supply // 3
    assert views.payout(*late, supply, Raw(amount), m.now) == Shares(m.cut_worth(amount, held, owed))
    _bond_agrees(chain, asset, found, m)
    window = m.window.later(m.policy.mint_window_limit, m.now)
    assert views.mint_window_left(asset, m.now) == Raw(max(m.policy.mint_window_limit - window.used, 0))
    for name, mine in m.allowances.items():
        allowance = found[pda.allowance(chain.here.asset, address(name))]
        assert isinstance(allowance, state.MinterAllowance)
        now, shown = mine.today(m.now), views.allowance_view(allowance, m.now)
        assert (shown.limits, shown.used) == (now.limits, Raw(now.window.used))


def _bond_agrees(chain: Chain, asset: state.Asset, found: Decoded, m: Model) -> None:
    stays, needed = m.bond_for(m.supply)
    assert views.bond_staying(asset, m.now) == Cash(stays)
    room = views.bond_headroom(asset, Raw(m.supply), m.now).value
    if room or stays >= needed:
        assert m.bond_for(m.supply + room)[1] <= stays
    assert room >= 2**60 or m.bond_for(m.supply + room + 1)[1] > stays
    for name, mine in m.books.items():
        book = found[pda.holder_book(chain.here.asset, address(name))]
        assert isinstance(book, state.HolderBook)
        left = m.policy.holder_penalty_cap - mine.lately(m.policy.holder_penalty_cap, m.now).used
        assert views.penalty_capacity(asset, book, m.now) == Cash(left)
        rate = best_rate(m.supply // 3, best_rate(-(-m.known // 100), m.policy.penalty_rate, m.bond), left)
        assert views.penalty_rate_for(asset, book, Raw(m.supply // 3), m.now) == Cash(rate)


def requests_agree(found: Decoded, m: Model, events: Sequence[Event]) -> None:
    """Wallets that read events know as much as those that read accounts, and both know who can do what now."""
    shown = {
        (one.asset, one.holder, one.id): OpenRequest.of(where, one)
        for where, one in found.items()
        if isinstance(one, state.RedemptionRequest)
    }
    if not m.coin:
        return
    heard = told.replay_requests(events)
    assert {at: one for at, one in heard.items() if isinstance(one, OpenRequest)} == shown
    for holder, id in m.requests:
        (one,) = [one for one in shown.values() if (one.holder, one.id) == (address(holder), id)]
        can = {actor: set(ways) for actor, ways in moves(one, m.now).items()}
        wanted = _moves(m, holder, id)
        assert can == wanted, f"{holder}'s request {id}: {m.requests[holder, id]}: {can}, not {wanted}"
        mine = m.requests[holder, id]
        assert (one.penalty, one.owed) == (Cash(mine.penalty), Cash(mine.due if mine.deadline else 0))


def _moves(m: Model, holder: str, id: int) -> dict[Actor, set[Move]]:
    """By trying each: what is refused for other reasons than the request's state and the time could be done."""
    one, desk = m.requests[holder, id], m.authority
    price, purse = max(one.min_price, PRICE), f"{m.coin}/agent"
    part = Part(holder, id, one.amount, f"{m.coin}/{holder}")
    back: dict[str, Any] = {"source": one.source, "to": one.source, "reserve": True}

    def may(act: Callable[[Model], str]) -> bool:
        trial = m.fork()
        trial.slot += 1  # in the one of a snapshot the desk waits for the next
        trial.requests[holder, id].arbiter = "judge"
        trial.grants[ARBITER, "judge"] = Grant(NEVER)
        return act(trial) not in _NOT_NOW

    tries: dict[Actor, dict[Move, Callable[[Model], str]]] = {
        Actor.DESK: {
            Move.ACCEPT: lambda t: t.accept(
                desk, None, holder, id, price if one.payout == ON_CHAIN else 0, judge=(ARBITER, "judge")
            ),
            Move.SETTLE: lambda t: t.settle(desk, None, [part], price, 0, agent="agent", purse=purse),
            Move.MARK_PAID: lambda t: t.mark_paid(desk, None, holder, id, evidence=1),
            Move.REJECT: lambda t: t.reject(desk, None, holder, id, source=one.source),
        },
        Actor.HOLDER: {
            Move.AGREE: lambda t: t.agree(holder, holder, id, one.min_price),
            Move.CANCEL: lambda t: t.cancel(holder, holder, id, **back),
            Move.CONFIRM: lambda t: t.conclude(holder, holder, id) if one.state != UPHELD else "WrongRequestState",
            Move.DISPUTE: lambda t: t.dispute(holder, holder, id),
        },
        Actor.ARBITER: {Move.RULE: lambda t: t.rule("judge", holder, id, paid=True)},
        Actor.ANYONE: {
            Move.CONCLUDE: lambda t: t.conclude("stranger", holder, id),
            Move.DEFAULT: lambda t: t.default("stranger", holder, id, payee="", **back),
        },
    }
    return {actor: {move for move, act in ways.items() if may(act)} for actor, ways in tries.items()}
