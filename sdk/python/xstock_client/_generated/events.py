"""Events as typed objects with fast decoders.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import ClassVar, TypeAlias

from solders.pubkey import Pubkey

from xstock_client._generated.layouts import Policy
from xstock_client._wire import not_event

__all__ = [
    "EVENTS",
    "AllowanceSet",
    "AssetListed",
    "AssetReopened",
    "AuthorityAccepted",
    "AuthorityProposed",
    "CustodianRegistered",
    "CustodianRetired",
    "Event",
    "HaltsChanged",
    "HolderBookOpened",
    "IssuerCreated",
    "RedemptionAccepted",
    "RedemptionCancelled",
    "RedemptionRequested",
    "RedemptionSettled",
    "ReserveAttested",
    "RoleGranted",
    "RoleRevoked",
    "SharesMinted",
    "SolvencyChecked",
    "TicketPageOpened",
]

_ALLOWANCE_SET = Struct("<8x32s32s6Qq2Qq")


@dataclass(frozen=True, slots=True)
class AllowanceSet:
    """Event AllowanceSet."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("33383e92eb0a6cbd")
    SIZE: ClassVar[int] = 152
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "minter": 40,
        "old_window_limit": 72,
        "old_lifetime_cap": 80,
        "window_limit": 88,
        "lifetime_cap": 96,
        "pending_window_limit": 104,
        "pending_lifetime_cap": 112,
        "pending_from": 120,
        "window_used": 128,
        "lifetime_used": 136,
        "at": 144,
    }

    asset: Pubkey
    minter: Pubkey
    old_window_limit: int
    old_lifetime_cap: int
    window_limit: int
    """In force now."""
    lifetime_cap: int
    pending_window_limit: int
    """In force from ``pending_from`` on; zero when nothing waits."""
    pending_lifetime_cap: int
    pending_from: int
    window_used: int
    lifetime_used: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> AllowanceSet:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            minter,
            old_window_limit,
            old_lifetime_cap,
            window_limit,
            lifetime_cap,
            pending_window_limit,
            pending_lifetime_cap,
            pending_from,
            window_used,
            lifetime_used,
            at,
        ) = _ALLOWANCE_SET.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(minter),
            old_window_limit,
            old_lifetime_cap,
            window_limit,
            lifetime_cap,
            pending_window_limit,
            pending_lifetime_cap,
            pending_from,
            window_used,
            lifetime_used,
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


_AUTHORITY_PROPOSED = Struct("<8x32s32s32sq")


@dataclass(frozen=True, slots=True)
class AuthorityProposed:
    """Event AuthorityProposed."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("f4755e7035972359")
    SIZE: ClassVar[int] = 112
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "authority": 40,
        "pending_authority": 72,
        "at": 104,
    }

    issuer: Pubkey
    authority: Pubkey
    pending_authority: Pubkey
    """Zero when a proposal is withdrawn."""
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
            at,
        ) = _AUTHORITY_PROPOSED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(authority),
            Pubkey(pending_authority),
            at,
        )


_CUSTODIAN_REGISTERED = Struct("<8x32s32s3B1xI20s4x32s32s2q")


@dataclass(frozen=True, slots=True)
class CustodianRegistered:
    """Event CustodianRegistered."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("303db86cf2dd2c4e")
    SIZE: ClassVar[int] = 184
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "manager": 40,
        "slot": 72,
        "replaces": 73,
        "group": 74,
        "epoch": 76,
        "custodian_id": 80,
        "account_hash": 104,
        "attester": 136,
        "valid_from": 168,
        "at": 176,
    }

    asset: Pubkey
    manager: Pubkey
    slot: int
    replaces: int
    """1 when the slot's custodian gets a new key, 0 when the slot was empty."""
    group: int
    epoch: int
    custodian_id: bytes
    account_hash: bytes
    attester: Pubkey
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
            epoch,
            custodian_id,
            account_hash,
            attester,
            valid_from,
            at,
        ) = _CUSTODIAN_REGISTERED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(manager),
            slot,
            replaces,
            group,
            epoch,
            custodian_id,
            account_hash,
            Pubkey(attester),
            valid_from,
            at,
        )


_CUSTODIAN_RETIRED = Struct("<8x32s32s2B2xI20s4x7Qq")


