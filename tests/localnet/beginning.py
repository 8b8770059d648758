"""What the cluster of these tests begins with: late and frozen requests, and a dividend whose steps take days."""

from __future__ import annotations

from hashlib import sha256

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from tests.genesis import frozen_request, late_request
from tests.genesis_dividends import Declaration, due_dividend, old_dividend
from xstock_client import pda
from xstock_client.constants import LEAVES_PER_PAGE

SHARE = 10**8
DOLLAR = 10**6
REDEEMED_ISSUER = 5005
"""Of the asset that both requests are for."""

_ASSET = pda.asset(pda.issuer(REDEEMED_ISSUER), 0)
LATE = late_request(_ASSET, Pubkey(bytes([55] * 32)), 30 * SHARE, penalty_rate=DOLLAR)
FROZEN = frozen_request(_ASSET, Pubkey(bytes([56] * 32)), 10 * SHARE)


def _key(name: str) -> Keypair:
    return Keypair.from_seed(sha256(name.encode()).digest())


DIVIDEND_ISSUER = 6_206
"""Of the asset that pays dividends; AUTHORITY's, who issues the COIN too that they are paid in."""
AUTHORITY, COIN, POOL, SAVER = (_key(name) for name in ("authority", "coin", "pool", "saver"))
ATTESTORS = [_key(f"attestor {number}") for number in range(3)]
VAULT_OF_NOBODY = pda.escrow(_ASSET)
"""The address of a program's account, which registers no recipient."""

_PAYING = pda.asset(pda.issuer(DIVIDEND_ISSUER), 0)
_MANY = [_key(f"stranger {number}").pubkey() for number in range(LEAVES_PER_PAGE)]
_OWNERS = sorted([*_MANY, POOL.pubkey(), SAVER.pubkey(), VAULT_OF_NOBODY], key=bytes)
_PAID = {
    owner
    for index, owner in enumerate(_OWNERS[:LEAVES_PER_PAGE])
    if not (100 <= index < 120 or index % 1_000 == 7) and owner not in (POOL.pubkey(), VAULT_OF_NOBODY)
}
UNPAID = [owner for owner in _OWNERS if owner not in _PAID]

OLD, DUE = 1_000, 1_001
"""Numbers of the actions."""
DIVIDEND = old_dividend(
    _PAYING,
    OLD,
    authority=AUTHORITY.pubkey(),
    payout_mint=COIN.pubkey(),
    attestors=[one.pubkey() for one in ATTESTORS],
    held=dict.fromkeys(_OWNERS, SHARE),
    declared=[
        Declaration(_MANY[:2], closed=True, paid=_MANY[:1]),
        Declaration(_OWNERS, paid=_PAID),
        Declaration([SAVER.pubkey(), *_MANY[:4]], funded=False),
    ],
)
OVER, HALF_PAID, FRESH = DIVIDEND.distributions

ACCOUNTS = {
    **LATE.accounts,
    **FROZEN.accounts,
    **DIVIDEND.accounts,
    **due_dividend(_PAYING, DUE, COIN.pubkey()),
}
