"""AnchorpyLedger on a scripted node: what it asks, and what it makes of bad answers."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from typing import Any

import anchorpy
import httpx  # type: ignore[import-not-found]  # not a package of the development environment
import pytest
from anchorpy.provider import AsyncClient
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from xstock_client.anchorpy import AnchorpyLedger
from xstock_client.errors import LedgerError, TransactionFailed, UsageError
from xstock_client.ledger import Ledger, LookupTable, Signer, from_wallet

KEY = Pubkey(bytes([3] * 32))


class Node:
    """Answers every question with the next of its answers, the last for ever; keeps the questions."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def __call__(self, request: Any) -> Any:
        assert request.headers["content-type"] == "application/json" and request.headers["x-plan"] == "own"
        self.asked.append(json.loads(request.content))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ledger(self, **options: Any) -> AnchorpyLedger:
        url = "http://user:password@node.example:8899/key-in-path?api-key=secret"
        connection = AsyncClient(url, extra_headers={"x-plan": "own"})
        connection._provider.session = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return AnchorpyLedger(anchorpy.Provider(connection, anchorpy.Wallet.dummy()), **options)


def result(value: Any) -> Any:
    return httpx.Response(200, json={"jsonrpc": "2.0", "id": 1, "result": value})


def refusal(code: int, text: str) -> Any:
    return httpx.Response(200, json={"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": text}})


def status(code: int, **headers: str) -> Any:
    return httpx.Response(code, headers=headers, text="no")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were asked for; none is made."""
    made: list[float] = []

    async def sleep(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return made


async def test_it_asks_in_its_own_commitment() -> None:
    node = Node(result(7))
    ledger: Ledger = node.ledger(commitment="finalized")
    assert await ledger.slot() == 7
    assert node.asked == [
        {"jsonrpc": "2.0", "id": 1, "method": "getSlot", "params": [{"commitment": "finalized"}]},
    ]


async def test_history_has_no_processed_level() -> None:
    node = Node(result([]))
    assert await node.ledger(commitment="processed").signatures_for(KEY, limit=3) == []
    assert node.asked[0]["params"] == [str(KEY), {"limit": 3, "commitment": "confirmed"}]


async def test_reads_are_never_older_than_a_height_it_saw() -> None:
    node = Node(result({"absoluteSlot": 90, "blockHeight": 80}), result({"value": 5}))
    ledger = node.ledger()
    assert (await ledger.block_height(), await ledger.balance(KEY)) == (80, 5)
    assert node.asked[1]["params"][1] == {"commitment": "confirmed", "minContextSlot": 90}


async def test_many_accounts_go_in_hundreds() -> None:
    node = Node(result({"value": [None] * 100}), result({"value": [None] * 50}))
    assert await node.ledger().accounts([KEY] * 150) == [None] * 150
    assert [len(one["params"][0]) for one in node.asked] == [100, 50]


async def test_a_lookup_table_makes_a_transaction_of_version_0() -> None:
    node = Node(result({"value": {"err": None, "logs": [], "unitsConsumed": 300, "accounts": None}}))
    receiver = Pubkey(bytes([4] * 32))
    table = LookupTable(Pubkey(bytes([5] * 32)), (receiver,), last_extended_slot=41)
    payment = transfer(TransferParams(from_pubkey=KEY, to_pubkey=receiver, lamports=1))
    assert (await node.ledger().simulate([payment], KEY, tables=[table])).error is None
    wire, options = node.asked[0]["params"]
    message = VersionedTransaction.from_bytes(b64decode(wire)).message
    assert isinstance(message, MessageV0) and receiver not in message.account_keys
    assert [one.account_key for one in message.address_table_lookups] == [table.address]
    assert options["minContextSlot"] == 42  # no node that has not seen the table's last address


async def test_a_node_that_lags_is_waited_for(pauses: list[float]) -> None:
    behind = refusal(-32016, "Minimum context slot has not been reached")
    assert await Node(behind, behind, result(9)).ledger().slot() == 9
    assert pauses == [0.1, 0.2]
    with pytest.raises(LedgerError, match=r"refused getSlot: Minimum context slot .* \(-32016\)"):
        await Node(behind).ledger().slot()


async def test_a_busy_node_is_given_time(pauses: list[float]) -> None:
    assert await Node(status(429), status(429, **{"retry-after": "4"}), result(9)).ledger().slot() == 9
    assert pauses == [0.5, 4.0]
    node = Node(status(429))
    with pytest.raises(LedgerError, match="answered getSlot with HTTP 429"):
        await node.ledger().slot()
    assert len(node.asked) == 7


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (status(403), "answered getSlot with HTTP 403; check the URL and its API key"),
        (refusal(-32601, "Method not found"), r"refused getSlot: Method not found \(-32601\)"),
        (httpx.ReadTimeout("late"), "did not answer getSlot in time"),
        (httpx.ConnectError("refused"), "cannot reach http://node.example:8899: refused"),
        (httpx.Response(200, text="<html>"), "does not answer as a Solana RPC does"),
        (httpx.Response(200, json=[]), "does not answer as a Solana RPC does"),
        (httpx.Response(200, json={"error": "text"}), "does not answer as a Solana RPC does"),
    ],
)
async def test_bad_answers_are_ledger_errors_without_secrets(answer: Any, why: str) -> None:
    with pytest.raises(LedgerError, match=why) as caught:
        await Node(answer).ledger().slot()
    assert "http://node.example:8899" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("secret", "key-in-path", "password"))


async def test_a_refused_broadcast_is_a_failed_transaction() -> None:
    with pytest.raises(TransactionFailed, match="refused to take the transaction: too large"):
        await Node(refusal(-32602, "too large")).ledger().broadcast(b"wire")


async def test_a_subscription_outlives_a_short_silence(pauses: list[float]) -> None:
    def holding(lamports: int) -> Any:
        content = {"lamports": lamports, "owner": str(KEY), "data": ["", "base64"], "executable": False}
        return result({"value": content})

    silence = status(503)
    node = Node(holding(1), holding(1), *[silence] * 5, holding(2), *[silence] * 5, holding(0), *[silence] * 6)
    states = node.ledger(poll=3.0).subscribe_account(KEY)
    found = [await anext(states) for _ in range(3)]
    assert [None if one is None else one.lamports for one in found] == [1, 2, None]
    assert pauses == [3.0] * 13
    with pytest.raises(LedgerError, match="HTTP 503"):
        await anext(states)


async def test_unknown_commitment_and_other_providers_are_refused() -> None:
    with pytest.raises(UsageError, match="unknown commitment 'max'"):
        Node().ledger(commitment="max")
    with pytest.raises(UsageError, match="NoneType is not anchorpy's Provider"):
        AnchorpyLedger(None)


async def test_genesis_hash_is_its_bytes() -> None:
    assert await Node(result(str(Hash(bytes([5] * 32))))).ledger().genesis_hash() == bytes([5] * 32)


async def test_anchorpys_wallet_is_a_signer() -> None:
    keypair = Keypair()
    signer: Signer = from_wallet(anchorpy.Wallet(keypair))
    assert signer.pubkey == keypair.pubkey()
    assert (await signer.sign(b"message")).verify(keypair.pubkey(), b"message")
