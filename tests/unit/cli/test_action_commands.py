"""The calendar of corporate actions: announced, shown, cancelled, put in force."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.unit.cli.desk import Desk
from tests.unit.cli.payday import Payday, iso
from xstock_client.constants import DAY_S


@pytest.fixture
def payday(backed: Desk) -> Payday:
    return Payday(backed)


def ahead(payday: Payday, days: int = 4, hours: int = 0) -> tuple[str, ...]:
    """An ex time in so many days, and what else a change of the multiplier needs."""
    ex = payday.now + days * DAY_S
    return ("--ex", iso(ex), "--effective", iso(ex + 3_600 * (1 + hours)), *payday.document())


def test_a_split_is_announced_shown_and_takes_effect(payday: Payday) -> None:
    desk = payday.desk
    desk.ok("mint", "AAPLx", "1000", "--to", desk.address("holder"), "--ticket", "0", key="member")
    result = desk.run("action", "announce", "split", "AAPLx", "10:1", *ahead(payday), key="authority")
    assert result.exit_code == 0, result.output
    told = " ".join(result.stdout.split())
    assert "shares per token: 1 now, 10 then" in told and "`xstock action cancel AAPLx 0` takes it" in told
    assert "custodians then sign with --basis" in result.stderr
    listed = desk.ok("action", "list", "AAPLx")
    assert (listed["multiplier"], listed["scheduled"]["multiplier"], listed["scheduled"]["action"]) == ("1", "10", 0)
    assert "and 10 from" in " ".join(desk.run("action", "list", "AAPLx").stdout.split())

    shown = desk.ok("action", "show", "AAPLx", "0")
    assert (shown["kind"], shown["ratio"], shown["state"]) == ("split", [10, 1], "announced")
    assert [(one["basis"], one["needed"], one["signed_in_new_shares"]) for one in shown["reports"]] == [
        (0, 1, False),
        (0, 1, False),
    ]
    desk.ledger.advance(4 * DAY_S + 1)
    assert "ex, nothing mints" in desk.run("action", "show", "AAPLx", "0").stdout
    refused = desk.refused(1, "mint", "AAPLx", "1", "--to", desk.address("holder"), "--ticket", "1", key="member")
    assert "SplitPending" in refused
    desk.ledger.advance(3_600)
    after = desk.ok("action", "list", "AAPLx")
    assert (after["multiplier"], after["scheduled"], after["actions"][0]["state"]) == ("10", None, "effective")
    assert [one["needed"] for one in desk.ok("action", "show", "AAPLx", "0")["reports"]] == [1, 1]
    assert "took effect" in desk.refused(2, "action", "cancel", "AAPLx", "0", "--reason", "late", key="authority")


def test_what_is_cancelled_keeps_its_reason(payday: Payday) -> None:
    desk = payday.desk
    desk.ok("action", "announce", "reverse-split", "AAPLx", "1:10", *ahead(payday), key="authority")
    gone = desk.ok("action", "cancel", "AAPLx", "0", "--reason", "the meeting refused", key="authority")
    assert gone["reason"] == "the meeting refused"
    shown = desk.ok("action", "show", "AAPLx", "0")
    assert shown["state"] == "cancelled" and shown["reports"][0]["needed"] is None
    assert len(bytes.fromhex(shown["reason_sha256"])) == 32
    again = ("action", "cancel", "AAPLx", "0", "--reason", "again", key := "-k", desk.key("authority"))
    assert key and "cancelled already" in desk.refused(2, *again)
    assert "say why" in desk.refused(2, "action", "cancel", "AAPLx", "0", "--reason", " ", key="authority")


def test_a_stock_dividend_needs_the_reserve(payday: Payday) -> None:
    desk = payday.desk
    desk.ok("mint", "AAPLx", "10900", "--to", desk.address("holder"), "--ticket", "0", key="member")
    words = ("action", "announce", "stock-dividend", "AAPLx")
    assert "ReserveShort" in desk.refused(1, *words, "3:100", *ahead(payday), key="authority")
    made = desk.ok(*words, "3:1000", *ahead(payday), key="authority")
    assert made["new_multiplier"] == "1.003"
    assert "more than doubles" in desk.refused(2, *words, "3:1", *ahead(payday, 20), key="authority")


def test_identifiers_and_the_end_of_a_stock(payday: Payday) -> None:
    desk = payday.desk
    effective = ("--effective", iso(payday.now + 2 * DAY_S), *payday.document())
    words = ("action", "announce", "identifiers", "AAPLx", "--symbol", "AAPX", *effective)
    desk.ok(*words, key="authority")
    assert "cannot be put in force now" in desk.refused(2, "action", "apply", "AAPLx", "0", key="relayer")
    later = ("--effective", iso(payday.now + 5 * DAY_S), *payday.document())
    desk.ok("action", "announce", "delisting", "AAPLx", *later, key="authority")
    desk.ledger.advance(2 * DAY_S + 1)
    made = desk.ok("action", "apply", "AAPLx", "0", key="relayer")
    assert (made["symbol"], made["isin"]) == ("AAPX", "US0378331005")
    assert [one["state"] for one in desk.ok("action", "list", "AAPX")["actions"]] == ["effective", "announced"]
    assert "changes no identifier" in desk.refused(2, "action", "apply", "AAPX", "1", key="relayer")
    desk.ledger.advance(3 * DAY_S)
    refused = desk.refused(1, "mint", "AAPX", "1", "--to", desk.address("holder"), "--ticket", "1", key="member")
    assert "Delisted" in refused


def test_a_hash_does_in_place_of_the_document(payday: Payday) -> None:
    desk = payday.desk
    ex = payday.now + 3 * DAY_S
    times = ("--ex", iso(ex), "--effective", iso(ex + 60), "--document-hash", "ab" * 32)
    desk.ok("action", "announce", "split", "AAPLx", "2:1", *times, key="authority")
    assert desk.ok("action", "show", "AAPLx", "0")["document_sha256"] == "ab" * 32


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("split", "AAPLx", "1:10"), "reverse-split"),
        (("reverse-split", "AAPLx", "10:1"), "announce split"),
        (("split", "AAPLx", "0:1"), "is no ratio"),
        (("split", "AAPLx", "10"), "is no ratio"),
        (("split", "AAPLx", "20000:1"), "is no ratio"),
        (("identifiers", "AAPLx"), "--isin, --symbol"),
        (("identifiers", "AAPLx", "--isin", "US0000000000"), "is no ISIN"),
        (("identifiers", "AAPLx", "--symbol", "AAPLx"), "own"),
    ],
)
def test_what_makes_no_sense_is_refused(unchanged: Desk, words: tuple[str, ...], told: str) -> None:
    payday = Payday(unchanged)
    times = ahead(payday)[2:] if words[0] == "identifiers" else ahead(payday)
    said = unchanged.refused(2, "action", "announce", *words, *times, key="authority")
    assert told in " ".join(said.replace("│", " ").split())
    assert unchanged.ok("action", "list", "AAPLx")["actions"] == []


def test_times_and_documents_are_refused_before_anything_is_sent(payday: Payday) -> None:
    desk, now = payday.desk, payday.now
    split = ("action", "announce", "split", "AAPLx", "10:1")
    soon, later = iso(now + 600), iso(now + 5 * DAY_S)
    assert "at least 1 d" in desk.refused(
        2, *split, "--ex", soon, "--effective", later, *payday.document(), key="authority"
    )
    said = desk.refused(2, *split, "--ex", later, "--effective", soon, *payday.document(), key="authority")
    assert "lies before the ex time" in said
    said = desk.refused(2, *split, "--ex", later[:-1], "--effective", later, *payday.document(), key="authority")
    assert "is no time with an offset" in said
    assert "--document FILE" in desk.refused(2, *split, *ahead(payday)[:4], key="authority")
    gone = ("--document", str(desk.folder / "gone.pdf"))
    assert "cannot be read" in desk.refused(3, *split, *ahead(payday)[:4], *gone, key="authority")
    both = (*payday.document(), "--document-hash", "ab" * 32)
    assert "name the document once" in desk.refused(2, *split, *ahead(payday)[:4], *both, key="authority")
    desk.ok(*split, *ahead(payday), key="authority")
    same = (*ahead(payday, hours=1),)
    assert "no two actions share a day" in desk.refused(2, *split, *same, key="authority")
    assert "has no action 7" in desk.refused(4, "action", "show", "AAPLx", "7")
    assert "has no action 7" in desk.refused(4, "action", "cancel", "AAPLx", "7", "--reason", "x", key="authority")
    assert len(desk.ok("action", "list", "AAPLx")["actions"]) == 1


def test_a_dividend_is_announced_in_a_coin_that_exists(payday: Payday) -> None:
    desk = payday.desk
    payday.minted()
    words = payday.announcement()
    place = words.index("--mint") + 1
    nowhere = [*words[:place], desk.address("stranger"), *words[place + 1 :]]
    assert "there is no mint" in desk.refused(4, *nowhere, key="authority")
    the_stock = [*words[:place], desk.ok("asset", "show", "AAPLx")["mint"], *words[place + 1 :]]
    assert "cannot be a payment mint" in desk.refused(2, *the_stock, key="authority")
    limits = "of 6 decimals it lies between 0.000000000001 and 18,446,744.073709551615, and has 12 decimals at most"
    for per_share, told in (("0.0000000000001", None), ("0", None), ("18446745", "18,446,745")):
        said = desk.refused(2, *payday.announcement(per_share), key="authority")
        assert f"a dividend of {told or per_share} a share: in a coin {limits}" in said
    empty = desk.folder / "empty.pdf"
    empty.write_bytes(b"")
    said = desk.refused(3, *words, "--document", str(empty), key="authority")
    assert "empty.pdf: is empty, and its hash would name nothing" in said
    default = [*words[: place - 1], *words[place + 1 :]]
    made = desk.ok(*default, key="authority")
    assert made["payout_mint"] == str(desk.coin.mint)
    told = " ".join(desk.run("action", "show", "AAPLx", "0").stdout.split())
    assert "0.5 a share" in told and str(desk.coin.mint) in told


def test_a_dividend_needs_attestors(listed: Desk) -> None:
    assert "no snapshot attestors" in listed.refused(2, *Payday(listed).announcement(), key="authority")
    told = listed.run("attestors", "show", "AAPLx").stdout
    assert told == "AAPLx has no snapshot attestors: nobody can agree on a snapshot\n"


@pytest.mark.parametrize(
    ("group", "what"), [("action", "corporate actions"), ("snapshot", "snapshots"), ("dividend", "distributions")]
)
def test_a_list_of_nothing_says_so(listed: Desk, group: str, what: str) -> None:
    assert listed.run(group, "list", "AAPLx").stdout.splitlines()[0] == f"AAPLx has no {what}"


def test_a_request_is_shown_in_todays_shares(payday: Payday) -> None:
    """After a 10:1 split its limit is a tenth a share, for ten times the shares."""
    desk = payday.desk
    desk.ok("mint", "AAPLx", "100", "--to", desk.address("holder"), "--ticket", "0", key="member")
    split = ("action", "announce", "split", "AAPLx", "10:1", *ahead(payday))
    desk.ok(*split, key="authority")
    desk.ledger.advance(4 * DAY_S)
    desk.ok("redeem", "request", "AAPLx", "10", "--min-price", "185", key="holder")
    before = desk.ok("redeem", "status", "AAPLx", "0", key="holder")
    assert (before["amount"]["ui"], before["min_price"]["ui"]) == ("10", "185")
    desk.ledger.advance(3_601)
    after = desk.ok("redeem", "status", "AAPLx", "0", key="holder")
    assert (after["amount"]["ui"], after["min_price"]["ui"]) == ("100", "18.5")
    assert after["amount"]["raw"] == before["amount"]["raw"]
    (row,) = desk.ok("redeem", "list", "AAPLx")
    assert row["min_price"]["ui"] == "18.5"
    one = (f"{desk.address('holder')}/0", "--price")
    low = desk.refused(2, "redeem", "accept", "AAPLx", *one, "18.4", key="member")
    assert "wants 18.5 a share at least, not 18.4" in low
    desk.ok("redeem", "accept", "AAPLx", *one, "18.6", key="member")
    settled = desk.ok("redeem", "settle", "AAPLx", *one, "18.6", key="member")
    assert settled["paid"]["ui"] == "1860"


def test_custodians_say_whether_their_shares_are_new(payday: Payday, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first report after a split names it; `action show` tells who has."""
    desk = payday.desk
    monkeypatch.setattr("xstock_client.cli.attest.signing.time", SimpleNamespace(time=lambda: payday.now))
    desk.ok("mint", "AAPLx", "100", "--to", desk.address("holder"), "--ticket", "0", key="member")
    desk.ok("action", "announce", "split", "AAPLx", "10:1", *ahead(payday), key="authority")
    desk.ledger.advance(4 * DAY_S + 3_601 + 120)
    statement = desk.statement("harbor-point.statement.csv")
    isin = "US0378331005"
    assert "name basis 1" in desk.refused(3, *desk.sign("harbor-point", statement), key="harbor-point")
    for wrong in ("x", isin, f"{isin}=-1", f"{isin}=one"):
        assert "write an ISIN" in desk.refused(
            2, *desk.sign("harbor-point", statement, "--basis", wrong), key="harbor-point"
        )
    twice = ("--basis", f"{isin}=1", "--basis", f"{isin}=1")
    assert "twice" in desk.refused(2, *desk.sign("harbor-point", statement, *twice), key="harbor-point")
    made = desk.ok(*desk.sign("harbor-point", statement, "--basis", f"{isin}=1"), key="harbor-point")
    assert [one["basis"] for one in made["reports"]] == [1]
    desk.ok("attest", "submit", str(desk.folder / "harbor-point.signed.json"), key="relayer")
    shown = desk.ok("action", "show", "AAPLx", "0")["reports"]
    assert [(one["basis"], one["signed_in_new_shares"]) for one in shown] == [(0, False), (1, True)]
    assert "signed in new shares" in desk.run("action", "show", "AAPLx", "0").stdout
