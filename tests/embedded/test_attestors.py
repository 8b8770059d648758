"""Who agrees on record-date balances: how many keys, how many of them, and how long another set waits."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, NVIDIA, OURS, attestor, deputy, staff
from tests.embedded.chain import Call, call
from tests.embedded.setups import told
from tests.embedded.splitting import go
from tests.embedded.world import MALLORY, NOW, Stock, World
from xstock_client.accounts import Asset, AttestorSet
from xstock_client.constants import Halt, Role
from xstock_client.events import AttestorsCancelled, AttestorsSet

NOBODY = calls.corporate.NOTHING
AT = NOW + CHANGE_DELAY_S
FIVE = (0, 1, 2, 3, 4)


def keys(*places: int) -> tuple[Pubkey, ...]:
    """Padded as the account holds them."""
    return (*(attestor(place) for place in places), *[NOBODY] * (5 - len(places)))


def name(*places: int, threshold: int = 2, stock: Stock = APPLE) -> Call:
    return calls.set_attestors(stock, *(attestor(place) for place in places), threshold=threshold)


def attestors(world: World, stock: Stock = APPLE) -> AttestorSet:
    return world.asset(stock).attestors


def in_force(world: World, *places: int, threshold: int) -> None:
    """Name them and wait."""
    world.do(name(*places, threshold=threshold))
    go(world, max(world.now, attestors(world).pending_from))


def test_named_after_the_first_mint(world: World) -> None:
    """They wait in public for the change delay, by the second."""
    event = told(world.run(name(0, 1, 2)).events)
    manager = staff(Role.ATTESTOR_MANAGER)
    assert event == AttestorsSet(APPLE.asset, manager, keys(0, 1, 2), 2, AT, NOW)
    waiting = attestors(world)
    assert (waiting.count, waiting.keys, waiting.pending_count, waiting.pending_threshold) == (0, keys(), 3, 2)
    assert (waiting.pending_keys, waiting.pending_from) == (keys(0, 1, 2), AT)
    dividend = calls.announce_dividend(APPLE, AT + CHANGE_DELAY_S)
    go(world, AT - 1)
    world.refuse(dividend, "NoAttestors")
    world.advance(1)
    world.do(dividend)


def test_named_before_the_first_mint(world: World) -> None:
    event = told(world.run(name(0, 1, stock=NVIDIA)).events)
    assert isinstance(event, AttestorsSet) and event.in_force_at == NOW
    assert (attestors(world, NVIDIA).keys, attestors(world, NVIDIA).count) == (keys(0, 1), 2)
    assert attestors(world, NVIDIA).pending_from == 0


@pytest.mark.parametrize(
    ("count", "threshold", "fits"),
    [
        *((count, threshold, 2 * threshold > count) for count in (2, 3, 4, 5) for threshold in range(2, count + 1)),
        *((count, 1, False) for count in (2, 3)),
        *((count, 0, False) for count in (2, 5)),
        *((count, count + 1, False) for count in (2, 3, 4, 5)),
        (5, 255, False),
    ],
)
def test_more_than_half_and_two_at_least(world: World, count: int, threshold: int, fits: bool) -> None:
    """Two camps never agree on different trees, and no key decides alone."""
    sent = name(*range(count), threshold=threshold)
    if fits:
        world.do(sent)
    else:
        world.refuse(sent, "ThresholdOutOfRange", threshold=threshold, keys=count)


@pytest.mark.parametrize(
    ("places", "seen"), [((), 0), ((0,), 1), ((None, 0, 1), 0), ((0, None, 1), 1), ((0, 1, None, 2), 2)]
)
def test_too_few_and_gaps(world: World, places: tuple[int | None, ...], seen: int) -> None:
    given = [NOBODY if place is None else attestor(place) for place in places]
    sent = call(
        "set_attestors",
        manager=staff(Role.ATTESTOR_MANAGER),
        grant=OURS.grant(Role.ATTESTOR_MANAGER),
        asset=APPLE.asset,
        keys=[*given, *[NOBODY] * (5 - len(given))],
        threshold=2,
    )
    world.refuse(sent, "TooFewAttestors", keys=seen)


def test_a_key_stands_once(world: World) -> None:
    world.refuse(name(0, 1, 0), "RepeatedKey", place=2)
    world.refuse(name(0, 0), "RepeatedKey", place=1)


TIGHTER = [
    (FIVE, 3, (0, 1, 2, 3), 3),
    (FIVE, 3, (4, 3, 2, 1), 3),
    (FIVE, 3, FIVE, 4),
    (FIVE, 3, (4, 3, 2, 1, 0), 3),
    ((0, 1, 2), 2, (0, 1, 2), 3),
]
LOOSER = [
    (FIVE, 3, (0, 1, 2), 3),  # two go
    (FIVE, 4, (0, 1, 2, 3), 4),  # all that stay would be needed: one that falls ill stops it
    (FIVE, 4, FIVE, 3),  # fewer must agree
    (FIVE, 3, (0, 1, 2, 5), 3),  # one is new
    ((0, 1, 2), 2, (0, 1), 2),
    ((0, 1, 2), 2, (0, 1, 2, 3), 3),
    ((0, 1), 2, (2, 3), 2),
]


@pytest.mark.parametrize(
    ("before", "needed", "after", "threshold", "at_once"),
    [*((*row, True) for row in TIGHTER), *((*row, False) for row in LOOSER)],
    ids=[f"{kind}{at}" for kind, rows in (("tighter", TIGHTER), ("looser", LOOSER)) for at in range(len(rows))],
)
def test_tighten_now_loosen_later(
    world: World, before: tuple[int, ...], needed: int, after: tuple[int, ...], threshold: int, at_once: bool
) -> None:
    """One key goes at once where more than the needed ones stay; everything else waits, and a halt refuses it."""
    in_force(world, *before, threshold=needed)
    now = world.now
    world.do(calls.halt(APPLE, Halt.CHANGES))
    sent = name(*after, threshold=threshold)
    if at_once:
        event = told(world.run(sent).events)
        assert isinstance(event, AttestorsSet) and event.in_force_at == now
        assert (attestors(world).keys, attestors(world).threshold) == (keys(*after), threshold)
        assert attestors(world).pending_from == 0
        return
    world.refuse(sent, "ChangesHalted")
    world.do(calls.resume(APPLE, Halt.CHANGES))
    world.do(sent)
    kept = attestors(world)
    assert (kept.keys, kept.threshold, kept.pending_keys) == (keys(*before), needed, keys(*after))
    assert kept.pending_from == now + CHANGE_DELAY_S


def test_a_halt_of_changes_before_the_first_mint(world: World) -> None:
    world.do(calls.halt(NVIDIA, Halt.CHANGES))
    world.refuse(name(0, 1, stock=NVIDIA), "ChangesHalted")


def test_a_second_proposal_replaces_the_first(world: World) -> None:
    world.do(name(0, 1))
    world.advance(CHANGE_DELAY_S - 1)
    world.do(name(2, 3))
    world.advance(1)
    assert attestors(world).pending_keys == keys(2, 3)
    dividend = calls.announce_dividend(APPLE, world.now + CHANGE_DELAY_S)
    world.refuse(dividend, "NoAttestors")


def test_tightening_voids_what_waits(world: World) -> None:
    """The set that a stolen manager's key proposed goes with the key that leaves."""
    in_force(world, *FIVE, threshold=3)
    world.do(name(5, 6), name(0, 1, 2, 3, threshold=3))
    assert (attestors(world).pending_from, attestors(world).keys) == (0, keys(0, 1, 2, 3))


