"""Client of xstock_vault: tokenized stocks that are minted only against attested reserve.

Everything here is imported when first asked for, so that ``import xstock_client`` is fast, and asking for an
amount or an address needs neither a cluster library nor an XML parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xstock_client.amounts import Cash, Multiplier, MultiplierSchedule, Raw, Shares, Ui
    from xstock_client.clients import Attestor, Holder, Integrator, IssuerDesk, Keeper
    from xstock_client.constants import PROGRAM_ID, ActionKind, Halt, Payout, RequestState, Role
    from xstock_client.errors import (
        AccountMissing,
        BadInput,
        BadProof,
        BadSnapshot,
        DecodeError,
        IncompleteHistory,
        KeypairError,
        LedgerError,
        ProgramRefused,
        StatementRefused,
        TransactionFailed,
        Unconfirmed,
        UsageError,
        WrongCluster,
        XstockError,
    )
    from xstock_client.events import Event, decode_event, parse_events
    from xstock_client.ledger import EmbeddedLedger, KeypairSigner, Ledger, Receipt, RpcLedger, Signer, load_signer
    from xstock_client.message import Attestation, SignedAttestation
    from xstock_client.quote import RedemptionQuote
    from xstock_client.redemption import OpenRequest, RequestStatus
    from xstock_client.refusals import ErrorCode
    from xstock_client.told import EndedRequest, status_from_events

__all__ = [
    "PROGRAM_ID",
    "AccountMissing",
    "ActionKind",
    "Attestation",
    "Attestor",
    "BadInput",
    "BadProof",
    "BadSnapshot",
    "Cash",
    "DecodeError",
    "EmbeddedLedger",
    "EndedRequest",
    "ErrorCode",
    "Event",
    "Halt",
    "Holder",
    "IncompleteHistory",
    "Integrator",
    "IssuerDesk",
    "Keeper",
    "KeypairError",
    "KeypairSigner",
    "Ledger",
    "LedgerError",
    "Multiplier",
    "MultiplierSchedule",
    "OpenRequest",
    "Payout",
    "ProgramRefused",
    "Raw",
    "Receipt",
    "RedemptionQuote",
    "RequestState",
    "RequestStatus",
    "Role",
    "RpcLedger",
    "Shares",
    "SignedAttestation",
    "Signer",
    "StatementRefused",
    "TransactionFailed",
    "Ui",
    "Unconfirmed",
    "UsageError",
    "WrongCluster",
    "XstockError",
    "decode_event",
    "load_signer",
    "parse_events",
    "status_from_events",
]

_HOME = {
    "amounts": "Cash Multiplier MultiplierSchedule Raw Shares Ui",
    "clients": "Attestor Holder Integrator IssuerDesk Keeper",
    "constants": "PROGRAM_ID ActionKind Halt Payout RequestState Role",
    "errors": (
        "AccountMissing BadInput BadProof BadSnapshot DecodeError IncompleteHistory KeypairError LedgerError"
        " ProgramRefused StatementRefused TransactionFailed Unconfirmed UsageError WrongCluster XstockError"
    ),
    "events": "Event decode_event parse_events",
    "ledger": "EmbeddedLedger KeypairSigner Ledger Receipt RpcLedger Signer load_signer",
    "message": "Attestation SignedAttestation",
    "quote": "RedemptionQuote",
    "redemption": "OpenRequest RequestStatus",
    "refusals": "ErrorCode",
    "told": "EndedRequest status_from_events",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
