"""`xstock bond`: what stands behind redemptions, what leaves it, and what minting needs."""

from __future__ import annotations

import asyncio

import pytest
from solders.pubkey import Pubkey

from tests.unit.cli.desk import Desk
from xstock_client.clients.token import TokenAccount
from xstock_client.ledger import Account

DAY = 86_400
DELAY = 2 * DAY


@pytest.fixture
def minted(backed: Desk) -> Desk:
    """10,000 Apple shares; the penalty is one coin a token, and the bond 100,000."""
    backed.ok("mint", "AAPLx", "10000", "--to", backed.address("holder"), "--ticket", "0", key="member")
    return backed


def shown(desk: Desk) -> dict[str, object]:
    found: dict[str, object] = desk.ok("bond", "show", "AAPLx")
    return found


def people(desk: Desk) -> str:
    return " ".join(desk.run("bond", "show", "AAPLx").stdout.split())


def vault(desk: Desk) -> Pubkey:
    return Pubkey.from_string(str(shown(desk)["vault"]))


def test_an_asset_without_a_bond_mints_nothing_and_says_what_to_do(backed: Desk) -> None:
    new = backed.new_asset("NVDAx", "US67066G1040")
    made = backed.run(*new, "--penalty-rate", "2.5", "--holder-penalty-cap", "500", key="authority")
    said = " ".join(made.stdout.split())
    assert "Next: `xstock bond open NVDAx MINT` and `xstock bond deposit`, without which nothing is minted" in said
    found = backed.ok("asset", "show", "NVDAx")
    assert (found["payment_mint"], found["penalty_rate"]) == (None, {"base": 2_500_000, "ui": None})
    said = " ".join(backed.run("asset", "show", "NVDAx").stdout.split())
    assert "payment mint none yet" in said and "penalty rate 2,500,000 base units" in said
    assert "not opened yet: `xstock bond open NVDAx MINT`" in backed.run("bond", "show", "NVDAx").stdout
    assert "not opened" in backed.run("reserve", "show", "NVDAx").stdout
    assert "bond open" in backed.refused(2, "bond", "deposit", "NVDAx", "1", key="member")
    opened = backed.run("bond", "open", "NVDAx", str(backed.coin.mint), key="authority")
    assert "a missed deadline costs 2.5 a token, and reserves at most 500 a holder a day" in opened.stdout
    assert "warning: " in opened.stderr and "freeze" in opened.stderr  # what the coin's issuer can do
    found = backed.ok("asset", "show", "NVDAx")
    assert found["penalty_rate"] == {"base": 2_500_000, "ui": "2.5"}
    assert found["payment_mint"] == str(backed.coin.mint)


def test_show_tells_every_figure(minted: Desk) -> None:
    minted.ok("redeem", "request", "AAPLx", "1000", "--at-market", key="holder")
    found = minted.ok("bond", "show", "AAPLx")
    sums = {name: found[name]["ui"] for name in ("amount", "reserved", "free", "needed", "missing", "penalty_rate")}
    assert sums == {
        "amount": "100000",
        "reserved": "1000",
        "free": "99000",
        "needed": "1000",
        "missing": "0",
        "penalty_rate": "1",
    }
    # 10 % of the supply at one coin a token: a bond of 100,000 covers a supply of a million
    assert found["covered_supply_raw"] == 1_000_000 * 10**8
    assert (found["coverage_bps"], found["exit"], found["vault_balance"]["ui"]) == (1_000, None, "100000")
    assert found["risks"] and not found["vault_frozen"]
    said = people(minted)
    for fact in (
        "bond 100,000",
        "reserved 1,000 by open requests",
        "free 99,000 for new requests",
        "minting needs 1,000: the penalty of 10 % of the supply",
        "covers a supply of 1,000,000, which is 990,000 more than now",
        "one holder: no cap",
        "waits to leave nothing",
        "vault holds 100,000",
        "(SPL Token, 6 decimals)",
    ):
        assert fact in said, fact


def test_a_withdrawal_waits_counts_as_gone_and_leaves_what_is_claimed(minted: Desk) -> None:
    minted.ok("redeem", "request", "AAPLx", "1000", "--at-market", key="holder")
    # without an account of the coin there is nowhere to send it
    assert "has no account of the coin" in minted.refused(2, "bond", "queue", "AAPLx", "1", key="authority")
    to = str(minted.coin.account(Pubkey.from_string(minted.address("member"))))
    queued = minted.ok("bond", "queue", "AAPLx", "99,500", "--to", to, key="authority")
    at = queued["transaction"]["events"][0]["at"]
    assert (queued["ready_at"], queued["expires_at"]) == (at + DELAY, at + DELAY + 14 * DAY)
    assert "99,500 to " in people(minted) and "counts as gone for minting" in people(minted)
    assert shown(minted)["missing"] == {"base": 500 * 10**6, "ui": "500"}
    assert "500 are missing: deposit them" in people(minted)
    refusal = minted.refused(1, "mint", "AAPLx", "1", "--to", minted.address("holder"), "--ticket", "1", key="member")
    assert "UnderBonded" in refusal and "[free 500, needed 1,000.1]" in refusal
    found = minted.ok("reserve", "show", "AAPLx")
    assert (found["limited_by"], found["headroom"]["ui"]) == ("bond", "0")
    assert "(deposit more: `xstock bond show` tells how much)" in minted.run("reserve", "show", "AAPLx").stdout
    assert "ChangeNotReady" in minted.refused(1, "bond", "withdraw", "AAPLx", key="authority")
    minted.ledger.advance(DELAY)
    assert "99,000 of it now, until 20" in people(minted)
    taken = minted.run("bond", "withdraw", "AAPLx", key="authority").stdout
    assert "99,000 withdrawn from the bond of AAPLx; 1,000 stay, and 500 more may leave when the requests" in taken
    again = minted.refused(1, "bond", "withdraw", "AAPLx", key="authority")
    assert "BondClaimed" in again and "[free 0, asked 500]" in again
    assert minted.money("member").value == (900_000 + 99_000) * 10**6
    minted.ok("bond", "cancel", "AAPLx", key="member")  # a pauser
    assert shown(minted)["exit"] is None
    assert "NothingQueued" in minted.refused(1, "bond", "cancel", "AAPLx", key="member")