@pytest.mark.parametrize("role", [*Role, None])
def test_who_cancels_what_waits(world: World, role: Role | None) -> None:
    """Pausers, admins, and the authority."""
    world.do(name(0, 1))
    by = OURS.authority if role is None else staff(role)
    sent = calls.cancel_attestors(APPLE, by=by)
    if role not in (Role.PAUSER, Role.ADMIN, None):
        assert role is not None
        world.refuse(sent.swap(grant=OURS.grant(role)), "WrongRoleGrant")
        return
    if role is not None:
        sent = sent.swap(grant=OURS.grant(role))
    event = told(world.run(sent).events)
    assert event == AttestorsCancelled(APPLE.asset, by, NOW)
    assert (attestors(world).pending_from, attestors(world).pending_keys) == (0, keys())
    world.refuse(sent, "NothingQueued", waits_until=0, now=NOW)


@pytest.mark.parametrize("late", [-1, 0])
def test_it_is_cancelled_until_it_is_in_force(world: World, late: int) -> None:
    world.do(name(0, 1))
    go(world, AT + late)
    sent = calls.cancel_attestors(APPLE)
    if late:
        world.do(sent)
    else:
        world.refuse(sent, "NothingQueued", waits_until=AT, now=AT)
    assert world.read(Asset, APPLE.asset).attestors.count == 0


@pytest.mark.parametrize("role", Role)
def test_who_names_them(world: World, role: Role) -> None:
    sent = name(0, 1).swap(manager=staff(role), grant=OURS.grant(role))
    if role is Role.ATTESTOR_MANAGER:
        world.do(sent)
    else:
        world.refuse(sent, "WrongRoleGrant")
        world.refuse(name(0, 1).swap(manager=MALLORY), "WrongRoleGrant")
        other = deputy(Role.ATTESTOR_MANAGER)
        world.do(name(0, 1).swap(manager=other, grant=OURS.grant(Role.ATTESTOR_MANAGER, other)))
