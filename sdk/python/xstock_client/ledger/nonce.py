"""Durable nonces: what a nonce account holds, and the instruction that uses one up. Pure, no network.

A transaction with a durable nonce has the nonce account's stored value in place of a recent blockhash, and advances
the account as its first instruction. Its signatures stay good until somebody advances it, instead of for about a
minute, which leaves time to carry them from machine to machine.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import AdvanceNonceAccountParams, advance_nonce_account

from xstock_client.constants import SYSTEM
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.ledger.base import Account

__all__ = ["NONCE_BYTES", "NonceAccount", "advance_nonce"]

NONCE_BYTES: Final = 80
"""Bytes of a nonce account."""

_LAYOUT: Final = struct.Struct("<II32s32sQ")
_CURRENT: Final = 1
_INITIALIZED: Final = 1


@dataclass(frozen=True, slots=True)
class NonceAccount:
    """A nonce account that can be used."""

    address: Pubkey
    authority: Pubkey
    """Whose signature advances it."""
    value: Hash
    """What stands in place of a blockhash."""
    fee: int
    """Lamports per signature when it was last advanced."""

    @classmethod
    def decode(cls, address: Pubkey, account: Account | None) -> NonceAccount:
        """Read what the cluster holds at ``address``. Raises AccountMissing, UsageError."""
        if account is None:
            raise AccountMissing(
                f"there is no nonce account {address} on this cluster; create one with `solana create-nonce-account`"
            )
        if account.owner != SYSTEM or len(account.data) != NONCE_BYTES:
            raise UsageError(
                f"{address} is no nonce account: it holds {len(account.data)} bytes and belongs to program"
                f" {account.owner}; a nonce account holds {NONCE_BYTES} and belongs to {SYSTEM}"
            )
        version, state, authority, value, fee = _LAYOUT.unpack(account.data)
        if state != _INITIALIZED:
            raise UsageError(
                f"the nonce account {address} is not initialised (state {state}); create one with"
                " `solana create-nonce-account`, which does both"
            )
        if version != _CURRENT:
            raise UsageError(
                f"the nonce account {address} is of the legacy version {version}, which clusters take no more;"
                " upgrade it with `solana upgrade-nonce-account`"
            )
        return cls(address, Pubkey(authority), Hash(value), fee)

    def require(self, authority: Pubkey, value: Hash | None) -> None:
        """Refuse another authority, or another stored value (None: any) than was signed for. Raises UsageError."""
        if self.authority != authority:
            raise UsageError(
                f"the nonce account {self.address} is advanced by {self.authority}, not by {authority}; name that key"
                " with --nonce-authority"
            )
        if value is not None and self.value != value:
            raise UsageError(
                f"the nonce account {self.address} stores {self.value}, not the blockhash {value}: it was advanced"
                " since (perhaps by this very transaction), so what was signed can never land any more; look, and sign"
                " again with the stored value"
            )


def advance_nonce(nonce: Pubkey, authority: Pubkey) -> Instruction:
    """The instruction that must come first in a transaction with a durable nonce; ``authority`` signs."""
    return advance_nonce_account(AdvanceNonceAccountParams(nonce_pubkey=nonce, authorized_pubkey=authority))
