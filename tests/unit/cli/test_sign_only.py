"""Keys on several machines: every command that writes is signed on one without a network and sent by another."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from typer.testing import CliRunner

from tests.unit.cli.desk import EXAMPLES, GENESIS, ISSUER_ID, Desk
from tests.unit.cli.machines import UsedTheNetwork, blockhash, no_network, nonce, offline, round_trip, signed, stored
from tests.unit.cli.test_commands import COMMANDS
from tests.unit.cli.test_dividend_signing import READING, STEPS
from tests.unit.cli.test_redeem_signing import APART, TOGETHER
from xstock_client import pda
from xstock_client.cli._app import app
from xstock_client.ledger import DEFAULT_UNITS, Account

READS = {
    "issuer show",
    "role list",
    "asset list",
    "asset show",
    "custodian list",
    "attest plan",
    "attest sign",
    "attest sign-supply",
    "attest cosign",
    "attest show",
    "reserve show",
    "reserve watch",
    "reserve verify",
    "policy show",
    "policy diff",
    "chain list",
    "tickets list",
    "allowance show",
    "bond show",
    "redeem quote",
    "redeem status",
    "redeem list",
    "attestors show",
    "action list",
    "action show",
    "snapshot list",
    "snapshot status",
    "snapshot build",
    "snapshot verify",
    "snapshot prove",
    "snapshot leaf",
    "dividend rates",
    "dividend entitlements",
    "dividend prove",
    "dividend leaf",
    "dividend list",
    "dividend status",
    "recipient show",
    "tax export",
    "events",
    "blockhash",
}
ASSET = pda.asset(pda.issuer(int(ISSUER_ID)), 0)
ANYBODY = "11111111111111111111111111111112"
UNTIL = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d")


def test_no_network_means_none() -> None:
    with pytest.raises(UsedTheNetwork):
        no_network("http://localhost", None, "confirmed")
    with pytest.raises(AssertionError, match="UsedTheNetwork"):
        offline("asset", "list", "--issuer", "7")


def test_every_command_that_writes_is_signed_apart_from_sending(desk: Desk) -> None:
    """One day, each step by two machines. What each command says is what the chain holds afterwards."""
    done: set[str] = set()

    def step(command: str, *words: str, key: str) -> dict[str, object]:
        done.add(command)
        given: dict[str, object] = round_trip(desk, *command.split(), *words, key=key)
        return given

    for name in ("relayer", "holder"):
        desk.fund(name)
    member, holder = desk.address("member"), desk.address("holder")
    step("issuer create", ISSUER_ID, "Test Issuer", "--genesis-hash", GENESIS, key="authority")
    for role in ("minter", "attestor-manager", "redeemer", "pauser", "unpauser"):
        step("role grant", role, member, "--until", UNTIL, key="authority")
    new = desk.new_asset("AAPLx", "US0378331005")[2:]
    listed = step("asset new", *new, "--number", "0", "--permissioned-burn", key="authority")
    assert (listed["asset"], listed["permissioned_burn"]) == (str(ASSET), True)
    one = ("--multiplier", "1")
    limits = ("--per-day", "20000", "--lifetime", "1000000")
    step("allowance set", "@0", member, *limits, *one, "--no-approver", key="authority")
    for slot, custodian in enumerate(("alpine-rock", "harbor-point")):
        profile = ("--profile", str(EXAMPLES / f"{custodian}.profile.yaml"))
        step("custodian register", "@0", str(slot), "--attester", desk.address(custodian), *profile, key="member")
    attest_from_two_machines(desk)
    done.add("attest submit")
    desk.pay("member", "100000")
    step("bond open", "@0", str(desk.coin.mint), key="authority")
    step("bond deposit", "@0", "100000", "--coin", f"{desk.coin.mint}:6", key="member")

    mint = ("@0", "10000", "--to", holder, "--ticket", "7", "--open-page", "--open-account")
    assert step("mint", *mint, *one, key="member")["status"] == "minted"
    step("halt", "@0", "--mint", "--requests", key="member")
    assert desk.ok("reserve", "show", "@0")["halts"] == "mint, requests"
    step("resume", "@0", "--mint", "--requests", key="member")
    assert desk.ok("reserve", "show", "@0")["halts"] == "nothing"
    office_from_two_machines(desk, step)
    done |= {"policy apply", "tickets close"}
    step("custodian retire", "@0", "1", key="member")  # what is left is short: minting latches off
    assert desk.ok("custodian", "list", "@0")[0]["slot"] == 0
    given = blockhash(desk)
    payer = ("--fee-payer", desk.key("relayer"))
    made = signed("solvency", "check", "@0", "--submit", *given, *payer)
    done.add("solvency check")
    words = ("solvency", "check", "@0", "--submit", "--json", *given, "--fee-payer", desk.address("relayer"))
    checked = desk.run(*words, "--signer", made["signers"][0])
    assert checked.exit_code == 1 and json.loads(checked.stdout)["transaction"]["events"][0]["event"]
    assert "absent" not in made
    # The reserve cannot be covered again here: the program's own refusal arrives, so the command was sent as built.
    given = blockhash(desk)
    made = signed("reopen", "@0", *given, "-k", desk.key("member"), "--fee-payer", desk.address("relayer"))
    ours = (*given, "-k", member, "--fee-payer", desk.key("relayer"), "--signer", made["signers"][0])
    assert "QuorumNotMet" in desk.refused(1, "reopen", "@0", *ours)
    done.add("reopen")

    rent = ("--rent-receiver", desk.address("relayer"))
    step("role revoke", "minter", member, *rent, key="authority")
    assert "minter" not in [one["role"] for one in desk.ok("role", "list")]
    step("issuer handoff propose", desk.address("heir"), key="authority")
    step("issuer handoff cancel", key="authority")
    desk.fund("relayer")  # another blockhash: the same transaction runs once
    step("issuer handoff propose", desk.address("heir"), key="authority")
    desk.ledger.advance(25 * 3_600)  # the handoff waits out the timelock
    step("issuer handoff accept", key="heir")
    assert desk.ok("issuer", "show")["authority"] == desk.address("heir")
    assert done | APART | READING == set(COMMANDS) - READS - TOGETHER - STEPS, (
        "a new command is signed here too, or counted among those that only read"
    )


def by_its_fee_payer(desk: Desk, *words: str) -> Any:
    """What anybody may do is signed by nobody else."""
    given = blockhash(desk)
    made = signed(*words, *given, "-k", desk.key("relayer"))
    assert "absent" not in made
    (signature,) = made["signers"]
    return desk.ok(*words, *given, "-k", desk.address("relayer"), "--signer", signature)


def office_from_two_machines(desk: Desk, step: Callable[..., Any]) -> None:
    """What waits after the first mint, and what stops it from acting."""
    member, relayer, newcomer = desk.address("member"), desk.address("relayer"), desk.address("newcomer")
    waits = step("policy queue", "@0", "--haircut", "50%", "--collateral", "105%", key="authority")
    assert (waits["tighter"], waits["looser"]) == (["collateral_bps"], ["haircut_bps"])
    step("policy cancel", "@0", "--as", "pauser", key="member")
    step("policy queue", "@0", "--haircut", "50%", key="authority")
    desk.ledger.advance(2 * 86_400)
    assert by_its_fee_payer(desk, "policy", "apply", "@0")["applied"] == {"haircut_bps": 5_000}

    token = "eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f"
    step("chain register", "@0", "0", token, "--attester", desk.address("bridge"), key="member")
    assert step("chain retire", "@0", "0", key="member")["retired"] is False
    step("chain cancel", "@0", "0", "--retirement", key="authority")
    step("chain cap", "@0", "0", "100", key="authority")
    (chain,) = desk.ok("chain", "list", "@0")
    assert (chain["cap"]["ui"], chain["retire_from"], chain["chain"]) == ("100", None, "eip155:1")

    profile = ("--profile", str(EXAMPLES / "alpine-rock.profile.yaml"))
    step("custodian register", "@0", "0", "--attester", newcomer, *profile, key="member")
    step("custodian cancel-keys", "@0", "0", "--as", "pauser", key="member")
    assert desk.ok("custodian", "list", "@0")[0]["next_keys"] == []
    raised = ("--per-day", "30000", "--lifetime", "1000000", "--multiplier", "1", "--no-approver")
    step("allowance set", "@0", member, *raised, key="authority")
    step("allowance cancel", "@0", member, key="authority")
    assert desk.ok("allowance", "show", "@0", member)["next"] is None

    mint = ("@0", "1", "--to", newcomer, "--ticket", "4096", "--open-page", "--open-account", "--multiplier", "1")
    step("mint", *mint, key="member")
    step("tickets watermark", "@0", "4097", "--yes", key="authority")
    by_its_fee_payer(desk, "tickets", "close", "@0", "0", "--rent-receiver", relayer)
    assert [page["page"] for page in desk.ok("tickets", "list", "@0")["pages"]] == [1]

    step("role grant", "compliance", newcomer, "--until", UNTIL, key="authority")
    step("role cancel", "compliance", newcomer, "--as", "pauser", key="member")
    assert step("role renounce", "corporate", "--yes", key="authority")["done"] is False
    step("role cancel", "corporate", "--renunciation", key="authority")
    assert desk.ok("issuer", "show")["renouncing"] is None


def attest_from_two_machines(desk: Desk) -> None:
    """Reports are put in order by what the chain holds, so this one reads, also where it only signs."""
    for custodian, name in (
        ("alpine-rock", "alpine-rock.semt.002.001.11.xml"),
        ("harbor-point", "harbor-point.statement.csv"),
    ):
        desk.ok(*desk.sign(custodian, desk.statement(name)), key=custodian)
    files = [str(desk.folder / f"{custodian}.signed.json") for custodian in ("alpine-rock", "harbor-point")]
    account = nonce(desk, "holder")
    words = ("attest", "submit", *files, "--nonce", account, "--blockhash", stored(desk, account))
    theirs = ("-k", desk.key("holder"), "--fee-payer", desk.address("relayer"), "--nonce-authority", desk.key("holder"))
    result = desk.run(*words, *theirs, "--sign-only", "--json")
    assert result.exit_code == 0, result.output
    assert "reading from" in result.stderr
    made = json.loads(result.stdout)
    assert made["absent"] == [desk.address("relayer")]
    ours = ("--nonce-authority", desk.address("holder"), "--fee-payer", desk.key("relayer"))
    submitted = desk.ok(*words, *ours, "--signer", made["signers"][0])
    # A nonce's advance stands before the signature check, which the relay names by its index.
    assert [event["event"] for event in submitted["transactions"][0]["events"]] == ["ReserveAttested"] * 2


MINT = ("mint", "@0", "10000", "--to", ANYBODY, "--ticket", "42", "--multiplier", "1", "--open-page", "--open-account")


def test_a_mint_by_two_machines_with_a_nonce(backed: Desk) -> None:
    """The minter's machine has no network and takes its time; a third key advances the nonce."""
    account = nonce(backed, "treasury")
    fixed = ("--nonce", account, "--blockhash", stored(backed, account))
    minter, keeper = backed.address("member"), backed.address("treasury")
    payer = ("--fee-payer", backed.address("relayer"))
    first = signed(*MINT, *fixed, "-k", backed.key("member"), *payer, "--nonce-authority", keeper)
    second = signed(*MINT, *fixed, "-k", minter, *payer, "--nonce-authority", backed.key("treasury"))
    assert first["message"] == second["message"]
    assert set(first["absent"]) == {backed.address("relayer"), keeper}
    # One machine may add to what another signed, and passes all on.
    both = signed(
        *MINT,
        *fixed,
        "-k",
        minter,
        *payer,
        "--nonce-authority",
        backed.key("treasury"),
        "--signer",
        first["signers"][0],
    )
    assert sorted(both["signers"]) == sorted([*first["signers"], *second["signers"]])
    backed.ledger.advance(600)  # no recent blockhash lives that long
    backed.fund("relayer")
    ours = (*fixed, "-k", minter, "--fee-payer", backed.key("relayer"), "--nonce-authority", keeper)
    for one, missing in ((first, keeper), (second, minter)):
        said = backed.refused(2, *MINT, *ours, "--signer", *one["signers"])
        assert f"must also be signed by {missing}: sign on the machine" in said
    signers = [word for one in both["signers"] for word in ("--signer", one)]
    minted = backed.ok(*MINT, *ours, *signers)
    assert minted["status"] == "minted"
    assert stored(backed, account) != fixed[3]
    again = backed.refused(2, *MINT, *ours, *signers)
    assert f"stores {stored(backed, account)}, not the blockhash {fixed[3]}" in again
    assert backed.ok("reserve", "show", "@0")["supply"]["ui"] == "10000"


