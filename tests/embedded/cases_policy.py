"""Refusals of policies: out of their bounds, too early, too late, twice, or not covered; and of tickets' watermarks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, MALLORY, NVIDIA, OURS, POLICY, RIVAL_APPLE, TESLA
from tests.embedded.cases import SUPPLY, Attempt, case, raise_supply, row
from tests.embedded.setups import bits, report_all, short
from tests.embedded.world import NOW, World
from xstock_client.accounts import Asset, Policy, QueuedPolicy
from xstock_client.constants import (
    BPS,
    CHANGE_LIFE_S,
    DAY_S,
    HOUR_S,
    MAX_REPORTED_SHARES,
    TICKETS_PER_PAGE,
    Role,
)

BOUNDS: dict[str, tuple[int, int]] = {
    "max_age_s": (HOUR_S, 7 * DAY_S),
    "chain_max_age_s": (HOUR_S, 7 * DAY_S),
    "change_delay_s": (DAY_S, 30 * DAY_S),
    "accept_window_s": (DAY_S, 30 * DAY_S),
    "custodian_cap": (1, MAX_REPORTED_SHARES),
    "mint_window_limit": (1, MAX_REPORTED_SHARES),
    "haircut_bps": (500, BPS),
    "custodian_share_bps": (1_000, BPS),
    "collateral_bps": (BPS, 2 * BPS),
    "min_custodians": (1, 8),
    "settle_window_s": (DAY_S, 30 * DAY_S),
    "dispute_window_s": (DAY_S, 30 * DAY_S),
    "penalty_rate": (1, MAX_REPORTED_SHARES),
    "holder_penalty_cap": (1, MAX_REPORTED_SHARES),
    "redemption_fee_bps": (0, 500),
    "bond_coverage_bps": (100, BPS),
}
"""What no issuer can leave, by policy field in the order of its bit."""
assert list(BOUNDS) == list(POLICY)
WIDTHS = {"min_custodians": 8, **{name: 16 for name in POLICY if name.endswith("_bps")}}
READY = NOW + CHANGE_DELAY_S


def outside(name: str) -> set[int]:
    """Values beyond the bounds, as far as the argument's type goes."""
    low, high = BOUNDS[name]
    signed = name.endswith("_s")
    largest = 2 ** (63 if signed else WIDTHS.get(name, 64)) - 1
    beyond = {low - 1, high + 1, 0, largest, *((-1, -(2**63)) if signed else ())}
    return {value for value in beyond if value <= largest and (signed or value >= 0) and not low <= value <= high}


for _place, (_name, (_low, _high)) in enumerate(BOUNDS.items()):
    for _value in sorted(outside(_name)):
        # a negative time is a huge number, logged as such
        _figures = {"field": _place, "given": _value % 2**64, "minimum": _low, "maximum": _high}
        _change: dict[str, Any] = {_name: _value}
        _good = calls.list_asset(TESLA, **_change)
        row(_good, "PolicyOutOfRange", f"{_name} of {_value}", **_figures)
        row(calls.set_policy(APPLE, **_change), "PolicyOutOfRange", f"{_name} of {_value}", **_figures)

for _share, _least in ((4_999, 2), (1_000, 9 - 1), (9_999, 1)):
    _quorum: dict[str, Any] = {"custodian_share_bps": _share, "min_custodians": _least}
    _seen = {"share": _share, "custodians": _least}
    row(calls.list_asset(TESLA, **_quorum), "ShareBelowQuorum", f"{_least} at {_share}", **_seen)
    row(calls.set_policy(APPLE, **_quorum), "ShareBelowQuorum", f"{_least} at {_share}", **_seen)


@case("set_policy", "ShareBelowQuorum")
def a_smaller_share_for_fewer_custodians(world: World) -> Attempt:
    world.do(calls.set_policy(NVIDIA, min_custodians=4, custodian_share_bps=2_500))
    fewer = calls.set_policy(NVIDIA, min_custodians=3, custodian_share_bps=2_500)
    return fewer, {"share": 2_500, "custodians": 3}


