"""The role clients: who may do what, on any ledger. All of them are asynchronous.

Every method that writes has a twin ``<method>_instructions`` that builds and does not send.
"""

from __future__ import annotations

from xstock_client.clients.attesting import (
    Cosigned,
    SignedBatch,
    SignedStatement,
    cosign_reports,
    sign_statement,
    sign_statements,
)
from xstock_client.clients.attestor import Attestor, attestation_plan
from xstock_client.clients.holder import Balance, Holder, Requested
from xstock_client.clients.integrator import Integrator
from xstock_client.clients.issuer_desk import AssetListing, IssuerDesk, Listed, MintOutcome, PolicyChanged
from xstock_client.clients.judging import RelayState
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
from xstock_client.clients.requests import OpenRequest
from xstock_client.clients.supply import SignedSupply, sign_supply
from xstock_client.clients.token import TokenAccount, TokenMint

__all__ = [
    "AssetListing",
    "AttestationPlan",
    "Attestor",
    "Balance",
    "Cosigned",
    "Holder",
    "Integrator",
    "IssuerDesk",
    "Listed",
    "MergedReport",
    "MintOutcome",
    "OpenRequest",
    "Patience",
    "PlannedReport",
    "PlannedSupply",
    "PolicyChanged",
    "Relay",
    "RelayState",
    "RelayedReport",
    "Requested",
    "SignedBatch",
    "SignedReport",
    "SignedStatement",
    "SignedSupply",
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
