"""Tax records of a holder: lots, disposals, dividends gross and withheld, and the splits that were applied.

:func:`read_history` finds what happened in the ledger's history and refuses a partial one; :func:`tax_year` makes the
records of a year out of it, first in first out; :func:`write_csv` and :func:`write_json` write them. See
``docs/guides/tax-records.md`` for an example worked by hand.
"""

from __future__ import annotations

from xstock_client.tax.costs import read_costs
from xstock_client.tax.export import SCHEMA, document, tables, write_csv, write_json
from xstock_client.tax.fifo import acquisitions, tax_year
from xstock_client.tax.history import read_history
from xstock_client.tax.model import (
    METHOD,
    Acquired,
    Action,
    CorporateEvent,
    Disposal,
    Dividend,
    EventKind,
    HolderHistory,
    Holding,
    How,
    Lot,
    Manner,
    Match,
    Penalty,
    Removed,
    TaxRecords,
)

__all__ = [
    "METHOD",
    "SCHEMA",
    "Acquired",
    "Action",
    "CorporateEvent",
    "Disposal",
    "Dividend",
    "EventKind",
    "HolderHistory",
    "Holding",
    "How",
    "Lot",
    "Manner",
    "Match",
    "Penalty",
    "Removed",
    "TaxRecords",
    "acquisitions",
    "document",
    "read_costs",
    "read_history",
    "tables",
    "tax_year",
    "write_csv",
    "write_json",
]
