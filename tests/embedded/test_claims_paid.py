"""Claims: by owners and by strangers, one and many at a time, each leaf once and for its own amount."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, CASHIER, DOLLAR, FEES, MALLORY, purse
from tests.embedded.chain import Call, key
from tests.embedded.dividends import CHALLENGE_S, Dividend, Step, carry, distribution_of, page_of
from tests.embedded.paydays import Large, books, crowd, enlarge, open_purse, owners
from tests.embedded.setups import told
from tests.embedded.trees import PAGE
from tests.embedded.world import ALICE_HAS, DOLLARS, World, fill
from xstock_client.events import ClaimPageOpened, DividendPaid

MINE = Dividend()
TREE = MINE.entitlements
A, B = TREE.index_of(ALICE), TREE.index_of(BOB)
CROWD = crowd(30)
MOST = 24
"""Leaves of one claim."""


def _paged(world: World) -> None:
    carry(world, Step.PAGED)


def _crowded(world: World) -> None:
    carry(world, Step.PAGED, CROWD)
    open_purse(world, *CROWD.holds)


@pytest.fixture
def paged() -> World:
    return fill(World(), _paged)


@pytest.fixture
def crowded() -> World:
    return fill(World(), _crowded)


def claim(at: int, /, count: int = 1, **more: Any) -> Call:
    return calls.claim_dividends(APPLE, TREE, at, count, **more)


@pytest.mark.parametrize("by", [ALICE, MALLORY, BOB, CASHIER])
def test_one_is_paid(paged: World, by: Pubkey) -> None:
    """To the unit, whoever sends it; the tax stays in the vault."""
    world, before = paged, paged.dollars(ALICE)
    done = world.run(claim(A, by=by))
    gross, tax = MINE.gross(ALICE), MINE.withheld(ALICE)
    assert told(done.events) == DividendPaid(
        asset=APPLE.asset,
        distribution=MINE.address,
        owner=ALICE,
        destination=purse(ALICE),
        payout_mint=DOLLAR,
        index=A,
        gross=gross,
        withheld=tax,
        paid_total=gross - tax,
        withheld_total=tax,
        at=world.now,
    )
    assert (gross, tax) == (25_000_000, 7_500_000)
    assert world.dollars(ALICE) - before == gross - tax
    found, page = books(world, MINE), page_of(world, MINE)
    assert (found.paid, found.withheld, found.claims) == (gross - tax, tax, 1)
    assert (page.claimed, int.from_bytes(page.bitmap, "little")) == (gross, 1 << A)
    assert done.changed == {MINE.address, MINE.vault, APPLE.claims(), purse(ALICE)}


def test_the_page_as_it_opens(world: World) -> None:
    carry(world, Step.OPEN)
    world.do(calls.open_claim_page(APPLE, TREE))
    page = page_of(world, MINE)
    assert (page.distribution, page.page, page.rent_payer) == (MINE.address, 0, calls.TREASURY)
    assert (page.entry.hash, page.entry.sum, page.claimed, page.bitmap) == (
        TREE.page().hash,
        TREE.sum,
        0,
        bytes(512),
    )


# Many at a time


@pytest.mark.parametrize("first", [0, 1, 2, 3, 6])
@pytest.mark.parametrize("count", [*range(1, 17), 23, MOST])
def test_neighbours(crowded: World, first: int, count: int) -> None:
    """Any number from any start: each is paid its own amount, and nobody else anything."""
    world, people = crowded, owners(30)
    tree = CROWD.entitlements
    sent = calls.claim_dividends(APPLE, tree, first, count)
    done = world.run(sent, any_size=True)
    paid = people[first : first + count]
    assert [world.dollars(owner) for owner in people] == [CROWD.net(one) if one in paid else 0 for one in people]
    events = [event for event in done.events if isinstance(event, DividendPaid)]
    assert [(one.owner, one.index, one.gross, one.withheld) for one in events] == [
        (owner, first + at, CROWD.gross(owner), CROWD.withheld(owner)) for at, owner in enumerate(paid)
    ]
    assert len(done.events) == count
    totals, tax = 0, 0
    for one in events:
        totals, tax = totals + one.gross - one.withheld, tax + one.withheld
        assert (one.paid_total, one.withheld_total) == (totals, tax)
    found, page = books(world, CROWD), page_of(world, CROWD)
    assert (found.paid, found.withheld, found.claims) == (totals, tax, count)
    assert int.from_bytes(page.bitmap, "little") == ((1 << count) - 1) << first
    assert page.claimed == totals + tax


@pytest.mark.parametrize("count", range(1, 30))
def test_everybody(crowded: World, count: int) -> None:
    """In batches of any size, the last one smaller: all is paid that was declared."""
    world, tree, first = crowded, CROWD.entitlements, 0
    count = min(count, MOST)
    while first < tree.size:
        batch = min(count, tree.size - first)
        world.run(calls.claim_dividends(APPLE, tree, first, batch), any_size=True)
        first += batch
    found = books(world, CROWD)
    assert (found.paid + found.withheld, found.claims) == (found.funded, 30)
    assert found.funded == sum(map(CROWD.gross, CROWD.holds))
    assert world.money(CROWD.vault) == found.withheld == sum(map(CROWD.withheld, CROWD.holds))


@pytest.mark.parametrize("first", [0, 1, 8, 24])
def test_six_fit_a_packet(crowded: World, first: int) -> None:
    """In a legacy transaction of one signer, without a lookup table."""
    crowded.do(calls.claim_dividends(APPLE, CROWD.entitlements, first, 6, by=FEES))
    assert books(crowded, CROWD).claims == 6


def test_more_than_fit_and_none(crowded: World) -> None:
    """None is no claim, and more than the most are none that ever fit."""
    tree = CROWD.entitlements
    nothing: dict[str, Any] = {"amounts": [], "bumps": b"", "payees": []}
    crowded.refuse(calls.claim_dividends(APPLE, tree, 0, 1, **nothing), "BadBatch", amounts=0, accounts=0)
    for count in (MOST + 1, MOST + 2):
        sent = calls.claim_dividends(APPLE, tree, 0, count)
        executed = crowded.chain.execute(sent.instructions, FEES, any_size=True)
        assert executed.error is not None
        assert getattr(crowded.explain(executed.error), "name", "") == "BadBatch"
    assert books(crowded, CROWD).claims == 0


@pytest.mark.parametrize("bent", [{"amounts": [1]}, {"amounts": [1, 1, 1]}, {"bumps": bytes(2)}, {"payees": []}])
def test_arguments_that_do_not_go_together(paged: World, bent: dict[str, Any]) -> None:
    """Two amounts, two accounts and a bump for each leaf."""
    assert getattr(paged.fail(claim(A, **bent)), "name", "") == "BadBatch"


# Pages


def _large(size: int = 2 * PAGE + 9) -> Large:
    people = owners(12)
    places = [*range(PAGE - 3, PAGE + 3), 2 * PAGE - 1, 2 * PAGE, 2 * PAGE + 7, 2 * PAGE + 8]
    return Large(places=dict(zip(places, people, strict=False)), size=size)


LARGE = _large()


def _several_pages(world: World) -> None:
    enlarge(world, LARGE, Step.PAGED)
    for page in (1, 2):
        world.do(calls.open_claim_page(APPLE, LARGE.entitlements, page))
    open_purse(world, *LARGE.places.values())


@pytest.mark.parametrize(
    ("first", "count"),
    [
        (PAGE - 3, 3),
        (PAGE - 1, 1),
        (PAGE, 1),
        (PAGE, 3),
        (PAGE + 1, 2),
        (2 * PAGE - 1, 1),
        (2 * PAGE, 1),
        (2 * PAGE + 7, 2),
    ],
)
def test_at_the_borders_of_pages(first: int, count: int) -> None:
    world = fill(World(), _several_pages)
    tree = LARGE.entitlements
    world.do(calls.claim_dividends(APPLE, tree, first, count))
    for at in range(first, first + count):
        assert world.dollars(LARGE.places[at]) == tree.leaves[at].amount - tree.leaves[at].withheld > 0
    page = page_of(world, LARGE, first // PAGE)
    assert int.from_bytes(page.bitmap, "little") == ((1 << count) - 1) << first % PAGE
    books(world, LARGE)
    again = calls.claim_dividends(APPLE, tree, first, count)
    world.refuse(again, "LeafClaimed", index=first)


@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_batch_lies_in_one_page(page: int) -> None:
    """Leaves on both sides of a border are no neighbours, and a leaf is claimed in its own page."""
    world = fill(World(), _several_pages)
    tree = LARGE.entitlements
    for nodes in (b"", tree.in_page(PAGE - 1), bytes(40 * 12)):
        across = calls.claim_dividends(APPLE, tree, PAGE - 1, 2, page=page, nodes=nodes)
        assert getattr(world.fail(across), "name", "") in ("BadProof", "WrongClaimPage", "WrongRoot")
    sent = calls.claim_dividends(APPLE, tree, PAGE - 1, 2, page=page)
    executed = world.chain.execute(sent.instructions, FEES, any_size=True)
    assert executed.error is not None
    across_error = world.explain(executed.error)
    assert getattr(across_error, "name", "") in ("BadProof", "WrongClaimPage")
    for first in (PAGE - 1, PAGE, 2 * PAGE):
        if first // PAGE != page:
            wrong = calls.claim_dividends(APPLE, tree, first, 1, page=page)
            world.refuse(wrong, "WrongClaimPage", page=page, index=first)


def test_opening_a_page(world: World) -> None:
    """Proven under the root, once, by its own number; pages that the tree has not are none."""
    enlarge(world, LARGE, Step.OPEN)
    tree = LARGE.entitlements
    world.give(MALLORY, 10**9)
    right = calls.open_claim_page(APPLE, tree, 2, payer=MALLORY)
    bents: tuple[dict[str, Any], ...] = (
        {"entry": bytes(tree.page(1))},
        {"entry": bytes(tree.page(2))[:39] + b"\1"},
        {"nodes": tree.of_page(1)},
        {"nodes": tree.of_page(2)[:-40]},
        {"nodes": tree.of_page(2) + bytes(40)},
        {"nodes": b""},
    )
    for bent in bents:
        sent = calls.open_claim_page(APPLE, tree, 2, **bent)
        assert getattr(world.fail(sent), "name", "") in ("WrongRoot", "BadProof")
    for page in (3, 4, 6, 2**20):
        sent = calls.open_claim_page(APPLE, tree, page)
        assert getattr(world.fail(sent), "name", "") in ("WrongRoot", "BadProof")
        # bits above the depth make no second number of a page
        alias = calls.open_claim_page(APPLE, tree, page, entry=bytes(tree.page(2)), nodes=tree.of_page(2))
        assert getattr(world.fail(alias), "name", "") in ("WrongRoot", "BadProof")
    event = told(world.run(right).events)
    assert isinstance(event, ClaimPageOpened)
    assert (event.page, event.rent_payer, event.distribution) == (2, MALLORY, LARGE.address)
    world.fail(right)  # it is open


# Once


OTHER_PURSE = key("alice's other purse")
ROUTES: dict[str, Callable[[], Call]] = {
    "stranger": lambda: claim(A),
    "owner": lambda: claim(A, by=ALICE),
    "owner to another account": lambda: claim(A, by=ALICE, to=[OTHER_PURSE]),
    "batch": lambda: claim(0, 2),
    "by the other owner": lambda: claim(A, by=BOB),
}


@pytest.mark.parametrize("second", ROUTES)
@pytest.mark.parametrize("first", ROUTES)
def test_once_by_any_route(paged: World, first: str, second: str) -> None:
    """Whoever sends it, wherever it goes, and with whom."""
    world = paged
    like = world.get(purse(ALICE))
    world.chain.set_account(OTHER_PURSE, like)
    world.patch(OTHER_PURSE, 64, bytes(8))
    before = world.dollars(ALICE) + world.money(OTHER_PURSE)
    world.do(ROUTES[first]())
    index = 0 if first == second == "batch" else A
    world.refuse(ROUTES[second](), "LeafClaimed", index=index)
    assert world.dollars(ALICE) + world.money(OTHER_PURSE) - before == MINE.net(ALICE)
    books(world, MINE)


def test_a_part_that_was_paid_stops_the_batch(crowded: World) -> None:
    """Nobody in it is paid; without it they are."""
    world, tree = crowded, CROWD.entitlements
    world.do(calls.claim_dividends(APPLE, tree, 3))
    for first, count in ((0, 4), (3, 2), (2, 2), (3, 1)):
        world.refuse(calls.claim_dividends(APPLE, tree, first, count), "LeafClaimed", index=3)
    world.do(calls.claim_dividends(APPLE, tree, 0, 3), calls.claim_dividends(APPLE, tree, 4, 3))
    assert books(world, CROWD).claims == 7


# For its own amount


@pytest.mark.parametrize(
    "bent",
    [
        {"amounts": [25_000_001, 7_500_000]},
        {"amounts": [24_999_999, 7_500_000]},
        {"amounts": [25_000_000, 7_499_999]},
        {"amounts": [25_000_000, 0]},
        {"amounts": [25_000_000, 25_000_000]},
        {"amounts": [0, 0]},
        {"amounts": [2**64 - 1, 0]},
        {"first": B},
        {"first": 2},
        {"to": [purse(BOB)], "by": BOB},
        {"to": [purse(MALLORY)], "by": MALLORY},
    ],
)
def test_what_the_tree_does_not_say(paged: World, bent: dict[str, Any]) -> None:
    """Another amount, tax, place or owner leads to another root."""
    assert getattr(paged.fail(claim(A, **bent)), "name", "") in ("WrongRoot", "BadProof")


def test_more_tax_than_there_is(paged: World) -> None:
    sent = claim(A, amounts=[25_000_000, 25_000_001])
    paged.refuse(sent, "TaxAboveGross", gross=25_000_000, withheld=25_000_001)


@pytest.mark.parametrize("nodes", [b"", bytes(40), "short", "long", "odd", "swapped"])
def test_other_proofs(paged: World, nodes: bytes | str) -> None:
    right = TREE.in_page(A)
    swapped = right[40:80] + right[:40] + right[80:]
    bent = {"short": right[:-40], "long": right + bytes(40), "odd": right[:-1], "swapped": swapped}
    sent = claim(A, nodes=bent[nodes] if isinstance(nodes, str) else nodes)
    assert getattr(paged.fail(sent), "name", "") in ("WrongRoot", "BadProof")


def test_a_proof_of_another_distribution(world: World) -> None:
    """On the same snapshot, of the same owners and amounts; and of another stock."""
    second = Dividend(number=1)
    carry(world, Step.FINAL)
    carry(world, Step.PAGED, MINE, second, since=Step.FINAL)
    assert second.entitlements.leaves == TREE.leaves
    wrong = calls.claim_dividends(APPLE, second.entitlements, A)
    world.refuse(wrong, "WrongRoot", index=A, sum=TREE.sum, expected=TREE.sum)
    mixed = claim(A).swap(claims=APPLE.claims(number=1))
    world.refuse(mixed, "WrongDistribution")
    world.refuse(claim(A).swap(vault=second.vault), "WrongBondVault")
    world.do(claim(A), calls.claim_dividends(APPLE, second.entitlements, A, number=1))
    assert books(world, MINE).claims == books(world, second).claims == 1


# In time


@pytest.mark.parametrize(("late", "name"), [(-1, "ClaimsNotOpen"), (0, ""), (1, "")])
def test_from_when(world: World, late: int, name: str) -> None:
    """The announced pay time."""
    carry(world, Step.FUNDED)
    world.do(calls.open_claim_page(APPLE, TREE))
    opens = distribution_of(world, MINE).claim_from
    world.advance(opens + late - world.now)
    if name:
        world.refuse(claim(A), name, claim_from=opens, now=opens + late)
    else:
        world.do(claim(A))


@pytest.mark.parametrize("late", [0, 1, CHALLENGE_S])
def test_until_when(paged: World, late: int) -> None:
    closes = distribution_of(paged, MINE).claim_until
    paged.advance(closes + late - paged.now)
    if late:
        for by in (MALLORY, ALICE):
            paged.refuse(claim(A, by=by), "ClaimsClosed", claim_until=closes, now=closes + late)
        page = calls.open_claim_page(APPLE, TREE)
        paged.fail(page)
    else:
        paged.do(claim(A))


@pytest.mark.parametrize("missing", [1, 1_000_000, TREE.sum])
def test_not_before_all_of_it_is_there(world: World, missing: int) -> None:
    """Or whoever comes first is paid, and the last one is not. Donations are no funds."""
    carry(world, Step.READY)
    if TREE.sum - missing:
        world.do(calls.fund_distribution(APPLE, TREE.sum - missing))
    world.do(DOLLARS.pay(purse(CASHIER), MINE.vault, missing, CASHIER))
    carry(world, Step.PAGED, since=Step.FUNDED)
    world.refuse(claim(A), "UnderFunded", funded=TREE.sum - missing, owed=TREE.sum)
    books(world, MINE, donated=missing)
    world.do(calls.fund_distribution(APPLE, missing), claim(A))
    books(world, MINE, donated=missing)
    assert MINE.gross(ALICE) == ALICE_HAS // 400
