"""``xstock snapshot build`` and ``prove``: balances into files, and one owner's place among them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.amounts import Multiplier
from xstock_client.claims import LeafProof, write_proof
from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import counted, fields
from xstock_client.cli.snapshot._common import (
    BalancesFile,
    CaptureFile,
    OneSnapshot,
    Source,
    Taken,
    balances_of,
    read_taken,
    write_whole,
)
from xstock_client.clients._files import write_text
from xstock_client.errors import UsageError
from xstock_client.merkle import MerkleTree
from xstock_client.snapshot import RecordDateBalances, snapshot_tree, write_balances

__all__ = ["EveryAccount", "Output", "build", "prove", "write_summary"]

_FORMAT = "xstock-snapshot-1"
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write.")]
EveryAccount = Annotated[
    bool,
    typer.Option(
        "--every-account/--fewer-questions",
        help="Ask for each token account's own history, too; with very many holders that takes hours.",
    ),
]


def build(
    ctx: typer.Context,
    asset: Asset,
    number: OneSnapshot,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Balances: .csv, or .parquet. A .json goes beside it."),
    ],
    capture: CaptureFile = None,
    every_account: EveryAccount = True,
) -> None:
    """Compute every owner's balance at the end of the record slot: the exact supply of that slot, or a refusal.

    From a capture of that slot, or from today's accounts rolled back through the history of the node of --url. The
    same input gives the same files on any machine. Beside them goes a small .json with root, total and slot.
    """
    asyncio.run(_build(session_of(ctx), asset, number, output, Source(None, capture, every_account)))


async def _build(session: Session, name: str, number: int, output: Path, source: Source) -> None:
    summary = output.with_suffix(".json")
    if output.suffix not in (".csv", ".parquet"):
        raise UsageError(f"{output}: name the file .csv or .parquet")
    taken, balances = await _read(session, name, number, source)
    tree = snapshot_tree(balances, taken.address)
    write_whole(output, lambda path: write_balances(balances, path))
    facts = write_summary(summary, taken, balances, tree)
    told = {
        "balances": f"{counted(len(balances), 'owner')}, in {output}",
        "total": f"{balances.total.to_ui()} tokens ({balances.total} base units) at the end of slot {balances.slot:,}",
        "root": facts["root"],
        "next": f"an attestor votes for it: `xstock snapshot vote {name} {number} --balances {output}`",
    }
    session.show({**facts, "files": [str(output), str(summary)]}, fields(told))


def write_summary(path: Path, taken: Taken, balances: RecordDateBalances, tree: MerkleTree) -> dict[str, Any]:
    """Write root, total and slot of a snapshot's balances; the same input gives the same bytes. Raises BadInput."""
    facts = {
        "format": _FORMAT,
        "asset": str(balances.asset),
        "snapshot": str(taken.address),
        "number": taken.account.number,
        "slot": balances.slot,
        "recorded_supply": str(taken.account.supply),
        "total": str(balances.total.value),
        "owners": len(balances),
        "multiplier": str(Multiplier(taken.account.multiplier)),
        "root": tree.root.hash.hex(),
    }
    write_text(path, json.dumps(facts, indent=1) + "\n")
    return facts


def prove(
    ctx: typer.Context,
    asset: Asset,
    number: OneSnapshot,
    owner: Annotated[Pubkey, typer.Argument(parser=parse_address, metavar="OWNER")],
    output: Output,
    balances: BalancesFile = None,
    capture: CaptureFile = None,
) -> None:
    """Write the proof that an owner held what it held: a file that anybody checks against the root on chain."""
    asyncio.run(_prove(session_of(ctx), asset, number, owner, output, Source(balances, capture)))


async def _prove(session: Session, name: str, number: int, owner: Pubkey, output: Path, source: Source) -> None:
    taken, balances = await _read(session, name, number, source)
    proof = LeafProof.of(snapshot_tree(balances, taken.address), owner)
    write_whole(output, lambda path: write_proof(proof, path))
    facts = {"file": str(output), "owner": str(owner), "index": proof.index, "raw": proof.amount}
    held = balances.of(owner).to_ui()
    done = Text.assemble(("✓ ", "green"), f"{owner} held {held} tokens, leaf {proof.index:,}: {output}")
    session.show({**facts, "root": proof.root.hash.hex()}, done)


async def _read(session: Session, name: str, number: int, source: Source) -> tuple[Taken, RecordDateBalances]:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        taken = await read_taken(ledger, asset, name, number)
    return taken, await balances_of(session, taken, source)
