"""A cluster over JSON-RPC and websocket. The only module that imports ``solana``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from solana.exceptions import SolanaRpcException
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Commitment
from solana.rpc.jsonrpc import JsonRpcRequest, SolanaJsonRpcError
from solana.rpc.websocket_api import SolanaWsClient
from solders.pubkey import Pubkey
from solders.rpc.responses import AccountNotification
from websockets.exceptions import WebSocketException

from xstock_client.errors import LedgerError, UsageError
from xstock_client.ledger.base import Account, Explain
from xstock_client.ledger.jsonrpc import Busy, CommitmentName, JsonRpcLedger, Refused
from xstock_client.ledger.sending import SendPolicy

__all__ = ["CommitmentName", "RpcLedger"]

_RECONNECTS = 5


class RpcLedger(JsonRpcLedger):
    """A :class:`~xstock_client.ledger.base.Ledger` over JSON-RPC; use it with ``async with``.

    ``ws_url`` defaults to the Solana CLI's rule: the same host, the next port
    where one is named. ``timeout`` is seconds per call. Reads that follow a send are never
    answered from an older state, even by another node behind the same URL.
    """

    def __init__(
        self,
        url: str,
        ws_url: str | None = None,
        commitment: CommitmentName = "confirmed",
        *,
        policy: SendPolicy | None = None,
        explain: Explain | None = None,
        timeout: float = 30.0,
    ) -> None:
        super().__init__(commitment, policy, explain)
        self._http_place = _place(url, ("http", "https"))
        self._ws_url = ws_url or _websocket_url(url)
        self._ws_place = _place(self._ws_url, ("ws", "wss"))
        self._timeout = timeout
        self._client = AsyncClient(url, timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def subscribe_account(self, address: Pubkey) -> AsyncGenerator[Account | None, None]:
        """See :meth:`Ledger.subscribe_account`. A lost connection is opened again, up to 5 times in a row."""
        failures = 0
        while True:
            try:
                async with SolanaWsClient(self._ws_url, open_timeout=self._timeout) as socket:
                    await socket.account_subscribe(
                        pubkey=address, commitment=Commitment(self._commitment), encoding="base64"
                    )
                    # Read after subscribing, so that no change falls between the two.
                    yield await self.account(address)
                    failures = 0
                    while True:
                        notification = await socket.recv()
                        if isinstance(notification, AccountNotification):
                            value = notification.result.value
                            yield (
                                Account(value.lamports, value.owner, bytes(value.data), value.executable)
                                if value.lamports
                                else None
                            )
            except (OSError, WebSocketException, TimeoutError, SolanaJsonRpcError) as error:
                failures += 1
                if failures > _RECONNECTS:
                    raise LedgerError(
                        f"the websocket at {self._ws_place} cannot be used: {_reason(error)};"
                        " check its URL (pass ws_url if it differs from the RPC's)"
                    ) from error
                await asyncio.sleep(0.2 * 2**failures)

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Ask the cluster's faucet (localnet, devnet, testnet) and wait for it. Raises LedgerError."""
        before = await self.balance(address)
        await self._call("requestAirdrop", str(address), lamports, {"commitment": self._commitment})
        for _ in range(150):
            if await self.balance(address) >= before + lamports:
                return
            await asyncio.sleep(0.2)
        raise LedgerError(f"the faucet of {self._place} took the request for {address}, but nothing arrived in 30 s")

    # Transport

    @property
    def _place(self) -> str:
        return self._http_place

    async def _post(self, method: str, params: Sequence[Any]) -> Any:
        request = JsonRpcRequest(method=method, params=list(params))
        try:
            return await self._client.send_rpc_request(request, Any)
        except SolanaJsonRpcError as error:
            raise Refused(error.code, str(error)) from error
        except SolanaRpcException as error:
            response: Any = getattr(error.__cause__, "response", None)
            status = None if response is None else int(response.status_code)
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                why = f"{self._place} allows no more requests (HTTP 429); wait, or use an RPC of your own"
                raise Busy(why, response.headers.get("retry-after")) from error
            raise self._unreachable(method, status, error.__cause__ or error) from error
        except ValueError as error:  # pydantic's, for an answer of another shape
            raise LedgerError(f"{self._place} does not answer as a Solana RPC does; check the URL") from error

    def _unreachable(self, method: str, status: int | None, cause: BaseException) -> LedgerError:
        if status in (401, 403):
            return LedgerError(f"{self._place} refused {method} (HTTP {status}); check the API key in its URL")
        if status is not None:
            return LedgerError(f"{self._place} answered {method} with HTTP {status}; check the URL, or try again")
        if "Timeout" in type(cause).__name__:
            return LedgerError(f"{self._place} did not answer {method} within {self._timeout:g} s; try again")
        return LedgerError(f"cannot reach {self._place}: {_reason(cause)}; check the URL and the network")


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _place(url: str, schemes: tuple[str, ...]) -> str:
    """Scheme, host and port: what a message may show, because paths and queries hold API keys."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise UsageError(f"not a URL of the form {schemes[-1]}://HOST[:PORT]") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise UsageError(f"an RPC URL starts with {' or '.join(f'{one}://' for one in schemes)} and names a host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _websocket_url(url: str) -> str:
    parts = urlsplit(url)
    network = parts.netloc
    if parts.port is not None:
        network = f"{network.rpartition(':')[0]}:{parts.port + 1}"
    return urlunsplit(("wss" if parts.scheme == "https" else "ws", network, parts.path, parts.query, ""))
