"""Every operation succeeds and is refused, and every refusal occurs: on a fixed tour, so never by luck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from tests.properties.desk import TALLY
from tests.properties.parts import OK
from tests.properties.tour import OFFICE_STOPS
from tests.properties.tour_bond import BOND_STOPS
from tests.properties.tour_corporate import CORPORATE_STOPS
from tests.properties.tour_custody import CUSTODY_STOPS
from tests.properties.tour_market import MARKET_STOPS
from tests.properties.tour_paying import PAYING_STOPS
from tests.properties.tour_redeem import REDEEM_STOPS
from tests.properties.tour_wire import WIRE_STOPS
from xstock_client import instructions as ix
from xstock_client.refusals import ErrorCode

STOPS: Final = (
    *OFFICE_STOPS,
    *CUSTODY_STOPS,
    *MARKET_STOPS,
    *REDEEM_STOPS,
    *BOND_STOPS,
    *WIRE_STOPS,
    *CORPORATE_STOPS,
    *PAYING_STOPS,
)

UNREACHABLE: Final = {"SupplyAboveBooks", "BrokenInvariant", "Overflow"}
"""No way leads there: they mean a defect, or figures beyond all limits."""

PAST_THE_PROGRAM: Final = {"transfer", "burn", "approve", "close account", "hand over", "send cash"}


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, int]]:
    """Runs the tour; how often each operation came to each outcome."""
    TALLY.clear()
    for stop in STOPS:
        stop()
    found: dict[str, dict[str, int]] = {}
    for (operation, outcome), count in TALLY.items():
        found.setdefault(operation, {})[outcome] = count
    return found


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.__name__)
def test_stop(stop: Callable[[], None]) -> None:
    stop()


def test_every_operation_succeeded_and_was_refused(seen: dict[str, dict[str, int]]) -> None:
    assert len(seen) == len(ix.INSTRUCTIONS) + len(PAST_THE_PROGRAM)
    assert seen.keys() >= PAST_THE_PROGRAM
    for operation, outcomes in seen.items():
        assert OK in outcomes, f"{operation} never succeeded"
        assert len(outcomes) > 1, f"{operation} was never refused"


def test_every_refusal_occurred(seen: dict[str, dict[str, int]]) -> None:
    refusals = {outcome for outcomes in seen.values() for outcome in outcomes}
    possible = {code.name for code in ErrorCode} - UNREACHABLE
    assert not possible - refusals
    assert not refusals & UNREACHABLE
