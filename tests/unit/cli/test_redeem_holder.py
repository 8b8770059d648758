"""`xstock redeem` for holders and their wallets: what it comes to, asking, agreeing, and every way back."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from tests.unit.cli.desk import Desk

DAY = 86_400
ONE = 10**8
TERMS = "ab" * 32
GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"


@pytest.fixture
def owner(backed: Desk) -> Desk:
    """The holder has 10,000 Apple tokens; the penalty is one coin a token."""
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    return backed


def said(desk: Desk, *words: str, key: str | None = "holder") -> str:
    """What a command that succeeds says on both streams."""
    result = desk.run(*words, key=key)
    assert result.exit_code == 0, result.output
    return " ".join(f"{result.stdout} {result.stderr}".split())


def ask(desk: Desk, amount: str, *how: str) -> int:
    made = desk.ok("redeem", "request", "AAPLx", amount, *(how or ("--at-market",)), key="holder")
    return int(made["id"])


# What it would come to


def test_a_quote_tells_what_when_and_the_penalty(owner: Desk) -> None:
    found = owner.ok("redeem", "quote", "AAPLx", "100", "--price", "190", "--slippage", "1%", key="holder")
    assert (found["payment"]["ui"], found["min_price"]["ui"], found["min_payment"]["ui"]) == ("19000", "188.1", "18810")
    assert (found["settle_by"] - found["accept_by"], found["accept_by"] - found["now"]) == (3 * DAY, 2 * DAY)
    assert (found["penalty"]["ui"], found["armed_at_once"], found["refused"]) == ("100", False, False)
    assert found["rent_lamports"] > 0 and found["book_rent_lamports"] > 0
    told = said(owner, "redeem", "quote", "AAPLx", "100", "--price", "190", "--holder", owner.address("holder"))
    for fact in (
        "payment 19,000 at 190 a share, after a fee of 0",
        "penalty if late 100 (1 a token), from the first missed deadline on",
        "which come back; ",
        "for good",
        "warning: at market the desk quotes a price",
    ):
        assert fact in told, fact
    elsewhere = owner.ok("redeem", "quote", "AAPLx", "1", "--holder", owner.address("member"))
    assert elsewhere["refused"] and elsewhere["cautions"][0]["concern"] == "too few tokens"


def test_the_guides_tell_todays_rent(owner: Desk) -> None:
    found = owner.ok("redeem", "quote", "AAPLx", "1", key="holder")
    pages = {name: (GUIDES / f"{name}.md").read_text() for name in ("redeem-at-any-time", "redemption-desk")}
    for page in pages.values():
        assert f"{found['rent_lamports']:,} lamports" in page
    assert f"{found['book_rent_lamports']:,} lamports" in pages["redeem-at-any-time"]
    account = asyncio.run(owner.ledger.rent(165))
    assert f"{account:,} lamports" in pages["redemption-desk"]


# Asking


def test_a_request_says_how_it_is_paid_and_shows_what_it_comes_to(owner: Desk) -> None:
    refused = owner.refused(2, "redeem", "request", "AAPLx", "1", key="holder")
    assert "--min-price PRICE" in refused and "--at-market" in refused and "nothing settles until you agree" in refused
    made = owner.run("redeem", "request", "AAPLx", "100", "--min-price", "185.5", key="holder")
    told = " ".join(made.stderr.split())
    assert "at least 18,550: 185.5 a share, after the fee" in told and "penalty if late 100 (1 a token)" in told
    assert "✓ request 0: 100 AAPLx wait in escrow; to be accepted by 20" in made.stdout
    found = owner.ok("redeem", "request", "AAPLx", "5", "--at-market", key="holder")
    assert (found["quote"]["armed_at_once"], found["penalty"]["ui"], found["holder"]) == (
        True,
        "5",
        owner.address("holder"),
    )
    assert owner.tokens("holder") == 9_895 * ONE


def test_terms_are_hashed_from_their_file(owner: Desk) -> None:
    arbiter, terms = owner.appoint(), owner.folder / "terms.pdf"
    terms.write_bytes(b"by wire, within a week")
    ask(owner, "1", "--off-chain", "--terms", str(terms), "--arbiter", arbiter)
    found = owner.ok("redeem", "status", "AAPLx", "0", key="holder")
    assert found["payout_terms_sha256"] == hashlib.sha256(b"by wire, within a week").hexdigest()
    assert (found["payout"], found["arbiter"], found["min_price"]) == ("off_chain", arbiter, None)


BAD = [
    (("1", "--at-market", "--min-price", "1"), "say how it is paid"),
    (("1", "--off-chain", "--at-market"), "say how it is paid"),
    (("1", "--min-price", "0"), "--min-price 0 means at market"),
    (("1", "--min-price", "190,25"), "not a plain decimal number: '190,25'"),
    (("1", "--min-price", "0.0000001"), "--min-price: 1E-7 has more than 6 decimals"),
    (("1", "--off-chain"), "--off-chain needs the terms"),
    (("1", "--off-chain", "--terms-hash", TERMS), "the issuer to grant the role for longer"),
    (("1", "--off-chain", "--terms-hash", TERMS, "--arbiter", "MEMBER"), "is no arbiter of this issuer"),
    (("1", "--at-market", "--arbiter", "MEMBER"), "--arbiter goes with --off-chain"),
    (("1", "--at-market", "--terms", "x", "--terms-hash", TERMS), "name the terms once"),
    (("1", "--at-market"), "this would be refused: the account holds 0, less than 1"),
    (("0", "--at-market"), "an amount of zero does nothing"),
    (("1", "--at-market", "--id", "-1"), "greater than or equal to 0"),
]


@pytest.mark.parametrize(("words", "message"), BAD)
def test_what_cannot_be_asked_for(unchanged: Desk, words: tuple[str, ...], message: str) -> None:
    given = [unchanged.address("member") if word == "MEMBER" else word for word in words]
    result = unchanged.run("redeem", "request", "AAPLx", *given, key="holder")
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert unchanged.ok("redeem", "list", "AAPLx") == []


def test_a_missing_file_of_terms(unchanged: Desk) -> None:
    words = ("redeem", "request", "AAPLx", "1", "--off-chain", "--terms", str(unchanged.folder / "no.pdf"))
    assert "no.pdf: cannot be read" in unchanged.refused(3, *words, key="holder")


def test_a_delegate_asks_for_its_owner(owner: Desk) -> None:
    owner.fund("wallet")
    whose = ("--for", owner.address("holder"))
    words = ("redeem", "request", "AAPLx", "100", *whose, "--min-price", "150")
    assert "has not approved" in owner.refused(2, *words, key="wallet")
    owner.approve("holder", "wallet", 50)
    assert "has approved 50 tokens" in owner.refused(2, *words, key="wallet")
    owner.approve("holder", "wallet", 100)
    market = owner.refused(2, "redeem", "request", "AAPLx", "100", *whose, "--at-market", key="wallet")
    assert "a delegate names a minimum price" in market
    made = owner.ok(*words, key="wallet")
    assert (made["holder"], made["id"]) == (owner.address("holder"), 0)
    # the request is the owner's: the delegate cannot take it back
    assert "is not open" in owner.refused(4, "redeem", "cancel", "AAPLx", "0", key="wallet")
    owner.ok("redeem", "cancel", "AAPLx", "0", key="holder")
    assert owner.tokens("holder") == 10_000 * ONE


# Following it


def test_status_from_request_to_settlement(owner: Desk) -> None:
    mine, theirs = ("redeem", "status", "AAPLx", "0"), f"{owner.address('holder')}/0"
    ask(owner, "100")
    told = said(owner, *mine)
    for fact in (
        "state requested",
        "to be paid at market",
        "acts next the desk, until",
        "you can cancel",
        "100 if the",
    ):
        assert fact in told, fact
    owner.ok("redeem", "accept", "AAPLx", theirs, "--price", "190", key="member")
    told = said(owner, *mine)
    for fact in ("state quoted", "quote 190 a share, after the fee; it lapses on", "acts next you", "agree, cancel"):
        assert fact in told, fact
    found = owner.ok("redeem", "status", "AAPLx", theirs)
    assert (found["state"], found["next"], found["penalty"]["ui"]) == ("quoted", "holder", "0")
    other = owner.refused(1, "redeem", "agree", "AAPLx", "0", "--price", "19", key="holder")
    assert "OtherQuote" in other and "[given 19, quoted 190]" in other
    agreed = said(owner, "redeem", "agree", "AAPLx", "0", "--price", "190")
    assert "agreed to 190 a share; to be settled by 20" in agreed and "or the bond pays 100" in agreed
    assert "NothingQuoted" in owner.refused(1, "redeem", "agree", "AAPLx", "0", "--price", "190", key="holder")
    told = said(owner, *mine)
    assert "state accepted" in told and "acts next the desk" in told and "you can wait" in told
    said_no = owner.refused(1, "redeem", "cancel", "AAPLx", "0", key="holder")
    assert "AcceptedUntilDeadline" in said_no and "[now 20" in said_no
    owner.ok("redeem", "settle", "AAPLx", theirs, "--price", "190", key="member")
    told = said(owner, *mine)
    assert "state settled on 20" in told and "19,000 at 190 a share, fee 0, to" in told
    ended = owner.ok("redeem", "status", "AAPLx", theirs)
    assert (ended["state"], ended["paid"]["ui"], len(ended["settlements"])) == ("settled", "19000", 1)
    assert "is not open" in owner.refused(4, "redeem", "status", "AAPLx", "7", key="holder")


@pytest.mark.parametrize("which", ["x", "-", "1/2", "1.5", "٣", "18446744073709551616"])
def test_requests_that_cannot_be_named(unchanged: Desk, which: str) -> None:
    result = unchanged.run("redeem", "status", "AAPLx", which, key="holder")
    assert result.exit_code == 2 and result.stdout == ""
    told = " ".join(result.stderr.replace("│", " ").split())
    assert "is no request's number" in told or "is not an address" in told


# The ways back


def test_cancel_never_gives_a_penalty_up_unasked(owner: Desk) -> None:
    ask(owner, "100")
    ask(owner, "50")
    owner.ledger.advance(2 * DAY + 1)
    told = owner.refused(2, "redeem", "cancel", "AAPLx", "0", key="holder")
    assert "owes you 100: `xstock redeem take-back AAPLx 0` brings tokens and penalty" in told
    back = said(owner, "redeem", "take-back", "AAPLx", "0")
    assert "request 0: the tokens are back, and the bond paid 100" in back
    assert owner.money("holder").value == 100 * 10**6
    owner.ok("redeem", "cancel", "AAPLx", "1", "--without-penalty", key="holder")
    assert (owner.money("holder").value, owner.tokens("holder")) == (100 * 10**6, 10_000 * ONE)
    assert "request 1 has ended: cancelled" in owner.refused(2, "redeem", "cancel", "AAPLx", "1", key="holder")
    ended = owner.ok("redeem", "status", "AAPLx", "0", key="holder")
    assert (ended["state"], ended["penalty"]["ui"]) == ("defaulted", "100")
    assert "penalty 100" in said(owner, "redeem", "status", "AAPLx", "0")


def test_taking_back_in_time_is_cancelling(owner: Desk) -> None:
    ask(owner, "100")
    back = owner.ok("redeem", "take-back", "AAPLx", "0", key="holder")
    assert (back["penalty"]["ui"], back["why_no_penalty"], back["payee"]) == ("0", None, None)
    assert owner.tokens("holder") == 10_000 * ONE


def test_a_penalty_that_cannot_be_paid_does_not_keep_the_tokens(owner: Desk) -> None:
    ask(owner, "100")
    owner.ledger.advance(2 * DAY + 1)
    payee = ("--payee", owner.account("holder"))  # of the stock, not of the coin
    told = owner.refused(2, "redeem", "take-back", "AAPLx", "0", *payee, key="holder")
    assert "no account of the payment mint" in told and "without the penalty" in told
    assert owner.tokens("holder") == 9_900 * ONE
    back = owner.ok("redeem", "take-back", "AAPLx", "0", *payee, "--without-penalty", key="holder")
    assert back["penalty"]["ui"] == "0" and "no account of the payment mint" in back["why_no_penalty"]
    assert owner.tokens("holder") == 10_000 * ONE


def test_a_quote_that_lapses_costs_nothing(owner: Desk) -> None:
    ask(owner, "100")
    owner.ok("redeem", "accept", "AAPLx", f"{owner.address('holder')}/0", "--price", "0.01", key="member")
    owner.ledger.advance(5 * DAY + 1)
    told = said(owner, "redeem", "status", "AAPLx", "0")
    assert "quoted, LAPSED" in told and "DeadlinePassed" in owner.refused(
        1, "redeem", "agree", "AAPLx", "0", "--price", "0.01", key="holder"
    )
    back = owner.ok("redeem", "take-back", "AAPLx", "0", key="holder")
    assert (back["penalty"]["ui"], owner.tokens("holder")) == ("0", 10_000 * ONE)


# Outside the chain


def off_chain(desk: Desk, *numbers: int) -> str:
    """Requests outside the chain that are marked paid; returns the arbiter."""
    arbiter, holder = desk.appoint(), desk.address("holder")
    for number in numbers:
        ask(desk, "10", "--off-chain", "--terms-hash", TERMS, "--arbiter", arbiter)
        desk.ok("redeem", "accept", "AAPLx", f"{holder}/{number}", key="member")
        desk.ok("redeem", "paid", "AAPLx", f"{holder}/{number}", "--evidence-hash", "cd" * 32, key="member")
    return arbiter


def test_a_dispute_is_ruled_on_by_its_arbiter_alone(owner: Desk) -> None:
    off_chain(owner, 0, 1)
    which = f"{owner.address('holder')}/0"
    told = said(owner, "redeem", "status", "AAPLx", "0")
    assert "state paid" in told and "confirm (the payment came: tokens burn), dispute" in told
    disputed = said(owner, "redeem", "dispute", "AAPLx", "0")
    assert "request 0 is disputed: the arbiter must rule by 20" in disputed
    assert "say how you rule" in owner.refused(2, "redeem", "rule", "AAPLx", which, key="arbiter")
    assert "WrongArbiter" in owner.refused(1, "redeem", "rule", "AAPLx", which, "--paid", key="member")
    ruled = said(owner, "redeem", "rule", "AAPLx", which, "--not-paid", key="arbiter")
    assert "the payment was not made; the request is accepted as before" in ruled
    again = owner.refused(1, "redeem", "paid", "AAPLx", which, "--evidence-hash", "cd" * 32, key="member")
    assert "AlreadyClaimed" in again and "[paid_at 20" in again
    owner.ledger.advance(5 * DAY + 1)
    assert owner.ok("redeem", "take-back", "AAPLx", "0", key="holder")["penalty"]["ui"] == "10"
    burned = said(owner, "redeem", "confirm", "AAPLx", "1")
    assert "request 1: the payment is confirmed, and the tokens are burned" in burned


def test_who_looks_away_for_the_whole_window_is_concluded(owner: Desk) -> None:
    off_chain(owner, 0, 1)
    which = f"{owner.address('holder')}/0"
    early = owner.run("redeem", "conclude", "AAPLx", which, "--json", key="relayer")
    assert early.exit_code == 1
    assert "StillDisputable" in json.loads(early.stdout)["requests"][0]["why"]
    nothing = owner.ok("redeem", "conclude", "AAPLx", "--due", key="relayer")
    assert (nothing["requests"], nothing["counts"]) == ([], {})
    owner.ledger.advance(5 * DAY + 1)
    done = owner.ok("redeem", "conclude", "AAPLx", "--due", key="relayer")
    assert done["counts"] == {"concluded": 2} and owner.ok("redeem", "list", "AAPLx") == []
    which = f"{owner.address('holder')}/0"
    for words, key in (
        (("dispute", "AAPLx", "0"), "holder"),
        (("agree", "AAPLx", "0", "--price", "1"), "holder"),
        (("confirm", "AAPLx", "0"), "holder"),
        (("take-back", "AAPLx", "0"), "holder"),
        (("rule", "AAPLx", which, "--paid"), "arbiter"),
        (("paid", "AAPLx", which, "--evidence-hash", TERMS), "member"),
        (("reject", "AAPLx", which), "member"),
    ):
        assert "is not open: settled, returned, or never made" in owner.refused(4, "redeem", *words, key=key)


def test_the_desk_returns_a_frozen_holders_tokens(owner: Desk) -> None:
    ask(owner, "10")
    which = f"{owner.address('holder')}/0"
    assert "HolderNotFrozen" in owner.refused(1, "redeem", "reject", "AAPLx", which, key="member")
    owner.freeze("holder")
    back = said(owner, "redeem", "reject", "AAPLx", which, key="member")
    assert f"is rejected: the tokens are back in {owner.account('holder')}, which is frozen" in back
    frozen = owner.refused(2, "redeem", "request", "AAPLx", "1", "--at-market", key="holder")
    assert "the account is frozen" in frozen


# Anybody


def test_a_keeper_calls_in_all_that_is_late(owner: Desk) -> None:
    idle = owner.run("redeem", "default", "AAPLx", "--late", key="relayer")
    assert idle.exit_code == 0 and "AAPLx: nothing is late" in idle.stdout
    for amount in ("100", "50"):
        ask(owner, amount)
    ask(owner, "25", "--min-price", "150")
    owner.ledger.advance(2 * DAY + 1)
    done = owner.ok("redeem", "default", "AAPLx", "--late", key="relayer")
    assert done["counts"] == {"defaulted": 3}
    assert [one["penalty"]["ui"] for one in done["requests"]] == ["100", "50", "0"]
    assert (owner.money("holder").value, owner.tokens("holder")) == (150 * 10**6, 10_000 * ONE)
    one = owner.run("redeem", "default", "AAPLx", f"{owner.address('holder')}/0", key="relayer")
    assert one.exit_code == 1 and "gone" in one.stdout and "is not open" in " ".join(one.stdout.split())
    for words in ((), ("--late", f"{owner.address('holder')}/0")):
        assert "not both" in owner.refused(2, "redeem", "default", "AAPLx", *words, key="relayer")
    stranger = f"{Pubkey([9] * 32)}/0"
    assert owner.run("redeem", "default", "AAPLx", stranger, key="relayer").exit_code == 1
    early = ask(owner, "5")
    told = owner.run("redeem", "default", "AAPLx", f"{owner.address('holder')}/{early}", "--json", key="relayer")
    assert told.exit_code == 1 and "DeadlineNotPassed" in json.loads(told.stdout)["requests"][0]["why"]
