"""What a holder's tax records of one year say, and the facts that they are made of. Pure values.

Tokens (:class:`Raw`) never change at a split; the shares behind them do. Every :class:`Shares` here is in the basis of
its own date, as a broker's statement has it. Times are unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.amounts import Cash, Multiplier, Raw, Shares

__all__ = [
    "METHOD",
    "Acquired",
    "Action",
    "CorporateEvent",
    "Disposal",
    "Dividend",
    "EventKind",
    "HolderHistory",
    "Holding",
    "How",
    "Lot",
    "Manner",
    "Match",
    "Move",
    "Penalty",
    "Removed",
    "TaxRecords",
]

METHOD: Final = "FIFO"
"""How disposals are matched with lots: the tokens that came first go first."""


class How(StrEnum):
    """How a lot was acquired."""

    MINT = "mint"
    TRANSFER_IN = "transfer-in"
    STOCK_DIVIDEND = "stock-dividend"
    """New shares in tokens that were held already."""


class Manner(StrEnum):
    """How tokens left."""

    REDEMPTION = "redemption"
    """Settled with a payment on chain."""
    OFF_CHAIN = "redemption-off-chain"
    """Settled with a payment outside the chain, which the chain does not know."""
    OTHER_CHAIN = "other-chain"
    """Burned here and issued on another chain."""
    TRANSFER_OUT = "transfer-out"
    BURN = "burn"


class EventKind(StrEnum):
    """Corporate actions that change how many shares a token is worth."""

    STOCK_DIVIDEND = "stock-dividend"
    SPLIT = "split"
    REVERSE_SPLIT = "reverse-split"


# The facts, oldest first


@dataclass(frozen=True, slots=True)
class Acquired:
    """Tokens that came."""

    at: int
    raw: Raw
    how: How
    signature: Signature


@dataclass(frozen=True, slots=True)
class Removed:
    """Tokens that went for good; into the escrow of a request is not for good."""

    at: int
    raw: Raw
    how: Manner
    signature: Signature
    shares: Shares | None = None
    """What the program said they were worth; None outside redemptions."""
    proceeds: Cash | None = None
    """What the holder was paid, the fee already taken off; None when the chain does not know."""
    fee: Cash | None = None
    coin: Pubkey | None = None
    """What it was paid in."""


Move: TypeAlias = Acquired | Removed


@dataclass(frozen=True, slots=True)
class Action:
    """A corporate action that changes what a token is worth."""

    number: int
    kind: EventKind
    new: int
    """``new`` shares for ``old`` held ones; of a stock dividend ``new`` more for ``old``."""
    old: int
    effective_at: int
    before: Multiplier
    after: Multiplier
    signature: Signature
    """The transaction that announced it."""


@dataclass(frozen=True, slots=True)
class Dividend:
    """A cash dividend as it was paid to the owner, or to the recipient that the owner registered."""

    paid_at: int
    gross: Cash
    withheld: Cash
    payout_mint: Pubkey
    decimals: int
    """Of the payout mint."""
    distribution: Pubkey
    destination: Pubkey
    """The token account that got the net sum."""
    signature: Signature

    @property
    def net(self) -> Cash:
        """What was paid."""
        return self.gross - self.withheld


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the issuer's bond paid for a deadline that it missed."""

    paid_at: int
    amount: Cash
    coin: Pubkey
    request: int
    signature: Signature


@dataclass(frozen=True, slots=True)
class HolderHistory:
    """All that ever happened to a holder's tokens of one asset, oldest first, and what was paid for them."""

    asset: Pubkey
    holder: Pubkey
    symbol: str
    isin: str
    coin: Pubkey | None
    """What redemptions are paid in now; None while the asset has not chosen."""
    decimals: int
    """Of sums in :class:`Cash`, those of dividends apart: the coin's, or more where an earlier coin had more."""
    listed: Multiplier
    """Shares per token when the asset was listed."""
    now: int
    moves: tuple[Move, ...] = ()
    actions: tuple[Action, ...] = ()
    """By their effective time, future ones too."""
    dividends: tuple[Dividend, ...] = ()
    penalties: tuple[Penalty, ...] = ()


# The records


@dataclass(frozen=True, slots=True)
class Holding:
    """What there is of a lot at one moment."""

    raw: Raw
    shares: Shares
    """In the basis of that moment."""
    cost: Cash | None


@dataclass(frozen=True, slots=True)
class Lot:
    """Tokens acquired at once, or the new shares that a stock dividend brought into an older lot's tokens."""

    number: int
    """Counts from 1 over the holder's whole history, so that a lot has the same number every year."""
    how: How
    acquired_at: int
    raw: Raw
    """As acquired; zero for a stock dividend, whose shares are in the tokens of lot ``within``."""
    shares: Shares
    """As acquired, in the basis of that day."""
    cost: Cash | None
    """Of all of it; None when unknown: the chain knows no purchase prices."""
    within: int | None
    signature: Signature
    brought: Holding | None
    """At the start of the year; None when it was acquired later."""
    carried: Holding | None
    """At the end of the year; None when nothing is left."""


@dataclass(frozen=True, slots=True)
class Match:
    """The part of a disposal that came out of one lot."""

    lot: int
    acquired_at: int
    raw: Raw
    shares: Shares
    cost: Cash | None
    proceeds: Cash | None
    fee: Cash | None

    @property
    def gain(self) -> int | None:
        """Base units of the coin, negative for a loss; None unless cost and proceeds are known."""
        if self.cost is None or self.proceeds is None:
            return None
        return self.proceeds.value - self.cost.value


@dataclass(frozen=True, slots=True)
class Disposal:
    """Tokens that went for good, and the lots that they came out of, oldest first."""

    at: int
    how: Manner
    raw: Raw
    shares: Shares
    """In the basis of that day."""
    proceeds: Cash | None
    fee: Cash | None
    coin: Pubkey | None
    signature: Signature
    matches: tuple[Match, ...]
    """Their sums are exactly the disposal's."""


@dataclass(frozen=True, slots=True)
class CorporateEvent:
    """A split, reverse split or stock dividend, and what it did to the holder's shares."""

    action: Action
    raw: Raw
    """The holder's tokens at that moment, those in escrow included; they stay what they are."""

    @property
    def shares_before(self) -> Shares:
        """The holder's shares right before, in the old basis."""
        return self.action.before.shares_floor(self.raw)

    @property
    def shares_after(self) -> Shares:
        """The holder's shares from then on, in the new basis."""
        return self.action.after.shares_floor(self.raw)


@dataclass(frozen=True, slots=True)
class TaxRecords:
    """One asset, one holder, one year (UTC)."""

    asset: Pubkey
    holder: Pubkey
    symbol: str
    isin: str
    coin: Pubkey | None
    decimals: int
    year: int
    until: int
    """The end of the year, or the moment up to which an unfinished one is told; not included."""
    lots: tuple[Lot, ...]
    """Brought into the year, or acquired in it."""
    disposals: tuple[Disposal, ...]
    dividends: tuple[Dividend, ...]
    corporate_actions: tuple[CorporateEvent, ...]
    """Those that met tokens of the holder."""
    penalties: tuple[Penalty, ...]
