"""What snapshots and dividends refuse, in words, with nothing half done."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from tests.unit.cli.desk import Desk
from tests.unit.cli.payday import ASSET, ATTESTORS, NOTICE, Payday
from xstock_client import pda
from xstock_client.claims import LeafProof, write_proof
from xstock_client.cli._tables import counted
from xstock_client.clients import DividendRun, SnapshotAttestor
from xstock_client.constants import DAY_S
from xstock_client.distribution import Root
from xstock_client.ledger import KeypairSigner
from xstock_client.merkle import EMPTY, Entry, Leaf, leaf_entry, parent, verify_range
from xstock_client.snapshot import RatesFile, write_rates

EMPTY_PATH = (EMPTY,) * 11
"""The siblings of a page's first two leaves, where there are no others."""


@pytest.fixture
def payday(backed: Desk) -> Payday:
    return Payday(backed)


def test_a_snapshot_is_taken_in_its_hour_and_once(payday: Payday) -> None:
    desk = payday.desk
    payday.announced()
    record = ("snapshot", "record", "AAPLx", "0")
    assert "the record time of action 0 is" in desk.refused(2, *record, key="relayer")
    assert "has no action 3" in desk.refused(4, "snapshot", "record", "AAPLx", "3", key="relayer")
    desk.ledger.advance(NOTICE + 60)
    desk.ok(*record, key="relayer")
    assert "and only once" in desk.refused(2, *record, key="relayer")


def test_a_snapshot_that_nobody_took(payday: Payday) -> None:
    payday.announced()
    payday.desk.ledger.advance(NOTICE + 60 + 3_601)
    said = payday.desk.refused(2, "snapshot", "record", "AAPLx", "0", key="relayer")
    assert "announce the dividend again" in said


def test_balances_of_something_else_are_refused(payday: Payday) -> None:
    desk = payday.desk
    payday.built()
    build = ("snapshot", "build", "AAPLx", "0")
    other = str(desk.folder / "other.csv")
    assert ".csv or .parquet" in desk.refused(2, *build, "--capture", payday.capture, "-o", str(desk.folder / "x.txt"))
    assert "keeps no history" in desk.refused(2, *build, "-o", other)
    assert "has no snapshot 4" in desk.refused(4, "snapshot", "build", "AAPLx", "4", "-o", other)
    assert "has no snapshot 4" in desk.refused(4, "snapshot", "status", "AAPLx", "4")
    text = Path(payday.capture).read_text()
    cut = desk.folder / "cut.jsonl"
    cut.write_text("\n".join(text.splitlines()[:-1]) + "\n")
    assert "announces" in desk.refused(3, *build, "--capture", str(cut), "-o", other)
    cut.write_text(text.replace('"slot":', '"slot":1'))
    assert "record slot is" in desk.refused(3, *build, "--capture", str(cut), "-o", other)
    for name in ("mint", "escrow"):
        head = json.loads(text.splitlines()[0])
        cut.write_text(text.replace(head[name], str(Pubkey([9] * 32)), 1))
        assert f"its {name} is" in desk.refused(3, *build, "--capture", str(cut), "-o", other)
    assert not Path(other).exists()

    balances = Path(payday.balances).read_text()
    changed = desk.folder / "changed.csv"
    changed.write_text(balances.replace(str(6_000 * 10**8), str(6_001 * 10**8)))
    vote = ("snapshot", "vote", "AAPLx", "0", "--balances")
    assert "make up" in desk.refused(3, *vote, str(changed), key="first")
    changed.write_text(balances.replace(f"#asset,{ASSET}", f"#asset,{Pubkey([9] * 32)}"))
    assert "build them again" in desk.refused(3, *vote, str(changed), key="first")
    both = ("--balances", payday.balances, "--capture", payday.capture)
    assert "from once" in desk.refused(2, "snapshot", "verify", "AAPLx", "0", *both)
    proof = ("snapshot", "prove", "AAPLx", "0", desk.address("stranger"), "--balances", payday.balances, "-o", other)
    assert "is not among the 3 owners" in desk.refused(3, *proof)
    gone = ("-o", str(desk.folder / "no" / "such.csv"))
    assert "cannot be written" in desk.refused(3, *build, "--capture", payday.capture, *gone)
    assert desk.ok("snapshot", "status", "AAPLx", "0")["ballot"]["votes"] == []


