"""What the transactions of one run share, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

from xstock_client.amounts import Cash
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.payouts import Payable
from xstock_client.clients.pushes import Unpaid
from xstock_client.constants import LEAVES_PER_PAGE
from xstock_client.distribution import DistributionStatus
from xstock_client.errors import XstockError
from xstock_client.merkle import MerkleTree

__all__ = ["OnProgress", "Run", "as_unpaid", "leaves_of"]

OnProgress = Callable[[int, int], None]
"""Told how many owners are done with, and of how many."""


@dataclass(slots=True)
class Run:
    """What the transactions of one run share, and what became of them."""

    status: DistributionStatus
    token: PaymentToken
    issuer: Pubkey
    recipients: Mapping[Pubkey, Pubkey] | None
    """By owner; None where the cluster lists no accounts, and each is looked up."""
    account_rent: int
    open_accounts: bool
    total: int
    on_progress: OnProgress | None
    stopped: XstockError | None = None
    reasons: dict[int, str] = field(default_factory=dict)
    left: list[Payable] = field(default_factory=list)
    """Leaves whose bits are not set."""
    done: int = 0
    transactions: int = 0
    pages: int = 0
    accounts: int = 0
    paid: int = 0
    net: int = 0
    withheld: int = 0

    def progress(self, count: int) -> None:
        """Take note of ``count`` owners who are done with."""
        self.done += count
        if self.on_progress is not None:
            self.on_progress(self.done, self.total)

    def stop(self, error: XstockError) -> None:
        """End the run; the first reason counts."""
        self.stopped = self.stopped or error

    def refuse(self, index: int, reason: str) -> None:
        """Take note of an owner who cannot be paid."""
        self.reasons[index] = reason
        self.progress(1)


def leaves_of(tree: MerkleTree, page: int) -> list[Payable]:
    """A page's leaves, before it is known where they can be paid to."""
    first = page * LEAVES_PER_PAGE
    leaves = tree.leaves(first, min(LEAVES_PER_PAGE, tree.leaf_count - first))
    nobody = Pubkey.default()
    return [
        Payable(index, Pubkey(leaf.owner), leaf.amount, leaf.withheld, nobody, nobody, 0)
        for index, leaf in enumerate(leaves, first)
    ]


def as_unpaid(leaf: Payable, reason: str) -> Unpaid:
    return Unpaid(leaf.index, leaf.owner, Cash(leaf.gross), Cash(leaf.withheld), reason)