def test_minter_and_approver_on_two_machines_and_the_treasury_on_a_third(backed: Desk) -> None:
    """Above the minter's threshold a second key must sign; neither of the two meets a network."""
    approver = backed.address("approver")
    backed.ok("role", "grant", "approver", approver, "--days", "30", key="authority")
    limits = ("--per-day", "20000", "--lifetime", "1000000", "--approver-above", "5000")
    backed.ok("allowance", "set", "AAPLx", backed.address("member"), *limits, key="authority")
    backed.ledger.advance(25 * 3_600)  # a new role waits out the timelock; the reports still count
    account = nonce(backed, "relayer")
    fixed = ("--nonce", account, "--blockhash", stored(backed, account))
    payer = ("--fee-payer", backed.address("relayer"))
    by_minter = signed(*MINT, *fixed, "-k", backed.key("member"), "--approver", approver, *payer)
    by_approver = signed(*MINT, *fixed, "-k", backed.address("member"), "--approver", backed.key("approver"), *payer)
    assert by_minter["message"] == by_approver["message"]
    assert set(by_minter["absent"]) == {approver, backed.address("relayer")}
    assert [one.partition("=")[0] for one in by_approver["signers"]] == [approver]
    ours = (*fixed, "-k", backed.address("member"), "--fee-payer", backed.key("relayer"))
    alone = ("--signer", *by_minter["signers"])
    assert f"must also be signed by {approver}" in backed.refused(2, *MINT, *ours, "--approver", approver, *alone)
    # Without naming the approver it is another transaction, which the minter did not sign.
    assert "is not over this message" in backed.refused(3, *MINT, *ours, *alone)
    assert "ApproverNeeded" in backed.refused(1, *MINT, key="member")
    both = (*alone, "--signer", *by_approver["signers"])
    assert backed.ok(*MINT, *ours, "--approver", approver, *both)["status"] == "minted"


