"""Another ISIN or symbol: announced, applied by anyone, and what it means for reports, markers and wallets."""

from __future__ import annotations

from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, MALLORY, NVIDIA, RIVAL_APPLE, TREASURY
from tests.embedded.chain import Call
from tests.embedded.setups import add_chain, told
from tests.embedded.splitting import go
from tests.embedded.world import NOW, ONE, RESERVE, SOL, Done, World
from xstock_client import pda
from xstock_client.accounts import CalendarEntry, CorporateAction, IsinMarker, SymbolMarker
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, PROGRAM_ID
from xstock_client.events import IdentifiersChanged
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.message import domain

AT = NOW + 3 * DAY_S
ISIN, SYMBOL = "US5949181045", "MSFTx"
OLD = (APPLE.isin, APPLE.symbol)
NEW = [(ISIN, APPLE.symbol), (APPLE.isin, SYMBOL), (ISIN, SYMBOL)]
each_change = pytest.mark.parametrize("names", NEW, ids=["ISIN", "symbol", "both"])
ISSUER = APPLE.desk.address


def text(symbol: str) -> bytes:
    return symbol.encode().ljust(12, b"\0")


def announce(names: tuple[str, str], number: int = 0, at: int = AT) -> Call:
    return calls.announce_identifiers(APPLE, at, *names, number)


def apply(names: tuple[str, str], number: int = 0, old: tuple[str, str] = OLD, payer: Pubkey = TREASURY) -> Call:
    """With the markers of what is given up, seen from the identifiers ``old``."""
    return calls.apply_identifiers(
        APPLE,
        *names,
        number,
        payer=payer,
        old_isin_marker=None if names[0] == old[0] else pda.isin_marker(ISSUER, old[0]),
        old_symbol_marker=None if names[1] == old[1] else pda.symbol_marker(ISSUER, old[1]),
    )


def bound(isin: str) -> bytes:
    return domain(PROGRAM_ID, GENESIS_HASH, APPLE.asset, isin)


def changed(world: World, names: tuple[str, str], number: int = 0, old: tuple[str, str] = OLD) -> Done:
    """Announce, wait, and apply."""
    at = world.now + 2 * DAY_S
    world.do(announce(names, number, at))
    go(world, at)
    return world.run(apply(names, number, old))


def markers(world: World, names: tuple[str, str]) -> tuple[bool, bool]:
    """Whether the markers of these names are there, and Apple's."""
    found = []
    isin, symbol = pda.isin_marker(ISSUER, names[0]), pda.symbol_marker(ISSUER, names[1])
    if world.chain.get(isin):
        assert world.read(IsinMarker, isin).isin == names[0].encode()
    for kind, address in ((IsinMarker, isin), (SymbolMarker, symbol)):
        there = world.chain.get(address) is not None
        found.append(there and getattr(world.read(kind, address), "asset", None) == APPLE.asset)
    return found[0], found[1]


