"""One plain form for what anchorpy and the SDK decode, so that the two compare field by field."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any


def plain(value: Any) -> Any:
    """Nested lists and dictionaries of plain values; padding and reserved bytes left out, as the SDK does."""
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if not _hidden(one.name)}
    if isinstance(value, (list, tuple, bytes)):
        return [plain(one) for one in value]
    return value


def _hidden(name: str) -> bool:
    return name.startswith("pad") or name == "reserved"
