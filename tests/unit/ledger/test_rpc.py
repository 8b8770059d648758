"""RpcLedger's transport against a server that answers from a script."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.errors import LedgerError, TransactionFailed, UsageError
from xstock_client.ledger import Account, Ledger, RpcLedger
from xstock_client.ledger.rpc import _websocket_url
from xstock_client.ledger.sending import Status

KEY = Pubkey(bytes([5] * 32))
Answer = tuple[int, str]


def result(value: Any) -> Answer:
    return 200, json.dumps({"jsonrpc": "2.0", "id": "1", "result": value})


def error(code: int, message: str) -> Answer:
    return 200, json.dumps({"jsonrpc": "2.0", "id": "1", "error": {"code": code, "message": message}})


@dataclass
class Server:
    """A JSON-RPC server; ``answer`` sees the method, its parameters and how many calls came before."""

    answer: Callable[[str, list[Any], int], Answer]
    calls: list[tuple[str, list[Any]]] = field(default_factory=list)
    headers: str = ""
    port: int = 0
    handlers: set[asyncio.Task[Any] | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/secret-path?api-key=secret"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.handlers.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                request = json.loads(await reader.readexactly(length))
                before = len(self.calls)
                self.calls.append((request["method"], request.get("params", [])))
                status, body = self.answer(request["method"], request.get("params", []), before)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(body.encode())}\r\n{self.headers}\r\n{body}".encode()
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def serving(answer: Callable[[str, list[Any], int], Answer], **options: Any) -> AsyncIterator[Server]:
    server = Server(answer, **options)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server
        # The client has gone by now, so every handler is about to end.
        await asyncio.gather(*(task for task in server.handlers if task is not None))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((500, "oops"), "answered getSlot with HTTP 500; check the URL, or try again"),
        ((404, "none"), "answered getSlot with HTTP 404"),
        ((403, "no"), r"refused getSlot \(HTTP 403\); check the API key"),
        ((200, "<html>hello</html>"), "does not answer as a Solana RPC does"),
        ((200, '{"hello": 1}'), "does not answer as a Solana RPC does"),
        # solders' own parser panics on an error without `data`.
        (error(-32601, "Method not found"), r"refused getSlot: Method not found \(-32601\)"),
    ],
)
async def test_bad_answers_are_told_without_the_keys_in_the_url(answer: Answer, message: str) -> None:
    async with serving(lambda *_: answer) as server, RpcLedger(server.url) as ledger:
        with pytest.raises(LedgerError, match=f"http://127.0.0.1:{server.port} {message}") as caught:
            await ledger.slot()
    assert "secret" not in str(caught.value)


async def test_nothing_listens_there() -> None:
    async with RpcLedger("http://127.0.0.1:1/secret-path?api-key=secret") as ledger:
        as_protocol: Ledger = ledger
        with pytest.raises(LedgerError, match=r"cannot reach http://127\.0\.0\.1:1: .*; check the URL") as caught:
            await as_protocol.slot()
    assert "secret" not in str(caught.value)


async def test_a_server_that_never_answers() -> None:
    handlers: list[asyncio.Task[Any] | None] = []

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.append(asyncio.current_task())
        await reader.read()
        writer.close()
        await writer.wait_closed()

    listener = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener:
        async with RpcLedger(f"http://127.0.0.1:{port}", timeout=0.2) as ledger:
            with pytest.raises(LedgerError, match=r"did not answer getSlot within 0\.2 s; try again"):
                await ledger.slot()
        await asyncio.gather(*(task for task in handlers if task is not None))


async def test_too_many_requests_are_waited_out_and_given_up_at_last() -> None:
    async with (
        serving(lambda _, __, n: (429, "slow down") if n < 3 else result(42), headers="Retry-After: 0\r\n") as server,
        RpcLedger(server.url) as ledger,
    ):
        assert await ledger.slot() == 42
        assert len(server.calls) == 4
    async with (
        serving(lambda *_: (429, "slow down"), headers="Retry-After: 0\r\n") as server,
        RpcLedger(server.url) as ledger,
    ):
        with pytest.raises(LedgerError, match=r"allows no more requests \(HTTP 429\)"):
            await ledger.slot()
        assert len(server.calls) == 7


async def test_reads_never_go_back_behind_what_was_seen() -> None:
    def answer(method: str, params: list[Any], n: int) -> Answer:
        if method == "getEpochInfo":
            return result({"absoluteSlot": 900, "blockHeight": 800})
        if n < 3:
            return error(-32016, "Minimum context slot has not been reached")
        return result({"value": 7})

    async with serving(answer) as server, RpcLedger(server.url) as ledger:
        assert await ledger.block_height() == 800
        assert await ledger.balance(KEY) == 7
        assert server.calls[0][1] == [{"commitment": "confirmed"}]
        assert [call[1] for call in server.calls[1:]] == [
            [str(KEY), {"commitment": "confirmed", "minContextSlot": 900}]
        ] * 3


async def test_accounts_come_in_batches_of_a_hundred_in_order() -> None:
    def answer(_: str, params: list[Any], __: int) -> Answer:
        values = [
            {
                "lamports": 1 if key == str(KEY) else 0,
                "owner": str(KEY),
                "data": [base64.b64encode(b"data").decode(), "base64"],
                "executable": False,
            }
            for key in params[0]
        ]
        return result({"value": [*values[:-1], None] if params[0][-1] == str(Pubkey.default()) else values})

    asked = [KEY] * 250 + [Pubkey.default()]
    async with serving(answer) as server, RpcLedger(server.url) as ledger:
        found = await ledger.accounts(asked)
        assert [len(params[0]) for _, params in server.calls] == [100, 100, 51]
    assert found == [Account(1, KEY, b"data")] * 250 + [None]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, None),
        ({"slot": 5, "err": None, "confirmations": 0, "confirmationStatus": "processed"}, Status(5, False, False)),
        ({"slot": 5, "err": None, "confirmations": 1, "confirmationStatus": "confirmed"}, Status(5, True, False)),
        ({"slot": 5, "err": "X", "confirmations": None, "confirmationStatus": "finalized"}, Status(5, True, True)),
        ({"slot": 5, "err": None, "confirmations": None}, Status(5, True, False)),
        ({"slot": 5, "err": None, "confirmations": 3}, Status(5, False, False)),
    ],
)
async def test_statuses_are_weighed_against_the_commitment(status: Any, expected: Status | None) -> None:
    async with serving(lambda *_: result({"value": [status]})) as server, RpcLedger(server.url) as ledger:
        assert await ledger.status(Signature.default(), history=True) == expected
        assert server.calls[0][1][1] == {"searchTransactionHistory": True}


async def test_a_node_that_refuses_the_bytes_is_told_from_one_that_is_away() -> None:
    async with (
        serving(lambda *_: error(-32602, "base64 encoded solana transaction too large")) as server,
        RpcLedger(server.url) as ledger,
    ):
        with pytest.raises(TransactionFailed, match="refused to take the transaction: base64 encoded"):
            await ledger.broadcast(b"bytes")
        assert server.calls[0][1][1] == {"encoding": "base64", "skipPreflight": True, "maxRetries": 0}
    async with serving(lambda *_: (503, "")) as server, RpcLedger(server.url) as ledger:
        with pytest.raises(LedgerError) as caught:
            await ledger.broadcast(b"bytes")
        assert not isinstance(caught.value, TransactionFailed)


@pytest.mark.parametrize(
    "url", ["", "localhost:8899", "ftp://host", "http://", "http://host:99999999", "ws://host", "https:///path"]
)
def test_what_is_no_url_is_refused_at_once(url: str) -> None:
    with pytest.raises(UsageError, match="URL"):
        RpcLedger(url)


def test_other_settings_are_checked_too() -> None:
    with pytest.raises(UsageError, match="unknown commitment 'max'"):
        RpcLedger("http://localhost:8899", commitment="max")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="starts with ws:// or wss://"):
        RpcLedger("http://localhost:8899", "http://localhost:8900")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8899", "ws://localhost:8900"),
        ("https://api.devnet.solana.com", "wss://api.devnet.solana.com"),
        ("https://host:8443/path?api-key=1", "wss://host:8444/path?api-key=1"),
        ("http://[::1]:8899", "ws://[::1]:8900"),
    ],
)
def test_the_websocket_is_found_as_the_solana_cli_does(url: str, expected: str) -> None:
    assert _websocket_url(url) == expected


async def test_a_websocket_nobody_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def skip(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("xstock_client.ledger.rpc.asyncio.sleep", skip)
    async with RpcLedger("http://127.0.0.1:1", "ws://127.0.0.1:1/secret") as ledger:
        with pytest.raises(LedgerError, match=r"websocket at ws://127\.0\.0\.1:1 cannot be used: .*ws_url") as caught:
            await anext(ledger.subscribe_account(KEY))
    assert "secret" not in str(caught.value)
    assert len(pauses) == 5 and pauses == sorted(pauses)
