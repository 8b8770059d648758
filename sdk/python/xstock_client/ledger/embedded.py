"""A whole cluster in this process: LiteSVM with the program that ships in the package."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from solders.account import Account as SoldersAccount
from solders.clock import Clock
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import UsageError, XstockError
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
from xstock_client.ledger.building import Compiled, compile_message, sign, unsigned
from xstock_client.ledger.decoding import CLOCK_SYSVAR, clock_unix_timestamp, flatten, top_level_programs
from xstock_client.ledger.failures import error_of, read_failure
from xstock_client.ledger.lookup import LookupTable, resolve
from xstock_client.ledger.sending import callers
from xstock_client.ledger.signer import Signer

if TYPE_CHECKING:
    from solders.litesvm import LiteSVM

__all__ = ["GENESIS_HASH", "SHIPPED_PROGRAM", "EmbeddedLedger"]

SHIPPED_PROGRAM = Path(__file__).resolve().parent.parent / "program" / "xstock_vault.so"
"""The program's binary as the package ships it."""

GENESIS_HASH = hashlib.sha256(b"xstock embedded ledger").digest()
"""Genesis hash of every embedded ledger that is not given another one; of no real cluster."""

_SLOTS_PER_SECOND = 2.5
_SIGNATURES_PER_CALL = 1000
_SLOT_HASHES = 512
_BLOCK = Hash(hashlib.sha256(b"a block of the xstock embedded ledger").digest())


