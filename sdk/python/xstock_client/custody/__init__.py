"""Custody statements: read what a custodian wrote, refuse what would over-count, choose what to attest."""

from __future__ import annotations

from .document import DocumentCheck, DocumentStatus, FigureDifference, check_document, find_documents
from .model import CustodyStatement, Deduction, Figure, IgnoredLine, Position, Selection, SourceKind
from .profile import CustodianProfile, load_profile, safekeeping_account_hash
from .statement import read_statement, select, select_together, statement_files

__all__ = [
    "CustodianProfile",
    "CustodyStatement",
    "Deduction",
    "DocumentCheck",
    "DocumentStatus",
    "Figure",
    "FigureDifference",
    "IgnoredLine",
    "Position",
    "Selection",
    "SourceKind",
    "check_document",
    "find_documents",
    "load_profile",
    "read_statement",
    "safekeeping_account_hash",
    "select",
    "select_together",
    "statement_files",
]