def test_a_nonce_without_the_value_is_read_where_there_is_a_network(backed: Desk) -> None:
    account = nonce(backed, "member")
    minted = backed.ok(*MINT, "--nonce", account, key="member")
    assert minted["status"] == "minted"
    shown = backed.ok("blockhash", account)
    assert shown == {"blockhash": stored(backed, account), "nonce": account, "authority": backed.address("member")}
    assert shown["blockhash"] in backed.run("blockhash", account).stdout


def test_what_is_printed_is_the_solana_clis(desk: Desk) -> None:
    """Text and JSON, to the letter; what is empty is left out, and the message comes on demand only."""
    given = str(Hash(bytes([5] * 32)))
    words = ("halt", "@0", "--mint", "--blockhash", given, "--sign-only")
    keys = ("-k", desk.key("member"), "--fee-payer", desk.address("relayer"))
    made = signed(*words[:-1], *keys)
    assert list(made) == ["blockhash", "message", "signers", "absent"]
    assert made["blockhash"] == given
    plain = json.loads(offline(*words, *keys, "--json").stdout)
    assert list(plain) == ["blockhash", "signers", "absent"]
    text = offline(*words, *keys, "--dump-transaction-message").stdout
    assert text.split("\n") == [
        "",
        f"Blockhash: {given}",
        f"Transaction Message: {made['message']}",
        "Signers (Pubkey=Signature):",
        f" {made['signers'][0]}",
        "Absent Signers (Pubkey):",
        f" {desk.address('relayer')}",
        "",
    ]
    assert "Transaction Message" not in offline(*words, *keys).stdout
    alone = json.loads(offline(*words, "-k", desk.key("member"), "--json").stdout)
    assert list(alone) == ["blockhash", "signers"]
    # What is dumped is what was signed.
    message = Message.from_bytes(base64.b64decode(made["message"]))
    assert str(message.recent_blockhash) == given
    key, _, text = made["signers"][0].partition("=")
    assert Signature.from_string(text).verify(Pubkey.from_string(key), bytes(message))


