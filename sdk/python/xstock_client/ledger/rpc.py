"""A cluster over JSON-RPC and websocket. The only module that imports ``solana``.

Answers are taken as JSON: solders' typed parsers abort on error answers without
``data``, and know only the errors of their own release.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncGenerator, Sequence
from types import TracebackType
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit, urlunsplit

from solana.exceptions import SolanaRpcException
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Commitment
from solana.rpc.jsonrpc import JsonRpcRequest, SolanaJsonRpcError
from solana.rpc.websocket_api import SolanaWsClient
from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.rpc.responses import AccountNotification
from solders.signature import Signature
from websockets.exceptions import WebSocketException

from xstock_client.errors import LedgerError, TransactionFailed, UsageError
from xstock_client.ledger.base import (
    Account,
    ExecutedTransaction,
    Explain,
    Memcmp,
    OutcomeCheck,
    Receipt,
    SignatureInfo,
    Simulation,
)
from xstock_client.ledger.building import compile_message, unsigned
from xstock_client.ledger.decoding import (
    CLOCK_SYSVAR,
    clock_unix_timestamp,
    parse_account,
    parse_signature_info,
    parse_transaction,
)
from xstock_client.ledger.failures import read_failure
from xstock_client.ledger.sending import Lifetime, SendPolicy, Status, send_transaction
from xstock_client.ledger.signer import Signer

__all__ = ["CommitmentName", "RpcLedger"]

CommitmentName = Literal["processed", "confirmed", "finalized"]

_ACCOUNTS_PER_CALL = 100
_RETRIES = 6
_MIN_CONTEXT_SLOT_NOT_REACHED = -32016
_TOO_MANY_REQUESTS = 429
_RECONNECTS = 5


class RpcLedger:
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
        if commitment not in get_args(CommitmentName):
            raise UsageError(f"unknown commitment {commitment!r}; use processed, confirmed or finalized")
        self._place = _place(url, ("http", "https"))
        self._ws_url = ws_url or _websocket_url(url)
        self._ws_place = _place(self._ws_url, ("ws", "wss"))
        self._commitment = commitment
        self._policy = policy or SendPolicy()
        self._explain = explain
        self._timeout = timeout
        self._client = AsyncClient(url, timeout=timeout)
        self._floor = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    # Reading

    async def genesis_hash(self) -> bytes:
        return bytes(Hash.from_string(await self._call("getGenesisHash")))

    async def now(self) -> int:
        return clock_unix_timestamp(await self.account(CLOCK_SYSVAR))

    async def slot(self) -> int:
        return int(await self._call("getSlot", self._config()))

    async def balance(self, address: Pubkey) -> int:
        return int((await self._call("getBalance", str(address), self._config()))["value"])

    async def account(self, address: Pubkey) -> Account | None:
        answer = await self._call("getAccountInfo", str(address), self._config(encoding="base64"))
        return parse_account(answer["value"])

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        found: list[Account | None] = []
        for start in range(0, len(addresses), _ACCOUNTS_PER_CALL):
            chunk = [str(address) for address in addresses[start : start + _ACCOUNTS_PER_CALL]]
            answer = await self._call("getMultipleAccounts", chunk, self._config(encoding="base64"))
            found.extend(parse_account(value) for value in answer["value"])
        return found

    async def program_accounts(
        self, program_id: Pubkey, *, size: int | None = None, matching: Sequence[Memcmp] = ()
    ) -> list[tuple[Pubkey, Account]]:
        filters: list[dict[str, Any]] = [] if size is None else [{"dataSize": size}]
        filters += [
            {"memcmp": {"offset": one.offset, "bytes": base64.b64encode(one.data).decode(), "encoding": "base64"}}
            for one in matching
        ]
        config = self._config(encoding="base64", filters=filters)
        answer = await self._call("getProgramAccounts", str(program_id), config)
        pairs = [(Pubkey.from_string(entry["pubkey"]), parse_account(entry["account"])) for entry in answer]
        return sorted(((key, account) for key, account in pairs if account is not None), key=lambda p: bytes(p[0]))

    async def rent(self, size: int) -> int:
        return int(await self._call("getMinimumBalanceForRentExemption", size))

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None:
        # "processed" is not a level of the history; the RPC would refuse it.
        level = "confirmed" if self._commitment == "processed" else self._commitment
        config = {"encoding": "base64", "commitment": level, "maxSupportedTransactionVersion": 0}
        answer = await self._call("getTransaction", str(signature), config)
        return None if answer is None else parse_transaction(answer)

    async def signatures_for(
        self, address: Pubkey, *, limit: int = 1000, before: Signature | None = None
    ) -> list[SignatureInfo]:
        level = "confirmed" if self._commitment == "processed" else self._commitment
        config: dict[str, Any] = {"limit": limit, "commitment": level}
        if before is not None:
            config["before"] = str(before)
        return [parse_signature_info(one) for one in await self._call("getSignaturesForAddress", str(address), config)]

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

    # Sending

    async def simulate(
        self, instructions: Sequence[Instruction], payer: Pubkey, *, accounts: Sequence[Pubkey] = ()
    ) -> Simulation:
        wire = bytes(unsigned(compile_message(instructions, payer, blockhash=Hash.default())))
        return await self.simulate_wire(wire, [one.program_id for one in instructions], accounts)

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
    ) -> Receipt:
        receipt = await send_transaction(
            self, instructions, payer, signers, verify=verify, policy=self._policy, explain=self._explain
        )
        self._floor = max(self._floor, receipt.slot)
        return receipt

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Ask the cluster's faucet (localnet, devnet, testnet) and wait for it. Raises LedgerError."""
        before = await self.balance(address)
        await self._call("requestAirdrop", str(address), lamports, {"commitment": self._commitment})
        for _ in range(150):
            if await self.balance(address) >= before + lamports:
                return
            await asyncio.sleep(0.2)
        raise LedgerError(f"the faucet of {self._place} took the request for {address}, but nothing arrived in 30 s")

    # What the sending pipeline asks (sending.Node)

    async def simulate_wire(
        self, wire: bytes, programs: Sequence[Pubkey], accounts: Sequence[Pubkey] = ()
    ) -> Simulation:
        """Simulate unsigned transaction bytes with a fresh blockhash."""
        config = self._config(encoding="base64", sigVerify=False, replaceRecentBlockhash=True)
        if accounts:
            config["accounts"] = {"encoding": "base64", "addresses": [str(key) for key in accounts]}
        value = (await self._call("simulateTransaction", base64.b64encode(wire).decode(), config))["value"]
        logs = tuple(value.get("logs") or ())
        error = value.get("err")
        return Simulation(
            units=int(value.get("unitsConsumed") or 0),
            logs=logs,
            error=None if error is None else read_failure(error, logs, programs),
            accounts=tuple(parse_account(one) for one in value.get("accounts") or ()),
        )

    async def recent_fees(self, writable: Sequence[Pubkey]) -> Sequence[int]:
        """Recent priority fees of slots that wrote these accounts, micro-lamports per compute unit."""
        answer = await self._call("getRecentPrioritizationFees", [str(key) for key in writable])
        return [int(one["prioritizationFee"]) for one in answer]

    async def lifetime(self) -> Lifetime:
        """A fresh blockhash and its end."""
        value = (await self._call("getLatestBlockhash", self._config()))["value"]
        return Lifetime(Hash.from_string(value["blockhash"]), int(value["lastValidBlockHeight"]))

    async def broadcast(self, wire: bytes) -> None:
        """Hand transaction bytes to the node once. Raises TransactionFailed when it refuses them."""
        config = {"encoding": "base64", "skipPreflight": True, "maxRetries": 0}
        try:
            await self._ask("sendTransaction", base64.b64encode(wire).decode(), config)
        except SolanaJsonRpcError as error:
            raise TransactionFailed(f"{self._place} refused to take the transaction: {error}") from error

    async def status(self, signature: Signature, *, history: bool) -> Status | None:
        """Where a transaction stands, as far as this node knows."""
        answer = await self._call("getSignatureStatuses", [str(signature)], {"searchTransactionHistory": history})
        value = answer["value"][0]
        if value is None:
            return None
        order: tuple[str, ...] = get_args(CommitmentName)
        # A node that leaves the level out speaks of a rooted transaction (no confirmations left to count).
        reached = value.get("confirmationStatus") or ("finalized" if value["confirmations"] is None else "processed")
        settled = order.index(reached) >= order.index(self._commitment)
        return Status(slot=int(value["slot"]), settled=settled, failed=value.get("err") is not None)

    async def block_height(self) -> int:
        """The block height at this ledger's commitment; later reads are at least as new."""
        info = await self._call("getEpochInfo", self._config())
        self._floor = max(self._floor, int(info["absoluteSlot"]))
        return int(info["blockHeight"])

    # Transport

    def _config(self, **extra: Any) -> dict[str, Any]:
        config: dict[str, Any] = {"commitment": self._commitment, **extra}
        if self._floor:
            config["minContextSlot"] = self._floor
        return config

    async def _call(self, method: str, *params: Any) -> Any:
        """Ask, and wait out a node that lags behind. Raises LedgerError for every refusal."""
        for attempt in range(_RETRIES + 1):
            try:
                return await self._ask(method, *params)
            except SolanaJsonRpcError as error:
                if error.code != _MIN_CONTEXT_SLOT_NOT_REACHED or attempt == _RETRIES:
                    raise LedgerError(f"{self._place} refused {method}: {error} ({error.code})") from error
            await asyncio.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")

    async def _ask(self, method: str, *params: Any) -> Any:
        """One question; a node that is asked too often is given time. Raises LedgerError, SolanaJsonRpcError."""
        request = JsonRpcRequest(method=method, params=list(params))
        for attempt in range(_RETRIES + 1):
            try:
                return await self._client.send_rpc_request(request, Any)
            except SolanaRpcException as error:
                response: Any = getattr(error.__cause__, "response", None)
                status = None if response is None else int(response.status_code)
                if status != _TOO_MANY_REQUESTS or attempt == _RETRIES:
                    raise self._unreachable(method, status, error.__cause__ or error) from error
                wait = 0.5 * 2**attempt
                with contextlib.suppress(ValueError):
                    wait = min(float(response.headers.get("retry-after", wait)), 30.0)
            except ValueError as error:  # pydantic's, for an answer of another shape
                raise LedgerError(f"{self._place} does not answer as a Solana RPC does; check the URL") from error
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    def _unreachable(self, method: str, status: int | None, cause: BaseException) -> LedgerError:
        if status == _TOO_MANY_REQUESTS:
            return LedgerError(f"{self._place} allows no more requests (HTTP 429); wait, or use an RPC of your own")
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
