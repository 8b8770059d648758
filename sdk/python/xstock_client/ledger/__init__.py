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
from xstock_client.ledger.building import MAX_BYTES, MAX_LOCKS, Size, how_many_fit, measure
from xstock_client.ledger.lookup import LookupTable
from xstock_client.ledger.nonce import NonceAccount, advance_nonce
from xstock_client.ledger.offline import OfflineLedger, PresignedLedger, SignedOnly, Terms
from xstock_client.ledger.prepared import DEFAULT_UNITS, PreparedTransaction, prepare
from xstock_client.ledger.presigned import NullSigner, PresignedSigner, parse_presigned, presigned
from xstock_client.ledger.sending import SendPolicy
from xstock_client.ledger.signer import KeypairSigner, Signer, from_wallet, load_signer
from xstock_client.ledger.tables import (
    close_table,
    deactivate_table,
    extend_table,
    open_table,
    read_table,
    tables_of,
)

if TYPE_CHECKING:
    from xstock_client.ledger.embedded import EmbeddedLedger
    from xstock_client.ledger.rpc import RpcLedger

__all__ = [
    "DEFAULT_UNITS",
    "MAX_BYTES",
    "MAX_LOCKS",
    "Account",
    "EmbeddedLedger",
    "ExecutedInstruction",
    "ExecutedTransaction",
    "Explain",
    "Failure",
    "KeypairSigner",
    "Ledger",
    "LookupTable",
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
    "Size",
    "Submitter",
    "Terms",
    "advance_nonce",
    "close_table",
    "deactivate_table",
    "extend_table",
    "from_wallet",
    "how_many_fit",
    "load_signer",
    "measure",
    "open_table",
    "parse_presigned",
    "prepare",
    "presigned",
    "read_table",
    "require_genesis",
    "tables_of",
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
