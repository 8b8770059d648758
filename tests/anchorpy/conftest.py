"""Tests in the environment of requirements/anchorpy.txt: `make anchorpy` sets it up and runs them.

The scenario is left out where solana-test-validator is not on PATH; in CI that fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.anchorpy.beginning import ACCOUNTS
from tests.validator import validator

HERE = Path(__file__).resolve().parent

if find_spec("anchorpy") is None:
    raise pytest.UsageError("these tests need the environment of requirements/anchorpy.txt; run `make anchorpy`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The hook sees the items of the whole run, not of this folder alone.
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.anchorpy)


@pytest.fixture(scope="session")
def localnet() -> Iterator[str]:
    """URL of a cluster's RPC; the program is loaded at genesis, and what no test can wait for."""
    with validator(ACCOUNTS) as url:
        yield url
