"""Ledgers for keys on several machines: one that signs and stops, one that adds signatures from elsewhere and sends.

Both build the same bytes from the same arguments: blockhash or nonce, compute-unit limit and price are fixed
(:class:`Terms`), and nothing is taken from a simulation. Every client works on them as on any other ledger.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import NoReturn, Self, TypeAlias

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.errors import LedgerError, ProgramRefused, TransactionFailed, UsageError
from xstock_client.ledger.base import (
    Account,
    ExecutedTransaction,
    Ledger,
    Memcmp,
    OutcomeCheck,
    Receipt,
    SignatureInfo,
    Simulation,
    Submitter,
)
from xstock_client.ledger.building import MAX_UNITS
from xstock_client.ledger.lookup import LookupTable
from xstock_client.ledger.nonce import NonceAccount
from xstock_client.ledger.prepared import DEFAULT_UNITS, PreparedTransaction, prepare
from xstock_client.ledger.signer import Signer

__all__ = ["MAX_PRICE", "OfflineLedger", "PresignedLedger", "SignedOnly", "Source", "Terms"]

MAX_PRICE = 2**64 - 1
"""Micro-lamports per compute unit, at most."""

Source: TypeAlias = Callable[[], AbstractAsyncContextManager[Ledger]]
"""Opens a ledger to read from."""

Rebase: TypeAlias = Callable[[Sequence[Instruction]], Sequence[Instruction]]
"""Adapts instructions that name another one by its index when a nonce's advance is put before them."""


class SignedOnly(Exception):
    """Raised where a transaction would be sent: it is signed as far as this machine can, and goes no further.

    No error, hence no XstockError: nothing that handles refusals takes it for one.
    """

    def __init__(self, prepared: PreparedTransaction) -> None:
        self.prepared = prepared
        super().__init__("signed, not sent")


@dataclass(frozen=True, slots=True)
class Terms:
    """What fixes a transaction's bytes besides its instructions and its fee payer.

    ``blockhash`` is a recent one, or the nonce's stored value; with ``nonce`` and a network it may be left out.
    ``presigned`` are signatures from other machines, ``units`` the compute-unit limit (0: none is set), ``price``
    micro-lamports per unit. Raises UsageError for what makes no sense together.
    """

    blockhash: Hash | None = None
    nonce: Pubkey | None = None
    nonce_authority: Signer | None = None
    """Who advances the nonce account; the fee payer by default."""
    presigned: Mapping[Pubkey, Signature] = field(default_factory=dict)
    units: int = DEFAULT_UNITS
    price: int = 0

    def __post_init__(self) -> None:
        if self.blockhash is None and self.nonce is None:
            raise UsageError("a blockhash or a nonce account is needed to fix the transaction's bytes")
        if self.nonce_authority is not None and self.nonce is None:
            raise UsageError("a nonce authority is named, but no nonce account: name it too (--nonce)")
        if not 0 <= self.units <= MAX_UNITS:
            raise UsageError(f"a compute-unit limit lies between 0 and {MAX_UNITS:,}, not {self.units:,}")
        if not 0 <= self.price <= MAX_PRICE:
            raise UsageError(
                f"a compute-unit price lies between 0 and {MAX_PRICE:,} micro-lamports, not {self.price:,}"
            )

    def prepare(
        self, instructions: Sequence[Instruction], payer: Signer, blockhash: Hash, rebase: Rebase | None
    ) -> PreparedTransaction:
        """The message, with the signatures from elsewhere. Raises UsageError for one of a key that does not sign."""
        authority = self.nonce_authority or payer
        prepared = prepare(
            rebase(instructions) if rebase is not None and self.nonce is not None else instructions,
            payer.pubkey,
            blockhash=blockhash,
            nonce=self.nonce,
            nonce_authority=None if self.nonce is None else authority.pubkey,
            units=self.units,
            price=self.price,
        )
        return prepared.with_signatures(self.presigned)

    def keys(self, payer: Signer, signers: Sequence[Signer]) -> tuple[Signer, ...]:
        """Everybody of this machine who may sign."""
        return (*signers, payer, *([] if self.nonce_authority is None else [self.nonce_authority]))


class _Reading(ABC):
    """The reading half of :class:`Ledger`, by asking another one."""

    @abstractmethod
    def _reading(self) -> AbstractAsyncContextManager[Ledger]:
        """The ledger to ask."""

    async def genesis_hash(self) -> bytes:
        async with self._reading() as ledger:
            return await ledger.genesis_hash()

    async def now(self) -> int:
        async with self._reading() as ledger:
            return await ledger.now()

    async def slot(self) -> int:
        async with self._reading() as ledger:
            return await ledger.slot()

    async def balance(self, address: Pubkey) -> int:
        async with self._reading() as ledger:
            return await ledger.balance(address)

    async def account(self, address: Pubkey) -> Account | None:
        async with self._reading() as ledger:
            return await ledger.account(address)

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        async with self._reading() as ledger:
            return await ledger.accounts(addresses)

    async def program_accounts(
        self, program_id: Pubkey, *, size: int | None = None, matching: Sequence[Memcmp] = ()
    ) -> list[tuple[Pubkey, Account]]:
        async with self._reading() as ledger:
            return await ledger.program_accounts(program_id, size=size, matching=matching)

    async def rent(self, size: int) -> int:
        async with self._reading() as ledger:
            return await ledger.rent(size)

    async def simulate(
        self,
        instructions: Sequence[Instruction],
        payer: Pubkey,
        *,
        accounts: Sequence[Pubkey] = (),
        tables: Sequence[LookupTable] = (),
    ) -> Simulation:
        async with self._reading() as ledger:
            return await ledger.simulate(instructions, payer, accounts=accounts, tables=tables)

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None:
        async with self._reading() as ledger:
            return await ledger.transaction(signature)

    async def signatures_for(
        self, address: Pubkey, *, limit: int = 1000, before: Signature | None = None
    ) -> list[SignatureInfo]:
        async with self._reading() as ledger:
            return await ledger.signatures_for(address, limit=limit, before=before)

    async def subscribe_account(self, address: Pubkey) -> AsyncGenerator[Account | None, None]:
        async with self._reading() as ledger, aclosing(ledger.subscribe_account(address)) as states:
            async for state in states:
                yield state


