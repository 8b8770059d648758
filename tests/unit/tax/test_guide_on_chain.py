"""The guide's example once more, played on the embedded cluster and exported: only the dates differ."""

from __future__ import annotations

import asyncio
import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.cli.desk import MINT, Desk
from tests.unit.tax import paying
from tests.unit.tax.paying import NOTICE, ONE, announce, key, now
from tests.unit.tax.test_guide_example import shown
from xstock_client import pda
from xstock_client.amounts import Raw
from xstock_client.clients.token import create_token_account, transfer_checked
from xstock_client.constants import PROGRAM_ID, ActionKind

TOKEN_UNITS = 10**8
DATES = {"acquired_at", "disposed_at", "paid_at", "effective_at"}
BROUGHT = {"brought_tokens", "brought_shares", "brought_cost"}
"""Here everything happens within one year."""


@pytest.fixture
def holder(listed: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A stock whose redemptions cost 0.1 %; the holder was minted 100 tokens and was sent 50."""
    listed.ok("policy", "queue", "AAPLx", "--redemption-fee", "0.1%", key="authority")
    paying.appoint_attestors(listed)
    listed.ok("policy", "apply", "AAPLx", key="relayer")
    listed.attest()
    for name in ("friend", "holder"):
        listed.fund(name)
    for ticket, (name, amount) in enumerate((("holder", "100"), ("friend", "50"))):
        words = ("mint", "AAPLx", amount, "--to", listed.address(name), "--ticket", str(ticket))
        listed.ok(*words, *([] if ticket else ["--open-page"]), "--open-account", key="member")
    friend, owner = key(listed, "friend"), key(listed, "holder")
    move = transfer_checked(
        source=pda.token_account(friend, MINT),
        mint=MINT,
        destination=pda.token_account(owner, MINT),
        authority=friend,
        amount=Raw(50 * TOKEN_UNITS),
        decimals=8,
    )
    paying.send(listed, "friend", create_token_account(friend, owner, MINT), move)
    monkeypatch.chdir(listed.folder)
    return listed


def test_the_example_happens_on_chain(holder: Desk) -> None:
    owner = key(holder, "holder")
    at = now(holder) + NOTICE
    announce(holder, 0, ActionKind.CASH_DIVIDEND, rate=240_000 * 10**6, at=at)
    holder.ledger.set_now(at)
    snapshot = paying.record(holder, 0, {owner: 150 * TOKEN_UNITS})
    payout = paying.declare(holder, 0, snapshot, {owner: (36_000_000, 5_400_000)})
    payout.push((owner, PROGRAM_ID))
    at = now(holder) + NOTICE
    announce(holder, 1, ActionKind.SPLIT, ratio=(10, 1), multiplier=ONE, at=at)
    holder.ledger.set_now(at)
    which = f"{owner}/0"
    # 1,200 of the new shares are 120 tokens
    holder.ok("redeem", "request", "AAPLx", "1200", "--min-price", "19", key="holder")
    holder.ok("redeem", "accept", "AAPLx", which, key="member")
    holder.ok("redeem", "settle", "AAPLx", which, "--price", "20", key="member")

    year = str(datetime.fromtimestamp(asyncio.run(holder.ledger.now()), UTC).year)
    words = ("tax", "export", "--year", year, "--holder", str(owner), "--asset", "AAPLx", "--output", "out")
    bought = [row["signature"] for row in holder.ok(*words)["lots"]]
    costs = holder.folder / "costs.csv"
    costs.write_text(f"signature,cost\n{bought[0]},18000.00\n{bought[1]},9500.00\n", encoding="utf-8")
    holder.ok(*words, "--costs", str(costs))
    for name, expected in shown().items():
        with (Path("out") / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            made = list(csv.DictReader(file))
        columns = expected[0].keys() - DATES - BROUGHT
        assert [{one: row[one] for one in columns} for row in made] == [
            {one: row[one] for one in columns} for row in expected
        ]
        assert all(row["signature"] for row in made)