def test_another_root_ends_a_verification_with_code_one(payday: Payday) -> None:
    desk = payday.desk
    payday.built()
    snapshot = pda.snapshot(ASSET, 0)
    root = Root(Entry(bytes([7] * 32), 10_000 * 10**8), 3, 0)
    for name in ATTESTORS[:2]:
        client = SnapshotAttestor(desk.ledger, signer=KeypairSigner(desk.keys[name]))
        asyncio.run(client.vote_root(snapshot, root))
        result = desk.run("snapshot", "verify", "AAPLx", "0", "--balances", payday.balances)
        assert result.exit_code == 1 and "another root than the one computed here" in result.stdout
    found = desk.run("snapshot", "verify", "AAPLx", "0", "--balances", payday.balances, "--json")
    assert json.loads(found.stdout)["same"] is False
    desk.ok("snapshot", "reject", "AAPLx", "0", key="third")


def test_a_tree_with_an_owner_twice_is_challenged(payday: Payday) -> None:
    """Two attestors agree on a tree that gives all to one owner, twice."""
    desk = payday.desk
    payday.recorded()
    snapshot, owner = pda.snapshot(ASSET, 0), Pubkey.from_string(desk.address("holder"))
    half = 5_000 * 10**8
    leaves = [Leaf(bytes(owner), half, 0)] * 2
    page = verify_range(snapshot, 0, leaves, 12, EMPTY_PATH)
    agree(payday, snapshot, Root(page, 2, 0))
    files = []
    for index in (0, 1):
        sibling = leaf_entry(snapshot, 1 - index, owner, half, 0)
        proof = LeafProof(snapshot, page, 2, index, owner, half, 0, (sibling, *EMPTY_PATH))
        files.append(str(desk.folder / f"leaf{index}.json"))
        write_proof(proof, files[-1])
    assert "give proof files" in desk.refused(2, "snapshot", "challenge", *files, files[0], key="relayer")
    assert "is one of the 2" in desk.refused(2, "snapshot", "challenge", files[0], key="relayer")
    assert "does not come before" in desk.refused(2, "snapshot", "challenge", files[0], files[0], key="relayer")
    done = desk.ok("snapshot", "challenge", *files, key="relayer")
    assert len(done["transactions"]) == 2
    assert desk.ok("snapshot", "status", "AAPLx", "0")["ballot"]["round"] == 1
    assert "there is nothing to throw out" in desk.refused(2, "snapshot", "challenge", *files, key="relayer")


def test_a_leaf_that_nobody_counted_is_challenged(payday: Payday) -> None:
    """Two attestors agree on a root whose leaf count leaves the second owner out."""
    desk = payday.desk
    payday.recorded()
    snapshot = pda.snapshot(ASSET, 0)
    low, high = sorted((Pubkey.from_string(desk.address(name)) for name in ("holder", "pool")), key=bytes)
    half = 5_000 * 10**8
    page = verify_range(snapshot, 0, [Leaf(bytes(low), half, 0), Leaf(bytes(high), half, 0)], 12, EMPTY_PATH)
    agree(payday, snapshot, Root(page, 1, 0))
    proof = LeafProof(snapshot, page, 2, 1, high, half, 0, (leaf_entry(snapshot, 0, low, half, 0), *EMPTY_PATH))
    file = str(desk.folder / "extra.json")
    write_proof(proof, file)
    done = desk.ok("snapshot", "challenge", file, key="relayer")
    assert done["transaction"]["events"][0]["event"] == "RootRejected"


def agree(payday: Payday, account: Pubkey, root: Root) -> None:
    for name in ATTESTORS[:2]:
        client = SnapshotAttestor(payday.desk.ledger, signer=KeypairSigner(payday.desk.keys[name]))
        asyncio.run(client.vote_root(account, root))


