"""A transaction whose bytes are fixed before anybody signs, so that its signatures may come from many machines.

Pure, no network: the same instructions, payer, blockhash (or nonce) and budget give the same message bytes everywhere.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.errors import DecodeError, KeypairError, UsageError
from xstock_client.ledger.building import Compiled, compile_message
from xstock_client.ledger.lookup import LookupTable
from xstock_client.ledger.nonce import advance_nonce
from xstock_client.ledger.presigned import NullSigner, PresignedSigner
from xstock_client.ledger.signer import Signer

__all__ = ["DEFAULT_UNITS", "PreparedTransaction", "prepare"]

DEFAULT_UNITS: Final = 400_000
"""Compute units that a prepared transaction asks for. Nothing is simulated, because all machines must arrive at the
same bytes; this is over four times what the dearest instruction, a listing, uses, and unused units cost nothing unless
a price is set."""


_VERSIONED: Final = 0x80
"""The first byte of a message that is no legacy one has this bit, and its version below."""


@dataclass(frozen=True, slots=True)
class PreparedTransaction:
    """A message, and the signatures gathered so far; immutable, each step gives a new one."""

    message: Compiled
    signatures: tuple[Signature, ...] = ()
    """In the order of :attr:`required`; a blank one is absent."""

    def __post_init__(self) -> None:
        needed = self.message.header.num_required_signatures
        if not self.signatures:
            object.__setattr__(self, "signatures", (Signature.default(),) * needed)
        elif len(self.signatures) != needed:
            raise ValueError(f"the message needs {needed} signatures, not {len(self.signatures)}")

    @classmethod
    def from_base64(cls, text: str) -> PreparedTransaction:
        """Read a dumped message, for a machine that cannot rebuild it. Look at what it does before signing it.

        Raises DecodeError, also for a message of version 0: what it does depends on tables that it does not contain.
        """
        try:
            data = base64.b64decode(text, validate=True)
            if data and data[0] & _VERSIONED:
                raise DecodeError(
                    f"a message of version {data[0] & ~_VERSIONED} may name accounts by their places in lookup tables,"
                    " so nobody can tell from it what is signed; build it without them"
                )
            message = Message.from_bytes(data)
        except (binascii.Error, ValueError):
            raise DecodeError("not a transaction message in base64, as --dump-transaction-message prints it") from None
        if bytes(message) != data:
            raise DecodeError(f"the message is followed by {len(data) - len(bytes(message))} bytes of something else")
        return cls(message)

    @property
    def blockhash(self) -> Hash:
        """The recent blockhash, or the nonce's value."""
        return self.message.recent_blockhash

    @property
    def message_bytes(self) -> bytes:
        """What every signer signs."""
        return to_bytes_versioned(self.message)

    @property
    def message_base64(self) -> str:
        """The same as text: what a multisig imports, and the Solana CLI dumps."""
        return base64.b64encode(self.message_bytes).decode("ascii")

    @property
    def required(self) -> tuple[Pubkey, ...]:
        """Who must sign, the fee payer first."""
        return tuple(self.message.account_keys[: self.message.header.num_required_signatures])

    @property
    def signed(self) -> dict[Pubkey, Signature]:
        """Signatures that are good."""
        data = self.message_bytes
        return {key: one for key, one in self._given() if one.verify(key, data)}

    @property
    def absent(self) -> tuple[Pubkey, ...]:
        """Who must still sign."""
        given = dict(self._given())
        return tuple(key for key in self.required if key not in given)

    @property
    def bad(self) -> tuple[Pubkey, ...]:
        """Whose signature is not over this message."""
        data = self.message_bytes
        return tuple(key for key, one in self._given() if not one.verify(key, data))

    def with_signatures(self, made: Mapping[Pubkey, Signature]) -> PreparedTransaction:
        """Add signatures from elsewhere, good or bad (see :attr:`bad`). Raises UsageError for other keys' ones."""
        strangers = [str(key) for key in made if key not in self.required]
        if strangers:
            signers = ", ".join(map(str, self.required))
            raise UsageError(
                f"{', '.join(strangers)} is no signer of this transaction; its signers are {signers}. Name the same"
                " keys (--keypair, --fee-payer, --nonce-authority) as where it was signed"
            )
        pairs = zip(self.required, self.signatures, strict=True)
        return PreparedTransaction(self.message, tuple(made.get(key, one) for key, one in pairs))

    async def sign_with(self, *signers: Signer) -> PreparedTransaction:
        """Sign with every one of ``signers`` that has a key and must sign; others are left out.

        Raises KeypairError when a signer gives a signature that is not its own.
        """
        data = self.message_bytes
        made: dict[Pubkey, Signature] = {}
        for signer in signers:
            if isinstance(signer, NullSigner) or signer.pubkey not in self.required:
                continue
            if isinstance(signer, PresignedSigner):
                made.setdefault(signer.pubkey, signer.signature)
                continue
            made[signer.pubkey] = await signer.sign(data)
            if not made[signer.pubkey].verify(signer.pubkey, data):
                raise KeypairError(f"the signer of {signer.pubkey} returned a signature that does not verify")
        return self.with_signatures(made)

    def transaction(self) -> VersionedTransaction:
        """The transaction, complete. Raises KeypairError for a bad signature, UsageError while one is absent."""
        self.require_good()
        if self.absent:
            raise UsageError(
                f"the transaction must also be signed by {', '.join(map(str, self.absent))}: sign on the machine that"
                " has the key, with --sign-only, the same arguments and the same --blockhash, and add"
                f" --signer PUBKEY=SIGNATURE here{self._never()}"
            )
        return VersionedTransaction.populate(self.message, list(self.signatures))

    def require_good(self) -> None:
        """Refuse a signature that is not over this message. Raises KeypairError."""
        if self.bad:
            raise KeypairError(
                f"the signature of {', '.join(map(str, self.bad))} is not over this message: an argument differs from"
                " where it was signed (amount, address, blockhash, nonce, compute units, fee payer), or what was read"
                " from the chain has changed; compare both messages with --sign-only --dump-transaction-message"
            )

    def _never(self) -> str:
        programs = ", ".join(str(key) for key in self.absent if not key.is_on_curve())
        return f". {programs} is a program's address and can never sign: import the message there" if programs else ""

    def _given(self) -> list[tuple[Pubkey, Signature]]:
        pairs = zip(self.required, self.signatures, strict=True)
        return [(key, one) for key, one in pairs if one != Signature.default()]


