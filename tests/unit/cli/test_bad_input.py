"""What goes wrong at the command line: a clear message, the right exit code, nothing changed, no traceback."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.cli.desk import EXAMPLES, GENESIS, ISSUER_ID, PROGRAM, Desk
from xstock_client import pda
from xstock_client.cli._app import app
from xstock_client.cli._config import MAINNET_GENESIS
from xstock_client.ledger import EmbeddedLedger

MINT = ("mint", "AAPLx", "1", "--to", "11111111111111111111111111111112", "--ticket", "0")


def test_keypairs(listed: Desk) -> None:
    folder = listed.folder
    (folder / "short.json").write_text("[1, 2, 3]")
    (folder / "text.json").write_text("{not json")
    (folder / "binary.json").write_bytes(b"\xff\xfe")
    for name, message in (
        ("missing.json", "no keypair file"),
        ("short.json", "3 entries, not 64"),
        ("text.json", "expected a JSON array"),
        ("binary.json", "binary data"),
    ):
        assert message in listed.refused(3, *MINT, "-k", str(folder / name))
    for source, message in (
        ("prompt:", "solana-keygen recover"),
        ("ASK", "solana-keygen recover"),
        ("usb://ledger", "hardware wallets"),
    ):
        assert message in listed.refused(3, *MINT, "--keypair", source)
    assert "no keypair file" in listed.refused(3, *MINT)  # the Solana CLI's default, which does not exist here
    assert "no keypair file" in listed.refused(3, *MINT, "--fee-payer", str(folder / "missing.json"), key="member")


@pytest.mark.parametrize("spec", ["-", "stdin:"])
def test_a_keypair_from_standard_input(desk: Desk, spec: str) -> None:
    desk.fund("authority")
    content = Path(desk.key("authority")).read_text()
    result = desk.run("issuer", "create", ISSUER_ID, "Piped", "-k", spec, "--fee-payer", spec, "--json", stdin=content)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["id"] == int(ISSUER_ID)
    assert "is empty" in desk.refused(3, "issuer", "create", "8", "Piped", "-k", spec, stdin="")


def test_an_unreachable_rpc(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    result = CliRunner().invoke(app, ["asset", "list", "-u", "http://127.0.0.1:9", "--issuer", "7"])
    assert result.exit_code == 4
    assert "cannot reach http://127.0.0.1:9" in result.stderr and "Traceback" not in result.output


def test_another_cluster(listed: Desk) -> None:
    other = EmbeddedLedger(program=PROGRAM, genesis_hash=bytes([1] * 32))
    asset = pda.asset(pda.issuer(int(ISSUER_ID)), 0)
    for address in (pda.issuer(int(ISSUER_ID)), asset):
        other.set_account(address, asyncio.run(listed.ledger.account(address)))
    listed.ledger = other
    for words in (("issuer", "show"), ("asset", "list"), ("asset", "show", str(asset)), MINT):
        assert "nothing that it attests means anything here" in listed.refused(2, *words, key="member")


def test_symbols_assets_and_issuers(listed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "unknown symbol TSLAx" in listed.refused(2, "reserve", "show", "TSLAx")
    assert "1 to 12 characters" in listed.refused(2, "reserve", "show", "A" * 13)
    assert "plain ASCII" in listed.refused(2, "reserve", "show", "Äpfel")
    assert "neither a symbol nor an address" in listed.refused(2, "reserve", "show", "0" * 40)
    assert "there is no asset" in listed.refused(4, "reserve", "show", listed.address("holder"))
    assert "there is no issuer" in listed.refused(4, "asset", "list", "--issuer", "8")
    assert "neither an issuer's address" in listed.refused(2, "asset", "list", "--issuer", "acme")
    # An account of the program that is no asset, and an account of another program.
    issuer = str(pda.issuer(int(ISSUER_ID)))
    assert "not an account Asset" in listed.refused(3, "reserve", "show", issuer)
    monkeypatch.delenv("XSTOCK_ISSUER")
    assert "which issuer?" in listed.refused(2, "asset", "list")
    (listed.folder / "xstock.yml").write_text(f"issuer: {issuer}\n")
    assert len(listed.ok("asset", "list")) == 1
    (listed.folder / "xstock.yml").write_text("isuer: 7\n")
    assert "unknown field 'isuer'" in listed.refused(3, "asset", "list")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("mint", "AAPLx", "-1", "--to", "x", "--ticket", "0"), "No such option"),
        (("mint", "AAPLx", "1e3", "--to", "11111111111111111111111111111112", "--ticket", "0"), "plain decimal number"),
        (("mint", "AAPLx", "1", "--to", "x", "--ticket", "0"), "is not an address"),
        (("mint", "AAPLx", "1", "--to", "11111111111111111111111111111112"), "--ticket"),
        (
            ("mint", "AAPLx", "0.123456789", "--to", "11111111111111111111111111111112", "--ticket", "0"),
            "more than 8 decimals",
        ),
        (("mint", "AAPLx", "9" * 30, "--to", "11111111111111111111111111111112", "--ticket", "0"), "must lie between"),
        (
            ("mint", "AAPLx", "1", "--to", "11111111111111111111111111111112", "--ticket", str(2**50)),
            "a ticket lies between",
        ),
        (("role", "grant", "king", "11111111111111111111111111111112", "--days", "1"), "is no role"),
        (("role", "grant", "minter", "11111111111111111111111111111112"), "say how long"),
        (
            ("role", "grant", "minter", "11111111111111111111111111111112", "--days", "1", "--until", "2030-01-01"),
            "say how long",
        ),
        (("custodian", "retire", "AAPLx", "8"), "less than or equal to 7"),
        (("halt", "AAPLx"), "say what"),
        (("events", "1" * 50), "neither a transaction's signature"),
        (("issuer", "create", "8", "x" * 33), "1 to 32 bytes"),
        (("issuer", "handoff", "propose", "nobody"), "neither an address"),
        (("redeem", "request", "AAPLx", "1", "--terms-hash", "abc"), "64 hexadecimal digits"),
        (("mint", "AAPLx", "1,5", "--to", "11111111111111111111111111111112", "--ticket", "0"), "plain decimal number"),
        (("asset", "new", "AAPL/x", "US0378331005"), "use letters, digits, dots and dashes"),
        (("asset", "new", "AAPLy", "US0378331006"), "check digit"),
        (("-u", "nonsense", "asset", "list"), "unknown cluster"),
        (("asset", "list", "-C", "missing.yml"), "there is no configuration file"),
        (("nonsense",), "No such command"),
    ],
)
def test_usage(unchanged: Desk, words: tuple[str, ...], message: str) -> None:
    said = unchanged.refused(2, *words, key="member").replace("│", " ")
    assert message in " ".join(said.split())


def test_the_program_has_the_last_word_on_amounts(backed: Desk) -> None:
    assert "ZeroAmount" in backed.refused(1, "mint", "AAPLx", "0", *MINT[3:], key="member")
    assert "does not hold the role minter" in backed.refused(1, *MINT, key="holder")
    backed.ok("role", "grant", "minter", backed.address("holder"), "--days", "1", key="authority")
    assert "has no allowance for asset" in backed.refused(1, *MINT, key="holder")


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:semt.002.001.11"><SctiesBalCtdyRpt>&lol2;</SctiesBalCtdyRpt></Document>
"""


