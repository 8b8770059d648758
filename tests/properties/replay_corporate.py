"""The replay's rules of corporate actions, snapshots and dividends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.properties.places import blank, find, u32
from tests.properties.replay_base import NOBODY, ReplayBase
from xstock_client import accounts as state
from xstock_client import events
from xstock_client.constants import NO_SNAPSHOT, RECORD_WINDOW_S, ActionKind, ActionState

__all__ = ["CorporateReplay"]

_FREE: Final = state.CalendarEntry.read(bytes(state.CalendarEntry.SIZE))
_NO_BALLOT: Final = state.Ballot.read(bytes(state.Ballot.SIZE))
_NOBODYS: Final = (NOBODY,) * 5


class CorporateReplay(ReplayBase):
    """One method to an event, named after it."""

    # Actions

    def on_action_announced(self, event: events.ActionAnnounced) -> None:
        asset = self.observe(event, event.supply)
        where, bump = find(b"action", bytes(event.asset), u32(event.action))
        assert (event.action, event.basis) == (asset.actions, asset.basis)
        self.accounts[where] = replace(
            blank(state.CorporateAction),
            bump=bump,
            kind=event.kind,
            state=ActionState.ANNOUNCED,
            number=event.action,
            asset=event.asset,
            ratio=event.ratio,
            old_multiplier=event.old_multiplier,
            new_multiplier=event.new_multiplier,
            rate=event.rate,
            payout_mint=event.payout_mint,
            announced_at=event.at,
            ex_at=event.ex_at,
            record_at=event.record_at,
            pay_at=event.pay_at,
            effective_at=event.effective_at,
            document_hash=event.document_hash,
            isin=event.isin,
            symbol=event.symbol,
            snapshot=NO_SNAPSHOT,
            basis=event.basis,
            announced_by=event.by,
        )
        ends = max(event.record_at + RECORD_WINDOW_S if event.record_at else 0, event.effective_at)
        entry = replace(_FREE, begins_at=event.ex_at, ends_at=ends, action=event.action, kind=event.kind)
        place = next(place for place, one in enumerate(asset.calendar) if one.ends_at < event.at)
        calendar = (*asset.calendar[:place], entry, *asset.calendar[place + 1 :])
        self.change(event.asset, actions=event.action + 1, calendar=calendar)
        if event.new_multiplier:
            assert event.old_multiplier == asset.multiplier
            self._schedule(event)
        if event.kind == ActionKind.DELISTING:
            self.change(event.asset, delisted_at=event.effective_at)

    def _schedule(self, event: events.ActionAnnounced) -> None:
        self.change(
            event.asset,
            next_multiplier=event.new_multiplier,
            next_effective_at=event.effective_at,
            next_action=event.action,
        )
        if event.kind != ActionKind.STOCK_DIVIDEND:
            self.change(event.asset, next_is_split=1, next_split=event.ratio, halt_from=event.ex_at)

    def _strike(self, where: Pubkey, action: int) -> None:
        calendar = self.at(state.Asset, where).calendar
        self.change(where, calendar=tuple(_FREE if one.ends_at and one.action == action else one for one in calendar))

    def on_action_cancelled(self, event: events.ActionCancelled) -> None:
        where, _ = find(b"action", bytes(event.asset), u32(event.action))
        one, asset = self.at(state.CorporateAction, where), self.at(state.Asset, event.asset)
        assert (one.kind, asset.multiplier) == (event.kind, event.multiplier)
        self.change(where, state=ActionState.CANCELLED, reason_hash=event.reason_hash)
        self._strike(event.asset, event.action)
        if one.new_multiplier:
            self.change(
                event.asset,
                next_multiplier=asset.multiplier,
                next_effective_at=0,
                next_action=0,
                next_is_split=0,
                next_split=state.Ratio(0, 0),
                halt_from=0,
            )
        if one.kind == ActionKind.DELISTING:
            self.change(event.asset, delisted_at=0)

    def on_identifiers_changed(self, event: events.IdentifiersChanged) -> None:
        asset = self.at(state.Asset, event.asset)
        assert (asset.isin, asset.symbol) == (event.old_isin, event.old_symbol)
        for seed, name, old, new in (
            (b"isin", "isin", event.old_isin, event.isin),
            (b"symbol", "symbol", event.old_symbol, event.symbol),
        ):
            kind = state.IsinMarker if name == "isin" else state.SymbolMarker
            del self.accounts[find(seed, bytes(asset.issuer), old)[0]]
            where, bump = find(seed, bytes(asset.issuer), new)
            assert where not in self.accounts
            self.accounts[where] = kind(1, bump, asset.issuer, event.asset, new)
        where, _ = find(b"action", bytes(event.asset), u32(event.action))
        self.change(where, state=ActionState.APPLIED)
        identified = self.at(state.CorporateAction, where).effective_at
        self.change(event.asset, isin=event.isin, symbol=event.symbol, domain=event.domain, identified_at=identified)
        self._strike(event.asset, event.action)

    # Attestors

    def _settled(self, where: Pubkey, at: int) -> state.AttestorSet:
        """Those whose time has come are in force."""
        now = self.at(state.Asset, where).attestors
        if not now.pending_from or at < now.pending_from:
            return now
        return replace(
            now,
            keys=now.pending_keys,
            count=now.pending_count,
            threshold=now.pending_threshold,
            pending_keys=_NOBODYS,
            pending_from=0,
            pending_count=0,
            pending_threshold=0,
        )

    def on_attestors_set(self, event: events.AttestorsSet) -> None:
        new = replace(
            self._settled(event.asset, event.at),
            pending_keys=event.keys,
            pending_from=event.in_force_at,
            pending_count=sum(key != NOBODY for key in event.keys),
            pending_threshold=event.threshold,
        )
        self.change(event.asset, attestors=new)
        self.change(event.asset, attestors=self._settled(event.asset, event.at))

    def on_attestors_cancelled(self, event: events.AttestorsCancelled) -> None:
        now = self.at(state.Asset, event.asset).attestors
        assert now.pending_from > event.at
        kept = replace(now, pending_keys=_NOBODYS, pending_from=0, pending_count=0, pending_threshold=0)
        self.change(event.asset, attestors=kept)

    # Snapshots and their roots

    def on_snapshot_recorded(self, event: events.SnapshotRecorded) -> None:
        asset = self.at(state.Asset, event.asset)
        outside = event.burned_outside - asset.burned_outside  # the event tells the sum
        assert asset.known_supply == event.supply + outside
        self.change(
            event.asset,
            known_supply=event.supply,
            burned_outside=event.burned_outside,
            released=self.release(asset, outside, event.at),
            snapshot_slot=event.slot,
            snapshots=event.number + 1,
        )
        assert (event.multiplier, event.basis) == (asset.multiplier, asset.basis)
        where, _ = find(b"action", bytes(event.asset), u32(event.action))
        self.change(where, snapshot=event.number)
        where, bump = find(b"snapshot", bytes(event.asset), u32(event.number))
        assert where == event.snapshot and where not in self.accounts
        self.accounts[where] = replace(
            blank(state.Snapshot),
            bump=bump,
            number=event.number,
            asset=event.asset,
            slot=event.slot,
            supply=event.supply,
            multiplier=event.multiplier,
            recorded_at=event.at,
            burned_outside=event.burned_outside,
            action=event.action,
            basis=event.basis,
        )

    def _ballot(self, where: Pubkey) -> state.Ballot:
        one = self.accounts[where]
        assert isinstance(one, state.Snapshot | state.Distribution)
        return one.ballot

    def _in_force(self, event: Any) -> tuple[set[Pubkey], int]:
        now = self._settled(event.asset, event.at)
        return set(now.keys) - {NOBODY}, now.threshold

    def on_root_voted(self, event: events.RootVoted) -> None:
        ballot, (keys, threshold) = self._ballot(event.ballot), self._in_force(event)
        assert event.attestor in keys and not ballot.agreed_at
        votes = list(ballot.votes)
        own = [place for place, vote in enumerate(votes) if vote.attestor == event.attestor]
        free = [place for place, vote in enumerate(votes) if vote.attestor not in keys]
        votes[(own + free)[0]] = state.Vote(event.attestor, event.root)
        agree = sum(vote.attestor in keys and vote.root == event.root for vote in votes)
        assert (event.round, event.agree, event.needed) == (ballot.round, agree, threshold)
        ballot = replace(ballot, votes=tuple(votes))
        assert event.agreed == (agree >= threshold)
        if event.agreed:
            ballot = replace(ballot, root=event.root, agreed_at=event.at)
        self.change(event.ballot, ballot=ballot)

    def on_root_rejected(self, event: events.RootRejected) -> None:
        ballot, (keys, _) = self._ballot(event.ballot), self._in_force(event)
        assert (ballot.root, ballot.round) == (event.root, event.round)
        rejecters = list(ballot.rejecters)
        if event.reason == 1:
            rejecters[next(place for place, key in enumerate(rejecters) if key not in keys)] = event.by
        new = replace(_NO_BALLOT, round=ballot.round + 1, rejecters=tuple(rejecters), sealed=ballot.sealed)
        self.change(event.ballot, ballot=new)

    def on_leaf_shown(self, event: events.LeafShown) -> None:
        ballot = self._ballot(event.ballot)
        new, shown = state.ShownLeaf(event.challenger, event.owner, event.index), list(ballot.shown)
        own = [place for place, one in enumerate(shown) if one.challenger == event.challenger]
        shown = [new if place in own else one for place, one in enumerate(shown)] if own else [new, *shown[:-1]]
        self.change(event.ballot, ballot=replace(ballot, shown=tuple(shown)))

    # Distributions

    def on_distribution_declared(self, event: events.DistributionDeclared) -> None:
        where, bump = find(b"dist", bytes(event.snapshot), u32(event.number))
        assert where == event.distribution and where not in self.accounts
        self.accounts[where] = replace(
            blank(state.Distribution),
            bump=bump,
            decimals=event.decimals,
            rules=event.rules,
            number=event.number,
            asset=event.asset,
            snapshot=event.snapshot,
            payout_mint=event.payout_mint,
            vault=event.vault,
            withholding_account=event.withholding_account,
            rates_hash=event.rates_hash,
            rate=event.rate,
            declared_at=event.at,
            claim_from=event.claim_from,
            claim_until=event.claim_until,
        )
        snapshot = self.at(state.Snapshot, event.snapshot)
        assert (snapshot.action, snapshot.distributions) == (event.action, event.number)
        ballot = replace(snapshot.ballot, sealed=1)
        self.change(event.snapshot, distributions=event.number + 1, ballot=ballot)

    def on_distribution_funded(self, event: events.DistributionFunded) -> None:
        one = self.at(state.Distribution, event.distribution)
        assert event.funded == one.funded + event.amount <= event.gross == one.ballot.root.entry.sum
        self.change(event.distribution, funded=event.funded, ballot=replace(one.ballot, sealed=1))

    def on_claim_page_opened(self, event: events.ClaimPageOpened) -> None:
        where, bump = find(b"claims", bytes(event.distribution), u32(event.page))
        assert where not in self.accounts
        self.accounts[where] = replace(
            blank(state.ClaimPage),
            bump=bump,
            page=event.page,
            distribution=event.distribution,
            rent_payer=event.rent_payer,
            entry=event.entry,
        )

    def on_dividend_paid(self, event: events.DividendPaid) -> None:
        one = self.at(state.Distribution, event.distribution)
        totals = (one.paid + event.gross - event.withheld, one.withheld + event.withheld)
        assert totals == (event.paid_total, event.withheld_total)
        self.change(event.distribution, paid=totals[0], withheld=totals[1], claims=one.claims + 1)
        page, place = divmod(event.index, 4096)
        where, _ = find(b"claims", bytes(event.distribution), u32(page))
        account = self.at(state.ClaimPage, where)
        bits = bytearray(account.bitmap)
        assert not bits[place // 8] >> place % 8 & 1, "an event tells of a leaf that was paid"
        bits[place // 8] |= 1 << place % 8
        self.change(where, bitmap=bytes(bits), claimed=account.claimed + event.gross)

    def on_claim_page_closed(self, event: events.ClaimPageClosed) -> None:
        where, _ = find(b"claims", bytes(event.distribution), u32(event.page))
        account = self.at(state.ClaimPage, where)
        assert (account.claimed, account.rent_payer) == (event.claimed, event.rent_payer)
        del self.accounts[where]

    def on_withheld_remitted(self, event: events.WithheldRemitted) -> None:
        one = self.at(state.Distribution, event.distribution)
        assert one.remitted + event.amount == event.remitted == one.withheld
        self.change(event.distribution, remitted=event.remitted)

    def on_distribution_reclaimed(self, event: events.DistributionReclaimed) -> None:
        one = self.at(state.Distribution, event.distribution)
        assert (one.funded, one.paid, one.withheld) == (event.funded, event.paid, event.withheld)
        self.change(event.distribution, reclaimed=one.reclaimed + event.amount)

    def on_recipient_registered(self, event: events.RecipientRegistered) -> None:
        where, bump = find(b"recipient", bytes(event.asset), bytes(event.owner))
        old = self.accounts.get(where)
        assert event.old_recipient == (old.recipient if isinstance(old, state.Recipient) else NOBODY)
        self.accounts[where] = replace(
            blank(state.Recipient),
            bump=bump,
            asset=event.asset,
            owner=event.owner,
            recipient=event.recipient,
            registered_at=event.at,
        )
