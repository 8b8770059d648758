"""Amounts that never mix silently.

Four units meet in a tokenized stock, and a wallet that mixes them is wrong by
the split ratio, or by the price:

* :class:`Raw`: base units of the token, what the token program moves.
* :class:`Shares`: real shares, in base units of the same decimals.
* :class:`Cash`: base units of the stablecoin that redemptions are paid in.
* :class:`Ui`: the decimal number a person reads.

Arithmetic works inside one unit and raises :class:`TypeError` across units.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import Self

__all__ = [
    "DECIMALS",
    "MULTIPLIER_SCALE",
    "U64_MAX",
    "Cash",
    "Multiplier",
    "MultiplierSchedule",
    "Raw",
    "Shares",
    "Ui",
]

DECIMALS = 8
"""Decimals of every token that the program lists, as xStocks have."""

MULTIPLIER_SCALE = 10**12
"""One share per raw unit, as the program's fixed point writes it (math/multiplier.rs)."""

U64_MAX = 2**64 - 1

_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True, order=True)
class _Integer:
    """A whole number of base units between 0 and 2**64 - 1."""

    value: int

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"{type(self).__name__} takes a whole number, not {self.value!r}")
        if not 0 <= self.value <= U64_MAX:
            raise ValueError(f"{type(self).__name__} must lie between 0 and {U64_MAX}, not {self.value}")

    def __int__(self) -> int:
        return self.value

    def __bool__(self) -> bool:
        return self.value != 0

    def __add__(self, other: Self) -> Self:
        return type(self)(self.value + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.value - self._same(other))

    def _same(self, other: object) -> int:
        if type(other) is not type(self):
            raise TypeError(f"cannot mix {type(self).__name__} with {type(other).__name__}")
        return other.value

    def __str__(self) -> str:
        return f"{self.value:,}"


class _Stock(_Integer):
    __slots__ = ()

    def to_ui(self, decimals: int = DECIMALS) -> Ui:
        """The same amount as a decimal number, exactly."""
        return Ui(_EXACT.scaleb(Decimal(self.value), -decimals))


class Raw(_Stock):
    """Base units of the token (``mint.supply`` and every transfer are in these)."""

    __slots__ = ()


class Shares(_Stock):
    """Real shares in base units: 1.5 shares are ``Shares(150_000_000)``."""

    __slots__ = ()


class Cash(_Integer):
    """Base units of the stablecoin that an asset's redemptions are paid in: payments, penalties, prices per share.

    Its decimals are those of the asset's payment mint, never :data:`DECIMALS`.
    """

    __slots__ = ()

    def to_ui(self, decimals: int) -> Ui:
        """The same amount as a decimal number, exactly; ``decimals`` are the payment mint's."""
        return Ui(_EXACT.scaleb(Decimal(self.value), -decimals))


@dataclass(frozen=True, slots=True, order=True)
class Ui:
    """A decimal number of shares or tokens, for people. Never a float."""

    value: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal):
            raise TypeError(f"Ui takes a Decimal or Ui.parse(text), not {self.value!r}")
        if not self.value.is_finite() or self.value < 0:
            raise ValueError(f"Ui must be finite and not negative, not {self.value}")

    @classmethod
    def parse(cls, text: str) -> Ui:
        """Read ``"1234.5"`` (no sign, exponent or separators). Raises ValueError."""
        if not text or not text.isascii() or not all(c.isdigit() or c == "." for c in text):
            raise ValueError(f"not a plain decimal number: {text!r}")
        try:
            return cls(Decimal(text))
        except InvalidOperation:
            raise ValueError(f"not a plain decimal number: {text!r}") from None

    def to_raw(self, decimals: int = DECIMALS) -> Raw:
        """Base units of the token. Raises ValueError when decimals would be lost."""
        return Raw(self._base_units(decimals))

    def to_shares(self, decimals: int = DECIMALS) -> Shares:
        """Base units of shares. Raises ValueError when decimals would be lost."""
        return Shares(self._base_units(decimals))

    def to_cash(self, decimals: int) -> Cash:
        """Base units of a stablecoin of so many decimals. Raises ValueError when decimals would be lost."""
        return Cash(self._base_units(decimals))

    def _base_units(self, decimals: int) -> int:
        numerator, denominator = self.value.as_integer_ratio()
        scale: int = 10**decimals
        whole, rest = divmod(numerator * scale, denominator)
        if rest:
            raise ValueError(f"{self.value} has more than {decimals} decimals")
        return whole

    def __str__(self) -> str:
        whole, _, fraction = f"{self.value.copy_abs():f}".partition(".")
        fraction = fraction.rstrip("0")
        return f"{int(whole):,}" + (f".{fraction}" if fraction else "")


