"""What each owner of a snapshot gets from a distribution, and what is withheld of it. Whole numbers only; pure."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.amounts import MULTIPLIER_SCALE, U64_MAX, Multiplier
from xstock_client.constants import BPS, WHOLE
from xstock_client.errors import BadSnapshot
from xstock_client.merkle import MerkleTree
from xstock_client.snapshot.balances import RecordDateBalances
from xstock_client.snapshot.rates import RatesFile

__all__ = ["RATE_SCALE", "Entitlement", "Entitlements", "entitlement_tree", "entitlements", "gross_of", "withheld_of"]

RATE_SCALE: Final = 10**6
"""A distribution's rate is in millionths of a payout base unit per whole share."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One leaf of a distribution; amounts in base units of the payout mint."""

    index: int
    owner: Pubkey
    gross: int
    withheld: int

    @property
    def net(self) -> int:
        """What is paid out."""
        return self.gross - self.withheld


@dataclass(frozen=True, slots=True)
class Entitlements:
    """The rows of a distribution, sorted by the owners' bytes; nobody who gets nothing. Iterating gives them.

    ``owners`` are 32 bytes for each; ``gross`` and ``withheld`` arrays of type "Q", base units of the payout mint.
    """

    owners: bytes
    gross: array[int]
    withheld: array[int]

    def __len__(self) -> int:
        return len(self.gross)

    def __iter__(self) -> Iterator[Entitlement]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> Entitlement:
        owner = Pubkey(self.owners[32 * index : 32 * index + 32])
        return Entitlement(index, owner, self.gross[index], self.withheld[index])

    @property
    def total_gross(self) -> int:
        """What the distribution's vault must be funded with."""
        return sum(self.gross)

    @property
    def total_withheld(self) -> int:
        """What of it goes to the tax authorities."""
        return sum(self.withheld)


def gross_of(raw: int, multiplier: Multiplier, rate: int) -> int:
    """Payout base units for ``raw`` at ``rate`` (millionths of a base unit per whole share), rounded down.

    Shares are rounded down first, as the program does for every owner.
    """
    return raw * multiplier.value // MULTIPLIER_SCALE * rate // (WHOLE * RATE_SCALE)


def withheld_of(gross: int, bps: int) -> int:
    """What is withheld of ``gross`` at ``bps`` basis points, rounded down: never more than the rate."""
    return gross * bps // BPS


def entitlements(
    balances: RecordDateBalances,
    multiplier: Multiplier,
    rate: int,
    rates: RatesFile,
    excluded: Collection[Pubkey] = (),
) -> Entitlements:
    """What each owner gets: ``rate`` is the distribution's, ``multiplier`` the snapshot's.

    ``excluded`` owners (by the distribution's rule: the issuer's authority, the treasurers) get nothing, nor does
    whoever's gross rounds to zero. Raises BadSnapshot when ``rates`` names somebody without a balance, when ``rate`` is
    not positive, when nobody gets anything, and when all of it together is no u64.
    """
    if not 0 < rate <= U64_MAX:
        raise BadSnapshot(
            f"the rate is {rate:,} millionths of a base unit per share; it lies between 1 and {U64_MAX:,}"
        )
    rates.require_known(lambda owner: balances.index_of(owner) is not None)
    without = {bytes(owner) for owner in excluded}
    bps = {bytes(owner): rates.rate(owner) for owner in rates.owners}
    owners = bytearray()
    gross, withheld = array("Q"), array("Q")
    total = 0
    for index, raw in enumerate(balances.amounts):
        owner = balances.owners[32 * index : 32 * index + 32]
        if owner in without or not (amount := gross_of(raw, multiplier, rate)):
            continue
        if (total := total + amount) > U64_MAX:
            raise BadSnapshot(
                f"at this rate the owners get more than {U64_MAX:,} base units together; check the rate and its scale"
            )
        owners += owner
        gross.append(amount)
        withheld.append(withheld_of(amount, bps.get(owner, rates.default)))
    if not gross:
        raise BadSnapshot(
            f"at a rate of {rate:,} millionths of a base unit per share nobody gets a whole base unit, or all are"
            " excluded; check the rate and its scale"
        )
    return Entitlements(bytes(owners), gross, withheld)


def entitlement_tree(rows: Entitlements, distribution: Pubkey, *, workers: int | None = None) -> MerkleTree:
    """The tree whose root the attestors of ``distribution`` (its address) vote on. Raises BadSnapshot."""
    return MerkleTree.build(distribution, rows.owners, rows.gross, rows.withheld, workers=workers)
