"""What wallets see of a multiplier: the mint's ScaledUiAmount, to the last bit of its f64, from the same second on."""

from __future__ import annotations

import base64
import re
import struct
from decimal import Decimal

import pytest

from tests.embedded import calls, tokens
from tests.embedded.calls import APPLE, MULTIPLIER, NVIDIA, Stock
from tests.embedded.chain import Call
from tests.embedded.setups import pause
from tests.embedded.splitting import EFFECTIVE, EX, announce, go, in_force, up
from tests.embedded.world import FEES, NOW, ONE, World
from xstock_client.accounts import Asset
from xstock_client.clients.token import Extension
from xstock_client.constants import DAY_S

AMOUNT_TO_UI = b"\x17"


def bits(multiplier: int) -> bytes:
    """As Python's floats have it: the nearest, ties to even."""
    return struct.pack("<d", multiplier / 10**12)


def shown(world: World, stock: Stock = APPLE) -> tuple[bytes, int, bytes]:
    """Multiplier, time of the next one, and the next one, of the mint."""
    value = world.mint(stock).extensions[Extension.SCALED_UI_AMOUNT]
    assert (len(value), value[:32]) == (56, bytes(stock.asset))
    return value[32:40], int.from_bytes(value[40:48], "little", signed=True), value[48:56]


def ui(world: World, raw: int = ONE, stock: Stock = APPLE) -> Decimal:
    """What Token-2022 itself makes of raw units now."""
    sent = tokens.token(AMOUNT_TO_UI + raw.to_bytes(8, "little"), (stock.mint, ""))
    executed = world.chain.execute((sent,), FEES)
    assert executed.error is None
    (line,) = (line for line in executed.logs if line.startswith("Program return:"))
    found = re.search(r" (\S+)$", line)
    assert found
    return Decimal(base64.b64decode(found[1]).decode())


def wallets_show(world: World, stock: Stock = APPLE) -> bytes:
    """The multiplier by Token-2022's rule."""
    now, at, later = shown(world, stock)
    return later if world.now >= at else now


def scheduled(world: World, number: int, ratio: tuple[int, int], at: int, kind: str = "split") -> Call:
    """A change of the multiplier that is in force."""
    if kind == "split":
        return announce(ratio, number, at=at, old_multiplier=in_force(world))
    return calls.announce_stock_dividend(APPLE, at, *ratio, number, old_multiplier=in_force(world))


def test_at_first(world: World) -> None:
    assert shown(world)[0] == shown(world)[2] == bits(MULTIPLIER)
    assert ui(world) == 1


@pytest.mark.parametrize("ratio", [(10, 1), (3, 2), (1, 8), (1, 3), (7, 11), (9_999, 10_000), (10_000, 1), (1, 10_000)])
def test_it_changes_at_its_second(world: World, ratio: tuple[int, int]) -> None:
    """Before and after, as the program reads it."""
    world.do(announce(ratio))
    new = up(MULTIPLIER, ratio)
    assert shown(world) == (bits(MULTIPLIER), EFFECTIVE, bits(new))
    for at in (NOW, EX, EFFECTIVE - 1):
        go(world, at)
        assert (wallets_show(world), ui(world)) == (bits(MULTIPLIER), Decimal(1))
    go(world, EFFECTIVE)
    assert (wallets_show(world), in_force(world)) == (bits(new), new)
    assert abs(ui(world) - Decimal(new) / 10**12) <= Decimal("0.00000001")
    world.do(calls.check_solvency(APPLE))
    assert shown(world) == (bits(MULTIPLIER), EFFECTIVE, bits(new))  # nothing has to touch the mint


@pytest.mark.parametrize(
    "multiplier",
    [
        10**6,
        10**6 + 1,
        999_999_999_999,
        10**12 + 1,
        333_333_333_334,
        1_234_567_890_123_456,
        2**53 + 1,
        2**54 + 3,
        999_999_999_999_999_999,
        10**18,
    ],
)
def test_every_bit(world: World, multiplier: int) -> None:
    """The one in force and the scheduled one, whatever they are."""
    for name in ("multiplier", "next_multiplier"):
        world.patch_field(Asset, APPLE.asset, name, multiplier)
    ratio = (3, 2) if multiplier < 10**17 else (2, 3)
    world.do(announce(ratio, old_multiplier=multiplier))
    assert shown(world) == (bits(multiplier), EFFECTIVE, bits(up(multiplier, ratio)))


