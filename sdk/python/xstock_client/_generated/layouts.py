"""Account layouts as typed objects with fast decoders.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, TypeAlias

from solders.pubkey import Pubkey

from xstock_client._wire import not_account
from xstock_client.constants import ACCOUNT_VERSION

__all__ = [
    "ACCOUNTS",
    "AnyAccount",
    "Asset",
    "AttestorSet",
    "Ballot",
    "BondExit",
    "CalendarEntry",
    "ChainSlot",
    "ClaimPage",
    "CorporateAction",
    "CustodianSlot",
    "Distribution",
    "Entry",
    "HolderBook",
    "IsinMarker",
    "Issuer",
    "KeySet",
    "Limits",
    "MinterAllowance",
    "Policy",
    "QueuedPolicy",
    "Ratio",
    "Recipient",
    "RedemptionRequest",
    "ReleasedDay",
    "Reserve",
    "RoleGrant",
    "Root",
    "ShownLeaf",
    "Snapshot",
    "SymbolMarker",
    "TicketPage",
    "Vote",
    "WindowUsage",
]

_POLICY = Struct("<4q2Q3HB1x2q2Q2H4x32x")


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules of an asset. What makes them stricter acts at once, what makes them looser is queued."""

    SIZE: ClassVar[int] = 128
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "max_age_s": 0,
        "chain_max_age_s": 8,
        "change_delay_s": 16,
        "accept_window_s": 24,
        "custodian_cap": 32,
        "mint_window_limit": 40,
        "haircut_bps": 48,
        "custodian_share_bps": 50,
        "collateral_bps": 52,
        "min_custodians": 54,
        "settle_window_s": 56,
        "dispute_window_s": 64,
        "penalty_rate": 72,
        "holder_penalty_cap": 80,
        "redemption_fee_bps": 88,
        "bond_coverage_bps": 90,
    }

    max_age_s: int
    """A custodian's report counts while ``now - as_of`` is at most this many seconds."""
    chain_max_age_s: int
    """So does a chain's; an older one counts at its cap."""
    change_delay_s: int
    """A loosening waits this many seconds after the first mint."""
    accept_window_s: int
    """A request must be accepted within this many seconds, ..."""
    custodian_cap: int
    """One custodian counts for at most this many shares."""
    mint_window_limit: int
    """Raw units that all minters together mint in 24 hours; usage decays linearly."""
    haircut_bps: int
    """Basis points that shares in transit lose."""
    custodian_share_bps: int
    """One custodian counts for at most this many basis points of the counted total."""
    collateral_bps: int
    """Basis points of the obligation that the reserve must reach for a mint or a loosening."""
    min_custodians: int
    """Distinct custodians that must have a fresh positive figure."""
    settle_window_s: int
    """... and settled within this many more."""
    dispute_window_s: int
    """A payment outside the chain can be disputed for this many seconds."""
    penalty_rate: int
    """Base units of the payment mint that a missed deadline costs per whole token."""
    holder_penalty_cap: int
    """Base units of penalty that the requests of one holder reserve in 24 hours; usage decays linearly."""
    redemption_fee_bps: int
    """Basis points of a payment that the issuer keeps."""
    bond_coverage_bps: int
    """Basis points of the supply whose penalty the bond must be able to pay for a mint."""

    @classmethod
    def read(cls, data: bytes) -> Policy:
        """From its 128 bytes, which the caller has counted."""
        (
            max_age_s,
            chain_max_age_s,
            change_delay_s,
            accept_window_s,
            custodian_cap,
            mint_window_limit,
            haircut_bps,
            custodian_share_bps,
            collateral_bps,
            min_custodians,
            settle_window_s,
            dispute_window_s,
            penalty_rate,
            holder_penalty_cap,
            redemption_fee_bps,
            bond_coverage_bps,
        ) = _POLICY.unpack(data)
        return cls(
            max_age_s,
            chain_max_age_s,
            change_delay_s,
            accept_window_s,
            custodian_cap,
            mint_window_limit,
            haircut_bps,
            custodian_share_bps,
            collateral_bps,
            min_custodians,
            settle_window_s,
            dispute_window_s,
            penalty_rate,
            holder_penalty_cap,
            redemption_fee_bps,
            bond_coverage_bps,
        )


_RELEASED_DAY = Struct("<qQ")


@dataclass(frozen=True, slots=True)
class ReleasedDay:
    """The burns of one UTC day that reports may still count."""

    SIZE: ClassVar[int] = 16
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "last_at": 0,
        "shares": 8,
    }

    last_at: int
    """Time of the day's last burn, unix seconds."""
    shares: int

    @classmethod
    def read(cls, data: bytes) -> ReleasedDay:
        """From its 16 bytes, which the caller has counted."""
        (
            last_at,
            shares,
        ) = _RELEASED_DAY.unpack(data)
        return cls(
            last_at,
            shares,
        )


_WINDOW_USAGE = Struct("<2Qq")


@dataclass(frozen=True, slots=True)
class WindowUsage:
    """What was used of a window's limit, and up to when it is known."""

    SIZE: ClassVar[int] = 24
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "used": 0,
        "carry": 8,
        "at": 16,
    }

    used: int
    """Raw units."""
    carry: int
    """Freed parts of a raw unit, in 1/86,400."""
    at: int
    """When both were last brought up to date, unix seconds."""

    @classmethod
    def read(cls, data: bytes) -> WindowUsage:
        """From its 24 bytes, which the caller has counted."""
        (
            used,
            carry,
            at,
        ) = _WINDOW_USAGE.unpack(data)
        return cls(
            used,
            carry,
            at,
        )


_QUEUED_POLICY = Struct("<I4x2q128s")


@dataclass(frozen=True, slots=True)
class QueuedPolicy:
    """A looser policy that waits in public."""

    SIZE: ClassVar[int] = 152
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "fields": 0,
        "ready_at": 8,
        "expires_at": 16,
        "values": 24,
    }

    fields: int
    """Which fields of ``values`` wait, as bits of ``fields``; zero when nothing does."""
    ready_at: int
    """Anyone may apply it from here, unix seconds, ..."""
    expires_at: int
    """... to here; after that it is void."""
    values: Policy
    """Only the named fields mean anything; the others are those of the policy then in force."""

    @classmethod
    def read(cls, data: bytes) -> QueuedPolicy:
        """From its 152 bytes, which the caller has counted."""
        (
            fields,
            ready_at,
            expires_at,
            values,
        ) = _QUEUED_POLICY.unpack(data)
        return cls(
            fields,
            ready_at,
            expires_at,
            Policy.read(values),
        )


_BOND_EXIT = Struct("<Q2q32s")


