"""A validator of their own for the tests of a folder; any Python environment of the project can import this.

The tests are skipped where solana-test-validator is not on PATH; in CI that fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from xstock_client.constants import PROGRAM_ID
from xstock_client.ledger import Account

ROOT = Path(__file__).resolve().parent.parent
# the program just built, where make says which; else the shipped one
PROGRAM = Path(os.environ.get("XSTOCK_PROGRAM", ROOT / "sdk/python/xstock_client/program/xstock_vault.so"))
BINARY = "solana-test-validator"


@contextmanager
def validator(accounts: Mapping[Pubkey, Account] | None = None) -> Iterator[str]:
    """URL of a cluster's RPC, its websocket where the SDK looks for it; it begins with the program and ``accounts``."""
    if shutil.which(BINARY) is None:
        why = f"{BINARY} is not on PATH; it comes with the Solana CLI"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    command = [sys.executable, str(ROOT / "scripts/localnet"), "serve", "--program", str(PROGRAM_ID), str(PROGRAM)]
    with tempfile.TemporaryDirectory(prefix="xstock-genesis-") as folder:
        for address, account in (accounts or {}).items():
            (Path(folder) / f"{address}.json").write_text(_dump(address, account))
        # The script stops the validator when this pipe closes, which it does however pytest ends.
        process = subprocess.Popen(
            [*command, "--accounts", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None and process.stdout is not None
        with process, process.stdin, process.stdout:
            line = process.stdout.readline()
            if not line:
                pytest.fail(f"scripts/localnet did not start a cluster (exit code {process.wait()})")
            yield json.loads(line)["rpc"]


def _dump(address: Pubkey, account: Account) -> str:
    """As `solana account --output json` writes it."""
    content = {
        "lamports": account.lamports,
        "data": [b64encode(account.data).decode(), "base64"],
        "owner": str(account.owner),
        "executable": account.executable,
        "rentEpoch": 0,
        "space": len(account.data),
    }
    return json.dumps({"pubkey": str(address), "account": content})