@dataclass(frozen=True, slots=True)
class CustodianRetired:
    """Event CustodianRetired."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("71f054ce203cc749")
    SIZE: ClassVar[int] = 168
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "manager": 40,
        "slot": 72,
        "latched": 73,
        "epoch": 76,
        "custodian_id": 80,
        "settled": 104,
        "supply": 112,
        "burned_outside": 120,
        "multiplier": 128,
        "obligation": 136,
        "reserve_before": 144,
        "reserve": 152,
        "at": 160,
    }

    asset: Pubkey
    manager: Pubkey
    slot: int
    latched: int
    epoch: int
    custodian_id: bytes
    settled: int
    """The figure that no longer counts."""
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
            supply,
            burned_outside,
            multiplier,
            obligation,
            reserve_before,
            reserve,
            at,
        )


_HALTS_CHANGED = Struct("<8x32s32s2Qq")


@dataclass(frozen=True, slots=True)
class HaltsChanged:
    """Event HaltsChanged."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("e11cd2fdda7a341e")
    SIZE: ClassVar[int] = 96
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "guardian": 40,
        "old_halts": 72,
        "halts": 80,
        "at": 88,
    }

    asset: Pubkey
    guardian: Pubkey
    old_halts: int
    halts: int
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
            at,
        ) = _HALTS_CHANGED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(guardian),
            old_halts,
            halts,
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


_ISSUER_CREATED = Struct("<8x32sQ32s32s32sq")


@dataclass(frozen=True, slots=True)
class IssuerCreated:
    """Event IssuerCreated."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("0677da540c636ee2")
    SIZE: ClassVar[int] = 152
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "id": 40,
        "authority": 48,
        "name": 80,
        "genesis_hash": 112,
        "at": 144,
    }

    issuer: Pubkey
    id: int
    authority: Pubkey
    name: bytes
    genesis_hash: bytes
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
            at,
        ) = _ISSUER_CREATED.unpack(data)
        return cls(
            Pubkey(issuer),
            id,
            Pubkey(authority),
            name,
            genesis_hash,
            at,
        )


_REDEMPTION_ACCEPTED = Struct("<8x32s32s32s2Q2q")


@dataclass(frozen=True, slots=True)
class RedemptionAccepted:
    """Event RedemptionAccepted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2e6965bb2efd1638")
    SIZE: ClassVar[int] = 136
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "redeemer": 72,
        "id": 104,
        "amount": 112,
        "deadline": 120,
        "at": 128,
    }

    asset: Pubkey
    holder: Pubkey
    redeemer: Pubkey
    id: int
    amount: int
    deadline: int
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
            deadline,
            at,
        ) = _REDEMPTION_ACCEPTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(redeemer),
            id,
            amount,
            deadline,
            at,
        )


_REDEMPTION_CANCELLED = Struct("<8x32s32s32s3QqQq")


@dataclass(frozen=True, slots=True)
class RedemptionCancelled:
    """Event RedemptionCancelled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("166a761a536e47ae")
    SIZE: ClassVar[int] = 152
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "destination": 72,
        "id": 104,
        "amount": 112,
        "state": 120,
        "deadline": 128,
        "pending": 136,
        "at": 144,
    }

    asset: Pubkey
    holder: Pubkey
    destination: Pubkey
    id: int
    amount: int
    state: int
    """The state before: 1 requested, 2 accepted and past its deadline."""
    deadline: int
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
            pending,
            at,
        )


_REDEMPTION_REQUESTED = Struct("<8x32s32s32s3Qq32s32sQq")


@dataclass(frozen=True, slots=True)
class RedemptionRequested:
    """Event RedemptionRequested."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("f59b6283d2198992")
    SIZE: ClassVar[int] = 216
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "source": 72,
        "id": 104,
        "amount": 112,
        "multiplier": 120,
        "deadline": 128,
        "payout_terms_hash": 136,
        "rent_payer": 168,
        "pending": 200,
        "at": 208,
    }

    asset: Pubkey
    holder: Pubkey
    source: Pubkey
    id: int
    amount: int
    multiplier: int
    deadline: int
    payout_terms_hash: bytes
    rent_payer: Pubkey
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
            source,
            id,
            amount,
            multiplier,
            deadline,
            payout_terms_hash,
            rent_payer,
            pending,
            at,
        ) = _REDEMPTION_REQUESTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(source),
            id,
            amount,
            multiplier,
            deadline,
            payout_terms_hash,
            Pubkey(rent_payer),
            pending,
            at,
        )