def test_statements(listed: Desk) -> None:
    good = Path(listed.statement("alpine-rock.semt.002.001.11.xml"))
    truncated = listed.folder / "truncated.xml"
    truncated.write_bytes(good.read_bytes()[:900])
    bomb = listed.folder / "bomb.xml"
    bomb.write_text(BOMB)
    signed = listed.folder / "alpine-rock.signed.json"
    for path in (truncated, bomb, listed.folder / "missing.xml"):
        message = listed.refused(3, *listed.sign("alpine-rock", str(path)), key="alpine-rock")
        assert path.name in message
        assert not signed.exists()
    old_and_new = listed.refused(3, *listed.sign("harbor-point", str(good)), key="harbor-point")
    assert good.name in old_and_new and not signed.exists()
    assert "no active slot has this ISIN" in listed.refused(
        2, *listed.sign("alpine-rock", str(good), "--zero", "US67066G1040"), key="alpine-rock"
    )


def test_signing_names_its_cluster_and_never_takes_it_from_the_plan(
    listed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = listed.statement("alpine-rock.semt.002.001.11.xml")
    words = listed.sign("alpine-rock", statement)
    without = words[: words.index("--genesis-hash")]
    assert "which cluster is this signature for?" in listed.refused(2, *without, key="alpine-rock")
    assert "name the cluster once" in listed.refused(2, *words, "--cluster", "devnet", key="alpine-rock")
    assert "neither a cluster" in listed.refused(2, *without, "--cluster", "moon", key="alpine-rock")
    assert "new genesis hash each time" in listed.refused(2, *without, "--cluster", "l", key="alpine-rock")
    asked = len(listed.asked)
    result = listed.run(*without, "--cluster", "m", key="alpine-rock")
    assert result.exit_code == 0 and "signing for cluster mainnet-beta" in result.stderr
    assert len(listed.asked) == asked, "signing must not open a connection"
    signed = str(listed.folder / "alpine-rock.signed.json")
    result = listed.run("attest", "submit", signed, "--json", key="relayer")
    (report,) = json.loads(result.stdout)["reports"]
    assert (result.exit_code, report["outcome"]) == (1, "refused")
    assert "signed for another program, cluster, asset or ISIN" in report["reason"]
    monkeypatch.setenv("XSTOCK_GENESIS_HASH", GENESIS)
    assert listed.ok(*without, key="alpine-rock")["genesis_hash"] == GENESIS
    monkeypatch.delenv("XSTOCK_GENESIS_HASH")
    (listed.folder / "xstock.yml").write_text(f"genesis_hash: {GENESIS}\n")
    assert listed.ok(*without, key="alpine-rock")["genesis_hash"] == GENESIS
    assert "your configuration names" in listed.refused(2, *without, "--issuer", "9", key="alpine-rock")


def test_what_exists_already(listed: Desk) -> None:
    assert "exists already" in listed.refused(2, "issuer", "create", ISSUER_ID, "Again", key="authority")
    again = listed.new_asset("AAPLx", "US67066G1040")
    assert "has listed the symbol AAPLx already" in listed.refused(2, *again, key="authority")
    again = listed.new_asset("APLx", "US0378331005")
    assert "has listed the ISIN US0378331005 already" in listed.refused(2, *again, key="authority")


def test_files_of_ours(listed: Desk) -> None:
    junk = listed.folder / "junk.json"
    junk.write_text("{}")
    assert "xstock attest sign" in listed.refused(3, "attest", "submit", str(junk), key="relayer")
    assert "cannot be read" in listed.refused(3, "attest", "show", str(listed.folder / "missing.json"))
    statement = listed.statement("alpine-rock.semt.002.001.11.xml")
    words = listed.sign("alpine-rock", statement)
    words[words.index("--plan") + 1] = str(junk)
    assert "xstock attest plan" in listed.refused(3, *words, key="alpine-rock")
    profile = ("--profile", str(listed.folder / "missing.yaml"))
    assert "cannot be read" in listed.refused(
        3, "custodian", "register", "AAPLx", "2", "--attester", listed.address("x"), *profile, key="member"
    )
    new = [*listed.new_asset("NVDAx", "US67066G1040"), "--terms", str(listed.folder / "missing.txt")]
    assert "missing.txt: cannot be read" in listed.refused(3, *new, key="authority")
    assert "cannot be written" in listed.refused(3, "attest", "plan", "-o", str(listed.folder / "no" / "plan.json"))
    account = ("--profile", str(EXAMPLES / "alpine-rock.profile.yaml"), "--account", "OTHER")
    assert "is no account of" in listed.refused(
        3, "custodian", "register", "AAPLx", "2", "--attester", listed.address("x"), *account, key="member"
    )


def test_mainnet_wants_a_yes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ledger = EmbeddedLedger(program=PROGRAM, genesis_hash=MAINNET_GENESIS)
    desk.fund("authority")
    create = ("issuer", "create", ISSUER_ID, "Real Issuer")
    assert "say --yes" in desk.refused(2, *create, key="authority")
    # Whatever the URL says, the genesis hash decides.
    assert "say --yes" in desk.refused(2, *create, "-u", "l", key="authority")
    result = desk.run(*create, "--yes", key="authority")
    assert result.exit_code == 0
    assert "cluster mainnet-beta at https://api.mainnet-beta.solana.com, signer " in result.stderr


def test_a_no_at_the_question_sends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ledger = EmbeddedLedger(program=PROGRAM, genesis_hash=MAINNET_GENESIS)
    desk.fund("authority")
    monkeypatch.setattr("xstock_client.cli._session.can_ask", lambda: True)
    create = ("issuer", "create", ISSUER_ID, "Real Issuer")
    declined = desk.run(*create, key="authority", stdin="n\n")
    assert declined.exit_code == 2 and "nothing was sent" in declined.stderr
    desk.refused(4, "issuer", "show")
    assert desk.run(*create, key="authority", stdin="y\n").exit_code == 0


def test_writing_commands_tell_cluster_signer_and_payer(listed: Desk) -> None:
    result = listed.run("halt", "AAPLx", "--mint", "--fee-payer", listed.key("relayer"), "-ul", key="member")
    assert result.exit_code == 0
    line = f"cluster {GENESIS} at http://localhost:8899, signer {listed.address('member')}"
    assert f"{line}, fee payer {listed.address('relayer')}" in result.stderr
    assert listed.run("asset", "list").stderr == ""
