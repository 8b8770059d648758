"""``xstock snapshot vote`` and ``reject``: what a snapshot attestor says."""

from __future__ import annotations

import asyncio
from typing import Any

import typer
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import report
from xstock_client.cli.snapshot._common import (
    BalancesFile,
    CaptureFile,
    OneSnapshot,
    Source,
    attestor,
    balances_of,
    read_taken,
    root_json,
)
from xstock_client.cli.snapshot.building import EveryAccount
from xstock_client.clients import SnapshotAttestor
from xstock_client.distribution import tree_root
from xstock_client.merkle import MerkleTree
from xstock_client.snapshot import snapshot_tree

__all__ = ["cast", "reject", "throw_out", "vote"]


def vote(
    ctx: typer.Context,
    asset: Asset,
    number: OneSnapshot,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
    every_account: EveryAccount = True,
) -> None:
    """Vote for the root of the balances, as a snapshot attestor: computed from the node of --url, or of your own file.

    Compute it yourself: an attestor who repeats what it is told attests nothing. A later vote replaces an earlier one
    until enough agree; then the root is final a day later, unless it is thrown out.
    """
    asyncio.run(_vote(session_of(ctx), asset, number, Source(balances, capture, every_account)))


async def _vote(session: Session, name: str, number: int, source: Source) -> None:
    async with attestor(session) as client:
        asset = await session.asset(client.ledger, name)
        taken = await read_taken(client.ledger, asset, name, number)
        found = await balances_of(session, taken, source)
        await cast(session, client, snapshot_tree(found, taken.address), f"snapshot {number} of {name}", number=number)


async def cast(session: Session, client: SnapshotAttestor, tree: MerkleTree, what: str, **facts: Any) -> None:
    """Vote for a tree, and tell how far the attestors are."""
    made = await client.vote(tree)
    root = tree_root(tree)
    if made.agreed:
        then = "they agree: final in a day, unless it is thrown out"
    else:
        then = f"{made.needed - made.agree} more must say the same"
    done = f"root {root.entry.hash.hex()} of {what}: {made.agree} of {made.needed}, {then}"
    told = {"account": str(Pubkey(tree.account)), **root_json(root), "agree": made.agree, "needed": made.needed}
    report(session, made.receipt, done, **facts, **told, agreed=made.agreed)


def reject(ctx: typer.Context, asset: Asset, number: OneSnapshot) -> None:
    """Throw out the root that was agreed on, as a snapshot attestor who computed another one.

    Within a day of the agreement, and each attestor once for a snapshot; all votes are forgotten then.
    """
    asyncio.run(_reject(session_of(ctx), asset, number))


async def _reject(session: Session, name: str, number: int) -> None:
    async with attestor(session) as client:
        asset = await session.asset(client.ledger, name)
        await throw_out(session, client, pda.snapshot(asset, number), f"snapshot {number} of {name}")


async def throw_out(session: Session, client: SnapshotAttestor, account: Pubkey, what: str) -> None:
    """Throw out the root of a snapshot or a distribution."""
    receipt = await client.reject(account)
    done = f"the root of {what} is thrown out; the attestors vote again"
    report(session, receipt, done, account=str(account))
