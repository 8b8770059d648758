"""Every command once, with the shape of its JSON and what the chain says afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from solders.pubkey import Pubkey
from typer.testing import CliRunner

from tests.unit.cli.desk import GENESIS, ISSUER_ID, Desk
from xstock_client import pda
from xstock_client.cli._app import app

COMMANDS = [
    "issuer create",
    "issuer show",
    "issuer handoff propose",
    "issuer handoff accept",
    "issuer handoff cancel",
    "role grant",
    "role revoke",
    "role cancel",
    "role renounce",
    "role list",
    "asset list",
    "asset show",
    "asset new",
    "policy show",
    "policy diff",
    "policy queue",
    "policy apply",
    "policy cancel",
    "chain register",
    "chain cap",
    "chain retire",
    "chain cancel",
    "chain list",
    "custodian register",
    "custodian cancel-keys",
    "custodian retire",
    "custodian list",
    "attest plan",
    "attest sign",
    "attest sign-supply",
    "attest cosign",
    "attest submit",
    "attest show",
    "reserve show",
    "reserve watch",
    "reserve verify",
    "allowance set",
    "allowance show",
    "allowance cancel",
    "tickets list",
    "tickets watermark",
    "tickets close",
    "mint",
    "bond open",
    "bond deposit",
    "bond show",
    "bond queue",
    "bond withdraw",
    "bond cancel",
    "redeem quote",
    "redeem request",
    "redeem status",
    "redeem agree",
    "redeem cancel",
    "redeem take-back",
    "redeem confirm",
    "redeem dispute",
    "redeem list",
    "redeem accept",
    "redeem settle",
    "redeem paid",
    "redeem reject",
    "redeem rule",
    "redeem default",
    "redeem conclude",
    "redeem table open",
    "redeem table close",
    "attestors set",
    "attestors show",
    "attestors cancel",
    "action announce dividend",
    "action announce stock-dividend",
    "action announce split",
    "action announce reverse-split",
    "action announce identifiers",
    "action announce delisting",
    "action list",
    "action show",
    "action cancel",
    "action apply",
    "snapshot record",
    "snapshot list",
    "snapshot status",
    "snapshot build",
    "snapshot verify",
    "snapshot prove",
    "snapshot leaf",
    "snapshot vote",
    "snapshot reject",
    "snapshot challenge",
    "dividend rates",
    "dividend declare",
    "dividend entitlements",
    "dividend prove",
    "dividend leaf",
    "dividend vote",
    "dividend reject",
    "dividend fund",
    "dividend push",
    "dividend claim",
    "dividend list",
    "dividend status",
    "dividend reclaim",
    "dividend remit",
    "dividend close",
    "recipient register",
    "recipient show",
    "halt",
    "resume",
    "reopen",
    "solvency check",
    "tax export",
    "events",
    "blockhash",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert f"Usage: xstock {command}" in result.output or f"Usage: root {command}" in result.output


def names(group: typer.Typer, prefix: str = "") -> Iterator[str]:
    """Every command below a group, with the words before it."""
    for command in group.registered_commands:
        assert command.callback is not None
        yield prefix + (command.name or command.callback.__name__)
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from names(inner.typer_instance, f"{prefix}{inner.name} ")


def test_the_list_above_is_complete() -> None:
    assert sorted(names(app)) == sorted(COMMANDS)


def test_an_issuer_is_created_shown_and_handed_over(desk: Desk) -> None:
    desk.fund("authority")
    desk.fund("heir")
    made = desk.ok("issuer", "create", ISSUER_ID, "Test Issuer", key="authority")
    assert made["issuer"] == str(pda.issuer(int(ISSUER_ID)))
    assert [event["event"] for event in made["transaction"]["events"]] == ["IssuerCreated"]
    shown = desk.ok("issuer", "show")
    assert shown["authority"] == desk.address("authority")
    assert (shown["name"], shown["genesis_hash"], shown["pending_authority"]) == ("Test Issuer", GENESIS, None)
    desk.ok("issuer", "handoff", "propose", desk.address("heir"), key="authority")
    assert desk.ok("issuer", "show")["pending_authority"] == desk.address("heir")
    desk.ok("issuer", "handoff", "accept", key="heir")
    assert desk.ok("issuer", "show", "--issuer", made["issuer"])["authority"] == desk.address("heir")
    desk.ok("issuer", "handoff", "propose", desk.address("authority"), key="heir")
    desk.ok("issuer", "handoff", "propose", "none", key="heir")
    assert desk.ok("issuer", "show")["pending_authority"] is None


def test_roles(listed: Desk) -> None:
    grants = listed.ok("role", "list")
    assert [one["role"] for one in grants] == ["minter", "attestor-manager", "redeemer", "pauser", "unpauser"]
    assert {one["member"] for one in grants} == {listed.address("member")}
    listed.ok("role", "revoke", "minter", listed.address("member"), key="authority")
    assert "minter" not in [one["role"] for one in listed.ok("role", "list")]
    # who restrains others goes only after the timelock, and who is new waits for it
    ends = listed.run("role", "revoke", "pauser", listed.address("member"), key="authority").stdout
    assert "is pauser no more from " in ends and "then revoke once more for the rent" in ends
    waits = listed.run("role", "grant", "minter", listed.address("heir"), "--days", "9", key="authority").stdout
    assert "is minter until " in waits and ", from " in waits
    shown = {one["role"]: one for one in listed.ok("role", "list")}
    assert (shown["minter"]["expires_at"], shown["minter"]["expired"]) == (None, True)
    assert shown["minter"]["next_expires_at"] and shown["pauser"]["next_from"]
    assert (shown["minter"]["state"], shown["pauser"]["state"]) == ("waiting", "held")
    human = listed.run("role", "list").stdout
    assert "waits: from" in human and "waiting" in human and "held" in human
    assert "RoleExpiryOutOfRange" in listed.refused(
        1, "role", "grant", "pauser", listed.address("member"), "--until", "2020-01-01", key="authority"
    )


def test_assets(listed: Desk) -> None:
    (row,) = listed.ok("asset", "list")
    assert (row["number"], row["symbol"], row["isin"], row["supply"]) == (
        0,
        "AAPLx",
        "US0378331005",
        {"raw": 0, "ui": "0"},
    )
    shown = listed.ok("asset", "show", "AAPLx")
    assert shown == listed.ok("asset", "show", row["asset"])
    assert shown["mint"] == str(pda.mint(pda.asset(pda.issuer(int(ISSUER_ID)), 0)))
    assert (shown["name"], shown["max_age_s"], shown["min_custodians"]) == ("AAPLx token", 432_000, 2)


def test_custodians(listed: Desk) -> None:
    rows = listed.ok("custodian", "list", "AAPLx")
    assert [(one["slot"], one["lei"], one["keys"]) for one in rows] == [
        (0, "529900ALPINE00000043", []),
        (1, "529900HARBOR00000020", []),
    ]
    assert (rows[0]["next_keys"], rows[0]["next_threshold"]) == ([listed.address("alpine-rock")], 1)
    listed.ok("custodian", "retire", "AAPLx", "0", key="member")
    assert [one["slot"] for one in listed.ok("custodian", "list", "AAPLx")] == [1]


def test_a_day_at_the_command_line(listed: Desk) -> None:
    submitted = listed.attest()
    assert [(one["symbol"], one["settled"]["ui"]) for one in submitted["reports"]] == [
        ("AAPLx", "6000"),
        ("AAPLx", "5000"),
    ]
    assert len(submitted["transactions"]) == 1
    shown = listed.ok("attest", "show", str(listed.folder / "alpine-rock.signed.json"))
    assert (shown[0]["in_transit"]["ui"], shown[0]["sequence"]) == ("250", 1)

    owner = listed.address("holder")
    minted = listed.ok("mint", "AAPLx", "10,000", "--to", owner, "--ticket", "42", key="member")
    assert (minted["status"], minted["amount"]) == ("minted", {"raw": 10_000 * 10**8, "ui": "10000"})
    assert "ReserveShort (6050)" in listed.refused(
        1, "mint", "AAPLx", "1500", "--to", owner, "--ticket", "43", key="member"
    )
    assert "TicketUsed" in listed.refused(1, "mint", "AAPLx", "1", "--to", owner, "--ticket", "42", key="member")
    left = listed.ok("allowance", "show", "AAPLx", listed.address("member"))
    assert (left["per_day"]["ui"], left["left_today"]["ui"], left["next_from"]) == ("20000", "10000", None)

    first = listed.ok("redeem", "request", "AAPLx", "1000", "--min-price", "185", key="holder")
    listed.ok("redeem", "request", "AAPLx", "0.5", "--at-market", key="holder")
    listed.ok("redeem", "cancel", "AAPLx", "1", key="holder")
    assert [one["id"] for one in listed.ok("redeem", "list", "AAPLx", "--holder", owner)] == [first["id"]]
    listed.ok("redeem", "accept", "AAPLx", f"{owner}/0", key="member")
    assert [one["state"] for one in listed.ok("redeem", "list", "AAPLx", "--state", "accepted")] == ["accepted"]
    assert listed.ok("redeem", "list", "AAPLx", "--state", "requested") == []
    settled = listed.ok("redeem", "settle", "AAPLx", f"{owner}/0", "--price", "187.42", key="member")
    assert settled["paid"]["ui"] == "187420" and listed.money("holder").value == 187_420 * 10**6

    reserve = listed.ok("reserve", "show", "AAPLx")
    assert (reserve["supply"]["ui"], reserve["released"]["ui"], reserve["obligation"]["ui"]) == (
        "9000",
        "1000",
        "10000",
    )
    assert (reserve["reserve"]["ui"], reserve["ratio"], reserve["headroom"]["ui"]) == ("11000", "1.100000", "1000")
    assert [one["counted"]["ui"] for one in reserve["custodians"]] == ["6000", "5000"]
    checked = listed.ok("solvency", "check", "AAPLx", "--submit", key="relayer")
    assert checked["solvent"] and checked["transaction"]["events"][0]["event"] == "SolvencyChecked"

    (told,) = listed.ok("events", settled["transactions"][0]["signature"])
    assert [event["event"] for event in told["events"]] == ["RedemptionSettled"]
    history = listed.ok("events", "AAPLx", "--limit", "3")
    assert [one["events"][0]["event"] for one in history] == [
        "SolvencyChecked",
        "RedemptionSettled",
        "RedemptionAccepted",
    ]


def test_guardians(backed: Desk) -> None:
    owner = backed.address("holder")
    backed.ok("mint", "AAPLx", "10000", "--to", owner, "--ticket", "0", key="member")
    backed.ok("halt", "AAPLx", "--mint", "--requests", key="member")
    assert backed.ok("reserve", "show", "AAPLx")["halts"] == "mint, requests"
    assert "MintHalted" in backed.refused(1, "mint", "AAPLx", "1", "--to", owner, "--ticket", "1", key="member")
    backed.ok("resume", "AAPLx", "--mint", "--requests", key="member")
    assert backed.ok("reserve", "show", "AAPLx")["halts"] == "nothing"
    assert "NotLatched" in backed.refused(1, "reopen", "AAPLx", key="member")
    backed.ok("custodian", "retire", "AAPLx", "1", key="member")
    result = backed.run("solvency", "check", "AAPLx", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["solvent"] is False and json.loads(result.stdout)["latched"] is True


def test_old_reports_are_not_short_and_cover_nothing(backed: Desk) -> None:
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    said = backed.run("solvency", "check", "AAPLx").stdout
    assert "10,000 shares owed, 11,000 last reported: not short by the last reports" in said
    assert "fresh reports: covered, oldest 1 min; latch open" in said
    backed.ledger.advance(30 * 86_400)
    result = backed.run("solvency", "check", "AAPLx")
    assert result.exit_code == 0
    assert "not short by the last reports; fresh reports: NOT covered, oldest 30 d" in result.stdout
    found = backed.ok("solvency", "check", "AAPLx")
    assert (found["solvent"], found["covered"]) == (True, False)


def test_retiring_a_custodian_tells_of_the_latch_before_and_after(backed: Desk) -> None:
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    result = backed.run("custodian", "retire", "AAPLx", "1", key="member")
    assert "✓ slot 1 of AAPLx is empty; minting is latched off" in result.stdout
    assert "without slot 1 the last reports count for 0 shares, and 10,000 are owed" in result.stderr
    # once it is set there is nothing to warn of
    result = backed.run("custodian", "retire", "AAPLx", "0", key="member")
    assert "slot 0 of AAPLx is empty" in result.stdout and "warning" not in result.stderr


def test_retiring_what_was_never_needed_latches_nothing(listed: Desk) -> None:
    result = listed.run("custodian", "retire", "AAPLx", "0", key="member")
    assert "✓ slot 0 of AAPLx is empty\n" in result.stdout and "warning" not in result.stderr
    assert listed.ok("custodian", "retire", "AAPLx", "1", key="member")["latched"] is False


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("custodian register", "attestor manager"),
        ("custodian retire", "attestor manager"),
        ("chain register", "attestor manager"),
        ("chain retire", "attestor manager"),
        ("mint", "minter"),
        ("bond open", "authority or an admin"),
        ("bond deposit", "anybody"),
        ("bond queue", "treasurer"),
        ("bond withdraw", "treasurer"),
        ("bond cancel", "pauser"),
        ("redeem accept", "redeemer"),
        ("redeem settle", "redeemer"),
        ("redeem paid", "redeemer"),
        ("redeem reject", "redeemer"),
        ("redeem rule", "arbiter"),
        ("redeem default", "anybody"),
        ("redeem conclude", "anybody"),
        ("halt", "ticket watermark"),
        ("attestors set", "attestor manager"),
        ("attestors cancel", "pauser"),
        ("action announce", "role corporate"),
        ("action cancel", "corporate desk"),
        ("action apply", "anybody"),
        ("snapshot record", "anybody"),
        ("snapshot vote", "snapshot attestor"),
        ("snapshot reject", "snapshot attestor"),
        ("snapshot challenge", "anybody"),
        ("dividend declare", "corporate desk"),
        ("dividend vote", "snapshot attestor"),
        ("dividend fund", "anybody"),
        ("dividend push", "anybody"),
        ("dividend claim", "anybody"),
        ("dividend remit", "anybody"),
        ("dividend reclaim", "treasurer"),
        ("dividend close", "anybody"),
        ("recipient register", "owner of the tokens"),
    ],
)
def test_help_names_who_signs_and_what_stops(unchanged: Desk, command: str, role: str) -> None:
    said = " ".join(unchanged.run(*command.split(), "--help").stdout.replace("│", " ").split())
    assert role in said


def test_people_get_tables_and_the_same_facts(backed: Desk) -> None:
    owner = backed.address("holder")
    backed.ok("mint", "AAPLx", "10000", "--to", owner, "--ticket", "0", key="member")
    backed.ok("redeem", "request", "AAPLx", "1000", "--at-market", key="holder")
    for words, fact in (
        (("issuer", "show"), "Test Issuer"),
        (("role", "list"), backed.address("member")),
        (("asset", "list"), "US0378331005"),
        (("asset", "show", "AAPLx"), "AAPLx token"),
        (("custodian", "list", "AAPLx"), backed.address("alpine-rock")),
        (("reserve", "show", "AAPLx"), "110.00% of the obligation"),
        (("reserve", "show", "AAPLx"), "11,000 (custodians: 2, needed 2)"),
        (("allowance", "show", "AAPLx", backed.address("member")), "10,000 left now"),
        (("asset", "show", "AAPLx"), "token paused no"),
        (("events", str(Pubkey([9] * 32))), "no transactions of"),
        (("redeem", "list", "AAPLx"), f"{owner}/0"),
        (("redeem", "status", "AAPLx", f"{owner}/0"), "1,000 if the deadline is missed"),
        (("bond", "show", "AAPLx"), "99,000 for new requests"),
        (("asset", "show", "AAPLx"), "penalty rate 1"),
        (("reserve", "show", "AAPLx"), "bond 100,000, of which requests reserve 1,000"),
        (("solvency", "check", "AAPLx"), "covered"),
        (("events", "AAPLx"), "SharesMinted"),
        (("attest", "show", str(backed.folder / "alpine-rock.signed.json")), "6,000"),
    ):
        result = backed.run(*words)
        assert result.exit_code == 0, result.output
        assert fact in " ".join(result.stdout.split()), words
    result = backed.run("mint", "AAPLx", "1", "--to", owner, "--ticket", "1", key="member")
    assert "minted to" in result.stdout and "SharesMinted" in result.stdout


def test_a_key_that_waits_for_its_first_report_is_shown_whole(listed: Desk) -> None:
    shown = listed.run("custodian", "list", "AAPLx").stdout
    assert listed.address("alpine-rock") in shown and "1 of 1 may sign now" in shown and "old keys" not in shown
    assert "obligation         0 " in listed.run("reserve", "show", "AAPLx").stdout


def test_submitting_warns_of_what_counts_nothing_and_of_the_latch(backed: Desk) -> None:
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    text = Path(backed.statement("harbor-point.statement.csv", age=30)).read_text()
    path = backed.folder / "fallen.csv"
    path.write_text(text.replace(",5000,0,5000,", ",100,0,100,"))
    signed = str(backed.folder / "harbor-point.signed.json")
    backed.ok(*backed.sign("harbor-point", str(path)), key="harbor-point")
    result = backed.run("attest", "submit", signed, "--json", key="relayer")
    assert result.exit_code == 0 and json.loads(result.stdout)["transactions"]
    assert "warning: AAPLx is short of what is owed: its solvency latch is set" in result.stderr
    # figures of a refusal are written for people
    raised = ("allowance", "set", "AAPLx", backed.address("member"), "--per-day", "30000", "--lifetime", "1000000")
    figures = "[reserve 6,100, needed 10,000, released 0, foreign 0]"
    assert figures in backed.refused(1, *raised, key="authority")
    backed.ok("halt", "AAPLx", "--mint", key="member")
    assert figures in backed.refused(1, "resume", "AAPLx", "--mint", key="member")


def test_submitting_warns_of_a_statement_that_is_too_old(listed: Desk) -> None:
    statement = listed.statement("harbor-point.statement.csv", age=6 * 86_400)
    listed.ok(*listed.sign("harbor-point", statement), key="harbor-point")
    result = listed.run("attest", "submit", str(listed.folder / "harbor-point.signed.json"), key="relayer")
    assert result.exit_code == 0
    assert "is older than 5 d: it will count 0" in result.stderr


def test_a_raise_tells_when_it_acts(backed: Desk) -> None:
    member = backed.address("member")
    backed.ok("mint", "AAPLx", "1", "--to", backed.address("holder"), "--ticket", "0", key="member")
    limits = ("--per-day", "30000", "--lifetime", "1000000")
    assert "lower limits act now" in backed.run("allowance", "set", "AAPLx", member, *limits, key="authority").stdout
    limits = ("--per-day", "10", "--lifetime", "100")
    lowered = backed.run("allowance", "set", "AAPLx", member, *limits, key="authority").stdout
    assert "may mint 10 AAPLx a day and 100 ever\n" in lowered
