"""What anybody may do for a corporate action: the snapshot at its time, identifiers, pages of claims, tax, proofs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import Asset, CorporateAction, Snapshot
from xstock_client.amounts import Raw
from xstock_client.clients._base import load
from xstock_client.clients._challenging import Challenging
from xstock_client.clients._remitting import Remitting
from xstock_client.clients.distributions import claim_pages, read_distribution
from xstock_client.clients.payouts import open_page
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, ActionKind
from xstock_client.corporate import ActionPhase, ActionView
from xstock_client.distribution import DistributionPhase, attestors_at, require_same_root
from xstock_client.errors import LedgerError, TransactionFailed, UsageError
from xstock_client.ledger import Outcome, Receipt
from xstock_client.merkle import MerkleTree
from xstock_client.times import instant, span
from xstock_client.views import text

__all__ = ["Keeping", "Recorded"]

_POLL: Final = 20.0
"""Seconds between two looks at the cluster's clock, at most."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A snapshot that was taken."""

    number: int
    address: Pubkey
    slot: int
    """Balances are those at the end of this slot."""
    supply: Raw
    receipt: Receipt


class Keeping(Challenging, Remitting):
    """Signed by anybody at all; the payer pays for new accounts."""

    def record_snapshot_instructions(self, asset: Pubkey, action: int, *, number: int) -> list[Instruction]:
        """Take the asset's snapshot ``number``, its next, for the cash dividend ``action``."""
        return [
            instructions.record_snapshot(
                payer=self.payer,
                asset=asset,
                action=pda.corporate_action(asset, action, program_id=self._program_id),
                snapshot=pda.snapshot(asset, number, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                number=number,
                program_id=self._program_id,
            )
        ]

    async def record_snapshot(self, asset: Pubkey, action: int, *, wait: bool = False) -> Recorded:
        """Take the snapshot of a cash dividend: the balances at the end of the slot in which this runs.

        At its record time or within an hour of it; with ``wait`` it waits for that, and goes on trying when the cluster
        falls silent. Once it is taken it never changes. Raises UsageError when it is too early (without ``wait``) or
        too late, and when it was taken or cancelled.
        """
        looked = False
        while True:
            try:
                left = await self._left_to_record(asset, action)
                looked = True
                if not left:
                    return await self._record(asset, action)
            except TransactionFailed:
                raise
            except LedgerError:
                if not (wait and looked):
                    raise
                left = round(2 * _POLL)  # a node that is silent for a while is no reason to miss the hour
            if not wait:
                raise UsageError(
                    f"the record time of action {action} is {instant(await self._ledger.now() + left)}, in"
                    f" {span(left)}: run this then, or let it wait (--wait)"
                )
            await asyncio.sleep(min(left / 2, _POLL))

    async def _record(self, asset: Pubkey, action: int) -> Recorded:
        state = await self.asset_account(asset)
        if not attestors_at(state.attestors, await self._ledger.now())[0]:
            raise UsageError("the asset has no snapshot attestors: nobody could agree on the balances")
        number = state.snapshots
        address = pda.snapshot(asset, number, program_id=self._program_id)

        async def verify() -> Outcome:
            found = await self._ledger.account(address)
            if found is None:
                return "not done"
            return "done" if Snapshot.decode(found.data).action == action else "unknown"

        to_send = self.record_snapshot_instructions(asset, action, number=number)
        receipt = await self._send(to_send, asset=asset, verify=verify)
        taken = await load(self._ledger, address, Snapshot, "the snapshot is not there", program_id=self._program_id)
        return Recorded(number, address, taken.slot, Raw(taken.supply), receipt)

    async def _left_to_record(self, asset: Pubkey, action: int) -> int:
        """Seconds to the record time; zero when the snapshot can be taken. Raises UsageError when it never can."""
        view = await self._action(asset, action)
        if view.kind is not ActionKind.CASH_DIVIDEND or view.record_at is None:
            raise UsageError(f"action {action} is a {view.kind.label}: snapshots are taken of cash dividends")
        if view.phase is ActionPhase.CANCELLED:
            raise UsageError(f"action {action} is cancelled: there is nothing to take a snapshot for")
        if view.phase is ActionPhase.RECORDED:
            raise UsageError(f"the snapshot of action {action} was taken (number {view.snapshot}), and only once")
        if view.phase is ActionPhase.MISSED:
            raise UsageError(
                f"the record time of action {action} was {instant(view.record_at)}, and its snapshot could be"
                f" taken until {instant(view.record_until or 0)}: announce the dividend again"
            )
        return 0 if view.phase is ActionPhase.DUE else max(view.record_at - await self._ledger.now(), 1)

    def apply_identifiers_instructions(self, asset: Pubkey, state: Asset, action: CorporateAction) -> list[Instruction]:
        """Put announced identifiers in force; ``state`` is the asset's account, with the identifiers of today."""
        issuer, program_id = state.issuer, self._program_id
        old_isin = old_symbol = None
        if action.isin != state.isin:
            old_isin = pda.isin_marker(issuer, text(state.isin), program_id=program_id)
        if action.symbol != state.symbol:
            old_symbol = pda.symbol_marker(issuer, text(state.symbol), program_id=program_id)
        return [
            instructions.apply_identifiers(
                payer=self.payer,
                issuer=issuer,
                asset=asset,
                action=pda.corporate_action(asset, action.number, program_id=program_id),
                isin_marker=pda.isin_marker(issuer, text(action.isin), program_id=program_id),
                symbol_marker=pda.symbol_marker(issuer, text(action.symbol), program_id=program_id),
                old_isin_marker=old_isin,
                old_symbol_marker=old_symbol,
                mint=pda.mint(asset, program_id=program_id),
                rent_receiver=self.payer,
                isin=action.isin,
                symbol=action.symbol,
                program_id=program_id,
            )
        ]

    async def apply_identifiers(self, asset: Pubkey, action: int) -> Receipt:
        """Put the announced ISIN and symbol in force, once their time has come. Raises UsageError before."""
        view = await self._action(asset, action)
        if view.kind is not ActionKind.IDENTIFIER_CHANGE:
            raise UsageError(f"action {action} is a {view.kind.label}, and changes no identifier")
        if view.phase is ActionPhase.MISSED:
            late = instant((view.effective_at or 0) + CHANGE_LIFE_S)
            raise UsageError(f"action {action} could be put in force until {late}: announce it again")
        if view.phase is not ActionPhase.DUE:
            when = f"it takes effect at {instant(view.effective_at or 0)}"
            raise UsageError(f"action {action} is {view.phase}, and cannot be put in force now; {when}")
        address = pda.corporate_action(asset, action, program_id=self._program_id)

        async def verify() -> Outcome:
            return "done" if (await self._action(asset, action)).phase is ActionPhase.EFFECTIVE else "not done"

        announced = await load(self._ledger, address, CorporateAction, "", program_id=self._program_id)
        to_send = self.apply_identifiers_instructions(asset, await self.asset_account(asset), announced)
        return await self._send(to_send, asset=asset, verify=verify)

    def open_claim_page_instructions(self, tree: MerkleTree, page: int) -> list[Instruction]:
        """Prove a page of the entitlement ``tree`` and open it; the payer pays its rent. Raises BadProof."""
        distribution, entry, nodes = Pubkey(tree.account), tree.page_entry(page), tree.page_proof(page)
        return [open_page(self.payer, distribution, page, entry, nodes, program_id=self._program_id)]

    async def open_claim_page(self, tree: MerkleTree, page: int) -> Receipt:
        """Open a page of 4,096 entitlements for claims. The payer gets its rent back when it is closed.

        Raises UsageError for a page that is open, for entitlements that are not final, and once claims are closed;
        BadSnapshot for another tree than the agreed one.
        """
        distribution = Pubkey(tree.account)
        status = await read_distribution(self._ledger, distribution, program_id=self._program_id)
        require_same_root(tree, status.ballot.require_final("the distribution's entitlements"), "the distribution")
        if status.phase is DistributionPhase.CLOSED:
            raise UsageError(f"claims were closed at {instant(status.claim_until)}")
        if await self._is_open(distribution, page):
            raise UsageError(f"page {page} is open already")

        async def verify() -> Outcome:
            return "done" if await self._is_open(distribution, page) else "not done"

        to_send = self.open_claim_page_instructions(tree, page)
        return await self._send(to_send, asset=status.asset, verify=verify)

    async def close_claim_page_instructions(
        self, distribution: Pubkey, page: int, *, rent_receiver: Pubkey | None = None
    ) -> list[Instruction]:
        """Close a page of claims that are over; reads who gets its rent, unless told. Raises UsageError without one."""
        if rent_receiver is None:
            (found,) = await claim_pages(self._ledger, distribution, [page], program_id=self._program_id)
            if found is None:
                raise UsageError(f"page {page} of distribution {distribution} is not open")
            rent_receiver = found.rent_payer
        return [
            instructions.close_claim_page(
                distribution=distribution,
                claims=pda.claim_page(distribution, page, program_id=self._program_id),
                rent_receiver=rent_receiver,
                program_id=self._program_id,
            )
        ]

    async def close_claim_page(self, distribution: Pubkey, page: int) -> Receipt:
        """Close a page a day after claims were closed; its rent goes back to its payer. Raises UsageError before."""
        status = await read_distribution(self._ledger, distribution, program_id=self._program_id)
        if await self._ledger.now() <= status.claim_until + DAY_S:
            until = instant(status.claim_until)
            raise UsageError(f"claims are open until {until}, and pages close {span(DAY_S)} after that")

        async def verify() -> Outcome:
            return "not done" if await self._is_open(distribution, page) else "done"

        to_send = await self.close_claim_page_instructions(distribution, page)
        return await self._send(to_send, asset=status.asset, verify=verify)

    async def _is_open(self, distribution: Pubkey, page: int) -> bool:
        (found,) = await claim_pages(self._ledger, distribution, [page], program_id=self._program_id)
        return found is not None

    async def _action(self, asset: Pubkey, number: int) -> ActionView:
        address = pda.corporate_action(asset, number, program_id=self._program_id)
        missing = f"asset {asset} has no action {number}; `xstock action list` shows them"
        found = await load(self._ledger, address, CorporateAction, missing, program_id=self._program_id)
        return ActionView.of(found, await self._ledger.now())
