"""Events as typed objects with fast decoders.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, TypeAlias

from solders.pubkey import Pubkey

from xstock_client._generated.layouts import BondExit, Entry, Limits, Policy, QueuedPolicy, Ratio, Root, WindowUsage
from xstock_client._wire import not_event

__all__ = [
    "EVENTS",
    "ActionAnnounced",
    "ActionCancelled",
    "AllowanceRaiseCancelled",
    "AllowanceSet",
    "AssetListed",
    "AssetReopened",
    "AttestorsCancelled",
    "AttestorsSet",
    "AuthorityAccepted",
    "AuthorityProposed",
    "BondDeposited",
    "BondOpened",
    "BondWithdrawalCancelled",
    "BondWithdrawalQueued",
    "BondWithdrawn",
    "ChainAttested",
    "ChainCapSet",
    "ChainRegistered",
    "ChainRetired",
    "ClaimPageClosed",
    "ClaimPageOpened",
    "CustodianRegistered",
    "CustodianRetired",
    "DisputeRuled",
    "DistributionDeclared",
    "DistributionFunded",
    "DistributionReclaimed",
    "DividendPaid",
    "Event",
    "HaltsChanged",
    "HandoffCancelled",
    "HolderBookOpened",
    "IdentifiersChanged",
    "IssuerCreated",
    "LeafShown",
    "PaymentDisputed",
    "PaymentMarked",
    "PolicyApplied",
    "PolicyCancelled",
    "PolicySet",
    "QuoteAgreed",
    "RecipientRegistered",
    "RedemptionAccepted",
    "RedemptionCancelled",
    "RedemptionDefaulted",
    "RedemptionRejected",
    "RedemptionRequested",
    "RedemptionSettled",
    "RenunciationCancelled",
    "ReserveAttested",
    "RoleChangeCancelled",
    "RoleGranted",
    "RoleRenounced",
    "RoleRevoked",
    "RootRejected",
    "RootVoted",
    "SharesMinted",
    "SlotChangeCancelled",
    "SnapshotRecorded",
    "SolvencyChecked",
    "TicketPageClosed",
    "TicketPageOpened",
    "WatermarkRaised",
    "WithheldRemitted",
]

_ACTION_ANNOUNCED = Struct("<8x32s32s2Q8s4Q32s4q32s12s12s4Qq")


@dataclass(frozen=True, slots=True)
class ActionAnnounced:
    """Event ActionAnnounced."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b7c15a62c1630300")
    SIZE: ClassVar[int] = 288
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "action": 72,
        "kind": 80,
        "ratio": 88,
        "old_multiplier": 96,
        "new_multiplier": 104,
        "basis": 112,
        "rate": 120,
        "payout_mint": 128,
        "ex_at": 160,
        "record_at": 168,
        "pay_at": 176,
        "effective_at": 184,
        "document_hash": 192,
        "isin": 224,
        "symbol": 236,
        "supply": 248,
        "burned_outside": 256,
        "obligation": 264,
        "reserve": 272,
        "at": 280,
    }

    asset: Pubkey
    by: Pubkey
    action: int
    kind: int
    """One of ``action_kinds``."""
    ratio: Ratio
    """New shares per old one; zero when the multiplier stays."""
    old_multiplier: int
    new_multiplier: int
    basis: int
    """Splits in force now; a split of this action makes it one more."""
    rate: int
    """Millionths of a base unit of the payout mint per whole share."""
    payout_mint: Pubkey
    ex_at: int
    record_at: int
    pay_at: int
    effective_at: int
    document_hash: bytes
    isin: bytes
    symbol: bytes
    supply: int
    burned_outside: int
    obligation: int
    """What is owed at the new multiplier, and the reserve against it. Zero where none of it was asked."""
    reserve: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ActionAnnounced:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            action,
            kind,
            ratio,
            old_multiplier,
            new_multiplier,
            basis,
            rate,
            payout_mint,
            ex_at,
            record_at,
            pay_at,
            effective_at,
            document_hash,
            isin,
            symbol,
            supply,
            burned_outside,
            obligation,
            reserve,
            at,
        ) = _ACTION_ANNOUNCED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            action,
            kind,
            Ratio.read(ratio),
            old_multiplier,
            new_multiplier,
            basis,
            rate,
            Pubkey(payout_mint),
            ex_at,
            record_at,
            pay_at,
            effective_at,
            document_hash,
            isin,
            symbol,
            supply,
            burned_outside,
            obligation,
            reserve,
            at,
        )


_ACTION_CANCELLED = Struct("<8x32s32s2Q32sQq")


@dataclass(frozen=True, slots=True)
class ActionCancelled:
    """Event ActionCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("79d5cd1de2b5e60d")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "action": 72,
        "kind": 80,
        "reason_hash": 88,
        "multiplier": 120,
        "at": 128,
    }

    asset: Pubkey
    by: Pubkey
    action: int
    kind: int
    reason_hash: bytes
    multiplier: int
    """The multiplier that stays."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ActionCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            action,
            kind,
            reason_hash,
            multiplier,
            at,
        ) = _ACTION_CANCELLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            action,
            kind,
            reason_hash,
            multiplier,
            at,
        )


_ALLOWANCE_RAISE_CANCELLED = Struct("<8x32s32s32s24sq")


@dataclass(frozen=True, slots=True)
class AllowanceRaiseCancelled:
    """Event AllowanceRaiseCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4caabc2e008303b1")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "minter": 40,
        "by": 72,
        "dropped": 104,
        "at": 128,
    }

    asset: Pubkey
    minter: Pubkey
    by: Pubkey
    dropped: Limits
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AllowanceRaiseCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            minter,
            by,
            dropped,
            at,
        ) = _ALLOWANCE_RAISE_CANCELLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(minter),
            Pubkey(by),
            Limits.read(dropped),
            at,
        )


_ALLOWANCE_SET = Struct("<8x32s32s32s24s24s24sq24s3Q2q")


@dataclass(frozen=True, slots=True)
class AllowanceSet:
    """Event AllowanceSet."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("33383e92eb0a6cbd")
    SIZE: ClassVar[int] = 248
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "minter": 40,
        "by": 72,
        "old_limits": 104,
        "limits": 128,
        "pending": 152,
        "pending_from": 176,
        "window": 184,
        "lifetime_used": 208,
        "obligation": 216,
        "reserve": 224,
        "live_at": 232,
        "at": 240,
    }

    asset: Pubkey
    minter: Pubkey
    by: Pubkey
    """The authority, or an admin."""
    old_limits: Limits
    limits: Limits
    """In force now."""
    pending: Limits
    """In force from ``pending_from`` on; zero when nothing waits."""
    pending_from: int
    window: WindowUsage
    lifetime_used: int
    obligation: int
    """What was covered by what; zero when nothing was raised."""
    reserve: int
    live_at: int
    """When the issuer went live: with its first allowance."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AllowanceSet:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            minter,
            by,
            old_limits,
            limits,
            pending,
            pending_from,
            window,
            lifetime_used,
            obligation,
            reserve,
            live_at,
            at,
        ) = _ALLOWANCE_SET.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(minter),
            Pubkey(by),
            Limits.read(old_limits),
            Limits.read(limits),
            Limits.read(pending),
            pending_from,
            WindowUsage.read(window),
            lifetime_used,
            obligation,
            reserve,
            live_at,
            at,
        )


_ASSET_LISTED = Struct("<8x32s32s32s32s32sI2B2xQ12s12s32s32s128s128sq")


@dataclass(frozen=True, slots=True)
class AssetListed:
    """Event AssetListed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("274061a2bd969602")
    SIZE: ClassVar[int] = 536
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "issuer": 40,
        "mint": 72,
        "escrow": 104,
        "reserve": 136,
        "number": 168,
        "decimals": 172,
        "features": 173,
        "multiplier": 176,
        "isin": 184,
        "symbol": 196,
        "domain": 208,
        "terms_hash": 240,
        "terms_uri": 272,
        "policy": 400,
        "at": 528,
    }

    asset: Pubkey
    issuer: Pubkey
    mint: Pubkey
    escrow: Pubkey
    reserve: Pubkey
    number: int
    decimals: int
    features: int
    multiplier: int
    isin: bytes
    symbol: bytes
    domain: bytes
    terms_hash: bytes
    terms_uri: bytes
    policy: Policy
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AssetListed:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            issuer,
            mint,
            escrow,
            reserve,
            number,
            decimals,
            features,
            multiplier,
            isin,
            symbol,
            domain,
            terms_hash,
            terms_uri,
            policy,
            at,
        ) = _ASSET_LISTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(issuer),
            Pubkey(mint),
            Pubkey(escrow),
            Pubkey(reserve),
            number,
            decimals,
            features,
            multiplier,
            isin,
            symbol,
            domain,
            terms_hash,
            terms_uri,
            Policy.read(policy),
            at,
        )


_ASSET_REOPENED = Struct("<8x32s32sq6Qq")


@dataclass(frozen=True, slots=True)
class AssetReopened:
    """Event AssetReopened."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d5e11b9aaf4742b1")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "guardian": 40,
        "latched_at": 72,
        "supply": 80,
        "burned_outside": 88,
        "multiplier": 96,
        "obligation": 104,
        "reserve": 112,
        "custodians": 120,
        "at": 128,
    }

    asset: Pubkey
    guardian: Pubkey
    latched_at: int
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    reserve: int
    """Fresh reports only."""
    custodians: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AssetReopened:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            guardian,
            latched_at,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            custodians,
            at,
        ) = _ASSET_REOPENED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(guardian),
            latched_at,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            custodians,
            at,
        )


_ATTESTORS_CANCELLED = Struct("<8x32s32sq")


@dataclass(frozen=True, slots=True)
class AttestorsCancelled:
    """Event AttestorsCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d203a1a4e7a5b6fd")
    SIZE: ClassVar[int] = 80
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "at": 72,
    }

    asset: Pubkey
    by: Pubkey
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AttestorsCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            at,
        ) = _ATTESTORS_CANCELLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            at,
        )