_VALUES: dict[str, Any] = {**POLICY}
for _named in (0, 2**16, 2**31, 2**32 - 1, 2**16 - 1 + 2**16):
    row(
        calls.set_policy(APPLE, named=_named, **_VALUES),
        "UnknownPolicyField",
        f"bits {_named}",
        fields=_named,
    )
row(
    calls.set_policy(RIVAL_APPLE, min_custodians=3).swap(issuer=OURS.address, authority=OURS.authority),
    "WrongIssuer",
    "an asset of another issuer",
)
row(
    calls.set_policy(APPLE, min_custodians=1),
    "ChangesHalted",
    "a loosening",
    lambda world: world.do(calls.halt(APPLE, 4)),
)
row(
    calls.set_policy(APPLE, min_custodians=1, max_age_s=HOUR_S),
    "ChangesHalted",
    "a loosening with a tightening",
    lambda world: world.do(calls.halt(APPLE, 4)),
)


@case("set_policy", "SupplyAboveBooks")
def tighten_with_a_second_door(world: World) -> Attempt:
    return calls.set_policy(APPLE, min_custodians=3), raise_supply(world)


# Applying


def queued(world: World) -> None:
    world.do(calls.set_policy(APPLE, min_custodians=1))


def _wait(seconds: int) -> Callable[[World], None]:
    return lambda world: world.advance(seconds)


row(calls.apply_policy(APPLE), "NothingQueued", "nothing waits", waits_until=0, now=NOW)
for _seconds in (0, CHANGE_DELAY_S - 1):
    row(
        calls.apply_policy(APPLE),
        "ChangeNotReady",
        f"after {_seconds} s",
        queued,
        _wait(_seconds),
        ready_at=READY,
        now=NOW + _seconds,
    )
row(
    calls.apply_policy(APPLE),
    "ChangeExpired",
    "a second late",
    queued,
    lambda world: world.advance(CHANGE_DELAY_S + CHANGE_LIFE_S + 1),
    expired_at=READY + CHANGE_LIFE_S,
    now=READY + CHANGE_LIFE_S + 1,
)


@case("apply_policy", "NothingQueued")
def twice(world: World) -> Attempt:
    queued(world)
    world.advance(CHANGE_DELAY_S)
    world.do(calls.apply_policy(APPLE))
    return calls.apply_policy(APPLE), {"waits_until": 0, "now": world.now}


@case("apply_policy", "ChangesHalted")
def while_changes_are_halted(world: World) -> Attempt:
    queued(world)
    world.advance(CHANGE_DELAY_S)
    world.do(calls.halt(APPLE, 4))
    return calls.apply_policy(APPLE), {}


@case("apply_policy", "ReserveShort")
def a_policy_that_the_reserve_does_not_cover(world: World) -> Attempt:
    queued(world)
    world.advance(CHANGE_DELAY_S)
    report_all(world, APPLE, {0: 1, 1: SUPPLY - 2})
    return calls.apply_policy(APPLE), short(SUPPLY - 1, SUPPLY)


@case("apply_policy", "ReserveShort")
def a_policy_without_fresh_reports(world: World) -> Attempt:
    queued(world)
    world.advance(calls.MAX_AGE_S)
    return calls.apply_policy(APPLE), short(0, SUPPLY)


@case("apply_policy", "ShareBelowQuorum")
def half_of_a_policy_whose_other_half_was_voided(world: World) -> Attempt:
    world.do(calls.set_policy(APPLE, custodian_share_bps=5_000))
    world.do(calls.set_policy(APPLE, custodian_share_bps=10_000, min_custodians=1))
    world.do(calls.set_policy(APPLE, custodian_share_bps=5_000))
    assert world.asset(APPLE).queued_policy.fields == bits("min_custodians")
    world.advance(CHANGE_DELAY_S)
    return calls.apply_policy(APPLE), {"share": 5_000, "custodians": 1}