def test_bad_signatures_are_listed_and_end_the_run(desk: Desk) -> None:
    given = str(Hash(bytes([5] * 32)))
    words = ("halt", "@0", "--mint", "--blockhash", given, "--sign-only", "--json")
    keys = ("-k", desk.key("member"), "--fee-payer", desk.address("relayer"))
    bad = f"{desk.address('relayer')}={Keypair().sign_message(b'something else')}"
    result = offline(*words, *keys, "--signer", bad)
    assert result.exit_code == 3
    printed = json.loads(result.stdout)
    assert printed["badSig"] == [desk.address("relayer")] and "absent" not in printed
    assert f"the signature of {desk.address('relayer')} is not over this message" in result.stderr
    text = offline(*words[:-1], *keys, "--signer", bad).stdout
    assert f"Bad Signatures (Pubkey):\n {desk.address('relayer')}\n" in text


def test_the_budget_is_fixed_and_a_signature_is_for_one_budget(backed: Desk) -> None:
    given = blockhash(backed)
    keys = ("-k", backed.key("member"), "--fee-payer", backed.address("relayer"))
    halt = ("halt", "@0", "--mint", *given)
    made = signed(*halt, *keys)
    budgets = {
        (): [bytes([2]) + DEFAULT_UNITS.to_bytes(4, "little")],
        ("--compute-unit-limit", "123456"): [bytes([2]) + (123_456).to_bytes(4, "little")],
        ("--compute-unit-limit", "0"): [],
        ("--compute-unit-price", "7"): [
            bytes([2]) + DEFAULT_UNITS.to_bytes(4, "little"),
            bytes([3]) + (7).to_bytes(8, "little"),
        ],
    }
    messages = set()
    for options, expected in budgets.items():
        message = Message.from_bytes(base64.b64decode(signed(*halt, *keys, *options)["message"]))
        assert [bytes(one.data) for one in message.instructions[1:]] == expected
        messages.add(bytes(message))
    assert len(messages) == len(budgets)
    ours = (*halt, "-k", backed.address("member"), "--fee-payer", backed.key("relayer"), "--signer", *made["signers"])
    said = backed.refused(3, *ours, "--compute-unit-limit", "123456")
    assert "is not over this message: an argument differs" in said
    assert backed.ok("reserve", "show", "@0")["halts"] == "nothing"
    backed.ok(*ours)
    assert backed.ok("reserve", "show", "@0")["halts"] == "mint"


