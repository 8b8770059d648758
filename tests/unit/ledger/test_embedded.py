"""The embedded ledger with the programs that every cluster has."""

from __future__ import annotations

import asyncio
import builtins
import sys
from pathlib import Path
from typing import Any

import pytest
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer

from xstock_client.errors import KeypairError, TransactionFailed, UsageError, WrongCluster
from xstock_client.ledger import (
    Account,
    EmbeddedLedger,
    Failure,
    KeypairSigner,
    Ledger,
    Memcmp,
    Outcome,
    require_genesis,
)

SOL = 1_000_000_000
START = 1_760_000_000
SYSTEM = Pubkey.default()
TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ATA = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")


@pytest.fixture
def ledger() -> EmbeddedLedger:
    return EmbeddedLedger(program=None, now=START, explain=lambda _: None)


@pytest.fixture
async def payer(ledger: EmbeddedLedger) -> KeypairSigner:
    signer = KeypairSigner(Keypair())
    await ledger.airdrop(signer.pubkey, 10 * SOL)
    return signer


def pay(payer: KeypairSigner, to: Pubkey, lamports: int) -> Instruction:
    return transfer(TransferParams(from_pubkey=payer.pubkey, to_pubkey=to, lamports=lamports))


async def test_it_is_a_ledger_with_an_identity_of_its_own(ledger: EmbeddedLedger) -> None:
    as_protocol: Ledger = ledger
    await require_genesis(as_protocol, await ledger.genesis_hash())
    other = EmbeddedLedger(program=None, genesis_hash=bytes([1] * 32))
    with pytest.raises(WrongCluster, match=str(Hash(bytes([1] * 32)))):
        await require_genesis(other, await ledger.genesis_hash())
    with pytest.raises(UsageError, match="32 bytes, not 3"):
        EmbeddedLedger(program=None, genesis_hash=b"abc")
    assert await ledger.rent(165) == 2_039_280


async def test_the_clock_goes_where_it_is_set_and_slots_go_along(ledger: EmbeddedLedger) -> None:
    slot = await ledger.slot()
    assert await ledger.now() == START
    ledger.advance(100)
    assert (await ledger.now(), await ledger.slot()) == (START + 100, slot + 250)
    ledger.set_now(START + 101)
    assert (await ledger.now(), await ledger.slot()) == (START + 101, slot + 252)
    ledger.advance(0)
    assert await ledger.slot() == slot + 252
    with pytest.raises(UsageError, match="never runs back"):
        ledger.set_now(START)
    with pytest.raises(UsageError, match="never runs back"):
        ledger.advance(-1)
    assert await ledger.now() == START + 101


