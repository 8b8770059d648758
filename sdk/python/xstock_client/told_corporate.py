"""Corporate actions, snapshots and dividends from events alone: no account needs to be read. Pure.

What is told comes out as the very accounts, field by field, as they were after the last event. What takes effect by its
time alone, no event says: a split or a new multiplier is in :meth:`ToldCorporate.steps` from its effective second on.
Pass all events of an asset since its listing, oldest first; those of others are kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, TypeVar

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import (
    AttestorSet,
    Ballot,
    ClaimPage,
    CorporateAction,
    Distribution,
    Recipient,
    ShownLeaf,
    Snapshot,
    Vote,
)
from xstock_client.calendar import MultiplierStep, multiplier_steps
from xstock_client.constants import (
    ACCOUNT_VERSION,
    ATTESTORS,
    LEAVES_PER_PAGE,
    NO_SNAPSHOT,
    PROGRAM_ID,
    ActionState,
    RejectReason,
)
from xstock_client.distribution import attestors_at
from xstock_client.events import (
    ActionAnnounced,
    ActionCancelled,
    AssetListed,
    AttestorsCancelled,
    AttestorsSet,
    ClaimPageClosed,
    ClaimPageOpened,
    DistributionDeclared,
    DistributionFunded,
    DistributionReclaimed,
    DividendPaid,
    Event,
    IdentifiersChanged,
    LeafShown,
    RecipientRegistered,
    RootRejected,
    RootVoted,
    SnapshotRecorded,
    WithheldRemitted,
)

__all__ = ["ToldCorporate", "replay_corporate"]

_NOBODY: Final = Pubkey.default()
_NO_BALLOT: Final = Ballot.read(bytes(Ballot.SIZE))
_NO_ATTESTORS: Final = AttestorSet.read(bytes(AttestorSet.SIZE))
_T = TypeVar("_T")
_Voted: TypeAlias = Snapshot | Distribution


@dataclass(slots=True)
class ToldCorporate:
    """What events have told, each account by its address."""

    actions: dict[Pubkey, CorporateAction] = field(default_factory=dict)
    snapshots: dict[Pubkey, Snapshot] = field(default_factory=dict)
    distributions: dict[Pubkey, Distribution] = field(default_factory=dict)
    pages: dict[Pubkey, ClaimPage] = field(default_factory=dict)
    """Claim pages that are open."""
    recipients: dict[Pubkey, Recipient] = field(default_factory=dict)
    attestors: dict[Pubkey, AttestorSet] = field(default_factory=dict)
    """By asset."""
    listed: dict[Pubkey, AssetListed] = field(default_factory=dict)
    """By asset."""
    paid: list[DividendPaid] = field(default_factory=list)
    """Every payment to an owner."""

    def steps(self, asset: Pubkey, now: int) -> tuple[MultiplierStep, ...]:
        """Every multiplier of an asset since its listing, as far as announced, and which is in force at ``now``.

        Raises KeyError when its listing was not told.
        """
        listed = self.listed[asset]
        own = [one for one in self.actions.values() if one.asset == asset]
        return multiplier_steps(own, now, listed_at=listed.at, listed_with=listed.multiplier)


def replay_corporate(events: Iterable[Event], *, program_id: Pubkey = PROGRAM_ID) -> ToldCorporate:
    """What ``events`` (oldest first) tell of corporate actions, record dates and dividends; others are passed over.

    What began before the events do is left out.
    """
    replay = _Replay(program_id)
    for event in events:
        replay.take(event)
    return replay.told


class _Replay:
    def __init__(self, program_id: Pubkey) -> None:
        self.told = ToldCorporate()
        self._program_id = program_id

    def take(self, event: Event) -> None:
        match event:
            case AssetListed():
                self.told.listed[event.asset] = event
            case ActionAnnounced() | ActionCancelled() | IdentifiersChanged():
                self._action(event)
            case SnapshotRecorded():
                self._recorded(event)
            case AttestorsSet() | AttestorsCancelled():
                self._attestors(event)
            case RootVoted() | RootRejected() | LeafShown():
                self._ballot(event)
            case DistributionDeclared():
                self._declared(event)
            case DistributionFunded() | WithheldRemitted() | DistributionReclaimed() | DividendPaid():
                self._money(event)
            case ClaimPageOpened() | ClaimPageClosed():
                self._page(event)
            case RecipientRegistered():
                self._recipient(event)

    def _bump(self, *seeds: bytes) -> int:
        return Pubkey.find_program_address(seeds, self._program_id)[1]

    def _action_address(self, asset: Pubkey, number: int) -> Pubkey:
        return pda.corporate_action(asset, number, program_id=self._program_id)

    def _action(self, event: ActionAnnounced | ActionCancelled | IdentifiersChanged) -> None:
        address, known = self._action_address(event.asset, event.action), self.told.actions
        if isinstance(event, ActionAnnounced):
            known[address] = CorporateAction(
                version=ACCOUNT_VERSION,
                bump=self._bump(b"action", bytes(event.asset), event.action.to_bytes(4, "little")),
                kind=event.kind,
                state=ActionState.ANNOUNCED,
                number=event.action,
                asset=event.asset,
                ratio=event.ratio,
                old_multiplier=event.old_multiplier,
                new_multiplier=event.new_multiplier,
                rate=event.rate,
                payout_mint=event.payout_mint,
                announced_at=event.at,
                ex_at=event.ex_at,
                record_at=event.record_at,
                pay_at=event.pay_at,
                effective_at=event.effective_at,
                document_hash=event.document_hash,
                reason_hash=bytes(32),
                isin=event.isin,
                symbol=event.symbol,
                snapshot=NO_SNAPSHOT,
                basis=event.basis,
                announced_by=event.by,
            )
        elif address in known and isinstance(event, ActionCancelled):
            known[address] = replace(known[address], state=ActionState.CANCELLED, reason_hash=event.reason_hash)
        elif address in known:
            known[address] = replace(known[address], state=ActionState.APPLIED)

    def _recorded(self, event: SnapshotRecorded) -> None:
        action = self._action_address(event.asset, event.action)
        if action in self.told.actions:
            self.told.actions[action] = replace(self.told.actions[action], snapshot=event.number)
        self.told.snapshots[event.snapshot] = Snapshot(
            version=ACCOUNT_VERSION,
            bump=self._bump(b"snapshot", bytes(event.asset), event.number.to_bytes(4, "little")),
            number=event.number,
            asset=event.asset,
            slot=event.slot,
            supply=event.supply,
            multiplier=event.multiplier,
            recorded_at=event.at,
            burned_outside=event.burned_outside,
            action=event.action,
            basis=event.basis,
            distributions=0,
            ballot=_NO_BALLOT,
        )

    def _attestors(self, event: AttestorsSet | AttestorsCancelled) -> None:
        known = self.told.attestors.get(event.asset, _NO_ATTESTORS)
        if isinstance(event, AttestorsSet):
            known = _settled(known, event.at)
            count = sum(key != _NOBODY for key in event.keys)
            waiting = replace(known, pending_keys=event.keys, pending_count=count, pending_threshold=event.threshold)
            known = _settled(replace(waiting, pending_from=event.in_force_at), event.at)
        else:
            known = _without_pending(known)
        self.told.attestors[event.asset] = known

    def _ballot(self, event: RootVoted | RootRejected | LeafShown) -> None:
        for known in (self.told.snapshots, self.told.distributions):
            held: _Voted | None = known.get(event.ballot)
            if held is not None:
                keys, _ = attestors_at(self.told.attestors.get(event.asset, _NO_ATTESTORS), event.at)
                known[event.ballot] = replace(held, ballot=_after(held.ballot, event, keys))  # type: ignore[assignment]

    def _declared(self, event: DistributionDeclared) -> None:
        snapshot = self.told.snapshots.get(event.snapshot)
        if snapshot is not None:
            sealed = replace(snapshot.ballot, sealed=1)
            self.told.snapshots[event.snapshot] = replace(snapshot, distributions=event.number + 1, ballot=sealed)
        self.told.distributions[event.distribution] = Distribution(
            version=ACCOUNT_VERSION,
            bump=self._bump(b"dist", bytes(event.snapshot), event.number.to_bytes(4, "little")),
            decimals=event.decimals,
            rules=event.rules,
            number=event.number,
            asset=event.asset,
            snapshot=event.snapshot,
            payout_mint=event.payout_mint,
            vault=event.vault,
            withholding_account=event.withholding_account,
            rates_hash=event.rates_hash,
            rate=event.rate,
            declared_at=event.at,
            claim_from=event.claim_from,
            claim_until=event.claim_until,
            funded=0,
            paid=0,
            withheld=0,
            reclaimed=0,
            remitted=0,
            claims=0,
            ballot=_NO_BALLOT,
        )

    def _money(self, event: DistributionFunded | WithheldRemitted | DistributionReclaimed | DividendPaid) -> None:
        if isinstance(event, DividendPaid):
            self.told.paid.append(event)
            self._claimed(event)
        held = self.told.distributions.get(event.distribution)
        if held is None:
            return
        match event:
            case DistributionFunded():
                held = replace(held, funded=event.funded, ballot=replace(held.ballot, sealed=1))
            case WithheldRemitted():
                held = replace(held, remitted=event.remitted)
            case DistributionReclaimed():
                held = replace(held, reclaimed=held.reclaimed + event.amount)
            case DividendPaid():
                held = replace(held, claims=held.claims + 1, paid=event.paid_total, withheld=event.withheld_total)
        self.told.distributions[event.distribution] = held

    def _claimed(self, event: DividendPaid) -> None:
        number, bit = divmod(event.index, LEAVES_PER_PAGE)
        address = pda.claim_page(event.distribution, number, program_id=self._program_id)
        page = self.told.pages.get(address)
        if page is not None:
            bitmap = bytearray(page.bitmap)
            bitmap[bit // 8] |= 1 << bit % 8
            self.told.pages[address] = replace(page, bitmap=bytes(bitmap), claimed=page.claimed + event.gross)

    def _page(self, event: ClaimPageOpened | ClaimPageClosed) -> None:
        address = pda.claim_page(event.distribution, event.page, program_id=self._program_id)
        if isinstance(event, ClaimPageClosed):
            self.told.pages.pop(address, None)
            return
        self.told.pages[address] = ClaimPage(
            version=ACCOUNT_VERSION,
            bump=self._bump(b"claims", bytes(event.distribution), event.page.to_bytes(4, "little")),
            page=event.page,
            distribution=event.distribution,
            rent_payer=event.rent_payer,
            entry=event.entry,
            claimed=0,
            bitmap=bytes(LEAVES_PER_PAGE // 8),
        )

    def _recipient(self, event: RecipientRegistered) -> None:
        address = pda.recipient(event.asset, event.owner, program_id=self._program_id)
        self.told.recipients[address] = Recipient(
            version=ACCOUNT_VERSION,
            bump=self._bump(b"recipient", bytes(event.asset), bytes(event.owner)),
            asset=event.asset,
            owner=event.owner,
            recipient=event.recipient,
            registered_at=event.at,
        )


def _after(ballot: Ballot, event: RootVoted | RootRejected | LeafShown, keys: Sequence[Pubkey]) -> Ballot:
    """A ballot after one step; ``keys`` are the attestors in force (Ballot::vote, reject, show)."""
    match event:
        case RootVoted():
            voters = [vote.attestor for vote in ballot.votes]
            place = voters.index(event.attestor) if event.attestor in voters else _free(voters, keys)
            votes = _put(ballot.votes, place, Vote(event.attestor, event.root))
            ballot = replace(ballot, votes=votes)
            return replace(ballot, root=event.root, agreed_at=event.at) if event.agreed else ballot
        case RootRejected():
            rejecters = ballot.rejecters
            if event.reason == RejectReason.ATTESTOR:
                rejecters = _put(rejecters, _free(rejecters, keys), event.by)
            return replace(_NO_BALLOT, round=ballot.round + 1, sealed=ballot.sealed, rejecters=rejecters)
        case LeafShown():
            leaf = ShownLeaf(event.challenger, event.owner, event.index)
            others = [one.challenger for one in ballot.shown]
            if event.challenger in others:
                return replace(ballot, shown=_put(ballot.shown, others.index(event.challenger), leaf))
            return replace(ballot, shown=(leaf, *ballot.shown[:-1]))


def _free(taken: Sequence[Pubkey], keys: Sequence[Pubkey]) -> int:
    """The first place that no attestor in force holds."""
    return next(place for place, one in enumerate(taken) if one not in keys)


def _put(values: tuple[_T, ...], place: int, value: _T) -> tuple[_T, ...]:
    return (*values[:place], value, *values[place + 1 :])


def _settled(attestors: AttestorSet, now: int) -> AttestorSet:
    """With waiting keys in force whose time has come (AttestorSet::settle)."""
    if attestors.pending_from == 0 or now < attestors.pending_from:
        return attestors
    return _without_pending(
        replace(
            attestors,
            keys=attestors.pending_keys,
            count=attestors.pending_count,
            threshold=attestors.pending_threshold,
        )
    )


def _without_pending(attestors: AttestorSet) -> AttestorSet:
    nobody = (_NOBODY,) * ATTESTORS
    return replace(attestors, pending_keys=nobody, pending_count=0, pending_threshold=0, pending_from=0)