@dataclass(frozen=True, slots=True)
class BondExit:
    """A withdrawal of the bond that waits in public."""

    SIZE: ClassVar[int] = 56
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "amount": 0,
        "ready_at": 8,
        "expires_at": 16,
        "destination": 24,
    }

    amount: int
    """Base units of the payment mint; zero when nothing waits."""
    ready_at: int
    """It may be made from here, unix seconds, ..."""
    expires_at: int
    """... to here; after that it is void."""
    destination: Pubkey
    """The token account that gets it."""

    @classmethod
    def read(cls, data: bytes) -> BondExit:
        """From its 56 bytes, which the caller has counted."""
        (
            amount,
            ready_at,
            expires_at,
            destination,
        ) = _BOND_EXIT.unpack(data)
        return cls(
            amount,
            ready_at,
            expires_at,
            Pubkey(destination),
        )


_RATIO = Struct("<2I")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio; both zero where there is none."""

    SIZE: ClassVar[int] = 8
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "new": 0,
        "old": 4,
    }

    new: int
    old: int

    @classmethod
    def read(cls, data: bytes) -> Ratio:
        """From its 8 bytes, which the caller has counted."""
        (
            new,
            old,
        ) = _RATIO.unpack(data)
        return cls(
            new,
            old,
        )


_CALENDAR_ENTRY = Struct("<2qIB3x")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One corporate action that lies ahead, as lenders read it from the asset."""

    SIZE: ClassVar[int] = 24
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "begins_at": 0,
        "ends_at": 8,
        "action": 16,
        "kind": 20,
    }

    begins_at: int
    """From the ex time ..."""
    ends_at: int
    """... to the effective time, or the last moment of the record time; unix seconds, both zero in a free entry."""
    action: int
    kind: int
    """One of [``super::kinds``]."""

    @classmethod
    def read(cls, data: bytes) -> CalendarEntry:
        """From its 24 bytes, which the caller has counted."""
        (
            begins_at,
            ends_at,
            action,
            kind,
        ) = _CALENDAR_ENTRY.unpack(data)
        return cls(
            begins_at,
            ends_at,
            action,
            kind,
        )


_ATTESTOR_SET = Struct("<160s160sq4B4x")


@dataclass(frozen=True, slots=True)
class AttestorSet:
    """Who agrees on the balances of a record date: ``threshold`` of ``count`` keys, and the ones that will replace
    them at ``pending_from``. The keys sign transactions.
    """

    SIZE: ClassVar[int] = 336
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "keys": 0,
        "pending_keys": 160,
        "pending_from": 320,
        "count": 328,
        "threshold": 329,
        "pending_count": 330,
        "pending_threshold": 331,
    }

    keys: tuple[Pubkey, ...]
    """Zero padded."""
    pending_keys: tuple[Pubkey, ...]
    pending_from: int
    """Unix seconds; zero while nothing waits."""
    count: int
    threshold: int
    pending_count: int
    pending_threshold: int

    @classmethod
    def read(cls, data: bytes) -> AttestorSet:
        """From its 336 bytes, which the caller has counted."""
        (
            keys,
            pending_keys,
            pending_from,
            count,
            threshold,
            pending_count,
            pending_threshold,
        ) = _ATTESTOR_SET.unpack(data)
        return cls(
            tuple(Pubkey(keys[at : at + 32]) for at in range(0, 160, 32)),
            tuple(Pubkey(pending_keys[at : at + 32]) for at in range(0, 160, 32)),
            pending_from,
            count,
            threshold,
            pending_count,
            pending_threshold,
        )


_ENTRY = Struct("<32sQ")


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf or a node: its hash, and the sum of the leaves under it."""

    SIZE: ClassVar[int] = 40
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "hash": 0,
        "sum": 32,
    }

    hash: bytes
    sum: int

    @classmethod
    def read(cls, data: bytes) -> Entry:
        """From its 40 bytes, which the caller has counted."""
        (
            hash,
            sum,
        ) = _ENTRY.unpack(data)
        return cls(
            hash,
            sum,
        )


_ROOT = Struct("<40s2Q")


@dataclass(frozen=True, slots=True)
class Root:
    """The root of a tree and how many leaves it has: what attestors vote for."""

    SIZE: ClassVar[int] = 56
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "entry": 0,
        "leaf_count": 40,
        "withheld": 48,
    }

    entry: Entry
    leaf_count: int
    withheld: int
    """The sum of all leaves' tax, as the attestors found it; zero in a snapshot. No claim depends on it."""

    @classmethod
    def read(cls, data: bytes) -> Root:
        """From its 56 bytes, which the caller has counted."""
        (
            entry,
            leaf_count,
            withheld,
        ) = _ROOT.unpack(data)
        return cls(
            Entry.read(entry),
            leaf_count,
            withheld,
        )


_VOTE = Struct("<32s56s")


@dataclass(frozen=True, slots=True)
class Vote:
    """What one attestor says."""

    SIZE: ClassVar[int] = 88
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "attestor": 0,
        "root": 32,
    }

    attestor: Pubkey
    """Zero in a free entry."""
    root: Root

    @classmethod
    def read(cls, data: bytes) -> Vote:
        """From its 88 bytes, which the caller has counted."""
        (
            attestor,
            root,
        ) = _VOTE.unpack(data)
        return cls(
            Pubkey(attestor),
            Root.read(root),
        )


_SHOWN_LEAF = Struct("<32s32sQ")


@dataclass(frozen=True, slots=True)
class ShownLeaf:
    """A leaf of the agreed root that a challenger has proven."""

    SIZE: ClassVar[int] = 72
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "challenger": 0,
        "owner": 32,
        "index": 64,
    }

    challenger: Pubkey
    owner: Pubkey
    index: int

    @classmethod
    def read(cls, data: bytes) -> ShownLeaf:
        """From its 72 bytes, which the caller has counted."""
        (
            challenger,
            owner,
            index,
        ) = _SHOWN_LEAF.unpack(data)
        return cls(
            Pubkey(challenger),
            Pubkey(owner),
            index,
        )


_BALLOT = Struct("<56sq2I440s160s288s")


@dataclass(frozen=True, slots=True)
class Ballot:
    """How k of n attestors agree on a root. Agreed, it can be challenged for a day; then it is final."""

    SIZE: ClassVar[int] = 960
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "root": 0,
        "agreed_at": 56,
        "round": 64,
        "sealed": 68,
        "votes": 72,
        "rejecters": 512,
        "shown": 672,
    }

    root: Root
    """What k attestors agreed on; zero before."""
    agreed_at: int
    """Unix seconds; zero before."""
    round: int
    """How many roots were thrown out."""
    sealed: int
    """1 once something was built on the final root: no clock that goes back opens it again."""
    votes: tuple[Vote, ...]
    rejecters: tuple[Pubkey, ...]
    """Who has rejected a root: each attestor may once, so that none stops a dividend alone."""
    shown: tuple[ShownLeaf, ...]

    @classmethod
    def read(cls, data: bytes) -> Ballot:
        """From its 960 bytes, which the caller has counted."""
        (
            root,
            agreed_at,
            round,
            sealed,
            votes,
            rejecters,
            shown,
        ) = _BALLOT.unpack(data)
        return cls(
            Root.read(root),
            agreed_at,
            round,
            sealed,
            tuple(Vote.read(votes[at : at + 88]) for at in range(0, 440, 88)),
            tuple(Pubkey(rejecters[at : at + 32]) for at in range(0, 160, 32)),
            tuple(ShownLeaf.read(shown[at : at + 72]) for at in range(0, 288, 72)),
        )


