"""The world that the program's tests work in."""

from __future__ import annotations

import pytest

from tests.embedded.world import World, fill


@pytest.fixture
def world() -> World:
    return fill(World())
