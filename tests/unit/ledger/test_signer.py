"""Key files with the Solana CLI's manners, and wallets."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message, MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from xstock_client.errors import KeypairError, UsageError
from xstock_client.ledger import KeypairSigner, Signer, from_wallet, load_signer

KEY = Keypair.from_seed(bytes(range(32)))
NUMBERS = json.dumps(list(bytes(KEY)))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "id.json"
    path.write_text(NUMBERS)
    return path


async def test_a_key_file_signs(key_file: Path) -> None:
    for spec in (str(key_file), f"file:{key_file}", f"file://{key_file}"):
        assert load_signer(spec).pubkey == KEY.pubkey()
    signer: Signer = load_signer(key_file)
    assert (await signer.sign(b"message")).verify(KEY.pubkey(), b"message")
    assert repr(signer) == f"KeypairSigner({KEY.pubkey()})"


@pytest.mark.parametrize("content", [f"  {NUMBERS}\n", str(KEY), f"{KEY}\n"])
@pytest.mark.parametrize("spec", ["-", "stdin:"])
def test_standard_input(spec: str, content: str) -> None:
    assert load_signer(spec, stdin=io.StringIO(content)).pubkey == KEY.pubkey()


def test_the_home_folder_is_found(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(key_file.parent))
    assert load_signer("~/id.json").pubkey == KEY.pubkey()


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("prompt:", "solana-keygen recover"),
        ("prompt://?key=0/0", "solana-keygen recover"),
        ("ASK", "solana-keygen recover"),
        ("usb://ledger", "use a keypair file"),
        ("usb:ledger", "use a keypair file"),
        ("https://example.org/key", "unknown key source `https:`"),
        ("", "path is empty"),
        (str(KEY.pubkey()), "is an address, which cannot sign"),
    ],
)
def test_other_sources_are_refused_with_the_alternative(spec: str, message: str) -> None:
    with pytest.raises(KeypairError, match=message):
        load_signer(spec)


@pytest.mark.parametrize("spec", [NUMBERS, str(KEY)])
def test_a_key_on_the_command_line_is_refused_and_not_repeated(spec: str) -> None:
    with pytest.raises(KeypairError, match="that is a (secret )?key, not the path") as caught:
        load_signer(spec)
    assert spec[:12] not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("{}", "a JSON dict, not an array"),
        ("[1, 2, 3]", "array has 3 entries, not 64"),
        (json.dumps(list(bytes(KEY)[:32])), r"32 entries, not 64 \(32 are a seed alone\)"),
        (json.dumps([*bytes(KEY)[:63], 256]), "entry 63 is not a number from 0 to 255"),
        (json.dumps([*bytes(KEY)[:63], -1]), "entry 63 is not"),
        (json.dumps([True, *bytes(KEY)[1:]]), "entry 0 is not"),
        (json.dumps([1.5, *bytes(KEY)[1:]]), "entry 0 is not"),
        (json.dumps(["1", *bytes(KEY)[1:]]), "entry 0 is not"),
        (NUMBERS[:-1], "expected a JSON array of 64 numbers"),
        ("not a key at all!", "expected a JSON array of 64 numbers"),
        ("word", "it holds text, not a JSON array"),
        (str(KEY.pubkey()), "it holds an address, which cannot sign"),
        (json.dumps([*bytes(KEY)[:32], *bytes(32)]), "not the public key of its first 32"),
        (json.dumps([*bytes(KEY)[:32], *bytes(Keypair().pubkey())]), "not the public key of its first 32"),
        ("1" * 5000, "longer than 4,096 characters"),
    ],
)
def test_malformed_files_say_what_was_found_and_show_no_secret(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(KeypairError, match=message) as caught:
        load_signer(path)
    assert str(path) in str(caught.value)
    assert str(bytes(KEY)[1]) + ", " + str(bytes(KEY)[2]) not in str(caught.value)
    with pytest.raises(KeypairError, match=f"standard input.*{message}"):
        load_signer("-", stdin=io.StringIO(content))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(KeypairError, match=r"no keypair file at .*missing\.json; create one"):
        load_signer(tmp_path / "missing.json")
    with pytest.raises(KeypairError, match="is a folder"):
        load_signer(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe" + bytes(KEY))
    with pytest.raises(KeypairError, match="binary data"):
        load_signer(tmp_path / "binary")


class PayerWallet:
    """As anchorpy's Wallet."""

    def __init__(self, payer: Keypair) -> None:
        self.payer = payer

    @property
    def public_key(self) -> Pubkey:
        return self.payer.pubkey()


class RemoteWallet:
    """A wallet that keeps its key to itself."""

    def __init__(self, key: Keypair) -> None:
        self._key = key
        self.public_key = key.pubkey()

    def sign_transaction(self, transaction: VersionedTransaction) -> VersionedTransaction:
        signatures = list(transaction.signatures)
        place = transaction.message.account_keys.index(self.public_key)
        signatures[place] = self._key.sign_message(to_bytes_versioned(transaction.message))
        return VersionedTransaction.populate(transaction.message, signatures)


class AsyncRemoteWallet(RemoteWallet):
    async def sign_transaction(self, transaction: VersionedTransaction) -> VersionedTransaction:  # type: ignore[override]
        return super().sign_transaction(transaction)


@pytest.mark.parametrize("wallet", [PayerWallet, RemoteWallet, AsyncRemoteWallet])
async def test_wallets_sign_as_payer_and_as_second_signer(wallet: Callable[[Keypair], object]) -> None:
    signer = from_wallet(wallet(KEY))
    assert signer.pubkey == KEY.pubkey()
    other = Keypair().pubkey()
    pay = transfer(TransferParams(from_pubkey=KEY.pubkey(), to_pubkey=other, lamports=1))
    for payer in (KEY.pubkey(), other):
        for message in (
            Message.new_with_blockhash([pay], payer, Hash.default()),
            MessageV0.try_compile(payer, [pay], [], Hash.default()),
        ):
            data = to_bytes_versioned(message)
            assert (await signer.sign(data)).verify(KEY.pubkey(), data)


async def test_what_is_no_wallet_or_not_asked_for() -> None:
    signer = KeypairSigner(KEY)
    assert from_wallet(signer) is signer
    with pytest.raises(UsageError, match="int is not a wallet"):
        from_wallet(3)
    pay = transfer(TransferParams(from_pubkey=Keypair().pubkey(), to_pubkey=KEY.pubkey(), lamports=1))
    message = Message.new_with_blockhash([pay], pay.accounts[0].pubkey, Hash.default())
    with pytest.raises(UsageError, match="is not a signer of this transaction"):
        await from_wallet(AsyncRemoteWallet(KEY)).sign(to_bytes_versioned(message))
