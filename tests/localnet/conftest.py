"""A validator of its own for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from solders.keypair import Keypair

from tests.localnet.beginning import ACCOUNTS
from tests.validator import validator
from xstock_client.ledger import KeypairSigner, RpcLedger

HERE = Path(__file__).resolve().parent
SOL = 1_000_000_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The hook sees the items of the whole run, not of this folder alone.
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.localnet)


@pytest.fixture(scope="session")
def localnet() -> Iterator[str]:
    """URL of the cluster's RPC; its websocket is where the SDK looks for it."""
    with validator(ACCOUNTS) as url:
        yield url


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
