"""What the commands of ``xstock dividend`` share: distributions as people name them, and their entitlement trees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Cash, Multiplier
from xstock_client.cli._args import parse_address
from xstock_client.cli._session import Session
from xstock_client.cli.snapshot._common import Source, Taken, balances_of, read_taken
from xstock_client.clients import read_distribution
from xstock_client.clients.excluding import excluded_owners
from xstock_client.distribution import BallotView, DistributionStatus, require_same_root
from xstock_client.errors import AccountMissing, BadSnapshot, UsageError
from xstock_client.ledger import Ledger
from xstock_client.merkle import MerkleTree
from xstock_client.rendering import cash_json
from xstock_client.snapshot import Entitlements, RatesFile, entitlement_tree, entitlements, read_rates, snapshot_tree

__all__ = [
    "Entitled",
    "Excluded",
    "OneDistribution",
    "RatesOption",
    "Target",
    "entitled",
    "find",
    "sum_json",
    "sum_text",
]


@dataclass(frozen=True, slots=True)
class Target:
    """A distribution by its snapshot's number and its own; without its own the snapshot's only one."""

    snapshot: int
    number: int | None

    def __str__(self) -> str:
        return str(self.snapshot) if self.number is None else f"{self.snapshot}/{self.number}"


def parse_target(text: str | Target) -> Target:
    """A distribution from ``N`` or ``N/M``."""
    if isinstance(text, Target):
        return text
    snapshot, slash, number = text.partition("/")
    parts = (snapshot, number) if slash else (snapshot,)
    if not all(part.isascii() and part.isdecimal() and int(part) < 2**32 for part in parts):
        raise typer.BadParameter(
            f"{text!r} names no distribution: write its snapshot's number, or N/M for the snapshot's M-th; `xstock"
            " dividend list` shows them"
        )
    return Target(int(snapshot), int(number) if slash else None)


OneDistribution = Annotated[
    Target,
    typer.Argument(
        parser=parse_target, metavar="N[/M]", help="The snapshot's number, and /M where it has several distributions."
    ),
]
RatesOption = Annotated[
    Path, typer.Option("--rates", metavar="FILE", help="The published rates file, whose hash is on chain.")
]
Excluded = Annotated[
    list[Pubkey] | None,
    typer.Option(
        "--excluded",
        parser=parse_address,
        metavar="ADDRESS",
        help="Who gets nothing by rule, as `dividend entitlements` tells; may be repeated. Default: read from the"
        " issuer's history since the record slot, which takes longer the later it is.",
    ),
]


@dataclass(frozen=True, slots=True)
class Entitled:
    """A distribution, and what each owner gets of it."""

    status: DistributionStatus
    rows: Entitlements
    tree: MerkleTree
    excluded: tuple[Pubkey, ...]
    """Owners of the snapshot who get nothing by rule."""


async def find(ledger: Ledger, asset: Pubkey, name: str, target: Target) -> DistributionStatus:
    """The distribution that a person names. Raises AccountMissing, UsageError where there are several."""
    number = target.number
    if number is None:
        count = (await read_taken(ledger, asset, name, target.snapshot)).account.distributions
        if count > 1:
            raise UsageError(
                f"snapshot {target.snapshot} of {name} has {count} distributions: name one, {target.snapshot}/0 to"
                f" {target.snapshot}/{count - 1}"
            )
        number = 0
    try:
        return await read_distribution(ledger, pda.distribution(pda.snapshot(asset, target.snapshot), number))
    except AccountMissing:
        raise AccountMissing(
            f"{name} has no distribution {target.snapshot}/{number}; `xstock dividend list {name}` shows them"
        ) from None


async def entitled(
    session: Session, ledger: Ledger, asset: Pubkey, name: str, target: Target, source: Source, rates: Path
) -> Entitled:
    """Compute what each owner of the snapshot gets. Raises BadSnapshot for files of something else."""
    status = await find(ledger, asset, name, target)
    published = read_rates(rates)
    _require_rates(status, published, rates)
    taken = await read_taken(ledger, asset, name, target.snapshot)
    excluded = source.excluded
    if excluded is None:
        excluded = sorted(await excluded_owners(ledger, taken.address, status.rules), key=bytes)
    balances = await balances_of(session, taken, source)
    await _require_agreed(ledger, taken, snapshot_tree(balances, taken.address))
    rows = entitlements(balances, Multiplier(taken.account.multiplier), status.rate.value, published, excluded)
    without = tuple(owner for owner in excluded if balances.index_of(owner) is not None)
    return Entitled(status, rows, entitlement_tree(rows, status.address), without)


def _require_rates(status: DistributionStatus, rates: RatesFile, path: Path) -> None:
    if rates.hash != status.rates_hash:
        raise BadSnapshot(
            f"{path}: has sha256 {rates.hash.hex()}, and the distribution names {status.rates_hash.hex()}: get the file"
            " that was published"
        )


async def _require_agreed(ledger: Ledger, taken: Taken, tree: MerkleTree) -> None:
    ballot = BallotView.of(taken.account.ballot, await ledger.now())
    require_same_root(tree, ballot.require_final("the snapshot"), "the snapshot")


def sum_json(cash: Cash | int, status: DistributionStatus) -> dict[str, Any]:
    """A sum of the payout mint."""
    return cash_json(Cash(int(cash)), status.decimals)


def sum_text(cash: Cash | int, status: DistributionStatus) -> str:
    """The same for people."""
    return str(Cash(int(cash)).to_ui(status.decimals))
