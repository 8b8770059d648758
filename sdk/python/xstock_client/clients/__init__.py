"""The role clients: who may do what, on any ledger. All of them are asynchronous.

Every method that writes has a twin ``<method>_instructions`` that builds and does not send.
"""

from __future__ import annotations

from xstock_client.clients._challenging import BallotPlace, find_ballot
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
from xstock_client.clients.distributions import (
    actions_of,
    distributions_of,
    read_distribution,
    read_snapshot,
    snapshots_of,
)
from xstock_client.clients.dividends import DividendRun, unpaid_owners
from xstock_client.clients.holder import Balance, Claimed, Holder, Requested, TakenBack
from xstock_client.clients.integrator import Integrator
from xstock_client.clients.issuer_desk import (
    Announced,
    AssetListing,
    AttestorsChanged,
    Declared,
    IssuerDesk,
    Listed,
    MintOutcome,
    PolicyChanged,
)
from xstock_client.clients.judging import RelayState
from xstock_client.clients.keeper import Keeper, Recorded
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.plans import AttestationPlan, PlannedReport, PlannedSupply
from xstock_client.clients.pushes import PushPlan, PushReport, Unpaid
from xstock_client.clients.relaying import Patience, Relay, RelayedReport
from xstock_client.clients.reports import (
    MergedReport,
    SignedReport,
    merge_reports,
    read_report_files,
    read_reports,
    write_reports,
)
from xstock_client.clients.snapshot_attestor import SnapshotAttestor, Voted
from xstock_client.clients.supply import SignedSupply, sign_supply
from xstock_client.clients.token import TokenAccount, TokenMint
from xstock_client.quote import RedemptionQuote
from xstock_client.redemption import OpenRequest, RequestStatus
from xstock_client.told import EndedRequest

__all__ = [
    "Announced",
    "AssetListing",
    "AttestationPlan",
    "Attestor",
    "AttestorsChanged",
    "Balance",
    "BallotPlace",
    "BatchLine",
    "BatchOutcome",
    "BatchPlan",
    "Claimed",
    "Cosigned",
    "Declared",
    "Defaulted",
    "DividendRun",
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
    "PushPlan",
    "PushReport",
    "Recorded",
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
    "SnapshotAttestor",
    "TakenBack",
    "TokenAccount",
    "TokenMint",
    "Unpaid",
    "Voted",
    "actions_of",
    "attestation_plan",
    "cosign_reports",
    "distributions_of",
    "find_ballot",
    "merge_reports",
    "read_distribution",
    "read_report_files",
    "read_reports",
    "read_snapshot",
    "sign_statement",
    "sign_statements",
    "sign_supply",
    "snapshots_of",
    "unpaid_owners",
    "write_reports",
]