async def test_a_transfer_and_its_record(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    receiver = Keypair().pubkey()
    slot = await ledger.slot()
    receipt = await ledger.send([pay(payer, receiver, SOL)], payer)
    assert await ledger.balance(receiver) == SOL
    assert await ledger.balance(payer.pubkey) == 9 * SOL - 5000
    executed = receipt.executed
    assert (receipt.slot, executed.slot, executed.block_time, executed.error) == (slot, slot, START, None)
    # As on a cluster: the transfer, and the limit behind it.
    assert receipt.units == executed.units == 300
    assert [one.program_id for one in executed.instructions] == [
        SYSTEM,
        Pubkey.from_string("ComputeBudget111111111111111111111111111111"),
    ]
    assert executed.instructions[0].accounts == (payer.pubkey, receiver)
    assert await ledger.slot() == slot + 1
    assert await ledger.transaction(receipt.signature) == executed
    assert await ledger.transaction(Signature.default()) is None


async def test_the_same_instructions_can_be_sent_again(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    receiver = Keypair().pubkey()
    receipts = [await ledger.send([pay(payer, receiver, SOL)], payer) for _ in range(3)]
    assert len({receipt.signature for receipt in receipts}) == 3
    assert await ledger.balance(receiver) == 3 * SOL
    for _ in range(2):
        await ledger.airdrop(receiver, SOL)
    assert await ledger.balance(receiver) == 5 * SOL


async def test_a_refusal_changes_nothing_at_all(payer: KeypairSigner) -> None:
    heard: list[Failure] = []

    def explain(failure: Failure) -> None:
        heard.append(failure)

    ledger = EmbeddedLedger(program=None, now=START, explain=explain)
    await ledger.airdrop(payer.pubkey, 10 * SOL)
    slot = await ledger.slot()
    memo = Instruction(MEMO, b"first", [])
    with pytest.raises(TransactionFailed, match=r"(?s)instruction 1 by program 1{32}: error 1 .*insufficient"):
        await ledger.send([memo, pay(payer, Keypair().pubkey(), 100 * SOL)], payer)
    assert [(one.instruction_index, one.program_id, one.custom_code, one.kind) for one in heard] == [
        (1, SYSTEM, 1, "Custom")
    ]
    assert await ledger.balance(payer.pubkey) == 10 * SOL
    assert await ledger.slot() == slot
    assert await ledger.signatures_for(payer.pubkey) == []
    with pytest.raises(TransactionFailed, match="AccountNotFound"):
        await ledger.send([memo], KeypairSigner(Keypair()))


async def test_signatures_are_needed_and_checked(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    other = KeypairSigner(Keypair())
    await ledger.airdrop(other.pubkey, SOL)
    with pytest.raises(UsageError, match=f"must also be signed by {payer.pubkey}"):
        await ledger.send([pay(payer, other.pubkey, SOL)], other)

    class Forger(KeypairSigner):
        @property
        def pubkey(self) -> Pubkey:
            return payer.pubkey

    with pytest.raises(KeypairError, match="does not verify; nothing was sent"):
        await ledger.send([pay(payer, other.pubkey, SOL)], other, [Forger(Keypair())])
    assert await ledger.balance(payer.pubkey) == 10 * SOL
    await ledger.send([pay(payer, other.pubkey, SOL)], other, [payer])
    assert await ledger.balance(payer.pubkey) == 9 * SOL


async def test_simulation_needs_no_signature_and_leaves_no_trace(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    receiver, absent = Keypair().pubkey(), Keypair().pubkey()
    seen = await ledger.simulate(
        [pay(payer, receiver, SOL)], payer.pubkey, accounts=[receiver, absent, payer.pubkey, MEMO]
    )
    assert (seen.units, seen.error) == (300, None)
    assert [one and one.lamports for one in seen.accounts[:3]] == [SOL, None, 9 * SOL - 5000]
    assert seen.accounts[3] == await ledger.account(MEMO)
    assert await ledger.account(receiver) is None
    bad = await ledger.simulate([pay(payer, receiver, 100 * SOL)], payer.pubkey, accounts=[receiver])
    assert bad.error is not None and bad.error.custom_code == 1 and bad.accounts == ()
    assert any("insufficient" in line for line in bad.logs)
    # Simulation must not leave signature checks off: a forged transaction still fails in the machine itself.
    assert ledger._svm.get_sigverify()


async def test_the_outcome_is_never_asked_for(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    async def check() -> Outcome:
        raise AssertionError("the outcome is known")

    await ledger.send([pay(payer, Keypair().pubkey(), SOL)], payer, verify=check)


async def test_token_2022_through_the_associated_token_program(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    mint = Keypair()
    make = create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey,
            to_pubkey=mint.pubkey(),
            lamports=await ledger.rent(82),
            space=82,
            owner=TOKEN_2022,
        )
    )
    # InitializeMint2: decimals, mint authority, no freeze authority.
    setup = Instruction(
        TOKEN_2022, bytes([20, 8]) + bytes(payer.pubkey) + b"\0", [AccountMeta(mint.pubkey(), False, True)]
    )
    token = Pubkey.find_program_address([bytes(payer.pubkey), bytes(TOKEN_2022), bytes(mint.pubkey())], ATA)[0]
    open_account = Instruction(
        ATA,
        b"",
        [
            AccountMeta(payer.pubkey, True, True),
            AccountMeta(token, False, True),
            AccountMeta(payer.pubkey, False, False),
            AccountMeta(mint.pubkey(), False, False),
            AccountMeta(SYSTEM, False, False),
            AccountMeta(TOKEN_2022, False, False),
        ],
    )
    # MintTo.
    mint_to = Instruction(
        TOKEN_2022,
        bytes([7]) + (12_345).to_bytes(8, "little"),
        [
            AccountMeta(mint.pubkey(), False, True),
            AccountMeta(token, False, True),
            AccountMeta(payer.pubkey, True, False),
        ],
    )
    receipt = await ledger.send([make, setup, open_account, mint_to], payer, [KeypairSigner(mint)])
    flat = receipt.executed.instructions
    top = [place for place, one in enumerate(flat) if one.stack_height == 1]
    # Inner instructions stand between the one that invoked them (third) and the next.
    assert top[:3] == [0, 1, 2] and top[3] > 4
    inner = flat[3 : top[3]]
    assert {one.stack_height for one in inner} == {2}
    assert {one.program_id for one in inner} == {SYSTEM, TOKEN_2022}
    # InitializeAccount3 names the owner.
    assert bytes([18]) + bytes(payer.pubkey) in [one.data for one in inner]
    assert flat[top[3]].program_id == TOKEN_2022 and flat[top[3]].accounts == (mint.pubkey(), token, payer.pubkey)

    account = await ledger.account(token)
    assert account is not None and int.from_bytes(account.data[64:72], "little") == 12_345
    assert await ledger.accounts([token, Keypair().pubkey()]) == [account, None]
    by_mint = Memcmp(0, bytes(mint.pubkey()))
    assert await ledger.program_accounts(TOKEN_2022, size=len(account.data), matching=[by_mint]) == [(token, account)]
    assert await ledger.program_accounts(TOKEN_2022, size=len(account.data) + 1, matching=[by_mint]) == []
    assert await ledger.program_accounts(TOKEN_2022, matching=[Memcmp(1, bytes(mint.pubkey()))]) == []
    assert await ledger.program_accounts(TOKEN_2022, matching=[Memcmp(9_999, b"\0")]) == []
    assert {key for key, _ in await ledger.program_accounts(TOKEN_2022)} == {token, mint.pubkey()}

    # A wrong address: the associated token program itself refuses.
    other = Keypair().pubkey()
    wrong = Instruction(
        ATA, b"", [*open_account.accounts[:1], AccountMeta(other, False, True), *open_account.accounts[2:]]
    )
    seen = await ledger.simulate([wrong], payer.pubkey)
    assert seen.error is not None and (seen.error.program_id, seen.error.instruction_index) == (ATA, 0)


async def test_a_look_alike_can_be_put_anywhere_and_taken_away(ledger: EmbeddedLedger) -> None:
    address = Keypair().pubkey()
    fake = Account(SOL, TOKEN_2022, b"look-alike")
    ledger.set_account(address, fake)
    assert await ledger.account(address) == fake
    ledger.set_account(address, None)
    assert await ledger.account(address) is None


async def test_history_pages_backwards(ledger: EmbeddedLedger, payer: KeypairSigner) -> None:
    receiver = Keypair().pubkey()
    sent = [(await ledger.send([pay(payer, receiver, SOL)], payer)).signature for _ in range(3)]
    await ledger.send([pay(payer, Keypair().pubkey(), SOL)], payer)
    assert [one.signature for one in await ledger.signatures_for(receiver)] == sent[::-1]
    assert [one.signature for one in await ledger.signatures_for(receiver, limit=2)] == sent[:0:-1]
    assert [one.signature for one in await ledger.signatures_for(receiver, before=sent[1])] == sent[:1]
    assert await ledger.signatures_for(receiver, before=Signature.default()) == []
    newest = (await ledger.signatures_for(receiver, limit=1))[0]
    assert (newest.block_time, newest.failed) == (START, False)


async def test_subscription_starts_with_the_state_and_follows_changes(
    ledger: EmbeddedLedger, payer: KeypairSigner
) -> None:
    receiver = Keypair().pubkey()
    states = ledger.subscribe_account(receiver)
    assert await anext(states) is None
    waiting = asyncio.ensure_future(anext(states))
    await ledger.send([pay(payer, Keypair().pubkey(), SOL)], payer)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done(), "another account's change is none of this one's"
    await ledger.send([pay(payer, receiver, SOL)], payer)
    state = await waiting
    assert state is not None and state.lamports == SOL
    # A change between two reads is not lost.
    ledger.set_account(receiver, None)
    assert await anext(states) is None


async def test_programs_are_loaded_or_missed_clearly(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read the program .*nothing\.so: No such file.*make build"):
        EmbeddedLedger(program=tmp_path / "nothing.so")


async def test_an_environment_without_litesvm_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    importer = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "solders.litesvm":
            raise ImportError(name)
        return importer(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"install `xstock-client\[embedded\]`.*\[anchorpy\]"):
        EmbeddedLedger(program=None)
    monkeypatch.undo()

    class Old:
        """LiteSVM of solders 0.26: it cannot list accounts."""

    monkeypatch.setattr(sys.modules["solders.litesvm"], "LiteSVM", Old)
    with pytest.raises(UsageError, match=r"solders 0\.29 or newer"):
        EmbeddedLedger(program=None)
