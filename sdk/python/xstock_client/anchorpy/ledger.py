"""The SDK's ledger over the connection of anchorpy's Provider, so that every role client works on it.

The connection is the user's own (solana-py 0.36); it is used for its transport alone.
Answers are taken as JSON, as :class:`~xstock_client.ledger.rpc.RpcLedger` does: the typed
parsers of solders 0.26 know neither today's errors nor today's transactions.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import anchorpy
import httpx  # type: ignore[import-not-found]  # what solana-py 0.36 sends with; current solana-py does not
from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

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

__all__ = ["AnchorpyLedger", "CommitmentName"]

CommitmentName = Literal["processed", "confirmed", "finalized"]

_ACCOUNTS_PER_CALL = 100
_RETRIES = 6
_MIN_CONTEXT_SLOT_NOT_REACHED = -32016
_TOO_MANY_REQUESTS = 429


class AnchorpyLedger:
    """A :class:`~xstock_client.ledger.base.Ledger` on ``provider.connection``, which stays the caller's to close.

    The provider's wallet is not used: pass it to a role client as its signer. ``commitment`` is
    this ledger's own, whatever the connection's default is. ``poll`` is the pause in seconds
    between two looks of :meth:`subscribe_account`. Reads that follow a send are never answered
    from an older state.
    """

    def __init__(
        self,
        provider: anchorpy.Provider,
        commitment: CommitmentName = "confirmed",
        *,
        policy: SendPolicy | None = None,
        explain: Explain | None = None,
        poll: float = 1.0,
    ) -> None:
        if commitment not in get_args(CommitmentName):
            raise UsageError(f"unknown commitment {commitment!r}; use processed, confirmed or finalized")
        # Private to solana-py, and what anchorpy itself reads many accounts with.
        transport = getattr(getattr(provider, "connection", None), "_provider", None)
        if not hasattr(transport, "make_request_unparsed"):
            raise UsageError(
                f"{type(provider).__name__} is not anchorpy's Provider with a connection of solana-py 0.36;"
                " without anchorpy use xstock_client.ledger.RpcLedger"
            )
        self._transport: Any = transport
        self._commitment = commitment
        self._policy = policy or SendPolicy()
        self._explain = explain
        self._poll = poll
        self._floor = 0

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
        answer = await self._call(
            "getProgramAccounts", str(program_id), self._config(encoding="base64", filters=filters)
        )
        pairs = [(Pubkey.from_string(entry["pubkey"]), parse_account(entry["account"])) for entry in answer]
        return sorted(((key, account) for key, account in pairs if account is not None), key=lambda p: bytes(p[0]))

    async def rent(self, size: int) -> int:
        return int(await self._call("getMinimumBalanceForRentExemption", size))

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None:
        config = {"encoding": "base64", "commitment": self._history, "maxSupportedTransactionVersion": 0}
        answer = await self._call("getTransaction", str(signature), config)
        return None if answer is None else parse_transaction(answer)

    async def signatures_for(
        self, address: Pubkey, *, limit: int = 1000, before: Signature | None = None
    ) -> list[SignatureInfo]:
        config: dict[str, Any] = {"limit": limit, "commitment": self._history}
        if before is not None:
            config["before"] = str(before)
        return [parse_signature_info(one) for one in await self._call("getSignaturesForAddress", str(address), config)]

    async def subscribe_account(self, address: Pubkey) -> AsyncGenerator[Account | None, None]:
        """See :meth:`Ledger.subscribe_account`; by asking again, because the Provider has no websocket."""
        last = await self.account(address)
        yield last
        failures = 0
        while True:
            await asyncio.sleep(self._poll)
            try:
                state = await self.account(address)
            except LedgerError:
                failures += 1
                if failures == _RETRIES:
                    raise
                continue
            failures = 0
            if state != last:
                last = state
                yield state

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
        except _Refused as error:
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

    @property
    def _history(self) -> str:
        # "processed" is not a level of the history; the RPC would refuse it.
        return "confirmed" if self._commitment == "processed" else self._commitment

    @property
    def _place(self) -> str:
        """Scheme, host and port: what a message may show, because paths and queries hold API keys."""
        parts = urlsplit(str(self._transport.endpoint_uri))
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

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
            except _Refused as error:
                if error.code != _MIN_CONTEXT_SLOT_NOT_REACHED or attempt == _RETRIES:
                    raise LedgerError(f"{self._place} refused {method}: {error} ({error.code})") from error
            await asyncio.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")

    async def _ask(self, method: str, *params: Any) -> Any:
        """One question; a node that is asked too often is given time. Raises LedgerError, _Refused."""
        request = _Request(method, params)
        for attempt in range(_RETRIES + 1):
            try:
                answer = json.loads(await self._transport.make_request_unparsed(request))
                if "error" in answer:
                    raise _Refused(answer["error"]["code"], answer["error"]["message"])
                return answer["result"]
            except httpx.HTTPStatusError as error:
                status = error.response.status_code
                if status != _TOO_MANY_REQUESTS or attempt == _RETRIES:
                    raise LedgerError(
                        f"{self._place} answered {method} with HTTP {status}; check the URL and its API key, or wait"
                    ) from error
                wait = 0.5 * 2**attempt
                with contextlib.suppress(ValueError):
                    wait = min(float(error.response.headers.get("retry-after", wait)), 30.0)
            except httpx.TimeoutException as error:
                raise LedgerError(f"{self._place} did not answer {method} in time; try again") from error
            except httpx.HTTPError as error:
                reason = str(error) or type(error).__name__
                raise LedgerError(f"cannot reach {self._place}: {reason}; check the URL and the network") from error
            except (ValueError, TypeError, KeyError) as error:
                raise LedgerError(f"{self._place} does not answer as a Solana RPC does; check the URL") from error
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")


class _Request:
    """A JSON-RPC request of the shape that solana-py's transport sends."""

    __slots__ = ("_method", "_params")

    def __init__(self, method: str, params: Sequence[Any]) -> None:
        self._method = method
        self._params = params

    def to_json(self) -> str:
        return json.dumps({"jsonrpc": "2.0", "id": 1, "method": self._method, "params": list(self._params)})


class _Refused(Exception):
    """The node's own error answer."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)