@case("apply_policy", "PolicyOutOfRange")
def a_value_that_was_bent_in_the_queue(world: World) -> Attempt:
    # no instruction queues a value that is out of bounds
    queued(world)
    at = Asset.OFFSETS["queued_policy"] + QueuedPolicy.OFFSETS["values"] + Policy.OFFSETS["min_custodians"]
    world.patch(APPLE.asset, at, b"\0")
    world.advance(CHANGE_DELAY_S)
    return calls.apply_policy(APPLE), {"field": 9, "given": 0, "minimum": 1, "maximum": 8}


@case("apply_policy", "SupplyAboveBooks")
def apply_with_a_second_door(world: World) -> Attempt:
    queued(world)
    world.advance(CHANGE_DELAY_S)
    return calls.apply_policy(APPLE), raise_supply(world)


row(
    calls.cancel_policy(RIVAL_APPLE).swap(issuer=OURS.address, grant=OURS.grant(Role.PAUSER)),
    "WrongIssuer",
    "a policy of another issuer",
    lambda world: world.do(calls.set_policy(RIVAL_APPLE, min_custodians=1)),
)
row(calls.cancel_policy(APPLE), "NothingQueued", "nothing waits", waits_until=0, now=NOW)

for _good in (calls.set_policy(APPLE, min_custodians=3), calls.apply_policy(APPLE)):
    row(_good.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", queued)
    row(_good.swap(mint=NVIDIA.mint), "WrongMint", "another asset's mint", queued)


# Tickets

for _mark in (0, 3, TICKETS_PER_PAGE, 2**64 - 1):
    # tickets 0 and 1 are used
    row(
        calls.raise_watermark(APPLE, _mark),
        "WatermarkOutOfRange",
        f"{_mark}",
        given=_mark,
        watermark=0,
        limit=2,
    )
for _mark in (0, 1):
    row(
        calls.raise_watermark(NVIDIA, _mark),
        "WatermarkOutOfRange",
        f"{_mark} before the first ticket",
        given=_mark,
        watermark=0,
        limit=0,
    )
for _mark in (0, 1, 2):
    row(
        calls.raise_watermark(APPLE, _mark),
        "WatermarkOutOfRange",
        f"{_mark}, not above the last",
        lambda world: world.do(calls.raise_watermark(APPLE, 2)),
        given=_mark,
        watermark=2,
        limit=2,
    )
row(
    calls.raise_watermark(RIVAL_APPLE, 1).swap(issuer=OURS.address, authority=OURS.authority),
    "WrongIssuer",
    "an asset of another issuer",
)


row(
    calls.raise_watermark(APPLE, 1),
    "ChangesHalted",
    "halted",
    lambda world: world.do(calls.halt(APPLE, 4)),
)


@case("raise_watermark", "Overflow")
def behind_the_last_number_of_all(world: World) -> Attempt:
    # no page holds it
    world.patch_field(Asset, APPLE.asset, "highest_ticket", 2**64 - 1)
    return calls.raise_watermark(APPLE, 1), {}


def passed(world: World) -> None:
    """Apple's watermark stands a ticket before the end of its first page."""
    world.do(calls.mint_shares(APPLE, 1, ticket=TICKETS_PER_PAGE - 1))
    world.do(calls.raise_watermark(APPLE, TICKETS_PER_PAGE - 1))


row(calls.close_ticket_page(APPLE, 0), "PageInUse", "all of it", page=0, watermark=0)
row(calls.close_ticket_page(APPLE, 0), "PageInUse", "its last ticket", passed, page=0, watermark=4095)
row(calls.close_ticket_page(APPLE, 1), "PageInUse", "an empty page", passed, page=1, watermark=4095)


def closing(world: World) -> None:
    passed(world)
    world.do(calls.raise_watermark(APPLE, TICKETS_PER_PAGE))


row(calls.close_ticket_page(APPLE, 0).swap(tickets=NVIDIA.page()), "WrongAsset", "another asset's page", closing)
row(calls.close_ticket_page(APPLE, 0).swap(rent_receiver=MALLORY), "WrongRentReceiver", "a stranger", closing)


def closed(world: World) -> None:
    closing(world)
    world.do(calls.close_ticket_page(APPLE, 0))


row(calls.open_ticket_page(APPLE, 0), "TicketTooLow", "a closed page", closed, ticket=4096, watermark=4096)
