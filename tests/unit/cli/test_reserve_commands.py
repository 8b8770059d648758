"""`xstock reserve show` and `watch`: every figure with its reason, and every change."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.cli.desk import Desk
from xstock_client.cli import _live
from xstock_client.cli._app import app
from xstock_client.clients import Integrator
from xstock_client.errors import LedgerError

ONE = 10**8


@pytest.fixture
def minted(backed: Desk) -> Desk:
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    return backed


def totals(text: str) -> dict[str, str]:
    """The lines below the tables."""
    lines = [line.split("  ", 1) for line in text.splitlines() if line[:1].isalpha() and "  " in line]
    return {name: value.strip() for name, value in lines}


def test_the_figures_are_exact_and_add_up(minted: Desk) -> None:
    found = minted.ok("reserve", "show", "AAPLx")
    assert found["reserve"] == {"base": 11_000 * ONE, "ui": "11000"}
    assert found["supply"] == {"raw": 10_000 * ONE, "ui": "10000"}
    assert found["obligation"]["base"] == found["required"]["base"] == 10_000 * ONE
    assert (found["headroom"]["raw"], found["limited_by"]) == (1_000 * ONE, "reserve")
    assert found["headroom_by"]["reserve"]["raw"] == 1_000 * ONE
    assert (found["covered"], found["solvent"], found["latched"], found["latched_at"]) == (True, True, False, None)
    alpine = found["custodians"][0]
    assert (alpine["lei"], alpine["settled"]["base"], alpine["in_transit"]["base"]) == (
        "529900ALPINE00000043",
        6_000 * ONE,
        250 * ONE,
    )
    assert alpine["keys"] == [minted.address("alpine-rock")] and alpine["threshold"] == 1
    assert sum(one["counted"]["base"] for one in found["custodians"]) == found["reserve"]["base"]


def test_people_see_why_something_does_not_count(minted: Desk) -> None:
    minted.ok("policy", "queue", "AAPLx", "--collateral", "110%", "--max-age", "144h", key="authority")
    said = minted.run("reserve", "show", "AAPLx").stdout
    flat = " ".join(said.split())
    assert "│ 0 │ 529900ALPINE00000043 │ 1 min │ 6,000 │ 250" in flat
    assert "│ 1 │ 529900HARBOR00000020 │ 1 min │ 5,000 │ - │ 5,000 │ │ 1 of 1 │ │" in flat
    lines = totals(said)
    assert lines["obligation"] == "10,000; the reserve is 110.00% of the obligation"
    assert lines["needed"] == "11,000, at 110 %"
    assert lines["can be minted"] == "0, limited by: reserve (attest more)"
    assert lines["queued policy"].startswith("max age 6 d: waits until 20")
    minted.ok("halt", "AAPLx", "--mint", key="member")
    assert totals(minted.run("reserve", "show", "AAPLx").stdout)["can be minted"].startswith("0, limited by: halt of")
    minted.ok("resume", "AAPLx", "--mint", key="member")
    minted.ok("custodian", "retire", "AAPLx", "1", key="member")
    said = minted.run("reserve", "show", "AAPLx").stdout
    lines = totals(said)
    assert "too few custodians" in said
    assert lines["effective reserve"] == "0 (custodians: 1, needed 2)"
    assert lines["needed"] == "11,000, at 110 %: NOT covered"
    assert lines["solvency latch"].startswith("set since 20") and "minting is off" in lines["solvency latch"]
    assert lines["can be minted"] == "0, limited by: solvency latch (attest enough, then reopen)"
    minted.ledger.advance(6 * 86_400)
    assert "too old" in minted.run("reserve", "show", "AAPLx").stdout


def test_the_assets_daily_limit_is_a_limit(minted: Desk) -> None:
    minted.ok("policy", "queue", "AAPLx", "--mint-window-limit", "10500", key="authority")
    found = minted.ok("reserve", "show", "AAPLx")
    assert (found["headroom"]["ui"], found["limited_by"]) == ("500", "asset's daily limit")
    assert found["headroom_by"]["asset_window"]["ui"] == "500"


class Steps:
    """What happens between two looks at the chain; then somebody presses Ctrl-C."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *steps: object) -> None:
        self.left = list(steps)
        self.waited: list[int] = []
        monkeypatch.setattr(_live, "_pause", self)

    async def __call__(self, seconds: int) -> None:
        self.waited.append(seconds)
        if not self.left:
            raise KeyboardInterrupt
        step = self.left.pop(0)
        if callable(step):
            await asyncio.to_thread(step)  # commands run a loop of their own


