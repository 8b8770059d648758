"""Fixed bytes, signatures from everywhere, nonce accounts: the pure parts of signing apart from sending."""

from __future__ import annotations

import base64

import pytest
from solders.compute_budget import ID as COMPUTE_BUDGET
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.sysvar import RECENT_BLOCKHASHES

from xstock_client.constants import SYSTEM
from xstock_client.errors import AccountMissing, DecodeError, KeypairError, UsageError
from xstock_client.ledger import (
    DEFAULT_UNITS,
    Account,
    KeypairSigner,
    NonceAccount,
    NullSigner,
    PreparedTransaction,
    PresignedSigner,
    Signer,
    advance_nonce,
    parse_presigned,
    prepare,
    presigned,
)
from xstock_client.ledger.building import Compiled

PAYER = Keypair.from_seed(bytes([1] * 32))
OTHER = Keypair.from_seed(bytes([2] * 32))
NONCE = Pubkey(bytes([7] * 32))
BLOCKHASH = Hash(bytes([3] * 32))
PAY = transfer(TransferParams(from_pubkey=OTHER.pubkey(), to_pubkey=Pubkey(bytes([9] * 32)), lamports=5))


def prepared(blockhash: Hash = BLOCKHASH) -> PreparedTransaction:
    """A transfer by OTHER, paid for by PAYER."""
    return prepare([PAY], PAYER.pubkey(), blockhash=blockhash)


def programs(message: Compiled) -> list[Pubkey]:
    return [message.account_keys[one.program_id_index] for one in message.instructions]


def test_the_same_arguments_give_the_same_bytes() -> None:
    one, two = prepared(), prepared()
    assert one.message_bytes == two.message_bytes
    assert base64.b64decode(one.message_base64) == one.message_bytes == bytes(one.message)
    assert one.required == (PAYER.pubkey(), OTHER.pubkey())
    assert one.blockhash == BLOCKHASH
    assert one.message_bytes != prepared(Hash.default()).message_bytes


def test_the_budget_is_behind_and_the_nonce_in_front() -> None:
    plain = prepared().message
    assert programs(plain) == [SYSTEM, COMPUTE_BUDGET]
    assert plain.instructions[1].data == bytes([2]) + DEFAULT_UNITS.to_bytes(4, "little")
    made = prepare(
        [PAY], PAYER.pubkey(), blockhash=BLOCKHASH, nonce=NONCE, nonce_authority=OTHER.pubkey(), units=0, price=9
    ).message
    assert programs(made) == [SYSTEM, SYSTEM, COMPUTE_BUDGET]
    assert made.instructions[2].data == bytes([3]) + (9).to_bytes(8, "little")
    first = made.instructions[0]
    # AdvanceNonceAccount: the account, the sysvar, the authority.
    assert first.data == (4).to_bytes(4, "little")
    assert [made.account_keys[place] for place in first.accounts] == [NONCE, RECENT_BLOCKHASHES, OTHER.pubkey()]
    by_payer = prepare([PAY], PAYER.pubkey(), blockhash=BLOCKHASH, nonce=NONCE).message
    assert by_payer.account_keys[by_payer.instructions[0].accounts[2]] == PAYER.pubkey()
    assert advance_nonce(NONCE, PAYER.pubkey()).accounts[2].is_signer
    assert programs(prepare([PAY], PAYER.pubkey(), blockhash=BLOCKHASH, units=0).message) == [SYSTEM]


def test_what_cannot_be_prepared() -> None:
    with pytest.raises(UsageError, match="no nonce account"):
        prepare([PAY], PAYER.pubkey(), blockhash=BLOCKHASH, nonce_authority=OTHER.pubkey())
    for nonce in (None, NONCE):
        with pytest.raises(UsageError, match="at least one instruction"):
            prepare([], PAYER.pubkey(), blockhash=BLOCKHASH, nonce=nonce)
    with pytest.raises(UsageError, match=r"would be 1,\d{3} bytes, and at most 1,232 fit"):
        prepare([Instruction(SYSTEM, bytes(1200), [])], PAYER.pubkey(), blockhash=BLOCKHASH)


