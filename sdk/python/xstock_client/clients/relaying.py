"""Relaying many reports so that each is on chain exactly once, whatever happens on the way.

Nothing is kept but the signed files: what is done stands on chain, in the slots' epochs, sequences, times and hashes.
Whoever is interrupted runs the same again. The program takes a sequence number once, so a report that is sent twice,
by whomever, is stored once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import pda
from xstock_client.accounts import Asset, Reserve
from xstock_client.clients.judging import RelayState, is_stored, judge, rivals
from xstock_client.clients.keysets import SlotView, max_age, slots_of
from xstock_client.clients.packing import fits, in_order, pack, relay_instructions
from xstock_client.clients.reports import MergedReport
from xstock_client.errors import (
    AccountMissing,
    DecodeError,
    ProgramRefused,
    TransactionFailed,
    Unconfirmed,
    UsageError,
    WrongCluster,
)
from xstock_client.ledger import Account, Outcome, Receipt, Signer
from xstock_client.ledger.failures import error_of
from xstock_client.rebase import BasisRule, bring_up_to_date

if TYPE_CHECKING:
    from xstock_client.clients._base import Reader

__all__ = ["OnChange", "Patience", "Relay", "RelayedReport"]

_TRIES: Final = 3
"""How often the same reports are sent when it is not the program that refuses them."""


@dataclass(frozen=True, slots=True)
class RelayedReport:
    """A report, and what became of it. ``signature`` is the transaction's that this relay sent."""

    report: MergedReport
    state: RelayState
    reason: str = ""
    signature: Signature | None = None
    stale_after_s: int | None = None
    """Set when the report is too old to count for anything: the asset's limit, in seconds."""


OnChange: TypeAlias = Callable[[RelayedReport], None]
"""Told whenever a report's state changes."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an unknown outcome is looked for on chain, in seconds, and how often."""

    total: float = 30.0
    pause: float = 2.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class _Place:
    """An asset as the chain holds it now, splits included."""

    asset: Asset
    slots: list[SlotView]
    rule: BasisRule


