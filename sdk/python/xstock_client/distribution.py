"""Ballots and distributions as people read them: what was agreed, what is paid, what remains. Pure.

Times are unix seconds; figures are those of state/ballot.rs and state/distribution.rs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solders.pubkey import Pubkey

from xstock_client._generated import layouts
from xstock_client.accounts import AttestorSet, Ballot, Distribution, Snapshot
from xstock_client.amounts import U64_MAX, Cash, Multiplier, Raw
from xstock_client.constants import CHALLENGE_WINDOW_S, MIN_FUNDED_S, RATE_SCALE, WHOLE, DistributionRule
from xstock_client.corporate import CashRate
from xstock_client.errors import BadSnapshot, UsageError
from xstock_client.merkle import PAGE_LEAVES, Entry, MerkleTree
from xstock_client.times import instant

__all__ = [
    "BallotPhase",
    "BallotView",
    "DistributionPhase",
    "DistributionStatus",
    "Root",
    "SnapshotStatus",
    "attestors_at",
    "most_gross",
    "require_claims_open",
    "require_same_root",
    "tree_root",
]


@dataclass(frozen=True, slots=True)
class Root:
    """What attestors vote for."""

    entry: Entry
    leaf_count: int
    withheld: int
    """The sum of all leaves' tax in base units; zero in a snapshot."""


class BallotPhase(StrEnum):
    """How far the attestors are."""

    VOTING = "voting"
    AGREED = "agreed"
    """For a day an attestor or a proof can throw it out."""
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class BallotView:
    """What attestors say of one tree."""

    phase: BallotPhase
    root: Root | None
    """What enough of them agreed on."""
    agreed_at: int | None
    final_from: int | None
    """From this second on it is final."""
    sealed: bool
    """It was built upon, and stays final whatever the clock says."""
    round: int
    """How many roots were thrown out before."""
    votes: tuple[tuple[Pubkey, Root], ...]
    rejecters: tuple[Pubkey, ...]
    """Who has thrown one out; each attestor may once."""

    @classmethod
    def of(cls, ballot: Ballot, now: int) -> BallotView:
        """As it stands at ``now``."""
        nobody = Pubkey.default()
        agreed = ballot.agreed_at or None
        final_from = None if agreed is None else agreed + CHALLENGE_WINDOW_S + 1
        phase = BallotPhase.VOTING
        if final_from is not None:
            phase = BallotPhase.FINAL if ballot.sealed or now >= final_from else BallotPhase.AGREED
        return cls(
            phase=phase,
            root=None if agreed is None else _root(ballot.root),
            agreed_at=agreed,
            final_from=final_from,
            sealed=ballot.sealed != 0,
            round=ballot.round,
            votes=tuple((vote.attestor, _root(vote.root)) for vote in ballot.votes if vote.attestor != nobody),
            rejecters=tuple(key for key in ballot.rejecters if key != nobody),
        )

    def require_final(self, what: str) -> Root:
        """The root that nothing changes any more. Raises UsageError, naming ``what`` it is of."""
        if self.root is None:
            raise UsageError(
                f"the attestors have not agreed on {what} yet ({len(self.votes)} have voted): wait for them"
            )
        if self.phase is not BallotPhase.FINAL:
            raise UsageError(
                f"{what} can still be challenged; the root is final from {instant(self.final_from or 0)} on"
            )
        return self.root

    def require_challengeable(self, what: str) -> Root:
        """The agreed root that can still be thrown out. Raises UsageError."""
        if self.root is None:
            raise UsageError(f"the attestors have not agreed on {what}: there is nothing to throw out")
        if self.phase is BallotPhase.FINAL:
            raise UsageError(f"{what} is final since {instant(self.final_from or 0)}: nothing changes it any more")
        return self.root


@dataclass(frozen=True, slots=True)
class SnapshotStatus:
    """A record-date snapshot."""

    address: Pubkey
    number: int
    asset: Pubkey
    action: int
    slot: int
    """Balances are those at its end."""
    supply: Raw
    """When it was recorded."""
    multiplier: Multiplier
    basis: int
    recorded_at: int
    distributions: int
    ballot: BallotView

    @classmethod
    def of(cls, address: Pubkey, account: Snapshot, now: int) -> SnapshotStatus:
        """As it stands at ``now``."""
        return cls(
            address=address,
            number=account.number,
            asset=account.asset,
            action=account.action,
            slot=account.slot,
            supply=Raw(account.supply),
            multiplier=Multiplier(account.multiplier),
            basis=account.basis,
            recorded_at=account.recorded_at,
            distributions=account.distributions,
            ballot=BallotView.of(account.ballot, now),
        )


class DistributionPhase(StrEnum):
    """What comes next."""

    VOTING = "entitlements not agreed"
    CHALLENGE = "entitlements can be challenged"
    FUNDING = "not fully funded"
    WAITING = "claims not open yet"
    OPEN = "claims open"
    PAID = "all paid"
    CLOSED = "claims closed"


