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
    "CustodianSlot",
    "HolderBook",
    "IsinMarker",
    "Issuer",
    "MinterAllowance",
    "Policy",
    "RedemptionRequest",
    "ReleasedDay",
    "Reserve",
    "RoleGrant",
    "SymbolMarker",
    "TicketPage",
]

_POLICY = Struct("<3qB7x96x")


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules of an asset, fixed at listing in this version."""

    SIZE: ClassVar[int] = 128
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "max_age_s": 0,
        "change_delay_s": 8,
        "redemption_window_s": 16,
        "min_custodians": 24,
    }

    max_age_s: int
    """A report counts while ``now - as_of`` is at most this many seconds."""
    change_delay_s: int
    """A new custodian key or a raised allowance waits this many seconds after the first mint."""
    redemption_window_s: int
    """A request's deadline is this many seconds after it was made."""
    min_custodians: int
    """Distinct custodians that must have a fresh positive figure."""

    @classmethod
    def read(cls, data: bytes) -> Policy:
        """From its 128 bytes, which the caller has counted."""
        (
            max_age_s,
            change_delay_s,
            redemption_window_s,
            min_custodians,
        ) = _POLICY.unpack(data)
        return cls(
            max_age_s,
            change_delay_s,
            redemption_window_s,
            min_custodians,
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


_CUSTODIAN_SLOT = Struct("<20s4B32s96s96sq2I2B2xIQq2Q2q32s32x")


@dataclass(frozen=True, slots=True)
class CustodianSlot:
    """One custodian's registration and its last report."""

    SIZE: ClassVar[int] = 384
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "custodian_id": 0,
        "active": 20,
        "keys": 21,
        "threshold": 22,
        "group": 23,
        "account_hash": 24,
        "attesters": 56,
        "pending_attesters": 152,
        "pending_from": 248,
        "epoch": 256,
        "pending_epoch": 260,
        "pending_keys": 264,
        "pending_threshold": 265,
        "basis": 268,
        "sequence": 272,
        "as_of": 280,
        "settled": 288,
        "in_transit": 296,
        "in_transit_by": 304,
        "received_at": 312,
        "report_hash": 320,
    }

    custodian_id: bytes
    """The custodian's LEI, 20 ASCII bytes. Two slots of one custodian count as one in a quorum."""
    active: int
    """1 while a custodian is registered."""
    keys: int
    """Keys in ``attesters``, and how many of them must sign. One of one in this version."""
    threshold: int
    group: int
    """The first slot with the same custodian id: what a quorum counts."""
    account_hash: bytes
    """Hash of the safekeeping account's id."""
    attesters: tuple[Pubkey, ...]
    pending_attesters: tuple[Pubkey, ...]
    pending_from: int
    """When the pending keys may sign, unix seconds; zero when none wait."""
    epoch: int
    """Registration epoch of ``attesters``; zero before their first report."""
    pending_epoch: int
    pending_keys: int
    pending_threshold: int
    basis: int
    """The last split that the figures include."""
    sequence: int
    as_of: int
    """The time that the report speaks of, unix seconds."""
    settled: int
    in_transit: int
    """Bought and not yet delivered; counts zero in this version."""
    in_transit_by: int
    """Latest settlement date of ``in_transit``."""
    received_at: int
    report_hash: bytes

    @classmethod
    def read(cls, data: bytes) -> CustodianSlot:
        """From its 384 bytes, which the caller has counted."""
        (
            custodian_id,
            active,
            keys,
            threshold,
            group,
            account_hash,
            attesters,
            pending_attesters,
            pending_from,
            epoch,
            pending_epoch,
            pending_keys,
            pending_threshold,
            basis,
            sequence,
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
            keys,
            threshold,
            group,
            account_hash,
            tuple(Pubkey(attesters[at : at + 32]) for at in range(0, 96, 32)),
            tuple(Pubkey(pending_attesters[at : at + 32]) for at in range(0, 96, 32)),
            pending_from,
            epoch,
            pending_epoch,
            pending_keys,
            pending_threshold,
            basis,
            sequence,
            as_of,
            settled,
            in_transit,
            in_transit_by,
            received_at,
            report_hash,
        )


_ASSET = Struct("<8x8B32s32s32s32s2I2Qq12s12s32s32s128s128s8Q3q128sq248x")


