"""Messages with lookup tables: their bytes and limits, and how each ledger takes them."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import pytest
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0, from_bytes_versioned
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from tests.unit.ledger.test_rpc import Answer, result, serving
from tests.unit.ledger.test_rpc import error as refusal
from xstock_client.errors import DecodeError, LedgerError, TransactionFailed, UsageError
from xstock_client.ledger import (
    EmbeddedLedger,
    KeypairSigner,
    LookupTable,
    OfflineLedger,
    PreparedTransaction,
    PresignedLedger,
    RpcLedger,
    SendPolicy,
    Size,
    Terms,
    how_many_fit,
    measure,
    prepare,
)
from xstock_client.ledger.building import compile_message, sign
from xstock_client.ledger.failures import error_of, read_failure
from xstock_client.ledger.lookup import resolve

PAYER = KeypairSigner(Keypair.from_seed(bytes([1] * 32)))
PROGRAM = Pubkey(bytes([90]) * 32)
BUDGET = Pubkey.from_string("ComputeBudget111111111111111111111111111111")
BLOCKHASH = Hash(bytes([3]) * 32)
NONCE = Pubkey(bytes([7]) * 32)
KEYS = tuple(Pubkey(bytes([1, number]) + bytes(30)) for number in range(200))
TABLE = LookupTable(Pubkey(bytes([80]) * 32), KEYS, PAYER.pubkey, last_extended_slot=899)


def call(count: int, data: bytes = b"data", *, start: int = 0) -> Instruction:
    """An instruction that writes ``count`` accounts of the table."""
    return Instruction(PROGRAM, data, [AccountMeta(key, False, True) for key in KEYS[start : start + count]])


def pay(to: Pubkey, lamports: int = 10**9) -> Instruction:
    return transfer(TransferParams(from_pubkey=PAYER.pubkey, to_pubkey=to, lamports=lamports))


# Bytes


def test_without_tables_the_bytes_are_those_of_a_legacy_message() -> None:
    # What was built before there were tables, byte for byte: limit and price behind the caller's instructions.
    limit = Instruction(BUDGET, bytes([2]) + (77).to_bytes(4, "little"), [])
    price = Instruction(BUDGET, bytes([3]) + (5).to_bytes(8, "little"), [])
    legacy = Message.new_with_blockhash([call(3), limit, price], PAYER.pubkey, BLOCKHASH)
    assert compile_message([call(3)], PAYER.pubkey, blockhash=BLOCKHASH, units=77, price=5, tables=()) == legacy
    assert compile_message([call(3)], PAYER.pubkey, blockhash=BLOCKHASH, units=77, price=5) == legacy
    assert bytes(legacy)[0] == 1  # signatures, not a version
    assert prepare([call(3)], PAYER.pubkey, blockhash=BLOCKHASH, tables=[]) == prepare(
        [call(3)], PAYER.pubkey, blockhash=BLOCKHASH
    )


async def test_with_tables_it_is_of_version_0_and_names_the_same_accounts() -> None:
    made = compile_message([call(12)], PAYER.pubkey, blockhash=BLOCKHASH, price=5, tables=[TABLE])
    assert isinstance(made, MessageV0)
    # Who signs and what is called stay in the message itself.
    assert made.account_keys[0] == PAYER.pubkey and set(made.account_keys[1:]) == {PROGRAM, BUDGET}
    keys = resolve(made, [TABLE])
    assert [keys[place] for place in made.instructions[0].accounts] == list(KEYS[:12])
    assert [keys[one.program_id_index] for one in made.instructions] == [PROGRAM, BUDGET, BUDGET]
    signed = await sign(made, PAYER, ())
    assert signed.verify_with_results() == [True]
    assert from_bytes_versioned(bytes(signed)[65:]) == made
    unhelped = compile_message([pay(PROGRAM)], PAYER.pubkey, blockhash=BLOCKHASH, tables=[TABLE])
    assert isinstance(unhelped, MessageV0) and unhelped.address_table_lookups == []


@pytest.mark.parametrize("tables", [[], [TABLE]])
@pytest.mark.parametrize("count", [1, 2, 12, 25])
async def test_the_size_is_that_of_the_signed_transaction(count: int, tables: list[LookupTable]) -> None:
    message = compile_message([call(count)], PAYER.pubkey, blockhash=BLOCKHASH, price=1, tables=tables)
    wire = bytes(await sign(message, PAYER, ()))
    size = measure([call(count)], PAYER.pubkey, tables=tables)
    assert size == Size(len(wire), count + 3)
    without_price = measure([call(count)], PAYER.pubkey, price=0, tables=tables)
    assert size.bytes - without_price.bytes == 12 and size.locks == without_price.locks


def test_a_table_of_twelve_saves_31_bytes_an_account_and_costs_34() -> None:
    shared = LookupTable(TABLE.address, KEYS[:12])
    plain, packed = (measure([call(12)], PAYER.pubkey, tables=tables) for tables in ([], [shared]))
    # A version byte and the number of tables; the table's address and two counts.
    assert plain.bytes - packed.bytes == 12 * 31 - (1 + 1) - (32 + 1 + 1)
    assert plain.locks == packed.locks == 15


# Limits


def test_what_does_not_fit_is_refused_with_its_figures() -> None:
    assert measure([call(40)], PAYER.pubkey).bytes == 1545
    with pytest.raises(UsageError, match=r"would be 1,533 bytes, and at most 1,232 fit"):
        compile_message([call(40)], PAYER.pubkey, blockhash=BLOCKHASH)
    most = measure([call(61)], PAYER.pubkey, price=0, tables=[TABLE])
    assert most.locks == 64 and most.fits
    compile_message([call(61)], PAYER.pubkey, blockhash=BLOCKHASH, tables=[TABLE])
    assert not measure([call(62)], PAYER.pubkey, price=0, tables=[TABLE]).fits
    with pytest.raises(UsageError, match="would name 65 accounts, and at most 64 can be locked at once"):
        compile_message([call(62)], PAYER.pubkey, blockhash=BLOCKHASH, tables=[TABLE])
    with pytest.raises(UsageError, match="would be 1,452 bytes"):
        compile_message([call(3, bytes(1200))], PAYER.pubkey, blockhash=BLOCKHASH, tables=[TABLE])


def test_more_accounts_than_a_message_can_count_are_refused_too() -> None:
    many = [Pubkey(bytes([2, *number.to_bytes(2, "big")]) + bytes(29)) for number in range(300)]
    wide = Instruction(PROGRAM, b"", [AccountMeta(key, False, True) for key in many])
    with pytest.raises(UsageError, match="would name 303 accounts"):
        measure([wide], PAYER.pubkey, tables=[TABLE])
    with pytest.raises(UsageError, match="at least one instruction"):
        measure([], PAYER.pubkey)


def test_as_many_as_fit() -> None:
    def build(items: Sequence[int]) -> list[Instruction]:
        return [call(3, bytes(8), start=3 * one) for one in items]

    items = range(60)
    for tables, expected in (([], 9), ([TABLE], 20)):
        count = how_many_fit(items, build, PAYER.pubkey, tables=tables)
        assert count == expected
        assert measure(build(items[:count]), PAYER.pubkey, tables=tables).fits
        assert not measure(build(items[: count + 1]), PAYER.pubkey, tables=tables).fits
    assert how_many_fit(items[:4], build, PAYER.pubkey) == 4
    assert how_many_fit([], build, PAYER.pubkey) == 0
    assert how_many_fit([1], lambda _: [call(40)], PAYER.pubkey) == 0


# Prepared and signed apart


async def test_a_prepared_transaction_of_version_0() -> None:
    made = prepare([call(30)], PAYER.pubkey, blockhash=BLOCKHASH, tables=[TABLE])
    assert made.message_bytes[0] == 0x80 and made.required == (PAYER.pubkey,) and made.blockhash == BLOCKHASH
    whole = (await made.sign_with(PAYER)).transaction()
    assert VersionedTransaction.from_bytes(bytes(whole)).message == made.message
    with_nonce = prepare([call(30)], PAYER.pubkey, blockhash=BLOCKHASH, nonce=NONCE, tables=[TABLE])
    assert NONCE in with_nonce.message.account_keys
    # Nobody who reads the dumped message alone could tell what it does.
    with pytest.raises(DecodeError, match="a message of version 0 may name accounts by their places in lookup tables"):
        PreparedTransaction.from_base64(made.message_base64)
    with pytest.raises(DecodeError, match="not a transaction message"):
        PreparedTransaction.from_base64(base64.b64encode(b"\1\2").decode())


def test_a_nonce_account_stays_out_of_tables() -> None:
    holding = LookupTable(TABLE.address, (*KEYS[:3], NONCE))
    with pytest.raises(UsageError, match=f"the nonce account {NONCE} is in a lookup table, and must not be"):
        prepare([call(3)], PAYER.pubkey, blockhash=BLOCKHASH, nonce=NONCE, tables=[holding])
    prepare([call(3)], PAYER.pubkey, blockhash=BLOCKHASH, tables=[holding])


async def test_signing_apart_from_the_cluster_refuses_tables() -> None:
    message = f"takes no lookup tables: .* not its place in {TABLE.address}; leave the tables out"
    async with OfflineLedger(Terms(blockhash=BLOCKHASH)) as machine:
        with pytest.raises(UsageError, match=message):
            await machine.send([call(3)], PAYER, tables=[TABLE])
    ledger = EmbeddedLedger(program=None)
    await ledger.airdrop(PAYER.pubkey, 10**10)
    sending = PresignedLedger(ledger, Terms(blockhash=await ledger.latest_blockhash()))
    with pytest.raises(UsageError, match=message):
        await sending.send([pay(KEYS[0])], PAYER, tables=[TABLE])
    assert sending.asked and not sending.sent
    await sending.send([pay(KEYS[0])], PAYER)
    assert await ledger.balance(KEYS[0]) == 10**9


# Over JSON-RPC


class Node:
    """Answers of a cluster that runs whatever it is sent, at slot 901."""

    def __init__(self) -> None:
        self.wires: dict[str, list[bytes]] = {"simulateTransaction": [], "sendTransaction": []}
        self.configs: list[tuple[str, Any]] = []

    def __call__(self, method: str, params: list[Any], _: int) -> Answer:
        self.configs.append((method, params[-1] if params else None))
        if method in self.wires:
            self.wires[method].append(base64.b64decode(params[0]))
        return result(self.answer(method))

    def answer(self, method: str) -> Any:
        match method:
            case "simulateTransaction":
                return {"value": {"err": None, "logs": [], "unitsConsumed": 300}}
            case "getLatestBlockhash":
                return {"value": {"blockhash": str(BLOCKHASH), "lastValidBlockHeight": 1_000}}
            case "getRecentPrioritizationFees":
                return [{"slot": 900, "prioritizationFee": 7}]
            case "getEpochInfo":
                return {"absoluteSlot": 900, "blockHeight": 800}
            case "getSignatureStatuses":
                return {"value": [{"slot": 901, "err": None, "confirmationStatus": "confirmed"}]}
            case "getTransaction":
                wire = base64.b64encode(self.wires["sendTransaction"][0]).decode()
                loaded = {"writable": [str(key) for key in KEYS[:30]], "readonly": []}
                meta = {"err": None, "computeUnitsConsumed": 321, "logMessages": ["done"], "innerInstructions": []}
                return {
                    "slot": 901,
                    "blockTime": 5,
                    "transaction": [wire, "base64"],
                    "meta": {**meta, "loadedAddresses": loaded},
                }
        return "signature"


async def test_an_rpc_is_sent_version_0_and_asked_no_earlier_than_the_table_is_ready() -> None:
    node = Node()
    async with serving(node) as server, RpcLedger(server.url, policy=SendPolicy(poll=0.01)) as ledger:
        receipt = await ledger.send([call(30)], PAYER, tables=[TABLE])
    (draft,), (wire,) = node.wires["simulateTransaction"], node.wires["sendTransaction"]
    for bytes_sent in (draft, wire):
        message = VersionedTransaction.from_bytes(bytes_sent).message
        assert isinstance(message, MessageV0)
        assert [one.account_key for one in message.address_table_lookups] == [TABLE.address]
    assert receipt.units == 321 and receipt.executed.account_keys[-30:] == KEYS[:30]
    assert receipt.executed.instructions[0].accounts == KEYS[:30]
    # Slot 899 saw the last extension, so 900 is the first in which the table is whole.
    configs = [config for method, config in node.configs if method == "simulateTransaction"]
    assert [one["minContextSlot"] for one in configs] == [900]
    names_fees = [config for method, config in node.configs if method == "getRecentPrioritizationFees"]
    assert set(names_fees[0]) == {str(PAYER.pubkey), *(str(key) for key in KEYS[:30])}


async def test_an_rpc_simulates_version_0_and_is_held_to_no_slot_without_tables() -> None:
    node = Node()
    async with serving(node) as server, RpcLedger(server.url) as ledger:
        await ledger.simulate([call(2)], PAYER.pubkey)
        await ledger.simulate([call(30)], PAYER.pubkey, tables=[TABLE])
    legacy, versioned = (VersionedTransaction.from_bytes(wire).message for wire in node.wires["simulateTransaction"])
    assert isinstance(legacy, Message) and isinstance(versioned, MessageV0)
    assert ["minContextSlot" in config for _, config in node.configs] == [False, True]


async def test_an_rpc_that_does_not_know_the_table_says_so() -> None:
    answer = refusal(-32602, "invalid transaction: Transaction loads an address table account that doesn't exist")
    async with serving(lambda *_: answer) as server, RpcLedger(server.url) as ledger:
        with pytest.raises(LedgerError, match="refused simulateTransaction: .* address table account that doesn't"):
            await ledger.simulate([call(2)], PAYER.pubkey, tables=[TABLE])


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("AddressLookupTableNotFound", "does not exist"),
        ("InvalidAddressLookupTableOwner", "is none"),
        ("InvalidAddressLookupTableData", "cannot be read"),
        ("InvalidAddressLookupTableIndex", "extended in this very slot"),
        ("TooManyAccountLocks", "more accounts than one transaction may"),
        ({"InstructionError": [0, "MaxInstructionTraceLengthExceeded"]}, "over 64 instructions"),
    ],
)
def test_the_clusters_words_come_with_advice(error: Any, advice: str) -> None:
    failed = error_of(read_failure(json.loads(json.dumps(error)), (), (PROGRAM,)), lambda _: None)
    assert isinstance(failed, TransactionFailed) and advice in str(failed)


def test_units_may_be_left_out_of_the_measure() -> None:
    with_limit = measure([call(2)], PAYER.pubkey, price=0)
    without = measure([call(2)], PAYER.pubkey, price=0, units=0)
    assert with_limit.locks == without.locks + 1 and with_limit.bytes - without.bytes == 8 + 32
