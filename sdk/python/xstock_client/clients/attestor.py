"""The relayer's side of attestations: what the chain expects next, and bringing signed reports to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Asset, Reserve
from xstock_client.clients._base import Sender, load
from xstock_client.clients.integrator import Integrator
from xstock_client.clients.judging import is_stored
from xstock_client.clients.keysets import SlotView, max_age, slots_of
from xstock_client.clients.packing import fits, in_order, pack, relay_instructions
from xstock_client.clients.plans import AttestationPlan, PlannedReport, PlannedSupply
from xstock_client.clients.relaying import OnChange, Patience, Relay
from xstock_client.clients.reports import MergedReport, SignedReport, merge_reports
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import UsageError
from xstock_client.ledger import Ledger, Outcome, Receipt, Signer
from xstock_client.message import Kind
from xstock_client.rebase import BasisRule, bring_up_to_date
from xstock_client.views import text

__all__ = ["Attestor", "attestation_plan"]


async def attestation_plan(
    ledger: Ledger, issuer: Pubkey, assets: Sequence[Pubkey] | None = None, *, program_id: Pubkey = PROGRAM_ID
) -> AttestationPlan:
    """What every key set of an issuer's assets (all by default) signs next. Only reads."""
    wanted = await Integrator(ledger, program_id=program_id).assets(issuer)
    now = await ledger.now()
    entries: list[PlannedReport] = []
    chains: list[PlannedSupply] = []
    for address, asset in wanted:
        if assets is None or address in assets:
            for slot in slots_of(asset, await _load_reserve(ledger, address, program_id)):
                for one in _planned(address, asset, slot, now):
                    if isinstance(one, PlannedReport):
                        entries.append(one)
                    else:
                        chains.append(one)
    return AttestationPlan(issuer, now, tuple(entries), tuple(chains))


async def _load_reserve(ledger: Ledger, asset: Pubkey, program_id: Pubkey) -> Reserve:
    address = pda.reserve(asset, program_id=program_id)
    return await load(ledger, address, Reserve, f"asset {asset} has no reserve account", program_id=program_id)


