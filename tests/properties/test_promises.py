"""The promises of the design hold over thousands of random operations on the real program.

Every run tries the same operations, so that a failure is about the code; ``XSTOCK_PROPERTY_SEED`` names other ones, and
``XSTOCK_PROPERTY_SEED=random`` looks for new ones (the seed is printed).
"""

from __future__ import annotations

import os
import random
from typing import Final

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.chain import OK
from tests.properties.desk import TALLY
from tests.properties.machine import PromiseMachine
from xstock_client.refusals import ErrorCode

EXAMPLES: Final = 120
STEPS: Final = 60
"""More than ten thousand transactions; the issue asks for 2,000."""

LISTING: Final = {
    "WrongAssetNumber",
    "BadIsin",
    "BadSymbol",
    "BadText",
    "MaxAgeOutOfRange",
    "ChangeDelayOutOfRange",
    "RedemptionWindowOutOfRange",
    "MinCustodiansOutOfRange",
}
"""Refusals of a listing, which the machine makes once and right."""

UNREACHABLE: Final = {"TicketTooLow", "UnexpectedBalance", "SupplyAboveBooks", "BrokenInvariant"}
"""No way leads there in this version: no watermark moves, and the others mean a defect."""

RARE: Final = {"Overflow", "LifetimeCapExceeded", "DeadlinePassed", "RoleExpired"}
"""Need a certain state at a certain time, so a single run may miss them; what was missed is printed."""


def _seed() -> int:
    given = os.environ.get("XSTOCK_PROPERTY_SEED", "1")
    return random.randrange(2**32) if given == "random" else int(given)


@pytest.fixture(scope="module")
def tally(pytestconfig: pytest.Config) -> dict[str, dict[str, int]]:
    """Runs the machine; how often each operation came to each outcome."""
    number = _seed()
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def report(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(line)

    report(f"\nproperties: XSTOCK_PROPERTY_SEED={number}, {EXAMPLES} examples of {STEPS} steps")
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    TALLY.clear()
    run_state_machine_as_test(seed(number)(PromiseMachine), settings=chosen)
    found: dict[str, dict[str, int]] = {}
    for (operation, outcome), count in sorted(TALLY.items()):
        found.setdefault(operation, {})[outcome] = count
    for operation, outcomes in found.items():
        report(f"  {operation}: " + ", ".join(f"{name} {count}" for name, count in outcomes.items()))
    report(f"  {TALLY.total():,} transactions")
    missed = sorted(name for name in _possible() if not any(name in outcomes for outcomes in found.values()))
    report(f"  refusals that did not occur: {', '.join(missed) or 'none'}")
    return found


def _possible() -> set[str]:
    return {code.name for code in ErrorCode} - LISTING - UNREACHABLE


def test_the_promises_hold(tally: dict[str, dict[str, int]]) -> None:
    assert sum(count for outcomes in tally.values() for count in outcomes.values()) >= 2000


def test_every_operation_succeeded_and_was_refused(tally: dict[str, dict[str, int]]) -> None:
    operations = (
        "accept attest burn cancel check halt inherit mint propose register reopen request resume retire settle"
    )
    expected = {*operations.split(), "grant role", "open book", "open page", "revoke role", "set allowance", "transfer"}
    assert tally.keys() == expected
    for operation, outcomes in tally.items():
        assert outcomes.get(OK, 0) >= 5, f"{operation} hardly ever succeeded: {outcomes}"
        assert sum(outcomes.values()) > outcomes[OK], f"{operation} was never refused"


def test_the_refusals_occurred(tally: dict[str, dict[str, int]]) -> None:
    seen = {outcome for outcomes in tally.values() for outcome in outcomes}
    missed = sorted(_possible() - seen - RARE)
    assert not missed
    assert not seen & UNREACHABLE
