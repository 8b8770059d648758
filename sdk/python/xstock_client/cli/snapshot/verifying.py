"""``xstock snapshot verify``: compute the root again and compare."""

from __future__ import annotations

import asyncio

import typer
from rich.text import Text

from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import table
from xstock_client.cli.snapshot._common import (
    BalancesFile,
    CaptureFile,
    OneSnapshot,
    Source,
    balances_of,
    read_taken,
    root_json,
)
from xstock_client.cli.snapshot.building import EveryAccount
from xstock_client.distribution import BallotView, Root, tree_root
from xstock_client.snapshot import snapshot_tree

__all__ = ["compare", "verify"]


def verify(
    ctx: typer.Context,
    asset: Asset,
    number: OneSnapshot,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
    every_account: EveryAccount = True,
) -> None:
    """Compute the root again, by default from the node of --url alone, and compare it with what was agreed on.

    Before the attestors have agreed it is compared with each vote. Exit code 1 when any of them is another root.
    """
    same = asyncio.run(_verify(session_of(ctx), asset, number, Source(balances, capture, every_account)))
    if not same:
        raise typer.Exit(1)


async def _verify(session: Session, name: str, number: int, source: Source) -> bool:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        taken = await read_taken(ledger, asset, name, number)
        now = await ledger.now()
    found = await balances_of(session, taken, source)
    ours = tree_root(snapshot_tree(found, taken.address))
    title = f"snapshot {number} of {name}, end of slot {found.slot:,}"
    facts = {"asset": str(asset), "snapshot": str(taken.address), "number": number, "slot": found.slot}
    return compare(session, ours, BallotView.of(taken.account.ballot, now), title, **facts)


def compare(session: Session, ours: Root, ballot: BallotView, title: str, **facts: object) -> bool:
    """Show a root that was computed beside what the attestors say; whether nothing differs."""
    said = [(str(key), root) for key, root in ballot.votes]
    if ballot.root is not None:
        said = [("agreed on", ballot.root)]
    same = all(root == ours for _, root in said)
    rows: list[tuple[str | Text, ...]] = [("computed", *_cells(ours), "")]
    for who, root in said:
        verdict = Text("✓ the same", "green") if root == ours else Text("✗ another", "bold red")
        rows.append((who, *_cells(root), verdict))
    data = {
        **facts,
        "same": same if said else None,
        "agreed": ballot.root is not None,
        "computed": root_json(ours),
        "found": [{"by": who, **root_json(root), "same": root == ours} for who, root in said],
    }
    columns = ("", "root", "sum", "owners", "withheld", "")
    if not said:
        verdict = Text("nobody has voted yet: there is nothing to compare with", "yellow")
    elif same:
        verdict = Text.assemble(("✓ ", "green"), "agreed on, and right" if ballot.root else "every vote is right")
    else:
        advice = "an attestor can reject it until it is final" if ballot.root else "do not agree"
        verdict = Text.assemble(("✗ ", "bold red"), f"another root than the one computed here: {advice}")
    session.show(data, table(columns, rows, title=title), verdict)
    return same


def _cells(root: Root) -> tuple[str, str, str, str]:
    return root.entry.hash.hex(), f"{root.entry.sum:,}", f"{root.leaf_count:,}", f"{root.withheld:,}"
