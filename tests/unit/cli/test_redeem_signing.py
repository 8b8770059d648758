"""Redemption and its bond with keys on several machines: each step signed without a network, and sent by another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from solders.hash import Hash
from solders.pubkey import Pubkey
from typer.testing import CliRunner

from tests.unit.cli.desk import Desk
from tests.unit.cli.machines import blockhash, offline, round_trip, signed
from xstock_client.cli._app import app

DAY = 86_400
ONE = ("--multiplier", "1")
APART = {
    "bond open",
    "bond deposit",
    "bond queue",
    "bond withdraw",
    "bond cancel",
    "redeem request",
    "redeem agree",
    "redeem cancel",
    "redeem take-back",
    "redeem confirm",
    "redeem dispute",
    "redeem accept",
    "redeem settle",
    "redeem paid",
    "redeem reject",
    "redeem rule",
    "redeem default",
    "redeem conclude",
}
"""What is signed here apart from sending."""
TOGETHER = {"redeem table open", "redeem table close"}
"""Several steps from a recent slot: refused where signatures come from several machines."""


class Steps:
    """Each step by two machines, of which the one that signs has no network."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.done: set[str] = set()

    def __call__(self, command: str, *words: str, key: str) -> Any:
        self.done.add(command)
        return round_trip(self.desk, *command.split(), *words, key=key)

    def reading(self, command: str, *words: str, key: str) -> Any:
        """A step that reads the chain where it signs, too."""
        self.done.add(command)
        desk, given = self.desk, blockhash(self.desk)
        theirs = ("-k", desk.key(key), "--fee-payer", desk.address("relayer"))
        result = desk.run(*command.split(), *words, *given, *theirs, "--sign-only", "--json")
        assert result.exit_code == 0, result.output
        assert "reading from" in result.stderr
        (signature,) = json.loads(result.stdout)["signers"]
        ours = ("-k", desk.address(key), "--fee-payer", desk.key("relayer"), "--signer", signature)
        return desk.ok(*command.split(), *words, *given, *ours)


@pytest.fixture
def minted(backed: Desk) -> Desk:
    """10,000 Apple shares of the holder's, and an arbiter."""
    owner = backed.address("holder")
    backed.ok("mint", "AAPLx", "10000", "--to", owner, "--ticket", "0", key="member")
    backed.appoint()
    return backed


def coin(desk: Desk) -> tuple[str, str]:
    return "--coin", f"{desk.coin.mint}:6"


def test_redemption_is_signed_apart_from_sending(minted: Desk) -> None:
    desk, step = minted, Steps(minted)
    bond(desk, step)
    owner, rent = desk.address("holder"), ("--rent-receiver", desk.address("relayer"))
    ask = ("--no-cpi-guard", *ONE, *coin(desk))

    step("redeem request", "@0", "100", "--at-market", "--id", "0", "--open-book", *ask, key="holder")
    step("redeem accept", "@0", f"{owner}/0", "--price", "190", *coin(desk), key="member")
    step("redeem agree", "@0", "0", "--price", "190", *coin(desk), key="holder")
    pays = ("--price", "190", "--amount", "100", *ONE, *coin(desk), *rent)
    assert step("redeem settle", "@0", f"{owner}/0", *pays, "--open-account", key="member")["paid"]["ui"] == "19000"
    assert desk.money("holder").value == 19_000 * 10**6

    limit = ("--min-price", "150", *ask, "--no-open-book")
    step("redeem request", "@0", "10", *limit, "--id", "1", key="holder")
    back = ("--source", desk.account("holder"), *rent, "--no-open-account", "--no-memo")
    step("redeem cancel", "@0", "1", *back, key="holder")

    arbiter = desk.address("arbiter")
    terms = ("--off-chain", "--terms-hash", "ab" * 32, "--arbiter", arbiter, *ask, "--no-open-book")
    for number in ("2", "3", "4"):
        step("redeem request", "@0", "10", *terms, "--id", number, key="holder")
        step("redeem accept", "@0", f"{owner}/{number}", "--arbiter", arbiter, key="member")
        step("redeem paid", "@0", f"{owner}/{number}", "--evidence-hash", "cd" * 32, key="member")
    step("redeem confirm", "@0", "2", *rent, key="holder")
    step("redeem dispute", "@0", "3", key="holder")
    step("redeem rule", "@0", f"{owner}/3", "--paid", key="arbiter")
    for number in ("3", "4"):
        if number == "4":
            desk.ledger.advance(5 * DAY + 1)
        assert step("redeem conclude", "@0", f"{owner}/{number}", *rent, key="member")["counts"] == {"concluded": 1}
    assert desk.ok("redeem", "list", "@0") == []

    step("redeem request", "@0", "10", "--at-market", *ask, "--no-open-book", "--id", "5", key="holder")
    step("redeem request", "@0", "10", "--at-market", *ask, "--no-open-book", "--id", "6", key="holder")
    desk.ledger.advance(2 * DAY + 1)
    step.reading("redeem take-back", "@0", "5", key="holder")
    step.reading("redeem default", "@0", f"{owner}/6", key="member")
    assert desk.money("holder").value == 19_020 * 10**6
    rejected(desk, step, ask, rent)
    assert step.done == APART


