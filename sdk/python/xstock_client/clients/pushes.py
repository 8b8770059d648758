"""What a run that pays a distribution's owners would do, and what it came to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.amounts import Cash
from xstock_client.errors import XstockError

__all__ = ["PushPlan", "PushReport", "Unpaid"]

_FEE: Final = 5_000
"""Lamports for a transaction with one signature."""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An owner who was not paid. Money in base units of the payout mint."""

    index: int
    owner: Pubkey
    gross: Cash
    withheld: Cash
    reason: str

    @property
    def net(self) -> Cash:
        """What it would get."""
        return self.gross - self.withheld


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a run would do now. Money in base units of the payout mint; rent and fees in lamports, paid by the payer."""

    before: int
    """Owners who were paid before."""
    payable: int
    net: Cash
    """What these get together."""
    withheld: Cash
    claims: int
    """Transactions that pay."""
    pages: int
    """Pages to open, a transaction each."""
    page_rent: int
    """Of each page; whoever opens it gets it back when it is closed."""
    accounts: int
    """Token accounts to open for owners who have none."""
    account_rent: int
    """Of each account; it is the owner's for good."""
    unpayable: tuple[Unpaid, ...]

    @property
    def transactions(self) -> int:
        """All of them."""
        return self.claims + self.pages

    @property
    def rent(self) -> int:
        """Lamports for pages and accounts together."""
        return self.pages * self.page_rent + self.accounts * self.account_rent

    @property
    def fees(self) -> int:
        """Lamports of base fees, without priority fees."""
        return self.transactions * _FEE


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a run came to, by the bits on chain afterwards."""

    before: int
    """Owners who were paid before."""
    paid: int
    """Owners who were paid while it ran."""
    net: Cash
    """What these got."""
    withheld: Cash
    transactions: int
    pages: int
    """Pages that it opened."""
    accounts: int
    """Token accounts that it opened for owners, at the payer's cost."""
    unpaid: tuple[Unpaid, ...]
    """Of the pages that it came to."""
    stopped: XstockError | None
    """What ended it early: run it again, it goes on where it was."""
