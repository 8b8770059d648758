"""What reports count for, against the golden vectors and against the definitions in exact fractions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts import counting_vectors as exact
from xstock_client import counting
from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, Policy, Reserve, WindowUsage
from xstock_client.amounts import Shares
from xstock_client.counting import ReserveView
from xstock_client.views import decayed

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/counting.json").read_text())
U64_MAX, DAY, NOW, LARGEST = 2**64 - 1, 86_400, 1_772_323_200, 2**60


def blank(cls: Any) -> Any:
    return cls.decode(cls.DISCRIMINATOR + b"\x01" + bytes(cls.SIZE - 9))


def with_values(slot: Any, values: Mapping[str, Any]) -> Any:
    return replace(slot, **values)


def an_asset(policy: Mapping[str, int]) -> Asset:
    asset: Asset = blank(Asset)
    return replace(asset, policy=replace(Policy.read(bytes(Policy.SIZE)), **policy), multiplier=10**12)


def a_reserve(custodians: Sequence[Mapping[str, int]], chains: Sequence[Mapping[str, int]]) -> Reserve:
    slots = tuple(with_values(CustodianSlot.read(bytes(CustodianSlot.SIZE)), one) for one in custodians)
    others = tuple(with_values(ChainSlot.read(bytes(ChainSlot.SIZE)), one) for one in chains)
    reserve: Reserve = blank(Reserve)
    return replace(reserve, custodians=slots, chains=others)


def as_view(found: Mapping[str, Any]) -> ReserveView:
    shares, foreign = Shares(found["shares"]), Shares(found["foreign"])
    return ReserveView(shares, found["oldest_as_of"], found.get("custodians", 0), foreign)


def test_no_vector_is_missing() -> None:
    assert {name: len(cases) > 20 for name, cases in VECTORS.items()} == dict.fromkeys(
        ("relative", "transit", "required", "decay", "reserve"), True
    )


@pytest.mark.parametrize("number", range(len(VECTORS["reserve"])))
def test_reserves_add_up_as_in_the_vectors(number: int) -> None:
    case = VECTORS["reserve"][number]
    asset, reserve = an_asset(case["policy"]), a_reserve(case["custodians"], case["chains"])
    assert counting.reserve_view(asset, reserve, case["now"]) == as_view(case["effective"])
    assert counting.last_figures(asset, reserve) == as_view(case["last"])
    assert counting.holdings(reserve) == as_view(case["holdings"])


def test_parts_agree_with_the_vectors() -> None:
    for one in VECTORS["relative"]:
        assert counting.relative_cap(one["figures"], one["share_bps"]) == one["total"], one
    for one in VECTORS["transit"]:
        assert counting.transit_counted(one["shares"], one["haircut_bps"], one["as_of"], one["by"]) == one["counted"]
    for one in VECTORS["required"]:
        found = counting.required(Shares(one["obligation"]), one["collateral_bps"])
        assert found == Shares(one["required"]), one
    for one in VECTORS["decay"]:
        usage = WindowUsage(one["used"], 0, NOW)
        for pause in one["elapsed"]:
            usage = decayed(usage, one["limit"], usage.at + pause)
        assert usage.used == one["left"], one


FIGURES = st.one_of(st.just(0), st.integers(0, 50), st.integers(0, LARGEST))
AS_OF = st.one_of(st.integers(NOW - 9 * DAY, NOW + 60), st.sampled_from([NOW, NOW + 1, NOW - DAY, NOW - DAY - 1]))
CUSTODIANS = st.lists(
    st.fixed_dictionaries(
        {
            "active": st.sampled_from([1, 1, 1, 0]),
            "group": st.integers(0, 7),
            "as_of": AS_OF,
            "received_at": st.sampled_from([0, NOW]),
            "settled": FIGURES,
            "in_transit": FIGURES,
            "in_transit_by": st.one_of(st.integers(NOW - DAY, NOW + 12 * DAY), st.sampled_from([0, NOW, NOW - 1])),
        }
    ),
    min_size=8,
    max_size=8,
)
CHAINS = st.lists(
    st.fixed_dictionaries(
        {
            "active": st.sampled_from([1, 0]),
            "as_of": AS_OF,
            "received_at": st.sampled_from([0, NOW]),
            "supply": FIGURES,
            "cap": FIGURES,
            "outbound": FIGURES,
            "marked": FIGURES,
            "reported": FIGURES,
            "concluded": FIGURES,
        }
    ),
    min_size=8,
    max_size=8,
)
POLICIES = st.fixed_dictionaries(
    {
        "max_age_s": st.sampled_from([3_600, DAY, 7 * DAY]),
        "chain_max_age_s": st.sampled_from([3_600, DAY, 7 * DAY]),
        "custodian_cap": st.one_of(st.just(LARGEST), st.integers(1, 100), st.integers(1, LARGEST)),
        "haircut_bps": st.integers(500, 10_000),
        "custodian_share_bps": st.one_of(st.just(10_000), st.integers(1_000, 10_000)),
        "min_custodians": st.integers(1, 4),
    }
)


def saturated(view: dict[str, Any]) -> dict[str, Any]:
    # eight chains of 2^60 and as much on the way to each are more than 64 bits hold
    return {**view, "foreign": min(view["foreign"], U64_MAX)}


@given(POLICIES, CUSTODIANS, CHAINS)
def test_reserves_add_up_as_defined(
    policy: dict[str, int], custodians: list[dict[str, int]], chains: list[dict[str, int]]
) -> None:
    asset, reserve = an_asset(policy), a_reserve(custodians, chains)
    now = exact.effective(policy, custodians, chains, NOW)
    assert counting.reserve_view(asset, reserve, NOW) == as_view(saturated(now))
    assert counting.last_figures(asset, reserve) == as_view(saturated(exact.last_figures(policy, custodians, chains)))
    assert counting.holdings(reserve) == as_view(saturated(exact.holdings(custodians, chains)))


@given(st.lists(FIGURES, min_size=8, max_size=8), st.integers(1_000, 10_000))
@example([LARGEST] * 8, 1_000)
@example([LARGEST] + [0] * 7, 9_999)
def test_the_relative_cap_is_the_largest_fixed_point(figures: list[int], share: int) -> None:
    assert counting.relative_cap(figures, share) == exact.relative(figures, share)


@given(st.integers(0, U64_MAX), st.integers(0, U64_MAX), st.lists(st.integers(-100, 100_000), max_size=8))
def test_usage_decays_exactly_however_often_somebody_looks(used: int, limit: int, pauses: list[int]) -> None:
    usage, latest = WindowUsage(used, 0, NOW), NOW
    for pause in pauses:
        now = latest + pause
        usage = decayed(usage, limit, now)
        latest = max(latest, now)  # a clock that goes back frees nothing, and gives nothing twice
    assert usage.used == exact.decay(used, limit, [latest - NOW])


def test_a_chain_that_falls_silent_counts_at_its_cap() -> None:
    chain = replace(ChainSlot.read(bytes(ChainSlot.SIZE)), active=1, cap=500, supply=300, outbound=20, as_of=NOW - 10)
    assert counting.chain_counted(chain, NOW - 10, NOW) == 520, "it never reported"
    chain = replace(chain, received_at=NOW)
    assert counting.chain_counted(chain, NOW - 10, NOW) == 320
    assert counting.chain_counted(chain, NOW - 9, NOW) == 520
    assert counting.chain_counted(replace(chain, as_of=NOW + 1), NOW - 10, NOW) == 520, "of the future"
    assert counting.chain_counted(replace(chain, supply=900), NOW - 9, NOW) == 920, "more than its cap"
    assert counting.chain_room(chain) == 180
    assert counting.chain_room(replace(chain, next_cap=400, next_cap_from=NOW + 99)) == 80
    assert counting.chain_room(replace(chain, next_cap=0, next_cap_from=NOW)) == 0


def test_a_new_cap_is_judged_with_all_of_it_used() -> None:
    asset = an_asset({"chain_max_age_s": DAY})
    chain = {"active": 1, "cap": 500, "supply": 300, "outbound": 20, "as_of": NOW, "received_at": NOW}
    reserve = a_reserve([], [chain, {**chain, "as_of": NOW - 2 * DAY}, {**chain, "active": 0}])
    assert counting.reserve_view(asset, reserve, NOW).foreign == Shares(320 + 520)
    assert counting.foreign_at_cap(reserve, 0, 1_000) == Shares(1_020 + 520)
    assert counting.foreign_at_cap(reserve, 1, 100) == Shares(520 + 320)


def test_no_chain_lowers_what_holders_are_paid_beyond_its_cap() -> None:
    chain = {"active": 1, "cap": 500, "supply": 900, "outbound": 20, "as_of": NOW, "received_at": NOW}
    assert counting.holdings(a_reserve([], [chain])).foreign == Shares(520)


def test_what_waits_here_to_be_issued_there_is_not_counted_twice() -> None:
    asset = an_asset({"chain_max_age_s": DAY})
    chain = {"active": 1, "cap": 500, "supply": 300, "outbound": 20, "marked": 50, "as_of": NOW, "received_at": NOW}
    reserve = a_reserve([], [chain])
    assert counting.last_figures(asset, reserve).foreign == Shares(320), "no report can speak of the claim yet"
    reserve = a_reserve([], [{**chain, "reported": 50}])
    assert counting.reserve_view(asset, reserve, NOW).foreign == Shares(320), "a mint counts both"
    assert counting.last_figures(asset, reserve).foreign == counting.holdings(reserve).foreign == Shares(270)
    assert counting.chain_room(reserve.chains[0]) == 130, "what is marked has its room"
    burned = replace(reserve.chains[0], marked=0, reported=0, concluded=50, outbound=70)
    assert counting.owed_there(burned, 300) == 320, "its report may have known of it before the burn"
    assert counting.owed_there(replace(burned, reported=400), 300) == 0


PAYMENTS = json.loads((Path(__file__).parents[2] / "vectors/payment.json").read_text())


def test_payments_agree_with_the_vectors() -> None:
    assert {name: len(cases) >= 100 for name, cases in PAYMENTS.items()} == dict.fromkeys(
        ("worth", "affordable", "settled", "required"), True
    )
    for one in PAYMENTS["worth"]:
        assert counting.worth_ceil(one["units"], one["rate"]) == one["worth"], one
        assert counting.penalty(one["units"], one["rate"]) == one["worth"], one
    for one in PAYMENTS["affordable"]:
        assert counting.affordable_rate(one["raw"], one["limit"], one["available"]) == one["rate"], one
    for one in PAYMENTS["settled"]:
        found = counting.settlement(one["shares"], one["price"], one["fee_bps"])
        assert found == (one["gross"], one["fee"], one["payment"]), one
    for one in PAYMENTS["required"]:
        assert counting.required_bond(one["supply"], one["coverage_bps"], one["rate"]) == one["bond"], one


@given(st.integers(0, 2**60), st.integers(100, 10_000), st.integers(1, 2**40))
def test_the_covered_supply_is_the_largest(bond: int, bps: int, rate: int) -> None:
    most = counting.bonded_supply(bond, bps, rate)
    assert counting.required_bond(most, bps, rate) <= bond
    assert most == U64_MAX or counting.required_bond(most + 1, bps, rate) > bond


@given(st.integers(1, 2**50), st.integers(0, 500), st.integers(1, 2**40))
def test_the_price_for_a_quote_pays_it_however_much_is_settled(net: int, bps: int, shares: int) -> None:
    price = counting.price_for(net, bps)
    assert counting.settlement(shares, price, bps)[2] >= counting.worth_ceil(shares, net)


def test_the_oldest_report_is_of_whoever_reported() -> None:
    slot = {"active": 1, "received_at": NOW, "as_of": NOW - 5}
    reserve = a_reserve([slot, {**slot, "active": 0, "as_of": 3}, {**slot, "received_at": 0, "as_of": 4}], [])
    assert counting.oldest_report(reserve) == NOW - 5
    assert counting.oldest_report(a_reserve([], [])) is None