_ATTESTORS_SET = Struct("<8x32s32s160sQ2q")


@dataclass(frozen=True, slots=True)
class AttestorsSet:
    """Event AttestorsSet."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("3711a7c715aeeb1d")
    SIZE: ClassVar[int] = 256
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "keys": 72,
        "threshold": 232,
        "in_force_at": 240,
        "at": 248,
    }

    asset: Pubkey
    by: Pubkey
    keys: tuple[Pubkey, ...]
    threshold: int
    in_force_at: int
    """In force from here on."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AttestorsSet:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            keys,
            threshold,
            in_force_at,
            at,
        ) = _ATTESTORS_SET.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            tuple(Pubkey(keys[at : at + 32]) for at in range(0, 160, 32)),
            threshold,
            in_force_at,
            at,
        )


_AUTHORITY_ACCEPTED = Struct("<8x32s32s32sq")


@dataclass(frozen=True, slots=True)
class AuthorityAccepted:
    """Event AuthorityAccepted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("a6c0dbbc29d1c31a")
    SIZE: ClassVar[int] = 112
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "old_authority": 40,
        "authority": 72,
        "at": 104,
    }

    issuer: Pubkey
    old_authority: Pubkey
    authority: Pubkey
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AuthorityAccepted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            old_authority,
            authority,
            at,
        ) = _AUTHORITY_ACCEPTED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(old_authority),
            Pubkey(authority),
            at,
        )


_AUTHORITY_PROPOSED = Struct("<8x32s32s32s3q")


@dataclass(frozen=True, slots=True)
class AuthorityProposed:
    """Event AuthorityProposed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("f4755e7035972359")
    SIZE: ClassVar[int] = 128
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "authority": 40,
        "pending_authority": 72,
        "pending_from": 104,
        "pending_until": 112,
        "at": 120,
    }

    issuer: Pubkey
    authority: Pubkey
    pending_authority: Pubkey
    """Zero when a proposal is withdrawn."""
    pending_from: int
    """From when to when it may accept."""
    pending_until: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AuthorityProposed:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            authority,
            pending_authority,
            pending_from,
            pending_until,
            at,
        ) = _AUTHORITY_PROPOSED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(authority),
            Pubkey(pending_authority),
            pending_from,
            pending_until,
            at,
        )


_BOND_DEPOSITED = Struct("<8x32s32s32s2Qq")


@dataclass(frozen=True, slots=True)
class BondDeposited:
    """Event BondDeposited."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d2952fe84880f899")
    SIZE: ClassVar[int] = 128
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "depositor": 40,
        "source": 72,
        "amount": 104,
        "bond": 112,
        "at": 120,
    }

    asset: Pubkey
    depositor: Pubkey
    source: Pubkey
    amount: int
    bond: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> BondDeposited:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            depositor,
            source,
            amount,
            bond,
            at,
        ) = _BOND_DEPOSITED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(depositor),
            Pubkey(source),
            amount,
            bond,
            at,
        )


_BOND_OPENED = Struct("<8x32s32s32s32s32s2Qq")


@dataclass(frozen=True, slots=True)
class BondOpened:
    """Event BondOpened."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("9040e9ee51f899fb")
    SIZE: ClassVar[int] = 192
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "old_payment_mint": 72,
        "payment_mint": 104,
        "bond_vault": 136,
        "decimals": 168,
        "written_off": 176,
        "at": 184,
    }

    asset: Pubkey
    by: Pubkey
    """The authority, or an admin."""
    old_payment_mint: Pubkey
    """Zero when it is the first."""
    payment_mint: Pubkey
    bond_vault: Pubkey
    decimals: int
    written_off: int
    """What was left of the bond in the old one. A withdrawal that waited is gone too."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> BondOpened:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            old_payment_mint,
            payment_mint,
            bond_vault,
            decimals,
            written_off,
            at,
        ) = _BOND_OPENED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            Pubkey(old_payment_mint),
            Pubkey(payment_mint),
            Pubkey(bond_vault),
            decimals,
            written_off,
            at,
        )


_BOND_WITHDRAWAL_CANCELLED = Struct("<8x32s32s56sq")


@dataclass(frozen=True, slots=True)
class BondWithdrawalCancelled:
    """Event BondWithdrawalCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("46432ca354f4d419")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "dropped": 72,
        "at": 128,
    }

    asset: Pubkey
    by: Pubkey
    dropped: BondExit
    at: int

    @classmethod
    def decode(cls, data: bytes) -> BondWithdrawalCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            dropped,
            at,
        ) = _BOND_WITHDRAWAL_CANCELLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            BondExit.read(dropped),
            at,
        )


_BOND_WITHDRAWAL_QUEUED = Struct("<8x32s32s56s2Qq")


@dataclass(frozen=True, slots=True)
class BondWithdrawalQueued:
    """Event BondWithdrawalQueued."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("54039d5c977bdc63")
    SIZE: ClassVar[int] = 152
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "exit": 72,
        "bond": 128,
        "bond_reserved": 136,
        "at": 144,
    }

    asset: Pubkey
    by: Pubkey
    exit: BondExit
    bond: int
    bond_reserved: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> BondWithdrawalQueued:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            exit,
            bond,
            bond_reserved,
            at,
        ) = _BOND_WITHDRAWAL_QUEUED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            BondExit.read(exit),
            bond,
            bond_reserved,
            at,
        )


_BOND_WITHDRAWN = Struct("<8x32s32s32s4Qq")


@dataclass(frozen=True, slots=True)
class BondWithdrawn:
    """Event BondWithdrawn."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("6fc09ae73a738267")
    SIZE: ClassVar[int] = 144
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "destination": 72,
        "amount": 104,
        "left": 112,
        "bond": 120,
        "bond_reserved": 128,
        "at": 136,
    }

    asset: Pubkey
    by: Pubkey
    destination: Pubkey
    amount: int
    left: int
    """What is still queued."""
    bond: int
    bond_reserved: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> BondWithdrawn:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            destination,
            amount,
            left,
            bond,
            bond_reserved,
            at,
        ) = _BOND_WITHDRAWN.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            Pubkey(destination),
            amount,
            left,
            bond,
            bond_reserved,
            at,
        )


_CHAIN_ATTESTED = Struct("<8x32s96s4B2I4xQ2q4Q32s5Qq")


@dataclass(frozen=True, slots=True)
class ChainAttested:
    """Event ChainAttested."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("a0ad29cca9f6a644")
    SIZE: ClassVar[int] = 288
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "attesters": 40,
        "slot": 136,
        "new_keys": 137,
        "latched_before": 138,
        "latched": 139,
        "epoch": 140,
        "basis": 144,
        "sequence": 152,
        "old_as_of": 160,
        "as_of": 168,
        "old_supply": 176,
        "chain_supply": 184,
        "cap": 192,
        "outbound": 200,
        "report_hash": 208,
        "supply": 240,
        "burned_outside": 248,
        "multiplier": 256,
        "obligation": 264,
        "reserve": 272,
        "at": 280,
    }

    asset: Pubkey
    attesters: tuple[Pubkey, ...]
    """Who signed, zero padded."""
    slot: int
    new_keys: int
    """1 when this report puts new keys in force."""
    latched_before: int
    latched: int
    epoch: int
    basis: int
    sequence: int
    old_as_of: int
    as_of: int
    old_supply: int
    chain_supply: int
    """Circulating on the chain, net of what bridges hold."""
    cap: int
    outbound: int
    """On its way there, after this report."""
    report_hash: bytes
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    reserve: int
    """Counted without age, after all reports of the instruction; so are ``obligation`` and ``latched``."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ChainAttested:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            attesters,
            slot,
            new_keys,
            latched_before,
            latched,
            epoch,
            basis,
            sequence,
            old_as_of,
            as_of,
            old_supply,
            chain_supply,
            cap,
            outbound,
            report_hash,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        ) = _CHAIN_ATTESTED.unpack(data)
        return cls(
            Pubkey(asset),
            tuple(Pubkey(attesters[at : at + 32]) for at in range(0, 96, 32)),
            slot,
            new_keys,
            latched_before,
            latched,
            epoch,
            basis,
            sequence,
            old_as_of,
            as_of,
            old_supply,
            chain_supply,
            cap,
            outbound,
            report_hash,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        )


_CHAIN_CAP_SET = Struct("<8x32s32s4Qq2Qq")


