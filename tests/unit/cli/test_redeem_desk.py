"""`xstock redeem` at the desk: the queue, lists in and out, acceptances and settlements of many at once."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.cli.desk import ISSUER_ID, Desk
from xstock_client import pda
from xstock_client.cli import _live
from xstock_client.cli.redeem._show import statuses_table
from xstock_client.clients import Integrator
from xstock_client.redemption import request_status

DAY = 86_400
ONE = 10**8
ASSET = str(pda.asset(pda.issuer(int(ISSUER_ID)), 0))


@pytest.fixture
def queue(backed: Desk) -> Desk:
    """Requests of one holder: 0 at market, 1 and 2 for at least 150 and 180, all accepted but the first."""
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    for amount, how in (("100", ("--at-market",)), ("20", ("--min-price", "150")), ("30", ("--min-price", "180"))):
        backed.ok("redeem", "request", "AAPLx", amount, *how, key="holder")
    for number in ("1", "2"):
        backed.ok("redeem", "accept", "AAPLx", target(backed, number), key="member")
    return backed


def target(desk: Desk, number: str) -> str:
    return f"{desk.address('holder')}/{number}"


def run(desk: Desk, code: int, *words: str, key: str = "member") -> Any:
    """A command that reports on each request, and its exit code."""
    result = desk.run(*words, "--json", key=key)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def outcomes(done: Any) -> list[tuple[int, str]]:
    return [(one["id"], one["outcome"]) for one in done["requests"]]


def listed(desk: Desk, *words: str) -> Path:
    path = desk.folder / "list.csv"
    desk.ok("redeem", "list", "AAPLx", *words, "--csv", str(path))
    return path


def edit(path: Path, change: Callable[[dict[str, str]], None]) -> str:
    """Change each row of a list, as a person would."""
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), list(reader.fieldnames or ())
    for row in rows:
        change(row)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


# The queue


def test_the_list_is_sorted_by_the_deadline_that_counts_and_coloured(queue: Desk) -> None:
    found = queue.ok("redeem", "list", "AAPLx")
    assert [(one["id"], one["state"], one["next"]) for one in found] == [
        (0, "requested", "desk"),
        (1, "accepted", "desk"),
        (2, "accepted", "desk"),
    ]
    assert [one["id"] for one in queue.ok("redeem", "list", "AAPLx", "--state", "accepted")] == [1, 2]
    assert queue.ok("redeem", "list", "AAPLx", "--late") == []
    told = " ".join(queue.run("redeem", "list", "AAPLx").stdout.split())
    assert "AAPLx: 3 open requests" in told and "at market" in told and "at least 150" in told and "LATE" not in told
    assert f"│ {target(queue, '0')} │ 100 │" in told
    queue.ledger.advance(2 * DAY + 60)
    told = " ".join(queue.run("redeem", "list", "AAPLx").stdout.split())
    assert "3 open requests, 1 of them LATE" in told and "requested, LATE" in told and "1 min late" in told
    assert [one["id"] for one in queue.ok("redeem", "list", "AAPLx", "--late")] == [0]
    assert [one["id"] for one in queue.ok("redeem", "list", "AAPLx", "--holder", queue.address("holder"))] == [0, 1, 2]


def test_red_is_late_and_yellow_due_soon(queue: Desk) -> None:
    async def seen() -> list[Any]:
        now = await queue.ledger.now()
        return [request_status(one, now) for one in await Integrator(queue.ledger).requests(Pubkey.from_string(ASSET))]

    def styles(soon: int) -> set[str]:
        cells = statuses_table(asyncio.run(seen()), 6, soon, "").columns[6].cells
        return {str(getattr(cell, "style", "")) for cell in cells}

    assert styles(DAY) == {""}
    assert styles(3 * DAY) == {"", "yellow"}
    queue.ledger.advance(2 * DAY + 60)
    assert styles(DAY) == {"", "red"}


def test_watching_prints_a_line_a_change(queue: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[Callable[[], object]] = [
        lambda: queue.ledger.advance(60),
        lambda: queue.ok("redeem", "cancel", "AAPLx", "0", key="holder"),
        lambda: queue.ledger.advance(4 * DAY),
        lambda: None,
    ]

    async def pause(seconds: int) -> None:
        assert seconds == 2
        if not steps:
            raise KeyboardInterrupt
        await asyncio.to_thread(steps.pop(0))

    monkeypatch.setattr(_live, "_pause", pause)
    result = queue.run("redeem", "list", "AAPLx", "--watch", "--interval", "2s", "--json")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    # all three; without the one that was cancelled; and when the others are due soon
    assert [[one["id"] for one in line["requests"]] for line in lines] == [[0, 1, 2], [1, 2], [1, 2]]
    assert "say one of them" in queue.refused(2, "redeem", "list", "AAPLx", "--watch", "--csv", "x")


def test_a_list_as_a_file_has_what_people_and_commands_need(queue: Desk) -> None:
    with listed(queue).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["asset"], row["id"], row["state"], row["shares"], row["raw"], row["min_price"]) for row in rows] == [
        (ASSET, "0", "requested", "100", str(100 * ONE), ""),
        (ASSET, "1", "accepted", "20", str(20 * ONE), "150"),
        (ASSET, "2", "accepted", "30", str(30 * ONE), "180"),
    ]
    assert all(row["price"] == row["payee"] == "" and row["deadline"].endswith("Z") for row in rows)
    assert "cannot be written" in queue.refused(3, "redeem", "list", "AAPLx", "--csv", str(queue.folder / "no" / "x"))


# Accepting


def test_a_list_is_accepted_once_and_again(queue: Desk) -> None:
    path = listed(queue)
    words = ("redeem", "accept", "AAPLx", "--csv", str(path))
    refused = queue.refused(2, *words, key="member")
    assert "nothing was sent" in refused and "/0 is at market: quote what its holder gets per share" in refused
    done = run(queue, 0, *words, "--price", "190")
    assert outcomes(done) == [(0, "quoted"), (1, "accepted before"), (2, "accepted before")]
    assert done["requests"][0]["min_price"]["ui"] == "190" and len(done["transactions"]) == 1
    again = run(queue, 0, *words, "--price", "190")
    assert outcomes(again) == [(0, "quoted before"), (1, "accepted before"), (2, "accepted before")]
    assert again["transactions"] == []
    queue.ok("redeem", "cancel", "AAPLx", "0", key="holder")
    gone = run(queue, 1, *words, "--price", "190")
    assert outcomes(gone)[0] == (0, "gone") and "cancelled" in gone["requests"][0]["why"]


def test_the_fee_is_told_between_quote_and_price(backed: Desk) -> None:
    backed.ok("policy", "queue", "AAPLx", "--redemption-fee", "0.25%", key="authority")
    backed.ok("policy", "apply", "AAPLx", key="relayer")
    backed.ok("mint", "AAPLx", "100", "--to", backed.address("holder"), "--ticket", "0", key="member")
    backed.ok("redeem", "request", "AAPLx", "100", "--at-market", key="holder")
    told = " ".join(
        backed.run("redeem", "accept", "AAPLx", target(backed, "0"), "--price", "190", key="member").stdout.split()
    )
    assert "190 a share" in told and "190.476191 or more" in told
    backed.ok("redeem", "agree", "AAPLx", "0", "--price", "190", key="holder")
    settle = ("redeem", "settle", "AAPLx", target(backed, "0"), "--price")
    cheap = run(backed, 1, *settle, "190")
    assert outcomes(cheap) == [(0, "below its minimum")] and "pays 18,952.5" in cheap["requests"][0]["why"]
    assert run(backed, 0, *settle, "190.476191")["paid"]["ui"] == "19000.000053"


def test_acceptances_that_make_no_sense(queue: Desk) -> None:
    queue.ok("redeem", "request", "AAPLx", "10", "--min-price", "200", key="holder")
    low = queue.refused(2, "redeem", "accept", "AAPLx", target(queue, "3"), "--price", "190", key="member")
    assert "wants 200 a share at least, not 190: leave it empty" in low
    assert "named twice" in queue.refused(2, "redeem", "accept", "AAPLx", *[target(queue, "3")] * 2, key="member")
    assert "not both" in queue.refused(2, "redeem", "accept", "AAPLx", key="member")
    both = (target(queue, "3"), "--csv", str(listed(queue)))
    assert "not both" in queue.refused(2, "redeem", "accept", "AAPLx", *both, key="member")
    better = run(queue, 0, "redeem", "accept", "AAPLx", target(queue, "3"), "--price", "210")
    assert (outcomes(better), better["requests"][0]["min_price"]["ui"]) == ([(3, "accepted")], "210")
    stranger = run(queue, 1, "redeem", "accept", "AAPLx", target(queue, "0"), "--price", "190", key="holder")
    assert "does not hold the role redeemer" in stranger["requests"][0]["why"]
    queue.ledger.advance(2 * DAY + 1)
    late = run(queue, 1, "redeem", "accept", "AAPLx", target(queue, "0"), "--price", "190")
    assert outcomes(late) == [(0, "too late")]


# Settling


def test_several_are_settled_at_once_and_never_twice(queue: Desk) -> None:
    both = [target(queue, number) for number in ("1", "2")]
    words = ("redeem", "settle", "AAPLx", *both, "--price", "187.42")
    planned = run(queue, 0, *words, "--dry-run")
    assert (planned["paid"]["ui"], outcomes(planned)) == ("9371", [(1, "due"), (2, "due")])
    assert queue.money("holder").value == 0 and planned["transactions"] == []
    done = run(queue, 0, *words)
    assert (done["paid"]["ui"], outcomes(done), len(done["transactions"])) == (
        "9371",
        [(1, "settled"), (2, "settled")],
        1,
    )
    assert queue.money("holder").value == 9_371 * 10**6
    again = run(queue, 0, *words)
    assert (again["paid"]["ui"], outcomes(again)) == ("0", [(1, "settled before"), (2, "settled before")])
    assert queue.money("holder").value == 9_371 * 10**6
    told = queue.run(*words, key="member").stdout
    assert "✓ 2 settled before; 0 paid" in told and "3,748.4 in all" in told


def test_a_list_is_settled_with_prices_of_its_own(queue: Desk) -> None:
    queue.ok("redeem", "accept", "AAPLx", target(queue, "0"), "--price", "190", key="member")
    path = listed(queue)

    def fill(row: dict[str, str]) -> None:
        row["price"] = {"0": "190", "1": "160.5", "2": ""}[row["id"]]

    words = ("redeem", "settle", "AAPLx", "--csv", edit(path, fill))
    assert "say the price per whole share" in queue.refused(2, *words, key="member")
    done = run(queue, 1, *words, "--price", "181")
    assert outcomes(done) == [(0, "quote open"), (1, "settled"), (2, "settled")]
    assert done["paid"]["ui"] == str(20 * 160.5 + 30 * 181).removesuffix(".0")
    queue.ok("redeem", "agree", "AAPLx", "0", "--price", "190", key="holder")
    rest = run(queue, 0, *words, "--price", "181")
    assert outcomes(rest) == [(0, "settled"), (1, "settled before"), (2, "settled before")]
    assert queue.money("holder").value == (19_000 + 3_210 + 5_430) * 10**6


def test_what_was_listed_and_has_changed_is_left_alone(queue: Desk) -> None:
    path = str(listed(queue, "--state", "accepted"))
    part = run(queue, 0, "redeem", "settle", "AAPLx", target(queue, "1"), "--price", "160", "--rest", "15")
    assert (part["paid"]["ui"], part["requests"][0]["why"]) == ("800", "15 stay accepted")
    assert queue.ok("redeem", "status", "AAPLx", target(queue, "1"))["amount"]["ui"] == "15"
    done = run(queue, 1, "redeem", "settle", "AAPLx", "--csv", path, "--price", "185")
    assert outcomes(done) == [(1, "changed"), (2, "settled")]
    assert "it held 20 when it was listed, and holds 15 now" in done["requests"][0]["why"]
    told = run(queue, 1, "redeem", "settle", "AAPLx", target(queue, "1"), "--price", "185", "--amount", "20")
    assert outcomes(told) == [(1, "changed")]


def test_money_from_another_account(queue: Desk) -> None:
    queue.pay("treasury", "3000")
    one = ("redeem", "settle", "AAPLx", target(queue, "1"), "--price", "160", "--agent", queue.key("treasury"))
    short = queue.refused(2, *one, key="member")
    assert "holds 3,000, and this batch pays 3,200: fund it, or settle fewer requests" in short
    queue.pay("treasury", "200")
    assert run(queue, 0, *one)["paid"]["ui"] == "3200"
    assert queue.money("treasury").value == 0


def test_all_prices_together_must_be_affordable_before_the_first(queue: Desk) -> None:
    queue.pay("treasury", "6000")

    def fill(row: dict[str, str]) -> None:
        row["price"] = {"1": "160", "2": "185"}[row["id"]]

    path = edit(listed(queue, "--state", "accepted"), fill)
    words = ("redeem", "settle", "AAPLx", "--csv", path, "--agent", queue.key("treasury"))
    assert "holds 6,000, and all of this pays 8,750" in queue.refused(2, *words, key="member")
    assert queue.money("treasury").value == 6_000 * 10**6


def test_a_lookup_table_is_opened_used_and_closed(queue: Desk) -> None:
    made = queue.ok("redeem", "table", "open", "AAPLx", key="member")
    assert ASSET in made["addresses"] and made["owner"] == queue.address("member")
    table = ("--table", made["table"])
    both = [target(queue, number) for number in ("1", "2")]
    done = run(queue, 0, "redeem", "settle", "AAPLx", *both, "--price", "185", *table)
    assert outcomes(done) == [(1, "settled"), (2, "settled")]
    first = queue.ok("redeem", "table", "close", made["table"], key="member")
    assert first["closed"] is False
    assert "too early" in queue.refused(2, "redeem", "table", "close", made["table"], key="member")
    wrong = ("redeem", "settle", "AAPLx", target(queue, "0"), "--price", "185", "--table", queue.address("x"))
    assert "there is no lookup table" in queue.refused(4, *wrong, key="member")


SINGLE = [
    (("--rest", "5"), "are of one request"),
    (("--amount", "5"), "are of one request"),
    (("--payee", "X"), "are of one request"),
    (("--open-account",), "are of one request"),
    (("--rent-receiver", "X"), "are of one request"),
]


@pytest.mark.parametrize(("words", "message"), SINGLE)
def test_what_is_said_of_one_request(unchanged: Desk, words: tuple[str, ...], message: str) -> None:
    given = [unchanged.address("x") if word == "X" else word for word in words]
    both = [target(unchanged, number) for number in ("1", "2")]
    assert message in unchanged.refused(2, "redeem", "settle", "AAPLx", *both, "--price", "1", *given, key="member")


def test_prices_and_rests_that_make_no_sense(queue: Desk) -> None:
    one = ("redeem", "settle", "AAPLx", target(queue, "1"))
    assert "say the price per whole share" in queue.refused(2, *one, key="member")
    assert "0 pays nothing" in queue.refused(2, *one, "--price", "0", key="member")
    assert "'187,42'" in " ".join(queue.refused(2, *one, "--price", "187,42", key="member").split())
    assert "the rest stays below what the request holds, 20; not 20" in queue.refused(
        2, *one, "--price", "160", "--rest", "20", key="member"
    )
    nothing = ("--price", "160", "--rest", "5", "--agent", queue.key("x"))
    assert "there is no account" in queue.refused(2, *one, *nothing, key="member")
    table = ("--rest", "5", "--table", queue.address("x"))
    assert "one by itself" in queue.refused(2, *one, "--price", "160", *table, key="member")
    cheap = run(queue, 1, *one, "--price", "149")
    assert outcomes(cheap) == [(1, "below its minimum")]
    unknown = run(queue, 1, "redeem", "settle", "AAPLx", target(queue, "9"), "--price", "149")
    assert outcomes(unknown) == [(9, "gone")] and "never made" in unknown["requests"][0]["why"]


H = "11111111111111111111111111111112"
FILES = [
    ("", "the columns holder, id, raw are missing"),
    ("holder;id;raw\n", "separate columns by commas"),
    ("holder,id\n", "the columns raw are missing"),
    ("holder,id,raw,prise\n", "unknown column 'prise'; the columns are asset, holder"),
    ("holder,id,raw,raw\n", "the column raw stands twice"),
    ("holder,id,raw\n", "lists no request"),
    (f"holder,id,raw\n{H},0\n", ":2: it has not as many columns as the first line"),
    (f"holder,id,raw\n{H},0,1,2\n", ":2: it has not as many columns as the first line"),
    (f"holder,id,raw\n{H},-1,1\n", ":2: '-1' is no request's number"),
    (f"holder,id,raw\n{H},0,1.5E+10\n", "raw: '1.5E+10' is no whole number of token units; a spreadsheet may have"),
    (f"holder,id,raw\n{H},0,{2**64}\n", "is no whole number of token units"),
    (f"holder,id,raw\n{H},0,\n", "raw is empty: it says what the request holds"),
    ("holder,id,raw\nx,0,1\n", ":2: holder: 'x' is not an address"),
    (f"holder,id,raw\n{H},0,1\n{H},0,1\n", f":3: the request {H}/0 stands in line 2 already"),
    (f'holder,id,raw,price\n{H},0,1,"190,25"\n', "price: '190,25' is not a plain decimal number"),
    (f"holder,id,raw,price\n{H},0,1,0\n", "price: 0 pays nothing"),
    (f"holder,id,raw,payee\n{H},0,1,y\n", "payee: 'y' is not an address"),
    (f"holder,id,raw,payee\n{H},0,1,{H}\n{H},1,1,\n", "is paid to another account than in"),
    (f"asset,holder,id,raw\n{H},{H},0,1\n", f"it is a request of asset {H}, not of {ASSET}"),
    (f'holder,id,raw\n"{H},0,1\n', "not a CSV file"),
    (
        "holder,id,raw\n" + "".join(f"x,{n},1\n" for n in range(15)),
        "15 of 15 lines cannot be used, so nothing was sent",
    ),
    ("\0,id\n", "list.csv:1: "),
]


@pytest.mark.parametrize(("content", "message"), FILES)
def test_files_that_cannot_be(unchanged: Desk, tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)
    said = unchanged.refused(3, "redeem", "settle", "AAPLx", "--csv", str(path), "--price", "1", key="member")
    assert message in said


def test_files_that_cannot_be_read(unchanged: Desk, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    words = ("redeem", "accept", "AAPLx", "--csv", str(path))
    assert "cannot be read" in unchanged.refused(3, *words, key="member")
    path.write_bytes(b"holder,id\n\xff\xfe")
    assert "is not UTF-8 text" in unchanged.refused(3, *words, key="member")
    path.write_text("holder,id\n" + "x" * 200_000 + ",0\n")
    assert "not a CSV file: field larger than field limit" in unchanged.refused(3, *words, key="member")
    path.write_text("\ufeffholder,id\r\n" + f"{H},0\r\n")  # as a spreadsheet writes it
    assert outcomes(run(unchanged, 1, *words)) == [(0, "gone")]
