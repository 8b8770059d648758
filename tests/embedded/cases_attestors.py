"""Refusals around the naming of snapshot attestors."""

from __future__ import annotations

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    CHANGE_DELAY_S,
    attestor,
)
from tests.embedded.cases import row
from tests.embedded.cases_corporate import (
    ANNOUNCED_AT,
    NONE,
    at,
    foreign,
)
from tests.embedded.cases_ready import doing, waiting
from tests.embedded.dividends import Step
from tests.embedded.world import NOW
from xstock_client.constants import Role

# Attestors

row(calls.set_attestors(APPLE, attestor(0)), "TooFewAttestors", "one key", keys=1)
row(calls.set_attestors(APPLE, attestor(0), NONE, attestor(1)), "TooFewAttestors", "a gap", keys=1)
row(calls.set_attestors(APPLE, NONE), "TooFewAttestors", "none", keys=0)
row(calls.set_attestors(APPLE, NONE, attestor(0), attestor(1)), "TooFewAttestors", "none first", keys=0)
row(
    calls.set_attestors(APPLE, attestor(0), attestor(1), NONE, attestor(2)),
    "TooFewAttestors",
    "a gap behind two",
    keys=2,
)
row(calls.set_attestors(APPLE, attestor(0), attestor(1), attestor(0)), "RepeatedKey", "twice", place=2)
for _threshold in (0, 1, 4, 255):
    row(
        calls.set_attestors(APPLE, threshold=_threshold),
        "ThresholdOutOfRange",
        f"{_threshold} of three",
        threshold=_threshold,
        keys=3,
    )
for _count, _threshold in ((4, 2), (5, 2), (2, 3)):
    row(
        calls.set_attestors(APPLE, *(attestor(place) for place in range(_count)), threshold=_threshold),
        "ThresholdOutOfRange",
        f"{_threshold} of {_count}",
        threshold=_threshold,
        keys=_count,
    )
row(calls.set_attestors(APPLE), "ChangesHalted", "new keys while halted", doing(calls.halt(APPLE, 4)))
row(calls.cancel_attestors(APPLE), "NothingQueued", "nothing waits", waits_until=0, now=NOW)
row(
    calls.cancel_attestors(APPLE),
    "NothingQueued",
    "in the second in which they are in force",
    doing(calls.set_attestors(APPLE)),
    waiting(CHANGE_DELAY_S),
    waits_until=ANNOUNCED_AT,
    now=ANNOUNCED_AT,
)
for _about, _keys in {
    "fewer keys": (attestor(0), attestor(1)),
    "another key": (attestor(0), attestor(1), attestor(3)),
}.items():
    row(
        calls.set_attestors(APPLE, *_keys),
        "ChangesHalted",
        f"{_about} while halted",
        at(Step.ATTESTORS),
        doing(calls.halt(APPLE, 4)),
    )
foreign(calls.cancel_attestors(APPLE), "canceller", Role.PAUSER, doing(calls.set_attestors(APPLE)))