@dataclass(frozen=True, slots=True)
class ChainCapSet:
    """Event ChainCapSet."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("119143932f3f9f80")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "slot": 72,
        "old_cap": 80,
        "cap": 88,
        "next_cap": 96,
        "next_cap_from": 104,
        "obligation": 112,
        "reserve": 120,
        "at": 128,
    }

    asset: Pubkey
    by: Pubkey
    """The authority, or an admin."""
    slot: int
    old_cap: int
    cap: int
    """In force now."""
    next_cap: int
    """In force when a report speaks of ``next_cap_from`` or later; both zero when nothing waits."""
    next_cap_from: int
    obligation: int
    """With every chain at the larger of its cap and its report; zero when the cap was not raised."""
    reserve: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ChainCapSet:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            slot,
            old_cap,
            cap,
            next_cap,
            next_cap_from,
            obligation,
            reserve,
            at,
        ) = _CHAIN_CAP_SET.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            slot,
            old_cap,
            cap,
            next_cap,
            next_cap_from,
            obligation,
            reserve,
            at,
        )


_CHAIN_REGISTERED = Struct("<8x32s32s3B1xI48s32s96s2q")


@dataclass(frozen=True, slots=True)
class ChainRegistered:
    """Event ChainRegistered."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("f9c6f473fb3e3361")
    SIZE: ClassVar[int] = 272
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "manager": 40,
        "slot": 72,
        "replaces": 73,
        "threshold": 74,
        "epoch": 76,
        "chain": 80,
        "token_hash": 128,
        "keys": 160,
        "valid_from": 256,
        "at": 264,
    }

    asset: Pubkey
    manager: Pubkey
    slot: int
    replaces: int
    """1 when the slot's chain gets new keys, 0 when the slot was empty."""
    threshold: int
    epoch: int
    chain: bytes
    token_hash: bytes
    keys: tuple[Pubkey, ...]
    """Zero padded."""
    valid_from: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ChainRegistered:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            manager,
            slot,
            replaces,
            threshold,
            epoch,
            chain,
            token_hash,
            keys,
            valid_from,
            at,
        ) = _CHAIN_REGISTERED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(manager),
            slot,
            replaces,
            threshold,
            epoch,
            chain,
            token_hash,
            tuple(Pubkey(keys[at : at + 32]) for at in range(0, 96, 32)),
            valid_from,
            at,
        )


_CHAIN_RETIRED = Struct("<8x32s32s2Qq48s32sq")


@dataclass(frozen=True, slots=True)
class ChainRetired:
    """Event ChainRetired."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("fbe179de75a202dd")
    SIZE: ClassVar[int] = 184
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "manager": 40,
        "slot": 72,
        "retired": 80,
        "retire_from": 88,
        "chain": 96,
        "token_hash": 144,
        "at": 176,
    }

    asset: Pubkey
    manager: Pubkey
    slot: int
    retired: int
    """1 when the slot is empty now, 0 when it waits until ``retire_from``."""
    retire_from: int
    chain: bytes
    token_hash: bytes
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ChainRetired:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            manager,
            slot,
            retired,
            retire_from,
            chain,
            token_hash,
            at,
        ) = _CHAIN_RETIRED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(manager),
            slot,
            retired,
            retire_from,
            chain,
            token_hash,
            at,
        )


_CLAIM_PAGE_CLOSED = Struct("<8x32s32s32s2Qq")


@dataclass(frozen=True, slots=True)
class ClaimPageClosed:
    """Event ClaimPageClosed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d6a37ef1562c4003")
    SIZE: ClassVar[int] = 128
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "distribution": 40,
        "rent_payer": 72,
        "page": 104,
        "claimed": 112,
        "at": 120,
    }

    asset: Pubkey
    distribution: Pubkey
    rent_payer: Pubkey
    page: int
    claimed: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ClaimPageClosed:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            distribution,
            rent_payer,
            page,
            claimed,
            at,
        ) = _CLAIM_PAGE_CLOSED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(distribution),
            Pubkey(rent_payer),
            page,
            claimed,
            at,
        )


_CLAIM_PAGE_OPENED = Struct("<8x32s32s32sQ40sq")


@dataclass(frozen=True, slots=True)
class ClaimPageOpened:
    """Event ClaimPageOpened."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("37d730bd3874f6c0")
    SIZE: ClassVar[int] = 160
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "distribution": 40,
        "rent_payer": 72,
        "page": 104,
        "entry": 112,
        "at": 152,
    }

    asset: Pubkey
    distribution: Pubkey
    rent_payer: Pubkey
    page: int
    entry: Entry
    """The page's subtree: its hash, and its leaves' base units before tax."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ClaimPageOpened:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            distribution,
            rent_payer,
            page,
            entry,
            at,
        ) = _CLAIM_PAGE_OPENED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(distribution),
            Pubkey(rent_payer),
            page,
            Entry.read(entry),
            at,
        )


_CUSTODIAN_REGISTERED = Struct("<8x32s32s4BI20s4x32s96s2q")


@dataclass(frozen=True, slots=True)
class CustodianRegistered:
    """Event CustodianRegistered."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("303db86cf2dd2c4e")
    SIZE: ClassVar[int] = 248
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "manager": 40,
        "slot": 72,
        "replaces": 73,
        "group": 74,
        "threshold": 75,
        "epoch": 76,
        "custodian_id": 80,
        "account_hash": 104,
        "keys": 136,
        "valid_from": 232,
        "at": 240,
    }

    asset: Pubkey
    manager: Pubkey
    slot: int
    replaces: int
    """1 when the slot's custodian gets a new key, 0 when the slot was empty."""
    group: int
    threshold: int
    """How many of the keys must sign."""
    epoch: int
    custodian_id: bytes
    account_hash: bytes
    keys: tuple[Pubkey, ...]
    """Zero padded."""
    valid_from: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> CustodianRegistered:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            manager,
            slot,
            replaces,
            group,
            threshold,
            epoch,
            custodian_id,
            account_hash,
            keys,
            valid_from,
            at,
        ) = _CUSTODIAN_REGISTERED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(manager),
            slot,
            replaces,
            group,
            threshold,
            epoch,
            custodian_id,
            account_hash,
            tuple(Pubkey(keys[at : at + 32]) for at in range(0, 96, 32)),
            valid_from,
            at,
        )


_CUSTODIAN_RETIRED = Struct("<8x32s32s2B2xI20s4x8Qq")


@dataclass(frozen=True, slots=True)
class CustodianRetired:
    """Event CustodianRetired."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("71f054ce203cc749")
    SIZE: ClassVar[int] = 176
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "manager": 40,
        "slot": 72,
        "latched": 73,
        "epoch": 76,
        "custodian_id": 80,
        "settled": 104,
        "in_transit": 112,
        "supply": 120,
        "burned_outside": 128,
        "multiplier": 136,
        "obligation": 144,
        "reserve_before": 152,
        "reserve": 160,
        "at": 168,
    }

    asset: Pubkey
    manager: Pubkey
    slot: int
    latched: int
    epoch: int
    custodian_id: bytes
    settled: int
    """The figures that no longer count."""
    in_transit: int
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    reserve_before: int
    """Counted without age, before and after."""
    reserve: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> CustodianRetired:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            manager,
            slot,
            latched,
            epoch,
            custodian_id,
            settled,
            in_transit,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve_before,
            reserve,
            at,
        ) = _CUSTODIAN_RETIRED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(manager),
            slot,
            latched,
            epoch,
            custodian_id,
            settled,
            in_transit,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve_before,
            reserve,
            at,
        )


_DISPUTE_RULED = Struct("<8x32s32s32s3Q2q")


@dataclass(frozen=True, slots=True)
class DisputeRuled:
    """Event DisputeRuled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("14336be74a46c7e4")
    SIZE: ClassVar[int] = 144
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "arbiter": 72,
        "id": 104,
        "amount": 112,
        "paid": 120,
        "settle_by": 128,
        "at": 136,
    }

    asset: Pubkey
    holder: Pubkey
    arbiter: Pubkey
    id: int
    amount: int
    paid: int
    """1 when the payment was made: anyone may conclude. 0: the request is accepted as before."""
    settle_by: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> DisputeRuled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            arbiter,
            id,
            amount,
            paid,
            settle_by,
            at,
        ) = _DISPUTE_RULED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(arbiter),
            id,
            amount,
            paid,
            settle_by,
            at,
        )


_DISTRIBUTION_DECLARED = Struct("<8x32s32s32s32s32s32s32s32s5Q3q")


@dataclass(frozen=True, slots=True)
class DistributionDeclared:
    """Event DistributionDeclared."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("27eab1df90cc8ee5")
    SIZE: ClassVar[int] = 328
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "snapshot": 40,
        "distribution": 72,
        "by": 104,
        "payout_mint": 136,
        "vault": 168,
        "withholding_account": 200,
        "rates_hash": 232,
        "number": 264,
        "action": 272,
        "rules": 280,
        "decimals": 288,
        "rate": 296,
        "claim_from": 304,
        "claim_until": 312,
        "at": 320,
    }

    asset: Pubkey
    snapshot: Pubkey
    distribution: Pubkey
    by: Pubkey
    payout_mint: Pubkey
    vault: Pubkey
    withholding_account: Pubkey
    rates_hash: bytes
    number: int
    action: int
    rules: int
    decimals: int
    rate: int
    claim_from: int
    claim_until: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> DistributionDeclared:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            snapshot,
            distribution,
            by,
            payout_mint,
            vault,
            withholding_account,
            rates_hash,
            number,
            action,
            rules,
            decimals,
            rate,
            claim_from,
            claim_until,
            at,
        ) = _DISTRIBUTION_DECLARED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(snapshot),
            Pubkey(distribution),
            Pubkey(by),
            Pubkey(payout_mint),
            Pubkey(vault),
            Pubkey(withholding_account),
            rates_hash,
            number,
            action,
            rules,
            decimals,
            rate,
            claim_from,
            claim_until,
            at,
        )


_DISTRIBUTION_FUNDED = Struct("<8x32s32s32s3Qq")


@dataclass(frozen=True, slots=True)
class DistributionFunded:
    """Event DistributionFunded."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2caa4ff2637814e3")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "distribution": 40,
        "funder": 72,
        "amount": 104,
        "funded": 112,
        "gross": 120,
        "at": 128,
    }

    asset: Pubkey
    distribution: Pubkey
    funder: Pubkey
    amount: int
    funded: int
    gross: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> DistributionFunded:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            distribution,
            funder,
            amount,
            funded,
            gross,
            at,
        ) = _DISTRIBUTION_FUNDED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(distribution),
            Pubkey(funder),
            amount,
            funded,
            gross,
            at,
        )


