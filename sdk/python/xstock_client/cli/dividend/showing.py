"""``xstock dividend list`` and ``status``: what was agreed, funded and paid, and whether the vault holds it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from xstock_client.amounts import Cash
from xstock_client.claims import LeafProof, read_proof
from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import counted, fields, table
from xstock_client.cli.dividend._common import OneDistribution, Target, find, sum_json, sum_text
from xstock_client.cli.snapshot._common import ballot_fields, ballot_json
from xstock_client.clients import TokenAccount, distributions_of, snapshots_of
from xstock_client.clients.distributions import claim_pages, is_claimed
from xstock_client.constants import DistributionRule
from xstock_client.distribution import DistributionStatus
from xstock_client.errors import BadProof
from xstock_client.ledger import Ledger
from xstock_client.times import instant

__all__ = ["list_distributions", "status"]


def list_distributions(ctx: typer.Context, asset: Asset) -> None:
    """List all distributions of the asset."""
    asyncio.run(_list(session_of(ctx), asset))


async def _list(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        snapshots = await snapshots_of(ledger, asset)
        found = [(one.number, each) for one in snapshots for each in await distributions_of(ledger, one.address)]
    rows = [
        (
            f"{number}/{one.number}",
            str(one.phase),
            str(one.payout_mint),
            sum_text(one.gross, one),
            sum_text(one.funded, one),
            f"{one.claims:,} of {one.leaf_count:,}",
            instant(one.claim_until),
        )
        for number, one in found
    ]
    columns = ("", "state", "paid in", "gross", "funded", "owners paid", "claims until")
    data = [{"snapshot": number, **_json(one)} for number, one in found]
    session.show(
        data, table(columns, rows, title=f"distributions of {name}") if rows else f"{name} has no distributions"
    )


def status(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    proof: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Of `dividend prove`: tell whether this owner was paid.")
    ] = None,
) -> None:
    """Show a distribution: what was agreed, funded, paid, withheld and taken back, and what its vault holds.

    Exit code 1 when the vault holds less than the books say.
    """
    given = None if proof is None else read_proof(proof)
    if not asyncio.run(_status(session_of(ctx), asset, target, given)):
        raise typer.Exit(1)


async def _status(session: Session, name: str, target: Target, proof: LeafProof | None) -> bool:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        one = await find(ledger, asset, name, target)
        held, frozen = await _vault(ledger, one)
        paid = None if proof is None else await _was_paid(ledger, one, proof)
    owed = one.remaining + one.unremitted
    sound = held >= owed and not frozen
    told = _fields(name, target, one)
    if sound:
        told["vault"] = Text(f"holds {sum_text(held, one)}, {sum_text(owed, one)} needed", "green")
    else:
        state = "frozen" if frozen else "short"
        told["vault"] = Text(f"{state}: holds {sum_text(held, one)}, {sum_text(owed, one)} needed", "bold red")
    data = {"snapshot": target.snapshot, **_json(one)}
    data |= {"vault_holds": sum_json(held, one), "vault_needs": sum_json(owed, one), "vault_frozen": frozen}
    data["sound"] = sound
    if proof is not None and paid is not None:
        net = sum_text(proof.amount - proof.withheld, one)
        told[f"{proof.owner}"] = Text(f"{net}, paid", "green") if paid else Text(f"{net}, not paid yet", "yellow")
        data["owner"] = {
            "owner": str(proof.owner),
            "paid": paid,
            "gross": sum_json(proof.amount, one),
            "withheld": sum_json(proof.withheld, one),
        }
    session.show(data, fields(told))
    return sound


async def _vault(ledger: Ledger, one: DistributionStatus) -> tuple[Cash, bool]:
    account = await ledger.account(one.vault)
    if account is None:
        return Cash(0), False
    token = TokenAccount.decode(account)
    return Cash(token.amount.value), token.frozen


async def _was_paid(ledger: Ledger, one: DistributionStatus, proof: LeafProof) -> bool:
    """Raises BadProof, UsageError before the entitlements are agreed on."""
    if proof.account != one.address:
        raise BadProof(f"the proof is of {proof.account}, and this distribution is {one.address}")
    if one.ballot.root is not None:
        proof.verify(one.ballot.root.entry, one.ballot.root.leaf_count)
    (page,) = await claim_pages(ledger, one.address, [proof.page])
    return is_claimed(page, proof.index)


def _fields(name: str, target: Target, one: DistributionStatus) -> dict[str, object]:
    rule = "the issuer and its treasurers get nothing" if one.rules & DistributionRule.WITHOUT_ISSUER else "everybody"
    return {
        "distribution": f"{target} of {name} ({one.address})",
        "state": Text(str(one.phase), "bold"),
        "rate": f"{one.rate.to_ui(one.decimals)} a share, in {one.payout_mint}",
        "claims": f"from {instant(one.claim_from)} to {instant(one.claim_until)}",
        "who": rule,
        "rates file": f"sha256 {one.rates_hash.hex()}",
        **ballot_fields(one.ballot),
        "gross": f"{sum_text(one.gross, one)}, of which {sum_text(one.tax, one)} tax",
        "funded": sum_text(one.funded, one),
        "missing": _missing(one),
        "paid": f"{sum_text(one.paid, one)} to {one.claims:,} of {counted(one.leaf_count, 'owner')}",
        "withheld": f"{sum_text(one.withheld, one)}, of which {sum_text(one.remitted, one)} remitted",
        "taken back": sum_text(one.reclaimed, one),
        "remaining": sum_text(one.remaining, one),
    }


def _missing(one: DistributionStatus) -> str:
    if one.ballot.root is None:
        return "not known before the entitlements are agreed on"
    if not one.missing:
        return "nothing"
    return f"{sum_text(one.missing, one)}, to be funded until {instant(one.fund_until)}"


def _json(one: DistributionStatus) -> dict[str, Any]:
    return {
        "asset": str(one.asset),
        "number": one.number,
        "distribution": str(one.address),
        "state": str(one.phase),
        "payout_mint": str(one.payout_mint),
        "decimals": one.decimals,
        "rate_millionths": one.rate.value,
        "vault": str(one.vault),
        "withholding_account": str(one.withholding_account),
        "without_issuer": bool(one.rules & DistributionRule.WITHOUT_ISSUER),
        "rates_sha256": one.rates_hash.hex(),
        "declared_at": one.declared_at,
        "claim_from": one.claim_from,
        "claim_until": one.claim_until,
        "gross": sum_json(one.gross, one),
        "tax": sum_json(one.tax, one),
        "funded": sum_json(one.funded, one),
        "missing": sum_json(one.missing, one),
        "paid": sum_json(one.paid, one),
        "withheld": sum_json(one.withheld, one),
        "remitted": sum_json(one.remitted, one),
        "reclaimed": sum_json(one.reclaimed, one),
        "remaining": sum_json(one.remaining, one),
        "owners": one.leaf_count,
        "owners_paid": one.claims,
        "ballot": ballot_json(one.ballot),
    }
