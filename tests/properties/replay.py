"""The program's accounts, rebuilt from its events alone (promise 10).

Nothing is read from the chain here: what an event does not say must follow from the published rules (addresses,
groups, days of burns, limits that mature), or this replay could not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatchmethod
from typing import Any, Final, TypeVar

from solders.pubkey import Pubkey

from tests.properties.places import blank, find, u32, u64
from xstock_client import accounts as state
from xstock_client import events
from xstock_client.constants import DAY_S, RELEASED_DAYS, TICKETS_PER_PAGE, RequestState

__all__ = ["Replay"]

_NOBODY: Final = Pubkey.default()
_ONE: Final = 10**12
_EMPTY_SLOT: Final = state.CustodianSlot.read(bytes(state.CustodianSlot.SIZE))

_Kind = TypeVar("_Kind", bound=state.AnyAccount)


class Replay:
    """Accounts by address, as the events so far leave them."""

    def __init__(self) -> None:
        self.accounts: dict[Pubkey, state.AnyAccount] = {}

    def take(self, told: Sequence[events.Event]) -> None:
        """The events of one instruction, together: reports that came together clear burns together."""
        for event in told:
            self.apply(event)
        for where in {event.asset for event in told if isinstance(event, events.ReserveAttested)}:
            self._clear(where)

    def _clear(self, where: Pubkey) -> None:
        """Days of burns that every slot has reported past are forgotten."""
        asset, reserve = self._at(state.Asset, where), self._get(state.Reserve, b"reserve", bytes(where))
        oldest = min(one.as_of for one in reserve.custodians if one.active and one.received_at)
        past = [day for day in asset.released if day.shares and day.last_at < oldest]
        kept = tuple(state.ReleasedDay(0, 0) if day in past else day for day in asset.released)
        self._change(where, released=kept, cleared_at=max([asset.cleared_at, *(day.last_at for day in past)]))

    @singledispatchmethod
    def apply(self, event: Any) -> None:
        """Take one event in. Raises TypeError for an event that nobody taught this replay."""
        raise TypeError(f"no rule for {type(event).__name__}")

    def _get(self, kind: type[_Kind], *seeds: bytes) -> _Kind:
        found = self.accounts[find(*seeds)[0]]
        assert isinstance(found, kind)
        return found

    def _at(self, kind: type[_Kind], where: Pubkey) -> _Kind:
        found = self.accounts[where]
        assert isinstance(found, kind)
        return found

    def _change(self, where: Pubkey, **fields: Any) -> None:
        self.accounts[where] = replace(self.accounts[where], **fields)

    def _release(self, asset: state.Asset, raw: int, at: int) -> tuple[state.ReleasedDay, ...]:
        """The days of burns after burning ``raw`` (one share each: no splits yet)."""
        if raw == 0:
            return asset.released
        assert asset.multiplier == _ONE
        day = at // DAY_S
        kept = asset.released[day % RELEASED_DAYS]
        if kept.shares and kept.last_at // DAY_S == day:
            new = state.ReleasedDay(max(kept.last_at, at), kept.shares + raw)
        else:
            new = state.ReleasedDay(at, raw)
        days = list(asset.released)
        days[day % RELEASED_DAYS] = new
        return tuple(days)

    def _observe(self, where: Pubkey, supply: int, burned_outside: int, at: int) -> state.Asset:
        """Burns from outside, which every event that looked at the supply reports."""
        asset = self._at(state.Asset, where)
        assert asset.known_supply == supply + burned_outside, "an event's supply does not follow from the last one"
        seen = replace(
            asset,
            known_supply=supply,
            burned_outside=asset.burned_outside + burned_outside,
            released=self._release(asset, burned_outside, at),
        )
        self.accounts[where] = seen
        return seen

    def _latch(self, where: Pubkey, latched: int, at: int) -> None:
        if latched and not self._at(state.Asset, where).latched:
            self._change(where, latched=1, latched_at=at)

    # Issuer, roles, assets

    @apply.register
    def _(self, event: events.IssuerCreated) -> None:
        where, bump = find(b"issuer", u64(event.id))
        assert where == event.issuer
        self.accounts[where] = state.Issuer(
            1, bump, 0, event.id, event.authority, _NOBODY, event.name, event.genesis_hash, 0, event.at, 0
        )

    @apply.register
    def _(self, event: events.AuthorityProposed) -> None:
        self._change(event.issuer, authority=event.authority, pending_authority=event.pending_authority)

    @apply.register
    def _(self, event: events.AuthorityAccepted) -> None:
        assert self._at(state.Issuer, event.issuer).authority == event.old_authority
        self._change(event.issuer, authority=event.authority, pending_authority=_NOBODY)

    @apply.register
    def _(self, event: events.RoleGranted) -> None:
        where, bump = find(b"role", bytes(event.issuer), bytes([event.role]), bytes(event.member))
        old = self.accounts.get(where)
        assert event.old_expires_at == (old.expires_at if isinstance(old, state.RoleGrant) else 0)
        self.accounts[where] = state.RoleGrant(
            1, bump, event.role, event.issuer, event.member, event.expires_at, event.granted_at, event.rent_payer
        )

    @apply.register
    def _(self, event: events.RoleRevoked) -> None:
        where, _ = find(b"role", bytes(event.issuer), bytes([event.role]), bytes(event.member))
        assert self._at(state.RoleGrant, where).expires_at == event.expires_at
        del self.accounts[where]

    @apply.register
    def _(self, event: events.AssetListed) -> None:
        asset, bump = find(b"asset", bytes(event.issuer), u32(event.number))
        mint, mint_bump = find(b"mint", bytes(asset))
        escrow, escrow_bump = find(b"escrow", bytes(asset))
        reserve, reserve_bump = find(b"reserve", bytes(asset))
        assert (asset, mint, escrow, reserve) == (event.asset, event.mint, event.escrow, event.reserve)
        self.accounts[asset] = replace(
            blank(state.Asset),
            bump=bump,
            decimals=event.decimals,
            mint_bump=mint_bump,
            escrow_bump=escrow_bump,
            features=event.features,
            issuer=event.issuer,
            mint=mint,
            escrow=escrow,
            reserve=reserve,
            number=event.number,
            multiplier=event.multiplier,
            next_multiplier=event.multiplier,
            isin=event.isin,
            symbol=event.symbol,
            domain=event.domain,
            terms_hash=event.terms_hash,
            terms_uri=event.terms_uri,
            policy=event.policy,
            listed_at=event.at,
        )
        self.accounts[reserve] = replace(blank(state.Reserve), bump=reserve_bump, asset=asset)
        where, bump = find(b"isin", bytes(event.issuer), event.isin)
        self.accounts[where] = state.IsinMarker(1, bump, event.issuer, asset, event.isin)
        where, bump = find(b"symbol", bytes(event.issuer), event.symbol)
        self.accounts[where] = state.SymbolMarker(1, bump, event.issuer, asset, event.symbol)
        self._change(event.issuer, asset_count=event.number + 1)

    # Custodians and their reports

    def _slots(self, asset: Pubkey, slot: int, new: state.CustodianSlot) -> tuple[state.CustodianSlot, ...]:
        slots = list(self._get(state.Reserve, b"reserve", bytes(asset)).custodians)
        slots[slot] = new
        groups = [
            next((i for i, one in enumerate(slots) if one.active and one.custodian_id == own.custodian_id), index)
            for index, own in enumerate(slots)
        ]
        return tuple(replace(one, group=group) for one, group in zip(slots, groups, strict=True))

    @staticmethod
    def _promoted(old: state.CustodianSlot) -> state.CustodianSlot:
        """The waiting key in force, at the start of its epoch."""
        return replace(
            old,
            attesters=old.pending_attesters,
            keys=1,
            threshold=1,
            epoch=old.pending_epoch,
            sequence=0,
            pending_attesters=(_NOBODY,) * 3,
            pending_from=0,
            pending_epoch=0,
            pending_keys=0,
            pending_threshold=0,
        )

    def _slot(self, asset: Pubkey, slot: int) -> state.CustodianSlot:
        return self._get(state.Reserve, b"reserve", bytes(asset)).custodians[slot]

    @apply.register
    def _(self, event: events.CustodianRegistered) -> None:
        old = self._slot(event.asset, event.slot)
        assert old.active == event.replaces
        if old.pending_from and event.at >= old.pending_from:
            old = self._promoted(old)
        new = replace(
            old,
            custodian_id=event.custodian_id,
            active=1,
            account_hash=event.account_hash,
            pending_attesters=(event.attester, _NOBODY, _NOBODY),
            pending_from=event.valid_from,
            pending_epoch=event.epoch,
            pending_keys=1,
            pending_threshold=1,
        )
        slots = self._slots(event.asset, event.slot, new)
        assert slots[event.slot].group == event.group
        self._change(find(b"reserve", bytes(event.asset))[0], last_epoch=event.epoch, custodians=slots)

    @apply.register
    def _(self, event: events.CustodianRetired) -> None:
        old = self._slot(event.asset, event.slot)
        assert (old.epoch, old.custodian_id, old.settled) == (event.epoch, event.custodian_id, event.settled)
        slots = self._slots(event.asset, event.slot, _EMPTY_SLOT)
        self._change(find(b"reserve", bytes(event.asset))[0], custodians=slots)
        self._observe(event.asset, event.supply, event.burned_outside, event.at)
        self._latch(event.asset, event.latched, event.at)

    @apply.register
    def _(self, event: events.ReserveAttested) -> None:
        old = self._slot(event.asset, event.slot)
        assert (old.as_of, old.settled) == (event.old_as_of, event.old_settled)
        if event.new_key:
            old = self._promoted(old)
        new = replace(
            old,
            basis=event.basis,
            sequence=event.sequence,
            as_of=event.as_of,
            settled=event.settled,
            in_transit=event.in_transit,
            in_transit_by=event.in_transit_by,
            received_at=event.at,
            report_hash=event.report_hash,
        )
        assert (new.attesters[0], new.epoch) == (event.attester, event.epoch)
        slots = self._slots(event.asset, event.slot, new)
        self._change(find(b"reserve", bytes(event.asset))[0], custodians=slots)
        asset = self._observe(event.asset, event.supply, event.burned_outside, event.at)
        assert asset.latched in (event.latched_before, event.latched)  # before all reports of the instruction
        self._latch(event.asset, event.latched, event.at)

    # Minting

    @apply.register
    def _(self, event: events.AllowanceSet) -> None:
        where, bump = find(b"minter", bytes(event.asset), bytes(event.minter))
        old = self.accounts.get(where)
        since = old.window_at if isinstance(old, state.MinterAllowance) else 0
        self.accounts[where] = replace(
            blank(state.MinterAllowance),
            bump=bump,
            asset=event.asset,
            minter=event.minter,
            window_limit=event.window_limit,
            lifetime_cap=event.lifetime_cap,
            window_used=event.window_used,
            lifetime_used=event.lifetime_used,
            window_at=max(since, event.at),
            pending_window_limit=event.pending_window_limit,
            pending_lifetime_cap=event.pending_lifetime_cap,
            pending_from=event.pending_from,
        )

    @apply.register
    def _(self, event: events.TicketPageOpened) -> None:
        where, bump = find(b"tickets", bytes(event.asset), u32(event.page))
        assert where not in self.accounts
        self.accounts[where] = state.TicketPage(1, bump, event.page, event.asset, event.rent_payer, 0, bytes(512))

    @apply.register
    def _(self, event: events.SharesMinted) -> None:
        asset = self._observe(event.asset, event.supply_before, event.burned_outside, event.at)
        assert event.supply == event.supply_before + event.amount
        self._change(
            event.asset,
            known_supply=event.supply,
            minted=asset.minted + event.amount,
            tickets_used=asset.tickets_used + 1,
            first_mint_at=asset.first_mint_at or event.at,
        )
        where, _ = find(b"minter", bytes(event.asset), bytes(event.minter))
        old = self._at(state.MinterAllowance, where)
        self._change(
            where,
            window_limit=event.window_limit,
            lifetime_cap=event.lifetime_cap,
            window_used=event.window_used,
            lifetime_used=event.lifetime_used,
            window_at=max(old.window_at, event.at),
        )
        if old.pending_from and event.at >= old.pending_from:
            self._change(where, pending_window_limit=0, pending_lifetime_cap=0, pending_from=0)
        where, _ = find(b"tickets", bytes(event.asset), u32(event.ticket // TICKETS_PER_PAGE))
        page = self._at(state.TicketPage, where)
        bits = bytearray(page.bitmap)
        byte, bit = divmod(event.ticket % TICKETS_PER_PAGE, 8)
        assert not bits[byte] >> bit & 1, "an event tells of a used ticket"
        bits[byte] |= 1 << bit
        self._change(where, used=page.used + 1, bitmap=bytes(bits))

    # Redemptions

    @apply.register
    def _(self, event: events.HolderBookOpened) -> None:
        where, bump = find(b"book", bytes(event.asset), bytes(event.holder))
        assert where not in self.accounts
        self.accounts[where] = state.HolderBook(1, bump, event.holder, event.asset, 0, 0, 0, 0, 0, event.rent_payer)

    def _request(self, event: events.RedemptionRequested | events.RedemptionAccepted | Any) -> tuple[Pubkey, int]:
        return find(b"redeem", bytes(event.asset), bytes(event.holder), u64(event.id))

    def _pending(self, event: Any, amount: int, requests: int, **book_fields: int) -> None:
        """The sums that a request changes: of the asset, and of the holder's book (``book_fields`` are added)."""
        asset = self._at(state.Asset, event.asset)
        assert event.pending == asset.pending + amount
        self._change(event.asset, pending=event.pending, open_requests=asset.open_requests + requests)
        where, _ = find(b"book", bytes(event.asset), bytes(event.holder))
        book = self._at(state.HolderBook, where)
        sums = {name: getattr(book, name) + more for name, more in book_fields.items()}
        self._change(where, open_requests=book.open_requests + requests, **sums)

    @apply.register
    def _(self, event: events.RedemptionRequested) -> None:
        where, bump = self._request(event)
        self.accounts[where] = replace(
            blank(state.RedemptionRequest),
            bump=bump,
            state=RequestState.REQUESTED,
            holder=event.holder,
            asset=event.asset,
            id=event.id,
            amount=event.amount,
            multiplier=event.multiplier,
            requested_at=event.at,
            deadline=event.deadline,
            payout_terms_hash=event.payout_terms_hash,
            rent_payer=event.rent_payer,
        )
        self._pending(event, event.amount, 1, next_id=1, requested=event.amount)

    @apply.register
    def _(self, event: events.RedemptionAccepted) -> None:
        where, _ = self._request(event)
        request = self._at(state.RedemptionRequest, where)
        assert (request.amount, request.deadline) == (event.amount, event.deadline)
        self._change(where, state=RequestState.ACCEPTED, accepted_at=event.at)

    @apply.register
    def _(self, event: events.RedemptionCancelled) -> None:
        where, _ = self._request(event)
        request = self._at(state.RedemptionRequest, where)
        assert (request.amount, request.state, request.deadline) == (event.amount, event.state, event.deadline)
        del self.accounts[where]
        self._pending(event, -event.amount, -1, cancelled=event.amount)

    @apply.register
    def _(self, event: events.RedemptionSettled) -> None:
        where, _ = self._request(event)
        request = self._at(state.RedemptionRequest, where)
        assert (request.amount, request.accepted_at) == (event.amount, event.accepted_at)
        assert (request.multiplier, request.payout_terms_hash) == (event.multiplier_at_request, event.payout_terms_hash)
        del self.accounts[where]
        asset = self._observe(event.asset, event.supply_before, event.burned_outside, event.at)
        assert event.supply == event.supply_before - event.amount
        released = self._release(asset, event.amount, event.at)
        settled = asset.settled + event.amount
        self._change(event.asset, known_supply=event.supply, settled=settled, released=released)
        self._pending(event, -event.amount, -1, settled=event.amount)

    # Guards

    @apply.register
    def _(self, event: events.HaltsChanged) -> None:
        assert self._at(state.Asset, event.asset).halts == event.old_halts
        self._change(event.asset, halts=event.halts)

    @apply.register
    def _(self, event: events.SolvencyChecked) -> None:
        asset = self._observe(event.asset, event.supply, event.burned_outside, event.at)
        assert asset.latched == event.latched_before
        self._latch(event.asset, event.latched, event.at)

    @apply.register
    def _(self, event: events.AssetReopened) -> None:
        asset = self._observe(event.asset, event.supply, event.burned_outside, event.at)
        assert (asset.latched, asset.latched_at) == (1, event.latched_at)
        self._change(event.asset, latched=0, latched_at=0)