_LIMITS = Struct("<3Q")


@dataclass(frozen=True, slots=True)
class Limits:
    """What limits one minter of one asset. Raw units."""

    SIZE: ClassVar[int] = 24
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "window_limit": 0,
        "lifetime_cap": 8,
        "approver_threshold": 16,
    }

    window_limit: int
    """In 24 hours; usage decays linearly."""
    lifetime_cap: int
    """Over the allowance's whole life."""
    approver_threshold: int
    """A mint that takes the window's usage above it needs an approver too: zero for every mint."""

    @classmethod
    def read(cls, data: bytes) -> Limits:
        """From its 24 bytes, which the caller has counted."""
        (
            window_limit,
            lifetime_cap,
            approver_threshold,
        ) = _LIMITS.unpack(data)
        return cls(
            window_limit,
            lifetime_cap,
            approver_threshold,
        )


_KEY_SET = Struct("<96s96sqQ2I4B4x")


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys that attest for one slot, and those that will. ``threshold`` of them must sign a report.  A new set
    always waits, one with fewer keys or a higher threshold too: it makes bad news harder to tell. In an emergency
    the whole slot is retired, at once.  Every registration gets an epoch that was never used before. A report
    names its epoch, and so the set that signed it: a key may stay in the next set, its old signatures may not.
    """

    SIZE: ClassVar[int] = 224
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "keys": 0,
        "pending_keys": 96,
        "pending_from": 192,
        "sequence": 200,
        "epoch": 208,
        "pending_epoch": 212,
        "count": 216,
        "threshold": 217,
        "pending_count": 218,
        "pending_threshold": 219,
    }

    keys: tuple[Pubkey, ...]
    """Zero padded."""
    pending_keys: tuple[Pubkey, ...]
    pending_from: int
    """When the pending keys come into force, unix seconds; zero when none wait."""
    sequence: int
    """Sequence of the last report of ``epoch``."""
    epoch: int
    """Registration epoch of ``keys``; zero before their first report."""
    pending_epoch: int
    count: int
    threshold: int
    pending_count: int
    pending_threshold: int

    @classmethod
    def read(cls, data: bytes) -> KeySet:
        """From its 224 bytes, which the caller has counted."""
        (
            keys,
            pending_keys,
            pending_from,
            sequence,
            epoch,
            pending_epoch,
            count,
            threshold,
            pending_count,
            pending_threshold,
        ) = _KEY_SET.unpack(data)
        return cls(
            tuple(Pubkey(keys[at : at + 32]) for at in range(0, 96, 32)),
            tuple(Pubkey(pending_keys[at : at + 32]) for at in range(0, 96, 32)),
            pending_from,
            sequence,
            epoch,
            pending_epoch,
            count,
            threshold,
            pending_count,
            pending_threshold,
        )


_CUSTODIAN_SLOT = Struct("<20s2B2x32s224sI4xq2Q2q32s32x")


@dataclass(frozen=True, slots=True)
class CustodianSlot:
    """One custodian's registration and its last report."""

    SIZE: ClassVar[int] = 392
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "custodian_id": 0,
        "active": 20,
        "group": 21,
        "account_hash": 24,
        "signers": 56,
        "basis": 280,
        "as_of": 288,
        "settled": 296,
        "in_transit": 304,
        "in_transit_by": 312,
        "received_at": 320,
        "report_hash": 328,
    }

    custodian_id: bytes
    """The custodian's LEI, 20 ASCII bytes. Two slots of one custodian count as one."""
    active: int
    """1 while a custodian is registered."""
    group: int
    """The first slot with the same custodian id: what a quorum and the caps count."""
    account_hash: bytes
    """Hash of the safekeeping account's id."""
    signers: KeySet
    basis: int
    """The last split that the signed report included; the figures here are in the reserve's basis."""
    as_of: int
    """The time that the report speaks of, unix seconds."""
    settled: int
    in_transit: int
    """Bought from outside the registered custodians and not yet delivered."""
    in_transit_by: int
    """Latest settlement date of ``in_transit``, which counts zero after it."""
    received_at: int
    report_hash: bytes

    @classmethod
    def read(cls, data: bytes) -> CustodianSlot:
        """From its 392 bytes, which the caller has counted."""
        (
            custodian_id,
            active,
            group,
            account_hash,
            signers,
            basis,
            as_of,
            settled,
            in_transit,
            in_transit_by,
            received_at,
            report_hash,
        ) = _CUSTODIAN_SLOT.unpack(data)
        return cls(
            custodian_id,
            active,
            group,
            account_hash,
            KeySet.read(signers),
            basis,
            as_of,
            settled,
            in_transit,
            in_transit_by,
            received_at,
            report_hash,
        )


_CHAIN_SLOT = Struct("<B3xI48s32s224s2Q3qQq32sQ128sQq2Q")


@dataclass(frozen=True, slots=True)
class ChainSlot:
    """The asset's supply on one other chain: registration, cap and last report, in shares."""

    SIZE: ClassVar[int] = 568
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "active": 0,
        "basis": 4,
        "chain": 8,
        "token_hash": 56,
        "signers": 88,
        "cap": 312,
        "next_cap": 320,
        "next_cap_from": 328,
        "retire_from": 336,
        "as_of": 344,
        "supply": 352,
        "received_at": 360,
        "report_hash": 368,
        "outbound": 400,
        "outbound_days": 408,
        "marked": 536,
        "marked_at": 544,
        "reported": 552,
        "concluded": 560,
    }

    active: int
    """1 while a chain is registered."""
    basis: int
    """The last split that the signed report included; the figures here are in the reserve's basis."""
    chain: bytes
    """CAIP-2 id of the chain (``eip155:1``), ASCII, zero padded."""
    token_hash: bytes
    """Hash of the token's CAIP-19 id on that chain."""
    signers: KeySet
    cap: int
    """What may exist there at most; a stale chain counts at least at it."""
    next_cap: int
    """A lower cap, in force when a report speaks of ``next_cap_from`` or later: a silent chain may have issued up to
    the old one. Both zero when none waits.
    """
    next_cap_from: int
    retire_from: int
    """From when the slot may be retired; zero when nobody asked."""
    as_of: int
    """The time that the report speaks of, unix seconds."""
    supply: int
    """Circulating there, net of what bridges hold, and what was burned here before ``as_of`` to be issued there. May
    exceed the cap: bad news is taken.
    """
    received_at: int
    report_hash: bytes
    outbound: int
    """The sum of ``outbound_days``."""
    outbound_days: tuple[ReleasedDay, ...]
    """Shares burned here to be issued there, which no report of that chain speaks of yet."""
    marked: int
    """Shares said to be issued there for tokens that still wait in the escrow here, and when the latest of them was."""
    marked_at: int
    reported: int
    """What of ``marked``, and of ``outbound``, the last report may contain already."""
    concluded: int

    @classmethod
    def read(cls, data: bytes) -> ChainSlot:
        """From its 568 bytes, which the caller has counted."""
        (
            active,
            basis,
            chain,
            token_hash,
            signers,
            cap,
            next_cap,
            next_cap_from,
            retire_from,
            as_of,
            supply,
            received_at,
            report_hash,
            outbound,
            outbound_days,
            marked,
            marked_at,
            reported,
            concluded,
        ) = _CHAIN_SLOT.unpack(data)
        return cls(
            active,
            basis,
            chain,
            token_hash,
            KeySet.read(signers),
            cap,
            next_cap,
            next_cap_from,
            retire_from,
            as_of,
            supply,
            received_at,
            report_hash,
            outbound,
            tuple(ReleasedDay.read(outbound_days[at : at + 16]) for at in range(0, 128, 16)),
            marked,
            marked_at,
            reported,
            concluded,
        )