@each_change
def test_applied(world: World, names: tuple[str, str]) -> None:
    """By anyone, who gets the rent of the markers that go; the mint shows it, and nothing else of it changes."""
    world.give(MALLORY, SOL)
    world.do(announce(names))
    before, mint = world.asset(APPLE), world.mint(APPLE)
    early = apply(names, payer=MALLORY)
    go(world, AT - 1)
    world.refuse(early, "NotYetEffective", effective_at=AT, now=AT - 1)
    world.advance(1)
    done = world.run(early)
    assert told(done.events) == IdentifiersChanged(
        asset=APPLE.asset,
        action=0,
        old_isin=APPLE.isin.encode(),
        old_symbol=text(APPLE.symbol),
        isin=names[0].encode(),
        symbol=text(names[1]),
        domain=bound(names[0]),
        at=AT,
    )
    asset = world.asset(APPLE)
    assert (asset.isin, asset.symbol, asset.domain) == (names[0].encode(), text(names[1]), bound(names[0]))
    assert asset.calendar == (CalendarEntry(0, 0, 0, 0),) * 6
    assert (asset.multiplier, asset.basis, asset.policy) == (before.multiplier, before.basis, before.policy)
    assert world.read(CorporateAction, APPLE.action()).state == 3
    shown = world.mint(APPLE)
    assert (shown.symbol, shown.fields, shown.name, shown.uri) == (
        names[1],
        {**mint.fields, "isin": names[0]},
        mint.name,
        mint.uri,
    )
    assert (shown.supply, shown.mint_authority, shown.freeze_authority) == (
        mint.supply,
        mint.mint_authority,
        mint.freeze_authority,
    )
    assert markers(world, names) == (True, True)
    assert markers(world, OLD) == (names[0] == OLD[0], names[1] == OLD[1])
    # rent of a marker comes back for each that is opened; the mint may have grown
    size = len(world.get(APPLE.mint).data)
    assert world.get(APPLE.mint).lamports >= world.chain.rent_of(size)
    assert done.lamports(MALLORY) + done.lamports(APPLE.mint) == 0
    world.refuse(apply(names, old=names, payer=MALLORY), "WrongActionState", state=3)


@each_change
def test_reports_before_and_after(world: World, names: tuple[str, str]) -> None:
    """What was signed for the old ISIN is refused from the change on; a new symbol changes nothing for custodians."""
    add_chain(world, 0, cap=20 * ONE, supply=5 * ONE)
    at = world.now + 3 * DAY_S
    world.do(announce(names, 0, at))
    go(world, at)
    early = world.attest(APPLE, 0, RESERVE + 1, domain=bound(ISIN))
    world.refuse(early, "WrongDomain")
    old = world.attest(APPLE, 0, RESERVE + 2), world.attest_chain(APPLE, 0, 6 * ONE)
    world.do(apply(names))
    if names[0] == OLD[0]:
        world.do(*old)
    else:
        for sent in old:
            world.refuse(sent, "WrongDomain")
    for sent in (
        world.attest(APPLE, 0, RESERVE + 3, domain=bound(names[0])),
        world.attest_chain(APPLE, 0, 7 * ONE, domain=bound(names[0])),
    ):
        world.do(sent)
    assert (world.slot(APPLE, 0).settled, world.foreign(APPLE, 0).supply) == (RESERVE + 3, 7 * ONE)
    assert world.slot(APPLE, 1).settled == RESERVE  # last reports stay, whatever they were signed for
    world.do(calls.mint_shares(APPLE, ONE, ticket=5))


def test_there_and_back_again(world: World) -> None:
    changed(world, (ISIN, SYMBOL))
    changed(world, OLD, 1, (ISIN, SYMBOL))
    assert (world.asset(APPLE).isin, world.asset(APPLE).domain) == (APPLE.isin.encode(), bound(APPLE.isin))
    assert (markers(world, OLD), markers(world, (ISIN, SYMBOL))) == ((True, True), (False, False))
    assert (world.mint(APPLE).symbol, world.mint(APPLE).fields["isin"]) == (APPLE.symbol, APPLE.isin)
    changed(world, (ISIN, SYMBOL), 2)
    assert markers(world, (ISIN, SYMBOL)) == (True, True)


@pytest.mark.parametrize("names", [(NVIDIA.isin, SYMBOL), (ISIN, NVIDIA.symbol), (NVIDIA.isin, NVIDIA.symbol)])
def test_names_of_another_asset(world: World, names: tuple[str, str]) -> None:
    """Of the same issuer; those of another issuer's are free."""
    world.do(announce(names))
    go(world, AT)
    world.refuse(apply(names), "IdentifierTaken")
    assert RIVAL_APPLE.isin == APPLE.isin
    # what the other gives up is free
    world.do(calls.announce_identifiers(NVIDIA, AT + 2 * DAY_S, "US88160R1014", "TSLAx"))
    go(world, AT + 2 * DAY_S)
    world.do(calls.apply_identifiers(NVIDIA, "US88160R1014", "TSLAx"), apply(names))
    assert markers(world, names) == (True, True)


