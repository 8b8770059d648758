"""The client of anybody who keeps issuers to their word: it needs no role, and nobody's permission."""

from __future__ import annotations

from xstock_client.clients._claiming import Claimed, Claiming
from xstock_client.clients._keeping import Keeping, Recorded
from xstock_client.clients._returning import Returning

__all__ = ["Claimed", "Keeper", "Recorded"]


class Keeper(Returning, Keeping, Claiming):
    """Signed by anybody at all: calls in missed deadlines, and concludes payments that nobody disputed.

    Takes snapshots at their record times, opens pages of claims, claims for owners, proves false trees wrong.
    Every method that writes has a twin ``<method>_instructions`` that only builds.
    """
