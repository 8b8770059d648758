"""The table of refusals: each row trips one check of one instruction, and names its error and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from solders.instruction import Instruction

from tests.embedded.chain import INSTRUCTIONS, Call
from tests.embedded.world import World

__all__ = ["CASES", "Attempt", "Case", "case"]

Attempt: TypeAlias = tuple[Call | Iterable[Instruction], dict[str, int]]
"""What is sent, and the figures of its refusal."""


@dataclass(frozen=True)
class Case:
    """``attempt`` may first bring the world into the state that it needs."""

    instruction: str
    code: str
    about: str
    attempt: Callable[[World], Attempt]

    def __str__(self) -> str:
        return f"{self.instruction}: {self.code}: {self.about}"


CASES: list[Case] = []


def case(instruction: str, code: str) -> Callable[[Callable[[World], Attempt]], Callable[[World], Attempt]]:
    """Add the function to the table under its name."""
    assert instruction in INSTRUCTIONS

    def add(attempt: Callable[[World], Attempt]) -> Callable[[World], Attempt]:
        CASES.append(Case(instruction, code, attempt.__name__.strip("_").replace("_", " "), attempt))
        return attempt

    return add
