"""The command line against an embedded cluster: every key in a file, every answer as JSON."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from typer.testing import CliRunner, Result

from xstock_client import pda
from xstock_client.amounts import Cash, Raw, Ui
from xstock_client.cli._app import app
from xstock_client.clients.token import TokenAccount, approve
from xstock_client.custody.redate import redate
from xstock_client.ledger import Account, EmbeddedLedger, KeypairSigner, Ledger
from xstock_client.ledger.embedded import GENESIS_HASH, SHIPPED_PROGRAM
from xstock_client.rehearsal.stablecoin import Stablecoin

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "custody"
# The program just built, or the one that the package ships.
PROGRAM = Path(os.environ.get("XSTOCK_PROGRAM", SHIPPED_PROGRAM))
SOL = 1_000_000_000
ISSUER_ID = "7"
GENESIS = str(Hash(GENESIS_HASH))
MINT = pda.mint(pda.asset(pda.issuer(int(ISSUER_ID)), 0))
BOND = "100000"


@dataclass
class Desk:
    """A folder with key files, and a cluster behind the command line."""

    folder: Path
    ledger: EmbeddedLedger
    asked: list[tuple[str, str | None, str]] = field(default_factory=list)
    keys: dict[str, Keypair] = field(default_factory=dict)
    stablecoin: Stablecoin | None = None

    def key(self, name: str) -> str:
        """The path of a key file, made when first asked for."""
        path = self.folder / f"{name}.json"
        if name not in self.keys:
            self.keys[name] = Keypair()
            path.write_text(json.dumps(list(bytes(self.keys[name]))))
        return str(path)

    def address(self, name: str) -> str:
        """The address of a key."""
        self.key(name)
        return str(self.keys[name].pubkey())

    def fund(self, name: str) -> None:
        """Give a key 10 SOL."""
        asyncio.run(self.ledger.airdrop(Pubkey.from_string(self.address(name)), 10 * SOL))

    def connect(self, url: str, websocket_url: str | None, commitment: str) -> AbstractAsyncContextManager[Ledger]:
        """Opens the embedded cluster, whatever the URL."""
        self.asked.append((url, websocket_url, commitment))

        @asynccontextmanager
        async def opened() -> AsyncIterator[Ledger]:
            yield self.ledger

        return opened()

    def run(self, *args: str, key: str | None = None, stdin: str | None = None) -> Result:
        """One command. A traceback never reaches the user, whatever the input."""
        words = [*args, *(["-k", self.key(key)] if key else [])]
        result = CliRunner().invoke(app, words, obj=self.connect, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    def ok(self, *args: str, key: str | None = None) -> Any:
        """A command that must succeed, with --json; only JSON on standard output."""
        result = self.run(*args, "--json", key=key)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def refused(self, code: int, *args: str, key: str | None = None, stdin: str | None = None) -> str:
        """A command that must fail with ``code`` and print nothing on standard output; returns the message."""
        result = self.run(*args, key=key, stdin=stdin)
        assert result.exit_code == code, result.output
        assert result.stdout == ""
        return result.stderr

    # The steps that several tests need

    def statement(self, name: str, *, age: int = 60) -> str:
        """A custodian's example statement, of ``age`` seconds ago."""
        path = self.folder / name
        redate(EXAMPLES / name, asyncio.run(self.ledger.now()) - age, path)
        return str(path)

    def list_asset(self) -> Any:
        """An issuer, its members, one stock and both custodians."""
        for name in ("authority", "member", "holder", "relayer"):
            self.fund(name)
        self.pay("member", "1000000")
        self.ok("issuer", "create", ISSUER_ID, "Test Issuer", key="authority")
        for role in ("minter", "attestor-manager", "redeemer", "pauser", "unpauser"):
            self.ok("role", "grant", role, self.address("member"), "--days", "30", key="authority")
        listed = self.ok(*self.new_asset("AAPLx", "US0378331005"), key="authority")
        limits = ("--per-day", "20000", "--lifetime", "1000000")
        self.ok("allowance", "set", "AAPLx", self.address("member"), *limits, key="authority")
        for slot, custodian in enumerate(("alpine-rock", "harbor-point")):
            profile = ("--profile", str(EXAMPLES / f"{custodian}.profile.yaml"))
            key = ("--attester", self.address(custodian))
            self.ok("custodian", "register", "AAPLx", str(slot), *key, *profile, key="member")
        self.open_bond("AAPLx")
        return listed

    def open_bond(self, symbol: str) -> None:
        """The stock pays redemptions in the stablecoin, and its bond is there."""
        self.ok("bond", "open", symbol, str(self.coin.mint), key="authority")
        self.ok("bond", "deposit", symbol, BOND, key="member")

    @property
    def coin(self) -> Stablecoin:
        """A stablecoin of six decimals, made when first asked for."""
        if self.stablecoin is None:
            self.fund("bank")
            made = Stablecoin.create(self.ledger, KeypairSigner(self.keys["bank"]))
            self.stablecoin = asyncio.run(made)
        return self.stablecoin

    def pay(self, name: str, amount: str) -> None:
        """Give a key some of the stablecoin, in an account of its own."""
        owner = Pubkey.from_string(self.address(name))
        asyncio.run(self.coin.give(owner, Ui.parse(amount).to_cash(self.coin.decimals)))

    def money(self, name: str) -> Cash:
        """What a key has of the stablecoin, in base units."""
        return asyncio.run(self.coin.balance(Pubkey.from_string(self.address(name))))

    def new_asset(self, symbol: str, isin: str) -> list[str]:
        """The words that list a stock."""
        terms = self.folder / "terms.txt"
        terms.write_text("the terms")
        texts = (
            "--name",
            f"{symbol} token",
            "--uri",
            "https://example.com/x.json",
            "--terms-uri",
            "https://example.com/t",
        )
        return ["asset", "new", symbol, isin, *texts, "--terms", str(terms)]

    def appoint(self, days: int = 60) -> str:
        """An arbiter in office; a new role waits out the timelock of a day. Returns its address."""
        self.fund("arbiter")
        self.ok("role", "grant", "arbiter", self.address("arbiter"), "--days", str(days), key="authority")
        self.ledger.advance(86_400)
        return self.address("arbiter")

    # The stock's accounts, past the command line

    def account(self, name: str) -> str:
        """A key's associated account of the first stock."""
        return str(pda.token_account(Pubkey.from_string(self.address(name)), MINT))

    def tokens(self, name: str) -> int:
        """What it holds, in raw units."""
        found = asyncio.run(self.ledger.account(Pubkey.from_string(self.account(name))))
        return 0 if found is None else TokenAccount.decode(found).amount.value

    def freeze(self, name: str) -> None:
        """Freeze it: nothing does that in this version but the ledger itself."""
        address = Pubkey.from_string(self.account(name))
        found = asyncio.run(self.ledger.account(address))
        assert found is not None
        data = found.data[:108] + b"\x02" + found.data[109:]
        self.ledger.set_account(address, Account(found.lamports, found.owner, data))

    def approve(self, name: str, delegate: str, tokens: int) -> None:
        """Let another key move so many whole tokens out of it."""
        owner = KeypairSigner(self.keys[name])
        to_send = approve(
            account=Pubkey.from_string(self.account(name)),
            mint=MINT,
            delegate=Pubkey.from_string(self.address(delegate)),
            owner=owner.pubkey,
            amount=Raw(tokens * 10**8),
            decimals=8,
        )
        asyncio.run(self.ledger.send([to_send], owner))

    def sign(self, custodian: str, statement: str, *extra: str) -> list[str]:
        """The words that sign a statement offline."""
        plan = self.folder / "plan.json"
        self.ok("attest", "plan", "-o", str(plan))
        profile = str(EXAMPLES / f"{custodian}.profile.yaml")
        files = ("--profile", profile, "--plan", str(plan), "-o", str(self.folder / f"{custodian}.signed.json"))
        return ["attest", "sign", statement, *files, "--genesis-hash", GENESIS, *extra]

    def attest(self) -> Any:
        """Both custodians sign, and a relayer submits."""
        for custodian, name in (
            ("alpine-rock", "alpine-rock.semt.002.001.11.xml"),
            ("harbor-point", "harbor-point.statement.csv"),
        ):
            self.ok(*self.sign(custodian, self.statement(name)), key=custodian)
        files = [str(self.folder / f"{custodian}.signed.json") for custodian in ("alpine-rock", "harbor-point")]
        return self.ok("attest", "submit", *files, key="relayer")
