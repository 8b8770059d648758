"""`xstock chain`: where else a stock is issued, and how much may exist there."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tests.unit.cli.desk import GENESIS, Desk
from xstock_client.caip import ChainToken

DELAY = 2 * 86_400
TOKEN = "eip155:1/erc20:0x6B175474E89094C44Da98b954EedeAC495271d0F"


def supply(desk: Desk, shares: str, *, age: int = 60) -> None:
    """The chain's two keys report so many shares."""
    plan = desk.folder / "plan.json"
    desk.ok("attest", "plan", "-o", str(plan))
    document = desk.folder / "supply.txt"
    document.write_text(f"{shares} shares")
    now = asyncio.run(desk.ledger.now())
    moment = datetime.fromtimestamp(now - age, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    files = []
    with pytest.MonkeyPatch.context() as patch:  # the signers' machines go with the cluster's clock
        patch.setattr("xstock_client.cli.attest.signing.time", SimpleNamespace(time=lambda: now))
        for key in ("bridge", "auditor"):
            files.append(str(desk.folder / f"{key}.supply.json"))
            words = ("--chain", "eip155:1", "--supply", shares, "--as-of", moment, "--document", str(document))
            out = ("--plan", str(plan), "-o", files[-1], "--genesis-hash", GENESIS)
            desk.ok("attest", "sign-supply", "AAPLx", *words, *out, key=key)
    desk.ok("attest", "submit", *files, key="relayer")


@pytest.fixture
def abroad(backed: Desk) -> Desk:
    """A chain with two keys, both of which must sign; 8,000 shares minted here."""
    keys = ("--attester", backed.address("bridge"), "--attester", backed.address("auditor"))
    made = backed.ok("chain", "register", "AAPLx", "3", TOKEN, *keys, key="member")
    assert (made["slot"], made["chain"], made["threshold"]) == (3, "eip155:1", 2)
    assert made["token"] == TOKEN.lower()  # capitals are a checksum
    assert made["token_sha256"] == ChainToken.parse(TOKEN).token_hash.hex()
    assert made["keys"] == [backed.address("bridge"), backed.address("auditor")]
    backed.ok("mint", "AAPLx", "8000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    return backed


def row(desk: Desk) -> dict[str, object]:
    (found,) = desk.ok("chain", "list", "AAPLx")
    assert isinstance(found, dict)
    return found


def test_a_chain_from_its_cap_to_its_report(abroad: Desk) -> None:
    capped = abroad.ok("chain", "cap", "AAPLx", "3", "2,000", key="authority")
    assert (capped["cap"], capped["acts_from"]) == ({"base": 2_000 * 10**8, "ui": "2000"}, None)
    # a chain that never reported counts at its cap
    found = abroad.ok("reserve", "show", "AAPLx")
    assert (found["foreign"]["ui"], found["obligation"]["ui"], found["headroom"]["ui"]) == ("2000", "10000", "1000")
    assert (found["chains"][0]["fresh"], found["chains"][0]["room"]["ui"]) == (False, "2000")
    said = " ".join(abroad.run("reserve", "show", "AAPLx").stdout.split())
    assert "other chains 2,000" in said and "no report, at its cap" in said and "2 of 2 may report" in said
    supply(abroad, "500.25")
    found = abroad.ok("reserve", "show", "AAPLx")
    assert (found["foreign"]["ui"], found["chains"][0]["supply"]["ui"]) == ("500.25", "500.25")
    said = " ".join(abroad.run("reserve", "show", "AAPLx").stdout.split())
    assert "│ eip155:1 │ 1 min │ 500.25 │ 0 │ 2,000 │ │ 500.25 │ fresh │ 2 of 2 │" in said
    abroad.ledger.advance(27 * 3_600)
    said = " ".join(abroad.run("reserve", "show", "AAPLx").stdout.split())
    assert "│ 2,000 │ stale, at its cap │" in said
    assert "│ stale │ 2,000 │" in " ".join(abroad.run("chain", "list", "AAPLx").stdout.split())


def test_a_cap_above_what_the_reserve_covers(abroad: Desk) -> None:
    said = abroad.refused(1, "chain", "cap", "AAPLx", "3", "3000.00000001", key="authority")
    assert "ReserveShort" in said and "reserve 11,000, needed 11,000.00000001" in said
    assert row(abroad)["cap"] == {"base": 0, "ui": "0"}


def test_a_lower_cap_waits_for_a_report_and_is_cancelled(abroad: Desk) -> None:
    abroad.ok("chain", "cap", "AAPLx", "3", "2000", key="authority")
    lowered = abroad.run("chain", "cap", "AAPLx", "3", "100", key="authority").stdout
    assert "with a report of 20" in lowered and "until then the cap before counts" in lowered
    found = row(abroad)
    assert (found["cap"], found["next_cap"]) == (
        {"base": 2_000 * 10**8, "ui": "2000"},
        {"base": 100 * 10**8, "ui": "100"},
    )
    assert "cap 100 from 20" in abroad.run("chain", "list", "AAPLx").stdout
    assert "100 with a report of" in " ".join(abroad.run("reserve", "show", "AAPLx").stdout.split())
    abroad.ok("chain", "cancel", "AAPLx", "3", "--cap", key="member")
    assert row(abroad)["next_cap"] is None
    assert "NothingQueued" in abroad.refused(1, "chain", "cancel", "AAPLx", "3", "--cap", key="member")
    abroad.ok("chain", "cap", "AAPLx", "3", "100", key="authority")
    abroad.ledger.advance(DELAY + 120)
    supply(abroad, "99")
    assert row(abroad)["cap"] == {"base": 100 * 10**8, "ui": "100"}


def test_new_keys_wait_and_are_cancelled(abroad: Desk) -> None:
    supply(abroad, "0")
    words = ("chain", "register", "AAPLx", "3", TOKEN, "--attester", abroad.address("other"))
    assert "which may sign from 20" in abroad.run(*words, key="member").stdout
    found = row(abroad)
    assert (found["keys"], found["threshold"]) == ([abroad.address("bridge"), abroad.address("auditor")], 2)
    assert (found["next_keys"], found["next_threshold"]) == ([abroad.address("other")], 1)
    assert abroad.address("other") in abroad.run("chain", "list", "AAPLx").stdout
    abroad.ok("chain", "cancel", "AAPLx", "3", "--keys", key="member")
    assert row(abroad)["next_keys"] == []


def test_a_chain_is_retired_by_two_calls_and_a_report_between(abroad: Desk) -> None:
    supply(abroad, "0")
    asked = abroad.ok("chain", "retire", "AAPLx", "3", key="member")
    assert asked["retired"] is False and asked["retire_from"]
    early = abroad.refused(1, "chain", "retire", "AAPLx", "3", key="member")
    assert "ChangeNotReady" in early
    assert "may be retired from" in " ".join(abroad.run("reserve", "show", "AAPLx").stdout.split())
    abroad.ok("chain", "cancel", "AAPLx", "3", "--retirement", key="member")
    assert row(abroad)["retire_from"] is None
    assert "retire it again then" in " ".join(abroad.run("chain", "retire", "AAPLx", "3", key="member").stdout.split())
    abroad.ledger.advance(DELAY + 120)
    supply(abroad, "0")
    done = abroad.ok("chain", "retire", "AAPLx", "3", key="member")
    assert (done["retired"], done["retire_from"]) == (True, None)
    assert abroad.ok("chain", "list", "AAPLx") == []


def test_shares_are_issued_there_instead(abroad: Desk) -> None:
    supply(abroad, "0")
    abroad.ok("chain", "cap", "AAPLx", "3", "100", key="authority")
    arbiter, owner = abroad.appoint(), abroad.address("holder")
    terms = ("--off-chain", "--terms-hash", "ab" * 32, "--arbiter", arbiter)
    for number in ("0", "1"):
        abroad.ok("redeem", "request", "AAPLx", "60", *terms, key="holder")
        abroad.ok("redeem", "accept", "AAPLx", f"{owner}/{number}", key="member")
    paid = ("--evidence-hash", "cd" * 32, "--to-chain", "3")
    told = abroad.run("redeem", "paid", "AAPLx", f"{owner}/0", *paid, key="member").stdout
    assert "with 60 shares issued on the chain of slot 3" in " ".join(told.split())
    assert abroad.ok("reserve", "show", "AAPLx")["chains"][0]["marked"]["ui"] == "60"
    said = abroad.refused(1, "redeem", "paid", "AAPLx", f"{owner}/1", *paid, key="member")
    assert "AboveChainCap" in said and "[amount 60, there 60, cap 100]" in said
    abroad.ok("redeem", "confirm", "AAPLx", "0", key="holder")
    found = abroad.ok("reserve", "show", "AAPLx")
    assert (found["released"]["ui"], found["chains"][0]["outbound"]["ui"]) == ("0", "60")
    assert found["chains"][0]["marked"]["ui"] == "0"


BAD = [
    (("register", "AAPLx", "8", TOKEN, "--attester", "KEY"), 2, "less than or equal to 7"),
    (("register", "AAPLx", "0", "eip155:1", "--attester", "KEY"), 2, "is not a token's CAIP-19 id, such as eip155:1/"),
    (("register", "AAPLx", "0", TOKEN), 2, "Missing option '--attester'"),
    (("register", "AAPLx", "0", TOKEN, "--attester", "x"), 2, "'x' is not an address"),
    (("register", "AAPLx", "0", TOKEN, *["--attester", "KEY"] * 2), 2, "stands twice in the list"),
    (("register", "AAPLx", "0", TOKEN, "--attester", "KEY", "--threshold", "2"), 2, "threshold lies between 1 and"),
    (("register", "AAPLx", "0", TOKEN, "--attester", "KEY", "--threshold", "4"), 2, "less than or equal to 3"),
    (("cap", "AAPLx", "0", "1"), 1, "SlotEmpty"),
    (("cap", "AAPLx", "0", "0.000000001"), 2, "more than 8 decimals"),
    (("cap", "AAPLx", "0", "-1"), 2, "No such option"),
    (("cap", "AAPLx", "0", "lots"), 2, "not a plain decimal number"),
    (("cap", "AAPLx", "0", "9" * 20), 2, "must lie between"),
    (("cancel", "AAPLx", "0"), 2, "one of --keys, --cap and --retirement"),
    (("cancel", "AAPLx", "0", "--keys", "--cap"), 2, "one of --keys, --cap and --retirement"),
    (("retire", "AAPLx", "0"), 1, "does not hold the role attestor-manager"),
    (("list", "TSLAx"), 2, "unknown symbol TSLAx"),
]


@pytest.mark.parametrize(("words", "code", "message"), BAD)
def test_what_cannot_be(unchanged: Desk, words: tuple[str, ...], code: int, message: str) -> None:
    given = [unchanged.address("bridge") if word == "KEY" else word for word in words]
    said = unchanged.refused(code, "chain", *given, key="authority").replace("│", " ")
    assert message in " ".join(said.split())
    assert unchanged.ok("chain", "list", "AAPLx") == []


def test_keys_and_tokens_serve_one_slot(abroad: Desk) -> None:
    other = TOKEN.replace("eip155:1/", "eip155:10/")
    words = ("chain", "register", "AAPLx", "4")
    assert "KeyInUse" in abroad.refused(1, *words, other, "--attester", abroad.address("bridge"), key="member")
    assert "KeyInUse" in abroad.refused(1, *words, other, "--attester", abroad.address("alpine-rock"), key="member")
    assert "TokenInUse" in abroad.refused(1, *words, TOKEN, "--attester", abroad.address("x"), key="member")
    taken = ("chain", "register", "AAPLx", "3", other, "--attester", abroad.address("x"))
    assert "ChainTaken" in abroad.refused(1, *taken, key="member")