_REDEMPTION_SETTLED = Struct("<8x32s32s32s2Q2q5Q32sQq")


@dataclass(frozen=True, slots=True)
class RedemptionSettled:
    """Event RedemptionSettled."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("4b09c560f93d1bf5")
    SIZE: ClassVar[int] = 224
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "holder": 40,
        "redeemer": 72,
        "id": 104,
        "amount": 112,
        "accepted_at": 120,
        "deadline": 128,
        "supply_before": 136,
        "supply": 144,
        "burned_outside": 152,
        "multiplier_at_request": 160,
        "multiplier": 168,
        "payout_terms_hash": 176,
        "pending": 208,
        "at": 216,
    }

    asset: Pubkey
    holder: Pubkey
    redeemer: Pubkey
    id: int
    amount: int
    accepted_at: int
    deadline: int
    supply_before: int
    supply: int
    burned_outside: int
    multiplier_at_request: int
    multiplier: int
    payout_terms_hash: bytes
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
            id,
            amount,
            accepted_at,
            deadline,
            supply_before,
            supply,
            burned_outside,
            multiplier_at_request,
            multiplier,
            payout_terms_hash,
            pending,
            at,
        ) = _REDEMPTION_SETTLED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(holder),
            Pubkey(redeemer),
            id,
            amount,
            accepted_at,
            deadline,
            supply_before,
            supply,
            burned_outside,
            multiplier_at_request,
            multiplier,
            payout_terms_hash,
            pending,
            at,
        )


_RESERVE_ATTESTED = Struct("<8x32s32s4B2I4xQ2q3Qq32s5Qq")


@dataclass(frozen=True, slots=True)
class ReserveAttested:
    """Event ReserveAttested."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("dff461c42ea8a3e5")
    SIZE: ClassVar[int] = 224
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "attester": 40,
        "slot": 72,
        "new_key": 73,
        "latched_before": 74,
        "latched": 75,
        "epoch": 76,
        "basis": 80,
        "sequence": 88,
        "old_as_of": 96,
        "as_of": 104,
        "old_settled": 112,
        "settled": 120,
        "in_transit": 128,
        "in_transit_by": 136,
        "report_hash": 144,
        "supply": 176,
        "burned_outside": 184,
        "multiplier": 192,
        "obligation": 200,
        "reserve": 208,
        "at": 216,
    }

    asset: Pubkey
    attester: Pubkey
    slot: int
    new_key: int
    """1 when this report puts a new key in force."""
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
            attester,
            slot,
            new_key,
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
            Pubkey(attester),
            slot,
            new_key,
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


_ROLE_GRANTED = Struct("<8x32s32s32sQ4q")


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """Event RoleGranted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("dcb759e48f3ff63a")
    SIZE: ClassVar[int] = 144
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "member": 40,
        "rent_payer": 72,
        "role": 104,
        "old_expires_at": 112,
        "expires_at": 120,
        "granted_at": 128,
        "at": 136,
    }

    issuer: Pubkey
    member: Pubkey
    rent_payer: Pubkey
    role: int
    old_expires_at: int
    """Zero when the grant is new."""
    expires_at: int
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
            rent_payer,
            role,
            old_expires_at,
            expires_at,
            granted_at,
            at,
        ) = _ROLE_GRANTED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(member),
            Pubkey(rent_payer),
            role,
            old_expires_at,
            expires_at,
            granted_at,
            at,
        )


_ROLE_REVOKED = Struct("<8x32s32sQ2q")


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """Event RoleRevoked."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("a7b734e57ece3e3d")
    SIZE: ClassVar[int] = 96
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "issuer": 8,
        "member": 40,
        "role": 72,
        "expires_at": 80,
        "at": 88,
    }

    issuer: Pubkey
    member: Pubkey
    role: int
    expires_at: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> RoleRevoked:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            issuer,
            member,
            role,
            expires_at,
            at,
        ) = _ROLE_REVOKED.unpack(data)
        return cls(
            Pubkey(issuer),
            Pubkey(member),
            role,
            expires_at,
            at,
        )


_SHARES_MINTED = Struct("<8x32s32s32s14Qq")