def test_names_that_were_given_up_can_be_listed(world: World) -> None:
    changed(world, (ISIN, SYMBOL))
    again = calls.Stock(calls.OURS, 2, APPLE.isin, APPLE.symbol)
    world.do(calls.list_asset(again))
    back = world.now + 2 * DAY_S
    world.do(announce(OLD, 1, back))
    go(world, back)
    world.refuse(apply(OLD, 1, (ISIN, SYMBOL)), "IdentifierTaken")


def with_marker(names: tuple[str, str], account: str, marker: Pubkey | None) -> Call:
    """Another marker in the place of one that goes."""
    accounts: dict[str, Any] = {account: marker}
    return calls.apply_identifiers(APPLE, *names, **accounts)


@each_change
def test_the_markers_of_what_goes_and_no_others(world: World, names: tuple[str, str]) -> None:
    world.do(announce(names))
    go(world, AT)
    right = apply(names)
    mine = {"old_isin_marker": pda.isin_marker(ISSUER, OLD[0]), "old_symbol_marker": pda.symbol_marker(ISSUER, OLD[1])}
    others = {
        "old_isin_marker": pda.isin_marker(ISSUER, NVIDIA.isin),
        "old_symbol_marker": pda.symbol_marker(ISSUER, NVIDIA.symbol),
    }
    for account, part in (("old_isin_marker", 0), ("old_symbol_marker", 1)):
        goes = names[part] != OLD[part]
        if goes:
            world.refuse(with_marker(names, account, None), "WrongMarker")
        else:
            # the marker that stays must not be named as one that goes
            world.fail(with_marker(names, account, mine[account]))
        world.refuse(with_marker(names, account, others[account]), "WrongMarker")
    world.refuse(right.swap(rent_receiver=MALLORY), "WrongRentReceiver")
    world.do(right)


def test_other_names_than_announced(world: World) -> None:
    world.do(announce((ISIN, SYMBOL)))
    go(world, AT)
    for names in ((ISIN, "OTHER"), ("US88160R1014", SYMBOL), OLD):
        world.refuse(calls.apply_identifiers(APPLE, *names), "WrongAction")
    world.do(calls.announce_delisting(APPLE, AT + 3 * DAY_S, 1))
    wrong = calls.apply_identifiers(APPLE, ISIN, SYMBOL, 1)
    world.refuse(wrong, "WrongActionKind", kind=6, needed=5)


def test_the_older_one_is_never_applied_after_a_newer_one(world: World) -> None:
    """Or anyone could put names back that were left behind."""
    world.do(announce((ISIN, SYMBOL)), announce((APPLE.isin, "AAPL2"), 1, AT + 2 * DAY_S))
    go(world, AT + 2 * DAY_S)
    world.do(apply((APPLE.isin, "AAPL2"), 1))
    late = apply((ISIN, SYMBOL), 0, (APPLE.isin, "AAPL2"))
    assert getattr(world.fail(late), "name", "") == "ChangeExpired"
    assert world.asset(APPLE).symbol == text("AAPL2")


@pytest.mark.parametrize("fits", [True, False])
def test_it_lapses(world: World, fits: bool) -> None:
    """Two weeks after its time."""
    world.do(announce((ISIN, SYMBOL)))
    until = AT + CHANGE_LIFE_S
    go(world, until + (not fits))
    if fits:
        world.do(apply((ISIN, SYMBOL)))
    else:
        assert getattr(world.fail(apply((ISIN, SYMBOL))), "name", "") == "ChangeExpired"
        world.do(calls.cancel_action(APPLE))


def test_a_clock_that_goes_back_undoes_nothing(world: World) -> None:
    done = changed(world, (ISIN, SYMBOL))
    assert len(done.events) == 1
    world.chain.turn_back(10)
    world.refuse(calls.cancel_action(APPLE), "WrongActionState", state=3)
    assert world.asset(APPLE).isin == ISIN.encode()
