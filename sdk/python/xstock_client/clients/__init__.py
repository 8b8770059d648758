"""The role clients: who may do what, on any ledger. All of them are asynchronous.

Every method that writes has a twin ``<method>_instructions`` that builds and does not send.
"""

from __future__ import annotations

from xstock_client.clients._returning import Defaulted, LateReturn
from xstock_client.clients.attesting import (
    Cosigned,
    SignedBatch,
    SignedStatement,
    cosign_reports,
    sign_statement,
    sign_statements,
)
from xstock_client.clients.attestor import Attestor, attestation_plan
from xstock_client.clients.batches import BatchLine, BatchOutcome, BatchPlan, Part
from xstock_client.clients.holder import Balance, Holder, Requested, TakenBack
from xstock_client.clients.integrator import Integrator
from xstock_client.clients.issuer_desk import AssetListing, IssuerDesk, Listed, MintOutcome, PolicyChanged
from xstock_client.clients.judging import RelayState
from xstock_client.clients.keeper import Keeper
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.plans import AttestationPlan, PlannedReport, PlannedSupply
from xstock_client.clients.relaying import Patience, Relay, RelayedReport
from xstock_client.clients.reports import (
    MergedReport,
    SignedReport,
    merge_reports,
    read_report_files,
    read_reports,
    write_reports,
)
from xstock_client.clients.supply import SignedSupply, sign_supply
from xstock_client.clients.token import TokenAccount, TokenMint
from xstock_client.quote import RedemptionQuote
from xstock_client.redemption import OpenRequest, RequestStatus
from xstock_client.told import EndedRequest

__all__ = [
    "AssetListing",
    "AttestationPlan",
    "Attestor",
    "Balance",
    "BatchLine",
    "BatchOutcome",
    "BatchPlan",
    "Cosigned",
    "Defaulted",
    "EndedRequest",
    "Holder",
    "Integrator",
    "IssuerDesk",
    "Keeper",
    "LateReturn",
    "Listed",
    "MergedReport",
    "MintOutcome",
    "OpenRequest",
    "Part",
    "Patience",
    "PaymentToken",
    "PlannedReport",
    "PlannedSupply",
    "PolicyChanged",
    "RedemptionQuote",
    "Relay",
    "RelayState",
    "RelayedReport",
    "RequestStatus",
    "Requested",
    "SignedBatch",
    "SignedReport",
    "SignedStatement",
    "SignedSupply",
    "TakenBack",
    "TokenAccount",
    "TokenMint",
    "attestation_plan",
    "cosign_reports",
    "merge_reports",
    "read_report_files",
    "read_reports",
    "sign_statement",
    "sign_statements",
    "sign_supply",
    "write_reports",
]
