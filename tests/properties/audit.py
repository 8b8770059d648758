"""The promises, checked on what is on chain and in the model's full list of burns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from solders.pubkey import Pubkey

from tests.properties.chain import Chain, address
from tests.properties.holders import Model
from tests.properties.model import Vault
from tests.properties.parts import CUSTODIANS, NEVER, OUTSIDERS, PAGE
from tests.properties.replay import Replay
from xstock_client import accounts as state
from xstock_client import pda

__all__ = ["backed", "bad_news_latches", "books", "decoded", "replayed", "tokens"]

Decoded = Mapping[Pubkey, state.AnyAccount]
_decode = lru_cache(maxsize=4096)(state.decode_account)


def decoded(chain: Chain) -> Decoded:
    """Every account of the program; nothing else may live there."""
    return {where: _decode(data) for where, data in chain.program_accounts().items()}


def replayed(found: Decoded, replay: Replay) -> None:
    """Promise 10: the events alone give every account, to the byte that has a name."""
    if found == replay.accounts:
        return
    assert found.keys() == replay.accounts.keys(), "accounts without events, or events without accounts"
    for where, account in found.items():
        assert account == replay.accounts[where], f"{where} differs from its events"


def tokens(chain: Chain, m: Model) -> None:
    """Promises 2 and 6: the supply is what the door let in, balances add up to it, the escrow covers the requests."""
    supply, balances, paused, frozen = chain.tokens()
    named = {chain.here.account(name): amount for name, amount in m.balances.items()}
    assert balances == named
    assert supply == m.supply == sum(balances.values())
    assert (paused, frozen) == (m.paused, {chain.here.account(name) for name in m.frozen})
    assert balances[chain.here.escrow] == m.pending + m.donated
    assert m.minted == m.supply + sum(shares for _, shares in m.burned), "minted is what exists and what was burned"


def backed(m: Vault) -> None:
    """Promise 1 after a mint or a reopening, by every single burn; the program may only be stricter."""
    shares, oldest, distinct = m.counted(fresh=True)
    assert distinct >= m.policy.quorum
    assert m.supply + m.released(oldest) <= m.supply + m.released_by_day(oldest) <= shares


def bad_news_latches(m: Vault) -> None:
    """Promises 1 and 11: bad news was taken, and short by every single burn means latched."""
    shares, oldest = m.counted(fresh=False)[0], m.counted(fresh=True)[1]
    owed = m.supply + m.released(oldest)
    assert m.latched or owed <= shares, f"{owed} owed, {shares} held, not latched"


def books(chain: Chain, found: Decoded, m: Model) -> None:
    """Promises 5 and 6: every account says what the model says."""
    here = chain.here

    def at(kind: type[object], where: Pubkey) -> dict[str, object]:
        account = found[where]
        assert isinstance(account, kind)
        return {name: getattr(account, name) for name in account.OFFSETS}

    asset = at(state.Asset, here.asset)
    expected = {
        "known_supply": m.known,
        "minted": m.minted,
        "settled": m.settled,
        "burned_outside": m.outside,
        "pending": m.pending,
        "open_requests": len(m.requests),
        "tickets_used": len(m.tickets),
        "halts": m.halts,
        "latched": int(m.latched),
        "first_mint_at": m.first_mint or 0,
        "cleared_at": m.cleared,
    }
    assert {name: asset[name] for name in expected} == expected
    days = found[here.asset]
    assert isinstance(days, state.Asset)
    for oldest in (-NEVER, m.counted(fresh=True)[1], m.counted(fresh=False)[1]):
        kept = sum(day.shares for day in days.released if day.last_at >= oldest)
        assert kept == m.released_by_day(oldest)

    issuer = at(state.Issuer, here.issuer)
    assert (issuer["authority"], issuer["pending_authority"]) == (address(m.authority), address(m.heir))
    grants = {
        (one.role, one.member, one.issuer): one.expires_at for one in found.values() if isinstance(one, state.RoleGrant)
    }
    assert grants == {
        (role, address(member), pda.issuer(2 if member in OUTSIDERS else 1)): expires
        for (role, member), expires in m.grants.items()
    }
    _custodians(found[here.reserve], m)
    _allowances(chain, found, m)
    _tickets(chain, found, m)
    _redemptions(chain, found, m)


def _custodians(reserve: state.AnyAccount, m: Model) -> None:
    assert isinstance(reserve, state.Reserve)
    assert reserve.last_epoch == m.epochs
    for number in range(CUSTODIANS):
        slot, one = reserve.custodians[number], m.custodians.get(number)
        assert slot.active == (one is not None)
        if one is None:
            assert (slot.settled, slot.epoch, slot.pending_epoch) == (0, 0, 0)
            continue
        assert (slot.epoch, slot.sequence, slot.as_of, slot.settled) == (
            one.epoch,
            one.sequence,
            one.as_of,
            one.settled,
        )
        assert slot.attesters[0] == address(one.key or "nobody")
        waiting = (slot.pending_attesters[0], slot.pending_epoch, slot.pending_from)
        assert waiting == (address(one.next_key or "nobody"), one.next_epoch, one.next_from)


def _allowances(chain: Chain, found: Decoded, m: Model) -> None:
    ours = {
        one.minter: one
        for one in found.values()
        if isinstance(one, state.MinterAllowance) and one.asset == chain.here.asset
    }
    assert ours.keys() == {address(name) for name in m.allowances}
    for name, mine in m.allowances.items():
        one = ours[address(name)]
        assert (one.window_limit, one.lifetime_cap) == (mine.limit, mine.cap)
        assert (one.window_used, one.lifetime_used, one.window_at) == (mine.used, mine.ever, mine.at)
        waiting = (one.pending_window_limit, one.pending_lifetime_cap, one.pending_from)
        assert waiting == (mine.waiting or (0, 0, 0))


def _tickets(chain: Chain, found: Decoded, m: Model) -> None:
    pages = {
        one.page: one for one in found.values() if isinstance(one, state.TicketPage) and one.asset == chain.here.asset
    }
    assert pages.keys() == m.pages
    for number, page in pages.items():
        used = [ticket % PAGE for ticket in m.tickets if ticket // PAGE == number]
        assert int.from_bytes(page.bitmap, "little") == sum(1 << ticket for ticket in used)
        assert page.used == len(used)


def _redemptions(chain: Chain, found: Decoded, m: Model) -> None:
    open_ones = {
        (one.holder, one.id): (one.amount, one.deadline, one.accepted_at, one.state)
        for one in found.values()
        if isinstance(one, state.RedemptionRequest)
    }
    assert open_ones == {
        (address(holder), id): (one.amount, one.deadline, one.accepted or 0, 1 if one.accepted is None else 2)
        for (holder, id), one in m.requests.items()
    }
    kept = {one.holder: one for one in found.values() if isinstance(one, state.HolderBook)}
    assert kept.keys() == {address(name) for name in m.books}
    for name, mine in m.books.items():
        one = kept[address(name)]
        waiting = [request.amount for (holder, _), request in m.requests.items() if holder == name]
        assert (one.next_id, one.open_requests) == (mine.next_id, len(waiting))
        assert (one.requested, one.settled, one.cancelled) == (mine.requested, mine.settled, mine.returned)
        assert one.requested == one.settled + one.cancelled + sum(waiting), "requested = burned + returned + pending"