def test_a_multisig_imports_the_message(backed: Desk) -> None:
    """A program's address as the authority: the message is complete, and nobody can sign it."""
    vault = str(Pubkey.find_program_address([b"vault"], Pubkey([9] * 32))[0])
    words = ("halt", "@0", "--mint", "--blockhash", str(Hash.default()), "-k", vault, "--sign-only")
    result = offline(*words, "--dump-transaction-message", "--json")
    assert result.exit_code == 0, result.output
    made = json.loads(result.stdout)
    assert made["absent"] == [vault] and "signers" not in made
    assert f"{vault} is a program's address" in result.stderr and "can never sign" in result.stderr
    message = Message.from_bytes(base64.b64decode(made["message"]))
    assert str(message.account_keys[0]) == vault and message.header.num_required_signatures == 1
    # An ordinary key's place is filled by an ordinary signature, so that note is not for it.
    assert "can never sign" not in offline(*words[:-2], backed.address("member"), "--sign-only").stderr
    given = blockhash(backed)
    said = backed.refused(2, "halt", "@0", "--mint", *given, "-k", vault, "--fee-payer", backed.key("relayer"))
    assert f"must also be signed by {vault}" in said and "can never sign" in said


def test_a_symbol_is_looked_up_where_there_is_a_network(backed: Desk) -> None:
    given = blockhash(backed)
    halt = ("--mint", *given, "--sign-only", "--dump-transaction-message", "--json", "-k", backed.key("member"))
    looked_up = backed.run("halt", "AAPLx", *halt)
    assert "reading from" in looked_up.stderr and "signing only" in looked_up.stderr
    asked = len(backed.asked)
    for name in (str(ASSET), "@0"):
        result = backed.run("halt", name, *halt)
        assert result.stdout == looked_up.stdout
        assert "reading" not in result.stderr
    assert len(backed.asked) == asked


UNREACHABLE = ("-u", "http://127.0.0.1:9")
LACKING = [
    (("halt", "AAPLx", "--mint"), "name the asset by its address, or by its number"),
    (MINT[:-2], "say --open-page or --no-open-page"),
    ((*MINT[:-4], *MINT[-2:]), "with --multiplier"),
    (("role", "revoke", "minter", ANYBODY), "--rent-receiver"),
    (("tickets", "close", "@0", "0"), "name who paid the page's rent with --rent-receiver"),
    (("issuer", "create", "9", "Nine"), "name the cluster with --genesis-hash"),
]


