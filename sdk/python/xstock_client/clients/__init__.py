"""The role clients: who may do what, on any ledger. All of them are asynchronous.

Every method that writes has a twin ``<method>_instructions`` that builds and does not send.
"""

from __future__ import annotations

from xstock_client.clients.attesting import (
    AttestationPlan,
    PlannedReport,
    SignedReport,
    SignedStatement,
    read_reports,
    sign_statement,
    write_reports,
)
from xstock_client.clients.attestor import Attestor, attestation_plan
from xstock_client.clients.holder import Balance, Holder, Requested
from xstock_client.clients.integrator import CustodianRow, Integrator, ReserveTable
from xstock_client.clients.issuer_desk import AssetListing, IssuerDesk, Listed, MintOutcome
from xstock_client.clients.requests import OpenRequest
from xstock_client.clients.token import TokenAccount, TokenMint

__all__ = [
    "AssetListing",
    "AttestationPlan",
    "Attestor",
    "Balance",
    "CustodianRow",
    "Holder",
    "Integrator",
    "IssuerDesk",
    "Listed",
    "MintOutcome",
    "OpenRequest",
    "PlannedReport",
    "Requested",
    "ReserveTable",
    "SignedReport",
    "SignedStatement",
    "TokenAccount",
    "TokenMint",
    "attestation_plan",
    "read_reports",
    "sign_statement",
    "write_reports",
]
