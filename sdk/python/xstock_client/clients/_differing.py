"""Two reports that should be the same, field by field."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from xstock_client.amounts import Shares
from xstock_client.message import Message
from xstock_client.rendering import instant

__all__ = ["Difference", "differences"]

_TIMES: Final = frozenset({"as_of", "in_transit_by"})
_MEANS: Final = {
    "domain": " (another program, cluster, issuer, asset or ISIN than yours)",
    "report_hash": " (another file)",
    "sequence": " (another plan)",
    "epoch": " (another plan, or keys replaced)",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field with two values, as a person reads them."""

    field: str
    signed: str
    expected: str

    def __str__(self) -> str:
        means = _MEANS.get(self.field, "")
        return f"{self.field.replace('_', ' ')} {self.signed} signed, {self.expected} expected{means}"


def differences(signed: Message, expected: Message) -> list[Difference]:
    """What the signed report says otherwise than it should, in the order of the message."""
    if signed.KIND is not expected.KIND:
        return [Difference("kind", signed.WHAT, expected.WHAT)]
    names = [one.name for one in fields(expected)]
    return [
        Difference(name, _told(name, getattr(signed, name)), _told(name, getattr(expected, name)))
        for name in names
        if getattr(signed, name) != getattr(expected, name)
    ]


def _told(name: str, value: Any) -> str:
    if isinstance(value, Shares):
        return str(value.to_ui())
    if isinstance(value, bytes):
        return f"{value.hex()[:16]}…"
    return instant(value) if name in _TIMES else f"{value:,}"
