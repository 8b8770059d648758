"""Custody statements: read what a custodian wrote, refuse what would over-count, choose what to attest."""

from __future__ import annotations

from .model import CustodyStatement, Deduction, Figure, IgnoredLine, Position, Selection, SourceKind
from .profile import CustodianProfile, load_profile, safekeeping_account_hash
from .statement import read_statement, select

__all__ = [
    "CustodianProfile",
    "CustodyStatement",
    "Deduction",
    "Figure",
    "IgnoredLine",
    "Position",
    "Selection",
    "SourceKind",
    "load_profile",
    "read_statement",
    "safekeeping_account_hash",
    "select",
]
