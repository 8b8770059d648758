"""Corporate actions, snapshots and dividends from events alone: the very accounts, after every transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, MALLORY, MULTIPLIER, attestor
from tests.embedded.dividends import NOTICE_S, Dividend, Step, carry, distribution_of
from tests.embedded.world import DOLLARS, World
from xstock_client.accounts import Asset, ClaimPage, CorporateAction, Distribution, Recipient, Snapshot, decode_account
from xstock_client.constants import DAY_S, PROGRAM_ID
from xstock_client.events import AssetListed, Event, parse_events
from xstock_client.told_corporate import ToldCorporate, replay_corporate

ISIN = "US5949181045"
LISTED = replace(AssetListed.decode(AssetListed.DISCRIMINATOR + bytes(AssetListed.SIZE - 8)), multiplier=MULTIPLIER)
KINDS = (CorporateAction, Snapshot, Distribution, ClaimPage, Recipient)


class Follower:
    """Hears what the program tells, and holds it against the accounts after every transaction."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.events: list[Event] = []
        self.compared: dict[str, int] = {}
        execute = world.chain.execute

        def heard(*given: Any, **more: Any) -> Any:
            executed = execute(*given, **more)
            told = parse_events(executed)
            self.events += told
            if told:
                self.compare()
            return executed

        monkeypatch.setattr(world.chain, "execute", heard)

    def told(self) -> ToldCorporate:
        return replay_corporate(self.events)

    def compare(self) -> None:
        there: dict[Pubkey, Any] = {}
        for address, account in self.world.chain.state().items():
            if account.owner == PROGRAM_ID:
                found = decode_account(account.data)
                if isinstance(found, KINDS):
                    there[address] = found
        told = self.told()
        rebuilt = told.actions | told.snapshots | told.distributions | told.pages | told.recipients
        assert rebuilt == there
        for one in there.values():
            self.compared[type(one).__name__] = self.compared.get(type(one).__name__, 0) + 1
        for asset, attestors in told.attestors.items():
            assert attestors == self.world.read(Asset, asset).attestors


@pytest.fixture
def follower(world: World, monkeypatch: pytest.MonkeyPatch) -> Follower:
    return Follower(world, monkeypatch)


def test_a_dividend_with_every_way_a_root_is_thrown_out(world: World, follower: Follower) -> None:
    one = Dividend()
    carry(world, Step.AGREED, one)
    world.do(calls.reject_root(APPLE, by=attestor(2)))
    for place in (2, 0):
        world.do(calls.vote_root(APPLE, one.balances, by=attestor(place)))
    for index in (0, 1):
        world.do(calls.challenge_order(APPLE, one.balances, index, by=MALLORY))
    world.do(calls.challenge_order(APPLE, one.balances, 1, by=BOB))
    assert [leaf.challenger for leaf in follower.told().snapshots[one.snapshot_address].ballot.shown[:2]] == [
        BOB,
        MALLORY,
    ]
    carry(world, Step.PAGED, one, since=Step.AGREED)
    world.do(calls.register_recipient(APPLE, BOB))
    world.do(calls.register_recipient(APPLE, MALLORY, owner=BOB))
    world.do(calls.claim_dividends(APPLE, one.entitlements, one.entitlements.index_of(BOB)))
    world.do(calls.remit_withheld(APPLE))
    told = follower.told()
    assert [paid.owner for paid in told.paid] == [BOB]
    assert told.distributions[one.address].remitted == one.withheld(BOB)
    world.advance(distribution_of(world, one).claim_until + 1 - world.now)
    world.do(DOLLARS.open(APPLE.desk.authority), calls.reclaim_distribution(APPLE, by=APPLE.desk.authority))
    world.advance(2 * DAY_S)
    world.do(calls.close_claim_page(APPLE))
    done = follower.told()
    assert done.pages == {} and done.distributions[one.address].reclaimed == one.gross(ALICE)
    assert set(follower.compared) == {kind.__name__ for kind in KINDS}


def test_new_attestors_vote_in_the_places_of_old_ones(world: World, follower: Follower) -> None:
    one = Dividend()
    carry(world, Step.RECORDED, one)
    world.do(calls.vote_root(APPLE, one.balances, by=attestor(0)))
    world.do(calls.set_attestors(APPLE, attestor(1), attestor(5), attestor(6)))
    world.do(calls.cancel_attestors(APPLE))
    world.do(calls.set_attestors(APPLE, attestor(1), attestor(5), attestor(6)))
    world.advance(world.asset(APPLE).attestors.pending_from - world.now)
    for place in (5, 6):
        world.do(calls.vote_root(APPLE, one.balances, by=attestor(place)))
    world.do(calls.reject_root(APPLE, by=attestor(1)))
    world.do(calls.set_attestors(APPLE, attestor(1), attestor(5)))
    votes = follower.told().snapshots[one.snapshot_address].ballot
    assert (votes.round, votes.rejecters[0]) == (1, attestor(1))


def test_a_split_takes_effect_at_its_time_though_no_event_says_so(world: World, follower: Follower) -> None:
    ex_at = world.now + NOTICE_S + DAY_S
    world.do(calls.announce_split(APPLE, ex_at + DAY_S, ex_at=ex_at))
    world.do(calls.cancel_action(APPLE))
    world.do(calls.announce_split(APPLE, ex_at + DAY_S, number=1, ex_at=ex_at))
    world.do(calls.announce_identifiers(APPLE, ex_at + 5 * DAY_S, ISIN, "AAPLy", number=2))
    world.advance(ex_at + 5 * DAY_S - world.now)
    world.do(calls.apply_identifiers(APPLE, ISIN, "AAPLy", number=2))
    told = follower.told()
    assert [action.state for action in sorted(told.actions.values(), key=lambda one: one.number)] == [2, 1, 3]
    with pytest.raises(KeyError):
        told.steps(APPLE.asset, world.now)  # its listing was before anybody listened
    listed = replace(LISTED, asset=APPLE.asset)
    steps = replay_corporate([listed, *follower.events]).steps(APPLE.asset, ex_at + DAY_S)
    assert [(one.since, one.multiplier.value, one.basis, one.action, one.in_force) for one in steps] == [
        (0, MULTIPLIER, 0, None, False),
        (ex_at + DAY_S, 10 * MULTIPLIER, 1, 1, True),
    ]
    assert replay_corporate([listed, *follower.events]).steps(APPLE.asset, ex_at + DAY_S - 1)[0].in_force
