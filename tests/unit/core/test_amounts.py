"""Amounts: one unit each, exact, and never mixed."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xstock_client.amounts import (
    DECIMALS,
    MULTIPLIER_SCALE,
    U64_MAX,
    Cash,
    Multiplier,
    MultiplierSchedule,
    Raw,
    Shares,
    Ui,
)

VECTORS = Path(__file__).parents[2] / "vectors/multiplier.json"
U64 = st.integers(0, U64_MAX)


@pytest.mark.parametrize("unit", [Raw, Shares])
@pytest.mark.parametrize("value", [-1, U64_MAX + 1])
def test_amounts_are_64_bits_without_sign(unit: type[Raw] | type[Shares], value: int) -> None:
    assert (unit(0).value, unit(U64_MAX).value) == (0, U64_MAX)
    with pytest.raises(ValueError, match=f"between 0 and {U64_MAX}, not {value}"):
        unit(value)


@pytest.mark.parametrize("value", [1.0, "1", True, None, Decimal(1), Raw(1)])
def test_amounts_are_whole_numbers(value: Any) -> None:
    for unit in (Raw, Shares, Multiplier):
        with pytest.raises(TypeError, match="takes a whole number"):
            unit(value)


MIXES: dict[str, Callable[[], object]] = {
    "raw + shares": lambda: Raw(1) + Shares(1),  # type: ignore[operator]
    "shares - raw": lambda: Shares(1) - Raw(1),  # type: ignore[operator]
    "raw + int": lambda: Raw(1) + 1,  # type: ignore[operator]
    "int + raw": lambda: 1 + Raw(1),  # type: ignore[operator]
    "raw < shares": lambda: Raw(1) < Shares(2),  # type: ignore[operator]
    "raw >= int": lambda: Raw(1) >= 1,  # type: ignore[operator]
    "raw - ui": lambda: Raw(1) - Ui(Decimal(1)),  # type: ignore[operator]
    "sum": lambda: sum([Shares(1)]),  # type: ignore[list-item]
    "raw * int": lambda: Raw(2) * 2,  # type: ignore[operator]
}


@pytest.mark.parametrize("mix", MIXES.values(), ids=MIXES)
def test_units_do_not_mix(mix: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        mix()


def test_equal_numbers_of_other_units_differ() -> None:
    values: list[object] = [Raw(5), Shares(5), Multiplier(5), Ui(Decimal(5)), 5]
    assert all((a == b) == (i == j) for i, a in enumerate(values) for j, b in enumerate(values))


@given(U64, U64)
def test_arithmetic_is_that_of_integers_or_refuses(a: int, b: int) -> None:
    if a + b <= U64_MAX:
        assert Raw(a) + Raw(b) == Raw(a + b)
    else:
        with pytest.raises(ValueError, match="Raw must lie"):
            Raw(a) + Raw(b)
    if a >= b:
        assert Shares(a) - Shares(b) == Shares(a - b)
    else:
        with pytest.raises(ValueError, match="Shares must lie"):
            Shares(a) - Shares(b)
    assert (Raw(a) < Raw(b)) == (a < b)
    assert bool(Raw(a)) == bool(a) and int(Raw(a)) == a


def test_amounts_cannot_be_changed() -> None:
    amount = Raw(1)
    with pytest.raises(AttributeError):
        amount.value = 2  # type: ignore[misc]
    assert not hasattr(amount, "__dict__")


@given(U64, st.integers(0, 18))
def test_ui_and_back_is_exact(value: int, decimals: int) -> None:
    ui = Raw(value).to_ui(decimals)
    assert Fraction(ui.value) == Fraction(value, 10**decimals)
    assert ui.to_raw(decimals) == Raw(value)
    assert Shares(value).to_ui(decimals).to_shares(decimals) == Shares(value)
    assert Ui.parse(str(ui).replace(",", "")) == ui


@pytest.mark.parametrize(
    ("text", "raw", "shown"),
    [
        ("0", 0, "0"),
        ("1", 10**8, "1"),
        ("001.50", 150_000_000, "1.5"),
        (".5", 50_000_000, "0.5"),
        ("2.", 2 * 10**8, "2"),
        ("1234567.00000001", 123_456_700_000_001, "1,234,567.00000001"),
        ("184467440737.09551615", U64_MAX, "184,467,440,737.09551615"),
        ("1.500000000000", 150_000_000, "1.5"),
    ],
)
def test_parses_plain_numbers(text: str, raw: int, shown: str) -> None:
    assert Ui.parse(text).to_raw() == Raw(raw)
    assert str(Ui.parse(text)) == shown


@pytest.mark.parametrize(
    "text", ["", ".", "-1", "+1", "1e3", "1,000", " 1", "1_0", "0x1", "1.2.3", "NaN", "\u0661", "∞"]
)
def test_refuses_other_text(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal number"):
        Ui.parse(text)


@pytest.mark.parametrize("value", [1, 1.5, "1.0", None])
def test_ui_is_never_a_float(value: Any) -> None:
    with pytest.raises(TypeError, match="Decimal"):
        Ui(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-0.1"])
def test_ui_is_finite_and_positive(text: str) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        Ui(Decimal(text))


@pytest.mark.parametrize("text", ["0.000000001", "1." + "0" * 70 + "1", "0." + "9" * 100])
def test_lost_decimals_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"more than {DECIMALS} decimals"):
        Ui.parse(text).to_raw()


def test_too_much_is_refused() -> None:
    with pytest.raises(ValueError, match="Raw must lie"):
        Ui.parse("184467440737.09551616").to_raw()
    with pytest.raises(ValueError, match="Shares must lie"):
        Ui(Decimal("1e100")).to_shares()


def test_a_long_ui_shows_every_digit() -> None:
    assert str(Ui.parse("1" * 70 + ".5")).replace(",", "") == "1" * 70 + ".5"
    assert str(Ui(Decimal("-0"))) == "0"


def test_multiplier_agrees_with_the_vectors() -> None:
    cases = json.loads(VECTORS.read_text())["rounding"]
    assert len(cases) > 250
    overflows = 0
    for case in cases:
        multiplier, amount = Multiplier(case["multiplier"]), case["amount"]
        for rounded, expected in (
            (multiplier.shares_ceil, case["shares_ceil"]),
            (multiplier.shares_floor, case["shares_floor"]),
        ):
            if expected is None:
                overflows += 1
                with pytest.raises(ValueError, match="Shares must lie"):
                    rounded(Raw(amount))
            else:
                assert rounded(Raw(amount)) == Shares(expected)
        assert multiplier.raw_floor(Shares(amount)) == Raw(case["raw_floor"])
    assert overflows > 10


@given(U64, st.integers(1, U64_MAX))
def test_raw_floor_is_the_most_that_shares_cover(shares: int, multiplier: int) -> None:
    most = Multiplier(multiplier).raw_floor(Shares(shares)).value
    assert ceil(Fraction(most * multiplier, MULTIPLIER_SCALE)) <= shares
    assert most == U64_MAX or ceil(Fraction((most + 1) * multiplier, MULTIPLIER_SCALE)) > shares


@given(st.fractions(Fraction(1, 10**12), 10**6), st.integers(0, 80))
def test_decimal_multipliers_round_as_asked(value: Fraction, digits: int) -> None:
    decimal = Decimal(floor(value * 10**digits)).scaleb(-digits)
    exact = Fraction(decimal) * MULTIPLIER_SCALE
    for up, expected in ((False, floor(exact)), (True, ceil(exact))):
        if expected:
            assert Multiplier.from_decimal(decimal, up=up).value == expected
        else:
            with pytest.raises(ValueError, match="between 1 and"):
                Multiplier.from_decimal(decimal, up=up)


def test_a_multiplier_shows_itself() -> None:
    assert str(Multiplier(MULTIPLIER_SCALE)) == "1"
    assert str(Multiplier(1)) == "0.000000000001"
    assert Multiplier.from_decimal(Decimal("1.0024")).to_decimal() == Decimal("1.0024")
    assert Multiplier.from_decimal(Decimal("1." + "0" * 80 + "1"), up=True).value == MULTIPLIER_SCALE + 1


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-1", "0"])
def test_impossible_multipliers(text: str) -> None:
    with pytest.raises(ValueError, match="multiplier"):
        Multiplier.from_decimal(Decimal(text))


def test_money_has_the_decimals_of_its_coin_and_mixes_with_nothing() -> None:
    assert Ui.parse("190.25").to_cash(6) == Cash(190_250_000) and str(Cash(190_250_000).to_ui(6)) == "190.25"
    assert str(Cash(5).to_ui(9)) == "0.000000005" and Cash(2) + Cash(3) == Cash(5)
    with pytest.raises(ValueError, match="more than 6 decimals"):
        Ui.parse("0.0000001").to_cash(6)
    with pytest.raises(TypeError, match="cannot mix Cash with Raw"):
        Cash(1) + Raw(1)  # type: ignore[operator]
    with pytest.raises(TypeError):
        Cash(1).to_ui()  # type: ignore[call-arg]


def test_the_mints_float_is_the_nearest_one() -> None:
    cases = json.loads((VECTORS.parent / "scaled_ui.json").read_text())
    assert len(cases) > 300
    for case in cases:
        bits = Multiplier(case["multiplier"]).f64_bits()
        assert bits[::-1].hex() == case["f64"], case
    assert Multiplier(10 * MULTIPLIER_SCALE).f64_bits() == struct.pack("<d", 10.0)


@given(U64, st.integers(10**6, 10**18))
def test_what_a_wallet_shows_and_takes(raw: int, multiplier: int) -> None:
    at = Multiplier(multiplier)
    worth = floor(Fraction(raw * multiplier, MULTIPLIER_SCALE))
    assume(worth <= U64_MAX)
    shown = at.to_ui(Raw(raw))
    assert shown.to_shares() == Shares(worth)
    back = at.from_ui(shown)
    assert at.shares_floor(back) <= Shares(worth) and back <= Raw(raw)
    enough = at.raw_ceil(Shares(worth))
    assert at.shares_floor(enough) >= Shares(worth) and back <= enough <= Raw(raw)


def test_a_schedule_shows_an_amount_at_its_time() -> None:
    schedule = MultiplierSchedule(Multiplier(MULTIPLIER_SCALE), Multiplier(10 * MULTIPLIER_SCALE), 100)
    assert [str(schedule.to_ui(Raw(150_000_000), now)) for now in (0, 99, 100)] == ["1.5", "1.5", "15"]
    assert schedule.from_ui(Ui.parse("15"), 100) == Raw(150_000_000) == schedule.from_ui(Ui.parse("1.5"), 99)
    assert schedule.shares(Raw(7), 100) == Shares(70)
    assert MultiplierSchedule(Multiplier(5)).at(2**62) == Multiplier(5)
