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

from xstock_client.accounts import (
    Asset,
    ChainSlot,
    CustodianSlot,
    Limits,
    MinterAllowance,
    QueuedPolicy,
    Ratio,
    ReleasedDay,
    Reserve,
    RoleGrant,
    TicketPage,
    WindowUsage,
)
from xstock_client.amounts import MULTIPLIER_SCALE, Multiplier, Raw, Shares
from xstock_client.constants import CHAIN_SLOTS, CUSTODIAN_SLOTS, NO_APPROVER, Feature, Halt
from xstock_client.counting import ReserveView, last_figures, required, reserve_view
from xstock_client.rebase import asset_at, bring_up_to_date
from xstock_client.views import (
    AssetView,
    allowance_left,
    allowance_view,
    cut_from,
    grant_expiry,
    headroom,
    latch_obligation,
    limits_at,
    mint_window_left,
    multiplier_at,
    obligation,
    payout,
    released,
    supply_shares,
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
BLANK_CHAIN = ChainSlot.read(bytes(ChainSlot.SIZE))
BLANK_ALLOWANCE: MinterAllowance = blank(MinterAllowance)


POLICY = {
    "max_age_s": 120 * 3600,
    "chain_max_age_s": DAY,
    "min_custodians": 1,
    "custodian_cap": 2**60,
    "custodian_share_bps": 10_000,
    "haircut_bps": 10_000,
    "collateral_bps": 10_000,
    "mint_window_limit": 2**60,
}


def an_asset(**changes: Any) -> Asset:
    policy = replace(BLANK_ASSET.policy, **{name: changes.pop(name, value) for name, value in POLICY.items()})
    return replace(BLANK_ASSET, policy=policy, **({"multiplier": ONE} | changes))


def a_reserve(*slots: CustodianSlot, chains: tuple[ChainSlot, ...] = ()) -> Reserve:
    slots += (BLANK_SLOT,) * (CUSTODIAN_SLOTS - len(slots))
    chains += (BLANK_CHAIN,) * (CHAIN_SLOTS - len(chains))
    return replace(BLANK_RESERVE, custodians=slots, chains=chains)


def a_slot(settled: int, as_of: int = NOW, group: int = 0, active: int = 1) -> CustodianSlot:
    return replace(BLANK_SLOT, settled=settled, as_of=as_of, received_at=1, group=group, active=active)


def a_chain(supply: int, as_of: int = NOW, cap: int = 0, outbound: int = 0) -> ChainSlot:
    return replace(BLANK_CHAIN, active=1, received_at=1, supply=supply, as_of=as_of, cap=cap, outbound=outbound)


# The Rust, line by line; what reports add up to is held by test_counting.py


def rust_ceil(raw: int, multiplier: int) -> int:
    return min(ceil(Fraction(raw * multiplier, ONE)), U64_MAX)


class RustAsset:
    """Only what minting needs of state/asset.rs."""

    def __init__(self, asset: Asset, now: int) -> None:
        self.now, self.minted, self.known = now, asset.minted, asset.known_supply
        due = asset.next_effective_at != 0 and now >= asset.next_effective_at
        self.multiplier = asset.next_multiplier if due else asset.multiplier
        waits = asset.next_is_split and not due
        self.ahead = self.multiplier if waits else max(self.multiplier, asset.next_multiplier)
        split = Fraction(asset.next_split.new, asset.next_split.old) if due and asset.next_is_split else 1
        self.days = [(day.last_at, min(ceil(day.shares * split), U64_MAX)) for day in asset.released]
        self.policy = asset.policy

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

    def obligation(self, supply: int, view: ReserveView, multiplier: int | None = None) -> int:
        oldest_as_of = I64_MAX if view.oldest_as_of is None else view.oldest_as_of
        ahead = multiplier or self.multiplier
        foreign = min(ceil(Fraction(view.foreign.value * ahead, self.multiplier)), U64_MAX)
        owed = rust_ceil(supply, ahead) + self.released_since(oldest_as_of)
        return min(owed + foreign, U64_MAX)

    def mints(self, amount: int, supply: int, view: ReserveView) -> bool:
        """Whether the reserve lets ``amount`` through: observe_supply, record_mint, check_backed."""
        if not self.observe_supply(supply):
            return False
        self.known += amount
        self.minted += amount
        if self.known > U64_MAX or self.minted > U64_MAX or view.custodians < self.policy.min_custodians:
            return False
        needed = ceil(self.obligation(self.known, view, self.ahead) * Fraction(self.policy.collateral_bps, 10_000))
        return min(needed, U64_MAX) <= view.shares.value


SIZES = st.integers(1, 64).flatmap(lambda bits: st.integers(0, 2**bits - 1))
TIMES = st.one_of(st.integers(NOW - 10 * DAY, NOW + DAY), st.sampled_from([NOW, NOW - DAY, 0, -5, 2**63 - 1, I64_MIN]))
SLOTS = st.builds(
    a_slot,
    st.one_of(st.integers(0, 2**60), st.integers(0, 2000)),
    TIMES,
    st.one_of(st.integers(0, 7), st.integers(0, 255)),
    st.sampled_from([1, 1, 1, 0]),
)
FIGURES = st.one_of(st.integers(0, 2**60), st.integers(0, 2000), st.just(0))
CHAINS = st.lists(st.builds(a_chain, FIGURES, TIMES, FIGURES, FIGURES), max_size=2).map(tuple)
RESERVES = st.builds(lambda slots, chains: a_reserve(*slots, chains=chains), st.lists(SLOTS, max_size=8), CHAINS)
DAYS = st.lists(
    st.builds(ReleasedDay, TIMES, st.one_of(st.just(0), st.integers(0, 2000), SIZES)), min_size=8, max_size=8
).map(tuple)
MULTIPLIERS = st.one_of(st.just(ONE), st.integers(ONE // 10, 10 * ONE), st.integers(1, U64_MAX))


@st.composite
def assets(draw: st.DrawFn) -> Asset:
    known = draw(st.one_of(st.integers(0, 2000), SIZES))
    is_split = draw(st.booleans())
    return an_asset(
        next_is_split=int(is_split),
        next_split=draw(st.builds(Ratio, st.integers(1, 10_000), st.integers(1, 10_000))) if is_split else Ratio(0, 0),
        multiplier=draw(MULTIPLIERS),
        next_multiplier=draw(MULTIPLIERS),
        next_effective_at=draw(st.sampled_from([0, 0, NOW - 1, NOW, NOW + 1])),
        known_supply=known,
        minted=min(known + draw(st.one_of(st.just(0), SIZES)), U64_MAX),
        released=draw(DAYS),
        min_custodians=draw(st.integers(1, 3)),
        max_age_s=draw(st.sampled_from([3600, 120 * 3600, WEEK])),
        collateral_bps=draw(st.sampled_from([10_000, 10_000, 10_500, 20_000, 12_345])),
        custodian_share_bps=draw(st.sampled_from([10_000, 10_000, 6_000])),
    )


@given(assets(), st.one_of(st.none(), TIMES))
def test_released_shares_weigh_against_older_reports(asset: Asset, oldest_as_of: int | None) -> None:
    since = I64_MAX if oldest_as_of is None else oldest_as_of
    assert released(asset_at(asset, NOW), oldest_as_of).value == RustAsset(asset, NOW).released_since(since)


@given(assets(), RESERVES, SIZES, st.integers(NOW - DAY, NOW + DAY))
def test_the_obligation_is_the_programs(asset: Asset, reserve: Reserve, less: int, now: int) -> None:
    supply = max(asset.known_supply - less, 0)
    view = reserve_view(asset, reserve, now)
    rust = RustAsset(asset, now)
    assert rust.observe_supply(supply)
    assert obligation(asset, view, Raw(supply), now) == Shares(rust.obligation(supply, view))
    # the latch: the last figures' foreign, against what fresh reports may still count
    as_judged = replace(view, foreign=last_figures(*bring_up_to_date(asset, reserve, now)).foreign)
    assert latch_obligation(asset, reserve, Raw(supply), now) == Shares(rust.obligation(supply, as_judged))
    assert supply_shares(asset, Raw(supply), now) == Shares(rust_ceil(supply, rust.multiplier))


@given(assets(), RESERVES, st.one_of(st.just(0), st.integers(0, 2000), SIZES), st.integers(NOW - DAY, NOW + DAY))
@example(an_asset(known_supply=10, minted=U64_MAX - 3), a_reserve(a_slot(2**60)), 0, NOW)
@example(an_asset(multiplier=1, known_supply=10, minted=10), a_reserve(a_slot(2**60)), 0, NOW)
@example(an_asset(known_supply=10, minted=10, collateral_bps=10_001), a_reserve(a_slot(2**60)), 0, NOW)
@example(an_asset(known_supply=0, minted=0), a_reserve(a_slot(90), chains=(a_chain(80, cap=99),)), 0, NOW)
@example(an_asset(known_supply=0, minted=0), a_reserve(a_slot(90), chains=(a_chain(80, NOW - DAY - 1, 91),)), 0, NOW)
@example(an_asset(multiplier=ONE + 1, known_supply=1000, minted=1000), a_reserve(a_slot(2000)), 500, NOW)
def test_headroom_is_the_most_that_mints(asset: Asset, reserve: Reserve, less: int, now: int) -> None:
    supply = max(asset.known_supply - less, 0)
    view = reserve_view(asset, reserve, now)
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
    # shares on other chains, and what the reserve must hold beyond what is owed
    abroad = a_reserve(*reserve.custodians[:2], chains=(a_chain(100, outbound=25),))
    assert headroom(asset, abroad, Raw(600), NOW) == Raw(275)
    strict = replace(asset, policy=replace(asset.policy, collateral_bps=12_500))
    assert headroom(strict, abroad, Raw(600), NOW) == Raw(75)
    assert required(Shares(801), 12_500) == Shares(1_002)


def test_a_short_pro_rata_asset_pays_in_proportion_to_all_that_was_reported() -> None:
    asset = an_asset(known_supply=1_000, minted=1_000, features=Feature.PRO_RATA, latched=1, latched_at=NOW - 2 * DAY)
    asset = replace(asset, policy=replace(asset.policy, change_delay_s=2 * DAY))
    reserve = a_reserve(a_slot(500, NOW - 9 * DAY), replace(a_slot(100), in_transit=150, in_transit_by=5))
    assert payout(asset, reserve, Raw(1_000), Raw(7), NOW) == Shares(5), "floor(7 * 750 / 1,000)"
    assert payout(replace(asset, features=Feature(0)), reserve, Raw(1_000), Raw(7), NOW) == Shares(7)
    assert payout(asset, a_reserve(a_slot(1_000)), Raw(1_000), Raw(7), NOW) == Shares(7)
    # not from one day to the next
    assert cut_from(asset) == NOW and payout(asset, reserve, Raw(1_000), Raw(7), NOW - 1) == Shares(7)
    assert cut_from(replace(asset, latched=0)) is None
    assert payout(replace(asset, latched=0), reserve, Raw(1_000), Raw(7), NOW) == Shares(7)
    # without any figure there is nothing to share out
    assert payout(asset, a_reserve(a_slot(0)), Raw(1_000), Raw(7), NOW) == Shares(7)
    # burned shares weigh as long as any report may count them
    days = (ReleasedDay(NOW - DAY, 500), *asset.released[1:])
    assert payout(replace(asset, released=days), reserve, Raw(1_000), Raw(100), NOW) == Shares(50)


def test_age_limits_are_the_programs() -> None:
    asset = an_asset(max_age_s=100)
    for as_of, counts in ((NOW - 101, False), (NOW - 100, True), (NOW, True), (NOW + 1, False)):
        reserve = a_reserve(a_slot(5, as_of))
        assert reserve_view(asset, reserve, NOW).custodians == counts
        assert last_figures(asset, reserve).custodians == 1, "whatever the clock says"
    assert reserve_view(asset, a_reserve(a_slot(5, active=0), a_slot(0)), NOW) == ReserveView(Shares(0), None, 0)


@pytest.mark.parametrize("case", VECTORS["in_force"], ids=lambda c: f"{c['effective_at']} at {c['now']}")
def test_the_multiplier_in_force_agrees_with_the_vectors(case: dict[str, Any]) -> None:
    asset = an_asset(multiplier=11, next_multiplier=22, next_effective_at=case["effective_at"])
    assert multiplier_at(asset, case["now"]) == Multiplier(22 if case["next"] else 11)


# allowances


def rust_used(usage: WindowUsage, limit: int, now: int) -> int:
    """WindowUsage::bring_up_to_date, for a usage without a carry."""
    return max(usage.used - limit * max(now - usage.at, 0) // DAY, 0)


def an_allowance(limits: Limits, used: int = 0, ever: int = 0, at: int = NOW, **more: Any) -> MinterAllowance:
    return replace(BLANK_ALLOWANCE, limits=limits, window=WindowUsage(used, 0, at), lifetime_used=ever, **more)


LIMITS = st.builds(Limits, SIZES, SIZES, SIZES)


@given(LIMITS, SIZES, SIZES, st.integers(-10, 3 * DAY))
def test_what_is_left_of_an_allowance(limits: Limits, used: int, ever: int, elapsed: int) -> None:
    allowance = an_allowance(limits, used, ever, NOW - elapsed)
    now_used = rust_used(allowance.window, limits.window_limit, NOW)
    view = allowance_view(allowance, NOW)
    assert (view.limits, view.used, view.waiting, view.waiting_from) == (limits, Raw(now_used), None, 0)
    assert view.window_left == Raw(max(limits.window_limit - now_used, 0))
    assert view.lifetime_left == Raw(max(limits.lifetime_cap - ever, 0))
    assert view.without_approver == Raw(max(limits.approver_threshold - now_used, 0))
    assert allowance_left(allowance, NOW) == (view.window_left, view.lifetime_left)


@given(LIMITS, LIMITS, SIZES, st.integers(0, 2 * DAY), st.integers(-DAY, DAY))
def test_a_raise_acts_from_its_time_on(old: Limits, new: Limits, used: int, elapsed: int, wait: int) -> None:
    allowance = an_allowance(old, used, 0, NOW - elapsed, pending=new, pending_from=NOW + wait)
    view = allowance_view(allowance, NOW)
    if wait > 0:
        assert (view.limits, view.waiting, view.waiting_from) == (old, new, NOW + wait)
        assert view.used == Raw(rust_used(allowance.window, old.window_limit, NOW))
        return
    assert (view.limits, view.waiting) == (new, None) and limits_at(allowance, NOW) == new
    # until the raise usage decayed at the old limit, since then at the new one
    known_at = NOW - elapsed
    if NOW + wait <= known_at:
        assert view.used == Raw(rust_used(allowance.window, new.window_limit, NOW))
    else:
        at_raise = max(Fraction(used) - Fraction(old.window_limit * (NOW + wait - known_at), DAY), Fraction(0))
        then = max(at_raise - Fraction(new.window_limit * -wait, DAY), Fraction(0))
        assert view.used == Raw(ceil(then))


def test_an_allowance_in_numbers() -> None:
    allowance = an_allowance(Limits(100, 500, 95), used=90, ever=90)
    left = [allowance_left(allowance, NOW + after)[0].value for after in (-1, 0, 863, 864, DAY // 2, DAY - 1, DAY)]
    assert left == [10, 10, 10, 11, 60, 100, 100]
    assert allowance_left(allowance, NOW)[1] == Raw(410)
    assert [allowance_view(allowance, NOW + after).without_approver.value for after in (0, DAY)] == [5, 95]
    assert allowance_view(an_allowance(Limits(1, 1, NO_APPROVER), used=1), NOW).without_approver > Raw(2**63)
    # used before the limit was lowered: it decays at the new one, however long that takes
    lowered = replace(allowance, limits=Limits(10, 500, 95))
    assert [allowance_left(lowered, NOW + after)[0].value for after in (0, DAY, 8 * DAY, 9 * DAY)] == [0, 0, 0, 10]


def test_the_assets_own_window_is_shared_by_all_minters() -> None:
    asset = an_asset(mint_window_limit=1_000, mint_window=WindowUsage(900, 0, NOW))
    assert [mint_window_left(asset, NOW + after) for after in (0, DAY // 2, DAY)] == [Raw(100), Raw(600), Raw(1_000)]


def test_a_roles_expiry_counts_its_waiting_change() -> None:
    grant = replace(blank(RoleGrant), expires_at=0, next_expires_at=NOW + 500, next_from=NOW + 100)
    assert [grant_expiry(grant, NOW + after) for after in (0, 99, 100, 600)] == [0, 0, NOW + 500, NOW + 500]
    assert grant_expiry(replace(grant, expires_at=NOW + 5, next_from=0, next_expires_at=0), NOW + 600) == NOW + 5


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
        requested=75,
        returned=5,
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
        ticket_watermark=2,
        highest_ticket=9,
    )
    view = AssetView.of(asset, NOW)
    assert (view.number, view.symbol, view.isin) == (4, "AAPLx", "US0378331005")
    assert view.terms_uri == "https://issuer.example/aapl"
    assert view.multiplier == Multiplier(2 * ONE) and AssetView.of(asset, NOW - 1).multiplier == Multiplier(ONE)
    assert (view.supply, view.minted, view.settled, view.burned_outside) == (Raw(900), Raw(1000), Raw(60), Raw(40))
    assert (view.requested, view.returned, view.settle_window_s) == (Raw(75), Raw(5), 0)
    assert (view.pending, view.open_requests, view.tickets_used) == (Raw(10), 1, 3)
    assert view.halts == Halt.MINT | Halt.REQUESTS and view.features == Feature.PERMISSIONED_BURN
    assert (view.latched, view.latched_at, view.listed_at, view.first_mint_at) == (True, NOW - 1, 5, 6)
    assert (view.min_custodians, view.max_age_s, view.change_delay_s, view.accept_window_s) == (2, 7, 0, 0)
    assert (view.ticket_watermark, view.highest_ticket, view.policy) == (2, 9, asset.policy)
    queue = QueuedPolicy(4, NOW, NOW + 9, asset.policy)
    assert AssetView.of(replace(asset, queued_policy=queue), NOW).queued_policy == queue
    fresh = AssetView.of(an_asset(), NOW)
    assert fresh.queued_policy is None
    assert (fresh.latched, fresh.latched_at, fresh.first_mint_at, fresh.halts) == (False, None, None, Halt(0))


@given(st.integers(0, 2**64))
def test_views_take_any_bytes(seed: int) -> None:
    rng = random.Random(seed)
    asset = Asset.decode(Asset.DISCRIMINATOR + b"\x01" + rng.randbytes(Asset.SIZE - 9))
    reserve = Reserve.decode(Reserve.DISCRIMINATOR + b"\x01" + rng.randbytes(Reserve.SIZE - 9))
    assume(min(asset.multiplier, asset.next_multiplier) > 0)
    supply = Raw(rng.getrandbits(64))
    view = reserve_view(asset, reserve, NOW)
    assert obligation(asset, view, supply, NOW) >= released(asset_at(asset, NOW), view.oldest_as_of)
    assert isinstance(headroom(asset, reserve, supply, NOW), Raw)
    assert payout(asset, reserve, supply, Raw(5), NOW) <= Shares(U64_MAX)
    assert AssetView.of(asset, NOW).supply == Raw(asset.known_supply)
