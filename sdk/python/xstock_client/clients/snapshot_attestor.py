"""The client of a snapshot attestor: says which tree is right, and throws out one that is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions
from xstock_client.accounts import Asset, Snapshot
from xstock_client.clients._challenging import BallotPlace, Challenging, find_ballot
from xstock_client.clients.distributions import snapshot_account
from xstock_client.clients.token import TokenMint
from xstock_client.corporate import CashRate
from xstock_client.distribution import BallotView, Root, attestors_at, most_gross, tree_root
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.events import RootVoted, parse_events
from xstock_client.ledger import Outcome, Receipt
from xstock_client.merkle import MerkleTree
from xstock_client.times import instant

__all__ = ["SnapshotAttestor", "Voted"]


@dataclass(frozen=True, slots=True)
class Voted:
    """A vote that was counted."""

    agree: int
    """Attestors who say the same."""
    needed: int
    agreed: bool
    """With this vote enough do: the root is final a day later."""
    receipt: Receipt


class SnapshotAttestor(Challenging):
    """Signed by one of the asset's snapshot attestors; another key may pay.

    Compute the tree yourself, from your own node: an attestor who repeats what it is told attests nothing.
    """

    def vote_instructions(self, place: BallotPlace, root: Root) -> list[Instruction]:
        """Vote for ``root`` in the ballot of ``place``."""
        return [
            instructions.vote_root(
                attestor=self.authority,
                asset=place.asset,
                snapshot=place.snapshot,
                distribution=place.distribution,
                hash=root.entry.hash,
                sum=root.entry.sum,
                leaf_count=root.leaf_count,
                withheld=root.withheld,
                program_id=self._program_id,
            )
        ]

    async def vote(self, tree: MerkleTree) -> Voted:
        """Say that ``tree`` is right: of a snapshot's balances or a distribution's entitlements, as its account says.

        A later vote replaces an earlier one until enough attestors agree. Raises UsageError, before anything is sent,
        for a key that is no attestor today, for a root that is agreed on, for entitlements of a snapshot that is not
        final, and for sums that the program refuses.
        """
        return await self.vote_root(Pubkey(tree.account), tree_root(tree))

    async def vote_root(self, account: Pubkey, root: Root) -> Voted:
        """Say that the tree of ``account`` has this root; see :meth:`vote`."""
        place = await find_ballot(self._ledger, account, program_id=self._program_id)
        asset, now = await self.asset_account(place.asset), await self._ledger.now()
        self._require_attestor(asset, now)
        if place.ballot.root is not None:
            raise UsageError(
                f"the attestors agreed on {place.name} at {instant(place.ballot.agreed_at or 0)}: if that root is"
                " wrong, reject it within a day"
            )
        if not root.leaf_count:
            raise UsageError("the tree has no leaves: there is nothing to agree on")
        first: list[Instruction] = []
        if isinstance(place.state, Snapshot):
            unseen = await self._burned_unseen(place.asset, asset)
            if _check_supply(root, place.state, asset, unseen):
                first = self.check_solvency_instructions(place.asset)
        else:
            snapshot = await snapshot_account(self._ledger, place.snapshot, program_id=self._program_id)
            _check_entitlements(root, snapshot, CashRate(place.state.rate), now)

        async def verify() -> Outcome:
            after = await find_ballot(self._ledger, account, program_id=self._program_id)
            return "done" if (self.authority, root) in after.ballot.votes else "not done"

        to_send = [*first, *self.vote_instructions(place, root)]
        receipt = await self._send(to_send, asset=place.asset, verify=verify)
        events = parse_events(receipt.executed, program_id=self._program_id)
        (event,) = [one for one in events if isinstance(one, RootVoted)]
        return Voted(event.agree, event.needed, bool(event.agreed), receipt)

    def reject_instructions(self, place: BallotPlace) -> list[Instruction]:
        """Throw the agreed root of ``place`` out."""
        return [
            instructions.reject_root(
                attestor=self.authority,
                asset=place.asset,
                snapshot=place.snapshot,
                distribution=place.distribution,
                program_id=self._program_id,
            )
        ]

    async def reject(self, account: Pubkey) -> Receipt:
        """Throw out the agreed root of ``account``, a snapshot or a distribution: you computed another one.

        Within a day of the agreement, and once a tree. All votes are forgotten, and attestors vote again. Raises
        UsageError.
        """
        place = await find_ballot(self._ledger, account, program_id=self._program_id)
        self._require_attestor(await self.asset_account(place.asset), await self._ledger.now())
        place.ballot.require_challengeable(place.name)
        if self.authority in place.ballot.rejecters:
            raise UsageError(
                f"{self.authority} has thrown out a root of {place.name} before, and each attestor may once: ask"
                " another one, or prove what is wrong (challenge)"
            )
        return await self._send(self.reject_instructions(place), asset=place.asset, verify=self._thrown_out(place))

    async def _burned_unseen(self, address: Pubkey, asset: Asset) -> int:
        """Tokens that were burned outside and that the program has not noticed yet."""
        mint = await self._ledger.account(asset.mint)
        if mint is None:
            raise AccountMissing(f"asset {address} has no mint on this cluster")
        return max(asset.known_supply - TokenMint.decode(mint).supply.value, 0)

    def _require_attestor(self, asset: Asset, now: int) -> None:
        keys, threshold = attestors_at(asset.attestors, now)
        if self.authority not in keys:
            listed = ", ".join(map(str, keys)) or "none"
            raise UsageError(
                f"{self.authority} is no snapshot attestor of this asset now; they are {listed}, of whom {threshold}"
                " must agree"
            )


def _check_supply(root: Root, snapshot: Snapshot, asset: Asset, unseen: int) -> bool:
    """Snapshot::check_root; whether the program must first notice the ``unseen`` tokens that were burned outside."""
    seen = asset.burned_outside - snapshot.burned_outside
    least = max(snapshot.supply - seen - unseen, 0)
    if not least <= root.entry.sum <= snapshot.supply:
        expected = f"{snapshot.supply:,}" if least == snapshot.supply else f"{least:,} to {snapshot.supply:,}"
        raise UsageError(
            f"the balances of the tree add up to {root.entry.sum:,} base units, and the supply recorded in slot"
            f" {snapshot.slot:,} is {expected}: compute them again at the end of that slot"
        )
    if root.withheld:
        raise UsageError("the tree has tax in it, and is no tree of balances")
    return root.entry.sum < snapshot.supply - seen


def _check_entitlements(root: Root, snapshot: Snapshot, rate: CashRate, now: int) -> None:
    """Distribution::check_root."""
    held = BallotView.of(snapshot.ballot, now).require_final("the snapshot")
    most = most_gross(snapshot, rate)
    if not 0 < root.entry.sum <= most.value:
        raise UsageError(
            f"the entitlements add up to {root.entry.sum:,} base units, and the rate makes at most {most.value:,} of"
            " the snapshot: check the multiplier and the rate"
        )
    if root.withheld > root.entry.sum:
        raise UsageError(f"{root.withheld:,} of tax are more than the {root.entry.sum:,} of all entitlements")
    if root.leaf_count > held.leaf_count:
        raise UsageError(f"{root.leaf_count:,} owners are entitled, and the snapshot has {held.leaf_count:,}")
