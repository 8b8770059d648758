"""The desk of the command line's tests some weeks ago, and a stock whose holders may burn their own tokens."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.cli.conftest import backed, settings
from tests.unit.cli.desk import PROGRAM, Desk
from tests.unit.cli.test_chain_commands import abroad
from tests.unit.tax.tokens import DAY, minted
from xstock_client.ledger import EmbeddedLedger

__all__ = ["abroad", "backed", "desk", "listed", "owner"]


def beginning() -> int:
    """Some weeks ago, with 20 days of one year (UTC) ahead: no statement may be later than this machine's clock."""
    start = int(time.time()) - 40 * DAY
    years = {datetime.fromtimestamp(one, UTC).year for one in (start, start + 20 * DAY)}
    return start if len(years) == 1 else start - 20 * DAY


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    settings(tmp_path, monkeypatch)
    return Desk(tmp_path, EmbeddedLedger(program=PROGRAM, now=beginning()))


@pytest.fixture
def listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An issuer with one stock."""
    words = desk.new_asset
    monkeypatch.setattr(desk, "new_asset", lambda *names: [*words(*names), "--no-permissioned-burn"])
    desk.list_asset()
    return desk


@pytest.fixture
def owner(backed: Desk) -> Desk:
    """A holder with 1,000 minted tokens."""
    return minted(backed)
