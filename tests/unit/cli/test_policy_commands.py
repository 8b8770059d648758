"""`xstock policy`: what is tighter acts now, what is looser waits, and both are told before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.desk import Desk

DAY = 86_400
DELAY = 2 * DAY


@pytest.fixture
def minted(backed: Desk) -> Desk:
    """10,000 Apple shares against 11,000."""
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    return backed


def shown(desk: Desk) -> dict[str, int]:
    return {one["field"]: one["value"] for one in desk.ok("policy", "show", "AAPLx")["fields"]}


def test_show_tells_bounds_and_what_waits(minted: Desk) -> None:
    found = minted.ok("policy", "show", "AAPLx")
    assert [one["field"] for one in found["fields"]] == [
        "max_age_s",
        "chain_max_age_s",
        "change_delay_s",
        "accept_window_s",
        "custodian_cap",
        "mint_window_limit",
        "haircut_bps",
        "custodian_share_bps",
        "collateral_bps",
        "min_custodians",
        "settle_window_s",
        "dispute_window_s",
        "penalty_rate",
        "holder_penalty_cap",
        "redemption_fee_bps",
        "bond_coverage_bps",
    ]
    haircut = next(one for one in found["fields"] if one["field"] == "haircut_bps")
    assert haircut == {
        "field": "haircut_bps",
        "unit": "basis points",
        "value": 10_000,
        "minimum": 500,
        "maximum": 10_000,
        "queued": None,
    }
    assert (found["queue"], found["ready_at"]) == ("none", None)
    said = minted.run("policy", "show", "AAPLx").stdout
    for fact in ("haircut", "5 % to 100 %", "no cap", "1 h to 7 d", "nothing waits"):
        assert fact in said


def test_diff_tells_what_acts_and_what_waits_and_sends_nothing(minted: Desk) -> None:
    before = shown(minted)
    words = ("--max-age", "48h", "--haircut", "5%", "--collateral", "102%", "--min-custodians", "2")
    found = minted.ok("policy", "diff", "AAPLx", *words, "--change-delay", "36h")
    now = found["now"]
    rows = [(one["field"], one["current"], one["wanted"], one["direction"], one["acts_at"]) for one in found["changes"]]
    assert rows == [
        ("max_age_s", 5 * DAY, 2 * DAY, "tighter", now),
        ("change_delay_s", DELAY, 36 * 3_600, "looser", now + DELAY),
        ("haircut_bps", 10_000, 500, "looser", now + DELAY),
        ("collateral_bps", 10_000, 10_200, "tighter", now),
        ("min_custodians", 2, 2, "same", now),
    ]
    assert (found["ready_at"], found["expires_at"]) == (now + DELAY, now + DELAY + 14 * DAY)
    assert (found["latches"], found["changes_halted"], found["dropped"]) == (False, False, [])
    assert (found["reserve"]["ui"], found["reserve_after"]["ui"]) == ("11000", "11000")
    assert found["headroom_after"]["ui"] == "784.31372549"  # floor(11,000 / 1.02) less 10,000
    said = " ".join(minted.run("policy", "diff", "AAPLx", *words).stdout.split())
    for fact in ("│ max-age │ 5 d │ 2 d │ tighter │ at once │", "waits 2 d, until", "100 % │ 5 % │ looser", "same"):
        assert fact in said, fact
    assert shown(minted) == before and minted.ok("policy", "show", "AAPLx")["queue"] == "none"


def test_a_tightening_that_would_latch_is_told_before(minted: Desk) -> None:
    words = ("AAPLx", "--custodian-cap", "3,000")
    told = minted.run("policy", "diff", *words)
    assert "count for 6,000 shares, and 10,000 are owed: this sets the solvency latch" in told.stderr
    assert minted.ok("policy", "diff", *words)["latches"] is True
    assert minted.ok("reserve", "show", "AAPLx")["latched"] is False
    result = minted.run("policy", "queue", *words, key="authority")
    assert result.exit_code == 0
    assert "this sets the solvency latch" in result.stderr
    assert "6,000 then" in result.stdout and "acts now: custodian cap; waits: none" in result.stdout
    assert minted.ok("reserve", "show", "AAPLx")["latched"] is True
    # once it is set there is nothing to warn of
    assert "latch" not in minted.run("policy", "diff", "AAPLx", "--custodian-cap", "2000").stderr


def test_what_waits_is_applied_by_anybody_once(minted: Desk) -> None:
    queued = minted.ok("policy", "queue", "AAPLx", "--max-age", "144h", "--min-custodians", "2", key="authority")
    assert (queued["tighter"], queued["looser"], queued["queued"]) == ([], ["max_age_s"], ["max_age_s"])
    assert queued["latched"] is False and queued["transaction"]["events"][0]["event"] == "PolicySet"
    assert minted.ok("policy", "show", "AAPLx")["queue"] == "waiting"
    row = minted.ok("reserve", "show", "AAPLx")
    assert (row["policy_queue"], row["policy_queued"]) == ("waiting", {"max_age_s": 6 * DAY})
    early = minted.refused(1, "policy", "apply", "AAPLx", key="relayer")
    assert "ChangeNotReady" in early and "ready_at 20" in early
    assert shown(minted)["max_age_s"] == 5 * DAY
    minted.ledger.advance(DELAY)
    assert "anyone may apply it now" in minted.run("policy", "show", "AAPLx").stdout
    applied = minted.ok("policy", "apply", "AAPLx", key="relayer")
    assert applied["applied"] == {"max_age_s": 6 * DAY}
    assert shown(minted)["max_age_s"] == 6 * DAY
    assert "NothingQueued" in minted.refused(1, "policy", "apply", "AAPLx", key="relayer")


def test_a_queue_expires_is_dropped_and_is_cancelled(minted: Desk) -> None:
    minted.ok("policy", "queue", "AAPLx", "--max-age", "6d", "--haircut", "50%", key="authority")
    # a field that is named again without being looser leaves the queue
    told = minted.ok("policy", "diff", "AAPLx", "--haircut", "100%")
    assert told["dropped"] == ["haircut_bps"]
    assert "leaves the queue, and is void: haircut" in minted.run("policy", "diff", "AAPLx", "--haircut", "100%").stdout
    assert minted.ok("policy", "queue", "AAPLx", "--haircut", "100%", key="authority")["queued"] == ["max_age_s"]
    minted.ok("policy", "queue", "AAPLx", "--haircut", "50%", "--max-age", "6d", key="authority")
    told = minted.run("policy", "queue", "AAPLx", "--max-age", "5d", key="authority").stdout
    assert "✓ dropped from the queue: max age" in told and "acts now" not in told
    minted.ok("policy", "cancel", "AAPLx", key="member")  # a pauser
    assert minted.ok("policy", "show", "AAPLx")["queue"] == "none"
    assert "NothingQueued" in minted.refused(1, "policy", "cancel", "AAPLx", key="member")
    minted.ok("policy", "queue", "AAPLx", "--max-age", "6d", key="authority")
    minted.ledger.advance(DELAY + 14 * DAY + 1)
    assert minted.ok("policy", "show", "AAPLx")["queue"] == "expired"
    assert "void: queue it again" in minted.run("policy", "show", "AAPLx").stdout
    assert "ChangeExpired" in minted.refused(1, "policy", "apply", "AAPLx", key="relayer")


def test_where_nothing_would_change_nothing_is_sent(minted: Desk) -> None:
    before = len(minted.ok("events", "AAPLx"))
    result = minted.run("policy", "queue", "AAPLx", "--max-age", "5d", key="authority")
    assert result.exit_code == 0 and "nothing to change" in result.stdout
    found = minted.ok("policy", "queue", "AAPLx", "--max-age", "5d", key="authority")
    assert (found["tighter"], found["looser"], found["queued"], found["transaction"]) == ([], [], [], None)
    assert len(minted.ok("events", "AAPLx")) == before
    minted.ok("policy", "queue", "AAPLx", "--haircut", "50%", key="authority")
    found = minted.ok("policy", "queue", "AAPLx", "--max-age", "5d", key="authority")
    assert (found["queued"], found["transaction"]) == (["haircut_bps"], None)


def test_halted_changes_are_told_and_never_queued(minted: Desk) -> None:
    minted.ok("halt", "AAPLx", "--changes", key="member")
    assert minted.ok("reserve", "show", "AAPLx")["halts"] == "changes"
    words = ("AAPLx", "--max-age", "6d", "--collateral", "101%")
    assert "a pauser has halted changes" in minted.run("policy", "diff", *words).stderr
    assert "`xstock resume --changes`" in minted.refused(2, "policy", "queue", *words, key="authority")
    assert shown(minted)["collateral_bps"] == 10_000, "nothing of it acts"
    minted.ok("policy", "queue", "AAPLx", "--collateral", "101%", key="authority")
    assert shown(minted)["collateral_bps"] == 10_100


def test_before_the_first_mint_nothing_has_to_wait(listed: Desk) -> None:
    said = listed.run("policy", "diff", "AAPLx", "--max-age", "6d").stdout
    assert "as soon as anyone applies it: nothing was minted yet" in said
    listed.ok("policy", "queue", "AAPLx", "--max-age", "6d", key="authority")
    listed.ok("policy", "apply", "AAPLx", key="relayer")
    assert shown(listed)["max_age_s"] == 6 * DAY


def test_a_file_says_the_same_as_options(minted: Desk) -> None:
    path = minted.folder / "policy.yaml"
    path.write_text(
        "# next quarter\nmax-age: 48h\nhaircut: 5%\ncollateral: 102%\ncustodian_share: 60%\n"
        "custodian-cap: 1,000,000\nmint-window-limit: 50000\nmin-custodians: 2\nchange-delay: 3d\n"
        "accept-window: 5d\nchain-max-age: 24h\nsettle-window: 4d\ndispute-window: 6d\npenalty-rate: 2.50\n"
        "holder-penalty-cap: 25000\nredemption-fee: 0.25%\nbond-coverage: 5%\n"
    )
    words = "--max-age 48h --haircut 5% --collateral 102% --custodian-share 6000bps --custodian-cap 1000000".split()
    words += "--mint-window-limit 50_000 --min-custodians 2 --change-delay 3d --accept-window 120h".split()
    words += "--chain-max-age 1440m --settle-window 96h --dispute-window 144h --penalty-rate 2.5".split()
    words += "--holder-penalty-cap 25,000 --redemption-fee 25bps --bond-coverage 500bps".split()
    assert minted.ok("policy", "diff", "AAPLx", "--file", str(path)) == minted.ok("policy", "diff", "AAPLx", *words)
    minted.ok("policy", "queue", "AAPLx", "--file", str(path), key="authority")
    assert shown(minted)["mint_window_limit"] == 50_000 * 10**8
    assert shown(minted)["penalty_rate"] == 2_500_000


OPTIONS = [
    ((), "say what shall change: --max-age, --chain-max-age"),
    (("--max-age", "48"), "--max-age: '48' is not a time span"),
    (("--max-age", "8d"), "--max-age: max_age_s lies between 1 h and 7 d, compiled into the program; not 8 d"),
    (("--max-age", "0s"), "lies between 1 h and 7 d, compiled into the program; not 0 s"),
    (("--haircut", "5"), "--haircut: '5' is no share of a whole; write one such as 5%"),
    (("--haircut", "4.99%"), "--haircut: haircut_bps lies between 5 % and 100 %"),
    (("--haircut", "-5%"), "'-5%' is no share of a whole"),
    (("--collateral", "99%"), "lies between 100 % and 200 %, compiled into the program; not 99 %"),
    (("--collateral", "102.123%"), "is no share of a whole"),
    (("--custodian-share", "101%"), "lies between 10 % and 100 %"),
    (("--custodian-share", "40%"), "custodian_share_bps times min_custodians must reach 10,000, and is 8,000"),
    (("--custodian-cap", "0"), "--custodian-cap: custodian_cap lies between 0.00000001 shares and"),
    (("--custodian-cap", "0.000000001"), "--custodian-cap: 1E-9 has more than 8 decimals"),
    (("--custodian-cap", "many"), "--custodian-cap: not a plain decimal number: 'many'"),
    (("--mint-window-limit", "9" * 30), "--mint-window-limit: Raw must lie between"),
    (("--min-custodians", "two"), "--min-custodians: 'two' is no whole number"),
    (("--min-custodians", "9"), "--min-custodians: min_custodians lies between 1 and 8"),
    (("--change-delay", "1h"), "--change-delay: change_delay_s lies between 1 d and 30 d"),
    (("--accept-window", "12h"), "--accept-window: accept_window_s lies between 1 d and 30 d"),
    (("--redemption-fee", "6%"), "--redemption-fee: redemption_fee_bps lies between 0 % and 5 %"),
    (("--bond-coverage", "0.5%"), "--bond-coverage: bond_coverage_bps lies between 1 % and 100 %"),
    (("--penalty-rate", "2,50"), "--penalty-rate: not a plain decimal number: '2,50'"),
    (("--penalty-rate", "0.0000001"), "--penalty-rate: 1E-7 has more than 6 decimals, which is what the coin has"),
    (("--penalty-rate", "0"), "penalty_rate lies between"),
    (("--file", "x.yaml", "--max-age", "48h"), "say --file, or --max-age and its like, not both"),
]


@pytest.mark.parametrize("command", ["diff", "queue"])
@pytest.mark.parametrize(("words", "message"), OPTIONS)
def test_options_that_cannot_be(unchanged: Desk, command: str, words: tuple[str, ...], message: str) -> None:
    said = unchanged.refused(2, "policy", command, "AAPLx", *words, key="authority")
    assert message in " ".join(said.split())


FILES = [
    ("max-age: 8d\n", ":1: max-age: max_age_s lies between 1 h and 7 d"),
    ("haircut: 5%\nmax-age: soon\n", ":2: max-age: 'soon' is not a time span"),
    ("haircut: 5%\nhaircut: 6%\n", ":2: field haircut is written twice"),
    ("penalty-rate: many\n", ":1: penalty-rate: not a plain decimal number"),
    ("penalty-rate: 0.0000001\n", "policy.yaml: penalty-rate: 1E-7 has more than 6 decimals"),
    ("max_age: 48h\nmax-age: 48h\n", ":2: field max-age is written twice"),
    ("age: 48h\n", ":1: unknown field 'age'; the fields are max-age, chain-max-age"),
    ("max-age: [48h]\n", ":1: field max-age takes one plain value"),
    ("- max-age: 48h\n", "is not a policy"),
    ("{}\n", "names no field"),
    ("", "is not a policy"),
    ("max-age: 'x\n", "is not a readable YAML file"),
    ("x: " + "y" * 70_000, "bytes are too many for a policy"),
]


@pytest.mark.parametrize(("content", "message"), FILES)
def test_files_that_cannot_be(unchanged: Desk, tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(content)
    said = unchanged.refused(3, "policy", "queue", "AAPLx", "--file", str(path), key="authority")
    assert message in said and "policy.yaml" in said
    missing = str(tmp_path / "missing.yaml")
    assert "cannot be read" in unchanged.refused(3, "policy", "diff", "AAPLx", "--file", missing)


def test_only_the_authority_or_an_admin_queues(minted: Desk) -> None:
    assert "NotAuthority" in minted.refused(1, "policy", "queue", "AAPLx", "--collateral", "101%", key="holder")
    assert "NotAuthority" in minted.refused(1, "policy", "cancel", "AAPLx", key="holder")
    assert shown(minted)["collateral_bps"] == 10_000
