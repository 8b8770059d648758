"""What payments and penalties come to, by the definitions: exact fractions, with the standard library alone.

Prices are base units of the payment mint per whole share, penalties per whole token; either has 10^8 base units.
"""

from __future__ import annotations

import random
from fractions import Fraction
from math import ceil, floor
from typing import Any

__all__ = ["affordable", "payment", "required", "settled", "worth"]

WHOLE = 10**8
BPS = 10_000
U64_MAX = 2**64 - 1
EDGES = (0, 1, 2, 99_999_999, 100_000_000, 100_000_001, 10**12, 2**60, 2**63, U64_MAX - 1, U64_MAX)
RATES = (0, 1, 99_999_999, 100_000_000, 100_000_001, 187_420_000, 2**60, U64_MAX)


def worth(units: int, rate: int) -> int:
    """What so many units are worth, rounded up, or the largest u64."""
    return min(ceil(Fraction(units * rate, WHOLE)), U64_MAX)


def affordable(raw: int, limit: int, available: int) -> int:
    """The highest rate, at most ``limit``, whose penalty does not exceed ``available``."""
    return min(floor(Fraction(available * WHOLE, raw)), limit) if raw else 0


def settled(shares: int, price: int, bps: int) -> tuple[int, int, int]:
    """Gross, fee, and what the holder gets."""
    gross = worth(shares, price)
    fee = floor(gross * Fraction(bps, BPS))
    return gross, fee, gross - fee


def required(supply: int, bps: int, rate: int) -> int:
    """The bond that a supply needs: the penalty of a part of it, rounded up."""
    return worth(min(ceil(supply * Fraction(bps, BPS)), U64_MAX), rate)


def payment(rng: random.Random) -> dict[str, Any]:
    """Vectors of each, at their edges and at random."""
    pairs = [(units, rate) for units in EDGES for rate in RATES]
    pairs += [(_number(rng), _number(rng)) for _ in range(100)]
    return {
        "worth": [{"units": units, "rate": rate, "worth": worth(units, rate)} for units, rate in pairs],
        "affordable": [_affordable(rng) for _ in range(150)],
        "settled": [_settled(rng) for _ in range(150)],
        "required": [_required(rng) for _ in range(100)],
    }


def _affordable(rng: random.Random) -> dict[str, int]:
    raw, limit, available = (rng.choice((rng.choice(EDGES), _number(rng))) for _ in range(3))
    return {"raw": raw, "limit": limit, "available": available, "rate": affordable(raw, limit, available)}


def _settled(rng: random.Random) -> dict[str, int]:
    shares, price = (rng.choice((rng.choice(EDGES), _number(rng))) for _ in range(2))
    bps = rng.choice((0, 1, 25, 37, 499, 500, rng.randrange(501)))
    gross, fee, net = settled(shares, price, bps)
    return {"shares": shares, "price": price, "fee_bps": bps, "gross": gross, "fee": fee, "payment": net}


def _required(rng: random.Random) -> dict[str, int]:
    supply, rate = (rng.choice((rng.choice(EDGES), _number(rng))) for _ in range(2))
    bps = rng.choice((100, 101, 1_000, 3_333, 9_999, 10_000))
    return {"supply": supply, "coverage_bps": bps, "rate": rate, "bond": required(supply, bps, rate)}


def _number(rng: random.Random) -> int:
    """A number of 1 to 64 bits, small ones as likely as large ones."""
    return rng.getrandbits(rng.randint(1, 64))
