"""Tables and JSON of an asset's reserve: custodians, chains, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._bond_tables import bond_json, bond_line
from xstock_client.cli._tables import fields, table
from xstock_client.headroom import Limit
from xstock_client.policy import QueueState, value_text
from xstock_client.rendering import halts_text, raw_json, shares_json
from xstock_client.reserve_report import ChainReport, CustodianReport, KeyReport, ReserveReport
from xstock_client.times import instant, span

__all__ = [
    "chain_json",
    "custodian_json",
    "keys_text",
    "next_keys_text",
    "queue_text",
    "reserve_json",
    "reserve_tables",
]

_ADVICE = {
    Limit.RESERVE: "attest more",
    Limit.BOND: "deposit more: `xstock bond show` tells how much",
    Limit.ASSET_WINDOW: "policy: wait, or queue a higher mint window limit",
    Limit.QUORUM: "policy: too few custodians with a fresh report",
    Limit.LATCH: "attest enough, then reopen",
    Limit.HALT: "an unpauser resumes it",
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
        "marked": shares_json(row.marked),
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
    queued = one.queue is not QueueState.NONE
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
        "collateral_bps": one.policy.collateral_bps,
        "required": shares_json(one.required),
        "reserve": shares_json(one.reserve),
        "ratio": None if one.ratio is None else f"{one.ratio:.6f}",
        "headroom": raw_json(one.headroom.raw, one.multiplier),
        "limited_by": str(one.headroom.limited_by),
        "headroom_by": {
            "reserve": raw_json(one.headroom.reserve, one.multiplier),
            "bond": raw_json(one.headroom.bond, one.multiplier),
            "asset_window": raw_json(one.headroom.asset_window, one.multiplier),
        },
        "last_obligation": shares_json(one.last_obligation),
        "last_reserve": shares_json(one.last_reserve),
        "covered": one.covered,
        "solvent": one.solvent,
        "latched": one.latched,
        "latched_at": one.latched_at,
        "halts": halts_text(one.halts),
        "custodians_counted": one.custodians,
        "custodians_needed": one.policy.min_custodians,
        "max_age_s": one.policy.max_age_s,
        "chain_max_age_s": one.policy.chain_max_age_s,
        "pending": raw_json(one.pending, one.multiplier),
        "open_requests": one.open_requests,
        "bond": bond_json(one.bond),
        "policy_queue": str(one.queue),
        "policy_queued": {change.rule.name: change.wanted for change in one.queued},
        "policy_ready_at": one.queue_ready_at if queued else None,
        "policy_expires_at": one.queue_expires_at if queued else None,
        "custodians": [custodian_json(row) for row in one.rows],
        "chains": [chain_json(row) for row in one.chains],
    }


def reserve_tables(one: ReserveReport) -> tuple[Table, ...]:
    """The custodians, the chains if there are any, and what follows from them."""
    custodians = table(
        ("slot", "custodian", "age", "settled", "in transit", "counted", "why not all of it", "keys", "next keys"),
        [
            (
                str(row.slot),
                row.lei,
                _age(row.age),
                str(row.settled.to_ui()) if row.received_at else "-",
                _transit(row),
                Text(str(row.counted.to_ui()), "green" if row.counted else "red"),
                "; ".join(row.reasons),
                _set_text(row.signers.keys, row.signers.threshold) or "none yet",
                _next_set_text(row.signers, one.now),
            )
            for row in one.rows
        ],
        title=f"{one.symbol} ({one.isin}): reports count until they are {span(one.policy.max_age_s)} old",
    )
    chains = table(
        ("slot", "chain", "age", "supply", "on its way", "cap", "next cap", "counted", "", "keys", "next keys"),
        [
            (
                str(row.slot),
                row.chain,
                _age(row.age),
                str(row.supply.to_ui()) if row.received_at else "-",
                str(row.outbound.to_ui()),
                str(row.cap.to_ui()),
                _next_cap(row),
                str(row.counted.to_ui()),
                _freshness(row),
                _set_text(row.signers.keys, row.signers.threshold) or "none yet",
                _next_set_text(row.signers, one.now),
            )
            for row in one.chains
        ],
        title=f"other chains: a report older than {span(one.policy.chain_max_age_s)} counts at the cap",
    )
    totals = fields(_totals(one))
    return (custodians, chains, totals) if one.chains else (custodians, totals)


def _totals(one: ReserveReport) -> dict[str, object]:
    ratio = "" if one.ratio is None else f"; the reserve is {one.ratio:.2%} of the obligation"
    minted = one.multiplier.shares_floor(one.headroom.raw).to_ui()
    limit = one.headroom.limited_by
    advice = f" ({_ADVICE[limit]})" if limit in _ADVICE else ""
    collateral = f"{one.required.to_ui()}, at {one.policy.collateral_bps / 100:g} %"
    custodians = f"custodians: {one.custodians}, needed {one.policy.min_custodians}"
    latched = Text(f"set since {instant(one.latched_at or 0)}: minting is off", "red") if one.latched else "open"
    return {
        "effective reserve": f"{one.reserve.to_ui()} ({custodians})",
        "supply": f"{one.supply_shares.to_ui()}",
        "released": f"{one.released.to_ui()}",
        **({"other chains": f"{one.foreign.to_ui()}"} if one.chains else {}),
        "obligation": f"{one.obligation.to_ui()}{ratio}",
        "needed": Text(collateral if one.covered else f"{collateral}: NOT covered", "" if one.covered else "red"),
        "can be minted": f"{minted}, limited by: {limit}{advice}",
        "in redemption": f"{one.pending.to_ui()} in {one.open_requests} requests",
        "bond": bond_line(one.bond),
        "halted": halts_text(one.halts),
        "solvency latch": latched,
        "queued policy": queue_text(one),
    }


def queue_text(one: ReserveReport) -> str | Text:
    """What waits in the policy's queue, and until when."""
    if one.queue is QueueState.NONE:
        return "nothing"
    waiting = ", ".join(
        f"{change.name} {value_text(change.rule, change.wanted, _decimals(one))}" for change in one.queued
    )
    match one.queue:
        case QueueState.WAITING:
            return f"{waiting}: waits until {instant(one.queue_ready_at)}"
        case QueueState.READY:
            return Text(f"{waiting}: anyone may apply it until {instant(one.queue_expires_at)}", "yellow")
        case _:
            return Text(f"{waiting}: void since {instant(one.queue_expires_at)}", "dim")