_ASSET = Struct("<8x8B32s32s32s32s2I2Qq12s12s32s32s128s128s8Q3q128s2qQ24s152s2Q32s32s2Q56s2B2xI8s8s4qQ2I144s336sq64x")


@dataclass(frozen=True, slots=True)
class Asset:
    """One tokenized stock. Seeds: ``asset``, issuer, number. Never closes."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("eab4f1fc8be0a008")
    SIZE: ClassVar[int] = 1712
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "halts": 10,
        "latched": 11,
        "decimals": 12,
        "mint_bump": 13,
        "escrow_bump": 14,
        "features": 15,
        "issuer": 16,
        "mint": 48,
        "escrow": 80,
        "reserve": 112,
        "number": 144,
        "basis": 148,
        "multiplier": 152,
        "next_multiplier": 160,
        "next_effective_at": 168,
        "isin": 176,
        "symbol": 188,
        "domain": 200,
        "terms_hash": 232,
        "terms_uri": 264,
        "policy": 392,
        "known_supply": 520,
        "minted": 528,
        "settled": 536,
        "burned_outside": 544,
        "pending": 552,
        "open_requests": 560,
        "tickets_used": 568,
        "ticket_watermark": 576,
        "listed_at": 584,
        "first_mint_at": 592,
        "latched_at": 600,
        "released": 608,
        "cleared_at": 736,
        "newest_as_of": 744,
        "highest_ticket": 752,
        "mint_window": 760,
        "queued_policy": 784,
        "requested": 936,
        "returned": 944,
        "payment_mint": 952,
        "bond_vault": 984,
        "bond": 1016,
        "bond_reserved": 1024,
        "bond_exit": 1032,
        "payment_decimals": 1088,
        "next_is_split": 1089,
        "next_action": 1092,
        "split": 1096,
        "next_split": 1104,
        "split_at": 1112,
        "split_ex_at": 1120,
        "halt_from": 1128,
        "delisted_at": 1136,
        "snapshot_slot": 1144,
        "actions": 1152,
        "snapshots": 1156,
        "calendar": 1160,
        "attestors": 1304,
        "identified_at": 1640,
    }

    version: int
    bump: int
    halts: int
    """Bits of ``halts``."""
    latched: int
    """1 while the solvency latch is set."""
    decimals: int
    mint_bump: int
    escrow_bump: int
    features: int
    """Bits of ``features``."""
    issuer: Pubkey
    mint: Pubkey
    escrow: Pubkey
    reserve: Pubkey
    number: int
    basis: int
    """Splits that are in all figures of this account that count shares."""
    multiplier: int
    next_multiplier: int
    """In force from ``next_effective_at`` on, like Token-2022's: read it by [``Asset::multiplier_at``]."""
    next_effective_at: int
    """Zero while nothing is scheduled."""
    isin: bytes
    symbol: bytes
    """Zero padded."""
    domain: bytes
    """sha256(program, genesis hash, asset, ISIN): what every attestation must name."""
    terms_hash: bytes
    terms_uri: bytes
    """UTF-8, zero padded."""
    policy: Policy
    known_supply: int
    """The mint's supply as this program last saw it; a lower one is a burn from outside."""
    minted: int
    """Raw units, ever: minted = known_supply + settled + burned_outside."""
    settled: int
    burned_outside: int
    pending: int
    """Raw units of all open requests, which the escrow holds at least."""
    open_requests: int
    tickets_used: int
    ticket_watermark: int
    """Tickets below it can never mint."""
    listed_at: int
    first_mint_at: int
    """Zero before the first mint."""
    latched_at: int
    released: tuple[ReleasedDay, ...]
    cleared_at: int
    """The latest burn that every custodian had reported past, and that was cleared."""
    newest_as_of: int
    """The latest time that any custodian's report ever spoke of."""
    highest_ticket: int
    """The highest ticket ever used; the watermark rises at most to the one behind it."""
    mint_window: WindowUsage
    """Usage of the policy's mint window limit, by all minters together."""
    queued_policy: QueuedPolicy
    """A looser policy that waits in public."""
    requested: int
    """Raw units, ever, modulo 2^64: requested = settled + returned + pending."""
    returned: int
    payment_mint: Pubkey
    """What redemptions are paid in and the bond consists of; zero before ``open_bond``."""
    bond_vault: Pubkey
    """The token account of it that this asset owns."""
    bond: int
    """Base units deposited and not yet withdrawn or paid; donations to the vault do not count."""
    bond_reserved: int
    """Base units of it that open requests could claim."""
    bond_exit: BondExit
    payment_decimals: int
    next_is_split: int
    """1 when the scheduled multiplier is a split's."""
    next_action: int
    """The action that scheduled it."""
    split: Ratio
    """The split that is in force since ``split_at``, with its ex time ``split_ex_at``, and the scheduled one."""
    next_split: Ratio
    split_at: int
    split_ex_at: int
    halt_from: int
    """The scheduled split's ex time: nothing mints from then to its effective time."""
    delisted_at: int
    """Nothing mints from then on; zero while no delisting is announced."""
    snapshot_slot: int
    """The slot of the last snapshot, in which nothing mints or burns any more."""
    actions: int
    """How many actions were announced and snapshots taken; the next ones' numbers."""
    snapshots: int
    calendar: tuple[CalendarEntry, ...]
    """What lies ahead; lenders read it."""
    attestors: AttestorSet
    """Who agrees on the balances of a record date."""
    identified_at: int
    """The effective time of the identifiers in force; zero for those of the listing."""

    @classmethod
    def decode(cls, data: bytes) -> Asset:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            halts,
            latched,
            decimals,
            mint_bump,
            escrow_bump,
            features,
            issuer,
            mint,
            escrow,
            reserve,
            number,
            basis,
            multiplier,
            next_multiplier,
            next_effective_at,
            isin,
            symbol,
            domain,
            terms_hash,
            terms_uri,
            policy,
            known_supply,
            minted,
            settled,
            burned_outside,
            pending,
            open_requests,
            tickets_used,
            ticket_watermark,
            listed_at,
            first_mint_at,
            latched_at,
            released,
            cleared_at,
            newest_as_of,
            highest_ticket,
            mint_window,
            queued_policy,
            requested,
            returned,
            payment_mint,
            bond_vault,
            bond,
            bond_reserved,
            bond_exit,
            payment_decimals,
            next_is_split,
            next_action,
            split,
            next_split,
            split_at,
            split_ex_at,
            halt_from,
            delisted_at,
            snapshot_slot,
            actions,
            snapshots,
            calendar,
            attestors,
            identified_at,
        ) = _ASSET.unpack(data)
        return cls(
            version,
            bump,
            halts,
            latched,
            decimals,
            mint_bump,
            escrow_bump,
            features,
            Pubkey(issuer),
            Pubkey(mint),
            Pubkey(escrow),
            Pubkey(reserve),
            number,
            basis,
            multiplier,
            next_multiplier,
            next_effective_at,
            isin,
            symbol,
            domain,
            terms_hash,
            terms_uri,
            Policy.read(policy),
            known_supply,
            minted,
            settled,
            burned_outside,
            pending,
            open_requests,
            tickets_used,
            ticket_watermark,
            listed_at,
            first_mint_at,
            latched_at,
            tuple(ReleasedDay.read(released[at : at + 16]) for at in range(0, 128, 16)),
            cleared_at,
            newest_as_of,
            highest_ticket,
            WindowUsage.read(mint_window),
            QueuedPolicy.read(queued_policy),
            requested,
            returned,
            Pubkey(payment_mint),
            Pubkey(bond_vault),
            bond,
            bond_reserved,
            BondExit.read(bond_exit),
            payment_decimals,
            next_is_split,
            next_action,
            Ratio.read(split),
            Ratio.read(next_split),
            split_at,
            split_ex_at,
            halt_from,
            delisted_at,
            snapshot_slot,
            actions,
            snapshots,
            tuple(CalendarEntry.read(calendar[at : at + 24]) for at in range(0, 144, 24)),
            AttestorSet.read(attestors),
            identified_at,
        )