_DISTRIBUTION_RECLAIMED = Struct("<8x32s32s32s32s4Qq")


@dataclass(frozen=True, slots=True)
class DistributionReclaimed:
    """Event DistributionReclaimed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("b072f73b8ac533d8")
    SIZE: ClassVar[int] = 176
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "distribution": 40,
        "by": 72,
        "destination": 104,
        "amount": 136,
        "funded": 144,
        "paid": 152,
        "withheld": 160,
        "at": 168,
    }

    asset: Pubkey
    distribution: Pubkey
    by: Pubkey
    destination: Pubkey
    amount: int
    funded: int
    paid: int
    withheld: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> DistributionReclaimed:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            distribution,
            by,
            destination,
            amount,
            funded,
            paid,
            withheld,
            at,
        ) = _DISTRIBUTION_RECLAIMED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(distribution),
            Pubkey(by),
            Pubkey(destination),
            amount,
            funded,
            paid,
            withheld,
            at,
        )


_DIVIDEND_PAID = Struct("<8x32s32s32s32s32s5Qq")


@dataclass(frozen=True, slots=True)
class DividendPaid:
    """One owner was paid."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("6e6978b346bec723")
    SIZE: ClassVar[int] = 216
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "distribution": 40,
        "owner": 72,
        "destination": 104,
        "payout_mint": 136,
        "index": 168,
        "gross": 176,
        "withheld": 184,
        "paid_total": 192,
        "withheld_total": 200,
        "at": 208,
    }

    asset: Pubkey
    distribution: Pubkey
    owner: Pubkey
    destination: Pubkey
    """The token account."""
    payout_mint: Pubkey
    index: int
    gross: int
    """Base units of the payout mint; the owner got the difference."""
    withheld: int
    paid_total: int
    """Of the distribution, afterwards."""
    withheld_total: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> DividendPaid:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            distribution,
            owner,
            destination,
            payout_mint,
            index,
            gross,
            withheld,
            paid_total,
            withheld_total,
            at,
        ) = _DIVIDEND_PAID.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(distribution),
            Pubkey(owner),
            Pubkey(destination),
            Pubkey(payout_mint),
            index,
            gross,
            withheld,
            paid_total,
            withheld_total,
            at,
        )


_HALTS_CHANGED = Struct("<8x32s32s4Qq")


@dataclass(frozen=True, slots=True)
class HaltsChanged:
    """Event HaltsChanged."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("e11cd2fdda7a341e")
    SIZE: ClassVar[int] = 112
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "guardian": 40,
        "old_halts": 72,
        "halts": 80,
        "obligation": 88,
        "reserve": 96,
        "at": 104,
    }

    asset: Pubkey
    guardian: Pubkey
    old_halts: int
    halts: int
    obligation: int
    """What was covered by what; zero unless lifting the halt asked for it."""
    reserve: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> HaltsChanged:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            guardian,
            old_halts,
            halts,
            obligation,
            reserve,
            at,
        ) = _HALTS_CHANGED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(guardian),
            old_halts,
            halts,
            obligation,
            reserve,
            at,
        )


_HANDOFF_CANCELLED = Struct("<8x32s32s32sq")


@dataclass(frozen=True, slots=True)
class HandoffCancelled:
    """Event HandoffCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("c166dc963c0c0cef")
    SIZE: ClassVar[int] = 112
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "by": 40,
        "pending_authority": 72,
        "at": 104,
    }

    issuer: Pubkey
    by: Pubkey
    pending_authority: Pubkey
    at: int

    @classmethod
    def decode(cls, data: bytes) -> HandoffCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            by,
            pending_authority,
            at,
        ) = _HANDOFF_CANCELLED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(by),
            Pubkey(pending_authority),
            at,
        )


_HOLDER_BOOK_OPENED = Struct("<8x32s32s32sq")


@dataclass(frozen=True, slots=True)
class HolderBookOpened:
    """Event HolderBookOpened."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("0952c9604922f790")
    SIZE: ClassVar[int] = 112
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "rent_payer": 72,
        "at": 104,
    }

    asset: Pubkey
    holder: Pubkey
    rent_payer: Pubkey
    at: int

    @classmethod
    def decode(cls, data: bytes) -> HolderBookOpened:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            rent_payer,
            at,
        ) = _HOLDER_BOOK_OPENED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(rent_payer),
            at,
        )


_IDENTIFIERS_CHANGED = Struct("<8x32sQ12s12s12s12s32sq")


@dataclass(frozen=True, slots=True)
class IdentifiersChanged:
    """Event IdentifiersChanged."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("9dae6283774ef151")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "action": 40,
        "old_isin": 48,
        "old_symbol": 60,
        "isin": 72,
        "symbol": 84,
        "domain": 96,
        "at": 128,
    }

    asset: Pubkey
    action: int
    old_isin: bytes
    old_symbol: bytes
    isin: bytes
    symbol: bytes
    domain: bytes
    """What attestations must name from now on."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> IdentifiersChanged:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            action,
            old_isin,
            old_symbol,
            isin,
            symbol,
            domain,
            at,
        ) = _IDENTIFIERS_CHANGED.unpack(data)
        return cls(
            Pubkey(asset),
            action,
            old_isin,
            old_symbol,
            isin,
            symbol,
            domain,
            at,
        )


_ISSUER_CREATED = Struct("<8x32sQ32s32s32s2q")


@dataclass(frozen=True, slots=True)
class IssuerCreated:
    """Event IssuerCreated."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("0677da540c636ee2")
    SIZE: ClassVar[int] = 160
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "id": 40,
        "authority": 48,
        "name": 80,
        "genesis_hash": 112,
        "timelock_s": 144,
        "at": 152,
    }

    issuer: Pubkey
    id: int
    authority: Pubkey
    name: bytes
    genesis_hash: bytes
    timelock_s: int
    """How long new roles and a handoff wait once the issuer is live, seconds."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> IssuerCreated:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            id,
            authority,
            name,
            genesis_hash,
            timelock_s,
            at,
        ) = _ISSUER_CREATED.unpack(data)
        return cls(
            Pubkey(issuer),
            id,
            Pubkey(authority),
            name,
            genesis_hash,
            timelock_s,
            at,
        )


_LEAF_SHOWN = Struct("<8x32s32s32s32sQq")


@dataclass(frozen=True, slots=True)
class LeafShown:
    """A challenger has proven one leaf of the agreed root."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("a3dd837e16829246")
    SIZE: ClassVar[int] = 152
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "ballot": 40,
        "challenger": 72,
        "owner": 104,
        "index": 136,
        "at": 144,
    }

    asset: Pubkey
    ballot: Pubkey
    challenger: Pubkey
    owner: Pubkey
    index: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> LeafShown:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            ballot,
            challenger,
            owner,
            index,
            at,
        ) = _LEAF_SHOWN.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(ballot),
            Pubkey(challenger),
            Pubkey(owner),
            index,
            at,
        )


_PAYMENT_DISPUTED = Struct("<8x32s32s2Q2q")


@dataclass(frozen=True, slots=True)
class PaymentDisputed:
    """Event PaymentDisputed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("fd465c12518c6268")
    SIZE: ClassVar[int] = 104
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "id": 72,
        "amount": 80,
        "until": 88,
        "at": 96,
    }

    asset: Pubkey
    holder: Pubkey
    id: int
    amount: int
    until: int
    """The arbiter rules until then, or the holder takes the tokens back."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> PaymentDisputed:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            id,
            amount,
            until,
            at,
        ) = _PAYMENT_DISPUTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            id,
            amount,
            until,
            at,
        )


_PAYMENT_MARKED = Struct("<8x32s32s32s32s5Q32s2q")


@dataclass(frozen=True, slots=True)
class PaymentMarked:
    """Event PaymentMarked."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4608ac4b6aaafbea")
    SIZE: ClassVar[int] = 224
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "redeemer": 72,
        "arbiter": 104,
        "id": 136,
        "amount": 144,
        "to_chain": 152,
        "marked_shares": 160,
        "multiplier": 168,
        "evidence_hash": 176,
        "until": 208,
        "at": 216,
    }

    asset: Pubkey
    holder: Pubkey
    redeemer: Pubkey
    arbiter: Pubkey
    """Who rules on a dispute."""
    id: int
    amount: int
    to_chain: int
    """The slot of the chain where the shares are issued instead, 255 for none, and how many."""
    marked_shares: int
    multiplier: int
    evidence_hash: bytes
    """Hash of what proves the payment."""
    until: int
    """The holder alone may conclude until then, anyone afterwards."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> PaymentMarked:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            redeemer,
            arbiter,
            id,
            amount,
            to_chain,
            marked_shares,
            multiplier,
            evidence_hash,
            until,
            at,
        ) = _PAYMENT_MARKED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(redeemer),
            Pubkey(arbiter),
            id,
            amount,
            to_chain,
            marked_shares,
            multiplier,
            evidence_hash,
            until,
            at,
        )


