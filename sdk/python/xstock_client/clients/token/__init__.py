"""Accounts of both token programs as the clients need them, and what holders and issuers ask of those programs.

The stocks are Token-2022; what redemptions are paid in is a stablecoin of either program.
"""

from __future__ import annotations

from xstock_client.clients.token.calls import approve, create_token_account, revoke, transfer_checked
from xstock_client.clients.token.extensions import Extension
from xstock_client.clients.token.payment_mint import MintFinding, PaymentMint, PaymentMintRefused, vet_payment_mint
from xstock_client.clients.token.state import TokenAccount, TokenMint

__all__ = [
    "Extension",
    "MintFinding",
    "PaymentMint",
    "PaymentMintRefused",
    "TokenAccount",
    "TokenMint",
    "approve",
    "create_token_account",
    "revoke",
    "transfer_checked",
    "vet_payment_mint",
]