def test_a_sum_that_does_not_add_up_is_challenged(payday: Payday) -> None:
    desk = payday.desk
    payday.recorded()
    snapshot, owner = pda.snapshot(ASSET, 0), Pubkey.from_string(desk.address("holder"))
    left = leaf_entry(snapshot, 0, owner, 1, 0)
    right = Entry(bytes(32), 0)
    honest = parent(left, right)
    lying = Entry(honest.hash, 10_000 * 10**8)
    top, path = lying, []
    for _ in range(11):
        path.append(right)
        top = parent(top, right)
    agree(payday, snapshot, Root(top, 1, 0))
    file = desk.folder / "node.json"
    node = {
        "format": "xstock-bad-node",
        "version": 1,
        "account": str(snapshot),
        "level": 1,
        "index": 0,
        "entry": bytes(lying).hex(),
        "left": bytes(left).hex(),
        "right": bytes(right).hex(),
        "path": [bytes(one).hex() for one in path],
    }
    for wrong in ({"left": "00"}, {"level": "1"}, {"account": "x"}, {"version": 2}, {"more": 1}):
        file.write_text(json.dumps(node | wrong))
        assert "is no node of a tree" in desk.refused(3, "snapshot", "challenge", "--node", str(file), key="relayer")
    file.write_text("[")
    assert "is no node of a tree" in desk.refused(3, "snapshot", "challenge", "--node", str(file), key="relayer")
    file.write_text(json.dumps(node))
    done = desk.ok("snapshot", "challenge", "--node", str(file), key="relayer")
    assert done["transaction"]["events"][0]["event"] == "RootRejected"


def test_a_declaration_fits_the_snapshot(payday: Payday) -> None:
    desk = payday.desk
    payday.built()
    payday.write_rates()
    desk.pay("authority", "1")
    assert "have not agreed" in desk.refused(2, *payday.declaration(), key="authority")
    payday.agreed("snapshot", "vote", "AAPLx", "0", "--balances", payday.balances)
    words = payday.declaration()
    short = [*words[:-1], "2027-01-01T00:00:00Z"]
    assert "claims open at" in desk.refused(2, *short, key="authority")
    foreign = ("--withholding-account", desk.account("holder"))
    assert "is no token account of the payout mint" in desk.refused(2, *words, *foreign, key="authority")
    Path(payday.rates).write_text("xstock-rates,1\ndefault,30 percent\n")
    assert "rates.txt:2" in desk.refused(3, *words, key="authority")
    assert "has no distribution 0/0" in desk.refused(4, "dividend", "status", "AAPLx", "0")
    assert "names no distribution" in desk.refused(2, "dividend", "status", "AAPLx", "zero")
    assert desk.ok("dividend", "list", "AAPLx") == []


def test_entitlements_are_computed_from_what_was_published(payday: Payday) -> None:
    desk = payday.desk
    payday.declared()
    shown = ("dividend", "entitlements", "AAPLx", "0", "--balances", payday.balances, "--rates")
    other = desk.folder / "other.txt"
    other.write_text("xstock-rates,1\ndefault,0\n")
    assert "get the file that was published" in " ".join(desk.refused(3, *shown, str(other)).split())
    agreed = desk.ok(*shown, payday.rates)
    assert (agreed["same"], agreed["agreed"]) == (None, False)
    assert "nobody has voted yet" in desk.run(*shown, payday.rates).stdout
    push = ("dividend", "push", "AAPLx", "0", *payday.files)
    assert "have not agreed" in desk.refused(2, *push, key="relayer")


def test_claims_wait_for_the_money_and_for_their_time(payday: Payday) -> None:
    desk = payday.desk
    payday.entitled()
    push = ("dividend", "push", "AAPLx", "0", *payday.files)
    desk.ok("dividend", "fund", "AAPLx", "0", "100", key="member")
    assert desk.ok("dividend", "status", "AAPLx", "0")["missing"]["ui"] == "4900"
    desk.ledger.advance(4 * DAY_S)
    assert "funded with 100 of 5,000" in desk.refused(2, *push, key="relayer")
    assert "holds 0" in desk.refused(2, "dividend", "fund", "AAPLx", "0", key="relayer")
    desk.ok("dividend", "fund", "AAPLx", "0", key="member")
    assert "fully funded" in desk.refused(2, "dividend", "fund", "AAPLx", "0", key="member")
    assert "decimals" in desk.refused(2, "dividend", "fund", "AAPLx", "0", "0.0000001", key="member")
    desk.ledger.advance(201 * DAY_S)
    assert "claims were closed" in desk.refused(2, *push, key="relayer")
    assert "is not open" in desk.refused(2, "dividend", "close", "AAPLx", "0", "0", key="relayer")


