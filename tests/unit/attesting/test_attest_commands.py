"""``xstock attest`` from the first file to the last: folders, two custodians, an auditor, and everything unusable."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress
from solders.hash import Hash
from solders.keypair import Keypair
from typer.testing import CliRunner, Result

from tests.unit.attesting.stage import CHAIN, DAY, PROFILES, PROGRAM, Stage, isin_of, key, statement, statements
from tests.unit.attesting.test_relaying import Faulty
from xstock_client.cli._app import app
from xstock_client.cli.attest import _common
from xstock_client.clients import relaying, write_reports
from xstock_client.errors import LedgerError, Unconfirmed
from xstock_client.ledger import EmbeddedLedger, Ledger
from xstock_client.ledger.embedded import GENESIS_HASH

GENESIS = str(Hash(GENESIS_HASH))
STOCKS = 3


@dataclass
class Office:
    """A folder with keys, profiles and statements, and a cluster behind the command line."""

    folder: Path
    stage: Stage
    now: int
    ledger: Any = None
    asked: list[str] = field(default_factory=list)

    def connect(self, url: str, websocket_url: str | None, commitment: str) -> AbstractAsyncContextManager[Ledger]:
        self.asked.append(url)

        @asynccontextmanager
        async def opened() -> AsyncIterator[Ledger]:
            yield self.ledger or self.stage.ledger

        return opened()

    def key(self, name: str) -> str:
        path = self.folder / f"{name}.key"
        pair: Keypair = key(name)._keypair
        path.write_text(json.dumps(list(bytes(pair))))
        return str(path)

    def run(self, *args: str, key: str | None = None) -> Result:
        words = [*args, *(["-k", self.key(key)] if key else [])]
        result = CliRunner().invoke(app, words, obj=self.connect)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    def ok(self, *args: str, key: str | None = None) -> Any:
        result = self.run(*args, "--json", key=key)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def refused(self, code: int, *args: str, key: str | None = None) -> str:
        result = self.run(*args, key=key)
        assert (result.exit_code, result.stdout) == (code, ""), result.output
        return " ".join(result.stderr.replace("│", " ").split())

    # Files

    def plan(self) -> str:
        path = self.folder / "plan.json"
        self.ok("attest", "plan", "-o", str(path))
        return str(path)

    def profile(self, slot: int) -> str:
        one, path = PROFILES[slot], self.folder / f"profile-{slot}.yaml"
        lines = f"name: {one.name}\nlei: {one.lei}\ntime_zone: {one.time_zone.key}\naccounts:\n"
        path.write_text(lines + "".join(f"  - {account}\n" for account in one.accounts))
        return str(path)

    def signing(self, slot: int, out: str, *, plan: str | None = None) -> list[str]:
        files = ["--profile", self.profile(slot), "--plan", plan or self.plan(), "-o", str(self.folder / out)]
        return [*files, "--genesis-hash", GENESIS]

    def sign(self, slot: int, name: str, *, one_each: bool = False, out: str | None = None) -> Any:
        """A custodian signs its folder; the file goes into the folder ``signed``."""
        own = statements(self.folder / f"{time.monotonic_ns()}", slot, STOCKS, one_each=one_each, as_of=self.now - 60)
        (self.folder / "signed").mkdir(exist_ok=True)
        return self.ok("attest", "sign", str(own), *self.signing(slot, out or f"signed/{name}.json"), key=name)

    def sign_both(self) -> str:
        self.sign(0, "alpine")
        self.sign(1, "harbor", one_each=True)
        return str(self.folder / "signed")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XSTOCK_CONFIG", str(tmp_path / "xstock.yml"))
    monkeypatch.setenv("XSTOCK_ISSUER", "7")
    for name in ("XSTOCK_RPC_URL", "XSTOCK_CLUSTER", "XSTOCK_GENESIS_HASH"):
        monkeypatch.delenv(name, raising=False)
    now = int(time.time())
    stage = asyncio.run(Stage(EmbeddedLedger(program=PROGRAM, now=now), stocks=STOCKS).build())
    return Office(tmp_path, stage, now)


def outcomes(answer: Any) -> list[str]:
    return [one["outcome"] for one in answer["reports"]]


def test_two_folders_of_statements_reach_the_chain_once(office: Office) -> None:
    office.plan()
    asked = len(office.asked)
    signed = office.sign(0, "alpine")
    assert len(office.asked) == asked + 1  # the plan; signing opens no connection
    assert [one["signed"] for one in signed["statements"]] == [["S0x", "S1x", "S2x"]]
    apart = office.sign(1, "harbor", one_each=True)
    assert sorted(one["signed"] for one in apart["statements"]) == [["S0x"], ["S1x"], ["S2x"]]
    assert {one["account"] for one in apart["statements"]} == {"HPT-1"}
    (office.folder / "signed" / "plan.json").write_text(Path(office.plan()).read_text())  # a plan is no report
    answer = office.ok("attest", "submit", str(office.folder / "signed"), key="relayer")
    assert outcomes(answer) == ["submitted"] * 6 and answer["counts"] == {"submitted": 6}
    assert len(answer["transactions"]) == STOCKS
    signatures = {one["signature"] for one in answer["transactions"]}
    assert {one["transaction"] for one in answer["reports"]} == signatures
    again = office.ok("attest", "submit", str(office.folder / "signed"), key="relayer")
    assert outcomes(again) == ["on_chain"] * 6 and again["transactions"] == []
    assert set(asyncio.run(office.stage.stored()).values()) == {1}
    shown = office.run("attest", "submit", str(office.folder / "signed"), key="relayer").stdout
    assert "6 reports in 0 transactions: 6 already on chain" in shown
    # a new statement, while the old files are still there
    office.now += 10
    office.sign(0, "alpine", out="signed/alpine-2.json")
    office.stage.ledger.advance(20)
    later = office.ok("attest", "submit", str(office.folder / "signed"), key="relayer")
    assert later["counts"] == {"submitted": 3, "on_chain": 6}
    assert office.ok("attest", "submit", str(office.folder / "signed"), key="relayer")["counts"] == {
        "on_chain": 6,
        "superseded": 3,
    }


def test_signing_twice_makes_the_same_files(office: Office) -> None:
    plan = office.plan()
    own = statements(office.folder, 0, STOCKS, as_of=office.now - 60)
    (own / "copy of all.csv").write_bytes((own / "all.csv").read_bytes())
    one, two = (office.ok("attest", "sign", str(own), *office.signing(0, out, plan=plan), key="alpine") for out in "ab")
    assert (office.folder / "a").read_bytes() == (office.folder / "b").read_bytes()
    assert one["reports"] == two["reports"] and len(one["reports"]) == len(two["statements"]) * 3 == 3


def test_interrupted_by_the_keyboard(office: Office) -> None:
    folder = office.sign_both()
    office.ledger = Faulty(office.stage.ledger, KeyboardInterrupt(), at=2, after=True, only="send")
    result = office.run("attest", "submit", folder, "--json", key="relayer")
    assert result.exit_code == 130 and "run the same again" in result.stderr
    told = json.loads(result.stdout)
    assert told["counts"] == {"ready": 2, "sending": 2, "submitted": 2}
    office.ledger = None
    assert office.ok("attest", "submit", folder, key="relayer")["counts"] == {"submitted": 2, "on_chain": 4}
    assert set(asyncio.run(office.stage.stored()).values()) == {1}


def test_a_cluster_that_stops_answering(office: Office) -> None:
    folder = office.sign_both()
    office.ledger = Faulty(office.stage.ledger, LedgerError("the RPC is gone"), at=2, after=False, only="send")
    result = office.run("attest", "submit", folder, key="relayer")
    assert result.exit_code == 4 and "the RPC is gone" in result.stderr
    assert "2 not sent, 2 unknown, 2 submitted" in result.stdout
    office.ledger = Faulty(office.stage.ledger, LedgerError("the RPC is gone"), at=1, after=False)
    assert "the RPC is gone" in office.refused(4, "attest", "submit", folder, key="relayer")


def test_an_outcome_that_nobody_can_tell(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = office.sign_both()

    class Deaf:
        def __getattr__(self, name: str) -> Any:
            return getattr(office.stage.ledger, name)

        async def send(self, *args: Any, **kwargs: Any) -> Any:
            raise Unconfirmed("lost", "1" * 64)

    monkeypatch.setattr(relaying.Patience.__init__, "__defaults__", (0.0, 0.0, asyncio.sleep))
    office.ledger = Deaf()
    result = office.run("attest", "submit", folder, key="relayer")
    assert result.exit_code == 4 and "6 unknown" in result.stdout


def test_some_are_refused(office: Office) -> None:
    folder = office.sign_both()
    bad = asyncio.run(office.stage.report(0, "stranger"))
    write_reports(bad, Path(folder) / "stranger.json")
    result = office.run("attest", "submit", folder, "--json", key="relayer")
    # the stranger's report carries the number of alpine's, and has no right to hold it up
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["counts"] == {"submitted": 6, "refused": 1}
    (reason,) = [one["reason"] for one in told["reports"] if one["outcome"] == "refused"]
    assert str(key("stranger").pubkey) in reason


def test_files_of_another_cluster_and_of_another_issuer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    own = statements(office.folder, 0, STOCKS, as_of=office.now - 60)
    words = office.signing(0, "elsewhere.json")
    words[words.index(GENESIS)] = str(Hash(bytes([3] * 32)))
    office.ok("attest", "sign", str(own), *words, key="alpine")
    elsewhere = str(office.folder / "elsewhere.json")
    result = office.run("attest", "submit", elsewhere, "--json", key="relayer")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["counts"] == {"refused": 3} and "another program, cluster" in told["reports"][0]["reason"]
    folder = office.sign_both()
    result = office.run("attest", "submit", folder, "--json", "--issuer", "8", key="relayer")
    assert result.exit_code == 1 and json.loads(result.stdout)["counts"] == {"refused": 6}
    assert not asyncio.run(office.stage.stored())
    monkeypatch.delenv("XSTOCK_ISSUER")  # a relayer that works for everybody
    assert office.ok("attest", "submit", folder, key="relayer")["counts"] == {"submitted": 6}


def test_unusable_files_stop_everything_before_it_begins(office: Office) -> None:
    folder = Path(office.sign_both())
    empty = office.folder / "empty"
    empty.mkdir()
    assert "holds no *.json file of signed reports" in office.refused(3, "attest", "submit", str(empty), key="relayer")
    assert "no-such.json: cannot be read" in office.refused(
        3, "attest", "submit", str(office.folder / "no-such.json"), key="relayer"
    )
    good = (folder / "alpine.json").read_text()
    content = json.loads(good)
    content["reports"][1]["attestation"]["signature"] = content["reports"][0]["attestation"]["signature"]
    (folder / "corrupted.json").write_text(json.dumps(content))
    told = office.refused(3, "attest", "submit", str(folder), key="relayer")
    assert "corrupted.json: the signature is not" in told
    (folder / "cut.json").write_text(good[:500])
    (folder / "bytes.json").write_bytes(b"\xff\xfe")
    told = office.refused(3, "attest", "submit", str(folder), key="relayer")
    assert "3 of 5 files cannot be used" in told
    for name in ("corrupted.json", "cut.json is not JSON", "bytes.json is not UTF-8"):
        assert name in told
    assert not asyncio.run(office.stage.stored())
    for name in ("corrupted.json", "cut.json", "bytes.json"):
        (folder / name).unlink()
    (folder / "copy.json").write_text(good)  # the same signatures again are no harm
    assert office.ok("attest", "submit", str(folder), key="relayer")["counts"] == {"submitted": 6}


def test_unusable_statements(office: Office) -> None:
    empty = office.folder / "empty"
    empty.mkdir()
    words = office.signing(0, "out.json")
    assert "holds no statement" in office.refused(3, "attest", "sign", str(empty), *words, key="alpine")
    own = statements(office.folder, 0, STOCKS, one_each=True, as_of=office.now - 60)
    names = sorted(path.name for path in own.iterdir())
    (own / names[0]).write_text("nonsense")
    (own / names[1]).write_bytes(b"\xff")
    told = office.refused(3, "attest", "sign", str(own), *words, key="alpine")
    assert "2 of 3 files cannot be used" in told and names[0] in told and names[1] in told
    (own / names[0]).unlink()
    (own / names[1]).unlink()
    told = office.refused(3, "attest", "sign", str(own), *words, key="alpine")
    assert f"{isin_of(0)} has an active slot but no line" in told
    assert not (office.folder / "out.json").exists()
    assert not list(office.folder.glob(".out.json*"))


def test_a_statement_that_would_be_stale_is_told_offline(office: Office) -> None:
    old = statements(office.folder, 0, STOCKS, as_of=office.now - 5 * DAY - 5)
    result = office.run("attest", "sign", str(old), *office.signing(0, "old.json"), key="alpine")
    assert result.exit_code == 0
    assert result.stderr.count("is older than 5 d: on chain it would count 0") == STOCKS
    fresh = statements(office.folder / "new", 0, STOCKS, as_of=office.now - 4 * DAY)
    result = office.run("attest", "sign", str(fresh), *office.signing(0, "new.json"), key="alpine")
    assert result.exit_code == 0 and "warning" not in result.stderr
    result = office.run("attest", "submit", str(office.folder / "old.json"), key="relayer")
    assert result.exit_code == 0 and result.stderr.count("it will count 0") == STOCKS


def test_an_account_without_a_statement_is_told(office: Office) -> None:
    office.stage.accounts = {0: "ARC-2", 1: "HPT-1"}
    asyncio.run(office.stage.list_stock(STOCKS))
    asyncio.run(office.stage.register(STOCKS, 0, ("alpine",)))
    own = statements(office.folder, 0, STOCKS, as_of=office.now - 60)
    result = office.run("attest", "sign", str(own), *office.signing(0, "one.json"), key="alpine")
    assert "no statement of account ARC-2, so nothing was signed there for S3x" in " ".join(result.stderr.split())
    (own / "second.csv").write_text(statement("ARC-2", {isin_of(STOCKS): 8}, as_of=office.now - 60))
    both = office.ok("attest", "sign", str(own), *office.signing(0, "two.json"), key="alpine")
    assert sorted((one["account"], len(one["signed"])) for one in both["statements"]) == [("ARC-1", 3), ("ARC-2", 1)]
    assert both["absent"] == []
    # the same ISIN twice for one account
    (own / "third.csv").write_text(statement("ARC-2", {isin_of(STOCKS): 9}, as_of=office.now - 60))
    told = office.refused(3, "attest", "sign", str(own), *office.signing(0, "three.json"), key="alpine")
    assert f"{isin_of(STOCKS)} stands in" in told


def test_an_auditor_cosigns(office: Office) -> None:
    for number in range(STOCKS):
        asyncio.run(office.stage.register(number, 0, ("alpine", "auditor"), 2))
    plan = office.plan()
    own = statements(office.folder, 0, STOCKS, as_of=office.now - 60)
    first = office.run("attest", "sign", str(own), *office.signing(0, "first.json", plan=plan), key="alpine")
    assert first.exit_code == 0 and "more keys must sign the same reports of S0x, S1x, S2x" in first.stderr
    signed = str(office.folder / "first.json")
    waiting = office.run("attest", "submit", signed, key="relayer")
    assert waiting.exit_code == 1 and "3 waiting" in waiting.stdout and "1 more of 2" in waiting.stdout
    asked = len(office.asked)
    words = ["attest", "cosign", signed, "--statement", str(own), *office.signing(0, "both.json", plan=plan)]
    made = office.ok(*words, key="auditor")
    assert len(office.asked) == asked and made["others"] == []
    assert [one["signers"] for one in made["reports"]] == [[str(key(n).pubkey) for n in ("alpine", "auditor")]] * 3
    shown = office.run("attest", "show", str(office.folder / "both.json")).stdout
    assert str(key("auditor").pubkey) in shown
    both = str(office.folder / "both.json")
    assert office.ok("attest", "submit", signed, both, key="relayer")["counts"] == {"submitted": 3}

    lie = office.folder / "lie"
    lie.mkdir()
    (lie / "all.csv").write_text((own / "all.csv").read_text().replace(",102,0,102,0,", ",103,0,103,0,"))
    words[words.index(str(own))] = str(lie)
    words[words.index(str(office.folder / "both.json"))] = str(office.folder / "never.json")
    told = office.refused(3, *words, key="auditor")
    assert "settled 102 signed, 103 expected" in told and not (office.folder / "never.json").exists()


def test_a_chain_s_supply(office: Office) -> None:
    asyncio.run(office.stage.register_chain(0, 0, ("bridge",)))
    document = office.folder / "supply.pdf"
    document.write_bytes(b"%PDF")
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(office.now - 60))
    (office.folder / "signed").mkdir()
    files = ["--plan", office.plan(), "-o", str(office.folder / "signed" / "chain.json"), "--genesis-hash", GENESIS]
    given = ["--chain", CHAIN, "--supply", "1,250.5", "--as-of", moment, "--document", str(document)]
    asked = len(office.asked)
    made = office.ok("attest", "sign-supply", "S0x", *given, *files, key="bridge")
    assert len(office.asked) == asked
    (report,) = made["reports"]
    assert (report["kind"], report["supply"], report["as_of"]) == (
        "chain",
        {"base": 125_050_000_000, "ui": "1250.5"},
        office.now - 60,
    )
    office.sign(0, "alpine")
    office.sign(1, "harbor")
    answer = office.ok("attest", "submit", str(office.folder / "signed"), key="relayer")
    assert answer["counts"] == {"submitted": 7}
    assert ("chain", 0) in [(one["kind"], one["slot"]) for one in answer["reports"]]
    shown = office.run("attest", "show", str(office.folder / "signed" / "chain.json")).stdout
    assert "supply there" in shown and "1,250.5" in shown and "chain 0" in shown
    for change, why in (
        (("--as-of", "yesterday"), "is no time with an offset"),
        (("--as-of", "2026-03-31T16:00:00"), "is no time with an offset"),
        (("--supply", "0.123456789"), "more than 8 decimals"),
        (("--supply", "-5"), "not a plain decimal"),
        (("--chain", "eip155:10"), "no slot that is for S0x on eip155:10"),
    ):
        told = office.refused(2, "attest", "sign-supply", "S0x", *given, *files, *change, key="bridge")
        assert why in told
    told = office.refused(3, "attest", "sign-supply", "S0x", *given, *files, "--document", "missing.pdf", key="bridge")
    assert "missing.pdf: cannot be read" in told


def test_no_bar_without_a_terminal_or_with_json(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Console] = []
    screen = io.StringIO()

    class Bar(Progress):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            drawn.append(kwargs.pop("console"))
            super().__init__(*args, console=Console(file=screen, force_terminal=True), **kwargs)

    monkeypatch.setattr(_common, "Progress", Bar)
    folder = office.sign_both()
    result = office.run("attest", "submit", folder, key="relayer")
    assert result.exit_code == 0 and drawn == []
    assert "submitting" not in result.stderr and "\x1b" not in result.output
    monkeypatch.setattr(_common, "can_draw", lambda: True)
    assert office.run("attest", "submit", folder, "--json", key="relayer").exit_code == 0
    assert drawn == []
    result = office.run("attest", "submit", folder, key="relayer")
    assert [one.stderr for one in drawn] == [True] and result.exit_code == 0
    assert "submitting" not in result.output and "submitting" in screen.getvalue() and "6/6" in screen.getvalue()


def test_the_bar_is_told_of_every_report(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[tuple[int, int]] = []

    class Bar(Progress):
        def update(self, *args: Any, **kwargs: Any) -> None:
            moved.append((kwargs["completed"], kwargs["total"]))
            super().update(*args, **kwargs)

    monkeypatch.setattr(_common, "Progress", Bar)
    folder = office.sign_both()
    monkeypatch.setattr(_common, "can_draw", lambda: True)
    assert office.run("attest", "submit", folder, key="relayer").exit_code == 0
    assert moved[-1] == (6, 6) and {total for _, total in moved} == {6}
    done = [one for one, _ in moved]
    assert done == sorted(done) and set(done) == set(range(7))
    moved.clear()
    office.now += 1
    office.stage.ledger.advance(60)
    folder = office.sign_both()
    office.ledger = Faulty(office.stage.ledger, LedgerError("gone"), at=2, after=False, only="send")
    assert office.run("attest", "submit", folder, key="relayer").exit_code == 4
    assert moved[-1] == (2, 6)  # what is under way is not done


def test_a_terminal_is_what_standard_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    made: tuple[Callable[[], io.StringIO], bool]
    for made in ((io.StringIO, False), (Terminal, True)):
        monkeypatch.setattr("sys.stderr", made[0]())
        assert _common.can_draw() is made[1]