@pytest.mark.parametrize(("words", "advice"), LACKING)
def test_what_cannot_be_read_can_be_said(unchanged: Desk, words: tuple[str, ...], advice: str) -> None:
    """With a cluster that does not answer: which option does without it."""
    given = ("--blockhash", str(Hash.default()), "--sign-only", "-k", unchanged.key("member"))
    result = CliRunner().invoke(app, [*words, *given, *UNREACHABLE])
    assert result.exit_code == 4, result.output
    assert result.stdout == ""
    assert "cannot reach http://127.0.0.1:9" in result.stderr
    _, _, instead = result.stderr.partition("To do without the network, ")
    assert advice in instead


H = str(Hash(bytes([5] * 32)))
SIGNATURE = str(Keypair.from_seed(bytes([8] * 32)).sign_message(b"x"))
KEY = str(Keypair.from_seed(bytes([8] * 32)).pubkey())
USAGE = [
    (("--sign-only",), "--sign-only needs --blockhash"),
    (("--sign-only", "--nonce", KEY), "--sign-only needs --blockhash"),
    (("--sign-only", "--blockhash", "0OIl"), "'0OIl' is not a blockhash"),
    (("--sign-only", "--blockhash", "abc"), "'abc' is not a blockhash"),
    (("--sign-only", "--blockhash", ""), "'' is not a blockhash"),
    (("--dump-transaction-message",), "goes with --sign-only"),
    (("--dump-transaction-message", "--blockhash", H), "goes with --sign-only"),
    (("--signer", f"{KEY}={SIGNATURE}"), "--signer needs --blockhash"),
    (("--blockhash", H, "--signer", KEY), "not a signature of the form PUBKEY=SIGNATURE"),
    (("--blockhash", H, "--signer", f"x={SIGNATURE}"), "'x' before the = is not an address"),
    (("--blockhash", H, "--signer", f"={SIGNATURE}"), "'' before the = is not an address"),
    (("--blockhash", H, "--signer", f"{KEY}=x"), f"what stands behind {KEY}= is not a signature"),
    (("--blockhash", H, "--signer", f"{KEY}="), f"what stands behind {KEY}= is not a signature"),
    (("--blockhash", H, "--signer", f"{KEY}={SIGNATURE}1"), f"what stands behind {KEY}= is not a signature"),
    (("--blockhash", H, "--signer", f"{KEY}={Signature.default()}"), "is blank"),
    (("--blockhash", H, *(["--signer", f"{KEY}={SIGNATURE}"] * 2)), f"{KEY} is given two signatures"),
    (("--blockhash", H, "--signer", f"{KEY}={SIGNATURE}", "--sign-only"), f"{KEY} is no signer of this transaction"),
    (("--nonce-authority", KEY), "--nonce-authority needs --nonce"),
    (("--blockhash", H, "--sign-only", "--nonce-authority", KEY), "--nonce-authority needs --nonce"),
    (("--blockhash", H, "--nonce", "x"), "--nonce: 'x' is not an address"),
    (("--compute-unit-limit", "1000"), "--compute-unit-limit goes with --blockhash or --nonce"),
    (("--compute-unit-price", "1"), "--compute-unit-price goes with --blockhash or --nonce"),
    (("--compute-unit-limit", "1400001", "--blockhash", H), "less than or equal to 1400000"),
    (("--compute-unit-price", str(2**64), "--blockhash", H), "less than or equal to 18446744073709551615"),
    (("--compute-unit-limit", "-1", "--blockhash", H), "greater than or equal to 0"),
    (("--multiplier", "0"), "must lie between"),
    (("--multiplier", "1.0000000000001"), "more than 12 decimals"),
    (("--multiplier", "x"), "plain decimal number"),
]


@pytest.mark.parametrize(("options", "message"), USAGE)
def test_options_that_make_no_sense(desk: Desk, options: tuple[str, ...], message: str) -> None:
    """Each is refused before any network, prints nothing on standard output, and says what is wrong."""
    result = offline("halt", "@0", "--mint", "-k", desk.key("member"), *options)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert message in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize("place", ["@", "@x", "@-1", "@4294967296", "@0x", "@٣"])
def test_numbers_of_assets(desk: Desk, place: str) -> None:
    result = offline("halt", place, "--mint", "-k", desk.key("member"), "--blockhash", H, "--sign-only")
    assert result.exit_code == 2 and "is no asset's number" in result.stderr


