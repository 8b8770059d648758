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
from xstock_client.amounts import Raw, Shares
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
    "redemption_window_s": 2 * DAY_S,
    "custodian_cap": 1_000,
    "mint_window_limit": 1_000,
    "haircut_bps": 1_000,
    "custodian_share_bps": 6_000,
    "collateral_bps": 10_500,
    "min_custodians": 2,
}
LOOSER = {
    "max_age_s": 3 * DAY_S,
    "chain_max_age_s": 3 * DAY_S,
    "change_delay_s": DAY_S,
    "redemption_window_s": 3 * DAY_S,
    "custodian_cap": 1_001,
    "mint_window_limit": 1_001,
    "haircut_bps": 999,
    "custodian_share_bps": 6_001,
    "collateral_bps": 10_499,
    "min_custodians": 1,
}
ALL = PolicyField(1023)


def a_policy(**changes: int) -> Policy:
    return replace(Policy.read(bytes(Policy.SIZE)), **{**VALUES, **changes})


def live(**changes: Any) -> Asset:
    return replace(an_asset(VALUES), first_mint_at=5, **changes)


def update(name: str, value: int) -> PolicyUpdate:
    typed = {"custodian_cap": Shares, "mint_window_limit": Raw}.get(name, int)
    return PolicyUpdate(**{name: typed(value)})


def test_the_table_is_the_programs() -> None:
    source = (RUST / "state/policy.rs").read_text()
    bits = dict(re.findall(r"pub const (\w+): u32 = (\d+);", source))
    assert bits.pop("ALL") == str(int(ALL))
    assert bits == {str(one.name): str(int(one)) for one in PolicyField}
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
    assert bounds["redemption_window_s"] == (number("MIN_REDEMPTION_WINDOW_S"), number("MAX_REDEMPTION_WINDOW_S"))
    most = number("MAX_REPORTED_SHARES")
    assert bounds["custodian_cap"] == bounds["mint_window_limit"] == (1, most)
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
    with pytest.raises(UsageError, match="2 custodians of at most 4,999 basis points .* must reach 10,000, and is 9,998"):
        check_policy(a_policy(custodian_share_bps=4_999))
    # both at once are fine in the end, but the tighter half would act alone at first
    asset = replace(an_asset(VALUES), policy=a_policy(custodian_share_bps=10_000, min_custodians=1))
    with pytest.raises(UsageError, match="could never count"):
        policy_diff(asset, PolicyUpdate(custodian_share_bps=6_000), NOW)
    policy_diff(asset, PolicyUpdate(custodian_share_bps=6_000, min_custodians=2), NOW)
    strict = replace(an_asset(VALUES), policy=a_policy(custodian_share_bps=5_000, min_custodians=2))
    with pytest.raises(UsageError, match="the tighter part acts alone at first"):
        policy_diff(strict, PolicyUpdate(custodian_share_bps=3_400, min_custodians=3, haircut_bps=900), NOW) and (
            policy_diff(
                replace(strict, policy=a_policy(custodian_share_bps=4_000, min_custodians=3)),
                PolicyUpdate(custodian_share_bps=5_000, min_custodians=2),
                NOW,
            )
        )
        four = replace(strict, policy=a_policy(custodian_share_bps=5_000, min_custodians=4))
        policy_diff(four, PolicyUpdate(custodian_share_bps=2_500, min_custodians=4), NOW)
        policy_diff(
            replace(four, policy=a_policy(custodian_share_bps=5_000, min_custodians=2)),
            PolicyUpdate(custodian_share_bps=4_000, min_custodians=3),
            NOW,
        )
        raise UsageError("the tighter part acts alone at first")