class Relay:
    """Brings in whatever of many reports the chain does not hold yet.

    All reports of an asset that fit into one transaction go into the same one, and are judged together. When the
    program refuses a transaction, the chain is read again (somebody else may have relayed one of its reports), the
    reports that it refuses are found by simulation, and the others are sent without them.
    """

    def __init__(
        self,
        reader: Reader,
        payer: Signer,
        reports: Sequence[MergedReport],
        *,
        issuer: Pubkey | None = None,
        on_change: OnChange | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._reader = reader
        self._ledger = reader.ledger
        self._payer = payer
        self._issuer = issuer
        self._on_change = on_change
        self._patience = patience or Patience()
        self._rows = {_key(one): RelayedReport(one, RelayState.READY) for one in reports}
        self._whole = {_key(one): one for one in reports}
        self.receipts: list[Receipt] = []
        """Transactions that took effect, in order."""

    @property
    def rows(self) -> list[RelayedReport]:
        """Every report and where it stands: also while this runs, and after it was interrupted."""
        return list(self._rows.values())

    async def run(self) -> list[RelayedReport]:
        """Send what can be sent. Raises LedgerError when the cluster stops answering; then run it again."""
        if not self._rows:
            raise UsageError("no signed report to submit")
        places = await self._read({one.asset for one in self._whole.values()})
        ready = await self._judge(list(self._whole.values()), places)
        ready = self._without_rivals(ready)
        by_asset: dict[Pubkey, list[MergedReport]] = {}
        for one in ready:
            by_asset.setdefault(one.asset, []).append(one)
        groups = [_ordered(own, places[asset]) for asset, own in by_asset.items()]
        for batch in pack(groups, self._fits):
            await self._bring(batch)
        return self.rows

    async def _bring(self, batch: list[MergedReport]) -> None:
        """Send a batch, whole or in parts, until something is known of each of its reports."""
        tries = 0
        while batch:
            tries += 1
            self._mark(batch, RelayState.SENDING, "it was being sent when this was interrupted; run it again")
            try:
                receipt = await self._send(batch)
            except ProgramRefused as refusal:
                # Nothing changed. Somebody else may have been faster.
                left = await self._look(batch)
                if len(left) == len(batch):
                    left = await self._without_culprits(batch, refusal, tries)
                batch = left
            except Unconfirmed as error:
                batch = await self._look_for(batch, error)
                if tries == _TRIES:
                    self._mark(batch, RelayState.SENDING, str(error))
                    return
            except TransactionFailed:
                batch = await self._look(batch, found=RelayState.SUBMITTED)
                if batch and tries == _TRIES:
                    self._mark(batch, RelayState.READY)
                    raise
            else:
                self.receipts.append(receipt)
                self._mark(batch, RelayState.SUBMITTED, signature=receipt.signature)
                return

    async def _send(self, batch: Sequence[MergedReport]) -> Receipt:
        async def verify() -> Outcome:
            places = await self._read({one.asset for one in batch})
            return "done" if all(is_stored(one.said, _slots(places[one.asset])) for one in batch) else "not done"

        to_send = relay_instructions(batch, program_id=self._reader.program_id)
        return await self._ledger.send(to_send, self._payer, verify=verify)

    async def _look_for(self, batch: list[MergedReport], error: Unconfirmed) -> list[MergedReport]:
        """Wait for a transaction that may still land; what it did not bring may safely be sent again."""
        waited = 0.0
        while True:
            left = await self._look(batch, found=RelayState.SUBMITTED, signature=Signature.from_string(error.signature))
            if not left or waited >= self._patience.total:
                return left
            batch = left
            await self._patience.sleep(self._patience.pause)
            waited += self._patience.pause

    async def _look(
        self,
        batch: Sequence[MergedReport],
        *,
        found: RelayState = RelayState.ON_CHAIN,
        signature: Signature | None = None,
    ) -> list[MergedReport]:
        """Read the chain again; what of a batch is still to be sent. One that is there now counts as ``found``."""
        places = await self._read({one.asset for one in batch})
        return await self._judge([self._whole[_key(one)] for one in batch], places, found=found, signature=signature)

    async def _without_culprits(
        self, batch: list[MergedReport], refusal: ProgramRefused, tries: int
    ) -> list[MergedReport]:
        """The batch without the reports that the program refuses each by itself."""
        left = []
        for one in batch:
            simulation = await self._ledger.simulate(
                relay_instructions([one], program_id=self._reader.program_id), self._payer.pubkey
            )
            if simulation.error is None:
                left.append(one)
            else:
                self._mark([one], RelayState.REFUSED, str(error_of(simulation.error, None)))
        if len(left) < len(batch) or tries < _TRIES:
            return left
        if len(left) == 1:
            self._mark(left, RelayState.REFUSED, str(refusal))
            return []
        for one in left:  # each by itself goes through, together they do not
            await self._bring([one])
        return []

    async def _judge(
        self,
        reports: Sequence[MergedReport],
        places: dict[Pubkey, _Place | str],
        *,
        found: RelayState = RelayState.ON_CHAIN,
        signature: Signature | None = None,
    ) -> list[MergedReport]:
        """Note the state of each report; those that are ready, with the signatures to send."""
        now = await self._ledger.now()
        ready = []
        for one in reports:
            place = places[one.asset]
            if isinstance(place, str):
                self._mark([one], RelayState.REFUSED, place)
                continue
            verdict = judge(one, place.asset, place.slots, now)
            limit = max_age(place.asset, one.said.KIND)
            stale = limit if now - one.said.as_of > limit else None
            self._rows[_key(one)] = replace(self._rows[_key(one)], stale_after_s=stale)
            if verdict.to_send is not None:
                self._note(one, RelayState.READY, "", None)
                ready.append(verdict.to_send)
            elif verdict.state is RelayState.ON_CHAIN:
                self._mark([one], found, signature=signature)
            else:
                self._mark([one], verdict.state, verdict.reason)
        return ready

    def _without_rivals(self, ready: Sequence[MergedReport]) -> list[MergedReport]:
        open_ = [row.report for row in self.rows if row.state in (RelayState.READY, RelayState.WAITING)]
        torn = rivals(open_)
        told = "another report with its number (slot, epoch and sequence) says something else; leave one of them out"
        self._mark([self._whole[key] for key in torn], RelayState.REFUSED, told)
        return [one for one in ready if _key(one) not in torn]

    async def _read(self, assets: set[Pubkey]) -> dict[Pubkey, _Place | str]:
        """Every asset with its slots, or why its reports mean nothing here."""
        order = sorted(assets, key=bytes)
        program_id = self._reader.program_id
        addresses = [address for one in order for address in (one, pda.reserve(one, program_id=program_id))]
        accounts, now = await self._ledger.accounts(addresses), await self._ledger.now()
        return {
            one: await self._place(one, *pair, now)
            for one, pair in zip(order, zip(accounts[::2], accounts[1::2], strict=True), strict=True)
        }

    async def _place(self, address: Pubkey, asset: Account | None, reserve: Account | None, now: int) -> _Place | str:
        program_id = self._reader.program_id
        if asset is None or reserve is None or (asset.owner, reserve.owner) != (program_id, program_id):
            return f"there is no asset {address} on this cluster; check the cluster's URL"
        try:
            found, held = bring_up_to_date(Asset.decode(asset.data), Reserve.decode(reserve.data), now)
            place = _Place(found, slots_of(found, held), BasisRule.of(found, now))
            await self._reader.require_cluster(found.issuer)
        except (DecodeError, WrongCluster, AccountMissing) as error:
            return str(error)
        if self._issuer is not None and found.issuer != self._issuer:
            return f"of issuer {found.issuer}, and your configuration names {self._issuer}; leave it out, or name that"
        return place

    def _fits(self, batch: Sequence[MergedReport]) -> bool:
        return fits(batch, self._payer.pubkey, program_id=self._reader.program_id)

    def _mark(
        self, reports: Sequence[MergedReport], state: RelayState, reason: str = "", signature: Signature | None = None
    ) -> None:
        for one in reports:
            self._note(one, state, reason, signature)

    def _note(self, report: MergedReport, state: RelayState, reason: str, signature: Signature | None) -> None:
        row = replace(self._rows[_key(report)], state=state, reason=reason, signature=signature)
        self._rows[_key(report)] = row
        if self._on_change is not None:
            self._on_change(row)


def _key(report: MergedReport) -> tuple[Pubkey, bytes]:
    return report.asset, report.message


def _ordered(reports: Sequence[MergedReport], place: _Place | str) -> list[MergedReport]:
    return list(reports) if isinstance(place, str) else in_order(reports, place.slots, place.rule)


def _slots(place: _Place | str) -> list[SlotView]:
    return [] if isinstance(place, str) else place.slots
