"""Tests in the environment of requirements/anchorpy.txt: `make anchorpy` sets it up and runs them.

The scenario is left out where solana-test-validator is not on PATH; in CI that fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from xstock_client.constants import PROGRAM_ID

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
PROGRAM = Path(os.environ.get("XSTOCK_PROGRAM", ROOT / "sdk/python/xstock_client/program/xstock_vault.so"))
BINARY = "solana-test-validator"

if find_spec("anchorpy") is None:
    raise pytest.UsageError("these tests need the environment of requirements/anchorpy.txt; run `make anchorpy`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The hook sees the items of the whole run, not of this folder alone.
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.anchorpy)


@pytest.fixture(scope="session")
def localnet() -> Iterator[str]:
    """URL of a cluster's RPC; the program is loaded at genesis."""
    if shutil.which(BINARY) is None:
        why = f"{BINARY} is not on PATH; it comes with the Solana CLI"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    # The script stops the validator when this pipe closes, which it does however pytest ends.
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts/localnet"), "serve", "--program", str(PROGRAM_ID), str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    with process, process.stdin, process.stdout:
        line = process.stdout.readline()
        if not line:
            pytest.fail(f"scripts/localnet did not start a cluster (exit code {process.wait()})")
        yield json.loads(line)["rpc"]
