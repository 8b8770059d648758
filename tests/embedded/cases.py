"""The table of refusals: each row trips one check of one instruction, and names its error and figures."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from solders.instruction import Instruction

from tests.embedded.calls import APPLE
from tests.embedded.chain import INSTRUCTIONS, Call
from tests.embedded.world import ALICE_HAS, BOB_HAS, World
from xstock_client.constants import TOKEN

__all__ = ["CASES", "OLD_TOKEN", "SUPPLY", "Attempt", "Case", "case", "raise_supply", "row"]

SUPPLY = ALICE_HAS + BOB_HAS
OLD_TOKEN = TOKEN
"""Moves no stocks."""
MINT_SUPPLY = 36

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


def row(good: Call, code: str, about: str, *before: Callable[[World], object], **figures: int) -> None:
    """``good`` after ``before``, where only what is bent is wrong."""

    def attempt(world: World) -> Attempt:
        for step in before:
            step(world)
        return good, figures

    CASES.append(Case(good.name, code, about, attempt))


def raise_supply(world: World) -> dict[str, int]:
    """A supply above the books of Apple, which a second door would make."""
    world.patch(APPLE.mint, MINT_SUPPLY, struct.pack("<Q", SUPPLY + 1))
    return {"supply": SUPPLY + 1, "known": SUPPLY}