def _decimals(one: ReserveReport) -> int | None:
    return None if one.bond.payment_mint is None else one.bond.decimals


def keys_text(signers: KeyReport) -> str:
    """The keys in force, one a line, below how many of them must sign."""
    return "\n".join([_set_text(signers.keys, signers.threshold), *map(str, signers.keys)]) if signers.keys else "none"


def next_keys_text(signers: KeyReport, now: int) -> str:
    """The keys that have not reported yet, below from when on they may sign; empty when there are none.

    From that moment on the keys before them may sign no more.
    """
    if not signers.next_keys:
        return ""
    may = f"from {instant(signers.next_from)}"
    if now >= signers.next_from:
        may = "now; the old keys no longer may" if signers.keys else "now"
    head = f"{_set_text(signers.next_keys, signers.next_threshold)} may sign {may}"
    return "\n".join([head, *map(str, signers.next_keys)])


def _set_text(keys: Sequence[Pubkey], threshold: int) -> str:
    return f"{threshold} of {len(keys)}" if keys else ""


def _next_set_text(signers: KeyReport, now: int) -> str:
    if not signers.next_keys:
        return ""
    may = f"from {instant(signers.next_from)}"
    if now >= signers.next_from:
        may = "may report, the old ones no longer" if signers.keys else "may report"
    return f"{_set_text(signers.next_keys, signers.next_threshold)} {may}"


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    return span(seconds) if seconds >= 0 else f"{span(-seconds)} ahead"


def _transit(row: CustodianReport) -> str:
    if not row.in_transit:
        return "-"
    by = f"by {instant(row.in_transit_by)}" if row.in_transit_by else "without a date"
    return f"{row.in_transit.to_ui()} {by}"


def _next_cap(row: ChainReport) -> str:
    if row.next_cap is None:
        return ""
    return f"{row.next_cap.to_ui()} with a report of {instant(row.next_cap_from)} or later"


def _freshness(row: ChainReport) -> Text:
    stale = "stale" if row.received_at else "no report"
    told = [Text("fresh", "green") if row.fresh else Text(f"{stale}, at its cap", "red")]
    if row.above_cap:
        told.append(Text("above its cap", "red"))
    if row.retire_from:
        told.append(Text(f"may be retired from {instant(row.retire_from)}", "yellow"))
    return Text("; ").join(told)