def test_watching_prints_a_line_a_change(minted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps(
        monkeypatch,
        lambda: None,
        lambda: minted.ledger.advance(60),
        lambda: minted.ok("halt", "AAPLx", "--mint", key="member"),
        lambda: None,
        lambda: minted.ok("redeem", "request", "AAPLx", "100", "--at-market", key="holder"),
    )
    result = minted.run("reserve", "watch", "AAPLx", "--interval", "2s", "--json")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["halts"], one["pending"]["ui"]) for one in lines] == [
        ("nothing", "0"),
        ("mint", "0"),
        ("mint", "100"),
    ]
    assert list(lines[0]) == list(minted.ok("reserve", "show", "AAPLx"))
    assert steps.waited == [2] * 6


def test_watching_without_a_terminal_prints_what_changed(minted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Steps(monkeypatch, lambda: None, lambda: minted.ok("halt", "AAPLx", "--mint", key="member"))
    result = minted.run("reserve", "watch", "AAPLx")
    assert result.exit_code == 0
    assert result.stdout.count("AAPLx (US0378331005)") == 2 and result.stdout.count("Ctrl-C ends") == 2


def test_watching_on_a_terminal_moves_one_picture(minted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_live, "_can_draw", lambda: True)
    Steps(monkeypatch, lambda: minted.ledger.advance(5 * 86_400))
    result = minted.run("reserve", "watch", "AAPLx")
    assert result.exit_code == 0
    assert "too old" in result.stdout and "effective reserve" in result.stdout


def test_watching_survives_a_cluster_that_does_not_answer(minted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Integrator.reserve_report
    failing = [False, True, False]

    async def flaky(self: Integrator, asset: object) -> object:
        if failing.pop(0):
            raise LedgerError("the RPC is away")
        return await right(self, asset)  # type: ignore[arg-type]

    monkeypatch.setattr(Integrator, "reserve_report", flaky)
    Steps(monkeypatch, None, lambda: minted.ok("halt", "AAPLx", "--mint", key="member"))
    result = minted.run("reserve", "watch", "AAPLx", "--json")
    assert result.exit_code == 0 and "the RPC is away; asking again" in result.stderr
    assert [json.loads(line)["halts"] for line in result.stdout.splitlines()] == ["nothing", "mint"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--interval", "0"), "an interval lies between 1 s and 1 d, not 0 s"),
        (("--interval", "2d"), "an interval lies between 1 s and 1 d"),
        (("--interval", "-1"), "is not a time span"),
        (("--interval", "soon"), "'soon' is not a time span"),
        (("--sign-only", "--blockhash", "11111111111111111111111111111111"), "there is nothing to sign"),
    ],
)
def test_what_cannot_be_watched(unchanged: Desk, words: tuple[str, ...], message: str) -> None:
    said = unchanged.refused(2, "reserve", "watch", "AAPLx", *words).replace("│", " ")
    assert message in " ".join(said.split())
    assert "unknown symbol TSLAx" in unchanged.refused(2, "reserve", "watch", "TSLAx")


def test_watching_an_unreachable_cluster_ends_at_once(tmp_path: Path, unchanged: Desk) -> None:
    result = CliRunner().invoke(app, ["reserve", "watch", "AAPLx", "-u", "http://127.0.0.1:9", "--issuer", "7"])
    assert result.exit_code == 4 and "cannot reach http://127.0.0.1:9" in result.stderr
