"""``xstock policy``: an asset's rules. Tighter ones act at once, looser ones wait in public."""

from __future__ import annotations

import asyncio
from typing import Any

import typer
from rich.console import RenderableType
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.accounts import Asset as AssetAccount
from xstock_client.cli._args import Asset
from xstock_client.cli._policy_options import (
    AcceptWindow,
    BondCoverage,
    ChainMaxAge,
    ChangeDelay,
    Collateral,
    CustodianCap,
    CustodianShare,
    DisputeWindow,
    Haircut,
    HolderPenaltyCap,
    MaxAge,
    MinCustodians,
    MintWindowLimit,
    PenaltyRate,
    PolicyFile,
    PolicyText,
    RedemptionFee,
    SettleWindow,
    option_name,
    policy_text,
)
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields, table
from xstock_client.cli._writing import desk, latches, report, told_of, warn, warn_of_latch
from xstock_client.clients import Attestor, Integrator
from xstock_client.events import PolicyApplied
from xstock_client.ledger import Ledger
from xstock_client.policy import (
    RULES,
    Direction,
    FieldChange,
    FieldRule,
    PolicyDiff,
    PolicyUpdate,
    QueueState,
    policy_diff,
    queue_state,
    queued_changes,
    value_of,
    value_text,
)
from xstock_client.rebase import asset_at
from xstock_client.rendering import fields_text, raw_json, shares_json
from xstock_client.reserve_report import ReserveReport
from xstock_client.times import instant, span

app = typer.Typer(no_args_is_help=True, help="An asset's rules: show, diff, queue, apply, cancel.")

_STYLES = {Direction.TIGHTER: "green", Direction.LOOSER: "yellow", Direction.SAME: "dim"}


@app.command("show")
def show(ctx: typer.Context, asset: Asset) -> None:
    """Show the rules in force, their bounds, and what waits to change them."""
    asyncio.run(_show(session_of(ctx), asset))


