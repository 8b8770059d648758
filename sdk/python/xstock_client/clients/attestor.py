"""The relayer's side of attestations: what the chain expects next, and bringing signed reports to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import Asset, CustodianSlot, Reserve
from xstock_client.clients._base import Sender, load
from xstock_client.clients.attesting import AttestationPlan, PlannedReport, SignedReport
from xstock_client.clients.integrator import Integrator
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import UsageError
from xstock_client.ledger import Ledger, Outcome, Receipt, Signer
from xstock_client.ledger.building import compile_message
from xstock_client.message import Attestation, ed25519_instruction
from xstock_client.views import AssetView

__all__ = ["Attestor", "attestation_plan"]


async def attestation_plan(
    ledger: Ledger, issuer: Pubkey, assets: Sequence[Pubkey] | None = None, *, program_id: Pubkey = PROGRAM_ID
) -> AttestationPlan:
    """What every custodian's key of an issuer's assets (all by default) signs next. Only reads."""
    wanted = await Integrator(ledger, program_id=program_id).assets(issuer)
    now = await ledger.now()
    entries: list[PlannedReport] = []
    for address, asset in wanted:
        if assets is None or address in assets:
            reserve = await _load_reserve(ledger, address, program_id)
            for number, slot in enumerate(reserve.custodians):
                entries.extend(_planned(address, asset, number, slot, now))
    return AttestationPlan(issuer, now, tuple(entries))


async def _load_reserve(ledger: Ledger, asset: Pubkey, program_id: Pubkey) -> Reserve:
    address = pda.reserve(asset, program_id=program_id)
    return await load(ledger, address, Reserve, f"asset {asset} has no reserve account", program_id=program_id)


class Attestor(Sender):
    """Brings signed reports to the chain. Anybody can: the signatures inside the reports are what counts.

    Signing itself needs no network, see :func:`xstock_client.clients.attesting.sign_statement`.
    """

    def __init__(self, ledger: Ledger, *, payer: Signer, program_id: Pubkey = PROGRAM_ID) -> None:
        super().__init__(ledger, signer=payer, program_id=program_id)

    async def plan(self, issuer: Pubkey, assets: Sequence[Pubkey] | None = None) -> AttestationPlan:
        """What every custodian's key of an issuer's assets signs next, for the offline machine."""
        return await attestation_plan(self._ledger, issuer, assets, program_id=self._program_id)

    async def check(self, reports: Sequence[SignedReport]) -> None:
        """Refuse reports that mean nothing here: wrong signature, another program, cluster, asset or ISIN.

        Raises DecodeError, UsageError, WrongCluster, AccountMissing.
        """
        if not reports:
            raise UsageError("no signed report to submit")
        for address in dict.fromkeys(one.asset for one in reports):
            asset = await self.asset_account(address)
            await self.require_cluster(asset.issuer)
            for one in reports:
                if one.asset == address:
                    _check(one, asset)

    async def submit_instructions(self, reports: Sequence[SignedReport]) -> list[list[Instruction]]:
        """The transactions that bring the reports in, one list of instructions each.

        Each begins with the ed25519 instruction, and must still do when it is sent: the others refer to it by
        its index. Reports of one asset go as in :meth:`submit`.
        """
        return [_build(batch, self._program_id) for batch in await self._batches(reports)]

    async def submit(self, reports: Sequence[SignedReport]) -> list[Receipt]:
        """Bring signed reports in, in as few transactions as hold them.

        Reports of an asset that fit one transaction are judged together. Where they do not fit, figures that do
        not fall go first and falling ones last, so that a redemption which two custodians report, or shares that
        moved from one to the other, do not set the solvency latch in between.
        """
        receipts = []
        for batch in await self._batches(reports):

            async def verify(batch: Sequence[SignedReport] = tuple(batch)) -> Outcome:
                return "done" if all([await self._arrived(one) for one in batch]) else "not done"

            receipts.append(await self._send(_build(batch, self._program_id), asset=batch[0].asset, verify=verify))
        return receipts

    async def _batches(self, reports: Sequence[SignedReport]) -> list[list[SignedReport]]:
        await self.check(reports)
        ordered: list[SignedReport] = []
        for address in dict.fromkeys(one.asset for one in reports):
            own = [one for one in reports if one.asset == address]
            ordered.extend(_bad_news_last(own, await self._reserve(address)))
        batches: list[list[SignedReport]] = [[]]
        for one in ordered:
            if batches[-1] and not self._fits([*batches[-1], one]):
                batches.append([])
            batches[-1].append(one)
        return batches

    def _fits(self, batch: Sequence[SignedReport]) -> bool:
        try:
            # With a price, so that a priority fee never makes it too long.
            compile_message(_build(batch, self._program_id), self.payer, blockhash=Hash.default(), price=1)
        except UsageError:
            return False
        return True

    async def _arrived(self, report: SignedReport) -> bool:
        message = Attestation.from_bytes(report.attestation.message)
        slot = (await self._reserve(report.asset)).custodians[message.slot]
        return (slot.epoch, slot.sequence, slot.report_hash) == (message.epoch, message.sequence, message.report_hash)

    async def _reserve(self, asset: Pubkey) -> Reserve:
        return await _load_reserve(self._ledger, asset, self._program_id)


def _build(batch: Sequence[SignedReport], program_id: Pubkey) -> list[Instruction]:
    """One signature check, and one relay for each run of reports on one asset: those are judged together."""
    relays = []
    first = 0
    for asset, run in groupby(batch, key=lambda one: one.asset):
        count = len(list(run))
        relays.append(
            instructions.attest(
                asset=asset,
                reserve=pda.reserve(asset, program_id=program_id),
                mint=pda.mint(asset, program_id=program_id),
                precompile=0,
                signature=first,
                count=count,
                program_id=program_id,
            )
        )
        first += count
    return [ed25519_instruction([one.attestation for one in batch]), *relays]


def _check(report: SignedReport, asset: Asset) -> None:
    if report.attestation.verify().domain != asset.domain:
        raise UsageError(
            f"the {report.symbol} report was signed for another program, cluster, asset or ISIN than {report.asset}"
            " here; check the cluster's URL, and the cluster that the custodian signed for"
        )


def _bad_news_last(reports: Sequence[SignedReport], reserve: Reserve) -> list[SignedReport]:
    """By slot, slots whose figure falls last; the reports of one slot by their sequence."""
    messages = [(Attestation.from_bytes(one.attestation.message), one) for one in reports]
    final: dict[int, Attestation] = {}
    for message, _ in messages:
        if message.slot not in final or message.sequence > final[message.slot].sequence:
            final[message.slot] = message

    def falls(slot: int) -> bool:
        return slot < len(reserve.custodians) and int(final[slot].settled) < reserve.custodians[slot].settled

    ordered = sorted(messages, key=lambda pair: (falls(pair[0].slot), pair[0].slot, pair[0].epoch, pair[0].sequence))
    return [report for _, report in ordered]


def _planned(address: Pubkey, asset: Asset, number: int, slot: CustodianSlot, now: int) -> list[PlannedReport]:
    if not slot.active:
        return []
    view = AssetView.of(asset, now)

    def entry(attester: Pubkey, epoch: int, sequence: int, valid_from: int) -> PlannedReport:
        return PlannedReport(
            symbol=view.symbol,
            isin=view.isin,
            number=asset.number,
            asset=address,
            slot=number,
            lei=slot.custodian_id.decode("ascii", "replace"),
            account_hash=slot.account_hash,
            attester=attester,
            epoch=epoch,
            sequence=sequence,
            basis=asset.basis,
            last_as_of=slot.as_of,
            valid_from=valid_from,
        )

    entries = []
    replaced = slot.pending_from != 0 and now >= slot.pending_from
    if slot.epoch and not replaced:
        entries.append(entry(slot.attesters[0], slot.epoch, slot.sequence + 1, 0))
    if slot.pending_from:
        valid_from = 0 if replaced else slot.pending_from
        entries.append(entry(slot.pending_attesters[0], slot.pending_epoch, 1, valid_from))
    return entries