_POLICY_APPLIED = Struct("<8x32sQ128s128s24s5Qq")


@dataclass(frozen=True, slots=True)
class PolicyApplied:
    """Event PolicyApplied."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("e032c9e53f9df8ef")
    SIZE: ClassVar[int] = 376
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "fields": 40,
        "old_policy": 48,
        "policy": 176,
        "mint_window": 304,
        "supply": 328,
        "burned_outside": 336,
        "multiplier": 344,
        "obligation": 352,
        "reserve": 360,
        "at": 368,
    }

    asset: Pubkey
    fields: int
    """Bits of the fields that changed."""
    old_policy: Policy
    policy: Policy
    mint_window: WindowUsage
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    """Under the new policy, by fresh reports."""
    reserve: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> PolicyApplied:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            fields,
            old_policy,
            policy,
            mint_window,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        ) = _POLICY_APPLIED.unpack(data)
        return cls(
            Pubkey(asset),
            fields,
            Policy.read(old_policy),
            Policy.read(policy),
            WindowUsage.read(mint_window),
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        )


_POLICY_CANCELLED = Struct("<8x32s32s152sq")


@dataclass(frozen=True, slots=True)
class PolicyCancelled:
    """Event PolicyCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("21d5235404d4b5ed")
    SIZE: ClassVar[int] = 232
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "queued": 72,
        "at": 224,
    }

    asset: Pubkey
    by: Pubkey
    queued: QueuedPolicy
    at: int

    @classmethod
    def decode(cls, data: bytes) -> PolicyCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            queued,
            at,
        ) = _POLICY_CANCELLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            QueuedPolicy.read(queued),
            at,
        )


_POLICY_SET = Struct("<8x32s32s4I128s128s152s24s5Qq")


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Event PolicySet."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7ef6453009f0e234")
    SIZE: ClassVar[int] = 568
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "named": 72,
        "tighter": 76,
        "looser": 80,
        "latched": 84,
        "old_policy": 88,
        "policy": 216,
        "queued": 344,
        "mint_window": 496,
        "supply": 520,
        "burned_outside": 528,
        "multiplier": 536,
        "obligation": 544,
        "reserve": 552,
        "at": 560,
    }

    asset: Pubkey
    by: Pubkey
    """The authority, or an admin."""
    named: int
    """Bits of the fields that were named, that became tighter at once, and that wait."""
    tighter: int
    looser: int
    latched: int
    old_policy: Policy
    policy: Policy
    """In force now."""
    queued: QueuedPolicy
    """What waits now, fields of an earlier change included."""
    mint_window: WindowUsage
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    """As the latch judges: last figures without age."""
    reserve: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> PolicySet:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            named,
            tighter,
            looser,
            latched,
            old_policy,
            policy,
            queued,
            mint_window,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        ) = _POLICY_SET.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            named,
            tighter,
            looser,
            latched,
            Policy.read(old_policy),
            Policy.read(policy),
            QueuedPolicy.read(queued),
            WindowUsage.read(mint_window),
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        )


_QUOTE_AGREED = Struct("<8x32s32s4Q2q")


@dataclass(frozen=True, slots=True)
class QuoteAgreed:
    """Event QuoteAgreed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("c24cf23aae8904bc")
    SIZE: ClassVar[int] = 120
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "id": 72,
        "amount": 80,
        "min_price": 88,
        "penalty": 96,
        "settle_by": 104,
        "at": 112,
    }

    asset: Pubkey
    holder: Pubkey
    id: int
    amount: int
    min_price: int
    penalty: int
    settle_by: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> QuoteAgreed:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            id,
            amount,
            min_price,
            penalty,
            settle_by,
            at,
        ) = _QUOTE_AGREED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            id,
            amount,
            min_price,
            penalty,
            settle_by,
            at,
        )


_RECIPIENT_REGISTERED = Struct("<8x32s32s32s32sq")


@dataclass(frozen=True, slots=True)
class RecipientRegistered:
    """Event RecipientRegistered."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("34a0613bbd0dd2bf")
    SIZE: ClassVar[int] = 144
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "owner": 40,
        "old_recipient": 72,
        "recipient": 104,
        "at": 136,
    }

    asset: Pubkey
    owner: Pubkey
    old_recipient: Pubkey
    recipient: Pubkey
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RecipientRegistered:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            owner,
            old_recipient,
            recipient,
            at,
        ) = _RECIPIENT_REGISTERED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(owner),
            Pubkey(old_recipient),
            Pubkey(recipient),
            at,
        )


_REDEMPTION_ACCEPTED = Struct("<8x32s32s32s4Qq2Q2q")


@dataclass(frozen=True, slots=True)
class RedemptionAccepted:
    """Event RedemptionAccepted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2e6965bb2efd1638")
    SIZE: ClassVar[int] = 176
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "redeemer": 72,
        "id": 104,
        "amount": 112,
        "min_price": 120,
        "multiplier": 128,
        "until": 136,
        "penalty": 144,
        "bond_reserved": 152,
        "settle_by": 160,
        "at": 168,
    }

    asset: Pubkey
    holder: Pubkey
    redeemer: Pubkey
    id: int
    amount: int
    min_price: int
    """What the holder gets at least per whole share, and until when a quote waits to be agreed to (zero when there
    was a minimum price).
    """
    multiplier: int
    """The multiplier that the price is for."""
    until: int
    penalty: int
    """Base units that the bond has reserved for a missed deadline."""
    bond_reserved: int
    settle_by: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RedemptionAccepted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            redeemer,
            id,
            amount,
            min_price,
            multiplier,
            until,
            penalty,
            bond_reserved,
            settle_by,
            at,
        ) = _REDEMPTION_ACCEPTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(redeemer),
            id,
            amount,
            min_price,
            multiplier,
            until,
            penalty,
            bond_reserved,
            settle_by,
            at,
        )


_REDEMPTION_CANCELLED = Struct("<8x32s32s32s3Qq2Qq")


@dataclass(frozen=True, slots=True)
class RedemptionCancelled:
    """Event RedemptionCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("166a761a536e47ae")
    SIZE: ClassVar[int] = 160
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "destination": 72,
        "id": 104,
        "amount": 112,
        "state": 120,
        "deadline": 128,
        "bond_reserved": 136,
        "pending": 144,
        "at": 152,
    }

    asset: Pubkey
    holder: Pubkey
    destination: Pubkey
    id: int
    amount: int
    state: int
    """The state before: 1 requested, 2 accepted and late or quoted, 4 disputed and not ruled on in time."""
    deadline: int
    bond_reserved: int
    pending: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RedemptionCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            destination,
            id,
            amount,
            state,
            deadline,
            bond_reserved,
            pending,
            at,
        ) = _REDEMPTION_CANCELLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(destination),
            id,
            amount,
            state,
            deadline,
            bond_reserved,
            pending,
            at,
        )


_REDEMPTION_DEFAULTED = Struct("<8x32s32s32s32s32s3Qq4Qq")


@dataclass(frozen=True, slots=True)
class RedemptionDefaulted:
    """Event RedemptionDefaulted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("658d445a45c055c9")
    SIZE: ClassVar[int] = 240
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "caller": 72,
        "destination": 104,
        "payee": 136,
        "id": 168,
        "amount": 176,
        "state": 184,
        "deadline": 192,
        "penalty": 200,
        "bond": 208,
        "bond_reserved": 216,
        "pending": 224,
        "at": 232,
    }

    asset: Pubkey
    holder: Pubkey
    caller: Pubkey
    destination: Pubkey
    payee: Pubkey
    """The token account that got the penalty; zero when none was paid."""
    id: int
    amount: int
    state: int
    """The state before: 1 requested, 2 accepted, 4 disputed and not ruled on in time."""
    deadline: int
    penalty: int
    bond: int
    bond_reserved: int
    pending: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RedemptionDefaulted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            caller,
            destination,
            payee,
            id,
            amount,
            state,
            deadline,
            penalty,
            bond,
            bond_reserved,
            pending,
            at,
        ) = _REDEMPTION_DEFAULTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(caller),
            Pubkey(destination),
            Pubkey(payee),
            id,
            amount,
            state,
            deadline,
            penalty,
            bond,
            bond_reserved,
            pending,
            at,
        )


_REDEMPTION_REJECTED = Struct("<8x32s32s32s32s5Qq")


@dataclass(frozen=True, slots=True)
class RedemptionRejected:
    """Event RedemptionRejected."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("364d107cf0170135")
    SIZE: ClassVar[int] = 184
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "redeemer": 72,
        "destination": 104,
        "id": 136,
        "amount": 144,
        "state": 152,
        "bond_reserved": 160,
        "pending": 168,
        "at": 176,
    }

    asset: Pubkey
    holder: Pubkey
    redeemer: Pubkey
    destination: Pubkey
    """The frozen account that the tokens came from and went back to."""
    id: int
    amount: int
    state: int
    """The state before: 1 requested, 2 accepted."""
    bond_reserved: int
    pending: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RedemptionRejected:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            redeemer,
            destination,
            id,
            amount,
            state,
            bond_reserved,
            pending,
            at,
        ) = _REDEMPTION_REJECTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(redeemer),
            Pubkey(destination),
            id,
            amount,
            state,
            bond_reserved,
            pending,
            at,
        )


_REDEMPTION_REQUESTED = Struct("<8x32s32s32s32s32s6Q32s3q32s2Q24s3Qq")