def test_times_that_count_from_now_are_refused(unchanged: Desk) -> None:
    words = ("role", "grant", "minter", ANYBODY)
    keys = ("-k", unchanged.key("authority"))
    for options in (("--sign-only", "--blockhash", H), ("--blockhash", H), ("--nonce", KEY)):
        result = offline(*words, "--days", "30", *options, *keys)
        assert result.exit_code == 2 and "say --until" in result.stderr and result.stdout == ""
    first = signed(*words, "--until", UNTIL, "--blockhash", H, *keys)
    assert first["message"] == signed(*words, "--until", f"{UNTIL}T00:00:00", "--blockhash", H, *keys)["message"]


def test_commands_that_sign_nothing_say_so(unchanged: Desk) -> None:
    given = ("--blockhash", H, "--sign-only")
    for words in (("asset", "list"), ("reserve", "show", "AAPLx"), ("solvency", "check", "AAPLx"), ("attest", "plan")):
        result = unchanged.run(*words, *given)
        assert result.exit_code == 2 and "there is nothing to sign" in result.stderr, words
    assert "there is nothing to sign" in unchanged.refused(2, "asset", "list", "--blockhash", H)


def test_an_address_is_a_key_only_where_signatures_may_come_from_elsewhere(unchanged: Desk) -> None:
    member = unchanged.address("member")
    assert "is an address, which cannot sign" in unchanged.refused(3, "halt", "@0", "--mint", "-k", member)
    given = blockhash(unchanged)
    said = unchanged.refused(2, "halt", "@0", "--mint", *given, "-k", member, "--fee-payer", unchanged.key("relayer"))
    assert f"must also be signed by {member}" in said and "--signer" in said


def test_a_signature_of_another_message(backed: Desk) -> None:
    """Each argument is part of what is signed: change one, and the signature is refused and nothing sent."""
    given = blockhash(backed)
    words = ("mint", "@0", "10000", "--to", ANYBODY, "--ticket", "42", "--multiplier", "1", "--open-page")
    keys = ("-k", backed.key("member"), "--fee-payer", backed.address("relayer"))
    (signature,) = signed(*words, "--open-account", *given, *keys)["signers"]
    ours = (*given, "-k", backed.address("member"), "--fee-payer", backed.key("relayer"), "--signer", signature)

    def changed(old: str, new: str) -> list[str]:
        assert old in words
        return [new if word == old else word for word in words]

    for other in (changed("10000", "10001"), changed("42", "43"), changed(ANYBODY, KEY)):
        assert "is not over this message" in backed.refused(3, *other, "--open-account", *ours)
    assert "is not over this message" in backed.refused(3, *words, "--no-open-account", *ours)
    assert "--multiplier says 2 shares per token, and the chain 1" in backed.refused(
        2, *changed("1", "2"), "--open-account", *ours
    )
    stranger = f"{KEY}={SIGNATURE}"
    assert f"{KEY} is no signer" in backed.refused(2, *words, "--open-account", *ours, "--signer", stranger)
    assert backed.ok("reserve", "show", "@0")["supply"]["raw"] == 0
    assert backed.ok(*words, "--open-account", *ours)["status"] == "minted"


def test_a_blockhash_that_is_not_good_here(backed: Desk) -> None:
    given = blockhash(backed)
    words = ("halt", "@0", "--mint")
    theirs = ("-k", backed.key("member"), "--fee-payer", backed.address("relayer"))
    (signature,) = signed(*words, *given, *theirs)["signers"]
    backed.fund("relayer")  # a newer blockhash
    ours = ("-k", backed.address("member"), "--fee-payer", backed.key("relayer"), "--signer", signature)
    said = backed.refused(2, *words, *given, *ours)
    assert f"the blockhash {given[1]} is not good here" in said and "--nonce" in said


