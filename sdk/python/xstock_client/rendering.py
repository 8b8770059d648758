"""Events, receipts and amounts as JSON values and as text for people. Shared by the command line and the rehearsal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from solders.pubkey import Pubkey

from xstock_client.amounts import Multiplier, Raw, Shares
from xstock_client.constants import PROGRAM_ID, Halt, Role
from xstock_client.events import Event, parse_events
from xstock_client.ledger import ExecutedTransaction, Receipt

__all__ = [
    "describe",
    "event_json",
    "halts_text",
    "instant",
    "raw_json",
    "receipt_json",
    "shares_json",
    "short",
    "span",
    "transaction_json",
]

_TEXTS: Final = frozenset({"isin", "symbol", "custodian_id", "name", "terms_uri"})
_TIMES: Final = frozenset(
    {"accepted_at", "as_of", "at", "deadline", "expires_at", "in_transit_by", "latched_at", "old_as_of"}
    | {"old_expires_at", "pending_from", "valid_from", "granted_at"}
)
_QUANTITIES: Final = frozenset(
    {"amount", "burned_outside", "in_transit", "last_reserve", "lifetime_cap", "lifetime_used", "obligation"}
    | {"old_lifetime_cap", "old_settled", "old_window_limit", "pending", "pending_lifetime_cap"}
    | {"pending_window_limit", "released", "reserve", "reserve_before", "settled", "supply", "supply_before"}
    | {"window_limit", "window_used"}
)
# What a person needs to follow a day; the JSON has everything.
_BRIEF: Final[Mapping[str, tuple[str, ...]]] = {
    "AllowanceSet": ("minter", "window_limit", "lifetime_cap"),
    "AssetListed": ("asset", "isin", "number"),
    "AssetReopened": ("guardian", "obligation", "reserve"),
    "AuthorityAccepted": ("old_authority", "authority"),
    "AuthorityProposed": ("authority", "pending_authority"),
    "CustodianRegistered": ("slot", "custodian_id", "attester", "epoch"),
    "CustodianRetired": ("slot", "custodian_id", "settled", "reserve", "latched"),
    "HaltsChanged": ("guardian", "old_halts", "halts"),
    "HolderBookOpened": ("holder",),
    "IssuerCreated": ("issuer", "name", "authority"),
    "RedemptionAccepted": ("holder", "id", "amount", "deadline"),
    "RedemptionCancelled": ("holder", "id", "amount"),
    "RedemptionRequested": ("holder", "id", "amount", "deadline"),
    "RedemptionSettled": ("holder", "id", "amount", "supply_before", "supply"),
    "ReserveAttested": ("slot", "sequence", "as_of", "settled", "reserve", "obligation"),
    "RoleGranted": ("member", "role", "expires_at"),
    "RoleRevoked": ("member", "role"),
    "SharesMinted": ("ticket", "amount", "destination", "supply", "obligation", "reserve"),
    "SolvencyChecked": ("obligation", "last_reserve", "latched"),
    "TicketPageOpened": ("page",),
}


def instant(unix: int) -> str:
    """Unix seconds as ``2026-03-31 16:00:00Z``; a dash for zero, which means none."""
    if not unix:
        return "-"
    try:
        return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return f"{unix:,} s"


def span(seconds: int) -> str:
    """A time span in its largest fitting units: ``5 d``, ``2 h 30 min``, ``45 s``."""
    parts = []
    rest = abs(seconds)
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if rest >= size:
            parts.append(f"{rest // size} {unit}")
            rest %= size
    return ("-" if seconds < 0 else "") + " ".join(parts[:2] or ["0 s"])


def short(address: Pubkey, names: Mapping[Pubkey, str] | None = None) -> str:
    """A name that is known for the address, or its first and last characters."""
    known = (names or {}).get(address)
    text = str(address)
    return known or f"{text[:4]}…{text[-4:]}"


def halts_text(halts: int) -> str:
    """What is halted: ``mint``, ``requests``, both, or nothing."""
    return ", ".join(str(one.name).lower() for one in Halt if halts & one) or "nothing"


def raw_json(raw: Raw, multiplier: Multiplier) -> dict[str, Any]:
    """Token units and the shares that they are worth (``ui``, an exact decimal in a string)."""
    return {"raw": int(raw), "ui": _decimal(multiplier.shares_floor(raw))}


def shares_json(shares: Shares) -> dict[str, Any]:
    """Shares in base units and as an exact decimal."""
    return {"base": int(shares), "ui": _decimal(shares)}


def event_json(event: Event) -> dict[str, Any]:
    """An event with all its fields: addresses in base58, bytes in hexadecimal, texts and numbers as they are."""
    return {"event": type(event).__name__, **_fields_json(event)}


def receipt_json(receipt: Receipt, *, program_id: Pubkey = PROGRAM_ID) -> dict[str, Any]:
    """A transaction that took effect, with its events where the RPC holds its record."""
    executed = receipt.transaction
    events = parse_events(executed, program_id=program_id) if executed is not None else ()
    return {
        "signature": str(receipt.signature),
        "slot": receipt.slot,
        "compute_units": receipt.units,
        "events": [event_json(event) for event in events],
    }


def transaction_json(executed: ExecutedTransaction, events: Sequence[Event]) -> dict[str, Any]:
    """A transaction of the history."""
    return {
        "signature": str(executed.signature),
        "slot": executed.slot,
        "block_time": executed.block_time,
        "failed": executed.error is not None,
        "compute_units": executed.units,
        "events": [event_json(event) for event in events],
    }


def describe(event: Event, names: Mapping[Pubkey, str] | None = None) -> str:
    """What an event tells a person, on one line. ``names`` are known addresses."""
    kind = type(event).__name__
    wanted = _BRIEF.get(kind) or [field.name for field in dataclasses.fields(event)]
    parts = [f"{name.replace('_', ' ')} {_text(name, getattr(event, name), names)}" for name in wanted]
    asset = getattr(event, "asset", None)
    about = f"{short(asset, names)}: " if isinstance(asset, Pubkey) and "asset" not in wanted else ""
    return about + ", ".join(parts)


def _text(name: str, value: object, names: Mapping[Pubkey, str] | None) -> str:
    if isinstance(value, Pubkey):
        return short(value, names)
    if isinstance(value, bytes):
        return _plain(value) if name in _TEXTS else value.hex()[:8] + "…"
    if isinstance(value, int):
        if name in _TIMES:
            return instant(value)
        if name in _QUANTITIES:
            return str(Shares(value).to_ui())
        if name in ("halts", "old_halts"):
            return halts_text(value)
        if name == "role" and value in list(Role):
            return Role(value).name.lower().replace("_", " ")
        return f"{value:,}"
    return str(value)


def _fields_json(value: Any) -> dict[str, Any]:
    return {field.name: _json(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)}


def _json(name: str, value: object) -> Any:
    if isinstance(value, Pubkey):
        return str(value)
    if isinstance(value, bytes):
        return _plain(value) if name in _TEXTS else value.hex()
    if isinstance(value, tuple):
        return [_json(name, one) for one in value]
    if dataclasses.is_dataclass(value):
        return _fields_json(value)
    return value


def _decimal(shares: Shares) -> str:
    return str(shares.to_ui()).replace(",", "")


def _plain(value: bytes) -> str:
    return value.rstrip(b"\0").decode("utf-8", "replace")
