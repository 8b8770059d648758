"""The replay's rules of redemptions and of the bond."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.properties.claims import ACCEPTED, DISPUTED, PAID, REQUESTED, UPHELD
from tests.properties.parts import NO_CHAIN, U64
from tests.properties.places import blank, find, u64
from tests.properties.replay_base import NOBODY, ONE
from tests.properties.replay_reserve import ReserveReplay
from xstock_client import accounts as state
from xstock_client import events

__all__ = ["ClaimsReplay"]

_NO_EXIT: Final = state.BondExit(0, 0, 0, NOBODY)


class ClaimsReplay(ReserveReplay):
    """One method to an event, named after it."""

    # Requests

    def on_holder_book_opened(self, event: events.HolderBookOpened) -> None:
        where, bump = find(b"book", bytes(event.asset), bytes(event.holder))
        assert where not in self.accounts
        self.accounts[where] = replace(
            blank(state.HolderBook), bump=bump, holder=event.holder, asset=event.asset, rent_payer=event.rent_payer
        )

    def _request(self, event: Any) -> tuple[Pubkey, state.RedemptionRequest]:
        where, _ = find(b"redeem", bytes(event.asset), bytes(event.holder), u64(event.id))
        return where, self.at(state.RedemptionRequest, where)

    def on_redemption_requested(self, event: events.RedemptionRequested) -> None:
        where, bump = find(b"redeem", bytes(event.asset), bytes(event.holder), u64(event.id))
        assert where not in self.accounts
        self.accounts[where] = replace(
            blank(state.RedemptionRequest),
            bump=bump,
            state=REQUESTED,
            payout=event.payout,
            to_chain=NO_CHAIN,
            fee_bps=event.fee_bps,
            holder=event.holder,
            asset=event.asset,
            id=event.id,
            amount=event.amount,
            requested=event.amount,
            multiplier=event.multiplier,
            requested_at=event.at,
            accept_by=event.accept_by,
            settle_by=event.settle_by,
            min_price=event.min_price,
            penalty_rate=event.penalty_rate,
            dispute_window_s=event.dispute_window_s,
            payout_terms_hash=event.payout_terms_hash,
            arbiter=event.arbiter,
            source=event.source,
            rent_payer=event.rent_payer,
        )
        where, _ = find(b"book", bytes(event.asset), bytes(event.holder))
        book = self.at(state.HolderBook, where)
        assert event.id == book.next_id
        requested, window = book.requested + event.amount, event.penalty_window
        self.change(where, next_id=event.id + 1, requested=requested, penalty_window=window)
        asset = self.at(state.Asset, event.asset)
        assert event.pending == asset.pending + event.amount
        assert event.bond == asset.bond
        assert event.bond_reserved == asset.bond_reserved + event.penalty
        self.change(
            event.asset,
            requested=asset.requested + event.amount,
            pending=event.pending,
            open_requests=asset.open_requests + 1,
            bond_reserved=event.bond_reserved,
        )

    def on_redemption_accepted(self, event: events.RedemptionAccepted) -> None:
        where, request = self._request(event)
        assert (request.state, request.amount, request.settle_by) == (REQUESTED, event.amount, event.settle_by)
        self.change(where, state=ACCEPTED, accepted_at=event.at, until=event.until)
        assert event.min_price * event.multiplier >= request.min_price * request.multiplier
        self.change(where, min_price=event.min_price, multiplier=event.multiplier)
        self.change(event.asset, bond_reserved=event.bond_reserved)

    def on_quote_agreed(self, event: events.QuoteAgreed) -> None:
        where, request = self._request(event)
        told = (event.amount, event.min_price, event.settle_by)
        assert (request.amount, request.min_price, request.settle_by) == told
        assert request.state == ACCEPTED and request.until
        self.change(where, until=0)

    def on_payment_marked(self, event: events.PaymentMarked) -> None:
        where, request = self._request(event)
        assert (request.state, request.amount) == (ACCEPTED, event.amount)
        assert event.until == event.at + request.dispute_window_s
        assert request.arbiter == event.arbiter
        self.change(where, state=PAID, paid_at=event.at, until=event.until)
        self.change(where, to_chain=event.to_chain, marked_shares=event.marked_shares, multiplier=event.multiplier)
        if event.marked_shares:
            self.claimed(event)

    def on_payment_disputed(self, event: events.PaymentDisputed) -> None:
        where, request = self._request(event)
        assert (request.state, request.amount) == (PAID, event.amount)
        self.change(where, state=DISPUTED, until=event.until)

    def on_dispute_ruled(self, event: events.DisputeRuled) -> None:
        where, request = self._request(event)
        assert (request.state, request.amount, request.settle_by) == (DISPUTED, event.amount, event.settle_by)
        if event.paid:
            self.change(where, state=UPHELD, until=0)
        else:
            self.end_claim(request)
            self.change(where, state=ACCEPTED, until=0, to_chain=NO_CHAIN, marked_shares=0)

    # How they end

    def _left_escrow(self, event: Any, request: state.RedemptionRequest, rest: int = 0) -> None:
        """``event.amount`` left, and what it kept of the bond is free."""
        asset = self.at(state.Asset, event.asset)
        assert event.amount == request.amount - rest
        assert event.pending == asset.pending - event.amount
        assert event.bond_reserved <= asset.bond_reserved
        self.change(
            event.asset,
            pending=event.pending,
            bond_reserved=event.bond_reserved,
            open_requests=asset.open_requests - (rest == 0),
        )

    def _returned(self, event: Any) -> state.RedemptionRequest:
        where, request = self._request(event)
        assert request.state == event.state
        del self.accounts[where]
        self.end_claim(request)
        self._left_escrow(event, request)
        asset = self.at(state.Asset, event.asset)
        self.change(event.asset, returned=asset.returned + event.amount)
        return request

    def on_redemption_cancelled(self, event: events.RedemptionCancelled) -> None:
        request = self._returned(event)
        assert event.state in (REQUESTED, ACCEPTED, DISPUTED)
        deadlines = {REQUESTED: request.accept_by, ACCEPTED: request.settle_by, DISPUTED: request.until}
        assert event.deadline == deadlines[event.state]
        quoted = event.state == ACCEPTED and request.until
        assert event.state == REQUESTED or quoted or event.at > event.deadline

    def on_redemption_rejected(self, event: events.RedemptionRejected) -> None:
        request = self._returned(event)
        assert event.destination == request.source

    def on_redemption_defaulted(self, event: events.RedemptionDefaulted) -> None:
        request = self._returned(event)
        deadlines = {REQUESTED: request.accept_by, ACCEPTED: request.settle_by, DISPUTED: request.until}
        assert event.deadline == deadlines[event.state] < event.at
        asset = self.at(state.Asset, event.asset)
        assert event.bond == asset.bond - event.penalty
        assert (event.payee == NOBODY) == (event.penalty == 0)
        self.change(event.asset, bond=event.bond)

    def on_redemption_settled(self, event: events.RedemptionSettled) -> None:
        where, request = self._request(event)
        by_wire = event.payment_mint == NOBODY
        assert request.state != REQUESTED if by_wire else (request.state, request.until) == (ACCEPTED, 0)
        assert (request.multiplier, request.payout_terms_hash) == (event.multiplier_at_request, event.payout_terms_hash)
        assert (request.settle_by, request.to_chain) == (event.settle_by, event.to_chain)
        asset = self.at(state.Asset, event.asset)
        parts = (request.amount * asset.multiplier // ONE) - (event.rest * asset.multiplier // ONE)
        assert event.payout_shares <= event.shares == parts
        assert event.multiplier == asset.multiplier
        assert event.payment == event.gross - event.fee
        if event.rest:
            self.change(where, amount=event.rest)
        else:
            del self.accounts[where]
        asset = self.observe(event, event.supply_before)
        assert event.supply == event.supply_before - event.amount
        self.change(event.asset, known_supply=event.supply, settled=asset.settled + event.amount)
        self.end_claim(request, event.at)
        if event.to_chain == NO_CHAIN:
            self.change(event.asset, released=self.release(asset, event.amount, event.at))
        self._left_escrow(event, request, event.rest)

    # The bond

    def on_bond_opened(self, event: events.BondOpened) -> None:
        asset = self.at(state.Asset, event.asset)
        assert (asset.payment_mint, asset.bond) == (event.old_payment_mint, event.written_off)
        self.change(
            event.asset,
            payment_mint=event.payment_mint,
            bond_vault=event.bond_vault,
            payment_decimals=event.decimals,
            bond=0,
            bond_exit=_NO_EXIT,
        )

    def on_bond_deposited(self, event: events.BondDeposited) -> None:
        assert event.bond == self.at(state.Asset, event.asset).bond + event.amount
        self.change(event.asset, bond=event.bond)

    def on_bond_withdrawal_queued(self, event: events.BondWithdrawalQueued) -> None:
        asset = self.at(state.Asset, event.asset)
        assert (asset.bond, asset.bond_reserved) == (event.bond, event.bond_reserved)
        self.change(event.asset, bond_exit=event.exit)

    def on_bond_withdrawn(self, event: events.BondWithdrawn) -> None:
        asset = self.at(state.Asset, event.asset)
        exit = asset.bond_exit
        everything = (U64 if event.bond else 0) if exit.amount == U64 else exit.amount - event.amount
        assert (event.left, event.destination) == (everything, exit.destination)
        assert (event.bond, event.bond_reserved) == (asset.bond - event.amount, asset.bond_reserved)
        self.change(
            event.asset, bond=event.bond, bond_exit=replace(exit, amount=event.left) if event.left else _NO_EXIT
        )

    def on_bond_withdrawal_cancelled(self, event: events.BondWithdrawalCancelled) -> None:
        assert self.at(state.Asset, event.asset).bond_exit == event.dropped
        self.change(event.asset, bond_exit=_NO_EXIT)
