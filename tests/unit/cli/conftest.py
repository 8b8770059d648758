"""A desk for each test, and no settings of the machine it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.desk import ISSUER_ID, PROGRAM, Desk
from xstock_client.ledger import EmbeddedLedger


def settings(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Nothing but what a test says."""
    patch.setenv("HOME", str(folder / "home"))
    patch.setenv("XSTOCK_CONFIG", str(folder / "xstock.yml"))
    patch.setenv("XSTOCK_ISSUER", ISSUER_ID)
    for name in ("XSTOCK_RPC_URL", "XSTOCK_CLUSTER", "XSTOCK_GENESIS_HASH"):
        patch.delenv(name, raising=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    settings(tmp_path, monkeypatch)
    return Desk(tmp_path, EmbeddedLedger(program=PROGRAM))


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """An issuer with one stock."""
    desk.list_asset()
    return desk


@pytest.fixture
def backed(listed: Desk) -> Desk:
    """Both custodians have reported: 11,000 Apple shares."""
    listed.attest()
    return listed


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An issuer with one stock, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        settings(folder, patch)
        desk = Desk(folder, EmbeddedLedger(program=PROGRAM))
        desk.list_asset()
        yield desk