@dataclass(frozen=True, slots=True)
class Asset:
    """One tokenized stock. Seeds: ``asset``, issuer, number. Never closes."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("eab4f1fc8be0a008")
    SIZE: ClassVar[int] = 992
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
    """The last split that attested figures include; zero until there are splits."""
    multiplier: int
    next_multiplier: int
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
        )


_HOLDER_BOOK = Struct("<8x2B6x32s32s5Q32s64x")


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
        "open_requests": 88,
        "requested": 96,
        "settled": 104,
        "cancelled": 112,
        "rent_payer": 120,
    }

    version: int
    bump: int
    holder: Pubkey
    asset: Pubkey
    next_id: int
    open_requests: int
    requested: int
    """Raw units, ever: requested = settled + cancelled + open."""
    settled: int
    cancelled: int
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
            open_requests,
            requested,
            settled,
            cancelled,
            rent_payer,
        ) = _HOLDER_BOOK.unpack(data)
        return cls(
            version,
            bump,
            Pubkey(holder),
            Pubkey(asset),
            next_id,
            open_requests,
            requested,
            settled,
            cancelled,
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


_ISSUER = Struct("<8x3B5xQ32s32s32s32s2qI4x128x")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the assets. Seeds: ``issuer``, id. Never closes."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("d81353e66c35500e")
    SIZE: ClassVar[int] = 304
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "halts": 10,
        "id": 16,
        "authority": 24,
        "pending_authority": 56,
        "name": 88,
        "genesis_hash": 120,
        "timelock_s": 152,
        "created_at": 160,
        "asset_count": 168,
    }

    version: int
    bump: int
    halts: int
    """Reserved for halts over all assets of the issuer."""
    id: int
    authority: Pubkey
    pending_authority: Pubkey
    """The key that may take over, or zero."""
    name: bytes
    """UTF-8, zero padded."""
    genesis_hash: bytes
    """Genesis hash of the cluster: a program cannot see which cluster it runs on, so the issuer declares it, signers
    take theirs from their own configuration, and a message signed for one cluster means nothing on another.
    """
    timelock_s: int
    """Reserved for the issuer's timelock, seconds."""
    created_at: int
    asset_count: int
    """How many assets were listed; the next asset's number."""

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
            name,
            genesis_hash,
            timelock_s,
            created_at,
            asset_count,
        ) = _ISSUER.unpack(data)
        return cls(
            version,
            bump,
            halts,
            id,
            Pubkey(authority),
            Pubkey(pending_authority),
            name,
            genesis_hash,
            timelock_s,
            created_at,
            asset_count,
        )


_MINTER_ALLOWANCE = Struct("<8x2B6x32s32s4Qq2QqQ64x")


@dataclass(frozen=True, slots=True)
class MinterAllowance:
    """How much one minter may mint of one asset. Seeds: ``minter``, asset, minter. Never closes, so that its usage
    cannot be forgotten.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2609e870fd8d7b8c")
    SIZE: ClassVar[int] = 216
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "asset": 16,
        "minter": 48,
        "window_limit": 80,
        "lifetime_cap": 88,
        "window_used": 96,
        "lifetime_used": 104,
        "window_at": 112,
        "pending_window_limit": 120,
        "pending_lifetime_cap": 128,
        "pending_from": 136,
        "approver_threshold": 144,
    }

    version: int
    bump: int
    asset: Pubkey
    minter: Pubkey
    window_limit: int
    """Raw units per 24 hours; usage decays linearly."""
    lifetime_cap: int
    """Raw units over the allowance's whole life."""
    window_used: int
    lifetime_used: int
    window_at: int
    """When ``window_used`` was last brought up to date, unix seconds."""
    pending_window_limit: int
    """Raised limits that act from ``pending_from`` on; zero when nothing waits."""
    pending_lifetime_cap: int
    pending_from: int
    approver_threshold: int
    """Reserved: above it a second key must sign."""

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
            window_limit,
            lifetime_cap,
            window_used,
            lifetime_used,
            window_at,
            pending_window_limit,
            pending_lifetime_cap,
            pending_from,
            approver_threshold,
        ) = _MINTER_ALLOWANCE.unpack(data)
        return cls(
            version,
            bump,
            Pubkey(asset),
            Pubkey(minter),
            window_limit,
            lifetime_cap,
            window_used,
            lifetime_used,
            window_at,
            pending_window_limit,
            pending_lifetime_cap,
            pending_from,
            approver_threshold,
        )


_REDEMPTION_REQUEST = Struct("<8x3B5x32s32s3Q3q32s32s128x")


