"""Tables and JSON of what several commands show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client import views
from xstock_client.accounts import Limits, MinterAllowance, RoleGrant
from xstock_client.amounts import Cash, Multiplier, Raw
from xstock_client.constants import NO_APPROVER, Role
from xstock_client.rendering import cash_json, raw_json

__all__ = [
    "allowance_json",
    "coin_json",
    "counted",
    "fields",
    "grant_json",
    "role_name",
    "table",
]


# Texts from the chain and from files are shown as they are, never read as rich's markup.


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, title: str | None = None) -> Table:
    """Rows under headings; a cell is never cut."""
    made = Table(title=None if title is None else Text(title), title_justify="left", title_style="bold")
    for name in columns:
        made.add_column(name, overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return made


def fields(pairs: Mapping[str, object]) -> Table:
    """Names and values, one line each."""
    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim")
    made.add_column(overflow="fold")
    for name, value in pairs.items():
        made.add_row(name, value if isinstance(value, Text) else Text(str(value)))
    return made


def counted(number: int, what: str) -> str:
    """``1 owner``, ``2,000 owners``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def coin_json(cash: Cash, decimals: int | None) -> dict[str, Any]:
    """A sum of the coin; without a number (``ui`` is null) while none is chosen, so that its decimals are unknown."""
    return {"base": int(cash), "ui": None} if decimals is None else cash_json(cash, decimals)


def role_name(role: int) -> str:
    """A role as the command line writes it."""
    return Role(role).label if role in list(Role) else str(role)


def grant_state(grant: RoleGrant, now: int) -> str:
    """Where a grant stands: waiting, held, ended or never held. A held one may have a change that waits."""
    expires_at = views.grant_expiry(grant, now)
    if now < expires_at:
        return "held"
    if now < grant.next_from < grant.next_expires_at:
        return "waiting"
    return "ended" if expires_at else "never held"


def grant_json(grant: RoleGrant, now: int) -> dict[str, Any]:
    """A role grant; ``next_expires_at`` is what it will be from ``next_from`` on, null when no change waits."""
    waits = grant.next_from > now
    return {
        "role": role_name(grant.role),
        "member": str(grant.member),
        "state": grant_state(grant, now),
        "expires_at": views.grant_expiry(grant, now) or None,
        "expired": now >= views.grant_expiry(grant, now),
        "next_expires_at": grant.next_expires_at if waits else None,
        "next_from": grant.next_from if waits else None,
        "granted_at": grant.granted_at,
        "rent_payer": str(grant.rent_payer),
    }


def allowance_json(asset: Pubkey, allowance: MinterAllowance, multiplier: Multiplier, now: int) -> dict[str, Any]:
    """What a minter may mint; ``approver_above`` is null where no approver is ever needed."""
    view = views.allowance_view(allowance, now)
    return {
        "asset": str(asset),
        "minter": str(allowance.minter),
        **_limits_json(view.limits, multiplier),
        "used_today": raw_json(view.used, multiplier),
        "left_today": raw_json(view.window_left, multiplier),
        "used_ever": raw_json(Raw(allowance.lifetime_used), multiplier),
        "left_ever": raw_json(view.lifetime_left, multiplier),
        "next": None if view.waiting is None else _limits_json(view.waiting, multiplier),
        "next_from": view.waiting_from or None,
    }


def _limits_json(limits: Limits, multiplier: Multiplier) -> dict[str, Any]:
    never = limits.approver_threshold == NO_APPROVER
    return {
        "per_day": raw_json(Raw(limits.window_limit), multiplier),
        "lifetime": raw_json(Raw(limits.lifetime_cap), multiplier),
        "approver_above": None if never else raw_json(Raw(limits.approver_threshold), multiplier),
    }
