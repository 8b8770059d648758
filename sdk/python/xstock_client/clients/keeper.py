"""The client of anybody who keeps issuers to their deadlines: it needs no role, and nobody's permission."""

from __future__ import annotations

from xstock_client.clients._returning import Returning

__all__ = ["Keeper"]


class Keeper(Returning):
    """Signed by anybody at all: calls in missed deadlines, and concludes payments that nobody disputed.

    Every method that writes has a twin ``<method>_instructions`` that only builds.
    """
