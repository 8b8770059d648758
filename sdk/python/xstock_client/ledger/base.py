"""One asynchronous view of a cluster, and the frozen values that it hands out.

:class:`Ledger` is what every layer above is written against. It is kept small
on purpose: whoever can read accounts, send instructions and fetch a
transaction can implement it (JSON-RPC, LiteSVM, another library's provider).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.errors import LedgerError, WrongCluster, XstockError
from xstock_client.ledger.signer import Signer

if TYPE_CHECKING:
    from xstock_client.ledger.lookup import LookupTable

__all__ = [
    "Account",
    "ExecutedInstruction",
    "ExecutedTransaction",
    "Explain",
    "Failure",
    "Ledger",
    "Memcmp",
    "Outcome",
    "OutcomeCheck",
    "Receipt",
    "SignatureInfo",
    "Simulation",
    "Submitter",
    "require_genesis",
]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the cluster holds it; ``lamports`` is never zero."""

    lamports: int
    owner: Pubkey
    data: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Memcmp:
    """Keep accounts whose data holds ``data`` at ``offset`` (bytes from the start)."""

    offset: int
    data: bytes

    def matches(self, account_data: bytes) -> bool:
        """Whether ``account_data`` passes this filter."""
        return account_data[self.offset : self.offset + len(self.data)] == self.data


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a transaction was refused, in the runtime's own terms.

    ``instruction_index`` counts the caller's instructions (the ledgers append
    their compute-budget instructions at the end, so indices stay). It is None
    when the transaction as a whole was refused. ``program_id`` is the innermost
    program that failed, by the runtime's log lines; where it logs none (precompiles,
    truncated logs), the program of that instruction. ``custom_code`` is the program's
    own error number, ``kind`` the runtime's name of the error ("Custom",
    "MissingRequiredSignature", "AccountNotFound").
    """

    instruction_index: int | None
    program_id: Pubkey | None
    custom_code: int | None
    kind: str
    logs: tuple[str, ...] = ()


Explain: TypeAlias = Callable[[Failure], XstockError | None]
"""Turns a failure into a typed error, or None when the failure is not of a known program."""

Outcome: TypeAlias = Literal["done", "not done", "unknown"]

OutcomeCheck: TypeAlias = Callable[[], Awaitable[Outcome]]
"""Reads the chain to learn whether an instruction took effect (a mint reads its ticket's bit)."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a transaction would do. ``error`` is None when it would succeed.

    ``units`` are compute units of the whole transaction; ``accounts`` are the
    states afterwards of the addresses that were asked for, in that order
    (empty when it would fail).
    """

    units: int
    logs: tuple[str, ...]
    error: Failure | None
    accounts: tuple[Account | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ExecutedInstruction:
    """One instruction that ran; ``stack_height`` is 1 at the top level and grows with each CPI."""

    program_id: Pubkey
    accounts: tuple[Pubkey, ...]
    data: bytes
    stack_height: int


@dataclass(frozen=True, slots=True)
class ExecutedTransaction:
    """A transaction of the ledger's history.

    ``instructions`` are in order of execution: each top-level instruction is
    followed by all that it invoked, depth first. A failed transaction
    (``error`` not None) changed nothing, whatever its instructions say.
    ``units`` are compute units, ``block_time`` unix seconds.
    """

    signature: Signature
    slot: int
    block_time: int | None
    error: Failure | None
    units: int
    account_keys: tuple[Pubkey, ...]
    instructions: tuple[ExecutedInstruction, ...]
    logs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignatureInfo:
    """One line of an address's history; ``block_time`` in unix seconds."""

    signature: Signature
    slot: int
    block_time: int | None
    failed: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transaction that took effect.

    ``units`` are the compute units of the whole transaction, compute-budget
    instructions included (150 each). ``transaction`` is None, and ``units`` 0, only
    when the RPC keeps no record of it; ``slot`` is 0 too when the RPC never told the
    outcome, and the caller's check found the effect on chain.
    """

    signature: Signature
    slot: int
    units: int
    transaction: ExecutedTransaction | None

    @property
    def executed(self) -> ExecutedTransaction:
        """The transaction itself. Raises LedgerError when this node does not have it."""
        if self.transaction is None:
            raise LedgerError(
                f"transaction {self.signature} took effect, but the RPC does not hold its record;"
                " ask another RPC for its events"
            )
        return self.transaction


class Ledger(Protocol):
    """What the SDK needs of a cluster. Methods raise LedgerError when it does not answer."""

    async def genesis_hash(self) -> bytes:
        """The cluster's identity, 32 bytes."""
        ...

    async def now(self) -> int:
        """The cluster's clock, unix seconds, from the Clock sysvar (what programs see)."""
        ...

    async def slot(self) -> int:
        """The current slot."""
        ...

    async def balance(self, address: Pubkey) -> int:
        """Lamports held by ``address``, zero when there is no such account."""
        ...

    async def account(self, address: Pubkey) -> Account | None:
        """The account, or None when it does not exist."""
        ...

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        """Many accounts, in the order asked for; None for each that does not exist."""
        ...

    async def program_accounts(
        self, program_id: Pubkey, *, size: int | None = None, matching: Sequence[Memcmp] = ()
    ) -> list[tuple[Pubkey, Account]]:
        """Accounts owned by a program, of ``size`` data bytes and passing every filter, by address."""
        ...

    async def rent(self, size: int) -> int:
        """Lamports that exempt an account of ``size`` data bytes from rent."""
        ...

    async def simulate(
        self,
        instructions: Sequence[Instruction],
        payer: Pubkey,
        *,
        accounts: Sequence[Pubkey] = (),
        tables: Sequence[LookupTable] = (),
    ) -> Simulation:
        """Run without signatures or effect; ``accounts`` are addresses whose later state is wanted."""
        ...

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        """Simulate, sign, send and confirm as one transaction.

        It is a legacy one, or with ``tables`` one of version 0, which names accounts out of them.
        Raises ProgramRefused or TransactionFailed when it was refused (nothing
        changed), Unconfirmed when the outcome cannot be told, not even by ``verify``.
        """
        ...

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None:
        """A transaction of the history, or None when this ledger does not hold it."""
        ...

    async def signatures_for(
        self, address: Pubkey, *, limit: int = 1000, before: Signature | None = None
    ) -> list[SignatureInfo]:
        """Transactions that name ``address``, newest first, older than ``before``; at most 1,000."""
        ...

    def subscribe_account(self, address: Pubkey) -> AsyncGenerator[Account | None, None]:
        """The account as it is, then after each change; states between two reads may be skipped."""
        ...


@runtime_checkable
class Submitter(Ledger, Protocol):
    """A ledger that also takes transactions which were built and signed before, perhaps on other machines."""

    async def latest_blockhash(self) -> Hash:
        """A recent blockhash; a transaction with it can land for about a minute."""
        ...

    async def blockhash_valid(self, blockhash: Hash) -> bool:
        """Whether a transaction with this blockhash can still land on this cluster."""
        ...

    async def submit(
        self,
        transaction: VersionedTransaction,
        *,
        nonce: Pubkey | None = None,
        verify: OutcomeCheck | None = None,
    ) -> Receipt:
        """Simulate, send and confirm these very bytes; ``nonce`` is the nonce account that they advance, if one.

        Raises as :meth:`Ledger.send` does.
        """
        ...


async def require_genesis(ledger: Ledger, expected: bytes) -> None:
    """Refuse to go on against another cluster than ``expected`` (32 bytes). Raises WrongCluster."""
    found = await ledger.genesis_hash()
    if found != expected:
        raise WrongCluster(
            f"the RPC serves the cluster with genesis hash {Hash(found)}, but {Hash(expected)} is expected;"
            " check the cluster's URL, or the genesis hash in the configuration"
        )
