"""The views against the program's rules, written here once more as the Rust says them: saturating 64-bit steps."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from xstock_client.accounts import Asset, CustodianSlot, MinterAllowance, ReleasedDay, Reserve, TicketPage
from xstock_client.amounts import MULTIPLIER_SCALE, Multiplier, Raw, Shares
from xstock_client.constants import CUSTODIAN_SLOTS, Feature, Halt
from xstock_client.views import (
    AssetView,
    ReserveView,
    allowance_left,
    headroom,
    last_figures,
    multiplier_at,
    obligation,
    released,
    reserve_view,
    text,
    ticket_used,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/multiplier.json").read_text())
U64_MAX, I64_MIN, I64_MAX, DAY, WEEK = 2**64 - 1, -(2**63), 2**63 - 1, 86_400, 7 * 86_400
NOW = 1_772_323_200
ONE = MULTIPLIER_SCALE


def blank(cls: Any) -> Any:
    return cls.decode(cls.DISCRIMINATOR + b"\x01" + bytes(cls.SIZE - 9))


BLANK_ASSET: Asset = blank(Asset)
BLANK_RESERVE: Reserve = blank(Reserve)
BLANK_SLOT = CustodianSlot.read(bytes(CustodianSlot.SIZE))
BLANK_ALLOWANCE: MinterAllowance = blank(MinterAllowance)


def an_asset(**changes: Any) -> Asset:
    policy = replace(BLANK_ASSET.policy, max_age_s=changes.pop("max_age_s", 120 * 3600), min_custodians=1)
    policy = replace(policy, min_custodians=changes.pop("min_custodians", 1))
    return replace(BLANK_ASSET, policy=policy, **({"multiplier": ONE} | changes))


def a_reserve(*slots: CustodianSlot) -> Reserve:
    return replace(BLANK_RESERVE, custodians=slots + (BLANK_SLOT,) * (CUSTODIAN_SLOTS - len(slots)))


def a_slot(settled: int, as_of: int = NOW, group: int = 0, active: int = 1) -> CustodianSlot:
    return replace(BLANK_SLOT, settled=settled, as_of=as_of, group=group, active=active)


# The Rust, line by line


def rust_count(asset: Asset, reserve: Reserve, not_before: int, now: int) -> tuple[int, int, int]:
    shares, oldest_as_of, groups = 0, I64_MAX, 0
    for slot in reserve.custodians:
        if slot.active == 1 and slot.settled != 0 and slot.as_of >= not_before and slot.as_of <= now:
            shares = min(shares + slot.settled, U64_MAX)
            oldest_as_of = min(oldest_as_of, slot.as_of)
            groups |= (1 << (slot.group % 8)) & 0xFF
    custodians = groups.bit_count()
    if custodians < asset.policy.min_custodians:
        shares = 0
    return shares, oldest_as_of, custodians


def rust_ceil(raw: int, multiplier: int) -> int:
    return min(ceil(Fraction(raw * multiplier, ONE)), U64_MAX)


class RustAsset:
    """Only what minting needs of state/asset.rs."""

    def __init__(self, asset: Asset, now: int) -> None:
        self.now, self.minted, self.known = now, asset.minted, asset.known_supply
        due = asset.next_effective_at != 0 and now >= asset.next_effective_at
        self.multiplier = asset.next_multiplier if due else asset.multiplier
        self.days = [(day.last_at, day.shares) for day in asset.released]
        self.min_custodians = asset.policy.min_custodians

    def observe_supply(self, supply: int) -> bool:
        if supply > self.known:
            return False
        outside = self.known - supply
        if outside != 0:
            self.known = supply
            bucket = (self.now // DAY) % 8
            last_at, total = self.days[bucket]
            shares = rust_ceil(outside, self.multiplier)
            if total != 0 and last_at // DAY == self.now // DAY:
                self.days[bucket] = (max(last_at, self.now), min(total + shares, U64_MAX))
            else:
                self.days[bucket] = (self.now, shares)
        return True

    def released_since(self, oldest_as_of: int) -> int:
        total = 0
        for last_at, shares in self.days:
            total = min(total + (shares if last_at >= oldest_as_of else 0), U64_MAX)
        return total

    def obligation(self, supply: int, oldest_as_of: int) -> int:
        return min(rust_ceil(supply, self.multiplier) + self.released_since(oldest_as_of), U64_MAX)

    def mints(self, amount: int, supply: int, view: tuple[int, int, int]) -> bool:
        """Whether the reserve lets ``amount`` through: observe_supply, record_mint, check_backed."""
        shares, oldest_as_of, custodians = view
        if not self.observe_supply(supply):
            return False
        self.known += amount
        self.minted += amount
        if self.known > U64_MAX or self.minted > U64_MAX or custodians < self.min_custodians:
            return False
        return self.obligation(self.known, oldest_as_of) <= shares


SIZES = st.integers(1, 64).flatmap(lambda bits: st.integers(0, 2**bits - 1))
TIMES = st.one_of(st.integers(NOW - 10 * DAY, NOW + DAY), st.sampled_from([NOW, NOW - DAY, 0, -5, 2**63 - 1, I64_MIN]))
SLOTS = st.builds(
    a_slot,
    st.one_of(st.integers(0, 2**60), st.integers(0, 2000)),
    TIMES,
    st.one_of(st.integers(0, 7), st.integers(0, 255)),
    st.sampled_from([1, 1, 1, 0]),
)
RESERVES = st.lists(SLOTS, max_size=8).map(lambda slots: a_reserve(*slots))
DAYS = st.lists(
    st.builds(ReleasedDay, TIMES, st.one_of(st.just(0), st.integers(0, 2000), SIZES)), min_size=8, max_size=8
).map(tuple)
MULTIPLIERS = st.one_of(st.just(ONE), st.integers(ONE // 10, 10 * ONE), st.integers(1, U64_MAX))


@st.composite
def assets(draw: st.DrawFn) -> Asset:
    known = draw(st.one_of(st.integers(0, 2000), SIZES))
    return an_asset(
        multiplier=draw(MULTIPLIERS),
        next_multiplier=draw(MULTIPLIERS),
        next_effective_at=draw(st.sampled_from([0, 0, NOW - 1, NOW, NOW + 1])),
        known_supply=known,
        minted=min(known + draw(st.one_of(st.just(0), SIZES)), U64_MAX),
        released=draw(DAYS),
        min_custodians=draw(st.integers(1, 3)),
        max_age_s=draw(st.sampled_from([3600, 120 * 3600, WEEK])),
    )


@given(assets(), RESERVES, TIMES)
@example(an_asset(min_custodians=2), a_reserve(a_slot(5, group=1), a_slot(5, group=9)), NOW)
def test_reserves_add_up_as_in_the_program(asset: Asset, reserve: Reserve, now: int) -> None:
    for view, not_before in (
        (reserve_view(asset, reserve, now), max(now - asset.policy.max_age_s, I64_MIN)),
        (last_figures(asset, reserve, now), I64_MIN),
    ):
        shares, oldest_as_of, custodians = rust_count(asset, reserve, not_before, now)
        oldest = None if custodians == 0 else oldest_as_of
        assert view == ReserveView(Shares(shares), oldest, custodians)
        assert released(asset, view.oldest_as_of).value == RustAsset(asset, now).released_since(oldest_as_of)


@given(assets(), RESERVES, SIZES, st.integers(NOW - DAY, NOW + DAY))
def test_the_obligation_is_the_programs(asset: Asset, reserve: Reserve, less: int, now: int) -> None:
    supply = max(asset.known_supply - less, 0)
    view = reserve_view(asset, reserve, now)
    rust = RustAsset(asset, now)
    assert rust.observe_supply(supply)
    expected = rust.obligation(supply, I64_MAX if view.oldest_as_of is None else view.oldest_as_of)
    assert obligation(asset, view, Raw(supply), now) == Shares(expected)


@given(assets(), RESERVES, st.one_of(st.just(0), st.integers(0, 2000), SIZES), st.integers(NOW - DAY, NOW + DAY))
@example(an_asset(known_supply=10, minted=U64_MAX - 3), a_reserve(a_slot(2**60)), 0, NOW)
@example(an_asset(multiplier=1, known_supply=10, minted=10), a_reserve(a_slot(2**60)), 0, NOW)
@example(an_asset(multiplier=ONE + 1, known_supply=1000, minted=1000), a_reserve(a_slot(2000)), 500, NOW)
def test_headroom_is_the_most_that_mints(asset: Asset, reserve: Reserve, less: int, now: int) -> None:
    supply = max(asset.known_supply - less, 0)
    view = rust_count(asset, reserve, max(now - asset.policy.max_age_s, I64_MIN), now)
    most = headroom(asset, reserve, Raw(supply), now).value
    if most:
        assert RustAsset(asset, now).mints(most, supply, view)
    assert not RustAsset(asset, now).mints(most + 1, supply, view)


def test_headroom_in_numbers() -> None:
    asset = an_asset(known_supply=600, minted=700, min_custodians=2)
    reserve = a_reserve(a_slot(700, NOW - 5), a_slot(300, NOW - 9, group=1))
    assert headroom(asset, reserve, Raw(600), NOW) == Raw(400)
    # 100 burned outside: less supply, but the reports still count the shares
    assert headroom(asset, reserve, Raw(500), NOW) == Raw(400)
    # burned at or after the older report's time, and before it
    day = ReleasedDay(NOW - 9, 30)
    days = (day, *asset.released[1:])
    assert headroom(replace(asset, released=days), reserve, Raw(600), NOW) == Raw(370)
    assert headroom(replace(asset, released=(replace(day, last_at=NOW - 10), *days[1:])), reserve, Raw(600), NOW) == (
        Raw(400)
    )
    # two for one: the same supply owes twice as much
    assert headroom(replace(asset, multiplier=3 * ONE // 2), reserve, Raw(600), NOW) == Raw(66)
    assert headroom(replace(asset, multiplier=2 * ONE), reserve, Raw(600), NOW) == Raw(0)
    # no quorum: one custodian, two slots of one custodian, one report gone stale
    for other in (
        a_reserve(a_slot(1000)),
        a_reserve(a_slot(700), a_slot(300)),
        a_reserve(a_slot(700), a_slot(300, NOW - 120 * 3600 - 1, group=1)),
    ):
        assert reserve_view(asset, other, NOW).shares == Shares(0)
        assert headroom(asset, other, Raw(600), NOW) == Raw(0)
    # a supply above the books is refused by the program
    assert headroom(asset, reserve, Raw(601), NOW) == Raw(0)


def test_age_limits_are_the_programs() -> None:
    asset = an_asset(max_age_s=100)
    for as_of, counts in ((NOW - 101, False), (NOW - 100, True), (NOW, True), (NOW + 1, False)):
        reserve = a_reserve(a_slot(5, as_of))
        assert reserve_view(asset, reserve, NOW).custodians == counts
        assert last_figures(asset, reserve, NOW).custodians == (as_of <= NOW)
    assert reserve_view(asset, a_reserve(a_slot(5, active=0), a_slot(0)), NOW) == ReserveView(Shares(0), None, 0)


@pytest.mark.parametrize("case", VECTORS["in_force"], ids=lambda c: f"{c['effective_at']} at {c['now']}")
def test_the_multiplier_in_force_agrees_with_the_vectors(case: dict[str, Any]) -> None:
    asset = an_asset(multiplier=11, next_multiplier=22, next_effective_at=case["effective_at"])
    assert multiplier_at(asset, case["now"]) == Multiplier(22 if case["next"] else 11)


# allowances


def rust_left(allowance: MinterAllowance, now: int) -> tuple[int, int]:
    """MinterAllowance::bring_up_to_date, then what spend() leaves."""
    elapsed, used = now - allowance.window_at, allowance.window_used
    if used != 0 and elapsed > 0:
        freed = U64_MAX if elapsed >= DAY else allowance.window_limit * elapsed // DAY
        used = max(used - min(freed, U64_MAX), 0)
    limit, cap = allowance.window_limit, allowance.lifetime_cap
    if allowance.pending_from != 0 and now >= allowance.pending_from:
        limit, cap = allowance.pending_window_limit, allowance.pending_lifetime_cap
    return max(limit - used, 0), max(cap - allowance.lifetime_used, 0)


@given(SIZES, SIZES, SIZES, SIZES, SIZES, SIZES, st.sampled_from([0, NOW - 1, NOW, NOW + 1]), st.integers(-10, 2 * DAY))
def test_what_is_left_of_an_allowance(
    limit: int, cap: int, used: int, ever: int, more: int, more_cap: int, pending_from: int, elapsed: int
) -> None:
    allowance = replace(
        BLANK_ALLOWANCE,
        window_limit=limit,
        lifetime_cap=cap,
        window_used=used,
        lifetime_used=ever,
        window_at=NOW - elapsed,
        pending_window_limit=more,
        pending_lifetime_cap=more_cap,
        pending_from=pending_from,
    )
    window, lifetime = allowance_left(allowance, NOW)
    assert (window.value, lifetime.value) == rust_left(allowance, NOW)


def test_an_allowance_in_numbers() -> None:
    allowance = replace(BLANK_ALLOWANCE, window_limit=100, lifetime_cap=500, lifetime_used=90, window_used=90)
    allowance = replace(allowance, window_at=NOW)
    left = [allowance_left(allowance, NOW + after)[0].value for after in (-1, 0, 863, 864, DAY // 2, DAY - 1, DAY)]
    assert left == [10, 10, 10, 11, 60, 100, 100]
    assert allowance_left(allowance, NOW)[1] == Raw(410)
    # used before the limit was lowered: whatever it was, a whole window frees it
    lowered = replace(allowance, window_limit=10)
    assert [allowance_left(lowered, NOW + after)[0].value for after in (0, DAY - 1, DAY)] == [0, 0, 10]


# the rest


@given(st.integers(0, 2**20), st.sets(st.integers(0, 4095), max_size=20), st.integers(0, 4095))
def test_tickets(page: int, used: set[int], ticket: int) -> None:
    bitmap = bytearray(512)
    for number in used:
        bitmap[number // 8] |= 1 << (number % 8)
    item = replace(blank(TicketPage), page=page, bitmap=bytes(bitmap))
    assert ticket_used(item, page * 4096 + ticket) == (ticket in used)
    with pytest.raises(ValueError, match=f"is on page {page + 1}, not on page {page}"):
        ticket_used(item, (page + 1) * 4096 + ticket)


def test_a_negative_ticket_is_on_no_page() -> None:
    with pytest.raises(ValueError, match="page -1"):
        ticket_used(blank(TicketPage), -1)


def test_text_fields() -> None:
    assert text(b"AAPLx\0\0\0") == "AAPLx"
    assert text(bytes(12)) == ""
    assert text("Zürich AG".encode().ljust(32, b"\0")) == "Zürich AG"
    assert text(b"\xff\xfe") == "��"


def test_an_asset_as_a_person_reads_it() -> None:
    asset = an_asset(
        number=4,
        symbol=b"AAPLx".ljust(12, b"\0"),
        isin=b"US0378331005",
        terms_uri=b"https://issuer.example/aapl".ljust(128, b"\0"),
        next_multiplier=2 * ONE,
        next_effective_at=NOW,
        known_supply=900,
        minted=1000,
        settled=60,
        burned_outside=40,
        pending=10,
        open_requests=1,
        tickets_used=3,
        halts=3,
        latched=1,
        latched_at=NOW - 1,
        features=1,
        listed_at=5,
        first_mint_at=6,
        min_custodians=2,
        max_age_s=7,
    )
    view = AssetView.of(asset, NOW)
    assert (view.number, view.symbol, view.isin) == (4, "AAPLx", "US0378331005")
    assert view.terms_uri == "https://issuer.example/aapl"
    assert view.multiplier == Multiplier(2 * ONE) and AssetView.of(asset, NOW - 1).multiplier == Multiplier(ONE)
    assert (view.supply, view.minted, view.settled, view.burned_outside) == (Raw(900), Raw(1000), Raw(60), Raw(40))
    assert (view.pending, view.open_requests, view.tickets_used) == (Raw(10), 1, 3)
    assert view.halts == Halt.MINT | Halt.REQUESTS and view.features == Feature.PERMISSIONED_BURN
    assert (view.latched, view.latched_at, view.listed_at, view.first_mint_at) == (True, NOW - 1, 5, 6)
    assert (view.min_custodians, view.max_age_s, view.change_delay_s, view.redemption_window_s) == (2, 7, 0, 0)
    fresh = AssetView.of(an_asset(), NOW)
    assert (fresh.latched, fresh.latched_at, fresh.first_mint_at, fresh.halts) == (False, None, None, Halt(0))


@given(st.integers(0, 2**64))
def test_views_take_any_bytes(seed: int) -> None:
    rng = random.Random(seed)
    asset = Asset.decode(Asset.DISCRIMINATOR + b"\x01" + rng.randbytes(Asset.SIZE - 9))
    reserve = Reserve.decode(Reserve.DISCRIMINATOR + b"\x01" + rng.randbytes(Reserve.SIZE - 9))
    assume(min(asset.multiplier, asset.next_multiplier) > 0)
    supply = Raw(rng.getrandbits(64))
    view = reserve_view(asset, reserve, NOW)
    assert obligation(asset, view, supply, NOW) >= released(asset, view.oldest_as_of)
    assert isinstance(headroom(asset, reserve, supply, NOW), Raw)
    assert AssetView.of(asset, NOW).supply == Raw(asset.known_supply)
