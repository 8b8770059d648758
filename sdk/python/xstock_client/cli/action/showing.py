"""``xstock action list`` and ``show``: what lies ahead, what it did, and who must sign in new shares."""

from __future__ import annotations

import asyncio
from typing import Any

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Asset as AssetAccount
from xstock_client.accounts import Reserve
from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields, table
from xstock_client.cli.action.keeping import Number
from xstock_client.clients import Integrator, actions_of
from xstock_client.clients.keysets import SlotView, slots_of
from xstock_client.clients.token import TokenMint
from xstock_client.constants import ActionKind
from xstock_client.corporate import ActionPhase, ActionView
from xstock_client.errors import AccountMissing
from xstock_client.ledger import Ledger
from xstock_client.message import Kind
from xstock_client.rebase import BasisRule, bring_up_to_date, scheduled_multiplier
from xstock_client.times import instant, span
from xstock_client.views import multiplier_at, text

__all__ = ["list_actions", "show"]

_SPLITS = (ActionKind.SPLIT, ActionKind.REVERSE_SPLIT)


def list_actions(ctx: typer.Context, asset: Asset) -> None:
    """List all actions that the asset ever had, its multiplier, and what is scheduled."""
    asyncio.run(_list(session_of(ctx), asset))


async def _list(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await actions_of(ledger, asset)
        state, now = await Integrator(ledger).asset_account(asset), await ledger.now()
        decimals = await _decimals(ledger, found)
    ahead = scheduled_multiplier(state, now)
    data = {
        "asset": str(asset),
        "now": now,
        "multiplier": str(multiplier_at(state, now)),
        "scheduled": None
        if ahead is None
        else {
            "multiplier": str(ahead.multiplier),
            "effective_at": ahead.effective_at,
            "action": ahead.action,
            "halt_from": ahead.halt_from,
        },
        "actions": [_json(one, decimals) for one in found],
    }
    rows = [
        (str(one.number), one.kind.label, _what(one, decimals), instant(one.ex_at), _then(one), _phase(one))
        for one in found
    ]
    worth = f"shares per token: {multiplier_at(state, now)}"
    if ahead is not None:
        worth += f", and {ahead.multiplier} from {instant(ahead.effective_at)} on (action {ahead.action})"
    columns = ("", "kind", "what", "ex", "record or effective", "state")
    shown = table(columns, rows, title=f"corporate actions of {name}") if rows else f"{name} has no corporate actions"
    session.show(data, shown, worth)


def show(ctx: typer.Context, asset: Asset, number: Number) -> None:
    """Show one action; of a split also who must sign reports in the new shares."""
    asyncio.run(_show(session_of(ctx), asset, number))


async def _show(session: Session, name: str, number: int) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await actions_of(ledger, asset)
        one = next((one for one in found if one.number == number), None)
        if one is None:
            raise AccountMissing(f"{name} has no action {number}; `xstock action list {name}` shows them")
        decimals = await _decimals(ledger, [one])
        signers = await _signers(ledger, asset, one) if one.kind in _SPLITS else None
        now = await ledger.now()
    told: dict[str, object] = {
        "action": f"{one.number}: {one.kind.label}, {_what(one, decimals)}",
        "state": _phase(one),
        "announced": f"{instant(one.announced_at)} by {one.announced_by}",
        "ex": instant(one.ex_at),
    }
    if one.record_at is not None and one.record_until is not None:
        told["record"] = f"{instant(one.record_at)}; the snapshot can be taken until {instant(one.record_until)}"
        told["pay"] = instant(one.pay_at or 0)
        told["payout mint"] = one.payout_mint
    if one.effective_at is not None:
        told["effective"] = f"{instant(one.effective_at)}{_in(one.effective_at, now)}"
    if one.old_multiplier is not None and one.new_multiplier is not None:
        told["multiplier"] = f"{one.old_multiplier} before, {one.new_multiplier} after"
    if one.snapshot is not None:
        told["snapshot"] = f"{one.snapshot}: `xstock snapshot status {name} {one.snapshot}`"
    told["document"] = f"sha256 {one.document_hash.hex()}"
    if one.reason_hash is not None:
        told["cancelled because"] = f"sha256 {one.reason_hash.hex()}"
    data = {"asset": str(asset), **_json(one, decimals)}
    human: list[Any] = [fields(told)]
    if signers is not None:
        data["reports"] = [line for line, _ in signers]
        rows = [row for _, row in signers]
        columns = ("slot", "who", "report as of", "its basis", "what is next")
        human.append(table(columns, rows, title="whose reports are in new shares"))
    session.show(data, *human)


async def _signers(
    ledger: Ledger, asset: Pubkey, one: ActionView
) -> list[tuple[dict[str, Any], tuple[str | Text, ...]]]:
    """For each slot of the reserve: which basis its last report was signed in, and which one the next must be."""
    state = await Integrator(ledger).asset_account(asset)
    account = await ledger.account(pda.reserve(asset))
    if account is None:
        raise AccountMissing(f"asset {asset} has no reserve account on this cluster")
    now = await ledger.now()
    fresh, reserve = bring_up_to_date(state, Reserve.decode(account.data), now)
    rule, wanted = BasisRule.of(fresh, now), _basis_of(fresh, one)
    return [_signer(slot, rule, wanted, one) for slot in slots_of(fresh, reserve)]


def _basis_of(asset: AssetAccount, one: ActionView) -> int | None:
    """The basis that the split makes, if it is the asset's last one or the scheduled one; None for others."""
    if one.phase is ActionPhase.CANCELLED:
        return None
    if asset.next_is_split and asset.next_action == one.number:
        return asset.basis + 1
    return asset.basis if asset.split_at and asset.split_at == one.effective_at else None


def _signer(
    slot: SlotView, rule: BasisRule, wanted: int | None, one: ActionView
) -> tuple[dict[str, Any], tuple[str | Text, ...]]:
    kind = "chain" if slot.kind is not Kind.RESERVE else "custodian"
    signed = slot.basis if slot.as_of else None
    if wanted is None:
        advice: str | Text = f"basis {rule.basis}"
    elif signed is not None and signed >= wanted:
        advice = Text("signed in new shares", "green")
    else:
        advice = Text(
            f"basis {wanted - 1} as of before {instant(one.ex_at)}, either from then to the effective time, {wanted}"
            " after it",
            "yellow",
        )
    keys = slot.current or slot.pending
    line = {
        "kind": kind,
        "slot": slot.number,
        "name": text(slot.name),
        "keys": [] if keys is None else [str(key) for key in keys.keys],
        "as_of": slot.as_of or None,
        "basis": signed,
        "needed": wanted,
        "signed_in_new_shares": None if wanted is None else signed is not None and signed >= wanted,
    }
    who = text(slot.name)
    return line, (f"{kind} {slot.number}", who, instant(slot.as_of), "-" if signed is None else str(signed), advice)


async def _decimals(ledger: Ledger, actions: list[ActionView]) -> dict[Pubkey, int]:
    """Of the payout mints, as far as they exist."""
    mints = list(dict.fromkeys(one.payout_mint for one in actions if one.payout_mint is not None))
    found = await ledger.accounts(mints) if mints else []
    return {
        mint: TokenMint.decode(account).decimals
        for mint, account in zip(mints, found, strict=True)
        if account is not None
    }


def _what(one: ActionView, decimals: dict[Pubkey, int]) -> str:
    if one.rate is not None and one.payout_mint is not None:
        known = decimals.get(one.payout_mint)
        return f"{one.rate.value:,} millionths of a base unit" if known is None else f"{one.rate.to_ui(known)} a share"
    if one.ratio is not None:
        return f"{one.ratio[0]}:{one.ratio[1]}"
    return " ".join(value for value in (one.isin, one.symbol) if value) or "the end of minting"


def _then(one: ActionView) -> str:
    return instant(one.record_at or one.effective_at or 0)


def _phase(one: ActionView) -> Text:
    good, bad = (ActionPhase.RECORDED, ActionPhase.EFFECTIVE), (ActionPhase.MISSED, ActionPhase.CANCELLED)
    style = "green" if one.phase in good else "red" if one.phase in bad else "yellow"
    halted = one.kind in _SPLITS and one.phase is ActionPhase.EX
    return Text(f"{one.phase}{', nothing mints' if halted else ''}", style)


def _in(at: int, now: int) -> str:
    return f" (in {span(at - now)})" if at > now else ""


def _json(one: ActionView, decimals: dict[Pubkey, int]) -> dict[str, Any]:
    known = None if one.payout_mint is None else decimals.get(one.payout_mint)
    rate = None if one.rate is None else {"millionths": one.rate.value}
    if one.rate is not None and rate is not None and known is not None:
        rate["per_share"] = str(one.rate.to_ui(known)).replace(",", "")  # type: ignore[assignment]
    return {
        "number": one.number,
        "kind": one.kind.label,
        "state": str(one.phase),
        "ratio": None if one.ratio is None else list(one.ratio),
        "old_multiplier": None if one.old_multiplier is None else str(one.old_multiplier),
        "new_multiplier": None if one.new_multiplier is None else str(one.new_multiplier),
        "rate": rate,
        "payout_mint": None if one.payout_mint is None else str(one.payout_mint),
        "announced_at": one.announced_at,
        "announced_by": str(one.announced_by),
        "ex_at": one.ex_at,
        "record_at": one.record_at,
        "record_until": one.record_until,
        "pay_at": one.pay_at,
        "effective_at": one.effective_at,
        "isin": one.isin,
        "symbol": one.symbol,
        "snapshot": one.snapshot,
        "document_sha256": one.document_hash.hex(),
        "reason_sha256": None if one.reason_hash is None else one.reason_hash.hex(),
    }
