"""The whole reserve, made anew from what was signed: does it cover what is owed?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, Reserve
from xstock_client.amounts import Raw, Shares
from xstock_client.audit.checks import Check, Converter, SlotAudit, Standing, audit_slot
from xstock_client.audit.history import search
from xstock_client.clients.integrator import Integrator
from xstock_client.clients.keysets import slots_of
from xstock_client.clients.token import TokenMint
from xstock_client.constants import MAX_REPORTED_SHARES, PROGRAM_ID, ActionKind, ActionState
from xstock_client.custody import CustodianProfile
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.events import IdentifiersChanged
from xstock_client.ledger import Ledger
from xstock_client.message import Attestation, ChainSupply, Kind, domain
from xstock_client.reserve_report import ReserveReport, reserve_report
from xstock_client.views import text

__all__ = ["ReserveAudit", "audit_reserve"]

_HISTORY = 10_000
_NOBODY = "asset"


@dataclass(frozen=True, slots=True)
class ReserveAudit:
    """What an audit came to."""

    stored: ReserveReport
    """By the program's accounts."""
    recomputed: ReserveReport
    """By the signed reports alone: a custodian's that is not proven counts zero, a chain's counts at its cap."""
    slots: tuple[SlotAudit, ...]
    totals: tuple[Check, ...]
    transactions: int
    """How many of the history were looked at."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """All of them, slot by slot, then those about the asset."""
        return (*(check for slot in self.slots for check in slot.checks), *self.totals)

    @property
    def holds(self) -> bool:
        """Whether no check failed."""
        return all(check.standing is not Standing.FAILED for check in self.checks)

    @property
    def from_documents(self) -> Shares:
        """Of the recomputed reserve, what was made anew from documents; the rest is believed to those who signed."""
        proven = {one.slot for one in self.slots if one.kind is Kind.RESERVE and one.recomputed}
        return Shares(sum(row.counted.value for row in self.recomputed.rows if row.slot in proven))


async def audit_reserve(
    ledger: Ledger,
    asset: Pubkey,
    documents: Mapping[bytes, Path],
    profiles: Sequence[CustodianProfile] = (),
    *,
    limit: int = _HISTORY,
    program_id: Pubkey = PROGRAM_ID,
    on_transaction: Callable[[int], None] = lambda count: None,
) -> ReserveAudit:
    """Prove or refute what is counted for an asset.

    ``documents`` are files by their sha256 (:func:`xstock_client.custody.find_documents`), ``profiles`` those of the
    custodians whose statements are to be read anew. At most ``limit`` transactions of the history are looked at.

    What is believed: the ledger's RPC, the program's code, and for figures that no profile recomputes their signers.
    Policy, supply and burned shares are taken from the program's accounts.

    Raises AccountMissing, WrongCluster, BadInput for a document that cannot be read, UsageError for a profile of a
    custodian that has no slot.
    """
    client = Integrator(ledger, program_id=program_id)
    state = await client.asset_account(asset)
    await client.require_cluster(state.issuer)
    reserve, supply = await _accounts(ledger, asset, program_id)
    now, genesis = await ledger.now(), await ledger.genesis_hash()
    isin = text(state.isin)
    _check_profiles(profiles, reserve)
    views = slots_of(state, reserve)
    isins = [isin, *await _former_isins(client, asset)]
    bound_to = domain(program_id, genesis, asset, isin)
    domains = tuple(domain(program_id, genesis, asset, one) for one in isins)
    splits = await client.splits(asset)
    found = await search(
        ledger,
        asset,
        state.reserve,
        views,
        program_id=program_id,
        limit=limit,
        on_transaction=on_transaction,
    )
    slots = tuple(
        audit_slot(
            view,
            (reserve.custodians if view.kind is Kind.RESERVE else reserve.chains)[view.number],
            domains=domains,
            isins=isins,
            converted=Converter(splits, reserve.basis),
            evidence=found.evidence.get((view.kind, view.number)),
            registration=found.registrations.get((view.kind, view.number)),
            documents=documents,
            profiles=profiles,
        )
        for view in views
    )
    stored = reserve_report(asset, state, reserve, supply, now)
    recomputed = reserve_report(asset, state, _rebuilt(reserve, slots), supply, now)
    totals = _totals(state, bound_to, stored, recomputed)
    return ReserveAudit(stored, recomputed, slots, totals, found.transactions)


async def _former_isins(client: Integrator, asset: Pubkey) -> list[str]:
    """ISINs that the asset had before, the latest first: reports of then are signed for them."""
    former = []
    for address, action in reversed(await client.actions(asset)):
        if action.kind == ActionKind.IDENTIFIER_CHANGE and action.state == ActionState.APPLIED:
            told = [event for _, events in await client.history(address) for event in events]
            former += [text(event.old_isin) for event in told if isinstance(event, IdentifiersChanged)]
    return former


async def _accounts(ledger: Ledger, asset: Pubkey, program_id: Pubkey) -> tuple[Reserve, Raw]:
    addresses = [pda.reserve(asset, program_id=program_id), pda.mint(asset, program_id=program_id)]
    reserve, mint = await ledger.accounts(addresses)
    if reserve is None or mint is None or reserve.owner != program_id:
        raise AccountMissing(f"asset {asset} has no reserve account or mint on this cluster")
    return Reserve.decode(reserve.data), TokenMint.decode(mint).supply


def _check_profiles(profiles: Sequence[CustodianProfile], reserve: Reserve) -> None:
    known = {slot.custodian_id for slot in reserve.custodians if slot.active}
    for one in profiles:
        if one.custodian_id not in known:
            others = ", ".join(sorted(lei.decode("ascii", "replace") for lei in known)) or "none"
            raise UsageError(
                f"the profile is of {one.name} (LEI {one.lei}), which is no custodian of this asset; its custodians"
                f" are: {others}"
            )


def _rebuilt(reserve: Reserve, slots: Sequence[SlotAudit]) -> Reserve:
    """The reserve as the proven messages alone make it."""
    found = {(one.kind, one.slot): one.counted for one in slots}
    custodians = [_custodian(slot, found.get((Kind.RESERVE, number))) for number, slot in enumerate(reserve.custodians)]
    chains = [_chain(slot, found.get((Kind.CHAIN, number))) for number, slot in enumerate(reserve.chains)]
    return replace(reserve, custodians=tuple(custodians), chains=tuple(chains))


def _custodian(slot: CustodianSlot, message: object) -> CustodianSlot:
    if not isinstance(message, Attestation):
        return replace(slot, settled=0, in_transit=0, in_transit_by=0)
    return replace(
        slot,
        as_of=message.as_of,
        settled=int(message.settled),
        in_transit=int(message.in_transit),
        in_transit_by=message.in_transit_by,
        report_hash=message.report_hash,
    )


def _chain(slot: ChainSlot, message: object) -> ChainSlot:
    if not isinstance(message, ChainSupply):
        return replace(slot, received_at=0)  # silent: the larger of its cap and what was stored counts
    supply = min(int(message.supply), MAX_REPORTED_SHARES)
    return replace(slot, as_of=message.as_of, supply=supply, report_hash=message.report_hash)


def _totals(state: Asset, bound_to: bytes, stored: ReserveReport, recomputed: ReserveReport) -> tuple[Check, ...]:
    one = recomputed
    owed = f"supply {one.supply_shares.to_ui()} + released {one.released.to_ui()} + other chains {one.foreign.to_ui()}"
    ratio = one.policy.collateral_bps / 100
    asked = "" if one.required == one.obligation else f" ({one.obligation.to_ui()} at {ratio:g} %)"
    gate = f"{one.reserve.to_ui()} counted, {one.required.to_ui()} needed{asked}"
    latch = f"{one.last_reserve.to_ui()} last reported, {one.last_obligation.to_ui()} owed"
    lines = (
        ("domain", state.domain == bound_to, "of this program, cluster, asset and ISIN", "of another one"),
        (
            "reserve",
            one.reserve == stored.reserve,
            f"{one.reserve.to_ui()} recomputed, as the program counts",
            f"{one.reserve.to_ui()} recomputed, and the program counts {stored.reserve.to_ui()}",
        ),
        (
            "obligation",
            one.obligation == stored.obligation,
            f"{one.obligation.to_ui()} = {owed}",
            f"{one.obligation.to_ui()} = {owed}; the program counts {stored.obligation.to_ui()}",
        ),
        ("fresh reports cover it", one.covered, gate, f"{gate}: nothing can be minted"),
        ("last reports cover it", one.solvent, latch, f"{latch}: {'latched' if one.latched else 'NOT latched'}"),
    )
    return tuple(
        Check(_NOBODY, what, Standing.PROVEN if good else Standing.FAILED, right if good else wrong)
        for what, good, right, wrong in lines
    )
