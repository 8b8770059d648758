"""Record-date balances: from a capture of the record slot, or rolled back from today; to trees and entitlements.

Everything here gives the exact recorded supply or refuses.
"""

from __future__ import annotations

from xstock_client.snapshot.balances import (
    AccountBalance,
    RecordDateBalances,
    WaitingTokens,
    attribute,
    require_recorded,
    snapshot_tree,
)
from xstock_client.snapshot.capture import Capture, read_capture, take_capture, write_capture
from xstock_client.snapshot.entitlements import (
    RATE_SCALE,
    Entitlement,
    Entitlements,
    entitlement_tree,
    entitlements,
    gross_of,
    withheld_of,
)
from xstock_client.snapshot.escrow import requests_at, waiting_from_told
from xstock_client.snapshot.files import read_balances, write_balances
from xstock_client.snapshot.history import History, RpcNode
from xstock_client.snapshot.rates import RatesFile, read_rates, write_rates
from xstock_client.snapshot.rollback import Progress, roll_back

__all__ = [
    "RATE_SCALE",
    "AccountBalance",
    "Capture",
    "Entitlement",
    "Entitlements",
    "History",
    "Progress",
    "RatesFile",
    "RecordDateBalances",
    "RpcNode",
    "WaitingTokens",
    "attribute",
    "entitlement_tree",
    "entitlements",
    "gross_of",
    "read_balances",
    "read_capture",
    "read_rates",
    "requests_at",
    "require_recorded",
    "roll_back",
    "snapshot_tree",
    "take_capture",
    "waiting_from_told",
    "withheld_of",
    "write_balances",
    "write_capture",
    "write_rates",
]
