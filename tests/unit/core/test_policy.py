"""The policy's table, and what a change would do, against the program's source and rules."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.test_counting import an_asset
from xstock_client.accounts import Asset, Policy, QueuedPolicy
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, HOUR_S, Halt, PolicyField
from xstock_client.errors import UsageError
from xstock_client.policy import (
    RULES,
    Direction,
    PolicyUpdate,
    QueueState,
    check_policy,
    compare,
    policy_diff,
    queue_state,
    queued_changes,
    take,
    value_of,
    value_text,
)

RUST = Path(__file__).parents[3] / "programs/xstock_vault/src"
NOW = 1_772_323_200
VALUES = {
    "max_age_s": 2 * DAY_S,
    "chain_max_age_s": 2 * DAY_S,
    "change_delay_s": 2 * DAY_S,
    "accept_window_s": 2 * DAY_S,
    "custodian_cap": 1_000,
    "mint_window_limit": 1_000,
    "haircut_bps": 1_000,
    "custodian_share_bps": 6_000,
    "collateral_bps": 10_500,
    "min_custodians": 2,
    "settle_window_s": 2 * DAY_S,
    "dispute_window_s": 2 * DAY_S,
    "penalty_rate": 1_500_000,
    "holder_penalty_cap": 1_000,
    "redemption_fee_bps": 100,
    "bond_coverage_bps": 1_000,
}
LOOSER = {
    "max_age_s": 3 * DAY_S,
    "chain_max_age_s": 3 * DAY_S,
    "change_delay_s": DAY_S,
    "accept_window_s": 3 * DAY_S,
    "custodian_cap": 1_001,
    "mint_window_limit": 1_001,
    "haircut_bps": 999,
    "custodian_share_bps": 6_001,
    "collateral_bps": 10_499,
    "min_custodians": 1,
    "settle_window_s": 3 * DAY_S,
    "dispute_window_s": DAY_S,
    "penalty_rate": 1_499_999,
    "holder_penalty_cap": 999,
    "redemption_fee_bps": 101,
    "bond_coverage_bps": 999,
}
ALL = PolicyField(65_535)


def a_policy(**changes: int) -> Policy:
    return replace(Policy.read(bytes(Policy.SIZE)), **{**VALUES, **changes})


def live(**changes: Any) -> Asset:
    return replace(an_asset(VALUES), first_mint_at=5, **changes)


def update(name: str, value: int) -> PolicyUpdate:
    kinds = {"custodian_cap": Shares, "mint_window_limit": Raw, "penalty_rate": Cash, "holder_penalty_cap": Cash}
    typed: Any = kinds.get(name, int)
    return PolicyUpdate(**{name: typed(value)})


def test_the_table_is_the_programs() -> None:
    source = (RUST / "state/policy.rs").read_text()
    bits = {name: int(bit) for name, bit in re.findall(r"pub const (\w+): u32 = ([\d_]+);", source)}
    assert bits.pop("ALL") == ALL
    assert bits == {str(one.name): int(one) for one in PolicyField}
    assert [rule.field for rule in RULES] == list(PolicyField)
    table = re.findall(r"\(\S*self\.(\w+)(?: as u64|\))?, (true|false),", source)
    assert [(rule.name, str(rule.larger_is_looser).lower()) for rule in RULES] == table
    constants = (RUST / "constants.rs").read_text()

    def number(name: str) -> int:
        found = re.search(rf"pub const {name}: \w+ = ([^;]+);", constants)
        assert found, name
        return int(eval(found[1], {}, {"DAY_S": DAY_S, "HOUR_S": HOUR_S}))

    bounds = {rule.name: (rule.minimum, rule.maximum) for rule in RULES}
    age = (number("MIN_REPORT_AGE_S"), number("MAX_REPORT_AGE_S"))
    assert bounds["max_age_s"] == bounds["chain_max_age_s"] == age
    assert bounds["change_delay_s"] == (number("MIN_CHANGE_DELAY_S"), number("MAX_CHANGE_DELAY_S"))
    window = (number("MIN_REDEMPTION_WINDOW_S"), number("MAX_REDEMPTION_WINDOW_S"))
    assert bounds["accept_window_s"] == bounds["settle_window_s"] == window
    assert bounds["dispute_window_s"] == (number("MIN_DISPUTE_WINDOW_S"), number("MAX_DISPUTE_WINDOW_S"))
    most = number("MAX_REPORTED_SHARES")
    assert bounds["custodian_cap"] == bounds["mint_window_limit"] == (1, most)
    assert bounds["penalty_rate"] == bounds["holder_penalty_cap"] == (1, most)
    assert bounds["redemption_fee_bps"] == (0, number("MAX_REDEMPTION_FEE_BPS"))
    assert bounds["bond_coverage_bps"] == (number("MIN_BOND_COVERAGE_BPS"), number("BPS"))
    assert bounds["haircut_bps"] == (number("MIN_HAIRCUT_BPS"), number("BPS"))
    assert bounds["custodian_share_bps"] == (number("MIN_CUSTODIAN_SHARE_BPS"), number("BPS"))
    assert bounds["collateral_bps"] == (number("BPS"), number("MAX_COLLATERAL_BPS"))
    assert bounds["min_custodians"] == (1, number("CUSTODIANS"))
    assert number("CHANGE_LIFE_S") == CHANGE_LIFE_S


def test_each_field_has_its_bit_and_direction() -> None:
    assert compare(a_policy(), a_policy(**LOOSER)) == (PolicyField(0), ALL)
    assert compare(a_policy(**LOOSER), a_policy()) == (ALL, PolicyField(0))
    for rule in RULES:
        one = take(a_policy(), rule.field, a_policy(**LOOSER))
        assert compare(a_policy(), one) == (PolicyField(0), rule.field)
        assert one == a_policy(**{rule.name: LOOSER[rule.name]})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_bounds_are_refused_before_anything_is_sent(rule: Any) -> None:
    base = a_policy(custodian_share_bps=10_000, min_custodians=8)
    for good in (rule.minimum, rule.maximum):
        check_policy(replace(base, **{rule.name: good}) if rule.name != "custodian_share_bps" else base)
    for bad in (rule.minimum - 1, rule.maximum + 1):
        with pytest.raises(UsageError, match=f"{rule.name} lies between .*, compiled into the program; not"):
            check_policy(replace(base, **{rule.name: bad}))


def test_a_quorum_that_could_never_count_is_refused() -> None:
    with pytest.raises(
        UsageError, match="2 custodians of at most 4,999 basis points .* must reach 10,000, and is 9,998"
    ):
        check_policy(a_policy(custodian_share_bps=4_999))
    asset = replace(an_asset(VALUES), policy=a_policy(custodian_share_bps=10_000, min_custodians=1))
    with pytest.raises(UsageError, match="could never count"):
        policy_diff(asset, PolicyUpdate(custodian_share_bps=6_000), NOW)
    assert policy_diff(asset, PolicyUpdate(custodian_share_bps=6_000, min_custodians=2), NOW).looser == PolicyField(0)


IN_BOUNDS = st.fixed_dictionaries({rule.name: st.integers(rule.minimum, rule.maximum) for rule in RULES}).filter(
    lambda values: values["custodian_share_bps"] * values["min_custodians"] >= 10_000
)


@given(IN_BOUNDS, IN_BOUNDS)
def test_the_tighter_half_of_a_change_is_within_bounds_by_itself(old: dict[str, int], new: dict[str, int]) -> None:
    before, wanted = a_policy(**old), a_policy(**new)
    tighter, looser = compare(before, wanted)
    assert not tighter & looser
    check_policy(take(before, tighter, wanted))
    assert take(take(before, tighter, wanted), looser, wanted) == wanted


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_a_change_of_one_field_does(rule: Any) -> None:
    tight, loose = VALUES[rule.name], LOOSER[rule.name]
    # one custodian alone could not count for 60 % of itself
    asset = live(policy=a_policy(custodian_share_bps=10_000) if rule.name == "min_custodians" else a_policy())
    waits = policy_diff(asset, update(rule.name, loose), NOW)
    assert (waits.tighter, waits.looser, waits.after) == (PolicyField(0), rule.field, asset.policy)
    assert (waits.ready_at, waits.expires_at) == (NOW + 2 * DAY_S, NOW + 16 * DAY_S)
    (change,) = waits.changes
    assert (change.rule, change.current, change.wanted) == (rule, tight, loose)
    assert (change.direction, change.acts_at) == (Direction.LOOSER, NOW + 2 * DAY_S)
    back = replace(asset, policy=replace(asset.policy, **{rule.name: loose}))
    acts = policy_diff(back, update(rule.name, tight), NOW)
    assert (acts.tighter, acts.looser, acts.ready_at, acts.expires_at) == (rule.field, PolicyField(0), 0, 0)
    assert acts.after == asset.policy
    assert [(one.direction, one.acts_at) for one in acts.changes] == [(Direction.TIGHTER, NOW)]


def test_before_the_first_mint_nothing_waits() -> None:
    diff = policy_diff(an_asset(VALUES), PolicyUpdate(haircut_bps=500), NOW)
    assert (diff.ready_at, diff.looser, diff.halted) == (NOW, PolicyField.HAIRCUT, False)
    assert policy_diff(live(halts=int(Halt.CHANGES)), PolicyUpdate(haircut_bps=500), NOW).halted


def test_what_leaves_an_earlier_queue() -> None:
    queue = QueuedPolicy(int(PolicyField.MAX_AGE | PolicyField.HAIRCUT), NOW - 5, NOW + 5, a_policy(**LOOSER))
    asset = live(queued_policy=queue)

    def dropped(change: PolicyUpdate) -> PolicyField:
        return policy_diff(asset, change, NOW).dropped

    # a tightening, or the present value again, voids its own field; a loosening replaces the queue
    assert dropped(PolicyUpdate(haircut_bps=1_001)) == PolicyField.HAIRCUT
    assert dropped(PolicyUpdate(max_age_s=VALUES["max_age_s"])) == PolicyField.MAX_AGE
    assert dropped(PolicyUpdate(collateral_bps=11_000)) == PolicyField(0)
    assert dropped(PolicyUpdate(collateral_bps=10_001)) == PolicyField.MAX_AGE | PolicyField.HAIRCUT
    assert dropped(PolicyUpdate(collateral_bps=10_001, haircut_bps=998)) == PolicyField.MAX_AGE
    assert [(one.name, one.current, one.wanted, one.acts_at) for one in queued_changes(asset)] == [
        ("max age", 2 * DAY_S, 3 * DAY_S, NOW - 5),
        ("haircut", 1_000, 999, NOW - 5),
    ]
    assert queued_changes(live()) == ()


def test_where_a_queue_stands() -> None:
    queue = QueuedPolicy(64, NOW, NOW + 5, a_policy())
    states = {after: queue_state(queue, NOW + after) for after in (-1, 0, 5, 6)}
    assert states == {-1: QueueState.WAITING, 0: QueueState.READY, 5: QueueState.READY, 6: QueueState.EXPIRED}
    assert queue_state(replace(queue, fields=0), NOW) is QueueState.NONE


def test_an_update_names_its_fields() -> None:
    change = PolicyUpdate(custodian_cap=Shares(5), max_age_s=HOUR_S)
    assert change.named == PolicyField.CUSTODIAN_CAP | PolicyField.MAX_AGE
    assert change.on(a_policy()) == a_policy(custodian_cap=5, max_age_s=HOUR_S)
    with pytest.raises(UsageError, match="at least one field"):
        PolicyUpdate().on(a_policy())
    # zero is a value, and out of bounds; it never means "leave alone"
    with pytest.raises(UsageError, match="haircut_bps lies between 5 % and 100 %, .* not 0 %"):
        policy_diff(live(), PolicyUpdate(haircut_bps=0), NOW)


def test_values_in_words() -> None:
    words = {rule.name: value_text(rule, value_of(a_policy(custodian_cap=10**11), rule)) for rule in RULES}
    assert words == {
        "max_age_s": "2 d",
        "chain_max_age_s": "2 d",
        "change_delay_s": "2 d",
        "accept_window_s": "2 d",
        "custodian_cap": "1,000 shares",
        "mint_window_limit": "0.00001 tokens",
        "haircut_bps": "10 %",
        "custodian_share_bps": "60 %",
        "collateral_bps": "105 %",
        "min_custodians": "2",
        "settle_window_s": "2 d",
        "dispute_window_s": "2 d",
        "penalty_rate": "1,500,000 base units a token",
        "holder_penalty_cap": "1,000 base units",
        "redemption_fee_bps": "1 %",
        "bond_coverage_bps": "10 %",
    }
    money = {rule.name: value_text(rule, VALUES[rule.name], 6) for rule in RULES if rule.unit.startswith("cash")}
    assert money == {"penalty_rate": "1.5 a token", "holder_penalty_cap": "0.001"}
