"""What the scenario's cluster begins with: a request that is late, and one whose holder is frozen."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.genesis import frozen_request, late_request
from xstock_client import pda

SHARE = 10**8
ISSUER_ID = 77
PENALTY_RATE = 10**6
"""A dollar a token."""
ASSET = pda.asset(pda.issuer(ISSUER_ID), 0)

LATE = late_request(ASSET, Pubkey(bytes([77] * 32)), 30 * SHARE, penalty_rate=PENALTY_RATE)
FROZEN = frozen_request(ASSET, Pubkey(bytes([78] * 32)), 10 * SHARE)
