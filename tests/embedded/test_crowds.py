"""Dividends of a million owners: what one transaction holds, and where a page of claims ends."""

from __future__ import annotations

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, FEES, MALLORY, TREASURY
from tests.embedded.chain import Call, key
from tests.embedded.crowds import CROWD, in_a_crowd
from tests.embedded.dividends import Crowd, Step, carry, distribution_of
from tests.embedded.setups import told
from tests.embedded.trees import PAGE, Tree
from tests.embedded.world import DOLLARS, World
from xstock_client.errors import ProgramRefused
from xstock_client.events import ClaimPageOpened, DividendPaid, Event, LeafShown, RootRejected, parse_events

LARGEST = 2**20
"""Owners whose proofs must fit a transaction."""
PAIR = {key(f"neighbour {place}"): calls.ONE for place in range(2)}
EDGE = Crowd(holds=PAIR, first=PAGE - 1, size=PAGE + 1)
"""Two neighbours, of whom the first is the last of a page, and the second alone on the next."""


def challenged(world: World, sent: Call) -> Event:
    """The challenger pays: with a second signature it would not fit."""
    executed = world.chain.execute(sent.instructions, MALLORY)
    assert executed.error is None, world.chain.error(executed)
    return told(parse_events(executed))


def lying(world: World) -> Tree:
    """The largest tree is agreed on, with a wrong sum just above its leaves."""
    crowd = Crowd(holds=PAIR, size=LARGEST, first=LARGEST // 3)
    carry(world, Step.DECLARED, crowd)
    honest = crowd.entitlements
    tree = Tree(honest.account, honest.leaves, LARGEST, lies={(1, crowd.first // 2): -1})
    world.do(*(calls.vote_root(APPLE, tree, by=calls.attestor(place), distribution=0) for place in (0, 1)))
    return tree


def test_the_largest_proof_of_a_wrong_sum_fits(world: World) -> None:
    tree = lying(world)
    at = min(tree.leaves) // 2
    assert tree.levels == 20
    event = challenged(world, calls.challenge_sum(APPLE, tree, 1, at, by=MALLORY, distribution=0))
    assert isinstance(event, RootRejected) and event.reason == 3
    assert distribution_of(world, CROWD).ballot.agreed_at == 0


def test_the_largest_proof_of_a_wrong_order_fits(world: World) -> None:
    """Two leaves far from each other, the later of which has the smaller owner."""
    crowd = Crowd(holds=PAIR, size=LARGEST)
    carry(world, Step.DECLARED, crowd)
    low, high = sorted(crowd.holds, key=bytes)
    leaves = {1: crowd.entitlements.leaves[1], LARGEST - 2: crowd.entitlements.leaves[0]}
    assert (leaves[1].owner, leaves[LARGEST - 2].owner) == (high, low)
    tree = Tree(crowd.address, leaves, LARGEST)
    world.do(*(calls.vote_root(APPLE, tree, by=calls.attestor(place), distribution=0) for place in (0, 1)))
    first = challenged(world, calls.challenge_order(APPLE, tree, 1, by=MALLORY, distribution=0))
    assert isinstance(first, LeafShown) and (first.index, first.owner) == (1, high)
    second = challenged(world, calls.challenge_order(APPLE, tree, LARGEST - 2, by=MALLORY, distribution=0))
    assert isinstance(second, RootRejected) and second.reason == 2


def test_a_page_and_a_claim_fit(world: World) -> None:
    tree = in_a_crowd(world, Step.OPEN).entitlements
    page = CROWD.first // PAGE
    opened = told(world.run(calls.open_claim_page(APPLE, tree, page)).events)
    assert isinstance(opened, ClaimPageOpened) and opened.page == page
    owner = tree.leaves[CROWD.first].owner
    world.do(DOLLARS.open(owner))
    paid = told(world.run(calls.claim_dividends(APPLE, tree, CROWD.first)).events)
    assert isinstance(paid, DividendPaid)
    assert (paid.owner, paid.gross, paid.index) == (owner, CROWD.gross(owner), CROWD.first)
    assert world.dollars(owner) == CROWD.net(owner)


@pytest.fixture
def edge(world: World) -> World:
    carry(world, Step.PAGED, EDGE)
    world.do(calls.open_claim_page(APPLE, EDGE.entitlements, 1), *(DOLLARS.open(owner) for owner in EDGE.holds))
    return world


def test_neighbours_on_two_pages_are_paid_one_by_one(edge: World) -> None:
    for index in (PAGE - 1, PAGE):
        edge.do(calls.claim_dividends(APPLE, EDGE.entitlements, index))
    assert distribution_of(edge, EDGE).claims == 2
    for owner in EDGE.holds:
        assert edge.dollars(owner) == EDGE.net(owner) > 0


@pytest.mark.parametrize("page", [0, 1])
def test_no_claim_reaches_into_the_next_page(edge: World, page: int) -> None:
    """Both leaves with all nodes that lead to the root of both pages; no packet holds as many."""
    tree = EDGE.entitlements
    both = calls.claim_dividends(APPLE, tree, PAGE - 1, 2, page=page, nodes=tree.proof(PAGE - 1, 2, stop=12))
    before = edge.chain.state()
    executed = edge.chain.execute(both.instructions, FEES, any_size=True)
    assert executed.error is not None
    error = edge.explain(executed.error)
    assert isinstance(error, ProgramRefused)
    expected = ("BadProof", {"left_over": 0, "entries": 2}), ("WrongClaimPage", {"page": 1, "index": PAGE - 1})
    assert (error.name, error.figures) == expected[page]
    after = edge.chain.state()
    assert {one for one in after if after[one] != before[one]} == {FEES}


def test_rent_of_a_page_is_shared_by_its_leaves(edge: World) -> None:
    """A bit each, and the page's own fields."""
    rent = edge.get(APPLE.claims()).lamports
    assert rent == edge.chain.rent_of(len(edge.get(APPLE.claims()).data))
    assert rent / PAGE < 1_500, "lamports for each owner, and they come back"
    edge.advance(distribution_of(edge, EDGE).claim_until + calls.HOUR_S * 24 + 1 - edge.now)
    done = edge.run(calls.close_claim_page(APPLE))
    assert done.lamports(TREASURY) == rent
    assert edge.chain.get(APPLE.claims()) is None
    assert edge.chain.get(APPLE.claims(1)) is not None