def bond(desk: Desk, step: Steps) -> None:
    """Opened, filled, and taken out of."""
    desk.ok(*desk.new_asset("NVDAx", "US67066G1040"), key="authority")
    step("bond open", "@1", str(desk.coin.mint), key="authority")
    step("bond deposit", "@1", "500", *coin(desk), key="member")
    desk.fund("authority")
    to = ("--to", str(desk.coin.account(Pubkey.from_string(desk.address("member")))))
    step("bond queue", "@1", "--all", *to, *coin(desk), key="authority")
    step("bond cancel", "@1", "--as", "pauser", key="member")
    step("bond queue", "@1", "200", *to, *coin(desk), key="authority")
    # nothing was minted, so nothing has to wait
    assert step("bond withdraw", "@1", *to, *coin(desk), key="authority")["bond"]["ui"] == "300"


def rejected(desk: Desk, step: Steps, ask: tuple[str, ...], rent: tuple[str, ...]) -> None:
    """Nothing freezes an account in this version but the ledger itself."""
    owner = desk.address("holder")
    step("redeem request", "@0", "10", "--min-price", "150", *ask, "--no-open-book", "--id", "7", key="holder")
    desk.freeze("holder")
    step("redeem reject", "@0", f"{owner}/7", "--source", desk.account("holder"), *rent, "--no-memo", key="member")


def test_a_list_is_settled_by_two_machines(minted: Desk) -> None:
    """What each is paid depends on the chain, so both machines read it; the signature is over one transaction."""
    desk, owner = minted, minted.address("holder")
    for number in ("0", "1"):
        desk.ok("redeem", "request", "AAPLx", "10", "--min-price", "150", key="holder")
        desk.ok("redeem", "accept", "AAPLx", f"{owner}/{number}", key="member")
    path = str(desk.folder / "pay.csv")
    desk.ok("redeem", "list", "AAPLx", "--csv", path)
    words = ("redeem", "settle", "AAPLx", "--csv", path, "--price", "160", "--agent")
    desk.pay("treasury", "5000")
    given = blockhash(desk)
    payer = ("--fee-payer", desk.key("relayer"))
    money = desk.run(
        *words, desk.key("treasury"), *given, *payer, "-k", desk.address("member"), "--sign-only", "--json"
    )
    assert money.exit_code == 0, money.output
    made = json.loads(money.stdout)
    assert made["absent"] == [desk.address("member")]
    signers = [word for one in made["signers"] for word in ("--signer", one)]
    ours = (desk.address("treasury"), *given, "--fee-payer", desk.address("relayer"), "-k", desk.key("member"))
    done = desk.ok(*words, *ours, *signers)
    assert (done["paid"]["ui"], done["counts"]) == ("3200", {"settled": 2})
    assert desk.money("treasury").value == 1_800 * 10**6
    for extra, message in (
        (("--table", desk.address("x")), "takes no lookup table"),
        ((), "has ended, or was never made: leave it out"),
    ):
        said = desk.refused(2, *words, desk.key("treasury"), *extra, *blockhash(desk), *payer, key="member")
        assert message in said


