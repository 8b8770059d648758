"""Signed on one machine, sent by another, on a real validator: blockhashes, durable nonces, and the command line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import (
    AdvanceNonceAccountParams,
    CreateAccountParams,
    InitializeNonceAccountParams,
    TransferParams,
    advance_nonce_account,
    create_account,
    initialize_nonce_account,
    transfer,
)
from typer.testing import CliRunner

from tests.unit.cli.machines import signed
from xstock_client import pda
from xstock_client.accounts import Issuer
from xstock_client.cli._app import app
from xstock_client.constants import SYSTEM
from xstock_client.errors import TransactionFailed, UsageError
from xstock_client.ledger import (
    KeypairSigner,
    NonceAccount,
    NullSigner,
    OfflineLedger,
    PreparedTransaction,
    PresignedLedger,
    RpcLedger,
    SignedOnly,
    Signer,
    Terms,
)
from xstock_client.ledger.nonce import NONCE_BYTES

SOL = 1_000_000_000


async def open_nonce(ledger: RpcLedger, payer: KeypairSigner, authority: Pubkey) -> NonceAccount:
    account = Keypair()
    rent = await ledger.rent(NONCE_BYTES)
    make = create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey, to_pubkey=account.pubkey(), lamports=rent, space=NONCE_BYTES, owner=SYSTEM
        )
    )
    start = initialize_nonce_account(InitializeNonceAccountParams(nonce_pubkey=account.pubkey(), authority=authority))
    await ledger.send([make, start], payer, [KeypairSigner(account)])
    return await read(ledger, account.pubkey())


async def read(ledger: RpcLedger, address: Pubkey) -> NonceAccount:
    return NonceAccount.decode(address, await ledger.account(address))


class Transfer:
    """A transfer by a key that pays no fees."""

    def __init__(self, lamports: int) -> None:
        self.key = KeypairSigner(Keypair())
        self.to = Keypair().pubkey()
        self.step = transfer(TransferParams(from_pubkey=self.key.pubkey, to_pubkey=self.to, lamports=lamports))

    async def sign(self, terms: Terms, payer: Pubkey) -> PreparedTransaction:
        """On a machine without any ledger."""
        async with OfflineLedger(terms) as machine:
            with pytest.raises(SignedOnly) as caught:
                await machine.send([self.step], NullSigner(payer), [self.key])
        return caught.value.prepared


async def test_signatures_with_a_nonce_wait_and_work_once(ledger: RpcLedger, payer: KeypairSigner) -> None:
    nonce = await open_nonce(ledger, payer, payer.pubkey)
    pay = Transfer(SOL)
    await ledger.airdrop(pay.key.pubkey, 2 * SOL)
    made = await pay.sign(Terms(blockhash=nonce.value, nonce=nonce.address), payer.pubkey)
    assert made.absent == (payer.pubkey,)
    await asyncio.sleep(3)
    assert not await ledger.blockhash_valid(nonce.value), "a nonce's value is nobody's recent blockhash"

    async def submit(signer: Signer) -> None:
        terms = Terms(blockhash=nonce.value, nonce=nonce.address, presigned=made.signed)
        receipt = await PresignedLedger(ledger, terms).send([pay.step], payer, [signer])
        assert receipt.executed.instructions[0].accounts[0] == nonce.address
        assert receipt.signature == (await made.sign_with(payer)).signatures[0]

    await submit(NullSigner(pay.key.pubkey))
    assert await ledger.balance(pay.to) == SOL
    assert (await read(ledger, nonce.address)).value != nonce.value
    with pytest.raises(UsageError, match="it was advanced since"):
        await submit(NullSigner(pay.key.pubkey))
    # Past that check too: the cluster itself takes the bytes only once.
    whole = (await made.sign_with(payer)).transaction()
    with pytest.raises(TransactionFailed, match="AlreadyProcessed|BlockhashNotFound"):
        await ledger.submit(whole, nonce=nonce.address)
    assert await ledger.balance(pay.to) == SOL


async def test_a_refused_transaction_leaves_the_nonce_and_an_advanced_one_ends_it(
    ledger: RpcLedger, payer: KeypairSigner
) -> None:
    keeper = KeypairSigner(Keypair())
    nonce = await open_nonce(ledger, payer, keeper.pubkey)
    pay = Transfer(SOL)  # the key has nothing
    terms = Terms(blockhash=nonce.value, nonce=nonce.address, nonce_authority=keeper)
    made = await pay.sign(terms, payer.pubkey)
    assert set(made.signed) == {pay.key.pubkey, keeper.pubkey}
    there = Terms(
        blockhash=nonce.value,
        nonce=nonce.address,
        nonce_authority=NullSigner(keeper.pubkey),
        presigned=made.signed,
    )
    # The nonce's advance stands before it, and is not counted.
    with pytest.raises(TransactionFailed, match=r"refused in instruction 0 by program 1{32}: error 1 "):
        await PresignedLedger(ledger, there).send([pay.step], payer, [NullSigner(pay.key.pubkey)])
    assert await read(ledger, nonce.address) == nonce
    advance = advance_nonce_account(
        AdvanceNonceAccountParams(nonce_pubkey=nonce.address, authorized_pubkey=keeper.pubkey)
    )
    await ledger.send([advance], payer, [keeper])
    await ledger.airdrop(pay.key.pubkey, 2 * SOL)
    with pytest.raises(UsageError, match=f"not the blockhash {nonce.value}"):
        await PresignedLedger(ledger, there).send([pay.step], payer, [NullSigner(pay.key.pubkey)])
    with pytest.raises(TransactionFailed, match="BlockhashNotFound"):
        await ledger.submit((await made.sign_with(payer)).transaction(), nonce=nonce.address)
    assert await ledger.balance(pay.to) == 0


async def test_signatures_with_a_recent_blockhash(ledger: RpcLedger, payer: KeypairSigner) -> None:
    pay = Transfer(SOL)
    await ledger.airdrop(pay.key.pubkey, 2 * SOL)
    blockhash = await ledger.latest_blockhash()
    made = await pay.sign(Terms(blockhash=blockhash, price=1), payer.pubkey)
    terms = Terms(blockhash=blockhash, price=1, presigned=made.signed)
    await PresignedLedger(ledger, terms).send([pay.step], payer, [NullSigner(pay.key.pubkey)])
    assert await ledger.balance(pay.to) == SOL
    stray = Terms(blockhash=Hash.new_unique())
    with pytest.raises(UsageError, match="is not good here"):
        await PresignedLedger(ledger, stray).send([pay.step], payer, [pay.key])


def test_the_command_line_by_two_machines(localnet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An issuer is made by a key that never met a network; the fee payer's machine sends."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XSTOCK_CONFIG", str(tmp_path / "xstock.yml"))
    keys = {name: Keypair() for name in ("authority", "payer")}
    for name, key in keys.items():
        (tmp_path / name).write_text(json.dumps(list(bytes(key))))
    payer = KeypairSigner(keys["payer"])

    async def prepare() -> tuple[NonceAccount, str]:
        async with RpcLedger(localnet) as ledger:
            await ledger.airdrop(payer.pubkey, 10 * SOL)
            return await open_nonce(ledger, payer, payer.pubkey), str(Hash(await ledger.genesis_hash()))

    nonce, genesis = asyncio.run(prepare())
    shown = CliRunner().invoke(app, ["blockhash", str(nonce.address), "--json", "-u", localnet])
    assert json.loads(shown.stdout)["blockhash"] == str(nonce.value)
    words = ["issuer", "create", "777", "Two Machines", "--genesis-hash", genesis]
    words += ["--nonce", str(nonce.address), "--blockhash", str(nonce.value)]
    address = str(keys["authority"].pubkey())
    made = signed(*words, "-k", str(tmp_path / "authority"), "--fee-payer", str(payer.pubkey))
    assert made["absent"] == [str(payer.pubkey)]
    ours = ["-k", address, "--fee-payer", str(tmp_path / "payer"), "-u", localnet, "--signer", made["signers"][0]]
    wrong = CliRunner().invoke(app, [*words[:3], "Another Name", *words[4:], *ours])
    assert wrong.exit_code == 3 and "is not over this message" in wrong.stderr
    sent = CliRunner().invoke(app, [*words, *ours, "--json"])
    assert sent.exit_code == 0, sent.output
    assert [event["event"] for event in json.loads(sent.stdout)["transaction"]["events"]] == ["IssuerCreated"]

    async def issuer() -> Issuer:
        async with RpcLedger(localnet) as ledger:
            account = await ledger.account(pda.issuer(777))
        assert account is not None
        return Issuer.decode(account.data)

    assert str(asyncio.run(issuer()).authority) == address