async def test_signatures_gather_until_the_transaction_is_complete() -> None:
    start = prepared()
    assert (start.signed, start.absent, start.bad) == ({}, (PAYER.pubkey(), OTHER.pubkey()), ())
    half = await start.sign_with(KeypairSigner(OTHER), NullSigner(PAYER.pubkey()), KeypairSigner(Keypair()))
    assert start.signed == {}, "a step leaves the one before as it was"
    assert (list(half.signed), half.absent) == ([OTHER.pubkey()], (PAYER.pubkey(),))
    with pytest.raises(UsageError, match=f"must also be signed by {PAYER.pubkey()}: sign on the machine") as caught:
        half.transaction()
    assert "can never sign" not in str(caught.value)
    carried = parse_presigned(f"{OTHER.pubkey()}={half.signed[OTHER.pubkey()]}")
    whole = await prepared().with_signatures(dict([carried])).sign_with(KeypairSigner(PAYER))
    assert (whole.absent, whole.bad, len(whole.signed)) == ((), (), 2)
    whole.transaction().verify_and_hash_message()
    by_signers = await prepared().sign_with(PresignedSigner(*carried), KeypairSigner(PAYER))
    assert by_signers == whole


async def test_a_signature_of_another_message_is_bad_and_stops_the_transaction() -> None:
    wrong = (await prepared(Hash.default()).sign_with(KeypairSigner(OTHER))).signed
    made = await prepared().with_signatures(wrong).sign_with(KeypairSigner(PAYER))
    assert (made.bad, made.absent, list(made.signed)) == ((OTHER.pubkey(),), (), [PAYER.pubkey()])
    with pytest.raises(KeypairError, match=f"signature of {OTHER.pubkey()} is not over this message: an argument"):
        made.transaction()
    assert (await prepared().sign_with(PresignedSigner(OTHER.pubkey(), wrong[OTHER.pubkey()]))).bad == made.bad


async def test_signers_that_do_not_do_their_work() -> None:
    class Liar(KeypairSigner):
        async def sign(self, message: bytes) -> Signature:
            return PAYER.sign_message(b"something else")

    with pytest.raises(KeypairError, match=f"signer of {PAYER.pubkey()} returned a signature that does not verify"):
        await prepared().sign_with(Liar(PAYER))
    null: Signer = NullSigner(PAYER.pubkey())
    with pytest.raises(KeypairError, match="its key is not on this machine; sign there with --sign-only"):
        await null.sign(b"message")
    made: Signer = PresignedSigner(PAYER.pubkey(), PAYER.sign_message(b"message"))
    assert await made.sign(b"message") == PAYER.sign_message(b"message")
    with pytest.raises(KeypairError, match="not over this message"):
        await made.sign(b"another")
    assert repr(null) == f"NullSigner({PAYER.pubkey()})" and repr(made) == f"PresignedSigner({PAYER.pubkey()})"


def test_signatures_of_strangers_are_refused() -> None:
    stranger = Keypair()
    with pytest.raises(UsageError, match=f"{stranger.pubkey()} is no signer .* its signers are {PAYER.pubkey()}, "):
        prepared().with_signatures({stranger.pubkey(): stranger.sign_message(prepared().message_bytes)})
    with pytest.raises(ValueError, match="needs 2 signatures, not 1"):
        PreparedTransaction(prepared().message, (Signature.default(),))


def test_a_programs_address_can_never_sign() -> None:
    vault = Pubkey.find_program_address([b"vault"], NONCE)[0]
    with pytest.raises(UsageError, match=f"{vault} is a program's address and can never sign: import the message"):
        prepare([PAY], vault, blockhash=BLOCKHASH).transaction()


async def test_a_dumped_message_is_signed_where_it_cannot_be_rebuilt() -> None:
    text = prepared().message_base64
    signed = await PreparedTransaction.from_base64(text).sign_with(KeypairSigner(OTHER))
    whole = await prepared().with_signatures(signed.signed).sign_with(KeypairSigner(PAYER))
    whole.transaction().verify_and_hash_message()
    longer = base64.b64encode(prepared().message_bytes + b"\0").decode()
    for bad in ("", "x", "é", "####", text[:-8], text + "\n", longer):
        with pytest.raises(DecodeError, match=r"not a transaction message in base64|followed by 1 bytes"):
            PreparedTransaction.from_base64(bad)