@dataclass(frozen=True, slots=True)
class RedemptionRequested:
    """Event RedemptionRequested."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("f59b6283d2198992")
    SIZE: ClassVar[int] = 376
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "authority": 72,
        "source": 104,
        "rent_payer": 136,
        "id": 168,
        "amount": 176,
        "multiplier": 184,
        "payout": 192,
        "min_price": 200,
        "fee_bps": 208,
        "payout_terms_hash": 216,
        "accept_by": 248,
        "settle_by": 256,
        "dispute_window_s": 264,
        "arbiter": 272,
        "penalty_rate": 304,
        "penalty": 312,
        "penalty_window": 320,
        "bond": 344,
        "bond_reserved": 352,
        "pending": 360,
        "at": 368,
    }

    asset: Pubkey
    holder: Pubkey
    authority: Pubkey
    """The holder, or its delegate, who signed."""
    source: Pubkey
    rent_payer: Pubkey
    id: int
    amount: int
    multiplier: int
    payout: int
    """On chain (1) or off chain (2)."""
    min_price: int
    """Base units of the payment mint per whole share, at least; zero at market."""
    fee_bps: int
    payout_terms_hash: bytes
    accept_by: int
    settle_by: int
    dispute_window_s: int
    arbiter: Pubkey
    penalty_rate: int
    """Base units per whole token that a missed deadline costs, or may cost once it is accepted."""
    penalty: int
    """What the bond has reserved of it for all of the request."""
    penalty_window: WindowUsage
    """Of the holder, after this one."""
    bond: int
    bond_reserved: int
    pending: int
    """Raw units in open requests of the asset, after this one."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RedemptionRequested:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            authority,
            source,
            rent_payer,
            id,
            amount,
            multiplier,
            payout,
            min_price,
            fee_bps,
            payout_terms_hash,
            accept_by,
            settle_by,
            dispute_window_s,
            arbiter,
            penalty_rate,
            penalty,
            penalty_window,
            bond,
            bond_reserved,
            pending,
            at,
        ) = _REDEMPTION_REQUESTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(authority),
            Pubkey(source),
            Pubkey(rent_payer),
            id,
            amount,
            multiplier,
            payout,
            min_price,
            fee_bps,
            payout_terms_hash,
            accept_by,
            settle_by,
            dispute_window_s,
            Pubkey(arbiter),
            penalty_rate,
            penalty,
            WindowUsage.read(penalty_window),
            bond,
            bond_reserved,
            pending,
            at,
        )


_REDEMPTION_SETTLED = Struct("<8x32s32s32s32s32s3Qq14Q32s2Qq")


@dataclass(frozen=True, slots=True)
class RedemptionSettled:
    """The tokens of a request burned, all or a part of them. A payment outside the chain leaves all fields of a
    payment zero.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4b09c560f93d1bf5")
    SIZE: ClassVar[int] = 368
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "redeemer": 72,
        "payment_mint": 104,
        "payee": 136,
        "id": 168,
        "amount": 176,
        "rest": 184,
        "settle_by": 192,
        "supply_before": 200,
        "supply": 208,
        "burned_outside": 216,
        "multiplier_at_request": 224,
        "multiplier": 232,
        "shares": 240,
        "payout_shares": 248,
        "obligation": 256,
        "reserve": 264,
        "price": 272,
        "gross": 280,
        "fee": 288,
        "payment": 296,
        "to_chain": 304,
        "payout_terms_hash": 312,
        "bond_reserved": 344,
        "pending": 352,
        "at": 360,
    }

    asset: Pubkey
    holder: Pubkey
    redeemer: Pubkey
    """Who settled, or concluded."""
    payment_mint: Pubkey
    payee: Pubkey
    """The token account that was paid."""
    id: int
    amount: int
    """Raw units that burned, and that stay accepted."""
    rest: int
    settle_by: int
    supply_before: int
    supply: int
    burned_outside: int
    multiplier_at_request: int
    multiplier: int
    shares: int
    """What the burned tokens were worth."""
    payout_shares: int
    """What is paid out for them: less only while a pro-rata asset is short."""
    obligation: int
    """What was owed, and all that custodians last reported, before the burn. Zero unless the payout depends on them."""
    reserve: int
    price: int
    """Base units of the payment mint per whole share."""
    gross: int
    """``ceil(payout_shares * price / 10^8)``, what the issuer kept of it, and what the holder got."""
    fee: int
    payment: int
    to_chain: int
    """The slot of the chain where they are issued instead; 255 for none."""
    payout_terms_hash: bytes
    bond_reserved: int
    pending: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RedemptionSettled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            holder,
            redeemer,
            payment_mint,
            payee,
            id,
            amount,
            rest,
            settle_by,
            supply_before,
            supply,
            burned_outside,
            multiplier_at_request,
            multiplier,
            shares,
            payout_shares,
            obligation,
            reserve,
            price,
            gross,
            fee,
            payment,
            to_chain,
            payout_terms_hash,
            bond_reserved,
            pending,
            at,
        ) = _REDEMPTION_SETTLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(redeemer),
            Pubkey(payment_mint),
            Pubkey(payee),
            id,
            amount,
            rest,
            settle_by,
            supply_before,
            supply,
            burned_outside,
            multiplier_at_request,
            multiplier,
            shares,
            payout_shares,
            obligation,
            reserve,
            price,
            gross,
            fee,
            payment,
            to_chain,
            payout_terms_hash,
            bond_reserved,
            pending,
            at,
        )


_RENUNCIATION_CANCELLED = Struct("<8x32s32sQq")


@dataclass(frozen=True, slots=True)
class RenunciationCancelled:
    """Event RenunciationCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("28e58e050a4bb70c")
    SIZE: ClassVar[int] = 88
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "by": 40,
        "role": 72,
        "at": 80,
    }

    issuer: Pubkey
    by: Pubkey
    role: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RenunciationCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            by,
            role,
            at,
        ) = _RENUNCIATION_CANCELLED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(by),
            role,
            at,
        )


_RESERVE_ATTESTED = Struct("<8x32s96s4B2I4xQ2q3Qq32s5Qq")


@dataclass(frozen=True, slots=True)
class ReserveAttested:
    """Event ReserveAttested."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("dff461c42ea8a3e5")
    SIZE: ClassVar[int] = 288
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "attesters": 40,
        "slot": 136,
        "new_keys": 137,
        "latched_before": 138,
        "latched": 139,
        "epoch": 140,
        "basis": 144,
        "sequence": 152,
        "old_as_of": 160,
        "as_of": 168,
        "old_settled": 176,
        "settled": 184,
        "in_transit": 192,
        "in_transit_by": 200,
        "report_hash": 208,
        "supply": 240,
        "burned_outside": 248,
        "multiplier": 256,
        "obligation": 264,
        "reserve": 272,
        "at": 280,
    }

    asset: Pubkey
    attesters: tuple[Pubkey, ...]
    """Who signed, zero padded."""
    slot: int
    new_keys: int
    """1 when this report puts new keys in force."""
    latched_before: int
    latched: int
    epoch: int
    basis: int
    sequence: int
    old_as_of: int
    as_of: int
    old_settled: int
    settled: int
    in_transit: int
    in_transit_by: int
    report_hash: bytes
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    reserve: int
    """Counted without age, after all reports of the instruction; so are ``obligation`` and ``latched``."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> ReserveAttested:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            attesters,
            slot,
            new_keys,
            latched_before,
            latched,
            epoch,
            basis,
            sequence,
            old_as_of,
            as_of,
            old_settled,
            settled,
            in_transit,
            in_transit_by,
            report_hash,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        ) = _RESERVE_ATTESTED.unpack(data)
        return cls(
            Pubkey(asset),
            tuple(Pubkey(attesters[at : at + 32]) for at in range(0, 96, 32)),
            slot,
            new_keys,
            latched_before,
            latched,
            epoch,
            basis,
            sequence,
            old_as_of,
            as_of,
            old_settled,
            settled,
            in_transit,
            in_transit_by,
            report_hash,
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve,
            at,
        )


_ROLE_CHANGE_CANCELLED = Struct("<8x32s32s32sQ3q")


@dataclass(frozen=True, slots=True)
class RoleChangeCancelled:
    """Event RoleChangeCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("42f969286cdf0bd5")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "member": 40,
        "by": 72,
        "role": 104,
        "expires_at": 112,
        "next_expires_at": 120,
        "at": 128,
    }

    issuer: Pubkey
    member: Pubkey
    by: Pubkey
    role: int
    expires_at: int
    """In force, and what it would have become."""
    next_expires_at: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RoleChangeCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            member,
            by,
            role,
            expires_at,
            next_expires_at,
            at,
        ) = _ROLE_CHANGE_CANCELLED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(member),
            Pubkey(by),
            role,
            expires_at,
            next_expires_at,
            at,
        )


_ROLE_GRANTED = Struct("<8x32s32s32s32s2Q7q")


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """Event RoleGranted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("dcb759e48f3ff63a")
    SIZE: ClassVar[int] = 208
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "member": 40,
        "by": 72,
        "rent_payer": 104,
        "role": 136,
        "opened": 144,
        "old_expires_at": 152,
        "expires_at": 160,
        "next_expires_at": 168,
        "next_from": 176,
        "held_since": 184,
        "granted_at": 192,
        "at": 200,
    }

    issuer: Pubkey
    member: Pubkey
    by: Pubkey
    """The authority, or an admin."""
    rent_payer: Pubkey
    role: int
    opened: int
    """1 when the grant's account was opened."""
    old_expires_at: int
    """Zero when the grant is new."""
    expires_at: int
    """In force now; zero when the whole grant waits."""
    next_expires_at: int
    """The expiry from ``next_from`` on; both zero when nothing waits."""
    next_from: int
    held_since: int
    granted_at: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RoleGranted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            member,
            by,
            rent_payer,
            role,
            opened,
            old_expires_at,
            expires_at,
            next_expires_at,
            next_from,
            held_since,
            granted_at,
            at,
        ) = _ROLE_GRANTED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(member),
            Pubkey(by),
            Pubkey(rent_payer),
            role,
            opened,
            old_expires_at,
            expires_at,
            next_expires_at,
            next_from,
            held_since,
            granted_at,
            at,
        )


