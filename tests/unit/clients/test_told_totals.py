"""After the rehearsed day, with a split and a dividend in it: books and accounts from events alone."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from solders.signature import Signature

from tests.unit.clients.world import PROGRAM
from xstock_client.accounts import Asset, ClaimPage, CorporateAction, Distribution, Recipient, Snapshot, decode_account
from xstock_client.constants import PROGRAM_ID
from xstock_client.events import Event, parse_events
from xstock_client.ledger import EmbeddedLedger
from xstock_client.rebase import asset_at
from xstock_client.rehearsal import run
from xstock_client.told_corporate import replay_corporate
from xstock_client.told_totals import replay_totals

ROOT = Path(__file__).resolve().parents[3]


async def heard(ledger: EmbeddedLedger) -> list[Event]:
    """All that was ever told, oldest first."""
    before: Signature | None = None
    pages: list[tuple[Event, ...]] = []
    while found := await ledger.signatures_for(PROGRAM_ID, before=before):
        for one in found:
            executed = await ledger.transaction(one.signature)
            assert executed is not None
            pages.append(parse_events(executed))
        before = found[-1].signature
    return [event for page in reversed(pages) for event in page]


async def test_the_days_books_and_accounts_are_told() -> None:
    ledger = EmbeddedLedger(program=PROGRAM)
    await run(ledger, console=Console(file=io.StringIO()), statements=ROOT / "examples/custody")
    events, now = await heard(ledger), await ledger.now()
    accounts = await ledger.program_accounts(PROGRAM_ID)
    there = {address: decode_account(account.data) for address, account in accounts}
    assets = {address: asset_at(one, now) for address, one in there.items() if isinstance(one, Asset)}
    totals = replay_totals(events, now)
    assert totals.keys() == assets.keys() and len(assets) > 1
    for address, asset in assets.items():
        assert totals[address].agrees_with(asset), asset.symbol
        assert totals[address].shares == totals[address].multiplier.shares_ceil(totals[address].supply)
    assert max(one.basis for one in totals.values()) == 1, "the day has a split"
    told = replay_corporate(events)
    rebuilt = told.actions | told.snapshots | told.distributions | told.pages | told.recipients
    kinds = (CorporateAction, Snapshot, Distribution, ClaimPage, Recipient)
    assert rebuilt == {address: one for address, one in there.items() if isinstance(one, kinds)}
    assert told.paid and told.distributions