_CLAIM_PAGE = Struct("<8x2B2xI32s32s40sQ512s")


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A page of 4,096 entitlements whose subtree was proven, and which of them were claimed: a claim costs one bit
    of rent. Seeds: ``claims``, distribution, page. Closes once nothing can be claimed any more.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b17da6ba1e2d560a")
    SIZE: ClassVar[int] = 640
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "page": 12,
        "distribution": 16,
        "rent_payer": 48,
        "entry": 80,
        "claimed": 120,
        "bitmap": 128,
    }

    version: int
    bump: int
    page: int
    """Holds the leaves ``page * 4096`` to ``page * 4096 + 4095``."""
    distribution: Pubkey
    rent_payer: Pubkey
    entry: Entry
    """The proven subtree, and its sum."""
    claimed: int
    """Base units of it that were claimed."""
    bitmap: bytes

    @classmethod
    def decode(cls, data: bytes) -> ClaimPage:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            page,
            distribution,
            rent_payer,
            entry,
            claimed,
            bitmap,
        ) = _CLAIM_PAGE.unpack(data)
        return cls(
            version,
            bump,
            page,
            Pubkey(distribution),
            Pubkey(rent_payer),
            Entry.read(entry),
            claimed,
            bitmap,
        )


_CORPORATE_ACTION = Struct("<8x4BI32s8s3Q32s5q32s32s12s12s2I32s64x")


@dataclass(frozen=True, slots=True)
class CorporateAction:
    """One entry of an asset's corporate-action history. Seeds: ``action``, asset, number. Never closes."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("90e1b6c704ea0c20")
    SIZE: ClassVar[int] = 344
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "kind": 10,
        "state": 11,
        "number": 12,
        "asset": 16,
        "ratio": 48,
        "old_multiplier": 56,
        "new_multiplier": 64,
        "rate": 72,
        "payout_mint": 80,
        "announced_at": 112,
        "ex_at": 120,
        "record_at": 128,
        "pay_at": 136,
        "effective_at": 144,
        "document_hash": 152,
        "reason_hash": 184,
        "isin": 216,
        "symbol": 228,
        "snapshot": 240,
        "basis": 244,
        "announced_by": 248,
    }

    version: int
    bump: int
    kind: int
    """One of ``action_kinds``."""
    state: int
    """One of ``action_states``."""
    number: int
    asset: Pubkey
    ratio: Ratio
    """New shares per old one: a stock dividend's includes the old."""
    old_multiplier: int
    """Zero when the multiplier stays."""
    new_multiplier: int
    rate: int
    """Millionths of a base unit of the payout mint per whole share, before tax."""
    payout_mint: Pubkey
    announced_at: int
    ex_at: int
    record_at: int
    pay_at: int
    effective_at: int
    document_hash: bytes
    reason_hash: bytes
    """Hash of why it was cancelled; zero before."""
    isin: bytes
    symbol: bytes
    snapshot: int
    """Number of the snapshot; ``NO_SNAPSHOT`` before it is taken."""
    basis: int
    """Splits that were in force at its announcement."""
    announced_by: Pubkey

    @classmethod
    def decode(cls, data: bytes) -> CorporateAction:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            kind,
            state,
            number,
            asset,
            ratio,
            old_multiplier,
            new_multiplier,
            rate,
            payout_mint,
            announced_at,
            ex_at,
            record_at,
            pay_at,
            effective_at,
            document_hash,
            reason_hash,
            isin,
            symbol,
            snapshot,
            basis,
            announced_by,
        ) = _CORPORATE_ACTION.unpack(data)
        return cls(
            version,
            bump,
            kind,
            state,
            number,
            Pubkey(asset),
            Ratio.read(ratio),
            old_multiplier,
            new_multiplier,
            rate,
            Pubkey(payout_mint),
            announced_at,
            ex_at,
            record_at,
            pay_at,
            effective_at,
            document_hash,
            reason_hash,
            isin,
            symbol,
            snapshot,
            basis,
            Pubkey(announced_by),
        )


_DISTRIBUTION = Struct("<8x4BI32s32s32s32s32s32sQ3q6Q960s64x")


