"""The replay's rules of issuers, roles, listings and policies."""

from __future__ import annotations

from dataclasses import replace

from solders.pubkey import Pubkey

from tests.properties.parts import nothing_queued
from tests.properties.places import blank, find, u32, u64
from tests.properties.replay_base import NOBODY, ReplayBase
from xstock_client import accounts as state
from xstock_client import events

__all__ = ["OfficeReplay"]


class OfficeReplay(ReplayBase):
    """One method to an event, named after it."""

    def on_issuer_created(self, event: events.IssuerCreated) -> None:
        where, bump = find(b"issuer", u64(event.id))
        assert where == event.issuer
        self.accounts[where] = replace(
            blank(state.Issuer),
            bump=bump,
            id=event.id,
            authority=event.authority,
            name=event.name,
            genesis_hash=event.genesis_hash,
            timelock_s=event.timelock_s,
            created_at=event.at,
        )

    # Handoff

    def no_handoff(self, issuer: Pubkey) -> None:
        """None is proposed any more."""
        self.change(issuer, pending_authority=NOBODY, pending_authority_from=0, pending_authority_until=0)

    def on_authority_proposed(self, event: events.AuthorityProposed) -> None:
        assert self.at(state.Issuer, event.issuer).authority == event.authority
        self.change(
            event.issuer,
            pending_authority=event.pending_authority,
            pending_authority_from=event.pending_from,
            pending_authority_until=event.pending_until,
        )

    def on_authority_accepted(self, event: events.AuthorityAccepted) -> None:
        issuer = self.at(state.Issuer, event.issuer)
        assert (issuer.authority, issuer.pending_authority) == (event.old_authority, event.authority)
        self.change(event.issuer, authority=event.authority)
        self.no_handoff(event.issuer)

    def on_handoff_cancelled(self, event: events.HandoffCancelled) -> None:
        assert self.at(state.Issuer, event.issuer).pending_authority == event.pending_authority
        self.no_handoff(event.issuer)

    # Roles

    def _count(self, event: events.RoleGranted | events.RoleRevoked, more: int) -> None:
        counts = list(self.at(state.Issuer, event.issuer).grants)
        counts[event.role] += more
        self.change(event.issuer, grants=tuple(counts))

    @staticmethod
    def _expiry(grant: state.RoleGrant, at: int) -> int:
        return grant.next_expires_at if grant.next_from and at >= grant.next_from else grant.expires_at

    def on_role_granted(self, event: events.RoleGranted) -> None:
        where, bump = find(b"role", bytes(event.issuer), bytes([event.role]), bytes(event.member))
        old = self.accounts.get(where)
        assert event.opened == (old is None)
        assert event.old_expires_at == (self._expiry(old, event.at) if isinstance(old, state.RoleGrant) else 0)
        if event.opened:
            self._count(event, 1)
        self.accounts[where] = replace(
            blank(state.RoleGrant),
            bump=bump,
            role=event.role,
            issuer=event.issuer,
            member=event.member,
            expires_at=event.expires_at,
            next_expires_at=event.next_expires_at,
            next_from=event.next_from,
            granted_at=event.granted_at,
            held_since=event.held_since,
            rent_payer=event.rent_payer,
        )

    def on_role_revoked(self, event: events.RoleRevoked) -> None:
        where, _ = find(b"role", bytes(event.issuer), bytes([event.role]), bytes(event.member))
        assert self._expiry(self.at(state.RoleGrant, where), event.at) == event.expires_at
        if event.closed:
            self._count(event, -1)
            del self.accounts[where]
        else:
            self.change(where, expires_at=event.expires_at, next_expires_at=event.ends_at, next_from=event.ends_at)

    def on_role_change_cancelled(self, event: events.RoleChangeCancelled) -> None:
        where, _ = find(b"role", bytes(event.issuer), bytes([event.role]), bytes(event.member))
        old = self.at(state.RoleGrant, where)
        assert (old.expires_at, old.next_expires_at) == (event.expires_at, event.next_expires_at)
        self.change(where, next_expires_at=0, next_from=0)

    def on_role_renounced(self, event: events.RoleRenounced) -> None:
        issuer = self.at(state.Issuer, event.issuer)
        assert event.renounced == (issuer.renounced | event.done << event.role)
        assert issuer.grants[event.role] == 0
        waiting = 0 if event.done else event.role
        self.change(event.issuer, renounced=event.renounced, renouncing=waiting, renounce_from=event.renounce_from)

    def on_renunciation_cancelled(self, event: events.RenunciationCancelled) -> None:
        assert self.at(state.Issuer, event.issuer).renouncing == event.role
        self.change(event.issuer, renouncing=0, renounce_from=0)

    # Assets and their policies

    def on_asset_listed(self, event: events.AssetListed) -> None:
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
        self.change(event.issuer, asset_count=event.number + 1)

    def on_policy_set(self, event: events.PolicySet) -> None:
        asset = self.observe(event, event.supply)
        assert asset.policy == event.old_policy
        self.change(event.asset, policy=event.policy, queued_policy=event.queued, mint_window=event.mint_window)
        self.latch(event.asset, event.latched, event.at)

    def on_policy_applied(self, event: events.PolicyApplied) -> None:
        asset = self.observe(event, event.supply)
        assert (asset.policy, asset.queued_policy.fields) == (event.old_policy, event.fields)
        assert asset.queued_policy.ready_at <= event.at <= asset.queued_policy.expires_at
        self.change(event.asset, policy=event.policy, queued_policy=nothing_queued(), mint_window=event.mint_window)

    def on_policy_cancelled(self, event: events.PolicyCancelled) -> None:
        assert self.at(state.Asset, event.asset).queued_policy == event.queued
        self.change(event.asset, queued_policy=nothing_queued())