async def _show(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        asset = await session.asset(ledger, name)
        state = await client.asset_account(asset)
        await client.require_cluster(state.issuer)
        now = await ledger.now()
        state = asset_at(state, now)
    queue, queued = queue_state(state.queued_policy, now), {one.rule.name: one for one in queued_changes(state)}
    data = {
        "asset": str(asset),
        "now": now,
        "coin_decimals": _decimals(state),
        "fields": [
            {
                "field": rule.name,
                "unit": rule.unit,
                "value": value_of(state.policy, rule),
                "minimum": rule.minimum,
                "maximum": rule.maximum,
                "queued": queued[rule.name].wanted if rule.name in queued else None,
            }
            for rule in RULES
        ],
        "queue": str(queue),
        "ready_at": state.queued_policy.ready_at or None,
        "expires_at": state.queued_policy.expires_at or None,
    }
    decimals = _decimals(state)
    rows = [
        (
            option_name(rule),
            _value(rule, value_of(state.policy, rule), decimals),
            f"{value_text(rule, rule.minimum, decimals)} to {value_text(rule, rule.maximum, decimals)}",
            _value(rule, queued[rule.name].wanted, decimals) if rule.name in queued else "",
        )
        for rule in RULES
    ]
    session.show(data, table(("field", "in force", "bounds", "waiting"), rows), _queue_text(state, queue))


def _decimals(state: AssetAccount) -> int | None:
    """Of the coin that the asset pays in; None while it has chosen none, and sums are told in base units."""
    return None if state.payment_mint == Pubkey.default() else state.payment_decimals


def _value(rule: FieldRule, value: int, decimals: int | None) -> str:
    """As :func:`value_text`; a cap at its compiled bound caps nothing that can be reported, minted or owed."""
    uncapped = rule.unit in ("shares", "raw", "cash") and value == rule.maximum
    return "no cap" if uncapped else value_text(rule, value, decimals)


def _queue_text(state: AssetAccount, queue: QueueState) -> Text:
    ready, expires = instant(state.queued_policy.ready_at), instant(state.queued_policy.expires_at)
    match queue:
        case QueueState.NONE:
            return Text("nothing waits", "dim")
        case QueueState.WAITING:
            return Text(f"waits until {ready}; then anyone may apply it until {expires}", "yellow")
        case QueueState.READY:
            return Text(f"anyone may apply it now, until {expires}: xstock policy apply", "green")
        case _:
            return Text(f"not applied until {expires}, and void: queue it again", "dim")


@app.command("diff")
def diff(
    ctx: typer.Context,
    asset: Asset,
    max_age: MaxAge = None,
    chain_max_age: ChainMaxAge = None,
    change_delay: ChangeDelay = None,
    custodian_cap: CustodianCap = None,
    mint_window_limit: MintWindowLimit = None,
    haircut: Haircut = None,
    custodian_share: CustodianShare = None,
    collateral: Collateral = None,
    min_custodians: MinCustodians = None,
    accept_window: AcceptWindow = None,
    settle_window: SettleWindow = None,
    dispute_window: DisputeWindow = None,
    penalty_rate: PenaltyRate = None,
    holder_penalty_cap: HolderPenaltyCap = None,
    redemption_fee: RedemptionFee = None,
    bond_coverage: BondCoverage = None,
    file: PolicyFile = None,
) -> None:
    """Show what a change would do, field by field: tighter or looser, at once or when. Sends nothing."""
    asyncio.run(_diff(session_of(ctx), asset, policy_text(_named(ctx), file)))


@app.command("queue")
def queue(
    ctx: typer.Context,
    asset: Asset,
    max_age: MaxAge = None,
    chain_max_age: ChainMaxAge = None,
    change_delay: ChangeDelay = None,
    custodian_cap: CustodianCap = None,
    mint_window_limit: MintWindowLimit = None,
    haircut: Haircut = None,
    custodian_share: CustodianShare = None,
    collateral: Collateral = None,
    min_custodians: MinCustodians = None,
    accept_window: AcceptWindow = None,
    settle_window: SettleWindow = None,
    dispute_window: DisputeWindow = None,
    penalty_rate: PenaltyRate = None,
    holder_penalty_cap: HolderPenaltyCap = None,
    redemption_fee: RedemptionFee = None,
    bond_coverage: BondCoverage = None,
    file: PolicyFile = None,
) -> None:
    """Change the named fields, as the authority or an admin: what is tighter acts at once, what is looser waits.

    Looser fields replace an earlier queue; a field that is named without being looser leaves it. A tightening that
    shows the reserve to be short sets the solvency latch: `xstock policy diff` tells before. Where nothing would
    change, nothing is sent.
    """
    asyncio.run(_queue(session_of(ctx), asset, policy_text(_named(ctx), file)))


def _named(ctx: typer.Context) -> dict[str, Any]:
    """The options of this command by the fields' names in the policy."""
    return {rule.name: ctx.params[option_name(rule).replace("-", "_")] for rule in RULES}


class _Plan:
    """What an update would do, and the reserve before and after what acts at once."""

    def __init__(
        self, asset: Pubkey, change: PolicyDiff, before: ReserveReport, after: ReserveReport, decimals: int | None
    ) -> None:
        self.asset, self.change, self.before, self.after, self.decimals = asset, change, before, after, decimals

    @property
    def latches(self) -> bool:
        return latches(self.before, self.after)

    @classmethod
    async def of(cls, client: Integrator, asset: Pubkey, update: PolicyUpdate) -> _Plan:
        now = await client.ledger.now()
        state = asset_at(await client.asset_account(asset), now)
        change = policy_diff(state, update, now)
        before, after = await client.reserve_if(asset, policy=change.after)
        return cls(asset, change, before, after, _decimals(state))

    def json(self) -> dict[str, Any]:
        one = self.change
        return {
            "asset": str(self.asset),
            "now": one.now,
            "changes": [_change_json(change) for change in one.changes],
            "ready_at": one.ready_at or None,
            "expires_at": one.expires_at or None,
            "dropped": [rule.name for rule in RULES if rule.field & one.dropped],
            "changes_halted": one.halted,
            "reserve": shares_json(self.before.reserve),
            "reserve_after": shares_json(self.after.reserve),
            "headroom_after": raw_json(self.after.headroom.raw, self.after.multiplier),
            "latches": self.latches,
        }

    def human(self) -> list[RenderableType]:
        one = self.change
        rows = [
            (
                option_name(change.rule),
                _value(change.rule, change.current, self.decimals),
                _value(change.rule, change.wanted, self.decimals),
                Text(change.direction, _STYLES[change.direction]),
                _acts(change, one),
            )
            for change in one.changes
        ]
        told: list[RenderableType] = [table(("field", "now", "wanted", "", "acts"), rows)]
        if one.looser:
            told.append(f"from {instant(one.ready_at)} to {instant(one.expires_at)} anyone may apply what waits")
        if one.dropped:
            told.append(Text(f"leaves the queue, and is void: {fields_text(one.dropped)}", "yellow"))
        if one.tighter:
            minted = self.after.multiplier.shares_floor(self.after.headroom.raw).to_ui()
            facts = {
                "effective reserve": f"{self.before.reserve.to_ui()} now, {self.after.reserve.to_ui()} then",
                "can be minted then": f"{minted}, limited by: {self.after.headroom.limited_by}",
            }
            told.append(fields(facts))
        return told

    def warn(self) -> None:
        warn_of_latch(self.before, self.after, "under the tighter rules")
        if self.change.looser and self.change.halted:
            warn("a pauser has halted changes: nothing looser can be queued until an unpauser resumes them")


def _change_json(change: FieldChange) -> dict[str, Any]:
    return {
        "field": change.rule.name,
        "unit": change.rule.unit,
        "current": change.current,
        "wanted": change.wanted,
        "direction": str(change.direction),
        "acts_at": change.acts_at,
    }


def _acts(change: FieldChange, whole: PolicyDiff) -> str:
    match change.direction:
        case Direction.TIGHTER:
            return "at once"
        case Direction.SAME:
            return "-"
        case _ if change.acts_at <= whole.now:
            return "as soon as anyone applies it: nothing was minted yet"
        case _:
            return f"waits {span(change.acts_at - whole.now)}, until {instant(change.acts_at)}"


async def _update(session: Session, ledger: Ledger, asset: Pubkey, text: PolicyText) -> PolicyUpdate:
    """The change in units of the program; the coin's decimals are read where a sum is among it."""
    return text.update(await session.coin_decimals(ledger, asset) if text.has_sums else 0)


async def _diff(session: Session, name: str, text: PolicyText) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        plan = await _Plan.of(Integrator(ledger), asset, await _update(session, ledger, asset, text))
    session.show(plan.json(), *plan.human())
    plan.warn()


async def _queue(session: Session, name: str, text: PolicyText) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        update = await _update(session, client.ledger, asset, text)
        plan = None
        if not session.sign_only:
            plan = await _Plan.of(Integrator(client.ledger), asset, update)
            if not plan.change.tighter | plan.change.looser | plan.change.dropped:
                session.show(plan.json() | _unchanged(plan.before), f"{name}: nothing to change; nothing was sent")
                return
            plan.warn()
        made = await client.set_policy(asset, update)
    acts, waits = fields_text(made.tighter), fields_text(made.looser)
    done = f"{name}: acts now: {acts}; waits: {waits}"
    if made.looser:
        done += f", until {instant(made.ready_at)}; then `xstock policy apply {name}`"
    if plan is not None and plan.change.dropped:
        dropped = f"dropped from the queue: {fields_text(plan.change.dropped)}"
        done = f"{done}; {dropped}" if made.tighter | made.looser else dropped
    told = {
        "tighter": [rule.name for rule in RULES if rule.field & made.tighter],
        "looser": [rule.name for rule in RULES if rule.field & made.looser],
        "queued": [rule.name for rule in RULES if rule.field & made.queued],
        "ready_at": made.ready_at or None,
        "expires_at": made.expires_at or None,
        "latched": made.latched,
    }
    if plan is not None and not session.json:
        for one in plan.human():
            session.out.print(one)
    report(session, made.receipt, done, **(plan.json() if plan else {}) | told)


def _unchanged(found: ReserveReport) -> dict[str, Any]:
    """What a change would have told, where there was none."""
    return {
        "tighter": [],
        "looser": [],
        "queued": [change.rule.name for change in found.queued],
        "ready_at": found.queue_ready_at or None,
        "expires_at": found.queue_expires_at or None,
        "latched": found.latched,
        "transaction": None,
    }


@app.command("apply")
def apply(ctx: typer.Context, asset: Asset) -> None:
    """Put what has waited in force, as any fee payer. The reserve must cover what is owed under it."""
    asyncio.run(_apply(session_of(ctx), asset))


async def _apply(session: Session, name: str) -> None:
    payer = session.payer()
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        await session.announce(ledger, payer)
        receipt = await Attestor(ledger, payer=payer).apply_policy(asset)
        decimals = None if session.sign_only else _decimals(await Integrator(ledger).asset_account(asset))
    applied = told_of(receipt, PolicyApplied)
    changed = {rule: value_of(applied.policy, rule) for rule in RULES if rule.field & applied.fields} if applied else {}
    words = ", ".join(f"{option_name(rule)} {_value(rule, value, decimals)}" for rule, value in changed.items())
    facts = {"applied": {rule.name: value for rule, value in changed.items()}}
    report(session, receipt, f"{name}: in force now: {words or 'what waited'}", asset=str(asset), **facts)


@app.command("cancel")
def cancel(ctx: typer.Context, asset: Asset) -> None:
    """Drop all that waits, as the authority, an admin or a pauser; the rules in force stay."""
    asyncio.run(_cancel(session_of(ctx), asset))


async def _cancel(session: Session, name: str) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.cancel_policy(asset)
        report(session, receipt, f"{name}: nothing waits any more; the rules in force stay", asset=str(asset))
