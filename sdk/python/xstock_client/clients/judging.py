"""What is to be done with a signed report, by what the chain holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from solders.pubkey import Pubkey

from xstock_client.accounts import Asset
from xstock_client.clients.keysets import KeySetView, SlotView, slot_of
from xstock_client.clients.reports import MergedReport
from xstock_client.message import Attestation, Kind, Message
from xstock_client.rebase import BasisRule
from xstock_client.rendering import instant

__all__ = ["RelayState", "Verdict", "is_stored", "judge", "rivals"]


class RelayState(StrEnum):
    """Where a report stands."""

    READY = "not sent"
    """It can be sent, and was not."""
    SENDING = "unknown"
    """It was sent, and nobody could tell what came of it; the same command will."""
    SUBMITTED = "submitted"
    ON_CHAIN = "already on chain"
    SUPERSEDED = "superseded"
    """A later report is on chain; nobody needs this one."""
    WAITING = "waiting"
    """For another signature, or for the day from which its keys may sign."""
    REFUSED = "refused"

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be done for it."""
        return self in (RelayState.SUBMITTED, RelayState.ON_CHAIN, RelayState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a report comes to; ``to_send`` is it with the signatures that the chain asks for, when it is ready."""

    state: RelayState
    reason: str = ""
    to_send: MergedReport | None = None


def judge(report: MergedReport, asset: Asset, slots: Sequence[SlotView], now: int) -> Verdict:
    """Whether a report is on chain, of no use any more, waiting, refused for sure, or ready to be sent.

    Only what tells a report's state is judged here; the program has the last word on the others.
    """
    said = report.said
    if said.domain != asset.domain:
        return _refused(
            "signed for another program, cluster, asset or ISIN; check the cluster's URL, and the cluster that the"
            " signer named"
        )
    slot = slot_of(slots, said.KIND, said.slot)
    if slot is None:
        return _refused(f"{_place(said)} is empty: it was retired, or never registered")
    if verdict := _against_stored(said, slot):
        return verdict
    if wrong := BasisRule.of(asset, now).problem(said.basis, said.as_of):
        return _refused(wrong)
    keys = slot.set_of(said.epoch)
    if keys is None or keys not in slot.signing(now):
        others = ", ".join(str(one.epoch) for one in slot.signing(now)) or "none"
        return _refused(
            f"signed by the keys of registration {said.epoch}, and those that may sign are of: {others}; have it"
            " signed again with a new plan"
        )
    if now < keys.valid_from:
        return Verdict(RelayState.WAITING, f"its keys may sign from {instant(keys.valid_from)} on")
    return _signatures(report, keys)


def is_stored(said: Message, slots: Iterable[SlotView]) -> bool:
    """Whether this very report is its slot's last one."""
    slot = slot_of(list(slots), said.KIND, said.slot)
    return slot is not None and _is_number(said, slot) and _same(said, slot)


def rivals(reports: Iterable[MergedReport]) -> set[tuple[Pubkey, bytes]]:
    """Asset and message of reports that carry one number and say different things: none of them can be chosen."""
    by_number: dict[object, list[MergedReport]] = {}
    for one in reports:
        by_number.setdefault(one.number, []).append(one)
    return {(one.asset, one.message) for found in by_number.values() if len(found) > 1 for one in found}


def _against_stored(said: Message, slot: SlotView) -> Verdict | None:
    if _is_number(said, slot):
        if _same(said, slot):
            return Verdict(RelayState.ON_CHAIN)
        return _refused(
            f"the chain holds another report with its number (sequence {said.sequence}), as of"
            f" {instant(slot.as_of)}; have it signed again with a new plan"
        )
    later = slot.current
    if later is not None and said.epoch == later.epoch and said.sequence < later.sequence:
        return Verdict(RelayState.SUPERSEDED, f"report {later.sequence} is on chain, this one is {said.sequence}")
    if slot.received_at and said.as_of < slot.as_of:
        return Verdict(RelayState.SUPERSEDED, f"a report as of {instant(slot.as_of)} is on chain")
    if later is not None and said.epoch < later.epoch and said.as_of == slot.as_of:
        return Verdict(RelayState.SUPERSEDED, f"newer keys have reported as of {instant(slot.as_of)}")
    return None


def _signatures(report: MergedReport, keys: KeySetView) -> Verdict:
    own = [one for one in report.signatures if one.signer in keys.keys]
    if not own:
        theirs = ", ".join(map(str, report.signers))
        return _refused(f"signed by {theirs}; {_place(report.said)} takes {', '.join(map(str, keys.keys))}")
    if len(own) < keys.threshold:
        others = ", ".join(str(key) for key in keys.keys if key not in report.signers)
        told = f"waiting for {keys.threshold - len(own)} more of {keys.threshold}: keys {others}"
        return Verdict(RelayState.WAITING, told)
    return Verdict(RelayState.READY, to_send=replace(report, signatures=tuple(own[: keys.threshold])))


def _is_number(said: Message, slot: SlotView) -> bool:
    current = slot.current
    return current is not None and (said.epoch, said.sequence) == (current.epoch, current.sequence)


def _same(said: Message, slot: SlotView) -> bool:
    if (said.basis, said.as_of, said.report_hash) != (slot.basis, slot.as_of, slot.report_hash):
        return False
    transit = (int(said.in_transit), said.in_transit_by) if isinstance(said, Attestation) else (0, 0)
    figures = (int(said.figure), *transit) == (slot.figure, slot.in_transit, slot.in_transit_by)
    return figures or not slot.as_signed  # what a split has converted cannot be compared


def _place(said: Message) -> str:
    return f"{'chain slot' if said.KIND is Kind.CHAIN else 'custodian slot'} {said.slot}"


def _refused(reason: str) -> Verdict:
    return Verdict(RelayState.REFUSED, reason)
