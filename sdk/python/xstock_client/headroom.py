"""What the next mint may be at most, and what makes it no larger. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from xstock_client import views
from xstock_client.accounts import MinterAllowance
from xstock_client.amounts import Raw

__all__ = ["Headroom", "Limit"]


class Limit(StrEnum):
    """What keeps the next mint from being larger."""

    RESERVE = "reserve"
    BOND = "bond"
    ASSET_WINDOW = "asset's daily limit"
    MINTER_WINDOW = "minter's daily limit"
    MINTER_LIFETIME = "minter's lifetime cap"
    QUORUM = "quorum"
    LATCH = "solvency latch"
    HALT = "halt of minting"
    SPLIT = "split under way"
    """From its ex time to its effective time."""
    DELISTED = "delisting"
    SNAPSHOT = "slot of a snapshot"


@dataclass(frozen=True, slots=True)
class Headroom:
    """What the next mint may be at most, by each limit apart."""

    reserve: Raw
    """As far as the reserve goes, collateral included; zero without quorum."""
    asset_window: Raw
    """What all minters together may still mint today."""
    bond: Raw
    """As far as the redemption bond goes, without what waits to leave it."""
    blocked: Limit | None = None
    """Why nothing can be minted at all."""
    minter_window: Raw | None = None
    """None when no minter was asked about."""
    minter_lifetime: Raw | None = None
    without_approver: Raw | None = None
    """What the minter may mint before an approver must sign too."""

    @property
    def raw(self) -> Raw:
        """The largest amount that the program takes now."""
        return Raw(0) if self.blocked else min(self._limits().values())

    @property
    def limited_by(self) -> Limit:
        """What makes it no larger."""
        limits = self._limits()
        return self.blocked or min(limits, key=lambda limit: limits[limit])

    def _limits(self) -> dict[Limit, Raw]:
        limits = {
            Limit.RESERVE: self.reserve,
            Limit.BOND: self.bond,
            Limit.ASSET_WINDOW: self.asset_window,
            Limit.MINTER_WINDOW: self.minter_window,
            Limit.MINTER_LIFETIME: self.minter_lifetime,
        }
        return {limit: raw for limit, raw in limits.items() if raw is not None}

    def with_minter(self, allowance: MinterAllowance, now: int) -> Headroom:
        """The same, for one minter."""
        view = views.allowance_view(allowance, now)
        return replace(
            self,
            minter_window=view.window_left,
            minter_lifetime=view.lifetime_left,
            without_approver=view.without_approver,
        )
