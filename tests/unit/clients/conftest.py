"""The world that the clients' tests work in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.unit.clients.silent import silent_world
from tests.unit.clients.world import NOW, PROGRAM, World
from xstock_client.ledger import EmbeddedLedger


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with EmbeddedLedger(program=PROGRAM, now=NOW) as ledger:
        made = World(ledger)
        await made.build()
        yield made


@pytest.fixture
async def silent() -> World:
    return await silent_world()
