"""The ledger that signs and stops, and the one that adds signatures and sends; both under the SDK's own clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, create_nonce_account, transfer

from xstock_client import pda
from xstock_client.clients import IssuerDesk
from xstock_client.constants import Halt
from xstock_client.errors import KeypairError, LedgerError, TransactionFailed, UsageError, XstockError
from xstock_client.ledger import (
    EmbeddedLedger,
    KeypairSigner,
    Ledger,
    NonceAccount,
    NullSigner,
    OfflineLedger,
    PreparedTransaction,
    PresignedLedger,
    SignedOnly,
    Submitter,
    Terms,
)

PAYER = KeypairSigner(Keypair.from_seed(bytes([1] * 32)))
OTHER = KeypairSigner(Keypair.from_seed(bytes([2] * 32)))
RECEIVER = Pubkey(bytes([9] * 32))
PAY = transfer(TransferParams(from_pubkey=OTHER.pubkey, to_pubkey=RECEIVER, lamports=10**9))
BLOCKHASH = Hash(bytes([3] * 32))
SOL = 10**9


@pytest.fixture
async def ledger() -> EmbeddedLedger:
    """Two keys with 10 SOL each."""
    made = EmbeddedLedger(program=None)
    for key in (PAYER, OTHER):
        await made.airdrop(key.pubkey, 10 * SOL)
    return made


async def signed(
    terms: Terms, payer: KeypairSigner | NullSigner, signer: KeypairSigner | NullSigner
) -> PreparedTransaction:
    """What a machine without any ledger makes of the transfer."""
    async with OfflineLedger(terms) as machine:
        with pytest.raises(SignedOnly) as caught:
            await machine.send([PAY], payer, [signer])
    return caught.value.prepared


async def nonce_account(ledger: EmbeddedLedger, authority: Pubkey) -> NonceAccount:
    account = Keypair()
    steps = create_nonce_account(PAYER.pubkey, account.pubkey(), authority, await ledger.rent(80))
    await ledger.send(list(steps), PAYER, [KeypairSigner(account)])
    return NonceAccount.decode(account.pubkey(), await ledger.account(account.pubkey()))


def test_signing_only_is_no_error_that_somebody_handles() -> None:
    assert not issubclass(SignedOnly, XstockError)


async def test_two_machines_and_a_blockhash(ledger: EmbeddedLedger) -> None:
    assert isinstance(ledger, Submitter)
    blockhash = await ledger.latest_blockhash()
    made = await signed(Terms(blockhash=blockhash), NullSigner(PAYER.pubkey), OTHER)
    assert made.absent == (PAYER.pubkey,)
    terms = Terms(blockhash=blockhash, presigned=made.signed)
    receipt = await PresignedLedger(ledger, terms).send([PAY], PAYER, [NullSigner(OTHER.pubkey)])
    assert await ledger.balance(RECEIVER) == SOL
    assert receipt.executed.account_keys == tuple(made.message.account_keys)
    assert receipt.signature == (await made.sign_with(PAYER)).signatures[0]


async def test_three_machines_and_a_nonce_that_waits(ledger: EmbeddedLedger) -> None:
    keeper = KeypairSigner(Keypair())
    nonce = await nonce_account(ledger, keeper.pubkey)

    def terms(authority: KeypairSigner | NullSigner, *made: PreparedTransaction) -> Terms:
        given = {key: one for each in made for key, one in each.signed.items()}
        return Terms(blockhash=nonce.value, nonce=nonce.address, nonce_authority=authority, presigned=given)

    nobody = NullSigner(keeper.pubkey)
    first = await signed(terms(nobody), NullSigner(PAYER.pubkey), OTHER)
    second = await signed(terms(keeper), NullSigner(PAYER.pubkey), NullSigner(OTHER.pubkey))
    assert first.message_bytes == second.message_bytes
    ledger.advance(86_400)
    for _ in range(3):
        await ledger.airdrop(RECEIVER, SOL)  # three blockhashes later
    with pytest.raises(UsageError, match=f"must also be signed by {keeper.pubkey}"):
        await PresignedLedger(ledger, terms(nobody, first)).send([PAY], PAYER, [NullSigner(OTHER.pubkey)])
    both = PresignedLedger(ledger, terms(nobody, first, second))
    await both.send([PAY], PAYER, [NullSigner(OTHER.pubkey)])
    assert await ledger.balance(RECEIVER) == 4 * SOL
    with pytest.raises(UsageError, match="more than one transaction"):
        await both.send([PAY], PAYER, [NullSigner(OTHER.pubkey)])
    with pytest.raises(UsageError, match=f"not the blockhash {nonce.value}: it was advanced since"):
        await PresignedLedger(ledger, terms(nobody, first, second)).send([PAY], PAYER, [NullSigner(OTHER.pubkey)])
    assert await ledger.balance(RECEIVER) == 4 * SOL


async def test_a_nonces_value_is_read_where_it_is_not_given(ledger: EmbeddedLedger) -> None:
    nonce = await nonce_account(ledger, PAYER.pubkey)
    receipt = await PresignedLedger(ledger, Terms(nonce=nonce.address)).send([PAY], PAYER, [OTHER])
    assert receipt.executed.instructions[0].accounts[0] == nonce.address
    after = NonceAccount.decode(nonce.address, await ledger.account(nonce.address))
    assert after.value != nonce.value
    with pytest.raises(UsageError, match="needs the blockhash"):
        OfflineLedger(Terms(nonce=nonce.address))


async def test_what_is_refused_sends_nothing(ledger: EmbeddedLedger) -> None:
    blockhash = await ledger.latest_blockhash()
    good = await signed(Terms(blockhash=blockhash), NullSigner(PAYER.pubkey), OTHER)
    other = await signed(Terms(blockhash=blockhash, units=1000), NullSigner(PAYER.pubkey), OTHER)
    stranger = Keypair()
    cases: list[tuple[dict[Pubkey, Signature], Hash, type[XstockError], str]] = [
        (other.signed, blockhash, KeypairError, "is not over this message"),
        ({}, blockhash, UsageError, f"must also be signed by {OTHER.pubkey}"),
        (
            {**good.signed, stranger.pubkey(): stranger.sign_message(good.message_bytes)},
            blockhash,
            UsageError,
            f"{stranger.pubkey()} is no signer",
        ),
        (good.signed, BLOCKHASH, UsageError, f"the blockhash {BLOCKHASH} is not good here"),
    ]
    before = await ledger.balance(PAYER.pubkey)
    for given, used, kind, message in cases:
        machine = PresignedLedger(ledger, Terms(blockhash=used, presigned=given))
        with pytest.raises(kind, match=message):
            await machine.send([PAY], PAYER, [NullSigner(OTHER.pubkey)])
        assert not machine.sent
    assert (await ledger.balance(PAYER.pubkey), await ledger.balance(RECEIVER)) == (before, 0)
    await PresignedLedger(ledger, Terms(blockhash=blockhash, presigned=good.signed)).send(
        [PAY], PAYER, [NullSigner(OTHER.pubkey)]
    )
    assert await ledger.balance(RECEIVER) == SOL


async def test_a_given_signature_is_not_made_again(ledger: EmbeddedLedger) -> None:
    class Device(KeypairSigner):
        async def sign(self, message: bytes) -> Signature:
            raise AssertionError("asked to sign what it signed before")

    blockhash = await ledger.latest_blockhash()
    made = await signed(Terms(blockhash=blockhash), PAYER, OTHER)
    assert made.absent == ()
    device = Device(Keypair.from_seed(bytes([2] * 32)))
    terms = Terms(blockhash=blockhash, presigned={OTHER.pubkey: made.signed[OTHER.pubkey]})
    await PresignedLedger(ledger, terms).send([PAY], PAYER, [device])
    assert await ledger.balance(RECEIVER) == SOL
    # Nor is anybody asked to sign beside a signature that is bad.
    wrong = {OTHER.pubkey: await OTHER.sign(b"something else")}
    terms = Terms(blockhash=await ledger.latest_blockhash(), presigned=wrong)
    with pytest.raises(KeypairError, match="is not over this message"):
        await PresignedLedger(ledger, terms).send([PAY], Device(Keypair.from_seed(bytes([1] * 32))), [device])


async def test_a_failure_names_the_callers_own_instruction(ledger: EmbeddedLedger) -> None:
    nonce = await nonce_account(ledger, PAYER.pubkey)
    too_much = transfer(TransferParams(from_pubkey=OTHER.pubkey, to_pubkey=RECEIVER, lamports=100 * SOL))
    machine = PresignedLedger(ledger, Terms(nonce=nonce.address))
    for _ in range(2):  # nothing changed, so it may be tried again
        with pytest.raises(TransactionFailed, match="System program refused"):
            await machine.send([PAY, too_much], PAYER, [OTHER])
    assert await ledger.balance(RECEIVER) == 0
    assert NonceAccount.decode(nonce.address, await ledger.account(nonce.address)) == nonce
    plain = EmbeddedLedger(program=None, explain=lambda failure: UsageError(f"index {failure.instruction_index}"))
    for key in (PAYER, OTHER):
        await plain.airdrop(key.pubkey, 10 * SOL)
    nonce = await nonce_account(plain, PAYER.pubkey)
    with pytest.raises(UsageError, match="index 1"):
        await PresignedLedger(plain, Terms(nonce=nonce.address)).send([PAY, too_much], PAYER, [OTHER])
    terms = Terms(blockhash=await plain.latest_blockhash())
    with pytest.raises(UsageError, match="index 1"):
        await PresignedLedger(plain, terms).send([PAY, too_much], PAYER, [OTHER])


@dataclass
class Source:
    """Opens a ledger, and counts."""

    ledger: Ledger
    opened: int = 0
    closed: int = 0
    order: list[str] = field(default_factory=list)

    def __call__(self) -> AbstractAsyncContextManager[Ledger]:
        @asynccontextmanager
        async def opening() -> AsyncIterator[Ledger]:
            self.opened += 1
            yield self.ledger
            self.closed += 1

        return opening()


async def test_reading_opens_the_source_once_and_signing_never(ledger: EmbeddedLedger) -> None:
    source = Source(ledger)
    async with OfflineLedger(Terms(blockhash=BLOCKHASH), source=source) as machine:
        with pytest.raises(SignedOnly):
            await machine.send([PAY], PAYER, [OTHER])
        assert source.opened == 0
        assert await machine.balance(PAYER.pubkey) == 10 * SOL
        assert await machine.genesis_hash() == await ledger.genesis_hash()
        assert await machine.now() == await ledger.now()
        assert await machine.slot() == await ledger.slot()
        assert await machine.accounts([PAYER.pubkey, RECEIVER]) == await ledger.accounts([PAYER.pubkey, RECEIVER])
        assert await machine.account(PAYER.pubkey) == await ledger.account(PAYER.pubkey)
        assert await machine.rent(80) == await ledger.rent(80)
        assert await machine.program_accounts(RECEIVER) == []
        assert await machine.transaction(Signature.default()) is None
        assert await machine.signatures_for(RECEIVER) == []
        assert (await machine.simulate([PAY], PAYER.pubkey)).error is None
        async with aclosing(machine.subscribe_account(RECEIVER)) as states:
            assert await anext(states) is None
        assert (source.opened, source.closed) == (1, 0)
    assert (source.opened, source.closed) == (1, 1)


async def test_without_a_network_nothing_is_read_and_the_advice_is_told() -> None:
    class Away(EmbeddedLedger):
        async def balance(self, address: Pubkey) -> int:
            raise LedgerError("cannot reach the cluster")

    async with OfflineLedger(Terms(blockhash=BLOCKHASH), genesis_hash=bytes(32)) as machine:
        assert await machine.genesis_hash() == bytes(32)
        with pytest.raises(LedgerError, match="without a network: nothing can be read from the chain$"):
            await machine.balance(RECEIVER)
    async with OfflineLedger(Terms(blockhash=BLOCKHASH), source=Source(Away(program=None))) as machine:
        machine.hint = "say --balance"
        with pytest.raises(LedgerError, match="cannot be read: cannot reach the cluster. To do .* say --balance$"):
            await machine.balance(RECEIVER)


def test_terms_that_make_no_sense() -> None:
    with pytest.raises(UsageError, match="a blockhash or a nonce account is needed"):
        Terms()
    with pytest.raises(UsageError, match="no nonce account"):
        Terms(blockhash=BLOCKHASH, nonce_authority=PAYER)
    for units in (-1, 1_400_001):
        with pytest.raises(UsageError, match="compute-unit limit lies between 0 and 1,400,000"):
            Terms(blockhash=BLOCKHASH, units=units)
    for price in (-1, 2**64):
        with pytest.raises(UsageError, match="compute-unit price lies between"):
            Terms(blockhash=BLOCKHASH, price=price)


async def test_the_clients_work_on_it_without_reading_anything() -> None:
    """The desk would ask for the issuer and its cluster; where nothing is sent, whoever submits does."""
    issuer = pda.issuer(7)
    async with OfflineLedger(Terms(blockhash=BLOCKHASH)) as machine:
        desk = IssuerDesk(machine, issuer=issuer, signer=OTHER, payer=NullSigner(PAYER.pubkey))
        asset = pda.asset(issuer, 0)
        with pytest.raises(SignedOnly) as caught:
            await desk.halt(asset, Halt.MINT)
    prepared = caught.value.prepared
    assert list(prepared.signed) == [OTHER.pubkey] and prepared.absent == (PAYER.pubkey,)
    program = prepared.message.account_keys[prepared.message.instructions[0].program_id_index]
    (expected,) = desk.halt_instructions(asset, Halt.MINT)
    assert (program, prepared.message.instructions[0].data) == (expected.program_id, expected.data)
