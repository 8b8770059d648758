"""The cluster behind one asynchronous protocol, and the keys that sign for it.

``RpcLedger`` needs solana-py and ``EmbeddedLedger`` a recent solders; both are
imported when first asked for, so that the protocol itself needs neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from xstock_client.errors import UsageError
from xstock_client.ledger.base import (
    Account,
    ExecutedInstruction,
    ExecutedTransaction,
    Explain,
    Failure,
    Ledger,
    Memcmp,
    Outcome,
    OutcomeCheck,
    Receipt,
    SignatureInfo,
    Simulation,
    Submitter,
    require_genesis,
)
from xstock_client.ledger.nonce import NonceAccount, advance_nonce
from xstock_client.ledger.offline import OfflineLedger, PresignedLedger, SignedOnly, Terms
from xstock_client.ledger.prepared import DEFAULT_UNITS, PreparedTransaction, prepare
from xstock_client.ledger.presigned import NullSigner, PresignedSigner, parse_presigned, presigned
from xstock_client.ledger.sending import SendPolicy
from xstock_client.ledger.signer import KeypairSigner, Signer, from_wallet, load_signer

if TYPE_CHECKING:
    from xstock_client.ledger.embedded import EmbeddedLedger
    from xstock_client.ledger.rpc import RpcLedger

__all__ = [
    "DEFAULT_UNITS",
    "Account",
    "EmbeddedLedger",
    "ExecutedInstruction",
    "ExecutedTransaction",
    "Explain",
    "Failure",
    "KeypairSigner",
    "Ledger",
    "Memcmp",
    "NonceAccount",
    "NullSigner",
    "OfflineLedger",
    "Outcome",
    "OutcomeCheck",
    "PreparedTransaction",
    "PresignedLedger",
    "PresignedSigner",
    "Receipt",
    "RpcLedger",
    "SendPolicy",
    "SignatureInfo",
    "SignedOnly",
    "Signer",
    "Simulation",
    "Submitter",
    "Terms",
    "advance_nonce",
    "from_wallet",
    "load_signer",
    "parse_presigned",
    "prepare",
    "presigned",
    "require_genesis",
]

_LATE = {"EmbeddedLedger": "embedded", "RpcLedger": "rpc"}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    except ImportError as missing:
        # most often an environment of the anchorpy extra, whose solana-py is years older
        raise UsageError(
            f"{name} cannot be loaded ({missing}): install xstock-client[{_LATE[name]}] in an environment without "
            "the anchorpy extra, or use xstock_client.anchorpy.AnchorpyLedger in one with it"
        ) from missing