@dataclass(frozen=True, slots=True)
class DistributionStatus:
    """A distribution: funded = paid + withheld + reclaimed + remaining. Money in base units of the payout mint."""

    address: Pubkey
    number: int
    asset: Pubkey
    snapshot: Pubkey
    payout_mint: Pubkey
    decimals: int
    vault: Pubkey
    withholding_account: Pubkey
    rules: DistributionRule
    rates_hash: bytes
    rate: CashRate
    declared_at: int
    claim_from: int
    claim_until: int
    gross: Cash
    """All entitlements before tax; zero before they are agreed."""
    tax: Cash
    """What of it will be withheld."""
    funded: Cash
    paid: Cash
    withheld: Cash
    remitted: Cash
    """What of the withheld went to the withholding account."""
    reclaimed: Cash
    claims: int
    leaf_count: int
    phase: DistributionPhase
    ballot: BallotView

    @classmethod
    def of(cls, address: Pubkey, account: Distribution, now: int) -> DistributionStatus:
        """As it stands at ``now``."""
        ballot = BallotView.of(account.ballot, now)
        root = account.ballot.root
        return cls(
            address=address,
            number=account.number,
            asset=account.asset,
            snapshot=account.snapshot,
            payout_mint=account.payout_mint,
            decimals=account.decimals,
            vault=account.vault,
            withholding_account=account.withholding_account,
            rules=DistributionRule(account.rules),
            rates_hash=account.rates_hash,
            rate=CashRate(account.rate),
            declared_at=account.declared_at,
            claim_from=account.claim_from,
            claim_until=account.claim_until,
            gross=Cash(root.entry.sum),
            tax=Cash(root.withheld),
            funded=Cash(account.funded),
            paid=Cash(account.paid),
            withheld=Cash(account.withheld),
            remitted=Cash(account.remitted),
            reclaimed=Cash(account.reclaimed),
            claims=account.claims,
            leaf_count=root.leaf_count,
            phase=_phase(account, ballot, now),
            ballot=ballot,
        )

    @property
    def remaining(self) -> Cash:
        """What is left of the funds for claims."""
        return self.funded - self.paid - self.withheld - self.reclaimed

    @property
    def missing(self) -> Cash:
        """What must still be funded before anybody is paid."""
        return self.gross - self.funded

    @property
    def fund_until(self) -> int:
        """The last second in which it can be funded: owners have three months at least."""
        return self.claim_until - MIN_FUNDED_S

    @property
    def unremitted(self) -> Cash:
        """Tax that was withheld and still lies in the vault."""
        return self.withheld - self.remitted

    @property
    def unpaid(self) -> int:
        """Owners who were not paid."""
        return self.leaf_count - self.claims


def tree_root(tree: MerkleTree) -> Root:
    """What an attestor who has computed ``tree`` votes for."""
    withheld = 0
    for first in range(0, tree.leaf_count, PAGE_LEAVES):  # page by page, so that a large tree stays small
        leaves = tree.leaves(first, min(PAGE_LEAVES, tree.leaf_count - first))
        withheld += sum(leaf.withheld for leaf in leaves)
    return Root(tree.root, tree.leaf_count, withheld)


def attestors_at(attestors: AttestorSet, now: int) -> tuple[tuple[Pubkey, ...], int]:
    """The snapshot attestors at ``now``, and how many of them must agree (AttestorSet::in_force)."""
    if attestors.pending_from and now >= attestors.pending_from:
        return attestors.pending_keys[: attestors.pending_count], attestors.pending_threshold
    return attestors.keys[: attestors.count], attestors.threshold


def most_gross(snapshot: Snapshot, rate: CashRate) -> Cash:
    """What all owners of a final snapshot could get together, before tax (Distribution::most)."""
    shares = Multiplier(snapshot.multiplier).shares_ceil(Raw(snapshot.ballot.root.entry.sum))
    return Cash(min(shares.value * rate.value // (WHOLE * RATE_SCALE), U64_MAX))


def require_same_root(tree: MerkleTree, root: Root, what: str) -> None:
    """Refuse a tree that is not the one on chain. Raises BadSnapshot."""
    if (tree.root, tree.leaf_count) != (root.entry, root.leaf_count):
        raise BadSnapshot(
            f"the tree has {tree.leaf_count:,} leaves, sum {tree.root.sum:,} and root {tree.root.hash.hex()}; on chain"
            f" {what} has {root.leaf_count:,} leaves, sum {root.entry.sum:,} and root {root.entry.hash.hex()}: compute"
            " it again from the same snapshot and rates file"
        )


def require_claims_open(status: DistributionStatus, now: int) -> Root:
    """Refuse claims that the program would: too early, too late, or before all is funded. Raises UsageError."""
    root = status.ballot.require_final("the distribution's entitlements")
    if now < status.claim_from:
        raise UsageError(f"claims open at {instant(status.claim_from)}; it is {instant(now)}")
    if now > status.claim_until:
        raise UsageError(f"claims were closed at {instant(status.claim_until)}; it is {instant(now)}")
    if status.missing:
        funded, gross = (one.to_ui(status.decimals) for one in (status.funded, status.gross))
        raise UsageError(
            f"the vault is funded with {funded} of {gross}: nobody is paid before all of it is there"
            " (`xstock dividend fund`)"
        )
    return root


def _phase(account: Distribution, ballot: BallotView, now: int) -> DistributionPhase:
    if now > account.claim_until:
        return DistributionPhase.CLOSED
    if ballot.root is None:
        return DistributionPhase.VOTING
    if ballot.phase is not BallotPhase.FINAL:
        return DistributionPhase.CHALLENGE
    if account.funded < ballot.root.entry.sum:
        return DistributionPhase.FUNDING
    if now < account.claim_from:
        return DistributionPhase.WAITING
    return DistributionPhase.PAID if account.claims == ballot.root.leaf_count else DistributionPhase.OPEN


def _root(root: layouts.Root) -> Root:
    return Root(Entry(root.entry.hash, root.entry.sum), root.leaf_count, root.withheld)
