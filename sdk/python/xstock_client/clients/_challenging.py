"""Anybody proves that an agreed tree is wrong: an owner twice or out of order, or sums that do not add up."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions
from xstock_client.accounts import Distribution, Snapshot, decode_account
from xstock_client.claims import LeafProof
from xstock_client.clients._base import Sender
from xstock_client.constants import PROGRAM_ID
from xstock_client.distribution import BallotView
from xstock_client.errors import AccountMissing, BadProof, DecodeError, UsageError
from xstock_client.ledger import Ledger, Outcome, OutcomeCheck, Receipt
from xstock_client.merkle import BadNode, Leaf, encode_nodes, tree_depth, verify_bad_node, verify_range

__all__ = ["BallotPlace", "Challenging", "find_ballot"]


@dataclass(frozen=True, slots=True)
class BallotPlace:
    """The account that a tree is of, and its ballot."""

    account: Pubkey
    state: Snapshot | Distribution
    snapshot: Pubkey
    distribution: Pubkey | None
    """The account itself, where it is a distribution."""
    ballot: BallotView

    @property
    def asset(self) -> Pubkey:
        """The asset whose attestors vote."""
        return self.state.asset

    @property
    def name(self) -> str:
        """What the tree is called in messages."""
        return "the snapshot" if self.distribution is None else "the distribution's entitlements"


async def find_ballot(ledger: Ledger, account: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> BallotPlace:
    """The ballot over the tree of ``account``, a snapshot or a distribution. Raises AccountMissing, DecodeError."""
    found = await ledger.account(account)
    if found is None or found.owner != program_id:
        raise AccountMissing(f"there is no snapshot and no distribution {account} on this cluster")
    state, now = decode_account(found.data), await ledger.now()
    if isinstance(state, Snapshot):
        return BallotPlace(account, state, account, None, BallotView.of(state.ballot, now))
    if isinstance(state, Distribution):
        return BallotPlace(account, state, state.snapshot, account, BallotView.of(state.ballot, now))
    raise DecodeError(f"{account} is a {type(state).__name__}: attestors vote on snapshots and distributions")


class Challenging(Sender):
    """Signed by anybody at all. A root can be challenged for a day after it was agreed on."""

    def show_leaf_instructions(self, place: BallotPlace, proof: LeafProof) -> list[Instruction]:
        """Prove one leaf of an agreed tree; the root is thrown out when it is out of order with one shown before."""
        return [
            instructions.challenge_order(
                challenger=self.authority,
                asset=place.asset,
                snapshot=place.snapshot,
                distribution=place.distribution,
                index=proof.index,
                owner=proof.owner,
                amount=proof.amount,
                withheld=proof.withheld,
                nodes=encode_nodes(proof.nodes),
                program_id=self._program_id,
            )
        ]

    def challenge_order_instructions(
        self, place: BallotPlace, lower: LeafProof, upper: LeafProof
    ) -> list[list[Instruction]]:
        """Prove two leaves that are out of order: one list for each transaction."""
        return [self.show_leaf_instructions(place, proof) for proof in (lower, upper)]

    async def challenge_order(self, lower: LeafProof, upper: LeafProof) -> list[Receipt]:
        """Prove that the owners of two leaves do not rise, so that the root is thrown out: two transactions.

        Two proofs of a large tree do not fit one; the second is not needed when somebody else has shown a leaf that the
        first is out of order with. Raises UsageError for a root that is not agreed on or final, and for
        leaves of different trees or in order; BadProof for a proof of another tree.
        """
        if lower.account != upper.account or lower.index >= upper.index:
            raise UsageError(
                f"leaf {lower.index:,} of {lower.account} does not come before leaf {upper.index:,} of {upper.account}"
                " in one tree: give two leaves of one tree, the lower first"
            )
        if bytes(upper.owner) > bytes(lower.owner):
            raise UsageError(f"the owners {lower.owner} and {upper.owner} are in order: there is nothing to challenge")
        place = await find_ballot(self._ledger, lower.account, program_id=self._program_id)
        root = place.ballot.require_challengeable(place.name)
        for proof in (lower, upper):
            proof.verify(root.entry, root.leaf_count)
        gone = self._thrown_out(place)
        receipts: list[Receipt] = []
        for show in self.challenge_order_instructions(place, lower, upper):
            receipts.append(await self._send(show, asset=place.asset, verify=gone if receipts else None))
            if await gone() == "done":
                break
        return receipts

    def challenge_count_instructions(self, place: BallotPlace, extra: LeafProof) -> list[Instruction]:
        """Prove a leaf behind the last that the agreed root counts."""
        return self.show_leaf_instructions(place, extra)

    async def challenge_count(self, extra: LeafProof) -> Receipt:
        """Prove a leaf behind the last that the agreed root counts, so that the root is thrown out.

        Raises UsageError for a root that is not agreed on or final and for a leaf that it counts, BadProof for a proof
        of another tree.
        """
        place = await find_ballot(self._ledger, extra.account, program_id=self._program_id)
        root = place.ballot.require_challengeable(place.name)
        if extra.index < root.leaf_count:
            raise UsageError(f"leaf {extra.index:,} is one of the {root.leaf_count:,} that {place.name} counts")
        leaf, levels = Leaf(bytes(extra.owner), extra.amount, extra.withheld), tree_depth(root.leaf_count)
        if verify_range(extra.account, extra.index, [leaf], levels, extra.nodes) != root.entry:
            raise BadProof(
                f"the proof of leaf {extra.index:,} does not lead to the agreed root: take it from that tree"
            )
        to_send = self.challenge_count_instructions(place, extra)
        return await self._send(to_send, asset=place.asset, verify=self._thrown_out(place))

    def challenge_sum_instructions(self, place: BallotPlace, bad: BadNode) -> list[Instruction]:
        """Prove that a node of an agreed tree does not add up."""
        return [
            instructions.challenge_sum(
                challenger=self.authority,
                asset=place.asset,
                snapshot=place.snapshot,
                distribution=place.distribution,
                level=bad.level,
                position=bad.index,
                sum=bad.entry.sum,
                left=bytes(bad.left),
                right=bytes(bad.right),
                nodes=encode_nodes(bad.path),
                program_id=self._program_id,
            )
        ]

    async def challenge_sum(self, account: Pubkey, bad: BadNode) -> Receipt:
        """Prove that a node (:func:`~xstock_client.merkle.find_bad_node`) does not add up: the root is thrown out.

        ``account`` is the snapshot or the distribution. Raises UsageError for a root that is not agreed on or final,
        BadProof for a node that shows nothing about it.
        """
        place = await find_ballot(self._ledger, account, program_id=self._program_id)
        root = place.ballot.require_challengeable(place.name)
        verify_bad_node(root.entry, root.leaf_count, bad)
        return await self._send(
            self.challenge_sum_instructions(place, bad), asset=place.asset, verify=self._thrown_out(place)
        )

    def _thrown_out(self, place: BallotPlace) -> OutcomeCheck:
        """Whether the root that stood when ``place`` was read is gone."""

        async def verify() -> Outcome:
            now = await find_ballot(self._ledger, place.account, program_id=self._program_id)
            return "done" if now.ballot.round > place.ballot.round else "not done"

        return verify
