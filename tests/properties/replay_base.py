"""What every rule of the replay needs: accounts by address, and how they change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeVar

from solders.pubkey import Pubkey

from tests.properties.places import find
from xstock_client import accounts as state
from xstock_client import rebase
from xstock_client.constants import DAY_S, RELEASED_DAYS

__all__ = ["NOBODY", "ONE", "ReplayBase"]

NOBODY: Final = Pubkey.default()
ONE: Final = 10**12

_Kind = TypeVar("_Kind", bound=state.AnyAccount)


class ReplayBase:
    """Accounts by address, as the events so far leave them."""

    def __init__(self) -> None:
        self.accounts: dict[Pubkey, state.AnyAccount] = {}

    def get(self, kind: type[_Kind], *seeds: bytes) -> _Kind:
        """The account of these seeds."""
        return self.at(kind, find(*seeds)[0])

    def at(self, kind: type[_Kind], where: Pubkey) -> _Kind:
        """The account there."""
        found = self.accounts[where]
        assert isinstance(found, kind)
        return found

    def change(self, where: Pubkey, **fields: Any) -> None:
        """Some fields of an account."""
        self.accounts[where] = replace(self.accounts[where], **fields)

    @staticmethod
    def burn_on(
        days: tuple[state.ReleasedDay, ...], shares: int, at: int, *, merge: bool
    ) -> tuple[state.ReleasedDay, ...]:
        """Eight days of burns after one more; ``merge``: what an older day left in the same place is kept too."""
        place = at // DAY_S % RELEASED_DAYS
        kept = days[place]
        if kept.shares and (merge or kept.last_at // DAY_S == at // DAY_S):
            new = state.ReleasedDay(max(kept.last_at, at), kept.shares + shares)
        else:
            new = state.ReleasedDay(at, shares)
        return (*days[:place], new, *days[place + 1 :])

    def release(self, asset: state.Asset, raw: int, at: int) -> tuple[state.ReleasedDay, ...]:
        """The days of burns after burning ``raw``."""
        if not raw:
            return asset.released
        return self.burn_on(asset.released, self.shares(asset, raw), max(at, asset.newest_as_of), merge=False)

    @staticmethod
    def shares(asset: state.Asset, raw: int) -> int:
        """What they count, rounded up."""
        return -(-raw * asset.multiplier // ONE)

    def bring_up_to_date(self, where: Pubkey, at: int) -> None:
        """A multiplier whose time has come is in force, by the published rule."""
        asset = self.at(state.Asset, where)
        reserve = self.at(state.Reserve, asset.reserve)
        self.accounts[where], self.accounts[asset.reserve] = rebase.bring_up_to_date(asset, reserve, at)

    def observe(self, event: Any, supply: int) -> state.Asset:
        """Burns from outside, which every event that looked at the supply reports."""
        asset = self.at(state.Asset, event.asset)
        assert asset.known_supply == supply + event.burned_outside, "an event's supply does not follow from the last"
        seen = replace(
            asset,
            known_supply=supply,
            burned_outside=asset.burned_outside + event.burned_outside,
            released=self.release(asset, event.burned_outside, event.at),
        )
        self.accounts[event.asset] = seen
        return seen

    def latch(self, where: Pubkey, latched: int, at: int) -> None:
        """Bad news latches, and only once."""
        if latched and not self.at(state.Asset, where).latched:
            self.change(where, latched=1, latched_at=at)
