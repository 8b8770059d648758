"""RpcLedger against a real validator."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer

from xstock_client.errors import TransactionFailed, Unconfirmed, WrongCluster
from xstock_client.ledger import Failure, KeypairSigner, Memcmp, Outcome, RpcLedger, SendPolicy, require_genesis
from xstock_client.ledger.sending import Lifetime

SOL = 1_000_000_000
SYSTEM = Pubkey.from_string("11111111111111111111111111111111")
TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ATA = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")


def pay(payer: KeypairSigner, to: Pubkey, lamports: int) -> Instruction:
    return transfer(TransferParams(from_pubkey=payer.pubkey, to_pubkey=to, lamports=lamports))


async def test_identity_clock_and_slots(ledger: RpcLedger) -> None:
    genesis = await ledger.genesis_hash()
    assert len(genesis) == 32
    await require_genesis(ledger, genesis)
    with pytest.raises(WrongCluster, match=str(Hash(bytes(32)))):
        await require_genesis(ledger, bytes(32))
    assert abs(await ledger.now() - time.time()) < 600
    first = await ledger.slot()
    for _ in range(600):  # a busy machine makes few slots
        if await ledger.slot() > first:
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail(f"the slot stayed at {first} for a minute")
    assert await ledger.rent(165) == 2_039_280


async def test_send_gives_the_executed_transaction_and_changes_balances(
    ledger: RpcLedger, payer: KeypairSigner
) -> None:
    receiver = Keypair().pubkey()
    receipt = await ledger.send([pay(payer, receiver, SOL)], payer)
    executed = receipt.executed
    assert (executed.signature, executed.slot, executed.error) == (receipt.signature, receipt.slot, None)
    # The transfer and the limit; a price only where others pay one.
    assert receipt.units == executed.units == 300
    assert [one.stack_height for one in executed.instructions] == [1, 1]
    assert executed.instructions[0].program_id == SYSTEM
    assert executed.instructions[0].accounts == (payer.pubkey, receiver)
    # At once, at the ledger's commitment: no read after a send may miss it.
    assert await ledger.balance(receiver) == SOL
    assert await ledger.balance(payer.pubkey) == 9 * SOL - 5000
    assert await ledger.transaction(receipt.signature) == executed
    assert await ledger.transaction(Signature.new_unique()) is None


async def test_inner_instructions_come_in_order_with_their_heights(ledger: RpcLedger, payer: KeypairSigner) -> None:
    mint, rent = Keypair(), await ledger.rent(82)
    make = create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey, to_pubkey=mint.pubkey(), lamports=rent, space=82, owner=TOKEN_2022
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
    receipt = await ledger.send([make, setup, open_account], payer, [KeypairSigner(mint)])
    heights = [one.stack_height for one in receipt.executed.instructions]
    assert heights[:3] == [1, 1, 1] and heights[-1] == 1
    inner = [one for one in receipt.executed.instructions if one.stack_height == 2]
    assert {one.program_id for one in inner} == {SYSTEM, TOKEN_2022}
    # InitializeAccount3 names the owner: the base58 data is decoded byte for byte.
    assert bytes([18]) + bytes(payer.pubkey) in [one.data for one in inner]

    account = await ledger.account(token)
    assert account is not None and account.owner == TOKEN_2022
    assert await ledger.accounts([token, Keypair().pubkey(), mint.pubkey()]) == [
        account,
        None,
        await ledger.account(mint.pubkey()),
    ]
    by_mint = Memcmp(0, bytes(mint.pubkey()))
    assert await ledger.program_accounts(TOKEN_2022, size=len(account.data), matching=[by_mint]) == [(token, account)]
    assert await ledger.program_accounts(TOKEN_2022, size=len(account.data) + 1, matching=[by_mint]) == []
    assert await ledger.program_accounts(TOKEN_2022, matching=[Memcmp(1, bytes(mint.pubkey()))]) == []


async def test_more_accounts_than_one_call_takes(ledger: RpcLedger, payer: KeypairSigner) -> None:
    addresses = [Keypair().pubkey() for _ in range(205)]
    addresses[204] = addresses[0] = payer.pubkey
    found = await ledger.accounts(addresses)
    assert len(found) == 205
    assert [place for place, one in enumerate(found) if one is not None] == [0, 204]


async def test_a_refusal_costs_nothing_and_is_told_in_its_own_words(
    ledger: RpcLedger, localnet: str, payer: KeypairSigner
) -> None:
    before = await ledger.balance(payer.pubkey)
    heard: list[Failure] = []

    def explain(failure: Failure) -> None:
        heard.append(failure)

    memo = Instruction(MEMO, b"first", [])
    async with RpcLedger(localnet, explain=explain) as other:
        with pytest.raises(TransactionFailed, match=r"(?s)instruction 1 by program 1{32}: error 1 .*insufficient"):
            await other.send([memo, pay(payer, Keypair().pubkey(), 100 * SOL)], payer)
    assert [(one.instruction_index, one.program_id, one.custom_code, one.kind) for one in heard] == [
        (1, SYSTEM, 1, "Custom")
    ]
    assert await ledger.balance(payer.pubkey) == before
    with pytest.raises(TransactionFailed, match="AccountNotFound; the payer has no lamports"):
        await ledger.send([memo], KeypairSigner(Keypair()))


async def test_simulation_shows_states_afterwards_and_changes_none(ledger: RpcLedger, payer: KeypairSigner) -> None:
    receiver = Keypair().pubkey()
    seen = await ledger.simulate([pay(payer, receiver, SOL)], payer.pubkey, accounts=[receiver, Keypair().pubkey()])
    assert seen.error is None and seen.units == 300
    assert [one and one.lamports for one in seen.accounts] == [SOL, None]
    assert await ledger.account(receiver) is None


async def test_history_pages_backwards(ledger: RpcLedger, payer: KeypairSigner) -> None:
    receiver = Keypair().pubkey()
    sent = [(await ledger.send([pay(payer, receiver, SOL + number)], payer)).signature for number in range(3)]
    for _ in range(300):  # the index of addresses lags behind the statuses
        if len(await ledger.signatures_for(receiver)) == 3:
            break
        await asyncio.sleep(0.1)
    newest = await ledger.signatures_for(receiver, limit=2)
    assert [one.signature for one in newest] == sent[:0:-1]
    assert [one.signature for one in await ledger.signatures_for(receiver, before=sent[1])] == sent[:1]
    assert not newest[0].failed and newest[0].block_time is not None


async def test_subscription_starts_with_the_state_and_follows_changes(ledger: RpcLedger, payer: KeypairSigner) -> None:
    receiver = Keypair().pubkey()
    states = ledger.subscribe_account(receiver)
    async with asyncio.timeout(60), aclosing(states):
        assert await anext(states) is None
        await ledger.send([pay(payer, receiver, SOL)], payer)
        state = await anext(states)
        assert state is not None and state.lamports == SOL
        await ledger.send([pay(payer, receiver, SOL)], payer)
        while state.lamports != 2 * SOL:
            state = await anext(states)
            assert state is not None


class Expired(RpcLedger):
    """Signs with a blockhash that no cluster has, and takes its own block height for the last valid one."""

    async def lifetime(self) -> Lifetime:
        return Lifetime(Hash.new_unique(), await self.block_height())


async def test_a_transaction_that_never_lands_is_not_reported_either_way(localnet: str, payer: KeypairSigner) -> None:
    receiver = Keypair().pubkey()
    async with Expired(localnet, policy=SendPolicy(rebroadcast=0.5, settle=1.0)) as ledger:
        with pytest.raises(Unconfirmed, match="unknown: no status by its last valid block height"):
            await ledger.send([pay(payer, receiver, SOL)], payer)

        async def absent() -> Outcome:
            return "not done" if await ledger.account(receiver) is None else "done"

        with pytest.raises(TransactionFailed, match="safe to send again"):
            await ledger.send([pay(payer, receiver, SOL)], payer, verify=absent)
