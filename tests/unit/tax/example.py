"""The example of docs/guides/tax-records.md as facts."""

from __future__ import annotations

from datetime import UTC, datetime

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.amounts import Cash, Multiplier, Raw, Shares
from xstock_client.tax import (
    Acquired,
    Action,
    Dividend,
    EventKind,
    HolderHistory,
    How,
    Manner,
    Removed,
)

ONE = Multiplier(10**12)
COIN = Pubkey.from_bytes(bytes([7]) * 32)
BOUGHT_1, BOUGHT_2, PAID, SPLIT, REDEEMED = (Signature.from_bytes(bytes([n]) * 64) for n in range(1, 6))


def at(text: str) -> int:
    """Unix seconds of ``2026-02-02 15:30`` UTC."""
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp())


def tokens(whole: int) -> Raw:
    return Raw(whole * 10**8)


def usd(text: str) -> Cash:
    """Of a coin of six decimals."""
    whole, _, cents = text.partition(".")
    return Cash(int(whole) * 10**6 + int(cents.ljust(6, "0")))


def shares(whole: int) -> Shares:
    return Shares(whole * 10**8)


COSTS = {BOUGHT_1: usd("18000.00"), BOUGHT_2: usd("9500.00")}

HISTORY = HolderHistory(
    asset=Pubkey.from_bytes(bytes([8]) * 32),
    holder=Pubkey.from_bytes(bytes([9]) * 32),
    symbol="AAPLx",
    isin="US0378331005",
    coin=COIN,
    decimals=6,
    listed=ONE,
    now=at("2027-03-01 00:00"),
    moves=(
        Acquired(at("2025-11-03 15:00"), tokens(100), How.MINT, BOUGHT_1),
        Acquired(at("2026-02-02 15:30"), tokens(50), How.TRANSFER_IN, BOUGHT_2),
        Removed(
            at("2026-09-10 16:00"),
            tokens(120),
            Manner.REDEMPTION,
            REDEEMED,
            shares=shares(1200),
            proceeds=usd("23976.00"),
            fee=usd("24.00"),
            coin=COIN,
        ),
    ),
    actions=(Action(1, EventKind.SPLIT, 10, 1, at("2026-06-15 13:30"), ONE, Multiplier(10**13), SPLIT),),
    dividends=(
        Dividend(
            paid_at=at("2026-05-15 14:00"),
            gross=usd("36.00"),
            withheld=usd("5.40"),
            payout_mint=COIN,
            decimals=6,
            distribution=Pubkey.from_bytes(bytes([6]) * 32),
            destination=Pubkey.from_bytes(bytes([5]) * 32),
            signature=PAID,
        ),
    ),
)