class EmbeddedLedger:
    """A :class:`~xstock_client.ledger.base.Ledger` without a network, and with a clock to turn.

    ``program`` is the binary to load at ``program_id`` (the shipped one by
    default, None for no program). ``now`` is the first reading of the cluster's
    clock, in unix seconds (the machine's time by default); after that it moves only by
    :meth:`set_now` and :meth:`advance`. Needs solders 0.29: raises UsageError without.
    """

    def __init__(
        self,
        *,
        program: Path | None = SHIPPED_PROGRAM,
        program_id: Pubkey = PROGRAM_ID,
        now: int | None = None,
        genesis_hash: bytes = GENESIS_HASH,
        explain: Explain | None = None,
    ) -> None:
        if len(genesis_hash) != 32:
            raise UsageError(f"a genesis hash has 32 bytes, not {len(genesis_hash)}")
        self._svm = _new_svm()
        self._genesis_hash = genesis_hash
        self._explain = explain
        self._history: dict[Signature, ExecutedTransaction] = {}
        self._waiting: list[asyncio.Future[None]] = []
        if program is not None:
            self._load(program, program_id)
        self._set_clock(self._svm.get_clock().slot, int(time.time()) if now is None else now)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    # Turning the world (no cluster can)

    def set_now(self, unix: int) -> None:
        """Set the cluster's clock (unix seconds), forward only. Raises UsageError otherwise."""
        self.advance(unix - self._now())

    def advance(self, seconds: int) -> None:
        """Let ``seconds`` pass, and the slots that go with them."""
        if seconds < 0:
            raise UsageError(f"a cluster's clock never runs back ({-seconds:,} s asked for)")
        if seconds:
            slots = max(1, round(seconds * _SLOTS_PER_SECOND))
            self._set_clock(self._svm.get_clock().slot + slots, self._now() + seconds)
            self._changed()

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Give ``address`` lamports out of nothing."""
        self._svm.expire_blockhash()  # the same gift twice is the same transaction otherwise
        self._svm.airdrop(address, lamports)
        self._changed()

    def set_account(self, address: Pubkey, account: Account | None) -> None:
        """Put any account at any address (or remove it): for tests of look-alikes and broken states."""
        account = account or Account(0, Pubkey.default(), b"")
        self._svm.set_account(
            address, SoldersAccount(account.lamports, account.data, account.owner, account.executable)
        )
        self._changed()

    # Reading

    async def genesis_hash(self) -> bytes:
        return self._genesis_hash

    async def now(self) -> int:
        return self._now()

    async def slot(self) -> int:
        return self._svm.get_clock().slot

    async def balance(self, address: Pubkey) -> int:
        return self._svm.get_balance(address) or 0

    async def account(self, address: Pubkey) -> Account | None:
        return _account(self._svm.get_account(address))

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        return [_account(self._svm.get_account(address)) for address in addresses]

    async def program_accounts(
        self, program_id: Pubkey, *, size: int | None = None, matching: Sequence[Memcmp] = ()
    ) -> list[tuple[Pubkey, Account]]:
        found = ((key, _account(value)) for key, value in self._svm.get_program_accounts(program_id))
        kept = [
            (key, account)
            for key, account in found
            if account is not None
            and (size is None or len(account.data) == size)
            and all(one.matches(account.data) for one in matching)
        ]
        return sorted(kept, key=lambda pair: bytes(pair[0]))

    async def rent(self, size: int) -> int:
        return self._svm.minimum_balance_for_rent_exemption(size)

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None:
        return self._history.get(signature)

    async def signatures_for(
        self, address: Pubkey, *, limit: int = _SIGNATURES_PER_CALL, before: Signature | None = None
    ) -> list[SignatureInfo]:
        newest_first = list(reversed(self._history.values()))
        if before is not None:
            places = [place for place, one in enumerate(newest_first) if one.signature == before]
            newest_first = newest_first[places[0] + 1 :] if places else []
        named = [one for one in newest_first if address in one.account_keys]
        return [
            SignatureInfo(one.signature, one.slot, one.block_time, one.error is not None)
            for one in named[: min(limit, _SIGNATURES_PER_CALL)]
        ]

    async def subscribe_account(self, address: Pubkey) -> AsyncGenerator[Account | None, None]:
        """See :meth:`Ledger.subscribe_account`."""
        current = await self.account(address)
        yield current
        while True:
            latest = await self.account(address)
            if latest != current:
                current = latest
                yield current
                continue
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await waiter

    # Sending

    async def simulate(
        self,
        instructions: Sequence[Instruction],
        payer: Pubkey,
        *,
        accounts: Sequence[Pubkey] = (),
        tables: Sequence[LookupTable] = (),
    ) -> Simulation:
        message = compile_message(instructions, payer, blockhash=self._svm.latest_blockhash(), tables=tables)
        self._svm.with_sigverify(False)
        try:
            return self._simulate(unsigned(message), message, accounts)
        finally:
            self._svm.with_sigverify(True)

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        """See :meth:`Ledger.send`. The outcome is always known here, so ``verify`` is never asked."""
        # A fresh blockhash each time, so that the same instructions may be sent twice.
        self._svm.expire_blockhash()
        message = compile_message(instructions, payer.pubkey, blockhash=self._svm.latest_blockhash(), tables=tables)
        # Simulated first, as on a cluster: LiteSVM takes the fee of a transaction that fails.
        simulation = await self.simulate(instructions, payer.pubkey, tables=tables)
        if simulation.error is not None:
            raise error_of(simulation.error, self._explain)
        signed = await sign(message, payer, signers)
        executed = self._execute(signed, message)
        if executed.error is not None:
            raise error_of(executed.error, self._explain)
        return Receipt(executed.signature, executed.slot, executed.units, executed)

    async def latest_blockhash(self) -> Hash:
        """See :meth:`Submitter.latest_blockhash`; good until the next transaction or airdrop."""
        return self._svm.latest_blockhash()

    async def blockhash_valid(self, blockhash: Hash) -> bool:
        """See :meth:`Submitter.blockhash_valid`."""
        return blockhash == self._svm.latest_blockhash()

    async def submit(
        self,
        transaction: VersionedTransaction,
        *,
        nonce: Pubkey | None = None,
        verify: OutcomeCheck | None = None,
    ) -> Receipt:
        """See :meth:`Submitter.submit`. The outcome is always known here, so ``verify`` is never asked."""
        message = transaction.message
        if not isinstance(message, Message | MessageV0):
            raise UsageError("the embedded ledger takes legacy transactions and those of version 0, as this SDK builds")
        if nonce is not None:
            self._svm.expire_blockhash()  # a nonce moves on once per blockhash
        simulation = self._simulate(transaction, message)
        if simulation.error is not None:
            raise error_of(callers(simulation.error, nonce), self._explain)
        executed = self._execute(transaction, message)
        if executed.error is not None:
            raise error_of(callers(executed.error, nonce), self._explain)
        return Receipt(executed.signature, executed.slot, executed.units, executed)

    def _simulate(
        self, transaction: VersionedTransaction, message: Compiled, wanted: Sequence[Pubkey] = ()
    ) -> Simulation:
        result: Any = self._svm.simulate_transaction(transaction)
        meta = result.meta()
        logs = tuple(meta.logs())
        if hasattr(result, "err"):
            failure = read_failure(json.loads(result.to_json())["err"], logs, top_level_programs(message))
            return Simulation(meta.compute_units_consumed(), logs, failure)
        after = dict(result.post_accounts()) if wanted else {}
        states = tuple(_account(after[key] if key in after else self._svm.get_account(key)) for key in wanted)
        return Simulation(meta.compute_units_consumed(), logs, None, states)

    def _execute(self, transaction: VersionedTransaction, message: Compiled) -> ExecutedTransaction:
        clock = self._svm.get_clock()
        keys = self._keys(message)
        result: Any = self._svm.send_transaction(transaction)
        failed = hasattr(result, "err")
        meta = result.meta() if failed else result
        logs = tuple(meta.logs())
        inner = {
            index: [
                (one.program_id_index, one.accounts, one.data, height)
                for one, height in ((entry.instruction(), entry.stack_height()) for entry in group)
            ]
            for index, group in enumerate(meta.inner_instructions())
        }
        programs = top_level_programs(message)
        executed = ExecutedTransaction(
            signature=transaction.signatures[0],
            slot=clock.slot,
            block_time=clock.unix_timestamp,
            error=read_failure(json.loads(result.to_json())["err"], logs, programs) if failed else None,
            units=meta.compute_units_consumed(),
            account_keys=tuple(message.account_keys if keys is None else keys),
            instructions=() if keys is None else flatten(message, keys, inner),
            logs=logs,
        )
        self._history[executed.signature] = executed
        self._set_clock(clock.slot + 1, clock.unix_timestamp)
        self._changed()
        return executed

    def _keys(self, message: Compiled) -> list[Pubkey] | None:
        """Every account of ``message``; None when one of its lookup tables will not do, so that nothing of it runs."""
        used = [] if isinstance(message, Message) else [one.account_key for one in message.address_table_lookups]
        try:
            tables = [LookupTable.decode(key, _account(self._svm.get_account(key))) for key in used]
            return resolve(message, tables)
        except XstockError:
            return None

    def _now(self) -> int:
        return clock_unix_timestamp(_account(self._svm.get_account(CLOCK_SYSVAR)))

    def _set_clock(self, slot: int, unix: int) -> None:
        clock = self._svm.get_clock()
        self._svm.set_clock(
            Clock(
                slot=slot,
                epoch_start_timestamp=clock.epoch_start_timestamp,
                epoch=clock.epoch,
                leader_schedule_epoch=clock.leader_schedule_epoch,
                unix_timestamp=unix,
            )
        )
        # As if every slot had a block: lookup tables are made and removed by this.
        blocks = range(slot - 1, max(slot - 1 - _SLOT_HASHES, -1), -1)
        self._svm.set_slot_hashes([(block, _BLOCK) for block in blocks])

    def _changed(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    def _load(self, program: Path, program_id: Pubkey) -> None:
        try:
            self._svm.add_program(program_id, program.read_bytes())
        except OSError as error:
            raise UsageError(
                f"cannot read the program {program}: {error.strerror}; run `make build`, or install the package's wheel"
            ) from None


def _account(value: SoldersAccount | None) -> Account | None:
    if value is None or not value.lamports:
        return None
    return Account(value.lamports, value.owner, bytes(value.data), value.executable)


def _new_svm() -> LiteSVM:
    # Late, because solders before 0.29 has no LiteSVM that runs this program, and the rest works without.
    try:
        from solders.litesvm import LiteSVM
    except ImportError:
        pass
    else:
        if hasattr(LiteSVM, "get_program_accounts"):
            return LiteSVM()
    raise UsageError(
        "the embedded ledger needs solders 0.29 or newer: install `xstock-client[embedded]`"
        " (not together with `[anchorpy]`, which holds solders at 0.26)"
    )