class OfflineLedger(_Reading):
    """Signs and never sends: :meth:`send` raises :class:`SignedOnly` with what it made.

    Needs no network as long as nothing is read. ``source`` is opened, once, at the first read; None makes every read
    a LedgerError. ``genesis_hash`` (32 bytes) answers for the cluster's without asking it. Use it with ``async with``.
    """

    def __init__(
        self,
        terms: Terms,
        *,
        source: Source | None = None,
        genesis_hash: bytes | None = None,
        rebase: Rebase | None = None,
    ) -> None:
        if terms.blockhash is None:
            raise UsageError(
                "signing without a network needs the blockhash: a recent one, or the value that the nonce account"
                " stores (`xstock blockhash` and `xstock blockhash NONCE_ACCOUNT` show them)"
            )
        self._terms = terms
        self._blockhash = terms.blockhash
        self._source = source
        self._genesis_hash = genesis_hash
        self._rebase = rebase
        self._opened: Ledger | None = None
        self._closing = AsyncExitStack()
        self.hint = ""
        """What the caller could say instead of having it read; told when a read fails."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()
        self._opened = None

    async def genesis_hash(self) -> bytes:
        return self._genesis_hash if self._genesis_hash is not None else await super().genesis_hash()

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> NoReturn:
        """Sign with every key at hand and raise SignedOnly; absent and bad signatures are told by what it carries.

        Raises UsageError for any ``tables``.
        """
        _require_none(tables)
        prepared = self._terms.prepare(instructions, payer, self._blockhash, self._rebase)
        raise SignedOnly(await prepared.sign_with(*_without(self._terms, self._terms.keys(payer, signers))))

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Ledger]:
        if self._source is None:
            raise LedgerError(f"signing only, without a network: nothing can be read from the chain{self._instead()}")
        if self._opened is None:
            self._opened = await self._closing.enter_async_context(self._source())
        try:
            yield self._opened
        except LedgerError as error:
            raise LedgerError(
                f"signing only, but not all that the transaction needs was given, and it cannot be read: {error}"
                f"{self._instead()}"
            ) from error

    def _instead(self) -> str:
        return f". To do without the network, {self.hint}" if self.hint else ""


class PresignedLedger(_Reading):
    """Sends one transaction of fixed bytes, with signatures from other machines and those of the keys at hand."""

    def __init__(self, inner: Submitter, terms: Terms, *, rebase: Rebase | None = None) -> None:
        self._inner = inner
        self._terms = terms
        self._rebase = rebase
        self.asked = False
        """Whether it was given anything to send."""
        self.sent = False
        """Whether its one transaction took effect, or may have."""

    async def send(
        self,
        instructions: Sequence[Instruction],
        payer: Signer,
        signers: Sequence[Signer] = (),
        *,
        verify: OutcomeCheck | None = None,
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        """See :meth:`Ledger.send`. Nothing is sent unless every signature is there and good.

        Raises UsageError for an absent one, one of a key that does not sign, a blockhash that is not good here,
        a nonce account of another state, and any ``tables``; KeypairError for a signature that is not over this very
        message.
        """
        self.asked = True
        _require_none(tables)
        if self.sent:
            raise UsageError(
                "this takes more than one transaction, and a blockhash, a nonce and signatures are for one: do it in"
                " smaller steps"
            )
        blockhash = await self._current((self._terms.nonce_authority or payer).pubkey)
        prepared = self._terms.prepare(instructions, payer, blockhash, self._rebase)
        prepared.require_good()
        prepared = await prepared.sign_with(*_without(self._terms, self._terms.keys(payer, signers)))
        transaction = prepared.transaction()
        self.sent = True
        try:
            return await self._inner.submit(transaction, nonce=self._terms.nonce, verify=verify)
        except (ProgramRefused, TransactionFailed):
            self.sent = False  # nothing changed, so the same may be tried again
            raise

    async def _current(self, authority: Pubkey) -> Hash:
        """The blockhash to build with, after a check that it is good now."""
        given, nonce = self._terms.blockhash, self._terms.nonce
        if nonce is not None:
            account = NonceAccount.decode(nonce, await self._inner.account(nonce))
            account.require(authority, given)
            return account.value
        assert given is not None  # Terms has one or the other
        if not await self._inner.blockhash_valid(given):
            raise UsageError(
                f"the blockhash {given} is not good here (any more): it is of another cluster, or older than about a"
                " minute; sign again with a new one, or with a nonce account (--nonce), which leaves time"
            )
        return given

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Ledger]:
        yield self._inner


def _require_none(tables: Sequence[LookupTable]) -> None:
    # A signature over a place in a table is over whatever the cluster says stands there, which a machine that signs
    # apart cannot know; and a table that grew in between would give other bytes.
    if tables:
        raise UsageError(
            "what is signed apart from the cluster takes no lookup tables: whoever signs must see every account in the"
            f" message itself, not its place in {tables[0].address}; leave the tables out and send fewer at once"
        )


def _without(terms: Terms, signers: Sequence[Signer]) -> tuple[Signer, ...]:
    # A device is not asked again for what it signed elsewhere; the given signature is checked either way.
    return tuple(one for one in signers if one.pubkey not in terms.presigned)