def test_a_claim_names_what_it_is_of(payday: Payday) -> None:
    desk = payday.desk
    payday.open()
    claim = ("dividend", "claim", "AAPLx", "0")
    assert "--proof FILE" in desk.refused(2, *claim, key="holder")
    proof = str(desk.folder / "proof.json")
    desk.ok("dividend", "prove", "AAPLx", "0", desk.address("holder"), *payday.files, "-o", proof)
    both = ("--proof", proof, "--balances", payday.balances)
    assert "a proof names its owner" in desk.refused(2, *claim, *both, key="holder")
    of_balances = str(desk.folder / "balance.json")
    words = (
        "snapshot",
        "prove",
        "AAPLx",
        "0",
        desk.address("holder"),
        "--balances",
        payday.balances,
        "-o",
        of_balances,
    )
    desk.ok(*words)
    assert "the proof is of" in desk.refused(3, *claim, "--proof", of_balances, key="holder")
    assert "the proof is of" in desk.refused(3, "dividend", "status", "AAPLx", "0", "--proof", of_balances)
    text = Path(proof).read_text()
    Path(proof).write_text(text.replace(str(3_000 * 10**6), str(3_001 * 10**6)))
    assert "leads to another root" in desk.refused(3, *claim, "--proof", proof, key="holder")
    Path(proof).write_text("{}")
    assert "no proof file" in desk.refused(3, *claim, "--proof", proof, key="holder")
    Path(proof).write_text(text)
    elsewhere = ("--to", str(desk.coin.account(Pubkey.from_string(desk.address("member")))))
    assert "can choose another account" in desk.refused(2, *claim, "--proof", proof, *elsewhere, key="relayer")
    made = desk.ok(*claim, *payday.files, "--owner", desk.address("small"), key="relayer")
    assert made["net"]["ui"] == "350" and made["owner"] == desk.address("small")
    assert desk.ok(*claim, "--proof", proof, key="relayer")["net"]["ui"] == "2550"
    assert "pages close" in desk.refused(2, "dividend", "close", "AAPLx", "0", key="relayer")


@pytest.mark.parametrize(("short", "code", "paid", "pages"), [(1, 2, 2, 1), (7_000_000, 4, 0, 0)])
def test_a_run_that_is_stopped_goes_on_where_it_was(
    payday: Payday, short: int, code: int, paid: int, pages: int
) -> None:
    """The payer runs dry: the rest is told as not sent, and the same command pays it later."""
    desk = payday.desk
    payday.open()
    push = ("dividend", "push", "AAPLx", "0", *payday.files)
    needed = desk.ok(*push, "--dry-run", key="relayer")["rent_lamports"]
    address = Pubkey.from_string(desk.address("poor"))
    asyncio.run(desk.ledger.airdrop(address, needed - short))
    result = desk.run(*push, "--json", key="poor")
    assert result.exit_code == code, result.output
    made = json.loads(result.stdout)
    assert (made["paid"], made["pages"], len(made["unpaid"])) == (paid, pages, 3 - paid)
    assert all(one["reason"].startswith("not sent: ") for one in made["unpaid"])
    assert "stopped early" in result.stderr and "Run the same again" in result.stderr
    desk.fund("poor")
    again = desk.ok(*push, key="poor")
    assert (again["paid"], again["pages"], again["unpaid"]) == (3 - paid, 1 - pages, [])


