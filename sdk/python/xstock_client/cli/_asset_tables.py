"""Table and JSON of an asset: its token, its rules, and what it counts."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from solders.pubkey import Pubkey

from xstock_client.accounts import Asset
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.cli._tables import coin_json, fields
from xstock_client.clients import TokenMint
from xstock_client.constants import MAX_REPORTED_SHARES, Feature
from xstock_client.policy import queued_changes
from xstock_client.rebase import asset_at
from xstock_client.rendering import halts_text, instant, raw_json, shares_json, span
from xstock_client.views import AssetView

__all__ = ["asset_json", "asset_table"]

_UNCAPPED = ("custodian_cap", "holder_penalty_cap", "mint_window_limit")
_TIMES = ("first_mint_at", "latched_at", "listed_at", "policy_ready_at")


def asset_json(address: Pubkey, account: Asset, token: TokenMint, now: int) -> dict[str, Any]:
    """An asset. Times are unix seconds; sums are in units of the coin, null where none is chosen yet."""
    view = AssetView.of(account, now)
    policy, opened = view.policy, account.payment_mint != Pubkey.default()
    decimals = account.payment_decimals if opened else None
    return {
        "asset": str(address),
        "issuer": str(account.issuer),
        "number": view.number,
        "symbol": view.symbol,
        "isin": view.isin,
        "name": token.name,
        "mint": str(account.mint),
        "escrow": str(account.escrow),
        "reserve": str(account.reserve),
        "uri": token.uri,
        "terms_uri": view.terms_uri,
        "terms_sha256": account.terms_hash.hex(),
        "multiplier": str(view.multiplier),
        "supply": raw_json(token.supply, view.multiplier),
        "minted": raw_json(view.minted, view.multiplier),
        "requested": raw_json(view.requested, view.multiplier),
        "settled": raw_json(view.settled, view.multiplier),
        "returned": raw_json(view.returned, view.multiplier),
        "burned_outside": raw_json(view.burned_outside, view.multiplier),
        "pending": raw_json(view.pending, view.multiplier),
        "open_requests": view.open_requests,
        "tickets_used": view.tickets_used,
        "payment_mint": str(account.payment_mint) if opened else None,
        "bond": coin_json(Cash(account.bond), decimals),
        "bond_reserved": coin_json(Cash(account.bond_reserved), decimals),
        "penalty_rate": coin_json(Cash(policy.penalty_rate), decimals),
        "holder_penalty_cap": coin_json(Cash(policy.holder_penalty_cap), decimals),
        "bond_coverage_bps": policy.bond_coverage_bps,
        "redemption_fee_bps": policy.redemption_fee_bps,
        "accept_window_s": view.accept_window_s,
        "settle_window_s": view.settle_window_s,
        "dispute_window_s": policy.dispute_window_s,
        "min_custodians": view.min_custodians,
        "max_age_s": view.max_age_s,
        "change_delay_s": view.change_delay_s,
        "chain_max_age_s": policy.chain_max_age_s,
        "haircut_bps": policy.haircut_bps,
        "custodian_share_bps": policy.custodian_share_bps,
        "collateral_bps": policy.collateral_bps,
        "custodian_cap": shares_json(Shares(policy.custodian_cap)),
        "mint_window_limit": raw_json(Raw(policy.mint_window_limit), view.multiplier),
        "policy_queued": [one.rule.name for one in queued_changes(asset_at(account, now))],
        "policy_ready_at": account.queued_policy.ready_at or None,
        "pro_rata": bool(view.features & Feature.PRO_RATA),
        "ticket_watermark": view.ticket_watermark,
        "halts": halts_text(view.halts),
        "token_paused": token.paused,
        "permissioned_burn": bool(view.features & Feature.PERMISSIONED_BURN),
        "latched": view.latched,
        "latched_at": view.latched_at,
        "listed_at": view.listed_at,
        "first_mint_at": view.first_mint_at,
    }


def asset_table(data: dict[str, Any]) -> Table:
    """The same for people."""
    return fields({_name(key): _text(key, value) for key, value in data.items()})


def _name(key: str) -> str:
    return key.removesuffix("_s").removesuffix("_bps").replace("_", " ")


def _text(key: str, value: Any) -> object:
    if key in _TIMES:
        return instant(value or 0)
    if key.endswith("_s"):
        return span(value)
    if key.endswith("_bps"):
        return f"{value / 100:g} %"
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(value) or "nothing"
        case dict():
            return _amount(key, value)
        case None:
            return "none yet: `xstock bond open` chooses it" if key == "payment_mint" else "-"
    return value


def _amount(key: str, value: dict[str, Any]) -> str:
    base = next(number for name, number in value.items() if name != "ui")
    if key in _UNCAPPED and base == MAX_REPORTED_SHARES:
        return "no cap"
    return f"{base:,} base units" if value["ui"] is None else str(value["ui"])
