"""Reports that name another split than the asset's: whose word is taken when, and as what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE
from tests.embedded.chain import Call
from tests.embedded.setups import add_chain, told
from tests.embedded.splitting import EFFECTIVE, EX, announce, down, each_ratio, go, split, up
from tests.embedded.world import NOW, ONE, RESERVE, World, relay
from xstock_client.amounts import Shares
from xstock_client.constants import DAY_S, MAX_REPORTED_SHARES
from xstock_client.events import ChainAttested, ReserveAttested

LARGEST = 2**32 - 1
"""Of a basis."""
SETTLED = RESERVE + 7
IN_TRANSIT = 100 * ONE + 5
SUPPLY = 40 * ONE + 1
SECOND_EX = EFFECTIVE + 3 * DAY_S


def flipped(ratio: tuple[int, int]) -> tuple[int, int]:
    return ratio[1], ratio[0]


def custody(world: World, **said: Any) -> Call:
    return world.attest(APPLE, 0, SETTLED, **said)


def chain(world: World, **said: Any) -> Call:
    return world.attest_chain(APPLE, 0, SUPPLY, **said)


@pytest.fixture(params=[custody, chain], ids=["custody", "chain"])
def report(request: pytest.FixtureRequest, world: World) -> Callable[..., Call]:
    """A report of either kind; the keys of the chain are in force before the ex time."""
    if request.param is chain:
        world.do(calls.register_chain(APPLE, 0))
    sent: Callable[..., Call] = request.param
    return sent


def taken(world: World, sent: Call, kind: Callable[..., Call]) -> int:
    """What the slot holds, and the event tells, of a report that is accepted."""
    event = told(world.run(sent).events)
    if kind is custody:
        assert isinstance(event, ReserveAttested)
        slot = world.slot(APPLE, 0)
        assert (event.settled, event.basis) == (slot.settled, slot.basis)
        return slot.settled
    assert isinstance(event, ChainAttested)
    there = world.foreign(APPLE, 0)
    assert (event.chain_supply, event.basis) == (there.supply, there.basis)
    return there.supply


# time now, the report's basis and its time; whether it is taken, and by which way it is converted
BEFORE = [
    (EX - 1, 0, EX - 1, "same"),
    (EX - 1, 1, EX - 1, None),
    (EX - 1, 2, EX - 1, None),
    (EX - 1, LARGEST, EX - 1, None),
    (EX, 0, EX, "same"),
    (EX, 1, EX - 1, None),
    (EX, 1, EX, "back"),
    (EX + 1, 1, EX, "back"),
    (EX + 1, 2, EX + 1, None),
    (EFFECTIVE - 1, 0, EFFECTIVE - 1, "same"),
    (EFFECTIVE - 1, 1, EFFECTIVE - 1, "back"),
    (EFFECTIVE - 1, 1, EX - 1, None),
]
AFTER = [
    (EFFECTIVE, 0, EFFECTIVE, None),
    (EFFECTIVE, 0, EFFECTIVE - 1, "forth"),
    (EFFECTIVE, 0, EX - 1, "forth"),
    (EFFECTIVE, 1, EFFECTIVE, "same"),
    (EFFECTIVE, 1, EFFECTIVE - 1, "same"),
    (EFFECTIVE, 1, EX, "same"),
    (EFFECTIVE, 1, EX - 1, None),
    (EFFECTIVE, 2, EFFECTIVE, None),
    (EFFECTIVE, LARGEST, EFFECTIVE - 1, None),
    (EFFECTIVE + DAY_S, 0, EFFECTIVE - 1, "forth"),
    (EFFECTIVE + DAY_S, 0, EFFECTIVE, None),
    (EFFECTIVE + DAY_S, 1, EFFECTIVE + DAY_S, "same"),
]


@each_ratio
@pytest.mark.parametrize(("at", "basis", "as_of", "way"), [*BEFORE, *AFTER])
def test_whose_word_is_taken(
    world: World,
    report: Callable[..., Call],
    ratio: tuple[int, int],
    at: int,
    basis: int,
    as_of: int,
    way: str | None,
) -> None:
    """That of a split from its ex time on, and that of the one before until it takes effect."""
    kind = custody if report is custody else chain
    world.do(announce(ratio))
    go(world, at)
    sent = report(world, basis=basis, as_of=as_of)
    if way is None:
        expected = 1 if at >= EFFECTIVE else 0
        world.refuse(sent, "WrongBasis", given=basis, expected=expected, as_of=as_of)
        return
    figure, rounded = (SETTLED, down) if kind is custody else (SUPPLY, up)
    converted = {"same": (1, 1), "back": flipped(ratio), "forth": ratio}[way]
    assert taken(world, sent, kind) == rounded(figure, converted)
    assert world.asset(APPLE).basis == (1 if at >= EFFECTIVE else 0)


@each_ratio
def test_shares_in_transit_are_converted_too(world: World, ratio: tuple[int, int]) -> None:
    """Holdings rounded down, both of them, there and back."""
    world.do(announce(ratio))
    go(world, EX)
    by = EX + 2 * DAY_S
    early = world.attest(APPLE, 0, SETTLED, in_transit=Shares(IN_TRANSIT), in_transit_by=by, basis=1)
    world.do(early)
    slot = world.slot(APPLE, 0)
    back = flipped(ratio)
    assert (slot.settled, slot.in_transit, slot.in_transit_by) == (down(SETTLED, back), down(IN_TRANSIT, back), by)
    go(world, EFFECTIVE)
    world.do(calls.check_solvency(APPLE))
    slot = world.slot(APPLE, 0)
    assert (slot.settled, slot.in_transit) == (down(down(SETTLED, back), ratio), down(down(IN_TRANSIT, back), ratio))
    late = world.attest(
        APPLE, 1, SETTLED, in_transit=Shares(IN_TRANSIT), in_transit_by=by, basis=0, as_of=EFFECTIVE - 1
    )
    world.do(late)
    slot = world.slot(APPLE, 1)
    assert (slot.settled, slot.in_transit) == (down(SETTLED, ratio), down(IN_TRANSIT, ratio))
    assert (slot.basis, world.slot(APPLE, 0).basis) == (0, 1)


def test_both_bases_in_one_transaction(world: World) -> None:
    """Two custodians whose software is not of one mind, judged together."""
    world.do(announce())
    go(world, EX)
    old, new = world.report(APPLE, 0, SETTLED), world.report(APPLE, 1, 10 * SETTLED + 9, basis=1)
    done = world.run(relay(APPLE, old, new))
    first, second = done.events
    assert isinstance(first, ReserveAttested) and isinstance(second, ReserveAttested)
    assert (first.settled, first.basis, second.settled, second.basis) == (SETTLED, 0, SETTLED, 1)
    assert first.reserve == second.reserve == 2 * SETTLED
    go(world, EFFECTIVE)
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert getattr(event, "last_reserve", None) == 20 * SETTLED


def test_new_counts_under_the_old_name_are_refused(world: World) -> None:
    """A custodian whose software books the split and does not tell would hold ten times as much."""
    split(world)
    many = world.attest(APPLE, 0, 10 * SETTLED, basis=0)
    world.refuse(many, "WrongBasis", given=0, expected=1, as_of=EFFECTIVE)
    world.do(world.attest(APPLE, 0, 10 * SETTLED, basis=1))
    assert world.slot(APPLE, 0).settled == 10 * SETTLED


def test_a_report_of_a_split_that_was_cancelled(world: World) -> None:
    """What was taken stays in the old basis; nothing names the split any more."""
    world.do(announce())
    go(world, EX)
    world.do(world.attest(APPLE, 0, 10 * SETTLED, basis=1), calls.cancel_action(APPLE))
    assert (world.slot(APPLE, 0).settled, world.slot(APPLE, 0).basis) == (SETTLED, 1)
    world.advance(1)
    again = world.attest(APPLE, 0, 10 * SETTLED, basis=1)
    world.refuse(again, "WrongBasis", given=1, expected=0, as_of=EX + 1)
    world.do(world.attest(APPLE, 0, SETTLED + 1))
    assert (world.slot(APPLE, 0).settled, world.slot(APPLE, 0).basis) == (SETTLED + 1, 0)


@pytest.mark.parametrize("basis", [0, 1, 2, 3, LARGEST])
@pytest.mark.parametrize("as_of", [EFFECTIVE - 1, EFFECTIVE, SECOND_EX - 1, SECOND_EX, SECOND_EX + DAY_S - 1])
def test_two_splits_behind_is_nobodys_word(world: World, basis: int, as_of: int) -> None:
    """Only the last split converts: what is two behind is refused whatever it speaks of."""
    split(world)
    split(world, (3, 2), at=SECOND_EX + DAY_S)
    sent = world.attest(APPLE, 0, SETTLED, basis=basis, as_of=as_of)
    if basis not in (1, 2) or (basis == 2 and as_of < SECOND_EX):
        world.refuse(sent, "WrongBasis", given=basis, expected=2, as_of=as_of)
    else:
        world.do(sent)
        assert world.slot(APPLE, 0).settled == (down(SETTLED, (3, 2)) if basis == 1 else SETTLED)


def test_without_any_split_there_is_one_basis(world: World) -> None:
    for basis in (1, 2, LARGEST):
        sent = world.attest(APPLE, 0, SETTLED, basis=basis)
        world.refuse(sent, "WrongBasis", given=basis, expected=0, as_of=NOW)


@pytest.mark.parametrize(
    ("settled", "fits"), [(MAX_REPORTED_SHARES // 10, True), (MAX_REPORTED_SHARES // 10 + 1, False)]
)
def test_a_converted_figure_must_count(world: World, settled: int, fits: bool) -> None:
    """The limit is one of the asset's own basis."""
    split(world)
    sent = world.attest(APPLE, 0, settled, basis=0, as_of=EFFECTIVE - 1)
    if fits:
        world.do(sent)
        assert world.slot(APPLE, 0).settled == 10 * settled
    else:
        world.refuse(sent, "FigureTooLarge", given=10 * settled, limit=MAX_REPORTED_SHARES)


@each_ratio
def test_a_report_before_the_ex_time_is_carried_over(world: World, ratio: tuple[int, int]) -> None:
    """Nobody has to report on the day: figures that were there are converted, chains' upwards."""
    add_chain(world, 0, cap=50 * ONE, supply=SUPPLY)
    at = world.now + 3 * DAY_S
    world.do(world.attest(APPLE, 0, SETTLED), announce(ratio, at=at))
    go(world, at)
    event = told(world.run(calls.check_solvency(APPLE)).events)
    assert world.slot(APPLE, 0).settled == down(SETTLED, ratio)
    assert world.slot(APPLE, 1).settled == down(RESERVE, ratio)
    assert world.foreign(APPLE, 0).supply == up(SUPPLY, ratio)
    assert getattr(event, "foreign", None) == up(SUPPLY, ratio)
    assert getattr(event, "last_reserve", None) == down(SETTLED, ratio) + down(RESERVE, ratio)
