"""Refusals of the program in people's figures: shares, sums of the coin, and times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xstock_client.amounts import Cash, Shares
from xstock_client.constants import Payout, RequestState, Role
from xstock_client.errors import ProgramRefused, XstockError
from xstock_client.rendering import instant

__all__ = ["refusal_text"]

_SHARES: Final[Mapping[str, tuple[str, ...]]] = {
    "AboveChainCap": ("amount", "there", "cap"),
    "ApproverNeeded": ("amount", "used", "threshold"),
    "AssetWindowExceeded": ("amount", "left", "limit"),
    "ChainInUse": ("cap", "owed"),
    "FigureTooLarge": ("given", "limit"),
    "LifetimeCapExceeded": ("amount", "left", "cap"),
    "ReserveShort": ("reserve", "needed", "released", "foreign"),
    "SettlementMismatch": ("amount", "given"),
    "WindowExceeded": ("amount", "left", "limit"),
}
"""Figures of refusals that are shares, or tokens: one share each until there are splits."""
_SUMS: Final[Mapping[str, tuple[str, ...]]] = {
    "BondClaimed": ("free", "asked"),
    "BondInUse": ("bond",),
    "OtherQuote": ("given", "quoted"),
    "PriceTooLow": ("payment", "needed", "min_price"),
    "UnderBonded": ("free", "needed"),
}
"""Figures of refusals that are sums of the coin."""
_STATES: Final = ("state", "needed")
_NAMES: Final = {("ApproverNeeded", "used"): "would be used"}
"""Figures of refusals that are called otherwise than in the log."""
_TIMES: Final = frozenset(
    {"accepted_at", "as_of", "deadline", "earliest", "expired_at", "expires_at", "held_since", "now", "paid_at"}
    | {"ready_at", "requested_at", "until", "valid_from", "waits_until"}
)


def refusal_text(error: XstockError, decimals: int | None) -> str:
    """The message, with a refusal's figures as a person writes them; sums in a coin of so many decimals."""
    if not isinstance(error, ProgramRefused) or not error.figures:
        return str(error)
    plain = ", ".join(f"{name} {value:,}" for name, value in error.figures.items())
    told = ", ".join(
        f"{_NAMES.get((error.name, name), name)} {_figure(error.name, name, value, decimals)}"
        for name, value in error.figures.items()
    )
    return str(error).replace(f"[{plain}]", f"[{told}]")


def _figure(refusal: str, name: str, value: int, decimals: int | None) -> str:
    if name in _SHARES.get(refusal, ()):
        return str(Shares(value).to_ui())
    if name in _SUMS.get(refusal, ()):
        return f"{value:,} base units" if decimals is None else str(Cash(value).to_ui(decimals))
    if refusal == "WrongRequestState" and name in _STATES and value in list(RequestState):
        return RequestState(value).name.lower()
    if refusal == "WrongPayout" and value in list(Payout):
        return Payout(value).name.lower().replace("_", " ")
    if name == "role" and value in list(Role):
        return Role(value).label
    if name in _TIMES or (refusal, name) == ("ArbiterLeaves", "needed"):
        return instant(value)
    return f"{value:,}"
