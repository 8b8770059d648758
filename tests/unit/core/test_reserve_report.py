"""The reserve explained: what each slot counts for and why not more, and what keeps the next mint small."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from solders.pubkey import Pubkey

from tests.unit.core.test_counting import CHAINS, CUSTODIANS, POLICIES, a_reserve, an_asset, with_values
from xstock_client import counting, views
from xstock_client.accounts import Asset, CustodianSlot, KeySet, Limits, MinterAllowance, WindowUsage
from xstock_client.amounts import Raw, Shares
from xstock_client.constants import DAY_S, Feature, Halt
from xstock_client.headroom import Headroom, Limit
from xstock_client.policy import QueueState
from xstock_client.reserve_report import CustodianReport, Reason, ReserveReport, reserve_report

NOW = 1_772_323_200
ASSET, KEY, OTHER, THIRD = (Pubkey(bytes([number]) * 32) for number in (1, 2, 3, 4))
POLICY = {
    "max_age_s": DAY_S,
    "chain_max_age_s": DAY_S,
    "custodian_cap": 2**60,
    "custodian_share_bps": 10_000,
    "haircut_bps": 1_000,
    "collateral_bps": 10_000,
    "min_custodians": 1,
    "mint_window_limit": 10_000,
    "penalty_rate": 10**8,
    "bond_coverage_bps": 5_000,
}
BOND = 25_000
"""At one base unit a token's base unit, for half of the supply: fifty thousand."""
SLOT = {"active": 1, "as_of": NOW - 60, "received_at": NOW - 30, "settled": 1_000}
TRANSIT = {**SLOT, "in_transit": 100, "in_transit_by": NOW + DAY_S}


def report(*custodians: dict[str, int], supply: int = 0, chains: Any = (), **policy: int) -> ReserveReport:
    asset = replace(an_asset({**POLICY, **policy}), known_supply=supply, minted=supply, bond=BOND)
    placed = [{"group": place, **one} for place, one in enumerate(custodians)]
    return reserve_report(ASSET, asset, a_reserve(placed, chains), Raw(supply), NOW)


@pytest.mark.parametrize(
    ("slot", "policy", "figure", "counted", "reasons"),
    [
        (SLOT, {}, 1_000, 1_000, ()),
        ({"active": 1}, {}, 0, 0, (Reason.NEVER_REPORTED,)),
        ({**SLOT, "as_of": NOW - DAY_S - 1}, {}, 0, 0, (Reason.STALE,)),
        ({**SLOT, "as_of": NOW + 1}, {}, 0, 0, (Reason.FUTURE,)),
        ({**SLOT, "settled": 0}, {}, 0, 0, (Reason.NOTHING,)),
        (TRANSIT, {}, 1_090, 1_090, (Reason.HAIRCUT,)),
        (TRANSIT, {"haircut_bps": 10_000}, 1_000, 1_000, (Reason.HAIRCUT,)),
        ({**TRANSIT, "in_transit_by": NOW - 1}, {}, 1_000, 1_000, (Reason.TRANSIT_LATE,)),
        ({**TRANSIT, "in_transit_by": 0}, {}, 1_000, 1_000, (Reason.TRANSIT_UNDATED,)),
        ({**TRANSIT, "in_transit_by": NOW + 11 * DAY_S}, {}, 1_000, 1_000, (Reason.TRANSIT_DATE,)),
        (SLOT, {"custodian_cap": 400}, 1_000, 400, (Reason.CUSTODIAN_CAP,)),
        (SLOT, {"min_custodians": 2}, 1_000, 0, (Reason.NO_QUORUM,)),
    ],
    ids="all never stale future nothing haircut transit-off transit-late undated transit-far capped alone".split(),
)
def test_a_custodian_tells_why_it_counts_no_more(
    slot: dict[str, int], policy: dict[str, int], figure: int, counted: int, reasons: tuple[Reason, ...]
) -> None:
    found = report(slot, **policy)
    (row,) = found.rows
    assert (row.figure, row.counted, row.reasons) == (Shares(figure), Shares(counted), reasons)
    assert found.reserve == Shares(counted)
    assert row.fresh == bool(figure)


def test_one_custodian_counts_for_its_share_of_the_total() -> None:
    found = report({**SLOT, "settled": 9_000}, SLOT, custodian_share_bps=6_000, min_custodians=2)
    assert [(row.counted, row.reasons) for row in found.rows] == [
        (Shares(1_500), (Reason.CUSTODIAN_SHARE,)),
        (Shares(1_000), ()),
    ]
    assert found.reserve == Shares(2_500)


