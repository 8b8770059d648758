"""Pure steps from instructions to signed bytes, shared by the ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import Message, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client.errors import KeypairError, UsageError
from xstock_client.ledger.signer import Signer

__all__ = ["MAX_BYTES", "MAX_UNITS", "compile_message", "sign", "unsigned", "writable_accounts"]

MAX_UNITS = 1_400_000
"""Compute units that one transaction may ask for, at most."""

MAX_BYTES = 1232
"""Bytes of a signed transaction, at most (one IPv6 packet)."""


def compile_message(
    instructions: Sequence[Instruction], payer: Pubkey, *, blockhash: Hash, units: int = MAX_UNITS, price: int = 0
) -> Message:
    """One message with a limit of ``units`` and a price in micro-lamports per unit (0: none of it is set).

    The budget goes behind the caller's instructions, so that the indices which
    the runtime reports, and which programs read, are the caller's own. Raises
    UsageError when the transaction would be larger than :data:`MAX_BYTES`.
    """
    if not instructions:
        raise UsageError("a transaction needs at least one instruction")
    budget = [set_compute_unit_limit(units)] if units else []
    if price:
        budget.append(set_compute_unit_price(price))
    message = Message.new_with_blockhash([*instructions, *budget], payer, blockhash)
    size = 1 + 64 * message.header.num_required_signatures + len(to_bytes_versioned(message))
    if size > MAX_BYTES:
        raise UsageError(
            f"the transaction would be {size:,} bytes, and at most {MAX_BYTES:,} fit; send fewer instructions at once"
        )
    return message


def unsigned(message: Message) -> VersionedTransaction:
    """``message`` with blank signatures, for simulation."""
    return VersionedTransaction.populate(message, [Signature.default()] * message.header.num_required_signatures)


async def sign(message: Message, payer: Signer, signers: Sequence[Signer]) -> VersionedTransaction:
    """Collect and check every signature that ``message`` requires.

    Raises UsageError naming the addresses nobody signs for, and KeypairError
    when a signer returns a signature that is not its own (a locked or wrong device).
    """
    by_key = {signer.pubkey: signer for signer in (*signers, payer)}
    required = message.account_keys[: message.header.num_required_signatures]
    missing = [str(key) for key in required if key not in by_key]
    if missing:
        raise UsageError(f"the transaction must also be signed by {', '.join(missing)}; pass their signers")
    data = to_bytes_versioned(message)
    signatures = []
    for key in required:
        signature = await by_key[key].sign(data)
        if not signature.verify(key, data):
            raise KeypairError(f"the signer of {key} returned a signature that does not verify; nothing was sent")
        signatures.append(signature)
    return VersionedTransaction.populate(message, signatures)


def writable_accounts(instructions: Sequence[Instruction], payer: Pubkey) -> tuple[Pubkey, ...]:
    """Accounts that the transaction locks for writing: the ones whose market sets its fee."""
    metas = chain.from_iterable(instruction.accounts for instruction in instructions)
    return tuple(dict.fromkeys([payer, *(meta.pubkey for meta in metas if meta.is_writable)]))