_ROLE_RENOUNCED = Struct("<8x32s2QqQq")


@dataclass(frozen=True, slots=True)
class RoleRenounced:
    """Event RoleRenounced."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("94558cbf45776417")
    SIZE: ClassVar[int] = 80
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "role": 40,
        "done": 48,
        "renounce_from": 56,
        "renounced": 64,
        "at": 72,
    }

    issuer: Pubkey
    role: int
    done: int
    """1 when the role is gone for good, 0 when that waits until ``renounce_from``."""
    renounce_from: int
    renounced: int
    """All renounced roles, a bit by number."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RoleRenounced:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            role,
            done,
            renounce_from,
            renounced,
            at,
        ) = _ROLE_RENOUNCED.unpack(data)
        return cls(
            Pubkey(issuer),
            role,
            done,
            renounce_from,
            renounced,
            at,
        )


_ROLE_REVOKED = Struct("<8x32s32s32s2Q3q")


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """Event RoleRevoked."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("a7b734e57ece3e3d")
    SIZE: ClassVar[int] = 144
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "member": 40,
        "by": 72,
        "role": 104,
        "closed": 112,
        "expires_at": 120,
        "ends_at": 128,
        "at": 136,
    }

    issuer: Pubkey
    member: Pubkey
    by: Pubkey
    """The authority, or an admin."""
    role: int
    closed: int
    """1 when the grant's account was closed; a pauser or approver first waits until ``ends_at``."""
    expires_at: int
    ends_at: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RoleRevoked:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            member,
            by,
            role,
            closed,
            expires_at,
            ends_at,
            at,
        ) = _ROLE_REVOKED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(member),
            Pubkey(by),
            role,
            closed,
            expires_at,
            ends_at,
            at,
        )


_ROOT_REJECTED = Struct("<8x32s32s32s56s2Qq")


@dataclass(frozen=True, slots=True)
class RootRejected:
    """Event RootRejected."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d61899038f75af51")
    SIZE: ClassVar[int] = 184
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "ballot": 40,
        "by": 72,
        "root": 104,
        "round": 160,
        "reason": 168,
        "at": 176,
    }

    asset: Pubkey
    ballot: Pubkey
    by: Pubkey
    """The attestor, or whoever proved that the root is wrong."""
    root: Root
    round: int
    """The round that ended."""
    reason: int
    """1 an attestor says so, 2 owners out of order, 3 sums that do not add up."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RootRejected:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            ballot,
            by,
            root,
            round,
            reason,
            at,
        ) = _ROOT_REJECTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(ballot),
            Pubkey(by),
            Root.read(root),
            round,
            reason,
            at,
        )


_ROOT_VOTED = Struct("<8x32s32s32s56s4Qq")


@dataclass(frozen=True, slots=True)
class RootVoted:
    """``ballot`` is the snapshot, or the distribution whose entitlements are voted on."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("6b91ea44c7ade0e9")
    SIZE: ClassVar[int] = 200
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "ballot": 40,
        "attestor": 72,
        "root": 104,
        "round": 160,
        "agree": 168,
        "needed": 176,
        "agreed": 184,
        "at": 192,
    }

    asset: Pubkey
    ballot: Pubkey
    attestor: Pubkey
    root: Root
    round: int
    agree: int
    """Attestors who say the same, and how many must."""
    needed: int
    agreed: int
    """1 when this vote agreed the root; it is final a day later."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RootVoted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            ballot,
            attestor,
            root,
            round,
            agree,
            needed,
            agreed,
            at,
        ) = _ROOT_VOTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(ballot),
            Pubkey(attestor),
            Root.read(root),
            round,
            agree,
            needed,
            agreed,
            at,
        )


_SHARES_MINTED = Struct("<8x32s32s32s32s11Q24s24s2Q24s2Qq")


@dataclass(frozen=True, slots=True)
class SharesMinted:
    """Event SharesMinted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7f8bee29762f7a27")
    SIZE: ClassVar[int] = 336
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "minter": 40,
        "approver": 72,
        "destination": 104,
        "ticket": 136,
        "amount": 144,
        "supply_before": 152,
        "supply": 160,
        "burned_outside": 168,
        "multiplier": 176,
        "obligation": 184,
        "released": 192,
        "foreign": 200,
        "reserve": 208,
        "custodians": 216,
        "limits": 224,
        "window": 248,
        "lifetime_used": 272,
        "asset_window_limit": 280,
        "asset_window": 288,
        "bond": 312,
        "bond_needed": 320,
        "at": 328,
    }

    asset: Pubkey
    minter: Pubkey
    approver: Pubkey
    """Zero when none was needed."""
    destination: Pubkey
    ticket: int
    amount: int
    supply_before: int
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    """After the mint, in shares; released and foreign shares included."""
    released: int
    foreign: int
    reserve: int
    custodians: int
    limits: Limits
    window: WindowUsage
    lifetime_used: int
    asset_window_limit: int
    asset_window: WindowUsage
    bond: int
    """The bond without what waits to leave it, and what minting needs of it."""
    bond_needed: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> SharesMinted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            minter,
            approver,
            destination,
            ticket,
            amount,
            supply_before,
            supply,
            burned_outside,
            multiplier,
            obligation,
            released,
            foreign,
            reserve,
            custodians,
            limits,
            window,
            lifetime_used,
            asset_window_limit,
            asset_window,
            bond,
            bond_needed,
            at,
        ) = _SHARES_MINTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(minter),
            Pubkey(approver),
            Pubkey(destination),
            ticket,
            amount,
            supply_before,
            supply,
            burned_outside,
            multiplier,
            obligation,
            released,
            foreign,
            reserve,
            custodians,
            Limits.read(limits),
            WindowUsage.read(window),
            lifetime_used,
            asset_window_limit,
            WindowUsage.read(asset_window),
            bond,
            bond_needed,
            at,
        )


_SLOT_CHANGE_CANCELLED = Struct("<8x32s32s3Qq")


@dataclass(frozen=True, slots=True)
class SlotChangeCancelled:
    """Event SlotChangeCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("9e4e53a1f5a2f44e")
    SIZE: ClassVar[int] = 104
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "kind": 72,
        "slot": 80,
        "epoch": 88,
        "at": 96,
    }

    asset: Pubkey
    by: Pubkey
    kind: int
    """1 custodian keys, 2 chain keys, 3 a chain's cap, 4 its retirement."""
    slot: int
    epoch: int
    """Of the keys that will never sign; zero for what is not keys."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> SlotChangeCancelled:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            kind,
            slot,
            epoch,
            at,
        ) = _SLOT_CHANGE_CANCELLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            kind,
            slot,
            epoch,
            at,
        )


_SNAPSHOT_RECORDED = Struct("<8x32s32s7Qq")


@dataclass(frozen=True, slots=True)
class SnapshotRecorded:
    """Event SnapshotRecorded."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("ee598b720a53ac24")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "snapshot": 40,
        "number": 72,
        "action": 80,
        "slot": 88,
        "supply": 96,
        "burned_outside": 104,
        "multiplier": 112,
        "basis": 120,
        "at": 128,
    }

    asset: Pubkey
    snapshot: Pubkey
    number: int
    action: int
    slot: int
    supply: int
    burned_outside: int
    """All that was ever burned outside, not only what this instruction noticed."""
    multiplier: int
    basis: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> SnapshotRecorded:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            snapshot,
            number,
            action,
            slot,
            supply,
            burned_outside,
            multiplier,
            basis,
            at,
        ) = _SNAPSHOT_RECORDED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(snapshot),
            number,
            action,
            slot,
            supply,
            burned_outside,
            multiplier,
            basis,
            at,
        )


_SOLVENCY_CHECKED = Struct("<8x32s11Qq")


@dataclass(frozen=True, slots=True)
class SolvencyChecked:
    """Event SolvencyChecked."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7f89d89b55f277f7")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "supply": 40,
        "burned_outside": 48,
        "multiplier": 56,
        "obligation": 64,
        "released": 72,
        "foreign": 80,
        "last_reserve": 88,
        "reserve": 96,
        "custodians": 104,
        "latched_before": 112,
        "latched": 120,
        "at": 128,
    }

    asset: Pubkey
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    released: int
    """Parts of the obligation."""
    foreign: int
    last_reserve: int
    """The last figures without age, by which the latch judges."""
    reserve: int
    """Fresh figures, by which a mint is judged."""
    custodians: int
    latched_before: int
    latched: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> SolvencyChecked:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            supply,
            burned_outside,
            multiplier,
            obligation,
            released,
            foreign,
            last_reserve,
            reserve,
            custodians,
            latched_before,
            latched,
            at,
        ) = _SOLVENCY_CHECKED.unpack(data)
        return cls(
            Pubkey(asset),
            supply,
            burned_outside,
            multiplier,
            obligation,
            released,
            foreign,
            last_reserve,
            reserve,
            custodians,
            latched_before,
            latched,
            at,
        )


_TICKET_PAGE_CLOSED = Struct("<8x32s32s2Qq")


@dataclass(frozen=True, slots=True)
class TicketPageClosed:
    """Event TicketPageClosed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("5db0e1f955e97de2")
    SIZE: ClassVar[int] = 96
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "rent_payer": 40,
        "page": 72,
        "used": 80,
        "at": 88,
    }

    asset: Pubkey
    rent_payer: Pubkey
    page: int
    used: int
    """How many of its tickets were used."""
    at: int

    @classmethod
    def decode(cls, data: bytes) -> TicketPageClosed:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            rent_payer,
            page,
            used,
            at,
        ) = _TICKET_PAGE_CLOSED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(rent_payer),
            page,
            used,
            at,
        )