def test_two_slots_of_one_custodian_fill_its_cap_in_their_order() -> None:
    found = report(SLOT, {**SLOT, "group": 0}, {**SLOT, "group": 0}, custodian_cap=1_600)
    assert [int(row.counted) for row in found.rows] == [1_000, 600, 0]
    assert [row.reasons for row in found.rows] == [
        (),
        (Reason.CUSTODIAN_CAP, Reason.SAME_CUSTODIAN),
        (Reason.CUSTODIAN_CAP, Reason.SAME_CUSTODIAN),
    ]
    assert (found.custodians, found.quorum, found.reserve) == (1, True, Shares(1_600))


def test_keys_that_wait_explain_a_slot_without_a_figure() -> None:
    def with_keys(as_of: int, pending_from: int) -> CustodianReport:
        keys = replace(
            KeySet.read(bytes(KeySet.SIZE)),
            keys=(KEY, OTHER, Pubkey.default()),
            count=2,
            threshold=1,
            epoch=3,
            sequence=9,
            pending_keys=(THIRD, Pubkey.default(), Pubkey.default()),
            pending_count=1,
            pending_threshold=1,
            pending_epoch=4,
            pending_from=pending_from,
        )
        slot = with_values(CustodianSlot.read(bytes(CustodianSlot.SIZE)), {**SLOT, "as_of": as_of, "signers": keys})
        reserve = replace(a_reserve([], []), custodians=(slot,))
        (row,) = reserve_report(ASSET, an_asset(POLICY), reserve, Raw(0), NOW).rows
        return row

    stale = NOW - 2 * DAY_S
    assert with_keys(stale, NOW + 5).reasons == (Reason.STALE, Reason.KEYS_WAITING)
    assert with_keys(stale, NOW).reasons == (Reason.STALE, Reason.KEYS_REPLACED)
    row = with_keys(NOW - 60, NOW + 5)
    assert (row.reasons, row.age) == ((), 60)
    keys = row.signers
    assert (keys.keys, keys.threshold, keys.epoch, keys.sequence) == ((KEY, OTHER), 1, 3, 9)
    assert (keys.next_keys, keys.next_threshold, keys.next_epoch, keys.next_from) == ((THIRD,), 1, 4, NOW + 5)


@given(POLICIES, CUSTODIANS, CHAINS)
def test_what_slots_count_for_adds_up(
    policy: dict[str, int], custodians: list[dict[str, int]], chains: list[dict[str, int]]
) -> None:
    reported_once = [{**one, "received_at": NOW} for one in custodians]
    asset, reserve = an_asset({**POLICY, **policy}), a_reserve(reported_once, chains)
    found = reserve_report(ASSET, asset, reserve, Raw(0), NOW)
    counted = sum(int(row.counted) for row in found.rows)
    # each custodian's part is rounded down
    assert int(found.reserve) - 8 < counted <= int(found.reserve)
    assert min(sum(int(chain.counted) for chain in found.chains), 2**64 - 1) == int(found.foreign)
    for row in found.rows:
        reported = int(row.settled) + int(row.in_transit)
        assert row.counted <= row.figure <= Shares(reported)
        explained = set(row.reasons) - {Reason.SAME_CUSTODIAN}
        assert bool(explained) == (int(row.counted) < reported or not reported)
    assert (found.headroom.blocked is Limit.QUORUM) != found.quorum


CHAIN = {"active": 1, "as_of": NOW - 60, "received_at": NOW, "supply": 200, "cap": 500, "outbound": 30}