def prepare(
    instructions: Sequence[Instruction],
    payer: Pubkey,
    *,
    blockhash: Hash,
    nonce: Pubkey | None = None,
    nonce_authority: Pubkey | None = None,
    units: int = DEFAULT_UNITS,
    price: int = 0,
    tables: Sequence[LookupTable] = (),
) -> PreparedTransaction:
    """Build the message that every machine builds from the same arguments, unsigned.

    With ``nonce``, ``blockhash`` is the nonce account's stored value, and its advance, signed by
    ``nonce_authority`` (the payer by default), comes first. ``units`` is the compute-unit limit (0: none is set),
    ``price`` micro-lamports per unit (0: none). With ``tables`` it is of version 0: every machine needs the same ones,
    of the same content. Raises UsageError when it is larger than a transaction may be.
    """
    if nonce_authority is not None and nonce is None:
        raise UsageError("a nonce authority is named, but no nonce account: name it too (--nonce)")
    if not instructions:
        raise UsageError("a transaction needs at least one instruction")
    first = [] if nonce is None else [advance_nonce(nonce, nonce_authority or payer)]
    if nonce is not None and any(nonce in table.addresses for table in tables):
        raise UsageError(f"the nonce account {nonce} is in a lookup table, and must not be; use tables without it")
    every = [*first, *instructions]
    message = compile_message(every, payer, blockhash=blockhash, units=units, price=price, tables=tables)
    return PreparedTransaction(message)
