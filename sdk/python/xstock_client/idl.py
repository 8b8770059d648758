"""The program's Anchor IDL, as the package ships it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

__all__ = ["load"]


def load() -> dict[str, Any]:
    """The IDL (Anchor specification 0.1.0) as parsed JSON; a fresh copy each time."""
    text = files("xstock_client").joinpath("program/xstock_vault.json").read_text(encoding="utf-8")
    idl: dict[str, Any] = json.loads(text)
    return idl