def test_nonce_accounts_that_cannot_be_used(backed: Desk) -> None:
    account = nonce(backed, "member")
    value = stored(backed, account)
    key = Pubkey.from_string(account)
    halt = ("halt", "@0", "--mint", "-k", backed.key("member"))

    def refused(code: int, *options: str) -> str:
        return backed.refused(code, *halt, *options)

    assert "there is no nonce account" in refused(4, "--nonce", KEY, "--blockhash", value)
    assert "is no nonce account: it holds" in refused(2, "--nonce", str(ASSET), "--blockhash", value)
    assert "is no nonce account: it holds 0 bytes" in refused(2, "--nonce", backed.address("relayer"))
    assert f"stores {value}, not the blockhash {H}" in refused(2, "--nonce", account, "--blockhash", H)
    other = ("--nonce-authority", backed.key("relayer"))
    said = refused(2, "--nonce", account, "--blockhash", value, *other)
    assert f"is advanced by {backed.address('member')}, not by {backed.address('relayer')}" in said
    assert "--nonce-authority" in said
    # The default authority is the fee payer.
    assert "is advanced by" in refused(2, "--nonce", account, "--fee-payer", backed.key("relayer"))
    good = asyncio.run(backed.ledger.account(key))
    assert good is not None
    for data, message in (
        (bytes(80), "is not initialised (state 0)"),
        (good.data[:4] + bytes(4) + good.data[8:], "is not initialised (state 0)"),
        (bytes(4) + good.data[4:], "legacy version 0"),
        (good.data[:79], "it holds 79 bytes"),
    ):
        backed.ledger.set_account(key, Account(good.lamports, good.owner, data))
        for options in ((), ("--blockhash", value)):
            assert message in refused(2, "--nonce", account, *options)
        assert message in backed.refused(2, "blockhash", account)
    assert backed.ok("reserve", "show", "@0")["halts"] == "nothing"
    backed.ledger.set_account(key, good)
    backed.ok(*halt, "--nonce", account, "--blockhash", value)
    assert backed.ok("reserve", "show", "@0")["halts"] == "mint"


def test_a_refusal_of_the_program_arrives_as_ever(backed: Desk) -> None:
    """Also behind a nonce's advance, whose index is not the command's; nothing is paid, and the nonce stays."""
    account = nonce(backed, "member")
    value = stored(backed, account)
    words = list(MINT)
    words[2] = "15000"
    said = backed.refused(1, *words, "--nonce", account, "--blockhash", value, key="member")
    assert "ReserveShort" in said and "[reserve 11,000, needed 15,000, " in said
    assert stored(backed, account) == value


def test_files_named_like_addresses_are_files(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)
    (desk.folder / KEY).write_text("[1]")
    result = offline("halt", "@0", "--mint", "-k", KEY, "--blockhash", H, "--sign-only")
    assert result.exit_code == 3 and "its array has 1 entries" in result.stderr


def test_a_complete_transaction_is_what_the_cluster_takes(backed: Desk) -> None:
    """Message and signatures of --sign-only are the whole transaction, for whoever sends it otherwise."""
    given = blockhash(backed)
    made = signed("halt", "@0", "--mint", *given, "-k", backed.key("member"))
    message = Message.from_bytes(base64.b64decode(made["message"]))
    signature = Signature.from_string(made["signers"][0].partition("=")[2])
    receipt = asyncio.run(backed.ledger.submit(VersionedTransaction.populate(message, [signature])))
    assert receipt.signature == signature
    assert backed.ok("reserve", "show", "@0")["halts"] == "mint"


def test_more_reports_than_one_transaction_takes_are_refused_before_the_first(listed: Desk) -> None:
    """Half of them would be on chain, with signatures for the other half that fit nothing."""
    for symbol, isin in (("NVDAx", "US67066G1040"), ("MSFTx", "US5949181045")):
        listed.ok(*listed.new_asset(symbol, isin), key="authority")
        for slot, custodian in enumerate(("alpine-rock", "harbor-point")):
            profile = ("--profile", str(EXAMPLES / f"{custodian}.profile.yaml"))
            key = listed.address(custodian)
            listed.ok("custodian", "register", symbol, str(slot), "--attester", key, *profile, key="member")
    for custodian, name in (
        ("alpine-rock", "alpine-rock.semt.002.001.11.xml"),
        ("harbor-point", "harbor-point.statement.csv"),
    ):
        listed.ok(*listed.sign(custodian, listed.statement(name)), key=custodian)
    files = [str(listed.folder / f"{custodian}.signed.json") for custodian in ("alpine-rock", "harbor-point")]
    given = blockhash(listed)
    for options in (given, (*given, "--sign-only"), ("--nonce", nonce(listed, "relayer"))):
        said = listed.refused(2, "attest", "submit", *files, *options, key="relayer")
        assert "transactions, and --sign-only, --blockhash and --nonce are for one; name fewer" in said
    assert {one["sequence"] for one in listed.ok("custodian", "list", "AAPLx")} == {0}
    submitted = listed.ok("attest", "submit", *files, key="relayer")
    assert len(submitted["transactions"]) > 1