@dataclass(frozen=True, slots=True)
class Distribution:
    """What is paid to the holders of a snapshot, out of a vault of its own. Seeds: ``dist``, snapshot, number. Never
    closes.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b055110b0dc21201")
    SIZE: ClassVar[int] = 1312
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "decimals": 10,
        "rules": 11,
        "number": 12,
        "asset": 16,
        "snapshot": 48,
        "payout_mint": 80,
        "vault": 112,
        "withholding_account": 144,
        "rates_hash": 176,
        "rate": 208,
        "declared_at": 216,
        "claim_from": 224,
        "claim_until": 232,
        "funded": 240,
        "paid": 248,
        "withheld": 256,
        "reclaimed": 264,
        "remitted": 272,
        "claims": 280,
        "ballot": 288,
    }

    version: int
    bump: int
    decimals: int
    """Of the payout mint."""
    rules: int
    """Bits of ``rules``."""
    number: int
    asset: Pubkey
    snapshot: Pubkey
    payout_mint: Pubkey
    vault: Pubkey
    """The token account that this account owns."""
    withholding_account: Pubkey
    """Where tax goes."""
    rates_hash: bytes
    """Hash of the published file that says which rate of tax each owner bears."""
    rate: int
    """Millionths of a base unit per whole share, before tax."""
    declared_at: int
    claim_from: int
    """Claims are paid from here to here, unix seconds; neither ever changes."""
    claim_until: int
    funded: int
    """Base units, ever: funded = paid + withheld + reclaimed + what remains."""
    paid: int
    withheld: int
    reclaimed: int
    remitted: int
    """Base units of the withheld that went to the withholding account."""
    claims: int
    """Leaves claimed."""
    ballot: Ballot
    """The tree of entitlements: what each owner gets, and the tax in it."""

    @classmethod
    def decode(cls, data: bytes) -> Distribution:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            decimals,
            rules,
            number,
            asset,
            snapshot,
            payout_mint,
            vault,
            withholding_account,
            rates_hash,
            rate,
            declared_at,
            claim_from,
            claim_until,
            funded,
            paid,
            withheld,
            reclaimed,
            remitted,
            claims,
            ballot,
        ) = _DISTRIBUTION.unpack(data)
        return cls(
            version,
            bump,
            decimals,
            rules,
            number,
            Pubkey(asset),
            Pubkey(snapshot),
            Pubkey(payout_mint),
            Pubkey(vault),
            Pubkey(withholding_account),
            rates_hash,
            rate,
            declared_at,
            claim_from,
            claim_until,
            funded,
            paid,
            withheld,
            reclaimed,
            remitted,
            claims,
            Ballot.read(ballot),
        )


_HOLDER_BOOK = Struct("<8x2B6x32s32s2Q24s32s64x")


@dataclass(frozen=True, slots=True)
class HolderBook:
    """Seeds: ``book``, asset, holder. Outlives the requests, so that an id is never given twice and a wallet finds
    its requests without scanning.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("1d5dd0724aee06f6")
    SIZE: ClassVar[int] = 216
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "holder": 16,
        "asset": 48,
        "next_id": 80,
        "requested": 88,
        "penalty_window": 96,
        "rent_payer": 120,
    }

    version: int
    bump: int
    holder: Pubkey
    asset: Pubkey
    next_id: int
    requested: int
    """Raw units, ever, modulo 2^64."""
    penalty_window: WindowUsage
    """Penalties that this holder's requests reserved lately, in base units of the payment mint."""
    rent_payer: Pubkey

    @classmethod
    def decode(cls, data: bytes) -> HolderBook:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            holder,
            asset,
            next_id,
            requested,
            penalty_window,
            rent_payer,
        ) = _HOLDER_BOOK.unpack(data)
        return cls(
            version,
            bump,
            Pubkey(holder),
            Pubkey(asset),
            next_id,
            requested,
            WindowUsage.read(penalty_window),
            Pubkey(rent_payer),
        )


_ISIN_MARKER = Struct("<8x2B6x32s32s12s20x")


@dataclass(frozen=True, slots=True)
class IsinMarker:
    """Seeds: ``isin``, issuer, ISIN. One asset per ISIN: its existence takes the ISIN."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("28c3cb919d00691c")
    SIZE: ClassVar[int] = 112
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "issuer": 16,
        "asset": 48,
        "isin": 80,
    }

    version: int
    bump: int
    issuer: Pubkey
    asset: Pubkey
    isin: bytes

    @classmethod
    def decode(cls, data: bytes) -> IsinMarker:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            issuer,
            asset,
            isin,
        ) = _ISIN_MARKER.unpack(data)
        return cls(
            version,
            bump,
            Pubkey(issuer),
            Pubkey(asset),
            isin,
        )


_ISSUER = Struct("<8x3B5xQ32s32s2q32s32s3q2I32sqB7x112x")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the assets. Seeds: ``issuer``, id. Never closes."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d81353e66c35500e")
    SIZE: ClassVar[int] = 360
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "halts": 10,
        "id": 16,
        "authority": 24,
        "pending_authority": 56,
        "pending_authority_from": 88,
        "pending_authority_until": 96,
        "name": 104,
        "genesis_hash": 136,
        "timelock_s": 168,
        "created_at": 176,
        "live_at": 184,
        "asset_count": 192,
        "renounced": 196,
        "grants": 200,
        "renounce_from": 232,
        "renouncing": 240,
    }

    version: int
    bump: int
    halts: int
    """Reserved for halts over all assets of the issuer."""
    id: int
    authority: Pubkey
    pending_authority: Pubkey
    """The key that may take over, or zero."""
    pending_authority_from: int
    """From when to when it may, unix seconds."""
    pending_authority_until: int
    name: bytes
    """UTF-8, zero padded."""
    genesis_hash: bytes
    """Genesis hash of the cluster: a program cannot see which cluster it runs on, so the issuer declares it, signers
    take theirs from their own configuration, and a message signed for one cluster means nothing on another.
    """
    timelock_s: int
    """How long new roles and a handoff wait once the issuer is live, seconds. Never changes."""
    created_at: int
    live_at: int
    """When the first minter got an allowance, so before any mint; zero until then."""
    asset_count: int
    """How many assets were listed; the next asset's number."""
    renounced: int
    """Roles that nobody can be granted ever again, a bit by role number."""
    grants: tuple[int, ...]
    """Grant accounts that exist, by role number; expired ones count until they are closed."""
    renounce_from: int
    """From when ``renouncing`` may be renounced, unix seconds; both zero when nothing waits."""
    renouncing: int
    """The role that is about to be renounced."""

    @classmethod
    def decode(cls, data: bytes) -> Issuer:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            halts,
            id,
            authority,
            pending_authority,
            pending_authority_from,
            pending_authority_until,
            name,
            genesis_hash,
            timelock_s,
            created_at,
            live_at,
            asset_count,
            renounced,
            grants,
            renounce_from,
            renouncing,
        ) = _ISSUER.unpack(data)
        return cls(
            version,
            bump,
            halts,
            id,
            Pubkey(authority),
            Pubkey(pending_authority),
            pending_authority_from,
            pending_authority_until,
            name,
            genesis_hash,
            timelock_s,
            created_at,
            live_at,
            asset_count,
            renounced,
            tuple(int.from_bytes(grants[at : at + 2], "little") for at in range(0, 32, 2)),
            renounce_from,
            renouncing,
        )


