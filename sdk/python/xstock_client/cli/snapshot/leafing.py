"""``xstock snapshot leaf`` and ``xstock dividend leaf``: one leaf of a tree that was agreed on, however wrong it is."""

from __future__ import annotations

import asyncio
import re
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.amounts import U64_MAX
from xstock_client.claims import LeafProof, write_proof
from xstock_client.cli._args import Asset
from xstock_client.cli._session import Session, session_of
from xstock_client.cli.snapshot._common import OneSnapshot, read_taken, write_whole
from xstock_client.cli.snapshot.building import Output
from xstock_client.distribution import BallotView
from xstock_client.errors import BadSnapshot, UsageError
from xstock_client.merkle import MerkleTree

__all__ = ["Index", "Leaves", "leaf", "write_leaf"]

_HEADINGS: Final = ("owner,raw", "index,owner,gross,withheld,net")
_NUMBER: Final = re.compile("[0-9]{1,20}")

Index = Annotated[int, typer.Argument(min=0, max=U64_MAX, metavar="INDEX", help="The leaf, counted from 0.")]
Leaves = Annotated[
    Path,
    typer.Option(
        "--leaves",
        metavar="FILE",
        help="All leaves in the order of the tree: a CSV with the columns owner,raw, or of a distribution"
        " index,owner,gross,withheld,net. It is hashed as it is.",
    ),
]


def leaf(ctx: typer.Context, asset: Asset, number: OneSnapshot, index: Index, leaves: Leaves, output: Output) -> None:
    """Write one leaf of the tree that the attestors agreed on, for `xstock snapshot challenge`.

    `prove` refuses balances that cannot be right. This takes them as they come, with an owner twice or out of order,
    and refuses only those whose root is not the agreed one.
    """
    asyncio.run(_leaf(session_of(ctx), asset, number, index, leaves, output))


async def _leaf(session: Session, name: str, number: int, index: int, leaves: Path, output: Path) -> None:
    async with session.ledger() as ledger:
        taken = await read_taken(ledger, await session.asset(ledger, name), name, number)
        ballot = BallotView.of(taken.account.ballot, await ledger.now())
    write_leaf(session, taken.address, ballot, index, leaves, output)


def write_leaf(session: Session, account: Pubkey, ballot: BallotView, index: int, leaves: Path, output: Path) -> None:
    """Write the proof of a leaf of ``account``'s agreed tree.

    Raises UsageError before there is one, BadSnapshot for other leaves than its, BadProof for a leaf that it has not.
    """
    if ballot.root is None:
        raise UsageError("the attestors have not agreed on a tree: there is nothing to challenge")
    tree = _tree(leaves, account)
    if tree.root != ballot.root.entry:
        agreed = ballot.root.entry
        raise BadSnapshot(
            f"{leaves}: its leaves have the root {tree.root.hash.hex()} of {tree.root.sum:,}, and the attestors agreed"
            f" on {agreed.hash.hex()} of {agreed.sum:,}: get the leaves that they hashed"
        )
    proof = LeafProof.at(tree, index)
    write_whole(output, lambda path: write_proof(proof, path))
    facts = {
        "file": str(output),
        "account": str(account),
        "index": index,
        "owner": str(proof.owner),
        "amount": proof.amount,
        "withheld": proof.withheld,
    }
    session.show(facts, Text.assemble(("✓ ", "green"), f"leaf {index:,} of {proof.owner}: {output}"))


def _tree(path: Path, account: Pubkey) -> MerkleTree:
    """The tree of a file's lines, as they come. Raises BadSnapshot with the line."""
    owners, amounts, withheld = bytearray(), array("Q"), array("Q")
    try:
        with path.open(encoding="utf-8") as file:
            for owner, amount, tax in _rows(path, enumerate(map(str.strip, file), start=1)):
                owners += bytes(owner)
                amounts.append(amount)
                withheld.append(tax)
    except OSError as error:
        raise BadSnapshot(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadSnapshot(f"{path}: is not UTF-8 text (byte {error.start})") from None
    try:
        return MerkleTree.build(account, bytes(owners), amounts, withheld if any(withheld) else None, ordered=False)
    except BadSnapshot as error:
        raise BadSnapshot(f"{path}: {error}") from None


def _rows(path: Path, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[Pubkey, int, int]]:
    """Owner, amount and what is withheld of each line; lines that begin with # stand before the heading."""
    at, heading = next(((at, line) for at, line in lines if not line.startswith("#")), (1, ""))
    if heading not in _HEADINGS:
        raise BadSnapshot(f"{path}:{at}: the heading must be {' or '.join(_HEADINGS)}, not {heading[:60]!r}")
    taxed = heading != _HEADINGS[0]
    for index, (at, line) in enumerate(lines):
        cells = line.split(",")
        owner, numbers = (cells[1], [cells[0], *cells[2:]]) if taxed and len(cells) > 1 else (cells[0], cells[1:])
        if len(cells) != heading.count(",") + 1 or not all(map(_NUMBER.fullmatch, numbers)):
            raise BadSnapshot(f"{path}:{at}: must be {heading}, not {line[:80]!r}")
        values = [int(number) for number in numbers]
        if max(values) > U64_MAX:
            raise BadSnapshot(f"{path}:{at}: {max(values):,} is more than 64 bits hold ({U64_MAX:,})")
        if taxed and values[0] != index:
            raise BadSnapshot(f"{path}:{at}: is leaf {index:,} by its place, and {values[0]:,} by its index")
        try:
            key = Pubkey.from_string(owner)
        except ValueError:
            raise BadSnapshot(f"{path}:{at}: {owner!r} is not an address (32 bytes in base58)") from None
        yield (key, values[1], values[2]) if taxed else (key, values[0], 0)