def test_a_vault_that_holds_too_little_is_told_by_its_exit_code(payday: Payday) -> None:
    """Only the coin's issuer could do that: here the ledger does."""
    desk = payday.desk
    payday.open()
    shown = desk.ok("dividend", "status", "AAPLx", "0")
    vault = Pubkey.from_string(shown["vault"])
    account = asyncio.run(desk.ledger.account(vault))
    assert account is not None
    data = account.data[:64] + (10**6).to_bytes(8, "little") + account.data[72:]
    desk.ledger.set_account(vault, type(account)(account.lamports, account.owner, data))
    result = desk.run("dividend", "status", "AAPLx", "0")
    assert result.exit_code == 1 and "short: holds 1, 5,000 needed" in " ".join(result.stdout.split())


def test_the_same_dividend_is_not_funded_twice(payday: Payday) -> None:
    desk = payday.desk
    payday.entitled()
    desk.ok("dividend", "fund", "AAPLx", "0", key="member")
    result = desk.run(*payday.declaration(), "--balances", payday.balances, key="authority")
    assert result.exit_code == 0
    assert "distribution 0/0 of the same snapshot is declared, and funded with 5,000" in result.stderr
    payday.agreed("dividend", "vote", "AAPLx", "0/1", *payday.files)
    fund = ("dividend", "fund", "AAPLx", "0/1")
    assert "pays the same owners again" in desk.refused(2, *fund, key="member")
    assert desk.ok(*fund, "--again", key="member")["funded"]["ui"] == "5000"


def test_a_rates_file_is_checked_before_it_is_fixed(payday: Payday) -> None:
    desk = payday.desk
    payday.final()
    desk.pay("authority", "1")
    write_rates(RatesFile(0, {}, {Pubkey.from_string(desk.address("stranger")): 1_500}), payday.rates)
    words = payday.declaration()
    assert "who has no balance" in desk.refused(3, *words, "--balances", payday.balances, key="authority")
    assert desk.ok("dividend", "list", "AAPLx") == []
    assert "were not looked up" in desk.run(*words, key="authority").stderr


def test_a_report_that_could_not_be_written_is_refused_before_anybody_is_paid(payday: Payday) -> None:
    desk = payday.desk
    payday.open()
    push = ("dividend", "push", "AAPLx", "0", *payday.files, "--unpaid")
    for place in (desk.folder / "no" / "such.csv", desk.folder):
        assert "cannot be written" in desk.refused(3, *push, str(place), key="relayer")
    assert desk.ok("dividend", "status", "AAPLx", "0")["owners_paid"] == 0


def test_an_interrupted_run_goes_on_with_its_lookup_table(payday: Payday, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = payday.desk
    payday.open()
    push = ("dividend", "push", "AAPLx", "0", *payday.files)

    async def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DividendRun, "_pay", interrupted)
        plain = desk.run(*push, key="relayer")
        result = desk.run(*push, "--lookup-table", key="relayer")
    assert plain.exit_code == 130 and "interrupted; run the same again" in plain.stderr
    opened = re.search(r"opened the lookup table (\w+)", result.stderr)
    assert result.exit_code == 130 and opened is not None
    table = opened[1]
    assert f"interrupted; run it with --table {table} again" in result.stderr
    assert "give one of them" in desk.refused(2, *push, "--lookup-table", "--table", table, key="relayer")
    nothing = desk.address("stranger")
    assert "there is no lookup table" in desk.refused(4, *push, "--table", nothing, key="relayer")
    desk.fund("member")
    other = desk.ok("redeem", "table", "open", "AAPLx", key="member")["table"]
    assert "was opened for something else" in desk.refused(2, *push, "--table", other, key="relayer")
    made = desk.run(*push, "--table", table, key="relayer")
    told = " ".join(made.stdout.split())
    assert made.exit_code == 0 and "✓ 3 owners of AAPLx paid 3,950 in 1 transaction;" in told
    assert "opened 3 accounts of owners and 0 pages of claims" in told and f"lookup table {table}" in told
    desk.ok("redeem", "table", "close", table, key="relayer")
    assert "is being closed" in desk.refused(2, *push, "--table", table, key="relayer")


@pytest.mark.parametrize(("number", "told"), [(0, "0 pages"), (1, "1 page"), (2_000, "2,000 pages")])
def test_one_is_no_plural(number: int, told: str) -> None:
    assert counted(number, "page") == told
