"""``xstock dividend entitlements``, ``prove``, ``leaf``, ``vote`` and ``reject``: the tree of what everybody gets."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.claims import LeafProof, write_proof
from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli.dividend._common import (
    Entitled,
    Excluded,
    OneDistribution,
    RatesOption,
    Target,
    entitled,
    find,
    sum_json,
    sum_text,
)
from xstock_client.cli.snapshot._common import BalancesFile, CaptureFile, Source, attestor, write_whole
from xstock_client.cli.snapshot.building import Output
from xstock_client.cli.snapshot.leafing import Index, Leaves, write_leaf
from xstock_client.cli.snapshot.verifying import compare
from xstock_client.cli.snapshot.voting import cast, throw_out
from xstock_client.distribution import tree_root

__all__ = ["leaf", "prove", "reject", "show_entitlements", "vote"]

_HEADING = "index,owner,gross,withheld,net\n"


def show_entitlements(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    rates: RatesOption,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
    excluded: Excluded = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A CSV of everybody's gross, tax and net, in base units."),
    ] = None,
) -> None:
    """Compute what each owner gets, and compare the root with what the attestors say.

    From the snapshot's balances, the announced rate, the published rates file and the rule that leaves the issuer out.
    Exit code 1 when the attestors say another root.
    """
    same = asyncio.run(
        _show(session_of(ctx), asset, target, rates, Source(balances, capture, excluded=excluded), output)
    )
    if not same:
        raise typer.Exit(1)


async def _show(session: Session, name: str, target: Target, rates: Path, source: Source, output: Path | None) -> bool:
    found = await _read(session, name, target, rates, source)
    if output is not None:
        write_whole(output, lambda path: _write(found, path))
    status, gross, tax = found.status, found.rows.total_gross, found.rows.total_withheld
    title = f"distribution {target} of {name}: {sum_text(gross, status)} gross, {sum_text(tax, status)} tax"
    facts = {
        "distribution": str(status.address),
        "owners": len(found.rows),
        "excluded": [str(owner) for owner in found.excluded],
        "gross": sum_json(gross, status),
        "tax": sum_json(tax, status),
        "file": None if output is None else str(output),
    }
    same = compare(session, tree_root(found.tree), status.ballot, title, **facts)
    if found.excluded and not session.json:
        session.out.print(f"nothing by rule: {', '.join(map(str, found.excluded))}")
    return same


def _write(found: Entitled, path: Path) -> None:
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.write(_HEADING)
        file.writelines(f"{one.index},{one.owner},{one.gross},{one.withheld},{one.net}\n" for one in found.rows)


def prove(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    owner: Annotated[Pubkey, typer.Argument(parser=parse_address, metavar="OWNER")],
    rates: RatesOption,
    output: Output,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
    excluded: Excluded = None,
) -> None:
    """Write the proof that an owner claims with: `xstock dividend claim --proof FILE`."""
    asyncio.run(
        _prove(session_of(ctx), asset, target, owner, rates, output, Source(balances, capture, excluded=excluded))
    )


async def _prove(
    session: Session, name: str, target: Target, owner: Pubkey, rates: Path, output: Path, source: Source
) -> None:
    found = await _read(session, name, target, rates, source)
    proof, status = LeafProof.of(found.tree, owner), found.status
    write_whole(output, lambda path: write_proof(proof, path))
    gross, tax = sum_text(proof.amount, status), sum_text(proof.withheld, status)
    facts = {
        "file": str(output),
        "owner": str(owner),
        "index": proof.index,
        "gross": sum_json(proof.amount, status),
        "withheld": sum_json(proof.withheld, status),
    }
    session.show(facts, Text.assemble(("✓ ", "green"), f"{owner} gets {gross}, less {tax} of tax: {output}"))


def leaf(
    ctx: typer.Context, asset: Asset, target: OneDistribution, index: Index, leaves: Leaves, output: Output
) -> None:
    """Write one leaf of the entitlements that the attestors agreed on, for `xstock snapshot challenge`.

    `prove` refuses what cannot be right. This takes the leaves as they come, and refuses only those whose root is not
    the agreed one.
    """
    asyncio.run(_leaf(session_of(ctx), asset, target, index, leaves, output))


async def _leaf(session: Session, name: str, target: Target, index: int, leaves: Path, output: Path) -> None:
    async with session.ledger() as ledger:
        status = await find(ledger, await session.asset(ledger, name), name, target)
    write_leaf(session, status.address, status.ballot, index, leaves, output)


async def _read(session: Session, name: str, target: Target, rates: Path, source: Source) -> Entitled:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        return await entitled(session, ledger, asset, name, target, source, rates)


def vote(
    ctx: typer.Context,
    asset: Asset,
    target: OneDistribution,
    rates: RatesOption,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
) -> None:
    """Vote for the root of the entitlements, as a snapshot attestor who has computed them."""
    asyncio.run(_vote(session_of(ctx), asset, target, rates, Source(balances, capture)))


async def _vote(session: Session, name: str, target: Target, rates: Path, source: Source) -> None:
    async with attestor(session) as client:
        asset = await session.asset(client.ledger, name)
        found = await entitled(session, client.ledger, asset, name, target, source, rates)
        what = f"distribution {target} of {name}"
        await cast(session, client, found.tree, what, gross=sum_json(found.rows.total_gross, found.status))


def reject(ctx: typer.Context, asset: Asset, target: OneDistribution) -> None:
    """Throw out entitlements that were agreed on, as a snapshot attestor who computed others; within a day, once."""
    asyncio.run(_reject(session_of(ctx), asset, target))


async def _reject(session: Session, name: str, target: Target) -> None:
    async with attestor(session) as client:
        asset = await session.asset(client.ledger, name)
        status = await find(client.ledger, asset, name, target)
        await throw_out(session, client, status.address, f"distribution {target} of {name}")
