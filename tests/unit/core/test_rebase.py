"""Splits and multipliers that nobody has touched yet, against state/rebase.rs in exact fractions."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.test_views import BLANK_CHAIN, BLANK_SLOT, NOW, ONE, POLICY, a_chain, a_reserve, a_slot, an_asset
from xstock_client import counting, views
from xstock_client.accounts import Asset, QueuedPolicy, Ratio, ReleasedDay
from xstock_client.amounts import Cash, Multiplier, Raw, Shares
from xstock_client.constants import DAY_S, MAX_REPORTED_SHARES
from xstock_client.errors import StatementRefused
from xstock_client.quote import redemption_quote
from xstock_client.rebase import (
    NO_RATIO,
    BasisRule,
    Split,
    asset_at,
    bring_up_to_date,
    converted,
    inverse,
    multiplier_ahead,
    ratio_ceil,
    ratio_floor,
    reserve_of,
    scheduled_multiplier,
)
from xstock_client.reserve_report import reserve_report

U64_MAX, LARGEST = 2**64 - 1, MAX_REPORTED_SHARES
WORDS = st.integers(1, 64).flatmap(lambda bits: st.integers(0, 2**bits - 1))
FIGURES = st.integers(1, 60).flatmap(lambda bits: st.integers(0, 2**bits))
RATIOS = st.builds(Ratio, st.integers(1, 10_000), st.integers(1, 10_000))
TEN = Ratio(10, 1)
TEN_DAYS = tuple(ReleasedDay(NOW - day, 10 * day) for day in range(8))


def up(ratio: Ratio, value: int, most: int = U64_MAX) -> int:
    return min(ceil(Fraction(value * ratio.new, ratio.old)), most)


def down(ratio: Ratio, value: int, most: int = U64_MAX) -> int:
    return min(floor(Fraction(value * ratio.new, ratio.old)), most)


def scheduled(split: Ratio = TEN, **changes: Any) -> Asset:
    """Ex a day ago, in effect now."""
    told = {"next_is_split": 1, "next_split": split, "halt_from": NOW - DAY_S, "next_action": 7}
    return an_asset(**({"next_multiplier": up(split, ONE), "next_effective_at": NOW, "basis": 3} | told | changes))


@given(RATIOS, WORDS)
def test_ratios_round_as_fractions_do(ratio: Ratio, value: int) -> None:
    assert (ratio_floor(ratio, value), ratio_ceil(ratio, value)) == (down(ratio, value), up(ratio, value))
    assert ratio_floor(inverse(ratio), value) == down(Ratio(ratio.old, ratio.new), value)


def test_no_ratio_counts_against_the_issuer() -> None:
    assert (ratio_floor(NO_RATIO, 7), ratio_ceil(NO_RATIO, 7), ratio_ceil(NO_RATIO, 0)) == (0, U64_MAX, 0)


@given(RATIOS, st.lists(WORDS, min_size=8, max_size=8), FIGURES, FIGURES)
def test_a_split_is_in_every_figure_of_the_asset(split: Ratio, days: list[int], cap: int, queued: int) -> None:
    asset = scheduled(split, custodian_cap=cap, released=tuple(ReleasedDay(NOW, one) for one in days), known_supply=9)
    asset = replace(asset, queued_policy=QueuedPolicy(16, 1, 2, replace(asset.policy, custodian_cap=queued)))
    assert asset_at(asset, NOW - 1) is asset
    after = asset_at(asset, NOW)
    assert (after.multiplier, after.next_multiplier, after.known_supply) == (up(split, ONE), up(split, ONE), 9)
    assert (after.basis, after.split, after.split_at, after.split_ex_at) == (4, split, NOW, NOW - DAY_S)
    assert (after.next_effective_at, after.next_action, after.next_is_split, after.halt_from) == (0, 0, 0, 0)
    assert after.next_split == NO_RATIO
    assert after.released == tuple(ReleasedDay(NOW, up(split, one)) for one in days)
    assert after.policy.custodian_cap == max(down(split, cap, LARGEST), 1)
    assert after.queued_policy.values.custodian_cap == max(down(split, queued, LARGEST), 1)
    assert asset_at(after, NOW + 99) is after
    nothing = QueuedPolicy(0, 0, 0, replace(asset.policy, custodian_cap=0))
    assert asset_at(replace(asset, queued_policy=nothing), NOW).queued_policy == nothing


def test_an_increase_that_is_no_split_changes_the_multiplier_alone() -> None:
    asset = an_asset(next_multiplier=ONE + 5, next_effective_at=NOW, next_action=2, released=TEN_DAYS)
    after = asset_at(asset, NOW)
    assert after == replace(asset, multiplier=ONE + 5, next_effective_at=0, next_action=0)
    assert bring_up_to_date(asset, a_reserve(a_slot(5)), NOW) == (after, a_reserve(a_slot(5)))


@given(RATIOS, st.lists(FIGURES, min_size=3, max_size=3), st.lists(WORDS, min_size=8, max_size=8), WORDS, WORDS, WORDS)
def test_a_split_is_in_every_figure_of_the_reserve(
    split: Ratio, figures: list[int], days: list[int], marked: int, reported: int, concluded: int
) -> None:
    supply, cap, lower = figures
    custodian = replace(a_slot(supply), in_transit=cap)
    chain = replace(
        a_chain(supply, cap=cap),
        next_cap=lower,
        outbound_days=tuple(ReleasedDay(NOW, one) for one in days),
        outbound=min(sum(days), U64_MAX),
        marked=marked,
        reported=min(reported, marked),
        concluded=min(concluded, sum(days), U64_MAX),
    )
    before = replace(a_reserve(custodian, chains=(chain,)), basis=3)
    assert reserve_of(before, scheduled(split)) is before
    asset, after = bring_up_to_date(scheduled(split), before, NOW)
    assert after.basis == 4 and reserve_of(after, asset) is after
    assert after.custodians == (
        replace(custodian, settled=down(split, supply, LARGEST), in_transit=down(split, cap, LARGEST)),
        *(BLANK_SLOT,) * 7,
    )
    (there, *others) = after.chains
    outbound = min(sum(up(split, one) for one in days), U64_MAX)
    assert there == replace(
        chain,
        supply=up(split, supply, LARGEST),
        cap=up(split, cap, LARGEST),
        next_cap=up(split, lower, LARGEST),
        outbound_days=tuple(ReleasedDay(NOW, up(split, one)) for one in days),
        outbound=outbound,
        marked=up(split, marked),
        reported=min(down(split, chain.reported), up(split, marked)),
        concluded=min(down(split, chain.concluded), outbound),
    )
    assert others == [BLANK_CHAIN] * 7


def test_every_view_has_the_split_in_it() -> None:
    """A 10:1 split leaves ratio and headroom what they were, whoever touches the accounts first."""
    chain = a_chain(50, cap=80)
    asset = scheduled(known_supply=600, minted=600, custodian_cap=990, bond=10**12, features=2, latched=1)
    reserve = replace(a_reserve(a_slot(1_000), chains=(chain,)), basis=3)
    touched, moved = bring_up_to_date(asset, reserve, NOW)
    for a, r in ((asset, reserve), (touched, moved)):
        view = counting.reserve_view(a, r, NOW)
        assert (view.shares, view.foreign) == (Shares(9_900), Shares(500))
        assert views.obligation(a, view, Raw(600), NOW) == Shares(6_500)
        assert views.latch_obligation(a, r, Raw(600), NOW) == Shares(6_500)
        assert views.headroom(a, r, Raw(600), NOW) == Raw(340)
        assert views.payout(a, r, Raw(600), Raw(7), NOW) == Shares(70)
        assert views.AssetView.of(a, NOW) == views.AssetView.of(touched, NOW)
        assert reserve_report(a.issuer, a, r, Raw(600), NOW) == reserve_report(a.issuer, touched, moved, Raw(600), NOW)
        quoted = redemption_quote(a.issuer, a.issuer, a, r, None, Raw(600), Raw(10), NOW, price=Cash(10**8))
        assert (quoted.shares, quoted.payment) == (Shares(100), Cash(100))
    before = counting.reserve_view(asset, reserve, NOW - 1)
    assert (before.shares, before.foreign) == (Shares(0), Shares(80)), "a second earlier the report was of the future"


def test_what_an_announced_increase_will_owe_is_kept_free() -> None:
    reserve = a_reserve(a_slot(1_000))
    asset = an_asset(known_supply=600, minted=600, next_multiplier=3 * ONE // 2, next_effective_at=NOW + 9)
    view = counting.reserve_view(asset, reserve, NOW)
    assert multiplier_ahead(asset, NOW) == Multiplier(3 * ONE // 2)
    assert views.obligation(asset, view, Raw(600), NOW) == Shares(600)
    assert views.obligation_ahead(asset, view, Raw(600), NOW) == Shares(900)
    assert views.headroom(asset, reserve, Raw(600), NOW) == Raw(66)
    report = reserve_report(asset.issuer, asset, reserve, Raw(600), NOW)
    assert (report.obligation, report.required, report.covered) == (Shares(600), Shares(900), True)
    # and so much more on other chains
    abroad = a_reserve(a_slot(1_000), chains=(a_chain(41, cap=41),))
    there = counting.reserve_view(asset, abroad, NOW)
    assert views.obligation(asset, there, Raw(600), NOW) == Shares(641)
    assert views.obligation_ahead(asset, there, Raw(600), NOW) == Shares(962)
    assert views.headroom(asset, abroad, Raw(600), NOW) == Raw(25)
    ahead = scheduled_multiplier(asset, NOW)
    assert ahead is not None and (ahead.effective_at, ahead.split, ahead.halts(NOW)) == (NOW + 9, None, False)
    assert report.scheduled == ahead and scheduled_multiplier(asset, NOW + 9) is None
    # a decrease keeps nothing free before it acts, and a split none at all
    assert multiplier_ahead(replace(asset, next_multiplier=1), NOW) == Multiplier(ONE)
    assert multiplier_ahead(scheduled(next_effective_at=NOW + 9), NOW) == Multiplier(ONE)


def test_a_split_halts_minting_from_its_ex_time_to_its_effective_time() -> None:
    asset = scheduled(next_effective_at=NOW + 9)
    ahead = scheduled_multiplier(asset, NOW)
    assert ahead is not None and (ahead.split, ahead.action) == (TEN, 7)
    assert [ahead.halts(at) for at in (NOW - DAY_S - 1, NOW - DAY_S, NOW + 8, NOW + 9)] == [False, True, True, False]
    report = reserve_report(asset.issuer, asset, a_reserve(a_slot(5)), Raw(0), NOW)
    assert report.headroom.limited_by.value == "split under way" and report.headroom.raw == Raw(0)
    gone = reserve_report(asset.issuer, an_asset(delisted_at=NOW), a_reserve(a_slot(5)), Raw(0), NOW)
    assert gone.headroom.limited_by.value == "delisting"


# Which basis a report must name


def rust_takes(asset: Asset, basis: int, as_of: int) -> bool:
    """Asset::conversion, line by line."""
    if basis == asset.basis and as_of >= asset.split_ex_at:
        return True
    before = basis + 1 == asset.basis and as_of < asset.split_at
    ahead = asset.next_is_split == 1 and basis == asset.basis + 1 and as_of >= asset.halt_from
    return before or ahead


@given(
    st.integers(0, 2),
    st.integers(0, 4),
    st.sampled_from([NOW - 20 * DAY_S, NOW - 5, NOW]),
    st.sampled_from([0, NOW - 3, NOW + 5]),
    st.integers(0, 9),
    st.integers(NOW - 30, NOW),
)
def test_the_bases_that_are_taken_are_the_programs(
    had: int, basis: int, split_at: int, halt_from: int, lasts: int, as_of: int
) -> None:
    asset = an_asset(basis=had, split=TEN if had else NO_RATIO, split_at=split_at if had else 0)
    asset = replace(asset, split_ex_at=split_at - 7 if had else 0)
    if halt_from:
        told: dict[str, Any] = {
            "next_is_split": 1,
            "next_split": TEN,
            "halt_from": halt_from,
            "next_effective_at": halt_from + lasts,
        }
        asset = replace(asset, next_multiplier=10 * ONE, **told)
    rule = BasisRule.of(asset, NOW)
    rust = asset_at(asset, NOW)
    assert (basis in rule.taken(as_of)) == rust_takes(rust, basis, as_of)
    problem = rule.problem(basis, as_of)
    if rust_takes(rust, basis, as_of):
        assert problem is None
    else:
        assert problem is not None and f"names basis {basis}" in problem
        assert all(str(one) in problem for one in rule.taken(as_of))
        with pytest.raises(StatementRefused, match="AAPLx: the report names basis"):
            rule.check(basis, as_of, "AAPLx")
    assert BasisRule.of(asset, NOW - 99).at(NOW) == rule, "an old plan's rule comes to the same"
    chosen = None
    with suppress(StatementRefused):
        chosen = rule.choose(as_of, "AAPLx", basis)
    assert rule.taken(as_of) == (basis,) if chosen is not None else rule.taken(as_of) != (basis,)
    assert chosen is None or rust_takes(rust, chosen, as_of)


def test_why_a_basis_is_wrong() -> None:
    rule = BasisRule(1, TEN, NOW - 9, NOW, Ratio(1, 3), NOW + 50, NOW + 60)
    told = {
        (0, NOW): "the 10:1 split took effect on",
        (1, NOW - 10): "the 10:1 split was ex on",
        (2, NOW + 49): "the 1:3 split is ex on",
        (3, NOW + 55): "no such split is scheduled",
        (5, NOW): "no such split is scheduled",
    }
    for (basis, as_of), why in told.items():
        assert why in str(rule.problem(basis, as_of))
    assert "only the last one is converted" in str(BasisRule(4, TEN, NOW, NOW).problem(2, NOW))
    assert [rule.choose(at, "A", last) for at, last in ((NOW, 1), (NOW + 49, 1), (NOW - 10, 0))] == [1, 1, 0]
    with pytest.raises(StatementRefused, match=r"had 0 splits in its figures, and the chain wants 1 .* name basis 1"):
        rule.choose(NOW, "A", 0)
    with pytest.raises(StatementRefused, match="name basis 1 if it shows old shares, or 2 if"):
        rule.choose(NOW + 50, "A", 1)
    with pytest.raises(StatementRefused, match="name basis 0 if it shows old shares, or 1 if"):
        rule.choose(NOW - 1, "A", 1)


@given(st.lists(RATIOS, min_size=1, max_size=3), FIGURES, st.integers(0, 3), st.booleans(), st.integers(-1, 1))
def test_a_signed_figure_is_followed_through_splits(
    ratios: list[Ratio], figure: int, stored: int, chain: bool, off: int
) -> None:
    """Converted when it came, then by each split, one at a time as the program does."""
    splits = [Split(number, one, NOW + 10 * number) for number, one in enumerate(ratios, 1)]
    stored = min(stored, len(ratios))
    signed = min(max(stored + off, 0), len(ratios))
    scale, most = (up, LARGEST) if chain else (down, LARGEST)
    held = figure
    if signed == stored + 1:
        held = scale(Ratio(ratios[stored].old, ratios[stored].new), figure)
    elif signed == stored - 1:
        held = scale(ratios[signed], figure)
    held = min(held, most)
    for basis in range(stored, len(ratios) + 1):
        got = converted(figure, splits, signed=signed, stored_at=NOW + 10 * stored + 5, basis=basis, up=chain)
        assert got == held
        if basis < len(ratios):
            slot = a_chain(held) if chain else a_slot(held)
            a = an_asset(basis=basis + 1, split=ratios[basis])
            r = a_reserve(chains=(slot,)) if chain else a_reserve(slot)  # type: ignore[arg-type]
            r = reserve_of(replace(r, basis=basis), a)
            held = r.chains[0].supply if chain else r.custodians[0].settled
    assert converted(figure, splits, signed=len(ratios) + 1, stored_at=NOW, basis=0, up=chain) is None


def test_the_policy_of_these_tests_is_one() -> None:
    assert an_asset().policy.custodian_cap == POLICY["custodian_cap"] == LARGEST