class Attestor(Sender):
    """Brings signed reports to the chain. Anybody can: the signatures inside the reports are what counts.

    Signing itself needs no network, see :mod:`xstock_client.clients.attesting`.
    """

    def __init__(self, ledger: Ledger, *, payer: Signer, program_id: Pubkey = PROGRAM_ID) -> None:
        super().__init__(ledger, signer=payer, program_id=program_id)

    async def plan(self, issuer: Pubkey, assets: Sequence[Pubkey] | None = None) -> AttestationPlan:
        """What every key set of an issuer's assets signs next, for the offline machine."""
        return await attestation_plan(self._ledger, issuer, assets, program_id=self._program_id)

    async def check(self, reports: Sequence[SignedReport]) -> None:
        """Refuse reports that mean nothing here: wrong signature, another program, cluster, asset, ISIN or basis.

        Raises DecodeError, UsageError, WrongCluster, AccountMissing, StatementRefused.
        """
        if not reports:
            raise UsageError("no signed report to submit")
        now = await self._ledger.now()
        for address in dict.fromkeys(one.asset for one in reports):
            asset = await self.asset_account(address)
            await self.require_cluster(asset.issuer)
            for one in reports:
                if one.asset == address:
                    _check(one, asset, now)

    def relay(
        self,
        reports: Sequence[SignedReport],
        *,
        issuer: Pubkey | None = None,
        on_change: OnChange | None = None,
        patience: Patience | None = None,
    ) -> Relay:
        """Bring in whatever of many reports the chain does not hold yet; see :class:`Relay`.

        Unlike :meth:`submit` it may be run again after any interruption, and judges each report by itself.
        ``issuer`` restricts it to one issuer's assets; ``patience`` says how long an unknown outcome is looked for.
        """
        merged = merge_reports(reports)
        return Relay(self, self._payer, merged, issuer=issuer, on_change=on_change, patience=patience)

    async def submit_instructions(self, reports: Sequence[SignedReport]) -> list[list[Instruction]]:
        """The transactions that bring the reports in, one list of instructions each.

        Each begins with the ed25519 instruction, and must still do when it is sent: the others refer to it by
        its index. Reports of one asset go as in :meth:`submit`.
        """
        return [relay_instructions(batch, program_id=self._program_id) for batch in await self._batches(reports)]

    async def submit(self, reports: Sequence[SignedReport]) -> list[Receipt]:
        """Bring signed reports in, in as few transactions as hold them, or raise what the program says.

        Signatures over the same bytes are one report. Reports of an asset that fit one transaction are judged
        together. Where they do not fit, good news goes first and bad news last, so that a redemption which two
        custodians report, or shares that moved from one to the other, do not set the solvency latch in between.
        """
        receipts = []
        for batch in await self._batches(reports):

            async def verify(batch: Sequence[MergedReport] = tuple(batch)) -> Outcome:
                return "done" if all([await self._arrived(one) for one in batch]) else "not done"

            to_send = relay_instructions(batch, program_id=self._program_id)
            receipts.append(await self._send(to_send, asset=batch[0].asset, verify=verify))
        return receipts

    async def _batches(self, reports: Sequence[SignedReport]) -> list[list[MergedReport]]:
        await self.check(reports)
        by_asset: dict[Pubkey, list[MergedReport]] = {}
        for one in merge_reports(reports):
            by_asset.setdefault(one.asset, []).append(one)
        groups = [in_order(own, *await self._slots(asset)) for asset, own in by_asset.items()]
        return pack(groups, lambda batch: fits(batch, self.payer, program_id=self._program_id))

    async def _arrived(self, report: MergedReport) -> bool:
        slots, _ = await self._slots(report.asset)
        return is_stored(report.said, slots)

    async def _slots(self, asset: Pubkey) -> tuple[list[SlotView], BasisRule]:
        """The asset's slots with every split in their figures, and which basis a report must name now."""
        state = await self.asset_account(asset)
        reserve, now = await _load_reserve(self._ledger, asset, self._program_id), await self._ledger.now()
        state, reserve = bring_up_to_date(state, reserve, now)
        return slots_of(state, reserve), BasisRule.of(state, now)


def _check(report: SignedReport, asset: Asset, now: int) -> None:
    said = report.attestation.verify()
    if said.domain != asset.domain:
        raise UsageError(
            f"the {report.symbol} report was signed for another program, cluster, asset or ISIN than {report.asset}"
            " here; check the cluster's URL, and the cluster that the custodian signed for"
        )
    BasisRule.of(asset, now).check(said.basis, said.as_of, report.symbol)


def _planned(address: Pubkey, asset: Asset, slot: SlotView, now: int) -> list[PlannedReport | PlannedSupply]:
    made: list[PlannedReport | PlannedSupply] = []
    for keys in slot.signing(now):
        common: dict[str, Any] = {
            "symbol": text(asset.symbol),
            "isin": text(asset.isin),
            "number": asset.number,
            "asset": address,
            "slot": slot.number,
            "attesters": keys.keys,
            "threshold": keys.threshold,
            "epoch": keys.epoch,
            "sequence": keys.sequence + 1,
            "splits": BasisRule.of(asset, now),
            "last_basis": slot.basis if slot.received_at else 0,
            "last_as_of": slot.as_of,
            "valid_from": 0 if now >= keys.valid_from else keys.valid_from,
            "max_age_s": max_age(asset, slot.kind),
        }
        name = slot.name.rstrip(b"\0").decode("ascii", "replace")
        if slot.kind is Kind.RESERVE:
            made.append(PlannedReport(**common, lei=name, account_hash=slot.account_hash))
        else:
            made.append(PlannedSupply(**common, chain=name))
    return made
