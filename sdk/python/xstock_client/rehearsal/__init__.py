"""An issuer's day, played on any ledger that hands out lamports: for the demo, and as a test of a cluster."""

from __future__ import annotations

from xstock_client.rehearsal.day import Day, run
from xstock_client.rehearsal.stage import Faucet, Step

__all__ = ["Day", "Faucet", "Step", "run"]