@dataclass(frozen=True, slots=True)
class SharesMinted:
    """Event SharesMinted."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7f8bee29762f7a27")
    SIZE: ClassVar[int] = 224
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "minter": 40,
        "destination": 72,
        "ticket": 104,
        "amount": 112,
        "supply_before": 120,
        "supply": 128,
        "burned_outside": 136,
        "multiplier": 144,
        "obligation": 152,
        "released": 160,
        "reserve": 168,
        "custodians": 176,
        "window_limit": 184,
        "window_used": 192,
        "lifetime_cap": 200,
        "lifetime_used": 208,
        "at": 216,
    }

    asset: Pubkey
    minter: Pubkey
    destination: Pubkey
    ticket: int
    amount: int
    supply_before: int
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
    """After the mint, in shares; released shares included."""
    released: int
    reserve: int
    custodians: int
    window_limit: int
    window_used: int
    lifetime_cap: int
    lifetime_used: int
    at: int

    @classmethod
    def decode(cls, data: bytes) -> SharesMinted:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:
            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            asset,
            minter,
            destination,
            ticket,
            amount,
            supply_before,
            supply,
            burned_outside,
            multiplier,
            obligation,
            released,
            reserve,
            custodians,
            window_limit,
            window_used,
            lifetime_cap,
            lifetime_used,
            at,
        ) = _SHARES_MINTED.unpack(data)
        return cls(
            Pubkey(asset),
            Pubkey(minter),
            Pubkey(destination),
            ticket,
            amount,
            supply_before,
            supply,
            burned_outside,
            multiplier,
            obligation,
            released,
            reserve,
            custodians,
            window_limit,
            window_used,
            lifetime_cap,
            lifetime_used,
            at,
        )


_SOLVENCY_CHECKED = Struct("<8x32s9Qq")


@dataclass(frozen=True, slots=True)
class SolvencyChecked:
    """Event SolvencyChecked."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7f89d89b55f277f7")
    SIZE: ClassVar[int] = 120
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "asset": 8,
        "supply": 40,
        "burned_outside": 48,
        "multiplier": 56,
        "obligation": 64,
        "last_reserve": 72,
        "reserve": 80,
        "custodians": 88,
        "latched_before": 96,
        "latched": 104,
        "at": 112,
    }

    asset: Pubkey
    supply: int
    burned_outside: int
    multiplier: int
    obligation: int
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
            last_reserve,
            reserve,
            custodians,
            latched_before,
            latched,
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


Event: TypeAlias = (
    AllowanceSet
    | AssetListed
    | AssetReopened
    | AuthorityAccepted
    | AuthorityProposed
    | CustodianRegistered
    | CustodianRetired
    | HaltsChanged
    | HolderBookOpened
    | IssuerCreated
    | RedemptionAccepted
    | RedemptionCancelled
    | RedemptionRequested
    | RedemptionSettled
    | ReserveAttested
    | RoleGranted
    | RoleRevoked
    | SharesMinted
    | SolvencyChecked
    | TicketPageOpened
)

EVENTS: Mapping[bytes, type[Event]] = {
    AllowanceSet.DISCRIMINATOR: AllowanceSet,
    AssetListed.DISCRIMINATOR: AssetListed,
    AssetReopened.DISCRIMINATOR: AssetReopened,
    AuthorityAccepted.DISCRIMINATOR: AuthorityAccepted,
    AuthorityProposed.DISCRIMINATOR: AuthorityProposed,
    CustodianRegistered.DISCRIMINATOR: CustodianRegistered,
    CustodianRetired.DISCRIMINATOR: CustodianRetired,
    HaltsChanged.DISCRIMINATOR: HaltsChanged,
    HolderBookOpened.DISCRIMINATOR: HolderBookOpened,
    IssuerCreated.DISCRIMINATOR: IssuerCreated,
    RedemptionAccepted.DISCRIMINATOR: RedemptionAccepted,
    RedemptionCancelled.DISCRIMINATOR: RedemptionCancelled,
    RedemptionRequested.DISCRIMINATOR: RedemptionRequested,
    RedemptionSettled.DISCRIMINATOR: RedemptionSettled,
    ReserveAttested.DISCRIMINATOR: ReserveAttested,
    RoleGranted.DISCRIMINATOR: RoleGranted,
    RoleRevoked.DISCRIMINATOR: RoleRevoked,
    SharesMinted.DISCRIMINATOR: SharesMinted,
    SolvencyChecked.DISCRIMINATOR: SolvencyChecked,
    TicketPageOpened.DISCRIMINATOR: TicketPageOpened,
}
"""Event types by discriminator."""
