"""Tables and JSON of what the commands show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client import views
from xstock_client.accounts import Limits, MinterAllowance, RoleGrant
from xstock_client.amounts import Multiplier, Raw
from xstock_client.clients import OpenRequest
from xstock_client.constants import NO_APPROVER, Role
from xstock_client.rendering import halts_text, instant, raw_json, shares_json, span
from xstock_client.reserve_report import ChainReport, CustodianReport, KeyReport, ReserveReport

__all__ = [
    "allowance_json",
    "chain_json",
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
    return Role(role).label if role in list(Role) else str(role)


def grant_json(grant: RoleGrant, now: int) -> dict[str, Any]:
    """A role grant; ``next_expires_at`` is what it will be from ``next_from`` on, null when no change waits."""
    waits = grant.next_from > now
    return {
        "role": role_name(grant.role),
        "member": str(grant.member),
        "expires_at": views.grant_expiry(grant, now) or None,
        "expired": now >= views.grant_expiry(grant, now),
        "next_expires_at": grant.next_expires_at if waits else None,
        "next_from": grant.next_from if waits else None,
        "granted_at": grant.granted_at,
        "rent_payer": str(grant.rent_payer),
    }


def custodian_json(row: CustodianReport) -> dict[str, Any]:
    """A custodian slot."""
    return {
        "slot": row.slot,
        "lei": row.lei,
        "group": row.group,
        **_keys_json(row.signers),
        "as_of": row.as_of or None,
        "received_at": row.received_at or None,
        "settled": shares_json(row.settled),
        "in_transit": shares_json(row.in_transit),
        "in_transit_by": row.in_transit_by or None,
        "report_sha256": row.report_hash.hex() if any(row.report_hash) else None,
        "figure": shares_json(row.figure),
        "counted": shares_json(row.counted),
        "reasons": [str(reason) for reason in row.reasons],
    }


def _keys_json(signers: KeyReport) -> dict[str, Any]:
    return {
        "keys": [str(key) for key in signers.keys],
        "threshold": signers.threshold,
        "epoch": signers.epoch,
        "sequence": signers.sequence,
        "next_keys": [str(key) for key in signers.next_keys],
        "next_threshold": signers.next_threshold,
        "next_from": signers.next_from or None,
    }


def chain_json(row: ChainReport) -> dict[str, Any]:
    """A chain slot."""
    return {
        "slot": row.slot,
        "chain": row.chain,
        "token_sha256": row.token_hash.hex(),
        **_keys_json(row.signers),
        "as_of": row.as_of or None,
        "received_at": row.received_at or None,
        "supply": shares_json(row.supply),
        "outbound": shares_json(row.outbound),
        "cap": shares_json(row.cap),
        "next_cap": None if row.next_cap is None else shares_json(row.next_cap),
        "next_cap_from": row.next_cap_from or None,
        "room": shares_json(row.room),
        "retire_from": row.retire_from or None,
        "fresh": row.fresh,
        "counted": shares_json(row.counted),
        "report_sha256": row.report_hash.hex() if any(row.report_hash) else None,
    }


def reserve_json(one: ReserveReport) -> dict[str, Any]:
    """All that decides about the next mint. Times are unix seconds, ``ratio`` is null while nothing is owed."""
    return {
        "asset": str(one.asset),
        "symbol": one.symbol,
        "isin": one.isin,
        "now": one.now,
        "multiplier": str(one.multiplier),
        "supply": raw_json(one.supply, one.multiplier),
        "released": shares_json(one.released),
        "foreign": shares_json(one.foreign),
        "obligation": shares_json(one.obligation),
        "required": shares_json(one.required),
        "reserve": shares_json(one.reserve),
        "ratio": None if one.ratio is None else f"{one.ratio:.6f}",
        "headroom": raw_json(one.headroom.raw, one.multiplier),
        "limited_by": str(one.headroom.limited_by),
        "last_obligation": shares_json(one.last_obligation),
        "last_reserve": shares_json(one.last_reserve),
        "solvent": one.solvent,
        "latched": one.latched,
        "halts": halts_text(one.halts),
        "custodians_counted": one.custodians,
        "custodians_needed": one.policy.min_custodians,
        "max_age_s": one.policy.max_age_s,
        "chain_max_age_s": one.policy.chain_max_age_s,
        "pending": raw_json(one.pending, one.multiplier),
        "open_requests": one.open_requests,
        "custodians": [custodian_json(row) for row in one.rows],
        "chains": [chain_json(row) for row in one.chains],
    }


def reserve_tables(one: ReserveReport) -> tuple[Table, ...]:
    """The custodians, the chains if there are any, and what follows from them."""
    custodians = table(
        ("slot", "custodian", "settled", "as of", f"at most {span(one.policy.max_age_s)} old", "sequence"),
        [
            (
                str(row.slot),
                row.lei,
                str(row.settled.to_ui()),
                instant(row.as_of),
                _counts(row),
                str(row.signers.sequence),
            )
            for row in one.rows
        ],
        title=f"{one.symbol} ({one.isin})",
    )
    chains = table(
        ("slot", "chain", "supply", "as of", f"at most {span(one.policy.chain_max_age_s)} old", "cap", "on its way"),
        [
            (
                str(row.slot),
                row.chain,
                str(row.supply.to_ui()),
                instant(row.as_of),
                Text(f"counts {row.counted.to_ui()}", "green" if row.fresh else "red"),
                str(row.cap.to_ui()),
                str(row.outbound.to_ui()),
            )
            for row in one.chains
        ],
    )
    ratio = "" if one.ratio is None else f"; the reserve is {one.ratio:.2%} of the obligation"
    needed = one.policy.min_custodians
    room = one.multiplier.shares_floor(one.headroom.raw).to_ui()
    totals = fields(
        {
            "effective reserve": f"{one.reserve.to_ui()} (custodians: {one.custodians}, needed {needed})",
            "supply": f"{one.supply_shares.to_ui()}",
            "released": f"{one.released.to_ui()}",
            **({"other chains": f"{one.foreign.to_ui()}"} if one.chains else {}),
            "obligation": f"{one.obligation.to_ui()}{ratio}",
            **({} if one.required == one.obligation else {"with collateral": f"{one.required.to_ui()}"}),
            "can be minted": f"{room}, limited by: {one.headroom.limited_by}",
            "in redemption": f"{one.pending.to_ui()} in {one.open_requests} requests",
            "halted": halts_text(one.halts),
            "solvency latch": Text("set: minting is off", "red") if one.latched else "open",
        }
    )
    return (custodians, chains, totals) if one.chains else (custodians, totals)


def _counts(row: CustodianReport) -> Text:
    if row.age is None:
        return Text("; ".join(row.reasons))
    counted = "counts" if row.counted == row.settled else f"counts {row.counted.to_ui()}"
    why = f": {'; '.join(row.reasons)}" if row.reasons else ""
    return Text(f"{counted}{why}", "green" if row.counted else "red")


def allowance_json(asset: Pubkey, allowance: MinterAllowance, multiplier: Multiplier, now: int) -> dict[str, Any]:
    """What a minter may mint; ``approver_above`` is null where no approver is ever needed."""
    view = views.allowance_view(allowance, now)
    return {
        "asset": str(asset),
        "minter": str(allowance.minter),
        **_limits_json(view.limits, multiplier),
        "left_today": raw_json(view.window_left, multiplier),
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
