"""The reference model's custodians and chains: key sets, registrations, caps and reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from tests.properties.office import GUARDS, Office
from tests.properties.parts import (
    LIFE,
    MANAGER,
    OK,
    SLOTS,
    TOP_FIGURE,
    TOP_STEP,
    Abroad,
    Custodian,
    Exact,
    KeyRing,
    Keys,
    Report,
    Shown,
)

__all__ = ["Custody", "bundles"]

_BUNDLE = 3
"""Signatures of one report at most: a slot has no more keys."""


def bundles(reports: Sequence[Report]) -> list[tuple[Report, tuple[str, ...]]]:
    """Neighbouring signatures of the same bytes are one report."""
    signed = [(one.unsigned(), name) for one in reports for name in one.signers]
    found: list[tuple[Report, tuple[str, ...]]] = []
    for message, ones in groupby(signed, key=lambda pair: pair[0]):
        names = [name for _, name in ones]
        found += [(message, tuple(names[at : at + _BUNDLE])) for at in range(0, len(names), _BUNDLE)]
    return found


def _no_better(report: Report, one: Custodian) -> bool:
    """Bad news: it is taken though the clock went back behind the last report."""
    return report.settled <= one.settled and report.in_transit <= one.in_transit


@dataclass(slots=True)
class Custody(Office):
    """Who attests, and what."""

    # Keys

    def _proposal(self, keys: Sequence[str], threshold: int) -> str:
        """``keys`` as the instruction takes them: up to three, ``"nobody"`` leaves a place empty."""
        named = [name for name in keys if name != "nobody"]
        if not named or "nobody" in keys[: len(named)]:
            return "EmptyCustodianField"
        if len(set(named)) < len(named):
            return "RepeatedKey"
        return OK if 1 <= threshold <= len(named) else "ThresholdOutOfRange"

    def _keys_free(self, keys: Sequence[str], own: KeyRing | None) -> bool:
        rings = [one.ring for one in self.every_slot()]
        return not any(one.all_names() & set(keys) for one in rings if one is not own)

    def _take_over(self, ring: KeyRing, keys: Sequence[str], threshold: int) -> None:
        """Keys come in force later; those whose time had come keep what came before them dead."""
        if ring.fresh and self.now >= ring.since:
            ring.keys, ring.sequence = ring.fresh, 0
        self.epochs += 1
        ring.since = self.change_at()
        ring.fresh = Keys(tuple(name for name in keys if name != "nobody"), threshold, self.epochs)
        self.told |= {"epoch": self.epochs, "valid_from": ring.since, "threshold": threshold}

    # Custodians

    def register(
        self,
        by: str,
        shown: tuple[int, str],
        slot: int,
        lei: str,
        account: str,
        keys: Sequence[str],
        threshold: int = 1,
        *,
        swap: str = "",
    ) -> str:
        if (code := self._managed(by, shown, swap)) != OK:
            return code
        if (code := self._proposal(keys, threshold)) != OK:
            return code
        if not lei or not account:
            return "EmptyCustodianField"
        if not 0 <= slot < SLOTS:
            return "SlotOutOfRange"
        own = self.custodians.get(slot)
        if own and (own.lei, own.account) != (lei, account):
            return "SlotTaken"
        if any(one.account == account for at, one in self.custodians.items() if at != slot):
            return "AccountInUse"
        if not self._keys_free(keys, own.ring if own else None):
            return "KeyInUse"
        self.told = {"replaces": int(own is not None)}
        self._take_over(self.custodians.setdefault(slot, Custodian(lei, account)).ring, keys, threshold)
        return OK

    def _managed(self, by: str, shown: tuple[int, str], swap: str) -> str:
        """What adds or forgets something, by the attestor manager."""
        if (code := self.holds(MANAGER, by, shown)) != OK:
            return code
        if self.halts & 4:
            return "ChangesHalted"
        return "WrongAsset" if swap else OK

    def retire(self, by: str, shown: tuple[int, str], slot: int, *, swap: str = "") -> str:
        """Bad news: no halt stops it."""
        if (code := self.holds(MANAGER, by, shown)) != OK:
            return code
        if swap:
            return {"reserve": "WrongAsset", "mint": "WrongMint"}[swap]
        if not 0 <= slot < SLOTS:
            return "SlotOutOfRange"
        if slot not in self.custodians:
            return "SlotEmpty"
        self.told = {}
        self.observe()
        before, gone = self.counted(fresh=False)[0], self.custodians.pop(slot)
        self.told |= {"reserve_before": before, "settled": gone.settled, "in_transit": gone.in_transit}
        self.latch()
        return OK

    # Chains

    def register_chain(
        self,
        by: str,
        shown: tuple[int, str],
        slot: int,
        chain: str,
        token: str,
        keys: Sequence[str],
        threshold: int = 1,
        *,
        swap: str = "",
    ) -> str:
        if (code := self._managed(by, shown, swap)) != OK:
            return code
        if not chain or not token:
            return "EmptyCustodianField"
        if (code := self._proposal(keys, threshold)) != OK:
            return code
        if not 0 <= slot < SLOTS:
            return "SlotOutOfRange"
        own = self.chains.get(slot)
        if own and (own.chain, own.token) != (chain, token):
            return "ChainTaken"
        if any(one.token == token for at, one in self.chains.items() if at != slot):
            return "TokenInUse"
        if not self._keys_free(keys, own.ring if own else None):
            return "KeyInUse"
        self.told = {"replaces": int(own is not None)}
        self._take_over(self.chains.setdefault(slot, Abroad(chain, token)).ring, keys, threshold)
        return OK

    def set_cap(self, by: str, slot: int, cap: int, *, shown: Shown = None, swap: str = "") -> str:
        """Higher at once, if it is covered with all caps in use; lower by a report of after the wait."""
        if (code := self.of_asset(by, shown)) != OK:
            return code
        if self.halts & 4:
            return "ChangesHalted"
        if swap:
            return "WrongAsset"
        if not 0 <= slot < SLOTS:
            return "SlotOutOfRange"
        if slot not in self.chains:
            return "SlotEmpty"
        if cap > TOP_FIGURE:
            return "FigureTooLarge"
        one, obligation, reserve = self.chains[slot], 0, 0
        before, at = one.cap, self.change_at()
        if cap > before:
            in_use = {at: other.cap for at, other in self.chains.items()} | {slot: cap}
            if (code := self.covered(caps=in_use)) != OK:
                return code
            obligation, reserve = self.owed(caps=in_use), self.counted(fresh=True)[0]
        waits = cap < before and at > self.now
        one.cap, one.lower = (before, (cap, at)) if waits else (cap, None)
        if cap:
            one.retire_from = 0
        self.told = {"old_cap": before, "cap": one.cap, "obligation": obligation, "reserve": reserve}
        return OK

    def retire_chain(self, by: str, shown: tuple[int, str], slot: int, *, swap: str = "") -> str:
        """Only where nothing can be owed; after the first mint asked for first, and done later."""
        if (code := self._managed(by, shown, swap)) != OK:
            return code
        if not 0 <= slot < SLOTS:
            return "SlotOutOfRange"
        if slot not in self.chains:
            return "SlotEmpty"
        one = self.chains[slot]
        if one.cap or one.owed() or (one.marked and self.requests) or (one.reported and not self.is_fresh(one)):
            return "ChainInUse"
        at, since = self.change_at(), one.retire_from
        if at > self.now and (not since or self.now > since + LIFE):
            one.retire_from = at
            self.told = {"slot": slot, "retired": 0, "retire_from": at}
            return OK
        if at > self.now and (self.now < since or (one.reported and one.as_of < since)):
            return "ChangeNotReady"
        del self.chains[slot]
        self.bridged = [sent for sent in self.bridged if sent.slot != slot]
        self.told = {"slot": slot, "retired": 1, "retire_from": since}
        return OK

    # What waits

    def cancel_slot_change(self, by: str, kind: int, slot: int, *, shown: Shown = None, swap: str = "") -> str:
        """New keys of a custodian (1) or of a chain (2), a chain's lower cap (3), or its retirement (4)."""
        if (code := self.of_asset(by, shown, GUARDS, swap)) != OK:
            return code
        if kind not in (1, 2, 3, 4):
            return "UnknownChange"
        if not 0 <= slot < SLOTS:
            return "SlotOutOfRange"
        if kind > 2:
            chain = self.chains.get(slot)
            if not chain or not (chain.lower if kind == 3 else chain.retire_from):
                return "NothingQueued"
            if kind == 3:
                chain.lower = None
            else:
                chain.retire_from = 0
            self.told = {"epoch": 0}
            return OK
        one = self.custodians.get(slot) if kind == 1 else self.chains.get(slot)
        if not one or not one.ring.fresh or one.ring.since <= self.now:
            return "NothingQueued"
        self.told = {"epoch": one.ring.fresh.epoch}
        one.ring.fresh, one.ring.since = None, 0
        return OK

    # Reports

    def attest(self, reports: Sequence[Report]) -> str:
        """Promise 3: what is not exactly right counts for nothing; what is right and bad is never refused.

        Reports that come together are judged together, and one that is wrong takes all with it: what the others
        changed here by then must be forgotten.
        """
        together = bundles(reports)
        for number, (report, names) in enumerate(together):
            if number == SLOTS:
                return "BadReportCount"
            if (code := self._take(report, names)) != OK:
                return code
        self.told = {}
        self.observe()
        self.newest = max([self.newest, *(report.as_of for report, _ in together if not report.abroad)])
        self.clear()
        self.latch()
        if len(together) > 1:
            del self.told["burned_outside"]  # told by the first event
        return OK

    def _take(self, report: Report, names: Sequence[str]) -> str:
        if (code := self._basis_fault(report)) != OK:
            return code
        signed, (report, exact) = report.basis, self._converted(report)
        if not 0 <= report.slot < SLOTS:
            return "SlotOutOfRange"
        one = self.chains.get(report.slot) if report.abroad else self.custodians.get(report.slot)
        if one is None:
            return "SlotEmpty"
        if (code := self._signed(one.ring, report, names)) != OK:
            return code
        if report.as_of > self.now:
            return "FutureReport"
        first = 0 if report.abroad else self.cleared + 1
        bad = report.settled >= one.supply if isinstance(one, Abroad) else _no_better(report, one)
        if report.as_of < (first if not one.reported else min(one.as_of, self.now) if bad else one.as_of):
            return "OlderReport"
        if max(report.settled, report.in_transit) > TOP_FIGURE and not report.abroad:
            return "FigureTooLarge"
        if one.ring.fresh and report.epoch == one.ring.fresh.epoch:
            one.ring.keys, one.ring.fresh, one.ring.since = one.ring.fresh, None, 0
        one.ring.sequence, one.as_of, one.reported = report.sequence, max(one.as_of, report.as_of), True
        one.signed, one.exact = signed, exact
        if isinstance(one, Abroad):
            self._heard(one, report)
        else:
            one.settled, one.in_transit, one.by = report.settled, report.in_transit, report.by
        return OK

    def _basis_fault(self, report: Report) -> str:
        """Figures of the basis speak of a time when there could be any, old ones of a time before the split, and those
        that include a coming split of a time from its ex time on.
        """
        ahead = self.coming is not None and self.coming.split is not None and report.as_of >= self.coming.ex
        taken = {
            0: report.as_of >= self.split_ex,
            -1: self.split is not None and report.as_of < self.split_at,
            1: ahead,
        }
        return OK if taken.get(report.basis - self.basis, False) else "WrongBasis"

    def _converted(self, report: Report) -> tuple[Report, Exact]:
        """In the asset's basis, against the issuer; and the figure as it would be without rounding."""
        ahead = self.coming.split if self.coming else None
        splits = {-1: self.split, 1: ahead.back() if ahead else None}
        if (split := splits.get(report.basis - self.basis)) is None:
            return report, Exact(Fraction(report.settled))
        settled = split.up(report.settled) if report.abroad else split.down(report.settled)
        exact = Exact(Fraction(report.settled * split.new, split.old), Fraction(1))
        return replace(report, settled=settled, in_transit=split.down(report.in_transit)), exact

    @staticmethod
    def _heard(one: Abroad, report: Report) -> None:
        """A figure beyond all bounds is bad news too: nothing ever covers the largest one."""
        one.supply = min(report.settled, TOP_FIGURE)
        one.forget(report.as_of)
        if one.lower and report.as_of >= one.lower[1]:
            one.cap, one.lower = one.lower[0], None
        if one.supply:
            one.retire_from = 0

    def _signed(self, ring: KeyRing, report: Report, names: Sequence[str]) -> str:
        """Whether enough of the right keys signed, under the right epoch and sequence."""
        keys, last = ring.keys, ring.sequence
        if ring.fresh and report.epoch == ring.fresh.epoch:
            if self.now < ring.since:
                return "AttesterNotYetValid"
            keys, last = ring.fresh, 0
        elif keys is None or report.epoch != keys.epoch:
            return "WrongEpoch"
        elif ring.fresh and self.now >= ring.since:
            return "ReplacedAttester"
        if not set(names) <= set(keys.names):
            return "WrongAttester"
        if len(set(names)) < keys.threshold:
            return "TooFewSigners"
        return OK if last < report.sequence <= last + TOP_STEP else "BadSequence"
