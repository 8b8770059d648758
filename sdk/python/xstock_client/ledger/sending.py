"""Sending one transaction so that its outcome is known, or is said to be unknown.

The pipeline: simulate (a refusal costs nothing), set the compute-unit limit and
a capped priority fee, sign once, then broadcast the same bytes again and again
until a status appears or the last valid block height has passed. After that the
transaction can never land; the caller's check reads the chain to tell whether it
did. Nothing here ever signs a second time: a new blockhash would be a second
transaction while the first may still land.

A transaction that was signed elsewhere joins the pipeline after its signatures
(:func:`submit_transaction`), with nothing in it changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn, Protocol

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.errors import LedgerError, TransactionFailed, Unconfirmed, XstockError
from xstock_client.ledger.base import (
    Account,
    ExecutedTransaction,
    Explain,
    Failure,
    Outcome,
    OutcomeCheck,
    Receipt,
    Simulation,
)
from xstock_client.ledger.building import MAX_UNITS, Compiled, compile_message, sign, unsigned, writable_accounts
from xstock_client.ledger.decoding import top_level_programs
from xstock_client.ledger.failures import error_of
from xstock_client.ledger.lookup import LookupTable
from xstock_client.ledger.nonce import NonceAccount
from xstock_client.ledger.signer import Signer

__all__ = [
    "Lifetime",
    "Node",
    "SendPolicy",
    "Status",
    "SubmitNode",
    "callers",
    "send_transaction",
    "submit_transaction",
]

_MICRO = 1_000_000
_PRICE_INSTRUCTION_UNITS = 150
_FEE_ACCOUNTS = 128


@dataclass(frozen=True, slots=True)
class SendPolicy:
    """How a transaction is sent.

    ``max_priority_fee`` caps what is paid above the base fee, in lamports a
    transaction (default 100,000 = 0.0001 SOL); zero pays none. ``fee_percentile``
    is taken over the recent fees of the accounts that the transaction writes.
    The compute-unit limit is what the simulation used plus ``margin_percent``,
    and at least ``min_margin`` units. Other figures are seconds: between
    broadcasts, between status polls at most, how long the RPC may stay silent,
    how long a status is still sought after the last valid block height, and how long
    a transaction with a durable nonce, which has no last height, is sent again.
    """

    max_priority_fee: int = 100_000
    fee_percentile: int = 75
    margin_percent: int = 10
    min_margin: int = 2_000
    rebroadcast: float = 2.0
    poll: float = 0.5
    silence: float = 60.0
    settle: float = 5.0
    nonce_patience: float = 90.0

    def unit_limit(self, used: int) -> int:
        """Compute units to ask for when the simulation used ``used``."""
        return min(used + max(-(-used * self.margin_percent // 100), self.min_margin), MAX_UNITS)

    def unit_price(self, recent: Sequence[int], units: int) -> int:
        """Micro-lamports per unit from ``recent`` prices, within the cap for ``units``."""
        if not recent or not self.max_priority_fee:
            return 0
        ranked = sorted(recent)
        wanted = ranked[min(len(ranked) * self.fee_percentile // 100, len(ranked) - 1)]
        return min(wanted, self.max_priority_fee * _MICRO // units)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A blockhash, and the last block height at which a transaction with it can land."""

    blockhash: Hash
    last_valid_block_height: int


@dataclass(frozen=True, slots=True)
class Status:
    """Where a transaction stands; ``settled`` when it reached the ledger's commitment."""

    slot: int
    settled: bool
    failed: bool


class Node(Protocol):
    """What the pipeline asks of a cluster. Every method raises LedgerError when unanswered."""

    async def simulate_wire(self, wire: bytes, programs: Sequence[Pubkey]) -> Simulation: ...

    async def recent_fees(self, writable: Sequence[Pubkey]) -> Sequence[int]: ...

    async def lifetime(self) -> Lifetime: ...

    async def broadcast(self, wire: bytes) -> None:
        """Hand the bytes on. Raises TransactionFailed when the node refuses to."""
        ...

    async def status(self, signature: Signature, *, history: bool) -> Status | None: ...

    async def block_height(self) -> int: ...

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None: ...


class SubmitNode(Node, Protocol):
    """What is asked besides, for a transaction that was signed elsewhere."""

    async def simulate_signed(self, wire: bytes, programs: Sequence[Pubkey]) -> Simulation:
        """Run these very bytes: signatures and blockhash are checked as well."""
        ...

    async def account(self, address: Pubkey) -> Account | None: ...


