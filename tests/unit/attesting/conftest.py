"""A small stage: three stocks, two custodians with one key each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.unit.attesting.stage import NOW, PROGRAM, Stage
from xstock_client.ledger import EmbeddedLedger


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with EmbeddedLedger(program=PROGRAM, now=NOW) as ledger:
        yield await Stage(ledger, stocks=3).build()