def test_all_of_it_is_all_that_is_there_then(minted: Desk) -> None:
    to = ("--to", str(minted.coin.account(Pubkey.from_string(minted.address("member")))))
    queued = minted.run("bond", "queue", "AAPLx", "--all", *to, key="authority").stdout
    assert "all that is there then may leave the bond of AAPLx" in queued
    minted.ok("bond", "deposit", "AAPLx", "0.000001", key="member")  # a stranger's mite keeps nothing back
    assert "all of it, 100,000.000001 now, to" in people(minted)
    minted.ledger.advance(DELAY)
    assert minted.ok("bond", "withdraw", "AAPLx", key="authority")["bond"]["ui"] == "0"


def test_a_treasurer_takes_out_and_a_stranger_does_not(minted: Desk) -> None:
    minted.fund("treasurer")
    minted.pay("treasurer", "1")
    minted.ok("role", "grant", "treasurer", minted.address("treasurer"), "--days", "30", key="authority")
    minted.ledger.advance(DAY)
    minted.ok("bond", "queue", "AAPLx", "5", key="treasurer")
    minted.ledger.advance(DELAY)
    assert minted.ok("bond", "withdraw", "AAPLx", key="treasurer")["amount"]["ui"] == "5"
    minted.pay("holder", "1")
    minted.ok("bond", "queue", "AAPLx", "5", key="treasurer")
    for words in (("queue", "AAPLx", "1"), ("withdraw", "AAPLx"), ("cancel", "AAPLx")):
        assert "NotAuthority" in minted.refused(1, "bond", *words, key="holder")


def test_what_the_coins_issuer_did_is_told(minted: Desk) -> None:
    address = vault(minted)
    found = asyncio.run(minted.ledger.account(address))
    assert found is not None and TokenAccount.decode(found).amount.value == 100_000 * 10**6
    less = found.data[:64] + (40_000 * 10**6).to_bytes(8, "little") + found.data[72:]
    minted.ledger.set_account(address, Account(found.lamports, found.owner, less))
    assert minted.ok("bond", "show", "AAPLx")["seized"]["ui"] == "60000"
    assert "60,000 are gone without the program, taken by the coin's issuer" in people(minted)
    frozen = less[:108] + b"\x02" + less[109:]
    minted.ledger.set_account(address, Account(found.lamports, found.owner, frozen))
    assert "FROZEN by the coin's issuer" in people(minted)


BAD = [
    (("open", "AAPLx", "x"), 2, "'x' is not an address"),
    (("open", "AAPLx", "ANY"), 4, "there is no mint"),
    (("open", "AAPLx", "ANY", "--coin", "COIN"), 2, "name one coin"),
    (("open", "AAPLx", "MINT"), 1, "BondInUse"),
    (("deposit", "AAPLx", "1,5"), 2, "not a plain decimal number: '1,5'; write a sum of the coin"),
    (("deposit", "AAPLx", "-1"), 2, "No such option"),
    (("deposit", "AAPLx", "0.0000001"), 2, "COINS: 1E-7 has more than 6 decimals, which is what the coin has"),
    (("deposit", "AAPLx", "9" * 30), 2, "COINS: Cash must lie between"),
    (("deposit", "AAPLx", "1"), 2, "there is no account"),
    (("deposit", "AAPLx", "1000000", "--source", "MEMBER"), 2, "holds 900,000, less than 1,000,000: fund it"),
    (("deposit", "AAPLx", "0", "--source", "MEMBER"), 1, "ZeroAmount"),
    (("queue", "AAPLx"), 2, "say how much: an amount in units of the coin, or --all"),
    (("queue", "AAPLx", "1", "--all"), 2, "say how much"),
    (("queue", "AAPLx", "100001", "--to", "MEMBER"), 1, "BondClaimed"),
    (("queue", "AAPLx", "1", "--to", "ANY"), 1, "Uninitialized|WrongTokenAccount|IllegalOwner|InvalidAccountOwner"),
    (("withdraw", "AAPLx"), 2, "nothing waits to leave the bond of AAPLx: announce it"),
    (("withdraw", "AAPLx", "--to", "MEMBER"), 1, "NothingQueued|WrongDestination"),
    (("show", "TSLAx"), 2, "unknown symbol TSLAx"),
]


@pytest.mark.parametrize(("words", "code", "message"), BAD)
def test_what_cannot_be(unchanged: Desk, words: tuple[str, ...], code: int, message: str) -> None:
    names = {
        "ANY": str(Pubkey([9] * 32)),
        "MINT": str(unchanged.coin.mint),
        "COIN": f"{unchanged.coin.mint}:6",
        "MEMBER": str(unchanged.coin.account(Pubkey.from_string(unchanged.address("member")))),
    }
    before = unchanged.ok("bond", "show", "AAPLx") | {"now": 0}
    given = [names.get(word, word) for word in words]
    said = " ".join(unchanged.refused(code, "bond", *given, key="authority").replace("│", " ").split())
    assert any(one in said for one in message.split("|")), said
    assert unchanged.ok("bond", "show", "AAPLx") | {"now": 0} == before