def test_what_cannot_be_signed_apart(minted: Desk) -> None:
    desk, owner = minted, minted.address("holder")
    for words in (("redeem", "table", "open", "AAPLx"), ("redeem", "table", "close", owner)):
        assert "cannot be signed apart" in desk.refused(2, *words, *blockhash(desk), key="member")
    several = ("redeem", "accept", "AAPLx", f"{owner}/0", f"{owner}/1")
    assert "2 acceptances take 2 transactions" in desk.refused(2, *several, *blockhash(desk), key="member")
    assert "nothing is late" in desk.refused(2, "redeem", "default", "AAPLx", "--late", *blockhash(desk), key="member")
    nothing = ("redeem", "conclude", "AAPLx", "--due", *blockhash(desk))
    assert "there is nothing to sign" in desk.refused(2, *nothing, key="member")


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("redeem", "request", "@0", "1", "--at-market", *ONE), "say what the asset pays in with --coin MINT:DECIMALS"),
        (("redeem", "request", "@0", "1", "--at-market", *ONE, "COIN"), "say --id, --open-book or --no-open-book, and"),
        (("redeem", "cancel", "@0", "1"), "say --source, --rent-receiver, --open-account or --no-open-account"),
        (("redeem", "accept", "@0", "HOLDER/1", "--price", "190"), "with --coin MINT:DECIMALS"),
        (("redeem", "settle", "@0", "HOLDER/1", "--price", "190", "COIN"), "say --amount and --multiplier"),
        (
            ("redeem", "settle", "@0", "HOLDER/1", "--price", "190", "--amount", "1", *ONE, "COIN"),
            "say --rent-receiver",
        ),
        (("redeem", "confirm", "@0", "1"), "name who paid the request's rent with --rent-receiver"),
        (("redeem", "conclude", "@0", "HOLDER/1"), "name who paid the request's rent with --rent-receiver"),
        (("redeem", "reject", "@0", "HOLDER/1"), "say --source, --rent-receiver, and --memo or --no-memo"),
        (("redeem", "take-back", "@0", "1"), "`xstock redeem cancel`"),
        (("bond", "deposit", "@0", "1"), "with --coin MINT:DECIMALS"),
        (("bond", "withdraw", "@0", "COIN"), "name the account that was announced with --to"),
        (("policy", "queue", "@0", "--penalty-rate", "2"), "with --coin MINT:DECIMALS"),
    ],
)
def test_what_cannot_be_read_can_be_said(unchanged: Desk, words: tuple[str, ...], advice: str) -> None:
    holder, given = unchanged.address("holder"), f"{unchanged.coin.mint}:6"
    said = [word.replace("HOLDER", holder) for word in words if word != "COIN"]
    if "COIN" in words:
        said += ["--coin", given]
    fixed = ("--blockhash", str(Hash.default()), "--sign-only", "-k", unchanged.key("member"))
    result = CliRunner().invoke(app, [*said, *fixed, "-u", "http://127.0.0.1:9"])
    assert result.exit_code == 4, result.output
    assert result.stdout == ""
    _, _, instead = result.stderr.partition("To do without the network, ")
    assert advice in instead


def test_the_coin_that_is_named_is_compared_with_the_chain(minted: Desk) -> None:
    """A signature made with another coin in mind never leads to another transaction."""
    ask = ("redeem", "request", "AAPLx", "1", "--min-price", "150")
    for text in (f"{minted.coin.mint}:9", f"{minted.coin.mint}:6:token-2022", f"{minted.address('x')}:6"):
        said = minted.refused(2, *ask, "--coin", text, key="holder")
        assert "--coin says" in said and "nothing was sent" in said
    for text, message in (
        ("USDC", "is no coin: write its mint and its decimals"),
        (f"{minted.coin.mint}:six", "is no coin"),
        (f"{minted.coin.mint}:6:spl", "is no coin"),
        ("x:6", "'x' before the colon is not an address"),
    ):
        result = offline(*ask, "--coin", text, "-k", minted.key("holder"))
        assert result.exit_code == 2 and message in " ".join(result.stderr.replace("│", " ").split())


def test_without_a_network_the_arbiter_must_be_named(minted: Desk) -> None:
    words = ("redeem", "request", "@0", "1", "--off-chain", "--terms-hash", "ab" * 32, *ONE, *coin(minted))
    given = ("--blockhash", "11111111111111111111111111111111", "--sign-only", "-k", minted.key("holder"))
    result = offline(*words, *given)
    assert result.exit_code == 2 and "--off-chain needs --arbiter" in result.stderr
    named = ("--arbiter", minted.address("arbiter"), "--id", "0", "--open-book", "--no-cpi-guard")
    made = signed(*words, *named, "--blockhash", "11111111111111111111111111111111", "-k", minted.key("holder"))
    assert len(made["signers"]) == 1
