"""Addresses that never change."""

from __future__ import annotations

from solders.pubkey import Pubkey

__all__ = ["PROGRAM_ID"]

PROGRAM_ID = Pubkey(bytes([7] * 32))
"""Address of the xstock_vault program."""