def test_chains_and_the_parts_of_what_is_owed() -> None:
    silent = {**CHAIN, "as_of": NOW - DAY_S - 1, "next_cap": 300, "next_cap_from": NOW + 7, "supply": 0}
    found = report({**SLOT, "settled": 5_000}, supply=1_000, chains=[CHAIN, silent], collateral_bps=11_000)
    fresh, stale = found.chains
    assert (fresh.fresh, fresh.counted, fresh.age, fresh.room) == (True, Shares(230), 60, Shares(270))
    assert (fresh.next_cap, fresh.next_cap_from, fresh.above_cap) == (None, 0, False)
    assert (stale.fresh, stale.counted, stale.room) == (False, Shares(530), Shares(270))
    assert (stale.next_cap, stale.next_cap_from) == (Shares(300), NOW + 7)
    assert (found.supply_shares, found.released, found.foreign) == (Shares(1_000), Shares(0), Shares(760))
    assert found.obligation == Shares(1_760) and found.required == Shares(1_936)
    assert found.last_obligation == Shares(1_260), "the latch looks at no cap"
    assert found.ratio == Decimal(5_000) / Decimal(1_760)
    assert found.covered and found.solvent
    assert found.headroom.reserve == Raw(5_000 * 10_000 // 11_000 - 1_760)
    above = report(SLOT, chains=[{**CHAIN, "supply": 501}]).chains[0]
    assert above.above_cap and above.room == Shares(0)
    never = report(SLOT, chains=[{"active": 1, "cap": 9}]).chains[0]
    assert (never.age, never.counted) == (None, Shares(9))


def test_burned_outside_is_released_before_the_program_has_seen_it() -> None:
    asset = replace(an_asset(POLICY), known_supply=1_000, minted=1_000)
    found = reserve_report(ASSET, asset, a_reserve([SLOT], []), Raw(900), NOW)
    assert (found.supply_shares, found.released, found.obligation) == (Shares(900), Shares(100), Shares(1_000))


def test_what_keeps_the_next_mint_from_being_larger() -> None:
    found = report(SLOT, supply=100, mint_window_limit=700)
    assert found.headroom == Headroom(reserve=Raw(900), asset_window=Raw(700), bond=Raw(49_900))
    small = report(SLOT, supply=100, penalty_rate=10**10)
    assert (small.headroom.bond, small.headroom.limited_by) == (Raw(400), Limit.BOND)
    assert small.bond.covered_supply == Raw(500) and report(SLOT, supply=600, penalty_rate=10**10).headroom.raw == Raw(
        0
    )
    assert (found.headroom.raw, found.headroom.limited_by) == (Raw(700), Limit.ASSET_WINDOW)
    allowance = replace(
        MinterAllowance.decode(MinterAllowance.DISCRIMINATOR + b"\x01" + bytes(MinterAllowance.SIZE - 9)),
        limits=Limits(600, 800, 500),
        window=WindowUsage(100, 0, NOW),
        lifetime_used=100,
    )
    minter = found.headroom.with_minter(allowance, NOW)
    assert (minter.raw, minter.limited_by, minter.without_approver) == (Raw(500), Limit.MINTER_WINDOW, Raw(400))
    spent = replace(allowance, lifetime_used=750)
    assert found.headroom.with_minter(spent, NOW).limited_by is Limit.MINTER_LIFETIME
    assert report(SLOT).headroom.limited_by is Limit.RESERVE


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"latched": 1, "latched_at": 5}, Limit.LATCH),
        ({"halts": 1}, Limit.HALT),
        ({"latched": 1, "halts": 1}, Limit.LATCH),
    ],
    ids=["latch", "halt", "both"],
)
def test_nothing_is_minted_behind_a_latch_or_a_halt(changes: dict[str, int], limit: Limit) -> None:
    asset = with_values(an_asset(POLICY), {**changes, "bond": BOND})
    found = reserve_report(ASSET, asset, a_reserve([SLOT], []), Raw(0), NOW)
    assert (found.headroom.raw, found.headroom.limited_by) == (Raw(0), limit)
    assert found.headroom.reserve == Raw(1_000)
    assert found.latched == bool(changes.get("latched"))
    assert found.halts == Halt(changes.get("halts", 0))


def test_without_quorum_the_quorum_is_what_is_missing() -> None:
    found = report(SLOT, min_custodians=2)
    assert (found.headroom.limited_by, found.quorum, found.reserve) == (Limit.QUORUM, False, Shares(0))


def test_a_queued_policy_is_part_of_the_report() -> None:
    base = an_asset(POLICY)
    values = replace(base.policy, min_custodians=1, haircut_bps=500)
    asset = replace(
        base,
        queued_policy=replace(base.queued_policy, fields=64, ready_at=NOW + 9, expires_at=NOW + 99, values=values),
        features=int(Feature.PRO_RATA),
    )
    found = reserve_report(ASSET, asset, a_reserve([SLOT], []), Raw(0), NOW)
    assert (found.queue, found.queue_ready_at, found.queue_expires_at) == (QueueState.WAITING, NOW + 9, NOW + 99)
    assert [(one.name, one.current, one.wanted) for one in found.queued] == [("haircut", 1_000, 500)]
    assert found.features == Feature.PRO_RATA


def test_the_report_is_the_programs_arithmetic() -> None:
    asset: Asset = replace(an_asset(POLICY), known_supply=300, minted=300, multiplier=2 * 10**12)
    reserve = a_reserve([TRANSIT, {**SLOT, "group": 1, "as_of": NOW - 2 * DAY_S}], [CHAIN])
    found = reserve_report(ASSET, asset, reserve, Raw(300), NOW)
    fresh = counting.reserve_view(asset, reserve, NOW)
    assert found.reserve == fresh.shares == Shares(1_090)
    assert found.last_reserve == Shares(2_090)
    assert found.obligation == views.obligation(asset, fresh, Raw(300), NOW) == Shares(830)
    assert found.headroom.reserve == views.headroom(asset, reserve, Raw(300), NOW) == Raw(130)
