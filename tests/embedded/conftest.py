"""The world that the program's tests work in."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.embedded.world", "tests.embedded.bending", "tests.embedded.setups")

from tests.embedded.world import World, fill  # noqa: E402 - after the line that gives its assertions their words


@pytest.fixture
def world() -> World:
    return fill(World())
