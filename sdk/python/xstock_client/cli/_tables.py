"""Tables and JSON of what the commands show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client import views
from xstock_client.accounts import MinterAllowance, RoleGrant
from xstock_client.amounts import Multiplier, Raw
from xstock_client.clients import CustodianRow, OpenRequest, ReserveTable
from xstock_client.constants import Role
from xstock_client.rendering import halts_text, instant, raw_json, shares_json, span

__all__ = [
    "allowance_json",
    "custodian_json",
    "fields",
    "grant_json",
    "request_json",
    "requests_table",
    "reserve_json",
    "reserve_tables",
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


def role_name(role: int) -> str:
    """A role as the command line writes it."""
    return Role(role).name.lower().replace("_", "-") if role in list(Role) else str(role)


def grant_json(grant: RoleGrant, now: int) -> dict[str, Any]:
    """A role grant."""
    return {
        "role": role_name(grant.role),
        "member": str(grant.member),
        "expires_at": grant.expires_at,
        "expired": now >= grant.expires_at,
        "granted_at": grant.granted_at,
        "rent_payer": str(grant.rent_payer),
    }


def custodian_json(row: CustodianRow) -> dict[str, Any]:
    """A custodian slot."""
    return {
        "slot": row.slot,
        "lei": row.lei,
        "group": row.group,
        "attester": None if row.attester is None else str(row.attester),
        "epoch": row.epoch,
        "sequence": row.sequence,
        "as_of": row.as_of or None,
        "received_at": row.received_at or None,
        "settled": shares_json(row.settled),
        "in_transit": shares_json(row.in_transit),
        "in_transit_by": row.in_transit_by or None,
        "report_sha256": row.report_hash.hex() if any(row.report_hash) else None,
        "counted": row.counted,
        "next_attester": None if row.next_attester is None else str(row.next_attester),
        "next_from": row.next_from or None,
    }


def reserve_json(one: ReserveTable) -> dict[str, Any]:
    """All that decides about the next mint. Times are unix seconds, ``ratio`` is null while nothing is owed."""
    return {
        "asset": str(one.asset),
        "symbol": one.symbol,
        "isin": one.isin,
        "now": one.now,
        "multiplier": str(one.multiplier),
        "supply": raw_json(one.supply, one.multiplier),
        "obligation": shares_json(one.obligation),
        "released": shares_json(one.released),
        "reserve": shares_json(one.reserve),
        "ratio": None if one.ratio is None else f"{one.ratio:.6f}",
        "headroom": raw_json(one.headroom, one.multiplier),
        "last_reserve": shares_json(one.last_reserve),
        "solvent": one.solvent,
        "latched": one.latched,
        "halts": halts_text(one.halts),
        "custodians_counted": one.custodians,
        "custodians_needed": one.min_custodians,
        "max_age_s": one.max_age,
        "pending": raw_json(one.pending, one.multiplier),
        "open_requests": one.open_requests,
        "custodians": [custodian_json(row) for row in one.rows],
    }


def reserve_tables(one: ReserveTable) -> tuple[Table, Table]:
    """The custodians, and what follows from them."""
    rows = [
        (
            str(row.slot),
            row.lei,
            str(row.settled.to_ui()),
            instant(row.as_of),
            (Text("counts", "green") if row.counted else Text("counts 0", "red")) if row.as_of else "no report yet",
            str(row.sequence),
        )
        for row in one.rows
    ]
    custodians = table(
        ("slot", "custodian", "settled", "as of", f"at most {span(one.max_age)} old", "sequence"),
        rows,
        title=f"{one.symbol} ({one.isin})",
    )
    ratio = "" if one.ratio is None else f"; the reserve is {one.ratio:.2%} of the obligation"
    totals = fields(
        {
            "effective reserve": f"{one.reserve.to_ui()} (custodians: {one.custodians}, needed {one.min_custodians})",
            "supply": f"{one.multiplier.shares_ceil(one.supply).to_ui()}",
            "released": f"{one.released.to_ui()}",
            "obligation": f"{one.obligation.to_ui()}{ratio}",
            "can be minted": f"{one.multiplier.shares_floor(one.headroom).to_ui()} as far as the reserve goes",
            "in redemption": f"{one.pending.to_ui()} in {one.open_requests} requests",
            "halted": halts_text(one.halts),
            "solvency latch": Text("set: minting is off", "red") if one.latched else "open",
        }
    )
    return custodians, totals


def allowance_json(asset: Pubkey, allowance: MinterAllowance, multiplier: Multiplier, now: int) -> dict[str, Any]:
    """What a minter may mint."""
    day, ever = views.allowance_left(allowance, now)
    waits = allowance.pending_from > now
    return {
        "asset": str(asset),
        "minter": str(allowance.minter),
        "per_day": raw_json(Raw(allowance.window_limit), multiplier),
        "lifetime": raw_json(Raw(allowance.lifetime_cap), multiplier),
        "left_today": raw_json(day, multiplier),
        "left_ever": raw_json(ever, multiplier),
        "next_per_day": raw_json(Raw(allowance.pending_window_limit), multiplier) if waits else None,
        "next_lifetime": raw_json(Raw(allowance.pending_lifetime_cap), multiplier) if waits else None,
        "next_from": allowance.pending_from if waits else None,
    }


def request_json(request: OpenRequest) -> dict[str, Any]:
    """An open redemption request. Times are unix seconds."""
    return {
        "id": request.id,
        "holder": str(request.holder),
        "asset": str(request.asset),
        "address": str(request.address),
        "state": request.state.name.lower(),
        "amount": raw_json(request.amount, request.multiplier),
        "requested_at": request.requested_at,
        "deadline": request.deadline,
        "accepted_at": request.accepted_at or None,
        "payout_terms_sha256": request.payout_terms_hash.hex(),
    }


def requests_table(requests: Sequence[OpenRequest], now: int) -> Table:
    """Open requests, with what is left of their deadline."""
    return table(
        ("id", "holder", "shares", "state", "deadline", "left"),
        [
            (
                str(one.id),
                str(one.holder),
                str(one.shares.to_ui()),
                one.state.name.lower(),
                instant(one.deadline),
                Text("passed", "red") if now > one.deadline else span(one.deadline - now),
            )
            for one in requests
        ],
    )
