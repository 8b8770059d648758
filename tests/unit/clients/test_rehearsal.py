"""The day itself, on the embedded ledger: what is shown is what the chain says."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console
from solders.pubkey import Pubkey

from tests.unit.clients.world import PROGRAM
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.constants import DAY_S, HOUR_S
from xstock_client.errors import XstockError
from xstock_client.events import DividendPaid, RedemptionDefaulted, RedemptionSettled, ReserveAttested, SharesMinted
from xstock_client.ledger import EmbeddedLedger
from xstock_client.policy import QueueState
from xstock_client.rehearsal import run
from xstock_client.rehearsal.stage import Stage

ROOT = Path(__file__).resolve().parents[3]
ONE, DOLLAR = 100_000_000, 1_000_000


async def test_the_day_ends_as_the_story_says() -> None:
    said = io.StringIO()
    console = Console(file=said, width=132)
    day = await run(EmbeddedLedger(program=PROGRAM), console=console, statements=ROOT / "examples/custody")
    assert [refusal.name for refusal in day.refusals] == [
        "ApproverNeeded",
        "ReserveShort",
        "QuorumNotMet",
        "ChangeNotReady",
        "SplitPending",
    ]
    approver, short, _, early, pending = (refusal.figures for refusal in day.refusals)
    assert (approver["amount"], approver["threshold"]) == (6_000 * ONE, 5_000 * ONE)
    assert 9_990 * ONE < approver["used"] <= 10_000 * ONE  # what came before decays by the second
    assert (short["reserve"], short["needed"], short["foreign"]) == (11_000 * ONE, 12_000 * ONE, 500 * ONE)
    assert pending["effective_at"] - pending["ex_at"] == HOUR_S and pending["now"] == pending["ex_at"] + 120
    assert 2 * DAY_S - 60 < early["ready_at"] - early["now"] <= 2 * DAY_S
    apple, nvidia = day.reserves
    assert (apple.symbol, apple.supply, apple.released, apple.foreign, apple.reserve) == (
        "AAPLx",
        Raw(9_000 * ONE),
        Shares(1_000 * ONE),
        Shares(500 * ONE),
        Shares(11_000 * ONE),
    )
    (ethereum,) = apple.chains
    assert (ethereum.chain, ethereum.supply, ethereum.cap) == ("eip155:1", Shares(500 * ONE), Shares(1_000 * ONE))
    assert (nvidia.symbol, nvidia.supply, nvidia.reserve) == ("NVDAx", Raw(5_000 * ONE), Shares(7_000 * ONE))
    # the thief's rules never came into force, and wait no more
    assert apple.policy.min_custodians == 2 and apple.queue is QueueState.NONE
    assert all(row.signers.threshold == len(row.signers.keys) == 2 for one in day.reserves for row in one.rows)
    reports = [one for one in day.events if isinstance(one, ReserveAttested)]
    assert len(reports) == 12 and all(len(set(one.attesters[:2])) == 2 for one in reports)
    mints = [one for one in day.events if isinstance(one, SharesMinted)]
    assert [one.approver != Pubkey.default() for one in mints] == [False, True, False, False]
    assert {type(one).__name__ for one in day.events} >= {"ChainAttested", "PolicyCancelled"}
    (settled,) = [one for one in day.events if isinstance(one, RedemptionSettled)]
    assert (settled.amount, settled.payment, settled.fee) == (1_000 * ONE, 187_420 * DOLLAR, 0)
    (late,) = [one for one in day.events if isinstance(one, RedemptionDefaulted)]
    assert (late.amount, late.penalty, late.bond, late.state) == (500 * ONE, 1_000 * DOLLAR, 4_000 * DOLLAR, 1)
    assert apple.bond.amount == Cash(5_000 * DOLLAR) and apple.bond.needed == Cash(1_800 * DOLLAR)
    paid = {one.owner: (one.gross, one.withheld) for one in day.events if isinstance(one, DividendPaid)}
    assert sorted(paid.values()) == [(1_040 * DOLLAR, 312 * DOLLAR), (1_300 * DOLLAR, 195 * DOLLAR)]
    assert day.split is not None and day.split.solvent
    assert (day.split.supply, day.split.supply_shares, day.split.reserve) == (
        Raw(9_100 * ONE),
        Shares(91_000 * ONE),
        Shares(110_000 * ONE),
    )
    assert len(day.steps) == 49 and all(0 < step.program_units < step.units for step in day.steps)
    text = said.getvalue()
    for fact in (
        "AAPLx",
        "PLED 500",
        "shortfall",
        "supply 10,000 → 9,000",
        "max age 5 d → 7 d, min custodians 2 → 1",
        "on eip155:1",
        "RedemptionSettled",
        "Ana gets 187,420 USDx",
        "the bond pays Ben 1,000 USDx, 5,000 → 4,000",
        "3,500 → 4,000 AAPLx",
        "what was in escrow is Ana's",
        "paid 1,833 + withheld 507 = funded 2,340",
        "the wallet shows 5,000 → 50,000 shares",
    ):
        assert fact in text


async def test_a_deadline_is_not_waited_for_where_no_clock_can_be_turned() -> None:
    said, cluster = io.StringIO(), EmbeddedLedger(program=PROGRAM)
    day = await run(
        cast(Any, Unturnable(cluster)), console=Console(file=said, width=132), statements=ROOT / "examples/custody"
    )
    assert (
        len(day.steps) == 30 and day.split is None and "left out: a cluster's clock cannot be turned" in said.getvalue()
    )


class Unturnable:
    """A cluster as others are: it can do all that a ledger does, and no more."""

    def __init__(self, ledger: EmbeddedLedger) -> None:
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        if name in ("advance", "set_now"):
            raise AttributeError(name)
        return getattr(self._ledger, name)


async def test_an_attempt_that_is_not_refused_ends_the_day() -> None:
    async def fine() -> None:
        return None

    with pytest.raises(XstockError, match="should have refused it"):
        await Stage(Console(file=io.StringIO())).refused("an over-mint", fine(), "ReserveShort")


def test_the_example_runs_as_a_program(tmp_path: Path) -> None:
    picture, units = tmp_path / "day.svg", tmp_path / "cu.json"
    done = subprocess.run(
        [sys.executable, "examples/issuer_day.py", "--screenshot", str(picture), "--json-cu", str(units)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "sdk/python")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "The day is over" in done.stdout.splitlines()[-1]
    assert picture.read_text().startswith("<svg")
    measured = json.loads(units.read_text())
    assert measured["seconds"] < 15
    assert {step["name"] for step in measured["steps"]} >= {
        "list_asset",
        "attest",
        "mint",
        "request",
        "accept",
        "settle",
        "deposit_bond",
        "default",
        "record_snapshot",
        "push",
        "announce_split",
    }


def test_the_example_says_when_there_is_no_cluster() -> None:
    done = subprocess.run(
        [sys.executable, "examples/issuer_day.py", "--url", "http://127.0.0.1:9"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "sdk/python")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 4
    assert "cannot reach http://127.0.0.1:9" in done.stdout and "Traceback" not in done.stderr