@pytest.mark.parametrize("at", [NOW, EX, EFFECTIVE - 1])
def test_cancelled_it_never_shows(world: World, at: int) -> None:
    world.do(announce((1, 3)))
    go(world, at)
    world.do(calls.cancel_action(APPLE))
    assert shown(world)[0] == shown(world)[2] == bits(MULTIPLIER)
    for later in (at, EFFECTIVE - 1, EFFECTIVE, EFFECTIVE + DAY_S):
        go(world, later)
        assert (wallets_show(world), ui(world)) == (bits(MULTIPLIER), Decimal(1))


@pytest.mark.parametrize("touched", [False, True], ids=["untouched", "touched"])
def test_several_in_a_row(world: World, touched: bool) -> None:
    """The mint keeps one current and one next: the one in force is written before the one that comes."""
    at, multiplier = NOW, MULTIPLIER
    steps = [("split", (1, 3)), ("dividend", (1, 100)), ("split", (10, 1)), ("split", (3, 2)), ("dividend", (7, 9))]
    for number, (kind, ratio) in enumerate(steps):
        at += 5 * DAY_S
        for slot in (0, 1):
            world.do(world.attest(APPLE, slot, 10**6 * ONE, basis=world.asset(APPLE).basis))
        world.do(scheduled(world, number, ratio, at, kind))
        new = up(multiplier, ratio if kind == "split" else (sum(ratio), ratio[1]))
        assert shown(world) == (bits(multiplier), at, bits(new))
        go(world, at - 1)
        assert wallets_show(world) == bits(multiplier)
        go(world, at)
        assert wallets_show(world) == bits(new)
        multiplier = new
        if touched:
            world.do(calls.check_solvency(APPLE))
            assert world.asset(APPLE).multiplier == multiplier
        assert in_force(world) == multiplier
        world.do(calls.check_solvency(APPLE))
    assert multiplier == up(up(up(up(up(MULTIPLIER, (1, 3)), (101, 100)), (10, 1)), (3, 2)), (16, 9))


def test_the_second_is_cancelled(world: World) -> None:
    """What is left is the first, which is in force."""
    world.do(announce((10, 1)))
    go(world, EFFECTIVE)
    at = EFFECTIVE + 3 * DAY_S
    world.do(announce((1, 3), 1, at=at, old_multiplier=10 * MULTIPLIER), calls.cancel_action(APPLE, 1))
    go(world, at)
    assert (wallets_show(world), in_force(world), ui(world)) == (bits(10 * MULTIPLIER), 10 * MULTIPLIER, Decimal(10))


def test_cancelled_and_announced_again(world: World) -> None:
    world.do(announce((10, 1)), calls.cancel_action(APPLE), announce((3, 2), 1, at=EFFECTIVE + DAY_S))
    assert shown(world) == (bits(MULTIPLIER), EFFECTIVE + DAY_S, bits(MULTIPLIER * 3 // 2))
    go(world, EFFECTIVE)
    assert wallets_show(world) == bits(MULTIPLIER)
    go(world, EFFECTIVE + DAY_S)
    assert wallets_show(world) == bits(MULTIPLIER * 3 // 2)


def test_a_paused_token(world: World) -> None:
    """A pause stops transfers, and no announcement, no change and no cancellation."""
    pause(world)
    world.do(announce((10, 1)), calls.cancel_action(APPLE), announce((3, 2), 1))
    assert shown(world) == (bits(MULTIPLIER), EFFECTIVE, bits(MULTIPLIER * 3 // 2))
    go(world, EFFECTIVE)
    assert wallets_show(world) == bits(MULTIPLIER * 3 // 2)
    assert world.mint(APPLE).paused


def test_nobody_elses_mint(world: World) -> None:
    others = (NVIDIA, calls.RIVAL_APPLE, calls.RIVAL_NVIDIA)
    before = [world.get(stock.mint) for stock in others]
    world.do(announce())
    assert [world.get(stock.mint) for stock in others] == before


def test_actions_that_change_no_multiplier_leave_the_mint_alone(world: World) -> None:
    before = world.get(APPLE.mint)
    world.do(calls.announce_delisting(APPLE, EFFECTIVE), calls.cancel_action(APPLE))
    world.do(calls.announce_identifiers(APPLE, EFFECTIVE, APPLE.isin, "AAPL2", 1), calls.cancel_action(APPLE, 1))
    assert world.get(APPLE.mint) == before
