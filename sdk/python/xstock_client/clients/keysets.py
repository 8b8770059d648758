"""One view of what may be reported to a reserve: its slots, their last figures, and the keys that sign next.

The only place of the attesting side that knows the layout of key sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey

from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, KeySet, Reserve
from xstock_client.message import Kind

__all__ = ["KeySetView", "SlotView", "max_age", "slot_keys", "slot_of", "slots_of"]


@dataclass(frozen=True, slots=True)
class KeySetView:
    """Keys of which ``threshold`` must sign the same report."""

    keys: tuple[Pubkey, ...]
    threshold: int
    epoch: int
    """Its registration epoch, which a report names."""
    sequence: int
    """Number of the last report of this epoch, zero before the first."""
    valid_from: int
    """When these keys may sign, unix seconds; zero when they may now."""


@dataclass(frozen=True, slots=True)
class SlotView:
    """A registered slot of a reserve, its key sets and its last report. Times are unix seconds, figures base units."""

    kind: Kind
    number: int
    name: bytes
    """The custodian's LEI, or the chain's id."""
    account_hash: bytes
    """Hash of the safekeeping account's id; zeros for a chain."""
    current: KeySetView | None
    """None before the first report of the first keys."""
    pending: KeySetView | None
    """Keys that will replace the current ones, or have without a report yet."""
    basis: int
    """Splits in the report's figures, as it was signed."""
    as_of: int
    received_at: int
    figure: int
    """Settled shares, or the chain's supply."""
    in_transit: int
    in_transit_by: int
    report_hash: bytes
    as_signed: bool = True
    """Whether the figures here are the signed ones: no split was converted since or when it came."""

    def signing(self, now: int) -> tuple[KeySetView, ...]:
        """The sets that may sign now, or will: keys whose successors are in force may never again."""
        if self.pending is not None and now >= self.pending.valid_from:
            return (self.pending,)
        return tuple(one for one in (self.current, self.pending) if one is not None)

    def set_of(self, epoch: int) -> KeySetView | None:
        """The set of a registration epoch, current or pending."""
        return next((one for one in (self.current, self.pending) if one is not None and one.epoch == epoch), None)


def slot_keys(keys: KeySet) -> tuple[KeySetView | None, KeySetView | None]:
    """The current and the pending key set of a slot."""
    current = pending = None
    if keys.epoch:
        current = KeySetView(keys.keys[: keys.count], keys.threshold, keys.epoch, keys.sequence, 0)
    if keys.pending_from:
        signers = keys.pending_keys[: keys.pending_count]
        pending = KeySetView(signers, keys.pending_threshold, keys.pending_epoch, 0, keys.pending_from)
    return current, pending


def max_age(asset: Asset, kind: Kind) -> int:
    """Seconds after its as-of time for which a report of this kind counts."""
    return asset.policy.max_age_s if kind is Kind.RESERVE else asset.policy.chain_max_age_s


def slots_of(asset: Asset, reserve: Reserve) -> list[SlotView]:
    """Every registered slot of an asset's reserve, both as they were read or both up to date."""

    def as_signed(slot: CustodianSlot | ChainSlot) -> bool:
        return slot.basis == reserve.basis == asset.basis and slot.received_at >= asset.split_at

    custodians = [(number, slot) for number, slot in enumerate(reserve.custodians) if slot.active]
    chains = [(number, slot) for number, slot in enumerate(reserve.chains) if slot.active]
    return [
        *(_custodian(number, slot, as_signed(slot)) for number, slot in custodians),
        *(_chain(number, slot, as_signed(slot)) for number, slot in chains),
    ]


def slot_of(slots: Sequence[SlotView], kind: Kind, number: int) -> SlotView | None:
    """One slot, or None when nothing is registered there."""
    return next((one for one in slots if (one.kind, one.number) == (kind, number)), None)


def _custodian(number: int, slot: CustodianSlot, as_signed: bool) -> SlotView:
    current, pending = slot_keys(slot.signers)
    return SlotView(
        kind=Kind.RESERVE,
        number=number,
        name=slot.custodian_id,
        account_hash=slot.account_hash,
        current=current,
        pending=pending,
        basis=slot.basis,
        as_of=slot.as_of,
        received_at=slot.received_at,
        figure=slot.settled,
        in_transit=slot.in_transit,
        in_transit_by=slot.in_transit_by,
        report_hash=slot.report_hash,
        as_signed=as_signed,
    )


def _chain(number: int, slot: ChainSlot, as_signed: bool) -> SlotView:
    current, pending = slot_keys(slot.signers)
    return SlotView(
        kind=Kind.CHAIN,
        number=number,
        name=slot.chain,
        account_hash=bytes(32),
        current=current,
        pending=pending,
        basis=slot.basis,
        as_of=slot.as_of,
        received_at=slot.received_at,
        figure=slot.supply,
        in_transit=0,
        in_transit_by=0,
        report_hash=slot.report_hash,
        as_signed=as_signed,
    )