SIGNATURE = PAYER.sign_message(b"x")


def test_signatures_are_read_from_text() -> None:
    text = f"{PAYER.pubkey()}={SIGNATURE}"
    assert parse_presigned(text) == (PAYER.pubkey(), SIGNATURE)
    second = f"{OTHER.pubkey()}={OTHER.sign_message(b'x')}"
    assert list(presigned([text, second])) == [PAYER.pubkey(), OTHER.pubkey()]
    assert presigned([]) == {}
    with pytest.raises(UsageError, match=f"{PAYER.pubkey()} is given two signatures"):
        presigned([text, second, text])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a signature of the form PUBKEY=SIGNATURE"),
        (str(PAYER.pubkey()), "not a signature of the form"),
        (str(SIGNATURE), "not a signature of the form"),
        ("=", "'' before the = is not an address"),
        (f"={SIGNATURE}", "'' before the = is not an address"),
        (f"0OIl={SIGNATURE}", "'0OIl' before the = is not an address"),
        (f"{SIGNATURE}={PAYER.pubkey()}", "before the = is not an address"),
        (f" {PAYER.pubkey()}={SIGNATURE}", "before the = is not an address"),
        (f"{PAYER.pubkey()}=", "is not a signature"),
        (f"{PAYER.pubkey()}={PAYER.pubkey()}", "is not a signature"),
        (f"{PAYER.pubkey()}={SIGNATURE}=", "is not a signature"),
        (f"{PAYER.pubkey()}={SIGNATURE}\n", "is not a signature"),
        (f"{PAYER.pubkey()}=é", "is not a signature"),
        (f"{PAYER.pubkey()}={Signature.default()}", "is blank"),
        ("x" * 500, r"\.\.\.' is not a signature"),
    ],
)
def test_what_is_no_signature(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        parse_presigned(text)
    assert len(str(caught.value)) < 300


def nonce_data(version: int = 1, state: int = 1, fee: int = 5000) -> bytes:
    start = version.to_bytes(4, "little") + state.to_bytes(4, "little")
    return start + bytes(OTHER.pubkey()) + bytes(BLOCKHASH) + fee.to_bytes(8, "little")


def test_a_nonce_account_is_read_and_held_to_what_was_signed() -> None:
    found = NonceAccount.decode(NONCE, Account(1, SYSTEM, nonce_data()))
    assert found == NonceAccount(NONCE, OTHER.pubkey(), BLOCKHASH, 5000)
    found.require(OTHER.pubkey(), None)
    found.require(OTHER.pubkey(), BLOCKHASH)
    with pytest.raises(UsageError, match=f"is advanced by {OTHER.pubkey()}, not by {PAYER.pubkey()}; name that key"):
        found.require(PAYER.pubkey(), BLOCKHASH)
    with pytest.raises(UsageError, match=f"stores {BLOCKHASH}, not the blockhash {Hash.default()}: it was advanced"):
        found.require(OTHER.pubkey(), Hash.default())


@pytest.mark.parametrize(
    ("account", "message"),
    [
        (Account(1, NONCE, nonce_data()), "is no nonce account: it holds 80 bytes and belongs to program"),
        (Account(1, SYSTEM, b""), "is no nonce account: it holds 0 bytes"),
        (Account(1, SYSTEM, nonce_data()[:79]), "is no nonce account: it holds 79 bytes"),
        (Account(1, SYSTEM, nonce_data() + b"\0"), "is no nonce account: it holds 81 bytes"),
        (Account(1, SYSTEM, bytes(80)), r"is not initialised \(state 0\)"),
        (Account(1, SYSTEM, nonce_data(state=0)), r"is not initialised \(state 0\)"),
        (Account(1, SYSTEM, nonce_data(state=2)), r"is not initialised \(state 2\)"),
        (Account(1, SYSTEM, nonce_data(version=0)), "of the legacy version 0"),
    ],
)
def test_accounts_that_are_no_nonce(account: Account, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        NonceAccount.decode(NONCE, account)


def test_a_nonce_account_that_does_not_exist() -> None:
    with pytest.raises(AccountMissing, match="there is no nonce account .* create-nonce-account"):
        NonceAccount.decode(NONCE, None)
