"""The replay's rules of custodians and chains."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.properties.places import find
from tests.properties.replay_base import NOBODY, ReplayBase
from xstock_client import accounts as state
from xstock_client import events
from xstock_client.constants import MAX_REPORTED_SHARES

__all__ = ["ReserveReplay"]

_EMPTY_SLOT: Final = state.CustodianSlot.read(bytes(state.CustodianSlot.SIZE))
_EMPTY_CHAIN: Final = state.ChainSlot.read(bytes(state.ChainSlot.SIZE))
_CLEAR: Final = {
    "pending_keys": (NOBODY,) * 3,
    "pending_from": 0,
    "pending_epoch": 0,
    "pending_count": 0,
    "pending_threshold": 0,
}


def _promoted(old: state.KeySet) -> state.KeySet:
    """The waiting keys in force, at the start of their epoch."""
    return replace(
        old,
        keys=old.pending_keys,
        count=old.pending_count,
        threshold=old.pending_threshold,
        epoch=old.pending_epoch,
        sequence=0,
        **_CLEAR,  # type: ignore[arg-type]
    )


def _proposed(old: state.KeySet, event: events.CustodianRegistered | events.ChainRegistered) -> state.KeySet:
    if old.pending_from and event.at >= old.pending_from:
        old = _promoted(old)
    return replace(
        old,
        pending_keys=event.keys,
        pending_from=event.valid_from,
        pending_epoch=event.epoch,
        pending_count=sum(key != NOBODY for key in event.keys),
        pending_threshold=event.threshold,
    )


def _attested(old: state.KeySet, event: events.ReserveAttested | events.ChainAttested) -> state.KeySet:
    keys = _promoted(old) if event.new_keys else old
    signed = set(event.attesters) - {NOBODY}
    assert event.epoch == keys.epoch
    assert signed <= set(keys.keys) and len(signed) >= keys.threshold
    return replace(keys, sequence=event.sequence)


class ReserveReplay(ReplayBase):
    """One method to an event, named after it."""

    def _reserve(self, asset: Pubkey) -> state.Reserve:
        return self.get(state.Reserve, b"reserve", bytes(asset))

    def _write(self, asset: Pubkey, **fields: Any) -> None:
        self.change(find(b"reserve", bytes(asset))[0], **fields)

    # Custodians

    def _custodian(self, asset: Pubkey, slot: int, new: state.CustodianSlot, **fields: Any) -> None:
        slots = list(self._reserve(asset).custodians)
        slots[slot] = new
        groups = [
            next((i for i, one in enumerate(slots) if one.active and one.custodian_id == own.custodian_id), index)
            for index, own in enumerate(slots)
        ]
        grouped = tuple(replace(one, group=group) for one, group in zip(slots, groups, strict=True))
        self._write(asset, custodians=grouped, **fields)

    def on_custodian_registered(self, event: events.CustodianRegistered) -> None:
        old = self._reserve(event.asset).custodians[event.slot]
        assert old.active == event.replaces
        new = replace(
            old,
            custodian_id=event.custodian_id,
            active=1,
            account_hash=event.account_hash,
            signers=_proposed(old.signers, event),
        )
        self._custodian(event.asset, event.slot, new, last_epoch=event.epoch)
        assert self._reserve(event.asset).custodians[event.slot].group == event.group

    def on_custodian_retired(self, event: events.CustodianRetired) -> None:
        old = self._reserve(event.asset).custodians[event.slot]
        gone = (old.signers.epoch, old.custodian_id, old.settled, old.in_transit)
        assert gone == (event.epoch, event.custodian_id, event.settled, event.in_transit)
        self._custodian(event.asset, event.slot, _EMPTY_SLOT)
        self.observe(event, event.supply)
        self.latch(event.asset, event.latched, event.at)

    def on_reserve_attested(self, event: events.ReserveAttested) -> None:
        old = self._reserve(event.asset).custodians[event.slot]
        assert (old.as_of, old.settled) == (event.old_as_of, event.old_settled)
        new = replace(
            old,
            signers=_attested(old.signers, event),
            basis=event.basis,
            as_of=max(old.as_of, event.as_of),
            settled=event.settled,
            in_transit=event.in_transit,
            in_transit_by=event.in_transit_by,
            received_at=event.at,
            report_hash=event.report_hash,
        )
        self._custodian(event.asset, event.slot, new)
        self._judged(event)
        newest = max(self.at(state.Asset, event.asset).newest_as_of, event.as_of)
        self.change(event.asset, newest_as_of=newest)

    def _judged(self, event: events.ReserveAttested | events.ChainAttested) -> None:
        asset = self.observe(event, event.supply)
        assert asset.latched in (event.latched_before, event.latched)  # before all reports of the instruction
        self.latch(event.asset, event.latched, event.at)

    def clear(self, where: Pubkey) -> None:
        """After an instruction's reports: days of burns that every slot has reported past are forgotten."""
        asset, reserve = self.at(state.Asset, where), self._reserve(where)
        oldest = min((one.as_of for one in reserve.custodians if one.active and one.received_at), default=0)
        past = [day for day in asset.released if day.shares and day.last_at < oldest]
        kept = tuple(state.ReleasedDay(0, 0) if day in past else day for day in asset.released)
        self.change(where, released=kept, cleared_at=max([asset.cleared_at, *(day.last_at for day in past)]))

    # Chains

    def _chain(self, asset: Pubkey, slot: int, new: state.ChainSlot, **fields: Any) -> None:
        chains = self._reserve(asset).chains
        self._write(asset, chains=(*chains[:slot], new, *chains[slot + 1 :]), **fields)

    def on_chain_registered(self, event: events.ChainRegistered) -> None:
        old = self._reserve(event.asset).chains[event.slot]
        assert old.active == event.replaces
        signers = _proposed(old.signers, event)
        new = replace(old, active=1, chain=event.chain, token_hash=event.token_hash, signers=signers)
        self._chain(event.asset, event.slot, new, last_epoch=event.epoch)

    def on_chain_cap_set(self, event: events.ChainCapSet) -> None:
        old = self._reserve(event.asset).chains[event.slot]
        assert old.cap == event.old_cap
        new = replace(old, cap=event.cap, next_cap=event.next_cap, next_cap_from=event.next_cap_from)
        if event.next_cap if event.next_cap_from else event.cap:  # any cap but zero
            new = replace(new, retire_from=0)
        self._chain(event.asset, event.slot, new)

    def on_chain_retired(self, event: events.ChainRetired) -> None:
        old = self._reserve(event.asset).chains[event.slot]
        assert (old.chain, old.token_hash) == (event.chain, event.token_hash)
        assert (old.supply, old.outbound, old.marked) == (0, 0, 0)
        new = _EMPTY_CHAIN if event.retired else replace(old, retire_from=event.retire_from)
        self._chain(event.asset, event.slot, new)

    def on_chain_attested(self, event: events.ChainAttested) -> None:
        old = self._reserve(event.asset).chains[event.slot]
        assert (old.as_of, old.supply) == (event.old_as_of, event.old_supply)
        days = tuple(state.ReleasedDay(0, 0) if day.last_at < event.as_of else day for day in old.outbound_days)
        if old.next_cap_from and event.as_of >= old.next_cap_from:
            old = replace(old, cap=old.next_cap, next_cap=0, next_cap_from=0)
        new = replace(
            old,
            signers=_attested(old.signers, event),
            basis=event.basis,
            retire_from=0 if event.chain_supply else old.retire_from,
            as_of=max(old.as_of, event.as_of),
            supply=min(event.chain_supply, MAX_REPORTED_SHARES),
            received_at=event.at,
            report_hash=event.report_hash,
            outbound=sum(day.shares for day in days),
            outbound_days=days,
            concluded=min(old.concluded, sum(day.shares for day in days)),
            reported=old.marked if event.as_of > old.marked_at else old.reported,
        )
        assert new.outbound == event.outbound or event.slot in self.repeated
        self._chain(event.asset, event.slot, new)
        self._judged(event)

    repeated: frozenset[int] = frozenset()
    """Chain slots with several reports in the instruction at hand: their events tell of the last one."""

    def claimed(self, event: events.PaymentMarked) -> None:
        """Said to be issued on a chain, for tokens that wait here."""
        old = self._reserve(event.asset).chains[event.to_chain]
        new = replace(old, marked=old.marked + event.marked_shares, marked_at=max(old.marked_at, event.at))
        self._chain(event.asset, event.to_chain, new)

    def end_claim(self, request: state.RedemptionRequest, burned_at: int | None = None) -> None:
        """Its tokens go back, or burned here: then the shares are on their way."""
        asset, shares = self.at(state.Asset, request.asset), request.marked_shares
        if not shares:
            return
        if request.multiplier != asset.multiplier:
            shares = self.shares(asset, request.amount)
        old = self._reserve(request.asset).chains[request.to_chain]
        told = shares if request.paid_at < old.as_of else 0
        marked = max(old.marked - shares, 0)
        new = replace(old, marked=marked, reported=min(max(old.reported - told, 0), marked))
        if burned_at is not None:
            days = self.burn_on(old.outbound_days, shares, max(burned_at, old.as_of), merge=True)
            new = replace(new, outbound=old.outbound + shares, outbound_days=days, concluded=old.concluded + told)
        self._chain(request.asset, request.to_chain, new)

    # What waited

    def on_slot_change_cancelled(self, event: events.SlotChangeCancelled) -> None:
        reserve = self._reserve(event.asset)
        if event.kind == 1:
            slot = reserve.custodians[event.slot]
            assert slot.signers.pending_epoch == event.epoch
            self._custodian(event.asset, event.slot, replace(slot, signers=replace(slot.signers, **_CLEAR)))  # type: ignore[arg-type]
            return
        chain = reserve.chains[event.slot]
        if event.kind == 2:
            assert chain.signers.pending_epoch == event.epoch
            chain = replace(chain, signers=replace(chain.signers, **_CLEAR))  # type: ignore[arg-type]
        elif event.kind == 3:
            chain = replace(chain, next_cap=0, next_cap_from=0)
        else:
            assert (event.kind, event.epoch) == (4, 0)
            chain = replace(chain, retire_from=0)
        self._chain(event.asset, event.slot, chain)
