"""What the cluster of these tests begins with: a request that is late, and one whose holder is frozen."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.genesis import frozen_request, late_request
from xstock_client import pda

SHARE = 10**8
DOLLAR = 10**6
REDEEMED_ISSUER = 5005
"""Of the asset that both requests are for."""

_ASSET = pda.asset(pda.issuer(REDEEMED_ISSUER), 0)
LATE = late_request(_ASSET, Pubkey(bytes([55] * 32)), 30 * SHARE, penalty_rate=DOLLAR)
FROZEN = frozen_request(_ASSET, Pubkey(bytes([56] * 32)), 10 * SHARE)
