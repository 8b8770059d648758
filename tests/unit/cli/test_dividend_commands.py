"""A dividend from its announcement to what is taken back, each command once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.cli.desk import Desk
from tests.unit.cli.payday import ASSET, ATTESTORS, Payday
from xstock_client.amounts import Raw
from xstock_client.constants import DAY_S
from xstock_client.ledger import EmbeddedLedger
from xstock_client.snapshot import RecordDateBalances, read_balances

WHOLE = 10**6


@pytest.fixture
def payday(backed: Desk) -> Payday:
    return Payday(backed)


def test_attestors_are_named_shown_and_replaced(listed: Desk) -> None:
    keys = [listed.address(name) for name in ATTESTORS]
    made = listed.ok("attestors", "set", "AAPLx", *keys, "--threshold", "2", key="member")
    assert (made["keys"], made["threshold"]) == (keys, 2)
    shown = listed.ok("attestors", "show", "AAPLx")
    assert (shown["keys"], shown["threshold"], shown["next_keys"]) == (keys, 2, [])
    assert "2 of them must agree" in listed.run("attestors", "show", "AAPLx").stdout
    assert "no key decides alone" in listed.refused(2, "attestors", "set", "AAPLx", keys[0], key="member")
    assert "stands twice" in listed.refused(2, "attestors", "set", "AAPLx", keys[0], keys[0], key="member")


def test_new_attestors_wait_and_can_be_stopped(payday: Payday) -> None:
    desk = payday.desk
    payday.minted()
    others = [desk.address("first"), desk.address("stranger")]
    waits = desk.run("attestors", "set", "AAPLx", *others, key="member").stdout
    assert "2 of 2 keys agree on the record-date balances of AAPLx, from " in waits and "from now on" not in waits
    shown = desk.ok("attestors", "show", "AAPLx")
    assert (shown["next_keys"], len(shown["keys"])) == (others, 3)
    assert "on 2 of the new ones" in desk.run("attestors", "show", "AAPLx").stdout
    desk.ok("attestors", "cancel", "AAPLx", key="member")
    assert desk.ok("attestors", "show", "AAPLx")["next_keys"] == []


def test_a_dividend_from_announcement_to_the_last_page(payday: Payday) -> None:
    desk = payday.desk
    announced = payday.announced()
    assert announced["number"] == 0 and announced["transaction"]["events"][0]["event"] == "ActionAnnounced"
    (ahead,) = desk.ok("action", "list", "AAPLx")["actions"]
    assert (ahead["kind"], ahead["state"], ahead["rate"]["per_share"]) == ("cash-dividend", "announced", "0.5")
    desk.ledger.advance(DAY_S + 3_660)
    recorded = desk.ok("snapshot", "record", "AAPLx", "0", key="relayer")
    assert (recorded["number"], recorded["supply"]["ui"]) == (0, "10000")
    assert desk.ok("action", "show", "AAPLx", "0")["state"] == "recorded"


def test_a_snapshot_is_built_verified_agreed_and_proven(payday: Payday) -> None:
    desk = payday.desk
    built = payday.built()
    assert (built["owners"], built["total"]) == (3, str(10_000 * 10**8))
    summary = Path(payday.balances).with_suffix(".json")
    assert json.loads(summary.read_text()) == {key: built[key] for key in built if key != "files"}
    first, digest = Path(payday.balances).read_bytes(), summary.read_bytes()
    desk.ok("snapshot", "build", "AAPLx", "0", "--capture", payday.capture, "-o", payday.balances)
    assert (Path(payday.balances).read_bytes(), summary.read_bytes()) == (first, digest)

    untouched = desk.ok("snapshot", "verify", "AAPLx", "0", "--balances", payday.balances)
    assert (untouched["same"], untouched["agreed"]) == (None, False)
    payday.agreed("snapshot", "vote", "AAPLx", "0", "--balances", payday.balances)
    checked = desk.ok("snapshot", "verify", "AAPLx", "0", "--capture", payday.capture)
    assert checked["same"] and checked["computed"]["root"] == built["root"]
    assert "agreed on, and right" in desk.run("snapshot", "verify", "AAPLx", "0", "--balances", payday.balances).stdout
    status = desk.ok("snapshot", "status", "AAPLx", "0")
    assert (status["ballot"]["phase"], status["ballot"]["agreed"]["root"]) == ("final", built["root"])
    assert [one["number"] for one in desk.ok("snapshot", "list", "AAPLx")] == [0]
    assert "yes" in desk.run("snapshot", "status", "AAPLx", "0").stdout

    proof = desk.folder / "proof.json"
    words = ("snapshot", "prove", "AAPLx", "0", desk.address("holder"), "--balances", payday.balances, "-o", str(proof))
    made = desk.ok(*words)
    assert made["raw"] == 6_000 * 10**8 and json.loads(proof.read_text())["owner"] == desk.address("holder")


def test_a_parquet_file_does_as_well(payday: Payday) -> None:
    pytest.importorskip("pyarrow")
    desk = payday.desk
    built = payday.built()
    other = str(desk.folder / "balances.parquet")
    again = desk.ok("snapshot", "build", "AAPLx", "0", "--capture", payday.capture, "-o", other)
    assert again["root"] == built["root"]
    assert desk.ok("snapshot", "vote", "AAPLx", "0", "--balances", other, key="first")["agree"] == 1


def test_an_agreed_snapshot_is_rejected_and_agreed_on_again(payday: Payday) -> None:
    desk = payday.desk
    payday.built()
    vote = ("snapshot", "vote", "AAPLx", "0", "--balances", payday.balances)
    assert desk.ok(*vote, key="first")["agreed"] is False
    assert "1 of 2, 1 more must say the same" in desk.run(*vote, key="first").stdout
    assert desk.ok(*vote, key="second")["agreed"] is True
    assert (
        desk.ok("snapshot", "reject", "AAPLx", "0", key="third")["transaction"]["events"][0]["event"] == "RootRejected"
    )
    status = desk.ok("snapshot", "status", "AAPLx", "0")["ballot"]
    assert (status["round"], status["votes"], status["rejected_by"]) == (1, [], [desk.address("third")])
    assert "nothing to throw out" in desk.refused(2, "snapshot", "reject", "AAPLx", "0", key="third")
    assert "no snapshot attestor" in desk.refused(2, *vote, key="holder")


def test_everybody_is_paid_and_what_is_left_goes_back(payday: Payday) -> None:
    desk = payday.desk
    payday.open()
    before = desk.ok("dividend", "status", "AAPLx", "0")
    assert (before["state"], before["gross"]["ui"], before["tax"]["ui"]) == ("claims open", "5000", "1050")
    csv = desk.folder / "entitlements.csv"
    shown = desk.ok("dividend", "entitlements", "AAPLx", "0/0", *payday.files, "-o", str(csv))
    assert shown["same"] and shown["gross"]["ui"] == "5000"
    lines = {line.split(",")[1]: line.split(",")[2:] for line in csv.read_text().splitlines()[1:]}
    assert lines[desk.address("holder")] == [str(3_000 * WHOLE), str(450 * WHOLE), str(2_550 * WHOLE)]

    proof = str(desk.folder / "proof.json")
    desk.ok("dividend", "prove", "AAPLx", "0", desk.address("holder"), *payday.files, "-o", proof)
    assert desk.ok("dividend", "status", "AAPLx", "0", "--proof", proof)["owner"]["paid"] is False
    claimed = desk.ok("dividend", "claim", "AAPLx", "0", "--proof", proof, key="holder")
    assert claimed["net"]["ui"] == "2550" and desk.money("holder").value == 2_550 * WHOLE
    assert desk.ok("dividend", "status", "AAPLx", "0", "--proof", proof)["owner"]["paid"] is True
    assert "was paid before" in desk.refused(2, "dividend", "claim", "AAPLx", "0", "--proof", proof, key="holder")

    plan = desk.ok("dividend", "push", "AAPLx", "0", *payday.files, "--dry-run", key="relayer")
    assert (plan["paid_before"], plan["payable"], plan["accounts"], plan["pages"]) == (1, 2, 2, 0)
    pushed = desk.ok("dividend", "push", "AAPLx", "0", *payday.files, key="relayer")
    assert (pushed["paid_before"], pushed["paid"], pushed["unpaid"]) == (1, 2, [])
    assert desk.money("pool").value == 1_050 * WHOLE and desk.money("small").value == 350 * WHOLE
    again = desk.ok("dividend", "push", "AAPLx", "0", *payday.files, key="relayer")
    assert (again["paid"], again["transactions"]) == (0, 0)
    after = desk.ok("dividend", "status", "AAPLx", "0")
    assert (after["state"], after["remaining"]["ui"], after["sound"]) == ("all paid", "0", True)
    assert desk.ok("dividend", "remit", "AAPLx", "0", key="relayer")["remitted"]["ui"] == "1050"
    assert "no withheld tax" in desk.refused(2, "dividend", "remit", "AAPLx", "0", key="relayer")

    desk.ledger.advance(202 * DAY_S)
    closed = desk.ok("dividend", "close", "AAPLx", "0", key="relayer")
    assert closed["pages"] == [0] and len(closed["transactions"]) == 1
    assert "no page of distribution 0" in desk.refused(2, "dividend", "close", "AAPLx", "0", key="relayer")
    assert "nothing is left" in desk.refused(2, "dividend", "reclaim", "AAPLx", "0", key="authority")
    (row,) = desk.ok("dividend", "list", "AAPLx")
    assert (row["snapshot"], row["number"], row["owners_paid"]) == (0, 0, 3)


def test_what_nobody_claimed_is_taken_back(payday: Payday) -> None:
    desk = payday.desk
    payday.open()
    assert "claims are open until" in desk.refused(2, "dividend", "reclaim", "AAPLx", "0", key="authority")
    desk.ledger.advance(201 * DAY_S)
    had = desk.money("authority").value
    assert desk.ok("dividend", "reclaim", "AAPLx", "0", key="authority")["reclaimed"]["ui"] == "5000"
    assert desk.money("authority").value == had + 5_000 * WHOLE


def test_who_cannot_be_paid_is_told_with_the_reason(payday: Payday) -> None:
    desk = payday.desk
    payday.open()
    unpaid = desk.folder / "unpaid.csv"
    words = ("dividend", "push", "AAPLx", "0", *payday.files, "--no-open-accounts", "--unpaid", str(unpaid))
    planned = desk.run(*words, "--dry-run", "--json", key="relayer")
    assert planned.exit_code == 1 and len(json.loads(planned.stdout)["unpaid"]) == 3
    result = desk.run(*words, key="relayer")
    assert result.exit_code == 1
    assert "has no account of the payout mint" in " ".join(result.stdout.split())
    lines = unpaid.read_text().splitlines()
    assert lines[0] == "index,owner,gross,withheld,net,reason" and len(lines) == 4
    desk.pay("holder", "1")
    result = desk.run(*words, "--json", key="relayer")
    assert result.exit_code == 1 and json.loads(result.stdout)["paid"] == 1
    assert desk.ok("dividend", "push", "AAPLx", "0", *payday.files, "--lookup-table", key="relayer")["paid"] == 2


def test_a_recipient_is_registered_shown_and_paid(payday: Payday) -> None:
    desk = payday.desk
    payday.open()
    wallet, pool = desk.address("keeper"), desk.address("pool")
    assert "has registered nobody" in desk.run("recipient", "show", "AAPLx", pool).stdout
    desk.ok("recipient", "register", "AAPLx", wallet, key="pool")
    assert desk.ok("recipient", "show", "AAPLx", pool)["recipient"] == wallet
    desk.ok("dividend", "push", "AAPLx", "0", *payday.files, key="relayer")
    assert desk.money("keeper").value == 1_050 * WHOLE


def test_the_entitlements_are_agreed_on_by_the_attestors(payday: Payday) -> None:
    desk = payday.desk
    payday.declared()
    vote = ("dividend", "vote", "AAPLx", "0", *payday.files)
    assert desk.ok(*vote, key="first")["agree"] == 1
    assert desk.ok(*vote, key="second")["agreed"] is True
    desk.ok("dividend", "reject", "AAPLx", "0", key="third")
    assert desk.ok("dividend", "status", "AAPLx", "0")["ballot"]["round"] == 1
    assert "have not agreed" in desk.refused(2, "dividend", "fund", "AAPLx", "0", key="member")


def test_rates_come_from_a_table_and_residences(payday: Payday) -> None:
    desk = payday.desk
    payday.built()
    assert {"us", "ch"} <= {one["name"] for one in desk.ok("dividend", "rates")}
    residences = desk.folder / "residences.csv"
    residences.write_text(f"owner,residence\n{desk.address('holder')},CH\n{desk.address('stranger')},DE\n")
    words = ("dividend", "rates", "--withholding", "us", "--residences", str(residences), "-o", payday.rates)
    made = desk.ok(*words, "--balances", payday.balances)
    assert (made["owners"], made["left_out"], made["default_bps"]) == (1, 1, 3_000)
    assert Path(payday.rates).read_text().splitlines()[2].startswith(f"owner,{desk.address('holder')},")
    result = desk.run(*words)
    assert result.exit_code == 0 and "this table is an example" in result.stderr
    for wrong, told in (
        ("a,b\n", "the first line must be"),
        ("owner,residence\n", "names nobody"),
        ("", "names nobody"),
    ):
        residences.write_text(wrong)
        assert told in desk.refused(3, *words)
    residences.write_bytes(b"owner,residence\n\xff")
    assert "is not UTF-8" in desk.refused(3, *words)
    residences.write_text("owner,residence\nnobody,CH\n")
    assert "residences.csv:2: 'nobody' is not an address" in desk.refused(3, *words)
    assert "cannot be read" in desk.refused(3, "dividend", "rates", "--withholding", "xx", "-o", payday.rates)
    assert "--output" in desk.refused(2, "dividend", "rates", "--withholding", "us")


def test_the_issuer_and_its_treasurers_get_nothing_by_rule(payday: Payday) -> None:
    """As they were at the record slot, whatever was granted, revoked and handed over since."""
    desk = payday.desk
    desk.fund("authority")
    desk.ok("role", "grant", "treasurer", desk.address("pool"), "--days", "60", key="authority")
    desk.ok("attestors", "set", "AAPLx", *(desk.address(name) for name in ATTESTORS), key="member")
    desk.ok("mint", "AAPLx", "500", "--to", desk.address("authority"), "--ticket", "9", key="member")
    payday.declared()
    desk.fund("heir")
    desk.ok("role", "revoke", "treasurer", desk.address("pool"), key="authority")
    desk.ok("role", "grant", "treasurer", desk.address("small"), "--days", "60", key="authority")
    desk.ok("issuer", "handoff", "propose", desk.address("heir"), key="authority")
    desk.ledger.advance(2 * DAY_S)
    desk.ok("issuer", "handoff", "accept", key="heir")
    desk.ok("role", "grant", "treasurer", desk.address("pool"), "--days", "60", key="heir")
    shown = desk.ok("dividend", "entitlements", "AAPLx", "0", *payday.files)
    assert sorted(shown["excluded"]) == sorted(desk.address(name) for name in ("authority", "pool"))
    assert (shown["owners"], shown["gross"]["ui"]) == (2, "3500")
    root, said = shown["computed"]["root"], ("dividend", "entitlements", "AAPLx", "0", *payday.files)
    told = [word for owner in shown["excluded"] for word in ("--excluded", owner)]
    assert desk.ok(*said, *told)["computed"]["root"] == root
    assert desk.ok(*said, *told[:2])["computed"]["root"] != root
    assert "nothing by rule: " in desk.run(*said).stdout


def test_a_treasurer_of_later_is_paid(payday: Payday) -> None:
    """Granted before the record slot, in force after it; and the rule can be left out of a distribution."""
    desk = payday.desk
    payday.recorded()
    desk.ok("role", "grant", "treasurer", desk.address("pool"), "--days", "60", key="authority")
    desk.ok("snapshot", "build", "AAPLx", "0", "--capture", payday.capture, "-o", payday.balances)
    payday.agreed("snapshot", "vote", "AAPLx", "0", "--balances", payday.balances)
    payday.write_rates()
    desk.pay("authority", "1")
    desk.ok(*payday.declaration(), key="authority")
    second = desk.ok(*payday.declaration(), "--with-issuer", key="authority")
    assert second["number"] == 1
    assert "has 2 distributions: name one, 0/0 to 0/1" in desk.refused(2, "dividend", "status", "AAPLx", "0")
    for target in ("0/0", "0/1"):
        shown = desk.ok("dividend", "entitlements", "AAPLx", target, *payday.files)
        assert (shown["excluded"], shown["owners"]) == ([], 3)
    assert desk.ok("dividend", "status", "AAPLx", "0/1")["without_issuer"] is False


class Asking(EmbeddedLedger):
    """Answers nothing, but could be asked."""

    async def ask(self, method: str, *params: Any) -> Any:
        raise AssertionError(f"{method}{params} was asked")


def test_balances_are_rolled_back_through_the_nodes_history(payday: Payday, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command asks of it; the rolling back itself has tests of its own, on a real runtime too."""
    desk = payday.desk
    built = payday.built()
    asked: dict[str, object] = {}

    async def roll_back(history: object, asset: Pubkey, **given: Any) -> RecordDateBalances:
        asked.update(given, asset=asset)
        given["on_progress"](1, None)
        return read_balances(payday.balances)

    monkeypatch.setattr("xstock_client.cli.snapshot._common.roll_back", roll_back)
    desk.ledger.__class__ = Asking
    again = str(desk.folder / "again.csv")
    made = desk.ok("snapshot", "build", "AAPLx", "0", "-o", again, "--fewer-questions")
    assert made["root"] == built["root"] and Path(again).read_bytes() == Path(payday.balances).read_bytes()
    assert (asked["asset"], asked["slot"], asked["every_account"]) == (ASSET, built["slot"], False)
    assert (asked["supply"], asked["burned"]) == (Raw(10_000 * 10**8), Raw(0))
    assert desk.ok("snapshot", "vote", "AAPLx", "0", key="first")["root"] == built["root"]
    assert desk.ok("snapshot", "verify", "AAPLx", "0")["same"] is True