_TICKET_PAGE_OPENED = Struct("<8x32s32sQq")


@dataclass(frozen=True, slots=True)
class TicketPageOpened:
    """Event TicketPageOpened."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("79a9e82c85b627aa")
    SIZE: ClassVar[int] = 88
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "rent_payer": 40,
        "page": 72,
        "at": 80,
    }

    asset: Pubkey
    rent_payer: Pubkey
    page: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> TicketPageOpened:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            rent_payer,
            page,
            at,
        ) = _TICKET_PAGE_OPENED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(rent_payer),
            page,
            at,
        )


_WATERMARK_RAISED = Struct("<8x32s32s3Qq")


@dataclass(frozen=True, slots=True)
class WatermarkRaised:
    """Event WatermarkRaised."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("684c3fc809f20416")
    SIZE: ClassVar[int] = 104
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "by": 40,
        "old_watermark": 72,
        "watermark": 80,
        "highest_ticket": 88,
        "at": 96,
    }

    asset: Pubkey
    by: Pubkey
    """The authority, or an admin."""
    old_watermark: int
    watermark: int
    highest_ticket: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> WatermarkRaised:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            by,
            old_watermark,
            watermark,
            highest_ticket,
            at,
        ) = _WATERMARK_RAISED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(by),
            old_watermark,
            watermark,
            highest_ticket,
            at,
        )


_WITHHELD_REMITTED = Struct("<8x32s32s32s2Qq")


@dataclass(frozen=True, slots=True)
class WithheldRemitted:
    """Event WithheldRemitted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("92589b53be1c60a7")
    SIZE: ClassVar[int] = 128
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "distribution": 40,
        "withholding_account": 72,
        "amount": 104,
        "remitted": 112,
        "at": 120,
    }

    asset: Pubkey
    distribution: Pubkey
    withholding_account: Pubkey
    amount: int
    remitted: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> WithheldRemitted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            distribution,
            withholding_account,
            amount,
            remitted,
            at,
        ) = _WITHHELD_REMITTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(distribution),
            Pubkey(withholding_account),
            amount,
            remitted,
            at,
        )


Event: TypeAlias = (
    ActionAnnounced
    | ActionCancelled
    | AllowanceRaiseCancelled
    | AllowanceSet
    | AssetListed
    | AssetReopened
    | AttestorsCancelled
    | AttestorsSet
    | AuthorityAccepted
    | AuthorityProposed
    | BondDeposited
    | BondOpened
    | BondWithdrawalCancelled
    | BondWithdrawalQueued
    | BondWithdrawn
    | ChainAttested
    | ChainCapSet
    | ChainRegistered
    | ChainRetired
    | ClaimPageClosed
    | ClaimPageOpened
    | CustodianRegistered
    | CustodianRetired
    | DisputeRuled
    | DistributionDeclared
    | DistributionFunded
    | DistributionReclaimed
    | DividendPaid
    | HaltsChanged
    | HandoffCancelled
    | HolderBookOpened
    | IdentifiersChanged
    | IssuerCreated
    | LeafShown
    | PaymentDisputed
    | PaymentMarked
    | PolicyApplied
    | PolicyCancelled
    | PolicySet
    | QuoteAgreed
    | RecipientRegistered
    | RedemptionAccepted
    | RedemptionCancelled
    | RedemptionDefaulted
    | RedemptionRejected
    | RedemptionRequested
    | RedemptionSettled
    | RenunciationCancelled
    | ReserveAttested
    | RoleChangeCancelled
    | RoleGranted
    | RoleRenounced
    | RoleRevoked
    | RootRejected
    | RootVoted
    | SharesMinted
    | SlotChangeCancelled
    | SnapshotRecorded
    | SolvencyChecked
    | TicketPageClosed
    | TicketPageOpened
    | WatermarkRaised
    | WithheldRemitted
)

EVENTS: Mapping[bytes, type[Event]] = {
    ActionAnnounced.DISCRIMINATOR: ActionAnnounced,
    ActionCancelled.DISCRIMINATOR: ActionCancelled,
    AllowanceRaiseCancelled.DISCRIMINATOR: AllowanceRaiseCancelled,
    AllowanceSet.DISCRIMINATOR: AllowanceSet,
    AssetListed.DISCRIMINATOR: AssetListed,
    AssetReopened.DISCRIMINATOR: AssetReopened,
    AttestorsCancelled.DISCRIMINATOR: AttestorsCancelled,
    AttestorsSet.DISCRIMINATOR: AttestorsSet,
    AuthorityAccepted.DISCRIMINATOR: AuthorityAccepted,
    AuthorityProposed.DISCRIMINATOR: AuthorityProposed,
    BondDeposited.DISCRIMINATOR: BondDeposited,
    BondOpened.DISCRIMINATOR: BondOpened,
    BondWithdrawalCancelled.DISCRIMINATOR: BondWithdrawalCancelled,
    BondWithdrawalQueued.DISCRIMINATOR: BondWithdrawalQueued,
    BondWithdrawn.DISCRIMINATOR: BondWithdrawn,
    ChainAttested.DISCRIMINATOR: ChainAttested,
    ChainCapSet.DISCRIMINATOR: ChainCapSet,
    ChainRegistered.DISCRIMINATOR: ChainRegistered,
    ChainRetired.DISCRIMINATOR: ChainRetired,
    ClaimPageClosed.DISCRIMINATOR: ClaimPageClosed,
    ClaimPageOpened.DISCRIMINATOR: ClaimPageOpened,
    CustodianRegistered.DISCRIMINATOR: CustodianRegistered,
    CustodianRetired.DISCRIMINATOR: CustodianRetired,
    DisputeRuled.DISCRIMINATOR: DisputeRuled,
    DistributionDeclared.DISCRIMINATOR: DistributionDeclared,
    DistributionFunded.DISCRIMINATOR: DistributionFunded,
    DistributionReclaimed.DISCRIMINATOR: DistributionReclaimed,
    DividendPaid.DISCRIMINATOR: DividendPaid,
    HaltsChanged.DISCRIMINATOR: HaltsChanged,
    HandoffCancelled.DISCRIMINATOR: HandoffCancelled,
    HolderBookOpened.DISCRIMINATOR: HolderBookOpened,
    IdentifiersChanged.DISCRIMINATOR: IdentifiersChanged,
    IssuerCreated.DISCRIMINATOR: IssuerCreated,
    LeafShown.DISCRIMINATOR: LeafShown,
    PaymentDisputed.DISCRIMINATOR: PaymentDisputed,
    PaymentMarked.DISCRIMINATOR: PaymentMarked,
    PolicyApplied.DISCRIMINATOR: PolicyApplied,
    PolicyCancelled.DISCRIMINATOR: PolicyCancelled,
    PolicySet.DISCRIMINATOR: PolicySet,
    QuoteAgreed.DISCRIMINATOR: QuoteAgreed,
    RecipientRegistered.DISCRIMINATOR: RecipientRegistered,
    RedemptionAccepted.DISCRIMINATOR: RedemptionAccepted,
    RedemptionCancelled.DISCRIMINATOR: RedemptionCancelled,
    RedemptionDefaulted.DISCRIMINATOR: RedemptionDefaulted,
    RedemptionRejected.DISCRIMINATOR: RedemptionRejected,
    RedemptionRequested.DISCRIMINATOR: RedemptionRequested,
    RedemptionSettled.DISCRIMINATOR: RedemptionSettled,
    RenunciationCancelled.DISCRIMINATOR: RenunciationCancelled,
    ReserveAttested.DISCRIMINATOR: ReserveAttested,
    RoleChangeCancelled.DISCRIMINATOR: RoleChangeCancelled,
    RoleGranted.DISCRIMINATOR: RoleGranted,
    RoleRenounced.DISCRIMINATOR: RoleRenounced,
    RoleRevoked.DISCRIMINATOR: RoleRevoked,
    RootRejected.DISCRIMINATOR: RootRejected,
    RootVoted.DISCRIMINATOR: RootVoted,
    SharesMinted.DISCRIMINATOR: SharesMinted,
    SlotChangeCancelled.DISCRIMINATOR: SlotChangeCancelled,
    SnapshotRecorded.DISCRIMINATOR: SnapshotRecorded,
    SolvencyChecked.DISCRIMINATOR: SolvencyChecked,
    TicketPageClosed.DISCRIMINATOR: TicketPageClosed,
    TicketPageOpened.DISCRIMINATOR: TicketPageOpened,
    WatermarkRaised.DISCRIMINATOR: WatermarkRaised,
    WithheldRemitted.DISCRIMINATOR: WithheldRemitted,
}
"""Event types by discriminator."""
