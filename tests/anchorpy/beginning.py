"""What the scenario's cluster begins with: two requests, and corporate actions whose steps take days."""

from __future__ import annotations

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from tests.genesis import frozen_request, late_request
from tests.genesis_dividends import Declaration, due_dividend, due_identifiers, old_dividend
from xstock_client import pda

SHARE = 10**8
ISSUER_ID = 77
PENALTY_RATE = 10**6
"""A dollar a token."""
ASSET = pda.asset(pda.issuer(ISSUER_ID), 0)

LATE = late_request(ASSET, Pubkey(bytes([77] * 32)), 30 * SHARE, penalty_rate=PENALTY_RATE)
FROZEN = frozen_request(ASSET, Pubkey(bytes([78] * 32)), 10 * SHARE)

WALLET, COIN = (Keypair.from_seed(bytes([seed] * 32)) for seed in (79, 80))
"""The issuer's authority, and the mint of what dividends are paid in."""
ATTESTORS = [Keypair.from_seed(bytes([seed] * 32)) for seed in (81, 82, 83)]
POOL, ALICE, BOB = (Keypair.from_seed(bytes([seed] * 32)) for seed in (84, 85, 86))

OLD, DUE, RENAMED = 1_000, 1_001, 1_002
"""Numbers of the actions."""
DIVIDEND = old_dividend(
    ASSET,
    OLD,
    authority=WALLET.pubkey(),
    payout_mint=COIN.pubkey(),
    attestors=[one.pubkey() for one in ATTESTORS],
    held={POOL.pubkey(): 40 * SHARE, ALICE.pubkey(): 20 * SHARE, BOB.pubkey(): 10 * SHARE},
    declared=[
        Declaration([ALICE.pubkey(), BOB.pubkey()], closed=True, paid=[ALICE.pubkey()]),
        Declaration([POOL.pubkey(), ALICE.pubkey(), BOB.pubkey()], funded=False),
    ],
)
CLOSED, FRESH = DIVIDEND.distributions
NEW_ISIN, NEW_SYMBOL = "US5949181045", "MSFTx"

ACCOUNTS = {
    **LATE.accounts,
    **FROZEN.accounts,
    **DIVIDEND.accounts,
    **due_dividend(ASSET, DUE, COIN.pubkey()),
    **due_identifiers(ASSET, RENAMED, NEW_ISIN, NEW_SYMBOL),
}
