"""Two machines for one transaction: one that signs and has no network at all, one that submits."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import create_nonce_account
from typer.testing import CliRunner, Result

from tests.unit.cli.desk import Desk
from xstock_client.cli._app import app
from xstock_client.ledger import KeypairSigner, Ledger, NonceAccount


class UsedTheNetwork(AssertionError):
    """The machine without a network was to ask a cluster."""


def no_network(url: str, websocket_url: str | None, commitment: str) -> AbstractAsyncContextManager[Ledger]:
    raise UsedTheNetwork(url)


def offline(*words: str) -> Result:
    """A command on a machine without a network: opening a connection fails the test."""
    result = CliRunner().invoke(app, words, obj=no_network)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result


def signed(*words: str) -> Any:
    """What a machine without a network signs, as JSON; its exit code is 0."""
    result = offline(*words, "--sign-only", "--dump-transaction-message", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def blockhash(desk: Desk) -> tuple[str, str]:
    """The option with a blockhash that is good until the next transaction."""
    return "--blockhash", desk.ok("blockhash")["blockhash"]


def nonce(desk: Desk, authority: str) -> str:
    """A new nonce account that the key of this name advances."""
    account = Keypair()
    payer = KeypairSigner(desk.keys["relayer"])

    async def create() -> None:
        rent = await desk.ledger.rent(80)
        steps = create_nonce_account(payer.pubkey, account.pubkey(), Pubkey.from_string(desk.address(authority)), rent)
        await desk.ledger.send(list(steps), payer, [KeypairSigner(account)])

    asyncio.run(create())
    return str(account.pubkey())


def stored(desk: Desk, address: str) -> str:
    """What a nonce account stores, read past the command line."""
    key = Pubkey.from_string(address)
    return str(NonceAccount.decode(key, asyncio.run(desk.ledger.account(key))).value)


def round_trip(desk: Desk, *words: str, key: str, payer: str = "relayer", fixed: tuple[str, ...] = ()) -> Any:
    """A key signs without a network, and the fee payer's machine submits: what that one printed.

    Neither machine has the other's key, and both must build the same bytes.
    """
    fixed = fixed or blockhash(desk)
    theirs = ("-k", desk.key(key), "--fee-payer", desk.address(payer))
    made = signed(*words, *fixed, *theirs)
    assert made["absent"] == [desk.address(payer)], "the fee payer's key is not on this machine"
    assert [one.partition("=")[0] for one in made["signers"]] == [desk.address(key)]
    ours = ("-k", desk.address(key), "--fee-payer", desk.key(payer))
    again = signed(*words, *fixed, *ours)
    assert again["message"] == made["message"]
    assert again["absent"] == [desk.address(key)]
    desk.refused(2, *words, *fixed, *ours)  # without the other's signature nothing is sent
    return desk.ok(*words, *fixed, *ours, "--signer", made["signers"][0])
