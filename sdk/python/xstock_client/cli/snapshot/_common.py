"""What the commands of ``xstock snapshot`` and ``xstock dividend`` share: snapshots, balances and trees as files."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Snapshot
from xstock_client.amounts import Raw
from xstock_client.cli._session import Session
from xstock_client.cli._tables import counted
from xstock_client.cli.attest._common import progress
from xstock_client.clients import Integrator, SnapshotAttestor
from xstock_client.clients.distributions import snapshot_account
from xstock_client.clients.token import TokenMint
from xstock_client.distribution import BallotPhase, BallotView, Root
from xstock_client.errors import AccountMissing, BadInput, BadSnapshot, UsageError
from xstock_client.ledger import Ledger
from xstock_client.snapshot import (
    History,
    RecordDateBalances,
    RpcNode,
    read_balances,
    read_capture,
    require_recorded,
    roll_back,
    snapshot_tree,
)
from xstock_client.times import instant

__all__ = [
    "BalancesFile",
    "CaptureFile",
    "OneSnapshot",
    "Source",
    "Taken",
    "attestor",
    "balances_of",
    "ballot_fields",
    "ballot_json",
    "read_taken",
    "root_json",
    "snapshot_tree",
    "write_whole",
]

OneSnapshot = Annotated[int, typer.Argument(min=0, max=2**32 - 1, metavar="N", help="The snapshot's number.")]
BalancesFile = Annotated[
    Path | None,
    typer.Option("--balances", metavar="FILE", help="Balances of `snapshot build`, instead of computing them."),
]
CaptureFile = Annotated[
    Path | None,
    typer.Option("--capture", metavar="FILE", help="All token accounts at the end of the record slot, in one file."),
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where balances come from: a file of them, a capture, or a node's history."""

    balances: Path | None = None
    capture: Path | None = None
    every_account: bool = True
    excluded: Sequence[Pubkey] | None = None
    """Who gets nothing of a distribution by rule; None: read from the issuer's history."""

    def __post_init__(self) -> None:
        if self.balances is not None and self.capture is not None:
            raise UsageError("say where the balances are from once: --balances or --capture")


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot, and what was burned since by its owners' own hands."""

    address: Pubkey
    account: Snapshot
    burned: Raw
    """What of the recorded supply may be gone at the end of the slot: seen by the program since, or not yet."""


async def read_taken(ledger: Ledger, asset: Pubkey, name: str, number: int) -> Taken:
    """The snapshot ``number`` of an asset. Raises AccountMissing."""
    address = pda.snapshot(asset, number)
    try:
        account = await snapshot_account(ledger, address)
    except AccountMissing:
        raise AccountMissing(f"{name} has no snapshot {number}; `xstock snapshot list {name}` shows them") from None
    state = await Integrator(ledger).asset_account(asset)
    mint = await ledger.account(state.mint)
    if mint is None:
        raise AccountMissing(f"asset {asset} has no mint on this cluster")
    unseen = max(state.known_supply - TokenMint.decode(mint).supply.value, 0)
    return Taken(address, account, Raw(state.burned_outside - account.burned_outside + unseen))


async def balances_of(session: Session, taken: Taken, source: Source) -> RecordDateBalances:
    """Every owner's balance at the end of the record slot, which make up its supply exactly.

    Raises BadSnapshot for a file of something else, IncompleteHistory and LedgerError where the node lacks something.
    """
    snapshot, supply = taken.account, Raw(taken.account.supply)
    if source.balances is not None:
        found = read_balances(source.balances)
        if (found.asset, found.slot) != (snapshot.asset, snapshot.slot):
            raise BadSnapshot(
                f"{source.balances}: has the balances of asset {found.asset} in slot {found.slot:,}; the snapshot is of"
                f" {snapshot.asset} in slot {snapshot.slot:,}: build them again"
            )
        require_recorded(found.total, slot=snapshot.slot, supply=supply, burned=taken.burned)
        return found
    if source.capture is not None:
        capture = read_capture(source.capture)
        if capture.asset != snapshot.asset:
            raise BadSnapshot(f"{source.capture}: is of asset {capture.asset}, and the snapshot of {snapshot.asset}")
        for what, said, right in (
            ("mint", capture.mint, pda.mint(snapshot.asset)),
            ("escrow", capture.escrow, pda.escrow(snapshot.asset)),
        ):
            if said != right:
                raise BadSnapshot(f"{source.capture}: its {what} is {said}, and the asset's {right}: take it again")
        return capture.balances(slot=snapshot.slot, supply=supply, burned=taken.burned)
    async with session.cluster() as node:
        if not isinstance(node, RpcNode):
            raise UsageError(
                f"{type(node).__name__} keeps no history that balances could be rolled back through: give --capture, or"
                " --balances"
            )
        with progress(session, "reading the history") as moved:
            return await roll_back(
                History(node),
                snapshot.asset,
                slot=snapshot.slot,
                supply=supply,
                burned=taken.burned,
                every_account=source.every_account,
                on_progress=lambda done, total: moved(done, done if total is None else total),
            )


@asynccontextmanager
async def attestor(session: Session) -> AsyncIterator[SnapshotAttestor]:
    """The client of a snapshot attestor, or of whoever challenges, announced."""
    signer, payer = session.signer(), session.payer()
    async with session.ledger() as ledger:
        client = SnapshotAttestor(ledger, signer=signer, payer=payer)
        await session.announce(ledger, signer, payer)
        yield client


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file whole or not at all: an interruption leaves what was there. Raises BadInput."""
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        write(draft)
        os.replace(draft, path)  # noqa: PTH105 - one call that either happens or does not
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def root_json(root: Root) -> dict[str, Any]:
    """What attestors vote for."""
    return {
        "root": root.entry.hash.hex(),
        "sum": root.entry.sum,
        "leaf_count": root.leaf_count,
        "withheld": root.withheld,
    }


def ballot_json(ballot: BallotView) -> dict[str, Any]:
    """How far the attestors are; ``agreed`` is null before they are."""
    return {
        "phase": str(ballot.phase),
        "agreed": None if ballot.root is None else root_json(ballot.root),
        "agreed_at": ballot.agreed_at,
        "final_from": ballot.final_from,
        "round": ballot.round,
        "votes": [{"attestor": str(key), **root_json(root)} for key, root in ballot.votes],
        "rejected_by": [str(key) for key in ballot.rejecters],
    }


def ballot_fields(ballot: BallotView) -> dict[str, object]:
    """The same for people."""
    told: dict[str, object] = {}
    if ballot.root is None:
        told["agreed"] = Text("not yet", "yellow")
    else:
        told["agreed"] = f"root {ballot.root.entry.hash.hex()} of {counted(ballot.root.leaf_count, 'owner')}"
        when = instant(ballot.final_from or 0)
        final = ballot.phase is BallotPhase.FINAL
        told["final"] = Text("yes", "green") if final else Text(f"from {when} on, unless it is thrown out", "yellow")
    for key, root in ballot.votes:
        told[f"vote of {key}"] = (
            f"root {root.entry.hash.hex()}, sum {root.entry.sum:,}, {counted(root.leaf_count, 'owner')}"
        )
    if ballot.round:
        told["thrown out"] = f"{ballot.round} times" if ballot.round > 1 else "once"
    return told
