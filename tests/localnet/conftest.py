"""A validator of its own for the tests of this folder.

The folder is skipped where solana-test-validator is not on PATH; in CI that fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from solders.keypair import Keypair

from xstock_client.constants import PROGRAM_ID
from xstock_client.ledger import KeypairSigner, RpcLedger

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
# the program just built, where make says which; else the shipped one
PROGRAM = Path(os.environ.get("XSTOCK_PROGRAM", ROOT / "sdk/python/xstock_client/program/xstock_vault.so"))
BINARY = "solana-test-validator"
SOL = 1_000_000_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The hook sees the items of the whole run, not of this folder alone.
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.localnet)


@pytest.fixture(scope="session")
def localnet() -> Iterator[str]:
    """URL of the cluster's RPC; its websocket is where the SDK looks for it."""
    if shutil.which(BINARY) is None:
        why = f"{BINARY} is not on PATH; it comes with the Solana CLI"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    program = ["--program", str(PROGRAM_ID), str(PROGRAM)]
    # The script stops the validator when this pipe closes, which it does however pytest ends.
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts/localnet"), "serve", *program],
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


@pytest.fixture
async def ledger(localnet: str) -> AsyncIterator[RpcLedger]:
    async with RpcLedger(localnet, explain=lambda failure: None) as ledger:
        yield ledger


@pytest.fixture
async def payer(ledger: RpcLedger) -> KeypairSigner:
    """A fresh key with 10 SOL."""
    signer = KeypairSigner(Keypair())
    await ledger.airdrop(signer.pubkey, 10 * SOL)
    return signer
