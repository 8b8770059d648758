"""``xstock dividend claim``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client.claims import LeafProof, read_proof
from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import report, require_one_transaction
from xstock_client.cli.dividend._common import Excluded, OneDistribution, Target, entitled, find, sum_json, sum_text
from xstock_client.cli.redeem._common import holder
from xstock_client.cli.snapshot._common import BalancesFile, CaptureFile, Source
from xstock_client.errors import BadProof, UsageError

__all__ = ["claim"]


def claim(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    proof: Annotated[Path | None, typer.Option(metavar="FILE", help="Of `dividend prove`.")] = None,
    rates: Annotated[Path | None, typer.Option(metavar="FILE", help="Or compute it: the published rates file.")] = None,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
    excluded: Excluded = None,
    owner: Annotated[
        Pubkey | None,
        typer.Option(parser=parse_address, metavar="ADDRESS", help="Whose dividend, without --proof. Default: yours."),
    ] = None,
    destination: Annotated[
        Pubkey | None,
        typer.Option(
            "--to",
            parser=parse_address,
            metavar="ADDRESS",
            help="Another token account of the owner's (or recipient's), who then signs. Default: the associated one.",
        ),
    ] = None,
) -> None:
    """Have one dividend paid, once: to its owner's own account, or that of the recipient whom it has registered.

    Signed by the owner, or by anybody for it; the fee payer opens the account and the page of claims if they are
    missing. With --proof nothing else is needed.
    """
    session = session_of(ctx)
    if (proof is None) == (rates is None):
        raise UsageError("say what is claimed: --proof FILE, or --rates FILE and the balances to compute it from")
    if proof is not None and (balances, capture, owner, excluded) != (None,) * 4:
        raise UsageError("--balances, --capture, --owner and --excluded go with --rates: a proof names its owner")
    given = None if proof is None else read_proof(proof)
    asyncio.run(
        _claim(session, asset, target, given, rates, Source(balances, capture, excluded=excluded), owner, destination)
    )


async def _claim(
    session: Session,
    name: str,
    target: Target,
    proof: LeafProof | None,
    rates: Path | None,
    source: Source,
    owner: Pubkey | None,
    destination: Pubkey | None,
) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        status = await find(client.ledger, asset, name, target)
        if rates is not None:
            found = await entitled(session, client.ledger, asset, name, target, source, rates)
            proof = LeafProof.of(found.tree, owner or client.authority)
        assert proof is not None
        if proof.account != status.address:
            raise BadProof(f"the proof is of {proof.account}, and distribution {target} of {name} is {status.address}")
        session.decimals = status.decimals
        if session.signing is not None:
            parts = await client.claim_instructions(proof, destination=destination)
            require_one_transaction(len(parts), "the first claim of a page and the page's opening")
        made = await client.claim(proof, destination=destination)
        net, tax = sum_text(made.net, status), sum_text(made.withheld, status)
        facts = {
            "distribution": str(status.address),
            "owner": str(proof.owner),
            "destination": str(made.destination),
            "gross": sum_json(made.gross, status),
            "withheld": sum_json(made.withheld, status),
            "net": sum_json(made.net, status),
        }
        done = f"{net} paid to {made.destination} for {proof.owner}, after {tax} of tax"
        report(session, made.receipt, done, asset=str(asset), **facts)