_MINTER_ALLOWANCE = Struct("<8x2B6x32s32s24s24sq24sQ64x")


@dataclass(frozen=True, slots=True)
class MinterAllowance:
    """How much one minter may mint of one asset. Seeds: ``minter``, asset, minter. Never closes, so that its usage
    cannot be forgotten.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2609e870fd8d7b8c")
    SIZE: ClassVar[int] = 232
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "asset": 16,
        "minter": 48,
        "limits": 80,
        "pending": 104,
        "pending_from": 128,
        "window": 136,
        "lifetime_used": 160,
    }

    version: int
    bump: int
    asset: Pubkey
    minter: Pubkey
    limits: Limits
    pending: Limits
    """Raised limits that act from ``pending_from`` on; zero when nothing waits."""
    pending_from: int
    window: WindowUsage
    lifetime_used: int

    @classmethod
    def decode(cls, data: bytes) -> MinterAllowance:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            asset,
            minter,
            limits,
            pending,
            pending_from,
            window,
            lifetime_used,
        ) = _MINTER_ALLOWANCE.unpack(data)
        return cls(
            version,
            bump,
            Pubkey(asset),
            Pubkey(minter),
            Limits.read(limits),
            Limits.read(pending),
            pending_from,
            WindowUsage.read(window),
            lifetime_used,
        )


_RECIPIENT = Struct("<8x2B6x32s32s32sq32x")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the dividends of an owner that cannot collect them: a pool, a vault. Who holds a key may be paid
    directly all the same. Seeds: ``recipient``, asset, owner.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("50ba2fc4e8fb1594")
    SIZE: ClassVar[int] = 152
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "asset": 16,
        "owner": 48,
        "recipient": 80,
        "registered_at": 112,
    }

    version: int
    bump: int
    asset: Pubkey
    owner: Pubkey
    recipient: Pubkey
    """A wallet, not a token account."""
    registered_at: int

    @classmethod
    def decode(cls, data: bytes) -> Recipient:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            asset,
            owner,
            recipient,
            registered_at,
        ) = _RECIPIENT.unpack(data)
        return cls(
            version,
            bump,
            Pubkey(asset),
            Pubkey(owner),
            Pubkey(recipient),
            registered_at,
        )


_REDEMPTION_REQUEST = Struct("<8x5B1xH32s32s4Q4q2Q3q32s32s32s32sQ")


@dataclass(frozen=True, slots=True)
class RedemptionRequest:
    """Seeds: ``redeem``, asset, holder, id. Closed when it ends; its rent goes back to its payer. Wallets filter on
    ``holder`` at offset 16, desks on ``asset`` at 48 and ``state`` at 10.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("759dd6d640a01f3a")
    SIZE: ClassVar[int] = 320
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "state": 10,
        "payout": 11,
        "to_chain": 12,
        "fee_bps": 14,
        "holder": 16,
        "asset": 48,
        "id": 80,
        "amount": 88,
        "requested": 96,
        "multiplier": 104,
        "requested_at": 112,
        "accept_by": 120,
        "settle_by": 128,
        "accepted_at": 136,
        "min_price": 144,
        "penalty_rate": 152,
        "paid_at": 160,
        "until": 168,
        "dispute_window_s": 176,
        "payout_terms_hash": 184,
        "arbiter": 216,
        "source": 248,
        "rent_payer": 280,
        "marked_shares": 312,
    }

    version: int
    bump: int
    state: int
    """One of ``states``."""
    payout: int
    """One of ``payouts``."""
    to_chain: int
    """Slot of the chain where the shares are issued instead; 255 for none. Known once paid."""
    fee_bps: int
    """Basis points of the payment that the issuer keeps."""
    holder: Pubkey
    asset: Pubkey
    id: int
    amount: int
    """Raw units that wait in the escrow for this request."""
    requested: int
    """Raw units that it was made for."""
    multiplier: int
    """The multiplier when it was made, or when its price was named: [``RedemptionRequest::min_price``] is per share
    of then. Shares on another chain are those of the claim.
    """
    requested_at: int
    accept_by: int
    """Fixed when it is made, like all that follows from the policy."""
    settle_by: int
    accepted_at: int
    """Zero until it is accepted."""
    min_price: int
    """Base units of the payment mint per whole share that the holder gets at least: what the holder asked for, or
    the desk's quote. Zero at market until there is one.
    """
    penalty_rate: int
    """Base units per whole token that a missed deadline costs. Reserved in the bond while the request
    [``RedemptionRequest::is_armed``]; before that the most that may be.
    """
    paid_at: int
    """When the desk said that it paid, which it can once; zero until then."""
    until: int
    """Accepted at market: until when the holder may agree to the quote. Paid: until when the holder alone may
    conclude. Disputed: until when the arbiter may rule. Else zero.
    """
    dispute_window_s: int
    """Seconds that a payment outside the chain can be disputed."""
    payout_terms_hash: bytes
    """Hash of the agreed payout terms; nothing personal on chain."""
    arbiter: Pubkey
    """Who rules on a disputed payment outside the chain; zero when paid on chain."""
    source: Pubkey
    """Where the tokens came from."""
    rent_payer: Pubkey
    marked_shares: int
    """What is said to be issued on another chain, and counts in that chain's ``marked``."""

    @classmethod
    def decode(cls, data: bytes) -> RedemptionRequest:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            state,
            payout,
            to_chain,
            fee_bps,
            holder,
            asset,
            id,
            amount,
            requested,
            multiplier,
            requested_at,
            accept_by,
            settle_by,
            accepted_at,
            min_price,
            penalty_rate,
            paid_at,
            until,
            dispute_window_s,
            payout_terms_hash,
            arbiter,
            source,
            rent_payer,
            marked_shares,
        ) = _REDEMPTION_REQUEST.unpack(data)
        return cls(
            version,
            bump,
            state,
            payout,
            to_chain,
            fee_bps,
            Pubkey(holder),
            Pubkey(asset),
            id,
            amount,
            requested,
            multiplier,
            requested_at,
            accept_by,
            settle_by,
            accepted_at,
            min_price,
            penalty_rate,
            paid_at,
            until,
            dispute_window_s,
            payout_terms_hash,
            Pubkey(arbiter),
            Pubkey(source),
            Pubkey(rent_payer),
            marked_shares,
        )


_RESERVE = Struct("<8x2B2xI32s3136s4544sI4x120x")


