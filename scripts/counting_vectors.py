"""What reports count for, by the definitions: exact fractions and a search, with the standard library alone.

Times are unix seconds, figures base units of shares. A policy, a custodian's slot and a chain's slot are dictionaries
with the names of the program's fields; ``group`` names a custodian.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

__all__ = ["counting", "decay", "effective", "holdings", "last_figures", "relative", "required", "transit"]

BPS = 10_000
DAY = 86_400
U64_MAX = 2**64 - 1
LARGEST = 2**60
NOW = 1_772_323_200

Slot = Mapping[str, int]
Policy = Mapping[str, int]


def relative(figures: Sequence[int], share_bps: int) -> int:
    """The largest whole T that is at most the sum of ``min(x, share * T)``: by bisection, for the rest is concave."""
    if share_bps >= BPS:
        return sum(figures)
    share = Fraction(share_bps, BPS)
    low, high = 0, sum(figures)
    while low < high:
        middle = (low + high + 1) // 2
        if middle <= sum(min(Fraction(x), share * middle) for x in figures):
            low = middle
        else:
            high = middle - 1
    return low


def transit(shares: int, haircut_bps: int, as_of: int, by: int) -> int:
    """Shares in transit that count while their date has not come."""
    in_time = as_of <= by <= as_of + 10 * DAY
    return floor(shares * Fraction(BPS - haircut_bps, BPS)) if in_time else 0


def required(obligation: int, collateral_bps: int) -> int:
    """What the reserve must reach, or the largest u64."""
    return min(ceil(obligation * Fraction(collateral_bps, BPS)), U64_MAX)


def decay(used: int, limit: int, elapsed: Sequence[int]) -> int:
    """Usage after so many seconds, looked at in between: it frees ``limit`` a day, in all."""
    return max(used - floor(Fraction(limit * sum(elapsed), DAY)), 0)


def effective(policy: Policy, custodians: Sequence[Slot], chains: Sequence[Slot], now: int) -> dict[str, Any]:
    """What a mint is judged by."""
    foreign = 0
    for chain in chains:
        if chain["active"]:
            fresh = chain["received_at"] != 0 and 0 <= now - chain["as_of"] <= policy["chain_max_age_s"]
            foreign += (chain["supply"] if fresh else max(chain["supply"], chain["cap"])) + chain["outbound"]
    fresh_slots = [slot for slot in custodians if 0 <= now - slot["as_of"] <= policy["max_age_s"]]
    return _view(policy, fresh_slots, foreign, now)


def last_figures(policy: Policy, custodians: Sequence[Slot], chains: Sequence[Slot]) -> dict[str, Any]:
    """What the latch judges by: no age, no date, no cap of a chain."""
    return _view(policy, custodians, _reported_abroad(chains), None)


def holdings(custodians: Sequence[Slot], chains: Sequence[Slot]) -> dict[str, Any]:
    """All that was last reported."""
    reported = [slot for slot in custodians if slot["active"] and slot["received_at"]]
    return {
        "shares": sum(slot["settled"] + slot["in_transit"] for slot in reported),
        "oldest_as_of": min((slot["as_of"] for slot in reported), default=None),
        # no chain weighs more than its cap
        "foreign": sum(_beside(chain, min(chain["supply"], chain["cap"])) for chain in chains if chain["active"]),
    }


def _reported_abroad(chains: Sequence[Slot]) -> int:
    return sum(_beside(chain, chain["supply"]) for chain in chains if chain["active"])


def _beside(chain: Slot, supply: int) -> int:
    """Owed there beside the tokens here: what its report may contain and counts here as well is taken off once."""
    return max(min(supply + chain["outbound"], U64_MAX) - min(chain["reported"] + chain["concluded"], U64_MAX), 0)


def _view(policy: Policy, slots: Sequence[Slot], foreign: int, now: int | None) -> dict[str, Any]:
    times: list[int] = []
    groups: dict[int, int] = {}
    for slot in slots:
        figure = slot["settled"] if slot["active"] else 0
        if slot["active"] and (now is None or now <= slot["in_transit_by"]):
            figure += transit(slot["in_transit"], policy["haircut_bps"], slot["as_of"], slot["in_transit_by"])
        if figure:
            times.append(slot["as_of"])
            groups[slot["group"]] = groups.get(slot["group"], 0) + figure
    figures = [min(figure, policy["custodian_cap"]) for figure in groups.values()]
    enough = len(figures) >= policy["min_custodians"]
    return {
        "shares": relative(figures, policy["custodian_share_bps"]) if enough else 0,
        "oldest_as_of": min(times, default=None),
        "custodians": len(figures),
        "foreign": foreign,
    }


def counting(rng: random.Random) -> dict[str, Any]:
    """Vectors of each of these, at their edges and at random."""
    return {
        "relative": _relative_cases(rng),
        "transit": _transit_cases(rng),
        "required": _required_cases(rng),
        "decay": _decay_cases(rng),
        "reserve": [_reserve_case(rng) for _ in range(30)],
    }


def _relative_cases(rng: random.Random) -> list[dict[str, Any]]:
    figures = [[0] * 8, [7] + [0] * 7, [LARGEST] * 8, [LARGEST, 1] + [0] * 6, [1] * 8, [3, 2, 1] + [0] * 5]
    figures += [[_figure(rng) for _ in range(8)] for _ in range(20)]
    shares = [1_000, 1_250, 3_333, 3_334, 4_999, 5_000, 5_001, 9_999, 10_000]
    return [
        {"figures": one, "share_bps": share, "total": relative(one, share)}
        for one in figures
        for share in rng.sample(shares, 4)
    ]


def _transit_cases(rng: random.Random) -> list[dict[str, Any]]:
    cases = []
    for by in (NOW - 1, NOW, NOW + 1, NOW + 10 * DAY, NOW + 10 * DAY + 1, 0):
        for shares in (0, 1, 19, 20, 21, 10_001, LARGEST, _figure(rng)):
            haircut = rng.choice((500, 501, 3_333, 9_999, 10_000))
            values = {"shares": shares, "haircut_bps": haircut, "as_of": NOW, "by": by}
            cases.append({**values, "counted": transit(shares, haircut, NOW, by)})
    return cases


def _required_cases(rng: random.Random) -> list[dict[str, Any]]:
    return [
        {"obligation": owed, "collateral_bps": bps, "required": required(owed, bps)}
        for owed in (0, 1, 9_999, 10_000, 10_001, LARGEST, U64_MAX // 2, U64_MAX - 1, U64_MAX, _figure(rng))
        for bps in (10_000, 10_001, 12_345, 20_000)
    ]


def _decay_cases(rng: random.Random) -> list[dict[str, Any]]:
    cases = []
    for _ in range(60):
        used, limit = _figure(rng), _figure(rng)
        elapsed = [rng.choice((0, 1, 863, 864, DAY - 1, DAY, rng.randrange(2 * DAY))) for _ in range(rng.randint(1, 5))]
        cases.append({"used": used, "limit": limit, "elapsed": elapsed, "left": decay(used, limit, elapsed)})
    return cases


def _reserve_case(rng: random.Random) -> dict[str, Any]:
    policy = {
        "max_age_s": rng.choice((3_600, DAY, 7 * DAY)),
        "chain_max_age_s": rng.choice((3_600, DAY, 7 * DAY)),
        "custodian_cap": rng.choice((LARGEST, 1, _figure(rng) or 1)),
        "haircut_bps": rng.choice((500, 2_500, 3_333, 10_000)),
        "min_custodians": (needed := rng.choice((1, 2, 2, 3))),
        "custodian_share_bps": rng.choice((10_000, max(6_000, ceil(Fraction(BPS, needed))))),
        "collateral_bps": rng.choice((10_000, 10_500)),
    }
    custodians = [_custodian(rng, place) for place in range(8)]
    chains = [_chain(rng) for _ in range(8)]
    return {
        "policy": policy,
        "now": NOW,
        "custodians": custodians,
        "chains": chains,
        "effective": effective(policy, custodians, chains, NOW),
        "last": last_figures(policy, custodians, chains),
        "holdings": holdings(custodians, chains),
    }


def _custodian(rng: random.Random, place: int) -> Slot:
    as_of = NOW - rng.choice((-1, 0, 1, 3_599, 3_600, 3_601, DAY, DAY + 1, 7 * DAY, 30 * DAY, rng.randrange(2 * DAY)))
    by = as_of + rng.choice((-1, 0, DAY, 2 * DAY, 10 * DAY, 10 * DAY + 1))
    blank = {"active": 0, "group": place, "as_of": 0, "received_at": 0, "settled": 0, "in_transit": 0}
    if rng.random() < 0.25:
        return {**blank, "active": rng.randrange(2), "in_transit_by": 0}
    return {
        "active": 1,
        "group": rng.randint(0, place),
        "as_of": as_of,
        "received_at": NOW,
        "settled": rng.choice((0, _figure(rng))),
        "in_transit": rng.choice((0, _figure(rng))),
        "in_transit_by": rng.choice((by, NOW, NOW - 1)),
    }


def _chain(rng: random.Random) -> Slot:
    if rng.random() < 0.4:
        names = ("active", "as_of", "received_at", "supply", "cap", "outbound", "marked", "reported", "concluded")
        return dict.fromkeys(names, 0)
    reported = rng.random() < 0.8
    return {
        "active": 1,
        "as_of": NOW - rng.choice((-1, 0, 3_600, 3_601, DAY, 8 * DAY)) if reported else 0,
        "received_at": NOW if reported else 0,
        "supply": _figure(rng) if reported else 0,
        "cap": rng.choice((0, _figure(rng))),
        "outbound": rng.choice((0, _figure(rng))),
        "marked": rng.choice((0, _figure(rng))),
        "reported": rng.choice((0, 0, _figure(rng))),
        "concluded": rng.choice((0, 0, _figure(rng))),
    }


def _figure(rng: random.Random) -> int:
    """A figure of 1 to 60 bits, small ones as likely as large ones."""
    return rng.getrandbits(rng.randint(1, 60))
