"""The program's accounts, rebuilt from its events alone (promise 10).

Nothing is read from the chain here: what an event does not say must follow from the published rules (addresses,
groups, days of burns, limits that mature), or this replay could not exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tests.properties.parts import NO_LIMITS, nothing_queued
from tests.properties.places import blank, find, u32
from tests.properties.replay_claims import ClaimsReplay
from tests.properties.replay_corporate import CorporateReplay
from tests.properties.replay_office import OfficeReplay
from xstock_client import accounts as state
from xstock_client import events
from xstock_client.constants import TICKETS_PER_PAGE

__all__ = ["Replay"]


@lru_cache(maxsize=64)
def _rule(event: str) -> str:
    return "on" + re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), event)


class Replay(OfficeReplay, ClaimsReplay, CorporateReplay):
    """Accounts by address, as the events so far leave them."""

    def take(self, told: Sequence[events.Event]) -> None:
        """The events of one instruction, together: reports that came together clear burns together."""
        slots = Counter(event.slot for event in told if isinstance(event, events.ChainAttested))
        self.repeated = frozenset(slot for slot, count in slots.items() if count > 1)
        for event in told:
            where, at = getattr(event, "asset", None), getattr(event, "at", None)
            if at is not None and where in self.accounts:
                self.bring_up_to_date(where, at)
            rule: Callable[[Any], None] = getattr(self, _rule(type(event).__name__))
            rule(event)
        attested = events.ReserveAttested | events.ChainAttested
        for where in {event.asset for event in told if isinstance(event, attested)}:
            self.clear(where)

    # Minting

    def on_allowance_set(self, event: events.AllowanceSet) -> None:
        where, bump = find(b"minter", bytes(event.asset), bytes(event.minter))
        self.accounts[where] = replace(
            blank(state.MinterAllowance),
            bump=bump,
            asset=event.asset,
            minter=event.minter,
            limits=event.limits,
            pending=event.pending,
            pending_from=event.pending_from,
            window=event.window,
            lifetime_used=event.lifetime_used,
        )
        issuer = self.at(state.Asset, event.asset).issuer
        live_at = self.at(state.Issuer, issuer).live_at
        assert live_at in (0, event.live_at)
        if not live_at:  # a handoff that did not have to wait is void
            self.change(issuer, live_at=event.live_at)
            self.no_handoff(issuer)

    def on_allowance_raise_cancelled(self, event: events.AllowanceRaiseCancelled) -> None:
        where, _ = find(b"minter", bytes(event.asset), bytes(event.minter))
        assert self.at(state.MinterAllowance, where).pending == event.dropped
        self.change(where, pending=NO_LIMITS, pending_from=0)

    def on_ticket_page_opened(self, event: events.TicketPageOpened) -> None:
        where, bump = find(b"tickets", bytes(event.asset), u32(event.page))
        assert where not in self.accounts
        assert (event.page + 1) * TICKETS_PER_PAGE > self.at(state.Asset, event.asset).ticket_watermark
        self.accounts[where] = state.TicketPage(1, bump, event.page, event.asset, event.rent_payer, 0, bytes(512))

    def on_ticket_page_closed(self, event: events.TicketPageClosed) -> None:
        where, _ = find(b"tickets", bytes(event.asset), u32(event.page))
        page = self.at(state.TicketPage, where)
        assert (page.used, page.rent_payer) == (event.used, event.rent_payer)
        assert (event.page + 1) * TICKETS_PER_PAGE <= self.at(state.Asset, event.asset).ticket_watermark
        del self.accounts[where]

    def on_watermark_raised(self, event: events.WatermarkRaised) -> None:
        asset = self.at(state.Asset, event.asset)
        assert (asset.ticket_watermark, asset.highest_ticket) == (event.old_watermark, event.highest_ticket)
        self.change(event.asset, ticket_watermark=event.watermark)

    def on_shares_minted(self, event: events.SharesMinted) -> None:
        asset = self.observe(event, event.supply_before)
        assert event.supply == event.supply_before + event.amount
        assert event.asset_window_limit == asset.policy.mint_window_limit
        assert event.ticket >= asset.ticket_watermark
        self.change(
            event.asset,
            known_supply=event.supply,
            minted=asset.minted + event.amount,
            tickets_used=asset.tickets_used + 1,
            first_mint_at=asset.first_mint_at or event.at,
            highest_ticket=max(asset.highest_ticket, event.ticket),
            mint_window=event.asset_window,
            queued_policy=asset.queued_policy if asset.first_mint_at else nothing_queued(),
        )
        where, _ = find(b"minter", bytes(event.asset), bytes(event.minter))
        old = self.at(state.MinterAllowance, where)
        self.change(where, limits=event.limits, window=event.window, lifetime_used=event.lifetime_used)
        if old.pending_from and event.at >= old.pending_from:
            assert event.limits == old.pending
            self.change(where, pending=NO_LIMITS, pending_from=0)
        where, _ = find(b"tickets", bytes(event.asset), u32(event.ticket // TICKETS_PER_PAGE))
        page = self.at(state.TicketPage, where)
        bits = bytearray(page.bitmap)
        byte, bit = divmod(event.ticket % TICKETS_PER_PAGE, 8)
        assert not bits[byte] >> bit & 1, "an event tells of a used ticket"
        bits[byte] |= 1 << bit
        self.change(where, used=page.used + 1, bitmap=bytes(bits))

    # Guards

    def on_halts_changed(self, event: events.HaltsChanged) -> None:
        assert self.at(state.Asset, event.asset).halts == event.old_halts
        self.change(event.asset, halts=event.halts)

    def on_solvency_checked(self, event: events.SolvencyChecked) -> None:
        asset = self.observe(event, event.supply)
        assert asset.latched == event.latched_before
        self.latch(event.asset, event.latched, event.at)

    def on_asset_reopened(self, event: events.AssetReopened) -> None:
        asset = self.observe(event, event.supply)
        assert (asset.latched, asset.latched_at) == (1, event.latched_at)
        self.change(event.asset, latched=0, latched_at=0)