@dataclass(frozen=True, slots=True)
class Reserve:
    """All custodians of an asset and its supply on other chains, in one account so that a mint reads one account.
    Seeds: ``reserve``, asset. Never closes.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2bf2ccca1af73b7f")
    SIZE: ClassVar[int] = 7856
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "last_epoch": 12,
        "asset": 16,
        "custodians": 48,
        "chains": 3184,
        "basis": 7728,
    }

    version: int
    bump: int
    last_epoch: int
    """The last registration epoch given out; rises with every registration, never reused."""
    asset: Pubkey
    custodians: tuple[CustodianSlot, ...]
    chains: tuple[ChainSlot, ...]
    basis: int
    """Splits that are in all figures of this account."""

    @classmethod
    def decode(cls, data: bytes) -> Reserve:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            last_epoch,
            asset,
            custodians,
            chains,
            basis,
        ) = _RESERVE.unpack(data)
        return cls(
            version,
            bump,
            last_epoch,
            Pubkey(asset),
            tuple(CustodianSlot.read(custodians[at : at + 392]) for at in range(0, 3136, 392)),
            tuple(ChainSlot.read(chains[at : at + 568]) for at in range(0, 4544, 568)),
            basis,
        )


_ROLE_GRANT = Struct("<8x3B5x32s32s4q32sq24x")


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """Seeds: ``role``, issuer, role, member. It is a grant while it has not expired."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7ed57b80ac0268f2")
    SIZE: ClassVar[int] = 176
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "role": 10,
        "issuer": 16,
        "member": 48,
        "expires_at": 80,
        "next_expires_at": 88,
        "next_from": 96,
        "granted_at": 104,
        "rent_payer": 112,
        "held_since": 144,
    }

    version: int
    bump: int
    role: int
    issuer: Pubkey
    member: Pubkey
    expires_at: int
    """Unix seconds; the grant is void from this second on. Zero before a new grant's first day."""
    next_expires_at: int
    """From ``next_from`` on the expiry is ``next_expires_at``; both zero when no change waits."""
    next_from: int
    granted_at: int
    rent_payer: Pubkey
    """Gets the rent back when the grant is closed."""
    held_since: int
    """Since when it is held without a break, unix seconds; zero when it was granted before the issuer went live."""

    @classmethod
    def decode(cls, data: bytes) -> RoleGrant:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            role,
            issuer,
            member,
            expires_at,
            next_expires_at,
            next_from,
            granted_at,
            rent_payer,
            held_since,
        ) = _ROLE_GRANT.unpack(data)
        return cls(
            version,
            bump,
            role,
            Pubkey(issuer),
            Pubkey(member),
            expires_at,
            next_expires_at,
            next_from,
            granted_at,
            Pubkey(rent_payer),
            held_since,
        )


_SNAPSHOT = Struct("<8x2B2xI32s3QqQ3I4x960s64x")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The balances of a record date. Seeds: ``snapshot``, asset, number. Never closes."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("89d51c85e0a1306c")
    SIZE: ClassVar[int] = 1128
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "number": 12,
        "asset": 16,
        "slot": 48,
        "supply": 56,
        "multiplier": 64,
        "recorded_at": 72,
        "burned_outside": 80,
        "action": 88,
        "basis": 92,
        "distributions": 96,
        "ballot": 104,
    }

    version: int
    bump: int
    number: int
    asset: Pubkey
    slot: int
    """The slot whose end counts."""
    supply: int
    """Raw units in existence when it was recorded."""
    multiplier: int
    recorded_at: int
    burned_outside: int
    """The asset's burns from outside until then."""
    action: int
    basis: int
    distributions: int
    """How many were declared on it; the next one's number."""
    ballot: Ballot

    @classmethod
    def decode(cls, data: bytes) -> Snapshot:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            number,
            asset,
            slot,
            supply,
            multiplier,
            recorded_at,
            burned_outside,
            action,
            basis,
            distributions,
            ballot,
        ) = _SNAPSHOT.unpack(data)
        return cls(
            version,
            bump,
            number,
            Pubkey(asset),
            slot,
            supply,
            multiplier,
            recorded_at,
            burned_outside,
            action,
            basis,
            distributions,
            Ballot.read(ballot),
        )


_SYMBOL_MARKER = Struct("<8x2B6x32s32s12s20x")


@dataclass(frozen=True, slots=True)
class SymbolMarker:
    """Seeds: ``symbol``, issuer, symbol. One asset per symbol: its existence takes the symbol."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2e0b7ae3637c824e")
    SIZE: ClassVar[int] = 112
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "issuer": 16,
        "asset": 48,
        "symbol": 80,
    }

    version: int
    bump: int
    issuer: Pubkey
    asset: Pubkey
    symbol: bytes

    @classmethod
    def decode(cls, data: bytes) -> SymbolMarker:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            issuer,
            asset,
            symbol,
        ) = _SYMBOL_MARKER.unpack(data)
        return cls(
            version,
            bump,
            Pubkey(issuer),
            Pubkey(asset),
            symbol,
        )


_TICKET_PAGE = Struct("<8x2B2xI32s32sQ32x512s")


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Seeds: ``tickets``, asset, page. One bit per mint ticket of the asset, used for ever."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("27307ce39ef764c6")
    SIZE: ClassVar[int] = 632
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "page": 12,
        "asset": 16,
        "rent_payer": 48,
        "used": 80,
        "bitmap": 120,
    }

    version: int
    bump: int
    page: int
    """Holds the tickets ``page * 4096`` to ``page * 4096 + 4095``."""
    asset: Pubkey
    rent_payer: Pubkey
    used: int
    """How many bits are set."""
    bitmap: bytes

    @classmethod
    def decode(cls, data: bytes) -> TicketPage:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            page,
            asset,
            rent_payer,
            used,
            bitmap,
        ) = _TICKET_PAGE.unpack(data)
        return cls(
            version,
            bump,
            page,
            Pubkey(asset),
            Pubkey(rent_payer),
            used,
            bitmap,
        )


AnyAccount: TypeAlias = (
    Asset
    | ClaimPage
    | CorporateAction
    | Distribution
    | HolderBook
    | IsinMarker
    | Issuer
    | MinterAllowance
    | Recipient
    | RedemptionRequest
    | Reserve
    | RoleGrant
    | Snapshot
    | SymbolMarker
    | TicketPage
)

ACCOUNTS: Mapping[bytes, type[AnyAccount]] = {
    Asset.DISCRIMINATOR: Asset,
    ClaimPage.DISCRIMINATOR: ClaimPage,
    CorporateAction.DISCRIMINATOR: CorporateAction,
    Distribution.DISCRIMINATOR: Distribution,
    HolderBook.DISCRIMINATOR: HolderBook,
    IsinMarker.DISCRIMINATOR: IsinMarker,
    Issuer.DISCRIMINATOR: Issuer,
    MinterAllowance.DISCRIMINATOR: MinterAllowance,
    Recipient.DISCRIMINATOR: Recipient,
    RedemptionRequest.DISCRIMINATOR: RedemptionRequest,
    Reserve.DISCRIMINATOR: Reserve,
    RoleGrant.DISCRIMINATOR: RoleGrant,
    Snapshot.DISCRIMINATOR: Snapshot,
    SymbolMarker.DISCRIMINATOR: SymbolMarker,
    TicketPage.DISCRIMINATOR: TicketPage,
}
"""Account types by discriminator."""