@dataclass(frozen=True, slots=True, order=True)
class Multiplier:
    """Shares per raw unit, unsigned fixed point of scale :data:`MULTIPLIER_SCALE`."""

    value: int

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"Multiplier takes a whole number of 10^-12, not {self.value!r}; see from_decimal")
        if not 0 < self.value <= U64_MAX:
            raise ValueError(f"a multiplier must lie between 1 and {U64_MAX}, not {self.value}")

    def shares_ceil(self, raw: Raw) -> Shares:
        """Shares owed for ``raw``, rounded against the issuer."""
        return Shares(-(-raw.value * self.value // MULTIPLIER_SCALE))

    def shares_floor(self, raw: Raw) -> Shares:
        """Shares that ``raw`` surely covers."""
        return Shares(raw.value * self.value // MULTIPLIER_SCALE)

    def raw_floor(self, shares: Shares) -> Raw:
        """The largest raw amount whose obligation is at most ``shares``."""
        return Raw(min(shares.value * MULTIPLIER_SCALE // self.value, U64_MAX))

    def raw_ceil(self, shares: Shares) -> Raw:
        """The smallest raw amount that is worth at least ``shares``. Raises ValueError when none of 64 bits is."""
        return Raw(-(-shares.value * MULTIPLIER_SCALE // self.value))

    def to_ui(self, raw: Raw, decimals: int = DECIMALS) -> Ui:
        """``raw`` as people read it: shares, rounded down to the token's decimals."""
        return self.shares_floor(raw).to_ui(decimals)

    def from_ui(self, ui: Ui, decimals: int = DECIMALS) -> Raw:
        """The largest raw amount that is worth at most ``ui`` shares. Raises ValueError when decimals would be lost."""
        return self.raw_floor(ui.to_shares(decimals))

    def f64_bits(self) -> bytes:
        """What the mint's ScaledUiAmount holds: the nearest f64, ties to even, little-endian (math/scaled_ui.rs).

        For comparison with a mint alone: amounts are computed from the fixed point, never from a float.
        """
        return struct.pack("<d", self.value / MULTIPLIER_SCALE)  # Python divides whole numbers to the nearest float

    def to_decimal(self) -> Decimal:
        """The multiplier as a decimal, exactly."""
        return _EXACT.scaleb(Decimal(self.value), -12)

    @classmethod
    def from_decimal(cls, value: Decimal, *, up: bool = False) -> Multiplier:
        """Round ``value`` to the scale: down, or up where the issuer owes. Raises ValueError."""
        if not value.is_finite():
            raise ValueError(f"a multiplier is a finite number, not {value}")
        numerator, denominator = value.as_integer_ratio()
        down, rest = divmod(numerator * MULTIPLIER_SCALE, denominator)
        return cls(down + (up and rest != 0))

    def __str__(self) -> str:
        return str(Ui(self.to_decimal()))


@dataclass(frozen=True, slots=True)
class MultiplierSchedule:
    """The multiplier of an asset over time, as far as it is known: what wallets need to show an amount at a time."""

    current: Multiplier
    following: Multiplier | None = None
    """In force from ``effective_at`` on; None while nothing is scheduled."""
    effective_at: int = 0
    """Unix seconds."""

    def at(self, now: int) -> Multiplier:
        """In force at ``now``, by Token-2022's own rule: from the effective second on."""
        return self.current if self.following is None or now < self.effective_at else self.following

    def shares(self, raw: Raw, now: int) -> Shares:
        """What ``raw`` is worth at ``now``, rounded down."""
        return self.at(now).shares_floor(raw)

    def to_ui(self, raw: Raw, now: int, decimals: int = DECIMALS) -> Ui:
        """``raw`` as people read it at ``now``."""
        return self.at(now).to_ui(raw, decimals)

    def from_ui(self, ui: Ui, now: int, decimals: int = DECIMALS) -> Raw:
        """The largest raw amount that is worth at most ``ui`` shares at ``now``. Raises ValueError."""
        return self.at(now).from_ui(ui, decimals)
