"""Recomputing an asset's reserve from signed reports and their documents, without trust in the issuer.

Needs the extra ``[custody]``.
"""

from __future__ import annotations

from xstock_client.audit.checks import Check, SlotAudit, Standing
from xstock_client.audit.history import Evidence, Registration
from xstock_client.audit.reserve import ReserveAudit, audit_reserve
from xstock_client.audit.signatures import read_signatures

__all__ = [
    "Check",
    "Evidence",
    "Registration",
    "ReserveAudit",
    "SlotAudit",
    "Standing",
    "audit_reserve",
    "read_signatures",
]