@dataclass(frozen=True, slots=True)
class RedemptionRequest:
    """Seeds: ``redeem``, asset, holder, id. Closed when it is settled or cancelled. Wallets filter on ``holder`` at
    offset 16, desks on ``asset`` at 48 and ``state`` at 10.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("759dd6d640a01f3a")
    SIZE: ClassVar[int] = 320
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "state": 10,
        "holder": 16,
        "asset": 48,
        "id": 80,
        "amount": 88,
        "multiplier": 96,
        "requested_at": 104,
        "deadline": 112,
        "accepted_at": 120,
        "payout_terms_hash": 128,
        "rent_payer": 160,
    }

    version: int
    bump: int
    state: int
    """One of ``states``."""
    holder: Pubkey
    asset: Pubkey
    id: int
    amount: int
    """Raw units, which the escrow holds."""
    multiplier: int
    """The multiplier when it was made."""
    requested_at: int
    deadline: int
    """Fixed when it is made: after it the holder may cancel even an accepted request."""
    accepted_at: int
    """Zero until it is accepted."""
    payout_terms_hash: bytes
    """Hash of the agreed payout terms; nothing personal on chain."""
    rent_payer: Pubkey

    @classmethod
    def decode(cls, data: bytes) -> RedemptionRequest:
        """From all its bytes, discriminator first. Raises DecodeError for any others."""
        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:
            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)
        (
            version,
            bump,
            state,
            holder,
            asset,
            id,
            amount,
            multiplier,
            requested_at,
            deadline,
            accepted_at,
            payout_terms_hash,
            rent_payer,
        ) = _REDEMPTION_REQUEST.unpack(data)
        return cls(
            version,
            bump,
            state,
            Pubkey(holder),
            Pubkey(asset),
            id,
            amount,
            multiplier,
            requested_at,
            deadline,
            accepted_at,
            payout_terms_hash,
            Pubkey(rent_payer),
        )


_RESERVE = Struct("<8x2B2xI32s3072s2560s128x")


@dataclass(frozen=True, slots=True)
class Reserve:
    """All custodians of an asset, and room for its supply on other chains, in one account so that a mint reads one
    account. Seeds: ``reserve``, asset. Never closes.
    """

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("2bf2ccca1af73b7f")
    SIZE: ClassVar[int] = 5808
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "last_epoch": 12,
        "asset": 16,
        "custodians": 48,
        "chains": 3120,
    }

    version: int
    bump: int
    last_epoch: int
    """The last registration epoch given out; rises with every registration, never reused."""
    asset: Pubkey
    custodians: tuple[CustodianSlot, ...]
    chains: bytes
    """Room for eight foreign-chain slots."""

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
        ) = _RESERVE.unpack(data)
        return cls(
            version,
            bump,
            last_epoch,
            Pubkey(asset),
            tuple(CustodianSlot.read(custodians[at : at + 384]) for at in range(0, 3072, 384)),
            chains,
        )


_ROLE_GRANT = Struct("<8x3B5x32s32s2q32s32x")


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """Seeds: ``role``, issuer, role, member. Its existence is the grant; revoking closes it."""

    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("7ed57b80ac0268f2")
    SIZE: ClassVar[int] = 160
    OFFSETS: ClassVar[Mapping[str, int]] = {
        "version": 8,
        "bump": 9,
        "role": 10,
        "issuer": 16,
        "member": 48,
        "expires_at": 80,
        "granted_at": 88,
        "rent_payer": 96,
    }

    version: int
    bump: int
    role: int
    issuer: Pubkey
    member: Pubkey
    expires_at: int
    """Unix seconds; the grant is void from this second on."""
    granted_at: int
    rent_payer: Pubkey
    """Gets the rent back when the grant is revoked."""

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
            granted_at,
            rent_payer,
        ) = _ROLE_GRANT.unpack(data)
        return cls(
            version,
            bump,
            role,
            Pubkey(issuer),
            Pubkey(member),
            expires_at,
            granted_at,
            Pubkey(rent_payer),
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
    | HolderBook
    | IsinMarker
    | Issuer
    | MinterAllowance
    | RedemptionRequest
    | Reserve
    | RoleGrant
    | SymbolMarker
    | TicketPage
)

ACCOUNTS: Mapping[bytes, type[AnyAccount]] = {
    Asset.DISCRIMINATOR: Asset,
    HolderBook.DISCRIMINATOR: HolderBook,
    IsinMarker.DISCRIMINATOR: IsinMarker,
    Issuer.DISCRIMINATOR: Issuer,
    MinterAllowance.DISCRIMINATOR: MinterAllowance,
    RedemptionRequest.DISCRIMINATOR: RedemptionRequest,
    Reserve.DISCRIMINATOR: Reserve,
    RoleGrant.DISCRIMINATOR: RoleGrant,
    SymbolMarker.DISCRIMINATOR: SymbolMarker,
    TicketPage.DISCRIMINATOR: TicketPage,
}
"""Account types by discriminator."""
