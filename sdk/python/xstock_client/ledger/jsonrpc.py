"""What a cluster is asked over JSON-RPC, whoever carries the questions.

Answers are taken as JSON: solders' typed parsers abort on error answers without
``data``, and know only the errors and transactions of their own release.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal, get_args

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

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
from xstock_client.ledger.lookup import LookupTable
from xstock_client.ledger.sending import Lifetime, SendPolicy, Status, send_transaction, submit_transaction
from xstock_client.ledger.signer import Signer

__all__ = ["Busy", "CommitmentName", "JsonRpcLedger", "Refused"]

CommitmentName = Literal["processed", "confirmed", "finalized"]

_ACCOUNTS_PER_CALL = 100
_RETRIES = 6
_MIN_CONTEXT_SLOT_NOT_REACHED = -32016
_LONGEST_WAIT = 30.0  # seconds


class Refused(Exception):
    """The node's own error answer. Between a transport and this module only."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


class Busy(Exception):
    """The node takes no more requests for now (HTTP 429). Between a transport and this module only.

    The message is for the LedgerError that waiting in vain ends with. ``retry_after`` is the
    answer's header, None where it has none.
    """

    def __init__(self, message: str, retry_after: str | None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class JsonRpcLedger(ABC):
    """A :class:`~xstock_client.ledger.base.Ledger` but for its transport, which a subclass brings.

    Reads that follow a send are never answered from an older state, even by another node
    behind the same URL.
    """

    def __init__(self, commitment: CommitmentName, policy: SendPolicy | None, explain: Explain | None) -> None:
        if commitment not in get_args(CommitmentName):
            raise UsageError(f"unknown commitment {commitment!r}; use processed, confirmed or finalized")
        self._commitment = commitment
        self._policy = policy or SendPolicy()
        self._explain = explain
        self._floor = 0

    # What the transport brings

    @property
    @abstractmethod
    def _place(self) -> str:
        """Scheme, host and port: what a message may show, because paths and queries hold API keys."""

    @abstractmethod
    async def _post(self, method: str, params: Sequence[Any]) -> Any:
        """One request, and the result of its answer. Raises LedgerError, Refused, Busy."""

    @abstractmethod
    def subscribe_account(self, address: Pubkey) -> AsyncGenerator[Account | None, None]:
        """See :meth:`Ledger.subscribe_account`."""

    # Reading

    async def genesis_hash(self) -> bytes:
        return bytes(Hash.from_string(await self._call("getGenesisHash")))

    async def now(self) -> int:
        return clock_unix_timestamp(await self.account(CLOCK_SYSVAR))

    async def slot(self) -> int:
        return int(await self._call("getSlot", self._config()))

    async def ask(self, method: str, *params: Any) -> Any:
        """Any other question of Solana's JSON-RPC, and the result of its answer as JSON. Raises LedgerError."""
        return await self._call(method, *params)

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

    # Sending

    async def simulate(
        self,
        instructions: Sequence[Instruction],
        payer: Pubkey,
        *,
        accounts: Sequence[Pubkey] = (),
        tables: Sequence[LookupTable] = (),
    ) -> Simulation:
        self._wait_for(tables)
        wire = bytes(unsigned(compile_message(instructions, payer, blockhash=Hash.default(), tables=tables)))
        return await self.simulate_wire(wire, [one.program_id for one in instructions], accounts)

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        self._wait_for(tables)
        receipt = await send_transaction(
            self, instructions, payer, signers, verify=verify, policy=self._policy, explain=self._explain, tables=tables
        )
        self._floor = max(self._floor, receipt.slot)
        return receipt

    async def latest_blockhash(self) -> Hash:
        return (await self.lifetime()).blockhash

    async def blockhash_valid(self, blockhash: Hash) -> bool:
        return bool((await self._call("isBlockhashValid", str(blockhash), self._config()))["value"])

    async def submit(
        self,
        transaction: VersionedTransaction,
        *,
        nonce: Pubkey | None = None,
        verify: OutcomeCheck | None = None,
    ) -> Receipt:
        receipt = await submit_transaction(
            self, transaction, nonce=nonce, verify=verify, policy=self._policy, explain=self._explain
        )
        self._floor = max(self._floor, receipt.slot)
        return receipt

    # What the sending pipeline asks (sending.Node, sending.SubmitNode)

    async def simulate_wire(
        self, wire: bytes, programs: Sequence[Pubkey], accounts: Sequence[Pubkey] = ()
    ) -> Simulation:
        """Simulate unsigned transaction bytes with a fresh blockhash."""
        config = self._config(encoding="base64", sigVerify=False, replaceRecentBlockhash=True)
        if accounts:
            config["accounts"] = {"encoding": "base64", "addresses": [str(key) for key in accounts]}
        return await self._simulate(wire, programs, config)

    async def simulate_signed(self, wire: bytes, programs: Sequence[Pubkey]) -> Simulation:
        """Simulate transaction bytes as they are, signatures and blockhash included."""
        config = self._config(encoding="base64", sigVerify=True, replaceRecentBlockhash=False)
        return await self._simulate(wire, programs, config)

    async def _simulate(self, wire: bytes, programs: Sequence[Pubkey], config: dict[str, Any]) -> Simulation:
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
        except Refused as error:
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

    # Asking

    def _wait_for(self, tables: Sequence[LookupTable]) -> None:
        """Have no node asked that is at a slot in which a table is not complete yet."""
        self._floor = max(self._floor, *(table.last_extended_slot + 1 for table in tables), 0)

    @property
    def _history(self) -> str:
        # "processed" is not a level of the history; the RPC would refuse it.
        return "confirmed" if self._commitment == "processed" else self._commitment

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
            except Refused as error:
                if error.code != _MIN_CONTEXT_SLOT_NOT_REACHED or attempt == _RETRIES:
                    raise LedgerError(f"{self._place} refused {method}: {error} ({error.code})") from error
            await asyncio.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")

    async def _ask(self, method: str, *params: Any) -> Any:
        """One question; a node that is asked too often is given time. Raises LedgerError, Refused."""
        for attempt in range(_RETRIES + 1):
            try:
                return await self._post(method, params)
            except Busy as error:
                if attempt == _RETRIES:
                    raise LedgerError(str(error)) from error
                wait = 0.5 * 2**attempt
                if error.retry_after is not None:
                    with contextlib.suppress(ValueError):
                        wait = min(float(error.retry_after), _LONGEST_WAIT)
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")