@dataclass(frozen=True, slots=True)
class Timer:
    """Time for the pipeline; tests bring their own."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class _Sent:
    """One signed transaction on its way."""

    signature: Signature
    wire: bytes
    end: str
    """After what it can land no more."""
    over: Callable[[], Awaitable[bool]]
    """Whether that has come. Raises LedgerError when unanswered."""
    patience: float | None = None
    """Seconds after which to stop although it has not."""


async def send_transaction(
    node: Node,
    instructions: Sequence[Instruction],
    payer: Signer,
    signers: Sequence[Signer],
    *,
    verify: OutcomeCheck | None = None,
    policy: SendPolicy,
    explain: Explain | None = None,
    timer: Timer | None = None,
    tables: Sequence[LookupTable] = (),
) -> Receipt:
    """Run the whole pipeline; see :meth:`Ledger.send` for what it returns and raises."""
    timer = timer or Timer()
    message, lifetime = await _prepare(node, instructions, payer.pubkey, policy, explain, tables)
    signed = await sign(message, payer, signers)
    sent = _until_height(node, signed, lifetime)
    return await _follow(node, sent, verify, policy, explain, timer)


async def submit_transaction(
    node: SubmitNode,
    transaction: VersionedTransaction,
    *,
    nonce: Pubkey | None = None,
    verify: OutcomeCheck | None = None,
    policy: SendPolicy,
    explain: Explain | None = None,
    timer: Timer | None = None,
) -> Receipt:
    """Run the pipeline from the simulation on, with bytes that were signed before; see :meth:`Submitter.submit`."""
    wire, message = bytes(transaction), transaction.message
    simulation = await node.simulate_signed(wire, top_level_programs(message))
    if simulation.error is not None:
        raise error_of(callers(simulation.error, nonce), explain)
    if nonce is None:
        # No blockhash that is good now outlives the newest one.
        sent = _until_height(node, transaction, await node.lifetime())
    else:

        async def advanced() -> bool:
            account = await node.account(nonce)
            return account is None or NonceAccount.decode(nonce, account).value != message.recent_blockhash

        end = f"the advance of nonce account {nonce}"
        sent = _Sent(transaction.signatures[0], wire, end, advanced, policy.nonce_patience)
    return await _follow(node, sent, verify, policy, explain, timer or Timer(), nonce=nonce)


def callers(failure: Failure, nonce: Pubkey | None) -> Failure:
    """The failure with the caller's own index of the instruction, which a nonce's advance stands before."""
    if nonce is None or failure.instruction_index is None:
        return failure
    return replace(failure, instruction_index=failure.instruction_index - 1 if failure.instruction_index else None)


def _until_height(node: Node, transaction: VersionedTransaction, lifetime: Lifetime) -> _Sent:
    last = lifetime.last_valid_block_height

    async def passed() -> bool:
        return await node.block_height() > last

    return _Sent(transaction.signatures[0], bytes(transaction), f"its last valid block height {last:,}", passed)


async def _follow(
    node: Node,
    sent: _Sent,
    verify: OutcomeCheck | None,
    policy: SendPolicy,
    explain: Explain | None,
    timer: Timer,
    *,
    nonce: Pubkey | None = None,
) -> Receipt:
    status, expired = await _land(node, sent, policy, timer)
    if status is None:
        return await _settle_unknown(node, sent, expired, verify, explain, nonce)
    executed = await _executed(node, sent.signature, policy, timer)
    if status.failed or (executed is not None and executed.error is not None):
        _raise_failed(sent.signature, executed, explain, nonce)
    return Receipt(sent.signature, status.slot, executed.units if executed else 0, executed)


async def _prepare(
    node: Node,
    instructions: Sequence[Instruction],
    payer: Pubkey,
    policy: SendPolicy,
    explain: Explain | None,
    tables: Sequence[LookupTable],
) -> tuple[Compiled, Lifetime]:
    """The message to sign, after a simulation that let it through. No signer is asked before that."""
    draft = compile_message(instructions, payer, blockhash=Hash.default(), tables=tables)
    programs = [instruction.program_id for instruction in instructions]
    simulation = await node.simulate_wire(bytes(unsigned(draft)), programs)
    if simulation.error is not None:
        raise error_of(simulation.error, explain)
    units = policy.unit_limit(simulation.units)
    price = 0
    if policy.max_priority_fee:
        try:
            recent = await node.recent_fees(writable_accounts(instructions, payer)[:_FEE_ACCOUNTS])
        except LedgerError:
            recent = ()  # Not every RPC serves fees; a base-fee transaction still lands.
        units = policy.unit_limit(simulation.units + _PRICE_INSTRUCTION_UNITS)
        price = policy.unit_price(recent, units)
    lifetime = await node.lifetime()
    final = lifetime.blockhash
    return compile_message(instructions, payer, blockhash=final, units=units, price=price, tables=tables), lifetime


async def _land(node: Node, sent: _Sent, policy: SendPolicy, timer: Timer) -> tuple[Status | None, bool]:
    """Broadcast until a settled status shows; (None, whether it can no longer land) otherwise.

    An RPC that does not answer is asked again: the bytes may already be with a leader.
    """
    pause = policy.poll / 4
    begun = heard = broadcast_at = timer.monotonic()
    first = True
    while timer.monotonic() - heard <= policy.silence:
        if sent.patience is not None and timer.monotonic() - begun > sent.patience:
            break
        if timer.monotonic() >= broadcast_at:
            broadcast_at = timer.monotonic() + policy.rebroadcast
            await _broadcast(node, sent, first=first)
            first = False
            # Only this ends the loop, so only this counts as an answer.
            with contextlib.suppress(LedgerError):
                expired = await sent.over()
                heard = timer.monotonic()
                if expired:
                    return await _last_look(node, sent, policy, timer), True
        with contextlib.suppress(LedgerError):
            status = await node.status(sent.signature, history=False)
            if status is not None and status.settled:
                return status, False
        await timer.sleep(pause)
        pause = min(pause * 2, policy.poll)
    return None, False


async def _broadcast(node: Node, sent: _Sent, *, first: bool) -> None:
    try:
        await node.broadcast(sent.wire)
    except TransactionFailed:
        # Refused at once: it went nowhere. Refused later (say, already processed): earlier bytes
        # may be on their way, and only the status tells.
        if first:
            raise
    except LedgerError:
        pass  # The bytes may have gone out all the same; the next round sends them again.


async def _last_look(node: Node, sent: _Sent, policy: SendPolicy, timer: Timer) -> Status | None:
    """After the last valid height: a node behind a load balancer may lag, so look for a while."""
    until = timer.monotonic() + policy.settle
    while True:
        try:
            status = await node.status(sent.signature, history=True)
        except LedgerError:
            status = None
        if (status is not None and status.settled) or timer.monotonic() >= until:
            return status if status is not None and status.settled else None
        await timer.sleep(policy.poll)


async def _settle_unknown(
    node: Node,
    sent: _Sent,
    expired: bool,
    verify: OutcomeCheck | None,
    explain: Explain | None,
    nonce: Pubkey | None,
) -> Receipt:
    outcome, cause = await _ask(verify)
    if outcome == "done":
        executed = await _try_transaction(node, sent.signature)
        if executed is not None and executed.error is not None:
            _raise_failed(sent.signature, executed, explain, nonce)
        if executed is not None:
            return Receipt(sent.signature, executed.slot, executed.units, executed)
        return Receipt(sent.signature, 0, 0, None)
    if outcome == "not done" and expired:
        raise TransactionFailed(
            f"transaction {sent.signature} did not land before {sent.end} and never will;"
            " nothing changed, and it is safe to send again"
        )
    if expired:
        why = f"no status by {sent.end}"
    elif sent.patience is None:
        why = f"the RPC stopped answering before {sent.end}, so it may still land"
    else:
        why = f"no status in time, and it may still land until {sent.end} (`solana new-nonce` forces that)"
    raise Unconfirmed(
        f"the outcome of transaction {sent.signature} is unknown: {why};"
        f" look with `solana confirm {sent.signature}` before sending it again",
        str(sent.signature),
    ) from cause


async def _ask(verify: OutcomeCheck | None) -> tuple[Outcome, XstockError | None]:
    if verify is None:
        return "unknown", None
    try:
        return await verify(), None
    except XstockError as error:
        return "unknown", error


async def _executed(node: Node, signature: Signature, policy: SendPolicy, timer: Timer) -> ExecutedTransaction | None:
    """The record of a settled transaction; nodes write it a moment after its status."""
    until = timer.monotonic() + policy.settle
    while (executed := await _try_transaction(node, signature)) is None and timer.monotonic() < until:
        await timer.sleep(policy.poll / 2)
    return executed


async def _try_transaction(node: Node, signature: Signature) -> ExecutedTransaction | None:
    try:
        return await node.transaction(signature)
    except XstockError:
        return None


def _raise_failed(
    signature: Signature, executed: ExecutedTransaction | None, explain: Explain | None, nonce: Pubkey | None
) -> NoReturn:
    failure = executed.error if executed is not None else None
    if failure is None:
        failure = Failure(None, None, None, f"unknown (transaction {signature} failed; the RPC keeps no record of it)")
    raise error_of(callers(failure, nonce), explain)
